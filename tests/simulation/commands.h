/* Random commands: what people of a reserve do, mostly sensible, drawn from the state. */
#ifndef SIMULATION_COMMANDS_H
#define SIMULATION_COMMANDS_H

#include <stdint.h>

#include "random.h"
#include "server.h"

/* The founding, and what must be there before anything else: for the first commands, in order. */
const char *commands_setup(int number, const char **ret_actor, const char **ret_command);

/* Fills type, actor and line (the caller's to free) of a command from what the state holds. */
void commands_draw(struct random *random, const struct state *state, int64_t now,
	struct command *command);

#endif
