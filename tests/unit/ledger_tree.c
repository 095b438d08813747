/* Hashes, trees, proofs and tiles in memory, against RFC 6962's published leaves and roots. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner.h"

#include "base/text.h"
#include "ledger/tiles.h"
#include "ledger/tree.h"

enum { LEAVES = 8, MANY = 70000 };

static const char *const leaf_hex[LEAVES] = { "", "00", "10", "2021", "3031", "40414243",
	"5051525354555657", "606162636465666768696a6b6c6d6e6f" };

static const char *const root_hex[LEAVES + 1] = {
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

static const char *const inclusion_hex[] = {
	"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
	"ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
};

static const char *const consistency_hex[] = {
	"0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
	"07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
};

static size_t leaf_bytes(int index, uint8_t bytes[16])
{
	size_t length = strlen(leaf_hex[index]) / 2;
	CU_ASSERT_TRUE(text_to_hex(leaf_hex[index], bytes, length));
	return length;
}

static struct hash hash_of(const char *hex)
{
	struct hash hash;
	CU_ASSERT_TRUE_FATAL(text_to_hex(hex, hash.bytes, HASH_SIZE));
	return hash;
}

/* A tree in memory: leaf hashes side by side, anything above computed. */
struct memory {
	struct hasher *hasher;
	struct hash *leaves;
};

static bool memory_read(void *context, int level, int64_t index, struct hash *ret_hash,
	struct error *error)
{
	struct memory *memory = context;
	if (level == 0) {
		*ret_hash = memory->leaves[index];
		return true;
	}
	struct hash left, right;
	bool ok = memory_read(context, level - 1, 2 * index, &left, error) &&
		memory_read(context, level - 1, 2 * index + 1, &right, error);
	hasher_node(memory->hasher, &left, &right, ret_hash);
	return ok;
}

static bool refuse(void *context, int level, int64_t index, struct hash *ret_hash,
	struct error *error)
{
	(void)context, (void)level, (void)index, (void)ret_hash;
	return error_set(error, ERROR_STORE, "", "no");
}

static struct memory memory_new(int count)
{
	struct memory memory = { hasher_new(), calloc((size_t)count, sizeof(struct hash)) };
	CU_ASSERT_PTR_NOT_NULL_FATAL(memory.leaves);
	for (int i = 0; i < count; i++) {
		uint8_t bytes[16];
		size_t length = count == LEAVES ? leaf_bytes(i, bytes)
			: (size_t)snprintf((char *)bytes, sizeof bytes, "%d", i);
		hasher_leaf(memory.hasher, bytes, length, &memory.leaves[i]);
	}
	return memory;
}

static void memory_free(struct memory *memory)
{
	hasher_free(memory->hasher);
	free(memory->leaves);
}

static void test_hash(void)
{
	struct hasher *hasher = hasher_new();
	struct hash empty = hash_of(root_hex[0]), again, leaf, node;
	hasher_sha256(hasher, "", 0, &again);
	CU_ASSERT_TRUE(hash_equal(&empty, &again));
	hash_sha256("", 0, &again);
	CU_ASSERT_TRUE(hash_equal(&empty, &again));
	/* around the length from which a leaf is hashed in two steps */
	static uint8_t bytes[70000];
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 7);
	bytes[0] = 0x00;
	static const size_t lengths[] = { 0, 1, 63, 64, 2047, 2048, 2049, 65535 };
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		hasher_leaf(hasher, bytes + 1, lengths[i], &leaf);
		hash_sha256(bytes, 1 + lengths[i], &again);
		CU_ASSERT_TRUE(hash_equal(&leaf, &again));
	}
	bytes[0] = 0x01;
	struct hash pair[2];
	memcpy(pair, bytes + 1, sizeof pair);
	hash_sha256(bytes, 65, &again);
	hasher_node(hasher, &pair[0], &pair[1], &node);
	CU_ASSERT_TRUE(hash_equal(&node, &again));
	hasher_row(hasher, pair, 1, pair);
	CU_ASSERT_TRUE(hash_equal(&pair[0], &again));
	hasher_free(hasher);
	hasher_free(NULL);
}

static void test_roots(void)
{
	struct memory memory = memory_new(LEAVES);
	struct tree_source source = { memory_read, &memory, memory.hasher };
	struct tree tree, loaded;
	struct error error = { 0 };
	tree_init(&tree);
	for (int size = 0; size <= LEAVES; size++) {
		struct hash root, expected = hash_of(root_hex[size]);
		tree_root(&tree, memory.hasher, &root);
		CU_ASSERT_TRUE(hash_equal(&root, &expected));
		CU_ASSERT_TRUE(tree_source_root(&source, size, &root, &error));
		CU_ASSERT_TRUE(hash_equal(&root, &expected));
		CU_ASSERT_TRUE(tree_source_load(&source, size, &loaded, &error));
		CU_ASSERT_EQUAL(loaded.size, size);
		tree_root(&loaded, memory.hasher, &root);
		CU_ASSERT_TRUE(hash_equal(&root, &expected));
		if (size < LEAVES)
			tree_append(&tree, memory.hasher, &memory.leaves[size]);
	}
	source.read = refuse;
	CU_ASSERT_FALSE(tree_source_load(&source, 5, &loaded, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_STORE);
	memory_free(&memory);
}

static void assert_path(const struct tree_path *path, const char *const *hex, size_t count)
{
	CU_ASSERT_EQUAL_FATAL(path->length, count);
	for (size_t i = 0; i < count; i++) {
		struct hash expected = hash_of(hex[i]);
		CU_ASSERT_TRUE(hash_equal(&path->hashes[i], &expected));
	}
}

static void test_published_paths(void)
{
	struct memory memory = memory_new(LEAVES);
	struct tree_source source = { memory_read, &memory, memory.hasher };
	struct tree_path path;
	struct error error = { 0 };
	CU_ASSERT_TRUE_FATAL(tree_prove_inclusion(&source, 5, 8, &path, &error));
	assert_path(&path, inclusion_hex, 3);
	CU_ASSERT_TRUE_FATAL(tree_prove_consistency(&source, 3, 8, &path, &error));
	assert_path(&path, consistency_hex, 4);
	memory_free(&memory);
}

/* A proof must hold, and no longer once a bit, its length, its index or its size is another. */
static void check_inclusion(struct memory *memory, int64_t index, int64_t size)
{
	struct tree_source source = { memory_read, memory, memory->hasher };
	struct hasher *hasher = memory->hasher;
	struct tree_path path;
	struct hash root, leaf = memory->leaves[index];
	struct error error = { 0 };
	CU_ASSERT_TRUE(tree_source_root(&source, size, &root, &error));
	CU_ASSERT_TRUE_FATAL(tree_prove_inclusion(&source, index, size, &path, &error));
	size_t n = path.length;
	CU_ASSERT_TRUE(tree_verify_inclusion(hasher, index, size, &leaf, &root, path.hashes, n));
	CU_ASSERT_FALSE(tree_verify_inclusion(hasher, size, size, &leaf, &root, path.hashes, n));
	CU_ASSERT_FALSE(tree_verify_inclusion(hasher, -1, size, &leaf, &root, path.hashes, n));
	CU_ASSERT_FALSE(tree_verify_inclusion(hasher, index ^ 1, size, &leaf, &root, path.hashes, n));
	CU_ASSERT_FALSE(tree_verify_inclusion(hasher, index, size, &leaf, &root, path.hashes, n + 1));
	CU_ASSERT_FALSE(tree_verify_inclusion(hasher, index, size, &leaf, &root, path.hashes, 64));
	if (n > 0)
		CU_ASSERT_FALSE(tree_verify_inclusion(hasher, index, size, &leaf, &root, path.hashes, n - 1));
	for (size_t i = 0; i < n; i++) {
		path.hashes[i].bytes[i] ^= 0x10;
		CU_ASSERT_FALSE(tree_verify_inclusion(hasher, index, size, &leaf, &root, path.hashes, n));
		path.hashes[i].bytes[i] ^= 0x10;
	}
	leaf.bytes[31] ^= 1;
	CU_ASSERT_FALSE(tree_verify_inclusion(hasher, index, size, &leaf, &root, path.hashes, n));
}

static void check_consistency(struct memory *memory, int64_t old_size, int64_t new_size)
{
	struct tree_source source = { memory_read, memory, memory->hasher };
	struct hasher *hasher = memory->hasher;
	struct tree_path path;
	struct hash old, new;
	struct error error = { 0 };
	CU_ASSERT_TRUE(tree_source_root(&source, old_size, &old, &error));
	CU_ASSERT_TRUE(tree_source_root(&source, new_size, &new, &error));
	CU_ASSERT_TRUE_FATAL(tree_prove_consistency(&source, old_size, new_size, &path, &error));
	size_t n = path.length;
	struct hash *hashes = path.hashes;
	CU_ASSERT_TRUE(tree_verify_consistency(hasher, old_size, new_size, &old, &new, hashes, n));
	CU_ASSERT_FALSE(tree_verify_consistency(hasher, old_size, new_size, &old, &new, hashes, n + 1));
	CU_ASSERT_FALSE(tree_verify_consistency(hasher, old_size, new_size, &old, &new, hashes, 64));
	if (new_size > old_size) {
		CU_ASSERT_FALSE(tree_verify_consistency(hasher, new_size, old_size, &new, &old, hashes, n));
	}
	for (size_t i = 0; i < n; i++) {
		hashes[i].bytes[i] ^= 0x10;
		CU_ASSERT_FALSE(tree_verify_consistency(hasher, old_size, new_size, &old, &new, hashes, n));
		hashes[i].bytes[i] ^= 0x10;
	}
	if (n > 0)
		CU_ASSERT_FALSE(
			tree_verify_consistency(hasher, old_size, new_size, &old, &new, hashes, n - 1));
	old.bytes[0] ^= 1;
	CU_ASSERT_FALSE(tree_verify_consistency(hasher, old_size, new_size, &old, &new, hashes, n));
	old.bytes[0] ^= 1;
	new.bytes[0] ^= 1;
	if (old_size > 0)
		CU_ASSERT_FALSE(tree_verify_consistency(hasher, old_size, new_size, &old, &new, hashes, n));
}

static void test_every_proof(void)
{
	struct memory memory = memory_new(40);
	for (int64_t size = 1; size <= 40; size++) {
		for (int64_t index = 0; index < size; index++)
			check_inclusion(&memory, index, size);
	}
	for (int64_t new_size = 0; new_size <= 40; new_size++) {
		for (int64_t old_size = 0; old_size <= new_size; old_size++)
			check_consistency(&memory, old_size, new_size);
	}
	memory_free(&memory);
}

static void test_tile_names(void)
{
	static const struct { int level; int64_t number; int width; const char *path; } cases[] = {
		{ 0, 0, 256, "tile/0/000" },
		{ 0, 999, 256, "tile/0/999" },
		{ 0, 1000, 256, "tile/0/x001/000" },
		{ 1, 1234067, 256, "tile/1/x001/x234/067" },
		{ 2, 1234067, 5, "tile/2/x001/x234/067.p/5" },
		{ TILE_ENTRIES, 0, 8, "tile/entries/000.p/8" },
		{ TILE_ENTRIES, 1234067, 256, "tile/entries/x001/x234/067" },
		{ 0, VAULT_INT_MAX, 255, "tile/0/x009/x007/x199/x254/x740/991.p/255" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char path[TILE_PATH_MAX];
		tile_path(path, cases[i].level, cases[i].number, cases[i].width);
		CU_ASSERT_STRING_EQUAL(path, cases[i].path);
	}
	CU_ASSERT_EQUAL(tile_width(0, 70000), 112);
	CU_ASSERT_EQUAL(tile_width(1, 70000), 17);
	CU_ASSERT_EQUAL(tile_width(2, 70000), 1);
	CU_ASSERT_EQUAL(tile_width(3, 70000), 0);
	CU_ASSERT_EQUAL(tile_width(0, 65536), 0);
}

static void test_bundle(void)
{
	static const char hex[] = "00000001000001100002202100023031000440414243000850515253545556570010"
		"606162636465666768696a6b6c6d6e6f";
	struct buffer bundle = { 0 }, text = { 0 };
	for (int i = 0; i < LEAVES; i++) {
		uint8_t bytes[16];
		bundle_append(&bundle, bytes, leaf_bytes(i, bytes));
	}
	buffer_append_hex(&text, bundle.bytes, bundle.length);
	CU_ASSERT_STRING_EQUAL(buffer_text(&text), hex);

	const uint8_t *bytes = (const uint8_t *)bundle.bytes, *entry;
	size_t at = 0, length;
	for (int i = 0; i < LEAVES; i++) {
		uint8_t expected[16];
		CU_ASSERT_TRUE_FATAL(bundle_next(bytes, bundle.length, &at, &entry, &length));
		CU_ASSERT_EQUAL_FATAL(length, leaf_bytes(i, expected));
		CU_ASSERT_EQUAL(memcmp(entry, expected, length), 0);
	}
	CU_ASSERT_FALSE(bundle_next(bytes, bundle.length, &at, &entry, &length));
	CU_ASSERT_EQUAL(at, bundle.length);
	for (size_t cut = bundle.length - 17; cut < bundle.length; cut++) {
		at = bundle.length - 18;
		CU_ASSERT_FALSE(bundle_next(bytes, cut, &at, &entry, &length));
		CU_ASSERT_EQUAL(at, bundle.length - 18);
	}
	buffer_free(&bundle);
	buffer_free(&text);
}

/* Full tiles as a builder hands them out, and leaf hashes for the partial one. */
struct store {
	struct memory memory;
	struct hash tiles[2][MANY / TILE_WIDTH + 1][TILE_WIDTH];
	int64_t counts[2];
	bool broken;
};

static bool keep_tile(void *context, int level, int64_t number,
	const struct hash hashes[TILE_WIDTH], struct error *error)
{
	struct store *store = context;
	if (store->broken)
		return error_set(error, ERROR_STORE, "", "broken");
	CU_ASSERT_TRUE_FATAL(level < 2);
	CU_ASSERT_EQUAL(number, store->counts[level]);
	memcpy(store->tiles[level][number], hashes, TILE_BYTES);
	store->counts[level]++;
	return true;
}

static bool give_tile(void *context, int level, int64_t number, int width,
	struct hash ret_hashes[TILE_WIDTH], struct error *error)
{
	struct store *store = context;
	(void)error;
	if (width < TILE_WIDTH && level == 0) {
		memcpy(ret_hashes, &store->memory.leaves[number * TILE_WIDTH], (size_t)width * HASH_SIZE);
		return true;
	}
	if (width < TILE_WIDTH) { /* what a database without partial tiles would compute */
		for (int i = 0; i < width; i++)
			tile_root(store->memory.hasher, store->tiles[level - 1][number * TILE_WIDTH + i], 8,
				&ret_hashes[i]);
		return true;
	}
	CU_ASSERT_TRUE_FATAL(number < store->counts[level]);
	memcpy(ret_hashes, store->tiles[level][number], TILE_BYTES);
	return true;
}

static bool same_edges(const struct tile_builder *a, const struct tile_builder *b)
{
	bool same = a->size == b->size;
	for (int level = 0; level < TILE_LEVELS && same; level++)
		same = memcmp(a->edge[level], b->edge[level],
			(size_t)tile_width(level, a->size) * HASH_SIZE) == 0;
	return same;
}

static void check_builder_at(struct store *store, const struct tile_builder *builder,
	const struct tree *tree)
{
	static struct tile_builder loaded, copied;
	struct error error = { 0 };
	struct tree from_tiles;
	struct hash a, b;
	CU_ASSERT_TRUE(tile_builder_load(&loaded, builder->size, store->memory.hasher, give_tile, store,
		&error));
	CU_ASSERT_TRUE(same_edges(builder, &loaded));
	tile_builder_copy(&copied, builder);
	CU_ASSERT_TRUE(same_edges(builder, &copied));
	tile_builder_tree(builder, store->memory.hasher, &from_tiles);
	CU_ASSERT_EQUAL(from_tiles.size, tree->size);
	tree_root(&from_tiles, store->memory.hasher, &a);
	tree_root(tree, store->memory.hasher, &b);
	CU_ASSERT_TRUE(hash_equal(&a, &b));
}

static void check_tile_source(struct store *store, int64_t size, const struct tree *tree)
{
	static struct tile_source tiles;
	struct hasher *hasher = store->memory.hasher;
	struct error error = { 0 };
	struct hash root, leaf;
	struct tree_path path;
	tile_source_init(&tiles, size, give_tile, store, hasher);
	struct tree_source source = tile_source_tree(&tiles);
	CU_ASSERT_TRUE(tree_source_root(&source, size, &root, &error));
	tree_root(tree, hasher, &leaf);
	CU_ASSERT_TRUE(hash_equal(&root, &leaf));
	for (int64_t index = 0; index < size; index += 977) {
		CU_ASSERT_TRUE_FATAL(tree_prove_inclusion(&source, index, size, &path, &error));
		CU_ASSERT_TRUE(tree_verify_inclusion(hasher, index, size, &store->memory.leaves[index], &root,
			path.hashes, path.length));
	}
}

static void test_builder(void)
{
	static struct store store;
	static struct tile_builder builder;
	struct error error = { 0 };
	struct tree tree;
	store.memory = memory_new(MANY);
	tile_builder_init(&builder);
	tree_init(&tree);
	for (int i = 0; i < MANY; i++) {
		tree_append(&tree, store.memory.hasher, &store.memory.leaves[i]);
		CU_ASSERT_TRUE_FATAL(tile_builder_append(&builder, store.memory.hasher,
			&store.memory.leaves[i], keep_tile, &store, &error));
		int64_t size = i + 1;
		if (size % 7919 == 0 || (size & (size - 1)) == 0 || size == 65537)
			check_builder_at(&store, &builder, &tree);
	}
	CU_ASSERT_EQUAL(store.counts[0], MANY / 256);
	CU_ASSERT_EQUAL(store.counts[1], MANY / 65536);
	check_tile_source(&store, MANY, &tree);
	memory_free(&store.memory);
}

static void test_builder_refused(void)
{
	static struct store store;
	static struct tile_builder builder, before;
	struct error error = { 0 };
	struct hash leaf = { { 1 } };
	struct hasher *hasher = hasher_new();
	tile_builder_init(&builder);
	for (int i = 0; i < 255; i++)
		CU_ASSERT_TRUE(tile_builder_append(&builder, hasher, &leaf, keep_tile, &store, &error));
	tile_builder_copy(&before, &builder);
	store.broken = true;
	CU_ASSERT_FALSE(tile_builder_append(&builder, hasher, &leaf, keep_tile, &store, &error));
	CU_ASSERT_TRUE(same_edges(&builder, &before));
	store.broken = false;
	CU_ASSERT_TRUE(tile_builder_append(&builder, hasher, &leaf, keep_tile, &store, &error));
	CU_ASSERT_EQUAL(builder.size, 256);
	hasher_free(hasher);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "SHA-256, leaves and nodes", test_hash },
		{ "published roots for sizes 0 to 8", test_roots },
		{ "published inclusion and consistency paths", test_published_paths },
		{ "every proof up to size 40, and its forgeries", test_every_proof },
		{ "names and widths of tiles", test_tile_names },
		{ "entry bundles", test_bundle },
		{ "tiles as they fill, restarts and proofs from tiles", test_builder },
		{ "a tile refused leaves the builder alone", test_builder_refused },
		CU_TEST_INFO_NULL,
	};
	return run_cases("ledger: tree", cases);
}
