/* Declarations: what is refused, what is assumed, their life, more days, monthly accounts. */
#include "reserve_world.h"

#include "reserve/emergency/extension.h"
#include "reserve/emergency/plan.h"
#include "reserve/emergency/statement.h"

#define DECLARE "kind=%s days=%d authority=Council findings=x caps=[%s]"

static const struct declaration *declaration_of(const struct world *world, const char *id)
{
	const struct declaration *declaration = state_find(world->state, TABLE_DECLARATION, id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(declaration);
	return declaration;
}

/* ---- declaring ---- */

static void test_declaring(void)
{
	struct world *world = world_framed();
	FAILS(world, ERROR_INVALID, "ola", "declare", DECLARE, "limited", 61,
		"commodity=ga cap_g=5");
	FAILS(world, ERROR_INVALID, "ola", "declare", DECLARE, "limited", 60, "commodity=ga");
	FAILS(world, ERROR_INVALID, "ola", "declare", DECLARE, "limited", 60,
		"commodity=ga cap_g=5; commodity=wo3");
	FAILS(world, ERROR_NOT_FOUND, "ola", "declare", DECLARE, "full", 60, "commodity=gold");
	FAILS(world, ERROR_INVALID, "ola", "declare", DECLARE, "full", 60,
		"commodity=ga; commodity=ga");
	FAILS(world, ERROR_INVALID, "ola", "declare", DECLARE " starts_at=%lld", "full", 1,
		"commodity=ga", (long long)(world->now - TIME_DAY_MS));
	FAILS(world, ERROR_INVALID, "ola", "declare", DECLARE " starts_at=%lld", "full", 1,
		"commodity=ga", (long long)(world->now + 366 * TIME_DAY_MS + 1));
	FAILS(world, ERROR_DENIED, "kim", "declare", DECLARE, "full", 60, "commodity=ga");
	DO(world, "ola", "declare", DECLARE, "limited", 60, "commodity=ga cap_g=5");
	DO(world, "oma", "document.reject", "document=D-2026-0001 because=no");
	world_free(world);
}

/* What does not fit together names the parameter that is wrong. */
static void test_policies_refused(void)
{
	struct world *world = world_framed();
	long long start = world->now + TIME_DAY_MS, day = TIME_DAY_MS;
	const struct { const char *kind; const char *line; long long time; const char *field; } cases[] = {
		{ "test", "tiers=true", 0, "tiers" },
		{ "limited", "tier_a=talmud", 0, "tier_a" },
		{ "limited", "tier_b=talmud", 0, "tier_b" },
		{ "test", "tier_c=talmud", 0, "tier_c" },
		{ "limited", "minimum_g=5", 0, "minimum_g" },
		{ "full", "policy=at-once minimum_g=5", 0, "minimum_g" },
		{ "full", "policy=at-once tiers=true", 0, "tiers" },
		{ "collective", "policy=at-once collects_until=%lld", start + day, "collects_until" },
		{ "full", "policy=talmud tier_b=equal-losses", 0, "tier_b" },
		{ "full", "policy=talmud tiers=true tier_c=at-once", 0, "tier_c" },
		{ "full", "tier_a=at-once", 0, "tier_a" },
		{ "full", "restraint_ppm=70000", 0, "restraint_ppm" },
		{ "limited", "restraint_ppm=0", 0, "restraint_ppm" },
		{ "full", "collects_until=%lld", start, "collects_until" },
		{ "full", "collects_until=%lld", start + 10 * day, "collects_until" },
		{ "full", "clocks=[tier=A decide_hours=24; tier=A deliver_days=8]", 0, "clocks" },
		{ "full", "clocks=[tier=A decide_hours=24; tier=B]", 0, "clocks" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char line[384], more[256];
		snprintf(more, sizeof more, cases[i].line, cases[i].time);
		snprintf(line, sizeof line, "starts_at=%lld %s", start, more);
		FAILS(world, ERROR_INVALID, "ola", "declare", DECLARE " %s", cases[i].kind, 10,
			"commodity=ga cap_g=5", line);
		CU_ASSERT_STRING_EQUAL(world->error.field, cases[i].field);
	}
	DO(world, "ola", "declare", DECLARE " starts_at=%lld collects_until=%lld", "full", 10,
		"commodity=ga", start, start + 10 * day - 1);
	world_free(world);
}

static bool has_line(const struct world *world, const char *line)
{
	const struct document *note = state_find(world->state, TABLE_DOCUMENT, world->id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(note);
	char whole[128];
	snprintf(whole, sizeof whole, "\n%s\n", line);
	return strstr(note->text, whole) != NULL;
}

static void test_defaults(void)
{
	static const struct { const char *kind; bool rounds; } kinds[] = {
		{ "test", false }, { "limited", false }, { "full", true }, { "collective", true },
	};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct world *world = world_framed();
		DO(world, "ola", "declare", DECLARE, kinds[i].kind, 30, "commodity=ga cap_g=5");
		const struct declaration *made = declaration_of(world, "D-2026-0001");
		CU_ASSERT_EQUAL(declaration_in_rounds(made), kinds[i].rounds);
		CU_ASSERT_EQUAL(declaration_keeps_operating(made), !kinds[i].rounds);
		CU_ASSERT_EQUAL(made->policy, kinds[i].rounds ? POLICY_PROPORTIONAL : POLICY_AT_ONCE);
		CU_ASSERT_EQUAL(made->tiers, kinds[i].rounds);
		CU_ASSERT_EQUAL(made->tier_a, kinds[i].rounds ? POLICY_EQUAL_AWARDS : POLICY_NONE);
		CU_ASSERT_EQUAL(made->entitlements, ENTITLEMENTS_SET_ASIDE);
		CU_ASSERT_EQUAL(made->stale_price, STALE_PRICE_PROCEED);
		CU_ASSERT_EQUAL(made->declared_at, ABSENT);
		CU_ASSERT_EQUAL(declaration_clock(made, TIER_A)->decide_hours, 24);
		CU_ASSERT_EQUAL(declaration_clock(made, TIER_A)->deliver_days, 8);
		CU_ASSERT_EQUAL(declaration_clock(made, TIER_B)->decide_hours, 336);
		CU_ASSERT_EQUAL(declaration_clock(made, TIER_B)->deliver_days, 30);
		CU_ASSERT_EQUAL(declaration_clock(made, TIER_NONE)->deliver_days, 60);
		CU_ASSERT_EQUAL(has_line(world, "must-stay operating floor"), !kinds[i].rounds);
		CU_ASSERT_EQUAL(has_line(world, "tiers A before B before C"), kinds[i].rounds);
		CU_ASSERT(has_line(world, "clock A decide 24 h deliver 8 d"));
		world_free(world);
	}
}

/* A policy that is named is taken as it is, without tiers that nobody asked for. */
static void test_chosen(void)
{
	struct world *world = world_framed();
	DO(world, "ola", "declare", DECLARE " policy=supply-right tiers=true tier_b=talmud "
		"restraint_ppm=0 minimum_g=7 entitlements=first stale_price=refuse "
		"clocks=[tier=B deliver_days=9; tier=A decide_hours=5]", "test", 30, "commodity=ga");
	const struct declaration *made = declaration_of(world, "D-2026-0001");
	struct ration ration = declaration_ration(made);
	CU_ASSERT_EQUAL(ration.policy, POLICY_SUPPLY_RIGHT);
	CU_ASSERT(ration.tiers);
	CU_ASSERT_EQUAL(ration.tier_policies[TIER_A], POLICY_NONE);
	CU_ASSERT_EQUAL(ration.tier_policies[TIER_B], POLICY_TALMUD);
	CU_ASSERT_EQUAL(ration.tier_policies[TIER_C], POLICY_NONE);
	CU_ASSERT_EQUAL(ration.minimum_g, 7);
	CU_ASSERT_EQUAL(made->restraint_ppm, 0);
	CU_ASSERT_EQUAL(made->entitlements, ENTITLEMENTS_FIRST);
	CU_ASSERT_EQUAL(declaration_clock(made, TIER_A)->deliver_days, ABSENT);
	CU_ASSERT_EQUAL(declaration_clock(made, TIER_B)->decide_hours, ABSENT);
	CU_ASSERT_PTR_NULL(declaration_clock(made, TIER_C));
	CU_ASSERT_PTR_NULL(declaration_clock(made, TIER_NONE));
	static const char *const lines[] = { "policy supply-right", "tier-A supply-right",
		"tier-B talmud", "tier-C supply-right", "restraint-ppm 0", "minimum-g 7",
		"entitlements first", "without-fresh-price refuse", "clock B deliver 9 d",
		"clock A decide 5 h" };
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		CU_ASSERT(has_line(world, lines[i]));
	DO(world, "ola", "declare", DECLARE " policy=talmud", "full", 30, "commodity=wo3");
	CU_ASSERT_FALSE(declaration_of(world, "D-2026-0002")->tiers);
	CU_ASSERT_EQUAL(declaration_of(world, "D-2026-0002")->tier_a, POLICY_NONE);
	world_free(world);
}

static void test_overlapping(void)
{
	struct world *world = world_framed();
	DO(world, "ola", "declare", DECLARE, "full", 60, "commodity=ga");
	FAILS(world, ERROR_CONFLICT, "ola", "declare", DECLARE, "full", 1,
		"commodity=wo3; commodity=ga");
	CU_ASSERT_PTR_NOT_NULL(strstr(world->error.message, "ga is covered by D-2026-0001"));
	FAILS(world, ERROR_CONFLICT, "ola", "declare", DECLARE " starts_at=%lld", "full", 1,
		"commodity=ga", (long long)(world->now + 60 * TIME_DAY_MS - 1)); /* its last instant */
	DO(world, "ola", "declare", DECLARE " starts_at=%lld", "full", 1, "commodity=ga",
		(long long)(world->now + 60 * TIME_DAY_MS)); /* the day after */
	DO(world, "ola", "declare", DECLARE, "full", 1, "commodity=wo3");
	DO(world, "oma", "document.reject", "document=D-2026-0001 because=no");
	DO(world, "ola", "declare", DECLARE, "full", 60, "commodity=ga");
	world_free(world);
}

/* ---- its life ---- */

static void test_life(void)
{
	struct world *world = world_framed();
	DO(world, "ola", "declare", DECLARE " starts_at=%lld", "full", 2, "commodity=ga",
		(long long)(world->now + TIME_DAY_MS));
	const struct declaration *declaration = declaration_of(world, "D-2026-0001");
	CU_ASSERT(world_sign(world, "ola", "D-2026-0001"));
	CU_ASSERT_EQUAL(declaration->state, DECLARATION_PROPOSED);
	world_pass(world, 1000);
	CU_ASSERT(world_sign(world, "oma", "D-2026-0001"));
	CU_ASSERT_EQUAL(declaration->state, DECLARATION_SCHEDULED);
	CU_ASSERT_EQUAL(declaration->declared_at, world->now);
	world_pass(world, TIME_DAY_MS - 1001);
	CU_ASSERT_EQUAL(declaration->state, DECLARATION_SCHEDULED);
	world_pass(world, 1);
	CU_ASSERT_EQUAL(declaration->state, DECLARATION_OPEN);
	world_pass(world, 2 * TIME_DAY_MS - 1);
	CU_ASSERT_EQUAL(declaration->state, DECLARATION_OPEN);
	world_pass(world, 1);
	CU_ASSERT_EQUAL(declaration->state, DECLARATION_ENDED);
	world_free(world);
}

/* After a long stop both steps are taken, in their order. */
static void test_slept_through(void)
{
	struct world *world = world_framed();
	DO_SIGNED(world, "ola", "declare", DECLARE " starts_at=%lld", "full", 2, "commodity=ga",
		(long long)(world->now + TIME_DAY_MS));
	int64_t size = state_size(world->state);
	world_pass(world, 50 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(state_size(world->state), size + 2);
	DO(world, "ola", "declare", DECLARE, "full", 1, "commodity=ga");
	char id[CODE_MAX];
	text_copy(id, sizeof id, world->id);
	CU_ASSERT(world_sign(world, "ola", id));
	world_pass(world, 2 * TIME_DAY_MS);
	CU_ASSERT_FALSE(world_sign(world, "oma", id)); /* what can still be signed is past its end */
	CU_ASSERT_EQUAL(world->error.id, ERROR_ILLEGAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(world->error.message, id));
	world_free(world);
}

/* One begins as another ends, which was declared later: never two are open for a commodity. */
static void test_side_by_side(void)
{
	struct world *world = world_framed();
	DO_SIGNED(world, "ola", "declare", DECLARE " starts_at=%lld", "full", 2, "commodity=ga",
		(long long)(world->now + 2 * TIME_DAY_MS));
	DO_SIGNED(world, "ola", "declare", DECLARE, "limited", 2,
		"commodity=ga cap_g=5; commodity=wo3 cap_g=5");
	const struct commodity *commodity = world_commodity(world, "ga");
	CU_ASSERT_PTR_NOT_NULL_FATAL(commodity->declaration);
	CU_ASSERT_STRING_EQUAL(commodity->declaration->id, "D-2026-0002");
	world_pass(world, 2 * TIME_DAY_MS);
	CU_ASSERT_PTR_NOT_NULL_FATAL(commodity->declaration);
	CU_ASSERT_STRING_EQUAL(commodity->declaration->id, "D-2026-0001");
	CU_ASSERT_PTR_NULL(world_commodity(world, "wo3")->declaration);
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_STATEMENT), 1); /* it gave its account */
	world_pass(world, 2 * TIME_DAY_MS);
	CU_ASSERT_PTR_NULL(commodity->declaration);
	world_free(world);
}

/* ---- ending while requests wait and plans are open ---- */

static struct world *world_in_rounds(void)
{
	struct world *world = world_framed();
	world_lot(world, "GA-1", "ga", 1000000, 1000000, ABSENT);
	world_floors(world, "ga", 400000, 100000);
	DO_SIGNED(world, "ola", "price.draft", "because=index prices=[commodity=ga quoted=500 "
		"unit=USD/kg basis=Ga]");
	DO_SIGNED(world, "ola", "declare", DECLARE, "full", 2, "commodity=ga");
	return world;
}

/* The decision that ends what is due first, not applied. */
static struct decision decide_due(struct world *world, int64_t now)
{
	struct decision decision = { 0 };
	struct context context = { .state = world->state, .now = now, .arena = world->arena };
	CU_ASSERT_FATAL(reserve_decide_tick(&context, &decision));
	return decision;
}

static uint32_t count_kind(const struct decision *decision, const char *kind)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < decision->count; i++)
		count += text_equal(decision->events[i].type->kind, kind) ? 1 : 0;
	return count;
}

static void test_ends_with_plan(void)
{
	struct world *world = world_in_rounds();
	int64_t ends_at = declaration_of(world, "D-2026-0001")->ends_at;
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=600000");
	DO(world, "kurt", "request.submit", "member=ITA commodity=ga mass_g=600000");
	DO(world, "ola", "allocation.run", "declaration=D-2026-0001");
	CU_ASSERT(world_sign(world, "ola", "P-2026-0001"));
	struct decision decision = decide_due(world, ends_at);
	CU_ASSERT_EQUAL(count_kind(&decision, "plan.superseded"), 1);
	CU_ASSERT_EQUAL(count_kind(&decision, "request.expired"), 2);
	CU_ASSERT_STRING_EQUAL(decision.events[0].type->kind, "plan.superseded");
	CU_ASSERT_STRING_EQUAL(decision.events[decision.count - 1].type->kind, "declaration.ended");
	for (uint32_t i = 0; i < decision.count; i++)
		CU_ASSERT_EQUAL(decision.events[i].effective, ends_at);
	world_pass(world, ends_at - world->now);
	CU_ASSERT_FALSE(world_sign(world, "oma", "P-2026-0001")); /* nobody is to sign it any more */
	CU_ASSERT_EQUAL(world->error.id, ERROR_NOT_FOUND);
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_REQUEST, "R-2026-0001"));
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 1000000);
	REFUSED(world, "R02", "ola", "allocation.run", "declaration=D-2026-0001");
	REFUSED(world, "request", "kurt", "request.submit", "member=AUT commodity=ga mass_g=5");
	CU_ASSERT_EQUAL(state_tallied(world->state, TABLE_REQUEST, REQUEST_ELIGIBLE), 0);
	world_free(world);
}

/* Straight to decide and apply: the world would check everything after each of them. */
static void submit_many(struct world *world, int count)
{
	struct submit_params *params = params_read(world->arena, &submit_params_descriptor,
		"member=AUT commodity=ga mass_g=5");
	for (int i = 0; i < count; i++) {
		struct decision decision = { .arena = world->tick_arena };
		struct error error = { 0 };
		struct context context = { .state = world->state, .now = world->now,
			.actor = person_find(world->state, "kurt"), .arena = world->tick_arena };
		CU_ASSERT_FATAL(request_decide(&context, params, NULL, &decision, &error));
		struct applied applied = { .index = state_size(world->state), .at = world->now,
			.effective = ABSENT, .actor = "kurt" };
		reserve_apply(world->state, &applied, decision.events[0].type, decision.events[0].body);
		arena_reset(world->tick_arena);
	}
}

static void test_ends_with_thousands(void)
{
	enum { MANY = 5000 };
	struct world *world = world_in_rounds();
	submit_many(world, MANY);
	CU_ASSERT_EQUAL(state_tallied(world->state, TABLE_REQUEST, REQUEST_ELIGIBLE), MANY);
	struct decision decision = decide_due(world, declaration_of(world, "D-2026-0001")->ends_at);
	CU_ASSERT_EQUAL(decision.count, MANY + 1);
	CU_ASSERT_EQUAL(count_kind(&decision, "request.expired"), MANY);
	world_pass(world, 2 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(state_tallied(world->state, TABLE_REQUEST, REQUEST_ELIGIBLE), 0);
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_REQUEST), 0);
	CU_ASSERT_EQUAL(declaration_of(world, "D-2026-0001")->state, DECLARATION_ENDED);
	world_free(world);
}

/* Who waits under another declaration goes on waiting. */
static void test_ends_alone(void)
{
	struct world *world = world_in_rounds();
	world_lot(world, "W-1", "wo3", 1000000, 1000000, ABSENT);
	DO_SIGNED(world, "ola", "declare", DECLARE, "full", 9, "commodity=wo3");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=5");
	DO(world, "kurt", "request.submit", "member=AUT commodity=wo3 mass_g=5");
	world_pass(world, 2 * TIME_DAY_MS);
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_REQUEST, "R-2026-0001"));
	CU_ASSERT_PTR_NOT_NULL(state_find(world->state, TABLE_REQUEST, "R-2026-0002"));
	world_free(world);
}

/* ---- more days ---- */

#define EXTEND "declaration=%s days=%d because=x"

static void test_extension_of_each_kind(void)
{
	static const char *const kinds[] = { "test", "limited", "full", "collective" };
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct world *world = world_framed();
		DO_SIGNED(world, "ola", "declare", DECLARE, kinds[i], 30, "commodity=ga cap_g=5");
		const struct declaration *declaration = declaration_of(world, "D-2026-0001");
		int64_t ended_at = declaration->ends_at;
		DO(world, "ola", "declaration.extend", EXTEND, "D-2026-0001", 30);
		char note[CODE_MAX];
		text_copy(note, sizeof note, world->id);
		CU_ASSERT(world_sign(world, "ola", note));
		CU_ASSERT_EQUAL(declaration->ends_at, ended_at);
		CU_ASSERT(world_sign(world, "oma", note));
		CU_ASSERT_EQUAL(declaration->ends_at, ended_at + 30 * TIME_DAY_MS);
		const struct extension *extension = state_find(world->state, TABLE_EXTENSION,
			"D-2026-0001/1");
		CU_ASSERT_PTR_NOT_NULL_FATAL(extension);
		CU_ASSERT_EQUAL(extension->state, SETTING_IN_FORCE);
		CU_ASSERT_EQUAL(extension->ended_at, ended_at);
		CU_ASSERT_STRING_EQUAL(extension->document, note);
		world_pass(world, 30 * TIME_DAY_MS);
		CU_ASSERT_EQUAL(declaration->state, DECLARATION_OPEN);
		world_pass(world, 30 * TIME_DAY_MS - 1);
		CU_ASSERT_EQUAL(declaration->state, DECLARATION_OPEN);
		world_pass(world, 1);
		CU_ASSERT_EQUAL(declaration->state, DECLARATION_ENDED);
		world_free(world);
	}
}

static void test_extension_refused(void)
{
	struct world *world = world_framed();
	FAILS(world, ERROR_NOT_FOUND, "ola", "declaration.extend", EXTEND, "D-2026-0001", 1);
	DO(world, "ola", "declare", DECLARE, "limited", 40, "commodity=ga cap_g=5");
	FAILS(world, ERROR_ILLEGAL, "ola", "declaration.extend", EXTEND, "D-2026-0001", 1);
	world_signed(__LINE__, world, "D-2026-0001");
	FAILS(world, ERROR_DENIED, "kim", "declaration.extend", EXTEND, "D-2026-0001", 1);
	FAILS(world, ERROR_INVALID, "ola", "declaration.extend", EXTEND, "D-2026-0001", 21);
	CU_ASSERT_PTR_NOT_NULL(strstr(world->error.message, "has 40 and can have 20 more"));
	FAILS(world, ERROR_CONFLICT, "ola", "declaration.extend", EXTEND " policy=proportional",
		"D-2026-0001", 1);
	CU_ASSERT_STRING_EQUAL(world->error.field, "policy");
	CU_ASSERT_PTR_NOT_NULL(strstr(world->error.message, "fixed before the window opened"));
	DO_SIGNED(world, "ola", "declaration.extend", EXTEND " policy=at-once", "D-2026-0001", 10);
	FAILS(world, ERROR_INVALID, "ola", "declaration.extend", EXTEND, "D-2026-0001", 11); /* 61 */
	DO(world, "ola", "declaration.extend", EXTEND, "D-2026-0001", 10);
	FAILS(world, ERROR_CONFLICT, "ola", "declaration.extend", EXTEND, "D-2026-0001", 1);
	DO(world, "oma", "document.reject", "document=%s because=no", "N-2026-0002");
	DO_SIGNED(world, "ola", "declaration.extend", EXTEND, "D-2026-0001", 10);
	const struct extension *extension = state_find(world->state, TABLE_EXTENSION,
		"D-2026-0001/2");
	CU_ASSERT_PTR_NOT_NULL_FATAL(extension);
	CU_ASSERT_EQUAL(extension->state, SETTING_REJECTED);
	CU_ASSERT_PTR_NOT_NULL(state_find(world->state, TABLE_EXTENSION, "D-2026-0001/3"));
	world_pass(world, 60 * TIME_DAY_MS);
	FAILS(world, ERROR_ILLEGAL, "ola", "declaration.extend", EXTEND, "D-2026-0001", 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(world->error.message, "D-2026-0001 ended at"));
	world_free(world);
}

/* The days that it adds must be free as it is proposed, and as it is signed. */
static void test_extension_overlaps(void)
{
	struct world *world = world_framed();
	DO_SIGNED(world, "ola", "declare", DECLARE, "full", 10, "commodity=ga");
	DO(world, "ola", "declaration.extend", EXTEND, "D-2026-0001", 5);
	DO_SIGNED(world, "ola", "declare", DECLARE " starts_at=%lld", "full", 10, "commodity=ga",
		(long long)declaration_of(world, "D-2026-0001")->ends_at + TIME_DAY_MS);
	CU_ASSERT(world_sign(world, "ola", "N-2026-0001"));
	CU_ASSERT_FALSE(world_sign(world, "oma", "N-2026-0001"));
	CU_ASSERT_EQUAL(world->error.id, ERROR_CONFLICT);
	CU_ASSERT_PTR_NOT_NULL(strstr(world->error.message, "ga is covered by D-2026-0002"));
	DO(world, "oma", "document.reject", "document=N-2026-0001 because=no");
	FAILS(world, ERROR_CONFLICT, "ola", "declaration.extend", EXTEND, "D-2026-0001", 2);
	DO_SIGNED(world, "ola", "declaration.extend", EXTEND, "D-2026-0001", 1); /* up to it */
	DO_SIGNED(world, "ola", "declaration.extend", EXTEND, "D-2026-0002", 1); /* scheduled */
	world_pass(world, 11 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(declaration_of(world, "D-2026-0001")->state, DECLARATION_ENDED);
	CU_ASSERT_EQUAL(declaration_of(world, "D-2026-0002")->state, DECLARATION_OPEN);
	world_pass(world, 11 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(declaration_of(world, "D-2026-0002")->state, DECLARATION_ENDED);
	world_free(world);
}

/* An extension that nobody signed in time is over with its declaration. */
static void test_extension_too_late(void)
{
	struct world *world = world_framed();
	DO_SIGNED(world, "ola", "declare", DECLARE, "full", 10, "commodity=ga");
	DO(world, "ola", "declaration.extend", EXTEND, "D-2026-0001", 5);
	CU_ASSERT(world_sign(world, "ola", "N-2026-0001"));
	world_pass(world, 10 * TIME_DAY_MS);
	CU_ASSERT_FALSE(world_sign(world, "oma", "N-2026-0001"));
	CU_ASSERT_EQUAL(world->error.id, ERROR_NOT_FOUND);
	const struct extension *extension = state_find(world->state, TABLE_EXTENSION,
		"D-2026-0001/1");
	CU_ASSERT_PTR_NOT_NULL_FATAL(extension);
	CU_ASSERT_EQUAL(extension->state, SETTING_REJECTED);
	CU_ASSERT_EQUAL(declaration_of(world, "D-2026-0001")->state, DECLARATION_ENDED);
	world_free(world);
}

/* ---- accounts ---- */

static const struct statement *statement_of(const struct world *world, const char *id)
{
	const struct statement *statement = state_find(world->state, TABLE_STATEMENT, id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(statement);
	return statement;
}

/* WORLD_BEGIN is 22 November 2026. */
#define DECEMBER 1796083200000LL /* 2026-12-01T00:00:00Z */
#define JANUARY (DECEMBER + 31 * TIME_DAY_MS)

static void check_statement(const struct world *world, const char *id, int64_t from,
	int64_t until, int64_t used_g, int64_t in_period_g)
{
	const struct statement *statement = statement_of(world, id);
	CU_ASSERT_EQUAL(statement->from, from);
	CU_ASSERT_EQUAL(statement->until, until);
	CU_ASSERT_EQUAL_FATAL(statement->lines.count, 1);
	const struct statement_line *line = statement->lines.items;
	CU_ASSERT_STRING_EQUAL(line->commodity, "ga");
	CU_ASSERT_EQUAL(line->cap_g, 500000);
	CU_ASSERT_EQUAL(line->floor_g, 400000);
	CU_ASSERT_EQUAL(line->used_g, used_g);
	CU_ASSERT_EQUAL(line->used_in_period_g, in_period_g);
	CU_ASSERT_EQUAL(line->available_g, 999900 - used_g);
}

/* What came back makes a month negative; the months are UTC's, to the millisecond. */
static void test_accounts(void)
{
	struct world *world = world_stocked(); /* limited, 30 days, cap 500 kg */
	int64_t begins_at = declaration_of(world, "D-2026-0001")->starts_at;
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=20");
	world_pass(world, DECEMBER - 1 - world->now);
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_STATEMENT), 0);
	world_pass(world, 1);
	check_statement(world, "D-2026-0001/2026-11", begins_at, DECEMBER, 1020, 1020);
	DO(world, "kurt", "request.withdraw", "request=R-2026-0001 because=x");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=7");
	world_pass(world, begins_at + 30 * TIME_DAY_MS - world->now);
	check_statement(world, "D-2026-0001/2026-12", DECEMBER, begins_at + 30 * TIME_DAY_MS, 27, -993);
	CU_ASSERT_EQUAL(declaration_of(world, "D-2026-0001")->accounted_until,
		begins_at + 30 * TIME_DAY_MS);
	world_pass(world, 60 * TIME_DAY_MS); /* over is over */
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_STATEMENT), 2);
	world_free(world);
}

/* After a long stop every month has its account, in order, before the end. */
static void test_accounts_slept_through(void)
{
	struct world *world = world_stocked();
	int64_t begins_at = declaration_of(world, "D-2026-0001")->starts_at;
	int64_t ends_at = begins_at + 60 * TIME_DAY_MS;
	DO_SIGNED(world, "ola", "declaration.extend", EXTEND, "D-2026-0001", 30);
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000");
	int64_t size = state_size(world->state);
	struct decision decision = decide_due(world, ends_at + TIME_DAY_MS);
	CU_ASSERT_EQUAL(decision.count, 1);
	CU_ASSERT_STRING_EQUAL(decision.events[0].type->kind, "declaration.accounted");
	CU_ASSERT_EQUAL(decision.events[0].effective, DECEMBER);
	world_pass(world, 200 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(state_size(world->state), size + 4);
	check_statement(world, "D-2026-0001/2026-11", begins_at, DECEMBER, 1000, 1000);
	check_statement(world, "D-2026-0001/2026-12", DECEMBER, JANUARY, 1000, 0);
	check_statement(world, "D-2026-0001/2027-01", JANUARY, ends_at, 1000, 0);
	world_free(world);
}

/* An end at a month's end is one account; a window of its last millisecond has one of its own. */
static void test_accounts_at_edges(void)
{
	struct world *world = world_framed();
	DO_SIGNED(world, "ola", "declare", DECLARE " starts_at=%lld", "limited", 31,
		"commodity=ga cap_g=5", DECEMBER);
	DO_SIGNED(world, "ola", "declare", DECLARE " starts_at=%lld", "limited", 5,
		"commodity=wo3 cap_g=5", DECEMBER - 1);
	world_pass(world, 100 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_STATEMENT), 3);
	CU_ASSERT_EQUAL(statement_of(world, "D-2026-0001/2026-12")->from, DECEMBER);
	CU_ASSERT_EQUAL(statement_of(world, "D-2026-0001/2026-12")->until, JANUARY);
	CU_ASSERT_EQUAL(statement_of(world, "D-2026-0002/2026-11")->until, DECEMBER);
	CU_ASSERT_EQUAL(statement_of(world, "D-2026-0002/2026-12")->until,
		DECEMBER - 1 + 5 * TIME_DAY_MS);
	world_free(world);
}

/* The law asks it of limited ones alone. */
static void test_accounts_of_others(void)
{
	static const char *const kinds[] = { "test", "full", "collective" };
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct world *world = world_framed();
		DO_SIGNED(world, "ola", "declare", DECLARE, kinds[i], 60, "commodity=ga cap_g=5");
		world_pass(world, 100 * TIME_DAY_MS);
		CU_ASSERT_EQUAL(state_count(world->state, TABLE_STATEMENT), 0);
		world_free(world);
	}
}

int main(void)
{
	return run_cases("reserve declarations", (CU_TestInfo[]){
		{ "declarations refused", test_declaring },
		{ "policies that do not fit together", test_policies_refused },
		{ "what is assumed of each kind", test_defaults },
		{ "what is chosen is taken as it is", test_chosen },
		{ "overlapping windows name the other", test_overlapping },
		{ "it opens and ends by itself", test_life },
		{ "slept through", test_slept_through },
		{ "side by side", test_side_by_side },
		{ "it ends while a plan is open", test_ends_with_plan },
		{ "it ends while thousands wait", test_ends_with_thousands },
		{ "it ends alone", test_ends_alone },
		{ "more days for each kind", test_extension_of_each_kind },
		{ "more days refused", test_extension_refused },
		{ "more days than are free", test_extension_overlaps },
		{ "more days too late", test_extension_too_late },
		{ "monthly accounts", test_accounts },
		{ "accounts slept through", test_accounts_slept_through },
		{ "accounts at the edges of months", test_accounts_at_edges },
		{ "no accounts of other kinds", test_accounts_of_others },
		CU_TEST_INFO_NULL,
	});
}
