/*
 * What must hold of one entry as it is applied: checks_before looks at the state that it meets,
 * checks_after at what it has made of it. Floors, credits, slots and plans are judged here, where the
 * figures before are known.
 */
#ifndef TESTS_UNIT_EVENT_CHECKS_H
#define TESTS_UNIT_EVENT_CHECKS_H

#include "reserve_checks.h"

#include "reserve/document.h"
#include "reserve/emergency/plan.h"
#include "reserve/refusal.h"

enum { CHECKS_SLOTS_MAX = 1024 };

/* What stood before the entry. */
static struct checks_before {
	int64_t credit_g;
	int64_t booked_g[CHECKS_SLOTS_MAX]; /* beside the slots that it brings */
	struct lot *lot;                    /* that is loaded out, and what it had */
	int64_t units, on_hand_g, contained_g;
} checks_met;

static inline bool check_kind(const struct event *event, const char *kind)
{
	return text_equal(event->type->kind, kind);
}

static inline const char *check_body_text(const struct event *event, const char *name)
{
	return field_text(descriptor_field(event->type->body, name), event->body);
}

static inline int64_t check_body_number(const struct event *event, const char *name)
{
	return field_number(descriptor_field(event->type->body, name), event->body);
}

static inline struct list check_body_list(const struct event *event, const char *name)
{
	struct list list;
	memcpy(&list, (const char *)event->body +
		descriptor_field(event->type->body, name)->offset, sizeof list);
	return list;
}

/* An award: at once, or of a plan. */
static inline const struct request_decided *check_award(const struct event *event)
{
	return check_kind(event, "request.allocated") || check_kind(event, "request.granted") ?
		event->body : NULL;
}

/* ---- before ---- */

static inline const char *check_may_be_decided(const struct state *state,
	const struct request_decided *body, bool cut)
{
	const struct request *request = state_find(state, TABLE_REQUEST, body->request);
	CHECK_THAT(request != NULL && request->state == REQUEST_ELIGIBLE, body->request);
	CHECK_THAT(text_equal(request->plan, body->plan), body->request);
	CHECK_THAT(request->planned_g == body->awarded_g, body->request);
	CHECK_THAT(cut == (body->awarded_g == 0), body->request);
	CHECK_THAT(request->mass_g == body->mass_g, body->request);
	return NULL;
}

static inline bool check_asked(const struct state *state, const char *plan, const char *person)
{
	const struct request *request = NULL;
	while ((request = state_next(state, TABLE_REQUEST, request)) != NULL) {
		if (text_equal(request->plan, plan) && text_equal(request->requested_by, person))
			return true;
	}
	return false;
}

/* A plan that is open, signed by as many as it needs, none of whom asked for metal in it. */
static inline const char *check_may_commit(const struct state *state, const char *id)
{
	const struct plan *plan = state_find(state, TABLE_PLAN, id);
	const struct document *note = NULL;
	CHECK_THAT(plan != NULL && plan->state == PLAN_PROPOSED, id);
	while ((note = state_next(state, TABLE_DOCUMENT, note)) != NULL && !text_equal(note->id, id))
		continue;
	CHECK_THAT(note != NULL && note->state == DOCUMENT_EFFECTIVE, id);
	const struct document_signature *signatures = note->signatures.items;
	CHECK_THAT(note->need >= 2 && (int64_t)note->signatures.count == note->need, id);
	for (uint32_t i = 0; i < note->signatures.count; i++) {
		CHECK_THAT(!check_asked(state, id, signatures[i].person), id);
		for (uint32_t j = 0; j < i; j++)
			CHECK_THAT(!text_equal(signatures[j].person, signatures[i].person), id);
	}
	return NULL;
}

/* Who asked for metal in a plan never signs it, also where the request has ended since. */
static inline const char *check_may_sign(const struct state *state, const struct event *event)
{
	const char *person = check_body_text(event, "person");
	CHECK_THAT(!check_asked(state, check_body_text(event, "document"), person), person);
	return NULL;
}

static inline void check_note_bookings(const struct state *state, const struct event *event)
{
	const struct list list = check_body_list(event, "slots");
	const struct slot *slots = list.items;
	for (uint32_t i = 0; i < list.count && i < CHECKS_SLOTS_MAX; i++)
		checks_met.booked_g[i] = slots_booked_g(state_find(state, TABLE_SITE, slots[i].site),
			slots[i].day);
}

static inline void check_note_lot(const struct state *state, const char *code)
{
	checks_met.lot = state_find(state, TABLE_LOT, code);
	checks_met.units = checks_met.lot->units;
	checks_met.on_hand_g = checks_met.lot->on_hand_g;
	checks_met.contained_g = checks_met.lot->contained_g;
}

static inline const char *checks_before(const struct state *state, const struct event *event)
{
	const struct request_decided *award = check_award(event);
	checks_met.credit_g = 0;
	if (award != NULL)
		checks_met.credit_g = credit_g(state, state_find(state, TABLE_MEMBER, award->member),
			state_find(state, TABLE_COMMODITY, award->commodity));
	if (check_kind(event, "request.granted") || check_kind(event, "request.cut"))
		return check_may_be_decided(state, event->body, check_kind(event, "request.cut"));
	if (check_kind(event, "document.signed"))
		return check_may_sign(state, event);
	if (check_kind(event, "plan.committed"))
		return check_may_commit(state, check_body_text(event, "plan"));
	if (check_kind(event, "order.slotted"))
		check_note_bookings(state, event);
	if (check_kind(event, "order.loaded"))
		check_note_lot(state, check_body_text(event, "lot"));
	return NULL;
}

/* ---- after ---- */

/* What left is gone from its lot: mass, what it contained, and whole units. */
static inline const char *check_loaded(const struct event *event)
{
	const struct lot *lot = checks_met.lot;
	int64_t units = check_body_number(event, "units");
	CHECK_THAT(lot->on_hand_g == checks_met.on_hand_g - check_body_number(event, "out_net_g"),
		lot->code);
	CHECK_THAT(lot->contained_g ==
		checks_met.contained_g - check_body_number(event, "out_contained_g"), lot->code);
	CHECK_THAT(lot->units == checks_met.units - (lot->units != ABSENT && units != ABSENT ?
		units : 0), lot->code);
	return NULL;
}

/* What a plan's line says is what there was, and no more is divided than may leave. */
static inline const char *check_line_applied(const struct state *state, const struct event *event)
{
	const struct plan_line_body *line = event->body;
	const struct commodity *commodity = state_find(state, TABLE_COMMODITY, line->commodity);
	int64_t free_g = line->floor_g == ABSENT || line->available_g < line->floor_g ? 0 :
		line->available_g - line->floor_g;
	int64_t entitled_g = line->entitled_g != ABSENT ? line->entitled_g : 0;
	CHECK_THAT(entitled_g == 0 || entitled_g == commodity_entitled_g(commodity), line->commodity);
	CHECK_THAT(line->available_g == commodity->available_g, line->commodity);
	CHECK_THAT(line->floor_g == ABSENT || line->floor_g >= commodity->hard->mass_g,
		line->commodity);
	CHECK_THAT(line->estate_g >= 0 && line->set_aside_g >= 0, line->commodity);
	CHECK_THAT(line->estate_g + line->set_aside_g <=
		(free_g > entitled_g ? free_g - entitled_g : 0), line->commodity);
	CHECK_THAT(line->cap_left_g == ABSENT ||
		line->estate_g + line->set_aside_g <= line->cap_left_g, line->commodity);
	CHECK_THAT(line->awarded_g <= line->estate_g, line->commodity);
	return NULL;
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

/* No award takes what participants may draw, where the declaration sets that aside. */
static inline const char *check_set_aside(const struct declaration *declaration,
	const struct commodity *commodity)
{
	bool operating = declaration->kind == DECLARATION_TEST ||
		declaration->kind == DECLARATION_LIMITED;
	int64_t aside_g = declaration->entitlements != ENTITLEMENTS_POOLED ?
		commodity_entitled_g(commodity) : 0;
	CHECK_THAT(commodity->available_g - aside_g >= commodity->hard->mass_g, commodity->code);
	CHECK_THAT(!operating || commodity->available_g - aside_g >= commodity->operating->mass_g,
		commodity->code);
	return NULL;
}

static inline bool check_has_rules(const struct request_decided *body)
{
	const struct rule_result *rules = body->rules.items;
	for (uint32_t i = 0; i < body->rules.count; i++) {
		if (rules[i].rule[0] == '\0')
			return false;
	}
	return body->rules.count > 0;
}

/* Awarded and owed before is what was picked and what is owed now. */
static inline const char *check_award_applied(const struct state *state,
	const struct request_decided *body)
{
	const struct commodity *commodity = state_find(state, TABLE_COMMODITY, body->commodity);
	const struct member *member = state_find(state, TABLE_MEMBER, body->member);
	int64_t picked_g = body->picked_g != ABSENT ? body->picked_g : body->awarded_g;
	int64_t credit_now_g = credit_g(state, member, commodity);
	CHECK_THAT(body->awarded_g > 0 && body->awarded_g <= body->mass_g, body->request);
	CHECK_THAT(checks_met.credit_g + body->awarded_g == picked_g + credit_now_g, body->request);
	CHECK_THAT(body->credit_g == ABSENT || body->credit_g == credit_now_g, body->request);
	CHECK_THAT(check_has_rules(body), body->request);
	if (picked_g == 0)
		return NULL;
	const struct declaration *declaration = state_find(state, TABLE_DECLARATION, body->declaration);
	const char *failed = check_floor_kept(declaration, commodity);
	return failed != NULL ? failed : check_set_aside(declaration, commodity);
}

/* What an exchange lets go passes no floor, and has a price that the floor of prices allows. */
static inline const char *check_exchange_issued(const struct state *state,
	const struct order *order)
{
	const struct exchange *exchange = state_find(state, TABLE_EXCHANGE, order->request);
	const struct commodity *commodity = order->commodity;
	CHECK_THAT(exchange != NULL && exchange->state == EXCHANGE_OPEN, order->id);
	const struct floor *floor = exchange->kind == EXCHANGE_DRAW &&
		state_draw_standing(commodity) == DRAW_HARD ? commodity->hard : commodity->operating;
	CHECK_THAT(floor != NULL && commodity->hard != NULL, order->id);
	CHECK_THAT(commodity->available_g >= floor->mass_g, order->id);
	CHECK_THAT(commodity->available_g >= commodity->hard->mass_g, order->id);
	CHECK_THAT(order->waiver[0] == '\0' || exchange->kind == EXCHANGE_SALE, order->id);
	CHECK_THAT(commodity->price != NULL && (order->waiver[0] != '\0' ||
		order->price_micros_per_kg >= commodity->price->price_micros_per_kg), order->id);
	return NULL;
}

/* At no less than either leg of the floor, but by a waiver that it names. */
static inline bool check_price_kept(const struct order *order)
{
	const struct price *reference = order->commodity->price;
	int64_t market = order->market_micros_per_kg;
	return reference != NULL && (order->waiver[0] != '\0' ||
		(order->price_micros_per_kg >= reference->price_micros_per_kg &&
		(market == ABSENT || order->price_micros_per_kg >= market / 100 * 95)));
}

static inline const char *check_order_applied(const struct state *state, const char *id)
{
	const struct order *order = state_find(state, TABLE_RELEASE_ORDER, id);
	CHECK_THAT(order != NULL && order->state == ORDER_ISSUED, id);
	if (strchr("BTVX", order->request[0]) != NULL)
		return check_exchange_issued(state, order);
	const struct request *request = state_find(state, TABLE_REQUEST, order->request);
	CHECK_THAT(request != NULL, id);
	CHECK_THAT(text_equal(order->plan, request->plan), id);
	CHECK_THAT(check_price_kept(order), id);
	return check_floor_kept(request->declaration, order->commodity);
}

/* The least of a site's own daily mass and of the rules that hold for an order. */
static inline int64_t check_daily_g(const struct state *state, const struct order *order,
	const struct site *site)
{
	const struct request *request = state_find(state, TABLE_REQUEST, order->request);
	const struct rule_scope scope = { .state = state, .commodity = order->commodity,
		.member = order->member, .declaration = request != NULL ? request->declaration : NULL };
	struct rule_cursor cursor = { 0 };
	const struct rule *rule;
	int64_t daily_g = site->daily_loadout_g;
	while ((rule = rule_next(&scope, RULE_SITE_LOADOUT, &cursor)) != NULL) {
		if (rule_has_word(rule, site->code) && (daily_g == ABSENT || rule->mass_g < daily_g))
			daily_g = rule->mass_g;
	}
	return daily_g;
}

/* No day is filled above what its site can load, but where it stood above that already. */
static inline const char *check_slots_applied(const struct state *state, const struct event *event)
{
	const struct order *order = state_find(state, TABLE_RELEASE_ORDER,
		check_body_text(event, "order"));
	const struct list list = check_body_list(event, "slots");
	const struct slot *slots = list.items;
	CHECK_THAT(order != NULL, check_body_text(event, "order"));
	for (uint32_t i = 0; i < list.count && i < CHECKS_SLOTS_MAX; i++) {
		const struct site *site = state_find(state, TABLE_SITE, slots[i].site);
		int64_t booked_g = slots_booked_g(site, slots[i].day);
		int64_t daily_g = check_daily_g(state, order, site);
		CHECK_THAT(daily_g == ABSENT || booked_g <= daily_g ||
			booked_g <= checks_met.booked_g[i], order->id);
	}
	return NULL;
}

static inline const char *checks_after(const struct state *state, const struct event *event)
{
	const struct request_decided *award = check_award(event);
	if (award != NULL)
		return check_award_applied(state, award);
	if (check_kind(event, "order.issued") || check_kind(event, "order.cut"))
		return check_order_applied(state, check_body_text(event, "order"));
	if (check_kind(event, "order.slotted"))
		return check_slots_applied(state, event);
	if (check_kind(event, "order.loaded"))
		return check_loaded(event);
	if (check_kind(event, "plan.line"))
		return check_line_applied(state, event);
	return NULL;
}

#endif
