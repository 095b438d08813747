/* Proposing, signing and coming into force of stock floors. */
#include "reserve/stock/floor.h"

#include <assert.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/founding.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"

static const char *const kind_names[] = { "", "operating", "hard", NULL };
static const struct field floor_fields[] = {
	F_TEXT(struct floor, id),
	F_REF(struct floor, commodity, TABLE_COMMODITY),
	F_ENUM(struct floor, kind, kind_names),
	F_INT(struct floor, version),
	F_INT(struct floor, mass_g),
	F_INT(struct floor, days),
	F_INT(struct floor, consumption_g_per_day),
	F_TIME(struct floor, effective_at),
	F_ENUM(struct floor, state, setting_state_names),
	F_TEXT(struct floor, document),
};
const struct descriptor floor_descriptor = DESCRIPTOR("floor", struct floor, floor_fields);

int64_t floor_headroom_g(const struct floor *floor, int64_t available_g)
{
	if (floor == NULL || available_g <= floor->mass_g)
		return 0;
	return available_g - floor->mass_g;
}

const char *floor_words(struct arena *arena, const struct floor *floor)
{
	char since[TIME_TEXT_SIZE], days[WORD_INT] = "";
	time_format(floor->effective_at, since);
	if (floor->days != ABSENT)
		word_int(days, floor->days);
	return arena_printf(arena, "%s%sfloor v%lld, in force since %.10s", days,
		floor->days != ABSENT ? " days, " : "", (long long)floor->version, since);
}

static struct floor **slot_of(struct commodity *commodity, enum floor_kind kind)
{
	return kind == FLOOR_HARD ? &commodity->hard : &commodity->operating;
}

void floor_loaded(struct state *state, struct row *row)
{
	struct floor *floor = (struct floor *)(void *)row;
	(void)state;
	if (floor->state == SETTING_IN_FORCE)
		*slot_of(floor->commodity, (enum floor_kind)floor->kind) = floor;
}

int64_t floor_due(const struct row *row)
{
	const struct floor *floor = (const struct floor *)(const void *)row;
	return floor->state == SETTING_SCHEDULED ? floor->effective_at : TIME_NONE;
}

/* ---- proposing ---- */

struct proposed {
	char commodity[CODE_MAX];
	int64_t consumption_g_per_day, days;
	char document[CODE_MAX];
	int64_t effective_at;
	char floor[CODE_MAX + 24];
	uint8_t kind;
	int64_t mass_g, version;
};
static const struct field proposed_fields[] = {
	F_TEXT(struct proposed, commodity),
	F_INT(struct proposed, consumption_g_per_day),
	F_INT(struct proposed, days),
	F_TEXT(struct proposed, document),
	F_TIME(struct proposed, effective_at),
	F_TEXT(struct proposed, floor),
	F_ENUM(struct proposed, kind, kind_names),
	F_INT(struct proposed, mass_g),
	F_INT(struct proposed, version),
};
static const struct descriptor proposed_body =
	DESCRIPTOR("floor.proposed", struct proposed, proposed_fields);
static const struct field item_fields[] = {
	R_TEXT(struct proposed, commodity),
	F_INT_IN(struct proposed, consumption_g_per_day, 1, VAULT_INT_MAX),
	F_INT_IN(struct proposed, days, 1, 3650),
	F_TIME(struct proposed, effective_at),
	R_ENUM(struct proposed, kind, kind_names),
	F_INT_IN(struct proposed, mass_g, 0, VAULT_INT_MAX),
};
static const struct descriptor item_descriptor =
	DESCRIPTOR("floor.item", struct proposed, item_fields);

struct set_params {
	const char *because;
	struct list floors;
};
static const struct field set_fields[] = {
	R_STRING(struct set_params, because),
	R_LIST(struct set_params, floors, &item_descriptor),
};
static const struct descriptor set_params =
	DESCRIPTOR("floor.set", struct set_params, set_fields);

static bool item_mass(const struct proposed *item, uint32_t number, int64_t *ret_mass_g,
	struct error *error)
{
	bool as_days = item->days != ABSENT && item->consumption_g_per_day != ABSENT;
	if (item->mass_g != ABSENT) {
		*ret_mass_g = item->mass_g;
		return item->days == ABSENT || error_set(error, ERROR_INVALID, "mass_g",
			"floor %u: give mass_g or days with consumption_g_per_day, not both", number);
	}
	if (!as_days)
		return error_set(error, ERROR_INVALID, "mass_g",
			"floor %u: give mass_g, or days and consumption_g_per_day", number);
	if (!checked_mul(item->days, item->consumption_g_per_day, ret_mass_g) ||
	    *ret_mass_g > VAULT_INT_MAX)
		return error_set(error, ERROR_INVALID, "days", "floor %u: the mass is too large", number);
	return true;
}

/* ga/operating/3, or ga/operating where no version is given: what its versions are counted under. */
static void floor_id(char *to, size_t size, const char *commodity, enum floor_kind kind,
	int64_t version)
{
	char number[WORD_INT];
	word_int(number, version);
	const char *const parts[] = { commodity, "/", kind_names[kind], "/", number };
	size_t length = 0;
	for (size_t i = 0; i < (version != ABSENT ? 5 : 3); i++) {
		size_t part = strlen(parts[i]);
		assert(length + part < size);
		memcpy(to + length, parts[i], part);
		length += part;
	}
	to[length] = '\0';
}

static bool propose_item(const struct context *context, const struct proposed *item,
	uint32_t number, struct decision *decision, bool *lowers, struct error *error)
{
	struct commodity *commodity = commodity_find(context, "commodity", item->commodity, error);
	int64_t mass_g;
	if (commodity == NULL || !item_mass(item, number, &mass_g, error))
		return false;
	const struct floor *now = *slot_of(commodity, (enum floor_kind)item->kind);
	struct proposed *body = decision_body(decision, &event_floor_proposed);
	*body = *item;
	body->mass_g = mass_g;
	floor_id(body->floor, sizeof body->floor, commodity->code, (enum floor_kind)item->kind, ABSENT);
	body->version = state_last_version(context->state, body->floor) + 1;
	for (uint32_t i = 0; i < decision->count; i++) {
		const struct proposed *other = decision->events[i].body;
		if (text_equal(other->commodity, item->commodity) && other->kind == item->kind)
			return error_set(error, ERROR_INVALID, "floors",
				"floor %u: the %s floor of %s stands twice", number, kind_names[item->kind],
				item->commodity);
	}
	floor_id(body->floor, sizeof body->floor, commodity->code, (enum floor_kind)item->kind,
		body->version);
	/* What waits for a later day may lower what is in force by then, so it has the same notice. */
	if ((now != NULL && mass_g < now->mass_g) ||
	    (item->effective_at != ABSENT && item->effective_at > context->now))
		*lowers = true;
	return decision_add(decision, &event_floor_proposed, body);
}

/*
 * Sets when each takes effect; a note that lowers any floor must leave the notice for all, else it is
 * refused.
 */
static void set_effective(const struct context *context, struct decision *decision, bool lowers)
{
	const struct reserve *reserve = state_reserve(context->state);
	int64_t earliest = context->now + (lowers ? reserve->floor_notice_days * TIME_DAY_MS : 0);
	for (uint32_t i = 0; i < decision->count; i++) {
		struct proposed *body = (struct proposed *)decision->events[i].body;
		if (body->effective_at == ABSENT)
			body->effective_at = earliest;
		else if (lowers && body->effective_at < earliest)
			refuse_act(decision, body->commodity, "R21", context->actor->code,
				arena_printf(context->arena, "the %s floor of %s would not have %lld days' "
				"notice, which a note needs that lowers any floor or holds from a later day",
				kind_names[body->kind], body->commodity,
				(long long)reserve->floor_notice_days));
		if (decision->refused)
			return;
	}
}

static bool decide_set(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct set_params *params = data;
	const struct proposed *items = params->floors.items;
	struct document_draft draft;
	bool lowers = false;
	if (params->floors.count == 0 || params->floors.count > IMPORT_ROWS_PER_COMMAND)
		return error_set(error, ERROR_LIMIT, "floors", "one note takes 1 to %d floors",
			IMPORT_ROWS_PER_COMMAND);
	for (uint32_t i = 0; i < params->floors.count; i++) {
		if (!propose_item(context, &items[i], i + 1, decision, &lowers, error))
			return false;
	}
	set_effective(context, decision, lowers);
	if (decision->refused)
		return true;
	if (!document_begin(context, &draft, &document_floors, "", lowers ? 2 : 1, error))
		return false;
	document_line(&draft, "because", params->because);
	document_line_int(&draft, "floors", params->floors.count);
	document_content(&draft);
	for (uint32_t i = 0; i < params->floors.count; i++) {
		struct proposed *body = (struct proposed *)decision->events[i].body;
		char mass[WORD_INT], from[TIME_TEXT_SIZE];
		body_text(body->document, draft.id);
		word_int(mass, body->mass_g);
		time_format(body->effective_at, from);
		document_words(&draft, (const char *const[]){ "floor", body->commodity,
			kind_names[body->kind], mass, "g from", from }, 6);
	}
	return document_end(context, &draft, decision, error);
}

static void apply_proposed(struct state *state, const struct applied *applied, const void *data)
{
	const struct proposed *body = data;
	char counted[sizeof body->floor];
	(void)applied;
	struct floor *floor = state_insert(state, TABLE_FLOOR, body->floor);
	floor_id(counted, sizeof counted, body->commodity, (enum floor_kind)body->kind, ABSENT);
	state_take_version(state, counted, body->version);
	floor->commodity = state_find(state, TABLE_COMMODITY, body->commodity);
	floor->kind = body->kind;
	floor->version = body->version;
	floor->mass_g = body->mass_g;
	floor->days = body->days;
	floor->consumption_g_per_day = body->consumption_g_per_day;
	floor->effective_at = body->effective_at;
	floor->state = SETTING_PROPOSED;
	body_text(floor->document, body->document);
}

const struct event_type event_floor_proposed = { "floor.proposed", &proposed_body,
	apply_proposed };
const struct command_type command_floor_set = { "floor.set", &set_params, DUTY_OFFICER,
	decide_set, "floors" };

/* ---- signing and coming into force ---- */

static const struct setting_kind setting = SETTING(TABLE_FLOOR, struct floor);

static bool lowers_now(const struct floor *floor)
{
	const struct floor *now = *slot_of(floor->commodity, (enum floor_kind)floor->kind);
	return now != NULL && floor->mass_g < now->mass_g;
}

static bool floors_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct floor *floor = NULL;
	(void)error;
	while ((floor = setting_next(context->state, &setting, document->id, floor)) != NULL) {
		if (document->need < 2 && lowers_now(floor))
			return refuse_act(decision, document->id, "R21", "",
				"another floor came into force meanwhile, and this one would lower it");
	}
	return setting_add_approved(decision, &event_floors_approved, document->id);
}

static void apply_approved(struct state *state, const struct applied *applied, const void *data)
{
	const struct setting_approved *body = data;
	(void)applied;
	setting_schedule(state, &setting, body->document);
}

static void floors_rejected(struct state *state, const struct document *document)
{
	setting_reject(state, &setting, document->id);
}

const struct event_type event_floors_approved = { "floors.approved", &setting_approved_body,
	apply_approved };
const struct document_kind document_floors = { "floors", floors_effect, floors_rejected, NULL, NULL };

struct in_force {
	char floor[CODE_MAX + 24];
};
static const struct field in_force_fields[] = { F_TEXT(struct in_force, floor) };
static const struct descriptor in_force_body =
	DESCRIPTOR("floor.in_force", struct in_force, in_force_fields);

void tick_floor(const struct floor *floor, int64_t due_ms, struct decision *decision)
{
	struct in_force *body = decision_body(decision, &event_floor_in_force);
	body_text(body->floor, floor->id);
	decision_add_at(decision, &event_floor_in_force, body, due_ms);
}

static void apply_in_force(struct state *state, const struct applied *applied, const void *data)
{
	const struct in_force *body = data;
	(void)applied;
	struct floor *floor = state_find(state, TABLE_FLOOR, body->floor);
	assert(floor != NULL);
	struct floor **slot = slot_of(floor->commodity, (enum floor_kind)floor->kind);
	if (*slot != NULL) {
		(*slot)->state = SETTING_SUPERSEDED;
		state_close(state, *slot);
	}
	floor->state = SETTING_IN_FORCE;
	*slot = floor;
	state_touch(state, floor);
}

const struct event_type event_floor_in_force = { "floor.in_force", &in_force_body,
	apply_in_force };
