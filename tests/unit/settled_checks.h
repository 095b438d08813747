/*
 * What must hold besides between decisions, when none is half applied: requests and their orders, open
 * plans, and what members have used.
 */
#ifndef TESTS_UNIT_SETTLED_CHECKS_H
#define TESTS_UNIT_SETTLED_CHECKS_H

#include "reserve_checks.h"

#include "reserve/document.h"
#include "reserve/emergency/plan.h"
#include "reserve/emergency/usage.h"
#include "reserve/stock/annual.h"
#include "reserve/stock/floor.h"
#include "reserve/zone/member.h"

/* What of a request's picks is not back in its lot: left, or still to leave. */
static inline int64_t check_drawn_g(const struct state *state, const struct request *request)
{
	const struct order *order = request->release_order[0] != '\0' ?
		state_find(state, TABLE_RELEASE_ORDER, request->release_order) : NULL;
	const struct pick *picks = request->picks.items;
	int64_t drawn_g = 0;
	for (uint32_t i = 0; i < request->picks.count; i++) {
		const struct order_line *line = order != NULL ? order_line_of(order, picks[i].lot) : NULL;
		bool left = line != NULL && line->out_net_g != ABSENT && !line->open;
		drawn_g += left ? line->out_contained_g : picks[i].contained_g;
	}
	return drawn_g;
}

static inline const char *check_waiting(const struct state *state, const struct request *request)
{
	const struct plan *plan = state_find(state, TABLE_PLAN, request->plan);
	CHECK_THAT(request->declaration != NULL, request->id);
	CHECK_THAT(request->declaration->state == DECLARATION_OPEN, request->id);
	CHECK_THAT(request->picks.count == 0 && request->release_order[0] == '\0', request->id);
	CHECK_THAT(request->drawn_g == ABSENT || request->drawn_g == 0, request->id);
	CHECK_THAT((request->plan[0] == '\0') == (request->planned_g == ABSENT), request->id);
	CHECK_THAT(request->plan[0] == '\0' || (plan != NULL && plan->state == PLAN_PROPOSED &&
		plan->declaration == request->declaration), request->id);
	return NULL;
}

static inline const char *check_granted(const struct state *state, const struct request *request)
{
	static const uint8_t by_order[] = { [ORDER_PREPARED] = REQUEST_ALLOCATED,
		[ORDER_ISSUED] = REQUEST_APPROVED, [ORDER_LOADING] = REQUEST_RELEASING,
		[ORDER_LOADED] = REQUEST_RELEASING };
	const struct order *order = state_find(state, TABLE_RELEASE_ORDER, request->release_order);
	const struct pick *picks = request->picks.items;
	int64_t picked_g = 0;
	for (uint32_t i = 0; i < request->picks.count; i++)
		picked_g += picks[i].contained_g;
	CHECK_THAT(request->awarded_g >= 0 && request->awarded_g <= request->mass_g, request->id);
	CHECK_THAT(picked_g == (request->picked_g != ABSENT ? request->picked_g :
		request->awarded_g), request->id);
	/* A line that left short counts in full until its order ends. */
	CHECK_THAT(request->drawn_g >= check_drawn_g(state, request) && request->drawn_g <= picked_g,
		request->id);
	CHECK_THAT(order != NULL || request->state == REQUEST_ALLOCATED, request->id);
	if (order == NULL)
		return NULL;
	CHECK_THAT(text_equal(order->request, request->id), request->id);
	CHECK_THAT(order->state <= ORDER_LOADED && by_order[order->state] == request->state,
		request->id);
	CHECK_THAT(order->contained_g == picked_g, request->id);
	return NULL;
}

static inline const char *check_requests(const struct state *state)
{
	const struct request *request = NULL;
	const char *failed = NULL;
	while (failed == NULL && (request = state_next(state, TABLE_REQUEST, request)) != NULL) {
		if (!request->row.closed && request->state == REQUEST_ELIGIBLE)
			failed = check_waiting(state, request);
		else if (check_open(request))
			failed = check_granted(state, request);
		else
			CHECK_THAT(request->row.closed, request->id);
	}
	return failed;
}

static inline const char *check_plan_line(const struct state *state,
	const struct plan_line *line, const struct plan *plan)
{
	int64_t planned_g = 0, requests = 0;
	const struct request *request = NULL;
	while ((request = state_next(state, TABLE_REQUEST, request)) != NULL) {
		if (request->row.closed || request->commodity != line->commodity ||
		    !text_equal(request->plan, plan->id))
			continue;
		planned_g += request->planned_g;
		requests++;
	}
	CHECK_THAT(requests <= line->requests && planned_g <= line->awarded_g, line->id);
	CHECK_THAT(requests < line->requests || planned_g == line->awarded_g, line->id);
	CHECK_THAT(line->awarded_g <= line->estate_g, line->id);
	CHECK_THAT(line->awarded_g <= line->claimed_g, line->id);
	return NULL;
}

/* An open plan, its lines and requests, which may have been withdrawn since. */
static inline const char *check_plan(const struct state *state, const struct plan *plan)
{
	const struct plan_line *line = NULL;
	const struct document *note = state_find(state, TABLE_DOCUMENT, plan->id);
	const char *failed = NULL;
	int64_t awarded_g = 0, requests = 0, lines = 0;
	CHECK_THAT(plan->state == PLAN_PROPOSED, plan->id);
	CHECK_THAT(plan->declaration->state == DECLARATION_OPEN, plan->id);
	CHECK_THAT(note != NULL && note->state == DOCUMENT_OPEN, plan->id);
	while (failed == NULL && (line = state_next(state, TABLE_PLAN_LINE, line)) != NULL) {
		if (line->row.closed || !text_equal(line->plan, plan->id))
			continue;
		failed = check_plan_line(state, line, plan);
		awarded_g += line->awarded_g;
		requests += line->requests;
		lines++;
	}
	if (failed != NULL)
		return failed;
	CHECK_THAT(plan->awarded_g == awarded_g && plan->requests == requests, plan->id);
	CHECK_THAT(plan->commodities == lines, plan->id);
	const struct plan *other = plan;
	while ((other = state_next(state, TABLE_PLAN, other)) != NULL)
		CHECK_THAT(other->row.closed || other->declaration != plan->declaration, other->id);
	return NULL;
}

static inline const char *check_plans(const struct state *state)
{
	const struct plan *plan = NULL;
	const char *failed = NULL;
	while (failed == NULL && (plan = state_next(state, TABLE_PLAN, plan)) != NULL)
		failed = !plan->row.closed ? check_plan(state, plan) : NULL;
	const struct plan_line *line = NULL;
	while (failed == NULL && (line = state_next(state, TABLE_PLAN_LINE, line)) != NULL)
		CHECK_THAT(line->row.closed || state_find(state, TABLE_PLAN, line->plan) != NULL,
			line->id);
	return failed;
}

/* A member is what its step in force says, of which there is one; its steps stand newest first. */
static inline const char *check_members(const struct state *state)
{
	const struct member *member = NULL;
	while ((member = state_next(state, TABLE_MEMBER, member)) != NULL) {
		const struct member_step *now = member_step_now(member);
		int in_force = 0;
		for (const struct member_step *step = member->steps; step != NULL; step = step->before) {
			CHECK_THAT(text_equal(step->code, member->code), step->id);
			CHECK_THAT(step->before == NULL || step->before->version < step->version, step->id);
			CHECK_THAT(step->state != SETTING_SCHEDULED || now == NULL ||
				step->version > now->version, step->id);
			in_force += step->state == SETTING_IN_FORCE ? 1 : 0;
		}
		CHECK_THAT((member->steps == NULL) == (now == NULL), member->code);
		CHECK_THAT(in_force == (now != NULL ? 1 : 0), member->code);
		CHECK_THAT(now == NULL || (member->status == now->status &&
			text_equal(member->part_of, now->part_of)), member->code);
	}
	return NULL;
}

/* Each line in force hangs on its commodity, in its year, and nothing else does. */
static inline const char *check_annual(const struct state *state)
{
	const struct annual_line *line = NULL;
	size_t in_force = 0, hung = 0;
	while ((line = state_next(state, TABLE_ANNUAL_LINE, line)) != NULL) {
		CHECK_THAT(line->used_g >= 0 && line->max_g >= 0, line->id);
		if (line->state != SETTING_IN_FORCE)
			continue;
		in_force++;
		CHECK_THAT(annual_line_of(line->commodity, (enum annual_action)line->action) == line,
			line->id);
		CHECK_THAT(line->counts_from != ABSENT, line->id);
		CHECK_THAT(state_last_at(state) < annual_year_begin(line->fiscal_year + 1), line->id);
	}
	const struct commodity *commodity = NULL;
	while ((commodity = state_next(state, TABLE_COMMODITY, commodity)) != NULL) {
		for (int action = ANNUAL_ACQUIRE; action < ANNUAL_ACTION_COUNT; action++)
			hung += annual_line_of(commodity, (enum annual_action)action) != NULL ? 1 : 0;
	}
	CHECK_THAT(hung == in_force, "annual lines");
	return NULL;
}

/* The same of a state that no decision is half applied to. */
static inline const char *checks_settled(const struct state *state)
{
	const char *failed = checks_failed(state);
	if (failed == NULL)
		failed = check_requests(state);
	if (failed == NULL)
		failed = check_members(state);
	if (failed == NULL)
		failed = check_annual(state);
	return failed != NULL ? failed : check_plans(state);
}

/* What a line of the annual plan for release counts, against all requests there ever were. */
static inline const char *check_released(const struct commodity *commodity,
	const struct state *all, int64_t year)
{
	const struct request *request = NULL;
	int64_t released_g = 0;
	while ((request = state_next(all, TABLE_REQUEST, request)) != NULL) {
		if (request->drawn_g != ABSENT && text_equal(request->commodity->code, commodity->code) &&
		    annual_year_of(request->decided_at) == year)
			released_g += request->drawn_g;
	}
	CHECK_THAT(released_g == (commodity->released_year == year ? commodity->released_g : 0),
		commodity->code);
	return NULL;
}

/*
 * What members had in windows that end now, against all requests there ever were: for a state and those
 * rows, which may stand in another that keeps what is closed.
 */
static inline const char *checks_usage(const struct state *state, const struct state *all,
	int64_t now)
{
	static const int64_t windows[] = { 1, 7, 30, RULE_DAYS_MAX };
	const struct commodity *commodity = NULL;
	while ((commodity = state_next(state, TABLE_COMMODITY, commodity)) != NULL) {
		const char *failed = check_released(commodity, all, annual_year_of(now));
		if (failed != NULL)
			return failed;
		const struct member *member = NULL;
		while ((member = state_next(state, TABLE_MEMBER, member)) != NULL) {
			int64_t had_g[sizeof windows / sizeof *windows] = { 0 };
			const struct request *request = NULL;
			while ((request = state_next(all, TABLE_REQUEST, request)) != NULL) {
				if (request->drawn_g == ABSENT ||
				    !text_equal(request->commodity->code, commodity->code) ||
				    !text_equal(request->member->code, member->code))
					continue;
				int64_t age = now / TIME_DAY_MS - request->decided_at / TIME_DAY_MS;
				for (size_t i = 0; i < sizeof windows / sizeof *windows; i++)
					had_g[i] += age < windows[i] ? request->drawn_g : 0;
			}
			for (size_t i = 0; i < sizeof windows / sizeof *windows; i++)
				CHECK_THAT(usage_g(commodity, member, now, windows[i]) == had_g[i],
					member->code);
		}
	}
	return NULL;
}

#endif
