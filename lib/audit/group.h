/*
 * Lots that one finding is about: how many, what they contain, and the first few by their codes. One
 * finding for a supplier's or a commodity's lots can be read; ten thousand for each of them cannot.
 */
#ifndef AUDIT_GROUP_H
#define AUDIT_GROUP_H

#include "base/arena.h"
#include "reserve/state.h"
#include "vault/limits.h"

struct lot;

struct group {
	int64_t lots, contained_g;
	const struct lot *named[AUDIT_NAMED_MAX];
};

void group_add(struct group *group, const struct lot *lot);

/* "2 lots, 61.2 t contained: GA-0042, GA-0043", naming so many at most and "and 30 more". */
const char *group_words(struct arena *arena, const struct group *group, int64_t most);

/* Whom a lot came from: its supplier's account of its commodity, to be a group's row; NULL: nobody's. */
const struct row *group_supplier(const struct state *state, const struct lot *lot);

#endif
