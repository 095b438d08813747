/*
 * `audit run`: by vaultd, or with --ledger from an export, alone or with a dump of the tables; `audit checks`
 * lists what is checked. The exit status follows the monitoring plug-ins: 0 clean, 1 warnings, 2 critical,
 * 3 for every failure to run. It never mixes "found something" with "could not look".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "ledger/checkpoint.h"
#include "vaultctl/ledger_keys.h"
#include "vaultctl/offline/audit_export.h"
#include "vaultctl/special.h"
#include "vaultctl/units.h"

enum { AUDIT_CLEAN, AUDIT_WARNINGS, AUDIT_CRITICAL, AUDIT_FAILED, ONLY_MAX = 64 };

struct audit {
	struct ctl *ctl;
	const char *ledger, *tables, *fail_on;
	char *only_text;
	const char *only[ONLY_MAX + 1]; /* [0] NULL: all */
	int64_t since, since_index;     /* ABSENT: all of history */
	struct buffer checkpoint;       /* one that was kept from before; empty: none */
	struct ledger_keys keys;
	struct buffer findings;         /* JSON objects with commas between them */
	struct buffer unchecked;
	size_t warnings, criticals, unchecked_count;
	int64_t checks, entries;
	int64_t tables_entries;         /* of the dump that was compared; ABSENT: none */
	struct buffer root;
	struct ctl_progress progress;
	char what[64];                  /* what progress is about */
};

/* ---- findings ---- */

static void next_of(struct buffer *list)
{
	if (list->length > 0)
		buffer_append_byte(list, ',');
}

static void add_finding(struct audit *audit, const struct value *finding)
{
	next_of(&audit->findings);
	value_write(finding, &audit->findings);
	if (text_equal(value_get_text(finding, "severity", ""), "critical"))
		audit->criticals++;
	else
		audit->warnings++;
}

static struct value *parsed_list(struct buffer *list)
{
	struct buffer array = { 0 };
	struct value *rows = NULL;
	struct error error = { 0 };
	buffer_printf(&array, "[%s]", buffer_text(list));
	if (!value_parse(array.bytes, array.length, &rows, &error))
		rows = NULL;
	buffer_free(&array);
	return rows;
}

/* A check with all that it found, what it looked at, and what to do. */
static void print_check(const struct value *findings, size_t first)
{
	const char *check = value_get_text(value_at(findings, first), "check", "");
	const struct value *head = value_at(findings, first);
	bool critical = text_equal(value_get_text(head, "severity", ""), "critical");
	printf("%-8s  %s: %s\n", critical ? "CRITICAL" : "WARNING", check,
		value_get_text(head, "title", ""));
	for (size_t i = first; i < value_count(findings); i++) {
		const struct value *finding = value_at(findings, i);
		int64_t index = value_get_int(finding, "index", -1);
		if (!text_equal(value_get_text(finding, "check", ""), check))
			continue;
		printf("  %s: %s", value_get_text(finding, "subject", ""),
			value_get_text(finding, "message", ""));
		if (index >= 0)
			printf("   [ledger index %lld]", (long long)index);
		putchar('\n');
	}
	printf("  looked at  %s\n  to do      %s\n\n", value_get_text(head, "looks_at", ""),
		value_get_text(head, "remedy", ""));
}

static bool told_before(const struct value *findings, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (text_equal(value_get_text(value_at(findings, i), "check", ""),
			value_get_text(value_at(findings, at), "check", "")))
			return true;
	}
	return false;
}

static void print_unchecked(struct audit *audit)
{
	struct value *rows = parsed_list(&audit->unchecked);
	for (size_t i = 0; i < value_count(rows); i++)
		printf("not whole  %s: %s\n", value_get_text(value_at(rows, i), "check", ""),
			value_get_text(value_at(rows, i), "reason", ""));
	value_free(rows);
}

static void print_summary(struct audit *audit)
{
	char entries[UNIT_TEXT];
	unit_show_count(audit->entries, entries);
	if (audit->criticals + audit->warnings == 0)
		printf("clean: %lld check%s over %s entries, root %s\n", (long long)audit->checks,
			audit->checks == 1 ? "" : "s", entries, buffer_text(&audit->root));
	else
		printf("%zu critical, %zu warning%s: %lld check%s over %s entries, root %s\n",
			audit->criticals, audit->warnings, audit->warnings == 1 ? "" : "s",
			(long long)audit->checks, audit->checks == 1 ? "" : "s", entries,
			buffer_text(&audit->root));
	if (audit->tables_entries != ABSENT && audit->tables_entries < audit->entries)
		printf("tables  compared after entry %lld, where the dump was taken\n",
			(long long)audit->tables_entries - 1);
}

static void print_words(struct audit *audit)
{
	struct value *findings = parsed_list(&audit->findings);
	for (int critical = 1; critical >= 0; critical--) {
		for (size_t i = 0; i < value_count(findings); i++) {
			bool is = text_equal(value_get_text(value_at(findings, i), "severity", ""), "critical");
			if (is == (critical == 1) && !told_before(findings, i))
				print_check(findings, i);
		}
	}
	value_free(findings);
	print_unchecked(audit);
	bool trouble = audit->criticals + audit->warnings + audit->unchecked_count > 0;
	if (trouble || !audit->ctl->quiet)
		print_summary(audit);
	if (audit->criticals + audit->warnings > 0 && audit->ledger == NULL)
		ctl_next(audit->ctl, "vaultctl finding --open");
}

static void print_json(struct audit *audit)
{
	printf("{\"findings\":[%s],\"unchecked\":[%s],\"checks\":%lld,\"entries\":%lld,\"root\":\"%s\"",
		buffer_text(&audit->findings), buffer_text(&audit->unchecked), (long long)audit->checks,
		(long long)audit->entries, buffer_text(&audit->root));
	if (audit->tables_entries != ABSENT)
		printf(",\"tables_entries\":%lld", (long long)audit->tables_entries);
	puts("}");
}

static int print_findings(struct audit *audit)
{
	int status = audit->criticals > 0 ? AUDIT_CRITICAL
		: audit->warnings > 0 ? AUDIT_WARNINGS : AUDIT_CLEAN;
	if (audit->ctl->output == OUTPUT_JSON) {
		print_json(audit);
	} else if (audit->ctl->output == OUTPUT_TABLE) {
		print_words(audit);
	} else {
		struct value *rows = parsed_list(&audit->findings);
		ctl_print_rows(audit->ctl, "AuditFinding", rows);
		value_free(rows);
	}
	if (status == AUDIT_WARNINGS && text_equal(audit->fail_on, "critical"))
		return AUDIT_CLEAN;
	return status;
}

/* One line, whatever went wrong. */
static int cannot_run(const struct error *error)
{
	fprintf(stderr, "vaultctl: the audit could not run: %s%s%s\n", error->message,
		error->remedy[0] != '\0' ? ". " : "", error->remedy);
	return AUDIT_FAILED;
}

/* ---- by vaultd ---- */

static void next_check(struct audit *audit, const char *check)
{
	if (text_equal(audit->what, check))
		return;
	ctl_progress_end(&audit->progress);
	text_copy(audit->what, sizeof audit->what, check);
	ctl_progress_begin(&audit->progress, audit->ctl, audit->what, 0);
}

/* Roots are told in hexadecimal and shown as checkpoints have them. */
static void take_root(struct audit *audit, const char *hex)
{
	struct hash root;
	if (!text_to_hex(hex, root.bytes, HASH_SIZE))
		return;
	buffer_clear(&audit->root);
	base64_append(&audit->root, root.bytes, HASH_SIZE);
}

static bool take_reply(void *context, const struct value *parameters, struct error *error)
{
	struct audit *audit = context;
	const struct value *findings = value_get(parameters, "findings");
	const struct value *unchecked = value_get(parameters, "unchecked");
	const char *check = value_get_text(parameters, "check", "");
	(void)error;
	for (size_t i = 0; i < value_count(findings); i++)
		add_finding(audit, value_at(findings, i));
	for (size_t i = 0; i < value_count(unchecked); i++, audit->unchecked_count++) {
		next_of(&audit->unchecked);
		value_write(value_at(unchecked, i), &audit->unchecked);
	}
	audit->checks = value_get_int(parameters, "checks", audit->checks);
	audit->entries = value_get_int(parameters, "entries", audit->entries);
	take_root(audit, value_get_text(parameters, "root", ""));
	if (value_get(parameters, "total") == NULL)
		return true;
	next_check(audit, check);
	audit->progress.total = value_get_int(parameters, "total", 0);
	ctl_progress_set(&audit->progress, value_get_int(parameters, "done", 0));
	return true;
}

static void write_params(const struct audit *audit, struct buffer *params)
{
	struct json json;
	json_begin(&json, params, false);
	json_open_object(&json);
	if (audit->only[0] != NULL) {
		json_key(&json, "only");
		json_open_array(&json);
		for (size_t i = 0; audit->only[i] != NULL; i++)
			json_text(&json, audit->only[i]);
		json_close_array(&json);
	}
	if (audit->since != ABSENT) {
		json_key(&json, "since");
		json_time(&json, audit->since);
	}
	if (audit->since_index != ABSENT) {
		json_key(&json, "since_index");
		json_int(&json, audit->since_index);
	}
	if (audit->checkpoint.length > 0) {
		json_key(&json, "checkpoint");
		json_text_n(&json, audit->checkpoint.bytes, audit->checkpoint.length);
	}
	json_close_object(&json);
}

static bool run_online(struct audit *audit, struct error *error)
{
	struct buffer params = { 0 };
	write_params(audit, &params);
	ctl_progress_begin(&audit->progress, audit->ctl, "audit", 0);
	bool good = ctl_call_more(audit->ctl, "Evidence.Audit", buffer_text(&params), take_reply,
		audit, error);
	ctl_progress_end(&audit->progress);
	buffer_free(&params);
	return good;
}

/* ---- from an export ---- */

static void offline_progress(void *context, int64_t done, int64_t total)
{
	struct audit *audit = context;
	audit->progress.total = total;
	ctl_progress_set(&audit->progress, done);
}

static void add_member(struct json *json, const char *name, const char *text)
{
	if (text == NULL)
		return;
	json_key(json, name);
	json_text(json, text);
}

static void offline_found(void *context, const struct offline_finding *finding)
{
	struct audit *audit = context;
	struct json json;
	next_of(&audit->findings);
	json_begin(&json, &audit->findings, false);
	json_open_object(&json);
	add_member(&json, "check", finding->check);
	add_member(&json, "severity", finding->critical ? "critical" : "warning");
	add_member(&json, "subject", finding->subject);
	add_member(&json, "column", finding->column);
	add_member(&json, "expected", finding->expected);
	add_member(&json, "found", finding->found);
	if (finding->index != ABSENT) {
		json_key(&json, "index");
		json_int(&json, finding->index);
	}
	add_member(&json, "message", finding->message);
	add_member(&json, "title", finding->title);
	add_member(&json, "looks_at", finding->looks_at);
	add_member(&json, "remedy", finding->remedy);
	json_close_object(&json);
	if (finding->critical)
		audit->criticals++;
	else
		audit->warnings++;
}

static void offline_unchecked(void *context, const char *check, const char *reason)
{
	struct audit *audit = context;
	struct json json;
	next_of(&audit->unchecked);
	json_begin(&json, &audit->unchecked, false);
	json_open_object(&json);
	add_member(&json, "check", check);
	add_member(&json, "reason", reason);
	json_close_object(&json);
	audit->unchecked_count++;
}

static bool run_offline(struct audit *audit, struct error *error)
{
	const struct offline_audit options = { .keys = audit->keys.items,
		.key_count = audit->keys.count, .only = audit->only[0] != NULL ? audit->only : NULL,
		.now = (int64_t)time(NULL) * 1000, .since = audit->since,
		.since_index = audit->since_index, .progress = offline_progress, .found = offline_found,
		.checkpoint = audit->checkpoint.length > 0 ? buffer_text(&audit->checkpoint) : NULL,
		.tables = audit->tables, .unchecked = offline_unchecked, .context = audit };
	struct offline_audited audited;
	ctl_progress_begin(&audit->progress, audit->ctl, "audit", 0);
	bool good = offline_audit(audit->ledger, &options, &audited, error);
	ctl_progress_end(&audit->progress);
	if (!good)
		return false;
	audit->checks = audited.checks;
	audit->entries = audited.entries;
	audit->tables_entries = audited.tables;
	base64_append(&audit->root, audited.root.bytes, HASH_SIZE);
	if (audit->keys.count == 0 && !audit->ctl->quiet)
		ctl_say(audit->ctl, "the log key is the one that entry 0 names, pinned by nothing; "
			"give --key to pin it");
	return true;
}

/* ---- the command ---- */

static bool take_only(struct audit *audit, const char *only, struct error *error)
{
	size_t count = 0;
	if (only == NULL)
		return true;
	audit->only_text = strdup(only);
	if (audit->only_text == NULL)
		abort();
	for (char *name = strtok(audit->only_text, ","); name != NULL; name = strtok(NULL, ",")) {
		if (count == ONLY_MAX || !offline_check_known(name)) {
			error_set(error, ERROR_INVALID, "", count == ONLY_MAX ? "--only names too many checks"
				: "there is no check \"%.40s\"", name);
			return error_remedy(error, "vaultctl audit checks");
		}
		audit->only[count++] = name;
	}
	return count > 0 || error_set(error, ERROR_INVALID, "", "--only names no check");
}

/* A ledger index, "yesterday" (the whole of it, UTC), or a time. */
static bool take_since(struct audit *audit, const char *since, struct error *error)
{
	int64_t now = (int64_t)time(NULL) * 1000;
	if (since == NULL || (text_to_int(since, &audit->since_index) && audit->since_index >= 0))
		return true;
	audit->since_index = ABSENT;
	if (text_equal(since, "yesterday")) {
		audit->since = (now / TIME_DAY_MS - 1) * TIME_DAY_MS;
		return true;
	}
	return unit_read_time(since, now, &audit->since, error);
}

static bool take_options(struct audit *audit, int *argc, char **argv, struct error *error)
{
	const char *only = NULL, *since = NULL, *checkpoint = NULL;
	if (!ctl_take_option(argc, argv, "--only", &only, error)
		|| !ctl_take_option(argc, argv, "--since", &since, error)
		|| !ctl_take_option(argc, argv, "--checkpoint", &checkpoint, error)
		|| !ctl_take_option(argc, argv, "--ledger", &audit->ledger, error)
		|| !ctl_take_option(argc, argv, "--tables", &audit->tables, error)
		|| !ctl_take_option(argc, argv, "--fail-on", &audit->fail_on, error)
		|| !ledger_keys_take(&audit->keys, argc, argv, error)
		|| !ctl_words(*argc, argv, 0, 0, error)
		|| !take_only(audit, only, error) || !take_since(audit, since, error)
		|| (checkpoint != NULL &&
			!ctl_read_file(checkpoint, CHECKPOINT_NOTE_MAX, &audit->checkpoint, error)))
		return false;
	if (checkpoint != NULL && audit->checkpoint.length == 0)
		return error_set(error, ERROR_INVALID, "", "--checkpoint: %.200s is empty", checkpoint);
	if (!text_equal(audit->fail_on, "warning") && !text_equal(audit->fail_on, "critical"))
		return error_set(error, ERROR_INVALID, "",
			"--fail-on is warning or critical, not \"%.40s\"", audit->fail_on);
	return audit->ledger != NULL || (audit->keys.count == 0 && audit->tables == NULL) ||
		error_set(error, ERROR_INVALID, "", "%s goes with --ledger DIR",
			audit->tables != NULL ? "--tables DIR" : "--key");
}

int audit_run_run(struct ctl *ctl, int argc, char **argv)
{
	struct audit audit = { .ctl = ctl, .fail_on = "warning", .since = ABSENT,
		.since_index = ABSENT, .tables_entries = ABSENT };
	struct error error = { 0 };
	bool good = take_options(&audit, &argc, argv, &error)
		&& (audit.ledger != NULL ? run_offline(&audit, &error) : run_online(&audit, &error));
	int status = good ? print_findings(&audit) : cannot_run(&error);
	ledger_keys_clear(&audit.keys);
	free(audit.only_text);
	buffer_free(&audit.checkpoint);
	buffer_free(&audit.findings);
	buffer_free(&audit.unchecked);
	buffer_free(&audit.root);
	return status;
}

/* ---- the list of checks ---- */

static void print_checks_json(void)
{
	struct buffer out = { 0 };
	struct offline_check_info info;
	struct json json;
	json_begin(&json, &out, false);
	json_open_array(&json);
	for (size_t i = 0; offline_check_info(i, &info); i++) {
		json_open_object(&json);
		add_member(&json, "check", info.id);
		add_member(&json, "severity", info.critical ? "critical" : "warning");
		add_member(&json, "title", info.title);
		add_member(&json, "looks_at", info.looks_at);
		add_member(&json, "remedy", info.remedy);
		add_member(&json, "source", info.source);
		json_close_object(&json);
	}
	json_close_array(&json);
	puts(buffer_text(&out));
	buffer_free(&out);
}

static void print_check_words(const struct offline_check_info *info)
{
	printf("%s (%s): %s\n  looks at  %s\n  to do     %s\n", info->id,
		info->critical ? "critical" : "warning", info->title, info->looks_at, info->remedy);
	if (info->source != NULL)
		printf("  because   %s\n", info->source);
	putchar('\n');
}

/* Of all a line each, of those named everything. */
int audit_checks_run(struct ctl *ctl, int argc, char **argv)
{
	static const struct ctl_column columns[] = { { "check", false }, { "severity", false },
		{ "what must hold", false } };
	struct offline_check_info info;
	struct error error = { 0 };
	if (!ctl_words(argc, argv, 0, ONLY_MAX, &error))
		return ctl_fail(ctl, &error);
	for (int i = 0; i < argc; i++) {
		if (!offline_check_known(argv[i])) {
			error_set(&error, ERROR_NOT_FOUND, "", "there is no check \"%.40s\"", argv[i]);
			return ctl_fail(ctl, &error);
		}
	}
	if (ctl->output == OUTPUT_JSON) {
		print_checks_json();
		return 0;
	}
	struct ctl_table *table = argc == 0 && ctl->output == OUTPUT_TABLE ?
		ctl_table_new(ctl, columns, sizeof columns / sizeof *columns) : NULL;
	for (size_t i = 0; offline_check_info(i, &info); i++) {
		bool named = false;
		for (int j = 0; j < argc; j++)
			named = named || text_equal(argv[j], info.id);
		if (table != NULL)
			ctl_table_row(table, (const char *const[]){ info.id,
				info.critical ? "critical" : "warning", info.title });
		else if (argc == 0)
			puts(info.id);
		else if (named)
			print_check_words(&info);
	}
	if (table != NULL)
		ctl_table_print(table);
	ctl_next(ctl, "vaultctl audit checks two-signatures");
	return 0;
}
