/*
 * The audit that runs beside the daemon's work: the whole ledger read again in one snapshot, hashed
 * to the root of the head, its notes' signatures checked, replayed into a fresh state, and that
 * state compared with every row of every table. It trusts nothing that the loop knows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "reserve/document.h"
#include "reserve/emergency/request_note.h"
#include "reserve/emergency/why.h"
#include "reserve/finding.h"
#include "reserve/founding.h"
#include "reserve/person.h"
#include "reserve/zone/price.h"
#include "vaultd/handlers/handler.h"
#include "wire/entry.h"
#include "wire/message.h"
#include "wire/value.h"

enum { FINDINGS_MAX = 1000, PROGRESS_EVERY = 65536 };

struct audit {
	struct read_job job;
	struct vaultd *vaultd;     /* only the loop's done hook looks at it */
	bool ledger, replay;       /* which checks were asked for */
	struct reader *reader;
	struct head head;
	struct state *state;       /* the replay */
	struct tree tree;
	struct hasher *hasher;
	struct arena *scratch;     /* of one entry */
	struct json json;
	uint32_t findings, critical;
	int64_t last_at;
	bool broken;               /* replay cannot go on */
};

/* ---- findings and progress, as a stream ---- */

static void begin_reply(struct audit *audit, const char *check)
{
	reply_begin(&audit->json, &audit->job.out);
	json_key(&audit->json, "check");
	json_text(&audit->json, check);
}

static void find(struct audit *audit, const char *check, const char *subject, const char *column,
	const char *expected, const char *found, int64_t index, const char *message)
{
	audit->critical++;
	if (audit->findings++ >= FINDINGS_MAX)
		return;
	begin_reply(audit, check);
	json_key(&audit->json, "findings");
	json_open_array(&audit->json);
	json_open_object(&audit->json);
	const char *const members[][2] = { { "check", check }, { "severity", "critical" },
		{ "subject", subject }, { "column", column }, { "expected", expected },
		{ "found", found }, { "message", message } };
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		if (members[i][1] == NULL)
			continue;
		json_key(&audit->json, members[i][0]);
		json_text(&audit->json, members[i][1]);
	}
	if (index != ABSENT) {
		json_key(&audit->json, "index");
		json_int(&audit->json, index);
	}
	json_close_object(&audit->json);
	json_close_array(&audit->json);
	reply_end(&audit->json, true);
}

static bool progress(struct audit *audit, int64_t done)
{
	begin_reply(audit, "ledger");
	json_key(&audit->json, "done");
	json_int(&audit->json, done);
	json_key(&audit->json, "total");
	json_int(&audit->json, audit->head.size);
	reply_end(&audit->json, true);
	return reader_flush(audit->reader, &audit->job);
}

/* ---- the ledger ---- */

static const char *body_member(const struct parsed_entry *entry, const char *name)
{
	const struct field *field = descriptor_field(entry->body_descriptor, name);
	return field != NULL ? field_text(field, entry->body) : "";
}

/* A signature as entries keep it, against a text and the key that was in force then. */
static bool signature_holds(const struct audit *audit, const char *person, const char *key_id,
	const char *base64, const char *text)
{
	const struct key *key = person_key(audit->state, person, key_id);
	struct verifier_key verifier;
	struct error error = { 0 };
	struct buffer signature = { 0 };
	bool good = key != NULL && verifier_key_parse(key->verifier_key, &verifier, &error) &&
		base64_decode(base64, strlen(base64), &signature) &&
		signature.length == KEY_SIGNATURE_SIZE &&
		key_verify(verifier.public_key, text, strlen(text), (const uint8_t *)signature.bytes);
	buffer_free(&signature);
	return good;
}

static void check_signature(struct audit *audit, const struct parsed_entry *entry, int64_t index)
{
	const struct document *document = state_find(audit->state, TABLE_DOCUMENT,
		body_member(entry, "document"));
	if (document == NULL || !signature_holds(audit, body_member(entry, "person"),
	    body_member(entry, "key_id"), body_member(entry, "signature"), document->text))
		find(audit, "ledger", body_member(entry, "document"), "signature", NULL,
			body_member(entry, "person"), index,
			"a signature does not verify with a key in force at that index");
}

/*
 * A request that a delegate asked for: the note in its entry is theirs, and says what the entry
 * says.
 */
static void check_request_note(struct audit *audit, const struct parsed_entry *entry, int64_t index)
{
	const struct request_decided *body = entry->body;
	const struct person *person = person_find(audit->state, body->signer);
	struct error error = { 0 };
	if (!request_note_agrees(body, state_reserve(audit->state)->origin,
	    entry->has_command ? entry->command : NULL, audit->scratch, &error))
		find(audit, "ledger", body->request, "note", NULL, body->signer, index, error.message);
	if (person == NULL || (person->duties & DUTY_DELEGATE) == 0 ||
	    !text_equal(person->member, body->member))
		find(audit, "ledger", body->request, "signer", body->member, body->signer, index,
			"a request is signed by somebody who was no delegate of its member");
	if (!signature_holds(audit, body->signer, body->signature_key, body->signature, body->note))
		find(audit, "ledger", body->request, "signature", NULL, body->signer, index,
			"a request's signature does not verify with a key in force at that index");
}

/* The founding note again: every person it names must have signed its text. */
static void check_founding(struct audit *audit, const struct parsed_entry *entry)
{
	const char *bytes = body_member(entry, "note");
	struct note *note = arena_alloc(audit->scratch, sizeof *note);
	struct error error = { 0 };
	struct founding founding;
	bool good = note_parse(bytes, strlen(bytes), note, &error) &&
		founding_read(arena_text(audit->scratch, note->text, note->text_length), audit->scratch,
			&founding, &error);
	const struct founding_person *persons = good ? founding.persons.items : NULL;
	for (uint32_t i = 0; good && i < founding.persons.count; i++) {
		struct verifier_key key;
		good = verifier_key_parse(persons[i].verifier_key, &key, &error) &&
			note_verify(note, &key);
	}
	if (!good)
		find(audit, "ledger", "entry 0", "note", NULL, NULL, 0,
			"the founding note is not signed by every person it names");
}

static void check_entry(struct audit *audit, const struct parsed_entry *entry, int64_t index)
{
	char expected[24], found[24];
	if (entry->sequence != index) {
		snprintf(expected, sizeof expected, "%lld", (long long)index);
		snprintf(found, sizeof found, "%lld", (long long)entry->sequence);
		find(audit, "ledger", "entry", "sequence", expected, found, index,
			"an entry claims another's sequence");
	}
	if (entry->at < audit->last_at)
		find(audit, "ledger", "entry", "at", NULL, NULL, index, "time goes back in the ledger");
	audit->last_at = entry->at;
	if (text_equal(entry->kind, "document.signed"))
		check_signature(audit, entry, index);
	if (why_decides(entry->kind) && body_member(entry, "note")[0] != '\0')
		check_request_note(audit, entry, index);
	if (index == 0)
		check_founding(audit, entry);
}

static void replay_entry(struct audit *audit, const struct parsed_entry *entry, int64_t index)
{
	struct applied applied = { .index = index, .at = entry->at, .effective = entry->effective,
		.actor = entry->actor };
	reserve_apply(audit->state, &applied, event_type_find(entry->kind), entry->body);
	state_take_touched(audit->state); /* nothing is swept: ended rows are compared too */
}

static bool each_entry(void *context, int64_t index, const char *bytes, size_t length,
	struct error *error)
{
	struct audit *audit = context;
	struct parsed_entry entry;
	struct hash leaf;
	struct error wrong = { 0 };
	(void)error;
	if (index != audit->tree.size) {
		find(audit, "ledger", "entry", "sequence", NULL, NULL, audit->tree.size,
			"an entry is missing");
		audit->broken = true;
		return false;
	}
	hasher_leaf(audit->hasher, bytes, length, &leaf);
	tree_append(&audit->tree, audit->hasher, &leaf);
	arena_reset(audit->scratch);
	if (!audit->broken) {
		if (!entry_parse(bytes, length, event_find_body, NULL, audit->scratch, &entry, &wrong)) {
			find(audit, "ledger", "entry", NULL, NULL, NULL, index, wrong.message);
			audit->broken = true;
		} else {
			check_entry(audit, &entry, index);
			replay_entry(audit, &entry, index);
		}
	}
	return (index + 1) % PROGRESS_EVERY != 0 || progress(audit, index + 1);
}

static bool each_checkpoint(void *context, int64_t size, const struct hash *root, const char *note,
	struct error *error)
{
	struct audit *audit = context;
	const struct reserve *reserve = state_reserve(audit->state);
	struct verifier_key key;
	struct checkpoint checkpoint;
	struct tile_source tiles;
	struct hash now;
	struct error wrong = { 0 };
	char subject[48];
	(void)error;
	snprintf(subject, sizeof subject, "checkpoint %lld", (long long)size);
	tile_source_init(&tiles, size, reader_tile, audit->reader, audit->hasher);
	struct tree_source tree = tile_source_tree(&tiles);
	if (reserve == NULL || !verifier_key_parse(reserve->log_key, &key, &wrong) ||
	    !checkpoint_open(note, strlen(note), &key, 1, &checkpoint, &wrong) ||
	    checkpoint.size != size || !hash_equal(&checkpoint.root, root))
		find(audit, "ledger", subject, "note", NULL, NULL, size - 1,
			"a checkpoint's signature, size or root does not hold");
	else if (size > audit->head.size ||
	    !tree_source_root(&tree, size, &now, &wrong) || !hash_equal(&now, root))
		find(audit, "ledger", subject, "root", NULL, NULL, size - 1,
			"the ledger does not extend a checkpoint that was signed");
	return true;
}

static void check_root(struct audit *audit)
{
	struct hash root;
	tree_root(&audit->tree, audit->hasher, &root);
	if (audit->tree.size != audit->head.size) {
		char expected[24], found[24];
		snprintf(expected, sizeof expected, "%lld", (long long)audit->head.size);
		snprintf(found, sizeof found, "%lld", (long long)audit->tree.size);
		find(audit, "ledger", "head", "size", expected, found, ABSENT,
			"the ledger has not as many entries as its head says");
	} else if (!hash_equal(&root, &audit->head.root)) {
		find(audit, "ledger", "head", "root", NULL, NULL, ABSENT,
			"the entries do not hash to the root of the head");
	}
}

/* ---- replay against the tables ---- */

static int by_key(const void *a, const void *b)
{
	const struct row *left = *(const struct row *const *)a;
	const struct row *right = *(const struct row *const *)b;
	int order = strcmp(row_key(left), row_key(right));
	if (order != 0)
		return order;
	if (left->closed != right->closed) /* of rows that share a key the live one comes last */
		return left->closed ? -1 : 1;
	return left->last_index < right->last_index ? -1 : left->last_index > right->last_index;
}

static const struct row **sorted(const struct state *state, enum table_id table, size_t *ret_count)
{
	size_t count = 0;
	const struct row *row = NULL;
	while ((row = state_next(state, table, row)) != NULL)
		count++;
	const struct row **rows = malloc((count + 1) * sizeof *rows);
	if (rows == NULL)
		abort();
	*ret_count = count;
	for (count = 0, row = NULL; (row = state_next(state, table, row)) != NULL; count++)
		rows[count] = row;
	qsort(rows, count, sizeof *rows, by_key);
	return rows;
}

static const char *field_shown(struct arena *arena, const struct field *field,
	const struct row *row)
{
	struct buffer text = { 0 };
	struct json json;
	if (field_absent(field, row))
		return "(none)";
	json_begin(&json, &text, false);
	json_field(&json, field, row);
	const char *shown = arena_text(arena, text.bytes, text.length);
	buffer_free(&text);
	return shown;
}

static void compare_row(struct audit *audit, enum table_id table, const struct row *replayed,
	const struct row *stored)
{
	const struct descriptor *descriptor = table_info(table)->descriptor;
	char subject[160];
	arena_reset(audit->scratch);
	snprintf(subject, sizeof subject, "%s %s", table_info(table)->name, row_key(replayed));
	for (size_t i = 0; i < descriptor->field_count; i++) {
		const struct field *field = &descriptor->fields[i];
		if (!field_equal(field, replayed, stored))
			find(audit, "replay", subject, field->name,
				field_shown(audit->scratch, field, replayed),
				field_shown(audit->scratch, field, stored), replayed->last_index,
				"the table differs from what the ledger amounts to");
	}
	if (replayed->last_index != stored->last_index || replayed->closed != stored->closed) {
		char expected[24], found[24];
		bool index = replayed->last_index != stored->last_index;
		snprintf(expected, sizeof expected, "%lld",
			index ? (long long)replayed->last_index : (long long)replayed->closed);
		snprintf(found, sizeof found, "%lld",
			index ? (long long)stored->last_index : (long long)stored->closed);
		find(audit, "replay", subject, index ? "last_index" : "closed", expected, found,
			replayed->last_index, "the table differs from what the ledger amounts to");
	}
}

static void odd_row(struct audit *audit, enum table_id table, const struct row *row, bool missing)
{
	char subject[160];
	snprintf(subject, sizeof subject, "%s %s", table_info(table)->name, row_key(row));
	find(audit, "replay", subject, NULL, missing ? "a row" : "no row", missing ? "no row" : "a row",
		missing ? row->last_index : ABSENT, missing ?
		"a row that the ledger amounts to is missing" : "the ledger knows nothing of this row");
}

static void compare_table(struct audit *audit, enum table_id table, const struct state *stored)
{
	size_t left_count, right_count, left = 0, right = 0;
	const struct row **replayed = sorted(audit->state, table, &left_count);
	const struct row **rows = sorted(stored, table, &right_count);
	while (left < left_count || right < right_count) {
		int order = left == left_count ? 1 : right == right_count ? -1 :
			strcmp(row_key(replayed[left]), row_key(rows[right]));
		if (order == 0)
			compare_row(audit, table, replayed[left++], rows[right++]);
		else if (order < 0)
			odd_row(audit, table, replayed[left++], true);
		else
			odd_row(audit, table, rows[right++], false);
	}
	free(replayed);
	free(rows);
}

/* A price that was computed follows from its inputs. */
static void check_prices(struct audit *audit)
{
	const struct price *price = price_unequal(audit->state, audit->scratch);
	if (price != NULL)
		find(audit, "replay", price->id, "quoted", NULL, NULL, price->row.last_index,
			"its inputs give another price");
}

static void check_replay(struct audit *audit)
{
	struct state *stored;
	struct error error = { 0 };
	if (!reader_all_rows(audit->reader, &stored, &error)) {
		find(audit, "replay", error.field, NULL, NULL, NULL, ABSENT, error.message);
		return;
	}
	for (int t = 0; t < TABLE_COUNT; t++)
		compare_table(audit, (enum table_id)t, stored);
	state_free(stored);
	check_prices(audit);
}

/* ---- the run ---- */

static void run_checks(struct audit *audit)
{
	struct error error = { 0 };
	bool whole = reader_entries(audit->reader, 0, audit->head.size, each_entry, audit, &error);
	if (audit->job.gone)
		return;
	if (!whole && error.id != ERROR_NONE) {
		job_fail(&audit->job, audit->job.out.length, &error);
		return;
	}
	check_root(audit);
	if (audit->ledger)
		reader_checkpoints(audit->reader, each_checkpoint, audit, &error);
	if (audit->replay && !audit->broken)
		check_replay(audit);
	struct hash root;
	tree_root(&audit->tree, audit->hasher, &root);
	reply_begin(&audit->json, &audit->job.out);
	json_key(&audit->json, "entries");
	json_int(&audit->json, audit->tree.size);
	json_key(&audit->json, "root");
	json_hex(&audit->json, root.bytes, HASH_SIZE);
	reply_end(&audit->json, false);
}

static void run_audit(struct read_job *job, struct reader *reader)
{
	struct audit *audit = (struct audit *)(void *)job;
	struct error error = { 0 };
	audit->reader = reader;
	if (!reader_head(reader, &audit->head, &error)) {
		job_fail(job, 0, &error);
		return;
	}
	audit->state = state_new(true);
	audit->hasher = hasher_new();
	audit->scratch = arena_new(0);
	tree_init(&audit->tree);
	run_checks(audit);
	state_free(audit->state);
	hasher_free(audit->hasher);
	arena_free(audit->scratch);
}

static void audit_done(struct read_job *job, void *context)
{
	struct vaultd *vaultd = context;
	const struct audit *audit = (const struct audit *)(const void *)job;
	if (!job->gone) {
		vaultd->last_audit_at = vaultd_now(vaultd);
		snprintf(vaultd->last_audit, sizeof vaultd->last_audit, "%u critical, 0 warnings",
			(unsigned)audit->critical);
	}
	session_finish(vaultd->server, job->handle);
	buffer_free(&job->out);
	arena_free(job->arena);
	free(job);
}

static bool choose(struct asked *asked, struct audit *audit, struct error *error)
{
	const struct value *only = value_get(asked->parameters, "only");
	size_t count = value_count(only);
	audit->ledger = audit->replay = count == 0;
	for (size_t i = 0; i < count; i++) {
		const char *name = value_text(value_at(only, i), "");
		if (text_equal(name, "ledger"))
			audit->ledger = true;
		else if (text_equal(name, "replay"))
			audit->replay = true;
		else
			return error_set(error, ERROR_INVALID, "only",
				"there is no check \"%s\": ledger, replay", name);
	}
	return true;
}

struct read_job *evidence_audit(struct asked *asked, struct error *error)
{
	struct audit chosen = { 0 };
	if (!choose(asked, &chosen, error))
		return NULL;
	struct audit *audit = job_new(asked, sizeof *audit, run_audit);
	audit->job.done = audit_done;
	audit->ledger = chosen.ledger;
	audit->replay = chosen.replay;
	return &audit->job;
}
