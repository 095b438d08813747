/* Cosignatures as somebody keeps them, against the keys that the ledger enrolled. */
#include <string.h>

#include "runner.h"

#include "audit_checks.h"
#include "ledger/checkpoint.h"
#include "ledger/key.h"

static int found;

static void count_found(void *context, const struct check *check,
	const struct check_finding *finding)
{
	(void)context;
	found += strcmp(check->id, "cosignatures") == 0;
	CU_ASSERT(strcmp(check->id, "cosignatures") != 0 || finding->stops == NULL);
}

/* How many faults an audit of these entries finds below that checkpoint. */
static int audit_note(const struct audited *audited, const struct buffer *note)
{
	static const char *const only[] = { "cosignatures", NULL };
	const struct audit_options options = { .only = only, .now = audited->world->now, .since = ABSENT,
		.since_index = ABSENT, .size = ABSENT, .found = count_found };
	struct audit *audit = audit_new(&options);
	found = 0;
	for (size_t i = 0; i < audited->entry_count; i++)
		audit_entry(audit, (int64_t)i, audited->entries[i].bytes, audited->entries[i].length);
	audit_end_of_ledger(audit);
	audit_cosigned(audit, 10, note->bytes, note->length);
	audit_end(audit);
	audit_free(audit);
	return found;
}

static struct signer *signer_of(uint8_t first)
{
	uint8_t seed[KEY_SEED_SIZE] = { first };
	return signer_from_seed(seed);
}

static void test_cosignatures(void)
{
	struct audited *audited = audited_new(world_framed);
	struct world *world = audited->world;
	struct signer *jpn = signer_of(1), *other = signer_of(2);
	struct verifier_key key;
	struct buffer vkey = { 0 }, bare = { 0 }, note = { 0 };
	struct checkpoint checkpoint = { .origin = WORLD_ORIGIN, .size = 10 };
	struct error error = { 0 };
	char name[] = WORLD_ORIGIN "/jpn";
	CU_ASSERT_TRUE(signer_verifier_key(jpn, name, KEY_COSIGNATURE, &key, &error));
	verifier_key_format(&vkey, &key);
	DO_SIGNED(world, "ola", "person.enrol", "because=x code=jpn duties=witness member=AUT name=J "
		"verifier_key=%s", buffer_text(&vkey));
	checkpoint_append_text(&bare, &checkpoint);
	size_t length = bare.length;
	CU_ASSERT_TRUE(note_sign(&bare, length, WORLD_ORIGIN, other, &error));
	CU_ASSERT_EQUAL(audit_note(audited, &bare), 0); /* the log's own line is not looked at here */

	buffer_append(&note, bare.bytes, bare.length);
	CU_ASSERT_TRUE(note_cosign(&note, length, name, 1700000000, jpn, &error));
	CU_ASSERT_EQUAL(audit_note(audited, &note), 0);
	note.bytes[0]++; /* another origin: nothing below it is ours, and nothing verifies */
	CU_ASSERT_EQUAL(audit_note(audited, &note), 1);
	note.bytes[0]--;
	CU_ASSERT_TRUE(note_cosign(&note, length, name, 1700000000, other, &error)); /* a key of nobody */
	CU_ASSERT_EQUAL(audit_note(audited, &note), 1);
	CU_ASSERT_TRUE(note_cosign(&note, length, "w.example/other", 1700000000, other, &error));
	CU_ASSERT_EQUAL(audit_note(audited, &note), 1); /* a witness of the wide world is not ours to judge */

	/* what it signed before it was revoked holds */
	DO_SIGNED(world, "ola", "person.revoke", "because=x code=jpn");
	buffer_clear(&note);
	buffer_append(&note, bare.bytes, bare.length);
	CU_ASSERT_TRUE(note_cosign(&note, length, name, 1700000000, jpn, &error));
	CU_ASSERT_EQUAL(audit_note(audited, &note), 0);
	/* an officer's key, or an officer's name, makes no cosignature */
	CU_ASSERT_TRUE(note_cosign(&note, length, WORLD_ORIGIN "/ola", 1700000000, jpn, &error));
	CU_ASSERT_EQUAL(audit_note(audited, &note), 1);
	buffer_free(&vkey);
	buffer_free(&bare);
	buffer_free(&note);
	signer_free(jpn);
	signer_free(other);
	audited_free(audited);
}

/* ---- the founding note ---- */

static char founding_witnesses[1024];

static struct world *world_with_witnesses(void)
{
	struct world *world = world_empty();
	char text[8192];
	world_founding_text(text, sizeof text);
	snprintf(text + strlen(text), sizeof text - strlen(text), "%s", founding_witnesses);
	world_found(world, text);
	return world;
}

static void add_witness(const char *code, const char *member, uint8_t first)
{
	struct signer *signer = signer_of(first);
	struct verifier_key key;
	struct buffer text = { 0 };
	struct error error = { 0 };
	char name[KEY_NAME_MAX];
	snprintf(name, sizeof name, "%s/%s", WORLD_ORIGIN, code);
	CU_ASSERT_TRUE(signer_verifier_key(signer, name, KEY_COSIGNATURE, &key, &error));
	verifier_key_format(&text, &key);
	size_t length = strlen(founding_witnesses);
	snprintf(founding_witnesses + length, sizeof founding_witnesses - length,
		"witness %s %s %s The member\n", code, member, buffer_text(&text));
	buffer_free(&text);
	signer_free(signer);
}

/* What the entries behind the founding say is what the note says, in its order. */
static void test_named(void)
{
	static const struct { const char *from, *to, *subject; } bends[] = {
		{ "\"member\":\"JPN\"", "\"member\":\"KOR\"", "jpn" },
		{ "\"name\":\"The member\"", "\"name\":\"A member\"", "jpn" },
		{ "\"code\":\"jpn\"", "\"code\":\"jpm\"", "jpm" },
	};
	founding_witnesses[0] = '\0';
	add_witness("jpn", "JPN", 1);
	add_witness("kor", "KOR", 2);
	for (size_t i = 0; i < sizeof bends / sizeof *bends; i++) {
		struct audited *audited = audited_new(world_with_witnesses);
		CU_ASSERT_STRING_EQUAL(person_find(audited->world->state, "kor")->member, "KOR");
		audited_bend(audited, "witness.named", 0, bends[i].from, bends[i].to);
		AUDIT_FINDS(audited, "founding", bends[i].subject, "does not name the witness");
		audited_free(audited);
	}
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "cosignatures", test_cosignatures },
		{ "witnesses that the founding note names", test_named },
		CU_TEST_INFO_NULL,
	};
	return run_cases("audit of cosignatures", cases);
}
