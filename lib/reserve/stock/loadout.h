/*
 * From an issued order to its delivery: slots, load-out by weight (whole or in parts), delivery to the
 * consignee. When its term and the day of its last slot are over what did not leave comes back: an
 * order that nobody lifted lapses, one that is half loaded is to be delivered with what it has.
 *
 * What leaves a lot is never more than its line. Less, beyond tolerance (0.5% of bulk, 0.1% of sealed
 * units), is a finding, and holds what is left of the lot; so is all that ever left a lot, once it is
 * empty, against what was weighed in.
 */
#ifndef RESERVE_STOCK_LOADOUT_H
#define RESERVE_STOCK_LOADOUT_H

#include "reserve/decide.h"
#include "reserve/stock/slots.h"

struct order;
struct pick;
struct site;

/* What rules of the granting room let a site load a day, net; ABSENT: they say nothing. */
struct loadout_rules {
	int64_t (*daily_g)(const void *scope, const struct site *site);
	const void *scope;
};

extern const struct event_type event_order_loaded, event_order_delivered, event_order_lapsed,
	event_order_slotted, event_order_overdue;
extern const struct command_type command_load_out, command_deliver, command_slot_move;

void tick_order(const struct context *context, const struct order *order, int64_t due_ms,
	struct decision *decision);

/*
 * Cuts the slots of an order (its lots by site) from the day after now on and adds order.slotted.
 * plan: shared by all orders of one decision; the rules hold for this order alone. Returns the day of
 * its last slot.
 */
int64_t loadout_add_slots(const struct context *context, struct slot_plan *plan,
	const struct loadout_rules *rules, const char *order, const struct pick *picks, uint32_t count,
	struct decision *decision);

/* The day on which the last of these picks could leave, were they released now; ABSENT: none. */
int64_t loadout_earliest(const struct context *context, const struct loadout_rules *rules,
	const struct pick *picks, uint32_t count);

#endif
