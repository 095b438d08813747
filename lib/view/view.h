/*
 * Views: what is shown of a state, as the reply of a read method. A view is a function of a state, the
 * parameters and a moment, and of nothing else: so vaultd answers by it from its live state, as of an
 * index of the past from a replayed one, and vaultctl from an exported ledger without any daemon.
 *
 * A view decides nothing and changes nothing. What a person sees who asks twice as of the same index is
 * the same to the byte; whatever would break that (the daemon's own condition) stands in `around`, which
 * is NULL as of the past.
 */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "reserve/state.h"

struct history;
struct person;
struct value;

/* How the daemon that answers stands now; no part of the state. */
struct view_around {
	const char *read_only;      /* why writes stand still; NULL: they do not */
	int64_t read_only_since;    /* ms UTC */
	int64_t entries;            /* committed */
	int64_t checkpoint_size;    /* of the newest that was signed; 0: none */
	int64_t checkpoint_at;      /* ms UTC */
	bool undecided;             /* the database is away: the state may hold what is not committed */
	int64_t self_check_at;      /* ms UTC, of the last that ended; 0: none since the start */
	int64_t self_check_drifts;  /* what it found; -1: it could not be run */
	int64_t witnesses, witnesses_lately; /* enrolled; that cosigned a checkpoint lately */
	int64_t cosigned_at;        /* ms UTC, of the newest cosignature; 0: none */
};

/* One entry's bytes; false ends the reading. */
typedef bool view_each_entry(void *context, int64_t index, const char *bytes, size_t length,
	struct error *error);

/* How much of what lies in the reserve whoever asks may see: all, in bands, or nothing. */
enum view_sight { VIEW_SIGHT_ALL, VIEW_SIGHT_COARSE, VIEW_SIGHT_NONE };

struct view {
	const struct state *state;
	const struct value *parameters; /* checked against the interface; may be NULL */
	struct arena *arena;            /* until the reply is rendered */
	enum view_sight sight;          /* of reports; the rows of a delegate's own member are never coarse */
	int64_t now;                    /* ms UTC: what "today" and "overdue" are measured by */
	const struct person *actor;     /* who asks, of this state; NULL: nobody known */
	const struct error *nobody;     /* why nobody is known, where that is told; else NULL */
	const struct view_around *around;
	const char *root;               /* base64, of the ledger's tree up to the state's end; NULL: not known */
	const struct history *history;  /* days that are past, where they were gathered; else NULL */
	/*
	 * Entries of the ledger from an index on, up to and without another, none behind the state's own
	 * end; NULL where the caller can read none. False with an error where the ledger cannot be read,
	 * without one where each ended it.
	 */
	bool (*entries)(void *ledger, int64_t from, int64_t to, view_each_entry *each, void *context,
		struct error *error);
	void *ledger;
};

/* Appends a whole reply, or fails with ERROR_NOT_FOUND, ERROR_INVALID or ERROR_LIMIT. */
typedef bool view_render(const struct view *view, struct buffer *out, struct error *error);

/* A page of a table's rows by its descriptor, filtered by every field that a parameter names. */
bool view_list(const struct view *view, enum table_id table, struct buffer *out, struct error *error);

/* Every view that methods.def names. */
#define VIEW(room, method, function) view_render function;
#define SHOW(room, method, function, show) view_render function;
#define PAST(room, method, function) view_render function;
#include "vault/methods.def"

#endif
