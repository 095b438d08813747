/* The status screen: totals, what needs a person, and the commodities nearest their floor first. */
#ifndef VAULTCTL_STATUS_H
#define VAULTCTL_STATUS_H

#include <stdbool.h>

#include "base/buffer.h"
#include "wire/value.h"

enum { STATUS_SHOWN = 12 };

struct status_options {
	bool all;    /* every stocked commodity, not only the STATUS_SHOWN nearest their floor */
	bool colour;
	bool past;   /* as of the past: the ledger knows nothing of what the daemon has done since its start */
};

/* status: the reply of Evidence.Status. */
void status_render(const struct value *status, const struct status_options *options,
	struct buffer *to);

#endif
