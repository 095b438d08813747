/*
 * Whom one wants to have seen a checkpoint before one believes it: C2SP tlog-policy. Logs, witnesses,
 * groups of which k suffice, and the quorum, one a line:
 *
 *   log VERIFIER-KEY [URL]
 *   witness NAME VERIFIER-KEY [URL]
 *   group NAME all|any|K NAME…
 *   quorum NAME|none
 */
#ifndef LEDGER_POLICY_H
#define LEDGER_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "ledger/note.h"
#include "vault/limits.h"

struct policy_name;

struct policy {
	struct verifier_key logs[POLICY_LOGS_MAX];
	size_t log_count;
	struct policy_name *names;       /* witnesses and groups, in order of their lines */
	size_t name_count;
	size_t quorum;                   /* 0: none; else a name's place + 1 */
	bool has_quorum;
};

/* Errors name the line. policy_clear, also of one that failed halfway. */
bool policy_parse(const char *text, size_t length, struct policy *ret_policy, struct error *error);

/* k of these witnesses, named by their keys' names. Requires 1 <= k <= count. */
bool policy_of_witnesses(const struct verifier_key *witnesses, size_t count, int64_t k,
	struct policy *ret_policy, struct error *error);
void policy_clear(struct policy *policy);

/* How a checkpoint stands to the policy. */
struct policy_result {
	size_t witnesses, cosigned;      /* that the policy names; of them, whose cosignature holds */
	uint64_t oldest_s;               /* of the cosignatures that hold, seconds since 1970; 0: none */
};

/*
 * Whether enough have cosigned the note. A line that names a witness's key and does not verify is an
 * error, ERROR_BAD_SIGNATURE; too few are ERROR_LEDGER, naming those that are missing. The log's own
 * signature is checkpoint_open's to check, with policy->logs.
 */
bool policy_check(const struct policy *policy, const struct note *note,
	struct policy_result *ret_result, struct error *error);

#endif
