/* Reading and setting the fields that a descriptor names, by type. */
#include "base/descriptor.h"

#include <assert.h>
#include <string.h>

static const void *at(const struct field *field, const void *record)
{
	return (const char *)record + field->offset;
}

static void *at_mutable(const struct field *field, void *record)
{
	return (char *)record + field->offset;
}

void record_clear(const struct descriptor *descriptor, void *record)
{
	memset(record, 0, descriptor->size);
	for (size_t i = 0; i < descriptor->field_count; i++) {
		const struct field *field = &descriptor->fields[i];
		if (field->type == FIELD_INT || field->type == FIELD_TIME)
			field_set_number(field, record, ABSENT);
	}
}

int64_t field_number(const struct field *field, const void *record)
{
	const void *from = at(field, record);
	int64_t wide;
	uint32_t four;
	switch (field->size) {
	case 8:
		memcpy(&wide, from, 8);
		return wide;
	case 4:
		memcpy(&four, from, 4);
		return four;
	case 1:
		return *(const uint8_t *)from;
	default:
		assert(false && "a number has 1, 4 or 8 bytes");
		return 0;
	}
}

void field_set_number(const struct field *field, void *record, int64_t value)
{
	void *to = at_mutable(field, record);
	uint32_t four = (uint32_t)value;
	switch (field->size) {
	case 8:
		memcpy(to, &value, 8);
		break;
	case 4:
		memcpy(to, &four, 4);
		break;
	case 1:
		*(uint8_t *)to = (uint8_t)value;
		break;
	default:
		assert(false && "a number has 1, 4 or 8 bytes");
	}
}

static const void *pointer_at(const struct field *field, const void *record)
{
	const void *pointer;
	memcpy(&pointer, at(field, record), sizeof pointer);
	return pointer;
}

const char *field_text(const struct field *field, const void *record)
{
	const void *pointer;
	switch (field->type) {
	case FIELD_TEXT:
		return at(field, record);
	case FIELD_STRING:
		pointer = pointer_at(field, record);
		return pointer != NULL ? pointer : "";
	case FIELD_ENUM:
		return field->names[field_number(field, record)];
	case FIELD_REF:
		pointer = pointer_at(field, record);
		return pointer != NULL ? (const char *)pointer + field->key_offset : "";
	case FIELD_INT:
	case FIELD_BOOL:
	case FIELD_TIME:
	case FIELD_SET:
	case FIELD_BYTES:
	case FIELD_UUID:
	case FIELD_LIST:
		break;
	}
	assert(false && "this field has no text");
	return "";
}

static bool all_zero(const unsigned char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] != 0)
			return false;
	}
	return true;
}

bool field_absent(const struct field *field, const void *record)
{
	const struct list *list;
	switch (field->type) {
	case FIELD_INT:
	case FIELD_TIME:
		return field_number(field, record) == ABSENT;
	case FIELD_BOOL:
	case FIELD_ENUM:
	case FIELD_SET:
		return field_number(field, record) == 0;
	case FIELD_TEXT:
		return *(const char *)at(field, record) == '\0';
	case FIELD_STRING:
	case FIELD_REF:
		return pointer_at(field, record) == NULL;
	case FIELD_BYTES:
	case FIELD_UUID:
		return all_zero(at(field, record), field->size);
	case FIELD_LIST:
		list = at(field, record);
		return list->count == 0;
	}
	assert(false && "no such field type");
	return true;
}

int field_name_value(const struct field *field, const char *name)
{
	for (int i = field->type == FIELD_ENUM ? 1 : 0; field->names[i] != NULL; i++) {
		if (strcmp(field->names[i], name) == 0)
			return i;
	}
	return -1;
}

bool field_set_read(const struct field *field, const char *text, void *record)
{
	int64_t bits = 0;
	char name[64];
	while (*text != '\0') {
		size_t length = strcspn(text, ",");
		if (length >= sizeof name)
			return false;
		memcpy(name, text, length);
		name[length] = '\0';
		int bit = field_name_value(field, name);
		if (bit < 0)
			return false;
		bits |= (int64_t)1 << bit;
		text += length + (text[length] == ',' ? 1 : 0);
	}
	field_set_number(field, record, bits);
	return true;
}

const struct field *descriptor_field(const struct descriptor *descriptor, const char *name)
{
	for (size_t i = 0; i < descriptor->field_count; i++) {
		if (strcmp(descriptor->fields[i].name, name) == 0)
			return &descriptor->fields[i];
	}
	return NULL;
}

static bool lists_equal(const struct descriptor *items, const struct list *a, const struct list *b)
{
	if (a->count != b->count)
		return false;
	for (uint32_t i = 0; i < a->count; i++) {
		const char *left = (const char *)a->items + i * items->size;
		const char *right = (const char *)b->items + i * items->size;
		for (size_t j = 0; j < items->field_count; j++) {
			if (!field_equal(&items->fields[j], left, right))
				return false;
		}
	}
	return true;
}

bool field_equal(const struct field *field, const void *a, const void *b)
{
	switch (field->type) {
	case FIELD_INT:
	case FIELD_TIME:
	case FIELD_BOOL:
	case FIELD_ENUM:
	case FIELD_SET:
		return field_number(field, a) == field_number(field, b);
	case FIELD_TEXT:
	case FIELD_STRING:
	case FIELD_REF:
		return strcmp(field_text(field, a), field_text(field, b)) == 0;
	case FIELD_BYTES:
	case FIELD_UUID:
		return memcmp(at(field, a), at(field, b), field->size) == 0;
	case FIELD_LIST:
		return lists_equal(field->items, at(field, a), at(field, b));
	}
	assert(false && "no such field type");
	return false;
}
