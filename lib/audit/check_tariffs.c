/*
 * Imports as they were assessed, worked out again from the declaration: contained mass, floor value,
 * customs value, duty, cap and what was charged, each by integers of its own.
 */
#include "audit/check_world.h"

#include "audit/said.h"
#include "base/checked.h"
#include "base/text.h"
#include "base/wide.h"
#include "reserve/stock/material.h"
#include "reserve/zone/assessment.h"
#include "reserve/zone/member.h"
#include "reserve/zone/price.h"
#include "reserve/zone/quotient.h"
#include "reserve/zone/schedule.h"

/* What a declaration comes to. */
struct due {
	int64_t contained_g, floor_cents, customs_cents, duty_cents, landed_cents, gap_cents;
	bool capped;
};

static int64_t or_zero(int64_t value)
{
	return value != ABSENT ? value : 0;
}

/* net x dry share x grade at dollars a gram, times scale: all of it rounded once. */
static bool worth(const struct assessed *is, const struct quotient *price, uint64_t scale, bool up,
	int64_t *ret_value)
{
	uint128 mass = (uint128)is->net_g * (uint64_t)(VAULT_PPM - or_zero(is->moisture_ppm)) *
		(uint64_t)is->grade_ppm * scale;
	uint128 parts;
	return !__builtin_mul_overflow(price->denominator, (uint128)VAULT_PPM * VAULT_PPM, &parts) &&
		(up ? wide_mul_div_up : wide_mul_div_down)(price->numerator, mass, parts, ret_value);
}

/* A share of the value declared, in cents, rounded down. */
static bool share_of_value(const struct assessed *is, int64_t share_ppm, int64_t *ret_cents)
{
	uint128 millis = (uint128)is->value_millis;
	int64_t rate = is->rate != ABSENT ? is->rate : 1;
	if (is->terms == TERMS_FOB)
		millis += (uint128)is->freight_millis + (uint128)is->insurance_millis;
	return wide_mul_div_down(millis * (uint64_t)rate, (uint128)share_ppm, (uint128)10 *
		(uint128)checked_power_of_ten(or_zero(is->rate_decimals)) * VAULT_PPM, ret_cents);
}

/* The least of the schedule's caps; what is too large to be told caps nothing. */
static int64_t cap_cents(const struct assessed *is, const struct commodity *commodity,
	const struct schedule *schedule)
{
	int64_t cents, least = VAULT_INT_MAX;
	struct quotient price;
	if (schedule == NULL)
		return least;
	if (schedule->cap_ppm != ABSENT && share_of_value(is, schedule->cap_ppm, &cents))
		least = cents < least ? cents : least;
	if (schedule->cap_micros_per_kg != ABSENT && unit_quotient(schedule->cap_micros_per_kg, 6, "USD/kg",
	    commodity->basis, is->basis, &price) && worth(is, &price, 100, false, &cents))
		least = cents < least ? cents : least;
	return least;
}

static bool work_out(const struct assessed *is, const struct commodity *commodity,
	const struct price *reference, const struct schedule *schedule, struct due *due)
{
	struct quotient price, tonne;
	if (!unit_quotient(reference->quoted, reference->decimals, reference->unit, reference->basis,
	    is->basis, &price) || !unit_quotient(1, 0, "USD/t", reference->basis, is->basis, &tonne) ||
	    !worth(is, &price, 100, true, &due->floor_cents) ||
	    !worth(is, &tonne, VAULT_PPM, false, &due->contained_g) ||
	    !share_of_value(is, VAULT_PPM, &due->customs_cents))
		return false;
	int64_t paid_cents = due->customs_cents + or_zero(is->other_duty_cents);
	int64_t short_cents = due->floor_cents > paid_cents ? due->floor_cents - paid_cents : 0;
	int64_t cap = cap_cents(is, commodity, schedule);
	due->duty_cents = is->inside ? 0 : short_cents < cap ? short_cents : cap;
	due->capped = !is->inside && short_cents > cap;
	due->landed_cents = paid_cents + due->duty_cents;
	due->gap_cents = short_cents - due->duty_cents;
	return true;
}

/* The first figure that differs, by its name; NULL: none does. */
static const char *differs(const struct assessed *is, const struct due *due, int64_t *ret_expected,
	int64_t *ret_found)
{
	const struct { const char *name; int64_t expected, found; } figures[] = {
		{ "contained_g", due->contained_g, is->contained_g },
		{ "floor_cents", due->floor_cents, is->floor_cents },
		{ "customs_cents", due->customs_cents, is->customs_cents },
		{ "duty_cents", due->duty_cents, is->duty_cents },
		{ "landed_cents", due->landed_cents, is->landed_cents },
		{ "gap_cents", due->gap_cents, is->gap_cents },
		{ "capped", due->capped, is->capped },
		{ "charged_cents", is->mode == TARIFF_IN_FORCE ? due->duty_cents : 0, is->charged_cents },
	};
	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
		if (figures[i].expected == figures[i].found)
			continue;
		*ret_expected = figures[i].expected;
		*ret_found = figures[i].found;
		return figures[i].name;
	}
	return NULL;
}

/* Whether the row of a schedule was in force for goods of an origin on a day. */
static bool schedule_holds(const struct schedule *schedule, const struct assessed *is)
{
	return (text_equal(schedule->origin, is->origin) ||
		text_equal(schedule->origin, SCHEDULE_OUTSIDE)) &&
		schedule->effective_at <= is->entry_at &&
		(schedule->until_at == ABSENT || is->entry_at < schedule->until_at);
}

/* What it was assessed by: the price, the zone and the schedule of its day; NULL: all as it says. */
static const char *facts_differ(const struct check_run *run, const struct assessed *is,
	const struct commodity *commodity, const struct price *reference,
	const struct schedule *schedule)
{
	const struct price *then = price_at(commodity, is->entry_at);
	const struct schedule *held = is->inside ? NULL :
		schedule_at(commodity, is->origin, is->entry_at);
	if (reference == NULL || then != reference)
		return arena_printf(run->arena, "the reference price of its day was %s and not %s",
			then != NULL ? then->id : "none", is->reference);
	if (is->inside != member_in_zone(run->state, is->origin, is->entry_at))
		return arena_printf(run->arena, "%s was %s the zone on its day", is->origin,
			is->inside ? "outside" : "inside");
	if (held != schedule || (schedule != NULL && (!schedule_holds(schedule, is) ||
	    schedule->mode != is->mode)))
		return arena_printf(run->arena, "schedule %s was in force for it and not %s",
			held != NULL ? held->id : "none", is->schedule[0] != '\0' ? is->schedule : "none");
	return NULL;
}

static const char *figures_differ(const struct check_run *run, const struct assessed *is,
	const struct commodity *commodity, const struct price *reference,
	const struct schedule *schedule)
{
	struct due due = { 0 };
	int64_t expected, found;
	if (!work_out(is, commodity, reference, schedule, &due))
		return "its figures cannot be worked out";
	const char *name = differs(is, &due, &expected, &found);
	return name == NULL ? NULL : arena_printf(run->arena, "its declaration comes to %s %lld and not %lld",
		name, (long long)expected, (long long)found);
}

static void after_assessed(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct assessed *is = entry->body;
	const struct commodity *commodity = state_find(run->state, TABLE_COMMODITY, is->commodity);
	const struct price *reference = state_find(run->state, TABLE_PRICE, is->reference);
	const struct schedule *schedule = is->schedule[0] != '\0' ?
		state_find(run->state, TABLE_TARIFF_SCHEDULE, is->schedule) : NULL;
	if (commodity == NULL)
		return;
	const char *because = facts_differ(run, is, commodity, reference, schedule);
	if (because == NULL)
		because = figures_differ(run, is, commodity, reference, schedule);
	if (because != NULL)
		check_found(run, is->assessment, entry->sequence, "%s of %s from %s: %s", is->assessment,
			is->commodity, is->origin, because);
}

static const struct event_type *const assessed_kinds[] = { &event_assessment_recorded, NULL };

const struct check check_assessments = {
	.id = "assessments",
	.title = "imports assessed otherwise than declared",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "each assessment worked out again from what was declared, the reference price, the zone and "
		"the schedule of its day",
	.remedy = "Assess the consignment again (vaultctl tariff assess) and settle the difference with customs.",
	.source = "WTO DS207, Chile's price band: duty by consignment, within its cap",
	.history = true,
	.kinds = assessed_kinds, .after = after_assessed,
};
