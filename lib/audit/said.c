/* Fields of a body by name. */
#include "audit/said.h"

#include "base/text.h"

bool said_kind(const struct parsed_entry *entry, const struct event_type *type)
{
	return text_equal(entry->kind, type->kind);
}

const struct list *said_list(const struct parsed_entry *entry, const char *name)
{
	static const struct list none = { NULL, 0 };
	const struct field *field = descriptor_field(entry->body_descriptor, name);
	if (field == NULL || field->type != FIELD_LIST)
		return &none;
	return (const struct list *)(const void *)((const char *)entry->body + field->offset);
}
