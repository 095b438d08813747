/* Freezing, dividing, proposing and committing a round. */
#include "reserve/emergency/plan.h"

#include "base/text.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/request.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"

static const char *const state_names[] = { "", "proposed", "committed", "rejected", "superseded",
	NULL };

static const struct field grade_fields[] = {
	F_INT(struct grade_stock, grade_ppm),
	F_INT(struct grade_stock, stock_g),
};
static const struct descriptor grade_descriptor =
	DESCRIPTOR("grade", struct grade_stock, grade_fields);

static const struct field plan_fields[] = {
	F_TEXT(struct plan, id),
	F_REF(struct plan, declaration, TABLE_DECLARATION),
	F_ENUM(struct plan, state, state_names),
	F_ENUM(struct plan, policy, policy_names),
	F_BOOL(struct plan, tiers),
	F_INT(struct plan, minimum_g),
	F_TIME(struct plan, frozen_at),
	F_INT(struct plan, frozen_index),
	F_INT(struct plan, requests),
	F_INT(struct plan, commodities),
	F_INT(struct plan, awarded_g),
	F_BYTES(struct plan, content_sha256),
};
const struct descriptor plan_descriptor = DESCRIPTOR("plan", struct plan, plan_fields);

static const struct field line_fields[] = {
	F_TEXT(struct plan_line, id),
	F_TEXT(struct plan_line, plan),
	F_REF(struct plan_line, commodity, TABLE_COMMODITY),
	F_INT(struct plan_line, available_g),
	F_INT(struct plan_line, awarded_g),
	F_INT(struct plan_line, cap_left_g),
	F_INT(struct plan_line, claimed_g),
	F_INT(struct plan_line, estate_g),
	F_INT(struct plan_line, floor_g),
	F_INT(struct plan_line, floor_version),
	F_INT(struct plan_line, price_version),
	F_INT(struct plan_line, requests),
	F_INT(struct plan_line, set_aside_g),
	F_LIST(struct plan_line, grades, &grade_descriptor),
};
const struct descriptor plan_line_descriptor =
	DESCRIPTOR("plan_line", struct plan_line, line_fields);

struct step {
	char plan[CODE_MAX];
};
static const struct field step_fields[] = { F_TEXT(struct step, plan) };
static const struct descriptor step_body = DESCRIPTOR("plan.step", struct step, step_fields);

static void apply_nothing(struct state *state, const struct applied *applied, const void *data)
{
	(void)state;
	(void)applied;
	(void)data;
}

const struct event_type event_plan_proposed = { "plan.proposed", &step_body, apply_nothing };
const struct event_type event_plan_line = { "plan.line", &step_body, apply_nothing };
const struct event_type event_request_planned = { "request.planned", &step_body, apply_nothing };
const struct event_type event_plan_committed = { "plan.committed", &step_body, apply_nothing };
const struct event_type event_plan_superseded = { "plan.superseded", &step_body, apply_nothing };

struct run_params {
	char declaration[CODE_MAX];
};
static const struct field run_fields[] = { R_TEXT(struct run_params, declaration) };
static const struct descriptor run_params =
	DESCRIPTOR("allocation.run", struct run_params, run_fields);

static bool decide_run(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	(void)context;
	(void)data;
	(void)decision;
	return error_set(error, ERROR_ILLEGAL, "declaration", "not yet");
}

const struct command_type command_allocation_run = { "allocation.run", &run_params, DUTY_OFFICER,
	decide_run, NULL };

static bool plan_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	(void)context;
	(void)document;
	(void)decision;
	return error_set(error, ERROR_ILLEGAL, "document", "not yet");
}

static void plan_rejected(struct state *state, const struct document *document)
{
	(void)state;
	(void)document;
}

const struct document_kind document_plan = { "plan", plan_effect, plan_rejected,
	"who asked for metal in it", NULL };

void plan_end_all(const struct context *context, const struct declaration *declaration,
	int64_t due_ms, struct decision *decision)
{
	(void)context;
	(void)declaration;
	(void)due_ms;
	(void)decision;
}

bool round_freeze(const struct context *context, const struct declaration *declaration,
	const struct commodity *commodity, struct round *ret_round, struct error *error)
{
	(void)context;
	(void)declaration;
	*ret_round = (struct round){ .commodity = commodity };
	(void)error;
	return true;
}

bool round_divide(const struct context *context, struct round *round, const struct ration *ration,
	struct error *error)
{
	(void)context;
	(void)round;
	(void)ration;
	(void)error;
	return true;
}
