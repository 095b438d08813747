/*
 * A price as an exact quotient, for whoever rounds once behind a longer sum: the value of a mass
 * with its moisture and grade, the comparison of two prices in different units and bases, one
 * price told in the unit of another.
 */
#ifndef RESERVE_ZONE_QUOTIENT_H
#define RESERVE_ZONE_QUOTIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/wide.h"

/* US dollars for one gram: numerator / denominator; denominator > 0. */
struct quotient {
	uint128 numerator, denominator;
};

/*
 * Dollars for a gram of basis `to` at quoted / 10^decimals in `unit` per mass of basis `from`.
 * False: unknown unit, no factor between the bases, or out of range.
 */
bool unit_quotient(int64_t quoted, int64_t decimals, const char *unit, const char *from,
	const char *to, struct quotient *ret);

/* Below, at or above 0 as a is below, at or above b; exactly. */
int quotient_compare(const struct quotient *a, const struct quotient *b);

/*
 * The least quoted / 10^decimals in `unit` per mass of `basis` that is not below a price of
 * `price` for a gram of basis `to`. False as above.
 */
bool unit_quote_up(const struct quotient *price, const char *to, int64_t decimals, const char *unit,
	const char *basis, int64_t *ret_quoted);

#endif
