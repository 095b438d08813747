/* Pieces of loading that start-up and reader threads share; inside the store alone. */
#ifndef VAULTD_STORE_LOAD_H
#define VAULTD_STORE_LOAD_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "ledger/hash.h"
#include "reserve/state.h"
#include "vault/limits.h"
#include "vaultd/store/store.h"

/* Where the ledger ends, and the time of its last entry (0: none). */
bool load_head(PGconn *connection, struct head *head, int64_t *ret_last_at, struct error *error);

/* Rows of one table into a state: live ones or all, those of a condition (" where …") or "". */
bool load_table(PGconn *connection, struct state *state, enum table_id table, bool all,
	const char *condition, struct arena *scratch, struct error *error);

/* The live rows of one table, and the ended ones that it recalls; last_at: time of the last entry. */
bool load_live(PGconn *connection, struct state *state, enum table_id table, int64_t last_at,
	struct arena *scratch, struct error *error);

/* The first width hashes of a tile; partial ones of level 0 are hashed from the entries. */
bool load_tile(PGconn *connection, struct hasher *hasher, int level, int64_t number, int width,
	struct hash ret_hashes[TILE_WIDTH], struct error *error);

/* The connection of a reader inside its job, or NULL with an error. */
struct reader;
PGconn *reader_connection(struct reader *reader, struct error *error);

/* Its thread's own. */
struct hasher *reader_hasher(struct reader *reader);

/*
 * One COPY: each binary row without its count of columns. The arena is reset after each; the callback
 * returns false with an error to stop.
 */
typedef bool load_each_copied(void *context, const char *bytes, size_t length, struct arena *scratch,
	struct error *error);
bool load_copy(PGconn *connection, const char *query, load_each_copied *each, void *context,
	struct arena *scratch, struct error *error);

/*
 * One row of "size, root, note, at of a checkpoint, witness, key_id, at, signature". What does not fit, for
 * somebody changed it, is left empty: then it does not verify.
 */
void load_cosignature(const PGresult *result, int row, struct kept_checkpoint *ret_checkpoint,
	struct cosignature *ret_cosignature);

#endif
