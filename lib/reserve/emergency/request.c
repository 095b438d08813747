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

/* PICKS_MAX lots still fit the text of one release order. */
enum { PICKS_MAX = 150, RULES_MAX = 10 };

static const char *const state_names[] = { "", "refused", "allocated", "approved", "releasing",
	"fulfilled", "partial", "withdrawn", "expired", NULL };
static const char *const tier_names[] = { "", "A", "B", "C", NULL };

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
	F_INT(struct request, min_grade_ppm),
	F_TIME(struct request, need_by),
	F_TEXT(struct request, purpose),
	F_TEXT(struct request, destination),
	F_TEXT(struct request, requested_by),
	F_TEXT(struct request, release_order),
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
	F_TEXT(struct request_decided, declaration),
	F_TEXT(struct request_decided, destination),
	F_INT(struct request_decided, mass_g),
	F_TEXT(struct request_decided, member),
	F_INT(struct request_decided, min_grade_ppm),
	F_TIME(struct request_decided, need_by),
	F_BOOL(struct request_decided, partial),
	F_LIST(struct request_decided, picks, &pick_descriptor),
	F_TEXT(struct request_decided, purpose),
	F_TEXT(struct request_decided, request),
	F_LIST(struct request_decided, rules, &rule_result_descriptor),
	F_ENUM(struct request_decided, tier, tier_names),
};
static const struct descriptor decided_body =
	DESCRIPTOR("request.decided", struct request_decided, decided_fields);

struct submit_params {
	char commodity[CODE_MAX], destination[32];
	int64_t mass_g;
	char member[8];
	int64_t min_grade_ppm, need_by;
	bool partial;
	char purpose[32];
	uint8_t tier;
};
static const struct field submit_fields[] = {
	R_TEXT(struct submit_params, commodity),
	F_TEXT(struct submit_params, destination),
	R_INT_IN(struct submit_params, mass_g, 1, VAULT_INT_MAX),
	R_TEXT(struct submit_params, member),
	F_INT_IN(struct submit_params, min_grade_ppm, 0, VAULT_PPM),
	F_TIME(struct submit_params, need_by),
	F_BOOL(struct submit_params, partial),
	F_TEXT(struct submit_params, purpose),
	F_ENUM(struct submit_params, tier, tier_names),
};
static const struct descriptor submit_params =
	DESCRIPTOR("request.submit", struct submit_params, submit_fields);

/* What the rules look at, and what they find. */
struct weighing {
	const struct context *context;
	const struct submit_params *params;
	const struct member *member;
	const struct commodity *commodity;
	const struct declaration *declaration;
	struct rule_result *rules;
	uint32_t count;
	int64_t limit_g;
	bool barred; /* by a rule that no smaller mass would pass */
};

static struct rule_result *weigh(struct weighing *weighing, const char *rule, int64_t limit_g)
{
	assert(weighing->count < RULES_MAX);
	struct rule_result *result = &weighing->rules[weighing->count++];
	*result = (struct rule_result){ .limit_g = limit_g, .available_g = ABSENT,
		.must_stay_g = ABSENT, .version = ABSENT };
	body_text(result->rule, rule);
	result->failed = limit_g < weighing->params->mass_g;
	if (limit_g < weighing->limit_g)
		weighing->limit_g = limit_g;
	return result;
}

static void bar(struct weighing *weighing, const char *rule, const char *because)
{
	weigh(weighing, rule, 0)->because = because;
	weighing->barred = true;
}

static void weigh_standing(struct weighing *weighing)
{
	const struct submit_params *params = weighing->params;
	if (weighing->declaration == NULL &&
	    declaration_has_ended_for(weighing->context->state, params->commodity))
		bar(weighing, "R02", "the declaration that covered it has ended");
	else if (weighing->declaration == NULL)
		bar(weighing, "R01", "no declaration is open for it");
	if (weighing->member->status != MEMBER_IN_FORCE)
		bar(weighing, "R07", member_status_name(weighing->member));
	if (text_equal(params->purpose, "resale"))
		bar(weighing, "R08", "metal of the reserve is not for resale");
	if (params->need_by != ABSENT && params->need_by <= weighing->context->now)
		bar(weighing, "R09", "the need-by date has passed");
}

/* Whether any lot of that grade is held that may not leave now. */
static bool any_encumbered(const struct weighing *weighing)
{
	const struct lot *lot = NULL;
	while ((lot = state_next(weighing->context->state, TABLE_LOT, lot)) != NULL) {
		if (lot->commodity == weighing->commodity && !lot->row.closed &&
		    lot->state != LOT_EXPECTED &&
		    (weighing->params->min_grade_ppm == ABSENT || lot->grade_ppm == ABSENT ||
		    lot->grade_ppm >= weighing->params->min_grade_ppm))
			return true;
	}
	return false;
}

static void weigh_held(struct weighing *weighing)
{
	int64_t free_g = pick_free_g(&weighing->commodity->lots, weighing->params->min_grade_ppm);
	if (free_g == 0 && any_encumbered(weighing)) {
		struct rule_result *result = weigh(weighing, "R11", 0);
		result->because = "only lots that are held, in quarantine, out of date or awarded remain";
	} else {
		weigh(weighing, "R10", free_g)->available_g = free_g;
	}
}

static void weigh_floor(struct weighing *weighing, const char *rule, const struct floor *floor)
{
	int64_t available_g = weighing->commodity->available_g;
	struct rule_result *result = weigh(weighing, rule, floor_headroom_g(floor, available_g));
	result->available_g = available_g;
	if (floor != NULL) {
		result->must_stay_g = floor->mass_g;
		result->version = floor->version;
		if (result->failed)
			result->because = floor_words(weighing->context->arena, floor);
	} else {
		result->because = "this floor is not set, and without both nothing leaves";
	}
}

static void weigh_limits(struct weighing *weighing)
{
	const struct commodity *commodity = weighing->commodity;
	if (commodity->declaration != NULL && commodity->cap_g != ABSENT) {
		int64_t left_g = commodity->cap_g - commodity->cap_used_g;
		struct rule_result *result = weigh(weighing, "R03", left_g > 0 ? left_g : 0);
		result->available_g = commodity->cap_g;
		result->must_stay_g = commodity->cap_used_g;
	}
	if (weighing->declaration == NULL || declaration_keeps_operating(weighing->declaration) ||
	    weighing->commodity->operating == NULL)
		weigh_floor(weighing, "R04", weighing->commodity->operating);
	weigh_floor(weighing, "R05", weighing->commodity->hard);
}

/* Lowest sufficient grade first, until the award is met. */
static bool pick_lots(const struct weighing *weighing, int64_t award_g, struct list *ret_picks,
	struct error *error)
{
	const struct pick_index *index = &weighing->commodity->lots;
	struct pick *picks = arena_alloc(weighing->context->arena, 4 * sizeof *picks);
	uint32_t count = 0, capacity = 4;
	struct lot *lot = pick_first(index, weighing->params->min_grade_ppm);
	for (int64_t left_g = award_g; left_g > 0; lot = pick_next(index, lot)) {
		assert(lot != NULL);
		if (count == PICKS_MAX)
			return error_set(error, ERROR_LIMIT, "mass_g",
				"it would need more than %d lots; ask in parts", PICKS_MAX);
		if (count == capacity) {
			struct pick *more = arena_alloc(weighing->context->arena,
				capacity * 2 * sizeof *more);
			memcpy(more, picks, count * sizeof *more);
			picks = more;
			capacity *= 2;
		}
		int64_t free_g = lot_free_g(lot);
		struct pick *pick = &picks[count++];
		pick->contained_g = left_g < free_g ? left_g : free_g;
		pick->net_g = lot_net_share_g(lot, pick->contained_g);
		memcpy(pick->lot, lot->code, sizeof pick->lot);
		left_g -= pick->contained_g;
	}
	*ret_picks = (struct list){ picks, count };
	return true;
}

static bool begin_weighing(const struct context *context, const struct submit_params *params,
	struct weighing *weighing, struct error *error)
{
	*weighing = (struct weighing){ .context = context, .params = params,
		.limit_g = VAULT_INT_MAX };
	weighing->member = state_find(context->state, TABLE_MEMBER, params->member);
	if (weighing->member == NULL)
		return not_found(error, "member", "member", params->member);
	weighing->commodity = commodity_find(context, "commodity", params->commodity, error);
	if (weighing->commodity == NULL)
		return false;
	weighing->declaration = weighing->commodity->declaration;
	weighing->rules = arena_alloc(context->arena, RULES_MAX * sizeof *weighing->rules);
	return weighing->rules != NULL || error_set(error, ERROR_LIMIT, "", "too little memory");
}

static struct request_decided *decided(const struct weighing *weighing,
	struct decision *decision)
{
	const struct submit_params *params = weighing->params;
	struct request_decided *body = decision_body(decision, &event_request_allocated);
	char id[CODE_MAX];
	state_next_id(weighing->context->state, "R", weighing->context->now, 0, id, sizeof id);
	body_text(body->request, id);
	body_text(body->member, params->member);
	body_text(body->commodity, params->commodity);
	body_text(body->purpose, params->purpose);
	body_text(body->destination, params->destination);
	if (weighing->declaration != NULL)
		body_text(body->declaration, weighing->declaration->id);
	body->mass_g = params->mass_g;
	body->min_grade_ppm = params->min_grade_ppm;
	body->need_by = params->need_by;
	body->tier = params->tier;
	body->partial = params->partial;
	body->available_g = weighing->commodity->available_g;
	body->rules = (struct list){ weighing->rules, weighing->count };
	decision->id = body->request;
	return body;
}

static bool decide_submit(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct submit_params *params = data;
	struct weighing weighing;
	if (!begin_weighing(context, params, &weighing, error))
		return false;
	weigh_standing(&weighing);
	weigh_held(&weighing);
	weigh_limits(&weighing);
	int64_t award_g = params->mass_g;
	if (weighing.limit_g < award_g)
		award_g = params->partial && !weighing.barred ? weighing.limit_g : 0;
	struct request_decided *body = decided(&weighing, decision);
	body->awarded_g = award_g;
	if (award_g == 0) {
		decision->refused = true;
		return decision_add(decision, &event_request_refused, body);
	}
	decision->next = arena_printf(decision->arena, "vaultctl order new %s --consignee ...",
		body->request);
	return pick_lots(&weighing, award_g, &body->picks, error) &&
		decision_add(decision, &event_request_allocated, body);
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
		lot_reserve(state, lot, picks[i].contained_g, picks[i].net_g);
	}
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
const struct command_type command_request_submit = { "request.submit", &submit_params,
	DUTY_KEEPER | DUTY_ASSAYER | DUTY_OFFICER | DUTY_ADMINISTRATOR | DUTY_DELEGATE,
	decide_submit, NULL };

/* ---- ending ---- */

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
		lot_reserve(state, lot, -picks[i].contained_g, -picks[i].net_g);
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

void tick_request(const struct request *request, int64_t due_ms, struct decision *decision)
{
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
