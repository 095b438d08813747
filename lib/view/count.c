/*
 * Stocktakes and samples: a count with its lots, the sheet of a counter, what is to be counted again. Of
 * a blind count nothing of a round is told before both counters have signed.
 */
#include "reserve/stock/count.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/setting.h"
#include "reserve/stock/lot_names.h"
#include "reserve/stock/material.h"
#include "reserve/stock/sample.h"
#include "view/row.h"
#include "view/write.h"
#include "wire/message.h"
#include "wire/value.h"

/* ---- one count ---- */

/* What nobody may see of a line that is still being counted blind. */
static void hide(struct count_line *line)
{
	line->book_g = line->book_units = ABSENT;
	for (int i = 0; i < 2; i++) {
		line->entries[i].net_g = line->entries[i].units = ABSENT;
		line->entries[i].seals = SEALS_NONE;
	}
}

static int code_order(const void *a, const void *b)
{
	const struct count_line *const *left = a, *const *right = b;
	return strcmp((*left)->lot, (*right)->lot);
}

static void write_lines(const struct view *view, const struct count *count, struct json *json)
{
	const struct count_line *line = NULL;
	size_t lines = 0;
	while ((line = count_line_any(view->state, count, line)) != NULL)
		lines++;
	const struct count_line **sorted = arena_alloc(view->arena, (lines + 1) * sizeof *sorted);
	for (lines = 0; sorted != NULL && (line = count_line_any(view->state, count, line)) != NULL;)
		sorted[lines++] = line;
	qsort(sorted, lines, sizeof *sorted, code_order);
	json_key(json, "lines");
	json_open_array(json);
	for (size_t i = 0; sorted != NULL && i < lines; i++) {
		struct count_line shown = *sorted[i];
		if (count->blind && count_line_waits(&shown))
			hide(&shown);
		json_record(json, &count_line_descriptor, &shown);
	}
	json_close_array(json);
}

bool view_count(const struct view *view, struct buffer *out, struct error *error)
{
	const struct count *count = view_row(view, TABLE_STOCKTAKE, "id", "stocktake", error);
	struct json json;
	if (count == NULL)
		return false;
	reply_begin(&json, out);
	json_key(&json, "count");
	json_record(&json, &count_descriptor, count);
	write_lines(view, count, &json);
	reply_end(&json, false);
	return true;
}

/* ---- one lot ---- */

static void write_lot_count(struct json *json, const struct count_line *line)
{
	const struct count *count = line->count;
	bool told = !(count->blind && count_line_waits(line));
	json_open_object(json);
	write_text(json, "count", count->id);
	write_text(json, "site", count->site->code);
	write_text(json, "state", count_line_names[line->state]);
	write_time(json, "opened_at", count->opened_at);
	write_time(json, "ended_at", count->ended_at);
	write_text(json, "first", count->first->code);
	write_text(json, "second", count->second->code);
	if (told) {
		write_int(json, "book_g", line->book_g);
		write_int(json, "found_g", line->found_g);
		write_int(json, "variance_g", line->variance_g);
		write_int(json, "book_units", line->book_units);
		write_int(json, "found_units", line->found_units);
	}
	write_text(json, "cause", count_cause_names[line->cause]);
	write_int(json, "adjusted_g", line->adjusted_g);
	json_close_object(json);
}

bool view_lot_counts(const struct view *view, struct buffer *out, struct error *error)
{
	const struct lot *lot = view_row(view, TABLE_LOT, "lot", "lot", error);
	const struct count_line *line = NULL;
	struct json json;
	if (lot == NULL)
		return false;
	reply_begin(&json, out);
	json_key(&json, "rows");
	json_open_array(&json);
	while ((line = state_next(view->state, TABLE_STOCKTAKE_LINE, line)) != NULL) {
		if (line->lot_index == lot->created_index && text_equal(line->lot, lot->code))
			write_lot_count(&json, line);
	}
	json_close_array(&json);
	reply_end(&json, false);
	return true;
}

/* ---- policies ---- */

/* What holds where officers have set nothing. */
static void write_default(const struct view *view, struct json *json, enum lot_class class)
{
	struct count_terms terms = count_terms(view->state, class);
	const char *const parts[] = { lot_class_names[class], "/0" };
	struct count_policy policy = { .class = (uint8_t)class, .state = SETTING_IN_FORCE,
		.tolerance_ppm = terms.tolerance_ppm, .counters_ppm = terms.counters_ppm,
		.age_days = terms.age_days, .term_days = terms.term_days, .grade_ppm = terms.grade_ppm };
	text_join(policy.id, sizeof policy.id, parts, 2);
	json_record(json, &count_policy_descriptor, &policy);
}

bool view_count_policies(const struct view *view, struct buffer *out, struct error *error)
{
	const char *asked = value_get_text(view->parameters, "class", "");
	struct json json;
	(void)error;
	reply_begin(&json, out);
	json_key(&json, "rows");
	json_open_array(&json);
	for (int class = LOT_BULK; class <= LOT_SEALED; class++) {
		const struct count_policy *policy = NULL;
		bool any = false;
		if (asked[0] != '\0' && !text_equal(asked, lot_class_names[class]))
			continue;
		while ((policy = state_next(view->state, TABLE_COUNT_POLICY, policy)) != NULL)
			any |= policy->class == class && policy->state == SETTING_IN_FORCE;
		if (!any)
			write_default(view, &json, (enum lot_class)class);
		while ((policy = state_next(view->state, TABLE_COUNT_POLICY, policy)) != NULL) {
			if (policy->class == class && !policy->row.closed)
				json_record(&json, &count_policy_descriptor, policy);
		}
	}
	json_close_array(&json);
	reply_end(&json, false);
	return true;
}

/* ---- a sheet ---- */

static void write_sheet_line(struct json *json, const struct count *count,
	const struct count_line *line, const struct lot *lot, int counter)
{
	const struct count_entry *entry = &line->entries[counter];
	bool missing = entry->given && (entry->net_g == 0 || entry->net_g == ABSENT) &&
		(entry->units == 0 || entry->units == ABSENT);
	json_open_object(json);
	write_text(json, "lot", line->lot);
	write_text(json, "commodity", lot != NULL ? lot->commodity->code : "");
	write_text(json, "site", count->site->code);
	write_text(json, "class", lot_class_names[line->class]);
	if (!count->blind) {
		write_int(json, "book_g", line->book_g);
		write_int(json, "book_units", line->book_units);
	}
	if (entry->given && !missing) {
		write_int(json, "net_g", entry->net_g);
		write_int(json, "units", entry->units);
		write_text(json, "seals", count_seals_names[entry->seals]);
	}
	write_true(json, "missing", missing);
	json_close_object(json);
}

bool view_count_sheet(const struct view *view, struct buffer *out, struct error *error)
{
	const struct count *count = view_row(view, TABLE_STOCKTAKE, "count", "stocktake", error);
	const char *counter = value_get_text(view->parameters, "counter", "");
	const struct count_line *line = NULL;
	struct json json;
	if (count == NULL)
		return false;
	int which = count_counter(count, counter);
	if (which < 0)
		return error_set(error, ERROR_INVALID, "counter", "%s does not count %s: %s and %s do", counter,
			count->id, count->first->code, count->second->code);
	if (count->state != COUNT_OPEN && count->state != COUNT_RECOUNT)
		return error_set(error, ERROR_INVALID, "count", "stocktake %s is %s: there is nothing to count",
			count->id, count_state_names[count->state]);
	reply_begin(&json, out);
	json_key(&json, "rows");
	json_open_array(&json);
	while ((line = count_line_any(view->state, count, line)) != NULL) {
		if (count_line_waits(line) && !(line->unexpected && count->blind &&
		    !line->entries[which].given && count->state == COUNT_OPEN))
			write_sheet_line(&json, count, line, state_find(view->state, TABLE_LOT, line->lot), which);
	}
	json_close_array(&json);
	reply_end(&json, false);
	return true;
}

/* ---- what is to be counted again ---- */

struct due {
	int64_t lots, overdue, first_at;
	const char *last; /* the newest count that any of them was in */
	int64_t last_at;
};

/* Counts that have ended, side by side by site. */
struct ended {
	const struct count **counts;
	size_t *begin; /* of a site's, by its slot; of the next where they end */
};

static struct ended gather_ended(const struct view *view, size_t sites)
{
	size_t counts = state_count(view->state, TABLE_STOCKTAKE);
	struct ended ended = { arena_alloc(view->arena, (counts + 1) * sizeof *ended.counts),
		arena_alloc(view->arena, (sites + 2) * sizeof *ended.begin) };
	const struct count *count = NULL;
	if (ended.counts == NULL || ended.begin == NULL)
		return (struct ended){ NULL, NULL };
	while ((count = state_next(view->state, TABLE_STOCKTAKE, count)) != NULL)
		ended.begin[count->site->row.slot + 2] += count->state == COUNT_ENDED ? 1 : 0;
	for (size_t i = 2; i < sites + 2; i++)
		ended.begin[i] += ended.begin[i - 1];
	while ((count = state_next(view->state, TABLE_STOCKTAKE, count)) != NULL) {
		if (count->state == COUNT_ENDED)
			ended.counts[ended.begin[count->site->row.slot + 1]++] = count;
	}
	return ended;
}

/* The newest that was opened at its place since the lot is on the books, or NULL. */
static const struct count *last_count(const struct ended *ended, const struct lot *lot)
{
	const struct count *last = NULL;
	size_t slot = lot->site->row.slot;
	for (size_t i = ended->begin[slot]; i < ended->begin[slot + 1]; i++) {
		const struct count *count = ended->counts[i];
		if ((count->commodity == NULL || count->commodity == lot->commodity) &&
		    count->opened_index > lot->created_index &&
		    (last == NULL || count->ended_at > last->ended_at))
			last = count;
	}
	return last;
}

static void add_due(const struct view *view, const struct ended *ended, struct due *due,
	const struct lot *lot)
{
	const struct count *last = last_count(ended, lot);
	int64_t days = count_terms(view->state, (enum lot_class)lot->class).age_days;
	int64_t from = last != NULL && last->opened_at > lot->weighed_at ? last->ended_at : lot->weighed_at;
	int64_t at = from + days * TIME_DAY_MS;
	due->first_at = due->lots == 0 || at < due->first_at ? at : due->first_at;
	due->lots++;
	due->overdue += at <= view->now ? 1 : 0;
	if (last != NULL && (due->last == NULL || last->ended_at > due->last_at)) {
		due->last = last->id;
		due->last_at = last->ended_at;
	}
}

static void write_due(const struct view *view, struct json *json, const struct site *site,
	enum lot_class class, const struct due *due)
{
	int64_t late = view->now - due->first_at;
	json_open_object(json);
	write_text(json, "site", site->code);
	write_text(json, "class", lot_class_names[class]);
	write_int(json, "lots", due->lots);
	write_text(json, "last", due->last != NULL ? due->last : "");
	write_time(json, "due_at", due->first_at);
	if (due->overdue > 0) {
		write_int(json, "overdue_lots", due->overdue);
		write_int(json, "days_over", late > 0 ? late / TIME_DAY_MS : 0);
	}
	json_close_object(json);
}

bool view_due_counts(const struct view *view, struct buffer *out, struct error *error)
{
	const char *asked = value_get_text(view->parameters, "site", "");
	int64_t within = value_get_int(view->parameters, "within_days", COUNT_DAYS_MAX);
	size_t sites = state_count(view->state, TABLE_SITE);
	const struct lot *lot = NULL;
	const struct site *site = NULL;
	struct json json;
	if (asked[0] != '\0' && state_find(view->state, TABLE_SITE, asked) == NULL)
		return error_set(error, ERROR_NOT_FOUND, "site", "no such site: %s", asked);
	if (within < 0 || within > COUNT_DAYS_MAX)
		return error_set(error, ERROR_INVALID, "within_days", "that is no number of days");
	struct due *due = arena_alloc(view->arena, (sites * 2 + 1) * sizeof *due);
	struct ended ended = gather_ended(view, sites);
	if (due == NULL || ended.begin == NULL)
		return error_set(error, ERROR_LIMIT, "", "too many sites");
	while ((lot = state_next(view->state, TABLE_LOT, lot)) != NULL) {
		if (!lot->row.closed && lot->destination == NULL && lot->on_hand_g > 0)
			add_due(view, &ended, &due[lot->site->row.slot * 2 + (lot->class == LOT_SEALED ? 1 : 0)], lot);
	}
	reply_begin(&json, out);
	json_key(&json, "rows");
	json_open_array(&json);
	while ((site = state_next(view->state, TABLE_SITE, site)) != NULL) {
		for (int i = 0; i < 2; i++) {
			const struct due *own = &due[site->row.slot * 2 + (uint32_t)i];
			if (own->lots > 0 && own->first_at <= view->now + within * TIME_DAY_MS &&
			    (asked[0] == '\0' || text_equal(asked, site->code)))
				write_due(view, &json, site, i == 1 ? LOT_SEALED : LOT_BULK, own);
		}
	}
	json_close_array(&json);
	reply_end(&json, false);
	return true;
}

/* ---- samples ---- */

bool view_sample(const struct view *view, struct buffer *out, struct error *error)
{
	const struct sample *sample = view_row(view, TABLE_SAMPLE, "id", "sample", error);
	const struct sample_lot *lot = NULL;
	struct json json;
	if (sample == NULL)
		return false;
	reply_begin(&json, out);
	json_key(&json, "sample");
	json_record(&json, &sample_descriptor, sample);
	json_key(&json, "lots");
	json_open_array(&json);
	while ((lot = state_next(view->state, TABLE_SAMPLE_LOT, lot)) != NULL) {
		if (lot->sample == sample)
			json_record(&json, &sample_lot_descriptor, lot);
	}
	json_close_array(&json);
	reply_end(&json, false);
	return true;
}
