/* Rules: proposing, signing, coming into force, and finding those that apply. */
#include "reserve/emergency/rule.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/declaration.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"

const char *const rule_kind_names[] = { "", "member-cap", "request-cap", "eligibility", "purposes",
	"resale-ban", "notice", "site-loadout", "origin-ban", "destinations", "approvals",
	"consumption-base", NULL };

static const struct field rule_fields[] = {
	F_TEXT(struct rule, id),
	F_TEXT(struct rule, code),
	F_INT(struct rule, version),
	F_ENUM(struct rule, kind, rule_kind_names),
	F_ENUM(struct rule, state, setting_state_names),
	F_ENUM(struct rule, declaration_kind, declaration_kind_names),
	F_BOOL(struct rule, ends),
	F_BOOL(struct rule, proxy),
	F_TEXT(struct rule, commodity),
	F_TEXT(struct rule, mineral),
	F_TEXT(struct rule, member),
	F_INT(struct rule, mass_g),
	F_INT(struct rule, share_ppm),
	F_INT(struct rule, days),
	F_INT(struct rule, value_cents),
	F_INT(struct rule, signatures),
	F_INT(struct rule, commitment_g),
	F_INT(struct rule, production_g),
	F_INT(struct rule, imports_g),
	F_STRING(struct rule, words),
	F_STRING(struct rule, because),
	F_TIME(struct rule, effective_at),
	F_TEXT(struct rule, document),
};
const struct descriptor rule_descriptor = DESCRIPTOR("rule", struct rule, rule_fields);

/* ---- proposing ---- */

struct proposed {
	char code[CODE_MAX], commodity[CODE_MAX];
	int64_t commitment_g, days;
	uint8_t declaration_kind;
	char document[CODE_MAX];
	int64_t effective_at;
	bool ends;
	int64_t imports_g;
	uint8_t kind;
	int64_t mass_g;
	char member[8], mineral[CODE_MAX];
	int64_t production_g;
	bool proxy;
	char rule[CODE_MAX + 16];
	int64_t share_ppm, signatures, value_cents, version;
	const char *words;
};
static const struct field proposed_fields[] = {
	F_TEXT(struct proposed, code),
	F_TEXT(struct proposed, commodity),
	F_INT(struct proposed, commitment_g),
	F_INT(struct proposed, days),
	F_ENUM(struct proposed, declaration_kind, declaration_kind_names),
	F_TEXT(struct proposed, document),
	F_TIME(struct proposed, effective_at),
	F_BOOL(struct proposed, ends),
	F_INT(struct proposed, imports_g),
	F_ENUM(struct proposed, kind, rule_kind_names),
	F_INT(struct proposed, mass_g),
	F_TEXT(struct proposed, member),
	F_TEXT(struct proposed, mineral),
	F_INT(struct proposed, production_g),
	F_BOOL(struct proposed, proxy),
	F_TEXT(struct proposed, rule),
	F_INT(struct proposed, share_ppm),
	F_INT(struct proposed, signatures),
	F_INT(struct proposed, value_cents),
	F_INT(struct proposed, version),
	F_STRING(struct proposed, words),
};
static const struct descriptor proposed_body =
	DESCRIPTOR("rule.proposed", struct proposed, proposed_fields);
static const struct field item_fields[] = {
	R_TEXT(struct proposed, code),
	F_TEXT(struct proposed, commodity),
	F_INT_IN(struct proposed, commitment_g, 0, VAULT_INT_MAX),
	F_INT_IN(struct proposed, days, 1, RULE_DAYS_MAX),
	F_ENUM(struct proposed, declaration_kind, declaration_kind_names),
	F_TIME(struct proposed, effective_at),
	F_BOOL(struct proposed, ends),
	F_INT_IN(struct proposed, imports_g, -VAULT_INT_MAX, VAULT_INT_MAX),
	R_ENUM(struct proposed, kind, rule_kind_names),
	F_INT_IN(struct proposed, mass_g, 1, VAULT_INT_MAX),
	F_TEXT(struct proposed, member),
	F_TEXT(struct proposed, mineral),
	F_INT_IN(struct proposed, production_g, 0, VAULT_INT_MAX),
	F_BOOL(struct proposed, proxy),
	F_INT_IN(struct proposed, share_ppm, 1, VAULT_PPM),
	F_INT_IN(struct proposed, signatures, 2, 16),
	F_INT_IN(struct proposed, value_cents, 1, VAULT_INT_MAX),
	F_STRING(struct proposed, words),
};
const struct descriptor rule_item_descriptor =
	DESCRIPTOR("rule.item", struct proposed, item_fields);

struct set_params {
	const char *because;
	struct list rules;
};
static const struct field set_fields[] = {
	R_STRING(struct set_params, because),
	R_LIST(struct set_params, rules, &rule_item_descriptor),
};
static const struct descriptor set_params =
	DESCRIPTOR("rule.set", struct set_params, set_fields);

static bool decide_set(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	(void)context;
	(void)data;
	(void)decision;
	return error_set(error, ERROR_ILLEGAL, "rules", "not yet");
}

static void apply_nothing(struct state *state, const struct applied *applied, const void *data)
{
	(void)state;
	(void)applied;
	(void)data;
}

const struct event_type event_rule_proposed = { "rule.proposed", &proposed_body, apply_nothing };
const struct command_type command_rule_set = { "rule.set", &set_params, DUTY_OFFICER, decide_set,
	"rules" };

struct approved {
	char document[CODE_MAX];
};
static const struct field approved_fields[] = { F_TEXT(struct approved, document) };
static const struct descriptor approved_body =
	DESCRIPTOR("rules.approved", struct approved, approved_fields);
struct in_force {
	char rule[CODE_MAX + 16];
};
static const struct field in_force_fields[] = { F_TEXT(struct in_force, rule) };
static const struct descriptor in_force_body =
	DESCRIPTOR("rule.in_force", struct in_force, in_force_fields);
const struct event_type event_rules_approved = { "rules.approved", &approved_body, apply_nothing };
const struct event_type event_rule_in_force = { "rule.in_force", &in_force_body, apply_nothing };

static bool rules_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	(void)context;
	(void)document;
	(void)decision;
	return error_set(error, ERROR_ILLEGAL, "document", "not yet");
}

static void rules_rejected(struct state *state, const struct document *document)
{
	(void)state;
	(void)document;
}

const struct document_kind document_rules = { "rules", rules_effect, rules_rejected, NULL, NULL };

void rule_loaded(struct state *state, struct row *row)
{
	(void)state;
	(void)row;
}

int64_t rule_due(const struct row *row)
{
	const struct rule *rule = (const struct rule *)(const void *)row;
	return rule->state == SETTING_SCHEDULED ? rule->effective_at : TIME_NONE;
}

void tick_rule(const struct rule *rule, int64_t due_ms, struct decision *decision)
{
	struct in_force *body = decision_body(decision, &event_rule_in_force);
	body_text(body->rule, rule->id);
	decision_add_at(decision, &event_rule_in_force, body, due_ms);
}

void rule_list_free(struct rule_list *list)
{
	if (list != NULL)
		free(list->rules);
	free(list);
}

const struct rule *rule_next(const struct rule_scope *scope, enum rule_kind kind,
	struct rule_cursor *cursor)
{
	(void)scope;
	(void)kind;
	(void)cursor;
	return NULL;
}

bool rule_has_word(const struct rule *rule, const char *word)
{
	(void)rule;
	(void)word;
	return false;
}

const struct rule *rule_base(const struct rule_scope *scope)
{
	(void)scope;
	return NULL;
}

int64_t rule_base_g(const struct rule *base, const struct declaration *declaration)
{
	(void)base;
	(void)declaration;
	return 0;
}

int64_t rule_approvals(const struct rule_scope *scope, int64_t mass_g, int64_t value_cents)
{
	(void)scope;
	(void)mass_g;
	(void)value_cents;
	return 0;
}

bool rule_trial(const struct context *context, const void *item, struct rule *ret_rule,
	struct error *error)
{
	(void)context;
	(void)item;
	(void)ret_rule;
	return error_set(error, ERROR_ILLEGAL, "rule", "not yet");
}
