/*
 * Load-out slots: what a release order takes from a site on a day, within what the site can load a
 * day. The slots of an order stand in its row; what each site has booked by day is derived from them.
 * Stock knows no rule and no declaration: who cuts an order gives the daily mass as a value.
 *
 * Units: net grams; days as the time of their 00:00 UTC.
 */
#ifndef RESERVE_STOCK_SLOTS_H
#define RESERVE_STOCK_SLOTS_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

struct order;
struct site;

struct slot {
	int64_t day;
	int64_t net_g;
	char site[CODE_MAX];
};

extern const struct descriptor slot_descriptor;

/*
 * What a site has booked, derived: days ascending, a day with nothing booked has no entry. So books
 * are what the rows of live orders amount to, whatever came before. Owned by the site, freed with it.
 */
struct slot_book {
	struct slot_day { int64_t day, net_g; } *days;
	uint32_t count, capacity;
};

/* The beginning of the day of a time. */
int64_t slot_day_of(int64_t time_ms);

/* Whether what leaves on a day is too late for a need-by date: it must have left before that day. */
bool slot_is_late(int64_t day, int64_t need_by);

/* Adds an order's slots to the books of their sites, or takes them out (sign -1). */
void slots_book(struct state *state, const struct order *order, int sign);
void slots_free_book(struct slot_book *book);

/* Net grams booked at a site on a day. */
int64_t slots_booked_g(const struct site *site, int64_t day);

/* The first day from one on at which less than daily_g is booked; daily_g ABSENT: that day itself. */
int64_t slots_next_free(const struct site *site, int64_t daily_g, int64_t day);

/*
 * What of each slot of an order has not left yet, as an array beside its slots: what is still to leave
 * a site stands in its last slots there, for the first ones are loaded first. Lives in the arena.
 */
const int64_t *slots_left_g(const struct state *state, const struct order *order,
	struct arena *arena);

/* Sorts slots by day, then site: the order in which a row keeps them. */
void slots_sort(struct list *slots);

/*
 * Cutting without changing the state, from the day after context->now on: several orders of one
 * decision, one after another, each seeing what those before it took. Lives in the context's arena.
 */
struct slot_plan;
struct slot_plan *slots_begin(const struct context *context);

/* From now on a site loads at most so much a day here, never more than its own; ABSENT: its own. */
void slots_limit(struct slot_plan *plan, const struct site *site, int64_t daily_g);

/*
 * Cuts net grams at a site into slots, each day taking what is free of the daily mass (a site
 * without one loads all on the first day); appends to the list (in the arena), books them in the
 * plan. Returns the last day used. What finds no room in LOADOUT_DAYS_MAX days gets no slot; then it
 * is the day behind them.
 */
int64_t slots_cut(struct slot_plan *plan, const struct site *site, int64_t net_g,
	struct list *slots);

/* The day that slots_cut would return for so much more, booking nothing. */
int64_t slots_earliest(struct slot_plan *plan, const struct site *site, int64_t net_g);

#endif
