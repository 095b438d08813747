/* Preparing and issuing release orders of awarded requests, and cutting them from a plan. */
#include "reserve/emergency/award.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/award_price.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/plan.h"
#include "reserve/emergency/request.h"
#include "reserve/emergency/rule.h"
#include "reserve/founding.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/grant.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "reserve/stock/release.h"
#include "reserve/words.h"
#include "reserve/zone/member.h"
#include "reserve/zone/price.h"
#include "reserve/zone/release_price.h"
#include "reserve/zone/unit.h"
#include "reserve/zone/waiver.h"

static struct rule_scope scope_of(const struct state *state, const struct request *request)
{
	return (struct rule_scope){ .state = state, .commodity = request->commodity,
		.member = request->member, .declaration = request->declaration };
}

/* When it is to be delivered by the service clock of its tier; ABSENT: there is none. */
static int64_t deliver_by(const struct context *context, const struct request *request)
{
	const struct service_clock *clock = declaration_clock(request->declaration, request->tier);
	if (clock == NULL || clock->deliver_days == ABSENT)
		return ABSENT;
	return context->now + clock->deliver_days * TIME_DAY_MS;
}

/* "expected out by 2026-12-03", where that is not before its need-by date. */
static void tell_late(const struct request *request, int64_t last_day, struct decision *decision)
{
	char by[TIME_TEXT_SIZE], need_by[TIME_TEXT_SIZE];
	if (last_day == ABSENT || !slot_is_late(last_day, request->need_by))
		return;
	time_format(last_day, by);
	time_format(slot_day_of(request->need_by), need_by);
	by[10] = need_by[10] = '\0'; /* the date */
	decision->remark = arena_printf(decision->arena,
		"expected out by %s, and needed by %s: its sites load no faster", by, need_by);
}

/* ---- preparing ---- */

struct prepare_params {
	char basis[12], consignee[NAME_MAX_BYTES];
	int64_t decimals, quoted;
	char request[CODE_MAX], unit[12];
};
static const struct field prepare_fields[] = {
	F_TEXT(struct prepare_params, basis),
	F_TEXT(struct prepare_params, consignee),
	F_INT_IN(struct prepare_params, decimals, 0, 6),
	F_INT_IN(struct prepare_params, quoted, 1, 1000000000000),
	R_TEXT(struct prepare_params, request),
	F_TEXT(struct prepare_params, unit),
};
static const struct descriptor prepare_params =
	DESCRIPTOR("order.prepare", struct prepare_params, prepare_fields);

/* The price of the order: as given, or the least that passes. */
static bool set_price(const struct context *context, const struct request *request,
	const struct prepare_params *params, struct release_prepared *body, struct error *error)
{
	struct release_quote least;
	if (params->quoted == ABSENT &&
	    release_price_least(request->commodity, context->now, &least)) {
		body->quoted = least.quoted;
		body->decimals = least.decimals;
		body_text(body->unit, least.unit);
		body_text(body->basis, least.basis);
		body->price_micros_per_kg = least.price_micros_per_kg;
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

/* The value of an order in cents, of the price as it is quoted. */
static bool value_cents(const struct release_prepared *body, const struct request *request,
	int64_t *ret_cents, struct error *error)
{
	return unit_value_cents(body->quoted, body->decimals, body->unit, body->basis,
		request->commodity->basis, body->contained_g, ret_cents) ||
		error_set(error, ERROR_INVALID, "quoted", "the value of the order is out of range");
}

/* Both legs that the price stands on, and what it passes by where it is below one of them. */
static void write_floor(const struct context *context, struct document_draft *draft,
	const struct commodity *commodity, const struct release_prepared *body)
{
	struct release_price price;
	release_price_legs(commodity, context->now, &price);
	document_line(draft, "market-price", release_price_market(context->arena, &price));
	document_line(draft, "price-floor", release_price_floor(context->arena, &price));
	if (body->waiver[0] != '\0')
		document_line(draft, "waiver", body->waiver);
}

static void write_text(const struct context *context, struct document_draft *draft,
	const struct release_prepared *body, const struct request *request, int64_t cents)
{
	char price[64], value[64];
	price_words(value, sizeof value, cents, 2, "USD");
	price_words(price, sizeof price, body->quoted, body->decimals, body->unit);
	document_line(draft, "request", body->request);
	document_line(draft, "declaration", request->declaration->id);
	document_line(draft, "member", body->member);
	document_line(draft, "consignee", body->consignee);
	document_line(draft, "commodity", body->commodity);
	document_line_int(draft, "contained-g", body->contained_g);
	document_words(draft, (const char *const[]){ "price", price, "per", body->basis }, 4);
	document_line_int(draft, "price-micros-per-kg", body->price_micros_per_kg);
	write_floor(context, draft, request->commodity, body);
	document_line(draft, "value", value);
	document_line_int(draft, "signatures", draft->need);
	document_line_int(draft, "lots", body->lines.count);
	document_content(draft);
	release_write_lots(draft, body);
}

/* Who gets it: as given, else as the request says. */
static bool set_consignee(const struct request *request, const struct prepare_params *params,
	struct release_prepared *body, struct error *error)
{
	const char *consignee = params->consignee[0] != '\0' ? params->consignee : request->consignee;
	if (consignee == NULL)
		return error_set(error, ERROR_INVALID, "consignee",
			"request %s names no consignee; say who is to receive it", request->id);
	if (request->consignee != NULL && !text_equal(consignee, request->consignee))
		return error_set(error, ERROR_CONFLICT, "consignee",
			"request %s asks for \"%s\"; it cannot go to \"%s\"", request->id,
			request->consignee, consignee);
	return text_copy(body->consignee, sizeof body->consignee, consignee) ||
		error_set(error, ERROR_INVALID, "consignee", "its name has at most %d bytes",
			NAME_MAX_BYTES - 1);
}

static bool prepare_note(const struct context *context, const struct release_prepared *body,
	const struct request *request, struct decision *decision, struct error *error)
{
	struct document_draft draft;
	const struct rule_scope scope = scope_of(context->state, request);
	int64_t cents;
	if (!value_cents(body, request, &cents, error) || !document_begin_as(context, &draft,
	    &document_release_order, body->order, body->order, 2, error))
		return false;
	int64_t approvals = rule_approvals(&scope, body->contained_g, cents);
	draft.need = approvals > draft.need ? approvals : draft.need;
	body_text(draft.barred, request->requested_by);
	write_text(context, &draft, body, request, cents);
	return decision_add(decision, &event_order_prepared, body) &&
		document_end(context, &draft, decision, error);
}

static bool decide_prepare(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct prepare_params *params = data;
	const struct request *request = state_find(context->state, TABLE_REQUEST, params->request);
	if (request == NULL)
		return not_found(error, "request", "open request", params->request);
	if (request->state != REQUEST_ALLOCATED || request->release_order[0] != '\0')
		return error_set(error, ERROR_ILLEGAL, "request", "request %s is %s%s%s", request->id,
			request_state_name(request), request->release_order[0] != '\0' ?
			" and has order " : "", request->release_order);
	struct release_prepared *body = decision_body(decision, &event_order_prepared);
	struct release_verdict verdict;
	if (!set_consignee(request, params, body, error) ||
	    !set_price(context, request, params, body, error))
		return false;
	award_price_check(context, request, "", body->price_micros_per_kg, &verdict);
	if (verdict.rule != NULL) {
		decision->next = award_price_remedy(context, request, &verdict, params->consignee);
		return refuse_act(decision, request->id, verdict.rule, context->actor->code,
			verdict.because);
	}
	body->market_micros_per_kg = verdict.price.market_micros;
	body_text(body->waiver, verdict.waiver != NULL ? verdict.waiver->id : "");
	state_next_id(context->state, "O", context->now, 0, body->order, sizeof body->order);
	body_text(body->request, request->id);
	body_text(body->member, request->member->code);
	body_text(body->commodity, request->commodity->code);
	release_set_lines(context->arena, &request->picks, body);
	if (!prepare_note(context, body, request, decision, error))
		return false;
	if (verdict.stale)
		release_price_finding(context, request->commodity, body->order, decision);
	return true;
}

const struct command_type command_order_prepare = { "order.prepare", &prepare_params,
	DUTY_OFFICER | DUTY_KEEPER, decide_prepare, NULL };

/* ---- issuing ---- */

/* By the approvals in force now, whatever they were when it was prepared. */
static int64_t approvals_now(const struct context *context, const struct order *order,
	const struct request *request)
{
	const struct rule_scope scope = scope_of(context->state, request);
	int64_t cents;
	if (!unit_value_cents(order->quoted, order->decimals, order->unit, order->basis,
	    order->commodity->basis, order->contained_g, &cents))
		cents = VAULT_INT_MAX;
	return rule_approvals(&scope, order->contained_g, cents);
}

/* The rule that forbids issue now, with why; NULL where none does. */
static const char *issue_bar(const struct context *context, const struct order *order,
	const struct request *request, int64_t signatures, const struct release_verdict *price,
	const char **ret_because)
{
	const struct commodity *commodity = order->commodity;
	bool operating = declaration_keeps_operating(request->declaration);
	const struct floor *floor = operating ? commodity->operating : commodity->hard;
	const char *rule = release_frozen_bar(context, order, ret_because);
	if (rule == NULL)
		rule = release_floor_bar(commodity, floor, operating ? "R04" : "R05", ret_because);
	if (rule != NULL)
		return rule;
	if (price->rule != NULL) {
		*ret_because = price->because;
		return price->rule;
	}
	rule = release_lots_bar(context, order, ret_because);
	return rule != NULL ? rule : release_signatures_bar(context->arena,
		approvals_now(context, order, request), signatures, ret_because);
}

static struct request *request_of(const struct state *state, const struct order *order)
{
	struct request *request = state_find(state, TABLE_REQUEST, order->request);
	assert(request != NULL);
	return request;
}

static bool grant_issue(const struct context *context, const struct order *order,
	const struct document *document, struct decision *decision, struct error *error)
{
	const struct request *request = request_of(context->state, order);
	const char *because = "";
	struct release_verdict price;
	(void)error;
	award_price_check(context, request, order->id, order->price_micros_per_kg, &price);
	const char *rule = issue_bar(context, order, request, document->need, &price, &because);
	if (rule != NULL)
		return refuse_act(decision, order->id, rule, "", because);
	const struct rule_scope scope = scope_of(context->state, request);
	const struct loadout_rules rules = rule_loadout(&scope);
	const struct release_basis basis = { price.price.market_micros,
		price.waiver != NULL ? price.waiver->id : "" };
	tell_late(request, release_issue(context, order, &basis, deliver_by(context, request),
		&rules, decision), decision);
	if (price.stale && order->market_micros_per_kg != ABSENT) /* else it was told when prepared */
		release_price_finding(context, order->commodity, order->id, decision);
	return true;
}

/* ---- what an order does to its request ---- */

static int64_t grant_need_by(const struct state *state, const struct order *order)
{
	const struct request *request = state_find(state, TABLE_REQUEST, order->request);
	return request != NULL ? request->need_by : ABSENT;
}

static int64_t grant_daily_g(const struct state *state, const struct order *order,
	const struct site *site)
{
	const struct rule_scope scope = scope_of(state, request_of(state, order));
	return rule_loadout(&scope).daily_g(&scope, site);
}

/* An award of before such sums were kept with it counts in full until it is delivered. */
static int64_t grant_returned_g(const struct state *state, const struct order *order,
	int64_t out_g)
{
	const struct request *request = request_of(state, order);
	return request->drawn_g == ABSENT ? 0 : request->drawn_g - out_g;
}

static void grant_prepared(struct state *state, struct order *order)
{
	struct request *request = request_of(state, order);
	body_text(request->release_order, order->id);
	state_touch(state, request);
}

/* A rejected order frees its request for another. */
static void grant_rejected(struct state *state, struct order *order)
{
	struct request *request = request_of(state, order);
	request->release_order[0] = '\0';
	state_touch(state, request);
}

static void grant_issued(struct state *state, const struct applied *applied,
	struct order *order)
{
	(void)applied;
	request_advance(state, request_of(state, order), REQUEST_APPROVED);
}

static void grant_loading(struct state *state, struct order *order)
{
	request_advance(state, request_of(state, order), REQUEST_RELEASING);
}

static void grant_came_back(struct state *state, struct order *order, int64_t returned_g)
{
	request_return(state, request_of(state, order), returned_g);
}

static void grant_lapsed(struct state *state, const struct applied *applied,
	struct order *order)
{
	(void)applied;
	request_give_back(state, request_of(state, order), REQUEST_EXPIRED);
}

static void grant_delivered(struct state *state, const struct applied *applied,
	struct order *order, int64_t out_contained_g, int64_t out_net_g)
{
	struct request *request = request_of(state, order);
	int64_t counted_g = request->drawn_g != ABSENT ? request->drawn_g : request_picked_g(request);
	(void)applied;
	(void)out_net_g;
	request_end(state, request,
		out_contained_g >= request->mass_g ? REQUEST_FULFILLED : REQUEST_PARTIAL,
		counted_g - out_contained_g);
}

static struct grant_account grant_account(const struct state *state, const struct order *order)
{
	(void)state;
	return (struct grant_account){ ACCOUNT_MEMBER, order->member->code };
}

const struct grant_type grant_award = { .letters = "R", .issue = grant_issue,
	.need_by = grant_need_by, .daily_g = grant_daily_g, .returned_g = grant_returned_g,
	.prepared = grant_prepared, .rejected = grant_rejected, .issued = grant_issued,
	.loading = grant_loading, .came_back = grant_came_back, .lapsed = grant_lapsed,
	.delivered = grant_delivered, .account = grant_account };

/* ---- cut from a plan ---- */

struct cut {
	char basis[12], commodity[CODE_MAX], consignee[NAME_MAX_BYTES];
	int64_t contained_g;
	const char *criteria; /* NULL in entries of before they were cited */
	int64_t decimals, deliver_by, lapses_at, market_micros_per_kg;
	char member[8], order[CODE_MAX], plan[CODE_MAX];
	uint8_t plan_sha256[32];
	int64_t price_micros_per_kg, quoted;
	char request[CODE_MAX], unit[12], waiver[CODE_MAX];
};
static const struct field cut_fields[] = {
	F_TEXT(struct cut, basis),
	F_TEXT(struct cut, commodity),
	F_TEXT(struct cut, consignee),
	F_INT(struct cut, contained_g),
	F_STRING(struct cut, criteria),
	F_INT(struct cut, decimals),
	F_TIME(struct cut, deliver_by),
	F_TIME(struct cut, lapses_at),
	F_INT(struct cut, market_micros_per_kg),
	F_TEXT(struct cut, member),
	F_TEXT(struct cut, order),
	F_TEXT(struct cut, plan),
	F_BYTES(struct cut, plan_sha256),
	F_INT(struct cut, price_micros_per_kg),
	F_INT(struct cut, quoted),
	F_TEXT(struct cut, request),
	F_TEXT(struct cut, unit),
	F_TEXT(struct cut, waiver),
};
static const struct descriptor cut_body = DESCRIPTOR("order.cut", struct cut, cut_fields);

/* What is cut is issued: who signed the plan signed it. */
static void fill_cut(const struct context *context, const struct plan *plan,
	const struct request *request, const struct list *picks, struct cut *body)
{
	struct release_quote price;
	struct release_verdict verdict;
	const struct pick *parts = picks->items;
	if (!release_price_least(request->commodity, context->now, &price))
		assert(false && "a plan has a price for what it gives");
	award_price_check(context, request, body->order, price.price_micros_per_kg, &verdict);
	body_text(body->plan, plan->id);
	memcpy(body->plan_sha256, plan->content_sha256, sizeof body->plan_sha256);
	body_text(body->request, request->id);
	body_text(body->member, request->member->code);
	body_text(body->commodity, request->commodity->code);
	body_text(body->consignee,
		request->consignee != NULL ? request->consignee : request->member->name);
	body->contained_g = 0;
	for (uint32_t i = 0; i < picks->count; i++)
		body->contained_g += parts[i].contained_g;
	body->quoted = price.quoted;
	body->decimals = price.decimals;
	body_text(body->unit, price.unit);
	body_text(body->basis, price.basis);
	body->price_micros_per_kg = price.price_micros_per_kg;
	body->market_micros_per_kg = verdict.price.market_micros;
	body_text(body->waiver, verdict.waiver != NULL ? verdict.waiver->id : "");
	body->deliver_by = deliver_by(context, request);
	body->criteria = state_release_criteria(context->state, context->arena, request->commodity,
		request->member, request->id);
}

void award_cut_order(const struct context *context, struct slot_plan *slots,
	const struct plan *plan, const struct request *request, const struct list *picks,
	uint32_t ahead, struct decision *decision)
{
	const struct rule_scope scope = scope_of(context->state, request);
	struct cut *body = decision_body(decision, &event_order_cut);
	assert(picks->count > 0);
	state_next_id(context->state, "O", context->now, ahead, body->order, sizeof body->order);
	fill_cut(context, plan, request, picks, body);
	const struct loadout_rules rules = rule_loadout(&scope);
	decision_add(decision, &event_order_cut, body);
	body->lapses_at = release_lapses_at(context, loadout_add_slots(context, slots, &rules,
		body->order, picks->items, picks->count, decision));
}

static void apply_cut(struct state *state, const struct applied *applied, const void *data)
{
	const struct cut *body = data;
	struct request *request = state_find(state, TABLE_REQUEST, body->request);
	assert(request != NULL);
	struct order *order = state_insert(state, TABLE_RELEASE_ORDER, body->order);
	state_take_id(state, body->order);
	body_text(order->request, body->request);
	order->member = request->member;
	order->commodity = request->commodity;
	order->state = ORDER_ISSUED;
	body_text(order->consignee, body->consignee);
	order->contained_g = body->contained_g;
	order->quoted = body->quoted;
	order->decimals = body->decimals;
	body_text(order->unit, body->unit);
	body_text(order->basis, body->basis);
	order->price_micros_per_kg = body->price_micros_per_kg;
	order->market_micros_per_kg = body->market_micros_per_kg;
	body_text(order->waiver, body->waiver);
	order->issued_at = applied->at;
	order->lapses_at = body->lapses_at;
	order->deliver_by = body->deliver_by;
	body_text(order->plan, body->plan);
	order_cite(order, body->criteria);
	/* what its request was granted in the entries before */
	release_fill_lines(release_own_lines(order, request->picks.count), &request->picks);
	state_schedule(state, order);
	body_text(request->release_order, body->order);
	request_advance(state, request, REQUEST_APPROVED);
}

const struct event_type event_order_cut = { "order.cut", &cut_body, apply_cut };
