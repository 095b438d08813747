/*
 * The collection of sessions: accepting, the turn, deadlines, commit and loss. A session that is
 * closed in the middle of a turn keeps its memory until the outermost function leaves, so no loop
 * here ever walks into freed memory.
 */
#include "vaultd/server.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#include "base/text.h"
#include "vault/limits.h"
#include "vaultd/session_private.h"

enum {
	EVENTS_PER_TURN = 256,
	ACCEPTS_PER_TURN = 64,
	SCRATCH_SIZE = 64 * 1024,
	TICK_MAX_MS = 1000,
};

static int on_sessions(sd_event_source *source, int fd, uint32_t revents, void *context);
static int on_ready(sd_event_source *source, void *context);
static int on_tick(sd_event_source *source, uint64_t due_us, void *context);
static int on_listener(sd_event_source *source, int fd, uint32_t revents, void *context);

static void *checked(void *memory)
{
	if (memory == NULL)
		abort();
	return memory;
}

static void fill_limits(struct server_limits *limits)
{
	if (limits->connections == 0 || limits->connections > WIRE_CONNECTIONS_MAX)
		limits->connections = WIRE_CONNECTIONS_MAX;
	if (limits->connections_per_uid == 0)
		limits->connections_per_uid = WIRE_CONNECTIONS_PER_UID_MAX;
	if (limits->half_message_ms == 0)
		limits->half_message_ms = WIRE_HALF_MESSAGE_MS;
	if (limits->send_stall_ms == 0)
		limits->send_stall_ms = WIRE_SEND_STALL_MS;
}

static void make_slots(struct server *server)
{
	server->slots = checked(calloc(WIRE_CONNECTIONS_MAX, sizeof *server->slots));
	server->free_slots = checked(calloc(WIRE_CONNECTIONS_MAX, sizeof *server->free_slots));
	for (uint32_t i = 0; i < WIRE_CONNECTIONS_MAX; i++)
		server->free_slots[server->free_count++] = WIRE_CONNECTIONS_MAX - 1 - i;
}

/* The three sources that do not listen. */
static int make_sources(struct server *server)
{
	sd_event *event = server->event;
	server->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	int result = server->epoll_fd < 0 ? -errno : 0;
	if (result >= 0)
		result = sd_event_add_io(event, &server->epoll_source, server->epoll_fd, EPOLLIN,
			on_sessions, server);
	if (result >= 0)
		result = sd_event_add_defer(event, &server->ready_source, on_ready, server);
	if (result >= 0)
		result = sd_event_source_set_enabled(server->ready_source, SD_EVENT_OFF);
	if (result >= 0)
		result = sd_event_add_time(event, &server->tick_source, CLOCK_MONOTONIC, 0, 0, on_tick,
			server);
	if (result >= 0)
		result = sd_event_source_set_enabled(server->tick_source, SD_EVENT_OFF);
	return result;
}

bool server_new(sd_event *event, const struct registry *registry, const struct server_hooks *hooks,
	const struct server_limits *limits, struct server **ret_server, struct error *error)
{
	struct server *server = checked(calloc(1, sizeof *server));
	server->event = sd_event_ref(event);
	server->registry = registry;
	server->hooks = *hooks;
	server->target = (struct registry_target){ hooks->context, hooks->dispatch, hooks->refused };
	if (limits != NULL)
		server->limits = *limits;
	fill_limits(&server->limits);
	make_slots(server);
	server->scratch = checked(malloc(SCRATCH_SIZE));
	link_clear(&server->held);
	link_clear(&server->ready);
	link_clear(&server->full);
	link_clear(&server->half);
	link_clear(&server->stalled);
	link_clear(&server->dead);
	int result = make_sources(server);
	if (result < 0) {
		server_free(server);
		return error_set(error, ERROR_CONFIG, "", "the event loop: %s", strerror(-result));
	}
	*ret_server = server;
	return true;
}

static void close_listeners(struct server *server)
{
	for (int i = 0; i < server->listener_count; i++) {
		sd_event_source_disable_unref(server->listeners[i].source);
		close(server->listeners[i].fd);
	}
	server->listener_count = 0;
	struct stat status;
	if (server->own_path != NULL && stat(server->own_path, &status) == 0 &&
	    status.st_ino == server->own_inode) /* and not that of who took over */
		unlink(server->own_path);
	free(server->own_path);
	server->own_path = NULL;
}

void server_free(struct server *server)
{
	if (server == NULL)
		return;
	server_enter(server);
	close_listeners(server);
	for (uint32_t i = 0; i < WIRE_CONNECTIONS_MAX; i++) {
		if (server->slots[i].session != NULL)
			session_kill(server->slots[i].session);
	}
	server_leave(server);
	sd_event_source_disable_unref(server->epoll_source);
	sd_event_source_disable_unref(server->ready_source);
	sd_event_source_disable_unref(server->tick_source);
	if (server->epoll_fd >= 0)
		close(server->epoll_fd);
	sd_event_unref(server->event);
	free(server->slots);
	free(server->free_slots);
	free(server->scratch);
	free(server);
}

/* Sessions by handle, and their end. */

struct session *server_session(const struct server *server, uint64_t handle)
{
	uint32_t at = (uint32_t)handle;
	if (at >= WIRE_CONNECTIONS_MAX || server->slots[at].session == NULL ||
	    server->slots[at].generation != (uint32_t)(handle >> 32))
		return NULL;
	return server->slots[at].session;
}

static void pause_accept(struct server *server, bool paused)
{
	if (server->accept_paused == paused)
		return;
	server->accept_paused = paused;
	for (int i = 0; i < server->listener_count; i++)
		sd_event_source_set_enabled(server->listeners[i].source,
			paused ? SD_EVENT_OFF : SD_EVENT_ON);
	if (paused)
		server_need_tick(server);
}

void server_forget(struct server *server, struct session *session)
{
	uint32_t at = (uint32_t)session->handle;
	server->slots[at].session = NULL;
	server->free_slots[server->free_count++] = at;
	server->session_count--;
	link_append(&server->dead, &session->dead_link);
	pause_accept(server, false);
}

static void reap(struct server *server)
{
	while (!link_alone(&server->dead)) {
		struct session *session = SESSION_OF(server->dead.next, dead_link);
		link_remove(&session->dead_link);
		if (server->hooks.closed != NULL)
			server->hooks.closed(server->hooks.context, session);
		session_free(session);
	}
}

/* Dispatch writes into a session's output, which nothing may send or move meanwhile. */
void server_enter(struct server *server)
{
	assert(!server->handling);
	server->nesting++;
}

void server_leave(struct server *server)
{
	assert(server->nesting > 0);
	if (server->nesting == 1)
		reap(server);
	server->nesting--;
}

size_t server_session_count(const struct server *server)
{
	return server->session_count;
}

/* The turn. */

uint64_t server_now_us(const struct server *server)
{
	uint64_t now_us = 0;
	sd_event_now(server->event, CLOCK_MONOTONIC, &now_us);
	return now_us;
}

void server_make_ready(struct server *server, struct session *session)
{
	if (!link_alone(&session->ready))
		return;
	if (link_alone(&server->ready))
		sd_event_source_set_enabled(server->ready_source, SD_EVENT_ON);
	link_append(&server->ready, &session->ready);
}

static void end_turn(struct server *server)
{
	if (server->hooks.turn_end != NULL)
		server->hooks.turn_end(server->hooks.context);
	server_leave(server);
}

static int on_sessions(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	(void)source;
	(void)revents;
	struct server *server = context;
	struct epoll_event events[EVENTS_PER_TURN];
	int count = epoll_wait(fd, events, EVENTS_PER_TURN, 0);
	server_enter(server);
	for (int i = 0; i < count; i++) {
		struct session *session = server_session(server, events[i].data.u64);
		if (session != NULL)
			session_on_events(session, events[i].events);
	}
	end_turn(server);
	return 0;
}

/* Those that had more calls than one turn may handle; who comes back waits for the next turn. */
static int on_ready(sd_event_source *source, void *context)
{
	struct server *server = context;
	struct link now;
	server_enter(server);
	link_clear(&now);
	while (!link_alone(&server->ready))
		link_append(&now, server->ready.next);
	sd_event_source_set_enabled(source, SD_EVENT_OFF);
	while (!link_alone(&now)) {
		struct session *session = SESSION_OF(now.next, ready);
		link_remove(&session->ready);
		session_run(session);
	}
	end_turn(server);
	return 0;
}

/* Deadlines: each list is in the order in which its deadlines fall. */

static uint64_t tick_us(const struct server *server)
{
	uint64_t shortest = server->limits.half_message_ms < server->limits.send_stall_ms
		? server->limits.half_message_ms : server->limits.send_stall_ms;
	uint64_t tick_ms = shortest / 4 < TICK_MAX_MS ? shortest / 4 : TICK_MAX_MS;
	return (tick_ms > 0 ? tick_ms : 1) * 1000;
}

void server_need_tick(struct server *server)
{
	if (server->ticking)
		return;
	server->ticking = true;
	sd_event_source_set_time(server->tick_source, server_now_us(server) + tick_us(server));
	sd_event_source_set_enabled(server->tick_source, SD_EVENT_ONESHOT);
}

static void drop_late(struct session *session, const char *reason)
{
	const struct server_hooks *hooks = &session->server->hooks;
	if (hooks->refused != NULL)
		hooks->refused(hooks->context, &session->peer, "", reason);
	session_kill(session);
}

static int on_tick(sd_event_source *source, uint64_t due_us, void *context)
{
	(void)source;
	(void)due_us;
	struct server *server = context;
	uint64_t now_us = server_now_us(server);
	server_enter(server);
	server->ticking = false;
	while (!link_alone(&server->half) &&
	       SESSION_OF(server->half.next, half)->half_due_us <= now_us)
		drop_late(SESSION_OF(server->half.next, half), "a message begun was not ended in time");
	while (!link_alone(&server->stalled) &&
	       SESSION_OF(server->stalled.next, stalled)->stalled_due_us <= now_us)
		drop_late(SESSION_OF(server->stalled.next, stalled), "the peer takes no replies");
	pause_accept(server, false);
	if (!link_alone(&server->half) || !link_alone(&server->stalled))
		server_need_tick(server);
	server_leave(server);
	return 0;
}

/* Accepting. */

static size_t count_uid(const struct server *server, uid_t uid)
{
	size_t count = 0;
	for (uint32_t i = 0; i < WIRE_CONNECTIONS_MAX; i++) {
		const struct session *session = server->slots[i].session;
		count += session != NULL && session->peer.uid == uid ? 1 : 0;
	}
	return count;
}

static const char *refuse_peer(const struct server *server, const struct peer *peer)
{
	if (server->session_count >= server->limits.connections)
		return "there are too many connections";
	if (count_uid(server, peer->uid) >= server->limits.connections_per_uid)
		return "this user has too many connections";
	return NULL;
}

static bool add_session(struct server *server, int fd, const struct peer *peer)
{
	uint32_t at = server->free_slots[server->free_count - 1];
	uint32_t generation = server->slots[at].generation + 1;
	generation += generation == 0 ? 1 : 0;
	uint64_t handle = (uint64_t)generation << 32 | at;
	struct epoll_event event = { .events = EPOLLIN, .data.u64 = handle };
	if (epoll_ctl(server->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
		return false;
	struct session *session = session_new(server, fd, peer, handle);
	session->events = EPOLLIN;
	server->free_count--;
	server->slots[at] = (struct slot){ session, generation };
	server->session_count++;
	return true;
}

static void admit(struct server *server, int fd)
{
	struct ucred credentials;
	socklen_t size = sizeof credentials;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
		close(fd);
		return;
	}
	const struct peer peer = { credentials.uid, credentials.gid, credentials.pid };
	const char *reason = refuse_peer(server, &peer);
	if (reason == NULL && add_session(server, fd, &peer))
		return;
	if (server->hooks.refused != NULL)
		server->hooks.refused(server->hooks.context, &peer, "",
			reason != NULL ? reason : "the kernel watches no more connections");
	close(fd);
}

static int on_listener(sd_event_source *source, int fd, uint32_t revents, void *context)
{
	(void)source;
	(void)revents;
	struct server *server = context;
	for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
		int peer_fd = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (peer_fd >= 0) {
			admit(server, peer_fd);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			pause_accept(server, true);
		if (errno != ECONNABORTED && errno != EINTR)
			break;
	}
	return 0;
}

static bool add_listener(struct server *server, int fd, struct error *error)
{
	if (server->listener_count == LISTENERS_MAX) {
		close(fd);
		return error_set(error, ERROR_CONFIG, "", "there are more than %d sockets", LISTENERS_MAX);
	}
	sd_event_source *source;
	int result = sd_event_add_io(server->event, &source, fd, EPOLLIN, on_listener, server);
	if (result < 0) {
		close(fd);
		return error_set(error, ERROR_CONFIG, "", "the socket: %s", strerror(-result));
	}
	server->listeners[server->listener_count++] = (struct listener){ fd, source };
	return true;
}

/* Whether somebody answers at the path; a socket that nobody listens on is removed. */
static bool clear_path(const struct sockaddr_un *address, struct error *error)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return error_set(error, ERROR_CONFIG, "", "a socket: %s", strerror(errno));
	int result = connect(fd, (const struct sockaddr *)address, sizeof *address);
	int cause = errno;
	close(fd);
	if (result == 0 || cause == EAGAIN)
		return error_set(error, ERROR_CONFIG, "", "%s is served by another process",
			address->sun_path);
	struct stat status;
	if (cause == ECONNREFUSED && lstat(address->sun_path, &status) == 0 &&
	    S_ISSOCK(status.st_mode))
		unlink(address->sun_path);
	return true;
}

/*
 * The name appears in the file system with no right for anybody, and gets its mode before listen.
 */
static int bind_path(int fd, const struct sockaddr_un *address, mode_t mode)
{
	mode_t before = umask(0777);
	int result = bind(fd, (const struct sockaddr *)address, sizeof *address);
	int cause = errno;
	umask(before);
	if (result != 0) {
		errno = cause;
		return -1;
	}
	return chmod(address->sun_path, mode) == 0 ? listen(fd, SOMAXCONN) : -1;
}

bool server_listen(struct server *server, const char *path, mode_t mode, struct error *error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	if (!text_copy(address.sun_path, sizeof address.sun_path, path))
		return error_set(error, ERROR_CONFIG, "", "%s: the path of a socket is too long", path);
	if (!clear_path(&address, error))
		return false;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind_path(fd, &address, mode) != 0) {
		error_set(error, ERROR_CONFIG, "", "%s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return false;
	}
	struct stat status = { 0 };
	free(server->own_path);
	server->own_path = checked(strdup(path));
	if (stat(path, &status) == 0)
		server->own_inode = status.st_ino;
	return add_listener(server, fd, error);
}

bool server_listen_activated(struct server *server, int *ret_count, struct error *error)
{
	char **names = NULL;
	int count = sd_listen_fds_with_names(1, &names), taken = 0;
	if (count < 0)
		return error_set(error, ERROR_CONFIG, "", "sockets from systemd: %s", strerror(-count));
	bool good = true;
	for (int i = 0; i < count; i++) {
		int fd = SD_LISTEN_FDS_START + i;
		bool ours = strcmp(names[i], "varlink") == 0 &&
			sd_is_socket_unix(fd, SOCK_STREAM, 1, NULL, 0) > 0;
		if (good && ours) {
			good = add_listener(server, fd, error);
			taken++;
		}
		free(names[i]);
	}
	free(names);
	if (good)
		*ret_count = taken;
	return good;
}

/* Commit, loss, room, stop. */

void server_release(struct server *server, uint64_t committed_batch)
{
	server_enter(server);
	server->committed = committed_batch;
	for (struct link *at = server->held.next, *next; at != &server->held; at = next) {
		next = at->next;
		session_release(SESSION_OF(at, held));
	}
	server_leave(server);
}

void server_rewind(struct server *server)
{
	server_enter(server);
	while (!link_alone(&server->held))
		session_rewind(SESSION_OF(server->held.next, held));
	server_leave(server);
}

void server_resume(struct server *server)
{
	server_enter(server);
	while (!link_alone(&server->full)) {
		struct session *session = SESSION_OF(server->full.next, full);
		link_remove(&session->full);
		session->pause = PAUSE_NONE;
		session_adjust(session);
	}
	server_leave(server);
}

void server_stop(struct server *server)
{
	server_enter(server);
	close_listeners(server);
	server->stopping = true;
	for (uint32_t i = 0; i < WIRE_CONNECTIONS_MAX; i++) {
		if (server->slots[i].session != NULL)
			session_adjust(server->slots[i].session);
	}
	server_leave(server);
}

bool server_flushed(const struct server *server)
{
	return server->stopping && server->session_count == 0;
}
