/*
 * `check schedule`: what must run by itself, against what this machine has installed. A timer counts where
 * it is enabled and its service runs the command; a cron line where it is no comment. Nothing is asked of
 * systemd: files are read, so that an image or another machine's disk can be looked at (--root).
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/text.h"
#include "vaultctl/calendar.h"
#include "vaultctl/special.h"
#include "wire/value.h"

enum { PATH_BYTES = 512, FILE_MAX = 256 * 1024, DAY_MINUTES = 24 * 60, SLACK_MINUTES = 60 };

/* What must run, the words that its command line has, and at least how often. */
static const struct job {
	const char *name, *words, *needed;
	int64_t most_minutes; /* between two runs */
	const char *remedy;
} jobs[] = {
	{ "audit", "audit run", "every day", DAY_MINUTES,
		"systemctl enable --now vault-audit.timer, or /etc/cron.d/vault" },
	{ "export", "ledger export", "every day", DAY_MINUTES,
		"systemctl enable --now vault-export.timer, or /etc/cron.d/vault" },
	{ "metrics", "metrics", "every 5 minutes", 5,
		"systemctl enable --now vault-metrics.timer, or /etc/cron.d/vault" },
	{ "report", "report position", "every day", DAY_MINUTES,
		"systemctl enable --now vault-report.timer, or /etc/cron.d/vault" },
};

/* The best that was found for a job. */
struct installed {
	char where[PATH_BYTES];
	char runs[96];
	int64_t gap_minutes; /* -1: never; -2: not understood; 0: nothing was found */
};

struct look {
	const char *root;
	struct installed installed[sizeof jobs / sizeof *jobs];
};

static bool runs_job(const char *line, const struct job *job)
{
	const char *program = strstr(line, "vaultctl");
	return program != NULL && strstr(program, job->words) != NULL;
}

static bool better(const struct installed *installed, int64_t gap_minutes)
{
	int64_t now = installed->gap_minutes;
	if (now == 0)
		return true;
	return gap_minutes > 0 && (now < 0 || gap_minutes < now);
}

static void note(struct installed *installed, const char *where, const char *runs, int64_t gap_minutes)
{
	if (!better(installed, gap_minutes))
		return;
	text_copy(installed->where, sizeof installed->where, where);
	snprintf(installed->runs, sizeof installed->runs, "%.90s", runs);
	installed->gap_minutes = gap_minutes;
}

static bool read_below(const struct look *look, const char *path, struct buffer *text)
{
	char whole[PATH_BYTES];
	struct error ignored = { 0 };
	snprintf(whole, sizeof whole, "%s%s", look->root, path);
	buffer_clear(text);
	return access(whole, R_OK) == 0 && ctl_read_file(whole, FILE_MAX, text, &ignored);
}

/* ---- systemd ---- */

static const char *const unit_folders[] = { "/etc/systemd/system", "/run/systemd/system",
	"/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system" };

/* The value of a key in a unit file, its last line: OnCalendar, ExecStart. */
static bool unit_value(struct buffer *text, const char *key, char *to, size_t size)
{
	bool found = false;
	size_t length = strlen(key);
	for (const char *line = buffer_text(text); line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n' ? 1 : 0;
		if (strncmp(line, key, length) != 0 || line[length] != '=')
			continue;
		snprintf(to, size, "%.*s", (int)strcspn(line + length + 1, "\n"), line + length + 1);
		found = true;
	}
	return found;
}

static bool read_unit(const struct look *look, const char *name, struct buffer *text)
{
	char path[PATH_BYTES];
	for (size_t i = 0; i < sizeof unit_folders / sizeof *unit_folders; i++) {
		snprintf(path, sizeof path, "%s/%s", unit_folders[i], name);
		if (read_below(look, path, text))
			return true;
	}
	return false;
}

/* "30s", "5min", "1h", "1d" or "90" seconds in minutes, rounded up; -2: not understood. */
static int64_t span_minutes(const char *text)
{
	static const struct { const char *unit; int64_t seconds; } units[] = { { "", 1 }, { "s", 1 },
		{ "sec", 1 }, { "m", 60 }, { "min", 60 }, { "h", 3600 }, { "hour", 3600 }, { "d", 86400 },
		{ "day", 86400 }, { "w", 604800 }, { "week", 604800 } };
	char *end;
	long long number = strtoll(text, &end, 10);
	for (size_t i = 0; end != text && number > 0 && i < sizeof units / sizeof *units; i++) {
		if (text_equal(end, units[i].unit))
			return (number * units[i].seconds + 59) / 60;
	}
	return -2;
}

/* By the calendar, or by the time since the last run; -2 where neither is understood. */
static int64_t timer_gap(struct buffer *unit, char *runs, size_t size)
{
	struct calendar times;
	if (unit_value(unit, "OnCalendar", runs, size))
		return calendar_systemd(runs, &times) ? calendar_longest_gap(&times) : -2;
	if (unit_value(unit, "OnUnitActiveSec", runs, size)) {
		int64_t minutes = span_minutes(runs);
		char each[64];
		snprintf(each, sizeof each, "each %.50s", runs);
		text_copy(runs, size, each);
		return minutes;
	}
	text_copy(runs, size, "at no time that is known");
	return -2;
}

/* A timer's service is of its own name, unless it says another. */
static void take_timer(struct look *look, const char *name)
{
	struct buffer text = { 0 };
	char runs[96] = "", service[128], command[512] = "";
	int64_t gap_minutes = -2;
	snprintf(service, sizeof service, "%.*s.service", (int)(strlen(name) - strlen(".timer")), name);
	if (read_unit(look, name, &text)) {
		gap_minutes = timer_gap(&text, runs, sizeof runs);
		unit_value(&text, "Unit", service, sizeof service);
	}
	if (read_unit(look, service, &text))
		unit_value(&text, "ExecStart", command, sizeof command);
	for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
		if (runs_job(command, &jobs[i]))
			note(&look->installed[i], name, runs, gap_minutes);
	}
	buffer_free(&text);
}

typedef void each_name(struct look *look, const char *folder, const char *name);

static void walk(struct look *look, const char *folder, each_name *each)
{
	char path[PATH_BYTES];
	snprintf(path, sizeof path, "%s%s", look->root, folder);
	DIR *directory = opendir(path);
	for (const struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
		if (entry->d_name[0] != '.')
			each(look, folder, entry->d_name);
	}
	if (directory != NULL)
		closedir(directory);
}

/* An enabled timer has a link in a folder TARGET.wants. */
static void take_wanted(struct look *look, const char *folder, const char *name)
{
	(void)folder;
	size_t length = strlen(name), ending = strlen(".timer");
	if (length > ending && text_equal(name + length - ending, ".timer"))
		take_timer(look, name);
}

static void take_wants(struct look *look, const char *folder, const char *name)
{
	char path[PATH_BYTES];
	size_t length = strlen(name), ending = strlen(".wants");
	if (length <= ending || !text_equal(name + length - ending, ".wants"))
		return;
	snprintf(path, sizeof path, "%s/%s", folder, name);
	walk(look, path, take_wanted);
}

/* ---- cron ---- */

/* "MIN HOUR DOM MON DOW", or "@daily": how long the part of a line is that says when. */
static size_t when_length(const char *line)
{
	size_t at = 0;
	for (int field = 0; field < (*line == '@' ? 1 : 5); field++) {
		at += strspn(line + at, " \t");
		at += strcspn(line + at, " \t");
	}
	return at;
}

static void take_cron_line(struct look *look, const char *where, const char *line)
{
	char when[96];
	struct calendar times;
	line += strspn(line, " \t");
	if (*line == '#' || *line == '\0')
		return;
	snprintf(when, sizeof when, "%.*s", (int)when_length(line), line);
	/* where systemd runs, such a line stands back for the timers */
	if (strstr(line, "test -d /run/systemd/system ||") != NULL) {
		char path[PATH_BYTES];
		snprintf(path, sizeof path, "%s/run/systemd/system", look->root);
		if (access(path, F_OK) == 0)
			return;
	}
	for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
		if (runs_job(line, &jobs[i]))
			note(&look->installed[i], where, when,
				calendar_cron(when, &times) ? calendar_longest_gap(&times) : -2);
	}
}

static void take_cron_file(struct look *look, const char *folder, const char *name)
{
	char path[PATH_BYTES], line[1024];
	struct buffer text = { 0 };
	snprintf(path, sizeof path, "%s/%s", folder, name);
	if (read_below(look, path, &text)) {
		for (const char *at = buffer_text(&text); *at != '\0';) {
			size_t length = strcspn(at, "\n");
			snprintf(line, sizeof line, "%.*s", (int)length, at);
			take_cron_line(look, path, line);
			at += length + (at[length] == '\n' ? 1 : 0);
		}
	}
	buffer_free(&text);
}

/* A script in cron.daily and its like runs as often as the folder says. */
static void take_cron_script(struct look *look, const char *folder, const char *name)
{
	char path[PATH_BYTES];
	struct buffer text = { 0 };
	struct calendar times;
	const char *often = strrchr(folder, '.') + 1;
	char when[32];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	snprintf(when, sizeof when, "@%s", often);
	if (read_below(look, path, &text) && calendar_cron(when, &times)) {
		for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
			if (runs_job(buffer_text(&text), &jobs[i]))
				note(&look->installed[i], path, often, calendar_longest_gap(&times));
		}
	}
	buffer_free(&text);
}

static void look_around(struct look *look)
{
	static const char *const often[] = { "/etc/cron.hourly", "/etc/cron.daily", "/etc/cron.weekly",
		"/etc/cron.monthly" };
	for (size_t i = 0; i < sizeof unit_folders / sizeof *unit_folders; i++)
		walk(look, unit_folders[i], take_wants);
	take_cron_file(look, "/etc", "crontab");
	walk(look, "/etc/cron.d", take_cron_file);
	walk(look, "/var/spool/cron/crontabs", take_cron_file);
	for (size_t i = 0; i < sizeof often / sizeof *often; i++)
		walk(look, often[i], take_cron_script);
}

/* ---- what is said ---- */

static const char *verdict_of(const struct job *job, const struct installed *installed)
{
	/* a job a day may start a little later than the day before; a job a minute may not */
	int64_t slack = job->most_minutes >= DAY_MINUTES ? SLACK_MINUTES : 0;
	if (installed->gap_minutes == 0)
		return "missing";
	if (installed->gap_minutes == -2)
		return "unknown";
	return installed->gap_minutes > 0 && installed->gap_minutes <= job->most_minutes + slack ?
		"ok" : "seldom";
}

static void member(struct json *json, const char *name, const char *text)
{
	if (text[0] == '\0')
		return;
	json_key(json, name);
	json_text(json, text);
}

/* Whether every job runs often enough. */
static bool write_jobs(const struct look *look, struct buffer *out)
{
	struct json json;
	bool good = true;
	json_begin(&json, out, false);
	json_open_array(&json);
	for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
		const char *verdict = verdict_of(&jobs[i], &look->installed[i]);
		json_open_object(&json);
		member(&json, "job", jobs[i].name);
		member(&json, "needed", jobs[i].needed);
		member(&json, "installed", look->installed[i].where);
		member(&json, "runs", look->installed[i].runs);
		member(&json, "verdict", verdict);
		if (!text_equal(verdict, "ok")) {
			member(&json, "remedy", jobs[i].remedy);
			good = false;
		}
		json_close_object(&json);
	}
	json_close_array(&json);
	return good;
}

int check_schedule_run(struct ctl *ctl, int argc, char **argv)
{
	struct look look = { .root = "" };
	struct error error = { 0 };
	struct buffer text = { 0 };
	struct value *rows;
	struct stat status;
	if (!ctl_take_option(&argc, argv, "--root", &look.root, &error) || !ctl_words(argc, argv, 0, 0, &error))
		return ctl_fail(ctl, &error);
	if (look.root[0] != '\0' && (stat(look.root, &status) != 0 || !S_ISDIR(status.st_mode))) {
		error_set(&error, ERROR_INVALID, "", "--root %.200s is no folder", look.root);
		return ctl_fail(ctl, &error);
	}
	look_around(&look);
	bool good = write_jobs(&look, &text);
	if (!ctl->quiet || !good) {
		if (value_parse(text.bytes, text.length, &rows, &error)) {
			ctl_print_rows(ctl, "ScheduledJob", rows);
			value_free(rows);
		}
	}
	buffer_free(&text);
	return good ? 0 : 1;
}
