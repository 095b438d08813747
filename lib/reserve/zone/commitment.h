/*
 * Commitments: a participant has so much of a commodity held at an inventory price for a term. It pays
 * a fee at the beginning and the carrying cost month by month, may draw what it is entitled to, and
 * buys back at the same price at term.
 *
 *   PROPOSED --two signatures--> SIGNED --beginning of its term--> IN FORCE --term--> ENDED
 *       +------- rejected -----> REJECTED
 *
 * Terms are days UTC, [starts_at, ends_at). Signed on the day on which it begins, it is in force at
 * once; a term that began on an earlier day cannot be signed any more. Another note of two signatures
 * may end it early, on a day to come.
 */
#ifndef RESERVE_ZONE_COMMITMENT_H
#define RESERVE_ZONE_COMMITMENT_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum commitment_state { COMMITMENT_NONE, COMMITMENT_PROPOSED, COMMITMENT_SIGNED,
	COMMITMENT_IN_FORCE, COMMITMENT_ENDED, COMMITMENT_REJECTED };

struct commodity;
struct participant;

/* From that day on so much of it was undrawn at the day's beginning. */
struct level {
	int64_t at;
	int64_t undrawn_g;
};

struct commitment {
	struct row row;
	char id[CODE_MAX];              /* K-2026-0001 */
	struct participant *participant;
	struct commodity *commodity;
	uint8_t state;
	int64_t mass_g;                 /* contained grams of the commodity's basis */
	int64_t gross_ppm;              /* gross grams stored for a million contained; >= 1,000,000 */
	int64_t quoted, decimals;       /* the inventory price as quoted: quoted / 10^decimals */
	char unit[12], basis[12];
	int64_t fee_cents;              /* paid at the beginning */
	int64_t starts_at, ends_at;     /* days UTC */
	int64_t replenish_days;         /* a draw is replenished within so many days */
	int64_t end_asked_at;           /* an earlier end that waits for its signatures; ABSENT: none */
	char document[CODE_MAX];        /* and the note of that */
	/* What became of it. */
	int64_t undrawn_g, owed_g, bought_g; /* over all holders */
	int64_t fee_left_cents;         /* not yet applied against charges */
	int64_t charged_until;          /* charges are posted for the days before */
	int64_t interest_rest;          /* of a cent, in 365,000,000ths: not yet charged */
	int64_t storage_rest;           /* of a cent, in 10,000,000,000ths: not yet charged */
	int64_t bought_cents;           /* charged for what was bought, at the inventory price */
	int64_t bought_charged_g;       /* of bought_g, what bought_cents is for */
	int64_t bought_since;           /* when the first was bought that is not charged; ABSENT: none */
	int64_t buy_back_g, buy_back_cents; /* at term, with fee_back_cents of it paid by the fee */
	int64_t fee_back_cents;
	struct list levels;             /* of struct level, ascending, from charged_until on */
};

extern const struct descriptor commitment_descriptor, level_descriptor;
extern const struct document_kind document_commitment, document_commitment_end;
extern const struct event_type event_commitment_proposed, event_commitment_signed,
	event_commitment_in_force, event_commitment_end_proposed, event_commitment_shortened;
extern const struct command_type command_commitment_new, command_commitment_end;

int64_t commitment_due(const struct row *row);
void tick_commitment(const struct context *context, const struct commitment *commitment,
	int64_t due_ms, struct decision *decision);

/* What so many grams are worth at the inventory price as quoted, rounded up to the cent. */
int64_t commitment_value_cents(const struct commitment *commitment, int64_t mass_g);

/* For apply: grams of one holder moved; keeps the sums and the levels. at: when. */
void commitment_moved(struct state *state, struct commitment *commitment, int64_t undrawn_g,
	int64_t owed_g, int64_t bought_g, int64_t at);

/* For apply: levels before a day are no longer needed, for its charges are posted. */
void commitment_forget_levels(struct commitment *commitment, int64_t day);

#endif
