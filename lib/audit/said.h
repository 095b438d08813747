/* What an entry says beside texts and numbers, which check.h reads: its kind, its lists. */
#ifndef AUDIT_SAID_H
#define AUDIT_SAID_H

#include "audit/check.h"

bool said_kind(const struct parsed_entry *entry, const struct event_type *type);

/* A list of the body by its name; an empty one where the kind has none. */
const struct list *said_list(const struct parsed_entry *entry, const char *name);

#endif
