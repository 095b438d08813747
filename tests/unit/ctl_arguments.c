/*
 * Words to parameters, for every kind of slot; and that every row of the grammar fits its
 * interface.
 */
#include "vaultctl/arguments.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "tests/unit/runner.h"
#include "vaultctl/grammar.h"

enum { WORDS_MAX = 24 };

/* Cuts a line at its spaces; ~ stands for a space inside a word. */
static int cut(char *line, char **words)
{
	int count = 0;
	for (char *word = strtok(line, " "); word != NULL; word = strtok(NULL, " ")) {
		for (char *at = word; *at != '\0'; at++)
			*at = *at == '~' ? ' ' : *at;
		words[count++] = word;
	}
	words[count] = NULL;
	return count;
}

static bool map(const char *line, struct buffer *json, struct error *error)
{
	struct ctl ctl;
	char copy[400], *words[WORDS_MAX];
	int taken = 0;
	struct arguments arguments;
	text_copy(copy, sizeof copy, line);
	int count = cut(copy, words);
	ctl_open(&ctl);
	ctl.quiet = true;
	const struct ctl_command *row = grammar_find(count, words, &taken, error);
	bool good = row != NULL;
	if (good) {
		arguments_open(&arguments, &ctl, row);
		good = arguments_read(&arguments, &ctl, count - taken, words + taken, error);
		if (good)
			arguments_json(&arguments, json);
		arguments_close(&arguments);
	}
	ctl_close(&ctl);
	return good;
}

static void maps(void)
{
	static const struct { const char *line, *json; } cases[] = {
		{ "lot", "{}" },
		{ "lot --commodity ga --site ROT", "{\"commodity\":\"ga\",\"site\":\"ROT\"}" },
		{ "lot GA-0042", "{\"code\":\"GA-0042\"}" },
		{ "lot weigh GA-0042 --gross 25310kg --tare=310kg",
			"{\"lot\":\"GA-0042\",\"gross_g\":25310000,\"tare_g\":310000}" },
		{ "lot weigh GA-0042 --gross 1.5g --tare 0.5g", /* the tare counts against the giver */
			"{\"lot\":\"GA-0042\",\"gross_g\":1,\"tare_g\":1}" },
		{ "lot assay GA-0042 --grade 99.99% --moisture 0.8% --lab SGS-2211 --provisional",
			"{\"lot\":\"GA-0042\",\"grade_ppm\":999900,\"moisture_ppm\":8000,"
			"\"laboratory\":\"SGS-2211\",\"provisional\":true}" },
		{ "lot correct GA-0042 --net 2.5t --because decimal~slip",
			"{\"lot\":\"GA-0042\",\"net_g\":2500000,\"because\":\"decimal slip\"}" },
		{ "lot new GA-1 ga ROT 25t --origin CAN --units 25",
			"{\"lots\":[{\"code\":\"GA-1\",\"commodity\":\"ga\",\"site\":\"ROT\","
			"\"expected_g\":25000000,\"origin\":\"CAN\",\"units\":25}]}" },
		{ "lot move GA-0042 ANR", "{\"lot\":\"GA-0042\",\"to\":\"ANR\"}" },
		{ "site new ROT Rotterdam NLD --capacity 5000t --daily-loadout 60t",
			"{\"sites\":[{\"code\":\"ROT\",\"name\":\"Rotterdam\",\"country\":\"NLD\","
			"\"capacity_g\":5000000000,\"daily_loadout_g\":60000000}]}" },
		{ "floor ga", "{\"commodity\":\"ga\"}" },
		{ "floor set ga operating --days 30 --consumption 52kg --because x",
			"{\"floors\":[{\"commodity\":\"ga\",\"kind\":\"operating\",\"days\":30,"
			"\"consumption_g_per_day\":52000}],\"because\":\"x\"}" },
		{ "floor set ga hard --mass 0.5g --days 15d --because x", /* a floor rounds up */
			"{\"floors\":[{\"commodity\":\"ga\",\"kind\":\"hard\",\"mass_g\":1,\"days\":15}],"
			"\"because\":\"x\"}" },
		{ "price draft w-conc 380USD/mtu --basis WO3 --from 2027-01-01 --because Q1",
			"{\"prices\":[{\"commodity\":\"w-conc\",\"quoted\":380,\"decimals\":0,"
			"\"unit\":\"USD/mtu\",\"basis\":\"WO3\","
			"\"effective_at\":\"2027-01-01T00:00:00Z\"}],\"because\":\"Q1\"}" },
		{ "annual set 2027 ga acquire 25t --used 1.5t --from 2026-12-01 --because board",
			"{\"lines\":[{\"fiscal_year\":2027,\"commodity\":\"ga\",\"action\":\"acquire\","
			"\"max_g\":25000000,\"used_g\":1500000,\"effective_at\":\"2026-12-01T00:00:00Z\"}],"
			"\"because\":\"board\"}" },
		{ "lot title GA-0042 acme --replaces 0000-0000",
			"{\"lot\":\"GA-0042\",\"holder\":\"acme\",\"replaces\":\"0000-0000\"}" },
		{ "member steps JPN", "{\"code\":\"JPN\"}" },
		{ "member set JPN in-force --name Japan --because x",
			"{\"members\":[{\"code\":\"JPN\",\"status\":\"in-force\",\"name\":\"Japan\"}],"
			"\"because\":\"x\"}" },
		{ "declare limited ga,ge --days 90 --findings ban --authority A7 --caps ga=500kg,ge=20kg "
			"--starts 2026-11-03T00:00Z",
			"{\"kind\":\"limited\",\"commodities\":[\"ga\",\"ge\"],"
			"\"caps\":[{\"commodity\":\"ga\",\"cap_g\":500000},"
			"{\"commodity\":\"ge\",\"cap_g\":20000}],\"starts_at\":\"2026-11-03T00:00:00Z\","
			"\"days\":90,\"findings\":\"ban\",\"authority\":\"A7\"}" },
		{ "declare full ga --days 60 --findings ban --authority A7 --policy proportional --tiers "
			"--tier-a equal-awards --minimum 1.5t --collects-until 2026-11-09 "
			"--clocks A=24h/8d,B=14d,C=/60d",
			"{\"kind\":\"full\",\"commodities\":[\"ga\"],\"days\":60,\"findings\":\"ban\","
			"\"authority\":\"A7\",\"policy\":\"proportional\",\"minimum_g\":1500000,"
			"\"tiers\":true,\"tier_a\":\"equal-awards\","
			"\"collects_until\":\"2026-11-09T00:00:00Z\","
			"\"clocks\":[{\"tier\":\"A\",\"decide_hours\":24,\"deliver_days\":8},"
			"{\"tier\":\"B\",\"decide_hours\":336},{\"tier\":\"C\",\"deliver_days\":60}]}" },
		{ "declare full ga --days 60 --findings ban --authority A7 --policy supply-right "
			"--restraint 7%",
			"{\"kind\":\"full\",\"commodities\":[\"ga\"],\"days\":60,\"findings\":\"ban\","
			"\"authority\":\"A7\",\"policy\":\"supply-right\",\"restraint_ppm\":70000}" },
		{ "declaration extend D-2026-0003 --days 10 --because still~short",
			"{\"declaration\":\"D-2026-0003\",\"days\":10,\"because\":\"still short\"}" },
		{ "request submit JPN ga 372.3kg --need-by 2026-12-20 --tier B --purpose wafers --partial",
			"{\"member\":\"JPN\",\"commodity\":\"ga\",\"mass_g\":372300,"
			"\"need_by\":\"2026-12-20T00:00:00Z\",\"tier\":\"B\",\"purpose\":\"wafers\","
			"\"partial\":true}" },
		{ "request new JPN ga 1kg --grade 99.8%",
			"{\"member\":\"JPN\",\"commodity\":\"ga\",\"mass_g\":1000,\"min_grade_ppm\":998000}" },
		{ "rule ga-cap", "{\"code\":\"ga-cap\"}" },
		{ "rule set ga-cap member-cap --commodity ga --share 25% --days 90d --from 2027-01-01 "
			"--declaration-kind limited --because x",
			"{\"rules\":[{\"code\":\"ga-cap\",\"kind\":\"member-cap\",\"commodity\":\"ga\","
			"\"declaration_kind\":\"limited\",\"share_ppm\":250000,\"days\":90,"
			"\"effective_at\":\"2027-01-01T00:00:00Z\"}],\"because\":\"x\"}" },
		{ "rule set b consumption-base --member JPN --mass 52t --imports -1.5kg --proxy --because x",
			"{\"rules\":[{\"code\":\"b\",\"kind\":\"consumption-base\",\"member\":\"JPN\","
			"\"mass_g\":52000000,\"imports_g\":-1500,\"proxy\":true}],\"because\":\"x\"}" },
		{ "rule set ga-cap member-cap --ends --because over",
			"{\"rules\":[{\"code\":\"ga-cap\",\"kind\":\"member-cap\",\"ends\":true}],"
			"\"because\":\"over\"}" },
		{ "rule try no-resale resale-ban --words trading,brokerage",
			"{\"rule\":{\"code\":\"no-resale\",\"kind\":\"resale-ban\","
			"\"words\":\"trading,brokerage\"}}" },
		{ "loan new JPN ga 12t --due 2027-03-01 --premium 100ppm",
			"{\"borrower\":\"JPN\",\"commodity\":\"ga\",\"mass_g\":12000000,"
			"\"due_at\":\"2027-03-01T00:00:00Z\",\"premium_ppm\":100}" },
		{ "loan new JPN ga 12t --due 2027-03-01=4t,2027-06-01=8t",
			"{\"borrower\":\"JPN\",\"commodity\":\"ga\",\"mass_g\":12000000,"
			"\"instalments\":[{\"due_at\":\"2027-03-01T00:00:00Z\",\"mass_g\":4000000},"
			"{\"due_at\":\"2027-06-01T00:00:00Z\",\"mass_g\":8000000}]}" },
		{ "loan new JPN ga 12t", NULL },
		{ "loan new JPN ga 12t --due 2027-03-01=4t,2027-06-01", NULL },
		{ "loan new JPN ga 12t --due =4t,2027-06-01=8t", NULL },
		{ "loan new JPN ga 12t --due 2027-03-01=,2027-06-01=8t", NULL },
		{ "loan amend X-2026-0002 --premium 150ppm --because x",
			"{\"exchange\":\"X-2026-0002\",\"premium_ppm\":150,\"because\":\"x\"}" },
		{ "why R-2026-0014", "{\"request\":\"R-2026-0014\"}" },
		{ "order new R-1 --price 26.1USD/lb --consignee NWK",
			"{\"request\":\"R-1\",\"consignee\":\"NWK\",\"quoted\":261,\"decimals\":1,"
			"\"unit\":\"USD/lb\"}" },
		{ "loadout weigh O-1 GA-1 --gross 5kg --tare 1kg --carrier DHL --vehicle AB-1 --seals 7,8",
			"{\"order\":\"O-1\",\"lot\":\"GA-1\",\"gross_g\":5000,\"tare_g\":1000,"
			"\"carrier\":\"DHL\",\"vehicle\":\"AB-1\",\"seals\":\"7,8\"}" },
		{ "person enrol lee --name Lee --duties keeper,officer --key a/lee+00000000+AA "
			"--because joins",
			"{\"code\":\"lee\",\"name\":\"Lee\",\"duties\":[\"keeper\",\"officer\"],"
			"\"verifier_key\":\"a/lee+00000000+AA\",\"because\":\"joins\"}" },
		{ "lot reject -- --odd-lot", NULL },
		{ "reject P-1 --because a\"b\\c", "{\"document\":\"P-1\",\"because\":\"a\\\"b\\\\c\"}" },
	};
	setenv("TZ", "UTC", 1);
	tzset();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buffer json = { 0 };
		struct error error = { 0 };
		bool good = map(cases[i].line, &json, &error);
		if (good != (cases[i].json != NULL) ||
		    (good && !text_equal(buffer_text(&json), cases[i].json)))
			printf("\n%s\n  %s\n  %s\n", cases[i].line, buffer_text(&json), error.message);
		CU_ASSERT_EQUAL(good, cases[i].json != NULL);
		if (good)
			CU_ASSERT_STRING_EQUAL(buffer_text(&json), cases[i].json);
		buffer_free(&json);
	}
}

static void refuses(void)
{
	static const struct { const char *line, *message, *remedy; } cases[] = {
		{ "lot weigh GA-1 --gross 5kg", "--tare is missing",
			"vaultctl lot weigh LOT --gross MASS --tare MASS [--…]" },
		{ "lot weigh GA-1 GA-2 --gross 5kg --tare 1kg", "\"GA-2\" is one word too many",
			"vaultctl lot weigh LOT --gross MASS --tare MASS [--…]" },
		{ "lot weigh GA-1 --gross 5 --tare 1kg", "gross: \"5\" has no unit",
			"Write 5kg, or g, t, lb, ozt" },
		{ "lot weigh GA-1 --gross 5kg --gross 6kg", "--gross is given twice", "" },
		{ "lot weigh GA-1 --gross", "--gross takes a value: MASS", "" },
		{ "lot weigh GA-1 --colour red", "there is no option --colour here",
			"vaultctl help lot" },
		{ "lot weigh GA-1 --command x", "there is no option --command here",
			"vaultctl help lot" },
		{ "lot wiegh GA-1", "lot has no verb \"wiegh\"", NULL },
		{ "lots", "\"lots\" is no command", "vaultctl help lot" },
		{ "check", "check needs a verb", NULL },
		{ "request submit JPN ga 1kg --p", "--p may be --purpose or --partial", "" },
		{ "request submit JPN ga 1kg --partial=yes", "--partial takes no value", "" },
		{ "request submit JPN", "commodity is missing", NULL },
		{ "floor set ga operating --days many --because x", "days: \"many\" is not a whole number",
			"" },
		{ "lot --limit none", "--limit takes a number of rows", "" },
		{ "declare full ga --clocks D=24h", "clocks: \"D=24h\" is not TIER=HOURS/DAYS", NULL },
		{ "declare full ga --clocks A=", "clocks: \"A=\" is not TIER=HOURS/DAYS", NULL },
		{ "declare full ga --clocks A=24h/", "clocks: \"A=24h/\" is not TIER=HOURS/DAYS", NULL },
		{ "declare full ga --clocks A=24", "clocks: \"A=24\" is not TIER=HOURS/DAYS", NULL },
		{ "declare full ga --clocks A=24h/12h", "clocks: \"A=24h/12h\" is not TIER=HOURS/DAYS",
			NULL }, /* half a day */
		{ "declare full ga --clocks B=1d,A=0h", "clocks: \"A=0h\" is not TIER=HOURS/DAYS", NULL },
	};
	freopen("/dev/null", "r", stdin); /* nobody to ask */
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buffer json = { 0 };
		struct error error = { 0 };
		CU_ASSERT_FALSE(map(cases[i].line, &json, &error));
		CU_ASSERT_EQUAL(error.id, ERROR_INVALID);
		CU_ASSERT_STRING_EQUAL(error.message, cases[i].message);
		if (cases[i].remedy != NULL)
			CU_ASSERT_STRING_EQUAL(error.remedy, cases[i].remedy);
		buffer_free(&json);
	}
}

/* Every row has a method that exists, and its positional names are that method's. */
static void grammar_fits(void)
{
	struct ctl ctl;
	ctl_open(&ctl);
	for (size_t i = 0; i < grammar_count; i++) {
		const struct ctl_command *row = &grammar[i];
		CU_ASSERT_TRUE(row->run != NULL || row->method != NULL);
		if (row->method == NULL)
			continue;
		CU_ASSERT_PTR_NOT_NULL_FATAL(ctl_method(&ctl, row->method));
		struct arguments arguments;
		arguments_open(&arguments, &ctl, row);
		char positional[128];
		text_copy(positional, sizeof positional, row->positional);
		for (char *name = strtok(positional, " "); name != NULL; name = strtok(NULL, " "))
			CU_ASSERT_PTR_NOT_NULL(arguments_slot(&arguments, name));
		arguments_close(&arguments);
	}
	ctl_close(&ctl);
}

/* A line that is shown to be typed again reads back to the same parameters. */
static void lines_read_back(void)
{
	struct ctl ctl;
	char *words[] = { "JPN", "ga", "600kg", "--need-by", "2026-12-20", "--purpose", "it's \"new\"",
		"--partial", NULL };
	struct arguments arguments;
	struct buffer before = { 0 }, after = { 0 };
	struct error error = { 0 };
	int taken = 0;
	char *command[] = { "request", "submit", NULL };
	ctl_open(&ctl);
	arguments_open(&arguments, &ctl, grammar_find(2, command, &taken, &error));
	CU_ASSERT_TRUE(arguments_read(&arguments, &ctl, 8, words, &error));
	CU_ASSERT_TRUE(arguments_around(&arguments, &ctl, "mass_g", &before, &after));
	CU_ASSERT_STRING_EQUAL(buffer_text(&before), "vaultctl request submit JPN ga ");
	CU_ASSERT_STRING_EQUAL(buffer_text(&after),
		" --need-by 2026-12-20 --purpose 'it'\\''s \"new\"' --partial");
	buffer_free(&before);
	buffer_free(&after);
	arguments_close(&arguments);
	ctl_close(&ctl);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "words become parameters", maps },
		{ "what does not fit is said", refuses },
		{ "the grammar fits the interfaces", grammar_fits },
		{ "lines to type again", lines_read_back },
		CU_TEST_INFO_NULL,
	};
	return run_cases("arguments", cases);
}
