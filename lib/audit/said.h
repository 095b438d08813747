/*
 * What an entry says, by the names of its body's fields: checks read the ledger as an auditor does and
 * know no struct that is private to the core. A name that the kind does not have is absent.
 */
#ifndef AUDIT_SAID_H
#define AUDIT_SAID_H

#include <stdbool.h>
#include <stdint.h>

#include "reserve/decide.h"
#include "wire/entry.h"

int64_t said(const struct parsed_entry *entry, const char *name);          /* ABSENT where it is not said */
const char *said_text(const struct parsed_entry *entry, const char *name); /* "" */
const struct list *said_list(const struct parsed_entry *entry, const char *name); /* an empty one */
bool said_kind(const struct parsed_entry *entry, const struct event_type *type);

#endif
