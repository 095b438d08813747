/* Both ways of reading an entry held against each other: the same verdict, and the same of every member. */
#ifndef TESTS_UNIT_ENTRY_CHECKS_H
#define TESTS_UNIT_ENTRY_CHECKS_H

#include <string.h>

#include "wire/entry.h"

static inline bool entries_same(const struct parsed_entry *a, const struct parsed_entry *b)
{
	const struct descriptor *descriptor = a->body_descriptor;
	bool same = descriptor == b->body_descriptor && a->sequence == b->sequence && a->at == b->at &&
		a->effective == b->effective && strcmp(a->actor, b->actor) == 0 &&
		a->has_command == b->has_command && memcmp(a->command, b->command, sizeof a->command) == 0 &&
		memcmp(a->digest, b->digest, sizeof a->digest) == 0 && strcmp(a->kind, b->kind) == 0;
	for (size_t i = 0; same && i < descriptor->field_count; i++) {
		const struct field *field = &descriptor->fields[i];
		same = field_absent(field, a->body) == field_absent(field, b->body) &&
			field_equal(field, a->body, b->body);
	}
	return same;
}

/* NULL, or what they do not agree on. ret_good: the verdict. */
static inline const char *entry_ways_differ(const char *bytes, size_t length,
	entry_find_body *find_body, struct arena *arena, bool *ret_good)
{
	struct parsed_entry fast, slow;
	struct error error = { 0 };
	bool one = entry_parse_canonical(bytes, length, find_body, NULL, arena, &fast);
	bool other = entry_parse_value(bytes, length, find_body, NULL, arena, &slow, &error);
	*ret_good = other;
	if (one != other)
		return one ? "what is not canonical is taken" : "what is canonical is refused";
	return !one || entries_same(&fast, &slow) ? NULL : "they read different things";
}

#endif
