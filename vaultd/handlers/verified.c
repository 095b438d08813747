/*
 * A table with one place for each value of a digest's first bits: what comes later takes the place.
 * It needs no order of age, for nearly every result is asked for once, right after it was found.
 * One result a note: were there one a line, two lines of a note could push each other out for ever.
 */
#include "vaultd/handlers/verified.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/key.h"
#include "vaultd/handlers/handler.h"

struct result {
	struct hash digest; /* zero: none */
	uint8_t bad;        /* the first line that does not hold, counted from 1; 0: all hold */
};

struct verified {
	struct result results[VERIFIED_KEPT];
};

struct verified *verified_new(void)
{
	struct verified *verified = calloc(1, sizeof *verified);
	if (verified == NULL)
		abort();
	return verified;
}

void verified_free(struct verified *verified)
{
	free(verified);
}

static struct result *place(struct verified *verified, const struct hash *digest)
{
	uint64_t first;
	memcpy(&first, digest->bytes, sizeof first);
	return &verified->results[first % VERIFIED_KEPT];
}

/* ---- the worker's part ---- */

struct verify_job {
	struct read_job job;
	struct result result;
	const char *text;
	size_t length, count;
	struct claim {
		uint8_t line;
		uint8_t public_key[KEY_PUBLIC_SIZE], signature[KEY_SIGNATURE_SIZE];
	} claims[NOTE_SIGNATURES_MAX];
};

static void run_verify(struct read_job *job, struct reader *reader)
{
	struct verify_job *verify = (struct verify_job *)(void *)job;
	(void)reader;
	for (size_t i = 0; i < verify->count && verify->result.bad == 0; i++) {
		const struct claim *claim = &verify->claims[i];
		if (!key_verify(claim->public_key, verify->text, verify->length, claim->signature))
			verify->result.bad = claim->line;
	}
}

static void verify_done(struct read_job *job, void *context)
{
	struct vaultd *vaultd = context;
	const struct verify_job *verify = (const struct verify_job *)(const void *)job;
	*place(vaultd->verified, &verify->result.digest) = verify->result;
	job_done_again(job, context);
}

static struct read_job *begin_job(struct asked *asked, const struct note *note,
	const struct verifier_key *const keys[], const struct hash *digest)
{
	struct verify_job *verify = job_new(asked, sizeof *verify, run_verify);
	verify->job.after_batch = 0; /* it reads nothing */
	verify->job.done = verify_done;
	verify->result.digest = *digest;
	verify->text = arena_text(verify->job.arena, note->text, note->text_length);
	verify->length = note->text_length;
	for (size_t i = 0; i < note->signature_count; i++) {
		struct claim *claim = &verify->claims[verify->count];
		if (keys[i] == NULL)
			continue;
		claim->line = (uint8_t)(i + 1);
		memcpy(claim->public_key, keys[i]->public_key, KEY_PUBLIC_SIZE);
		memcpy(claim->signature, note->signatures[i].bytes, KEY_SIGNATURE_SIZE);
		verify->count++;
	}
	return &verify->job;
}

/* ---- the question ---- */

static bool bad(struct error *error, const struct verifier_key *key)
{
	const char *person = strrchr(key->name, '/');
	return error_set(error, ERROR_BAD_SIGNATURE, "note", "the signature of %s does not verify",
		person != NULL ? person + 1 : key->name);
}

static bool check_forms(const struct note *note, const struct verifier_key *const keys[],
	struct error *error)
{
	for (size_t i = 0; i < note->signature_count; i++) {
		if (keys[i] != NULL && (keys[i]->type != KEY_ED25519 ||
		    note->signatures[i].length != KEY_SIGNATURE_SIZE))
			return bad(error, keys[i]);
	}
	return true;
}

/* Of the text's SHA-256, then line by line the verifier key as text, a newline, the signature. */
static void digest_question(struct hasher *hasher, const struct note *note,
	const struct verifier_key *const keys[], struct hash *ret_digest)
{
	struct buffer bytes = { 0 };
	struct hash text;
	hasher_sha256(hasher, note->text, note->text_length, &text);
	buffer_append(&bytes, text.bytes, HASH_SIZE);
	for (size_t i = 0; i < note->signature_count; i++) {
		if (keys[i] != NULL)
			verifier_key_format(&bytes, keys[i]);
		buffer_append_byte(&bytes, '\n');
		if (keys[i] != NULL)
			buffer_append(&bytes, note->signatures[i].bytes, KEY_SIGNATURE_SIZE);
	}
	hasher_sha256(hasher, bytes.bytes, bytes.length, ret_digest);
	buffer_free(&bytes);
}

bool verified_note(struct asked *asked, const struct note *note,
	const struct verifier_key *const keys[], struct error *error)
{
	struct hash digest;
	if (!check_forms(note, keys, error))
		return false;
	digest_question(asked->vaultd->hasher, note, keys, &digest);
	const struct result *result = place(asked->vaultd->verified, &digest);
	if (!hash_equal(&result->digest, &digest)) {
		asked->job = begin_job(asked, note, keys, &digest);
		return false;
	}
	return result->bad == 0 || bad(error, keys[result->bad - 1]);
}
