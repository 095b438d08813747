/* Small things about text: copying into fixed fields, codes, UTF-8, UUIDs, base64, hex. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

#define UUID_TEXT_SIZE 37

/* Copies text with its NUL into to[size]; false (to is "") where it does not fit. */
bool text_copy(char *to, size_t size, const char *text);

/* The parts behind one another; false, and to is "", where they do not fit. */
bool text_join(char *to, size_t size, const char *const parts[], size_t count);

bool text_equal(const char *a, const char *b);
bool text_starts(const char *text, const char *prefix);

/* Whether it is a code or id: 1 to CODE_MAX-1 of [A-Za-z0-9._-], the first a letter or digit. */
bool text_is_code(const char *text);

bool text_is_utf8(const char *text, size_t length);

/* A decimal integer, the whole text, within ±(2^53-1), without leading zeros or plus. */
bool text_to_int(const char *text, int64_t *ret_value);

void text_from_uuid(const uint8_t uuid[16], char text[UUID_TEXT_SIZE]);
bool text_to_uuid(const char *text, uint8_t ret_uuid[16]);

bool text_to_hex(const char *text, uint8_t *ret_bytes, size_t size); /* exactly 2*size digits */

/* Standard base64 with padding, RFC 4648 section 4. */
void base64_append(struct buffer *out, const void *bytes, size_t length);

/* Strict: whole groups, padding, no white space, no bits lost. Appends to out; false leaves it alone. */
bool base64_decode(const char *text, size_t length, struct buffer *out);

/* 64-bit FNV-1a, for tables in memory. */
uint64_t text_hash(const char *text);

#endif
