/* The entry is the evidence; of the state it changes nothing but the finding beside it. */
#include "reserve/evidence/dispute.h"

#include "reserve/finding.h"

static const char check_id[] = "checkpoint-disputed";

static const struct field fields[] = {
	R_STRING(struct dispute_params, note),
	F_BYTES(struct dispute_params, root),
	R_INT(struct dispute_params, size),
	R_TEXT(struct dispute_params, witness),
};
static const struct descriptor disputed =
	DESCRIPTOR("checkpoint.disputed", struct dispute_params, fields);

/* The same in every report of the same checkpoint: its size and the beginning of its root. */
static const char *subject_of(const struct context *context, const struct dispute_params *params)
{
	return arena_printf(context->arena, "checkpoint %lld %02x%02x%02x%02x", (long long)params->size,
		params->root[0], params->root[1], params->root[2], params->root[3]);
}

static bool decide_dispute(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct dispute_params *params = data;
	const char *subject = subject_of(context, params);
	const struct finding *finding = finding_of(context->state, check_id, subject);
	if (finding != NULL && finding->state != FINDING_CLOSED)
		return error_set(error, ERROR_CONFLICT, "size", "%s says so already", finding->id);
	struct dispute_params *body = decision_body(decision, &event_checkpoint_disputed);
	*body = *params;
	decision->id = subject;
	decision_add(decision, &event_checkpoint_disputed, body);
	finding_add(context, decision, check_id, "critical", subject, arena_printf(context->arena,
		"%s brought a checkpoint of %lld entries that the log key signed and that is no part of this "
		"ledger: somebody was shown another history, or this one was rolled back. The signed note "
		"is in the entry checkpoint.disputed", params->witness, (long long)params->size));
	return true;
}

static void apply_disputed(struct state *state, const struct applied *applied, const void *body)
{
	(void)state;
	(void)applied;
	(void)body;
}

const struct event_type event_checkpoint_disputed = { "checkpoint.disputed", &disputed,
	apply_disputed };
const struct command_type command_checkpoint_dispute = { "checkpoint.dispute", &disputed, 0,
	decide_dispute, NULL };
