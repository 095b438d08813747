/*
 * That a ledger of one size extends an earlier one, as text that anybody checks offline: the body that
 * C2SP tlog-witness gives to its call add-checkpoint. A line "old SIZE", the hashes of the RFC 6962 proof
 * in base64, one a line, an empty line, and the signed checkpoint of the later size.
 */
#ifndef LEDGER_CONSISTENCY_H
#define LEDGER_CONSISTENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "ledger/checkpoint.h"
#include "ledger/hash.h"
#include "ledger/note.h"
#include "ledger/tree.h"

struct consistency {
	int64_t old_size;
	struct tree_path path;
	const char *checkpoint;   /* the signed checkpoint, inside what was parsed */
	size_t checkpoint_length;
};

void consistency_append(struct buffer *out, int64_t old_size, const struct tree_path *path,
	const char *checkpoint, size_t checkpoint_length);

/* The form alone, strictly: what parses is, byte for byte, what would be written. */
bool consistency_parse(const char *bytes, size_t length, struct consistency *ret_consistency,
	struct error *error);

/*
 * That the checkpoint, which one of the keys signed (as checkpoint_open says), extends the tree of
 * old_size and old_root. ERROR_LEDGER where it does not.
 */
bool consistency_verify(const struct consistency *consistency, const struct hash *old_root,
	const struct verifier_key *keys, size_t key_count, struct checkpoint *ret_checkpoint,
	struct error *error);

#endif
