/* The room Stock: what is shown beside the plain lists. */
#include "base/text.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "vaultd/handlers/handler.h"
#include "vaultd/handlers/rows.h"
#include "wire/message.h"
#include "wire/value.h"

bool stock_get_commodity(struct asked *asked, struct buffer *out, struct error *error)
{
	const struct state *state = sequencer_state(asked->vaultd->sequencer);
	const char *code = value_get_text(asked->parameters, "code", "");
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
	reply_end(&json, false);
	return true;
}

/* The open holds of a lot come from the live state; a closed lot has none that matter. */
static void write_no_holds(struct json *json, const struct state *state, const struct row *row)
{
	(void)state;
	(void)row;
	json_key(json, "holds");
	json_open_array(json);
	json_close_array(json);
}

static struct read_job *render_job(struct asked *asked);

struct read_job *stock_get_lot(struct asked *asked, struct error *error)
{
	const struct state *state = sequencer_state(asked->vaultd->sequencer);
	const char *code = value_get_text(asked->parameters, "code", "");
	const struct lot *lot = state_find(state, TABLE_LOT, code);
	if (lot == NULL)
		return show_row_later(asked, TABLE_LOT, "code", "lot", write_no_holds, error);
	struct read_job *job = render_job(asked);
	struct json json;
	reply_begin(&json, &job->out);
	json_key(&json, "lot");
	json_record(&json, &lot_descriptor, lot);
	json_key(&json, "holds");
	json_open_array(&json);
	const struct hold *hold = NULL;
	while ((hold = state_next(state, TABLE_HOLD, hold)) != NULL) {
		if (text_equal(hold->lot, code) && !hold->row.closed)
			json_record(&json, &hold_descriptor, hold);
	}
	json_close_array(&json);
	reply_end(&json, false);
	return job;
}

/* What is live is rendered at once and handed over when what it saw is committed. */
static void run_nothing(struct read_job *job, struct reader *reader)
{
	(void)job;
	(void)reader;
}

static struct read_job *render_job(struct asked *asked)
{
	return job_new(asked, sizeof(struct read_job), run_nothing);
}

struct read_job *stock_get_order(struct asked *asked, struct error *error)
{
	return show_row_later(asked, TABLE_RELEASE_ORDER, "id", "order", NULL, error);
}

bool stock_list_slots(struct asked *asked, struct buffer *out, struct error *error)
{
	(void)asked;
	(void)out;
	return error_set(error, ERROR_NOT_FOUND, "site", "not yet");
}
