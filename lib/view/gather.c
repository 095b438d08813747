/* Hooks of a replay have one shape, the history has another: these stand between the two. */
#include "view/gather.h"

#include "view/history.h"

bool gather_before(void *history, const struct state *state, const struct parsed_entry *entry,
	const struct event_type *type, struct error *error)
{
	const struct applied applied = { .index = entry->sequence, .at = entry->at,
		.effective = entry->effective, .actor = entry->actor };
	(void)error;
	history_before(history, state, &applied, type, entry->body);
	return true;
}

bool gather_after(void *history, const struct state *state, const struct parsed_entry *entry,
	const struct event_type *type, struct error *error)
{
	(void)entry;
	(void)type;
	(void)error;
	history_after(history, state);
	return true;
}
