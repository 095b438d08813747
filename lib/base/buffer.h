/*
 * Bytes that grow at the end and are consumed at the front. A zeroed struct is an empty buffer.
 * Out of memory aborts; limits are the caller's to check before appending.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stddef.h>
#include <stdint.h>

struct buffer {
	char *bytes; /* not NUL-terminated; see buffer_text */
	size_t length, capacity;
};

void buffer_free(struct buffer *buffer);
void buffer_clear(struct buffer *buffer); /* keeps the memory */

/* Makes room for more bytes and returns where they go; the length is left alone. */
char *buffer_reserve(struct buffer *buffer, size_t more);

void buffer_append(struct buffer *buffer, const void *bytes, size_t length);
void buffer_append_text(struct buffer *buffer, const char *text);
void buffer_append_byte(struct buffer *buffer, char byte);
void buffer_append_int(struct buffer *buffer, int64_t value); /* decimal */
void buffer_append_hex(struct buffer *buffer, const void *bytes, size_t length);
void buffer_printf(struct buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Drops bytes from the front. */
void buffer_consume(struct buffer *buffer, size_t length);

/* The bytes with a NUL behind that is not counted; valid until the next change. */
const char *buffer_text(struct buffer *buffer);

#endif
