/*
 * Reads a JSON object into a C struct by the struct's descriptor. Absent fields become absent as
 * descriptor.h defines it; strings and lists go into the arena. Everything is checked again here
 * (kind, range, length, name), for ledgers come without an interface.
 */
#ifndef WIRE_RECORD_H
#define WIRE_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/descriptor.h"
#include "base/error.h"
#include "wire/value.h"

/* The record of a table with that key, or NULL. */
typedef const void *record_resolve(void *context, int table, const char *key);

struct record_options {
	bool lenient;            /* keys without a field are skipped, else refused */
	record_resolve *resolve; /* for FIELD_REF; without it such a field is refused */
	void *context;
};

/*
 * options: NULL for strict and without references. error->field is the path of the culprit. On
 * false the record is filled in part and not to be used. Values of 0 or "" for a required text
 * count as missing. ERROR_INVALID; ERROR_NOT_FOUND for a reference; ERROR_LIMIT where the arena is
 * full.
 */
bool record_read(const struct value *object, const struct descriptor *descriptor,
	struct arena *arena, const struct record_options *options, void *record, struct error *error);

/* The same from the text of a JSON object. */
bool record_parse(const char *text, size_t length, const struct descriptor *descriptor,
	struct arena *arena, const struct record_options *options, void *record, struct error *error);

#endif
