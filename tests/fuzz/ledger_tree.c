/* Any sizes, indexes and paths to the verifiers of proofs, and any bytes as an entry bundle. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "ledger/tiles.h"
#include "ledger/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void bundle(const uint8_t *bytes, size_t length)
{
	struct buffer again = { 0 };
	const uint8_t *entry;
	size_t at = 0, entry_length;
	while (bundle_next(bytes, length, &at, &entry, &entry_length))
		bundle_append(&again, entry, entry_length);
	assert(again.length == at && at <= length);
	assert(at == 0 || memcmp(again.bytes, bytes, at) == 0);
	buffer_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	int64_t numbers[2];
	struct hash hashes[TREE_PATH_MAX + 3];
	bundle(bytes, length);
	if (length < sizeof numbers + 2 * HASH_SIZE)
		return 0;
	memcpy(numbers, bytes, sizeof numbers);
	size_t count = (length - sizeof numbers) / HASH_SIZE;
	if (count > TREE_PATH_MAX + 3)
		count = TREE_PATH_MAX + 3;
	memcpy(hashes, bytes + sizeof numbers, count * HASH_SIZE);
	struct hasher *hasher = hasher_new();
	(void)tree_verify_inclusion(hasher, numbers[0], numbers[1], &hashes[0], &hashes[1], hashes + 2,
		count - 2);
	(void)tree_verify_consistency(hasher, numbers[0], numbers[1], &hashes[0], &hashes[1],
		hashes + 2, count - 2);
	hasher_free(hasher);
	return 0;
}
