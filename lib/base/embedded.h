/* A file that is compiled in: an interface, a migration, a script. See cmake/Embed.cmake. */
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

#include <stddef.h>

struct embedded_text {
	const char *name; /* of the file without its folder; of an interface without .varlink */
	const char *text; /* with a NUL behind */
	size_t length;
};

#endif
