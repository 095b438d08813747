/* The price floor at release: both legs, waivers, orders and plans; and what refuses. */
#include "reserve_world.h"

#include "reserve/emergency/plan.h"
#include "reserve/emergency/request.h"
#include "reserve/finding.h"
#include "reserve/stock/order.h"
#include "reserve/zone/release_price.h"
#include "reserve/zone/unit.h"
#include "reserve/zone/waiver.h"

#define DAY TIME_DAY_MS

__extension__ typedef __int128 wide128;

/* A market price of gallium on the day before the world begins. */
static void observe(struct world *world, const char *price)
{
	DO(world, "ola", "observation.record",
		"observations=[commodity=ga period=2026-11-21 %s basis=Ga series=spot]", price);
}

/* What an order at the least price is worth, as those who prepare one compute it. */
static bool value_at_floor(const struct commodity *commodity, int64_t now, int64_t mass_g,
	int64_t *ret_cents)
{
	struct release_quote quote;
	return release_price_least(commodity, now, &quote) &&
		unit_value_cents(quote.quoted, quote.decimals, quote.unit, quote.basis,
			commodity->basis, mass_g, ret_cents);
}

/* 1,000 kg of gallium priced at 500 USD/kg; Austria is awarded 1 kg: R-2026-0001. */
static struct world *world_awarded(const char *market)
{
	struct world *world = world_stocked();
	if (market[0] != '\0')
		observe(world, market);
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000");
	return world;
}

static const struct order *order_of(const struct world *world, const char *id)
{
	const struct order *order = state_find(world->state, TABLE_RELEASE_ORDER, id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(order);
	return order;
}

static uint32_t stale_findings(const struct world *world)
{
	uint32_t count = 0;
	const struct finding *finding = NULL;
	while ((finding = state_next(world->state, TABLE_FINDING, finding)) != NULL)
		count += text_equal(finding->check, "stale-market");
	return count;
}

/* ---- legs ---- */

static void test_legs(void)
{
	static const struct {
		const char *market;
		int64_t market_micros, leg, least;
		bool binds;
	} cases[] = {
		{ "", ABSENT, ABSENT, 500000000, false },
		{ "quoted=400 unit=USD/kg", 400000000, 380000000, 500000000, false },
		{ "quoted=526315 decimals=3 unit=USD/kg", 526315000, 499999250, 500000000, false },
		{ "quoted=526315790 decimals=6 unit=USD/kg", 526315790, 500000001, 500000001, true },
		{ "quoted=600 unit=USD/kg", 600000000, 570000000, 570000000, true },
		{ "quoted=1 decimals=6 unit=USD/kg", 1, 1, 500000000, false }, /* 95% of a micro, up */
		{ "quoted=600001 unit=USD/t", 600001000, 570000950, 570000950, true },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world *world = world_stocked();
		struct release_price price;
		struct release_quote quote;
		int64_t cents;
		if (cases[i].market[0] != '\0')
			observe(world, cases[i].market);
		const struct commodity *ga = world_commodity(world, "ga");
		release_price_legs(ga, world->now, &price);
		CU_ASSERT_EQUAL(price.reference_micros, 500000000);
		CU_ASSERT_EQUAL(price.market_micros, cases[i].market_micros);
		CU_ASSERT_EQUAL(price.market_leg_micros, cases[i].leg);
		CU_ASSERT_EQUAL(price.least_micros, cases[i].least);
		CU_ASSERT_EQUAL(price.market_binds, cases[i].binds);
		CU_ASSERT_FATAL(release_price_least(ga, world->now, &quote));
		CU_ASSERT(quote.price_micros_per_kg >= price.least_micros);
		CU_ASSERT_STRING_EQUAL(quote.unit, "USD/kg");
		CU_ASSERT(value_at_floor(ga, world->now, 1000, &cents));
		CU_ASSERT_EQUAL(cents, (cases[i].least + 9999) / 10000);
		world_free(world);
	}
}

/* 35 days, and a commodity without a reference price. */
static void test_ages(void)
{
	struct world *world = world_stocked();
	struct release_price price;
	int64_t cents;
	observe(world, "quoted=600 unit=USD/kg");
	const struct commodity *ga = world_commodity(world, "ga");
	int64_t ends_at = WORLD_BEGIN - WORLD_BEGIN % DAY;
	release_price_legs(ga, ends_at + 35 * DAY - 1, &price);
	CU_ASSERT_EQUAL(price.least_micros, 570000000);
	release_price_legs(ga, ends_at + 36 * DAY, &price);
	CU_ASSERT_EQUAL(price.least_micros, 500000000);
	const struct commodity *wo3 = world_commodity(world, "wo3");
	release_price_legs(wo3, world->now, &price);
	CU_ASSERT_EQUAL(price.least_micros, ABSENT);
	CU_ASSERT_FALSE(value_at_floor(wo3, world->now, 1, &cents));
	CU_ASSERT_PTR_NULL(release_price_typed(world->arena, wo3, world->now));
	world_free(world);
}

/* For any market and reference, what passes is below neither leg, and the least price passes. */
static void test_never_below(void)
{
	uint64_t seed = 7;
	for (int i = 0; i < 150; i++) {
		struct world *world = world_framed();
		struct release_price price;
		struct release_quote quote;
		struct release_verdict verdict;
		seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
		DO_SIGNED(world, "ola", "price.draft", "because=x prices=[commodity=ga quoted=%llu "
			"decimals=%d unit=USD/lb basis=Ga]", (unsigned long long)(1 + (seed >> 40)), i % 7);
		DO(world, "ola", "observation.record", "observations=[commodity=ga period=2026-11-21 "
			"quoted=%llu decimals=%d unit=USD/kg basis=Ga series=spot]",
			(unsigned long long)(1 + (seed >> 16 & 0xFFFFFF)), (i + 3) % 7);
		const struct commodity *ga = world_commodity(world, "ga");
		release_price_legs(ga, world->now, &price);
		CU_ASSERT_FATAL(release_price_least(ga, world->now, &quote));
		CU_ASSERT(quote.price_micros_per_kg >= price.reference_micros);
		CU_ASSERT((wide128)quote.price_micros_per_kg * 100 >= (wide128)price.market_micros * 95);
		CU_ASSERT((wide128)price.market_leg_micros * 100 < (wide128)price.market_micros * 95 + 100);
		const struct context context = { .state = world->state, .now = world->now,
			.arena = world->arena };
		struct release_ask ask = { .commodity = ga, .declaration = "", .subject = "",
			.asked_by = "", .price_micros_per_kg = quote.price_micros_per_kg };
		release_price_check(&context, &ask, &verdict);
		CU_ASSERT_PTR_NULL(verdict.rule);
		ask.price_micros_per_kg = price.least_micros - 1;
		release_price_check(&context, &ask, &verdict);
		CU_ASSERT_PTR_NOT_NULL_FATAL(verdict.rule);
		CU_ASSERT_STRING_EQUAL(verdict.rule,
			ask.price_micros_per_kg < price.reference_micros ? "R12" : "R13");
		world_free(world);
	}
}

/* ---- orders ---- */

static void test_order_by_market(void)
{
	struct world *world = world_awarded("quoted=600 unit=USD/kg");
	REFUSED(world, "R12", "kim", "order.prepare",
		"request=R-2026-0001 consignee=Works quoted=499 unit=USD/kg");
	REFUSED(world, "R13", "kim", "order.prepare",
		"request=R-2026-0001 consignee=Works quoted=569999999 decimals=6 unit=USD/kg");
	CU_ASSERT_STRING_EQUAL(world->decision.next,
		"vaultctl order new R-2026-0001 --price 570USD/kg --consignee \"Works\"");
	const char *because = field_text(descriptor_field(world->decision.events[0].type->body,
		"because"), world->decision.events[0].body);
	CU_ASSERT_STRING_EQUAL(because, "569.999999 USD/kg is too low: the reference price is "
		"500 USD/kg per Ga, and 95% of the market's 600 USD/kg is 570 USD/kg; at least "
		"570 USD/kg passes");
	DO(world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	const struct order *order = order_of(world, "O-2026-0001");
	CU_ASSERT_EQUAL(order->price_micros_per_kg, 570000000);
	CU_ASSERT(order->quoted == 570 && order->decimals == 0);
	CU_ASSERT_EQUAL(order->market_micros_per_kg, 600000000);
	CU_ASSERT_EQUAL(stale_findings(world), 0);
	const struct document *note = state_find(world->state, TABLE_DOCUMENT, "O-2026-0001");
	CU_ASSERT_PTR_NOT_NULL_FATAL(strstr(note->text, "\nmarket-price 600 USD/kg, 95% is 570 USD/kg\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(note->text, "\nprice-floor 570 USD/kg, 95% of the market\n"));
	/* the market rises before the last signature: the commit looks again */
	CU_ASSERT(world_sign(world, "ola", "O-2026-0001"));
	DO(world, "oma", "observation.record",
		"observations=[commodity=ga period=2026-11-21 quoted=700 unit=USD/kg basis=Ga series=other]");
	CU_ASSERT(world_sign(world, "oma", "O-2026-0001"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R13");
	CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->state, ORDER_PREPARED);
	world_free(world);
}

/* Told once an order: when it is prepared, or when what was fresh then is fresh no more at its issue. */
static void test_stale_is_told(void)
{
	struct world *world = world_awarded("");
	DO(world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	CU_ASSERT_EQUAL(stale_findings(world), 1);
	world_signed(__LINE__, world, "O-2026-0001");
	CU_ASSERT_EQUAL(stale_findings(world), 1);
	CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->market_micros_per_kg, ABSENT);
	world_free(world);

	world = world_stocked();
	DO(world, "ola", "observation.record", /* 33 days old: two days fresh */
		"observations=[commodity=ga period=2026-10-19 quoted=400 unit=USD/kg basis=Ga series=spot]");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000");
	DO(world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	CU_ASSERT_EQUAL(stale_findings(world), 0);
	world_pass(world, 3 * DAY);
	world_signed(__LINE__, world, "O-2026-0001");
	CU_ASSERT_EQUAL(stale_findings(world), 1);
	CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->state, ORDER_ISSUED);
	world_free(world);
}

/* 1,000 kg of gallium over a hard floor of 100 kg under a declaration that refuses without a market. */
static struct world *world_strict(const char *policy)
{
	struct world *world = world_framed();
	world_lot(world, "GA-1", "ga", 1000000, 1000000, ABSENT);
	world_floors(world, "ga", 400000, 100000);
	DO_SIGNED(world, "ola", "price.draft",
		"because=index prices=[commodity=ga quoted=500 unit=USD/kg basis=Ga]");
	DO_SIGNED(world, "ola", "declare", "kind=full policy=%s days=30 authority=Council "
		"findings=shortage stale_price=refuse caps=[commodity=ga]", policy);
	return world;
}

static void test_stale_refuses(void)
{
	struct world *world = world_strict("at-once");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000");
	REFUSED(world, "R13", "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	CU_ASSERT_STRING_EQUAL(world->decision.next, "vaultctl observation import FILE");
	observe(world, "quoted=400 unit=USD/kg");
	DO(world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	world_free(world);
}

/* ---- plans ---- */

static void ask(struct world *world, const char *member, int64_t mass_g)
{
	DO(world, "kurt", "request.submit", "member=%s commodity=ga mass_g=%lld", member,
		(long long)mass_g);
}

static void test_plan_by_market(void)
{
	struct world *world = world_strict("proportional");
	observe(world, "quoted=600 unit=USD/kg");
	ask(world, "AUT", 50000);
	ask(world, "ITA", 70000);
	DO(world, "ola", "allocation.run", "declaration=D-2026-0001");
	const struct plan_line *line = state_find(world->state, TABLE_PLAN_LINE, "P-2026-0001/ga");
	CU_ASSERT_PTR_NOT_NULL_FATAL(line);
	CU_ASSERT_EQUAL(line->market_micros_per_kg, 600000000);
	/* the market moves: the plan does not rest on what it rested on */
	DO(world, "oma", "observation.record",
		"observations=[commodity=ga period=2026-11-21 quoted=610 unit=USD/kg basis=Ga series=other]");
	CU_ASSERT(world_sign(world, "ola", "P-2026-0001"));
	CU_ASSERT(world_sign(world, "oma", "P-2026-0001"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R20");
	const char *because = field_text(descriptor_field(world->decision.events[0].type->body,
		"because"), world->decision.events[0].body);
	CU_ASSERT_STRING_EQUAL(because, "ga: market price 600 USD/kg then, 605 USD/kg now");
	DO(world, "ola", "allocation.run", "declaration=D-2026-0001");
	world_signed(__LINE__, world, "P-2026-0002");
	const struct order *order = order_of(world, "O-2026-0001");
	CU_ASSERT_EQUAL(order->state, ORDER_ISSUED);
	CU_ASSERT_EQUAL(order->price_micros_per_kg, 574750000); /* 95% of 605 */
	CU_ASSERT(order->quoted == 57475 && order->decimals == 2);
	CU_ASSERT_EQUAL(order->market_micros_per_kg, 605000000);
	CU_ASSERT_EQUAL(stale_findings(world), 0);
	world_free(world);
}

static void test_plan_without_market(void)
{
	struct world *world = world_strict("proportional");
	ask(world, "AUT", 50000);
	REFUSED(world, "R13", "ola", "allocation.run", "declaration=D-2026-0001");
	/* a waiver for the declaration stands in; one finding tells of all orders of a commodity */
	DO_SIGNED(world, "otto", "waiver.propose", "commodity=ga declaration=D-2026-0001 "
		"ends_at=%lld authority=Board because=x", (long long)world->now + DAY);
	ask(world, "ITA", 50000);
	DO(world, "ola", "allocation.run", "declaration=D-2026-0001");
	world_signed(__LINE__, world, world->id);
	CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->price_micros_per_kg, 500000000);
	CU_ASSERT_EQUAL(order_of(world, "O-2026-0002")->market_micros_per_kg, ABSENT);
	CU_ASSERT_STRING_EQUAL(order_of(world, "O-2026-0002")->waiver, "W-2026-0001");
	CU_ASSERT_EQUAL(stale_findings(world), 1);
	world_free(world);

	/* it ends before the last signature */
	world = world_strict("proportional");
	ask(world, "AUT", 50000);
	DO_SIGNED(world, "otto", "waiver.propose", "commodity=ga ends_at=%lld authority=Board "
		"because=x", (long long)world->now + DAY);
	DO(world, "ola", "allocation.run", "declaration=D-2026-0001");
	CU_ASSERT(world_sign(world, "ola", "P-2026-0001"));
	world_pass(world, DAY);
	CU_ASSERT(world_sign(world, "oma", "P-2026-0001"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R13");
	world_free(world);
}

/* ---- waivers ---- */

#define WAIVER "commodity=ga ends_at=%lld authority=Board because=hospital "
#define TOMORROW ((long long)world->now + DAY)

static const struct waiver *waiver_of(const struct world *world, const char *id)
{
	return state_find(world->state, TABLE_WAIVER, id);
}

static void test_waiver_passes(void)
{
	struct world *world = world_awarded("quoted=600 unit=USD/kg");
	DO(world, "ola", "waiver.propose", WAIVER "quoted=450 unit=USD/kg basis=Ga", TOMORROW);
	CU_ASSERT_STRING_EQUAL(world->id, "W-2026-0001");
	CU_ASSERT_EQUAL(waiver_of(world, "W-2026-0001")->state, WAIVER_PROPOSED);
	REFUSED(world, "R12", "kim", "order.prepare",
		"request=R-2026-0001 consignee=Works quoted=480 unit=USD/kg");
	CU_ASSERT(world_sign(world, "ola", "W-2026-0001")); /* who asked */
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R14");
	CU_ASSERT(world_sign(world, "oma", "W-2026-0001"));
	CU_ASSERT(world_sign(world, "otto", "W-2026-0001"));
	CU_ASSERT_EQUAL(waiver_of(world, "W-2026-0001")->state, WAIVER_GRANTED);
	REFUSED(world, "R12", "kim", "order.prepare",
		"request=R-2026-0001 consignee=Works quoted=449 unit=USD/kg");
	DO(world, "kim", "order.prepare",
		"request=R-2026-0001 consignee=Works quoted=450 unit=USD/kg");
	CU_ASSERT_STRING_EQUAL(order_of(world, "O-2026-0001")->waiver, "W-2026-0001");
	const struct document *note = state_find(world->state, TABLE_DOCUMENT, "O-2026-0001");
	CU_ASSERT_PTR_NOT_NULL(strstr(note->text, "\nwaiver W-2026-0001\n"));
	/* it ends by itself: the order is refused in its commit */
	CU_ASSERT(world_sign(world, "ola", "O-2026-0001"));
	world_pass(world, DAY);
	CU_ASSERT_PTR_NULL(waiver_of(world, "W-2026-0001"));
	CU_ASSERT(world_sign(world, "oma", "O-2026-0001"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R12");
	/* another, for this order alone: it passes and is named in what was issued */
	DO(world, "ola", "waiver.propose", WAIVER "subject=O-2026-0001", TOMORROW);
	world_sign(world, "oma", "W-2026-0002");
	world_sign(world, "otto", "W-2026-0002");
	CU_ASSERT(world_sign(world, "oma", "O-2026-0001"));
	CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->state, ORDER_ISSUED);
	CU_ASSERT_STRING_EQUAL(order_of(world, "O-2026-0001")->waiver, "W-2026-0002");
	world_free(world);
}

/* What it is narrowed to, and that an order above the floor names none. */
static void test_waiver_scope(void)
{
	static const struct { const char *scope; bool passes; } cases[] = {
		{ "", true }, { "subject=R-2026-0001", true }, { "subject=R-2026-0002", false },
		{ "declaration=D-2026-0001", true }, { "declaration=D-2026-0001 subject=R-2026-0002", false },
		{ "subject=V-2026-0001", false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world *world = world_awarded("");
		DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000");
		DO_SIGNED(world, "otto", "waiver.propose", WAIVER "%s", TOMORROW, cases[i].scope);
		DO(world, "kim", "order.prepare", "request=R-2026-0002 consignee=Works");
		CU_ASSERT_STRING_EQUAL(order_of(world, "O-2026-0001")->waiver, "");
		if (cases[i].passes)
			DO(world, "kim", "order.prepare",
				"request=R-2026-0001 consignee=Works quoted=1 unit=USD/kg");
		else
			REFUSED(world, "R12", "kim", "order.prepare",
				"request=R-2026-0001 consignee=Works quoted=1 unit=USD/kg");
		world_free(world);
	}
}

static void test_waiver_before_its_time(void)
{
	struct world *world = world_awarded("");
	DO_SIGNED(world, "otto", "waiver.propose", "commodity=ga starts_at=%lld ends_at=%lld "
		"authority=Board because=x", TOMORROW, TOMORROW + DAY);
	REFUSED(world, "R12", "kim", "order.prepare",
		"request=R-2026-0001 consignee=Works quoted=1 unit=USD/kg");
	world_pass(world, DAY);
	DO(world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works quoted=1 unit=USD/kg");
	world_free(world);
}

/* Nothing stands in for a reference price that is not there. */
static void test_waiver_needs_reference(void)
{
	struct world *world = world_framed();
	world_lot(world, "GA-1", "ga", 1000000, 999900, ABSENT);
	world_floors(world, "ga", 0, 0);
	world_declare(world, "full", "commodity=ga");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=5");
	DO_SIGNED(world, "otto", "waiver.propose", WAIVER, TOMORROW);
	REFUSED(world, "R12", "kim", "order.prepare",
		"request=R-2026-0001 consignee=Works quoted=500 unit=USD/kg");
	world_free(world);
}

static void test_waiver_bad_input(void)
{
	struct world *world = world_awarded("");
	long long now = (long long)world->now;
	FAILS(world, ERROR_NOT_FOUND, "ola", "waiver.propose",
		"commodity=gold ends_at=%lld authority=Board because=x", now + DAY);
	FAILS(world, ERROR_INVALID, "ola", "waiver.propose",
		"commodity=ga ends_at=%lld authority=Board because=x", now);
	FAILS(world, ERROR_INVALID, "ola", "waiver.propose",
		"commodity=ga starts_at=%lld ends_at=%lld authority=Board because=x", now + DAY, now + DAY);
	FAILS(world, ERROR_LIMIT, "ola", "waiver.propose",
		"commodity=ga ends_at=%lld authority=Board because=x", now + 367 * DAY);
	FAILS(world, ERROR_INVALID, "ola", "waiver.propose", WAIVER "quoted=5 unit=EUR/kg basis=Ga", now + DAY);
	FAILS(world, ERROR_INVALID, "ola", "waiver.propose", WAIVER "quoted=5", now + DAY);
	FAILS(world, ERROR_INVALID, "ola", "waiver.propose", WAIVER "quoted=5 unit=USD/kg", now + DAY);
	FAILS(world, ERROR_INVALID, "ola", "waiver.propose", WAIVER "unit=USD/kg", now + DAY);
	FAILS(world, ERROR_INVALID, "ola", "waiver.propose", WAIVER "quoted=5 unit=USD/kg basis=Ge",
		now + DAY);
	FAILS(world, ERROR_INVALID, "ola", "waiver.propose", WAIVER "subject=GA-1", now + DAY);
	FAILS(world, ERROR_NOT_FOUND, "ola", "waiver.propose", WAIVER "subject=R-2026-0009", now + DAY);
	FAILS(world, ERROR_NOT_FOUND, "ola", "waiver.propose", WAIVER "subject=O-2026-0009", now + DAY);
	FAILS(world, ERROR_NOT_FOUND, "ola", "waiver.propose", WAIVER "declaration=D-2026-0009",
		now + DAY);
	FAILS(world, ERROR_DENIED, "kim", "waiver.propose", WAIVER, now + DAY);
	DO(world, "ola", "waiver.propose", WAIVER, now + DAY);
	DO(world, "oma", "document.reject", "document=W-2026-0001 because=no");
	CU_ASSERT_PTR_NULL(waiver_of(world, "W-2026-0001"));
	/* unsigned at its end: it is over, and so is its note */
	DO(world, "ola", "waiver.propose", WAIVER, now + DAY);
	world_pass(world, DAY);
	CU_ASSERT_PTR_NULL(waiver_of(world, "W-2026-0002"));
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_DOCUMENT, "W-2026-0002"));
	world_free(world);
}

int main(void)
{
	return run_cases("reserve price floor at release", (CU_TestInfo[]){
		{ "two legs, the higher one", test_legs },
		{ "35 days, and no reference", test_ages },
		{ "never below either leg", test_never_below },
		{ "orders by the market", test_order_by_market },
		{ "no fresh market is told once", test_stale_is_told },
		{ "a declaration that refuses without", test_stale_refuses },
		{ "plans rest on the market", test_plan_by_market },
		{ "plans without a market", test_plan_without_market },
		{ "a waiver lets pass and is named", test_waiver_passes },
		{ "what a waiver is narrowed to", test_waiver_scope },
		{ "a waiver before its time", test_waiver_before_its_time },
		{ "a waiver without a reference price", test_waiver_needs_reference },
		{ "waivers refused, rejected, unsigned", test_waiver_bad_input },
		CU_TEST_INFO_NULL,
	});
}
