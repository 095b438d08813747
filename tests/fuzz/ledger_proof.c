/* Any bytes as a receipt: what parses is written again to the same bytes, and verifying is safe. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "ledger/proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct proof proof;
	struct checkpoint checkpoint;
	struct error error = { 0 };
	if (!proof_parse((const char *)bytes, length, &proof, &error)) {
		assert(error.id != ERROR_NONE);
		return 0;
	}
	struct buffer again = { 0 };
	const char *extra = proof.extra.bytes != NULL ? proof.extra.bytes : "";
	proof_append(&again, proof.index, &proof.path, proof.has_extra ? extra : NULL,
		proof.extra.length, proof.checkpoint, proof.checkpoint_length);
	assert(again.length == length && memcmp(again.bytes, bytes, length) == 0);
	(void)proof_verify(&proof, "entry", 5, NULL, 0, &checkpoint, &error);
	buffer_free(&again);
	proof_clear(&proof);
	return 0;
}
