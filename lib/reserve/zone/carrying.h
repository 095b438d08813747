/*
 * The carrying cost, exactly. For each day UTC of [from, until):
 *
 *   principal  what of the commitment was undrawn as the day began, at the inventory price as quoted,
 *              rounded up to the cent, less the fee that is not applied yet; never below 0
 *   interest   principal x ppm / 1,000,000 / 365                        of a cent: 365,000,000ths
 *   storage    gross grams x micro-dollars a tonne-day / 10^6 / 10^4    of a cent: 10,000,000,000ths
 *
 * Both are sums of whole cents and a rest, an exact fraction of a cent over the denominator named, kept
 * apart for each. Nothing is rounded, so that the sum over any split of a period is the sum over it.
 *
 * Pure: no I/O, no clock, no allocation.
 */
#ifndef RESERVE_ZONE_CARRYING_H
#define RESERVE_ZONE_CARRYING_H

#include <stdbool.h>
#include <stdint.h>

#define CARRYING_INTEREST_PARTS 365000000LL
#define CARRYING_STORAGE_PARTS 10000000000LL

/* Within these limits the cost of a month is always within what a figure may be. */
#define CARRYING_CENTS_MAX 1000000000000000LL         /* of a commitment at its inventory price */
#define CARRYING_GROSS_MAX 1000000000000000LL         /* grams of a commitment */
#define CARRYING_INTEREST_MAX 1000000LL               /* ppm a year */
#define CARRYING_STORAGE_MAX 1000000000LL             /* micro-dollars a tonne-day */

/* Whole cents and a rest of each; rests are at least 0 and less than their parts. */
struct carrying {
	int64_t interest_cents, interest_rest;
	int64_t storage_cents, storage_rest;
};

/*
 * Adds the cost of so many days alike. principal_cents, gross_g, ppm and micros >= 0 and within the
 * limits above, days in [0, 366].
 */
void carrying_add(struct carrying *sum, int64_t days, int64_t principal_cents,
	int64_t interest_ppm, int64_t gross_g, int64_t storage_micros_per_tonne_day);

/* Gross grams stored for contained ones, rounded up; gross_ppm a million contained. False: too many. */
bool carrying_gross_g(int64_t contained_g, int64_t gross_ppm, int64_t *ret_gross_g);

/* The first instant of the month after the one that a time is in, UTC. */
int64_t carrying_next_month(int64_t at);

#endif
