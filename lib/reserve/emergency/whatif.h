/*
 * What if: a stream of requests, recorded or invented, run through the very rules of the live
 * reserve on a state of its own, which it changes. It says when each floor would be reached, who
 * would be cut, and by which rule. Nothing of it is recorded.
 *
 * Requests under a declaration in rounds wait, and a round is computed and committed in the last
 * millisecond of each day (UTC) that has any, or in the last before its declaration ends. Nothing
 * happens meanwhile but what time itself does, with one exception: what is awarded stays awarded,
 * as if its order were issued and lifted in time. An award that came back would make every floor
 * look safer than it is.
 */
#ifndef RESERVE_EMERGENCY_WHATIF_H
#define RESERVE_EMERGENCY_WHATIF_H

#include "reserve/decide.h"
#include "reserve/emergency/request.h"

/* One request of the stream. */
struct whatif_request {
	int64_t at;             /* ms UTC, or from_now: ms from now; ABSENT: with the one before it */
	bool from_now;
	int64_t line;           /* where it stands in what was given, from 1 */
	struct submit_params params;
};

enum { WHATIF_REQUESTS_MAX = 100000, WHATIF_CUTS_SHOWN = 1000, WHATIF_DAYS_MAX = 3660 };

struct whatif_floor {
	int64_t available_after_g, available_before_g;
	char commodity[CODE_MAX];
	/*
	 * Whole days from now until it is reached. Within the stream: until the first request that it
	 * cut. Else the stream's last day plus headroom / rate, the rate being what was awarded over
	 * the stream's days; ABSENT where nothing was.
	 */
	int64_t days;
	bool extrapolated;      /* not reached within the stream */
	char floor[16];         /* "operating" or "hard" */
	int64_t floor_g;        /* as in force at the end */
	int64_t line;           /* of request; ABSENT: it waited before the stream began */
	int64_t reached_at;     /* the first request that this floor cut; ABSENT: none */
	char request[CODE_MAX]; /* that one, as it was numbered in the trial */
};

struct whatif_cut {
	int64_t at, awarded_g;
	char commodity[CODE_MAX];
	int64_t line;           /* as given */
	int64_t mass_g;
	char member[8];
	char rule[8];           /* the binding one; "share"; "expired", "waits": no round served it */
	const char *title;      /* what that is, for people */
};

/* What is told; lists in the arena. Sums stop at 2^53-1. */
struct whatif {
	struct list floors;     /* of struct whatif_floor in force: by commodity, operating, hard */
	struct list cuts;       /* of struct whatif_cut, in the order of time: at most WHATIF_CUTS_SHOWN */
	int64_t requests, asked_g, awarded_g;
	int64_t cut, refused;   /* got less than they asked; and of those, nothing */
	bool floor_reached;     /* any request was cut by R04 or R05, or a round by a floor */
};

extern const struct descriptor whatif_floor_descriptor, whatif_cut_descriptor;

/*
 * Puts the stream in its order in time, in place: sorted stably. A recorded stream begins in the
 * past: then all that are dated move forward, with their need-by dates, so that the first falls on
 * now. False: one lies more than WHATIF_DAYS_MAX days ahead.
 */
bool whatif_place(struct whatif_request *requests, uint32_t count, int64_t now,
	struct error *error);

/*
 * Places the stream and runs it on a whole live state, at the time of its last entry or later.
 * actor: a person of that state who is to have recorded the requests; NULL: the first officer or
 * keeper. Whether a member's requests need a signed note is not asked.
 *
 * False: no request or too many (LIMIT), one that is malformed ("request 7: …", by line), or a
 * round that cannot be computed, for instance without a price (the error names its declaration and
 * day).
 */
bool whatif_run(struct state *state, int64_t now, const char *actor,
	struct whatif_request *requests, uint32_t count, struct arena *arena,
	struct whatif *ret_whatif, struct error *error);

#endif
