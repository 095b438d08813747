/*
 * Charts of a report. Bars and stacks lie, a line for each label, with the words of each at the right edge
 * where they can meet nothing; lines have the name of each behind its end, moved apart where two would
 * touch. What is below a mark is hatched as well as coloured, and marks differ by their dashes.
 */
#include "vaultctl/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "vaultctl/svg.h"
#include "vaultctl/units.h"

/* In tenths of a pixel. */
enum { WIDE = 9000, LABELS = 1300, LABELS_MOST = 3000, LETTER = 78, WORDS = 1750, ROW = 300,
	BAR = 150, HEAD = 560, FOOT = 330 };
enum { SMALL_WIDTH = 3600, SMALL_HEIGHT = 2150, SMALL_LEFT = 620, SMALL_RIGHT = 2900,
	SMALL_TOP = 200, SMALL_BOTTOM = 1850, NAMES_APART = 140 };
enum { TICKS_WIDE = 6, TICKS_SMALL = 4, SERIES_MAX = 8, DAYS_MAX = 4000 };

static const struct value *series_of(const struct value *chart, const char *role)
{
	const struct value *list = value_get(chart, "series");
	for (size_t i = 0; i < value_count(list); i++) {
		if (text_equal(value_get_text(value_at(list, i), "role", ""), role))
			return value_at(list, i);
	}
	return NULL;
}

/* The point of a series at a place, or NULL. */
static const struct value *point_at(const struct value *series, int64_t x)
{
	const struct value *points = value_get(series, "points");
	for (size_t i = 0; i < value_count(points); i++) {
		if (value_get_int(value_at(points, i), "x", -1) == x)
			return value_at(points, i);
	}
	return NULL;
}

static int64_t most_of(const struct value *chart)
{
	const struct value *list = value_get(chart, "series");
	int64_t most = 0;
	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *points = value_get(value_at(list, i), "points");
		for (size_t j = 0; j < value_count(points); j++) {
			int64_t y = value_get_int(value_at(points, j), "y", 0);
			most = y > most ? y : most;
		}
	}
	return most;
}

/* ---- axes ---- */

/* In units that people count in: a mass in kilograms or tonnes, a share in per cent, days, dollars. */
struct axis {
	const char *type;
	int64_t most, step; /* most: a whole number of steps */
	int64_t one;        /* of the chart's figures in one that is shown */
	const char *unit;
};

static int64_t shown_unit(const char *type, int64_t most, const char **ret_unit)
{
	static const struct { const char *type; int64_t from, one; const char *unit; } units[] = {
		{ "mass", 10000000, 1000000, "t" }, { "mass", 1000, 1000, "kg" }, { "mass", 0, 1, "g" },
		{ "share", 0, 10000, "%" }, { "cover", 0, 10, "days" },
		{ "money", 100000000, 100000000, "million USD" }, { "money", 0, 100, "USD" },
	};
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (text_equal(units[i].type, type) && most >= units[i].from) {
			*ret_unit = units[i].unit;
			return units[i].one;
		}
	}
	*ret_unit = "";
	return 1;
}

static struct axis axis_of(const char *type, int64_t most, int ticks)
{
	struct axis axis = { .type = type, .most = most > 0 ? most : 1 };
	axis.one = shown_unit(type, axis.most, &axis.unit);
	int64_t shown = (axis.most + axis.one - 1) / axis.one;
	axis.step = svg_round_step((shown + ticks - 1) / ticks) * axis.one;
	axis.most = (axis.most + axis.step - 1) / axis.step * axis.step;
	return axis;
}

static void tick_words(const struct axis *axis, int64_t value, bool unit, char to[UNIT_TEXT])
{
	unit_show_count(value / axis->one, to);
	size_t used = strlen(to);
	if (unit && axis->unit[0] != '\0')
		snprintf(to + used, UNIT_TEXT - used, "%s%s", text_equal(axis->unit, "%") ? "" : " ",
			axis->unit);
}

static void begin(struct buffer *to, const struct value *chart, int number, int64_t width,
	int64_t height, const char *what)
{
	buffer_append_text(to, "<figcaption>");
	svg_escape(to, value_get_text(chart, "title", ""));
	buffer_append_text(to, "</figcaption>\n");
	buffer_printf(to, "<svg viewBox=\"0 0 %lld %lld\" role=\"img\" aria-labelledby=\"c%dt c%dd\">\n"
		"<title id=\"c%dt\">", (long long)(width / 10), (long long)(height / 10), number, number,
		number);
	svg_escape(to, value_get_text(chart, "title", ""));
	buffer_printf(to, "</title>\n<desc id=\"c%dd\">", number);
	svg_escape(to, what);
	buffer_append_text(to, "</desc>\n");
}

/* ---- bars and stacks ---- */

struct lying {
	const struct value *chart, *labels;
	struct axis axis;
	struct buffer *to;
	int64_t left; /* where the axis begins, behind the longest label */
};

/* Letters of a label, however many bytes each has. */
static int64_t letters(const char *text)
{
	int64_t count = 0;
	for (; *text != '\0'; text++)
		count += ((unsigned char)*text & 0xC0) != 0x80;
	return count;
}

static int64_t left_of(const struct value *labels)
{
	int64_t left = LABELS;
	for (size_t i = 0; i < value_count(labels); i++) {
		int64_t width = 120 + LETTER * letters(value_text(value_at(labels, i), ""));
		left = width > left ? width : left;
	}
	return left < LABELS_MOST ? left : LABELS_MOST;
}

static int64_t x_of(const struct lying *lying, int64_t value)
{
	int64_t within = value < lying->axis.most ? value : lying->axis.most;
	return lying->left + svg_scale(within, WIDE - WORDS - lying->left, lying->axis.most);
}

static int64_t y_of(size_t row)
{
	return HEAD + (int64_t)row * ROW + ROW / 2;
}

static void lying_grid(const struct lying *lying, size_t rows)
{
	int64_t bottom = HEAD + (int64_t)rows * ROW;
	for (int64_t value = 0; value <= lying->axis.most; value += lying->axis.step) {
		char words[UNIT_TEXT];
		int64_t x = x_of(lying, value);
		tick_words(&lying->axis, value, true, words);
		svg_line(lying->to, x, HEAD - 30, x, bottom, value == 0 ? "axis" : "grid");
		svg_text(lying->to, x, bottom + 180, "tick mid", words);
	}
}

/* A break in what is longer than the axis. */
static void broken_end(const struct lying *lying, int64_t y)
{
	int64_t x = x_of(lying, lying->axis.most) - 140;
	svg_line(lying->to, x, y + BAR / 2 + 20, x + 60, y - BAR / 2 - 20, "break");
	svg_line(lying->to, x + 60, y + BAR / 2 + 20, x + 120, y - BAR / 2 - 20, "break");
}

static void label(const struct lying *lying, size_t row, const char *words)
{
	svg_text(lying->to, lying->left - 90, y_of(row) + 42, "end strong",
		value_text(value_at(lying->labels, row), ""));
	svg_text(lying->to, WIDE - 20, y_of(row) + 42, "end", words);
}

/* "1,934.0 kg · 124%" */
static void bar_words(const struct lying *lying, const struct value *point, char *to, size_t size)
{
	const char *text = value_get_text(point, "text", "");
	struct buffer figure = { 0 };
	report_show(&figure, lying->axis.type, value_get_int(point, "y", 0) / lying->axis.one *
		lying->axis.one);
	snprintf(to, size, "%s%s%s", text, text[0] != '\0' ? "  \xC2\xB7  " : "", buffer_text(&figure));
	buffer_free(&figure);
}

static void mark(const struct lying *lying, size_t row, const struct value *point, const char *class)
{
	if (point == NULL)
		return;
	int64_t x = x_of(lying, value_get_int(point, "y", 0)), y = y_of(row);
	svg_line(lying->to, x, y - BAR / 2 - 45, x, y + BAR / 2 + 45, class);
}

static void bar_row(const struct lying *lying, size_t row)
{
	const struct value *operating = point_at(series_of(lying->chart, "operating"), (int64_t)row);
	const struct value *bar = point_at(series_of(lying->chart, "bar"), (int64_t)row);
	int64_t value = value_get_int(bar, "y", 0), y = y_of(row);
	bool low = operating != NULL && value < value_get_int(operating, "y", 0);
	char words[160] = "";
	if (bar != NULL)
		bar_words(lying, bar, words, sizeof words);
	svg_rect(lying->to, lying->left, y - BAR / 2, x_of(lying, value) - lying->left, BAR, low ? "low" : "bar");
	if (value > lying->axis.most)
		broken_end(lying, y);
	mark(lying, row, point_at(series_of(lying->chart, "hard"), (int64_t)row), "hardmark");
	label(lying, row, words);
}

/* Swatch and word, one behind another. */
static int64_t legend_entry(struct buffer *to, int64_t x, const char *class, const char *words,
	bool area)
{
	if (area)
		svg_rect(to, x, 120, 260, 120, class);
	else
		svg_line(to, x, 180, x + 260, 180, class);
	svg_text(to, x + 340, 222, "tick", words);
	return x + 340 + 62 * (int64_t)strlen(words) + 240;
}

static const char *series_name(const struct lying *lying, const char *role)
{
	return value_get_text(series_of(lying->chart, role), "name", "");
}

static void bars_legend(const struct lying *lying)
{
	char below[80];
	int64_t x = legend_entry(lying->to, lying->left, "bar", series_name(lying, "bar"), true);
	if (series_of(lying->chart, "operating") != NULL) {
		snprintf(below, sizeof below, "below the %.60s", series_name(lying, "operating"));
		x = legend_entry(lying->to, x, "low", below, true);
		x = legend_entry(lying->to, x, "operating", series_name(lying, "operating"), false);
	}
	if (series_of(lying->chart, "hard") != NULL)
		legend_entry(lying->to, x, "hardmark", series_name(lying, "hard"), false);
}

/* All operating floors stand at one place: then it is one line through all rows. */
static void operating_line(const struct lying *lying, size_t rows)
{
	const struct value *points = value_get(series_of(lying->chart, "operating"), "points");
	int64_t y = value_get_int(value_at(points, 0), "y", -1);
	if (y < 0)
		return;
	svg_line(lying->to, x_of(lying, y), HEAD - 30, x_of(lying, y), HEAD + (int64_t)rows * ROW,
		"operating");
}

enum { MOST_SHOWN = 3 }; /* operating floors that an axis of shares reaches */

static void bars(const struct value *chart, int number, struct buffer *to)
{
	const struct value *labels = value_get(chart, "labels");
	const char *type = value_get_text(chart, "type", "");
	size_t rows = value_count(labels);
	int64_t most = most_of(chart);
	if (text_equal(type, "share") && most > MOST_SHOWN * 1000000)
		most = MOST_SHOWN * 1000000;
	struct lying lying = { chart, labels, axis_of(type, most, TICKS_WIDE), to,
		left_of(labels) };
	begin(to, chart, number, WIDE, HEAD + (int64_t)rows * ROW + FOOT,
		"One bar for each commodity with its figure; the table has the same figures.");
	bars_legend(&lying);
	lying_grid(&lying, rows);
	for (size_t i = 0; i < rows; i++)
		bar_row(&lying, i);
	operating_line(&lying, rows);
	buffer_append_text(to, "</svg>\n");
}

static int64_t sum_at(const struct value *chart, size_t row)
{
	const struct value *list = value_get(chart, "series");
	int64_t sum = 0;
	for (size_t i = 0; i < value_count(list); i++)
		sum += value_get_int(point_at(value_at(list, i), (int64_t)row), "y", 0);
	return sum;
}

static void stack_row(const struct lying *lying, size_t row)
{
	const struct value *list = value_get(lying->chart, "series");
	int64_t before = 0, y = y_of(row);
	struct buffer words = { 0 };
	for (size_t i = 0; i < value_count(list); i++) {
		int64_t value = value_get_int(point_at(value_at(list, i), (int64_t)row), "y", 0);
		char class[16];
		if (value <= 0)
			continue;
		snprintf(class, sizeof class, "part%zu", i % 4);
		svg_rect(lying->to, x_of(lying, before), y - BAR / 2,
			x_of(lying, before + value) - x_of(lying, before), BAR, class);
		before += value;
	}
	report_show(&words, lying->axis.type, before);
	label(lying, row, buffer_text(&words));
	buffer_free(&words);
}

static void stack(const struct value *chart, int number, struct buffer *to)
{
	const struct value *labels = value_get(chart, "labels"), *list = value_get(chart, "series");
	size_t rows = value_count(labels);
	int64_t most = 0;
	for (size_t i = 0; i < rows; i++)
		most = sum_at(chart, i) > most ? sum_at(chart, i) : most;
	struct lying lying = { chart, labels,
		axis_of(value_get_text(chart, "type", ""), most, TICKS_WIDE), to, left_of(labels) };
	int64_t x = lying.left;
	begin(to, chart, number, WIDE, HEAD + (int64_t)rows * ROW + FOOT,
		"One bar for each line, in parts; the table has the same figures.");
	for (size_t i = 0; i < value_count(list); i++) {
		char class[16];
		snprintf(class, sizeof class, "part%zu", i % 4);
		x = legend_entry(to, x, class, value_get_text(value_at(list, i), "name", ""), true);
	}
	lying_grid(&lying, rows);
	for (size_t i = 0; i < rows; i++)
		stack_row(&lying, i);
	buffer_append_text(to, "</svg>\n");
}

/* ---- lines over days ---- */

struct running {
	struct axis axis;
	int64_t days; /* from the first to the last */
	struct buffer *to;
};

static int64_t day_x(const struct running *running, int64_t day)
{
	return SMALL_LEFT + svg_scale(day, SMALL_RIGHT - SMALL_LEFT, running->days);
}

static int64_t value_y(const struct running *running, int64_t value)
{
	return SMALL_BOTTOM - svg_scale(value, SMALL_BOTTOM - SMALL_TOP, running->axis.most);
}

static void running_grid(const struct running *running, int64_t from)
{
	static const char *const names[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec" };
	static const char *const classes[] = { "tick", "tick mid", "tick end" };
	char words[UNIT_TEXT];
	for (int64_t value = 0; value <= running->axis.most; value += running->axis.step) {
		int64_t y = value_y(running, value);
		tick_words(&running->axis, value, value + running->axis.step > running->axis.most, words);
		svg_line(running->to, SMALL_LEFT, y, SMALL_RIGHT, y, value == 0 ? "axis" : "grid");
		svg_text(running->to, SMALL_LEFT - 60, y + 40, "tick end", words);
	}
	for (int64_t i = 0; i < 3; i++) {
		int year, month, day;
		time_civil(from + running->days * i / 2 * TIME_DAY_MS, &year, &month, &day);
		snprintf(words, sizeof words, "%d %s", day, names[month - 1]);
		svg_text(running->to, day_x(running, running->days * i / 2), SMALL_BOTTOM + 190, classes[i],
			words);
	}
}

static void vertex(const struct running *running, int64_t x, int64_t y, char command)
{
	buffer_append_byte(running->to, command);
	svg_tenths(running->to, x);
	buffer_append_byte(running->to, ' ');
	svg_tenths(running->to, y);
}

/* Stock and floors change at an instant: a day keeps its height until the next one. */
static void run_line(const struct running *running, const struct value *points, bool area)
{
	int64_t last_y = 0;
	for (size_t i = 0; i < value_count(points); i++) {
		const struct value *point = value_at(points, i);
		int64_t x = day_x(running, value_get_int(point, "x", 0));
		int64_t y = value_y(running, value_get_int(point, "y", 0));
		if (i == 0)
			vertex(running, x, area ? SMALL_BOTTOM : y, 'M');
		if (i == 0 && area)
			vertex(running, x, y, 'L');
		if (i > 0 && y != last_y) {
			vertex(running, x, last_y, 'L');
			vertex(running, x, y, 'L');
		}
		if (i + 1 == value_count(points)) {
			vertex(running, x, y, 'L');
			if (area)
				vertex(running, x, SMALL_BOTTOM, 'L');
		}
		last_y = y;
	}
}

static void draw_series(const struct running *running, const struct value *series)
{
	const struct value *points = value_get(series, "points");
	const char *role = value_get_text(series, "role", "");
	if (value_count(points) == 0)
		return;
	if (text_equal(role, "line")) {
		buffer_append_text(running->to, "<path class=\"area\" d=\"");
		run_line(running, points, true);
		buffer_append_text(running->to, "Z\"/>\n");
	}
	buffer_printf(running->to, "<path class=\"%s\" d=\"", text_equal(role, "operating") ||
		text_equal(role, "hard") ? role : "line");
	run_line(running, points, false);
	buffer_append_text(running->to, "\"/>\n");
}

struct name {
	const char *words;
	int64_t y;
};

static int compare_names(const void *a, const void *b)
{
	const struct name *one = a, *other = b;
	return one->y < other->y ? -1 : one->y > other->y;
}

/* Behind the end of each line, from the top down, each at least a line of text below the one before. */
static void name_lines(const struct running *running, const struct value *list)
{
	struct name names[SERIES_MAX];
	size_t count = 0;
	for (size_t i = 0; i < value_count(list) && count < SERIES_MAX; i++) {
		const struct value *series = value_at(list, i), *points = value_get(series, "points");
		const char *role = value_get_text(series, "role", "");
		if (value_count(points) == 0)
			continue;
		names[count++] = (struct name){ text_equal(role, "operating") ? "operating" :
			text_equal(role, "hard") ? "hard" : value_get_text(series, "name", ""),
			value_y(running, value_get_int(value_at(points, value_count(points) - 1), "y", 0)) };
	}
	qsort(names, count, sizeof *names, compare_names);
	for (size_t i = count; i-- > 0;) { /* none below the axis, then none over another */
		int64_t most = i + 1 < count ? names[i + 1].y - NAMES_APART : SMALL_BOTTOM - 30;
		names[i].y = names[i].y > most ? most : names[i].y;
	}
	for (size_t i = 0; i < count; i++)
		svg_text(running->to, SMALL_RIGHT + 60, names[i].y + 40, "tick", names[i].words);
}

static void lines(const struct value *chart, int number, struct buffer *to)
{
	const struct value *list = value_get(chart, "series");
	struct running running = {
		axis_of(value_get_text(chart, "type", ""), most_of(chart), TICKS_SMALL), 1, to };
	int64_t from = 0, until = 0;
	if (time_parse(value_get_text(chart, "from", ""), &from) &&
	    time_parse(value_get_text(chart, "until", ""), &until) &&
	    until - from > 2 * TIME_DAY_MS && (until - from) / TIME_DAY_MS < DAYS_MAX)
		running.days = (until - from) / TIME_DAY_MS - 1;
	begin(to, chart, number, SMALL_WIDTH, SMALL_HEIGHT,
		"The figures at the end of each day as a line, floors dashed and dotted.");
	running_grid(&running, from);
	for (size_t i = value_count(list); i-- > 0;)
		draw_series(&running, value_at(list, i));
	name_lines(&running, list);
	buffer_append_text(to, "</svg>\n");
}

void report_chart_svg(const struct value *chart, int number, struct buffer *to)
{
	const char *kind = value_get_text(chart, "kind", "");
	if (text_equal(kind, "bars"))
		bars(chart, number, to);
	else if (text_equal(kind, "stack"))
		stack(chart, number, to);
	else
		lines(chart, number, to);
}
