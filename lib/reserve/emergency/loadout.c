/* Loading an issued order out, delivering it, and what becomes of it when nobody comes. */
#include "reserve/emergency/loadout.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/request.h"
#include "reserve/finding.h"
#include "reserve/person.h"
#include "reserve/stock/account.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "reserve/zone/member.h"

enum { BULK_TOLERANCE_PPM = 5000, SEALED_TOLERANCE_PPM = 1000 };

/* ---- load-out ---- */

struct loaded {
	char carrier[64];
	int64_t gross_g;
	char lot[CODE_MAX], order[CODE_MAX];
	int64_t out_contained_g, out_net_g;
	char seals[160];
	int64_t tare_g;
	char vehicle[64];
};
static const struct field loaded_fields[] = {
	F_TEXT(struct loaded, carrier),
	F_INT(struct loaded, gross_g),
	F_TEXT(struct loaded, lot),
	F_TEXT(struct loaded, order),
	F_INT(struct loaded, out_contained_g),
	F_INT(struct loaded, out_net_g),
	F_TEXT(struct loaded, seals),
	F_INT(struct loaded, tare_g),
	F_TEXT(struct loaded, vehicle),
};
static const struct descriptor loaded_body =
	DESCRIPTOR("order.loaded", struct loaded, loaded_fields);
static const struct field load_fields[] = {
	R_TEXT(struct loaded, carrier),
	R_INT_IN(struct loaded, gross_g, 1, LOT_MASS_MAX),
	R_TEXT(struct loaded, lot),
	R_TEXT(struct loaded, order),
	F_TEXT(struct loaded, seals),
	R_INT_IN(struct loaded, tare_g, 0, LOT_MASS_MAX),
	R_TEXT(struct loaded, vehicle),
};
static const struct descriptor load_params = DESCRIPTOR("load_out", struct loaded, load_fields);

static const struct order_line *find_line(const struct context *context,
	const struct loaded *params, const struct order **ret_order, const struct lot **ret_lot,
	struct error *error)
{
	const struct order *order = state_find(context->state, TABLE_RELEASE_ORDER, params->order);
	if (order == NULL) {
		not_found(error, "order", "open release order", params->order);
		return NULL;
	}
	const struct order_line *line = order_line_of(order, params->lot);
	const struct lot *lot = state_find(context->state, TABLE_LOT, params->lot);
	if (order->state != ORDER_ISSUED && order->state != ORDER_LOADING) {
		error_set(error, ERROR_ILLEGAL, "order", "order %s is %s: nothing leaves against it",
			order->id, order_state_name(order));
	} else if (line == NULL) {
		error_set(error, ERROR_INVALID, "lot", "order %s has no lot %s", order->id, params->lot);
	} else if (line->out_net_g != ABSENT) {
		error_set(error, ERROR_ILLEGAL, "lot", "lot %s has left against order %s already",
			params->lot, order->id);
	} else if (lot == NULL || lot->holds > 0) {
		error_set(error, ERROR_ILLEGAL, "lot", "lot %s is held", params->lot);
	} else {
		*ret_order = order;
		*ret_lot = lot;
		return line;
	}
	return NULL;
}

/* Weight out against what the order says, beyond tolerance: the rest of the lot is held. */
static void check_tolerance(const struct context *context, const struct order_line *line,
	const struct lot *lot, int64_t out_net_g, struct decision *decision)
{
	int64_t ppm = lot->class == LOT_SEALED ? SEALED_TOLERANCE_PPM : BULK_TOLERANCE_PPM;
	int64_t allowed_g;
	bool fits = checked_mul_div_down(line->net_g, ppm, VAULT_PPM, &allowed_g);
	assert(fits);
	(void)fits;
	if (line->net_g - out_net_g <= allowed_g)
		return;
	const char *because = arena_printf(decision->arena,
		"weight out %lld g against %lld g ordered", (long long)out_net_g,
		(long long)line->net_g);
	if (out_net_g < lot->on_hand_g)
		lot_add_hold(decision, lot->code, because);
	finding_add(context, decision, "weight-out", "warning", lot->code, because);
}

static bool decide_load(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct loaded *params = data;
	const struct order *order;
	const struct lot *lot;
	const struct order_line *line = find_line(context, params, &order, &lot, error);
	if (line == NULL)
		return false;
	if (params->tare_g >= params->gross_g)
		return error_set(error, ERROR_INVALID, "tare_g",
			"tare %lld g is not less than gross %lld g", (long long)params->tare_g,
			(long long)params->gross_g);
	struct loaded *body = decision_body(decision, &event_order_loaded);
	*body = *params;
	body->out_net_g = params->gross_g - params->tare_g;
	if (body->out_net_g > line->net_g)
		return error_set(error, ERROR_CONFLICT, "gross_g",
			"%lld g net would leave, and order %s lets %lld g of lot %s go",
			(long long)body->out_net_g, order->id, (long long)line->net_g, line->lot);
	bool fits = checked_mul_div_up(line->contained_g, body->out_net_g, line->net_g,
		&body->out_contained_g);
	assert(fits && body->out_contained_g <= line->contained_g);
	(void)fits;
	decision_add(decision, &event_order_loaded, body);
	check_tolerance(context, line, lot, body->out_net_g, decision);
	decision->id = order->id;
	if (order_lines_left(order) == 1)
		decision->next = arena_printf(decision->arena,
			"vaultctl deliver %s --receiver ... --consignee ...", order->id);
	return true;
}

static void apply_loaded(struct state *state, const struct applied *applied, const void *data)
{
	const struct loaded *body = data;
	(void)applied;
	struct order *order = state_find(state, TABLE_RELEASE_ORDER, body->order);
	struct lot *lot = state_find(state, TABLE_LOT, body->lot);
	assert(order != NULL && lot != NULL);
	struct order_line *line = order_line_of(order, body->lot);
	assert(line != NULL);
	struct pick reserved = { .contained_g = line->contained_g, .net_g = line->net_g,
		.units = line->units };
	account_move(state, order->commodity, ACCOUNT_SITE, lot->site->code, ACCOUNT_IN_TRANSIT, "",
		body->out_net_g);
	lot_take_out(state, lot, &reserved, body->out_contained_g, body->out_net_g);
	line->out_contained_g = body->out_contained_g;
	line->out_net_g = body->out_net_g;
	order->state = order_lines_left(order) == 0 ? ORDER_LOADED : ORDER_LOADING;
	state_touch(state, order);
	struct request *request = state_find(state, TABLE_REQUEST, order->request);
	assert(request != NULL);
	request_advance(state, request, REQUEST_RELEASING);
}

const struct event_type event_order_loaded = { "order.loaded", &loaded_body, apply_loaded };
const struct command_type command_load_out = { "load_out", &load_params, DUTY_KEEPER,
	decide_load, NULL };

/* ---- delivery ---- */

struct delivered {
	char consignee[NAME_MAX_BYTES], order[CODE_MAX];
	int64_t out_contained_g, out_net_g;
	char receiver[NAME_MAX_BYTES];
};
static const struct field delivered_fields[] = {
	F_TEXT(struct delivered, consignee),
	F_TEXT(struct delivered, order),
	F_INT(struct delivered, out_contained_g),
	F_INT(struct delivered, out_net_g),
	F_TEXT(struct delivered, receiver),
};
static const struct descriptor delivered_body =
	DESCRIPTOR("order.delivered", struct delivered, delivered_fields);
static const struct field deliver_fields[] = {
	R_TEXT(struct delivered, consignee),
	R_TEXT(struct delivered, order),
	R_TEXT(struct delivered, receiver),
};
static const struct descriptor deliver_params =
	DESCRIPTOR("deliver", struct delivered, deliver_fields);

static bool decide_deliver(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct delivered *params = data;
	const struct order *order = state_find(context->state, TABLE_RELEASE_ORDER, params->order);
	if (order == NULL)
		return not_found(error, "order", "open release order", params->order);
	if (order->state != ORDER_LOADED)
		return error_set(error, ERROR_ILLEGAL, "order", "order %s is %s, not loaded", order->id,
			order_state_name(order));
	if (!text_equal(order->consignee, params->consignee))
		return error_set(error, ERROR_CONFLICT, "consignee",
			"order %s is for \"%s\", not \"%s\"", order->id, order->consignee,
			params->consignee);
	struct delivered *body = decision_body(decision, &event_order_delivered);
	*body = *params;
	body->out_contained_g = body->out_net_g = 0;
	const struct order_line *lines = order->lines.items;
	for (uint32_t i = 0; i < order->lines.count; i++) {
		body->out_contained_g += lines[i].out_contained_g;
		body->out_net_g += lines[i].out_net_g;
	}
	decision->id = order->id;
	return decision_add(decision, &event_order_delivered, body);
}

static void apply_delivered(struct state *state, const struct applied *applied, const void *data)
{
	const struct delivered *body = data;
	(void)applied;
	struct order *order = state_find(state, TABLE_RELEASE_ORDER, body->order);
	assert(order != NULL);
	account_move(state, order->commodity, ACCOUNT_IN_TRANSIT, "", ACCOUNT_MEMBER,
		order->member->code, body->out_net_g);
	order->state = ORDER_DELIVERED;
	state_close(state, order);
	struct request *request = state_find(state, TABLE_REQUEST, order->request);
	assert(request != NULL);
	int64_t returned_g = request->awarded_g - body->out_contained_g;
	request_end(state, request,
		body->out_contained_g >= request->mass_g ? REQUEST_FULFILLED : REQUEST_PARTIAL,
		returned_g);
}

const struct event_type event_order_delivered = { "order.delivered", &delivered_body,
	apply_delivered };
const struct command_type command_deliver = { "deliver", &deliver_params, DUTY_KEEPER,
	decide_deliver, NULL };

/* ---- lapsing ---- */

struct lapsed {
	char order[CODE_MAX];
};
static const struct field lapsed_fields[] = { F_TEXT(struct lapsed, order) };
static const struct descriptor lapsed_body =
	DESCRIPTOR("order.lapsed", struct lapsed, lapsed_fields);

void tick_order(const struct context *context, const struct order *order, int64_t due_ms,
	struct decision *decision)
{
	(void)context;
	struct lapsed *body = decision_body(decision, &event_order_lapsed);
	body_text(body->order, order->id);
	decision_add_at(decision, &event_order_lapsed, body, due_ms);
}

static void apply_lapsed(struct state *state, const struct applied *applied, const void *data)
{
	const struct lapsed *body = data;
	(void)applied;
	struct order *order = state_find(state, TABLE_RELEASE_ORDER, body->order);
	assert(order != NULL);
	struct request *request = state_find(state, TABLE_REQUEST, order->request);
	assert(request != NULL);
	request_give_back(state, request, REQUEST_EXPIRED);
}

const struct event_type event_order_lapsed = { "order.lapsed", &lapsed_body, apply_lapsed };

/* ---- slots ---- */

struct slotted {
	const char *because;
	char order[CODE_MAX];
	struct list slots;
};
static const struct field slotted_fields[] = {
	F_STRING(struct slotted, because),
	F_TEXT(struct slotted, order),
	F_LIST(struct slotted, slots, &slot_descriptor),
};
static const struct descriptor slotted_body =
	DESCRIPTOR("order.slotted", struct slotted, slotted_fields);

static void apply_slotted(struct state *state, const struct applied *applied, const void *data)
{
	(void)state;
	(void)applied;
	(void)data;
}

const struct event_type event_order_slotted = { "order.slotted", &slotted_body, apply_slotted };
const struct event_type event_order_overdue = { "order.overdue", &lapsed_body, apply_slotted };

struct move_params {
	const char *because;
	int64_t from;
	char order[CODE_MAX], site[CODE_MAX];
	int64_t to;
};
static const struct field move_fields[] = {
	R_STRING(struct move_params, because),
	F_TIME(struct move_params, from),
	R_TEXT(struct move_params, order),
	F_TEXT(struct move_params, site),
	R_TIME(struct move_params, to),
};
static const struct descriptor move_params =
	DESCRIPTOR("slot.move", struct move_params, move_fields);

static bool decide_move(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	(void)context;
	(void)data;
	(void)decision;
	return error_set(error, ERROR_ILLEGAL, "order", "it has no slots");
}

const struct command_type command_slot_move = { "slot.move", &move_params, DUTY_KEEPER,
	decide_move, NULL };

void loadout_add_slots(const struct context *context, struct slot_plan *plan,
	const struct rule_scope *scope, const char *order, const struct pick *picks, uint32_t count,
	struct decision *decision)
{
	(void)context;
	(void)plan;
	(void)scope;
	(void)order;
	(void)picks;
	(void)count;
	(void)decision;
}

int64_t loadout_earliest(const struct context *context, const struct rule_scope *scope,
	const struct pick *picks, uint32_t count)
{
	(void)context;
	(void)scope;
	(void)picks;
	(void)count;
	return ABSENT;
}
