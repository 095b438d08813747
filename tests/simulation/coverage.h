/*
 * What a batch of seeds has reached: entries by kind, refusals by rule, commands done and failed. A
 * batch that never came to what the simulation is there for has tested nothing, and fails.
 */
#ifndef SIMULATION_COVERAGE_H
#define SIMULATION_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "reserve/decide.h"

enum { COVERAGE_EVENTS = 256, COVERAGE_COMMANDS = 128, COVERAGE_RULES = 32 };

struct coverage {
	uint64_t events[COVERAGE_EVENTS]; /* in the order of event_types */
	uint64_t done[COVERAGE_COMMANDS], errors[COVERAGE_COMMANDS]; /* of command_types */
	struct { char rule[8]; uint64_t count; } rules[COVERAGE_RULES];
};

void coverage_event(struct coverage *coverage, const struct event *event);
void coverage_command(struct coverage *coverage, const struct command_type *type, bool done);

/* A kind of entry that a batch of so many seeds must hold and this one does not, or NULL. */
const char *coverage_missing(const struct coverage *coverage, uint64_t seeds);

void coverage_print(const struct coverage *coverage);

#endif
