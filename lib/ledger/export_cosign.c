/* The checkpoint of an export with more signatures under it: the same text, put in place as at an export. */
#include <string.h>

#include "base/text.h"
#include "ledger/export.h"

static bool same_key(const struct note_signature *a, const struct note_signature *b)
{
	return a->key_id == b->key_id && text_equal(a->name, b->name);
}

void export_merge(struct buffer *out, const struct note *now, const struct note *more)
{
	note_begin(out, now->text, now->text_length);
	for (size_t i = 0; i < now->signature_count + more->signature_count; i++) {
		bool old = i < now->signature_count;
		const struct note_signature *line = old ? &now->signatures[i] :
			&more->signatures[i - now->signature_count];
		bool anew = false;
		for (size_t j = 0; old && !anew && j < more->signature_count; j++)
			anew = same_key(line, &more->signatures[j]);
		if (!anew && line->length <= NOTE_SIGNATURE_MAX)
			note_signature_append(out, line->name, line->key_id, line->bytes, line->length);
	}
}

static bool add(struct export_writer *writer, struct export_reader *reader,
	const struct note *note, struct error *error)
{
	struct note now;
	struct buffer whole = { 0 };
	size_t length;
	const char *bytes = export_reader_note(reader, &length);
	if (!note_parse(bytes, length, &now, error))
		return false;
	if (now.text_length != note->text_length ||
	    memcmp(now.text, note->text, now.text_length) != 0)
		return error_set(error, ERROR_CONFLICT, "checkpoint",
			"the export has gone on to another checkpoint meanwhile");
	export_merge(&whole, &now, note);
	bool done = export_writer_finish(writer, whole.bytes, whole.length, error);
	buffer_free(&whole);
	return done;
}

bool export_add_signatures(const char *directory, const struct note *note, struct error *error)
{
	struct export_writer *writer;
	struct export_reader *reader;
	if (!export_writer_open(directory, NULL, 0, &writer, error))
		return false;
	bool done = export_reader_open(directory, NULL, 0, &reader, error);
	if (done) {
		done = add(writer, reader, note, error);
		export_reader_close(reader);
	}
	export_writer_close(writer);
	return done;
}
