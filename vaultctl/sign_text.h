/* The text of a note in plain words, for the person who is about to sign it. */
#ifndef VAULTCTL_SIGN_TEXT_H
#define VAULTCTL_SIGN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

/*
 * What signing means, then each line with masses in kg or t and times as people read them, then the
 * exact text. What a terminal could be fooled with is shown as '?'.
 */
void sign_text_show(struct buffer *out, const char *text, size_t length);

/*
 * Whether a person's key may sign it: a type line of the project first, nothing but printable text.
 * So nobody can be made to sign a checkpoint or an invisible line.
 */
bool sign_text_check(const char *text, size_t length, struct error *error);

/* The value of the line "name value", copied; false where there is none or it does not fit. */
bool sign_text_value(const char *text, size_t length, const char *name, char *to, size_t size);

#endif
