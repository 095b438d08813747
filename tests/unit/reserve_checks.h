/*
 * What must hold of a state after every entry, computed again from its rows: masses, reservations,
 * what is available, what is in force. Shared by the tests of the core and the simulation.
 */
#ifndef TESTS_UNIT_RESERVE_CHECKS_H
#define TESTS_UNIT_RESERVE_CHECKS_H

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "reserve/decide.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/request.h"
#include "reserve/state.h"
#include "reserve/stock/account.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "reserve/zone/price.h"

static char checks_message[256];

#define CHECK_THAT(condition, subject) \
	do { \
		if (!(condition)) { \
			snprintf(checks_message, sizeof checks_message, "%s: %s", (subject), #condition); \
			return checks_message; \
		} \
	} while (0)

/* The design's list of what may leave, read anew from the lot. */
static inline bool check_may_leave(const struct lot *lot)
{
	return !lot->row.closed && lot->state == LOT_ACCEPTED && lot->assayed && !lot->expired &&
		lot->holds == 0 && lot->destination == NULL && lot->site->state == SITE_OPEN;
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
	CHECK_THAT(!lot->row.closed || here_g == 0, lot->code);
	CHECK_THAT(lot->destination != NULL || lot->in_transit_g == 0, lot->code);
	CHECK_THAT(lot->destination == NULL || lot->on_hand_g == 0, lot->code);
	return NULL;
}

static inline const char *check_holds(const struct state *state, const struct lot *lot)
{
	int64_t open = 0;
	const struct hold *hold = NULL;
	while ((hold = state_next(state, TABLE_HOLD, hold)) != NULL) {
		if (!hold->row.closed && hold->lot_index == lot->created_index &&
		    text_equal(hold->lot, lot->code))
			open++;
	}
	CHECK_THAT(lot->holds == open, lot->code);
	return NULL;
}

static inline bool check_open(const struct request *request)
{
	return !request->row.closed && (request->state == REQUEST_ALLOCATED ||
		request->state == REQUEST_APPROVED || request->state == REQUEST_RELEASING);
}

/* Whether a part of a request has left already. */
static inline bool check_left(const struct state *state, const struct request *request,
	const char *lot)
{
	const struct order *order = request->release_order[0] != '\0' ?
		state_find(state, TABLE_RELEASE_ORDER, request->release_order) : NULL;
	const struct order_line *line = order != NULL ? order_line_of(order, lot) : NULL;
	return line != NULL && line->out_net_g != ABSENT;
}

static inline const char *check_reservations(const struct state *state, const struct lot *lot)
{
	int64_t contained_g = 0, net_g = 0;
	const struct request *request = NULL;
	while ((request = state_next(state, TABLE_REQUEST, request)) != NULL) {
		const struct pick *picks = request->picks.items;
		for (uint32_t i = 0; i < request->picks.count && check_open(request); i++) {
			if (!text_equal(picks[i].lot, lot->code) || check_left(state, request, lot->code))
				continue;
			contained_g += picks[i].contained_g;
			net_g += picks[i].net_g;
		}
	}
	CHECK_THAT(lot->reserved_g == contained_g, lot->code);
	CHECK_THAT(lot->reserved_net_g == net_g, lot->code);
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

/* NULL where all holds, else which condition of which row does not. */
static inline const char *checks_failed(const struct state *state)
{
	const char *failed = check_caps(state);
	const struct lot *lot = NULL;
	while (failed == NULL && (lot = state_next(state, TABLE_LOT, lot)) != NULL) {
		failed = check_lot(lot);
		if (failed == NULL && !lot->row.closed)
			failed = check_holds(state, lot);
		if (failed == NULL && !lot->row.closed)
			failed = check_reservations(state, lot);
	}
	const struct commodity *commodity = NULL;
	while (failed == NULL &&
	       (commodity = state_next(state, TABLE_COMMODITY, commodity)) != NULL)
		failed = check_commodity(state, commodity);
	return failed;
}

static inline const char *check_floor_kept(const struct declaration *declaration,
	const struct commodity *commodity)
{
	const struct floor *floor = declaration->kind == DECLARATION_TEST ||
		declaration->kind == DECLARATION_LIMITED ? commodity->operating : commodity->hard;
	CHECK_THAT(floor != NULL && commodity->hard != NULL, commodity->code);
	CHECK_THAT(commodity->available_g >= floor->mass_g, commodity->code);
	CHECK_THAT(commodity->available_g >= commodity->hard->mass_g, commodity->code);
	return NULL;
}

/* After a release decision was applied: no floor in force is passed by it. */
static inline const char *checks_release(const struct state *state, const struct event *event)
{
	if (event->type == event_type_find("request.allocated")) {
		const struct request_decided *body = event->body;
		return check_floor_kept(state_find(state, TABLE_DECLARATION, body->declaration),
			state_find(state, TABLE_COMMODITY, body->commodity));
	}
	if (event->type == event_type_find("order.issued")) {
		const char *id = field_text(descriptor_field(event->type->body, "order"), event->body);
		const struct order *order = state_find(state, TABLE_RELEASE_ORDER, id);
		const struct request *request = state_find(state, TABLE_REQUEST, order->request);
		return check_floor_kept(request->declaration, order->commodity);
	}
	return NULL;
}

#endif
