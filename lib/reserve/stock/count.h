/*
 * Stocktakes: what lies at a site, counted by two persons who do not see each other's figures, against
 * the books. While a site is counted it is frozen (R24): nothing is weighed, sampled, accepted, moved in
 * or out, loaded, corrected or written off there, and none of it is available.
 *
 *   OPEN ----both sheets signed----> COUNTED --note--> PROPOSED --signed--> ENDED
 *     |  \--they differ--> RECOUNT --^  |  ^---rejected----+
 *     |                      |  ^--+    |
 *     +----------------------+----------+--abandoned, or out of time--> ABANDONED
 *
 * Where nothing differs from the books, the second signature ends it. A line is a lot in a count:
 *
 *   TO_COUNT --counters differ--> RECOUNT --agree--> AGREES | VARIES
 *      +-----------counters agree--------------------^
 *   VARIES --cause--> EXPLAINED --note--> ADJUSTED | STANDS | SHORT --note--> ADJUSTED | STANDS
 *
 * SHORT: less was found than is promised to awards. The books go down to what is promised; the rest waits
 * until the award is gone, and the lot is held meanwhile.
 */
#ifndef RESERVE_STOCK_COUNT_H
#define RESERVE_STOCK_COUNT_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/person.h"
#include "reserve/state.h"
#include "reserve/stock/lot.h"
#include "vault/limits.h"

enum count_state { COUNT_NONE, COUNT_OPEN, COUNT_RECOUNT, COUNT_COUNTED, COUNT_PROPOSED, COUNT_ENDED,
	COUNT_ABANDONED };
enum count_event { COUNT_AGREE, COUNT_DISAGREE, COUNT_PROPOSE, COUNT_REJECT, COUNT_SIGN, COUNT_END,
	COUNT_ABANDON, COUNT_EVENT_COUNT };
enum line_state { LINE_NONE, LINE_TO_COUNT, LINE_RECOUNT, LINE_AGREES, LINE_VARIES, LINE_EXPLAINED,
	LINE_ADJUSTED, LINE_STANDS, LINE_SHORT };
enum seals { SEALS_NONE, SEALS_INTACT, SEALS_BROKEN, SEALS_MISSING };

struct commodity;
struct site;

struct count {
	struct row row;
	char id[CODE_MAX];           /* U-2026-0001 */
	struct site *site;
	struct commodity *commodity; /* NULL: all that lies there */
	uint8_t state;
	bool blind;
	struct person *first, *second; /* the counters */
	char first_sheet[CODE_MAX], second_sheet[CODE_MAX]; /* notes of this round, or "" */
	bool first_signed, second_signed;
	int64_t round;               /* from 1 */
	int64_t lots;                /* in it when it was opened */
	int64_t varying;             /* lines beyond tolerance, ever */
	int64_t shorts;              /* lines that are short of what is promised */
	int64_t adjusted_g;          /* net, over all lots; found more is positive */
	int64_t opened_at, opened_index, expires_at, ended_at;
	struct person *opened_by;
	char *because;
	char document[CODE_MAX];     /* the open note of its adjustment, or "" */
	struct count_line *lines, *last_line; /* derived: those that can still change */
	int64_t listed;              /* derived, while it is opened: how many lines there are */
};

/* What one counter says of a lot. Missing: nothing of it is there, all three absent or 0. */
struct count_entry {
	bool given;
	int64_t net_g;  /* of bulk */
	int64_t units;  /* of a sealed lot */
	uint8_t seals;
};

struct count_line {
	struct row row;
	char id[2 * CODE_MAX];       /* U-2026-0001/GA-0042 */
	struct count *count;
	char lot[CODE_MAX];
	int64_t lot_index;           /* created_index; ABSENT: no live lot has that code */
	uint8_t state, class;
	bool unexpected;             /* it should not lie there by the books */
	int64_t book_g, book_units;  /* net; units of a sealed lot, else ABSENT */
	struct count_entry entries[2];
	int64_t found_g, found_units; /* by both */
	uint8_t seals;
	int64_t variance_g, variance_units; /* found less book */
	uint8_t cause;               /* see count_causes.def */
	char *because;
	char explained_by[CODE_MAX];
	int64_t adjusted_g;
	int64_t short_g, short_units;
	bool proposed;               /* the open note of the adjustment is about it */
	struct count_line *next;     /* derived: of the same count */
};

/* How closely a class is counted, how often, and how long a count may take; versions by note. */
struct count_policy {
	struct row row;
	char id[CODE_MAX];           /* bulk/2 */
	uint8_t class;
	int64_t version;
	int64_t tolerance_ppm;       /* of the books: within it they stand */
	int64_t counters_ppm;        /* how far two counters may be apart */
	int64_t age_days;            /* a lot is to be counted again after so many */
	int64_t term_days;           /* a count that has not ended by then is abandoned */
	int64_t grade_ppm;           /* of the grade: how far a re-assay may be off it */
	uint8_t state;               /* enum setting_state */
	char *because;
	char document[CODE_MAX];
};

struct count_terms {
	int64_t tolerance_ppm, counters_ppm, age_days, term_days, grade_ppm;
};

extern const struct descriptor count_descriptor, count_line_descriptor, count_policy_descriptor;
extern const struct event_type event_count_opened, event_count_listed, event_count_entered,
	event_count_sheet_signed, event_count_compared, event_count_counted, event_count_explained,
	event_count_adjustment_proposed, event_count_adjusted, event_count_ended, event_count_abandoned,
	event_count_expired, event_count_policy_proposed, event_count_policy_set;
extern const struct command_type command_count_new, command_count_enter, command_count_cause,
	command_count_adjust, command_count_abandon, command_count_policy;
extern const struct document_kind document_count_sheet, document_adjustment, document_count_policy;

/* Who may count: enrolled persons with any of these. */
#define COUNT_DUTIES (DUTY_KEEPER | DUTY_ASSAYER | DUTY_OFFICER | DUTY_AUDITOR)

/* The state a count goes to, or COUNT_NONE where the event is not legal in its state. */
enum count_state count_transition(enum count_state from, enum count_event event);

/* Causes of variances: their names for descriptors, and whether the books follow. */
extern const char *const count_cause_names[];
bool count_cause_adjusts(uint8_t cause);

extern const char *const count_state_names[], *const count_line_names[], *const count_seals_names[];

/* What holds for a class now: the policy in force, or the limits of limits.h. */
struct count_terms count_terms(const struct state *state, enum lot_class class);

/* The count that freezes a lot where it lies, or an act at a site on a commodity; NULL: none does. */
const struct count *count_freezing(const struct lot *lot);
const struct count *count_freezing_at(const struct site *site, const struct commodity *commodity);

/* Refuses an act under R24, naming the count, where the lot's place is frozen. True: it did. */
bool count_refuses(const struct context *context, const struct lot *lot, const struct site *site,
	struct decision *decision);

/* The line of a lot in a count that can still change, or NULL. */
struct count_line *count_line_of(const struct state *state, const struct count *count,
	const char *lot);

/* The next line that can still change: start with NULL. */
struct count_line *count_line_next(const struct count *count, const struct count_line *after);

/* For views and checks: the next of all lines that the state has, of a count that has ended as well. */
struct count_line *count_line_any(const struct state *state, const struct count *count,
	const struct count_line *after);

/* Whether a line waits for this round's figures. */
bool count_line_waits(const struct count_line *line);

/* 0 or 1: which of its two counters a person is; -1: neither. */
int count_counter(const struct count *count, const char *person);

void count_loaded(struct state *state, struct row *row);
void count_line_loaded(struct state *state, struct row *row);
int64_t count_due(const struct row *row);
bool count_over(const struct row *row);
void tick_count(const struct count *count, int64_t due_ms, struct decision *decision);

#endif
