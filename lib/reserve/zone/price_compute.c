/* Three formulas over exact integers. */
#include "reserve/zone/price_compute.h"

#include <stdlib.h>

#include "base/text.h"
#include "vault/limits.h"

__extension__ typedef __int128 wide;

static const struct field input_fields[] = {
	F_TEXT(struct price_input, id),
	F_INT(struct price_input, mass_g),
	F_INT(struct price_input, price_micros_per_kg),
	F_INT(struct price_input, version),
};
const struct descriptor price_input_descriptor =
	DESCRIPTOR("price.input", struct price_input, input_fields);

enum price_method price_method_find(const char *name)
{
	static const char *const names[] = { [PRICE_TRIMMED_MEAN] = "trimmed-mean",
		[PRICE_VOLUME_WEIGHTED] = "volume-weighted", [PRICE_COST_PLUS] = "cost-plus" };
	for (int i = PRICE_TRIMMED_MEAN; i <= PRICE_COST_PLUS; i++) {
		if (text_equal(names[i], name))
			return (enum price_method)i;
	}
	return PRICE_METHOD_STATED;
}

int64_t price_decimals(const char *unit)
{
	return text_equal(unit, "USD/kg") || text_equal(unit, "USD/lb") ? 4 : 2;
}

static bool quotient_up(wide up, wide down, int64_t *ret_value)
{
	wide value = up / down + (up % down != 0 ? 1 : 0);
	if (value <= 0 || value > VAULT_INT_MAX)
		return false;
	*ret_value = (int64_t)value;
	return true;
}

static int compare(const void *a, const void *b)
{
	int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
	return one < other ? -1 : one > other;
}

static bool trimmed_mean(const struct price_terms *terms, const struct price_input *inputs,
	uint32_t count, int64_t *order, int64_t *ret_micros)
{
	if (terms->trim_ppm < 0 || terms->trim_ppm * 2 >= VAULT_PPM)
		return false;
	uint32_t out = (uint32_t)((int64_t)count * terms->trim_ppm / VAULT_PPM);
	wide sum = 0;
	for (uint32_t i = 0; i < count; i++)
		order[i] = inputs[i].price_micros_per_kg;
	qsort(order, count, sizeof *order, compare);
	for (uint32_t i = out; i < count - out; i++)
		sum += order[i];
	return quotient_up(sum, count - 2 * out, ret_micros);
}

static bool volume_weighted(const struct price_input *inputs, uint32_t count, int64_t *ret_micros)
{
	wide sum = 0, mass = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (inputs[i].mass_g == ABSENT || inputs[i].mass_g <= 0)
			return false;
		sum += (wide)inputs[i].price_micros_per_kg * inputs[i].mass_g; /* 2^106 each */
		mass += inputs[i].mass_g;
	}
	return quotient_up(sum, mass, ret_micros);
}

/* (price / yield + conversion) x (1 + margin) as one quotient. */
static bool cost_plus(const struct price_terms *terms, int64_t below, int64_t *ret_micros)
{
	wide up;
	if (terms->yield_ppm <= 0 || terms->yield_ppm > VAULT_PPM || terms->margin_ppm < 0 ||
	    terms->conversion_micros_per_kg < 0)
		return false;
	up = (wide)below * VAULT_PPM + (wide)terms->conversion_micros_per_kg * terms->yield_ppm;
	return !__builtin_mul_overflow(up, (wide)VAULT_PPM + terms->margin_ppm, &up) &&
		quotient_up(up, (wide)terms->yield_ppm * VAULT_PPM, ret_micros);
}

bool price_compute(const struct price_terms *terms, const struct price_input *inputs,
	uint32_t count, int64_t *order, int64_t *ret_micros)
{
	if (count == 0)
		return false;
	switch (terms->method) {
	case PRICE_TRIMMED_MEAN:
		return trimmed_mean(terms, inputs, count, order, ret_micros);
	case PRICE_VOLUME_WEIGHTED:
		return volume_weighted(inputs, count, ret_micros);
	case PRICE_COST_PLUS:
		return count == 1 && cost_plus(terms, inputs[0].price_micros_per_kg, ret_micros);
	case PRICE_METHOD_STATED:
		break;
	}
	return false;
}
