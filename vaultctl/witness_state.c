/* projectvault.org/witness-state@v1: three lines, an empty one, and the signed checkpoint. */
#include "vaultctl/witness_state.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "ledger/lines.h"
#include "vaultctl/ctl.h"
#include "vaultctl/file.h"

#define TYPE_LINE "projectvault.org/witness-state@v1"

enum { STATE_MAX = CHECKPOINT_NOTE_MAX + 4096 };

static bool take_key(const char **at, const char *end, const char *word,
	struct verifier_key *ret_key, struct error *error)
{
	struct line line;
	char text[KEY_NAME_MAX + 64];
	if (!line_take(at, end, &line) || !line_word(&line, word) || line.length >= sizeof text)
		return error_set(error, ERROR_INVALID, "", "a line \"%sVERIFIER-KEY\" is missing", word);
	memcpy(text, line.text, line.length);
	text[line.length] = '\0';
	return verifier_key_parse(text, ret_key, error);
}

static bool parse(const struct buffer *bytes, struct witness_state *state, struct error *error)
{
	const char *at = bytes->bytes, *end = bytes->length > 0 ? at + bytes->length : at;
	struct line line;
	struct note note;
	if (bytes->length == 0)
		return error_set(error, ERROR_INVALID, "", "it is empty");
	if (!line_take(&at, end, &line) || !line_word(&line, TYPE_LINE) || line.length != 0)
		return error_set(error, ERROR_INVALID, "", "its first line is not " TYPE_LINE);
	if (!take_key(&at, end, "log ", &state->log, error) ||
	    !take_key(&at, end, "witness ", &state->own, error))
		return false;
	if (!line_take(&at, end, &line) || line.length != 0)
		return error_set(error, ERROR_INVALID, "", "its fourth line is not empty");
	const struct verifier_key keys[] = { state->log, state->own };
	size_t length = (size_t)(end - at);
	if (!checkpoint_open(at, length, keys, 2, &state->last, error) ||
	    !note_parse(at, length, &note, error))
		return false;
	if (note_find(&note, &state->own) == NULL)
		return error_set(error, ERROR_INVALID, "", "its checkpoint lacks the witness's cosignature");
	buffer_append(&state->note, at, length);
	return true;
}

bool witness_state_read(const char *path, struct witness_state *ret_state, struct error *error)
{
	struct buffer bytes = { 0 };
	struct error cause = { 0 };
	*ret_state = (struct witness_state){ 0 };
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return true;
	if (!ctl_read_file(path, STATE_MAX, &bytes, error))
		return false;
	ret_state->begun = parse(&bytes, ret_state, &cause);
	buffer_free(&bytes);
	if (ret_state->begun)
		return true;
	error_set(error, ERROR_INVALID, "", "the state %.200s does not hold: %.300s", path, cause.message);
	return error_remedy(error, "nothing was cosigned. Bring the file back from a copy; without it a "
		"ledger that was rolled back looks like any other");
}

bool witness_state_write(const char *path, const struct witness_state *state, struct error *error)
{
	struct buffer text = { 0 };
	buffer_append_text(&text, TYPE_LINE "\nlog ");
	verifier_key_format(&text, &state->log);
	buffer_append_text(&text, "\nwitness ");
	verifier_key_format(&text, &state->own);
	buffer_append_text(&text, "\n\n");
	buffer_append(&text, state->note.bytes, state->note.length);
	bool written = file_replace(path, text.bytes, text.length, 0600, error);
	buffer_free(&text);
	return written;
}

void witness_state_clear(struct witness_state *state)
{
	buffer_free(&state->note);
	*state = (struct witness_state){ 0 };
}
