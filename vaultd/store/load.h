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

/* Rows of one table into a state: live ones or all, those of a condition (" where …") or "". */
bool load_table(PGconn *connection, struct state *state, enum table_id table, bool all,
	const char *condition, struct arena *scratch, struct error *error);

/* The first width hashes of a tile; partial ones of level 0 are hashed from the entries. */
bool load_tile(PGconn *connection, struct hasher *hasher, int level, int64_t number, int width,
	struct hash ret_hashes[TILE_WIDTH], struct error *error);

#endif
