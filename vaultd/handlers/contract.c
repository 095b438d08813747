/* The room Zone: waivers and contracts for difference shown one by one. */
#include "reserve/zone/contract.h"

#include "vaultd/handlers/rows.h"
#include "wire/message.h"
#include "wire/value.h"

struct read_job *zone_get_waiver(struct asked *asked, struct error *error)
{
	return show_row_later(asked, TABLE_WAIVER, "id", "waiver", NULL, error);
}

/* A contract with its quarters, in the order in which they were reported. */
bool zone_get_contract(struct asked *asked, struct buffer *out, struct error *error)
{
	const struct state *state = sequencer_state(asked->vaultd->sequencer);
	const char *id = value_get_text(asked->parameters, "id", "");
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
