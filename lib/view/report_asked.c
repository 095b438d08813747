/* Which report is asked for, of what, in which edition, and whether who asks may have it. */
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"
#include "view/report.h"
#include "wire/message.h"
#include "wire/value.h"

static const struct report_kind *find_kind(const char *name, struct arena *arena,
	struct error *error)
{
	const char *names = "";
	for (size_t i = 0; i < report_kind_count; i++) {
		if (text_equal(report_kinds[i].name, name))
			return &report_kinds[i];
		names = arena_printf(arena, "%s%s%s", names, i > 0 ? ", " : "", report_kinds[i].name);
	}
	error_set(error, ERROR_INVALID, "kind", "\"%.40s\" is none of %s", name, names);
	return NULL;
}

/* What the one who asks may see at most. */
static bool fullest_edition(const struct view *view, const struct report_kind *kind,
	enum report_edition *ret_edition, struct error *error)
{
	*ret_edition = REPORT_FULL;
	if (view->sight == VIEW_SIGHT_ALL || kind->own)
		return true;
	if (!kind->coarse)
		return error_set(error, ERROR_DENIED, "kind", "a report %s is for the staff of the reserve",
			kind->name);
	*ret_edition = view->sight == VIEW_SIGHT_COARSE ? REPORT_PUBLIC : REPORT_CLOSED;
	return true;
}

static bool read_edition(const struct view *view, const struct report_kind *kind,
	struct report_asked *asked, struct error *error)
{
	const char *wanted = value_get_text(view->parameters, "edition", "");
	enum report_edition fullest;
	if (!fullest_edition(view, kind, &fullest, error))
		return false;
	int edition = wanted[0] == '\0' ? (int)fullest : 0;
	while (wanted[0] != '\0' && report_edition_names[edition] != NULL &&
	       !text_equal(report_edition_names[edition], wanted))
		edition++;
	if (report_edition_names[edition] == NULL)
		return error_set(error, ERROR_INVALID, "edition",
			"\"%.40s\" is none of full, public, closed", wanted);
	if (edition != REPORT_FULL && !kind->coarse) {
		error_set(error, ERROR_INVALID, "edition", "a report %s has no %s edition", kind->name,
			report_edition_names[edition]);
		return error_remedy(error, "position, shortfall, declaration, annual and quarterly have one");
	}
	if (edition < (int)fullest) {
		error_set(error, ERROR_DENIED, "edition", "the %s edition is for the staff of the reserve",
			report_edition_names[edition]);
		return error_remedy(error, "yours is --edition %s", report_edition_names[fullest]);
	}
	asked->edition = (enum report_edition)edition;
	return true;
}

/* A day that is asked for by its beginning; `until` is the last day, and ends with it. */
static bool read_day(const struct value *parameters, const char *name, int64_t *ret_at,
	struct error *error)
{
	const char *text = value_get_text(parameters, name, "");
	int64_t at;
	if (text[0] == '\0')
		return true;
	if (!time_parse(text, &at))
		return error_set(error, ERROR_INVALID, name, "\"%.40s\" is not a date", text);
	at -= (at % TIME_DAY_MS + TIME_DAY_MS) % TIME_DAY_MS;
	*ret_at = text_equal(name, "until") ? at + TIME_DAY_MS : at;
	return true;
}

static bool read_period(const struct view *view, const struct report_kind *kind,
	struct report_asked *asked, struct error *error)
{
	asked->from = asked->until = ABSENT;
	if (!read_day(view->parameters, "from", &asked->from, error) ||
	    !read_day(view->parameters, "until", &asked->until, error))
		return false;
	if (!kind->period && (asked->from != ABSENT || asked->until != ABSENT))
		return error_set(error, ERROR_INVALID, asked->from != ABSENT ? "from" : "until",
			"a report %s has no such day", kind->name);
	if (asked->from != ABSENT && asked->from > view->now)
		return error_set(error, ERROR_INVALID, "from", "that day has not come yet");
	if (asked->from != ABSENT && asked->until != ABSENT && asked->until <= asked->from)
		return error_set(error, ERROR_INVALID, "until", "it is before from");
	return true;
}

static bool read_asked(const struct view *view, const struct report_kind *kind,
	struct report_asked *asked, struct error *error)
{
	const struct value *parameters = view->parameters;
	const char *commodity = value_get_text(parameters, "commodity", "");
	const char *site = value_get_text(parameters, "site", "");
	asked->subject = value_get_text(parameters, "subject", "");
	if (kind->subject == NULL && asked->subject[0] != '\0')
		return error_set(error, ERROR_INVALID, "subject", "a report %s is about nothing by name",
			kind->name);
	if (commodity[0] != '\0' &&
	    (asked->commodity = state_find(view->state, TABLE_COMMODITY, commodity)) == NULL)
		return not_found(error, "commodity", "commodity", commodity);
	if (site[0] != '\0' && (asked->site = state_find(view->state, TABLE_SITE, site)) == NULL)
		return not_found(error, "site", "site", site);
	if (view->sight != VIEW_SIGHT_ALL && view->actor != NULL && view->actor->member[0] != '\0')
		asked->own = state_find(view->state, TABLE_MEMBER, view->actor->member);
	return read_edition(view, kind, asked, error) && read_period(view, kind, asked, error);
}

bool view_report(const struct view *view, struct buffer *out, struct error *error)
{
	const char *name = value_get_text(view->parameters, "kind", "");
	const struct report_kind *kind = find_kind(name, view->arena, error);
	struct report report = { .view = view, .state = view->state, .out = out };
	size_t mark = out->length;
	if (kind == NULL)
		return false;
	if (state_reserve(view->state) == NULL)
		return error_set(error, ERROR_NOT_FOUNDED, "", "no reserve is founded yet");
	if (!read_asked(view, kind, &report.asked, error))
		return false;
	reply_begin(&report.json, out);
	json_key(&report.json, "report");
	json_open_object(&report.json);
	json_key(&report.json, "kind");
	json_text(&report.json, kind->name);
	if (!kind->make(&report, error)) {
		out->length = mark;
		return false;
	}
	report_end(&report);
	json_close_object(&report.json);
	reply_end(&report.json, false);
	return true;
}
