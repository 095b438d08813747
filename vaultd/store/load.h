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

#endif
