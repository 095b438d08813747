/* What must hold of stocktakes and samples at any moment. */
#ifndef TESTS_UNIT_COUNT_CHECKS_H
#define TESTS_UNIT_COUNT_CHECKS_H

#include "reserve/stock/count.h"
#include "reserve/stock/material.h"
#include "reserve/stock/sample.h"

static inline bool check_freezes(const struct count *count)
{
	return count->state == COUNT_OPEN || count->state == COUNT_RECOUNT ||
		count->state == COUNT_COUNTED || count->state == COUNT_PROPOSED;
}

/* While it is frozen nothing of a lot comes or goes but by the adjustment. */
static inline const char *check_frozen_line(const struct state *state, const struct count_line *line)
{
	const struct lot *lot = state_find(state, TABLE_LOT, line->lot);
	if (line->unexpected)
		return NULL;
	int64_t book_g = line->book_g + (line->adjusted_g != ABSENT ? line->adjusted_g : 0);
	if (lot == NULL || lot->created_index != line->lot_index)
		CHECK_THAT(book_g == 0, line->id);
	else
		CHECK_THAT(lot->on_hand_g == book_g && (line->count->site->count == NULL || !lot->listed),
			line->id);
	return NULL;
}

/* Lines are told apart by their count: those that ended may be gone. */
static inline const char *check_count(const struct state *state, const struct count *count)
{
	const struct count_line *line = NULL;
	int64_t asked = 0, shorts = 0, varying = 0;
	while ((line = count_line_any(state, count, line)) != NULL) {
		const char *failed = check_freezes(count) ? check_frozen_line(state, line) : NULL;
		if (failed != NULL)
			return failed;
		asked += line->unexpected ? 0 : 1;
		shorts += line->state == LINE_SHORT ? 1 : 0;
		varying += line->state >= LINE_VARIES ? 1 : 0;
		CHECK_THAT(check_freezes(count) || line->row.closed || line->state == LINE_SHORT, line->id);
		CHECK_THAT(line->state < LINE_EXPLAINED || line->cause != 0, line->id);
		CHECK_THAT(line->found_g == ABSENT || line->variance_g == line->found_g - line->book_g,
			line->id);
	}
	CHECK_THAT(count->first != count->second, count->id);
	CHECK_THAT(count->shorts == shorts, count->id);
	/* The site stands still when the last of its lots is listed, and until it ends. */
	CHECK_THAT(!check_freezes(count) || asked <= count->lots, count->id);
	CHECK_THAT((count->site->count == count) == (check_freezes(count) && asked == count->lots),
		count->id);
	CHECK_THAT(!check_freezes(count) || count->state == COUNT_OPEN || varying == count->varying ||
		count->state == COUNT_RECOUNT, count->id);
	return NULL;
}

static inline const char *check_counts(const struct state *state)
{
	const struct count *count = NULL;
	const struct site *site = NULL;
	const struct sample *sample = NULL;
	const char *failed = NULL;
	while (failed == NULL && (count = state_next(state, TABLE_STOCKTAKE, count)) != NULL)
		failed = check_count(state, count);
	while (failed == NULL && (site = state_next(state, TABLE_SITE, site)) != NULL)
		CHECK_THAT(site->count == NULL || (site->count->site == site && check_freezes(site->count)),
			site->code);
	while (failed == NULL && (sample = state_next(state, TABLE_SAMPLE, sample)) != NULL) {
		const struct sample_lot *row = NULL;
		int64_t waiting = 0;
		while ((row = state_next(state, TABLE_SAMPLE_LOT, row)) != NULL)
			waiting += row->sample == sample && row->state == SAMPLED_WAITING ? 1 : 0;
		CHECK_THAT(sample->state == SAMPLE_ANNOUNCED || sample->waiting == waiting, sample->id);
		CHECK_THAT((sample->state == SAMPLE_DONE) == (sample->waiting == 0), sample->id);
		CHECK_THAT(sample->lots <= sample->population, sample->id);
	}
	return failed;
}

#endif
