/* Ledger entries: both ways of reading one agree, and strings stay inside. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/entry_checks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const colours[] = { "", "red", "green", NULL };
static const char *const flags[] = { "dry", "sealed", NULL };

struct part {
	uint8_t colour;
	uint32_t flags;
	int64_t mass_g;
	char name[8];
};

struct body {
	uint8_t digest[4];
	uint8_t id[16];
	struct list parts;
	const char *text;
	int64_t when;
	bool yes;
};

static const struct field part_fields[] = {
	F_ENUM(struct part, colour, colours),
	F_SET(struct part, flags, flags),
	R_INT(struct part, mass_g),
	F_TEXT(struct part, name),
};
static const struct descriptor part = DESCRIPTOR("part", struct part, part_fields);

static const struct field body_fields[] = {
	F_BYTES(struct body, digest),
	F_UUID(struct body, id),
	F_LIST(struct body, parts, &part),
	F_STRING(struct body, text),
	F_TIME(struct body, when),
	F_BOOL(struct body, yes),
};
static const struct descriptor body = DESCRIPTOR("body", struct body, body_fields);

/* As kinds are: short, and without anything that is escaped. */
static const struct descriptor *find_body(void *context, const char *kind)
{
	(void)context;
	return kind[0] == 'k' && strspn(kind, "abcdefghijklmnopqrstuvwxyz._@2") == strlen(kind) &&
		strlen(kind) < 32 ? &body : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(0);
	bool good;
	if (entry_ways_differ((const char *)data, size, find_body, arena, &good) != NULL)
		abort();
	arena_free(arena);
	const char *bytes = (const char *)data, *value;
	size_t at = 0, length;
	while (entry_next_string(bytes, size, &at, &value, &length)) {
		if (value <= bytes || value + length >= bytes + size)
			abort();
	}
	return 0;
}
