/*
 * Cosignatures of witnesses under checkpoints that this vaultd signed: the newest in memory, all in a
 * table outside the ledger, for they are promises about the ledger and no part of it. The loop owns it.
 *
 * One checkpoint is put to witnesses until each has cosigned it or it is COSIGN_ROUND_MS old, so that
 * those who come at different hours meet under the same one.
 */
#ifndef VAULTD_WITNESSES_H
#define VAULTD_WITNESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "reserve/state.h"
#include "vault/limits.h"
#include "vaultd/cosignature.h"

struct witnesses;

struct witnesses *witnesses_new(void);
void witnesses_free(struct witnesses *witnesses);

/* Whether it is by that key of that witness, in force or no more, under that checkpoint. */
bool witnesses_verify(const struct state *state, const struct kept_checkpoint *checkpoint,
	const struct cosignature *cosignature);

/* Takes one that is durable, with its checkpoint. The witness's older one of the same size makes room. */
void witnesses_add(struct witnesses *witnesses, const struct kept_checkpoint *checkpoint,
	const struct cosignature *cosignature);

/* A checkpoint with its cosignatures. */
struct cosigned {
	struct kept_checkpoint checkpoint;
	struct cosignature cosignatures[WITNESSES_MAX];
	size_t count;
};

/* The newest that has at least so many cosignatures of witnesses now enrolled; NULL: none is kept. */
const struct cosigned *witnesses_newest(const struct witnesses *witnesses,
	const struct state *state, int64_t quorum);

/* The kept one of that size, or NULL. */
const struct cosigned *witnesses_of_size(const struct witnesses *witnesses, int64_t size);

/* Whether that witness has cosigned it (NULL: nobody has) since that moment, by its own clock. */
bool witnesses_has(const struct cosigned *cosigned, const char *witness, int64_t since);

/*
 * The checkpoint that this witness is to cosign next: the one of the round where it has not yet and has
 * not passed it, else the newest, which may begin a new round.
 */
const struct kept_checkpoint *witnesses_ask(struct witnesses *witnesses, const struct state *state,
	const struct kept_checkpoint *newest, const char *witness, int64_t passed_size, int64_t now);

/* How the enrolled witnesses stand. */
struct witnesses_standing {
	int64_t enrolled;
	int64_t lately;            /* that cosigned within WITNESS_LATELY_MS */
	int64_t size, at;          /* of the newest cosignature; size 0: none */
};
void witnesses_stand(const struct witnesses *witnesses, const struct state *state, int64_t now,
	struct witnesses_standing *ret_standing);

/* The note with the lines of those cosignatures behind it. */
void witnesses_compose(struct buffer *out, const struct kept_checkpoint *checkpoint,
	const struct cosigned *cosigned, const char *origin);

#endif
