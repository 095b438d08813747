/* Inspections one by one, and those that are due: of sites, of what lies there, of single lots. */
#include "base/text.h"
#include "base/time.h"
#include "reserve/stock/inspection.h"
#include "reserve/stock/material.h"
#include "view/row.h"
#include "wire/message.h"
#include "wire/value.h"

bool view_inspection(const struct view *view, struct buffer *out, struct error *error)
{
	return view_show_row(view, TABLE_INSPECTION, "id", "inspection", out, error);
}

struct listing {
	const struct view *view;
	struct json json;
};

static void member_text(struct json *json, const char *name, const char *text)
{
	if (text[0] == '\0')
		return;
	json_key(json, name);
	json_text(json, text);
}

static bool is_asked(const struct value *parameters, const struct inspection_due *due)
{
	const char *site = value_get_text(parameters, "site", "");
	const char *kind = value_get_text(parameters, "kind", "");
	return (site[0] == '\0' || text_equal(site, due->site->code)) &&
		(kind[0] == '\0' || text_equal(kind, inspection_kind_names[due->kind]));
}

static void write_due(void *context, const struct inspection_due *due)
{
	struct listing *listing = context;
	struct json *json = &listing->json;
	int64_t now = listing->view->now;
	if (!is_asked(listing->view->parameters, due))
		return;
	json_open_object(json);
	member_text(json, "site", due->site->code);
	member_text(json, "kind", inspection_kind_names[due->kind]);
	member_text(json, "lot", due->lot);
	if (due->last != NULL) {
		member_text(json, "inspection", due->last->id);
		json_key(json, "inspected_at");
		json_time(json, due->last->inspected_at);
	}
	json_key(json, "due_at");
	json_time(json, due->due_at);
	json_key(json, "days_over");
	json_int(json, due->due_at < now ? (now - due->due_at) / TIME_DAY_MS : 0);
	json_close_object(json);
}

bool view_due_inspections(const struct view *view, struct buffer *out, struct error *error)
{
	struct listing listing = { .view = view };
	int64_t days = value_get_int(view->parameters, "within_days", 0);
	const char *site = value_get_text(view->parameters, "site", "");
	if (site[0] != '\0' && state_find(view->state, TABLE_SITE, site) == NULL)
		return error_set(error, ERROR_NOT_FOUND, "site", "no such site: %s", site);
	if (!view_is_one_of(view, "kind", &inspection_kind_names[1], error))
		return false;
	if (days < 0 || days > 36600)
		return error_set(error, ERROR_INVALID, "within_days", "that is no number of days");
	reply_begin(&listing.json, out);
	json_key(&listing.json, "rows");
	json_open_array(&listing.json);
	inspection_due_by(view->state, view->now + days * TIME_DAY_MS, write_due, &listing);
	json_close_array(&listing.json);
	reply_end(&listing.json, false);
	return true;
}
