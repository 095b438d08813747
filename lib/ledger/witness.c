/* Judging is a comparison and a proof; evidence is text, so that whoever reads it sees both notes. */
#include "ledger/witness.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "ledger/lines.h"

#define TYPE_LINE "projectvault.org/fork-evidence@v1"

enum witness_verdict witness_judge(struct hasher *hasher, const struct checkpoint *remembered,
	const struct checkpoint *shown, const struct tree_path *path)
{
	if (remembered == NULL)
		return WITNESS_FIRST;
	if (shown->size < remembered->size)
		return WITNESS_BACK;
	if (shown->size == remembered->size)
		return hash_equal(&shown->root, &remembered->root) ? WITNESS_SAME : WITNESS_FORK;
	return tree_verify_consistency(hasher, remembered->size, shown->size, &remembered->root,
		&shown->root, path->hashes, path->length) ? WITNESS_EXTENDS : WITNESS_FORK;
}

/* ---- evidence ---- */

static void append_hash(struct buffer *out, const char *name, const struct hash *hash)
{
	buffer_append_text(out, name);
	base64_append(out, hash->bytes, HASH_SIZE);
	buffer_append_byte(out, '\n');
}

void fork_evidence_append(struct buffer *out, const struct fork_evidence *evidence)
{
	char found[TIME_TEXT_SIZE];
	time_format(evidence->found_at, found);
	buffer_append_text(out, TYPE_LINE "\nlog ");
	verifier_key_format(out, &evidence->log);
	buffer_printf(out, "\nfound %s\n", found);
	if (evidence->has_old_root)
		append_hash(out, "old-root ", &evidence->old_root);
	for (size_t i = 0; i < evidence->path.length; i++)
		append_hash(out, "path ", &evidence->path.hashes[i]);
	for (int i = 0; i < 2; i++) {
		buffer_append_byte(out, '\n');
		buffer_append(out, evidence->notes[i], evidence->note_lengths[i]);
	}
}

static bool bad_evidence(struct error *error, const char *what)
{
	return error_set(error, ERROR_INVALID, "evidence", "this is no evidence of a fork: %s", what);
}

static bool parse_key(struct line line, struct verifier_key *ret_key, struct error *error)
{
	char text[KEY_NAME_MAX + 64];
	if (line.length >= sizeof text)
		return bad_evidence(error, "its log's key is too long");
	memcpy(text, line.text, line.length);
	text[line.length] = '\0';
	return verifier_key_parse(text, ret_key, error);
}

static bool parse_time(struct line line, int64_t *ret_time)
{
	char text[TIME_TEXT_SIZE];
	if (line.length >= sizeof text)
		return false;
	memcpy(text, line.text, line.length);
	text[line.length] = '\0';
	return time_parse(text, ret_time);
}

/* The lines up to the first empty one. */
static bool parse_head(const char **at, const char *end, struct fork_evidence *evidence,
	struct error *error)
{
	struct line line;
	if (!line_take(at, end, &line) || !line_word(&line, TYPE_LINE) || line.length != 0)
		return bad_evidence(error, "its first line is not " TYPE_LINE);
	if (!line_take(at, end, &line) || !line_word(&line, "log "))
		return bad_evidence(error, "its second line is not \"log VERIFIER-KEY\"");
	if (!parse_key(line, &evidence->log, error))
		return false;
	if (!line_take(at, end, &line) || !line_word(&line, "found ") ||
	    !parse_time(line, &evidence->found_at))
		return bad_evidence(error, "its third line is not \"found TIME\"");
	while (line_take(at, end, &line)) {
		struct tree_path *path = &evidence->path;
		if (line.length == 0)
			return true;
		if (!evidence->has_old_root && line_word(&line, "old-root ")) {
			evidence->has_old_root = true;
			if (!line_hash(line, &evidence->old_root))
				return bad_evidence(error, "its old-root is not the base64 of a hash");
		} else if (path->length == TREE_PATH_MAX || !line_word(&line, "path ") ||
		    !line_hash(line, &path->hashes[path->length++])) {
			return bad_evidence(error, "a line of its head is not understood");
		}
	}
	return bad_evidence(error, "it breaks off before its checkpoints");
}

/* A checkpoint is three lines, an empty one, and signatures up to the next empty line or the end. */
static size_t note_length(const char *at, const char *end)
{
	const char *text_end = memmem(at, (size_t)(end - at), "\n\n", 2);
	if (text_end == NULL)
		return (size_t)(end - at);
	const char *note_end = memmem(text_end + 2, (size_t)(end - text_end - 2), "\n\n", 2);
	return note_end != NULL ? (size_t)(note_end + 1 - at) : (size_t)(end - at);
}

bool fork_evidence_parse(const char *bytes, size_t length, struct fork_evidence *ret_evidence,
	struct error *error)
{
	const char *at = bytes, *end = length > 0 ? bytes + length : bytes;
	struct fork_evidence evidence = { 0 };
	if (length == 0)
		return bad_evidence(error, "it is empty");
	if (!parse_head(&at, end, &evidence, error))
		return false;
	for (int i = 0; i < 2; i++) {
		evidence.notes[i] = at;
		evidence.note_lengths[i] = note_length(at, end);
		at += evidence.note_lengths[i];
		if (i == 0 && at == end)
			return bad_evidence(error, "it holds one checkpoint, and two are needed");
		at += i == 0 ? 1 : 0; /* the empty line between them */
	}
	if (at != end)
		return bad_evidence(error, "something stands behind its checkpoints");
	*ret_evidence = evidence;
	return true;
}

static enum fork_proof prove(const struct fork_evidence *evidence,
	const struct checkpoint checkpoints[2])
{
	const struct checkpoint *smaller = &checkpoints[0], *larger = &checkpoints[1];
	if (smaller->size == larger->size)
		return hash_equal(&smaller->root, &larger->root) ? FORK_NOTHING : FORK_SAME_SIZE;
	if (smaller->size > larger->size || !evidence->has_old_root ||
	    hash_equal(&evidence->old_root, &smaller->root))
		return FORK_NOTHING;
	struct hasher *hasher = hasher_new();
	bool leads = tree_verify_consistency(hasher, smaller->size, larger->size, &evidence->old_root,
		&larger->root, evidence->path.hashes, evidence->path.length);
	hasher_free(hasher);
	return leads ? FORK_OTHER_PAST : FORK_NOTHING;
}

bool fork_evidence_check(const struct fork_evidence *evidence, enum fork_proof *ret_proof,
	struct checkpoint ret_checkpoints[2], struct error *error)
{
	struct checkpoint checkpoints[2];
	for (int i = 0; i < 2; i++) {
		if (!checkpoint_open(evidence->notes[i], evidence->note_lengths[i], &evidence->log, 1,
		    &checkpoints[i], error))
			return false;
	}
	memcpy(ret_checkpoints, checkpoints, sizeof checkpoints);
	*ret_proof = prove(evidence, checkpoints);
	return true;
}
