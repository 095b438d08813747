/* The rows of plans, and proposing one: freezing, dividing, the entries of a run and its note. */
#include "reserve/emergency/plan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/award_price.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/request.h"
#include "reserve/emergency/rule.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"
#include "reserve/zone/member.h"

static const char *const state_names[] = { "", "proposed", "committed", "rejected", "superseded",
	NULL };

static const struct field grade_fields[] = {
	F_INT(struct grade_stock, grade_ppm),
	F_INT(struct grade_stock, stock_g),
};
static const struct descriptor grade_descriptor =
	DESCRIPTOR("grade", struct grade_stock, grade_fields);

static const struct field asker_fields[] = { F_TEXT(struct plan_asker, person) };
static const struct descriptor asker_descriptor =
	DESCRIPTOR("asker", struct plan_asker, asker_fields);

static const struct field plan_fields[] = {
	F_TEXT(struct plan, id),
	F_REF(struct plan, declaration, TABLE_DECLARATION),
	F_ENUM(struct plan, state, state_names),
	F_ENUM(struct plan, policy, policy_names),
	F_BOOL(struct plan, tiers),
	F_INT(struct plan, minimum_g),
	F_TIME(struct plan, frozen_at),
	F_INT(struct plan, frozen_index),
	F_INT(struct plan, requests),
	F_INT(struct plan, commodities),
	F_INT(struct plan, awarded_g),
	F_BYTES(struct plan, content_sha256),
	F_LIST(struct plan, askers, &asker_descriptor),
};
const struct descriptor plan_descriptor = DESCRIPTOR("plan", struct plan, plan_fields);

static const struct field line_fields[] = {
	F_TEXT(struct plan_line, id),
	F_TEXT(struct plan_line, plan),
	F_REF(struct plan_line, commodity, TABLE_COMMODITY),
	F_INT(struct plan_line, annual_left_g),
	F_INT(struct plan_line, available_g),
	F_INT(struct plan_line, awarded_g),
	F_INT(struct plan_line, cap_left_g),
	F_INT(struct plan_line, claimed_g),
	F_INT(struct plan_line, entitled_g),
	F_INT(struct plan_line, estate_g),
	F_INT(struct plan_line, floor_g),
	F_INT(struct plan_line, floor_version),
	F_INT(struct plan_line, market_micros_per_kg),
	F_INT(struct plan_line, price_version),
	F_INT(struct plan_line, requests),
	F_INT(struct plan_line, set_aside_g),
	F_LIST(struct plan_line, grades, &grade_descriptor),
};
const struct descriptor plan_line_descriptor =
	DESCRIPTOR("plan_line", struct plan_line, line_fields);

/* ---- the entries of a run ---- */

static const struct field line_body_fields[] = {
	F_INT(struct plan_line_body, annual_left_g),
	F_INT(struct plan_line_body, available_g),
	F_INT(struct plan_line_body, awarded_g),
	F_INT(struct plan_line_body, cap_left_g),
	F_INT(struct plan_line_body, claimed_g),
	F_TEXT(struct plan_line_body, commodity),
	F_INT(struct plan_line_body, entitled_g),
	F_INT(struct plan_line_body, estate_g),
	F_INT(struct plan_line_body, floor_g),
	F_INT(struct plan_line_body, floor_version),
	F_LIST(struct plan_line_body, grades, &grade_descriptor),
	F_INT(struct plan_line_body, market_micros_per_kg),
	F_TEXT(struct plan_line_body, plan),
	F_INT(struct plan_line_body, price_version),
	F_INT(struct plan_line_body, requests),
	F_INT(struct plan_line_body, set_aside_g),
};
static const struct descriptor line_body =
	DESCRIPTOR("plan.line", struct plan_line_body, line_body_fields);

static const struct field award_fields[] = {
	F_INT(struct plan_award, asked_g),
	F_INT(struct plan_award, awarded_g),
	F_INT(struct plan_award, claim_g),
	F_TEXT(struct plan_award, commodity),
	F_TEXT(struct plan_award, member),
	F_TEXT(struct plan_award, plan),
	F_TEXT(struct plan_award, request),
	F_ENUM(struct plan_award, tier, tier_names),
};
static const struct descriptor award_body =
	DESCRIPTOR("request.planned", struct plan_award, award_fields);

static const struct field proposed_fields[] = {
	F_INT(struct plan_proposed, awarded_g),
	F_INT(struct plan_proposed, commodities),
	F_BYTES(struct plan_proposed, content_sha256),
	F_TEXT(struct plan_proposed, declaration),
	F_INT(struct plan_proposed, minimum_g),
	F_TEXT(struct plan_proposed, plan),
	F_ENUM(struct plan_proposed, policy, policy_names),
	F_INT(struct plan_proposed, requests),
	F_BOOL(struct plan_proposed, tiers),
};
static const struct descriptor proposed_body =
	DESCRIPTOR("plan.proposed", struct plan_proposed, proposed_fields);

static const struct field content_fields[] = {
	F_INT(struct plan_proposed, awarded_g),
	F_LIST(struct plan_proposed, awards, &award_body),
	F_INT(struct plan_proposed, commodities),
	F_TEXT(struct plan_proposed, declaration),
	F_LIST(struct plan_proposed, lines, &line_body),
	F_INT(struct plan_proposed, minimum_g),
	F_TEXT(struct plan_proposed, plan),
	F_ENUM(struct plan_proposed, policy, policy_names),
	F_INT(struct plan_proposed, requests),
	F_BOOL(struct plan_proposed, tiers),
};
const struct descriptor plan_content_descriptor =
	DESCRIPTOR("plan.content", struct plan_proposed, content_fields);

static const struct field superseded_fields[] = {
	F_TEXT(struct plan_step, by),
	F_TEXT(struct plan_step, plan),
};
static const struct descriptor superseded_body =
	DESCRIPTOR("plan.superseded", struct plan_step, superseded_fields);

/* ---- running ---- */

struct run_params {
	char declaration[CODE_MAX];
};
static const struct field run_fields[] = { R_TEXT(struct run_params, declaration) };
static const struct descriptor run_params =
	DESCRIPTOR("allocation.run", struct run_params, run_fields);

static bool no_memory(struct error *error)
{
	return error_set(error, ERROR_LIMIT, "declaration", "the plan is too large for one decision");
}

/* Rules that forbid a run now. */
static bool refused(const struct context *context, const struct declaration *declaration,
	struct decision *decision)
{
	const char *rule = NULL, *because = NULL;
	char until[TIME_TEXT_SIZE];
	if (declaration->state == DECLARATION_ENDED) {
		rule = "R02";
		because = "it has ended";
	} else if (declaration->state != DECLARATION_OPEN) {
		rule = "R01";
		because = "it is not open";
	} else if (declaration->collects_until != ABSENT &&
	    declaration->collects_until > context->now) {
		time_format(declaration->collects_until, until);
		rule = "R21";
		because = arena_printf(context->arena, "requests are collected until %s", until);
	}
	return rule != NULL &&
		refuse_act(decision, declaration->id, rule, context->actor->code, because);
}

/* Whether the rounds can become a plan: somebody waits, and orders will have a price. */
static bool check_rounds(const struct declaration *declaration, const struct rounds *rounds,
	struct error *error)
{
	if (rounds->count == 0)
		return error_set(error, ERROR_ILLEGAL, "declaration",
			"nobody waits for a round of %s", declaration->id);
	return award_price_known(rounds, error);
}

static void fill_line(const struct plan_line *line, const char *plan,
	struct plan_line_body *ret_body)
{
	*ret_body = (struct plan_line_body){ .annual_left_g = line->annual_left_g,
		.available_g = line->available_g,
		.awarded_g = line->awarded_g, .cap_left_g = line->cap_left_g,
		.claimed_g = line->claimed_g, .entitled_g = line->entitled_g,
		.estate_g = line->estate_g, .floor_g = line->floor_g,
		.floor_version = line->floor_version, .grades = line->grades,
		.market_micros_per_kg = line->market_micros_per_kg,
		.price_version = line->price_version, .requests = line->requests,
		.set_aside_g = line->set_aside_g };
	body_text(ret_body->commodity, line->commodity->code);
	body_text(ret_body->plan, plan);
}

static void fill_award(const struct request *request, const struct claim *claim, const char *plan,
	struct plan_award *ret_body)
{
	*ret_body = (struct plan_award){ .asked_g = request->mass_g, .awarded_g = claim->award_g,
		.claim_g = claim->claim_g, .tier = request->tier };
	body_text(ret_body->commodity, request->commodity->code);
	body_text(ret_body->member, request->member->code);
	body_text(ret_body->plan, plan);
	body_text(ret_body->request, request->id);
}

/* The content of the plan: the bodies of all its entries. */
static bool fill_content(const struct context *context, const struct rounds *rounds,
	struct plan_proposed *content, struct error *error)
{
	struct plan_line_body *lines = arena_alloc(context->arena, rounds->count * sizeof *lines);
	struct plan_award *awards = arena_alloc(context->arena, rounds->requests * sizeof *awards);
	uint32_t at = 0;
	if (lines == NULL || awards == NULL)
		return no_memory(error);
	for (uint32_t i = 0; i < rounds->count; i++) {
		const struct round *round = &rounds->items[i];
		fill_line(&round->line, content->plan, &lines[i]);
		for (uint32_t j = 0; j < round->request_count; j++)
			fill_award(round->requests[j], &round->claims[j], content->plan, &awards[at++]);
	}
	content->awarded_g = rounds_awarded_g(rounds);
	content->commodities = rounds->count;
	content->requests = rounds->requests;
	content->lines = (struct list){ lines, rounds->count };
	content->awards = (struct list){ awards, rounds->requests };
	if (arena_left(context->arena) / (4 * sizeof(struct event)) < rounds->requests + 1024)
		return no_memory(error); /* of its entries, and of its note */
	assert(context->digest != NULL);
	context->digest(context->digest_context, &plan_content_descriptor, content,
		content->content_sha256);
	return true;
}

static void add_superseded(const struct plan *plan, const char *by, int64_t effective,
	struct decision *decision)
{
	struct plan_step *body = decision_body(decision, &event_plan_superseded);
	body_text(body->plan, plan->id);
	body_text(body->by, by);
	decision_add_at(decision, &event_plan_superseded, body, effective);
}

static void supersede(const struct context *context, const struct declaration *declaration,
	const char *by, int64_t effective, struct decision *decision)
{
	const struct plan *plan = NULL;
	while ((plan = state_next(context->state, TABLE_PLAN, plan)) != NULL) {
		if (plan->declaration == declaration && plan->state == PLAN_PROPOSED)
			add_superseded(plan, by, effective, decision);
	}
}

void plan_end_all(const struct context *context, const struct declaration *declaration,
	int64_t due_ms, struct decision *decision)
{
	supersede(context, declaration, "", due_ms, decision);
}

static void add_entries(const struct context *context, const struct declaration *declaration,
	const struct plan_proposed *content, struct decision *decision)
{
	const struct plan_line_body *lines = content->lines.items;
	const struct plan_award *awards = content->awards.items;
	decision_add(decision, &event_plan_proposed, content);
	supersede(context, declaration, content->plan, ABSENT, decision);
	for (uint32_t i = 0; i < content->lines.count; i++)
		decision_add(decision, &event_plan_line, &lines[i]);
	for (uint32_t i = 0; i < content->awards.count; i++)
		decision_add(decision, &event_request_planned, &awards[i]);
}

/* ---- its note ---- */

static void write_figure(struct document_draft *draft, const struct plan_line_body *line)
{
	char text[9][WORD_INT];
	const int64_t figures[] = { line->estate_g, line->claimed_g, line->awarded_g, line->available_g,
		line->floor_g, line->cap_left_g, line->set_aside_g, line->requests, line->annual_left_g };
	for (size_t i = 0; i < 9; i++) {
		if (figures[i] == ABSENT)
			body_text(text[i], "none");
		else
			word_int(text[i], figures[i]);
	}
	document_words(draft, (const char *const[]){ "commodity", line->commodity, "estate-g", text[0],
		"claimed-g", text[1], "awarded-g", text[2] }, 8);
	document_words(draft, (const char *const[]){ "rests-on", line->commodity, "available-g", text[3],
		"floor-g", text[4], "cap-left-g", text[5], "set-aside-g", text[6], "requests", text[7],
		"annual-left-g", text[8] }, line->annual_left_g != ABSENT ? 14 : 12);
	if (line->entitled_g == ABSENT)
		return;
	word_int(text[0], line->entitled_g);
	document_words(draft, (const char *const[]){ "leaves-to-participants", line->commodity,
		"entitled-g", text[0] }, 4);
}

static void write_award(struct document_draft *draft, const struct plan_award *award)
{
	char asked[WORD_INT], awarded[WORD_INT];
	word_int(asked, award->asked_g);
	word_int(awarded, award->awarded_g);
	document_words(draft, (const char *const[]){ "award", award->request, award->member,
		award->commodity, award->tier != TIER_NONE ? tier_names[award->tier] : "-", "asked-g", asked,
		"awarded-g", awarded }, 9);
}

static void write_policy(struct document_draft *draft, const struct declaration *declaration,
	const struct ration *ration)
{
	static const char *const names[] = { "", "tier-a", "tier-b", "tier-c" };
	const struct field *entitlements = descriptor_field(&declaration_descriptor, "entitlements");
	document_line(draft, "policy", policy_names[ration->policy]);
	for (int tier = TIER_A; ration->tiers && tier < TIER_COUNT; tier++) {
		enum policy own = ration->tier_policies[tier];
		document_line(draft, names[tier],
			policy_names[own != POLICY_NONE ? own : ration->policy]);
	}
	if (ration->minimum_g != ABSENT && ration->minimum_g > 0)
		document_line_int(draft, "minimum-g", ration->minimum_g);
	document_line(draft, "entitlements", field_text(entitlements, declaration));
}

/* The head with the hash always; then figures, then awards, each whole or not at all. */
static void write_text(struct document_draft *draft, const struct declaration *declaration,
	const struct ration *ration, const struct plan_proposed *content)
{
	const struct plan_line_body *lines = content->lines.items;
	const struct plan_award *awards = content->awards.items;
	document_line(draft, "declaration", declaration->id);
	write_policy(draft, declaration, ration);
	document_line_int(draft, "commodities", content->commodities);
	document_line_int(draft, "requests", content->requests);
	document_line_int(draft, "awarded-g", content->awarded_g);
	document_line_sha256(draft, "content-sha256", content->content_sha256);
	draft->digest_named = true;
	document_content(draft);
	for (uint32_t i = 0; i < content->lines.count; i++)
		write_figure(draft, &lines[i]);
	document_content(draft);
	for (uint32_t i = 0; i < content->awards.count && !draft->overflow; i++)
		write_award(draft, &awards[i]);
}

static bool propose(const struct context *context, const struct declaration *declaration,
	const struct rounds *rounds, const struct ration *ration, struct decision *decision,
	struct error *error)
{
	struct document_draft draft;
	struct plan_proposed *content = decision_body(decision, &event_plan_proposed);
	state_next_id(context->state, "P", context->now, 0, content->plan, sizeof content->plan);
	body_text(content->declaration, declaration->id);
	content->policy = (uint8_t)ration->policy;
	content->tiers = ration->tiers;
	content->minimum_g = declaration->minimum_g;
	if (!fill_content(context, rounds, content, error) ||
	    !document_begin_as(context, &draft, &document_plan, content->plan, declaration->id, 2, error))
		return false;
	int64_t need = rounds_approvals(context, declaration, rounds);
	if (need > draft.need)
		draft.need = need;
	write_text(&draft, declaration, ration, content);
	add_entries(context, declaration, content, decision);
	return document_end(context, &draft, decision, error);
}

static bool decide_run(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct run_params *params = data;
	const struct declaration *declaration = state_find(context->state, TABLE_DECLARATION,
		params->declaration);
	struct rounds rounds;
	if (declaration == NULL)
		return not_found(error, "declaration", "declaration", params->declaration);
	if (refused(context, declaration, decision))
		return true;
	if (!declaration_has_rounds(declaration, error) ||
	    !rounds_freeze(context, declaration, NULL, NULL, &rounds, error))
		return false;
	if (rounds.count == 0 && rounds.noticed > 0)
		return refuse_act(decision, declaration->id, "R21", context->actor->code,
			rounds.notice);
	if (!check_rounds(declaration, &rounds, error))
		return false;
	if (award_price_refuses(context, declaration, &rounds, declaration->id, context->actor->code,
	    decision))
		return true;
	struct ration ration = declaration_ration(declaration);
	for (uint32_t i = 0; i < rounds.count; i++) {
		if (!round_divide(context, &rounds.items[i], &ration, error))
			return false;
	}
	return propose(context, declaration, &rounds, &ration, decision, error);
}

const struct command_type command_allocation_run = { "allocation.run", &run_params, DUTY_OFFICER,
	decide_run, NULL };

/* ---- what a run does ---- */

static void apply_proposed(struct state *state, const struct applied *applied, const void *data)
{
	const struct plan_proposed *body = data;
	struct plan *plan = state_insert(state, TABLE_PLAN, body->plan);
	state_take_id(state, body->plan);
	plan->declaration = state_find(state, TABLE_DECLARATION, body->declaration);
	assert(plan->declaration != NULL);
	plan->state = PLAN_PROPOSED;
	plan->policy = body->policy;
	plan->tiers = body->tiers;
	plan->minimum_g = body->minimum_g;
	plan->frozen_at = applied->at;
	plan->frozen_index = applied->index;
	plan->requests = body->requests;
	plan->commodities = body->commodities;
	plan->awarded_g = body->awarded_g;
	memcpy(plan->content_sha256, body->content_sha256, sizeof plan->content_sha256);
}

static void line_id(char to[CODE_MAX * 2], const char *plan, const char *commodity)
{
	size_t length = strlen(plan);
	memcpy(to, plan, length);
	to[length] = '/';
	memcpy(to + length + 1, commodity, strlen(commodity) + 1);
}

static void apply_line(struct state *state, const struct applied *applied, const void *data)
{
	const struct plan_line_body *body = data;
	char id[CODE_MAX * 2];
	(void)applied;
	line_id(id, body->plan, body->commodity);
	struct plan_line *line = state_insert(state, TABLE_PLAN_LINE, id);
	body_text(line->plan, body->plan);
	line->commodity = state_find(state, TABLE_COMMODITY, body->commodity);
	assert(line->commodity != NULL);
	line->annual_left_g = body->annual_left_g;
	line->available_g = body->available_g;
	line->awarded_g = body->awarded_g;
	line->cap_left_g = body->cap_left_g;
	line->claimed_g = body->claimed_g;
	line->entitled_g = body->entitled_g;
	line->estate_g = body->estate_g;
	line->floor_g = body->floor_g;
	line->floor_version = body->floor_version;
	line->market_micros_per_kg = body->market_micros_per_kg;
	line->price_version = body->price_version;
	line->requests = body->requests;
	line->set_aside_g = body->set_aside_g;
	if (body->grades.count == 0)
		return;
	struct grade_stock *grades = malloc(body->grades.count * sizeof *grades);
	if (grades == NULL)
		abort();
	memcpy(grades, body->grades.items, body->grades.count * sizeof *grades);
	line->grades = (struct list){ grades, body->grades.count };
}

static bool has_asked(const struct plan *plan, const char *person)
{
	const struct plan_asker *askers = plan->askers.items;
	for (uint32_t i = 0; i < plan->askers.count; i++) {
		if (text_equal(askers[i].person, person))
			return true;
	}
	return false;
}

static void add_asker(struct state *state, struct plan *plan, const char *person)
{
	uint32_t count = plan->askers.count;
	if (has_asked(plan, person))
		return;
	struct plan_asker *askers = reallocarray(plan->askers.items, count + 1, sizeof *askers);
	if (askers == NULL)
		abort();
	askers[count] = (struct plan_asker){ .person = "" };
	body_text(askers[count].person, person);
	plan->askers = (struct list){ askers, count + 1 };
	state_touch(state, plan);
}

static void apply_planned(struct state *state, const struct applied *applied, const void *data)
{
	const struct plan_award *body = data;
	struct request *request = state_find(state, TABLE_REQUEST, body->request);
	struct plan *plan = state_find(state, TABLE_PLAN, body->plan);
	(void)applied;
	assert(request != NULL && plan != NULL && request->state == REQUEST_ELIGIBLE);
	body_text(request->plan, body->plan);
	request->planned_g = body->awarded_g;
	state_touch(state, request);
	add_asker(state, plan, request->requested_by);
}

/* ---- its end ---- */

static void close_plan(struct state *state, struct plan *plan, enum plan_state to)
{
	struct plan_line *line = NULL;
	while ((line = state_next(state, TABLE_PLAN_LINE, line)) != NULL) {
		if (!line->row.closed && text_equal(line->plan, plan->id))
			state_close(state, line);
	}
	plan->state = (uint8_t)to;
	state_close(state, plan);
}

/* A plan that comes to nothing: its requests wait again. */
static void drop_plan(struct state *state, struct plan *plan, enum plan_state to)
{
	struct request *request = NULL;
	while ((request = state_next(state, TABLE_REQUEST, request)) != NULL) {
		if (request->row.closed || request->state != REQUEST_ELIGIBLE ||
		    !text_equal(request->plan, plan->id))
			continue;
		memset(request->plan, 0, sizeof request->plan);
		request->planned_g = ABSENT;
		state_touch(state, request);
	}
	close_plan(state, plan, to);
}

static void apply_superseded(struct state *state, const struct applied *applied, const void *data)
{
	const struct plan_step *body = data;
	struct plan *plan = state_find(state, TABLE_PLAN, body->plan);
	(void)applied;
	assert(plan != NULL);
	document_obsolete(state, plan->id);
	drop_plan(state, plan, PLAN_SUPERSEDED);
}

static void plan_rejected(struct state *state, const struct document *document)
{
	struct plan *plan = state_find(state, TABLE_PLAN, document->id);
	assert(plan != NULL);
	drop_plan(state, plan, PLAN_REJECTED);
}

static const struct field committed_fields[] = { F_TEXT(struct plan_step, plan) };
static const struct descriptor committed_body =
	DESCRIPTOR("plan.committed", struct plan_step, committed_fields);

/* Its requests keep its id: it is what decided them, each in an entry of its own. */
static void apply_committed(struct state *state, const struct applied *applied, const void *data)
{
	const struct plan_step *body = data;
	struct plan *plan = state_find(state, TABLE_PLAN, body->plan);
	(void)applied;
	assert(plan != NULL && plan->state == PLAN_PROPOSED);
	close_plan(state, plan, PLAN_COMMITTED);
}

/* Whether a person is a delegate of a member for whom somebody else has asked in the plan. */
static bool speaks_for_asker(const struct state *state, const struct plan *plan,
	const char *code)
{
	const struct person *person = person_find(state, code);
	const struct request *request = NULL;
	if (person == NULL || person->member[0] == '\0')
		return false;
	while ((request = state_next(state, TABLE_REQUEST, request)) != NULL) {
		if (text_equal(request->plan, plan->id) &&
		    text_equal(request->member->code, person->member))
			return true;
	}
	return false;
}

static bool plan_bars(const struct state *state, const struct document *document,
	const char *person)
{
	const struct plan *plan = state_find(state, TABLE_PLAN, document->id);
	return plan != NULL && (has_asked(plan, person) || speaks_for_asker(state, plan, person));
}

const struct event_type event_plan_proposed = { "plan.proposed", &proposed_body, apply_proposed };
const struct event_type event_plan_line = { "plan.line", &line_body, apply_line };
const struct event_type event_request_planned = { "request.planned", &award_body, apply_planned };
const struct event_type event_plan_superseded = { "plan.superseded", &superseded_body,
	apply_superseded };
const struct event_type event_plan_committed = { "plan.committed", &committed_body,
	apply_committed };
const struct document_kind document_plan = { "plan", plan_commit, plan_rejected,
	"who asked for metal in it", plan_bars };
