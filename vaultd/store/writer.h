/*
 * The writer thread: owns one connection and the sealed batch it is given, and ends each commit in one
 * of three ways. It shares nothing else with the loop; what crosses is one pointer and one eventfd.
 */
#ifndef VAULTD_STORE_WRITER_H
#define VAULTD_STORE_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "vaultd/batch.h"
#include "vaultd/cosignature.h"
#include "vaultd/store/store.h"

struct cluster;
struct writer;

enum commit_end {
	COMMIT_DONE,     /* committed, by this attempt or, as the head shows, by the one that was cut off */
	COMMIT_REFUSED,  /* the server says no: the batch is not in, and never will be as it is */
	COMMIT_LOST,     /* the connection was lost and the head shows that the batch is not in */
	COMMIT_FENCED,   /* another vaultd holds the head: this one must end */
};

/*
 * conninfo as the writer role; head as taken. cluster is asked to restart an embedded server that
 * died. The caller watches writer_fd and then calls writer_take.
 */
bool writer_start(struct cluster *cluster, const char *conninfo, const struct head *head,
	struct writer **ret_writer, struct error *error);

/* Waits for what is under way. */
void writer_stop(struct writer *writer);

int writer_fd(const struct writer *writer);

bool writer_free(const struct writer *writer); /* nothing is under way */

/* That the connection stands, as far as it has heard. True while something is under way: that finds out. */
bool writer_connected(struct writer *writer);

/* Begins to commit a batch, a checkpoint, and cosignatures (a list); each may be NULL. */
void writer_commit(struct writer *writer, const struct batch *batch,
	const struct kept_checkpoint *checkpoint, const struct cosigning *cosignings);

/*
 * Comes back to the database and takes the head anew, to learn whether it is still ours; ends as a commit
 * of nothing does.
 */
void writer_ask(struct writer *writer);

/*
 * When the eventfd is readable: how the commit ended. False where nothing has ended. ret_error says
 * what the server said where it was refused or lost.
 */
bool writer_take(struct writer *writer, enum commit_end *ret_end, struct error *ret_error);

/* The database answers again, as another connection has seen. Only while the writer is free. */
void writer_back(struct writer *writer);

/* Since when the database does not answer (ms UTC), or 0. From any thread. */
int64_t writer_away_since(const struct writer *writer);

#endif
