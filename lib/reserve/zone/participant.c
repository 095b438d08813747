/* Recording participants, one by one or as a list. */
#include "reserve/zone/participant.h"

#include <string.h>

#include "base/text.h"
#include "reserve/person.h"
#include "reserve/zone/member.h"

static const struct field participant_fields[] = {
	F_TEXT(struct participant, code),
	F_TEXT(struct participant, name),
	F_REF(struct participant, member, TABLE_MEMBER),
	F_TIME(struct participant, since),
};
const struct descriptor participant_descriptor =
	DESCRIPTOR("participant", struct participant, participant_fields);

struct participant *participant_find(const struct context *context, const char *field,
	const char *code, struct error *error)
{
	struct participant *participant = state_find(context->state, TABLE_PARTICIPANT, code);
	if (participant == NULL)
		not_found(error, field, "participant", code);
	return participant;
}

struct added {
	char code[CODE_MAX], member[8], name[NAME_MAX_BYTES];
};
static const struct field added_fields[] = {
	R_TEXT(struct added, code),
	R_TEXT(struct added, member),
	R_TEXT(struct added, name),
};
static const struct descriptor added_body =
	DESCRIPTOR("participant.added", struct added, added_fields);

struct add_params {
	struct list participants;
};
static const struct field add_fields[] = {
	R_LIST(struct add_params, participants, &added_body),
};
static const struct descriptor add_params =
	DESCRIPTOR("participant.add", struct add_params, add_fields);

static bool check_item(const struct context *context, const struct added *items, uint32_t at,
	struct error *error)
{
	const struct added *item = &items[at];
	if (!text_is_code(item->code))
		return error_set(error, ERROR_INVALID, "code", "row %u: \"%s\" is not a code: letters, "
			"digits, dot, dash, underscore, at most %d", at + 1, item->code, CODE_MAX - 1);
	if (state_find(context->state, TABLE_PARTICIPANT, item->code) != NULL)
		return error_set(error, ERROR_CONFLICT, "code",
			"row %u: participant %s is recorded already", at + 1, item->code);
	if (state_find(context->state, TABLE_MEMBER, item->member) == NULL)
		return error_set(error, ERROR_NOT_FOUND, "member", "row %u: no such member: %s", at + 1,
			item->member);
	for (uint32_t i = 0; i < at; i++) {
		if (text_equal(items[i].code, item->code))
			return error_set(error, ERROR_CONFLICT, "code", "row %u: participant %s stands twice",
				at + 1, item->code);
	}
	return true;
}

static bool decide_add(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct add_params *params = data;
	const struct added *items = params->participants.items;
	uint32_t count = params->participants.count;
	if (count == 0 || count > IMPORT_ROWS_PER_COMMAND)
		return error_set(error, ERROR_LIMIT, "participants", "one command takes 1 to %d "
			"participants", IMPORT_ROWS_PER_COMMAND);
	for (uint32_t i = 0; i < count; i++) {
		if (!check_item(context, items, i, error))
			return false;
		decision_add(decision, &event_participant_added, &items[i]);
		decision->id = items[i].code;
	}
	return true;
}

static void apply_added(struct state *state, const struct applied *applied, const void *data)
{
	const struct added *body = data;
	struct participant *participant = state_insert(state, TABLE_PARTICIPANT, body->code);
	body_text(participant->name, body->name);
	participant->member = state_find(state, TABLE_MEMBER, body->member);
	participant->since = applied->at;
	participant->entitlements = NULL;
}

const struct event_type event_participant_added = { "participant.added", &added_body,
	apply_added };
const struct command_type command_participant_add = { "participant.add", &add_params,
	DUTY_OFFICER | DUTY_ADMINISTRATOR, decide_add, NULL };
