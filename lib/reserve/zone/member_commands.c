/* The command that prepares steps of members: each checked against what will stand on its day. */
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/stock/floor.h"
#include "reserve/zone/member.h"

struct item {
	char authority[MEMBER_AUTHORITY_MAX], code[MEMBER_CODE_MAX];
	uint8_t kind;
	char name[NAME_MAX_BYTES], part_of[MEMBER_CODE_MAX];
	int64_t since;
	uint8_t status;
};
static const struct field item_fields[] = {
	F_TEXT(struct item, authority),
	R_TEXT(struct item, code),
	F_ENUM(struct item, kind, member_kind_names),
	F_TEXT(struct item, name),
	F_TEXT(struct item, part_of),
	F_TIME(struct item, since),
	R_ENUM(struct item, status, member_status_names),
};
static const struct descriptor item_descriptor = DESCRIPTOR("member", struct item, item_fields);

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

/* What a step goes from. */
struct standing {
	uint8_t status, kind;
	const char *name, *part_of;
	int64_t since, version; /* version: the last of the code, in force or not */
	bool listed;            /* by a row further up in the same list */
};

/* The last row of the same list for that member. */
static const struct member_proposed *listed_before(const struct decision *decision,
	const char *code)
{
	for (uint32_t i = decision->count; i > 0; i--) {
		const struct member_proposed *body = decision->events[i - 1].body;
		if (text_equal(body->code, code))
			return body;
	}
	return NULL;
}

static void stand_by_step(const struct member_step *step, struct standing *standing)
{
	standing->status = step->status;
	standing->kind = step->kind;
	standing->name = step->name;
	standing->part_of = step->part_of;
	standing->since = step->effective_at;
}

/* What stands, or by what is signed will stand, when the step would take effect. */
static bool standing_at(const struct context *context, const struct item *item, int64_t at,
	uint32_t number, struct standing *ret_standing, struct error *error)
{
	const struct member *member = state_find(context->state, TABLE_MEMBER, item->code);
	const struct member_step *step = NULL, *then = NULL, *now = NULL;
	struct standing standing = { .name = "", .part_of = "", .since = ABSENT };
	while ((step = state_next(context->state, TABLE_MEMBER_STEP, step)) != NULL) {
		if (!text_equal(step->code, item->code))
			continue;
		if (step->state == SETTING_PROPOSED)
			return error_set(error, ERROR_CONFLICT, "code",
				"member %u: %s is proposed already and waits as %s", number, step->id,
				step->document);
		if (step->version > standing.version)
			standing.version = step->version;
		if (step->state == SETTING_IN_FORCE)
			now = step;
		if ((step->state == SETTING_IN_FORCE || step->state == SETTING_SCHEDULED) &&
		    (step->effective_at <= at || step->state == SETTING_IN_FORCE) &&
		    (then == NULL || step->version > then->version))
			then = step;
	}
	if (then != NULL) {
		stand_by_step(now != NULL && now->effective_at > at ? now : then, &standing);
	} else if (member != NULL) {
		standing = (struct standing){ member->status, member->kind, member->name,
			member->part_of, member->since, 1, false };
	}
	*ret_standing = standing;
	return true;
}

static bool check_order(const struct item *item, const struct standing *from, int64_t at,
	uint32_t number, struct error *error)
{
	char since[TIME_TEXT_SIZE], then[TIME_TEXT_SIZE];
	if (from->since == ABSENT || at >= from->since)
		return true;
	time_format(from->since, since);
	time_format(at, then);
	return error_set(error, ERROR_ILLEGAL, "since", "member %u: %s is %s %s %.10s, and a step from "
		"%.10s would stand before that: steps go forward", number, item->code,
		member_status_names[from->status], from->listed ? "by a row above from" : "since", since,
		then);
}

/* What may follow a standing, for the sentence that refuses another. */
static const char *may_follow(struct arena *arena, uint8_t from)
{
	const char *all = "";
	for (int to = MEMBER_DELEGATION; to < MEMBER_STATUS_COUNT; to++) {
		if (member_step_legal((enum member_status)from, (enum member_status)to))
			all = arena_printf(arena, "%s%s%s", all, all[0] != '\0' ? " or " : "",
				member_status_names[to]);
	}
	return all;
}

static bool check_step(const struct context *context, const struct member_proposed *body,
	const struct standing *from, uint32_t number, struct error *error)
{
	bool changes = !text_equal(body->name, from->name) || body->kind != from->kind ||
		!text_equal(body->part_of, from->part_of);
	if (from->status == body->status)
		return changes || error_set(error, ERROR_ILLEGAL, "status",
			"member %u: %s is %s already", number, body->code,
			member_status_names[from->status]);
	return member_step_legal((enum member_status)from->status, (enum member_status)body->status) ||
		error_set(error, ERROR_ILLEGAL, "status",
			"member %u: %s is %s and cannot become %s; from there it becomes %s", number,
			body->code, member_status_names[from->status], member_status_names[body->status],
			may_follow(context->arena, from->status));
}

static uint8_t kind_of(const struct context *context, const struct decision *decision,
	const char *code)
{
	const struct member_proposed *listed = listed_before(decision, code);
	const struct member *member = state_find(context->state, TABLE_MEMBER, code);
	return listed != NULL ? listed->kind : member != NULL ? member->kind : MEMBER_BODY_NONE;
}

/* A state is part of an organisation that is a member, or stands in the same list. */
static bool check_whole(const struct context *context, const struct member_proposed *body,
	const struct decision *decision, uint32_t number, struct error *error)
{
	if (body->part_of[0] == '\0')
		return true;
	if (body->kind == MEMBER_ORGANISATION)
		return error_set(error, ERROR_INVALID, "part_of",
			"member %u: %s is an organisation, and only a state is part of one", number,
			body->code);
	return kind_of(context, decision, body->part_of) == MEMBER_ORGANISATION ||
		error_set(error, ERROR_NOT_FOUND, "part_of",
			"member %u: no member %s is an organisation", number, body->part_of);
}

static bool propose(const struct context *context, const struct item *item, uint32_t number,
	struct decision *decision, struct error *error)
{
	struct standing from = { .name = "", .part_of = "" };
	int64_t at = item->since != ABSENT ? item->since : context->now;
	const struct member_proposed *above = listed_before(decision, item->code);
	if (!text_is_code(item->code))
		return error_set(error, ERROR_INVALID, "code", "member %u: \"%s\" is not a code", number,
			item->code);
	if (above != NULL)
		from = (struct standing){ above->status, above->kind, above->name, above->part_of,
			above->effective_at, above->version, true };
	else if (!standing_at(context, item, at, number, &from, error))
		return false;
	struct member_proposed *body = decision_body(decision, &event_member_proposed);
	body_text(body->authority, item->authority);
	body_text(body->code, item->code);
	body->effective_at = at;
	body->kind = item->kind != MEMBER_BODY_NONE ? item->kind :
		from.kind != MEMBER_BODY_NONE ? from.kind : MEMBER_STATE;
	body_text(body->name, item->name[0] != '\0' ? item->name : from.name);
	body_text(body->part_of, text_equal(item->part_of, MEMBER_PART_OF_NONE) ? "" :
		item->part_of[0] != '\0' ? item->part_of : from.part_of);
	body->status = item->status;
	body->version = from.version + 1;
	member_step_id(body->step, body->code, body->version);
	if (body->name[0] == '\0')
		return error_set(error, ERROR_INVALID, "name", "member %u: %s needs a name with its first "
			"step", number, item->code);
	if (from.kind != MEMBER_BODY_NONE && body->kind != from.kind)
		return error_set(error, ERROR_ILLEGAL, "kind", "member %u: %s is of kind %s, which does "
			"not change", number, item->code, member_kind_names[from.kind]);
	return check_order(item, &from, at, number, error) &&
		check_step(context, body, &from, number, error) &&
		decision_add(decision, &event_member_proposed, body);
}

static void write_line(const struct context *context, struct document_draft *draft,
	const struct member_proposed *body)
{
	char from[TIME_TEXT_SIZE];
	time_format(body->effective_at, from);
	bool part = body->part_of[0] != '\0', authority = body->authority[0] != '\0';
	document_line(draft, "member", arena_printf(context->arena, "%s %s from %s, %s%s%s%s%s%s",
		body->step, member_status_names[body->status], from, body->name,
		body->kind != MEMBER_BODY_NONE ? ", " : "", member_kind_names[body->kind],
		part ? " of " : "", body->part_of,
		authority ? arena_printf(context->arena, ", by %s", body->authority) : ""));
}

static bool decide_set(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct set_params *params = data;
	const struct item *items = params->members.items;
	struct document_draft draft;
	if (params->members.count == 0 || params->members.count > IMPORT_ROWS_PER_COMMAND)
		return error_set(error, ERROR_LIMIT, "members", "one note takes 1 to %d steps",
			IMPORT_ROWS_PER_COMMAND);
	if (strlen(params->because) >= REASON_MAX)
		return error_set(error, ERROR_LIMIT, "because", "a reason has at most %d bytes",
			REASON_MAX - 1);
	for (uint32_t i = 0; i < params->members.count; i++) {
		if (!propose(context, &items[i], i + 1, decision, error))
			return false;
	}
	for (uint32_t i = 0; i < decision->count; i++) {
		if (!check_whole(context, decision->events[i].body, decision, i + 1, error))
			return false;
	}
	if (!document_begin(context, &draft, &document_members, "", 2, error))
		return false;
	document_line(&draft, "because", params->because);
	document_line_int(&draft, "members", params->members.count);
	document_content(&draft);
	for (uint32_t i = 0; i < params->members.count; i++) {
		struct member_proposed *body = (struct member_proposed *)decision->events[i].body;
		body_text(body->document, draft.id);
		body->because = params->because;
		if (!draft.overflow)
			write_line(context, &draft, body);
	}
	return document_end(context, &draft, decision, error);
}

const struct command_type command_member_set = { "member.set", &set_params, DUTY_OFFICER,
	decide_set, "members" };
