/* Arithmetic of 256-ary tiles over the binary tree: a tile level is eight levels of the tree. */
#include "ledger/tiles.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { TILE_HEIGHT = 8 };

int tile_width(int level, int64_t size)
{
	assert(level >= 0 && level < TILE_LEVELS);
	return (int)(size >> (TILE_HEIGHT * level) & (TILE_WIDTH - 1));
}

void tile_path(char path[TILE_PATH_MAX], int level, int64_t number, int width)
{
	assert(level >= TILE_ENTRIES && level < TILE_LEVELS && number >= 0);
	assert(number <= VAULT_INT_MAX && width > 0 && width <= TILE_WIDTH);
	int at = level == TILE_ENTRIES ? snprintf(path, TILE_PATH_MAX, "tile/entries/")
		: snprintf(path, TILE_PATH_MAX, "tile/%d/", level);
	int64_t unit = 1;
	while (number / unit >= 1000)
		unit *= 1000;
	for (; unit > 0; unit /= 1000) {
		at += snprintf(path + at, TILE_PATH_MAX - (size_t)at, unit > 1 ? "x%03d/" : "%03d",
			(int)(number / unit % 1000));
	}
	if (width < TILE_WIDTH)
		snprintf(path + at, TILE_PATH_MAX - (size_t)at, ".p/%d", width);
}

void bundle_append(struct buffer *bundle, const void *entry, size_t length)
{
	assert(length <= LEDGER_ENTRY_MAX);
	uint8_t head[2] = { (uint8_t)(length >> 8), (uint8_t)length };
	buffer_append(bundle, head, sizeof head);
	buffer_append(bundle, entry, length);
}

bool bundle_next(const uint8_t *bundle, size_t length, size_t *at, const uint8_t **ret_entry,
	size_t *ret_length)
{
	if (length - *at < 2)
		return false;
	size_t entry_length = (size_t)bundle[*at] << 8 | bundle[*at + 1];
	if (length - *at - 2 < entry_length)
		return false;
	*ret_entry = bundle + *at + 2;
	*ret_length = entry_length;
	*at += 2 + entry_length;
	return true;
}

void tile_root(struct hasher *hasher, const struct hash *hashes, int height, struct hash *ret_hash)
{
	assert(height >= 0 && height <= TILE_HEIGHT);
	struct hash row[TILE_WIDTH / 2];
	if (height == 0) {
		*ret_hash = hashes[0];
		return;
	}
	size_t count = (size_t)1 << (height - 1);
	hasher_row(hasher, hashes, count, row);
	for (count /= 2; count > 0; count /= 2)
		hasher_row(hasher, row, count, row);
	*ret_hash = row[0];
}

void tile_source_init(struct tile_source *source, int64_t size, tile_read *read, void *context,
	struct hasher *hasher)
{
	source->read = read;
	source->context = context;
	source->hasher = hasher;
	source->size = size;
	source->cached_level = 0;
	source->cached_width = 0;
	source->cached_number = 0;
}

static bool tile_fetch(struct tile_source *source, int level, int64_t number, int width,
	struct error *error)
{
	if (source->cached_level == level && source->cached_number == number &&
	    source->cached_width >= width)
		return true;
	int64_t there = (source->size >> (TILE_HEIGHT * level)) - number * TILE_WIDTH;
	int widest = there > TILE_WIDTH ? TILE_WIDTH : (int)there;
	assert(widest >= width);
	source->cached_width = 0;
	if (!source->read(source->context, level, number, widest, source->cached, error))
		return false;
	source->cached_level = level;
	source->cached_number = number;
	source->cached_width = widest;
	return true;
}

bool tile_source_read(void *context, int level, int64_t index, struct hash *ret_hash,
	struct error *error)
{
	struct tile_source *source = context;
	int height = level % TILE_HEIGHT;
	int64_t first = index << height;
	int offset = (int)(first & (TILE_WIDTH - 1));
	if (!tile_fetch(source, level / TILE_HEIGHT, first / TILE_WIDTH, offset + (1 << height), error))
		return false;
	tile_root(source->hasher, source->cached + offset, height, ret_hash);
	return true;
}

struct tree_source tile_source_tree(struct tile_source *source)
{
	return (struct tree_source){ tile_source_read, source, source->hasher };
}

void tile_builder_init(struct tile_builder *builder)
{
	memset(builder, 0, sizeof *builder);
}

void tile_builder_copy(struct tile_builder *to, const struct tile_builder *from)
{
	to->size = from->size;
	for (int level = 0; level < TILE_LEVELS; level++) {
		size_t width = (size_t)tile_width(level, from->size);
		memcpy(to->edge[level], from->edge[level], width * HASH_SIZE);
	}
}

/* Writes only beyond the widths in use until the size moves: a refusal leaves no trace. */
bool tile_builder_append(struct tile_builder *builder, struct hasher *hasher,
	const struct hash *leaf, tile_full *full, void *context, struct error *error)
{
	assert(builder->size < VAULT_INT_MAX);
	struct hash carry = *leaf;
	for (int level = 0; level < TILE_LEVELS; level++) {
		int width = tile_width(level, builder->size);
		builder->edge[level][width] = carry;
		if (width < TILE_WIDTH - 1)
			break;
		int64_t number = builder->size >> (TILE_HEIGHT * (level + 1));
		if (full != NULL && !full(context, level, number, builder->edge[level], error))
			return false;
		tile_root(hasher, builder->edge[level], TILE_HEIGHT, &carry);
	}
	builder->size++;
	return true;
}

bool tile_builder_load(struct tile_builder *ret_builder, int64_t size, struct hasher *hasher,
	tile_read *read, void *context, struct error *error)
{
	struct tile_builder builder;
	struct hash tile[TILE_WIDTH];
	builder.size = size;
	int width = tile_width(0, size);
	if (width > 0 && !read(context, 0, size / TILE_WIDTH, width, builder.edge[0], error))
		return false;
	for (int level = 1; level < TILE_LEVELS; level++) {
		int64_t first = size >> (TILE_HEIGHT * (level + 1)) << TILE_HEIGHT;
		for (int i = 0; i < tile_width(level, size); i++) {
			if (!read(context, level - 1, first + i, TILE_WIDTH, tile, error))
				return false;
			tile_root(hasher, tile, TILE_HEIGHT, &builder.edge[level][i]);
		}
	}
	tile_builder_copy(ret_builder, &builder);
	return true;
}

void tile_builder_tree(const struct tile_builder *builder, struct hasher *hasher,
	struct tree *ret_tree)
{
	tree_init(ret_tree);
	ret_tree->size = builder->size;
	for (int level = 0; level < TILE_LEVELS; level++) {
		int width = tile_width(level, builder->size);
		for (int height = 0; height < TILE_HEIGHT; height++) {
			if ((width >> height & 1) == 0)
				continue;
			int offset = width >> (height + 1) << (height + 1);
			tile_root(hasher, &builder->edge[level][offset], height,
				&ret_tree->frontier[TILE_HEIGHT * level + height]);
		}
	}
}
