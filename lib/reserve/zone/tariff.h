/*
 * The tariff that lifts an import to the reference price of its commodity: one consignment,
 * assessed once, by integers alone. What comes from inside the zone pays none; it is told its
 * distance to the floor, below which a sale inside the zone is refused.
 *
 *   contained mass   net x (1 - moisture) x grade, exactly; in the reference's basis by the factor of
 *                    unit.h
 *   floor value      reference as it was quoted x contained mass, rounded up to the cent
 *   customs value    CIF, or FOB + freight + insurance, x rate of the invoice currency; exact inside,
 *                    shown rounded down to the cent
 *   duty             max(0, floor value - customs value - other duty), rounded up to the cent, once a
 *                    consignment; at most the cap, which is rounded down
 *   landed value     customs value + other duty + duty
 *   gap              max(0, floor value - landed value): what a cap leaves uncovered
 *
 * Where a duty is due and no cap binds, the landed value by the exact customs value is at least
 * the floor value and less than a cent above it; by the customs value as shown it is the floor
 * value. Landed value + gap >= floor value always. The caps bind this duty alone, not what others
 * charge beside it.
 *
 * Pure: no I/O, no clock, no allocation.
 */
#ifndef RESERVE_ZONE_TARIFF_H
#define RESERVE_ZONE_TARIFF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct price;

enum tariff_terms { TERMS_NONE, TERMS_CIF, TERMS_FOB };
enum tariff_mode { TARIFF_NONE, TARIFF_DRAFT, TARIFF_SHADOW, TARIFF_IN_FORCE };

extern const char *const tariff_terms_names[], *const tariff_mode_names[]; /* [0] is "" */

struct consignment {
	const struct price *reference; /* in force on the day of entry */
	const char *basis;             /* what grade is a share of; a factor to the reference's exists */
	const char *commodity_basis;   /* what cap_micros_per_kg is per kilogram of */
	bool inside;                   /* last substantial transformation in a member in force */
	int64_t net_g, moisture_ppm, grade_ppm;
	enum tariff_terms terms;
	/* in thousandths of the invoice currency; freight and insurance with FOB alone, else ABSENT */
	int64_t value_millis, freight_millis, insurance_millis;
	int64_t rate, rate_decimals;   /* US dollars for one unit of that currency: rate / 10^decimals */
	int64_t other_duty_cents;      /* 0: none */
	int64_t cap_ppm, cap_micros_per_kg; /* of the customs value; ABSENT: no cap */
};

struct assessment {
	int64_t contained_g;           /* of the reference's basis, rounded down */
	int64_t floor_cents, customs_cents, uncapped_cents, duty_cents, landed_cents, gap_cents;
	bool capped;                   /* a cap took something away */
	/* Derived from the duty, rounded up: per kilogram contained, of the customs value; or ABSENT */
	int64_t duty_micros_per_kg, duty_ppm;
};

/*
 * False with an error that names the field: a mass, grade, value or rate out of range, terms
 * without their parts, a basis without a factor (R23), a figure above 2^53 - 1. ret_assessment is
 * untouched then.
 */
bool tariff_assess(const struct consignment *consignment, struct assessment *ret_assessment,
	struct error *error);

#endif
