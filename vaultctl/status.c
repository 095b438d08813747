/* One function a part of the screen, top to bottom; commodities stand in status_positions.c. */
#include "vaultctl/status.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/descriptor.h"
#include "base/text.h"
#include "base/time.h"
#include "vault/limits.h"
#include "vaultctl/status_screen.h"
#include "vaultctl/units.h"

enum { PRICES_NAMED = 3, FEW = 3, LABEL_WIDTH = 21 };

static int64_t time_of(const struct value *status, const char *key)
{
	int64_t time_ms;
	return time_parse(value_get_text(status, key, ""), &time_ms) ? time_ms : TIME_NONE;
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
	screen_paint(screen, BOLD);
	screen_left(out, buffer_text(&who), 43);
	if (screen_columns(buffer_text(&who)) >= 43)
		screen_pad(out, 3);
	screen_paint(screen, PLAIN);
	buffer_clear(&who);
	screen_join(&who, value_get(screen->status, "duties"), ", ");
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
	screen_paint(screen, RED);
	buffer_printf(screen->out, "READ ONLY%s%s: %s\n", since_ms != TIME_NONE ? " since " : "", since,
		why);
	screen_paint(screen, PLAIN);
}

static void declarations(struct screen *screen)
{
	const struct value *open = value_get(screen->status, "declarations");
	for (size_t i = 0; i < value_count(open); i++) {
		const struct value *declaration = value_at(open, i);
		int64_t ends_ms = time_of(declaration, "ends_at");
		int64_t used = value_get_int(declaration, "cap_used_ppm", ABSENT);
		char text[UNIT_TEXT];
		screen_paint(screen, RED);
		buffer_append_text(screen->out, "EMERGENCY");
		screen_paint(screen, PLAIN);
		buffer_printf(screen->out, "  %s %s: ", value_get_text(declaration, "id", ""),
			value_get_text(declaration, "kind", ""));
		screen_join(screen->out, value_get(declaration, "commodities"), ", ");
		if (ends_ms != TIME_NONE) {
			span(ends_ms - screen->now_ms, text);
			buffer_printf(screen->out, "   ends in %s", text);
		}
		if (used != ABSENT)
			buffer_printf(screen->out, "   cap %lld%% used", (long long)(used / 10000));
		buffer_append_byte(screen->out, '\n');
	}
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
	screen_left(screen->out, label, LABEL_WIDTH);
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
	screen_mass_like(today_g, daily_g != ABSENT ? daily_g : today_g, today);
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
	status_positions(&screen);
	needs_a_person(&screen);
	counts(&screen, "Requests", "requests");
	counts(&screen, "Orders", "orders");
	load_out(&screen);
	stocktakes(&screen);
	prices(&screen);
	tariffs(&screen);
	evidence(&screen);
}
