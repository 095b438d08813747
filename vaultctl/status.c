/*
 * One function a part of the screen, top to bottom. The bar has STATUS_CELLS cells for BAR_DAYS
 * days of cover; a cell is filled only when its whole span is covered, and a floor stands at the
 * first cell that lies wholly above it, so that a bar that reaches its mark is never below its
 * floor.
 */
#include "vaultctl/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/descriptor.h"
#include "base/text.h"
#include "base/time.h"
#include "vault/limits.h"
#include "vaultctl/units.h"

enum {
	PRICES_NAMED = 3,
	BAR_DAYS = 60,
	BAR_CELLS = 30,
	BAR_WIDTH = BAR_CELLS + 2, /* and two floors */
	NAME_WIDTH = 14,
	MASS_WIDTH = 12,
	COVER_WIDTH = 8,
	NOTE_WIDTH = 20,
	LEAVE_WIDTH = 11,
	FEW = 3, LABEL_WIDTH = 21,
};

struct screen {
	const struct value *status;
	const struct status_options *options;
	int64_t now_ms;
	struct buffer *out;
};

static void paint(struct screen *screen, const char *colour)
{
	if (screen->options->colour)
		buffer_append_text(screen->out, colour);
}

#define RED "\033[1;31m"
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

/* Columns that a text takes: characters, as nothing here is wider than one. */
static int columns(const char *text)
{
	int count = 0;
	for (; *text != '\0'; text++)
		count += ((unsigned char)*text & 0xC0) != 0x80;
	return count;
}

static void pad(struct buffer *to, int count)
{
	while (count-- > 0)
		buffer_append_byte(to, ' ');
}

static void left(struct buffer *to, const char *text, int width)
{
	buffer_append_text(to, text);
	pad(to, width - columns(text));
}

static void right(struct buffer *to, const char *text, int width)
{
	pad(to, width - columns(text));
	buffer_append_text(to, text);
}

static int64_t time_of(const struct value *status, const char *key)
{
	int64_t time_ms;
	return time_parse(value_get_text(status, key, ""), &time_ms) ? time_ms : TIME_NONE;
}

static void join(struct buffer *to, const struct value *texts, const char *between)
{
	for (size_t i = 0; i < value_count(texts); i++)
		buffer_printf(to, "%s%s", i > 0 ? between : "", value_text(value_at(texts, i), ""));
}

/* "2 s ago", "3 min ago", "in 41 d" */
static void span(int64_t ms, char to[UNIT_TEXT])
{
	static const struct { int64_t ms; const char *name; } parts[] = {
		{ TIME_DAY_MS, "d" }, { 3600000, "h" }, { 60000, "min" }, { 1000, "s" },
	};
	if (ms < 0)
		ms = 0;
	size_t i = 0;
	while (i < 3 && ms < parts[i].ms * 2)
		i++;
	snprintf(to, UNIT_TEXT, "%lld %s", (long long)(ms / parts[i].ms), parts[i].name);
}

/* ---- heading ---- */

static void heading(struct screen *screen)
{
	struct buffer *out = screen->out, who = { 0 };
	char now[UNIT_TEXT] = "";
	const char *you = value_get_text(screen->status, "you", "");
	if (screen->now_ms != TIME_NONE)
		unit_show_time(screen->now_ms, now);
	buffer_printf(&who, "Reserve %s", value_get_text(screen->status, "reserve", "not founded yet"));
	if (value_get_bool(screen->status, "demonstration", false))
		buffer_append_text(&who, "   DEMONSTRATION");
	paint(screen, BOLD);
	left(out, buffer_text(&who), 43);
	if (columns(buffer_text(&who)) >= 43)
		pad(out, 3);
	paint(screen, PLAIN);
	buffer_clear(&who);
	join(&who, value_get(screen->status, "duties"), ", ");
	buffer_printf(out, "%s", now);
	if (*you != '\0')
		buffer_printf(out, "   you: %s%s%s%s", you, who.length > 0 ? " (" : "",
			buffer_text(&who), who.length > 0 ? ")" : "");
	buffer_append_byte(out, '\n');
	buffer_free(&who);
}

static void read_only(struct screen *screen)
{
	const char *why = value_get_text(screen->status, "read_only", "");
	int64_t since_ms = time_of(screen->status, "read_only_since");
	char since[UNIT_TEXT] = "";
	if (*why == '\0')
		return;
	if (since_ms != TIME_NONE)
		unit_show_time(since_ms, since);
	paint(screen, RED);
	buffer_printf(screen->out, "READ ONLY%s%s: %s\n", since_ms != TIME_NONE ? " since " : "", since,
		why);
	paint(screen, PLAIN);
}

static void declarations(struct screen *screen)
{
	const struct value *open = value_get(screen->status, "declarations");
	for (size_t i = 0; i < value_count(open); i++) {
		const struct value *declaration = value_at(open, i);
		int64_t ends_ms = time_of(declaration, "ends_at");
		int64_t used = value_get_int(declaration, "cap_used_ppm", ABSENT);
		char text[UNIT_TEXT];
		paint(screen, RED);
		buffer_append_text(screen->out, "EMERGENCY");
		paint(screen, PLAIN);
		buffer_printf(screen->out, "  %s %s: ", value_get_text(declaration, "id", ""),
			value_get_text(declaration, "kind", ""));
		join(screen->out, value_get(declaration, "commodities"), ", ");
		if (ends_ms != TIME_NONE) {
			span(ends_ms - screen->now_ms, text);
			buffer_printf(screen->out, "   ends in %s", text);
		}
		if (used != ABSENT)
			buffer_printf(screen->out, "   cap %lld%% used", (long long)(used / 10000));
		buffer_append_byte(screen->out, '\n');
	}
}

/* ---- positions ---- */

/* Available in millionths of the operating floor; what has no floor comes last. */
static int64_t nearness(const struct value *position)
{
	int64_t available_g = value_get_int(position, "available_g", 0), ratio;
	int64_t floor_g = value_get_int(position, "operating_g", 0);
	if (floor_g <= 0 || available_g < 0 ||
	    !checked_mul_div_down(available_g, 1000000, floor_g, &ratio))
		return floor_g > 0 && available_g < 0 ? -1 : INT64_MAX;
	return ratio;
}

static int by_nearness(const void *a, const void *b)
{
	const struct value *one = *(const struct value *const *)a;
	const struct value *other = *(const struct value *const *)b;
	int64_t x = nearness(one), y = nearness(other);
	if (x != y)
		return x < y ? -1 : 1;
	return strcmp(value_get_text(one, "commodity", ""), value_get_text(other, "commodity", ""));
}

static int cell_above(int64_t days)
{
	int64_t cell = (days * BAR_CELLS + BAR_DAYS - 1) / BAR_DAYS;
	return cell < 0 ? 0 : cell > BAR_CELLS ? BAR_CELLS : (int)cell;
}

static void bar(const struct value *position, struct buffer *to)
{
	int64_t tenths = value_get_int(position, "cover_tenths", 0);
	int64_t filled = tenths * BAR_CELLS / (BAR_DAYS * 10);
	int64_t hard_days = value_get_int(position, "hard_days", ABSENT);
	int64_t operating_days = value_get_int(position, "operating_days", ABSENT);
	size_t begin = to->length;
	for (int cell = 0; cell <= BAR_CELLS; cell++) {
		if (hard_days != ABSENT && cell == cell_above(hard_days))
			buffer_append_byte(to, '|');
		if (operating_days != ABSENT && cell == cell_above(operating_days))
			buffer_append_byte(to, '|');
		if (cell < BAR_CELLS)
			buffer_append_byte(to, cell < filled ? '#' : '.');
	}
	pad(to, BAR_WIDTH - (int)(to->length - begin));
}

/* A figure of its commodity's own unit, so that a line's masses compare at a glance. */
static void mass_like(int64_t mass_g, int64_t like_g, char to[UNIT_TEXT])
{
	enum mass_unit unit = unit_of_mass(like_g);
	unit_show_mass_in(mass_g, unit, unit == MASS_G ? 0 : 1, to);
}

/* "floors set as mass: 1,500.0 / 3,000.0 kg" */
static void mass_floors(const struct value *position, int64_t available_g, struct buffer *to)
{
	char hard[UNIT_TEXT], operating[UNIT_TEXT];
	int64_t hard_g = value_get_int(position, "hard_g", ABSENT);
	int64_t operating_g = value_get_int(position, "operating_g", ABSENT);
	if (hard_g == ABSENT || operating_g == ABSENT) {
		buffer_append_text(to, "no floors set: nothing may leave");
		return;
	}
	int64_t like_g = available_g > operating_g ? available_g : operating_g;
	mass_like(hard_g, like_g, hard);
	mass_like(operating_g, like_g, operating);
	hard[strlen(hard) - strlen(unit_name(unit_of_mass(like_g))) - 1] = '\0';
	buffer_printf(to, "floors set as mass: %s / %s", hard, operating);
}

static void position_name(struct screen *screen, const struct value *position, char *to,
	size_t size)
{
	const struct value *all = value_get(screen->status, "positions");
	const char *mineral = value_get_text(position, "mineral", "");
	int same = 0;
	for (size_t i = 0; i < value_count(all); i++)
		same += text_equal(value_get_text(value_at(all, i), "mineral", ""), mineral);
	const char *name = same == 1 && *mineral != '\0' ? mineral :
		value_get_text(position, "commodity", "");
	snprintf(to, size, "%s", name);
}

static void below_note(const struct value *position, int64_t available_g, struct buffer *to)
{
	char mass[UNIT_TEXT];
	int64_t floor_g = value_get_int(position, "operating_g", ABSENT);
	if (!value_get_bool(position, "below", false))
		return;
	if (floor_g == ABSENT || floor_g <= available_g) {
		buffer_append_text(to, "BELOW");
		return;
	}
	mass_like(floor_g - available_g, available_g, mass);
	buffer_printf(to, "BELOW by %s", mass);
}

static void position_line(struct screen *screen, const struct value *position)
{
	struct buffer *out = screen->out, middle = { 0 }, note = { 0 };
	char name[64], text[UNIT_TEXT];
	int64_t available_g = value_get_int(position, "available_g", 0);
	int64_t tenths = value_get_int(position, "cover_tenths", ABSENT);
	int64_t leave_g = value_get_int(position, "may_leave_g", 0);
	position_name(screen, position, name, sizeof name);
	pad(out, 2);
	left(out, name, NAME_WIDTH);
	unit_show_mass(available_g, text);
	right(out, text, MASS_WIDTH);
	if (tenths == ABSENT) {
		text_copy(text, sizeof text, "–   ");
		mass_floors(position, available_g, &middle);
	} else {
		unit_show_cover(tenths, text);
		bar(position, &middle);
	}
	pad(out, columns(text) < COVER_WIDTH ? 0 : 1);
	right(out, text, COVER_WIDTH);
	pad(out, 2);
	below_note(position, available_g, &note);
	if (tenths == ABSENT && note.length == 0) {
		left(out, buffer_text(&middle), BAR_WIDTH + NOTE_WIDTH);
	} else {
		left(out, buffer_text(&middle), BAR_WIDTH);
		pad(out, 2);
		paint(screen, note.length > 0 ? RED : "");
		buffer_append_text(out, buffer_text(&note));
		paint(screen, note.length > 0 ? PLAIN : "");
		pad(out, NOTE_WIDTH - 2 - columns(buffer_text(&note)));
	}
	if (leave_g == 0)
		text_copy(text, sizeof text, "0");
	else
		mass_like(leave_g, available_g, text);
	right(out, text, LEAVE_WIDTH);
	buffer_append_byte(out, '\n');
	buffer_free(&middle);
	buffer_free(&note);
}

/* The floor that all lines with days share, else ABSENT. */
static int64_t common_days(const struct value *positions, const char *key)
{
	int64_t common = ABSENT;
	for (size_t i = 0; i < value_count(positions); i++) {
		int64_t days = value_get_int(value_at(positions, i), key, ABSENT);
		if (days == ABSENT || value_get(value_at(positions, i), "cover_tenths") == NULL)
			continue;
		if (common != ABSENT && common != days)
			return ABSENT;
		common = days;
	}
	return common;
}

static void place(char *line, int at, const char *format, long long days)
{
	char text[32];
	int length = snprintf(text, sizeof text, format, days);
	if (at + length <= BAR_WIDTH)
		memcpy(line + at, text, (size_t)length);
}

static void position_header(struct screen *screen, const struct value *positions)
{
	char scale[BAR_WIDTH + 1];
	int64_t hard_days = common_days(positions, "hard_days");
	int64_t operating_days = common_days(positions, "operating_days");
	memset(scale, ' ', BAR_WIDTH);
	scale[BAR_WIDTH] = '\0';
	place(scale, BAR_WIDTH - 2, "%lld", BAR_DAYS);
	place(scale, 0, "%lld d", 0);
	if (hard_days != ABSENT && operating_days != ABSENT && hard_days <= operating_days) {
		place(scale, cell_above(hard_days), "|%lld hard", (long long)hard_days);
		place(scale, cell_above(operating_days) + 1, "|%lld operating",
			(long long)operating_days);
	}
	pad(screen->out, 2 + NAME_WIDTH);
	right(screen->out, "available", MASS_WIDTH);
	right(screen->out, "cover", COVER_WIDTH);
	pad(screen->out, 2);
	buffer_append_text(screen->out, scale);
	pad(screen->out, NOTE_WIDTH);
	right(screen->out, "may leave", LEAVE_WIDTH);
	buffer_append_byte(screen->out, '\n');
}

/* "15 more stocked, all above 45 d; 42 listed, not stocked" */
static void position_rest(struct screen *screen, const struct value **sorted, size_t shown,
	size_t count)
{
	int64_t unstocked = value_get_int(screen->status, "listed_unstocked", 0);
	int64_t least = INT64_MAX;
	size_t begin = screen->out->length;
	for (size_t i = shown; i < count; i++) {
		int64_t tenths = value_get_int(sorted[i], "cover_tenths", INT64_MAX);
		least = tenths < least ? tenths : least;
	}
	if (count > shown)
		buffer_printf(screen->out, "  %zu more stocked", count - shown);
	if (count > shown && least != INT64_MAX)
		buffer_printf(screen->out, ", all at or above %lld d", (long long)(least / 10));
	if (unstocked > 0)
		buffer_printf(screen->out, "%s%lld listed, not stocked", count > shown ? "; " : "  ",
			(long long)unstocked);
	if (screen->out->length == begin)
		return;
	if (count > shown) {
		pad(screen->out, 66 - (int)(screen->out->length - begin));
		buffer_append_text(screen->out, "vaultctl status --all");
	}
	buffer_append_byte(screen->out, '\n');
}

static void below_causes(struct screen *screen, const struct value **sorted, size_t count)
{
	bool first = true;
	for (size_t i = 0; i < count; i++) {
		const struct value *causes = value_get(sorted[i], "causes");
		char name[64];
		if (value_count(causes) == 0)
			continue;
		if (first)
			buffer_append_byte(screen->out, '\n');
		first = false;
		position_name(screen, sorted[i], name, sizeof name);
		buffer_printf(screen->out, "Why %s is below: ", name);
		join(screen->out, causes, "; ");
		buffer_printf(screen->out, "     vaultctl commodity %s\n",
			value_get_text(sorted[i], "commodity", ""));
	}
}

static void positions(struct screen *screen)
{
	const struct value *all = value_get(screen->status, "positions");
	size_t count = value_count(all);
	const struct value **sorted = calloc(count + 1, sizeof *sorted);
	if (sorted == NULL)
		abort();
	for (size_t i = 0; i < count; i++)
		sorted[i] = value_at(all, i);
	qsort(sorted, count, sizeof *sorted, by_nearness);
	size_t shown = screen->options->all || count < STATUS_SHOWN ? count : STATUS_SHOWN;
	buffer_append_byte(screen->out, '\n');
	if (count > 0)
		position_header(screen, all);
	for (size_t i = 0; i < shown; i++)
		position_line(screen, sorted[i]);
	position_rest(screen, sorted, shown, count);
	below_causes(screen, sorted, count);
	free(sorted);
}

/* ---- the lines below ---- */

static void line(struct screen *screen, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void line(struct screen *screen, const char *label, const char *format, ...)
{
	char text[400];
	va_list list;
	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	left(screen->out, label, LABEL_WIDTH);
	buffer_printf(screen->out, "%s\n", text);
}

/* The first few of a list, and how many more there are. */
static void join_few(struct buffer *to, const struct value *texts, int64_t count)
{
	buffer_clear(to);
	for (size_t i = 0; i < value_count(texts) && i < FEW; i++)
		buffer_printf(to, "%s%s", i > 0 ? ", " : "", value_text(value_at(texts, i), ""));
	if (count > FEW)
		buffer_printf(to, " and %lld more", (long long)count - FEW);
}

/* Where members wait for a round, whoever may run it is told the command. */
static const char *waiting_rounds(struct screen *screen, const char *label)
{
	const struct value *open = value_get(screen->status, "declarations");
	int64_t eligible = value_get_int(value_get(screen->status, "requests"), "eligible", 0);
	for (size_t i = 0; eligible > 0 && i < value_count(open); i++) {
		const struct value *declaration = value_at(open, i);
		if (!value_get_bool(declaration, "in_rounds", false))
			continue;
		line(screen, label, "%lld request%s wait%s for a round     vaultctl allocation run %s",
			(long long)eligible, eligible == 1 ? "" : "s", eligible == 1 ? "s" : "",
			value_get_text(declaration, "id", ""));
		return "";
	}
	return label;
}

/* "1 return overdue (loan X-2026-0002, 12 t, since 9 Nov)" */
static const char *overdue_returns(struct screen *screen, const char *label)
{
	const struct value *overdue = value_get(screen->status, "overdue_returns");
	int64_t count = value_get_int(screen->status, "overdue_returns_count", 0);
	struct buffer names = { 0 };
	for (size_t i = 0; i < value_count(overdue) && i < FEW; i++) {
		const struct value *one = value_at(overdue, i);
		char mass[UNIT_TEXT], since[UNIT_TEXT];
		int64_t due_ms = TIME_NONE;
		unit_show_mass(value_get_int(one, "owed_g", 0), mass);
		if (!time_parse(value_get_text(one, "due_at", ""), &due_ms))
			continue;
		unit_show_date(due_ms, since);
		buffer_printf(&names, "%s%s %s, %s, since %s", i > 0 ? "; " : "",
			value_get_text(one, "kind", ""), value_get_text(one, "id", ""), mass, since);
	}
	if (count > FEW)
		buffer_append_text(&names, "; and more");
	if (count > 0) {
		line(screen, label, "%lld return%s overdue (%s)", (long long)count, count == 1 ? "" : "s",
			buffer_text(&names));
		label = "";
	}
	buffer_free(&names);
	return label;
}

/* What drift stops, each with the command that proposes to lift it. */
static const char *stops(struct screen *screen, const char *label)
{
	const struct value *list = value_get(screen->status, "stopped");
	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *stop = value_at(list, i);
		const char *finding = value_get_text(stop, "finding", "");
		line(screen, label, "STOPPED: %s, by %s about %s     vaultctl finding lift %s --because ...",
			value_get_text(stop, "commodity", "everything"), finding,
			value_get_text(stop, "subject", ""), finding);
		label = "";
	}
	return label;
}

static void needs_a_person(struct screen *screen)
{
	const struct value *sign = value_get(screen->status, "to_sign");
	const struct value *near = value_get(screen->status, "near_need_by");
	int64_t near_count = value_get_int(screen->status, "near_need_by_count",
		(int64_t)value_count(near));
	int64_t findings = value_get_int(screen->status, "open_findings", 0);
	const char *label = "Needs a person";
	struct buffer names = { 0 };
	buffer_append_byte(screen->out, '\n');
	if (value_count(sign) > 0) {
		join_few(&names, sign, (int64_t)value_count(sign));
		line(screen, label, "%zu to sign by you (%s)     vaultctl inbox", value_count(sign),
			buffer_text(&names));
		label = "";
	}
	if (near_count > 0) {
		join_few(&names, near, near_count);
		line(screen, label, "%lld request%s near %s need-by date (%s)", (long long)near_count,
			near_count == 1 ? "" : "s", near_count == 1 ? "its" : "their", buffer_text(&names));
		label = "";
	}
	label = waiting_rounds(screen, label);
	label = overdue_returns(screen, label);
	label = stops(screen, label);
	if (findings > 0) {
		int64_t criticals = value_get_int(screen->status, "findings_critical", 0);
		line(screen, label, "%lld open finding%s, %lld critical     vaultctl finding",
			(long long)findings, findings == 1 ? "" : "s", (long long)criticals);
		label = "";
	}
	if (*label != '\0')
		line(screen, label, "nothing");
	buffer_free(&names);
}

/* "8 open: 3 eligible, 2 allocated" of a map from state to count */
static void counts(struct screen *screen, const char *label, const char *key)
{
	const struct value *map = value_get(screen->status, key), *member;
	struct value_cursor cursor = { 0 };
	struct buffer parts = { 0 };
	const char *state;
	int64_t sum = 0;
	while (value_next(map, &cursor, &state, &member)) {
		int64_t count = value_int(member, 0);
		if (count == 0)
			continue;
		buffer_printf(&parts, "%s%lld %s", parts.length > 0 ? ", " : "", (long long)count,
			state);
		sum += count;
	}
	if (sum == 0)
		line(screen, label, "none open");
	else
		line(screen, label, "%lld open: %s", (long long)sum, buffer_text(&parts));
	buffer_free(&parts);
}

/* "ROT 42 t of 60 t today; next free slot 24 Nov", a line a site. */
static void load_site(struct screen *screen, const struct value *site, const char *label)
{
	int64_t daily_g = value_get_int(site, "daily_g", ABSENT);
	int64_t today_g = value_get_int(site, "today_g", 0), free_ms = time_of(site, "next_free");
	char today[UNIT_TEXT], daily[UNIT_TEXT], day[UNIT_TEXT] = "";
	mass_like(today_g, daily_g != ABSENT ? daily_g : today_g, today);
	unit_show_mass(daily_g != ABSENT ? daily_g : 0, daily);
	if (free_ms != TIME_NONE)
		unit_show_date(free_ms, day);
	line(screen, label, "%s %s%s%s today; next free slot %s", value_get_text(site, "site", ""),
		today, daily_g != ABSENT ? " of " : "", daily_g != ABSENT ? daily : "", day);
}

/* The sites that load today; of the others only that they will. */
static void load_out(struct screen *screen)
{
	const struct value *sites = value_get(screen->status, "loadout");
	size_t shown = 0, later = 0;
	for (size_t i = 0; i < value_count(sites); i++) {
		const struct value *site = value_at(sites, i);
		if (value_get_int(site, "today_g", 0) > 0 && shown < FEW)
			load_site(screen, site, shown++ == 0 ? "Load-out" : "");
		else
			later++;
	}
	if (later > 0)
		line(screen, shown == 0 ? "Load-out" : "", "%s%zu%s site%s ha%s slots     vaultctl loadout",
			shown == 0 ? "nothing today; " : "", later, shown == 0 ? "" : " more",
			later == 1 ? "" : "s", later == 1 ? "s" : "ve");
}

/* What the daemon saw when it last compared its tables with its ledger, where that is not well. */
static void self_check(struct screen *screen)
{
	int64_t drifts = value_get_int(screen->status, "self_check_drifts", 0);
	if (drifts < 0)
		line(screen, "", "the last self-check could not be run; see the log");
	else if (drifts > 0)
		line(screen, "", "the last self-check found %lld difference%s from the ledger",
			(long long)drifts, drifts == 1 ? "" : "s");
}

/* Where nothing comes or goes, and what that waits for. */
static void stocktakes(struct screen *screen)
{
	static const struct { const char *state, *waits; } waits[] = {
		{ "open", "its counters have not both signed" }, { "recount", "its counters count again" },
		{ "counted", "wants causes and an adjustment" }, { "proposed", "its adjustment waits for signatures" },
	};
	const struct value *counts = value_get(screen->status, "stocktakes");
	for (size_t i = 0; i < value_count(counts); i++) {
		const struct value *count = value_at(counts, i);
		const char *commodity = value_get_text(count, "commodity", ""), *wait = "";
		for (size_t j = 0; j < sizeof waits / sizeof *waits; j++) {
			if (text_equal(waits[j].state, value_get_text(count, "state", "")))
				wait = waits[j].waits;
		}
		line(screen, i == 0 ? "Stocktakes" : "", "%s%s%s is being counted: %s     vaultctl count %s",
			value_get_text(count, "site", ""), commodity[0] != '\0' ? ", " : "", commodity, wait,
			value_get_text(count, "id", ""));
	}
}

/* ", 3 witnesses cosigned 2 h ago", or how many of them lately. */
static void witnesses(const struct screen *screen, char *to, size_t size)
{
	char ago[UNIT_TEXT];
	long long enrolled = (long long)value_get_int(screen->status, "witnesses", 0);
	long long lately = (long long)value_get_int(screen->status, "witnesses_lately", 0);
	int64_t at = time_of(screen->status, "cosigned_at");
	const char *plural = enrolled == 1 ? "" : "es";
	to[0] = '\0';
	if (at != TIME_NONE)
		span(screen->now_ms - at, ago);
	if (enrolled > 0 && at == TIME_NONE)
		snprintf(to, size, ", %lld witness%s, none has cosigned", enrolled, plural);
	else if (enrolled > 0 && lately == enrolled)
		snprintf(to, size, ", %lld witness%s cosigned %s ago", enrolled, plural, ago);
	else if (enrolled > 0)
		snprintf(to, size, ", %lld of %lld witness%s cosigned lately, the last %s ago", lately, enrolled,
			plural, ago);
}

static void evidence(struct screen *screen)
{
	char cosigned[160];
	char entries[UNIT_TEXT], ago[UNIT_TEXT], when[UNIT_TEXT];
	int64_t checkpoint_ms = time_of(screen->status, "checkpoint_at");
	int64_t audit_ms = time_of(screen->status, "last_audit_at");
	int64_t count = value_get_int(screen->status, "entries", 0);
	const char *noun = count == 1 ? "entry" : "entries";
	unit_show_count(count, entries);
	if (checkpoint_ms != TIME_NONE) {
		span(screen->now_ms - checkpoint_ms, ago);
		witnesses(screen, cosigned, sizeof cosigned);
		line(screen, "Evidence", "%s %s, checkpoint %s ago%s", entries, noun, ago, cosigned);
	} else if (screen->options->past) {
		line(screen, "Evidence", "%s %s", entries, noun);
	} else {
		line(screen, "Evidence", "%s %s, no checkpoint yet", entries, noun);
	}
	self_check(screen);
	if (audit_ms == TIME_NONE) {
		line(screen, "", "never audited     vaultctl audit run");
		return;
	}
	int64_t criticals = value_get_int(screen->status, "last_audit_critical", 0);
	int64_t warnings = value_get_int(screen->status, "last_audit_warning", 0);
	unit_show_time(audit_ms, when);
	line(screen, "", "last audit %s: %lld critical, %lld warning%s", when, (long long)criticals,
		(long long)warnings, warnings == 1 ? "" : "s");
}

/* "31 in force, 2 older than 90 d (ga/7, ni/3)". */
static void prices(struct screen *screen)
{
	const struct value *stale = value_get(screen->status, "prices_stale");
	int64_t count = value_get_int(screen->status, "prices_stale_count", 0);
	int64_t in_force = value_get_int(screen->status, "prices_in_force", 0);
	struct buffer names = { 0 };
	if (count == 0) {
		line(screen, "Prices", "%lld in force", (long long)in_force);
		return;
	}
	for (size_t i = 0; i < value_count(stale) && i < PRICES_NAMED; i++)
		buffer_printf(&names, "%s%s", i > 0 ? ", " : "", value_text(value_at(stale, i), ""));
	line(screen, "Prices", "%lld in force, %lld older than %d d (%s%s)     vaultctl price",
		(long long)in_force, (long long)count, PRICE_STALE_DAYS, buffer_text(&names),
		count > PRICES_NAMED ? ", …" : "");
	buffer_free(&names);
}

/* "2 in force, 1 in shadow": only where there are schedules. */
static void tariffs(struct screen *screen)
{
	static const char *const modes[][2] = { { "in-force", "in force" }, { "shadow", "in shadow" },
		{ "draft", "in draft" } };
	const struct value *counts = value_get(screen->status, "tariffs");
	struct buffer words = { 0 };
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		int64_t count = value_get_int(counts, modes[i][0], 0);
		if (count > 0)
			buffer_printf(&words, "%s%lld %s", words.length > 0 ? ", " : "", (long long)count,
				modes[i][1]);
	}
	if (words.length > 0)
		line(screen, "Tariffs", "schedules: %s     vaultctl tariff", buffer_text(&words));
	buffer_free(&words);
}

void status_render(const struct value *status, const struct status_options *options,
	struct buffer *to)
{
	struct screen screen = { status, options, time_of(status, "now"), to };
	heading(&screen);
	read_only(&screen);
	if (value_get(status, "reserve") == NULL) {
		buffer_append_text(to, "\nNo reserve is founded here yet: vaultctl help found\n");
		return;
	}
	declarations(&screen);
	positions(&screen);
	needs_a_person(&screen);
	counts(&screen, "Requests", "requests");
	counts(&screen, "Orders", "orders");
	load_out(&screen);
	stocktakes(&screen);
	prices(&screen);
	tariffs(&screen);
	evidence(&screen);
}
