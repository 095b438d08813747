/*
 * Draws of participants: entitlement, replenishment, what a declaration changes, and a race for
 * the last.
 */
#include "reserve_world.h"

#include "reserve/emergency/plan.h"
#include "reserve/zone/commitment.h"
#include "reserve/zone/exchange.h"
#include "reserve/zone/exchange_return.h"

#define IN_DAYS(world, days) ((long long)(world)->now + (days) * TIME_DAY_MS)

static int64_t today(const struct world *world)
{
	return world->now - world->now % TIME_DAY_MS;
}

static void commit(struct world *world, const char *participant, int64_t mass_g, int days)
{
	DO_SIGNED(world, "ola", "commitment.new", "participant=%s commodity=ga mass_g=%lld quoted=365 "
		"unit=USD/kg basis=Ga fee_cents=0 starts_at=%lld ends_at=%lld replenish_days=30 "
		"gross_ppm=1200000 because=deal", participant, (long long)mass_g,
		(long long)today(world), (long long)today(world) + days * TIME_DAY_MS);
}

/* 1,000 kg of gallium, floors, a price; acme is entitled to so much, bolt to nothing. */
static struct world *world_entitled(int64_t operating_g, int64_t hard_g, int64_t entitled_g)
{
	struct world *world = world_framed();
	world_lot(world, "GA-1", "ga", 1000000, 1000000, ABSENT);
	world_floors(world, "ga", operating_g, hard_g);
	DO_SIGNED(world, "ola", "price.draft", "because=index prices=[commodity=ga quoted=500 "
		"unit=USD/kg basis=Ga]");
	DO(world, "ola", "participant.add", "participants=[code=acme name='Acme AG' member=AUT; "
		"code=bolt name='Bolt SpA' member=ITA]");
	DO_SIGNED(world, "ola", "rate.set", "because=board effective_at=%lld interest_ppm=50000 "
		"storage_micros_per_tonne_day=500000", (long long)today(world) - 20 * TIME_DAY_MS);
	if (entitled_g > 0)
		commit(world, "acme", entitled_g, 300);
	return world;
}

static int64_t entitled_g(const struct world *world, const char *code)
{
	return entitlement_g(world->state, state_find(world->state, TABLE_PARTICIPANT, code),
		world_commodity(world, "ga"));
}

static int64_t owed_g(const struct world *world, const char *code)
{
	return entitlement_owed_g(world->state, state_find(world->state, TABLE_PARTICIPANT, code),
		world_commodity(world, "ga"));
}

static void lift(struct world *world, const char *id, const char *consignee)
{
	const struct order *order = state_find(world->state, TABLE_RELEASE_ORDER, id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(order);
	const struct order_line line = ((struct order_line *)order->lines.items)[0];
	DO(world, "kim", "load_out", "order=%s lot=%s gross_g=%lld tare_g=10 carrier=c vehicle=v", id,
		line.lot, (long long)line.net_g + 10);
	DO(world, "kim", "deliver", "order=%s consignee='%s' receiver=r", id, consignee);
}

static void declare(struct world *world, const char *kind, const char *entitlements)
{
	DO_SIGNED(world, "ola", "declare", "kind=%s policy=at-once days=30 authority=Council "
		"findings=shortage entitlements=%s caps=[commodity=ga cap_g=500000]", kind, entitlements);
}

/* ---- in normal times ---- */

static void test_draw(void)
{
	struct world *world = world_entitled(400000, 100000, 300000);
	DO(world, "kim", "draw.new", "participant=acme commodity=ga mass_g=200000");
	CU_ASSERT_STRING_EQUAL(world->id, "B-2026-0001");
	const struct exchange *draw = state_find(world->state, TABLE_EXCHANGE, "B-2026-0001");
	CU_ASSERT_PTR_NOT_NULL_FATAL(draw);
	CU_ASSERT_EQUAL(draw->due_at, today(world) + 30 * TIME_DAY_MS); /* as the commitment says */
	CU_ASSERT_EQUAL(entitled_g(world, "acme"), 300000); /* drawn by the commit that issues it */
	REFUSED(world, "R15", "kim", "draw.new", "participant=acme commodity=ga mass_g=100001");
	world_signed(__LINE__, world, "O-2026-0001");
	CU_ASSERT_EQUAL(entitled_g(world, "acme"), 100000);
	CU_ASSERT_EQUAL(owed_g(world, "acme"), 200000);
	lift(world, "O-2026-0001", "Acme AG");
	REFUSED(world, "R15", "kim", "draw.new", "participant=acme commodity=ga mass_g=100001");
	REFUSED(world, "R15", "kim", "draw.new", "participant=bolt commodity=ga mass_g=1");
	DO(world, "kim", "lot.add", "lots=[code=RE-1 commodity=ga site=north expected_g=200000 "
		"supplier=acme origin=AUT]");
	DO(world, "kim", "lot.weigh", "lot=RE-1 gross_g=201000 tare_g=1000");
	DO(world, "asa", "lot.assay", "lot=RE-1 grade_ppm=1000000 laboratory=lab");
	DO(world, "asa", "lot.accept", "lot=RE-1");
	DO(world, "ola", "exchange.return", "exchange=B-2026-0001 lot=RE-1 mass_g=150000");
	CU_ASSERT_EQUAL(entitled_g(world, "acme"), 250000);
	DO(world, "ola", "exchange.return", "exchange=B-2026-0001 lot=RE-1");
	CU_ASSERT_EQUAL(entitled_g(world, "acme"), 300000);
	CU_ASSERT_EQUAL(owed_g(world, "acme"), 0);
	world_free(world);
}

static void test_draw_bad(void)
{
	struct world *world = world_entitled(400000, 100000, 300000);
	FAILS(world, ERROR_INVALID, "kim", "draw.new", "participant=acme commodity=ga mass_g=1 "
		"replenish_by=%lld", IN_DAYS(world, -1));
	FAILS(world, ERROR_INVALID, "kim", "draw.new", "participant=acme commodity=ga mass_g=1 "
		"replenish_by=%lld", IN_DAYS(world, 31));
	DO(world, "kim", "draw.new", "participant=acme commodity=ga mass_g=1 replenish_by=%lld",
		IN_DAYS(world, 10));
	DO_SIGNED(world, "ola", "member.set", "because=x members=[code=AUT name=Austria "
		"status=suspended]");
	REFUSED(world, "R07", "kim", "draw.new", "participant=acme commodity=ga mass_g=1");
	world_free(world);
}

/* A lapsed or rejected draw was never one. */
static void test_draw_undone(void)
{
	for (int issued = 0; issued < 2; issued++) {
		struct world *world = world_entitled(400000, 100000, 300000);
		DO(world, "kim", "draw.new", "participant=acme commodity=ga mass_g=200000");
		if (issued) {
			world_signed(__LINE__, world, "O-2026-0001");
			world_pass(world, 40 * TIME_DAY_MS);
		} else {
			DO(world, "oma", "document.reject", "document=O-2026-0001 because=no");
		}
		CU_ASSERT_EQUAL(entitled_g(world, "acme"), 300000);
		CU_ASSERT_EQUAL(owed_g(world, "acme"), 0);
		world_free(world);
	}
}

/* Draws that are due after the new end of their commitment come due with it, and no others do. */
static void test_commitment_ends_early(void)
{
	struct world *world = world_entitled(400000, 100000, 100000);
	commit(world, "acme", 100000, 200); /* it ends first: what comes back meets it first */
	commit(world, "bolt", 50000, 300);
	static const struct { const char *who; long long mass_g; int days; } draws[] = {
		{ "acme", 60000, 5 }, { "acme", 30000, 25 }, { "acme", 20000, 30 }, { "bolt", 1000, 30 },
	};
	for (size_t i = 0; i < sizeof draws / sizeof *draws; i++) {
		char order[CODE_MAX];
		DO(world, "kim", "draw.new", "participant=%s commodity=ga mass_g=%lld replenish_by=%lld",
			draws[i].who, draws[i].mass_g, IN_DAYS(world, draws[i].days) -
			world->now % TIME_DAY_MS);
		const struct exchange *draw = state_find(world->state, TABLE_EXCHANGE, world->id);
		CU_ASSERT_PTR_NOT_NULL_FATAL(draw);
		text_copy(order, sizeof order, draw->release_order);
		world_signed(__LINE__, world, order);
		if (i == 0)
			lift(world, order, "Acme AG");
	}
	int64_t ends_at = today(world) + 10 * TIME_DAY_MS;
	DO(world, "ola", "commitment.end", "commitment=K-2026-0002 because=x ends_at=%lld",
		(long long)ends_at);
	const struct document *note = state_find(world->state, TABLE_DOCUMENT, world->id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(note);
	/* K-2026-0002 is owed 100 kg: 60 kg are due before, and the next 30 and 20 cover the rest */
	CU_ASSERT_PTR_NULL(strstr(note->text, "B-2026-0001"));
	CU_ASSERT_PTR_NOT_NULL(strstr(note->text, "due-by-then B-2026-0002 of acme in-place-of 2026-"));
	CU_ASSERT_PTR_NOT_NULL(strstr(note->text, "due-by-then B-2026-0003 of acme in-place-of 2026-"));
	CU_ASSERT_PTR_NULL(strstr(note->text, "B-2026-0004"));
	world_signed(__LINE__, world, world->id);
	for (int i = 1; i <= 4; i++) {
		char id[CODE_MAX], amendment[CODE_MAX + 8];
		snprintf(id, sizeof id, "B-2026-000%d", i);
		snprintf(amendment, sizeof amendment, "%s/1", id);
		const struct exchange *draw = state_find(world->state, TABLE_EXCHANGE, id);
		bool forward = i == 2 || i == 3;
		CU_ASSERT_PTR_NOT_NULL_FATAL(draw);
		CU_ASSERT_EQUAL(draw->due_at == ends_at, forward);
		CU_ASSERT_EQUAL(draw->due_at != draw->original_due_at, forward);
		CU_ASSERT_EQUAL(state_find(world->state, TABLE_EXCHANGE_AMENDMENT, amendment) != NULL,
			forward);
	}
	lift(world, "O-2026-0002", "Acme AG");
	world_pass(world, 10 * TIME_DAY_MS);
	const struct exchange *draw = state_find(world->state, TABLE_EXCHANGE, "B-2026-0002");
	CU_ASSERT_PTR_NOT_NULL_FATAL(draw);
	CU_ASSERT(draw->overdue);
	world_free(world);
}

/* What was only prepared is bound by its note, and so is not issued. */
static void test_prepared_when_it_ends(void)
{
	struct world *world = world_entitled(400000, 100000, 100000);
	DO(world, "kim", "draw.new", "participant=acme commodity=ga mass_g=1000");
	DO(world, "kim", "draw.new", "participant=acme commodity=ga mass_g=1000 replenish_by=%lld",
		(long long)today(world) + 9 * TIME_DAY_MS);
	DO_SIGNED(world, "ola", "commitment.end", "commitment=K-2026-0001 because=x ends_at=%lld",
		(long long)today(world) + 10 * TIME_DAY_MS);
	CU_ASSERT(world_sign(world, "ola", "O-2026-0001"));
	CU_ASSERT(world_sign(world, "oma", "O-2026-0001"));
	CU_ASSERT(world->decision.refused);
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R15");
	world_signed(__LINE__, world, "O-2026-0002");
	world_free(world);
}

/* What did not leave is entitlement again. */
static void test_draw_in_part(void)
{
	struct world *world = world_entitled(400000, 100000, 300000);
	DO(world, "kim", "draw.new", "participant=acme commodity=ga mass_g=200000");
	world_signed(__LINE__, world, "O-2026-0001");
	DO(world, "kim", "load_out", "order=O-2026-0001 lot=GA-1 gross_g=80010 tare_g=10 carrier=c "
		"vehicle=v partial=true");
	world_pass(world, 40 * TIME_DAY_MS);
	DO(world, "kim", "deliver", "order=O-2026-0001 consignee='Acme AG' receiver=r");
	CU_ASSERT_EQUAL(entitled_g(world, "acme"), 220000);
	CU_ASSERT_EQUAL(owed_g(world, "acme"), 80000);
	world_free(world);
}

static void test_overdue(void)
{
	struct world *world = world_entitled(400000, 100000, 300000);
	DO(world, "kim", "draw.new", "participant=acme commodity=ga mass_g=1000");
	world_signed(__LINE__, world, "O-2026-0001");
	lift(world, "O-2026-0001", "Acme AG");
	world_pass(world, 30 * TIME_DAY_MS);
	REFUSED(world, "R16", "kim", "draw.new", "participant=acme commodity=ga mass_g=1");
	/* a company is late, not the member that hosts it */
	world_declare(world, "limited", "commodity=ga cap_g=500000");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=1");
	world_free(world);
}

/* What is set aside for participants is not lent to others. */
static void test_others_leave_entitlements(void)
{
	struct world *world = world_entitled(400000, 100000, 300000);
	REFUSED(world, "R04", "kim", "loan.new", "borrower=ITA commodity=ga mass_g=300001 due_at=%lld",
		IN_DAYS(world, 30));
	DO(world, "kim", "loan.new", "borrower=ITA commodity=ga mass_g=300000 due_at=%lld",
		IN_DAYS(world, 30));
	DO(world, "kim", "draw.new", "participant=acme commodity=ga mass_g=300000");
	world_free(world);
}

/* What was committed to participants while a loan waited for its signatures is not lent. */
static void test_committed_meanwhile(void)
{
	for (int drawing = 0; drawing < 2; drawing++) {
		struct world *world = world_entitled(400000, 100000, 0);
		DO(world, "kim", "loan.new", "borrower=ITA commodity=ga mass_g=500000 due_at=%lld",
			IN_DAYS(world, 30));
		CU_ASSERT(world_sign(world, "ola", "O-2026-0001") && !world->decision.refused);
		commit(world, "acme", drawing ? 100000 : 100001, 300);
		if (drawing) /* reserved for the draw, it does not count twice */
			DO(world, "kim", "draw.new", "participant=acme commodity=ga mass_g=100000");
		CU_ASSERT(world_sign(world, "oma", "O-2026-0001"));
		CU_ASSERT_EQUAL(world->decision.refused, !drawing);
		if (!drawing)
			CU_ASSERT_STRING_EQUAL(world_rule(world), "R04");
		world_free(world);
	}
}

/* ---- in a declared disruption ---- */

static void test_declared(void)
{
	static const struct { const char *kind, *entitlements, *rule; int64_t mass_g; } cases[] = {
		{ "limited", "set-aside", "R04", 600001 }, { "limited", "set-aside", "", 600000 },
		{ "limited", "first", "R04", 600001 }, { "limited", "first", "", 600000 },
		{ "full", "set-aside", "R04", 600001 }, { "full", "set-aside", "", 600000 },
		{ "full", "first", "R05", 900001 }, { "full", "first", "", 900000 },
		{ "full", "pooled", "R15", 1 }, { "limited", "pooled", "R15", 1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world *world = world_entitled(400000, 100000, 950000);
		declare(world, cases[i].kind, cases[i].entitlements);
		world_expect(__LINE__, __FILE__, world, ERROR_NONE, cases[i].rule, "kim", "draw.new",
			"participant=acme commodity=ga mass_g=%lld", (long long)cases[i].mass_g);
		if (cases[i].rule[0] == '\0') {
			world_signed(__LINE__, world, "O-2026-0001");
			lift(world, "O-2026-0001", "Acme AG");
			CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_EXCHANGE, "B-2026-0001"));
			CU_ASSERT_EQUAL(owed_g(world, "acme"), 0); /* it bought what it took */
			CU_ASSERT_EQUAL(entitled_g(world, "acme"), 950000 - cases[i].mass_g);
		}
		world_free(world);
	}
}

/* Terms are as they were signed; the floor is that of the day of issue. */
static void test_declared_meanwhile(void)
{
	struct world *world = world_entitled(400000, 100000, 950000);
	DO(world, "kim", "draw.new", "participant=acme commodity=ga mass_g=1000");
	declare(world, "full", "pooled");
	CU_ASSERT(world_sign(world, "ola", "O-2026-0001") && !world->decision.refused);
	CU_ASSERT(world_sign(world, "oma", "O-2026-0001") && world->decision.refused);
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R15");
	FAILS(world, ERROR_NOT_FOUND, "kim", "draw.new", "participant=none commodity=ga mass_g=1000");
	world_free(world);
}

/* What a declaration lets go for good is not had after its end; signed before it, terms stay. */
static void test_declaration_over(void)
{
	struct world *world = world_entitled(400000, 100000, 950000);
	declare(world, "limited", "set-aside");
	DO(world, "kim", "draw.new", "participant=acme commodity=ga mass_g=1000");
	world_pass(world, 31 * TIME_DAY_MS);
	CU_ASSERT(world_sign(world, "ola", "O-2026-0001") && !world->decision.refused);
	CU_ASSERT(world_sign(world, "oma", "O-2026-0001") && world->decision.refused);
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R15");
	CU_ASSERT_EQUAL(entitled_g(world, "acme"), 950000);
	world_free(world);
}

/* An entitlement that was given away meanwhile is not drawn. */
static void test_given_away(void)
{
	struct world *world = world_entitled(400000, 100000, 1000);
	DO(world, "kim", "draw.new", "participant=acme commodity=ga mass_g=1000");
	DO_SIGNED(world, "ola", "entitlement.transfer", "from=acme to=bolt commodity=ga mass_g=1 "
		"because=sold");
	CU_ASSERT(world_sign(world, "ola", "O-2026-0001") && !world->decision.refused);
	CU_ASSERT(world_sign(world, "oma", "O-2026-0001") && world->decision.refused);
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R15");
	CU_ASSERT_EQUAL(entitled_g(world, "acme"), 999);
	world_free(world);
}

/* ---- a round and a draw for the last kilogram ---- */

/* A round that would give Italy the last kilogram; nobody is entitled to it yet. */
static struct world *world_racing(void)
{
	struct world *world = world_entitled(999000, 999000, 0);
	DO_SIGNED(world, "ola", "declare", "kind=full policy=proportional days=30 authority=Council "
		"findings=shortage entitlements=first caps=[commodity=ga cap_g=500000]");
	DO(world, "kurt", "request.submit", "member=ITA commodity=ga mass_g=1000");
	DO(world, "ola", "allocation.run", "declaration=D-2026-0001");
	return world;
}

static int64_t awarded_g(const struct world *world)
{
	const struct request *request = state_find(world->state, TABLE_REQUEST, "R-2026-0001");
	return request != NULL && request->state >= REQUEST_ALLOCATED ? request->awarded_g : 0;
}

/* Whoever commits first has it: the other is refused, and keeps its claim or its entitlement. */
static void test_race(void)
{
	for (int draw_first = 0; draw_first < 2; draw_first++) {
		struct world *world = world_racing();
		if (draw_first) {
			commit(world, "acme", 1000, 300);
			DO(world, "kim", "draw.new", "participant=acme commodity=ga mass_g=1000");
			world_signed(__LINE__, world, "O-2026-0001");
		}
		CU_ASSERT(world_sign(world, "ola", "P-2026-0001"));
		CU_ASSERT(world_sign(world, "oma", "P-2026-0001"));
		CU_ASSERT_EQUAL(world->decision.refused, draw_first);
		if (!draw_first)
			commit(world, "acme", 1000, 300);
		if (!draw_first)
			REFUSED(world, "R05", "kim", "draw.new", "participant=acme commodity=ga mass_g=1000");
		CU_ASSERT_EQUAL(awarded_g(world), draw_first ? 0 : 1000);
		CU_ASSERT_EQUAL(entitled_g(world, "acme"), draw_first ? 0 : 1000);
		CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 999000);
		CU_ASSERT_EQUAL(world_commodity(world, "ga")->reserved_g, 1000);
		world_free(world);
	}
}

/* The draw is prepared before the round's last signature and issued after it. */
static void test_race_interleaved(void)
{
	struct world *world = world_racing();
	CU_ASSERT(world_sign(world, "ola", "P-2026-0001"));
	commit(world, "acme", 1000, 300);
	DO(world, "kim", "draw.new", "participant=acme commodity=ga mass_g=1000");
	CU_ASSERT(world_sign(world, "ola", "O-2026-0001") && !world->decision.refused);
	CU_ASSERT(world_sign(world, "oma", "P-2026-0001") && world->decision.refused);
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R20"); /* the stock has moved */
	CU_ASSERT(world_sign(world, "oma", "O-2026-0001") && !world->decision.refused);
	CU_ASSERT_EQUAL(entitled_g(world, "acme"), 0);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 999000);
	world_free(world);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "draw and replenish", test_draw },
		{ "bad input", test_draw_bad },
		{ "rejected, lapsed", test_draw_undone },
		{ "lifted in part", test_draw_in_part },
		{ "its commitment ends early", test_commitment_ends_early },
		{ "prepared when it ends", test_prepared_when_it_ends },
		{ "overdue", test_overdue },
		{ "what is set aside is not lent", test_others_leave_entitlements },
		{ "committed while a loan waited", test_committed_meanwhile },
		{ "in a declared disruption", test_declared },
		{ "declared meanwhile", test_declared_meanwhile },
		{ "the declaration is over", test_declaration_over },
		{ "given away meanwhile", test_given_away },
		{ "a round and a draw race", test_race },
		{ "a round and a draw, interleaved", test_race_interleaved },
		CU_TEST_INFO_NULL,
	};
	return run_cases("draws", cases);
}
