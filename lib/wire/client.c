/* A socket, a buffer behind it, and a clock for the time-outs. */
#include "wire/client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

enum { READ_SIZE = 64 * 1024, REPLY_MAX = 1024 * 1024 * 1024 };

struct client {
	int fd;
	bool ended;
	struct buffer in;
	size_t taken;   /* bytes of in that replies before have used */
	size_t scanned; /* bytes of in without a NUL, from taken on */
};

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t deadline_after(int timeout_ms)
{
	return timeout_ms < 0 ? INT64_MAX : now_ms() + timeout_ms;
}

/* Whether the socket became ready before the deadline. */
static bool wait_ready(int fd, short events, int64_t deadline_ms)
{
	for (;;) {
		int64_t left = deadline_ms == INT64_MAX ? -1 : deadline_ms - now_ms();
		if (deadline_ms != INT64_MAX && left < 0)
			left = 0;
		struct pollfd ready = { .fd = fd, .events = events };
		int count = poll(&ready, 1, left > INT32_MAX ? INT32_MAX : (int)left);
		if (count >= 0 || errno != EINTR)
			return count > 0;
	}
}

static bool refuse_connect(const char *path, int cause, struct error *error)
{
	return error_set(error, ERROR_UNREACHABLE, "", "%s: %s", path, strerror(cause));
}

static bool connect_fd(int fd, const char *path, int timeout_ms, struct error *error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	if (!text_copy(address.sun_path, sizeof address.sun_path, path))
		return refuse_connect(path, ENAMETOOLONG, error);
	int64_t deadline_ms = deadline_after(timeout_ms);
	/* A Unix socket with a full backlog says EAGAIN; there is nothing to poll for. */
	while (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
		if (errno != EAGAIN && errno != EINTR)
			return refuse_connect(path, errno, error);
		if (now_ms() >= deadline_ms)
			return refuse_connect(path, ETIMEDOUT, error);
		poll(NULL, 0, 10);
	}
	return true;
}

bool client_connect(const char *path, int timeout_ms, struct client **ret_client,
	struct error *error)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return refuse_connect(path, errno, error);
	struct client *client = calloc(1, sizeof *client);
	if (client == NULL)
		abort();
	client->fd = fd;
	if (!connect_fd(fd, path, timeout_ms, error)) {
		client_close(client);
		return false;
	}
	*ret_client = client;
	return true;
}

void client_close(struct client *client)
{
	if (client == NULL)
		return;
	close(client->fd);
	buffer_free(&client->in);
	free(client);
}

int client_fd(const struct client *client)
{
	return client->fd;
}

bool client_ended(const struct client *client)
{
	return client->ended;
}

static bool send_all(struct client *client, const char *bytes, size_t length,
	int64_t deadline_ms, struct error *error)
{
	while (length > 0) {
		ssize_t sent = send(client->fd, bytes, length, MSG_NOSIGNAL);
		if (sent >= 0) {
			bytes += sent;
			length -= (size_t)sent;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN) {
			client->ended = true;
			return error_set(error, ERROR_UNREACHABLE, "",
				"the daemon closed the connection before the whole call was sent");
		}
		if (!wait_ready(client->fd, POLLOUT, deadline_ms))
			return error_set(error, ERROR_UNREACHABLE, "",
				"the daemon did not take the whole call in time");
	}
	return true;
}

bool client_send(struct client *client, const char *method, const char *parameters, unsigned flags,
	int timeout_ms, struct error *error)
{
	struct buffer out = { 0 };
	call_write(&out, method, parameters, flags);
	bool good = send_all(client, out.bytes, out.length, deadline_after(timeout_ms), error);
	buffer_free(&out);
	return good;
}

/* Reads what is there; false at the end of the connection or of the time. */
static bool read_some(struct client *client, int64_t deadline_ms, struct error *error)
{
	for (;;) {
		ssize_t got = recv(client->fd, buffer_reserve(&client->in, READ_SIZE), READ_SIZE, 0);
		if (got > 0) {
			client->in.length += (size_t)got;
			return true;
		}
		if (got < 0 && errno == EINTR)
			continue;
		if (got == 0 || errno != EAGAIN) {
			client->ended = true;
			return error_set(error, ERROR_IN_DOUBT, "",
				"the daemon closed the connection without a reply");
		}
		if (!wait_ready(client->fd, POLLIN, deadline_ms))
			return error_set(error, ERROR_IN_DOUBT, "", "the daemon did not reply in time");
	}
}

/* The next whole message, which stays valid until the next one is asked for. */
static bool next_message(struct client *client, int64_t deadline_ms, const char **ret_bytes,
	size_t *ret_length, struct error *error)
{
	buffer_consume(&client->in, client->taken);
	client->taken = 0;
	for (;;) {
		const char *from = client->in.bytes;
		const char *nul = client->in.length > client->scanned
			? memchr(from + client->scanned, '\0', client->in.length - client->scanned) : NULL;
		if (nul != NULL) {
			*ret_bytes = from;
			*ret_length = (size_t)(nul - from);
			client->taken = *ret_length + 1;
			client->scanned = 0;
			return true;
		}
		client->scanned = client->in.length;
		if (client->scanned > REPLY_MAX)
			return error_set(error, ERROR_LIMIT, "", "the daemon's reply has no end");
		if (!read_some(client, deadline_ms, error))
			return false;
	}
}

bool client_receive(struct client *client, int timeout_ms, struct reply *ret_reply,
	struct error *error)
{
	const char *bytes = NULL;
	size_t length = 0;
	return next_message(client, deadline_after(timeout_ms), &bytes, &length, error) &&
		reply_parse(bytes, length, ret_reply, error);
}

bool client_call(struct client *client, const char *method, const char *parameters, unsigned flags,
	int timeout_ms, struct reply *ret_reply, struct error *error)
{
	if (!client_send(client, method, parameters, flags, timeout_ms, error))
		return false;
	if ((flags & CALL_ONEWAY) == 0)
		return client_receive(client, timeout_ms, ret_reply, error);
	*ret_reply = (struct reply){ .error = "" };
	return true;
}

static enum error_id service_error(const char *name)
{
	static const struct { const char *name; enum error_id id; } rows[] = {
		{ "InvalidParameter", ERROR_INVALID },
		{ "PermissionDenied", ERROR_DENIED },
		{ "InterfaceNotFound", ERROR_NOT_FOUND },
		{ "MethodNotFound", ERROR_NOT_FOUND },
		{ "MethodNotImplemented", ERROR_NOT_FOUND },
		{ "ExpectedMore", ERROR_INVALID },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (text_equal(rows[i].name, name))
			return rows[i].id;
	}
	return ERROR_INTERNAL;
}

bool client_reply_error(const struct reply *reply, struct error *error)
{
	const char *name = strrchr(reply->error, '.');
	name = name != NULL ? name + 1 : reply->error;
	bool ours = text_starts(reply->error, VAULT_ERROR_PREFIX);
	enum error_id id = ours ? error_by_wire_name(name) : service_error(name);
	const char *field = value_get_text(reply->parameters, ours ? "field" : "parameter", "");
	const char *message = value_get_text(reply->parameters, "message", "");
	if (message[0] != '\0')
		error_set(error, id != ERROR_NONE ? id : ERROR_INTERNAL, field, "%s", message);
	else
		error_set(error, id != ERROR_NONE ? id : ERROR_INTERNAL, field,
			"the daemon answered %s", reply->error);
	const char *remedy = value_get_text(reply->parameters, "remedy", "");
	return remedy[0] != '\0' ? error_remedy(error, "%s", remedy) : false;
}
