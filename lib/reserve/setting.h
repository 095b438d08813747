/*
 * What is set by a note and follows one another: floors, prices, rules, steps of members, lines of the
 * year's plan, tariff schedules. A version is a row; nobody edits one, the next takes its place.
 *
 *   PROPOSED --last signature--> SCHEDULED --effective--> IN FORCE --next version--> SUPERSEDED
 *       +------- rejected -----> REJECTED
 *
 * Here is what is the same for all of them: the rows that a note proposes, its approval and its
 * rejection. When a row comes into force, and what it takes the place of, is its own.
 *
 * Not for notes of one row that has states of its own and is found by its id at once: rates, waivers,
 * contracts, commitments, transfers, extensions, amendments.
 */
#ifndef RESERVE_SETTING_H
#define RESERVE_SETTING_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum setting_state { SETTING_NONE, SETTING_PROPOSED, SETTING_SCHEDULED, SETTING_IN_FORCE,
	SETTING_SUPERSEDED, SETTING_REJECTED };

extern const char *const setting_state_names[];

/* Where the rows of a table keep what is asked of them here: a uint8_t state, the id of their note. */
struct setting_kind {
	enum table_id table;
	size_t state_at, document_at;
};
#define SETTING(t, s) { (t), offsetof(s, state), offsetof(s, document) }

/* The next row that this note proposes and nobody has decided: start with NULL. */
void *setting_next(const struct state *state, const struct setting_kind *kind,
	const char *document, const void *after);

/* SCHEDULED: on the agenda at its time. REJECTED: closed. All that the note proposes. */
void setting_schedule(struct state *state, const struct setting_kind *kind, const char *document);
void setting_reject(struct state *state, const struct setting_kind *kind, const char *document);

/* The body of an approval, whatever its kind of event: which note. */
struct setting_approved {
	char document[CODE_MAX];
};
extern const struct descriptor setting_approved_body;

/* Adds the approval. Returns true, to end a chain. */
bool setting_add_approved(struct decision *decision, const struct event_type *type,
	const char *document);

#endif
