/* The ledger as others see it: entries as a stream, and proofs. */
#include <string.h>

#include "base/text.h"
#include "ledger/note.h"
#include "ledger/proof.h"
#include "reserve/founding.h"
#include "vaultd/handlers/handler.h"
#include "vaultd/watch.h"
#include "vaultd/witnesses.h"
#include "wire/message.h"
#include "wire/value.h"

enum { ENTRIES_PER_REPLY = 512, REPLY_BYTES = 512 * 1024 };

/* ---- entries ---- */

struct entries_job {
	struct read_job job;
	struct reader *reader;
	int64_t from, to;
	struct json json;
	int64_t in_reply;
	size_t begun;
};

static bool end_reply(struct entries_job *entries, bool continues)
{
	json_close_array(&entries->json);
	reply_end(&entries->json, continues);
	entries->in_reply = 0;
	return !continues || reader_flush(entries->reader, &entries->job);
}

static bool each_entry(void *context, int64_t index, const char *bytes, size_t length,
	struct error *error)
{
	struct entries_job *entries = context;
	struct buffer base64 = { 0 };
	(void)error;
	if (entries->in_reply >= ENTRIES_PER_REPLY || entries->job.out.length > REPLY_BYTES) {
		if (!end_reply(entries, true))
			return false;
	}
	if (entries->in_reply == 0) {
		reply_begin(&entries->json, &entries->job.out);
		json_key(&entries->json, "index");
		json_int(&entries->json, index);
		json_key(&entries->json, "entries");
		json_open_array(&entries->json);
	}
	base64_append(&base64, bytes, length);
	json_text_n(&entries->json, base64.bytes, base64.length);
	buffer_free(&base64);
	entries->in_reply++;
	return true;
}

static void run_entries(struct read_job *job, struct reader *reader)
{
	struct entries_job *entries = (struct entries_job *)(void *)job;
	struct error error = { 0 };
	struct head head;
	entries->reader = reader;
	if (!reader_head(reader, &head, &error)) {
		job_fail(job, 0, &error);
		return;
	}
	if (entries->to == ABSENT || entries->to > head.size)
		entries->to = head.size;
	bool whole = reader_entries(reader, entries->from, entries->to, each_entry, entries, &error);
	if (!whole && error.id != ERROR_NONE) {
		job_fail(job, 0, &error);
	} else if (whole) {
		if (entries->in_reply == 0) {
			reply_begin(&entries->json, &job->out);
			json_key(&entries->json, "index");
			json_int(&entries->json, entries->to);
			json_key(&entries->json, "entries");
			json_open_array(&entries->json);
		}
		end_reply(entries, false);
	}
}

struct read_job *evidence_entries(struct asked *asked, struct error *error)
{
	int64_t from = value_get_int(asked->parameters, "from", 0);
	int64_t to = value_get_int(asked->parameters, "to", ABSENT);
	if (from < 0 || (to != ABSENT && to < from)) {
		error_set(error, ERROR_INVALID, from < 0 ? "from" : "to", "entries go from 0 upwards");
		return NULL;
	}
	struct entries_job *entries = job_new(asked, sizeof *entries, run_entries);
	entries->from = from;
	entries->to = to;
	return &entries->job;
}

bool evidence_watch(struct asked *asked, struct error *error)
{
	return watch_add(asked->vaultd, asked->session,
		value_get_int(asked->parameters, "from", ABSENT),
		value_get_text(asked->parameters, "subject", ""), error);
}

struct index_job {
	struct read_job job;
	int64_t index, size;
	const char *note;  /* the signed checkpoint of that size, in the job's arena */
};

static void run_entry(struct read_job *job, struct reader *reader)
{
	const struct index_job *asked = (const struct index_job *)(const void *)job;
	struct error error = { 0 };
	struct buffer bytes = { 0 };
	if (reader_entry(reader, asked->index, &bytes, &error)) {
		struct json json;
		reply_begin(&json, &job->out);
		json_key(&json, "index");
		json_int(&json, asked->index);
		json_key(&json, "entry");
		json_text_n(&json, bytes.bytes, bytes.length);
		reply_end(&json, false);
	} else {
		job_fail(job, 0, &error);
	}
	buffer_free(&bytes);
}

static struct index_job *index_job(struct asked *asked, struct error *error,
	void (*run)(struct read_job *, struct reader *))
{
	int64_t index = value_get_int(asked->parameters, "index", -1);
	if (index < 0) {
		error_set(error, ERROR_INVALID, "index", "entries go from 0 upwards");
		return NULL;
	}
	struct index_job *job = job_new(asked, sizeof *job, run);
	job->index = index;
	return job;
}

struct read_job *evidence_get_entry(struct asked *asked, struct error *error)
{
	struct index_job *job = index_job(asked, error, run_entry);
	return job != NULL ? &job->job : NULL;
}

/* ---- proofs ---- */

static void run_prove(struct read_job *job, struct reader *reader)
{
	const struct index_job *asked = (const struct index_job *)(const void *)job;
	struct error error = { 0 };
	struct buffer proof = { 0 };
	struct tile_source tiles;
	struct tree_path path;
	struct hasher *hasher = hasher_new();
	tile_source_init(&tiles, asked->size, reader_tile, reader, hasher);
	struct tree_source tree = tile_source_tree(&tiles);
	if (tree_prove_inclusion(&tree, asked->index, asked->size, &path, &error)) {
		struct json json;
		proof_append(&proof, asked->index, &path, NULL, 0, asked->note, strlen(asked->note));
		reply_begin(&json, &job->out);
		json_key(&json, "proof");
		json_text_n(&json, proof.bytes, proof.length);
		reply_end(&json, false);
	} else {
		job_fail(job, 0, &error);
	}
	buffer_free(&proof);
	hasher_free(hasher);
}

/* The newest checkpoint, or the newest that enough witnesses cosigned, with all its lines. */
static bool take_checkpoint(struct asked *asked, struct index_job *job, struct error *error)
{
	struct vaultd *vaultd = asked->vaultd;
	int64_t quorum = value_get_int(asked->parameters, "quorum", ABSENT);
	const struct cosigned *cosigned = NULL;
	struct buffer note = { 0 };
	/* the last checkpoint will do where it covers the entry: no new one is signed for an old entry */
	if (job->index >= vaultd->checkpoint.size && !vaultd_checkpoint(vaultd, error))
		return false;
	if (job->index >= vaultd->checkpoint.size)
		return error_set(error, ERROR_NOT_FOUND, "index", "the ledger has %lld entries",
			(long long)vaultd->checkpoint.size);
	if (quorum != ABSENT && !evidence_of_quorum(vaultd, quorum, &cosigned, error))
		return false;
	const struct kept_checkpoint *checkpoint = cosigned != NULL ? &cosigned->checkpoint :
		&vaultd->checkpoint;
	if (job->index >= checkpoint->size)
		return error_set(error, ERROR_NOT_FOUND, "quorum", "the newest checkpoint that %lld witnesses "
			"cosigned has %lld entries: entry %lld came later", (long long)quorum,
			(long long)checkpoint->size, (long long)job->index);
	witnesses_compose(&note, checkpoint, witnesses_of_size(vaultd->witnesses, checkpoint->size),
		state_reserve(sequencer_state(vaultd->sequencer))->origin);
	job->size = checkpoint->size;
	job->note = arena_text(job->job.arena, note.bytes, note.length);
	buffer_free(&note);
	return true;
}

struct read_job *evidence_prove(struct asked *asked, struct error *error)
{
	struct index_job *job = index_job(asked, error, run_prove);
	if (job == NULL)
		return NULL;
	if (!take_checkpoint(asked, job, error)) {
		job_drop(&job->job);
		return NULL;
	}
	return &job->job;
}
