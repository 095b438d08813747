/*
 * What a floor would have done: month by month over the market observations of a commodity, a tonne
 * contained, landed at the market price, assessed as any consignment from outside the zone is. The
 * market of a month is the mean of the observations whose period begins in it and is no longer than
 * a month, rounded up; a month without one is left out.
 *
 * Pure: no I/O, no clock; memory of an arena.
 */
#ifndef RESERVE_ZONE_BACKTEST_H
#define RESERVE_ZONE_BACKTEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/descriptor.h"
#include "base/error.h"
#include "vault/limits.h"

struct commodity;

struct backtest {
	char basis[12];              /* of the floor; "": the commodity's */
	int64_t cap_micros_per_kg, cap_ppm;
	char commodity[CODE_MAX];
	int64_t decimals, from_at;      /* months that begin at or after; ABSENT: all */
	int64_t other_duty_ppm;      /* of the market price; ABSENT: none */
	int64_t quoted, to_at;         /* and before */
	char unit[12];
};
extern const struct descriptor backtest_params_descriptor;

/* US cents for a tonne of the commodity's basis. */
struct backtest_month {
	int64_t month;               /* its first moment */
	int64_t market_cents, floor_cents, other_duty_cents, duty_cents, landed_cents, gap_cents;
	int64_t duty_ppm;
};
extern const struct descriptor backtest_month_descriptor;

/* True with a list of struct backtest_month in order; it may be empty. */
bool backtest_run(const struct commodity *commodity, const struct backtest *backtest,
	struct arena *arena, struct list *ret_months, struct error *error);

#endif
