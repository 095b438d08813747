/*
 * Signed notes and verifier keys: C2SP signed-note, and cosignatures of C2SP tlog-cosignature. A
 * note is a text ending in a newline, an empty line, and signature lines. Private keys: key.h.
 */
#ifndef LEDGER_NOTE_H
#define LEDGER_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "vault/limits.h"

#define KEY_NAME_MAX 160     /* with its NUL */
#define KEY_PUBLIC_SIZE 32
#define KEY_SIGNATURE_SIZE 64
#define NOTE_SIGNATURE_MAX 128
#define NOTE_COSIGNATURE_SIZE (8 + KEY_SIGNATURE_SIZE)

enum key_type {
	KEY_ED25519 = 0x01,
	KEY_COSIGNATURE = 0x04, /* Ed25519 over a time and the text */
};

struct verifier_key {
	char name[KEY_NAME_MAX];
	uint32_t id;
	uint8_t type; /* enum key_type */
	uint8_t public_key[KEY_PUBLIC_SIZE];
};

/* Whether a key may bear this name: not empty, UTF-8, no white space, no control byte, no plus. */
bool verifier_key_name_fits(const char *name);

/* Computes the id. False where the name does not fit or the type is unknown. */
bool verifier_key_init(const char *name, enum key_type type,
	const uint8_t public_key[KEY_PUBLIC_SIZE], struct verifier_key *ret_key, struct error *error);

/* NAME+hex8(id)+base64(type || public key), the whole text; the id must be the one computed. */
bool verifier_key_parse(const char *text, struct verifier_key *ret_key, struct error *error);
void verifier_key_format(struct buffer *out, const struct verifier_key *key);
bool verifier_key_equal(const struct verifier_key *a, const struct verifier_key *b);

struct note_signature {
	char name[KEY_NAME_MAX];
	uint32_t key_id;
	uint8_t bytes[NOTE_SIGNATURE_MAX]; /* of a longer one, which no key here makes, the beginning */
	size_t length;
};

struct note {
	const char *text; /* points into what was parsed; ends in a newline, no NUL behind */
	size_t text_length;
	struct note_signature signatures[NOTE_SIGNATURES_MAX];
	size_t signature_count;
};

/*
 * Splits at the last empty line. Refused: a text that is over NOTE_TEXT_MAX, not UTF-8 or with a
 * control byte but newline; no signature line; any byte of a signature line out of place.
 */
bool note_parse(const char *bytes, size_t length, struct note *ret_note, struct error *error);

/*
 * Whether the key signed the note. Signatures of other keys are ignored; a signature line that
 * names this key and does not verify makes it false, whatever other lines say.
 */
bool note_verify(const struct note *note, const struct verifier_key *key);

/* The line of the key's signature, verified or not, or NULL. */
const struct note_signature *note_find(const struct note *note, const struct verifier_key *key);

/* Seconds since 1970 that a cosignature states; length must be NOTE_COSIGNATURE_SIZE. */
uint64_t note_cosignature_time(const struct note_signature *signature);

/* What a cosignature at that time signs, appended to out. */
void note_cosignature_message(struct buffer *out, uint64_t time_s, const char *text, size_t length);

/* The text and the empty line, ready for signature lines. Requires a newline at the text's end. */
void note_begin(struct buffer *out, const char *text, size_t length);
void note_signature_append(struct buffer *out, const char *name, uint32_t key_id,
	const void *signature, size_t length);

/* The whole note again. A signature too long to be kept whole is left out. */
void note_compose(struct buffer *out, const struct note *note);

#endif
