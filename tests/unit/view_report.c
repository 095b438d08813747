/* Reports: every kind in every edition, what a figure becomes, who may ask, and that nothing is invented. */
#include "view_report_world.h"

#include <stdio.h>

#include "wire/check.h"
#include "wire/interface.h"

/* ---- words ---- */

static void test_bands(void)
{
	static const struct { enum report_type type; int64_t value; const char *band; } cases[] = {
		{ REPORT_MASS, 0, "none" }, { REPORT_MASS, -5, "none" }, { REPORT_MASS, 1, "below 100 kg" },
		{ REPORT_MASS, 99999, "below 100 kg" }, { REPORT_MASS, 100000, "100 kg to 200 kg" },
		{ REPORT_MASS, 199999, "100 kg to 200 kg" }, { REPORT_MASS, 200000, "200 kg to 500 kg" },
		{ REPORT_MASS, 999999, "500 kg to 1 t" }, { REPORT_MASS, 1000000, "1 t to 2 t" },
		{ REPORT_MASS, 4999999999, "2,000 t to 5,000 t" },
		{ REPORT_MASS, VAULT_INT_MAX, "5,000,000,000 t to 10,000,000,000 t" },
		{ REPORT_COVER, 0, "0 to 15 days" }, { REPORT_COVER, 149, "0 to 15 days" },
		{ REPORT_COVER, 150, "15 to 30 days" }, { REPORT_COVER, 899, "60 to 90 days" },
		{ REPORT_COVER, 1799, "90 to 180 days" }, { REPORT_COVER, 1800, "180 days or more" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char band[REPORT_WORDS];
		report_band_words(band, cases[i].type, cases[i].value);
		CU_ASSERT_STRING_EQUAL(band, cases[i].band);
	}
}

static void test_words(void)
{
	static const struct { int64_t mass_g; const char *words; } masses[] = {
		{ 0, "0 g" }, { 999, "999 g" }, { 1000, "1.0 kg" }, { 1934049, "1,934.0 kg" },
		{ 9999999, "9,999.9 kg" }, { 10000000, "10.0 t" }, { 3640000000, "3,640.0 t" },
		{ -1500, "-1.5 kg" },
	};
	char words[REPORT_WORDS];
	for (size_t i = 0; i < sizeof masses / sizeof *masses; i++) {
		report_mass_words(words, masses[i].mass_g);
		CU_ASSERT_STRING_EQUAL(words, masses[i].words);
	}
	report_money_words(words, 8700000);
	CU_ASSERT_STRING_EQUAL(words, "87,000.00 USD");
	report_money_words(words, -5);
	CU_ASSERT_STRING_EQUAL(words, "-0.05 USD");
	report_date_words(words, WORLD_BEGIN);
	CU_ASSERT_STRING_EQUAL(words, "22 Nov 2026");
}

/* ---- a reserve with some life ---- */

static struct world *busy(void)
{
	struct world *world = lived(world_stocked);
	DO(world, "otto", "request.submit", "member=AUT commodity=ga mass_g=300000 tier=C purpose=wafers");
	DO(world, "kim", "order.prepare", "request=R-2026-0001 consignee='Mill <& Sons>'");
	world_signed(__LINE__, world, "O-2026-0001");
	REFUSED(world, "request", "otto", "request.submit",
		"member=ITA commodity=ga mass_g=900000 tier=C purpose=lamps");
	world_pass(world, TIME_DAY_MS);
	DO(world, "kim", "load_out", "order=O-2026-0001 lot=GA-1 gross_g=301000 tare_g=970 carrier=c "
		"vehicle=v");
	DO(world, "kim", "deliver", "order=O-2026-0001 consignee='Mill <& Sons>' receiver=r");
	return world;
}

/* ---- every kind ---- */

/* As params, and whether it has other editions than the full one. */
static const struct { const char *params; bool coarse; } kinds[] = {
	{ "\"kind\":\"position\"", true }, { "\"kind\":\"shortfall\"", true },
	{ "\"kind\":\"declaration\",\"subject\":\"D-2026-0001\"", true },
	{ "\"kind\":\"release\",\"subject\":\"O-2026-0001\"", false },
	{ "\"kind\":\"sites\"", false }, { "\"kind\":\"sold-not-shipped\"", false },
	{ "\"kind\":\"annual\"", true }, { "\"kind\":\"annual\",\"subject\":\"2027\"", true },
	{ "\"kind\":\"quarterly\"", true }, { "\"kind\":\"quarterly\",\"subject\":\"2027Q1\"", true },
	{ "\"kind\":\"participants\"", false }, { "\"kind\":\"findings\"", false },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static const struct value *ask_kind(size_t kind, const char *edition)
{
	char params[256];
	snprintf(params, sizeof params, "{%s%s%s%s}", kinds[kind].params,
		edition != NULL ? ",\"edition\":\"" : "", edition != NULL ? edition : "",
		edition != NULL ? "\"" : "");
	return ask_report(params);
}

/* What the interface promises of the reply. */
static const struct type *promised(struct interface **ret_interface)
{
	struct buffer text = { 0 };
	struct error error = { 0 };
	FILE *file = fopen(TESTS_DIR "/../include/vault/org.projectvault.Evidence.varlink", "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	for (int byte; (byte = getc(file)) != EOF;)
		buffer_append_byte(&text, (char)byte);
	fclose(file);
	CU_ASSERT_FATAL(interface_parse(text.bytes, text.length, ret_interface, &error));
	buffer_free(&text);
	const struct interface_member *method = interface_find(*ret_interface, MEMBER_METHOD, "Report");
	CU_ASSERT_PTR_NOT_NULL_FATAL(method);
	return method->output;
}

static void test_kinds(void)
{
	struct world *world = busy();
	struct interface *interface;
	const struct type *output = promised(&interface);
	CU_ASSERT_EQUAL(report_kind_count, 10);
	for (size_t i = 0; i < KINDS; i++) {
		const struct value *report = ask_kind(i, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(report);
		CU_ASSERT(check_parameters(output, answer.parameters, &wrong));
		CU_ASSERT_STRING_EQUAL(value_get_text(report, "edition", ""), "full");
		CU_ASSERT_STRING_EQUAL(value_get_text(report, "reserve", ""), WORLD_ORIGIN);
		CU_ASSERT_EQUAL(value_get_int(report, "index", 0), state_size(kept) - 1);
		CU_ASSERT(value_count(value_get(report, "sections")) > 0);
		struct buffer first = { 0 };
		buffer_append(&first, said.bytes, said.length);
		ask_kind(i, NULL);
		CU_ASSERT(first.length == said.length && memcmp(first.bytes, said.bytes, said.length) == 0);
		buffer_free(&first);
	}
	interface_free(interface);
	free_answer();
	ended(world);
}

/* No section of a coarse edition has a figure of stock: its columns are bands, or not there. */
static void test_editions(void)
{
	static const char *const figures[] = { "_g\":", "_cents\":", "_tenths\":" };
	struct world *world = busy();
	for (size_t i = 0; i < KINDS; i++) {
		const struct value *public = ask_kind(i, "public");
		CU_ASSERT_EQUAL(public != NULL, kinds[i].coarse);
		if (public == NULL) {
			CU_ASSERT_STRING_EQUAL(wrong.field, "edition");
			continue;
		}
		for (const char *at = buffer_text(&said); (at = strstr(at, "_g\":")) != NULL; at++)
			CU_ASSERT_EQUAL(at[4], '"');
		CU_ASSERT_PTR_NULL(strstr(buffer_text(&said), "value_cents"));
		CU_ASSERT_PTR_NULL(strstr(buffer_text(&said), "\"kind\":\"bars\""));
		CU_ASSERT_PTR_NULL(strstr(buffer_text(&said), "\"kind\":\"lines\""));
		CU_ASSERT_PTR_NOT_NULL_FATAL(ask_kind(i, "closed"));
		for (int j = 0; j < 3; j++)
			CU_ASSERT_PTR_NULL(strstr(buffer_text(&said), figures[j]));
	}
	free_answer();
	ended(world);
}

/* A reserve in which nothing has happened yet is told as such, by every kind. */
static void test_empty(void)
{
	struct world *world = lived(world_new);
	for (size_t i = 0; i < KINDS; i++) {
		bool about = strstr(kinds[i].params, "D-2026") != NULL || strstr(kinds[i].params, "O-2026") != NULL;
		CU_ASSERT_EQUAL(ask_kind(i, NULL) == NULL, about);
		CU_ASSERT(!about || wrong.id == ERROR_NOT_FOUND);
	}
	free_answer();
	ended(world);
}

/* ---- what they say ---- */

static void test_position(void)
{
	struct world *world = busy();
	const struct value *row = row_of(ask_report("{\"kind\":\"position\"}"),
		"Stock against its floors", "ga");
	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	CU_ASSERT_EQUAL(value_get_int(row, "available_g", 0), 699900);
	CU_ASSERT_EQUAL(value_get_int(row, "operating_g", 0), 400000);
	CU_ASSERT_EQUAL(value_get_int(row, "hard_g", 0), 100000);
	CU_ASSERT_EQUAL(value_get_int(row, "may_leave_g", 0), 299900);
	CU_ASSERT_PTR_NULL(value_get(row, "cover_tenths")); /* no consumption is known */
	CU_ASSERT_STRING_EQUAL(value_get_text(row, "standing", ""), "above");
	DO(world, "kim", "lot.hold", "lot=GA-1 reason=seal because=broken");
	const struct value *report = ask_report("{\"kind\":\"position\"}");
	CU_ASSERT_STRING_EQUAL(value_get_text(row_of(report, "Stock against its floors", "ga"),
		"standing", ""), "below HARD floor since 23 Nov 2026");
	row = row_of(report, "Here and not available", "ga");
	CU_ASSERT_STRING_EQUAL(value_get_text(row, "because", ""), "held");
	CU_ASSERT_EQUAL(value_get_int(row, "contained_g", 0), 699900);
	/* what has neither stock nor floor is not in the table, and not forgotten */
	CU_ASSERT_PTR_NULL(row_of(report, "Stock against its floors", "wo3"));
	row = row_of(ask_report("{\"kind\":\"shortfall\"}"), "Commodities", "wo3");
	CU_ASSERT_STRING_EQUAL(value_get_text(row, "measured_by", ""), "nothing is set");
	CU_ASSERT_PTR_NULL(value_get(row, "missing_g"));
	row = row_of(ask_report("{\"kind\":\"shortfall\"}"), "Commodities", "ga");
	CU_ASSERT_EQUAL(value_get_int(row, "missing_g", 0), 400000);
	CU_ASSERT_EQUAL(value_get_int(row, "needed_cents", 0), 20000000); /* 400 kg at 500 USD */
	free_answer();
	ended(world);
}

static void test_declaration(void)
{
	struct world *world = busy();
	const struct value *report =
		ask_report("{\"kind\":\"declaration\",\"subject\":\"D-2026-0001\"}");
	const struct value *row = row_of(report, "By commodity", "ga");
	CU_ASSERT_EQUAL(value_get_int(row, "requests", 0), 2);
	CU_ASSERT_EQUAL(value_get_int(row, "asked_g", 0), 1200000);
	CU_ASSERT_EQUAL(value_get_int(row, "awarded_g", 0), 300000);
	CU_ASSERT_EQUAL(value_get_int(row, "not_awarded_g", 0), 900000);
	CU_ASSERT_EQUAL(value_get_int(row, "out_g", 0), 300000);
	CU_ASSERT_EQUAL(value_get_int(row, "value_cents", 0), 15000000);
	row = row_of(report, "Requests", "R-2026-0002");
	CU_ASSERT_STRING_EQUAL(value_get_text(row, "rule", ""), "R03, the cap of the declaration");
	CU_ASSERT_STRING_EQUAL(value_get_text(row, "state", ""), "refused");
	row = row_of(report, "Effect on stock and floors", "ga");
	CU_ASSERT_EQUAL(value_get_int(row, "above_g", 0), 299900);
	row = row_of(report, "What was refused or cut, by rule", "ga");
	CU_ASSERT_EQUAL(value_get_int(row, "not_awarded_g", 0), 900000);
	free_answer();
	ended(world);
}

static void test_year(void)
{
	struct world *world = busy();
	const struct value *report = ask_report("{\"kind\":\"annual\",\"subject\":\"2027\"}");
	const struct value *row = row_of(report, "Inventory and requirements", "ga");
	CU_ASSERT_EQUAL(value_get_int(row, "before_g", -1), 0);
	CU_ASSERT_EQUAL(value_get_int(row, "accepted_g", 0), 999900);
	CU_ASSERT_EQUAL(value_get_int(row, "out_g", 0), 300000);
	CU_ASSERT_EQUAL(value_get_int(row, "after_g", 0), 699900);
	row = row_of(report, "Acquisitions", "ga");
	CU_ASSERT_STRING_EQUAL(value_get_text(row, "zone", ""), "in the zone");
	row = row_of(report, "Receipts and payments that the ledger knows", "metal released at a price");
	CU_ASSERT_EQUAL(value_get_int(row, "amount_cents", 0), 15000000);
	row = row_of(report, "Accounts", "ga");
	CU_ASSERT_EQUAL(value_get_int(row, "sum_g", -1), 0);
	/* the year before had nothing of it */
	report = ask_report("{\"kind\":\"annual\",\"subject\":\"2026\"}");
	CU_ASSERT_EQUAL(value_get_int(row_of(report, "Inventory and requirements", "ga"), "accepted_g", -1), 0);
	CU_ASSERT_EQUAL(value_count(value_get(section_of(report, "Releases"), "rows")), 0);
	report = ask_report("{\"kind\":\"quarterly\",\"subject\":\"2027Q1\"}");
	CU_ASSERT_STRING_EQUAL(value_get_text(report, "from", ""), "2026-10-01T00:00:00Z");
	CU_ASSERT_STRING_EQUAL(value_get_text(report, "until", ""), "2027-01-01T00:00:00Z");
	free_answer();
	ended(world);
}

/* ---- what is asked wrongly ---- */

static void test_slips(void)
{
	static const struct { const char *params, *field; enum error_id id; } cases[] = {
		{ "{\"kind\":\"weather\"}", "kind", ERROR_INVALID },
		{ "{\"kind\":\"position\",\"edition\":\"secret\"}", "edition", ERROR_INVALID },
		{ "{\"kind\":\"position\",\"subject\":\"2026\"}", "subject", ERROR_INVALID },
		{ "{\"kind\":\"position\",\"from\":\"2026-01-01\"}", "from", ERROR_INVALID },
		{ "{\"kind\":\"position\",\"commodity\":\"pt\"}", "commodity", ERROR_NOT_FOUND },
		{ "{\"kind\":\"sites\",\"site\":\"moon\"}", "site", ERROR_NOT_FOUND },
		{ "{\"kind\":\"sites\",\"from\":\"yesterday\"}", "from", ERROR_INVALID },
		{ "{\"kind\":\"sites\",\"from\":\"2026-02-02\",\"until\":\"2026-02-01\"}", "until", ERROR_INVALID },
		{ "{\"kind\":\"declaration\"}", "subject", ERROR_INVALID },
		{ "{\"kind\":\"declaration\",\"subject\":\"D-2026-0009\"}", "subject", ERROR_NOT_FOUND },
		{ "{\"kind\":\"annual\",\"subject\":\"27\"}", "subject", ERROR_INVALID },
		{ "{\"kind\":\"annual\",\"subject\":\"2031\"}", "subject", ERROR_INVALID },
		{ "{\"kind\":\"quarterly\",\"subject\":\"2027Q5\"}", "subject", ERROR_INVALID },
		{ "{\"kind\":\"quarterly\",\"subject\":\"2027Q2\"}", "subject", ERROR_INVALID },
	};
	struct world *world = busy();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CU_ASSERT_PTR_NULL(ask_report(cases[i].params));
		CU_ASSERT_EQUAL(wrong.id, cases[i].id);
		CU_ASSERT_STRING_EQUAL(wrong.field, cases[i].field);
	}
	ended(world);
}

/* ---- delegates ---- */

static void test_delegate(void)
{
	struct world *world = busy();
	char key[160];
	snprintf(key, sizeof key, WORLD_ORIGIN "/dora+000000d1+000000d1");
	DO_SIGNED(world, "ola", "person.enrol", "code=dora name=Dora duties=delegate member=ITA "
		"verifier_key=%s because=accredited", key);
	asker = "dora";
	sight = VIEW_SIGHT_COARSE;
	const struct value *report =
		ask_report("{\"kind\":\"declaration\",\"subject\":\"D-2026-0001\"}");
	CU_ASSERT_STRING_EQUAL(value_get_text(report, "edition", ""), "public");
	const struct value *row = row_of(report, "Requests of ITA", "R-2026-0002");
	CU_ASSERT_EQUAL(value_get_int(row, "asked_g", 0), 900000);
	CU_ASSERT_PTR_NULL(section_of(report, "Requests"));
	CU_ASSERT_PTR_NULL(strstr(buffer_text(&said), "R-2026-0001"));
	row = row_of(report, "By commodity", "ga");
	CU_ASSERT_STRING_EQUAL(value_get_text(row, "asked_g", ""), "1 t to 2 t");
	CU_ASSERT_PTR_NULL(ask_report("{\"kind\":\"position\",\"edition\":\"full\"}"));
	CU_ASSERT_EQUAL(wrong.id, ERROR_DENIED);
	CU_ASSERT_PTR_NULL(ask_report("{\"kind\":\"sites\"}"));
	CU_ASSERT_EQUAL(wrong.id, ERROR_DENIED);
	CU_ASSERT_PTR_NULL(ask_report("{\"kind\":\"release\",\"subject\":\"O-2026-0001\"}"));
	CU_ASSERT_EQUAL(wrong.id, ERROR_DENIED);
	sight = VIEW_SIGHT_NONE;
	CU_ASSERT_PTR_NULL(ask_report("{\"kind\":\"position\",\"edition\":\"public\"}"));
	report = ask_report("{\"kind\":\"position\"}");
	CU_ASSERT_STRING_EQUAL(value_get_text(report, "edition", ""), "closed");
	sight = VIEW_SIGHT_ALL;
	asker = NULL;
	free_answer();
	ended(world);
}

int main(void)
{
	int failed = run_cases("reports", (CU_TestInfo[]){
		{ "bands", test_bands },
		{ "words", test_words },
		{ "every kind keeps to the interface", test_kinds },
		{ "other editions have no figure", test_editions },
		{ "a reserve without anything", test_empty },
		{ "the position and the shortfall", test_position },
		{ "a declaration", test_declaration },
		{ "a year and a quarter", test_year },
		{ "slips", test_slips },
		{ "a delegate", test_delegate },
		CU_TEST_INFO_NULL,
	});
	buffer_free(&said);
	return failed;
}
