/* Crediting a lot to an exchange: who brought it, what it is, and how much of it counts. */
#include "reserve/zone/exchange_return.h"

#include <assert.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/annual.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"
#include "reserve/zone/entitlement.h"
#include "reserve/zone/exchange.h"
#include "reserve/zone/exchange_amendment.h"
#include "reserve/zone/exchange_terms.h"

static const struct field return_fields[] = {
	F_TEXT(struct exchange_return, id),
	F_TEXT(struct exchange_return, exchange),
	F_TEXT(struct exchange_return, lot),
	F_INT(struct exchange_return, lot_index),
	F_INT(struct exchange_return, mass_g),
	F_INT(struct exchange_return, net_g),
	F_INT(struct exchange_return, grade_ppm),
	F_INT(struct exchange_return, balance_g),
	F_TIME(struct exchange_return, returned_at),
};
const struct descriptor exchange_return_descriptor =
	DESCRIPTOR("exchange_return", struct exchange_return, return_fields);

int64_t exchange_return_offered_g(const struct state *state, const struct lot *lot,
	const char **ret_last)
{
	const struct exchange_return *row = NULL;
	int64_t offered_g = 0;
	*ret_last = "";
	while ((row = state_next(state, TABLE_EXCHANGE_RETURN, row)) != NULL) {
		if (row->lot_index != lot->created_index || !text_equal(row->lot, lot->code))
			continue;
		offered_g += row->mass_g;
		*ret_last = row->exchange;
	}
	return offered_g;
}

/* ---- deciding ---- */

struct params {
	char exchange[CODE_MAX], lot[CODE_MAX];
	int64_t mass_g;
};
static const struct field params_fields[] = {
	R_TEXT(struct params, exchange),
	R_TEXT(struct params, lot),
	F_INT_IN(struct params, mass_g, 1, LOT_MASS_MAX),
};
static const struct descriptor return_params =
	DESCRIPTOR("exchange.return", struct params, params_fields);

struct returned {
	int64_t accrued_g, accrued_rest, accrued_until, balance_g;
	char exchange[CODE_MAX];
	int64_t grade_ppm;
	char lot[CODE_MAX];
	int64_t lot_index, mass_g, net_g, number;
};
static const struct field returned_fields[] = {
	F_INT(struct returned, accrued_g),
	F_INT(struct returned, accrued_rest),
	F_TIME(struct returned, accrued_until),
	F_INT(struct returned, balance_g),
	F_TEXT(struct returned, exchange),
	F_INT(struct returned, grade_ppm),
	F_TEXT(struct returned, lot),
	F_INT(struct returned, lot_index),
	F_INT(struct returned, mass_g),
	F_INT(struct returned, net_g),
	F_INT(struct returned, number),
};
static const struct descriptor returned_body =
	DESCRIPTOR("exchange.returned", struct returned, returned_fields);

/*
 * Only what the party delivered after the metal went out is a return: else the reserve pays
 * itself.
 */
static bool check_source(const struct exchange *exchange, const struct lot *lot,
	struct error *error)
{
	if (lot->commodity != exchange->back)
		return error_set(error, ERROR_CONFLICT, "lot", "lot %s is %s, and what comes back for %s is %s",
			lot->code, lot->commodity->code, exchange->id, exchange->back->code);
	if (!text_equal(lot->supplier, exchange->party)) {
		error_set(error, ERROR_CONFLICT, "lot", "lot %s was delivered by %s, and %s is to come back "
			"from %s", lot->code, lot->supplier[0] != '\0' ? lot->supplier : "nobody named",
			exchange->id, exchange->party);
		return error_remedy(error, "vaultctl lot new CODE %s %s %lldg --supplier %s",
			lot->commodity->code, lot->site->code, (long long)(lot->expected_g != ABSENT ?
			lot->expected_g : lot->on_hand_g), exchange->party);
	}
	if (lot->weighed_at == ABSENT || lot->weighed_at < exchange->delivered_at)
		return error_set(error, ERROR_CONFLICT, "lot", lot->weighed_at == ABSENT ?
			"lot %s is not weighed" : "lot %s was here before %s went out", lot->code, exchange->id);
	return true;
}

/* Received, assayed and accepted: it counts among what may leave. */
static bool check_accepted(const struct lot *lot, struct error *error)
{
	if (lot->listed)
		return true;
	const char *why = lot->holds > 0 ? "held" : lot->destination != NULL ? "in transit" :
		lot->expired ? "out of date: its assay has expired" : lot->state != LOT_ACCEPTED ?
		lot_state_shown(lot) : "not free to leave";
	error_set(error, ERROR_ILLEGAL, "lot", "lot %s is %s", lot->code, why);
	return lot->state == LOT_QUARANTINED && lot->grade_ppm != ABSENT && lot->holds == 0 ?
		error_remedy(error, "vaultctl lot accept %s", lot->code) :
		error_remedy(error, "vaultctl lot %s", lot->code);
}

static bool poorer(const struct exchange *exchange, const struct lot *lot)
{
	return exchange->back_grade_ppm != ABSENT && (lot->grade_ppm == ABSENT ||
		lot->grade_ppm < exchange->back_grade_ppm);
}

static bool refuse_poorer(const struct context *context, const struct exchange *exchange,
	const struct lot *lot, struct decision *decision)
{
	char grade[WORD_SHARE], agreed[WORD_SHARE];
	word_share(grade, lot->grade_ppm != ABSENT ? lot->grade_ppm : 0);
	word_share(agreed, exchange->back_grade_ppm);
	return refuse_act(decision, exchange->id, "R10", context->actor->code,
		arena_printf(context->arena, "lot %s is of %s, and what comes back must be of %s or better",
		lot->code, grade, agreed));
}

/* The return that would be taken: "vaultctl loan return X-2026-0002 GA-0107 --mass 30kg" */
static bool remedy_mass(const struct exchange *exchange, const struct lot *lot, int64_t mass_g,
	struct error *error)
{
	bool whole = mass_g % 1000 == 0;
	return error_remedy(error, "vaultctl %s return %s %s --mass %lld%s",
		exchange_noun((enum exchange_kind)exchange->kind), exchange->id, lot->code,
		(long long)(whole ? mass_g / 1000 : mass_g), whole ? "kg" : "g");
}

/* How much of it counts: as asked, else all that is left of it. */
static bool set_mass(const struct context *context, const struct exchange *exchange,
	const struct lot *lot, const struct exchange_balance *balance, int64_t asked_g,
	int64_t *ret_mass_g, struct error *error)
{
	const char *last;
	char mass[WORD_MASS], owed[WORD_MASS], left[WORD_MASS];
	int64_t left_g = lot->contained_g - exchange_return_offered_g(context->state, lot, &last);
	int64_t mass_g = asked_g != ABSENT ? asked_g : left_g;
	word_mass(left, left_g > 0 ? left_g : 0);
	word_mass(owed, balance->owed_g);
	if (left_g <= 0)
		return error_set(error, ERROR_CONFLICT, "lot", "all of lot %s has come back already, last "
			"for %s", lot->code, last);
	word_mass(mass, mass_g);
	if (mass_g > left_g) {
		error_set(error, ERROR_CONFLICT, "mass_g", "%s is more than the %s that lot %s has left",
			mass, left, lot->code);
		return remedy_mass(exchange, lot, left_g < balance->owed_g ? left_g : balance->owed_g, error);
	}
	if (mass_g > balance->owed_g) {
		error_set(error, ERROR_CONFLICT, "mass_g", "%s is more than the %s still to come back for %s",
			mass, owed, exchange->id);
		return remedy_mass(exchange, lot, balance->owed_g, error);
	}
	*ret_mass_g = mass_g;
	return true;
}

static void fill_returned(const struct exchange *exchange, const struct lot *lot,
	const struct exchange_balance *balance, int64_t mass_g, struct returned *body)
{
	bool fits = checked_mul_div_down(lot->on_hand_g, mass_g, lot->contained_g, &body->net_g);
	assert(fits);
	(void)fits;
	body_text(body->exchange, exchange->id);
	body_text(body->lot, lot->code);
	body->lot_index = lot->created_index;
	body->grade_ppm = lot->grade_ppm;
	body->mass_g = mass_g;
	body->number = exchange->returns + 1;
	body->accrued_g = balance->accrued_g;
	body->accrued_rest = balance->accrued_rest;
	body->accrued_until = balance->until;
	body->balance_g = balance->owed_g - mass_g;
}

static bool decide_return(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct params *params = data;
	const struct exchange *exchange = exchange_find_out(context, "exchange", params->exchange,
		error);
	if (exchange == NULL)
		return false;
	const struct lot *lot = state_find(context->state, TABLE_LOT, params->lot);
	if (lot == NULL)
		return not_found(error, "lot", "lot", params->lot);
	if (!check_source(exchange, lot, error))
		return false;
	if (lot_is_awarded(lot))
		return refuse_act(decision, exchange->id, "R19", context->actor->code,
			arena_printf(context->arena, "lot %s is reserved for %s", lot->code,
			state_award_holding(context->state, lot->code)));
	if (lot->pledged)
		return refuse_act(decision, exchange->id, "R19", context->actor->code,
			arena_printf(context->arena, "lot %s is pledged: what comes back is free of others' rights",
			lot->code));
	if (!check_accepted(lot, error))
		return false;
	if (poorer(exchange, lot))
		return refuse_poorer(context, exchange, lot, decision);
	const struct exchange_balance balance = exchange_balance(exchange, context->now);
	struct returned *body = decision_body(decision, &event_exchange_returned);
	int64_t mass_g = 0;
	if (!set_mass(context, exchange, lot, &balance, params->mass_g, &mass_g, error))
		return false;
	fill_returned(exchange, lot, &balance, mass_g, body);
	decision->id = exchange->id;
	if (body->balance_g > 0) {
		char left[WORD_MASS];
		word_mass(left, body->balance_g);
		decision->remark = arena_printf(decision->arena, "%s still to come back", left);
	}
	return decision_add(decision, &event_exchange_returned, body);
}

/* ---- applying ---- */

static void insert_return(struct state *state, const struct applied *applied,
	const struct returned *body)
{
	char id[CODE_MAX + 8];
	exchange_numbered(id, body->exchange, body->number);
	struct exchange_return *row = state_insert(state, TABLE_EXCHANGE_RETURN, id);
	body_text(row->exchange, body->exchange);
	body_text(row->lot, body->lot);
	row->lot_index = body->lot_index;
	row->mass_g = body->mass_g;
	row->net_g = body->net_g;
	row->grade_ppm = body->grade_ppm;
	row->balance_g = body->balance_g;
	row->returned_at = applied->at;
}

/* Who delivered the lot stood as its supplier; now it is what came back. */
static void settle_accounts(struct state *state, const struct exchange *exchange,
	const struct lot *lot, int64_t net_g)
{
	const struct grant_account from = exchange_account(exchange);
	account_move(state, exchange->back, from.kind, from.party, ACCOUNT_SUPPLIER, lot->supplier,
		net_g);
}

static void replenish(struct state *state, const struct applied *applied,
	const struct exchange *exchange, int64_t mass_g)
{
	struct participant *participant = state_find(state, TABLE_PARTICIPANT, exchange->party);
	assert(participant != NULL);
	int64_t owed_g = entitlement_owed_g(state, participant, exchange->commodity);
	int64_t back_g = mass_g < owed_g ? mass_g : owed_g;
	if (back_g > 0)
		entitlement_take(state, applied, participant, exchange->commodity, MOVEMENT_REPLENISHED,
			back_g, exchange->id);
}

static void apply_returned(struct state *state, const struct applied *applied, const void *data)
{
	const struct returned *body = data;
	struct exchange *exchange = state_find(state, TABLE_EXCHANGE, body->exchange);
	const struct lot *lot = state_find(state, TABLE_LOT, body->lot);
	assert(exchange != NULL && lot != NULL);
	insert_return(state, applied, body);
	settle_accounts(state, exchange, lot, body->net_g);
	annual_use(state, lot->commodity, ANNUAL_ACQUIRE, -body->mass_g, lot->created_index);
	exchange->returned_g += body->mass_g;
	exchange->returns = body->number;
	exchange->accrued_g = body->accrued_g;
	exchange->accrued_rest = body->accrued_rest;
	exchange->accrued_until = body->accrued_until;
	if (exchange->kind == EXCHANGE_DRAW)
		replenish(state, applied, exchange, body->mass_g);
	if (body->balance_g == 0)
		exchange_drop_notes(state, exchange);
	else if (exchange->state == EXCHANGE_OUT &&
	    exchange_late_g(exchange, EXCHANGE_DATES_NOW, applied->at) == 0)
		exchange_mark(state, exchange, false); /* the instalments that were missed are back */
	exchange_advance(state, exchange, body->balance_g > 0 ? EXCHANGE_RETURN_PART :
		EXCHANGE_RETURN_ALL, applied->at);
}

const struct event_type event_exchange_returned = { "exchange.returned", &returned_body,
	apply_returned };
const struct command_type command_exchange_return = { "exchange.return", &return_params,
	DUTY_OFFICER, decide_return, NULL };
