/* Why a request was decided as it was, from an exported ledger alone: what vaultd would answer. */
#ifndef VAULTCTL_OFFLINE_WHY_H
#define VAULTCTL_OFFLINE_WHY_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "vaultctl/offline/verify.h"

/*
 * Verifies as offline_verify does, and appends the reply of Emergency.Why as JSON, from the entry
 * that decided the request last. check's each and context are not used. ERROR_NOT_FOUND: no entry
 * decides it.
 */
bool offline_why(const char *directory, const struct offline_check *check, const char *request,
	struct offline_result *ret_result, struct buffer *ret_json, struct error *error);

#endif
