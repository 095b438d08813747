/*
 * What a ledger tells of days that are past and a state does not keep: how each commodity stood at the
 * end of a day, what came into and went out of which site on a day, and which entries made an order
 * what it is. Gathered while a ledger is replayed, entry by entry; reports are made of it.
 *
 * The state that is replayed must keep closed rows, for lots that are gone are looked at once more.
 * Days are UTC, as the time of their 00:00. Masses are contained grams of the commodity's basis where
 * they are named contained, else net grams. Pure.
 */
#ifndef VIEW_HISTORY_H
#define VIEW_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

struct commodity;
struct order;
struct site;

struct history;

struct history *history_new(void);
void history_free(struct history *history);

/*
 * Sees an entry, once before it is applied and once after: of every entry of the ledger from the first
 * on, in order. at_ms: its time of record.
 */
void history_before(struct history *history, const struct state *state,
	const struct applied *applied, const struct event_type *type, const void *body);
void history_after(struct history *history, const struct state *state);

/* How a commodity stood at the end of a day, and of each day after it until the next step. */
struct history_step {
	int64_t day;
	int64_t available_g, operating_g, hard_g; /* contained; floors ABSENT: none in force */
	int64_t consumption_g_per_day;            /* ABSENT: not known */
};

/* The step that holds at the end of a day that is over; NULL: before the commodity was there. */
const struct history_step *history_at(const struct history *history,
	const struct commodity *commodity, int64_t day);

/*
 * Since which day without a break the commodity has been below its operating floor at the end of each day;
 * ABSENT where the last day that is over was not below.
 */
int64_t history_below_since(const struct history *history, const struct commodity *commodity);

/* What happened to metal. */
enum history_flow_kind {
	HISTORY_WEIGHED,  /* came to a site from its supplier */
	HISTORY_ACCEPTED, /* counts as stock from now on */
	HISTORY_SENT,     /* left a site for another one */
	HISTORY_ARRIVED,  /* came from another site */
	HISTORY_OUT,      /* left the reserve by an order */
	HISTORY_REJECTED, /* went back to its supplier */
	HISTORY_LOST,
	HISTORY_ADJUSTED, /* corrected, or counted: may be negative */
	HISTORY_KIND_COUNT
};

/* All of one kind on one day, alike in what else stands here. */
struct history_flow {
	int64_t day;
	const struct commodity *commodity;
	const struct site *site;
	char supplier[CODE_MAX];  /* of the lots */
	char origin[8];           /* country, or "" */
	uint8_t kind;
	uint32_t count;           /* of acts */
	int64_t net_g, contained_g;
};

/* All flows in order of day; *ret_count of them. They live until the history changes. */
const struct history_flow *history_flows(const struct history *history, size_t *ret_count);

/* The rule that bound the last decision of a request, "R04"; "": it got all that it asked for. */
struct request;
const char *history_rule(const struct history *history, const struct request *request);

/* An entry that is about a release order. */
struct history_mark {
	int64_t index, at;
	const struct event_type *type;
	uint32_t next;            /* 1 + the place of the order's next mark; 0: none */
};

/* The marks of an order in order of index: start with NULL. */
const struct history_mark *history_next_mark(const struct history *history,
	const struct order *order, const struct history_mark *after);

#endif
