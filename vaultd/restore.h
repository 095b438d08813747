/*
 * `vaultd --restore-from DIR`: an empty database is filled from an exported ledger, and is then what it was
 * when the export was made: entries, tiles, command ids, and every row of every table by the core's own
 * apply. All that `ledger verify` looks at is looked at on the way. Both keys must be the reserve's, from
 * a backup of them: with others nobody could go on.
 *
 * One transaction, so that a restore that is cut off leaves an empty database, and the next begins again; a
 * mark that something is half done would have to be watched for ever by everybody who opens the database.
 */
#ifndef VAULTD_RESTORE_H
#define VAULTD_RESTORE_H

#include <stdbool.h>

#include "base/error.h"
#include "vaultd/config.h"

/*
 * Folders are prepared, nothing else is open. key: a verifier key that must vouch for the checkpoint, NULL:
 * the log key that lies at config->log_key. Says on standard output what was restored, and how far it is
 * on a terminal. CONFLICT where the database is not empty; ROLLED_BACK; LEDGER; STORE; CONFIG.
 */
bool restore_from(const struct config *config, const char *directory, const char *key,
	struct error *error);

#endif
