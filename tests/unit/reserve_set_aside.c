/*
 * What undrawn entitlements of participants leave to an emergency: at once, in rounds, with credits and
 * caps, and what the plan rests on. And a month's statement of it all.
 */
#include "reserve_world.h"

#include "reserve/emergency/plan.h"
#include "reserve/emergency/request.h"
#include "reserve/zone/commitment.h"
#include "reserve/zone/entitlement.h"
#include "reserve/zone/participant.h"
#include "reserve/zone/participant_statement.h"

static int64_t day(const char *text)
{
	int64_t at;
	CU_ASSERT_FATAL(time_parse(text, &at));
	return at;
}

/* 1,000 kg of gallium, floors of 400 and 100 kg; acme may draw so much from today, 22 Nov 2026, on. */
static struct world *world_held(int64_t entitled_g, const char *until)
{
	struct world *world = world_framed();
	world->unsealed = true; /* closed rows stay, for statements */
	world_lot(world, "GA-1", "ga", 1000000, 1000000, ABSENT);
	world_floors(world, "ga", 400000, 100000);
	DO_SIGNED(world, "ola", "price.draft", "because=index prices=[commodity=ga quoted=500 "
		"unit=USD/kg basis=Ga]");
	DO(world, "ola", "participant.add", "participants=[code=acme name=Acme member=AUT; "
		"code=bolt name=Bolt member=ITA]");
	DO_SIGNED(world, "ola", "rate.set", "because=x effective_at=%lld interest_ppm=73000 "
		"storage_micros_per_tonne_day=1000000", (long long)day("2026-11-01"));
	DO_SIGNED(world, "ola", "commitment.new", "participant=acme commodity=ga mass_g=%lld quoted=100 "
		"unit=USD/kg basis=Ga fee_cents=1000 starts_at=%lld ends_at=%lld replenish_days=30 "
		"gross_ppm=1000000", (long long)entitled_g, (long long)day("2026-11-22"),
		(long long)day(until));
	return world;
}

static void declare(struct world *world, const char *kind, const char *policy,
	const char *entitlements)
{
	DO_SIGNED(world, "ola", "declare", "kind=%s policy=%s days=30 authority=Council findings=x "
		"stale_price=proceed entitlements=%s caps=[commodity=ga cap_g=950000]", kind, policy,
		entitlements);
}

/* The rule's part in the last decision on a request; NULL: none. */
static const struct rule_result *result_of(const struct world *world, const char *rule)
{
	const struct request_decided *body = world->decision.events[0].body;
	const struct rule_result *rules = body->rules.items;
	for (uint32_t i = 0; i < body->rules.count; i++) {
		if (text_equal(rules[i].rule, rule))
			return &rules[i];
	}
	return NULL;
}

static void test_at_once(void)
{
	static const struct {
		const char *kind, *entitlements;
		int64_t entitled_g, most_g;
		const char *rule;
		int64_t must_stay_g;
	} cases[] = {
		{ "full", "set-aside", 250000, 650000, "R05", 350000 },
		{ "full", "first", 250000, 650000, "R05", 350000 },
		{ "full", "pooled", 250000, 900000, "R05", 100000 },
		{ "limited", "set-aside", 250000, 350000, "R04", 650000 },
		{ "limited", "pooled", 250000, 600000, "R04", 400000 },
		{ "full", "set-aside", 900000, 0, "R05", 1000000 },
		{ "full", "set-aside", 2000000, 0, "R05", 2100000 }, /* more than there is */
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world *world = world_held(cases[i].entitled_g, "2027-11-22");
		declare(world, cases[i].kind, "at-once", cases[i].entitlements);
		REFUSED(world, "request", "kurt", "request.submit", "member=ITA commodity=ga mass_g=%lld",
			(long long)cases[i].most_g + 1);
		const struct rule_result *result = result_of(world, cases[i].rule);
		CU_ASSERT_PTR_NOT_NULL_FATAL(result);
		CU_ASSERT_EQUAL(result->limit_g, cases[i].most_g);
		CU_ASSERT_EQUAL(result->available_g, 1000000);
		CU_ASSERT_EQUAL(result->must_stay_g, cases[i].must_stay_g);
		CU_ASSERT_EQUAL(strstr(result->because, "set aside for what participants may draw") != NULL,
			!text_equal(cases[i].entitlements, "pooled"));
		if (cases[i].most_g > 0)
			DO(world, "kurt", "request.submit", "member=ITA commodity=ga mass_g=%lld",
				(long long)cases[i].most_g);
		CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 1000000 - cases[i].most_g);
		world_free(world);
	}
}

static const struct plan_line *line_of(const struct world *world, const char *id)
{
	const struct plan_line *line = state_find(world->state, TABLE_PLAN_LINE, id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(line);
	return line;
}

static void test_rounds(void)
{
	static const struct { const char *entitlements; int64_t estate_g, entitled_g; } cases[] = {
		{ "set-aside", 650000, 250000 }, { "first", 650000, 250000 }, { "pooled", 900000, ABSENT },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world *world = world_held(250000, "2027-11-22");
		declare(world, "full", "proportional", cases[i].entitlements);
		DO(world, "kurt", "request.submit", "member=ITA commodity=ga mass_g=900000");
		DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=900000");
		DO(world, "ola", "allocation.run", "declaration=D-2026-0001");
		const struct plan_line *line = line_of(world, "P-2026-0001/ga");
		CU_ASSERT_EQUAL(line->estate_g, cases[i].estate_g);
		CU_ASSERT_EQUAL(line->entitled_g, cases[i].entitled_g);
		CU_ASSERT_EQUAL(line->awarded_g, cases[i].estate_g);
		const struct document *note = state_find(world->state, TABLE_DOCUMENT, "P-2026-0001");
		CU_ASSERT_EQUAL(strstr(note->text, "\nleaves-to-participants ga entitled-g 250000\n") != NULL,
			cases[i].entitled_g != ABSENT);
		CU_ASSERT(world_sign(world, "ola", "P-2026-0001"));
		CU_ASSERT(world_sign(world, "oma", "P-2026-0001") && !world->decision.refused);
		CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 1000000 - cases[i].estate_g);
		world_free(world);
	}
}

/* A plan rests on the entitlements it left: more of them, or fewer, and it is stale. */
static void test_moved(void)
{
	struct world *world = world_held(250000, "2026-11-24");
	declare(world, "full", "proportional", "set-aside");
	DO(world, "kurt", "request.submit", "member=ITA commodity=ga mass_g=900000");
	DO(world, "ola", "allocation.run", "declaration=D-2026-0001");
	CU_ASSERT(world_sign(world, "ola", "P-2026-0001"));
	world_pass(world, day("2026-11-24") - world->now); /* the commitment ends */
	CU_ASSERT(world_sign(world, "oma", "P-2026-0001"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R20");
	DO(world, "ola", "allocation.run", "declaration=D-2026-0001");
	CU_ASSERT_EQUAL(line_of(world, "P-2026-0002/ga")->estate_g, 900000);
	world_free(world);
}

/* ---- statements ---- */

static struct participant_statement statement_of(struct world *world, const char *participant,
	const char *month)
{
	struct participant_statement statement;
	int64_t from, until;
	CU_ASSERT_FATAL(participant_statement_month(month, &from, &until, &world->error));
	participant_statement_make(world->state,
		state_find(world->state, TABLE_PARTICIPANT, participant), from, until, world->now,
		world->arena, &statement);
	return statement;
}

static void take(struct world *world, const char *participant, enum movement_kind kind,
	int64_t mass_g)
{
	struct applied applied = { .index = state_size(world->state), .at = world->now,
		.effective = ABSENT, .actor = "ola" };
	entitlement_take(world->state, &applied,
		state_find(world->state, TABLE_PARTICIPANT, participant),
		state_find(world->state, TABLE_COMMODITY, "ga"), kind, mass_g, "B-2026-0001");
	state_set_position(world->state, state_size(world->state) + 1, world->now);
	world_tick(world);
}

static void test_statement(void)
{
	struct world *world = world_held(1000000, "2026-12-11");
	DO_SIGNED(world, "ola", "entitlement.transfer", "from=acme to=bolt commodity=ga mass_g=100000 "
		"because=letters");
	world_pass(world, day("2026-11-25") + 5 - world->now);
	take(world, "acme", MOVEMENT_DRAWN, 300000);
	take(world, "bolt", MOVEMENT_BOUGHT, 50000);
	/* Running: 4 days of 100,000.00 less the fee of 10.00, 7.3% is 2 cents in 100.00 a day */
	struct participant_statement running = statement_of(world, "acme", "2026-11");
	CU_ASSERT_FALSE(running.final);
	const struct statement_charge *charge = running.charges.items;
	CU_ASSERT_EQUAL_FATAL(running.charges.count, 1);
	CU_ASSERT_FALSE(charge->posted);
	CU_ASSERT_EQUAL(charge->until, day("2026-11-25"));
	CU_ASSERT_EQUAL(charge->interest_cents, 3 * 1999 + 2); /* 1,999.8 a day */
	CU_ASSERT_EQUAL(charge->bought_cents, 500000);
	world_pass(world, day("2026-12-01") - world->now);
	take(world, "acme", MOVEMENT_REPLENISHED, 200000);
	struct participant_statement november = statement_of(world, "acme", "2026-11");
	CU_ASSERT(november.final);
	const struct statement_commodity *line = november.commodities.items;
	CU_ASSERT_EQUAL_FATAL(november.commodities.count, 1);
	CU_ASSERT_EQUAL(line->opening_g, 0);
	CU_ASSERT_EQUAL(line->granted_g, 1000000);
	CU_ASSERT_EQUAL(line->given_g, 100000);
	CU_ASSERT_EQUAL(line->drawn_g, 300000);
	CU_ASSERT_EQUAL(line->closing_g, 600000);
	CU_ASSERT_EQUAL(line->owed_g, 300000);
	CU_ASSERT_EQUAL(november.movements.count, 3);
	CU_ASSERT_EQUAL(november.fees.count, 1);
	CU_ASSERT_EQUAL_FATAL(november.charges.count, 1);
	charge = november.charges.items;
	CU_ASSERT(charge->posted);
	CU_ASSERT_EQUAL(november.days.count, 2);
	CU_ASSERT_EQUAL(charge->bought_g, 50000); /* of what bolt holds, acme's commitment pays */
	CU_ASSERT_EQUAL(november.due_cents, 1000 + charge->due_cents);
	world_pass(world, day("2026-12-20") - world->now);
	struct participant_statement december = statement_of(world, "acme", "2026-12");
	line = december.commodities.items;
	CU_ASSERT_EQUAL(line->opening_g, 600000);
	CU_ASSERT_EQUAL(line->replenished_g, 200000);
	CU_ASSERT_EQUAL(line->extinguished_g, 800000);
	CU_ASSERT_EQUAL(line->closing_g, 0);
	CU_ASSERT_EQUAL(line->owed_g, 100000);
	CU_ASSERT_EQUAL_FATAL(december.buy_backs.count, 1);
	const struct statement_buy_back *back = december.buy_backs.items;
	CU_ASSERT_EQUAL(back->mass_g, 850000); /* 50 kg of it bolt's */
	CU_ASSERT_EQUAL(back->due_cents, 8500000);
	/* What comes back after the term moves no balance, and is bought. */
	take(world, "acme", MOVEMENT_REPLENISHED, 100000);
	world_pass(world, day("2027-01-05") - world->now);
	december = statement_of(world, "acme", "2026-12");
	line = december.commodities.items;
	CU_ASSERT_EQUAL(line->closing_g, 0);
	CU_ASSERT_EQUAL(line->owed_g, 0);
	CU_ASSERT_EQUAL(line->replenished_g, 200000);
	struct participant_statement january = statement_of(world, "acme", "2027-01");
	CU_ASSERT_EQUAL_FATAL(january.charges.count, 1);
	CU_ASSERT_EQUAL(((const struct statement_charge *)january.charges.items)->due_cents, 1000000);
	struct participant_statement bolt = statement_of(world, "bolt", "2026-12");
	CU_ASSERT_EQUAL(bolt.due_cents, 0);
	CU_ASSERT_EQUAL(bolt.buy_backs.count, 0);
	struct participant_statement again = statement_of(world, "acme", "2026-11");
	struct buffer first = { 0 }, second = { 0 };
	json_canonical_record(&first, &participant_statement_descriptor, &november);
	json_canonical_record(&second, &participant_statement_descriptor, &again);
	CU_ASSERT_STRING_EQUAL(buffer_text(&first), buffer_text(&second));
	buffer_free(&first);
	buffer_free(&second);
	world_free(world);
}

static void test_months(void)
{
	static const char *const bad[] = { "", "2026", "2026-13", "2026-1", "2026-00", "2026-111", "x" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct error error = { 0 };
		int64_t from, until;
		CU_ASSERT_FALSE(participant_statement_month(bad[i], &from, &until, &error));
		CU_ASSERT_EQUAL(error.id, ERROR_INVALID);
	}
}

int main(void)
{
	return run_cases("reserve set aside", (CU_TestInfo[]){
		{ "at once, by the declaration's word", test_at_once },
		{ "in rounds", test_rounds },
		{ "entitlements that moved since the plan", test_moved },
		{ "a month's statement", test_statement },
		{ "months", test_months },
		CU_TEST_INFO_NULL,
	});
}
