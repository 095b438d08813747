/*
 * SHA-256 as the ledger uses it: plain, as a leaf and as a node of an RFC 6962 tree. A hasher holds
 * the fetched digest and one context that is used again and again; it belongs to one thread.
 */
#ifndef LEDGER_HASH_H
#define LEDGER_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HASH_SIZE 32

struct hash {
	uint8_t bytes[HASH_SIZE];
};

struct hasher;

/* Never NULL: without memory or without SHA-256 in the crypto library it aborts. */
struct hasher *hasher_new(void);
void hasher_free(struct hasher *hasher); /* NULL is nothing to do */

/* H(bytes). */
void hasher_sha256(struct hasher *hasher, const void *bytes, size_t length, struct hash *ret_hash);

/* H(00 || bytes): RFC 6962, section 2.1. */
void hasher_leaf(struct hasher *hasher, const void *bytes, size_t length, struct hash *ret_hash);

/*
 * H(01 || left || right). ret_hash may be left or right. For a row of siblings see hasher_row.
 */
void hasher_node(struct hasher *hasher, const struct hash *left, const struct hash *right,
	struct hash *ret_hash);

/* The parents of 2 * count hashes side by side; ret_parents may be the same array. */
void hasher_row(struct hasher *hasher, const struct hash *children, size_t count,
	struct hash *ret_parents);

/* One hash without a hasher, for places that hash seldom. */
void hash_sha256(const void *bytes, size_t length, struct hash *ret_hash);

bool hash_equal(const struct hash *a, const struct hash *b);

#endif
