/*
 * Requests of members for metal. Under an at-once declaration each is decided on arrival, by rules in
 * a fixed order; each yields a limit in contained grams, and all limits stay with the decision.
 *
 *   (decided) --> REFUSED (final)
 *        +------> ALLOCATED --order issued--> APPROVED --load out--> RELEASING --> FULFILLED, PARTIAL
 *                     |                           |
 *                     +--> WITHDRAWN, EXPIRED <---+
 */
#ifndef RESERVE_EMERGENCY_REQUEST_H
#define RESERVE_EMERGENCY_REQUEST_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum request_state { REQUEST_NONE, REQUEST_REFUSED, REQUEST_ALLOCATED, REQUEST_APPROVED,
	REQUEST_RELEASING, REQUEST_FULFILLED, REQUEST_PARTIAL, REQUEST_WITHDRAWN, REQUEST_EXPIRED };

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
	int64_t min_grade_ppm, need_by;
	char purpose[32], destination[32];
	char requested_by[CODE_MAX];
	char release_order[CODE_MAX];
	int64_t decided_at, decided_index;
	struct list picks; /* of struct pick (stock/lot.h) */
};

/* The body of request.allocated and request.refused; also what a reply is rendered from. */
struct request_decided {
	int64_t available_g, awarded_g;
	char commodity[CODE_MAX], declaration[CODE_MAX], destination[32];
	int64_t mass_g;
	char member[8];
	int64_t min_grade_ppm, need_by;
	bool partial;
	struct list picks;
	char purpose[32], request[CODE_MAX];
	struct list rules; /* of struct rule_result, in the order in which they were weighed */
	uint8_t tier;
};

extern const struct descriptor request_descriptor;
extern const struct event_type event_request_allocated, event_request_refused,
	event_request_withdrawn, event_request_expired;
extern const struct command_type command_request_submit, command_request_withdraw;

void request_loaded(struct state *state, struct row *row);
int64_t request_due(const struct row *row);
void tick_request(const struct request *request, int64_t due_ms, struct decision *decision);

/* The id of an open request that has a part of this lot, or "a delivery". */
const char *request_holding(const struct state *state, const char *lot);

const char *request_state_name(const struct request *request);

/* Moves a request to another state that is not its last. */
void request_advance(struct state *state, struct request *request, enum request_state to);

/* Everything that a request has reserved goes back and it ends; only before anything was loaded. */
void request_give_back(struct state *state, struct request *request, enum request_state final);

/* Ends a request in a final state; returned_g of its award count no more against the cap. */
void request_end(struct state *state, struct request *request, enum request_state final,
	int64_t returned_g);

#endif
