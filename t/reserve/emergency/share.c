/* The rules of division as exact quotients, and the handing out of whole grams. */
#include "reserve/emergency/share.h"

#include <assert.h>
#include <stdlib.h>

void share_add(struct pool *pool, struct share *share)
{
	pool->shares[pool->count++] = share;
	pool->claims += share->claim;
}

/* ---- order ---- */

typedef int compare_shares(const void *, const void *);

static int by_place(const struct share *a, const struct share *b)
{
	return a < b ? -1 : a > b;
}

static int by_claim(const void *left, const void *right)
{
	const struct share *a = *(struct share *const *)left, *b = *(struct share *const *)right;
	if (a->claim != b->claim)
		return a->claim < b->claim ? -1 : 1;
	return by_place(a, b);
}

/* Claim over base, ascending; without a base last. */
static int by_burden(const void *left, const void *right)
{
	const struct share *a = *(struct share *const *)left, *b = *(struct share *const *)right;
	wide of_a = a->claim * b->base_g, of_b = b->claim * a->base_g;
	if (of_a != of_b)
		return of_a < of_b ? -1 : 1;
	return by_place(a, b);
}

static int by_rest(const void *left, const void *right)
{
	const struct share *a = *(struct share *const *)left, *b = *(struct share *const *)right;
	if (a->rest != b->rest)
		return a->rest > b->rest ? -1 : 1;
	if (a->claim != b->claim)
		return a->claim > b->claim ? -1 : 1;
	return by_place(a, b);
}

static void sort(struct pool *pool, compare_shares *compare)
{
	if (pool->count > 1)
		qsort(pool->shares, pool->count, sizeof *pool->shares, compare);
}

/* ---- the rules ---- */

static void award(struct share *share, wide numerator, wide denominator)
{
	share->whole = (int64_t)(numerator / denominator);
	share->rest = numerator % denominator;
}

/* The claim less a loss of numerator / denominator. */
static void award_less(struct share *share, wide numerator, wide denominator)
{
	wide rest = numerator % denominator;
	share->whole = (int64_t)(share->claim - numerator / denominator - (rest != 0));
	share->rest = rest != 0 ? denominator - rest : 0;
}

static void proportional(struct pool *pool, int64_t estate_g)
{
	pool->denominator = pool->claims;
	for (uint32_t i = 0; i < pool->count; i++)
		award(pool->shares[i], estate_g * pool->shares[i]->claim, pool->denominator);
}

/*
 * What is equal where everyone has at most its claim: each has min(claim, level), and the level is
 * a quotient whose divisor is the number of those who reach it.
 */
struct level {
	wide numerator;
	uint32_t divisor;
};

static struct level level_of(struct pool *pool, wide estate)
{
	struct level level = { estate, pool->count };
	sort(pool, by_claim);
	for (uint32_t i = 0; pool->shares[i]->claim * level.divisor < level.numerator; i++) {
		level.numerator -= pool->shares[i]->claim;
		level.divisor--;
		assert(level.divisor > 0); /* the claims sum to the estate at least */
	}
	return level;
}

static wide levelled(const struct share *share, struct level level)
{
	wide claim = share->claim * level.divisor;
	return claim < level.numerator ? claim : level.numerator;
}

static void equal_awards(struct pool *pool, int64_t estate_g)
{
	struct level level = level_of(pool, estate_g);
	pool->denominator = level.divisor;
	for (uint32_t i = 0; i < pool->count; i++)
		award(pool->shares[i], levelled(pool->shares[i], level), pool->denominator);
}

static void equal_losses(struct pool *pool, int64_t estate_g)
{
	struct level level = level_of(pool, pool->claims - estate_g);
	pool->denominator = level.divisor;
	for (uint32_t i = 0; i < pool->count; i++)
		award_less(pool->shares[i], levelled(pool->shares[i], level), pool->denominator);
}

/* Levels in half grams, in which the halves of the claims are whole. */
static void talmud(struct pool *pool, int64_t estate_g)
{
	wide losses = pool->claims - estate_g;
	bool scarce = estate_g <= losses;
	struct level level = level_of(pool, 2 * (scarce ? estate_g : losses));
	pool->denominator = 2 * (wide)level.divisor;
	for (uint32_t i = 0; i < pool->count; i++) {
		struct share *share = pool->shares[i];
		if (scarce)
			award(share, levelled(share, level), pool->denominator);
		else
			award_less(share, levelled(share, level), pool->denominator);
	}
}

/* The based are first in order and met in full; the others share what that leaves. */
static void share_without_base(struct pool *pool, uint32_t based, wide left, wide claims)
{
	pool->denominator = claims;
	for (uint32_t i = 0; i < pool->count; i++) {
		struct share *share = pool->shares[i];
		if (i < based)
			award(share, share->claim, 1);
		else
			award(share, left * share->claim, claims);
	}
}

static void share_by_base(struct pool *pool, uint32_t based, int64_t estate_g, wide bases)
{
	wide left = estate_g;
	uint32_t i = 0;
	for (;; i++) {
		struct share *share = pool->shares[i];
		assert(i < based);
		/* As the rest are burdened more, the first product is at most base x the sum of claims. */
		if (share->claim * bases >= left * share->base_g)
			break;
		award(share, share->claim, 1);
		left -= share->claim;
		bases -= share->base_g;
	}
	pool->denominator = bases;
	for (; i < pool->count; i++)
		award(pool->shares[i], left * pool->shares[i]->base_g, bases);
}

static void consumption_share(struct pool *pool, int64_t estate_g)
{
	wide bases = 0, claims = 0;
	uint32_t based = 0;
	sort(pool, by_burden);
	for (; based < pool->count && pool->shares[based]->base_g > 0; based++) {
		bases += pool->shares[based]->base_g;
		claims += pool->shares[based]->claim;
	}
	if (based > 0 && estate_g <= claims)
		share_by_base(pool, based, estate_g, bases);
	else
		share_without_base(pool, based, estate_g - claims, pool->claims - claims);
}

void share_divide(struct pool *pool, enum policy policy, int64_t estate_g)
{
	static void (*const rules[POLICY_COUNT])(struct pool *, int64_t) = {
		[POLICY_PROPORTIONAL] = proportional,
		[POLICY_EQUAL_AWARDS] = equal_awards,
		[POLICY_EQUAL_LOSSES] = equal_losses,
		[POLICY_TALMUD] = talmud,
		[POLICY_CONSUMPTION_SHARE] = consumption_share,
		[POLICY_SUPPLY_RIGHT] = proportional, /* of claims that the right has capped */
	};
	assert(policy < POLICY_COUNT && rules[policy] != NULL);
	assert(pool->claims > 0 && estate_g >= 0 && estate_g <= pool->claims);
	rules[policy](pool, estate_g);
}

/* ---- whole grams ---- */

int64_t share_rests_g(const struct pool *pool)
{
	wide rests = 0;
	for (uint32_t i = 0; i < pool->count; i++)
		rests += pool->shares[i]->rest;
	assert(rests % pool->denominator == 0);
	return (int64_t)(rests / pool->denominator);
}

bool share_take(struct room *room, unsigned grade)
{
	for (unsigned i = room->above + 1; i <= grade; i++) {
		if (room->left_g[i] <= 0)
			return false;
	}
	for (unsigned i = room->above + 1; i <= grade; i++)
		room->left_g[i]--;
	return true;
}

int64_t share_round(struct pool *pool, int64_t grams, struct room *room)
{
	if (grams == 0)
		return 0;
	sort(pool, by_rest);
	for (uint32_t i = 0; i < pool->count && pool->shares[i]->rest > 0 && grams > 0; i++) {
		if (room != NULL && !share_take(room, pool->shares[i]->grade))
			continue;
		pool->shares[i]->whole++;
		grams--;
	}
	return grams;
}

void share_split(struct pool *pool, int64_t total_g)
{
	if (pool->claims == 0)
		return;
	proportional(pool, total_g);
	int64_t left = share_round(pool, share_rests_g(pool), NULL);
	assert(left == 0);
}
