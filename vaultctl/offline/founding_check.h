/* A founding text held against the core's own reading, before anybody signs or sends it. */
#ifndef VAULTCTL_OFFLINE_FOUNDING_CHECK_H
#define VAULTCTL_OFFLINE_FOUNDING_CHECK_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "ledger/note.h"

bool founding_check_text(const char *text, struct error *error);

/* Who of the persons that a founding note names has not signed it well: "lee, ruiz"; "" for nobody. */
bool founding_check_signatures(const struct note *note, struct buffer *ret_missing,
	struct error *error);

#endif
