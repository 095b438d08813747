/*
 * Dividing what there is among those who claim more: the named rules of rationing, exactly, in
 * whole grams. Pure arithmetic over arrays; knows nothing of members, lots or declarations but
 * their numbers.
 *
 * Estate E, claims c_i, C = sum c > E; awards 0 <= x_i <= c_i with sum E, but where said below:
 *   proportional        x = E c / C
 *   equal awards        x = min(c, L)
 *   equal losses        x = max(0, c - M)
 *   talmud              equal awards on c/2 up to E = C/2, above it c less equal awards of the
 *                       losses C - E on c/2
 *   consumption share   x in proportion to the base, at most the claim, spare spread again; claims
 *                       without a base share in proportion what is left when all others are met
 *   supply right        claims capped at the allocation right of the IEP formula, then
 *                       proportional; what nobody has a right to stays in the reserve
 * Exact rational awards become grams by largest remainder; tie: larger claim, then claimant's
 * order. A gram of rounding that would overdraw a grade skips that claim and goes to the next
 * remainder.
 *
 * Claims are keyed by claimant: a claimant's requests of one tier are one claim, and its award is
 * divided among them in proportion (by grade, and then among the requests of a grade), so that
 * splitting a request gains nothing.
 *
 * Tiers: A is served in full before B, B before C; within a tier its policy. A guaranteed minimum
 * (grams per claimant) is met first, over all tiers, highest tier of the claimant first; minima
 * beyond the estate are rationed by the same rules, tiers included. The policy then divides what is
 * left of each claim.
 *
 * Grades: all claims together; where the exact awards of those who need at least a grade exceed the
 * stock of at least that grade, the grade with the smallest fill (stock / those awards; of equal
 * ones the lowest) is solved first, alone, by the same rules and with all of that stock; then the
 * rest with what is left. What a claimant got there counts towards its minimum. Of a claim that
 * spans several grades, what its higher grades draw counts in whole grams, rounded down: the rest
 * is a matter of rounding. A gram that no part of such a claim can take goes to others by tier and
 * claimant, while anyone has room for it.
 *
 * Source: Aumann and Maschler 1985; Herrero and Villar 2001; Moulin 2000; IEP agreement, articles 7
 * and 13-15.
 */
#ifndef RESERVE_EMERGENCY_RATIONING_H
#define RESERVE_EMERGENCY_RATIONING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

enum policy { POLICY_NONE, POLICY_AT_ONCE, POLICY_PROPORTIONAL, POLICY_EQUAL_AWARDS,
	POLICY_EQUAL_LOSSES, POLICY_TALMUD, POLICY_CONSUMPTION_SHARE, POLICY_SUPPLY_RIGHT,
	POLICY_COUNT };
enum tier { TIER_NONE, TIER_A, TIER_B, TIER_C, TIER_COUNT };

extern const char *const policy_names[]; /* "", "at-once", "proportional", … NULL ends */
extern const char *const tier_names[];   /* "", "A", "B", "C", NULL */

enum { RATION_CLAIMS_MAX = 100000, RATION_GRADES_MAX = 64, SUPPLY_MEMBERS_MAX = 500 };

/* Who claims, in ascending order of code, which breaks ties. Masses 0 … 2^53-1. */
struct claimant {
	int64_t base_g;   /* consumption; 0: none verified */
	int64_t right_g;  /* allocation right: the most of its claims in tiers that go by rights */
	int64_t cap_g;    /* the most of all its claims together; ABSENT: no cap */
};

/* One request. */
struct claim {
	uint32_t claimant;   /* index */
	uint8_t tier;        /* of enum tier; TIER_NONE is served with C; of no account without tiers */
	int64_t grade_ppm;   /* the least that serves it; 0: any */
	int64_t mass_g;      /* asked, 0 … 2^53-1 */
	int64_t claim_g;     /* answer: what counts after cap and right, highest tier first, within it
	                      * in proportion */
	int64_t award_g;     /* answer */
};

/*
 * Stock that may leave of at least a grade, whatever the floor. Ascending grades, one for each that
 * a request asks but 0 (a grade that is missing counts as the next lower); so stocks do not ascend.
 */
struct grade_stock {
	int64_t grade_ppm;
	int64_t stock_g;
};

struct ration {
	enum policy policy;                    /* one that divides, not at once */
	bool tiers;
	enum policy tier_policies[TIER_COUNT]; /* POLICY_NONE: policy; used with tiers alone */
	int64_t minimum_g;                     /* per claimant; 0 or ABSENT: none */
};

/*
 * Awards into claims[].award_g and claim_g. estate_g: 0 … 2^53-1. grades may be NULL with
 * grade_count 0: then no grade binds. Memory from the arena, about 230 bytes a claim, of no use
 * afterwards. False: LIMIT (more than the maxima above, the estate, memory), INVALID (a figure out of
 * its range, a policy that does not divide). O(n log n) for n claims, twice n more for each grade
 * that binds. The same input gives the same output, byte for byte.
 */
bool ration_divide(const struct ration *ration, int64_t estate_g, const struct claimant *claimants,
	uint32_t claimant_count, struct claim *claims, uint32_t claim_count,
	const struct grade_stock *grades, uint32_t grade_count, struct arena *arena,
	struct error *error);

/* The IEP formula for one member; grams over the same period, up to 2^53-1. */
struct supply {
	int64_t base_g, commitment_g, production_g;
	int64_t imports_g;      /* net, may be negative; all others >= 0 */
	int64_t permissible_g;  /* answer: (1 - restraint) x base, rounded down */
	int64_t obligation_g;   /* answer: commitment / sum of commitments x shortfall, by largest
	                         * remainder; 0 where nobody is committed */
	int64_t right_g;        /* answer: permissible - obligation */
	int64_t allocation_g;   /* answer: right - own supply; negative: an obligation to give */
};

/*
 * restraint_ppm: demand restraint; ABSENT: by the agreement, 70000, or 100000 where the group has
 * lost 12% or more of its base. At most SUPPLY_MEMBERS_MAX members, in ascending order of code.
 * Returns the group's shortfall (0 where supply covers what is permissible).
 */
int64_t supply_rights(struct supply *members, uint32_t count, int64_t restraint_ppm,
	struct arena *arena);

#endif
