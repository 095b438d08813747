/*
 * Things that are found by a name while a ledger is read: a person's key, a person's duties, a
 * note. An item is the first member of its owner's struct. Out of memory aborts.
 */
#ifndef AUDIT_ITEMS_H
#define AUDIT_ITEMS_H

#include <stddef.h>

#include "vault/limits.h"

struct item {
	char name[CODE_MAX + 16];
	struct item *next;
};

struct items {
	struct item **slots;
	size_t count, capacity; /* capacity: a power of two, or 0 */
};

/* The item of that name, or NULL. */
void *items_find(const struct items *items, const char *name);

/* The item of that name, made zeroed with that size where there is none. */
void *items_take(struct items *items, const char *name, size_t size);

/* Frees all; clear drops what an item owns, or is NULL. */
void items_free(struct items *items, void (*clear)(struct item *item));

#endif
