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
#include "reserve/state.h"
#include "vault/limits.h"

enum price_state { PRICE_NONE, PRICE_DRAFT, PRICE_NOTIFIED, PRICE_IN_FORCE, PRICE_SUPERSEDED,
	PRICE_REJECTED };

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
	char method[32];
	char source[160];
	char document[CODE_MAX];
};

extern const struct descriptor price_descriptor;
extern const struct document_kind document_prices;
extern const struct event_type event_price_drafted, event_prices_notified, event_prices_notified_2,
	event_price_in_force;
extern const struct command_type command_price_draft;

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

/* "490 USc/lb" with its decimals. */
void price_words(char *to, size_t size, int64_t quoted, int64_t decimals, const char *unit);

#endif
