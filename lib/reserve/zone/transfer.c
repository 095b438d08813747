/* Proposing and signing transfers of entitlement. */
#include "reserve/zone/transfer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"
#include "reserve/zone/entitlement.h"
#include "reserve/zone/participant.h"

static const char *const state_names[] = { "", "proposed", "done", "rejected", NULL };

static const struct field transfer_fields[] = {
	F_TEXT(struct transfer, id),
	F_REF(struct transfer, from, TABLE_PARTICIPANT),
	F_REF(struct transfer, to, TABLE_PARTICIPANT),
	F_REF(struct transfer, commodity, TABLE_COMMODITY),
	F_INT(struct transfer, mass_g),
	F_ENUM(struct transfer, state, state_names),
	F_STRING(struct transfer, because),
};
const struct descriptor transfer_descriptor =
	DESCRIPTOR("transfer", struct transfer, transfer_fields);

struct proposed {
	const char *because;
	char commodity[CODE_MAX], document[CODE_MAX], from[CODE_MAX];
	int64_t mass_g;
	char to[CODE_MAX];
};
static const struct field proposed_fields[] = {
	F_STRING(struct proposed, because),
	F_TEXT(struct proposed, commodity),
	F_TEXT(struct proposed, document),
	F_TEXT(struct proposed, from),
	F_INT(struct proposed, mass_g),
	F_TEXT(struct proposed, to),
};
static const struct descriptor proposed_body =
	DESCRIPTOR("entitlement.transfer_proposed", struct proposed, proposed_fields);
static const struct field transfer_params_fields[] = {
	R_STRING(struct proposed, because),
	R_TEXT(struct proposed, commodity),
	R_TEXT(struct proposed, from),
	R_INT_IN(struct proposed, mass_g, 1, VAULT_INT_MAX),
	R_TEXT(struct proposed, to),
};
static const struct descriptor transfer_params =
	DESCRIPTOR("entitlement.transfer", struct proposed, transfer_params_fields);

/* Makes the decision a refusal where the giver is entitled to less. */
static bool refused(const struct context *context, const char *subject,
	const struct participant *from, const struct commodity *commodity, int64_t mass_g,
	struct decision *decision)
{
	int64_t entitled_g = entitlement_g(context->state, from, commodity);
	char asked[WORD_MASS], may[WORD_MASS];
	if (mass_g <= entitled_g)
		return false;
	word_mass(asked, mass_g);
	word_mass(may, entitled_g);
	return refuse_act(decision, subject, "R15", context->actor->code, arena_printf(context->arena,
		"%s is entitled to %s of %s and cannot transfer %s", from->code, may, commodity->code,
		asked));
}

static bool decide_transfer(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct proposed *params = data;
	const struct participant *from = participant_find(context, "from", params->from, error);
	const struct participant *to = from == NULL ? NULL :
		participant_find(context, "to", params->to, error);
	const struct commodity *commodity = to == NULL ? NULL :
		commodity_find(context, "commodity", params->commodity, error);
	struct document_draft draft;
	char mass[WORD_MASS];
	if (commodity == NULL)
		return false;
	if (from == to)
		return error_set(error, ERROR_INVALID, "to", "%s cannot transfer to itself", from->code);
	if (refused(context, from->code, from, commodity, params->mass_g, decision))
		return true;
	if (!document_begin(context, &draft, &document_transfer, from->code, 2, error))
		return false;
	struct proposed *body = decision_body(decision, &event_entitlement_transfer_proposed);
	*body = *params;
	body_text(body->document, draft.id);
	word_mass(mass, body->mass_g);
	document_words(&draft, (const char *const[]){ "entitlement", mass, "of", body->commodity }, 4);
	document_line(&draft, "from", body->from);
	document_line(&draft, "to", body->to);
	document_line(&draft, "because", body->because);
	return decision_add(decision, &event_entitlement_transfer_proposed, body) &&
		document_end(context, &draft, decision, error);
}

static void apply_proposed(struct state *state, const struct applied *applied, const void *data)
{
	const struct proposed *body = data;
	(void)applied;
	struct transfer *transfer = state_insert(state, TABLE_TRANSFER, body->document);
	transfer->from = state_find(state, TABLE_PARTICIPANT, body->from);
	transfer->to = state_find(state, TABLE_PARTICIPANT, body->to);
	transfer->commodity = state_find(state, TABLE_COMMODITY, body->commodity);
	transfer->mass_g = body->mass_g;
	transfer->state = TRANSFER_PROPOSED;
	transfer->because = strdup(body->because);
	if (transfer->because == NULL)
		abort();
}

const struct event_type event_entitlement_transfer_proposed = { "entitlement.transfer_proposed",
	&proposed_body, apply_proposed };
const struct command_type command_entitlement_transfer = { "entitlement.transfer", &transfer_params,
	DUTY_OFFICER, decide_transfer, NULL };

/* ---- signing ---- */

struct transferred {
	char document[CODE_MAX];
};
static const struct field transferred_fields[] = { F_TEXT(struct transferred, document) };
static const struct descriptor transferred_body =
	DESCRIPTOR("entitlement.transferred", struct transferred, transferred_fields);

static bool transfer_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct transfer *transfer = state_find(context->state, TABLE_TRANSFER, document->id);
	(void)error;
	assert(transfer != NULL);
	if (refused(context, document->id, transfer->from, transfer->commodity, transfer->mass_g,
	    decision))
		return true;
	struct transferred *body = decision_body(decision, &event_entitlement_transferred);
	body_text(body->document, document->id);
	return decision_add(decision, &event_entitlement_transferred, body);
}

static void apply_transferred(struct state *state, const struct applied *applied,
	const void *data)
{
	const struct transferred *body = data;
	struct transfer *transfer = state_find(state, TABLE_TRANSFER, body->document);
	assert(transfer != NULL);
	entitlement_transfer(state, applied, transfer->from, transfer->to, transfer->commodity,
		transfer->mass_g, transfer->id);
	transfer->state = TRANSFER_DONE;
	state_close(state, transfer);
}

static void transfer_rejected(struct state *state, const struct document *document)
{
	struct transfer *transfer = state_find(state, TABLE_TRANSFER, document->id);
	transfer->state = TRANSFER_REJECTED;
	state_close(state, transfer);
}

const struct event_type event_entitlement_transferred = { "entitlement.transferred",
	&transferred_body, apply_transferred };
const struct document_kind document_transfer = { "transfer", transfer_effect, transfer_rejected,
	NULL, NULL };
