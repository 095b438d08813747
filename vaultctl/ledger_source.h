/*
 * Where a checkpoint and the proofs about it come from: vaultd, or an exported ledger. Nothing that it
 * gives is verified; whoever takes it holds it against a key and what is remembered.
 */
#ifndef VAULTCTL_LEDGER_SOURCE_H
#define VAULTCTL_LEDGER_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "ledger/export.h"
#include "ledger/hash.h"
#include "ledger/note.h"
#include "ledger/tree.h"
#include "vaultctl/ctl.h"

struct ledger_source {
	struct ctl *ctl;
	const char *directory;         /* NULL: vaultd */
	struct export_reader *reader;
};

/* From one size to a later one. */
struct ledger_consistency {
	int64_t old_size, new_size;
	struct hash old_root, new_root;
	struct tree_path path;
	struct buffer checkpoint;      /* signed, of new_size; empty where the source has none of that size */
};

bool ledger_source_open(struct ledger_source *source, struct ctl *ctl, const char *directory,
	struct error *error);
void ledger_source_close(struct ledger_source *source);

/* The newest checkpoint; of vaultd, for a witness, the one that it is to cosign (NULL: any). */
bool ledger_source_checkpoint(struct ledger_source *source, const char *witness,
	int64_t cosigned_size, struct buffer *out, struct error *error);

/* The log key that entry 0 of the export names, or that vaultd holds under that origin. */
bool ledger_source_log_key(struct ledger_source *source, const char *origin,
	struct verifier_key *ret_key, struct error *error);

/* new_size < 0: the newest. ret_consistency->checkpoint is the caller's to free. */
bool ledger_source_consistency(struct ledger_source *source, int64_t old_size, int64_t new_size,
	struct ledger_consistency *ret_consistency, struct error *error);

#endif
