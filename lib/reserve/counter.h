/*
 * The last number given out for each kind of id in a year: R-2026-0014 is kind R, year 2026, 14. The
 * versions of floors and prices count here too, under ids such as ga/operating, their year 0: a version
 * that was rejected is never given again.
 */
#ifndef RESERVE_COUNTER_H
#define RESERVE_COUNTER_H

#include "reserve/state.h"
#include "vault/limits.h"

struct counter {
	struct row row;
	char kind[CODE_MAX + 16];
	int64_t year, last;
};

extern const struct descriptor counter_descriptor;

/* The id that is ahead places after the last one; counter may be NULL. */
void counter_next_id(const struct counter *counter, const char *kind, int64_t now, uint32_t ahead,
	char *ret_id, size_t size);

/* Notes that an id of this kind was given out. */
void counter_take(struct counter *counter, const char *id);

#endif
