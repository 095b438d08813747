/*
 * The life of a connection's bytes. Everything that changes a session ends in session_adjust, which
 * derives from its state what epoll watches, which deadlines run, and whether it is over; nothing
 * else decides these.
 */
#include "vaultd/session_private.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vault/limits.h"

enum {
	READ_SIZE = 64 * 1024,        /* of one recv, and how far calls are read ahead */
	BUFFER_KEPT = 256 * 1024,     /* a larger buffer is given back when it is empty */
	KEPT_MAX = 2 * WIRE_MESSAGE_MAX, /* bytes of calls whose replies are held */
};

struct session *session_new(struct server *server, int fd, const struct peer *peer,
	uint64_t handle)
{
	struct session *session = calloc(1, sizeof *session);
	if (session == NULL)
		abort();
	session->server = server;
	session->handle = handle;
	session->fd = fd;
	session->peer = *peer;
	link_clear(&session->held);
	link_clear(&session->ready);
	link_clear(&session->full);
	link_clear(&session->half);
	link_clear(&session->stalled);
	link_clear(&session->dead_link);
	return session;
}

void session_free(struct session *session)
{
	buffer_free(&session->in);
	buffer_free(&session->out);
	free(session->marks);
	free(session);
}

const struct peer *session_peer(const struct session *session)
{
	return &session->peer;
}

uint64_t session_handle(const struct session *session)
{
	return session->handle;
}

bool session_has_held(const struct session *session)
{
	return session->mark_count > 0;
}

void *session_data(const struct session *session)
{
	return session->data;
}

void session_set_data(struct session *session, void *data)
{
	session->data = data;
}

void session_kill(struct session *session)
{
	if (session->dead)
		return;
	session->dead = true;
	close(session->fd);
	session->fd = -1;
	link_remove(&session->held);
	link_remove(&session->ready);
	link_remove(&session->full);
	link_remove(&session->half);
	link_remove(&session->stalled);
	server_forget(session->server, session);
}

/* Positions. */

static uint64_t in_length(const struct session *session)
{
	return session->in_base + session->in.length;
}

static uint64_t out_length(const struct session *session)
{
	return session->out_base + session->out.length;
}

static const char *in_at(const struct session *session, uint64_t position)
{
	return session->in.bytes + (position - session->in_base);
}

static void shrink(struct buffer *buffer)
{
	buffer_clear(buffer);
	if (buffer->capacity > BUFFER_KEPT)
		buffer_free(buffer);
}

/* Drops what is before a position when that is all, or much enough to be worth moving the rest. */
static void drop_front(struct buffer *buffer, uint64_t *base, uint64_t position)
{
	size_t used = (size_t)(position - *base);
	if (used == buffer->length)
		shrink(buffer);
	else if (used >= READ_SIZE || used > buffer->length / 2)
		buffer_consume(buffer, used);
	else
		return;
	*base = position;
}

/* Marks. */

static struct mark *first_mark(const struct session *session)
{
	return &session->marks[session->mark_first];
}

static void pop_mark(struct session *session)
{
	session->mark_first = (session->mark_first + 1) & (session->mark_capacity - 1);
	session->mark_count--;
}

static void grow_marks(struct session *session)
{
	uint32_t capacity = session->mark_capacity == 0 ? 4 : session->mark_capacity * 2;
	struct mark *marks = malloc(capacity * sizeof *marks);
	if (marks == NULL)
		abort();
	for (uint32_t i = 0; i < session->mark_count; i++)
		marks[i] = session->marks[(session->mark_first + i) & (session->mark_capacity - 1)];
	free(session->marks);
	session->marks = marks;
	session->mark_first = 0;
	session->mark_capacity = capacity;
}

static void push_mark(struct session *session, struct mark mark)
{
	if (session->mark_count == session->mark_capacity)
		grow_marks(session);
	uint32_t at = (session->mark_first + session->mark_count) & (session->mark_capacity - 1);
	session->marks[at] = mark;
	session->mark_count++;
	if (link_alone(&session->held))
		link_append(&session->server->held, &session->held);
}

/* Input. */

static void told(const struct session *session, const char *reason)
{
	const struct server_hooks *hooks = &session->server->hooks;
	if (hooks->refused != NULL)
		hooks->refused(hooks->context, &session->peer, "", reason);
}

/* Whether the next call is there as a whole; sets in_end. */
static bool find_message(struct session *session)
{
	if (session->in_end != 0)
		return true;
	uint64_t length = in_length(session);
	if (session->in_scanned < session->in_next)
		session->in_scanned = session->in_next;
	if (session->in_scanned < length) {
		const char *from = in_at(session, session->in_scanned);
		const char *nul = memchr(from, '\0', (size_t)(length - session->in_scanned));
		if (nul != NULL)
			session->in_end = session->in_scanned + (uint64_t)(nul - from) + 1;
		else
			session->in_scanned = length;
	}
	uint64_t end = session->in_end != 0 ? session->in_end - 1 : length;
	if (end - session->in_next > WIRE_MESSAGE_MAX && !session->closing) {
		told(session, "a message is longer than WIRE_MESSAGE_MAX");
		session->closing = true;
	}
	return session->in_end != 0;
}

/* One recv; false when there is nothing more to read for now. */
static bool read_some(struct session *session)
{
	char *scratch = session->server->scratch;
	ssize_t got = recv(session->fd, scratch, READ_SIZE, MSG_DONTWAIT);
	if (got > 0) {
		buffer_append(&session->in, scratch, (size_t)got);
		return true;
	}
	if (got == 0 || (errno != EAGAIN && errno != EINTR))
		session->ended = true;
	return false;
}

/*
 * The peer takes nothing any more: what it sent before still counts, what it is owed is dropped. A
 * closed socket cannot be silenced within epoll, so it leaves epoll.
 */
static void hang_up(struct session *session)
{
	if (session->gone)
		return;
	session->gone = true;
	while (read_some(session))
		;
	session->ended = true;
	epoll_ctl(session->server->epoll_fd, EPOLL_CTL_DEL, session->fd, NULL);
	session->events = 0;
}

/* Output. */

/* What a producer waits for. */
static void tell_drained(struct session *session)
{
	const struct server_hooks *hooks = &session->server->hooks;
	if (!session->producer_waits || out_length(session) - session->out_sent > WIRE_STREAM_UNSENT_MAX / 2)
		return;
	session->producer_waits = false;
	if (hooks->drained != NULL)
		hooks->drained(hooks->context, session->handle);
}

static void send_released(struct session *session)
{
	while (!session->gone && session->out_sent < session->out_released) {
		const char *from = session->out.bytes + (session->out_sent - session->out_base);
		size_t length = (size_t)(session->out_released - session->out_sent);
		ssize_t sent = send(session->fd, from, length, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent >= 0)
			session->out_sent += (uint64_t)sent;
		else if (errno == EAGAIN)
			break;
		else if (errno != EINTR)
			hang_up(session);
	}
	if (session->gone)
		session->out_sent = session->out_released;
	drop_front(&session->out, &session->out_base, session->out_sent);
	tell_drained(session);
}

/* Calls. */

static bool may_handle(const struct session *session)
{
	return session->pause == PAUSE_NONE && !session->closing && !session->dead &&
		!session->server->stopping && session->mark_count < WIRE_CALLS_IN_FLIGHT_MAX &&
		session->in_next - session->in_kept < KEPT_MAX &&
		out_length(session) - session->out_sent < WIRE_UNSENT_MAX;
}

/* The next call has been dealt with. */
static void pass_call(struct session *session, uint64_t end)
{
	session->in_next = end;
	session->in_end = 0;
	if (session->mark_count == 0)
		session->in_kept = end;
}

static void answered(struct session *session, uint64_t batch)
{
	uint64_t end = session->in_end;
	if (session->mark_count > 0 || batch > session->server->committed)
		push_mark(session, (struct mark){ out_length(session), end, batch });
	else
		session->out_released = out_length(session);
	pass_call(session, end);
}

static void handle_call(struct session *session)
{
	struct server *server = session->server;
	size_t before = session->out.length;
	uint64_t batch = 0;
	bool oneway = false;
	const char *bytes = in_at(session, session->in_next);
	size_t length = (size_t)(session->in_end - 1 - session->in_next);
	server->handling = true;
	enum call_outcome outcome = registry_answer(server->registry, &server->target, session,
		bytes, length, &session->out, &batch, &oneway);
	server->handling = false;
	if (oneway || outcome != CALL_ANSWERED)
		session->out.length = before;
	switch (outcome) {
	case CALL_ANSWERED:
		answered(session, batch);
		break;
	case CALL_DEFERRED:
		session->pause = PAUSE_DEFERRED;
		session->deferred_end = session->in_end;
		session->deferred_oneway = oneway;
		session->deferred_stale = false;
		break;
	case CALL_RETRY:
		session->pause = PAUSE_FULL;
		link_append(&server->full, &session->full);
		break;
	case CALL_WAIT:
		assert(session->mark_count > 0);
		session->pause = PAUSE_BARRIER;
		break;
	case CALL_CLOSE:
		session->closing = true;
		break;
	}
}

void session_run(struct session *session)
{
	for (int i = 0; i < WIRE_CALLS_PER_TURN; i++) {
		if (!may_handle(session) || !find_message(session) || session->closing)
			break;
		handle_call(session);
	}
	drop_front(&session->in, &session->in_base, session->in_kept);
	send_released(session);
	session_adjust(session);
}

/* What follows from the state. */

/* Reads while calls can be handled, and one buffer ahead of calls that cannot. */
static bool wants_input(const struct session *session)
{
	uint64_t waiting = in_length(session) - session->in_next;
	return !session->ended && !session->closing && !session->server->stopping &&
		(session->in_end == 0 || waiting < READ_SIZE);
}

static bool is_over(const struct session *session)
{
	bool deferred = session->pause == PAUSE_DEFERRED;
	if (session->gone && deferred)
		return true;
	if (session->mark_count > 0 || session->out_sent < session->out_released)
		return false;
	if (session->closing || session->server->stopping)
		return true;
	return session->ended && session->in_end == 0 && !deferred;
}

static void adjust_events(struct session *session)
{
	uint32_t events = (wants_input(session) ? EPOLLIN : 0u) |
		(session->out_sent < session->out_released ? EPOLLOUT : 0u);
	if (session->gone || events == session->events)
		return;
	struct epoll_event event = { .events = events, .data.u64 = session->handle };
	if (epoll_ctl(session->server->epoll_fd, EPOLL_CTL_MOD, session->fd, &event) != 0)
		abort();
	session->events = events;
}

/* A message begun must end; the time runs only while it is the peer that we wait for. */
static void adjust_half(struct session *session)
{
	struct server *server = session->server;
	bool begun = session->in_end == 0 && in_length(session) > session->in_next &&
		wants_input(session);
	if (!begun) {
		link_remove(&session->half);
	} else if (link_alone(&session->half) || session->half_begin != session->in_next) {
		session->half_begin = session->in_next;
		session->half_due_us = server_now_us(server) + server->limits.half_message_ms * 1000;
		link_append(&server->half, &session->half);
		server_need_tick(server);
	}
}

/* A peer that is owed something must take something, and more where a reader thread waits for it. */
static void adjust_stalled(struct session *session)
{
	struct server *server = session->server;
	if (session->out_sent == session->out_released) {
		link_remove(&session->stalled);
	} else if (link_alone(&session->stalled) ||
	    (session->stalled_sent != session->out_sent && !session->producer_waits)) {
		session->stalled_sent = session->out_sent;
		session->stalled_due_us = server_now_us(server) + server->limits.send_stall_ms * 1000;
		link_append(&server->stalled, &session->stalled);
		server_need_tick(server);
	}
}

void session_adjust(struct session *session)
{
	if (session->dead)
		return;
	find_message(session);
	if (is_over(session)) {
		session_kill(session);
		return;
	}
	if (session->in_end != 0 && may_handle(session))
		server_make_ready(session->server, session);
	adjust_events(session);
	adjust_half(session);
	adjust_stalled(session);
}

void session_on_events(struct session *session, uint32_t events)
{
	if ((events & (EPOLLHUP | EPOLLERR)) != 0)
		hang_up(session);
	else if ((events & EPOLLIN) != 0)
		read_some(session);
	session_run(session);
}

/* Commit, loss, deferral. */

void session_release(struct session *session)
{
	if (first_mark(session)->batch > session->server->committed)
		return;
	while (session->mark_count > 0 && first_mark(session)->batch <= session->server->committed) {
		session->out_released = first_mark(session)->out_end;
		session->in_kept = first_mark(session)->in_end;
		pop_mark(session);
	}
	if (session->mark_count == 0) {
		link_remove(&session->held);
		if (session->pause == PAUSE_BARRIER)
			session->pause = PAUSE_NONE;
	}
	drop_front(&session->in, &session->in_base, session->in_kept);
	send_released(session);
	session_adjust(session);
}

/* A call that was malformed will be found so again, and one that found no room finds out again. */
void session_rewind(struct session *session)
{
	session->out.length = (size_t)(session->out_released - session->out_base);
	session->mark_count = 0;
	link_remove(&session->held);
	link_remove(&session->full);
	session->in_next = session->in_scanned = session->in_kept;
	session->in_end = 0;
	session->closing = false;
	if (session->pause == PAUSE_DEFERRED)
		session->deferred_stale = true;
	else
		session->pause = PAUSE_NONE;
	session_adjust(session);
}

/* The deferred call that may be answered now, or NULL where the session is gone. */
static struct session *deferred(struct server *server, uint64_t handle)
{
	struct session *session = server_session(server, handle);
	assert(session == NULL || session->pause == PAUSE_DEFERRED);
	return session;
}

bool session_reply(struct server *server, uint64_t handle, const void *bytes, size_t length,
	size_t *ret_unsent)
{
	struct session *session = deferred(server, handle);
	if (session == NULL)
		return false;
	assert(session->deferred_stale ||
		(session->mark_count == 0 && session->in_end == session->deferred_end));
	server_enter(server);
	if (!session->deferred_oneway && !session->deferred_stale)
		buffer_append(&session->out, bytes, length);
	session->out_released = out_length(session);
	send_released(session);
	size_t unsent = (size_t)(out_length(session) - session->out_sent);
	session->producer_waits = unsent > WIRE_STREAM_UNSENT_MAX;
	session_adjust(session);
	bool alive = !session->dead;
	server_leave(server);
	if (alive && ret_unsent != NULL)
		*ret_unsent = unsent;
	return alive;
}

bool session_finish(struct server *server, uint64_t handle)
{
	struct session *session = deferred(server, handle);
	if (session == NULL)
		return false;
	if (session->deferred_stale)
		return session_again(server, handle);
	assert(session->mark_count == 0 && session->in_end == session->deferred_end);
	server_enter(server);
	session->pause = PAUSE_NONE;
	session->producer_waits = false;
	pass_call(session, session->deferred_end);
	drop_front(&session->in, &session->in_base, session->in_kept);
	session_adjust(session);
	server_leave(server);
	return true;
}

bool session_again(struct server *server, uint64_t handle)
{
	struct session *session = deferred(server, handle);
	if (session == NULL)
		return false;
	server_enter(server);
	session->pause = PAUSE_NONE;
	session_adjust(session);
	server_leave(server);
	return true;
}
