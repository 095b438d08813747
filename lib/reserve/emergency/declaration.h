/*
 * Declarations: a time-boxed state that two officers open and that ends by itself. Which floor a
 * release must leave in place follows from the kind; how metal is divided is fixed before it opens.
 *
 *   PROPOSED --two signatures--> SCHEDULED --start--> OPEN --end--> ENDED
 *       +------- rejected -----> REJECTED
 *
 * The limited kind has three limits of law: a cap in mass for each commodity, a cap in days
 * (extensions included), and the operating floor. Test and limited decide at once unless said
 * otherwise; full and collective in rounds, by default tiers with equal awards within A and
 * proportional within B and C. The two further findings that the law asks of a limited one (treaty
 * duties, security) stand in the findings that both officers sign: they are judgements, and no rule
 * could tell a good one.
 *
 * Windows of one commodity never overlap, proposed ones included. At the end open plans are
 * superseded, what waits for a round expires, a limited one gives its last account: all as entries
 * of that instant.
 */
#ifndef RESERVE_EMERGENCY_DECLARATION_H
#define RESERVE_EMERGENCY_DECLARATION_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/emergency/rationing.h"
#include "reserve/state.h"
#include "vault/limits.h"

enum declaration_kind { DECLARATION_KIND_NONE, DECLARATION_TEST, DECLARATION_LIMITED,
	DECLARATION_FULL, DECLARATION_COLLECTIVE };
enum declaration_state { DECLARATION_NONE, DECLARATION_PROPOSED, DECLARATION_SCHEDULED,
	DECLARATION_OPEN, DECLARATION_ENDED, DECLARATION_REJECTED };
/* How undrawn entitlements of participants stand to its estate. */
enum entitlements { ENTITLEMENTS_NONE, ENTITLEMENTS_SET_ASIDE, ENTITLEMENTS_POOLED,
	ENTITLEMENTS_FIRST };
/* What a release does where no market price is fresh. */
enum stale_price { STALE_PRICE_NONE, STALE_PRICE_REFUSE, STALE_PRICE_PROCEED };

/* LIMITED_DAYS_MAX is in all; DECLARATION_DAYS_MAX at a time, and how far ahead one may begin. */
enum { LIMITED_DAYS_MAX = 60, DECLARATION_DAYS_MAX = 366 };

struct commodity;

/* How much of one commodity it may let go. used_g is kept with the commodity while it is open. */
struct cap {
	int64_t cap_g; /* ABSENT: no cap */
	char commodity[CODE_MAX];
	int64_t used_g;
};

/* How fast a tier is served: decided within hours of the request, delivered within days of issue. */
struct service_clock {
	int64_t decide_hours, deliver_days; /* ABSENT: no clock */
	uint8_t tier;
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
	bool tiers;        /* rounds serve tier by tier */
	uint8_t tier_a, tier_b, tier_c; /* policy within a tier where it is not `policy`; or 0 */
	int64_t restraint_ppm;  /* of the supply right; ABSENT: by the agreement */
	int64_t collects_until; /* no round is computed before; ABSENT: at any time */
	int64_t declared_at;    /* when the last signature came; ABSENT: before that was kept */
	int64_t accounted_until; /* a limited one: end of its last monthly account */
	struct list clocks;     /* of struct service_clock */
};

extern const char *const declaration_kind_names[];
extern const struct descriptor declaration_descriptor, cap_descriptor;
extern const struct document_kind document_declaration;
extern const struct event_type event_declaration_proposed, event_declaration_declared,
	event_declaration_opened, event_declaration_ended;
extern const struct command_type command_declare;

const char *declaration_state_name(const struct declaration *declaration);
int64_t declaration_due(const struct row *row);
void tick_declaration(const struct context *context, const struct declaration *declaration,
	int64_t due_ms, struct decision *decision);

/* Whether a declaration that is over has covered this commodity. */
bool declaration_has_ended_for(const struct state *state, const char *commodity);

/*
 * Whether no declaration other than self that is not over yet covers any of the commodities in
 * [starts_at, ends_at); CONFLICT names it.
 */
bool declaration_has_room(const struct state *state, const struct declaration *self,
	const struct list *caps, int64_t starts_at, int64_t ends_at, struct error *error);

/* Counts grams against the cap of a commodity; negative ones come back, also after the end. */
void declaration_use(struct state *state, struct declaration *declaration,
	struct commodity *commodity, int64_t contained_g);

/* Whether releases under it must leave the operating floor (else the hard one). */
bool declaration_keeps_operating(const struct declaration *declaration);

/*
 * What of a commodity stays untouched under it besides a floor: what participants may draw and have not
 * drawn, where it sets that aside or serves it first; nothing where it pools. NULL: nothing.
 */
int64_t declaration_set_aside_g(const struct declaration *declaration,
	const struct commodity *commodity);

/* Whether requests wait for a round instead of being decided on arrival. */
bool declaration_in_rounds(const struct declaration *declaration);

/* Whether it has rounds at all: ILLEGAL says that it decides each request at once. */
bool declaration_has_rounds(const struct declaration *declaration, struct error *error);

/* How its rounds divide: policy, tiers, minimum. Requires one in rounds. */
struct ration declaration_ration(const struct declaration *declaration);

/* The clock of a tier (TIER_NONE: that of C), or NULL where that tier has none. */
const struct service_clock *declaration_clock(const struct declaration *declaration,
	uint8_t tier);

#endif
