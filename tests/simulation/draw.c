/* Choices, and rows of the state. */
#include "draw.h"

#include <stdio.h>

#include "reserve/stock/lot.h"

const char *const draw_people[DRAW_PEOPLE] = { "kim", "kurt", "asa", "bo", "ola", "oma", "otto",
	"aud", "p1", "p2", "p3", "d1", "nobody" };
const char *const draw_commodities[DRAW_COMMODITIES] = { "ga", "wo3", "dy" };
const char *const draw_sites[DRAW_SITES] = { "north", "south", "east" };
const char *const draw_members[DRAW_MEMBERS] = { "AUT", "ITA", "FRA", "DEU", "EUE", "XXX" };

const char *draw_one_of(struct draw *draw, const char *const words[], int count)
{
	return words[random_below(draw->random, count)];
}

bool draw_chance(struct draw *draw, int percent)
{
	return random_chance(draw->random, percent);
}

long long draw_number(struct draw *draw, int64_t from, int64_t to)
{
	return (long long)(from + random_below(draw->random, to - from + 1));
}

void draw_time(struct draw *draw, const char *name, int percent, int64_t from_ms, int64_t to_ms)
{
	if (draw_chance(draw, percent))
		buffer_printf(&draw->line, " %s=%lld", name,
			(long long)draw->now + draw_number(draw, from_ms, to_ms));
}

const void *draw_row(struct draw *draw, enum table_id table, draw_wanted *wanted,
	const void *context)
{
	const void *chosen = NULL, *row = NULL;
	int64_t seen = 0;
	while ((row = state_next(draw->state, table, row)) != NULL) {
		if (!((const struct row *)row)->closed && (wanted == NULL || wanted(row, context)) &&
		    random_below(draw->random, ++seen) == 0)
			chosen = row;
	}
	return chosen;
}

const char *draw_key(const void *row, const char *otherwise)
{
	return row != NULL ? row_key(row) : otherwise;
}

static bool is_in_state(const void *row, const void *context)
{
	const struct lot *lot = row;
	const unsigned *states = context;
	return (*states >> lot->state & 1) != 0;
}

const char *draw_lot(struct draw *draw, unsigned states)
{
	static char code[CODE_MAX];
	const struct lot *lot = draw_chance(draw, 92) ?
		draw_row(draw, TABLE_LOT, is_in_state, &states) : NULL;
	if (lot != NULL)
		return lot->code;
	snprintf(code, sizeof code, "L%lld", draw_number(draw, 0, LOT_CODES - 1));
	return code;
}
