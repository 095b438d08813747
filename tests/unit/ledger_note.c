/* Notes, keys, checkpoints, entries and receipts: published vectors, and every way to be wrong. */
#include <stdio.h>
#include <string.h>

#include "runner.h"

#include "base/text.h"
#include "ledger/checkpoint.h"
#include "ledger/entry.h"
#include "ledger/key.h"
#include "ledger/note.h"
#include "ledger/proof.h"

#define DASH "\xE2\x80\x94 "

static const char foo_key[] =
	"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
static const char foo_note[] = "This is an example message.\n\n" DASH "example.com/foo Uw2QOkn8srV1"
	"yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
static const char log_key[] =
	"vault.example/reserve-log+6ecf314e+AQiOjn0zWYCb9Ur/OYaBkjMZL5o4AHnuwUEIvDMVSc5Q";
static const char log_text[] =
	"vault.example/reserve-log\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n";
static const char log_note[] =
	"vault.example/reserve-log\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n"
	DASH "vault.example/reserve-log bs8xTuf60J6th1VekigO0tBv1o/R9o+vfUPLFtyi4Zpsd7i1SnJ8PJ8I5d1hcs"
	"EYbRVBcMbYqueqffwkIZTId92f1A0=\n";

static struct verifier_key key_of(const char *text)
{
	struct verifier_key key;
	struct error error = { 0 };
	CU_ASSERT_TRUE_FATAL(verifier_key_parse(text, &key, &error));
	return key;
}

static struct signer *test_signer(void)
{
	static const char sentence[] = "project-vault test key, not secret";
	struct hash seed;
	hash_sha256(sentence, sizeof sentence - 1, &seed);
	return signer_from_seed(seed.bytes);
}

static bool parses(const char *bytes, size_t length)
{
	static struct note note;
	struct error error = { 0 };
	bool ok = note_parse(bytes, length, &note, &error);
	CU_ASSERT_TRUE(ok || error.id != ERROR_NONE);
	return ok;
}

/* Whether the note parses and the key signed it. */
static bool holds(const char *bytes, size_t length, const struct verifier_key *key)
{
	static struct note note;
	struct error error = { 0 };
	return note_parse(bytes, length, &note, &error) && note_verify(&note, key);
}

static void test_published_note(void)
{
	static struct note note;
	struct verifier_key key = key_of(foo_key);
	struct error error = { 0 };
	struct buffer out = { 0 };
	CU_ASSERT_EQUAL(key.id, 0x530d903a);
	CU_ASSERT_EQUAL(key.type, KEY_ED25519);
	verifier_key_format(&out, &key);
	CU_ASSERT_STRING_EQUAL(buffer_text(&out), foo_key);
	CU_ASSERT_TRUE_FATAL(note_parse(foo_note, sizeof foo_note - 1, &note, &error));
	CU_ASSERT_EQUAL(note.text_length, 28);
	CU_ASSERT_EQUAL(note.signature_count, 1);
	CU_ASSERT_TRUE(note_verify(&note, &key));
	buffer_clear(&out);
	note_compose(&out, &note);
	CU_ASSERT_STRING_EQUAL(buffer_text(&out), foo_note);
	buffer_free(&out);
}

static void test_flipped_bits(void)
{
	struct verifier_key key = key_of(foo_key);
	char bytes[sizeof foo_note];
	for (size_t i = 0; i + 1 < sizeof foo_note; i++) {
		for (int bit = 0; bit < 8; bit++) {
			memcpy(bytes, foo_note, sizeof bytes);
			bytes[i] = (char)(bytes[i] ^ (1 << bit));
			CU_ASSERT_FALSE(holds(bytes, sizeof foo_note - 1, &key));
		}
	}
	for (size_t length = 0; length + 1 < sizeof foo_note; length++)
		CU_ASSERT_FALSE(holds(foo_note, length, &key));
}

static void test_wrong_keys(void)
{
	struct verifier_key key = key_of(foo_key), other;
	size_t length = sizeof foo_note - 1;
	other = key;
	other.id ^= 1;
	CU_ASSERT_FALSE(holds(foo_note, length, &other));
	other = key;
	other.public_key[0] ^= 1;
	CU_ASSERT_FALSE(holds(foo_note, length, &other));
	other = key;
	strcpy(other.name, "example.com/bar");
	CU_ASSERT_FALSE(holds(foo_note, length, &other));
	other = key;
	other.type = KEY_COSIGNATURE;
	CU_ASSERT_FALSE(holds(foo_note, length, &other));
	CU_ASSERT_FALSE(verifier_key_equal(&key, &other));
}

static void test_key_texts(void)
{
	static const char *const bad[] = { "", "+", "++", "example.com/foo",
		"example.com/foo+530d903a", "example.com/foo+530d903a+",
		"+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
		"example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
		"example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
		"example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
		"example.com/foo+30d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
		"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
		"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
		"example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
		"example.com foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
		"example.com/\xC2\xA0+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct verifier_key key = { .type = 99 };
		struct error error = { 0 };
		CU_ASSERT_FALSE(verifier_key_parse(bad[i], &key, &error));
		CU_ASSERT_EQUAL(error.id, ERROR_INVALID);
		CU_ASSERT_EQUAL(key.type, 99);
	}
	char longest[KEY_NAME_MAX + 1];
	memset(longest, 'a', sizeof longest);
	longest[KEY_NAME_MAX] = '\0';
	CU_ASSERT_FALSE(verifier_key_name_fits(longest));
	longest[KEY_NAME_MAX - 1] = '\0';
	CU_ASSERT_TRUE(verifier_key_name_fits(longest));
	static const char *const names[] = { "", "a b", "a+b", "a\tb", "a\xE2\x80\x83z", "a\xFF" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		CU_ASSERT_FALSE(verifier_key_name_fits(names[i]));
	CU_ASSERT_TRUE(verifier_key_name_fits("r\xC3\xA9serve.example/log"));
}

static void test_note_forms(void)
{
#define SIGNED DASH "a.example AAAAAAA=\n"
	static const struct { const char *bytes; bool good; } cases[] = {
		{ "text\n\n" SIGNED, true },
		{ "text\n\n" SIGNED SIGNED, true },
		{ "one\n\ntwo\n\n" SIGNED, true },                  /* the last empty line counts */
		{ "text\n\n" SIGNED "\n" SIGNED, true },            /* so the first is text here */
		{ "\n\n" SIGNED, true },
		{ "", false },
		{ "text\n", false },
		{ "text\n\n", false },
		{ "\n" SIGNED, false },
		{ "text\n" SIGNED, false },
		{ "text\n\n" SIGNED "\n", false },
		{ "text\n\n" SIGNED "x\n", false },
		{ "text\n\n- a.example AAAAAAA=\n", false },
		{ "text\n\n" DASH "AAAAAAA=\n", false },
		{ "text\n\n" DASH " AAAAAAA=\n", false },
		{ "text\n\n" DASH "a.example  AAAAAAA=\n", false },
		{ "text\n\n" DASH "a.example AAAAAAA= \n", false },
		{ "text\n\n" DASH "a.example AAAAAAA=", false },
		{ "text\n\n" DASH "a.example AAAAAA==\n", false },  /* a key id and no signature */
		{ "text\n\n" DASH "a.example AAAAAAB=\n", false },  /* bits lost: not canonical */
		{ "text\n\n" DASH "a.example AAAAAAA\n", false },
		{ "text\n\n" DASH "a.example AAAA\nAAA=\n", false },
		{ "text\n\n" DASH "a+b AAAAAAA=\n", false },
		{ "te\txt\n\n" SIGNED, false },
		{ "te\rxt\n\n" SIGNED, false },
		{ "te\xFFxt\n\n" SIGNED, false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CU_ASSERT_EQUAL(parses(cases[i].bytes, strlen(cases[i].bytes)), cases[i].good);
	CU_ASSERT_FALSE(parses("te\0xt\n\n" SIGNED, 7 + sizeof SIGNED - 1));
}

static void test_note_limits(void)
{
	struct buffer note = { 0 };
	for (int i = 0; i < NOTE_TEXT_MAX - 1; i++)
		buffer_append_byte(&note, 'x');
	buffer_append_text(&note, "\n\n" SIGNED);
	CU_ASSERT_TRUE(parses(note.bytes, note.length));
	buffer_clear(&note);
	for (int i = 0; i < NOTE_TEXT_MAX; i++)
		buffer_append_byte(&note, 'x');
	buffer_append_text(&note, "\n\n" SIGNED);
	CU_ASSERT_FALSE(parses(note.bytes, note.length));
	buffer_clear(&note);
	buffer_append_text(&note, "text\n\n");
	for (int i = 0; i < NOTE_SIGNATURES_MAX; i++)
		buffer_append_text(&note, SIGNED);
	CU_ASSERT_TRUE(parses(note.bytes, note.length));
	buffer_append_text(&note, SIGNED);
	CU_ASSERT_FALSE(parses(note.bytes, note.length));
	buffer_free(&note);
}

/* A signature of a kind that nobody here knows, and longer than any that we keep. */
static void test_long_signature(void)
{
	static struct note note;
	struct buffer bytes = { 0 };
	struct error error = { 0 };
	uint8_t foreign[2432] = { 1, 2, 3, 4 };
	struct verifier_key key = key_of(foo_key);
	buffer_append_text(&bytes, foo_note);
	buffer_append_text(&bytes, DASH "witness.example ");
	base64_append(&bytes, foreign, sizeof foreign);
	buffer_append_byte(&bytes, '\n');
	CU_ASSERT_TRUE_FATAL(note_parse(bytes.bytes, bytes.length, &note, &error));
	CU_ASSERT_EQUAL(note.signature_count, 2);
	CU_ASSERT_EQUAL(note.signatures[1].length, sizeof foreign - 4);
	CU_ASSERT_TRUE(note_verify(&note, &key));
	buffer_clear(&bytes);
	note_compose(&bytes, &note);
	CU_ASSERT_STRING_EQUAL(buffer_text(&bytes), foo_note);
	buffer_free(&bytes);
}

static void test_signing(void)
{
	struct signer *officer, *witness;
	struct verifier_key officer_key, witness_key;
	struct error error = { 0 };
	struct buffer note = { 0 };
	static const char text[] = "projectvault.org/plan@v1\n\nwith an empty line\n";
	size_t length = sizeof text - 1;
	CU_ASSERT_TRUE_FATAL(signer_generate(&officer, &error));
	CU_ASSERT_TRUE_FATAL(signer_generate(&witness, &error));
	CU_ASSERT_TRUE(signer_verifier_key(officer, "a.example/O-1", KEY_ED25519, &officer_key, &error));
	CU_ASSERT_TRUE(signer_verifier_key(witness, "w.example", KEY_COSIGNATURE, &witness_key, &error));
	buffer_append(&note, text, length);
	CU_ASSERT_TRUE(note_sign(&note, length, "a.example/O-1", officer, &error));
	CU_ASSERT_TRUE(note_cosign(&note, length, "w.example", 1700000000, witness, &error));
	CU_ASSERT_TRUE(holds(note.bytes, note.length, &officer_key));
	CU_ASSERT_TRUE(holds(note.bytes, note.length, &witness_key));

	static struct note parsed;
	CU_ASSERT_TRUE_FATAL(note_parse(note.bytes, note.length, &parsed, &error));
	CU_ASSERT_EQUAL(parsed.text_length, length);
	const struct note_signature *found = note_find(&parsed, &witness_key);
	CU_ASSERT_PTR_NOT_NULL_FATAL(found);
	CU_ASSERT_EQUAL(note_cosignature_time(found), 1700000000);
	parsed.signatures[1].bytes[7] ^= 1; /* another time */
	CU_ASSERT_FALSE(note_verify(&parsed, &witness_key));
	CU_ASSERT_TRUE(note_verify(&parsed, &officer_key));

	/* one good line does not outweigh a bad one of the same key */
	uint8_t nonsense[64] = { 7 };
	note_signature_append(&note, "a.example/O-1", officer_key.id, nonsense, sizeof nonsense);
	CU_ASSERT_FALSE(holds(note.bytes, note.length, &officer_key));
	CU_ASSERT_TRUE(holds(note.bytes, note.length, &witness_key));
	CU_ASSERT_FALSE(note_sign(&note, length, "no name", officer, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_INVALID);
	buffer_free(&note);
	signer_free(officer);
	signer_free(witness);
}

static int say_secret(void *context, char *to, int size)
{
	const char *secret = context;
	CU_ASSERT_TRUE_FATAL((int)strlen(secret) < size);
	memcpy(to, secret, strlen(secret));
	return (int)strlen(secret);
}

static int say_nothing(void *context, char *to, int size)
{
	(void)context, (void)to, (void)size;
	return -1;
}

static void test_pem(void)
{
	struct signer *signer = test_signer(), *loaded;
	struct error error = { 0 };
	struct buffer plain = { 0 }, sealed = { 0 };
	uint8_t a[KEY_PUBLIC_SIZE], b[KEY_PUBLIC_SIZE], signature[KEY_SIGNATURE_SIZE];
	signer_public_key(signer, a);
	CU_ASSERT_TRUE_FATAL(signer_to_pem(signer, NULL, &plain, &error));
	CU_ASSERT_TRUE(text_starts(buffer_text(&plain), "-----BEGIN PRIVATE KEY-----\n"));
	CU_ASSERT_TRUE_FATAL(signer_load_pem(plain.bytes, plain.length, NULL, NULL, &loaded, &error));
	signer_public_key(loaded, b);
	CU_ASSERT_EQUAL(memcmp(a, b, sizeof a), 0);
	signer_sign(loaded, "x", 1, signature);
	CU_ASSERT_TRUE(key_verify(a, "x", 1, signature));
	CU_ASSERT_FALSE(key_verify(a, "y", 1, signature));
	CU_ASSERT_FALSE(key_verify(a, "x", 0, signature));
	signature[0] ^= 1;
	CU_ASSERT_FALSE(key_verify(a, "x", 1, signature));
	signer_free(loaded);

	CU_ASSERT_TRUE_FATAL(signer_to_pem(signer, "open sesame", &sealed, &error));
	CU_ASSERT_TRUE(text_starts(buffer_text(&sealed), "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
	char secret[] = "open sesame", wrong[] = "open barley";
	CU_ASSERT_TRUE_FATAL(
		signer_load_pem(sealed.bytes, sealed.length, say_secret, secret, &loaded, &error));
	signer_public_key(loaded, b);
	CU_ASSERT_EQUAL(memcmp(a, b, sizeof a), 0);
	signer_free(loaded);
	loaded = NULL;
	static const struct { signer_passphrase *passphrase; const char *says; } cases[] = {
		{ NULL, "protected by a passphrase" },
		{ say_nothing, "does not open" },
		{ say_secret, "does not open" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		error = (struct error){ 0 };
		CU_ASSERT_FALSE(signer_load_pem(sealed.bytes, sealed.length, cases[i].passphrase, wrong,
			&loaded, &error));
		CU_ASSERT_PTR_NOT_NULL(strstr(error.message, cases[i].says));
	}
	CU_ASSERT_PTR_NULL(loaded);
	key_cleanse_buffer(&plain);
	CU_ASSERT_EQUAL(plain.length, 0);
	CU_ASSERT_EQUAL(plain.bytes[0], 0);
	buffer_free(&plain);
	buffer_free(&sealed);
	signer_free(signer);
	signer_free(NULL);
}

static void test_bad_pem(void)
{
	static const char *const bad[] = { "", "nonsense",
		"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
		/* an X25519 key: well formed and of the wrong kind */
		"-----BEGIN PRIVATE KEY-----\n"
		"MC4CAQAwBQYDK2VuBCIEIPBPy6ojbyeMvyN5hXW8zqZf0DpVNFEZVkBP64NsTPBB\n"
		"-----END PRIVATE KEY-----\n" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct signer *signer = NULL;
		struct error error = { 0 };
		CU_ASSERT_FALSE(signer_load_pem(bad[i], strlen(bad[i]), NULL, NULL, &signer, &error));
		CU_ASSERT_EQUAL(error.id, ERROR_INVALID);
		CU_ASSERT_PTR_NULL(signer);
	}
}

static void test_published_checkpoint(void)
{
	struct signer *signer = test_signer();
	struct verifier_key key = key_of(log_key), derived;
	struct checkpoint checkpoint;
	struct error error = { 0 };
	struct buffer note = { 0 };
	CU_ASSERT_TRUE(signer_verifier_key(signer, key.name, KEY_ED25519, &derived, &error));
	CU_ASSERT_TRUE(verifier_key_equal(&key, &derived));
	CU_ASSERT_TRUE_FATAL(checkpoint_open(log_note, sizeof log_note - 1, &key, 1, &checkpoint,
		&error));
	CU_ASSERT_STRING_EQUAL(checkpoint.origin, "vault.example/reserve-log");
	CU_ASSERT_EQUAL(checkpoint.size, 8);
	checkpoint_append_text(&note, &checkpoint);
	CU_ASSERT_STRING_EQUAL(buffer_text(&note), log_text);
	CU_ASSERT_TRUE(note_sign(&note, note.length, key.name, signer, &error));
	CU_ASSERT_STRING_EQUAL(buffer_text(&note), log_note);
	buffer_free(&note);
	signer_free(signer);
}

static void test_checkpoint_forms(void)
{
#define ROOT "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg="
	static const struct { const char *text; bool good; } cases[] = {
		{ "o.example\n8\n" ROOT "\n", true },
		{ "o.example\n0\n" ROOT "\n", true },
		{ "o.example\n9007199254740991\n" ROOT "\n", true },
		{ "o.example\n9007199254740992\n" ROOT "\n", false },
		{ "o.example\n99999999999999999999999\n" ROOT "\n", false },
		{ "o.example\n08\n" ROOT "\n", false },
		{ "o.example\n+8\n" ROOT "\n", false },
		{ "o.example\n-8\n" ROOT "\n", false },
		{ "o.example\n\n" ROOT "\n", false },
		{ "o.example\n 8\n" ROOT "\n", false },
		{ "\n8\n" ROOT "\n", false },
		{ "o example\n8\n" ROOT "\n", false },
		{ "o.example\n8\n" ROOT, false },
		{ "o.example\n8\n" ROOT " \n", false },
		{ "o.example\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyh=\n", false },
		{ "o.example\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg\n", false },
		{ "o.example\n8\nAAAA\n", false },
		{ "o.example\n8\n\n", false },
		{ "o.example\n8\n" ROOT "\nextension\n", false },
		{ "o.example\n8\n", false },
		{ "o.example", false },
		{ "", false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct checkpoint checkpoint = { .size = -7 };
		struct error error = { 0 };
		bool ok = checkpoint_parse(cases[i].text, strlen(cases[i].text), &checkpoint, &error);
		CU_ASSERT_EQUAL(ok, cases[i].good);
		CU_ASSERT_TRUE(ok || checkpoint.size == -7);
	}
}

/* Which keys vouch for a checkpoint. */
static void test_checkpoint_keys(void)
{
	struct signer *log = test_signer(), *other;
	struct verifier_key keys[2];
	struct checkpoint checkpoint;
	struct error error = { 0 };
	struct buffer note = { 0 };
	CU_ASSERT_TRUE_FATAL(signer_generate(&other, &error));
	buffer_append_text(&note, log_text);
	size_t length = note.length;
	CU_ASSERT_TRUE(note_sign(&note, length, "vault.example/orders", other, &error));
	CU_ASSERT_TRUE(signer_verifier_key(other, "vault.example/orders", KEY_ED25519, &keys[0], &error));
	CU_ASSERT_FALSE(checkpoint_open(note.bytes, note.length, keys, 1, &checkpoint, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_BAD_SIGNATURE); /* a good signature, but not the log's */

	error = (struct error){ 0 };
	CU_ASSERT_TRUE(note_sign(&note, length, "vault.example/reserve-log", log, &error));
	keys[1] = key_of(log_key);
	CU_ASSERT_TRUE(checkpoint_open(note.bytes, note.length, keys, 2, &checkpoint, &error));
	CU_ASSERT_TRUE(checkpoint_open(note.bytes, note.length, &keys[1], 1, &checkpoint, &error));
	CU_ASSERT_TRUE(checkpoint_open(note.bytes, note.length, NULL, 0, &checkpoint, &error));
	keys[0].public_key[5] ^= 1; /* a given key whose signature is bad spoils it */
	CU_ASSERT_FALSE(checkpoint_open(note.bytes, note.length, keys, 2, &checkpoint, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_BAD_SIGNATURE);
	buffer_free(&note);
	signer_free(log);
	signer_free(other);
}

struct weighing {
	int64_t gross_g;
	char lot[CODE_MAX];
};

static const struct field weighing_fields[] = {
	F_INT(struct weighing, gross_g),
	F_TEXT(struct weighing, lot),
};
static const struct descriptor weighing_descriptor =
	DESCRIPTOR("weighing", struct weighing, weighing_fields);

static void test_entry(void)
{
	struct entry_meta meta = { .sequence = 48211, .at = 1763843465000, .effective = ABSENT,
		.actor = "vaultd", .kind = "lot.weighed" };
	struct weighing body = { 2500000, "GA-0042" };
	struct buffer out = { 0 };
	size_t size = entry_append(&out, &meta, &weighing_descriptor, &body);
	CU_ASSERT_EQUAL(size, out.length);
	CU_ASSERT_STRING_EQUAL(buffer_text(&out), "{\"actor\":\"vaultd\",\"at\":\"2025-11-22T20:31:05Z\","
		"\"body\":{\"gross_g\":2500000,\"lot\":\"GA-0042\"},\"kind\":\"lot.weighed\","
		"\"sequence\":48211}");
	meta.has_command = true;
	meta.effective = 1763843465123;
	memset(meta.command, 0x11, sizeof meta.command);
	memset(meta.digest, 0xAB, sizeof meta.digest);
	size_t before = out.length;
	size = entry_append_raw(&out, &meta, "{}", 2);
	CU_ASSERT_EQUAL(before + size, out.length);
	CU_ASSERT_STRING_EQUAL(buffer_text(&out) + before, "{\"actor\":\"vaultd\","
		"\"at\":\"2025-11-22T20:31:05Z\",\"body\":{},"
		"\"command\":\"11111111-1111-1111-1111-111111111111\",\"digest\":"
		"\"abababababababababababababababababababababababababababababababab\","
		"\"effective\":\"2025-11-22T20:31:05.123Z\",\"kind\":\"lot.weighed\",\"sequence\":48211}");
	buffer_free(&out);
}

static const uint8_t leaf_five[] = { 0x40, 0x41, 0x42, 0x43 };

/* The receipt of leaf 5 under the published checkpoint. */
static void make_receipt(struct buffer *out, const char *extra)
{
	static const char *const hex[] = {
		"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
		"ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	};
	struct tree_path path = { .length = 3 };
	for (size_t i = 0; i < 3; i++)
		CU_ASSERT_TRUE_FATAL(text_to_hex(hex[i], path.hashes[i].bytes, HASH_SIZE));
	proof_append(out, 5, &path, extra, extra != NULL ? strlen(extra) : 0, log_note,
		sizeof log_note - 1);
}

static bool receipt_holds(const char *bytes, size_t length, const struct verifier_key *key)
{
	struct proof proof;
	struct checkpoint checkpoint;
	struct error error = { 0 };
	if (!proof_parse(bytes, length, &proof, &error))
		return false;
	bool ok = proof_verify(&proof, leaf_five, sizeof leaf_five, key, 1, &checkpoint, &error);
	CU_ASSERT_TRUE(!ok || checkpoint.size == 8);
	proof_clear(&proof);
	return ok;
}

static void test_receipt(void)
{
	struct verifier_key key = key_of(log_key);
	struct buffer out = { 0 };
	struct proof proof;
	struct checkpoint checkpoint;
	struct error error = { 0 };
	make_receipt(&out, NULL);
	CU_ASSERT_TRUE(text_starts(buffer_text(&out), "c2sp.org/tlog-proof@v1\nindex 5\n"
		"vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=\n"));
	CU_ASSERT_TRUE(receipt_holds(out.bytes, out.length, &key));
	for (size_t i = 0; i < out.length; i++) {
		for (int bit = 0; bit < 8; bit++) {
			out.bytes[i] = (char)(out.bytes[i] ^ (1 << bit));
			CU_ASSERT_FALSE(receipt_holds(out.bytes, out.length, &key));
			out.bytes[i] = (char)(out.bytes[i] ^ (1 << bit));
		}
	}
	for (size_t length = 0; length < out.length; length++)
		CU_ASSERT_FALSE(receipt_holds(out.bytes, length, &key));

	buffer_clear(&out);
	make_receipt(&out, "{\"lot\":1}");
	CU_ASSERT_TRUE_FATAL(proof_parse(out.bytes, out.length, &proof, &error));
	CU_ASSERT_TRUE(proof.has_extra);
	CU_ASSERT_STRING_EQUAL(buffer_text(&proof.extra), "{\"lot\":1}");
	CU_ASSERT_TRUE(proof_verify(&proof, leaf_five, 4, &key, 1, &checkpoint, &error));
	CU_ASSERT_FALSE(proof_verify(&proof, leaf_five, 3, &key, 1, &checkpoint, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_LEDGER);
	proof_clear(&proof);
	buffer_free(&out);
}

static void test_receipt_forms(void)
{
#define HASH_LINE "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=\n"
	static const struct { const char *bytes; bool good; } cases[] = {
		{ PROOF_TYPE_LINE "\nindex 0\n\n", true },
		{ PROOF_TYPE_LINE "\nextra \nindex 0\n\n", true },
		{ PROOF_TYPE_LINE "\nindex 5\n" HASH_LINE "\n", true },
		{ PROOF_TYPE_LINE "\nindex 05\n" HASH_LINE "\n", false },
		{ PROOF_TYPE_LINE "\nindex -1\n\n", false },
		{ PROOF_TYPE_LINE "\nindex \n\n", false },
		{ PROOF_TYPE_LINE "\nindex 5 \n\n", false },
		{ PROOF_TYPE_LINE "\nindex 5\n" HASH_LINE, false },
		{ PROOF_TYPE_LINE "\nindex 5\nAAAA\n\n", false },
		{ PROOF_TYPE_LINE "\nindex 5\nvBoGQ7EuTS18d5GPRODO95qDi2z57FtcKD4fTYhZnmt=\n\n", false },
		{ PROOF_TYPE_LINE "\nextra A\nindex 5\n\n", false },
		{ PROOF_TYPE_LINE "\nindex 5\nextra AAAA\n\n", false },
		{ PROOF_TYPE_LINE "\nextra AAAA\nextra AAAA\nindex 5\n\n", false },
		{ PROOF_TYPE_LINE " \nindex 5\n\n", false },
		{ "c2sp.org/tlog-proof@v2\nindex 5\n\n", false },
		{ "", false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct proof proof;
		struct error error = { 0 };
		bool ok = proof_parse(cases[i].bytes, strlen(cases[i].bytes), &proof, &error);
		CU_ASSERT_EQUAL(ok, cases[i].good);
		if (ok)
			proof_clear(&proof);
	}
	struct buffer deep = { 0 };
	struct proof proof;
	struct error error = { 0 };
	buffer_append_text(&deep, PROOF_TYPE_LINE "\nindex 0\n");
	for (int i = 0; i < TREE_PATH_MAX + 1; i++)
		buffer_append_text(&deep, HASH_LINE);
	buffer_append_text(&deep, "\n");
	CU_ASSERT_FALSE(proof_parse(deep.bytes, deep.length, &proof, &error));
	buffer_free(&deep);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "the published note", test_published_note },
		{ "no bit of a note can change", test_flipped_bits },
		{ "no other key verifies it", test_wrong_keys },
		{ "texts of verifier keys", test_key_texts },
		{ "forms of a note", test_note_forms },
		{ "limits of a note", test_note_limits },
		{ "signatures of unknown kinds are ignored", test_long_signature },
		{ "signing and cosigning", test_signing },
		{ "private keys as PEM, with and without a passphrase", test_pem },
		{ "PEM that is no Ed25519 key", test_bad_pem },
		{ "the published checkpoint", test_published_checkpoint },
		{ "forms of a checkpoint", test_checkpoint_forms },
		{ "which keys vouch for a checkpoint", test_checkpoint_keys },
		{ "entries are canonical JSON", test_entry },
		{ "a receipt, and no bit of it can change", test_receipt },
		{ "forms of a receipt", test_receipt_forms },
		CU_TEST_INFO_NULL,
	};
	return run_cases("ledger: notes", cases);
}
