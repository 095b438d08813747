/* Files that must be whole whatever happens while they are written. */
#ifndef VAULTCTL_FILE_H
#define VAULTCTL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

/*
 * Puts the bytes in the place of the file, or makes it with that mode: a file beside it, fsync, rename,
 * fsync of the folder. After a crash there is the old file or the new one. An existing one keeps its
 * mode. ERROR_STORE, ERROR_LIMIT for too long a path.
 */
bool file_replace(const char *path, const void *bytes, size_t length, mode_t mode,
	struct error *error);

/*
 * Takes the lock of a file, FILE.lock, for as long as this process runs or until it is closed.
 * ERROR_CONFLICT where another has it.
 */
bool file_lock(const char *path, int *ret_fd, struct error *error);

#endif
