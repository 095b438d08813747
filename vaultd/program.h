/*
 * PostgreSQL's programs, run one at a time: with a clean environment, no standard input but what is
 * given, and their output in memory. They must never inherit a descriptor of ours: a lock that the
 * server held would outlive us.
 */
#ifndef VAULTD_PROGRAM_H
#define VAULTD_PROGRAM_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"

enum { PROGRAM_TAIL_BYTES = 360 };

struct program_result {
	int status;            /* exit status, or 128 + the signal that ended it */
	struct buffer output;  /* what it wrote to stdout and stderr; the caller's to free */
};

/*
 * Runs a program of a folder with what input holds (NULL: nothing) on its standard input. The
 * arguments after its name end with NULL. False only where it cannot be run at all.
 */
bool program_run(const char *folder, struct program_result *ret_result, const char *input,
	struct error *error, const char *program, ...);

/* Whether it ended with 0; else the error says what it said last. Frees the output. */
bool program_succeeded(struct program_result *done, const char *what, struct error *error);

/* The last lines of a text on one line, within what an error has room for. */
void program_tail(struct buffer *text, char tail[PROGRAM_TAIL_BYTES]);

#endif
