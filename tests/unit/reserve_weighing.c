/* What each rule says to a request: figures, dates, order; windows; bans; trials of rules. */
#include "reserve_world.h"

#include "reserve/emergency/trial.h"
#include "reserve/emergency/usage.h"
#include "reserve/emergency/weighing.h"
#include "reserve/refusal.h"
#include "reserve/zone/member.h"

#define SET "because=policy rules=[%s]"
#define DAY(n) (WORLD_BEGIN / TIME_DAY_MS * TIME_DAY_MS + (int64_t)(n) * TIME_DAY_MS)

/* ---- weighing without asking ---- */

struct weighed {
	struct context context;
	struct ask ask;
	struct weighing weighing;
};

/* Weighs what request.submit would be asked: "member=AUT commodity=ga mass_g=5". */
static struct weighing *weigh_v(struct world *world, bool standing, const char *format,
	va_list arguments)
{
	static struct weighed weighed;
	char line[512];
	arena_reset(world->arena);
	vsnprintf(line, sizeof line, format, arguments);
	const struct submit_params *params = params_read(world->arena, &submit_params_descriptor, line);
	weighed.context = (struct context){ .state = world->state, .now = world->now,
		.arena = world->arena };
	weighed.ask = (struct ask){ .commodity = world_commodity(world, params->commodity),
		.member = state_find(world->state, TABLE_MEMBER, params->member),
		.mass_g = params->mass_g, .min_grade_ppm = params->min_grade_ppm,
		.need_by = params->need_by, .tier = params->tier, .purpose = params->purpose,
		.destination = params->destination };
	weigh_begin(&weighed.context, &weighed.ask, NULL, &weighed.weighing);
	if (standing)
		weigh_standing(&weighed.weighing);
	else
		weigh_all(&weighed.weighing);
	return &weighed.weighing;
}

static struct weighing *weigh(struct world *world, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	struct weighing *weighing = weigh_v(world, false, format, arguments);
	va_end(arguments);
	return weighing;
}

static struct weighing *stand(struct world *world, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	struct weighing *weighing = weigh_v(world, true, format, arguments);
	va_end(arguments);
	return weighing;
}

/* "R10 R03! R04": the results in their order, ! where it failed. */
static const char *order_of(const struct weighing *weighing)
{
	static char text[1024];
	text[0] = '\0';
	for (uint32_t i = 0; i < weighing->count; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s%s", i > 0 ? " " : "",
			weighing->rules[i].rule, weighing->rules[i].failed ? "!" : "");
	return text;
}

/* The nth result of a rule. */
static const struct rule_result *result(const struct weighing *weighing, const char *rule, int nth)
{
	for (uint32_t i = 0; i < weighing->count; i++) {
		if (text_equal(weighing->rules[i].rule, rule) && nth-- == 0)
			return &weighing->rules[i];
	}
	return NULL;
}

struct figures {
	bool failed;
	int64_t limit_g, available_g, must_stay_g, version, earliest_at;
	const char *because; /* what it begins with; NULL: no sentence */
};

static void expect_figures(int line, const struct rule_result *found, struct figures figures)
{
	CU_ASSERT_PTR_NOT_NULL_FATAL(found);
	bool good = found->failed == figures.failed && found->limit_g == figures.limit_g &&
		found->available_g == figures.available_g && found->must_stay_g == figures.must_stay_g &&
		found->version == figures.version && found->earliest_at == figures.earliest_at &&
		(figures.because == NULL) == (found->because == NULL) &&
		(figures.because == NULL || text_starts(found->because, figures.because));
	if (!good)
		printf("\n  line %d: %s %s %lld of %lld, %lld, v%lld, at %lld: %s\n", line, found->rule,
			found->failed ? "failed" : "passed", (long long)found->limit_g,
			(long long)found->available_g, (long long)found->must_stay_g,
			(long long)found->version, (long long)found->earliest_at,
			found->because != NULL ? found->because : "-");
	CU_ASSERT(good);
}
#define FIGURES(found, ...) expect_figures(__LINE__, (found), (struct figures){ __VA_ARGS__ })

#define NOT ABSENT

/* ---- standing and form ---- */

/* Without rules nothing is weighed but what the law of the reserve says. */
static void test_without_rules(void)
{
	struct world *world = world_stocked();
	const struct weighing *weighing = weigh(world, "member=AUT commodity=ga mass_g=5");
	CU_ASSERT_STRING_EQUAL(order_of(weighing), "R10 R03 R04 R05");
	CU_ASSERT_FALSE(weighing->ruled);
	CU_ASSERT_EQUAL(weighing->limit_g, 500000);
	CU_ASSERT_EQUAL(weighing->earliest_at, ABSENT);
	struct rule_scope scope = weighing->scope;
	CU_ASSERT_EQUAL(weigh_member_cap_g(&scope, world->now), VAULT_INT_MAX);
	CU_ASSERT_STRING_EQUAL(order_of(stand(world, "member=AUT commodity=ga mass_g=5")), "");
	world_free(world);
}

/* Every rule that can fail, in the one order. */
static void test_order(void)
{
	struct world *world = world_stocked();
	DO_SIGNED(world, "ola", "rule.set", SET, "code=e kind=eligibility words=in-force; "
		"code=p kind=purposes words=wafers; code=s kind=resale-ban words=trading; "
		"code=d kind=destinations words=ITA; code=n kind=notice days=5; "
		"code=o kind=origin-ban words=AUT; code=m kind=member-cap mass_g=3 days=5; "
		"code=r kind=request-cap mass_g=2; code=b kind=consumption-base mass_g=1");
	const struct weighing *weighing = weigh(world, "member=DEU commodity=ga mass_g=999999 "
		"purpose=trading tier=A");
	CU_ASSERT_STRING_EQUAL(order_of(weighing),
		"R07! R07! R08! R08! R08! R09! R21! R10! R03! R04! R05! R22! R22! R22!");
	CU_ASSERT(weighing->barred);
	CU_ASSERT_EQUAL(weighing->limit_g, 0);
	CU_ASSERT_EQUAL(weighing->earliest_at, ABSENT); /* most of them never pass */
	FIGURES(result(weighing, "R22", 0), true, 3, 3, 0, 1, NOT, "3 g a member in 5 days");
	FIGURES(result(weighing, "R22", 1), true, 2, 2, NOT, 1, NOT, "2 g a request, by rule r v1");
	FIGURES(result(weighing, "R22", 2), true, 1, 1, 0, 1, NOT, "a consumption base of 1 g");
	world_free(world);
}

static void test_standing(void)
{
	struct world *world = world_framed();
	const struct weighing *weighing = stand(world, "member=AUT commodity=ga mass_g=5");
	FIGURES(result(weighing, "R01", 0), true, 0, NOT, NOT, NOT, NOT, "no declaration is open");
	world_floors(world, "ga", 5, 5);
	world_declare(world, "test", "commodity=ga");
	CU_ASSERT_STRING_EQUAL(order_of(stand(world, "member=AUT commodity=ga mass_g=5")), "");
	weighing = stand(world, "member=FRA commodity=ga mass_g=5");
	FIGURES(result(weighing, "R07", 0), true, 0, NOT, NOT, NOT, NOT, "signatory");
	weighing = stand(world, "member=DEU commodity=ga mass_g=5 purpose=resale");
	CU_ASSERT_STRING_EQUAL(order_of(weighing), "R07! R08!");
	world_pass(world, 30 * TIME_DAY_MS);
	weighing = stand(world, "member=AUT commodity=ga mass_g=5");
	FIGURES(result(weighing, "R02", 0), true, 0, NOT, NOT, NOT, NOT, "the declaration that covered");
	world_free(world);
}

/* A rule narrows who may claim; it never lets in who is not in force. */
static void test_eligibility(void)
{
	struct world *world = world_stocked();
	DO_SIGNED(world, "ola", "rule.set", SET, "code=e kind=eligibility words=in-force,signatory; "
		"code=f kind=eligibility words=signatory member=ITA");
	CU_ASSERT_STRING_EQUAL(order_of(stand(world, "member=AUT commodity=ga mass_g=5")), "");
	CU_ASSERT_STRING_EQUAL(order_of(stand(world, "member=FRA commodity=ga mass_g=5")), "R07!");
	const struct weighing *weighing = stand(world, "member=ITA commodity=ga mass_g=5");
	FIGURES(result(weighing, "R07", 0), true, 0, NOT, NOT, 1, NOT,
		"the member is in-force, and rule f v1 allows signatory alone");
	CU_ASSERT(weighing->barred);
	world_free(world);
}

static void test_purposes(void)
{
	static const struct { const char *ask, *order, *because; } cases[] = {
		{ "purpose=wafers", "", NULL },
		{ "purpose='solar cells'", "", NULL },
		{ "purpose=solar", "R08!",
			"the purpose is solar, and rule p v1 allows wafers, solar cells, spot alone" },
		{ "", "R08!", "the purpose is not given, and rule p v1 allows wafers, solar" },
		{ "purpose=spot", "R08!", "the purpose is spot, which counts as resale by rule s v1" },
		{ "purpose=trading", "R08! R08!", "the purpose is trading, and rule p v1 allows" },
		{ "purpose=resale", "R08! R08!", "metal of the reserve is not for resale" },
	};
	struct world *world = world_stocked();
	DO_SIGNED(world, "ola", "rule.set", SET, "code=p kind=purposes words='wafers,solar cells,spot'; "
		"code=s kind=resale-ban words=spot,trading");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct weighing *weighing = stand(world, "member=AUT commodity=ga mass_g=5 %s",
			cases[i].ask);
		CU_ASSERT_STRING_EQUAL(order_of(weighing), cases[i].order);
		CU_ASSERT_EQUAL(weighing->barred, cases[i].because != NULL);
		if (cases[i].because != NULL)
			CU_ASSERT(text_starts(result(weighing, "R08", 0)->because, cases[i].because));
	}
	/* Two lists both bind. */
	DO_SIGNED(world, "ola", "rule.set", SET, "code=q kind=purposes words=wafers commodity=ga");
	CU_ASSERT_STRING_EQUAL(order_of(stand(world,
		"member=AUT commodity=ga mass_g=5 purpose=wafers")), "");
	CU_ASSERT_STRING_EQUAL(order_of(stand(world,
		"member=AUT commodity=ga mass_g=5 purpose='solar cells'")), "R08!");
	world_free(world);
}

static void test_destinations(void)
{
	struct world *world = world_stocked();
	DO_SIGNED(world, "ola", "rule.set", SET, "code=d kind=destinations words=AUT,JPN");
	CU_ASSERT_STRING_EQUAL(order_of(stand(world, "member=AUT commodity=ga mass_g=5")), "");
	CU_ASSERT_STRING_EQUAL(order_of(stand(world,
		"member=ITA commodity=ga mass_g=5 destination=JPN")), "");
	const struct weighing *weighing = stand(world, "member=ITA commodity=ga mass_g=5");
	FIGURES(result(weighing, "R08", 0), true, 0, NOT, NOT, 1, NOT,
		"the destination is ITA, and rule d v1 allows AUT, JPN alone");
	weighing = stand(world, "member=AUT commodity=ga mass_g=5 destination=RUS");
	CU_ASSERT_STRING_EQUAL(order_of(weighing), "R08!");
	world_free(world);
}

static void test_need_by(void)
{
	struct world *world = world_stocked();
	static const struct { const char *tier; int64_t days; const char *because; } cases[] = {
		{ "", NOT, NULL }, { "tier=C", NOT, NULL }, { "tier=A", NOT, "tier A needs" },
		{ "tier=B", NOT, "tier B needs" }, { "tier=A", 40, NULL }, { "tier=B", 40, NULL },
		{ "tier=C", 0, "the need-by date has passed" }, { "", -1, "the need-by date has passed" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char need_by[64] = "";
		if (cases[i].days != NOT)
			snprintf(need_by, sizeof need_by, "need_by=%lld",
				(long long)(world->now + cases[i].days * TIME_DAY_MS));
		const struct weighing *weighing = stand(world, "member=AUT commodity=ga mass_g=5 %s %s",
			cases[i].tier, need_by);
		CU_ASSERT_STRING_EQUAL(order_of(weighing), cases[i].because != NULL ? "R09!" : "");
		if (cases[i].because != NULL)
			FIGURES(result(weighing, "R09", 0), true, 0, NOT, NOT, NOT, NOT, cases[i].because);
	}
	world_free(world);
}

/* Nothing before so many days after the second signature: it fails, and does not bar. */
static void test_notice(void)
{
	struct world *world = world_stocked();
	const struct declaration *declaration = world_commodity(world, "ga")->declaration;
	int64_t since = declaration->declared_at != ABSENT ? declaration->declared_at :
		declaration->starts_at;
	DO_SIGNED(world, "ola", "rule.set", SET, "code=n kind=notice days=14; "
		"code=o kind=notice days=7 commodity=ga; code=w kind=notice days=20 commodity=wo3; "
		"code=f kind=notice days=20 declaration_kind=full");
	const struct weighing *weighing = stand(world, "member=AUT commodity=ga mass_g=5");
	CU_ASSERT_STRING_EQUAL(order_of(weighing), "R21! R21!");
	FIGURES(result(weighing, "R21", 0), true, 0, NOT, NOT, 1, since + 7 * TIME_DAY_MS,
		"nothing is awarded for 7 days after D-2026-0001 was signed, by rule o v1");
	FIGURES(result(weighing, "R21", 1), true, 0, NOT, NOT, 1, since + 14 * TIME_DAY_MS,
		"nothing is awarded for 14 days");
	CU_ASSERT_FALSE(weighing->barred);
	CU_ASSERT_EQUAL(weighing->limit_g, 0);
	CU_ASSERT_EQUAL(weighing->earliest_at, since + 14 * TIME_DAY_MS);
	world_pass(world, since + 7 * TIME_DAY_MS - world->now);
	CU_ASSERT_STRING_EQUAL(order_of(stand(world, "member=AUT commodity=ga mass_g=5")), "R21!");
	world_pass(world, 7 * TIME_DAY_MS - 1);
	CU_ASSERT_STRING_EQUAL(order_of(stand(world, "member=AUT commodity=ga mass_g=5")), "R21!");
	world_pass(world, 1);
	CU_ASSERT_STRING_EQUAL(order_of(stand(world, "member=AUT commodity=ga mass_g=5")), "");
	world_free(world);
}

/* ---- what is held ---- */

static void lot_from(struct world *world, const char *code, const char *origin, int64_t net_g)
{
	DO(world, "kim", "lot.add", "lots=[code=%s commodity=ga site=north expected_g=%lld origin=%s]",
		code, (long long)net_g, origin);
	DO(world, "kim", "lot.weigh", "lot=%s gross_g=%lld tare_g=1000", code, (long long)net_g + 1000);
	DO(world, "asa", "lot.assay", "lot=%s grade_ppm=1000000 laboratory=lab", code);
	DO(world, "asa", "lot.accept", "lot=%s", code);
}

static void test_origin_ban(void)
{
	struct world *world = world_framed();
	lot_from(world, "R", "RUS", 3000);
	lot_from(world, "C", "CHN", 2000);
	lot_from(world, "A", "AUT", 1000);
	world_floors(world, "ga", 0, 0);
	world_declare(world, "full", "commodity=ga");
	FIGURES(result(weigh(world, "member=AUT commodity=ga mass_g=6000"), "R10", 0), false, 6000,
		6000, NOT, NOT, NOT, NULL);
	DO_SIGNED(world, "ola", "rule.set", SET, "code=no-rus kind=origin-ban words=RUS,BLR");
	const struct weighing *weighing = weigh(world, "member=AUT commodity=ga mass_g=3001");
	FIGURES(result(weighing, "R10", 0), true, 3000, 3000, NOT, 1, NOT,
		"without lots of RUS, BLR by rule no-rus v1");
	CU_ASSERT_EQUAL(weighing->filter.origin_count, 2);
	DO_SIGNED(world, "ola", "rule.set", SET, "code=no-chn kind=origin-ban words=CHN member=ITA");
	FIGURES(result(weigh(world, "member=AUT commodity=ga mass_g=3000"), "R10", 0), false, 3000,
		3000, NOT, 1, NOT, "without lots of RUS");
	FIGURES(result(weigh(world, "member=ITA commodity=ga mass_g=1001"), "R10", 0), true, 1000,
		1000, NOT, NOT, NOT, "without lots of CHN by rule no-chn v1, lots of RUS, BLR by rule");
	/* Only banned lots are left: the ban says so, and not that lots are held. */
	DO_SIGNED(world, "ola", "rule.set", SET, "code=no-aut kind=origin-ban words=AUT member=ITA");
	CU_ASSERT_STRING_EQUAL(order_of(weigh(world, "member=ITA commodity=ga mass_g=1")),
		"R10! R05");
	DO(world, "ola", "request.submit", "member=AUT commodity=ga mass_g=3000");
	const struct request_decided *body = world->decision.events[0].body;
	for (uint32_t i = 0; i < body->picks.count; i++)
		CU_ASSERT_STRING_NOT_EQUAL(((const struct pick *)body->picks.items)[i].lot, "R");
	/* Nothing at all is left but what may not leave. */
	DO(world, "kim", "lot.hold", "lot=R because=x");
	CU_ASSERT_STRING_EQUAL(order_of(weigh(world, "member=AUT commodity=ga mass_g=1")), "R11! R05!");
	world_free(world);
}

/* ---- limits in grams ---- */

/* The window counts whole days, today last; it frees on the very day. */
static void test_member_cap(void)
{
	struct world *world = world_stocked();
	struct commodity *ga = state_find(world->state, TABLE_COMMODITY, "ga");
	const struct member *aut = state_find(world->state, TABLE_MEMBER, "AUT");
	DO_SIGNED(world, "ola", "rule.set", SET, "code=cap kind=member-cap mass_g=300000 days=10");
	usage_add(ga, aut, DAY(-9) + 5, 100000);
	usage_add(ga, aut, DAY(-9) - 1, 70000);  /* ten days ago, a moment before */
	usage_add(ga, aut, DAY(-2), 50000);
	const struct weighing *weighing = weigh(world, "member=AUT commodity=ga mass_g=150000");
	FIGURES(result(weighing, "R22", 0), false, 150000, 300000, 150000, 1, NOT,
		"300 kg a member in 10 days, by rule cap v1");
	CU_ASSERT_EQUAL(weigh_member_cap_g(&weighing->scope, world->now), 150000);
	weighing = weigh(world, "member=AUT commodity=ga mass_g=150001");
	FIGURES(result(weighing, "R22", 0), true, 150000, 300000, 150000, 1, DAY(1), "300 kg a member");
	CU_ASSERT_EQUAL(weighing->limit_g, 150000);
	CU_ASSERT_EQUAL(weighing->earliest_at, DAY(1));
	weighing = weigh(world, "member=AUT commodity=ga mass_g=250001");
	FIGURES(result(weighing, "R22", 0), true, 150000, 300000, 150000, 1, DAY(8), "300 kg a member");
	weighing = weigh(world, "member=AUT commodity=ga mass_g=300001");
	FIGURES(result(weighing, "R22", 0), true, 150000, 300000, 150000, 1, NOT, "300 kg a member");
	CU_ASSERT_EQUAL(weighing->earliest_at, ABSENT);
	FIGURES(result(weigh(world, "member=ITA commodity=ga mass_g=5"), "R22", 0), false, 300000,
		300000, 0, 1, NOT, "300 kg a member");
	world->now = DAY(1) - 1;
	FIGURES(result(weigh(world, "member=AUT commodity=ga mass_g=250000"), "R22", 0), true, 150000,
		300000, 150000, 1, DAY(1), "300 kg a member");
	world->now = DAY(1);
	FIGURES(result(weigh(world, "member=AUT commodity=ga mass_g=250000"), "R22", 0), false, 250000,
		300000, 50000, 1, NOT, "300 kg a member");
	usage_add(ga, aut, DAY(1), 400000); /* more than the cap, as when it was lowered */
	FIGURES(result(weigh(world, "member=AUT commodity=ga mass_g=1"), "R22", 0), true, 0, 300000,
		450000, 1, DAY(11), "300 kg a member");
	struct rule_scope scope = weigh(world, "member=AUT commodity=ga mass_g=1")->scope;
	CU_ASSERT_EQUAL(weigh_member_cap_g(&scope, world->now), 0);
	world_free(world);
}

/* Of what all had in the window and what may leave above the floor that binds: awards move none of it. */
static void test_member_share(void)
{
	struct world *world = world_stocked(); /* 599,900 above the operating floor, cap 500,000 */
	DO_SIGNED(world, "ola", "rule.set", SET, "code=share kind=member-cap share_ppm=250000 days=30");
	const struct weighing *weighing = weigh(world, "member=AUT commodity=ga mass_g=149976");
	FIGURES(result(weighing, "R22", 0), true, 149975, 149975, 0, 1, NOT,
		"25% of what all had and may still have, a member in 30 days, by rule share v1");
	DO(world, "ola", "request.submit", "member=AUT commodity=ga mass_g=100000");
	FIGURES(result(weigh(world, "member=AUT commodity=ga mass_g=5"), "R22", 0), false, 49975,
		149975, 100000, 1, NOT, "25% of");
	FIGURES(result(weigh(world, "member=ITA commodity=ga mass_g=5"), "R22", 0), false, 149975,
		149975, 0, 1, NOT, "25% of");
	REFUSED(world, "request", "ola", "request.submit", "member=AUT commodity=ga mass_g=49976");
	DO(world, "ola", "request.submit", "member=AUT commodity=ga mass_g=49976 partial=true");
	CU_ASSERT_EQUAL(((const struct request_decided *)world->decision.events[0].body)->awarded_g,
		49975);
	world_free(world);

	world = world_framed(); /* a full declaration goes down to the hard floor */
	world_lot(world, "GA-1", "ga", 1000000, 1000000, ABSENT);
	world_floors(world, "ga", 900000, 200000);
	world_declare(world, "full", "commodity=ga");
	DO_SIGNED(world, "ola", "rule.set", SET, "code=share kind=member-cap share_ppm=500000 days=30");
	FIGURES(result(weigh(world, "member=AUT commodity=ga mass_g=5"), "R22", 0), false, 400000,
		400000, 0, 1, NOT, "50% of");
	world_free(world);

	world = world_framed(); /* and no other goes below it, whichever floor is the higher */
	world_lot(world, "GA-1", "ga", 1000000, 1000000, ABSENT);
	world_floors(world, "ga", 5, 900000);
	world_declare(world, "limited", "commodity=ga cap_g=999999");
	DO_SIGNED(world, "ola", "rule.set", SET, "code=share kind=member-cap share_ppm=500000 days=30");
	FIGURES(result(weigh(world, "member=AUT commodity=ga mass_g=5"), "R22", 0), false, 50000,
		50000, 0, 1, NOT, "50% of");
	world_free(world);
}

/* Awards count on the day of their decision, and what comes back counts no more. */
static void test_awards_count(void)
{
	struct world *world = world_stocked();
	DO_SIGNED(world, "ola", "rule.set", SET, "code=cap kind=member-cap mass_g=100000 days=2 "
		"commodity=ga");
	DO(world, "ola", "request.submit", "member=AUT commodity=ga mass_g=80000");
	REFUSED(world, "request", "ola", "request.submit", "member=AUT commodity=ga mass_g=20001");
	DO(world, "ola", "request.submit", "member=ITA commodity=ga mass_g=20001");
	DO(world, "ola", "request.submit", "member=AUT commodity=ga mass_g=20000");
	FIGURES(result(weigh(world, "member=AUT commodity=ga mass_g=1"), "R22", 0), true, 0, 100000,
		100000, 1, DAY(2), "100 kg a member in 2 days");
	DO(world, "ola", "request.withdraw", "request=R-2026-0001 because=settled");
	FIGURES(result(weigh(world, "member=AUT commodity=ga mass_g=1"), "R22", 0), false, 80000,
		100000, 20000, 1, NOT, "100 kg a member in 2 days");
	world_pass(world, DAY(2) - 1 - world->now);
	FIGURES(result(weigh(world, "member=AUT commodity=ga mass_g=1"), "R22", 0), false, 80000,
		100000, 20000, 1, NOT, "100 kg a member in 2 days");
	world_pass(world, 1);
	FIGURES(result(weigh(world, "member=AUT commodity=ga mass_g=1"), "R22", 0), false, 100000,
		100000, 0, 1, NOT, "100 kg a member in 2 days");
	world_free(world);
}

static void test_request_cap(void)
{
	struct world *world = world_stocked();
	DO_SIGNED(world, "ola", "rule.set", SET, "code=all kind=request-cap mass_g=300000; "
		"code=ga kind=request-cap mass_g=200000 commodity=ga; "
		"code=ita kind=request-cap mass_g=1 member=ITA; "
		"code=full kind=request-cap mass_g=2 declaration_kind=full");
	const struct weighing *weighing = weigh(world, "member=AUT commodity=ga mass_g=250000");
	CU_ASSERT_STRING_EQUAL(order_of(weighing), "R10 R03 R04 R05 R22! R22");
	FIGURES(result(weighing, "R22", 0), true, 200000, 200000, NOT, 1, NOT,
		"200 kg a request, by rule ga v1");
	FIGURES(result(weighing, "R22", 1), false, 300000, 300000, NOT, 1, NOT,
		"300 kg a request, by rule all v1");
	CU_ASSERT_EQUAL(weighing->limit_g, 200000);
	/* It limits each request, and not what they come to. */
	CU_ASSERT_EQUAL(weigh_member_cap_g(&weighing->scope, world->now), VAULT_INT_MAX);
	world_free(world);
}

/* A base covers the declaration: what was had since it began counts against it. */
static void test_consumption_base(void)
{
	struct world *world = world_stocked(); /* 30 days */
	DO_SIGNED(world, "ola", "rule.set", SET, "code=all kind=consumption-base mass_g=365000 days=365; "
		"code=ita kind=consumption-base mass_g=70000 member=ITA proxy=true");
	FIGURES(result(weigh(world, "member=AUT commodity=ga mass_g=30001"), "R22", 0), true, 30000,
		30000, 0, 1, NOT, "a consumption base of 30 kg for the declaration, by rule all v1");
	FIGURES(result(weigh(world, "member=ITA commodity=ga mass_g=70000"), "R22", 0), false, 70000,
		70000, 0, 1, NOT, "a consumption base of 70 kg for the declaration (a proxy), by rule ita");
	DO(world, "ola", "request.submit", "member=AUT commodity=ga mass_g=12000");
	world_pass(world, 5 * TIME_DAY_MS);
	const struct weighing *weighing = weigh(world, "member=AUT commodity=ga mass_g=5");
	FIGURES(result(weighing, "R22", 0), false, 18000, 30000, 12000, 1, NOT, "a consumption base");
	CU_ASSERT_EQUAL(weigh_member_cap_g(&weighing->scope, world->now), 18000);
	DO_SIGNED(world, "ola", "rule.set", SET, "code=cap kind=member-cap mass_g=17000 days=366");
	weighing = weigh(world, "member=AUT commodity=ga mass_g=5");
	CU_ASSERT_EQUAL(weigh_member_cap_g(&weighing->scope, world->now), 5000);
	world_free(world);
}

/* Extended beyond a year it is a base of a year, as what is counted against it: no year has two. */
static void test_base_of_years(void)
{
	struct world *world = world_framed();
	world_lot(world, "GA-1", "ga", 2000000, 999900, ABSENT);
	world_floors(world, "ga", 0, 0);
	DO_SIGNED(world, "ola", "rule.set", SET, "code=all kind=consumption-base mass_g=1000 days=1");
	DO_SIGNED(world, "ola", "declare", "kind=full policy=at-once days=366 authority=C findings=x "
		"caps=[commodity=ga]");
	DO(world, "ola", "request.submit", "member=AUT commodity=ga mass_g=366000");
	world_pass(world, 360 * TIME_DAY_MS);
	DO_SIGNED(world, "ola", "declaration.extend",
		"declaration=D-2026-0001 days=366 because='it goes on'");
	FIGURES(result(weigh(world, "member=AUT commodity=ga mass_g=1"), "R22", 0), true, 0, 366000,
		366000, 1, NOT, "a consumption base of 366 kg");
	world_pass(world, 6 * TIME_DAY_MS);
	FIGURES(result(weigh(world, "member=AUT commodity=ga mass_g=1"), "R22", 0), false, 366000, 366000,
		0, 1, NOT, "a consumption base of 366 kg");
	world_free(world);
}

/* Of many rules of a kind those that let least pass are kept, and the least counts. */
static void test_many_rules(void)
{
	struct world *world = world_stocked();
	char items[2048] = "";
	for (int i = 0; i < 30; i++)
		snprintf(items + strlen(items), sizeof items - strlen(items),
			"%scode=r%02d kind=request-cap mass_g=%d", i > 0 ? ";" : "", i, 1000 + 7 * i % 30);
	DO_SIGNED(world, "ola", "rule.set", SET, items);
	const struct weighing *weighing = weigh(world, "member=AUT commodity=ga mass_g=5000");
	CU_ASSERT_STRING_EQUAL(order_of(weighing),
		"R10 R03 R04 R05 R22! R22! R22! R22! R22! R22!");
	CU_ASSERT_EQUAL(weighing->limit_g, 1000);
	for (int limit = 1000; limit < 1000 + WEIGHING_KIND_MAX; limit++) {
		bool found = false;
		for (int nth = 0; nth < WEIGHING_KIND_MAX; nth++)
			found = found || result(weighing, "R22", nth)->limit_g == limit;
		CU_ASSERT(found);
	}
	world_free(world);
}

/* The worst that can be: every kind with more rules than are kept fits. */
static void test_most_results(void)
{
	static const char *const kinds[] = { "eligibility words=withdrawn", "purposes words=p",
		"resale-ban words=x", "destinations words=ITA", "notice days=30",
		"member-cap days=1 mass_g=1", "request-cap mass_g=1" };
	struct world *world = world_stocked();
	for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
		char items[2048] = "";
		for (int i = 0; i < 12; i++)
			snprintf(items + strlen(items), sizeof items - strlen(items), "%scode=r%zu-%02d kind=%s",
				i > 0 ? ";" : "", kind, i, kinds[kind]);
		DO_SIGNED(world, "ola", "rule.set", SET, items);
	}
	const struct weighing *weighing = weigh(world, "member=AUT commodity=ga mass_g=5000 purpose=x");
	CU_ASSERT_EQUAL(weighing->count, 7 * WEIGHING_KIND_MAX + 4);
	CU_ASSERT(weighing->count <= WEIGHING_RULES_MAX);
	REFUSED(world, "request", "ola", "request.submit",
		"member=AUT commodity=ga mass_g=5000 purpose=x");
	world_free(world);
}

/* ---- the date ---- */

/* 40 kg a day from a site: what cannot leave before the need-by date is told with its earliest day. */
static void test_loadout(void)
{
	struct world *world = world_framed();
	DO(world, "ola", "site.add", "sites=[code=west name=West country=AUT daily_loadout_g=40000]");
	DO(world, "kim", "lot.add", "lots=[code=W commodity=ga site=west expected_g=200000]");
	DO(world, "kim", "lot.weigh", "lot=W gross_g=201000 tare_g=1000");
	DO(world, "asa", "lot.assay", "lot=W grade_ppm=1000000 laboratory=lab");
	DO(world, "asa", "lot.accept", "lot=W");
	world_floors(world, "ga", 0, 0);
	world_declare(world, "full", "commodity=ga");
	long long day_4 = (long long)DAY(4);
	CU_ASSERT_PTR_NULL(result(weigh(world, "member=AUT commodity=ga mass_g=120000 need_by=%lld",
		day_4), "R17", 0)); /* days 1, 2 and 3 */
	const struct weighing *weighing = weigh(world,
		"member=AUT commodity=ga mass_g=120001 need_by=%lld", day_4);
	FIGURES(result(weighing, "R17", 0), true, VAULT_INT_MAX, NOT, NOT, NOT, DAY(4),
		"west can load the last of it on 2026-11-26");
	CU_ASSERT_EQUAL(weighing->limit_g, 200000); /* it limits no mass */
	CU_ASSERT_EQUAL(weighing->earliest_at, DAY(4));
	CU_ASSERT_STRING_EQUAL(order_of(weighing), "R10 R05 R17!");
	CU_ASSERT_PTR_NULL(result(weigh(world, "member=AUT commodity=ga mass_g=120001"), "R17", 0));
	/* Only what may be had is asked for a day. */
	weighing = weigh(world, "member=AUT commodity=ga mass_g=900000 need_by=%lld", (long long)DAY(5));
	FIGURES(result(weighing, "R17", 0), true, VAULT_INT_MAX, NOT, NOT, NOT, DAY(5), "west can");
	CU_ASSERT_EQUAL(weighing->earliest_at, ABSENT); /* for R10 will never pass */
	DO_SIGNED(world, "ola", "rule.set", SET, "code=slow kind=site-loadout words=west mass_g=10000; "
		"code=other kind=site-loadout words=west mass_g=1 commodity=wo3");
	weighing = weigh(world, "member=AUT commodity=ga mass_g=120000 need_by=%lld", day_4);
	FIGURES(result(weighing, "R17", 0), true, VAULT_INT_MAX, NOT, NOT, NOT, DAY(12), "west can");
	DO(world, "ola", "request.submit", "member=AUT commodity=ga mass_g=120000 need_by=%lld", day_4);
	CU_ASSERT_EQUAL(((const struct request_decided *)world->decision.events[0].body)->awarded_g,
		120000);
	world_free(world);
}

/* The latest of those that failed, where all of them know a day. */
static void test_earliest(void)
{
	struct world *world = world_stocked();
	struct commodity *ga = state_find(world->state, TABLE_COMMODITY, "ga");
	const struct member *aut = state_find(world->state, TABLE_MEMBER, "AUT");
	usage_add(ga, aut, DAY(-3), 100000);
	DO_SIGNED(world, "ola", "rule.set", SET, "code=cap kind=member-cap mass_g=100000 days=20; "
		"code=n kind=notice days=2");
	const struct weighing *weighing = weigh(world, "member=AUT commodity=ga mass_g=5");
	CU_ASSERT_STRING_EQUAL(order_of(weighing), "R21! R10 R03 R04 R05 R22!");
	CU_ASSERT_EQUAL(weighing->earliest_at, DAY(17));
	weighing = weigh(world, "member=ITA commodity=ga mass_g=5");
	CU_ASSERT_EQUAL(weighing->earliest_at, result(weighing, "R21", 0)->earliest_at);
	weighing = weigh(world, "member=ITA commodity=ga mass_g=500001");
	CU_ASSERT_EQUAL(weighing->earliest_at, ABSENT); /* the declaration's cap */
	world_free(world);
}

/* ---- trials ---- */

struct changes {
	uint32_t count;
	char text[1024];
};

static void take_change(void *context, const struct trial_change *change)
{
	struct changes *changes = context;
	snprintf(changes->text + strlen(changes->text), sizeof changes->text - strlen(changes->text),
		"%s%s %lld %lld %s", changes->count++ > 0 ? "; " : "", change->request->id,
		(long long)change->before_g, (long long)change->after_g, change->rule);
	CU_ASSERT(change->rule[0] == '\0' || change->because[0] != '\0');
}

/* "R-2026-0001 500 300 R22; …" */
static const char *trial(int line, struct world *world, const char *item, int64_t looked_at)
{
	static struct changes changes;
	struct context context = { .state = world->state, .now = world->now, .arena = world->arena };
	struct error error = { 0 };
	struct rule rule;
	arena_reset(world->arena);
	bool good = rule_trial(&context, params_read(world->arena, &rule_item_descriptor, item), &rule,
		&error);
	if (!good)
		printf("\n  line %d: %s\n", line, error.message);
	CU_ASSERT_FATAL(good);
	changes = (struct changes){ 0 };
	context.arena = world->tick_arena;
	int64_t size = state_size(world->state);
	CU_ASSERT_EQUAL(trial_run(&context, &rule, take_change, &changes), looked_at);
	CU_ASSERT_EQUAL(state_size(world->state), size);
	return changes.text;
}
#define TRIAL(world, item, looked_at) trial(__LINE__, (world), (item), (looked_at))

/* What is awarded is asked again as if it were not: a rule that it fits changes nothing. */
static void test_trial_awarded(void)
{
	struct world *world = world_stocked();
	DO(world, "ola", "request.submit", "member=AUT commodity=ga mass_g=300000 purpose=wafers");
	DO(world, "ola", "request.submit", "member=ITA commodity=ga mass_g=200000 purpose=alloys");
	static const struct { const char *item, *changes; } cases[] = {
		{ "code=x kind=request-cap mass_g=300000", "" },
		{ "code=x kind=request-cap mass_g=299999", "R-2026-0001 300000 299999 R22" },
		{ "code=x kind=request-cap mass_g=1 declaration_kind=full", "" },
		{ "code=x kind=request-cap mass_g=1 commodity=wo3", "" },
		{ "code=x kind=member-cap mass_g=300000 days=5", "" },
		{ "code=x kind=member-cap mass_g=150000 days=5",
			"R-2026-0001 300000 150000 R22; R-2026-0002 200000 150000 R22" },
		/* 599,900 g might be had and had been had when both were asked */
		{ "code=x kind=member-cap share_ppm=500000 days=5", "R-2026-0001 300000 299950 R22" },
		{ "code=x kind=consumption-base mass_g=250000", "R-2026-0001 300000 250000 R22" },
		{ "code=x kind=purposes words=wafers", "R-2026-0002 200000 0 R08" },
		{ "code=x kind=destinations words=ITA", "R-2026-0001 300000 0 R08" },
		{ "code=x kind=origin-ban words=AUT",
			"R-2026-0001 300000 0 R10; R-2026-0002 200000 0 R10" },
		{ "code=x kind=notice days=1", "R-2026-0001 300000 0 R21; R-2026-0002 200000 0 R21" },
		{ "code=x kind=eligibility words=signatory member=ITA", "R-2026-0002 200000 0 R07" },
		{ "code=x kind=approvals signatures=3 mass_g=1", "" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CU_ASSERT_STRING_EQUAL(TRIAL(world, cases[i].item, 2), cases[i].changes);
	world_free(world);
}

/* What is awarded would be free again, all of it; but not where its lot may not leave any more. */
static void test_trial_all_awarded(void)
{
	struct world *world = world_framed();
	lot_from(world, "R", "RUS", 3000);
	lot_from(world, "A", "AUT", 1000);
	world_floors(world, "ga", 0, 0);
	world_declare(world, "limited", "commodity=ga cap_g=4000");
	DO(world, "ola", "request.submit", "member=AUT commodity=ga mass_g=4000");
	CU_ASSERT_STRING_EQUAL(TRIAL(world, "code=x kind=request-cap mass_g=4000", 1), "");
	CU_ASSERT_STRING_EQUAL(TRIAL(world, "code=x kind=request-cap mass_g=3999", 1),
		"R-2026-0001 4000 3999 R22");
	CU_ASSERT_STRING_EQUAL(TRIAL(world, "code=x kind=member-cap share_ppm=500000 days=9", 1),
		"R-2026-0001 4000 2000 R22");
	CU_ASSERT_STRING_EQUAL(TRIAL(world, "code=x kind=origin-ban words=RUS", 1),
		"R-2026-0001 4000 1000 R10");
	DO(world, "kim", "lot.hold", "lot=R because=x");
	CU_ASSERT_STRING_EQUAL(TRIAL(world, "code=x kind=request-cap mass_g=999", 1),
		"R-2026-0001 1000 999 R22");
	CU_ASSERT_STRING_EQUAL(TRIAL(world, "code=x kind=request-cap mass_g=1000", 1), "");
	world_free(world);
}

static void test_trial_waiting(void)
{
	struct world *world = world_framed();
	char need_by[64];
	world_lot(world, "GA-1", "ga", 1000000, 1000000, ABSENT);
	world_floors(world, "ga", 400000, 100000);
	DO_SIGNED(world, "ola", "declare", "kind=full days=30 authority=Council findings=shortage "
		"caps=[commodity=ga]");
	DO_SIGNED(world, "ola", "rule.set", SET, "code=cap kind=request-cap mass_g=300000");
	DO(world, "ola", "request.submit", "member=AUT commodity=ga mass_g=400000");
	snprintf(need_by, sizeof need_by, "need_by=%lld", (long long)DAY(4));
	DO(world, "ola", "request.submit", "member=ITA commodity=ga mass_g=100000 tier=A %s", need_by);
	static const struct { const char *item, *changes; } cases[] = {
		{ "code=cap kind=request-cap mass_g=300000", "" },
		{ "code=cap kind=request-cap mass_g=350000", "R-2026-0001 300000 350000 R22" },
		{ "code=cap kind=request-cap ends=true", "R-2026-0001 300000 400000 R22" },
		{ "code=cap kind=request-cap mass_g=90000",
			"R-2026-0001 300000 90000 R22; R-2026-0002 100000 90000 R22" },
		{ "code=b kind=consumption-base mass_g=350000", "" }, /* the cap binds more */
		{ "code=b kind=consumption-base mass_g=250000", "R-2026-0001 300000 250000 R22" },
		/* no gram less, but later */
		{ "code=l kind=site-loadout words=north mass_g=10000", "R-2026-0002 100000 100000 R17" },
		{ "code=l kind=site-loadout words=south mass_g=10000", "" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CU_ASSERT_STRING_EQUAL(TRIAL(world, cases[i].item, 2), cases[i].changes);
	DO(world, "ola", "request.withdraw", "request=R-2026-0001 because=x");
	CU_ASSERT_STRING_EQUAL(TRIAL(world, "code=cap kind=request-cap mass_g=1", 1),
		"R-2026-0002 100000 1 R22");
	world_free(world);
}

int main(void)
{
	return run_cases("reserve weighing", (CU_TestInfo[]){
		{ "without rules: what the law says", test_without_rules },
		{ "the order of the rules", test_order },
		{ "standing: R01 R02 R07 R08", test_standing },
		{ "eligibility: R07", test_eligibility },
		{ "purposes and resale: R08", test_purposes },
		{ "destinations: R08", test_destinations },
		{ "need-by date: R09", test_need_by },
		{ "notice: R21", test_notice },
		{ "origin ban: R10 R11", test_origin_ban },
		{ "member cap over a window: R22", test_member_cap },
		{ "member cap as a share: R22", test_member_share },
		{ "awards count, what comes back does not: R22", test_awards_count },
		{ "request cap: R22", test_request_cap },
		{ "consumption base: R22", test_consumption_base },
		{ "consumption bases of more than a year", test_base_of_years },
		{ "many rules of a kind", test_many_rules },
		{ "the most results there can be", test_most_results },
		{ "load-out: R17", test_loadout },
		{ "when the rest could be had", test_earliest },
		{ "a trial among awards", test_trial_awarded },
		{ "a trial where all is awarded", test_trial_all_awarded },
		{ "a trial among those that wait", test_trial_waiting },
		CU_TEST_INFO_NULL,
	});
}
