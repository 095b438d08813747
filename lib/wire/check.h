/*
 * Checks the parameters of a call against the interface before any handler sees them: unknown,
 * missing and wrongly typed ones, members that an enum does not list, integers beyond ±(2^53-1),
 * all the way down. error->field is the path of the culprit: lots[2].mass_g.
 */
#ifndef WIRE_CHECK_H
#define WIRE_CHECK_H

#include <stdbool.h>

#include "base/error.h"
#include "wire/interface.h"
#include "wire/value.h"

/* input: a TYPE_STRUCT; parameters: an object, or NULL for none. Errors are ERROR_INVALID. */
bool check_parameters(const struct type *input, const struct value *parameters,
	struct error *error);

#endif
