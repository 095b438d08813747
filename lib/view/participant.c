/* The room Zone: participants with what they may draw, commitments with what runs, monthly statements. */
#include <string.h>

#include "base/time.h"
#include "reserve/stock/material.h"
#include "reserve/zone/charge.h"
#include "reserve/zone/commitment.h"
#include "reserve/zone/entitlement.h"
#include "reserve/zone/participant.h"
#include "reserve/zone/participant_statement.h"
#include "view/row.h"
#include "wire/message.h"
#include "wire/value.h"

static void member_int(struct json *json, const char *name, int64_t value)
{
	json_key(json, name);
	json_int(json, value);
}

static void member_text(struct json *json, const char *name, const char *value)
{
	json_key(json, name);
	json_text(json, value);
}

/* ---- a participant ---- */

static void write_accounts(struct json *json, const struct state *state,
	const struct participant *participant)
{
	const struct commodity *commodity = NULL;
	json_key(json, "accounts");
	json_open_array(json);
	while ((commodity = state_next(state, TABLE_COMMODITY, commodity)) != NULL) {
		int64_t undrawn_g = entitlement_g(state, participant, commodity);
		int64_t owed_g = entitlement_owed_g(state, participant, commodity);
		if (undrawn_g == 0 && owed_g == 0)
			continue;
		json_open_object(json);
		member_text(json, "commodity", commodity->code);
		member_int(json, "undrawn_g", undrawn_g);
		member_int(json, "owed_g", owed_g);
		json_close_object(json);
	}
	json_close_array(json);
}

static void write_commitments(struct json *json, const struct state *state,
	const struct participant *participant)
{
	const struct commitment *commitment = NULL;
	json_key(json, "commitments");
	json_open_array(json);
	while ((commitment = state_next(state, TABLE_COMMITMENT, commitment)) != NULL) {
		if (commitment->participant == participant && commitment->state != COMMITMENT_REJECTED)
			json_record(json, &commitment_descriptor, commitment);
	}
	json_close_array(json);
}

bool view_participant(const struct view *view, struct buffer *out, struct error *error)
{
	const struct state *state = view->state;
	const char *code = value_get_text(view->parameters, "code", "");
	const struct participant *participant = state_find(state, TABLE_PARTICIPANT, code);
	struct json json;
	if (participant == NULL)
		return error_set(error, ERROR_NOT_FOUND, "code", "no such participant: %s", code);
	reply_begin(&json, out);
	json_key(&json, "participant");
	json_record(&json, &participant_descriptor, participant);
	write_accounts(&json, state, participant);
	write_commitments(&json, state, participant);
	reply_end(&json, false);
	return true;
}

/* ---- a commitment ---- */

static void write_holders(struct json *json, const struct state *state,
	const struct commitment *commitment)
{
	const struct entitlement *own = NULL;
	json_key(json, "holders");
	json_open_array(json);
	while ((own = state_next(state, TABLE_ENTITLEMENT, own)) != NULL) {
		if (own->commitment != commitment)
			continue;
		json_open_object(json);
		member_text(json, "participant", own->participant->code);
		member_int(json, "undrawn_g", own->undrawn_g);
		member_int(json, "owed_g", own->owed_g);
		member_int(json, "bought_g", own->bought_g);
		json_close_object(json);
	}
	json_close_array(json);
}

/* What the days that have ended since the last posting come to. */
static void write_running(struct json *json, const struct state *state,
	const struct commitment *commitment, int64_t now, struct arena *arena)
{
	int64_t until = charge_running_until(commitment, now);
	struct charge_sum sum;
	if (commitment->state != COMMITMENT_IN_FORCE || until <= commitment->charged_until)
		return;
	charge_compute(state, commitment, until, arena, &sum);
	member_int(json, "running_interest_cents", sum.carrying.interest_cents);
	member_int(json, "running_storage_cents", sum.carrying.storage_cents);
	json_key(json, "running_until");
	json_time(json, until);
}

bool view_commitment(const struct view *view, struct buffer *out, struct error *error)
{
	const struct state *state = view->state;
	const char *id = value_get_text(view->parameters, "id", "");
	const struct commitment *commitment = state_find(state, TABLE_COMMITMENT, id);
	struct json json;
	if (commitment == NULL)
		return error_set(error, ERROR_NOT_FOUND, "id", "no such commitment: %s", id);
	reply_begin(&json, out);
	json_key(&json, "commitment");
	json_record(&json, &commitment_descriptor, commitment);
	member_int(&json, "value_cents", commitment_value_cents(commitment, commitment->mass_g));
	write_holders(&json, state, commitment);
	write_running(&json, state, commitment, view->now, view->arena);
	reply_end(&json, false);
	return true;
}

/* ---- a statement ---- */

/* The month that a parameter names, else the one that runs. */
static bool month_of(const struct view *view, int64_t *ret_from, int64_t *ret_until,
	struct error *error)
{
	const char *month = value_get_text(view->parameters, "month", "");
	char today[TIME_TEXT_SIZE];
	time_format(view->now, today);
	today[7] = '\0';
	return participant_statement_month(*month != '\0' ? month : today, ret_from, ret_until, error);
}

bool view_statement(const struct view *view, struct buffer *out, struct error *error)
{
	struct participant_statement statement;
	int64_t from, until;
	struct json json;
	if (!month_of(view, &from, &until, error))
		return false;
	const struct participant *participant = view_row(view, TABLE_PARTICIPANT, "participant",
		"participant", error);
	if (participant == NULL)
		return false;
	participant_statement_make(view->state, participant, from, until, view->now, view->arena,
		&statement);
	reply_begin(&json, out);
	json_key(&json, "statement");
	json_record(&json, &participant_statement_descriptor, &statement);
	reply_end(&json, false);
	return true;
}
