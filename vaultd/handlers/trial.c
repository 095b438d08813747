/* Trials: what a rule or a stream of requests would do, on a state of their own; nothing is recorded. */
#include "reserve/emergency/whatif.h"
#include "vaultd/handlers/handler.h"

struct read_job *emergency_try_rule(struct asked *asked, struct error *error)
{
	(void)asked;
	error_set(error, ERROR_NOT_FOUND, "rule", "not yet");
	return NULL;
}

struct read_job *emergency_what_if(struct asked *asked, struct error *error)
{
	(void)asked;
	error_set(error, ERROR_NOT_FOUND, "requests", "not yet");
	return NULL;
}
