/*
 * The factors stand in vault/units.def alone. A conversion is one quotient of integers, rounded once at
 * its end. It is cut down only where a product would not fit: most need no greatest common divisor.
 */
#include "reserve/zone/unit.h"

#include <stddef.h>

#include "base/checked.h"
#include "base/text.h"
#include "reserve/zone/quotient.h"
#include "vault/limits.h"

__extension__ typedef __int128 wide;

enum { QUOTED_MAX_DIGITS = 6 };
#define QUOTED_MAX 1000000000000LL
#define TENTHS_PER_GRAM 10000000LL

#define MASS(n, t, w)
#define PRICE(n, m, d)
#define ALIAS(a, n)
#define ELEMENT(s, w)
#define COMPOUND(f, e)

static const struct mass { const char *name; int64_t tenths; } masses[] = {
#undef MASS
#define MASS(n, t, w) { n, t },
#include "vault/units.def"
#undef MASS
#define MASS(n, t, w)
};
static const struct price_unit { const char *name, *mass; int64_t per_dollar; } units[] = {
#undef PRICE
#define PRICE(n, m, d) { n, m, d },
#include "vault/units.def"
#undef PRICE
#define PRICE(n, m, d)
};
static const struct { const char *symbol; int64_t weight; } elements[] = {
#undef ELEMENT
#define ELEMENT(s, w) { s, w },
#include "vault/units.def"
#undef ELEMENT
#define ELEMENT(s, w)
};
static const struct compound { const char *formula, *element; } compounds[] = {
#undef COMPOUND
#define COMPOUND(f, e) { f, e },
#include "vault/units.def"
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const struct price_unit *find_unit(const char *name)
{
	for (size_t i = 0; i < COUNT(units); i++) {
		if (text_equal(units[i].name, name))
			return &units[i];
	}
	return NULL;
}

static int64_t mass_tenths(const struct price_unit *unit)
{
	size_t i = 0;
	while (!text_equal(masses[i].name, unit->mass))
		i++;
	return masses[i].tenths;
}

bool unit_known(const char *unit)
{
	return find_unit(unit) != NULL;
}

bool unit_without_basis(const char *unit, const char *example, struct error *error)
{
	return error_set(error, ERROR_INVALID, "basis", "a price without its basis is refused: what does "
		"%s weigh? Such as %s [R23]", unit, example);
}

/* ---- bases ---- */

static int64_t weight_of(const char *symbol, size_t length)
{
	for (size_t i = 0; i < COUNT(elements); i++) {
		const char *known = elements[i].symbol;
		if (known[0] == symbol[0] && (length == 2 ? known[1] == symbol[1] : known[1] == '\0'))
			return elements[i].weight;
	}
	return 0;
}

/* The weight of a formula such as Li2CO3, and what of it is the element; formulas have no brackets. */
static void weigh(const struct compound *compound, int64_t *ret_whole, int64_t *ret_part)
{
	const char *at = compound->formula;
	*ret_whole = *ret_part = 0;
	while (*at != '\0') {
		const char *symbol = at++;
		if (*at >= 'a' && *at <= 'z')
			at++;
		size_t length = (size_t)(at - symbol);
		int64_t atoms = 0;
		for (; *at >= '0' && *at <= '9'; at++)
			atoms = atoms * 10 + (*at - '0');
		int64_t weight = weight_of(symbol, length) * (atoms > 0 ? atoms : 1);
		*ret_whole += weight;
		if (compound->element[0] == symbol[0] &&
		    (length == 2 ? compound->element[1] == symbol[1] : compound->element[1] == '\0'))
			*ret_part += weight;
	}
}

/* What a basis is counted in: its element, and the weights of whole and part. */
static const char *element_of(const char *basis, int64_t *ret_whole, int64_t *ret_part)
{
	*ret_whole = *ret_part = 1;
	for (size_t i = 0; i < COUNT(compounds); i++) {
		if (text_equal(compounds[i].formula, basis)) {
			weigh(&compounds[i], ret_whole, ret_part);
			return compounds[i].element;
		}
	}
	return basis;
}

static int64_t common_divisor(int64_t a, int64_t b)
{
	while (b != 0) {
		int64_t rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

bool unit_basis_factor(const char *from, const char *to, int64_t *ret_up, int64_t *ret_down)
{
	int64_t whole_from, part_from, whole_to, part_to;
	*ret_up = *ret_down = 1;
	if (from[0] == '\0' || to[0] == '\0')
		return false;
	if (text_equal(from, to))
		return true;
	if (!text_equal(element_of(from, &whole_from, &part_from),
	    element_of(to, &whole_to, &part_to)))
		return false;
	int64_t up = whole_from * part_to, down = part_from * whole_to; /* each below 10^17 */
	int64_t divisor = common_divisor(up, down);
	*ret_up = up / divisor;
	*ret_down = down / divisor;
	return true;
}

/* ---- conversions ---- */

/* A quotient of integers above 0. */
struct ratio {
	wide up, down;
};

static wide common_divisor_wide(wide a, wide b)
{
	while (b != 0) {
		wide rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

/* quotient x up / down; false where it does not fit even in its lowest terms. */
static bool scale(struct ratio *quotient, wide up, wide down)
{
	struct ratio product;
	if (!__builtin_mul_overflow(quotient->up, up, &product.up) &&
	    !__builtin_mul_overflow(quotient->down, down, &product.down)) {
		*quotient = product;
		return true;
	}
	wide own = common_divisor_wide(quotient->up, quotient->down);
	if (own == 0)
		own = 1;
	quotient->up /= own;
	quotient->down /= own;
	wide across = common_divisor_wide(quotient->up, down);
	wide back = common_divisor_wide(up, quotient->down);
	if (across == 0 || back == 0)
		return false;
	if (__builtin_mul_overflow(quotient->up / across, up / back, &product.up) ||
	    __builtin_mul_overflow(quotient->down / back, down / across, &product.down))
		return false;
	*quotient = product;
	return true;
}

static bool round_to(const struct ratio *quotient, bool up, int64_t *ret_value)
{
	wide value = quotient->up / quotient->down;
	if (up && value * quotient->down != quotient->up)
		value++;
	if (value > VAULT_INT_MAX)
		return false;
	*ret_value = (int64_t)value;
	return true;
}

/* Dollars for one gram of basis `to`. */
static bool dollars_per_gram(int64_t quoted, int64_t decimals, const char *unit_name,
	const char *from, const char *to, struct ratio *ret_quotient)
{
	int64_t up, down;
	const struct price_unit *unit = find_unit(unit_name);
	if (unit == NULL || decimals < 0 || decimals > QUOTED_MAX_DIGITS ||
	    !unit_basis_factor(from, to, &up, &down))
		return false;
	*ret_quotient = (struct ratio){ (wide)quoted * TENTHS_PER_GRAM,
		(wide)mass_tenths(unit) * unit->per_dollar * checked_power_of_ten(decimals) };
	return (up == 1 && down == 1) || scale(ret_quotient, up, down);
}

bool unit_price_micros_per_kg(int64_t quoted, int64_t decimals, const char *unit, const char *from,
	const char *to, int64_t *ret_micros)
{
	struct ratio quotient;
	return quoted >= 0 && quoted <= QUOTED_MAX &&
		dollars_per_gram(quoted, decimals, unit, from, to, &quotient) &&
		scale(&quotient, (wide)1000000 * 1000, 1) && round_to(&quotient, true, ret_micros);
}

bool unit_value_cents(int64_t quoted, int64_t decimals, const char *unit, const char *from,
	const char *to, int64_t mass_g, int64_t *ret_cents)
{
	struct ratio quotient;
	return mass_g >= 0 && quoted >= 0 && quoted <= QUOTED_MAX &&
		dollars_per_gram(quoted, decimals, unit, from, to, &quotient) &&
		scale(&quotient, (wide)mass_g * 100, 1) && round_to(&quotient, true, ret_cents);
}

bool unit_convert(int64_t quoted, int64_t decimals, const char *unit, const char *from,
	const struct unit_target *target, bool up, int64_t *ret_quoted)
{
	struct ratio quotient;
	const struct price_unit *to = find_unit(target->unit);
	return quoted >= 0 && quoted <= VAULT_INT_MAX && to != NULL && target->decimals >= 0 &&
		target->decimals <= QUOTED_MAX_DIGITS &&
		dollars_per_gram(quoted, decimals, unit, from, target->basis, &quotient) &&
		scale(&quotient,
			(wide)mass_tenths(to) * to->per_dollar * checked_power_of_ten(target->decimals),
			TENTHS_PER_GRAM) && round_to(&quotient, up, ret_quoted);
}

bool unit_quote_micros(int64_t micros, const char *basis, const struct unit_target *target,
	int64_t *ret_quoted)
{
	int64_t quoted; /* the first above what comes to one micro-dollar less */
	if (micros < 1 || !unit_convert(micros - 1, 6, "USD/kg", basis, target, false, &quoted))
		return false;
	*ret_quoted = quoted + 1;
	return true;
}

bool unit_out_of_range(const char *unit, const char *from, const char *to)
{
	int64_t up, down;
	return unit_known(unit) && unit_basis_factor(from, to, &up, &down);
}

/* In lowest terms where the denominator is large, so that a sum that goes on has room. */
bool unit_quotient(int64_t quoted, int64_t decimals, const char *unit, const char *from,
	const char *to, struct quotient *ret)
{
	struct ratio ratio;
	if (quoted < 0 || quoted > QUOTED_MAX ||
	    !dollars_per_gram(quoted, decimals, unit, from, to, &ratio))
		return false;
	if (ratio.down > (wide)VAULT_INT_MAX * VAULT_INT_MAX / 1000000000) {
		wide divisor = common_divisor_wide(ratio.down, ratio.up);
		ratio.up /= divisor;
		ratio.down /= divisor;
	}
	*ret = (struct quotient){ (uint128)ratio.up, (uint128)ratio.down };
	return true;
}
