/*
 * Walking the picking order, for one award in the live index or for many in a pool: a flat array of
 * the lots in order, where blocks of it are passed over by a tree of the least that can be taken of
 * each. Taking makes that least only larger, so the tree holds lower bounds, which a search in vain
 * tightens.
 */
#include "reserve/stock/picking.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "reserve/stock/lot.h"

static bool may_serve(const struct lot *lot, const struct pick_filter *filter)
{
	uint32_t count = filter != NULL ? filter->origin_count : 0;
	for (uint32_t i = 0; i < count; i++) {
		if (text_equal(lot->origin, filter->origins[i]))
			return false;
	}
	return true;
}

static bool has_filter(const struct pick_filter *filter)
{
	return filter != NULL && filter->origin_count > 0;
}

static bool same_filter(const struct pick_filter *a, const struct pick_filter *b)
{
	if (a->origin_count != b->origin_count)
		return false;
	for (uint32_t i = 0; i < a->origin_count; i++) {
		if (!text_equal(a->origins[i], b->origins[i]))
			return false;
	}
	return true;
}

/* ---- what is picked ---- */

/* Picks of one award as they are gathered. */
struct gathering {
	struct arena *arena;
	struct picked picked;
	uint32_t capacity, picks_max;
	int64_t wanted_g;
};

/* Room for one more pick; false ends the gathering. */
static bool has_room(struct gathering *gathering)
{
	struct list *list = &gathering->picked.picks;
	if (list->count == gathering->picks_max) {
		gathering->picked.cut = true;
		return false;
	}
	if (list->count < gathering->capacity)
		return true;
	uint32_t capacity = gathering->capacity == 0 ? 4 : 2 * gathering->capacity;
	struct pick *picks = arena_alloc(gathering->arena, capacity * sizeof *picks);
	if (picks == NULL) {
		gathering->picked.cut = true;
		return false;
	}
	if (list->count > 0)
		memcpy(picks, list->items, list->count * sizeof *picks);
	list->items = picks;
	gathering->capacity = capacity;
	return true;
}

/* Cuts the part that serves off what is left of a lot. */
static bool gather(struct gathering *gathering, const struct lot *lot, struct lot_left *left)
{
	struct list *list = &gathering->picked.picks;
	struct pick part;
	if (!has_room(gathering))
		return false;
	bool fits = lot_left_cut(left, gathering->wanted_g, &part);
	assert(fits); /* the search found it so */
	(void)fits;
	body_text(part.lot, lot->code);
	((struct pick *)list->items)[list->count++] = part;
	gathering->picked.contained_g += part.contained_g;
	gathering->wanted_g -= part.contained_g;
	return true;
}

void picking_one(const struct commodity *commodity, int64_t min_grade_ppm, int64_t target_g,
	const struct pick_filter *filter, uint32_t picks_max, struct arena *arena,
	struct picked *ret_picked)
{
	struct gathering gathering = { .arena = arena, .picks_max = picks_max, .wanted_g = target_g };
	const struct lot *lot = pick_first(&commodity->lots, min_grade_ppm, target_g);
	for (; lot != NULL && gathering.wanted_g > 0;
	    lot = pick_next(&commodity->lots, lot, gathering.wanted_g)) {
		struct lot_left left = lot_left(lot);
		if (may_serve(lot, filter) && !gather(&gathering, lot, &left))
			break;
	}
	*ret_picked = gathering.picked;
}

/* ---- what there is ---- */

struct sum {
	const struct pick_filter *filter;
	int64_t free_g;
};

static void add_free(void *context, struct lot *lot)
{
	struct sum *sum = context;
	if (may_serve(lot, sum->filter))
		sum->free_g += lot_free_g(lot);
}

int64_t picking_free_g(const struct commodity *commodity, int64_t min_grade_ppm,
	const struct pick_filter *filter)
{
	struct sum sum = { filter, 0 };
	if (!has_filter(filter))
		return pick_free_g(&commodity->lots, min_grade_ppm);
	pick_each(&commodity->lots, min_grade_ppm, add_free, &sum);
	return sum.free_g;
}

/* What the lots of one grade come to; then, of at least that grade. */
struct grade_sum {
	int64_t grade_ppm, free_g;
};

struct pick_sums {
	const struct commodity *commodity;
	struct pick_filter filter;
	struct grade_sum *grades; /* ascending; unused without a filter */
	uint32_t count, capacity;
	struct arena *arena;      /* NULL once it was full */
	struct pick_sums *next;
};

static struct grade_sum *add_grade(struct pick_sums *sums, int64_t grade_ppm)
{
	if (sums->count == sums->capacity) {
		uint32_t capacity = sums->capacity == 0 ? 16 : 2 * sums->capacity;
		struct grade_sum *grades = arena_alloc(sums->arena, capacity * sizeof *grades);
		if (grades == NULL)
			return NULL;
		if (sums->count > 0)
			memcpy(grades, sums->grades, sums->count * sizeof *grades);
		sums->grades = grades;
		sums->capacity = capacity;
	}
	sums->grades[sums->count] = (struct grade_sum){ grade_ppm, 0 };
	return &sums->grades[sums->count++];
}

static void add_to_grade(void *context, struct lot *lot)
{
	struct pick_sums *sums = context;
	if (sums->arena == NULL || !may_serve(lot, &sums->filter))
		return;
	struct grade_sum *grade = sums->count > 0 ? &sums->grades[sums->count - 1] : NULL;
	if (grade == NULL || grade->grade_ppm != lot->grade_ppm)
		grade = add_grade(sums, lot->grade_ppm);
	if (grade != NULL)
		grade->free_g += lot_free_g(lot);
	else
		sums->arena = NULL;
}

const struct pick_sums *picking_sums(struct pick_sums **list, const struct commodity *commodity,
	const struct pick_filter *filter, struct arena *arena)
{
	for (struct pick_sums *sums = *list; sums != NULL; sums = sums->next) {
		if (sums->commodity == commodity && same_filter(&sums->filter, filter))
			return sums;
	}
	struct pick_sums *sums = arena_alloc(arena, sizeof *sums);
	if (sums == NULL)
		return NULL;
	*sums = (struct pick_sums){ .commodity = commodity, .filter = *filter, .arena = arena,
		.next = *list };
	if (has_filter(filter))
		pick_each(&commodity->lots, ABSENT, add_to_grade, sums);
	if (sums->arena == NULL)
		return NULL;
	for (uint32_t i = sums->count; i > 1; i--)
		sums->grades[i - 2].free_g += sums->grades[i - 1].free_g;
	*list = sums;
	return sums;
}

bool picking_sums_narrow(const struct pick_sums *sums)
{
	return has_filter(&sums->filter);
}

int64_t picking_sums_free_g(const struct pick_sums *sums, int64_t min_grade_ppm)
{
	uint32_t low = 0, high = sums->count;
	if (!has_filter(&sums->filter))
		return pick_free_g(&sums->commodity->lots, min_grade_ppm);
	while (low < high && min_grade_ppm != ABSENT) {
		uint32_t middle = low + (high - low) / 2;
		if (sums->grades[middle].grade_ppm < min_grade_ppm)
			low = middle + 1;
		else
			high = middle;
	}
	return low < sums->count ? sums->grades[low].free_g : 0;
}

int64_t picking_least_g(const struct commodity *commodity, int64_t min_grade_ppm,
	const struct pick_filter *filter)
{
	int64_t most_g = INT64_MAX;
	if (!has_filter(filter))
		return pick_least_g(&commodity->lots, min_grade_ppm);
	const struct lot *lot = pick_first(&commodity->lots, min_grade_ppm, most_g);
	for (; lot != NULL; lot = pick_next(&commodity->lots, lot, most_g)) {
		struct lot_left left = lot_left(lot);
		if (may_serve(lot, filter)) /* from here on only a smaller one */
			most_g = lot_left_least_g(&left) - 1;
	}
	return most_g != INT64_MAX ? most_g + 1 : 0;
}

/* ---- a pool ---- */

enum { BLOCK_LOTS = 64 };
#define NO_BLOCK UINT32_MAX

/* The blocks as one filter leaves them: a heap of minima, leaves from leaf_count on. */
struct view {
	struct pick_filter filter;
	int64_t *least_g;
	struct view *next;
};

struct pick_pool {
	struct arena *arena;
	struct lot **lots;     /* in picking order */
	uint32_t *part_of;     /* of each lot: 0, or its place in parts from 1 */
	uint32_t count, leaf_count;
	struct lot_left *parts; /* of lots that something was taken of */
	uint32_t part_count, part_capacity;
	struct view *views;
};

static void add_lot(void *context, struct lot *lot)
{
	struct pick_pool *pool = context;
	pool->lots[pool->count++] = lot;
}

struct pick_pool *picking_pool(const struct commodity *commodity, struct arena *arena)
{
	uint32_t count = commodity->lots.count;
	struct pick_pool *pool = arena_alloc(arena, sizeof *pool);
	if (pool == NULL)
		return NULL;
	*pool = (struct pick_pool){ .arena = arena, .leaf_count = 1 };
	pool->lots = arena_alloc(arena, (count + 1) * sizeof *pool->lots);
	pool->part_of = arena_alloc(arena, (count + 1) * sizeof *pool->part_of);
	if (pool->lots == NULL || pool->part_of == NULL)
		return NULL;
	pick_each(&commodity->lots, ABSENT, add_lot, pool);
	assert(pool->count == count);
	while (pool->leaf_count * BLOCK_LOTS < count)
		pool->leaf_count *= 2;
	return pool;
}

/*
 * The view of a filter; nothing is known of its blocks at first, but that none is behind the last.
 */
static const struct view *view_of(struct pick_pool *pool, const struct pick_filter *filter)
{
	static const struct pick_filter none = { NULL, 0 };
	const struct pick_filter *wanted = filter != NULL ? filter : &none;
	for (struct view *view = pool->views; view != NULL; view = view->next) {
		if (same_filter(&view->filter, wanted))
			return view;
	}
	struct view *view = arena_alloc(pool->arena, sizeof *view);
	int64_t *least_g = arena_alloc(pool->arena, 2 * (size_t)pool->leaf_count * sizeof *least_g);
	if (view == NULL || least_g == NULL)
		return NULL;
	for (uint32_t i = 0; i < pool->leaf_count; i++)
		least_g[pool->leaf_count + i] = i * BLOCK_LOTS < pool->count ? 0 : INT64_MAX;
	for (uint32_t i = pool->leaf_count - 1; i > 0; i--)
		least_g[i] = least_g[2 * i]; /* bounds never fall from left to right: all 0, then nothing */
	*view = (struct view){ *wanted, least_g, pool->views };
	pool->views = view;
	return view;
}

/* The first block from one on in which so little may be found; NO_BLOCK: none. */
static uint32_t seek(const struct pick_pool *pool, const struct view *view, uint32_t block,
	int64_t most_g)
{
	uint32_t at = pool->leaf_count + block;
	if (block >= pool->leaf_count)
		return NO_BLOCK;
	while (view->least_g[at] > most_g) {
		while ((at & 1) != 0) /* a right child: all of its parent is done */
			at >>= 1;
		if (at == 0)
			return NO_BLOCK;
		at++;
	}
	while (at < pool->leaf_count) {
		at *= 2;
		if (view->least_g[at] > most_g)
			at++;
	}
	return at - pool->leaf_count;
}

/* A block holds nothing smaller than that. */
static void tighten(const struct pick_pool *pool, const struct view *view, uint32_t block,
	int64_t least_g)
{
	uint32_t at = pool->leaf_count + block;
	view->least_g[at] = least_g;
	for (at >>= 1; at > 0; at >>= 1) {
		const int64_t *child = &view->least_g[2 * at];
		view->least_g[at] = child[0] < child[1] ? child[0] : child[1];
	}
}

static struct lot_left left_at(const struct pick_pool *pool, uint32_t i)
{
	return pool->part_of[i] != 0 ? pool->parts[pool->part_of[i] - 1] : lot_left(pool->lots[i]);
}

/* INT64_MAX where nothing can be taken. */
static int64_t least_at(const struct pick_pool *pool, const struct view *view, uint32_t i)
{
	if (!may_serve(pool->lots[i], &view->filter))
		return INT64_MAX;
	struct lot_left left = left_at(pool, i);
	int64_t least_g = lot_left_least_g(&left);
	return least_g > 0 ? least_g : INT64_MAX;
}

/* The first lot from one on of which so little can be taken; pool->count: none. */
static uint32_t find_from(const struct pick_pool *pool, const struct view *view, uint32_t from,
	int64_t most_g)
{
	uint32_t block = from / BLOCK_LOTS;
	while ((block = seek(pool, view, block, most_g)) != NO_BLOCK) {
		uint32_t first = block * BLOCK_LOTS, end = first + BLOCK_LOTS;
		int64_t least_g = INT64_MAX;
		end = end < pool->count ? end : pool->count;
		for (uint32_t i = from > first ? from : first; i < end; i++) {
			int64_t own_g = least_at(pool, view, i);
			if (own_g <= most_g)
				return i;
			least_g = own_g < least_g ? own_g : least_g;
		}
		if (from <= first)
			tighten(pool, view, block, least_g);
		block++;
	}
	return pool->count;
}

/* The first lot of at least that grade. */
static uint32_t first_of_grade(const struct pick_pool *pool, int64_t min_grade_ppm)
{
	uint32_t low = 0, high = min_grade_ppm == ABSENT ? 0 : pool->count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (pool->lots[middle]->grade_ppm < min_grade_ppm)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* What is left of a lot, to be written; NULL where the arena is full. */
static struct lot_left *part_at(struct pick_pool *pool, uint32_t i)
{
	if (pool->part_of[i] != 0)
		return &pool->parts[pool->part_of[i] - 1];
	if (pool->part_count == pool->part_capacity) {
		uint32_t capacity = pool->part_capacity == 0 ? 64 : 2 * pool->part_capacity;
		struct lot_left *parts = arena_alloc(pool->arena, capacity * sizeof *parts);
		if (parts == NULL)
			return NULL;
		if (pool->part_count > 0)
			memcpy(parts, pool->parts, pool->part_count * sizeof *parts);
		pool->parts = parts;
		pool->part_capacity = capacity;
	}
	pool->parts[pool->part_count] = lot_left(pool->lots[i]);
	pool->part_of[i] = ++pool->part_count;
	return &pool->parts[pool->part_count - 1];
}

void picking_take(struct pick_pool *pool, int64_t min_grade_ppm, int64_t target_g,
	const struct pick_filter *filter, uint32_t picks_max, struct picked *ret_picked)
{
	struct gathering gathering = { .arena = pool->arena, .picks_max = picks_max,
		.wanted_g = target_g };
	const struct view *view = view_of(pool, filter);
	gathering.picked.cut = view == NULL;
	uint32_t i = first_of_grade(pool, min_grade_ppm);
	while (view != NULL && gathering.wanted_g > 0 &&
	       (i = find_from(pool, view, i, gathering.wanted_g)) < pool->count) {
		struct lot_left *left = part_at(pool, i);
		if (left == NULL)
			gathering.picked.cut = true;
		if (left == NULL || !gather(&gathering, pool->lots[i], left))
			break;
		i++;
	}
	*ret_picked = gathering.picked;
}
