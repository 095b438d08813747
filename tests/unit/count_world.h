/* A yard that is counted, for the tests of stocktakes: U-2026-0001 of north by kim and asa. */
#ifndef TESTS_UNIT_COUNT_WORLD_H
#define TESTS_UNIT_COUNT_WORLD_H

#include "reserve_world.h"

#include "reserve/finding.h"
#include "reserve/stock/account.h"
#include "reserve/stock/count.h"
#include "reserve/stock/material.h"

#define U "U-2026-0001"

/* At north: bulk A of 100 kg, bulk B of 50 kg, and S, ten sealed drums of 10 kg. C lies at south. */
static inline struct world *yard(void)
{
	struct world *world = world_framed();
	world_lot(world, "A", "ga", 100000, 900000, ABSENT);
	world_lot(world, "B", "ga", 50000, 900000, ABSENT);
	DO(world, "kim", "lot.add", "lots=[code=S commodity=ga site=north expected_g=100000 class=sealed "
		"units=10 supplier=acme]");
	DO(world, "kim", "lot.weigh", "lot=S gross_g=101000 tare_g=1000");
	DO(world, "asa", "lot.assay", "lot=S grade_ppm=900000 laboratory=lab");
	DO(world, "asa", "lot.accept", "lot=S");
	DO(world, "kim", "lot.add", "lots=[code=C commodity=ga site=south expected_g=7000]");
	DO(world, "kim", "lot.weigh", "lot=C gross_g=8000 tare_g=1000");
	world_floors(world, "ga", 10000, 5000);
	return world;
}

static inline struct world *counting(void)
{
	struct world *world = yard();
	DO(world, "aud", "count.new", "site=north blind=true counters=kim,asa because=yearly");
	return world;
}

static inline const struct count *the_count(const struct world *world)
{
	const struct count *count = state_find(world->state, TABLE_STOCKTAKE, U);
	CU_ASSERT_PTR_NOT_NULL_FATAL(count);
	return count;
}

static inline const struct count_line *line_of(const struct world *world, const char *lot)
{
	const struct count_line *line = count_line_of(world->state, the_count(world), lot);
	CU_ASSERT_PTR_NOT_NULL_FATAL(line);
	return line;
}

/* Enters a sheet and has its counter sign it. */
static inline void sheet(int at, struct world *world, const char *counter, const char *lines)
{
	world_expect(at, __FILE__, world, ERROR_NONE, "", "aud", "count.enter",
		"count=" U " counter=%s lines=[%s]", counter, lines);
	char id[CODE_MAX];
	text_copy(id, sizeof id, world->id);
	bool good = world_sign(world, counter, id);
	if (!good || world->decision.refused)
		printf("\n  line %d: %s %s\n", at, world->error.message, world_rule(world));
	CU_ASSERT(good && !world->decision.refused);
}
#define SHEET(world, counter, lines) sheet(__LINE__, (world), (counter), (lines))
#define GOOD "lot=A net_g=100000; lot=B net_g=50000; lot=S units=10 seals=intact"

static inline int64_t balance(const struct world *world, const char *id)
{
	const struct account *account = state_find(world->state, TABLE_ACCOUNT, id);
	return account != NULL ? account->balance_g : 0;
}

static inline const struct finding *raised(const struct world *world, const char *check)
{
	const struct finding *finding = NULL;
	while ((finding = state_next(world->state, TABLE_FINDING, finding)) != NULL) {
		if (text_equal(finding->check, check))
			return finding;
	}
	return NULL;
}

#endif
