/* What time does to a row that is due. */
#ifndef RESERVE_TICK_H
#define RESERVE_TICK_H

#include "reserve/decide.h"

/* Adds the events of this row's due time, effective then. */
void tick_decide(const struct context *context, const struct row *row, int64_t due_ms,
	struct decision *decision);

#endif
