/*
 * Picking in whole units, against a plain list walked in the design's order: one award out of the
 * live index, and many out of a pool, where every gram, net gram and unit must be given once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner.h"

#include "base/arena.h"
#include "base/text.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/picking.h"

enum { LOTS = 300, ROUNDS = 300, TAKES = 120 };

static uint64_t random_state = 20261122;

static int64_t below(int64_t bound)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (int64_t)(random_state % (uint64_t)bound);
}

static struct lot lots[LOTS];
static struct commodity commodity;
static const struct lot *in_order[LOTS];
static struct lot_left left[LOTS]; /* of in_order */
static uint32_t count;

static int order(const void *a, const void *b)
{
	const struct lot *x = *(const struct lot *const *)a, *y = *(const struct lot *const *)b;
	int64_t first = x->retest_at == ABSENT ? INT64_MAX : x->retest_at;
	int64_t second = y->retest_at == ABSENT ? INT64_MAX : y->retest_at;
	if (x->grade_ppm != y->grade_ppm)
		return x->grade_ppm < y->grade_ppm ? -1 : 1;
	if (first != second)
		return first < second ? -1 : 1;
	return x->created_index < y->created_index ? -1 : 1;
}

static void list(struct lot *lot)
{
	pick_insert(&commodity.lots, lot);
	in_order[count++] = lot;
}

static struct lot *make(const char *origin, int64_t grade_ppm, int64_t net_g, int64_t units)
{
	struct lot *lot = &lots[count];
	*lot = (struct lot){ .created_index = count, .grade_ppm = grade_ppm, .retest_at = ABSENT,
		.on_hand_g = net_g, .contained_g = lot_contained_g(net_g, 0, grade_ppm),
		.class = units == 0 ? LOT_BULK : LOT_SEALED, .units = units > 0 ? units : ABSENT,
		.reserved_units = ABSENT };
	snprintf(lot->code, sizeof lot->code, "L-%u", (unsigned)count);
	text_copy(lot->origin, sizeof lot->origin, origin);
	return lot;
}

static void begin(void)
{
	count = 0;
	commodity = (struct commodity){ .available_g = 0 };
}

/*
 * Lots of every kind: bulk, sealed, sealed and not counted, some of them awarded in part or whole.
 */
static void make_any(void)
{
	static const char *const origins[] = { "CAN", "AUS", "CHN" };
	static const int64_t sizes[] = { 3, 40, 25000, 1000000, LOT_MASS_MAX };
	begin();
	while (count < LOTS) {
		int64_t units = below(3) == 0 ? 0 : below(4) == 0 ? -1 : 1 + below(50);
		const char *origin = origins[below(3)]; /* one after another: the same in any build */
		int64_t grade_ppm = 900000 + below(6) * 20000, size_g = sizes[below(5)];
		struct lot *lot = make(origin, grade_ppm, 1 + below(size_g), units);
		struct lot_left rest = lot_left(lot);
		struct pick part;
		lot->retest_at = below(3) == 0 ? ABSENT : below(5);
		if (below(3) == 0 && lot_left_cut(&rest, 1 + below(lot->contained_g + 1), &part)) {
			lot->reserved_g = part.contained_g;
			lot->reserved_net_g = part.net_g;
			lot->reserved_units = part.units;
		}
		list(lot);
	}
	qsort(in_order, count, sizeof *in_order, order);
	for (uint32_t i = 0; i < count; i++)
		left[i] = lot_left(in_order[i]);
}

static bool banned(const struct lot *lot, const struct pick_filter *filter)
{
	for (uint32_t i = 0; filter != NULL && i < filter->origin_count; i++) {
		if (text_equal(lot->origin, filter->origins[i]))
			return true;
	}
	return false;
}

/* The same written plainly; keep: what is left stays as the award leaves it. */
static void compare(const struct picked *picked, int64_t min_grade_ppm, int64_t target_g,
	const struct pick_filter *filter, bool keep)
{
	const struct pick *picks = picked->picks.items;
	uint32_t at = 0;
	int64_t wanted_g = target_g;
	for (uint32_t i = 0; i < count && wanted_g > 0; i++) {
		struct lot_left rest = left[i];
		struct pick part;
		if ((min_grade_ppm != ABSENT && in_order[i]->grade_ppm < min_grade_ppm) ||
		    banned(in_order[i], filter) || !lot_left_cut(&rest, wanted_g, &part))
			continue;
		CU_ASSERT_FATAL(at < picked->picks.count);
		CU_ASSERT_STRING_EQUAL(picks[at].lot, in_order[i]->code);
		CU_ASSERT_EQUAL(picks[at].contained_g, part.contained_g);
		CU_ASSERT_EQUAL(picks[at].net_g, part.net_g);
		CU_ASSERT_EQUAL(picks[at].units, part.units);
		at++;
		wanted_g -= part.contained_g;
		if (keep)
			left[i] = rest;
	}
	CU_ASSERT_EQUAL(at, picked->picks.count);
	CU_ASSERT_EQUAL(picked->contained_g, target_g - wanted_g);
	CU_ASSERT_FALSE(picked->cut);
}

static const char *const bans[] = { "CHN", "AUS" };

static struct pick_filter any_filter(void)
{
	return (struct pick_filter){ bans, (uint32_t)below(3) };
}

static int64_t any_grade(void)
{
	return below(3) == 0 ? ABSENT : 890000 + below(14) * 10000;
}

static void test_one(void)
{
	struct arena *arena = arena_new(0);
	for (int round = 0; round < ROUNDS; round++) {
		make_any();
		for (int take = 0; take < 10; take++) {
			struct pick_filter filter = any_filter();
			int64_t grade_ppm = any_grade();
			int64_t target_g = 1 + below(below(2) == 0 ? 60000 : 3000000);
			struct picked picked;
			picking_one(&commodity, grade_ppm, target_g, &filter, LOTS, arena, &picked);
			compare(&picked, grade_ppm, target_g, &filter, false);
		}
		arena_reset(arena);
	}
	arena_free(arena);
}

/* Takes of one pool one after another, until nothing of any lot is left. */
static void test_pool(void)
{
	struct arena *arena = arena_new(0);
	for (int round = 0; round < ROUNDS / 3; round++) {
		int64_t given_g = 0;
		make_any();
		int64_t free_g = pick_free_g(&commodity.lots, ABSENT);
		struct pick_pool *pool = picking_pool(&commodity, arena);
		for (int take = 0; take <= TAKES; take++) {
			struct pick_filter filter = any_filter();
			bool last = take == TAKES;
			int64_t grade_ppm = last ? ABSENT : any_grade();
			int64_t target_g = last ? VAULT_INT_MAX : 1 + below(below(9) > 0 ? 90000 : 1LL << 41);
			struct picked picked;
			filter.origin_count = last ? 0 : filter.origin_count;
			picking_take(pool, grade_ppm, target_g, &filter, LOTS, &picked);
			compare(&picked, grade_ppm, target_g, &filter, true);
			given_g += picked.contained_g;
		}
		for (uint32_t i = 0; i < count; i++) {
			if (lot_free_g(in_order[i]) == 0)
				continue;
			CU_ASSERT_EQUAL(left[i].contained_g, 0);
			CU_ASSERT_EQUAL(left[i].net_g, 0);
			CU_ASSERT(left[i].units == ABSENT || left[i].units == 0);
			free_g -= left[i].contained_g;
		}
		CU_ASSERT_EQUAL(given_g, free_g);
		arena_reset(arena);
	}
	arena_free(arena);
}

/* k of u units contain floor(k/u) of what is free; all of them take all; nothing is split. */
static void test_units(void)
{
	static const struct { int64_t target_g, contained_g, net_g, units; } cases[] = {
		{ 24, 0, 0, 0 }, { 25, 25, 26, 1 }, { 49, 25, 26, 1 }, { 50, 50, 53, 2 }, { 74, 50, 53, 2 },
		{ 75, 75, 79, 3 }, { 99, 75, 79, 3 }, { 100, 100, 106, 4 }, { VAULT_INT_MAX, 100, 106, 4 },
	};
	struct arena *arena = arena_new(0);
	begin();
	struct lot *lot = make("CAN", 950000, 106, 4);
	list(lot);
	CU_ASSERT_EQUAL(lot->contained_g, 100);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct picked picked;
		picking_one(&commodity, ABSENT, cases[i].target_g, NULL, 1, arena, &picked);
		const struct pick *pick = picked.picks.items;
		CU_ASSERT_EQUAL(picked.contained_g, cases[i].contained_g);
		CU_ASSERT_EQUAL(picked.picks.count, cases[i].units > 0 ? 1 : 0);
		CU_ASSERT_FALSE(picked.cut);
		if (cases[i].units > 0) {
			CU_ASSERT_EQUAL(pick->net_g, cases[i].net_g);
			CU_ASSERT_EQUAL(pick->units, cases[i].units);
		}
	}
	CU_ASSERT_EQUAL(picking_least_g(&commodity, ABSENT, NULL), 25);
	CU_ASSERT_EQUAL(picking_least_g(&commodity, 950001, NULL), 0);
	arena_free(arena);
}

/* What is too large is passed over for what comes later, and what is needed is found behind it. */
static void test_passed_over(void)
{
	struct arena *arena = arena_new(0);
	struct picked picked;
	begin();
	for (int i = 0; i < 200; i++)
		list(make("CAN", 990000, 25000, -1));
	list(make("CHN", 995000, 1000, 0));
	list(make("AUS", 999000, 500, 2));
	picking_one(&commodity, ABSENT, 24000, NULL, 8, arena, &picked);
	CU_ASSERT_EQUAL(picked.picks.count, 2); /* of CHN all, of AUS both units */
	CU_ASSERT_EQUAL(picked.contained_g, 995 + 499);
	struct pick_filter filter = { bans, 2 };
	CU_ASSERT_EQUAL(picking_least_g(&commodity, ABSENT, &filter), 24750);
	filter.origin_count = 1;
	CU_ASSERT_EQUAL(picking_least_g(&commodity, ABSENT, &filter), 249);
	CU_ASSERT_EQUAL(picking_free_g(&commodity, 995000, &filter), 499);
	CU_ASSERT_EQUAL(picking_free_g(&commodity, ABSENT, &filter), 200 * 24750 + 499);
	CU_ASSERT_EQUAL(picking_free_g(&commodity, ABSENT, NULL), 200 * 24750 + 499 + 995);
	CU_ASSERT_EQUAL(picking_least_g(&commodity, ABSENT, NULL), 1);
	picking_one(&commodity, ABSENT, 24000, &filter, 8, arena, &picked);
	CU_ASSERT_EQUAL(picked.contained_g, 499);
	picking_one(&commodity, ABSENT, 10 * 24750, NULL, 9, arena, &picked);
	CU_ASSERT_TRUE(picked.cut);
	CU_ASSERT_EQUAL(picked.picks.count, 9);
	arena_free(arena);
}

/* Sums of a decision say what a walk says, at every grade and between; each filter is walked once. */
static void test_sums(void)
{
	static const char *const origins[] = { "CAN", "CHN", "AUS" };
	static const int64_t asked[] = { ABSENT, 0, 940000, 950000, 950001, 970000, 990000, 990001 };
	struct arena *arena = arena_new(0);
	struct pick_sums *list_of_sums = NULL;
	begin();
	for (int i = 0; i < 90; i++)
		list(make(origins[i % 3], 950000 + i / 30 * 20000, 1000 + i, -1));
	for (uint32_t barred = 0; barred <= 3; barred++) {
		const struct pick_filter filter = { origins, barred };
		const struct pick_sums *sums = picking_sums(&list_of_sums, &commodity, &filter, arena);
		CU_ASSERT_PTR_NOT_NULL_FATAL(sums);
		CU_ASSERT_PTR_EQUAL(picking_sums(&list_of_sums, &commodity, &filter, arena), sums);
		CU_ASSERT_EQUAL(picking_sums_narrow(sums), barred > 0);
		for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
			CU_ASSERT_EQUAL(picking_sums_free_g(sums, asked[i]),
				picking_free_g(&commodity, asked[i], &filter));
	}
	arena_free(arena);
	struct arena *small = arena_new(64);
	const struct pick_filter filter = { origins, 1 };
	list_of_sums = NULL;
	CU_ASSERT_PTR_NULL(picking_sums(&list_of_sums, &commodity, &filter, small));
	CU_ASSERT_PTR_NULL(list_of_sums);
	arena_free(small);
}

/* Units above what a node of the index can hold. */
static void test_huge_units(void)
{
	begin();
	list(make("CAN", 1000000, LOT_MASS_MAX, -1));
	list(make("CAN", 1000000, LOT_MASS_MAX / 2, 3));
	list(make("CAN", 1000000, LOT_MASS_MAX / 3, -1));
	CU_ASSERT_EQUAL(picking_least_g(&commodity, ABSENT, NULL), LOT_MASS_MAX / 6);
	struct arena *arena = arena_new(0);
	struct picked picked;
	picking_one(&commodity, ABSENT, LOT_MASS_MAX / 6 - 1, NULL, 3, arena, &picked);
	CU_ASSERT_EQUAL(picked.picks.count, 0);
	picking_one(&commodity, ABSENT, LOT_MASS_MAX - 1, NULL, 3, arena, &picked);
	CU_ASSERT_EQUAL(picked.contained_g, LOT_MASS_MAX / 2 + LOT_MASS_MAX / 3);
	arena_free(arena);
}

/* A pool says when its arena is full; so does a take. */
static void test_full_arena(void)
{
	struct picked picked;
	begin();
	for (int i = 0; i < LOTS; i++)
		list(make("CAN", 990000, 100, 0));
	struct arena *arena = arena_new(1000);
	CU_ASSERT_PTR_NULL(picking_pool(&commodity, arena));
	arena_free(arena);
	arena = arena_new(12 * LOTS + 6000);
	struct pick_pool *pool = picking_pool(&commodity, arena);
	CU_ASSERT_PTR_NOT_NULL_FATAL(pool);
	picking_take(pool, ABSENT, 99, NULL, LOTS, &picked);
	CU_ASSERT_FALSE(picked.cut);
	picking_take(pool, ABSENT, LOTS * 99, NULL, LOTS, &picked);
	CU_ASSERT_TRUE(picked.cut);
	CU_ASSERT(picked.contained_g < LOTS * 99);
	arena_free(arena);
}

int main(void)
{
	return run_cases("reserve picking in whole units", (CU_TestInfo[]){
		{ "one award against a plain list", test_one },
		{ "a pool for many awards gives everything once", test_pool },
		{ "whole units of a sealed lot", test_units },
		{ "what is too large or barred is passed over", test_passed_over },
		{ "sums of a decision", test_sums },
		{ "units of many tonnes", test_huge_units },
		{ "memory that is not there", test_full_arena },
		CU_TEST_INFO_NULL,
	});
}
