/* A decision's body turned into what is shown of it. */
#include "reserve/emergency/why.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "reserve/refusal.h"
#include "reserve/stock/lot.h"

static const struct field rule_fields[] = {
	F_STRING(struct why_rule, rule),
	F_STRING(struct why_rule, title),
	F_BOOL(struct why_rule, failed),
	F_BOOL(struct why_rule, binding),
	F_INT(struct why_rule, limit_g),
	F_INT(struct why_rule, available_g),
	F_INT(struct why_rule, must_stay_g),
	F_INT(struct why_rule, version),
	F_STRING(struct why_rule, because),
	F_TIME(struct why_rule, earliest_at),
};
static const struct descriptor item_descriptor =
	DESCRIPTOR("why_rule", struct why_rule, rule_fields);

static const struct field why_fields[] = {
	F_STRING(struct why, id),
	F_INT(struct why, index),
	F_TIME(struct why, at),
	F_STRING(struct why, outcome),
	F_STRING(struct why, member),
	F_STRING(struct why, commodity),
	F_STRING(struct why, declaration),
	F_INT(struct why, asked_g),
	F_INT(struct why, awarded_g),
	F_INT(struct why, most_g),
	F_TIME(struct why, earliest_at),
	F_INT(struct why, picked_g),
	F_INT(struct why, credit_g),
	F_INT(struct why, unit_g),
	F_TIME(struct why, decide_by),
	F_STRING(struct why, plan),
	F_STRING(struct why, signer),
	F_LIST(struct why, rules, &item_descriptor),
	F_LIST(struct why, picks, &pick_descriptor),
};
const struct descriptor why_descriptor = DESCRIPTOR("why", struct why, why_fields);

bool why_decides(const char *kind)
{
	static const struct event_type *const types[] = { &event_request_allocated,
		&event_request_refused, &event_request_eligible, &event_request_granted,
		&event_request_cut };
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (text_equal(types[i]->kind, kind))
			return true;
	}
	return false;
}

static int64_t least_limit_g(const struct rule_result *rules, uint32_t count, const char *but)
{
	int64_t least_g = VAULT_INT_MAX;
	for (uint32_t i = 0; i < count; i++) {
		if (rules[i].limit_g != ABSENT && rules[i].limit_g < least_g &&
		    !text_equal(rules[i].rule, but))
			least_g = rules[i].limit_g;
	}
	return least_g;
}

static int64_t earliest(const struct rule_result *rules, uint32_t count)
{
	int64_t latest = ABSENT;
	for (uint32_t i = 0; i < count; i++) {
		if (rules[i].failed && rules[i].earliest_at == ABSENT)
			return ABSENT;
		if (rules[i].failed && rules[i].earliest_at > latest)
			latest = rules[i].earliest_at;
	}
	return latest;
}

static void fill_rules(const struct request_decided *body, struct why *why)
{
	const struct rule_result *rules = body->rules.items;
	uint32_t count = body->rules.count < WEIGHING_RULES_MAX ? body->rules.count :
		WEIGHING_RULES_MAX;
	const struct rule_result *binding = rule_binding(rules, count);
	for (uint32_t i = 0; i < count; i++) {
		const struct rule_result *rule = &rules[i];
		why->items[i] = (struct why_rule){ .rule = rule->rule, .title = rule_title(rule->rule),
			.failed = rule->failed, .binding = rule == binding && rule->failed,
			.limit_g = rule->limit_g, .available_g = rule->available_g,
			.must_stay_g = rule->must_stay_g, .version = rule->version,
			.because = rule->because, .earliest_at = rule->earliest_at };
	}
	int64_t most_g = least_limit_g(rules, count, "");
	why->rules = (struct list){ why->items, count };
	why->most_g = most_g < VAULT_INT_MAX ? most_g : ABSENT;
	why->earliest_at = earliest(rules, count);
}

static const char *text_or_null(const char *text)
{
	return text[0] != '\0' ? text : NULL;
}

void why_fill(const char *kind, const struct request_decided *body, int64_t index, int64_t at,
	struct why *ret_why)
{
	assert(why_decides(kind));
	*ret_why = (struct why){ .id = body->request, .index = index, .at = at,
		.outcome = kind + strlen("request."), .member = body->member,
		.commodity = body->commodity, .declaration = text_or_null(body->declaration),
		.asked_g = body->mass_g, .awarded_g = body->awarded_g, .picked_g = body->picked_g,
		.credit_g = body->credit_g, .unit_g = body->unit_g, .decide_by = body->decide_by,
		.plan = text_or_null(body->plan), .signer = text_or_null(body->signer),
		.picks = body->picks };
	fill_rules(body, ret_why);
}

void why_hide_figures(struct why *why)
{
	why->most_g = why->picked_g = why->credit_g = why->unit_g = ABSENT;
	for (uint32_t i = 0; i < why->rules.count; i++) {
		struct why_rule *rule = &why->items[i];
		if (rule->available_g != ABSENT || rule->must_stay_g != ABSENT) {
			rule->because = NULL;
			rule->version = ABSENT;
		}
		rule->limit_g = rule->available_g = rule->must_stay_g = ABSENT;
	}
}

/*
 * The least limit, where what is held can be parted so; else one sealed unit, where all else lets
 * it pass.
 */
int64_t why_pass_g(const struct request_decided *body)
{
	const struct rule_result *rules = body->rules.items;
	if (body->unit_g == ABSENT)
		return least_limit_g(rules, body->rules.count, "");
	return body->unit_g <= least_limit_g(rules, body->rules.count, "R10") ? body->unit_g : 0;
}
