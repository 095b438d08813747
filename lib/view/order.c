/* The room Stock: release orders, and the slots in which they are loaded out. */
#include "reserve/stock/order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "reserve/stock/grant.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "view/row.h"
#include "view/write.h"
#include "wire/message.h"
#include "wire/value.h"

static int64_t need_by_of(const struct state *state, const struct order *order)
{
	return grant_of(order)->need_by(state, order);
}

/* The day of the last slot of which anything is still to leave; ABSENT: none. */
static int64_t last_day_left(const struct state *state, const struct order *order,
	struct arena *arena)
{
	const struct slot *slots = order->slots.items;
	const int64_t *left_g = slots_left_g(state, order, arena);
	for (uint32_t i = order->slots.count; i > 0; i--) {
		if (left_g[i - 1] > 0)
			return slots[i - 1].day;
	}
	return ABSENT;
}

bool view_order(const struct view *view, struct buffer *out, struct error *error)
{
	const struct state *state = view->state;
	const struct order *order = view_row(view, TABLE_RELEASE_ORDER, "id", "order", error);
	struct json json;
	if (order == NULL)
		return false;
	reply_begin(&json, out);
	json_key(&json, "order");
	json_record(&json, &order_descriptor, order);
	if (!order->row.closed && order_is_booked(order)) {
		write_time(&json, "expected_out_by", last_day_left(state, order, view->arena));
		write_time(&json, "need_by", need_by_of(state, order));
	}
	reply_end(&json, false);
	return true;
}

/* A slot in its queue. */
struct queued {
	const struct order *order;
	const struct slot *slot;
	int64_t left_g;
	int64_t position; /* from 1 */
};

struct queue {
	struct queued *items;
	size_t count, capacity;
};

static void queue_add(struct queue *queue, struct queued queued)
{
	if (queue->count == queue->capacity) {
		queue->capacity = queue->capacity == 0 ? 64 : queue->capacity * 2;
		queue->items = reallocarray(queue->items, queue->capacity, sizeof *queue->items);
		if (queue->items == NULL)
			abort();
	}
	queue->items[queue->count++] = queued;
}

static bool same_queue(const struct queued *a, const struct queued *b)
{
	return a->slot->day == b->slot->day && text_equal(a->slot->site, b->slot->site);
}

static int compare_queued(const void *left, const void *right)
{
	const struct queued *a = left, *b = right;
	int sites = strcmp(a->slot->site, b->slot->site);
	if (sites != 0)
		return sites;
	if (a->slot->day != b->slot->day)
		return a->slot->day < b->slot->day ? -1 : 1;
	return order_compare(a->order, b->order);
}

/* All slots of a site (or of all) of which anything is still to leave, each in its queue. */
static void gather_queue(const struct state *state, const char *site, struct arena *arena,
	struct queue *queue)
{
	const struct order *order = NULL;
	while ((order = state_next(state, TABLE_RELEASE_ORDER, order)) != NULL) {
		const struct slot *slots = order->slots.items;
		if (order->row.closed || !order_is_booked(order) || order->slots.count == 0)
			continue;
		const int64_t *left_g = slots_left_g(state, order, arena);
		for (uint32_t i = 0; i < order->slots.count; i++) {
			if (left_g[i] > 0 && (site[0] == '\0' || text_equal(slots[i].site, site)))
				queue_add(queue, (struct queued){ order, &slots[i], left_g[i], 0 });
		}
	}
	if (queue->count > 1)
		qsort(queue->items, queue->count, sizeof *queue->items, compare_queued);
	for (size_t i = 0; i < queue->count; i++)
		queue->items[i].position = i > 0 && same_queue(&queue->items[i - 1], &queue->items[i]) ?
			queue->items[i - 1].position + 1 : 1;
}

static void write_queued(struct json *json, const struct state *state,
	const struct queued *queued, int64_t now)
{
	const struct order *order = queued->order;
	const struct slot *slot = queued->slot;
	const struct site *site = state_find(state, TABLE_SITE, slot->site);
	int64_t need_by = need_by_of(state, order);
	json_open_object(json);
	json_key(json, "site");
	json_text(json, slot->site);
	write_time(json, "day", slot->day);
	json_key(json, "order");
	json_text(json, order->id);
	json_key(json, "member");
	json_text(json, order_whom(order));
	json_key(json, "commodity");
	json_text(json, order->commodity->code);
	json_key(json, "net_g");
	json_int(json, queued->left_g);
	json_key(json, "position");
	json_int(json, queued->position);
	write_time(json, "need_by", need_by);
	if (slot->day < slot_day_of(now) || slot_is_late(slot->day, need_by)) {
		json_key(json, "late");
		json_bool(json, true);
	}
	json_key(json, "booked_g");
	json_int(json, slots_booked_g(site, slot->day));
	if (site->daily_loadout_g != ABSENT) {
		json_key(json, "daily_g");
		json_int(json, site->daily_loadout_g);
	}
	json_close_object(json);
}

/* What a reply calls next: SITE/DAY/POSITION of its last row. What moves meanwhile may be met twice. */
static void mark_of(const struct queued *queued, char *to, size_t size)
{
	snprintf(to, size, "%s/%lld/%lld", queued->slot->site, (long long)queued->slot->day,
		(long long)queued->position);
}

static bool is_after(const struct queued *queued, const char *site, int64_t day, int64_t position)
{
	int sites = strcmp(queued->slot->site, site);
	if (sites != 0)
		return sites > 0;
	if (queued->slot->day != day)
		return queued->slot->day > day;
	return queued->position > position;
}

/* The first row behind a mark. */
static bool page_begin(const struct queue *queue, const char *after, size_t *ret_first,
	struct error *error)
{
	char site[CODE_MAX] = "";
	long long day = 0, position = 0;
	size_t first = 0;
	if (after[0] != '\0' && sscanf(after, "%23[^/]/%lld/%lld", site, &day, &position) != 3)
		return error_set(error, ERROR_INVALID, "after", "it is no end of a page: %.40s", after);
	while (after[0] != '\0' && first < queue->count &&
	       !is_after(&queue->items[first], site, day, position))
		first++;
	*ret_first = first;
	return true;
}

static void write_queue(struct json *json, const struct view *view, const struct queue *queue,
	size_t first, int64_t limit)
{
	const struct state *state = view->state;
	const char *order = value_get_text(view->parameters, "order", "");
	const struct queued *last = NULL;
	char mark[CODE_MAX + 48];
	json_key(json, "rows");
	json_open_array(json);
	size_t i = first;
	for (; i < queue->count && limit > 0; i++) {
		last = &queue->items[i];
		if (order[0] != '\0' && !text_equal(last->order->id, order))
			continue;
		write_queued(json, state, last, view->now);
		limit--;
	}
	json_close_array(json);
	if (i == queue->count)
		return;
	mark_of(last, mark, sizeof mark);
	json_key(json, "next");
	json_text(json, mark);
}

bool view_slots(const struct view *view, struct buffer *out, struct error *error)
{
	const struct state *state = view->state;
	const char *site = value_get_text(view->parameters, "site", "");
	int64_t limit = value_get_int(view->parameters, "limit", PAGE_ROWS);
	struct queue queue = { 0 };
	struct json json;
	size_t first = 0;
	if (site[0] != '\0' && state_find(state, TABLE_SITE, site) == NULL)
		return error_set(error, ERROR_NOT_FOUND, "site", "no such site: %s", site);
	if (limit < 1 || limit > PAGE_ROWS)
		return error_set(error, ERROR_INVALID, "limit", "a page has 1 to %d rows", PAGE_ROWS);
	struct arena *arena = arena_new(0); /* orders may be many: not the call's, which is capped */
	gather_queue(state, site, arena, &queue);
	arena_free(arena);
	bool good = page_begin(&queue, value_get_text(view->parameters, "after", ""), &first, error);
	if (good) {
		reply_begin(&json, out);
		write_queue(&json, view, &queue, first, limit);
		reply_end(&json, false);
	}
	free(queue.items);
	return good;
}
