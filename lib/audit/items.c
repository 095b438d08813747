/* A table of lists, doubled when it is full. */
#include "audit/items.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void *items_find(const struct items *items, const char *name)
{
	if (items->capacity == 0)
		return NULL;
	struct item *item = items->slots[text_hash(name) & (items->capacity - 1)];
	while (item != NULL && !text_equal(item->name, name))
		item = item->next;
	return item;
}

static void grow(struct items *items)
{
	size_t capacity = items->capacity == 0 ? 64 : items->capacity * 2;
	struct item **slots = calloc(capacity, sizeof *slots);
	if (slots == NULL)
		abort();
	for (size_t i = 0; i < items->capacity; i++) {
		for (struct item *item = items->slots[i], *next; item != NULL; item = next) {
			struct item **slot = &slots[text_hash(item->name) & (capacity - 1)];
			next = item->next;
			item->next = *slot;
			*slot = item;
		}
	}
	free(items->slots);
	items->slots = slots;
	items->capacity = capacity;
}

void *items_take(struct items *items, const char *name, size_t size)
{
	struct item *item = items_find(items, name);
	if (item != NULL)
		return item;
	if (items->count == items->capacity)
		grow(items);
	item = calloc(1, size);
	if (item == NULL)
		abort();
	text_copy(item->name, sizeof item->name, name);
	struct item **slot = &items->slots[text_hash(name) & (items->capacity - 1)];
	item->next = *slot;
	*slot = item;
	items->count++;
	return item;
}

void items_free(struct items *items, void (*clear)(struct item *item))
{
	for (size_t i = 0; i < items->capacity; i++) {
		for (struct item *item = items->slots[i], *next; item != NULL; item = next) {
			next = item->next;
			if (clear != NULL)
				clear(item);
			free(item);
		}
	}
	free(items->slots);
}
