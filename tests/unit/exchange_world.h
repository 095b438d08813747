/* A reserve that lends: what the tests of exchanges share. */
#ifndef TESTS_UNIT_EXCHANGE_WORLD_H
#define TESTS_UNIT_EXCHANGE_WORLD_H

#include "reserve_world.h"

#include "reserve/zone/exchange.h"

#define IN_DAYS(world, days) ((long long)(world)->now + (days) * TIME_DAY_MS)

/* 1,000 kg net of gallium at 99.99%, floors of 400 and 100 kg, a price; nothing is declared. */
static inline struct world *world_lending(void)
{
	struct world *world = world_framed();
	world_lot(world, "GA-1", "ga", 1000000, 999900, ABSENT);
	world_floors(world, "ga", 400000, 100000);
	DO_SIGNED(world, "ola", "price.draft", "because=index prices=[commodity=ga quoted=500 "
		"unit=USD/kg basis=Ga]");
	return world;
}

static inline struct exchange *exchange_of(const struct world *world, const char *id)
{
	struct exchange *exchange = state_find(world->state, TABLE_EXCHANGE, id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(exchange);
	return exchange;
}

/* Whether no open exchange has that id. */
static inline bool ended(const struct world *world, const char *id)
{
	return state_find(world->state, TABLE_EXCHANGE, id) == NULL;
}

static inline int64_t balance_of(const struct world *world, const char *account)
{
	const struct account *row = state_find(world->state, TABLE_ACCOUNT, account);
	return row != NULL ? row->balance_g : 0;
}

static inline int64_t owed_g(const struct world *world, const char *id)
{
	return exchange_balance(exchange_of(world, id), world->now).owed_g;
}

/* All lines of an order leave as they were ordered, and it is delivered. */
static inline void lift(struct world *world, const char *id)
{
	const struct order *order = state_find(world->state, TABLE_RELEASE_ORDER, id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(order);
	char consignee[NAME_MAX_BYTES];
	text_copy(consignee, sizeof consignee, order->consignee);
	for (uint32_t i = 0, count = order->lines.count; i < count; i++) {
		const struct order_line line = ((struct order_line *)order->lines.items)[i];
		DO(world, "kim", "load_out", "order=%s lot=%s gross_g=%lld tare_g=10 carrier=c vehicle=v",
			id, line.lot, (long long)line.net_g + 10);
		order = state_find(world->state, TABLE_RELEASE_ORDER, id);
	}
	DO(world, "kim", "deliver", "order=%s consignee='%s' receiver=r", id, consignee);
}

/* A loan of so much to Austria, out for 30 days at so many ppm a day: X-2026-0001. */
static inline struct world *world_lent(int64_t mass_g, int64_t premium_ppm)
{
	struct world *world = world_lending();
	DO(world, "kim", "loan.new", "borrower=AUT commodity=ga mass_g=%lld due_at=%lld premium_ppm=%lld",
		(long long)mass_g, IN_DAYS(world, 30), (long long)premium_ppm);
	CU_ASSERT_STRING_EQUAL(world->id, "X-2026-0001");
	world_signed(__LINE__, world, "O-2026-0001");
	lift(world, "O-2026-0001");
	return world;
}

/* A lot that comes back from somebody, at a grade. */
static inline void bring(struct world *world, const char *code, const char *commodity,
	const char *supplier, int64_t net_g, int64_t grade_ppm)
{
	DO(world, "kim", "lot.add", "lots=[code=%s commodity=%s site=south expected_g=%lld "
		"supplier=%s origin=AUT]", code, commodity, (long long)net_g, supplier);
	DO(world, "kim", "lot.weigh", "lot=%s gross_g=%lld tare_g=1000", code,
		(long long)net_g + 1000);
	DO(world, "asa", "lot.assay", "lot=%s grade_ppm=%lld laboratory=lab", code,
		(long long)grade_ppm);
	DO(world, "asa", "lot.accept", "lot=%s", code);
}

#endif
