/* RFC 6962 trees. Sizes stay far below 2^62, so shifts of int64_t never touch the sign. */
#include "ledger/tree.h"

#include <assert.h>
#include <string.h>

#include "vault/limits.h"

void tree_init(struct tree *tree)
{
	memset(tree, 0, sizeof *tree);
}

void tree_append(struct tree *tree, struct hasher *hasher, const struct hash *leaf)
{
	assert(tree->size < VAULT_INT_MAX);
	struct hash carry = *leaf;
	int level = 0;
	for (; (tree->size >> level & 1) != 0; level++)
		hasher_node(hasher, &tree->frontier[level], &carry, &carry);
	tree->frontier[level] = carry;
	tree->size++;
}

void tree_root(const struct tree *tree, struct hasher *hasher, struct hash *ret_root)
{
	bool begun = false;
	struct hash root;
	if (tree->size == 0)
		hasher_sha256(hasher, "", 0, &root);
	for (int level = 0; tree->size >> level != 0; level++) {
		if ((tree->size >> level & 1) == 0)
			continue;
		if (begun)
			hasher_node(hasher, &tree->frontier[level], &root, &root);
		else
			root = tree->frontier[level];
		begun = true;
	}
	*ret_root = root;
}

bool tree_source_load(const struct tree_source *source, int64_t size, struct tree *ret_tree,
	struct error *error)
{
	struct tree tree;
	tree_init(&tree);
	tree.size = size;
	for (int level = 0; size >> level != 0; level++) {
		if ((size >> level & 1) != 0 && !source->read(source->context, level,
		    (size >> level) - 1, &tree.frontier[level], error))
			return false;
	}
	*ret_tree = tree;
	return true;
}

bool tree_source_root(const struct tree_source *source, int64_t size, struct hash *ret_root,
	struct error *error)
{
	struct tree tree;
	if (!tree_source_load(source, size, &tree, error))
		return false;
	tree_root(&tree, source->hasher, ret_root);
	return true;
}

/* Leaves begin up to, and without, end. */
struct range {
	int64_t begin, end;
};

/* The largest power of two below n; n >= 2. */
static int64_t split_of(int64_t n)
{
	int64_t half = 1;
	while (half < n - half)
		half *= 2;
	return half;
}

/* begin is a multiple of a power of two that is no less than the range: its pieces are complete. */
static bool range_hash(const struct tree_source *source, struct range range, struct hash *ret_hash,
	struct error *error)
{
	int64_t length = range.end - range.begin, end = range.end;
	bool begun = false;
	struct hash all = { { 0 } };
	for (int level = 0; length >> level != 0; level++) {
		if ((length >> level & 1) == 0)
			continue;
		struct hash piece;
		end -= (int64_t)1 << level;
		if (!source->read(source->context, level, end >> level, &piece, error))
			return false;
		if (begun)
			hasher_node(source->hasher, &piece, &all, &all);
		else
			all = piece;
		begun = true;
	}
	*ret_hash = all;
	return true;
}

/* The hashes of the ranges, the last one first: a descent from the root read from below. */
static bool ranges_hash_upwards(const struct tree_source *source, const struct range *ranges,
	size_t count, struct tree_path *ret_path, struct error *error)
{
	struct tree_path path = { .length = count };
	for (size_t i = 0; i < count; i++) {
		if (!range_hash(source, ranges[count - 1 - i], &path.hashes[i], error))
			return false;
	}
	*ret_path = path;
	return true;
}

bool tree_prove_inclusion(const struct tree_source *source, int64_t index, int64_t size,
	struct tree_path *ret_path, struct error *error)
{
	assert(index >= 0 && index < size && size <= VAULT_INT_MAX);
	struct range siblings[TREE_PATH_MAX], at = { 0, size };
	size_t count = 0;
	while (at.end - at.begin > 1) {
		int64_t middle = at.begin + split_of(at.end - at.begin);
		if (index < middle) {
			siblings[count++] = (struct range){ middle, at.end };
			at.end = middle;
		} else {
			siblings[count++] = (struct range){ at.begin, middle };
			at.begin = middle;
		}
	}
	return ranges_hash_upwards(source, siblings, count, ret_path, error);
}

bool tree_prove_consistency(const struct tree_source *source, int64_t old_size, int64_t new_size,
	struct tree_path *ret_path, struct error *error)
{
	assert(old_size >= 0 && old_size <= new_size && new_size <= VAULT_INT_MAX);
	struct range ranges[TREE_PATH_MAX], at = { 0, new_size };
	size_t count = 0;
	while (old_size > 0 && old_size != at.end) {
		int64_t middle = at.begin + split_of(at.end - at.begin);
		if (old_size <= middle) {
			ranges[count++] = (struct range){ middle, at.end };
			at.end = middle;
		} else {
			ranges[count++] = (struct range){ at.begin, middle };
			at.begin = middle;
		}
	}
	/* Where the old tree is itself a complete subtree, who verifies has its root already. */
	if (old_size > 0 && at.begin > 0)
		ranges[count++] = at;
	return ranges_hash_upwards(source, ranges, count, ret_path, error);
}

/* Where a verifier stands: the node's index, and that of the last node, on one level. */
struct climb {
	int64_t node, last;
};

/* Whether the next hash of a path is a left sibling; moves over levels without one. */
static bool climb_from_right(struct climb *at)
{
	bool right = (at->node & 1) != 0 || at->node == at->last;
	while (right && (at->node & 1) == 0 && at->node != 0) {
		at->node >>= 1;
		at->last >>= 1;
	}
	at->node >>= 1;
	at->last >>= 1;
	return right;
}

bool tree_verify_inclusion(struct hasher *hasher, int64_t index, int64_t size,
	const struct hash *leaf, const struct hash *root, const struct hash *path, size_t length)
{
	if (index < 0 || index >= size || length > TREE_PATH_MAX)
		return false;
	struct climb at = { index, size - 1 };
	struct hash hash = *leaf;
	for (size_t i = 0; i < length; i++) {
		if (at.last == 0)
			return false;
		if (climb_from_right(&at))
			hasher_node(hasher, &path[i], &hash, &hash);
		else
			hasher_node(hasher, &hash, &path[i], &hash);
	}
	return at.last == 0 && hash_equal(&hash, root);
}

bool tree_verify_consistency(struct hasher *hasher, int64_t old_size, int64_t new_size,
	const struct hash *old_root, const struct hash *new_root, const struct hash *path,
	size_t length)
{
	if (old_size < 0 || old_size > new_size || length > TREE_PATH_MAX)
		return false;
	if (old_size == 0) {
		struct hash empty;
		hasher_sha256(hasher, "", 0, &empty);
		return length == 0 && hash_equal(old_root, &empty) &&
			(new_size > 0 || hash_equal(new_root, &empty));
	}
	if (old_size == new_size)
		return length == 0 && hash_equal(old_root, new_root);

	struct climb at = { old_size - 1, new_size - 1 };
	for (; (at.node & 1) != 0; at.node >>= 1)
		at.last >>= 1;
	bool complete = (old_size & (old_size - 1)) == 0;
	if (!complete && length == 0)
		return false;
	struct hash old_hash = complete ? *old_root : path[0], new_hash = old_hash;
	for (size_t i = complete ? 0 : 1; i < length; i++) {
		if (at.last == 0)
			return false;
		if (climb_from_right(&at)) {
			hasher_node(hasher, &path[i], &old_hash, &old_hash);
			hasher_node(hasher, &path[i], &new_hash, &new_hash);
		} else {
			hasher_node(hasher, &new_hash, &path[i], &new_hash);
		}
	}
	return at.last == 0 && hash_equal(&old_hash, old_root) && hash_equal(&new_hash, new_root);
}
