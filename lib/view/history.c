/*
 * Steps stand by commodity (the slot of its row), each only where a day ended otherwise than the one
 * before. Flows are what a lot's own sums became by an entry: so any kind of event that moves metal is
 * seen, those to come included. Of a day that is over, flows alike are one.
 */
#include "view/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/request.h"
#include "reserve/emergency/why.h"
#include "reserve/refusal.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"

struct steps {
	struct history_step *steps;
	uint32_t count, capacity;
};

struct history {
	int64_t day;              /* of the last entry; TIME_NONE: there was none */
	struct steps *commodities; /* by slot */
	uint32_t commodity_count;
	struct history_flow *flows;
	size_t flow_count, flow_capacity, merged; /* merged: those of days that are over */
	struct history_mark *marks;
	size_t mark_count, mark_capacity;
	uint32_t *orders;         /* by slot: 1 + place of the first mark, and of the last */
	uint32_t order_count;
	char (*rules)[8];         /* by slot of the request */
	size_t rule_capacity;
	uint32_t request_end;     /* slots of requests that have been seen */
	/* Between before and after: the lot that the entry is about, and how it was. */
	const struct lot *lot;
	struct lot was;
	bool decided;             /* it decides a request, which it may make: that one, or NULL, and by what */
	const struct request *request;
	char rule[8];
};

struct history *history_new(void)
{
	struct history *history = calloc(1, sizeof *history);
	if (history == NULL)
		abort();
	history->day = TIME_NONE;
	return history;
}

void history_free(struct history *history)
{
	if (history == NULL)
		return;
	for (uint32_t i = 0; i < history->commodity_count; i++)
		free(history->commodities[i].steps);
	free(history->commodities);
	free(history->flows);
	free(history->marks);
	free(history->orders);
	free(history->rules);
	free(history);
}

/* Room for so many items of a size, new ones zeroed. */
static void *grown(void *items, size_t size, size_t *capacity, size_t wanted)
{
	if (wanted <= *capacity)
		return items;
	size_t more = *capacity * 2 > wanted ? *capacity * 2 : wanted < 16 ? 16 : wanted;
	char *bytes = reallocarray(items, more, size);
	if (bytes == NULL)
		abort();
	memset(bytes + *capacity * size, 0, (more - *capacity) * size);
	*capacity = more;
	return bytes;
}

static int64_t day_of(int64_t at_ms)
{
	int64_t rest = at_ms % TIME_DAY_MS;
	return at_ms - (rest < 0 ? rest + TIME_DAY_MS : rest);
}

/* ---- days that end ---- */

static struct steps *steps_of(struct history *history, const struct commodity *commodity)
{
	size_t capacity = history->commodity_count;
	history->commodities = grown(history->commodities, sizeof *history->commodities, &capacity,
		(size_t)commodity->row.slot + 1);
	history->commodity_count = (uint32_t)capacity;
	return &history->commodities[commodity->row.slot];
}

static bool alike(const struct history_step *a, const struct history_step *b)
{
	return a->available_g == b->available_g && a->operating_g == b->operating_g &&
		a->hard_g == b->hard_g && a->consumption_g_per_day == b->consumption_g_per_day;
}

static void keep_step(struct history *history, const struct commodity *commodity)
{
	struct steps *steps = steps_of(history, commodity);
	const struct floor *operating = commodity->operating, *hard = commodity->hard;
	const struct history_step step = { history->day, commodity->available_g,
		operating != NULL ? operating->mass_g : ABSENT, hard != NULL ? hard->mass_g : ABSENT,
		operating != NULL ? operating->consumption_g_per_day : ABSENT };
	if (steps->count > 0 && alike(&steps->steps[steps->count - 1], &step))
		return;
	size_t capacity = steps->capacity;
	steps->steps = grown(steps->steps, sizeof *steps->steps, &capacity, (size_t)steps->count + 1);
	steps->capacity = (uint32_t)capacity;
	steps->steps[steps->count++] = step;
}

static int compare_flows(const void *a, const void *b)
{
	const struct history_flow *one = a, *other = b;
	if (one->commodity->row.slot != other->commodity->row.slot)
		return one->commodity->row.slot < other->commodity->row.slot ? -1 : 1;
	if (one->site->row.slot != other->site->row.slot)
		return one->site->row.slot < other->site->row.slot ? -1 : 1;
	if (one->kind != other->kind)
		return one->kind < other->kind ? -1 : 1;
	int order = strcmp(one->supplier, other->supplier);
	return order != 0 ? order : strcmp(one->origin, other->origin);
}

/* The day's flows, those alike summed. */
static void merge_flows(struct history *history)
{
	size_t count = history->flow_count - history->merged, kept = 0;
	if (count == 0)
		return;
	struct history_flow *flows = history->flows + history->merged;
	qsort(flows, count, sizeof *flows, compare_flows);
	for (size_t i = 1; i < count; i++) {
		if (compare_flows(&flows[kept], &flows[i]) != 0) {
			flows[++kept] = flows[i];
			continue;
		}
		flows[kept].count += flows[i].count;
		flows[kept].net_g += flows[i].net_g;
		flows[kept].contained_g += flows[i].contained_g;
	}
	history->merged += kept + 1;
	history->flow_count = history->merged;
}

static void end_day(struct history *history, const struct state *state)
{
	const struct commodity *commodity = NULL;
	while ((commodity = state_next(state, TABLE_COMMODITY, commodity)) != NULL)
		keep_step(history, commodity);
	merge_flows(history);
}

/* ---- entries ---- */

/* The text of a field of an event's body, "" where it has none of that name. */
static const char *named(const struct event_type *type, const void *body, const char *name)
{
	const struct field *field = descriptor_field(type->body, name);
	return field != NULL && (field->type == FIELD_TEXT || field->type == FIELD_STRING) ?
		field_text(field, body) : "";
}

static void mark_order(struct history *history, const struct state *state,
	const struct applied *applied, const struct event_type *type, const void *body)
{
	const char *id = named(type, body, "order");
	const struct order *order = id[0] != '\0' ? state_find(state, TABLE_RELEASE_ORDER, id) : NULL;
	if (order == NULL)
		return;
	size_t capacity = history->order_count;
	history->orders = grown(history->orders, 2 * sizeof *history->orders, &capacity,
		(size_t)order->row.slot + 1);
	history->order_count = (uint32_t)capacity;
	history->marks = grown(history->marks, sizeof *history->marks, &history->mark_capacity,
		history->mark_count + 1);
	uint32_t *ends = &history->orders[2 * order->row.slot];
	history->marks[history->mark_count++] = (struct history_mark){ applied->index, applied->at, type, 0 };
	uint32_t place = (uint32_t)history->mark_count;
	if (ends[0] == 0)
		ends[0] = place;
	else
		history->marks[ends[1] - 1].next = place;
	ends[1] = place;
}

static void take_decision(struct history *history, const struct state *state,
	const struct event_type *type, const void *body)
{
	history->decided = why_decides(type->kind);
	if (!history->decided)
		return;
	const struct request_decided *decided = body;
	const struct rule_result *rules = decided->rules.items;
	const struct rule_result *binding = rule_binding(rules, decided->rules.count);
	history->request = state_find(state, TABLE_REQUEST, decided->request);
	text_copy(history->rule, sizeof history->rule,
		binding != NULL && binding->failed ? binding->rule : "");
}

/* A request that the entry made is the newest row; it may have ended at once. */
static void keep_decision(struct history *history, const struct state *state)
{
	const struct request *request;
	while ((request = state_next_from(state, TABLE_REQUEST, history->request_end)) != NULL) {
		history->request_end = request->row.slot + 1;
		history->request = request;
	}
	history->decided = false;
	if (history->request == NULL)
		return;
	history->rules = grown(history->rules, sizeof *history->rules, &history->rule_capacity,
		history->request_end);
	memcpy(history->rules[history->request->row.slot], history->rule, sizeof history->rule);
}

void history_before(struct history *history, const struct state *state,
	const struct applied *applied, const struct event_type *type, const void *body)
{
	int64_t day = day_of(applied->at);
	if (history->day != TIME_NONE && day > history->day)
		end_day(history, state);
	if (history->day == TIME_NONE || day > history->day)
		history->day = day;
	mark_order(history, state, applied, type, body);
	take_decision(history, state, type, body);
	const char *code = named(type, body, "lot");
	history->lot = code[0] != '\0' ? state_find(state, TABLE_LOT, code) : NULL;
	if (history->lot != NULL)
		history->was = *history->lot;
}

static void add_flow(struct history *history, const struct lot *lot, const struct site *site,
	enum history_flow_kind kind, int64_t net_g, int64_t contained_g)
{
	if (net_g == 0 && contained_g == 0)
		return;
	history->flows = grown(history->flows, sizeof *history->flows, &history->flow_capacity,
		history->flow_count + 1);
	struct history_flow *flow = &history->flows[history->flow_count++];
	*flow = (struct history_flow){ .day = history->day, .commodity = lot->commodity, .site = site,
		.kind = (uint8_t)kind, .count = 1, .net_g = net_g, .contained_g = contained_g };
	text_copy(flow->supplier, sizeof flow->supplier, lot->supplier);
	text_copy(flow->origin, sizeof flow->origin, lot->origin);
}

/* What the lot's sums say that the entry did. */
void history_after(struct history *history, const struct state *state)
{
	const struct lot *lot = history->lot, *was = &history->was;
	if (history->decided)
		keep_decision(history, state);
	if (lot == NULL)
		return;
	history->lot = NULL;
	int64_t less_g = was->contained_g - lot->contained_g;
	add_flow(history, lot, lot->site, HISTORY_WEIGHED, lot->received_g - was->received_g, 0);
	if (was->state != LOT_ACCEPTED && lot->state == LOT_ACCEPTED)
		add_flow(history, lot, lot->site, HISTORY_ACCEPTED, lot->on_hand_g, lot->contained_g);
	if (was->destination == NULL && lot->destination != NULL)
		add_flow(history, lot, was->site, HISTORY_SENT, lot->in_transit_g, lot->contained_g);
	if (was->destination != NULL && lot->destination == NULL && lot->on_hand_g > was->on_hand_g)
		add_flow(history, lot, lot->site, HISTORY_ARRIVED, lot->on_hand_g - was->on_hand_g,
			lot->contained_g);
	if (lot->out_g != was->out_g)
		add_flow(history, lot, was->site, lot->state == LOT_REJECTED ? HISTORY_REJECTED : HISTORY_OUT,
			lot->out_g - was->out_g, less_g);
	else if (lot->lost_g != was->lost_g)
		add_flow(history, lot, was->site, HISTORY_LOST, lot->lost_g - was->lost_g, less_g);
	else if (lot->adjusted_g != was->adjusted_g || was->state == LOT_ACCEPTED) /* or another assay */
		add_flow(history, lot, lot->site, HISTORY_ADJUSTED, lot->adjusted_g - was->adjusted_g,
			-less_g);
}

/* ---- asking ---- */

static const struct steps *steps_known(const struct history *history,
	const struct commodity *commodity)
{
	return commodity->row.slot < history->commodity_count ?
		&history->commodities[commodity->row.slot] : NULL;
}

const struct history_step *history_at(const struct history *history,
	const struct commodity *commodity, int64_t day)
{
	const struct steps *steps = steps_known(history, commodity);
	uint32_t low = 0, high = steps != NULL ? steps->count : 0;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (steps->steps[middle].day <= day)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &steps->steps[low - 1] : NULL;
}

int64_t history_below_since(const struct history *history, const struct commodity *commodity)
{
	const struct steps *steps = steps_known(history, commodity);
	int64_t since = ABSENT;
	for (uint32_t i = steps != NULL ? steps->count : 0; i-- > 0;) {
		const struct history_step *step = &steps->steps[i];
		if (step->operating_g == ABSENT || step->available_g >= step->operating_g)
			break;
		since = step->day;
	}
	return since;
}

const char *history_rule(const struct history *history, const struct request *request)
{
	return request->row.slot < history->rule_capacity ? history->rules[request->row.slot] : "";
}

const struct history_flow *history_flows(const struct history *history, size_t *ret_count)
{
	*ret_count = history->flow_count;
	return history->flows;
}

const struct history_mark *history_next_mark(const struct history *history,
	const struct order *order, const struct history_mark *after)
{
	uint32_t place = after != NULL ? after->next : order->row.slot < history->order_count ?
		history->orders[2 * order->row.slot] : 0;
	return place > 0 ? &history->marks[place - 1] : NULL;
}
