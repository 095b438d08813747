/*
 * The lots of a commodity that may leave, in the order in which they are picked: lowest grade, then
 * earliest retest, then oldest entry, then code. A treap whose nodes stand in the lots: insert, remove
 * and change are O(log n), and the free mass at or above a grade is known without a walk.
 */
#ifndef RESERVE_STOCK_PICK_H
#define RESERVE_STOCK_PICK_H

#include <stdbool.h>
#include <stdint.h>

struct lot;

struct pick_index {
	struct lot *root;
};

/* The part of a lot that the index owns. */
struct pick_node {
	struct lot *left, *right;
	int64_t sum_g;      /* free contained grams of the subtree */
	uint32_t priority;  /* 0: not in the index */
};

void pick_insert(struct pick_index *index, struct lot *lot);
void pick_remove(struct pick_index *index, struct lot *lot);
void pick_changed(struct pick_index *index, const struct lot *lot); /* its free mass moved */

/* Free contained grams in lots of at least that grade (ABSENT: all). */
int64_t pick_free_g(const struct pick_index *index, int64_t min_grade_ppm);

/* The first lot of at least that grade with free mass; and the one after it. NULL: none. */
struct lot *pick_first(const struct pick_index *index, int64_t min_grade_ppm);
struct lot *pick_next(const struct pick_index *index, const struct lot *lot);

#endif
