/*
 * Transfers of entitlement between participants. Companies have no keys here: a note names both and says
 * on which papers of theirs it rests, and two officers who have seen these sign it.
 *
 *   PROPOSED --two signatures--> DONE (closed)
 *       +------- rejected -----> REJECTED (closed)
 *
 * More than the giver is entitled to is refused (R15): as it is proposed, and again at the last
 * signature. Charges stay with the participant whose commitment it is, and so does the buy-back.
 */
#ifndef RESERVE_ZONE_TRANSFER_H
#define RESERVE_ZONE_TRANSFER_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum transfer_state { TRANSFER_NONE, TRANSFER_PROPOSED, TRANSFER_DONE, TRANSFER_REJECTED };

struct commodity;
struct participant;

struct transfer {
	struct row row;
	char id[CODE_MAX]; /* that of its note */
	struct participant *from, *to;
	struct commodity *commodity;
	int64_t mass_g;
	uint8_t state;
	char *because;
};

extern const struct descriptor transfer_descriptor;
extern const struct document_kind document_transfer;
extern const struct event_type event_entitlement_transfer_proposed, event_entitlement_transferred;
extern const struct command_type command_entitlement_transfer;

#endif
