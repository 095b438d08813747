/*
 * From an issued order to its delivery: slots, load-out by weight (whole or in parts), delivery to the
 * consignee. Unlifted it lapses after its term and what did not leave comes back.
 */
#ifndef RESERVE_EMERGENCY_LOADOUT_H
#define RESERVE_EMERGENCY_LOADOUT_H

#include "reserve/decide.h"
#include "reserve/stock/slots.h"

struct order;
struct pick;
struct request;
struct rule_scope;

extern const struct event_type event_order_loaded, event_order_delivered, event_order_lapsed,
	event_order_slotted, event_order_overdue;
extern const struct command_type command_load_out, command_deliver, command_slot_move;

void tick_order(const struct context *context, const struct order *order, int64_t due_ms,
	struct decision *decision);

/*
 * Cuts the slots of an order (its lines' lots by site) from tomorrow on and adds order.slotted. plan:
 * shared by all orders of one decision; site-loadout rules are applied by it.
 */
void loadout_add_slots(const struct context *context, struct slot_plan *plan,
	const struct rule_scope *scope, const char *order, const struct pick *picks, uint32_t count,
	struct decision *decision);

/*
 * The day on which the last gram of these picks could leave now; ABSENT: none. net_by_g: how much could
 * leave before that moment (ABSENT: not asked). Books nothing.
 */
int64_t loadout_earliest(const struct context *context, const struct rule_scope *scope,
	const struct pick *picks, uint32_t count);

#endif
