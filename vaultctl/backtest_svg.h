/*
 * A back-test as a picture: one SVG file that needs nothing else, in the colours of the reader's
 * screen, light or dark, and on paper. Coordinates are tenths of a pixel in integers.
 */
#ifndef VAULTCTL_BACKTEST_SVG_H
#define VAULTCTL_BACKTEST_SVG_H

#include "base/buffer.h"
#include "wire/value.h"

/* Appends the file. months: of the reply of Zone.Backtest, at least one; the rest: plain text. */
void backtest_svg(const struct value *months, const char *title, const char *subtitle,
	const char *footer, struct buffer *to);

#endif
