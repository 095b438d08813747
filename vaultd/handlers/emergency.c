/* The room Emergency: a declaration's parameters completed. */
#include <string.h>

#include "base/text.h"
#include "reserve/emergency/declaration.h"
#include "vaultd/handlers/handler.h"
#include "wire/record.h"
#include "wire/value.h"

/* Commodities without a cap of their own join the list of caps. */
static bool add_uncapped(const struct value *parameters, struct arena *arena, struct list *caps,
	struct error *error)
{
	const struct value *commodities = value_get(parameters, "commodities");
	size_t count = value_count(commodities);
	struct cap *all = arena_alloc(arena, (caps->count + count + 1) * sizeof *all);
	if (all == NULL)
		return error_set(error, ERROR_LIMIT, "commodities", "too many");
	if (caps->count > 0)
		memcpy(all, caps->items, caps->count * sizeof *all);
	uint32_t capped = caps->count;
	caps->items = all;
	for (size_t i = 0; i < count; i++) {
		const char *code = value_text(value_at(commodities, i), "");
		bool known = false;
		for (uint32_t j = 0; j < capped; j++)
			known = known || text_equal(all[j].commodity, code);
		if (known)
			continue;
		struct cap *cap = &all[caps->count++];
		*cap = (struct cap){ .cap_g = ABSENT, .used_g = ABSENT };
		if (!text_copy(cap->commodity, sizeof cap->commodity, code))
			return error_set(error, ERROR_NOT_FOUND, "commodities", "no such commodity: %s", code);
	}
	return true;
}

/* record_read without the one list that the interface spells in two parameters. */
bool emergency_prepare_declare(struct asked *asked, void *params, struct error *error)
{
	static const struct record_options lenient = { .lenient = true };
	const struct descriptor *whole = command_declare.params;
	struct field *fields = arena_alloc(asked->arena, whole->field_count * sizeof *fields);
	struct descriptor optional = *whole;
	if (fields == NULL)
		return error_set(error, ERROR_LIMIT, "", "the request needs too much memory");
	memcpy(fields, whole->fields, whole->field_count * sizeof *fields);
	optional.fields = fields;
	struct field *caps = NULL;
	for (size_t i = 0; i < whole->field_count; i++) {
		if (text_equal(fields[i].name, "caps"))
			caps = &fields[i];
	}
	caps->required = false;
	if (!record_read(asked->parameters, &optional, asked->arena, &lenient, params, error))
		return false;
	struct list list;
	memcpy(&list, (char *)params + caps->offset, sizeof list);
	if (!add_uncapped(asked->parameters, asked->arena, &list, error))
		return false;
	memcpy((char *)params + caps->offset, &list, sizeof list);
	return true;
}
