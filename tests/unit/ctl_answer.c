/* What people read: refusals, errors, receipts, the status screen, each against its whole text. */
#include "vaultctl/answer.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tests/unit/runner.h"
#include "vaultctl/status.h"
#include "vaultctl/why.h"

static struct value *parse(const char *json)
{
	struct value *value = NULL;
	struct error error = { 0 };
	if (!value_parse(json, strlen(json), &value, &error))
		printf("\n%s\n", error.message);
	CU_ASSERT_PTR_NOT_NULL_FATAL(value);
	return value;
}

static void expect(struct buffer *text, const char *expected)
{
	if (!text_equal(buffer_text(text), expected))
		printf("\n--- is\n%s--- should be\n%s---\n", buffer_text(text), expected);
	CU_ASSERT_STRING_EQUAL(buffer_text(text), expected);
	buffer_free(text);
}

static const char floor_refusal[] =
	"{\"message\":\"600 kg of gallium for JPN would pass the operating floor\","
	"\"id\":\"R-2026-0014\",\"index\":48211,\"asked_g\":600000,\"limit_g\":372300,"
	"\"member\":\"JPN\",\"commodity\":\"ga\",\"rules\":["
	"{\"rule\":\"R04\",\"title\":\"the operating floor\",\"failed\":true,\"limit_g\":372300,"
	"\"available_g\":1934000,\"must_stay_g\":1561700,\"version\":3,"
	"\"because\":\"30 days, in force since 1 Oct\"},"
	"{\"rule\":\"R03\",\"title\":\"the cap of the declaration\",\"limit_g\":900000},"
	"{\"rule\":\"R22\",\"title\":\"the cap per member\",\"failed\":true,\"limit_g\":500000}]}";

static void refusal_with_figures(void)
{
	struct ctl ctl;
	struct buffer text = { 0 };
	struct value *parameters = parse(floor_refusal);
	ctl_open(&ctl);
	ctl.pass_before = "vaultctl request submit JPN ga ";
	ctl.pass_after = " --need-by 2026-12-20 --tier B --purpose wafers";
	answer_refusal(&ctl, parameters, &text);
	expect(&text,
		"vaultctl: refused: 600 kg of gallium for JPN would pass the operating floor   [R04]\n"
		"  available now            1,934.0 kg\n"
		"  must stay                1,561.7 kg   30 days, in force since 1 Oct\n"
		"  asked                      600.0 kg\n"
		"  most you can have          372.3 kg   short by 227.7 kg\n"
		"Also over a limit: the cap per member, at most 500.0 kg (R22).\n"
		"Recorded as R-2026-0014, ledger index 48211. The same request that would pass now:\n"
		"  vaultctl request submit JPN ga 372.3kg --need-by 2026-12-20 --tier B "
		"--purpose wafers\n");
	value_free(parameters);
	ctl_close(&ctl);
}

/* Figures that are not whole hundreds of grams are shown to the gram, so that they add up. */
static void refusal_to_the_gram(void)
{
	struct ctl ctl;
	struct buffer text = { 0 };
	struct value *parameters = parse(
		"{\"message\":\"too much\",\"index\":7,\"asked_g\":600000,\"limit_g\":372345,\"rules\":["
		"{\"rule\":\"R04\",\"failed\":true,\"available_g\":1934000,\"must_stay_g\":1561655}]}");
	ctl_open(&ctl);
	ctl.pass_before = "vaultctl request submit JPN ga ";
	ctl.pass_after = "";
	answer_refusal(&ctl, parameters, &text);
	expect(&text,
		"vaultctl: refused: too much   [R04]\n"
		"  available now          1,934.000 kg\n"
		"  must stay              1,561.655 kg\n"
		"  asked                    600.000 kg\n"
		"  most you can have        372.345 kg   short by 227.655 kg\n"
		"Recorded, ledger index 7. The same request that would pass now:\n"
		"  vaultctl request submit JPN ga 372.345kg\n");
	value_free(parameters);
	ctl_close(&ctl);
}

/* Nothing can be had, so no command is offered that would fail again. */
static void refusal_without_mass(void)
{
	struct ctl ctl;
	struct buffer text = { 0 };
	struct value *parameters = parse(
		"{\"message\":\"TUR is not in force\",\"id\":\"R-2026-0015\",\"index\":48212,"
		"\"asked_g\":600000,\"limit_g\":0,\"remedy\":\"Only a member in force may claim.\","
		"\"rules\":[{\"rule\":\"R07\",\"failed\":true,\"limit_g\":0,"
		"\"because\":\"a signatory since 1 Oct\"}]}");
	ctl_open(&ctl);
	ctl.pass_before = "vaultctl request submit TUR ga ";
	ctl.pass_after = "";
	answer_refusal(&ctl, parameters, &text);
	expect(&text,
		"vaultctl: refused: TUR is not in force   [R07]\n"
		"  asked                      600.0 kg\n"
		"  most you can have            0.0 kg   short by 600.0 kg\n"
		"  a signatory since 1 Oct\n"
		"Recorded as R-2026-0015, ledger index 48212.\n"
		"Only a member in force may claim.\n");
	value_free(parameters);
	ctl_close(&ctl);
}

/* A cap shows what is used of it, and when all could be had. */
static void refusal_by_a_cap(void)
{
	struct ctl ctl;
	struct buffer text = { 0 };
	struct value *parameters = parse(
		"{\"message\":\"50 kg of ga for JPN would pass the cap per member\",\"id\":\"R-2026-0016\","
		"\"index\":48213,\"asked_g\":50000,\"limit_g\":40000,"
		"\"earliest_at\":\"2026-12-03T00:00:00Z\",\"rules\":[{\"rule\":\"R22\",\"failed\":true,"
		"\"limit_g\":40000,\"available_g\":100000,\"must_stay_g\":60000,\"version\":1,"
		"\"because\":\"100 kg a member in 10 days, by rule ga-cap v1\"}]}");
	ctl_open(&ctl);
	answer_refusal(&ctl, parameters, &text);
	expect(&text,
		"vaultctl: refused: 50 kg of ga for JPN would pass the cap per member   [R22]\n"
		"  the cap                    100.0 kg\n"
		"  used of it                  60.0 kg   100 kg a member in 10 days, by rule ga-cap v1\n"
		"  asked                       50.0 kg\n"
		"  most you can have           40.0 kg   short by 10.0 kg\n"
		"  all of it from           3 Dec 2026\n"
		"Recorded as R-2026-0016, ledger index 48213.\n");
	value_free(parameters);
	ctl_close(&ctl);
}

/* Only larger sealed units are held: the least limit is nothing, and one unit would pass. */
static void refusal_by_units(void)
{
	struct ctl ctl;
	struct buffer text = { 0 };
	struct value *parameters = parse(
		"{\"message\":\"10 kg of ga for JPN is less than the smallest sealed unit that is held\","
		"\"id\":\"R-2026-0017\",\"index\":48214,\"asked_g\":10000,\"limit_g\":0,\"unit_g\":25000,"
		"\"pass_g\":25000,\"rules\":[{\"rule\":\"R10\",\"failed\":true,\"limit_g\":0,"
		"\"available_g\":100000,\"because\":\"only sealed units are held\"}]}");
	ctl_open(&ctl);
	ctl.pass_before = "vaultctl request submit JPN ga ";
	ctl.pass_after = " --tier C";
	answer_refusal(&ctl, parameters, &text);
	expect(&text,
		"vaultctl: refused: 10 kg of ga for JPN is less than the smallest sealed unit that is held"
		"   [R10]\n"
		"  available now              100.0 kg\n"
		"  asked                       10.0 kg\n"
		"  most you can have            0.0 kg   short by 10.0 kg\n"
		"  only sealed units are held\n"
		"Recorded as R-2026-0017, ledger index 48214. The same request that would pass now:\n"
		"  vaultctl request submit JPN ga 25kg --tier C\n");
	value_free(parameters);
	/* A limit below the smallest unit: no command is offered that would be refused. */
	parameters = parse("{\"message\":\"too much\",\"index\":7,\"asked_g\":60000,\"limit_g\":12000,"
		"\"unit_g\":25000,\"rules\":[{\"rule\":\"R04\",\"failed\":true,\"limit_g\":12000}]}");
	answer_refusal(&ctl, parameters, &text);
	expect(&text,
		"vaultctl: refused: too much   [R04]\n"
		"  asked                       60.0 kg\n"
		"  most you can have           12.0 kg   short by 48.0 kg\n"
		"Recorded, ledger index 7.\n");
	value_free(parameters);
	ctl_close(&ctl);
}

/* ---- why ---- */

static void why_said(const char *json, const char *expected)
{
	struct buffer text = { 0 };
	struct value *decision = parse(json);
	why_render(decision, &text);
	expect(&text, expected);
	value_free(decision);
}

static void why(void)
{
	why_said("{\"id\":\"R-2026-0014\",\"index\":48211,\"at\":\"2026-11-22T20:41:05Z\","
		"\"outcome\":\"refused\",\"member\":\"JPN\",\"commodity\":\"ga\",\"asked_g\":600000,"
		"\"awarded_g\":0,\"most_g\":372300,\"earliest_at\":\"2026-12-03T00:00:00Z\",\"rules\":["
		"{\"rule\":\"R10\",\"title\":\"the grade or form is not held\",\"limit_g\":1934000,"
		"\"available_g\":1934000},"
		"{\"rule\":\"R04\",\"title\":\"the operating floor\",\"failed\":true,\"binding\":true,"
		"\"limit_g\":372300,\"available_g\":1934000,\"must_stay_g\":1561700,"
		"\"because\":\"30 days, floor v3\"},"
		"{\"rule\":\"R22\",\"title\":\"the cap per member\",\"failed\":true,\"limit_g\":500000,"
		"\"available_g\":700000,\"must_stay_g\":200000,\"version\":2},"
		"{\"rule\":\"R17\",\"title\":\"the load-out capacity of the site\",\"failed\":true,"
		"\"limit_g\":9007199254740991,\"because\":\"ROT can load the last of it on 2026-12-03\"}],"
		"\"picks\":[]}",
		"R-2026-0014: JPN asked for 600.0 kg of ga; refused\n"
		"\n"
		"  rule                                            lets pass\n"
		"  R10    held of that grade and form             1,934.0 kg          available 1,934.0 kg\n"
		"  R04    the operating floor                       372.3 kg  binds   available 1,934.0 kg, "
		"must stay 1,561.7 kg; 30 days, floor v3\n"
		"  R22    the cap per member                        500.0 kg  failed  the cap 700.0 kg, "
		"used 200.0 kg, version 2\n"
		"  R17    the load-out capacity of the site              any  failed  ROT can load the last "
		"of it on 2026-12-03\n"
		"\n"
		"most that could be had now         372.3 kg\n"
		"all of it from                   3 Dec 2026\n"
		"recorded at ledger index 48211, 22 Nov 2026 20:41 UTC\n");
	why_said("{\"id\":\"R-2026-0015\",\"index\":48212,\"at\":\"2026-11-22T20:41:05Z\","
		"\"outcome\":\"eligible\",\"member\":\"JPN\",\"commodity\":\"ga\",\"asked_g\":600000,"
		"\"awarded_g\":0,\"declaration\":\"D-2026-0004\",\"decide_by\":\"2026-11-24T20:41:05Z\","
		"\"signer\":\"sato\",\"rules\":[{\"rule\":\"R05\",\"title\":\"the hard floor\","
		"\"limit_g\":0}],\"picks\":[]}",
		"R-2026-0015: JPN asked for 600.0 kg of ga; it waits for a round of D-2026-0004, to be decided "
		"by 24 Nov 2026 20:41 UTC\n"
		"  signed by sato\n"
		"\n"
		"  rule                         lets pass\n"
		"  R05    the hard floor          no mass\n"
		"\n"
		"recorded at ledger index 48212, 22 Nov 2026 20:41 UTC\n");
	why_said("{\"id\":\"R-2026-0016\",\"index\":48213,\"at\":\"2026-11-22T20:41:05Z\","
		"\"outcome\":\"granted\",\"member\":\"JPN\",\"commodity\":\"ga\",\"asked_g\":600000,"
		"\"awarded_g\":60000,\"picked_g\":50000,\"credit_g\":12000,\"plan\":\"P-2026-0009\","
		"\"rules\":[{\"rule\":\"share\",\"title\":\"the share of a round\",\"failed\":true,"
		"\"binding\":true,\"limit_g\":60000}],\"picks\":[{\"lot\":\"GA-1\",\"contained_g\":50000,"
		"\"net_g\":50000,\"units\":2}]}",
		"R-2026-0016: JPN asked for 600.0 kg of ga; awarded 60.0 kg by the round P-2026-0009\n"
		"  drawn in whole units 50.0 kg; JPN is owed 12.0 kg from then on\n"
		"  from GA-1 50.0 kg (2 units)\n"
		"\n"
		"  rule                               lets pass\n"
		"  share  the share of a round          60.0 kg  binds\n"
		"\n"
		"recorded at ledger index 48213, 22 Nov 2026 20:41 UTC\n");
}

static void in_doubt(void)
{
	char *line[] = { "sign", "O-2026-0031", "--as", "ruiz lee" };
	struct ctl ctl;
	struct buffer text = { 0 };
	struct error error = { 0 };
	ctl_open(&ctl);
	ctl.line = line;
	ctl.line_count = 4;
	ctl.doubt = "order O-2026-0031 may or may not have been issued";
	ctl.doubt_advice = "Do not load metal against this order before that answers \"issued\".";
	text_copy(ctl.command_id, sizeof ctl.command_id, "0193a7c2-5e1b-7d04-9a51-3c2f0b6ad9e7");
	error_set(&error, ERROR_IN_DOUBT, "", "The connection ended before the answer");
	answer_error(&ctl, &error, &text);
	expect(&text,
		"vaultctl: in doubt: order O-2026-0031 may or may not have been issued\n"
		"  The connection ended before the answer, and 30 s of asking again got none.\n"
		"  Nothing can happen twice. When vaultd is back, ask for the same answer with:\n"
		"    vaultctl sign O-2026-0031 --as \"ruiz lee\" --id "
		"0193a7c2-5e1b-7d04-9a51-3c2f0b6ad9e7\n"
		"  Do not load metal against this order before that answers \"issued\"."
		"           (exit 6)\n");
	ctl_close(&ctl);
}

static void other_errors(void)
{
	struct ctl ctl;
	struct buffer text = { 0 };
	struct error denied = { 0 }, unreachable = { 0 };
	ctl_open(&ctl);
	error_set(&denied, ERROR_DENIED, "lot", "only a keeper may weigh");
	error_remedy(&denied, "Ask lee (keeper)");
	answer_error(&ctl, &denied, &text);
	expect(&text, "vaultctl: lot: only a keeper may weigh\n  Ask lee (keeper).\n");
	buffer_append_text(&ctl.tried, "  tried /run/vault/vaultd.sock: No such file or directory\n");
	error_set(&unreachable, ERROR_UNREACHABLE, "", "vaultd does not answer");
	text = (struct buffer){ 0 };
	answer_error(&ctl, &unreachable, &text);
	expect(&text, "vaultctl: vaultd does not answer\n"
		"  tried /run/vault/vaultd.sock: No such file or directory\n");
	ctl_close(&ctl);
}

static void receipts(void)
{
	static const struct { const char *json, *text; } cases[] = {
		{ "{\"id\":\"GA-0042\",\"index\":48211,\"at\":\"\",\"events\":[\"lot.weighed\"]}",
			"lot.weighed GA-0042   ledger index 48211\n" },
		{ "{\"id\":\"R-1\",\"index\":0,\"at\":\"\",\"events\":[\"request.submitted\","
			"\"request.allocated\"]}",
			"request.submitted, request.allocated R-1   ledger index 0\n" },
		{ "{\"id\":\"GA-1\",\"at\":\"\",\"dry_run\":true,\"events\":[\"lot.added\",\"lot.added\"]}",
			"would record lot.added GA-1\n" },
		{ "{\"id\":\"x\",\"at\":\"\",\"events\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]}",
			"a, b, c, d and 2 more x\n" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buffer text = { 0 };
		struct value *receipt = parse(cases[i].json);
		answer_receipt(receipt, &text);
		expect(&text, cases[i].text);
		value_free(receipt);
	}
}

static void words_for_a_shell(void)
{
	static const struct { const char *word, *quoted; } cases[] = {
		{ "GA-0042", "GA-0042" }, { "", "\"\"" }, { "two words", "\"two words\"" },
		{ "$HOME", "'$HOME'" }, { "it's", "\"it's\"" }, { "it's $5", "'it'\\''s $5'" },
		{ "a;b", "\"a;b\"" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buffer text = { 0 };
		ctl_quote(&text, cases[i].word);
		expect(&text, cases[i].quoted);
	}
}

/* ---- the status screen ---- */

static const char status_json[] =
	"{\"reserve\":\"vault.example/reserve-log\",\"now\":\"2026-11-22T20:41:05Z\",\"you\":\"ruiz\","
	"\"duties\":[\"officer\"],\"positions\":["
	"{\"commodity\":\"ga\",\"mineral\":\"gallium\",\"available_g\":1934000,"
	"\"operating_g\":1561700,\"hard_g\":780850,\"operating_days\":30,\"hard_days\":15,"
	"\"cover_tenths\":372,\"may_leave_g\":372300},"
	"{\"commodity\":\"sb\",\"mineral\":\"antimony\",\"available_g\":3640000000,"
	"\"operating_g\":3698700000,\"hard_g\":1849350000,\"operating_days\":30,\"hard_days\":15,"
	"\"cover_tenths\":295,\"may_leave_g\":0,\"below\":true,"
	"\"causes\":[\"2 lots, 61.2 t, assay expired 19 Nov\"]},"
	"{\"commodity\":\"ge\",\"mineral\":\"germanium\",\"available_g\":3080000,"
	"\"operating_g\":3000000,\"hard_g\":1500000,\"may_leave_g\":80000},"
	"{\"commodity\":\"w-conc\",\"mineral\":\"tungsten\",\"available_g\":5000000,"
	"\"may_leave_g\":0}],"
	"\"listed_unstocked\":42,\"declarations\":[{\"id\":\"D-2026-0003\",\"kind\":\"limited\","
	"\"ends_at\":\"2027-01-02T20:41:05Z\",\"commodities\":[\"gallium\",\"germanium\"],"
	"\"cap_used_ppm\":380000}],\"to_sign\":[\"O-2026-0031\",\"P-2026-0009\"],"
	"\"near_need_by\":[\"R-2026-0011\"],\"requests\":{\"eligible\":3,\"allocated\":2},"
	"\"orders\":{},\"prices_in_force\":31,\"prices_stale_count\":2,\"prices_stale\":[\"ga/7\",\"ni/3\"],"
	"\"entries\":48213,\"checkpoint_size\":48213,"
	"\"checkpoint_at\":\"2026-11-22T20:41:03Z\",\"last_audit_at\":\"2026-11-22T02:10:00Z\","
	"\"last_audit_critical\":0,\"last_audit_warning\":1,\"open_findings\":1,"
	"\"findings_critical\":0,\"findings_warning\":1}";

static void status_screen(void)
{
	struct status_options options = { 0 };
	struct buffer text = { 0 };
	struct value *status = parse(status_json);
	status_render(status, &options, &text);
	expect(&text,
"Reserve vault.example/reserve-log          22 Nov 2026 20:41 UTC   you: ruiz (officer)\n"
"EMERGENCY  D-2026-0003 limited: gallium, germanium   ends in 41 d   cap 38% used\n"
"\n"
"                   available   cover  0 d     |15 hard|30 operating 60"
"                      may leave\n"
"  antimony         3,640.0 t  29.5 d  ########|######.|...............  BELOW by 58.7 t"
"             0\n"
"  germanium       3,080.0 kg    –     floors set as mass: 1,500.0 / 3,000.0 kg   "
"             80.0 kg\n"
"  gallium         1,934.0 kg  37.2 d  ########|#######|###............  "
"                     372.3 kg\n"
"  tungsten        5,000.0 kg    –     no floors set: nothing may leave           "
"                   0\n"
"  42 listed, not stocked\n"
"\n"
"Why antimony is below: 2 lots, 61.2 t, assay expired 19 Nov     vaultctl commodity sb\n"
"\n"
"Needs a person       2 to sign by you (O-2026-0031, P-2026-0009)     vaultctl inbox\n"
"                     1 request near its need-by date (R-2026-0011)\n"
"                     1 open finding, 0 critical     vaultctl finding\n"
"Requests             5 open: 3 eligible, 2 allocated\n"
"Orders               none open\n"
"Prices               31 in force, 2 older than 90 d (ga/7, ni/3)     vaultctl price\n"
"Evidence             48,213 entries, checkpoint 2 s ago\n"
"                     last audit 22 Nov 2026 02:10 UTC: 0 critical, 1 warning\n");
	value_free(status);
}

/* Twelve at most, nearest their floor first; a demonstration and a stopped writer say so. */
static void status_of_many(void)
{
	struct status_options few = { 0 }, all = { .all = true };
	struct buffer json = { 0 }, text = { 0 };
	buffer_append_text(&json, "{\"reserve\":\"demo.example/log\",\"demonstration\":true,"
		"\"now\":\"2026-11-22T20:41:05Z\",\"read_only\":\"the database does not answer\","
		"\"read_only_since\":\"2026-11-22T20:30:00Z\",\"declarations\":[],\"to_sign\":[],"
		"\"near_need_by\":[],\"requests\":{},\"orders\":{},\"positions\":[");
	for (int i = 0; i < 20; i++)
		buffer_printf(&json, "%s{\"commodity\":\"c%d\",\"mineral\":\"m%d\",\"available_g\":%d,"
			"\"operating_g\":1000000,\"hard_g\":500000,\"operating_days\":30,\"hard_days\":15,"
			"\"cover_tenths\":%d,\"may_leave_g\":1}", i > 0 ? "," : "", i, i,
			2000000 - i * 10000, 600 - i * 3);
	buffer_append_text(&json, "]}");
	struct value *status = parse(buffer_text(&json));
	status_render(status, &few, &text);
	const char *screen = buffer_text(&text);
	CU_ASSERT_PTR_NOT_NULL(strstr(screen, "Reserve demo.example/log   DEMONSTRATION"));
	CU_ASSERT_PTR_NOT_NULL(strstr(screen,
		"READ ONLY since 22 Nov 2026 20:30 UTC: the database does not answer\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(screen, "  8 more stocked, all at or above 57 d"));
	CU_ASSERT_PTR_NOT_NULL(strstr(screen, "\n  m19 "));
	CU_ASSERT_PTR_NOT_NULL(strstr(screen, "\n  m8 "));
	CU_ASSERT_PTR_NULL(strstr(screen, "\n  m7 "));
	CU_ASSERT_TRUE(strstr(screen, "\n  m19 ") < strstr(screen, "\n  m8 "));
	CU_ASSERT_PTR_NOT_NULL(strstr(screen, "Needs a person       nothing\n"));
	buffer_clear(&text);
	status_render(status, &all, &text);
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&text), "\n  m7 "));
	value_free(status);
	buffer_free(&json);
	buffer_free(&text);
}

static void status_before_founding(void)
{
	struct status_options options = { 0 };
	struct buffer text = { 0 };
	struct value *status = parse("{\"now\":\"2026-11-22T20:41:05Z\"}");
	status_render(status, &options, &text);
	expect(&text, "Reserve not founded yet                    22 Nov 2026 20:41 UTC\n"
		"\nNo reserve is founded here yet: vaultctl help found\n");
	value_free(status);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "a refusal by the floor", refusal_with_figures },
		{ "a refusal to the gram", refusal_to_the_gram },
		{ "a refusal that nothing passes", refusal_without_mass },
		{ "a refusal by a cap", refusal_by_a_cap },
		{ "a refusal by sealed units", refusal_by_units },
		{ "why, in words", why },
		{ "in doubt", in_doubt },
		{ "other errors", other_errors },
		{ "receipts", receipts },
		{ "words for a shell", words_for_a_shell },
		{ "the status screen", status_screen },
		{ "the status of many commodities", status_of_many },
		{ "the status before founding", status_before_founding },
		CU_TEST_INFO_NULL,
	};
	return run_cases("answers", cases);
}
