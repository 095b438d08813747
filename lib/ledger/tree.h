/*
 * The Merkle tree of RFC 6962 and RFC 9162, section 2.1: its right frontier, held by value, and
 * proofs of inclusion and consistency, made from hashes of complete subtrees, checked from roots.
 *
 * A complete subtree is named (level, index): it covers leaves index * 2^level up to, and without,
 * (index + 1) * 2^level. Level 0 is the leaf hashes.
 */
#ifndef LEDGER_TREE_H
#define LEDGER_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "ledger/hash.h"

#define TREE_PATH_MAX 63 /* hashes in a proof, and levels of a tree */

/* frontier[l] is the complete subtree of 2^l leaves that bit l of size stands for; else unused. */
struct tree {
	int64_t size;
	struct hash frontier[TREE_PATH_MAX];
};

void tree_init(struct tree *tree);
void tree_append(struct tree *tree, struct hasher *hasher, const struct hash *leaf);

/* The root; that of the empty tree is H(""). */
void tree_root(const struct tree *tree, struct hasher *hasher, struct hash *ret_root);

/* Gives the hash of the complete subtree (level, index). */
typedef bool tree_read(void *context, int level, int64_t index, struct hash *ret_hash,
	struct error *error);

/* Where proofs take their hashes from. */
struct tree_source {
	tree_read *read;
	void *context;
	struct hasher *hasher;
};

/* A proof: hashes from the leaf's sibling to the root's child, or as RFC 6962 2.1.2 orders them. */
struct tree_path {
	size_t length;
	struct hash hashes[TREE_PATH_MAX];
};

/* The root of the first size leaves, from a source. */
bool tree_source_root(const struct tree_source *source, int64_t size, struct hash *ret_root,
	struct error *error);

/* The frontier of the first size leaves, from a source: how a tree goes on after a restart. */
bool tree_source_load(const struct tree_source *source, int64_t size, struct tree *ret_tree,
	struct error *error);

/* That leaf index stands in the tree of that size. Requires 0 <= index < size. */
bool tree_prove_inclusion(const struct tree_source *source, int64_t index, int64_t size,
	struct tree_path *ret_path, struct error *error);

/* That the tree of new_size extends that of old_size. Requires 0 <= old_size <= new_size. */
bool tree_prove_consistency(const struct tree_source *source, int64_t old_size, int64_t new_size,
	struct tree_path *ret_path, struct error *error);

/* RFC 9162, sections 2.1.3.2 and 2.1.4.2. Any input is safe; false is "does not hold". */
bool tree_verify_inclusion(struct hasher *hasher, int64_t index, int64_t size,
	const struct hash *leaf, const struct hash *root, const struct hash *path, size_t length);
bool tree_verify_consistency(struct hasher *hasher, int64_t old_size, int64_t new_size,
	const struct hash *old_root, const struct hash *new_root, const struct hash *path,
	size_t length);

#endif
