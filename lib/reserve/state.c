/*
 * Rows live in chunks that never move; a hash table of pointers finds them by key; a heap orders what
 * time will change. Heap items are not removed when a row changes: an item that no longer tells its
 * row's due time is dropped when it comes to the top, or when the heap would have to grow: a replay, in
 * which nobody takes from the top, must not keep one for every entry.
 */
#include "reserve/state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/counter.h"

enum { CHUNK_ROWS = 512, TALLY_VALUES = 16, INDEX_FIRST = 64 };

struct table {
	unsigned char **chunks;
	uint32_t chunk_count, slot_count; /* slots ever used */
	uint32_t *free_slots;
	uint32_t free_count, free_capacity;
	struct row **index;               /* open addressing, capacity a power of two */
	size_t index_capacity, index_used; /* used counts live rows and tombstones */
	size_t live;
};

struct agenda_item {
	int64_t due_ms;
	uint32_t slot;
	uint32_t table;
};

struct state {
	struct table tables[TABLE_COUNT];
	struct row *touched, **touched_end;
	struct agenda_item *agenda;
	size_t agenda_count, agenda_capacity;
	int64_t tallies[TABLE_COUNT][TALLY_VALUES];
	int64_t size, last_at;
	bool keep_closed;
};

static struct row tombstone;

static void *allocate(void *old, size_t count, size_t size)
{
	void *memory = reallocarray(old, count, size);
	if (memory == NULL)
		abort();
	return memory;
}

struct state *state_new(bool keep_closed)
{
	struct state *state = calloc(1, sizeof *state);
	if (state == NULL)
		abort();
	state->touched_end = &state->touched;
	state->keep_closed = keep_closed;
	return state;
}

static struct row *row_at(const struct state *state, enum table_id id, uint32_t slot)
{
	const struct table *table = &state->tables[id];
	size_t size = table_info(id)->descriptor->size;
	return (struct row *)(void *)(table->chunks[slot / CHUNK_ROWS] + slot % CHUNK_ROWS * size);
}

static void dispose(struct row *row)
{
	void (*freed)(struct row *) = table_info((enum table_id)row->table)->freed;
	if (freed != NULL)
		freed(row);
	const struct descriptor *descriptor = table_info((enum table_id)row->table)->descriptor;
	for (size_t i = 0; i < descriptor->field_count; i++) {
		const struct field *field = &descriptor->fields[i];
		if (field->type == FIELD_STRING || field->type == FIELD_LIST) {
			void *owned; /* a string's pointer, or the first member of a struct list */
			memcpy(&owned, (char *)row + field->offset, sizeof owned);
			free(owned);
		}
	}
}

void state_free(struct state *state)
{
	if (state == NULL)
		return;
	for (int id = 0; id < TABLE_COUNT; id++) {
		struct table *table = &state->tables[id];
		for (uint32_t slot = 0; slot < table->slot_count; slot++) {
			struct row *row = row_at(state, (enum table_id)id, slot);
			if (row->live)
				dispose(row);
		}
		for (uint32_t i = 0; i < table->chunk_count; i++)
			free(table->chunks[i]);
		free(table->chunks);
		free(table->free_slots);
		free(table->index);
	}
	free(state->agenda);
	free(state);
}

/* The place of a key in the index: its row, or the first place where it may be put. */
static struct row **index_place(const struct table *table, const char *key)
{
	size_t mask = table->index_capacity - 1;
	struct row **reusable = NULL;
	for (size_t i = text_hash(key) & mask;; i = (i + 1) & mask) {
		struct row **place = &table->index[i];
		if (*place == NULL)
			return reusable != NULL ? reusable : place;
		if (*place == &tombstone) {
			if (reusable == NULL)
				reusable = place;
		} else if (strcmp(row_key(*place), key) == 0) {
			return place;
		}
	}
}

static void index_grow(struct table *table)
{
	struct row **old = table->index;
	size_t old_capacity = table->index_capacity;
	size_t capacity = INDEX_FIRST;
	while (capacity < table->live * 2 + 2)
		capacity *= 2;
	table->index = calloc(capacity, sizeof *table->index);
	if (table->index == NULL)
		abort();
	table->index_capacity = capacity;
	table->index_used = 0;
	for (size_t i = 0; i < old_capacity; i++) {
		if (old[i] != NULL && old[i] != &tombstone) {
			*index_place(table, row_key(old[i])) = old[i];
			table->index_used++;
		}
	}
	free(old);
}

static uint32_t take_slot(struct table *table, size_t size)
{
	if (table->free_count > 0)
		return table->free_slots[--table->free_count];
	if (table->slot_count == table->chunk_count * CHUNK_ROWS) {
		table->chunks = allocate(table->chunks, table->chunk_count + 1, sizeof *table->chunks);
		table->chunks[table->chunk_count++] = allocate(NULL, CHUNK_ROWS, size);
	}
	return table->slot_count++;
}

static struct row *insert(struct state *state, enum table_id id, const char *key)
{
	const struct table_info *info = table_info(id);
	const struct field *key_field = &info->descriptor->fields[0];
	struct table *table = &state->tables[id];
	if ((table->index_used + 1) * 4 > table->index_capacity * 3)
		index_grow(table);
	struct row **place = index_place(table, key);
	assert(*place == NULL || *place == &tombstone);
	uint32_t slot = take_slot(table, info->descriptor->size);
	struct row *row = row_at(state, id, slot);
	record_clear(info->descriptor, row);
	bool fits = text_copy((char *)row + ROW_KEY_OFFSET, key_field->size, key);
	assert(fits);
	(void)fits;
	row->slot = slot;
	row->table = (uint8_t)id;
	row->live = true;
	if (*place == NULL)
		table->index_used++;
	*place = row;
	table->live++;
	return row;
}

void *state_insert(struct state *state, enum table_id table, const char *key)
{
	struct row *row = insert(state, table, key);
	state_touch(state, row);
	return row;
}

void *state_insert_stored(struct state *state, enum table_id table, const char *key)
{
	struct row *row = insert(state, table, key);
	row->stored = true;
	return row;
}

void *state_find(const struct state *state, enum table_id id, const char *key)
{
	const struct table *table = &state->tables[id];
	if (table->index_capacity == 0)
		return NULL;
	struct row *row = *index_place(table, key);
	return row == &tombstone ? NULL : row;
}

static bool earlier(const struct agenda_item *a, const struct agenda_item *b)
{
	if (a->due_ms != b->due_ms)
		return a->due_ms < b->due_ms;
	if (a->table != b->table)
		return a->table < b->table;
	return a->slot < b->slot;
}

static int compare_items(const void *a, const void *b)
{
	const struct agenda_item *one = a, *other = b;
	return earlier(one, other) ? -1 : earlier(other, one) ? 1 : 0;
}

/*
 * Drops items of rows that ended, and all but one of those alike. What tells another time than its row does
 * stays: the row may come back to it. Ascending order is a heap.
 */
static void agenda_tidy(struct state *state)
{
	struct agenda_item *items = state->agenda;
	size_t kept = 0, standing = 0;
	for (size_t i = 0; i < state->agenda_count; i++) {
		const struct row *row = row_at(state, (enum table_id)items[i].table, items[i].slot);
		if (row->live && !row->closed)
			items[standing++] = items[i];
	}
	if (standing > 0)
		qsort(items, standing, sizeof *items, compare_items);
	for (size_t i = 0; i < standing; i++) {
		if (kept == 0 || compare_items(&items[kept - 1], &items[i]) != 0)
			items[kept++] = items[i];
	}
	state->agenda_count = kept;
}

/* Makes room; half of what there is must be free then, or the next tidying would come too soon. */
static void agenda_grow(struct state *state)
{
	agenda_tidy(state);
	if (state->agenda_capacity > 0 && state->agenda_count * 2 <= state->agenda_capacity)
		return;
	state->agenda_capacity = state->agenda_capacity == 0 ? 64 : state->agenda_capacity * 2;
	state->agenda = allocate(state->agenda, state->agenda_capacity, sizeof *state->agenda);
}

static void agenda_push(struct state *state, struct agenda_item item)
{
	if (state->agenda_count == state->agenda_capacity)
		agenda_grow(state);
	size_t i = state->agenda_count++;
	while (i > 0 && earlier(&item, &state->agenda[(i - 1) / 2])) {
		state->agenda[i] = state->agenda[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	state->agenda[i] = item;
}

static void agenda_pop(struct state *state)
{
	struct agenda_item last = state->agenda[--state->agenda_count];
	size_t i = 0, count = state->agenda_count;
	for (;;) {
		size_t child = 2 * i + 1;
		if (child >= count)
			break;
		if (child + 1 < count && earlier(&state->agenda[child + 1], &state->agenda[child]))
			child++;
		if (!earlier(&state->agenda[child], &last))
			break;
		state->agenda[i] = state->agenda[child];
		i = child;
	}
	if (count > 0)
		state->agenda[i] = last;
}

void state_schedule(struct state *state, const void *scheduled)
{
	const struct row *row = scheduled;
	int64_t (*due)(const struct row *) = table_info((enum table_id)row->table)->due;
	if (due == NULL || row->closed)
		return;
	int64_t due_ms = due(row);
	if (due_ms != TIME_NONE)
		agenda_push(state, (struct agenda_item){ due_ms, row->slot, row->table });
}

struct row *state_next_due(struct state *state, int64_t *ret_due_ms)
{
	while (state->agenda_count > 0) {
		const struct agenda_item *top = &state->agenda[0];
		struct row *row = row_at(state, (enum table_id)top->table, top->slot);
		if (row->live && !row->closed &&
		    table_info((enum table_id)top->table)->due(row) == top->due_ms) {
			*ret_due_ms = top->due_ms;
			return row;
		}
		agenda_pop(state);
	}
	return NULL;
}

void state_loaded(struct state *state, struct row *row)
{
	void (*loaded)(struct state *, struct row *) = table_info((enum table_id)row->table)->loaded;
	if (loaded != NULL)
		loaded(state, row);
	state_schedule(state, row);
}

void state_touch(struct state *state, void *touched)
{
	struct row *row = touched;
	row->last_index = state->size;
	if (row->touched)
		return;
	row->touched = true;
	row->next_touched = NULL;
	*state->touched_end = row;
	state->touched_end = &row->next_touched;
}

void state_close(struct state *state, void *closed)
{
	struct row *row = closed;
	struct row **place = index_place(&state->tables[row->table], row_key(row));
	assert(*place == row);
	*place = &tombstone; /* its key is free at once, whenever it is swept */
	row->closed = true;
	state_touch(state, row);
}

const struct row *state_touched(const struct state *state)
{
	return state->touched;
}

struct row *state_take_touched(struct state *state)
{
	struct row *list = state->touched;
	state->touched = NULL;
	state->touched_end = &state->touched;
	for (struct row *row = list; row != NULL; row = row->next_touched)
		row->touched = false;
	return list;
}

static void drop(struct state *state, struct row *row)
{
	struct table *table = &state->tables[row->table];
	dispose(row);
	row->live = false;
	table->live--;
	if (table->free_count == table->free_capacity) {
		table->free_capacity = table->free_capacity == 0 ? 64 : table->free_capacity * 2;
		table->free_slots = allocate(table->free_slots, table->free_capacity, sizeof(uint32_t));
	}
	table->free_slots[table->free_count++] = row->slot;
}

void state_sweep(struct state *state, struct row *row)
{
	row->stored = true;
	if (row->closed && !state->keep_closed)
		drop(state, row);
}

void state_recall(struct state *state, struct row *row)
{
	void (*loaded)(struct state *, struct row *) = table_info((enum table_id)row->table)->loaded;
	struct row **place = index_place(&state->tables[row->table], row_key(row));
	assert(*place == row && row->closed);
	*place = &tombstone;
	if (state->keep_closed)
		return;
	if (loaded != NULL)
		loaded(state, row);
	drop(state, row);
}

void *state_next(const struct state *state, enum table_id id, const void *after)
{
	const struct row *previous = after;
	return state_next_from(state, id, previous != NULL ? previous->slot + 1 : 0);
}

void *state_next_from(const struct state *state, enum table_id id, uint32_t slot)
{
	for (; slot < state->tables[id].slot_count; slot++) {
		struct row *row = row_at(state, id, slot);
		if (row->live)
			return row;
	}
	return NULL;
}

size_t state_count(const struct state *state, enum table_id table)
{
	return state->tables[table].live;
}

/* A heap's children are never earlier than their parent: what is late prunes all below it. */
static void due_below(const struct state *state, size_t at, int64_t until_ms,
	state_each_due *each, void *context)
{
	if (at >= state->agenda_count || state->agenda[at].due_ms >= until_ms)
		return;
	const struct agenda_item *item = &state->agenda[at];
	enum table_id table = (enum table_id)item->table;
	const struct row *row = row_at(state, table, item->slot);
	if (row->live && !row->closed && table_info(table)->due(row) == item->due_ms)
		each(context, row);
	due_below(state, 2 * at + 1, until_ms, each, context);
	due_below(state, 2 * at + 2, until_ms, each, context);
}

void state_due_before(const struct state *state, int64_t until_ms, state_each_due *each,
	void *context)
{
	due_below(state, 0, until_ms, each, context);
}

void state_tally(struct state *state, enum table_id table, int64_t from, int64_t to)
{
	assert(from >= 0 && from < TALLY_VALUES && to >= 0 && to < TALLY_VALUES);
	state->tallies[table][from] -= from != 0 ? 1 : 0;
	state->tallies[table][to] += to != 0 ? 1 : 0;
	assert(state->tallies[table][from] >= 0);
}

int64_t state_tallied(const struct state *state, enum table_id table, int64_t value)
{
	assert(value > 0 && value < TALLY_VALUES);
	return state->tallies[table][value];
}

int64_t state_size(const struct state *state) { return state->size; }
int64_t state_last_at(const struct state *state) { return state->last_at; }

void state_set_position(struct state *state, int64_t size, int64_t last_at)
{
	assert(size >= state->size);
	state->size = size;
	state->last_at = last_at;
}

void state_next_id(const struct state *state, const char *kind, int64_t now, uint32_t ahead,
	char *ret_id, size_t size)
{
	const struct counter *counter = state_find(state, TABLE_COUNTER, kind);
	counter_next_id(counter, kind, now, ahead, ret_id, size);
}

void state_take_id(struct state *state, const char *id)
{
	char kind[2] = { id[0], '\0' };
	struct counter *counter = state_find(state, TABLE_COUNTER, kind);
	if (counter == NULL)
		counter = state_insert(state, TABLE_COUNTER, kind);
	counter_take(counter, id);
	state_touch(state, counter);
}

int64_t state_last_version(const struct state *state, const char *id)
{
	const struct counter *counter = state_find(state, TABLE_COUNTER, id);
	return counter != NULL ? counter->last : 0;
}

void state_take_version(struct state *state, const char *id, int64_t version)
{
	struct counter *counter = state_find(state, TABLE_COUNTER, id);
	if (counter == NULL)
		counter = state_insert(state, TABLE_COUNTER, id);
	counter->year = 0;
	counter->last = version;
	state_touch(state, counter);
}

struct reserve *state_reserve(const struct state *state)
{
	return state_find(state, TABLE_RESERVE, "reserve");
}
