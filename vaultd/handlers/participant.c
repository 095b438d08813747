/* The room Zone: participants with what they may draw, commitments with what runs, monthly statements. */
#include <string.h>

#include "base/time.h"
#include "reserve/stock/material.h"
#include "reserve/zone/charge.h"
#include "reserve/zone/commitment.h"
#include "reserve/zone/entitlement.h"
#include "reserve/zone/participant.h"
#include "reserve/zone/participant_statement.h"
#include "vaultd/handlers/handler.h"
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

bool zone_get_participant(struct asked *asked, struct buffer *out, struct error *error)
{
	const struct state *state = sequencer_state(asked->vaultd->sequencer);
	const char *code = value_get_text(asked->parameters, "code", "");
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

bool zone_get_commitment(struct asked *asked, struct buffer *out, struct error *error)
{
	const struct state *state = sequencer_state(asked->vaultd->sequencer);
	const char *id = value_get_text(asked->parameters, "id", "");
	const struct commitment *commitment = state_find(state, TABLE_COMMITMENT, id);
	struct json json;
	if (commitment == NULL)
		return error_set(error, ERROR_NOT_FOUND, "id", "no such commitment: %s", id);
	reply_begin(&json, out);
	json_key(&json, "commitment");
	json_record(&json, &commitment_descriptor, commitment);
	member_int(&json, "value_cents", commitment_value_cents(commitment, commitment->mass_g));
	write_holders(&json, state, commitment);
	write_running(&json, state, commitment, vaultd_now(asked->vaultd), asked->arena);
	reply_end(&json, false);
	return true;
}

/* ---- a statement ---- */

struct statement_job {
	struct read_job job;
	const char *participant;
	int64_t from, until, now;
};

static void run_statement(struct read_job *job, struct reader *reader)
{
	static const enum table_id tables[] = { TABLE_MOVEMENT, TABLE_CHARGE, TABLE_COUNT };
	struct statement_job *asked = (struct statement_job *)(void *)job;
	struct participant_statement statement;
	struct error error = { 0 };
	struct state *state;
	struct json json;
	if (!reader_rows_about(reader, tables, "participant", asked->participant, &state, &error)) {
		job_fail(job, 0, &error);
		return;
	}
	const struct participant *participant = state_find(state, TABLE_PARTICIPANT,
		asked->participant);
	if (participant == NULL) {
		error_set(&error, ERROR_NOT_FOUND, "participant", "no such participant: %s",
			asked->participant);
		job_fail(job, 0, &error);
	} else {
		participant_statement_make(state, participant, asked->from, asked->until, asked->now,
			job->arena, &statement);
		reply_begin(&json, &job->out);
		json_key(&json, "statement");
		json_record(&json, &participant_statement_descriptor, &statement);
		reply_end(&json, false);
	}
	state_free(state);
}

struct read_job *zone_statement(struct asked *asked, struct error *error)
{
	const char *month = value_get_text(asked->parameters, "month", "");
	int64_t from, until, now = vaultd_now(asked->vaultd);
	char today[TIME_TEXT_SIZE];
	time_format(now, today);
	today[7] = '\0'; /* the month that runs */
	if (!participant_statement_month(*month != '\0' ? month : today, &from, &until, error))
		return NULL;
	struct statement_job *job = job_new(asked, sizeof *job, run_statement);
	job->participant = arena_printf(job->job.arena, "%s",
		value_get_text(asked->parameters, "participant", ""));
	job->from = from;
	job->until = until;
	job->now = now;
	return &job->job;
}
