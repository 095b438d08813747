/* A date alone is its end; a moment that is not over yet is refused. */
#include "view/moment.h"

#include <string.h>

#include "base/descriptor.h"
#include "base/time.h"
#include "reserve/person.h"

static bool is_date(const char *text)
{
	return strlen(text) == strlen("2026-09-30");
}

static bool read_time(const char *text, int64_t now_ms, int64_t *ret_at, struct error *error)
{
	int64_t at;
	if (!time_parse(text, &at))
		return error_set(error, ERROR_INVALID, "at",
			"\"%.40s\" is neither a date nor a time as in RFC 3339", text);
	if (is_date(text))
		at += TIME_DAY_MS - 1;
	if (at <= now_ms) {
		*ret_at = at;
		return true;
	}
	error_set(error, ERROR_INVALID, "at", is_date(text) ? "%.40s is not over yet (a date alone is its "
		"end, UTC)" : "%.40s lies ahead", text);
	return error_remedy(error, "name an earlier moment, or leave it out for what is now");
}

bool view_moment_read(int64_t index, const char *at, int64_t now_ms, struct view_moment *ret_moment,
	struct error *error)
{
	struct view_moment moment = { index, ABSENT };
	if (index != ABSENT && at[0] != '\0')
		return error_set(error, ERROR_INVALID, "at", "an index or a time, not both");
	if (index != ABSENT && index < 0)
		return error_set(error, ERROR_INVALID, "index", "entries go from 0 upwards");
	if (at[0] != '\0' && !read_time(at, now_ms, &moment.at, error))
		return false;
	*ret_moment = moment;
	return true;
}

const struct person *view_past_actor(const struct state *state, const char *code,
	struct error *ret_nobody)
{
	const struct person *person = state_find(state, TABLE_PERSON, code);
	if (person != NULL)
		return person;
	if (code[0] != '\0')
		error_set(ret_nobody, ERROR_NOT_FOUND, "as", "there was no such person: %.40s", code);
	else
		error_set(ret_nobody, ERROR_INVALID, "as", "as of the past it must be said who asks");
	error_remedy(ret_nobody, "say which person with --as CODE");
	return NULL;
}
