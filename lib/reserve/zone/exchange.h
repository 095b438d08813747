/*
 * Exchanges: metal that leaves the reserve against metal that comes back, and what is sold out of
 * it. One mechanism for draws of participants (B-), loans in kind (X-), rotation and upgrade
 * (T-), and sales out of the reserve (V-), of which nothing comes back.
 *
 *   PREPARED --two sign--> OPEN --delivered--> OUT --all is back--> RETURNED
 *      |                     |        |         | ^                    ^
 *      +--> REJECTED         |        |         +-+ returned in part   |
 *                            |        |         +--two sign--> DEFAULTED, all is back
 *                            |        +--> DELIVERED (nothing comes back: a sale, or a draw in a
 *                            +--> LAPSED (nobody lifted it)           declared disruption)
 *
 * It has one release order, whose lines are its lots; overdue is a mark beside the state.
 *
 * What is to come back: contained grams of the commodity agreed, back_ppm of what went out,
 * rounded up; and a premium in kind of premium_ppm a day of what is still out. Days are UTC, from
 * the day of delivery (or of the last return, or of another premium) to that of the return,
 * [start, end). The premium is kept exact in millionths of a gram and rounded up to the gram
 * once, when it is told or paid; what comes back meets the principal first, on which alone it
 * accrues. So sums over any split of a period are equal.
 *
 * A due moment is one before which it must be back: one for all of it, or instalments (see
 * instalment.h). due_at is the last of them. Masses are contained grams of the basis.
 */
#ifndef RESERVE_ZONE_EXCHANGE_H
#define RESERVE_ZONE_EXCHANGE_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum exchange_kind { EXCHANGE_KIND_NONE, EXCHANGE_DRAW, EXCHANGE_LOAN, EXCHANGE_ROTATE,
	EXCHANGE_UPGRADE, EXCHANGE_SALE };
enum exchange_state { EXCHANGE_NONE, EXCHANGE_PREPARED, EXCHANGE_OPEN, EXCHANGE_OUT,
	EXCHANGE_RETURNED, EXCHANGE_DEFAULTED, EXCHANGE_DELIVERED, EXCHANGE_REJECTED,
	EXCHANGE_LAPSED, EXCHANGE_STATE_COUNT };
enum exchange_event { EXCHANGE_REJECT, EXCHANGE_ISSUE, EXCHANGE_LAPSE, EXCHANGE_DELIVER,
	EXCHANGE_DELIVER_FOR_GOOD, EXCHANGE_RETURN_PART, EXCHANGE_RETURN_ALL, EXCHANGE_DEFAULT,
	EXCHANGE_EVENT_COUNT };

struct commodity;
struct grant_type;
struct member;

struct exchange {
	struct row row;
	char id[CODE_MAX];
	uint8_t kind, state;
	bool owes;              /* something is to come back */
	bool overdue;           /* it, or an instalment, was not back when it was due */
	char party[CODE_MAX];   /* borrower, participant, processor, buyer; what comes back is from it */
	struct member *member;  /* who answers for it, or buys; NULL: none */
	struct commodity *commodity, *back; /* back: what comes back */
	int64_t mass_g;         /* picked in whole units, then what is out at most */
	int64_t min_grade_ppm;
	char release_order[CODE_MAX];
	char requested_by[CODE_MAX];
	int64_t prepared_index; /* ledger index of its first entry */
	int64_t value_cents;    /* at the floor, or of a sale its price, when it was prepared */
	int64_t due_at, original_due_at;
	struct list instalments, original_instalments; /* none: all of it by the date above */
	int64_t premium_ppm;    /* a day; 0: none */
	int64_t back_ppm;       /* grams to come back for a million that went out */
	int64_t back_grade_ppm; /* at least; an upgrade has it agreed, else known from the delivery on */
	int64_t delivered_at;
	int64_t out_g;          /* went out */
	int64_t principal_g;    /* of it to come back, without premium */
	int64_t returned_g;     /* came back so far, premium included */
	int64_t accrued_g, accrued_rest; /* premium until accrued_until: whole grams, and millionths */
	int64_t accrued_until;  /* a day */
	int64_t amendments, returns;
	int64_t ended_at;
};

/* The body of exchange.prepared. */
struct exchange_prepared {
	char back[CODE_MAX];
	int64_t back_grade_ppm, back_ppm;
	char commodity[CODE_MAX];
	int64_t due_at;
	char exchange[CODE_MAX];
	struct list instalments;
	uint8_t kind;
	int64_t mass_g;
	char member[8];
	int64_t min_grade_ppm;
	bool owes;
	char party[CODE_MAX];
	int64_t premium_ppm, value_cents;
};

extern const char *const exchange_kind_names[], *const exchange_state_names[];
extern const struct descriptor exchange_descriptor;
extern const struct grant_type grant_exchange;
extern const struct event_type event_exchange_prepared, event_exchange_overdue;
extern const struct command_type command_loan_new, command_rotation_new, command_draw_new,
	command_disposal_new;

/* The state it goes to, or EXCHANGE_NONE where that is not legal in its state. */
enum exchange_state exchange_transition(enum exchange_state from, enum exchange_event event);

/* Applies a legal step at a time (ABSENT: not kept); a state that is its last closes the row. */
void exchange_advance(struct state *state, struct exchange *exchange, enum exchange_event event,
	int64_t at);

/* "loan", "draw": for sentences. */
const char *exchange_word(const struct exchange *exchange);

/* "rotation": what it is called in commands, of an upgrade as well. */
const char *exchange_noun(enum exchange_kind kind);

/* What is still to come back at a moment. */
struct exchange_balance {
	int64_t principal_left_g;
	int64_t accrued_g, accrued_rest; /* premium in all, exact */
	int64_t until;                   /* the day to which that is */
	int64_t premium_g;               /* the same, rounded up */
	int64_t owed_g;                  /* principal and premium less what came back */
};
struct exchange_balance exchange_balance(const struct exchange *exchange, int64_t now);

/* By which dates: those that hold now, or those that were agreed at first. */
enum exchange_dates { EXCHANGE_DATES_NOW, EXCHANGE_DATES_FIRST };

/* One of its due dates, and what is still to come back of what it asks for. */
struct exchange_part {
	int64_t due_at, mass_g; /* the principal that is due then */
	int64_t owed_g;         /* not back yet; with the last the premium as well */
	bool overdue;           /* the date is past and not all is back */
};

/* How many due dates it has: 1 without instalments; and one of them. */
uint32_t exchange_part_count(const struct exchange *exchange, enum exchange_dates dates);
struct exchange_part exchange_part(const struct exchange *exchange, enum exchange_dates dates,
	uint32_t number, int64_t now);

/* The first date for which not all is back; the last where only a premium is not. */
int64_t exchange_next_due(const struct exchange *exchange, enum exchange_dates dates);

/* What should have come back by now and has not, of one that is out; 0: it is not late. */
int64_t exchange_late_g(const struct exchange *exchange, enum exchange_dates dates, int64_t now);

/* Marks it overdue or not any more; keeps the count of the member that answers for it. */
void exchange_mark(struct state *state, struct exchange *exchange, bool overdue);

/* The open exchange of that id; NOT_FOUND or ILLEGAL where it is none that can go on. */
struct exchange *exchange_find_out(const struct context *context, const char *field,
	const char *id, struct error *error);

void exchange_loaded(struct state *state, struct row *row);
int64_t exchange_due(const struct row *row);
void tick_exchange(const struct context *context, const struct exchange *exchange, int64_t due_ms,
	struct decision *decision);

#endif
