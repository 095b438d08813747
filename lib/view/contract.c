/* The room Zone: waivers and contracts for difference shown one by one. */
#include "reserve/zone/contract.h"

#include "view/row.h"
#include "wire/message.h"
#include "wire/value.h"

bool view_waiver(const struct view *view, struct buffer *out, struct error *error)
{
	return view_show_row(view, TABLE_WAIVER, "id", "waiver", out, error);
}

/* A contract with its quarters, in the order in which they were reported. */
bool view_contract(const struct view *view, struct buffer *out, struct error *error)
{
	const struct state *state = view->state;
	const char *id = value_get_text(view->parameters, "id", "");
	const struct contract *contract = state_find(state, TABLE_CONTRACT, id);
	const struct contract_quarter *quarter = NULL;
	struct json json;
	if (contract == NULL)
		return error_set(error, ERROR_NOT_FOUND, "id", "no such contract: %s", id);
	reply_begin(&json, out);
	json_key(&json, "contract");
	json_record(&json, &contract_descriptor, contract);
	json_key(&json, "settlements");
	json_open_array(&json);
	while ((quarter = state_next(state, TABLE_CONTRACT_QUARTER, quarter)) != NULL) {
		if (quarter->contract == contract)
			json_record(&json, &contract_quarter_descriptor, quarter);
	}
	json_close_array(&json);
	reply_end(&json, false);
	return true;
}
