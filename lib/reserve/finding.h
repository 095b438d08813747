/*
 * Findings: what an audit, the core or a person saw that needs somebody.
 *
 *   raised --> OPEN --acknowledge--> ACKNOWLEDGED --close, because--> CLOSED
 *                \___________________close, because____________________^ |
 *                ^                                                       |
 *                +--------------------- recurs --------------------------+
 *
 * What an audit finds again is the same finding: check and subject are its identity. One that stops
 * awards (drift of what is stored from what the ledger amounts to) is closed by nothing but a lift, a
 * note of two officers.
 */
#ifndef RESERVE_FINDING_H
#define RESERVE_FINDING_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum finding_severity { SEVERITY_NONE, SEVERITY_WARNING, SEVERITY_CRITICAL };
enum finding_state { FINDING_NONE, FINDING_OPEN, FINDING_ACKNOWLEDGED, FINDING_CLOSED };

#define FINDING_STOPS_ALL "*" /* no commodity has such a code */

struct finding {
	struct row row;
	char id[CODE_MAX];
	char check[32];
	uint8_t severity, state;
	char subject[64];
	char *message;
	int64_t raised_at, raised_index;
	int64_t at_index;                /* of the entry at fault; ABSENT: none or not one */
	char caused_by[CODE_MAX];        /* who made that entry, where the audit knows: they close nothing */
	char stops[CODE_MAX];            /* the commodity that releases nothing until it is lifted; "" none */
	int64_t times;                   /* found by audits, reopenings counted; ABSENT: raised once */
	char acknowledged_by[CODE_MAX], closed_by[CODE_MAX];
	int64_t acknowledged_at, closed_at;
	char *because;                   /* of the last step */
	char document[CODE_MAX];         /* the note that would lift it, while it is open */
};

extern const struct descriptor finding_descriptor;
extern const struct event_type event_finding_raised;
extern const struct command_type command_finding_raise;

/* Adds a finding to a decision of the core; severity "warning" or "critical". */
void finding_add(const struct context *context, struct decision *decision, const char *check,
	const char *severity, const char *subject, const char *message);

/* The finding of that check about that subject: one that is not closed, else the last closed; or NULL. */
struct finding *finding_of(const struct state *state, const char *check, const char *subject);

/* Findings that are not closed, by severity. */
struct finding_counts {
	int64_t warnings, criticals, acknowledged; /* acknowledged: of both */
};
void finding_count(const struct state *state, struct finding_counts *ret_counts);

/* Lists leave closed ones out unless asked. */
bool finding_over(const struct row *row);

/*
 * Why nothing of a commodity is awarded or released now [R24]: a sentence naming finding, table, row and
 * ledger index. In the arena.
 */
const char *finding_stop_words(struct arena *arena, const struct finding *finding);

#endif
