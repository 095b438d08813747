/*
 * Waivers of the price floor at release: a signed row by which metal may leave below it, for one
 * commodity, in a time, down to a least price or to any. It may be narrowed to a declaration and to
 * one request, order or exchange. Two officers sign, neither of whom asked for it; it ends by itself.
 *
 *   PROPOSED --two signatures--> GRANTED --end--> ENDED
 *       +--> REJECTED               +--> (unsigned at its end: ENDED as well)
 */
#ifndef RESERVE_ZONE_WAIVER_H
#define RESERVE_ZONE_WAIVER_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum waiver_state { WAIVER_NONE, WAIVER_PROPOSED, WAIVER_GRANTED, WAIVER_ENDED, WAIVER_REJECTED };

/* How long one may be at most. */
enum { WAIVER_DAYS_MAX = 366 };

struct commodity;

struct waiver {
	struct row row;
	char id[CODE_MAX];           /* W-2026-0001; its note has the same id */
	struct commodity *commodity;
	char declaration[CODE_MAX];  /* "": any, and releases without one */
	char subject[CODE_MAX];      /* R-…, O-…, or an exchange's id; "": any */
	uint8_t state;
	int64_t quoted, decimals;    /* the least price; quoted ABSENT: any price passes */
	char unit[12], basis[12];
	int64_t least_micros_per_kg; /* derived, rounded up; ABSENT: none */
	int64_t starts_at, ends_at;  /* [start, end) */
	char authority[NAME_MAX_BYTES];
	char *because;
	char asked_by[CODE_MAX];
};

extern const struct descriptor waiver_descriptor;
extern const struct document_kind document_waiver;
extern const struct event_type event_waiver_proposed, event_waiver_granted, event_waiver_ended;
extern const struct command_type command_waiver_propose;

int64_t waiver_due(const struct row *row);
void tick_waiver(const struct waiver *waiver, int64_t due_ms, struct decision *decision);

/*
 * The waiver that lets such a price of a commodity pass now: under a declaration, for a subject or who
 * asked for it (each may be ""). Of several the first by id. NULL: none.
 */
struct release_ask;
const struct waiver *waiver_for(const struct state *state, const struct release_ask *ask,
	int64_t now);

#endif
