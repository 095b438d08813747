/*
 * How concentrated a supply is: the Herfindahl index (sum of squared shares, shares in per cent, so 0
 * to 10,000) and the largest single source. Exact integers.
 *
 * What a source sums up as "other countries", and what is missing from the total that it states,
 * is nobody's by name. The index is therefore told as a bound from both sides: at least as if the
 * others were so many that each squares to nothing, at most as if they were one more country. The
 * total is the stated one, or the sum of what is named where that is more (sources round).
 * Shares are rounded down to ppm; the lower index down and the upper one up to whole points.
 */
#ifndef RESERVE_ZONE_CONCENTRATION_H
#define RESERVE_ZONE_CONCENTRATION_H

#include <stdbool.h>
#include <stdint.h>

struct supplier {
	const char *country; /* alpha-3; PRODUCTION_OTHER and PRODUCTION_WORLD mean what they say there */
	int64_t mass_g;
};

struct concentration {
	int64_t total_g;
	int64_t named_g;       /* by country */
	int64_t others_g;      /* the rest of the total */
	int64_t index_least, index_most;
	const char *largest;   /* the country, "" where nothing is named; of equals the first by code */
	int64_t largest_g;
	int64_t largest_share_ppm;
};

/* suppliers: each country once. False: a sum above 2^53-1, or nothing at all is supplied. */
bool concentration_of(const struct supplier *suppliers, uint32_t count,
	struct concentration *ret_concentration);

/* mass of total in ppm, rounded down; 0 of nothing. Requires 0 <= mass_g <= total_g. */
int64_t share_ppm_of(int64_t mass_g, int64_t total_g);

#endif
