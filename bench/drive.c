/*
 * One epoll loop. Each connection has a ring of calls in flight; replies come in the order of the
 * calls, so the oldest is always the one answered. After a lost connection the whole ring is sent
 * again on a new one: every call bears its command id, so nothing can happen twice.
 */
#include "bench/drive.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

enum { READ_SIZE = 256 * 1024, EVENTS_MAX = 512, STALL_MS = 60000, PAUSE_MS = 20 };

struct link {
	int fd, number;
	struct buffer in;         /* the beginning of a reply whose end has not come */
	char *calls;              /* a ring of plan->in_flight records */
	int64_t *sent_ns;
	int first, count;
	bool exhausted;
};

struct drive {
	const struct drive_plan *plan;
	struct drive_result *result;
	struct link *links;
	int epoll, in_flight;
	bool paused;              /* a call is to be asked again: do not turn this into a flood */
	struct buffer out;
	char *scratch;
};

int64_t drive_now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t cpu_now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ---- connecting ---- */

static bool connect_once(const struct drive *drive, struct link *link)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	if (!text_copy(address.sun_path, sizeof address.sun_path, drive->plan->socket)) {
		errno = ENAMETOOLONG;
		return false;
	}
	link->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (link->fd >= 0 && connect(link->fd, (struct sockaddr *)&address, sizeof address) == 0) {
		struct epoll_event event = { .events = EPOLLIN, .data.ptr = link };
		if (epoll_ctl(drive->epoll, EPOLL_CTL_ADD, link->fd, &event) == 0)
			return true;
	}
	int cause = errno;
	if (link->fd >= 0)
		close(link->fd);
	link->fd = -1;
	errno = cause;
	return false;
}

static bool link_connect(const struct drive *drive, struct link *link, struct error *error)
{
	int64_t until_ns = drive_now_ns() + (int64_t)drive->plan->patience_ms * 1000000;
	while (!connect_once(drive, link)) {
		if (errno == ENAMETOOLONG || drive_now_ns() >= until_ns)
			return error_set(error, ERROR_UNREACHABLE, "socket", "%.200s: %s",
				drive->plan->socket, strerror(errno));
		poll(NULL, 0, PAUSE_MS);
	}
	return true;
}

/* ---- sending ---- */

/* What cannot be sent is sent again when the reader has found that the connection is lost. */
static void link_send(const struct link *link, const struct buffer *out)
{
	size_t done = 0;
	while (done < out->length) {
		ssize_t sent = send(link->fd, out->bytes + done, out->length - done, MSG_NOSIGNAL);
		if (sent < 0 && errno != EINTR)
			return;
		done += sent > 0 ? (size_t)sent : 0;
	}
}

static void *call_at(const struct drive *drive, const struct link *link, int offset)
{
	int slot = (link->first + offset) % drive->plan->in_flight;
	return link->calls + (size_t)slot * drive->plan->call_size;
}

/* Puts the call behind the ring's last, where its record stands already, into out. */
static void link_queue(struct drive *drive, struct link *link, int64_t now_ns)
{
	int slot = (link->first + link->count) % drive->plan->in_flight;
	link->sent_ns[slot] = now_ns;
	drive->plan->write(drive->plan->context, call_at(drive, link, link->count), &drive->out);
	link->count++;
	drive->in_flight++;
}

static void link_fill(struct drive *drive, struct link *link, int64_t now_ns)
{
	while (!link->exhausted && link->count < drive->plan->in_flight) {
		link->exhausted = !drive->plan->next(drive->plan->context, link->number,
			call_at(drive, link, link->count));
		if (!link->exhausted)
			link_queue(drive, link, now_ns);
	}
	link_send(link, &drive->out);
	buffer_clear(&drive->out);
}

/* ---- receiving ---- */

static bool link_lost(struct drive *drive, struct link *link, struct error *error)
{
	close(link->fd);
	link->fd = -1;
	if (drive->plan->patience_ms == 0)
		return error_set(error, ERROR_IN_DOUBT, "", "vaultd closed the connection");
	if (!link_connect(drive, link, error))
		return false;
	drive->result->reconnects++;
	buffer_clear(&link->in);
	for (int i = 0; i < link->count; i++)
		drive->plan->write(drive->plan->context, call_at(drive, link, i), &drive->out);
	link_send(link, &drive->out);
	buffer_clear(&drive->out);
	return true;
}

static bool link_take(struct drive *drive, struct link *link, const char *reply, size_t length,
	int64_t now_ns, struct error *error)
{
	if (link->count == 0)
		return error_set(error, ERROR_INTERNAL, "", "vaultd sent a reply that nobody waits for");
	char *call = call_at(drive, link, 0);
	enum drive_verdict verdict = drive->plan->take(drive->plan->context, call, reply, length,
		now_ns - link->sent_ns[link->first], error);
	if (verdict == DRIVE_STOP)
		return false;
	link->first = (link->first + 1) % drive->plan->in_flight;
	link->count--;
	drive->in_flight--;
	if (verdict == DRIVE_DONE) {
		drive->result->answered++;
		return true;
	}
	char *last = call_at(drive, link, link->count);
	if (last != call)
		memcpy(last, call, drive->plan->call_size);
	link_queue(drive, link, now_ns);
	drive->paused = true;
	return true;
}

/* Takes every whole reply and tells how many bytes they had. */
static bool link_replies(struct drive *drive, struct link *link, const char *bytes, size_t length,
	size_t *ret_taken, struct error *error)
{
	const char *at = bytes, *end = bytes + length, *nul;
	int64_t now_ns = drive_now_ns();
	while ((nul = memchr(at, '\0', (size_t)(end - at))) != NULL) {
		if (!link_take(drive, link, at, (size_t)(nul - at), now_ns, error))
			return false;
		at = nul + 1;
	}
	*ret_taken = (size_t)(at - bytes);
	link_fill(drive, link, now_ns);
	return true;
}

static bool link_read(struct drive *drive, struct link *link, struct error *error)
{
	size_t taken;
	ssize_t got = recv(link->fd, drive->scratch, READ_SIZE, MSG_DONTWAIT);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (got <= 0)
		return link_lost(drive, link, error);
	if (link->in.length == 0) {
		if (!link_replies(drive, link, drive->scratch, (size_t)got, &taken, error))
			return false;
		buffer_append(&link->in, drive->scratch + taken, (size_t)got - taken);
		return true;
	}
	buffer_append(&link->in, drive->scratch, (size_t)got);
	if (!link_replies(drive, link, link->in.bytes, link->in.length, &taken, error))
		return false;
	buffer_consume(&link->in, taken);
	return true;
}

/* ---- the run ---- */

static bool turn(struct drive *drive, struct error *error)
{
	struct epoll_event events[EVENTS_MAX];
	int count = epoll_wait(drive->epoll, events, EVENTS_MAX, STALL_MS);
	if (count == 0)
		return error_set(error, ERROR_IN_DOUBT, "", "no reply came for %d s", STALL_MS / 1000);
	if (count < 0 && errno != EINTR)
		return error_set(error, ERROR_INTERNAL, "", "epoll: %s", strerror(errno));
	for (int i = 0; i < count; i++) {
		if (!link_read(drive, events[i].data.ptr, error))
			return false;
	}
	if (drive->plan->turn != NULL && !drive->plan->turn(drive->plan->context, error))
		return false;
	if (drive->paused)
		poll(NULL, 0, PAUSE_MS);
	drive->paused = false;
	return true;
}

static bool run(struct drive *drive, struct error *error)
{
	for (int i = 0; i < drive->plan->connections; i++) {
		if (!link_connect(drive, &drive->links[i], error))
			return false;
	}
	int64_t began_ns = drive_now_ns(), cpu_ns = cpu_now_ns();
	for (int i = 0; i < drive->plan->connections; i++)
		link_fill(drive, &drive->links[i], drive_now_ns());
	while (drive->in_flight > 0) {
		if (!turn(drive, error))
			return false;
	}
	drive->result->elapsed_ns = drive_now_ns() - began_ns;
	drive->result->cpu_ns = cpu_now_ns() - cpu_ns;
	return true;
}

static void *allocate(size_t count, size_t size)
{
	void *bytes = calloc(count, size);
	if (bytes == NULL)
		abort();
	return bytes;
}

static void raise_file_limit(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

bool drive_run(const struct drive_plan *plan, struct drive_result *ret_result, struct error *error)
{
	struct drive_result result = { 0 };
	struct drive drive = { .plan = plan, .result = &result };
	size_t depth = (size_t)plan->in_flight;
	assert(plan->connections > 0 && plan->in_flight > 0);
	raise_file_limit();
	drive.links = allocate((size_t)plan->connections, sizeof *drive.links);
	drive.scratch = allocate(1, READ_SIZE);
	drive.epoll = epoll_create1(EPOLL_CLOEXEC);
	for (int i = 0; i < plan->connections; i++) {
		drive.links[i] = (struct link){ .fd = -1, .number = i,
			.calls = allocate(depth, plan->call_size),
			.sent_ns = allocate(depth, sizeof(int64_t)) };
	}
	bool good = run(&drive, error);
	for (int i = 0; i < plan->connections; i++) {
		if (drive.links[i].fd >= 0)
			close(drive.links[i].fd);
		buffer_free(&drive.links[i].in);
		free(drive.links[i].calls);
		free(drive.links[i].sent_ns);
	}
	close(drive.epoll);
	buffer_free(&drive.out);
	free(drive.scratch);
	free(drive.links);
	if (good)
		*ret_result = result;
	return good;
}
