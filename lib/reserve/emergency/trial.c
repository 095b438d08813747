/* Weighing each open request twice. */
#include "reserve/emergency/trial.h"

#include "base/text.h"
#include "reserve/emergency/request.h"
#include "reserve/emergency/weighing.h"
#include "reserve/refusal.h"

/* What a weighing comes to for one request. */
struct outcome {
	int64_t most_g;    /* of what was asked for or is awarded */
	int64_t leaves_at; /* where load-out is too late: the day; else ABSENT */
	const struct rule_result *binding, *late; /* late: NULL where load-out is not */
};

static bool is_awarded(const struct request *request)
{
	return request->state == REQUEST_ALLOCATED;
}

static struct outcome weigh(const struct context *context, const struct ask *ask,
	const struct request *request, const struct rule *trial)
{
	struct weighing weighing;
	struct outcome outcome = { 0 };
	weigh_begin(context, ask, trial, &weighing);
	weighing.own = is_awarded(request) ? request : NULL;
	weigh_all(&weighing);
	outcome.most_g = weighing.limit_g < ask->mass_g ? weighing.limit_g : ask->mass_g;
	outcome.binding = rule_binding(weighing.rules, weighing.count);
	for (uint32_t i = 0; i < weighing.count; i++) {
		if (text_equal(weighing.rules[i].rule, "R17"))
			outcome.late = &weighing.rules[i];
	}
	outcome.leaves_at = outcome.late != NULL ? outcome.late->earliest_at : ABSENT;
	return outcome;
}

static bool try_one(const struct context *context, const struct rule *trial,
	const struct request *request, struct trial_change *ret_change)
{
	struct ask ask = request_ask(request);
	if (is_awarded(request))
		ask.mass_g = request->awarded_g;
	struct outcome before = weigh(context, &ask, request, NULL);
	struct outcome after = weigh(context, &ask, request, trial);
	if (before.most_g == after.most_g && before.leaves_at == after.leaves_at)
		return false;
	const struct rule_result *binding = after.most_g < before.most_g ? after.binding :
		after.most_g > before.most_g ? before.binding :
		after.late != NULL ? after.late : before.late;
	*ret_change = (struct trial_change){ .request = request,
		.before_g = before.most_g, .after_g = after.most_g,
		.rule = binding != NULL ? binding->rule : "",
		.because = binding != NULL && binding->because != NULL ? binding->because : "" };
	return true;
}

int64_t trial_run(const struct context *context, const struct rule *trial, trial_each *each,
	void *each_context)
{
	const struct request *request = NULL;
	int64_t looked_at = 0;
	while ((request = state_next(context->state, TABLE_REQUEST, request)) != NULL) {
		struct trial_change change;
		if (request->row.closed || (request->state != REQUEST_ELIGIBLE && !is_awarded(request)))
			continue;
		looked_at++;
		arena_reset(context->arena);
		if (try_one(context, trial, request, &change))
			each(each_context, &change);
	}
	arena_reset(context->arena);
	return looked_at;
}
