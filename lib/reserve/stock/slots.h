/*
 * Load-out slots: what a release order takes from a site on a day, within what the site can load a day.
 * The slots of an order stand in its row; what each site has booked by day is derived from them.
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
struct order_line;
struct site;

struct slot {
	int64_t day;
	int64_t net_g;
	char site[CODE_MAX];
};

extern const struct descriptor slot_descriptor;

/* What a site has booked, derived: days ascending. Owned by the site, freed with it. */
struct slot_book {
	struct slot_day { int64_t day, net_g; } *days;
	uint32_t count, capacity;
};

/* Adds an order's slots to the books of their sites, or takes them out (sign -1). */
void slots_book(struct state *state, const struct order *order, int sign);
void slots_free_book(struct slot_book *book);

/* Net grams booked at a site on a day. */
int64_t slots_booked_g(const struct site *site, int64_t day);

/*
 * Cutting without changing the state: several orders of one decision, one after another, each seeing
 * what those before it took. Lives in the context's arena.
 */
struct slot_plan;
struct slot_plan *slots_begin(const struct context *context);

/* From now on a site loads at most so much a day here, if that is less than its own daily mass. */
void slots_limit(struct slot_plan *plan, const struct site *site, int64_t daily_g);

/*
 * Cuts net grams at a site into slots from a day on, each day taking what is free of the daily mass (a
 * site without one loads all on the first day); appends to the list (in the arena), books them in the
 * plan. Returns the last day used.
 */
int64_t slots_cut(struct slot_plan *plan, const struct site *site, int64_t net_g, int64_t first_day,
	struct list *slots);

/* The day on which the last gram of so much more would leave the site, booking nothing. */
int64_t slots_earliest(const struct slot_plan *plan, const struct site *site, int64_t net_g,
	int64_t first_day);

/* Orders with slots at a site on that day that stand before this one: 0 is the head of the queue. */
uint32_t slots_position(const struct state *state, const struct order *order, const struct slot *slot);

#endif
