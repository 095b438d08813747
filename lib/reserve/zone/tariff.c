/* One pass: what is wrong, what it is worth, what is owed. */
#include "reserve/zone/tariff.h"

#include "base/checked.h"
#include "base/descriptor.h"
#include "reserve/zone/price.h"
#include "reserve/zone/quotient.h"
#include "vault/limits.h"

const char *const tariff_terms_names[] = { "", "cif", "fob", NULL };
const char *const tariff_mode_names[] = { "", "draft", "shadow", "in-force", NULL };

enum { RATE_DECIMALS_MAX = 9 };
#define RATE_MAX 1000000000000LL

/* ---- what cannot be assessed ---- */

static bool check_mass(const struct consignment *consignment, struct error *error)
{
	if (consignment->net_g <= 0 || consignment->net_g > LOT_MASS_MAX)
		return error_set(error, ERROR_INVALID, "net_g", "the net mass must be above 0 and at most "
			"a million tonnes");
	if (consignment->moisture_ppm < 0 || consignment->moisture_ppm >= VAULT_PPM)
		return error_set(error, ERROR_INVALID, "moisture_ppm",
			"moisture is a share of the net mass, from 0 to less than all of it");
	if (consignment->grade_ppm <= 0 || consignment->grade_ppm > VAULT_PPM)
		return error_set(error, ERROR_INVALID, "grade_ppm",
			"the grade is a share of the dry mass, above 0 and at most all of it");
	return true;
}

/* Freight and insurance belong to FOB, each given, be it 0; a CIF value has them inside. */
static bool check_terms(const struct consignment *consignment, struct error *error)
{
	const struct { const char *field, *what; int64_t millis; } parts[] = {
		{ "freight_millis", "freight", consignment->freight_millis },
		{ "insurance_millis", "insurance", consignment->insurance_millis },
	};
	if (consignment->terms == TERMS_NONE)
		return error_set(error, ERROR_INVALID, "terms",
			"the customs value needs its terms: cif, or fob with freight and insurance");
	for (int i = 0; i < 2; i++) {
		if (consignment->terms == TERMS_CIF && parts[i].millis != ABSENT)
			return error_set(error, ERROR_INVALID, parts[i].field,
				"a CIF value has its %s inside: none stands beside it", parts[i].what);
		if (consignment->terms == TERMS_FOB && (parts[i].millis == ABSENT ||
		    parts[i].millis < 0 || parts[i].millis > VAULT_INT_MAX))
			return error_set(error, ERROR_INVALID, parts[i].field,
				"an FOB value needs its %s, 0 or more", parts[i].what);
	}
	return true;
}

static bool check_value(const struct consignment *consignment, struct error *error)
{
	if (consignment->value_millis <= 0 || consignment->value_millis > VAULT_INT_MAX)
		return error_set(error, ERROR_INVALID, "value_millis",
			"the customs value must be above 0");
	if (!check_terms(consignment, error))
		return false;
	if (consignment->rate <= 0 || consignment->rate > RATE_MAX ||
	    consignment->rate_decimals < 0 || consignment->rate_decimals > RATE_DECIMALS_MAX)
		return error_set(error, ERROR_INVALID, "rate",
			"the rate is US dollars for one unit of the invoice currency, above 0");
	if (consignment->other_duty_cents < 0 || consignment->other_duty_cents > VAULT_INT_MAX)
		return error_set(error, ERROR_INVALID, "other_duty_cents", "other duty is 0 or more");
	if (consignment->cap_ppm != ABSENT &&
	    (consignment->cap_ppm < 0 || consignment->cap_ppm > VAULT_INT_MAX))
		return error_set(error, ERROR_INVALID, "cap_ppm", "a cap is 0 or more");
	if (consignment->cap_micros_per_kg != ABSENT && consignment->cap_micros_per_kg < 0)
		return error_set(error, ERROR_INVALID, "cap_micros_per_kg", "a cap is 0 or more");
	return true;
}

static bool too_large(struct error *error, const char *field)
{
	return error_set(error, ERROR_INVALID, field, "the figure is too large: above 2^53 - 1");
}

/* ---- what it is worth ---- */

/* Contained mass in units of 10^-12 g: net x dry share x grade. At most 10^24. */
static uint128 contained(const struct consignment *consignment)
{
	return (uint128)consignment->net_g * (uint64_t)(VAULT_PPM - consignment->moisture_ppm) *
		(uint64_t)consignment->grade_ppm;
}

/* Those units at a price, times scale, rounded as asked. */
static bool value_of(const struct consignment *consignment, const struct quotient *price,
	uint64_t scale, bool up, int64_t *ret_value)
{
	uint128 denominator;
	if (__builtin_mul_overflow(price->denominator, (uint128)1000000000000, &denominator))
		return false;
	uint128 mass = contained(consignment) * scale;
	return (up ? wide_mul_div_up : wide_mul_div_down)(price->numerator, mass, denominator,
		ret_value) && *ret_value <= VAULT_INT_MAX;
}

static bool floor_value(const struct consignment *consignment, struct assessment *assessment,
	struct error *error)
{
	const struct price *reference = consignment->reference;
	struct quotient price, tonne;
	if (!unit_quotient(reference->quoted, reference->decimals, reference->unit, reference->basis,
	    consignment->basis, &price) ||
	    !unit_quotient(1, 0, "USD/t", reference->basis, consignment->basis, &tonne))
		return error_set(error, ERROR_INVALID, "basis", "a grade in %s has no known factor to %s, "
			"the basis of the reference price [R23]", consignment->basis, reference->basis);
	/* a dollar a tonne of the reference's basis: a million of it is its grams */
	if (!value_of(consignment, &price, 100, true, &assessment->floor_cents) ||
	    !value_of(consignment, &tonne, 1000000, false, &assessment->contained_g))
		return too_large(error, "net_g");
	return true;
}

/* A share of the customs value in cents, rounded down; VAULT_PPM: all of it. */
static bool customs_share(const struct consignment *consignment, int64_t ppm, int64_t *ret_cents)
{
	uint128 millis = (uint128)consignment->value_millis;
	if (consignment->terms == TERMS_FOB)
		millis += (uint128)consignment->freight_millis + (uint128)consignment->insurance_millis;
	return wide_mul_div_down(millis * (uint64_t)consignment->rate, (uint128)ppm,
		(uint128)10 * (uint128)checked_power_of_ten(consignment->rate_decimals) * VAULT_PPM,
		ret_cents);
}

/* ---- what is owed ---- */

/* The least of the caps, or VAULT_INT_MAX. A cap too large to be told binds nothing. */
static bool least_cap(const struct consignment *consignment, int64_t *ret_cents,
	struct error *error)
{
	int64_t cents, least = VAULT_INT_MAX;
	struct quotient price;
	if (consignment->cap_ppm != ABSENT && customs_share(consignment, consignment->cap_ppm, &cents))
		least = cents < least ? cents : least;
	if (consignment->cap_micros_per_kg != ABSENT) {
		if (!unit_quotient(consignment->cap_micros_per_kg, 6, "USD/kg",
		    consignment->commodity_basis, consignment->basis, &price))
			return error_set(error, ERROR_INVALID, "basis", "a grade in %s has no known factor to "
				"%s, the basis of the commodity [R23]", consignment->basis,
				consignment->commodity_basis);
		if (value_of(consignment, &price, 100, false, &cents))
			least = cents < least ? cents : least;
	}
	*ret_cents = least;
	return true;
}

static void derive_figures(struct assessment *assessment)
{
	assessment->duty_ppm = assessment->duty_micros_per_kg = ABSENT;
	if (assessment->customs_cents > 0 && (!checked_mul_div_up(assessment->duty_cents, VAULT_PPM,
	    assessment->customs_cents, &assessment->duty_ppm) ||
	    assessment->duty_ppm > VAULT_INT_MAX))
		assessment->duty_ppm = ABSENT;
	if (assessment->contained_g > 0 && (!checked_mul_div_up(assessment->duty_cents, 10000000,
	    assessment->contained_g, &assessment->duty_micros_per_kg) || /* 10^4 micros a cent, 10^3 g */
	    assessment->duty_micros_per_kg > VAULT_INT_MAX))
		assessment->duty_micros_per_kg = ABSENT;
}

static bool owe(const struct consignment *consignment, struct assessment *assessment,
	struct error *error)
{
	int64_t cap_cents = VAULT_INT_MAX;
	int64_t paid_cents = assessment->customs_cents + consignment->other_duty_cents;
	int64_t short_cents = assessment->floor_cents - paid_cents;
	if (!least_cap(consignment, &cap_cents, error))
		return false;
	assessment->uncapped_cents = short_cents > 0 && !consignment->inside ? short_cents : 0;
	assessment->capped = assessment->uncapped_cents > cap_cents;
	assessment->duty_cents = assessment->capped ? cap_cents : assessment->uncapped_cents;
	assessment->landed_cents = paid_cents + assessment->duty_cents;
	assessment->gap_cents = short_cents > assessment->duty_cents ?
		short_cents - assessment->duty_cents : 0;
	derive_figures(assessment);
	return assessment->landed_cents <= VAULT_INT_MAX || too_large(error, "value_millis");
}

bool tariff_assess(const struct consignment *consignment, struct assessment *ret_assessment,
	struct error *error)
{
	struct assessment assessment = { 0 };
	if (!check_mass(consignment, error) || !check_value(consignment, error) ||
	    !floor_value(consignment, &assessment, error))
		return false;
	if (!customs_share(consignment, VAULT_PPM, &assessment.customs_cents) ||
	    assessment.customs_cents > VAULT_INT_MAX)
		return too_large(error, "value_millis");
	if (!owe(consignment, &assessment, error))
		return false;
	*ret_assessment = assessment;
	return true;
}
