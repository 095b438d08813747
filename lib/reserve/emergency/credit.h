/*
 * What a member was awarded and did not get, because sealed units are never split: carried per
 * member and commodity and used first next time. A credit is a claim on the next award, never a
 * right below a floor.
 */
#ifndef RESERVE_EMERGENCY_CREDIT_H
#define RESERVE_EMERGENCY_CREDIT_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

struct commodity;
struct member;

struct credit {
	struct row row;
	char id[CODE_MAX + 8]; /* JPN/ga */
	struct member *member;
	struct commodity *commodity;
	int64_t credit_g;
	int64_t unbacked_g;    /* drawn from awards that came to nothing since: credit - unbacked is what
	                        * the awards that stand left unpicked, less what they drew */
};

extern const struct descriptor credit_descriptor;

int64_t credit_g(const struct state *state, const struct member *member,
	const struct commodity *commodity);

/* For apply: the credit is now so much. */
void credit_set(struct state *state, struct member *member, struct commodity *commodity,
	int64_t credit_g);

/*
 * For apply: an award is as if it had not been, which had left so much unpicked (negative: it had
 * drawn from the credit). What was drawn already cannot be taken back; what comes back later meets
 * that first, so that no order in which awards end makes a credit of nothing.
 */
void credit_undo(struct state *state, struct member *member, struct commodity *commodity,
	int64_t owed_g);

#endif
