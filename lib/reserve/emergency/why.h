/*
 * Why a request was decided as it was, as it is shown: from the body of its decision's entry alone,
 * so that the answer is the same at once, years later, and from an exported ledger.
 */
#ifndef RESERVE_EMERGENCY_WHY_H
#define RESERVE_EMERGENCY_WHY_H

#include "reserve/decide.h"
#include "reserve/emergency/request.h"
#include "reserve/emergency/weighing.h"

/* One rule as it was weighed. binding: it let least pass. */
struct why_rule {
	const char *rule, *title;
	bool failed, binding;
	int64_t limit_g, available_g, must_stay_g, version;
	const char *because;
	int64_t earliest_at;
};

struct why {
	const char *id;
	int64_t index, at;    /* of the decision's entry; index -1: not recorded */
	const char *outcome;  /* allocated, refused, eligible, granted, cut */
	const char *member, *commodity, *declaration;
	int64_t asked_g, awarded_g;
	int64_t most_g;       /* the least of the limits; ABSENT: none limits */
	int64_t earliest_at;  /* when the rest could be had, where all that failed know; ABSENT */
	int64_t picked_g, credit_g, unit_g;
	int64_t decide_by;
	const char *plan, *signer;
	struct list rules;    /* of struct why_rule, in the order in which they were weighed */
	struct list picks;    /* of struct pick */
	struct why_rule items[WEIGHING_RULES_MAX];
};

extern const struct descriptor why_descriptor;

/* Whether entries of this kind decide a request, so that why can be said from them. */
bool why_decides(const char *kind);

/* Texts and picks are the body's. */
void why_fill(const char *kind, const struct request_decided *body, int64_t index, int64_t at,
	struct why *ret_why);

/*
 * Leaves out what tells how much there is: limits, what they were measured against and the sentences that
 * say it. For who sees stock in bands alone; the rules, what was asked and what was awarded stay.
 */
void why_hide_figures(struct why *why);

/* The mass with which the same request would pass at once; 0: none that is known. */
int64_t why_pass_g(const struct request_decided *body);

#endif
