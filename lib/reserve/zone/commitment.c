/* The row of a commitment, and what moves under it. */
#include "reserve/zone/commitment.h"

#include <assert.h>
#include <stdlib.h>

#include "base/time.h"
#include "reserve/stock/material.h"
#include "reserve/zone/participant.h"

static const char *const state_names[] = { "", "proposed", "signed", "in-force", "ended",
	"rejected", NULL };

static const struct field level_fields[] = {
	F_TIME(struct level, at),
	F_INT(struct level, undrawn_g),
};
const struct descriptor level_descriptor = DESCRIPTOR("level", struct level, level_fields);

static const struct field commitment_fields[] = {
	F_TEXT(struct commitment, id),
	F_REF(struct commitment, participant, TABLE_PARTICIPANT),
	F_REF(struct commitment, commodity, TABLE_COMMODITY),
	F_ENUM(struct commitment, state, state_names),
	F_INT(struct commitment, mass_g),
	F_INT(struct commitment, gross_ppm),
	F_INT(struct commitment, quoted),
	F_INT(struct commitment, decimals),
	F_TEXT(struct commitment, unit),
	F_TEXT(struct commitment, basis),
	F_INT(struct commitment, fee_cents),
	F_TIME(struct commitment, starts_at),
	F_TIME(struct commitment, ends_at),
	F_INT(struct commitment, replenish_days),
	F_TEXT(struct commitment, document),
	F_INT(struct commitment, undrawn_g),
	F_INT(struct commitment, owed_g),
	F_INT(struct commitment, bought_g),
	F_INT(struct commitment, fee_left_cents),
	F_TIME(struct commitment, charged_until),
	F_INT(struct commitment, interest_rest),
	F_INT(struct commitment, storage_rest),
	F_INT(struct commitment, bought_cents),
	F_INT(struct commitment, buy_back_g),
	F_INT(struct commitment, buy_back_cents),
	F_LIST(struct commitment, levels, &level_descriptor),
};
const struct descriptor commitment_descriptor =
	DESCRIPTOR("commitment", struct commitment, commitment_fields);

/* What is undrawn when a day begins is what counts for all of it. */
static void set_level(struct commitment *commitment, int64_t day)
{
	struct level *levels = commitment->levels.items;
	uint32_t count = commitment->levels.count;
	if (count == 0 || levels[count - 1].at < day) {
		levels = reallocarray(levels, count + 1, sizeof *levels);
		if (levels == NULL)
			abort();
		levels[count].at = day;
		commitment->levels = (struct list){ levels, ++count };
	}
	levels[count - 1].undrawn_g = commitment->undrawn_g;
}

void commitment_moved(struct state *state, struct commitment *commitment, int64_t undrawn_g,
	int64_t owed_g, int64_t bought_g, int64_t at)
{
	bool first = commitment->levels.count == 0;
	int64_t next_day = at - at % TIME_DAY_MS + TIME_DAY_MS;
	commitment->undrawn_g += undrawn_g;
	commitment->owed_g += owed_g;
	commitment->bought_g += bought_g;
	assert(commitment->undrawn_g >= 0 && commitment->owed_g >= 0 && commitment->bought_g >= 0);
	if (commitment->state == COMMITMENT_IN_FORCE)
		set_level(commitment, first ? commitment->starts_at : next_day);
	state_touch(state, commitment);
}
