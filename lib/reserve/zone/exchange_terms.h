/*
 * What an exchange must meet when it is prepared and again in the commit that issues its order:
 * who may have one, entitlements, price, and the floor that must stay. Each check returns the
 * rule that forbids it with a sentence, or NULL.
 */
#ifndef RESERVE_ZONE_EXCHANGE_TERMS_H
#define RESERVE_ZONE_EXCHANGE_TERMS_H

#include "reserve/decide.h"
#include "reserve/stock/annual.h"
#include "reserve/stock/grant.h"
#include "reserve/zone/release_price.h"

struct commodity;
struct exchange;
struct floor;
struct member;
struct participant;
struct picked;

/*
 * R07: the member that answers for it, or hosts the participant, is not in force. R16: an overdue
 * return stops whatever is new. R15: a declaration pools entitlements, and nothing is drawn.
 */
const char *exchange_standing_bar(const struct context *context, uint8_t kind, const char *party,
	const struct member *member, const struct commodity *commodity, const char **ret_because);

/*
 * What a participant may draw now: its entitlement less what other draws are prepared for. self:
 * not counted; or NULL.
 */
int64_t exchange_drawable_g(const struct state *state, const struct participant *participant,
	const struct commodity *commodity, const struct exchange *self);

/* R15: it would draw more. */
const char *exchange_entitlement_bar(const struct context *context,
	const struct participant *participant, const struct commodity *commodity, int64_t mass_g,
	const struct exchange *self, const char **ret_because);

/*
 * What the price floor says: of a sale as of any release; what else leaves is not sold but valued
 * at the floor, so that a reference price must be in force, and since its valuation none above it
 * (R12).
 */
void exchange_price_check(const struct context *context, uint8_t kind,
	const struct commodity *commodity, int64_t price_micros_per_kg, const char *id,
	struct release_verdict *ret_verdict);

/* The line of the year's plan that it counts against, or ANNUAL_NONE. */
enum annual_action exchange_annual(uint8_t kind);

/*
 * "R04" where what goes out would leave less than the floor and what participants may draw, beside what is
 * reserved for draws already. NULL for a draw, which is one of theirs.
 */
const char *exchange_entitled_bar(const struct context *context, uint8_t kind,
	const struct commodity *commodity, const char **ret_because);

/* The floor that must stay, and the code where it would not; NULL: it is not set. */
const struct floor *exchange_floor(uint8_t kind, const struct commodity *commodity,
	const char **ret_rule);

/* What may leave above the floors, and where nothing is drawn above undrawn entitlements too. */
int64_t exchange_headroom_g(uint8_t kind, const struct commodity *commodity);

/*
 * R04, R05: so much would pass a floor. R10, R11: there is not so much of that grade that may
 * leave.
 */
const char *exchange_mass_bar(const struct context *context, uint8_t kind,
	const struct commodity *commodity, int64_t mass_g, int64_t min_grade_ppm,
	const char **ret_because);

/*
 * Picks its lots; whole sealed units may give less than was asked. ret_picked->cut: it would need
 * more than EXCHANGE_LOTS_MAX. R10: not even one unit is that small.
 */
const char *exchange_pick(const struct context *context, const struct commodity *commodity,
	int64_t mass_g, int64_t min_grade_ppm, struct picked *ret_picked, const char **ret_because);

struct grant_account exchange_account(const struct exchange *exchange);

#endif
