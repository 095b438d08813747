/* Writing a report straight into the reply, in the order in which it is said; `part` knows what is open. */
#include "view/report.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/founding.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"
#include "reserve/zone/member.h"
#include "wire/message.h"
#include "wire/value.h"

enum part { PART_NOTES, PART_REMARKS, PART_ROWS, PART_ROW, PART_TOTAL, PART_AFTER, PART_CHARTS,
	PART_CHART, PART_SERIES };

static const char *const type_names[] = { "text", "id", "date", "year", "count", "mass", "cover", "money",
	"price", "share", "grade" };
const char *const report_edition_names[] = { "full", "public", "closed", NULL };

/* ---- words ---- */

/* A count with its digits in groups of three; value >= 0. */
static size_t grouped(char *to, size_t size, int64_t value)
{
	char digits[24];
	int length = snprintf(digits, sizeof digits, "%lld", (long long)value);
	size_t used = 0;
	for (int i = 0; i < length && used + 2 < size; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			to[used++] = ',';
		to[used++] = digits[i];
	}
	to[used] = '\0';
	return used;
}

void report_mass_words(char to[REPORT_WORDS], int64_t mass_g)
{
	static const struct { int64_t from_g, tenth_g; const char *unit; } units[] = {
		{ 10000000, 100000, "t" }, { 1000, 100, "kg" } };
	bool minus = mass_g < 0;
	int64_t left_g = minus ? -mass_g : mass_g;
	char figure[32];
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (left_g < units[i].from_g)
			continue;
		int64_t tenths = left_g / units[i].tenth_g;
		grouped(figure, sizeof figure, tenths / 10);
		snprintf(to, REPORT_WORDS, "%s%s.%lld %s", minus ? "-" : "", figure,
			(long long)(tenths % 10), units[i].unit);
		return;
	}
	snprintf(to, REPORT_WORDS, "%lld g", (long long)mass_g);
}

void report_money_words(char to[REPORT_WORDS], int64_t cents)
{
	char figure[32];
	int64_t left = cents < 0 ? -cents : cents;
	grouped(figure, sizeof figure, left / 100);
	snprintf(to, REPORT_WORDS, "%s%s.%02lld USD", cents < 0 ? "-" : "", figure,
		(long long)(left % 100));
}

void report_date_words(char to[REPORT_WORDS], int64_t at_ms)
{
	static const char *const names[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec" };
	int year, month, day;
	time_civil(at_ms, &year, &month, &day);
	snprintf(to, REPORT_WORDS, "%d %s %d", day, names[month - 1], year);
}

/* 1, 2, 5 times a power of ten: the greatest that is not above value; value >= 1. */
static int64_t step_below(int64_t value)
{
	int64_t power = 1;
	while (value / 10 >= power)
		power *= 10;
	return value >= 5 * power ? 5 * power : value >= 2 * power ? 2 * power : power;
}

static int64_t step_above(int64_t step)
{
	int64_t power = 1;
	while (step / 10 >= power)
		power *= 10;
	return step == power ? 2 * power : step == 2 * power ? 5 * power : 10 * power;
}

/* A round mass: 500 kg, 2 t, 1,000 t. */
static void round_mass(char to[REPORT_WORDS], int64_t mass_g)
{
	bool tonnes = mass_g >= 1000000;
	size_t used = grouped(to, REPORT_WORDS, mass_g / (tonnes ? 1000000 : 1000));
	snprintf(to + used, REPORT_WORDS - used, tonnes ? " t" : " kg");
}

enum { BAND_LEAST_G = 100000, BAND_MOST_DAYS = 180 };

void report_band_words(char to[REPORT_WORDS], enum report_type type, int64_t value)
{
	static const int64_t days[] = { 0, 15, 30, 60, 90, BAND_MOST_DAYS };
	if (type == REPORT_COVER) {
		size_t last = sizeof days / sizeof *days - 1, i = 0;
		while (i < last && value >= days[i + 1] * 10)
			i++;
		if (i == last)
			snprintf(to, REPORT_WORDS, "%d days or more", BAND_MOST_DAYS);
		else
			snprintf(to, REPORT_WORDS, "%lld to %lld days", (long long)days[i],
				(long long)days[i + 1]);
	} else if (value <= 0) {
		snprintf(to, REPORT_WORDS, "none");
	} else if (value < BAND_LEAST_G) {
		snprintf(to, REPORT_WORDS, "below 100 kg");
	} else {
		char low[REPORT_WORDS], high[REPORT_WORDS];
		int64_t step = step_below(value);
		round_mass(low, step);
		round_mass(high, step_above(step));
		snprintf(to, REPORT_WORDS, "%.20s to %.20s", low, high);
	}
}

/* ---- the head ---- */

enum { TEXT_MAX = 2048 };

/* Texts of people may be longer than fits: they are cut between two characters. */
static void print_text(char text[TEXT_MAX], const char *format, va_list arguments)
{
	int length = vsnprintf(text, TEXT_MAX, format, arguments);
	if (length < TEXT_MAX)
		return;
	size_t end = TEXT_MAX - 4;
	while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80)
		end--;
	memcpy(text + end, "...", 4);
}

static void printed(struct json *json, const char *format, va_list arguments)
{
	char text[TEXT_MAX];
	print_text(text, format, arguments);
	json_text(json, text);
}

static void member_time(struct json *json, const char *name, int64_t at_ms)
{
	json_key(json, name);
	json_time(json, at_ms);
}

void report_begin(struct report *report, const char *format, ...)
{
	struct json *json = &report->json;
	const struct report_asked *asked = &report->asked;
	const struct reserve *reserve = state_reserve(report->state);
	va_list arguments;
	json_key(json, "title");
	va_start(arguments, format);
	printed(json, format, arguments);
	va_end(arguments);
	if (asked->subject[0] != '\0') {
		json_key(json, "subject");
		json_text(json, asked->subject);
	}
	json_key(json, "edition");
	json_text(json, report_edition_names[asked->edition]);
	json_key(json, "reserve");
	json_text(json, reserve->origin);
	if (reserve->demonstration) {
		json_key(json, "demonstration");
		json_bool(json, true);
	}
	if (asked->from != ABSENT)
		member_time(json, "from", asked->from);
	if (asked->until != ABSENT)
		member_time(json, "until", asked->until);
	json_key(json, "index");
	json_int(json, state_size(report->state) - 1);
	member_time(json, "at", report->view->now);
	if (report->view->root != NULL) {
		json_key(json, "root");
		json_text(json, report->view->root);
	}
	json_key(json, "notes");
	json_open_array(json);
	report->part = PART_NOTES;
	if (asked->edition == REPORT_PUBLIC)
		report_note(report, "Public edition: how much there is stands in bands.");
	else if (asked->edition == REPORT_CLOSED)
		report_note(report, "Closed edition: how much there is stays secret and is left out.");
	if (asked->own != NULL)
		report_note(report, "What is %s's own stands in full.", asked->own->code);
}

void report_note(struct report *report, const char *format, ...)
{
	va_list arguments;
	assert(report->part == PART_NOTES);
	va_start(arguments, format);
	printed(&report->json, format, arguments);
	va_end(arguments);
}

/* ---- sections ---- */

/* How a column's figures are told in an edition: bands are of masses and days of cover alone. */
enum told { TOLD_WHOLE, TOLD_COARSELY, TOLD_NOT };

static enum told told_of(const struct report *report, const struct report_column *column)
{
	bool banded = column->type == REPORT_MASS || column->type == REPORT_COVER;
	if (!column->figure || report->asked.edition == REPORT_FULL)
		return TOLD_WHOLE;
	return banded && report->asked.edition == REPORT_PUBLIC ? TOLD_COARSELY : TOLD_NOT;
}

static void open_list(struct json *json, const char *name)
{
	json_key(json, name);
	json_open_array(json);
}

/* Ends what is open until no more than `part` has been begun; parts are in their order. */
static void go_to(struct report *report, enum part part)
{
	struct json *json = &report->json;
	if (report->part == PART_SERIES && part > PART_NOTES && part != PART_SERIES) {
		json_close_array(json); /* points */
		json_close_object(json);
		report->part = PART_CHART;
	}
	if (report->part == PART_CHART && part != PART_SERIES) {
		json_close_array(json); /* series */
		json_close_object(json);
		report->part = PART_CHARTS;
	}
	if (report->part == PART_ROW && part != PART_ROW) {
		json_close_object(json);
		report->part = PART_ROWS;
	}
	if (report->part == PART_TOTAL && part > PART_TOTAL) {
		json_close_object(json);
		report->part = PART_AFTER;
	}
	if (report->part == PART_REMARKS && part > PART_REMARKS) {
		json_close_array(json);
		open_list(json, "columns");
		for (size_t i = 0; i < report->column_count; i++) {
			const struct report_column *column = &report->columns[i];
			enum told told = told_of(report, column);
			if (told == TOLD_NOT)
				continue;
			json_open_object(json);
			json_key(json, "name");
			json_text(json, column->name);
			json_key(json, "title");
			json_text(json, column->title);
			json_key(json, "type");
			json_text(json, told == TOLD_COARSELY ? "band" : type_names[column->type]);
			json_close_object(json);
		}
		json_close_array(json);
		open_list(json, "rows");
		report->part = PART_ROWS;
	}
	if (report->part == PART_ROWS && part > PART_ROW) {
		json_close_array(json);
		report->part = PART_AFTER;
	}
	if (report->part == PART_AFTER && part >= PART_CHARTS) {
		open_list(json, "charts");
		report->part = PART_CHARTS;
	}
}

/* A section is whole with its list of charts, be there none. */
static void end_section(struct report *report)
{
	if (report->part == PART_NOTES) {
		json_close_array(&report->json);
		open_list(&report->json, "sections");
		return;
	}
	go_to(report, PART_CHARTS);
	json_close_array(&report->json);
	json_close_object(&report->json);
}

void report_section(struct report *report, const char *heading)
{
	struct json *json = &report->json;
	end_section(report);
	json_open_object(json);
	json_key(json, "heading");
	json_text(json, heading);
	open_list(json, "remarks");
	report->part = PART_REMARKS;
	report->columns = NULL;
	report->column_count = report->cell = 0;
}

void report_finish(struct report *report)
{
	go_to(report, PART_CHARTS);
}

void report_end(struct report *report)
{
	end_section(report);
	json_close_array(&report->json);
}

void report_remark(struct report *report, const char *format, ...)
{
	va_list arguments;
	assert(report->part == PART_REMARKS);
	va_start(arguments, format);
	printed(&report->json, format, arguments);
	va_end(arguments);
}

/* ---- tables ---- */

void report_table(struct report *report, const struct report_column *columns, size_t count)
{
	assert(report->part == PART_REMARKS && report->columns == NULL);
	report->columns = columns;
	report->column_count = count;
	go_to(report, PART_ROWS);
}

void report_row(struct report *report)
{
	if (report->part == PART_ROW) {
		json_close_object(&report->json);
		report->part = PART_ROWS;
	}
	assert(report->part == PART_ROWS);
	json_open_object(&report->json);
	report->part = PART_ROW;
	report->cell = 0;
}

void report_total(struct report *report)
{
	go_to(report, PART_TOTAL);
	assert(report->part == PART_AFTER);
	json_key(&report->json, "total");
	json_open_object(&report->json);
	report->part = PART_TOTAL;
	report->cell = 0;
}

static const struct report_column *next_column(struct report *report)
{
	assert((report->part == PART_ROW || report->part == PART_TOTAL) &&
		report->cell < report->column_count);
	return &report->columns[report->cell++];
}

void report_int(struct report *report, int64_t value)
{
	const struct report_column *column = next_column(report);
	enum told told = told_of(report, column);
	if (value == ABSENT || told == TOLD_NOT)
		return;
	json_key(&report->json, column->name);
	if (told == TOLD_COARSELY) {
		char band[REPORT_WORDS];
		report_band_words(band, column->type, value);
		json_text(&report->json, band);
	} else if (column->type == REPORT_DATE) {
		json_time(&report->json, value);
	} else {
		json_int(&report->json, value);
	}
}

void report_text(struct report *report, const char *text)
{
	const struct report_column *column = next_column(report);
	assert(!column->figure);
	if (text == NULL || text[0] == '\0')
		return;
	json_key(&report->json, column->name);
	json_text(&report->json, text);
}

void report_blank(struct report *report, int count)
{
	while (count-- > 0)
		next_column(report);
}

void report_facts(struct report *report)
{
	static const struct report_column columns[] = { { "what", "what", REPORT_TEXT, false },
		{ "value", "how it is", REPORT_TEXT, false } };
	report_table(report, columns, sizeof columns / sizeof *columns);
}

void report_fact(struct report *report, const char *what, const char *format, ...)
{
	char text[TEXT_MAX];
	va_list arguments;
	va_start(arguments, format);
	print_text(text, format, arguments);
	va_end(arguments);
	if (text[0] == '\0')
		return;
	report_row(report);
	report_text(report, what);
	report_text(report, text);
}

/* ---- rows ---- */

const void *report_row_of(const struct report *report, enum table_id table, const char *key)
{
	const struct row *found = state_find(report->state, table, key), *row = NULL;
	if (found != NULL || key[0] == '\0')
		return found;
	while ((row = state_next(report->state, table, row)) != NULL) {
		if (text_equal(row_key(row), key) && (found == NULL || row->last_index > found->last_index))
			found = row;
	}
	return found;
}

const void *report_subject(const struct report *report, enum table_id table, const char *what,
	struct error *error)
{
	const char *id = report->asked.subject;
	if (id[0] == '\0') {
		error_set(error, ERROR_INVALID, "subject", "which %s is it about", what);
		return NULL;
	}
	const void *row = report_row_of(report, table, id);
	if (row == NULL)
		not_found(error, "subject", what, id);
	return row;
}

/* ---- charts ---- */

bool report_chart(struct report *report, const char *kind, const char *title,
	enum report_type type)
{
	struct json *json = &report->json;
	if (report->asked.edition != REPORT_FULL)
		return false;
	go_to(report, PART_CHARTS);
	json_open_object(json);
	json_key(json, "kind");
	json_text(json, kind);
	json_key(json, "title");
	json_text(json, title);
	json_key(json, "type");
	json_text(json, type_names[type]);
	return true;
}

void report_labels(struct report *report, const char *const *labels, size_t count)
{
	open_list(&report->json, "labels");
	for (size_t i = 0; i < count; i++)
		json_text(&report->json, labels[i]);
	json_close_array(&report->json);
	open_list(&report->json, "series");
	report->part = PART_CHART;
}

void report_days(struct report *report, int64_t from, int64_t until)
{
	member_time(&report->json, "from", from);
	member_time(&report->json, "until", until);
	open_list(&report->json, "series");
	report->part = PART_CHART;
}

void report_series(struct report *report, const char *name, const char *role)
{
	struct json *json = &report->json;
	if (report->part == PART_SERIES) {
		json_close_array(json);
		json_close_object(json);
		report->part = PART_CHART;
	}
	assert(report->part == PART_CHART);
	json_open_object(json);
	json_key(json, "name");
	json_text(json, name);
	json_key(json, "role");
	json_text(json, role);
	open_list(json, "points");
	report->part = PART_SERIES;
}

void report_point(struct report *report, int64_t x, int64_t y, const char *text)
{
	struct json *json = &report->json;
	assert(report->part == PART_SERIES);
	json_open_object(json);
	json_key(json, "x");
	json_int(json, x);
	json_key(json, "y");
	json_int(json, y);
	if (text != NULL) {
		json_key(json, "text");
		json_text(json, text);
	}
	json_close_object(json);
}
