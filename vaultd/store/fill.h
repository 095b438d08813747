/*
 * Filling an empty database from a ledger, in one transaction: until its end nobody sees anything of it,
 * and where it is cut off the database is as empty as before. What comes is kept in order of its kind:
 * entries go to the server at once, everything else into files without a name until all entries are there,
 * for rows must follow those that they refer to. So memory is that of a few buffers.
 */
#ifndef VAULTD_STORE_FILL_H
#define VAULTD_STORE_FILL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "ledger/hash.h"
#include "ledger/tiles.h"
#include "reserve/state.h"
#include "vaultd/batch.h"
#include "vaultd/store/store.h"
#include "vaultd/store/writer.h"

struct store_fill;

/*
 * Begins, as the holder of head's epoch, and moves the head to where the ledger will end. ERROR_CONFLICT
 * where anything is in the database. folder: where files may be made.
 */
bool store_fill_begin(const char *conninfo, const char *folder, const struct head *head,
	int64_t size, const struct hash *root, struct store_fill **ret_fill, struct error *error);

/* Entries in order; the others in any. */
bool store_fill_entry(struct store_fill *fill, int64_t index, const void *bytes, size_t length,
	struct error *error);
bool store_fill_command(struct store_fill *fill, const struct batch_command *command,
	struct error *error);
bool store_fill_tile(struct store_fill *fill, int level, int64_t number,
	const struct hash hashes[TILE_WIDTH], struct error *error);
bool store_fill_row(struct store_fill *fill, const struct row *row, struct error *error);

/* The end of the entries; then all else is sent, table by table, and committed. step may be NULL. */
typedef bool store_fill_step(void *context, const char *table, struct error *error);
bool store_fill_commit(struct store_fill *fill, const struct kept_checkpoint *checkpoint,
	store_fill_step *step, void *context, struct error *error);

/* With or without a commit. */
void store_fill_free(struct store_fill *fill);

/*
 * As the owner, outside of any transaction. Before: gives back what a fill that was cut off left on the disk.
 * After: lets the server count what is there, for its plans.
 */
bool store_fill_before(const char *owner_conninfo, struct error *error);
bool store_fill_after(const char *owner_conninfo, struct error *error);

#endif
