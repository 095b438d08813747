/* A chain of blocks, each twice the one before, up to a cap. */
#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 8192 };

struct block {
	struct block *next;
	size_t size, used;
	_Alignas(max_align_t) unsigned char bytes[];
};

struct arena {
	struct block *first, *current;
	size_t cap, total;
};

static struct block *block_new(size_t size)
{
	struct block *block = malloc(sizeof *block + size);
	if (block == NULL)
		abort();
	block->next = NULL;
	block->size = size;
	block->used = 0;
	return block;
}

struct arena *arena_new(size_t cap)
{
	struct arena *arena = malloc(sizeof *arena);
	if (arena == NULL)
		abort();
	arena->first = arena->current = block_new(FIRST_BLOCK);
	arena->cap = cap;
	arena->total = 0;
	return arena;
}

static void free_chain(struct block *block)
{
	while (block != NULL) {
		struct block *next = block->next;
		free(block);
		block = next;
	}
}

void arena_free(struct arena *arena)
{
	if (arena == NULL)
		return;
	free_chain(arena->first);
	free(arena);
}

void arena_reset(struct arena *arena)
{
	free_chain(arena->first->next);
	arena->first->next = NULL;
	arena->first->used = 0;
	arena->current = arena->first;
	arena->total = 0;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	assert(size < SIZE_MAX / 4);
	size = (size + align - 1) / align * align;
	if (arena->cap != 0 && arena->total + size > arena->cap)
		return NULL;
	struct block *block = arena->current;
	if (block->size - block->used < size) {
		size_t want = block->size * 2;
		block->next = block_new(want > size ? want : size);
		block = arena->current = block->next;
	}
	void *result = block->bytes + block->used;
	block->used += size;
	arena->total += size;
	return memset(result, 0, size);
}

size_t arena_left(const struct arena *arena)
{
	return arena->cap == 0 ? SIZE_MAX : arena->cap - arena->total;
}

char *arena_text(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_alloc(arena, length + 1);
	if (copy != NULL && length > 0)
		memcpy(copy, text, length);
	return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list arguments, again;
	va_start(arguments, format);
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	assert(length >= 0);
	char *text = arena_alloc(arena, (size_t)length + 1);
	if (text != NULL)
		vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}
