/* From a declaration to a consignment, its figures in words, and the record of it. */
#include "reserve/zone/assessment.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"
#include "reserve/zone/country.h"
#include "reserve/zone/hs.h"
#include "reserve/zone/member.h"
#include "reserve/zone/price.h"

/* The fields of a record, whatever struct they stand in. */
#define ALL_FIELDS(first, TEXT, INT, BOOL, ENUM, TIME, last) \
	first \
	TEXT(basis), BOOL(capped), INT(charged_cents), TEXT(commodity), INT(contained_g), \
	TEXT(currency), INT(customs_cents), INT(duty_cents), INT(duty_micros_per_kg), INT(duty_ppm), \
	TIME(entry_at), INT(floor_cents), INT(freight_millis), INT(gap_cents), INT(grade_ppm), \
	TEXT(hs), BOOL(inside), INT(insurance_millis), INT(landed_cents), TEXT(mined_in), \
	ENUM(mode, tariff_mode_names), INT(moisture_ppm), INT(net_g), TEXT(origin), \
	INT(other_duty_cents), INT(rate), INT(rate_decimals), TEXT(rate_source), TEXT(reference), \
	TEXT(reference_basis), TEXT(schedule), ENUM(terms, tariff_terms_names), INT(value_millis), \
	last

#define BODY_TEXT(m) F_TEXT(struct assessed, m)
#define BODY_INT(m) F_INT(struct assessed, m)
#define BODY_BOOL(m) F_BOOL(struct assessed, m)
#define BODY_ENUM(m, n) F_ENUM(struct assessed, m, n)
#define BODY_TIME(m) F_TIME(struct assessed, m)

/* The same in the row, under their own names. */
#define ROW_AT(m) .name = #m, .offset = offsetof(struct assessment_row, is.m), \
	.size = sizeof(((struct assessed *)0)->m)
#define ROW_TEXT(m) { ROW_AT(m), .type = FIELD_TEXT }
#define ROW_INT(m) { ROW_AT(m), .type = FIELD_INT }
#define ROW_BOOL(m) { ROW_AT(m), .type = FIELD_BOOL }
#define ROW_ENUM(m, n) { ROW_AT(m), .type = FIELD_ENUM, .names = (n) }
#define ROW_TIME(m) { ROW_AT(m), .type = FIELD_TIME }

#define ROW_FIRST F_TEXT(struct assessment_row, id),
#define ROW_LAST F_TIME(struct assessment_row, recorded_at),
static const struct field row_fields[] = {
	ALL_FIELDS(ROW_FIRST, ROW_TEXT, ROW_INT, ROW_BOOL, ROW_ENUM, ROW_TIME, ROW_LAST)
};
const struct descriptor assessment_descriptor =
	DESCRIPTOR("assessment", struct assessment_row, row_fields);

#define BODY_FIRST F_TEXT(struct assessed, assessment),
static const struct field body_fields[] = {
	ALL_FIELDS(BODY_FIRST, BODY_TEXT, BODY_INT, BODY_BOOL, BODY_ENUM, BODY_TIME, )
};
static const struct descriptor recorded_body =
	DESCRIPTOR("tariff.assessed", struct assessed, body_fields);

#define SHEET_LAST F_STRING(struct assessed, verdict), F_STRING(struct assessed, reference_price),
static const struct field sheet_fields[] = {
	ALL_FIELDS(BODY_FIRST, BODY_TEXT, BODY_INT, BODY_BOOL, BODY_ENUM, BODY_TIME, SHEET_LAST)
};
const struct descriptor assessed_descriptor =
	DESCRIPTOR("assessed", struct assessed, sheet_fields);

static const struct field params_fields[] = {
	F_TEXT(struct assessed, basis),
	F_TEXT(struct assessed, commodity),
	F_TEXT(struct assessed, currency),
	F_TIME(struct assessed, entry_at),
	F_INT(struct assessed, freight_millis),
	F_INT(struct assessed, grade_ppm),
	F_TEXT(struct assessed, hs),
	F_INT(struct assessed, insurance_millis),
	F_TEXT(struct assessed, mined_in),
	F_INT(struct assessed, moisture_ppm),
	F_INT(struct assessed, net_g),
	F_TEXT(struct assessed, origin),
	F_INT(struct assessed, other_duty_cents),
	F_INT(struct assessed, rate),
	F_INT(struct assessed, rate_decimals),
	F_TEXT(struct assessed, rate_source),
	F_ENUM(struct assessed, terms, tariff_terms_names),
	F_INT(struct assessed, value_millis),
};
const struct descriptor assessed_params_descriptor =
	DESCRIPTOR("tariff.assess", struct assessed, params_fields);

/* ---- what is declared ---- */

static bool check_countries(const struct assessed *assessed, struct error *error)
{
	if (assessed->origin[0] == '\0')
		return error_set(error, ERROR_INVALID, "origin", "the country of the last substantial "
			"transformation is not given");
	return country_check(assessed->origin, "origin", 0, error) &&
		(assessed->mined_in[0] == '\0' || country_check(assessed->mined_in, "mined_in", 0, error));
}

static bool is_currency(const char *text)
{
	return strlen(text) == 3 && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
}

/* The dollar needs no rate; every other currency its rate, and where that is from. */
static bool check_rate(struct assessed *assessed, struct error *error)
{
	bool dollar = text_equal(assessed->currency, "USD");
	if (!is_currency(assessed->currency))
		return error_set(error, ERROR_INVALID, "currency", "\"%s\" is no currency: three capital "
			"letters of ISO 4217, such as USD", assessed->currency);
	if (dollar && (assessed->rate != ABSENT || assessed->rate_source[0] != '\0'))
		return error_set(error, ERROR_INVALID, "rate", "an invoice in US dollars takes no rate");
	if (!dollar && (assessed->rate == ABSENT || assessed->rate_source[0] == '\0'))
		return error_set(error, ERROR_INVALID, assessed->rate == ABSENT ? "rate" : "rate_source",
			"an invoice in %s needs the rate in US dollars and its source", assessed->currency);
	return true;
}

static int64_t or_zero(int64_t value)
{
	return value != ABSENT ? value : 0;
}

static void set_consignment(const struct assessed *assessed, const struct commodity *commodity,
	const struct price *reference, const struct schedule *schedule,
	struct consignment *ret_consignment)
{
	*ret_consignment = (struct consignment){ .reference = reference,
		.basis = assessed->basis[0] != '\0' ? assessed->basis : commodity->basis,
		.commodity_basis = commodity->basis, .inside = assessed->inside,
		.net_g = assessed->net_g, .moisture_ppm = or_zero(assessed->moisture_ppm),
		.grade_ppm = assessed->grade_ppm, .terms = (enum tariff_terms)assessed->terms,
		.value_millis = assessed->value_millis, .freight_millis = assessed->freight_millis,
		.insurance_millis = assessed->insurance_millis,
		.rate = assessed->rate != ABSENT ? assessed->rate : 1,
		.rate_decimals = or_zero(assessed->rate_decimals),
		.other_duty_cents = or_zero(assessed->other_duty_cents),
		.cap_ppm = schedule != NULL ? schedule->cap_ppm : ABSENT,
		.cap_micros_per_kg = schedule != NULL ? schedule->cap_micros_per_kg : ABSENT };
}

static void take_figures(struct assessed *assessed, const struct assessment *figures)
{
	assessed->contained_g = figures->contained_g;
	assessed->floor_cents = figures->floor_cents;
	assessed->customs_cents = figures->customs_cents;
	assessed->duty_cents = figures->duty_cents;
	assessed->charged_cents = assessed->mode == TARIFF_IN_FORCE ? figures->duty_cents : 0;
	assessed->landed_cents = figures->landed_cents;
	assessed->gap_cents = figures->gap_cents;
	assessed->capped = figures->capped;
	assessed->duty_micros_per_kg = figures->duty_micros_per_kg;
	assessed->duty_ppm = figures->duty_ppm;
}

static const struct price *reference_of(const struct commodity *commodity, int64_t at_ms,
	struct error *error)
{
	const struct price *price = price_at(commodity, at_ms);
	char day[TIME_TEXT_SIZE];
	if (price != NULL)
		return price;
	time_format(at_ms, day);
	error_set(error, ERROR_NOT_FOUND, "entry_at", "no reference price of %s was in force on %.10s",
		commodity->code, day);
	error_remedy(error, "vaultctl price %s --history", commodity->code);
	return NULL;
}

bool assessment_complete(const struct context *context, struct assessed *assessed,
	struct error *error)
{
	const struct commodity *commodity;
	struct consignment consignment;
	struct assessment figures;
	if (assessed->entry_at == ABSENT)
		assessed->entry_at = context->now;
	if (!check_countries(assessed, error) ||
	    !hs_resolve(context, assessed->commodity, assessed->hs, &commodity, error) ||
	    !check_rate(assessed, error))
		return false;
	const struct price *reference = reference_of(commodity, assessed->entry_at, error);
	if (reference == NULL)
		return false;
	assessed->inside = member_in_zone(context->state, assessed->origin, assessed->entry_at);
	const struct schedule *schedule = assessed->inside ? NULL :
		schedule_at(commodity, assessed->origin, assessed->entry_at);
	set_consignment(assessed, commodity, reference, schedule, &consignment);
	if (!tariff_assess(&consignment, &figures, error))
		return false;
	body_text(assessed->commodity, commodity->code);
	body_text(assessed->basis, consignment.basis);
	body_text(assessed->reference, reference->id);
	body_text(assessed->reference_basis, reference->basis);
	body_text(assessed->schedule, schedule != NULL ? schedule->id : "");
	assessed->mode = schedule != NULL ? schedule->mode : TARIFF_NONE;
	take_figures(assessed, &figures);
	return true;
}

/* ---- in words ---- */

static const char *money(struct arena *arena, int64_t cents)
{
	char digits[32];
	size_t at = sizeof digits - 1;
	int64_t dollars = cents / 100;
	digits[at] = '\0';
	for (int count = 0; dollars > 0 || count == 0; count++, dollars /= 10) {
		if (count > 0 && count % 3 == 0)
			digits[--at] = ',';
		digits[--at] = (char)('0' + dollars % 10);
	}
	return arena_printf(arena, "%s.%02d USD", digits + at, (int)(cents % 100));
}

static const char *inside_words(struct arena *arena, const struct assessed *assessed)
{
	if (assessed->gap_cents == 0)
		return arena_printf(arena, "%s is inside the zone: no duty", assessed->origin);
	return arena_printf(arena, "%s is inside the zone: no duty. It lies %s below the floor: a sale "
		"inside the zone at that price is refused [R12]", assessed->origin,
		money(arena, assessed->gap_cents));
}

/* Why nothing, or that it, is charged. */
static const char *charge_words(struct arena *arena, const struct assessed *assessed)
{
	if (assessed->schedule[0] == '\0')
		return "no schedule covers it, so nothing is charged";
	if (assessed->mode == TARIFF_IN_FORCE)
		return arena_printf(arena, "charged by schedule %s", assessed->schedule);
	return arena_printf(arena, "not charged: schedule %s is %s", assessed->schedule,
		assessed->mode == TARIFF_SHADOW ? "in shadow" : "a draft");
}

static const char *verdict(struct arena *arena, const struct assessed *assessed)
{
	if (assessed->inside)
		return inside_words(arena, assessed);
	if (assessed->duty_cents == 0 && !assessed->capped)
		return "at or above the floor: no duty";
	const char *gap = !assessed->capped ? "" : arena_printf(arena,
		"; the cap of schedule %s leaves %s below the floor uncovered", assessed->schedule,
		money(arena, assessed->gap_cents));
	return arena_printf(arena, "duty of %s is due, %s%s", money(arena, assessed->duty_cents),
		charge_words(arena, assessed), gap);
}

void assessment_describe(const struct context *context, struct assessed *assessed)
{
	char words[64];
	const struct price *price = state_find(context->state, TABLE_PRICE, assessed->reference);
	assessed->verdict = verdict(context->arena, assessed);
	if (price == NULL)
		return;
	price_words(words, sizeof words, price->quoted, price->decimals, price->unit);
	assessed->reference_price = arena_printf(context->arena, "%s %s", words, price->basis);
}

/* ---- recording ---- */

static bool decide_record(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	struct assessed *body = decision_body(decision, &event_assessment_recorded);
	*body = *(const struct assessed *)data;
	if (body->entry_at != ABSENT && body->entry_at > context->now)
		return error_set(error, ERROR_INVALID, "entry_at",
			"what has not entered yet cannot be recorded: its day of entry is still to come");
	if (!assessment_complete(context, body, error))
		return false;
	state_next_id(context->state, "A", context->now, 0, body->assessment,
		sizeof body->assessment);
	decision->id = body->assessment;
	decision->remark = verdict(decision->arena, body);
	decision->next = arena_printf(decision->arena, "vaultctl tariff assessment %s",
		body->assessment);
	return decision_add(decision, &event_assessment_recorded, body);
}

static void apply_recorded(struct state *state, const struct applied *applied, const void *data)
{
	const struct assessed *body = data;
	struct assessment_row *row = state_insert(state, TABLE_ASSESSMENT, body->assessment);
	state_take_id(state, body->assessment);
	row->is = *body;
	row->is.verdict = row->is.reference_price = NULL;
	row->recorded_at = applied->at;
}

const struct event_type event_assessment_recorded = { "tariff.assessed", &recorded_body,
	apply_recorded };
const struct command_type command_assessment_record = { "tariff.assess",
	&assessed_params_descriptor, DUTY_OFFICER, decide_record, NULL };
