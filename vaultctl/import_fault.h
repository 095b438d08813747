/*
 * A place of a CSV file that is wrong, as a person is shown it: file, line, column, what is wrong, the
 * line itself and a mark under the bytes at fault.
 */
#ifndef VAULTCTL_IMPORT_FAULT_H
#define VAULTCTL_IMPORT_FAULT_H

#include "base/buffer.h"
#include "base/error.h"
#include "vaultctl/csv.h"
#include "vaultctl/import_table.h"

/*
 * "deliveries.csv line 418, column gross_kg: …", then the line with its mark where the fault has a
 * place. bytes: the file. The remedy is the caller's to add.
 */
void import_fault_append(struct buffer *out, const char *file, const char *bytes, size_t length,
	const struct csv_fault *fault);

/* " Two more rows are wrong: lines 602, 977." of the faults behind the first; "" for none. */
void import_fault_others(struct buffer *out, const struct csv_fault *faults, size_t count);

/*
 * Which row of a command an error of vaultd is about, from "row 3: …" or the path lots[2].mass_g,
 * from 0; -1 where it names none. ret_field: the name of the member, ret_message: without the row.
 */
int import_error_row(const struct error *error, char ret_field[64], const char **ret_message);

#endif
