/* Standing of members as steps that follow one another, and what held when. */
#include "reserve/zone/member.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/stock/floor.h"
#include "reserve/words.h"

const char *const member_kind_names[] = { "", "state", "organisation", NULL };
const char *const member_status_names[] = { "", "delegation", "signatory", "in-force",
	"suspended", "withdrawn", NULL };

static const struct field member_fields[] = {
	F_TEXT(struct member, code),
	F_TEXT(struct member, name),
	F_ENUM(struct member, kind, member_kind_names),
	F_ENUM(struct member, status, member_status_names),
	F_TIME(struct member, since),
	F_TEXT(struct member, part_of),
};
const struct descriptor member_descriptor = DESCRIPTOR("member", struct member, member_fields);

static const struct field step_fields[] = {
	F_TEXT(struct member_step, id),
	F_TEXT(struct member_step, code),
	F_INT(struct member_step, version),
	F_ENUM(struct member_step, status, member_status_names),
	F_ENUM(struct member_step, kind, member_kind_names),
	F_ENUM(struct member_step, state, setting_state_names),
	F_TEXT(struct member_step, name),
	F_TEXT(struct member_step, part_of),
	F_TIME(struct member_step, effective_at),
	F_TEXT(struct member_step, authority),
	F_STRING(struct member_step, because),
	F_TEXT(struct member_step, document),
};
const struct descriptor member_step_descriptor =
	DESCRIPTOR("member_step", struct member_step, step_fields);

const char *member_status_name(const struct member *member)
{
	return member_status_names[member->status];
}

static const struct { enum member_status from, to; } legal[] = {
	{ MEMBER_DELEGATION, MEMBER_SIGNATORY },
	{ MEMBER_DELEGATION, MEMBER_WITHDRAWN },
	{ MEMBER_SIGNATORY, MEMBER_IN_FORCE },
	{ MEMBER_SIGNATORY, MEMBER_WITHDRAWN },
	{ MEMBER_IN_FORCE, MEMBER_SUSPENDED },
	{ MEMBER_IN_FORCE, MEMBER_WITHDRAWN },
	{ MEMBER_SUSPENDED, MEMBER_IN_FORCE },
	{ MEMBER_SUSPENDED, MEMBER_WITHDRAWN },
	{ MEMBER_WITHDRAWN, MEMBER_DELEGATION },
};

bool member_step_legal(enum member_status from, enum member_status to)
{
	if (from == MEMBER_NONE)
		return to != MEMBER_NONE;
	for (size_t i = 0; i < sizeof legal / sizeof *legal; i++) {
		if (legal[i].from == from && legal[i].to == to)
			return true;
	}
	return false;
}

/* ---- what held when ---- */

const struct member_step *member_step_at(const struct member *member, int64_t at)
{
	const struct member_step *step = member->steps;
	while (step != NULL && step->effective_at > at)
		step = step->before;
	return step;
}

const struct member_step *member_step_now(const struct member *member)
{
	const struct member_step *step = member->steps;
	while (step != NULL && step->state != SETTING_IN_FORCE)
		step = step->before;
	return step;
}

/* Its standing then; *ret_part_of: the organisation that it belonged to, or "". */
static enum member_status status_at(const struct member *member, int64_t at,
	const char **ret_part_of)
{
	const struct member_step *step = member_step_at(member, at);
	*ret_part_of = step != NULL ? step->part_of : member->steps == NULL ? member->part_of : "";
	if (step != NULL)
		return (enum member_status)step->status;
	return member->steps == NULL && member->since <= at ? (enum member_status)member->status :
		MEMBER_NONE;
}

bool member_in_zone(const struct state *state, const char *country_alpha3, int64_t at)
{
	const struct member *member = state_find(state, TABLE_MEMBER, country_alpha3);
	const char *part_of, *none;
	if (member == NULL)
		return false;
	if (status_at(member, at, &part_of) == MEMBER_IN_FORCE)
		return true;
	const struct member *whole = part_of[0] != '\0' ?
		state_find(state, TABLE_MEMBER, part_of) : NULL;
	return whole != NULL && status_at(whole, at, &none) == MEMBER_IN_FORCE;
}

/* ---- steps of one member, the newest first ---- */

static void hang(struct member *member, struct member_step *step)
{
	struct member_step **place = &member->steps;
	while (*place != NULL && (*place)->version > step->version)
		place = &(*place)->before;
	if (*place == step)
		return;
	step->before = *place;
	*place = step;
}

static bool is_signed(const struct member_step *step)
{
	return step->state == SETTING_SCHEDULED || step->state == SETTING_IN_FORCE ||
		step->state == SETTING_SUPERSEDED;
}

void member_step_loaded(struct state *state, struct row *row)
{
	struct member_step *step = (struct member_step *)(void *)row;
	struct member *member = state_find(state, TABLE_MEMBER, step->code);
	if (member != NULL && is_signed(step))
		hang(member, step);
}

int64_t member_step_due(const struct row *row)
{
	const struct member_step *step = (const struct member_step *)(const void *)row;
	return step->state == SETTING_SCHEDULED ? step->effective_at : TIME_NONE;
}

/* ---- recorded by one officer, as it was before steps were signed: for old ledgers ---- */

struct member_set {
	const char *because;
	char code[MEMBER_CODE_MAX];
	uint8_t kind;
	char name[NAME_MAX_BYTES];
	int64_t since;
	uint8_t status;
};
static const struct field set_fields[] = {
	F_STRING(struct member_set, because),
	F_TEXT(struct member_set, code),
	F_ENUM(struct member_set, kind, member_kind_names),
	F_TEXT(struct member_set, name),
	F_TIME(struct member_set, since),
	F_ENUM(struct member_set, status, member_status_names),
};
static const struct descriptor set_body =
	DESCRIPTOR("member.set", struct member_set, set_fields);

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

/* ---- proposed ---- */

static const struct field proposed_fields[] = {
	F_TEXT(struct member_proposed, authority),
	F_STRING(struct member_proposed, because),
	F_TEXT(struct member_proposed, code),
	F_TEXT(struct member_proposed, document),
	F_TIME(struct member_proposed, effective_at),
	F_ENUM(struct member_proposed, kind, member_kind_names),
	F_TEXT(struct member_proposed, name),
	F_TEXT(struct member_proposed, part_of),
	F_ENUM(struct member_proposed, status, member_status_names),
	F_TEXT(struct member_proposed, step),
	F_INT(struct member_proposed, version),
};
static const struct descriptor proposed_body =
	DESCRIPTOR("member.proposed", struct member_proposed, proposed_fields);

void member_step_id(char to[CODE_MAX], const char *code, int64_t version)
{
	char digits[WORD_INT];
	word_int(digits, version);
	size_t length = strlen(code), more = strlen(digits);
	assert(length + 1 + more < CODE_MAX);
	memcpy(to, code, length);
	to[length] = '/';
	memcpy(to + length + 1, digits, more + 1);
}

/* What stood before the first signed step becomes version 1, so that history begins with it. */
static void keep_first(struct state *state, struct member *member)
{
	char id[CODE_MAX];
	member_step_id(id, member->code, 1);
	if (member->steps != NULL || state_find(state, TABLE_MEMBER_STEP, id) != NULL)
		return;
	struct member_step *step = state_insert(state, TABLE_MEMBER_STEP, id);
	body_text(step->code, member->code);
	step->version = 1;
	step->status = member->status;
	step->kind = member->kind;
	step->state = SETTING_IN_FORCE;
	body_text(step->name, member->name);
	step->effective_at = member->since;
	hang(member, step);
}

static void apply_proposed(struct state *state, const struct applied *applied, const void *data)
{
	const struct member_proposed *body = data;
	(void)applied;
	struct member *member = state_find(state, TABLE_MEMBER, body->code);
	if (member != NULL)
		keep_first(state, member);
	struct member_step *step = state_insert(state, TABLE_MEMBER_STEP, body->step);
	body_text(step->code, body->code);
	step->version = body->version;
	step->status = body->status;
	step->kind = body->kind;
	step->state = SETTING_PROPOSED;
	body_text(step->name, body->name);
	body_text(step->part_of, body->part_of);
	step->effective_at = body->effective_at;
	body_text(step->authority, body->authority);
	step->because = strdup(body->because != NULL ? body->because : "");
	if (step->because == NULL)
		abort();
	body_text(step->document, body->document);
}

const struct event_type event_member_proposed = { "member.proposed", &proposed_body,
	apply_proposed };

/* ---- signing and coming into force ---- */

static const struct setting_kind setting = SETTING(TABLE_MEMBER_STEP, struct member_step);

/* A step that was signed earlier may have come into force since this one was prepared. */
static bool members_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct member_step *step = NULL;
	while ((step = setting_next(context->state, &setting, document->id, step)) != NULL) {
		const struct member *member = state_find(context->state, TABLE_MEMBER, step->code);
		const struct member_step *now = member != NULL ? member_step_now(member) : NULL;
		if (now != NULL && now->effective_at > step->effective_at)
			return error_set(error, ERROR_ILLEGAL, "document",
				"%s came into force meanwhile, from a later day than %s would; prepare it again",
				now->id, step->id);
	}
	return setting_add_approved(decision, &event_members_approved, document->id);
}

static void set_proposed(struct state *state, const char *document, enum setting_state to)
{
	struct member_step *step = NULL;
	while ((step = setting_next(state, &setting, document, step)) != NULL) {
		step->state = (uint8_t)to;
		state_touch(state, step);
		state_schedule(state, step);
		struct member *member = state_find(state, TABLE_MEMBER, step->code);
		if (member != NULL && is_signed(step))
			hang(member, step);
	}
}

static void apply_approved(struct state *state, const struct applied *applied, const void *data)
{
	const struct setting_approved *body = data;
	(void)applied;
	set_proposed(state, body->document, SETTING_SCHEDULED);
}

static void members_rejected(struct state *state, const struct document *document)
{
	set_proposed(state, document->id, SETTING_REJECTED);
}

const struct event_type event_members_approved = { "members.approved", &setting_approved_body,
	apply_approved };
const struct document_kind document_members = { "members", members_effect, members_rejected, NULL,
	NULL };

struct stepped {
	char step[CODE_MAX];
};
static const struct field stepped_fields[] = { F_TEXT(struct stepped, step) };
static const struct descriptor stepped_body =
	DESCRIPTOR("member.stepped", struct stepped, stepped_fields);

void tick_member_step(const struct member_step *step, int64_t due_ms, struct decision *decision)
{
	struct stepped *body = decision_body(decision, &event_member_stepped);
	body_text(body->step, step->id);
	decision_add_at(decision, &event_member_stepped, body, due_ms);
}

/* The member of a first step, with all its steps that are signed. */
static struct member *begin_member(struct state *state, const char *code)
{
	struct member *member = state_insert(state, TABLE_MEMBER, code);
	struct member_step *step = NULL;
	while ((step = state_next(state, TABLE_MEMBER_STEP, step)) != NULL) {
		if (text_equal(step->code, code) && is_signed(step))
			hang(member, step);
	}
	return member;
}

static void apply_stepped(struct state *state, const struct applied *applied, const void *data)
{
	const struct stepped *body = data;
	(void)applied;
	struct member_step *step = state_find(state, TABLE_MEMBER_STEP, body->step);
	assert(step != NULL && step->state == SETTING_SCHEDULED);
	struct member *member = state_find(state, TABLE_MEMBER, step->code);
	if (member == NULL)
		member = begin_member(state, step->code);
	for (struct member_step *old = step->before; old != NULL; old = old->before) {
		if (old->state == SETTING_SUPERSEDED)
			continue;
		old->state = SETTING_SUPERSEDED;
		state_touch(state, old);
	}
	bool moved = member->status != step->status;
	step->state = SETTING_IN_FORCE;
	body_text(member->name, step->name);
	body_text(member->part_of, step->part_of);
	member->kind = step->kind;
	member->status = step->status;
	if (moved)
		member->since = step->effective_at;
	state_touch(state, step);
	state_touch(state, member);
}

const struct event_type event_member_stepped = { "member.stepped", &stepped_body, apply_stepped };
