/* The row of a request and how it ends: withdrawn, expired, given back, delivered. */
#include "reserve/emergency/request.h"

#include <assert.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/credit.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/usage.h"
#include "reserve/finding.h"
#include "reserve/person.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/release.h"
#include "reserve/zone/member.h"

static const char *const state_names[] = { "", "refused", "eligible", "allocated", "approved",
	"releasing", "fulfilled", "partial", "withdrawn", "expired", NULL };

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

int64_t request_picked_g(const struct request *request)
{
	return request->picked_g != ABSENT ? request->picked_g : request->awarded_g;
}

/* One that ended is only recalled, for what it still counts. */
void request_loaded(struct state *state, struct row *row)
{
	const struct request *request = (const struct request *)(const void *)row;
	if (!row->closed)
		state_tally(state, TABLE_REQUEST, 0, request->state);
	if (request->drawn_g != ABSENT && request->drawn_g > 0)
		usage_add(request->commodity, request->member, request->decided_at, request->drawn_g);
}

void request_advance(struct state *state, struct request *request, enum request_state to)
{
	state_tally(state, TABLE_REQUEST, request->state, to);
	request->state = (uint8_t)to;
	state_touch(state, request);
}

/* A request that waits has two: its clock may run out before its need-by date. */
int64_t request_due(const struct row *row)
{
	const struct request *request = (const struct request *)(const void *)row;
	if (request->state == REQUEST_ELIGIBLE && request->decide_by != ABSENT &&
	    (request->need_by == ABSENT || request->decide_by < request->need_by))
		return request->decide_by;
	return request->state == REQUEST_ALLOCATED || request->state == REQUEST_ELIGIBLE ?
		request->need_by : TIME_NONE;
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

/* ---- ending ---- */

void request_return(struct state *state, struct request *request, int64_t returned_g)
{
	declaration_use(state, request->declaration, request->commodity, -returned_g);
	if (request->drawn_g == ABSENT)
		return;
	request->drawn_g -= returned_g;
	assert(request->drawn_g >= 0);
	usage_add(request->commodity, request->member, request->decided_at, -returned_g);
	state_touch(state, request);
}

void request_end(struct state *state, struct request *request, enum request_state final,
	int64_t returned_g)
{
	if (returned_g > 0)
		request_return(state, request, returned_g);
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
		release_drop(state, request->release_order);
	credit_undo(state, request->member, request->commodity,
		request->awarded_g - request_picked_g(request));
	request_end(state, request, final, request_picked_g(request));
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

static void give_back(struct state *state, const void *data, enum request_state final)
{
	const struct ended *body = data;
	struct request *request = state_find(state, TABLE_REQUEST, body->request);
	assert(request != NULL);
	request_give_back(state, request, final);
}

/* ---- withdrawn ---- */

static bool decide_withdraw(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct ended *params = data;
	const struct person *actor = context->actor;
	const struct request *request = state_find(context->state, TABLE_REQUEST, params->request);
	if (request == NULL)
		return not_found(error, "request", "open request", params->request);
	if ((actor->duties & ~(uint32_t)DUTY_DELEGATE) == 0 &&
	    !text_equal(actor->member, request->member->code))
		return error_set(error, ERROR_DENIED, "request", "%s is a delegate of %s, and request %s "
			"is of %s", actor->code, actor->member, request->id, request->member->code);
	if (request->state != REQUEST_ALLOCATED && request->state != REQUEST_APPROVED &&
	    request->state != REQUEST_ELIGIBLE)
		return error_set(error, ERROR_ILLEGAL, "request", "request %s is %s and cannot be "
			"withdrawn", request->id, request_state_name(request));
	decision->id = request->id;
	return decision_add(decision, &event_request_withdrawn, params);
}

static void apply_withdrawn(struct state *state, const struct applied *applied, const void *data)
{
	(void)applied;
	give_back(state, data, REQUEST_WITHDRAWN);
}

const struct event_type event_request_withdrawn = { "request.withdrawn", &ended_body,
	apply_withdrawn };
const struct command_type command_request_withdraw = { "request.withdraw", &withdraw_params,
	DUTY_KEEPER | DUTY_ASSAYER | DUTY_OFFICER | DUTY_ADMINISTRATOR | DUTY_DELEGATE,
	decide_withdraw, NULL };

/* ---- expired ---- */

void request_add_expired(const struct request *request, const char *because, int64_t due_ms,
	struct decision *decision)
{
	struct ended *body = decision_body(decision, &event_request_expired);
	body->because = because;
	body_text(body->request, request->id);
	decision_add_at(decision, &event_request_expired, body, due_ms);
}

static void apply_expired(struct state *state, const struct applied *applied, const void *data)
{
	(void)applied;
	give_back(state, data, REQUEST_EXPIRED);
}

const struct event_type event_request_expired = { "request.expired", &ended_body,
	apply_expired };

/* ---- overdue ---- */

static const struct field overdue_fields[] = { F_TEXT(struct ended, request) };
static const struct descriptor overdue_body =
	DESCRIPTOR("request.overdue", struct ended, overdue_fields);

static void apply_overdue(struct state *state, const struct applied *applied, const void *data)
{
	const struct ended *body = data;
	(void)applied;
	struct request *request = state_find(state, TABLE_REQUEST, body->request);
	assert(request != NULL);
	request->decide_by = ABSENT;
	state_touch(state, request);
	state_schedule(state, request);
}

const struct event_type event_request_overdue = { "request.overdue", &overdue_body,
	apply_overdue };

/* The clock has run out and no round has decided it: once a finding, and it waits on. */
static void add_overdue(const struct context *context, const struct request *request,
	int64_t due_ms, struct decision *decision)
{
	char by[TIME_TEXT_SIZE];
	struct ended *body = decision_body(decision, &event_request_overdue);
	body_text(body->request, request->id);
	decision_add_at(decision, &event_request_overdue, body, due_ms);
	time_format(due_ms, by);
	finding_add(context, decision, "decision-overdue", "warning", request->id,
		arena_printf(decision->arena, "%s of %s was to be decided by %s and still waits",
			request->id, request->member->code, by));
}

void tick_request(const struct context *context, const struct request *request, int64_t due_ms,
	struct decision *decision)
{
	if (request->need_by != due_ms)
		add_overdue(context, request, due_ms, decision);
	else
		request_add_expired(request, request->state == REQUEST_ELIGIBLE ?
			"its need-by date passed before a round decided it" :
			"its need-by date passed before an order was issued", due_ms, decision);
}
