/*
 * Reference prices by commodity: the price floor. DRAFT until two officers signed the list, NOTIFIED
 * until its date, IN FORCE until another takes its place; never edited. Kept as quoted.
 *
 *   DRAFT --two signatures--> NOTIFIED --effective--> IN FORCE --the next one--> SUPERSEDED
 *     +------- rejected ----> REJECTED
 *
 * A price counts from effective_at, which is never before its last signature: what was decided before
 * stays right. Superseded prices stay rows, so that it can be said what was in force on any day.
 */
#ifndef RESERVE_ZONE_PRICE_H
#define RESERVE_ZONE_PRICE_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/setting.h"
#include "reserve/state.h"
#include "vault/limits.h"

/* The states of any setting, by the words that trade has for them. */
enum price_state { PRICE_NONE, PRICE_DRAFT = SETTING_PROPOSED, PRICE_NOTIFIED = SETTING_SCHEDULED,
	PRICE_IN_FORCE = SETTING_IN_FORCE, PRICE_SUPERSEDED = SETTING_SUPERSEDED,
	PRICE_REJECTED = SETTING_REJECTED };

struct commodity;

struct price {
	struct row row;
	char id[CODE_MAX + 16]; /* ga/7 */
	struct commodity *commodity;
	int64_t version;
	int64_t quoted, decimals; /* quoted / 10^decimals */
	char unit[12], basis[12];
	int64_t price_micros_per_kg; /* of the commodity's basis, derived, rounded up */
	int64_t effective_at;
	uint8_t state;
	char method[32];             /* how it was found, in words; see price_compute.h for those computed */
	char source[160];
	char document[CODE_MAX];
	/* Of a computed one: its terms, and what it rests on. */
	int64_t months, trim_ppm;                              /* of observations */
	char below[CODE_MAX];                                  /* cost-plus: the commodity of the stage below */
	int64_t yield_ppm, conversion_micros_per_kg, margin_ppm;
	int64_t rests_until;         /* what it rests on is as old as this; ABSENT: not known */
	struct list inputs;          /* of struct price_input */
	char *incoherent_because;    /* why a later stage is dearer than it, or an earlier one cheaper; or NULL */
};

extern const struct setting_kind price_setting;
extern const struct descriptor price_descriptor;
extern const struct document_kind document_prices;
extern const struct event_type event_price_drafted, event_prices_notified, event_prices_notified_2,
	event_price_in_force;
extern const struct command_type command_price_draft;

/* What a draft keeps: the body of price.drafted. */
struct price_drafted {
	char basis[12], below[CODE_MAX], commodity[CODE_MAX];
	int64_t conversion_micros_per_kg, decimals;
	char document[CODE_MAX];
	int64_t effective_at;
	const char *incoherent_because;
	struct list inputs; /* of struct price_input */
	int64_t margin_ppm;
	char method[32];
	int64_t months;
	char price[CODE_MAX + 16];
	int64_t price_micros_per_kg, quoted, rests_until;
	char source[160];
	int64_t trim_ppm;
	char unit[12];
	int64_t version, yield_ppm;
};

void price_loaded(struct state *state, struct row *row);
int64_t price_due(const struct row *row);
bool price_over(const struct row *row); /* superseded */
void tick_price(const struct context *context, const struct price *price, int64_t due_ms,
	struct decision *decision);

/* Derived: the prices that were or are in force, ascending by effective_at, then version. */
struct price_history {
	struct price **prices;
	uint32_t count, capacity;
};
void price_history_free(struct price_history *history);

/* The reference price that was or is in force at that moment, or NULL. */
const struct price *price_at(const struct commodity *commodity, int64_t at_ms);

/*
 * Computes a price again from the inputs that it keeps: what comes out in micro-dollars per kilogram, and
 * as quoted. False for one that was not computed. Equal is ret_quoted == price->quoted.
 */
bool price_recompute(const struct price *price, struct arena *arena, int64_t *ret_micros,
	int64_t *ret_quoted);

/* Whether a price in force, or what it rests on, is older than PRICE_STALE_DAYS. */
bool price_stale(const struct price *price, int64_t now_ms);

/* "490 USc/lb" with its decimals. */
void price_words(char *to, size_t size, int64_t quoted, int64_t decimals, const char *unit);

#endif
