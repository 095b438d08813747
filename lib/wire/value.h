/*
 * JSON that came from outside, read strictly and never changed: UTF-8, no duplicate keys, no
 * \u0000, at most WIRE_DEPTH_MAX deep. The JSON library stays hidden in here; everybody else reads
 * values through these functions.
 *
 * All readers accept NULL for a value and take it as absent, so that lookups chain without checks.
 * A JSON null counts as absent too.
 */
#ifndef WIRE_VALUE_H
#define WIRE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

struct value;

enum value_kind {
	VALUE_ABSENT, /* no such member, or null */
	VALUE_BOOL,
	VALUE_INT,
	VALUE_REAL,
	VALUE_TEXT,
	VALUE_ARRAY,
	VALUE_OBJECT,
};

/* Any JSON value. The owner of the root frees it, and everything inside dies with it. */
bool value_parse(const char *text, size_t length, struct value **ret_value, struct error *error);
void value_free(struct value *value);

enum value_kind value_kind(const struct value *value);

/* A value of its own, equal to the one given; NULL of NULL. value_free. */
struct value *value_copy(const struct value *value);

/* "an integer", "a string" and so on, for messages. */
const char *value_kind_name(enum value_kind kind);

/* The scalar, or otherwise where it is absent or of another kind. */
int64_t value_int(const struct value *value, int64_t otherwise);
bool value_bool(const struct value *value, bool otherwise);
const char *value_text(const struct value *value, const char *otherwise);

/* The member of an object, or NULL. */
const struct value *value_get(const struct value *object, const char *key);
int64_t value_get_int(const struct value *object, const char *key, int64_t otherwise);
bool value_get_bool(const struct value *object, const char *key, bool otherwise);
const char *value_get_text(const struct value *object, const char *key, const char *otherwise);

/* Members of an object or elements of an array, 0 for anything else. */
size_t value_count(const struct value *value);

/* The element of an array, or NULL. */
const struct value *value_at(const struct value *array, size_t index);

/*
 * Walks an object's members in the order of the text. Start with a zeroed cursor; false at the end.
 * A member that is null is reported with NULL.
 */
struct value_cursor {
	void *iterator;
	bool begun;
};
bool value_next(const struct value *object, struct value_cursor *cursor, const char **ret_key,
	const struct value **ret_member);

/* Deep equality; the order of members does not count. */
bool value_equal(const struct value *a, const struct value *b);

/* Appends the value as JSON without white space, members in their order. */
void value_write(const struct value *value, struct buffer *out);

/* Checks a JSON object's text and appends it without white space: `vaultctl call METHOD JSON`. */
bool value_compact(const char *text, size_t length, struct buffer *out, struct error *error);

#endif
