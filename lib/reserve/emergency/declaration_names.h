/* What the two files about declarations share: names, and how a clock is written. */
#ifndef RESERVE_EMERGENCY_DECLARATION_NAMES_H
#define RESERVE_EMERGENCY_DECLARATION_NAMES_H

#include "base/descriptor.h"

extern const char *const declaration_entitlement_names[];
extern const char *const declaration_stale_names[];
extern const struct descriptor service_clock_descriptor;

#endif
