/* Any bytes as a signed note: what parses is composed again to the same bytes. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "ledger/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static struct note note;
	struct error error = { 0 };
	if (!note_parse((const char *)bytes, length, &note, &error)) {
		assert(error.id != ERROR_NONE);
		return 0;
	}
	struct buffer again = { 0 };
	bool whole = true;
	for (size_t i = 0; i < note.signature_count; i++)
		whole = whole && note.signatures[i].length <= NOTE_SIGNATURE_MAX;
	note_compose(&again, &note);
	assert(!whole || (again.length == length && memcmp(again.bytes, bytes, length) == 0));
	buffer_free(&again);
	return 0;
}
