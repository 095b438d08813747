/* Contracts for difference from proposal to the end of their term; quarters stand beside. */
#include "reserve/zone/contract.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"
#include "reserve/zone/price.h"
#include "reserve/zone/unit.h"

enum { CONTRACT_YEARS_MAX = 30 };

static const char *const state_names[] = { "", "proposed", "signed", "ended", "rejected", NULL };

static const struct field contract_fields[] = {
	F_TEXT(struct contract, id),
	F_TEXT(struct contract, producer),
	F_REF(struct contract, commodity, TABLE_COMMODITY),
	F_INT(struct contract, quoted),
	F_INT(struct contract, decimals),
	F_TEXT(struct contract, unit),
	F_TEXT(struct contract, basis),
	F_INT(struct contract, strike_micros_per_kg),
	F_TEXT(struct contract, series),
	F_INT(struct contract, upside_ppm),
	F_TIME(struct contract, starts_at),
	F_TIME(struct contract, ends_at),
	F_ENUM(struct contract, state, state_names),
	F_STRING(struct contract, because),
};
const struct descriptor contract_descriptor =
	DESCRIPTOR("contract", struct contract, contract_fields);

/* ---- proposing ---- */

struct proposed {
	char basis[12];
	const char *because;
	char commodity[CODE_MAX], contract[CODE_MAX];
	int64_t decimals, ends_at;
	char first[QUARTER_TEXT], last[QUARTER_TEXT]; /* of the command: the term's quarters */
	char producer[NAME_MAX_BYTES];
	int64_t quoted;
	char series[CODE_MAX];
	int64_t starts_at, strike_micros_per_kg;
	char unit[12];
	int64_t upside_ppm;
};
static const struct field proposed_fields[] = {
	F_TEXT(struct proposed, basis),
	F_STRING(struct proposed, because),
	F_TEXT(struct proposed, commodity),
	F_TEXT(struct proposed, contract),
	F_INT(struct proposed, decimals),
	F_TIME(struct proposed, ends_at),
	F_TEXT(struct proposed, producer),
	F_INT(struct proposed, quoted),
	F_TEXT(struct proposed, series),
	F_TIME(struct proposed, starts_at),
	F_INT(struct proposed, strike_micros_per_kg),
	F_TEXT(struct proposed, unit),
	F_INT(struct proposed, upside_ppm),
};
static const struct descriptor proposed_body =
	DESCRIPTOR("contract.proposed", struct proposed, proposed_fields);
static const struct field propose_fields[] = {
	F_TEXT(struct proposed, basis),
	R_STRING(struct proposed, because),
	R_TEXT(struct proposed, commodity),
	F_INT_IN(struct proposed, decimals, 0, 6),
	R_TEXT(struct proposed, first),
	R_TEXT(struct proposed, last),
	R_TEXT(struct proposed, producer),
	R_INT_IN(struct proposed, quoted, 1, 1000000000000),
	R_TEXT(struct proposed, series),
	R_TEXT(struct proposed, unit),
	F_INT_IN(struct proposed, upside_ppm, 0, VAULT_PPM),
};
static const struct descriptor propose_params =
	DESCRIPTOR("contract.propose", struct proposed, propose_fields);

static bool set_term(struct proposed *body, struct error *error)
{
	int64_t end;
	bool first = quarter_read(body->first, &body->starts_at, &end);
	if (!first || !quarter_read(body->last, &end, &body->ends_at))
		return error_set(error, ERROR_INVALID, first ? "last" : "first",
			"\"%s\" is no quarter, such as 2026Q3", first ? body->last : body->first);
	if (body->ends_at <= body->starts_at)
		return error_set(error, ERROR_INVALID, "last", "%s is before %s, where the term begins",
			body->last, body->first);
	return body->ends_at - body->starts_at <= CONTRACT_YEARS_MAX * 366 * TIME_DAY_MS ||
		error_set(error, ERROR_LIMIT, "last", "a term has %d years at most", CONTRACT_YEARS_MAX);
}

static bool check_strike(const struct commodity *commodity, struct proposed *body,
	struct error *error)
{
	if (body->decimals == ABSENT)
		body->decimals = 0;
	if (body->basis[0] == '\0')
		return unit_without_basis(body->unit, commodity->basis, error);
	if (!unit_known(body->unit))
		return error_set(error, ERROR_INVALID, "unit", "\"%s\" is not a unit of price: USD/kg, "
			"USD/t, USD/lb, …", body->unit);
	if (unit_price_micros_per_kg(body->quoted, body->decimals, body->unit, body->basis,
	    commodity->basis, &body->strike_micros_per_kg))
		return true;
	return unit_out_of_range(body->unit, body->basis, commodity->basis) ?
		error_set(error, ERROR_LIMIT, "quoted", "that price is larger than a figure may be") :
		error_set(error, ERROR_INVALID, "basis",
			"a strike per %s has no known factor to %s, the basis of %s [R23]", body->basis,
			commodity->basis, commodity->code);
}

static void write_text(struct document_draft *draft, const struct proposed *body)
{
	char price[64], share[WORD_SHARE];
	price_words(price, sizeof price, body->quoted, body->decimals, body->unit);
	word_share(share, body->upside_ppm);
	document_line(draft, "producer", body->producer);
	document_line(draft, "commodity", body->commodity);
	document_words(draft, (const char *const[]){ "strike", price, "per", body->basis }, 4);
	document_line_int(draft, "strike-micros-per-kg", body->strike_micros_per_kg);
	document_line(draft, "market-series", body->series);
	document_line(draft, "share-above-the-strike", share);
	document_words(draft, (const char *const[]){ "quarters", body->first, "to", body->last }, 4);
	document_line_time(draft, "from", body->starts_at);
	document_line_time(draft, "until", body->ends_at);
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
	struct proposed *body = decision_body(decision, &event_contract_proposed);
	*body = *params;
	if (body->upside_ppm == ABSENT)
		body->upside_ppm = 0;
	if (!set_term(body, error) || !check_strike(commodity, body, error))
		return false;
	state_next_id(context->state, "C", context->now, 0, body->contract, sizeof body->contract);
	if (!document_begin_as(context, &draft, &document_contract, body->contract, body->contract, 2,
	    error))
		return false;
	write_text(&draft, body);
	decision_add(decision, &event_contract_proposed, body);
	return document_end(context, &draft, decision, error);
}

static void apply_proposed(struct state *state, const struct applied *applied, const void *data)
{
	const struct proposed *body = data;
	struct contract *contract = state_insert(state, TABLE_CONTRACT, body->contract);
	(void)applied;
	state_take_id(state, body->contract);
	body_text(contract->producer, body->producer);
	contract->commodity = state_find(state, TABLE_COMMODITY, body->commodity);
	contract->quoted = body->quoted;
	contract->decimals = body->decimals;
	body_text(contract->unit, body->unit);
	body_text(contract->basis, body->basis);
	contract->strike_micros_per_kg = body->strike_micros_per_kg;
	body_text(contract->series, body->series);
	contract->upside_ppm = body->upside_ppm;
	contract->starts_at = body->starts_at;
	contract->ends_at = body->ends_at;
	contract->state = CONTRACT_PROPOSED;
	contract->because = strdup(body->because);
	if (contract->because == NULL)
		abort();
}

const struct event_type event_contract_proposed = { "contract.proposed", &proposed_body,
	apply_proposed };
const struct command_type command_contract_propose = { "contract.propose", &propose_params,
	DUTY_OFFICER, decide_propose, NULL };

/* ---- signed, ended ---- */

struct step {
	char contract[CODE_MAX];
};
static const struct field step_fields[] = { F_TEXT(struct step, contract) };
static const struct descriptor step_body = DESCRIPTOR("contract.step", struct step, step_fields);

static bool contract_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct contract *contract = state_find(context->state, TABLE_CONTRACT,
		document->subject);
	assert(contract != NULL);
	if (contract->ends_at <= context->now)
		return error_set(error, ERROR_ILLEGAL, "document", "the term of %s is over already",
			contract->id);
	struct step *body = decision_body(decision, &event_contract_signed);
	body_text(body->contract, contract->id);
	decision->next = arena_printf(decision->arena,
		"vaultctl contract report %s YYYYQN --sold … --evidence FILE", contract->id);
	return decision_add(decision, &event_contract_signed, body);
}

static void go(struct state *state, const char *id, enum contract_state to)
{
	struct contract *contract = state_find(state, TABLE_CONTRACT, id);
	assert(contract != NULL);
	contract->state = (uint8_t)to;
	state_touch(state, contract);
	state_schedule(state, contract);
}

static void apply_signed(struct state *state, const struct applied *applied, const void *data)
{
	(void)applied;
	go(state, ((const struct step *)data)->contract, CONTRACT_SIGNED);
}

static void apply_ended(struct state *state, const struct applied *applied, const void *data)
{
	(void)applied;
	go(state, ((const struct step *)data)->contract, CONTRACT_ENDED);
}

static void contract_rejected(struct state *state, const struct document *document)
{
	go(state, document->subject, CONTRACT_REJECTED);
}

int64_t contract_due(const struct row *row)
{
	const struct contract *contract = (const struct contract *)(const void *)row;
	return contract->state == CONTRACT_SIGNED ? contract->ends_at : TIME_NONE;
}

void tick_contract(const struct contract *contract, int64_t due_ms, struct decision *decision)
{
	struct step *body = decision_body(decision, &event_contract_ended);
	body_text(body->contract, contract->id);
	decision_add_at(decision, &event_contract_ended, body, due_ms);
}

const struct event_type event_contract_signed = { "contract.signed", &step_body, apply_signed };
const struct event_type event_contract_ended = { "contract.ended", &step_body, apply_ended };
const struct document_kind document_contract = { "contract", contract_effect, contract_rejected,
	NULL, NULL };
