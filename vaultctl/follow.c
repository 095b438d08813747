/* One loop over connections, one over what a connection brings, and one place where it waits. */
#include "vaultctl/follow.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>

enum { ENTRIES_BEFORE_REST = 1000 };

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

bool follow_size(struct ctl *ctl, int64_t *ret_size, struct error *error)
{
	struct reply reply = { 0 };
	if (!ctl_call(ctl, "Evidence.Status", NULL, &reply, error))
		return false;
	*ret_size = value_get_int(reply.parameters, "entries", 0);
	reply_free(&reply);
	return true;
}

/* ---- waiting ---- */

static bool is_late(const struct follow *follow)
{
	return follow->until_ms != 0 && ctl_clock_ms() >= follow->until_ms;
}

/* A signal between the look at the flag and the wait must end the wait: it is let in only there. */
static void wait_input(const struct follow *follow)
{
	sigset_t signals, before;
	struct pollfd ready = { .fd = ctl_stream_fd(follow->ctl), .events = POLLIN };
	int64_t left_ms = follow->until_ms - ctl_clock_ms();
	struct timespec left = { left_ms > 0 ? left_ms / 1000 : 0,
		left_ms > 0 ? left_ms % 1000 * 1000000L : 0 };
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, &before);
	if (!interrupted)
		ppoll(&ready, 1, follow->until_ms != 0 ? &left : NULL, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static enum follow_end rest(struct follow *follow, bool wait, struct error *error)
{
	if (follow->rest != NULL && !follow->rest(follow->context, error))
		return error->id == ERROR_NONE ? FOLLOW_DONE : FOLLOW_FAILED;
	if (wait && !is_late(follow))
		wait_input(follow);
	return is_late(follow) ? FOLLOW_LATE : FOLLOW_ON;
}

/* ---- a connection ---- */

static bool open_stream(struct follow *follow, struct error *error)
{
	struct buffer params = { 0 };
	struct json json;
	json_begin(&json, &params, false);
	json_open_object(&json);
	json_key(&json, "from");
	json_int(&json, follow->next);
	if (follow->subject != NULL) {
		json_key(&json, "subject");
		json_text(&json, follow->subject);
	}
	json_close_object(&json);
	bool good = ctl_stream_open(follow->ctl, "Evidence.Watch", buffer_text(&params), error);
	buffer_free(&params);
	return good;
}

static enum follow_end take(struct follow *follow, const struct value *parameters,
	struct error *error)
{
	int64_t index = value_get_int(parameters, "index", -1);
	const char *entry = value_get_text(parameters, "entry", "");
	if (index < follow->next) {
		error_set(error, ERROR_LEDGER, "", "vaultd sent entry %lld where %lld or a later one "
			"is due", (long long)index, (long long)follow->next);
		return FOLLOW_FAILED;
	}
	if (!follow->each(follow->context, index, entry, error))
		return error->id == ERROR_NONE ? FOLLOW_DONE : FOLLOW_FAILED;
	follow->next = index + 1;
	return FOLLOW_ON;
}

/* FOLLOW_ON where the connection was lost: error says how. */
static enum follow_end read_stream(struct follow *follow, struct ctl_again *again,
	struct error *error)
{
	enum follow_end end = FOLLOW_ON;
	for (int taken = 0; end == FOLLOW_ON; ) {
		struct reply reply = { 0 };
		if (interrupted)
			return FOLLOW_SIGNAL;
		if (ctl_stream_take(follow->ctl, &reply, error)) {
			*again = (struct ctl_again){ 0 };
			end = take(follow, reply.parameters, error);
			reply_free(&reply);
			if (end == FOLLOW_ON && ++taken % ENTRIES_BEFORE_REST == 0)
				end = rest(follow, false, error);
		} else if (error->id == ERROR_NONE) {
			end = rest(follow, true, error);
		} else {
			return error->id == ERROR_UNREACHABLE ? FOLLOW_ON : FOLLOW_FAILED;
		}
	}
	return end;
}

/* ---- all connections ---- */

/* Whether to try once more; said once, on a terminal. */
static enum follow_end lost(struct follow *follow, struct ctl_again *again,
	const struct error *error)
{
	if (error->id != ERROR_UNREACHABLE)
		return FOLLOW_FAILED;
	if (again->deadline_ms == 0 && follow->ctl->error_terminal)
		ctl_say(follow->ctl, "%s; asking again from index %lld for %d s", error->message,
			(long long)follow->next, follow->ctl->again_ms / 1000);
	if (!ctl_pause(follow->ctl, again))
		return FOLLOW_FAILED;
	return interrupted ? FOLLOW_SIGNAL : is_late(follow) ? FOLLOW_LATE : FOLLOW_ON;
}

static enum follow_end follow_all(struct follow *follow, struct error *error)
{
	struct ctl_again again = { 0 };
	for (;;) {
		struct error cause = { 0 };
		enum follow_end end = FOLLOW_ON;
		int64_t opened_ms = ctl_clock_ms();
		if (open_stream(follow, &cause))
			end = read_stream(follow, &again, &cause);
		ctl_stream_close(follow->ctl);
		if (ctl_clock_ms() - opened_ms > follow->ctl->again_ms) /* it stood, however quiet */
			again = (struct ctl_again){ 0 };
		if (end == FOLLOW_ON)
			end = lost(follow, &again, &cause);
		if (end == FOLLOW_FAILED)
			*error = cause;
		if (end != FOLLOW_ON)
			return end;
	}
}

enum follow_end follow_run(struct follow *follow, struct error *error)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	struct sigaction interrupt, terminate;
	interrupted = 0;
	if (follow->by_signal) {
		sigaction(SIGINT, &action, &interrupt);
		sigaction(SIGTERM, &action, &terminate);
	}
	enum follow_end end = follow_all(follow, error);
	if (follow->by_signal) {
		sigaction(SIGINT, &interrupt, NULL);
		sigaction(SIGTERM, &terminate, NULL);
	}
	return end;
}
