/* The command that declares: defaults first, then every check, then the note that officers sign. */
#include "reserve/emergency/declaration.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/declaration_names.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"

enum { CAPS_MAX = 256 };

/*
 * The event, and while it is made the whole of what is proposed. Absent policy within a tier: the
 * policy; no clocks and no tiers stand in entries of before there were any.
 */
struct proposed {
	const char *authority;
	struct list caps, clocks;
	int64_t collects_until;
	char declaration[CODE_MAX];
	int64_t ends_at;
	uint8_t entitlements;
	const char *findings;
	uint8_t kind;
	int64_t minimum_g;
	uint8_t policy;
	int64_t restraint_ppm;
	uint8_t stale_price;
	int64_t starts_at;
	uint8_t tier_a, tier_b, tier_c;
	bool tiers;
};
static const struct field proposed_fields[] = {
	F_STRING(struct proposed, authority),
	F_LIST(struct proposed, caps, &cap_descriptor),
	F_LIST(struct proposed, clocks, &service_clock_descriptor),
	F_TIME(struct proposed, collects_until),
	F_TEXT(struct proposed, declaration),
	F_TIME(struct proposed, ends_at),
	F_ENUM(struct proposed, entitlements, declaration_entitlement_names),
	F_STRING(struct proposed, findings),
	F_ENUM(struct proposed, kind, declaration_kind_names),
	F_INT(struct proposed, minimum_g),
	F_ENUM(struct proposed, policy, policy_names),
	F_INT(struct proposed, restraint_ppm),
	F_ENUM(struct proposed, stale_price, declaration_stale_names),
	F_TIME(struct proposed, starts_at),
	F_ENUM(struct proposed, tier_a, policy_names),
	F_ENUM(struct proposed, tier_b, policy_names),
	F_ENUM(struct proposed, tier_c, policy_names),
	F_BOOL(struct proposed, tiers),
};
static const struct descriptor proposed_body =
	DESCRIPTOR("declaration.proposed", struct proposed, proposed_fields);

struct declare_params {
	const char *authority;
	struct list caps, clocks;
	int64_t collects_until;
	int64_t days;
	uint8_t entitlements;
	const char *findings;
	uint8_t kind;
	int64_t minimum_g;
	uint8_t policy;
	int64_t restraint_ppm;
	uint8_t stale_price;
	int64_t starts_at;
	uint8_t tier_a, tier_b, tier_c;
	bool tiers;
};
static const struct field declare_fields[] = {
	R_STRING(struct declare_params, authority),
	R_LIST(struct declare_params, caps, &cap_descriptor),
	F_LIST(struct declare_params, clocks, &service_clock_descriptor),
	F_TIME(struct declare_params, collects_until),
	R_INT_IN(struct declare_params, days, 1, DECLARATION_DAYS_MAX),
	F_ENUM(struct declare_params, entitlements, declaration_entitlement_names),
	R_STRING(struct declare_params, findings),
	R_ENUM(struct declare_params, kind, declaration_kind_names),
	F_INT_IN(struct declare_params, minimum_g, 1, VAULT_INT_MAX),
	F_ENUM(struct declare_params, policy, policy_names),
	F_INT_IN(struct declare_params, restraint_ppm, 0, VAULT_PPM),
	F_ENUM(struct declare_params, stale_price, declaration_stale_names),
	F_TIME(struct declare_params, starts_at),
	F_ENUM(struct declare_params, tier_a, policy_names),
	F_ENUM(struct declare_params, tier_b, policy_names),
	F_ENUM(struct declare_params, tier_c, policy_names),
	F_BOOL(struct declare_params, tiers),
};
static const struct descriptor declare_params =
	DESCRIPTOR("declare", struct declare_params, declare_fields);

/* ---- defaults ---- */

/*
 * Where nothing is said of clocks: decisions on A within the 24 hours of the IEA's collective
 * action, on the rest within the two weeks that the Strategic Petroleum Reserve takes from notice
 * to award; delivery within Korea's 8 days of an emergency and 30 of a normal release, C in twice
 * that.
 */
static const struct service_clock default_clocks[] = {
	{ .tier = TIER_A, .decide_hours = 24, .deliver_days = 8 },
	{ .tier = TIER_B, .decide_hours = 14 * 24, .deliver_days = 30 },
	{ .tier = TIER_C, .decide_hours = 14 * 24, .deliver_days = 60 },
};

/* A policy that is named is taken as it is; the default of full and collective ones has tiers. */
static void choose_policy(struct proposed *body, const struct declare_params *params)
{
	bool rounds = params->kind == DECLARATION_FULL || params->kind == DECLARATION_COLLECTIVE;
	body->policy = params->policy;
	body->tiers = params->tiers;
	body->tier_a = params->tier_a;
	body->tier_b = params->tier_b;
	body->tier_c = params->tier_c;
	if (params->policy != POLICY_NONE)
		return;
	body->policy = rounds ? POLICY_PROPORTIONAL : POLICY_AT_ONCE;
	body->tiers = rounds || params->tiers;
	if (rounds && body->tier_a == POLICY_NONE)
		body->tier_a = POLICY_EQUAL_AWARDS;
}

static void fill(const struct context *context, struct proposed *body,
	const struct declare_params *params)
{
	state_next_id(context->state, "D", context->now, 0, body->declaration,
		sizeof body->declaration);
	body->authority = params->authority;
	body->findings = params->findings;
	body->kind = params->kind;
	body->caps = params->caps;
	for (uint32_t i = 0; i < body->caps.count; i++)
		((struct cap *)body->caps.items)[i].used_g = ABSENT;
	body->starts_at = params->starts_at != ABSENT ? params->starts_at : context->now;
	body->ends_at = body->starts_at + params->days * TIME_DAY_MS;
	body->collects_until = params->collects_until;
	body->entitlements = params->entitlements != ENTITLEMENTS_NONE ? params->entitlements :
		ENTITLEMENTS_SET_ASIDE;
	body->stale_price = params->stale_price != STALE_PRICE_NONE ? params->stale_price :
		STALE_PRICE_PROCEED;
	body->minimum_g = params->minimum_g;
	body->restraint_ppm = params->restraint_ppm;
	body->clocks = params->clocks;
	if (params->clocks.count == 0)
		body->clocks = (struct list){ (void *)(uintptr_t)default_clocks,
			sizeof default_clocks / sizeof *default_clocks };
	choose_policy(body, params);
}

/* ---- checks ---- */

static bool check_window(const struct context *context, const struct declare_params *params,
	const struct proposed *body, struct error *error)
{
	if (params->kind == DECLARATION_LIMITED && params->days > LIMITED_DAYS_MAX)
		return error_set(error, ERROR_INVALID, "days",
			"a limited declaration lasts at most %d days", LIMITED_DAYS_MAX);
	if (body->ends_at <= context->now)
		return error_set(error, ERROR_INVALID, "starts_at", "it would be over already");
	if (body->starts_at > context->now + DECLARATION_DAYS_MAX * TIME_DAY_MS)
		return error_set(error, ERROR_INVALID, "starts_at",
			"it would begin in more than %d days", DECLARATION_DAYS_MAX);
	if (body->collects_until != ABSENT &&
	    (body->collects_until <= body->starts_at || body->collects_until >= body->ends_at))
		return error_set(error, ERROR_INVALID, "collects_until",
			"requests are collected until a time after its start and before its end");
	if (strlen(params->authority) >= NAME_MAX_BYTES)
		return error_set(error, ERROR_INVALID, "authority", "at most %d bytes",
			NAME_MAX_BYTES - 1);
	return true;
}

static bool check_at_once(const struct proposed *body, struct error *error)
{
	const char *field = body->tiers ? "tiers" : body->tier_a != 0 ? "tier_a" :
		body->tier_b != 0 ? "tier_b" : body->tier_c != 0 ? "tier_c" :
		body->minimum_g != ABSENT ? "minimum_g" :
		body->collects_until != ABSENT ? "collects_until" : NULL;
	if (field == NULL)
		return true;
	return error_set(error, ERROR_INVALID, field, "%s is for rounds, and each request is decided "
		"at once here; name a policy that divides, such as proportional", field);
}

static bool check_tiers(const struct proposed *body, struct error *error)
{
	const struct { const char *field; uint8_t policy; } tiers[] = {
		{ "tier_a", body->tier_a }, { "tier_b", body->tier_b }, { "tier_c", body->tier_c },
	};
	for (size_t i = 0; i < sizeof tiers / sizeof *tiers; i++) {
		if (tiers[i].policy == POLICY_AT_ONCE)
			return error_set(error, ERROR_INVALID, tiers[i].field,
				"within a round nothing is decided at once");
		if (tiers[i].policy != POLICY_NONE && !body->tiers)
			return error_set(error, ERROR_INVALID, tiers[i].field,
				"a policy within a tier needs tiers");
	}
	return true;
}

static bool has_supply_right(const struct proposed *body)
{
	return body->policy == POLICY_SUPPLY_RIGHT || body->tier_a == POLICY_SUPPLY_RIGHT ||
		body->tier_b == POLICY_SUPPLY_RIGHT || body->tier_c == POLICY_SUPPLY_RIGHT;
}

static bool check_policy(const struct proposed *body, struct error *error)
{
	if (body->policy == POLICY_AT_ONCE && !check_at_once(body, error))
		return false;
	if (!check_tiers(body, error))
		return false;
	return body->restraint_ppm == ABSENT || has_supply_right(body) ||
		error_set(error, ERROR_INVALID, "restraint_ppm",
			"demand restraint belongs to the policy supply-right");
}

static bool check_clocks(const struct proposed *body, struct error *error)
{
	const struct service_clock *clocks = body->clocks.items;
	bool given[TIER_COUNT] = { false };
	for (uint32_t i = 0; i < body->clocks.count; i++) {
		const char *tier = tier_names[clocks[i].tier];
		if (given[clocks[i].tier])
			return error_set(error, ERROR_INVALID, "clocks", "tier %s stands twice", tier);
		given[clocks[i].tier] = true;
		if (clocks[i].decide_hours == ABSENT && clocks[i].deliver_days == ABSENT)
			return error_set(error, ERROR_INVALID, "clocks",
				"the clock of tier %s has neither hours to decide nor days to deliver", tier);
	}
	return true;
}

static bool check_caps(const struct context *context, const struct proposed *body,
	struct error *error)
{
	const struct cap *caps = body->caps.items;
	if (body->caps.count == 0 || body->caps.count > CAPS_MAX)
		return error_set(error, ERROR_INVALID, "caps",
			"a declaration covers 1 to %d commodities", CAPS_MAX);
	for (uint32_t i = 0; i < body->caps.count; i++) {
		if (commodity_find(context, "caps", caps[i].commodity, error) == NULL)
			return false;
		for (uint32_t j = 0; j < i; j++) {
			if (text_equal(caps[j].commodity, caps[i].commodity))
				return error_set(error, ERROR_INVALID, "caps", "%s stands twice",
					caps[i].commodity);
		}
		if (body->kind == DECLARATION_LIMITED && caps[i].cap_g == ABSENT)
			return error_set(error, ERROR_INVALID, "caps",
				"a limited declaration needs a cap in mass for %s", caps[i].commodity);
	}
	return declaration_has_room(context->state, NULL, &body->caps, body->starts_at, body->ends_at,
		error);
}

/* ---- the note ---- */

static void write_policy(struct document_draft *draft, const struct proposed *body)
{
	const struct { const char *name; uint8_t policy; } tiers[] = {
		{ "tier-A", body->tier_a }, { "tier-B", body->tier_b }, { "tier-C", body->tier_c },
	};
	document_line(draft, "policy", policy_names[body->policy]);
	if (body->tiers)
		document_line(draft, "tiers", "A before B before C");
	for (size_t i = 0; i < sizeof tiers / sizeof *tiers && body->tiers; i++)
		document_line(draft, tiers[i].name,
			policy_names[tiers[i].policy != POLICY_NONE ? tiers[i].policy : body->policy]);
	if (body->restraint_ppm != ABSENT)
		document_line_int(draft, "restraint-ppm", body->restraint_ppm);
	if (body->collects_until != ABSENT)
		document_line_time(draft, "collects-until", body->collects_until);
	document_line(draft, "entitlements", declaration_entitlement_names[body->entitlements]);
	if (body->minimum_g != ABSENT)
		document_line_int(draft, "minimum-g", body->minimum_g);
}

/* "clock A decide 24 h deliver 8 d" */
static void write_clock(struct document_draft *draft, const struct service_clock *clock)
{
	char hours[WORD_INT], days[WORD_INT];
	const char *words[8] = { "clock", tier_names[clock->tier] };
	size_t count = 2;
	if (clock->decide_hours != ABSENT) {
		word_int(hours, clock->decide_hours);
		words[count++] = "decide";
		words[count++] = hours;
		words[count++] = "h";
	}
	if (clock->deliver_days != ABSENT) {
		word_int(days, clock->deliver_days);
		words[count++] = "deliver";
		words[count++] = days;
		words[count++] = "d";
	}
	document_words(draft, words, count);
}

static void write_text(struct document_draft *draft, const struct proposed *body)
{
	const struct cap *caps = body->caps.items;
	const struct service_clock *clocks = body->clocks.items;
	bool operating = body->kind == DECLARATION_TEST || body->kind == DECLARATION_LIMITED;
	document_line(draft, "kind", declaration_kind_names[body->kind]);
	document_line(draft, "authority", body->authority);
	document_line(draft, "findings", body->findings);
	document_line_time(draft, "starts", body->starts_at);
	document_line_time(draft, "ends", body->ends_at);
	write_policy(draft, body);
	document_line(draft, "without-fresh-price", declaration_stale_names[body->stale_price]);
	document_line(draft, "must-stay", operating ? "operating floor" : "hard floor");
	for (uint32_t i = 0; i < body->clocks.count; i++)
		write_clock(draft, &clocks[i]);
	for (uint32_t i = 0; i < body->caps.count; i++) {
		document_line(draft, "commodity", caps[i].commodity);
		if (caps[i].cap_g != ABSENT)
			document_line_int(draft, "cap-g", caps[i].cap_g);
	}
}

/* ---- the command ---- */

static bool decide_declare(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct declare_params *params = data;
	struct document_draft draft;
	struct proposed *body = decision_body(decision, &event_declaration_proposed);
	fill(context, body, params);
	if (!check_window(context, params, body, error) || !check_policy(body, error) ||
	    !check_clocks(body, error) || !check_caps(context, body, error) ||
	    !document_begin_as(context, &draft, &document_declaration, body->declaration,
		    body->declaration, 2, error))
		return false;
	write_text(&draft, body);
	return decision_add(decision, &event_declaration_proposed, body) &&
		document_end(context, &draft, decision, error);
}

/* What a list of a body holds, as memory of the row. */
static struct list keep(const struct list *list, size_t size)
{
	if (list->count == 0)
		return (struct list){ NULL, 0 };
	void *items = malloc(list->count * size);
	if (items == NULL)
		abort();
	memcpy(items, list->items, list->count * size);
	return (struct list){ items, list->count };
}

static void apply_proposed(struct state *state, const struct applied *applied, const void *data)
{
	const struct proposed *body = data;
	(void)applied;
	struct declaration *declaration = state_insert(state, TABLE_DECLARATION, body->declaration);
	state_take_id(state, body->declaration);
	body_text(declaration->authority, body->authority);
	declaration->findings = strdup(body->findings);
	if (declaration->findings == NULL)
		abort();
	declaration->kind = body->kind;
	declaration->state = DECLARATION_PROPOSED;
	declaration->starts_at = body->starts_at;
	declaration->ends_at = body->ends_at;
	declaration->collects_until = body->collects_until;
	declaration->policy = body->policy;
	declaration->tiers = body->tiers;
	declaration->tier_a = body->tier_a;
	declaration->tier_b = body->tier_b;
	declaration->tier_c = body->tier_c;
	declaration->restraint_ppm = body->restraint_ppm;
	declaration->entitlements = body->entitlements;
	declaration->stale_price = body->stale_price;
	declaration->minimum_g = body->minimum_g;
	declaration->caps = keep(&body->caps, sizeof(struct cap));
	declaration->clocks = keep(&body->clocks, sizeof(struct service_clock));
	struct cap *caps = declaration->caps.items;
	for (uint32_t i = 0; i < declaration->caps.count; i++)
		caps[i].used_g = 0;
}

const struct event_type event_declaration_proposed = { "declaration.proposed", &proposed_body,
	apply_proposed };
const struct command_type command_declare = { "declare", &declare_params, DUTY_OFFICER,
	decide_declare, NULL };
