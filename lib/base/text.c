/* Text helpers that more than one layer needs. */
#include "base/text.h"

#include <string.h>

#include "vault/limits.h"

bool text_copy(char *to, size_t size, const char *text)
{
	size_t length = strlen(text);
	if (length >= size) {
		to[0] = '\0';
		return false;
	}
	memcpy(to, text, length + 1);
	return true;
}

bool text_join(char *to, size_t size, const char *const parts[], size_t count)
{
	size_t length = 0;
	for (size_t i = 0; i < count; i++) {
		size_t part = strlen(parts[i]);
		if (length + part >= size) {
			to[0] = '\0';
			return false;
		}
		memcpy(to + length, parts[i], part);
		length += part;
	}
	to[length] = '\0';
	return true;
}

bool text_equal(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

bool text_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool text_is_code(const char *text)
{
	size_t length = strlen(text);
	if (length == 0 || length >= CODE_MAX || !is_alphanumeric(text[0]))
		return false;
	for (size_t i = 1; i < length; i++) {
		if (!is_alphanumeric(text[i]) && strchr("._-", text[i]) == NULL)
			return false;
	}
	return true;
}

bool text_is_utf8(const char *text, size_t length)
{
	const unsigned char *at = (const unsigned char *)text, *end = at + length;
	while (at < end) {
		unsigned char c = *at++;
		if (c < 0x80)
			continue;
		int more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
		if (c < 0xC2 || c > 0xF4 || end - at < more)
			return false;
		if ((c == 0xE0 && at[0] < 0xA0) || (c == 0xED && at[0] > 0x9F) ||
		    (c == 0xF0 && at[0] < 0x90) || (c == 0xF4 && at[0] > 0x8F))
			return false;
		for (; more > 0; more--, at++) {
			if ((*at & 0xC0) != 0x80)
				return false;
		}
	}
	return true;
}

bool text_to_int(const char *text, int64_t *ret_value)
{
	bool negative = *text == '-';
	const char *at = text + (negative ? 1 : 0);
	if (*at == '\0' || (*at == '0' && (at[1] != '\0' || negative)))
		return false;
	int64_t value = 0;
	for (; *at != '\0'; at++) {
		if (*at < '0' || *at > '9')
			return false;
		value = value * 10 + (*at - '0');
		if (value > VAULT_INT_MAX)
			return false;
	}
	*ret_value = negative ? -value : value;
	return true;
}

void text_from_uuid(const uint8_t uuid[16], char text[UUID_TEXT_SIZE])
{
	static const char hex[] = "0123456789abcdef";
	char *to = text;
	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*to++ = '-';
		*to++ = hex[uuid[i] >> 4];
		*to++ = hex[uuid[i] & 15];
	}
	*to = '\0';
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool text_to_uuid(const char *text, uint8_t ret_uuid[16])
{
	uint8_t uuid[16];
	const char *at = text;
	for (int i = 0; i < 16; i++) {
		if ((i == 4 || i == 6 || i == 8 || i == 10) && *at++ != '-')
			return false;
		int high = hex_value(at[0]);
		int low = high >= 0 ? hex_value(at[1]) : -1;
		if (low < 0)
			return false;
		uuid[i] = (uint8_t)(high << 4 | low);
		at += 2;
	}
	if (*at != '\0')
		return false;
	memcpy(ret_uuid, uuid, 16);
	return true;
}

bool text_to_hex(const char *text, uint8_t *ret_bytes, size_t size)
{
	if (strlen(text) != size * 2)
		return false;
	for (size_t i = 0; i < size * 2; i++) {
		if (hex_value(text[i]) < 0)
			return false;
	}
	for (size_t i = 0; i < size; i++)
		ret_bytes[i] = (uint8_t)(hex_value(text[2 * i]) << 4 | hex_value(text[2 * i + 1]));
	return true;
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_append(struct buffer *out, const void *bytes, size_t length)
{
	const unsigned char *from = bytes;
	char *to = buffer_reserve(out, (length + 2) / 3 * 4);
	for (size_t i = 0; i < length; i += 3) {
		unsigned group = (unsigned)from[i] << 16;
		if (i + 1 < length)
			group |= (unsigned)from[i + 1] << 8;
		if (i + 2 < length)
			group |= from[i + 2];
		*to++ = alphabet[group >> 18];
		*to++ = alphabet[group >> 12 & 63];
		*to++ = i + 1 < length ? alphabet[group >> 6 & 63] : '=';
		*to++ = i + 2 < length ? alphabet[group & 63] : '=';
	}
	out->length += (length + 2) / 3 * 4;
}

/* Of a digit its value, of anything else more than 63. */
static void base64_values(uint8_t ret_values[256])
{
	memset(ret_values, 64, 256);
	for (uint8_t i = 0; i < 64; i++)
		ret_values[(unsigned char)alphabet[i]] = i;
}

/* A last group with padding: its one or two bytes. */
static bool base64_rest(const uint8_t values[256], const unsigned char *at, char *to)
{
	int pad = at[2] == '=' ? 2 : 1;
	unsigned third = pad == 2 ? 0 : values[at[2]];
	if ((values[at[0]] | values[at[1]] | third) > 63)
		return false;
	unsigned group = (unsigned)values[at[0]] << 18 | (unsigned)values[at[1]] << 12 | third << 6;
	to[0] = (char)(group >> 16);
	if (pad == 1)
		to[1] = (char)(group >> 8);
	return (group & (pad == 2 ? 0xFFFF : 0xFF)) == 0;
}

bool base64_decode(const char *text, size_t length, struct buffer *out)
{
	const unsigned char *at = (const unsigned char *)text, *end = at + length;
	uint8_t values[256];
	if (length % 4 != 0)
		return false;
	base64_values(values);
	char *begin = buffer_reserve(out, length / 4 * 3 + 1), *to = begin;
	bool padded = length > 0 && end[-1] == '=';
	for (const unsigned char *whole = padded ? end - 4 : end; at < whole; at += 4, to += 3) {
		unsigned a = values[at[0]], b = values[at[1]], c = values[at[2]], d = values[at[3]];
		if ((a | b | c | d) > 63)
			return false;
		to[0] = (char)(a << 2 | b >> 4);
		to[1] = (char)(b << 4 | c >> 2);
		to[2] = (char)(c << 6 | d);
	}
	if (padded && !base64_rest(values, at, to))
		return false;
	to += !padded ? 0 : at[2] == '=' ? 1 : 2;
	out->length += (size_t)(to - begin);
	return true;
}

uint64_t text_hash(const char *text)
{
	uint64_t hash = 14695981039346656037u;
	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211u;
	return hash;
}
