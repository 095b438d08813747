/* Building a batch; rows are copied once, counted first so that each table's copies lie together. */
#include "vaultd/batch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct batch *batch_new(uint64_t number, int64_t size)
{
	struct batch *batch = calloc(1, sizeof *batch);
	if (batch == NULL)
		abort();
	batch->number = number;
	batch->old_size = batch->new_size = size;
	batch->arena = arena_new(0);
	return batch;
}

void batch_free(struct batch *batch)
{
	if (batch == NULL)
		return;
	buffer_free(&batch->entries);
	free(batch->entry_ends);
	free(batch->commands);
	free(batch->tiles);
	arena_free(batch->arena);
	free(batch);
}

static char *copy_string(struct arena *arena, const char *string)
{
	return string != NULL ? arena_text(arena, string, strlen(string)) : NULL;
}

/* What a row owns is copied too; lists of rows hold no strings of their own. */
static void copy_owned(struct arena *arena, const struct descriptor *descriptor, void *copy)
{
	for (size_t i = 0; i < descriptor->field_count; i++) {
		const struct field *field = &descriptor->fields[i];
		char *at = (char *)copy + field->offset;
		if (field->type == FIELD_STRING) {
			char *string;
			memcpy(&string, at, sizeof string);
			string = copy_string(arena, string);
			memcpy(at, &string, sizeof string);
		} else if (field->type == FIELD_LIST) {
			struct list list;
			memcpy(&list, at, sizeof list);
			if (list.count > 0) {
				size_t size = list.count * field->items->size;
				void *items = arena_alloc(arena, size);
				memcpy(items, list.items, size);
				list.items = items;
				memcpy(at, &list, sizeof list);
			}
		}
	}
}

void batch_copy_rows(struct batch *batch, const struct row *touched)
{
	uint32_t inserts[TABLE_COUNT] = { 0 }, updates[TABLE_COUNT] = { 0 };
	for (const struct row *row = touched; row != NULL; row = row->next_touched)
		(row->stored ? updates : inserts)[row->table]++;
	for (int t = 0; t < TABLE_COUNT; t++) {
		size_t size = table_info((enum table_id)t)->descriptor->size;
		if (inserts[t] > 0)
			batch->inserts[t].items = arena_alloc(batch->arena, inserts[t] * size);
		if (updates[t] > 0)
			batch->updates[t].items = arena_alloc(batch->arena, updates[t] * size);
	}
	for (const struct row *row = touched; row != NULL; row = row->next_touched) {
		const struct descriptor *descriptor = table_info((enum table_id)row->table)->descriptor;
		struct list *list = &(row->stored ? batch->updates : batch->inserts)[row->table];
		char *copy = (char *)list->items + list->count++ * descriptor->size;
		memcpy(copy, row, descriptor->size);
		copy_owned(batch->arena, descriptor, copy);
	}
}
