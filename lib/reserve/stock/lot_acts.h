/*
 * What the commands of a lot's life begin with, for lot_intake.c and lot_commands.c alone.
 */
#ifndef RESERVE_STOCK_LOT_ACTS_H
#define RESERVE_STOCK_LOT_ACTS_H

#include "reserve/decide.h"
#include "reserve/stock/lot.h"
#include "vault/limits.h"

/* Parameters and body of an act that says no more than which lot. */
struct lot_acts_only {
	char lot[CODE_MAX];
};
extern const struct descriptor lot_acts_only;

/* A live lot; NULL with NOT_FOUND. */
struct lot *lot_acts_find(const struct context *context, const char *code, struct error *error);

/* The same where the event is legal in its state, else NULL with ILLEGAL. verb: "weighed". */
struct lot *lot_acts_find_for(const struct context *context, const char *code,
	enum lot_event event, const char *verb, struct error *error);

/* For apply: the lot, touched and off the lists of what may be picked; the caller lists it again. */
struct lot *lot_acts_applied(struct state *state, const char *code);
void lot_acts_advance(struct lot *lot, enum lot_event event); /* to what the table of lot.c says */

/* What is awarded stays as it is: the act is refused under R19, naming the award. */
bool lot_acts_refuse_reserved(const struct context *context, const struct lot *lot,
	const char *because, struct decision *decision);

/* For apply: a lot that ends takes its holds with it: its code may be another lot's, and so their ids. */
void lot_acts_close_holds(struct state *state, struct lot *lot, int64_t at);

/*
 * For apply, of a lot that is off the lists: the books follow what was found, against the account of
 * adjustments. A lot of which nothing is left is lost. units: of a sealed lot what is left; else ABSENT.
 */
void lot_acts_adjust(struct state *state, struct lot *lot, int64_t adjusted_g, int64_t contained_g,
	int64_t units, int64_t at);

#endif
