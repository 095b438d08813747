/*
 * Series of others among the observations to import: a file is known by its columns, and its rows become
 * ours. Today the World Bank's monthly prices in long form: month, commodity, price, unit.
 */
#ifndef VAULTCTL_SERIES_H
#define VAULTCTL_SERIES_H

#include "vaultctl/csv.h"
#include "vaultctl/ctl.h"

/*
 * Leaves any other file alone. Of a known one: its names become commodities by map ("nickel=ni,gold=-",
 * a basis behind a colon, "-" leaves a name out) or because a name means one commodity; names that mean
 * none are left out and told. Cells point to where they stood in the file, so that faults show it.
 */
bool series_adapt(struct ctl *ctl, const char *map, struct csv *csv, struct error *error);

#endif
