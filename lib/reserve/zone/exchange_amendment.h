/*
 * Other terms for an exchange that is out, and its default. An amendment of due dates or premium
 * is a row of its own that two sign, never a change of what was agreed: the dates at first stay
 * beside those now. New dates are for all that is still out, one for all of it or instalments;
 * what comes back before the note is signed meets the first of them. A premium counts from the day on which its amendment took effect.
 *
 * A default says that two officers gave up waiting. What is owed stays on the party's account and
 * is still taken; until it is back, nothing new leaves for who owes it.
 */
#ifndef RESERVE_ZONE_EXCHANGE_AMENDMENT_H
#define RESERVE_ZONE_EXCHANGE_AMENDMENT_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/state.h"
#include "vault/limits.h"

struct exchange;

struct exchange_amendment {
	struct row row;
	char id[CODE_MAX + 8];   /* X-2026-0002/1 */
	char exchange[CODE_MAX];
	int64_t version;
	uint8_t state;           /* enum setting_state: proposed, in-force, rejected */
	int64_t due_at, premium_ppm; /* ABSENT: as they were */
	struct list instalments; /* of what was still out when it was proposed; none: one date */
	char *because;
	int64_t effective_at;
	char document[CODE_MAX];
};

extern const struct descriptor exchange_amendment_descriptor;
extern const struct document_kind document_amendment, document_default;
extern const struct event_type event_exchange_amendment_proposed, event_exchange_amended,
	event_exchange_defaulted;
extern const struct command_type command_exchange_amend, command_exchange_default;

/*
 * Adds the events that set an earlier date by the note of something else, of two signatures: an
 * amendment that is in force at once. because lives as long as the decision.
 */
void exchange_bring_forward(const struct context *context, const struct exchange *exchange,
	int64_t due_at, const char *because, const char *document, struct decision *decision);

/* "X-2026-0002/1" */
void exchange_numbered(char id[CODE_MAX + 8], const char *exchange, int64_t number);

/* For apply: it has ended, so that nobody is to sign its open notes any more. */
void exchange_drop_notes(struct state *state, const struct exchange *exchange);

#endif
