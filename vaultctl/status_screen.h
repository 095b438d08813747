/* What the parts of the status screen share: what they draw on, and how text is put in columns. */
#ifndef VAULTCTL_STATUS_SCREEN_H
#define VAULTCTL_STATUS_SCREEN_H

#include <stdint.h>

#include "base/buffer.h"
#include "vaultctl/status.h"
#include "vaultctl/units.h"
#include "wire/value.h"

#define RED "\033[1;31m"
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

struct screen {
	const struct value *status;
	const struct status_options *options;
	int64_t now_ms;
	struct buffer *out;
};

/* Appends the colour where colours are wanted. */
void screen_paint(struct screen *screen, const char *colour);

/* Columns that a text takes: characters, as nothing here is wider than one. */
int screen_columns(const char *text);
void screen_pad(struct buffer *to, int count);
void screen_left(struct buffer *to, const char *text, int width);
void screen_right(struct buffer *to, const char *text, int width);

/* Texts of a list with something between them. */
void screen_join(struct buffer *to, const struct value *texts, const char *between);

/* A figure of its commodity's own unit, so that a line's masses compare at a glance. */
void screen_mass_like(int64_t mass_g, int64_t like_g, char to[UNIT_TEXT]);

/* The table of commodities, the nearest to their floors first: status_positions.c */
void status_positions(struct screen *screen);

#endif
