/* Ids that people shorten: which list knows them, and what they may stand for. */
#ifndef VAULTCTL_RESOLVE_H
#define VAULTCTL_RESOLVE_H

#include <stdbool.h>

#include "vaultctl/ctl.h"

/*
 * The kind of thing that a parameter of a noun's command names ("lot", "site", …), or NULL where
 * it is no id: `code` and `id` are the noun's own.
 */
const char *resolve_kind(const char *noun, const char *parameter);

/* Calls each with every live id of a kind; quietly none where vaultd does not answer. */
typedef void resolve_each(void *context, const char *id, const char *about);
bool resolve_list(struct ctl *ctl, const char *kind, resolve_each *each, void *context,
	struct error *error);

#endif
