/* Any bytes as a checkpoint: what parses is written again to the same bytes. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "ledger/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct checkpoint checkpoint;
	struct error error = { 0 };
	struct verifier_key key = { .name = "vault.example/reserve-log", .type = KEY_ED25519 };
	if (checkpoint_parse((const char *)bytes, length, &checkpoint, &error)) {
		struct buffer again = { 0 };
		checkpoint_append_text(&again, &checkpoint);
		assert(again.length == length && memcmp(again.bytes, bytes, length) == 0);
		buffer_free(&again);
	}
	error = (struct error){ 0 };
	bool open = checkpoint_open((const char *)bytes, length, &key, 1, &checkpoint, &error);
	assert(open || error.id != ERROR_NONE);
	return 0;
}
