/* The room Stock: what is shown beside the plain lists. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "reserve/setting.h"
#include "reserve/stock/annual.h"
#include "reserve/stock/grant.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "reserve/stock/title.h"
#include "vaultd/handlers/handler.h"
#include "vaultd/handlers/rows.h"
#include "wire/message.h"
#include "wire/value.h"

/* ---- the annual plan ---- */

static void write_annual(struct json *json, const struct annual_line *line)
{
	struct annual_line shown = *line;
	bool in_force = line->state == SETTING_IN_FORCE;
	shown.used_g = in_force ? annual_used_g(line) : ABSENT;
	json_open_object(json);
	shown.counts_from = ABSENT;
	json_members(json, &annual_line_descriptor, &shown);
	if (in_force) {
		json_key(json, "left_g");
		json_int(json, annual_line_left_g(line));
	}
	json_close_object(json);
}

static bool is_asked_line(const struct value *parameters, const struct annual_line *line)
{
	static const char *const names[] = { "commodity", "action", "state" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *wanted = value_get_text(parameters, names[i], "");
		if (wanted[0] != '\0' && !text_equal(wanted,
		    field_text(descriptor_field(&annual_line_descriptor, names[i]), line)))
			return false;
	}
	int64_t year = value_get_int(parameters, "fiscal_year", 0);
	return !line->row.closed && (year == 0 || year == line->fiscal_year);
}

bool stock_list_annual(struct asked *asked, struct buffer *out, struct error *error)
{
	const struct state *state = sequencer_state(asked->vaultd->sequencer);
	const struct annual_line *line = NULL;
	struct json json;
	(void)error;
	reply_begin(&json, out);
	json_key(&json, "rows");
	json_open_array(&json);
	while ((line = state_next(state, TABLE_ANNUAL_LINE, line)) != NULL) {
		if (is_asked_line(asked->parameters, line))
			write_annual(&json, line);
	}
	json_close_array(&json);
	reply_end(&json, false);
	return true;
}

/* Holds, title and pledge come from the live state; a closed lot has none that matter. */
static void write_no_holds(struct json *json, const struct state *state, const struct row *row)
{
	(void)state;
	(void)row;
	static const char *const names[] = { "holds", "titles", "pledges" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		json_key(json, names[i]);
		json_open_array(json);
		json_close_array(json);
	}
}

/* The title that lives, and the pledge that is in force or waits for signatures. */
static void write_titles(struct json *json, const struct state *state, const struct lot *lot)
{
	const struct title *title = title_of(state, lot);
	const struct pledge *pledge = NULL;
	json_key(json, "titles");
	json_open_array(json);
	if (title != NULL)
		json_record(json, &title_descriptor, title);
	json_close_array(json);
	json_key(json, "pledges");
	json_open_array(json);
	while ((pledge = state_next(state, TABLE_PLEDGE, pledge)) != NULL) {
		if (!pledge->row.closed && pledge->lot_index == lot->created_index)
			json_record(json, &pledge_descriptor, pledge);
	}
	json_close_array(json);
}

static struct read_job *render_job(struct asked *asked);

struct read_job *stock_get_lot(struct asked *asked, struct error *error)
{
	const struct state *state = sequencer_state(asked->vaultd->sequencer);
	const char *code = value_get_text(asked->parameters, "code", "");
	const struct lot *lot = state_find(state, TABLE_LOT, code);
	if (lot == NULL)
		return show_row_later(asked, TABLE_LOT, "code", "lot", write_no_holds, error);
	struct read_job *job = render_job(asked);
	struct json json;
	reply_begin(&json, &job->out);
	json_key(&json, "lot");
	json_record(&json, &lot_descriptor, lot);
	json_key(&json, "holds");
	json_open_array(&json);
	const struct hold *hold = NULL;
	while ((hold = state_next(state, TABLE_HOLD, hold)) != NULL) {
		if (text_equal(hold->lot, code) && !hold->row.closed)
			json_record(&json, &hold_descriptor, hold);
	}
	json_close_array(&json);
	write_titles(&json, state, lot);
	reply_end(&json, false);
	return job;
}

/* What is live is rendered at once and handed over when what it saw is committed. */
static void run_nothing(struct read_job *job, struct reader *reader)
{
	(void)job;
	(void)reader;
}

static struct read_job *render_job(struct asked *asked)
{
	return job_new(asked, sizeof(struct read_job), run_nothing);
}

/* ---- orders and their slots ---- */

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

static void member_time(struct json *json, const char *name, int64_t time_ms)
{
	if (time_ms == ABSENT)
		return;
	json_key(json, name);
	json_time(json, time_ms);
}

struct read_job *stock_get_order(struct asked *asked, struct error *error)
{
	const struct state *state = sequencer_state(asked->vaultd->sequencer);
	const struct order *order = state_find(state, TABLE_RELEASE_ORDER,
		value_get_text(asked->parameters, "id", ""));
	if (order == NULL || !order_is_booked(order))
		return show_row_later(asked, TABLE_RELEASE_ORDER, "id", "order", NULL, error);
	struct read_job *job = render_job(asked);
	struct json json;
	reply_begin(&json, &job->out);
	json_key(&json, "order");
	json_record(&json, &order_descriptor, order);
	member_time(&json, "expected_out_by", last_day_left(state, order, job->arena));
	member_time(&json, "need_by", need_by_of(state, order));
	reply_end(&json, false);
	return job;
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
	member_time(json, "day", slot->day);
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
	member_time(json, "need_by", need_by);
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

static void write_queue(struct json *json, const struct asked *asked, const struct queue *queue,
	size_t first, int64_t limit)
{
	const struct state *state = sequencer_state(asked->vaultd->sequencer);
	const char *order = value_get_text(asked->parameters, "order", "");
	const struct queued *last = NULL;
	char mark[CODE_MAX + 48];
	json_key(json, "rows");
	json_open_array(json);
	size_t i = first;
	for (; i < queue->count && limit > 0; i++) {
		last = &queue->items[i];
		if (order[0] != '\0' && !text_equal(last->order->id, order))
			continue;
		write_queued(json, state, last, vaultd_now(asked->vaultd));
		limit--;
	}
	json_close_array(json);
	if (i == queue->count)
		return;
	mark_of(last, mark, sizeof mark);
	json_key(json, "next");
	json_text(json, mark);
}

bool stock_list_slots(struct asked *asked, struct buffer *out, struct error *error)
{
	const struct state *state = sequencer_state(asked->vaultd->sequencer);
	const char *site = value_get_text(asked->parameters, "site", "");
	int64_t limit = value_get_int(asked->parameters, "limit", PAGE_ROWS);
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
	bool good = page_begin(&queue, value_get_text(asked->parameters, "after", ""), &first, error);
	if (good) {
		reply_begin(&json, out);
		write_queue(&json, asked, &queue, first, limit);
		reply_end(&json, false);
	}
	free(queue.items);
	return good;
}
