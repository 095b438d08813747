/*
 * What a member was awarded and did not get, because sealed units are never split: carried per member and
 * commodity and used first next time. A credit is a claim on the next award, never a right below a floor.
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
};

extern const struct descriptor credit_descriptor;

int64_t credit_g(const struct state *state, const struct member *member,
	const struct commodity *commodity);

/* For apply: the credit is now so much. */
void credit_set(struct state *state, struct member *member, struct commodity *commodity,
	int64_t credit_g);

#endif
