/*
 * Deciding a request, and what its decisions change. At once the award is the least of all limits,
 * and above it a request is refused whole unless it says partial; it is drawn in whole units, with
 * the member's credit. In rounds a request is refused only for what no round could change, and else
 * waits; its round's plan grants it or cuts it down to nothing.
 */
#include "reserve/emergency/request.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/credit.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/request_note.h"
#include "reserve/emergency/usage.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"
#include "reserve/zone/member.h"

enum { HOUR_MS = 60 * 60 * 1000 };

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
	F_INT(struct request_decided, unit_g),
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

struct request_decided *request_decided_body(const struct event_type *type,
	const struct request *request, const struct weighing *weighing, struct decision *decision)
{
	struct request_decided *body = decision_body(decision, type);
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
	body->awarded_g = 0;
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

/* ---- deciding ---- */

/* A request as it will be, before it is one. */
static bool draft(const struct context *context, const struct submit_params *params,
	struct request *ret_request, struct error *error)
{
	*ret_request = (struct request){ .mass_g = params->mass_g, .tier = params->tier,
		.min_grade_ppm = params->min_grade_ppm, .need_by = params->need_by,
		.partial = params->partial, .consignee = (char *)params->consignee };
	if (params->consignee != NULL && strlen(params->consignee) >= NAME_MAX_BYTES)
		return error_set(error, ERROR_LIMIT, "consignee", "a name has at most %d bytes",
			NAME_MAX_BYTES - 1);
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

/* A request under decision. */
struct deciding {
	const struct context *context;
	const struct signed_request *signed_by; /* or NULL */
	struct request request;
	struct ask ask;
	struct weighing weighing;
};

static struct request_decided *begin_body(const struct deciding *deciding,
	const struct event_type *type, struct decision *decision)
{
	const struct signed_request *by = deciding->signed_by;
	struct request_decided *body = request_decided_body(type, &deciding->request,
		&deciding->weighing, decision);
	if (by != NULL) {
		body->note = by->text;
		body_text(body->signer, by->person);
		body_text(body->signature_key, by->key_id);
		body_text(body->signature, by->signature);
	}
	return body;
}

static bool refuse(const struct deciding *deciding, int64_t unit_g, struct decision *decision)
{
	struct request_decided *body = begin_body(deciding, &event_request_refused, decision);
	body->unit_g = unit_g;
	decision->refused = true;
	return decision_add(decision, &event_request_refused, body);
}

static struct rule_result *result_of(struct weighing *weighing, const char *rule)
{
	for (uint32_t i = 0; i < weighing->count; i++) {
		if (text_equal(weighing->rules[i].rule, rule))
			return &weighing->rules[i];
	}
	return NULL;
}

/* ---- at once ---- */

/* A credit passes no floor and no cap; and a share is what the award itself is. */
int64_t request_target_g(const struct weighing *weighing, int64_t award_g)
{
	const struct ask *ask = weighing->ask;
	int64_t target_g = award_g + credit_g(weighing->context->state, ask->member, ask->commodity);
	for (uint32_t i = 0; i < weighing->count; i++) {
		const struct rule_result *result = &weighing->rules[i];
		if (result->limit_g < target_g && !text_equal(result->rule, "share"))
			target_g = result->limit_g;
	}
	return target_g;
}

/* There is enough of it, but only in sealed units that are larger than what would be awarded. */
static bool refuse_units(struct deciding *deciding, int64_t unit_g, struct decision *decision)
{
	char mass[WORD_MASS];
	struct rule_result *held = result_of(&deciding->weighing, "R10");
	assert(held != NULL); /* without it nothing would be awarded */
	word_mass(mass, unit_g);
	held->failed = true;
	held->limit_g = 0;
	held->because = unit_g > 0 ?
		arena_printf(deciding->context->arena, "only sealed units are held, which are never "
			"split, and the smallest holds %s", mass) :
		"what is held is not in units that can be counted";
	return refuse(deciding, unit_g > 0 ? unit_g : ABSENT, decision);
}

/* Above a limit; where not even that much could be drawn in whole units, the smallest is told. */
static bool refuse_limited(const struct deciding *deciding, struct decision *decision)
{
	const struct weighing *weighing = &deciding->weighing;
	int64_t unit_g = weighing->limit_g > 0 ? picking_least_g(deciding->request.commodity,
		deciding->request.min_grade_ppm, &weighing->filter) : 0;
	bool larger = unit_g > 0 && unit_g > request_target_g(weighing, weighing->limit_g);
	return refuse(deciding, larger ? unit_g : ABSENT, decision);
}

static bool decide_at_once(struct deciding *deciding, struct decision *decision,
	struct error *error)
{
	const struct context *context = deciding->context;
	const struct request *request = &deciding->request;
	const struct weighing *weighing = &deciding->weighing;
	struct picked picked;
	int64_t award_g = request->mass_g;
	if (weighing->limit_g < award_g)
		award_g = request->partial && !weighing->barred ? weighing->limit_g : 0;
	if (award_g == 0)
		return refuse_limited(deciding, decision);
	picking_one(request->commodity, request->min_grade_ppm, request_target_g(weighing, award_g),
		&weighing->filter, PICKS_AT_ONCE, context->arena, &picked);
	if (picked.cut)
		return error_set(error, ERROR_LIMIT, "mass_g",
			"it would need more than %d lots; ask in parts", PICKS_AT_ONCE);
	if (picked.contained_g == 0)
		return refuse_units(deciding, picking_least_g(request->commodity,
			request->min_grade_ppm, &weighing->filter), decision);
	struct request_decided *body = begin_body(deciding, &event_request_allocated, decision);
	body->awarded_g = award_g;
	body->picked_g = picked.contained_g;
	body->picks = picked.picks;
	if (picked.contained_g != award_g)
		body->credit_g = award_g - picked.contained_g +
			credit_g(context->state, request->member, request->commodity);
	decision->next = arena_printf(decision->arena, "vaultctl order new %s --consignee ...",
		body->request);
	return decision_add(decision, &event_request_allocated, body);
}

/* ---- in rounds ---- */

/* Nothing of that grade is held, not even what may not leave now: that is another rule, R11. */
static bool nothing_held(struct weighing *weighing)
{
	const struct rule_result *held = result_of(weighing, "R10");
	return held != NULL && held->limit_g == 0;
}

static bool decide_in_rounds(struct deciding *deciding, struct decision *decision)
{
	const struct request *request = &deciding->request;
	if (deciding->weighing.barred || nothing_held(&deciding->weighing))
		return refuse(deciding, ABSENT, decision);
	const struct service_clock *clock = declaration_clock(request->declaration, request->tier);
	struct request_decided *body = begin_body(deciding, &event_request_eligible, decision);
	if (clock != NULL && clock->decide_hours != ABSENT)
		body->decide_by = deciding->context->now + clock->decide_hours * HOUR_MS;
	decision->next = arena_printf(decision->arena, "vaultctl why %s", body->request);
	return decision_add(decision, &event_request_eligible, body);
}

bool request_decide(const struct context *context, const struct submit_params *params,
	const struct signed_request *signed_by, struct decision *decision, struct error *error)
{
	struct deciding deciding = { .context = context, .signed_by = signed_by };
	if (!draft(context, params, &deciding.request, error))
		return false;
	deciding.ask = request_ask(&deciding.request);
	weigh_begin(context, &deciding.ask, NULL, &deciding.weighing);
	weigh_all(&deciding.weighing);
	const struct declaration *declaration = deciding.request.declaration;
	return declaration != NULL && declaration_in_rounds(declaration) ?
		decide_in_rounds(&deciding, decision) : decide_at_once(&deciding, decision, error);
}

/* A delegate speaks for one member, and by notes alone. */
static bool decide_submit(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct submit_params *params = data;
	if (request_needs_note(context->state, params->member)) {
		error_set(error, ERROR_DENIED, "note",
			"%s has an enrolled delegate, and asks by a note that the delegate signs",
			params->member);
		return error_remedy(error, "vaultctl request write %s %s ... --key FILE | "
			"vaultctl request submit --note -", params->member, params->commodity);
	}
	if ((context->actor->duties & ~(uint32_t)DUTY_DELEGATE) == 0)
		return error_set(error, ERROR_DENIED, "member", "%s is a delegate of %s alone",
			context->actor->code, context->actor->member);
	return request_decide(context, params, NULL, decision, error);
}

const struct command_type command_request_submit = { "request.submit", &submit_params_descriptor,
	DUTY_KEEPER | DUTY_ASSAYER | DUTY_OFFICER | DUTY_ADMINISTRATOR | DUTY_DELEGATE,
	decide_submit, NULL };

/* ---- what a decision changes ---- */

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
	if (body->consignee != NULL && (request->consignee = strdup(body->consignee)) == NULL)
		abort();
	body_text(request->requested_by, body->signer[0] != '\0' ? body->signer : applied->actor);
	request->decided_at = applied->at;
	request->decided_index = applied->index;
	return request;
}

/* Parts of lots are the request's from now on. */
static void take_picks(struct state *state, struct request *request, const struct list *picks)
{
	uint32_t count = request->picks.count + picks->count;
	if (picks->count == 0)
		return;
	struct pick *kept = reallocarray(request->picks.items, count, sizeof *kept);
	if (kept == NULL)
		abort();
	memcpy(kept + request->picks.count, picks->items, picks->count * sizeof *kept);
	for (uint32_t i = request->picks.count; i < count; i++) {
		struct lot *lot = state_find(state, TABLE_LOT, kept[i].lot);
		assert(lot != NULL);
		lot_reserve(state, lot, &kept[i], 1);
	}
	request->picks = (struct list){ kept, count };
}

/*
 * What was awarded counts from now on. An award of before whole units were kept counts in no
 * window.
 */
static void take_award(struct state *state, struct request *request,
	const struct request_decided *body)
{
	int64_t picked_g = body->picked_g;
	request->awarded_g = body->awarded_g;
	request->picked_g = picked_g;
	declaration_use(state, request->declaration, request->commodity, request_picked_g(request));
	if (picked_g != ABSENT && picked_g > 0) {
		request->drawn_g = picked_g;
		usage_add(request->commodity, request->member, request->decided_at, picked_g);
	}
	if (body->credit_g != ABSENT)
		credit_set(state, request->member, request->commodity, body->credit_g);
	take_picks(state, request, &body->picks);
}

static void apply_allocated(struct state *state, const struct applied *applied, const void *data)
{
	const struct request_decided *body = data;
	struct request *request = insert(state, applied, body);
	request_advance(state, request, REQUEST_ALLOCATED);
	take_award(state, request, body);
	state_schedule(state, request);
}

static void apply_refused(struct state *state, const struct applied *applied, const void *data)
{
	struct request *request = insert(state, applied, data);
	request->state = REQUEST_REFUSED; /* at once its last */
	state_close(state, request);
}

static void apply_eligible(struct state *state, const struct applied *applied, const void *data)
{
	const struct request_decided *body = data;
	struct request *request = insert(state, applied, body);
	request->decide_by = body->decide_by;
	request_advance(state, request, REQUEST_ELIGIBLE);
	state_schedule(state, request);
}

const struct event_type event_request_allocated = { "request.allocated", &decided_body,
	apply_allocated };
const struct event_type event_request_refused = { "request.refused", &decided_body,
	apply_refused };
const struct event_type event_request_eligible = { "request.eligible", &decided_body,
	apply_eligible };

/* ---- what a round's plan changes ---- */

/* The request that waited; its round has decided it. */
static struct request *decided_by_round(struct state *state, const struct applied *applied,
	const struct request_decided *body)
{
	struct request *request = state_find(state, TABLE_REQUEST, body->request);
	assert(request != NULL && request->state == REQUEST_ELIGIBLE);
	body_text(request->plan, body->plan);
	request->awarded_g = body->awarded_g;
	request->decided_at = applied->at;
	request->decided_index = applied->index;
	request->decide_by = ABSENT;
	return request;
}

/* An award below one sealed unit draws nothing: all of it is credit, and that is its end. */
static void apply_granted(struct state *state, const struct applied *applied, const void *data)
{
	struct request_decided body = *(const struct request_decided *)data;
	struct request *request = decided_by_round(state, applied, &body);
	if (body.picked_g == ABSENT)
		body.picked_g = body.awarded_g;
	take_award(state, request, &body);
	if (body.picked_g == 0) {
		request_end(state, request, REQUEST_PARTIAL, 0);
		return;
	}
	request_advance(state, request, REQUEST_ALLOCATED);
	state_schedule(state, request);
}

static void apply_cut(struct state *state, const struct applied *applied, const void *data)
{
	struct request *request = decided_by_round(state, applied, data);
	request_end(state, request, REQUEST_REFUSED, 0);
}

const struct event_type event_request_granted = { "request.granted", &decided_body,
	apply_granted };
const struct event_type event_request_cut = { "request.cut", &decided_body, apply_cut };

static const struct field picked_fields[] = {
	F_LIST(struct request_picked, picks, &pick_descriptor),
	F_TEXT(struct request_picked, request),
};
static const struct descriptor picked_body =
	DESCRIPTOR("request.picked", struct request_picked, picked_fields);

static void apply_picked(struct state *state, const struct applied *applied, const void *data)
{
	const struct request_picked *body = data;
	(void)applied;
	struct request *request = state_find(state, TABLE_REQUEST, body->request);
	assert(request != NULL);
	take_picks(state, request, &body->picks);
	state_touch(state, request);
}

const struct event_type event_request_picked = { "request.picked", &picked_body, apply_picked };
