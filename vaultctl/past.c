/* Of what moment an answer is stands before it once, for a person; programs get the same bytes for ever. */
#include "vaultctl/past.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/descriptor.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "vaultctl/ledger_keys.h"
#include "vaultctl/offline/digest.h"
#include "vaultctl/offline/view.h"
#include "vaultctl/units.h"

struct past {
	int64_t index;              /* ABSENT: none */
	char at[TIME_TEXT_SIZE];    /* "": none */
	const char *ledger;         /* a folder, or NULL: the daemon answers */
	struct ledger_keys keys;
	struct offline_view *view;  /* of the ledger, once it was asked */
	bool told;
};

/* ---- options ---- */

static bool is_ledger_option(const char *word)
{
	return text_equal(word, "--ledger") || text_equal(word, "--key");
}

/* `vaultctl --ledger DIR lot`: a noun stands first, whatever it is asked of. */
static void noun_first(int argc, char **argv)
{
	for (int left = argc; left > 2 && is_ledger_option(argv[0]); left -= 2) {
		char *name = argv[0], *value = argv[1];
		memmove(argv, argv + 2, (size_t)(argc - 2) * sizeof *argv);
		argv[argc - 2] = name;
		argv[argc - 1] = value;
	}
}

static int64_t wall_clock_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool is_date(const char *text)
{
	static const char form[] = "0000-00-00";
	for (size_t i = 0; i < sizeof form - 1; i++) {
		if (form[i] == '0' ? !isdigit((unsigned char)text[i]) : text[i] != form[i])
			return false;
	}
	return text[sizeof form - 1] == '\0';
}

/* A date alone stays one, and so does a day by its name: its end is UTC's, wherever it is typed. */
static bool read_time(const char *text, char to[TIME_TEXT_SIZE], struct error *error)
{
	static const char *const days[] = { "yesterday", "today", "tomorrow" };
	int64_t at;
	if (is_date(text))
		return text_copy(to, TIME_TEXT_SIZE, text);
	for (int i = 0; i < 3; i++) {
		if (text_equal(text, days[i])) {
			time_format(wall_clock_ms() + (i - 1) * TIME_DAY_MS, to);
			*strchr(to, 'T') = '\0';
			return true;
		}
	}
	if (!unit_read_time(text, wall_clock_ms(), &at, error))
		return false;
	time_format(at, to);
	return true;
}

static struct past *past_of(struct ctl *ctl)
{
	if (ctl->past == NULL) {
		ctl->past = calloc(1, sizeof *ctl->past);
		if (ctl->past == NULL)
			abort();
		ctl->past->index = ABSENT;
	}
	return ctl->past;
}

bool past_take(struct ctl *ctl, int *argc, char **argv, struct error *error)
{
	const char *index = NULL, *at = NULL;
	if (!ctl_take_option(argc, argv, "--as-of-index", &index, error) ||
	    !ctl_take_option(argc, argv, "--as-of", &at, error))
		return false;
	if (index != NULL && at != NULL)
		return error_set(error, ERROR_INVALID, "", "--as-of-index or --as-of, not both");
	if (index != NULL && (!text_to_int(index, &past_of(ctl)->index) || ctl->past->index < 0))
		return error_set(error, ERROR_INVALID, "", "--as-of-index takes the index of an entry, from 0 "
			"upwards, not \"%.40s\"", index);
	if (at != NULL && !read_time(at, past_of(ctl)->at, error))
		return false;
	noun_first(*argc, argv);
	return true;
}

bool past_lacks_noun(int argc, char *const *argv)
{
	return argc == 0 || is_ledger_option(argv[0]);
}

/* Its folder is its word. */
static bool is_replay(const struct ctl_command *row)
{
	return text_equal(row->noun, "ledger") && row->verb != NULL && text_equal(row->verb, "replay");
}

bool past_may(const struct ctl_command *row)
{
	return row != NULL && (is_replay(row) ||
		(row->method != NULL && offline_answers(row->method)));
}

/* `why` reads an export in one pass of its own, which verifies what it finds. */
static bool has_own_ledger(const struct ctl *ctl)
{
	return ctl->past == NULL && text_equal(ctl->command->noun, "why");
}

bool past_begin(struct ctl *ctl, int *argc, char **argv, struct error *error)
{
	const struct ctl_command *row = ctl->command;
	const char *ledger = NULL;
	if (!past_may(row)) {
		if (ctl->past == NULL)
			return true;
		error_set(error, ERROR_INVALID, "", "%s%s%s cannot be asked as of the past", row->noun,
			row->verb != NULL ? " " : "", row->verb != NULL ? row->verb : "");
		return error_remedy(error, "--as-of and --as-of-index go with lists, with what shows one "
			"thing, with status and with reports");
	}
	if (has_own_ledger(ctl))
		return true;
	if (!ctl_take_option(argc, argv, "--ledger", &ledger, error))
		return false;
	if (ledger != NULL)
		past_of(ctl)->ledger = ledger;
	struct ledger_keys keys = { 0 };
	bool good = ledger_keys_take(&keys, argc, argv, error);
	if (good && keys.count > 0 && ledger == NULL && !is_replay(row))
		good = error_set(error, ERROR_INVALID, "", "--key goes with --ledger DIR");
	if (good && keys.count > 0)
		past_of(ctl)->keys = keys;
	else
		ledger_keys_clear(&keys);
	return good;
}

void past_end(struct ctl *ctl)
{
	if (ctl->past == NULL)
		return;
	offline_view_close(ctl->past->view);
	ledger_keys_clear(&ctl->past->keys);
	free(ctl->past);
	ctl->past = NULL;
}

void past_set_ledger(struct ctl *ctl, const char *directory)
{
	past_of(ctl)->ledger = directory;
}

/* ---- saying of what moment it is ---- */

static void tell(struct ctl *ctl, int64_t index, int64_t at, bool whole)
{
	char moment[UNIT_TEXT];
	if (ctl->past->told)
		return;
	ctl->past->told = true;
	bool says_it = ctl->command->verb == NULL && text_equal(ctl->command->noun, "report");
	if (ctl->output != OUTPUT_TABLE || says_it)
		return;
	unit_show_time(at, moment);
	printf("As of %s, ledger index %lld%s\n\n", moment, (long long)index,
		whole ? ", the end of this export" : "");
}

/* ---- from an export ---- */

bool past_offline(const struct ctl *ctl)
{
	return ctl->past != NULL && ctl->past->ledger != NULL;
}

static void show_progress(void *context, int64_t done, int64_t total)
{
	struct ctl_progress *progress = context;
	progress->total = total;
	ctl_progress_set(progress, done);
}

static bool open_ledger(struct ctl *ctl, struct error *error)
{
	struct past *past = ctl->past;
	struct ctl_progress progress;
	const struct offline_check check = { .keys = past->keys.items, .key_count = past->keys.count,
		.progress = show_progress, .context = &progress };
	if (past->view != NULL)
		return true;
	ctl_progress_begin(&progress, ctl, "replaying", 0);
	bool good = offline_view_open(past->ledger, &check, past->index, past->at,
		wall_clock_ms(), &past->view, error);
	ctl_progress_end(&progress);
	if (good && !offline_view_result(past->view)->pinned)
		ctl_say(ctl, "the log key is the one that entry 0 names, pinned by nothing; give --key to "
			"pin it");
	return good;
}

bool past_answer(struct ctl *ctl, const char *method, const char *params, struct reply *ret_reply,
	struct error *error)
{
	struct buffer out = { 0 };
	const struct interface_member *member = ctl_method(ctl, method);
	bool good = member != NULL && open_ledger(ctl, error) &&
		offline_view_answer(ctl->past->view, method, member->input, params, &out, error) &&
		reply_parse(out.bytes, out.length - 1, ret_reply, error);
	buffer_free(&out);
	if (good)
		tell(ctl, offline_view_index(ctl->past->view), offline_view_at(ctl->past->view),
			ctl->past->index == ABSENT && ctl->past->at[0] == '\0');
	return good;
}

int64_t past_digest(const struct ctl *ctl, char to[PAST_DIGEST])
{
	struct hash digest;
	struct buffer hex = { 0 };
	offline_state_digest(offline_view_state(ctl->past->view), &digest);
	buffer_append_hex(&hex, digest.bytes, HASH_SIZE);
	text_copy(to, PAST_DIGEST, buffer_text(&hex));
	buffer_free(&hex);
	return offline_view_index(ctl->past->view);
}

/* ---- of the daemon ---- */

bool past_wrap(struct ctl *ctl, struct buffer *method, struct buffer *params, struct error *error)
{
	const struct past *past = ctl->past;
	struct buffer wrapped = { 0 };
	struct json json;
	if (!offline_answers(buffer_text(method)))
		return error_set(error, ERROR_INVALID, "", "%.80s cannot be asked as of the past",
			buffer_text(method));
	json_begin(&json, &wrapped, false);
	json_open_object(&json);
	if (past->index != ABSENT) {
		json_key(&json, "index");
		json_int(&json, past->index);
	} else {
		json_key(&json, "at");
		json_text(&json, past->at);
	}
	json_key(&json, "method");
	json_text(&json, buffer_text(method));
	json_key(&json, "parameters");
	json_raw(&json, params->bytes, params->length);
	json_close_object(&json);
	buffer_free(params);
	*params = wrapped;
	buffer_clear(method);
	buffer_append_text(method, VAULT_ERROR_PREFIX "Evidence.AsOf");
	return true;
}

void past_unwrap(struct ctl *ctl, struct reply *reply)
{
	int64_t at = 0;
	time_parse(value_get_text(reply->parameters, "at", ""), &at);
	tell(ctl, value_get_int(reply->parameters, "index", 0), at, false);
	reply->parameters = value_get(reply->parameters, "parameters");
}
