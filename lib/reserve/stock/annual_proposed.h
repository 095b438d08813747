/* What the two files about lines of the annual plan share: the entry of a proposed line. */
#ifndef RESERVE_STOCK_ANNUAL_PROPOSED_H
#define RESERVE_STOCK_ANNUAL_PROPOSED_H

#include "reserve/stock/annual.h"

struct annual_proposed {
	uint8_t action;
	const char *because;
	char commodity[CODE_MAX], document[CODE_MAX];
	int64_t effective_at, fiscal_year;
	char line[CODE_MAX + 32];
	int64_t max_g, used_g, version;
};

/*
 * ga/2027/acquire/3, or ga/2027/acquire where version is ABSENT: what its versions are counted
 * under.
 */
void annual_line_id(char *to, size_t size, const struct annual_proposed *body);

/* The newest version of the same line that is in force or scheduled, or NULL. */
const struct annual_line *annual_last_signed(const struct state *state,
	const struct annual_proposed *body);

/* The version of the same line that holds at a moment, as it is signed now, or NULL. */
const struct annual_line *annual_holding(const struct state *state,
	const struct annual_proposed *body, int64_t at_ms);

#endif
