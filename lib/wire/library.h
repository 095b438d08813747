/*
 * The one place where a struct value is a json_t of jansson. Included by .c files of wire alone.
 */
#ifndef WIRE_LIBRARY_H
#define WIRE_LIBRARY_H

#include <stdint.h>
#include <string.h>

#include <jansson.h>

#include "wire/value.h"

static inline json_t *json_of(const struct value *value)
{
	return (json_t *)(uintptr_t)value;
}

static inline struct value *value_of(json_t *json)
{
	return (struct value *)json;
}

/* Puts a step before the path in error->field; what does not fit is cut off. Returns false. */
bool path_prefix(struct error *error, const char *step);

/* The most bytes of a text, up to max, that do not end inside a character; for "%.*s". */
static inline int clip(const char *text, int max)
{
	int length = (int)strnlen(text, (size_t)max);
	while (length == max && length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
		length = --max;
	return length;
}

#endif
