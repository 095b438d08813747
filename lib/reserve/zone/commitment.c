/* The row of a commitment, its signing and its term; what it is charged stands in charge.c. */
#include "reserve/zone/commitment.h"

#include <assert.h>
#include <stdlib.h>

#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"
#include "reserve/zone/carrying.h"
#include "reserve/zone/charge.h"
#include "reserve/zone/entitlement.h"
#include "reserve/zone/participant.h"
#include "reserve/zone/price.h"
#include "reserve/zone/rate.h"
#include "reserve/zone/unit.h"

enum { GROSS_PPM_MAX = 1000000000, REPLENISH_DAYS_MAX = 3660, TERM_DAYS_MAX = 36525 };

static const char *const state_names[] = { "", "proposed", "signed", "in-force", "ended",
	"rejected", NULL };

static const struct field level_fields[] = {
	F_TIME(struct level, at),
	F_INT(struct level, undrawn_g),
};
const struct descriptor level_descriptor = DESCRIPTOR("level", struct level, level_fields);

static const struct field commitment_fields[] = {
	F_TEXT(struct commitment, id),
	F_REF(struct commitment, participant, TABLE_PARTICIPANT),
	F_REF(struct commitment, commodity, TABLE_COMMODITY),
	F_ENUM(struct commitment, state, state_names),
	F_INT(struct commitment, mass_g),
	F_INT(struct commitment, gross_ppm),
	F_INT(struct commitment, quoted),
	F_INT(struct commitment, decimals),
	F_TEXT(struct commitment, unit),
	F_TEXT(struct commitment, basis),
	F_INT(struct commitment, fee_cents),
	F_TIME(struct commitment, starts_at),
	F_TIME(struct commitment, ends_at),
	F_INT(struct commitment, replenish_days),
	F_TIME(struct commitment, end_asked_at),
	F_TEXT(struct commitment, document),
	F_INT(struct commitment, undrawn_g),
	F_INT(struct commitment, owed_g),
	F_INT(struct commitment, bought_g),
	F_INT(struct commitment, fee_left_cents),
	F_TIME(struct commitment, charged_until),
	F_INT(struct commitment, interest_rest),
	F_INT(struct commitment, storage_rest),
	F_INT(struct commitment, bought_cents),
	F_INT(struct commitment, bought_charged_g),
	F_TIME(struct commitment, bought_since),
	F_INT(struct commitment, buy_back_g),
	F_INT(struct commitment, buy_back_cents),
	F_INT(struct commitment, fee_back_cents),
	F_LIST(struct commitment, levels, &level_descriptor),
};
const struct descriptor commitment_descriptor =
	DESCRIPTOR("commitment", struct commitment, commitment_fields);

/* What is undrawn when a day begins is what counts for all of it. */
static void set_level(struct commitment *commitment, int64_t day)
{
	struct level *levels = commitment->levels.items;
	uint32_t count = commitment->levels.count;
	if (count == 0 || levels[count - 1].at < day) {
		levels = reallocarray(levels, count + 1, sizeof *levels);
		if (levels == NULL)
			abort();
		levels[count].at = day;
		commitment->levels = (struct list){ levels, ++count };
	}
	levels[count - 1].undrawn_g = commitment->undrawn_g;
	if (count > 1 && levels[count - 2].undrawn_g == commitment->undrawn_g)
		commitment->levels.count--; /* it went and came back */
}

void commitment_moved(struct state *state, struct commitment *commitment, int64_t undrawn_g,
	int64_t owed_g, int64_t bought_g, int64_t at)
{
	bool first = commitment->levels.count == 0;
	int64_t next_day = at - at % TIME_DAY_MS + TIME_DAY_MS;
	commitment->undrawn_g += undrawn_g;
	commitment->owed_g += owed_g;
	commitment->bought_g += bought_g;
	assert(commitment->undrawn_g >= 0 && commitment->owed_g >= 0 && commitment->bought_g >= 0);
	if (commitment->state == COMMITMENT_IN_FORCE)
		set_level(commitment, first ? commitment->starts_at : next_day);
	if (bought_g != 0 && commitment->bought_since == ABSENT)
		commitment->bought_since = at;
	state_touch(state, commitment);
	state_schedule(state, commitment);
}

void commitment_forget_levels(struct commitment *commitment, int64_t day)
{
	struct level *levels = commitment->levels.items;
	uint32_t first = 0, count = commitment->levels.count;
	while (first + 1 < count && levels[first + 1].at <= day)
		first++;
	memmove(levels, levels + first, (count - first) * sizeof *levels);
	commitment->levels.count = count - first;
	if (levels[0].at < day)
		levels[0].at = day;
}

int64_t commitment_value_cents(const struct commitment *commitment, int64_t mass_g)
{
	int64_t cents;
	bool fits = unit_value_cents(commitment->quoted, commitment->decimals, commitment->unit,
		commitment->basis, commitment->commodity->basis, mass_g, &cents);
	assert(fits); /* that of all of it does, which was checked */
	(void)fits;
	return cents;
}

/* ---- proposing ---- */

struct proposed {
	char basis[12];
	const char *because;
	char commitment[CODE_MAX], commodity[CODE_MAX];
	int64_t decimals, ends_at, fee_cents, gross_ppm, mass_g;
	char participant[CODE_MAX];
	int64_t quoted, replenish_days, starts_at;
	char unit[12];
};
static const struct field proposed_fields[] = {
	F_TEXT(struct proposed, basis),
	F_STRING(struct proposed, because),
	F_TEXT(struct proposed, commitment),
	F_TEXT(struct proposed, commodity),
	F_INT(struct proposed, decimals),
	F_TIME(struct proposed, ends_at),
	F_INT(struct proposed, fee_cents),
	F_INT(struct proposed, gross_ppm),
	F_INT(struct proposed, mass_g),
	F_TEXT(struct proposed, participant),
	F_INT(struct proposed, quoted),
	F_INT(struct proposed, replenish_days),
	F_TIME(struct proposed, starts_at),
	F_TEXT(struct proposed, unit),
};
static const struct descriptor proposed_body =
	DESCRIPTOR("commitment.proposed", struct proposed, proposed_fields);
static const struct field new_fields[] = {
	R_TEXT(struct proposed, basis),
	F_STRING(struct proposed, because),
	R_TEXT(struct proposed, commodity),
	F_INT_IN(struct proposed, decimals, 0, 6),
	R_TIME(struct proposed, ends_at),
	F_INT_IN(struct proposed, fee_cents, 0, CARRYING_CENTS_MAX),
	F_INT_IN(struct proposed, gross_ppm, VAULT_PPM, GROSS_PPM_MAX),
	R_INT_IN(struct proposed, mass_g, 1, LOT_MASS_MAX),
	R_TEXT(struct proposed, participant),
	R_INT_IN(struct proposed, quoted, 1, 1000000000000),
	R_INT_IN(struct proposed, replenish_days, 1, REPLENISH_DAYS_MAX),
	R_TIME(struct proposed, starts_at),
	R_TEXT(struct proposed, unit),
};
static const struct descriptor new_params =
	DESCRIPTOR("commitment.new", struct proposed, new_fields);

static int64_t day_of(int64_t at)
{
	return at - at % TIME_DAY_MS;
}

static bool check_days(const struct context *context, int64_t starts_at, int64_t ends_at,
	struct error *error)
{
	char from[TIME_TEXT_SIZE], until[TIME_TEXT_SIZE];
	time_format(starts_at, from);
	time_format(ends_at, until);
	if (starts_at % TIME_DAY_MS != 0)
		return error_set(error, ERROR_INVALID, "starts_at", "a term is of days, and %s is within "
			"one", from);
	if (ends_at % TIME_DAY_MS != 0)
		return error_set(error, ERROR_INVALID, "ends_at", "a term is of days, and %s is within "
			"one", until);
	if (ends_at <= starts_at)
		return error_set(error, ERROR_INVALID, "ends_at", "a term that begins on %.10s cannot end "
			"on %.10s: dates are out of order", from, until);
	if (ends_at - starts_at > TERM_DAYS_MAX * TIME_DAY_MS)
		return error_set(error, ERROR_INVALID, "ends_at", "a term has at most %d days",
			TERM_DAYS_MAX);
	return starts_at >= day_of(context->now) || error_set(error, ERROR_INVALID, "starts_at",
		"a term begins today or later: %.10s has passed", from);
}

/* Charges need a rate from the first day on. */
static bool check_rate(const struct context *context, int64_t starts_at, struct error *error)
{
	char from[TIME_TEXT_SIZE];
	if (rate_at(context->state, starts_at) != NULL)
		return true;
	time_format(starts_at, from);
	error_set(error, ERROR_ILLEGAL, "starts_at", "no rates of the carrying cost are signed that hold "
		"on %.10s", from);
	return error_remedy(error, "vaultctl rate set %.10s --interest 5%% --storage 0.5USD/t --because "
		"TEXT", from);
}

struct gross_sum {
	int64_t gross_g, contained_g;
	bool good;
};

static void add_gross(void *context, struct lot *lot)
{
	struct gross_sum *sum = context;
	int64_t net_g = lot->gross_g - lot->tare_g, part_g;
	sum->good = sum->good && net_g > 0 &&
		checked_mul_div_up(lot->gross_g, lot->on_hand_g, net_g, &part_g) &&
		checked_add(sum->gross_g, part_g, &sum->gross_g) &&
		checked_add(sum->contained_g, lot->contained_g, &sum->contained_g);
}

/*
 * Gross grams for a million contained, rounded up: of the lots at hand as they were weighed; without
 * any, as pure as the commodity's minimum grade, without tare; without that, 1 to 1. ret_source says
 * which.
 */
static int64_t gross_ppm_of(const struct commodity *commodity, const char **ret_source)
{
	struct gross_sum sum = { 0, 0, true };
	int64_t ppm;
	pick_each(&commodity->lots, ABSENT, add_gross, &sum);
	*ret_source = "of the lots at hand";
	if (sum.good && sum.contained_g > 0 &&
	    checked_mul_div_up(sum.gross_g, VAULT_PPM, sum.contained_g, &ppm) && ppm >= VAULT_PPM &&
	    ppm <= GROSS_PPM_MAX)
		return ppm;
	*ret_source = "of the minimum grade";
	if (commodity->min_grade_ppm != ABSENT && commodity->min_grade_ppm > 0 &&
	    checked_mul_div_up(VAULT_PPM, VAULT_PPM, commodity->min_grade_ppm, &ppm) &&
	    ppm <= GROSS_PPM_MAX)
		return ppm;
	*ret_source = "of pure metal without tare";
	return VAULT_PPM;
}

/* All that is or may come to be committed of a commodity is a figure, and so are its parts. */
static bool check_sum(const struct context *context, const struct commodity *commodity,
	int64_t mass_g, struct error *error)
{
	const struct commitment *other = NULL;
	while ((other = state_next(context->state, TABLE_COMMITMENT, other)) != NULL) {
		if (other->commodity == commodity && other->state != COMMITMENT_ENDED &&
		    other->state != COMMITMENT_REJECTED &&
		    (!checked_add(mass_g, other->mass_g, &mass_g) || mass_g > VAULT_INT_MAX))
			return error_set(error, ERROR_LIMIT, "mass_g", "more of %s would be committed than a "
				"figure can hold", commodity->code);
	}
	return true;
}

static bool check_price(const struct proposed *body, const struct commodity *commodity,
	struct error *error)
{
	char value[WORD_INT];
	int64_t cents;
	if (!unit_known(body->unit))
		return error_set(error, ERROR_INVALID, "unit", "\"%s\" is not a unit: USD/kg, USD/t, "
			"USD/lb, USc/lb, USD/mtu, USD/dmtu, USD/ozt", body->unit);
	if (!unit_value_cents(body->quoted, body->decimals, body->unit, body->basis, commodity->basis,
	    0, &cents))
		return error_set(error, ERROR_INVALID, "basis", "a price per %s has no known factor to %s, "
			"the basis of %s [R23]", body->basis, commodity->basis, commodity->code);
	if (!unit_value_cents(body->quoted, body->decimals, body->unit, body->basis, commodity->basis,
	    body->mass_g, &cents) || cents > CARRYING_CENTS_MAX)
		return error_set(error, ERROR_LIMIT, "mass_g", "the mass is worth more than %lld cents at "
			"that price", (long long)CARRYING_CENTS_MAX);
	word_int(value, cents);
	return body->fee_cents <= cents || error_set(error, ERROR_INVALID, "fee_cents",
		"a fee of %lld cents is more than all of it is worth at that price: %s cents",
		(long long)body->fee_cents, value);
}

static bool check_new(const struct context *context, struct proposed *body, const char **ret_source,
	struct error *error)
{
	int64_t gross_g;
	const struct commodity *commodity = commodity_find(context, "commodity", body->commodity,
		error);
	if (commodity == NULL ||
	    participant_find(context, "participant", body->participant, error) == NULL)
		return false;
	*ret_source = "as stated";
	if (body->gross_ppm == ABSENT)
		body->gross_ppm = gross_ppm_of(commodity, ret_source);
	if (!carrying_gross_g(body->mass_g, body->gross_ppm, &gross_g))
		return error_set(error, ERROR_LIMIT, "gross_ppm", "the gross mass would be more than %lld g",
			(long long)CARRYING_GROSS_MAX);
	return check_price(body, commodity, error) &&
		check_days(context, body->starts_at, body->ends_at, error) &&
		check_rate(context, body->starts_at, error) &&
		check_sum(context, commodity, body->mass_g, error);
}

static void write_text(struct document_draft *draft, const struct proposed *body,
	const char *gross_source)
{
	char mass[WORD_MASS], price[64], gross[WORD_INT];
	word_mass(mass, body->mass_g);
	price_words(price, sizeof price, body->quoted, body->decimals, body->unit);
	word_int(gross, body->gross_ppm);
	document_line(draft, "participant", body->participant);
	document_words(draft, (const char *const[]){ "holds", mass, "of", body->commodity,
		"contained" }, 5);
	document_words(draft, (const char *const[]){ "inventory-price", price, "per", body->basis }, 4);
	document_line_int(draft, "fee-cents", body->fee_cents);
	document_line_time(draft, "from", body->starts_at);
	document_line_time(draft, "until", body->ends_at);
	document_line_int(draft, "replenish-days", body->replenish_days);
	document_words(draft, (const char *const[]){ "gross-grams-per-million-contained", gross,
		gross_source }, 3);
	if (body->because != NULL)
		document_line(draft, "because", body->because);
}

static bool decide_new(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct proposed *params = data;
	struct document_draft draft;
	const char *gross_source;
	struct proposed *body = decision_body(decision, &event_commitment_proposed);
	*body = *params;
	if (body->decimals == ABSENT)
		body->decimals = 0;
	if (body->fee_cents == ABSENT)
		body->fee_cents = 0;
	state_next_id(context->state, "K", context->now, 0, body->commitment, sizeof body->commitment);
	if (!check_new(context, body, &gross_source, error) ||
	    !document_begin_as(context, &draft, &document_commitment, body->commitment,
		    body->commitment, 2, error))
		return false;
	write_text(&draft, body, gross_source);
	return decision_add(decision, &event_commitment_proposed, body) &&
		document_end(context, &draft, decision, error);
}

static void apply_proposed(struct state *state, const struct applied *applied, const void *data)
{
	const struct proposed *body = data;
	(void)applied;
	struct commitment *commitment = state_insert(state, TABLE_COMMITMENT, body->commitment);
	state_take_id(state, body->commitment);
	commitment->participant = state_find(state, TABLE_PARTICIPANT, body->participant);
	commitment->commodity = state_find(state, TABLE_COMMODITY, body->commodity);
	commitment->state = COMMITMENT_PROPOSED;
	commitment->mass_g = body->mass_g;
	commitment->gross_ppm = body->gross_ppm;
	commitment->quoted = body->quoted;
	commitment->decimals = body->decimals;
	body_text(commitment->unit, body->unit);
	body_text(commitment->basis, body->basis);
	commitment->fee_cents = body->fee_cents;
	commitment->starts_at = body->starts_at;
	commitment->ends_at = body->ends_at;
	commitment->replenish_days = body->replenish_days;
	commitment->undrawn_g = commitment->owed_g = commitment->bought_g = 0;
	commitment->bought_charged_g = commitment->bought_cents = 0;
}

const struct event_type event_commitment_proposed = { "commitment.proposed", &proposed_body,
	apply_proposed };
const struct command_type command_commitment_new = { "commitment.new", &new_params, DUTY_OFFICER,
	decide_new, NULL };

/* ---- signing and beginning ---- */

struct named {
	char commitment[CODE_MAX];
};
static const struct field named_fields[] = { F_TEXT(struct named, commitment) };
static const struct descriptor signed_body =
	DESCRIPTOR("commitment.signed", struct named, named_fields);
static const struct descriptor in_force_body =
	DESCRIPTOR("commitment.in_force", struct named, named_fields);

static void add_named(struct decision *decision, const struct event_type *type,
	const struct commitment *commitment, int64_t effective)
{
	struct named *body = decision_body(decision, type);
	body_text(body->commitment, commitment->id);
	decision_add_at(decision, type, body, effective);
}

static bool commitment_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct commitment *commitment = state_find(context->state, TABLE_COMMITMENT,
		document->id);
	assert(commitment != NULL);
	if (!check_days(context, commitment->starts_at, commitment->ends_at, error) ||
	    !check_rate(context, commitment->starts_at, error))
		return error_remedy(error, "vaultctl reject %s --because \"its term has begun\"",
			document->id);
	add_named(decision, &event_commitment_signed, commitment, ABSENT);
	if (commitment->starts_at <= context->now)
		add_named(decision, &event_commitment_in_force, commitment, ABSENT);
	return true;
}

static void apply_signed(struct state *state, const struct applied *applied, const void *data)
{
	const struct named *body = data;
	(void)applied;
	struct commitment *commitment = state_find(state, TABLE_COMMITMENT, body->commitment);
	assert(commitment != NULL);
	commitment->state = COMMITMENT_SIGNED;
	state_touch(state, commitment);
	state_schedule(state, commitment);
}

static void apply_in_force(struct state *state, const struct applied *applied, const void *data)
{
	const struct named *body = data;
	struct commitment *commitment = state_find(state, TABLE_COMMITMENT, body->commitment);
	assert(commitment != NULL);
	commitment->state = COMMITMENT_IN_FORCE;
	commitment->fee_left_cents = commitment->fee_cents;
	commitment->charged_until = commitment->starts_at;
	commitment->interest_rest = commitment->storage_rest = 0;
	entitlement_grant(state, applied, commitment);
}

static void commitment_rejected(struct state *state, const struct document *document)
{
	struct commitment *commitment = state_find(state, TABLE_COMMITMENT, document->id);
	commitment->state = COMMITMENT_REJECTED;
	state_touch(state, commitment);
}

const struct event_type event_commitment_signed = { "commitment.signed", &signed_body,
	apply_signed };
const struct event_type event_commitment_in_force = { "commitment.in_force", &in_force_body,
	apply_in_force };
const struct document_kind document_commitment = { "commitment", commitment_effect,
	commitment_rejected, NULL, NULL };

/* ---- what time does ---- */

int64_t commitment_due(const struct row *row)
{
	const struct commitment *commitment = (const struct commitment *)(const void *)row;
	int64_t posts_at = ABSENT;
	switch ((enum commitment_state)commitment->state) {
	case COMMITMENT_SIGNED:
		return commitment->starts_at;
	case COMMITMENT_IN_FORCE:
		posts_at = carrying_next_month(commitment->charged_until);
		return posts_at < commitment->ends_at ? posts_at : commitment->ends_at;
	case COMMITMENT_ENDED: /* what came back after the term is still to be charged */
		return commitment->bought_g != commitment->bought_charged_g ?
			carrying_next_month(commitment->bought_since) : TIME_NONE;
	case COMMITMENT_NONE:
	case COMMITMENT_PROPOSED:
	case COMMITMENT_REJECTED:
		break;
	}
	return TIME_NONE;
}

void tick_commitment(const struct context *context, const struct commitment *commitment,
	int64_t due_ms, struct decision *decision)
{
	if (commitment->state == COMMITMENT_SIGNED)
		add_named(decision, &event_commitment_in_force, commitment, due_ms);
	else
		charge_decide(context, commitment, due_ms, decision);
}
