/* The core reads the text; signatures are checked here, for the core knows none. */
#include "vaultctl/offline/founding_check.h"

#include "base/arena.h"
#include "reserve/founding.h"

bool founding_check_text(const char *text, struct error *error)
{
	struct founding founding;
	struct arena *arena = arena_new(0);
	bool good = founding_read(text, arena, &founding, error);
	arena_free(arena);
	return good;
}

bool founding_check_signatures(const struct note *note, struct buffer *ret_missing,
	struct error *error)
{
	struct founding founding;
	struct arena *arena = arena_new(0);
	bool good = founding_read(arena_text(arena, note->text, note->text_length), arena, &founding,
		error);
	const struct founding_person *persons = good ? founding.persons.items : NULL;
	for (uint32_t i = 0; good && i < founding.persons.count; i++) {
		struct verifier_key key;
		good = verifier_key_parse(persons[i].verifier_key, &key, error);
		if (good && !note_verify(note, &key))
			buffer_printf(ret_missing, "%s%s", ret_missing->length > 0 ? ", " : "",
				persons[i].code);
	}
	arena_free(arena);
	return good;
}
