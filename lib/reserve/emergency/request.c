/*
 * Deciding a request at once. The order of the rules is fixed: standing and form first (R01, R02, R07
 * to R09), then what is held (R10, R11), then the limits in grams (R03, R04, R05). The award is the
 * least of them; above it a request is refused whole unless it says partial.
 */
#include "reserve/emergency/request.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/award.h"
#include "reserve/emergency/declaration.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/zone/member.h"

static const char *const state_names[] = { "", "refused", "eligible", "allocated", "approved", "releasing",
	"fulfilled", "partial", "withdrawn", "expired", NULL };

static const struct field request_fields[] = {
	F_TEXT(struct request, id),
	F_REF(struct request, member, TABLE_MEMBER),
	F_REF(struct request, commodity, TABLE_COMMODITY),
	F_REF(struct request, declaration, TABLE_DECLARATION),
	F_ENUM(struct request, state, state_names),
	F_ENUM(struct request, tier, tier_names),
	F_BOOL(struct request, partial),
	F_INT(struct request, mass_g),
	F_INT(struct request, awarded_g),
	F_INT(struct request, picked_g),
	F_INT(struct request, drawn_g),
	F_INT(struct request, min_grade_ppm),
	F_TIME(struct request, need_by),
	F_TEXT(struct request, purpose),
	F_TEXT(struct request, destination),
	F_STRING(struct request, consignee),
	F_TEXT(struct request, requested_by),
	F_TEXT(struct request, release_order),
	F_TEXT(struct request, plan),
	F_INT(struct request, planned_g),
	F_TIME(struct request, decide_by),
	F_TIME(struct request, decided_at),
	F_INT(struct request, decided_index),
	F_LIST(struct request, picks, &pick_descriptor),
};
const struct descriptor request_descriptor =
	DESCRIPTOR("request", struct request, request_fields);

const char *request_state_name(const struct request *request)
{
	return state_names[request->state];
}

void request_loaded(struct state *state, struct row *row)
{
	const struct request *request = (const struct request *)(const void *)row;
	state_tally(state, TABLE_REQUEST, 0, request->state);
}

void request_advance(struct state *state, struct request *request, enum request_state to)
{
	state_tally(state, TABLE_REQUEST, request->state, to);
	request->state = (uint8_t)to;
	state_touch(state, request);
}

int64_t request_due(const struct row *row)
{
	const struct request *request = (const struct request *)(const void *)row;
	return request->state == REQUEST_ALLOCATED ? request->need_by : TIME_NONE;
}

const char *request_holding(const struct state *state, const char *lot)
{
	const struct request *request = NULL;
	while ((request = state_next(state, TABLE_REQUEST, request)) != NULL) {
		const struct pick *picks = request->picks.items;
		for (uint32_t i = 0; i < request->picks.count && !request->row.closed; i++) {
			if (text_equal(picks[i].lot, lot))
				return request->id;
		}
	}
	return "a delivery";
}

/* ---- the decision ---- */

static const struct field decided_fields[] = {
	F_INT(struct request_decided, available_g),
	F_INT(struct request_decided, awarded_g),
	F_TEXT(struct request_decided, commodity),
	F_STRING(struct request_decided, consignee),
	F_INT(struct request_decided, credit_g),
	F_TIME(struct request_decided, decide_by),
	F_TEXT(struct request_decided, declaration),
	F_TEXT(struct request_decided, destination),
	F_INT(struct request_decided, mass_g),
	F_TEXT(struct request_decided, member),
	F_INT(struct request_decided, min_grade_ppm),
	F_TIME(struct request_decided, need_by),
	F_STRING(struct request_decided, note),
	F_BOOL(struct request_decided, partial),
	F_INT(struct request_decided, picked_g),
	F_LIST(struct request_decided, picks, &pick_descriptor),
	F_TEXT(struct request_decided, plan),
	F_TEXT(struct request_decided, purpose),
	F_TEXT(struct request_decided, request),
	F_LIST(struct request_decided, rules, &rule_result_descriptor),
	F_TEXT(struct request_decided, signature),
	F_TEXT(struct request_decided, signature_key),
	F_TEXT(struct request_decided, signer),
	F_ENUM(struct request_decided, tier, tier_names),
};
static const struct descriptor decided_body =
	DESCRIPTOR("request.decided", struct request_decided, decided_fields);

static const struct field submit_fields[] = {
	R_TEXT(struct submit_params, commodity),
	F_STRING(struct submit_params, consignee),
	F_TEXT(struct submit_params, destination),
	R_INT_IN(struct submit_params, mass_g, 1, VAULT_INT_MAX),
	R_TEXT(struct submit_params, member),
	F_INT_IN(struct submit_params, min_grade_ppm, 0, VAULT_PPM),
	F_TIME(struct submit_params, need_by),
	F_BOOL(struct submit_params, partial),
	F_TEXT(struct submit_params, purpose),
	F_ENUM(struct submit_params, tier, tier_names),
};
const struct descriptor submit_params_descriptor =
	DESCRIPTOR("request.submit", struct submit_params, submit_fields);

struct request_decided *request_decided_body(const struct context *context,
	const struct event_type *type, const struct request *request,
	const struct weighing *weighing, struct decision *decision)
{
	struct request_decided *body = decision_body(decision, type);
	(void)context;
	body_text(body->request, request->id);
	body_text(body->member, request->member->code);
	body_text(body->commodity, request->commodity->code);
	body_text(body->purpose, request->purpose);
	body_text(body->destination, request->destination);
	body->consignee = request->consignee;
	if (request->declaration != NULL)
		body_text(body->declaration, request->declaration->id);
	body->mass_g = request->mass_g;
	body->min_grade_ppm = request->min_grade_ppm;
	body->need_by = request->need_by;
	body->tier = request->tier;
	body->partial = request->partial;
	body_text(body->plan, request->plan);
	body->available_g = request->commodity->available_g;
	body->rules = (struct list){ weighing->rules, weighing->count };
	decision->id = body->request;
	return body;
}

struct ask request_ask(const struct request *request)
{
	return (struct ask){ .member = request->member, .commodity = request->commodity,
		.mass_g = request->mass_g, .min_grade_ppm = request->min_grade_ppm,
		.need_by = request->need_by, .tier = request->tier, .purpose = request->purpose,
		.destination = request->destination };
}

/* A request as it will be, before it is one. */
static bool draft(const struct context *context, const struct submit_params *params,
	struct request *ret_request, struct error *error)
{
	*ret_request = (struct request){ .mass_g = params->mass_g, .tier = params->tier,
		.min_grade_ppm = params->min_grade_ppm, .need_by = params->need_by,
		.partial = params->partial, .consignee = (char *)params->consignee };
	ret_request->member = state_find(context->state, TABLE_MEMBER, params->member);
	if (ret_request->member == NULL)
		return not_found(error, "member", "member", params->member);
	ret_request->commodity = commodity_find(context, "commodity", params->commodity, error);
	if (ret_request->commodity == NULL)
		return false;
	ret_request->declaration = ret_request->commodity->declaration;
	body_text(ret_request->purpose, params->purpose);
	body_text(ret_request->destination, params->destination);
	state_next_id(context->state, "R", context->now, 0, ret_request->id, sizeof ret_request->id);
	return true;
}

bool request_decide(const struct context *context, const struct submit_params *params,
	const struct signed_request *signed_by, struct decision *decision, struct error *error)
{
	struct request request;
	struct weighing weighing;
	struct picked picked;
	(void)signed_by;
	if (!draft(context, params, &request, error))
		return false;
	struct ask ask = request_ask(&request);
	weigh_begin(context, &ask, NULL, &weighing);
	weigh_all(&weighing);
	int64_t award_g = params->mass_g;
	if (weighing.limit_g < award_g)
		award_g = params->partial && !weighing.barred ? weighing.limit_g : 0;
	struct request_decided *body = request_decided_body(context, &event_request_allocated,
		&request, &weighing, decision);
	body->awarded_g = award_g;
	if (award_g == 0) {
		decision->refused = true;
		return decision_add(decision, &event_request_refused, body);
	}
	picking_one(request.commodity, params->min_grade_ppm, award_g, &weighing.filter,
		PICKS_AT_ONCE, context->arena, &picked);
	if (picked.cut)
		return error_set(error, ERROR_LIMIT, "mass_g",
			"it would need more than %d lots; ask in parts", PICKS_AT_ONCE);
	body->picks = picked.picks;
	decision->next = arena_printf(decision->arena, "vaultctl order new %s --consignee ...",
		body->request);
	return decision_add(decision, &event_request_allocated, body);
}

static bool decide_submit(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	return request_decide(context, data, NULL, decision, error);
}

static struct request *insert(struct state *state, const struct applied *applied,
	const struct request_decided *body)
{
	struct request *request = state_insert(state, TABLE_REQUEST, body->request);
	state_take_id(state, body->request);
	request->member = state_find(state, TABLE_MEMBER, body->member);
	request->commodity = state_find(state, TABLE_COMMODITY, body->commodity);
	if (body->declaration[0] != '\0')
		request->declaration = state_find(state, TABLE_DECLARATION, body->declaration);
	request->state = REQUEST_NONE;
	request->tier = body->tier;
	request->partial = body->partial;
	request->mass_g = body->mass_g;
	request->awarded_g = body->awarded_g;
	request->min_grade_ppm = body->min_grade_ppm;
	request->need_by = body->need_by;
	memcpy(request->purpose, body->purpose, sizeof request->purpose);
	memcpy(request->destination, body->destination, sizeof request->destination);
	body_text(request->requested_by, applied->actor);
	request->decided_at = applied->at;
	request->decided_index = applied->index;
	return request;
}

static void apply_allocated(struct state *state, const struct applied *applied, const void *data)
{
	const struct request_decided *body = data;
	struct request *request = insert(state, applied, body);
	request_advance(state, request, REQUEST_ALLOCATED);
	const struct pick *picks = body->picks.items;
	struct pick *kept = malloc(body->picks.count * sizeof *kept);
	if (kept == NULL)
		abort();
	memcpy(kept, picks, body->picks.count * sizeof *kept);
	request->picks = (struct list){ kept, body->picks.count };
	for (uint32_t i = 0; i < body->picks.count; i++) {
		struct lot *lot = state_find(state, TABLE_LOT, picks[i].lot);
		assert(lot != NULL);
		lot_reserve(state, lot, &picks[i], 1);
	}
	request->drawn_g = body->awarded_g;
	declaration_use(state, request->declaration, request->commodity, body->awarded_g);
	if (request->need_by != ABSENT)
		state_schedule(state, request);
}

static void apply_refused(struct state *state, const struct applied *applied, const void *data)
{
	struct request *request = insert(state, applied, data);
	request->state = REQUEST_REFUSED; /* at once its last */
	state_close(state, request);
}

const struct event_type event_request_allocated = { "request.allocated", &decided_body,
	apply_allocated };
const struct event_type event_request_refused = { "request.refused", &decided_body,
	apply_refused };
const struct command_type command_request_submit = { "request.submit", &submit_params_descriptor,
	DUTY_KEEPER | DUTY_ASSAYER | DUTY_OFFICER | DUTY_ADMINISTRATOR | DUTY_DELEGATE,
	decide_submit, NULL };

/* ---- in rounds ---- */

static void apply_nothing(struct state *state, const struct applied *applied, const void *data)
{
	(void)state;
	(void)applied;
	(void)data;
}

const struct event_type event_request_eligible = { "request.eligible", &decided_body,
	apply_nothing };
const struct event_type event_request_granted = { "request.granted", &decided_body,
	apply_nothing };
const struct event_type event_request_cut = { "request.cut", &decided_body, apply_nothing };

/* More lots of an award than one entry takes. */
struct picked_more {
	struct list picks;
	char request[CODE_MAX];
};
static const struct field picked_fields[] = {
	F_LIST(struct picked_more, picks, &pick_descriptor),
	F_TEXT(struct picked_more, request),
};
static const struct descriptor picked_body =
	DESCRIPTOR("request.picked", struct picked_more, picked_fields);
const struct event_type event_request_picked = { "request.picked", &picked_body, apply_nothing };

/* ---- ending ---- */

void request_return(struct state *state, struct request *request, int64_t returned_g)
{
	declaration_use(state, request->declaration, request->commodity, -returned_g);
}

void request_end(struct state *state, struct request *request, enum request_state final,
	int64_t returned_g)
{
	if (returned_g > 0)
		declaration_use(state, request->declaration, request->commodity, -returned_g);
	state_tally(state, TABLE_REQUEST, request->state, 0);
	request->state = (uint8_t)final;
	state_close(state, request);
}

void request_give_back(struct state *state, struct request *request, enum request_state final)
{
	const struct pick *picks = request->picks.items;
	for (uint32_t i = 0; i < request->picks.count; i++) {
		struct lot *lot = state_find(state, TABLE_LOT, picks[i].lot);
		assert(lot != NULL);
		lot_reserve(state, lot, &picks[i], -1);
	}
	if (request->release_order[0] != '\0')
		award_drop_order(state, request->release_order);
	request_end(state, request, final, request->awarded_g);
}

struct ended {
	const char *because;
	char request[CODE_MAX];
};
static const struct field ended_fields[] = {
	F_STRING(struct ended, because),
	F_TEXT(struct ended, request),
};
static const struct descriptor ended_body = DESCRIPTOR("request.ended", struct ended, ended_fields);
static const struct field withdraw_fields[] = {
	R_STRING(struct ended, because),
	R_TEXT(struct ended, request),
};
static const struct descriptor withdraw_params =
	DESCRIPTOR("request.withdraw", struct ended, withdraw_fields);

static bool decide_withdraw(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct ended *params = data;
	const struct request *request = state_find(context->state, TABLE_REQUEST, params->request);
	if (request == NULL)
		return not_found(error, "request", "open request", params->request);
	if (request->state != REQUEST_ALLOCATED && request->state != REQUEST_APPROVED)
		return error_set(error, ERROR_ILLEGAL, "request", "request %s is %s and cannot be "
			"withdrawn", request->id, request_state_name(request));
	decision->id = request->id;
	return decision_add(decision, &event_request_withdrawn, params);
}

static void apply_withdrawn(struct state *state, const struct applied *applied, const void *data)
{
	const struct ended *body = data;
	(void)applied;
	struct request *request = state_find(state, TABLE_REQUEST, body->request);
	assert(request != NULL);
	request_give_back(state, request, REQUEST_WITHDRAWN);
}

const struct event_type event_request_withdrawn = { "request.withdrawn", &ended_body,
	apply_withdrawn };
const struct command_type command_request_withdraw = { "request.withdraw", &withdraw_params,
	DUTY_KEEPER | DUTY_ASSAYER | DUTY_OFFICER | DUTY_ADMINISTRATOR | DUTY_DELEGATE,
	decide_withdraw, NULL };

void request_add_expired(const struct request *request, const char *because, int64_t due_ms,
	struct decision *decision)
{
	struct ended *body = decision_body(decision, &event_request_expired);
	body->because = because;
	body_text(body->request, request->id);
	decision_add_at(decision, &event_request_expired, body, due_ms);
}

static const struct field overdue_fields[] = { F_TEXT(struct ended, request) };
static const struct descriptor overdue_body =
	DESCRIPTOR("request.overdue", struct ended, overdue_fields);
const struct event_type event_request_overdue = { "request.overdue", &overdue_body,
	apply_nothing };

void tick_request(const struct context *context, const struct request *request, int64_t due_ms,
	struct decision *decision)
{
	(void)context;
	struct ended *body = decision_body(decision, &event_request_expired);
	body->because = "its need-by date passed before an order was issued";
	body_text(body->request, request->id);
	decision_add_at(decision, &event_request_expired, body, due_ms);
}

static void apply_expired(struct state *state, const struct applied *applied, const void *data)
{
	const struct ended *body = data;
	(void)applied;
	struct request *request = state_find(state, TABLE_REQUEST, body->request);
	assert(request != NULL);
	request_give_back(state, request, REQUEST_EXPIRED);
}

const struct event_type event_request_expired = { "request.expired", &ended_body,
	apply_expired };
