/* The room Evidence: notes, and what waits for a person. */
#include "view/inbox.h"

#include "reserve/document.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"
#include "reserve/zone/exchange.h"
#include "view/row.h"
#include "view/write.h"
#include "wire/message.h"

enum { OVERDUE_NAMED = 20 };

/* What did not come back when it was due: there are few exchanges, and the first few are named. */
int64_t view_write_overdue(struct json *json, const char *name, const struct state *state,
	int64_t now)
{
	const struct exchange *exchange = NULL;
	int64_t count = 0;
	json_key(json, name);
	json_open_array(json);
	while ((exchange = state_next(state, TABLE_EXCHANGE, exchange)) != NULL) {
		if (exchange->row.closed || !exchange->overdue || count++ >= OVERDUE_NAMED)
			continue;
		json_open_object(json);
		write_text(json, "id", exchange->id);
		write_text(json, "kind", exchange_word(exchange));
		write_text(json, "commodity", exchange->back->code);
		write_int(json, "owed_g", exchange_late_g(exchange, EXCHANGE_DATES_NOW, now));
		write_time(json, "due_at", exchange_next_due(exchange, EXCHANGE_DATES_NOW));
		json_close_object(json);
	}
	json_close_array(json);
	return count;
}

bool view_inbox(const struct view *view, struct buffer *out, struct error *error)
{
	const struct person *actor = view->actor;
	const struct document *document = NULL;
	struct json json;
	if (actor == NULL && view->nobody != NULL) {
		*error = *view->nobody;
		return false;
	}
	reply_begin(&json, out);
	json_key(&json, "documents");
	json_open_array(&json);
	while ((document = state_next(view->state, TABLE_DOCUMENT, document)) != NULL) {
		if (document_waits_for(view->state, document, actor))
			json_record(&json, &document_descriptor, document);
	}
	json_close_array(&json);
	if (actor != NULL && (actor->duties & DUTY_OFFICER) != 0) /* who amends, defaults and credits */
		view_write_overdue(&json, "overdue", view->state, view->now);
	reply_end(&json, false);
	return true;
}

bool view_document(const struct view *view, struct buffer *out, struct error *error)
{
	return view_show_row(view, TABLE_DOCUMENT, "id", "document", out, error);
}
