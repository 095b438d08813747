/*
 * The single writer: commands one after another, decided and applied in memory, gathered into the open
 * batch; the batch sealed when the store is free. Nothing here reads a socket, a clock or a database,
 * so that the simulation runs this very code over a store of its own.
 *
 * A batch goes through open -> sealed -> committed. Replies wait for their batch (session.h). After a
 * lost or refused commit the owner loads a state again and calls sequencer_reset; the sessions then
 * bring the commands once more.
 */
#ifndef VAULTD_SEQUENCER_H
#define VAULTD_SEQUENCER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "ledger/tiles.h"
#include "reserve/decide.h"
#include "reserve/state.h"
#include "vaultd/batch.h"

struct sequencer;

/* What became of a command id that is asked about. */
enum id_standing {
	ID_NEW,      /* never used */
	ID_USED,     /* by this actor with these parameters: answer with the entry at *ret_index */
	ID_REUSED,   /* by another actor or with other parameters: error */
	ID_EXPIRED,  /* its own time is too old or ahead: error */
	ID_UNKNOWN,  /* older than what memory covers: look it up in the store first */
};

/* One command as it came in. The id may be all zero: then it is not remembered. */
struct submission {
	const struct command_type *type;
	const void *params;
	const struct person *actor;   /* NULL before founding */
	uint8_t id[16];
	uint8_t digest[32];           /* SHA-256 of type name, LF, canonical parameters */
	const uint8_t *content_digest; /* see struct context; or NULL */
	const uint8_t *random;        /* see struct context; or NULL */
	int64_t now;                  /* the reserve's clock */
	int64_t received_at;          /* the machine's clock, which made the id; 0: now */
	struct arena *arena;          /* of the request: takes what decide returns */
};

struct outcome {
	int64_t index, at;          /* of the first entry */
	uint64_t batch;             /* whose commit the answer waits for */
	struct decision decision;   /* events, refused, id, next */
};

/*
 * state and builder (the right edge of the ledger, of the state's size) become the sequencer's.
 * ids_from: the sequencer knows every command id used since then.
 */
struct sequencer *sequencer_new(struct state *state, const struct tile_builder *builder,
	int64_t ids_from);
void sequencer_free(struct sequencer *sequencer);

/* Starts over from a loaded state: the open batch and unsealed ids are dropped. */
void sequencer_reset(struct sequencer *sequencer, struct state *state,
	const struct tile_builder *builder, int64_t ids_from);

struct state *sequencer_state(const struct sequencer *sequencer);

/* Remembers an id that the store has, while loading. */
void sequencer_remember(struct sequencer *sequencer, const struct batch_command *command);

/* The store was asked and has this id, which memory no longer covers. */
void sequencer_remember_found(struct sequencer *sequencer, const struct batch_command *command);

/* The store was asked and does not have this id: from now on it is new. */
void sequencer_absent_in_store(struct sequencer *sequencer, const uint8_t id[16]);

enum id_standing sequencer_id(const struct sequencer *sequencer, const uint8_t id[16],
	const char *actor, const uint8_t digest[32], int64_t now, int64_t *ret_index);

/* How many commands are in the open batch; and whether it can take another. */
uint32_t sequencer_open_commands(const struct sequencer *sequencer);
bool sequencer_has_room(const struct sequencer *sequencer);

/*
 * Decides, and where there are events applies them and appends their entries. Requires room and an id
 * that is new. On false nothing has changed. dry_run decides only: outcome->index is ABSENT.
 * What time does until now is brought about first and after.
 */
bool sequencer_submit(struct sequencer *sequencer, const struct submission *submission, bool dry_run,
	struct outcome *ret_outcome, struct error *error);

/* Brings about what is due until now, in order of due time. */
void sequencer_tick(struct sequencer *sequencer, int64_t now);

/* The batch that a reader of the live state must wait for, to see only what is durable. */
uint64_t sequencer_seen(const struct sequencer *sequencer);

/* The open batch, sealed: the caller owns it. NULL where it is empty. */
struct batch *sequencer_seal(struct sequencer *sequencer);

/* Size and root of the ledger including the open batch; for checks. */
int64_t sequencer_size(const struct sequencer *sequencer);

#endif
