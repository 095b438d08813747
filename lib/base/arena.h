/*
 * Memory of one lifetime: a request, a batch, a document. Nothing in it is freed alone; reset frees
 * all and keeps the first block. Out of memory of the machine aborts; passing the cap returns NULL.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena;

/* cap: the most bytes it may hold, 0 for no cap. */
struct arena *arena_new(size_t cap);
void arena_free(struct arena *arena);
void arena_reset(struct arena *arena);

/* Zeroed, aligned for any type. NULL only where the cap would be passed. */
void *arena_alloc(struct arena *arena, size_t size);

/* The bytes that it may still take; SIZE_MAX where it has no cap. */
size_t arena_left(const struct arena *arena);

/* A copy of length bytes with a NUL behind. */
char *arena_text(struct arena *arena, const char *text, size_t length);

char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
