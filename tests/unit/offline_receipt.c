/*
 * Receipts over a small ledger: what they say, and that no changed byte of one goes unnoticed.
 */
#include "vaultctl/offline/receipt.h"

#include <string.h>

#include "base/text.h"
#include "ledger/entry.h"
#include "ledger/key.h"
#include "ledger/proof.h"
#include "reserve/emergency/request.h"
#include "reserve/refusal.h"
#include "tests/unit/runner.h"

#define COUNT(array) (sizeof (array) / sizeof *(array))

static const char origin[] = "vault.example/test";

enum { ENTRIES = 11, AWARD = 4, REFUSAL = 5 };

static struct {
	struct buffer entries[ENTRIES];
	struct hash leaves[ENTRIES];
	struct signer *log, *other;
	struct verifier_key key;
} world;

static struct request_decided decided(int64_t mass_g, int64_t awarded_g, struct rule_result *rules,
	uint32_t count)
{
	struct request_decided body;
	record_clear(event_request_allocated.body, &body);
	body.available_g = 1934000;
	body.mass_g = mass_g;
	body.awarded_g = awarded_g;
	body.rules = (struct list){ rules, count };
	text_copy(body.request, sizeof body.request, "R-2026-0014");
	text_copy(body.member, sizeof body.member, "JPN");
	text_copy(body.commodity, sizeof body.commodity, "ga");
	return body;
}

static void append(int at, const struct event_type *type, const void *body)
{
	const struct entry_meta meta = { .sequence = at, .at = 1795000000000 + at, .actor = "haas",
		.effective = ABSENT, .kind = type->kind };
	entry_append(&world.entries[at], &meta, type->body, body);
}

static void fill(int at)
{
	struct rule_result rules[] = {
		{ .rule = "R03", .limit_g = 900000, .available_g = ABSENT, .must_stay_g = ABSENT,
			.version = ABSENT },
		{ .rule = "R22", .failed = true, .limit_g = 500000, .available_g = ABSENT,
			.must_stay_g = ABSENT, .version = ABSENT },
		{ .rule = "R04", .failed = true, .limit_g = 372300, .available_g = 1934000,
			.must_stay_g = 1561700, .version = 3, .because = "floor v3" },
	};
	struct request_decided body = at == REFUSAL ? decided(600000, 0, rules, COUNT(rules)) :
		decided(600000, 600000, rules, 1);
	if (at != REFUSAL && at != AWARD)
		body.mass_g += at; /* cut, but for the first */
	append(at, at == REFUSAL ? &event_request_refused : &event_request_allocated, &body);
}

static void set_up(void)
{
	static const uint8_t seed[KEY_SEED_SIZE] = { 1 }, other_seed[KEY_SEED_SIZE] = { 2 };
	struct error error = { 0 };
	world.log = signer_from_seed(seed);
	world.other = signer_from_seed(other_seed);
	CU_ASSERT_FATAL(signer_verifier_key(world.log, origin, KEY_ED25519, &world.key, &error));
	struct hasher *hasher = hasher_new();
	for (int i = 0; i < ENTRIES; i++) {
		fill(i);
		hasher_leaf(hasher, world.entries[i].bytes, world.entries[i].length, &world.leaves[i]);
	}
	hasher_free(hasher);
}

static void tear_down(void)
{
	for (int i = 0; i < ENTRIES; i++)
		buffer_free(&world.entries[i]);
	signer_free(world.log);
	signer_free(world.other);
}

/* The root of a complete or ragged subtree, by its definition. */
static struct hash root_of(struct hasher *hasher, int from, int count)
{
	if (count == 1)
		return world.leaves[from];
	int half = 1;
	while (half * 2 < count)
		half *= 2;
	struct hash left = root_of(hasher, from, half);
	struct hash right = root_of(hasher, from + half, count - half);
	struct hash node;
	hasher_node(hasher, &left, &right, &node);
	return node;
}

static void path_of(struct hasher *hasher, int at, int from, int count, struct tree_path *path)
{
	if (count == 1)
		return;
	int half = 1;
	while (half * 2 < count)
		half *= 2;
	bool left = at < from + half;
	path_of(hasher, at, left ? from : from + half, left ? half : count - half, path);
	path->hashes[path->length++] = left ? root_of(hasher, from + half, count - half) :
		root_of(hasher, from, half);
}

static void make(int index, const struct signer *signer, const void *extra, size_t length,
	struct buffer *to)
{
	struct hasher *hasher = hasher_new();
	struct error error = { 0 };
	struct tree_path path = { 0 };
	struct buffer note = { 0 };
	struct checkpoint checkpoint = { .size = ENTRIES, .root = root_of(hasher, 0, ENTRIES) };
	text_copy(checkpoint.origin, sizeof checkpoint.origin, origin);
	checkpoint_append_text(&note, &checkpoint);
	CU_ASSERT_TRUE(note_sign(&note, note.length, origin, signer, &error));
	path_of(hasher, index, 0, ENTRIES, &path);
	proof_append(to, index, &path, extra, length, note.bytes, note.length);
	buffer_free(&note);
	hasher_free(hasher);
}

static bool open_receipt(const struct buffer *bytes, struct arena *arena, struct receipt *receipt,
	struct error *error)
{
	return receipt_open(bytes->bytes == NULL ? "" : bytes->bytes, bytes->length, &world.key, 1,
		arena, receipt, error);
}

static void says_what_was_decided(void)
{
	struct arena *arena = arena_new(0);
	for (int at = 0; at < ENTRIES; at++) {
		struct buffer bytes = { 0 };
		struct receipt receipt;
		struct error error = { 0 };
		make(at, world.log, world.entries[at].bytes, world.entries[at].length, &bytes);
		CU_ASSERT_TRUE_FATAL(open_receipt(&bytes, arena, &receipt, &error));
		CU_ASSERT_EQUAL(receipt.index, at);
		CU_ASSERT_EQUAL(receipt.at, 1795000000000 + at);
		CU_ASSERT_EQUAL(receipt.checkpoint.size, ENTRIES);
		CU_ASSERT_STRING_EQUAL(receipt.actor, "haas");
		CU_ASSERT_STRING_EQUAL(receipt.entry, buffer_text(&world.entries[at]));
		CU_ASSERT_TRUE(receipt.decides);
		CU_ASSERT_STRING_EQUAL(receipt.decision.request, "R-2026-0014");
		CU_ASSERT_STRING_EQUAL(receipt.decision.member, "JPN");
		CU_ASSERT_STRING_EQUAL(receipt.decision.rule, at == AWARD ? "" : at == REFUSAL ? "R04" :
			receipt.decision.asked_g > 600000 ? "R03" : "");
		if (at == REFUSAL) {
			CU_ASSERT_STRING_EQUAL(receipt.kind, "request.refused");
			CU_ASSERT_STRING_EQUAL(receipt.decision.title, "the operating floor");
			CU_ASSERT_STRING_EQUAL(receipt.decision.because, "floor v3");
			CU_ASSERT_EQUAL(receipt.decision.limit_g, 372300);
			CU_ASSERT_EQUAL(receipt.decision.awarded_g, 0);
		}
		buffer_free(&bytes);
	}
	arena_free(arena);
}

/* Every byte, changed in two ways; and every shorter one. */
static void no_byte_can_change(void)
{
	struct buffer bytes = { 0 };
	struct arena *arena = arena_new(0);
	struct receipt receipt;
	make(REFUSAL, world.log, world.entries[REFUSAL].bytes, world.entries[REFUSAL].length, &bytes);
	for (size_t i = 0; i < bytes.length; i++) {
		static const char flips[] = { 1, 0x10 };
		for (size_t k = 0; k < COUNT(flips); k++) {
			struct error error = { 0 };
			bytes.bytes[i] ^= flips[k];
			bool holds = open_receipt(&bytes, arena, &receipt, &error);
			CU_ASSERT_FALSE(holds);
			if (holds)
				printf("byte %zu may be changed\n", i);
			CU_ASSERT_EQUAL(error.id, ERROR_LEDGER);
			CU_ASSERT_TRUE(text_starts(error.message, "this receipt does not hold: "));
			bytes.bytes[i] ^= flips[k];
			arena_reset(arena);
		}
	}
	size_t whole = bytes.length;
	for (bytes.length = 0; bytes.length < whole; bytes.length++) {
		struct error error = { 0 };
		CU_ASSERT_FALSE(open_receipt(&bytes, arena, &receipt, &error));
		CU_ASSERT_EQUAL(error.id, ERROR_LEDGER);
	}
	bytes.length = whole;
	struct error error = { 0 };
	CU_ASSERT_TRUE(open_receipt(&bytes, arena, &receipt, &error));
	buffer_free(&bytes);
	arena_free(arena);
}

static void refused_with(const char *part, int index, const struct signer *signer,
	const void *extra, size_t length)
{
	struct buffer bytes = { 0 };
	struct arena *arena = arena_new(0);
	struct receipt receipt;
	struct error error = { 0 };
	make(index, signer, extra, length, &bytes);
	CU_ASSERT_FALSE(open_receipt(&bytes, arena, &receipt, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_LEDGER);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, part));
	if (strstr(error.message, part) == NULL)
		printf("%s\n", error.message);
	buffer_free(&bytes);
	arena_free(arena);
}

static void names_what_does_not_hold(void)
{
	const struct buffer *award = &world.entries[AWARD], *refusal = &world.entries[REFUSAL];
	struct buffer forged = { 0 };
	refused_with("no key given here", AWARD, world.other, award->bytes, award->length);
	refused_with("says that it is entry 4", REFUSAL, world.log, award->bytes, award->length);
	refused_with("does not hold the entry", AWARD, world.log, NULL, 0);
	refused_with("is no JSON", AWARD, world.log, "x", 1);
	refused_with("is no JSON", AWARD, world.log, "", 0);
	buffer_append_text(&forged, buffer_text(&world.entries[REFUSAL]));
	char *figure = strstr(forged.bytes, "372300");
	CU_ASSERT_PTR_NOT_NULL_FATAL(figure);
	*figure = '9';
	CU_ASSERT_EQUAL(forged.length, refusal->length);
	refused_with("does not lead to the root", REFUSAL, world.log, forged.bytes, forged.length);
	buffer_free(&forged);
}

/* Without keys only the form and the tree are checked: for making one. */
static void without_keys(void)
{
	struct buffer bytes = { 0 };
	struct arena *arena = arena_new(0);
	struct receipt receipt;
	struct error error = { 0 };
	make(AWARD, world.other, world.entries[AWARD].bytes, world.entries[AWARD].length, &bytes);
	CU_ASSERT_TRUE(receipt_open(bytes.bytes, bytes.length, NULL, 0, arena, &receipt, &error));
	CU_ASSERT_FALSE(open_receipt(&bytes, arena, &receipt, &error));
	buffer_free(&bytes);
	arena_free(arena);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "a ledger", set_up },
		{ "what was decided", says_what_was_decided },
		{ "no byte can change", no_byte_can_change },
		{ "what does not hold is named", names_what_does_not_hold },
		{ "without keys", without_keys },
		{ "its end", tear_down },
		CU_TEST_INFO_NULL,
	};
	return run_cases("receipt", cases);
}
