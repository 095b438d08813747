/* Numbers are written digit by digit: a picture must not differ by a locale or a rounding. */
#include "vaultctl/svg.h"

void svg_escape(struct buffer *to, const char *text)
{
	for (const char *at = text; *at != '\0'; at++) {
		unsigned char byte = (unsigned char)*at;
		if (byte == '&')
			buffer_append_text(to, "&amp;");
		else if (byte == '<')
			buffer_append_text(to, "&lt;");
		else if (byte == '>')
			buffer_append_text(to, "&gt;");
		else if (byte == '"')
			buffer_append_text(to, "&quot;");
		else if (byte == '\'')
			buffer_append_text(to, "&#39;");
		else if (byte < 0x20 && byte != '\n' && byte != '\t' && byte != '\r')
			buffer_append_text(to, "\xEF\xBF\xBD");
		else if (byte == 0xEF && (unsigned char)at[1] == 0xBF && (unsigned char)at[2] >= 0xBE) {
			buffer_append_text(to, "\xEF\xBF\xBD"); /* U+FFFE and U+FFFF */
			at += 2;
		} else
			buffer_append_byte(to, *at);
	}
}

void svg_tenths(struct buffer *to, int64_t value)
{
	uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	buffer_printf(to, "%s%llu.%llu", value < 0 ? "-" : "", (unsigned long long)(left / 10),
		(unsigned long long)(left % 10));
}

/* ` x="86.0" y="12.5"`: so many attributes with their coordinates. */
static void attributes(struct buffer *to, const char *const *names, const int64_t *values, int count)
{
	for (int i = 0; i < count; i++) {
		buffer_printf(to, " %s=\"", names[i]);
		svg_tenths(to, values[i]);
		buffer_append_byte(to, '"');
	}
}

void svg_text(struct buffer *to, int64_t x, int64_t y, const char *class, const char *text)
{
	static const char *const names[] = { "x", "y" };
	buffer_append_text(to, "<text");
	attributes(to, names, (const int64_t[]){ x, y }, 2);
	buffer_printf(to, " class=\"%s\">", class);
	svg_escape(to, text);
	buffer_append_text(to, "</text>\n");
}

void svg_line(struct buffer *to, int64_t x1, int64_t y1, int64_t x2, int64_t y2, const char *class)
{
	static const char *const names[] = { "x1", "y1", "x2", "y2" };
	buffer_append_text(to, "<line");
	attributes(to, names, (const int64_t[]){ x1, y1, x2, y2 }, 4);
	buffer_printf(to, " class=\"%s\"/>\n", class);
}

void svg_rect(struct buffer *to, int64_t x, int64_t y, int64_t width, int64_t height,
	const char *class)
{
	static const char *const names[] = { "x", "y", "width", "height" };
	buffer_append_text(to, "<rect");
	attributes(to, names, (const int64_t[]){ x, y, width, height }, 4);
	buffer_printf(to, " class=\"%s\"/>\n", class);
}

int64_t svg_round_step(int64_t least)
{
	static const int64_t steps[] = { 1, 2, 5 };
	for (int64_t power = 1;; power *= 10) {
		for (int i = 0; i < 3; i++) {
			if (steps[i] * power >= least)
				return steps[i] * power;
		}
	}
}

int64_t svg_scale(int64_t value, int64_t span, int64_t most)
{
	return (int64_t)((__extension__ (__int128)value) * span / most);
}
