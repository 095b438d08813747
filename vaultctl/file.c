/* A temporary file beside the other, made durable, then renamed over it, then its folder made durable. */
#include "vaultctl/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t put = write(fd, bytes, length);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		bytes += put;
		length -= (size_t)put;
	}
	return true;
}

/* The name in its folder is durable once the folder is. */
static bool sync_folder(const char *path)
{
	char folder[PATH_MAX] = ".";
	const char *slash = strrchr(path, '/');
	if (slash != NULL)
		snprintf(folder, sizeof folder, "%.*s", slash == path ? 1 : (int)(slash - path), path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return done;
}

bool file_replace(const char *path, const void *bytes, size_t length, mode_t mode,
	struct error *error)
{
	char temporary[PATH_MAX];
	struct stat old;
	if (snprintf(temporary, sizeof temporary, "%s.XXXXXX", path) >= (int)sizeof temporary)
		return error_set(error, ERROR_LIMIT, "", "the path %.100s… is too long", path);
	int fd = mkstemp(temporary);
	if (fd < 0)
		return error_set(error, ERROR_STORE, "", "no file can be made beside %s: %s", path,
			strerror(errno));
	bool good = fchmod(fd, stat(path, &old) == 0 ? old.st_mode & 0777 : mode) == 0 &&
		write_all(fd, bytes, length) && fsync(fd) == 0;
	good = close(fd) == 0 && good && rename(temporary, path) == 0;
	int cause = errno;
	if (!good)
		unlink(temporary);
	if (good && sync_folder(path))
		return true;
	return error_set(error, ERROR_STORE, "", "%s cannot be written: %s", path,
		strerror(good ? errno : cause));
}

bool file_lock(const char *path, int *ret_fd, struct error *error)
{
	char lock[PATH_MAX];
	if (snprintf(lock, sizeof lock, "%s.lock", path) >= (int)sizeof lock)
		return error_set(error, ERROR_LIMIT, "", "the path %.100s… is too long", path);
	int fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_set(error, ERROR_STORE, "", "%s cannot be made: %s", lock, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		error_set(error, ERROR_CONFLICT, "", "another vaultctl works with %s at this moment", path);
		return error_remedy(error, "try again when it is done");
	}
	*ret_fd = fd;
	return true;
}
