/* The room Stock: lines of the annual plan, with what they have used and what is left of them. */
#include "reserve/stock/annual.h"

#include "base/text.h"
#include "reserve/setting.h"
#include "view/view.h"
#include "wire/message.h"
#include "wire/value.h"

static void write_annual(struct json *json, const struct annual_line *line)
{
	struct annual_line shown = *line;
	bool in_force = line->state == SETTING_IN_FORCE;
	shown.used_g = in_force ? annual_used_g(line) : ABSENT;
	json_open_object(json);
	shown.counts_from = ABSENT;
	json_members(json, &annual_line_descriptor, &shown);
	if (in_force) {
		json_key(json, "left_g");
		json_int(json, annual_line_left_g(line));
	}
	json_close_object(json);
}

static bool is_asked_line(const struct value *parameters, const struct annual_line *line)
{
	static const char *const names[] = { "commodity", "action", "state" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *wanted = value_get_text(parameters, names[i], "");
		if (wanted[0] != '\0' && !text_equal(wanted,
		    field_text(descriptor_field(&annual_line_descriptor, names[i]), line)))
			return false;
	}
	int64_t year = value_get_int(parameters, "fiscal_year", 0);
	return !line->row.closed && (year == 0 || year == line->fiscal_year);
}

bool view_annual(const struct view *view, struct buffer *out, struct error *error)
{
	const struct state *state = view->state;
	const struct annual_line *line = NULL;
	struct json json;
	(void)error;
	reply_begin(&json, out);
	json_key(&json, "rows");
	json_open_array(&json);
	while ((line = state_next(state, TABLE_ANNUAL_LINE, line)) != NULL) {
		if (is_asked_line(view->parameters, line))
			write_annual(&json, line);
	}
	json_close_array(&json);
	reply_end(&json, false);
	return true;
}
