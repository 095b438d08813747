/*
 * What went wrong in the world: bad input, a refusal, the database, a disk. Our own bugs are
 * assertions and never come here. The first cause wins: a second error_set on a filled error is
 * ignored.
 *
 * A function that can fail returns bool and takes a struct error * last; on false the error is set
 * and its results are untouched.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

enum error_id {
	ERROR_NONE,
#define ERROR(id, wire, exit_status, again, meaning) ERROR_##id,
#include "vault/errors.def"
#undef ERROR
	ERROR_COUNT
};

struct error {
	enum error_id id;
	char field[64];    /* the parameter or column at fault, or "" */
	char message[640]; /* one sentence for a person, without a final period */
	char remedy[320];  /* what to do or type next, or "" */
};

struct error_info {
	const char *name;      /* the identifier in errors.def */
	const char *wire_name; /* without the prefix org.projectvault. */
	int exit_status;
	bool again;
	const char *meaning;
};

/* Always returns false, so that a failing step reads `return error_set(…)`. */
bool error_set(struct error *error, enum error_id id, const char *field, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Adds what to do next, unless one is there already. Always returns false. */
bool error_remedy(struct error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

const struct error_info *error_info(enum error_id id);

/* The id whose wire name this is (without prefix), or ERROR_NONE. */
enum error_id error_by_wire_name(const char *wire_name);

#endif
