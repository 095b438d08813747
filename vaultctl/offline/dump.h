/*
 * A dump of the tables: one CSV file a view of the schema audit, NAME.csv, copied by the auditor's own
 * psql. It is brought to an audit row by row, so that a million rows need the memory of one piece.
 */
#ifndef VAULTCTL_OFFLINE_DUMP_H
#define VAULTCTL_OFFLINE_DUMP_H

#include <stdbool.h>

#include "audit/audit.h"
#include "base/buffer.h"
#include "base/error.h"

/*
 * Appends a script for sh that makes the folder and copies every view into it in one snapshot. connect
 * is the line that `vaultctl sql` prints.
 */
void dump_script(struct buffer *out, const char *connect, const char *directory);

struct dump;

/* Opens the folder. ERROR_NOT_FOUND, ERROR_INVALID naming file, line and column for what cannot be read. */
bool dump_open(const char *directory, struct dump **ret_dump, struct error *error);
void dump_close(struct dump *dump);

/* Where the dump says that the ledger ends. */
bool dump_head(struct dump *dump, int64_t *ret_size, struct hash *ret_root, struct error *error);

/*
 * Its next checkpoint, in order of size; note lives until the next call. False: no more, or what cannot be
 * read, which dump_rows then tells.
 */
bool dump_checkpoint(struct dump *dump, int64_t *ret_size, struct hash *ret_root, const char **ret_note);

/* Brings every row of every table to the audit, then every command id. */
bool dump_rows(struct dump *dump, struct audit *audit, struct error *error);

#endif
