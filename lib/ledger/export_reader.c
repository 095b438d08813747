/* One bundle in memory with the places of its entries, and one hash tile. */
#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "ledger/export.h"
#include "ledger/export_file.h"

struct export_reader {
	int directory;
	struct hasher *hasher;
	struct checkpoint checkpoint;
	struct buffer note, bundle, scratch;
	int64_t bundle_number; /* -1: none read yet */
	size_t starts[TILE_WIDTH], lengths[TILE_WIDTH];
	struct tile_source tiles;
};

static bool read_tile(void *context, int level, int64_t number, int width,
	struct hash ret_hashes[TILE_WIDTH], struct error *error)
{
	struct export_reader *reader = context;
	return export_tile_read(reader->directory, level, number, width, &reader->scratch, ret_hashes,
		error);
}

bool export_reader_open(const char *directory, const struct verifier_key *keys, size_t key_count,
	struct export_reader **ret_reader, struct error *error)
{
	int fd;
	if (!export_directory_open(directory, &fd, error))
		return false;
	struct export_reader *reader = calloc(1, sizeof *reader);
	if (reader == NULL)
		abort();
	reader->directory = fd;
	reader->hasher = hasher_new();
	reader->bundle_number = -1;
	if (!export_checkpoint_read(fd, keys, key_count, &reader->note, &reader->checkpoint, NULL,
	    error)) {
		export_reader_close(reader);
		return false;
	}
	tile_source_init(&reader->tiles, reader->checkpoint.size, read_tile, reader, reader->hasher);
	*ret_reader = reader;
	return true;
}

const struct checkpoint *export_reader_checkpoint(const struct export_reader *reader)
{
	return &reader->checkpoint;
}

const char *export_reader_note(struct export_reader *reader, size_t *ret_length)
{
	*ret_length = reader->note.length;
	return buffer_text(&reader->note);
}

static bool load_bundle(struct export_reader *reader, int64_t number, struct error *error)
{
	int64_t left = reader->checkpoint.size - number * TILE_WIDTH;
	int width = left < TILE_WIDTH ? (int)left : TILE_WIDTH;
	reader->bundle_number = -1;
	if (!export_bundle_read(reader->directory, number, width, &reader->bundle, error))
		return false;
	const uint8_t *bytes = (const uint8_t *)reader->bundle.bytes, *entry;
	size_t at = 0;
	int count = 0;
	while (count < width &&
	    bundle_next(bytes, reader->bundle.length, &at, &entry, &reader->lengths[count]))
		reader->starts[count++] = (size_t)(entry - bytes);
	if (count < width || at != reader->bundle.length) {
		char path[TILE_PATH_MAX];
		tile_path(path, TILE_ENTRIES, number, width);
		return error_set(error, ERROR_LEDGER, "file", "the file %s does not hold exactly %d entries",
			path, width);
	}
	reader->bundle_number = number;
	return true;
}

bool export_reader_entry(struct export_reader *reader, int64_t index, const uint8_t **ret_bytes,
	size_t *ret_length, struct error *error)
{
	assert(index >= 0 && index < reader->checkpoint.size);
	if (reader->bundle_number != index / TILE_WIDTH &&
	    !load_bundle(reader, index / TILE_WIDTH, error))
		return false;
	*ret_bytes = (const uint8_t *)reader->bundle.bytes + reader->starts[index % TILE_WIDTH];
	*ret_length = reader->lengths[index % TILE_WIDTH];
	return true;
}

bool export_reader_inclusion(struct export_reader *reader, int64_t index,
	struct tree_path *ret_path, struct error *error)
{
	struct tree_source source = tile_source_tree(&reader->tiles);
	return tree_prove_inclusion(&source, index, reader->checkpoint.size, ret_path, error);
}

bool export_reader_consistency(struct export_reader *reader, int64_t old_size, int64_t new_size,
	struct tree_path *ret_path, struct error *error)
{
	assert(new_size <= reader->checkpoint.size);
	struct tree_source source = tile_source_tree(&reader->tiles);
	return tree_prove_consistency(&source, old_size, new_size, ret_path, error);
}

bool export_reader_root(struct export_reader *reader, int64_t size, struct hash *ret_root,
	struct error *error)
{
	assert(size <= reader->checkpoint.size);
	struct tree_source source = tile_source_tree(&reader->tiles);
	return tree_source_root(&source, size, ret_root, error);
}

void export_reader_close(struct export_reader *reader)
{
	if (reader == NULL)
		return;
	close(reader->directory);
	hasher_free(reader->hasher);
	buffer_free(&reader->note);
	buffer_free(&reader->bundle);
	buffer_free(&reader->scratch);
	free(reader);
}
