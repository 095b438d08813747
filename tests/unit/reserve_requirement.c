/*
 * Requirements: versions, waiting, days of consumption; and reports that were filed, by their
 * calendar.
 */
#include "reserve_world.h"

#include "reserve/evidence/filing.h"
#include "reserve/stock/material.h"
#include "reserve/stock/requirement.h"

#define NEEDS(rest) "because=board requirements=[commodity=ga authority=Art-4 " rest "]"

static const struct requirement *in_force(const struct world *world)
{
	return world_commodity(world, "ga")->requirement;
}

static void test_versions(void)
{
	struct world *world = world_framed();
	DO(world, "ola", "requirement.set", NEEDS("mass_g=5000"));
	CU_ASSERT(world_sign(world, "ola", "N-2026-0001"));
	CU_ASSERT_PTR_NULL(in_force(world));
	CU_ASSERT(world_sign(world, "oma", "N-2026-0001"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(in_force(world)); /* the first waits for nothing */
	CU_ASSERT_STRING_EQUAL(in_force(world)->id, "ga/1");
	CU_ASSERT(!requirement_is_modelled(in_force(world)));
	CU_ASSERT_EQUAL(requirement_short_g(world_commodity(world, "ga")), 5000);
	CU_ASSERT_EQUAL(requirement_short_g(world_commodity(world, "wo3")), 0);
	world_lot(world, "L", "ga", 4000, 1000000, ABSENT);
	CU_ASSERT_EQUAL(requirement_short_g(world_commodity(world, "ga")), 1000);
	DO_SIGNED(world, "ola", "requirement.set", NEEDS("mass_g=4000 assumptions_sha256="
		"00000000000000000000000000000000000000000000000000000000000000ff")); /* a cut is at once */
	CU_ASSERT_STRING_EQUAL(in_force(world)->id, "ga/2");
	CU_ASSERT(requirement_is_modelled(in_force(world)));
	CU_ASSERT_EQUAL(requirement_short_g(world_commodity(world, "ga")), 0);
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_REQUIREMENT, "ga/1"));
	world_free(world);
}

static void test_waiting(void)
{
	struct world *world = world_framed();
	DO_SIGNED(world, "ola", "requirement.set", NEEDS("mass_g=5000"));
	REFUSED(world, "R21", "ola", "requirement.set", NEEDS("mass_g=5001 effective_at=%lld"),
		(long long)(world->now + REQUIREMENT_WAIT_DAYS * TIME_DAY_MS - 1));
	DO_SIGNED(world, "ola", "requirement.set", NEEDS("mass_g=7000"));
	CU_ASSERT_EQUAL(in_force(world)->mass_g, 5000);
	world_pass(world, REQUIREMENT_WAIT_DAYS * TIME_DAY_MS - 1);
	CU_ASSERT_EQUAL(in_force(world)->mass_g, 5000);
	world_pass(world, 1);
	CU_ASSERT_EQUAL(in_force(world)->mass_g, 7000);
	/* A version that is signed and to come is dropped by a newer one that holds first. */
	DO_SIGNED(world, "ola", "requirement.set", NEEDS("mass_g=9000"));
	DO_SIGNED(world, "ola", "requirement.set", NEEDS("mass_g=6000"));
	world_pass(world, (REQUIREMENT_WAIT_DAYS + 1) * TIME_DAY_MS);
	CU_ASSERT_EQUAL(in_force(world)->mass_g, 6000);
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_REQUIREMENT, "ga/3"));
	world_free(world);
}

/*
 * A note that raised nothing when it was prepared may raise what came into force before it was
 * signed.
 */
static void test_overtaken(void)
{
	struct world *world = world_framed();
	DO_SIGNED(world, "ola", "requirement.set", "because=board requirements=[commodity=ga authority=x "
		"mass_g=5000; commodity=wo3 authority=x mass_g=9]");
	DO_SIGNED(world, "ola", "requirement.set", NEEDS("mass_g=3000 effective_at=%lld"),
		(long long)(world->now + TIME_DAY_MS));
	DO(world, "ola", "requirement.set", NEEDS("mass_g=4000"));
	char note[CODE_MAX];
	text_copy(note, sizeof note, world->id);
	CU_ASSERT(world_sign(world, "ola", note));
	world_pass(world, 2 * TIME_DAY_MS);
	CU_ASSERT(world_sign(world, "oma", note));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R21");
	CU_ASSERT_EQUAL(in_force(world)->mass_g, 3000);
	world_free(world);
}

static void test_days(void)
{
	struct world *world = world_framed();
	FAILS(world, ERROR_INVALID, "ola", "requirement.set", NEEDS("days=60")); /* of what a day? */
	DO_SIGNED(world, "ola", "requirement.set", NEEDS("days=60 consumption_g_per_day=10"));
	CU_ASSERT_EQUAL(in_force(world)->mass_g, 600);
	DO_SIGNED(world, "ola", "floor.set", "because=policy floors=[commodity=ga kind=operating days=30 "
		"consumption_g_per_day=7]");
	DO_SIGNED(world, "ola", "requirement.set", NEEDS("days=60"));
	CU_ASSERT_EQUAL(in_force(world)->mass_g, 420); /* of the operating floor's consumption */
	world_free(world);
}

static void test_refused(void)
{
	struct world *world = world_framed();
	static const struct { enum error_id error; const char *line; } cases[] = {
		{ ERROR_INVALID, NEEDS("") },
		{ ERROR_INVALID, NEEDS("mass_g=5 days=3") },
		{ ERROR_INVALID, NEEDS("mass_g=5 consumption_g_per_day=3") },
		{ ERROR_INVALID, NEEDS("days=3650 consumption_g_per_day=9007199254740991") },
		{ ERROR_NOT_FOUND, "because=x requirements=[commodity=none authority=x mass_g=1]" },
		{ ERROR_CONFLICT, "because=x requirements=[commodity=ga authority=x mass_g=1; commodity=ga "
			"authority=x mass_g=2]" },
		{ ERROR_LIMIT, "because=x requirements=[]" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		FAILS(world, cases[i].error, "ola", "requirement.set", "%s", cases[i].line);
	DO(world, "ola", "requirement.set", NEEDS("mass_g=5"));
	FAILS(world, ERROR_CONFLICT, "ola", "requirement.set", NEEDS("mass_g=6")); /* one waits at a time */
	DO(world, "oma", "document.reject", "document=N-2026-0001 because=no");
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_REQUIREMENT, "ga/1"));
	DO(world, "ola", "requirement.set", NEEDS("mass_g=6"));
	CU_ASSERT_PTR_NOT_NULL(state_find(world->state, TABLE_REQUIREMENT, "ga/2")); /* ids are not reused */
	FAILS(world, ERROR_DENIED, "kim", "requirement.set", NEEDS("mass_g=6"));
	world_free(world);
}

/* ---- reports ---- */

struct calendar {
	char text[1024];
	int64_t now;
};

static void add_report(void *context, const struct filing_due *due)
{
	struct calendar *calendar = context;
	size_t length = strlen(calendar->text);
	int year, month, day;
	time_civil(due->due_at, &year, &month, &day);
	snprintf(calendar->text + length, sizeof calendar->text - length, "%s %d-%d-%d%s; ", due->id, year,
		month, day, due->filed != NULL ? " filed" : "");
}

static void expect_reports(int line, const struct world *world, int64_t until, const char *expected)
{
	struct calendar calendar = { .text = "" };
	filing_each_by(world->state, until, add_report, &calendar);
	if (!text_equal(calendar.text, expected))
		printf("\n  line %d: %s\n", line, calendar.text);
	CU_ASSERT(text_equal(calendar.text, expected));
}

/* Founded on 22 November 2025. */
static void test_calendar(void)
{
	struct world *world = world_framed();
	expect_reports(__LINE__, world, time_from_civil(2025, 11, 30), "annual/2026 2026-12-29; "
		"quarterly/2026Q1 2026-2-9; requirements/2027 2027-1-15; shortfall/2026 2026-3-1; ");
	expect_reports(__LINE__, world, time_from_civil(2026, 11, 22), "annual/2026 2026-12-29; "
		"annual/2027 2027-12-29; quarterly/2026Q1 2026-2-9; quarterly/2026Q2 2026-5-10; "
		"quarterly/2026Q3 2026-8-9; quarterly/2026Q4 2026-11-29; quarterly/2027Q1 2027-2-9; "
		"requirements/2027 2027-1-15; shortfall/2026 2026-3-1; shortfall/2027 2027-3-1; ");
	world_free(world);
}

#define SHA(digit) "report_sha256=000000000000000000000000000000000000000000000000000000000000000" digit

static void test_filed(void)
{
	struct world *world = world_framed();
	DO(world, "ola", "report.file", "kind=quarterly period=2026Q4 " SHA("1"));
	CU_ASSERT_STRING_EQUAL(world->id, "quarterly/2026Q4");
	const struct filing *row = state_find(world->state, TABLE_FILING, "quarterly/2026Q4");
	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	CU_ASSERT_EQUAL(row->due_at, time_from_civil(2026, 11, 29));
	CU_ASSERT(!filing_is_late(row->due_at, time_from_civil(2026, 11, 30) - 1));
	CU_ASSERT(filing_is_late(row->due_at, time_from_civil(2026, 11, 30)));
	int64_t first = row->filed_at;
	world_pass(world, TIME_DAY_MS);
	FAILS(world, ERROR_CONFLICT, "ola", "report.file", "kind=quarterly period=2026Q4 " SHA("1"));
	DO(world, "oma", "report.file", "kind=quarterly period=2026Q4 " SHA("2"));
	CU_ASSERT_EQUAL(row->version, 2);
	CU_ASSERT_EQUAL(row->filed_at, first);
	CU_ASSERT_STRING_EQUAL(row->filed_by, "oma");
	static const char *const bad[] = { "kind=quarterly period=2026", "kind=quarterly period=2026Q5",
		"kind=quarterly period=2026q1", "kind=annual period=2026Q1", "kind=annual period=26",
		"kind=annual period=20x6", "kind=requirements period=2026", "kind=annual period=2028",
		"kind=annual period=1970", "kind=quarterly period=2026Q11" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		FAILS(world, ERROR_INVALID, "ola", "report.file", "%s " SHA("3"), bad[i]);
	FAILS(world, ERROR_DENIED, "aud", "report.file", "kind=annual period=2026 " SHA("3"));
	world_free(world);
}

int main(void)
{
	return run_cases("reserve requirements", (CU_TestInfo[]){
		{ "versions follow one another", test_versions },
		{ "a raise waits", test_waiting },
		{ "a note that was overtaken", test_overtaken },
		{ "days of consumption", test_days },
		{ "what is refused", test_refused },
		{ "the calendar of reports", test_calendar },
		{ "reports that were filed", test_filed },
		CU_TEST_INFO_NULL,
	});
}
