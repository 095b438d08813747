/* Any text as a verifier key, and any bytes as a private key's PEM. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "ledger/key.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void verifier_key(const char *text)
{
	struct verifier_key key;
	struct error error = { 0 };
	if (!verifier_key_parse(text, &key, &error)) {
		assert(error.id != ERROR_NONE);
		return;
	}
	struct buffer again = { 0 };
	verifier_key_format(&again, &key);
	assert(strcmp(buffer_text(&again), text) == 0);
	buffer_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct buffer text = { 0 };
	struct signer *signer;
	struct error error = { 0 };
	buffer_append(&text, bytes, length);
	verifier_key(buffer_text(&text));
	if (signer_load_pem(bytes, length, NULL, NULL, &signer, &error))
		signer_free(signer);
	buffer_free(&text);
	return 0;
}
