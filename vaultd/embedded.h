/* What is compiled into the daemon. */
#ifndef VAULTD_EMBEDDED_H
#define VAULTD_EMBEDDED_H

#include "base/embedded.h"

extern const struct embedded_text migrations[];
extern const size_t migrations_count;
extern const struct embedded_text interfaces[];
extern const size_t interfaces_count;

#endif
