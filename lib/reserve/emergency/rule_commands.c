/* The command that sets rules: what each kind takes, its words, its versions, and the note. */
#include "reserve/emergency/rule.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/request.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"
#include "reserve/zone/member.h"

/* ---- proposing ---- */

struct proposed {
	const char *because;
	char code[CODE_MAX];
	int64_t commitment_g;
	char commodity[CODE_MAX];
	int64_t days;
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
	F_STRING(struct proposed, because),
	F_TEXT(struct proposed, code),
	F_INT(struct proposed, commitment_g),
	F_TEXT(struct proposed, commodity),
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
	F_INT_IN(struct proposed, commitment_g, 0, VAULT_INT_MAX),
	F_TEXT(struct proposed, commodity),
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

/* ---- what a kind takes ---- */

enum words { WORDS_NONE, WORDS_STATUSES, WORDS_PURPOSES, WORDS_COUNTRIES, WORDS_SITE };

/* Every field that is a parameter, and every one that is scope; which of the former a kind takes. */
static const char parameters[] = "commitment_g days imports_g mass_g production_g proxy share_ppm "
	"signatures value_cents words";
static const char scopes[] = "commodity declaration_kind member mineral";
static const struct takes {
	const char *needs, *one, *other, *may; /* all of needs, one or other, any of may */
	enum words words;
} takes_by_kind[] = {
	[RULE_NONE] = { "", "", "", "", WORDS_NONE },
	[RULE_MEMBER_CAP] = { "days", "mass_g", "share_ppm", "", WORDS_NONE },
	[RULE_REQUEST_CAP] = { "mass_g", "", "", "", WORDS_NONE },
	[RULE_ELIGIBILITY] = { "words", "", "", "", WORDS_STATUSES },
	[RULE_PURPOSES] = { "words", "", "", "", WORDS_PURPOSES },
	[RULE_RESALE_BAN] = { "words", "", "", "", WORDS_PURPOSES },
	[RULE_NOTICE] = { "days", "", "", "", WORDS_NONE },
	[RULE_SITE_LOADOUT] = { "mass_g words", "", "", "", WORDS_SITE },
	[RULE_ORIGIN_BAN] = { "words", "", "", "", WORDS_COUNTRIES },
	[RULE_DESTINATIONS] = { "words", "", "", "", WORDS_COUNTRIES },
	[RULE_APPROVALS] = { "signatures", "mass_g", "value_cents", "", WORDS_NONE },
	[RULE_CONSUMPTION_BASE] = { "mass_g", "", "", "commitment_g days imports_g production_g proxy",
		WORDS_NONE },
};

static bool has_name(const char *names, const char *name)
{
	size_t length = strlen(name);
	for (const char *at = names; length > 0 && (at = strstr(at, name)) != NULL; at += length) {
		if ((at == names || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
			return true;
	}
	return false;
}

static bool check_parameters(const struct proposed *item, uint32_t number, struct error *error)
{
	const struct takes *takes = &takes_by_kind[item->kind];
	const char *kind = rule_kind_names[item->kind];
	int given = 0;
	for (size_t i = 0; i < rule_item_descriptor.field_count; i++) {
		const struct field *field = &rule_item_descriptor.fields[i];
		bool absent = field_absent(field, item), needed = has_name(takes->needs, field->name);
		bool choice = text_equal(takes->one, field->name) || text_equal(takes->other, field->name);
		if (!has_name(parameters, field->name))
			continue;
		if (absent && needed)
			return error_set(error, ERROR_INVALID, field->name, "rule %u: a rule of kind %s "
				"needs %s", number, kind, field->name);
		if (!absent && !needed && !choice && !has_name(takes->may, field->name))
			return error_set(error, ERROR_INVALID, field->name, "rule %u: a rule of kind %s "
				"takes no %s", number, kind, field->name);
		given += choice && !absent ? 1 : 0;
	}
	return takes->one[0] == '\0' || given == 1 || error_set(error, ERROR_INVALID, takes->one,
		"rule %u: a rule of kind %s takes either %s or %s", number, kind, takes->one, takes->other);
}

/* A version that ends its rule says nothing but that. */
static bool check_end(const struct proposed *item, uint32_t number, struct error *error)
{
	for (size_t i = 0; i < rule_item_descriptor.field_count; i++) {
		const struct field *field = &rule_item_descriptor.fields[i];
		if ((has_name(parameters, field->name) || has_name(scopes, field->name)) &&
		    !field_absent(field, item))
			return error_set(error, ERROR_INVALID, field->name,
				"rule %u: a version that ends a rule takes no %s", number, field->name);
	}
	return true;
}

static bool check_scope(const struct context *context, const struct proposed *item,
	uint32_t number, struct error *error)
{
	const struct { enum table_id table; const char *code; } named[] = {
		{ TABLE_COMMODITY, item->commodity }, { TABLE_MINERAL, item->mineral },
		{ TABLE_MEMBER, item->member },
	};
	for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
		const char *what = table_info(named[i].table)->name;
		if (named[i].code[0] != '\0' &&
		    state_find(context->state, named[i].table, named[i].code) == NULL)
			return error_set(error, ERROR_NOT_FOUND, what, "rule %u: no such %s: %s", number,
				what, named[i].code);
	}
	if (item->commodity[0] != '\0' && item->mineral[0] != '\0')
		return error_set(error, ERROR_INVALID, "mineral",
			"rule %u: give a commodity or a mineral, not both", number);
	return true;
}

/* ---- words ---- */

/* What is wrong with a word, or NULL. */
static const char *word_fault(const struct context *context, enum words words, const char *word)
{
	const struct field *statuses = descriptor_field(&member_descriptor, "status");
	switch (words) {
	case WORDS_STATUSES:
		return field_name_value(statuses, word) > 0 ? NULL : "is no status of a member";
	case WORDS_COUNTRIES:
		return country_code(word) ? NULL : "is not an ISO 3166 alpha-3 code";
	case WORDS_SITE:
		return state_find(context->state, TABLE_SITE, word) != NULL ? NULL : "is no site";
	case WORDS_NONE:
	case WORDS_PURPOSES:
		break;
	}
	bool bare = word[0] == '\0' || word[0] == ' ' || word[strlen(word) - 1] == ' ';
	return bare || strpbrk(word, "\n\r\t") != NULL ? "cannot be a purpose" : NULL;
}

static bool check_words(const struct context *context, const struct proposed *item,
	uint32_t number, struct error *error)
{
	enum words words = takes_by_kind[item->kind].words;
	const char *at = item->words, *found;
	size_t length;
	if (words == WORDS_NONE)
		return true;
	if (strlen(item->words) >= RULE_WORDS_MAX)
		return error_set(error, ERROR_LIMIT, "words", "rule %u: words have at most %d bytes",
			number, RULE_WORDS_MAX - 1);
	if (words == WORDS_SITE && strchr(item->words, ',') != NULL)
		return error_set(error, ERROR_INVALID, "words", "rule %u: it is about one site", number);
	while (rule_next_word(&at, &found, &length)) {
		char word[sizeof ((struct request *)0)->purpose] = "";
		if (length >= sizeof word)
			return error_set(error, ERROR_INVALID, "words", "rule %u: \"%.*s\" is too long",
				number, (int)length, found);
		memcpy(word, found, length);
		const char *fault = word_fault(context, words, word);
		if (fault != NULL)
			return error_set(error, ERROR_INVALID, "words", "rule %u: \"%s\" %s", number, word,
				fault);
		if (rule_words_have(at, word))
			return error_set(error, ERROR_INVALID, "words", "rule %u: \"%s\" stands twice",
				number, word);
	}
	return true;
}

/* ---- versions ---- */

/* Against the other versions of its code that can still change. */
static bool check_versions(const struct context *context, const struct proposed *item,
	uint32_t number, bool trial, struct error *error)
{
	const struct rule *rule = NULL;
	bool live = false;
	while ((rule = state_next(context->state, TABLE_RULE, rule)) != NULL) {
		if (rule->row.closed || !text_equal(rule->code, item->code))
			continue;
		if (rule->state == SETTING_PROPOSED && !trial)
			return error_set(error, ERROR_CONFLICT, "code",
				"rule %u: version %lld of %s is proposed already and waits as %s", number,
				(long long)rule->version, rule->code, rule->document);
		if (rule->kind != item->kind)
			return error_set(error, ERROR_INVALID, "kind",
				"rule %u: %s is of kind %s, and so are all its versions", number, rule->code,
				rule_kind_names[rule->kind]);
		live = live || rule->state != SETTING_PROPOSED;
	}
	return live || !item->ends || error_set(error, ERROR_ILLEGAL, "ends",
		"rule %u: no version of %s is in force or to come, so none can end it", number, item->code);
}

static bool check_item(const struct context *context, const struct proposed *item,
	uint32_t number, bool trial, struct error *error)
{
	uint32_t officers = person_count(context->state, DUTY_OFFICER);
	if (!text_is_code(item->code))
		return error_set(error, ERROR_INVALID, "code", "rule %u: \"%s\" is not a code", number,
			item->code);
	if (item->effective_at != ABSENT && item->effective_at < context->now)
		return error_set(error, ERROR_INVALID, "effective_at",
			"rule %u: it would be in force from a time that is past", number);
	if (!check_versions(context, item, number, trial, error))
		return false;
	if (item->ends)
		return check_end(item, number, error);
	if (!check_parameters(item, number, error) || !check_scope(context, item, number, error) ||
	    !check_words(context, item, number, error))
		return false;
	if (item->kind == RULE_APPROVALS && item->signatures > officers)
		return error_set(error, ERROR_INVALID, "signatures", "rule %u: it asks for %lld "
			"signatures, and there are %u officers", number, (long long)item->signatures, officers);
	return true;
}

/* What the versions of a code are counted under: no floor and no price is counted so. */
static void counted_as(char to[CODE_MAX + 8], const char *code)
{
	size_t length = strlen(code);
	memcpy(to, code, length);
	memcpy(to + length, "/rule", sizeof "/rule");
}

/* The whole version that an item proposes. */
static struct proposed *complete(const struct context *context, const struct proposed *item,
	const char *because, struct decision *decision)
{
	char counted[CODE_MAX + 8];
	struct proposed *body = decision_body(decision, &event_rule_proposed);
	*body = *item;
	counted_as(counted, item->code);
	body->because = because;
	body->version = state_last_version(context->state, counted) + 1;
	body_text(body->rule, arena_printf(decision->arena, "%s/%lld", item->code,
		(long long)body->version));
	if (body->effective_at == ABSENT)
		body->effective_at = context->now;
	return body;
}

/* " mass 500000 g days 90 member JPN": what is given of scope and parameters. */
static const char *given_words(struct arena *arena, const struct proposed *body)
{
	const char *all = "";
	for (size_t i = 0; i < rule_item_descriptor.field_count; i++) {
		const struct field *field = &rule_item_descriptor.fields[i];
		size_t length = strlen(field->name);
		bool grams = text_equal(field->name + length - 2, "_g");
		char number[WORD_INT] = "";
		if (field_absent(field, body) ||
		    (!has_name(parameters, field->name) && !has_name(scopes, field->name)))
			continue;
		if (field->type == FIELD_INT)
			word_int(number, field_number(field, body));
		const char *value = field->type == FIELD_INT ? number :
			field->type == FIELD_BOOL ? "yes" : field_text(field, body);
		all = arena_printf(arena, "%s %.*s %s%s", all, (int)(grams ? length - 2 : length),
			field->name, value, grams ? " g" : "");
	}
	return all;
}

static void write_line(const struct context *context, struct document_draft *draft,
	const struct proposed *body)
{
	char from[TIME_TEXT_SIZE];
	time_format(body->effective_at, from);
	document_line(draft, "rule", arena_printf(context->arena, "%s v%lld %s from %s%s%s", body->code,
		(long long)body->version, rule_kind_names[body->kind], from, body->ends ? " ends" : "",
		given_words(context->arena, body)));
}

static bool check_list(const struct context *context, const struct set_params *params,
	struct error *error)
{
	const struct proposed *items = params->rules.items;
	if (params->rules.count == 0 || params->rules.count > IMPORT_ROWS_PER_COMMAND)
		return error_set(error, ERROR_LIMIT, "rules", "one note takes 1 to %d rules",
			IMPORT_ROWS_PER_COMMAND);
	if (strlen(params->because) >= REASON_MAX)
		return error_set(error, ERROR_LIMIT, "because", "a reason has at most %d bytes",
			REASON_MAX - 1);
	for (uint32_t i = 0; i < params->rules.count; i++) {
		if (!check_item(context, &items[i], i + 1, false, error))
			return false;
		for (uint32_t j = 0; j < i; j++) {
			if (text_equal(items[j].code, items[i].code))
				return error_set(error, ERROR_CONFLICT, "code", "rule %u: %s stands twice",
					i + 1, items[i].code);
		}
	}
	return true;
}

static bool decide_set(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct set_params *params = data;
	const struct proposed *items = params->rules.items;
	struct document_draft draft;
	if (!check_list(context, params, error) ||
	    !document_begin(context, &draft, &document_rules, "", 2, error))
		return false;
	document_line(&draft, "because", params->because);
	document_line_int(&draft, "rules", params->rules.count);
	document_content(&draft);
	for (uint32_t i = 0; i < params->rules.count; i++) {
		struct proposed *body = complete(context, &items[i], params->because, decision);
		body_text(body->document, draft.id);
		decision_add(decision, &event_rule_proposed, body);
		if (!draft.overflow)
			write_line(context, &draft, body);
	}
	return document_end(context, &draft, decision, error);
}

static char *own_text(const char *text)
{
	char *copy = text != NULL ? strdup(text) : NULL;
	if (text != NULL && copy == NULL)
		abort();
	return copy;
}

/* All of a version but its state and its own texts. */
static void fill(struct rule *rule, const struct proposed *body)
{
	body_text(rule->code, body->code);
	rule->version = body->version;
	rule->kind = body->kind;
	rule->declaration_kind = body->declaration_kind;
	rule->ends = body->ends;
	rule->proxy = body->proxy;
	body_text(rule->commodity, body->commodity);
	body_text(rule->mineral, body->mineral);
	body_text(rule->member, body->member);
	rule->mass_g = body->mass_g;
	rule->share_ppm = body->share_ppm;
	rule->days = body->days;
	rule->value_cents = body->value_cents;
	rule->signatures = body->signatures;
	rule->commitment_g = body->commitment_g;
	rule->production_g = body->production_g;
	rule->imports_g = body->imports_g;
	rule->effective_at = body->effective_at;
	body_text(rule->document, body->document);
}

static void apply_proposed(struct state *state, const struct applied *applied, const void *data)
{
	const struct proposed *body = data;
	char counted[CODE_MAX + 8];
	(void)applied;
	struct rule *rule = state_insert(state, TABLE_RULE, body->rule);
	counted_as(counted, body->code);
	state_take_version(state, counted, body->version);
	fill(rule, body);
	rule->state = SETTING_PROPOSED;
	rule->words = own_text(body->words);
	rule->because = own_text(body->because);
}

const struct event_type event_rule_proposed = { "rule.proposed", &proposed_body, apply_proposed };
const struct command_type command_rule_set = { "rule.set", &set_params, DUTY_OFFICER, decide_set,
	"rules" };

bool rule_trial(const struct context *context, const void *data, struct rule *ret_rule,
	struct error *error)
{
	const struct proposed *item = data;
	struct decision nowhere = { .arena = context->arena };
	if (!check_item(context, item, 1, true, error))
		return false;
	const struct proposed *body = complete(context, item, "", &nowhere);
	*ret_rule = (struct rule){ .state = SETTING_IN_FORCE };
	body_text(ret_rule->id, body->rule);
	fill(ret_rule, body);
	if (body->words != NULL)
		ret_rule->words = arena_text(context->arena, body->words, strlen(body->words));
	return true;
}
