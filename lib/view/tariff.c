/*
 * Tariffs shown and tried: sheets, lists of lines, schedules, sales, back-tests. Nothing is
 * recorded.
 */
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/stock/material.h"
#include "reserve/zone/assessment.h"
#include "reserve/zone/backtest.h"
#include "reserve/zone/sale.h"
#include "reserve/zone/schedule.h"
#include "view/row.h"
#include "view/write.h"
#include "wire/message.h"
#include "wire/record.h"
#include "wire/value.h"

static const struct record_options lenient = { .lenient = true };

static void write_sheet(struct buffer *out, const struct descriptor *descriptor,
	const void *sheet)
{
	struct json json;
	reply_begin(&json, out);
	json_key(&json, "sheet");
	json_record(&json, descriptor, sheet);
	reply_end(&json, false);
}

/* ---- imports ---- */

static bool read_assessed(const struct value *object, struct arena *arena, struct assessed *assessed,
	struct error *error)
{
	record_clear(&assessed_descriptor, assessed);
	return record_read(object, &assessed_params_descriptor, arena, &lenient, assessed, error);
}

bool view_assess(const struct view *view, struct buffer *out, struct error *error)
{
	struct context context = view_context(view);
	struct assessed assessed = { 0 };
	if (!read_assessed(view->parameters, view->arena, &assessed, error) ||
	    !assessment_complete(&context, &assessed, error))
		return false;
	assessment_describe(&context, &assessed);
	write_sheet(out, &assessed_descriptor, &assessed);
	return true;
}

bool view_assessment(const struct view *view, struct buffer *out, struct error *error)
{
	struct context context = view_context(view);
	const char *id = value_get_text(view->parameters, "id", "");
	const struct assessment_row *row = state_find(context.state, TABLE_ASSESSMENT, id);
	if (row == NULL)
		return error_set(error, ERROR_NOT_FOUND, "id", "no such assessment: %s", id);
	struct assessed assessed = row->is;
	text_copy(assessed.assessment, sizeof assessed.assessment, row->id);
	assessment_describe(&context, &assessed);
	write_sheet(out, &assessed_descriptor, &assessed);
	return true;
}

static void write_line(struct json *json, const struct assessed *line)
{
	json_open_object(json);
	write_text(json, "commodity", line->commodity);
	write_text(json, "reference", line->reference);
	write_int(json, "contained_g", line->contained_g);
	write_int(json, "floor_cents", line->floor_cents);
	write_int(json, "customs_cents", line->customs_cents);
	write_int(json, "duty_cents", line->duty_cents);
	write_int(json, "charged_cents", line->charged_cents);
	write_int(json, "landed_cents", line->landed_cents);
	write_int(json, "gap_cents", line->gap_cents);
	write_int(json, "duty_ppm", line->duty_ppm);
	write_text(json, "schedule", line->schedule);
	write_text(json, "mode", tariff_mode_names[line->mode]);
	if (line->inside) {
		json_key(json, "inside");
		json_bool(json, true);
	}
	json_close_object(json);
}

static void write_fault(struct json *json, const struct error *error)
{
	json_open_object(json);
	write_text(json, "field", error->field);
	write_text(json, "fault", error->message);
	json_close_object(json);
}

/* A line that cannot be assessed says why, and the next one goes on. */
bool view_assess_list(const struct view *view, struct buffer *out, struct error *error)
{
	const struct value *list = value_get(view->parameters, "consignments");
	size_t count = value_count(list);
	struct context context = view_context(view);
	struct json json;
	if (count > ASSESS_ROWS_PER_CALL)
		return error_set(error, ERROR_LIMIT, "consignments", "one call takes at most %d",
			ASSESS_ROWS_PER_CALL);
	reply_begin(&json, out);
	json_key(&json, "rows");
	json_open_array(&json);
	for (size_t i = 0; i < count; i++) {
		struct assessed line;
		struct error cause = { 0 };
		if (read_assessed(value_at(list, i), view->arena, &line, &cause) &&
		    assessment_complete(&context, &line, &cause))
			write_line(&json, &line);
		else
			write_fault(&json, &cause);
	}
	json_close_array(&json);
	reply_end(&json, false);
	return true;
}

/* ---- schedules ---- */

struct wanted {
	const char *commodity, *origin;
	int64_t since; /* ABSENT: those that can still change */
	bool all;
};

static bool is_wanted(const struct schedule *schedule, const struct wanted *wanted)
{
	if (schedule->row.closed ||
	    (wanted->commodity[0] != '\0' && !text_equal(schedule->commodity->code,
	    wanted->commodity)) ||
	    (wanted->origin[0] != '\0' && !text_equal(schedule->origin, wanted->origin)))
		return false;
	if (wanted->since != ABSENT)
		return schedule->changed_at >= wanted->since;
	return wanted->all || schedule->state != SETTING_SUPERSEDED;
}

static bool read_wanted(const struct view *view, const struct context *context, struct wanted *wanted,
	struct error *error)
{
	const char *since = value_get_text(view->parameters, "changed_since", "");
	*wanted = (struct wanted){ .commodity = value_get_text(view->parameters, "commodity", ""),
		.origin = value_get_text(view->parameters, "origin", ""), .since = ABSENT,
		.all = value_get_bool(view->parameters, "all", false) };
	if (since[0] != '\0' && !time_parse(since, &wanted->since))
		return error_set(error, ERROR_INVALID, "changed_since",
			"\"%.40s\" is no date or time of RFC 3339", since);
	return wanted->commodity[0] == '\0' ||
		commodity_find(context, "commodity", wanted->commodity, error) != NULL;
}

/* A page begins behind the slot that the last one named. */
static bool page(const struct view *view, uint32_t *ret_slot, int64_t *ret_limit, struct error *error)
{
	const char *after = value_get_text(view->parameters, "after", "");
	int64_t slot = -1;
	*ret_limit = value_get_int(view->parameters, "limit", PAGE_ROWS);
	if (after[0] != '\0' && (!text_to_int(after, &slot) || slot < 0 || slot >= UINT32_MAX))
		return error_set(error, ERROR_NOT_FOUND, "after", "no such row: %.40s", after);
	if (*ret_limit < 1 || *ret_limit > PAGE_ROWS)
		return error_set(error, ERROR_INVALID, "limit", "a page has 1 to %d rows", PAGE_ROWS);
	*ret_slot = (uint32_t)(slot + 1);
	return true;
}

bool view_tariffs(const struct view *view, struct buffer *out, struct error *error)
{
	struct context context = view_context(view);
	struct wanted wanted;
	uint32_t slot = 0;
	int64_t limit = PAGE_ROWS, count = 0;
	struct json json;
	if (!read_wanted(view, &context, &wanted, error) || !page(view, &slot, &limit, error))
		return false;
	reply_begin(&json, out);
	json_key(&json, "rows");
	json_open_array(&json);
	const struct schedule *schedule;
	const char *next = NULL;
	while ((schedule = state_next_from(context.state, TABLE_TARIFF_SCHEDULE, slot)) != NULL) {
		slot = schedule->row.slot + 1;
		if (!is_wanted(schedule, &wanted))
			continue;
		if (count++ == limit) {
			next = arena_printf(view->arena, "%u", (unsigned)(slot - 2));
			break;
		}
		json_record(&json, &schedule_descriptor, schedule);
	}
	json_close_array(&json);
	if (next != NULL) {
		json_key(&json, "next");
		json_text(&json, next);
	}
	reply_end(&json, false);
	return true;
}

/* ---- sales ---- */

bool view_check_sale(const struct view *view, struct buffer *out, struct error *error)
{
	struct context context = view_context(view);
	struct sold sold = { 0 };
	bool below;
	record_clear(&sold_descriptor, &sold);
	if (!record_read(view->parameters, &sold_params_descriptor, view->arena, &lenient, &sold,
	    error) || !sale_complete(&context, &sold, &below, error))
		return false;
	if (below)
		return error_set(error, ERROR_ILLEGAL, "", "%s would be refused [R12]: %s",
			sold.commodity, sold.verdict);
	write_sheet(out, &sold_descriptor, &sold);
	return true;
}

/* ---- back-tests ---- */

bool view_backtest(const struct view *view, struct buffer *out, struct error *error)
{
	struct context context = view_context(view);
	struct backtest backtest;
	struct list months;
	struct json json;
	record_clear(&backtest_params_descriptor, &backtest);
	if (!record_read(view->parameters, &backtest_params_descriptor, view->arena, &lenient,
	    &backtest, error))
		return false;
	const struct commodity *commodity = commodity_find(&context, "commodity", backtest.commodity,
		error);
	if (commodity == NULL ||
	    !backtest_run(commodity, &backtest, view->arena, &months, error))
		return false;
	reply_begin(&json, out);
	json_key(&json, "months");
	json_open_array(&json);
	const struct backtest_month *items = months.items;
	for (uint32_t i = 0; i < months.count; i++)
		json_record(&json, &backtest_month_descriptor, &items[i]);
	json_close_array(&json);
	reply_end(&json, false);
	return true;
}
