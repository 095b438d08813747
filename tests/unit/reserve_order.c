/* Release orders from preparation to delivery. */
#include "reserve_world.h"

#include "reserve/emergency/award.h"
#include "reserve/stock/release.h"
#include "reserve/emergency/plan.h"
#include "reserve/finding.h"
#include "reserve/stock/slots.h"
#include "reserve/zone/member.h"

/* What is found beside that no market price is fresh, which every order here is told. */
static const struct finding *next_finding(const struct world *world, const struct finding *after)
{
	while ((after = state_next(world->state, TABLE_FINDING, after)) != NULL &&
	       text_equal(after->check, "stale-market"))
		continue;
	return after;
}

static const struct finding *first_finding(const struct world *world)
{
	return next_finding(world, NULL);
}

static size_t findings(const struct world *world)
{
	size_t count = 0;
	for (const struct finding *at = NULL; (at = next_finding(world, at)) != NULL;)
		count++;
	return count;
}

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
	refused_at_issue("R14", "ola", "rule.set", /* three must sign from now on */
		"because=x rules=[code=three kind=approvals mass_g=1000 signatures=3]", true);
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
		CU_ASSERT_EQUAL(findings(world), (size_t)beyond);
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

/* ---- loads in parts, sealed units ---- */

#define WEIGH "order=O-2026-0001 lot=%s gross_g=%lld tare_g=1 carrier=Rail vehicle=W-7%s"

static const struct order_line *line_of(const struct world *world, const char *lot)
{
	const struct order_line *line = order_line_of(order_of(world, "O-2026-0001"), lot);
	CU_ASSERT_PTR_NOT_NULL_FATAL(line);
	return line;
}

static int64_t used_g(const struct world *world)
{
	const struct declaration *declaration = state_find(world->state, TABLE_DECLARATION,
		"D-2026-0001");
	return check_used_g(world->state, declaration, declaration->caps.items);
}

/* Three loads add up; contained mass is rounded up once, over all of them. */
static void test_partial(void)
{
	struct world *world = world_framed();
	world_lot(world, "A", "ga", 100003, 900000, ABSENT); /* 90,002 g contained */
	world_floors(world, "ga", 0, 0);
	DO_SIGNED(world, "ola", "price.draft",
		"because=x prices=[commodity=ga quoted=5 unit=USD/kg basis=Ga]");
	world_declare(world, "full", "commodity=ga");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=90002");
	DO_SIGNED(world, "kim", "order.prepare", "request=R-2026-0001 consignee=W");
	FAILS(world, ERROR_INVALID, "kim", "load_out", WEIGH, "A", 11LL, " partial=true units=1");
	DO(world, "kim", "load_out", WEIGH, "A", 33335LL, " partial=true");
	CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->state, ORDER_LOADING);
	CU_ASSERT(line_of(world, "A")->open);
	CU_ASSERT_EQUAL(line_of(world, "A")->out_net_g, 33334);
	CU_ASSERT_EQUAL(line_of(world, "A")->out_contained_g, 30001); /* 30,000.6.. up */
	CU_ASSERT_EQUAL(world_find_lot(world, "A")->reserved_g, 60001);
	CU_ASSERT_EQUAL(world_find_lot(world, "A")->reserved_net_g, 66669);
	CU_ASSERT_EQUAL(world_find_lot(world, "A")->on_hand_g, 66669);
	CU_ASSERT_EQUAL(findings(world), 0); /* no line is short yet */
	FAILS(world, ERROR_ILLEGAL, "kim", "deliver", "order=O-2026-0001 receiver=R consignee=W");
	DO(world, "kim", "load_out", WEIGH, "A", 33335LL, " partial=true");
	CU_ASSERT_EQUAL(line_of(world, "A")->out_contained_g, 60001);
	FAILS(world, ERROR_CONFLICT, "kim", "load_out", WEIGH, "A", 33337LL, ""); /* one gram over */
	FAILS(world, ERROR_CONFLICT, "kim", "load_out", WEIGH, "A", 33337LL, " partial=true");
	DO(world, "kim", "load_out", WEIGH, "A", 33336LL, " partial=true"); /* nothing can follow */
	CU_ASSERT_FALSE(line_of(world, "A")->open);
	CU_ASSERT_EQUAL(line_of(world, "A")->out_contained_g, 90002);
	CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->state, ORDER_LOADED);
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_LOT, "A"));
	DO(world, "kim", "deliver", "order=O-2026-0001 receiver=R consignee=W");
	CU_ASSERT_EQUAL(balance(world, "ga/member/AUT"), 100003);
	CU_ASSERT_EQUAL(used_g(world), 90002);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->reserved_g, 0);
	world_free(world);
}

/* The last load says that nothing follows: what it lacks is short weight, and comes back. */
static void test_partial_short(void)
{
	for (int beyond = 0; beyond < 2; beyond++) {
		struct world *world = world_issued();
		DO(world, "kim", "load_out", WEIGH, "B", 150001LL, " partial=true");
		DO(world, "kim", "load_out", WEIGH, "B", 49001LL - beyond, ""); /* 199,000 of 200,000 */
		CU_ASSERT_EQUAL(findings(world), (size_t)beyond);
		CU_ASSERT_EQUAL(world_find_lot(world, "B")->holds, beyond);
		CU_ASSERT_EQUAL(world_find_lot(world, "B")->reserved_g, 0);
		FAILS(world, ERROR_ILLEGAL, "kim", "load_out", WEIGH, "B", 100LL, "");
		DO(world, "kim", "load_out", WEIGH, "A", 100001LL, "");
		DO(world, "kim", "deliver", "order=O-2026-0001 receiver=R consignee='Works, Linz'");
		CU_ASSERT_EQUAL(used_g(world), 289000 - beyond);
		CU_ASSERT_EQUAL(balance(world, "ga/member/AUT"), 299000 - beyond);
		world_free(world);
	}
}

/* Ten sealed drums of 100 kg, half of it metal; an order for so many whole ones. */
static struct world *world_drums(int64_t mass_g)
{
	struct world *world = world_framed();
	DO(world, "kim", "lot.add", "lots=[code=S commodity=ga site=north expected_g=1000000 "
		"class=sealed units=10 supplier=acme origin=AUT]");
	DO(world, "kim", "lot.weigh", "lot=S gross_g=1000001 tare_g=1");
	DO(world, "asa", "lot.assay", "lot=S grade_ppm=950000 laboratory=lab");
	DO(world, "asa", "lot.accept", "lot=S");
	world_floors(world, "ga", 0, 0);
	DO_SIGNED(world, "ola", "price.draft",
		"because=x prices=[commodity=ga quoted=5 unit=USD/kg basis=Ga]");
	world_declare(world, "full", "commodity=ga");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=%lld", (long long)mass_g);
	DO_SIGNED(world, "kim", "order.prepare", "request=R-2026-0001 consignee=W");
	return world;
}

static void test_units(void)
{
	struct world *world = world_drums(400000); /* four of 95 kg, and 20 kg of credit */
	const struct lot *lot = world_find_lot(world, "S");
	CU_ASSERT_EQUAL(line_of(world, "S")->units, 4);
	CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->contained_g, 380000);
	FAILS(world, ERROR_INVALID, "kim", "load_out", WEIGH, "S", 100001LL, " partial=true");
	FAILS(world, ERROR_CONFLICT, "kim", "load_out", WEIGH, "S", 100001LL, " units=5");
	DO(world, "kim", "load_out", WEIGH, "S", 100001LL, " partial=true units=1");
	CU_ASSERT_EQUAL(lot->units, 9);
	CU_ASSERT_EQUAL(lot->reserved_units, 3);
	CU_ASSERT_EQUAL(line_of(world, "S")->out_units, 1);
	FAILS(world, ERROR_CONFLICT, "kim", "load_out", WEIGH, "S", 100001LL, " units=4");
	DO(world, "kim", "load_out", WEIGH, "S", 300001LL, "");
	CU_ASSERT_EQUAL(lot->units, 6);
	CU_ASSERT_EQUAL(lot->reserved_units, 0);
	CU_ASSERT_EQUAL(line_of(world, "S")->out_units, 4);
	CU_ASSERT_EQUAL(lot->contained_g, 570000);
	CU_ASSERT_EQUAL(findings(world), 0);
	world_free(world);
}

/* Fewer units than ordered: the others come back, and those that left are weighed as so many. */
static void test_units_short(void)
{
	static const struct { int64_t net_g; bool found; } cases[] = {
		{ 300000, false }, { 299700, false }, { 299699, true }, { 300300, false },
		{ 300301, true }, /* 0.1% either way */
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world *world = world_drums(380000);
		const struct lot *lot = world_find_lot(world, "S");
		DO(world, "kim", "load_out", WEIGH, "S", (long long)cases[i].net_g + 1, " units=3");
		CU_ASSERT_EQUAL(lot->units, 7);
		CU_ASSERT_EQUAL(lot->reserved_units, 0);
		CU_ASSERT_EQUAL(lot->reserved_g, 0);
		CU_ASSERT_EQUAL(lot->holds, cases[i].found);
		CU_ASSERT_EQUAL(findings(world), cases[i].found);
		CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->state, ORDER_LOADED);
		world_free(world);
	}
}

/* All units have left and the books still show some grams: nobody may be promised them. */
static void test_units_gone(void)
{
	struct world *world = world_drums(950000);
	DO(world, "kim", "load_out", WEIGH, "S", 999501LL, "");
	const struct lot *lot = world_find_lot(world, "S");
	CU_ASSERT_EQUAL(lot->units, 0);
	CU_ASSERT_EQUAL(lot->on_hand_g, 500);
	CU_ASSERT_EQUAL(lot->holds, 1);
	CU_ASSERT_EQUAL(findings(world), 0); /* within tolerance */
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 0);
	DO(world, "kim", "lot.lose", "lot=S because='a difference of scales'");
	world_free(world);
}

/* ---- the moment of leaving ---- */

static void leaves_not(const char *actor, const char *command, const char *line, const char *why)
{
	struct world *world = world_issued();
	DO(world, actor, command, "%s", line);
	FAILS(world, ERROR_ILLEGAL, "kim", "load_out", LOAD, "A", 101000LL);
	if (strstr(world->error.message, why) == NULL)
		printf("\n  %s\n", world->error.message);
	CU_ASSERT_PTR_NOT_NULL(strstr(world->error.message, why));
	world_free(world);
}

static void test_leaving(void)
{
	leaves_not("kim", "lot.hold", "lot=A because=x", "lot A is held");
	leaves_not("kim", "site.set", "site=north state=suspended because=flood",
		"lies at north, which is not open");
	leaves_not("asa", "lot.assay", "lot=A grade_ppm=900000 laboratory=x provisional=true",
		"no final assay");
	struct world *world = world_issued();
	DO(world, "asa", "lot.assay", "lot=A grade_ppm=900000 laboratory=x retest_at=%lld",
		(long long)(world->now + TIME_DAY_MS));
	world_pass(world, TIME_DAY_MS);
	FAILS(world, ERROR_ILLEGAL, "kim", "load_out", LOAD, "A", 101000LL);
	CU_ASSERT_PTR_NOT_NULL(strstr(world->error.message, "has expired"));
	DO(world, "asa", "lot.assay", "lot=A grade_ppm=900000 laboratory=x");
	DO(world, "kim", "load_out", LOAD, "A", 101000LL);
	world_free(world);
}

/* ---- weight out against weight in ---- */

/*
 * A lot of 100 kg, corrected, and then all of it leaves: what left in all is compared with what was
 * weighed in, either way. Nothing is left to hold, so the others of its supplier there are named.
 */
static void test_weight_in(void)
{
	static const struct { int64_t corrected_g; bool found; } cases[] = {
		{ 100000, false }, { 99500, false }, { 99499, true }, { 100500, false },
		{ 100501, true },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world *world = world_framed();
		world_lot(world, "A", "ga", 100000, 900000, ABSENT);
		world_lot(world, "B", "ga", 5000, 900000, ABSENT);
		world_lot(world, "C", "ga", 5000, 900000, ABSENT);
		if (cases[i].corrected_g != 100000)
			DO(world, "bo", "lot.correct", "lot=A because=slip net_g=%lld",
				(long long)cases[i].corrected_g);
		world_floors(world, "ga", 0, 0);
		DO_SIGNED(world, "ola", "price.draft",
			"because=x prices=[commodity=ga quoted=5 unit=USD/kg basis=Ga]");
		world_declare(world, "full", "commodity=ga");
		DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=%lld",
			(long long)world_find_lot(world, "A")->contained_g);
		DO_SIGNED(world, "kim", "order.prepare", "request=R-2026-0001 consignee=W");
		DO(world, "kim", "load_out", WEIGH, "A", (long long)cases[i].corrected_g + 1, "");
		CU_ASSERT_EQUAL(findings(world), cases[i].found);
		const struct finding *finding = first_finding(world);
		if (finding != NULL)
			CU_ASSERT_PTR_NOT_NULL(strstr(finding->message,
				"of acme there are at north: B, C"));
		world_free(world);
	}
}

/* ---- the end of an order's term ---- */

static void test_lapse_half_loaded(void)
{
	struct world *world = world_issued();
	const struct order *order = order_of(world, "O-2026-0001");
	DO(world, "kim", "load_out", WEIGH, "B", 120001LL, " partial=true");
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->reserved_g, 170000);
	world_pass(world, 30 * TIME_DAY_MS - 1);
	CU_ASSERT_EQUAL(order->state, ORDER_LOADING);
	int64_t size = state_size(world->state);
	world_pass(world, 1);
	CU_ASSERT(state_size(world->state) > size);
	CU_ASSERT_EQUAL(order->state, ORDER_LOADED);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->reserved_g, 0);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 90000 + 880000);
	CU_ASSERT_EQUAL(line_of(world, "A")->out_net_g, 0);
	CU_ASSERT_FALSE(line_of(world, "B")->open);
	CU_ASSERT_EQUAL(order->slots.count, 1); /* the day on which it was to leave */
	FAILS(world, ERROR_ILLEGAL, "kim", "load_out", LOAD, "A", 101000LL);
	const struct request *request = state_find(world->state, TABLE_REQUEST, "R-2026-0001");
	CU_ASSERT_PTR_NOT_NULL_FATAL(request);
	CU_ASSERT_EQUAL(request->state, REQUEST_RELEASING);
	CU_ASSERT_EQUAL(request->drawn_g, 120000);
	DO(world, "kim", "deliver", "order=O-2026-0001 receiver=R consignee='Works, Linz'");
	CU_ASSERT_EQUAL(balance(world, "ga/in-transit/"), 0);
	CU_ASSERT_EQUAL(balance(world, "ga/member/AUT"), 120000);
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_REQUEST, "R-2026-0001"));
	world_free(world);
}

/* Of poor ore all that is contained has left before the last of the net: that is still awarded. */
static void test_net_alone(void)
{
	struct world *world = world_framed();
	world_lot(world, "W", "wo3", 10000, 10000, ABSENT); /* 100 g in 10 kg */
	world_floors(world, "wo3", 0, 0);
	DO_SIGNED(world, "ola", "price.draft",
		"because=x prices=[commodity=wo3 quoted=5 unit=USD/kg basis=WO3]");
	world_declare(world, "full", "commodity=wo3");
	DO(world, "kurt", "request.submit", "member=AUT commodity=wo3 mass_g=20");
	DO_SIGNED(world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	DO(world, "kim", "load_out", WEIGH, "W", 2000LL, " partial=true");
	const struct lot *lot = world_find_lot(world, "W");
	CU_ASSERT_EQUAL(lot->reserved_g, 0);
	CU_ASSERT_EQUAL(lot->reserved_net_g, 1);
	REFUSED(world, "R19", "ola", "lot.lose", "lot=W because=x");
	REFUSED(world, "R19", "kim", "lot.move", "lot=W to=south");
	REFUSED(world, "R19", "asa", "lot.assay", "lot=W grade_ppm=1000000 laboratory=lab");
	DO(world, "asa", "lot.assay", "lot=W grade_ppm=20000 laboratory=lab");
	world_pass(world, 40 * TIME_DAY_MS); /* it lapses with what it has */
	CU_ASSERT_EQUAL(lot->reserved_net_g, 0);
	CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->state, ORDER_LOADED);
	DO(world, "kim", "deliver", "order=O-2026-0001 receiver=R consignee=Works");
	world_free(world);
}

/* A line that had left short, another that never left: all of it is back at the lapse, once. */
static void test_lapse_counts_once(void)
{
	struct world *world = world_framed();
	world_lot(world, "A", "ga", 100000, 900000, ABSENT);
	world_lot(world, "B", "ga", 1000000, 1000000, ABSENT);
	world_floors(world, "ga", 0, 0);
	DO_SIGNED(world, "ola", "price.draft",
		"because=x prices=[commodity=ga quoted=5 unit=USD/kg basis=Ga]");
	DO_SIGNED(world, "ola", "declare", "kind=full policy=at-once days=60 authority=C findings=x "
		"caps=[commodity=ga cap_g=500000]");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=290000");
	DO_SIGNED(world, "kim", "order.prepare", "request=R-2026-0001 consignee=W");
	CU_ASSERT_EQUAL(used_g(world), 290000);
	DO(world, "kim", "load_out", WEIGH, "A", 50001LL, ""); /* 45,000 g contained */
	CU_ASSERT_EQUAL(used_g(world), 290000);
	world_pass(world, 30 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(used_g(world), 45000);
	DO(world, "kim", "deliver", "order=O-2026-0001 receiver=R consignee=W");
	CU_ASSERT_EQUAL(used_g(world), 45000);
	world_free(world);
}

/* ---- service clocks ---- */

static struct world *world_clocked(const char *tier)
{
	struct world *world = world_framed();
	world_lot(world, "A", "ga", 1000000, 1000000, ABSENT);
	world_floors(world, "ga", 0, 0);
	DO_SIGNED(world, "ola", "price.draft",
		"because=x prices=[commodity=ga quoted=5 unit=USD/kg basis=Ga]");
	DO_SIGNED(world, "ola", "declare", "kind=full policy=at-once days=60 authority=C findings=x "
		"caps=[commodity=ga] clocks=[deliver_days=8 tier=B; decide_hours=5 tier=A]");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000 tier=%s need_by=%lld",
		tier, (long long)(world->now + 50 * TIME_DAY_MS));
	DO_SIGNED(world, "kim", "order.prepare", "request=R-2026-0001 consignee=W");
	return world;
}

static void test_overdue(void)
{
	for (int loaded = 0; loaded < 2; loaded++) {
		struct world *world = world_clocked("B");
		const struct order *order = order_of(world, "O-2026-0001");
		CU_ASSERT_EQUAL(order->deliver_by, world->now + 8 * TIME_DAY_MS);
		if (loaded)
			DO(world, "kim", "load_out", WEIGH, "A", 1001LL, "");
		world_pass(world, 8 * TIME_DAY_MS - 1);
		CU_ASSERT_EQUAL(findings(world), 0);
		world_pass(world, 1);
		CU_ASSERT_EQUAL(findings(world), 1);
		CU_ASSERT_EQUAL(order->deliver_by, ABSENT);
		const struct finding *finding = first_finding(world);
		CU_ASSERT_PTR_NOT_NULL_FATAL(finding);
		CU_ASSERT_STRING_EQUAL(finding->check, "order-overdue");
		CU_ASSERT_STRING_EQUAL(finding->subject, "O-2026-0001");
		world_pass(world, 21 * TIME_DAY_MS);
		CU_ASSERT_EQUAL(findings(world), 1); /* once */
		CU_ASSERT_EQUAL(order->state, loaded ? ORDER_LOADED : ORDER_ISSUED);
		world_pass(world, TIME_DAY_MS);
		CU_ASSERT_EQUAL(state_find(world->state, TABLE_RELEASE_ORDER, "O-2026-0001") != NULL,
			loaded); /* it lapses in its time as well */
		world_free(world);
	}
	struct world *world = world_clocked("A"); /* a clock for deciding alone */
	CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->deliver_by, ABSENT);
	world_free(world);
	world = world_clocked("B");
	DO(world, "kim", "load_out", WEIGH, "A", 1001LL, "");
	DO(world, "kim", "deliver", "order=O-2026-0001 receiver=R consignee=W");
	world_pass(world, 9 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(findings(world), 0);
	world_free(world);
}

/* ---- who must sign, and for whom ---- */

/* 1,000 kg at 500 USD/kg; needs three from a mass or a value on. */
static void test_approvals(void)
{
	static const struct { const char *rule; int64_t mass_g; int64_t need; } cases[] = {
		{ "mass_g=100000", 99999, 2 },
		{ "mass_g=100000", 100000, 3 },
		{ "value_cents=5000001", 100000, 2 },    /* 100 kg are 50,000.00 USD */
		{ "value_cents=5000001", 100001, 3 },    /* 50,000.50, rounded up to the cent */
		{ "value_cents=5000000", 100000, 3 },
		{ "value_cents=51 member=AUT", 1, 2 },   /* a gram is 0.50 */
		{ "value_cents=50 member=AUT", 1, 3 },
		{ "value_cents=50 member=ITA", 1, 2 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world *world = world_stocked();
		DO_SIGNED(world, "ola", "rule.set", "because=x rules=[code=three kind=approvals "
			"signatures=3 %s]", cases[i].rule);
		DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=%lld",
			(long long)cases[i].mass_g);
		DO(world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
		const struct document *note = state_find(world->state, TABLE_DOCUMENT, "O-2026-0001");
		CU_ASSERT_PTR_NOT_NULL_FATAL(note);
		CU_ASSERT_EQUAL(note->need, cases[i].need);
		CU_ASSERT(world_sign(world, "ola", "O-2026-0001"));
		CU_ASSERT(world_sign(world, "oma", "O-2026-0001"));
		CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->state,
			cases[i].need == 3 ? ORDER_PREPARED : ORDER_ISSUED);
		if (cases[i].need == 3)
			CU_ASSERT(world_sign(world, "otto", "O-2026-0001"));
		CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->state, ORDER_ISSUED);
		world_free(world);
	}
}

static void test_consignee(void)
{
	struct world *world = world_stocked();
	DO(world, "kurt", "request.submit",
		"member=AUT commodity=ga mass_g=10 consignee='Works, Linz'");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=10");
	FAILS(world, ERROR_INVALID, "kim", "order.prepare", "request=R-2026-0002");
	DO(world, "kim", "order.prepare", "request=R-2026-0001");
	CU_ASSERT_STRING_EQUAL(order_of(world, "O-2026-0001")->consignee, "Works, Linz");
	DO(world, "ola", "document.reject", "document=O-2026-0001 because=x");
	FAILS(world, ERROR_CONFLICT, "kim", "order.prepare",
		"request=R-2026-0001 consignee='Works, Graz'"); /* not whom the member named */
	DO(world, "kim", "order.prepare", "request=R-2026-0002 consignee='Works, Graz'");
	CU_ASSERT_STRING_EQUAL(order_of(world, "O-2026-0002")->consignee, "Works, Graz");
	const struct document *note = state_find(world->state, TABLE_DOCUMENT, "O-2026-0002");
	CU_ASSERT_PTR_NOT_NULL_FATAL(note);
	CU_ASSERT_PTR_NOT_NULL(strstr(note->text, "\nvalue 5.00 USD\nsignatures 2\n"));
	world_free(world);
}

/* ---- cut from a plan ---- */

/* Sealed drums and bulk at a site that loads 150 kg a day; three members ask, served by tier. */
static struct world *world_cut(void)
{
	struct world *world = world_framed();
	DO(world, "ola", "site.add", "sites=[code=rot name=R country=NLD daily_loadout_g=150000]");
	DO(world, "kim", "lot.add", "lots=[code=S commodity=ga site=rot expected_g=400000 class=sealed "
		"units=4 supplier=acme; code=B commodity=ga site=rot expected_g=1000000]");
	DO(world, "kim", "lot.weigh", "lot=S gross_g=400001 tare_g=1");
	DO(world, "kim", "lot.weigh", "lot=B gross_g=1000001 tare_g=1");
	DO(world, "asa", "lot.assay", "lot=S grade_ppm=950000 laboratory=lab");
	DO(world, "asa", "lot.assay", "lot=B grade_ppm=1000000 laboratory=lab");
	DO(world, "asa", "lot.accept", "lot=S");
	DO(world, "asa", "lot.accept", "lot=B");
	world_floors(world, "ga", 0, 0);
	DO_SIGNED(world, "ola", "price.draft",
		"because=x prices=[commodity=ga quoted=51 decimals=1 unit=USD/kg basis=Ga]");
	DO_SIGNED(world, "ola", "declare", "kind=full policy=proportional tiers=true days=30 "
		"authority=C findings=x caps=[commodity=ga] clocks=[deliver_days=8 tier=B]");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=100000 tier=C need_by=%lld",
		(long long)(world->now + 20 * TIME_DAY_MS));
	DO(world, "kurt", "request.submit", "member=ITA commodity=ga mass_g=300000 tier=B need_by=%lld "
		"consignee='Fonderia'", (long long)(world->now + 20 * TIME_DAY_MS));
	DO(world, "ola", "allocation.run", "declaration=D-2026-0001");
	world_signed(__LINE__, world, "P-2026-0001");
	return world;
}

static void test_cut(void)
{
	struct world *world = world_cut();
	const struct order *first = order_of(world, "O-2026-0001");
	const struct order *second = order_of(world, "O-2026-0002");
	CU_ASSERT_STRING_EQUAL(first->member->code, "ITA"); /* tier B before C */
	CU_ASSERT_STRING_EQUAL(first->consignee, "Fonderia");
	CU_ASSERT_STRING_EQUAL(second->consignee, "Austria"); /* a request without one: the member */
	CU_ASSERT_EQUAL(first->state, ORDER_ISSUED);
	CU_ASSERT_STRING_EQUAL(first->plan, "P-2026-0001");
	CU_ASSERT_EQUAL(first->price_micros_per_kg, 5100000);
	CU_ASSERT_EQUAL(first->decimals, 1);
	CU_ASSERT_EQUAL(first->contained_g, 300000);
	CU_ASSERT_EQUAL_FATAL(first->lines.count, 2);
	const struct order_line *lines = first->lines.items;
	CU_ASSERT_STRING_EQUAL(lines[0].lot, "S");
	CU_ASSERT_EQUAL(lines[0].units, 3);
	CU_ASSERT_EQUAL(lines[0].contained_g, 285000);
	CU_ASSERT_EQUAL(lines[0].out_net_g, ABSENT);
	CU_ASSERT_EQUAL(lines[1].units, ABSENT);
	CU_ASSERT_EQUAL(lines[1].contained_g, 15000);
	CU_ASSERT_EQUAL(first->deliver_by, world->now + 8 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(second->deliver_by, ABSENT);
	CU_ASSERT_EQUAL(first->lapses_at, world->now + 30 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(first->issued_at, world->now);
	/* 315 kg, then 100 and 5: each sees what was cut before it in the same decision */
	const struct slot *slots = first->slots.items, *after = second->slots.items;
	CU_ASSERT_EQUAL_FATAL(first->slots.count, 3);
	CU_ASSERT_EQUAL(slots[2].net_g, 15000);
	CU_ASSERT_EQUAL(slots[0].day, slot_day_of(world->now) + TIME_DAY_MS);
	CU_ASSERT_EQUAL_FATAL(second->slots.count, 1);
	CU_ASSERT_EQUAL(after[0].day, slots[2].day);
	CU_ASSERT(order_compare(first, second) < 0);
	const struct event *cut = NULL;
	for (uint32_t i = 0; i < world->decision.count && cut == NULL; i++) {
		if (world->decision.events[i].type == &event_order_cut)
			cut = &world->decision.events[i];
	}
	CU_ASSERT_PTR_NOT_NULL_FATAL(cut);
	const struct plan *plan = state_find(world->state, TABLE_PLAN, "P-2026-0001");
	const struct field *digest = descriptor_field(cut->type->body, "plan_sha256");
	CU_ASSERT_FALSE(field_absent(digest, cut->body)); /* its content's, which the note names */
	CU_ASSERT(plan == NULL || memcmp((const char *)cut->body + digest->offset,
		plan->content_sha256, 32) == 0);
	world_free(world);
}

/* It is loaded, lapses and is delivered like any other. */
static void test_cut_delivered(void)
{
	struct world *world = world_cut();
	DO(world, "kim", "load_out", WEIGH, "S", 200001LL, " partial=true units=2");
	FAILS(world, ERROR_ILLEGAL, "kim", "request.withdraw", "request=R-2026-0002 because=x");
	DO(world, "kim", "request.withdraw", "request=R-2026-0001 because=x");
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_RELEASE_ORDER, "O-2026-0002"));
	world_pass(world, 30 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->state, ORDER_LOADED);
	CU_ASSERT_EQUAL(world_find_lot(world, "S")->reserved_units, 0);
	CU_ASSERT_EQUAL(world_find_lot(world, "S")->units, 2);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->reserved_g, 0);
	DO(world, "kim", "deliver", "order=O-2026-0001 receiver=R consignee=Fonderia");
	CU_ASSERT_EQUAL(balance(world, "ga/member/ITA"), 200000);
	CU_ASSERT_EQUAL(used_g(world), 190000);
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
		{ "loaded in three parts", test_partial },
		{ "the last part is short", test_partial_short },
		{ "sealed units", test_units },
		{ "fewer sealed units", test_units_short },
		{ "no unit is left", test_units_gone },
		{ "what may not leave at the moment of leaving", test_leaving },
		{ "weight out against weight in", test_weight_in },
		{ "a half-loaded order lapses", test_lapse_half_loaded },
		{ "net mass left alone is awarded too", test_net_alone },
		{ "what comes back at a lapse counts once", test_lapse_counts_once },
		{ "an order is overdue, once", test_overdue },
		{ "signatures by mass and by value", test_approvals },
		{ "the consignee of a request", test_consignee },
		{ "cut from a plan", test_cut },
		{ "an order that was cut is delivered", test_cut_delivered },
		CU_TEST_INFO_NULL,
	});
}
