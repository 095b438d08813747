/* Files that are compiled in: migrations and interfaces. */
#ifndef VAULTD_EMBEDDED_H
#define VAULTD_EMBEDDED_H

#include <stddef.h>

struct embedded_text {
	const char *name; /* of the file, without its folder */
	const char *text; /* with a NUL behind */
	size_t length;
};

extern const struct embedded_text migrations[];
extern const size_t migrations_count;
extern const struct embedded_text interfaces[];
extern const size_t interfaces_count;

#endif
