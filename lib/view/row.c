/* The live state holds no row that has ended but those not yet swept, so it is never walked for one. */
#include "view/row.h"

#include "base/text.h"
#include "wire/message.h"
#include "wire/value.h"

static const struct row *newest(const struct state *state, enum table_id table, const char *key)
{
	const struct row *best = NULL;
	for (const struct row *row = NULL; (row = state_next(state, table, row)) != NULL;) {
		if (text_equal(row_key(row), key) && (best == NULL || row->last_index >= best->last_index))
			best = row;
	}
	return best;
}

const void *view_row(const struct view *view, enum table_id table, const char *parameter,
	const char *what, struct error *error)
{
	const char *key = value_get_text(view->parameters, parameter, "");
	const struct row *row = state_find(view->state, table, key);
	if (row == NULL && view->around == NULL && !table_info(table)->forever)
		row = newest(view->state, table, key);
	if (row == NULL)
		error_set(error, ERROR_NOT_FOUND, parameter, "no such %s: %s", what, key);
	return row;
}

bool view_show_row(const struct view *view, enum table_id table, const char *parameter,
	const char *name, struct buffer *out, struct error *error)
{
	const struct row *row = view_row(view, table, parameter, name, error);
	struct json json;
	if (row == NULL)
		return false;
	reply_begin(&json, out);
	json_key(&json, name);
	json_record(&json, table_info(table)->descriptor, row);
	reply_end(&json, false);
	return true;
}

struct context view_context(const struct view *view)
{
	int64_t last = state_last_at(view->state);
	/* decide never changes the state */
	return (struct context){ .state = (struct state *)(uintptr_t)view->state, .arena = view->arena,
		.actor = view->actor, .now = view->now > last ? view->now : last };
}

bool view_is_one_of(const struct view *view, const char *name, const char *const *names,
	struct error *error)
{
	const char *wanted = value_get_text(view->parameters, name, ""), *list = "";
	bool found = wanted[0] == '\0';
	for (size_t i = 0; names[i] != NULL; i++) {
		found = found || text_equal(names[i], wanted);
		list = arena_printf(view->arena, "%s%s%s", list, i > 0 ? ", " : "", names[i]);
	}
	return found || error_set(error, ERROR_INVALID, name, "\"%.40s\" is none of %s", wanted, list);
}
