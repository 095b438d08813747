/* The one JSON writer of the project; parsing is wire's. */
#include "base/json.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"

void json_begin(struct json *json, struct buffer *out, bool canonical)
{
	memset(json, 0, sizeof *json);
	json->out = out;
	json->canonical = canonical;
}

/* A comma before every member of an array but the first; in an object the key brings it. */
static void before_value(struct json *json)
{
	if (json->depth > 0 && json->last_key[json->depth - 1] == NULL) {
		if (json->filled[json->depth - 1])
			buffer_append_byte(json->out, ',');
		json->filled[json->depth - 1] = true;
	}
}

static void open(struct json *json, char bracket, const char *key)
{
	before_value(json);
	assert(json->depth < JSON_DEPTH);
	json->filled[json->depth] = false;
	json->last_key[json->depth] = key;
	json->depth++;
	buffer_append_byte(json->out, bracket);
}

static void close_with(struct json *json, char bracket)
{
	assert(json->depth > 0);
	json->depth--;
	buffer_append_byte(json->out, bracket);
}

void json_open_object(struct json *json) { open(json, '{', ""); }
void json_close_object(struct json *json) { close_with(json, '}'); }
void json_open_array(struct json *json) { open(json, '[', NULL); }
void json_close_array(struct json *json) { close_with(json, ']'); }

static void append_string(struct buffer *out, const char *text, size_t length)
{
	static const char hex[] = "0123456789abcdef";
	buffer_append_byte(out, '"');
	size_t plain = 0;
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buffer_append(out, text + plain, i - plain);
		plain = i + 1;
		static const char from[] = "\"\\\b\t\n\f\r", to[] = "\"\\btnfr";
		const char *at = c != 0 ? strchr(from, c) : NULL;
		if (at != NULL) {
			buffer_append(out, (char[]){ '\\', to[at - from] }, 2);
		} else {
			buffer_append(out, (char[]){ '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] }, 6);
		}
	}
	buffer_append(out, text + plain, length - plain);
	buffer_append_byte(out, '"');
}

void json_key(struct json *json, const char *key)
{
	assert(json->depth > 0);
	int top = json->depth - 1;
	assert(json->last_key[top] != NULL);
	assert(!json->canonical || !json->filled[top] || strcmp(json->last_key[top], key) < 0);
	if (json->filled[top])
		buffer_append_byte(json->out, ',');
	json->filled[top] = true;
	json->last_key[top] = key;
	buffer_append_byte(json->out, '"');
	buffer_append_text(json->out, key);
	buffer_append(json->out, "\":", 2);
}

void json_int(struct json *json, int64_t value)
{
	before_value(json);
	buffer_append_int(json->out, value);
}

void json_bool(struct json *json, bool value)
{
	before_value(json);
	buffer_append_text(json->out, value ? "true" : "false");
}

void json_text(struct json *json, const char *text)
{
	json_text_n(json, text, strlen(text));
}

void json_text_n(struct json *json, const char *text, size_t length)
{
	before_value(json);
	append_string(json->out, text, length);
}

void json_hex(struct json *json, const void *bytes, size_t length)
{
	before_value(json);
	buffer_append_byte(json->out, '"');
	buffer_append_hex(json->out, bytes, length);
	buffer_append_byte(json->out, '"');
}

void json_time(struct json *json, int64_t time_ms)
{
	char text[TIME_TEXT_SIZE];
	time_format(time_ms, text);
	json_text(json, text);
}

void json_uuid(struct json *json, const uint8_t uuid[16])
{
	char text[UUID_TEXT_SIZE];
	text_from_uuid(uuid, text);
	json_text(json, text);
}

void json_raw(struct json *json, const char *bytes, size_t length)
{
	before_value(json);
	buffer_append(json->out, bytes, length);
}

static void write_set(struct json *json, const struct field *field, const void *record)
{
	int64_t bits = field_number(field, record);
	json_open_array(json);
	for (int i = 0; field->names[i] != NULL; i++) {
		if ((bits >> i & 1) != 0)
			json_text(json, field->names[i]);
	}
	json_close_array(json);
}

static void write_list(struct json *json, const struct field *field, const struct list *list)
{
	json_open_array(json);
	for (uint32_t i = 0; i < list->count; i++)
		json_record(json, field->items, (const char *)list->items + i * field->items->size);
	json_close_array(json);
}

void json_field(struct json *json, const struct field *field, const void *record)
{
	const void *at = (const char *)record + field->offset;
	switch (field->type) {
	case FIELD_INT:
		json_int(json, field_number(field, record));
		break;
	case FIELD_BOOL:
		json_bool(json, field_number(field, record) != 0);
		break;
	case FIELD_TEXT:
	case FIELD_STRING:
	case FIELD_ENUM:
	case FIELD_REF:
		json_text(json, field_text(field, record));
		break;
	case FIELD_TIME:
		json_time(json, field_number(field, record));
		break;
	case FIELD_SET:
		write_set(json, field, record);
		break;
	case FIELD_BYTES:
		json_hex(json, at, field->size);
		break;
	case FIELD_UUID:
		json_uuid(json, at);
		break;
	case FIELD_LIST:
		write_list(json, field, at);
		break;
	}
}

void json_members(struct json *json, const struct descriptor *descriptor, const void *record)
{
	for (size_t i = 0; i < descriptor->field_count; i++) {
		const struct field *field = &descriptor->fields[i];
		if (field_absent(field, record))
			continue;
		json_key(json, field->name);
		json_field(json, field, record);
	}
}

void json_record(struct json *json, const struct descriptor *descriptor, const void *record)
{
	json_open_object(json);
	json_members(json, descriptor, record);
	json_close_object(json);
}

void json_canonical_record(struct buffer *out, const struct descriptor *descriptor,
	const void *record)
{
	struct json json;
	json_begin(&json, out, true);
	json_record(&json, descriptor, record);
}
