/* Jobs of calls: their memory, their two ends, and the two that belong to no room. */
#include "vaultd/handlers/jobs.h"

#include <stdlib.h>
#include <string.h>

#include "vaultd/handlers/answer.h"
#include "vaultd/handlers/handler.h"
#include "vaultd/handlers/sight.h"
#include "wire/entry.h"
#include "wire/message.h"
#include "wire/value.h"

void job_drop(struct read_job *job)
{
	buffer_free(&job->out);
	arena_free(job->arena);
	value_free(job->parameters);
	free(job);
}

void job_done(struct read_job *job, void *context)
{
	struct vaultd *vaultd = context;
	session_finish(vaultd->server, job->handle);
	job_drop(job);
}

void job_done_again(struct read_job *job, void *context)
{
	struct vaultd *vaultd = context;
	session_again(vaultd->server, job->handle);
	job_drop(job);
}

void *job_new(struct asked *asked, size_t size, void (*run)(struct read_job *, struct reader *))
{
	struct read_job *job = calloc(1, size);
	if (job == NULL)
		abort();
	job->handle = session_handle(asked->session);
	job->after_batch = sequencer_seen(asked->vaultd->sequencer);
	job->run = run;
	job->done = job_done;
	job->arena = arena_new(0);
	return job;
}

void job_fail(struct read_job *job, size_t mark, const struct error *error)
{
	job->out.length = mark;
	reply_error(&job->out, error);
}

enum call_outcome job_submit(struct asked *asked, struct readers *pool, struct read_job *job,
	struct buffer *out)
{
	if (readers_submit(pool, job, asked->vaultd->committed_batch))
		return CALL_DEFERRED;
	job_drop(job);
	struct error error = { 0 };
	error_set(&error, ERROR_LIMIT, "", "too many long reads wait; ask again");
	reply_error(out, &error);
	return CALL_ANSWERED;
}

/* ---- a command that was answered before: the same answer, from its entries ---- */

/* There may be thousands: of all but the first only the kind is kept. */
struct repeat_job {
	struct read_job job;
	int64_t index;
	uint8_t id[16];
	bool coarse;
	struct answer answer;
	struct arena *scratch; /* of one entry */
};

static bool take_entry(void *context, int64_t index, const char *bytes, size_t length,
	struct error *error)
{
	struct repeat_job *repeat = context;
	bool first = repeat->answer.kind_count == 0;
	struct parsed_entry entry;
	arena_reset(repeat->scratch);
	if (!entry_parse(bytes, length, event_find_body, NULL,
	    first ? repeat->job.arena : repeat->scratch, &entry, error) ||
	    !entry.has_command || memcmp(entry.command, repeat->id, 16) != 0)
		return false; /* the command's entries end here */
	const struct event event = { event_type_find(entry.kind), entry.body, entry.effective };
	if (first)
		answer_begin(&repeat->answer, &event, index, entry.at);
	else
		answer_add(&repeat->answer, &event, repeat->job.arena);
	return true;
}

static void run_repeat(struct read_job *job, struct reader *reader)
{
	struct repeat_job *repeat = (struct repeat_job *)(void *)job;
	struct error error = { 0 };
	struct head head;
	repeat->scratch = arena_new(0);
	if (reader_head(reader, &head, &error))
		reader_entries(reader, repeat->index, head.size, take_entry, repeat, &error);
	arena_free(repeat->scratch);
	if (repeat->answer.kind_count > 0) {
		repeat->answer.coarse = repeat->coarse;
		answer_write(&job->out, &repeat->answer);
		return;
	}
	error_set(&error, ERROR_STORE, "", "the answer of this command could not be read");
	job_fail(job, 0, &error);
}

enum call_outcome job_repeat_answer(struct asked *asked, const uint8_t id[16], int64_t index,
	struct buffer *out)
{
	if (session_has_held(asked->session))
		return CALL_WAIT;
	struct repeat_job *repeat = job_new(asked, sizeof *repeat, run_repeat);
	repeat->index = index;
	repeat->coarse = sight_of(asked->vaultd, asked->session, asked->actor) != VIEW_SIGHT_ALL;
	memcpy(repeat->id, id, 16);
	return job_submit(asked, asked->vaultd->readers, &repeat->job, out);
}

/* ---- an id that memory does not cover: ask the store, then dispatch the call again ---- */

struct lookup_job {
	struct read_job job;
	uint8_t id[16];
	bool found;
	struct batch_command command;
};

static void lookup_done(struct read_job *job, void *context)
{
	struct vaultd *vaultd = context;
	struct lookup_job *lookup = (struct lookup_job *)(void *)job;
	if (lookup->found)
		sequencer_remember_found(vaultd->sequencer, &lookup->command);
	else
		sequencer_absent_in_store(vaultd->sequencer, lookup->id);
	job_done_again(job, context);
}

static void run_lookup(struct read_job *job, struct reader *reader)
{
	struct lookup_job *lookup = (struct lookup_job *)(void *)job;
	struct error error = { 0 };
	if (reader_command(reader, lookup->id, &lookup->found, &lookup->command, &error)) {
		job->done = lookup_done;
		return;
	}
	reply_error(&job->out, &error);
}

enum call_outcome job_look_up(struct asked *asked, const uint8_t id[16], struct buffer *out)
{
	struct lookup_job *lookup = job_new(asked, sizeof *lookup, run_lookup);
	memcpy(lookup->id, id, 16);
	return job_submit(asked, asked->vaultd->readers, &lookup->job, out);
}
