/* Countries: which alpha-3 codes there are, and what they are called. Of ISO 3166-1; see countries.def. */
#ifndef RESERVE_ZONE_COUNTRY_H
#define RESERVE_ZONE_COUNTRY_H

#include <stdbool.h>

#include "base/error.h"

/* The name of the country with that alpha-3 code, or NULL. */
const char *country_name(const char *code);

/* Whether there is such a country; INVALID names the field, the row (0: none) and what was given. */
bool country_check(const char *code, const char *field, unsigned row, struct error *error);

#endif
