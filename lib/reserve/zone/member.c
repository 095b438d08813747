/* Accession step by step; each step an entry of an officer with its date and reason. */
#include "reserve/zone/member.h"

#include <string.h>

#include "base/text.h"
#include "reserve/person.h"

static const char *const kind_names[] = { "", "state", "organisation", NULL };
static const char *const status_names[] = { "", "delegation", "signatory", "in-force",
	"suspended", "withdrawn", NULL };

static const struct field member_fields[] = {
	F_TEXT(struct member, code),
	F_TEXT(struct member, name),
	F_ENUM(struct member, kind, kind_names),
	F_ENUM(struct member, status, status_names),
	F_TIME(struct member, since),
};
const struct descriptor member_descriptor = DESCRIPTOR("member", struct member, member_fields);

const char *member_status_name(const struct member *member)
{
	return status_names[member->status];
}

struct member_set {
	const char *because;
	char code[8];
	uint8_t kind;
	char name[NAME_MAX_BYTES];
	int64_t since;
	uint8_t status;
};
static const struct field set_fields[] = {
	F_STRING(struct member_set, because),
	F_TEXT(struct member_set, code),
	F_ENUM(struct member_set, kind, kind_names),
	F_TEXT(struct member_set, name),
	F_TIME(struct member_set, since),
	F_ENUM(struct member_set, status, status_names),
};
static const struct descriptor set_body =
	DESCRIPTOR("member.set", struct member_set, set_fields);
static const struct field item_fields[] = {
	R_TEXT(struct member_set, code),
	F_ENUM(struct member_set, kind, kind_names),
	R_TEXT(struct member_set, name),
	F_TIME(struct member_set, since),
	R_ENUM(struct member_set, status, status_names),
};
static const struct descriptor item_descriptor =
	DESCRIPTOR("member", struct member_set, item_fields);

struct set_params {
	const char *because;
	struct list members;
};
static const struct field params_fields[] = {
	R_STRING(struct set_params, because),
	R_LIST(struct set_params, members, &item_descriptor),
};
static const struct descriptor set_params =
	DESCRIPTOR("member.set", struct set_params, params_fields);

static bool decide_set(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct set_params *params = data;
	const struct member_set *items = params->members.items;
	for (uint32_t i = 0; i < params->members.count; i++) {
		if (!text_is_code(items[i].code))
			return error_set(error, ERROR_INVALID, "code", "row %u: \"%s\" is not a code",
				i + 1, items[i].code);
		struct member_set *body = decision_body(decision, &event_member_set);
		*body = items[i];
		body->because = params->because;
		if (body->since == ABSENT)
			body->since = context->now;
		decision_add(decision, &event_member_set, body);
		decision->id = body->code;
	}
	return params->members.count > 0 ||
		error_set(error, ERROR_INVALID, "members", "no member is given");
}

static void apply_set(struct state *state, const struct applied *applied, const void *data)
{
	const struct member_set *body = data;
	(void)applied;
	struct member *member = state_find(state, TABLE_MEMBER, body->code);
	if (member == NULL)
		member = state_insert(state, TABLE_MEMBER, body->code);
	body_text(member->name, body->name);
	member->kind = body->kind;
	member->status = body->status;
	member->since = body->since;
	state_touch(state, member);
}

const struct event_type event_member_set = { "member.set", &set_body, apply_set };
const struct command_type command_member_set = { "member.set", &set_params, DUTY_OFFICER,
	decide_set, NULL };
