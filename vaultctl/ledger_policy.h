/* Whom a person wants to have cosigned a checkpoint: --policy FILE, or --witness KEY… and --quorum K. */
#ifndef VAULTCTL_LEDGER_POLICY_H
#define VAULTCTL_LEDGER_POLICY_H

#include <stdbool.h>

#include "base/error.h"
#include "ledger/policy.h"
#include "vaultctl/ledger_keys.h"

struct ledger_policy {
	bool given;
	struct policy policy;
};

/*
 * Takes these options out of argv. A policy file's logs become keys, as if they were given with --key.
 * Without --quorum every witness given must have cosigned. The caller's to clear, also on false.
 */
bool ledger_policy_take(struct ledger_policy *policy, struct ledger_keys *keys, int *argc, char **argv,
	struct error *error);
void ledger_policy_clear(struct ledger_policy *policy);

/* Whether the signed checkpoint satisfies it; true where none was given. */
bool ledger_policy_holds(const struct ledger_policy *policy, const char *note, size_t length,
	struct policy_result *ret_result, struct error *error);

/* A line for a person: "witnesses  2 of 3 cosigned, the oldest 4 h ago". Nothing where none was given. */
void ledger_policy_print(const struct ledger_policy *policy, const struct policy_result *result);

#endif
