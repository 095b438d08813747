/* Any bytes as a consistency proof and as evidence of a fork: what parses is written again the same. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "ledger/consistency.h"
#include "ledger/witness.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void same(struct buffer *again, const uint8_t *bytes, size_t length)
{
	assert(again->length == length && memcmp(again->bytes, bytes, length) == 0);
	buffer_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct consistency consistency;
	struct checkpoint checkpoint, checkpoints[2];
	struct fork_evidence evidence;
	enum fork_proof proof;
	struct buffer again = { 0 };
	struct hash root = { { 0 } };
	struct error error = { 0 };
	if (consistency_parse((const char *)bytes, length, &consistency, &error)) {
		consistency_append(&again, consistency.old_size, &consistency.path, consistency.checkpoint,
			consistency.checkpoint_length);
		same(&again, bytes, length);
		(void)consistency_verify(&consistency, &root, NULL, 0, &checkpoint, &error);
	}
	error = (struct error){ 0 };
	if (fork_evidence_parse((const char *)bytes, length, &evidence, &error))
		(void)fork_evidence_check(&evidence, &proof, checkpoints, &error);
	else
		assert(error.id != ERROR_NONE);
	return 0;
}
