/*
 * The plan of a fiscal year: for a commodity and an action the most that may be done in that year,
 * in contained grams. Lines are rows that follow one another, each signed by two officers; none is
 * ever edited. A commodity without a line for an action is not limited in it.
 *
 *   PROPOSED --two signatures--> SCHEDULED --effective--> IN FORCE --next, end of year--> SUPERSEDED
 *       +------- rejected -----> REJECTED
 *
 *   action    what counts against it
 *   acquire   lots as they are announced, by their declared net mass, which is an upper bound; once
 *             accepted by what they contain; where they are rejected, or came back against a loan, a
 *             draw or a rotation, not at all
 *   release   what Emergency awarded in the whole year, less what came back (see usage.h)
 *   dispose, rotate, upgrade   what the room that does it says
 *
 * A fiscal year is called by the year in which it ends; it begins on 1 October. The first line of a
 * year is in force when it is signed. Whatever raises a maximum afterwards waits ANNUAL_WAIT_DAYS
 * from the day on which its note was prepared; what lowers one, or limits what was free, does not.
 * What is used goes over from version to version.
 *
 * It stands in Stock, as floors do, for lots are announced there; the rooms above ask it as well.
 */
#ifndef RESERVE_STOCK_ANNUAL_H
#define RESERVE_STOCK_ANNUAL_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum annual_action { ANNUAL_NONE, ANNUAL_ACQUIRE, ANNUAL_DISPOSE, ANNUAL_UPGRADE, ANNUAL_ROTATE,
	ANNUAL_RELEASE, ANNUAL_ACTION_COUNT };

struct commodity;

struct annual_line {
	struct row row;
	char id[CODE_MAX + 32];      /* ga/2027/acquire/1 */
	struct commodity *commodity;
	int64_t fiscal_year;
	uint8_t action, state;       /* state: enum setting_state */
	int64_t version;
	int64_t max_g;
	int64_t used_g;              /* of release: what was used before this reserve counted it */
	int64_t counts_from;         /* ledger index at which it began to count; ABSENT: not yet */
	int64_t effective_at;
	char *because;
	char document[CODE_MAX];
};

extern const char *const annual_action_names[];
extern const struct descriptor annual_line_descriptor;
extern const struct document_kind document_annual;
extern const struct event_type event_annual_proposed, event_annual_approved,
	event_annual_in_force, event_annual_ended;
extern const struct command_type command_annual_set;

/* The fiscal year in which a moment lies, and the first instant of one. */
int64_t annual_year_of(int64_t at);
int64_t annual_year_begin(int64_t fiscal_year);

/* The line in force for an action, or NULL. One pointer: no walk. */
const struct annual_line *annual_line_of(const struct commodity *commodity,
	enum annual_action action);

/* What has been used of a line, and what is left of it: 0 or more. */
int64_t annual_used_g(const struct annual_line *line);
int64_t annual_line_left_g(const struct annual_line *line);

/* What may still be done in this year; VAULT_INT_MAX where no line limits it. */
int64_t annual_left_g(const struct commodity *commodity, enum annual_action action);

/* "2027 lets 5,000 kg of ga be acquired, and 4,200 kg of that are used", in the arena. */
const char *annual_words(struct arena *arena, const struct annual_line *line);

/*
 * Whether an act of that mass is over the plan: then the decision is its refusal under R06, subject
 * being what the act is about.
 */
bool annual_refuses(const struct context *context, const struct commodity *commodity,
	enum annual_action action, int64_t mass_g, const char *subject, struct decision *decision);

/*
 * What bars at its last signature an act that was counted when the entry taken_index prepared it: "R06"
 * where the line in force did not count it (it is of another year, or was set since), or has been cut below
 * what it counts.
 */
const char *annual_bar(const struct context *context, const struct commodity *commodity,
	enum annual_action action, int64_t taken_index, const char **ret_because);

/*
 * For apply: grams that an act uses (negative: gives back or corrects) of the line in force, if
 * any. taken_index is the ledger index of the entry that used them first: what no line in force
 * counted is not given back. Not for release, which is counted by requests.
 */
void annual_use(struct state *state, struct commodity *commodity, enum annual_action action,
	int64_t mass_g, int64_t taken_index);

void annual_loaded(struct state *state, struct row *row);
int64_t annual_due(const struct row *row);
void tick_annual(const struct annual_line *line, int64_t due_ms, struct decision *decision);

#endif
