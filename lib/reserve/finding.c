/* Raising findings. */
#include "reserve/finding.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "reserve/person.h"

static const char *const severity_names[] = { "", "warning", "critical", NULL };
static const char *const state_names[] = { "", "open", "acknowledged", "closed", NULL };

static const struct field finding_fields[] = {
	F_TEXT(struct finding, id),
	F_TEXT(struct finding, check),
	F_ENUM(struct finding, severity, severity_names),
	F_ENUM(struct finding, state, state_names),
	F_TEXT(struct finding, subject),
	F_STRING(struct finding, message),
	F_TIME(struct finding, raised_at),
	F_INT(struct finding, raised_index),
	F_INT(struct finding, at_index),
	F_TEXT(struct finding, caused_by),
	F_TEXT(struct finding, stops),
	F_INT(struct finding, times),
	F_TEXT(struct finding, acknowledged_by),
	F_TEXT(struct finding, closed_by),
	F_TIME(struct finding, acknowledged_at),
	F_TIME(struct finding, closed_at),
	F_STRING(struct finding, because),
	F_TEXT(struct finding, document),
};
const struct descriptor finding_descriptor =
	DESCRIPTOR("finding", struct finding, finding_fields);

struct raised {
	char check[32], finding[CODE_MAX];
	const char *message;
	uint8_t severity;
	char subject[64];
};
static const struct field raised_fields[] = {
	F_TEXT(struct raised, check),
	F_TEXT(struct raised, finding),
	F_STRING(struct raised, message),
	F_ENUM(struct raised, severity, severity_names),
	F_TEXT(struct raised, subject),
};
static const struct descriptor raised_body =
	DESCRIPTOR("finding.raised", struct raised, raised_fields);
static const struct field raise_fields[] = {
	R_TEXT(struct raised, check),
	R_STRING(struct raised, message),
	R_ENUM(struct raised, severity, severity_names),
	F_TEXT(struct raised, subject),
};
static const struct descriptor raise_params =
	DESCRIPTOR("finding.raise", struct raised, raise_fields);

void finding_add(const struct context *context, struct decision *decision, const char *check,
	const char *severity, const char *subject, const char *message)
{
	struct raised *body = decision_body(decision, &event_finding_raised);
	uint32_t ahead = 0;
	for (uint32_t i = 0; i < decision->count; i++)
		ahead += decision->events[i].type == &event_finding_raised;
	body_text(body->check, check);
	state_next_id(context->state, "F", context->now, ahead, body->finding, sizeof body->finding);
	body->message = message;
	body->severity = (uint8_t)field_name_value(&raised_fields[3], severity);
	body_text(body->subject, subject);
	decision_add(decision, &event_finding_raised, body);
}

static bool decide_raise(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct raised *params = data;
	(void)error;
	struct raised *body = decision_body(decision, &event_finding_raised);
	*body = *params;
	state_next_id(context->state, "F", context->now, 0, body->finding, sizeof body->finding);
	decision->id = body->finding;
	return decision_add(decision, &event_finding_raised, body);
}

static void apply_raised(struct state *state, const struct applied *applied, const void *data)
{
	const struct raised *body = data;
	struct finding *finding = state_insert(state, TABLE_FINDING, body->finding);
	state_take_id(state, body->finding);
	body_text(finding->check, body->check);
	finding->severity = body->severity;
	finding->state = FINDING_OPEN;
	body_text(finding->subject, body->subject);
	finding->message = strdup(body->message);
	if (finding->message == NULL)
		abort();
	finding->raised_at = applied->at;
	finding->raised_index = applied->index;
}

const struct event_type event_finding_raised = { "finding.raised", &raised_body, apply_raised };
const struct command_type command_finding_raise = { "finding.raise", &raise_params,
	DUTY_ANY, decide_raise, NULL };

/* ---- looking at findings ---- */

struct finding *finding_of(const struct state *state, const char *check, const char *subject)
{
	struct finding *finding = NULL, *last = NULL;
	while ((finding = state_next(state, TABLE_FINDING, finding)) != NULL) {
		if (!text_equal(finding->check, check) || !text_equal(finding->subject, subject))
			continue;
		if (finding->state != FINDING_CLOSED)
			return finding;
		if (last == NULL || finding->closed_at >= last->closed_at)
			last = finding;
	}
	return last;
}

void finding_count(const struct state *state, struct finding_counts *ret_counts)
{
	const struct finding *finding = NULL;
	*ret_counts = (struct finding_counts){ 0 };
	while ((finding = state_next(state, TABLE_FINDING, finding)) != NULL) {
		if (finding->state == FINDING_CLOSED)
			continue;
		ret_counts->warnings += finding->severity == SEVERITY_WARNING;
		ret_counts->criticals += finding->severity == SEVERITY_CRITICAL;
		ret_counts->acknowledged += finding->state == FINDING_ACKNOWLEDGED;
	}
}

bool finding_over(const struct row *row)
{
	return ((const struct finding *)(const void *)row)->state == FINDING_CLOSED;
}

const char *finding_stop_words(struct arena *arena, const struct finding *finding)
{
	if (finding->at_index == ABSENT)
		return arena_printf(arena, "%s stops it: %s, %.200s; two officers lift that by their "
			"signatures", finding->id, finding->subject, finding->message);
	return arena_printf(arena, "%s stops it: %s, ledger index %lld, %.200s; two officers lift that by "
		"their signatures", finding->id, finding->subject, (long long)finding->at_index,
		finding->message);
}
