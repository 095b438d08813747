/*
 * Release orders: which parts of which lots leave, for whom, at what price. Issued by the room that
 * grants them; here is the row and its life.
 *
 *   PREPARED --signatures--> ISSUED --first load--> LOADING --last load, lapse--> LOADED --> DELIVERED
 *       +--> REJECTED           +--> LAPSED
 *
 * An order that lapses while it is loaded keeps what left: the rest comes back, and it is to be
 * delivered like any other.
 */
#ifndef RESERVE_STOCK_ORDER_H
#define RESERVE_STOCK_ORDER_H

#include "reserve/state.h"
#include "reserve/stock/lot.h"
#include "vault/limits.h"

enum order_state { ORDER_NONE, ORDER_PREPARED, ORDER_ISSUED, ORDER_LOADING, ORDER_LOADED,
	ORDER_DELIVERED, ORDER_REJECTED, ORDER_LAPSED };

struct commodity;
struct member;

struct order_line {
	int64_t contained_g;
	int64_t grade_ppm;                  /* of the lot, where something is to come back for it */
	char lot[CODE_MAX];
	int64_t net_g;
	int64_t out_contained_g, out_net_g; /* what left so far; ABSENT until anything did */
	bool open;                          /* loaded in part: more of it is to leave */
	int64_t out_units;                  /* of a sealed lot, as out_net_g */
	int64_t units;                      /* whole units of a sealed lot; ABSENT: bulk */
};

struct order {
	struct row row;
	char id[CODE_MAX];
	char request[CODE_MAX]; /* what was granted: R- of Emergency, X-, T-, B-, V- of Zone */
	struct member *member;  /* who gets it, or NULL: no member does */
	struct commodity *commodity;
	uint8_t state;
	char consignee[NAME_MAX_BYTES];
	int64_t contained_g;
	int64_t quoted, decimals;
	char unit[12], basis[12];
	int64_t price_micros_per_kg;
	int64_t market_micros_per_kg; /* the market it was priced by; ABSENT: none was fresh */
	char waiver[CODE_MAX];        /* of the price floor, by which it passed, or "" */
	int64_t issued_at, lapses_at;
	char plan[CODE_MAX];    /* the plan whose signatures issued it, or "" */
	char *criteria;         /* what it was issued by (state_release_criteria); NULL: never said, or not issued */
	int64_t deliver_by;     /* service clock of its tier; ABSENT: none, or found overdue */
	struct list lines; /* of struct order_line */
	struct list slots; /* of struct slot (stock/slots.h), by day and site */
};

extern const struct descriptor order_descriptor, order_line_descriptor;

void order_loaded(struct state *state, struct row *row);
int64_t order_due(const struct row *row);
struct order_line *order_line_of(const struct order *order, const char *lot);
const char *order_state_name(const struct order *order);

/* Whom it is for: the code of its member, else its consignee. */
const char *order_whom(const struct order *order);

/* Keeps what it was issued by; NULL: nothing was said. */
void order_cite(struct order *order, const char *criteria);

/* How many lines have not left yet, or not all of them. */
uint32_t order_lines_left(const struct order *order);

/* What of a line is still to leave, and reserved for it; masses 0 where nothing is. */
struct pick order_line_rest(const struct order_line *line);

/* Whether its slots are booked at their sites: from its issue to its end. */
bool order_is_booked(const struct order *order);

/*
 * The queue at a site on a day: below 0 where a was issued before b; of one time the lower id. The orders
 * of one plan are numbered by tier, then need-by date, so that their queue is that as well.
 */
int order_compare(const struct order *a, const struct order *b);

#endif
