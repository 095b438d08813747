/* Plans of rounds, beside their commands: what is shown and checked before one is signed. */
#ifndef VAULTCTL_ALLOCATION_H
#define VAULTCTL_ALLOCATION_H

#include <stdbool.h>

#include "base/error.h"
#include "vaultctl/ctl.h"

/*
 * Before a note is signed over the socket: where it is a plan's, the plan as vaultd shows it is
 * hashed here and must be what the note names; awards that the text has no room for are shown on
 * stderr. True for every other note. ERROR_LEDGER where the hash differs.
 */
bool allocation_review(struct ctl *ctl, const char *id, const char *text, struct error *error);

#endif
