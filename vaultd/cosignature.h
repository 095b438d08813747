/*
 * One witness's cosignature under a checkpoint that this vaultd signed, as it is kept in memory and in
 * the database; and what waits for the writer to keep it.
 */
#ifndef VAULTD_COSIGNATURE_H
#define VAULTD_COSIGNATURE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "ledger/hash.h"
#include "ledger/note.h"
#include "vault/limits.h"

/* A signed checkpoint to be kept. */
struct kept_checkpoint {
	int64_t size, at;
	struct hash root;
	char note[1024];
};

struct cosignature {
	char witness[CODE_MAX];  /* a person's code */
	char key_id[9];
	int64_t at;              /* ms UTC, as it says itself: whole seconds */
	uint8_t bytes[NOTE_COSIGNATURE_SIZE];
};

/* A checkpoint's note with the cosignature's line behind it; without, where its names do not fit. */
void cosignature_compose(struct buffer *out, const char *note, const struct cosignature *cosignature,
	const char *origin);

/* A checkpoint and cosignatures of it to be made durable together. */
struct cosigning {
	struct cosigning *next;
	struct kept_checkpoint checkpoint;
	struct cosignature cosignatures[WITNESSES_MAX];
	size_t count;
	struct read_job *job;    /* of the call that is answered when they are; it owns this */
};

#endif
