/* What can be typed: one row a command, and how words become a row. */
#ifndef VAULTCTL_GRAMMAR_H
#define VAULTCTL_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "vaultctl/ctl.h"

extern const struct ctl_command grammar[];
extern const size_t grammar_count;

/* The verb of the row that shows one thing by its id: `vaultctl NOUN ID`. */
#define GRAMMAR_SHOW "ID"
bool grammar_shows(const struct ctl_command *row);

/*
 * The row for the words behind the global options; *ret_taken of them belong to the row, what
 * follows is its arguments. ERROR_INVALID, with what was probably meant, where there is none.
 */
const struct ctl_command *grammar_find(int argc, char *const *argv, int *ret_taken,
	struct error *error);

/* The first row of a noun, or NULL. */
const struct ctl_command *grammar_noun(const char *noun);

#endif
