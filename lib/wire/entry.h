/*
 * Reads a ledger entry back into what wrote it. It is canonical: writing what was read would give the same
 * bytes, else the entry is refused.
 */
#ifndef WIRE_ENTRY_H
#define WIRE_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/descriptor.h"
#include "base/error.h"
#include "vault/limits.h"

struct parsed_entry {
	int64_t sequence;
	int64_t at;           /* ms, UTC */
	int64_t effective;    /* ms, UTC, or ABSENT */
	char actor[CODE_MAX];
	bool has_command;     /* command and digest are both there, or neither */
	uint8_t command[16];
	uint8_t digest[32];
	const char *kind;                  /* in the arena */
	const struct descriptor *body_descriptor;
	void *body;                        /* in the arena */
};

/* The descriptor of a kind's body, or NULL where there is no such kind. */
typedef const struct descriptor *entry_find_body(void *context, const char *kind);

/*
 * The members of a body that name what it is about; the first one there is it. NULL ends.
 */
extern const char *const entry_subjects[];

/*
 * The string values of a canonical entry, keys left out, one after another, as they stand there: escapes are
 * not resolved, and no id has any. Begin with *at 0; false at the end. What is no canonical JSON gives
 * nonsense, but nothing outside it is touched.
 */
bool entry_next_string(const char *bytes, size_t length, size_t *at, const char **ret_value,
	size_t *ret_length);

/*
 * ERROR_LEDGER, or what record_read says of a body; error->field names the culprit. What points into the
 * arena lives until that is reset, which who reads many entries does between two.
 */
bool entry_parse(const char *bytes, size_t length, entry_find_body *find_body, void *context,
	struct arena *arena, struct parsed_entry *ret_entry, struct error *error);

/*
 * The two ways of which entry_parse is made, for tests that hold them against each other: one pass over the
 * bytes, which gives no reason; and a tree of values that is read, written again and compared.
 */
bool entry_parse_canonical(const char *bytes, size_t length, entry_find_body *find_body,
	void *context, struct arena *arena, struct parsed_entry *ret_entry);
bool entry_parse_value(const char *bytes, size_t length, entry_find_body *find_body, void *context,
	struct arena *arena, struct parsed_entry *ret_entry, struct error *error);

#endif
