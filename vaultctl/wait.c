/*
 * `wait ID --for STATE[,STATE…]`: until a thing is in one of these states. It notes how long the
 * ledger is, looks, and then follows the entries that mention the thing from that length on,
 * looking again whenever some have come: so nothing happens between a look and what is followed.
 *
 * A state counts when the thing is in it; when it stands further on in its life, past that state;
 * and when an entry brought it there since the wait began, however soon something else followed.
 * Exit status: 0 a state named, 3 when none can come any more, 1 when the time is over.
 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "vaultctl/follow.h"
#include "vaultctl/life.h"
#include "vaultctl/special.h"
#include "vaultctl/units.h"

enum { WANTED_MAX = 16, WAIT_REACHED = 0, WAIT_LATE = 1, WAIT_NEVER = 3 };

/* A look even when nothing was heard: an entry may change a thing that it does not mention. */
enum { LOOK_MS = 30000, LOOK_AGAIN_MS = 1000 };

struct waiting {
	struct ctl *ctl;
	const struct life *life;
	char id[CTL_ID];
	const struct life_state *wanted[WANTED_MAX];
	size_t wanted_count;
	const char *timeout;              /* as typed, or NULL */
	int64_t until_ms;                 /* of ctl_clock_ms; 0: for ever */
	struct follow *follow;
	bool look;                        /* something may have changed */
	const struct life_state *now;     /* as last looked at */
	const struct life_state *reached; /* one of wanted, or NULL */
};

/* ---- what was typed ---- */

static bool read_states(struct waiting *waiting, const char *states, struct error *error)
{
	for (const char *at = states; ; at++) {
		size_t length = strcspn(at, ",");
		const struct life_state *state = life_find(waiting->life, at, length);
		if (state == NULL || waiting->wanted_count == WANTED_MAX) {
			struct buffer all = { 0 };
			life_list(waiting->life, &all);
			error_set(error, ERROR_INVALID, "", "\"%.*s\" is no state of a %s",
				length < 40 ? (int)length : 40, at, waiting->life->noun);
			error_remedy(error, "It has %s", buffer_text(&all));
			buffer_free(&all);
			return false;
		}
		waiting->wanted[waiting->wanted_count++] = state;
		at += length;
		if (*at == '\0')
			return true;
	}
}

static bool find_life(struct waiting *waiting, const char *id, struct error *error)
{
	struct buffer letters = { 0 };
	waiting->life = life_of(id);
	if (waiting->life == NULL) {
		life_letters(&letters);
		error_set(error, ERROR_INVALID, "", "\"%.40s\" is nothing that can be waited for", id);
		error_remedy(error, "Ids to wait for begin with %s", buffer_text(&letters));
		buffer_free(&letters);
	}
	return waiting->life != NULL;
}

static bool read_options(struct waiting *waiting, int argc, char **argv, struct error *error)
{
	const char *states = NULL;
	int64_t timeout_ms = 0;
	if (!ctl_take_option(&argc, argv, "--for", &states, error) ||
	    !ctl_take_option(&argc, argv, "--timeout", &waiting->timeout, error) ||
	    !ctl_words(argc, argv, 1, 1, error) || !find_life(waiting, argv[0], error))
		return false;
	if (states == NULL) {
		error_set(error, ERROR_INVALID, "", "--for is missing: which states end the waiting");
		return error_remedy(error, "vaultctl wait ID --for STATE[,STATE…] [--timeout 10m]");
	}
	if (!read_states(waiting, states, error) ||
	    (waiting->timeout != NULL && !unit_read_duration(waiting->timeout, &timeout_ms, error)))
		return false;
	if (waiting->timeout != NULL)
		waiting->until_ms = ctl_clock_ms() + timeout_ms;
	if (!text_is_code(argv[0]) || !text_copy(waiting->id, sizeof waiting->id, argv[0]))
		return error_set(error, ERROR_NOT_FOUND, "", "\"%.40s\" is no id", argv[0]);
	waiting->id[0] = waiting->life->letter;
	return true;
}

/* ---- looking ---- */

static bool is_over(const struct waiting *waiting)
{
	return waiting->until_ms != 0 && ctl_clock_ms() >= waiting->until_ms;
}

/* So long from now, or the end of the waiting where that comes first. */
static int64_t sooner(const struct waiting *waiting, int64_t time_ms)
{
	int64_t then_ms = ctl_clock_ms() + time_ms;
	return waiting->until_ms != 0 && waiting->until_ms < then_ms ? waiting->until_ms : then_ms;
}

static void note_reached(struct waiting *waiting)
{
	for (size_t i = 0; i < waiting->wanted_count && waiting->reached == NULL; i++) {
		if (life_reached(waiting->now, waiting->wanted[i]))
			waiting->reached = waiting->wanted[i];
	}
}

/* Asking again while vaultd is away must not outlast the waiting. */
static void bound_patience(struct waiting *waiting)
{
	int64_t left_ms = waiting->until_ms - ctl_clock_ms();
	waiting->ctl->again_ms = waiting->until_ms == 0 || left_ms > CTL_AGAIN_MS ? CTL_AGAIN_MS :
		left_ms > 0 ? (int)left_ms : 0;
}

static bool look(struct waiting *waiting, struct error *error)
{
	struct reply reply = { 0 };
	char params[64];
	snprintf(params, sizeof params, "{\"id\":\"%s\"}", waiting->id);
	bound_patience(waiting);
	if (!ctl_call(waiting->ctl, waiting->life->method, params, &reply, error))
		return false;
	const char *state = value_get_text(value_get(reply.parameters, waiting->life->member), "state",
		"");
	waiting->now = life_find(waiting->life, state, strlen(state));
	bool known = waiting->now != NULL || error_set(error, ERROR_INTERNAL, "",
		"%s is in a state that this vaultctl does not know: %.40s", waiting->id, state);
	reply_free(&reply);
	if (known)
		note_reached(waiting);
	waiting->look = false;
	return known;
}

/* The first look, by any unique beginning of an id. */
static bool look_first(struct waiting *waiting, struct error *error)
{
	struct ctl_again again = { 0 };
	struct error first = { 0 };
	char whole[CTL_ID];
	while (!look(waiting, &first)) {
		if (first.id != ERROR_STORE || is_over(waiting) || !ctl_pause(waiting->ctl, &again))
			break;
		first = (struct error){ 0 };
	}
	if (first.id == ERROR_NONE)
		return true;
	if (first.id == ERROR_NOT_FOUND) {
		if (!ctl_resolve(waiting->ctl, waiting->life->noun, waiting->id, whole, error))
			return false;
		if (!text_equal(whole, waiting->id)) {
			text_copy(waiting->id, sizeof waiting->id, whole);
			return look(waiting, error);
		}
	}
	*error = first;
	return false;
}

/* ---- following ---- */

/* An entry that brings this very thing into a state that is wanted. */
static void take_kind(struct waiting *waiting, const struct value *entry)
{
	const char *kind = value_get_text(entry, "kind", "");
	const struct value *body = value_get(entry, "body");
	const char *about = value_get_text(body, waiting->life->about, "");
	if (about[0] == '\0' && waiting->life->or_about != NULL)
		about = value_get_text(body, waiting->life->or_about, "");
	for (size_t i = 0; text_equal(about, waiting->id) && i < waiting->wanted_count; i++) {
		const struct life_state *wanted = waiting->wanted[i];
		if ((wanted->kind != NULL && text_equal(wanted->kind, kind)) ||
		    (wanted->or_kind != NULL && text_equal(wanted->or_kind, kind)))
			waiting->reached = wanted;
	}
}

static bool take_entry(void *context, int64_t index, const char *text, struct error *error)
{
	struct waiting *waiting = context;
	struct value *entry = NULL;
	(void)index;
	if (!value_parse(text, strlen(text), &entry, error))
		return false;
	take_kind(waiting, entry);
	value_free(entry);
	waiting->look = true;
	return waiting->reached == NULL;
}

static bool settled(const struct waiting *waiting)
{
	return waiting->reached != NULL || waiting->now->final;
}

/* A database that is away is waited for, as for everything else: soon again. */
static bool look_again(void *context, struct error *error)
{
	struct waiting *waiting = context;
	struct error cause = { 0 };
	if (!waiting->look)
		return true;
	if (look(waiting, &cause))
		return !settled(waiting);
	if (cause.id == ERROR_STORE)
		waiting->follow->until_ms = sooner(waiting, LOOK_AGAIN_MS);
	else
		*error = cause;
	return cause.id == ERROR_STORE;
}

static int answer(const struct waiting *waiting, enum follow_end end)
{
	const char *state = waiting->reached != NULL ? waiting->reached->name : waiting->now->name;
	if (waiting->ctl->output == OUTPUT_JSON)
		printf("{\"id\":\"%s\",\"state\":\"%s\",\"reached\":%s}\n", waiting->id, state,
			waiting->reached != NULL ? "true" : "false");
	else if (waiting->reached != NULL)
		printf(waiting->ctl->output == OUTPUT_ID ? "%s\n" : "%s %s\n", waiting->id, state);
	if (waiting->reached != NULL)
		return WAIT_REACHED;
	if (end == FOLLOW_LATE) {
		fprintf(stderr, "vaultctl: %s is still %s after %s\n", waiting->id, state,
			waiting->timeout);
		return WAIT_LATE;
	}
	fprintf(stderr, "vaultctl: %s ended as %s: what is waited for cannot come any more\n",
		waiting->id, state);
	return WAIT_NEVER;
}

/* One stretch of following after another, each begun with a look: see LOOK_MS. */
static enum follow_end follow_stretches(struct waiting *waiting, struct follow *follow,
	struct error *error)
{
	for (;;) {
		follow->until_ms = sooner(waiting, LOOK_MS);
		enum follow_end end = follow_run(follow, error);
		/* vaultd away until the time is over is a time-out as well */
		if (end == FOLLOW_FAILED && error->id == ERROR_UNREACHABLE && is_over(waiting))
			end = FOLLOW_LATE;
		if (end != FOLLOW_LATE || is_over(waiting))
			return end;
		waiting->look = true;
	}
}

static int follow_on(struct waiting *waiting, int64_t from)
{
	struct error error = { 0 };
	struct ctl beside;
	struct follow follow = { .ctl = &beside, .next = from, .subject = waiting->id,
		.each = take_entry, .rest = look_again, .context = waiting };
	waiting->follow = &follow;
	ctl_open_beside(waiting->ctl, &beside);
	beside.again_ms = CTL_AGAIN_MS;
	enum follow_end end = follow_stretches(waiting, &follow, &error);
	int status = end != FOLLOW_FAILED ? answer(waiting, end) : ctl_fail(
		beside.failure.root != NULL ? &beside : waiting->ctl, &error);
	ctl_close(&beside);
	return status;
}

int wait_run(struct ctl *ctl, int argc, char **argv)
{
	struct error error = { 0 };
	struct waiting waiting = { .ctl = ctl };
	int64_t size = 0;
	if (!read_options(&waiting, argc, argv, &error) || !follow_size(ctl, &size, &error) ||
	    !look_first(&waiting, &error))
		return ctl_fail(ctl, &error);
	return settled(&waiting) ? answer(&waiting, FOLLOW_DONE) : follow_on(&waiting, size);
}
