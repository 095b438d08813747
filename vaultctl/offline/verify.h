/*
 * An exported ledger verified whole, with no daemon and no database: hashes, tree and checkpoint by
 * lib/ledger; then of every entry its bytes (canonical, of a known kind), its place in the sequence,
 * its time, whatever persons signed in it, and every plan against its hash.
 */
#ifndef VAULTCTL_OFFLINE_VERIFY_H
#define VAULTCTL_OFFLINE_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "ledger/checkpoint.h"
#include "ledger/export.h"
#include "ledger/note.h"
#include "wire/entry.h"

/* Takes each entry, in order, once it was checked; it lives during the call. */
typedef bool offline_each(void *context, const struct parsed_entry *entry, struct error *error);

struct offline_check {
	const struct verifier_key *keys; /* that may vouch for the checkpoint */
	size_t key_count;                /* 0: the log key of entry 0, pinned by nothing */
	int threads;                     /* that hash; 0: one a processor */
	bool hashes_only;                /* tree and checkpoint; entries are not read */
	export_progress *progress;       /* may be NULL */
	offline_each *each;              /* may be NULL */
	void *context;                   /* of both */
};

struct offline_result {
	struct checkpoint checkpoint;
	bool pinned;                     /* a key that was given vouches for it */
	int64_t last_at;                 /* time of the last entry, TIME_NONE where there is none */
	int64_t documents, signatures;   /* notes seen, signatures in entries that hold */
	int64_t plans;                   /* whose content hashes to what officers signed */
};

/* ERROR_LEDGER for what does not hold, with file or index; ERROR_STORE for what cannot be read. */
bool offline_verify(const char *directory, const struct offline_check *check,
	struct offline_result *ret_result, struct error *error);

/* The log key that entry 0 names. Nothing is verified. */
bool offline_log_key(const char *directory, struct verifier_key *ret_key, struct error *error);

#endif
