/* Exchanges that are not back, as a member of more than one reply. */
#ifndef VIEW_INBOX_H
#define VIEW_INBOX_H

#include <stdint.h>

#include "base/json.h"
#include "reserve/state.h"

/* A list of that name: the first exchanges that are not back when they were due. Returns how many are. */
int64_t view_write_overdue(struct json *json, const char *name, const struct state *state,
	int64_t now);

#endif
