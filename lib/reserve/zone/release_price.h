/*
 * The price floor at release: metal leaves the reserve at no less than the higher of two legs,
 *
 *   the reference price of its commodity in force (R12: none in force, nothing is released), and
 *   95% of the comparable market price, rounded up (R13).
 *
 * Where no observation is younger than 35 days the second leg says "no fresh market price", which is
 * a finding, and whoever asks says whether it refuses: a declaration has it among its terms. A waiver
 * in force (waiver.h) stands in for both legs, a market that nobody has seen included; nothing stands
 * in for a reference price that is not there. Zone calls upwards for nothing: the declaration, the
 * order and who it is for come as ids.
 *
 * Units: micro-US-dollars per kilogram of the commodity's basis, each derived and rounded up.
 */
#ifndef RESERVE_ZONE_RELEASE_PRICE_H
#define RESERVE_ZONE_RELEASE_PRICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "reserve/decide.h"
#include "reserve/state.h"

struct commodity;
struct waiver;

enum { RELEASE_MARKET_PERCENT = 95 };

/* The two legs now; ABSENT where there is none. */
struct release_price {
	int64_t reference_micros;
	int64_t market_micros;   /* the comparable market itself */
	int64_t market_leg_micros; /* 95% of it, rounded up */
	int64_t least_micros;    /* the higher leg; ABSENT without a reference price */
	bool market_binds;       /* the market's leg is the higher one */
};

void release_price_legs(const struct commodity *commodity, int64_t now,
	struct release_price *ret_price);

/* A price as it is quoted, with what it comes to. */
struct release_quote {
	int64_t quoted, decimals;
	char unit[12], basis[12];
	int64_t price_micros_per_kg;
};

/*
 * The least price that passes: the reference as it is quoted, or where the market binds its leg in
 * USD/kg of the commodity's basis. False: no reference price is in force.
 */
bool release_price_least(const struct commodity *commodity, int64_t now,
	struct release_quote *ret_quote);

/* A release that is to have a price. Texts may be "". */
struct release_ask {
	const struct commodity *commodity;
	int64_t price_micros_per_kg;
	const char *declaration; /* under which, D-… */
	const char *subject;     /* the order or exchange, O-…, V-… */
	const char *asked_by;    /* the request that it is for, R-… */
	bool stale_refuses;      /* without a fresh market price */
};

struct release_verdict {
	struct release_price price;
	const char *rule;            /* R12 or R13 where it is refused, else NULL */
	const char *because;         /* of a refusal: both legs with their figures */
	const struct waiver *waiver; /* what it passed by, where it passed by one; name it */
	bool stale;                  /* it passed without a fresh market price: release_price_finding */
};

void release_price_check(const struct context *context, const struct release_ask *ask,
	struct release_verdict *ret_verdict);

/* "580USD/kg", as a command takes it: the least price that passes. NULL: no reference price. */
const char *release_price_typed(struct arena *arena, const struct commodity *commodity,
	int64_t now);

/* A figure as a price: "69.5 USD/kg". */
const char *release_price_words(struct arena *arena, int64_t micros);

/* The market's leg and the floor in words, for notes: "no fresh market price", "580 USD/kg, reference". */
const char *release_price_market(struct arena *arena, const struct release_price *price);
const char *release_price_floor(struct arena *arena, const struct release_price *price);

/* Adds the finding stale-market about a release (an order's id, P-2026-0009/ga). */
void release_price_finding(const struct context *context, const struct commodity *commodity,
	const char *subject, struct decision *decision);

#endif
