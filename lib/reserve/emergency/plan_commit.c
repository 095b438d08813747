/*
 * The last signature on a plan: frozen and divided again, compared with what stands in it, and if
 * nothing has moved, carried out whole in this one decision. Awards are those of the plan; lots are
 * picked here.
 */
#include "reserve/emergency/plan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "reserve/emergency/award.h"
#include "reserve/emergency/award_price.h"
#include "reserve/emergency/credit.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/request.h"
#include "reserve/emergency/weighing.h"
#include "reserve/refusal.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"
#include "reserve/zone/member.h"
#include "reserve/zone/release_price.h"

/* How many differences a refusal names, and what one request may need of the arena at most. */
enum { MOVED_NAMED = 6, ROOM_FOR_ONE = 16 * 1024 * 1024 };

/* Picks of the entry that also has all that was weighed. */
enum { PICKS_BESIDE_RULES = PICKS_PER_ENTRY / 2 };

static bool has_room(const struct context *context, const struct decision *decision)
{
	return arena_left(context->arena) / 2 > ROOM_FOR_ONE / 2 +
		decision->capacity * sizeof *decision->events;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* ---- what has moved ---- */

struct moved {
	const struct context *context;
	const char *text; /* sentences with semicolons between them */
	uint32_t count;
};

static void add_moved(struct moved *moved, const char *what)
{
	if (moved->count++ < MOVED_NAMED)
		moved->text = arena_printf(moved->context->arena, "%s%s%s", moved->text,
			moved->count > 1 ? "; " : "", what);
}

enum kind { NUMBER, MASS, PRICE };

static const char *figure(const struct moved *moved, enum kind kind, int64_t value)
{
	char mass[WORD_MASS];
	if (value == ABSENT)
		return "none";
	if (kind == PRICE)
		return release_price_words(moved->context->arena, value);
	if (kind == NUMBER)
		return arena_printf(moved->context->arena, "%lld", (long long)value);
	word_mass(mass, value);
	return arena_printf(moved->context->arena, "%s", mass);
}

static void compare(struct moved *moved, const char *subject, const char *name, enum kind kind,
	int64_t then, int64_t now)
{
	if (then != now)
		add_moved(moved, arena_printf(moved->context->arena, "%s: %s %s then, %s now", subject,
			name, figure(moved, kind, then), figure(moved, kind, now)));
}

static void compare_grades(struct moved *moved, const struct plan_line *then,
	const struct plan_line *now)
{
	const char *commodity = then->commodity->code;
	const struct grade_stock *before = then->grades.items, *after = now->grades.items;
	if (then->grades.count != now->grades.count) {
		compare(moved, commodity, "grades asked", NUMBER, then->grades.count, now->grades.count);
		return;
	}
	for (uint32_t i = 0; i < then->grades.count; i++) {
		const char *name = arena_printf(moved->context->arena, "of at least %lld ppm",
			(long long)after[i].grade_ppm);
		compare(moved, commodity, "a grade asked, in ppm,", NUMBER, before[i].grade_ppm,
			after[i].grade_ppm);
		compare(moved, commodity, name, MASS, before[i].stock_g, after[i].stock_g);
	}
}

static void compare_line(struct moved *moved, const struct plan_line *then,
	const struct plan_line *now)
{
	const char *commodity = then->commodity->code;
	compare(moved, commodity, "waiting requests", NUMBER, then->requests, now->requests);
	compare(moved, commodity, "available", MASS, then->available_g, now->available_g);
	compare(moved, commodity, "floor", MASS, then->floor_g, now->floor_g);
	compare(moved, commodity, "version of the floor", NUMBER, then->floor_version,
		now->floor_version);
	compare(moved, commodity, "left of the cap", MASS, then->cap_left_g, now->cap_left_g);
	compare(moved, commodity, "entitlements of participants", MASS, then->entitled_g,
		now->entitled_g);
	compare(moved, commodity, "left of the annual plan", MASS, then->annual_left_g,
		now->annual_left_g);
	compare(moved, commodity, "set aside", MASS, then->set_aside_g, now->set_aside_g);
	compare(moved, commodity, "version of the reference price", NUMBER, then->price_version,
		now->price_version);
	compare(moved, commodity, "market price", PRICE, then->market_micros_per_kg,
		now->market_micros_per_kg);
	compare(moved, commodity, "claims after caps", MASS, then->claimed_g, now->claimed_g);
	compare(moved, commodity, "estate", MASS, then->estate_g, now->estate_g);
	compare_grades(moved, then, now);
}

static void compare_awards(struct moved *moved, const struct round *round)
{
	for (uint32_t i = 0; i < round->request_count; i++)
		compare(moved, round->requests[i]->id, "award", MASS, round->requests[i]->planned_g,
			round->claims[i].award_g);
}

static struct round *round_of(const struct rounds *rounds, const struct commodity *commodity)
{
	for (uint32_t i = 0; i < rounds->count; i++) {
		if (rounds->items[i].commodity == commodity)
			return &rounds->items[i];
	}
	return NULL;
}

/* All that differs from the plan, for a person; "" where nothing does. */
static const char *what_moved(const struct context *context, const struct plan *plan,
	const struct document *document, const struct rounds *rounds)
{
	struct moved moved = { context, "", 0 };
	const struct plan_line *line = NULL;
	while ((line = state_next(context->state, TABLE_PLAN_LINE, line)) != NULL) {
		if (line->row.closed || !text_equal(line->plan, plan->id))
			continue;
		const struct round *round = round_of(rounds, line->commodity);
		if (round == NULL) {
			compare(&moved, line->commodity->code, "waiting requests", NUMBER, line->requests, 0);
			continue;
		}
		compare_line(&moved, line, &round->line);
		compare_awards(&moved, round);
	}
	int64_t need = rounds_approvals(context, plan->declaration, rounds);
	if (need > document->need)
		compare(&moved, plan->id, "signatures needed", NUMBER, document->need, need);
	if (moved.count > MOVED_NAMED)
		return arena_printf(context->arena, "%s; and %u more", moved.text,
			(unsigned)(moved.count - MOVED_NAMED));
	return moved.text;
}

/* ---- lots ---- */

/* A request of the plan as it is being carried out. */
struct grant {
	const struct request *request;
	struct round *round;
	uint32_t claim;       /* index in its round */
	struct ask ask;
	struct weighing weighing;
	struct picked picked;
};

static const struct claim *claim_of(const struct grant *grant)
{
	return &grant->round->claims[grant->claim];
}

/* What every award leaves over of the whole (level 0) and of the stock of at least each grade. */
struct spare {
	int64_t left_g[RATION_GRADES_MAX + 1];
	const struct grade_stock *grades;
	uint32_t count;
	int64_t *members_g; /* of what its caps let pass, by claimant; VAULT_INT_MAX: no cap */
};

static uint32_t level_of(const struct spare *spare, const struct claim *claim)
{
	uint32_t level = 0;
	while (level < spare->count && spare->grades[level].grade_ppm <= claim->grade_ppm)
		level++;
	return level;
}

static void spare_take(struct spare *spare, const struct claim *claim, int64_t mass_g)
{
	for (uint32_t level = 0; level <= level_of(spare, claim); level++)
		spare->left_g[level] -= mass_g;
	if (spare->members_g[claim->claimant] != VAULT_INT_MAX)
		spare->members_g[claim->claimant] -= mass_g;
}

static bool spare_begin(struct spare *spare, const struct round *round, struct arena *arena)
{
	*spare = (struct spare){ .grades = round->line.grades.items,
		.count = round->line.grades.count,
		.members_g = arena_alloc(arena, round->member_count * sizeof *spare->members_g) };
	if (spare->members_g == NULL)
		return false;
	if (spare->count > 0 && spare->grades[0].grade_ppm == 0) {
		spare->grades++;
		spare->count--;
	}
	spare->left_g[0] = round->line.estate_g + round->line.set_aside_g;
	for (uint32_t i = 0; i < spare->count; i++)
		spare->left_g[i + 1] = spare->grades[i].stock_g;
	for (uint32_t i = 0; i < round->member_count; i++) {
		int64_t cap_g = round->claimants[i].cap_g;
		spare->members_g[i] = cap_g != ABSENT ? cap_g : VAULT_INT_MAX;
	}
	for (uint32_t i = 0; i < round->request_count; i++)
		spare_take(spare, &round->claims[i], round->claims[i].award_g);
	return true;
}

/* So much more than its award a request of this claim may take without touching another's. */
static int64_t spare_g(const struct spare *spare, const struct claim *claim)
{
	int64_t more_g = least(spare->left_g[0], spare->members_g[claim->claimant]);
	for (uint32_t level = 1; level <= level_of(spare, claim); level++)
		more_g = least(more_g, spare->left_g[level]);
	return more_g > 0 ? more_g : 0;
}

/* Strictest grade first; of one grade who may take from fewest origins; then as they stand. */
static int by_strictness(const void *left, const void *right)
{
	const struct grant *a = *(const struct grant *const *)left;
	const struct grant *b = *(const struct grant *const *)right;
	int64_t grade_a = claim_of(a)->grade_ppm, grade_b = claim_of(b)->grade_ppm;
	uint32_t bans_a = a->weighing.filter.origin_count, bans_b = b->weighing.filter.origin_count;
	if (grade_a != grade_b)
		return grade_a > grade_b ? -1 : 1;
	if (bans_a != bans_b)
		return bans_a > bans_b ? -1 : 1;
	return a < b ? -1 : a > b;
}

/* A credit is drawn besides the award, from what no award needs and no rule forbids. */
static void pick_one(struct pick_pool *pool, struct spare *spare, struct grant *grant)
{
	const struct claim *claim = claim_of(grant);
	int64_t *credit_left_g = &grant->round->credits[claim->claimant];
	if (claim->award_g == 0)
		return;
	int64_t target_g = claim->award_g + least(*credit_left_g, spare_g(spare, claim));
	target_g = least(target_g, request_target_g(&grant->weighing, claim->award_g));
	picking_take(pool, grant->ask.min_grade_ppm, target_g, &grant->weighing.filter,
		PICKS_PER_AWARD, &grant->picked);
	int64_t picked_g = grant->picked.contained_g;
	assert(picked_g <= target_g);
	if (picked_g > claim->award_g)
		*credit_left_g -= picked_g - claim->award_g;
	spare_take(spare, claim, picked_g - claim->award_g);
}

/* No floor is passed and no cap: all that was picked is within what the line says may leave. */
static void assert_kept(const struct round *round, const struct grant *const *grants)
{
	const struct plan_line *line = &round->line;
	int64_t picked_g = 0;
	for (uint32_t i = 0; i < round->request_count; i++)
		picked_g += grants[i]->picked.contained_g;
	assert(picked_g <= line->estate_g + line->set_aside_g);
	assert(picked_g == 0 || line->available_g - picked_g - (line->entitled_g != ABSENT ?
		line->entitled_g : 0) >= line->floor_g);
	assert(line->cap_left_g == ABSENT || picked_g <= line->cap_left_g);
	assert(line->annual_left_g == ABSENT || picked_g <= line->annual_left_g);
}

static bool too_large(struct error *error)
{
	return error_set(error, ERROR_LIMIT, "document",
		"the plan is too large for one decision; reject it and declare fewer commodities at once");
}

static bool pick_round(const struct context *context, struct round *round, struct grant **grants,
	const struct decision *decision, struct error *error)
{
	struct spare spare;
	struct pick_pool *pool = picking_pool(round->commodity, context->arena);
	if (pool == NULL || !spare_begin(&spare, round, context->arena))
		return too_large(error);
	qsort(grants, round->request_count, sizeof *grants, by_strictness);
	for (uint32_t i = 0; i < round->request_count; i++) {
		if (!has_room(context, decision))
			return too_large(error);
		pick_one(pool, &spare, grants[i]);
	}
	assert_kept(round, (const struct grant *const *)grants);
	return true;
}

/* ---- entries ---- */

/* By what is served first where slots are cut: tier, need-by date, then as they stand. */
static int by_service(const void *left, const void *right)
{
	const struct grant *a = *(const struct grant *const *)left;
	const struct grant *b = *(const struct grant *const *)right;
	int tier_a = a->ask.tier != TIER_NONE ? a->ask.tier : TIER_C;
	int tier_b = b->ask.tier != TIER_NONE ? b->ask.tier : TIER_C;
	if (tier_a != tier_b)
		return tier_a < tier_b ? -1 : 1;
	if (a->ask.need_by != b->ask.need_by) {
		if (a->ask.need_by == ABSENT || b->ask.need_by == ABSENT)
			return a->ask.need_by == ABSENT ? 1 : -1;
		return a->ask.need_by < b->ask.need_by ? -1 : 1;
	}
	return a < b ? -1 : a > b;
}

static void weigh(const struct context *context, struct grant *grant)
{
	grant->ask = request_ask(grant->request);
	weigh_begin(context, &grant->ask, NULL, &grant->weighing);
	if (grant->round->sums != NULL)
		grant->weighing.sums = grant->round->sums[claim_of(grant)->claimant];
	weigh_all(&grant->weighing);
}

/* "proportional", "tier A by equal-awards" */
static const char *policy_words(const struct context *context, const struct plan *plan,
	const struct grant *grant)
{
	const struct ration ration = declaration_ration(plan->declaration);
	int tier = grant->ask.tier != TIER_NONE ? grant->ask.tier : TIER_C;
	enum policy own = ration.tier_policies[tier];
	if (!ration.tiers)
		return policy_names[ration.policy];
	return arena_printf(context->arena, "tier %s by %s", tier_names[tier],
		policy_names[own != POLICY_NONE ? own : ration.policy]);
}

static void weigh_share(const struct context *context, const struct plan *plan,
	struct grant *grant)
{
	const struct round *round = grant->round;
	char claim[WORD_MASS], claimed[WORD_MASS];
	struct rule_result *share = weigh_add(&grant->weighing, "share", claim_of(grant)->award_g);
	word_mass(claim, claim_of(grant)->claim_g);
	word_mass(claimed, round->line.claimed_g);
	share->available_g = round->line.estate_g;
	share->because = arena_printf(context->arena,
		"its share in %s, %s: of a claim of %s, where %u %s %s together", plan->id,
		policy_words(context, plan, grant), claim, (unsigned)round->request_count,
		round->request_count == 1 ? "request claims" : "requests claim", claimed);
}

static void add_cut(const struct grant *grant, struct decision *decision)
{
	struct request_decided *body = request_decided_body(&event_request_cut, grant->request,
		&grant->weighing, decision);
	body->awarded_g = 0;
	decision_add(decision, &event_request_cut, body);
}

/* What the member is owed from now on: what it was, and the award, less what is picked. */
static void set_credit(struct grant *grant, int64_t *owed_g, struct request_decided *body)
{
	int64_t *credit = &owed_g[claim_of(grant)->claimant];
	if (body->awarded_g == grant->picked.contained_g)
		return;
	*credit += body->awarded_g - grant->picked.contained_g;
	assert(*credit >= 0);
	body->credit_g = *credit;
}

static void add_more_picks(const struct grant *grant, uint32_t from, struct decision *decision)
{
	struct pick *picks = grant->picked.picks.items;
	for (uint32_t i = from; i < grant->picked.picks.count; i += PICKS_PER_ENTRY) {
		uint32_t left = grant->picked.picks.count - i;
		struct request_picked *body = decision_body(decision, &event_request_picked);
		body_text(body->request, grant->request->id);
		body->picks = (struct list){ &picks[i],
			left < PICKS_PER_ENTRY ? left : PICKS_PER_ENTRY };
		decision_add(decision, &event_request_picked, body);
	}
}

static void add_granted(struct grant *grant, int64_t *owed_g, struct decision *decision)
{
	struct request_decided *body = request_decided_body(&event_request_granted, grant->request,
		&grant->weighing, decision);
	uint32_t count = grant->picked.picks.count;
	uint32_t first = count < PICKS_BESIDE_RULES ? count : PICKS_BESIDE_RULES;
	body->awarded_g = claim_of(grant)->award_g;
	body->picked_g = grant->picked.contained_g;
	body->picks = (struct list){ grant->picked.picks.items, first };
	if (count == 0)
		body->unit_g = picking_least_g(grant->request->commodity, grant->ask.min_grade_ppm,
			&grant->weighing.filter);
	set_credit(grant, owed_g, body);
	decision_add(decision, &event_request_granted, body);
	add_more_picks(grant, first, decision);
}

/* What each member of each round is owed before this plan, side by side with its claimants. */
static int64_t **owed_before(const struct context *context, const struct rounds *rounds)
{
	int64_t **owed = arena_alloc(context->arena, rounds->count * sizeof *owed);
	for (uint32_t i = 0; owed != NULL && i < rounds->count; i++) {
		const struct round *round = &rounds->items[i];
		owed[i] = arena_alloc(context->arena, round->member_count * sizeof **owed);
		if (owed[i] == NULL)
			return NULL;
		for (uint32_t j = 0; j < round->member_count; j++)
			owed[i][j] = credit_g(context->state, round->members[j], round->commodity);
	}
	return owed;
}

static bool add_entries(const struct context *context, const struct plan *plan,
	const struct rounds *rounds, struct grant **grants, struct decision *decision,
	struct error *error)
{
	struct slot_plan *slots = slots_begin(context);
	int64_t **owed = owed_before(context, rounds);
	uint32_t orders = 0;
	if (owed == NULL)
		return too_large(error);
	qsort(grants, rounds->requests, sizeof *grants, by_service);
	for (uint32_t i = 0; i < rounds->requests; i++) {
		struct grant *grant = grants[i];
		if (!has_room(context, decision))
			return too_large(error);
		weigh_share(context, plan, grant);
		if (claim_of(grant)->award_g == 0) {
			add_cut(grant, decision);
			continue;
		}
		add_granted(grant, owed[grant->round - rounds->items], decision);
		if (grant->picked.picks.count > 0)
			award_cut_order(context, slots, plan, grant->request, &grant->picked.picks,
				orders++, decision);
	}
	return true;
}

/* ---- the commit ---- */

/* One a request, in the order of the rounds; the pointers may be sorted. */
static struct grant **make_grants(const struct context *context, const struct rounds *rounds,
	const struct decision *decision)
{
	struct grant *grants = arena_alloc(context->arena, rounds->requests * sizeof *grants);
	struct grant **order = arena_alloc(context->arena, rounds->requests * sizeof *order);
	uint32_t at = 0;
	if (grants == NULL || order == NULL)
		return NULL;
	for (uint32_t i = 0; i < rounds->count; i++) {
		struct round *round = &rounds->items[i];
		for (uint32_t j = 0; j < round->request_count; j++, at++) {
			if (!has_room(context, decision))
				return NULL;
			grants[at] = (struct grant){ .request = round->requests[j], .round = round,
				.claim = j };
			order[at] = &grants[at];
			weigh(context, &grants[at]);
		}
	}
	return order;
}

/* A rule that lets less pass than the plan gives has moved with the rest. */
static const char *passed(const struct context *context, struct grant *const *grants,
	uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct weighing *weighing = &grants[i]->weighing;
		for (uint32_t j = 0; j < weighing->count; j++) {
			if (weighing->rules[j].limit_g < claim_of(grants[i])->award_g)
				return arena_printf(context->arena, "%s: %s lets %lld g of its award pass",
					grants[i]->request->id, rule_title(weighing->rules[j].rule),
					(long long)weighing->rules[j].limit_g);
		}
	}
	return "";
}

/* All orders of a commodity are priced alike: without a fresh market, one finding tells it. */
static void add_findings(const struct context *context, const struct plan *plan,
	const struct rounds *rounds, struct decision *decision)
{
	for (uint32_t i = 0; i < rounds->count; i++) {
		const struct plan_line *line = &rounds->items[i].line;
		if (line->market_micros_per_kg == ABSENT && line->awarded_g > 0)
			release_price_finding(context, line->commodity, arena_printf(decision->arena, "%s/%s",
				plan->id, line->commodity->code), decision);
	}
}

static bool carry_out(const struct context *context, const struct plan *plan,
	const struct rounds *rounds, struct grant **grants, struct decision *decision,
	struct error *error)
{
	uint32_t at = 0;
	struct plan_step *body = decision_body(decision, &event_plan_committed);
	body_text(body->plan, plan->id);
	decision_add(decision, &event_plan_committed, body);
	for (uint32_t i = 0; i < rounds->count; i++) {
		if (!pick_round(context, &rounds->items[i], grants + at, decision, error))
			return false;
		at += rounds->items[i].request_count;
	}
	if (!add_entries(context, plan, rounds, grants, decision, error))
		return false;
	add_findings(context, plan, rounds, decision);
	decision->id = plan->id;
	decision->next = "vaultctl loadout";
	return true;
}

/* What it rests on has moved: the next run rests on what is there then. */
static bool refuse_moved(const struct plan *plan, const char *moved, struct decision *decision)
{
	decision->next = arena_printf(decision->arena, "vaultctl allocation run %s",
		plan->declaration->id);
	return refuse_act(decision, plan->id, "R20", "", moved);
}

bool plan_commit(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct plan *plan = state_find(context->state, TABLE_PLAN, document->id);
	assert(plan != NULL && plan->state == PLAN_PROPOSED);
	struct ration ration = declaration_ration(plan->declaration);
	struct rounds rounds;
	if (plan->declaration->state != DECLARATION_OPEN)
		return refuse_act(decision, plan->id, "R02", "", "its declaration is not open any more");
	if (!rounds_freeze(context, plan->declaration, plan, NULL, &rounds, error))
		return false;
	for (uint32_t i = 0; i < rounds.count; i++) {
		if (!round_divide(context, &rounds.items[i], &ration, error))
			return false;
	}
	const char *moved = what_moved(context, plan, document, &rounds);
	if (moved[0] != '\0')
		return refuse_moved(plan, moved, decision);
	if (award_price_refuses(context, plan->declaration, &rounds, plan->id, "", decision))
		return true;
	struct grant **grants = make_grants(context, &rounds, decision);
	if (grants == NULL)
		return too_large(error);
	moved = passed(context, grants, rounds.requests);
	if (moved[0] != '\0')
		return refuse_moved(plan, moved, decision);
	return carry_out(context, plan, &rounds, grants, decision, error);
}
