/*
 * A ledger made into a state again: entry after entry through the core's own apply. The one way in which
 * entries become a state, for audits, views as of the past, a restore, and `ledger replay` without a
 * database; it reads no file and no database, whoever has the entries brings them.
 */
#ifndef AUDIT_REPLAY_H
#define AUDIT_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "reserve/decide.h"
#include "reserve/state.h"
#include "wire/entry.h"

struct replay;

/*
 * Sees each entry: before it is applied the state is what decide saw, after it what it led to. What it
 * points at lives during the call. Returning false stops the replay with its error.
 */
typedef bool replay_hook(void *context, const struct state *state, const struct parsed_entry *entry,
	const struct event_type *type, struct error *error);

/* Hooks may be NULL. keep_closed: rows that ended stay in the state, as views and comparison want them. */
struct replay *replay_new(bool keep_closed, replay_hook *before, replay_hook *after, void *context);
void replay_free(struct replay *replay);

/*
 * The next entry's bytes. ERROR_LEDGER naming index and reason for what is not canonical, of an unknown
 * kind, out of sequence, back in time, or no founding where one must be; nothing is applied then, and
 * the replay stands where it stood. Apply asserts what decide has checked: see offline/replay.h.
 */
bool replay_entry(struct replay *replay, const char *bytes, size_t length, struct error *error);

/* Entries applied so far; the state until replay_free, or the caller's own after replay_take. */
int64_t replay_size(const struct replay *replay);
struct state *replay_state(const struct replay *replay);
struct state *replay_take(struct replay *replay);

#endif
