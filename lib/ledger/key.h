/*
 * Ed25519 keys: making, keeping, signing, checking. A signer's private bytes stay in the crypto
 * library and are cleansed when it is freed; every copy made on the way is cleansed too.
 */
#ifndef LEDGER_KEY_H
#define LEDGER_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "ledger/note.h"

#define KEY_SEED_SIZE 32
#define KEY_PASSPHRASE_MAX 1024

struct signer;

/* Fills to[size] with a passphrase and returns its length, or -1 where there is none to be had. */
typedef int signer_passphrase(void *context, char *to, int size);

bool signer_generate(struct signer **ret_signer, struct error *error);

/* From the 32 bytes of RFC 8032: for tests and the demonstration, whose keys are public anyway. */
struct signer *signer_from_seed(const uint8_t seed[KEY_SEED_SIZE]);

/* PKCS#8 PEM. passphrase may be NULL; then an encrypted key is an error that says so. */
bool signer_load_pem(const void *bytes, size_t length, signer_passphrase *passphrase, void *context,
	struct signer **ret_signer, struct error *error);

/* PKCS#8 PEM, appended; with a passphrase scrypt (16384, 8, 5) and AES-256-CBC. Cleanse out. */
bool signer_to_pem(const struct signer *signer, const char *passphrase, struct buffer *out,
	struct error *error);

void signer_public_key(const struct signer *signer, uint8_t ret_public_key[KEY_PUBLIC_SIZE]);
void signer_sign(const struct signer *signer, const void *message, size_t length,
	uint8_t ret_signature[KEY_SIGNATURE_SIZE]);
void signer_free(struct signer *signer);

/* The verifier key that belongs to a signer under a name. */
bool signer_verifier_key(const struct signer *signer, const char *name, enum key_type type,
	struct verifier_key *ret_key, struct error *error);

/*
 * Adds a signature line by the signer. note holds the text, or a note whose text has that length:
 * signing a text for the first time adds the empty line. False where the name does not fit.
 */
bool note_sign(struct buffer *note, size_t text_length, const char *name,
	const struct signer *signer, struct error *error);
bool note_cosign(struct buffer *note, size_t text_length, const char *name, uint64_t time_s,
	const struct signer *signer, struct error *error);

/* Whether the signature over the message is by that key. */
bool key_verify(const uint8_t public_key[KEY_PUBLIC_SIZE], const void *message, size_t length,
	const uint8_t signature[KEY_SIGNATURE_SIZE]);

/* Overwrites memory that held a secret, and a buffer whole before it is freed. */
void key_cleanse(void *bytes, size_t length);
void key_cleanse_buffer(struct buffer *buffer);

#endif
