/*
 * The audit that runs beside the daemon's work, for a person or by itself: the ledger and every row read
 * again in one snapshot and brought to lib/audit, which trusts nothing that the loop knows. What it finds
 * is told as it is found; afterwards the loop records it, see evidence/finding_life.h.
 */
#include "vaultd/handlers/audit.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "audit/audit.h"
#include "base/text.h"
#include "base/time.h"
#include "ledger/checkpoint.h"
#include "reserve/evidence/finding_life.h"
#include "reserve/founding.h"
#include "reserve/person.h"
#include "vaultd/handlers/handler.h"
#include "vaultd/log.h"
#include "vaultd/peers.h"
#include "vaultd/store/scan.h"
#include "wire/message.h"
#include "wire/value.h"

/* Entries that are read as one stream; tiles and checkpoints of a range are read before it. */
enum { FINDINGS_MAX = 1000, RANGE = SCAN_TILES * TILE_WIDTH, PROGRESS_EVERY = 4 * RANGE };

struct audit_job {
	struct read_job job;
	struct audit_options options;
	const char **only;
	bool watched;              /* somebody waits for replies */
	bool whole;                /* all checks, all of history */
	bool recorded;             /* what it finds is, whoever asked: they audit, or the daemon itself */
	struct kept_checkpoint released; /* the last that this daemon signed, whatever the table has */
	struct checkpoint kept;          /* one that whoever asks has kept, with its note; NULL: none */
	const char *kept_note;
	struct reader *reader;
	struct head head;
	struct audit *audit;
	struct scan_tiles *tiles[TILE_LEVELS]; /* the next ones of each level, as kept */
	struct json json;
	struct audit_record record;
	struct audit_item *items;
	uint32_t drifts;
	bool failed;
	struct error error;
};

/* ---- what is told ---- */

static void begin_reply(struct audit_job *audit, const char *check)
{
	reply_begin(&audit->json, &audit->job.out);
	json_key(&audit->json, "check");
	json_text(&audit->json, check);
}

static void write_member(struct json *json, const char *name, const char *text)
{
	if (text == NULL)
		return;
	json_key(json, name);
	json_text(json, text);
}

static void tell_finding(struct audit_job *audit, const struct check *check,
	const struct check_finding *finding)
{
	struct json *json = &audit->json;
	begin_reply(audit, check->id);
	json_key(json, "findings");
	json_open_array(json);
	json_open_object(json);
	write_member(json, "check", check->id);
	write_member(json, "severity", finding->severity == SEVERITY_CRITICAL ? "critical" : "warning");
	write_member(json, "subject", finding->subject);
	write_member(json, "column", finding->column);
	write_member(json, "expected", finding->expected);
	write_member(json, "found", finding->found);
	write_member(json, "message", finding->message);
	write_member(json, "title", check->title);
	write_member(json, "looks_at", check->looks_at);
	write_member(json, "remedy", check->remedy);
	if (finding->index != ABSENT) {
		json_key(json, "index");
		json_int(json, finding->index);
	}
	json_close_object(json);
	json_close_array(json);
	reply_end(json, true);
}

/* Kept for the loop, which records it: copies live in the job's arena. */
static void keep_finding(struct audit_job *audit, const struct check *check,
	const struct check_finding *finding)
{
	struct audit_item *item = &audit->items[audit->record.findings.count++];
	*item = (struct audit_item){ .index = finding->index, .severity = (uint8_t)finding->severity,
		.message = arena_text(audit->job.arena, finding->message,
			strnlen(finding->message, REASON_MAX - 1)) };
	body_text(item->check, check->id);
	body_text(item->subject, finding->subject);
	if (finding->stops != NULL)
		body_text(item->stops, finding->stops);
	if (finding->caused_by != NULL && !text_equal(finding->caused_by, "vaultd"))
		body_text(item->caused_by, finding->caused_by);
}

static void take_finding(void *context, const struct check *check,
	const struct check_finding *finding)
{
	struct audit_job *audit = context;
	bool critical = finding->severity == SEVERITY_CRITICAL;
	audit->record.criticals += critical;
	audit->record.warnings += !critical;
	audit->drifts += finding->stops != NULL;
	if (audit->record.findings.count == FINDINGS_MAX)
		return;
	keep_finding(audit, check, finding);
	if (audit->watched)
		tell_finding(audit, check, finding);
}

static void take_unchecked(void *context, const struct check *check, const char *reason)
{
	struct audit_job *audit = context;
	struct json *json = &audit->json;
	audit->record.unchecked++;
	if (!audit->watched)
		return;
	begin_reply(audit, check->id);
	json_key(json, "unchecked");
	json_open_array(json);
	json_open_object(json);
	write_member(json, "check", check->id);
	write_member(json, "reason", reason);
	json_close_object(json);
	json_close_array(json);
	reply_end(json, true);
}

/* False: nobody waits for it any more. */
static bool progress(struct audit_job *audit, const char *what, int64_t done, int64_t total)
{
	if (!audit->watched)
		return reader_goes_on(audit->reader);
	begin_reply(audit, what);
	json_key(&audit->json, "done");
	json_int(&audit->json, done);
	json_key(&audit->json, "total");
	json_int(&audit->json, total);
	reply_end(&audit->json, true);
	return reader_flush(audit->reader, &audit->job);
}

/* ---- what is brought ---- */

static bool give_tile(void *context, int level, int64_t number, struct hash ret_hashes[TILE_WIDTH])
{
	const struct audit_job *audit = context;
	const struct scan_tiles *tiles = audit->tiles[level];
	for (int i = 0; i < tiles->count; i++) {
		if (tiles->numbers[i] == number) {
			memcpy(ret_hashes, tiles->hashes[i], sizeof tiles->hashes[i]);
			return true;
		}
	}
	return false;
}

/* Tiles that fill within the range, of each level: at the lowest as many as are read at once. */
static bool read_tiles(struct audit_job *audit, int64_t from, int64_t to)
{
	int64_t span = 1;
	for (int level = 0; level < TILE_LEVELS; level++) {
		span *= TILE_WIDTH;
		if (to / span > from / span &&
		    !scan_tiles(audit->reader, level, from / span, audit->tiles[level], &audit->error))
			return false;
	}
	return true;
}

static bool take_checkpoint(void *context, int64_t size, const struct hash *root, const char *note,
	struct error *error)
{
	const struct audit_job *audit = context;
	(void)error;
	audit_checkpoint(audit->audit, size, root, note);
	return true;
}

/*
 * What this daemon signed last may not be in the table yet, or not any more; and what whoever asks has
 * kept from before must be extended.
 */
static void bring_kept(struct audit_job *audit)
{
	const struct kept_checkpoint *released = &audit->released;
	if (released->size != 0)
		audit_checkpoint(audit->audit, released->size, &released->root, released->note);
	if (audit->kept_note != NULL)
		audit_checkpoint(audit->audit, audit->kept.size, &audit->kept.root, audit->kept_note);
}

static bool take_entry(void *context, int64_t index, const char *bytes, size_t length,
	struct error *error)
{
	struct audit_job *audit = context;
	(void)error;
	audit_entry(audit->audit, index, bytes, length);
	return true;
}

static bool bring_entries(struct audit_job *audit)
{
	int64_t end;
	struct error *error = &audit->error;
	if (!scan_ledger_end(audit->reader, &end, error))
		return false;
	bring_kept(audit);
	for (int64_t at = 0; at < end; at += RANGE) {
		int64_t to = at + RANGE < end ? at + RANGE : end;
		if (!read_tiles(audit, at, to) ||
		    !scan_checkpoints(audit->reader, at, to, take_checkpoint, audit, error))
			return false;
		if (!scan_entries(audit->reader, at, to, take_entry, audit, error) ||
		    (to % PROGRESS_EVERY == 0 && !progress(audit, "ledger", to, audit->head.size)))
			return false;
	}
	if (!scan_checkpoints(audit->reader, end, INT64_MAX, take_checkpoint, audit, error))
		return false;
	audit_end_of_ledger(audit->audit);
	return true;
}

static void take_row(void *context, enum table_id table, const struct row *row,
	const char *unreadable)
{
	struct audit_job *audit = context;
	if (unreadable != NULL)
		audit_unreadable(audit->audit, table, row, unreadable);
	audit_row(audit->audit, table, row);
}

static bool bring_rows(struct audit_job *audit)
{
	for (int t = 0; t < TABLE_COUNT; t++) {
		if (!scan_rows(audit->reader, (enum table_id)t, take_row, audit, &audit->error) ||
		    !progress(audit, "tables", t + 1, TABLE_COUNT))
			return false;
	}
	audit_tables_end(audit->audit);
	return true;
}

static void take_command(void *context, const uint8_t id[16], const char *actor,
	const uint8_t digest[32], int64_t index)
{
	audit_command(((struct audit_job *)context)->audit, id, actor, digest, index);
}

static bool bring_commands(struct audit_job *audit)
{
	if (!scan_commands(audit->reader, take_command, audit, &audit->error))
		return false;
	audit_commands_end(audit->audit);
	return true;
}

static bool take_cosigned(void *context, const struct kept_checkpoint *checkpoint,
	const struct cosignature *cosignature)
{
	const struct audit_job *audit = context;
	const struct reserve *reserve = state_reserve(audit_state(audit->audit));
	struct buffer note = { 0 };
	if (reserve != NULL)
		cosignature_compose(&note, checkpoint->note, cosignature, reserve->origin);
	audit_cosigned(audit->audit, checkpoint->size, note.bytes, note.length);
	buffer_free(&note);
	return true;
}

static bool wants(const struct audit_job *audit, const char *id)
{
	const struct check *check = check_find(id);
	for (const char **only = audit->only; only != NULL && *only != NULL; only++) {
		if (check_is_meant(check, *only))
			return true;
	}
	return audit->only == NULL;
}

static bool bring(struct audit_job *audit)
{
	return bring_entries(audit) && (!wants(audit, "tables") || bring_rows(audit)) &&
		(!wants(audit, "command-ids") || bring_commands(audit)) &&
		(!wants(audit, "cosignatures") ||
		reader_cosignatures(audit->reader, take_cosigned, audit, &audit->error));
}

/* ---- the run ---- */

static void tell_end(struct audit_job *audit)
{
	struct json *json = &audit->json;
	reply_begin(json, &audit->job.out);
	json_key(json, "checks");
	json_int(json, audit->record.checks);
	json_key(json, "entries");
	json_int(json, audit->record.entries);
	json_key(json, "root");
	json_hex(json, audit->record.root, sizeof audit->record.root);
	reply_end(json, false);
}

static void run_checks(struct audit_job *audit)
{
	struct hash root;
	audit->audit = audit_new(&audit->options);
	bool brought = bring(audit);
	if (brought) {
		audit_end(audit->audit);
		audit_root(audit->audit, &root);
		audit->record.checks = (int64_t)audit_checks(audit->audit);
		audit->record.entries = audit_size(audit->audit);
		memcpy(audit->record.root, root.bytes, sizeof audit->record.root);
	}
	audit_free(audit->audit);
	malloc_trim(0); /* a state as large as the live one is gone: its memory is the machine's again */
	audit->failed = !brought;
}

static void run_audit(struct read_job *job, struct reader *reader)
{
	struct audit_job *audit = (struct audit_job *)(void *)job;
	audit->reader = reader;
	audit->items = arena_alloc(job->arena, FINDINGS_MAX * sizeof *audit->items);
	audit->record.findings.items = audit->items;
	audit->failed = !reader_head(reader, &audit->head, &audit->error);
	if (!audit->failed) {
		audit->options.size = audit->head.size;
		audit->options.root = audit->head.root;
		for (int level = 0; level < TILE_LEVELS; level++)
			audit->tiles[level] = arena_alloc(job->arena, sizeof *audit->tiles[level]);
		run_checks(audit);
	}
	if (!audit->watched || job->gone)
		return;
	if (audit->failed)
		job_fail(job, job->out.length, &audit->error);
	else
		tell_end(audit);
}

/* What was found becomes entries, unless an audit of nobody found nothing that matters. */
static void record(struct vaultd *vaultd, struct audit_job *audit)
{
	struct submission submission = { .type = &command_audit_record, .params = &audit->record,
		.now = vaultd_now(vaultd), .arena = vaultd->arena };
	struct error error = { 0 };
	struct outcome outcome;
	if (!audit->recorded && audit->drifts == 0)
		return;
	audit->record.complete = audit->whole && audit->recorded;
	if (vaultd->gate != GATE_OPEN || !sequencer_has_room(vaultd->sequencer)) {
		log_error("audit-not-recorded", "reason=%s criticals=%lld", vaultd->gate != GATE_OPEN ?
			vaultd->gate_reason : "the daemon is busy", (long long)audit->record.criticals);
		return;
	}
	if (!sequencer_submit(vaultd->sequencer, &submission, false, &outcome, &error) &&
	    error.id != ERROR_CONFLICT)
		log_error("audit-not-recorded", "reason=%s", error.message);
	arena_reset(vaultd->arena);
}

static void log_drift(const struct audit_job *audit)
{
	for (uint32_t i = 0; i < audit->record.findings.count; i++) {
		if (audit->items[i].stops[0] != '\0')
			log_error("drift", "check=%s subject=%s index=%lld stops=%s message=%s",
				audit->items[i].check, audit->items[i].subject, (long long)audit->items[i].index,
				audit->items[i].stops, audit->items[i].message);
	}
}

static void drop(struct audit_job *audit)
{
	buffer_free(&audit->job.out);
	arena_free(audit->job.arena);
	free(audit);
}

static void audit_done(struct read_job *job, void *context)
{
	struct vaultd *vaultd = context;
	struct audit_job *audit = (struct audit_job *)(void *)job;
	if (!audit->failed) {
		log_drift(audit);
		record(vaultd, audit);
	}
	session_finish(vaultd->server, job->handle);
	drop(audit);
}

/* ---- by itself ---- */

static void self_check_done(struct read_job *job, void *context)
{
	struct vaultd *vaultd = context;
	struct audit_job *audit = (struct audit_job *)(void *)job;
	vaultd->self_checking = false;
	vaultd->self_check_at = vaultd_wall_clock();
	vaultd->self_check_drifts = audit->failed ? -1 : (int64_t)audit->drifts;
	if (audit->failed && !vaultd->stopping)
		log_error("self-check-failed", "reason=%s", audit->error.message);
	else if (!audit->failed && audit->drifts == 0)
		log_info("self-check", "entries=%lld drift=%d", (long long)audit->record.entries, 0);
	if (!audit->failed) {
		log_drift(audit);
		record(vaultd, audit);
	}
	drop(audit);
}

static struct audit_job *prepare(struct vaultd *vaultd, struct audit_job *audit)
{
	audit->options.now = vaultd_now(vaultd);
	audit->options.only = audit->only;
	audit->options.tables = wants(audit, "tables");
	audit->options.commands = wants(audit, "command-ids");
	if (getrandom(audit->options.chance, sizeof audit->options.chance, 0) !=
	    sizeof audit->options.chance)
		log_warning("no-chance", "what=%s", "an audit hashes without a key");
	audit->options.tile = give_tile;
	audit->options.found = take_finding;
	audit->options.unchecked = take_unchecked;
	audit->options.context = audit;
	audit->released = vaultd->checkpoint;
	return audit;
}

void audit_self_check(struct vaultd *vaultd)
{
	static const char *only[] = { "ledger-entry", "ledger-root", "tables", "command-ids", NULL };
	struct audit_job *audit = calloc(1, sizeof *audit);
	if (audit == NULL)
		abort();
	audit->job.after_batch = vaultd->committed_batch;
	audit->job.run = run_audit;
	audit->job.done = self_check_done;
	audit->job.arena = arena_new(0);
	audit->options.since = audit->options.since_index = ABSENT;
	audit->only = only;
	prepare(vaultd, audit);
	vaultd->self_checking = readers_submit(vaultd->readers, &audit->job, vaultd->committed_batch);
	if (!vaultd->self_checking)
		drop(audit);
}

/*
 * The first when the daemon has come to rest, later ones in idle time, and in the end without it. One that
 * could not be run says nothing, and is run again soon.
 */
void audit_tick(struct vaultd *vaultd)
{
	int64_t now = vaultd_wall_clock(), every_ms = vaultd->config->self_check_hours * 3600000;
	if (vaultd->self_check_batch != vaultd->committed_batch || vaultd->self_check_quiet_at == 0) {
		vaultd->self_check_batch = vaultd->committed_batch;
		vaultd->self_check_quiet_at = now;
	}
	if (every_ms == 0 || vaultd->self_checking || vaultd->stopping ||
	    vaultd->gate == GATE_DATABASE_AWAY || vaultd->committed_size == 0)
		return;
	bool first = vaultd->self_check_at == 0;
	bool quiet = now - vaultd->self_check_quiet_at >= SELF_CHECK_QUIET_MS;
	int64_t since_ms = now - vaultd->self_check_at;
	bool again = !first && vaultd->self_check_drifts < 0 && since_ms >= SELF_CHECK_AGAIN_MS;
	if (first || again ? quiet : since_ms >= 2 * every_ms || (since_ms >= every_ms && quiet))
		audit_self_check(vaultd);
}

/* ---- for a person ---- */

static bool choose(struct asked *asked, struct arena *arena, const char ***ret_only,
	struct error *error)
{
	const struct value *only = value_get(asked->parameters, "only");
	size_t count = value_count(only);
	*ret_only = count == 0 ? NULL : arena_alloc(arena, (count + 1) * sizeof **ret_only);
	for (size_t i = 0; i < count; i++) {
		const char *name = value_text(value_at(only, i), "");
		if (!check_name_known(name)) {
			error_set(error, ERROR_INVALID, "only", "there is no check \"%.40s\"", name);
			return error_remedy(error, "vaultctl audit checks");
		}
		(*ret_only)[i] = arena_text(arena, name, strlen(name));
	}
	return true;
}

static bool take_since(struct asked *asked, struct audit_options *options, struct error *error)
{
	const char *since = value_get_text(asked->parameters, "since", "");
	options->since = ABSENT;
	options->since_index = value_get_int(asked->parameters, "since_index", ABSENT);
	if (since[0] != '\0' && !time_parse(since, &options->since))
		return error_set(error, ERROR_INVALID, "since", "\"%.40s\" is no time, such as "
			"2026-11-22T00:00:00Z", since);
	if (options->since != ABSENT && options->since > vaultd_now(asked->vaultd))
		return error_set(error, ERROR_INVALID, "since", "%.40s lies ahead: nothing happened since",
			since);
	/* nothing since the last entry is an answer; since one that is to come is none */
	return options->since_index <= asked->vaultd->committed_size ||
		error_set(error, ERROR_INVALID, "since_index", "the ledger has %lld entries",
			(long long)asked->vaultd->committed_size);
}

/* A checkpoint is taken as it is; that the log signed it is the engine's to say. */
static bool take_kept(struct asked *asked, struct audit_job *audit, struct error *error)
{
	const char *note = value_get_text(asked->parameters, "checkpoint", NULL);
	struct error cause = { 0 };
	if (note == NULL)
		return true;
	audit->kept_note = arena_text(audit->job.arena, note, strlen(note));
	return checkpoint_open(note, strlen(note), NULL, 0, &audit->kept, &cause) ||
		error_set(error, ERROR_INVALID, "checkpoint", "it is no signed checkpoint: %.200s",
			cause.message);
}

struct read_job *evidence_audit(struct asked *asked, struct error *error)
{
	struct vaultd *vaultd = asked->vaultd;
	const struct person *actor = NULL;
	struct error nobody = { 0 };
	struct audit_job *audit = job_new(asked, sizeof *audit, run_audit);
	audit->job.done = audit_done;
	audit->watched = true;
	if (!choose(asked, audit->job.arena, &audit->only, error) ||
	    !take_since(asked, &audit->options, error) || !take_kept(asked, audit, error)) {
		job_drop(&audit->job);
		return NULL;
	}
	if (peer_actor(vaultd, asked->session, value_get_text(asked->parameters, "as", ""), &actor,
	    &nobody) && actor != NULL) {
		body_text(audit->record.asked_by, actor->code);
		audit->recorded = (actor->duties & (DUTY_AUDITOR | DUTY_OFFICER)) != 0;
	}
	audit->whole = audit->only == NULL && audit->options.since == ABSENT &&
		audit->options.since_index == ABSENT;
	prepare(vaultd, audit);
	return &audit->job;
}
