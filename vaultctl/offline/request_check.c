/* The core reads the text; what it says is of no use here. */
#include "vaultctl/offline/request_check.h"

#include "base/arena.h"
#include "reserve/emergency/request_note.h"

bool request_check_text(const char *text, const char *origin, struct error *error)
{
	struct submit_params params;
	uint8_t command[16];
	struct arena *arena = arena_new(0);
	bool good = request_note_read(text, origin, arena, &params, command, error);
	arena_free(arena);
	return good;
}
