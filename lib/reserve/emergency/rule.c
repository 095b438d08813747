/* Rows of rules: signed, coming into force, and finding those that apply. */
#include "reserve/emergency/rule.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/declaration.h"
#include "reserve/founding.h"
#include "reserve/stock/material.h"
#include "reserve/zone/member.h"

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

/* ---- words ---- */

bool rule_next_word(const char **at, const char **ret_word, size_t *ret_length)
{
	if (*at == NULL)
		return false;
	size_t length = strcspn(*at, ",");
	*ret_word = *at;
	*ret_length = length;
	*at = (*at)[length] == ',' ? *at + length + 1 : NULL;
	return true;
}

bool rule_words_have(const char *words, const char *word)
{
	const char *found;
	size_t length, word_length = strlen(word);
	while (rule_next_word(&words, &found, &length)) {
		if (length == word_length && memcmp(found, word, length) == 0)
			return true;
	}
	return false;
}

bool rule_has_word(const struct rule *rule, const char *word)
{
	return rule_words_have(rule->words, word);
}

/* ---- signing and coming into force ---- */

static const struct setting_kind setting = SETTING(TABLE_RULE, struct rule);

static bool rules_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	(void)context;
	(void)error;
	return setting_add_approved(decision, &event_rules_approved, document->id);
}

static void apply_approved(struct state *state, const struct applied *applied, const void *data)
{
	const struct setting_approved *body = data;
	(void)applied;
	setting_schedule(state, &setting, body->document);
}

static void rules_rejected(struct state *state, const struct document *document)
{
	setting_reject(state, &setting, document->id);
}

const struct event_type event_rules_approved = { "rules.approved", &setting_approved_body,
	apply_approved };
const struct document_kind document_rules = { "rules", rules_effect, rules_rejected, NULL, NULL };

struct in_force {
	char rule[CODE_MAX + 16];
};
static const struct field in_force_fields[] = { F_TEXT(struct in_force, rule) };
static const struct descriptor in_force_body =
	DESCRIPTOR("rule.in_force", struct in_force, in_force_fields);

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

/* ---- those in force, by what they are about ---- */

static struct rule_list **owner_of(const struct state *state, const struct rule *rule)
{
	if (rule->commodity[0] != '\0') {
		struct commodity *commodity = state_find(state, TABLE_COMMODITY, rule->commodity);
		assert(commodity != NULL);
		return &commodity->rules;
	}
	if (rule->mineral[0] != '\0') {
		struct mineral *mineral = state_find(state, TABLE_MINERAL, rule->mineral);
		assert(mineral != NULL);
		return &mineral->rules;
	}
	return &state_reserve(state)->rules;
}

static void *allocate(void *old, size_t count, size_t size)
{
	void *memory = reallocarray(old, count, size);
	if (memory == NULL)
		abort();
	return memory;
}

static bool before(const struct rule *a, const struct rule *b)
{
	return a->kind != b->kind ? a->kind < b->kind : strcmp(a->code, b->code) < 0;
}

static void list_add(struct state *state, struct rule *rule)
{
	struct rule_list **owner = owner_of(state, rule), *list = *owner;
	if (list == NULL) {
		list = *owner = allocate(NULL, 1, sizeof *list);
		*list = (struct rule_list){ 0 };
	}
	if (list->count == list->capacity) {
		list->capacity = list->capacity == 0 ? 4 : list->capacity * 2;
		list->rules = allocate(list->rules, list->capacity, sizeof *list->rules);
	}
	uint32_t at = list->count++;
	for (; at > 0 && before(rule, list->rules[at - 1]); at--)
		list->rules[at] = list->rules[at - 1];
	list->rules[at] = rule;
}

static void list_remove(struct state *state, const struct rule *rule)
{
	struct rule_list *list = *owner_of(state, rule);
	uint32_t at = 0;
	while (list->rules[at] != rule)
		at++;
	assert(at < list->count);
	list->count--;
	memmove(&list->rules[at], &list->rules[at + 1], (list->count - at) * sizeof *list->rules);
}

void rule_list_free(struct rule_list *list)
{
	if (list != NULL)
		free(list->rules);
	free(list);
}

void rule_loaded(struct state *state, struct row *row)
{
	struct rule *rule = (struct rule *)(void *)row;
	if (rule->state == SETTING_IN_FORCE)
		list_add(state, rule);
}

/* An older version gives way, also one that still waits: what was signed later holds. */
static void supersede(struct state *state, const struct rule *by)
{
	struct rule *rule = NULL;
	while ((rule = state_next(state, TABLE_RULE, rule)) != NULL) {
		if (rule->row.closed || rule == by || !text_equal(rule->code, by->code) ||
		    (rule->state != SETTING_IN_FORCE &&
		    (rule->state != SETTING_SCHEDULED || rule->version > by->version)))
			continue;
		if (rule->state == SETTING_IN_FORCE)
			list_remove(state, rule);
		rule->state = SETTING_SUPERSEDED;
		state_close(state, rule);
	}
}

static void apply_in_force(struct state *state, const struct applied *applied, const void *data)
{
	const struct in_force *body = data;
	(void)applied;
	struct rule *rule = state_find(state, TABLE_RULE, body->rule);
	assert(rule != NULL);
	supersede(state, rule);
	if (rule->ends) { /* nothing is left of it */
		rule->state = SETTING_SUPERSEDED;
		state_close(state, rule);
		return;
	}
	rule->state = SETTING_IN_FORCE;
	state_touch(state, rule);
	list_add(state, rule);
}

const struct event_type event_rule_in_force = { "rule.in_force", &in_force_body, apply_in_force };

/* ---- those that apply ---- */

enum { LISTS = 3 };

static const struct rule_list *list_of(const struct rule_scope *scope, int list)
{
	if (list == 2)
		return state_reserve(scope->state)->rules;
	if (scope->commodity == NULL)
		return NULL;
	return list == 0 ? scope->commodity->rules : scope->commodity->mineral->rules;
}

bool rule_any(const struct rule_scope *scope)
{
	bool any = scope->trial != NULL;
	for (int i = 0; i < LISTS && !any; i++) {
		const struct rule_list *list = list_of(scope, i);
		any = list != NULL && list->count > 0;
	}
	return any;
}

/* A trial stands in no list: whether it would stand in one of those of the scope. */
static bool trial_is_listed(const struct rule_scope *scope)
{
	const struct commodity *commodity = scope->commodity;
	const struct rule *trial = scope->trial;
	if (trial->commodity[0] != '\0')
		return commodity != NULL && text_equal(trial->commodity, commodity->code);
	return trial->mineral[0] == '\0' ||
		(commodity != NULL && text_equal(trial->mineral, commodity->mineral->code));
}

static bool applies(const struct rule_scope *scope, const struct rule *rule)
{
	if (rule->member[0] != '\0' &&
	    (scope->member == NULL || !text_equal(rule->member, scope->member->code)))
		return false;
	return rule->declaration_kind == 0 || (scope->declaration != NULL &&
		rule->declaration_kind == scope->declaration->kind);
}

/* Where a kind begins in a list. */
static uint32_t first_of_kind(const struct rule_list *list, enum rule_kind kind)
{
	uint32_t low = 0, high = list->count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (list->rules[middle]->kind < kind)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct rule *next_in_list(const struct rule_scope *scope,
	const struct rule_list *list, enum rule_kind kind, uint32_t *next)
{
	if (*next == 0)
		*next = first_of_kind(list, kind);
	while (*next < list->count) {
		const struct rule *rule = list->rules[*next];
		if (kind != RULE_NONE && rule->kind != kind)
			break;
		(*next)++;
		bool replaced = scope->trial != NULL && text_equal(scope->trial->code, rule->code);
		if (!replaced && applies(scope, rule))
			return rule;
	}
	return NULL;
}

const struct rule *rule_next(const struct rule_scope *scope, enum rule_kind kind,
	struct rule_cursor *cursor)
{
	const struct rule *trial = scope->trial;
	bool given = cursor->trial_given || trial == NULL;
	cursor->trial_given = true;
	if (!given && !trial->ends && (kind == RULE_NONE || trial->kind == kind) &&
	    trial_is_listed(scope) && applies(scope, trial))
		return trial;
	for (; cursor->list < LISTS; cursor->list++, cursor->next = 0) {
		const struct rule_list *list = list_of(scope, cursor->list);
		const struct rule *rule = list != NULL ?
			next_in_list(scope, list, kind, &cursor->next) : NULL;
		if (rule != NULL)
			return rule;
	}
	return NULL;
}

/* How narrowly a base is scoped. */
static int narrowness(const struct rule *rule)
{
	return (rule->commodity[0] != '\0' ? 8 : rule->mineral[0] != '\0' ? 4 : 0) +
		(rule->member[0] != '\0' ? 2 : 0) + (rule->declaration_kind != 0 ? 1 : 0);
}

const struct rule *rule_base(const struct rule_scope *scope)
{
	struct rule_cursor cursor = { 0 };
	const struct rule *rule, *best = NULL;
	while ((rule = rule_next(scope, RULE_CONSUMPTION_BASE, &cursor)) != NULL) {
		int more = best != NULL ? narrowness(rule) - narrowness(best) : 1;
		if (more > 0 || (more == 0 && strcmp(rule->code, best->code) < 0))
			best = rule;
	}
	return best;
}

int64_t rule_base_g(const struct rule *base, const struct declaration *declaration)
{
	int64_t mass_g;
	if (base == NULL)
		return 0;
	if (base->days == ABSENT || declaration == NULL)
		return base->mass_g;
	int64_t length_ms = declaration->ends_at - declaration->starts_at;
	if (length_ms > RULE_DAYS_MAX * TIME_DAY_MS)
		length_ms = RULE_DAYS_MAX * TIME_DAY_MS;
	bool fits = checked_mul_div_down(base->mass_g, length_ms, base->days * TIME_DAY_MS, &mass_g);
	return fits && mass_g < VAULT_INT_MAX ? mass_g : VAULT_INT_MAX;
}

static int64_t figure_of(const struct rule *base, enum base_figure figure)
{
	const int64_t figures[] = { base->mass_g, base->commitment_g, base->production_g,
		base->imports_g };
	return figures[figure] != ABSENT ? figures[figure] : 0;
}

/* A figure of a base over the same time as the base itself. */
static int64_t over_time(const struct rule *base, const struct declaration *declaration,
	enum base_figure figure)
{
	struct rule other = *base;
	int64_t mass_g = figure_of(base, figure);
	other.mass_g = mass_g < 0 ? -mass_g : mass_g;
	int64_t scaled_g = mass_g != 0 ? rule_base_g(&other, declaration) : 0;
	if (scaled_g > VAULT_INT_MAX)
		scaled_g = VAULT_INT_MAX;
	return mass_g < 0 ? -scaled_g : scaled_g;
}

/* The base that was set for a state by name, or NULL. */
static const struct rule *own_base(const struct rule_scope *scope, const struct member *state)
{
	struct rule_scope own = *scope;
	own.member = state;
	const struct rule *base = rule_base(&own);
	return base != NULL && base->member[0] != '\0' ? base : NULL;
}

static const struct member *next_state(const struct rule_scope *scope, const struct member *after)
{
	const struct member *whole = scope->member, *state = after;
	if (whole == NULL || whole->kind != MEMBER_ORGANISATION)
		return NULL;
	while ((state = state_next(scope->state, TABLE_MEMBER, state)) != NULL) {
		if (text_equal(state->part_of, whole->code))
			return state;
	}
	return NULL;
}

int64_t rule_counted_g(const struct rule_scope *scope, const struct rule *base,
	enum base_figure figure)
{
	int64_t counted_g = over_time(base, scope->declaration, figure);
	const struct member *state = NULL;
	while ((state = next_state(scope, state)) != NULL) {
		const struct rule *own = own_base(scope, state);
		if (own != NULL)
			counted_g -= over_time(own, scope->declaration, figure);
	}
	if (counted_g < 0 && figure != BASE_IMPORTS)
		return 0;
	return counted_g < -VAULT_INT_MAX ? -VAULT_INT_MAX :
		counted_g > VAULT_INT_MAX ? VAULT_INT_MAX : counted_g;
}

const struct member *rule_state_within(const struct rule_scope *scope, const struct member *after)
{
	const struct member *state = after;
	while ((state = next_state(scope, state)) != NULL) {
		if (own_base(scope, state) == NULL)
			return state;
	}
	return NULL;
}

int64_t rule_approvals(const struct rule_scope *scope, int64_t mass_g, int64_t value_cents)
{
	struct rule_cursor cursor = { 0 };
	const struct rule *rule;
	int64_t most = 0;
	while ((rule = rule_next(scope, RULE_APPROVALS, &cursor)) != NULL) {
		bool reached = rule->mass_g != ABSENT ? mass_g >= rule->mass_g :
			value_cents >= rule->value_cents;
		if (reached && rule->signatures > most)
			most = rule->signatures;
	}
	return most;
}

static int64_t site_daily_g(const void *scope, const struct site *site)
{
	struct rule_cursor cursor = { 0 };
	const struct rule *rule;
	int64_t least_g = ABSENT;
	while ((rule = rule_next(scope, RULE_SITE_LOADOUT, &cursor)) != NULL) {
		if (rule_has_word(rule, site->code) && (least_g == ABSENT || rule->mass_g < least_g))
			least_g = rule->mass_g;
	}
	return least_g;
}

struct loadout_rules rule_loadout(const struct rule_scope *scope)
{
	return (struct loadout_rules){ site_daily_g, scope };
}
