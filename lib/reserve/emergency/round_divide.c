/* What frozen rounds come to: rights by the formula, awards by a policy, and who must sign them. */
#include "reserve/emergency/plan.h"

#include <string.h>

#include "base/checked.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/request.h"
#include "reserve/emergency/rule.h"
#include "reserve/stock/material.h"
#include "reserve/zone/member.h"
#include "reserve/zone/price.h"
#include "reserve/zone/release_price.h"

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static bool no_memory(struct error *error)
{
	return error_set(error, ERROR_LIMIT, "", "the round needs too much memory");
}

/* ---- rights ---- */

/* The figures as they count beside those of other members: an organisation's without its states'. */
static struct supply supply_of(const struct rule_scope *scope, const struct rule *base)
{
	return (struct supply){
		.base_g = rule_counted_g(scope, base, BASE_MASS),
		.commitment_g = rule_counted_g(scope, base, BASE_COMMITMENT),
		.production_g = rule_counted_g(scope, base, BASE_PRODUCTION),
		.imports_g = rule_counted_g(scope, base, BASE_IMPORTS) };
}

/* Members with a base, by code: ret_of[i] is whose figures ret_supplies[i] are. */
static bool supplies_of_all(const struct context *context, const struct round *round,
	const struct member **ret_of, struct supply *ret_supplies, uint32_t *ret_count,
	struct error *error)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < round->roster->count; i++) {
		const struct member *member = round->roster->members[i];
		const struct rule_scope scope = { .state = context->state, .member = member,
			.commodity = round->commodity, .declaration = round->declaration };
		const struct rule *base = rule_base(&scope);
		if (base == NULL)
			continue;
		if (count == SUPPLY_MEMBERS_MAX)
			return error_set(error, ERROR_LIMIT, "",
				"the supply right takes at most %d members with a base", SUPPLY_MEMBERS_MAX);
		ret_of[count] = member;
		ret_supplies[count++] = supply_of(&scope, base);
	}
	*ret_count = count;
	return true;
}

bool round_rights(const struct context *context, struct round *round, struct error *error)
{
	uint32_t count = 0, at = 0;
	const struct member **of = arena_alloc(context->arena,
		SUPPLY_MEMBERS_MAX * sizeof(struct member *));
	struct supply *all = arena_alloc(context->arena, SUPPLY_MEMBERS_MAX * sizeof *all);
	struct supply *supplies = arena_alloc(context->arena, round->member_count * sizeof *supplies);
	if (of == NULL || all == NULL || supplies == NULL)
		return no_memory(error);
	if (!supplies_of_all(context, round, of, all, &count, error))
		return false;
	supply_rights(all, count, round->declaration->restraint_ppm, context->arena);
	for (uint32_t i = 0; i < round->member_count; i++) {
		while (at < count && strcmp(of[at]->code, round->members[i]->code) < 0)
			at++;
		if (at < count && of[at] == round->members[i])
			supplies[i] = all[at];
		round->claimants[i].right_g = least(most(0, supplies[i].allocation_g), VAULT_INT_MAX);
	}
	round->supplies = supplies;
	return true;
}

/* ---- dividing ---- */

static bool goes_by_rights(const struct ration *ration)
{
	bool rights = ration->policy == POLICY_SUPPLY_RIGHT;
	for (int tier = TIER_A; ration->tiers && tier < TIER_COUNT; tier++)
		rights = rights || ration->tier_policies[tier] == POLICY_SUPPLY_RIGHT;
	return rights;
}

bool round_divide(const struct context *context, struct round *round, const struct ration *ration,
	struct error *error)
{
	const struct grade_stock *grades = round->line.grades.items;
	uint32_t count = round->line.grades.count;
	if (goes_by_rights(ration) && round->supplies == NULL && !round_rights(context, round, error))
		return false;
	if (count > 0 && grades[0].grade_ppm == 0) { /* the whole: the estate is no more */
		grades++;
		count--;
	}
	if (!ration_divide(ration, round->line.estate_g, round->claimants, round->member_count,
	    round->claims, round->request_count, grades, count, context->arena, error))
		return false;
	round->line.awarded_g = 0;
	for (uint32_t i = 0; i < round->request_count; i++)
		round->line.awarded_g += round->claims[i].award_g;
	return true;
}

/* ---- all rounds together ---- */

int64_t rounds_awarded_g(const struct rounds *rounds)
{
	int64_t awarded_g = 0;
	for (uint32_t i = 0; i < rounds->count; i++)
		awarded_g = checked_add_to(awarded_g, rounds->items[i].line.awarded_g, VAULT_INT_MAX);
	return awarded_g;
}

/* The price at which its orders would be cut; ABSENT: there is none. */
static int64_t cut_micros(const struct context *context, const struct round *round)
{
	struct release_price price;
	release_price_legs(round->commodity, context->now, &price);
	return price.least_micros;
}

/* At such a price, rounded up. */
static int64_t value_cents(int64_t price_micros_per_kg, int64_t mass_g)
{
	const int64_t grams_and_micros = 1000 * 10000; /* of a kilogram, of a cent */
	int64_t cents;
	if (price_micros_per_kg == ABSENT)
		return ABSENT;
	if (!checked_mul_div_up(mass_g, price_micros_per_kg, grams_and_micros, &cents))
		return VAULT_INT_MAX;
	return least(cents, VAULT_INT_MAX);
}

/* Of a commodity's awards, one by one and together. */
static int64_t round_approvals(const struct round *round, int64_t micros,
	const struct rule_scope *all)
{
	struct rule_scope scope = *all;
	scope.commodity = round->commodity;
	int64_t need = rule_approvals(&scope, round->line.awarded_g,
		value_cents(micros, round->line.awarded_g));
	for (uint32_t i = 0; i < round->request_count; i++) {
		int64_t award_g = round->claims[i].award_g;
		scope.member = round->requests[i]->member;
		need = most(need, rule_approvals(&scope, award_g, value_cents(micros, award_g)));
	}
	return need;
}

int64_t rounds_approvals(const struct context *context, const struct declaration *declaration,
	const struct rounds *rounds)
{
	const struct rule_scope scope = { .state = context->state, .declaration = declaration };
	int64_t need = 0, cents = 0;
	for (uint32_t i = 0; i < rounds->count; i++) {
		const struct round *round = &rounds->items[i];
		int64_t micros = cut_micros(context, round);
		int64_t value = value_cents(micros, round->line.awarded_g);
		need = most(need, round_approvals(round, micros, &scope));
		cents = value == ABSENT || cents == ABSENT ? ABSENT :
			checked_add_to(cents, value, VAULT_INT_MAX);
	}
	return most(need, rule_approvals(&scope, rounds_awarded_g(rounds), cents));
}
