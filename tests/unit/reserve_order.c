/* Release orders from preparation to delivery. */
#include "reserve_world.h"

/* An award of so many grams to Austria, asked for by kurt: R-2026-0001. */
static struct world *world_awarded(int64_t mass_g)
{
	struct world *world = world_stocked();
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=%lld",
		(long long)mass_g);
	return world;
}

static const struct order *order_of(const struct world *world, const char *id)
{
	const struct order *order = state_find(world->state, TABLE_RELEASE_ORDER, id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(order);
	return order;
}

static void test_price(void)
{
	struct world *world = world_awarded(1000);
	REFUSED(world, "R12", "kim", "order.prepare",
		"request=R-2026-0001 consignee=Works quoted=499999 decimals=3 unit=USD/kg");
	FAILS(world, ERROR_INVALID, "kim", "order.prepare",
		"request=R-2026-0001 consignee=Works quoted=500 unit=EUR/kg");
	FAILS(world, ERROR_INVALID, "kim", "order.prepare",
		"request=R-2026-0001 consignee=Works quoted=500 unit=USD/kg basis=W");
	FAILS(world, ERROR_NOT_FOUND, "kim", "order.prepare", "request=R-2026-0009 consignee=Works");
	DO(world, "kim", "order.prepare",
		"request=R-2026-0001 consignee=Works quoted=500000 unit=USD/t basis=Ga");
	FAILS(world, ERROR_ILLEGAL, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	DO(world, "oma", "document.reject", "document=O-2026-0001 because=x");
	DO(world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	const struct order *order = order_of(world, "O-2026-0002");
	CU_ASSERT_EQUAL(order->price_micros_per_kg, 500000000); /* the reference price */
	CU_ASSERT_STRING_EQUAL(order->unit, "USD/kg");
	world_free(world);
}

static void test_no_price(void)
{
	struct world *world = world_framed();
	world_lot(world, "GA-1", "ga", 1000000, 999900, ABSENT);
	world_floors(world, "ga", 0, 0);
	world_declare(world, "full", "commodity=ga");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=5");
	FAILS(world, ERROR_INVALID, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	REFUSED(world, "R12", "kim", "order.prepare",
		"request=R-2026-0001 consignee=Works quoted=500 unit=USD/kg");
	world_free(world);
}

static void test_signers(void)
{
	struct world *world = world_stocked();
	DO(world, "otto", "request.submit", "member=AUT commodity=ga mass_g=1000");
	DO(world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	CU_ASSERT(world_sign(world, "otto", "O-2026-0001")); /* asked for it */
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R14");
	CU_ASSERT(world_sign(world, "ola", "O-2026-0001"));
	CU_ASSERT(world_sign(world, "ola", "O-2026-0001")); /* twice */
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R14");
	CU_ASSERT_FALSE(world_sign(world, "kim", "O-2026-0001")); /* no officer */
	CU_ASSERT_EQUAL(world->error.id, ERROR_DENIED);
	CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->state, ORDER_PREPARED);
	CU_ASSERT(world_sign(world, "oma", "O-2026-0001"));
	CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->state, ORDER_ISSUED);
	world_free(world);
}

/* Signed once; then something happens, and the last signature is refused, which is recorded. */
static void refused_at_issue(const char *rule, const char *actor, const char *command,
	const char *line, bool needs_signing)
{
	struct world *world = world_awarded(1000);
	DO(world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	CU_ASSERT(world_sign(world, "ola", "O-2026-0001"));
	DO(world, actor, command, "%s", line);
	if (needs_signing)
		world_signed(__LINE__, world, world->id);
	int64_t size = state_size(world->state);
	CU_ASSERT(world_sign(world, "oma", "O-2026-0001"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), rule);
	CU_ASSERT_EQUAL(state_size(world->state), size + 1);
	CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->state, ORDER_PREPARED);
	const struct document *note = state_find(world->state, TABLE_DOCUMENT, "O-2026-0001");
	CU_ASSERT_PTR_NOT_NULL_FATAL(note);
	CU_ASSERT_EQUAL(note->signatures.count, 1);
	world_free(world);
}

static void test_issue_checks_again(void)
{
	refused_at_issue("R04", "ola", "floor.set",
		"because=x floors=[commodity=ga kind=operating mass_g=998901]", true);
	refused_at_issue("R05", "ola", "floor.set",
		"because=x floors=[commodity=ga kind=hard mass_g=998901]", true);
	refused_at_issue("R12", "ola", "price.draft",
		"because=x prices=[commodity=ga quoted=500001 decimals=3 unit=USD/kg basis=Ga]", true);
	refused_at_issue("R04", "kim", "lot.hold", "lot=GA-1 because=x", false);
}

/* Only a price in force counts, not one that waits for its second signature. */
static void test_issue_price_in_force(void)
{
	struct world *world = world_awarded(1000);
	DO(world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	DO(world, "ola", "price.draft",
		"because=x prices=[commodity=ga quoted=500001 decimals=3 unit=USD/kg basis=Ga]");
	CU_ASSERT(world_sign(world, "oma", world->id));
	world_signed(__LINE__, world, "O-2026-0001");
	CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->state, ORDER_ISSUED);
	world_free(world);
}

static void test_issue_held_lot(void)
{
	struct world *world = world_framed();
	world_lot(world, "A", "ga", 1000, 900000, ABSENT);
	world_lot(world, "B", "ga", 1000000, 999900, ABSENT);
	world_floors(world, "ga", 400000, 100000);
	DO_SIGNED(world, "ola", "price.draft",
		"because=x prices=[commodity=ga quoted=5 unit=USD/kg basis=Ga]");
	world_declare(world, "limited", "commodity=ga cap_g=500000");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=100");
	DO(world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	DO(world, "kim", "lot.hold", "lot=A because=x");
	CU_ASSERT(world_sign(world, "ola", "O-2026-0001"));
	CU_ASSERT(world_sign(world, "oma", "O-2026-0001"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R11");
	DO(world, "kurt", "lot.hold_release", "hold=A/1 because=x");
	CU_ASSERT(world_sign(world, "oma", "O-2026-0001"));
	CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->state, ORDER_ISSUED);
	world_free(world);
}

/* ---- load-out and delivery ---- */

#define LOAD "order=O-2026-0001 lot=%s gross_g=%lld tare_g=1000 carrier=Rail vehicle=W-7"

static struct world *world_issued(void)
{
	struct world *world = world_framed();
	world_lot(world, "A", "ga", 100000, 900000, ABSENT);   /* 90,000 g contained */
	world_lot(world, "B", "ga", 1000000, 1000000, ABSENT);
	world_floors(world, "ga", 0, 0);
	DO_SIGNED(world, "ola", "price.draft",
		"because=x prices=[commodity=ga quoted=5 unit=USD/kg basis=Ga]");
	world_declare(world, "full", "commodity=ga");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=290000");
	DO_SIGNED(world, "kim", "order.prepare", "request=R-2026-0001 consignee='Works, Linz'");
	return world;
}

static int64_t balance(const struct world *world, const char *id)
{
	const struct account *account = state_find(world->state, TABLE_ACCOUNT, id);
	return account != NULL ? account->balance_g : 0;
}

static void test_whole_delivery(void)
{
	struct world *world = world_issued();
	FAILS(world, ERROR_ILLEGAL, "kim", "deliver",
		"order=O-2026-0001 receiver=R consignee='Works, Linz'");
	DO(world, "kim", "load_out", LOAD, "A", 101000LL);
	CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->state, ORDER_LOADING);
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_LOT, "A")); /* it is empty */
	FAILS(world, ERROR_ILLEGAL, "kim", "load_out", LOAD, "A", 101000LL);
	FAILS(world, ERROR_ILLEGAL, "kim", "request.withdraw", "request=R-2026-0001 because=x");
	DO(world, "kim", "load_out", LOAD, "B", 201000LL);
	CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->state, ORDER_LOADED);
	FAILS(world, ERROR_ILLEGAL, "kim", "load_out", LOAD, "B", 201000LL);
	FAILS(world, ERROR_CONFLICT, "kim", "deliver",
		"order=O-2026-0001 receiver=R consignee='Works, Graz'");
	CU_ASSERT_EQUAL(balance(world, "ga/in-transit/"), 300000);
	DO(world, "kim", "deliver", "order=O-2026-0001 receiver=R consignee='Works, Linz'");
	CU_ASSERT_EQUAL(balance(world, "ga/in-transit/"), 0);
	CU_ASSERT_EQUAL(balance(world, "ga/member/AUT"), 300000);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 800000);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->reserved_g, 0);
	FAILS(world, ERROR_NOT_FOUND, "kim", "deliver",
		"order=O-2026-0001 receiver=R consignee='Works, Linz'");
	const struct declaration *declaration = state_find(world->state, TABLE_DECLARATION,
		"D-2026-0001");
	CU_ASSERT_EQUAL(check_used_g(world->state, declaration, declaration->caps.items), 290000);
	world_free(world);
}

static void test_load_refused(void)
{
	struct world *world = world_issued();
	FAILS(world, ERROR_CONFLICT, "kim", "load_out", LOAD, "A", 101001LL); /* a gram too much */
	FAILS(world, ERROR_INVALID, "kim", "load_out", LOAD, "A", 1000LL);
	FAILS(world, ERROR_INVALID, "kim", "load_out", LOAD, "C", 5000LL);
	FAILS(world, ERROR_DENIED, "ola", "load_out", LOAD, "A", 101000LL);
	FAILS(world, ERROR_NOT_FOUND, "kim", "load_out",
		"order=O-2026-0002 lot=A gross_g=5 tare_g=1 carrier=x vehicle=x");
	DO(world, "kim", "lot.hold", "lot=A because=x");
	FAILS(world, ERROR_ILLEGAL, "kim", "load_out", LOAD, "A", 101000LL);
	world_free(world);
}

/* Bulk may differ by 0.5%: at it nothing happens, a gram beyond holds the rest and is a finding. */
static void test_tolerance(void)
{
	for (int beyond = 0; beyond < 2; beyond++) {
		struct world *world = world_issued();
		DO(world, "kim", "load_out", LOAD, "B", 1000LL + 199000 - beyond);
		CU_ASSERT_EQUAL(state_count(world->state, TABLE_FINDING), (size_t)beyond);
		CU_ASSERT_EQUAL(world_find_lot(world, "B")->holds, beyond);
		CU_ASSERT_EQUAL(world_find_lot(world, "B")->contained_g, 1000000 - 199000 + beyond);
		CU_ASSERT_EQUAL(world_find_lot(world, "B")->reserved_g, 0);
		CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, beyond ? 0 : 801000);
		DO(world, "kim", "load_out", LOAD, "A", 101000LL);
		DO(world, "kim", "deliver", "order=O-2026-0001 receiver=R consignee='Works, Linz'");
		const struct declaration *declaration = state_find(world->state, TABLE_DECLARATION,
			"D-2026-0001");
		CU_ASSERT_EQUAL(check_used_g(world->state, declaration, declaration->caps.items),
			289000 - beyond); /* what did not leave comes back */
		world_free(world);
	}
}

static void test_part_of_a_lot(void)
{
	struct world *world = world_issued();
	DO(world, "kim", "load_out", LOAD, "A", 1000LL + 50000); /* half of what is let go */
	const struct lot *lot = world_find_lot(world, "A");
	CU_ASSERT_EQUAL(lot->on_hand_g, 50000);
	CU_ASSERT_EQUAL(lot->contained_g, 45000);
	CU_ASSERT_EQUAL(lot->reserved_g, 0);
	REFUSED(world, "R19", "bo", "lot.correct", "lot=A because=x net_g=49000");
	DO(world, "kurt", "lot.hold_release", "hold=A/1 because=counted");
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 845000);
	world_free(world);
}

int main(void)
{
	return run_cases("reserve orders", (CU_TestInfo[]){
		{ "the price at preparation: R12, R23", test_price },
		{ "without a reference price nothing is released", test_no_price },
		{ "two officers, neither who asked: R14", test_signers },
		{ "floors and lots are checked again at issue", test_issue_checks_again },
		{ "the price is checked again at issue", test_issue_price_in_force },
		{ "a lot held at issue", test_issue_held_lot },
		{ "loaded and delivered whole", test_whole_delivery },
		{ "load-outs refused", test_load_refused },
		{ "tolerance to the gram", test_tolerance },
		{ "part of a lot, held and counted", test_part_of_a_lot },
		CU_TEST_INFO_NULL,
	});
}
