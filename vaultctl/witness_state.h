/*
 * What a witness remembers between two runs, in one text file: the log's verifier key, its own, and the
 * last checkpoint that it cosigned. Whoever loses it cannot tell a rollback any more.
 */
#ifndef VAULTCTL_WITNESS_STATE_H
#define VAULTCTL_WITNESS_STATE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"

struct witness_state {
	bool begun;                    /* false: there was no file */
	struct verifier_key log, own;
	struct checkpoint last;
	struct buffer note;            /* the signed checkpoint with the own cosignature */
};

/* A file that is there and does not hold is an error that says what is at stake. */
bool witness_state_read(const char *path, struct witness_state *ret_state, struct error *error);

/* Durable when it returns. */
bool witness_state_write(const char *path, const struct witness_state *state, struct error *error);
void witness_state_clear(struct witness_state *state);

#endif
