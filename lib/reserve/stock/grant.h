/*
 * Whose release an order is. A room that grants metal (Emergency an award, Zone an exchange)
 * implements struct grant_type for its ids; load-out, slots, delivery and lapse know only this.
 * The id of what was granted stands in order->request, and its first letter says which type it
 * is.
 *
 * The functions of the second half are called by apply: they choose nothing and cannot fail.
 */
#ifndef RESERVE_STOCK_GRANT_H
#define RESERVE_STOCK_GRANT_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "reserve/stock/account.h"
#include "vault/limits.h"

struct document;
struct lot;
struct order;
struct site;

/* Whose account the metal goes to. */
struct grant_account {
	enum account_kind kind;
	const char *party;
};

struct grant_type {
	const char *letters; /* of its ids: "R" */

	/* The events of the last signature of its note, order.issued first; false: impossible now. */
	bool (*issue)(const struct context *context, const struct order *order,
		const struct document *document, struct decision *decision, struct error *error);
	/* When the metal is needed; ABSENT: nobody said. The grant may have ended. */
	int64_t (*need_by)(const struct state *state, const struct order *order);
	/* What rules let a site load a day for it, net; ABSENT: they say nothing. */
	int64_t (*daily_g)(const struct state *state, const struct order *order,
		const struct site *site);
	/* What of it counts no more when the order ends with so much out, contained. */
	int64_t (*returned_g)(const struct state *state, const struct order *order, int64_t out_g);

	void (*prepared)(struct state *state, struct order *order);
	void (*rejected)(struct state *state, struct order *order);
	void (*issued)(struct state *state, const struct applied *applied, struct order *order);
	void (*loading)(struct state *state, struct order *order);
	/* Part of it lapsed while it was loaded; the rest is to be delivered. */
	void (*came_back)(struct state *state, struct order *order, int64_t returned_g);
	/* Nobody lifted it: gives back what is reserved, ends the order (release_drop) and itself. */
	void (*lapsed)(struct state *state, const struct applied *applied, struct order *order);
	/* The order has ended by delivery of so much, contained and net. */
	void (*delivered)(struct state *state, const struct applied *applied, struct order *order,
		int64_t out_contained_g, int64_t out_net_g);
	struct grant_account (*account)(const struct state *state, const struct order *order);
};

extern const struct grant_type *const grant_types[]; /* NULL ends; in tables.c */

/* The type of what an order releases. */
const struct grant_type *grant_of(const struct order *order);

/* What of a lot is promised to an open order: the id of what was granted, or NULL. */
const char *grant_holding(const struct state *state, const char *lot);

#endif
