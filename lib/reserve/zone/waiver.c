/* Proposing, granting and ending waivers, and finding the one that a release passes by. */
#include "reserve/zone/waiver.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"
#include "reserve/zone/price.h"
#include "reserve/zone/release_price.h"
#include "reserve/zone/unit.h"

static const char *const state_names[] = { "", "proposed", "granted", "ended", "rejected", NULL };

static const struct field waiver_fields[] = {
	F_TEXT(struct waiver, id),
	F_REF(struct waiver, commodity, TABLE_COMMODITY),
	F_TEXT(struct waiver, declaration),
	F_TEXT(struct waiver, subject),
	F_ENUM(struct waiver, state, state_names),
	F_INT(struct waiver, quoted),
	F_INT(struct waiver, decimals),
	F_TEXT(struct waiver, unit),
	F_TEXT(struct waiver, basis),
	F_INT(struct waiver, least_micros_per_kg),
	F_TIME(struct waiver, starts_at),
	F_TIME(struct waiver, ends_at),
	F_TEXT(struct waiver, authority),
	F_STRING(struct waiver, because),
	F_TEXT(struct waiver, asked_by),
};
const struct descriptor waiver_descriptor = DESCRIPTOR("waiver", struct waiver, waiver_fields);

/* ---- proposing ---- */

struct proposed {
	char authority[NAME_MAX_BYTES], basis[12];
	const char *because;
	char commodity[CODE_MAX];
	int64_t decimals;
	char declaration[CODE_MAX];
	int64_t ends_at, least_micros_per_kg, quoted, starts_at;
	char subject[CODE_MAX], unit[12], waiver[CODE_MAX];
};
static const struct field proposed_fields[] = {
	F_TEXT(struct proposed, authority),
	F_TEXT(struct proposed, basis),
	F_STRING(struct proposed, because),
	F_TEXT(struct proposed, commodity),
	F_INT(struct proposed, decimals),
	F_TEXT(struct proposed, declaration),
	F_TIME(struct proposed, ends_at),
	F_INT(struct proposed, least_micros_per_kg),
	F_INT(struct proposed, quoted),
	F_TIME(struct proposed, starts_at),
	F_TEXT(struct proposed, subject),
	F_TEXT(struct proposed, unit),
	F_TEXT(struct proposed, waiver),
};
static const struct descriptor proposed_body =
	DESCRIPTOR("waiver.proposed", struct proposed, proposed_fields);
static const struct field propose_fields[] = {
	R_TEXT(struct proposed, authority),
	F_TEXT(struct proposed, basis),
	R_STRING(struct proposed, because),
	R_TEXT(struct proposed, commodity),
	F_INT_IN(struct proposed, decimals, 0, 6),
	F_TEXT(struct proposed, declaration),
	R_TIME(struct proposed, ends_at),
	F_INT_IN(struct proposed, quoted, 1, 1000000000000),
	F_TIME(struct proposed, starts_at),
	F_TEXT(struct proposed, subject),
	F_TEXT(struct proposed, unit),
};
static const struct descriptor propose_params =
	DESCRIPTOR("waiver.propose", struct proposed, propose_fields);

static bool check_times(const struct context *context, struct proposed *body, struct error *error)
{
	if (body->starts_at == ABSENT)
		body->starts_at = context->now;
	if (body->ends_at <= context->now)
		return error_set(error, ERROR_INVALID, "ends_at", "it would be over already");
	if (body->ends_at <= body->starts_at)
		return error_set(error, ERROR_INVALID, "ends_at", "a waiver ends after it begins");
	return body->ends_at - body->starts_at <= WAIVER_DAYS_MAX * TIME_DAY_MS ||
		error_set(error, ERROR_LIMIT, "ends_at", "a waiver is for %d days at most",
			WAIVER_DAYS_MAX);
}

/* The least price is one of the commodity's basis; without one no unit is said either. */
static bool check_least(const struct commodity *commodity, struct proposed *body,
	struct error *error)
{
	body->least_micros_per_kg = ABSENT;
	if (body->quoted == ABSENT)
		return (body->unit[0] == '\0' && body->basis[0] == '\0' && body->decimals == ABSENT) ||
			error_set(error, ERROR_INVALID, "quoted", "a unit without a price says nothing");
	if (body->decimals == ABSENT)
		body->decimals = 0;
	if (body->basis[0] == '\0')
		return unit_without_basis(body->unit, commodity->basis, error);
	if (unit_price_micros_per_kg(body->quoted, body->decimals, body->unit, body->basis,
	    commodity->basis, &body->least_micros_per_kg))
		return true;
	return unit_out_of_range(body->unit, body->basis, commodity->basis) ?
		error_set(error, ERROR_LIMIT, "quoted", "that price is larger than a figure may be") :
		error_set(error, ERROR_INVALID, "unit",
			"a price in %s per %s cannot be compared with the basis %s [R23]",
			body->unit[0] != '\0' ? body->unit : "no unit", body->basis, commodity->basis);
}

/* What it may be narrowed to: something that is there, a request, an order or an exchange. */
static bool check_scope(const struct context *context, const struct proposed *body,
	struct error *error)
{
	static const char letters[] = "ROBXTV";
	const char *subject = body->subject;
	if (body->declaration[0] != '\0' &&
	    state_find(context->state, TABLE_DECLARATION, body->declaration) == NULL)
		return not_found(error, "declaration", "declaration", body->declaration);
	if (subject[0] == '\0')
		return true;
	if (strchr(letters, subject[0]) == NULL || subject[1] != '-' || !text_is_code(subject))
		return error_set(error, ERROR_INVALID, "subject",
			"\"%s\" is no request, order or exchange, such as R-2026-0014 or O-2026-0031", subject);
	if (subject[0] == 'R' && state_find(context->state, TABLE_REQUEST, subject) == NULL)
		return not_found(error, "subject", "open request", subject);
	return (subject[0] != 'O' ||
		state_find(context->state, TABLE_RELEASE_ORDER, subject) != NULL) ||
		not_found(error, "subject", "open order", subject);
}

static void write_text(struct document_draft *draft, const struct proposed *body)
{
	char price[64];
	document_line(draft, "asked-by", draft->barred);
	document_line(draft, "commodity", body->commodity);
	if (body->declaration[0] != '\0')
		document_line(draft, "declaration", body->declaration);
	if (body->subject[0] != '\0')
		document_line(draft, "for", body->subject);
	if (body->quoted != ABSENT) {
		price_words(price, sizeof price, body->quoted, body->decimals, body->unit);
		document_words(draft, (const char *const[]){ "least-price", price, "per", body->basis }, 4);
	} else {
		document_line(draft, "least-price", "none: any price passes");
	}
	document_line_time(draft, "from", body->starts_at);
	document_line_time(draft, "until", body->ends_at);
	document_line(draft, "authority", body->authority);
	document_line(draft, "because", body->because);
}

static bool decide_propose(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct proposed *params = data;
	struct document_draft draft;
	const struct commodity *commodity = commodity_find(context, "commodity", params->commodity,
		error);
	if (commodity == NULL)
		return false;
	struct proposed *body = decision_body(decision, &event_waiver_proposed);
	*body = *params;
	if (!check_times(context, body, error) || !check_least(commodity, body, error) ||
	    !check_scope(context, body, error))
		return false;
	state_next_id(context->state, "W", context->now, 0, body->waiver, sizeof body->waiver);
	if (!document_begin_as(context, &draft, &document_waiver, body->waiver, body->waiver, 2, error))
		return false;
	body_text(draft.barred, context->actor->code);
	write_text(&draft, body);
	decision_add(decision, &event_waiver_proposed, body);
	return document_end(context, &draft, decision, error);
}

static void apply_proposed(struct state *state, const struct applied *applied, const void *data)
{
	const struct proposed *body = data;
	struct waiver *waiver = state_insert(state, TABLE_WAIVER, body->waiver);
	state_take_id(state, body->waiver);
	waiver->commodity = state_find(state, TABLE_COMMODITY, body->commodity);
	body_text(waiver->declaration, body->declaration);
	body_text(waiver->subject, body->subject);
	waiver->state = WAIVER_PROPOSED;
	waiver->quoted = body->quoted;
	waiver->decimals = body->decimals;
	body_text(waiver->unit, body->unit);
	body_text(waiver->basis, body->basis);
	waiver->least_micros_per_kg = body->least_micros_per_kg;
	waiver->starts_at = body->starts_at;
	waiver->ends_at = body->ends_at;
	body_text(waiver->authority, body->authority);
	waiver->because = strdup(body->because);
	if (waiver->because == NULL)
		abort();
	body_text(waiver->asked_by, applied->actor);
	state_schedule(state, waiver);
}

const struct event_type event_waiver_proposed = { "waiver.proposed", &proposed_body,
	apply_proposed };
const struct command_type command_waiver_propose = { "waiver.propose", &propose_params,
	DUTY_OFFICER, decide_propose, NULL };

/* ---- granted, ended ---- */

struct step {
	char waiver[CODE_MAX];
};
static const struct field step_fields[] = { F_TEXT(struct step, waiver) };
static const struct descriptor step_body = DESCRIPTOR("waiver.step", struct step, step_fields);

static bool waiver_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	struct step *body = decision_body(decision, &event_waiver_granted);
	(void)context;
	(void)error;
	body_text(body->waiver, document->subject);
	return decision_add(decision, &event_waiver_granted, body);
}

static void apply_granted(struct state *state, const struct applied *applied, const void *data)
{
	const struct step *body = data;
	struct waiver *waiver = state_find(state, TABLE_WAIVER, body->waiver);
	(void)applied;
	assert(waiver != NULL && waiver->state == WAIVER_PROPOSED);
	waiver->state = WAIVER_GRANTED;
	state_touch(state, waiver);
}

static void waiver_rejected(struct state *state, const struct document *document)
{
	struct waiver *waiver = state_find(state, TABLE_WAIVER, document->subject);
	assert(waiver != NULL);
	waiver->state = WAIVER_REJECTED;
	state_close(state, waiver);
}

int64_t waiver_due(const struct row *row)
{
	const struct waiver *waiver = (const struct waiver *)(const void *)row;
	return waiver->state == WAIVER_PROPOSED || waiver->state == WAIVER_GRANTED ?
		waiver->ends_at : TIME_NONE;
}

void tick_waiver(const struct waiver *waiver, int64_t due_ms, struct decision *decision)
{
	struct step *body = decision_body(decision, &event_waiver_ended);
	body_text(body->waiver, waiver->id);
	decision_add_at(decision, &event_waiver_ended, body, due_ms);
}

static void apply_ended(struct state *state, const struct applied *applied, const void *data)
{
	const struct step *body = data;
	struct waiver *waiver = state_find(state, TABLE_WAIVER, body->waiver);
	(void)applied;
	assert(waiver != NULL);
	document_obsolete(state, waiver->id);
	waiver->state = WAIVER_ENDED;
	state_close(state, waiver);
}

const struct event_type event_waiver_granted = { "waiver.granted", &step_body, apply_granted };
const struct event_type event_waiver_ended = { "waiver.ended", &step_body, apply_ended };
const struct document_kind document_waiver = { "waiver", waiver_effect, waiver_rejected,
	"who asked for the waiver", NULL };

/* ---- passing by one ---- */

static bool covers(const struct waiver *waiver, const struct release_ask *ask, int64_t now)
{
	if (waiver->row.closed || waiver->state != WAIVER_GRANTED ||
	    waiver->commodity != ask->commodity || now < waiver->starts_at || now >= waiver->ends_at)
		return false;
	if (waiver->declaration[0] != '\0' && !text_equal(waiver->declaration, ask->declaration))
		return false;
	if (waiver->subject[0] != '\0' && !text_equal(waiver->subject, ask->subject) &&
	    !text_equal(waiver->subject, ask->asked_by))
		return false;
	return waiver->least_micros_per_kg == ABSENT ||
		ask->price_micros_per_kg >= waiver->least_micros_per_kg;
}

const struct waiver *waiver_for(const struct state *state, const struct release_ask *ask,
	int64_t now)
{
	const struct waiver *best = NULL, *waiver = NULL;
	while ((waiver = state_next(state, TABLE_WAIVER, waiver)) != NULL) {
		if (covers(waiver, ask, now) && (best == NULL || strcmp(waiver->id, best->id) < 0))
			best = waiver;
	}
	return best;
}
