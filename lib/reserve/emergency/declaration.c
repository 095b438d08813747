/* The rows of declarations, what others ask of them, and their life from signature to end. */
#include "reserve/emergency/declaration.h"

#include <assert.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/declaration_names.h"
#include "reserve/emergency/extension.h"
#include "reserve/emergency/plan.h"
#include "reserve/emergency/request.h"
#include "reserve/emergency/statement.h"
#include "reserve/stock/material.h"

const char *const declaration_kind_names[] = { "", "test", "limited", "full", "collective", NULL };
const char *const declaration_entitlement_names[] = { "", "set-aside", "pooled", "first", NULL };
const char *const declaration_stale_names[] = { "", "refuse", "proceed", NULL };
static const char *const state_names[] = { "", "proposed", "scheduled", "open", "ended",
	"rejected", NULL };

static const struct field cap_fields[] = {
	F_INT_IN(struct cap, cap_g, 1, VAULT_INT_MAX),
	R_TEXT(struct cap, commodity),
	F_INT(struct cap, used_g),
};
const struct descriptor cap_descriptor = DESCRIPTOR("cap", struct cap, cap_fields);

static const struct field clock_fields[] = {
	F_INT_IN(struct service_clock, decide_hours, 1, 24 * DECLARATION_DAYS_MAX),
	F_INT_IN(struct service_clock, deliver_days, 1, DECLARATION_DAYS_MAX),
	R_ENUM(struct service_clock, tier, tier_names),
};
const struct descriptor service_clock_descriptor =
	DESCRIPTOR("clock", struct service_clock, clock_fields);

static const struct field declaration_fields[] = {
	F_TEXT(struct declaration, id),
	F_ENUM(struct declaration, kind, declaration_kind_names),
	F_ENUM(struct declaration, state, state_names),
	F_TEXT(struct declaration, authority),
	F_STRING(struct declaration, findings),
	F_TIME(struct declaration, starts_at),
	F_TIME(struct declaration, ends_at),
	F_ENUM(struct declaration, policy, policy_names),
	F_ENUM(struct declaration, entitlements, declaration_entitlement_names),
	F_INT(struct declaration, minimum_g),
	F_ENUM(struct declaration, stale_price, declaration_stale_names),
	F_LIST(struct declaration, caps, &cap_descriptor),
	F_BOOL(struct declaration, tiers),
	F_ENUM(struct declaration, tier_a, policy_names),
	F_ENUM(struct declaration, tier_b, policy_names),
	F_ENUM(struct declaration, tier_c, policy_names),
	F_INT(struct declaration, restraint_ppm),
	F_TIME(struct declaration, collects_until),
	F_TIME(struct declaration, declared_at),
	F_TIME(struct declaration, accounted_until),
	F_LIST(struct declaration, clocks, &service_clock_descriptor),
};
const struct descriptor declaration_descriptor =
	DESCRIPTOR("declaration", struct declaration, declaration_fields);

/* ---- what others ask ---- */

const char *declaration_state_name(const struct declaration *declaration)
{
	return state_names[declaration->state];
}

int64_t declaration_due(const struct row *row)
{
	const struct declaration *declaration = (const struct declaration *)(const void *)row;
	if (declaration->state == DECLARATION_SCHEDULED)
		return declaration->starts_at;
	if (declaration->state != DECLARATION_OPEN)
		return TIME_NONE;
	int64_t account_at = statement_due(declaration);
	return account_at != TIME_NONE ? account_at : declaration->ends_at;
}

static struct cap *cap_of(const struct declaration *declaration, const char *commodity)
{
	struct cap *caps = declaration->caps.items;
	for (uint32_t i = 0; i < declaration->caps.count; i++) {
		if (text_equal(caps[i].commodity, commodity))
			return &caps[i];
	}
	return NULL;
}

bool declaration_has_ended_for(const struct state *state, const char *commodity)
{
	const struct declaration *declaration = NULL;
	while ((declaration = state_next(state, TABLE_DECLARATION, declaration)) != NULL) {
		if (declaration->state == DECLARATION_ENDED && cap_of(declaration, commodity) != NULL)
			return true;
	}
	return false;
}

static const struct declaration *find_overlapping(const struct state *state,
	const struct declaration *self, const char *commodity, int64_t starts_at, int64_t ends_at)
{
	const struct declaration *other = NULL;
	while ((other = state_next(state, TABLE_DECLARATION, other)) != NULL) {
		if (other != self && other->state != DECLARATION_ENDED &&
		    other->state != DECLARATION_REJECTED && other->starts_at < ends_at &&
		    starts_at < other->ends_at && cap_of(other, commodity) != NULL)
			return other;
	}
	return NULL;
}

bool declaration_has_room(const struct state *state, const struct declaration *self,
	const struct list *caps, int64_t starts_at, int64_t ends_at, struct error *error)
{
	const struct cap *items = caps->items;
	for (uint32_t i = 0; i < caps->count; i++) {
		const struct declaration *other = find_overlapping(state, self, items[i].commodity,
			starts_at, ends_at);
		if (other != NULL)
			return error_set(error, ERROR_CONFLICT, "caps", "%s is covered by %s in that time",
				items[i].commodity, other->id);
	}
	return true;
}

void declaration_use(struct state *state, struct declaration *declaration,
	struct commodity *commodity, int64_t contained_g)
{
	if (commodity->declaration == declaration) {
		commodity->cap_used_g += contained_g;
		assert(commodity->cap_used_g >= 0);
		state_touch(state, commodity);
		return;
	}
	struct cap *cap = cap_of(declaration, commodity->code);
	assert(cap != NULL);
	cap->used_g += contained_g;
	assert(cap->used_g >= 0);
	state_touch(state, declaration);
}

bool declaration_keeps_operating(const struct declaration *declaration)
{
	return declaration->kind == DECLARATION_TEST || declaration->kind == DECLARATION_LIMITED;
}

int64_t declaration_set_aside_g(const struct declaration *declaration,
	const struct commodity *commodity)
{
	if (declaration == NULL || declaration->entitlements == ENTITLEMENTS_POOLED)
		return 0;
	return commodity_entitled_g(commodity);
}

bool declaration_in_rounds(const struct declaration *declaration)
{
	return declaration->policy != POLICY_AT_ONCE;
}

bool declaration_has_rounds(const struct declaration *declaration, struct error *error)
{
	return declaration_in_rounds(declaration) || error_set(error, ERROR_ILLEGAL, "declaration",
		"%s decides each request at once and has no rounds", declaration->id);
}

struct ration declaration_ration(const struct declaration *declaration)
{
	assert(declaration_in_rounds(declaration));
	struct ration ration = { .policy = (enum policy)declaration->policy,
		.tiers = declaration->tiers, .minimum_g = declaration->minimum_g };
	ration.tier_policies[TIER_A] = (enum policy)declaration->tier_a;
	ration.tier_policies[TIER_B] = (enum policy)declaration->tier_b;
	ration.tier_policies[TIER_C] = (enum policy)declaration->tier_c;
	return ration;
}

const struct service_clock *declaration_clock(const struct declaration *declaration, uint8_t tier)
{
	const struct service_clock *clocks = declaration->clocks.items;
	uint8_t served = tier == TIER_NONE ? TIER_C : tier;
	for (uint32_t i = 0; i < declaration->clocks.count; i++) {
		if (clocks[i].tier == served)
			return &clocks[i];
	}
	return NULL;
}

/* ---- signed ---- */

struct declared {
	char declaration[CODE_MAX];
	int64_t declared_at;
};
static const struct field declared_fields[] = {
	F_TEXT(struct declared, declaration),
	F_TIME(struct declared, declared_at),
};
static const struct descriptor declared_body =
	DESCRIPTOR("declaration.declared", struct declared, declared_fields);

static bool declaration_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct declaration *declaration = state_find(context->state, TABLE_DECLARATION,
		document->subject);
	assert(declaration != NULL);
	if (declaration->ends_at <= context->now)
		return error_set(error, ERROR_ILLEGAL, "document", "%s would be over already",
			declaration->id);
	struct declared *body = decision_body(decision, &event_declaration_declared);
	body_text(body->declaration, declaration->id);
	body->declared_at = context->now;
	return decision_add(decision, &event_declaration_declared, body);
}

static struct declaration *go(struct state *state, const char *id, enum declaration_state to)
{
	struct declaration *declaration = state_find(state, TABLE_DECLARATION, id);
	assert(declaration != NULL);
	declaration->state = (uint8_t)to;
	state_touch(state, declaration);
	state_schedule(state, declaration);
	return declaration;
}

static void apply_declared(struct state *state, const struct applied *applied, const void *data)
{
	const struct declared *body = data;
	(void)applied;
	go(state, body->declaration, DECLARATION_SCHEDULED)->declared_at = body->declared_at;
}

static void declaration_rejected(struct state *state, const struct document *document)
{
	go(state, document->subject, DECLARATION_REJECTED);
}

const struct event_type event_declaration_declared = { "declaration.declared", &declared_body,
	apply_declared };
const struct document_kind document_declaration = { "declaration", declaration_effect,
	declaration_rejected, NULL, NULL };

/* ---- opening and ending ---- */

struct step {
	char declaration[CODE_MAX];
};
static const struct field step_fields[] = { F_TEXT(struct step, declaration) };
static const struct descriptor step_body = DESCRIPTOR("declaration", struct step, step_fields);

static void add_step(struct decision *decision, const struct event_type *type,
	const struct declaration *declaration, int64_t due_ms)
{
	struct step *body = decision_body(decision, type);
	body_text(body->declaration, declaration->id);
	decision_add_at(decision, type, body, due_ms);
}

/* While it is open each commodity keeps what it has let go; at the end the caps take that over. */
static void apply_opened(struct state *state, const struct applied *applied, const void *data)
{
	const struct step *body = data;
	(void)applied;
	struct declaration *declaration = go(state, body->declaration, DECLARATION_OPEN);
	const struct cap *caps = declaration->caps.items;
	for (uint32_t i = 0; i < declaration->caps.count; i++) {
		struct commodity *commodity = state_find(state, TABLE_COMMODITY, caps[i].commodity);
		assert(commodity != NULL);
		commodity->declaration = declaration;
		commodity->cap_g = caps[i].cap_g;
		commodity->cap_used_g = 0;
		state_touch(state, commodity);
	}
}

static void apply_ended(struct state *state, const struct applied *applied, const void *data)
{
	const struct step *body = data;
	(void)applied;
	struct declaration *declaration = go(state, body->declaration, DECLARATION_ENDED);
	struct cap *caps = declaration->caps.items;
	for (uint32_t i = 0; i < declaration->caps.count; i++) {
		struct commodity *commodity = state_find(state, TABLE_COMMODITY, caps[i].commodity);
		assert(commodity != NULL && commodity->declaration == declaration);
		caps[i].used_g = commodity->cap_used_g;
		commodity->declaration = NULL;
		commodity->cap_g = commodity->cap_used_g = ABSENT;
		state_touch(state, commodity);
	}
	extension_end(state, declaration);
}

const struct event_type event_declaration_opened = { "declaration.opened", &step_body,
	apply_opened };
const struct event_type event_declaration_ended = { "declaration.ended", &step_body,
	apply_ended };

/* However many wait: they end in the one decision that ends it. */
static void expire_waiting(const struct context *context, const struct declaration *declaration,
	int64_t due_ms, struct decision *decision)
{
	const char *because = arena_printf(context->arena, "%s ended before a round served it",
		declaration->id);
	int64_t left = state_tallied(context->state, TABLE_REQUEST, REQUEST_ELIGIBLE);
	const struct request *request = NULL;
	while (left > 0 &&
	    (request = state_next(context->state, TABLE_REQUEST, request)) != NULL) {
		if (request->row.closed || request->state != REQUEST_ELIGIBLE)
			continue;
		left--;
		if (request->declaration == declaration)
			request_add_expired(request, because, due_ms, decision);
	}
}

/* Plans first: they let go of the requests that then expire. */
static void end(const struct context *context, const struct declaration *declaration,
	int64_t due_ms, struct decision *decision)
{
	plan_end_all(context, declaration, due_ms, decision);
	expire_waiting(context, declaration, due_ms, decision);
	if (statement_due(declaration) != TIME_NONE)
		tick_statement(context, declaration, due_ms, decision);
	add_step(decision, &event_declaration_ended, declaration, due_ms);
}

/* Where one ends as the next begins, the end comes first: a commodity has one that is open. */
static void end_those_before(const struct context *context, const struct declaration *declaration,
	int64_t due_ms, struct decision *decision)
{
	const struct declaration *other = NULL;
	const struct cap *caps = declaration->caps.items;
	while ((other = state_next(context->state, TABLE_DECLARATION, other)) != NULL) {
		bool covers = false;
		for (uint32_t i = 0; i < declaration->caps.count && !covers; i++)
			covers = cap_of(other, caps[i].commodity) != NULL;
		if (covers && other->state == DECLARATION_OPEN && other->ends_at <= due_ms)
			end(context, other, other->ends_at, decision);
	}
}

void tick_declaration(const struct context *context, const struct declaration *declaration,
	int64_t due_ms, struct decision *decision)
{
	if (declaration->state == DECLARATION_SCHEDULED) {
		end_those_before(context, declaration, due_ms, decision);
		add_step(decision, &event_declaration_opened, declaration, due_ms);
	} else if (due_ms < declaration->ends_at) {
		tick_statement(context, declaration, due_ms, decision);
	} else {
		end(context, declaration, due_ms, decision);
	}
}
