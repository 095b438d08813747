/* Every rule in its order, each with its limit, its figures and a sentence. */
#include "reserve/emergency/weighing.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/usage.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/zone/member.h"

static bool is_physical(const char *rule)
{
	static const char *const physical[] = { "R03", "R04", "R05", "R10", "R11" };
	for (size_t i = 0; i < sizeof physical / sizeof *physical; i++) {
		if (text_equal(physical[i], rule))
			return true;
	}
	return false;
}

struct rule_result *weigh_add(struct weighing *weighing, const char *rule, int64_t limit_g)
{
	assert(weighing->count < WEIGHING_RULES_MAX);
	struct rule_result *result = &weighing->rules[weighing->count++];
	*result = (struct rule_result){ .limit_g = limit_g, .available_g = ABSENT,
		.must_stay_g = ABSENT, .version = ABSENT, .earliest_at = ABSENT };
	body_text(result->rule, rule);
	result->failed = limit_g < weighing->ask->mass_g;
	if (limit_g < weighing->limit_g)
		weighing->limit_g = limit_g;
	if (limit_g < weighing->physical_g && is_physical(rule))
		weighing->physical_g = limit_g;
	return result;
}

static void bar(struct weighing *weighing, const char *rule, const char *because)
{
	weigh_add(weighing, rule, 0)->because = because;
	weighing->barred = true;
}

/* ---- standing and form ---- */

void weigh_standing(struct weighing *weighing)
{
	const struct ask *ask = weighing->ask;
	if (weighing->declaration == NULL &&
	    declaration_has_ended_for(weighing->context->state, ask->commodity->code))
		bar(weighing, "R02", "the declaration that covered it has ended");
	else if (weighing->declaration == NULL)
		bar(weighing, "R01", "no declaration is open for it");
	if (ask->member->status != MEMBER_IN_FORCE)
		bar(weighing, "R07", member_status_name(ask->member));
	if (text_equal(ask->purpose, "resale"))
		bar(weighing, "R08", "metal of the reserve is not for resale");
	if (ask->need_by != ABSENT && ask->need_by <= weighing->context->now)
		bar(weighing, "R09", "the need-by date has passed");
}

/* ---- what is held ---- */

/* Whether any lot of that grade is held that may not leave now. */
static bool any_encumbered(const struct weighing *weighing)
{
	const struct ask *ask = weighing->ask;
	const struct lot *lot = NULL;
	while ((lot = state_next(weighing->context->state, TABLE_LOT, lot)) != NULL) {
		if (lot->commodity == ask->commodity && !lot->row.closed &&
		    lot->state != LOT_EXPECTED &&
		    (ask->min_grade_ppm == ABSENT || lot->grade_ppm == ABSENT ||
		    lot->grade_ppm >= ask->min_grade_ppm))
			return true;
	}
	return false;
}

static void weigh_held(struct weighing *weighing)
{
	const struct ask *ask = weighing->ask;
	int64_t free_g = picking_free_g(ask->commodity, ask->min_grade_ppm, &weighing->filter);
	if (free_g == 0 && any_encumbered(weighing)) {
		struct rule_result *result = weigh_add(weighing, "R11", 0);
		result->because = "only lots that are held, in quarantine, out of date or awarded remain";
	} else {
		weigh_add(weighing, "R10", free_g)->available_g = free_g;
	}
}

/* ---- limits in grams ---- */

static void weigh_floor(struct weighing *weighing, const char *rule, const struct floor *floor)
{
	int64_t available_g = weighing->ask->commodity->available_g;
	struct rule_result *result = weigh_add(weighing, rule, floor_headroom_g(floor, available_g));
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
	const struct commodity *commodity = weighing->ask->commodity;
	if (commodity->declaration != NULL && commodity->cap_g != ABSENT) {
		int64_t left_g = commodity->cap_g - commodity->cap_used_g;
		struct rule_result *result = weigh_add(weighing, "R03", left_g > 0 ? left_g : 0);
		result->available_g = commodity->cap_g;
		result->must_stay_g = commodity->cap_used_g;
	}
	if (weighing->declaration == NULL || declaration_keeps_operating(weighing->declaration) ||
	    commodity->operating == NULL)
		weigh_floor(weighing, "R04", commodity->operating);
	weigh_floor(weighing, "R05", commodity->hard);
}

int64_t weigh_member_cap_g(const struct rule_scope *scope, int64_t now)
{
	(void)scope;
	(void)now;
	return VAULT_INT_MAX;
}

/* ---- all of it ---- */

void weigh_begin(const struct context *context, const struct ask *ask, const struct rule *trial,
	struct weighing *ret_weighing)
{
	*ret_weighing = (struct weighing){ .context = context, .ask = ask,
		.declaration = ask->commodity->declaration, .limit_g = VAULT_INT_MAX,
		.physical_g = VAULT_INT_MAX, .earliest_at = ABSENT };
	ret_weighing->scope = (struct rule_scope){ .state = context->state,
		.commodity = ask->commodity, .member = ask->member,
		.declaration = ret_weighing->declaration, .trial = trial };
	ret_weighing->rules = arena_alloc(context->arena,
		WEIGHING_RULES_MAX * sizeof *ret_weighing->rules);
	assert(ret_weighing->rules != NULL); /* far below the arena's cap */
}

void weigh_all(struct weighing *weighing)
{
	weigh_standing(weighing);
	weigh_held(weighing);
	weigh_limits(weighing);
}
