/*
 * Reader threads: what is long or needs rows that the live state does not hold is read in a REPEATABLE
 * READ transaction of its own, beside the loop. A job starts only when every batch sealed before it
 * is committed, so that it sees at least what its session has seen. A pool without a database takes
 * what is only long to compute.
 */
#ifndef VAULTD_STORE_READERS_H
#define VAULTD_STORE_READERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "ledger/tiles.h"
#include "reserve/state.h"
#include "vaultd/batch.h"
#include "vaultd/cosignature.h"
#include "vaultd/store/store.h"

struct readers;
struct value;
struct reader; /* a thread's connection, inside a job */

enum { READ_AGAIN = -1 };

/*
 * A job. run is called in a reader thread, done afterwards in the loop thread, which frees the job.
 * Its owner puts what else it needs behind this struct.
 */
struct read_job {
	struct read_job *next;
	uint64_t handle;          /* the session that waits */
	uint64_t after_batch;     /* starts when this is committed */
	void (*run)(struct read_job *job, struct reader *reader);
	void (*done)(struct read_job *job, void *context); /* context as given to readers_start */
	struct arena *arena;      /* the job's, freed with it */
	struct buffer out;        /* reply messages not yet handed over */
	struct value *parameters; /* a copy of the call's, freed with the job, or NULL */
	bool gone;                /* the session has gone: stop soon */
};

/* Called in the loop thread with chunks of reply bytes; returns false where the session has gone. */
typedef bool readers_deliver(void *context, uint64_t handle, const void *bytes, size_t length,
	size_t *ret_unsent);

/* conninfo: NULL for a pool without a database; queue_max: of jobs that wait; at most 16 threads. */
bool readers_start(const char *conninfo, int threads, size_t queue_max, readers_deliver *deliver,
	void *context, struct readers **ret_readers, struct error *error);

/* Ends the threads, after what is under way; what waited is left undone. */
void readers_stop(struct readers *readers);
int readers_fd(const struct readers *readers);

/* In the loop: hands over what the threads have produced; calls done. */
void readers_dispatch(struct readers *readers);

/*
 * False where the queue is full or the pool is stopped. committed: see after_batch; call readers_committed
 * as it grows.
 */
bool readers_submit(struct readers *readers, struct read_job *job, uint64_t committed);
void readers_committed(struct readers *readers, uint64_t committed);

/* A session took what it was sent: producers that paused for it go on. */
void readers_drained(struct readers *readers, uint64_t handle);

/* ---- inside a job ---- */

/* Hands over what is in job->out; waits where the peer is slow. False: the session has gone. */
bool reader_flush(struct reader *reader, struct read_job *job);

/* Jobs that wait for a thread. From any thread. */
size_t readers_waiting(struct readers *readers);

/* Whether the pool still runs: a job that takes long asks now and then, and ends where it does not. */
bool reader_goes_on(struct reader *reader);

/* The database's view of the ledger's end. */
bool reader_head(struct reader *reader, struct head *ret_head, struct error *error);

/* One entry's bytes, appended. ERROR_NOT_FOUND. */
bool reader_entry(struct reader *reader, int64_t index, struct buffer *out, struct error *error);

/*
 * Entries from, up to and without to, in order; the callback returns false to stop, and asks the database
 * nothing meanwhile.
 */
typedef bool reader_each_entry(void *context, int64_t index, const char *bytes, size_t length,
	struct error *error);
bool reader_entries(struct reader *reader, int64_t from, int64_t to, reader_each_entry *each,
	void *context, struct error *error);

/* The command with that id: *ret_found says whether there is one. */
bool reader_command(struct reader *reader, const uint8_t id[16], bool *ret_found,
	struct batch_command *ret_command, struct error *error);

/* A tile of the ledger; a tile_read for struct tile_source. context is the reader. */
bool reader_tile(void *reader, int level, int64_t number, int width,
	struct hash ret_hashes[TILE_WIDTH], struct error *error);

/*
 * One query for figures: static text with text parameters. Of each row the callback may ask columns by
 * their place: int8 (ABSENT for null), or text ("" for null), which lives until it returns. It returns
 * false to stop.
 */
struct reader_row;
typedef bool reader_each_row(void *context, const struct reader_row *row);
bool reader_query(struct reader *reader, const char *sql, int count, const char *const *values,
	reader_each_row *each, void *context, struct error *error);
int64_t reader_row_int(const struct reader_row *row, int column);
const char *reader_row_text(const struct reader_row *row, int column);

/*
 * All rows of the tables that never end, and of one other table those with this key (closed ones too),
 * into a state of its own.
 */
bool reader_rows_with_key(struct reader *reader, enum table_id table, const char *key,
	struct state **ret_state, struct error *error);

/* The same, and of other tables the rows that have that key in a column, closed ones too. */
struct reader_part {
	enum table_id table; /* TABLE_COUNT ends a list of them */
	const char *column;
};
bool reader_rows_with(struct reader *reader, enum table_id table, const struct reader_part *beside,
	const char *key, struct state **ret_state, struct error *error);

/* What a start would load, at the reader's moment: a whole state of its own, ready to decide on. */
bool reader_live_state(struct reader *reader, struct state **ret_state, struct error *error);

/* The checkpoint of that size that was signed, if one is kept; note is emptied where none is. */
bool reader_checkpoint(struct reader *reader, int64_t size, struct buffer *note,
	struct error *error);

/* Every cosignature that is kept, with its checkpoint, by size. False stops. */
typedef bool reader_each_cosignature(void *context, const struct kept_checkpoint *checkpoint,
	const struct cosignature *cosignature);
bool reader_cosignatures(struct reader *reader, reader_each_cosignature *each, void *context,
	struct error *error);

#endif
