/*
 * Pictures as SVG, by integers alone: coordinates are in tenths of a pixel, and what is written is the
 * same to the byte wherever it is drawn. Text from outside is always escaped.
 */
#ifndef VAULTCTL_SVG_H
#define VAULTCTL_SVG_H

#include <stdint.h>

#include "base/buffer.h"

/* Text of XML, in elements and in quoted attributes alike; what XML cannot hold becomes U+FFFD. */
void svg_escape(struct buffer *to, const char *text);

/* A coordinate with its tenth. */
void svg_tenths(struct buffer *to, int64_t value);

void svg_text(struct buffer *to, int64_t x, int64_t y, const char *class, const char *text);
void svg_line(struct buffer *to, int64_t x1, int64_t y1, int64_t x2, int64_t y2, const char *class);
void svg_rect(struct buffer *to, int64_t x, int64_t y, int64_t width, int64_t height,
	const char *class);

/* 1, 2 or 5 times a power of ten, at least so much: what stands between two lines of a grid. */
int64_t svg_round_step(int64_t least);

/* value * span / most by 128 bits; most > 0. */
int64_t svg_scale(int64_t value, int64_t span, int64_t most);

#endif
