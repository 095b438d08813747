/*
 * A receipt that anybody checks offline: c2sp.org/tlog-proof@v1. It says that an entry stands at an
 * index of the tree of a signed checkpoint, which it carries.
 */
#ifndef LEDGER_PROOF_H
#define LEDGER_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "ledger/checkpoint.h"
#include "ledger/hash.h"
#include "ledger/note.h"
#include "ledger/tree.h"

#define PROOF_TYPE_LINE "c2sp.org/tlog-proof@v1"
#define PROOF_EXTRA_MAX (128 * 1024)

struct proof {
	int64_t index;
	struct tree_path path;
	struct buffer extra;      /* decoded; empty where there is no such line; not authenticated */
	bool has_extra;
	const char *checkpoint;   /* the signed checkpoint, inside what was parsed */
	size_t checkpoint_length;
};

/* extra may be NULL for no such line. Requires a path that fits the checkpoint's size. */
void proof_append(struct buffer *out, int64_t index, const struct tree_path *path,
	const void *extra, size_t extra_length, const char *checkpoint, size_t checkpoint_length);

/* The form alone. ret_proof->extra is the caller's: proof_clear. */
bool proof_parse(const char *bytes, size_t length, struct proof *ret_proof, struct error *error);
void proof_clear(struct proof *proof);

/* That the entry stands in the tree and one of the keys vouches for it, as checkpoint_open says. */
bool proof_verify(const struct proof *proof, const void *entry, size_t length,
	const struct verifier_key *keys, size_t key_count, struct checkpoint *ret_checkpoint,
	struct error *error);

#endif
