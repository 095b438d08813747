/*
 * `receipt` and `receipt verify`: the proof of a decision that its owner keeps, and what it proves.
 * Verifying needs the receipt and the log's verifier key, and nothing else.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ledger/proof.h"
#include "vaultctl/ledger_keys.h"
#include "vaultctl/ledger_policy.h"
#include "vaultctl/ledger_prove.h"
#include "vaultctl/life.h"
#include "vaultctl/offline/receipt.h"
#include "vaultctl/special.h"
#include "vaultctl/units.h"

enum { RECEIPT_MAX = 1024 * 1024 };

/* ---- making one ---- */

static bool decided_index(struct ctl *ctl, const char *id, int64_t *ret_index,
	struct error *error)
{
	struct reply reply = { 0 };
	char params[64];
	snprintf(params, sizeof params, "{\"id\":\"%s\"}", id);
	if (!ctl_call(ctl, "Emergency.GetRequest", params, &reply, error))
		return false;
	*ret_index = value_get_int(value_get(reply.parameters, "request"), "decided_index", -1);
	reply_free(&reply);
	return *ret_index >= 0 || error_set(error, ERROR_NOT_FOUND, "", "%s is not decided yet", id);
}

/* An index as it is; a request, by any unique beginning of its id: the entry that decided it. */
static bool find_index(struct ctl *ctl, const char *given, int64_t *ret_index,
	struct error *error)
{
	struct error first = { 0 };
	char id[CTL_ID], whole[CTL_ID];
	const struct life *life = life_of(given);
	if (text_to_int(given, ret_index) && *ret_index >= 0)
		return true;
	if (!text_is_code(given) || !text_copy(id, sizeof id, given) || life == NULL ||
	    !text_equal(life->noun, "request")) {
		error_set(error, ERROR_INVALID, "", "\"%.40s\" is neither a request nor a ledger index",
			given);
		return error_remedy(error, "Every act prints its ledger index: vaultctl receipt INDEX");
	}
	id[0] = life->letter;
	if (decided_index(ctl, id, ret_index, &first))
		return true;
	if (first.id == ERROR_NOT_FOUND) {
		if (!ctl_resolve(ctl, "request", id, whole, error))
			return false;
		if (!text_equal(whole, id))
			return decided_index(ctl, whole, ret_index, error);
	}
	*error = first;
	return false;
}

/* The one text that a method answers for an index. */
static bool fetch(struct ctl *ctl, const char *method, int64_t index, int64_t quorum,
	const char *member, struct buffer *to, struct error *error)
{
	struct reply reply = { 0 };
	char params[96];
	ledger_prove_params(params, sizeof params, index, quorum);
	if (!ctl_call(ctl, method, params, &reply, error))
		return false;
	buffer_append_text(to, value_get_text(reply.parameters, member, ""));
	reply_free(&reply);
	return true;
}

/* The proof with the entry put into it; what would not hold is never printed. */
static bool make_receipt(struct ctl *ctl, int64_t index, int64_t quorum, struct buffer *to,
	struct error *error)
{
	struct buffer entry = { 0 }, bare = { 0 };
	struct proof proof;
	struct receipt receipt;
	struct arena *arena = arena_new(0);
	bool good = fetch(ctl, "Evidence.GetEntry", index, 0, "entry", &entry, error) &&
		fetch(ctl, "Evidence.Prove", index, quorum, "proof", &bare, error) &&
		proof_parse(bare.bytes == NULL ? "" : bare.bytes, bare.length, &proof, error);
	if (good) {
		proof_append(to, proof.index, &proof.path, entry.bytes, entry.length, proof.checkpoint,
			proof.checkpoint_length);
		proof_clear(&proof);
		good = receipt_open(to->bytes, to->length, NULL, 0, arena, &receipt, error);
	}
	arena_free(arena);
	buffer_free(&entry);
	buffer_free(&bare);
	return good;
}

int receipt_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct buffer text = { 0 };
	int64_t index = 0, quorum = 0;
	bool good = ledger_quorum_take(&argc, argv, &quorum, &error) &&
		ctl_words(argc, argv, 1, 1, &error) && find_index(ctl, argv[0], &index, &error) &&
		make_receipt(ctl, index, quorum, &text, &error);
	if (good)
		fwrite(text.bytes, 1, text.length, stdout);
	buffer_free(&text);
	return good ? 0 : ctl_fail(ctl, &error);
}

/* ---- what it proves ---- */

static void exact_mass(int64_t mass_g, char to[UNIT_TEXT])
{
	enum mass_unit unit = unit_of_mass(mass_g);
	unit_show_mass_in(mass_g, unit, unit_exact_decimals(mass_g, unit), to);
}

/* "refused by R04, the operating floor: at most 372.3 kg" */
static void print_outcome(const struct receipt *receipt)
{
	const struct receipt_decision *decision = &receipt->decision;
	char mass[UNIT_TEXT];
	exact_mass(decision->awarded_g > 0 ? decision->awarded_g : 0, mass);
	if (text_equal(receipt->kind, "request.refused") || text_equal(receipt->kind, "request.cut"))
		printf("  decision   refused");
	else if (text_equal(receipt->kind, "request.eligible"))
		printf("  decision   eligible: it waits for its round");
	else
		printf("  decision   awarded %s", mass);
	if (decision->rule[0] != '\0' && !text_equal(receipt->kind, "request.eligible"))
		printf(" by %s, %s", decision->rule, decision->title);
	if (decision->rule[0] != '\0' && decision->limit_g > 0 &&
	    decision->limit_g < decision->asked_g) {
		exact_mass(decision->limit_g, mass);
		printf(": at most %s", mass);
	}
	putchar('\n');
	if (decision->because[0] != '\0')
		printf("             %s\n", decision->because);
}

static void print_words(const struct receipt *receipt, const struct ledger_policy *policy,
	const struct policy_result *witnesses)
{
	const struct receipt_decision *decision = &receipt->decision;
	char mass[UNIT_TEXT], at[UNIT_TEXT], index[UNIT_TEXT], size[UNIT_TEXT];
	printf("This receipt holds: it is in the ledger that %s signed.\n", receipt->checkpoint.origin);
	if (receipt->decides) {
		exact_mass(decision->asked_g, mass);
		printf("  request    %s\n  member     %s\n  commodity  %s\n  asked      %s\n",
			decision->request, decision->member, decision->commodity, mass);
		print_outcome(receipt);
	}
	unit_show_time(receipt->at, at);
	unit_show_count(receipt->index, index);
	unit_show_count(receipt->checkpoint.size, size);
	printf("  recorded   %s by %s, as %s\n", at, receipt->actor, receipt->kind);
	printf("  index      %s of %s entries\n", index, size);
	if (policy->given)
		fputs("  ", stdout);
	ledger_policy_print(policy, witnesses);
	if (!receipt->decides)
		printf("  entry      %s\n", receipt->entry);
}

static void print_json(const struct receipt *receipt, const struct policy_result *witnesses)
{
	printf("{\"holds\":true,\"origin\":\"%s\",\"size\":%lld,\"index\":%lld,\"cosigned\":%zu,"
		"\"entry\":%s}\n", receipt->checkpoint.origin, (long long)receipt->checkpoint.size,
		(long long)receipt->index, witnesses->cosigned, receipt->entry);
}

/* Whether enough have cosigned the checkpoint that the receipt carries. */
static bool check_policy(const struct buffer *bytes, const struct ledger_policy *policy,
	struct policy_result *ret_result, struct error *error)
{
	struct proof proof;
	if (!proof_parse(bytes->bytes, bytes->length, &proof, error))
		return false;
	bool holds = ledger_policy_holds(policy, proof.checkpoint, proof.checkpoint_length, ret_result,
		error);
	proof_clear(&proof);
	return holds;
}

static bool verify_file(struct ctl *ctl, const char *path, const struct ledger_keys *keys,
	const struct ledger_policy *policy, struct error *error)
{
	struct policy_result witnesses = { 0 };
	struct buffer bytes = { 0 };
	struct receipt receipt;
	struct arena *arena = arena_new(0);
	if (keys->count == 0) {
		error_set(error, ERROR_INVALID, "", "--key is missing: without the log's verifier key "
			"nobody vouches for anything");
		error_remedy(error, "vaultctl receipt verify FILE --key reserve.vkey");
	}
	bool good = keys->count > 0 && ctl_read_file(path, RECEIPT_MAX, &bytes, error) &&
		receipt_open(bytes.bytes == NULL ? "" : bytes.bytes, bytes.length, keys->items,
			keys->count, arena, &receipt, error) &&
		check_policy(&bytes, policy, &witnesses, error);
	if (good && ctl->output == OUTPUT_JSON)
		print_json(&receipt, &witnesses);
	else if (good)
		print_words(&receipt, policy, &witnesses);
	buffer_free(&bytes);
	arena_free(arena);
	return good;
}

int receipt_verify_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct ledger_keys keys = { 0 };
	struct ledger_policy policy = { 0 };
	bool good = ledger_keys_take(&keys, &argc, argv, &error) &&
		ledger_policy_take(&policy, &keys, &argc, argv, &error) &&
		ctl_words(argc, argv, 1, 1, &error) && verify_file(ctl, argv[0], &keys, &policy, &error);
	ledger_policy_clear(&policy);
	ledger_keys_clear(&keys);
	return good ? 0 : ctl_fail(ctl, &error);
}
