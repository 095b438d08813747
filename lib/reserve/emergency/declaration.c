/* Declaring, opening and ending an emergency. */
#include "reserve/emergency/declaration.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"

enum { CAPS_MAX = 256 };

const char *const declaration_kind_names[] = { "", "test", "limited", "full", "collective", NULL };
static const char *const state_names[] = { "", "proposed", "scheduled", "open", "ended",
	"rejected", NULL };
static const char *const entitlement_names[] = { "", "set-aside", "pooled", "first", NULL };
static const char *const stale_names[] = { "", "refuse", "proceed", NULL };

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
static const struct descriptor clock_descriptor =
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
	F_ENUM(struct declaration, entitlements, entitlement_names),
	F_INT(struct declaration, minimum_g),
	F_ENUM(struct declaration, stale_price, stale_names),
	F_LIST(struct declaration, caps, &cap_descriptor),
	F_BOOL(struct declaration, tiers),
	F_ENUM(struct declaration, tier_a, policy_names),
	F_ENUM(struct declaration, tier_b, policy_names),
	F_ENUM(struct declaration, tier_c, policy_names),
	F_INT(struct declaration, restraint_ppm),
	F_TIME(struct declaration, collects_until),
	F_TIME(struct declaration, declared_at),
	F_TIME(struct declaration, accounted_until),
	F_LIST(struct declaration, clocks, &clock_descriptor),
};
const struct descriptor declaration_descriptor =
	DESCRIPTOR("declaration", struct declaration, declaration_fields);

int64_t declaration_due(const struct row *row)
{
	const struct declaration *declaration = (const struct declaration *)(const void *)row;
	if (declaration->state == DECLARATION_SCHEDULED)
		return declaration->starts_at;
	return declaration->state == DECLARATION_OPEN ? declaration->ends_at : TIME_NONE;
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

bool declaration_in_rounds(const struct declaration *declaration)
{
	return declaration->policy != POLICY_AT_ONCE;
}

bool declaration_keeps_operating(const struct declaration *declaration)
{
	return declaration->kind == DECLARATION_TEST || declaration->kind == DECLARATION_LIMITED;
}

/* ---- declaring ---- */

struct proposed {
	const char *authority;
	struct list caps;
	char declaration[CODE_MAX];
	int64_t ends_at;
	uint8_t entitlements;
	const char *findings;
	uint8_t kind;
	int64_t minimum_g;
	uint8_t policy, stale_price;
	int64_t starts_at;
};
static const struct field proposed_fields[] = {
	F_STRING(struct proposed, authority),
	F_LIST(struct proposed, caps, &cap_descriptor),
	F_TEXT(struct proposed, declaration),
	F_TIME(struct proposed, ends_at),
	F_ENUM(struct proposed, entitlements, entitlement_names),
	F_STRING(struct proposed, findings),
	F_ENUM(struct proposed, kind, declaration_kind_names),
	F_INT(struct proposed, minimum_g),
	F_ENUM(struct proposed, policy, policy_names),
	F_ENUM(struct proposed, stale_price, stale_names),
	F_TIME(struct proposed, starts_at),
};
static const struct descriptor proposed_body =
	DESCRIPTOR("declaration.proposed", struct proposed, proposed_fields);

struct declare_params {
	const char *authority;
	struct list caps;
	int64_t days;
	uint8_t entitlements;
	const char *findings;
	uint8_t kind;
	int64_t minimum_g;
	uint8_t policy, stale_price;
	int64_t starts_at;
};
static const struct field declare_fields[] = {
	R_STRING(struct declare_params, authority),
	R_LIST(struct declare_params, caps, &cap_descriptor),
	R_INT_IN(struct declare_params, days, 1, DECLARATION_DAYS_MAX),
	F_ENUM(struct declare_params, entitlements, entitlement_names),
	R_STRING(struct declare_params, findings),
	R_ENUM(struct declare_params, kind, declaration_kind_names),
	F_INT_IN(struct declare_params, minimum_g, 1, VAULT_INT_MAX),
	F_ENUM(struct declare_params, policy, policy_names),
	F_ENUM(struct declare_params, stale_price, stale_names),
	F_TIME(struct declare_params, starts_at),
};
static const struct descriptor declare_params =
	DESCRIPTOR("declare", struct declare_params, declare_fields);

const struct declaration *declaration_overlapping(const struct state *state,
	const struct declaration *self, const char *commodity, int64_t starts_at, int64_t ends_at)
{
	const struct declaration *other = NULL;
	while ((other = state_next(state, TABLE_DECLARATION, other)) != NULL) {
		if (other != self && other->state != DECLARATION_ENDED && other->state != DECLARATION_REJECTED &&
		    other->starts_at < ends_at && starts_at < other->ends_at &&
		    cap_of(other, commodity) != NULL)
			return other;
	}
	return NULL;
}

static bool check_caps(const struct context *context, const struct declare_params *params,
	int64_t starts_at, int64_t ends_at, struct error *error)
{
	const struct cap *caps = params->caps.items;
	if (params->caps.count == 0 || params->caps.count > CAPS_MAX)
		return error_set(error, ERROR_INVALID, "caps",
			"a declaration covers 1 to %d commodities", CAPS_MAX);
	for (uint32_t i = 0; i < params->caps.count; i++) {
		if (commodity_find(context, "caps", caps[i].commodity, error) == NULL)
			return false;
		for (uint32_t j = 0; j < i; j++) {
			if (text_equal(caps[j].commodity, caps[i].commodity))
				return error_set(error, ERROR_INVALID, "caps", "%s stands twice",
					caps[i].commodity);
		}
		if (params->kind == DECLARATION_LIMITED && caps[i].cap_g == ABSENT)
			return error_set(error, ERROR_INVALID, "caps",
				"a limited declaration needs a cap in mass for %s", caps[i].commodity);
		const struct declaration *other = declaration_overlapping(context->state, NULL,
			caps[i].commodity, starts_at, ends_at);
		if (other != NULL)
			return error_set(error, ERROR_CONFLICT, "caps",
				"%s is covered by %s in that time", caps[i].commodity, other->id);
	}
	return true;
}

static void write_text(struct document_draft *draft, const struct proposed *body)
{
	const struct cap *caps = body->caps.items;
	document_line(draft, "kind", declaration_kind_names[body->kind]);
	document_line(draft, "authority", body->authority);
	document_line(draft, "findings", body->findings);
	document_line_time(draft, "starts", body->starts_at);
	document_line_time(draft, "ends", body->ends_at);
	document_line(draft, "policy", policy_names[body->policy]);
	document_line(draft, "entitlements", entitlement_names[body->entitlements]);
	if (body->minimum_g != ABSENT)
		document_line_int(draft, "minimum-g", body->minimum_g);
	document_line(draft, "without-fresh-price", stale_names[body->stale_price]);
	document_line(draft, "must-stay", body->kind == DECLARATION_TEST ||
		body->kind == DECLARATION_LIMITED ? "operating floor" : "hard floor");
	for (uint32_t i = 0; i < body->caps.count; i++) {
		document_line(draft, "commodity", caps[i].commodity);
		if (caps[i].cap_g != ABSENT)
			document_line_int(draft, "cap-g", caps[i].cap_g);
	}
}

static bool decide_declare(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct declare_params *params = data;
	struct document_draft draft;
	char id[CODE_MAX];
	int64_t starts_at = params->starts_at != ABSENT ? params->starts_at : context->now;
	int64_t ends_at = starts_at + params->days * TIME_DAY_MS;
	if (params->kind == DECLARATION_LIMITED && params->days > LIMITED_DAYS_MAX)
		return error_set(error, ERROR_INVALID, "days",
			"a limited declaration lasts at most %d days", LIMITED_DAYS_MAX);
	if (ends_at <= context->now)
		return error_set(error, ERROR_INVALID, "starts_at", "it would be over already");
	if (strlen(params->authority) >= NAME_MAX_BYTES)
		return error_set(error, ERROR_INVALID, "authority", "at most %d bytes",
			NAME_MAX_BYTES - 1);
	if (!check_caps(context, params, starts_at, ends_at, error))
		return false;
	state_next_id(context->state, "D", context->now, 0, id, sizeof id);
	struct proposed *body = decision_body(decision, &event_declaration_proposed);
	body_text(body->declaration, id);
	body->authority = params->authority;
	body->findings = params->findings;
	body->kind = params->kind;
	body->caps = params->caps;
	for (uint32_t i = 0; i < body->caps.count; i++)
		((struct cap *)body->caps.items)[i].used_g = ABSENT;
	body->starts_at = starts_at;
	body->ends_at = ends_at;
	body->policy = 1;
	body->entitlements = params->entitlements != 0 ? params->entitlements : 1;
	body->stale_price = params->stale_price != 0 ? params->stale_price : 2;
	body->minimum_g = params->minimum_g;
	if (!document_begin_as(context, &draft, &document_declaration, id, id, 2, error))
		return false;
	write_text(&draft, body);
	return decision_add(decision, &event_declaration_proposed, body) &&
		document_end(context, &draft, decision, error);
}

static void apply_proposed(struct state *state, const struct applied *applied, const void *data)
{
	const struct proposed *body = data;
	(void)applied;
	struct declaration *declaration = state_insert(state, TABLE_DECLARATION, body->declaration);
	state_take_id(state, body->declaration);
	body_text(declaration->authority, body->authority);
	declaration->findings = strdup(body->findings);
	declaration->kind = body->kind;
	declaration->state = DECLARATION_PROPOSED;
	declaration->starts_at = body->starts_at;
	declaration->ends_at = body->ends_at;
	declaration->policy = body->policy;
	declaration->entitlements = body->entitlements;
	declaration->stale_price = body->stale_price;
	declaration->minimum_g = body->minimum_g;
	struct cap *caps = malloc(body->caps.count * sizeof *caps);
	if (declaration->findings == NULL || caps == NULL)
		abort();
	memcpy(caps, body->caps.items, body->caps.count * sizeof *caps);
	for (uint32_t i = 0; i < body->caps.count; i++)
		caps[i].used_g = 0;
	declaration->caps = (struct list){ caps, body->caps.count };
}

const struct event_type event_declaration_proposed = { "declaration.proposed", &proposed_body,
	apply_proposed };
const struct command_type command_declare = { "declare", &declare_params, DUTY_OFFICER,
	decide_declare, NULL };

/* ---- what becomes of it ---- */

struct step {
	char declaration[CODE_MAX];
};
static const struct field step_fields[] = { F_TEXT(struct step, declaration) };
static const struct descriptor step_body = DESCRIPTOR("declaration", struct step, step_fields);

static const void *step(struct decision *decision, const struct event_type *type, const char *id)
{
	struct step *body = decision_body(decision, type);
	body_text(body->declaration, id);
	return body;
}

static bool declaration_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct declaration *declaration = state_find(context->state, TABLE_DECLARATION,
		document->subject);
	assert(declaration != NULL);
	if (declaration->ends_at <= context->now)
		return error_set(error, ERROR_ILLEGAL, "document", "%s would be over already",
			declaration->id);
	return decision_add(decision, &event_declaration_declared,
		step(decision, &event_declaration_declared, declaration->id));
}

static struct declaration *go(struct state *state, const void *data, enum declaration_state to)
{
	const struct step *body = data;
	struct declaration *declaration = state_find(state, TABLE_DECLARATION, body->declaration);
	assert(declaration != NULL);
	declaration->state = (uint8_t)to;
	state_touch(state, declaration);
	state_schedule(state, declaration);
	return declaration;
}

static void apply_declared(struct state *state, const struct applied *applied, const void *body)
{
	(void)applied;
	go(state, body, DECLARATION_SCHEDULED);
}

/* While it is open each commodity keeps what it has let go; at the end the caps take that over. */
static void apply_opened(struct state *state, const struct applied *applied, const void *body)
{
	(void)applied;
	struct declaration *declaration = go(state, body, DECLARATION_OPEN);
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

static void apply_ended(struct state *state, const struct applied *applied, const void *body)
{
	(void)applied;
	struct declaration *declaration = go(state, body, DECLARATION_ENDED);
	struct cap *caps = declaration->caps.items;
	for (uint32_t i = 0; i < declaration->caps.count; i++) {
		struct commodity *commodity = state_find(state, TABLE_COMMODITY, caps[i].commodity);
		assert(commodity != NULL && commodity->declaration == declaration);
		caps[i].used_g = commodity->cap_used_g;
		commodity->declaration = NULL;
		commodity->cap_g = commodity->cap_used_g = ABSENT;
		state_touch(state, commodity);
	}
}

static void declaration_rejected(struct state *state, const struct document *document)
{
	struct step body;
	body_text(body.declaration, document->subject);
	go(state, &body, DECLARATION_REJECTED);
}

const struct event_type event_declaration_declared = { "declaration.declared", &step_body,
	apply_declared };
const struct event_type event_declaration_opened = { "declaration.opened", &step_body,
	apply_opened };
const struct event_type event_declaration_ended = { "declaration.ended", &step_body,
	apply_ended };
const struct document_kind document_declaration = { "declaration", declaration_effect,
	declaration_rejected, NULL, NULL };

/* Where one ends as the next begins, the end comes first: a commodity has one that is open. */
static void end_those_before(const struct state *state, const struct declaration *declaration,
	int64_t due_ms, struct decision *decision)
{
	const struct declaration *other = NULL;
	const struct cap *caps = declaration->caps.items;
	while ((other = state_next(state, TABLE_DECLARATION, other)) != NULL) {
		bool covers = false;
		for (uint32_t i = 0; i < declaration->caps.count && !covers; i++)
			covers = cap_of(other, caps[i].commodity) != NULL;
		if (covers && other->state == DECLARATION_OPEN && other->ends_at <= due_ms)
			decision_add_at(decision, &event_declaration_ended,
				step(decision, &event_declaration_ended, other->id), other->ends_at);
	}
}

void tick_declaration(const struct context *context, const struct declaration *declaration,
	int64_t due_ms, struct decision *decision)
{
	const struct event_type *type = &event_declaration_ended;
	if (declaration->state == DECLARATION_SCHEDULED) {
		end_those_before(context->state, declaration, due_ms, decision);
		type = &event_declaration_opened;
	}
	decision_add_at(decision, type, step(decision, type, declaration->id), due_ms);
}
