/*
 * One pool: claims that share, by one rule, what is too little for all of them. Private to
 * rationing.c and supply.c; knows one estate and no tiers, minima or order of grades.
 *
 * An award is whole + rest / denominator grams with 0 <= rest < denominator, one denominator for
 * the pool, so that a fraction is never rounded but where grams are handed out, and the grams left
 * over are a whole number. Widths: a claim is up to RATION_CLAIMS_MAX requests, 2^70; an estate is
 * one mass, 2^53; so their products fit 128 bits.
 */
#ifndef RESERVE_EMERGENCY_SHARE_H
#define RESERVE_EMERGENCY_SHARE_H

#include "reserve/emergency/rationing.h"

__extension__ typedef __int128 wide;

struct share {
	wide claim;
	wide rest;      /* answer */
	int64_t whole;  /* answer */
	int64_t base_g; /* for the consumption share */
	uint8_t grade;  /* for a room: index of a grade */
};

/*
 * Shares are pointers into one array, whose order breaks the last tie; the pointers change places
 * as they are sorted.
 */
struct pool {
	struct share **shares;
	uint32_t count;
	wide claims; /* their sum */
	wide denominator;
};

/*
 * How many grams may yet be drawn of at least each grade. A gram of grade k draws on every grade in
 * (above, k]; what is above or below that is not at stake.
 */
struct room {
	int64_t left_g[RATION_GRADES_MAX + 1];
	unsigned above;
};

void share_add(struct pool *pool, struct share *share);

/* Awards by a policy that divides: whole and rest. 0 <= estate_g <= claims, claims > 0. */
void share_divide(struct pool *pool, enum policy policy, int64_t estate_g);

/* The grams that the rests make together. */
int64_t share_rests_g(const struct pool *pool);

/*
 * One gram each, by largest rest, to shares with a rest; tie: larger claim, then order of the
 * array. A share whose grade has no room is skipped (room may be NULL). Returns the grams nobody
 * took.
 */
int64_t share_round(struct pool *pool, int64_t grams, struct room *room);

/* Takes a gram of a grade, if there is one. */
bool share_take(struct room *room, unsigned grade);

/* total_g >= 0 in proportion to the claims, in whole grams. Nothing where the claims are 0. */
void share_split(struct pool *pool, int64_t total_g);

#endif
