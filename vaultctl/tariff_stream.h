/*
 * `tariff assess --from CSV`: a file of any length, assessed line by line with bounded memory.
 * Batches go to vaultd ahead of their answers; lines come out in order, a line with a fault among
 * them.
 */
#ifndef VAULTCTL_TARIFF_STREAM_H
#define VAULTCTL_TARIFF_STREAM_H

#include "vaultctl/ctl.h"

/*
 * from: a CSV file, or - for standard input; out: a file, or NULL for standard output. The exit
 * status: 0 where every line was assessed, that of InvalidInput where some have faults.
 */
int tariff_stream(struct ctl *ctl, const char *from, const char *out);

/* Prints the columns with two example lines. */
int tariff_stream_template(void);

#endif
