/* Witnesses that are given one by one become a policy of one group, so there is one way to judge. */
#include "vaultctl/ledger_policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "vaultctl/ctl.h"
#include "vaultctl/key.h"
#include "vaultctl/units.h"

void ledger_policy_clear(struct ledger_policy *policy)
{
	policy_clear(&policy->policy);
	policy->given = false;
}

/* The logs of a policy vouch as keys do that are given. */
static void add_logs(struct ledger_keys *keys, const struct policy *policy)
{
	keys->items = reallocarray(keys->items, keys->count + policy->log_count + 1,
		sizeof *keys->items);
	if (keys->items == NULL)
		abort();
	memcpy(keys->items + keys->count, policy->logs, policy->log_count * sizeof *keys->items);
	keys->count += policy->log_count;
}

static bool read_policy(const char *file, struct policy *policy, struct error *error)
{
	struct buffer text = { 0 };
	struct error cause = { 0 };
	if (!ctl_read_file(file, POLICY_TEXT_MAX, &text, error))
		return false;
	bool good = policy_parse(text.bytes == NULL ? "" : text.bytes, text.length, policy, &cause);
	buffer_free(&text);
	if (!good)
		error_set(error, cause.id, "", "%.200s: %s", file, cause.message);
	return good;
}

static bool of_witnesses(const struct ledger_keys *witnesses, const char *quorum,
	struct policy *policy, struct error *error)
{
	int64_t k = (int64_t)witnesses->count;
	if (witnesses->count == 0) {
		error_set(error, ERROR_INVALID, "", "--quorum says how many of the witnesses given with "
			"--witness must have cosigned, and none is given");
		return error_remedy(error, "Add --witness KEY for each, or name a --policy FILE");
	}
	if (quorum != NULL && (!text_to_int(quorum, &k) || k < 1 || k > (int64_t)witnesses->count))
		return error_set(error, ERROR_INVALID, "", "--quorum takes a number from 1 to that of the "
			"witnesses given, which is %zu", witnesses->count);
	return policy_of_witnesses(witnesses->items, witnesses->count, k, policy, error);
}

bool ledger_policy_take(struct ledger_policy *policy, struct ledger_keys *keys, int *argc, char **argv,
	struct error *error)
{
	const char *file = NULL, *quorum = NULL;
	struct ledger_keys witnesses = { 0 };
	*policy = (struct ledger_policy){ 0 };
	bool good = ctl_take_option(argc, argv, "--policy", &file, error)
		&& ctl_take_option(argc, argv, "--quorum", &quorum, error)
		&& ledger_keys_take_as(&witnesses, "--witness", argc, argv, error);
	policy->given = file != NULL || quorum != NULL || witnesses.count > 0;
	if (good && file != NULL && (quorum != NULL || witnesses.count > 0))
		good = error_set(error, ERROR_INVALID, "",
			"--policy says which witnesses and how many: --witness and --quorum go without it");
	if (good && file != NULL) {
		good = read_policy(file, &policy->policy, error);
		if (good)
			add_logs(keys, &policy->policy);
	} else if (good && policy->given) {
		good = of_witnesses(&witnesses, quorum, &policy->policy, error);
	}
	ledger_keys_clear(&witnesses);
	return good;
}

bool ledger_policy_holds(const struct ledger_policy *policy, const char *bytes, size_t length,
	struct policy_result *ret_result, struct error *error)
{
	struct note note;
	*ret_result = (struct policy_result){ 0 };
	return !policy->given || (note_parse(bytes, length, &note, error) &&
		policy_check(&policy->policy, &note, ret_result, error));
}

void ledger_policy_print(const struct ledger_policy *policy, const struct policy_result *result)
{
	char oldest[UNIT_TEXT];
	if (!policy->given)
		return;
	printf("witnesses  %zu of %zu cosigned", result->cosigned, result->witnesses);
	if (result->cosigned > 0) {
		unit_show_time((int64_t)result->oldest_s * 1000, oldest);
		printf(", the first %s", oldest);
	}
	putchar('\n');
}
