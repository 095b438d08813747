/*
 * From what was typed for a slot to its members in the parameters: masses to grams, shares to parts per
 * million, times to UTC, files to their text or SHA-256. A mass that is no whole grams is rounded, and
 * said so, or refused with --exact.
 */
#ifndef VAULTCTL_SLOT_VALUE_H
#define VAULTCTL_SLOT_VALUE_H

#include "vaultctl/arguments.h"

/* Appends to slot->json, which is empty; what it holds after a failure is of no use. */
bool slot_take(struct slot *slot, const struct ctl *ctl, const char *typed, struct error *error);

#endif
