/*
 * The watchers stand in a queue. A job takes the first that is due, reads a stretch of the ledger
 * from its place on, and serves with it everybody else whose place lies in that stretch; all of
 * them go to the queue's end. It stops early when the replies of all together are many bytes. What
 * the loop hands to a job are copies: a watcher may go while the job runs.
 */
#include "vaultd/watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "vault/limits.h"
#include "vaultd/vaultd.h"
#include "wire/entry.h"
#include "wire/message.h"

struct watcher {
	struct watcher *next;
	uint64_t handle;
	uid_t uid;
	int64_t at;             /* the next index to look at */
	char subject[CODE_MAX]; /* "": every entry */
	bool full;              /* its peer has too much yet to take */
};

struct watches {
	struct watcher *first, **end;
	size_t count;
	bool busy;   /* a job is under way */
	bool failed; /* the last one could not read: not again before the next second */
};

struct watches *watches_new(void)
{
	struct watches *watches = calloc(1, sizeof *watches);
	if (watches == NULL)
		abort();
	watches->end = &watches->first;
	return watches;
}

/* Out of the queue; *at points at it. */
static struct watcher *take_out(struct watches *watches, struct watcher **at)
{
	struct watcher *watcher = *at;
	*at = watcher->next;
	if (*at == NULL)
		watches->end = at;
	watches->count--;
	return watcher;
}

static void append(struct watches *watches, struct watcher *watcher)
{
	watcher->next = NULL;
	*watches->end = watcher;
	watches->end = &watcher->next;
	watches->count++;
}

void watches_free(struct watches *watches)
{
	while (watches != NULL && watches->first != NULL)
		free(take_out(watches, &watches->first));
	free(watches);
}

/* Where it stands in the queue; behind the last where it is none. */
static struct watcher **find(struct watches *watches, uint64_t handle)
{
	struct watcher **at = &watches->first;
	while (*at != NULL && (*at)->handle != handle)
		at = &(*at)->next;
	return at;
}

/* ---- coming and going ---- */

static bool check_room(const struct watches *watches, uid_t uid, struct error *error)
{
	size_t own = 0;
	for (const struct watcher *watcher = watches->first; watcher != NULL; watcher = watcher->next)
		own += watcher->uid == uid ? 1 : 0;
	if (own >= WATCHERS_PER_UID_MAX) {
		error_set(error, ERROR_LIMIT, "", "this user follows the ledger %d times already",
			WATCHERS_PER_UID_MAX);
		return error_remedy(error, "end one that is not needed, or follow once without a subject");
	}
	return watches->count < WATCHERS_MAX || error_set(error, ERROR_LIMIT, "",
		"%d sessions follow the ledger already", WATCHERS_MAX);
}

bool watch_add(struct vaultd *vaultd, const struct session *session, int64_t from,
	const char *subject, struct error *error)
{
	int64_t size = vaultd->committed_size;
	if (from != ABSENT && (from < 0 || from > size))
		return error_set(error, ERROR_INVALID, "from", "the ledger has %lld entries so far",
			(long long)size);
	if (subject[0] != '\0' && !text_is_code(subject))
		return error_set(error, ERROR_INVALID, "subject", "\"%.40s\" is no id", subject);
	if (!check_room(vaultd->watches, session_peer(session)->uid, error))
		return false;
	struct watcher *watcher = calloc(1, sizeof *watcher);
	if (watcher == NULL)
		abort();
	watcher->handle = session_handle(session);
	watcher->uid = session_peer(session)->uid;
	watcher->at = from != ABSENT ? from : size;
	text_copy(watcher->subject, sizeof watcher->subject, subject);
	append(vaultd->watches, watcher);
	return true;
}

void watch_drained(struct vaultd *vaultd, uint64_t handle)
{
	struct watcher *watcher = *find(vaultd->watches, handle);
	if (watcher != NULL)
		watcher->full = false; /* served at the end of this turn */
}

void watch_closed(struct vaultd *vaultd, uint64_t handle)
{
	struct watcher **at = find(vaultd->watches, handle);
	if (*at != NULL)
		free(take_out(vaultd->watches, at));
}

/* ---- a job ---- */

/* One watcher's part of it. */
struct part {
	uint64_t handle;
	int64_t from;
	int64_t last;           /* index of the last entry in out */
	char subject[CODE_MAX];
	struct buffer out;
};

struct watch_job {
	struct read_job job;
	int64_t from, to;
	int64_t reached; /* all before it is read */
	bool failed;
	size_t bytes;    /* of all replies */
	struct buffer reply; /* the entry's, once somebody wants it */
	struct part *parts;  /* ascending by subject */
	size_t count;
};

struct entry {
	int64_t index;
	const char *bytes;
	size_t length;
};

static void render(struct buffer *reply, const struct entry *entry)
{
	struct json json;
	reply_begin(&json, reply);
	json_key(&json, "index");
	json_int(&json, entry->index);
	json_key(&json, "entry");
	json_text_n(&json, entry->bytes, entry->length);
	reply_end(&json, true);
}

/* How a part's subject stands to a string: before it, the same, or behind it. */
static int order(const struct part *part, const char *value, size_t length)
{
	size_t own = strlen(part->subject);
	int sign = memcmp(part->subject, value, own < length ? own : length);
	return sign != 0 ? sign : (own > length) - (own < length);
}

/* The first part whose subject is not before a string. */
static size_t first_part(const struct watch_job *watch, const char *value, size_t length)
{
	size_t from = 0, to = watch->count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (order(&watch->parts[middle], value, length) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* An entry for all whose subject is this string; "" is everybody's who has none. */
static void give(struct watch_job *watch, const struct entry *entry, const char *value,
	size_t length)
{
	for (size_t i = first_part(watch, value, length); i < watch->count; i++) {
		struct part *part = &watch->parts[i];
		if (order(part, value, length) != 0)
			return;
		if (entry->index < part->from || entry->index == part->last)
			continue;
		if (watch->reply.length == 0)
			render(&watch->reply, entry);
		buffer_append(&part->out, watch->reply.bytes, watch->reply.length);
		watch->bytes += watch->reply.length;
		part->last = entry->index;
	}
}

static bool each_entry(void *context, int64_t index, const char *bytes, size_t length,
	struct error *error)
{
	struct watch_job *watch = context;
	const struct entry entry = { index, bytes, length };
	const char *value = "";
	size_t at = 0, size = 0;
	(void)error;
	buffer_clear(&watch->reply);
	give(watch, &entry, value, size);
	while (entry_next_string(bytes, length, &at, &value, &size)) {
		if (size > 0 && size < CODE_MAX)
			give(watch, &entry, value, size);
	}
	watch->reached = index + 1;
	return watch->bytes < WATCH_BYTES_PER_JOB;
}

static int by_subject(const void *a, const void *b)
{
	return strcmp(((const struct part *)a)->subject, ((const struct part *)b)->subject);
}

static void run(struct read_job *job, struct reader *reader)
{
	struct watch_job *watch = (struct watch_job *)(void *)job;
	struct error error = { 0 };
	watch->reached = watch->from;
	qsort(watch->parts, watch->count, sizeof *watch->parts, by_subject);
	if (reader_entries(reader, watch->from, watch->to, each_entry, watch, &error))
		watch->reached = watch->to;
	watch->failed = error.id != ERROR_NONE;
}

/* The watcher may have gone, and may go now: its session's end takes it out of the queue. */
static void serve(struct vaultd *vaultd, const struct part *part, int64_t reached)
{
	size_t unsent = 0;
	struct watcher *watcher = *find(vaultd->watches, part->handle);
	if (watcher == NULL)
		return;
	watcher->at = reached > part->from ? reached : part->from;
	if (part->out.length > 0 && session_reply(vaultd->server, part->handle, part->out.bytes,
	    part->out.length, &unsent))
		watcher->full = unsent > WIRE_STREAM_UNSENT_MAX;
}

static void free_job(struct watch_job *watch)
{
	for (size_t i = 0; i < watch->count; i++)
		buffer_free(&watch->parts[i].out);
	buffer_free(&watch->reply);
	free(watch->parts);
	free(watch);
}

static void done(struct read_job *job, void *context)
{
	struct vaultd *vaultd = context;
	struct watch_job *watch = (struct watch_job *)(void *)job;
	for (size_t i = 0; i < watch->count; i++)
		serve(vaultd, &watch->parts[i], watch->reached);
	vaultd->watches->busy = false;
	vaultd->watches->failed = watch->failed;
	free_job(watch);
	watch_pump(vaultd);
}

static void add_part(struct watch_job *watch, const struct watcher *watcher)
{
	struct part *part = &watch->parts[watch->count++];
	*part = (struct part){ .handle = watcher->handle, .from = watcher->at, .last = -1 };
	text_copy(part->subject, sizeof part->subject, watcher->subject);
}

/*
 * For the watcher at *at and all behind it that are due in the same stretch; they move to the end.
 */
static struct watch_job *make_job(struct watches *watches, struct watcher **at, int64_t committed)
{
	struct watch_job *watch = calloc(1, sizeof *watch);
	struct part *parts = calloc(watches->count, sizeof *parts);
	if (watch == NULL || parts == NULL)
		abort();
	watch->job.run = run;
	watch->job.done = done;
	watch->parts = parts;
	watch->from = (*at)->at;
	watch->to = committed - watch->from < WATCH_ENTRIES_PER_JOB ? committed :
		watch->from + WATCH_ENTRIES_PER_JOB;
	const struct watcher *last = NULL; /* the first that was moved: there the walk ends */
	while (*at != NULL && *at != last) {
		if ((*at)->full || (*at)->at < watch->from || (*at)->at >= watch->to) {
			at = &(*at)->next;
			continue;
		}
		struct watcher *moved = take_out(watches, at);
		add_part(watch, moved);
		append(watches, moved);
		last = last != NULL ? last : moved;
	}
	return watch;
}

void watch_pump(struct vaultd *vaultd)
{
	struct watches *watches = vaultd->watches;
	if (watches->first == NULL || watches->busy || watches->failed ||
	    writer_away_since(vaultd->writer) != 0)
		return;
	struct watcher **at = &watches->first;
	while (*at != NULL && ((*at)->full || (*at)->at >= vaultd->committed_size))
		at = &(*at)->next;
	if (*at == NULL)
		return;
	struct watch_job *watch = make_job(watches, at, vaultd->committed_size);
	watches->busy = readers_submit(vaultd->readers, &watch->job, vaultd->committed_batch);
	if (!watches->busy)
		free_job(watch); /* too much else waits: again at the next turn */
}

void watch_tick(struct vaultd *vaultd)
{
	vaultd->watches->failed = false;
	watch_pump(vaultd);
}
