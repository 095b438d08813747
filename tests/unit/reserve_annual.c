/* The annual plan: versions, waiting, fiscal years; acquire, release, and what others use. */
#include "reserve_world.h"

#include "reserve/emergency/plan.h"
#include "reserve/emergency/request.h"
#include "reserve/stock/annual.h"
#include "reserve/stock/floor.h"

#define LINE(year, action, max_g) "because=board lines=[commodity=ga fiscal_year=" #year \
	" action=" action " max_g=" #max_g "]"

static const struct annual_line *in_force(const struct world *world, enum annual_action action)
{
	return annual_line_of(world_commodity(world, "ga"), action);
}

static int64_t left_g(const struct world *world, enum annual_action action)
{
	return annual_left_g(world_commodity(world, "ga"), action);
}

static void test_years(void)
{
	static const struct { int year, month, day; int64_t fiscal_year; } cases[] = {
		{ 2026, 9, 30, 2026 }, { 2026, 10, 1, 2027 }, { 2026, 12, 31, 2027 }, { 2027, 1, 1, 2027 },
		{ 2027, 9, 30, 2027 }, { 2027, 10, 1, 2028 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CU_ASSERT_EQUAL(annual_year_of(time_from_civil(cases[i].year, cases[i].month,
			cases[i].day)), cases[i].fiscal_year);
	CU_ASSERT_EQUAL(annual_year_begin(2027), time_from_civil(2026, 10, 1));
	CU_ASSERT_EQUAL(annual_year_of(annual_year_begin(2027) - 1), 2026);
}

static void add_lot(struct world *world, const char *code, const char *mass_g, bool over)
{
	if (over)
		REFUSED(world, "R06", "kim", "lot.add", "lots=[code=%s commodity=ga site=north "
			"expected_g=%s]", code, mass_g);
	else
		DO(world, "kim", "lot.add", "lots=[code=%s commodity=ga site=north expected_g=%s]", code,
			mass_g);
}

static void test_acquire(void)
{
	struct world *world = world_framed();
	add_lot(world, "OLD", "700000", false); /* no line limits it, and no line counts it */
	CU_ASSERT_EQUAL(left_g(world, ANNUAL_ACQUIRE), VAULT_INT_MAX);
	DO(world, "ola", "annual.set", LINE(2027, "acquire", 1000000));
	CU_ASSERT_PTR_NULL(in_force(world, ANNUAL_ACQUIRE));
	CU_ASSERT(world_sign(world, "ola", "N-2026-0001"));
	CU_ASSERT_PTR_NULL(in_force(world, ANNUAL_ACQUIRE));
	CU_ASSERT(world_sign(world, "oma", "N-2026-0001"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(in_force(world, ANNUAL_ACQUIRE)); /* a first plan when it is signed */
	add_lot(world, "A", "600000", false);
	CU_ASSERT_EQUAL(left_g(world, ANNUAL_ACQUIRE), 400000);
	add_lot(world, "B", "400001", true);
	add_lot(world, "B", "400000", false);
	CU_ASSERT_EQUAL(left_g(world, ANNUAL_ACQUIRE), 0);
	add_lot(world, "C", "1", true);
	DO(world, "kim", "lot.add", "lots=[code=W commodity=wo3 site=north expected_g=9999999]");
	DO(world, "asa", "lot.reject", "lot=B because=wet");
	CU_ASSERT_EQUAL(left_g(world, ANNUAL_ACQUIRE), 400000); /* given back */
	DO(world, "kim", "lot.weigh", "lot=A gross_g=600000 tare_g=50000");
	CU_ASSERT_EQUAL(left_g(world, ANNUAL_ACQUIRE), 400000);
	DO(world, "asa", "lot.assay", "lot=A grade_ppm=900000 laboratory=lab");
	DO(world, "asa", "lot.accept", "lot=A");
	CU_ASSERT_EQUAL(in_force(world, ANNUAL_ACQUIRE)->used_g, 495000); /* what it contains */
	DO(world, "asa", "lot.reject", "lot=OLD because=late");
	CU_ASSERT_EQUAL(in_force(world, ANNUAL_ACQUIRE)->used_g, 495000); /* it never counted */
	/* Several lots in one command count together. */
	REFUSED(world, "R06", "kim", "lot.add", "lots=[code=D commodity=ga site=north expected_g=300000; "
		"code=W2 commodity=wo3 site=north expected_g=5; code=E commodity=ga site=north "
		"expected_g=300000]");
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_LOT, "W2"));
	world_free(world);
}

/* More may come than was declared: it is here, so it counts, and nothing is left. */
static void test_more_than_declared(void)
{
	struct world *world = world_framed();
	DO_SIGNED(world, "ola", "annual.set", LINE(2027, "acquire", 1000));
	add_lot(world, "A", "1000", false);
	DO(world, "kim", "lot.weigh", "lot=A gross_g=1700 tare_g=100");
	DO(world, "asa", "lot.assay", "lot=A grade_ppm=1000000 laboratory=lab");
	DO(world, "asa", "lot.accept", "lot=A");
	CU_ASSERT_EQUAL(in_force(world, ANNUAL_ACQUIRE)->used_g, 1600);
	CU_ASSERT_EQUAL(left_g(world, ANNUAL_ACQUIRE), 0);
	world_free(world);
}

static void test_waiting(void)
{
	struct world *world = world_framed();
	int64_t begins = world->now;
	DO_SIGNED(world, "ola", "annual.set", LINE(2027, "acquire", 1000));
	add_lot(world, "A", "600", false);
	REFUSED(world, "R21", "ola", "annual.set", "because=x lines=[commodity=ga fiscal_year=2027 "
		"action=acquire max_g=2000 effective_at=%lld]",
		(long long)(world->now + 45 * TIME_DAY_MS - 1));
	DO_SIGNED(world, "ola", "annual.set", LINE(2027, "acquire", 2000)); /* a raise waits */
	CU_ASSERT_EQUAL(in_force(world, ANNUAL_ACQUIRE)->max_g, 1000);
	world_pass(world, 45 * TIME_DAY_MS - 1);
	CU_ASSERT_EQUAL(in_force(world, ANNUAL_ACQUIRE)->max_g, 1000);
	world_pass(world, 1);
	CU_ASSERT_EQUAL(world->now, begins + 45 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(in_force(world, ANNUAL_ACQUIRE)->max_g, 2000);
	CU_ASSERT_EQUAL(in_force(world, ANNUAL_ACQUIRE)->used_g, 600); /* goes over */
	DO(world, "asa", "lot.reject", "lot=A because=x");
	CU_ASSERT_EQUAL(in_force(world, ANNUAL_ACQUIRE)->used_g, 0);
	DO_SIGNED(world, "ola", "annual.set", LINE(2027, "acquire", 500)); /* a cut does not */
	CU_ASSERT_EQUAL(in_force(world, ANNUAL_ACQUIRE)->max_g, 500);
	CU_ASSERT_EQUAL(in_force(world, ANNUAL_ACQUIRE)->version, 3);
	DO_SIGNED(world, "ola", "annual.set", LINE(2027, "release", 7)); /* nor a limit where none was */
	CU_ASSERT_EQUAL(in_force(world, ANNUAL_RELEASE)->max_g, 7);
	world_free(world);
}

/* A version that was cut meanwhile would be raised by one that was prepared as a cut. */
static void test_raised_meanwhile(void)
{
	struct world *world = world_framed();
	DO_SIGNED(world, "ola", "annual.set", LINE(2027, "acquire", 1000));
	DO(world, "ola", "annual.set", LINE(2027, "acquire", 900));
	FAILS(world, ERROR_CONFLICT, "ola", "annual.set", LINE(2027, "acquire", 800));
	DO(world, "oma", "document.reject", "document=N-2026-0002 because=no");
	DO_SIGNED(world, "ola", "annual.set", LINE(2027, "acquire", 800));
	CU_ASSERT_EQUAL(in_force(world, ANNUAL_ACQUIRE)->version, 3); /* 2 was given, and is not again */
	world_free(world);
}

/* A raise that waits is no cover for a lesser one that does not: what holds on the day counts. */
static void test_raised_in_steps(void)
{
	struct world *world = world_framed();
	DO_SIGNED(world, "ola", "annual.set", LINE(2027, "acquire", 1000));
	DO_SIGNED(world, "ola", "annual.set", LINE(2027, "acquire", 9000));
	REFUSED(world, "R21", "ola", "annual.set", "because=x lines=[commodity=ga fiscal_year=2027 "
		"action=acquire max_g=8999 effective_at=%lld]", (long long)world->now);
	DO_SIGNED(world, "ola", "annual.set", LINE(2027, "acquire", 8000)); /* waits as well */
	CU_ASSERT_EQUAL(in_force(world, ANNUAL_ACQUIRE)->max_g, 1000);
	DO_SIGNED(world, "ola", "annual.set", LINE(2027, "acquire", 700)); /* a cut of what holds */
	CU_ASSERT_EQUAL(in_force(world, ANNUAL_ACQUIRE)->max_g, 700);
	world_pass(world, 46 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(in_force(world, ANNUAL_ACQUIRE)->max_g, 700); /* raises before it are gone */
	world_free(world);
}

static void test_year_ends(void)
{
	struct world *world = world_framed();
	DO_SIGNED(world, "ola", "annual.set", "because=x lines=[commodity=ga fiscal_year=2027 "
		"action=acquire max_g=1000 used_g=300; commodity=ga fiscal_year=2028 action=acquire "
		"max_g=5000; commodity=ga fiscal_year=2027 action=rotate max_g=9]");
	CU_ASSERT_EQUAL(left_g(world, ANNUAL_ACQUIRE), 700); /* what was used before the line */
	add_lot(world, "A", "700", false);
	world_pass(world, annual_year_begin(2028) - 1 - world->now);
	CU_ASSERT_EQUAL(left_g(world, ANNUAL_ACQUIRE), 0);
	CU_ASSERT_EQUAL(left_g(world, ANNUAL_ROTATE), 9);
	world_pass(world, 1);
	CU_ASSERT_EQUAL(left_g(world, ANNUAL_ACQUIRE), 5000);
	CU_ASSERT_EQUAL(left_g(world, ANNUAL_ROTATE), VAULT_INT_MAX); /* no line, no limit */
	DO(world, "asa", "lot.reject", "lot=A because=x"); /* of the year before: gives nothing back */
	CU_ASSERT_EQUAL(left_g(world, ANNUAL_ACQUIRE), 5000);
	FAILS(world, ERROR_INVALID, "ola", "annual.set", LINE(2027, "acquire", 1));
	world_pass(world, annual_year_begin(2029) - world->now);
	CU_ASSERT_PTR_NULL(in_force(world, ANNUAL_ACQUIRE));
	world_free(world);
}

static void test_refused(void)
{
	struct world *world = world_framed();
	static const struct { enum error_id error; const char *line; } cases[] = {
		{ ERROR_LIMIT, "because=x lines=[]" },
		{ ERROR_NOT_FOUND, "because=x lines=[commodity=au fiscal_year=2027 action=acquire max_g=1]" },
		{ ERROR_INVALID, "because=x lines=[commodity=ga fiscal_year=2026 action=acquire max_g=1]" },
		{ ERROR_CONFLICT, "because=x lines=[commodity=ga fiscal_year=2027 action=acquire max_g=1; "
			"commodity=ga fiscal_year=2027 action=acquire max_g=2]" },
		{ ERROR_INVALID, "because=x lines=[commodity=ga fiscal_year=2028 action=acquire max_g=1 "
			"effective_at=1798761600000]" }, /* 2027-01-01 */
		{ ERROR_ILLEGAL, "because=x lines=[commodity=ga fiscal_year=2027 action=acquire max_g=1 "
			"effective_at=1822348800000]" }, /* 2027-10-01 */
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		FAILS(world, cases[i].error, "ola", "annual.set", "%s", cases[i].line);
	FAILS(world, ERROR_DENIED, "kim", "annual.set", LINE(2027, "acquire", 1));
	DO_SIGNED(world, "ola", "annual.set", LINE(2027, "acquire", 1));
	FAILS(world, ERROR_INVALID, "ola", "annual.set", "because=x lines=[commodity=ga "
		"fiscal_year=2027 action=acquire max_g=1 used_g=1]");
	world_pass(world, time_from_civil(2027, 9, 1) - world->now);
	FAILS(world, ERROR_ILLEGAL, "ola", "annual.set", LINE(2027, "acquire", 2)); /* waits too long */
	world_free(world);
}

/* ---- release ---- */

static void test_release(void)
{
	struct world *world = world_stocked();
	DO_SIGNED(world, "ola", "annual.set", LINE(2027, "release", 150000));
	DO(world, "kim", "request.submit", "member=AUT commodity=ga mass_g=100000");
	CU_ASSERT_EQUAL(left_g(world, ANNUAL_RELEASE), 50000);
	REFUSED(world, "request", "kim", "request.submit", "member=AUT commodity=ga mass_g=50001");
	const struct request_decided *body = world->decision.events[0].body;
	const struct rule_result *rules = body->rules.items;
	uint32_t found = 0;
	for (uint32_t i = 0; i < body->rules.count; i++) {
		if (!text_equal(rules[i].rule, "R06"))
			continue;
		found++;
		CU_ASSERT(rules[i].failed);
		CU_ASSERT_EQUAL(rules[i].limit_g, 50000);
		CU_ASSERT_EQUAL(rules[i].available_g, 150000);
		CU_ASSERT_EQUAL(rules[i].must_stay_g, 100000);
	}
	CU_ASSERT_EQUAL(found, 1);
	DO(world, "kim", "request.submit", "member=AUT commodity=ga mass_g=50001 partial=true");
	CU_ASSERT_EQUAL(left_g(world, ANNUAL_RELEASE), 0);
	DO(world, "kim", "request.withdraw", "request=R-2026-0001 because=x");
	CU_ASSERT_EQUAL(left_g(world, ANNUAL_RELEASE), 100000); /* what came back */
	world_free(world);
}

/* What was awarded before the line was set is of the same year, and counts. */
static void test_release_before(void)
{
	struct world *world = world_stocked();
	DO(world, "kim", "request.submit", "member=AUT commodity=ga mass_g=100000");
	DO_SIGNED(world, "ola", "annual.set", "because=x lines=[commodity=ga fiscal_year=2027 "
		"action=release max_g=150000 used_g=20000]");
	CU_ASSERT_EQUAL(left_g(world, ANNUAL_RELEASE), 30000);
	world_pass(world, annual_year_begin(2028) - world->now);
	DO_SIGNED(world, "ola", "annual.set", LINE(2028, "release", 1000));
	CU_ASSERT_EQUAL(left_g(world, ANNUAL_RELEASE), 1000); /* another year */
	world_free(world);
}

/* The estate of a round is no more than the plan leaves; a line that was cut meanwhile is named. */
static void test_round(void)
{
	struct world *world = world_framed();
	world_lot(world, "GA-1", "ga", 1000000, 1000000, ABSENT);
	world_floors(world, "ga", 100000, 50000);
	DO_SIGNED(world, "ola", "price.draft", "because=x prices=[commodity=ga quoted=5 unit=USD/kg "
		"basis=Ga]");
	DO_SIGNED(world, "ola", "annual.set", LINE(2027, "release", 300000));
	DO_SIGNED(world, "ola", "declare", "kind=full policy=proportional days=30 authority=c findings=s "
		"caps=[commodity=ga]");
	DO(world, "kim", "request.submit", "member=AUT commodity=ga mass_g=400000");
	DO(world, "kim", "request.submit", "member=ITA commodity=ga mass_g=200000");
	DO(world, "ola", "allocation.run", "declaration=D-2026-0001");
	const struct plan_line *line = state_find(world->state, TABLE_PLAN_LINE, "P-2026-0001/ga");
	CU_ASSERT_PTR_NOT_NULL_FATAL(line);
	CU_ASSERT_EQUAL(line->estate_g, 300000);
	CU_ASSERT_EQUAL(line->annual_left_g, 300000);
	const struct document *note = state_find(world->state, TABLE_DOCUMENT, "P-2026-0001");
	CU_ASSERT_PTR_NOT_NULL_FATAL(note);
	CU_ASSERT_PTR_NOT_NULL(strstr(note->text, "requests 2 annual-left-g 300000\n"));
	CU_ASSERT(world_sign(world, "oma", "P-2026-0001"));
	DO_SIGNED(world, "ola", "annual.set", LINE(2027, "release", 90000));
	CU_ASSERT(world_sign(world, "otto", "P-2026-0001"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R20");
	DO(world, "ola", "allocation.run", "declaration=D-2026-0001");
	CU_ASSERT(world_sign(world, "oma", "P-2026-0002"));
	CU_ASSERT(world_sign(world, "otto", "P-2026-0002"));
	CU_ASSERT_EQUAL(left_g(world, ANNUAL_RELEASE), 0);
	world_free(world);
}

/* ---- what the rooms above use ---- */

static void test_use(void)
{
	struct world *world = world_framed();
	struct commodity *ga = state_find(world->state, TABLE_COMMODITY, "ga");
	annual_use(world->state, ga, ANNUAL_DISPOSE, 5, state_size(world->state)); /* no line */
	DO_SIGNED(world, "ola", "annual.set", LINE(2027, "dispose", 100));
	int64_t index = state_size(world->state);
	annual_use(world->state, ga, ANNUAL_DISPOSE, 60, index);
	CU_ASSERT_EQUAL(left_g(world, ANNUAL_DISPOSE), 40);
	struct decision decision = { .arena = world->arena };
	struct context context = { .state = world->state, .now = world->now, .arena = world->arena };
	CU_ASSERT_FALSE(annual_refuses(&context, ga, ANNUAL_DISPOSE, 40, "V-2026-0001", &decision));
	CU_ASSERT(annual_refuses(&context, ga, ANNUAL_DISPOSE, 41, "V-2026-0001", &decision));
	CU_ASSERT(decision.refused);
	CU_ASSERT_FALSE(annual_refuses(&context, ga, ANNUAL_ROTATE, VAULT_INT_MAX, "T", &decision));
	annual_use(world->state, ga, ANNUAL_DISPOSE, -60, 0); /* was used before the line counted */
	CU_ASSERT_EQUAL(left_g(world, ANNUAL_DISPOSE), 40);
	annual_use(world->state, ga, ANNUAL_DISPOSE, -60, index);
	CU_ASSERT_EQUAL(left_g(world, ANNUAL_DISPOSE), 100);
	world_free(world);
}

int main(void)
{
	return run_cases("reserve annual plan", (CU_TestInfo[]){
		{ "fiscal years", test_years },
		{ "acquire: announced, rejected, accepted", test_acquire },
		{ "more came than was declared", test_more_than_declared },
		{ "a raise waits", test_waiting },
		{ "one version waits at a time", test_raised_meanwhile },
		{ "raised in steps", test_raised_in_steps },
		{ "the end of a year", test_year_ends },
		{ "bad lines", test_refused },
		{ "release: awards at once", test_release },
		{ "release: what was awarded before the line", test_release_before },
		{ "release: the estate of a round", test_round },
		{ "what other rooms use", test_use },
		CU_TEST_INFO_NULL,
	});
}
