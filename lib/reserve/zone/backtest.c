/* Months are gathered first, then each is assessed. */
#include "reserve/zone/backtest.h"

#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/stock/material.h"
#include "reserve/zone/observation.h"
#include "reserve/zone/price.h"
#include "reserve/zone/tariff.h"
#include "reserve/zone/unit.h"

static const struct field params_fields[] = {
	F_TEXT(struct backtest, basis),
	F_INT_IN(struct backtest, cap_micros_per_kg, 0, 1000000000000),
	F_INT_IN(struct backtest, cap_ppm, 0, VAULT_INT_MAX),
	R_TEXT(struct backtest, commodity),
	F_INT_IN(struct backtest, decimals, 0, 6),
	F_TIME(struct backtest, from_at),
	F_INT_IN(struct backtest, other_duty_ppm, 0, 100 * VAULT_PPM),
	R_INT_IN(struct backtest, quoted, 1, 1000000000000),
	F_TIME(struct backtest, to_at),
	R_TEXT(struct backtest, unit),
};
const struct descriptor backtest_params_descriptor =
	DESCRIPTOR("backtest", struct backtest, params_fields);

static const struct field month_fields[] = {
	F_TIME(struct backtest_month, month),
	F_INT(struct backtest_month, market_cents),
	F_INT(struct backtest_month, floor_cents),
	F_INT(struct backtest_month, other_duty_cents),
	F_INT(struct backtest_month, duty_cents),
	F_INT(struct backtest_month, landed_cents),
	F_INT(struct backtest_month, gap_cents),
	F_INT(struct backtest_month, duty_ppm),
};
const struct descriptor backtest_month_descriptor =
	DESCRIPTOR("month", struct backtest_month, month_fields);

enum { MONTH_DAYS = 31 };

/* A month under way: the sum of its prices. */
struct gathered {
	int64_t month, sum_micros, count;
};

static int64_t month_of(int64_t at_ms)
{
	int year, month, day;
	time_civil(at_ms, &year, &month, &day);
	return time_from_civil(year, month, 1);
}

static bool counts(const struct observation *observation, const struct backtest *backtest)
{
	return observation->kind == OBSERVATION_MARKET &&
		observation->ends_at - observation->starts_at <= MONTH_DAYS * TIME_DAY_MS &&
		(backtest->from_at == ABSENT || observation->starts_at >= backtest->from_at) &&
		(backtest->to_at == ABSENT || observation->starts_at < backtest->to_at);
}

/* In order of periods, so that a month's prices mostly come together; else it is looked for. */
static uint32_t gather(const struct commodity *commodity, const struct backtest *backtest,
	struct gathered *months)
{
	uint32_t count = 0;
	const struct observation *observation = NULL;
	while ((observation = observation_next(commodity, observation)) != NULL) {
		if (!counts(observation, backtest))
			continue;
		int64_t month = month_of(observation->starts_at);
		uint32_t at = count;
		while (at > 0 && months[at - 1].month > month)
			at--;
		if (at == 0 || months[at - 1].month != month) {
			memmove(&months[at + 1], &months[at], (count - at) * sizeof *months);
			months[at++] = (struct gathered){ .month = month };
			count++;
		}
		months[at - 1].sum_micros = checked_add_to(months[at - 1].sum_micros,
			observation->price_micros_per_kg, INT64_MAX / 2);
		months[at - 1].count++;
	}
	return count;
}

/* A thousand kilograms at so many micros each are as many thousandths of a dollar. */
static bool assess_month(const struct backtest *backtest, const struct price *floor,
	const struct commodity *commodity, const struct gathered *gathered,
	struct backtest_month *ret_month, struct error *error)
{
	struct assessment told;
	int64_t micros = (gathered->sum_micros + gathered->count - 1) / gathered->count, other = 0;
	if (backtest->other_duty_ppm != ABSENT && !checked_mul_div_down(micros,
	    backtest->other_duty_ppm, VAULT_PPM * 10, &other))
		return error_set(error, ERROR_INVALID, "other_duty_ppm", "the figure is too large");
	struct consignment tonne = { .reference = floor, .basis = commodity->basis,
		.commodity_basis = commodity->basis, .net_g = 1000000, .grade_ppm = VAULT_PPM,
		.terms = TERMS_CIF, .value_millis = micros, .freight_millis = ABSENT,
		.insurance_millis = ABSENT, .rate = 1, .other_duty_cents = other,
		.cap_ppm = backtest->cap_ppm, .cap_micros_per_kg = backtest->cap_micros_per_kg };
	if (!tariff_assess(&tonne, &told, error))
		return false;
	*ret_month = (struct backtest_month){ .month = gathered->month,
		.market_cents = told.customs_cents, .floor_cents = told.floor_cents,
		.other_duty_cents = other, .duty_cents = told.duty_cents,
		.landed_cents = told.landed_cents, .gap_cents = told.gap_cents,
		.duty_ppm = told.duty_ppm };
	return true;
}

static bool read_floor(const struct commodity *commodity, const struct backtest *backtest,
	struct price *ret_floor, struct error *error)
{
	int64_t micros;
	const char *basis = backtest->basis[0] != '\0' ? backtest->basis : commodity->basis;
	*ret_floor = (struct price){ .quoted = backtest->quoted,
		.decimals = backtest->decimals != ABSENT ? backtest->decimals : 0 };
	if (!unit_known(backtest->unit))
		return error_set(error, ERROR_INVALID, "unit", "\"%s\" is not a unit: " UNIT_NAMES,
			backtest->unit);
	body_text(ret_floor->unit, backtest->unit);
	body_text(ret_floor->basis, basis);
	if (!unit_price_micros_per_kg(ret_floor->quoted, ret_floor->decimals, ret_floor->unit, basis,
	    commodity->basis, &micros))
		return unit_out_of_range(ret_floor->unit, basis, commodity->basis) ?
			error_set(error, ERROR_LIMIT, "quoted", "that price is larger than a figure may be") :
			error_set(error, ERROR_INVALID, "basis", "a price per %s has no known factor to %s, "
			"the basis of %s [R23]", basis, commodity->basis, commodity->code);
	if (backtest->from_at != ABSENT && backtest->to_at != ABSENT &&
	    backtest->to_at <= backtest->from_at)
		return error_set(error, ERROR_INVALID, "to_at",
			"the dates are out of order: it would end before it begins");
	return true;
}

bool backtest_run(const struct commodity *commodity, const struct backtest *backtest,
	struct arena *arena, struct list *ret_months, struct error *error)
{
	struct price floor;
	const struct observation_list *list = commodity->observations;
	uint32_t most = list != NULL ? list->count : 0;
	if (!read_floor(commodity, backtest, &floor, error))
		return false;
	struct gathered *gathered = arena_alloc(arena, (most + 1) * sizeof *gathered);
	if (gathered == NULL)
		return error_set(error, ERROR_LIMIT, "", "the back-test needs too much memory");
	uint32_t count = gather(commodity, backtest, gathered);
	struct backtest_month *months = arena_alloc(arena, (count + 1) * sizeof *months);
	if (months == NULL)
		return error_set(error, ERROR_LIMIT, "", "the back-test needs too much memory");
	for (uint32_t i = 0; i < count; i++) {
		if (!assess_month(backtest, &floor, commodity, &gathered[i], &months[i], error))
			return false;
	}
	*ret_months = (struct list){ months, count };
	return true;
}
