/* A digest over a whole state: every build that replays the same ledger must come to the same one. */
#ifndef VAULTCTL_OFFLINE_DIGEST_H
#define VAULTCTL_OFFLINE_DIGEST_H

#include "ledger/hash.h"
#include "reserve/state.h"

/* SHA-256 over every row of every table, in the order of tables and keys, as lines of JSON. */
void offline_state_digest(const struct state *state, struct hash *ret_digest);

#endif
