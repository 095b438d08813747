/* A treap keyed by the picking order, with sums of free mass and the least that can be taken. */
#include "reserve/stock/pick.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "reserve/stock/lot.h"

/* Less than 0 where a is picked before b. */
static int compare(const struct lot *a, const struct lot *b)
{
	if (a->grade_ppm != b->grade_ppm)
		return a->grade_ppm < b->grade_ppm ? -1 : 1;
	if (a->retest_at != b->retest_at) { /* never retested comes last */
		if (a->retest_at == ABSENT || b->retest_at == ABSENT)
			return a->retest_at == ABSENT ? 1 : -1;
		return a->retest_at < b->retest_at ? -1 : 1;
	}
	if (a->created_index != b->created_index)
		return a->created_index < b->created_index ? -1 : 1;
	return strcmp(a->code, b->code);
}

static int64_t sum_of(const struct lot *lot)
{
	return lot != NULL ? lot->pick.sum_g : 0;
}

static uint32_t least_of(const struct lot *lot)
{
	return lot != NULL ? lot->pick.least_g : PICK_NOTHING;
}

/* The free mass that its sum was made with. */
static int64_t counted_g(const struct lot *lot)
{
	return lot->pick.sum_g - sum_of(lot->pick.left) - sum_of(lot->pick.right);
}

static int64_t own_least_g(const struct lot *lot)
{
	struct lot_left left = lot_left(lot);
	return lot_left_least_g(&left);
}

/* The same as a node has it. */
static uint32_t own_least(const struct lot *lot)
{
	int64_t own_g = own_least_g(lot);
	return own_g == 0 ? PICK_NOTHING : own_g < PICK_LEAST_MAX ? (uint32_t)own_g : PICK_LEAST_MAX;
}

static void update_least(struct lot *lot)
{
	uint32_t least_g = own_least(lot);
	uint32_t left_g = least_of(lot->pick.left), right_g = least_of(lot->pick.right);
	least_g = left_g < least_g ? left_g : least_g;
	lot->pick.least_g = right_g < least_g ? right_g : least_g;
}

static void update(struct lot *lot)
{
	lot->pick.sum_g = lot_free_g(lot) + sum_of(lot->pick.left) + sum_of(lot->pick.right);
	update_least(lot);
}

/* Splits a tree into what is picked before a lot and what after it. */
static void split(struct lot *tree, const struct lot *at, struct lot **ret_before,
	struct lot **ret_after)
{
	if (tree == NULL) {
		*ret_before = *ret_after = NULL;
	} else if (compare(tree, at) < 0) {
		split(tree->pick.right, at, &tree->pick.right, ret_after);
		update(tree);
		*ret_before = tree;
	} else {
		split(tree->pick.left, at, ret_before, &tree->pick.left);
		update(tree);
		*ret_after = tree;
	}
}

static struct lot *join(struct lot *before, struct lot *after)
{
	if (before == NULL || after == NULL)
		return before != NULL ? before : after;
	if (before->pick.priority > after->pick.priority) {
		before->pick.right = join(before->pick.right, after);
		update(before);
		return before;
	}
	after->pick.left = join(before, after->pick.left);
	update(after);
	return after;
}

/* Above its place nothing but the sums and the least changes, and no other lot is looked at. */
static struct lot *with(struct lot *at, struct lot *lot)
{
	if (at == NULL || at->pick.priority < lot->pick.priority) {
		split(at, lot, &lot->pick.left, &lot->pick.right);
		update(lot);
		return lot;
	}
	if (compare(lot, at) < 0)
		at->pick.left = with(at->pick.left, lot);
	else
		at->pick.right = with(at->pick.right, lot);
	at->pick.sum_g += lot_free_g(lot);
	uint32_t own = own_least(lot);
	at->pick.least_g = own < at->pick.least_g ? own : at->pick.least_g;
	return at;
}

void pick_insert(struct pick_index *index, struct lot *lot)
{
	assert(lot->pick.priority == 0);
	/* Spread by the code, so that a replay builds the same tree. */
	uint64_t hash = text_hash(lot->code) * 0x9E3779B97F4A7C15u;
	lot->pick.priority = (uint32_t)(hash >> 32) | 1;
	index->root = with(index->root, lot);
	index->count++;
}

/* own_g: what the lot is counted with above it. The least is looked for anew where that below has changed. */
static struct lot *without(struct lot *at, struct lot *lot, int64_t own_g)
{
	assert(at != NULL);
	if (at == lot)
		return join(lot->pick.left, lot->pick.right);
	struct lot **below = compare(lot, at) < 0 ? &at->pick.left : &at->pick.right;
	uint32_t before = least_of(*below);
	*below = without(*below, lot, own_g);
	at->pick.sum_g -= own_g;
	if (least_of(*below) != before)
		update_least(at);
	return at;
}

void pick_remove(struct pick_index *index, struct lot *lot)
{
	assert(lot->pick.priority != 0);
	index->root = without(index->root, lot, counted_g(lot));
	index->count--;
	lot->pick = (struct pick_node){ 0 };
}

/* From the lot up, as far as the least of a subtree changes: false above that. */
static bool mend_least(struct lot *at, const struct lot *lot)
{
	uint32_t before = at->pick.least_g;
	if (at != lot && !mend_least(compare(lot, at) < 0 ? at->pick.left : at->pick.right, lot))
		return false;
	update_least(at);
	return at->pick.least_g != before;
}

void pick_changed(struct pick_index *index, const struct lot *lot)
{
	int64_t difference = lot_free_g(lot) - counted_g(lot);
	struct lot *at = index->root;
	for (;;) {
		assert(at != NULL);
		at->pick.sum_g += difference;
		if (at == lot)
			break;
		at = compare(lot, at) < 0 ? at->pick.left : at->pick.right;
	}
	uint32_t before = at->pick.least_g;
	update_least(at);
	if (at->pick.least_g != before) {
		at->pick.least_g = before;
		mend_least(index->root, lot);
	}
}

static bool grade_suffices(const struct lot *lot, int64_t min_grade_ppm)
{
	return min_grade_ppm == ABSENT || lot->grade_ppm >= min_grade_ppm;
}

int64_t pick_free_g(const struct pick_index *index, int64_t min_grade_ppm)
{
	int64_t sum = 0;
	for (const struct lot *at = index->root; at != NULL;) {
		if (grade_suffices(at, min_grade_ppm)) {
			sum += at->pick.sum_g - sum_of(at->pick.left);
			at = at->pick.left;
		} else {
			at = at->pick.right;
		}
	}
	return sum;
}

/* The first lot of which so little can be taken that comes after a bound, in order. */
static struct lot *first_after(struct lot *tree, const struct lot *bound, int64_t min_grade_ppm,
	int64_t most_g)
{
	if (tree == NULL || tree->pick.least_g == PICK_NOTHING || tree->pick.least_g > most_g)
		return NULL;
	bool after = bound != NULL ? compare(tree, bound) > 0 : grade_suffices(tree, min_grade_ppm);
	if (after) {
		struct lot *left = first_after(tree->pick.left, bound, min_grade_ppm, most_g);
		if (left != NULL)
			return left;
		int64_t own_g = own_least_g(tree);
		if (own_g > 0 && own_g <= most_g)
			return tree;
	}
	return first_after(tree->pick.right, bound, min_grade_ppm, most_g);
}

struct lot *pick_first(const struct pick_index *index, int64_t min_grade_ppm, int64_t most_g)
{
	return first_after(index->root, NULL, min_grade_ppm, most_g);
}

struct lot *pick_next(const struct pick_index *index, const struct lot *lot, int64_t most_g)
{
	return first_after(index->root, lot, ABSENT, most_g);
}

/* Units too large for the nodes' figures: one by one. */
static int64_t least_by_walk(const struct pick_index *index, int64_t min_grade_ppm)
{
	int64_t least_g = INT64_MAX;
	const struct lot *lot = pick_first(index, min_grade_ppm, INT64_MAX);
	for (; lot != NULL; lot = pick_next(index, lot, least_g - 1))
		least_g = own_least_g(lot);
	return least_g;
}

int64_t pick_least_g(const struct pick_index *index, int64_t min_grade_ppm)
{
	int64_t least_g = PICK_NOTHING;
	for (const struct lot *at = index->root; at != NULL;) {
		if (!grade_suffices(at, min_grade_ppm)) {
			at = at->pick.right;
			continue;
		}
		int64_t own_g = own_least_g(at), right_g = least_of(at->pick.right);
		if (own_g > 0 && own_g < least_g)
			least_g = own_g < PICK_LEAST_MAX ? own_g : PICK_LEAST_MAX;
		least_g = right_g < least_g ? right_g : least_g;
		at = at->pick.left;
	}
	if (least_g == PICK_NOTHING)
		return 0;
	return least_g < PICK_LEAST_MAX ? least_g : least_by_walk(index, min_grade_ppm);
}

static void each_below(struct lot *tree, int64_t min_grade_ppm, pick_each_lot *each, void *context)
{
	while (tree != NULL) {
		struct lot *right = tree->pick.right;
		if (grade_suffices(tree, min_grade_ppm)) {
			each_below(tree->pick.left, min_grade_ppm, each, context);
			each(context, tree);
		}
		tree = right;
	}
}

void pick_each(const struct pick_index *index, int64_t min_grade_ppm, pick_each_lot *each,
	void *context)
{
	each_below(index->root, min_grade_ppm, each, context);
}

bool pick_any(const struct pick_index *index, int64_t min_grade_ppm)
{
	const struct lot *lowest = index->root, *highest = index->root;
	while (lowest != NULL && lowest->pick.left != NULL)
		lowest = lowest->pick.left;
	while (highest != NULL && highest->pick.right != NULL)
		highest = highest->pick.right;
	return lowest != NULL && (lowest->grade_ppm == ABSENT ||
		grade_suffices(highest, min_grade_ppm));
}
