/* The room Emergency: a request, and why it was decided as it was: its entry says. */
#include "view/why.h"

#include "reserve/emergency/request.h"
#include "reserve/emergency/why.h"
#include "view/row.h"
#include "wire/entry.h"
#include "wire/message.h"

bool view_request(const struct view *view, struct buffer *out, struct error *error)
{
	return view_show_row(view, TABLE_REQUEST, "id", "request", out, error);
}

void view_write_decision(struct json *json, const char *kind, const struct request_decided *body,
	int64_t index, int64_t at, bool coarse)
{
	struct why why;
	why_fill(kind, body, index != ABSENT ? index : -1, at, &why);
	if (coarse)
		why_hide_figures(&why);
	json_key(json, "decision");
	json_open_object(json);
	json_members(json, &why_descriptor, &why);
	if (why.picks.count == 0) { /* the interface has it always */
		json_key(json, "picks");
		json_open_array(json);
		json_close_array(json);
	}
	json_close_object(json);
}

static const struct descriptor *find_decided(void *context, const char *kind)
{
	return why_decides(kind) ? event_find_body(context, kind) : NULL;
}

struct told {
	const struct view *view;
	struct buffer *out;
	struct error *error;
	bool done;
};

static bool tell(void *context, int64_t index, const char *bytes, size_t length,
	struct error *error)
{
	struct told *told = context;
	struct parsed_entry entry;
	struct json json;
	if (!entry_parse(bytes, length, find_decided, NULL, told->view->arena, &entry, error))
		return false;
	reply_begin(&json, told->out);
	view_write_decision(&json, entry.kind, entry.body, index, entry.at,
		told->view->sight != VIEW_SIGHT_ALL);
	reply_end(&json, false);
	told->done = true;
	return true;
}

bool view_why(const struct view *view, struct buffer *out, struct error *error)
{
	struct told told = { view, out, error, false };
	const struct request *request = view_row(view, TABLE_REQUEST, "request", "request", error);
	if (request == NULL)
		return false;
	int64_t index = request->decided_index;
	if (!view->entries(view->ledger, index, index + 1, tell, &told, error))
		return false;
	return told.done || error_set(error, ERROR_NOT_FOUND, "index", "the ledger has no entry %lld",
		(long long)index);
}
