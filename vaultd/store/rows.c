/* The walk over descriptors that is SQL: texts of statements, values out, values in. */
#include "vaultd/store/rows.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "vaultd/store/connection.h"
#include "wire/record.h"

static const int64_t EPOCH_2000_MS = 946684800000;

static const struct { const char *name; uint32_t array, element; } types[] = {
	[FIELD_INT] = { "bigint", OID_INT8_ARRAY, 20 },
	[FIELD_BOOL] = { "boolean", OID_BOOL_ARRAY, 16 },
	[FIELD_TEXT] = { "text", OID_TEXT_ARRAY, 25 },
	[FIELD_STRING] = { "text", OID_TEXT_ARRAY, 25 },
	[FIELD_TIME] = { "timestamptz", OID_TIMESTAMPTZ_ARRAY, 1184 },
	[FIELD_ENUM] = { "text", OID_TEXT_ARRAY, 25 },
	[FIELD_SET] = { "text", OID_TEXT_ARRAY, 25 },
	[FIELD_BYTES] = { "bytea", OID_BYTEA_ARRAY, 17 },
	[FIELD_UUID] = { "uuid", OID_UUID_ARRAY, 2950 },
	[FIELD_REF] = { "text", OID_TEXT_ARRAY, 25 },
	[FIELD_LIST] = { "text", OID_TEXT_ARRAY, 25 }, /* JSON; as json each value would be parsed */
};

int64_t rows_timestamp(int64_t time_ms)
{
	return (time_ms - EPOCH_2000_MS) * 1000;
}

int64_t rows_time_ms(int64_t timestamp)
{
	return timestamp / 1000 + EPOCH_2000_MS;
}

size_t rows_columns(enum table_id table)
{
	const struct table_info *info = table_info(table);
	return info->descriptor->field_count + (info->forever ? 1 : 2);
}

static const char *column_name(enum table_id table, size_t column)
{
	const struct descriptor *descriptor = table_info(table)->descriptor;
	if (column < descriptor->field_count)
		return descriptor->fields[column].name;
	return column == descriptor->field_count ? "last_index" : "closed";
}

static const char *column_type(enum table_id table, size_t column)
{
	const struct descriptor *descriptor = table_info(table)->descriptor;
	if (column < descriptor->field_count)
		return types[descriptor->fields[column].type].name;
	return column == descriptor->field_count ? "bigint" : "boolean";
}

static void append_columns(struct buffer *out, enum table_id table)
{
	for (size_t i = 0; i < rows_columns(table); i++)
		buffer_printf(out, "%s\"%s\"", i > 0 ? ", " : "", column_name(table, i));
}

/* One unnest a column in the select list: rows stream, while one unnest of all would be kept first. */
static void append_unnest(struct buffer *out, enum table_id table)
{
	buffer_append_text(out, "select ");
	for (size_t i = 0; i < rows_columns(table); i++)
		buffer_printf(out, "%sunnest($%zu::%s[]) as \"%s\"", i > 0 ? ", " : "", i + 1,
			column_type(table, i), column_name(table, i));
}

void rows_insert_sql(struct buffer *out, enum table_id table)
{
	buffer_printf(out, "insert into vault.%s(", table_info(table)->name);
	append_columns(out, table);
	buffer_append_text(out, ") ");
	append_unnest(out, table);
}

void rows_update_sql(struct buffer *out, enum table_id table)
{
	const char *key = column_name(table, 0);
	buffer_printf(out, "update vault.%s t set ", table_info(table)->name);
	for (size_t i = 1; i < rows_columns(table); i++)
		buffer_printf(out, "%s\"%s\" = u.\"%s\"", i > 1 ? ", " : "", column_name(table, i),
			column_name(table, i));
	buffer_append_text(out, " from (");
	append_unnest(out, table);
	buffer_printf(out, ") u where t.\"%s\" = u.\"%s\"%s", key, key,
		table_info(table)->forever ? "" : " and not t.closed");
}

void rows_select_sql(struct buffer *out, enum table_id table, bool all)
{
	buffer_append_text(out, "select ");
	append_columns(out, table);
	buffer_printf(out, " from vault.%s%s", table_info(table)->name,
		all || table_info(table)->forever ? "" : " where not closed");
}

void rows_copy_sql(struct buffer *out, enum table_id table)
{
	buffer_printf(out, "copy vault.%s(", table_info(table)->name);
	append_columns(out, table);
	buffer_append_text(out, ") from stdin (format binary)");
}

void rows_insert_one_sql(struct buffer *out, enum table_id table)
{
	buffer_printf(out, "insert into vault.%s(", table_info(table)->name);
	append_columns(out, table);
	buffer_append_text(out, ") values (");
	for (size_t i = 0; i < rows_columns(table); i++)
		buffer_printf(out, "%s$%zu::%s", i > 0 ? ", " : "", i + 1, column_type(table, i));
	buffer_append_text(out, ")");
}

void rows_update_one_sql(struct buffer *out, enum table_id table)
{
	buffer_printf(out, "update vault.%s set ", table_info(table)->name);
	for (size_t i = 1; i < rows_columns(table); i++)
		buffer_printf(out, "%s\"%s\" = $%zu::%s", i > 1 ? ", " : "", column_name(table, i), i + 1,
			column_type(table, i));
	buffer_printf(out, " where \"%s\" = $1::text%s", column_name(table, 0),
		table_info(table)->forever ? "" : " and not closed");
}

/* ---- values out ---- */

static void append_int4(struct buffer *out, int32_t value)
{
	uint32_t big = htobe32((uint32_t)value);
	buffer_append(out, &big, sizeof big);
}

void rows_array_begin(struct buffer *out, uint32_t oid, size_t count)
{
	uint32_t element = 0;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (types[i].array == oid)
			element = types[i].element;
	}
	if (oid == OID_INT4_ARRAY)
		element = 23;
	assert(element != 0);
	append_int4(out, count > 0 ? 1 : 0);
	append_int4(out, 1);
	append_int4(out, (int32_t)element);
	if (count > 0) {
		append_int4(out, (int32_t)count);
		append_int4(out, 1);
	}
}

void rows_array_int8(struct buffer *out, int64_t value)
{
	uint64_t big = htobe64((uint64_t)value);
	append_int4(out, 8);
	buffer_append(out, &big, sizeof big);
}

void rows_array_bytes(struct buffer *out, const void *bytes, size_t length)
{
	append_int4(out, (int32_t)length);
	buffer_append(out, bytes, length);
}

void rows_array_null(struct buffer *out)
{
	append_int4(out, -1);
}

static void append_set(struct buffer *out, const struct field *field, const void *record)
{
	int64_t bits = field_number(field, record);
	size_t length_at = out->length;
	append_int4(out, 0);
	for (int i = 0; field->names[i] != NULL; i++) {
		if ((bits >> i & 1) == 0)
			continue;
		if (out->length > length_at + 4)
			buffer_append_byte(out, ',');
		buffer_append_text(out, field->names[i]);
	}
	uint32_t big = htobe32((uint32_t)(out->length - length_at - 4));
	memcpy(out->bytes + length_at, &big, sizeof big);
}

static void append_list(struct buffer *out, const struct field *field, const void *record)
{
	struct json json;
	size_t length_at = out->length;
	append_int4(out, 0);
	json_begin(&json, out, false);
	json_field(&json, field, record);
	uint32_t big = htobe32((uint32_t)(out->length - length_at - 4));
	memcpy(out->bytes + length_at, &big, sizeof big);
}

static void append_value(struct buffer *out, const struct field *field, const void *record)
{
	char flag;
	const char *text;
	if (field_absent(field, record) && field->type != FIELD_BOOL) {
		rows_array_null(out);
		return;
	}
	switch (field->type) {
	case FIELD_INT:
		rows_array_int8(out, field_number(field, record));
		break;
	case FIELD_TIME:
		rows_array_int8(out, rows_timestamp(field_number(field, record)));
		break;
	case FIELD_BOOL:
		flag = field_number(field, record) != 0;
		rows_array_bytes(out, &flag, 1);
		break;
	case FIELD_TEXT:
	case FIELD_STRING:
	case FIELD_ENUM:
	case FIELD_REF:
		text = field_text(field, record);
		rows_array_bytes(out, text, strlen(text));
		break;
	case FIELD_SET:
		append_set(out, field, record);
		break;
	case FIELD_BYTES:
	case FIELD_UUID:
		rows_array_bytes(out, (const char *)record + field->offset, field->size);
		break;
	case FIELD_LIST:
		append_list(out, field, record);
		break;
	}
}

static void append_column(struct buffer *out, const struct descriptor *descriptor, size_t column,
	const struct row *row)
{
	char closed = row->closed;
	if (column < descriptor->field_count)
		append_value(out, &descriptor->fields[column], row);
	else if (column == descriptor->field_count)
		rows_array_int8(out, row->last_index);
	else
		rows_array_bytes(out, &closed, 1);
}

void rows_copy_row(struct buffer *out, enum table_id table, const struct row *row)
{
	size_t columns = rows_columns(table);
	uint16_t big = htobe16((uint16_t)columns);
	buffer_append(out, &big, sizeof big);
	for (size_t i = 0; i < columns; i++)
		append_column(out, table_info(table)->descriptor, i, row);
}

/*
 * Whether a column is null in every row. Its array is then sent empty: the arrays of a statement are
 * unnested side by side, and the shorter ones end in nulls, which costs the server nothing.
 */
static bool is_null_throughout(const struct field *field, size_t size, const struct list *rows)
{
	const char *at = rows->items;
	if (field->type == FIELD_BOOL)
		return false;
	for (uint32_t i = 0; i < rows->count; i++, at += size) {
		if (!field_absent(field, at))
			return false;
	}
	return true;
}

void rows_column(struct buffer *out, enum table_id table, size_t column, const struct list *rows)
{
	const struct descriptor *descriptor = table_info(table)->descriptor;
	const char *at = rows->items;
	bool is_field = column < descriptor->field_count;
	bool is_index = column == descriptor->field_count;
	bool nowhere = is_field &&
		is_null_throughout(&descriptor->fields[column], descriptor->size, rows);
	rows_array_begin(out, is_field ? types[descriptor->fields[column].type].array :
		is_index ? OID_INT8_ARRAY : OID_BOOL_ARRAY, nowhere ? 0 : rows->count);
	for (uint32_t i = 0; i < rows->count && !nowhere; i++, at += descriptor->size)
		append_column(out, descriptor, column, (const struct row *)(const void *)at);
}

bool rows_value(struct buffer *out, enum table_id table, size_t column, const struct row *row)
{
	const struct descriptor *descriptor = table_info(table)->descriptor;
	enum { LENGTH_BYTES = 4 };
	size_t begins = out->length;
	if (column < descriptor->field_count && field_absent(&descriptor->fields[column], row) &&
	    descriptor->fields[column].type != FIELD_BOOL)
		return false;
	append_column(out, descriptor, column, row);
	/* An element of an array is its length and its bytes; a scalar is its bytes. */
	memmove(out->bytes + begins, out->bytes + begins + LENGTH_BYTES,
		out->length - begins - LENGTH_BYTES);
	out->length -= LENGTH_BYTES;
	return true;
}

/* ---- values in ---- */

/* keep: the row owns its lists, of malloc; else they are the arena's. */
static bool read_list(const struct field *field, const char *bytes, size_t length, bool keep,
	struct arena *scratch, void *record, struct error *error)
{
	struct field alone = *field;
	struct descriptor descriptor = { "list", sizeof(struct list), &alone, 1 };
	struct buffer text = { 0 };
	struct list list;
	alone.offset = 0;
	buffer_printf(&text, "{\"%s\":%.*s}", field->name, (int)length, bytes);
	bool read = record_parse(text.bytes, text.length, &descriptor, scratch, NULL, &list, error);
	buffer_free(&text);
	if (!read)
		return false;
	if (!keep) {
		memcpy((char *)record + field->offset, &list, sizeof list);
		return true;
	}
	void *items = malloc(list.count * field->items->size);
	if (items == NULL)
		abort();
	memcpy(items, list.items, list.count * field->items->size);
	list.items = items;
	memcpy((char *)record + field->offset, &list, sizeof list);
	return true;
}

/* Stores a pointer into a field that is one. */
static void set_pointer(const struct field *field, void *record, const void *pointer)
{
	memcpy((char *)record + field->offset, &pointer, sizeof pointer);
}

/* What a row by itself refers to: nothing but a key where a row has it. */
static const struct row *alone(struct arena *arena, const char *key, size_t length)
{
	char *row = arena_alloc(arena, ROW_KEY_OFFSET + length + 1);
	memcpy(row + ROW_KEY_OFFSET, key, length);
	return (const struct row *)(void *)row;
}

/* state: whose row it is; NULL: a row by itself, whose memory is the arena's. */
static bool read_value(const struct state *state, const struct field *field, const char *bytes,
	size_t length, struct arena *scratch, void *record, struct error *error)
{
	char *text;
	int value;
	const void *target;
	switch (field->type) {
	case FIELD_INT:
		field_set_number(field, record, wire_int8(bytes));
		return true;
	case FIELD_TIME:
		field_set_number(field, record, rows_time_ms(wire_int8(bytes)));
		return true;
	case FIELD_BOOL:
		field_set_number(field, record, bytes[0]);
		return true;
	case FIELD_BYTES:
	case FIELD_UUID:
		if (length == field->size)
			memcpy((char *)record + field->offset, bytes, length);
		return length == field->size;
	case FIELD_LIST:
		return read_list(field, bytes, length, state != NULL, scratch, record, error);
	case FIELD_TEXT:
		if (length < field->size)
			memcpy((char *)record + field->offset, bytes, length);
		return length < field->size;
	case FIELD_STRING:
		text = state != NULL ? strndup(bytes, length) : arena_text(scratch, bytes, length);
		if (text == NULL)
			abort();
		set_pointer(field, record, text);
		return true;
	case FIELD_ENUM:
		value = field_name_value(field, arena_text(scratch, bytes, length));
		if (value >= 0)
			field_set_number(field, record, value);
		return value >= 0;
	case FIELD_SET:
		return field_set_read(field, arena_text(scratch, bytes, length), record);
	case FIELD_REF:
		target = state == NULL ? alone(scratch, bytes, length) :
			state_find(state, (enum table_id)field->table,
				arena_text(scratch, bytes, length));
		set_pointer(field, record, target);
		return target != NULL;
	}
	return false;
}

/* The next column of a binary row: NULL bytes for a NULL. */
static bool next_column(const char **at, const char *end, const char **ret_bytes, size_t *ret_length)
{
	if (end - *at < 4)
		return false;
	int32_t length = wire_int4(*at);
	*at += 4;
	if (length < 0) {
		*ret_bytes = NULL;
		*ret_length = 0;
		return true;
	}
	if (end - *at < length)
		return false;
	*ret_bytes = *at;
	*ret_length = (size_t)length;
	*at += length;
	return true;
}

bool rows_load(struct state *state, enum table_id table, const char *bytes, size_t length,
	struct arena *scratch, struct error *error)
{
	const struct table_info *info = table_info(table);
	const char *at = bytes, *end = bytes + length, *value;
	size_t size;
	if (!next_column(&at, end, &value, &size) || value == NULL)
		return error_set(error, ERROR_STORE, info->name, "a row without its key");
	const char *key = arena_text(scratch, value, size);
	if (state_find(state, table, key) != NULL)
		return error_set(error, ERROR_STORE, info->name, "two live rows have the key %s", key);
	struct row *row = state_insert_stored(state, table, key);
	for (size_t i = 1; i < rows_columns(table); i++) {
		if (!next_column(&at, end, &value, &size))
			return error_set(error, ERROR_STORE, info->name, "row %s breaks off", key);
		if (value == NULL)
			continue;
		if (i == info->descriptor->field_count)
			row->last_index = wire_int8(value);
		else if (i > info->descriptor->field_count)
			row->closed = value[0] != 0;
		else if (!read_value(state, &info->descriptor->fields[i], value, size, scratch, row, error))
			return error_set(error, ERROR_STORE, info->descriptor->fields[i].name,
				"row %s of %s holds what cannot be read", key, info->name);
	}
	if (row->closed)
		state_recall(state, row);
	else
		state_loaded(state, row);
	return true;
}

bool rows_decode(enum table_id table, const char *bytes, size_t length, struct arena *arena,
	struct row **ret_row, const char **ret_unreadable, struct error *error)
{
	const struct table_info *info = table_info(table);
	const char *at = bytes, *end = bytes + length, *value;
	size_t size;
	struct row *row = arena_alloc(arena, info->descriptor->size);
	record_clear(info->descriptor, row);
	row->table = (uint8_t)table;
	*ret_unreadable = NULL;
	for (size_t i = 0; i < rows_columns(table); i++) {
		struct error cause = { 0 };
		if (!next_column(&at, end, &value, &size))
			return error_set(error, ERROR_STORE, info->name, "a row breaks off");
		if (value == NULL)
			continue;
		if (i == info->descriptor->field_count)
			row->last_index = wire_int8(value);
		else if (i > info->descriptor->field_count)
			row->closed = value[0] != 0;
		else if (!read_value(NULL, &info->descriptor->fields[i], value, size, arena, row, &cause))
			*ret_unreadable = info->descriptor->fields[i].name;
	}
	*ret_row = row;
	return true;
}
