/* Requests: each rule with its figures, what is picked, and how mass comes back. */
#include "reserve_world.h"

#include "reserve/refusal.h"

#define ASK "member=%s commodity=ga mass_g=%lld%s"

/* The result of a rule in the last decision; NULL where it was not weighed. */
static const struct rule_result *rule(const struct world *world, const char *code)
{
	const struct request_decided *body = world->decision.events[0].body;
	const struct rule_result *rules = body->rules.items;
	for (uint32_t i = 0; i < body->rules.count; i++) {
		if (text_equal(rules[i].rule, code))
			return &rules[i];
	}
	return NULL;
}

static int64_t awarded(const struct world *world)
{
	return ((const struct request_decided *)world->decision.events[0].body)->awarded_g;
}

struct figures {
	bool failed;
	int64_t limit_g, available_g, must_stay_g;
};

static void weighed(int line, const struct world *world, const char *code, struct figures figures)
{
	const struct rule_result *result = rule(world, code);
	CU_ASSERT_PTR_NOT_NULL_FATAL(result);
	bool good = result->failed == figures.failed && result->limit_g == figures.limit_g &&
		result->available_g == figures.available_g &&
		result->must_stay_g == figures.must_stay_g;
	if (!good)
		printf("\n  line %d: %s: %lld of %lld, %lld\n", line, code, (long long)result->limit_g,
			(long long)result->available_g, (long long)result->must_stay_g);
	CU_ASSERT(good);
}
#define WEIGHED(world, code, ...) \
	weighed(__LINE__, (world), (code), (struct figures){ __VA_ARGS__ })

static int64_t used_g(const struct world *world)
{
	const struct declaration *declaration = state_find(world->state, TABLE_DECLARATION,
		"D-2026-0001");
	CU_ASSERT_PTR_NOT_NULL_FATAL(declaration);
	return check_used_g(world->state, declaration, declaration->caps.items);
}

/* world_stocked: 999,900 g contained, floors 400,000 and 100,000, cap 500,000. */
static void test_award(void)
{
	struct world *world = world_stocked();
	DO(world, "ola", "request.submit", ASK, "AUT", 400000LL, " tier=C purpose=industry");
	CU_ASSERT_STRING_EQUAL(world->id, "R-2026-0001");
	CU_ASSERT_EQUAL(awarded(world), 400000);
	WEIGHED(world, "R10", false, 999900, 999900, ABSENT);
	WEIGHED(world, "R03", false, 500000, 500000, 0);
	WEIGHED(world, "R04", false, 599900, 999900, 400000);
	WEIGHED(world, "R05", false, 899900, 999900, 100000);
	CU_ASSERT_PTR_NULL(rule(world, "R01"));
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 599900);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->reserved_g, 400000);
	CU_ASSERT_EQUAL(used_g(world), 400000);
	world_free(world);
}

static void test_standing_rules(void)
{
	struct world *world = world_framed();
	char past[64];
	world_lot(world, "GA-1", "ga", 1000000, 999900, ABSENT);
	world_floors(world, "ga", 400000, 100000);
	REFUSED(world, "request", "ola", "request.submit", ASK, "AUT", 1LL, "");
	WEIGHED(world, "R01", true, 0, ABSENT, ABSENT);
	world_declare(world, "limited", "commodity=ga cap_g=500000");
	REFUSED(world, "request", "ola", "request.submit", ASK, "FRA", 1LL, "");
	WEIGHED(world, "R07", true, 0, ABSENT, ABSENT);
	REFUSED(world, "request", "ola", "request.submit", ASK, "DEU", 1LL, " partial=true");
	WEIGHED(world, "R07", true, 0, ABSENT, ABSENT);
	REFUSED(world, "request", "ola", "request.submit", ASK, "AUT", 1LL, " purpose=resale");
	WEIGHED(world, "R08", true, 0, ABSENT, ABSENT);
	snprintf(past, sizeof past, " partial=true need_by=%lld", (long long)world->now);
	REFUSED(world, "request", "ola", "request.submit", ASK, "AUT", 1LL, past);
	WEIGHED(world, "R09", true, 0, ABSENT, ABSENT);
	FAILS(world, ERROR_NOT_FOUND, "ola", "request.submit", ASK, "XXX", 1LL, "");
	FAILS(world, ERROR_NOT_FOUND, "ola", "request.submit",
		"member=AUT commodity=gold mass_g=1");
	FAILS(world, ERROR_DENIED, "aud", "request.submit", ASK, "AUT", 1LL, "");
	DO(world, "ola", "request.submit", ASK, "AUT", 1LL, "");
	CU_ASSERT_STRING_EQUAL(world->id, "R-2026-0006");
	world_pass(world, 30 * TIME_DAY_MS);
	REFUSED(world, "request", "ola", "request.submit", ASK, "AUT", 1LL, "");
	WEIGHED(world, "R02", true, 0, ABSENT, ABSENT);
	CU_ASSERT_PTR_NULL(rule(world, "R01"));
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_REQUEST), 1); /* refused ones are closed */
	world_free(world);
}

/* Each limit in turn is the least, to the gram: one more is refused, partial gets exactly it. */
static void test_limits(void)
{
	static const struct {
		const char *rule, *kind, *caps;
		int64_t operating_g, hard_g, limit_g, available_g, must_stay_g;
		const char *more;
	} cases[] = {
		{ "R03", "limited", "commodity=ga cap_g=1234", 0, 0, 1234, 1234, 0, "" },
		{ "R04", "limited", "commodity=ga cap_g=999900", 999000, 5, 900, 999900, 999000, "" },
		{ "R04", "test", "commodity=ga", 999899, 5, 1, 999900, 999899, "" },
		{ "R05", "full", "commodity=ga", 999899, 999800, 100, 999900, 999800, "" },
		{ "R05", "collective", "commodity=ga", 999899, 5, 999895, 999900, 5, "" },
		{ "R05", "limited", "commodity=ga cap_g=999900", 5, 999800, 100, 999900, 999800, "" },
		{ "R10", "full", "commodity=ga", 0, 0, 999900, 999900, ABSENT, " min_grade_ppm=999900" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world *world = world_framed();
		world_lot(world, "GA-1", "ga", 1000000, 999900, ABSENT);
		world_floors(world, "ga", cases[i].operating_g, cases[i].hard_g);
		world_declare(world, cases[i].kind, cases[i].caps);
		REFUSED(world, "request", "ola", "request.submit", ASK, "AUT",
			(long long)cases[i].limit_g + 1, cases[i].more);
		WEIGHED(world, cases[i].rule, true, cases[i].limit_g, cases[i].available_g,
			cases[i].must_stay_g);
		char more[64];
		snprintf(more, sizeof more, "%s partial=true", cases[i].more);
		DO(world, "ola", "request.submit", ASK, "AUT", (long long)cases[i].limit_g + 1, more);
		CU_ASSERT_EQUAL(awarded(world), cases[i].limit_g);
		REFUSED(world, "request", "ola", "request.submit", ASK, "AUT", 1LL, more);
		world_free(world);
	}
}

static void test_without_floors(void)
{
	struct world *world = world_framed();
	world_lot(world, "GA-1", "ga", 1000000, 999900, ABSENT);
	world_declare(world, "full", "commodity=ga");
	REFUSED(world, "request", "ola", "request.submit", ASK, "AUT", 1LL, "");
	WEIGHED(world, "R04", true, 0, 999900, ABSENT);
	WEIGHED(world, "R05", true, 0, 999900, ABSENT);
	DO_SIGNED(world, "ola", "floor.set", "because=x floors=[commodity=ga kind=hard mass_g=5]");
	REFUSED(world, "request", "ola", "request.submit", ASK, "AUT", 1LL, "");
	WEIGHED(world, "R04", true, 0, 999900, ABSENT); /* nothing without both */
	WEIGHED(world, "R05", false, 999895, 999900, 5);
	DO_SIGNED(world, "ola", "floor.set",
		"because=x floors=[commodity=ga kind=operating mass_g=5]");
	DO(world, "ola", "request.submit", ASK, "AUT", 1LL, "");
	world_free(world);
}

static void test_grades(void)
{
	struct world *world = world_stocked();
	REFUSED(world, "request", "ola", "request.submit", ASK, "AUT", 1LL,
		" min_grade_ppm=999901 partial=true");
	WEIGHED(world, "R10", true, 0, 0, ABSENT); /* no lot of that grade at all */
	world_lot(world, "GA-9", "ga", 1000, 999999, ABSENT);
	DO(world, "kim", "lot.hold", "lot=GA-9 because=x");
	REFUSED(world, "request", "ola", "request.submit", ASK, "AUT", 1LL, " min_grade_ppm=999901");
	WEIGHED(world, "R11", true, 0, ABSENT, ABSENT); /* one, and it may not leave */
	DO(world, "kurt", "lot.hold_release", "hold=GA-9/1 because=x");
	DO(world, "ola", "request.submit", ASK, "AUT", 5LL, " min_grade_ppm=999901");
	world_free(world);
}

/* Every way in which a lot is here and may not leave; one that is only announced is not here. */
static void test_encumbered(void)
{
	static const struct { const char *actor, *command, *line, *rule; } steps[] = {
		{ "kim", "lot.add", "lots=[code=X commodity=wo3 site=north expected_g=1000]", "R10" },
		{ "kim", "lot.weigh", "lot=X gross_g=1001 tare_g=1", "R11" },
		{ "asa", "lot.sample", "lot=X sample=S-1", "R11" },
		{ "asa", "lot.assay", "lot=X grade_ppm=500000 laboratory=lab retest_at=1796340000000", "R11" },
		{ "asa", "lot.accept", "lot=X", "" },
		{ "kim", "lot.move", "lot=X to=south", "R11" },
		{ "kim", "lot.arrive", "lot=X", "" },
		{ "ola", "site.set", "site=south state=suspended because=x", "R11" },
		{ "ola", "site.set", "site=south state=open because=x", "" },
		{ "kim", "lot.hold", "lot=X because=x", "R11" },
		{ "kurt", "lot.hold_release", "hold=X/1 because=x", "" },
	};
	struct world *world = world_framed();
	world_floors(world, "wo3", 0, 0);
	world_declare(world, "full", "commodity=wo3");
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		DO(world, steps[i].actor, steps[i].command, "%s", steps[i].line);
		if (steps[i].rule[0] == '\0')
			continue;
		REFUSED(world, "request", "ola", "request.submit",
			"member=AUT commodity=wo3 mass_g=1 min_grade_ppm=500000");
		CU_ASSERT_PTR_NOT_NULL(rule(world, steps[i].rule));
	}
	DO(world, "ola", "request.submit", "member=AUT commodity=wo3 mass_g=500");
	REFUSED(world, "request", "ola", "request.submit", "member=AUT commodity=wo3 mass_g=1");
	CU_ASSERT_PTR_NOT_NULL(rule(world, "R11")); /* all of it is awarded */
	DO(world, "ola", "request.withdraw", "request=%s because=x", "R-2026-0008");
	world->now = 1796340000000;
	world_tick(world); /* its assay expires */
	REFUSED(world, "request", "ola", "request.submit", "member=AUT commodity=wo3 mass_g=1");
	CU_ASSERT_PTR_NOT_NULL(rule(world, "R11"));
	REFUSED(world, "request", "ola", "request.submit",
		"member=AUT commodity=wo3 mass_g=1 min_grade_ppm=500001");
	CU_ASSERT_PTR_NOT_NULL(rule(world, "R10"));
	world_free(world);
}

/* A lot that is lost is no lot that may not leave, also in the batch in which it was lost. */
static void test_lost_is_not_held(void)
{
	struct world *world = world_stocked();
	world->unsealed = true;
	DO(world, "kim", "lot.lose", "lot=GA-1 because=x");
	REFUSED(world, "request", "ola", "request.submit", ASK, "AUT", 1LL, "");
	WEIGHED(world, "R10", true, 0, 0, ABSENT);
	CU_ASSERT_PTR_NULL(rule(world, "R11"));
	world_free(world);
}

struct part {
	const char *lot;
	int64_t contained_g, net_g;
};

static void picked(int line, const struct world *world, const struct part *parts, uint32_t count)
{
	const struct request_decided *body = world->decision.events[0].body;
	const struct pick *picks = body->picks.items;
	bool good = body->picks.count == count;
	for (uint32_t i = 0; i < count && good; i++)
		good = text_equal(picks[i].lot, parts[i].lot) &&
			picks[i].contained_g == parts[i].contained_g && picks[i].net_g == parts[i].net_g;
	for (uint32_t i = 0; i < body->picks.count && !good; i++)
		printf("\n  line %d: %s %lld of %lld net\n", line, picks[i].lot,
			(long long)picks[i].contained_g, (long long)picks[i].net_g);
	CU_ASSERT(good);
}
#define PICKED(world, ...) \
	picked(__LINE__, (world), (const struct part[]){ __VA_ARGS__ }, \
		sizeof (const struct part[]){ __VA_ARGS__ } / sizeof(struct part))

static void test_picks(void)
{
	struct world *world = world_framed();
	int64_t soon = WORLD_BEGIN + 100 * TIME_DAY_MS;
	world_lot(world, "A", "ga", 1000, 990000, ABSENT);
	world_lot(world, "B", "ga", 1000, 900000, ABSENT);
	world_lot(world, "C", "ga", 1000, 900000, soon + 1);
	world_lot(world, "D", "ga", 1000, 900000, soon);
	world_lot(world, "E", "ga", 1000, 999999, soon);
	world_lot(world, "F", "ga", 1000, 900000, ABSENT);
	world_floors(world, "ga", 0, 0);
	world_declare(world, "full", "commodity=ga");
	DO(world, "ola", "request.submit", ASK, "AUT", 1000LL, "");
	PICKED(world, { "D", 900, 1000 }, { "C", 100, 112 }); /* 100 / 0.9 is 111.1, up */
	DO(world, "ola", "request.submit", ASK, "AUT", 900LL, "");
	PICKED(world, { "C", 800, 888 }, { "B", 100, 112 }); /* all that is left of C */
	DO(world, "ola", "request.submit", ASK, "AUT", 1500LL, " min_grade_ppm=950000");
	PICKED(world, { "A", 990, 1000 }, { "E", 510, 511 });
	DO(world, "ola", "request.submit", ASK, "AUT", 1900LL, "");
	PICKED(world, { "B", 800, 888 }, { "F", 900, 1000 }, { "E", 200, 200 });
	REFUSED(world, "request", "ola", "request.submit", ASK, "AUT", 290LL, "");
	WEIGHED(world, "R10", true, 289, 289, ABSENT);
	DO(world, "ola", "request.submit", ASK, "AUT", 289LL, "");
	PICKED(world, { "E", 289, 289 });
	world_free(world);
}

static void test_too_many_lots(void)
{
	struct world *world = world_framed();
	for (int i = 0; i < 151; i++) {
		char code[16];
		snprintf(code, sizeof code, "L-%d", i);
		world_lot(world, code, "ga", 1000, 1000000, ABSENT);
	}
	world_floors(world, "ga", 0, 0);
	world_declare(world, "full", "commodity=ga");
	FAILS(world, ERROR_LIMIT, "ola", "request.submit", ASK, "AUT", 150001LL, "");
	DO(world, "ola", "request.submit", ASK, "AUT", 150000LL, "");
	world_free(world);
}

/* ---- mass comes back ---- */

static void test_withdraw(void)
{
	struct world *world = world_stocked();
	DO(world, "ola", "request.submit", ASK, "AUT", 500000LL, "");
	REFUSED(world, "request", "ola", "request.submit", ASK, "ITA", 1LL, ""); /* the cap */
	DO(world, "kim", "request.withdraw", "request=R-2026-0001 because=settled");
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 999900);
	CU_ASSERT_EQUAL(used_g(world), 0);
	FAILS(world, ERROR_NOT_FOUND, "kim", "request.withdraw", "request=R-2026-0001 because=x");
	DO(world, "ola", "request.submit", ASK, "ITA", 500000LL, "");
	world_free(world);
}

static void test_expire(void)
{
	struct world *world = world_stocked();
	char need_by[64];
	snprintf(need_by, sizeof need_by, " need_by=%lld", (long long)world->now + 1000);
	DO(world, "ola", "request.submit", ASK, "AUT", 500000LL, need_by);
	DO(world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	world_pass(world, 999);
	CU_ASSERT_EQUAL(used_g(world), 500000);
	world_pass(world, 1);
	CU_ASSERT_EQUAL(used_g(world), 0);
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_RELEASE_ORDER, "O-2026-0001"));
	CU_ASSERT_FALSE(world_sign(world, "oma", "O-2026-0001")); /* its note is obsolete */
	CU_ASSERT_EQUAL(world->error.id, ERROR_NOT_FOUND);
	world_free(world);
}

static void test_lapse(void)
{
	struct world *world = world_stocked();
	DO(world, "kim", "request.submit", ASK, "AUT", 500000LL, "");
	DO_SIGNED(world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	world_pass(world, 30 * TIME_DAY_MS - 1);
	CU_ASSERT_PTR_NOT_NULL(state_find(world->state, TABLE_RELEASE_ORDER, "O-2026-0001"));
	world_pass(world, 1);
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_RELEASE_ORDER, "O-2026-0001"));
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 999900);
	CU_ASSERT_EQUAL(used_g(world), 0);
	world_free(world);
}

/* What is awarded stays as it is: no move, no loss, no correction, no assay that gives less. */
static void test_awarded_lots(void)
{
	struct world *world = world_stocked();
	DO(world, "ola", "request.submit", ASK, "AUT", 500000LL, "");
	REFUSED(world, "R19", "kim", "lot.move", "lot=GA-1 to=south");
	REFUSED(world, "R19", "kim", "lot.lose", "lot=GA-1 because=x");
	REFUSED(world, "R19", "bo", "lot.correct", "lot=GA-1 because=x net_g=5");
	const struct event *event = &world->decision.events[0];
	CU_ASSERT_PTR_NOT_NULL(strstr(field_text(descriptor_field(event->type->body, "because"),
		event->body), "R-2026-0001"));
	REFUSED(world, "R19", "asa", "lot.assay", "lot=GA-1 grade_ppm=499999 laboratory=x");
	DO(world, "asa", "lot.assay", "lot=GA-1 grade_ppm=950000 laboratory=x");
	REFUSED(world, "R19", "asa", "lot.assay", "lot=GA-1 grade_ppm=1000000 laboratory=x");
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 450000);
	DO(world, "kim", "request.withdraw", "request=R-2026-0001 because=x");
	DO(world, "asa", "lot.assay", "lot=GA-1 grade_ppm=1000000 laboratory=x");
	world_free(world);
}

int main(void)
{
	return run_cases("reserve requests", (CU_TestInfo[]){
		{ "an award with its figures", test_award },
		{ "standing and form: R01 R02 R07 R08 R09", test_standing_rules },
		{ "limits to the gram: R03 R04 R05 R10", test_limits },
		{ "without both floors nothing leaves", test_without_floors },
		{ "grades: R10 and R11", test_grades },
		{ "what is here and may not leave: R11", test_encumbered },
		{ "a lost lot is not R11", test_lost_is_not_held },
		{ "lowest sufficient grade first, then retest date, then age", test_picks },
		{ "too many lots", test_too_many_lots },
		{ "withdrawn: mass and cap come back", test_withdraw },
		{ "expired: mass and cap come back, the note is obsolete", test_expire },
		{ "lapsed: mass and cap come back", test_lapse },
		{ "what is awarded cannot move, be lost or be corrected", test_awarded_lots },
		CU_TEST_INFO_NULL,
	});
}
