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
 * Sees each entry: before it is applied the state is what decide saw, after it what it led to, and
 * state_touched are the rows that it touched. What it points at lives during the call. Returning false
 * stops the replay with its error.
 */
typedef bool replay_hook(void *context, const struct state *state, const struct parsed_entry *entry,
	const struct event_type *type, struct error *error);

/* Hooks may be NULL. keep_closed: rows that ended stay in the state, as views and comparison want them. */
struct replay *replay_new(bool keep_closed, replay_hook *before, replay_hook *after, void *context);
void replay_free(struct replay *replay);

/*
 * Where closed rows are not kept: sees each row that ended, just before it is swept; where it returns
 * false the row stays all the same.
 */
typedef bool replay_ended(void *context, const struct row *row);
void replay_watch_ended(struct replay *replay, replay_ended *ended);

/*
 * Each row that an entry touched, behind the entry, before what ended is swept: what a row came to when it
 * ended is seen nowhere else. context is the hooks'.
 */
typedef bool replay_row(void *context, const struct row *row, struct error *error);
void replay_watch_rows(struct replay *replay, replay_row *each);

/*
 * The next entry's bytes. ERROR_LEDGER naming index and reason for what is not canonical, of an unknown
 * kind, out of sequence, back in time, or no founding where one must be, and then nothing is applied and
 * the replay stands where it stood; or a hook's error, which ends it. Apply asserts what decide has
 * checked: bytes that decide did not make, though they are well formed, end the process, unless guard.h
 * stands around it.
 */
bool replay_entry(struct replay *replay, const char *bytes, size_t length, struct error *error);

/* The same for who has read the entry already, by entry_parse. */
bool replay_parsed(struct replay *replay, const struct parsed_entry *entry, struct error *error);

/*
 * Whether an entry may stand at that index behind an entry of last_at (TIME_NONE: behind none): what
 * replay_parsed checks, for who reads a ledger without a state.
 */
bool replay_in_order(const struct parsed_entry *entry, int64_t index, int64_t last_at,
	struct error *error);

/* Entries applied so far; the state, until replay_free. */
int64_t replay_size(const struct replay *replay);
struct state *replay_state(const struct replay *replay);

#endif
