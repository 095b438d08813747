/* The row of a release order. */
#include "reserve/stock/order.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/stock/slots.h"

static const char *const state_names[] = { "", "prepared", "issued", "loading", "loaded",
	"delivered", "rejected", "lapsed", NULL };

static const struct field line_fields[] = {
	R_INT(struct order_line, contained_g),
	F_INT(struct order_line, grade_ppm),
	R_TEXT(struct order_line, lot),
	R_INT(struct order_line, net_g),
	F_BOOL(struct order_line, open),
	F_INT(struct order_line, out_contained_g),
	F_INT(struct order_line, out_net_g),
	F_INT(struct order_line, out_units),
	F_INT(struct order_line, units),
};
const struct descriptor order_line_descriptor =
	DESCRIPTOR("line", struct order_line, line_fields);

static const struct field order_fields[] = {
	F_TEXT(struct order, id),
	F_TEXT(struct order, request),
	F_REF(struct order, member, TABLE_MEMBER),
	F_REF(struct order, commodity, TABLE_COMMODITY),
	F_ENUM(struct order, state, state_names),
	F_TEXT(struct order, consignee),
	F_INT(struct order, contained_g),
	F_INT(struct order, quoted),
	F_INT(struct order, decimals),
	F_TEXT(struct order, unit),
	F_TEXT(struct order, basis),
	F_INT(struct order, price_micros_per_kg),
	F_INT(struct order, market_micros_per_kg),
	F_TEXT(struct order, waiver),
	F_TIME(struct order, issued_at),
	F_TIME(struct order, lapses_at),
	F_TEXT(struct order, plan),
	F_STRING(struct order, criteria),
	F_TIME(struct order, deliver_by),
	F_LIST(struct order, lines, &order_line_descriptor),
	F_LIST(struct order, slots, &slot_descriptor),
};
const struct descriptor order_descriptor = DESCRIPTOR("release_order", struct order, order_fields);

const char *order_state_name(const struct order *order)
{
	return state_names[order->state];
}

const char *order_whom(const struct order *order)
{
	return order->member != NULL ? row_key((const struct row *)order->member) : order->consignee;
}

void order_cite(struct order *order, const char *criteria)
{
	if (criteria != NULL && (order->criteria = strdup(criteria)) == NULL)
		abort();
}

bool order_is_booked(const struct order *order)
{
	return order->state == ORDER_ISSUED || order->state == ORDER_LOADING ||
		order->state == ORDER_LOADED;
}

void order_loaded(struct state *state, struct row *row)
{
	const struct order *order = (const struct order *)(const void *)row;
	if (!row->closed && order_is_booked(order))
		slots_book(state, order, 1);
}

/* Whichever comes first: it lapses, or its service clock runs out. */
int64_t order_due(const struct row *row)
{
	const struct order *order = (const struct order *)(const void *)row;
	bool lapses = order->state == ORDER_ISSUED || order->state == ORDER_LOADING;
	int64_t due_ms = lapses ? order->lapses_at : TIME_NONE;
	if (!order_is_booked(order) || order->deliver_by == ABSENT)
		return due_ms;
	return due_ms != TIME_NONE && due_ms <= order->deliver_by ? due_ms : order->deliver_by;
}

int order_compare(const struct order *a, const struct order *b)
{
	if (a->issued_at != b->issued_at)
		return a->issued_at < b->issued_at ? -1 : 1;
	size_t length_a = strlen(a->id), length_b = strlen(b->id);
	if (length_a != length_b) /* past O-2026-9999 */
		return length_a < length_b ? -1 : 1;
	return strcmp(a->id, b->id);
}

struct order_line *order_line_of(const struct order *order, const char *lot)
{
	struct order_line *lines = order->lines.items;
	for (uint32_t i = 0; i < order->lines.count; i++) {
		if (text_equal(lines[i].lot, lot))
			return &lines[i];
	}
	return NULL;
}

uint32_t order_lines_left(const struct order *order)
{
	const struct order_line *lines = order->lines.items;
	uint32_t left = 0;
	for (uint32_t i = 0; i < order->lines.count; i++)
		left += lines[i].out_net_g == ABSENT || lines[i].open ? 1 : 0;
	return left;
}

struct pick order_line_rest(const struct order_line *line)
{
	struct pick rest = { .units = line->units };
	if (line->out_net_g == ABSENT) {
		rest.contained_g = line->contained_g;
		rest.net_g = line->net_g;
	} else if (line->open) {
		rest.contained_g = line->contained_g - line->out_contained_g;
		rest.net_g = line->net_g - line->out_net_g;
		if (line->units != ABSENT)
			rest.units = line->units - line->out_units;
	} else if (line->units != ABSENT) {
		rest.units = 0;
	}
	return rest;
}
