/*
 * The whole state made again from an exported ledger through the core's own apply, and a digest over
 * it: every build that replays the same ledger must come to the same one.
 */
#ifndef VAULTCTL_OFFLINE_REPLAY_H
#define VAULTCTL_OFFLINE_REPLAY_H

#include <stdbool.h>

#include "audit/replay.h"
#include "base/error.h"
#include "ledger/hash.h"
#include "reserve/state.h"
#include "vaultctl/offline/verify.h"

/*
 * Verifies as offline_verify does and applies each entry as it goes. check->each is called before an
 * entry is applied. The state is the caller's: state_free; closed rows are kept in it.
 *
 * Apply asserts what decide has checked: a ledger signed by its own log key that decide did not make
 * ends the process. Who replays a stranger's ledger catches SIGABRT.
 */
bool offline_replay(const char *directory, const struct offline_check *check,
	struct offline_result *ret_result, struct state **ret_state, struct error *error);

/*
 * A replay that keeps closed rows: what offline_replay feeds. history: what its days are gathered into, or
 * NULL.
 */
struct history;
struct replay *offline_replay_new(struct history *history);

/* SHA-256 over every row of every table, in the order of tables and keys, as lines of JSON. */
void offline_state_digest(const struct state *state, struct hash *ret_digest);

#endif
