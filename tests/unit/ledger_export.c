/* Exports on a real disk: written, gone on with, read, verified, and tampered with everywhere. */
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner.h"

#include "base/text.h"
#include "ledger/export.h"
#include "ledger/key.h"
#include "ledger/proof.h"

static const char origin[] = "vault.example/reserve-log";

enum { PATH_SIZE = 256, BIG = 65536 + 3 };

static char folder[PATH_SIZE];
static struct signer *signer;
static struct verifier_key key;

/* Entries of many lengths, the empty one and the longest among them. */
static size_t entry_of(int64_t index, uint8_t *bytes)
{
	size_t length = index == 7 ? 0 : index == 9 ? LEDGER_ENTRY_MAX : 20 + (size_t)(index % 97);
	memset(bytes, (int)('a' + index % 26), length);
	if (length >= 20)
		snprintf((char *)bytes, 20, "%lld", (long long)index);
	return length;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
	(void)status, (void)kind, (void)at;
	return remove(path);
}

static void remove_folder(void)
{
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void setup(void)
{
	const char *temporary = getenv("TMPDIR");
	struct hash seed;
	struct error error = { 0 };
	snprintf(folder, sizeof folder, "%s/vault-export-XXXXXX",
		temporary != NULL ? temporary : "/tmp");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	hash_sha256("project-vault test key, not secret", 34, &seed);
	signer = signer_from_seed(seed.bytes);
	CU_ASSERT_TRUE(signer_verifier_key(signer, origin, KEY_ED25519, &key, &error));
}

static void teardown(void)
{
	remove_folder();
	signer_free(signer);
}

static void sign_checkpoint(struct buffer *out, const struct checkpoint *checkpoint)
{
	struct error error = { 0 };
	checkpoint_append_text(out, checkpoint);
	CU_ASSERT_TRUE(note_sign(out, out->length, origin, signer, &error));
}

static bool finish(struct export_writer *writer, struct error *error)
{
	struct checkpoint checkpoint = { .size = export_writer_size(writer) };
	struct buffer note = { 0 };
	strcpy(checkpoint.origin, origin);
	export_writer_root(writer, &checkpoint.root);
	sign_checkpoint(&note, &checkpoint);
	bool ok = export_writer_finish(writer, note.bytes, note.length, error);
	buffer_free(&note);
	return ok;
}

static void append_up_to(struct export_writer *writer, int64_t size)
{
	static uint8_t bytes[LEDGER_ENTRY_MAX];
	struct error error = { 0 };
	for (int64_t i = export_writer_size(writer); i < size; i++)
		CU_ASSERT_TRUE_FATAL(export_writer_append(writer, bytes, entry_of(i, bytes), &error));
}

/* Brings the export in the folder to that size. */
static void export_to(int64_t size)
{
	struct export_writer *writer;
	struct error error = { 0 };
	CU_ASSERT_TRUE_FATAL(export_writer_open(folder, &key, 1, &writer, &error));
	append_up_to(writer, size);
	CU_ASSERT_TRUE_FATAL(finish(writer, &error));
	export_writer_close(writer);
}

static bool verifies(int threads, struct checkpoint *ret_checkpoint, struct error *error)
{
	struct export_check check = { .keys = &key, .key_count = 1, .threads = threads };
	*error = (struct error){ 0 };
	return export_verify(folder, &check, ret_checkpoint, error);
}

/* The root by the plain definition, entry by entry. */
static struct hash plain_root(int64_t size)
{
	static uint8_t bytes[LEDGER_ENTRY_MAX];
	struct hasher *hasher = hasher_new();
	struct tree tree;
	struct hash hash;
	tree_init(&tree);
	for (int64_t i = 0; i < size; i++) {
		hasher_leaf(hasher, bytes, entry_of(i, bytes), &hash);
		tree_append(&tree, hasher, &hash);
	}
	tree_root(&tree, hasher, &hash);
	hasher_free(hasher);
	return hash;
}

static void assert_export(int64_t size)
{
	struct checkpoint checkpoint = { .size = -1 };
	struct error error;
	struct hash root = plain_root(size);
	for (int threads = 0; threads <= 3; threads++) {
		CU_ASSERT_TRUE_FATAL(verifies(threads, &checkpoint, &error));
		CU_ASSERT_EQUAL(checkpoint.size, size);
		CU_ASSERT_TRUE(hash_equal(&checkpoint.root, &root));
	}
}

static void assert_entries(int64_t size)
{
	static uint8_t expected[LEDGER_ENTRY_MAX];
	struct export_reader *reader;
	struct error error = { 0 };
	const uint8_t *bytes;
	size_t length;
	CU_ASSERT_TRUE_FATAL(export_reader_open(folder, &key, 1, &reader, &error));
	CU_ASSERT_EQUAL(export_reader_checkpoint(reader)->size, size);
	for (int64_t i = 0; i < size; i++) {
		CU_ASSERT_TRUE_FATAL(export_reader_entry(reader, i, &bytes, &length, &error));
		CU_ASSERT_EQUAL_FATAL(length, entry_of(i, expected));
		CU_ASSERT_EQUAL(memcmp(bytes, expected, length), 0);
	}
	export_reader_close(reader);
}

static const int64_t sizes[] = { 0, 1, 255, 256, 257, BIG };

static void test_sizes(void)
{
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		setup();
		export_to(sizes[i]);
		assert_export(sizes[i]);
		assert_entries(sizes[i]);
		teardown();
	}
}

static bool exists(const char *path)
{
	char whole[2 * PATH_SIZE];
	snprintf(whole, sizeof whole, "%s/%s", folder, path);
	return access(whole, F_OK) == 0;
}

static void test_incremental(void)
{
	static const int64_t steps[] = { 0, 0, 1, 8, 255, 256, 256, 257, 1000, BIG, BIG, BIG + 600 };
	setup();
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		export_to(steps[i]);
		assert_export(steps[i]);
		if (steps[i] == 8)
			CU_ASSERT_TRUE(exists("tile/entries/000.p/8") && exists("tile/0/000.p/8"));
		if (steps[i] == 1000)
			CU_ASSERT_FALSE(exists("tile/entries/001.p") || exists("tile/0/000.p"));
	}
	CU_ASSERT_TRUE(exists("tile/1/000") && exists("tile/2/000.p/1"));
	CU_ASSERT_FALSE(exists("tile/1/000.p") || exists("tile/0/000.tmp"));
	teardown();
}

/* What was appended and not finished is no part of the export, and is written again. */
static void test_interrupted(void)
{
	struct export_writer *writer, *second;
	struct error error = { 0 };
	setup();
	export_to(300);
	CU_ASSERT_TRUE_FATAL(export_writer_open(folder, &key, 1, &writer, &error));
	CU_ASSERT_EQUAL(export_writer_start(writer)->size, 300);
	append_up_to(writer, 40000); /* more than one group of files */
	CU_ASSERT_FALSE(export_writer_open(folder, &key, 1, &second, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_STORE);
	export_writer_close(writer);
	assert_export(300);
	export_to(500);
	assert_export(500);
	export_to(40001);
	assert_export(40001);
	teardown();
}

enum { KILLS = 30, KILL_STEP = 5 * 256 + 77 };

static void tell(void *context, int64_t done, int64_t total)
{
	(void)done, (void)total;
	CU_ASSERT_EQUAL(write(*(const int *)context, "", 1), 1);
}

/* Exports on and on, and tells of each bundle and each end. */
static void export_for_ever(int64_t size, int pipe)
{
	for (;;) {
		struct export_writer *writer;
		struct error error = { 0 };
		CU_ASSERT_TRUE_FATAL(export_writer_open(folder, &key, 1, &writer, &error));
		export_writer_watch(writer, size, tell, &pipe);
		append_up_to(writer, size += KILL_STEP);
		CU_ASSERT_TRUE_FATAL(finish(writer, &error));
		export_writer_close(writer);
	}
}

/* Kills it once it has told so many times. */
static void export_and_kill(int64_t size, int times)
{
	int ends[2];
	char told;
	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	pid_t child = fork();
	CU_ASSERT_TRUE_FATAL(child >= 0);
	if (child == 0)
		export_for_ever(size, ends[1]);
	close(ends[1]);
	for (int i = 0; i < times; i++)
		CU_ASSERT_EQUAL(read(ends[0], &told, 1), 1);
	kill(child, SIGKILL);
	CU_ASSERT_EQUAL(waitpid(child, NULL, 0), child);
	close(ends[0]);
}

/* kill -9 anywhere: what the folder's checkpoint says holds, and the next export goes on from there. */
static void test_killed(void)
{
	int64_t last = 0;
	setup();
	export_to(0);
	for (int i = 0; i < KILLS; i++) {
		struct checkpoint checkpoint;
		struct error error = { 0 };
		export_and_kill(last, 1 + i % 13);
		CU_ASSERT_TRUE_FATAL(verifies(1, &checkpoint, &error));
		CU_ASSERT_TRUE(checkpoint.size >= last);
		last = checkpoint.size;
	}
	CU_ASSERT_TRUE(last > KILL_STEP);
	export_to(last + 1);
	assert_export(last + 1);
	teardown();
}

static void test_wrong_finish(void)
{
	struct export_writer *writer;
	struct error error = { 0 };
	setup();
	export_to(10);
	CU_ASSERT_TRUE_FATAL(export_writer_open(folder, &key, 1, &writer, &error));
	append_up_to(writer, 12);
	struct checkpoint right = { .size = 12 };
	strcpy(right.origin, origin);
	export_writer_root(writer, &right.root);
	for (int wrong = 0; wrong < 3; wrong++) {
		struct checkpoint checkpoint = right;
		struct buffer note = { 0 };
		checkpoint.size -= wrong == 0 ? 1 : 0;
		checkpoint.root.bytes[0] ^= wrong == 1 ? 1 : 0;
		checkpoint.origin[0] = wrong == 2 ? 'w' : 'v';
		sign_checkpoint(&note, &checkpoint);
		error = (struct error){ 0 };
		CU_ASSERT_FALSE(export_writer_finish(writer, note.bytes, note.length, &error));
		CU_ASSERT_EQUAL(error.id, ERROR_LEDGER);
		buffer_free(&note);
	}
	error = (struct error){ 0 };
	CU_ASSERT_FALSE(export_writer_finish(writer, "x", 1, &error));
	CU_ASSERT_TRUE(finish(writer, &(struct error){ 0 }));
	export_writer_close(writer);
	assert_export(12);
	teardown();
}

static struct buffer file_bytes(const char *path)
{
	char whole[2 * PATH_SIZE], bytes[4096];
	struct buffer all = { 0 };
	snprintf(whole, sizeof whole, "%s/%s", folder, path);
	FILE *file = fopen(whole, "rb");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	for (size_t got; (got = fread(bytes, 1, sizeof bytes, file)) > 0;)
		buffer_append(&all, bytes, got);
	fclose(file);
	return all;
}

static void put_bytes(const char *path, const void *bytes, size_t length)
{
	char whole[2 * PATH_SIZE];
	snprintf(whole, sizeof whole, "%s/%s", folder, path);
	FILE *file = fopen(whole, "wb");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_EQUAL(fwrite(bytes, 1, length, file), length);
	fclose(file);
}

/* Every bit of every file of a small export. */
static void test_every_bit(void)
{
	static const char *const paths[] = { "checkpoint", "tile/0/000.p/5", "tile/entries/000.p/5" };
	struct checkpoint checkpoint = { .size = -1 };
	struct error error;
	setup();
	export_to(5);
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct buffer bytes = file_bytes(paths[i]);
		for (size_t bit = 0; bit < 8 * bytes.length; bit++) {
			bytes.bytes[bit / 8] = (char)(bytes.bytes[bit / 8] ^ (1 << bit % 8));
			put_bytes(paths[i], bytes.bytes, bytes.length);
			CU_ASSERT_FALSE(verifies(1, &checkpoint, &error));
			CU_ASSERT_TRUE(error.id != ERROR_NONE && error.message[0] != '\0');
			bytes.bytes[bit / 8] = (char)(bytes.bytes[bit / 8] ^ (1 << bit % 8));
		}
		put_bytes(paths[i], bytes.bytes, bytes.length);
		buffer_free(&bytes);
	}
	CU_ASSERT_EQUAL(checkpoint.size, -1);
	assert_export(5);
	teardown();
}

static void assert_says(const char *says)
{
	struct checkpoint checkpoint;
	struct error error;
	CU_ASSERT_FALSE(verifies(2, &checkpoint, &error));
	if (strstr(error.message, says) == NULL)
		fprintf(stderr, "  said: %s\n", error.message);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, says));
}

/* Each kind of file changed in the middle, cut, grown and gone; the error says where. */
static void test_tampered(void)
{
	static const struct { const char *path, *says; } cases[] = {
		{ "tile/entries/003", "index 899" }, /* a length in the middle of it */
		{ "tile/entries/255", "index 65" },
		{ "tile/entries/256.p/3", "index 6553" },
		{ "tile/0/003", "index 896 in tile/entries/003 does not match its hash in tile/0/003" },
		{ "tile/0/256.p/3", "index 65537" },
		{ "tile/1/000", "hash 128 of tile/1/000" },
		{ "tile/2/000.p/1", "hash 0 of tile/2/000.p/1" },
		{ "checkpoint", "" },
	};
	setup();
	export_to(BIG);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *path = cases[i].path;
		struct buffer bytes = file_bytes(path);
		size_t length = bytes.length;
		bytes.bytes[length / 2] = (char)(bytes.bytes[length / 2] ^ 0x04);
		put_bytes(path, bytes.bytes, length);
		assert_says(cases[i].says);
		bytes.bytes[length / 2] = (char)(bytes.bytes[length / 2] ^ 0x04);
		const char *named = text_equal(path, "checkpoint") ? "" : path;
		put_bytes(path, bytes.bytes, length - 1);
		assert_says(named);
		put_bytes(path, bytes.bytes, 0);
		assert_says(named);
		buffer_append_byte(&bytes, 'x');
		put_bytes(path, bytes.bytes, length + 1);
		assert_says(named);
		char whole[2 * PATH_SIZE];
		snprintf(whole, sizeof whole, "%s/%s", folder, path);
		remove(whole);
		assert_says(path);
		CU_ASSERT_EQUAL(mkdir(whole, 0755), 0);
		assert_says(path);
		remove(whole);
		put_bytes(path, bytes.bytes, length);
		buffer_free(&bytes);
	}
	assert_export(BIG);
	teardown();
}

/* Another entry with every tile above recomputed: only the signed root gives it away. */
static void test_rewritten(void)
{
	struct export_writer *writer;
	struct error error = { 0 };
	struct checkpoint checkpoint;
	setup();
	export_to(700);
	struct buffer signed_note = file_bytes("checkpoint");
	remove_folder();
	CU_ASSERT_TRUE_FATAL(export_writer_open(folder, &key, 1, &writer, &error));
	CU_ASSERT_TRUE(export_writer_append(writer, "forged", 6, &error));
	append_up_to(writer, 700);
	CU_ASSERT_TRUE(finish(writer, &error));
	export_writer_close(writer);
	CU_ASSERT_TRUE(verifies(2, &checkpoint, &error));
	put_bytes("checkpoint", signed_note.bytes, signed_note.length);
	assert_says("another root");

	/* and nobody goes on with it */
	error = (struct error){ 0 };
	CU_ASSERT_FALSE(export_writer_open(folder, &key, 1, &writer, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_LEDGER);
	buffer_free(&signed_note);
	teardown();
}

static void test_wrong_key(void)
{
	struct verifier_key right, other;
	struct export_writer *writer;
	struct export_reader *reader;
	struct checkpoint checkpoint;
	struct error error;
	setup();
	right = key;
	export_to(3);
	uint8_t seed[KEY_SEED_SIZE] = { 3 };
	struct signer *stranger = signer_from_seed(seed);
	CU_ASSERT_TRUE(signer_verifier_key(stranger, origin, KEY_ED25519, &other, &(struct error){ 0 }));
	key = other;
	CU_ASSERT_FALSE(verifies(1, &checkpoint, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_BAD_SIGNATURE);
	error = (struct error){ 0 };
	CU_ASSERT_FALSE(export_writer_open(folder, &key, 1, &writer, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_BAD_SIGNATURE);
	error = (struct error){ 0 };
	CU_ASSERT_FALSE(export_reader_open(folder, &key, 1, &reader, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_BAD_SIGNATURE);
	key = right;
	signer_free(stranger);
	teardown();
	error = (struct error){ 0 };
	CU_ASSERT_FALSE(export_reader_open(folder, &right, 1, &reader, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_STORE);
}

static int mkdir_below(const char *path)
{
	char whole[2 * PATH_SIZE];
	snprintf(whole, sizeof whole, "%s/%s", folder, path);
	return mkdir(whole, 0755) != 0 && access(whole, F_OK) != 0;
}

/* A log may drop partial files once the full ones exist; an older checkpoint still verifies. */
static void test_partials_gone(void)
{
	setup();
	export_to(300);
	struct buffer old = file_bytes("checkpoint");
	struct buffer edge = file_bytes("tile/1/000.p/1"); /* its full tile is not there yet */
	export_to(1000);
	CU_ASSERT_FALSE(exists("tile/0/001.p/44") || exists("tile/entries/001.p/44"));
	put_bytes("checkpoint", old.bytes, old.length);
	assert_says("tile/1/000.p/1");
	CU_ASSERT_EQUAL(mkdir_below("tile/1/000.p"), 0);
	put_bytes("tile/1/000.p/1", edge.bytes, edge.length);
	assert_export(300);
	assert_entries(300);
	export_to(301);
	assert_export(301);
	buffer_free(&edge);
	buffer_free(&old);
	teardown();
}

struct seen {
	int64_t next, stop_at, progress;
};

static bool see_entry(void *context, int64_t index, const uint8_t *bytes, size_t length,
	struct error *error)
{
	static uint8_t expected[LEDGER_ENTRY_MAX];
	struct seen *seen = context;
	CU_ASSERT_EQUAL(index, seen->next);
	CU_ASSERT_EQUAL_FATAL(length, entry_of(index, expected));
	CU_ASSERT_EQUAL(memcmp(bytes, expected, length), 0);
	seen->next++;
	return index != seen->stop_at || error_set(error, ERROR_CONFLICT, "", "enough");
}

static void see_progress(void *context, int64_t done, int64_t total)
{
	struct seen *seen = context;
	CU_ASSERT_TRUE(done >= seen->progress && done <= total);
	seen->progress = done;
}

static void test_handed_out(void)
{
	struct seen seen = { .stop_at = -1 };
	struct export_check check = { .keys = &key, .key_count = 1, .threads = 2, .entry = see_entry,
		.progress = see_progress, .context = &seen };
	struct checkpoint checkpoint;
	struct error error = { 0 };
	setup();
	export_to(BIG);
	CU_ASSERT_TRUE(export_verify(folder, &check, &checkpoint, &error));
	CU_ASSERT_EQUAL(seen.next, BIG);
	CU_ASSERT_EQUAL(seen.progress, BIG);
	seen = (struct seen){ .stop_at = 30000 };
	CU_ASSERT_FALSE(export_verify(folder, &check, &checkpoint, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_CONFLICT);
	CU_ASSERT_EQUAL(seen.next, 30001);

	/* entries before a damaged bundle are handed out, none from it on */
	error = (struct error){ 0 };
	seen = (struct seen){ .stop_at = -1 };
	put_bytes("tile/entries/077", "", 0);
	CU_ASSERT_FALSE(export_verify(folder, &check, &checkpoint, &error));
	CU_ASSERT_EQUAL(seen.next, 77 * 256);
	teardown();
}

static void test_receipts(void)
{
	static uint8_t entry[LEDGER_ENTRY_MAX];
	static const int64_t indexes[] = { 0, 1, 255, 256, 32767, 65535, 65536, BIG - 1 };
	struct export_reader *reader;
	struct error error = { 0 };
	setup();
	export_to(BIG);
	CU_ASSERT_TRUE_FATAL(export_reader_open(folder, &key, 1, &reader, &error));
	for (size_t i = 0; i < sizeof indexes / sizeof *indexes; i++) {
		struct tree_path path;
		struct buffer text = { 0 };
		struct proof proof;
		struct checkpoint checkpoint;
		size_t length;
		const char *note = export_reader_note(reader, &length);
		CU_ASSERT_TRUE_FATAL(export_reader_inclusion(reader, indexes[i], &path, &error));
		proof_append(&text, indexes[i], &path, NULL, 0, note, length);
		CU_ASSERT_TRUE_FATAL(proof_parse(text.bytes, text.length, &proof, &error));
		CU_ASSERT_TRUE(proof_verify(&proof, entry, entry_of(indexes[i], entry), &key, 1, &checkpoint,
			&error));
		CU_ASSERT_FALSE(proof_verify(&proof, "x", 1, &key, 1, &checkpoint, &(struct error){ 0 }));
		proof_clear(&proof);
		buffer_free(&text);
	}
	export_reader_close(reader);
	teardown();
}

static void test_extensions(void)
{
	static const int64_t olds[] = { 1, 2, 255, 256, 257, 1000, 65535, 65536, BIG - 1, BIG };
	struct export_reader *reader;
	struct error error = { 0 };
	struct hasher *hasher = hasher_new();
	setup();
	export_to(BIG);
	CU_ASSERT_TRUE_FATAL(export_reader_open(folder, &key, 1, &reader, &error));
	for (size_t i = 0; i < sizeof olds / sizeof *olds; i++) {
		struct tree_path path;
		struct hash old = plain_root(olds[i]);
		CU_ASSERT_TRUE_FATAL(export_reader_consistency(reader, olds[i], BIG, &path, &error));
		CU_ASSERT_TRUE(tree_verify_consistency(hasher, olds[i], BIG, &old,
			&export_reader_checkpoint(reader)->root, path.hashes, path.length));
	}
	export_reader_close(reader);
	hasher_free(hasher);
	teardown();
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "exports of several sizes verify and read back", test_sizes },
		{ "an export grows step by step", test_incremental },
		{ "an interrupted export", test_interrupted },
		{ "an export that is killed", test_killed },
		{ "a checkpoint that is not of these entries", test_wrong_finish },
		{ "every bit of a small export counts", test_every_bit },
		{ "every kind of file, changed, cut, grown, gone", test_tampered },
		{ "a history rewritten whole", test_rewritten },
		{ "a checkpoint by a stranger", test_wrong_key },
		{ "an older checkpoint over full tiles", test_partials_gone },
		{ "entries handed out in order", test_handed_out },
		{ "receipts from an export", test_receipts },
		{ "extensions proved from an export", test_extensions },
		CU_TEST_INFO_NULL,
	};
	return run_cases("ledger: export", cases);
}
