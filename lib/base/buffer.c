/* A doubling byte buffer. */
#include "base/buffer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buffer_free(struct buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct buffer){ 0 };
}

void buffer_clear(struct buffer *buffer)
{
	buffer->length = 0;
}

char *buffer_reserve(struct buffer *buffer, size_t more)
{
	assert(more < SIZE_MAX / 4 && buffer->length < SIZE_MAX / 4);
	size_t need = buffer->length + more;
	if (need > buffer->capacity || buffer->bytes == NULL) {
		size_t capacity = buffer->capacity < 256 ? 256 : buffer->capacity * 2;
		if (capacity < need)
			capacity = need;
		buffer->bytes = realloc(buffer->bytes, capacity);
		if (buffer->bytes == NULL)
			abort();
		buffer->capacity = capacity;
	}
	return buffer->bytes + buffer->length;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t length)
{
	if (length == 0)
		return;
	memcpy(buffer_reserve(buffer, length), bytes, length);
	buffer->length += length;
}

void buffer_append_text(struct buffer *buffer, const char *text)
{
	buffer_append(buffer, text, strlen(text));
}

void buffer_append_byte(struct buffer *buffer, char byte)
{
	*buffer_reserve(buffer, 1) = byte;
	buffer->length++;
}

void buffer_append_int(struct buffer *buffer, int64_t value)
{
	char digits[20];
	size_t at = sizeof digits;
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest != 0);
	if (value < 0)
		buffer_append_byte(buffer, '-');
	buffer_append(buffer, digits + at, sizeof digits - at);
}

void buffer_append_hex(struct buffer *buffer, const void *bytes, size_t length)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *from = bytes;
	char *to = buffer_reserve(buffer, length * 2);
	for (size_t i = 0; i < length; i++) {
		to[2 * i] = hex[from[i] >> 4];
		to[2 * i + 1] = hex[from[i] & 15];
	}
	buffer->length += length * 2;
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
	va_list arguments, again;
	va_start(arguments, format);
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	assert(length >= 0);
	vsnprintf(buffer_reserve(buffer, (size_t)length + 1), (size_t)length + 1, format, again);
	va_end(again);
	buffer->length += (size_t)length;
}

void buffer_consume(struct buffer *buffer, size_t length)
{
	assert(length <= buffer->length);
	buffer->length -= length;
	if (length > 0 && buffer->length > 0)
		memmove(buffer->bytes, buffer->bytes + length, buffer->length);
}

const char *buffer_text(struct buffer *buffer)
{
	*buffer_reserve(buffer, 1) = '\0';
	return buffer->bytes;
}
