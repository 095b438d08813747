/*
 * What if: a stream of requests on a state that a reader thread loads for it alone. Times are read
 * here and placed by the core, for the state's own moment is known only in the thread.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/whatif.h"
#include "reserve/person.h"
#include "vaultd/handlers/handler.h"
#include "wire/message.h"
#include "wire/record.h"
#include "wire/value.h"

struct what_if {
	struct read_job job;
	struct whatif_request *requests;
	uint32_t count;
	int64_t now;
	const char *actor;       /* or NULL */
};

/* ---- reading the stream ---- */

/* Days from now, with up to six digits behind the point, in ms towards less. */
static bool read_days(const char *text, int64_t *ret_ms)
{
	int64_t units = 0, scale = 1;
	bool point = false;
	size_t digits = 0;
	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '.' && !point && digits > 0 && at[1] != '\0') {
			point = true;
			continue;
		}
		if (*at < '0' || *at > '9' || ++digits > 10 || (point && scale == 1000000))
			return false;
		units = units * 10 + (*at - '0');
		scale *= point ? 10 : 1;
	}
	if (digits == 0)
		return false;
	*ret_ms = units * TIME_DAY_MS / scale; /* at most 10^10 days: far below 2^63 ms */
	return true;
}

static bool read_at(const struct value *item, struct whatif_request *request, const char *field,
	struct error *error)
{
	const char *text = value_get_text(item, "at", NULL);
	request->at = ABSENT;
	if (text == NULL || time_parse(text, &request->at))
		return true;
	request->from_now = read_days(text, &request->at);
	return request->from_now || error_set(error, ERROR_INVALID, field,
		"\"%.40s\" is neither a time as in RFC 3339 nor a plain number of days from now", text);
}

static bool read_request(const struct value *item, uint32_t number, struct arena *arena,
	struct whatif_request *request, struct error *error)
{
	static const struct record_options lenient = { .lenient = true };
	struct error cause = { 0 };
	char field[sizeof cause.field];
	request->line = number + 1;
	snprintf(field, sizeof field, "requests[%u].at", number);
	if (!read_at(item, request, field, error))
		return false;
	if (record_read(item, &submit_params_descriptor, arena, &lenient, &request->params, &cause))
		return true;
	snprintf(field, sizeof field, "requests[%u].%.32s", number, cause.field);
	return error_set(error, cause.id, field, "%s", cause.message);
}

/* ---- in the thread ---- */

static void write_list(struct json *json, const char *name, const struct descriptor *descriptor,
	const struct list *list)
{
	json_key(json, name);
	json_open_array(json);
	for (uint32_t i = 0; i < list->count; i++)
		json_record(json, descriptor, (const char *)list->items + i * descriptor->size);
	json_close_array(json);
}

static void write_answer(struct buffer *out, const struct whatif *told)
{
	const struct { const char *name; int64_t value; } numbers[] = {
		{ "requests", told->requests }, { "cut", told->cut }, { "refused", told->refused },
		{ "asked_g", told->asked_g }, { "awarded_g", told->awarded_g },
	};
	struct json json;
	reply_begin(&json, out);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		json_key(&json, numbers[i].name);
		json_int(&json, numbers[i].value);
	}
	json_key(&json, "floor_reached");
	json_bool(&json, told->floor_reached);
	write_list(&json, "floors", &whatif_floor_descriptor, &told->floors);
	write_list(&json, "cuts", &whatif_cut_descriptor, &told->cuts);
	reply_end(&json, false);
}

static void run_what_if(struct read_job *job, struct reader *reader)
{
	struct what_if *what_if = (struct what_if *)(void *)job;
	struct error error = { 0 };
	struct whatif told;
	struct state *state;
	if (!reader_live_state(reader, &state, &error)) {
		job_fail(job, 0, &error);
		return;
	}
	int64_t now = what_if->now > state_last_at(state) ? what_if->now : state_last_at(state);
	if (whatif_run(state, now, what_if->actor, what_if->requests, what_if->count, job->arena,
	    &told, &error))
		write_answer(&job->out, &told);
	else
		job_fail(job, 0, &error);
	state_free(state);
}

struct read_job *emergency_what_if(struct asked *asked, struct error *error)
{
	const struct value *list = value_get(asked->parameters, "requests");
	size_t count = value_count(list);
	if (count > WHATIF_REQUESTS_MAX) {
		error_set(error, ERROR_LIMIT, "requests", "a stream has at most %d requests",
			WHATIF_REQUESTS_MAX);
		return NULL;
	}
	struct what_if *what_if = job_new(asked, sizeof *what_if, run_what_if);
	what_if->now = vaultd_now(asked->vaultd);
	what_if->count = (uint32_t)count;
	what_if->requests = arena_alloc(what_if->job.arena, (count + 1) * sizeof *what_if->requests);
	if (asked->actor != NULL)
		what_if->actor = arena_text(what_if->job.arena, asked->actor->code,
			strlen(asked->actor->code));
	bool good = what_if->requests != NULL;
	for (uint32_t i = 0; good && i < count; i++)
		good = read_request(value_at(list, i), i, what_if->job.arena, &what_if->requests[i],
			error);
	if (good)
		return &what_if->job;
	job_drop(&what_if->job);
	error_set(error, ERROR_LIMIT, "requests", "the stream needs too much memory");
	return NULL;
}
