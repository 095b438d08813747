/* Recording observations: many rows a command, checked whole; many rows an entry, as many as fit. */
#include "reserve/zone/observation.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"
#include "reserve/zone/country.h"
#include "reserve/zone/observation_names.h"
#include "reserve/zone/price.h"
#include "reserve/zone/schedule.h"
#include "reserve/zone/unit.h"

/* ---- what is recorded ---- */

struct recorded {
	char basis[12], commodity[CODE_MAX];
	int64_t decimals, ends_at;
	char id[OBSERVATION_ID_MAX];
	int64_t mass_g;
	char origin[4], period[OBSERVATION_PERIOD_MAX];
	int64_t price_micros_per_kg, quoted, starts_at;
	char unit[12];
	int64_t version;
};
static const struct field recorded_fields[] = {
	F_TEXT(struct recorded, basis),
	F_TEXT(struct recorded, commodity),
	F_INT(struct recorded, decimals),
	F_TIME(struct recorded, ends_at),
	F_TEXT(struct recorded, id),
	F_INT(struct recorded, mass_g),
	F_TEXT(struct recorded, origin),
	F_TEXT(struct recorded, period),
	F_INT(struct recorded, price_micros_per_kg),
	F_INT(struct recorded, quoted),
	F_TIME(struct recorded, starts_at),
	F_TEXT(struct recorded, unit),
	F_INT(struct recorded, version),
};
static const struct descriptor recorded_descriptor =
	DESCRIPTOR("observation.recorded", struct recorded, recorded_fields);

/* Of one kind, series and source. */
struct body {
	uint8_t kind;
	char observation[OBSERVATION_ID_MAX]; /* the first of them, which the receipt names */
	struct list observations;
	char series[CODE_MAX], source[OBSERVATION_SOURCE_MAX];
};
static const struct field body_fields[] = {
	F_ENUM(struct body, kind, observation_kind_names),
	F_TEXT(struct body, observation),
	F_LIST(struct body, observations, &recorded_descriptor),
	F_TEXT(struct body, series),
	F_TEXT(struct body, source),
};
static const struct descriptor body_descriptor =
	DESCRIPTOR("observations.recorded", struct body, body_fields);

/* ---- what is asked ---- */

struct item {
	char basis[12], commodity[CODE_MAX];
	int64_t decimals;
	uint8_t kind;
	int64_t mass_g;
	char origin[4], period[OBSERVATION_PERIOD_MAX];
	int64_t quoted;
	char series[CODE_MAX], source[OBSERVATION_SOURCE_MAX], unit[12];
};
static const struct field item_fields[] = {
	F_TEXT(struct item, basis),
	R_TEXT(struct item, commodity),
	F_INT_IN(struct item, decimals, 0, 6),
	F_ENUM(struct item, kind, observation_kind_names),
	F_INT_IN(struct item, mass_g, 1, VAULT_INT_MAX),
	F_TEXT(struct item, origin),
	R_TEXT(struct item, period),
	R_INT_IN(struct item, quoted, 1, 1000000000000),
	R_TEXT(struct item, series),
	F_TEXT(struct item, source),
	R_TEXT(struct item, unit),
};
static const struct descriptor item_descriptor =
	DESCRIPTOR("observation.item", struct item, item_fields);

struct params {
	struct list observations;
	bool revise;
};
static const struct field params_fields[] = {
	R_LIST(struct params, observations, &item_descriptor),
	F_BOOL(struct params, revise),
};
static const struct descriptor params_descriptor =
	DESCRIPTOR("observation.record", struct params, params_fields);

/* One row under way. */
struct checked {
	struct recorded row;
	uint8_t kind;
	const struct item *item;
	struct commodity *commodity;
	uint32_t number;      /* in the command, from 1 */
	bool unchanged;       /* recorded already with these values */
};

static void append(char *to, size_t size, const char *separator, const char *text)
{
	size_t length = strlen(to);
	bool fits = text_copy(to + length, size - length, separator);
	length = strlen(to);
	fits = fits && text_copy(to + length, size - length, text);
	assert(fits);
	(void)fits;
}

static void make_id(struct checked *checked)
{
	struct recorded *row = &checked->row;
	body_text(row->id, row->commodity);
	if (checked->kind == OBSERVATION_IMPORT)
		append(row->id, sizeof row->id, "/", "import");
	append(row->id, sizeof row->id, "/", checked->item->series);
	if (row->origin[0] != '\0')
		append(row->id, sizeof row->id, "/", row->origin);
	append(row->id, sizeof row->id, "/", row->period);
}

static bool check_period(const struct context *context, struct checked *checked,
	struct error *error)
{
	struct recorded *row = &checked->row;
	int64_t day_end = (context->now / TIME_DAY_MS + 1) * TIME_DAY_MS;
	if (!observation_period(row->period, &row->starts_at, &row->ends_at)) {
		error_set(error, ERROR_INVALID, "period", "row %u: \"%s\" is no period", checked->number,
			row->period);
		return error_remedy(error, "Write 2025, 2026-05, 2026-05-07 or 2026-05-01..2026-05-14");
	}
	if (row->ends_at > day_end)
		return error_set(error, ERROR_INVALID, "period", "row %u: %s is not over: nobody has "
			"observed it", checked->number, row->period);
	if (row->ends_at - row->starts_at > OBSERVATION_DAYS_MAX * TIME_DAY_MS)
		return error_set(error, ERROR_INVALID, "period", "row %u: one price stands for at most %d "
			"days", checked->number, OBSERVATION_DAYS_MAX);
	return true;
}

static bool check_price(struct checked *checked, struct error *error)
{
	struct recorded *row = &checked->row;
	if (!unit_known(row->unit))
		return error_set(error, ERROR_INVALID, "unit", "row %u: \"%s\" is not a unit: " UNIT_NAMES,
			checked->number, row->unit);
	if (row->basis[0] == '\0') {
		error_set(error, ERROR_INVALID, "basis", "row %u: a price in %s of what? It has no basis "
			"[R23]", checked->number, row->unit);
		return error_remedy(error, "--basis %s, or a compound with a known factor to it",
			checked->commodity->basis);
	}
	if (!unit_price_micros_per_kg(row->quoted, row->decimals, row->unit, row->basis,
	    checked->commodity->basis, &row->price_micros_per_kg))
		return unit_out_of_range(row->unit, row->basis, checked->commodity->basis) ?
			error_set(error, ERROR_LIMIT, "quoted", "row %u: that price is larger than a figure may be",
			checked->number) : error_set(error, ERROR_INVALID, "basis", "row %u: a price per %s has no known factor "
			"to %s, the basis of %s [R23]", checked->number, row->basis,
			checked->commodity->basis, row->commodity);
	return true;
}

static bool check_names(struct checked *checked, struct error *error)
{
	const struct item *item = checked->item;
	if (!text_is_code(item->series) || text_equal(item->series, "import"))
		return error_set(error, ERROR_INVALID, "series", "row %u: \"%s\" cannot be the name of a "
			"series", checked->number, item->series);
	return item->origin[0] == '\0' ||
		country_check(item->origin, "origin", checked->number, error);
}

static bool same_values(const struct observation *one, const struct checked *checked)
{
	const struct recorded *row = &checked->row;
	return one->quoted == row->quoted && one->decimals == row->decimals &&
		text_equal(one->unit, row->unit) && text_equal(one->basis, row->basis) &&
		one->mass_g == row->mass_g &&
		text_equal(one->source != NULL ? one->source : "", checked->item->source);
}

/* Another one of the same series whose period shares a day with it: its price would count twice. */
static const struct observation *overlapping(const struct checked *checked)
{
	const struct recorded *row = &checked->row;
	const struct observation_list *list = checked->commodity->observations;
	uint32_t at = observation_count_until(checked->commodity, row->starts_at);
	for (; list != NULL && at < list->count; at++) {
		const struct observation *one = list->observations[at];
		if (one->ends_at - OBSERVATION_DAYS_MAX * TIME_DAY_MS >= row->ends_at)
			break;
		if (one->starts_at < row->ends_at && one->kind == checked->kind &&
		    text_equal(one->series, checked->item->series) &&
		    text_equal(one->origin, row->origin))
			return one;
	}
	return NULL;
}

static bool check_recorded(const struct checked *checked, const struct observation *one,
	bool revise, struct error *error)
{
	char words[64];
	if (revise)
		return true;
	price_words(words, sizeof words, one->quoted, one->decimals, one->unit);
	error_set(error, ERROR_CONFLICT, "period", "row %u: %s is recorded already, as %s",
		checked->number, one->id, words);
	return error_remedy(error, "Where the source has revised it, say so: --revise");
}

static bool check_row(const struct context *context, bool revise, struct checked *checked,
	struct error *error)
{
	struct recorded *row = &checked->row;
	checked->commodity = state_find(context->state, TABLE_COMMODITY, row->commodity);
	if (checked->commodity == NULL)
		return error_set(error, ERROR_NOT_FOUND, "commodity", "row %u: no such commodity: %s",
			checked->number, row->commodity);
	if (!check_names(checked, error) || !check_period(context, checked, error) ||
	    !check_price(checked, error))
		return false;
	make_id(checked);
	const struct observation *one = state_find(context->state, TABLE_OBSERVATION, row->id);
	row->version = one != NULL ? one->version + 1 : 1;
	checked->unchanged = one != NULL && same_values(one, checked);
	if (one != NULL)
		return check_recorded(checked, one, revise, error);
	one = overlapping(checked);
	return one == NULL || error_set(error, ERROR_CONFLICT, "period",
		"row %u: %s shares days with %s, of the same series", checked->number, row->period,
		one->id);
}

/* By what may not overlap, then by time. */
static int compare_series(const void *a, const void *b)
{
	const struct checked *one = *(const struct checked *const *)a;
	const struct checked *other = *(const struct checked *const *)b;
	int order = strcmp(one->row.commodity, other->row.commodity);
	order = order != 0 ? order : (int)one->kind - (int)other->kind;
	order = order != 0 ? order : strcmp(one->item->series, other->item->series);
	order = order != 0 ? order : strcmp(one->row.origin, other->row.origin);
	if (order != 0)
		return order;
	if (one->row.starts_at != other->row.starts_at)
		return one->row.starts_at < other->row.starts_at ? -1 : 1;
	return one->number < other->number ? -1 : 1;
}

/* Whether two rows of one command share days. */
static bool check_against_each_other(const struct context *context, struct checked *rows,
	uint32_t count, struct error *error)
{
	struct checked **order = arena_alloc(context->arena, count * sizeof *order);
	if (order == NULL)
		return error_set(error, ERROR_LIMIT, "", "the request needs too much memory");
	for (uint32_t i = 0; i < count; i++)
		order[i] = &rows[i];
	qsort(order, count, sizeof *order, compare_series);
	for (uint32_t i = 1; i < count; i++) {
		const struct checked *one = order[i - 1], *other = order[i];
		bool same = one->commodity == other->commodity && one->kind == other->kind &&
			text_equal(one->item->series, other->item->series) &&
			text_equal(one->row.origin, other->row.origin);
		if (same && other->row.starts_at < one->row.ends_at)
			return error_set(error, ERROR_CONFLICT, "period",
				"row %u: %s shares days with %s of row %u", other->number, other->row.period,
				one->row.period, one->number);
	}
	return true;
}

/* ---- entries ---- */

/* The most bytes that a row takes in an entry: its texts are codes, units and dates. */
static size_t row_bytes(const struct recorded *row)
{
	enum { NAMES_AND_NUMBERS = 400 };
	return NAMES_AND_NUMBERS + strlen(row->commodity) + strlen(row->id);
}

static bool same_entry(const struct checked *a, const struct checked *b)
{
	return a->kind == b->kind && text_equal(a->item->series, b->item->series) &&
		text_equal(a->item->source, b->item->source);
}

/* The rows from `first` on that make one entry; returns where the next one begins. */
static uint32_t add_entry(const struct checked *rows, uint32_t count, uint32_t first,
	struct decision *decision)
{
	enum { ENTRY_HEAD = 2500 }; /* id, digest, actor, and a source of which each byte is escaped */
	struct body *body = decision_body(decision, &event_observations_recorded);
	size_t bytes = ENTRY_HEAD;
	uint32_t end = first, kept = 0;
	for (; end < count && same_entry(&rows[first], &rows[end]); end++) {
		size_t more = rows[end].unchanged ? 0 : row_bytes(&rows[end].row);
		if (bytes + more > LEDGER_ENTRY_MAX)
			break;
		bytes += more;
		kept += more > 0 ? 1 : 0;
	}
	struct recorded *items = arena_alloc(decision->arena, (kept + 1) * sizeof *items);
	assert(items != NULL);
	kept = 0;
	for (uint32_t i = first; i < end; i++) {
		if (!rows[i].unchanged)
			items[kept++] = rows[i].row;
	}
	body->kind = rows[first].kind;
	body_text(body->observation, kept > 0 ? items[0].id : "");
	body->observations = (struct list){ items, kept };
	body_text(body->series, rows[first].item->series);
	body_text(body->source, rows[first].item->source);
	if (kept > 0)
		decision_add(decision, &event_observations_recorded, body);
	return end;
}

/* ---- tariffs follow import prices ---- */

static bool moves_tariffs(const struct checked *checked)
{
	return checked->kind == OBSERVATION_IMPORT && !checked->unchanged;
}

/* What is recorded now of imports of a commodity, as far as schedules ask. */
static void adjust_commodity(const struct context *context, const struct checked *rows,
	uint32_t first, uint32_t count, struct decision *decision)
{
	struct observation *told = arena_alloc(decision->arena, (count - first) * sizeof *told);
	struct tariff_news news = { .observations = told };
	assert(told != NULL);
	for (uint32_t i = first; i < count; i++) {
		if (rows[i].commodity != rows[first].commodity || !moves_tariffs(&rows[i]))
			continue;
		struct observation *one = &told[news.observation_count++];
		body_text(one->id, rows[i].row.id);
		body_text(one->origin, rows[i].row.origin);
		one->kind = rows[i].kind;
		one->ends_at = rows[i].row.ends_at;
		one->price_micros_per_kg = rows[i].row.price_micros_per_kg;
	}
	tariff_adjust(context, rows[first].commodity, &news, context->now, decision);
}

static void adjust_tariffs(const struct context *context, const struct checked *rows,
	uint32_t count, struct decision *decision)
{
	for (uint32_t i = 0; i < count; i++) {
		bool done = !moves_tariffs(&rows[i]) || rows[i].commodity->tariffs == NULL;
		for (uint32_t j = 0; !done && j < i; j++)
			done = rows[j].commodity == rows[i].commodity && moves_tariffs(&rows[j]);
		if (!done)
			adjust_commodity(context, rows, i, count, decision);
	}
}

static void take_item(struct checked *checked, const struct item *item, uint32_t number)
{
	record_clear(&recorded_descriptor, &checked->row);
	checked->item = item;
	checked->number = number;
	checked->kind = item->kind != OBSERVATION_NONE ? item->kind : OBSERVATION_MARKET;
	body_text(checked->row.basis, item->basis);
	body_text(checked->row.commodity, item->commodity);
	checked->row.decimals = item->decimals != ABSENT ? item->decimals : 0;
	checked->row.mass_g = item->mass_g;
	body_text(checked->row.origin, item->origin);
	body_text(checked->row.period, item->period);
	checked->row.quoted = item->quoted;
	body_text(checked->row.unit, item->unit);
}

static bool decide_record(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct params *params = data;
	const struct item *items = params->observations.items;
	uint32_t count = params->observations.count;
	if (count == 0 || count > IMPORT_ROWS_PER_COMMAND)
		return error_set(error, ERROR_LIMIT, "observations", "one command takes 1 to %d "
			"observations", IMPORT_ROWS_PER_COMMAND);
	struct checked *rows = arena_alloc(context->arena, count * sizeof *rows);
	if (rows == NULL)
		return error_set(error, ERROR_LIMIT, "", "the request needs too much memory");
	for (uint32_t i = 0; i < count; i++) {
		take_item(&rows[i], &items[i], i + 1);
		if (!check_row(context, params->revise, &rows[i], error))
			return false;
	}
	if (!check_against_each_other(context, rows, count, error))
		return false;
	for (uint32_t i = 0; i < count;)
		i = add_entry(rows, count, i, decision);
	if (decision->count == 0)
		return error_set(error, ERROR_CONFLICT, "observations", "nothing is new: %s is recorded "
			"already with these values", rows[0].row.id);
	adjust_tariffs(context, rows, count, decision);
	decision->id = arena_text(decision->arena, rows[0].row.id, strlen(rows[0].row.id));
	return true;
}

static void apply_recorded(struct state *state, const struct applied *applied, const void *data)
{
	const struct body *body = data;
	const struct recorded *rows = body->observations.items;
	(void)applied;
	for (uint32_t i = 0; i < body->observations.count; i++) {
		const struct recorded *row = &rows[i];
		struct observation *one = state_find(state, TABLE_OBSERVATION, row->id);
		bool listed = one != NULL;
		if (!listed)
			one = state_insert(state, TABLE_OBSERVATION, row->id);
		one->commodity = state_find(state, TABLE_COMMODITY, row->commodity);
		one->version = row->version;
		one->kind = body->kind;
		body_text(one->series, body->series);
		body_text(one->origin, row->origin);
		body_text(one->period, row->period);
		one->starts_at = row->starts_at;
		one->ends_at = row->ends_at;
		one->quoted = row->quoted;
		one->decimals = row->decimals;
		body_text(one->unit, row->unit);
		body_text(one->basis, row->basis);
		one->price_micros_per_kg = row->price_micros_per_kg;
		one->mass_g = row->mass_g;
		free(one->source);
		one->source = body->source[0] != '\0' ? strdup(body->source) : NULL;
		if (body->source[0] != '\0' && one->source == NULL)
			abort();
		state_touch(state, one);
		if (!listed)
			observation_list_add(one);
	}
}

const struct event_type event_observations_recorded = { "observations.recorded",
	&body_descriptor, apply_recorded };
const struct command_type command_observation_record = { "observation.record",
	&params_descriptor, DUTY_OFFICER, decide_record, NULL };
