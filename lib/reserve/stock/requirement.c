/* Requirements: proposing, signing, coming into force. */
#include "reserve/stock/requirement.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/setting.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"

static const struct field requirement_fields[] = {
	F_TEXT(struct requirement, id),
	F_REF(struct requirement, commodity, TABLE_COMMODITY),
	F_INT(struct requirement, version),
	F_INT(struct requirement, mass_g),
	F_INT(struct requirement, days),
	F_INT(struct requirement, consumption_g_per_day),
	F_TIME(struct requirement, effective_at),
	F_ENUM(struct requirement, state, setting_state_names),
	F_TEXT(struct requirement, authority),
	F_BYTES(struct requirement, assumptions_sha256),
	F_STRING(struct requirement, because),
	F_TEXT(struct requirement, document),
};
const struct descriptor requirement_descriptor =
	DESCRIPTOR("requirement", struct requirement, requirement_fields);

int64_t requirement_short_g(const struct commodity *commodity)
{
	const struct requirement *requirement = commodity->requirement;
	if (requirement == NULL || commodity->available_g >= requirement->mass_g)
		return 0;
	return requirement->mass_g - commodity->available_g;
}

bool requirement_is_modelled(const struct requirement *requirement)
{
	for (size_t i = 0; i < sizeof requirement->assumptions_sha256; i++) {
		if (requirement->assumptions_sha256[i] != 0)
			return true;
	}
	return false;
}

void requirement_loaded(struct state *state, struct row *row)
{
	struct requirement *requirement = (struct requirement *)(void *)row;
	(void)state;
	if (requirement->state == SETTING_IN_FORCE)
		requirement->commodity->requirement = requirement;
}

int64_t requirement_due(const struct row *row)
{
	const struct requirement *requirement = (const struct requirement *)(const void *)row;
	return requirement->state == SETTING_SCHEDULED ? requirement->effective_at : TIME_NONE;
}

/* ---- proposing ---- */

struct proposed {
	uint8_t assumptions_sha256[32];
	char authority[NAME_MAX_BYTES];
	const char *because;
	char commodity[CODE_MAX];
	int64_t consumption_g_per_day, days;
	char document[CODE_MAX];
	int64_t effective_at, mass_g;
	char requirement[CODE_MAX + 12];
	int64_t version;
};
static const struct field proposed_fields[] = {
	F_BYTES(struct proposed, assumptions_sha256),
	F_TEXT(struct proposed, authority),
	F_STRING(struct proposed, because),
	F_TEXT(struct proposed, commodity),
	F_INT(struct proposed, consumption_g_per_day),
	F_INT(struct proposed, days),
	F_TEXT(struct proposed, document),
	F_TIME(struct proposed, effective_at),
	F_INT(struct proposed, mass_g),
	F_TEXT(struct proposed, requirement),
	F_INT(struct proposed, version),
};
static const struct descriptor proposed_body =
	DESCRIPTOR("requirement.proposed", struct proposed, proposed_fields);
static const struct field item_fields[] = {
	F_BYTES(struct proposed, assumptions_sha256),
	R_TEXT(struct proposed, authority),
	R_TEXT(struct proposed, commodity),
	F_INT_IN(struct proposed, consumption_g_per_day, 1, VAULT_INT_MAX),
	F_INT_IN(struct proposed, days, 1, 3650),
	F_TIME(struct proposed, effective_at),
	F_INT_IN(struct proposed, mass_g, 0, VAULT_INT_MAX),
};
static const struct descriptor item_descriptor =
	DESCRIPTOR("requirement.item", struct proposed, item_fields);

struct set_params {
	const char *because;
	struct list requirements;
};
static const struct field set_fields[] = {
	R_STRING(struct set_params, because),
	R_LIST(struct set_params, requirements, &item_descriptor),
};
static const struct descriptor set_params =
	DESCRIPTOR("requirement.set", struct set_params, set_fields);

/*
 * As mass, or as days of a consumption: the one given, else that of the operating floor in force.
 */
static bool take_mass(const struct commodity *commodity, uint32_t row, struct proposed *body,
	struct error *error)
{
	if (body->mass_g != ABSENT)
		return (body->days == ABSENT && body->consumption_g_per_day == ABSENT) ||
			error_set(error, ERROR_INVALID, "mass_g",
			"requirement %u: give mass_g or days of consumption, not both", row);
	if (body->days == ABSENT)
		return error_set(error, ERROR_INVALID, "mass_g", "requirement %u: give mass_g or days", row);
	if (body->consumption_g_per_day == ABSENT && commodity->operating != NULL)
		body->consumption_g_per_day = commodity->operating->consumption_g_per_day;
	if (body->consumption_g_per_day == ABSENT)
		return error_set(error, ERROR_INVALID, "consumption_g_per_day", "requirement %u: no floor of "
			"%s says what is consumed a day: give consumption_g_per_day", row, commodity->code);
	return (checked_mul(body->days, body->consumption_g_per_day, &body->mass_g) &&
		body->mass_g <= VAULT_INT_MAX) ||
		error_set(error, ERROR_INVALID, "days", "requirement %u: the mass is too large", row);
}

static void take_version(const struct context *context, struct proposed *body)
{
	char number[WORD_INT];
	body->version = state_last_version(context->state,
		arena_printf(context->arena, "requirement/%s", body->commodity)) + 1;
	word_int(number, body->version);
	body_text(body->requirement, arena_printf(context->arena, "%s/%s", body->commodity, number));
}

/* One version waits for its signatures at a time, and none stands twice in a note. */
static bool check_alone(const struct context *context, const struct proposed *item, uint32_t row,
	const struct decision *decision, struct error *error)
{
	const struct requirement *other = NULL;
	for (uint32_t i = 0; i < decision->count; i++) {
		if (text_equal(((const struct proposed *)decision->events[i].body)->commodity,
		    item->commodity))
			return error_set(error, ERROR_CONFLICT, "requirements", "requirement %u: %s stands twice",
				row, item->commodity);
	}
	while ((other = state_next(context->state, TABLE_REQUIREMENT, other)) != NULL) {
		if (other->state == SETTING_PROPOSED && !other->row.closed &&
		    text_equal(other->commodity->code, item->commodity))
			return error_set(error, ERROR_CONFLICT, "requirements",
				"requirement %u: %s is proposed already and waits as %s", row, other->id,
				other->document);
	}
	return true;
}

/* The highest that is in force, or signed to be by then: what a raise is measured by. */
static const struct requirement *holding(const struct state *state, const char *commodity,
	int64_t at_ms)
{
	const struct requirement *row = NULL, *last = NULL;
	while ((row = state_next(state, TABLE_REQUIREMENT, row)) != NULL) {
		bool holds = row->state == SETTING_IN_FORCE ||
			(row->state == SETTING_SCHEDULED && row->effective_at <= at_ms);
		if (holds && !row->row.closed && text_equal(row->commodity->code, commodity) &&
		    (last == NULL || row->version > last->version))
			last = row;
	}
	return last;
}

/* Sets from when it holds. A raise must leave its waiting time, else the whole note is refused. */
static void set_effective(const struct context *context, struct proposed *body,
	struct decision *decision)
{
	int64_t at_ms = body->effective_at != ABSENT && body->effective_at > context->now ?
		body->effective_at : context->now;
	const struct requirement *held = holding(context->state, body->commodity, at_ms);
	bool waits = held != NULL && body->mass_g > held->mass_g;
	int64_t earliest = context->now + (waits ? REQUIREMENT_WAIT_DAYS * TIME_DAY_MS : 0);
	if (body->effective_at == ABSENT)
		body->effective_at = earliest;
	else if (waits && body->effective_at < earliest)
		refuse_act(decision, body->commodity, "R21", context->actor->code,
			arena_printf(context->arena, "the requirement of %s would be raised without the %d days "
			"that a raise waits", body->commodity, REQUIREMENT_WAIT_DAYS));
}

static bool propose(const struct context *context, const struct proposed *item, uint32_t row,
	struct decision *decision, struct error *error)
{
	const struct commodity *commodity = state_find(context->state, TABLE_COMMODITY,
		item->commodity);
	if (commodity == NULL)
		return error_set(error, ERROR_NOT_FOUND, "commodity", "requirement %u: no such commodity: %s",
			row, item->commodity);
	struct proposed *body = decision_body(decision, &event_requirement_proposed);
	*body = *item;
	body->version = ABSENT;
	if (!check_alone(context, item, row, decision, error) ||
	    !take_mass(commodity, row, body, error))
		return false;
	take_version(context, body);
	set_effective(context, body, decision);
	return decision->refused || decision_add(decision, &event_requirement_proposed, body);
}

static void write_line(const struct context *context, struct document_draft *draft,
	const struct proposed *body)
{
	char from[TIME_TEXT_SIZE];
	time_format(body->effective_at, from);
	const char *days = body->days == ABSENT ? "" : arena_printf(context->arena, ", %lld days of %lld g",
		(long long)body->days, (long long)body->consumption_g_per_day);
	document_line(draft, "requirement", arena_printf(context->arena, "%s v%lld %lld g%s from %s by %s",
		body->commodity, (long long)body->version, (long long)body->mass_g, days, from,
		body->authority));
	static const uint8_t none[sizeof body->assumptions_sha256];
	if (memcmp(body->assumptions_sha256, none, sizeof none) == 0)
		document_line(draft, "assumptions", arena_printf(context->arena, "%s none: it rests on no model",
			body->commodity));
	else
		document_line_sha256(draft, arena_printf(context->arena, "assumptions-%s", body->commodity),
			body->assumptions_sha256);
}

static bool decide_set(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct set_params *params = data;
	const struct proposed *items = params->requirements.items;
	uint32_t count = params->requirements.count;
	struct document_draft draft;
	if (count == 0 || count > IMPORT_ROWS_PER_COMMAND)
		return error_set(error, ERROR_LIMIT, "requirements", "one note takes 1 to %d requirements",
			IMPORT_ROWS_PER_COMMAND);
	if (strlen(params->because) >= REASON_MAX)
		return error_set(error, ERROR_LIMIT, "because", "a reason has at most %d bytes",
			REASON_MAX - 1);
	for (uint32_t i = 0; i < count; i++) {
		if (!propose(context, &items[i], i + 1, decision, error))
			return false;
		if (decision->refused)
			return true;
	}
	if (!document_begin(context, &draft, &document_requirements, "", 2, error))
		return false;
	document_line(&draft, "because", params->because);
	document_line_int(&draft, "requirements", count);
	document_content(&draft);
	for (uint32_t i = 0; i < count; i++) {
		struct proposed *body = (struct proposed *)decision->events[i].body;
		body_text(body->document, draft.id);
		body->because = params->because;
		if (!draft.overflow)
			write_line(context, &draft, body);
	}
	return document_end(context, &draft, decision, error);
}

static void apply_proposed(struct state *state, const struct applied *applied, const void *data)
{
	const struct proposed *body = data;
	char counted[CODE_MAX + 12] = "requirement/";
	(void)applied;
	struct requirement *row = state_insert(state, TABLE_REQUIREMENT, body->requirement);
	memcpy(counted + strlen(counted), body->commodity, strlen(body->commodity) + 1);
	state_take_version(state, counted, body->version);
	row->commodity = state_find(state, TABLE_COMMODITY, body->commodity);
	row->version = body->version;
	row->mass_g = body->mass_g;
	row->days = body->days;
	row->consumption_g_per_day = body->consumption_g_per_day;
	row->effective_at = body->effective_at;
	row->state = SETTING_PROPOSED;
	body_text(row->authority, body->authority);
	memcpy(row->assumptions_sha256, body->assumptions_sha256, sizeof row->assumptions_sha256);
	row->because = strdup(body->because != NULL ? body->because : "");
	if (row->because == NULL)
		abort();
	body_text(row->document, body->document);
}

const struct event_type event_requirement_proposed = { "requirement.proposed", &proposed_body,
	apply_proposed };
const struct command_type command_requirement_set = { "requirement.set", &set_params, DUTY_OFFICER,
	decide_set, "requirements" };

/* ---- signing and coming into force ---- */

static const struct setting_kind setting = SETTING(TABLE_REQUIREMENT, struct requirement);

/*
 * Another version may have come into force meanwhile, which this one would raise without waiting.
 */
static bool requirements_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct requirement *row = NULL;
	(void)error;
	while ((row = setting_next(context->state, &setting, document->id, row)) != NULL) {
		const struct requirement *held = holding(context->state, row->commodity->code,
			row->effective_at > context->now ? row->effective_at : context->now);
		if (held != NULL && held->mass_g < row->mass_g &&
		    row->effective_at < document->prepared_at + REQUIREMENT_WAIT_DAYS * TIME_DAY_MS)
			return refuse_act(decision, document->id, "R21", "", arena_printf(context->arena,
				"%s was signed meanwhile, and %s would raise it without waiting", held->id, row->id));
	}
	return setting_add_approved(decision, &event_requirements_approved, document->id);
}

static void apply_approved(struct state *state, const struct applied *applied, const void *data)
{
	const struct setting_approved *body = data;
	(void)applied;
	setting_schedule(state, &setting, body->document);
}

static void requirements_rejected(struct state *state, const struct document *document)
{
	setting_reject(state, &setting, document->id);
}

const struct event_type event_requirements_approved = { "requirements.approved",
	&setting_approved_body, apply_approved };
const struct document_kind document_requirements = { "requirements", requirements_effect,
	requirements_rejected, NULL, NULL };

struct in_force {
	char requirement[CODE_MAX + 12];
};
static const struct field in_force_fields[] = { F_TEXT(struct in_force, requirement) };
static const struct descriptor in_force_body =
	DESCRIPTOR("requirement.in_force", struct in_force, in_force_fields);

void tick_requirement(const struct requirement *requirement, int64_t due_ms,
	struct decision *decision)
{
	struct in_force *body = decision_body(decision, &event_requirement_in_force);
	body_text(body->requirement, requirement->id);
	decision_add_at(decision, &event_requirement_in_force, body, due_ms);
}

/* What it takes the place of, and any older version that was to come into force later. */
static void apply_in_force(struct state *state, const struct applied *applied, const void *data)
{
	const struct in_force *body = data;
	(void)applied;
	struct requirement *row = state_find(state, TABLE_REQUIREMENT, body->requirement), *old = NULL;
	assert(row != NULL);
	while ((old = state_next(state, TABLE_REQUIREMENT, old)) != NULL) {
		if (old == row || old->row.closed || old->commodity != row->commodity ||
		    (old->state != SETTING_IN_FORCE &&
		    (old->state != SETTING_SCHEDULED || old->version > row->version)))
			continue;
		old->state = SETTING_SUPERSEDED;
		state_close(state, old);
	}
	row->state = SETTING_IN_FORCE;
	row->commodity->requirement = row;
	state_touch(state, row);
}

const struct event_type event_requirement_in_force = { "requirement.in_force", &in_force_body,
	apply_in_force };
