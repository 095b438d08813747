/* Nothing of the reserve changes by it: the ledger alone keeps it, for who reads the ledger. */
#include "reserve/evidence/attachment.h"

#include "reserve/person.h"
#include "vault/limits.h"

struct attached {
	const char *because;
	int64_t entry;
	uint8_t evidence_sha256[32];
};
static const struct field attached_fields[] = {
	R_STRING(struct attached, because),
	R_INT_IN(struct attached, entry, 0, VAULT_INT_MAX),
	{ FIELD_AT(struct attached, evidence_sha256), .type = FIELD_BYTES, .required = true },
};
static const struct descriptor attached_body =
	DESCRIPTOR("evidence.attached", struct attached, attached_fields);

static bool decide_attach(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct attached *params = data;
	if (params->entry >= state_size(context->state))
		return error_set(error, ERROR_NOT_FOUND, "entry", "no such entry: %lld; the ledger has %lld",
			(long long)params->entry, (long long)state_size(context->state));
	return decision_add(decision, &event_evidence_attached, params);
}

static void apply_attached(struct state *state, const struct applied *applied, const void *data)
{
	(void)state;
	(void)applied;
	(void)data;
}

const struct event_type event_evidence_attached = { "evidence.attached", &attached_body,
	apply_attached };
const struct command_type command_evidence_attach = { "evidence.attach", &attached_body,
	DUTY_KEEPER | DUTY_OFFICER | DUTY_AUDITOR, decide_attach, NULL };
