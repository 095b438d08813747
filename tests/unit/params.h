/*
 * Parameters of a command from a line such as "lot=GA-1 gross_g=100 because='not dry'", by the
 * command's descriptor: the core's parameter structs are its own. Words are separated by spaces; a
 * quoted value may hold spaces; a list is [a=1 b=2; a=3]; sets are joined by commas; times are
 * milliseconds. A line that does not fit is a bug of the test and asserts.
 */
#ifndef TESTS_UNIT_PARAMS_H
#define TESTS_UNIT_PARAMS_H

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/descriptor.h"
#include "base/text.h"

static inline void params_record(struct arena *arena, const struct descriptor *descriptor,
	void *record, const char **at);

static inline void params_list(struct arena *arena, const struct field *field, void *record,
	const char **at)
{
	uint32_t most = 1; /* as many as there are semicolons, and one */
	for (const char *end = strchr(*at, ';'); end != NULL; end = strchr(end + 1, ';'))
		most++;
	struct list list = { arena_alloc(arena, most * field->items->size), 0 };
	do {
		(*at)++; /* [ or ; */
		while (**at == ' ')
			(*at)++;
		if (**at != ']')
			params_record(arena, field->items,
				(char *)list.items + list.count++ * field->items->size, at);
	} while (**at == ';');
	assert(**at == ']');
	(*at)++;
	memcpy((char *)record + field->offset, &list, sizeof list);
}

static inline int64_t params_set(const struct field *field, char *word)
{
	int64_t bits = 0;
	for (char *name = strtok(word, ","); name != NULL; name = strtok(NULL, ",")) {
		int bit = field_name_value(field, name);
		assert(bit >= 0);
		bits |= 1LL << bit;
	}
	return bits;
}

static inline void params_value(struct arena *arena, const struct field *field, void *record,
	char *word)
{
	char *to = (char *)record + field->offset;
	bool good = true;
	(void)arena;
	if (field->type == FIELD_INT || field->type == FIELD_TIME)
		field_set_number(field, record, strtoll(word, NULL, 10));
	else if (field->type == FIELD_BOOL)
		field_set_number(field, record, strcmp(word, "true") == 0);
	else if (field->type == FIELD_ENUM)
		field_set_number(field, record, field_name_value(field, word));
	else if (field->type == FIELD_SET)
		field_set_number(field, record, params_set(field, word));
	else if (field->type == FIELD_TEXT)
		good = text_copy(to, field->size, word);
	else if (field->type == FIELD_STRING)
		memcpy(to, &word, sizeof word);
	else if (field->type == FIELD_BYTES)
		good = text_to_hex(word, (uint8_t *)to, field->size);
	else
		good = false;
	assert(good);
	(void)good;
}

static inline void params_field(struct arena *arena, const struct descriptor *descriptor,
	void *record, const char **at)
{
	size_t length = strcspn(*at, "=");
	const struct field *field = descriptor_field(descriptor, arena_text(arena, *at, length));
	assert(field != NULL && (*at)[length] == '=');
	*at += length + 1;
	if (field->type == FIELD_LIST) {
		params_list(arena, field, record, at);
		return;
	}
	bool quoted = **at == '\'';
	if (quoted)
		(*at)++;
	length = strcspn(*at, quoted ? "'" : " ;]");
	params_value(arena, field, record, arena_text(arena, *at, length));
	*at += length + (quoted ? 1 : 0);
}

static inline void params_record(struct arena *arena, const struct descriptor *descriptor,
	void *record, const char **at)
{
	record_clear(descriptor, record);
	for (;;) {
		while (**at == ' ')
			(*at)++;
		if (**at == '\0' || **at == ';' || **at == ']')
			return;
		params_field(arena, descriptor, record, at);
	}
}

static inline void *params_read(struct arena *arena, const struct descriptor *descriptor,
	const char *line)
{
	void *record = arena_alloc(arena, descriptor->size);
	params_record(arena, descriptor, record, &line);
	assert(*line == '\0');
	return record;
}

#endif
