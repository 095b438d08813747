/* The moment that somebody asks for: an entry of the ledger, or a time. */
#ifndef VIEW_MOMENT_H
#define VIEW_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* Both ABSENT: the ledger's end. */
struct view_moment {
	int64_t index; /* the last entry that counts */
	int64_t at;    /* ms UTC: entries that were made after it do not count */
};

/*
 * From an index (ABSENT: none) and a text (RFC 3339, or a date alone, which is its end, UTC; "": none).
 * ERROR_INVALID for both, an index below 0, and a time that lies ahead of now_ms: what is not over can
 * still become something else.
 */
bool view_moment_read(int64_t index, const char *at, int64_t now_ms, struct view_moment *ret_moment,
	struct error *error);

/*
 * Who asks as of the past: the person of that code in that state, NULL where there was none. *ret_nobody says
 * why nobody is known, for views that need somebody.
 */
struct person;
struct state;
const struct person *view_past_actor(const struct state *state, const char *code,
	struct error *ret_nobody);

#endif
