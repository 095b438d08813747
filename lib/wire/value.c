/*
 * Strict loading. jansson refuses bad UTF-8, duplicate keys and \u0000; what it cannot do is done
 * here: a limit of depth that is far below its own, and integers beyond 64 bits, which it would
 * call malformed, but which deserve an answer that names the field.
 */
#include "wire/value.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "vault/limits.h"
#include "wire/library.h"

/* The end of the string that begins behind a quote: its closing quote, or end. */
static const char *string_end(const char *at, const char *end)
{
	while (at < end && *at != '"')
		at += *at == '\\' && at + 1 < end ? 2 : 1;
	return at;
}

static bool too_deep(const char *text, size_t length)
{
	int depth = 0;
	const char *end = text + length;
	for (const char *at = text; at < end; at++) {
		switch (*at) {
		case '"':
			at = string_end(at + 1, end);
			break;
		case '{':
		case '[':
			if (++depth > WIRE_DEPTH_MAX)
				return true;
			break;
		case '}':
		case ']':
			depth--;
			break;
		default:
			break;
		}
	}
	return false;
}

static bool in_number(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

/*
 * One number of a text in which some number overflowed. Long integers become the largest one, which
 * the check refuses by name; long reals become a value that no type takes.
 */
static void clamp_number(struct buffer *out, const char *number, size_t length)
{
	bool real = memchr(number, 'e', length) != NULL || memchr(number, 'E', length) != NULL ||
		memchr(number, '.', length) != NULL;
	if (length <= 18 && !real)
		buffer_append(out, number, length);
	else if (real)
		buffer_append_text(out, "[[]]");
	else
		buffer_append_text(out, *number == '-' ? "-9223372036854775807" : "9223372036854775807");
}

static void clamp_numbers(struct buffer *out, const char *text, size_t length)
{
	const char *at = text, *end = text + length;
	while (at < end) {
		const char *begin = at;
		if (*at == '"') {
			at = string_end(at + 1, end);
			at += at < end ? 1 : 0;
			buffer_append(out, begin, (size_t)(at - begin));
		} else if (*at == '-' || (*at >= '0' && *at <= '9')) {
			while (at < end && in_number(*at))
				at++;
			clamp_number(out, begin, (size_t)(at - begin));
		} else {
			buffer_append_byte(out, *at++);
		}
	}
}

static json_t *load_clamped(const char *text, size_t length, json_error_t *failure)
{
	struct buffer clamped = { 0 };
	clamp_numbers(&clamped, text, length);
	json_t *json = json_loadb(clamped.bytes, clamped.length,
		JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, failure);
	buffer_free(&clamped);
	return json;
}

bool value_parse(const char *text, size_t length, struct value **ret_value, struct error *error)
{
	if (too_deep(text, length))
		return error_set(error, ERROR_INVALID, "", "JSON is nested more than %d deep",
			WIRE_DEPTH_MAX);
	json_error_t failure;
	json_t *json = json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &failure);
	if (json == NULL && json_error_code(&failure) == json_error_numeric_overflow)
		json = load_clamped(text, length, &failure);
	if (json == NULL)
		return error_set(error, ERROR_INVALID, "", "not JSON as it must be: %s at byte %d",
			failure.text, failure.position);
	*ret_value = value_of(json);
	return true;
}

void value_free(struct value *value)
{
	json_decref(json_of(value));
}

struct value *value_copy(const struct value *value)
{
	json_t *copy = value != NULL ? json_deep_copy(json_of(value)) : NULL;
	if (value != NULL && copy == NULL)
		abort();
	return (struct value *)copy;
}

enum value_kind value_kind(const struct value *value)
{
	if (value == NULL)
		return VALUE_ABSENT;
	switch (json_typeof(json_of(value))) {
	case JSON_OBJECT:
		return VALUE_OBJECT;
	case JSON_ARRAY:
		return VALUE_ARRAY;
	case JSON_STRING:
		return VALUE_TEXT;
	case JSON_INTEGER:
		return VALUE_INT;
	case JSON_REAL:
		return VALUE_REAL;
	case JSON_TRUE:
	case JSON_FALSE:
		return VALUE_BOOL;
	case JSON_NULL:
		return VALUE_ABSENT;
	}
	assert(false && "no such JSON type");
	return VALUE_ABSENT;
}

const char *value_kind_name(enum value_kind kind)
{
	static const char *const names[] = {
		[VALUE_ABSENT] = "nothing",
		[VALUE_BOOL] = "a boolean",
		[VALUE_INT] = "an integer",
		[VALUE_REAL] = "a number with a fraction or exponent",
		[VALUE_TEXT] = "a string",
		[VALUE_ARRAY] = "an array",
		[VALUE_OBJECT] = "an object",
	};
	return names[kind];
}

int64_t value_int(const struct value *value, int64_t otherwise)
{
	return value_kind(value) == VALUE_INT ? json_integer_value(json_of(value)) : otherwise;
}

bool value_bool(const struct value *value, bool otherwise)
{
	return value_kind(value) == VALUE_BOOL ? json_is_true(json_of(value)) : otherwise;
}

const char *value_text(const struct value *value, const char *otherwise)
{
	return value_kind(value) == VALUE_TEXT ? json_string_value(json_of(value)) : otherwise;
}

const struct value *value_get(const struct value *object, const char *key)
{
	json_t *member = object != NULL ? json_object_get(json_of(object), key) : NULL;
	return json_is_null(member) ? NULL : value_of(member);
}

int64_t value_get_int(const struct value *object, const char *key, int64_t otherwise)
{
	return value_int(value_get(object, key), otherwise);
}

bool value_get_bool(const struct value *object, const char *key, bool otherwise)
{
	return value_bool(value_get(object, key), otherwise);
}

const char *value_get_text(const struct value *object, const char *key, const char *otherwise)
{
	return value_text(value_get(object, key), otherwise);
}

size_t value_count(const struct value *value)
{
	switch (value_kind(value)) {
	case VALUE_OBJECT:
		return json_object_size(json_of(value));
	case VALUE_ARRAY:
		return json_array_size(json_of(value));
	case VALUE_ABSENT:
	case VALUE_BOOL:
	case VALUE_INT:
	case VALUE_REAL:
	case VALUE_TEXT:
		break;
	}
	return 0;
}

const struct value *value_at(const struct value *array, size_t index)
{
	json_t *element = array != NULL ? json_array_get(json_of(array), index) : NULL;
	return json_is_null(element) ? NULL : value_of(element);
}

bool value_next(const struct value *object, struct value_cursor *cursor, const char **ret_key,
	const struct value **ret_member)
{
	if (value_kind(object) != VALUE_OBJECT)
		return false;
	cursor->iterator = cursor->begun ? json_object_iter_next(json_of(object), cursor->iterator)
		: json_object_iter(json_of(object));
	cursor->begun = true;
	if (cursor->iterator == NULL)
		return false;
	json_t *member = json_object_iter_value(cursor->iterator);
	*ret_key = json_object_iter_key(cursor->iterator);
	*ret_member = json_is_null(member) ? NULL : value_of(member);
	return true;
}

bool value_equal(const struct value *a, const struct value *b)
{
	return a == b || (a != NULL && b != NULL && json_equal(json_of(a), json_of(b)) != 0);
}

static int append_piece(const char *bytes, size_t size, void *out)
{
	buffer_append(out, bytes, size);
	return 0;
}

void value_write(const struct value *value, struct buffer *out)
{
	if (value == NULL) {
		buffer_append_text(out, "null");
		return;
	}
	int failed = json_dump_callback(json_of(value), append_piece, out,
		JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_ENCODE_ANY);
	if (failed != 0)
		abort();
}

bool value_compact(const char *text, size_t length, struct buffer *out, struct error *error)
{
	struct value *value;
	if (!value_parse(text, length, &value, error))
		return false;
	bool is_object = value_kind(value) == VALUE_OBJECT;
	if (is_object)
		value_write(value, out);
	value_free(value);
	return is_object || error_set(error, ERROR_INVALID, "", "parameters must be a JSON object");
}

bool path_prefix(struct error *error, const char *step)
{
	char *field = error->field;
	size_t room = sizeof error->field - 1, rest = strlen(field), before = strlen(step);
	bool dot = rest > 0 && field[0] != '[';
	before = before < room - 1 ? before : room - 1;
	size_t shift = before + (dot ? 1 : 0);
	rest = rest < room - shift ? rest : room - shift;
	memmove(field + shift, field, rest);
	memcpy(field, step, before);
	if (dot)
		field[before] = '.';
	field[shift + rest] = '\0';
	return false;
}
