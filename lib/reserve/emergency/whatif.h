/*
 * What if: a stream of requests, recorded or invented, run through the very rules of the live reserve on
 * a state of its own, which it changes. It says when each floor would be reached, who would be cut, and by
 * which rule. Nothing of it is recorded.
 *
 * Requests under a declaration in rounds wait, and a round is computed and committed at the end of each
 * day that has any. Nothing arrives and nothing is delivered meanwhile but what time itself does.
 */
#ifndef RESERVE_EMERGENCY_WHATIF_H
#define RESERVE_EMERGENCY_WHATIF_H

#include "reserve/decide.h"
#include "reserve/emergency/request.h"

/* One request of the stream. */
struct whatif_request {
	int64_t at;             /* ms UTC; not before the one before it */
	struct submit_params params;
};

enum { WHATIF_REQUESTS_MAX = 100000, WHATIF_CUTS_SHOWN = 1000 };

struct whatif_floor {
	int64_t available_before_g, available_after_g;
	char commodity[CODE_MAX];
	int64_t days;           /* until it would be reached; ABSENT: not within the stream, and no rate */
	bool extrapolated;      /* not reached within the stream: by the stream's mean rate */
	char floor[16];         /* "operating" or "hard" */
	int64_t floor_g;
	int64_t reached_at;     /* the first request that this floor cut; ABSENT: none */
	char request[CODE_MAX]; /* that one, as it was numbered in the trial */
};

struct whatif_cut {
	int64_t at, awarded_g;
	char commodity[CODE_MAX];
	int64_t line;           /* in the stream, from 1 */
	int64_t mass_g;
	char member[8];
	char rule[8];           /* the binding one */
};

/* What is told; lists in the arena. */
struct whatif {
	struct list floors;     /* of struct whatif_floor, by commodity and floor */
	struct list cuts;       /* of struct whatif_cut: at most WHATIF_CUTS_SHOWN */
	int64_t requests, cut, asked_g, awarded_g, refused;
	bool floor_reached;     /* any request was cut by R04 or R05 */
};

extern const struct descriptor whatif_floor_descriptor, whatif_cut_descriptor;

/*
 * Runs the stream. actor: a person of that state who may record requests. False: a request is malformed
 * (the error names its line), or there are too many.
 */
bool whatif_run(struct state *state, int64_t now, const char *actor,
	const struct whatif_request *requests, uint32_t count, struct arena *arena,
	struct whatif *ret_whatif, struct error *error);

#endif
