/* Notes about exchanges that are out: other terms, and default. */
#include "reserve/zone/exchange_amendment.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/finding.h"
#include "reserve/person.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"
#include "reserve/zone/exchange.h"
#include "reserve/zone/instalment.h"

enum { PREMIUM_PPM_MAX = 10000 };

static const struct field amendment_fields[] = {
	F_TEXT(struct exchange_amendment, id),
	F_TEXT(struct exchange_amendment, exchange),
	F_INT(struct exchange_amendment, version),
	F_ENUM(struct exchange_amendment, state, setting_state_names),
	F_TIME(struct exchange_amendment, due_at),
	F_LIST(struct exchange_amendment, instalments, &instalment_descriptor),
	F_INT(struct exchange_amendment, premium_ppm),
	F_STRING(struct exchange_amendment, because),
	F_TIME(struct exchange_amendment, effective_at),
	F_TEXT(struct exchange_amendment, document),
};
const struct descriptor exchange_amendment_descriptor =
	DESCRIPTOR("exchange_amendment", struct exchange_amendment, amendment_fields);

void exchange_numbered(char id[CODE_MAX + 8], const char *exchange, int64_t number)
{
	char digits[WORD_INT];
	size_t length = strlen(exchange);
	word_int(digits, number);
	assert(length + 1 + strlen(digits) < CODE_MAX + 8);
	memcpy(id, exchange, length);
	id[length] = '/';
	memcpy(id + length + 1, digits, strlen(digits) + 1);
}

/* The amendment of a note that is not signed yet, or NULL. */
static struct exchange_amendment *proposed_by(const struct state *state, const char *document)
{
	struct exchange_amendment *amendment = NULL;
	while ((amendment = state_next(state, TABLE_EXCHANGE_AMENDMENT, amendment)) != NULL) {
		if (amendment->state == SETTING_PROPOSED && text_equal(amendment->document, document))
			return amendment;
	}
	return NULL;
}

void exchange_drop_notes(struct state *state, const struct exchange *exchange)
{
	struct document *document = NULL;
	while ((document = state_next(state, TABLE_DOCUMENT, document)) != NULL) {
		if (document->row.closed || document->state != DOCUMENT_OPEN ||
		    !text_equal(document->subject, exchange->id))
			continue;
		struct exchange_amendment *amendment = proposed_by(state, document->id);
		if (amendment != NULL) {
			amendment->state = SETTING_REJECTED;
			state_touch(state, amendment);
		}
		document_obsolete(state, document->id);
	}
}

/* An open note about it that somebody is still to sign, or NULL. */
static const struct document *open_note(const struct state *state, const struct exchange *exchange)
{
	const struct document *document = NULL;
	while ((document = state_next(state, TABLE_DOCUMENT, document)) != NULL) {
		if (!document->row.closed && document->state == DOCUMENT_OPEN &&
		    text_equal(document->subject, exchange->id))
			return document;
	}
	return NULL;
}

/* One that is out and not in default, about which no other note is open. */
static const struct exchange *find_amendable(const struct context *context, const char *id,
	struct error *error)
{
	const struct exchange *exchange = exchange_find_out(context, "exchange", id, error);
	if (exchange == NULL)
		return NULL;
	if (exchange->state != EXCHANGE_OUT) {
		error_set(error, ERROR_ILLEGAL, "exchange", "%s %s is %s", exchange_word(exchange), id,
			exchange_state_names[exchange->state]);
		return NULL;
	}
	const struct document *note = open_note(context->state, exchange);
	if (note == NULL)
		return exchange;
	error_set(error, ERROR_CONFLICT, "exchange", "%s about %s waits for signatures", note->id, id);
	error_remedy(error, "vaultctl sign %s", note->id);
	return NULL;
}

static void write_dates(struct document_draft *draft, const char *name,
	const struct list *instalments, int64_t due_at)
{
	if (instalments->count > 0)
		instalments_write(draft, name, instalments);
	else
		document_line_time(draft, name, due_at);
}

static void write_balance(struct document_draft *draft, const struct exchange *exchange,
	int64_t now)
{
	const struct exchange_balance balance = exchange_balance(exchange, now);
	document_line(draft, "exchange", exchange->id);
	document_line(draft, "kind", exchange_word(exchange));
	document_line(draft, "party", exchange->party);
	document_line(draft, "commodity", exchange->back->code);
	document_line_int(draft, "still-owed-g", balance.owed_g);
	document_line_int(draft, "premium-g", balance.premium_g);
	write_dates(draft, "due-at-first", &exchange->original_instalments, exchange->original_due_at);
	write_dates(draft, "due-now", &exchange->instalments, exchange->due_at);
}

/* ---- proposing an amendment ---- */

struct proposed {
	char amendment[CODE_MAX + 8];
	const char *because;
	char document[CODE_MAX];
	int64_t due_at;
	char exchange[CODE_MAX];
	struct list instalments;
	int64_t premium_ppm, version;
};
static const struct field proposed_fields[] = {
	F_TEXT(struct proposed, amendment),
	F_STRING(struct proposed, because),
	F_TEXT(struct proposed, document),
	F_TIME(struct proposed, due_at),
	F_TEXT(struct proposed, exchange),
	F_LIST(struct proposed, instalments, &instalment_descriptor),
	F_INT(struct proposed, premium_ppm),
	F_INT(struct proposed, version),
};
static const struct descriptor proposed_body =
	DESCRIPTOR("exchange.amendment_proposed", struct proposed, proposed_fields);
static const struct field amend_fields[] = {
	R_STRING(struct proposed, because),
	F_TIME(struct proposed, due_at),
	R_TEXT(struct proposed, exchange),
	F_LIST(struct proposed, instalments, &instalment_params),
	F_INT_IN(struct proposed, premium_ppm, 0, PREMIUM_PPM_MAX),
};
static const struct descriptor amend_params =
	DESCRIPTOR("exchange.amend", struct proposed, amend_fields);

/* Dates for all that is still out of the principal; the premium falls due with the last. */
static bool check_parts(const struct context *context, const struct exchange *exchange,
	const struct proposed *params, struct error *error)
{
	if (exchange->kind == EXCHANGE_DRAW)
		return error_set(error, ERROR_INVALID, "instalments",
			"a draw is replenished by one date, and has no instalments");
	if (params->due_at != ABSENT)
		return error_set(error, ERROR_INVALID, "due_at",
			"both a date and instalments are given: the last instalment is the date");
	return instalments_check(&params->instalments,
		exchange_balance(exchange, context->now).principal_left_g, context->now,
		"what is still out", error);
}

static bool check_terms(const struct context *context, const struct exchange *exchange,
	const struct proposed *params, struct error *error)
{
	bool in_parts = params->instalments.count > 0;
	if (params->due_at == ABSENT && !in_parts && params->premium_ppm == ABSENT)
		return error_set(error, ERROR_INVALID, "due_at", "nothing is amended: give a date, a premium "
			"or both");
	if (in_parts && !check_parts(context, exchange, params, error))
		return false;
	if (params->due_at != ABSENT && params->due_at <= context->now)
		return error_set(error, ERROR_INVALID, "due_at",
			"that date is past: nothing can come back by then");
	if (params->premium_ppm != ABSENT && exchange->kind != EXCHANGE_LOAN)
		return error_set(error, ERROR_INVALID, "premium_ppm", "a %s bears no premium",
			exchange_word(exchange));
	return true;
}

static bool decide_amend(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct proposed *params = data;
	struct document_draft draft;
	const struct exchange *exchange = find_amendable(context, params->exchange, error);
	if (exchange == NULL || !check_terms(context, exchange, params, error) ||
	    !document_begin(context, &draft, &document_amendment, exchange->id, 2, error))
		return false;
	struct proposed *body = decision_body(decision, &event_exchange_amendment_proposed);
	*body = *params;
	body->version = exchange->amendments + 1;
	exchange_numbered(body->amendment, exchange->id, body->version);
	body_text(body->document, draft.id);
	write_balance(&draft, exchange, context->now);
	if (body->due_at != ABSENT || body->instalments.count > 0)
		write_dates(&draft, "due-from-now-on", &body->instalments, body->due_at);
	if (body->premium_ppm != ABSENT)
		document_line_int(&draft, "premium-ppm-per-day", body->premium_ppm);
	document_line(&draft, "because", body->because);
	return decision_add(decision, &event_exchange_amendment_proposed, body) &&
		document_end(context, &draft, decision, error);
}

static void apply_proposed(struct state *state, const struct applied *applied, const void *data)
{
	const struct proposed *body = data;
	(void)applied;
	struct exchange *exchange = state_find(state, TABLE_EXCHANGE, body->exchange);
	assert(exchange != NULL);
	exchange->amendments = body->version;
	state_touch(state, exchange);
	struct exchange_amendment *amendment = state_insert(state, TABLE_EXCHANGE_AMENDMENT,
		body->amendment);
	body_text(amendment->exchange, body->exchange);
	amendment->version = body->version;
	amendment->state = SETTING_PROPOSED;
	amendment->due_at = body->due_at;
	amendment->instalments = instalments_kept(&body->instalments);
	amendment->premium_ppm = body->premium_ppm;
	body_text(amendment->document, body->document);
	amendment->because = strdup(body->because);
	if (amendment->because == NULL)
		abort();
}

const struct event_type event_exchange_amendment_proposed = { "exchange.amendment_proposed",
	&proposed_body, apply_proposed };
const struct command_type command_exchange_amend = { "exchange.amend", &amend_params,
	DUTY_OFFICER | DUTY_KEEPER, decide_amend, NULL };

/* ---- amended ---- */

struct amended {
	int64_t accrued_g, accrued_rest, accrued_until;
	char amendment[CODE_MAX + 8], document[CODE_MAX];
	int64_t due_at;
	char exchange[CODE_MAX];
	struct list instalments;
	int64_t premium_ppm;
};
static const struct field amended_fields[] = {
	F_INT(struct amended, accrued_g),
	F_INT(struct amended, accrued_rest),
	F_TIME(struct amended, accrued_until),
	F_TEXT(struct amended, amendment),
	F_TEXT(struct amended, document),
	F_TIME(struct amended, due_at),
	F_TEXT(struct amended, exchange),
	F_LIST(struct amended, instalments, &instalment_descriptor),
	F_INT(struct amended, premium_ppm),
};
static const struct descriptor amended_body =
	DESCRIPTOR("exchange.amended", struct amended, amended_fields);

/* The exchange of a note while it is out; ILLEGAL where it has ended or is in default. */
static const struct exchange *still_out(const struct context *context, const char *id,
	const char *document, struct error *error)
{
	const struct exchange *exchange = state_find(context->state, TABLE_EXCHANGE, id);
	if (exchange != NULL && exchange->state == EXCHANGE_OUT)
		return exchange;
	error_set(error, ERROR_ILLEGAL, "document", "%s is not out any more", id);
	error_remedy(error, "vaultctl reject %s --because \"it is not out any more\"", document);
	return NULL;
}

static int64_t first_date(const struct exchange_amendment *amendment)
{
	const struct instalment *parts = amendment->instalments.items;
	return amendment->instalments.count > 0 ? parts[0].due_at : amendment->due_at;
}

/* New dates take the place of all that were; else those that hold go on. */
static void set_dates(const struct exchange_amendment *amendment, const struct exchange *exchange,
	struct amended *body)
{
	if (amendment->instalments.count > 0) {
		body->instalments = amendment->instalments;
		body->due_at = instalments_last(&amendment->instalments);
	} else if (amendment->due_at != ABSENT) {
		body->due_at = amendment->due_at;
	} else {
		body->instalments = exchange->instalments;
		body->due_at = exchange->due_at;
	}
}

/* Its premium until now is settled in it; before the metal is out there is none. */
static struct amended *amended_body_of(const struct context *context,
	const struct exchange *exchange, const char *amendment, const char *document,
	struct decision *decision)
{
	struct amended *body = decision_body(decision, &event_exchange_amended);
	body_text(body->amendment, amendment);
	body_text(body->document, document);
	body_text(body->exchange, exchange->id);
	body->premium_ppm = exchange->premium_ppm;
	if (exchange->principal_g == ABSENT)
		return body;
	const struct exchange_balance balance = exchange_balance(exchange, context->now);
	body->accrued_g = balance.accrued_g;
	body->accrued_rest = balance.accrued_rest;
	body->accrued_until = balance.until;
	return body;
}

void exchange_bring_forward(const struct context *context, const struct exchange *exchange,
	int64_t due_at, const char *because, const char *document, struct decision *decision)
{
	struct proposed *proposed = decision_body(decision, &event_exchange_amendment_proposed);
	proposed->version = exchange->amendments + 1;
	exchange_numbered(proposed->amendment, exchange->id, proposed->version);
	body_text(proposed->document, document);
	body_text(proposed->exchange, exchange->id);
	proposed->due_at = due_at;
	proposed->because = because;
	decision_add(decision, &event_exchange_amendment_proposed, proposed);
	struct amended *body = amended_body_of(context, exchange, proposed->amendment, document,
		decision);
	body->due_at = due_at;
	decision_add(decision, &event_exchange_amended, body);
}

static bool amendment_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct exchange_amendment *amendment = proposed_by(context->state, document->id);
	assert(amendment != NULL);
	const struct exchange *exchange = still_out(context, document->subject, document->id, error);
	if (exchange == NULL)
		return false;
	if (first_date(amendment) != ABSENT && first_date(amendment) <= context->now) {
		error_set(error, ERROR_ILLEGAL, "document", "a date that it sets has passed");
		return error_remedy(error, "vaultctl reject %s --because \"its date has passed\"",
			document->id);
	}
	struct amended *body = amended_body_of(context, exchange, amendment->id, document->id, decision);
	set_dates(amendment, exchange, body);
	if (amendment->premium_ppm != ABSENT)
		body->premium_ppm = amendment->premium_ppm;
	return decision_add(decision, &event_exchange_amended, body);
}

static void apply_amended(struct state *state, const struct applied *applied, const void *data)
{
	const struct amended *body = data;
	struct exchange *exchange = state_find(state, TABLE_EXCHANGE, body->exchange);
	struct exchange_amendment *amendment = state_find(state, TABLE_EXCHANGE_AMENDMENT,
		body->amendment);
	assert(exchange != NULL && amendment != NULL);
	amendment->state = SETTING_IN_FORCE;
	amendment->effective_at = applied->at;
	state_touch(state, amendment);
	exchange->accrued_g = body->accrued_g;
	exchange->accrued_rest = body->accrued_rest;
	exchange->accrued_until = body->accrued_until;
	exchange->premium_ppm = body->premium_ppm;
	struct list instalments = instalments_kept(&body->instalments); /* which may be its own */
	free(exchange->instalments.items);
	exchange->instalments = instalments;
	exchange->due_at = body->due_at;
	if (exchange_late_g(exchange, EXCHANGE_DATES_NOW, applied->at) == 0)
		exchange_mark(state, exchange, false);
	state_touch(state, exchange);
	state_schedule(state, exchange);
}

static void amendment_rejected(struct state *state, const struct document *document)
{
	struct exchange_amendment *amendment = proposed_by(state, document->id);
	assert(amendment != NULL);
	amendment->state = SETTING_REJECTED;
	state_touch(state, amendment);
}

const struct event_type event_exchange_amended = { "exchange.amended", &amended_body,
	apply_amended };
const struct document_kind document_amendment = { "amendment", amendment_effect,
	amendment_rejected, NULL, NULL };

/* ---- default ---- */

struct default_params {
	const char *because;
	char exchange[CODE_MAX];
};
static const struct field default_fields[] = {
	R_STRING(struct default_params, because),
	R_TEXT(struct default_params, exchange),
};
static const struct descriptor default_params =
	DESCRIPTOR("exchange.default", struct default_params, default_fields);

static bool decide_default(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct default_params *params = data;
	struct document_draft draft;
	const struct exchange *exchange = find_amendable(context, params->exchange, error);
	if (exchange == NULL)
		return false;
	if (!exchange->overdue)
		return error_set(error, ERROR_ILLEGAL, "exchange", "%s %s is not overdue",
			exchange_word(exchange), exchange->id);
	if (!document_begin(context, &draft, &document_default, exchange->id, 2, error))
		return false;
	write_balance(&draft, exchange, context->now);
	document_line(&draft, "because", params->because);
	return document_end(context, &draft, decision, error);
}

struct defaulted {
	int64_t balance_g;
	char document[CODE_MAX], exchange[CODE_MAX];
};
static const struct field defaulted_fields[] = {
	F_INT(struct defaulted, balance_g),
	F_TEXT(struct defaulted, document),
	F_TEXT(struct defaulted, exchange),
};
static const struct descriptor defaulted_body =
	DESCRIPTOR("exchange.defaulted", struct defaulted, defaulted_fields);

static bool default_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	char mass[WORD_MASS];
	const struct exchange *exchange = still_out(context, document->subject, document->id, error);
	if (exchange == NULL)
		return false;
	if (!exchange->overdue) {
		error_set(error, ERROR_ILLEGAL, "document", "%s is not overdue any more", exchange->id);
		return error_remedy(error, "vaultctl reject %s --because \"it is not overdue any more\"",
			document->id);
	}
	struct defaulted *body = decision_body(decision, &event_exchange_defaulted);
	body_text(body->document, document->id);
	body_text(body->exchange, exchange->id);
	body->balance_g = exchange_balance(exchange, context->now).owed_g;
	decision_add(decision, &event_exchange_defaulted, body);
	word_mass(mass, body->balance_g);
	finding_add(context, decision, "return-defaulted", "critical", exchange->id,
		arena_printf(decision->arena, "%s of %s owed by %s: two officers called it in default", mass,
		exchange->back->code, exchange->party));
	return true;
}

static void apply_defaulted(struct state *state, const struct applied *applied, const void *data)
{
	const struct defaulted *body = data;
	struct exchange *exchange = state_find(state, TABLE_EXCHANGE, body->exchange);
	assert(exchange != NULL);
	exchange_advance(state, exchange, EXCHANGE_DEFAULT, applied->at);
}

/* Nothing was proposed but the note itself. */
static void default_rejected(struct state *state, const struct document *document)
{
	(void)state;
	(void)document;
}

const struct event_type event_exchange_defaulted = { "exchange.defaulted", &defaulted_body,
	apply_defaulted };
const struct document_kind document_default = { "default", default_effect, default_rejected, NULL,
	NULL };
const struct command_type command_exchange_default = { "exchange.default", &default_params,
	DUTY_OFFICER, decide_default, NULL };
