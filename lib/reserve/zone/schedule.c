/*
 * Rows of schedules: signed, in force, adjusted by the market, ended; and which one goods are
 * under.
 */
#include "reserve/zone/schedule.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/stock/material.h"
#include "reserve/zone/member.h"
#include "reserve/zone/observation.h"
#include "reserve/zone/price.h"
#include "reserve/zone/schedule_names.h"

static const struct field schedule_fields[] = {
	F_TEXT(struct schedule, id),
	F_REF(struct schedule, commodity, TABLE_COMMODITY),
	F_TEXT(struct schedule, origin),
	F_INT(struct schedule, version),
	F_ENUM(struct schedule, mode, tariff_mode_names),
	F_ENUM(struct schedule, state, setting_state_names),
	F_BOOL(struct schedule, ends),
	F_INT(struct schedule, cap_ppm),
	F_INT(struct schedule, cap_micros_per_kg),
	F_TIME(struct schedule, effective_at),
	F_TIME(struct schedule, until_at),
	F_TEXT(struct schedule, reference),
	F_INT(struct schedule, reference_micros_per_kg),
	F_TEXT(struct schedule, observation),
	F_INT(struct schedule, observed_micros_per_kg),
	F_INT(struct schedule, duty_micros_per_kg),
	F_INT(struct schedule, duty_ppm),
	F_INT(struct schedule, gap_micros_per_kg),
	F_STRING(struct schedule, because),
	F_TEXT(struct schedule, document),
	F_TIME(struct schedule, changed_at),
};
const struct descriptor schedule_descriptor =
	DESCRIPTOR("tariff_schedule", struct schedule, schedule_fields);

/* ---- those that are or were in force ---- */

static void list_add(struct schedule *schedule)
{
	struct schedule_list **owner = &schedule->commodity->tariffs, *list = *owner;
	if (list == NULL) {
		list = *owner = calloc(1, sizeof *list);
		if (list == NULL)
			abort();
	}
	if (list->count == list->capacity) {
		list->capacity = list->capacity == 0 ? 4 : list->capacity * 2;
		list->schedules = reallocarray(list->schedules, list->capacity,
			sizeof *list->schedules);
		if (list->schedules == NULL)
			abort();
	}
	list->schedules[list->count++] = schedule;
}

void schedule_list_free(struct schedule_list *list)
{
	if (list != NULL)
		free(list->schedules);
	free(list);
}

void schedule_loaded(struct state *state, struct row *row)
{
	struct schedule *schedule = (struct schedule *)(void *)row;
	(void)state;
	if (schedule->state == SETTING_IN_FORCE || schedule->state == SETTING_SUPERSEDED)
		list_add(schedule);
}

/* The one that began last of those in force then, of exactly this origin. */
static const struct schedule *of_origin(const struct schedule_list *list, const char *origin,
	int64_t at_ms)
{
	const struct schedule *best = NULL;
	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		const struct schedule *schedule = list->schedules[i];
		if (schedule->effective_at > at_ms || !text_equal(schedule->origin, origin) ||
		    (schedule->until_at != ABSENT && schedule->until_at <= at_ms))
			continue;
		if (best == NULL || schedule->effective_at > best->effective_at ||
		    (schedule->effective_at == best->effective_at && schedule->version > best->version))
			best = schedule;
	}
	return best;
}

const struct schedule *schedule_at(const struct commodity *commodity, const char *origin,
	int64_t at_ms)
{
	const struct schedule *own = of_origin(commodity->tariffs, origin, at_ms);
	return own != NULL ? own : of_origin(commodity->tariffs, SCHEDULE_OUTSIDE, at_ms);
}

/* ---- figures ---- */

/*
 * Whether an import observation speaks of the schedule's goods: of its origin, or of any outside.
 */
static bool speaks_of(const struct context *context, const struct schedule *schedule,
	const struct observation *observation, int64_t at_ms)
{
	int64_t day_end = (at_ms / TIME_DAY_MS + 1) * TIME_DAY_MS; /* a day may be told on that day */
	if (observation->kind != OBSERVATION_IMPORT || observation->ends_at > day_end)
		return false;
	if (!text_equal(schedule->origin, SCHEDULE_OUTSIDE))
		return text_equal(observation->origin, schedule->origin);
	return observation->origin[0] != '\0' &&
		!member_in_zone(context->state, observation->origin, at_ms);
}

/*
 * The one whose period ended last; of two, what is recorded now before what is there, for it may be
 * a revision of that row.
 */
static const struct observation *latest_import(const struct context *context,
	const struct schedule *schedule, const struct tariff_news *news, int64_t at_ms)
{
	const struct observation *best = NULL, *observation = NULL;
	for (uint32_t i = 0; i < news->observation_count; i++) {
		observation = &news->observations[i];
		if (speaks_of(context, schedule, observation, at_ms) &&
		    (best == NULL || observation->ends_at >= best->ends_at))
			best = observation;
	}
	observation = NULL;
	while ((observation = observation_next(schedule->commodity, observation)) != NULL) {
		if (speaks_of(context, schedule, observation, at_ms) &&
		    (best == NULL || observation->ends_at > best->ends_at))
			best = observation;
	}
	return best;
}

static void set_duty(const struct schedule *schedule, struct schedule_event *body)
{
	int64_t short_micros = body->reference_micros_per_kg - body->observed_micros_per_kg;
	int64_t duty = short_micros > 0 ? short_micros : 0, cap;
	if (schedule->cap_micros_per_kg != ABSENT && schedule->cap_micros_per_kg < duty)
		duty = schedule->cap_micros_per_kg;
	if (schedule->cap_ppm != ABSENT && checked_mul_div_down(body->observed_micros_per_kg,
	    schedule->cap_ppm, VAULT_PPM, &cap) && cap < duty)
		duty = cap;
	body->duty_micros_per_kg = duty;
	if (body->observed_micros_per_kg <= 0 || !checked_mul_div_up(duty, VAULT_PPM,
	    body->observed_micros_per_kg, &body->duty_ppm) || body->duty_ppm > VAULT_INT_MAX)
		body->duty_ppm = ABSENT;
	body->gap_micros_per_kg = short_micros > duty ? short_micros - duty : 0;
}

static void set_figures(const struct context *context, const struct schedule *schedule,
	const struct tariff_news *news, int64_t at_ms, struct schedule_event *body)
{
	const struct price *reference = news->reference != NULL ? news->reference :
		price_at(schedule->commodity, at_ms);
	const struct observation *observed = latest_import(context, schedule, news, at_ms);
	if (reference != NULL) {
		body_text(body->reference, reference->id);
		body->reference_micros_per_kg = reference->price_micros_per_kg;
	}
	if (observed != NULL) {
		body_text(body->observation, observed->id);
		body->observed_micros_per_kg = observed->price_micros_per_kg;
	}
	if (reference != NULL && observed != NULL)
		set_duty(schedule, body);
}

static bool same_figures(const struct schedule *schedule, const struct schedule_event *body)
{
	return text_equal(schedule->reference, body->reference) &&
		text_equal(schedule->observation, body->observation) &&
		schedule->reference_micros_per_kg == body->reference_micros_per_kg &&
		schedule->observed_micros_per_kg == body->observed_micros_per_kg;
}

static void take_figures(struct schedule *schedule, const struct schedule_event *body)
{
	body_text(schedule->reference, body->reference);
	schedule->reference_micros_per_kg = body->reference_micros_per_kg;
	body_text(schedule->observation, body->observation);
	schedule->observed_micros_per_kg = body->observed_micros_per_kg;
	schedule->duty_micros_per_kg = body->duty_micros_per_kg;
	schedule->duty_ppm = body->duty_ppm;
	schedule->gap_micros_per_kg = body->gap_micros_per_kg;
}

/* ---- into force, and out of it ---- */

static const struct field in_force_fields[] = {
	F_INT(struct schedule_event, duty_micros_per_kg),
	F_INT(struct schedule_event, duty_ppm),
	F_INT(struct schedule_event, gap_micros_per_kg),
	F_TEXT(struct schedule_event, observation),
	F_INT(struct schedule_event, observed_micros_per_kg),
	F_TEXT(struct schedule_event, reference),
	F_INT(struct schedule_event, reference_micros_per_kg),
	F_TEXT(struct schedule_event, schedule),
};
static const struct descriptor in_force_body =
	DESCRIPTOR("tariff.in_force", struct schedule_event, in_force_fields);
static const struct field ended_fields[] = { F_TEXT(struct schedule_event, schedule) };
static const struct descriptor ended_body =
	DESCRIPTOR("tariff.ended", struct schedule_event, ended_fields);

int64_t schedule_due(const struct row *row)
{
	const struct schedule *schedule = (const struct schedule *)(const void *)row;
	if (schedule->state == SETTING_SCHEDULED)
		return schedule->effective_at;
	return schedule->state == SETTING_IN_FORCE && schedule->until_at != ABSENT ?
		schedule->until_at : TIME_NONE;
}

void tick_schedule(const struct context *context, const struct schedule *schedule, int64_t due_ms,
	struct decision *decision)
{
	static const struct tariff_news none = { 0 };
	bool begins = schedule->state == SETTING_SCHEDULED;
	const struct event_type *type = begins ? &event_schedule_in_force : &event_schedule_ended;
	struct schedule_event *body = decision_body(decision, type);
	body_text(body->schedule, schedule->id);
	if (begins && !schedule->ends)
		set_figures(context, schedule, &none, due_ms, body);
	decision_add_at(decision, type, body, due_ms);
}

static int64_t moment(const struct applied *applied)
{
	return applied->effective != ABSENT ? applied->effective : applied->at;
}

/* It stays as a row: a consignment of a past day is assessed by what was in force then. */
static void end_at(struct state *state, struct schedule *schedule, int64_t at_ms)
{
	schedule->state = SETTING_SUPERSEDED;
	schedule->until_at = at_ms;
	schedule->changed_at = at_ms;
	state_touch(state, schedule);
	state_schedule(state, schedule);
}

static struct schedule *in_force_of(const struct schedule *of)
{
	const struct schedule_list *list = of->commodity->tariffs;
	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		if (list->schedules[i]->state == SETTING_IN_FORCE &&
		    text_equal(list->schedules[i]->origin, of->origin))
			return list->schedules[i];
	}
	return NULL;
}

static void begin(struct state *state, struct schedule *schedule, int64_t at_ms)
{
	struct schedule *old = in_force_of(schedule);
	if (old != NULL)
		end_at(state, old, at_ms);
	schedule->changed_at = at_ms;
	if (schedule->ends) { /* nothing is left of it */
		schedule->state = SETTING_SUPERSEDED;
		state_close(state, schedule);
		return;
	}
	schedule->state = SETTING_IN_FORCE;
	list_add(schedule);
	state_touch(state, schedule);
	state_schedule(state, schedule);
}

static void apply_in_force(struct state *state, const struct applied *applied, const void *data)
{
	const struct schedule_event *body = data;
	struct schedule *schedule = state_find(state, TABLE_TARIFF_SCHEDULE, body->schedule);
	assert(schedule != NULL);
	take_figures(schedule, body);
	begin(state, schedule, moment(applied));
}

static void apply_ended(struct state *state, const struct applied *applied, const void *data)
{
	const struct schedule_event *body = data;
	struct schedule *schedule = state_find(state, TABLE_TARIFF_SCHEDULE, body->schedule);
	assert(schedule != NULL);
	end_at(state, schedule, moment(applied));
}

const struct event_type event_schedule_in_force = { "tariff.in_force", &in_force_body,
	apply_in_force };
const struct event_type event_schedule_ended = { "tariff.ended", &ended_body, apply_ended };

/* ---- following the market ---- */

static const struct field adjusted_fields[] = {
	F_STRING(struct schedule_event, because),
	F_INT(struct schedule_event, cap_micros_per_kg),
	F_INT(struct schedule_event, cap_ppm),
	F_TEXT(struct schedule_event, commodity),
	F_TEXT(struct schedule_event, document),
	F_INT(struct schedule_event, duty_micros_per_kg),
	F_INT(struct schedule_event, duty_ppm),
	F_INT(struct schedule_event, gap_micros_per_kg),
	F_ENUM(struct schedule_event, mode, tariff_mode_names),
	F_TEXT(struct schedule_event, observation),
	F_INT(struct schedule_event, observed_micros_per_kg),
	F_TEXT(struct schedule_event, origin),
	F_TEXT(struct schedule_event, reference),
	F_INT(struct schedule_event, reference_micros_per_kg),
	F_TEXT(struct schedule_event, schedule),
	F_TIME(struct schedule_event, until_at),
	F_INT(struct schedule_event, version),
};
static const struct descriptor adjusted_body =
	DESCRIPTOR("tariff.adjusted", struct schedule_event, adjusted_fields);

static void adjust_one(const struct context *context, const struct schedule *schedule,
	const struct tariff_news *news, int64_t at_ms, struct decision *decision)
{
	struct schedule_event *body = decision_body(decision, &event_schedule_adjusted);
	set_figures(context, schedule, news, at_ms, body);
	if (same_figures(schedule, body))
		return;
	bool price = !text_equal(schedule->reference, body->reference);
	body->because = arena_printf(decision->arena, "%s %s",
		price ? "reference price" : "import price", price ? body->reference : body->observation);
	body_text(body->commodity, schedule->commodity->code);
	body_text(body->origin, schedule->origin);
	body_text(body->document, schedule->document);
	body->mode = schedule->mode;
	body->cap_ppm = schedule->cap_ppm;
	body->cap_micros_per_kg = schedule->cap_micros_per_kg;
	body->until_at = schedule->until_at;
	schedule_next_version(context, decision->arena, body);
	decision_add_at(decision, &event_schedule_adjusted, body, at_ms);
}

void tariff_adjust(const struct context *context, const struct commodity *commodity,
	const struct tariff_news *news, int64_t at_ms, struct decision *decision)
{
	const struct schedule_list *list = commodity->tariffs;
	for (uint32_t i = 0; list != NULL && i < list->count; i++) {
		if (list->schedules[i]->state == SETTING_IN_FORCE)
			adjust_one(context, list->schedules[i], news, at_ms, decision);
	}
}

static void apply_adjusted(struct state *state, const struct applied *applied, const void *data)
{
	const struct schedule_event *body = data;
	struct schedule *schedule = schedule_insert(state, body);
	schedule->effective_at = moment(applied);
	take_figures(schedule, body);
	begin(state, schedule, moment(applied));
}

const struct event_type event_schedule_adjusted = { "tariff.adjusted", &adjusted_body,
	apply_adjusted };
