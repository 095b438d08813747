/*
 * What happens in a reserve of a given size: it is founded, lots come in, and from then on lots are held,
 * moved and looked at, members ask, think better of it, or are given what they asked for. All of it goes
 * through the core's own commands, so that every entry is one that vaultd would have made.
 *
 * A lot's coming in is five entries. What follows makes entries until there are as many as were asked for;
 * one request in ORDERED becomes an order that two officers sign, is loaded and delivered.
 */
#ifndef BENCH_LEDGER_LIFE_H
#define BENCH_LEDGER_LIFE_H

#include "bench/round_reserve.h"

enum { LIFE_ENTRIES_A_LOT = 5, LIFE_ORDERED = 50 };

/*
 * Requires a reserve that was only begun. entries: how many there are to be, or a few more; 0: what the
 * lots make alone. The last error is the core's: it took something not as this file believes.
 */
bool ledger_life(struct round_reserve *reserve, int64_t entries, struct error *error);

#endif
