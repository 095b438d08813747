/*
 * What a release is decided by, each row with its version: the floors that must stay, the reference
 * price, the declaration, the line of the annual plan, and every rule in force that applies. It
 * stands above the rooms, for it names rows of all of them; decide writes it into the entry that
 * issues an order, and the audit asks for it again.
 */
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/request.h"
#include "reserve/emergency/rule.h"
#include "reserve/state.h"
#include "reserve/stock/annual.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/material.h"
#include "reserve/zone/exchange.h"
#include "reserve/zone/exchange_terms.h"
#include "reserve/zone/price.h"

enum { RULES_NAMED_MAX = 60 };

static const char *add(struct arena *arena, const char *to, const char *what, const char *id)
{
	return arena_printf(arena, "%s%s%s %s", to, to[0] != '\0' ? ", " : "", what, id);
}

/*
 * The plan line that limits what was granted: of a release to a member, or of what an exchange
 * does.
 */
static const struct annual_line *line_of(const struct state *state, const struct commodity *commodity,
	const char *granted)
{
	const struct exchange *exchange = state_find(state, TABLE_EXCHANGE, granted);
	enum annual_action action = granted[0] == 'R' ? ANNUAL_RELEASE :
		exchange != NULL ? exchange_annual(exchange->kind) : ANNUAL_NONE;
	return action != ANNUAL_NONE ? annual_line_of(commodity, action) : NULL;
}

static const char *add_rules(struct arena *arena, const char *to, const struct rule_scope *scope)
{
	struct rule_cursor cursor = { 0 };
	const struct rule *rule;
	for (int i = 0; i < RULES_NAMED_MAX &&
	    (rule = rule_next(scope, RULE_NONE, &cursor)) != NULL; i++)
		to = add(arena, to, "rule", rule->id);
	return to;
}

const char *state_release_criteria(const struct state *state, struct arena *arena,
	const struct commodity *commodity, const struct member *member, const char *granted)
{
	const struct request *request = state_find(state, TABLE_REQUEST, granted);
	const struct declaration *declaration = request != NULL ? request->declaration :
		commodity->declaration;
	const struct annual_line *line = line_of(state, commodity, granted);
	const struct rule_scope scope = { .state = state, .commodity = commodity, .member = member,
		.declaration = declaration };
	const char *criteria = "";
	if (commodity->operating != NULL)
		criteria = add(arena, criteria, "floor", commodity->operating->id);
	if (commodity->hard != NULL)
		criteria = add(arena, criteria, "floor", commodity->hard->id);
	if (commodity->price != NULL)
		criteria = add(arena, criteria, "price", commodity->price->id);
	if (declaration != NULL)
		criteria = add(arena, criteria, "declaration", declaration->id);
	if (line != NULL)
		criteria = add(arena, criteria, "annual", line->id);
	return add_rules(arena, criteria, &scope);
}
