/* The history gathered while entries are replayed: what a replay is given as its hooks. */
#ifndef VIEW_GATHER_H
#define VIEW_GATHER_H

#include <stdbool.h>

#include "base/error.h"
#include "reserve/decide.h"
#include "wire/entry.h"

/* As replay_hook of audit/replay.h; context: the struct history. They never fail. */
bool gather_before(void *history, const struct state *state, const struct parsed_entry *entry,
	const struct event_type *type, struct error *error);
bool gather_after(void *history, const struct state *state, const struct parsed_entry *entry,
	const struct event_type *type, struct error *error);

#endif
