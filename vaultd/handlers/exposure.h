/* The figures that exposure is made of, summed up by PostgreSQL. */
#ifndef VAULTD_HANDLERS_EXPOSURE_H
#define VAULTD_HANDLERS_EXPOSURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "vaultd/store/readers.h"

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

/* year: as text, NULL for the newest of each stage. Free what was found, also after a failure. */
bool exposure_read(struct reader *reader, const char *mineral, const char *year,
	struct arena *arena, struct exposure *ret_found, struct error *error);
void exposure_free(struct exposure *found);

#endif
