/* Whole files by openat below one folder. What is no regular file, or too long, is an error. */
#include "ledger/export_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool export_directory_open(const char *path, int *ret_fd, struct error *error)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return error_set(error, ERROR_STORE, "directory", "the folder %s cannot be opened: %s", path,
			strerror(errno));
	*ret_fd = fd;
	return true;
}

static bool unreadable(struct error *error, const char *path, const char *why)
{
	return error_set(error, ERROR_STORE, "file", "the file %s cannot be read: %s", path, why);
}

static bool read_all(int fd, const char *path, size_t max, struct buffer *out, struct error *error)
{
	struct stat status;
	if (fstat(fd, &status) != 0)
		return unreadable(error, path, strerror(errno));
	if (!S_ISREG(status.st_mode))
		return unreadable(error, path, "it is no regular file");
	if (status.st_size > (off_t)max)
		return error_set(error, ERROR_LEDGER, "file", "the file %s is longer than it may be", path);
	size_t left = (size_t)status.st_size;
	while (left > 0) {
		ssize_t got = read(fd, buffer_reserve(out, left), left);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return unreadable(error, path, got < 0 ? strerror(errno) : "it became shorter");
		out->length += (size_t)got;
		left -= (size_t)got;
	}
	return true;
}

bool export_file_read(int directory, const char *path, size_t max, struct buffer *out,
	bool *ret_missing, struct error *error)
{
	buffer_clear(out);
	int fd = openat(directory, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	bool missing = fd < 0 && (errno == ENOENT || errno == ENOTDIR);
	if (fd < 0 && !(missing && ret_missing != NULL))
		return unreadable(error, path, strerror(errno));
	bool ok = missing || read_all(fd, path, max, out, error);
	if (fd >= 0)
		close(fd);
	if (ok && ret_missing != NULL)
		*ret_missing = missing;
	return ok;
}

/* A tile or bundle of that width, or the full one in its place. */
static bool read_partial_or_full(int directory, int level, int64_t number, int width, size_t max,
	struct buffer *out, bool *ret_full, struct error *error)
{
	char path[TILE_PATH_MAX];
	bool missing = false, full = width == TILE_WIDTH;
	if (!full) {
		tile_path(path, level, number, width);
		if (!export_file_read(directory, path, max, out, &missing, error))
			return false;
	}
	if (full || missing) {
		bool full_missing;
		char full_path[TILE_PATH_MAX];
		tile_path(full_path, level, number, TILE_WIDTH);
		if (!export_file_read(directory, full_path, max, out, &full_missing, error))
			return false;
		if (full_missing)
			return unreadable(error, full ? full_path : path, "it is not there");
	}
	*ret_full = full || missing;
	return true;
}

bool export_tile_read(int directory, int level, int64_t number, int width, struct buffer *scratch,
	struct hash ret_hashes[TILE_WIDTH], struct error *error)
{
	bool full = false;
	if (!read_partial_or_full(directory, level, number, width, TILE_BYTES, scratch, &full, error))
		return false;
	size_t length = (size_t)(full ? TILE_WIDTH : width) * HASH_SIZE;
	if (scratch->length != length) {
		char path[TILE_PATH_MAX];
		tile_path(path, level, number, full ? TILE_WIDTH : width);
		return error_set(error, ERROR_LEDGER, "file", "the file %s has %zu bytes instead of %zu",
			path, scratch->length, length);
	}
	memcpy(ret_hashes, scratch->bytes, (size_t)width * HASH_SIZE);
	return true;
}

/* Where the first count entries end; false where there are fewer. */
static bool bundle_prefix(const struct buffer *bundle, int count, size_t *ret_end)
{
	size_t at = 0, length;
	const uint8_t *entry;
	for (int i = 0; i < count; i++) {
		if (!bundle_next((const uint8_t *)bundle->bytes, bundle->length, &at, &entry, &length))
			return false;
	}
	*ret_end = at;
	return true;
}

bool export_bundle_read(int directory, int64_t number, int width, struct buffer *out,
	struct error *error)
{
	bool full = false;
	if (!read_partial_or_full(directory, TILE_ENTRIES, number, width, EXPORT_BUNDLE_MAX, out, &full,
	    error))
		return false;
	size_t end = out->length;
	if (full && width < TILE_WIDTH && bundle_prefix(out, width, &end))
		out->length = end;
	return true;
}

bool export_checkpoint_read(int directory, const struct verifier_key *keys, size_t key_count,
	struct buffer *out, struct checkpoint *ret_checkpoint, bool *ret_missing, struct error *error)
{
	bool missing;
	struct error cause = { 0 };
	if (!export_file_read(directory, EXPORT_CHECKPOINT, CHECKPOINT_NOTE_MAX, out, &missing, error))
		return false;
	if (missing && ret_missing == NULL)
		return error_set(error, ERROR_NOT_FOUND, "directory",
			"the folder has no file %s: it is no finished export", EXPORT_CHECKPOINT);
	if (!missing &&
	    !checkpoint_open(out->bytes, out->length, keys, key_count, ret_checkpoint, &cause)) {
		if (cause.id == ERROR_INVALID)
			return error_set(error, ERROR_LEDGER, "file", "the file %s: %.400s", EXPORT_CHECKPOINT,
				cause.message);
		*error = cause;
		return false;
	}
	if (ret_missing != NULL)
		*ret_missing = missing;
	return true;
}
