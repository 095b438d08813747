/*
 * Refusals under the rules R01 to R24: recorded like any other event, with every rule that failed,
 * the limit each sets and its figures, the binding one first.
 */
#ifndef RESERVE_REFUSAL_H
#define RESERVE_REFUSAL_H

#include "reserve/decide.h"

/* One rule's part in a decision. Masses in contained grams; ABSENT where the rule has no such figure. */
struct rule_result {
	char rule[8];          /* "R04" */
	bool failed;
	int64_t limit_g;       /* the most that this rule lets pass */
	int64_t available_g;   /* what it was measured against */
	int64_t must_stay_g;   /* a floor, or what is used of a cap already */
	int64_t version;       /* of the floor or declaration it rests on */
	const char *because;   /* a sentence */
	int64_t earliest_at;   /* when it would let the rest pass, where it knows; else ABSENT */
};

extern const struct descriptor rule_result_descriptor;
extern const struct event_type event_act_refused;

/* What a rule is about, for people: "the operating floor". "" for an unknown code. */
const char *rule_title(const char *rule);

/*
 * The rule that binds: of those that failed, or where none did of all, the one that lets least pass; the
 * first of equals. NULL where none has a limit.
 */
const struct rule_result *rule_binding(const struct rule_result *rules, uint32_t count);

/* Makes the decision one recorded refusal of an act; drops what it held. Always returns true. */
bool refuse_act(struct decision *decision, const char *subject, const char *rule, const char *who,
	const char *because);

#endif
