/*
 * From JSON members to struct fields. Members mostly come in the order of the descriptor, which is
 * the canonical one, so the search for a field begins behind the one found last.
 */
#include "wire/record.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "vault/limits.h"
#include "wire/library.h"

struct reader {
	struct arena *arena;
	const struct record_options *options;
	struct error *error;
};

static bool read_members(struct reader *reader, json_t *object,
	const struct descriptor *descriptor, void *record);

static bool refuse_kind(struct reader *reader, json_t *json, const char *wanted)
{
	return error_set(reader->error, ERROR_INVALID, "", "must be %s, not %s", wanted,
		value_kind_name(value_kind(value_of(json))));
}

static bool refuse_text(struct reader *reader, const char *text, const char *wanted)
{
	return error_set(reader->error, ERROR_INVALID, "", "must be %s, not \"%.*s\"", wanted,
		clip(text, 40), text);
}

static bool refuse_full(struct reader *reader)
{
	return error_set(reader->error, ERROR_LIMIT, "", "is too long for one request");
}

static bool read_int(struct reader *reader, json_t *json, const struct field *field, void *record)
{
	if (!json_is_integer(json))
		return refuse_kind(reader, json, "an integer");
	bool any = field->min == 0 && field->max == 0;
	int64_t min = any ? -VAULT_INT_MAX : field->min, max = any ? VAULT_INT_MAX : field->max;
	int64_t value = json_integer_value(json);
	if (value < min || value > max)
		return error_set(reader->error, ERROR_INVALID, "",
			"must be an integer between %" PRId64 " and %" PRId64, min, max);
	field_set_number(field, record, value);
	return true;
}

static bool read_text(struct reader *reader, const char *text, size_t length,
	const struct field *field, void *to)
{
	if (length >= field->size)
		return error_set(reader->error, ERROR_INVALID, "",
			"has %zu bytes where at most %d are allowed", length, field->size - 1);
	memcpy(to, text, length + 1);
	return true;
}

static bool read_string(struct reader *reader, const char *text, size_t length, void *to)
{
	const char *copy = arena_text(reader->arena, text, length);
	if (copy == NULL)
		return refuse_full(reader);
	memcpy(to, &copy, sizeof copy);
	return true;
}

static bool read_time(struct reader *reader, const char *text, const struct field *field,
	void *record)
{
	int64_t time_ms;
	if (!time_parse(text, &time_ms))
		return refuse_text(reader, text, "a date or a time of RFC 3339");
	field_set_number(field, record, time_ms);
	return true;
}

/* The names that a field takes, for a message. */
static bool refuse_name(struct reader *reader, const char *text, const struct field *field)
{
	char names[256] = "";
	for (int i = field->type == FIELD_ENUM ? 1 : 0; field->names[i] != NULL; i++) {
		size_t used = strlen(names);
		snprintf(names + used, sizeof names - used, "%s%s", used > 0 ? ", " : "one of ",
			field->names[i]);
	}
	return refuse_text(reader, text, names);
}

static bool read_enum(struct reader *reader, const char *text, const struct field *field,
	void *record)
{
	int value = field_name_value(field, text);
	if (value < 0)
		return refuse_name(reader, text, field);
	field_set_number(field, record, value);
	return true;
}

static bool read_reference(struct reader *reader, const char *text, const struct field *field,
	void *to)
{
	const struct record_options *options = reader->options;
	if (options == NULL || options->resolve == NULL)
		return error_set(reader->error, ERROR_INVALID, "", "cannot be given here");
	const void *target = options->resolve(options->context, field->table, text);
	if (target == NULL)
		return error_set(reader->error, ERROR_NOT_FOUND, "", "there is no \"%.*s\"",
			clip(text, 40), text);
	memcpy(to, &target, sizeof target);
	return true;
}

/* The field types whose JSON form is a string. */
static bool read_from_text(struct reader *reader, json_t *json, const struct field *field,
	void *record)
{
	if (!json_is_string(json))
		return refuse_kind(reader, json, "a string");
	const char *text = json_string_value(json);
	size_t length = json_string_length(json);
	void *to = (char *)record + field->offset;
	switch (field->type) {
	case FIELD_TEXT:
		return read_text(reader, text, length, field, to);
	case FIELD_STRING:
		return read_string(reader, text, length, to);
	case FIELD_TIME:
		return read_time(reader, text, field, record);
	case FIELD_ENUM:
		return read_enum(reader, text, field, record);
	case FIELD_BYTES:
		return text_to_hex(text, to, field->size) ||
			error_set(reader->error, ERROR_INVALID, "", "must be %d hexadecimal digits",
				2 * field->size);
	case FIELD_UUID:
		return text_to_uuid(text, to) || refuse_text(reader, text, "a UUID");
	case FIELD_REF:
		return read_reference(reader, text, field, to);
	case FIELD_INT:
	case FIELD_BOOL:
	case FIELD_SET:
	case FIELD_LIST:
		break;
	}
	assert(false && "this field is no string in JSON");
	return false;
}

static bool read_set(struct reader *reader, json_t *json, const struct field *field, void *record)
{
	uint32_t bits = 0;
	if (!json_is_array(json))
		return refuse_kind(reader, json, "an array");
	for (size_t i = 0; i < json_array_size(json); i++) {
		json_t *element = json_array_get(json, i);
		if (!json_is_string(element))
			return refuse_kind(reader, element, "an array of strings");
		int bit = field_name_value(field, json_string_value(element));
		if (bit < 0)
			return refuse_name(reader, json_string_value(element), field);
		if ((bits >> bit & 1) != 0)
			return refuse_text(reader, json_string_value(element), "a name given once");
		bits |= UINT32_C(1) << bit;
	}
	field_set_number(field, record, bits);
	return true;
}

static bool read_item(struct reader *reader, json_t *json, size_t index,
	const struct descriptor *descriptor, void *item)
{
	bool good = json_is_object(json) ? read_members(reader, json, descriptor, item)
		: refuse_kind(reader, json, "an object");
	if (good)
		return true;
	char step[24];
	snprintf(step, sizeof step, "[%zu]", index);
	return path_prefix(reader->error, step);
}

static bool read_list(struct reader *reader, json_t *json, const struct field *field, void *to)
{
	if (!json_is_array(json))
		return refuse_kind(reader, json, "an array");
	struct list list = { .count = (uint32_t)json_array_size(json) };
	if (list.count > 0) {
		list.items = arena_alloc(reader->arena, list.count * field->items->size);
		if (list.items == NULL)
			return refuse_full(reader);
	}
	for (uint32_t i = 0; i < list.count; i++) {
		void *item = (char *)list.items + i * field->items->size;
		if (!read_item(reader, json_array_get(json, i), i, field->items, item))
			return false;
	}
	memcpy(to, &list, sizeof list);
	return true;
}

static bool read_field(struct reader *reader, json_t *json, const struct field *field,
	void *record)
{
	switch (field->type) {
	case FIELD_INT:
		return read_int(reader, json, field, record);
	case FIELD_BOOL:
		if (!json_is_boolean(json))
			return refuse_kind(reader, json, "a boolean");
		field_set_number(field, record, json_is_true(json));
		return true;
	case FIELD_SET:
		return read_set(reader, json, field, record);
	case FIELD_LIST:
		return read_list(reader, json, field, (char *)record + field->offset);
	case FIELD_TEXT:
	case FIELD_STRING:
	case FIELD_TIME:
	case FIELD_ENUM:
	case FIELD_BYTES:
	case FIELD_UUID:
	case FIELD_REF:
		return read_from_text(reader, json, field, record);
	}
	assert(false && "no such field type");
	return false;
}

static const struct field *find_from(const struct descriptor *descriptor, size_t hint,
	const char *name)
{
	for (size_t i = 0; i < descriptor->field_count; i++, hint++) {
		if (hint >= descriptor->field_count)
			hint = 0;
		if (strcmp(descriptor->fields[hint].name, name) == 0)
			return &descriptor->fields[hint];
	}
	return NULL;
}

static bool check_required(struct reader *reader, const struct descriptor *descriptor,
	const void *record)
{
	for (size_t i = 0; i < descriptor->field_count; i++) {
		const struct field *field = &descriptor->fields[i];
		if (field->required && field_absent(field, record))
			return error_set(reader->error, ERROR_INVALID, field->name, "is missing");
	}
	return true;
}

static bool read_members(struct reader *reader, json_t *object,
	const struct descriptor *descriptor, void *record)
{
	bool lenient = reader->options != NULL && reader->options->lenient;
	size_t hint = 0;
	record_clear(descriptor, record);
	for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at)) {
		const char *key = json_object_iter_key(at);
		json_t *member = json_object_iter_value(at);
		const struct field *field = find_from(descriptor, hint, key);
		if (field == NULL && !lenient)
			return error_set(reader->error, ERROR_INVALID, key, "is not known");
		if (field == NULL || json_is_null(member))
			continue;
		hint = (size_t)(field - descriptor->fields) + 1;
		if (!read_field(reader, member, field, record))
			return path_prefix(reader->error, field->name);
	}
	return check_required(reader, descriptor, record);
}

bool record_read(const struct value *object, const struct descriptor *descriptor,
	struct arena *arena, const struct record_options *options, void *record, struct error *error)
{
	struct reader reader = { arena, options, error };
	if (object != NULL && value_kind(object) != VALUE_OBJECT)
		return refuse_kind(&reader, json_of(object), "an object");
	return read_members(&reader, json_of(object), descriptor, record);
}

bool record_parse(const char *text, size_t length, const struct descriptor *descriptor,
	struct arena *arena, const struct record_options *options, void *record, struct error *error)
{
	struct value *value;
	if (!value_parse(text, length, &value, error))
		return false;
	struct reader reader = { arena, options, error };
	bool good = value_kind(value) == VALUE_OBJECT
		? read_members(&reader, json_of(value), descriptor, record)
		: refuse_kind(&reader, json_of(value), "an object");
	value_free(value);
	return good;
}
