/* An array that grows to the slots that are asked for. */
#include "audit/column.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMN_FIRST = 64 };

void *column_at(struct column *column, const void *row)
{
	size_t slot = ((const struct row *)row)->slot;
	if (slot >= column->count) {
		size_t count = column->count > 0 ? column->count : COLUMN_FIRST;
		while (count <= slot)
			count *= 2;
		column->cells = reallocarray(column->cells, count, column->width);
		if (column->cells == NULL)
			abort();
		memset(column->cells + column->count * column->width, 0,
			(count - column->count) * column->width);
		column->count = count;
	}
	return column->cells + slot * column->width;
}

void column_free(struct column *column)
{
	free(column->cells);
	column->cells = NULL;
	column->count = 0;
}

struct column *column_new(size_t width)
{
	struct column *column = calloc(1, sizeof *column);
	if (column == NULL)
		abort();
	column->width = width;
	return column;
}

void column_drop(void *column)
{
	column_free(column);
	free(column);
}
