/* Lines up to the first empty one are the proof, what follows is the checkpoint, byte for byte. */
#include "ledger/proof.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"

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
	for (size_t i = 0; i < path->length; i++) {
		base64_append(out, path->hashes[i].bytes, HASH_SIZE);
		buffer_append_byte(out, '\n');
	}
	buffer_append_byte(out, '\n');
	buffer_append(out, checkpoint, checkpoint_length);
}

static bool bad_proof(struct error *error, const char *what)
{
	return error_set(error, ERROR_INVALID, "proof", "this is no proof: %s", what);
}

/* A line without its newline. */
struct line {
	const char *text;
	size_t length;
};

static bool take_line(const char **at, const char *end, struct line *ret_line)
{
	const char *line_end = memchr(*at, '\n', (size_t)(end - *at));
	if (line_end == NULL)
		return false;
	*ret_line = (struct line){ *at, (size_t)(line_end - *at) };
	*at = line_end + 1;
	return true;
}

/* Takes "word " off the line's front. */
static bool take_word(struct line *line, const char *word)
{
	size_t length = strlen(word);
	if (line->length < length || memcmp(line->text, word, length) != 0)
		return false;
	line->text += length;
	line->length -= length;
	return true;
}

static bool parse_index(struct line line, int64_t *ret_index)
{
	char digits[24];
	int64_t index;
	if (!take_word(&line, "index ") || line.length >= sizeof digits)
		return false;
	memcpy(digits, line.text, line.length);
	digits[line.length] = '\0';
	if (strlen(digits) != line.length || !text_to_int(digits, &index) || index < 0)
		return false;
	*ret_index = index;
	return true;
}

static bool parse_hash(struct line line, struct hash *ret_hash)
{
	struct buffer decoded = { 0 };
	bool ok = line.length == 44 && base64_decode(line.text, line.length, &decoded) &&
		decoded.length == HASH_SIZE;
	if (ok)
		memcpy(ret_hash->bytes, decoded.bytes, HASH_SIZE);
	buffer_free(&decoded);
	return ok;
}

static bool parse_path(const char **at, const char *end, struct tree_path *path,
	struct error *error)
{
	struct line line;
	for (;;) {
		if (!take_line(at, end, &line))
			return bad_proof(error, "it breaks off before its empty line");
		if (line.length == 0)
			return true;
		if (path->length == TREE_PATH_MAX || !parse_hash(line, &path->hashes[path->length++]))
			return bad_proof(error, "a line of its path is not the base64 of a hash");
	}
}

static bool parse_head(const char **at, const char *end, struct proof *proof, struct error *error)
{
	struct line line;
	if (!take_line(at, end, &line) || !take_word(&line, PROOF_TYPE_LINE) || line.length != 0)
		return bad_proof(error, "its first line is not " PROOF_TYPE_LINE);
	if (!take_line(at, end, &line))
		return bad_proof(error, "it has no index");
	if (take_word(&line, "extra ")) {
		proof->has_extra = true;
		if (line.length > PROOF_EXTRA_MAX / 3 * 4 + 4 ||
		    !base64_decode(line.text, line.length, &proof->extra))
			return bad_proof(error, "its extra line is not base64, or too long");
		if (!take_line(at, end, &line))
			return bad_proof(error, "it has no index");
	}
	return parse_index(line, &proof->index) || bad_proof(error, "its index is not a number");
}

bool proof_parse(const char *bytes, size_t length, struct proof *ret_proof, struct error *error)
{
	if (length == 0)
		return bad_proof(error, "it is empty");
	const char *at = bytes, *end = bytes + length;
	struct proof proof = { 0 };
	if (!parse_head(&at, end, &proof, error) || !parse_path(&at, end, &proof.path, error)) {
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
