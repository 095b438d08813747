/*
 * The states that things go through, for `wait`: one table of what there is, which state comes
 * before which, and which are the last.
 */
#ifndef VAULTCTL_LIFE_H
#define VAULTCTL_LIFE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

/*
 * order: the place in the life of a thing that all goes well with, from 1; what stands in a state
 * of a higher order has passed those of a lower one, or skipped them for good (a request decided on
 * arrival is past "eligible"). 0: a state beside that way, which tells nothing about what was
 * before.
 */
struct life_state {
	const char *name;
	int order;
	bool final;
	const char *kind; /* the entry that brings a thing into it, where one does and names it */
	const char *or_kind; /* or another such; NULL where there is none */
};

struct life {
	char letter;        /* of its ids: R-2026-0014 */
	const char *noun;
	const char *about;  /* the member of an entry's body that holds the id, */
	const char *or_about; /* or of an order's entry, where an order brings it there; else NULL */
	const char *method; /* that shows one by its id */
	const char *member; /* of that method's reply */
	const struct life_state *states; /* name NULL ends */
};

/* The life of the thing that the id names, in any case, or NULL. */
const struct life *life_of(const char *id);

/* The state of that name (of so many bytes), or NULL. */
const struct life_state *life_find(const struct life *life, const char *name, size_t length);

/* Whether a thing that is in a state is in the other or past it. */
bool life_reached(const struct life_state *now, const struct life_state *wanted);

/* "eligible, allocated, …; at its end fulfilled, …", and the letters of all lives: "R- O- …". */
void life_list(const struct life *life, struct buffer *to);
void life_letters(struct buffer *to);

#endif
