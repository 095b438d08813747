/*
 * From the outside in: the form, who signed, what was signed, and only then what it says. Each step
 * has a sentence of its own for what does not hold.
 */
#include "vaultctl/offline/receipt.h"

#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "ledger/proof.h"
#include "reserve/decide.h"
#include "reserve/emergency/request.h"
#include "reserve/refusal.h"
#include "wire/entry.h"
#include "wire/value.h"

/* ---- what it says ---- */

/* What is cut or refused has a rule that let pass less than was asked; of several the strictest. */
static void take_rule(const struct request_decided *body, struct receipt_decision *decision)
{
	const struct rule_result *rules = body->rules.items;
	const struct rule_result *binding = body->awarded_g < body->mass_g ?
		rule_binding(rules, body->rules.count) : NULL;
	if (binding == NULL)
		return;
	text_copy(decision->rule, sizeof decision->rule, binding->rule);
	decision->title = rule_title(binding->rule);
	decision->because = binding->because != NULL ? binding->because : "";
	decision->limit_g = binding->limit_g;
}

static void take_decision(const struct request_decided *body, struct receipt_decision *decision)
{
	*decision = (struct receipt_decision){ .asked_g = body->mass_g,
		.awarded_g = body->awarded_g, .title = "", .because = "", .limit_g = ABSENT };
	text_copy(decision->request, sizeof decision->request, body->request);
	text_copy(decision->member, sizeof decision->member, body->member);
	text_copy(decision->commodity, sizeof decision->commodity, body->commodity);
	take_rule(body, decision);
}

/*
 * The bytes are known to be the ledger's: a kind that this program does not know is no fault of
 * theirs.
 */
static void take_entry(const struct proof *proof, struct arena *arena, struct receipt *receipt)
{
	struct parsed_entry entry;
	struct error unknown = { 0 };
	if (!entry_parse(proof->extra.bytes, proof->extra.length, event_find_body, NULL, arena, &entry,
	    &unknown))
		return;
	receipt->decides = entry.body_descriptor == event_request_allocated.body;
	if (receipt->decides)
		take_decision(entry.body, &receipt->decision);
}

/* ---- whether it holds ---- */

static bool broken(struct error *error, const struct error *cause)
{
	return error_set(error, ERROR_LEDGER, "", "this receipt does not hold: %s", cause->message);
}

/* Who recorded what and when, and that the entry itself names the index that the receipt does. */
static bool take_head(const struct proof *proof, struct arena *arena, struct receipt *receipt,
	struct error *error)
{
	struct value *root = NULL;
	struct error form = { 0 };
	if (proof->extra.length == 0 ||
	    !value_parse(proof->extra.bytes, proof->extra.length, &root, &form))
		return error_set(error, ERROR_LEDGER, "", "its entry is no JSON");
	int64_t sequence = value_get_int(root, "sequence", -1);
	bool timed = time_parse(value_get_text(root, "at", ""), &receipt->at);
	text_copy(receipt->actor, sizeof receipt->actor, value_get_text(root, "actor", ""));
	receipt->kind = arena_printf(arena, "%s", value_get_text(root, "kind", ""));
	value_free(root);
	if (sequence != proof->index)
		return error_set(error, ERROR_LEDGER, "", "it is for index %lld, and its entry says that it "
			"is entry %lld: one of them was changed", (long long)proof->index, (long long)sequence);
	return timed || error_set(error, ERROR_LEDGER, "", "its entry has no time");
}

static bool check_tree(const struct proof *proof, const struct receipt *receipt,
	struct error *error)
{
	struct hash leaf;
	struct hasher *hasher = hasher_new();
	hasher_leaf(hasher, proof->extra.bytes, proof->extra.length, &leaf);
	bool leads = tree_verify_inclusion(hasher, proof->index, receipt->checkpoint.size, &leaf,
		&receipt->checkpoint.root, proof->path.hashes, proof->path.length);
	hasher_free(hasher);
	return leads || error_set(error, ERROR_LEDGER, "", "the hash of its entry does not lead to the "
		"root that the log signed: the entry, its index or a hash of the path was changed");
}

static bool check_parsed(const struct proof *proof, const struct verifier_key *keys,
	size_t key_count, struct arena *arena, struct receipt *receipt, struct error *error)
{
	if (!proof->has_extra)
		return error_set(error, ERROR_LEDGER, "", "it does not hold the entry; \"vaultctl receipt\" "
			"prints one that does");
	return checkpoint_open(proof->checkpoint, proof->checkpoint_length, keys, key_count,
			&receipt->checkpoint, error) && take_head(proof, arena, receipt, error) &&
		check_tree(proof, receipt, error);
}

bool receipt_open(const char *bytes, size_t length, const struct verifier_key *keys,
	size_t key_count, struct arena *arena, struct receipt *ret_receipt, struct error *error)
{
	struct proof proof;
	struct receipt receipt = { 0 };
	struct error cause = { 0 };
	if (!proof_parse(bytes, length, &proof, &cause))
		return broken(error, &cause);
	bool good = check_parsed(&proof, keys, key_count, arena, &receipt, &cause);
	if (good) {
		receipt.index = proof.index;
		receipt.entry = arena_text(arena, proof.extra.bytes, proof.extra.length);
		take_entry(&proof, arena, &receipt);
		*ret_receipt = receipt;
	}
	proof_clear(&proof);
	return good || broken(error, &cause);
}
