/*
 * How closely a class of lots is counted, how often, and how long a count may take. Two officers sign
 * each version; it holds for what is compared from then on. Where a class has none, the limits of
 * limits.h hold.
 */
#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "reserve/person.h"
#include "reserve/setting.h"
#include "reserve/stock/count.h"
#include "reserve/stock/lot_names.h"
#include "reserve/words.h"

static const struct field policy_fields[] = {
	F_TEXT(struct count_policy, id),
	F_ENUM(struct count_policy, class, lot_class_names),
	F_INT(struct count_policy, version),
	F_INT(struct count_policy, tolerance_ppm),
	F_INT(struct count_policy, counters_ppm),
	F_INT(struct count_policy, age_days),
	F_INT(struct count_policy, term_days),
	F_INT(struct count_policy, grade_ppm),
	F_ENUM(struct count_policy, state, setting_state_names),
	F_STRING(struct count_policy, because),
	F_TEXT(struct count_policy, document),
};
const struct descriptor count_policy_descriptor =
	DESCRIPTOR("count_policy", struct count_policy, policy_fields);

static const struct setting_kind setting = SETTING(TABLE_COUNT_POLICY, struct count_policy);

static const struct count_policy *in_force(const struct state *state, enum lot_class class)
{
	const struct count_policy *policy = NULL;
	while ((policy = state_next(state, TABLE_COUNT_POLICY, policy)) != NULL) {
		if (policy->class == class && policy->state == SETTING_IN_FORCE)
			return policy;
	}
	return NULL;
}

struct count_terms count_terms(const struct state *state, enum lot_class class)
{
	const struct count_policy *policy = in_force(state, class);
	if (policy == NULL)
		return (struct count_terms){
			.tolerance_ppm = class == LOT_BULK ? COUNT_BULK_TOLERANCE_PPM : 0,
			.counters_ppm = class == LOT_BULK ? COUNT_BULK_COUNTERS_PPM : 0,
			.age_days = COUNT_AGE_DAYS, .term_days = COUNT_TERM_DAYS,
			.grade_ppm = SAMPLE_GRADE_PPM };
	return (struct count_terms){ policy->tolerance_ppm, policy->counters_ppm, policy->age_days,
		policy->term_days, policy->grade_ppm };
}

struct proposed {
	int64_t age_days;
	const char *because;
	uint8_t class;
	int64_t counters_ppm;
	char document[CODE_MAX];
	int64_t grade_ppm;
	char policy[CODE_MAX];
	int64_t term_days, tolerance_ppm, version;
};
static const struct field proposed_fields[] = {
	F_INT(struct proposed, age_days),
	F_STRING(struct proposed, because),
	F_ENUM(struct proposed, class, lot_class_names),
	F_INT(struct proposed, counters_ppm),
	F_TEXT(struct proposed, document),
	F_INT(struct proposed, grade_ppm),
	F_TEXT(struct proposed, policy),
	F_INT(struct proposed, term_days),
	F_INT(struct proposed, tolerance_ppm),
	F_INT(struct proposed, version),
};
static const struct descriptor proposed_body =
	DESCRIPTOR("count.policy_proposed", struct proposed, proposed_fields);
static const struct field params_fields[] = {
	F_INT_IN(struct proposed, age_days, 1, COUNT_DAYS_MAX),
	R_STRING(struct proposed, because),
	R_ENUM(struct proposed, class, lot_class_names),
	F_INT_IN(struct proposed, counters_ppm, 0, VAULT_PPM),
	F_INT_IN(struct proposed, grade_ppm, 0, VAULT_PPM),
	F_INT_IN(struct proposed, term_days, 1, COUNT_DAYS_MAX),
	F_INT_IN(struct proposed, tolerance_ppm, 0, VAULT_PPM),
};
static const struct descriptor policy_params =
	DESCRIPTOR("count.policy", struct proposed, params_fields);

/* What is not said stays as it is. */
static void fill(int64_t *field, int64_t now)
{
	if (*field == ABSENT)
		*field = now;
}

static bool check_policy(const struct context *context, const struct proposed *params,
	struct error *error)
{
	const struct count_policy *open = NULL;
	if (strlen(params->because) >= REASON_MAX)
		return error_set(error, ERROR_LIMIT, "because", "a reason has at most %d bytes",
			REASON_MAX - 1);
	if (params->class == LOT_SEALED &&
	    ((params->tolerance_ppm != ABSENT && params->tolerance_ppm != 0) ||
	    (params->counters_ppm != ABSENT && params->counters_ppm != 0)))
		return error_set(error, ERROR_INVALID, "tolerance_ppm",
			"sealed lots are counted in whole units, which must agree exactly");
	while ((open = state_next(context->state, TABLE_COUNT_POLICY, open)) != NULL) {
		if (open->class == params->class && open->state == SETTING_PROPOSED)
			return error_set(error, ERROR_CONFLICT, "class", "%s waits for signatures as %s", open->id,
				open->document);
	}
	return true;
}

static void write_share(struct document_draft *draft, const char *name, int64_t ppm)
{
	char share[WORD_SHARE];
	word_share(share, ppm);
	document_line(draft, name, share);
}

static void write_policy(struct document_draft *draft, const struct proposed *body)
{
	document_line(draft, "because", body->because);
	document_line(draft, "class", lot_class_names[body->class]);
	document_line_int(draft, "version", body->version);
	if (body->class == LOT_BULK) {
		write_share(draft, "tolerance", body->tolerance_ppm);
		write_share(draft, "between-counters", body->counters_ppm);
	}
	document_line_int(draft, "counted-every-days", body->age_days);
	document_line_int(draft, "a-count-takes-days", body->term_days);
	write_share(draft, "re-assay-within", body->grade_ppm);
}

static bool decide_policy(const struct context *context, const void *data, struct decision *decision,
	struct error *error)
{
	const struct proposed *params = data;
	struct document_draft draft;
	if (!check_policy(context, params, error) ||
	    !document_begin(context, &draft, &document_count_policy, lot_class_names[params->class], 2,
	    error))
		return false;
	struct count_terms terms = count_terms(context->state, (enum lot_class)params->class);
	struct proposed *body = decision_body(decision, &event_count_policy_proposed);
	*body = *params;
	fill(&body->age_days, terms.age_days);
	fill(&body->counters_ppm, terms.counters_ppm);
	fill(&body->grade_ppm, terms.grade_ppm);
	fill(&body->term_days, terms.term_days);
	fill(&body->tolerance_ppm, terms.tolerance_ppm);
	body_text(body->document, draft.id);
	char base[CODE_MAX], number[WORD_INT];
	body_text(base, params->class == LOT_BULK ? "count-bulk" : "count-sealed");
	body->version = state_last_version(context->state, base) + 1;
	word_int(number, body->version);
	const char *const parts[] = { lot_class_names[params->class], "/", number };
	bool joined = text_join(body->policy, sizeof body->policy, parts, 3);
	assert(joined);
	(void)joined;
	write_policy(&draft, body);
	decision_add(decision, &event_count_policy_proposed, body);
	return document_end(context, &draft, decision, error);
}

static void apply_proposed(struct state *state, const struct applied *applied, const void *data)
{
	const struct proposed *body = data;
	(void)applied;
	struct count_policy *policy = state_insert(state, TABLE_COUNT_POLICY, body->policy);
	policy->class = body->class;
	policy->version = body->version;
	state_take_version(state, body->class == LOT_BULK ? "count-bulk" : "count-sealed", body->version);
	policy->tolerance_ppm = body->tolerance_ppm;
	policy->counters_ppm = body->counters_ppm;
	policy->age_days = body->age_days;
	policy->term_days = body->term_days;
	policy->grade_ppm = body->grade_ppm;
	policy->state = SETTING_PROPOSED;
	policy->because = strdup(body->because);
	body_text(policy->document, body->document);
}

static bool policy_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	(void)context;
	(void)error;
	return setting_add_approved(decision, &event_count_policy_set, document->id);
}

static void policy_rejected(struct state *state, const struct document *document)
{
	setting_reject(state, &setting, document->id);
}

static void apply_set(struct state *state, const struct applied *applied, const void *data)
{
	const struct setting_approved *body = data;
	(void)applied;
	struct count_policy *policy = setting_next(state, &setting, body->document, NULL);
	assert(policy != NULL);
	struct count_policy *before = (struct count_policy *)(uintptr_t)in_force(state,
		(enum lot_class)policy->class);
	if (before != NULL) {
		before->state = SETTING_SUPERSEDED;
		state_close(state, before);
	}
	policy->state = SETTING_IN_FORCE;
	state_touch(state, policy);
}

const struct event_type event_count_policy_proposed = { "count.policy_proposed", &proposed_body,
	apply_proposed };
const struct event_type event_count_policy_set = { "count.policy_set", &setting_approved_body,
	apply_set };
const struct command_type command_count_policy = { "count.policy", &policy_params, DUTY_OFFICER,
	decide_policy, NULL };
const struct document_kind document_count_policy = { "count-policy", policy_effect, policy_rejected,
	NULL, NULL };
