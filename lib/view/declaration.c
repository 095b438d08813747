/* The room Emergency: a declaration with what has left under it. */
#include "reserve/emergency/declaration.h"

#include <string.h>

#include "base/text.h"
#include "reserve/stock/material.h"
#include "view/view.h"
#include "wire/message.h"
#include "wire/value.h"

/* While it is open, what each commodity has let go stands with the commodity. */
bool view_declaration(const struct view *view, struct buffer *out, struct error *error)
{
	const struct state *state = view->state;
	const char *id = value_get_text(view->parameters, "id", "");
	const struct declaration *row = state_find(state, TABLE_DECLARATION, id);
	if (row == NULL)
		return error_set(error, ERROR_NOT_FOUND, "id", "no such declaration: %s", id);
	struct declaration shown = *row;
	struct cap *caps = arena_alloc(view->arena, row->caps.count * sizeof *caps);
	if (caps == NULL)
		return error_set(error, ERROR_LIMIT, "id", "too many commodities");
	memcpy(caps, row->caps.items, row->caps.count * sizeof *caps);
	shown.caps.items = caps;
	for (uint32_t i = 0; i < row->caps.count; i++) {
		const struct commodity *commodity = state_find(state, TABLE_COMMODITY, caps[i].commodity);
		if (commodity != NULL && commodity->declaration == row)
			caps[i].used_g = commodity->cap_used_g;
	}
	struct json json;
	reply_begin(&json, out);
	json_key(&json, "declaration");
	json_record(&json, &declaration_descriptor, &shown);
	reply_end(&json, false);
	return true;
}
