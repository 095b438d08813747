/* Reports that law expects: filed, open and overdue. */
#include "base/text.h"
#include "base/time.h"
#include "reserve/evidence/filing.h"
#include "view/row.h"
#include "view/view.h"
#include "wire/message.h"
#include "wire/value.h"

struct listing {
	const struct view *view;
	struct json json;
};

static const char *standing(const struct filing_due *due, int64_t now)
{
	if (due->filed != NULL)
		return filing_is_late(due->due_at, due->filed->filed_at) ? "late" : "filed";
	return filing_is_late(due->due_at, now) ? "overdue" : "open";
}

static void write_due(void *context, const struct filing_due *due)
{
	struct listing *listing = context;
	struct json *json = &listing->json;
	int64_t now = listing->view->now;
	const char *kind = value_get_text(listing->view->parameters, "kind", "");
	const char *state = value_get_text(listing->view->parameters, "state", "");
	if ((kind[0] != '\0' && !text_equal(kind, filing_kind_names[due->kind])) ||
	    (state[0] != '\0' && !text_equal(state, standing(due, now))))
		return;
	json_open_object(json);
	json_key(json, "id");
	json_text(json, due->id);
	json_key(json, "kind");
	json_text(json, filing_kind_names[due->kind]);
	json_key(json, "period");
	json_text(json, due->period);
	json_key(json, "due_at");
	json_time(json, due->due_at);
	json_key(json, "state");
	json_text(json, standing(due, now));
	if (due->filed != NULL) {
		json_key(json, "filed_at");
		json_time(json, due->filed->filed_at);
	} else if (filing_is_late(due->due_at, now)) {
		json_key(json, "days_over");
		json_int(json, (now - due->due_at) / TIME_DAY_MS);
	}
	json_close_object(json);
}

bool view_due_reports(const struct view *view, struct buffer *out, struct error *error)
{
	struct listing listing = { .view = view };
	static const char *const states[] = { "filed", "late", "open", "overdue", NULL };
	if (!view_is_one_of(view, "kind", &filing_kind_names[1], error) ||
	    !view_is_one_of(view, "state", states, error))
		return false;
	reply_begin(&listing.json, out);
	json_key(&listing.json, "rows");
	json_open_array(&listing.json);
	if (state_reserve(view->state) != NULL)
		filing_each_by(view->state, view->now, write_due, &listing);
	json_close_array(&listing.json);
	reply_end(&listing.json, false);
	return true;
}
