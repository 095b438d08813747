/*
 * What members were awarded of a commodity, by day (UTC): what caps over a rolling window count.
 * Derived from requests, ended ones of the last RULE_DAYS_MAX days included, and never stored of
 * itself: a request's drawn_g (picked, less what came back) counts on the day of its decision.
 */
#ifndef RESERVE_EMERGENCY_USAGE_H
#define RESERVE_EMERGENCY_USAGE_H

#include <stdint.h>

#include "reserve/stock/material.h"

struct member;
struct usage;

/*
 * Adds grams (negative: they came back) to the day of at. What is RULE_DAYS_MAX days or more before the
 * newest day is forgotten, whatever comes later for it: no window reaches it.
 */
void usage_add(struct commodity *commodity, const struct member *member, int64_t at,
	int64_t mass_g);
void usage_free(struct usage *usage);

/*
 * Awarded to a member (NULL: to all) in the last so many days, 1 to RULE_DAYS_MAX, the day of now being
 * the last.
 */
int64_t usage_g(const struct commodity *commodity, const struct member *member, int64_t now,
	int64_t days);

/*
 * The first day at whose 00:00 UTC the member's window holds at most left_g (0 or more), as far as what
 * is past goes; now where it does already.
 */
int64_t usage_frees_at(const struct commodity *commodity, const struct member *member, int64_t now,
	int64_t days, int64_t left_g);

#endif
