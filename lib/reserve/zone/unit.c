/* The one factor table. Masses in micrograms are exact; chemical factors are ppm of the compound. */
#include "reserve/zone/unit.h"

#include <stddef.h>

#include "base/text.h"
#include "reserve/zone/quotient.h"
#include "vault/limits.h"

__extension__ typedef __int128 wide;

/* unit, micrograms of basis in one unit, how many of its currency units make a dollar */
static const struct { const char *name; int64_t micrograms; int64_t per_dollar; } units[] = {
	{ "USD/kg", 1000000000, 1 },
	{ "USD/t", 1000000000000, 1 },
	{ "USD/lb", 453592370, 1 },      /* international pound, exactly 453.59237 g */
	{ "USc/lb", 453592370, 100 },
	{ "USD/ozt", 31103476, 1 },      /* 31.1034768 g; see the remainder below */
	{ "USD/mtu", 10000000000, 1 },   /* metric ton unit: 1% of a tonne of the basis */
	{ "USD/dmtu", 10000000000, 1 },  /* the same of dry mass */
};

/*
 * Element in a compound, ppm, by standard atomic weights (CIAAW 2021, rounded to ppm):
 * W 183.84, V 50.9415, Ta 180.94788, Li 6.94, O 15.999, C 12.011.
 */
static const struct { const char *compound, *element; int64_t ppm; } compounds[] = {
	{ "WO3", "W", 792976 },
	{ "V2O5", "V", 560168 },
	{ "Ta2O5", "Ta", 818967 },
	{ "Li2CO3", "Li", 187867 },
};

bool unit_known(const char *unit)
{
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (text_equal(units[i].name, unit))
			return true;
	}
	return false;
}

/* What a price per `from` is multiplied with to be one per `to`. */
static bool basis_factor(const char *from, const char *to, int64_t *ret_up, int64_t *ret_down)
{
	*ret_up = *ret_down = 1;
	if (text_equal(from, to))
		return true;
	for (size_t i = 0; i < sizeof compounds / sizeof *compounds; i++) {
		if (text_equal(compounds[i].compound, from) && text_equal(compounds[i].element, to)) {
			*ret_up = VAULT_PPM;
			*ret_down = compounds[i].ppm;
			return true;
		}
		if (text_equal(compounds[i].element, from) && text_equal(compounds[i].compound, to)) {
			*ret_up = compounds[i].ppm;
			*ret_down = VAULT_PPM;
			return true;
		}
	}
	return false;
}

/*
 * A price as a quotient: dollars for one gram of basis `to` are numerator / denominator. An ounce is
 * 31,103,476.8 micrograms: counted in tenths for every unit.
 */
static bool price_quotient(int64_t quoted, int64_t decimals, const char *unit, const char *from,
	const char *to, wide *ret_numerator, wide *ret_denominator)
{
	int64_t up, down;
	if (quoted < 0 || quoted > 1000000000000 || decimals < 0 || decimals > 6 ||
	    !basis_factor(from, to, &up, &down))
		return false;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (!text_equal(units[i].name, unit))
			continue;
		wide tenths = (wide)units[i].micrograms * 10 + (text_equal(unit, "USD/ozt") ? 8 : 0);
		*ret_numerator = (wide)quoted * 10000000 * up; /* up to 10^25 */
		*ret_denominator = tenths * units[i].per_dollar * down;
		for (int64_t d = 0; d < decimals; d++)
			*ret_denominator *= 10; /* up to 10^27 */
		return true;
	}
	return false;
}

/* price x factor, rounded up; false above what a figure may be. */
static bool multiply_up(wide numerator, wide denominator, wide factor, int64_t *ret_value)
{
	wide product;
	if (__builtin_mul_overflow(numerator, factor, &product) ||
	    __builtin_add_overflow(product, denominator - 1, &product) ||
	    product / denominator > VAULT_INT_MAX)
		return false;
	*ret_value = (int64_t)(product / denominator);
	return true;
}

bool unit_price_micros_per_kg(int64_t quoted, int64_t decimals, const char *unit, const char *from,
	const char *to, int64_t *ret_micros)
{
	wide numerator, denominator;
	return price_quotient(quoted, decimals, unit, from, to, &numerator, &denominator) &&
		multiply_up(numerator, denominator, (wide)1000000 * 1000, ret_micros);
}

bool unit_value_cents(int64_t quoted, int64_t decimals, const char *unit, const char *from,
	const char *to, int64_t mass_g, int64_t *ret_cents)
{
	wide numerator, denominator;
	return mass_g >= 0 &&
		price_quotient(quoted, decimals, unit, from, to, &numerator, &denominator) &&
		multiply_up(numerator, denominator, (wide)mass_g * 100, ret_cents);
}

bool unit_quotient(int64_t quoted, int64_t decimals, const char *unit, const char *from,
	const char *to, struct quotient *ret)
{
	wide numerator, denominator;
	if (!price_quotient(quoted, decimals, unit, from, to, &numerator, &denominator))
		return false;
	*ret = (struct quotient){ (uint128)numerator, (uint128)denominator };
	return true;
}
