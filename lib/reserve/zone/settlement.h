/*
 * What a contract for difference comes to in a quarter. Pure arithmetic on exact integers.
 *
 *   to the producer      (strike - market) x mass,            where the market is below the strike
 *   from the producer    upside x (market - strike) x mass,   where it is above
 *
 * market is the plain mean of n observed prices: kept as their sum and n, never rounded before the
 * end. Each amount is rounded once, to whole cents towards zero: whoever pays keeps what is less than
 * a cent, on either side alike.
 *
 * Units: prices in micro-US-dollars per kg of the commodity's basis, mass in contained grams.
 */
#ifndef RESERVE_ZONE_SETTLEMENT_H
#define RESERVE_ZONE_SETTLEMENT_H

#include <stdbool.h>
#include <stdint.h>

/* More would overflow 128 bits at the largest price, mass and share. */
enum { SETTLEMENT_INPUTS_MAX = 300 };

struct settlement_terms {
	int64_t strike_micros_per_kg, upside_ppm;
};

struct settlement_market {
	int64_t sum_micros, count; /* count > 0 */
};

struct settlement {
	int64_t to_producer_cents, from_producer_cents; /* one of them 0 */
};

/* False: an amount above 2^53-1 cents, or figures out of range. */
bool settlement_of(const struct settlement_terms *terms, const struct settlement_market *market,
	int64_t mass_g, struct settlement *ret_settlement);

/* The mean as one figure, for people: to the nearest micro-dollar, halves up. */
int64_t settlement_mean_micros(const struct settlement_market *market);

/* Calendar quarters, UTC: "2026Q3" as [start, end). False: it is no quarter, or before 1970. */
enum { QUARTER_TEXT = 8 };
bool quarter_read(const char *text, int64_t *ret_starts_at, int64_t *ret_ends_at);

/* The quarter that a time is in, as text. */
void quarter_of(int64_t time_ms, char text[QUARTER_TEXT]);

#endif
