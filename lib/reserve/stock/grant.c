/* Finding whose release an order is. */
#include "reserve/stock/grant.h"

#include <assert.h>
#include <string.h>

#include "reserve/stock/order.h"

const struct grant_type *grant_of(const struct order *order)
{
	for (size_t i = 0; grant_types[i] != NULL; i++) {
		if (order->request[0] != '\0' && strchr(grant_types[i]->letters, order->request[0]) != NULL)
			return grant_types[i];
	}
	assert(false && "an order releases what some room granted");
	return NULL;
}

const char *grant_holding(const struct state *state, const char *lot)
{
	const struct order *order = NULL;
	while ((order = state_next(state, TABLE_RELEASE_ORDER, order)) != NULL) {
		const struct order_line *line = order->row.closed ? NULL : order_line_of(order, lot);
		if (line != NULL && order_line_rest(line).net_g > 0)
			return order->request;
	}
	return NULL;
}
