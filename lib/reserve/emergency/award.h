/*
 * The release order of an award: prepared and signed by two officers of whom neither asked, or cut
 * from a plan whose signatures are its own; issued with floors and price checked again in the commit.
 * What an order is and what happens to it stands in stock/release.h and stock/loadout.h.
 */
#ifndef RESERVE_EMERGENCY_AWARD_H
#define RESERVE_EMERGENCY_AWARD_H

#include "reserve/decide.h"
#include "reserve/stock/loadout.h"

struct grant_type;
struct plan;
struct request;

extern const struct grant_type grant_award; /* of R-… */
extern const struct event_type event_order_cut;
extern const struct command_type command_order_prepare;

/*
 * Adds order.cut and order.slotted for a request that this decision has just granted: the order is
 * issued at once, at the least price that passes, which there must be. picks: all of struct pick
 * that the award is made of, however many entries they fill; at least one. ahead: how many orders this
 * decision cut before it.
 */
void award_cut_order(const struct context *context, struct slot_plan *slots,
	const struct plan *plan, const struct request *request, const struct list *picks,
	uint32_t ahead, struct decision *decision);

#endif
