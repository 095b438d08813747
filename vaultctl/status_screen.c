/* Widths are counted in characters, not bytes, so that columns stay straight whatever a name is written in. */
#include "vaultctl/status_screen.h"

void screen_paint(struct screen *screen, const char *colour)
{
	if (screen->options->colour)
		buffer_append_text(screen->out, colour);
}

int screen_columns(const char *text)
{
	int count = 0;
	for (; *text != '\0'; text++)
		count += ((unsigned char)*text & 0xC0) != 0x80;
	return count;
}

void screen_pad(struct buffer *to, int count)
{
	while (count-- > 0)
		buffer_append_byte(to, ' ');
}

void screen_left(struct buffer *to, const char *text, int width)
{
	buffer_append_text(to, text);
	screen_pad(to, width - screen_columns(text));
}

void screen_right(struct buffer *to, const char *text, int width)
{
	screen_pad(to, width - screen_columns(text));
	buffer_append_text(to, text);
}

void screen_join(struct buffer *to, const struct value *texts, const char *between)
{
	for (size_t i = 0; i < value_count(texts); i++)
		buffer_printf(to, "%s%s", i > 0 ? between : "", value_text(value_at(texts, i), ""));
}

void screen_mass_like(int64_t mass_g, int64_t like_g, char to[UNIT_TEXT])
{
	enum mass_unit unit = unit_of_mass(like_g);
	unit_show_mass_in(mass_g, unit, unit == MASS_G ? 0 : 1, to);
}
