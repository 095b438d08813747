/*
 * Rates of the carrying cost: interest and storage, from a day on. Rows that follow one another in order
 * of date, each signed by two officers, none ever edited. The rate of a day is that of the last row
 * signed which begins on it or before.
 *
 *   PROPOSED --two signatures--> SIGNED
 *       +------- rejected -----> REJECTED
 *
 * But for the first, a rate begins on a day to come, also when its last signature is given: no charge
 * that was posted or is running changes.
 */
#ifndef RESERVE_ZONE_RATE_H
#define RESERVE_ZONE_RATE_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum rate_state { RATE_NONE, RATE_PROPOSED, RATE_SIGNED, RATE_REJECTED };

struct rate {
	struct row row;
	char id[CODE_MAX];                    /* rate/3 */
	int64_t version;
	uint8_t state;
	int64_t effective_at;                 /* a day UTC */
	int64_t interest_ppm;                 /* a year, simple, of 365 days */
	int64_t storage_micros_per_tonne_day; /* of gross mass */
	char *because;
	char document[CODE_MAX];
};

extern const struct descriptor rate_descriptor;
extern const struct document_kind document_rate;
extern const struct event_type event_rate_proposed, event_rate_signed;
extern const struct command_type command_rate_set;

/* The rate of the day in which a time lies, or NULL: none had been set. */
const struct rate *rate_at(const struct state *state, int64_t at);

/* When the first rate begins that is signed and begins after a time; INT64_MAX: none. */
int64_t rate_next_change(const struct state *state, int64_t after);

#endif
