/* A queue of jobs, a few threads with a connection each, and an eventfd back to the loop. */
#include "vaultd/store/readers.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "vault/limits.h"
#include "vaultd/store/connection.h"
#include "vaultd/store/load.h"
#include "vaultd/store/rows.h"

struct chunk {
	struct chunk *next;
	struct read_job *job;
	bool last;
	struct buffer bytes;
};

enum { THREADS_MAX = 16, OID_INT8 = 20 };

struct readers {
	char *conninfo;              /* NULL: no database */
	pthread_mutex_t lock;
	pthread_cond_t wake, drained;
	pthread_t *threads;
	int thread_count, fd;
	bool stop;
	uint64_t committed;
	struct read_job *queue, **queue_end;
	size_t queued, queue_max;
	struct chunk *chunks, **chunks_end;
	struct read_job *active[THREADS_MAX]; /* under way, by thread */
	bool paused[THREADS_MAX];    /* that thread waits for its peer */
	readers_deliver *deliver;
	void *context;
};

struct reader {
	struct readers *readers;
	int number;
	PGconn *connection;
	struct hasher *hasher;
};

/* ---- between the threads ---- */

static void hand_over(struct reader *reader, struct read_job *job, bool last)
{
	const uint64_t one = 1;
	struct readers *readers = reader->readers;
	struct chunk *chunk = calloc(1, sizeof *chunk);
	if (chunk == NULL)
		abort();
	chunk->job = job;
	chunk->last = last;
	chunk->bytes = job->out;
	job->out = (struct buffer){ 0 };
	pthread_mutex_lock(&readers->lock);
	*readers->chunks_end = chunk;
	readers->chunks_end = &chunk->next;
	if (last)
		readers->active[reader->number] = NULL;
	else
		readers->paused[reader->number] = true;
	pthread_mutex_unlock(&readers->lock);
	if (write(readers->fd, &one, sizeof one) != sizeof one)
		abort();
}

bool reader_flush(struct reader *reader, struct read_job *job)
{
	struct readers *readers = reader->readers;
	hand_over(reader, job, false);
	pthread_mutex_lock(&readers->lock);
	while (readers->paused[reader->number] && !job->gone && !readers->stop)
		pthread_cond_wait(&readers->drained, &readers->lock);
	bool goes_on = !job->gone && !readers->stop;
	pthread_mutex_unlock(&readers->lock);
	return goes_on;
}

bool reader_goes_on(struct reader *reader)
{
	struct readers *readers = reader->readers;
	pthread_mutex_lock(&readers->lock);
	bool goes_on = !readers->stop;
	pthread_mutex_unlock(&readers->lock);
	return goes_on;
}

static struct read_job *next_job(struct readers *readers, int number)
{
	pthread_mutex_lock(&readers->lock);
	for (;;) {
		struct read_job **at = &readers->queue;
		while (*at != NULL && (*at)->after_batch > readers->committed)
			at = &(*at)->next;
		if (readers->stop || *at != NULL) {
			struct read_job *job = readers->stop ? NULL : *at;
			if (job != NULL) {
				*at = job->next;
				if (*at == NULL)
					readers->queue_end = at;
				readers->queued--;
				readers->active[number] = job;
				readers->paused[number] = false;
			}
			pthread_mutex_unlock(&readers->lock);
			return job;
		}
		pthread_cond_wait(&readers->wake, &readers->lock);
	}
}

static void drop(struct reader *reader)
{
	PQfinish(reader->connection);
	reader->connection = NULL;
}

/*
 * Begins the transaction of a job. A server that went away is noticed only here, so the second try has
 * a connection of its own; without one the job says that the database does not answer.
 */
static bool begin(struct reader *reader)
{
	for (int tries = 0; reader->readers->conninfo != NULL && tries < 2; tries++) {
		struct error error = { 0 };
		if (reader->connection == NULL &&
		    !connection_open(reader->readers->conninfo, &reader->connection, &error))
			return false;
		if (connection_run(reader->connection,
		    "begin isolation level repeatable read read only", &error))
			return true;
		drop(reader);
	}
	return false;
}

struct start {
	struct readers *readers;
	int number;
};

static void *run(void *data)
{
	struct start start = *(struct start *)data;
	struct reader reader = { .readers = start.readers, .number = start.number,
		.hasher = hasher_new() };
	struct read_job *job;
	free(data);
	while ((job = next_job(start.readers, start.number)) != NULL) {
		struct error error = { 0 };
		bool begun = begin(&reader);
		job->run(job, &reader);
		if (begun && !connection_run(reader.connection, "rollback", &error))
			drop(&reader);
		hand_over(&reader, job, true);
	}
	PQfinish(reader.connection);
	hasher_free(reader.hasher);
	return NULL;
}

bool readers_start(const char *conninfo, int threads, size_t queue_max, readers_deliver *deliver,
	void *context, struct readers **ret_readers, struct error *error)
{
	struct readers *readers = calloc(1, sizeof *readers);
	assert(threads <= THREADS_MAX);
	if (readers == NULL ||
	    (conninfo != NULL && (readers->conninfo = strdup(conninfo)) == NULL))
		abort();
	readers->queue_max = queue_max;
	readers->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (readers->fd < 0) {
		free(readers->conninfo);
		free(readers);
		return error_set(error, ERROR_STORE, "", "no eventfd for the readers");
	}
	pthread_mutex_init(&readers->lock, NULL);
	pthread_cond_init(&readers->wake, NULL);
	pthread_cond_init(&readers->drained, NULL);
	readers->queue_end = &readers->queue;
	readers->chunks_end = &readers->chunks;
	readers->deliver = deliver;
	readers->context = context;
	readers->threads = calloc((size_t)threads, sizeof *readers->threads);
	for (int i = 0; i < threads; i++) {
		struct start *start = malloc(sizeof *start);
		if (start == NULL)
			abort();
		*start = (struct start){ readers, i };
		if (pthread_create(&readers->threads[i], NULL, run, start) != 0)
			abort();
		readers->thread_count++;
	}
	*ret_readers = readers;
	return true;
}

void readers_stop(struct readers *readers)
{
	if (readers == NULL)
		return;
	pthread_mutex_lock(&readers->lock);
	readers->stop = true;
	pthread_cond_broadcast(&readers->wake);
	pthread_cond_broadcast(&readers->drained);
	pthread_mutex_unlock(&readers->lock);
	for (int i = 0; i < readers->thread_count; i++)
		pthread_join(readers->threads[i], NULL);
	readers_dispatch(readers);
	close(readers->fd);
	free(readers->threads);
	free(readers->conninfo);
	free(readers);
}

int readers_fd(const struct readers *readers)
{
	return readers->fd;
}

static void resume(struct readers *readers, const struct read_job *job)
{
	for (int i = 0; i < readers->thread_count; i++) {
		if (readers->active[i] == job)
			readers->paused[i] = false;
	}
	pthread_cond_broadcast(&readers->drained);
}

static void deliver_chunk(struct readers *readers, struct chunk *chunk)
{
	size_t unsent = 0;
	struct read_job *job = chunk->job;
	bool there = chunk->bytes.length == 0 || readers->deliver(readers->context, job->handle,
		chunk->bytes.bytes, chunk->bytes.length, &unsent);
	if (chunk->last) {
		job->done(job, readers->context);
		return;
	}
	pthread_mutex_lock(&readers->lock);
	job->gone = !there;
	if (!there || unsent <= WIRE_UNSENT_MAX)
		resume(readers, job);
	pthread_mutex_unlock(&readers->lock);
}

void readers_dispatch(struct readers *readers)
{
	uint64_t count;
	(void)!read(readers->fd, &count, sizeof count);
	pthread_mutex_lock(&readers->lock);
	struct chunk *chunk = readers->chunks;
	readers->chunks = NULL;
	readers->chunks_end = &readers->chunks;
	pthread_mutex_unlock(&readers->lock);
	for (struct chunk *next; chunk != NULL; chunk = next) {
		next = chunk->next;
		deliver_chunk(readers, chunk);
		buffer_free(&chunk->bytes);
		free(chunk);
	}
}

bool readers_submit(struct readers *readers, struct read_job *job, uint64_t committed)
{
	pthread_mutex_lock(&readers->lock);
	bool room = !readers->stop && readers->queued < readers->queue_max;
	if (room) {
		readers->committed = committed;
		job->next = NULL;
		*readers->queue_end = job;
		readers->queue_end = &job->next;
		readers->queued++;
		pthread_cond_broadcast(&readers->wake);
	}
	pthread_mutex_unlock(&readers->lock);
	return room;
}

size_t readers_waiting(struct readers *readers)
{
	pthread_mutex_lock(&readers->lock);
	size_t waiting = readers->queued;
	pthread_mutex_unlock(&readers->lock);
	return waiting;
}

void readers_committed(struct readers *readers, uint64_t committed)
{
	pthread_mutex_lock(&readers->lock);
	readers->committed = committed;
	if (readers->queued > 0)
		pthread_cond_broadcast(&readers->wake);
	pthread_mutex_unlock(&readers->lock);
}

void readers_drained(struct readers *readers, uint64_t handle)
{
	pthread_mutex_lock(&readers->lock);
	for (int i = 0; i < readers->thread_count; i++) {
		if (readers->active[i] != NULL && readers->active[i]->handle == handle)
			readers->paused[i] = false;
	}
	pthread_cond_broadcast(&readers->drained);
	pthread_mutex_unlock(&readers->lock);
}

/* ---- reading ---- */

PGconn *reader_connection(struct reader *reader, struct error *error)
{
	if (reader->connection == NULL)
		error_set(error, ERROR_STORE, "", "the database does not answer");
	return reader->connection;
}

static PGresult *query(struct reader *reader, const char *sql, int count,
	const char *const *values, struct error *error)
{
	if (reader->connection == NULL) {
		error_set(error, ERROR_STORE, "", "the database does not answer");
		return NULL;
	}
	return connection_query(reader->connection, sql, count, values, error);
}

struct reader_row {
	const PGresult *result;
	int row;
};

int64_t reader_row_int(const struct reader_row *row, int column)
{
	assert(PQftype(row->result, column) == (Oid)OID_INT8);
	return PQgetisnull(row->result, row->row, column) ? ABSENT :
		wire_int8(PQgetvalue(row->result, row->row, column));
}

const char *reader_row_text(const struct reader_row *row, int column)
{
	return PQgetvalue(row->result, row->row, column);
}

bool reader_query(struct reader *reader, const char *sql, int count, const char *const *values,
	reader_each_row *each, void *context, struct error *error)
{
	PGresult *result = query(reader, sql, count, values, error);
	bool goes_on = result != NULL;
	for (int i = 0; goes_on && i < PQntuples(result); i++)
		goes_on = each(context, &(struct reader_row){ result, i });
	PQclear(result);
	return goes_on;
}

static void number_text(char text[24], int64_t number)
{
	snprintf(text, 24, "%lld", (long long)number);
}

bool reader_head(struct reader *reader, struct head *ret_head, struct error *error)
{
	PGresult *result = query(reader, "select epoch, size, root from head", 0, NULL, error);
	if (result == NULL)
		return false;
	ret_head->epoch = wire_int8(PQgetvalue(result, 0, 0));
	ret_head->size = wire_int8(PQgetvalue(result, 0, 1));
	memcpy(ret_head->root.bytes, PQgetvalue(result, 0, 2), HASH_SIZE);
	PQclear(result);
	return true;
}

bool reader_entry(struct reader *reader, int64_t index, struct buffer *out, struct error *error)
{
	char number[24];
	const char *values[] = { number };
	number_text(number, index);
	PGresult *result = query(reader, "select entry from ledger where sequence = $1::int8", 1,
		values, error);
	if (result == NULL)
		return false;
	bool found = PQntuples(result) == 1;
	if (found)
		buffer_append(out, PQgetvalue(result, 0, 0), (size_t)PQgetlength(result, 0, 0));
	PQclear(result);
	return found || error_set(error, ERROR_NOT_FOUND, "index", "the ledger has no entry %lld",
		(long long)index);
}

/* ---- entries, page by page: the server has the next one ready while this one is looked at ---- */

enum { ENTRIES_PAGE = 2048, TAKE_EVERY = 64 };

static bool ask_page(struct reader *reader, int64_t from, int64_t to, struct error *error)
{
	char first[24], end[24];
	const char *values[] = { first, end };
	number_text(first, from);
	number_text(end, from + ENTRIES_PAGE < to ? from + ENTRIES_PAGE : to);
	return PQsendQueryParams(reader->connection, "select sequence, entry from ledger where sequence >= "
		"$1::int8 and sequence < $2::int8 order by sequence", 2, NULL, values, NULL, NULL, 1) == 1 ||
		connection_error(reader->connection, NULL, "the database refused a query", error);
}

/* What was asked for, whole; NULL: it failed. */
static PGresult *take_page(struct reader *reader, struct error *error)
{
	PGresult *page = PQgetResult(reader->connection);
	bool good = PQresultStatus(page) == PGRES_TUPLES_OK ||
		connection_error(reader->connection, page, "the database refused a query", error);
	for (PGresult *rest; (rest = PQgetResult(reader->connection)) != NULL;)
		PQclear(rest);
	if (good)
		return page;
	PQclear(page);
	return NULL;
}

/* ahead: what the server sends meanwhile is taken in, so that it need not wait. */
static bool show_page(struct reader *reader, const PGresult *page, bool ahead,
	reader_each_entry *each, void *context, struct error *error)
{
	for (int i = 0; i < PQntuples(page); i++) {
		if (ahead && i % TAKE_EVERY == 0)
			PQconsumeInput(reader->connection);
		if (!each(context, wire_int8(PQgetvalue(page, i, 0)), PQgetvalue(page, i, 1),
		    (size_t)PQgetlength(page, i, 1), error))
			return false;
	}
	return true;
}

/* Nothing is asked for ahead of the first page: who wants a few entries ends there. */
bool reader_entries(struct reader *reader, int64_t from, int64_t to, reader_each_entry *each,
	void *context, struct error *error)
{
	bool asked = false, good = true;
	struct error late = { 0 }; /* of what is asked ahead: asked again, it tells */
	if (reader->connection == NULL)
		return error_set(error, ERROR_STORE, "", "the database does not answer");
	for (int64_t at = from; good && at < to; at += ENTRIES_PAGE) {
		PGresult *page = asked || ask_page(reader, at, to, error) ? take_page(reader, error) : NULL;
		asked = page != NULL && at > from && at + ENTRIES_PAGE < to &&
			ask_page(reader, at + ENTRIES_PAGE, to, &late);
		good = page != NULL && show_page(reader, page, asked, each, context, error);
		PQclear(page);
	}
	if (asked)
		PQclear(take_page(reader, &late));
	return good;
}

bool reader_command(struct reader *reader, const uint8_t id[16], bool *ret_found,
	struct batch_command *ret_command, struct error *error)
{
	char text[40];
	const char *values[] = { text };
	struct buffer hex = { 0 };
	buffer_append_hex(&hex, id, 16);
	snprintf(text, sizeof text, "%.32s", buffer_text(&hex));
	buffer_free(&hex);
	PGresult *result = query(reader, "select actor, digest, sequence, at from command where "
		"id = $1::uuid", 1, values, error);
	if (result == NULL)
		return false;
	*ret_found = PQntuples(result) == 1;
	if (*ret_found) {
		memset(ret_command, 0, sizeof *ret_command);
		memcpy(ret_command->id, id, 16);
		snprintf(ret_command->actor, sizeof ret_command->actor, "%s", PQgetvalue(result, 0, 0));
		if (PQgetlength(result, 0, 1) == 32)
			memcpy(ret_command->digest, PQgetvalue(result, 0, 1), 32);
		ret_command->index = wire_int8(PQgetvalue(result, 0, 2));
		ret_command->at = rows_time_ms(wire_int8(PQgetvalue(result, 0, 3)));
	}
	PQclear(result);
	return true;
}

bool reader_tile(void *context, int level, int64_t number, int width,
	struct hash ret_hashes[TILE_WIDTH], struct error *error)
{
	struct reader *reader = context;
	if (reader->connection == NULL)
		return error_set(error, ERROR_STORE, "", "the database does not answer");
	return load_tile(reader->connection, reader->hasher, level, number, width, ret_hashes, error);
}

static bool load_forever(struct reader *reader, struct state *state, bool forever, bool all,
	struct arena *scratch, struct error *error)
{
	bool good = true;
	for (int t = 0; good && t < TABLE_COUNT; t++) {
		if (!forever || table_info((enum table_id)t)->forever)
			good = load_table(reader->connection, state, (enum table_id)t, all, "", scratch,
				error);
	}
	return good;
}

/* Quotes a key as an SQL literal: COPY takes no parameters, and keys are codes by their form. */
static bool key_condition(struct reader *reader, const char *column, const char *key,
	struct buffer *out)
{
	char *literal = PQescapeLiteral(reader->connection, key, strlen(key));
	if (literal == NULL)
		return false;
	buffer_printf(out, " where \"%s\" = %s", column, literal);
	PQfreemem(literal);
	return true;
}

/* Closed rows too. A table that never ends is there already. */
static bool load_part(struct reader *reader, struct state *state, const struct reader_part *part,
	const char *key, struct arena *scratch, struct error *error)
{
	struct buffer condition = { 0 };
	bool good = table_info(part->table)->forever ||
		(key_condition(reader, part->column, key, &condition) &&
		load_table(reader->connection, state, part->table, true, buffer_text(&condition), scratch,
			error));
	buffer_free(&condition);
	return good;
}

bool reader_rows_with(struct reader *reader, enum table_id table, const struct reader_part *beside,
	const char *key, struct state **ret_state, struct error *error)
{
	const struct reader_part own = { table, table_info(table)->descriptor->fields[0].name };
	if (reader->connection == NULL)
		return error_set(error, ERROR_STORE, "", "the database does not answer");
	struct state *state = state_new(true);
	struct arena *scratch = arena_new(0);
	bool good = load_forever(reader, state, true, false, scratch, error) &&
		load_part(reader, state, &own, key, scratch, error);
	for (; good && beside != NULL && beside->table != TABLE_COUNT; beside++)
		good = load_part(reader, state, beside, key, scratch, error);
	arena_free(scratch);
	if (!good) {
		state_free(state);
		return false;
	}
	*ret_state = state;
	return true;
}

bool reader_rows_with_key(struct reader *reader, enum table_id table, const char *key,
	struct state **ret_state, struct error *error)
{
	return reader_rows_with(reader, table, NULL, key, ret_state, error);
}

bool reader_all_rows(struct reader *reader, struct state **ret_state, struct error *error)
{
	if (reader->connection == NULL)
		return error_set(error, ERROR_STORE, "", "the database does not answer");
	struct state *state = state_new(true);
	struct arena *scratch = arena_new(0);
	bool good = load_forever(reader, state, false, true, scratch, error);
	arena_free(scratch);
	if (!good) {
		state_free(state);
		return false;
	}
	*ret_state = state;
	return true;
}

bool reader_live_state(struct reader *reader, struct state **ret_state, struct error *error)
{
	struct head head;
	int64_t last_at = 0;
	if (reader->connection == NULL)
		return error_set(error, ERROR_STORE, "", "the database does not answer");
	struct state *state = state_new(false);
	struct arena *scratch = arena_new(0);
	bool good = load_head(reader->connection, &head, &last_at, error);
	for (int t = 0; good && t < TABLE_COUNT; t++)
		good = load_live(reader->connection, state, (enum table_id)t, last_at, scratch, error);
	arena_free(scratch);
	if (!good) {
		state_free(state);
		return false;
	}
	state_set_position(state, head.size, last_at);
	*ret_state = state;
	return true;
}

bool reader_cosignatures(struct reader *reader, reader_each_cosignature *each, void *context,
	struct error *error)
{
	PGresult *result = query(reader, "select c.size, c.root, c.note, c.at, s.witness, s.key_id, s.at, "
		"s.signature from cosignature s join checkpoint c using (size) order by c.size, s.at", 0, NULL,
		error);
	bool goes_on = result != NULL;
	for (int i = 0; goes_on && i < PQntuples(result); i++) {
		struct kept_checkpoint checkpoint;
		struct cosignature cosignature;
		load_cosignature(result, i, &checkpoint, &cosignature);
		goes_on = each(context, &checkpoint, &cosignature);
	}
	PQclear(result);
	return goes_on;
}

bool reader_checkpoint(struct reader *reader, int64_t size, struct buffer *note,
	struct error *error)
{
	char number[24];
	const char *values[] = { number };
	number_text(number, size);
	buffer_clear(note);
	PGresult *result = query(reader, "select note from checkpoint where size = $1::int8", 1, values,
		error);
	if (result == NULL)
		return false;
	if (PQntuples(result) == 1)
		buffer_append(note, PQgetvalue(result, 0, 0), (size_t)PQgetlength(result, 0, 0));
	PQclear(result);
	return true;
}

bool reader_checkpoints(struct reader *reader, reader_each_checkpoint *each, void *context,
	struct error *error)
{
	PGresult *result = query(reader, "select size, root, note from checkpoint order by size", 0,
		NULL, error);
	if (result == NULL)
		return false;
	bool goes_on = true;
	for (int i = 0; goes_on && i < PQntuples(result); i++) {
		struct hash root = { { 0 } };
		if (PQgetlength(result, i, 1) == HASH_SIZE)
			memcpy(root.bytes, PQgetvalue(result, i, 1), HASH_SIZE);
		goes_on = each(context, wire_int8(PQgetvalue(result, i, 0)), &root,
			PQgetvalue(result, i, 2), error);
	}
	PQclear(result);
	return goes_on;
}
