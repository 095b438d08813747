/*
 * Rows that have ended never change again, and a reserve of years has more of them than of any other. The
 * replay does not keep them: each is held as the hash of its key and the hash of all that it said, and a
 * stored row must have both. The hashes are keyed by chance of this run, so that nobody can have made two
 * rows of one.
 */
#include "audit/audit_private.h"

#include <stdlib.h>
#include <string.h>

struct ended_item {
	uint64_t key;         /* 0: the place is free */
	uint64_t content;
	uint64_t index : 40;  /* of the entry that ended it */
	uint64_t table : 8;
	uint64_t brought : 1;
};

static void append_number(struct buffer *text, int64_t number)
{
	buffer_append(text, &number, sizeof number);
}

static void append_bytes(struct buffer *text, const void *bytes, size_t length)
{
	append_number(text, (int64_t)length);
	buffer_append(text, bytes, length);
}

static void append_record(struct buffer *text, const struct descriptor *descriptor,
	const void *record);

/* What field_equal compares, so that what is equal hashes alike. */
static void append_field(struct buffer *text, const struct field *field, const void *record)
{
	const char *at = (const char *)record + field->offset;
	const struct list *list;
	switch (field->type) {
	case FIELD_INT:
	case FIELD_TIME:
	case FIELD_BOOL:
	case FIELD_ENUM:
	case FIELD_SET:
		append_number(text, field_number(field, record));
		return;
	case FIELD_TEXT:
	case FIELD_STRING:
	case FIELD_REF:
		append_bytes(text, field_text(field, record), strlen(field_text(field, record)));
		return;
	case FIELD_BYTES:
	case FIELD_UUID:
		append_bytes(text, at, field->size);
		return;
	case FIELD_LIST:
		list = (const struct list *)(const void *)at;
		append_number(text, list->count);
		for (uint32_t i = 0; i < list->count; i++)
			append_record(text, field->items,
				(const char *)list->items + i * field->items->size);
		return;
	}
}

static void append_record(struct buffer *text, const struct descriptor *descriptor,
	const void *record)
{
	for (size_t i = 0; i < descriptor->field_count; i++)
		append_field(text, &descriptor->fields[i], record);
}

static uint64_t hashed(struct audit *audit)
{
	struct hash hash;
	uint64_t start;
	hasher_sha256(audit->ledger.hasher, audit->ended.text.bytes, audit->ended.text.length, &hash);
	memcpy(&start, hash.bytes, sizeof start);
	return start;
}

static void begin(struct audit *audit, enum table_id table)
{
	buffer_clear(&audit->ended.text);
	buffer_append(&audit->ended.text, audit->options.chance, sizeof audit->options.chance);
	append_number(&audit->ended.text, (int64_t)table);
}

static uint64_t hash_key(struct audit *audit, enum table_id table, const struct row *row)
{
	begin(audit, table);
	buffer_append_text(&audit->ended.text, row_key(row));
	return hashed(audit) | 1;
}

static uint64_t hash_content(struct audit *audit, enum table_id table, const struct row *row)
{
	begin(audit, table);
	append_number(&audit->ended.text, row->last_index);
	append_record(&audit->ended.text, table_info(table)->descriptor, row);
	return hashed(audit);
}

static void put(struct ended_part *part, const struct ended_item *item)
{
	size_t at = (size_t)(item->key >> 8) & (part->capacity - 1);
	while (part->items[at].key != 0)
		at = (at + 1) & (part->capacity - 1);
	part->items[at] = *item;
}

static void grow(struct ended_part *part)
{
	struct ended_part larger = *part;
	larger.capacity = part->capacity == 0 ? 1024 : 2 * part->capacity;
	larger.items = calloc(larger.capacity, sizeof *larger.items);
	if (larger.items == NULL)
		abort();
	for (size_t i = 0; i < part->capacity; i++) {
		if (part->items[i].key != 0)
			put(&larger, &part->items[i]);
	}
	free(part->items);
	*part = larger;
}

void audit_ended_row(struct audit *audit, const struct row *row)
{
	struct ended_part *part = &audit->ended;
	if (part->count * 10 >= part->capacity * 7)
		grow(part);
	part->count++;
	enum table_id table = (enum table_id)row->table;
	put(part, &(struct ended_item){ .key = hash_key(audit, table, row),
		.content = hash_content(audit, table, row), .index = (uint64_t)row->last_index & 0xFFFFFFFFFF,
		.table = row->table });
}

/* Of those that share the key the one that said the same, else any. */
static struct ended_item *find(struct audit *audit, enum table_id table, const struct row *row,
	uint64_t content)
{
	struct ended_part *part = &audit->ended;
	struct ended_item *best = NULL;
	if (part->capacity == 0)
		return NULL;
	uint64_t key = hash_key(audit, table, row);
	for (size_t at = (size_t)(key >> 8) & (part->capacity - 1); part->items[at].key != 0;
	     at = (at + 1) & (part->capacity - 1)) {
		struct ended_item *item = &part->items[at];
		if (item->key == key && !item->brought && (best == NULL || item->content == content))
			best = item;
	}
	return best;
}

bool audit_ended_has(struct audit *audit, enum table_id table, const struct row *row)
{
	return find(audit, table, row, 0) != NULL;
}

bool audit_ended_known(struct audit *audit, enum table_id table, const struct row *row,
	bool *ret_same, int64_t *ret_index)
{
	uint64_t content = hash_content(audit, table, row);
	struct ended_item *item = find(audit, table, row, content);
	if (item == NULL)
		return false;
	item->brought = 1;
	*ret_same = item->content == content;
	*ret_index = (int64_t)item->index;
	return true;
}

void audit_ended_left(struct audit *audit,
	void (*left)(struct audit *audit, enum table_id table, int64_t index))
{
	const struct ended_part *part = &audit->ended;
	for (size_t i = 0; i < part->capacity; i++) {
		const struct ended_item *item = &part->items[i];
		if (item->key != 0 && !item->brought)
			left(audit, (enum table_id)item->table, (int64_t)item->index);
	}
}

void audit_ended_free(struct audit *audit)
{
	free(audit->ended.items);
	buffer_free(&audit->ended.text);
}
