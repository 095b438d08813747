/* Scales first, then from back to front: grid, areas, lines, words. */
#include "vaultctl/backtest_svg.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "vaultctl/svg.h"
#include "vaultctl/units.h"

/* In tenths of a pixel. */
enum { WIDTH = 9600, HEIGHT = 5400, LEFT = 860, RIGHT = 9360, TOP = 1120, BOTTOM = 4720 };
enum { TICKS_WANTED = 6, YEARS_WANTED = 12 };

struct point {
	int64_t month;           /* months since year 0 */
	int64_t market, floor, landed, paid; /* cents; paid: landed without the duty */
};

struct picture {
	struct buffer *to;
	struct point *points;
	size_t count;
	int64_t first, last;     /* months */
	int64_t most, step;      /* cents: the top of the scale, and between two lines of the grid */
};

/* ---- scales ---- */

static int64_t x_of(const struct picture *picture, int64_t month)
{
	int64_t span = picture->last > picture->first ? picture->last - picture->first : 1;
	return LEFT + (month - picture->first) * (RIGHT - LEFT) / span;
}

static int64_t y_of(const struct picture *picture, int64_t cents)
{
	return BOTTOM - svg_scale(cents, BOTTOM - TOP, picture->most);
}

static void set_scales(struct picture *picture)
{
	int64_t most = 1;
	for (size_t i = 0; i < picture->count; i++) {
		const struct point *point = &picture->points[i];
		most = point->market > most ? point->market : most;
		most = point->floor > most ? point->floor : most;
		most = point->landed > most ? point->landed : most;
	}
	picture->step = svg_round_step((most + TICKS_WANTED - 1) / TICKS_WANTED);
	picture->most = (most / picture->step + 1) * picture->step;
	picture->first = picture->points[0].month;
	picture->last = picture->points[picture->count - 1].month;
}

static bool read_points(struct picture *picture, const struct value *months)
{
	size_t count = value_count(months);
	picture->points = calloc(count + 1, sizeof *picture->points);
	if (picture->points == NULL)
		abort();
	for (size_t i = 0; i < count; i++) {
		const struct value *month = value_at(months, i);
		int64_t at;
		int year, number, day;
		if (!time_parse(value_get_text(month, "month", ""), &at))
			continue;
		time_civil(at, &year, &number, &day);
		picture->points[picture->count++] = (struct point){ (int64_t)year * 12 + number - 1,
			value_get_int(month, "market_cents", 0), value_get_int(month, "floor_cents", 0),
			value_get_int(month, "landed_cents", 0),
			value_get_int(month, "landed_cents", 0) - value_get_int(month, "duty_cents", 0) };
	}
	return picture->count > 0;
}

/* ---- the frame ---- */

static void style(struct buffer *to)
{
	static const char light[] = "--paper:#ffffff;--ink:#1c2430;--faint:#5d6b7c;--grid:#e3e8ee;"
		"--market:#1f4e8c;--floor:#c0392b;--landed:#2a8a57;--duty:#f0b429;--gap:#9aa5b1";
	static const char dark[] = "--paper:#12171e;--ink:#e6ebf1;--faint:#9aa8b8;--grid:#27313d;"
		"--market:#79b0f2;--floor:#ff7b6b;--landed:#5cc98d;--duty:#d59a1a;--gap:#6b7886";
	buffer_printf(to, "<style>\nsvg{%s}\n@media (prefers-color-scheme:dark){svg{%s}}\n"
		"@media print{svg{%s}}\n", light, dark, light);
	/* the colours stand once more as attributes of old: a renderer without variables shows the light ones */
	buffer_append_text(to,
		"text{font-family:system-ui,-apple-system,\"Segoe UI\",\"DejaVu Sans\",sans-serif;"
		"font-size:13px;fill:#1c2430;fill:var(--ink)}\n"
		".title{font-size:20px;font-weight:600}\n"
		".sub{font-size:13.5px;fill:#5d6b7c;fill:var(--faint)}\n"
		".tick{font-size:12px;fill:#5d6b7c;fill:var(--faint)}\n"
		".y{text-anchor:end}\n.x{text-anchor:middle}\n"
		".paper{fill:#ffffff;fill:var(--paper)}\n"
		".grid{stroke:#e3e8ee;stroke:var(--grid);stroke-width:1}\n"
		".axis{stroke:#5d6b7c;stroke:var(--faint);stroke-width:1}\n"
		"path{fill:none;stroke-linejoin:round;stroke-linecap:round}\n"
		".market{stroke:#1f4e8c;stroke:var(--market);stroke-width:1.6}\n"
		".floor{stroke:#c0392b;stroke:var(--floor);stroke-width:1.6;stroke-dasharray:7 5}\n"
		".landed{stroke:#2a8a57;stroke:var(--landed);stroke-width:5;stroke-opacity:.5}\n"
		".duty{fill:#f0b429;fill:var(--duty);fill-opacity:.42;stroke:none}\n"
		".gap{fill:#9aa5b1;fill:var(--gap);fill-opacity:.28;stroke:none}\n</style>\n");
}

static void head(struct buffer *to, const char *title, const char *subtitle, const char *footer)
{
	buffer_printf(to, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
		"width=\"%d\" height=\"%d\" role=\"img\">\n<title>", WIDTH / 10, HEIGHT / 10, WIDTH / 10,
		HEIGHT / 10);
	svg_escape(to, title);
	buffer_append_text(to, "</title>\n");
	style(to);
	buffer_printf(to, "<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n", WIDTH / 10,
		HEIGHT / 10);
	svg_text(to, 240, 340, "title", title);
	svg_text(to, 240, 570, "sub", subtitle);
	svg_text(to, 240, HEIGHT - 140, "tick", footer);
}

static void y_axis(const struct picture *picture)
{
	for (int64_t cents = 0; cents <= picture->most; cents += picture->step) {
		char label[UNIT_TEXT];
		int64_t y = y_of(picture, cents);
		if (picture->step % 100 == 0)
			unit_show_count(cents / 100, label);
		else
			snprintf(label, sizeof label, "%lld.%02lld", (long long)(cents / 100),
				(long long)(cents % 100));
		svg_line(picture->to, LEFT, y, RIGHT, y, cents == 0 ? "axis" : "grid");
		svg_text(picture->to, LEFT - 90, y + 42, "tick y", label);
	}
	svg_text(picture->to, 240, TOP - 170, "tick", "USD a tonne contained");
}

/* Years where there is room for them; months where the whole is short. */
static void x_axis(const struct picture *picture)
{
	static const char *const names[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec" };
	int64_t span = picture->last - picture->first, years = span / 12;
	int64_t step = years >= 3 ? 12 * svg_round_step((years + YEARS_WANTED - 1) / YEARS_WANTED) :
		span > 12 ? 3 : 1;
	int64_t month = (picture->first + step - 1) / step * step;
	for (; month <= picture->last; month += step) {
		char label[32];
		int64_t x = x_of(picture, month);
		if (step >= 12)
			snprintf(label, sizeof label, "%lld", (long long)(month / 12));
		else
			snprintf(label, sizeof label, "%s %lld", names[month % 12], (long long)(month / 12));
		svg_line(picture->to, x, BOTTOM, x, BOTTOM + 60, "axis");
		svg_text(picture->to, x, BOTTOM + 230, "tick x", label);
	}
}

/* ---- areas and lines ---- */

enum series { MARKET, FLOOR, LANDED, PAID };

static int64_t cents_of(const struct point *point, enum series series)
{
	const int64_t cents[] = { [MARKET] = point->market, [FLOOR] = point->floor,
		[LANDED] = point->landed, [PAID] = point->paid };
	return cents[series];
}

static void vertex(const struct picture *picture, const struct point *point, enum series series,
	char command)
{
	buffer_append_byte(picture->to, command);
	svg_tenths(picture->to, x_of(picture, point->month));
	buffer_append_byte(picture->to, ' ');
	svg_tenths(picture->to, y_of(picture, cents_of(point, series)));
}

/* One past the last month that follows without a hole. */
static size_t run_end(const struct picture *picture, size_t begin)
{
	size_t end = begin + 1;
	while (end < picture->count &&
	       picture->points[end].month == picture->points[end - 1].month + 1)
		end++;
	return end;
}

static void draw_line(const struct picture *picture, enum series series, const char *class)
{
	buffer_printf(picture->to, "<path class=\"%s\" d=\"", class);
	for (size_t begin = 0, end; begin < picture->count; begin = end) {
		end = run_end(picture, begin);
		for (size_t i = begin; i < end; i++)
			vertex(picture, &picture->points[i], series, i == begin ? 'M' : 'L');
	}
	buffer_append_text(picture->to, "\"/>\n");
}

/* Between two series where the upper is above the lower; nothing where it never is. */
static void draw_area(const struct picture *picture, enum series upper, enum series lower,
	const char *class)
{
	bool any = false;
	const struct point *points = picture->points;
	for (size_t at = 0; at < picture->count; at++) {
		if (cents_of(&points[at], upper) <= cents_of(&points[at], lower))
			continue;
		size_t begin = at, end = at, run = run_end(picture, at);
		while (end < run && cents_of(&points[end], upper) > cents_of(&points[end], lower))
			end++;
		bool before = begin > 0 && points[begin - 1].month + 1 == points[begin].month;
		begin -= before ? 1 : 0; /* from and to where the two lines meet */
		end += end < run ? 1 : 0;
		buffer_append_text(picture->to, any ? "" : "<path class=\"");
		if (!any)
			buffer_printf(picture->to, "%s\" d=\"", class);
		any = true;
		for (size_t i = begin; i < end; i++)
			vertex(picture, &points[i], upper, i == begin ? 'M' : 'L');
		for (size_t i = end; i-- > begin;)
			vertex(picture, &points[i], lower, 'L');
		buffer_append_byte(picture->to, 'Z');
		at = end - 1;
	}
	if (any)
		buffer_append_text(picture->to, "\"/>\n");
}

static bool has_gap(const struct picture *picture)
{
	for (size_t i = 0; i < picture->count; i++) {
		if (picture->points[i].landed < picture->points[i].floor)
			return true;
	}
	return false;
}

/* ---- the legend ---- */

static void legend(const struct picture *picture)
{
	static const struct { const char *class, *words; bool area; int64_t width; } entries[] = {
		{ "market", "market", false, 1150 }, { "floor", "floor", false, 1000 },
		{ "landed", "landed", false, 1130 }, { "duty", "duty", true, 980 },
		{ "gap", "left uncovered by the cap", true, 0 },
	};
	int64_t x = 3000;
	size_t count = sizeof entries / sizeof *entries - (has_gap(picture) ? 0 : 1);
	if (count < sizeof entries / sizeof *entries)
		x = 5300;
	for (size_t i = 0; i < count; i++) {
		if (entries[i].area)
			buffer_printf(picture->to, "<rect class=\"%s\" x=\"%lld\" y=\"%d\" width=\"26\" "
				"height=\"13\"/>\n", entries[i].class, (long long)(x / 10), (TOP - 275) / 10);
		else
			svg_line(picture->to, x, TOP - 210, x + 260, TOP - 210, entries[i].class);
		svg_text(picture->to, x + 340, TOP - 165, "tick", entries[i].words);
		x += entries[i].width;
	}
}

void backtest_svg(const struct value *months, const char *title, const char *subtitle,
	const char *footer, struct buffer *to)
{
	struct picture picture = { .to = to };
	if (read_points(&picture, months)) {
		set_scales(&picture);
		head(to, title, subtitle, footer);
		y_axis(&picture);
		x_axis(&picture);
		draw_area(&picture, FLOOR, LANDED, "gap");
		draw_area(&picture, LANDED, PAID, "duty");
		draw_line(&picture, LANDED, "landed");
		draw_line(&picture, MARKET, "market");
		draw_line(&picture, FLOOR, "floor");
		legend(&picture);
		buffer_append_text(to, "</svg>\n");
	}
	free(picture.points);
}
