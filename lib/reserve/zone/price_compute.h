/*
 * Prices that are computed: from what was observed, or from the stage below. The inputs are kept with
 * the price, so that anybody can compute it again from them alone.
 *
 *   trimmed-mean     inputs sorted by price; of n, floor(n x trim) are left out at each end; the mean of
 *                    the others, rounded up to the micro-dollar per kilogram
 *   volume-weighted  sum of price x mass over sum of mass, rounded up; every input has a mass
 *   cost-plus        (price of the stage below / yield + conversion) x (1 + margin), rounded up; yield is
 *                    what of its contained mass is contained in the product
 *
 * Every input is micro-dollars per kilogram of the commodity's own basis, rounded up. The result is then
 * quoted in the unit of its inputs where all share one, else in USD/kg, rounded up again to four decimals
 * a kilogram or pound and two otherwise: a floor errs upwards.
 */
#ifndef RESERVE_ZONE_PRICE_COMPUTE_H
#define RESERVE_ZONE_PRICE_COMPUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/descriptor.h"
#include "reserve/zone/observation.h"

enum price_method { PRICE_METHOD_STATED, PRICE_TRIMMED_MEAN, PRICE_VOLUME_WEIGHTED, PRICE_COST_PLUS };

/* An observation, or for cost-plus the reference price of the stage below. */
struct price_input {
	char id[OBSERVATION_ID_MAX];
	int64_t mass_g; /* ABSENT: not known */
	int64_t price_micros_per_kg;
	int64_t version;
};
extern const struct descriptor price_input_descriptor;

struct price_terms {
	enum price_method method;
	int64_t trim_ppm;                 /* of a trimmed mean: below one half */
	int64_t yield_ppm;                /* of cost-plus */
	int64_t conversion_micros_per_kg; /* per kilogram of the commodity's basis */
	int64_t margin_ppm;
};

/* Which method a name means; any other name is a statement of how somebody else found it. */
enum price_method price_method_find(const char *name);

/*
 * The price of so many inputs in micro-dollars per kilogram. False: none are left, one has no mass where
 * all need one, terms out of range, or the result is more than a figure may be. order: room for so many
 * figures.
 */
bool price_compute(const struct price_terms *terms, const struct price_input *inputs,
	uint32_t count, int64_t *order, int64_t *ret_micros);

/* As how many decimals of a unit a computed price is quoted. */
int64_t price_decimals(const char *unit);

#endif
