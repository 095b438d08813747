/* Lines up to the first empty one are the proof, what follows is the checkpoint, byte for byte. */
#include "ledger/proof.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "ledger/lines.h"

void proof_append(struct buffer *out, int64_t index, const struct tree_path *path,
	const void *extra, size_t extra_length, const char *checkpoint, size_t checkpoint_length)
{
	assert(index >= 0 && path->length <= TREE_PATH_MAX && extra_length <= PROOF_EXTRA_MAX);
	buffer_append_text(out, PROOF_TYPE_LINE "\n");
	if (extra != NULL) {
		buffer_append_text(out, "extra ");
		base64_append(out, extra, extra_length);
		buffer_append_byte(out, '\n');
	}
	buffer_append_text(out, "index ");
	buffer_append_int(out, index);
	buffer_append_byte(out, '\n');
	line_append_path(out, path);
	buffer_append(out, checkpoint, checkpoint_length);
}

static bool bad_proof(struct error *error, const char *what)
{
	return error_set(error, ERROR_INVALID, "proof", "this is no proof: %s", what);
}

static bool parse_head(const char **at, const char *end, struct proof *proof, struct error *error)
{
	struct line line;
	if (!line_take(at, end, &line) || !line_word(&line, PROOF_TYPE_LINE) || line.length != 0)
		return bad_proof(error, "its first line is not " PROOF_TYPE_LINE);
	if (!line_take(at, end, &line))
		return bad_proof(error, "it has no index");
	if (line_word(&line, "extra ")) {
		proof->has_extra = true;
		if (line.length > PROOF_EXTRA_MAX / 3 * 4 + 4 ||
		    !base64_decode(line.text, line.length, &proof->extra))
			return bad_proof(error, "its extra line is not base64, or too long");
		if (!line_take(at, end, &line))
			return bad_proof(error, "it has no index");
	}
	return (line_word(&line, "index ") && line_number(line, &proof->index)) ||
		bad_proof(error, "its index is not a number");
}

bool proof_parse(const char *bytes, size_t length, struct proof *ret_proof, struct error *error)
{
	if (length == 0)
		return bad_proof(error, "it is empty");
	const char *at = bytes, *end = bytes + length;
	struct proof proof = { 0 };
	if (!parse_head(&at, end, &proof, error) || !line_path(&at, end, &proof.path, "proof", error)) {
		proof_clear(&proof);
		return false;
	}
	proof.checkpoint = at;
	proof.checkpoint_length = (size_t)(end - at);
	*ret_proof = proof;
	return true;
}

void proof_clear(struct proof *proof)
{
	buffer_free(&proof->extra);
}

bool proof_verify(const struct proof *proof, const void *entry, size_t length,
	const struct verifier_key *keys, size_t key_count, struct checkpoint *ret_checkpoint,
	struct error *error)
{
	struct checkpoint checkpoint;
	struct hash leaf;
	if (!checkpoint_open(proof->checkpoint, proof->checkpoint_length, keys, key_count, &checkpoint,
	    error))
		return false;
	struct hasher *hasher = hasher_new();
	hasher_leaf(hasher, entry, length, &leaf);
	bool ok = tree_verify_inclusion(hasher, proof->index, checkpoint.size, &leaf, &checkpoint.root,
		proof->path.hashes, proof->path.length);
	hasher_free(hasher);
	if (!ok)
		return error_set(error, ERROR_LEDGER, "proof", "the entry does not stand at index %lld of "
			"the tree of size %lld that the checkpoint signs", (long long)proof->index,
			(long long)checkpoint.size);
	*ret_checkpoint = checkpoint;
	return true;
}
