/*
 * `audit run`: by vaultd, or with --ledger from an export alone. Its exit status follows the monitoring
 * plug-ins: 0 clean, 1 warnings, 2 critical, 3 for every failure to run. It never mixes "found
 * something" with "could not look".
 */
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/json.h"
#include "base/text.h"
#include "vaultctl/ledger_keys.h"
#include "vaultctl/offline/replay.h"
#include "vaultctl/special.h"
#include "vaultctl/units.h"

enum { AUDIT_CLEAN, AUDIT_WARNINGS, AUDIT_CRITICAL, AUDIT_FAILED };

struct audit {
	struct ctl *ctl;
	const char *only, *ledger, *fail_on;
	struct ledger_keys keys;
	struct buffer findings;     /* JSON objects with commas between them */
	size_t warnings, criticals;
	int64_t entries;
	struct buffer root, digest;
	struct ctl_progress progress;
	char what[64];              /* the check that progress is about */
};

/* ---- findings ---- */

static void add_finding(struct audit *audit, const struct value *finding)
{
	if (audit->findings.length > 0)
		buffer_append_byte(&audit->findings, ',');
	value_write(finding, &audit->findings);
	if (text_equal(value_get_text(finding, "severity", ""), "critical"))
		audit->criticals++;
	else
		audit->warnings++;
}

/* A finding made here: the export itself does not hold. */
static void add_own_finding(struct audit *audit, const char *check, const char *message)
{
	struct json json;
	if (audit->findings.length > 0)
		buffer_append_byte(&audit->findings, ',');
	json_begin(&json, &audit->findings, false);
	json_open_object(&json);
	json_key(&json, "check");
	json_text(&json, check);
	json_key(&json, "severity");
	json_text(&json, "critical");
	json_key(&json, "subject");
	json_text(&json, audit->ledger);
	json_key(&json, "message");
	json_text(&json, message);
	json_close_object(&json);
	audit->criticals++;
}

static void print_table(const struct audit *audit)
{
	struct buffer array = { 0 };
	struct value *rows;
	struct error error = { 0 };
	buffer_printf(&array, "[%.*s]", (int)audit->findings.length,
		audit->findings.length > 0 ? audit->findings.bytes : "");
	if (value_parse(array.bytes, array.length, &rows, &error)) {
		ctl_print_rows(audit->ctl, "AuditFinding", rows);
		value_free(rows);
	}
	buffer_free(&array);
}

static void print_json(struct audit *audit)
{
	printf("{\"findings\":[%s],\"entries\":%lld,\"root\":\"%s\"", buffer_text(&audit->findings),
		(long long)audit->entries, buffer_text(&audit->root));
	if (audit->digest.length > 0)
		printf(",\"state_sha256\":\"%s\"", buffer_text(&audit->digest));
	puts("}");
}

static int print_findings(struct audit *audit)
{
	bool clean = audit->criticals + audit->warnings == 0;
	int status = audit->criticals > 0 ? AUDIT_CRITICAL
		: audit->warnings > 0 ? AUDIT_WARNINGS : AUDIT_CLEAN;
	if (audit->ctl->output == OUTPUT_JSON) {
		print_json(audit);
	} else if (audit->ctl->output == OUTPUT_CSV || audit->ctl->output == OUTPUT_ID || !clean) {
		print_table(audit);
	} else if (!audit->ctl->quiet) {
		char entries[UNIT_TEXT];
		unit_show_count(audit->entries, entries);
		printf("clean: %s entries, root %s\n", entries, buffer_text(&audit->root));
		if (audit->digest.length > 0)
			printf("state  sha256 %s\n", buffer_text(&audit->digest));
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

static bool take_reply(void *context, const struct value *parameters, struct error *error)
{
	struct audit *audit = context;
	const struct value *findings = value_get(parameters, "findings");
	const char *check = value_get_text(parameters, "check", "");
	const char *root = value_get_text(parameters, "root", "");
	(void)error;
	for (size_t i = 0; i < value_count(findings); i++)
		add_finding(audit, value_at(findings, i));
	audit->entries = value_get_int(parameters, "entries", audit->entries);
	if (root[0] != '\0') {
		buffer_clear(&audit->root);
		buffer_append_text(&audit->root, root);
	}
	if (check[0] == '\0')
		return true;
	next_check(audit, check);
	audit->progress.total = value_get_int(parameters, "total", 0);
	ctl_progress_set(&audit->progress, value_get_int(parameters, "done", 0));
	return true;
}

/* "ledger,replay" as the parameters of the call. */
static void write_params(const char *only, struct buffer *params)
{
	struct json json;
	json_begin(&json, params, false);
	json_open_object(&json);
	if (only != NULL) {
		json_key(&json, "only");
		json_open_array(&json);
		for (const char *at = only; at != NULL;) {
			const char *comma = strchr(at, ',');
			json_text_n(&json, at, comma != NULL ? (size_t)(comma - at) : strlen(at));
			at = comma != NULL ? comma + 1 : NULL;
		}
		json_close_array(&json);
	}
	json_close_object(&json);
}

static bool run_online(struct audit *audit, struct error *error)
{
	struct buffer params = { 0 };
	write_params(audit->only, &params);
	ctl_progress_begin(&audit->progress, audit->ctl, "audit", 0);
	bool good = ctl_call_more(audit->ctl, "Evidence.Audit", buffer_text(&params), take_reply,
		audit, error);
	ctl_progress_end(&audit->progress);
	buffer_free(&params);
	return good;
}

/* ---- from an export ---- */

/*
 * Replaying asserts what the core once decided. A ledger whose own log key signed nonsense ends there:
 * that is a finding, told from inside the signal, and not a crash of ours.
 */
static volatile sig_atomic_t replaying;

static void on_abort(int number)
{
	static const char line[] = "vaultctl: critical: an entry of this ledger cannot be applied: "
		"no decision of a reserve can have made it\n";
	(void)number;
	ssize_t written = replaying ? write(STDERR_FILENO, line, sizeof line - 1) : 0;
	(void)written;
	_exit(replaying ? AUDIT_CRITICAL : AUDIT_FAILED);
}

static void offline_progress(void *context, int64_t done, int64_t total)
{
	struct audit *audit = context;
	audit->progress.total = total;
	ctl_progress_set(&audit->progress, done);
}

static bool wants(const struct audit *audit, const char *check)
{
	if (audit->only == NULL)
		return true;
	size_t length = strlen(check);
	for (const char *at = audit->only; at != NULL; at = strchr(at, ',')) {
		at += *at == ',' ? 1 : 0;
		if (strncmp(at, check, length) == 0 && (at[length] == '\0' || at[length] == ','))
			return true;
	}
	return false;
}

static void keep_state(struct audit *audit, struct state *state)
{
	struct hash digest;
	struct error error = { 0 };
	offline_state_digest(state, &digest);
	buffer_append_hex(&audit->digest, digest.bytes, HASH_SIZE);
	if (!offline_check_accounts(state, &error) || !offline_check_entitlements(state, &error) ||
	    !offline_check_prices(state, &error))
		add_own_finding(audit, "replay", error.message);
	state_free(state);
}

static bool run_offline(struct audit *audit, struct error *error)
{
	struct offline_result result;
	struct state *state = NULL;
	struct error cause = { 0 };
	const struct offline_check check = { .keys = audit->keys.items,
		.key_count = audit->keys.count, .progress = offline_progress, .context = audit };
	bool replay = wants(audit, "replay");
	if (replay)
		signal(SIGABRT, on_abort);
	ctl_progress_begin(&audit->progress, audit->ctl, replay ? "replaying" : "verifying", 0);
	replaying = 1;
	bool good = replay ? offline_replay(audit->ledger, &check, &result, &state, &cause)
		: offline_verify(audit->ledger, &check, &result, &cause);
	replaying = 0;
	ctl_progress_end(&audit->progress);
	if (!good && (cause.id == ERROR_STORE || cause.id == ERROR_LIMIT || cause.id == ERROR_NOT_FOUND)) {
		*error = cause;
		return false;
	}
	if (!good) {
		add_own_finding(audit, "ledger", cause.message);
		return true;
	}
	audit->entries = result.checkpoint.size;
	base64_append(&audit->root, result.checkpoint.root.bytes, HASH_SIZE);
	if (state != NULL)
		keep_state(audit, state);
	if (!result.pinned && !audit->ctl->quiet)
		ctl_say(audit->ctl, "the log key is the one that entry 0 names, pinned by nothing; "
			"give --key to pin it");
	return true;
}

/* ---- the command ---- */

static bool take_options(struct audit *audit, int *argc, char **argv, struct error *error)
{
	if (!ctl_take_option(argc, argv, "--only", &audit->only, error)
		|| !ctl_take_option(argc, argv, "--ledger", &audit->ledger, error)
		|| !ctl_take_option(argc, argv, "--fail-on", &audit->fail_on, error)
		|| !ledger_keys_take(&audit->keys, argc, argv, error)
		|| !ctl_words(*argc, argv, 0, 0, error))
		return false;
	if (!text_equal(audit->fail_on, "warning") && !text_equal(audit->fail_on, "critical"))
		return error_set(error, ERROR_INVALID, "",
			"--fail-on is warning or critical, not \"%.40s\"", audit->fail_on);
	if (audit->keys.count > 0 && audit->ledger == NULL)
		return error_set(error, ERROR_INVALID, "", "--key goes with --ledger DIR");
	if (audit->ledger != NULL && !wants(audit, "ledger") && !wants(audit, "replay"))
		return error_set(error, ERROR_INVALID, "",
			"from an export the checks are ledger and replay");
	return true;
}

int audit_run_run(struct ctl *ctl, int argc, char **argv)
{
	struct audit audit = { .ctl = ctl, .fail_on = "warning" };
	struct error error = { 0 };
	bool good = take_options(&audit, &argc, argv, &error)
		&& (audit.ledger != NULL ? run_offline(&audit, &error) : run_online(&audit, &error));
	int status = good ? print_findings(&audit) : cannot_run(&error);
	ledger_keys_clear(&audit.keys);
	buffer_free(&audit.findings);
	buffer_free(&audit.root);
	buffer_free(&audit.digest);
	return status;
}
