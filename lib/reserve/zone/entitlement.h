/*
 * Entitlements: what each participant may draw, a ledger apart from lots. A commitment grants them, and
 * each gram stays one of its commitment wherever it is transferred, so that at the term of a commitment
 * what it granted can end with whoever holds it.
 *
 * Of each commitment in force, over all holders: undrawn + owed + bought = the mass committed. The
 * undrawn of a commodity is summed in commodity->entitled_g.
 *
 *   granted ──► undrawn ──drawn──► owed ──replenished──► undrawn (of an ended commitment: bought)
 *                  │ └──bought──► bought                     a draw in a declared disruption owes nothing
 *                  └─extinguished                            back: the participant buys what it takes
 *
 * What comes back to a commitment whose term is over entitles to nothing any more: the participant buys
 * it back at the inventory price like all that was undrawn at term.
 *
 * Every change leaves a row of struct movement, which ends at once: statements and audits read these.
 *
 * Masses are contained grams of the commodity's basis. Pure.
 */
#ifndef RESERVE_ZONE_ENTITLEMENT_H
#define RESERVE_ZONE_ENTITLEMENT_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

struct commitment;
struct commodity;
struct participant;

/* What a participant holds of what a commitment granted. */
struct entitlement {
	struct row row;
	char id[3 * CODE_MAX];     /* acme/ga/K-2026-0001 */
	struct participant *participant;
	struct commodity *commodity;
	struct commitment *commitment;
	int64_t undrawn_g;
	int64_t owed_g;            /* drawn and to be replenished */
	int64_t bought_g;          /* drawn in a declared disruption, nothing owed back */
	struct entitlement *next;  /* derived: of the same participant, in no order */
};

enum movement_kind { MOVEMENT_NONE, MOVEMENT_GRANTED, MOVEMENT_RECEIVED, MOVEMENT_GIVEN,
	MOVEMENT_DRAWN, MOVEMENT_BOUGHT, MOVEMENT_REPLENISHED, MOVEMENT_DRAW_UNDONE,
	MOVEMENT_PURCHASE_UNDONE, MOVEMENT_EXTINGUISHED };

/* One change of one entitlement. */
struct movement {
	struct row row;
	char id[CODE_MAX];         /* INDEX/NUMBER: of the entry, and within it */
	struct participant *participant;
	struct commodity *commodity;
	struct commitment *commitment;
	uint8_t kind;
	int64_t mass_g;            /* > 0; the kind says which way */
	int64_t balance_g;         /* undrawn of the participant in the commodity, afterwards */
	int64_t owed_g;            /* owed by it in the commodity, afterwards */
	char counterparty[CODE_MAX]; /* the other participant of a transfer, or "" */
	char subject[CODE_MAX];    /* what moved it: a commitment, a note, a draw */
	int64_t at;
};

extern const char *const movement_kind_names[];
extern const struct descriptor entitlement_descriptor, movement_descriptor;

void entitlement_loaded(struct state *state, struct row *row);

/* What the participant may still draw of the commodity. */
int64_t entitlement_g(const struct state *state, const struct participant *participant,
	const struct commodity *commodity);

/* What it has drawn of it and not replenished. */
int64_t entitlement_owed_g(const struct state *state, const struct participant *participant,
	const struct commodity *commodity);

/*
 * The day by which a draw of mass_g that is taken now must be replenished: the earliest that the
 * commitments ask which it would be taken from, and never after their terms. 0 < mass_g <= entitlement_g().
 */
int64_t entitlement_replenish_by(const struct state *state, const struct participant *participant,
	const struct commodity *commodity, int64_t mass_g, int64_t now);

/*
 * For apply. Moves mass_g > 0 in the way that kind says:
 *
 *   MOVEMENT_DRAWN            undrawn -> owed      needs mass_g <= entitlement_g()
 *   MOVEMENT_BOUGHT           undrawn -> bought    the same
 *   MOVEMENT_REPLENISHED      owed -> undrawn      needs mass_g <= entitlement_owed_g()
 *   MOVEMENT_DRAW_UNDONE      owed -> undrawn      the same: what was drawn and never lifted
 *   MOVEMENT_PURCHASE_UNDONE  bought -> undrawn    as much as was bought under that subject
 *
 * Drawing, buying and replenishing meet the commitment that ends first, then the lesser id; undoing, the
 * one that ends last. These are the orders of this account, fixed for ever like that of any queue, so
 * that an event need carry the mass alone. What comes back to a commitment that has ended is bought.
 * subject: the id of the draw.
 */
void entitlement_take(struct state *state, const struct applied *applied,
	struct participant *participant, struct commodity *commodity, enum movement_kind kind,
	int64_t mass_g, const char *subject);

/* For apply: what a commitment grants its own participant at its beginning. */
void entitlement_grant(struct state *state, const struct applied *applied,
	struct commitment *commitment);

/* For apply: from one participant to another, commitment by commitment in the order above. */
void entitlement_transfer(struct state *state, const struct applied *applied,
	struct participant *from, struct participant *to, struct commodity *commodity, int64_t mass_g,
	const char *subject);

/* For apply: what is undrawn of a commitment ends, with whoever holds it. */
void entitlement_extinguish(struct state *state, const struct applied *applied,
	struct commitment *commitment);

#endif
