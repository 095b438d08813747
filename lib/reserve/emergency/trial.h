/*
 * What a rule would change among the open requests if it were in force now: each weighed without it and
 * with it. A request that waits for its round is weighed by its own limits, as if alone; one that is
 * awarded and whose order is not issued is weighed for its award, as if asked again without it. What is
 * issued no rule reaches. Changes nothing.
 */
#ifndef RESERVE_EMERGENCY_TRIAL_H
#define RESERVE_EMERGENCY_TRIAL_H

#include "reserve/decide.h"
#include "reserve/emergency/rule.h"

struct request;

struct trial_change {
	const struct request *request;
	int64_t before_g, after_g;  /* the most that may be had of it; equal where only the day changes */
	const char *rule, *because; /* what binds; "" where there is none */
};

/* Called for each change; its texts live until it returns. */
typedef void trial_each(void *context, const struct trial_change *change);

/*
 * trial: from rule_trial; it must not live in context->arena, which is reset for each request.
 * Returns how many open requests were looked at.
 */
int64_t trial_run(const struct context *context, const struct rule *trial, trial_each *each,
	void *each_context);

#endif
