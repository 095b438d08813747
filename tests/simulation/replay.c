/* Entries are parsed as an auditor would and applied one by one; rows compare by descriptor. */
#include "replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reserve_checks.h"
#include "wire/entry.h"

enum { CHECK_EVERY = 64 };

static char failure[1024];

#define BROKEN(...) (snprintf(failure, sizeof failure, __VA_ARGS__), failure)

/* ---- ids ---- */

/* Entries of one command stand together and begin where its id says; no id comes a second time. */
static const char *check_command(const struct durable *durable, const struct parsed_entry *entry,
	const uint8_t before[16])
{
	const struct batch_command *command = durable_command(durable, entry->command);
	if (command == NULL)
		return BROKEN("entry %lld bears an id that is not recorded", (long long)entry->sequence);
	bool first = memcmp(before, entry->command, 16) != 0;
	if (first ? command->index != entry->sequence : command->index >= entry->sequence)
		return BROKEN("the command of entry %lld is recorded at %lld",
			(long long)entry->sequence, (long long)command->index);
	if (memcmp(command->digest, entry->digest, 32) != 0 || command->at != entry->at ||
	    strcmp(command->actor, entry->actor) != 0)
		return BROKEN("entry %lld and its id differ", (long long)entry->sequence);
	return NULL;
}

/* ---- rows ---- */

static int compare_rows(const void *a, const void *b)
{
	const struct row *const *left = a, *const *right = b;
	int order = strcmp(row_key(*left), row_key(*right));
	if (order != 0)
		return order;
	if ((*left)->closed != (*right)->closed)
		return (*left)->closed ? -1 : 1;
	return (*left)->last_index < (*right)->last_index ? -1 :
		(*left)->last_index > (*right)->last_index;
}

static const struct row **sorted(const struct state *state, enum table_id table, size_t *ret_count)
{
	const struct row **rows = calloc(state_count(state, table) + 1, sizeof(struct row *));
	const struct row *row = NULL;
	size_t count = 0;
	if (rows == NULL)
		abort();
	while ((row = state_next(state, table, row)) != NULL)
		rows[count++] = row;
	qsort(rows, count, sizeof(struct row *), compare_rows);
	*ret_count = count;
	return rows;
}

static const char *compare_row(const struct table_info *info, const struct row *stored,
	const struct row *replayed)
{
	for (size_t i = 0; i < info->descriptor->field_count; i++) {
		const struct field *field = &info->descriptor->fields[i];
		if (!field_equal(field, stored, replayed))
			return BROKEN("%s %s: %s is not what the ledger amounts to", info->name,
				row_key(stored), field->name);
	}
	if (stored->last_index != replayed->last_index || stored->closed != replayed->closed)
		return BROKEN("%s %s: last touched at %lld, by the ledger at %lld", info->name,
			row_key(stored), (long long)stored->last_index, (long long)replayed->last_index);
	return NULL;
}

static const char *compare_table(const struct state *stored, const struct state *replayed,
	enum table_id table)
{
	const struct table_info *info = table_info(table);
	const char *broken = NULL;
	size_t stored_count, replayed_count;
	const struct row **left = sorted(stored, table, &stored_count);
	const struct row **right = sorted(replayed, table, &replayed_count);
	if (stored_count != replayed_count)
		broken = BROKEN("%s: %zu rows, by the ledger %zu", info->name, stored_count,
			replayed_count);
	for (size_t i = 0; i < stored_count && broken == NULL; i++)
		broken = compare_row(info, left[i], right[i]);
	free(left);
	free(right);
	return broken;
}

/* ---- caps ---- */

static int64_t delivered_g(const struct state *state, const char *id)
{
	int64_t out_g = 0;
	const struct order *order = NULL;
	while ((order = state_next(state, TABLE_RELEASE_ORDER, order)) != NULL) {
		const struct order_line *lines = order->lines.items;
		for (uint32_t i = 0; i < order->lines.count && text_equal(order->id, id); i++)
			out_g += lines[i].out_contained_g;
	}
	return out_g;
}

static int64_t counts_g(const struct state *state, const struct request *request)
{
	if (check_open(request))
		return request->awarded_g;
	if (request->state == REQUEST_FULFILLED || request->state == REQUEST_PARTIAL)
		return delivered_g(state, request->release_order);
	return 0;
}

/* What a cap has used, from all requests there ever were. */
static const char *check_used(const struct state *state)
{
	const struct declaration *declaration = NULL;
	while ((declaration = state_next(state, TABLE_DECLARATION, declaration)) != NULL) {
		const struct cap *caps = declaration->caps.items;
		for (uint32_t i = 0; i < declaration->caps.count; i++) {
			int64_t used_g = 0;
			const struct request *request = NULL;
			while ((request = state_next(state, TABLE_REQUEST, request)) != NULL) {
				if (request->declaration == declaration &&
				    text_equal(request->commodity->code, caps[i].commodity))
					used_g += counts_g(state, request);
			}
			if (used_g != check_used_g(state, declaration, &caps[i]))
				return BROKEN("%s: %lld g of %s are used, requests amount to %lld",
					declaration->id, (long long)check_used_g(state, declaration, &caps[i]),
					caps[i].commodity, (long long)used_g);
		}
	}
	return NULL;
}

/* ---- the replay ---- */

static const char *check_seen(const struct state *state, const struct seen *seen)
{
	const struct commodity *commodity = state_find(state, TABLE_COMMODITY, seen->commodity);
	if (commodity == NULL || commodity->available_g != seen->available_g ||
	    commodity->reserved_g != seen->reserved_g)
		return BROKEN("a reader saw %lld g of %s available at %lld, which never was",
			(long long)seen->available_g, seen->commodity, (long long)seen->size);
	return NULL;
}

static const char *replay_entry(const struct durable *durable, struct state *state,
	struct arena *arena, int64_t index, uint8_t command[16])
{
	struct parsed_entry entry;
	struct error error = { 0 };
	size_t length;
	const char *bytes = durable_entry(durable, index, &length);
	if (!entry_parse(bytes, length, event_find_body, NULL, arena, &entry, &error))
		return BROKEN("entry %lld: %s", (long long)index, error.message);
	if (entry.sequence != index)
		return BROKEN("entry %lld has sequence %lld", (long long)index,
			(long long)entry.sequence);
	const char *broken = entry.has_command ? check_command(durable, &entry, command) : NULL;
	if (broken != NULL)
		return broken;
	memcpy(command, entry.command, 16);
	const struct event_type *type = event_type_find(entry.kind);
	const struct applied applied = { .index = index, .at = entry.at,
		.effective = entry.effective, .actor = entry.actor };
	const struct event event = { type, entry.body, entry.effective };
	reserve_apply(state, &applied, type, entry.body);
	state_take_touched(state);
	broken = checks_release(state, &event);
	if (broken == NULL && index % CHECK_EVERY == 0)
		broken = checks_failed(state);
	return broken != NULL ? BROKEN("at entry %lld, %s: %s", (long long)index, type->kind, broken) :
		NULL;
}

static const char *replay_all(const struct durable *durable, struct state *state,
	struct arena *arena, const struct seen *seen, size_t seen_count)
{
	const char *broken = NULL;
	uint8_t command[16] = { 0 };
	for (int64_t index = 0; index < durable->size && broken == NULL; index++) {
		while (broken == NULL && seen_count > 0 && seen->size == index) {
			broken = check_seen(state, seen);
			seen++, seen_count--;
		}
		arena_reset(arena);
		if (broken == NULL)
			broken = replay_entry(durable, state, arena, index, command);
	}
	while (broken == NULL && seen_count > 0) {
		broken = seen->size > durable->size ? "a reader saw what is not durable" :
			check_seen(state, seen);
		seen++, seen_count--;
	}
	if (broken == NULL)
		broken = checks_failed(state);
	for (int t = 0; t < TABLE_COUNT && broken == NULL; t++)
		broken = compare_table(durable->rows, state, (enum table_id)t);
	return broken != NULL ? broken : check_used(state);
}

const char *replay_check(const struct durable *durable, const struct seen *seen, size_t seen_count)
{
	struct state *state = state_new(true);
	struct arena *arena = arena_new(0);
	const char *broken = replay_all(durable, state, arena, seen, seen_count);
	arena_free(arena);
	state_free(state);
	return broken;
}
