/*
 * Tiles of C2SP tlog-tiles without any files: their names, bundles of entries, and the hashes at
 * the right edge of the tree that become tiles as they fill. An export folder is export.h's.
 *
 * Tile (level, number) holds the hashes of complete subtrees of 256^level leaves with indexes
 * number * 256 up to number * 256 + 255; a partial one is the first few of these.
 */
#ifndef LEDGER_TILES_H
#define LEDGER_TILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "ledger/hash.h"
#include "ledger/tree.h"
#include "vault/limits.h"

#define TILE_BYTES (TILE_WIDTH * HASH_SIZE)
#define TILE_LEVELS 7     /* 256^7 leaves are more than a ledger may have */
#define TILE_ENTRIES (-1) /* as a level: the bundle of entries */
#define TILE_PATH_MAX 64

/* How many hashes the partial tile at the right edge has; 0 where there is none. */
int tile_width(int level, int64_t size);

/* "tile/0/x001/x234/067", with ".p/W" behind for a width below 256. Level TILE_ENTRIES or 0 up. */
void tile_path(char path[TILE_PATH_MAX], int level, int64_t number, int width);

/* Adds an entry to a bundle. Requires length <= LEDGER_ENTRY_MAX. */
void bundle_append(struct buffer *bundle, const void *entry, size_t length);

/*
 * The entry that begins at *at, which moves behind it. False at the end and where the bundle breaks
 * off; at the end *at is length.
 */
bool bundle_next(const uint8_t *bundle, size_t length, size_t *at, const uint8_t **ret_entry,
	size_t *ret_length);

/* The hash of the complete subtree above the 2^height hashes, height 0 to 8. */
void tile_root(struct hasher *hasher, const struct hash *hashes, int height, struct hash *ret_hash);

/* Gives the first width hashes of a tile, of which there are at least so many. */
typedef bool tile_read(void *context, int level, int64_t number, int width,
	struct hash ret_hashes[TILE_WIDTH], struct error *error);

/*
 * Complete subtrees of any level from tiles, for tree.h: read is tile_source_read, context a struct
 * tile_source. It keeps the last tile it read.
 */
struct tile_source {
	tile_read *read;
	void *context;
	struct hasher *hasher;
	int64_t size;                       /* of the tree, or more: no wider tile is asked for */
	int cached_level, cached_width;     /* width 0: nothing is kept */
	int64_t cached_number;
	struct hash cached[TILE_WIDTH];
};

void tile_source_init(struct tile_source *source, int64_t size, tile_read *read, void *context,
	struct hasher *hasher);
bool tile_source_read(void *source, int level, int64_t index, struct hash *ret_hash,
	struct error *error);

/* A tree source over the tiles; valid as long as the tile source. */
struct tree_source tile_source_tree(struct tile_source *source);

/*
 * The right edge at every tile level. Fed with leaf hashes it hands out each tile as it fills. It
 * may be copied as a value; tile_builder_copy copies only what is in use (a few kilobytes).
 */
struct tile_builder {
	int64_t size;
	struct hash edge[TILE_LEVELS][TILE_WIDTH]; /* the first tile_width(level, size) of each */
};

/* Takes a full tile. hashes are valid during the call only. False stops the append. */
typedef bool tile_full(void *context, int level, int64_t number,
	const struct hash hashes[TILE_WIDTH], struct error *error);

void tile_builder_init(struct tile_builder *builder);
void tile_builder_copy(struct tile_builder *to, const struct tile_builder *from);

/* False only where full said so; then the builder is as before the call. full may be NULL. */
bool tile_builder_append(struct tile_builder *builder, struct hasher *hasher,
	const struct hash *leaf, tile_full *full, void *context, struct error *error);

/*
 * The builder of the first size leaves, from full tiles and, of partial ones, level 0's alone: the
 * edges above are hashed from full tiles of the level below. Reads at most 255 tiles a level.
 */
bool tile_builder_load(struct tile_builder *ret_builder, int64_t size, struct hasher *hasher,
	tile_read *read, void *context, struct error *error);

/* The frontier of the tree that the builder has seen. */
void tile_builder_tree(const struct tile_builder *builder, struct hasher *hasher,
	struct tree *ret_tree);

#endif
