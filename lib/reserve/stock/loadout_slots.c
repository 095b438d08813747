/*
 * Slots of release orders: cut when an order is issued, from the next day on, within what each site
 * loads a day and what the rules of load-out let it; moved by keepers afterwards. A move never passes
 * what a day has left; nothing else changes a slot but the end of its order.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/stock/grant.h"
#include "reserve/stock/loadout.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "reserve/words.h"

struct slotted {
	const char *because; /* of a move */
	bool more;           /* these come to those of the entry before; else in place of all */
	char order[CODE_MAX];
	struct list slots;
};
static const struct field slotted_fields[] = {
	F_STRING(struct slotted, because),
	F_BOOL(struct slotted, more),
	F_TEXT(struct slotted, order),
	F_LIST(struct slotted, slots, &slot_descriptor),
};
static const struct descriptor slotted_body =
	DESCRIPTOR("order.slotted", struct slotted, slotted_fields);

static void apply_slotted(struct state *state, const struct applied *applied, const void *data)
{
	const struct slotted *body = data;
	(void)applied;
	struct order *order = state_find(state, TABLE_RELEASE_ORDER, body->order);
	assert(order != NULL && order_is_booked(order));
	uint32_t kept = body->more ? order->slots.count : 0;
	slots_book(state, order, -1);
	struct slot *slots = reallocarray(order->slots.items, kept + body->slots.count + 1,
		sizeof *slots);
	if (slots == NULL)
		abort();
	if (body->slots.count > 0)
		memcpy(slots + kept, body->slots.items, body->slots.count * sizeof *slots);
	order->slots = (struct list){ slots, kept + body->slots.count };
	slots_book(state, order, 1);
	state_touch(state, order);
}

const struct event_type event_order_slotted = { "order.slotted", &slotted_body, apply_slotted };

/* An entry holds only so many. */
static void add_slotted(struct decision *decision, const char *order, const char *because,
	struct list slots)
{
	uint32_t done = 0;
	do {
		struct slotted *body = decision_body(decision, &event_order_slotted);
		uint32_t count = slots.count - done;
		body->because = done == 0 ? because : NULL;
		body->more = done > 0;
		body_text(body->order, order);
		body->slots.items = (struct slot *)slots.items + done;
		body->slots.count = count < SLOTS_PER_ENTRY ? count : SLOTS_PER_ENTRY;
		done += body->slots.count;
		decision_add(decision, &event_order_slotted, body);
	} while (done < slots.count);
}

/* ---- cutting ---- */

/* What leaves one site for an order. */
struct part {
	const struct site *site;
	int64_t net_g;
};

/* The lots of some picks by site, in the order in which the sites come; the array is in the arena. */
static struct part *parts_of(const struct context *context, const struct pick *picks,
	uint32_t count, uint32_t *ret_count)
{
	size_t sites = state_count(context->state, TABLE_SITE);
	struct part *parts = arena_alloc(context->arena,
		(sites < count ? sites : count) * sizeof *parts);
	uint32_t found = 0;
	assert(parts != NULL || count == 0); /* far below the arena's cap */
	for (uint32_t i = 0; i < count; i++) {
		const struct lot *lot = state_find(context->state, TABLE_LOT, picks[i].lot);
		uint32_t at = 0;
		assert(lot != NULL);
		while (at < found && parts[at].site != lot->site)
			at++;
		if (at == found)
			parts[found++] = (struct part){ lot->site, 0 };
		parts[at].net_g += picks[i].net_g;
	}
	*ret_count = found;
	return parts;
}

int64_t loadout_add_slots(const struct context *context, struct slot_plan *plan,
	const struct loadout_rules *rules, const char *order, const struct pick *picks, uint32_t count,
	struct decision *decision)
{
	uint32_t part_count;
	struct list slots = { NULL, 0 };
	int64_t last_day = ABSENT;
	const struct part *parts = parts_of(context, picks, count, &part_count);
	for (uint32_t i = 0; i < part_count; i++) {
		slots_limit(plan, parts[i].site, rules->daily_g(rules->scope, parts[i].site));
		int64_t day = slots_cut(plan, parts[i].site, parts[i].net_g, &slots);
		last_day = day > last_day ? day : last_day;
	}
	slots_sort(&slots);
	if (slots.count > 0)
		add_slotted(decision, order, NULL, slots);
	return last_day;
}

int64_t loadout_earliest(const struct context *context, const struct loadout_rules *rules,
	const struct pick *picks, uint32_t count)
{
	uint32_t part_count;
	int64_t last_day = ABSENT;
	struct slot_plan *plan = slots_begin(context);
	const struct part *parts = parts_of(context, picks, count, &part_count);
	for (uint32_t i = 0; i < part_count; i++) {
		slots_limit(plan, parts[i].site, rules->daily_g(rules->scope, parts[i].site));
		int64_t day = slots_earliest(plan, parts[i].site, parts[i].net_g);
		last_day = day > last_day ? day : last_day;
	}
	return last_day;
}

/* ---- moving ---- */

struct move_params {
	const char *because;
	int64_t from;
	char order[CODE_MAX], site[CODE_MAX];
	int64_t to;
};
static const struct field move_fields[] = {
	R_STRING(struct move_params, because),
	F_TIME(struct move_params, from),
	R_TEXT(struct move_params, order),
	F_TEXT(struct move_params, site),
	R_TIME(struct move_params, to),
};
static const struct descriptor move_params =
	DESCRIPTOR("slot.move", struct move_params, move_fields);

/* A move under way: what of each slot goes to the other day. */
struct move {
	const struct context *context;
	const struct move_params *params;
	const struct order *order;
	int64_t to;
	int64_t *moved_g; /* beside the order's slots */
};

static const struct slot *slots_of(const struct move *move)
{
	return move->order->slots.items;
}

/* What moves off a site, from one day or from all. */
static int64_t moved_from_g(const struct move *move, const char *site, int64_t day)
{
	int64_t sum_g = 0;
	for (uint32_t i = 0; i < move->order->slots.count; i++) {
		if (text_equal(slots_of(move)[i].site, site) &&
		    (day == ABSENT || slots_of(move)[i].day == day))
			sum_g += move->moved_g[i];
	}
	return sum_g;
}

static bool is_asked(const struct move_params *params, const struct slot *slot)
{
	return (params->from == ABSENT || slot->day == slot_day_of(params->from)) &&
		(params->site[0] == '\0' || text_equal(slot->site, params->site));
}

/* Slots that have left stay where they are, and so do those that are there already. */
static bool choose(struct move *move, struct error *error)
{
	const struct order *order = move->order;
	const int64_t *left_g = slots_left_g(move->context->state, order, move->context->arena);
	int64_t sum_g = 0;
	bool there = false;
	move->moved_g = arena_alloc(move->context->arena,
		(order->slots.count + 1) * sizeof *move->moved_g);
	assert(move->moved_g != NULL);
	for (uint32_t i = 0; i < order->slots.count; i++) {
		const struct slot *slot = &slots_of(move)[i];
		bool wanted = is_asked(move->params, slot) && left_g[i] > 0;
		there = there || (wanted && slot->day == move->to);
		move->moved_g[i] = wanted && slot->day != move->to ? left_g[i] : 0;
		sum_g += move->moved_g[i];
	}
	return sum_g > 0 || error_set(error, ERROR_ILLEGAL, "order",
		there ? "order %s leaves on that day already" : "order %s has no such slot to move",
		order->id);
}

static const char *date(char text[TIME_TEXT_SIZE], int64_t day)
{
	time_format(day, text);
	text[strlen("2026-12-03")] = '\0';
	return text;
}

static bool has_room(const struct move *move, const struct site *site, int64_t daily_g,
	int64_t net_g, int64_t day)
{
	int64_t stays_g = slots_booked_g(site, day) - moved_from_g(move, site->code, day);
	return stays_g <= daily_g - net_g;
}

/* The first day from one on with room for all that moves, other than where all of it stands already. */
static int64_t day_with_room(const struct move *move, const struct site *site, int64_t daily_g,
	int64_t net_g, int64_t day)
{
	while (!has_room(move, site, daily_g, net_g, day) ||
	       moved_from_g(move, site->code, day) == net_g)
		day += TIME_DAY_MS;
	return day;
}

static bool fits_day(const struct move *move, const struct site *site, struct error *error)
{
	int64_t net_g = moved_from_g(move, site->code, ABSENT);
	int64_t daily_g = grant_of(move->order)->daily_g(move->context->state, move->order, site);
	char on[TIME_TEXT_SIZE], mass[WORD_MASS], daily[WORD_MASS], booked[WORD_MASS];
	if (daily_g == ABSENT || (site->daily_loadout_g != ABSENT && site->daily_loadout_g < daily_g))
		daily_g = site->daily_loadout_g;
	if (daily_g == ABSENT || net_g == 0)
		return true;
	word_mass(mass, net_g);
	word_mass(daily, daily_g);
	if (net_g > daily_g) {
		error_set(error, ERROR_CONFLICT, "order",
			"%s would move, and %s loads %s a day at most", mass, site->code, daily);
		return error_remedy(error, "Move one day's slot: --from DAY");
	}
	int64_t free_day = day_with_room(move, site, daily_g, net_g, move->to);
	if (free_day == move->to)
		return true;
	word_mass(booked, slots_booked_g(site, move->to));
	error_set(error, ERROR_CONFLICT, "to",
		"%s loads %s a day, and %s of %s are booked: no room for %s", site->code, daily, booked,
		date(on, move->to), mass);
	return error_remedy(error, "The next day with room is %s", date(on, free_day));
}

/* Each site once, by its first slot that moves. */
static bool all_fit(const struct move *move, struct error *error)
{
	const struct slot *slots = slots_of(move);
	for (uint32_t i = 0; i < move->order->slots.count; i++) {
		bool first = move->moved_g[i] > 0;
		for (uint32_t j = 0; j < i && first; j++)
			first = move->moved_g[j] == 0 || !text_equal(slots[j].site, slots[i].site);
		if (first && !fits_day(move, state_find(move->context->state, TABLE_SITE,
		    slots[i].site), error))
			return false;
	}
	return true;
}

static void put_slot(struct list *slots, int64_t day, const char *site, int64_t net_g)
{
	struct slot *items = slots->items;
	uint32_t at = 0;
	while (at < slots->count && (items[at].day != day || !text_equal(items[at].site, site)))
		at++;
	if (at == slots->count) {
		items[slots->count++] = (struct slot){ .day = day };
		body_text(items[at].site, site);
	}
	items[at].net_g += net_g;
}

/* The order's slots as they are after it. */
static struct list slots_after(const struct move *move)
{
	const struct slot *slots = slots_of(move);
	uint32_t count = move->order->slots.count;
	struct list after = { arena_alloc(move->context->arena, 2 * count * sizeof *slots), 0 };
	assert(after.items != NULL);
	for (uint32_t i = 0; i < count; i++) {
		if (slots[i].net_g > move->moved_g[i])
			put_slot(&after, slots[i].day, slots[i].site, slots[i].net_g - move->moved_g[i]);
	}
	for (uint32_t i = 0; i < count; i++) {
		if (move->moved_g[i] > 0)
			put_slot(&after, move->to, slots[i].site, move->moved_g[i]);
	}
	slots_sort(&after);
	return after;
}

/* Not a day that is past, nor one that the order does not live to see. */
static bool check_day(const struct context *context, const struct order *order, int64_t day,
	struct error *error)
{
	char lapses[TIME_TEXT_SIZE];
	if (day < slot_day_of(context->now))
		return error_set(error, ERROR_INVALID, "to", "that day is past");
	time_format(order->lapses_at, lapses);
	return day < slot_day_of(order->lapses_at) || error_set(error, ERROR_INVALID, "to",
		"order %s lapses at %s, before that day is over", order->id, lapses);
}

static bool decide_move(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct move_params *params = data;
	const struct order *order = state_find(context->state, TABLE_RELEASE_ORDER, params->order);
	if (order == NULL)
		return not_found(error, "order", "open release order", params->order);
	if (order->state != ORDER_ISSUED && order->state != ORDER_LOADING)
		return error_set(error, ERROR_ILLEGAL, "order", "order %s is %s: it has no slot to move",
			order->id, order_state_name(order));
	if (params->site[0] != '\0' && site_find(context, "site", params->site, error) == NULL)
		return false;
	struct move move = { .context = context, .params = params, .order = order,
		.to = slot_day_of(params->to) };
	if (!check_day(context, order, move.to, error))
		return false;
	if (!choose(&move, error) || !all_fit(&move, error))
		return false;
	decision->id = order->id;
	add_slotted(decision, order->id, params->because, slots_after(&move));
	return true;
}

const struct command_type command_slot_move = { "slot.move", &move_params, DUTY_KEEPER,
	decide_move, NULL };
