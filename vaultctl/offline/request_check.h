/*
 * The text of a request held against the core's own reading, before its delegate signs or sends it.
 */
#ifndef VAULTCTL_OFFLINE_REQUEST_CHECK_H
#define VAULTCTL_OFFLINE_REQUEST_CHECK_H

#include <stdbool.h>

#include "base/error.h"

bool request_check_text(const char *text, const char *origin, struct error *error);

#endif
