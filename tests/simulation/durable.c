/* The durable copy is a state that keeps closed rows; rows are copied field by field. */
#include "durable.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char failure[256];

#define BROKEN(...) (snprintf(failure, sizeof failure, __VA_ARGS__), failure)

static void *allocate(void *old, size_t count, size_t size)
{
	void *memory = reallocarray(old, count, size);
	if (memory == NULL)
		abort();
	return memory;
}

struct durable *durable_new(void)
{
	struct durable *durable = calloc(1, sizeof *durable);
	if (durable == NULL)
		abort();
	durable->rows = state_new(true);
	durable->hasher = hasher_new();
	tree_init(&durable->tree);
	return durable;
}

void durable_free(struct durable *durable)
{
	state_free(durable->rows);
	hasher_free(durable->hasher);
	buffer_free(&durable->entries);
	free(durable->ends);
	free(durable->leaves);
	free(durable->commands);
	free(durable->ids);
	free(durable->tiles);
	free(durable);
}

/* ---- rows ---- */

static void put_pointer(const struct field *field, struct row *row, const void *pointer)
{
	memcpy((char *)row + field->offset, &pointer, sizeof pointer);
}

static void free_owned(const struct field *field, struct row *row)
{
	void *owned; /* a string, or the first member of a list */
	memcpy(&owned, (char *)row + field->offset, sizeof owned);
	free(owned);
}

static void copy_list(const struct field *field, struct row *to, const struct row *from)
{
	struct list list;
	memcpy(&list, (const char *)from + field->offset, sizeof list);
	void *items = NULL;
	if (list.count > 0) {
		items = allocate(NULL, list.count, field->items->size);
		memcpy(items, list.items, list.count * field->items->size);
	}
	list.items = items;
	memcpy((char *)to + field->offset, &list, sizeof list);
}

/* False where the row that it refers to is not there. */
static bool copy_field(struct state *state, const struct field *field, struct row *to,
	const struct row *from)
{
	if (field->type == FIELD_STRING) {
		free_owned(field, to);
		put_pointer(field, to, field_absent(field, from) ? NULL : strdup(field_text(field, from)));
	} else if (field->type == FIELD_LIST) {
		free_owned(field, to);
		copy_list(field, to, from);
	} else if (field->type == FIELD_REF) {
		const void *target = field_absent(field, from) ? NULL :
			state_find(state, (enum table_id)field->table, field_text(field, from));
		put_pointer(field, to, target);
		return target != NULL || field_absent(field, from);
	} else {
		memcpy((char *)to + field->offset, (const char *)from + field->offset, field->size);
	}
	return true;
}

static bool copy_row(struct state *state, struct row *to, const struct row *from)
{
	const struct descriptor *descriptor = table_info((enum table_id)from->table)->descriptor;
	bool whole = true;
	for (size_t i = 1; i < descriptor->field_count; i++)
		whole = copy_field(state, &descriptor->fields[i], to, from) && whole;
	to->last_index = from->last_index;
	return whole;
}

/* The same, and closed where the row is. */
static bool copy_whole(struct state *state, struct row *to, const struct row *from)
{
	bool whole = copy_row(state, to, from);
	if (from->closed) {
		state_close(state, to);
		state_take_touched(state);
		to->last_index = from->last_index;
	}
	return whole;
}

static const char *insert_row(struct state *state, const struct row *from)
{
	enum table_id table = (enum table_id)from->table;
	const char *name = table_info(table)->name, *key = row_key(from);
	if (state_find(state, table, key) != NULL)
		return BROKEN("insert of %s %s, which is there", name, key);
	if (!copy_whole(state, state_insert_stored(state, table, key), from))
		return BROKEN("%s %s refers to a row that is not there", name, key);
	return NULL;
}

static const char *update_row(struct state *state, const struct row *from)
{
	enum table_id table = (enum table_id)from->table;
	const char *name = table_info(table)->name, *key = row_key(from);
	struct row *row = state_find(state, table, key);
	if (row == NULL)
		return BROKEN("update of %s %s, which is not there", name, key);
	if (from->closed && table_info(table)->forever)
		return BROKEN("%s %s is closed and should stay for ever", name, key);
	if (!copy_whole(state, row, from))
		return BROKEN("%s %s refers to a row that is not there", name, key);
	return NULL;
}

static const char *write_rows(struct state *state, enum table_id table, const struct list *list,
	bool closed, const char *(*write)(struct state *, const struct row *))
{
	size_t size = table_info(table)->descriptor->size;
	for (uint32_t i = 0; i < list->count; i++) {
		const void *item = (const char *)list->items + i * size;
		const struct row *row = item;
		const char *broken = row->closed == closed ? write(state, row) : NULL;
		if (broken != NULL)
			return broken;
	}
	return NULL;
}

/* Closings first, for they free keys; then parents before children. */
static const char *commit_rows(struct state *state, const struct batch *batch)
{
	const char *broken = NULL;
	for (int t = 0; t < TABLE_COUNT && broken == NULL; t++)
		broken = write_rows(state, (enum table_id)t, &batch->updates[t], true, update_row);
	for (int t = 0; t < TABLE_COUNT && broken == NULL; t++) {
		enum table_id table = (enum table_id)t;
		broken = write_rows(state, table, &batch->inserts[t], true, insert_row);
		if (broken == NULL)
			broken = write_rows(state, table, &batch->inserts[t], false, insert_row);
		if (broken == NULL)
			broken = write_rows(state, table, &batch->updates[t], false, update_row);
	}
	return broken;
}

/* As the store's condition has it: ended, and still counted by something derived. */
static bool is_recalled(const struct durable *durable, const struct row *row)
{
	const struct table_info *info = table_info((enum table_id)row->table);
	if (info->recall_at == NULL)
		return false;
	int64_t mass_g = field_number(descriptor_field(info->descriptor, info->recall_mass), row);
	int64_t at = field_number(descriptor_field(info->descriptor, info->recall_at), row);
	return mass_g != ABSENT && mass_g > 0 &&
		at > durable->last_at - info->recall_days * 24 * 60 * 60 * 1000;
}

struct state *durable_load(const struct durable *durable)
{
	struct state *state = state_new(false);
	for (int t = 0; t < TABLE_COUNT; t++) {
		const struct row *from = NULL;
		while ((from = state_next(durable->rows, (enum table_id)t, from)) != NULL) {
			if (from->closed && !is_recalled(durable, from))
				continue;
			struct row *to = state_insert_stored(state, (enum table_id)t, row_key(from));
			bool whole = copy_row(state, to, from);
			assert(whole);
			(void)whole;
			to->closed = from->closed;
			if (to->closed)
				state_recall(state, to);
			else
				state_loaded(state, to);
		}
	}
	state_set_position(state, durable->size, durable->last_at);
	return state;
}

/* ---- entries and tiles ---- */

const char *durable_entry(const struct durable *durable, int64_t index, size_t *ret_length)
{
	size_t begins = index > 0 ? durable->ends[index - 1] : 0;
	*ret_length = durable->ends[index] - begins;
	return durable->entries.bytes + begins;
}

static void add_entries(struct durable *durable, const struct batch *batch)
{
	size_t count = (size_t)(batch->new_size - batch->old_size), begins = 0;
	size_t whole = (size_t)batch->new_size;
	durable->ends = allocate(durable->ends, whole, sizeof *durable->ends);
	durable->leaves = allocate(durable->leaves, whole, sizeof *durable->leaves);
	for (size_t i = 0; i < count; i++) {
		size_t length = batch->entry_ends[i] - begins;
		struct hash *leaf = &durable->leaves[durable->size];
		buffer_append(&durable->entries, batch->entries.bytes + begins, length);
		durable->ends[durable->size++] = durable->entries.length;
		hasher_leaf(durable->hasher, batch->entries.bytes + begins, length, leaf);
		tree_append(&durable->tree, durable->hasher, leaf);
		begins = batch->entry_ends[i];
	}
	durable->last_at = batch->last_at;
}

static const struct batch_tile *find_tile(const struct durable *durable, int level, int64_t number)
{
	for (size_t i = 0; i < durable->tile_count; i++) {
		if (durable->tiles[i].level == level && durable->tiles[i].number == number)
			return &durable->tiles[i];
	}
	return NULL;
}

static const char *add_tiles(struct durable *durable, const struct batch *batch)
{
	for (uint32_t i = 0; i < batch->tile_count; i++) {
		const struct batch_tile *tile = &batch->tiles[i];
		if (find_tile(durable, tile->level, tile->number) != NULL)
			return BROKEN("tile %d/%lld twice", tile->level, (long long)tile->number);
		if (tile->level == 0 && memcmp(tile->hashes, durable->leaves + tile->number * TILE_WIDTH,
		    sizeof tile->hashes) != 0)
			return BROKEN("tile 0/%lld is not its leaves", (long long)tile->number);
		durable->tiles = allocate(durable->tiles, durable->tile_count + 1, sizeof *tile);
		durable->tiles[durable->tile_count++] = *tile;
	}
	int64_t full = durable->size / TILE_WIDTH;
	if (full > 0 && find_tile(durable, 0, full - 1) == NULL)
		return BROKEN("tile 0/%lld is full and was not written", (long long)full - 1);
	return NULL;
}

static bool read_tile(void *context, int level, int64_t number, int width,
	struct hash ret_hashes[TILE_WIDTH], struct error *error)
{
	const struct durable *durable = context;
	const struct batch_tile *tile = find_tile(durable, level, number);
	const struct hash *hashes = tile != NULL ? tile->hashes :
		level == 0 ? durable->leaves + number * TILE_WIDTH : NULL;
	if (hashes == NULL || (tile == NULL && width == TILE_WIDTH))
		return error_set(error, ERROR_STORE, "tile", "tile %d/%lld is missing", level,
			(long long)number);
	memcpy(ret_hashes, hashes, (size_t)width * sizeof *hashes);
	return true;
}

void durable_load_edge(struct durable *durable, struct tile_builder *ret_builder)
{
	struct error error = { 0 };
	bool loaded = tile_builder_load(ret_builder, durable->size, durable->hasher, read_tile, durable,
		&error);
	assert(loaded);
	(void)loaded;
}

/* ---- command ids ---- */

static size_t id_place(const struct durable *durable, const uint8_t id[16])
{
	uint64_t hash;
	memcpy(&hash, id + 8, sizeof hash);
	size_t mask = durable->id_capacity - 1;
	size_t place = (size_t)(hash * 0x9E3779B97F4A7C15u >> 32) & mask;
	while (durable->ids[place] != 0 &&
	       memcmp(durable->commands[durable->ids[place] - 1].id, id, 16) != 0)
		place = (place + 1) & mask;
	return place;
}

const struct batch_command *durable_command(const struct durable *durable, const uint8_t id[16])
{
	size_t number = durable->id_capacity > 0 ? durable->ids[id_place(durable, id)] : 0;
	return number > 0 ? &durable->commands[number - 1] : NULL;
}

static void grow_ids(struct durable *durable)
{
	durable->id_capacity = durable->id_capacity == 0 ? 1024 : durable->id_capacity * 2;
	free(durable->ids);
	durable->ids = calloc(durable->id_capacity, sizeof *durable->ids);
	if (durable->ids == NULL)
		abort();
	for (size_t i = 0; i < durable->command_count; i++)
		durable->ids[id_place(durable, durable->commands[i].id)] = i + 1;
}

static const char *add_commands(struct durable *durable, const struct batch *batch)
{
	for (uint32_t i = 0; i < batch->command_count; i++) {
		const struct batch_command *command = &batch->commands[i];
		if (durable_command(durable, command->id) != NULL)
			return BROKEN("a command id was applied twice, at %lld and %lld",
				(long long)durable_command(durable, command->id)->index,
				(long long)command->index);
		if (command->index < batch->old_size || command->index >= batch->new_size)
			return BROKEN("a command's index lies outside its batch");
		if (durable->command_count * 2 >= durable->id_capacity)
			grow_ids(durable);
		durable->commands = allocate(durable->commands, durable->command_count + 1,
			sizeof *command);
		durable->commands[durable->command_count++] = *command;
		durable->ids[id_place(durable, command->id)] = durable->command_count;
	}
	return NULL;
}

void durable_remember(const struct durable *durable, struct sequencer *sequencer, int64_t from)
{
	for (size_t i = 0; i < durable->command_count; i++) {
		if (durable->commands[i].at >= from)
			sequencer_remember(sequencer, &durable->commands[i]);
	}
}

/* ---- a commit ---- */

const char *durable_commit(struct durable *durable, const struct batch *batch)
{
	struct hash root;
	if (batch->old_size != durable->size)
		return BROKEN("the head stands at %lld, the batch begins at %lld",
			(long long)durable->size, (long long)batch->old_size);
	if (batch->last_at < durable->last_at)
		return BROKEN("time goes back");
	add_entries(durable, batch);
	tree_root(&durable->tree, durable->hasher, &root);
	if (!hash_equal(&root, &batch->new_root))
		return BROKEN("the root at %lld is not that of its entries", (long long)durable->size);
	const char *broken = add_tiles(durable, batch);
	if (broken == NULL)
		broken = commit_rows(durable->rows, batch);
	return broken != NULL ? broken : add_commands(durable, batch);
}
