/* The plain lists: pages of a table's live rows, by its descriptor. */
#include <string.h>

#include "base/text.h"
#include "reserve/stock/lot.h"
#include "vault/limits.h"
#include "view/view.h"
#include "wire/message.h"
#include "wire/value.h"

/* Whether a row has, in each field that a parameter names, that parameter's text. */
static bool row_matches(const struct view *view, const struct descriptor *descriptor,
	const struct row *row)
{
	struct value_cursor cursor = { 0 };
	const char *key;
	const struct value *member;
	while (value_next(view->parameters, &cursor, &key, &member)) {
		const char *wanted = value_text(member, NULL);
		const struct field *field = descriptor_field(descriptor, key);
		if (wanted == NULL || field == NULL || text_equal(key, "after"))
			continue;
		if (row->table == TABLE_LOT && text_equal(key, "state") &&
		    text_equal(lot_state_shown((const struct lot *)(const void *)row), wanted))
			continue;
		if (!text_equal(field_text(field, row), wanted))
			return false;
	}
	return true;
}

static bool no_such_name(const struct view *view, const struct field *field, const char *wanted,
	struct error *error)
{
	const char *names = "";
	for (int i = 1; field->names[i] != NULL; i++)
		names = arena_printf(view->arena, "%s%s%s", names, i > 1 ? ", " : "", field->names[i]);
	return error_set(error, ERROR_INVALID, field->name, "\"%.40s\" is none of %s", wanted, names);
}

/* What no row could ever have is a slip, and an empty list would hide it. */
static bool check_filters(const struct view *view, const struct state *state,
	enum table_id table, struct error *error)
{
	struct value_cursor cursor = { 0 };
	const char *key;
	const struct value *member;
	while (value_next(view->parameters, &cursor, &key, &member)) {
		const char *wanted = value_text(member, "");
		const struct field *field = descriptor_field(table_info(table)->descriptor, key);
		if (wanted[0] == '\0' || field == NULL || text_equal(key, "after"))
			continue;
		bool held = table == TABLE_LOT && text_equal(wanted, "held"); /* shown, and no state */
		if (field->type == FIELD_ENUM && field_name_value(field, wanted) < 0 && !held)
			return no_such_name(view, field, wanted, error);
		if (field->type == FIELD_REF &&
		    state_find(state, (enum table_id)field->table, wanted) == NULL)
			return error_set(error, ERROR_NOT_FOUND, key, "no such %s: %s", key, wanted);
	}
	return true;
}

/*
 * Where a page begins: behind the row of that key. What a reply calls next is KEY#SLOT, so that a list
 * goes on where its last row has ended meanwhile.
 */
static bool page_begin(const struct state *state, enum table_id table, const char *after,
	uint32_t *ret_slot, struct error *error)
{
	char key[CODE_MAX * 4] = "";
	const char *mark = strrchr(after, '#');
	size_t length = mark != NULL ? (size_t)(mark - after) : strlen(after);
	int64_t slot = -1;
	if (length < sizeof key)
		memcpy(key, after, length);
	const struct row *row = state_find(state, table, key);
	if (row != NULL)
		slot = row->slot;
	else if (mark == NULL || !text_to_int(mark + 1, &slot) || slot < 0 || slot >= UINT32_MAX)
		return error_set(error, ERROR_NOT_FOUND, "after", "no such row: %s", after);
	*ret_slot = (uint32_t)slot + 1;
	return true;
}

bool view_list(const struct view *view, enum table_id table, struct buffer *out, struct error *error)
{
	const struct state *state = view->state;
	const struct descriptor *descriptor = table_info(table)->descriptor;
	const char *after = value_get_text(view->parameters, "after", "");
	int64_t limit = value_get_int(view->parameters, "limit", PAGE_ROWS);
	uint32_t slot = 0;
	/* what is over is history, told to who asks for it or for its state */
	bool all = value_get_bool(view->parameters, "history", false) ||
		value_get_text(view->parameters, "state", "")[0] != '\0';
	bool (*over)(const struct row *) = all ? NULL : table_info(table)->over;
	if (!check_filters(view, state, table, error) ||
	    (after[0] != '\0' && !page_begin(state, table, after, &slot, error)))
		return false;
	if (limit < 1 || limit > PAGE_ROWS)
		return error_set(error, ERROR_INVALID, "limit", "a page has 1 to %d rows", PAGE_ROWS);
	struct json json;
	const struct row *last = NULL;
	reply_begin(&json, out);
	json_key(&json, "rows");
	json_open_array(&json);
	int64_t count = 0;
	bool more = false;
	for (const struct row *row; (row = state_next_from(state, table, slot)) != NULL;) {
		slot = row->slot + 1;
		if (row->closed || (over != NULL && over(row)) || !row_matches(view, descriptor, row))
			continue;
		if (count == limit || (count > 0 && out->length > PAGE_BYTES)) {
			more = true;
			break;
		}
		json_record(&json, descriptor, row);
		last = row;
		count++;
	}
	json_close_array(&json);
	if (more) {
		json_key(&json, "next");
		json_text(&json, arena_printf(view->arena, "%s#%u", row_key(last), (unsigned)last->slot));
	}
	reply_end(&json, false);
	return true;
}
