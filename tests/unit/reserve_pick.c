/* The picking order against a plain sorted list, with random lots coming, going and changing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner.h"

#include "reserve/stock/lot.h"
#include "reserve/stock/pick.h"

enum { LOTS = 120, STEPS = 60000 };

static uint64_t random_state;

static uint64_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static int64_t below(int64_t bound)
{
	return (int64_t)(next_random() % (uint64_t)bound);
}

static struct lot lots[LOTS];
static bool inside[LOTS];

/* The design's order, written a second time. */
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

static void compare(const struct pick_index *index, int64_t min_grade_ppm)
{
	const struct lot *expected[LOTS];
	size_t count = 0;
	int64_t sum = 0;
	bool any = false;
	for (int i = 0; i < LOTS; i++) {
		any = any || (inside[i] && lots[i].grade_ppm >= min_grade_ppm);
		if (!inside[i] || lot_free_g(&lots[i]) == 0 ||
		    (min_grade_ppm != ABSENT && lots[i].grade_ppm < min_grade_ppm))
			continue;
		expected[count++] = &lots[i];
		sum += lot_free_g(&lots[i]);
	}
	qsort(expected, count, sizeof *expected, order);
	CU_ASSERT_EQUAL_FATAL(pick_free_g(index, min_grade_ppm), sum);
	const struct lot *lot = pick_first(index, min_grade_ppm, INT64_MAX);
	for (size_t i = 0; i < count; i++, lot = pick_next(index, lot, INT64_MAX))
		CU_ASSERT_PTR_EQUAL_FATAL(lot, expected[i]);
	CU_ASSERT_PTR_NULL_FATAL(lot);
	CU_ASSERT_EQUAL_FATAL(pick_any(index, min_grade_ppm), any);
}

static void toggle(struct pick_index *index, int i)
{
	struct lot *lot = &lots[i];
	if (inside[i]) {
		pick_remove(index, lot);
		CU_ASSERT_EQUAL(lot->pick.priority, 0);
	} else {
		memset(lot, 0, sizeof *lot);
		snprintf(lot->code, sizeof lot->code, "L-%d", i);
		lot->created_index = i;
		lot->grade_ppm = 900000 + below(8) * 10000;
		lot->retest_at = below(3) == 0 ? ABSENT : below(5);
		lot->contained_g = below(4) * 1000;
		pick_insert(index, lot);
	}
	inside[i] = !inside[i];
}

static void test_against_list(void)
{
	struct pick_index index = { .root = NULL };
	random_state = 20261122;
	for (int step = 0; step < STEPS; step++) {
		int i = (int)below(LOTS);
		if (!inside[i] || below(3) == 0) {
			toggle(&index, i);
		} else {
			lots[i].reserved_g = below(lots[i].contained_g + 1);
			pick_changed(&index, &lots[i]);
		}
		if (step % 7 == 0)
			compare(&index, below(2) == 0 ? ABSENT : 895000 + below(20) * 5000);
	}
	for (int i = 0; i < LOTS; i++) {
		if (inside[i])
			toggle(&index, i);
	}
	CU_ASSERT_PTR_NULL(index.root);
	compare(&index, ABSENT);
}

static int depth(const struct lot *lot)
{
	if (lot == NULL)
		return 0;
	int left = depth(lot->pick.left), right = depth(lot->pick.right);
	return 1 + (left > right ? left : right);
}

/* What was never assayed may be of any grade. */
static void test_unknown_grade(void)
{
	struct pick_index index = { .root = NULL };
	struct lot known = { .code = "A", .grade_ppm = 900000, .retest_at = ABSENT };
	struct lot unknown = { .code = "B", .grade_ppm = ABSENT, .retest_at = ABSENT };
	pick_insert(&index, &known);
	CU_ASSERT(pick_any(&index, 900000));
	CU_ASSERT_FALSE(pick_any(&index, 900001));
	pick_insert(&index, &unknown);
	CU_ASSERT(pick_any(&index, 900001));
	pick_remove(&index, &unknown);
	CU_ASSERT_FALSE(pick_any(&index, 900001));
}

/* Codes in order must not make a list of the tree. */
static void test_depth(void)
{
	enum { MANY = 20000 };
	struct pick_index index = { .root = NULL };
	struct lot *many = calloc(MANY, sizeof *many);
	CU_ASSERT_PTR_NOT_NULL_FATAL(many);
	for (int i = 0; i < MANY; i++) {
		snprintf(many[i].code, sizeof many[i].code, "GA-%06d", i);
		many[i].created_index = i;
		many[i].grade_ppm = 999900;
		many[i].retest_at = ABSENT;
		many[i].contained_g = 1;
		pick_insert(&index, &many[i]);
	}
	CU_ASSERT_EQUAL(pick_free_g(&index, ABSENT), MANY);
	CU_ASSERT(depth(index.root) < 60);
	free(many);
}

int main(void)
{
	return run_cases("reserve picking", (CU_TestInfo[]){
		{ "random changes against a sorted list", test_against_list },
		{ "a grade that nobody knows", test_unknown_grade },
		{ "the tree stays shallow", test_depth },
		CU_TEST_INFO_NULL,
	});
}
