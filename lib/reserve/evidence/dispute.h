/*
 * A checkpoint that the log key signed and that is no part of this ledger: somebody was shown another
 * history. The ledger keeps the signed note, with the witness's cosignature, and a critical finding.
 */
#ifndef RESERVE_EVIDENCE_DISPUTE_H
#define RESERVE_EVIDENCE_DISPUTE_H

#include "reserve/decide.h"
#include "vault/limits.h"

struct dispute_params {
	const char *note;
	uint8_t root[32];
	int64_t size;
	char witness[CODE_MAX]; /* who brought it */
};

extern const struct event_type event_checkpoint_disputed;

/* vaultd's own; ERROR_CONFLICT where an open finding says so already. */
extern const struct command_type command_checkpoint_dispute;

#endif
