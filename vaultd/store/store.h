/*
 * The records in PostgreSQL, as the daemon sees them: bring the schema up to date, take the fence, load
 * the state. Writing is writer.h's, reading for replies read.h's.
 */
#ifndef VAULTD_STORE_STORE_H
#define VAULTD_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "ledger/hash.h"
#include "ledger/tiles.h"
#include "reserve/state.h"
#include "vaultd/batch.h"
#include "vaultd/cosignature.h"

/* Where the ledger ends and which epoch may move it. */
struct head {
	int64_t epoch, size;
	struct hash root;
};

/* Runs the migrations that are missing, as the owner. A schema newer than this program is refused. */
bool store_migrate(const char *owner_conninfo, struct error *error);

/*
 * Checks that what is committed survives: with several hosts or standbys synchronous_commit must not
 * be off; fsync must be on. allow_loss says it is wished.
 */
bool store_check_durability(const char *conninfo, bool allow_loss, struct error *error);

/*
 * Who serves, where several vaultd share a database: one holds the lock, the others wait for it and take
 * over when its connection has gone. Kept as long as the daemon runs.
 */
struct store_lock;
bool store_lock_open(const char *conninfo, struct store_lock **ret_lock, bool *ret_taken,
	struct error *error);
bool store_lock_wait(struct store_lock *lock);

/* Whether its connection still stands; without waiting. Where it has gone, one try to take it again. */
bool store_lock_holds(const struct store_lock *lock);
void store_lock_again(struct store_lock *lock);
void store_lock_close(struct store_lock *lock);

/* Becomes the one that may write: waits for a transaction in flight, then takes the next epoch. */
bool store_take_head(const char *conninfo, struct head *ret_head, struct error *error);

/* The same after a loss, unless somebody else took the head since my_epoch: then *ret_mine is false. */
bool store_take_head_again(const char *conninfo, int64_t my_epoch, struct head *ret_head,
	bool *ret_mine, struct error *error);

/* What loading gives back. ids: commands since ids_from, oldest first, each passed to remember. */
struct loaded {
	struct state *state;
	struct tile_builder builder;
	struct head head;          /* as it stands; its epoch is whoever holds it */
	int64_t ids_from;
};
typedef void store_remember(void *context, const struct batch_command *command);

/* Loads everything that can still change, in one snapshot. now bounds which command ids are read. */
bool store_load(const char *conninfo, int64_t now, struct loaded *ret_loaded,
	store_remember *remember, void *context, struct error *error);

/* Cosignatures of the newest checkpoints that have any, and each witness's last, by size upwards. */
typedef void store_cosignature(void *context, const struct kept_checkpoint *checkpoint,
	const struct cosignature *cosignature);
bool store_load_cosignatures(const char *conninfo, store_cosignature *each, void *context,
	struct error *error);

/* The root that the ledger in the records had at an earlier size. */
bool store_root_at(const char *conninfo, int64_t size, struct hash *ret_root, struct error *error);

#endif
