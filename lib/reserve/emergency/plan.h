/*
 * Rounds: all who are eligible under a declaration are frozen together, the estate is divided by
 * the declared policy, and the result is a plan with a hash. Officers sign that hash; the last
 * signature commits that plan and no other, and only if what it rests on is unchanged; it issues
 * all orders. One rejection ends it for good. A later run takes the place of a plan that is still
 * open.
 *
 *   PROPOSED --signatures--> COMMITTED
 *       +--> REJECTED  (by any officer)
 *       +--> SUPERSEDED (by a later run, or its declaration's end)
 *
 * What a plan rests on stands in its lines, one a commodity: available, floor and its version, what
 * is left of the cap, price version and market price, stock by grade; and in its requests. At the commit the same
 * function freezes again, for the requests of the plan alone, and every figure and award is
 * compared: what differs is named (R20). Who asks later waits for the next round and disturbs none.
 *
 * Content and hash. The entries of a run stand together: plan.proposed, plan.superseded of an
 * earlier plan, plan.line for each commodity, request.planned for each request, document.prepared.
 * The content is one object: the body of plan.proposed without content_sha256, and in it "awards",
 * the array of the bodies of request.planned, and "lines", that of plan.line, both in the order of
 * the entries. The hash is the SHA-256 of its canonical JSON, as base/json.h writes it.
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
struct member;
struct request;
struct rule;

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
	struct list askers;       /* of struct plan_asker */
};

/* Who asked for metal in a plan, and so may not sign it, whatever became of the request since. */
struct plan_asker {
	char person[CODE_MAX];
};

/* What one commodity's awards rest on. Contained grams; a sum above 2^53-1 stands as that. */
struct plan_line {
	struct row row;
	char id[CODE_MAX * 2];    /* P-2026-0009/ga */
	char plan[CODE_MAX];
	struct commodity *commodity;
	int64_t annual_left_g;    /* of the annual plan for release; ABSENT: no line */
	int64_t available_g;
	int64_t awarded_g;
	int64_t cap_left_g;       /* ABSENT: no cap */
	int64_t claimed_g;        /* after caps per member */
	int64_t entitled_g;       /* undrawn entitlements that are left untouched; ABSENT: none */
	/* min(available - floor - entitled, cap left, annual left) - set aside */
	int64_t estate_g;
	int64_t floor_g, floor_version; /* ABSENT: not both are set, and nothing leaves */
	int64_t market_micros_per_kg; /* ABSENT: no fresh market price */
	int64_t price_version;    /* ABSENT: none in force */
	int64_t requests;
	int64_t set_aside_g;      /* credits of the members in the round */
	struct list grades;       /* of struct grade_stock; grade 0 where origin bans narrow the whole */
};

/* The bodies of the entries of a run; names in ascending order, as everywhere. */
struct plan_proposed {
	int64_t awarded_g;
	struct list awards;         /* of struct plan_award: in the content alone */
	int64_t commodities;
	uint8_t content_sha256[32]; /* not in the content */
	char declaration[CODE_MAX];
	struct list lines;          /* of struct plan_line_body: in the content alone */
	int64_t minimum_g;
	char plan[CODE_MAX];
	uint8_t policy;
	int64_t requests;
	bool tiers;
};
struct plan_line_body {
	int64_t annual_left_g, available_g, awarded_g, cap_left_g, claimed_g;
	char commodity[CODE_MAX];
	int64_t entitled_g, estate_g, floor_g, floor_version;
	struct list grades;
	int64_t market_micros_per_kg;
	char plan[CODE_MAX];
	int64_t price_version, requests, set_aside_g;
};
struct plan_award {
	int64_t asked_g, awarded_g, claim_g; /* claim_g: what counted, after caps */
	char commodity[CODE_MAX], member[8], plan[CODE_MAX], request[CODE_MAX];
	uint8_t tier;
};

/* plan.superseded, plan.committed. by: the plan in its place; "": its declaration has ended. */
struct plan_step {
	char by[CODE_MAX], plan[CODE_MAX];
};

extern const struct descriptor plan_descriptor, plan_line_descriptor, plan_content_descriptor;
extern const struct document_kind document_plan;
extern const struct event_type event_plan_proposed, event_plan_line, event_request_planned,
	event_plan_committed, event_plan_superseded;
extern const struct command_type command_allocation_run;

/* The open plans of a declaration that ends: superseded, their notes obsolete. */
void plan_end_all(const struct context *context, const struct declaration *declaration,
	int64_t due_ms, struct decision *decision);

/* What the last signature does; see document_kind.effect. */
bool plan_commit(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error);

/* ---- what a round would do, without proposing anything ---- */

/* Every member, by code. */
struct roster {
	const struct member **members;
	uint32_t count;
};

/* One commodity's frozen round. Everything lives in the arena. */
struct round {
	const struct declaration *declaration;
	const struct commodity *commodity;
	struct plan_line line;              /* figures as they would be recorded; no plan, no id */
	const struct request **requests;    /* eligible, by member, then id */
	struct claim *claims;               /* one a request */
	uint32_t request_count;
	const struct member **members;      /* ascending by code */
	struct claimant *claimants;
	const struct rule **bases;          /* consumption base of each member, or NULL */
	int64_t *credits;                   /* set aside for each member */
	const struct pick_sums **sums;      /* what each member may take by grade; NULL without rules */
	struct supply *supplies;            /* IEP figures of each member; NULL before round_rights */
	uint32_t member_count;
	const struct roster *roster;        /* every member, for the IEP formula */
};

/* The rounds of a declaration, by code of the commodity; each has a request at least. */
struct rounds {
	struct round *items;
	uint32_t count;
	uint32_t requests;
	uint32_t noticed;       /* requests left out: a notice period is not over (R21) */
	const char *notice;     /* why, for one of them; "" where there are none */
};

/*
 * Freezes the requests that wait under a declaration: all, or those that a plan holds; of every
 * commodity, or one. One walk over the requests, none over lots but where an origin ban is in
 * force.
 *
 * A claim counts at most request caps, what the member's caps and base let pass, and what the
 * member may take outside its own origin bans; nothing where the request would be barred now. Bans
 * that all members of a round share narrow the stock exactly. Bans of single members do not: where
 * such members together need more than there is outside their bans, picks fall short of awards and
 * the rest is credit.
 */
bool rounds_freeze(const struct context *context, const struct declaration *declaration,
	const struct plan *plan, const struct commodity *commodity, struct rounds *ret_rounds,
	struct error *error);

/* Fills supplies, and claimants' rights: of the formula over all members with a base. */
bool round_rights(const struct context *context, struct round *round, struct error *error);

/* Divides by a policy into claims and line.awarded_g; makes rights where it needs them. */
bool round_divide(const struct context *context, struct round *round, const struct ration *ration,
	struct error *error);

/* Of divided rounds: the sum of the awards; at most 2^53-1. */
int64_t rounds_awarded_g(const struct rounds *rounds);

/*
 * As many signatures as the approvals in force ask of any award, of a commodity's awards together,
 * or of all of them; 0: they have no say.
 */
int64_t rounds_approvals(const struct context *context, const struct declaration *declaration,
	const struct rounds *rounds);

#endif
