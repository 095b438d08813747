/*
 * Declarations: a time-boxed state that two officers open and that ends by itself. Which floor a
 * release must leave in place follows from the kind.
 *
 *   PROPOSED --two signatures--> SCHEDULED --start--> OPEN --end--> ENDED
 *       +------- rejected -----> REJECTED
 */
#ifndef RESERVE_EMERGENCY_DECLARATION_H
#define RESERVE_EMERGENCY_DECLARATION_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum declaration_kind { DECLARATION_KIND_NONE, DECLARATION_TEST, DECLARATION_LIMITED,
	DECLARATION_FULL, DECLARATION_COLLECTIVE };
enum declaration_state { DECLARATION_NONE, DECLARATION_PROPOSED, DECLARATION_SCHEDULED,
	DECLARATION_OPEN, DECLARATION_ENDED, DECLARATION_REJECTED };

struct commodity;

/* How much of one commodity a declaration may let go. used_g is kept with the commodity while open. */
struct cap {
	int64_t cap_g; /* ABSENT: no cap */
	char commodity[CODE_MAX];
	int64_t used_g;
};

struct declaration {
	struct row row;
	char id[CODE_MAX];
	uint8_t kind, state, policy, entitlements, stale_price;
	char authority[NAME_MAX_BYTES];
	char *findings;
	int64_t starts_at, ends_at;
	int64_t minimum_g; /* guaranteed to each member before a round divides; ABSENT: none */
	struct list caps;  /* of struct cap, one a commodity */
};

extern const struct descriptor declaration_descriptor;
extern const struct document_kind document_declaration;
extern const struct event_type event_declaration_proposed, event_declaration_declared,
	event_declaration_opened, event_declaration_ended;
extern const struct command_type command_declare;

int64_t declaration_due(const struct row *row);
void tick_declaration(const struct context *context, const struct declaration *declaration,
	int64_t due_ms, struct decision *decision);

/* Whether a declaration that is over has covered this commodity. */
bool declaration_has_ended_for(const struct state *state, const char *commodity);

/* Counts grams against the cap of a commodity; negative ones come back, also after the end. */
void declaration_use(struct state *state, struct declaration *declaration,
	struct commodity *commodity, int64_t contained_g);

/* Whether releases under it must leave the operating floor (else the hard one). */
bool declaration_keeps_operating(const struct declaration *declaration);

#endif
