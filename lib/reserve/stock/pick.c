/* A treap keyed by the picking order, with sums of free mass. */
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

static void update(struct lot *lot)
{
	lot->pick.sum_g = lot_free_g(lot) + sum_of(lot->pick.left) + sum_of(lot->pick.right);
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

void pick_insert(struct pick_index *index, struct lot *lot)
{
	struct lot *before, *after;
	assert(lot->pick.priority == 0);
	/* Spread by the code, so that a replay builds the same tree. */
	uint64_t hash = text_hash(lot->code) * 0x9E3779B97F4A7C15u;
	lot->pick.priority = (uint32_t)(hash >> 32) | 1;
	lot->pick.left = lot->pick.right = NULL;
	update(lot);
	split(index->root, lot, &before, &after);
	index->root = join(join(before, lot), after);
}

void pick_remove(struct pick_index *index, struct lot *lot)
{
	struct lot **link = &index->root;
	assert(lot->pick.priority != 0);
	while (*link != lot) {
		assert(*link != NULL);
		(*link)->pick.sum_g -= lot->pick.sum_g - sum_of(lot->pick.left) -
			sum_of(lot->pick.right);
		link = compare(lot, *link) < 0 ? &(*link)->pick.left : &(*link)->pick.right;
	}
	*link = join(lot->pick.left, lot->pick.right);
	lot->pick = (struct pick_node){ 0 };
}

void pick_changed(struct pick_index *index, const struct lot *lot)
{
	int64_t old = lot->pick.sum_g - sum_of(lot->pick.left) - sum_of(lot->pick.right);
	int64_t difference = lot_free_g(lot) - old;
	struct lot *at = index->root;
	for (;;) {
		assert(at != NULL);
		at->pick.sum_g += difference;
		if (at == lot)
			break;
		at = compare(lot, at) < 0 ? at->pick.left : at->pick.right;
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

/* The first lot with free mass that comes after a bound, in order. */
static struct lot *first_after(struct lot *tree, const struct lot *bound, int64_t min_grade_ppm)
{
	if (tree == NULL || tree->pick.sum_g == 0)
		return NULL;
	bool after = bound != NULL ? compare(tree, bound) > 0 : grade_suffices(tree, min_grade_ppm);
	if (after) {
		struct lot *left = first_after(tree->pick.left, bound, min_grade_ppm);
		if (left != NULL)
			return left;
		if (lot_free_g(tree) > 0)
			return tree;
	}
	return first_after(tree->pick.right, bound, min_grade_ppm);
}

struct lot *pick_first(const struct pick_index *index, int64_t min_grade_ppm)
{
	return first_after(index->root, NULL, min_grade_ppm);
}

struct lot *pick_next(const struct pick_index *index, const struct lot *lot)
{
	return first_after(index->root, lot, ABSENT);
}
