/*
 * Requests of members for metal. Under an at-once declaration each is decided on arrival, by rules
 * in a fixed order; each yields a limit in contained grams, and all limits stay with the decision.
 * Where a declaration decides in rounds, a request is screened on arrival and waits for its round.
 *
 *   at once:   --> REFUSED (final)
 *              --> ALLOCATED --order issued--> APPROVED --load out--> RELEASING --> FULFILLED, PARTIAL
 *                      +--------------------------+--> WITHDRAWN, EXPIRED
 *
 *   in rounds: --> REFUSED (final)
 *              --> ELIGIBLE --round--> ALLOCATED, and by its order APPROVED at once; then as above
 *                      |          +--> PARTIAL (less than one sealed unit: all of it is credit)
 *                      |          +--> REFUSED (its share is nothing)
 *                      +--> WITHDRAWN, EXPIRED
 */
#ifndef RESERVE_EMERGENCY_REQUEST_H
#define RESERVE_EMERGENCY_REQUEST_H

#include "reserve/decide.h"
#include "reserve/emergency/rationing.h"
#include "reserve/emergency/weighing.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum request_state { REQUEST_NONE, REQUEST_REFUSED, REQUEST_ELIGIBLE, REQUEST_ALLOCATED,
	REQUEST_APPROVED, REQUEST_RELEASING, REQUEST_FULFILLED, REQUEST_PARTIAL, REQUEST_WITHDRAWN,
	REQUEST_EXPIRED };

/* Picks of one entry; an award of more lots has further entries request.picked. */
enum { PICKS_PER_ENTRY = 500, PICKS_PER_AWARD = 20000, PICKS_AT_ONCE = 150 };

struct commodity;
struct declaration;
struct member;

struct request {
	struct row row;
	char id[CODE_MAX];
	struct member *member;
	struct commodity *commodity;
	struct declaration *declaration;
	uint8_t state, tier;
	bool partial;
	int64_t mass_g, awarded_g;
	int64_t picked_g;      /* in whole units; ABSENT: as awarded, before units were kept whole */
	int64_t drawn_g;       /* counts against caps: picked, less what came back; ABSENT: nothing */
	int64_t min_grade_ppm, need_by;
	char purpose[32], destination[32];
	char *consignee;       /* who is to receive it, or NULL: the member */
	char requested_by[CODE_MAX]; /* the delegate who signed, or who recorded it */
	char release_order[CODE_MAX];
	char plan[CODE_MAX];   /* the plan that holds it, or that decided it */
	int64_t planned_g;     /* its award in that plan */
	int64_t decide_by;     /* service clock of its tier; ABSENT: none, or found overdue */
	int64_t decided_at, decided_index; /* of the last decision; screening counts until then */
	struct list picks; /* of struct pick (stock/lot.h) */
};

/*
 * The body of request.allocated, request.refused, request.eligible, request.granted and
 * request.cut; also what a reply is rendered from.
 */
struct request_decided {
	int64_t available_g, awarded_g;
	char commodity[CODE_MAX];
	const char *consignee;
	int64_t credit_g;     /* the member's credit from now on; ABSENT: as it was */
	int64_t decide_by;
	char declaration[CODE_MAX], destination[32];
	int64_t mass_g;
	char member[8];
	int64_t min_grade_ppm, need_by;
	const char *note;     /* the text that the delegate signed; NULL: recorded by an officer */
	bool partial;
	int64_t picked_g;     /* ABSENT: as awarded */
	struct list picks;
	char plan[CODE_MAX], purpose[32], request[CODE_MAX];
	struct list rules; /* of struct rule_result, in the order in which they were weighed */
	char signature[96], signature_key[12], signer[CODE_MAX];
	uint8_t tier;
	int64_t unit_g;       /* the smallest sealed unit, where none as small as the award is held */
};

/* The body of request.picked: more lots of an award than one entry takes. */
struct request_picked {
	struct list picks;
	char request[CODE_MAX];
};

/* What request.submit takes; a signed note is read into the same. */
struct submit_params {
	char commodity[CODE_MAX];
	const char *consignee;
	char destination[32];
	int64_t mass_g;
	char member[8];
	int64_t min_grade_ppm, need_by;
	bool partial;
	char purpose[32];
	uint8_t tier;
};

/* Who signed, where a note was brought. */
struct signed_request {
	const char *text;
	char person[CODE_MAX], key_id[12], signature[96];
};

extern const struct descriptor request_descriptor, submit_params_descriptor;
extern const struct event_type event_request_allocated, event_request_refused,
	event_request_eligible, event_request_granted, event_request_cut, event_request_picked,
	event_request_withdrawn, event_request_expired, event_request_overdue;
extern const struct command_type command_request_submit, command_request_withdraw;

/* Decides a request; signed_by NULL: recorded by the actor. */
bool request_decide(const struct context *context, const struct submit_params *params,
	const struct signed_request *signed_by, struct decision *decision, struct error *error);

/*
 * What whole units of an award are picked for: the award and the member's credit, within every
 * limit that was weighed but the share of a round. The new credit is what of award and credit was
 * not picked.
 */
int64_t request_target_g(const struct weighing *weighing, int64_t award_g);

/* The ask behind a request that waits, for weighing it. */
struct ask request_ask(const struct request *request);

/* A body of that event, filled from a request that waits and its weighing. */
struct request_decided *request_decided_body(const struct event_type *type,
	const struct request *request, const struct weighing *weighing, struct decision *decision);

void request_loaded(struct state *state, struct row *row);
int64_t request_due(const struct row *row);
void tick_request(const struct context *context, const struct request *request, int64_t due_ms,
	struct decision *decision);

/* Ends a request that waits when its declaration does: adds request.expired. */
void request_add_expired(const struct request *request, const char *because, int64_t due_ms,
	struct decision *decision);

/* The id of an open request that has a part of this lot, or "a delivery". */
const char *request_holding(const struct state *state, const char *lot);

const char *request_state_name(const struct request *request);

/* What of its award is reserved or was, whole units counted. */
int64_t request_picked_g(const struct request *request);

/* Moves a request to another state that is not its last. */
void request_advance(struct state *state, struct request *request, enum request_state to);

/*
 * Everything that a request has reserved goes back and it ends, and its part in the member's credit
 * is undone; only before anything was loaded.
 */
void request_give_back(struct state *state, struct request *request, enum request_state final);

/* Ends a request in a final state; returned_g of what was drawn count no more against caps. */
void request_end(struct state *state, struct request *request, enum request_state final,
	int64_t returned_g);

/* returned_g of what was drawn count no more against caps; the request goes on. */
void request_return(struct state *state, struct request *request, int64_t returned_g);

#endif
