/*
 * What the rules say to one request: every rule in a fixed order, each with its limit in contained
 * grams, its figures and a sentence. The same weighing serves a request on arrival, its award in a
 * round, and the trial of a rule before it is set.
 *
 * Order: standing and form (R01, R02, R07, R08, R09, R21), what is held (R10, R11), limits in grams
 * (R03, R04, R05, R06, R22), the date (R17: it limits no mass and names the earliest day instead).
 */
#ifndef RESERVE_EMERGENCY_WEIGHING_H
#define RESERVE_EMERGENCY_WEIGHING_H

#include "reserve/decide.h"
#include "reserve/emergency/rule.h"
#include "reserve/refusal.h"
#include "reserve/stock/picking.h"

struct commodity;
struct declaration;
struct member;
struct request;

/* Of one kind of rule, as many results stand as are kept: those that let least pass. */
enum { WEIGHING_RULES_MAX = 64, WEIGHING_KIND_MAX = 6 };

/* What is asked for. */
struct ask {
	const struct member *member;
	const struct commodity *commodity;
	int64_t mass_g, min_grade_ppm, need_by; /* ABSENT where not given */
	uint8_t tier;
	const char *purpose, *destination;      /* "" where not given */
};

struct weighing {
	const struct context *context;
	const struct ask *ask;
	const struct declaration *declaration; /* open for the commodity, or NULL */
	struct rule_scope scope;
	struct rule_result *rules;             /* in the arena */
	uint32_t count, capacity;
	int64_t limit_g;           /* the least of all limits */
	int64_t earliest_at;       /* when the rest could be had, where all that failed know; ABSENT */
	bool barred;               /* by a rule that no smaller mass and no later day would pass */
	bool ruled;                /* any typed rule may apply */
	struct pick_filter filter; /* lots that may not serve */
	/* Set by the caller after begin, or NULL. */
	const struct request *own;     /* its award counts as if it were not there: to be asked again */
	const struct pick_sums *sums;  /* what is free of each grade under the filter */
};

/*
 * Begins: the declaration, the rules and the lots that they ban. trial: a rule as if it were in
 * force, or NULL.
 */
void weigh_begin(const struct context *context, const struct ask *ask, const struct rule *trial,
	struct weighing *ret_weighing);

/*
 * Standing and form alone: what is asked again of a request in its round. A notice period that is not
 * over (R21) fails, and does not bar: the request may wait for its end.
 */
void weigh_standing(struct weighing *weighing);

/* All of it, standing and form included. */
void weigh_all(struct weighing *weighing);

/* One more result, e.g. the share that a policy gave: "share". It failed where it limits the ask. */
struct rule_result *weigh_add(struct weighing *weighing, const char *rule, int64_t limit_g);

/*
 * The most that a member's requests of a commodity together may be awarded now: member caps in their
 * windows and the consumption base. VAULT_INT_MAX: no such rule.
 */
int64_t weigh_member_cap_g(const struct rule_scope *scope, int64_t now);

#endif
