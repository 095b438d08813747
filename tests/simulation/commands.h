/* Random commands: what people of a reserve do, mostly sensible, drawn from the state. */
#ifndef SIMULATION_COMMANDS_H
#define SIMULATION_COMMANDS_H

#include <stdint.h>

#include "random.h"
#include "server.h"

/*
 * The founding, and what must be there before anything else: fills type, actor and line (the caller's
 * to free) of the first commands, in order; false after the last.
 */
bool commands_setup(int number, struct random *random, const struct state *state, int64_t now,
	struct command *command);

/* The same of a command from what the state holds. */
void commands_draw(struct random *random, const struct state *state, int64_t now,
	struct command *command);

#endif
