/*
 * vault-bench-hash: makes an exported ledger of entries of 400 bytes, and hashes the entries of
 * one each by itself on all processors. That is what verification, with its tree, files and
 * signature, is measured against: SHA-256 by EVP through lib/ledger, with a fetched digest and a
 * context kept, which is the fastest way to ask for it.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "ledger/export.h"
#include "ledger/key.h"

#define ORIGIN "bench.example/reserve"

enum { ENTRY_SIZE = 400, ENTRIES_MAX = 10000000, THREADS_MAX = 64 };

/* ---- making ---- */

static void fill_entry(char entry[ENTRY_SIZE + 1], int64_t index)
{
	int head = snprintf(entry, ENTRY_SIZE + 1, "{\"actor\":\"kim\",\"kind\":\"request.allocated\","
		"\"sequence\":%lld,\"text\":\"", (long long)index);
	memset(entry + head, 'x', (size_t)(ENTRY_SIZE - head - 2));
	memcpy(entry + ENTRY_SIZE - 2, "\"}", 3);
}

static bool append_entries(struct export_writer *writer, int64_t count, struct error *error)
{
	char entry[ENTRY_SIZE + 1];
	for (int64_t i = 0; i < count; i++) {
		fill_entry(entry, i);
		if (!export_writer_append(writer, entry, ENTRY_SIZE, error))
			return false;
	}
	return true;
}

static bool finish(struct export_writer *writer, const struct signer *signer, struct error *error)
{
	struct buffer note = { 0 };
	struct checkpoint checkpoint = { .origin = ORIGIN, .size = export_writer_size(writer) };
	export_writer_root(writer, &checkpoint.root);
	checkpoint_append_text(&note, &checkpoint);
	bool good = note_sign(&note, note.length, ORIGIN, signer, error)
		&& export_writer_finish(writer, note.bytes, note.length, error);
	buffer_free(&note);
	return good;
}

static bool make(const char *directory, int64_t count, struct error *error)
{
	struct export_writer *writer = NULL;
	struct signer *signer = NULL;
	struct verifier_key key;
	struct buffer text = { 0 };
	bool good = signer_generate(&signer, error)
		&& signer_verifier_key(signer, ORIGIN, KEY_ED25519, &key, error)
		&& export_writer_open(directory, NULL, 0, &writer, error)
		&& append_entries(writer, count, error) && finish(writer, signer, error);
	if (writer != NULL)
		export_writer_close(writer);
	signer_free(signer);
	if (!good)
		return false;
	verifier_key_format(&text, &key);
	puts(buffer_text(&text));
	buffer_free(&text);
	return true;
}

/* ---- hashing ---- */

struct entries {
	struct buffer bytes;
	size_t *ends; /* of each entry in bytes */
	int64_t count;
};

/* A thread's part, from one entry up to another. */
struct part {
	const struct entries *entries;
	int64_t from, until;
	uint8_t mixed; /* of every hash, so that none can be left out */
};

static void *hash_part(void *context)
{
	struct part *part = context;
	struct hasher *hasher = hasher_new();
	struct hash hash;
	size_t at = part->from > 0 ? part->entries->ends[part->from - 1] : 0;
	for (int64_t i = part->from; i < part->until; i++) {
		size_t end = part->entries->ends[i];
		hasher_sha256(hasher, part->entries->bytes.bytes + at, end - at, &hash);
		part->mixed ^= hash.bytes[0];
		at = end;
	}
	hasher_free(hasher);
	return NULL;
}

static bool read_entries(const char *directory, struct entries *entries, struct error *error)
{
	struct export_reader *reader;
	const uint8_t *bytes;
	size_t length;
	if (!export_reader_open(directory, NULL, 0, &reader, error))
		return false;
	int64_t count = export_reader_checkpoint(reader)->size;
	entries->ends = calloc((size_t)count + 1, sizeof *entries->ends);
	if (entries->ends == NULL)
		abort();
	for (; entries->count < count; entries->count++) {
		if (!export_reader_entry(reader, entries->count, &bytes, &length, error))
			break;
		buffer_append(&entries->bytes, bytes, length);
		entries->ends[entries->count] = entries->bytes.length;
	}
	export_reader_close(reader);
	return entries->count == count;
}

static int64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void hash_all(const struct entries *entries, int threads)
{
	struct part parts[THREADS_MAX];
	pthread_t ids[THREADS_MAX];
	for (int i = 0; i < threads; i++) {
		parts[i] = (struct part){ .entries = entries, .from = entries->count * i / threads,
			.until = entries->count * (i + 1) / threads };
		if (i > 0 && pthread_create(&ids[i], NULL, hash_part, &parts[i]) != 0)
			abort();
	}
	hash_part(&parts[0]);
	for (int i = 1; i < threads; i++)
		pthread_join(ids[i], NULL);
}

static bool plain(const char *directory, struct error *error)
{
	struct entries entries = { 0 };
	long online = sysconf(_SC_NPROCESSORS_ONLN);
	int threads = online < 1 ? 1 : online > THREADS_MAX ? THREADS_MAX : (int)online;
	bool good = read_entries(directory, &entries, error);
	if (good) {
		int64_t began_ns = now_ns();
		hash_all(&entries, threads);
		printf("%lld\n", (long long)(now_ns() - began_ns) / 1000);
	}
	buffer_free(&entries.bytes);
	free(entries.ends);
	return good;
}

int main(int argc, char **argv)
{
	struct error error = { 0 };
	int64_t count;
	bool good;
	if (argc == 4 && text_equal(argv[1], "make") && text_to_int(argv[3], &count) && count > 0
		&& count <= ENTRIES_MAX) {
		good = make(argv[2], count, &error);
	} else if (argc == 3 && text_equal(argv[1], "plain")) {
		good = plain(argv[2], &error);
	} else {
		fputs("usage: vault-bench-hash make DIR COUNT   prints the verifier key of its checkpoint\n"
			"       vault-bench-hash plain DIR        prints microseconds\n", stderr);
		return 2;
	}
	if (!good)
		fprintf(stderr, "vault-bench-hash: %s\n", error.message);
	return good ? 0 : 1;
}
