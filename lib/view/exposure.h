/*
 * The figures that exposure is made of: summed up by PostgreSQL where the daemon answers, for lots may be a
 * million; from the state as of the past.
 */
#ifndef VIEW_EXPOSURE_H
#define VIEW_EXPOSURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "view/view.h"

/* A sum; which figures it has follows from the list that it is in. Texts in the arena. */
struct exposure_row {
	const char *commodity;     /* of production: whose figures, the mineral's or its family's */
	const char *stage, *country;
	const char *series;        /* of imports; of production what it is grams of; else "" */
	const char *source;        /* of production */
	int64_t year;
	bool estimated;
	int64_t number;            /* lots, requests */
	int64_t mass_g;            /* held, imported, asked, produced; of a commodity what is available */
	int64_t in_transit_g, expected_g, unassayed_g; /* of lots */
	int64_t consumption_g;     /* a day, of a commodity; ABSENT: its floor is set as mass */
};

struct exposure_list {
	struct exposure_row *rows;
	uint32_t count, capacity;
};

struct exposure {
	struct exposure_list commodities, lots, imports, requests;
	struct exposure_list production; /* by stage, then mass downwards */
};

/* What is asked: by exposure_ask, its texts in the arena; and what was found, to be written. */
struct exposure_shown {
	const char *mineral, *name;
	const char *ban;           /* a country, or "" */
	int64_t year;              /* of production; ABSENT: the newest of each stage */
	int64_t at;                /* ms UTC */
	struct arena *arena;
	struct exposure found;
};

/* From a view's parameters; found stays empty. ERROR_NOT_FOUND or ERROR_INVALID. */
bool exposure_ask(const struct view *view, struct exposure_shown *ret_shown, struct error *error);

/* A row at the end, empty; where it stands until the next. Out of memory aborts. */
struct exposure_row *exposure_add(struct exposure_list *list);

/* Appends the reply. */
void exposure_write(const struct exposure_shown *show, struct buffer *out);
void exposure_free(struct exposure *found);

#endif
