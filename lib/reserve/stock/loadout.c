/* Loading an issued order out, delivering it, and what becomes of it when nobody comes. */
#include "reserve/stock/loadout.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/finding.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/account.h"
#include "reserve/stock/count.h"
#include "reserve/stock/grant.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"

enum { NAMED_MAX = 20 };

/* Gives back what of a line did not leave. */
static void unreserve(struct state *state, struct lot *lot, const struct pick *rest)
{
	if (rest->contained_g > 0 || rest->net_g > 0 || (rest->units != ABSENT && rest->units > 0))
		lot_reserve(state, lot, rest, -1);
}

/* All that is to leave has left: the slots from a day on are free for others. */
static void end_loading(struct state *state, struct order *order, int64_t day)
{
	struct slot *slots = order->slots.items;
	uint32_t kept = 0;
	slots_book(state, order, -1);
	for (uint32_t i = 0; i < order->slots.count; i++) {
		if (slots[i].day < day)
			slots[kept++] = slots[i];
	}
	order->slots.count = kept;
	slots_book(state, order, 1);
	order->state = ORDER_LOADED;
	state_touch(state, order);
	state_schedule(state, order);
}

/* ---- load-out ---- */

struct loaded {
	char carrier[64];
	uint8_t evidence_sha256[32]; /* of the weighbridge's slip */
	int64_t gross_g;
	char lot[CODE_MAX], order[CODE_MAX];
	int64_t out_contained_g, out_net_g; /* of this load */
	bool partial;
	char request[CODE_MAX], seals[160];
	int64_t tare_g, units;
	char vehicle[64];
};
static const struct field loaded_fields[] = {
	F_TEXT(struct loaded, carrier),
	F_BYTES(struct loaded, evidence_sha256),
	F_INT(struct loaded, gross_g),
	F_TEXT(struct loaded, lot),
	F_TEXT(struct loaded, order),
	F_INT(struct loaded, out_contained_g),
	F_INT(struct loaded, out_net_g),
	F_BOOL(struct loaded, partial),
	F_TEXT(struct loaded, request),
	F_TEXT(struct loaded, seals),
	F_INT(struct loaded, tare_g),
	F_INT(struct loaded, units),
	F_TEXT(struct loaded, vehicle),
};
static const struct descriptor loaded_body =
	DESCRIPTOR("order.loaded", struct loaded, loaded_fields);
static const struct field load_fields[] = {
	R_TEXT(struct loaded, carrier),
	F_BYTES(struct loaded, evidence_sha256),
	R_INT_IN(struct loaded, gross_g, 1, LOT_MASS_MAX),
	R_TEXT(struct loaded, lot),
	R_TEXT(struct loaded, order),
	F_BOOL(struct loaded, partial),
	F_TEXT(struct loaded, seals),
	R_INT_IN(struct loaded, tare_g, 0, LOT_MASS_MAX),
	F_INT_IN(struct loaded, units, 1, VAULT_INT_MAX),
	R_TEXT(struct loaded, vehicle),
};
static const struct descriptor load_params = DESCRIPTOR("load_out", struct loaded, load_fields);

/* What a load is about, and what it may take at most. */
struct load {
	const struct order *order;
	const struct order_line *line;
	const struct lot *lot;
	struct pick rest;
};

/* The moment of leaving is the last at which anything about a lot can be seen. */
static bool may_leave_now(const struct lot *lot, const char *code, struct error *error)
{
	if (lot == NULL)
		return error_set(error, ERROR_ILLEGAL, "lot", "lot %s is not here any more", code);
	if (lot->holds > 0)
		return error_set(error, ERROR_ILLEGAL, "lot", "lot %s is held", code);
	if (lot->destination != NULL)
		return error_set(error, ERROR_ILLEGAL, "lot", "lot %s is in transit to %s", code,
			lot->destination->code);
	if (lot->expired)
		return error_set(error, ERROR_ILLEGAL, "lot",
			"the assay of lot %s has expired; it leaves when it is assayed again", code);
	if (!lot->assayed || lot->state != LOT_ACCEPTED)
		return error_set(error, ERROR_ILLEGAL, "lot", "lot %s has no final assay", code);
	if (lot->site->state != SITE_OPEN)
		return error_set(error, ERROR_ILLEGAL, "lot", "lot %s lies at %s, which is not open",
			code, lot->site->code);
	return true;
}

static bool find_load(const struct context *context, const struct loaded *params,
	struct load *load, struct error *error)
{
	const struct order *order = state_find(context->state, TABLE_RELEASE_ORDER, params->order);
	if (order == NULL)
		return not_found(error, "order", "open release order", params->order);
	if (order->state != ORDER_ISSUED && order->state != ORDER_LOADING)
		return error_set(error, ERROR_ILLEGAL, "order",
			"order %s is %s: nothing leaves against it", order->id, order_state_name(order));
	load->order = order;
	load->line = order_line_of(order, params->lot);
	if (load->line == NULL)
		return error_set(error, ERROR_INVALID, "lot", "order %s has no lot %s", order->id,
			params->lot);
	load->rest = order_line_rest(load->line);
	if (load->rest.net_g == 0)
		return error_set(error, ERROR_ILLEGAL, "lot", "lot %s has left against order %s already",
			params->lot, order->id);
	load->lot = state_find(context->state, TABLE_LOT, params->lot);
	return may_leave_now(load->lot, params->lot, error);
}

/* Sealed units leave whole: how many, where it is not all that the line has left. */
static bool take_units(const struct load *load, const struct loaded *params, struct loaded *body,
	struct error *error)
{
	int64_t left = load->rest.units;
	if (left == ABSENT)
		return params->units == ABSENT || error_set(error, ERROR_INVALID, "units",
			"lot %s is released by weight and not in units", params->lot);
	if (params->units == ABSENT && params->partial)
		return error_set(error, ERROR_INVALID, "units",
			"lot %s is sealed: say how many of its %lld units leave now", params->lot,
			(long long)left);
	body->units = params->units != ABSENT ? params->units : left;
	if (body->units > left)
		return error_set(error, ERROR_CONFLICT, "units",
			"%lld units would leave, and order %s lets %lld more of lot %s go",
			(long long)body->units, load->order->id, (long long)left, params->lot);
	return true;
}

/* Contained mass goes with the weight; of all loads together it is rounded up once. */
static void take_mass(const struct load *load, struct loaded *body)
{
	const struct order_line *line = load->line;
	int64_t before_net_g = line->net_g - load->rest.net_g, total_g;
	bool fits = checked_mul_div_up(line->contained_g, before_net_g + body->out_net_g, line->net_g,
		&total_g);
	assert(fits && total_g <= line->contained_g);
	(void)fits;
	body->out_contained_g = total_g - (line->contained_g - load->rest.contained_g);
}

static bool take_load(const struct load *load, const struct loaded *params, struct loaded *body,
	struct error *error)
{
	*body = *params;
	body_text(body->request, load->order->request);
	if (params->tare_g >= params->gross_g)
		return error_set(error, ERROR_INVALID, "tare_g",
			"tare %lld g is not less than gross %lld g", (long long)params->tare_g,
			(long long)params->gross_g);
	body->out_net_g = params->gross_g - params->tare_g;
	if (body->out_net_g > load->rest.net_g)
		return error_set(error, ERROR_CONFLICT, "gross_g",
			"%lld g net would leave, and order %s lets %lld g%s of lot %s go",
			(long long)body->out_net_g, load->order->id, (long long)load->rest.net_g,
			load->rest.net_g < load->line->net_g ? " more" : "", params->lot);
	if (!take_units(load, params, body, error))
		return false;
	body->partial = params->partial && body->out_net_g < load->rest.net_g &&
		(load->rest.units == ABSENT || body->units < load->rest.units);
	take_mass(load, body);
	return true;
}

/* ---- weight out against weight in ---- */

static int64_t distance_g(int64_t a, int64_t b)
{
	return a > b ? a - b : b - a;
}

static bool beyond_tolerance(const struct lot *lot, int64_t expected_g, int64_t out_g)
{
	int64_t ppm = lot->class == LOT_SEALED ? WEIGHT_SEALED_TOLERANCE_PPM :
		WEIGHT_BULK_TOLERANCE_PPM;
	int64_t allowed_g;
	bool fits = checked_mul_div_down(expected_g, ppm, VAULT_PPM, &allowed_g);
	assert(fits);
	(void)fits;
	return distance_g(expected_g, out_g) > allowed_g;
}

/* What a line comes to in all its loads against what was ordered, or against its units that left. */
static const char *check_line(const struct load *load, const struct loaded *body,
	struct arena *arena)
{
	const struct order_line *line = load->line;
	int64_t out_g = line->net_g - load->rest.net_g + body->out_net_g, expected_g = line->net_g;
	if (line->units != ABSENT && body->units < load->rest.units) {
		int64_t units = line->units - load->rest.units + body->units;
		bool fits = checked_mul_div_down(line->net_g, units, line->units, &expected_g);
		assert(fits);
		(void)fits;
	}
	if (!beyond_tolerance(load->lot, expected_g, out_g))
		return NULL;
	return arena_printf(arena, "weight out %lld g against %lld g ordered", (long long)out_g,
		(long long)expected_g);
}

/* Whether nothing of a lot is left on the books when a line has left as it was ordered. */
static bool empties(const struct load *load, const struct loaded *body)
{
	const struct lot *lot = load->lot;
	if (lot->class == LOT_SEALED && body->units != ABSENT)
		return body->units == (lot->units != ABSENT ? lot->units : 1);
	return lot->on_hand_g == load->rest.net_g;
}

/* The other lots of a supplier at a site: what one lot lacked, others may lack as well. */
static const char *neighbours(const struct context *context, const struct lot *lot)
{
	const struct lot *other = NULL;
	const char *names = "";
	int count = 0;
	while (lot->supplier[0] != '\0' &&
	       (other = state_next(context->state, TABLE_LOT, other)) != NULL) {
		if (other == lot || other->row.closed || other->site != lot->site ||
		    other->state == LOT_EXPECTED || !text_equal(other->supplier, lot->supplier))
			continue;
		if (++count <= NAMED_MAX)
			names = arena_printf(context->arena, "%s%s%s", names, count > 1 ? ", " : "",
				other->code);
	}
	if (count == 0)
		return arena_printf(context->arena, "; no other lot of %s lies at %s",
			lot->supplier[0] != '\0' ? lot->supplier : "its supplier", lot->site->code);
	return arena_printf(context->arena, "; of %s there are at %s: %s%s", lot->supplier,
		lot->site->code, names, count > NAMED_MAX ? " and more" : "");
}

/* All that ever left a lot against what was weighed in, once it is empty. */
static const char *check_lot(const struct context *context, const struct load *load,
	const struct loaded *body)
{
	const struct lot *lot = load->lot;
	int64_t in_g = lot->received_g - lot->transformed_g - lot->lost_g;
	int64_t out_g = lot->out_g + body->out_net_g;
	if (!empties(load, body) || !beyond_tolerance(lot, in_g, out_g))
		return NULL;
	return arena_printf(context->arena, "%lld g left in all against %lld g weighed in%s",
		(long long)out_g, (long long)in_g,
		lot->on_hand_g > body->out_net_g ? "" : neighbours(context, lot));
}

static void check_weights(const struct context *context, const struct load *load,
	const struct loaded *body, struct decision *decision)
{
	const struct lot *lot = load->lot;
	const char *line = check_line(load, body, context->arena);
	const char *whole = check_lot(context, load, body);
	const char *because = line != NULL ? line : whole;
	int64_t left_g = lot->on_hand_g - body->out_net_g;
	if (left_g > 0 && because != NULL)
		lot_add_hold(decision, lot->code, REASON_WEIGHT, because);
	else if (left_g > 0 && lot->class == LOT_SEALED && empties(load, body))
		lot_add_hold(decision, lot->code, REASON_WEIGHT, arena_printf(context->arena,
			"no unit is left of it, and %lld g are on its books", (long long)left_g));
	if (line != NULL && whole != NULL)
		because = arena_printf(context->arena, "%s; %s", line, whole);
	if (because != NULL)
		finding_add(context, decision, "weight-out", "warning", lot->code, because);
}

/* While the site is counted its orders wait. */
static bool is_frozen(const struct context *context, const struct loaded *params,
	struct decision *decision)
{
	const struct order *order = state_find(context->state, TABLE_RELEASE_ORDER, params->order);
	const struct lot *lot = state_find(context->state, TABLE_LOT, params->lot);
	const struct count *count = lot != NULL ? count_freezing(lot) : NULL;
	if (order == NULL || count == NULL || order_line_of(order, lot->code) == NULL)
		return false;
	return refuse_act(decision, order->id, "R24", context->actor->code, arena_printf(context->arena,
		"%s is being counted (%s): nothing is loaded there until that stocktake has ended",
		lot->site->code, count->id));
}

static bool decide_load(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct loaded *params = data;
	struct load load = { 0 };
	if (is_frozen(context, params, decision))
		return true;
	if (!find_load(context, params, &load, error))
		return false;
	const struct finding *finding = commodity_stopped(context->state, load.order->commodity);
	if (finding != NULL)
		return refuse_act(decision, load.order->id, "R24", context->actor->code,
			finding_stop_words(context->arena, finding));
	struct loaded *body = decision_body(decision, &event_order_loaded);
	if (!take_load(&load, params, body, error))
		return false;
	decision_add(decision, &event_order_loaded, body);
	if (!body->partial)
		check_weights(context, &load, body, decision);
	decision->id = load.order->id;
	if (body->partial)
		decision->next = arena_printf(decision->arena,
			"vaultctl loadout weigh %s %s --gross ... --tare ... --carrier ... --vehicle ...",
			load.order->id, load.lot->code);
	else if (order_lines_left(load.order) == 1)
		decision->next = arena_printf(decision->arena,
			"vaultctl deliver %s --receiver ... --consignee ...", load.order->id);
	return true;
}

static void add_out(struct order_line *line, const struct loaded *body)
{
	if (line->out_net_g == ABSENT) {
		line->out_contained_g = line->out_net_g = 0;
		line->out_units = line->units != ABSENT ? 0 : ABSENT;
	}
	line->out_contained_g += body->out_contained_g;
	line->out_net_g += body->out_net_g;
	if (line->units != ABSENT)
		line->out_units += body->units;
	line->open = body->partial;
}

static void apply_loaded(struct state *state, const struct applied *applied, const void *data)
{
	const struct loaded *body = data;
	struct order *order = state_find(state, TABLE_RELEASE_ORDER, body->order);
	struct lot *lot = state_find(state, TABLE_LOT, body->lot);
	assert(order != NULL && lot != NULL);
	struct order_line *line = order_line_of(order, body->lot);
	assert(line != NULL);
	const struct pick out = { .contained_g = body->out_contained_g, .net_g = body->out_net_g,
		.units = body->units };
	struct pick rest = order_line_rest(line);
	rest.contained_g -= out.contained_g;
	rest.net_g -= out.net_g;
	rest.units -= rest.units != ABSENT ? out.units : 0;
	if (!body->partial)
		unreserve(state, lot, &rest);
	account_move(state, order->commodity, ACCOUNT_SITE, lot->site->code, ACCOUNT_IN_TRANSIT, "",
		out.net_g);
	lot_take_out(state, lot, &out, out.contained_g, out.net_g);
	add_out(line, body);
	order->state = ORDER_LOADING;
	if (order_lines_left(order) == 0)
		end_loading(state, order, slot_day_of(applied->at) + TIME_DAY_MS);
	state_touch(state, order);
	grant_of(order)->loading(state, order);
}

const struct event_type event_order_loaded = { "order.loaded", &loaded_body, apply_loaded };
const struct command_type command_load_out = { "load_out", &load_params, DUTY_KEEPER,
	decide_load, NULL };

/* ---- delivery ---- */

struct delivered {
	char consignee[NAME_MAX_BYTES];
	uint8_t evidence_sha256[32]; /* of the receipt that the consignee signed */
	char order[CODE_MAX];
	int64_t out_contained_g, out_net_g;
	char receiver[NAME_MAX_BYTES], request[CODE_MAX];
};
static const struct field delivered_fields[] = {
	F_TEXT(struct delivered, consignee),
	F_BYTES(struct delivered, evidence_sha256),
	F_TEXT(struct delivered, order),
	F_INT(struct delivered, out_contained_g),
	F_INT(struct delivered, out_net_g),
	F_TEXT(struct delivered, receiver),
	F_TEXT(struct delivered, request),
};
static const struct descriptor delivered_body =
	DESCRIPTOR("order.delivered", struct delivered, delivered_fields);
static const struct field deliver_fields[] = {
	R_TEXT(struct delivered, consignee),
	F_BYTES(struct delivered, evidence_sha256),
	R_TEXT(struct delivered, order),
	R_TEXT(struct delivered, receiver),
};
static const struct descriptor deliver_params =
	DESCRIPTOR("deliver", struct delivered, deliver_fields);

/* What left against an order so far, contained; and net where asked for. */
static int64_t order_out_g(const struct order *order, int64_t *ret_net_g)
{
	const struct order_line *lines = order->lines.items;
	int64_t contained_g = 0, net_g = 0;
	for (uint32_t i = 0; i < order->lines.count; i++) {
		contained_g += lines[i].out_net_g != ABSENT ? lines[i].out_contained_g : 0;
		net_g += lines[i].out_net_g != ABSENT ? lines[i].out_net_g : 0;
	}
	if (ret_net_g != NULL)
		*ret_net_g = net_g;
	return contained_g;
}

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
	body_text(body->request, order->request);
	body->out_contained_g = order_out_g(order, &body->out_net_g);
	decision->id = order->id;
	return decision_add(decision, &event_order_delivered, body);
}

static void apply_delivered(struct state *state, const struct applied *applied, const void *data)
{
	const struct delivered *body = data;
	struct order *order = state_find(state, TABLE_RELEASE_ORDER, body->order);
	assert(order != NULL);
	const struct grant_account to = grant_of(order)->account(state, order);
	account_move(state, order->commodity, ACCOUNT_IN_TRANSIT, "", to.kind, to.party,
		body->out_net_g);
	slots_book(state, order, -1);
	order->state = ORDER_DELIVERED;
	state_close(state, order);
	grant_of(order)->delivered(state, applied, order, body->out_contained_g, body->out_net_g);
}

const struct event_type event_order_delivered = { "order.delivered", &delivered_body,
	apply_delivered };
const struct command_type command_deliver = { "deliver", &deliver_params, DUTY_KEEPER,
	decide_deliver, NULL };

/* ---- lapsing ---- */

struct lapsed {
	char order[CODE_MAX], request[CODE_MAX];
	int64_t returned_g; /* contained, of one that was being loaded; ABSENT: all of it */
};
static const struct field lapsed_fields[] = {
	F_TEXT(struct lapsed, order),
	F_TEXT(struct lapsed, request),
	F_INT(struct lapsed, returned_g),
};
static const struct descriptor lapsed_body =
	DESCRIPTOR("order.lapsed", struct lapsed, lapsed_fields);

static void tick_lapse(const struct context *context, const struct order *order, int64_t due_ms,
	struct decision *decision)
{
	struct lapsed *body = decision_body(decision, &event_order_lapsed);
	body_text(body->order, order->id);
	body_text(body->request, order->request);
	if (order->state == ORDER_LOADING)
		body->returned_g = grant_of(order)->returned_g(context->state, order,
			order_out_g(order, NULL));
	decision_add_at(decision, &event_order_lapsed, body, due_ms);
}

/* What did not leave comes back; what left is to be delivered. */
static void lapse_loading(struct state *state, struct order *order, int64_t returned_g)
{
	struct order_line *lines = order->lines.items;
	for (uint32_t i = 0; i < order->lines.count; i++) {
		const struct pick rest = order_line_rest(&lines[i]);
		struct lot *lot = state_find(state, TABLE_LOT, lines[i].lot);
		if (rest.net_g == 0)
			continue;
		assert(lot != NULL);
		unreserve(state, lot, &rest);
		lines[i].open = false;
		if (lines[i].out_net_g != ABSENT)
			continue;
		lines[i].out_contained_g = lines[i].out_net_g = 0;
		lines[i].out_units = lines[i].units != ABSENT ? 0 : ABSENT;
	}
	end_loading(state, order, slot_day_of(order->lapses_at));
	grant_of(order)->came_back(state, order, returned_g);
}

static void apply_lapsed(struct state *state, const struct applied *applied, const void *data)
{
	const struct lapsed *body = data;
	struct order *order = state_find(state, TABLE_RELEASE_ORDER, body->order);
	assert(order != NULL);
	if (order->state == ORDER_LOADING)
		lapse_loading(state, order, body->returned_g);
	else
		grant_of(order)->lapsed(state, applied, order);
}

const struct event_type event_order_lapsed = { "order.lapsed", &lapsed_body, apply_lapsed };

/* ---- service clocks ---- */

struct overdue {
	int64_t deliver_by;
	char order[CODE_MAX], request[CODE_MAX];
};
static const struct field overdue_fields[] = {
	F_TIME(struct overdue, deliver_by),
	F_TEXT(struct overdue, order),
	F_TEXT(struct overdue, request),
};
static const struct descriptor overdue_body =
	DESCRIPTOR("order.overdue", struct overdue, overdue_fields);

static void tick_overdue(const struct context *context, const struct order *order, int64_t due_ms,
	struct decision *decision)
{
	char by[TIME_TEXT_SIZE];
	struct overdue *body = decision_body(decision, &event_order_overdue);
	body_text(body->order, order->id);
	body_text(body->request, order->request);
	body->deliver_by = order->deliver_by;
	decision_add_at(decision, &event_order_overdue, body, due_ms);
	time_format(order->deliver_by, by);
	finding_add(context, decision, "order-overdue", "warning", order->id,
		arena_printf(context->arena, "order %s for %s was to be delivered by %s and is %s",
		order->id, order_whom(order), by, order_state_name(order)));
}

/* It is found once. */
static void apply_overdue(struct state *state, const struct applied *applied, const void *data)
{
	const struct overdue *body = data;
	(void)applied;
	struct order *order = state_find(state, TABLE_RELEASE_ORDER, body->order);
	assert(order != NULL);
	order->deliver_by = ABSENT;
	state_touch(state, order);
	state_schedule(state, order);
}

const struct event_type event_order_overdue = { "order.overdue", &overdue_body, apply_overdue };

void tick_order(const struct context *context, const struct order *order, int64_t due_ms,
	struct decision *decision)
{
	bool loads = order->state == ORDER_ISSUED || order->state == ORDER_LOADING;
	if (loads && order->lapses_at == due_ms)
		tick_lapse(context, order, due_ms, decision);
	else
		tick_overdue(context, order, due_ms, decision);
}
