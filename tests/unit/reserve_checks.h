/*
 * What must hold of a state after every entry, computed again from its rows: masses, reservations,
 * what is available, what is in force. Shared by the tests of the core and the simulation.
 */
#ifndef TESTS_UNIT_RESERVE_CHECKS_H
#define TESTS_UNIT_RESERVE_CHECKS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/decide.h"
#include "reserve/emergency/credit.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/request.h"
#include "reserve/emergency/rule.h"
#include "reserve/founding.h"
#include "reserve/state.h"
#include "reserve/stock/account.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "reserve/stock/slots.h"
#include "reserve/stock/title.h"
#include "reserve/zone/entitlement.h"
#include "reserve/zone/exchange.h"
#include "reserve/zone/exchange_return.h"
#include "reserve/zone/member.h"
#include "reserve/zone/participant.h"
#include "reserve/zone/price.h"

static char checks_message[256];

#define CHECK_THAT(condition, subject) \
	do { \
		if (!(condition)) { \
			snprintf(checks_message, sizeof checks_message, "%s: %s", (subject), #condition); \
			return checks_message; \
		} \
	} while (0)

#include "entitlement_checks.h"
#include "count_checks.h"
#include "tariff_checks.h"

/* The design's list of what may leave, read anew from the lot. */
static inline bool check_may_leave(const struct lot *lot)
{
	return !lot->row.closed && lot->state == LOT_ACCEPTED && lot->assayed && !lot->expired &&
		lot->holds == 0 && !lot->pledged && lot->destination == NULL &&
		lot->site->state == SITE_OPEN && (lot->site->count == NULL ||
		(lot->site->count->commodity != NULL && lot->site->count->commodity != lot->commodity));
}

static inline const char *check_lot(const struct lot *lot)
{
	int64_t here_g = lot->on_hand_g + lot->in_transit_g;
	CHECK_THAT(lot->received_g + lot->adjusted_g == here_g + lot->out_g + lot->transformed_g +
		lot->lost_g, lot->code);
	CHECK_THAT(lot->on_hand_g >= 0 && lot->in_transit_g >= 0 && lot->out_g >= 0, lot->code);
	CHECK_THAT(lot->lost_g >= 0 && lot->transformed_g >= 0 && lot->received_g >= 0, lot->code);
	CHECK_THAT(lot->contained_g >= 0 && lot->contained_g <= here_g, lot->code);
	CHECK_THAT(lot->reserved_g >= 0 && lot->reserved_g <= lot->contained_g, lot->code);
	CHECK_THAT(lot->reserved_net_g >= 0 && lot->reserved_net_g <= here_g, lot->code);
	CHECK_THAT(lot->contained_g - lot->reserved_g <= here_g - lot->reserved_net_g, lot->code);
	CHECK_THAT(lot->listed == check_may_leave(lot), lot->code);
	CHECK_THAT((lot->pick.priority != 0) == (!lot->row.closed && lot->state != LOT_EXPECTED),
		lot->code);
	CHECK_THAT(!lot->row.closed || here_g == 0, lot->code);
	CHECK_THAT(lot->destination != NULL || lot->in_transit_g == 0, lot->code);
	CHECK_THAT(lot->destination == NULL || lot->on_hand_g == 0, lot->code);
	return NULL;
}

/* ---- what lots have promised, gathered in one walk over requests and holds ---- */

struct check_sums {
	int64_t contained_g, net_g, units, holds, titles, pledges;
};
static struct check_sums *checks_sums; /* by slot of the lot */
static uint32_t checks_sums_count;

static inline void check_clear_sums(const struct state *state)
{
	uint32_t slots = 0;
	const struct lot *lot = NULL;
	while ((lot = state_next(state, TABLE_LOT, lot)) != NULL)
		slots = lot->row.slot + 1;
	if (slots > checks_sums_count) {
		checks_sums = reallocarray(checks_sums, slots, sizeof *checks_sums);
		if (checks_sums == NULL)
			abort();
		checks_sums_count = slots;
	}
	if (checks_sums_count > 0)
		memset(checks_sums, 0, checks_sums_count * sizeof *checks_sums);
}

static inline bool check_open(const struct request *request)
{
	return !request->row.closed && (request->state == REQUEST_ALLOCATED ||
		request->state == REQUEST_APPROVED || request->state == REQUEST_RELEASING);
}

/* What of a pick is still to leave, by the order's line where there is an order. */
static inline struct pick check_rest(const struct order *order, const struct pick *pick)
{
	const struct order_line *line = order != NULL ? order_line_of(order, pick->lot) : NULL;
	return line != NULL ? order_line_rest(line) : *pick;
}

static inline const char *check_gather_request(const struct state *state,
	const struct request *request)
{
	const struct order *order = request->release_order[0] != '\0' ?
		state_find(state, TABLE_RELEASE_ORDER, request->release_order) : NULL;
	const struct pick *picks = request->picks.items;
	CHECK_THAT(request->release_order[0] == '\0' || order != NULL, request->id);
	for (uint32_t i = 0; i < request->picks.count; i++) {
		const struct pick rest = check_rest(order, &picks[i]);
		if (rest.net_g == 0 && rest.contained_g == 0)
			continue;
		const struct lot *lot = state_find(state, TABLE_LOT, picks[i].lot);
		CHECK_THAT(lot != NULL, request->id);
		struct check_sums *sums = &checks_sums[lot->row.slot];
		sums->contained_g += rest.contained_g;
		sums->net_g += rest.net_g;
		sums->units += rest.units != ABSENT ? rest.units : 0;
	}
	return NULL;
}

/* What the order of an exchange has reserved: all that is to leave by its lines. */
static inline const char *check_gather_exchange(const struct state *state,
	const struct exchange *exchange)
{
	const struct order *order = state_find(state, TABLE_RELEASE_ORDER, exchange->release_order);
	const struct order_line *lines = order != NULL ? order->lines.items : NULL;
	CHECK_THAT(order != NULL || exchange->release_order[0] == '\0', exchange->id);
	for (uint32_t i = 0; order != NULL && i < order->lines.count; i++) {
		const struct pick rest = order_line_rest(&lines[i]);
		if (rest.net_g == 0 && rest.contained_g == 0)
			continue;
		const struct lot *lot = state_find(state, TABLE_LOT, lines[i].lot);
		CHECK_THAT(lot != NULL, exchange->id);
		struct check_sums *sums = &checks_sums[lot->row.slot];
		sums->contained_g += rest.contained_g;
		sums->net_g += rest.net_g;
		sums->units += rest.units != ABSENT ? rest.units : 0;
	}
	return NULL;
}

static inline const char *check_gather(const struct state *state)
{
	const char *failed = NULL;
	check_clear_sums(state);
	const struct request *request = NULL;
	while (failed == NULL && (request = state_next(state, TABLE_REQUEST, request)) != NULL)
		failed = check_open(request) ? check_gather_request(state, request) : NULL;
	const struct exchange *exchange = NULL;
	while (failed == NULL && (exchange = state_next(state, TABLE_EXCHANGE, exchange)) != NULL) {
		if (!exchange->row.closed && (exchange->state == EXCHANGE_PREPARED ||
		    exchange->state == EXCHANGE_OPEN))
			failed = check_gather_exchange(state, exchange);
	}
	const struct hold *hold = NULL;
	while (failed == NULL && (hold = state_next(state, TABLE_HOLD, hold)) != NULL) {
		if (hold->row.closed)
			continue;
		const struct lot *lot = state_find(state, TABLE_LOT, hold->lot);
		CHECK_THAT(lot != NULL && lot->created_index == hold->lot_index, hold->id);
		checks_sums[lot->row.slot].holds++;
	}
	const struct title *title = NULL;
	while (failed == NULL && (title = state_next(state, TABLE_TITLE, title)) != NULL) {
		if (title->row.closed)
			continue;
		const struct lot *lot = state_find(state, TABLE_LOT, title->lot);
		CHECK_THAT(lot != NULL && lot->created_index == title->lot_index, title->number);
		checks_sums[lot->row.slot].titles++;
	}
	const struct pledge *pledge = NULL;
	while (failed == NULL && (pledge = state_next(state, TABLE_PLEDGE, pledge)) != NULL) {
		if (pledge->state != PLEDGE_IN_FORCE)
			continue;
		const struct lot *lot = state_find(state, TABLE_LOT, pledge->lot);
		CHECK_THAT(lot != NULL && lot->created_index == pledge->lot_index, pledge->id);
		checks_sums[lot->row.slot].pledges++;
	}
	return failed;
}

static inline const char *check_promised(const struct lot *lot)
{
	const struct check_sums *sums = &checks_sums[lot->row.slot];
	int64_t units = lot->reserved_units != ABSENT ? lot->reserved_units : 0;
	CHECK_THAT(lot->holds == sums->holds, lot->code);
	CHECK_THAT(sums->titles == (lot->titled ? 1 : 0), lot->code);
	CHECK_THAT(sums->pledges == (lot->pledged ? 1 : 0), lot->code);
	CHECK_THAT(!lot->pledged || !lot_is_awarded(lot), lot->code);
	CHECK_THAT(lot->reserved_g == sums->contained_g, lot->code);
	CHECK_THAT(lot->reserved_net_g == sums->net_g, lot->code);
	CHECK_THAT(units == sums->units, lot->code);
	CHECK_THAT(lot->class != LOT_SEALED || lot_free_units(lot) >= 0, lot->code);
	return NULL;
}

static inline const char *check_accounts(const struct state *state,
	const struct commodity *commodity)
{
	int64_t sum = 0, at_sites = 0, in_transit = 0;
	const struct account *account = NULL;
	while ((account = state_next(state, TABLE_ACCOUNT, account)) != NULL) {
		if (account->commodity != commodity)
			continue;
		sum += account->balance_g;
		at_sites += account->kind == ACCOUNT_SITE ? account->balance_g : 0;
		in_transit += account->kind == ACCOUNT_IN_TRANSIT ? account->balance_g : 0;
	}
	CHECK_THAT(sum == 0, commodity->code);
	const struct lot *lot = NULL;
	while ((lot = state_next(state, TABLE_LOT, lot)) != NULL) {
		at_sites -= lot->commodity == commodity ? lot->on_hand_g : 0;
		in_transit -= lot->commodity == commodity ? lot->in_transit_g : 0;
	}
	CHECK_THAT(at_sites == 0, commodity->code);
	const struct order *order = NULL;
	while ((order = state_next(state, TABLE_RELEASE_ORDER, order)) != NULL) {
		const struct order_line *lines = order->lines.items;
		for (uint32_t i = 0; i < order->lines.count && !order->row.closed; i++) {
			if (order->commodity == commodity && lines[i].out_net_g != ABSENT)
				in_transit -= lines[i].out_net_g;
		}
	}
	CHECK_THAT(in_transit == 0, commodity->code);
	return NULL;
}

static inline const char *check_in_force(const struct state *state,
	const struct commodity *commodity)
{
	int operating = 0, hard = 0, prices = 0;
	const struct floor *floor = NULL;
	while ((floor = state_next(state, TABLE_FLOOR, floor)) != NULL) {
		if (floor->commodity != commodity || floor->state != SETTING_IN_FORCE)
			continue;
		if (floor->kind == FLOOR_HARD)
			hard += commodity->hard == floor ? 1 : 100;
		else
			operating += commodity->operating == floor ? 1 : 100;
	}
	CHECK_THAT(operating == (commodity->operating != NULL), commodity->code);
	CHECK_THAT(hard == (commodity->hard != NULL), commodity->code);
	const struct price *price = NULL;
	while ((price = state_next(state, TABLE_PRICE, price)) != NULL) {
		if (price->commodity == commodity && price->state == PRICE_IN_FORCE)
			prices += commodity->price == price ? 1 : 100;
	}
	CHECK_THAT(prices == (commodity->price != NULL), commodity->code);
	CHECK_THAT(price_at(commodity, state_last_at(state)) == commodity->price, commodity->code);
	for (uint32_t i = 1; commodity->prices != NULL && i < commodity->prices->count; i++)
		CHECK_THAT(commodity->prices->prices[i - 1]->effective_at <=
			commodity->prices->prices[i]->effective_at, commodity->prices->prices[i]->id);
	return NULL;
}

static inline const char *check_commodity(const struct state *state,
	const struct commodity *commodity)
{
	int64_t available_g = 0, reserved_g = 0;
	const struct lot *lot = NULL;
	while ((lot = state_next(state, TABLE_LOT, lot)) != NULL) {
		if (lot->commodity != commodity)
			continue;
		available_g += check_may_leave(lot) ? lot_free_g(lot) : 0;
		reserved_g += lot->reserved_g;
	}
	CHECK_THAT(commodity->available_g == available_g, commodity->code);
	CHECK_THAT(commodity->reserved_g == reserved_g, commodity->code);
	CHECK_THAT(pick_free_g(&commodity->lots, ABSENT) == available_g, commodity->code);
	const char *failed = check_accounts(state, commodity);
	return failed != NULL ? failed : check_in_force(state, commodity);
}

/* What a cap has let go: it stands with the commodity while the declaration is open. */
static inline int64_t check_used_g(const struct state *state,
	const struct declaration *declaration, const struct cap *cap)
{
	const struct commodity *commodity = state_find(state, TABLE_COMMODITY, cap->commodity);
	return commodity->declaration == declaration ? commodity->cap_used_g : cap->used_g;
}

static inline const char *check_caps(const struct state *state)
{
	const struct declaration *declaration = NULL;
	while ((declaration = state_next(state, TABLE_DECLARATION, declaration)) != NULL) {
		const struct cap *caps = declaration->caps.items;
		for (uint32_t i = 0; i < declaration->caps.count; i++) {
			int64_t used_g = check_used_g(state, declaration, &caps[i]);
			CHECK_THAT(used_g >= 0, declaration->id);
			CHECK_THAT(caps[i].cap_g == ABSENT || used_g <= caps[i].cap_g, declaration->id);
		}
	}
	return NULL;
}

static inline const char *check_credits(const struct state *state)
{
	const struct credit *credit = NULL;
	while ((credit = state_next(state, TABLE_CREDIT, credit)) != NULL)
		CHECK_THAT(credit->credit_g >= 0 && credit->unbacked_g >= 0, credit->id);
	return NULL;
}

/* ---- load-out slots ---- */

static inline const char *check_slots_of(const struct order *order)
{
	const struct slot *slots = order->slots.items;
	const struct order_line *lines = order->lines.items;
	int64_t net_g = 0;
	for (uint32_t i = 0; i < order->lines.count; i++)
		net_g += lines[i].net_g;
	for (uint32_t i = 0; i < order->slots.count; i++) {
		CHECK_THAT(slots[i].net_g > 0 && slots[i].day % TIME_DAY_MS == 0, order->id);
		CHECK_THAT(i == 0 || slots[i - 1].day < slots[i].day ||
			(slots[i - 1].day == slots[i].day &&
			strcmp(slots[i - 1].site, slots[i].site) < 0), order->id);
		net_g -= slots[i].net_g;
	}
	CHECK_THAT(net_g >= 0, order->id);
	return NULL;
}

/* What a site's book says is what the slots of orders amount to, day by day. */
static inline const char *check_book(const struct state *state, const struct site *site)
{
	int64_t left_g[4096], total_g = 0;
	const struct slot_book *book = &site->book;
	CHECK_THAT(book->count <= sizeof left_g / sizeof *left_g, site->code);
	for (uint32_t i = 0; i < book->count; i++) {
		CHECK_THAT(book->days[i].net_g > 0, site->code);
		CHECK_THAT(i == 0 || book->days[i - 1].day < book->days[i].day, site->code);
		left_g[i] = book->days[i].net_g;
		total_g += left_g[i];
	}
	const struct order *order = NULL;
	while ((order = state_next(state, TABLE_RELEASE_ORDER, order)) != NULL) {
		const struct slot *slots = order->slots.items;
		if (order->row.closed || !order_is_booked(order))
			continue;
		for (uint32_t i = 0, at = 0; i < order->slots.count; i++) {
			if (!text_equal(slots[i].site, site->code))
				continue;
			while (at < book->count && book->days[at].day != slots[i].day)
				at++;
			CHECK_THAT(at < book->count && left_g[at] >= slots[i].net_g, order->id);
			left_g[at] -= slots[i].net_g;
			total_g -= slots[i].net_g;
		}
	}
	CHECK_THAT(total_g == 0, site->code);
	return NULL;
}

static inline const char *check_slots(const struct state *state)
{
	const char *failed = NULL;
	const struct order *order = NULL;
	while (failed == NULL && (order = state_next(state, TABLE_RELEASE_ORDER, order)) != NULL)
		failed = check_slots_of(order);
	const struct site *site = NULL;
	while (failed == NULL && (site = state_next(state, TABLE_SITE, site)) != NULL)
		failed = check_book(state, site);
	return failed;
}

/* ---- rules in force ---- */

static inline uint32_t check_listed(const struct rule_list *list)
{
	return list != NULL ? list->count : 0;
}

static inline const struct rule_list *check_list_of(const struct state *state,
	const struct rule *rule)
{
	if (rule->commodity[0] != '\0') {
		const struct commodity *commodity = state_find(state, TABLE_COMMODITY, rule->commodity);
		return commodity != NULL ? commodity->rules : NULL;
	}
	if (rule->mineral[0] != '\0') {
		const struct mineral *mineral = state_find(state, TABLE_MINERAL, rule->mineral);
		return mineral != NULL ? mineral->rules : NULL;
	}
	return state_reserve(state) != NULL ? state_reserve(state)->rules : NULL;
}

/* Every rule in force stands once in the list of its scope, and nothing else does. */
static inline const char *check_rules(const struct state *state)
{
	uint32_t listed = 0;
	const struct commodity *commodity = NULL;
	while ((commodity = state_next(state, TABLE_COMMODITY, commodity)) != NULL)
		listed += check_listed(commodity->rules);
	const struct mineral *mineral = NULL;
	while ((mineral = state_next(state, TABLE_MINERAL, mineral)) != NULL)
		listed += check_listed(mineral->rules);
	if (state_reserve(state) != NULL)
		listed += check_listed(state_reserve(state)->rules);
	const struct rule *rule = NULL;
	while ((rule = state_next(state, TABLE_RULE, rule)) != NULL) {
		if (rule->row.closed || rule->state != SETTING_IN_FORCE || rule->ends)
			continue;
		const struct rule_list *list = check_list_of(state, rule);
		uint32_t found = 0;
		for (uint32_t i = 0; i < check_listed(list); i++)
			found += list->rules[i] == rule;
		CHECK_THAT(found == 1, rule->id);
		listed--;
	}
	CHECK_THAT(listed == 0, "rules in force");
	return NULL;
}

/* ---- exchanges ---- */

/* What came back by its rows, lot by lot, is what it says, and no lot came back more than once. */
static inline const char *check_returns(const struct state *state, const struct exchange *exchange)
{
	const struct exchange_return *row = NULL;
	int64_t returned_g = 0, count = 0;
	while ((row = state_next(state, TABLE_EXCHANGE_RETURN, row)) != NULL) {
		if (!text_equal(row->exchange, exchange->id))
			continue;
		returned_g += row->mass_g;
		count++;
		CHECK_THAT(row->mass_g > 0 && row->balance_g >= 0, row->id);
		CHECK_THAT(row->grade_ppm >= exchange->back_grade_ppm, row->id);
	}
	CHECK_THAT(exchange->returned_g == returned_g && exchange->returns == count, exchange->id);
	return NULL;
}

static inline const char *check_exchange(const struct state *state,
	const struct exchange *exchange)
{
	bool out = exchange->state == EXCHANGE_OUT || exchange->state == EXCHANGE_RETURNED ||
		exchange->state == EXCHANGE_DEFAULTED;
	struct exchange_balance balance = exchange_balance(exchange, state_last_at(state));
	CHECK_THAT(exchange->mass_g > 0, exchange->id);
	CHECK_THAT(out == (exchange->owes && exchange->out_g != ABSENT && exchange->principal_g > 0),
		exchange->id);
	CHECK_THAT(exchange->out_g == ABSENT || exchange->out_g <= exchange->mass_g, exchange->id);
	CHECK_THAT(!exchange->overdue || exchange->state == EXCHANGE_OUT ||
		exchange->state == EXCHANGE_DEFAULTED, exchange->id);
	CHECK_THAT(balance.owed_g >= 0, exchange->id);
	if (!out)
		return NULL;
	CHECK_THAT(exchange->accrued_rest >= 0 && exchange->accrued_rest < VAULT_PPM, exchange->id);
	CHECK_THAT(exchange->state != EXCHANGE_RETURNED || exchange->returned_g ==
		exchange->principal_g + exchange->accrued_g + (exchange->accrued_rest > 0 ? 1 : 0),
		exchange->id);
	return check_returns(state, exchange);
}

/* What draws owe is what participants owe. */
static inline const char *check_draws(const struct state *state,
	const struct participant *participant, const struct commodity *commodity)
{
	const struct exchange *exchange = NULL;
	int64_t owed_g = 0;
	if (state_count(state, TABLE_EXCHANGE) == 0)
		return NULL; /* tests of entitlements alone move them without draws */
	while ((exchange = state_next(state, TABLE_EXCHANGE, exchange)) != NULL) {
		if (exchange->row.closed || exchange->kind != EXCHANGE_DRAW || !exchange->owes ||
		    exchange->commodity != commodity || !text_equal(exchange->party, participant->code))
			continue;
		if (exchange->state == EXCHANGE_OPEN)
			owed_g += exchange->mass_g;
		else if (exchange->state != EXCHANGE_PREPARED)
			owed_g += exchange->principal_g - exchange->returned_g;
	}
	CHECK_THAT(entitlement_owed_g(state, participant, commodity) == owed_g, participant->code);
	return NULL;
}

/* The count on a member is what its rows say. */
static inline const char *check_exchanges(const struct state *state)
{
	const struct exchange *exchange = NULL;
	const char *failed = NULL;
	while (failed == NULL && (exchange = state_next(state, TABLE_EXCHANGE, exchange)) != NULL)
		failed = check_exchange(state, exchange);
	const struct member *member = NULL;
	while (failed == NULL && (member = state_next(state, TABLE_MEMBER, member)) != NULL) {
		int64_t overdue = 0;
		while ((exchange = state_next(state, TABLE_EXCHANGE, exchange)) != NULL)
			overdue += !exchange->row.closed && exchange->member == member && exchange->overdue;
		CHECK_THAT(member->overdue_returns == overdue, member->code);
	}
	const struct participant *participant = NULL;
	while (failed == NULL &&
	       (participant = state_next(state, TABLE_PARTICIPANT, participant)) != NULL) {
		const struct commodity *commodity = NULL;
		while (failed == NULL &&
		       (commodity = state_next(state, TABLE_COMMODITY, commodity)) != NULL)
			failed = check_draws(state, participant, commodity);
	}
	return failed;
}

/* NULL where all holds after any entry, else which condition of which row does not. */
static inline const char *checks_failed(const struct state *state)
{
	static const char *(*const wholes[])(const struct state *) = { check_caps, check_credits,
		check_slots, check_rules, check_gather, check_entitlements, check_schedules,
		check_assessments, check_exchanges, check_counts };
	const char *failed = NULL;
	for (size_t i = 0; i < sizeof wholes / sizeof *wholes && failed == NULL; i++)
		failed = wholes[i](state);
	const struct lot *lot = NULL;
	while (failed == NULL && (lot = state_next(state, TABLE_LOT, lot)) != NULL) {
		failed = check_lot(lot);
		if (failed == NULL && !lot->row.closed)
			failed = check_promised(lot);
	}
	const struct commodity *commodity = NULL;
	while (failed == NULL &&
	       (commodity = state_next(state, TABLE_COMMODITY, commodity)) != NULL)
		failed = check_commodity(state, commodity);
	return failed;
}

#endif
