/* The audit's checks of the world over what a run made durable: the core decided it, so none finds a fault. */
#ifndef SIMULATION_AUDIT_WORLD_H
#define SIMULATION_AUDIT_WORLD_H

#include "durable.h"

/* NULL, or what was found or could not be checked. */
const char *audit_world(const struct durable *durable);

#endif
