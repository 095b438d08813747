/*
 * Canonical JSON read straight into a record: exactly what json_canonical_record writes of some record that
 * record_read would have taken, and nothing else. There is no tree in between and nothing is written
 * again, so that it is many times as fast as record_read and a comparison; it tells no reason either. Who
 * must tell one asks record_read, see entry.c.
 */
#ifndef WIRE_CANONICAL_H
#define WIRE_CANONICAL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/descriptor.h"

/* What is left to be read. It need not end in a NUL, and nothing behind end is looked at. */
struct canonical {
	const char *at, *end;
	struct arena *arena; /* of strings and lists */
};

/*
 * Each reads what it names and moves behind it. False: something else stands there, or the arena is full;
 * then the place is lost and the record is filled in part and not to be used.
 */
bool canonical_record(struct canonical *canonical, const struct descriptor *descriptor, void *record);

/* One field's value, which is not absent. The record was cleared. References are refused. */
bool canonical_field(struct canonical *canonical, const struct field *field, void *record);

/* These very bytes, NUL-terminated. False moves nothing. */
bool canonical_take(struct canonical *canonical, const char *text);

#endif
