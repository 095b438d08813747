/*
 * One entry at a time: read, held against the one before, applied. What was touched is swept at once,
 * for nobody writes it anywhere; memory is that of the state and of one entry.
 */
#include "audit/replay.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/founding.h"

struct replay {
	struct state *state;
	struct arena *arena;      /* of one entry */
	struct event_kinds kinds;
	replay_hook *before, *after;
	replay_row *row;
	void *context;
	replay_ended *ended;      /* or NULL */
};

struct replay *replay_new(bool keep_closed, replay_hook *before, replay_hook *after, void *context)
{
	struct replay *replay = calloc(1, sizeof *replay);
	if (replay == NULL)
		abort();
	*replay = (struct replay){ .state = state_new(keep_closed), .arena = arena_new(0),
		.before = before, .after = after, .context = context };
	return replay;
}

void replay_watch_ended(struct replay *replay, replay_ended *ended)
{
	replay->ended = ended;
}

void replay_free(struct replay *replay)
{
	if (replay == NULL)
		return;
	state_free(replay->state);
	arena_free(replay->arena);
	free(replay);
}

bool replay_in_order(const struct parsed_entry *entry, int64_t index, int64_t last_at,
	struct error *error)
{
	char before[TIME_TEXT_SIZE], now[TIME_TEXT_SIZE];
	if (entry->sequence != index)
		return error_set(error, ERROR_LEDGER, "", "entry %lld says that it is number %lld",
			(long long)index, (long long)entry->sequence);
	if (last_at != TIME_NONE && entry->at < last_at) {
		time_format(last_at, before);
		time_format(entry->at, now);
		return error_set(error, ERROR_LEDGER, "",
			"entry %lld: time goes back, from %s to %s", (long long)index, before, now);
	}
	if ((index == 0) != text_equal(entry->kind, event_reserve_founded.kind))
		return error_set(error, ERROR_LEDGER, "",
			"entry %lld is %s: a ledger begins with its founding, once", (long long)index,
			entry->kind);
	return true;
}

void replay_watch_rows(struct replay *replay, replay_row *each)
{
	replay->row = each;
}

static void apply(struct replay *replay, const struct parsed_entry *entry,
	const struct event_type *type)
{
	const struct applied applied = { .index = entry->sequence, .at = entry->at,
		.effective = entry->effective, .actor = entry->actor };
	reserve_apply(replay->state, &applied, type, entry->body);
}

/* Hands on what the entry touched and drops what ended; who looks after the entry has looked. */
static bool sweep(struct replay *replay, struct error *error)
{
	bool good = true;
	for (struct row *row = state_take_touched(replay->state), *next; row != NULL; row = next) {
		next = row->next_touched;
		good = good && (replay->row == NULL || replay->row(replay->context, row, error));
		if (!row->closed || replay->ended == NULL || replay->ended(replay->context, row))
			state_sweep(replay->state, row);
	}
	return good;
}

bool replay_parsed(struct replay *replay, const struct parsed_entry *entry, struct error *error)
{
	const struct state *state = replay->state;
	int64_t index = state_size(state);
	if (!replay_in_order(entry, index, index > 0 ? state_last_at(state) : TIME_NONE, error))
		return false;
	const struct event_type *type = event_kinds_find(&replay->kinds, entry->kind);
	assert(type != NULL && type->body == entry->body_descriptor);
	if (replay->before != NULL && !replay->before(replay->context, state, entry, type, error))
		return false;
	apply(replay, entry, type);
	bool good = replay->after == NULL ||
		replay->after(replay->context, state, entry, type, error);
	return sweep(replay, error) && good;
}

bool replay_entry(struct replay *replay, const char *bytes, size_t length, struct error *error)
{
	struct parsed_entry entry;
	struct error cause = { 0 };
	arena_reset(replay->arena);
	if (!entry_parse(bytes, length, event_find_body, &replay->kinds, replay->arena, &entry, &cause))
		return error_set(error, ERROR_LEDGER, "", "entry %lld: %s",
			(long long)state_size(replay->state), cause.message);
	return replay_parsed(replay, &entry, error);
}

int64_t replay_size(const struct replay *replay)
{
	return state_size(replay->state);
}

struct state *replay_state(const struct replay *replay)
{
	return replay->state;
}
