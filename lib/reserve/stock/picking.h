/*
 * Which parts of which lots serve an award: the lowest grade that suffices, then earliest retest,
 * then oldest entry, then code; bulk to the gram, sealed lots in whole units alone. Picks never
 * exceed what was asked for; what whole units leave over is the caller's to credit. Changes
 * nothing.
 *
 * Units: contained grams; each pick has the net grams that go with it, and for sealed lots its
 * units.
 */
#ifndef RESERVE_STOCK_PICKING_H
#define RESERVE_STOCK_PICKING_H

#include "base/arena.h"
#include "base/descriptor.h"
#include "base/error.h"
#include "reserve/stock/material.h"

/* Lots that may not serve: of these origins. NULL or count 0: none. */
struct pick_filter {
	const char *const *origins;
	uint32_t origin_count;
};

struct picked {
	struct list picks;    /* of struct pick, in the arena */
	int64_t contained_g;  /* their sum, <= target */
	bool cut;             /* picks_max or the arena's cap was reached before the target */
};

/* Lots for one award out of the live index; min_grade_ppm ABSENT: any. */
void picking_one(const struct commodity *commodity, int64_t min_grade_ppm, int64_t target_g,
	const struct pick_filter *filter, uint32_t picks_max, struct arena *arena,
	struct picked *ret_picked);

/*
 * For many awards of one commodity in one decision, strictest grade first: each take sees what
 * those before it took. O(lots) to make, near O(picks) a take. A pool takes 12 bytes a lot of the
 * arena; NULL where it has not so many left. What a filter names must live as long as the pool.
 */
struct pick_pool;
struct pick_pool *picking_pool(const struct commodity *commodity, struct arena *arena);
void picking_take(struct pick_pool *pool, int64_t min_grade_ppm, int64_t target_g,
	const struct pick_filter *filter, uint32_t picks_max, struct picked *ret_picked);

/* Free grams of at least that grade outside the barred origins; a walk where there is a filter. */
int64_t picking_free_g(const struct commodity *commodity, int64_t min_grade_ppm,
	const struct pick_filter *filter);

/*
 * The same for many grades in one decision: with a filter one walk, and each question near
 * O(log lots). list: those made already, NULL at first. NULL: the arena has no room.
 */
struct pick_sums;
const struct pick_sums *picking_sums(struct pick_sums **list, const struct commodity *commodity,
	const struct pick_filter *filter, struct arena *arena);
int64_t picking_sums_free_g(const struct pick_sums *sums, int64_t min_grade_ppm);
bool picking_sums_narrow(const struct pick_sums *sums); /* whether there is a filter */

/* The least that can be picked of them: 1 g of bulk, one sealed unit; 0: nothing can. */
int64_t picking_least_g(const struct commodity *commodity, int64_t min_grade_ppm,
	const struct pick_filter *filter);

#endif
