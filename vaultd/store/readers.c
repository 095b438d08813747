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

struct chunk {
	struct chunk *next;
	struct read_job *job;
	bool last;
	struct buffer bytes;
};

enum { THREADS_MAX = 16 };

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

PGconn *reader_connection(struct reader *reader, struct error *error)
{
	if (reader->connection == NULL)
		error_set(error, ERROR_STORE, "", "the database does not answer");
	return reader->connection;
}

struct hasher *reader_hasher(struct reader *reader)
{
	return reader->hasher;
}
