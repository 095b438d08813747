/*
 * Rounds: all who are eligible under a declaration are frozen together, the estate is divided by the
 * declared policy, and the result is a plan with a hash. Officers sign that hash; the last signature commits
 * that plan and no other, and only if what it rests on is unchanged; it issues all orders. One rejection
 * ends it for good. A later run takes the place of a plan that is still open.
 *
 *   PROPOSED --signatures--> COMMITTED
 *       +--> REJECTED  (by any officer)
 *       +--> SUPERSEDED (by a later run, or its declaration's end)
 *
 * What a plan rests on stands in its lines, one a commodity: available, floor and its version, what is
 * left of the cap, price version, stock by grade; and in its requests. At the commit the same function
 * freezes again and every figure is compared: what differs is named (R20).
 */
#ifndef RESERVE_EMERGENCY_PLAN_H
#define RESERVE_EMERGENCY_PLAN_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/emergency/rationing.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum plan_state { PLAN_NONE, PLAN_PROPOSED, PLAN_COMMITTED, PLAN_REJECTED, PLAN_SUPERSEDED };

struct commodity;
struct declaration;
struct request;

struct plan {
	struct row row;
	char id[CODE_MAX];        /* P-2026-0009; its note has the same id */
	struct declaration *declaration;
	uint8_t state, policy;
	bool tiers;
	int64_t minimum_g;
	int64_t frozen_at, frozen_index; /* the run */
	int64_t requests, commodities;
	int64_t awarded_g;        /* over all commodities */
	uint8_t content_sha256[32]; /* of the canonical JSON of its content, which its note names */
};

/* What one commodity's awards rest on. Contained grams. */
struct plan_line {
	struct row row;
	char id[CODE_MAX * 2];    /* P-2026-0009/ga */
	char plan[CODE_MAX];
	struct commodity *commodity;
	int64_t available_g;
	int64_t awarded_g;
	int64_t cap_left_g;       /* ABSENT: no cap */
	int64_t claimed_g;        /* after caps per member */
	int64_t estate_g;
	int64_t floor_g, floor_version;
	int64_t price_version;
	int64_t requests;
	int64_t set_aside_g;      /* undrawn entitlements */
	struct list grades;       /* of struct grade_stock */
};

extern const struct descriptor plan_descriptor, plan_line_descriptor;
extern const struct document_kind document_plan;
extern const struct event_type event_plan_proposed, event_plan_line, event_request_planned,
	event_plan_committed, event_plan_superseded;
extern const struct command_type command_allocation_run;

/* The open plans of a declaration that ends: superseded, their notes obsolete. */
void plan_end_all(const struct context *context, const struct declaration *declaration,
	int64_t due_ms, struct decision *decision);

/* ---- what a round would do, without proposing anything ---- */

/* One commodity's frozen round. Everything lives in the arena. */
struct round {
	const struct commodity *commodity;
	struct plan_line line;              /* figures as they would be recorded */
	const struct request **requests;    /* eligible, by member, then id */
	struct claim *claims;               /* one a request */
	uint32_t request_count;
	const struct member **members;      /* ascending by code */
	struct claimant *claimants;
	const struct rule **bases;          /* consumption base of each member, or NULL */
	struct supply *supplies;            /* IEP figures of each member */
	uint32_t member_count;
};

/* Freezes one commodity's eligible requests; request_count 0 where there are none. */
bool round_freeze(const struct context *context, const struct declaration *declaration,
	const struct commodity *commodity, struct round *ret_round, struct error *error);

/* Divides by a policy into round->claims. */
bool round_divide(const struct context *context, struct round *round, const struct ration *ration,
	struct error *error);

#endif
