/* The list of rules, and the event of an act that one of them forbade. */
#include "reserve/refusal.h"

#include <string.h>

#include "base/text.h"
#include "vault/limits.h"

static const struct field rule_fields[] = {
	F_INT(struct rule_result, available_g),
	F_STRING(struct rule_result, because),
	F_TIME(struct rule_result, earliest_at),
	F_BOOL(struct rule_result, failed),
	F_INT(struct rule_result, limit_g),
	F_INT(struct rule_result, must_stay_g),
	F_TEXT(struct rule_result, rule),
	F_INT(struct rule_result, version),
};
const struct descriptor rule_result_descriptor =
	DESCRIPTOR("rule", struct rule_result, rule_fields);

const char *rule_title(const char *rule)
{
	static const struct { const char *rule, *title; } titles[] = {
		{ "R01", "no live declaration covers this commodity" },
		{ "R02", "the declaration has ended" },
		{ "R03", "the cap of the declaration" },
		{ "R04", "the operating floor" },
		{ "R05", "the hard floor" },
		{ "R06", "the annual plan" },
		{ "R07", "the member is not in force" },
		{ "R08", "the purpose is not allowed" },
		{ "R09", "the need-by date" },
		{ "R10", "the grade or form is not held" },
		{ "R11", "only lots that may not leave remain" },
		{ "R12", "the reference price" },
		{ "R13", "95% of the comparable market price" },
		{ "R14", "two different persons, neither of whom asked" },
		{ "R15", "the entitlement" },
		{ "R16", "an overdue replenishment" },
		{ "R17", "the load-out capacity of the site" },
		{ "R18", "the command id" },
		{ "R19", "the lot is reserved or pledged" },
		{ "R20", "what the plan rests on has moved" },
		{ "R21", "a notice period" },
		{ "R22", "the cap per member" },
		{ "R23", "unit and basis" },
		{ "R24", "a freeze for a count or the ledger" },
		{ "share", "the share of a round" },
	};
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		if (text_equal(titles[i].rule, rule))
			return titles[i].title;
	}
	return "";
}

const struct rule_result *rule_binding(const struct rule_result *rules, uint32_t count)
{
	const struct rule_result *binding = NULL;
	for (uint32_t i = 0; i < count; i++) {
		if (rules[i].limit_g == ABSENT || rules[i].limit_g >= VAULT_INT_MAX)
			continue; /* it limits no mass (R17) */
		if (binding == NULL || (rules[i].failed && !binding->failed) ||
		    (rules[i].failed == binding->failed && rules[i].limit_g < binding->limit_g))
			binding = &rules[i];
	}
	return binding;
}

struct act_refused {
	const char *because;
	char rule[8], subject[CODE_MAX], who[CODE_MAX];
};

static const struct field refused_fields[] = {
	F_STRING(struct act_refused, because),
	F_TEXT(struct act_refused, rule),
	F_TEXT(struct act_refused, subject),
	F_TEXT(struct act_refused, who),
};
static const struct descriptor refused_descriptor =
	DESCRIPTOR("act.refused", struct act_refused, refused_fields);

static void apply_refused(struct state *state, const struct applied *applied, const void *body)
{
	(void)state;
	(void)applied;
	(void)body;
}

const struct event_type event_act_refused = { "act.refused", &refused_descriptor, apply_refused };

bool refuse_act(struct decision *decision, const char *subject, const char *rule, const char *who,
	const char *because)
{
	decision->count = 0;
	decision->refused = true;
	struct act_refused *body = decision_body(decision, &event_act_refused);
	body->because = because;
	body_text(body->rule, rule);
	body_text(body->subject, subject);
	body_text(body->who, who);
	decision->id = body->subject;
	return decision_add(decision, &event_act_refused, body);
}
