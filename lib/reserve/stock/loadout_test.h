/*
 * Load-out tests: what a site really loaded in so many hours. A site declares what it loads a day
 * (site.daily_loadout_g), and slots are cut by that; here is what was proven of it.
 *
 * What a test of up to a day moved is its proven day's load-out: it is not multiplied up, for
 * nobody has seen a shift go on. A longer test proves its mean day.
 */
#ifndef RESERVE_STOCK_LOADOUT_TEST_H
#define RESERVE_STOCK_LOADOUT_TEST_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

struct site;

struct loadout_test {
	struct row row;
	char id[CODE_MAX];           /* E-2026-0001 */
	struct site *site;
	int64_t mass_g, hours;       /* net grams left in so many hours, 1 to LOADOUT_TEST_HOURS_MAX */
	int64_t proven_g;            /* a day */
	int64_t tested_at;           /* its day */
	char by[NAME_MAX_BYTES];     /* who led it */
	uint8_t evidence_sha256[32]; /* of the protocol */
	char recorded_by[CODE_MAX];
};

extern const struct descriptor loadout_test_descriptor;
extern const struct event_type event_loadout_tested;
extern const struct command_type command_loadout_test;

#endif
