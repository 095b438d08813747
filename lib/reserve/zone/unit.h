/*
 * Units in which prices are quoted, and the bases that convert into one another, with one exact factor
 * each, from vault/units.def. A price is kept as quoted; what is derived here is rounded up, as a floor must be.
 */
#ifndef RESERVE_ZONE_UNIT_H
#define RESERVE_ZONE_UNIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* For sentences. */
#define UNIT_NAMES "USD/kg, USD/t, USD/lb, USc/lb, USD/mtu, USD/dmtu, USD/ozt"

/*
 * Micro-US-dollars per kilogram of basis `to` for a price of quoted / 10^decimals in `unit` per mass
 * of basis `from`, rounded up. False: unknown unit, no factor between the bases, or out of range.
 */
bool unit_price_micros_per_kg(int64_t quoted, int64_t decimals, const char *unit, const char *from,
	const char *to, int64_t *ret_micros);

/*
 * What so many grams of basis `to` are worth at such a price, in US cents, rounded up once: of the
 * price as it was quoted. False as above.
 */
bool unit_value_cents(int64_t quoted, int64_t decimals, const char *unit, const char *from,
	const char *to, int64_t mass_g, int64_t *ret_cents);

bool unit_known(const char *unit);

/* INVALID [R23]: a price in that unit was given, and not what the unit weighs. */
bool unit_without_basis(const char *unit, const char *example, struct error *error);

/*
 * What a price per mass of `from` is multiplied with to be one per mass of `to`, in lowest terms. False:
 * no known factor between them. A mixture such as REO has one to itself alone.
 */
bool unit_basis_factor(const char *from, const char *to, int64_t *ret_up, int64_t *ret_down);

/*
 * The same price quoted otherwise, rounded up or down as asked: micro-dollars per kilogram are quoted in
 * USD/kg with six decimals. There and back by the other rounding gives the first figure again wherever
 * one step of the target is worth no more than one step of it. False as above.
 */
struct unit_target {
	const char *unit, *basis;
	int64_t decimals;
};
bool unit_convert(int64_t quoted, int64_t decimals, const char *unit, const char *from,
	const struct unit_target *target, bool up, int64_t *ret_quoted);

/*
 * The least quote of the target that comes to `micros` a kilogram of `basis` or more, as a price comes to it:
 * rounded up. So what a price came to is quoted as that price was. False as above.
 */
bool unit_quote_micros(int64_t micros, const char *basis, const struct unit_target *target,
	int64_t *ret_quoted);

/* Whether a price that comes to no figure is out of range, and neither its unit nor its basis unknown. */
bool unit_out_of_range(const char *unit, const char *from, const char *to);

#endif
