/* Slots by site and day; the books are derived from the orders. */
#include "reserve/stock/slots.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"

enum { OVERLAY_FIRST = 32, LIST_FIRST = 4 };

static const struct field slot_fields[] = {
	R_TIME(struct slot, day),
	R_INT(struct slot, net_g),
	R_TEXT(struct slot, site),
};
const struct descriptor slot_descriptor = DESCRIPTOR("slot", struct slot, slot_fields);

int64_t slot_day_of(int64_t time_ms)
{
	return time_ms - time_ms % TIME_DAY_MS;
}

bool slot_is_late(int64_t day, int64_t need_by)
{
	return need_by != ABSENT && day >= slot_day_of(need_by);
}

/* ---- books ---- */

/* The first entry that is not before a day. */
static uint32_t book_place(const struct slot_book *book, int64_t day)
{
	uint32_t low = 0, high = book->count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (book->days[middle].day < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void book_insert(struct slot_book *book, uint32_t at, struct slot_day day)
{
	if (book->count == book->capacity) {
		book->capacity = book->capacity == 0 ? 16 : book->capacity * 2;
		book->days = reallocarray(book->days, book->capacity, sizeof *book->days);
		if (book->days == NULL)
			abort();
	}
	memmove(&book->days[at + 1], &book->days[at], (book->count - at) * sizeof *book->days);
	book->days[at] = day;
	book->count++;
}

static void book_add(struct slot_book *book, int64_t day, int64_t net_g)
{
	uint32_t at = book_place(book, day);
	if (at == book->count || book->days[at].day != day) {
		assert(net_g > 0);
		book_insert(book, at, (struct slot_day){ day, net_g });
		return;
	}
	book->days[at].net_g += net_g;
	assert(book->days[at].net_g >= 0);
	if (book->days[at].net_g > 0)
		return;
	book->count--;
	memmove(&book->days[at], &book->days[at + 1], (book->count - at) * sizeof *book->days);
}

void slots_book(struct state *state, const struct order *order, int sign)
{
	const struct slot *slots = order->slots.items;
	for (uint32_t i = 0; i < order->slots.count; i++) {
		struct site *site = state_find(state, TABLE_SITE, slots[i].site);
		assert(site != NULL);
		book_add(&site->book, slots[i].day, sign * slots[i].net_g);
	}
}

void slots_free_book(struct slot_book *book)
{
	free(book->days);
}

int64_t slots_booked_g(const struct site *site, int64_t day)
{
	uint32_t at = book_place(&site->book, day);
	return at < site->book.count && site->book.days[at].day == day ?
		site->book.days[at].net_g : 0;
}

int64_t slots_next_free(const struct site *site, int64_t daily_g, int64_t day)
{
	while (daily_g != ABSENT && slots_booked_g(site, day) >= daily_g)
		day += TIME_DAY_MS;
	return day;
}

/* ---- an order's own ---- */

/* The last slot of a site among the first so many; their number where there is none. */
static uint32_t last_at(const struct slot *slots, uint32_t count, const char *site)
{
	for (uint32_t i = count; i > 0; i--) {
		if (text_equal(slots[i - 1].site, site))
			return i - 1;
	}
	return count;
}

const int64_t *slots_left_g(const struct state *state, const struct order *order,
	struct arena *arena)
{
	const struct slot *slots = order->slots.items;
	const struct order_line *lines = order->lines.items;
	uint32_t count = order->slots.count;
	int64_t *left_g = arena_alloc(arena, (count + 1) * sizeof *left_g);
	assert(left_g != NULL); /* far below the arena's cap */
	for (uint32_t i = 0; i < order->lines.count; i++) {
		const struct pick rest = order_line_rest(&lines[i]);
		if (rest.net_g == 0)
			continue;
		const struct lot *lot = state_find(state, TABLE_LOT, lines[i].lot);
		assert(lot != NULL); /* what is reserved of it is on hand */
		left_g[last_at(slots, count, lot->site->code)] += rest.net_g;
	}
	for (uint32_t i = count; i > 0; i--) {
		int64_t over_g = left_g[i - 1] - slots[i - 1].net_g;
		if (over_g <= 0)
			continue;
		left_g[i - 1] = slots[i - 1].net_g;
		uint32_t before = last_at(slots, i - 1, slots[i - 1].site);
		if (before < i - 1) /* else it has no slot */
			left_g[before] += over_g;
	}
	return left_g;
}

static int compare_slots(const void *a, const void *b)
{
	const struct slot *one = a, *other = b;
	if (one->day != other->day)
		return one->day < other->day ? -1 : 1;
	return strcmp(one->site, other->site);
}

void slots_sort(struct list *slots)
{
	if (slots->count > 1)
		qsort(slots->items, slots->count, sizeof(struct slot), compare_slots);
}

/* ---- cutting ---- */

/* A site as a decision sees it: what is booked by day from the plan's first on, read when asked for. */
struct overlay {
	const struct site *site;
	int64_t daily_g;           /* ABSENT: no limit */
	int64_t *booked_g;
	uint32_t count, capacity;
	uint32_t next_in_book;
	uint32_t full;             /* the days before this are full */
};

struct slot_plan {
	const struct context *context;
	int64_t first_day;
	struct overlay **overlays; /* by the row's slot: sites are never closed rows */
};

struct slot_plan *slots_begin(const struct context *context)
{
	size_t sites = state_count(context->state, TABLE_SITE);
	struct slot_plan *plan = arena_alloc(context->arena, sizeof *plan);
	assert(plan != NULL);
	plan->context = context;
	plan->first_day = slot_day_of(context->now) + TIME_DAY_MS;
	plan->overlays = arena_alloc(context->arena, (sites + 1) * sizeof(struct overlay *));
	assert(plan->overlays != NULL);
	return plan;
}

static struct overlay *overlay_of(struct slot_plan *plan, const struct site *site)
{
	struct overlay **place = &plan->overlays[site->row.slot];
	if (*place != NULL)
		return *place;
	struct overlay *overlay = arena_alloc(plan->context->arena, sizeof *overlay);
	assert(overlay != NULL);
	overlay->site = site;
	overlay->daily_g = site->daily_loadout_g;
	overlay->next_in_book = book_place(&site->book, plan->first_day);
	*place = overlay;
	return overlay;
}

/* Reads the book up to a day; the days are asked for one after another. */
static int64_t *booked_at(struct slot_plan *plan, struct overlay *overlay, uint32_t at)
{
	const struct slot_book *book = &overlay->site->book;
	while (at >= overlay->count) {
		if (overlay->count == overlay->capacity) {
			uint32_t capacity = overlay->capacity == 0 ? OVERLAY_FIRST : overlay->capacity * 2;
			int64_t *more = arena_alloc(plan->context->arena, capacity * sizeof *more);
			assert(more != NULL);
			if (overlay->count > 0)
				memcpy(more, overlay->booked_g, overlay->count * sizeof *more);
			overlay->booked_g = more;
			overlay->capacity = capacity;
		}
		int64_t day = plan->first_day + overlay->count * TIME_DAY_MS;
		bool booked = overlay->next_in_book < book->count &&
			book->days[overlay->next_in_book].day == day;
		overlay->booked_g[overlay->count++] =
			booked ? book->days[overlay->next_in_book++].net_g : 0;
	}
	return &overlay->booked_g[at];
}

void slots_limit(struct slot_plan *plan, const struct site *site, int64_t daily_g)
{
	struct overlay *overlay = overlay_of(plan, site);
	int64_t own_g = site->daily_loadout_g;
	if (daily_g == ABSENT || (own_g != ABSENT && own_g < daily_g))
		daily_g = own_g;
	if (daily_g != overlay->daily_g)
		overlay->full = 0;
	overlay->daily_g = daily_g;
}

/* The room of a list is a power of two, so that its count tells when it is full. */
static struct slot *list_add(struct list *slots, struct arena *arena)
{
	uint32_t count = slots->count;
	if (count == 0 || (count >= LIST_FIRST && (count & (count - 1)) == 0)) {
		uint32_t room = count == 0 ? LIST_FIRST : count * 2;
		struct slot *more = arena_alloc(arena, room * sizeof *more);
		assert(more != NULL);
		if (count > 0)
			memcpy(more, slots->items, count * sizeof *more);
		slots->items = more;
	}
	return (struct slot *)slots->items + slots->count++;
}

/* What a day has left of so much. */
static int64_t room_g(const struct overlay *overlay, int64_t booked_g, int64_t left_g)
{
	if (overlay->daily_g == ABSENT)
		return left_g;
	int64_t free_g = overlay->daily_g - booked_g;
	return free_g <= 0 ? 0 : free_g < left_g ? free_g : left_g;
}

/* Walks the days; slots NULL: books nothing. */
static int64_t walk(struct slot_plan *plan, const struct site *site, int64_t net_g,
	struct list *slots)
{
	struct overlay *overlay = overlay_of(plan, site);
	assert(net_g > 0);
	for (uint32_t i = overlay->full; i < LOADOUT_DAYS_MAX; i++) {
		int64_t *booked_g = booked_at(plan, overlay, i);
		int64_t day = plan->first_day + i * TIME_DAY_MS;
		int64_t take_g = room_g(overlay, *booked_g, net_g);
		if (take_g == 0 && i == overlay->full)
			overlay->full++;
		if (take_g > 0 && slots != NULL) {
			struct slot *slot = list_add(slots, plan->context->arena);
			slot->day = day;
			slot->net_g = take_g;
			body_text(slot->site, site->code);
			*booked_g += take_g;
		}
		net_g -= take_g;
		if (net_g == 0)
			return day;
	}
	return plan->first_day + LOADOUT_DAYS_MAX * TIME_DAY_MS;
}

int64_t slots_cut(struct slot_plan *plan, const struct site *site, int64_t net_g,
	struct list *slots)
{
	return walk(plan, site, net_g, slots);
}

int64_t slots_earliest(struct slot_plan *plan, const struct site *site, int64_t net_g)
{
	return walk(plan, site, net_g, NULL);
}
