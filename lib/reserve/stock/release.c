/* The events by which an order is prepared and issued, whoever grants it. */
#include "reserve/stock/release.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/finding.h"
#include "reserve/founding.h"
#include "reserve/stock/count.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/grant.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"

/* ---- preparing ---- */

static const struct field prepared_fields[] = {
	F_TEXT(struct release_prepared, basis),
	F_TEXT(struct release_prepared, commodity),
	F_TEXT(struct release_prepared, consignee),
	F_INT(struct release_prepared, contained_g),
	F_INT(struct release_prepared, decimals),
	F_LIST(struct release_prepared, lines, &order_line_descriptor),
	F_INT(struct release_prepared, market_micros_per_kg),
	F_TEXT(struct release_prepared, member),
	F_TEXT(struct release_prepared, order),
	F_INT(struct release_prepared, price_micros_per_kg),
	F_INT(struct release_prepared, quoted),
	F_TEXT(struct release_prepared, request),
	F_TEXT(struct release_prepared, unit),
	F_TEXT(struct release_prepared, waiver),
};
static const struct descriptor prepared_body =
	DESCRIPTOR("order.prepared", struct release_prepared, prepared_fields);

void release_write_lots(struct document_draft *draft, const struct release_prepared *body)
{
	const struct order_line *lines = body->lines.items;
	for (uint32_t i = 0; i < body->lines.count; i++) {
		char contained[WORD_INT], net[WORD_INT], units[WORD_INT];
		word_int(contained, lines[i].contained_g);
		word_int(net, lines[i].net_g);
		word_int(units, lines[i].units);
		document_words(draft, (const char *const[]){ "lot", lines[i].lot, "contained-g",
			contained, "net-g", net, "units", units }, lines[i].units != ABSENT ? 8 : 6);
	}
}

int64_t release_fill_lines(struct order_line *lines, const struct list *picks)
{
	const struct pick *parts = picks->items;
	int64_t contained_g = 0;
	for (uint32_t i = 0; i < picks->count; i++) {
		record_clear(&order_line_descriptor, &lines[i]);
		lines[i].contained_g = parts[i].contained_g;
		lines[i].net_g = parts[i].net_g;
		lines[i].units = parts[i].units;
		body_text(lines[i].lot, parts[i].lot);
		contained_g += parts[i].contained_g;
	}
	return contained_g;
}

void release_set_lines(struct arena *arena, const struct list *picks,
	struct release_prepared *body)
{
	struct order_line *lines = arena_alloc(arena, (picks->count + 1) * sizeof *lines);
	assert(lines != NULL); /* far below the arena's cap */
	body->contained_g = release_fill_lines(lines, picks);
	body->lines = (struct list){ lines, picks->count };
}

struct order_line *release_own_lines(struct order *order, uint32_t count)
{
	struct order_line *lines = calloc(count + 1, sizeof *lines);
	if (lines == NULL)
		abort();
	order->lines = (struct list){ lines, count };
	return lines;
}

static void apply_prepared(struct state *state, const struct applied *applied, const void *data)
{
	const struct release_prepared *body = data;
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
	order->market_micros_per_kg = body->market_micros_per_kg;
	body_text(order->waiver, body->waiver);
	struct order_line *lines = release_own_lines(order, body->lines.count);
	if (body->lines.count > 0)
		memcpy(lines, body->lines.items, body->lines.count * sizeof *lines);
	grant_of(order)->prepared(state, order);
}

const struct event_type event_order_prepared = { "order.prepared", &prepared_body,
	apply_prepared };

/* ---- issuing ---- */

struct issued {
	const char *criteria; /* NULL in entries of before they were cited */
	int64_t deliver_by, lapses_at, market_micros_per_kg;
	char order[CODE_MAX], request[CODE_MAX], waiver[CODE_MAX];
};
static const struct field issued_fields[] = {
	F_STRING(struct issued, criteria),
	F_TIME(struct issued, deliver_by),
	F_TIME(struct issued, lapses_at),
	F_INT(struct issued, market_micros_per_kg),
	F_TEXT(struct issued, order),
	F_TEXT(struct issued, request),
	F_TEXT(struct issued, waiver),
};
static const struct descriptor issued_body =
	DESCRIPTOR("order.issued", struct issued, issued_fields);

const char *release_floor_bar(const struct commodity *commodity, const struct floor *floor,
	const char *rule, const char **ret_because)
{
	if (floor == NULL || commodity->available_g < floor->mass_g) {
		*ret_because = "the stock is below the floor that must stay";
		return rule;
	}
	if (commodity->hard == NULL || commodity->available_g < commodity->hard->mass_g) {
		*ret_because = "the stock is below the hard floor";
		return "R05";
	}
	return NULL;
}

const char *release_frozen_bar(const struct context *context, const struct order *order,
	const char **ret_because)
{
	const struct order_line *lines = order->lines.items;
	for (uint32_t i = 0; i < order->lines.count; i++) {
		const struct lot *lot = state_find(context->state, TABLE_LOT, lines[i].lot);
		const struct count *count = lot != NULL ? count_freezing(lot) : NULL;
		if (count == NULL)
			continue;
		*ret_because = arena_printf(context->arena, "%s is being counted (%s), and lot %s with it: sign "
			"when that stocktake has ended", lot->site->code, count->id, lot->code);
		return "R24";
	}
	return NULL;
}

const char *release_lots_bar(const struct context *context, const struct order *order,
	const char **ret_because)
{
	const struct order_line *lines = order->lines.items;
	const struct finding *finding = commodity_stopped(context->state, order->commodity);
	if (finding != NULL) {
		*ret_because = finding_stop_words(context->arena, finding);
		return "R24";
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

const char *release_signatures_bar(struct arena *arena, int64_t approvals, int64_t signatures,
	const char **ret_because)
{
	if (approvals <= signatures)
		return NULL;
	*ret_because = arena_printf(arena, "%lld persons must sign so much now, and it "
		"was prepared for %lld; reject it and prepare it anew", (long long)approvals,
		(long long)signatures);
	return "R14";
}

int64_t release_lapses_at(const struct context *context, int64_t last_day)
{
	int64_t term = context->now + state_reserve(context->state)->order_lapse_days * TIME_DAY_MS;
	return last_day != ABSENT && last_day + TIME_DAY_MS > term ? last_day + TIME_DAY_MS : term;
}

/* What its lines are made of, as picks. */
static const struct pick *picks_of(const struct order *order, struct arena *arena)
{
	const struct order_line *lines = order->lines.items;
	struct pick *picks = arena_alloc(arena, (order->lines.count + 1) * sizeof *picks);
	assert(picks != NULL); /* far below the arena's cap */
	for (uint32_t i = 0; i < order->lines.count; i++) {
		picks[i] = (struct pick){ .contained_g = lines[i].contained_g, .net_g = lines[i].net_g,
			.units = lines[i].units };
		body_text(picks[i].lot, lines[i].lot);
	}
	return picks;
}

int64_t release_issue(const struct context *context, const struct order *order,
	const struct release_basis *basis, int64_t deliver_by, const struct loadout_rules *rules,
	struct decision *decision)
{
	struct issued *body = decision_body(decision, &event_order_issued);
	body->market_micros_per_kg = basis->market_micros_per_kg;
	body_text(body->waiver, basis->waiver);
	body_text(body->order, order->id);
	body_text(body->request, order->request);
	body->deliver_by = deliver_by;
	body->criteria = state_release_criteria(context->state, context->arena, order->commodity,
		order->member, order->request);
	decision_add(decision, &event_order_issued, body);
	int64_t last_day = loadout_add_slots(context, slots_begin(context), rules, order->id,
		picks_of(order, context->arena), order->lines.count, decision);
	body->lapses_at = release_lapses_at(context, last_day);
	decision->next = arena_printf(decision->arena,
		"vaultctl loadout weigh %s LOT --gross ... --tare ... --carrier ... --vehicle ...", order->id);
	return last_day;
}

static void apply_issued(struct state *state, const struct applied *applied, const void *data)
{
	const struct issued *body = data;
	struct order *order = state_find(state, TABLE_RELEASE_ORDER, body->order);
	assert(order != NULL);
	order->state = ORDER_ISSUED;
	order->issued_at = applied->at;
	order->lapses_at = body->lapses_at;
	order->deliver_by = body->deliver_by;
	order->market_micros_per_kg = body->market_micros_per_kg;
	body_text(order->waiver, body->waiver);
	order_cite(order, body->criteria);
	state_touch(state, order);
	state_schedule(state, order);
	grant_of(order)->issued(state, applied, order);
}

const struct event_type event_order_issued = { "order.issued", &issued_body, apply_issued };

/* ---- the note ---- */

static bool order_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct order *order = state_find(context->state, TABLE_RELEASE_ORDER,
		document->subject);
	assert(order != NULL);
	return grant_of(order)->issue(context, order, document, decision, error);
}

static void order_rejected(struct state *state, const struct document *document)
{
	struct order *order = state_find(state, TABLE_RELEASE_ORDER, document->subject);
	assert(order != NULL);
	grant_of(order)->rejected(state, order);
	order->state = ORDER_REJECTED;
	state_close(state, order);
}

const struct document_kind document_release_order = { "release-order", order_effect,
	order_rejected, "who asked for the metal", NULL };

void release_drop(struct state *state, const char *id)
{
	struct order *order = state_find(state, TABLE_RELEASE_ORDER, id);
	assert(order != NULL);
	document_obsolete(state, id);
	if (order_is_booked(order))
		slots_book(state, order, -1);
	order->state = order->state == ORDER_PREPARED ? ORDER_REJECTED : ORDER_LAPSED;
	state_close(state, order);
}
