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

/*
 * Brings every row of every table to the audit, and what the dump says of the ledger's end and its
 * checkpoints. A file or a column that is missing, or a cell that cannot be read, is an error that names
 * file and line: ERROR_INVALID; ERROR_NOT_FOUND for a file.
 */
bool dump_read(const char *directory, struct audit *audit, struct error *error);

#endif
