/* What a release order does to the exchange that it is of. */
#include <assert.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/refusal.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/grant.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "reserve/stock/release.h"
#include "reserve/zone/entitlement.h"
#include "reserve/zone/exchange.h"
#include "reserve/zone/exchange_terms.h"
#include "reserve/zone/instalment.h"
#include "reserve/zone/participant.h"
#include "reserve/zone/waiver.h"

__extension__ typedef __int128 wide;

static struct exchange *exchange_of(const struct state *state, const struct order *order)
{
	struct exchange *exchange = state_find(state, TABLE_EXCHANGE, order->request);
	assert(exchange != NULL);
	return exchange;
}

static struct participant *participant_of(const struct state *state,
	const struct exchange *exchange)
{
	struct participant *participant = state_find(state, TABLE_PARTICIPANT, exchange->party);
	assert(participant != NULL);
	return participant;
}

/* ---- issue ---- */

/* The commitments of a draw may have come to end earlier since it was prepared. */
static const char *replenish_bar(const struct context *context, const struct exchange *exchange,
	const char **ret_because)
{
	char by[TIME_TEXT_SIZE], latest[TIME_TEXT_SIZE];
	if (!exchange->owes)
		return NULL;
	int64_t latest_at = entitlement_replenish_by(context->state,
		participant_of(context->state, exchange), exchange->commodity, exchange->mass_g,
		context->now);
	if (exchange->due_at <= latest_at)
		return NULL;
	time_format(exchange->due_at, by);
	time_format(latest_at, latest);
	*ret_because = arena_printf(context->arena, "it would be replenished by %.10s, and the "
		"commitments of %s let it by %.10s at the latest", by, exchange->party, latest);
	return "R15";
}

/* What owes nothing back was agreed under a declaration, and goes with it. */
static const char *owes_bar(const struct exchange *exchange, const struct commodity *commodity,
	const char **ret_because)
{
	if (exchange->kind != EXCHANGE_DRAW || exchange->owes ||
	    state_draw_standing(commodity) != DRAW_NORMAL)
		return NULL;
	*ret_because = "it was prepared under a declaration that has ended, and in normal times what is "
		"drawn is replenished";
	return "R15";
}

/* What two signed may still be done: everything that could have moved since it was prepared. */
static const char *issue_bar(const struct context *context, const struct order *order,
	const struct exchange *exchange, int64_t signatures, const struct release_verdict *price,
	const char **ret_because)
{
	const struct commodity *commodity = order->commodity;
	const char *code;
	const struct floor *floor = exchange_floor(exchange->kind, commodity, &code);
	const char *rule = exchange_standing_bar(context, exchange->kind, exchange->party,
		exchange->member, commodity, ret_because);
	if (rule == NULL)
		rule = owes_bar(exchange, commodity, ret_because);
	if (rule == NULL && exchange->kind == EXCHANGE_DRAW)
		rule = exchange_entitlement_bar(context, participant_of(context->state, exchange), commodity,
			exchange->mass_g, exchange, ret_because);
	if (rule == NULL && exchange->kind == EXCHANGE_DRAW)
		rule = replenish_bar(context, exchange, ret_because);
	if (rule == NULL)
		rule = release_frozen_bar(context, order, ret_because);
	if (rule == NULL)
		rule = release_floor_bar(commodity, floor, code, ret_because);
	if (rule == NULL)
		rule = exchange_entitled_bar(context, exchange->kind, commodity, ret_because);
	if (rule == NULL && price->rule != NULL) {
		*ret_because = price->because;
		return price->rule;
	}
	if (rule == NULL && exchange_annual(exchange->kind) != ANNUAL_NONE)
		rule = annual_bar(context, commodity, exchange_annual(exchange->kind),
			exchange->prepared_index, ret_because);
	if (rule == NULL)
		rule = release_lots_bar(context, order, ret_because);
	return rule != NULL ? rule : release_signatures_bar(context->arena,
		state_release_approvals(context->state, commodity, exchange->member, order->contained_g,
		exchange->value_cents), signatures, ret_because);
}

/* Rules of load-out as they hold for one commodity and member. */
struct load_scope {
	const struct state *state;
	const struct commodity *commodity;
	const struct member *member;
};

static int64_t scope_daily_g(const void *data, const struct site *site)
{
	const struct load_scope *scope = data;
	return state_release_daily_g(scope->state, scope->commodity, scope->member, site);
}

static bool grant_issue(const struct context *context, const struct order *order,
	const struct document *document, struct decision *decision, struct error *error)
{
	const struct exchange *exchange = exchange_of(context->state, order);
	const struct load_scope scope = { context->state, order->commodity, exchange->member };
	const struct loadout_rules rules = { scope_daily_g, &scope };
	const char *because = "";
	struct release_verdict price;
	(void)error;
	exchange_price_check(context, exchange->kind, order->commodity, order->price_micros_per_kg,
		exchange->id, &price);
	const char *rule = issue_bar(context, order, exchange, document->need, &price, &because);
	if (rule != NULL)
		return refuse_act(decision, order->id, rule, "", because);
	const struct release_basis basis = { price.price.market_micros,
		price.waiver != NULL ? price.waiver->id : "" };
	release_issue(context, order, &basis, ABSENT, &rules, decision);
	if (price.stale && order->market_micros_per_kg != ABSENT) /* else it was told when prepared */
		release_price_finding(context, order->commodity, order->id, decision);
	return true;
}

static int64_t grant_need_by(const struct state *state, const struct order *order)
{
	(void)state;
	(void)order;
	return ABSENT;
}

static int64_t grant_daily_g(const struct state *state, const struct order *order,
	const struct site *site)
{
	return state_release_daily_g(state, order->commodity, order->member, site);
}

static int64_t grant_returned_g(const struct state *state, const struct order *order,
	int64_t out_g)
{
	return exchange_of(state, order)->mass_g - out_g;
}

/* ---- what an order does to it ---- */

/* Every line's part of its lot is reserved for it, or given back. */
static void reserve_lines(struct state *state, const struct order *order, int sign)
{
	const struct order_line *lines = order->lines.items;
	for (uint32_t i = 0; i < order->lines.count; i++) {
		const struct pick rest = order_line_rest(&lines[i]);
		struct lot *lot = state_find(state, TABLE_LOT, lines[i].lot);
		assert(lot != NULL);
		lot_reserve(state, lot, &rest, sign);
	}
}

static void grant_prepared(struct state *state, struct order *order)
{
	struct exchange *exchange = exchange_of(state, order);
	body_text(exchange->release_order, order->id);
	reserve_lines(state, order, 1);
	state_touch(state, exchange);
}

/* So much of it is not done in the year's plan after all. */
static void plan_back(struct state *state, const struct exchange *exchange, int64_t mass_g)
{
	enum annual_action action = exchange_annual(exchange->kind);
	if (action != ANNUAL_NONE && mass_g > 0)
		annual_use(state, exchange->commodity, action, -mass_g, exchange->prepared_index);
}

static void grant_rejected(struct state *state, struct order *order)
{
	struct exchange *exchange = exchange_of(state, order);
	reserve_lines(state, order, -1);
	plan_back(state, exchange, exchange->mass_g);
	exchange_advance(state, exchange, EXCHANGE_REJECT, ABSENT);
}

static enum movement_kind taken_as(const struct exchange *exchange)
{
	return exchange->owes ? MOVEMENT_DRAWN : MOVEMENT_BOUGHT;
}

static enum movement_kind undone_as(const struct exchange *exchange)
{
	return exchange->owes ? MOVEMENT_DRAW_UNDONE : MOVEMENT_PURCHASE_UNDONE;
}

static void entitle(struct state *state, const struct applied *applied,
	const struct exchange *exchange, enum movement_kind kind, int64_t mass_g)
{
	if (exchange->kind == EXCHANGE_DRAW && mass_g > 0)
		entitlement_take(state, applied, participant_of(state, exchange), exchange->commodity,
			kind, mass_g, exchange->id);
}

/* A draw is one from the commit that issues it. */
static void grant_issued(struct state *state, const struct applied *applied, struct order *order)
{
	struct exchange *exchange = exchange_of(state, order);
	entitle(state, applied, exchange, taken_as(exchange), exchange->mass_g);
	exchange_advance(state, exchange, EXCHANGE_ISSUE, ABSENT);
}

static void grant_loading(struct state *state, struct order *order)
{
	(void)state;
	(void)order;
}

/* What did not leave is told with what did, when it is delivered. */
static void grant_came_back(struct state *state, struct order *order, int64_t returned_g)
{
	(void)state;
	(void)order;
	(void)returned_g;
}

static void grant_lapsed(struct state *state, const struct applied *applied, struct order *order)
{
	struct exchange *exchange = exchange_of(state, order);
	reserve_lines(state, order, -1);
	release_drop(state, order->id);
	entitle(state, applied, exchange, undone_as(exchange), exchange->mass_g);
	plan_back(state, exchange, exchange->mass_g);
	exchange_advance(state, exchange, EXCHANGE_LAPSE,
		applied->effective != ABSENT ? applied->effective : applied->at);
}

/* Mean grade of what went out, weighted by contained mass, rounded up. */
static int64_t mean_grade_ppm(const struct order *order, int64_t out_contained_g)
{
	const struct order_line *lines = order->lines.items;
	wide sum = 0;
	for (uint32_t i = 0; i < order->lines.count; i++) {
		if (lines[i].out_net_g != ABSENT && lines[i].out_contained_g > 0)
			sum += (wide)lines[i].out_contained_g * lines[i].grade_ppm;
	}
	return out_contained_g > 0 ? (int64_t)((sum + out_contained_g - 1) / out_contained_g) : 0;
}

static int64_t share_up(int64_t mass_g, int64_t ppm)
{
	int64_t share_g;
	bool fits = checked_mul_div_up(mass_g, ppm, VAULT_PPM, &share_g);
	assert(fits); /* back_ppm is limited */
	(void)fits;
	return share_g;
}

static void grant_delivered(struct state *state, const struct applied *applied,
	struct order *order, int64_t out_contained_g, int64_t out_net_g)
{
	struct exchange *exchange = exchange_of(state, order);
	(void)out_net_g;
	entitle(state, applied, exchange, undone_as(exchange), exchange->mass_g - out_contained_g);
	plan_back(state, exchange, exchange->mass_g - out_contained_g);
	exchange->out_g = out_contained_g;
	exchange->delivered_at = applied->at;
	if (exchange->owes) {
		exchange->principal_g = share_up(out_contained_g, exchange->back_ppm);
		instalments_trim(&exchange->instalments, exchange->principal_g);
		instalments_trim(&exchange->original_instalments, exchange->principal_g);
		exchange->returned_g = exchange->accrued_g = exchange->accrued_rest = 0;
		exchange->accrued_until = applied->at - applied->at % TIME_DAY_MS;
		if (exchange->back_grade_ppm == ABSENT)
			exchange->back_grade_ppm = mean_grade_ppm(order, out_contained_g);
	}
	bool for_good = !exchange->owes || exchange->principal_g == 0;
	exchange_advance(state, exchange, for_good ? EXCHANGE_DELIVER_FOR_GOOD : EXCHANGE_DELIVER,
		applied->at);
}

static struct grant_account grant_account(const struct state *state, const struct order *order)
{
	return exchange_account(exchange_of(state, order));
}

const struct grant_type grant_exchange = { .letters = "BTVX", .issue = grant_issue,
	.need_by = grant_need_by, .daily_g = grant_daily_g, .returned_g = grant_returned_g,
	.prepared = grant_prepared, .rejected = grant_rejected, .issued = grant_issued,
	.loading = grant_loading, .came_back = grant_came_back, .lapsed = grant_lapsed,
	.delivered = grant_delivered, .account = grant_account };
