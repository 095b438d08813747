/* What the files about stocktakes share: names, and bodies that several of them use. */
#ifndef RESERVE_STOCK_COUNT_NAMES_H
#define RESERVE_STOCK_COUNT_NAMES_H

#include "reserve/stock/count.h"

/* Body of an event that says no more than which count, and why where one is given. */
struct count_step {
	const char *because;
	char count[CODE_MAX];
};
extern const struct descriptor count_step_descriptor;

/* A count that can still change in that way; NULL with an error that says why not. verb: "entered". */
struct count *count_find_for(const struct context *context, const char *id, enum count_event event,
	const char *verb, struct error *error);

/* For apply: the count, touched. */
struct count *count_applied(struct state *state, const char *id);

/* For apply: the state that the table of count.c says. */
void count_advance(struct count *count, enum count_event event);

/* For apply: a line of a count, with a lot that may be NULL. */
struct count_line *count_line_add(struct state *state, struct count *count, const char *lot);

/* For apply, of a count that has ended: the line has nothing open any more. */
void count_line_close(struct state *state, struct count_line *line);

/* For apply: it has ended; of its lines those that are short alone live on. */
void count_end(struct state *state, struct count *count, enum count_event event, int64_t at);

/* Both sheets of a round are signed, or will be by this decision: what follows from the two. */
void count_compare(const struct context *context, const struct count *count,
	struct decision *decision);

/* A live lot of a line, or NULL where it is gone or was never known. */
struct lot *count_lot(const struct state *state, const struct count_line *line);

#endif
