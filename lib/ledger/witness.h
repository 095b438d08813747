/*
 * What a witness does before it cosigns: it holds the checkpoint that it is shown against the last one
 * that it cosigned, which it must never forget. And what it keeps where the two do not agree: evidence
 * that anybody can check with the log's verifier key and nothing else.
 */
#ifndef LEDGER_WITNESS_H
#define LEDGER_WITNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "ledger/checkpoint.h"
#include "ledger/hash.h"
#include "ledger/note.h"
#include "ledger/tree.h"

enum witness_verdict {
	WITNESS_FIRST,    /* nothing is remembered: what is shown is taken as it is */
	WITNESS_SAME,     /* the same size and root */
	WITNESS_EXTENDS,  /* it is larger, and the proof leads from one root to the other */
	WITNESS_BACK,     /* it is smaller than what is remembered */
	WITNESS_FORK,     /* the same size and another root, or a proof that leads nowhere */
};

/* Both must be the same log's. remembered may be NULL; path belongs to the two sizes, where larger. */
enum witness_verdict witness_judge(struct hasher *hasher, const struct checkpoint *remembered,
	const struct checkpoint *shown, const struct tree_path *path);

/*
 * Two checkpoints that one log signed and that do not agree. As text:
 *
 *   projectvault.org/fork-evidence@v1
 *   log VERIFIER-KEY
 *   found TIME
 *   old-root BASE64      where the sizes differ: the root that the larger tree had at the smaller size
 *   path BASE64          the proof from there to the larger root, a line a hash
 *
 * then an empty line and the signed checkpoint of the smaller size (or the first seen), an empty line and
 * the other one.
 */
struct fork_evidence {
	struct verifier_key log;
	int64_t found_at;                 /* ms UTC */
	bool has_old_root;
	struct hash old_root;
	struct tree_path path;
	const char *notes[2];             /* inside what was parsed */
	size_t note_lengths[2];
};

enum fork_proof {
	FORK_NOTHING,      /* both are signed; nothing here shows that they contradict one another */
	FORK_SAME_SIZE,    /* one size, two roots */
	FORK_OTHER_PAST,   /* the larger one's own past has another root than the smaller one */
};

void fork_evidence_append(struct buffer *out, const struct fork_evidence *evidence);
bool fork_evidence_parse(const char *bytes, size_t length, struct fork_evidence *ret_evidence,
	struct error *error);

/*
 * What it proves, by the log key that it names: the caller says whether that is the right one. False
 * where a signature or the form does not hold.
 */
bool fork_evidence_check(const struct fork_evidence *evidence, enum fork_proof *ret_proof,
	struct checkpoint ret_checkpoints[2], struct error *error);

#endif
