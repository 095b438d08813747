/* Lines up to the first empty one are the proof, what follows is the checkpoint, byte for byte. */
#include "ledger/consistency.h"

#include <assert.h>

#include "base/text.h"
#include "ledger/lines.h"

void consistency_append(struct buffer *out, int64_t old_size, const struct tree_path *path,
	const char *checkpoint, size_t checkpoint_length)
{
	assert(old_size >= 0 && path->length <= TREE_PATH_MAX);
	buffer_append_text(out, "old ");
	buffer_append_int(out, old_size);
	buffer_append_byte(out, '\n');
	line_append_path(out, path);
	buffer_append(out, checkpoint, checkpoint_length);
}

bool consistency_parse(const char *bytes, size_t length, struct consistency *ret_consistency,
	struct error *error)
{
	const char *at = bytes, *end = length > 0 ? bytes + length : bytes;
	struct consistency consistency = { 0 };
	struct line line;
	if (length == 0 || !line_take(&at, end, &line) || !line_word(&line, "old ") ||
	    !line_number(line, &consistency.old_size))
		return error_set(error, ERROR_INVALID, "consistency proof", "this is no consistency proof: "
			"its first line is not \"old SIZE\"");
	if (!line_path(&at, end, &consistency.path, "consistency proof", error))
		return false;
	consistency.checkpoint = at;
	consistency.checkpoint_length = (size_t)(end - at);
	*ret_consistency = consistency;
	return true;
}

bool consistency_verify(const struct consistency *consistency, const struct hash *old_root,
	const struct verifier_key *keys, size_t key_count, struct checkpoint *ret_checkpoint,
	struct error *error)
{
	struct checkpoint checkpoint;
	if (!checkpoint_open(consistency->checkpoint, consistency->checkpoint_length, keys, key_count,
	    &checkpoint, error))
		return false;
	struct hasher *hasher = hasher_new();
	bool extends = tree_verify_consistency(hasher, consistency->old_size, checkpoint.size, old_root,
		&checkpoint.root, consistency->path.hashes, consistency->path.length);
	hasher_free(hasher);
	if (!extends)
		return error_set(error, ERROR_LEDGER, "consistency proof", "the proof does not lead from the "
			"root of %lld entries to that of %lld: the one does not extend the other, or the proof "
			"is another's", (long long)consistency->old_size, (long long)checkpoint.size);
	*ret_checkpoint = checkpoint;
	return true;
}
