/* Rounds shown: a plan with what it rests on, and all policies side by side for a live shortage. */
#include "reserve/emergency/plan.h"
#include "vaultd/handlers/handler.h"

struct read_job *emergency_get_plan(struct asked *asked, struct error *error)
{
	(void)asked;
	error_set(error, ERROR_NOT_FOUND, "id", "not yet");
	return NULL;
}

bool emergency_compare(struct asked *asked, struct buffer *out, struct error *error)
{
	(void)asked;
	(void)out;
	return error_set(error, ERROR_NOT_FOUND, "declaration", "not yet");
}
