/*
 * The last checkpoint that this machine released, in a file of its own beside the database: so that an older
 * database, or another one, is noticed at the next start.
 */
#ifndef VAULTD_RELEASED_H
#define VAULTD_RELEASED_H

#include <limits.h>
#include <stdbool.h>

#include "base/error.h"
#include "ledger/checkpoint.h"
#include "vaultd/config.h"

/* data_dir/checkpoint; "" where that is too long for a path. */
void released_path(const struct config *config, char path[PATH_MAX]);

/* Durable when true. */
bool released_keep(const struct config *config, const char *note);

/* False where nothing was released, or the file tells nothing. No signature is checked. */
bool released_read(const struct config *config, struct checkpoint *ret_checkpoint);

/* ROLLED_BACK: what ("the export") holds size entries does not extend the checkpoint. Always false. */
bool released_refuse(const struct config *config, const struct checkpoint *released,
	const char *what, int64_t size, struct error *error);

#endif
