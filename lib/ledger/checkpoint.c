/* Three lines, both ways: a text that parses here is the one that would be written. */
#include "ledger/checkpoint.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"

void checkpoint_append_text(struct buffer *out, const struct checkpoint *checkpoint)
{
	assert(verifier_key_name_fits(checkpoint->origin) && checkpoint->size >= 0);
	buffer_append_text(out, checkpoint->origin);
	buffer_append_byte(out, '\n');
	buffer_append_int(out, checkpoint->size);
	buffer_append_byte(out, '\n');
	base64_append(out, checkpoint->root.bytes, HASH_SIZE);
	buffer_append_byte(out, '\n');
}

static bool bad_checkpoint(struct error *error, const char *what)
{
	return error_set(error, ERROR_INVALID, "checkpoint", "this is no checkpoint: %s", what);
}

/* Cuts the next line off, as text of at most size - 1 bytes. */
static bool take_line(const char **at, const char *end, char *to, size_t size)
{
	const char *line_end = memchr(*at, '\n', (size_t)(end - *at));
	if (line_end == NULL || (size_t)(line_end - *at) >= size)
		return false;
	size_t length = (size_t)(line_end - *at);
	memcpy(to, *at, length);
	to[length] = '\0';
	*at = line_end + 1;
	return strlen(to) == length;
}

static bool decode_root(const char *base64, struct hash *ret_root)
{
	struct buffer decoded = { 0 };
	bool ok = base64_decode(base64, strlen(base64), &decoded) && decoded.length == HASH_SIZE;
	if (ok)
		memcpy(ret_root->bytes, decoded.bytes, HASH_SIZE);
	buffer_free(&decoded);
	return ok;
}

bool checkpoint_parse(const char *text, size_t length, struct checkpoint *ret_checkpoint,
	struct error *error)
{
	if (length == 0)
		return bad_checkpoint(error, "it is empty");
	const char *at = text, *end = text + length;
	struct checkpoint checkpoint;
	char size[24], root[48];
	if (!take_line(&at, end, checkpoint.origin, sizeof checkpoint.origin) ||
	    !verifier_key_name_fits(checkpoint.origin))
		return bad_checkpoint(error, "its first line is not the origin of a log");
	if (!take_line(&at, end, size, sizeof size) || !text_to_int(size, &checkpoint.size) ||
	    checkpoint.size < 0)
		return bad_checkpoint(error, "its second line is not a size");
	if (!take_line(&at, end, root, sizeof root) || !decode_root(root, &checkpoint.root))
		return bad_checkpoint(error, "its third line is not the base64 of a hash");
	if (at != end)
		return bad_checkpoint(error, "it has more than three lines");
	*ret_checkpoint = checkpoint;
	return true;
}

static bool check_signatures(const struct note *note, const char *origin,
	const struct verifier_key *keys, size_t key_count, struct error *error)
{
	bool by_log = false;
	for (size_t i = 0; i < key_count; i++) {
		if (note_find(note, &keys[i]) == NULL)
			continue;
		if (!note_verify(note, &keys[i]))
			return error_set(error, ERROR_BAD_SIGNATURE, "checkpoint",
				"the signature by %s+%08x on the checkpoint is not good", keys[i].name,
				keys[i].id);
		by_log = by_log || (keys[i].type == KEY_ED25519 && text_equal(keys[i].name, origin));
	}
	return by_log || error_set(error, ERROR_BAD_SIGNATURE, "checkpoint",
		"no key given here for the log %s signed the checkpoint", origin);
}

bool checkpoint_open(const char *bytes, size_t length, const struct verifier_key *keys,
	size_t key_count, struct checkpoint *ret_checkpoint, struct error *error)
{
	struct note note;
	struct checkpoint checkpoint;
	if (!note_parse(bytes, length, &note, error) ||
	    !checkpoint_parse(note.text, note.text_length, &checkpoint, error) ||
	    (key_count > 0 && !check_signatures(&note, checkpoint.origin, keys, key_count, error)))
		return false;
	*ret_checkpoint = checkpoint;
	return true;
}
