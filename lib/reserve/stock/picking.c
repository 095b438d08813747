/* Walking the picking order, for one award or for many in one decision. */
#include "reserve/stock/picking.h"

#include <string.h>

#include "base/text.h"
#include "reserve/stock/lot.h"

void picking_one(const struct commodity *commodity, int64_t min_grade_ppm, int64_t target_g,
	const struct pick_filter *filter, uint32_t picks_max, struct arena *arena,
	struct picked *ret_picked)
{
	uint32_t count = 0, capacity = 4;
	int64_t left_g = target_g;
	struct pick *picks = arena_alloc(arena, capacity * sizeof *picks);
	(void)filter;
	*ret_picked = (struct picked){ 0 };
	for (struct lot *lot = pick_first(&commodity->lots, min_grade_ppm); left_g > 0 && lot != NULL;
	    lot = pick_next(&commodity->lots, lot)) {
		if (count == picks_max) {
			ret_picked->cut = true;
			break;
		}
		if (count == capacity) {
			struct pick *more = arena_alloc(arena, 2 * capacity * sizeof *more);
			memcpy(more, picks, count * sizeof *more);
			picks = more;
			capacity *= 2;
		}
		int64_t free_g = lot_free_g(lot);
		struct pick *pick = &picks[count++];
		pick->contained_g = left_g < free_g ? left_g : free_g;
		pick->net_g = lot_net_share_g(lot, pick->contained_g);
		pick->units = ABSENT;
		body_copy(pick->lot, sizeof pick->lot, lot->code);
		left_g -= pick->contained_g;
	}
	ret_picked->picks = (struct list){ picks, count };
	ret_picked->contained_g = target_g - left_g;
}

struct pick_pool {
	const struct commodity *commodity;
};

struct pick_pool *picking_pool(const struct commodity *commodity, struct arena *arena)
{
	struct pick_pool *pool = arena_alloc(arena, sizeof *pool);
	pool->commodity = commodity;
	return pool;
}

void picking_take(struct pick_pool *pool, int64_t min_grade_ppm, int64_t target_g,
	const struct pick_filter *filter, uint32_t picks_max, struct picked *ret_picked)
{
	(void)pool;
	(void)min_grade_ppm;
	(void)target_g;
	(void)filter;
	(void)picks_max;
	*ret_picked = (struct picked){ 0 };
}

int64_t picking_free_g(const struct commodity *commodity, int64_t min_grade_ppm,
	const struct pick_filter *filter)
{
	(void)filter;
	return pick_free_g(&commodity->lots, min_grade_ppm);
}
