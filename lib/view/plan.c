/*
 * Rounds shown: a plan with what it rests on, from the entries of its run: they are its content, whatever
 * became of it.
 */
#include "reserve/emergency/plan.h"

#include <stdio.h>

#include "base/text.h"
#include "reserve/document.h"
#include "reserve/emergency/request.h"
#include "view/row.h"
#include "wire/entry.h"
#include "wire/message.h"

struct content {
	struct json lines, awards;    /* arrays in the making */
	struct buffer line_text, award_text;
	struct arena *scratch;        /* of one entry */
};

static void write_line(struct json *json, const struct parsed_entry *entry)
{
	const struct plan_line_body *body = entry->body;
	char id[CODE_MAX * 2];
	snprintf(id, sizeof id, "%s/%s", body->plan, body->commodity);
	json_open_object(json);
	json_key(json, "id");
	json_text(json, id);
	json_members(json, entry->body_descriptor, body);
	json_close_object(json);
}

/* Lines and awards of the plan; at the note that asks for signatures the content ends. */
static bool take_content(void *context, int64_t index, const char *bytes, size_t length,
	struct error *error)
{
	struct content *content = context;
	struct parsed_entry entry;
	(void)index;
	arena_reset(content->scratch);
	if (!entry_parse(bytes, length, event_find_body, NULL, content->scratch, &entry, error))
		return false;
	if (text_equal(entry.kind, event_plan_line.kind))
		write_line(&content->lines, &entry);
	else if (text_equal(entry.kind, event_request_planned.kind))
		json_record(&content->awards, entry.body_descriptor, entry.body);
	return !text_equal(entry.kind, event_document_prepared.kind);
}

static bool read_content(const struct view *view, const struct plan *plan, struct content *content,
	struct error *error)
{
	json_begin(&content->lines, &content->line_text, false);
	json_open_array(&content->lines);
	json_begin(&content->awards, &content->award_text, false);
	json_open_array(&content->awards);
	content->scratch = arena_new(0);
	bool whole = view->entries(view->ledger, plan->frozen_index, INT64_MAX, take_content, content,
		error);
	arena_free(content->scratch);
	json_close_array(&content->lines);
	json_close_array(&content->awards);
	return whole || error->id == ERROR_NONE;
}

bool view_plan(const struct view *view, struct buffer *out, struct error *error)
{
	struct content content = { .scratch = NULL };
	const struct plan *plan = view_row(view, TABLE_PLAN, "id", "plan", error);
	bool good = plan != NULL && read_content(view, plan, &content, error);
	if (good) {
		struct json json;
		reply_begin(&json, out);
		json_key(&json, "plan");
		json_record(&json, &plan_descriptor, plan);
		json_key(&json, "lines");
		json_raw(&json, content.line_text.bytes, content.line_text.length);
		json_key(&json, "awards");
		json_raw(&json, content.award_text.bytes, content.award_text.length);
		reply_end(&json, false);
	}
	buffer_free(&content.line_text);
	buffer_free(&content.award_text);
	return good;
}
