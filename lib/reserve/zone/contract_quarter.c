/* Quarters of contracts for difference: reported, computed, settled. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"
#include "reserve/zone/contract.h"
#include "reserve/zone/observation.h"
#include "reserve/zone/price.h"

static const char *const state_names[] = { "", "reported", "computed", "settled", NULL };

static const struct field input_fields[] = {
	F_TEXT(struct quarter_input, observation),
	F_INT(struct quarter_input, price_micros_per_kg),
	F_INT(struct quarter_input, version),
};
static const struct descriptor input_descriptor =
	DESCRIPTOR("input", struct quarter_input, input_fields);

static const struct field quarter_fields[] = {
	F_TEXT(struct contract_quarter, id),
	F_REF(struct contract_quarter, contract, TABLE_CONTRACT),
	F_TEXT(struct contract_quarter, quarter),
	F_ENUM(struct contract_quarter, state, state_names),
	F_INT(struct contract_quarter, sold_g),
	F_INT(struct contract_quarter, stockpiled_g),
	F_INT(struct contract_quarter, from_stockpile_g),
	F_INT(struct contract_quarter, mass_g),
	F_STRING(struct contract_quarter, evidence),
	F_TEXT(struct contract_quarter, reported_by),
	F_TIME(struct contract_quarter, reported_at),
	F_INT(struct contract_quarter, version),
	F_LIST(struct contract_quarter, inputs, &input_descriptor),
	F_INT(struct contract_quarter, market_sum_micros),
	F_INT(struct contract_quarter, market_count),
	F_INT(struct contract_quarter, market_micros_per_kg),
	F_INT(struct contract_quarter, to_producer_cents),
	F_INT(struct contract_quarter, from_producer_cents),
	F_TEXT(struct contract_quarter, document),
	F_TIME(struct contract_quarter, settled_at),
};
const struct descriptor contract_quarter_descriptor =
	DESCRIPTOR("contract_quarter", struct contract_quarter, quarter_fields);

static void name_quarter(char to[CODE_MAX], const char *contract, const char *quarter)
{
	size_t length = strlen(contract);
	assert(length + 1 + strlen(quarter) < CODE_MAX);
	memcpy(to, contract, length);
	to[length] = '/';
	memcpy(to + length + 1, quarter, strlen(quarter) + 1);
}

struct contract_quarter *contract_quarter_of(const struct state *state, const char *contract,
	const char *quarter)
{
	char id[CODE_MAX];
	if (strlen(contract) + 1 + strlen(quarter) >= sizeof id)
		return NULL;
	name_quarter(id, contract, quarter);
	return state_find(state, TABLE_CONTRACT_QUARTER, id);
}

/* A quarter of a contract's term, of a contract that was signed. */
struct term {
	const struct contract *contract;
	int64_t starts_at, ends_at;
};

static bool find_term(const struct context *context, const char *id, const char *quarter,
	struct term *ret_term, struct error *error)
{
	struct term term = { .contract = state_find(context->state, TABLE_CONTRACT, id) };
	if (term.contract == NULL)
		return not_found(error, "contract", "contract", id);
	if (term.contract->state != CONTRACT_SIGNED && term.contract->state != CONTRACT_ENDED)
		return error_set(error, ERROR_ILLEGAL, "contract", "contract %s is %s", id,
			term.contract->state == CONTRACT_PROPOSED ? "not signed yet" : "rejected");
	if (!quarter_read(quarter, &term.starts_at, &term.ends_at))
		return error_set(error, ERROR_INVALID, "quarter",
			"\"%s\" is no quarter, such as 2026Q3", quarter);
	if (term.starts_at < term.contract->starts_at || term.ends_at > term.contract->ends_at) {
		char first[QUARTER_TEXT], last[QUARTER_TEXT];
		quarter_of(term.contract->starts_at, first);
		quarter_of(term.contract->ends_at - 1, last);
		return error_set(error, ERROR_INVALID, "quarter", "%s runs from %s to %s, without %s", id,
			first, last, quarter);
	}
	*ret_term = term;
	return true;
}

/* ---- reporting ---- */

struct reported {
	char contract[CODE_MAX];
	const char *evidence;
	int64_t from_stockpile_g, mass_g;
	char quarter[QUARTER_TEXT], settlement[CODE_MAX];
	int64_t sold_g, stockpiled_g, version;
};
static const struct field reported_fields[] = {
	F_TEXT(struct reported, contract),
	F_STRING(struct reported, evidence),
	F_INT(struct reported, from_stockpile_g),
	F_INT(struct reported, mass_g),
	F_TEXT(struct reported, quarter),
	F_TEXT(struct reported, settlement),
	F_INT(struct reported, sold_g),
	F_INT(struct reported, stockpiled_g),
	F_INT(struct reported, version),
};
static const struct descriptor reported_body =
	DESCRIPTOR("contract.reported", struct reported, reported_fields);
static const struct field report_fields[] = {
	R_TEXT(struct reported, contract),
	R_STRING(struct reported, evidence),
	F_INT_IN(struct reported, from_stockpile_g, 0, LOT_MASS_MAX),
	R_TEXT(struct reported, quarter),
	F_INT_IN(struct reported, sold_g, 0, LOT_MASS_MAX),
	F_INT_IN(struct reported, stockpiled_g, 0, LOT_MASS_MAX),
};
static const struct descriptor report_params =
	DESCRIPTOR("contract.report", struct reported, report_fields);

static int64_t or_none(int64_t mass_g)
{
	return mass_g == ABSENT ? 0 : mass_g;
}

/*
 * What is left at the end of a quarter that begins so of what was counted as stockpiled in those before
 * it: with what is reported now in place of what its quarter had.
 */
static int64_t stockpile_left_g(const struct state *state, const struct term *term,
	const struct reported *body, int64_t at)
{
	const struct contract_quarter *row = NULL;
	int64_t left_g = term->starts_at < at ? body->stockpiled_g : 0;
	left_g -= term->starts_at <= at ? body->from_stockpile_g : 0;
	while ((row = state_next(state, TABLE_CONTRACT_QUARTER, row)) != NULL) {
		int64_t starts_at, ends_at;
		if (row->contract != term->contract || text_equal(row->quarter, body->quarter) ||
		    !quarter_read(row->quarter, &starts_at, &ends_at))
			continue;
		left_g += starts_at < at ? row->stockpiled_g : 0;
		left_g -= starts_at <= at ? row->from_stockpile_g : 0;
	}
	return left_g;
}

static bool check_masses(const struct context *context, const struct term *term,
	struct reported *body, struct error *error)
{
	char left[WORD_MASS];
	if (body->sold_g == ABSENT && body->stockpiled_g == ABSENT)
		return error_set(error, ERROR_INVALID, "sold_g",
			"say what was sold, what was stockpiled, or both; 0 where it was nothing");
	body->sold_g = or_none(body->sold_g);
	body->stockpiled_g = or_none(body->stockpiled_g);
	body->from_stockpile_g = or_none(body->from_stockpile_g);
	if (body->from_stockpile_g > body->sold_g)
		return error_set(error, ERROR_INVALID, "from_stockpile_g",
			"more is sold from the stockpile than is sold");
	int64_t left_g = stockpile_left_g(context->state, term, body, term->starts_at);
	if (left_g < 0) {
		word_mass(left, left_g + body->from_stockpile_g > 0 ? left_g + body->from_stockpile_g : 0);
		return error_set(error, ERROR_INVALID, "from_stockpile_g",
			"%s is left of what was counted as stockpiled in the quarters before", left);
	}
	body->mass_g = body->sold_g - body->from_stockpile_g + body->stockpiled_g;
	return true;
}

/* What was stockpiled here and is reported as sold in a quarter behind it cannot become less. */
static bool check_later(const struct context *context, const struct term *term,
	const struct reported *body, struct error *error)
{
	const struct contract_quarter *row = NULL;
	while ((row = state_next(context->state, TABLE_CONTRACT_QUARTER, row)) != NULL) {
		int64_t starts_at, ends_at;
		if (row->contract == term->contract &&
		    quarter_read(row->quarter, &starts_at, &ends_at) && starts_at > term->starts_at &&
		    stockpile_left_g(context->state, term, body, starts_at) < 0)
			return error_set(error, ERROR_CONFLICT, "stockpiled_g",
				"more than would be left is reported in %s as sold from the stockpile",
				row->quarter);
	}
	return true;
}

static bool decide_report(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct reported *params = data;
	struct term term;
	if (!find_term(context, params->contract, params->quarter, &term, error))
		return false;
	if (context->now < term.ends_at)
		return error_set(error, ERROR_ILLEGAL, "quarter", "%s is not over; it is reported then",
			params->quarter);
	const struct contract_quarter *row = contract_quarter_of(context->state, params->contract,
		params->quarter);
	if (row != NULL && row->state != QUARTER_REPORTED) {
		error_set(error, ERROR_ILLEGAL, "quarter", "%s is %s by %s", row->id,
			state_names[row->state], row->document);
		return row->state == QUARTER_SETTLED ? false : error_remedy(error,
			"vaultctl reject %s --because \"the report is corrected\"", row->document);
	}
	struct reported *body = decision_body(decision, &event_contract_reported);
	*body = *params;
	if (!check_masses(context, &term, body, error) || !check_later(context, &term, body, error))
		return false;
	name_quarter(body->settlement, body->contract, body->quarter);
	body->version = row != NULL ? row->version + 1 : 1;
	decision->id = body->settlement;
	decision->next = arena_printf(decision->arena, "vaultctl contract settle %s %s",
		body->contract, body->quarter);
	return decision_add(decision, &event_contract_reported, body);
}

static char *own_text(char *old, const char *text)
{
	free(old);
	char *copy = strdup(text);
	if (copy == NULL)
		abort();
	return copy;
}

static void apply_reported(struct state *state, const struct applied *applied, const void *data)
{
	const struct reported *body = data;
	struct contract_quarter *row = state_find(state, TABLE_CONTRACT_QUARTER, body->settlement);
	if (row == NULL) {
		row = state_insert(state, TABLE_CONTRACT_QUARTER, body->settlement);
		row->contract = state_find(state, TABLE_CONTRACT, body->contract);
		body_text(row->quarter, body->quarter);
	}
	row->state = QUARTER_REPORTED;
	row->sold_g = body->sold_g;
	row->stockpiled_g = body->stockpiled_g;
	row->from_stockpile_g = body->from_stockpile_g;
	row->mass_g = body->mass_g;
	row->evidence = own_text(row->evidence, body->evidence);
	body_text(row->reported_by, applied->actor);
	row->reported_at = applied->at;
	row->version = body->version;
	state_touch(state, row);
}

const struct event_type event_contract_reported = { "contract.reported", &reported_body,
	apply_reported };
const struct command_type command_contract_report = { "contract.report", &report_params,
	DUTY_OFFICER, decide_report, NULL };

/* ---- computing ---- */

struct computed {
	char contract[CODE_MAX], document[CODE_MAX];
	int64_t from_producer_cents;
	struct list inputs;
	int64_t market_count, market_micros_per_kg, market_sum_micros, mass_g;
	char quarter[QUARTER_TEXT], settlement[CODE_MAX];
	int64_t strike_micros_per_kg, to_producer_cents, upside_ppm;
};
static const struct field computed_fields[] = {
	F_TEXT(struct computed, contract),
	F_TEXT(struct computed, document),
	F_INT(struct computed, from_producer_cents),
	F_LIST(struct computed, inputs, &input_descriptor),
	F_INT(struct computed, market_count),
	F_INT(struct computed, market_micros_per_kg),
	F_INT(struct computed, market_sum_micros),
	F_INT(struct computed, mass_g),
	F_TEXT(struct computed, quarter),
	F_TEXT(struct computed, settlement),
	F_INT(struct computed, strike_micros_per_kg),
	F_INT(struct computed, to_producer_cents),
	F_INT(struct computed, upside_ppm),
};
static const struct descriptor computed_body =
	DESCRIPTOR("contract.computed", struct computed, computed_fields);
static const struct field settle_fields[] = {
	R_TEXT(struct computed, contract),
	R_TEXT(struct computed, quarter),
};
static const struct descriptor settle_params =
	DESCRIPTOR("contract.settle", struct computed, settle_fields);

static bool too_many(struct error *error)
{
	return error_set(error, ERROR_LIMIT, "quarter", "a settlement rests on %d observations at most",
		SETTLEMENT_INPUTS_MAX);
}

/* The observations of the series that lie in the quarter, or where there are none that cover it. */
static bool gather_inputs(const struct context *context, const struct term *term, bool covering,
	struct list *ret_inputs, struct error *error)
{
	const struct contract *contract = term->contract;
	const struct observation *one = NULL;
	struct quarter_input *inputs = arena_alloc(context->arena,
		SETTLEMENT_INPUTS_MAX * sizeof *inputs);
	uint32_t count = 0;
	if (inputs == NULL)
		return too_many(error);
	while ((one = observation_next(contract->commodity, one)) != NULL) {
		bool within = one->starts_at >= term->starts_at && one->ends_at <= term->ends_at;
		bool covers = one->starts_at <= term->starts_at && one->ends_at >= term->ends_at;
		if (one->kind != OBSERVATION_MARKET || !text_equal(one->series, contract->series) ||
		    !(covering ? covers : within))
			continue;
		if (count == SETTLEMENT_INPUTS_MAX)
			return too_many(error);
		inputs[count] = (struct quarter_input){ .price_micros_per_kg = one->price_micros_per_kg,
			.version = one->version };
		body_text(inputs[count++].observation, one->id);
	}
	*ret_inputs = (struct list){ inputs, count };
	return true;
}

static bool set_market(struct computed *body, struct error *error)
{
	const struct quarter_input *inputs = body->inputs.items;
	struct settlement_market market = { 0, body->inputs.count };
	for (uint32_t i = 0; i < body->inputs.count; i++) {
		if (inputs[i].price_micros_per_kg > VAULT_INT_MAX - market.sum_micros)
			return error_set(error, ERROR_LIMIT, "quarter", "the sum of its prices is out of range");
		market.sum_micros += inputs[i].price_micros_per_kg;
	}
	body->market_sum_micros = market.sum_micros;
	body->market_count = market.count;
	body->market_micros_per_kg = settlement_mean_micros(&market);
	return true;
}

/* All that the quarter comes to by what is observed now. */
static bool compute(const struct context *context, const struct term *term,
	const struct contract_quarter *row, struct computed *body, struct error *error)
{
	const struct contract *contract = term->contract;
	struct settlement found;
	if (!gather_inputs(context, term, false, &body->inputs, error))
		return false;
	if (body->inputs.count == 0 && !gather_inputs(context, term, true, &body->inputs, error))
		return false;
	if (body->inputs.count == 0) {
		error_set(error, ERROR_ILLEGAL, "quarter",
			"series %s has no market observation of %s in %s", contract->series,
			contract->commodity->code, row->quarter);
		return error_remedy(error, "vaultctl observation import FILE");
	}
	if (!set_market(body, error))
		return false;
	const struct settlement_terms terms = { contract->strike_micros_per_kg, contract->upside_ppm };
	const struct settlement_market market = { body->market_sum_micros, body->market_count };
	if (!settlement_of(&terms, &market, row->mass_g, &found))
		return error_set(error, ERROR_LIMIT, "quarter", "the amount is out of range");
	body->to_producer_cents = found.to_producer_cents;
	body->from_producer_cents = found.from_producer_cents;
	body->strike_micros_per_kg = contract->strike_micros_per_kg;
	body->upside_ppm = contract->upside_ppm;
	body->mass_g = row->mass_g;
	return true;
}

static void write_text(struct document_draft *draft, const struct computed *body,
	const struct contract_quarter *row)
{
	const struct quarter_input *inputs = body->inputs.items;
	char price[64], digits[WORD_INT], version[WORD_INT], share[WORD_SHARE];
	bool to_producer = body->from_producer_cents == 0;
	document_line(draft, "settlement", body->settlement);
	document_line(draft, "producer", row->contract->producer);
	document_line(draft, "commodity", row->contract->commodity->code);
	document_line(draft, "reported-by", row->reported_by);
	document_line_int(draft, "sold-g", row->sold_g);
	document_line_int(draft, "from-stockpile-g", row->from_stockpile_g);
	document_line_int(draft, "stockpiled-g", row->stockpiled_g);
	document_line_int(draft, "counts-g", body->mass_g);
	document_line(draft, "evidence", row->evidence);
	document_line_int(draft, "strike-micros-per-kg", body->strike_micros_per_kg);
	document_line_int(draft, "market-sum-micros", body->market_sum_micros);
	document_line_int(draft, "market-observations", body->market_count);
	document_line_int(draft, "market-micros-per-kg", body->market_micros_per_kg);
	word_share(share, body->upside_ppm);
	document_line(draft, "share-above-the-strike", share);
	price_words(price, sizeof price,
		to_producer ? body->to_producer_cents : body->from_producer_cents, 2, "USD");
	document_line(draft, to_producer ? "due-to-the-producer" : "due-from-the-producer", price);
	document_content(draft);
	for (uint32_t i = 0; i < body->inputs.count; i++) {
		word_int(digits, inputs[i].price_micros_per_kg);
		word_int(version, inputs[i].version);
		document_words(draft, (const char *const[]){ "observation", inputs[i].observation,
			"version", version, "micros-per-kg", digits }, 6);
	}
}

static bool decide_settle(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct computed *params = data;
	struct document_draft draft;
	struct term term;
	if (!find_term(context, params->contract, params->quarter, &term, error))
		return false;
	const struct contract_quarter *row = contract_quarter_of(context->state, params->contract,
		params->quarter);
	if (row == NULL) {
		error_set(error, ERROR_ILLEGAL, "quarter", "nobody has reported %s of %s",
			params->quarter, params->contract);
		return error_remedy(error, "vaultctl contract report %s %s --sold MASS --evidence TEXT",
			params->contract, params->quarter);
	}
	if (row->state != QUARTER_REPORTED) {
		error_set(error, ERROR_ILLEGAL, "quarter", "%s is %s by %s", row->id,
			state_names[row->state], row->document);
		return row->state == QUARTER_COMPUTED ? error_remedy(error, "vaultctl sign %s",
			row->document) : error_remedy(error, "vaultctl contract %s", params->contract);
	}
	struct computed *body = decision_body(decision, &event_contract_computed);
	body_text(body->contract, params->contract);
	body_text(body->quarter, params->quarter);
	body_text(body->settlement, row->id);
	if (!compute(context, &term, row, body, error) ||
	    !document_begin(context, &draft, &document_settlement, row->id, 2, error))
		return false;
	body_text(body->document, draft.id);
	body_text(draft.barred, row->reported_by);
	write_text(&draft, body, row);
	decision_add(decision, &event_contract_computed, body);
	return document_end(context, &draft, decision, error);
}

static void set_inputs(struct contract_quarter *row, const struct list *inputs)
{
	free(row->inputs.items);
	row->inputs = (struct list){ NULL, 0 };
	if (inputs->count == 0)
		return;
	void *copy = malloc(inputs->count * sizeof(struct quarter_input));
	if (copy == NULL)
		abort();
	memcpy(copy, inputs->items, inputs->count * sizeof(struct quarter_input));
	row->inputs = (struct list){ copy, inputs->count };
}

static void apply_computed(struct state *state, const struct applied *applied, const void *data)
{
	const struct computed *body = data;
	struct contract_quarter *row = state_find(state, TABLE_CONTRACT_QUARTER, body->settlement);
	(void)applied;
	assert(row != NULL && row->state == QUARTER_REPORTED);
	row->state = QUARTER_COMPUTED;
	set_inputs(row, &body->inputs);
	row->market_sum_micros = body->market_sum_micros;
	row->market_count = body->market_count;
	row->market_micros_per_kg = body->market_micros_per_kg;
	row->to_producer_cents = body->to_producer_cents;
	row->from_producer_cents = body->from_producer_cents;
	body_text(row->document, body->document);
	state_touch(state, row);
}

const struct event_type event_contract_computed = { "contract.computed", &computed_body,
	apply_computed };
const struct command_type command_contract_settle = { "contract.settle", &settle_params,
	DUTY_OFFICER, decide_settle, NULL };

/* ---- settled ---- */

struct settled {
	char document[CODE_MAX], settlement[CODE_MAX];
};
static const struct field settled_fields[] = {
	F_TEXT(struct settled, document),
	F_TEXT(struct settled, settlement),
};
static const struct descriptor settled_body =
	DESCRIPTOR("contract.settled", struct settled, settled_fields);

/* What an input was then and is now, for the first that differs; "" where none does. */
static const char *what_moved(const struct context *context, const struct contract_quarter *row,
	const struct computed *now)
{
	const struct quarter_input *then = row->inputs.items, *after = now->inputs.items;
	for (uint32_t i = 0; i < row->inputs.count && i < now->inputs.count; i++) {
		if (!text_equal(then[i].observation, after[i].observation))
			return arena_printf(context->arena, "it rests on %s, where %s stands now",
				then[i].observation, after[i].observation);
		if (then[i].version != after[i].version)
			return arena_printf(context->arena, "%s: version %lld then, %lld now",
				then[i].observation, (long long)then[i].version, (long long)after[i].version);
	}
	return row->inputs.count == now->inputs.count ? "" : arena_printf(context->arena,
		"it rests on %u observations, and there are %u now", (unsigned)row->inputs.count,
		(unsigned)now->inputs.count);
}

static bool settlement_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct contract_quarter *row = state_find(context->state, TABLE_CONTRACT_QUARTER,
		document->subject);
	assert(row != NULL && row->state == QUARTER_COMPUTED);
	struct term term = { .contract = row->contract };
	struct computed now = { .inputs = { NULL, 0 } };
	if (!quarter_read(row->quarter, &term.starts_at, &term.ends_at))
		assert(false && "a row has a quarter");
	if (!compute(context, &term, row, &now, error))
		return false;
	const char *moved = what_moved(context, row, &now);
	if (moved[0] != '\0') {
		decision->next = arena_printf(decision->arena,
			"vaultctl reject %s --because \"an observation was revised\"", document->id);
		return refuse_act(decision, document->id, "R20", "", moved);
	}
	assert(now.to_producer_cents == row->to_producer_cents &&
		now.from_producer_cents == row->from_producer_cents);
	struct settled *body = decision_body(decision, &event_contract_settled);
	body_text(body->document, document->id);
	body_text(body->settlement, row->id);
	return decision_add(decision, &event_contract_settled, body);
}

static void apply_settled(struct state *state, const struct applied *applied, const void *data)
{
	const struct settled *body = data;
	struct contract_quarter *row = state_find(state, TABLE_CONTRACT_QUARTER, body->settlement);
	assert(row != NULL && row->state == QUARTER_COMPUTED);
	row->state = QUARTER_SETTLED;
	row->settled_at = applied->at;
	state_touch(state, row);
}

/* What was computed is void; the report stands. */
static void settlement_rejected(struct state *state, const struct document *document)
{
	const struct list none = { NULL, 0 };
	struct contract_quarter *row = state_find(state, TABLE_CONTRACT_QUARTER, document->subject);
	assert(row != NULL && row->state == QUARTER_COMPUTED);
	row->state = QUARTER_REPORTED;
	set_inputs(row, &none);
	row->market_sum_micros = row->market_count = row->market_micros_per_kg = ABSENT;
	row->to_producer_cents = row->from_producer_cents = ABSENT;
	memset(row->document, 0, sizeof row->document);
	state_touch(state, row);
}

const struct event_type event_contract_settled = { "contract.settled", &settled_body,
	apply_settled };
const struct document_kind document_settlement = { "settlement", settlement_effect,
	settlement_rejected, "who reported the quarter", NULL };
