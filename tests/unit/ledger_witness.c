/* Cosignatures, consistency as text, what a witness judges, evidence of forks, and policies. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner.h"

#include "base/text.h"
#include "ledger/consistency.h"
#include "ledger/export.h"
#include "ledger/key.h"
#include "ledger/policy.h"
#include "ledger/witness.h"

#define DASH "\xE2\x80\x94 "

static const char origin[] = "vault.example/reserve-log";
static const char log_vkey[] =
	"vault.example/reserve-log+6ecf314e+AQiOjn0zWYCb9Ur/OYaBkjMZL5o4AHnuwUEIvDMVSc5Q";

/* RFC 6962's published leaves: roots of three and eight of them, and the proof between the two. */
static const char root3_hex[] = "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77";
static const char root8_hex[] = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328";
static const char *const path_hex[] = {
	"0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
	"07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
};
static const char note8[] =
	"vault.example/reserve-log\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n"
	DASH "vault.example/reserve-log bs8xTuf60J6th1VekigO0tBv1o/R9o+vfUPLFtyi4Zpsd7i1SnJ8PJ8I5d1hcs"
	"EYbRVBcMbYqueqffwkIZTId92f1A0=\n";

/* Of that note by the same public test key, made with openssl at a time that C2SP uses in its example. */
static const char jpn_vkey[] =
	"vault.example/reserve-log/jpn+82dbea60+BAiOjn0zWYCb9Ur/OYaBkjMZL5o4AHnuwUEIvDMVSc5Q";
static const char jpn_line[] = DASH "vault.example/reserve-log/jpn gtvqYAAAAABkGFDLL1z4Sgc7IjoqPWCwK/r"
	"wx+2KIF8ion/MrIOYwQD+JsKTTbtNCEqVT4hgMUq2Cy3nY5SXalbQDRyVbkGzgnI/Dg==\n";

static struct hash hash_of(const char *hex)
{
	struct hash hash;
	CU_ASSERT_TRUE_FATAL(text_to_hex(hex, hash.bytes, HASH_SIZE));
	return hash;
}

static struct verifier_key key_of(const char *text)
{
	struct verifier_key key;
	struct error error = { 0 };
	CU_ASSERT_TRUE_FATAL(verifier_key_parse(text, &key, &error));
	return key;
}

static struct signer *test_signer(const char *sentence)
{
	struct hash seed;
	hash_sha256(sentence, strlen(sentence), &seed);
	return signer_from_seed(seed.bytes);
}

static struct tree_path published_path(void)
{
	struct tree_path path = { .length = 4 };
	for (int i = 0; i < 4; i++)
		path.hashes[i] = hash_of(path_hex[i]);
	return path;
}

/* A signed checkpoint of that size and root by the test log. */
static void sign_checkpoint(struct buffer *out, int64_t size, const struct hash *root)
{
	struct checkpoint checkpoint = { .size = size, .root = *root };
	struct signer *signer = test_signer("project-vault test key, not secret");
	struct error error = { 0 };
	text_copy(checkpoint.origin, sizeof checkpoint.origin, origin);
	checkpoint_append_text(out, &checkpoint);
	CU_ASSERT_TRUE_FATAL(note_sign(out, out->length, origin, signer, &error));
	signer_free(signer);
}

/* ---- cosignatures ---- */

static void test_cosignature(void)
{
	struct verifier_key key = key_of(jpn_vkey);
	struct buffer whole = { 0 }, again = { 0 };
	struct note note;
	struct error error = { 0 };
	buffer_append_text(&whole, note8);
	buffer_append_text(&whole, jpn_line);
	CU_ASSERT_EQUAL(key.type, KEY_COSIGNATURE);
	CU_ASSERT_TRUE_FATAL(note_parse(whole.bytes, whole.length, &note, &error));
	CU_ASSERT_TRUE(note_verify(&note, &key));
	const struct note_signature *line = note_find(&note, &key);
	CU_ASSERT_PTR_NOT_NULL_FATAL(line);
	CU_ASSERT_EQUAL(note_cosignature_time(line), 1679315147);

	/* ours is the same bytes */
	struct signer *signer = test_signer("project-vault test key, not secret");
	buffer_append_text(&again, note8);
	CU_ASSERT_TRUE(note_cosign(&again, note.text_length, key.name, 1679315147, signer, &error));
	CU_ASSERT_STRING_EQUAL(buffer_text(&again), buffer_text(&whole));
	signer_free(signer);

	/* any bit of the line, its time too, makes it no good */
	for (size_t i = sizeof note8 - 1; i < whole.length; i++) {
		whole.bytes[i] ^= 1;
		CU_ASSERT_FALSE(note_parse(whole.bytes, whole.length, &note, &error) &&
			note_verify(&note, &key));
		whole.bytes[i] ^= 1;
	}
	/* an ordinary signature by the same public key is no cosignature, nor the other way round */
	struct verifier_key log = key_of(log_vkey);
	CU_ASSERT_TRUE_FATAL(note_parse(note8, sizeof note8 - 1, &note, &error));
	text_copy(key.name, sizeof key.name, log.name);
	key.id = log.id;
	CU_ASSERT_FALSE(note_verify(&note, &key));
	buffer_free(&whole);
	buffer_free(&again);
}

/* ---- consistency ---- */

static void test_consistency(void)
{
	struct tree_path path = published_path();
	struct hash root3 = hash_of(root3_hex), root8 = hash_of(root8_hex);
	struct verifier_key log = key_of(log_vkey);
	struct buffer text = { 0 }, again = { 0 };
	struct consistency proof;
	struct checkpoint checkpoint;
	struct error error = { 0 };
	consistency_append(&text, 3, &path, note8, sizeof note8 - 1);
	CU_ASSERT_TRUE(text_starts(buffer_text(&text),
		"old 3\nApjRIpBtz8EIkstTpzmS/FufST6kybrbJ7eRtBJ6f+c=\n"));
	CU_ASSERT_TRUE_FATAL(consistency_parse(text.bytes, text.length, &proof, &error));
	consistency_append(&again, proof.old_size, &proof.path, proof.checkpoint,
		proof.checkpoint_length);
	CU_ASSERT_STRING_EQUAL(buffer_text(&again), buffer_text(&text));
	CU_ASSERT_TRUE(consistency_verify(&proof, &root3, &log, 1, &checkpoint, &error));
	CU_ASSERT_EQUAL(checkpoint.size, 8);
	CU_ASSERT_FALSE(consistency_verify(&proof, &root8, &log, 1, &checkpoint, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_LEDGER);
	for (size_t i = 0; i < text.length; i++) {
		text.bytes[i] ^= 2;
		error = (struct error){ 0 };
		CU_ASSERT_FALSE(consistency_parse(text.bytes, text.length, &proof, &error) &&
			consistency_verify(&proof, &root3, &log, 1, &checkpoint, &error));
		CU_ASSERT_NOT_EQUAL(error.id, ERROR_NONE);
		text.bytes[i] ^= 2;
	}
	buffer_free(&text);
	buffer_free(&again);
}

static void test_consistency_forms(void)
{
	static const char *const bad[] = { "", "old", "old 3", "old 03\n\n", "old -1\n\n", "old 3 \n\n",
		"Old 3\n\n", "old 3\n", "old 3\nAAAA\n\n", "old 3\nnot base64\n\n", "old 3\n" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct consistency proof;
		struct error error = { 0 };
		CU_ASSERT_FALSE(consistency_parse(bad[i], strlen(bad[i]), &proof, &error));
		CU_ASSERT_EQUAL(error.id, ERROR_INVALID);
	}
	struct buffer long_one = { 0 };
	struct consistency proof;
	struct error error = { 0 };
	buffer_append_text(&long_one, "old 3\n");
	for (int i = 0; i < TREE_PATH_MAX + 1; i++)
		buffer_append_text(&long_one, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
	buffer_append_text(&long_one, "\n");
	CU_ASSERT_FALSE(consistency_parse(long_one.bytes, long_one.length, &proof, &error));
	buffer_free(&long_one);
}

/* ---- judging ---- */

static void test_judging(void)
{
	struct hasher *hasher = hasher_new();
	struct tree_path path = published_path(), none = { 0 };
	struct checkpoint old = { .size = 3, .root = hash_of(root3_hex) };
	struct checkpoint new = { .size = 8, .root = hash_of(root8_hex) };
	struct checkpoint other = old;
	other.root.bytes[5] ^= 1;
	CU_ASSERT_EQUAL(witness_judge(hasher, NULL, &new, &none), WITNESS_FIRST);
	CU_ASSERT_EQUAL(witness_judge(hasher, &old, &old, &none), WITNESS_SAME);
	CU_ASSERT_EQUAL(witness_judge(hasher, &old, &other, &none), WITNESS_FORK);
	CU_ASSERT_EQUAL(witness_judge(hasher, &old, &new, &path), WITNESS_EXTENDS);
	CU_ASSERT_EQUAL(witness_judge(hasher, &old, &new, &none), WITNESS_FORK);
	CU_ASSERT_EQUAL(witness_judge(hasher, &other, &new, &path), WITNESS_FORK);
	CU_ASSERT_EQUAL(witness_judge(hasher, &new, &old, &none), WITNESS_BACK);
	hasher_free(hasher);
}

/* ---- evidence ---- */

static enum fork_proof weigh(const struct fork_evidence *evidence)
{
	struct buffer text = { 0 }, again = { 0 };
	struct fork_evidence read;
	struct checkpoint checkpoints[2];
	struct error error = { 0 };
	enum fork_proof proof = FORK_NOTHING;
	fork_evidence_append(&text, evidence);
	CU_ASSERT_TRUE_FATAL(fork_evidence_parse(text.bytes, text.length, &read, &error));
	fork_evidence_append(&again, &read);
	CU_ASSERT_STRING_EQUAL(buffer_text(&again), buffer_text(&text));
	CU_ASSERT_TRUE(fork_evidence_check(&read, &proof, checkpoints, &error));
	for (size_t length = 0; length < text.length; length++) { /* cut off anywhere it holds no more */
		error = (struct error){ 0 };
		CU_ASSERT_FALSE(fork_evidence_parse(text.bytes, length, &read, &error) &&
			fork_evidence_check(&read, &proof, checkpoints, &error));
	}
	buffer_free(&text);
	buffer_free(&again);
	return proof;
}

static void test_evidence(void)
{
	struct hash root3 = hash_of(root3_hex), root8 = hash_of(root8_hex), forged = root3;
	struct buffer true3 = { 0 }, forged3 = { 0 }, true8 = { 0 };
	struct fork_evidence evidence = { .log = key_of(log_vkey), .found_at = 1795887594000 };
	forged.bytes[0] ^= 1;
	sign_checkpoint(&true3, 3, &root3);
	sign_checkpoint(&forged3, 3, &forged);
	sign_checkpoint(&true8, 8, &root8);
	evidence.notes[0] = true3.bytes, evidence.note_lengths[0] = true3.length;
	evidence.notes[1] = forged3.bytes, evidence.note_lengths[1] = forged3.length;
	CU_ASSERT_EQUAL(weigh(&evidence), FORK_SAME_SIZE);
	evidence.notes[1] = true3.bytes, evidence.note_lengths[1] = true3.length;
	CU_ASSERT_EQUAL(weigh(&evidence), FORK_NOTHING);

	/* the larger one's past has another root than the smaller one: its own proof shows it */
	evidence.notes[0] = forged3.bytes, evidence.note_lengths[0] = forged3.length;
	evidence.notes[1] = true8.bytes, evidence.note_lengths[1] = true8.length;
	CU_ASSERT_EQUAL(weigh(&evidence), FORK_NOTHING);
	evidence.has_old_root = true;
	evidence.old_root = root3;
	CU_ASSERT_EQUAL(weigh(&evidence), FORK_NOTHING);
	evidence.path = published_path();
	CU_ASSERT_EQUAL(weigh(&evidence), FORK_OTHER_PAST);
	/* with what is true nothing is proved, whatever root is claimed */
	evidence.notes[0] = true3.bytes, evidence.note_lengths[0] = true3.length;
	CU_ASSERT_EQUAL(weigh(&evidence), FORK_NOTHING);
	evidence.old_root = forged;
	CU_ASSERT_EQUAL(weigh(&evidence), FORK_NOTHING);

	/* another's signature is no evidence against this log */
	struct checkpoint checkpoints[2];
	enum fork_proof proof;
	struct error error = { 0 };
	evidence.log.public_key[3] ^= 1;
	CU_ASSERT_FALSE(fork_evidence_check(&evidence, &proof, checkpoints, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_BAD_SIGNATURE);
	buffer_free(&true3);
	buffer_free(&forged3);
	buffer_free(&true8);
}

/* ---- policies ---- */

enum { WITNESSES = 4 };
static struct signer *signers[WITNESSES];
static struct verifier_key witness_keys[WITNESSES];
static char witness_texts[WITNESSES][KEY_NAME_MAX + 64];

static void make_witnesses(void)
{
	for (int i = 0; i < WITNESSES; i++) {
		char name[64];
		struct buffer text = { 0 };
		struct error error = { 0 };
		snprintf(name, sizeof name, "%s/w%d", origin, i);
		signers[i] = test_signer(name);
		CU_ASSERT_TRUE(signer_verifier_key(signers[i], name, KEY_COSIGNATURE, &witness_keys[i],
			&error));
		verifier_key_format(&text, &witness_keys[i]);
		text_copy(witness_texts[i], sizeof witness_texts[i], buffer_text(&text));
		buffer_free(&text);
	}
}

static void free_witnesses(void)
{
	for (int i = 0; i < WITNESSES; i++)
		signer_free(signers[i]);
}

/* The published checkpoint, cosigned by those whose bits are set. */
static void cosign(struct buffer *out, unsigned by)
{
	size_t text_length = (size_t)(strstr(note8, "\n\n") + 1 - note8);
	struct error error = { 0 };
	buffer_append_text(out, note8);
	for (int i = 0; i < WITNESSES; i++) {
		if ((by >> i & 1) != 0)
			CU_ASSERT_TRUE(note_cosign(out, text_length, witness_keys[i].name,
				1700000000 + (uint64_t)i, signers[i], &error));
	}
}

static bool satisfies(const struct policy *policy, unsigned by, struct policy_result *ret_result,
	struct error *error)
{
	struct buffer bytes = { 0 };
	struct note note;
	*error = (struct error){ 0 };
	cosign(&bytes, by);
	CU_ASSERT_TRUE_FATAL(note_parse(bytes.bytes, bytes.length, &note, error));
	bool good = policy_check(policy, &note, ret_result, error);
	buffer_free(&bytes);
	return good;
}

static void test_k_of_n(void)
{
	make_witnesses();
	for (int64_t k = 1; k <= WITNESSES; k++) {
		struct policy policy;
		struct policy_result result;
		struct error error = { 0 };
		CU_ASSERT_TRUE_FATAL(policy_of_witnesses(witness_keys, WITNESSES, k, &policy, &error));
		for (unsigned by = 0; by < 1U << WITNESSES; by++) {
			bool good = satisfies(&policy, by, &result, &error);
			CU_ASSERT_EQUAL(good, __builtin_popcount(by) >= k);
			if (good)
				CU_ASSERT_EQUAL(result.cosigned, (size_t)__builtin_popcount(by));
			if (!good)
				CU_ASSERT_EQUAL(error.id, ERROR_LEDGER);
			for (int i = 0; !good && i < WITNESSES; i++) /* who is missing is named, and nobody else */
				CU_ASSERT_EQUAL(strstr(error.message, witness_keys[i].name) != NULL,
					(by >> i & 1) == 0);
		}
		policy_clear(&policy);
	}
	free_witnesses();
}

/* A line that names a witness and does not verify is a fault, even where others suffice. */
static void test_bad_cosignature(void)
{
	struct policy policy;
	struct policy_result result;
	struct error error = { 0 };
	struct buffer bytes = { 0 };
	struct note note;
	make_witnesses();
	CU_ASSERT_TRUE(policy_of_witnesses(witness_keys, 2, 1, &policy, &error));
	cosign(&bytes, 3);
	CU_ASSERT_TRUE_FATAL(note_parse(bytes.bytes, bytes.length, &note, &error));
	note.signatures[2].bytes[40] ^= 1;
	CU_ASSERT_FALSE(policy_check(&policy, &note, &result, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_BAD_SIGNATURE);
	policy_clear(&policy);
	buffer_free(&bytes);
	/* the log's own key is no witness, and one key is not two */
	struct verifier_key log = key_of(log_vkey);
	error = (struct error){ 0 };
	CU_ASSERT_FALSE(policy_of_witnesses(&log, 1, 1, &policy, &error));
	policy_clear(&policy);
	struct verifier_key twice[] = { witness_keys[0], witness_keys[0] };
	text_copy(twice[1].name, sizeof twice[1].name, "another/name");
	error = (struct error){ 0 };
	CU_ASSERT_FALSE(policy_of_witnesses(twice, 2, 2, &policy, &error));
	policy_clear(&policy);
	free_witnesses();
}

static bool reads(const char *text, struct policy *policy, struct error *error)
{
	*error = (struct error){ 0 };
	return policy_parse(text, strlen(text), policy, error);
}

static void test_policy_file(void)
{
	struct policy policy;
	struct policy_result result;
	struct error error;
	char text[4096];
	make_witnesses();
	snprintf(text, sizeof text, "# whom we believe\n\n  log %s https://reserve.example/\n"
		"witness a %s\nwitness\tb\t%s\nwitness c %s https://c.example/\nwitness d %s\n"
		"group two 2 a b c\ngroup all all two d\nquorum all\n", log_vkey, witness_texts[0],
		witness_texts[1], witness_texts[2], witness_texts[3]);
	CU_ASSERT_TRUE_FATAL(reads(text, &policy, &error));
	CU_ASSERT_EQUAL(policy.log_count, 1);
	CU_ASSERT_STRING_EQUAL(policy.logs[0].name, origin);
	CU_ASSERT_TRUE(satisfies(&policy, 0xB, &result, &error));
	CU_ASSERT_EQUAL(result.witnesses, 4);
	CU_ASSERT_EQUAL(result.cosigned, 3);
	CU_ASSERT_EQUAL(result.oldest_s, 1700000000);
	CU_ASSERT_FALSE(satisfies(&policy, 0x9, &result, &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "missing: two"));
	CU_ASSERT_FALSE(satisfies(&policy, 0x7, &result, &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "missing: d"));
	policy_clear(&policy);
	CU_ASSERT_TRUE(reads("quorum none\n", &policy, &error));
	CU_ASSERT_TRUE(satisfies(&policy, 0, &result, &error));
	policy_clear(&policy);
	free_witnesses();
}

/* FORMAT takes the texts of two witnesses and of the log. */
static void test_policy_faults(void)
{
	static const struct { const char *format; int line; } cases[] = {
		{ "", 0 }, { "witness a %1$s\n", 0 }, { "witness a %1$s\nquorum b\n", 2 },
		{ "quorum a\nwitness a %1$s\n", 1 }, { "witness a %1$s\nquorum a\nquorum a\n", 3 },
		{ "witness a %1$s\nwitness a %2$s\nquorum a\n", 2 },
		{ "witness a %1$s\nwitness b %1$s\nquorum a\n", 2 }, { "witness none %1$s\n", 1 },
		{ "witness a %3$s\nquorum a\n", 1 }, { "log %1$s\nquorum none\n", 1 },
		{ "log %3$s\nlog %3$s\nquorum none\n", 2 }, { "witness a\n", 1 },
		{ "witness a %1$s x y\n", 1 }, { "log\n", 1 }, { "group g 1\n", 1 },
		{ "witness a %1$s\ngroup g 2 a\n", 2 }, { "witness a %1$s\ngroup g 0 a\n", 2 },
		{ "witness a %1$s\ngroup g 01 a\n", 2 }, { "witness a %1$s\ngroup g some a\n", 2 },
		{ "witness a %1$s\ngroup g any a a\n", 2 }, { "group g any g\n", 1 },
		{ "witness a %1$s\ngroup a any a\n", 2 }, { "quorum none none\n", 1 }, { "x\n", 1 },
		{ "witness a %1$sx\nquorum a\n", 1 }, { "quorum none\r\n", 0 }, { "quorum none\n\x7F", 0 },
	};
	make_witnesses();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct policy policy;
		struct error error;
		char text[2048], line[32];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(text, sizeof text, cases[i].format, witness_texts[0], witness_texts[1], log_vkey);
#pragma GCC diagnostic pop
		snprintf(line, sizeof line, "line %d of the policy", cases[i].line);
		bool good = reads(text, &policy, &error);
		if (good || (cases[i].line > 0 && strstr(error.message, line) == NULL))
			printf("\n  case %zu: %s", i, good ? "read" : error.message);
		CU_ASSERT_FALSE(good);
		CU_ASSERT(cases[i].line == 0 || strstr(error.message, line) != NULL);
		policy_clear(&policy);
	}
	free_witnesses();
}

/* ---- an export's checkpoint with more signatures ---- */

static void test_add_signatures(void)
{
	char folder[] = "/tmp/vault-cosign-XXXXXX", command[64];

	struct export_writer *writer;
	struct buffer note = { 0 }, other = { 0 };
	struct hash root;
	struct error error = { 0 };
	struct note parsed;
	make_witnesses();
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	CU_ASSERT_TRUE_FATAL(export_writer_open(folder, NULL, 0, &writer, &error));
	for (int i = 0; i < 300; i++)
		CU_ASSERT_TRUE(export_writer_append(writer, "entry", 5, &error));
	export_writer_root(writer, &root);
	sign_checkpoint(&note, 300, &root);
	CU_ASSERT_TRUE(export_writer_finish(writer, note.bytes, note.length, &error));
	size_t text_length = (size_t)(strstr(buffer_text(&note), "\n\n") + 1 - note.bytes);
	for (int round = 0; round < 3; round++) { /* two witnesses, then the first once more, later */
		int who = round % 2;
		struct buffer own = { 0 };
		buffer_append(&own, note.bytes, text_length);
		CU_ASSERT_TRUE(note_cosign(&own, text_length, witness_keys[who].name,
			1700000000 + (uint64_t)round, signers[who], &error));
		CU_ASSERT_TRUE_FATAL(note_parse(own.bytes, own.length, &parsed, &error));
		if (round == 0)
			CU_ASSERT_FALSE(export_add_signatures(folder, &parsed, &error)); /* it is open */
		if (round == 0)
			export_writer_close(writer);
		error = (struct error){ 0 };
		CU_ASSERT_TRUE(export_add_signatures(folder, &parsed, &error));
		buffer_free(&own);
	}
	struct export_reader *reader;
	size_t length;
	CU_ASSERT_TRUE_FATAL(export_reader_open(folder, NULL, 0, &reader, &error));
	const char *whole = export_reader_note(reader, &length);
	CU_ASSERT_TRUE_FATAL(note_parse(whole, length, &parsed, &error));
	CU_ASSERT_EQUAL(parsed.signature_count, 3);
	CU_ASSERT_TRUE(note_verify(&parsed, &witness_keys[0]) && note_verify(&parsed, &witness_keys[1]));
	CU_ASSERT_EQUAL(note_cosignature_time(note_find(&parsed, &witness_keys[0])), 1700000002);
	struct hash at;
	CU_ASSERT_TRUE(export_reader_root(reader, 300, &at, &error) && hash_equal(&at, &root));
	CU_ASSERT_TRUE(export_reader_root(reader, 257, &at, &error) && !hash_equal(&at, &root));
	export_reader_close(reader);
	sign_checkpoint(&other, 299, &root);
	CU_ASSERT_TRUE_FATAL(note_parse(other.bytes, other.length, &parsed, &error));
	CU_ASSERT_FALSE(export_add_signatures(folder, &parsed, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_CONFLICT);
	snprintf(command, sizeof command, "rm -r %s", folder);
	CU_ASSERT_EQUAL(system(command), 0);

	free_witnesses();
	buffer_free(&note);
	buffer_free(&other);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "a cosignature made by openssl", test_cosignature },
		{ "consistency as text", test_consistency },
		{ "consistency that is no such text", test_consistency_forms },
		{ "what a witness judges", test_judging },
		{ "evidence of a fork", test_evidence },
		{ "k of n witnesses", test_k_of_n },
		{ "a cosignature that is no good", test_bad_cosignature },
		{ "a policy file", test_policy_file },
		{ "policy files with faults", test_policy_faults },
		{ "signatures added to an export", test_add_signatures },
		CU_TEST_INFO_NULL,
	};
	return run_cases("witnesses", cases);
}
