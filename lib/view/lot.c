/* The room Stock: a lot with its holds, its title and its pledge. */
#include "reserve/stock/lot.h"

#include "base/text.h"
#include "reserve/stock/title.h"
#include "view/row.h"
#include "wire/message.h"

/* The title that lives, and the pledge that is in force or waits for signatures. */
static void write_titles(struct json *json, const struct state *state, const struct lot *lot)
{
	const struct title *title = title_of(state, lot);
	const struct pledge *pledge = NULL;
	json_key(json, "titles");
	json_open_array(json);
	if (title != NULL)
		json_record(json, &title_descriptor, title);
	json_close_array(json);
	json_key(json, "pledges");
	json_open_array(json);
	while ((pledge = state_next(state, TABLE_PLEDGE, pledge)) != NULL) {
		if (!pledge->row.closed && pledge->lot_index == lot->created_index)
			json_record(json, &pledge_descriptor, pledge);
	}
	json_close_array(json);
}

static void write_holds(struct json *json, const struct state *state, const struct lot *lot)
{
	const struct hold *hold = NULL;
	json_key(json, "holds");
	json_open_array(json);
	while ((hold = state_next(state, TABLE_HOLD, hold)) != NULL) {
		if (text_equal(hold->lot, lot->code) && !hold->row.closed)
			json_record(json, &hold_descriptor, hold);
	}
	json_close_array(json);
}

/* One that has ended has none of them that matter. */
static void write_none(struct json *json)
{
	static const char *const names[] = { "holds", "titles", "pledges" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		json_key(json, names[i]);
		json_open_array(json);
		json_close_array(json);
	}
}

bool view_lot(const struct view *view, struct buffer *out, struct error *error)
{
	const struct lot *lot = view_row(view, TABLE_LOT, "code", "lot", error);
	struct json json;
	if (lot == NULL)
		return false;
	reply_begin(&json, out);
	json_key(&json, "lot");
	json_record(&json, &lot_descriptor, lot);
	if (lot->row.closed) {
		write_none(&json);
	} else {
		write_holds(&json, view->state, lot);
		write_titles(&json, view->state, lot);
	}
	reply_end(&json, false);
	return true;
}
