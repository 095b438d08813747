/*
 * Requirements: how much of a commodity the reserve is to hold, with the authority that says so and
 * the file of the assumptions behind it. A requirement is a target and no floor: nothing is refused
 * by it. Versions are rows that two officers sign (setting.h).
 *
 *   PROPOSED --two signatures--> SCHEDULED --effective--> IN FORCE --next--> SUPERSEDED
 *       +------- rejected -----> REJECTED
 *
 * What raises a requirement in force waits REQUIREMENT_WAIT_DAYS from the day on which its note was
 * prepared; the first one and what lowers one do not.
 *
 * A requirement without a file of assumptions rests on no model; a commodity without any has not
 * been looked at. Both stay on every list (GAO found that what was not modelled was not reported).
 */
#ifndef RESERVE_STOCK_REQUIREMENT_H
#define RESERVE_STOCK_REQUIREMENT_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/state.h"
#include "vault/limits.h"

struct commodity;

struct requirement {
	struct row row;
	char id[CODE_MAX + 12];              /* ga/3 */
	struct commodity *commodity;
	int64_t version;
	int64_t mass_g;                      /* contained grams that are to be held */
	int64_t days, consumption_g_per_day; /* where it was set as days of cover */
	int64_t effective_at;
	uint8_t state;                       /* enum setting_state */
	char authority[NAME_MAX_BYTES];
	uint8_t assumptions_sha256[32];      /* all zero: it rests on no model */
	char *because;
	char document[CODE_MAX];
};

extern const struct descriptor requirement_descriptor;
extern const struct document_kind document_requirements;
extern const struct event_type event_requirement_proposed, event_requirements_approved,
	event_requirement_in_force;
extern const struct command_type command_requirement_set;

/*
 * What is required of a commodity and not held, contained grams; 0 where it is met or nothing is
 * required.
 */
int64_t requirement_short_g(const struct commodity *commodity);

/* Whether it rests on a file of assumptions. */
bool requirement_is_modelled(const struct requirement *requirement);

void requirement_loaded(struct state *state, struct row *row);
int64_t requirement_due(const struct row *row);
void tick_requirement(const struct requirement *requirement, int64_t due_ms,
	struct decision *decision);

#endif
