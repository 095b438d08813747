/* What is taken moves the beginning on; a line that is not as it must be moves nothing. */
#include "ledger/lines.h"

#include <string.h>

#include "base/text.h"

bool line_take(const char **at, const char *end, struct line *ret_line)
{
	const char *line_end = memchr(*at, '\n', (size_t)(end - *at));
	if (line_end == NULL)
		return false;
	*ret_line = (struct line){ *at, (size_t)(line_end - *at) };
	*at = line_end + 1;
	return true;
}

bool line_word(struct line *line, const char *word)
{
	size_t length = strlen(word);
	if (line->length < length || memcmp(line->text, word, length) != 0)
		return false;
	line->text += length;
	line->length -= length;
	return true;
}

bool line_number(struct line line, int64_t *ret_number)
{
	char digits[24];
	int64_t number;
	if (line.length >= sizeof digits)
		return false;
	memcpy(digits, line.text, line.length);
	digits[line.length] = '\0';
	if (strlen(digits) != line.length || !text_to_int(digits, &number) || number < 0)
		return false;
	*ret_number = number;
	return true;
}

bool line_hash(struct line line, struct hash *ret_hash)
{
	struct buffer decoded = { 0 };
	bool ok = line.length == 44 && base64_decode(line.text, line.length, &decoded) &&
		decoded.length == HASH_SIZE;
	if (ok)
		memcpy(ret_hash->bytes, decoded.bytes, HASH_SIZE);
	buffer_free(&decoded);
	return ok;
}

bool line_path(const char **at, const char *end, struct tree_path *path, const char *what,
	struct error *error)
{
	struct line line;
	for (;;) {
		if (!line_take(at, end, &line))
			return error_set(error, ERROR_INVALID, what, "this is no %s: it breaks off before its "
				"empty line", what);
		if (line.length == 0)
			return true;
		if (path->length == TREE_PATH_MAX || !line_hash(line, &path->hashes[path->length++]))
			return error_set(error, ERROR_INVALID, what, "this is no %s: a line of its path is not "
				"the base64 of a hash", what);
	}
}

void line_append_path(struct buffer *out, const struct tree_path *path)
{
	for (size_t i = 0; i < path->length; i++) {
		base64_append(out, path->hashes[i].bytes, HASH_SIZE);
		buffer_append_byte(out, '\n');
	}
	buffer_append_byte(out, '\n');
}
