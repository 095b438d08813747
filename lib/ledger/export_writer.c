/*
 * Files are written beside their names, made durable in groups, and only then renamed: one group
 * costs a few waits for the disk instead of one a file. The checkpoint follows when all stands.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "ledger/export.h"
#include "ledger/export_file.h"

enum {
	GROUP_FILES = 128,
	PATH_TEMPORARY_MAX = TILE_PATH_MAX + 8,
};

/* A file written under its temporary name and not yet known to be durable. */
struct pending {
	int fd;
	char path[TILE_PATH_MAX];
};

struct export_writer {
	int directory;
	struct hasher *hasher;
	struct checkpoint start;
	struct tile_builder builder;
	struct buffer bundle, scratch;
	struct pending group[GROUP_FILES];
	size_t group_count;
	bool finished;
	int64_t total;
	export_progress *progress;
	void *progress_context;
};

static bool unwritable(struct error *error, const char *path)
{
	return error_set(error, ERROR_STORE, "file", "the file %s cannot be written: %s", path,
		strerror(errno));
}

static void temporary_path(char to[PATH_TEMPORARY_MAX], const char *path)
{
	size_t length = strlen(path);
	memcpy(to, path, length);
	memcpy(to + length, ".tmp", 5);
}

/* The folder that a path stands in; "." for the export itself. */
static void parent_path(char to[TILE_PATH_MAX], const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t length = slash != NULL ? (size_t)(slash - path) : 0;
	memcpy(to, path, length);
	to[length] = '\0';
	if (length == 0)
		memcpy(to, ".", 2);
}

static bool sync_folder(struct export_writer *writer, const char *path, struct error *error)
{
	int fd = openat(writer->directory, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;
	if (!ok)
		unwritable(error, path);
	if (fd >= 0)
		close(fd);
	return ok;
}

/* Makes the folders above a path; a new one is made durable in its own parent at once. */
static bool make_folders(struct export_writer *writer, const char *path, struct error *error)
{
	char folder[TILE_PATH_MAX], above[TILE_PATH_MAX];
	for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		memcpy(folder, path, (size_t)(slash - path));
		folder[slash - path] = '\0';
		if (mkdirat(writer->directory, folder, 0755) == 0) {
			parent_path(above, folder);
			if (!sync_folder(writer, above, error))
				return false;
		} else if (errno != EEXIST) {
			return unwritable(error, folder);
		}
	}
	return true;
}

static bool write_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t put = write(fd, bytes, length);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		bytes += put;
		length -= (size_t)put;
	}
	return true;
}

static int open_temporary(struct export_writer *writer, const char *temporary)
{
	return openat(writer->directory, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
}

/* Each folder once, and in a group most files share one. */
static bool sync_group_folders(struct export_writer *writer, struct error *error)
{
	char last[TILE_PATH_MAX] = "", next[TILE_PATH_MAX];
	for (int pass = 0; pass < 2; pass++) { /* bundles, then hash tiles */
		for (size_t i = 0; i < writer->group_count; i++) {
			const char *path = writer->group[i].path;
			parent_path(next, path);
			if (text_starts(path, "tile/entries/") == (pass != 0) || text_equal(next, last))
				continue;
			if (!sync_folder(writer, next, error))
				return false;
			memcpy(last, next, sizeof last);
		}
	}
	return true;
}

static bool group_flush(struct export_writer *writer, struct error *error)
{
	char temporary[PATH_TEMPORARY_MAX];
	for (size_t i = 0; i < writer->group_count; i++) {
		if (fsync(writer->group[i].fd) != 0)
			return unwritable(error, writer->group[i].path);
	}
	for (size_t i = 0; i < writer->group_count; i++) {
		const char *path = writer->group[i].path;
		temporary_path(temporary, path);
		if (renameat(writer->directory, temporary, writer->directory, path) != 0)
			return unwritable(error, path);
	}
	if (!sync_group_folders(writer, error))
		return false;
	for (size_t i = 0; i < writer->group_count; i++)
		close(writer->group[i].fd);
	writer->group_count = 0;
	return true;
}

/* Writes a file into the open group, and starts it on its way to the disk. */
static bool group_write(struct export_writer *writer, const char *path, const void *bytes,
	size_t length, struct error *error)
{
	char temporary[PATH_TEMPORARY_MAX];
	if (writer->group_count == GROUP_FILES && !group_flush(writer, error))
		return false;
	temporary_path(temporary, path);
	int fd = open_temporary(writer, temporary);
	if (fd < 0 && errno == ENOENT) {
		if (!make_folders(writer, path, error))
			return false;
		fd = open_temporary(writer, temporary);
	}
	if (fd < 0)
		return unwritable(error, temporary);
	struct pending *pending = &writer->group[writer->group_count++];
	pending->fd = fd;
	memcpy(pending->path, path, strlen(path) + 1);
	if (!write_all(fd, bytes, length))
		return unwritable(error, temporary);
	(void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE); /* a hint; group_flush is what counts */
	return true;
}

static bool write_tile(void *context, int level, int64_t number,
	const struct hash hashes[TILE_WIDTH], struct error *error)
{
	char path[TILE_PATH_MAX];
	tile_path(path, level, number, TILE_WIDTH);
	return group_write(context, path, hashes, TILE_BYTES, error);
}

static bool read_tile(void *context, int level, int64_t number, int width,
	struct hash ret_hashes[TILE_WIDTH], struct error *error)
{
	struct export_writer *writer = context;
	return export_tile_read(writer->directory, level, number, width, &writer->scratch, ret_hashes,
		error);
}

/* The entries of the partial bundle are the hashes at the edge; the next ones go behind them. */
static bool load_bundle(struct export_writer *writer, struct error *error)
{
	int width = tile_width(0, writer->start.size);
	if (width == 0)
		return true;
	if (!export_bundle_read(writer->directory, writer->start.size / TILE_WIDTH, width,
	    &writer->bundle, error))
		return false;
	const uint8_t *bytes = (const uint8_t *)writer->bundle.bytes, *entry;
	size_t at = 0, length;
	int count = 0;
	struct hash leaf;
	while (count < width && bundle_next(bytes, writer->bundle.length, &at, &entry, &length)) {
		hasher_leaf(writer->hasher, entry, length, &leaf);
		if (!hash_equal(&leaf, &writer->builder.edge[0][count]))
			break;
		count++;
	}
	return (count == width && at == writer->bundle.length) || error_set(error, ERROR_LEDGER,
		"directory", "the export is damaged: its last bundle does not match its last tile");
}

/* Goes on where the folder's checkpoint says, if its right edge really leads to that root. */
static bool load_edge(struct export_writer *writer, const struct verifier_key *keys,
	size_t key_count, struct error *error)
{
	struct hash root;
	bool missing;
	if (!export_checkpoint_read(writer->directory, keys, key_count, &writer->scratch,
	    &writer->start, &missing, error))
		return false;
	if (missing)
		return true;
	if (!tile_builder_load(&writer->builder, writer->start.size, writer->hasher, read_tile, writer,
	    error))
		return false;
	export_writer_root(writer, &root);
	if (!hash_equal(&root, &writer->start.root))
		return error_set(error, ERROR_LEDGER, "directory",
			"the export is damaged: its tiles do not lead to the root in its checkpoint");
	return load_bundle(writer, error);
}

/* Makes a new folder durable where it stands, if we may look there. */
static void sync_above(int directory)
{
	int above = openat(directory, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (above < 0)
		return;
	(void)fsync(above);
	close(above);
}

/* Opened, and held against a second writer until closed. */
static bool open_folder(const char *directory, int *ret_fd, struct error *error)
{
	int fd = -1;
	bool made = mkdir(directory, 0755) == 0;
	if (!made && errno != EEXIST)
		return unwritable(error, directory);
	if (!export_directory_open(directory, &fd, error))
		return false;
	if (made)
		sync_above(fd);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return error_set(error, ERROR_STORE, "directory", "another export to %s is running",
			directory);
	}
	*ret_fd = fd;
	return true;
}

bool export_writer_open(const char *directory, const struct verifier_key *keys, size_t key_count,
	struct export_writer **ret_writer, struct error *error)
{
	int fd = -1;
	if (!open_folder(directory, &fd, error))
		return false;
	struct export_writer *writer = calloc(1, sizeof *writer);
	if (writer == NULL)
		abort();
	writer->directory = fd;
	writer->hasher = hasher_new();
	if (!load_edge(writer, keys, key_count, error)) {
		export_writer_close(writer);
		return false;
	}
	*ret_writer = writer;
	return true;
}

int64_t export_writer_size(const struct export_writer *writer)
{
	return writer->builder.size;
}

void export_writer_root(const struct export_writer *writer, struct hash *ret_root)
{
	struct tree tree;
	tile_builder_tree(&writer->builder, writer->hasher, &tree);
	tree_root(&tree, writer->hasher, ret_root);
}

const struct checkpoint *export_writer_start(const struct export_writer *writer)
{
	return &writer->start;
}

void export_writer_watch(struct export_writer *writer, int64_t total, export_progress *progress,
	void *context)
{
	writer->total = total;
	writer->progress = progress;
	writer->progress_context = context;
}

bool export_writer_append(struct export_writer *writer, const void *entry, size_t length,
	struct error *error)
{
	assert(!writer->finished);
	struct hash leaf;
	char path[TILE_PATH_MAX];
	if (length > LEDGER_ENTRY_MAX)
		return error_set(error, ERROR_LIMIT, "entry", "an entry has at most %d bytes",
			LEDGER_ENTRY_MAX);
	hasher_leaf(writer->hasher, entry, length, &leaf);
	if (!tile_builder_append(&writer->builder, writer->hasher, &leaf, write_tile, writer, error))
		return false;
	bundle_append(&writer->bundle, entry, length);
	if (writer->builder.size % TILE_WIDTH != 0)
		return true;
	tile_path(path, TILE_ENTRIES, writer->builder.size / TILE_WIDTH - 1, TILE_WIDTH);
	if (!group_write(writer, path, writer->bundle.bytes, writer->bundle.length, error))
		return false;
	buffer_clear(&writer->bundle);
	if (writer->progress != NULL)
		writer->progress(writer->progress_context, writer->builder.size, writer->total);
	return true;
}

static bool write_partials(struct export_writer *writer, struct error *error)
{
	char path[TILE_PATH_MAX];
	int64_t size = writer->builder.size;
	for (int level = 0; level < TILE_LEVELS; level++) {
		int width = tile_width(level, size);
		if (width == 0)
			continue;
		tile_path(path, level, size >> (8 * (level + 1)), width);
		if (!group_write(writer, path, writer->builder.edge[level], (size_t)width * HASH_SIZE,
		    error))
			return false;
	}
	if (tile_width(0, size) == 0)
		return true;
	tile_path(path, TILE_ENTRIES, size / TILE_WIDTH, tile_width(0, size));
	return group_write(writer, path, writer->bundle.bytes, writer->bundle.length, error);
}

/* Partial files of the old size that the new one has no use for. Leaving one behind is harmless. */
static void remove_old_partials(struct export_writer *writer)
{
	char old[TILE_PATH_MAX], new[TILE_PATH_MAX], folder[TILE_PATH_MAX];
	int64_t from = writer->start.size, to = writer->builder.size;
	for (int level = TILE_ENTRIES; level < TILE_LEVELS; level++) {
		int real = level == TILE_ENTRIES ? 0 : level;
		if (tile_width(real, from) == 0)
			continue;
		tile_path(old, level, from >> (8 * (real + 1)), tile_width(real, from));
		if (tile_width(real, to) > 0) {
			tile_path(new, level, to >> (8 * (real + 1)), tile_width(real, to));
			if (text_equal(old, new))
				continue;
		}
		parent_path(folder, old);
		(void)unlinkat(writer->directory, old, 0);
		(void)unlinkat(writer->directory, folder, AT_REMOVEDIR);
	}
}

static bool check_finish(const struct export_writer *writer, const char *note, size_t length,
	struct error *error)
{
	struct checkpoint checkpoint;
	struct hash root;
	if (length > CHECKPOINT_NOTE_MAX)
		return error_set(error, ERROR_LIMIT, "checkpoint", "a checkpoint has at most %d bytes",
			CHECKPOINT_NOTE_MAX);
	if (!checkpoint_open(note, length, NULL, 0, &checkpoint, error))
		return false;
	export_writer_root(writer, &root);
	if (checkpoint.size == writer->builder.size && !hash_equal(&checkpoint.root, &root) &&
	    writer->start.size > 0)
		return error_set(error, ERROR_LEDGER, "checkpoint", "the checkpoint of %lld entries does not "
			"extend the one of %lld that the folder holds: it is of another history",
			(long long)checkpoint.size, (long long)writer->start.size);
	if (checkpoint.size != writer->builder.size || !hash_equal(&checkpoint.root, &root))
		return error_set(error, ERROR_LEDGER, "checkpoint", "the checkpoint of size %lld is not that "
			"of the %lld entries exported", (long long)checkpoint.size,
			(long long)writer->builder.size);
	if (writer->start.origin[0] != '\0' && !text_equal(writer->start.origin, checkpoint.origin))
		return error_set(error, ERROR_LEDGER, "checkpoint", "the folder holds the log %s, not %s",
			writer->start.origin, checkpoint.origin);
	return true;
}

bool export_writer_finish(struct export_writer *writer, const char *note, size_t length,
	struct error *error)
{
	assert(!writer->finished);
	if (!check_finish(writer, note, length, error) || !write_partials(writer, error) ||
	    !group_flush(writer, error) ||
	    !group_write(writer, EXPORT_CHECKPOINT, note, length, error) ||
	    !group_flush(writer, error))
		return false;
	writer->finished = true;
	remove_old_partials(writer);
	if (writer->progress != NULL)
		writer->progress(writer->progress_context, writer->builder.size, writer->total);
	return true;
}

void export_writer_close(struct export_writer *writer)
{
	char temporary[PATH_TEMPORARY_MAX];
	if (writer == NULL)
		return;
	for (size_t i = 0; i < writer->group_count; i++) {
		temporary_path(temporary, writer->group[i].path);
		(void)unlinkat(writer->directory, temporary, 0);
		close(writer->group[i].fd);
	}
	close(writer->directory);
	hasher_free(writer->hasher);
	buffer_free(&writer->bundle);
	buffer_free(&writer->scratch);
	free(writer);
}
