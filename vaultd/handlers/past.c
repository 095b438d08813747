/*
 * The replay belongs to the one thread of the pool; the loop has it dropped by a job of its own, since
 * freeing a large state takes long.
 */
#include "vaultd/handlers/past.h"

#include <stdlib.h>

#include "audit/guard.h"
#include "audit/replay.h"
#include "base/text.h"
#include "base/time.h"
#include "ledger/hash.h"
#include "ledger/tiles.h"
#include "ledger/tree.h"
#include "reserve/person.h"
#include "vaultd/handlers/handler.h"
#include "vaultd/handlers/sight.h"
#include "vaultd/peers.h"
#include "view/gather.h"
#include "view/history.h"
#include "view/moment.h"
#include "wire/check.h"
#include "wire/message.h"
#include "wire/value.h"

enum { ASK_EVERY = 4096 }; /* entries between two looks whether the daemon stops */

struct past {
	struct replay *replay;  /* the thread's; NULL: none is kept */
	struct history *history; /* of the same entries */
	bool kept;              /* the loop's: there may be something to drop */
	unsigned idle_s;        /* the loop's: since a job ended */
};

struct past *past_new(void)
{
	struct past *past = calloc(1, sizeof *past);
	if (past == NULL)
		abort();
	return past;
}

static void forget(struct past *past)
{
	replay_free(past->replay);
	history_free(past->history);
	past->replay = NULL;
	past->history = NULL;
}

void past_free(struct past *past)
{
	if (past == NULL)
		return;
	forget(past);
	free(past);
}

struct past_job {
	struct read_job job;
	struct past *past;
	const struct handler *handler;
	const struct value *parameters; /* of the method; inside the job's own copy */
	struct view_moment moment;
	char actor[CODE_MAX];           /* who asks; "": who `as` names */
	enum view_sight sight;
	bool bare;                      /* the reply is the method's own */
};

/* ---- in the thread: which entry is the last that counts ---- */

static bool entry_time(struct reader *reader, int64_t index, int64_t *ret_at, struct error *error)
{
	struct buffer bytes = { 0 };
	struct value *entry = NULL;
	bool good = reader_entry(reader, index, &bytes, error) &&
		value_parse(bytes.bytes, bytes.length, &entry, error);
	good = good && (time_parse(value_get_text(entry, "at", ""), ret_at) ||
		error_set(error, ERROR_LEDGER, "", "entry %lld tells no time", (long long)index));
	value_free(entry);
	buffer_free(&bytes);
	return good;
}

/* Entries stand in order of time: the first whose time is after the one asked for, by halving. */
static bool find_by_time(struct reader *reader, int64_t size, int64_t at, int64_t *ret_index,
	struct error *error)
{
	int64_t low = 0, high = size, first = ABSENT;
	while (low < high) {
		int64_t middle = low + (high - low) / 2, told;
		if (!entry_time(reader, middle, &told, error))
			return false;
		if (middle == 0)
			first = told;
		if (told <= at)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0) {
		char began[TIME_TEXT_SIZE];
		time_format(first, began);
		return error_set(error, ERROR_NOT_FOUND, "at", "the ledger begins later, on %s", began);
	}
	*ret_index = low - 1;
	return true;
}

static bool find_index(struct past_job *asked, struct reader *reader, int64_t *ret_index,
	struct error *error)
{
	struct head head;
	if (!reader_head(reader, &head, error))
		return false;
	if (head.size == 0)
		return error_set(error, ERROR_NOT_FOUNDED, "", "this reserve has no founding note yet");
	if (asked->moment.at != ABSENT)
		return find_by_time(reader, head.size, asked->moment.at, ret_index, error);
	if (asked->moment.index >= head.size)
		return error_set(error, ERROR_NOT_FOUND, "index", "the ledger has %lld entries: the last "
			"is %lld", (long long)head.size, (long long)head.size - 1);
	*ret_index = asked->moment.index != ABSENT ? asked->moment.index : head.size - 1;
	return true;
}

/* ---- in the thread: the state, and what is shown of it ---- */

struct step {
	struct past *past;
	struct reader *reader;
	const char *bytes;  /* of one entry */
	size_t length;
	struct error *error;
	bool good;
};

static void take_guarded(void *context)
{
	struct step *step = context;
	step->good = replay_entry(step->past->replay, step->bytes, step->length, step->error);
}

/* What no decision made, somebody wrote into the database: the replay is left as the step left it. */
static bool take_entry(void *context, int64_t index, const char *bytes, size_t length,
	struct error *error)
{
	struct step *step = context;
	if (index % ASK_EVERY == 0 && !reader_goes_on(step->reader))
		return error_set(error, ERROR_STORE, "", "vaultd stops");
	step->bytes = bytes;
	step->length = length;
	step->error = error;
	if (guard_run(take_guarded, step))
		return step->good;
	step->past->replay = NULL; /* and its history: neither can be freed */
	step->past->history = NULL;
	error_set(error, ERROR_LEDGER, "", "entry %lld is none that a reserve can have made",
		(long long)index);
	return error_remedy(error, "vaultctl audit run");
}

/* After a failure nothing is kept: what is wrong may be what was replayed. */
static bool advance(struct past *past, struct reader *reader, int64_t size, struct error *error)
{
	if (past->replay != NULL && replay_size(past->replay) > size)
		forget(past);
	if (past->replay == NULL) {
		past->history = history_new();
		past->replay = replay_new(true, gather_before, gather_after, past->history);
	}
	struct step step = { .past = past, .reader = reader };
	bool good = reader_entries(reader, replay_size(past->replay), size, take_entry, &step, error) &&
		(replay_size(past->replay) == size ||
		error_set(error, ERROR_LEDGER, "", "the ledger has no entry %lld",
			(long long)replay_size(past->replay)));
	if (!good)
		forget(past);
	return good;
}

struct past_ledger {
	struct reader *reader;
	int64_t size;
};

static bool read_entries(void *context, int64_t from, int64_t to, view_each_entry *each,
	void *each_context, struct error *error)
{
	const struct past_ledger *ledger = context;
	return reader_entries(ledger->reader, from, to < ledger->size ? to : ledger->size, each,
		each_context, error);
}

/* Of the tree over the entries that count, from the tiles: what a report is pinned by. */
static bool find_root(struct past_ledger *ledger, struct buffer *to, struct error *error)
{
	struct tile_source tiles;
	struct hash root;
	struct hasher *hasher = hasher_new();
	tile_source_init(&tiles, ledger->size, reader_tile, ledger->reader, hasher);
	struct tree_source tree = tile_source_tree(&tiles);
	bool good = tree_source_root(&tree, ledger->size, &root, error);
	hasher_free(hasher);
	if (good)
		base64_append(to, root.bytes, sizeof root.bytes);
	return good;
}

static bool show(struct past_job *asked, struct past_ledger *ledger, int64_t now,
	struct buffer *out, struct error *error)
{
	const struct state *state = replay_state(asked->past->replay);
	const char *as = asked->actor[0] != '\0' ? asked->actor :
		value_get_text(asked->parameters, "as", "");
	struct error nobody = { 0 };
	struct buffer root = { 0 };
	struct view view = { .state = state, .parameters = asked->parameters,
		.arena = asked->job.arena, .sight = asked->sight, .now = now,
		.actor = view_past_actor(state, as, &nobody), .nobody = &nobody,
		.history = asked->past->history, .entries = read_entries, .ledger = ledger };
	bool good = asked->handler->kind != HANDLER_PAST || find_root(ledger, &root, error);
	view.root = root.length > 0 ? buffer_text(&root) : NULL;
	good = good && (asked->handler->kind == HANDLER_LIST ?
		view_list(&view, asked->handler->table, out, error) :
		asked->handler->view(&view, out, error));
	buffer_free(&root);
	return good;
}

static void answer(struct past_job *asked, int64_t index, int64_t now, const struct buffer *shown)
{
	const char *inner;
	size_t length;
	struct json json;
	if (asked->bare) {
		buffer_append(&asked->job.out, shown->bytes, shown->length);
		return;
	}
	reply_inner(shown, &inner, &length);
	reply_begin(&json, &asked->job.out);
	json_key(&json, "index");
	json_int(&json, index);
	json_key(&json, "at");
	json_time(&json, now);
	json_key(&json, "parameters");
	json_raw(&json, inner, length);
	reply_end(&json, false);
}

static void run_past(struct read_job *job, struct reader *reader)
{
	struct past_job *asked = (struct past_job *)(void *)job;
	struct error error = { 0 };
	struct buffer shown = { 0 };
	int64_t index = 0;
	bool good = find_index(asked, reader, &index, &error) &&
		advance(asked->past, reader, index + 1, &error);
	if (good) {
		struct past_ledger ledger = { reader, index + 1 };
		int64_t now = asked->moment.at != ABSENT ? asked->moment.at :
			state_last_at(replay_state(asked->past->replay));
		good = show(asked, &ledger, now, &shown, &error);
		if (good)
			answer(asked, index, now, &shown);
	}
	if (!good)
		job_fail(job, 0, &error);
	buffer_free(&shown);
}

/* ---- in the loop ---- */

static void past_done(struct read_job *job, void *context)
{
	struct vaultd *vaultd = context;
	vaultd->past->kept = true;
	vaultd->past->idle_s = 0;
	job_done(job, context);
}

/* "Stock.ListLots", or the whole name. */
static const struct method *find_method(const struct asked *asked, const char *name,
	const struct interface_member **ret_signature)
{
	const struct registry *registry = asked->vaultd->registry;
	if (text_starts(name, VAULT_ERROR_PREFIX))
		return registry_find(registry, name, ret_signature);
	return registry_find(registry, arena_printf(asked->arena, VAULT_ERROR_PREFIX "%.80s", name),
		ret_signature);
}

static bool read_method(const struct asked *asked, struct past_job *job, struct error *error)
{
	const char *name = value_get_text(asked->parameters, "method", "");
	const struct interface_member *signature;
	const struct method *method = find_method(asked, name, &signature);
	if (method == NULL || method->data == NULL)
		return error_set(error, ERROR_NOT_FOUND, "method", "there is no method %.80s", name);
	job->handler = method->data;
	if (job->handler->kind == HANDLER_WRITE)
		return error_set(error, ERROR_INVALID, "method", "%.80s writes, and nothing can be written "
			"into the past", name);
	if (job->handler->kind != HANDLER_LIST && job->handler->view == NULL)
		return error_set(error, ERROR_INVALID, "method", "%.80s asks the daemon as it is now, and "
			"shows nothing as of the past", name);
	job->parameters = value_get(job->job.parameters, "parameters");
	return check_parameters(signature->input, job->parameters, error);
}

/*
 * What has been is shown to people by what they are now (sight.h), and reports are told whose own
 * rows are whole. Of what else is as of the past it must be said who asks, for
 * the same answer to be the same for everybody.
 */
static void take_asker(struct asked *asked, struct past_job *job)
{
	const struct person *actor = NULL;
	struct error nobody = { 0 };
	job->sight = sight_of(asked->vaultd, asked->session, NULL);
	if (job->handler->kind != HANDLER_PAST)
		return;
	peer_actor(asked->vaultd, asked->session, value_get_text(job->parameters, "as", ""), &actor,
		&nobody);
	job->sight = sight_of(asked->vaultd, asked->session, actor);
	if (actor == NULL)
		return;
	text_copy(job->actor, sizeof job->actor, actor->code);
}

static struct past_job *past_job_new(struct asked *asked)
{
	struct past_job *job = job_new(asked, sizeof *job, run_past);
	job->job.parameters = value_copy(asked->parameters);
	job->job.done = past_done;
	job->past = asked->vaultd->past;
	job->moment = (struct view_moment){ ABSENT, ABSENT };
	asked->pool = asked->vaultd->replayers;
	return job;
}

struct read_job *past_show(struct asked *asked, const struct handler *handler)
{
	struct past_job *job = past_job_new(asked);
	job->handler = handler;
	job->parameters = job->job.parameters;
	job->bare = true;
	take_asker(asked, job);
	return &job->job;
}

struct read_job *evidence_as_of(struct asked *asked, struct error *error)
{
	struct past_job *job = past_job_new(asked);
	bool good = view_moment_read(value_get_int(asked->parameters, "index", ABSENT),
		value_get_text(asked->parameters, "at", ""), vaultd_now(asked->vaultd), &job->moment,
		error) && read_method(asked, job, error);
	if (good)
		take_asker(asked, job);
	if (good)
		return &job->job;
	job_drop(&job->job);
	return NULL;
}

/* ---- dropping what is kept ---- */

static void run_drop(struct read_job *job, struct reader *reader)
{
	struct past_job *asked = (struct past_job *)(void *)job;
	(void)reader;
	forget(asked->past);
}

static void drop_done(struct read_job *job, void *context)
{
	(void)context;
	job_drop(job);
}

void past_tick(struct vaultd *vaultd)
{
	struct past *past = vaultd->past;
	if (!past->kept || ++past->idle_s < PAST_KEPT_S)
		return;
	struct past_job *job = calloc(1, sizeof *job);
	if (job == NULL)
		abort();
	job->job.run = run_drop;
	job->job.done = drop_done;
	job->past = past;
	past->kept = !readers_submit(vaultd->replayers, &job->job, vaultd->committed_batch);
	if (past->kept) /* too much waits: then it is not idle either */
		job_drop(&job->job);
}
