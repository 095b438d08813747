/* What time changes comes in order, whatever was scheduled twice, put off or ended meanwhile. */
#include <stdio.h>
#include <stdlib.h>

#include "runner.h"

#include "base/time.h"
#include "reserve/state.h"
#include "reserve/stock/lot.h"

enum { LOTS = 500, ROUNDS = 40, LOOKS_EACH = 7 };

static uint64_t random_state = 7;

/* SplitMix64 */
static int64_t random_below(int64_t below)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15U;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return (int64_t)((z ^ (z >> 31)) >> 16) % below;
}

/* The earliest by looking at all of them. */
static int64_t earliest(const struct state *state)
{
	int64_t least = TIME_NONE;
	const struct lot *lot = NULL;
	while ((lot = state_next(state, TABLE_LOT, lot)) != NULL) {
		int64_t due = lot->row.closed ? TIME_NONE : lot_due(&lot->row);
		if (due != TIME_NONE && (least == TIME_NONE || due < least))
			least = due;
	}
	return least;
}

static void check(struct state *state)
{
	int64_t due = TIME_NONE, least = earliest(state);
	const struct row *row = state_next_due(state, &due);
	CU_ASSERT_EQUAL(row == NULL, least == TIME_NONE);
	CU_ASSERT_EQUAL(due, least);
}

static struct lot *insert(struct state *state, int number)
{
	char code[CODE_MAX];
	snprintf(code, sizeof code, "L%06d", number);
	struct lot *lot = state_insert(state, TABLE_LOT, code);
	lot->state = LOT_ACCEPTED;
	lot->retest_at = 1000 + random_below(5000);
	state_schedule(state, lot);
	return lot;
}

/* Mostly nothing asks what is due: the agenda tidies itself then. */
static void run(bool keep_closed)
{
	struct state *state = state_new(keep_closed);
	struct lot *lots[LOTS];
	int made = 0;
	for (int i = 0; i < LOTS; i++)
		lots[i] = insert(state, made++);
	for (int i = 0; i < LOTS * ROUNDS; i++) {
		struct lot **lot = &lots[random_below(LOTS)];
		switch (random_below(4)) {
		case 0: /* again the same */
			state_schedule(state, *lot);
			break;
		case 1: /* put off, and perhaps back to where it was */
			(*lot)->retest_at = 1000 + random_below(3) * 1000;
			state_schedule(state, *lot);
			break;
		case 2: /* not due for a while */
			(*lot)->state = (*lot)->state == LOT_ACCEPTED ? LOT_QUARANTINED : LOT_ACCEPTED;
			state_schedule(state, *lot);
			break;
		default:
			state_close(state, *lot);
			for (struct row *row = state_take_touched(state), *next; row != NULL; row = next) {
				next = row->next_touched;
				state_sweep(state, row);
			}
			*lot = insert(state, made++);
		}
		if (i % (LOTS * LOOKS_EACH) == 0)
			check(state);
	}
	for (int i = 0; i < LOTS; i++) {
		check(state);
		if (lots[i]->state == LOT_ACCEPTED)
			lots[i]->state = LOT_QUARANTINED;
	}
	check(state);
	state_free(state);
}

static void test_swept(void) { run(false); }
static void test_kept(void) { run(true); }

int main(void)
{
	CU_TestInfo cases[] = {
		{ "rows that end are swept", test_swept },
		{ "rows that end are kept", test_kept },
		CU_TEST_INFO_NULL,
	};
	return run_cases("agenda", cases);
}
