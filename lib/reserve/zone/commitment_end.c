/* Ending a commitment before its term: another day to end on, by a note of two signatures. */
#include "reserve/zone/commitment.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/zone/exchange_forward.h"
#include "reserve/zone/participant.h"

struct end_proposed {
	const char *because;
	char commitment[CODE_MAX], document[CODE_MAX];
	int64_t ends_at;
};
static const struct field end_proposed_fields[] = {
	F_STRING(struct end_proposed, because),
	F_TEXT(struct end_proposed, commitment),
	F_TEXT(struct end_proposed, document),
	F_TIME(struct end_proposed, ends_at),
};
static const struct descriptor end_proposed_body =
	DESCRIPTOR("commitment.end_proposed", struct end_proposed, end_proposed_fields);
static const struct field end_fields[] = {
	R_STRING(struct end_proposed, because),
	R_TEXT(struct end_proposed, commitment),
	R_TIME(struct end_proposed, ends_at),
};
static const struct descriptor end_params =
	DESCRIPTOR("commitment.end", struct end_proposed, end_fields);

static bool check_end(const struct context *context, const struct commitment *commitment,
	int64_t ends_at, struct error *error)
{
	const struct field *state = descriptor_field(&commitment_descriptor, "state");
	char until[TIME_TEXT_SIZE], term[TIME_TEXT_SIZE];
	time_format(ends_at, until);
	time_format(commitment->ends_at, term);
	if (commitment->state != COMMITMENT_IN_FORCE)
		return error_set(error, ERROR_ILLEGAL, "commitment", "%s is %s: only one in force can end "
			"early", commitment->id, field_text(state, commitment));
	if (ends_at % TIME_DAY_MS != 0)
		return error_set(error, ERROR_INVALID, "ends_at", "a term is of days, and %s is within "
			"one", until);
	if (ends_at >= commitment->ends_at)
		return error_set(error, ERROR_INVALID, "ends_at", "%s ends on %.10s: %.10s is no earlier",
			commitment->id, term, until);
	return ends_at > context->now || error_set(error, ERROR_INVALID, "ends_at",
		"a term ends on a day to come, and %.10s has begun", until);
}

static bool decide_end(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct end_proposed *params = data;
	struct document_draft draft;
	const struct commitment *commitment = state_find(context->state, TABLE_COMMITMENT,
		params->commitment);
	if (commitment == NULL)
		return not_found(error, "commitment", "commitment", params->commitment);
	if (!check_end(context, commitment, params->ends_at, error))
		return false;
	if (commitment->end_asked_at != ABSENT) {
		error_set(error, ERROR_CONFLICT, "commitment", "an earlier end of %s waits for its "
			"signatures in %s", commitment->id, commitment->document);
		return error_remedy(error, "vaultctl sign %s", commitment->document);
	}
	if (!document_begin(context, &draft, &document_commitment_end, commitment->id, 2, error))
		return false;
	struct end_proposed *body = decision_body(decision, &event_commitment_end_proposed);
	*body = *params;
	body_text(body->document, draft.id);
	document_line(&draft, "commitment", commitment->id);
	document_line(&draft, "participant", commitment->participant->code);
	document_line_time(&draft, "ends", body->ends_at);
	document_line_time(&draft, "in-place-of", commitment->ends_at);
	exchange_forward_write(context, commitment, body->ends_at, &draft);
	document_line(&draft, "because", body->because);
	return decision_add(decision, &event_commitment_end_proposed, body) &&
		document_end(context, &draft, decision, error);
}

static void apply_end_proposed(struct state *state, const struct applied *applied,
	const void *data)
{
	const struct end_proposed *body = data;
	(void)applied;
	struct commitment *commitment = state_find(state, TABLE_COMMITMENT, body->commitment);
	assert(commitment != NULL);
	commitment->end_asked_at = body->ends_at;
	body_text(commitment->document, body->document);
	state_touch(state, commitment);
}

const struct event_type event_commitment_end_proposed = { "commitment.end_proposed",
	&end_proposed_body, apply_end_proposed };
const struct command_type command_commitment_end = { "commitment.end", &end_params, DUTY_OFFICER,
	decide_end, NULL };

/* ---- signing ---- */

struct shortened {
	char commitment[CODE_MAX], document[CODE_MAX];
	int64_t ends_at;
};
static const struct field shortened_fields[] = {
	F_TEXT(struct shortened, commitment),
	F_TEXT(struct shortened, document),
	F_TIME(struct shortened, ends_at),
};
static const struct descriptor shortened_body =
	DESCRIPTOR("commitment.shortened", struct shortened, shortened_fields);

static bool end_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct commitment *commitment = state_find(context->state, TABLE_COMMITMENT,
		document->subject);
	assert(commitment != NULL);
	if (!check_end(context, commitment, commitment->end_asked_at, error))
		return error_remedy(error, "vaultctl reject %s --because \"its date has passed\"",
			document->id);
	struct shortened *body = decision_body(decision, &event_commitment_shortened);
	body_text(body->commitment, commitment->id);
	body_text(body->document, document->id);
	body->ends_at = commitment->end_asked_at;
	decision_add(decision, &event_commitment_shortened, body);
	exchange_forward(context, commitment, body->ends_at, document->id, decision);
	return true;
}

static void forget_asked(struct state *state, struct commitment *commitment)
{
	commitment->end_asked_at = ABSENT;
	commitment->document[0] = '\0';
	state_touch(state, commitment);
}

static void apply_shortened(struct state *state, const struct applied *applied, const void *data)
{
	const struct shortened *body = data;
	(void)applied;
	struct commitment *commitment = state_find(state, TABLE_COMMITMENT, body->commitment);
	assert(commitment != NULL);
	commitment->ends_at = body->ends_at;
	forget_asked(state, commitment);
	state_schedule(state, commitment);
}

static void end_rejected(struct state *state, const struct document *document)
{
	forget_asked(state, state_find(state, TABLE_COMMITMENT, document->subject));
}

const struct event_type event_commitment_shortened = { "commitment.shortened", &shortened_body,
	apply_shortened };
const struct document_kind document_commitment_end = { "commitment-end", end_effect, end_rejected,
	NULL, NULL };
