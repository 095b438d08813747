/* The room Zone: a member shown with its steps, its states, its bases and who speaks for it. */
#include <string.h>

#include "base/text.h"
#include "reserve/emergency/rule.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"
#include "reserve/zone/member.h"
#include "view/view.h"
#include "view/write.h"
#include "wire/message.h"
#include "wire/value.h"

static void open_list(struct json *json, const char *name)
{
	json_key(json, name);
	json_open_array(json);
}

/* By version, those that wait for signatures and rejected ones as well. */
static void write_steps(struct json *json, const struct state *state, const struct member *member)
{
	open_list(json, "steps");
	for (int64_t version = 1;; version++) {
		char id[CODE_MAX];
		member_step_id(id, member->code, version);
		const struct member_step *step = state_find(state, TABLE_MEMBER_STEP, id);
		if (step == NULL)
			break;
		json_record(json, &member_step_descriptor, step);
	}
	json_close_array(json);
}

static void write_states(struct json *json, const struct state *state, const struct member *whole)
{
	const struct member *member = NULL;
	open_list(json, "states");
	while ((member = state_next(state, TABLE_MEMBER, member)) != NULL) {
		if (text_equal(member->part_of, whole->code))
			json_record(json, &member_descriptor, member);
	}
	json_close_array(json);
}

/*
 * A commodity by which a base can be compared with those of other members; NULL: it is of
 * everything.
 */
static const struct commodity *commodity_of(const struct state *state, const struct rule *base)
{
	const struct commodity *commodity = NULL;
	if (base->commodity[0] != '\0')
		return state_find(state, TABLE_COMMODITY, base->commodity);
	while ((commodity = state_next(state, TABLE_COMMODITY, commodity)) != NULL) {
		if (text_equal(commodity->mineral->code, base->mineral))
			return commodity;
	}
	return NULL;
}

static void write_base(struct json *json, const struct state *state, const struct member *member,
	const struct rule *base)
{
	const struct rule_scope scope = { .state = state, .member = member,
		.commodity = commodity_of(state, base) };
	json_open_object(json);
	write_text(json, "rule", base->code);
	write_text(json, "commodity", base->commodity);
	write_text(json, "mineral", base->mineral);
	write_text(json, "declaration_kind",
		field_text(descriptor_field(&rule_descriptor, "declaration_kind"), base));
	write_int(json, "mass_g", base->mass_g);
	write_int(json, "counted_g", rule_counted_g(&scope, base, BASE_MASS));
	write_int(json, "days", base->days);
	write_int(json, "commitment_g", base->commitment_g);
	write_int(json, "production_g", base->production_g);
	write_int(json, "imports_g", base->imports_g);
	if (base->proxy) {
		json_key(json, "proxy");
		json_bool(json, true);
	}
	json_close_object(json);
}

static void write_bases(struct json *json, const struct state *state, const struct member *member)
{
	const struct rule *rule = NULL;
	open_list(json, "bases");
	while ((rule = state_next(state, TABLE_RULE, rule)) != NULL) {
		if (!rule->row.closed && rule->kind == RULE_CONSUMPTION_BASE &&
		    rule->state == SETTING_IN_FORCE &&
		    (rule->member[0] == '\0' || text_equal(rule->member, member->code)))
			write_base(json, state, member, rule);
	}
	json_close_array(json);
}

static void write_delegates(struct json *json, const struct state *state,
	const struct member *member)
{
	const struct person *person = NULL;
	open_list(json, "delegates");
	while ((person = state_next(state, TABLE_PERSON, person)) != NULL) {
		if (person->state != PERSON_ENROLLED || (person->duties & DUTY_DELEGATE) == 0 ||
		    !text_equal(person->member, member->code))
			continue;
		json_open_object(json);
		write_text(json, "code", person->code);
		write_text(json, "name", person->name);
		json_close_object(json);
	}
	json_close_array(json);
}

bool view_member(const struct view *view, struct buffer *out, struct error *error)
{
	const struct state *state = view->state;
	const char *code = value_get_text(view->parameters, "code", "");
	const struct member *member = state_find(state, TABLE_MEMBER, code);
	struct json json;
	if (member == NULL)
		return error_set(error, ERROR_NOT_FOUND, "code", "no such member: %s", code);
	reply_begin(&json, out);
	json_key(&json, "member");
	json_record(&json, &member_descriptor, member);
	write_steps(&json, state, member);
	write_states(&json, state, member);
	write_bases(&json, state, member);
	write_delegates(&json, state, member);
	reply_end(&json, false);
	return true;
}
