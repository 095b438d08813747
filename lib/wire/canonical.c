/*
 * Fields stand in a descriptor as they stand in canonical JSON, so each key is looked for from the field
 * behind the last one on, and what is left out on the way is absent. Every value is taken in the one form
 * that the writer gives it; a value that the writer would have left out is refused.
 */
#include "wire/canonical.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "vault/limits.h"

enum { LIST_FIRST = 4 };

static bool take_byte(struct canonical *canonical, char byte)
{
	if (canonical->at == canonical->end || *canonical->at != byte)
		return false;
	canonical->at++;
	return true;
}

bool canonical_take(struct canonical *canonical, const char *text)
{
	size_t length = strlen(text);
	if ((size_t)(canonical->end - canonical->at) < length ||
	    memcmp(canonical->at, text, length) != 0)
		return false;
	canonical->at += length;
	return true;
}

/* ---- numbers ---- */

static bool read_digits(struct canonical *canonical, int64_t *ret_value)
{
	const char *at = canonical->at, *begin = at;
	int64_t value = 0;
	while (at < canonical->end && *at >= '0' && *at <= '9') {
		value = value * 10 + (*at++ - '0');
		if (value > VAULT_INT_MAX)
			return false;
	}
	if (at == begin || (*begin == '0' && at - begin > 1))
		return false;
	canonical->at = at;
	*ret_value = value;
	return true;
}

static bool read_int(struct canonical *canonical, const struct field *field, void *record)
{
	bool any = field->min == 0 && field->max == 0, negative = take_byte(canonical, '-');
	int64_t min = any ? -VAULT_INT_MAX : field->min, max = any ? VAULT_INT_MAX : field->max, value;
	if (!read_digits(canonical, &value) || (negative && value == 0))
		return false;
	value = negative ? -value : value;
	if (value < min || value > max)
		return false;
	field_set_number(field, record, value);
	return true;
}

/* ---- strings ---- */

/* The byte that an escape stands for, in the one form that the writer has for it; 0: none. */
static char escaped(const char **at, const char *end)
{
	static const char from[] = "\"\\btnfr", to[] = "\"\\\b\t\n\f\r", digits[] = "0123456789abcdef";
	if (end - *at < 1)
		return 0;
	char mark = *(*at)++;
	const char *known = mark != '\0' ? strchr(from, mark) : NULL;
	if (known != NULL)
		return to[known - from];
	if (mark != 'u' || end - *at < 4 || memcmp(*at, "00", 2) != 0 || ((*at)[2] != '0' && (*at)[2] != '1'))
		return 0;
	const char *low = (*at)[3] != '\0' ? strchr(digits, (*at)[3]) : NULL;
	char byte = low != NULL ? (char)(((*at)[2] - '0') * 16 + (low - digits)) : 0;
	*at += 4;
	return byte != 0 && strchr("\b\t\n\f\r", byte) == NULL ? byte : 0;
}

/* A string as it stands there, quotes left out. */
struct slice {
	const char *bytes;
	size_t length; /* with its escapes */
	bool escapes;
};

/* Finds the end of the string at hand; true where it is UTF-8 and holds no control byte. */
static bool read_slice(struct canonical *canonical, struct slice *ret_slice)
{
	if (!take_byte(canonical, '"'))
		return false;
	const char *begin = canonical->at, *at = begin, *end = canonical->end;
	unsigned char seen = 0; /* all bits that any byte has */
	bool escapes = false;
	for (; at < end && *at != '"'; at++) {
		unsigned char byte = (unsigned char)*at;
		if (byte < 0x20)
			return false;
		seen |= byte;
		if (byte == '\\') {
			escapes = true;
			at++;
		}
	}
	if (at >= end || (seen >= 0x80 && !text_is_utf8(begin, (size_t)(at - begin))))
		return false;
	canonical->at = at + 1;
	*ret_slice = (struct slice){ begin, (size_t)(at - begin), escapes };
	return true;
}

/* Writes the string with its escapes resolved, NUL behind, into to[size]. */
static bool put_slice(const struct slice *slice, char *to, size_t size, size_t *ret_length)
{
	if (!slice->escapes) {
		if (slice->length >= size)
			return false;
		memcpy(to, slice->bytes, slice->length);
		to[slice->length] = '\0';
		*ret_length = slice->length;
		return true;
	}
	const char *at = slice->bytes, *end = at + slice->length;
	size_t length = 0;
	while (at < end) {
		char byte = *at++;
		if (byte == '\\')
			byte = escaped(&at, end);
		if (byte == 0 || length + 1 >= size)
			return false;
		to[length++] = byte;
	}
	to[length] = '\0';
	*ret_length = length;
	return true;
}

static bool read_text(struct canonical *canonical, const struct field *field, void *to)
{
	struct slice slice;
	size_t length;
	return read_slice(canonical, &slice) && put_slice(&slice, to, field->size, &length) &&
		length > 0;
}

/* Room for the longer of both forms. An empty string is not absent: only NULL is. */
static bool read_string(struct canonical *canonical, void *to)
{
	struct slice slice;
	size_t length;
	if (!read_slice(canonical, &slice))
		return false;
	char *copy = arena_alloc(canonical->arena, slice.length + 1);
	if (copy == NULL || !put_slice(&slice, copy, slice.length + 1, &length))
		return false;
	memcpy(to, &copy, sizeof copy);
	return true;
}

/* Which of a field's names the string is; names have no escapes. */
static int read_name(struct canonical *canonical, const struct field *field)
{
	struct slice slice;
	if (!read_slice(canonical, &slice))
		return -1;
	for (int i = field->type == FIELD_ENUM ? 1 : 0; field->names[i] != NULL; i++) {
		if (strncmp(field->names[i], slice.bytes, slice.length) == 0 &&
		    field->names[i][slice.length] == '\0')
			return i;
	}
	return -1;
}

static bool read_enum(struct canonical *canonical, const struct field *field, void *record)
{
	int value = read_name(canonical, field);
	field_set_number(field, record, value);
	return value > 0;
}

/* In ascending order, which is the writer's. */
static bool read_set(struct canonical *canonical, const struct field *field, void *record)
{
	uint32_t bits = 0;
	int last = -1;
	if (!take_byte(canonical, '['))
		return false;
	do {
		int bit = read_name(canonical, field);
		if (bit <= last)
			return false;
		bits |= UINT32_C(1) << bit;
		last = bit;
	} while (take_byte(canonical, ','));
	field_set_number(field, record, bits);
	return take_byte(canonical, ']');
}

static bool read_hex(struct canonical *canonical, uint8_t *to, size_t size)
{
	static const signed char values[256] = {
		['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6, ['6'] = 7, ['7'] = 8,
		['8'] = 9, ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
	};
	if ((size_t)(canonical->end - canonical->at) < 2 * size)
		return false;
	const unsigned char *at = (const unsigned char *)canonical->at;
	for (size_t i = 0; i < size; i++) {
		int high = values[at[2 * i]], low = values[at[2 * i + 1]];
		if (high == 0 || low == 0)
			return false;
		to[i] = (uint8_t)((high - 1) << 4 | (low - 1));
	}
	canonical->at += 2 * size;
	return true;
}

static bool read_bytes(struct canonical *canonical, const struct field *field, void *record)
{
	return take_byte(canonical, '"') &&
		read_hex(canonical, (uint8_t *)record + field->offset, field->size) &&
		take_byte(canonical, '"') && !field_absent(field, record);
}

static bool read_uuid(struct canonical *canonical, const struct field *field, void *record)
{
	static const size_t sizes[] = { 4, 2, 2, 2, 6 };
	uint8_t *to = (uint8_t *)record + field->offset;
	if (!take_byte(canonical, '"'))
		return false;
	for (int i = 0; i < 5; i++) {
		if ((i > 0 && !take_byte(canonical, '-')) || !read_hex(canonical, to, sizes[i]))
			return false;
		to += sizes[i];
	}
	return take_byte(canonical, '"') && !field_absent(field, record);
}

/* The writer's form has 20 bytes, or 24 with milliseconds that are not zero. */
static bool read_time(struct canonical *canonical, const struct field *field, void *record)
{
	struct slice slice;
	char text[TIME_TEXT_SIZE];
	int64_t time_ms;
	if (!read_slice(canonical, &slice) || (slice.length != 20 && slice.length != 24) ||
	    slice.escapes)
		return false;
	memcpy(text, slice.bytes, slice.length);
	text[slice.length] = '\0';
	if (text[slice.length - 1] != 'Z' || (slice.length == 24 && memcmp(text + 20, "000", 3) == 0) ||
	    !time_parse(text, &time_ms))
		return false;
	field_set_number(field, record, time_ms);
	return true;
}

/* ---- records ---- */

/* A list grows in the arena, which forgets what it grew out of when it is reset. */
static bool read_list(struct canonical *canonical, const struct field *field, void *to)
{
	size_t size = field->items->size;
	uint32_t capacity = 0;
	struct list list = { 0 };
	if (!take_byte(canonical, '['))
		return false;
	do {
		if (list.count == capacity) {
			capacity = capacity == 0 ? LIST_FIRST : capacity * 2;
			void *items = arena_alloc(canonical->arena, capacity * size);
			if (items == NULL)
				return false;
			if (list.count > 0)
				memcpy(items, list.items, list.count * size);
			list.items = items;
		}
		if (!canonical_record(canonical, field->items, (char *)list.items + list.count++ * size))
			return false;
	} while (take_byte(canonical, ','));
	memcpy(to, &list, sizeof list);
	return take_byte(canonical, ']');
}

bool canonical_field(struct canonical *canonical, const struct field *field, void *record)
{
	void *to = (char *)record + field->offset;
	switch (field->type) {
	case FIELD_INT:
		return read_int(canonical, field, record);
	case FIELD_BOOL:
		field_set_number(field, record, 1);
		return canonical_take(canonical, "true");
	case FIELD_TEXT:
		return read_text(canonical, field, to);
	case FIELD_STRING:
		return read_string(canonical, to);
	case FIELD_TIME:
		return read_time(canonical, field, record);
	case FIELD_ENUM:
		return read_enum(canonical, field, record);
	case FIELD_SET:
		return read_set(canonical, field, record);
	case FIELD_BYTES:
		return read_bytes(canonical, field, record);
	case FIELD_UUID:
		return read_uuid(canonical, field, record);
	case FIELD_LIST:
		return read_list(canonical, field, to);
	case FIELD_REF:
		break;
	}
	return false;
}

/* Behind a key of that name with its quotes and colon, or NULL where another stands. */
static const char *behind_key(const struct canonical *canonical, const char *name)
{
	const char *at = canonical->at, *end = canonical->end;
	if (at == end || *at++ != '"')
		return NULL;
	while (*name != '\0') {
		if (at == end || *at++ != *name++)
			return NULL;
	}
	return end - at >= 2 && at[0] == '"' && at[1] == ':' ? at + 2 : NULL;
}

bool canonical_record(struct canonical *canonical, const struct descriptor *descriptor, void *record)
{
	record_clear(descriptor, record);
	if (!take_byte(canonical, '{'))
		return false;
	bool any = false, more = true; /* more: a key must follow, the comma before it is taken */
	for (size_t i = 0; i < descriptor->field_count; i++) {
		const struct field *field = &descriptor->fields[i];
		const char *value = more ? behind_key(canonical, field->name) : NULL;
		if (value == NULL && field->required)
			return false;
		if (value == NULL)
			continue;
		canonical->at = value;
		if (!canonical_field(canonical, field, record))
			return false;
		any = true;
		more = take_byte(canonical, ',');
	}
	return (!any || !more) && take_byte(canonical, '}');
}
