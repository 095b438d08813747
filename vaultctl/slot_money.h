/*
 * Slots of the command line that are money: see SLOT_MONEY, SLOT_CENTS, SLOT_DECIMAL and SLOT_CAP.
 */
#ifndef VAULTCTL_SLOT_MONEY_H
#define VAULTCTL_SLOT_MONEY_H

#include "vaultctl/arguments.h"

bool slot_take_money(struct slot *slot, const char *typed, struct error *error);
bool slot_take_decimal(struct slot *slot, const char *typed, struct error *error);
bool slot_take_cap(struct slot *slot, const char *typed, struct error *error);

#endif
