/*
 * Preparing and issuing release orders, for any room that grants metal. The room decides, writes
 * the head of the note that two sign, and says which floor must stay and how many must sign;
 * price and authority come as values, for Stock knows neither. What happens to an issued order
 * stands in loadout.h.
 */
#ifndef RESERVE_STOCK_RELEASE_H
#define RESERVE_STOCK_RELEASE_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/stock/loadout.h"
#include "reserve/stock/order.h"

struct commodity;
struct floor;
struct pick;

/*
 * The body of order.prepared. request: the id of what was granted; member: "" where none gets it.
 */
struct release_prepared {
	char basis[12], commodity[CODE_MAX], consignee[NAME_MAX_BYTES];
	int64_t contained_g, decimals;
	struct list lines; /* of struct order_line */
	int64_t market_micros_per_kg;
	char member[8], order[CODE_MAX];
	int64_t price_micros_per_kg, quoted;
	char request[CODE_MAX], unit[12], waiver[CODE_MAX];
};

/*
 * What its price rests on beside the reference: the market (ABSENT: none is fresh) and a waiver,
 * or "".
 */
struct release_basis {
	int64_t market_micros_per_kg;
	const char *waiver;
};

extern const struct document_kind document_release_order;
extern const struct event_type event_order_prepared, event_order_issued;

/* Each part that was picked is a line. Returns what they contain together. */
int64_t release_fill_lines(struct order_line *lines, const struct list *picks);

/* Room for the lines of a row, which owns it. */
struct order_line *release_own_lines(struct order *order, uint32_t count);

/* Sets the lines of a body and their sum; they live in the arena. */
void release_set_lines(struct arena *arena, const struct list *picks,
	struct release_prepared *body);

/* The lots of a note, one a line. */
void release_write_lots(struct document_draft *draft, const struct release_prepared *body);

/*
 * The rule that forbids issue now, with why, or NULL: the floor that the authority must leave
 * (rule: its code where it is not left) or the hard floor is reached; a lot may not leave.
 */
const char *release_floor_bar(const struct commodity *commodity, const struct floor *floor,
	const char *rule, const char **ret_because);
const char *release_frozen_bar(const struct context *context, const struct order *order,
	const char **ret_because); /* the place of a lot is counted (R24) */
const char *release_lots_bar(const struct context *context, const struct order *order,
	const char **ret_because);

/* Too few have signed: by what must sign it now. NULL: enough have. */
const char *release_signatures_bar(struct arena *arena, int64_t approvals, int64_t signatures,
	const char **ret_because);

/*
 * Adds order.issued and its slots. daily: as loadout_add_slots. deliver_by may be ABSENT. Returns
 * the day of the last slot. basis: as the room finds it in this commit.
 */
int64_t release_issue(const struct context *context, const struct order *order,
	const struct release_basis *basis, int64_t deliver_by, const struct loadout_rules *rules,
	struct decision *decision);

/* When an order lapses that is issued now and whose last slot is that day (ABSENT: none). */
int64_t release_lapses_at(const struct context *context, int64_t last_day);

/* The order of a grant that ends before loading: closed, its open note obsolete. */
void release_drop(struct state *state, const char *id);

#endif
