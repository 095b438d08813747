/* The room Stock: what is shown beside the plain lists. */
#include "reserve/stock/floor.h"
#include "reserve/stock/material.h"
#include "reserve/stock/requirement.h"
#include "view/view.h"
#include "wire/message.h"
#include "wire/value.h"

bool view_commodity(const struct view *view, struct buffer *out, struct error *error)
{
	const struct state *state = view->state;
	const char *code = value_get_text(view->parameters, "code", "");
	const struct commodity *commodity = state_find(state, TABLE_COMMODITY, code);
	if (commodity == NULL)
		return error_set(error, ERROR_NOT_FOUND, "code", "no such commodity: %s", code);
	struct json json;
	reply_begin(&json, out);
	json_key(&json, "commodity");
	json_record(&json, &commodity_descriptor, commodity);
	json_key(&json, "floors");
	json_open_array(&json);
	const struct floor *floor = NULL;
	while ((floor = state_next(state, TABLE_FLOOR, floor)) != NULL) {
		if (floor->commodity == commodity && !floor->row.closed)
			json_record(&json, &floor_descriptor, floor);
	}
	json_close_array(&json);
	json_key(&json, "requirements");
	json_open_array(&json);
	const struct requirement *requirement = NULL;
	while ((requirement = state_next(state, TABLE_REQUIREMENT, requirement)) != NULL) {
		if (requirement->commodity == commodity && !requirement->row.closed)
			json_record(&json, &requirement_descriptor, requirement);
	}
	json_close_array(&json);
	reply_end(&json, false);
	return true;
}
