/*
 * The lots of a commodity that may leave, in the order in which they are picked: lowest grade, then
 * earliest retest, then oldest entry, then code. A treap whose nodes stand in the lots: insert,
 * remove and change are O(log n), the free mass at or above a grade is known without a walk, and
 * lots of which nothing small enough can be taken (sealed units are never split) are passed over in
 * O(log n).
 */
#ifndef RESERVE_STOCK_PICK_H
#define RESERVE_STOCK_PICK_H

#include <stdbool.h>
#include <stdint.h>

struct lot;

struct pick_index {
	struct lot *root;
	uint32_t count;
};

/* The part of a lot that the index owns. */
struct pick_node {
	struct lot *left, *right;
	int64_t sum_g;      /* free contained grams of the subtree */
	uint32_t priority;  /* 0: not in the index */
	uint32_t least_g;   /* the least that can be taken of a lot of the subtree; what is more
	                     * than PICK_LEAST_MAX as that, nothing as PICK_NOTHING */
};

#define PICK_NOTHING UINT32_MAX
#define PICK_LEAST_MAX (UINT32_MAX - 1)

void pick_insert(struct pick_index *index, struct lot *lot);
void pick_remove(struct pick_index *index, struct lot *lot);
void pick_changed(struct pick_index *index, const struct lot *lot); /* its free mass moved */

/* Free contained grams in lots of at least that grade (ABSENT: all). */
int64_t pick_free_g(const struct pick_index *index, int64_t min_grade_ppm);

/*
 * The first lot of at least that grade of which most_g or less can be taken (lot_left_least_g), and
 * the one after it. NULL: none.
 */
struct lot *pick_first(const struct pick_index *index, int64_t min_grade_ppm, int64_t most_g);
struct lot *pick_next(const struct pick_index *index, const struct lot *lot, int64_t most_g);

/* The least that can be taken of any lot of at least that grade; 0: nothing can. */
int64_t pick_least_g(const struct pick_index *index, int64_t min_grade_ppm);

/* Whether there is a lot of at least that grade, with free mass or without; of no known grade counts. */
bool pick_any(const struct pick_index *index, int64_t min_grade_ppm);

/* Every lot of at least that grade in order, those without free mass too. */
typedef void pick_each_lot(void *context, struct lot *lot);
void pick_each(const struct pick_index *index, int64_t min_grade_ppm, pick_each_lot *each,
	void *context);

#endif
