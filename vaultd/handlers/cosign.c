/*
 * Checkpoints with their cosignatures, consistency between two of them, and the way of a cosignature: the
 * loop finds the witnesses' keys, a reader thread checks signatures and whether the ledger had that root at
 * that size, and the writer keeps it before the witness hears so.
 */
#include "vaultd/handlers/cosign.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "ledger/checkpoint.h"
#include "ledger/key.h"
#include "reserve/evidence/dispute.h"
#include "reserve/founding.h"
#include "reserve/person.h"
#include "vaultd/handlers/handler.h"
#include "vaultd/log.h"
#include "vaultd/loop.h"
#include "vaultd/witnesses.h"
#include "wire/message.h"
#include "wire/value.h"

static void write_hash(struct json *json, const char *name, const struct hash *hash)
{
	struct buffer base64 = { 0 };
	base64_append(&base64, hash->bytes, HASH_SIZE);
	json_key(json, name);
	json_text_n(json, base64.bytes, base64.length);
	buffer_free(&base64);
}

/* ---- GetCheckpoint ---- */

static void write_checkpoint(struct json *json, const struct kept_checkpoint *checkpoint,
	const struct cosigned *cosigned, const char *origin)
{
	struct buffer note = { 0 };
	witnesses_compose(&note, checkpoint, cosigned, origin);
	json_key(json, "checkpoint");
	json_open_object(json);
	json_key(json, "origin");
	json_text(json, origin);
	json_key(json, "size");
	json_int(json, checkpoint->size);
	write_hash(json, "root", &checkpoint->root);
	json_key(json, "note");
	json_text_n(json, note.bytes, note.length);
	json_key(json, "at");
	json_time(json, checkpoint->at);
	json_close_object(json);
	if (cosigned != NULL && cosigned->count > 0) {
		json_key(json, "cosignatures");
		json_open_array(json);
		for (size_t i = 0; i < cosigned->count; i++) {
			json_open_object(json);
			json_key(json, "witness");
			json_text(json, cosigned->cosignatures[i].witness);
			json_key(json, "key_id");
			json_text(json, cosigned->cosignatures[i].key_id);
			json_key(json, "at");
			json_time(json, cosigned->cosignatures[i].at);
			json_close_object(json);
		}
		json_close_array(json);
	}
	buffer_free(&note);
}

bool evidence_of_quorum(const struct vaultd *vaultd, int64_t quorum,
	const struct cosigned **ret_cosigned, struct error *error)
{
	const struct state *state = sequencer_state(vaultd->sequencer);
	const struct cosigned *newest = witnesses_newest(vaultd->witnesses, state, quorum);
	int64_t enrolled = person_count(state, DUTY_WITNESS);
	if (quorum < 1 || quorum > WITNESSES_MAX)
		return error_set(error, ERROR_INVALID, "quorum", "it is a number of witnesses from 1 to %d",
			WITNESSES_MAX);
	if (newest == NULL) {
		error_set(error, ERROR_NOT_FOUND, "quorum", "no checkpoint has cosignatures of %lld "
			"witnesses yet; %lld %s enrolled", (long long)quorum, (long long)enrolled,
			enrolled == 1 ? "is" : "are");
		return error_remedy(error, "each witness: vaultctl ledger cosign --key FILE --state FILE");
	}
	*ret_cosigned = newest;
	return true;
}

bool evidence_get_checkpoint(struct asked *asked, struct buffer *out, struct error *error)
{
	struct vaultd *vaultd = asked->vaultd;
	const struct state *state = sequencer_state(vaultd->sequencer);
	int64_t quorum = value_get_int(asked->parameters, "quorum", ABSENT);
	const char *witness = value_get_text(asked->parameters, "witness", "");
	const struct cosigned *cosigned = NULL;
	if (!vaultd_checkpoint(vaultd, error) ||
	    (quorum != ABSENT && !evidence_of_quorum(vaultd, quorum, &cosigned, error)))
		return false;
	const struct kept_checkpoint *checkpoint = &vaultd->checkpoint;
	if (cosigned != NULL)
		checkpoint = &cosigned->checkpoint;
	else if (witness[0] != '\0')
		checkpoint = witnesses_ask(vaultd->witnesses, state, checkpoint, witness,
			value_get_int(asked->parameters, "cosigned_size", 0), vaultd_now(vaultd));
	struct json json;
	reply_begin(&json, out);
	write_checkpoint(&json, checkpoint, witnesses_of_size(vaultd->witnesses, checkpoint->size),
		state_reserve(state)->origin);
	reply_end(&json, false);
	return true;
}

/* ---- ProveConsistency ---- */

struct consistency_job {
	struct read_job job;
	int64_t old_size, new_size;
	struct kept_checkpoint newest;
};

static bool prove(const struct consistency_job *asked, struct reader *reader,
	struct hash ret_roots[2], struct tree_path *ret_path, struct buffer *note, struct error *error)
{
	struct tile_source tiles;
	struct hasher *hasher = hasher_new();
	tile_source_init(&tiles, asked->newest.size, reader_tile, reader, hasher);
	struct tree_source tree = tile_source_tree(&tiles);
	bool proved = tree_prove_consistency(&tree, asked->old_size, asked->new_size, ret_path, error) &&
		tree_source_root(&tree, asked->old_size, &ret_roots[0], error) &&
		tree_source_root(&tree, asked->new_size, &ret_roots[1], error) &&
		reader_checkpoint(reader, asked->new_size, note, error);
	hasher_free(hasher);
	if (proved && asked->new_size == asked->newest.size) { /* perhaps not in the database yet */
		buffer_clear(note);
		buffer_append_text(note, asked->newest.note);
	}
	return proved;
}

static void run_consistency(struct read_job *job, struct reader *reader)
{
	const struct consistency_job *asked = (const struct consistency_job *)(const void *)job;
	struct error error = { 0 };
	struct hash roots[2];
	struct tree_path path;
	struct buffer note = { 0 }, hash = { 0 };
	struct json json;
	if (!prove(asked, reader, roots, &path, &note, &error)) {
		job_fail(job, 0, &error);
		buffer_free(&note);
		return;
	}
	reply_begin(&json, &job->out);
	json_key(&json, "old_size");
	json_int(&json, asked->old_size);
	write_hash(&json, "old_root", &roots[0]);
	json_key(&json, "new_size");
	json_int(&json, asked->new_size);
	write_hash(&json, "new_root", &roots[1]);
	json_key(&json, "path");
	json_open_array(&json);
	for (size_t i = 0; i < path.length; i++) {
		buffer_clear(&hash);
		base64_append(&hash, path.hashes[i].bytes, HASH_SIZE);
		json_text_n(&json, hash.bytes, hash.length);
	}
	json_close_array(&json);
	if (note.length > 0) {
		json_key(&json, "checkpoint");
		json_text_n(&json, note.bytes, note.length);
	}
	reply_end(&json, false);
	buffer_free(&note);
	buffer_free(&hash);
}

struct read_job *evidence_prove_consistency(struct asked *asked, struct error *error)
{
	struct vaultd *vaultd = asked->vaultd;
	int64_t old_size = value_get_int(asked->parameters, "old_size", -1);
	int64_t new_size = value_get_int(asked->parameters, "new_size", ABSENT);
	if (!vaultd_checkpoint(vaultd, error))
		return NULL;
	if (new_size == ABSENT)
		new_size = vaultd->checkpoint.size;
	if (old_size < 0 || old_size > new_size || new_size > vaultd->checkpoint.size) {
		error_set(error, ERROR_INVALID, old_size > new_size ? "old_size" : "new_size",
			"sizes go from 0 up to %lld, which is how many entries the ledger has, the smaller first",
			(long long)vaultd->checkpoint.size);
		return NULL;
	}
	struct consistency_job *job = job_new(asked, sizeof *job, run_consistency);
	job->old_size = old_size;
	job->new_size = new_size;
	job->newest = vaultd->checkpoint;
	return &job->job;
}

/* ---- Cosign ---- */

/* What a reader thread is to check of one note. */
struct cosign_job {
	struct read_job job;
	struct cosigning cosigning;      /* of the lines that are a witness's; waits for the writer as it is */
	struct verifier_key keys[WITNESSES_MAX], log;
	struct note *note;               /* its text and lines live in the job's arena */
	struct checkpoint shown;
	bool holds;
	bool disputed;                   /* signed by the log key, and no part of this ledger */
};

static bool check_line(const struct cosign_job *cosign, size_t i, struct error *error)
{
	const struct cosignature *cosignature = &cosign->cosigning.cosignatures[i];
	return note_verify(cosign->note, &cosign->keys[i]) || error_set(error, ERROR_BAD_SIGNATURE,
		"note", "the cosignature of %s does not verify", cosignature->witness);
}

/* The ledger had that root when it had that size, or the log key has signed two histories. */
static bool check_tree(struct cosign_job *cosign, struct reader *reader, struct error *error)
{
	struct head head;
	struct hash root = { { 0 } };
	const struct checkpoint *shown = &cosign->shown;
	if (!reader_head(reader, &head, error))
		return false;
	if (shown->size <= head.size) {
		struct tile_source tiles;
		struct hasher *hasher = hasher_new();
		tile_source_init(&tiles, head.size, reader_tile, reader, hasher);
		struct tree_source tree = tile_source_tree(&tiles);
		bool read = tree_source_root(&tree, shown->size, &root, error);
		hasher_free(hasher);
		if (!read)
			return false;
	}
	if (shown->size <= head.size && hash_equal(&root, &shown->root))
		return true;
	cosign->disputed = true;
	error_set(error, ERROR_LEDGER, "note", "this ledger %s: the log key signed a checkpoint of %lld "
		"entries that is no part of it, so somebody was shown another history",
		shown->size <= head.size ? "had another root at that size" : "is smaller",
		(long long)shown->size);
	return error_remedy(error, "keep the note and tell the other members and the auditors; the "
		"reserve has it as a finding: vaultctl finding");
}

static void run_cosign(struct read_job *job, struct reader *reader)
{
	struct cosign_job *cosign = (struct cosign_job *)(void *)job;
	struct error error = { 0 };
	bool good = note_verify(cosign->note, &cosign->log) || error_set(&error, ERROR_BAD_SIGNATURE,
		"note", "the log key of this reserve did not sign this checkpoint");
	for (size_t i = 0; good && i < cosign->cosigning.count; i++)
		good = check_line(cosign, i, &error);
	cosign->holds = good && check_tree(cosign, reader, &error);
	if (!cosign->holds)
		job_fail(job, 0, &error);
}

/* The lines of the log and of the witnesses alone, as the ledger keeps them of a dispute. */
static const char *disputed_note(const struct cosign_job *cosign, struct arena *arena)
{
	struct buffer text = { 0 };
	note_begin(&text, cosign->note->text, cosign->note->text_length);
	const struct note_signature *line = note_find(cosign->note, &cosign->log);
	note_signature_append(&text, line->name, line->key_id, line->bytes, line->length);
	for (size_t i = 0; i < cosign->cosigning.count; i++) {
		line = note_find(cosign->note, &cosign->keys[i]);
		note_signature_append(&text, line->name, line->key_id, line->bytes, line->length);
	}
	const char *copy = arena_text(arena, text.bytes, text.length);
	buffer_free(&text);
	return copy;
}

static void raise_dispute(struct vaultd *vaultd, const struct cosign_job *cosign)
{
	struct dispute_params params = { .size = cosign->shown.size,
		.note = disputed_note(cosign, vaultd->arena) };
	struct submission submission = { .type = &command_checkpoint_dispute, .params = &params,
		.now = vaultd_now(vaultd), .arena = vaultd->arena };
	struct outcome outcome;
	struct error error = { 0 };
	memcpy(params.root, cosign->shown.root.bytes, sizeof params.root);
	text_copy(params.witness, sizeof params.witness, cosign->cosigning.cosignatures[0].witness);
	log_error("checkpoint-disputed", "size=%lld witness=%s", (long long)params.size, params.witness);
	if (vaultd->gate != GATE_OPEN || !sequencer_has_room(vaultd->sequencer) ||
	    (!sequencer_submit(vaultd->sequencer, &submission, false, &outcome, &error) &&
	    error.id != ERROR_CONFLICT)) /* it stands in a finding already */
		log_error("dispute-not-recorded", "reason=%s", error.message);
	arena_reset(vaultd->arena);
}

static void reply_cosigned(struct vaultd *vaultd, struct cosigning *cosigning,
	const struct error *error)
{
	struct buffer out = { 0 };
	struct json json;
	if (error != NULL) {
		reply_error(&out, error);
	} else {
		reply_begin(&json, &out);
		json_key(&json, "size");
		json_int(&json, cosigning->checkpoint.size);
		json_key(&json, "witnesses");
		json_open_array(&json);
		for (size_t i = 0; i < cosigning->count; i++)
			json_text(&json, cosigning->cosignatures[i].witness);
		json_close_array(&json);
		reply_end(&json, false);
	}
	session_reply(vaultd->server, cosigning->job->handle, out.bytes, out.length, NULL);
	buffer_free(&out);
	job_done(cosigning->job, vaultd);
}

void evidence_cosigned(struct vaultd *vaultd, struct cosigning *cosigning, bool kept)
{
	struct error error = { 0 };
	if (kept) {
		for (size_t i = 0; i < cosigning->count; i++)
			witnesses_add(vaultd->witnesses, &cosigning->checkpoint, &cosigning->cosignatures[i]);
	} else {
		error_set(&error, ERROR_NOT_APPLIED, "note", "the cosignature was not kept; ask again");
	}
	reply_cosigned(vaultd, cosigning, kept ? NULL : &error);
}

void evidence_cosignings_free(struct cosigning *cosignings)
{
	for (struct cosigning *next; cosignings != NULL; cosignings = next) {
		next = cosignings->next;
		job_drop(cosignings->job);
	}
}

/* What is kept already, and not long ago, is not kept once more: a witness may ask again and again. */
static bool is_new(const struct vaultd *vaultd, const struct cosigning *cosigning)
{
	const struct cosigned *kept = witnesses_of_size(vaultd->witnesses, cosigning->checkpoint.size);
	for (size_t i = 0; i < cosigning->count; i++) {
		const struct cosignature *own = &cosigning->cosignatures[i];
		if (!witnesses_has(kept, own->witness, own->at - COSIGN_AGAIN_MS))
			return true;
	}
	return false;
}

static void cosign_done(struct read_job *job, void *context)
{
	struct vaultd *vaultd = context;
	struct cosign_job *cosign = (struct cosign_job *)(void *)job;
	struct cosigning *cosigning = &cosign->cosigning;
	if (cosign->disputed)
		raise_dispute(vaultd, cosign);
	if (!cosign->holds) { /* the error is answered already */
		job_done(job, context);
	} else if (!is_new(vaultd, cosigning)) {
		reply_cosigned(vaultd, cosigning, NULL);
	} else if (vaultd->cosignings_count >= COSIGN_QUEUE_MAX) {
		struct error error = { 0 };
		error_set(&error, ERROR_LIMIT, "", "too many cosignatures wait; ask again");
		reply_cosigned(vaultd, cosigning, &error);
	} else {
		cosigning->next = vaultd->cosignings;
		vaultd->cosignings = cosigning;
		vaultd->cosignings_count++;
	}
	loop_pump(vaultd); /* no session's turn follows */
}

/* Takes one line that names an enrolled witness's key; others are nobody's here, and left aside. */
static bool take_line(const struct asked *asked, const struct note_signature *line,
	struct cosign_job *cosign, struct error *error)
{
	const struct state *state = sequencer_state(asked->vaultd->sequencer);
	struct cosigning *cosigning = &cosign->cosigning;
	struct cosignature *cosignature = &cosigning->cosignatures[cosigning->count];
	const char *code = evidence_person_of(line->name, state_reserve(state)->origin);
	char key_id[9];
	snprintf(key_id, sizeof key_id, "%08x", (unsigned)line->key_id);
	const struct person *person = person_find(state, code);
	const struct key *key = person_key(state, code, key_id);
	if (person == NULL || key == NULL || (person->duties & DUTY_WITNESS) == 0 ||
	    cosigning->count == WITNESSES_MAX)
		return true;
	for (size_t i = 0; i < cosigning->count; i++) {
		if (text_equal(cosigning->cosignatures[i].key_id, key_id))
			return true;
	}
	if (line->length != NOTE_COSIGNATURE_SIZE)
		return error_set(error, ERROR_BAD_SIGNATURE, "note", "the cosignature of %s has %zu bytes; one "
			"has %d, eight of time before the signature", code, line->length, NOTE_COSIGNATURE_SIZE);
	uint64_t time_s = note_cosignature_time(line);
	if (time_s > (uint64_t)(vaultd_wall_clock() + COSIGN_AHEAD_MS) / 1000) {
		error_set(error, ERROR_INVALID, "note", "the cosignature of %s lies in the future", code);
		return error_remedy(error, "set the clock of the witness's machine right and cosign again");
	}
	text_copy(cosignature->witness, sizeof cosignature->witness, code);
	text_copy(cosignature->key_id, sizeof cosignature->key_id, key_id);
	cosignature->at = (int64_t)time_s * 1000;
	memcpy(cosignature->bytes, line->bytes, sizeof cosignature->bytes);
	return verifier_key_parse(key->verifier_key, &cosign->keys[cosigning->count++], error);
}

static bool take_lines(const struct asked *asked, struct cosign_job *cosign, struct error *error)
{
	for (size_t i = 0; i < cosign->note->signature_count; i++) {
		if (!take_line(asked, &cosign->note->signatures[i], cosign, error))
			return false;
	}
	if (cosign->cosigning.count > 0)
		return true;
	error_set(error, ERROR_BAD_SIGNATURE, "note", "it bears no cosignature by the key of a witness "
		"that is enrolled here");
	return error_remedy(error, "vaultctl person shows who is; two officers enrol a witness: vaultctl "
		"person enrol CODE NAME witness --member CODE --key FILE");
}

/* The checkpoint with the log's own line alone: what vaultd itself keeps of every checkpoint. */
static bool take_checkpoint(const struct asked *asked, struct cosign_job *cosign,
	struct error *error)
{
	struct kept_checkpoint *kept = &cosign->cosigning.checkpoint;
	const struct note_signature *line = note_find(cosign->note, &cosign->log);
	struct buffer text = { 0 };
	if (line == NULL || line->length != KEY_SIGNATURE_SIZE)
		return error_set(error, ERROR_BAD_SIGNATURE, "note",
			"the log key of this reserve did not sign this checkpoint");
	note_begin(&text, cosign->note->text, cosign->note->text_length);
	note_signature_append(&text, line->name, line->key_id, line->bytes, line->length);
	bool fits = text_copy(kept->note, sizeof kept->note, buffer_text(&text));
	buffer_free(&text);
	kept->size = cosign->shown.size;
	kept->root = cosign->shown.root;
	kept->at = vaultd_now(asked->vaultd);
	return fits || error_set(error, ERROR_LIMIT, "note", "it is too long");
}

static bool take_note(const struct asked *asked, struct cosign_job *cosign, struct error *error)
{
	const struct reserve *reserve = state_reserve(sequencer_state(asked->vaultd->sequencer));
	const char *bytes = value_get_text(asked->parameters, "note", "");
	size_t length = strlen(bytes);
	if (reserve == NULL)
		return error_set(error, ERROR_NOT_FOUNDED, "", "this reserve has no founding note yet");
	if (length > CHECKPOINT_NOTE_MAX)
		return error_set(error, ERROR_LIMIT, "note", "a checkpoint has at most %d bytes",
			CHECKPOINT_NOTE_MAX);
	struct arena *arena = cosign->job.arena;
	const char *copy = arena_text(arena, bytes, length);
	cosign->note = arena_alloc(arena, sizeof *cosign->note);
	if (!note_parse(copy, length, cosign->note, error) ||
	    !checkpoint_parse(cosign->note->text, cosign->note->text_length, &cosign->shown, error))
		return false;
	if (!text_equal(cosign->shown.origin, reserve->origin))
		return error_set(error, ERROR_INVALID, "note", "it is a checkpoint of %s, and this is %s",
			cosign->shown.origin, reserve->origin);
	return (cosign->shown.size > 0 ||
		error_set(error, ERROR_INVALID, "note", "an empty ledger is not cosigned")) &&
		verifier_key_parse(reserve->log_key, &cosign->log, error) &&
		take_checkpoint(asked, cosign, error) && take_lines(asked, cosign, error);
}

struct read_job *evidence_cosign(struct asked *asked, struct error *error)
{
	struct cosign_job *cosign = job_new(asked, sizeof *cosign, run_cosign);
	cosign->job.done = cosign_done;
	cosign->cosigning.job = &cosign->job;
	if (take_note(asked, cosign, error))
		return &cosign->job;
	job_drop(&cosign->job);
	return NULL;
}
