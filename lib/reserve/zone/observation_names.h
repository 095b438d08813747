/* What the two files of observations share and nobody else uses. */
#ifndef RESERVE_ZONE_OBSERVATION_NAMES_H
#define RESERVE_ZONE_OBSERVATION_NAMES_H

#include "reserve/zone/observation.h"

extern const char *const observation_kind_names[];

/* For apply: joins a commodity's list, in its place. */
void observation_list_add(struct observation *observation);

/* How many of a commodity's list have ended at that moment. */
uint32_t observation_count_until(const struct commodity *commodity, int64_t until_ms);

#endif
