/* Help and the manual page, made of the grammar, the comments of the interfaces and errors.def. */
#ifndef VAULTCTL_HELP_H
#define VAULTCTL_HELP_H

#include "base/buffer.h"
#include "vaultctl/ctl.h"

void help_overview(struct ctl *ctl, struct buffer *to);

/* Tasks first, then each command of the noun with its options. */
void help_noun(struct ctl *ctl, const char *noun, struct buffer *to);

/* vaultctl(1) as roff. */
void help_man(struct ctl *ctl, struct buffer *to);

#endif
