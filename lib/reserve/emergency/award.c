/* Preparing, issuing, loading and delivering release orders of awarded requests. */
#include "reserve/emergency/award.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/request.h"
#include "reserve/founding.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "reserve/words.h"
#include "reserve/zone/member.h"
#include "reserve/zone/price.h"
#include "reserve/zone/unit.h"



/* ---- preparing ---- */

struct prepared {
	char basis[12], commodity[CODE_MAX], consignee[NAME_MAX_BYTES];
	int64_t contained_g, decimals;
	struct list lines;
	char member[8], order[CODE_MAX];
	int64_t price_micros_per_kg, quoted;
	char request[CODE_MAX], unit[12];
};
static const struct field prepared_fields[] = {
	F_TEXT(struct prepared, basis),
	F_TEXT(struct prepared, commodity),
	F_TEXT(struct prepared, consignee),
	F_INT(struct prepared, contained_g),
	F_INT(struct prepared, decimals),
	F_LIST(struct prepared, lines, &order_line_descriptor),
	F_TEXT(struct prepared, member),
	F_TEXT(struct prepared, order),
	F_INT(struct prepared, price_micros_per_kg),
	F_INT(struct prepared, quoted),
	F_TEXT(struct prepared, request),
	F_TEXT(struct prepared, unit),
};
static const struct descriptor prepared_body =
	DESCRIPTOR("order.prepared", struct prepared, prepared_fields);

struct prepare_params {
	char basis[12], consignee[NAME_MAX_BYTES];
	int64_t decimals, quoted;
	char request[CODE_MAX], unit[12];
};
static const struct field prepare_fields[] = {
	F_TEXT(struct prepare_params, basis),
	R_TEXT(struct prepare_params, consignee),
	F_INT_IN(struct prepare_params, decimals, 0, 6),
	F_INT_IN(struct prepare_params, quoted, 1, 1000000000000),
	R_TEXT(struct prepare_params, request),
	F_TEXT(struct prepare_params, unit),
};
static const struct descriptor prepare_params =
	DESCRIPTOR("order.prepare", struct prepare_params, prepare_fields);

/* The price of the order: as given, or the reference price in force. */
static bool set_price(const struct request *request, const struct prepare_params *params,
	struct prepared *body, struct error *error)
{
	const struct price *reference = request->commodity->price;
	if (params->quoted == ABSENT && reference != NULL) {
		body->quoted = reference->quoted;
		body->decimals = reference->decimals;
		body_text(body->unit, reference->unit);
		body_text(body->basis, reference->basis);
		body->price_micros_per_kg = reference->price_micros_per_kg;
		return true;
	}
	if (params->quoted == ABSENT)
		return error_set(error, ERROR_INVALID, "quoted",
			"%s has no reference price in force; give a price", request->commodity->code);
	body->quoted = params->quoted;
	body->decimals = params->decimals != ABSENT ? params->decimals : 0;
	body_text(body->unit, params->unit);
	body_text(body->basis, params->basis[0] != '\0' ? params->basis : request->commodity->basis);
	if (unit_price_micros_per_kg(body->quoted, body->decimals, body->unit, body->basis,
	    request->commodity->basis, &body->price_micros_per_kg))
		return true;
	return error_set(error, ERROR_INVALID, "unit",
		"a price in %s per %s cannot be compared with the basis %s [R23]", body->unit,
		body->basis, request->commodity->basis);
}

static void write_text(struct document_draft *draft, const struct prepared *body,
	const struct request *request)
{
	const struct order_line *lines = body->lines.items;
	char price[64];
	price_words(price, sizeof price, body->quoted, body->decimals, body->unit);
	document_line(draft, "request", body->request);
	document_line(draft, "declaration", request->declaration->id);
	document_line(draft, "member", body->member);
	document_line(draft, "consignee", body->consignee);
	document_line(draft, "commodity", body->commodity);
	document_line_int(draft, "contained-g", body->contained_g);
	document_words(draft, (const char *const[]){ "price", price, "per", body->basis }, 4);
	document_line_int(draft, "price-micros-per-kg", body->price_micros_per_kg);
	document_line(draft, "market-price", "no fresh market price");
	document_line_int(draft, "lots", body->lines.count);
	document_content(draft);
	for (uint32_t i = 0; i < body->lines.count; i++) {
		char contained[WORD_INT], net[WORD_INT];
		word_int(contained, lines[i].contained_g);
		word_int(net, lines[i].net_g);
		document_words(draft, (const char *const[]){ "lot", lines[i].lot, "contained-g",
			contained, "net-g", net }, 6);
	}
}

static bool price_passes(const struct commodity *commodity, int64_t price_micros_per_kg)
{
	return commodity->price != NULL &&
		price_micros_per_kg >= commodity->price->price_micros_per_kg;
}

static const char *price_because(struct arena *arena, const struct commodity *commodity)
{
	if (commodity->price == NULL)
		return "no reference price is in force, and nothing is released without one";
	char reference[64];
	price_words(reference, sizeof reference, commodity->price->quoted,
		commodity->price->decimals, commodity->price->unit);
	return arena_printf(arena, "the price is below the reference price, %s per %s, in force",
		reference, commodity->price->basis);
}

static bool decide_prepare(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct prepare_params *params = data;
	const struct request *request = state_find(context->state, TABLE_REQUEST, params->request);
	struct document_draft draft;
	char id[CODE_MAX];
	if (request == NULL)
		return not_found(error, "request", "open request", params->request);
	if (request->state != REQUEST_ALLOCATED || request->release_order[0] != '\0')
		return error_set(error, ERROR_ILLEGAL, "request", "request %s is %s%s%s", request->id,
			request_state_name(request), request->release_order[0] != '\0' ?
			" and has order " : "", request->release_order);
	struct prepared *body = decision_body(decision, &event_order_prepared);
	if (!set_price(request, params, body, error))
		return false;
	if (!price_passes(request->commodity, body->price_micros_per_kg))
		return refuse_act(decision, request->id, "R12", context->actor->code,
			price_because(context->arena, request->commodity));
	state_next_id(context->state, "O", context->now, 0, id, sizeof id);
	body_text(body->order, id);
	body_text(body->request, request->id);
	body_text(body->member, request->member->code);
	body_text(body->commodity, request->commodity->code);
	body_text(body->consignee, params->consignee);
	body->contained_g = request->awarded_g;
	const struct pick *picks = request->picks.items;
	struct order_line *lines = arena_alloc(context->arena,
		request->picks.count * sizeof *lines);
	for (uint32_t i = 0; i < request->picks.count; i++) {
		lines[i].contained_g = picks[i].contained_g;
		lines[i].net_g = picks[i].net_g;
		lines[i].units = picks[i].units;
		body_text(lines[i].lot, picks[i].lot);
		lines[i].out_contained_g = lines[i].out_net_g = ABSENT;
	}
	body->lines = (struct list){ lines, request->picks.count };
	if (!document_begin_as(context, &draft, &document_release_order, id, id, 2, error))
		return false;
	body_text(draft.barred, request->requested_by);
	write_text(&draft, body, request);
	return decision_add(decision, &event_order_prepared, body) &&
		document_end(context, &draft, decision, error);
}

static void apply_prepared(struct state *state, const struct applied *applied, const void *data)
{
	const struct prepared *body = data;
	(void)applied;
	struct order *order = state_insert(state, TABLE_RELEASE_ORDER, body->order);
	state_take_id(state, body->order);
	body_text(order->request, body->request);
	order->member = state_find(state, TABLE_MEMBER, body->member);
	order->commodity = state_find(state, TABLE_COMMODITY, body->commodity);
	order->state = ORDER_PREPARED;
	body_text(order->consignee, body->consignee);
	order->contained_g = body->contained_g;
	order->quoted = body->quoted;
	order->decimals = body->decimals;
	body_text(order->unit, body->unit);
	body_text(order->basis, body->basis);
	order->price_micros_per_kg = body->price_micros_per_kg;
	struct order_line *lines = malloc(body->lines.count * sizeof *lines);
	if (lines == NULL)
		abort();
	memcpy(lines, body->lines.items, body->lines.count * sizeof *lines);
	order->lines = (struct list){ lines, body->lines.count };
	struct request *request = state_find(state, TABLE_REQUEST, body->request);
	assert(request != NULL);
	body_text(request->release_order, body->order);
	state_touch(state, request);
}

const struct event_type event_order_prepared = { "order.prepared", &prepared_body,
	apply_prepared };
const struct command_type command_order_prepare = { "order.prepare", &prepare_params,
	DUTY_OFFICER | DUTY_KEEPER, decide_prepare, NULL };

/* ---- issuing ---- */

struct issued {
	int64_t lapses_at;
	char order[CODE_MAX];
};
static const struct field issued_fields[] = {
	F_TIME(struct issued, lapses_at),
	F_TEXT(struct issued, order),
};
static const struct descriptor issued_body =
	DESCRIPTOR("order.issued", struct issued, issued_fields);

/* The rule that forbids issue now, with why; NULL where none does. */
static const char *issue_bar(const struct context *context, const struct order *order,
	const struct request *request, const char **ret_because)
{
	const struct commodity *commodity = order->commodity;
	bool operating = declaration_keeps_operating(request->declaration);
	const struct floor *floor = operating ? commodity->operating : commodity->hard;
	const struct order_line *lines = order->lines.items;
	if (floor == NULL || commodity->available_g < floor->mass_g) {
		*ret_because = "the stock is below the floor that must stay";
		return operating ? "R04" : "R05";
	}
	if (commodity->hard == NULL || commodity->available_g < commodity->hard->mass_g) {
		*ret_because = "the stock is below the hard floor";
		return "R05";
	}
	if (!price_passes(commodity, order->price_micros_per_kg)) {
		*ret_because = price_because(context->arena, commodity);
		return "R12";
	}
	for (uint32_t i = 0; i < order->lines.count; i++) {
		const struct lot *lot = state_find(context->state, TABLE_LOT, lines[i].lot);
		if (lot == NULL || !lot->listed) {
			*ret_because = arena_printf(context->arena, "lot %s may not leave now",
				lines[i].lot);
			return "R11";
		}
	}
	return NULL;
}

static bool order_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct order *order = state_find(context->state, TABLE_RELEASE_ORDER,
		document->subject);
	assert(order != NULL);
	const struct request *request = state_find(context->state, TABLE_REQUEST, order->request);
	assert(request != NULL);
	const char *because = "";
	(void)error;
	const char *rule = issue_bar(context, order, request, &because);
	if (rule != NULL)
		return refuse_act(decision, order->id, rule, "", because);
	struct issued *body = decision_body(decision, &event_order_issued);
	body_text(body->order, order->id);
	body->lapses_at = context->now +
		state_reserve(context->state)->order_lapse_days * TIME_DAY_MS;
	decision->next = arena_printf(decision->arena,
		"vaultctl loadout weigh %s LOT --gross ... --tare ... --carrier ... --vehicle ...", order->id);
	return decision_add(decision, &event_order_issued, body);
}

static void apply_issued(struct state *state, const struct applied *applied, const void *data)
{
	const struct issued *body = data;
	struct order *order = state_find(state, TABLE_RELEASE_ORDER, body->order);
	assert(order != NULL);
	order->state = ORDER_ISSUED;
	order->issued_at = applied->at;
	order->lapses_at = body->lapses_at;
	state_touch(state, order);
	state_schedule(state, order);
	struct request *request = state_find(state, TABLE_REQUEST, order->request);
	assert(request != NULL);
	request_advance(state, request, REQUEST_APPROVED);
}

/* A rejected order frees its request for another. */
static void order_rejected(struct state *state, const struct document *document)
{
	struct order *order = state_find(state, TABLE_RELEASE_ORDER, document->subject);
	assert(order != NULL);
	struct request *request = state_find(state, TABLE_REQUEST, order->request);
	assert(request != NULL);
	request->release_order[0] = '\0';
	state_touch(state, request);
	order->state = ORDER_REJECTED;
	state_close(state, order);
}

void award_drop_order(struct state *state, const char *id)
{
	struct order *order = state_find(state, TABLE_RELEASE_ORDER, id);
	assert(order != NULL);
	document_obsolete(state, id);
	order->state = order->state == ORDER_PREPARED ? ORDER_REJECTED : ORDER_LAPSED;
	state_close(state, order);
}

const struct event_type event_order_issued = { "order.issued", &issued_body, apply_issued };
const struct document_kind document_release_order = { "release-order", order_effect,
	order_rejected, "who asked for the metal", NULL };

/* ---- cut from a plan ---- */

struct cut {
	char basis[12], commodity[CODE_MAX], consignee[NAME_MAX_BYTES];
	int64_t contained_g, decimals, deliver_by, lapses_at;
	char member[8], order[CODE_MAX], plan[CODE_MAX];
	uint8_t plan_sha256[32];
	int64_t price_micros_per_kg, quoted;
	char request[CODE_MAX], unit[12];
};
static const struct field cut_fields[] = {
	F_TEXT(struct cut, basis),
	F_TEXT(struct cut, commodity),
	F_TEXT(struct cut, consignee),
	F_INT(struct cut, contained_g),
	F_INT(struct cut, decimals),
	F_TIME(struct cut, deliver_by),
	F_TIME(struct cut, lapses_at),
	F_TEXT(struct cut, member),
	F_TEXT(struct cut, order),
	F_TEXT(struct cut, plan),
	F_BYTES(struct cut, plan_sha256),
	F_INT(struct cut, price_micros_per_kg),
	F_INT(struct cut, quoted),
	F_TEXT(struct cut, request),
	F_TEXT(struct cut, unit),
};
static const struct descriptor cut_body = DESCRIPTOR("order.cut", struct cut, cut_fields);

void award_cut_order(const struct context *context, struct slot_plan *slots,
	const struct plan *plan, const struct request *request, const struct list *picks,
	uint32_t ahead, struct decision *decision)
{
	(void)context;
	(void)slots;
	(void)plan;
	(void)request;
	(void)picks;
	(void)ahead;
	(void)decision;
}

static void apply_cut(struct state *state, const struct applied *applied, const void *data)
{
	(void)state;
	(void)applied;
	(void)data;
}

const struct event_type event_order_cut = { "order.cut", &cut_body, apply_cut };
