/*
 * What left the gates: against an order that was issued, no more than it lets go, to the consignee that
 * it names; and orders that nobody lifted.
 */
#include "audit/check_world.h"

#include "audit/column.h"
#include "audit/said.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/request.h"
#include "reserve/stock/count.h"
#include "reserve/stock/loadout.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "reserve/stock/slots.h"
#include "reserve/words.h"

static const struct order *order_of(const struct check_run *run, const struct parsed_entry *entry)
{
	return state_find(run->state, TABLE_RELEASE_ORDER, check_text(entry, "order"));
}

static const char *order_subject(const struct check_run *run, const char *order)
{
	return arena_printf(run->arena, "order %s", order);
}

static void *begin_column(const struct check_run *run)
{
	(void)run;
	return column_new(sizeof(int64_t));
}

/* ---- delivered-elsewhere ---- */

static int64_t loaded_net_g(const struct order *order)
{
	const struct order_line *lines = order->lines.items;
	int64_t net_g = 0;
	for (uint32_t i = 0; i < order->lines.count; i++)
		net_g += lines[i].out_net_g != ABSENT ? lines[i].out_net_g : 0;
	return net_g;
}

static void before_delivered(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct order *order = order_of(run, entry);
	const char *consignee = check_text(entry, "consignee");
	if (order == NULL)
		return;
	const struct request *request = state_find(run->state, TABLE_REQUEST, order->request);
	const char *subject = order_subject(run, order->id);
	if (!text_equal(consignee, order->consignee))
		check_found(run, subject, entry->sequence, "order %s is for \"%s\" and was delivered to \"%s\", "
			"received by \"%s\"", order->id, order->consignee, consignee,
			check_text(entry, "receiver"));
	else if (request != NULL && request->consignee != NULL &&
	    !text_equal(request->consignee, order->consignee))
		check_found(run, subject, entry->sequence, "%s asked for \"%s\", and order %s was made out and "
			"delivered to \"%s\"", request->id, request->consignee, order->id, order->consignee);
	else if (check_number(entry, "out_net_g") != loaded_net_g(order))
		check_found(run, subject, entry->sequence, "%lld g were loaded against order %s, and %lld g "
			"were delivered", (long long)loaded_net_g(order), order->id,
			(long long)check_number(entry, "out_net_g"));
}

static const struct event_type *const delivered_kinds[] = { &event_order_delivered, NULL };

const struct check check_delivered_elsewhere = {
	.id = "delivered-elsewhere",
	.title = "delivered to another than the order's consignee",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "each delivery's consignee and mass against its order's, and against the request's consignee",
	.remedy = "Find the metal and who signed for it; report it as a diversion to two officers and the auditor.",
	.source = "GAO-05-729T: property released to people who should not have had it",
	.history = true,
	.kinds = delivered_kinds, .before = before_delivered,
};

/* ---- release-without-order ---- */

/* What an order lets go of a lot, or NULL with why none of it. */
static const struct order_line *line_of(const struct check_run *run,
	const struct parsed_entry *entry, const struct lot *lot, const char **ret_because)
{
	const struct order *order = order_of(run, entry);
	const struct order_line *line = NULL;
	*ret_because = "there is no such order";
	if (order != NULL && order->state != ORDER_ISSUED && order->state != ORDER_LOADING)
		*ret_because = arena_printf(run->arena, "that order was %s", order_state_name(order));
	else if (order != NULL && (line = order_line_of(order, lot->code)) == NULL)
		*ret_because = "that order has no part of the lot";
	return line;
}

/* Why a lot must not leave now, or NULL. */
static const char *not_free(const struct lot *lot, int64_t at)
{
	if (lot->state != LOT_ACCEPTED)
		return "it is not accepted";
	if (lot->holds > 0)
		return "it is held";
	if (lot->destination != NULL)
		return "it is in transit";
	if (!lot->assayed || (lot->retest_at != ABSENT && lot->retest_at <= at))
		return "its assay is not in date";
	if (lot->site->state != SITE_OPEN)
		return "its site is not open";
	return count_freezing(lot) != NULL ? "its site is being counted" : NULL;
}

static void check_load(const struct check_run *run, const struct parsed_entry *entry,
	const struct lot *lot, int64_t net_g)
{
	const char *because, *subject = arena_printf(run->arena, "order %s lot %s",
		check_text(entry, "order"), lot->code);
	const struct order_line *line = line_of(run, entry, lot, &because);
	if (line == NULL) {
		check_found(run, subject, entry->sequence, "%lld g of lot %s left against %s: %s",
			(long long)net_g, lot->code, check_text(entry, "order"), because);
		return;
	}
	const struct pick rest = order_line_rest(line);
	const char *bar = not_free(lot, entry->at);
	if (net_g > rest.net_g)
		check_found(run, subject, entry->sequence, "%lld g of lot %s left against %s, which let %lld g "
			"more of it go", (long long)net_g, lot->code, check_text(entry, "order"),
			(long long)rest.net_g);
	else if (bar != NULL)
		check_found(run, subject, entry->sequence, "%lld g of lot %s left against %s, and %s",
			(long long)net_g, lot->code, check_text(entry, "order"), bar);
}

static void before_load(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct lot *lot = state_find(run->state, TABLE_LOT, check_text(entry, "lot"));
	int64_t net_g = check_number(entry, "gross_g") - check_number(entry, "tare_g");
	if (lot == NULL)
		return;
	*(int64_t *)column_at(run->own, lot) += net_g;
	check_load(run, entry, lot, net_g);
}

/* What was rejected went back to who sent it; all else that is out left against an order. */
static void end_loads(const struct check_run *run)
{
	const struct lot *lot = NULL;
	while ((lot = state_next(run->state, TABLE_LOT, lot)) != NULL) {
		int64_t ordered_g = *(int64_t *)column_at(run->own, lot);
		if (lot->state != LOT_REJECTED && lot->out_g != ordered_g)
			check_found(run, arena_printf(run->arena, "lot %s", lot->code), lot->row.last_index,
				"%lld g have left lot %s, and orders account for %lld g", (long long)lot->out_g,
				lot->code, (long long)ordered_g);
	}
}

static const struct event_type *const load_kinds[] = { &event_order_loaded, NULL };

const struct check check_release_without_order = {
	.id = "release-without-order",
	.title = "left without an order",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "each load against an order that is issued, has the lot and lets that much of it go, and "
		"whether the lot was free to leave; and all that left a lot against the loads",
	.remedy = "Stop load-out at the site, find the metal, and have the order and its signatures audited: "
		"vaultctl audit run --only two-signatures,signer-asked.",
	.source = "GAO-06-981T: items released because controls broke at each step",
	.history = true,
	.kinds = load_kinds, .begin = begin_column, .before = before_load, .end = end_loads,
	.free = column_drop,
};

/* ---- order-unlifted ---- */

static int64_t left_g(const struct order *order)
{
	const struct order_line *lines = order->lines.items;
	int64_t contained_g = 0;
	for (uint32_t i = 0; i < order->lines.count; i++)
		contained_g += order_line_rest(&lines[i]).contained_g;
	return contained_g;
}

/* The day after its last slot; of an order without slots, when it lapses. */
static int64_t loads_until(const struct order *order)
{
	const struct slot *slots = order->slots.items;
	return order->slots.count > 0 ? slots[order->slots.count - 1].day + TIME_DAY_MS :
		order->lapses_at;
}

/* The time of the last load of each order; what lapses is told as it lapses. */
static void before_unlifted(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct order *order = order_of(run, entry);
	char mass[WORD_MASS];
	if (order == NULL)
		return;
	if (said_kind(entry, &event_order_loaded)) {
		*(int64_t *)column_at(run->own, order) = entry->at;
		return;
	}
	word_mass(mass, left_g(order));
	check_found(run, order_subject(run, order->id), entry->sequence, "order %s for %s lapsed: %s of %s "
		"was not lifted", order->id, order->consignee, mass, order->commodity->code);
}

static void check_unlifted(const struct check_run *run, const struct order *order)
{
	int64_t until = loads_until(order), loaded_at = *(int64_t *)column_at(run->own, order);
	char mass[WORD_MASS], day[TIME_TEXT_SIZE];
	bool loads = order->state == ORDER_ISSUED || order->state == ORDER_LOADING;
	word_mass(mass, left_g(order));
	if (loads && until != ABSENT && run->now >= until) {
		time_format(until - 1, day);
		check_found(run, order_subject(run, order->id), order->row.last_index, "order %s for %s: the "
			"last slot was on %.10s, and %s of %s is still here", order->id, order->consignee, day,
			mass, order->commodity->code);
	} else if (order->state == ORDER_LOADED && loaded_at > 0 &&
	    run->now - loaded_at > IN_TRANSIT_DAYS * TIME_DAY_MS) {
		time_format(loaded_at, day);
		check_found(run, order_subject(run, order->id), order->row.last_index, "order %s left on %.10s, "
			"%lld days ago, and nobody has said that %s has it", order->id, day,
			(long long)((run->now - loaded_at) / TIME_DAY_MS), order->consignee);
	}
}

static void end_unlifted(const struct check_run *run)
{
	const struct order *order = NULL;
	while ((order = state_next(run->state, TABLE_RELEASE_ORDER, order)) != NULL) {
		if (!order->row.closed)
			check_unlifted(run, order);
	}
}

static const struct event_type *const unlifted_kinds[] = { &event_order_loaded,
	&event_order_lapsed, NULL };

const struct check check_order_unlifted = {
	.id = "order-unlifted",
	.title = "orders that nobody lifted",
	.severity = SEVERITY_WARNING,
	.looks_at = "orders that lapsed; orders whose last load-out slot is past and that still have metal here; "
		"what was loaded over 30 days ago and is delivered to nobody",
	.remedy = "Ask the consignee; move the slots (vaultctl loadout move) or let the order lapse; confirm the "
		"delivery (vaultctl deliver).",
	.source = "DLA sales: what is sold is removed within 30 days; NDS reports of what is sold but not shipped",
	.kinds = unlifted_kinds, .begin = begin_column, .before = before_unlifted, .end = end_unlifted,
	.free = column_drop,
};
