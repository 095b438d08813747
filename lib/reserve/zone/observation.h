/*
 * Prices that were observed: of a market, or of imports by origin, each for a period of days by one
 * source's series. Kept as quoted; what is derived is rounded up, as a reference price is. One row a
 * commodity, kind, series, origin and period; what a source revises is the row's next version, and the
 * ledger has the ones before.
 *
 * Periods are written 2025 (a year), 2026-05 (a month), 2026-05-07 (a day) or 2026-05-01..2026-05-14
 * (its first and last day); days are UTC.
 */
#ifndef RESERVE_ZONE_OBSERVATION_H
#define RESERVE_ZONE_OBSERVATION_H

#include <stdbool.h>
#include <stdint.h>

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum observation_kind { OBSERVATION_NONE, OBSERVATION_MARKET, OBSERVATION_IMPORT };

enum { OBSERVATION_ID_MAX = 96, OBSERVATION_PERIOD_MAX = 24 };

struct commodity;

struct observation {
	struct row row;
	char id[OBSERVATION_ID_MAX]; /* ni/worldbank/2026-05, ni/import/customs/CHN/2026-05 */
	struct commodity *commodity;
	int64_t version;
	uint8_t kind;
	char series[CODE_MAX];       /* whose figures: worldbank */
	char origin[4];              /* ISO 3166 alpha-3, or "": of all origins */
	char period[OBSERVATION_PERIOD_MAX];
	int64_t starts_at, ends_at;  /* of the period, [starts_at, ends_at) */
	int64_t quoted, decimals;    /* quoted / 10^decimals */
	char unit[12], basis[12];
	int64_t price_micros_per_kg; /* of the commodity's basis, rounded up */
	int64_t mass_g;              /* that it was paid for, in the commodity's basis; ABSENT: not known */
	char *source;                /* or NULL */
};

extern const struct descriptor observation_descriptor;
extern const struct event_type event_observations_recorded;
extern const struct command_type command_observation_record;

void observation_loaded(struct state *state, struct row *row);

/* Derived: a commodity's, ascending by end of period, its start, then id. */
struct observation_list {
	struct observation **observations;
	uint32_t count, capacity;
};
void observation_list_free(struct observation_list *list);

/* The next one of a commodity in order of period; start with NULL. */
const struct observation *observation_next(const struct commodity *commodity,
	const struct observation *after);

/*
 * The one of a kind and origin ("": any) whose period ended last, at before_ms or earlier; NULL where
 * there is none.
 */
const struct observation *observation_latest(const struct commodity *commodity,
	enum observation_kind kind, const char *origin, int64_t before_ms);

/* The comparable market. */
struct market {
	int64_t price_micros_per_kg;
	int64_t starts_at, ends_at;       /* of its period */
	uint32_t count;                   /* of observations it is the mean of */
	bool weighted;                    /* by mass: all have one */
	const struct observation *newest; /* one of them */
};

/*
 * Of the newest period, whose end is younger than MARKET_FRESH_DAYS and not after the UTC day of now_ms,
 * the mean of all market observations, rounded up: weighted by mass where all have one, else plain.
 * False where none is fresh: ret_market is untouched.
 */
bool observation_market(const struct commodity *commodity, int64_t now_ms,
	struct market *ret_market);

/* Reads a period; false where it is none. */
bool observation_period(const char *text, int64_t *ret_starts_at, int64_t *ret_ends_at);

#endif
