/*
 * The command that sets schedules: dates that do not overlap, caps, and the note of two officers.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"
#include "reserve/zone/country.h"
#include "reserve/zone/schedule_names.h"

static const struct field proposed_fields[] = {
	F_STRING(struct schedule_event, because),
	F_INT(struct schedule_event, cap_micros_per_kg),
	F_INT(struct schedule_event, cap_ppm),
	F_TEXT(struct schedule_event, commodity),
	F_TEXT(struct schedule_event, document),
	F_TIME(struct schedule_event, effective_at),
	F_BOOL(struct schedule_event, ends),
	F_ENUM(struct schedule_event, mode, tariff_mode_names),
	F_TEXT(struct schedule_event, origin),
	F_TEXT(struct schedule_event, schedule),
	F_TIME(struct schedule_event, until_at),
	F_INT(struct schedule_event, version),
};
static const struct descriptor proposed_body =
	DESCRIPTOR("tariff.proposed", struct schedule_event, proposed_fields);
static const struct field item_fields[] = {
	F_INT(struct schedule_event, cap_micros_per_kg),
	F_INT(struct schedule_event, cap_ppm),
	R_TEXT(struct schedule_event, commodity),
	F_TIME(struct schedule_event, effective_at),
	F_BOOL(struct schedule_event, ends),
	F_ENUM(struct schedule_event, mode, tariff_mode_names),
	R_TEXT(struct schedule_event, origin),
	F_TIME(struct schedule_event, until_at),
};
static const struct descriptor item_descriptor =
	DESCRIPTOR("tariff.item", struct schedule_event, item_fields);

struct set_params {
	const char *because;
	struct list schedules;
};
static const struct field params_fields[] = {
	R_STRING(struct set_params, because),
	R_LIST(struct set_params, schedules, &item_descriptor),
};
static const struct descriptor set_params =
	DESCRIPTOR("tariff.schedule", struct set_params, params_fields);

/* ---- versions ---- */

/* What the versions of a schedule are counted under: no floor, price or rule is counted so. */
static const char *counted_as(struct arena *arena, const struct schedule_event *body)
{
	return arena_printf(arena, "%s/%s/tariff", body->commodity, body->origin);
}

void schedule_next_version(const struct context *context, struct arena *arena,
	struct schedule_event *body)
{
	body->version = state_last_version(context->state, counted_as(arena, body)) + 1;
	body_text(body->schedule, arena_printf(arena, "%s/%s/%lld", body->commodity, body->origin,
		(long long)body->version));
}

struct schedule *schedule_insert(struct state *state, const struct schedule_event *body)
{
	struct schedule *schedule = state_insert(state, TABLE_TARIFF_SCHEDULE, body->schedule);
	char counted[SCHEDULE_ID_MAX + 8];
	size_t length = strlen(body->commodity), origin = strlen(body->origin);
	memcpy(counted, body->commodity, length);
	counted[length] = '/';
	memcpy(counted + length + 1, body->origin, origin);
	memcpy(counted + length + 1 + origin, "/tariff", sizeof "/tariff");
	state_take_version(state, counted, body->version);
	schedule->commodity = state_find(state, TABLE_COMMODITY, body->commodity);
	body_text(schedule->origin, body->origin);
	schedule->version = body->version;
	schedule->mode = body->mode;
	schedule->ends = body->ends;
	schedule->cap_ppm = body->cap_ppm;
	schedule->cap_micros_per_kg = body->cap_micros_per_kg;
	schedule->until_at = body->until_at;
	schedule->because = body->because != NULL ? strdup(body->because) : NULL;
	if (body->because != NULL && schedule->because == NULL)
		abort();
	body_text(schedule->document, body->document);
	return schedule;
}

/* ---- validity ---- */

static bool same_goods(const struct schedule *schedule, const struct schedule_event *item)
{
	return !schedule->row.closed && text_equal(schedule->commodity->code, item->commodity) &&
		text_equal(schedule->origin, item->origin);
}

/* When a version that is or comes in force gives way: at its end, or where a later one begins. */
static int64_t end_of(const struct context *context, const struct schedule *of,
	const struct schedule_event *item)
{
	int64_t until_at = of->until_at != ABSENT ? of->until_at : INT64_MAX;
	const struct schedule *schedule = NULL;
	while ((schedule = state_next(context->state, TABLE_TARIFF_SCHEDULE, schedule)) != NULL) {
		if (schedule != of && same_goods(schedule, item) &&
		    schedule->state == SETTING_SCHEDULED && schedule->effective_at > of->effective_at &&
		    schedule->effective_at < until_at)
			until_at = schedule->effective_at;
	}
	return until_at;
}

/*
 * A version without an end gives way to a later one; every other overlap is a slip. A version that
 * ends a schedule needs one to end.
 */
static bool check_validity(const struct context *context, const struct schedule_event *item,
	int64_t from, uint32_t number, struct error *error)
{
	int64_t until = item->until_at != ABSENT ? item->until_at : INT64_MAX;
	bool live = false;
	const struct schedule *schedule = NULL;
	while ((schedule = state_next(context->state, TABLE_TARIFF_SCHEDULE, schedule)) != NULL) {
		if (!same_goods(schedule, item))
			continue;
		if (schedule->state == SETTING_PROPOSED)
			return error_set(error, ERROR_CONFLICT, "commodity", "schedule %u: version %lld for %s "
				"from %s is proposed already and waits as %s", number,
				(long long)schedule->version, item->commodity, item->origin, schedule->document);
		if (schedule->state != SETTING_IN_FORCE && schedule->state != SETTING_SCHEDULED)
			continue;
		int64_t until_at = end_of(context, schedule, item);
		live = live || (!schedule->ends && schedule->effective_at <= from && from < until_at);
		bool gives_way = schedule->until_at == ABSENT &&
			(schedule->state == SETTING_IN_FORCE || schedule->effective_at < from);
		if (item->ends || gives_way || from >= until_at || schedule->effective_at >= until)
			continue;
		char begins[TIME_TEXT_SIZE], over[TIME_TEXT_SIZE] = "another takes its place";
		time_format(schedule->effective_at, begins);
		if (until_at != INT64_MAX)
			time_format(until_at, over);
		error_set(error, ERROR_CONFLICT, "effective_at", "schedule %u: its validity overlaps that "
			"of %s, from %s until %s", number, schedule->id, begins, over);
		return error_remedy(error, "Begin when that one is over, end before it, or end it first: "
			"--ends");
	}
	return live || !item->ends || error_set(error, ERROR_ILLEGAL, "ends",
		"schedule %u: no schedule for %s from %s is in force then, so none can end", number,
		item->commodity, item->origin);
}

/* ---- items ---- */

static bool check_dates(const struct context *context, const struct schedule_event *item,
	uint32_t number, struct error *error)
{
	if (item->effective_at != ABSENT && item->effective_at < context->now)
		return error_set(error, ERROR_INVALID, "effective_at",
			"schedule %u: it would be in force from a time that is past", number);
	int64_t from = item->effective_at != ABSENT ? item->effective_at : context->now;
	return item->until_at == ABSENT || item->until_at > from || error_set(error, ERROR_INVALID,
		"until_at", "schedule %u: the dates are out of order: it would end before it begins", number);
}

static bool check_caps(const struct schedule_event *item, uint32_t number, struct error *error)
{
	if (item->cap_ppm != ABSENT && item->cap_ppm < 0)
		return error_set(error, ERROR_INVALID, "cap_ppm", "schedule %u: a cap below zero", number);
	if (item->cap_micros_per_kg != ABSENT && (item->cap_micros_per_kg < 0 ||
	    item->cap_micros_per_kg > 1000000000000))
		return error_set(error, ERROR_INVALID, "cap_micros_per_kg", "schedule %u: a cap is from 0 "
			"to a million dollars a kilogram", number);
	return true;
}

static bool check_item(const struct context *context, const struct schedule_event *items,
	uint32_t at, struct error *error)
{
	const struct schedule_event *item = &items[at];
	if (commodity_find(context, "commodity", item->commodity, error) == NULL ||
	    (!text_equal(item->origin, SCHEDULE_OUTSIDE) &&
	    !country_check(item->origin, "origin", at + 1, error)) ||
	    !check_dates(context, item, at + 1, error) || !check_caps(item, at + 1, error))
		return false;
	bool has = item->mode != TARIFF_NONE || item->cap_ppm != ABSENT ||
		item->cap_micros_per_kg != ABSENT || item->until_at != ABSENT;
	if (item->ends && has)
		return error_set(error, ERROR_INVALID, "ends",
			"schedule %u: a version that ends a schedule takes no mode, cap or end", at + 1);
	if (!item->ends && item->mode == TARIFF_NONE)
		return error_set(error, ERROR_INVALID, "mode",
			"schedule %u: it needs its mode: draft, shadow or in-force", at + 1);
	for (uint32_t i = 0; i < at; i++) {
		if (text_equal(items[i].commodity, item->commodity) &&
		    text_equal(items[i].origin, item->origin))
			return error_set(error, ERROR_CONFLICT, "commodity",
				"schedule %u: %s from %s stands twice", at + 1, item->commodity, item->origin);
	}
	return check_validity(context, item, item->effective_at != ABSENT ? item->effective_at :
		context->now, at + 1, error);
}

/* "ga from CHN v3 in-force from … until … cap 25%, 5.5 USD/kg" */
static void write_line(const struct context *context, struct document_draft *draft,
	const struct schedule_event *body)
{
	char from[TIME_TEXT_SIZE], until[TIME_TEXT_SIZE], share[WORD_SHARE];
	time_format(body->effective_at, from);
	const char *words = arena_printf(context->arena, "%s of origin %s v%lld %s from %s",
		body->commodity, body->origin, (long long)body->version,
		body->ends ? "ends" : tariff_mode_names[body->mode], from);
	if (body->until_at != ABSENT) {
		time_format(body->until_at, until);
		words = arena_printf(context->arena, "%s until %s", words, until);
	}
	if (body->cap_ppm != ABSENT) {
		word_share(share, body->cap_ppm);
		words = arena_printf(context->arena, "%s cap %s of the customs value", words, share);
	}
	if (body->cap_micros_per_kg != ABSENT)
		words = arena_printf(context->arena, "%s cap %lld.%06lld USD/kg contained", words,
			(long long)(body->cap_micros_per_kg / 1000000),
			(long long)(body->cap_micros_per_kg % 1000000));
	document_line(draft, "tariff", words);
}

static bool decide_set(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct set_params *params = data;
	const struct schedule_event *items = params->schedules.items;
	struct document_draft draft;
	if (params->schedules.count == 0 || params->schedules.count > IMPORT_ROWS_PER_NOTE)
		return error_set(error, ERROR_LIMIT, "schedules", "one note takes 1 to %d schedules",
			IMPORT_ROWS_PER_NOTE);
	for (uint32_t i = 0; i < params->schedules.count; i++) {
		if (!check_item(context, items, i, error))
			return false;
	}
	if (!document_begin(context, &draft, &document_tariffs, "", 2, error))
		return false;
	document_line(&draft, "because", params->because);
	document_line_int(&draft, "tariffs", params->schedules.count);
	document_content(&draft);
	for (uint32_t i = 0; i < params->schedules.count; i++) {
		struct schedule_event *body = decision_body(decision, &event_schedule_proposed);
		*body = items[i];
		body->because = params->because;
		body_text(body->document, draft.id);
		if (body->effective_at == ABSENT)
			body->effective_at = context->now;
		schedule_next_version(context, decision->arena, body);
		decision_add(decision, &event_schedule_proposed, body);
		write_line(context, &draft, body);
	}
	return document_end(context, &draft, decision, error);
}

static void apply_proposed(struct state *state, const struct applied *applied, const void *data)
{
	const struct schedule_event *body = data;
	struct schedule *schedule = schedule_insert(state, body);
	schedule->effective_at = body->effective_at;
	schedule->state = SETTING_PROPOSED;
	schedule->changed_at = applied->at;
}

const struct event_type event_schedule_proposed = { "tariff.proposed", &proposed_body,
	apply_proposed };
const struct command_type command_schedule_set = { "tariff.schedule", &set_params, DUTY_OFFICER,
	decide_set, "schedules" };

/* ---- signing ---- */

static const struct setting_kind setting = SETTING(TABLE_TARIFF_SCHEDULE, struct schedule);

static bool tariffs_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct schedule *schedule = NULL;
	while ((schedule = setting_next(context->state, &setting, document->id, schedule)) != NULL) {
		if (schedule->until_at != ABSENT && schedule->until_at <= context->now)
			return error_set(error, ERROR_ILLEGAL, "document",
				"%s would be over before it begins: its end has passed", schedule->id);
	}
	return setting_add_approved(decision, &event_schedules_approved, document->id);
}

/* What was signed late counts from its last signature: no past day gets another duty. */
static void apply_approved(struct state *state, const struct applied *applied, const void *data)
{
	const struct setting_approved *body = data;
	struct schedule *schedule = NULL;
	while ((schedule = setting_next(state, &setting, body->document, schedule)) != NULL) {
		schedule->changed_at = applied->at;
		if (schedule->effective_at < applied->at)
			schedule->effective_at = applied->at;
	}
	setting_schedule(state, &setting, body->document);
}

static void tariffs_rejected(struct state *state, const struct document *document)
{
	setting_reject(state, &setting, document->id);
}

const struct event_type event_schedules_approved = { "tariffs.approved", &setting_approved_body,
	apply_approved };
const struct document_kind document_tariffs = { "tariffs", tariffs_effect, tariffs_rejected, NULL,
	NULL };
