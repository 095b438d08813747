/* Requests that come as signed notes: verified beside the loop, then decided like any other. */
#include "vaultd/handlers/handler.h"

bool emergency_prepare_note(struct asked *asked, void *params, struct error *error)
{
	(void)asked;
	(void)params;
	return error_set(error, ERROR_INVALID, "note", "not yet");
}
