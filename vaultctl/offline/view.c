/* Entries behind the moment asked for are verified like the others, and not applied. */
#include "vaultctl/offline/view.h"

#include <stdlib.h>
#include <string.h>

#include "audit/replay.h"
#include "base/arena.h"
#include "base/descriptor.h"
#include "base/text.h"
#include "view/gather.h"
#include "view/history.h"
#include "view/method.h"
#include "view/moment.h"
#include "wire/check.h"

struct offline_view {
	struct view_moment moment;
	struct replay *replay;
	struct history *history;
	struct export_reader *reader;
	struct offline_result result;
	const struct offline_check *check; /* during the pass */
};

bool offline_answers(const char *method)
{
	return view_method_find(method) != NULL;
}

/* ---- the pass ---- */

static bool counts(const struct view_moment *moment, const struct parsed_entry *entry)
{
	return (moment->index == ABSENT || entry->sequence <= moment->index) &&
		(moment->at == ABSENT || entry->at <= moment->at);
}

static bool take_entry(void *context, const struct parsed_entry *entry, struct error *error)
{
	struct offline_view *view = context;
	return !counts(&view->moment, entry) || replay_parsed(view->replay, entry, error);
}

static void pass_progress(void *context, int64_t done, int64_t total)
{
	const struct offline_view *view = context;
	view->check->progress(view->check->context, done, total);
}

static bool reached(const struct offline_view *view, struct error *error)
{
	int64_t size = replay_size(view->replay);
	if (size == 0)
		return error_set(error, ERROR_NOT_FOUND, "at", "the ledger begins later");
	if (view->moment.index == ABSENT || view->moment.index == size - 1)
		return true;
	return error_set(error, ERROR_NOT_FOUND, "index", "the export has %lld entries: the last is %lld",
		(long long)size, (long long)size - 1);
}

static bool verify(struct offline_view *view, const char *directory,
	const struct offline_check *check, struct error *error)
{
	struct offline_check inner = *check;
	inner.each = take_entry;
	inner.progress = check->progress != NULL ? pass_progress : NULL;
	inner.context = view;
	view->check = check;
	view->history = history_new();
	view->replay = replay_new(true, gather_before, gather_after, view->history);
	return offline_verify(directory, &inner, &view->result, error) && reached(view, error) &&
		export_reader_open(directory, check->keys, check->key_count, &view->reader, error);
}

/*
 * Whether the moment is over is asked when the last entry is known: a demonstration may have a clock of its
 * own, ahead of ours.
 */
bool offline_view_open(const char *directory, const struct offline_check *check, int64_t index,
	const char *at, int64_t now_ms, struct offline_view **ret_view, struct error *error)
{
	struct offline_view *view = calloc(1, sizeof *view);
	if (view == NULL)
		abort();
	bool good = view_moment_read(index, at, INT64_MAX, &view->moment, error) &&
		verify(view, directory, check, error);
	if (good && view->result.last_at > now_ms)
		now_ms = view->result.last_at;
	good = good && view_moment_read(index, at, now_ms, &view->moment, error);
	if (!good) {
		offline_view_close(view);
		return false;
	}
	*ret_view = view;
	return true;
}

void offline_view_close(struct offline_view *view)
{
	if (view == NULL)
		return;
	if (view->reader != NULL)
		export_reader_close(view->reader);
	replay_free(view->replay);
	history_free(view->history);
	free(view);
}

int64_t offline_view_index(const struct offline_view *view)
{
	return replay_size(view->replay) - 1;
}

int64_t offline_view_at(const struct offline_view *view)
{
	return view->moment.at != ABSENT ? view->moment.at : state_last_at(replay_state(view->replay));
}

const struct offline_result *offline_view_result(const struct offline_view *view)
{
	return &view->result;
}

const struct state *offline_view_state(const struct offline_view *view)
{
	return replay_state(view->replay);
}

/* ---- answers ---- */

static bool read_entries(void *ledger, int64_t from, int64_t to, view_each_entry *each,
	void *context, struct error *error)
{
	struct offline_view *view = ledger;
	int64_t size = replay_size(view->replay);
	for (int64_t index = from; index < to && index < size; index++) {
		const uint8_t *bytes;
		size_t length;
		if (!export_reader_entry(view->reader, index, &bytes, &length, error) ||
		    !each(context, index, (const char *)bytes, length, error))
			return false;
	}
	return true;
}

static bool find_root(struct offline_view *offline, struct buffer *to, struct error *error)
{
	struct hash root;
	if (!export_reader_root(offline->reader, replay_size(offline->replay), &root, error))
		return false;
	base64_append(to, root.bytes, sizeof root.bytes);
	return true;
}

static bool render(struct offline_view *offline, const char *method,
	const struct value *parameters, struct arena *arena, struct buffer *out, struct error *error)
{
	const struct state *state = replay_state(offline->replay);
	const char *as = value_get_text(parameters, "as", "");
	struct error nobody = { 0 };
	struct buffer root = { 0 };
	if (!find_root(offline, &root, error))
		return false;
	const struct view view = { .root = buffer_text(&root), .state = state, .parameters = parameters,
		.arena = arena, .now = offline_view_at(offline),
		.actor = view_past_actor(state, as, &nobody),
		.nobody = &nobody, .history = offline->history, .entries = read_entries, .ledger = offline };
	bool good = view_method_answer(view_method_find(method), &view, out, error);
	buffer_free(&root);
	return good;
}

bool offline_view_answer(struct offline_view *view, const char *method, const struct type *input,
	const char *params_json, struct buffer *out, struct error *error)
{
	struct value *parameters = NULL;
	if (view_method_find(method) == NULL)
		return error_set(error, ERROR_INVALID, "", "a ledger alone cannot answer %.80s", method);
	if (params_json != NULL &&
	    !value_parse(params_json, strlen(params_json), &parameters, error))
		return false;
	struct arena *arena = arena_new(0);
	bool good = check_parameters(input, parameters, error) &&
		render(view, method, parameters, arena, out, error);
	arena_free(arena);
	value_free(parameters);
	return good;
}
