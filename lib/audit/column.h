/*
 * Figures that a check keeps beside the rows of a table, zeroed until they are set. They hang on the
 * row's slot, which a state that keeps closed rows never gives to another. Out of memory aborts.
 */
#ifndef AUDIT_COLUMN_H
#define AUDIT_COLUMN_H

#include <stddef.h>

#include "reserve/state.h"

struct column {
	size_t width;  /* bytes of one figure: set by who makes it */
	size_t count;
	unsigned char *cells;
};
#define COLUMN_OF(type) { .width = sizeof(type) }

/* The figure of a row; where it stands until another row's is asked for. */
void *column_at(struct column *column, const void *row);

void column_free(struct column *column);

/* One as what a check keeps from begin to free: column_drop is such a free. */
struct column *column_new(size_t width);
void column_drop(void *column);

#endif
