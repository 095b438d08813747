/* Slots by site and day; the books are derived from the orders. */
#include "reserve/stock/slots.h"

#include <stdlib.h>

#include "reserve/stock/material.h"
#include "reserve/stock/order.h"

static const struct field slot_fields[] = {
	R_TIME(struct slot, day),
	R_INT(struct slot, net_g),
	R_TEXT(struct slot, site),
};
const struct descriptor slot_descriptor = DESCRIPTOR("slot", struct slot, slot_fields);

void slots_book(struct state *state, const struct order *order, int sign)
{
	(void)state;
	(void)order;
	(void)sign;
}

void slots_free_book(struct slot_book *book)
{
	free(book->days);
}

int64_t slots_booked_g(const struct site *site, int64_t day)
{
	(void)site;
	(void)day;
	return 0;
}

struct slot_plan {
	const struct context *context;
};

struct slot_plan *slots_begin(const struct context *context)
{
	struct slot_plan *plan = arena_alloc(context->arena, sizeof *plan);
	plan->context = context;
	return plan;
}

void slots_limit(struct slot_plan *plan, const struct site *site, int64_t daily_g)
{
	(void)plan;
	(void)site;
	(void)daily_g;
}

int64_t slots_cut(struct slot_plan *plan, const struct site *site, int64_t net_g, int64_t first_day,
	struct list *slots)
{
	(void)plan;
	(void)site;
	(void)net_g;
	(void)slots;
	return first_day;
}

int64_t slots_earliest(const struct slot_plan *plan, const struct site *site, int64_t net_g,
	int64_t first_day)
{
	(void)plan;
	(void)site;
	(void)net_g;
	return first_day;
}

uint32_t slots_position(const struct state *state, const struct order *order, const struct slot *slot)
{
	(void)state;
	(void)order;
	(void)slot;
	return 0;
}
