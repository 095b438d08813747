/*
 * Writing JSON, without white space. What the ledger and digests hash is canonical JSON as in RFC 8785
 * narrowed to ASCII keys and integers: keys in ascending byte order, shortest escapes. The writer
 * asserts the order inside every object while canonical is set.
 *
 * Strings must be valid UTF-8; wire checks that of everything that comes from outside.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/descriptor.h"

enum { JSON_DEPTH = 16 };

struct json {
	struct buffer *out;
	bool canonical;
	int depth;
	bool filled[JSON_DEPTH];           /* whether the open object or array has a member */
	const char *last_key[JSON_DEPTH];
};

void json_begin(struct json *json, struct buffer *out, bool canonical);
void json_open_object(struct json *json);
void json_close_object(struct json *json);
void json_open_array(struct json *json);
void json_close_array(struct json *json);
void json_key(struct json *json, const char *key); /* must outlive the object */
void json_int(struct json *json, int64_t value);
void json_bool(struct json *json, bool value);
void json_text(struct json *json, const char *text);
void json_text_n(struct json *json, const char *text, size_t length);
void json_hex(struct json *json, const void *bytes, size_t length);
void json_time(struct json *json, int64_t time_ms);
void json_uuid(struct json *json, const uint8_t uuid[16]);

/* Bytes that are JSON already, for instance a ledger entry. */
void json_raw(struct json *json, const char *bytes, size_t length);

/* A record as an object, absent fields left out; and only its members, into an open object. */
void json_record(struct json *json, const struct descriptor *descriptor, const void *record);
void json_members(struct json *json, const struct descriptor *descriptor, const void *record);

/* One field's value, which must not be absent. */
void json_field(struct json *json, const struct field *field, const void *record);

/* The canonical JSON of a record, appended. */
void json_canonical_record(struct buffer *out, const struct descriptor *descriptor,
	const void *record);

#endif
