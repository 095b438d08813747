/* Ed25519 by EVP, PKCS#8 by PEM; a key of any other kind is refused at the door. */
#include "ledger/key.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

enum {
	PEM_MAX = 64 * 1024,
	SCRYPT_N = 16384, /* 16 MiB, which every openssl(1) allows when it reads */
	SCRYPT_R = 8,
	SCRYPT_P = 5,
};

struct signer {
	EVP_PKEY *pkey;
	uint8_t public_key[KEY_PUBLIC_SIZE];
};

/* Signing with a loaded key fails only without memory. */
static void must(int ok)
{
	if (ok != 1)
		abort();
}

/* Takes the key over; NULL where it is no Ed25519 key. */
static struct signer *signer_of(EVP_PKEY *pkey)
{
	uint8_t public_key[KEY_PUBLIC_SIZE];
	size_t length = sizeof public_key;
	if (!EVP_PKEY_is_a(pkey, "ED25519") ||
	    EVP_PKEY_get_raw_public_key(pkey, public_key, &length) != 1 || length != KEY_PUBLIC_SIZE) {
		EVP_PKEY_free(pkey);
		return NULL;
	}
	struct signer *signer = malloc(sizeof *signer);
	must(signer != NULL);
	signer->pkey = pkey;
	memcpy(signer->public_key, public_key, sizeof public_key);
	return signer;
}

bool signer_generate(struct signer **ret_signer, struct error *error)
{
	EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	struct signer *signer = pkey != NULL ? signer_of(pkey) : NULL;
	ERR_clear_error();
	if (signer == NULL)
		return error_set(error, ERROR_INTERNAL, "key", "the crypto library made no Ed25519 key");
	*ret_signer = signer;
	return true;
}

struct signer *signer_from_seed(const uint8_t seed[KEY_SEED_SIZE])
{
	EVP_PKEY *pkey = EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL, seed, KEY_SEED_SIZE);
	must(pkey != NULL);
	struct signer *signer = signer_of(pkey);
	must(signer != NULL);
	return signer;
}

struct ask {
	signer_passphrase *passphrase;
	void *context;
	bool asked;
};

/* Without a passphrase to give this must still be there: the library would ask the terminal. */
static int ask_passphrase(char *to, int size, int writing, void *context)
{
	struct ask *ask = context;
	(void)writing;
	ask->asked = true;
	return ask->passphrase != NULL ? ask->passphrase(ask->context, to, size) : -1;
}

bool signer_load_pem(const void *bytes, size_t length, signer_passphrase *passphrase, void *context,
	struct signer **ret_signer, struct error *error)
{
	struct ask ask = { passphrase, context, false };
	EVP_PKEY *pkey = NULL;
	if (length <= PEM_MAX) {
		BIO *bio = BIO_new_mem_buf(bytes, (int)length);
		must(bio != NULL);
		pkey = PEM_read_bio_PrivateKey(bio, NULL, ask_passphrase, &ask);
		BIO_free(bio);
	}
	ERR_clear_error();
	if (pkey == NULL && ask.asked && passphrase == NULL)
		return error_set(error, ERROR_INVALID, "key", "the key is protected by a passphrase");
	if (pkey == NULL && ask.asked)
		return error_set(error, ERROR_INVALID, "key", "the passphrase does not open the key");
	struct signer *signer = pkey != NULL ? signer_of(pkey) : NULL;
	if (signer == NULL)
		return error_set(error, ERROR_INVALID, "key", "this is no Ed25519 private key in PKCS#8 PEM");
	*ret_signer = signer;
	return true;
}

/* The key under a passphrase: PBES2 of scrypt and AES-256-CBC with fresh salt and IV. */
static bool write_encrypted(BIO *bio, EVP_PKEY *pkey, const char *passphrase)
{
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "AES-256-CBC", NULL);
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(pkey);
	X509_ALGOR *method = cipher != NULL
		? PKCS5_pbe2_set_scrypt(cipher, NULL, 0, NULL, SCRYPT_N, SCRYPT_R, SCRYPT_P) : NULL;
	X509_SIG *sealed = info != NULL && method != NULL
		? PKCS8_set0_pbe(passphrase, (int)strlen(passphrase), info, method) : NULL;
	if (sealed == NULL)
		X509_ALGOR_free(method); /* else it is part of the sealed key */
	bool ok = sealed != NULL && PEM_write_bio_PKCS8(bio, sealed) == 1;
	X509_SIG_free(sealed);
	PKCS8_PRIV_KEY_INFO_free(info);
	EVP_CIPHER_free(cipher);
	return ok;
}

bool signer_to_pem(const struct signer *signer, const char *passphrase, struct buffer *out,
	struct error *error)
{
	assert(passphrase == NULL || strlen(passphrase) <= KEY_PASSPHRASE_MAX);
	BIO *bio = BIO_new(BIO_s_secmem()); /* cleanses what it held */
	must(bio != NULL);
	bool ok = passphrase != NULL ? write_encrypted(bio, signer->pkey, passphrase)
		: PEM_write_bio_PKCS8PrivateKey(bio, signer->pkey, NULL, NULL, 0, NULL, NULL) == 1;
	char *bytes = NULL;
	long length = ok ? BIO_get_mem_data(bio, &bytes) : 0;
	if (length > 0)
		buffer_append(out, bytes, (size_t)length);
	BIO_free(bio);
	ERR_clear_error();
	return length > 0 || error_set(error, ERROR_INTERNAL, "key", "the key could not be written");
}

void signer_public_key(const struct signer *signer, uint8_t ret_public_key[KEY_PUBLIC_SIZE])
{
	memcpy(ret_public_key, signer->public_key, KEY_PUBLIC_SIZE);
}

void signer_sign(const struct signer *signer, const void *message, size_t length,
	uint8_t ret_signature[KEY_SIGNATURE_SIZE])
{
	size_t signature_length = KEY_SIGNATURE_SIZE;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	must(context != NULL);
	must(EVP_DigestSignInit_ex(context, NULL, NULL, NULL, NULL, signer->pkey, NULL));
	must(EVP_DigestSign(context, ret_signature, &signature_length, message, length));
	must(signature_length == KEY_SIGNATURE_SIZE);
	EVP_MD_CTX_free(context);
}

void signer_free(struct signer *signer)
{
	if (signer == NULL)
		return;
	EVP_PKEY_free(signer->pkey); /* cleanses the private bytes */
	OPENSSL_cleanse(signer, sizeof *signer);
	free(signer);
}

bool signer_verifier_key(const struct signer *signer, const char *name, enum key_type type,
	struct verifier_key *ret_key, struct error *error)
{
	return verifier_key_init(name, type, signer->public_key, ret_key, error);
}

static void add_signature(struct buffer *note, size_t text_length, const struct verifier_key *key,
	const void *signature, size_t length)
{
	if (note->length == text_length)
		buffer_append_byte(note, '\n');
	note_signature_append(note, key->name, key->id, signature, length);
}

static void assert_text(const struct buffer *note, size_t text_length)
{
	assert(text_length > 0 && text_length <= note->length);
	assert(note->bytes[text_length - 1] == '\n');
	assert(note->length == text_length || note->bytes[text_length] == '\n');
}

bool note_sign(struct buffer *note, size_t text_length, const char *name,
	const struct signer *signer, struct error *error)
{
	struct verifier_key key;
	uint8_t signature[KEY_SIGNATURE_SIZE];
	assert_text(note, text_length);
	if (!signer_verifier_key(signer, name, KEY_ED25519, &key, error))
		return false;
	signer_sign(signer, note->bytes, text_length, signature);
	add_signature(note, text_length, &key, signature, sizeof signature);
	return true;
}

bool note_cosign(struct buffer *note, size_t text_length, const char *name, uint64_t time_s,
	const struct signer *signer, struct error *error)
{
	struct verifier_key key;
	uint8_t signature[NOTE_COSIGNATURE_SIZE];
	struct buffer message = { 0 };
	assert_text(note, text_length);
	if (!signer_verifier_key(signer, name, KEY_COSIGNATURE, &key, error))
		return false;
	for (int i = 0; i < 8; i++)
		signature[i] = (uint8_t)(time_s >> (56 - 8 * i));
	note_cosignature_message(&message, time_s, note->bytes, text_length);
	signer_sign(signer, message.bytes, message.length, signature + 8);
	add_signature(note, text_length, &key, signature, sizeof signature);
	buffer_free(&message);
	return true;
}

bool key_verify(const uint8_t public_key[KEY_PUBLIC_SIZE], const void *message, size_t length,
	const uint8_t signature[KEY_SIGNATURE_SIZE])
{
	EVP_PKEY *pkey = EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, public_key,
		KEY_PUBLIC_SIZE);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool ok = pkey != NULL && context != NULL &&
		EVP_DigestVerifyInit_ex(context, NULL, NULL, NULL, NULL, pkey, NULL) == 1 &&
		EVP_DigestVerify(context, signature, KEY_SIGNATURE_SIZE, message, length) == 1;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return ok;
}

void key_cleanse(void *bytes, size_t length)
{
	OPENSSL_cleanse(bytes, length);
}

void key_cleanse_buffer(struct buffer *buffer)
{
	if (buffer->bytes != NULL)
		OPENSSL_cleanse(buffer->bytes, buffer->capacity);
	buffer_clear(buffer);
}
