/*
 * From an award to its delivery: the release order of a request is prepared, signed by two officers of
 * whom neither asked, issued with floors and price checked again, loaded out by weight, delivered to
 * its consignee; unlifted it lapses and its mass comes back.
 */
#ifndef RESERVE_EMERGENCY_AWARD_H
#define RESERVE_EMERGENCY_AWARD_H

#include "reserve/decide.h"
#include "reserve/document.h"

struct order;

extern const struct document_kind document_release_order;
extern const struct event_type event_order_prepared, event_order_issued, event_order_loaded,
	event_order_delivered, event_order_lapsed;
extern const struct command_type command_order_prepare, command_load_out, command_deliver;

void tick_order(const struct order *order, int64_t due_ms, struct decision *decision);

/* The order of a request that ends before loading: closed, its open note obsolete. */
void award_drop_order(struct state *state, const char *id);

#endif
