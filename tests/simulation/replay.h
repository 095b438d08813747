/* The whole ledger again, from its bytes: what it amounts to must be what is durable. */
#ifndef SIMULATION_REPLAY_H
#define SIMULATION_REPLAY_H

#include <stddef.h>
#include <stdint.h>

#include "coverage.h"
#include "durable.h"

/* What a reader was shown once it was durable: the state at that size. */
struct seen {
	int64_t size;
	char commodity[24];
	int64_t available_g, reserved_g;
};

/* NULL where all holds, else what does not. seen stands in order of size. Entries are counted. */
const char *replay_check(const struct durable *durable, const struct seen *seen, size_t seen_count,
	struct coverage *coverage);

#endif
