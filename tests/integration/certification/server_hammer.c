/*
 * The server against peers that do everything wrong, and against commits that are lost. A small
 * sequencer stands behind it: writes go into an open batch, which the test commits or loses. Server
 * and peers share this one thread, so every run goes the same way.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <systemd/sd-event.h>

#include "tests/unit/runner.h"
#include "vault/limits.h"
#include "vaultd/server.h"
#include "wire/message.h"

static const char interface_text[] =
	"interface org.example.Hammer\n"
	"method Echo(number: int, text: ?string) -> (number: int)\n"
	"method Write(client: int, number: int) -> (number: int)\n"
	"method Wide(size: int) -> (text: string)\n"
	"method Stream() -> (number: int)\n"
	"method Later(number: int) -> (number: int)\n"
	"method Missing() -> ()\n";
static const char service_text[] =
	"interface org.varlink.service\n"
	"method GetInfo() -> (vendor: string, product: string, version: string, url: string, "
	"interfaces: []string)\n"
	"method GetInterfaceDescription(interface: string) -> (description: string)\n";
static const struct service_info info = { "vendor", "product", "version", "url" };

#define HAMMER "org.example.Hammer"
enum { ECHO, WRITE, WIDE, STREAM, LATER, METHODS };
static const int kinds[METHODS] = { ECHO, WRITE, WIDE, STREAM, LATER };
static const struct method methods[METHODS] = {
	{ .interface = HAMMER, .name = "Echo", .data = &kinds[ECHO] },
	{ .interface = HAMMER, .name = "Write", .data = &kinds[WRITE] },
	{ .interface = HAMMER, .name = "Wide", .data = &kinds[WIDE] },
	{ .interface = HAMMER, .name = "Stream", .needs_more = true, .barrier = true,
		.data = &kinds[STREAM] },
	{ .interface = HAMMER, .name = "Later", .data = &kinds[LATER] },
};

enum { CLIENTS_MAX = 32, WRITES_MAX = 1 << 16 };

struct write {
	int64_t client, number;
};

struct fixture {
	sd_event *event;
	struct registry *registry;
	struct server *server;
	char folder[32], path[64];
	uint64_t open_batch, committed;
	size_t room;                 /* writes that the open batch takes */
	struct write open[WRITES_MAX];
	size_t open_count;
	int64_t done[CLIENTS_MAX];   /* the last number of each client that is committed */
	bool in_order;
	uint64_t deferred;
	bool looked_up;              /* Later: the second dispatch may answer */
	int dispatched, closed, drained;
	char reason[256];
};

static struct fixture *fx;

static void reply_number(struct buffer *out, int64_t number, bool continues)
{
	struct json json;
	reply_begin(&json, out);
	json_key(&json, "number");
	json_int(&json, number);
	reply_end(&json, continues);
}

static void reply_wide(struct buffer *out, int64_t size)
{
	struct json json;
	char *text = calloc(1, (size_t)size + 1);
	memset(text, 'w', (size_t)size);
	reply_begin(&json, out);
	json_key(&json, "text");
	json_text(&json, text);
	reply_end(&json, false);
	free(text);
}

static enum call_outcome answer_write(int64_t client, int64_t number, struct buffer *out,
	uint64_t *ret_batch)
{
	if (fx->open_count >= fx->room)
		return CALL_RETRY;
	fx->open[fx->open_count++] = (struct write){ client, number };
	*ret_batch = fx->open_batch;
	reply_number(out, number, false);
	return CALL_ANSWERED;
}

static enum call_outcome dispatch(void *context, struct session *session,
	const struct invocation *invocation, struct buffer *out, uint64_t *ret_batch)
{
	(void)context;
	const struct value *parameters = invocation->call->parameters;
	int64_t number = value_get_int(parameters, "number", 0);
	fx->dispatched++;
	switch (*(const int *)invocation->method->data) {
	case ECHO:
		reply_number(out, number, false);
		*ret_batch = fx->open_count > 0 ? fx->open_batch : 0;
		return CALL_ANSWERED;
	case WRITE:
		return answer_write(value_get_int(parameters, "client", 0), number, out, ret_batch);
	case WIDE:
		reply_wide(out, value_get_int(parameters, "size", 0));
		return CALL_ANSWERED;
	case STREAM:
		fx->deferred = session_handle(session);
		return CALL_DEFERRED;
	default:
		fx->deferred = session_handle(session);
		if (!fx->looked_up)
			return CALL_DEFERRED;
		return answer_write(0, number, out, ret_batch);
	}
}

static void on_closed(void *context, struct session *session)
{
	(void)context;
	(void)session_handle(session);
	fx->closed++;
}

static void on_drained(void *context, uint64_t handle)
{
	(void)context;
	CU_ASSERT_EQUAL(handle, fx->deferred);
	fx->drained++;
}

static void on_refused(void *context, const struct peer *peer, const char *method,
	const char *reason)
{
	(void)context;
	(void)method;
	CU_ASSERT_EQUAL(peer->uid, getuid());
	snprintf(fx->reason, sizeof fx->reason, "%s", reason);
}

static void set_up(const struct server_limits *limits)
{
	struct error error = { 0 };
	const struct server_hooks hooks = { .dispatch = dispatch, .closed = on_closed,
		.drained = on_drained, .refused = on_refused };
	fx = calloc(1, sizeof *fx);
	fx->open_batch = 1;
	fx->room = WRITES_MAX;
	fx->in_order = true;
	strcpy(fx->folder, "/tmp/hammer.XXXXXX");
	if (mkdtemp(fx->folder) == NULL || sd_event_new(&fx->event) < 0)
		abort();
	snprintf(fx->path, sizeof fx->path, "%s/socket", fx->folder);
	fx->registry = registry_new(&info);
	bool good = registry_add_interface(fx->registry, service_text, strlen(service_text), &error) &&
		registry_add_interface(fx->registry, interface_text, strlen(interface_text), &error);
	for (int i = 0; good && i < METHODS; i++)
		good = registry_add_method(fx->registry, &methods[i], &error);
	good = good && server_new(fx->event, fx->registry, &hooks, limits, &fx->server, &error) &&
		server_listen(fx->server, fx->path, 0600, &error);
	if (!good) {
		fprintf(stderr, "%s\n", error.message);
		abort();
	}
}

static void tear_down(void)
{
	server_free(fx->server);
	registry_free(fx->registry);
	sd_event_unref(fx->event);
	rmdir(fx->folder);
	free(fx);
}

/* Runs the loop until nothing is left to do at once. */
static void pump(void)
{
	while (sd_event_run(fx->event, 0) > 0)
		;
}

static void pump_ms(int time_ms)
{
	for (int i = 0; i < time_ms / 5; i++) {
		sd_event_run(fx->event, 5000);
		pump();
	}
}

static int dial(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	strcpy(address.sun_path, fx->path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
		abort();
	return fd;
}

/* Sends all, letting the server run where the socket is full; false where it takes no more. */
static bool send_bytes(int fd, const void *bytes, size_t length)
{
	const char *at = bytes;
	for (int idle = 0; length > 0 && idle < 3;) {
		ssize_t sent = send(fd, at, length, MSG_NOSIGNAL);
		if (sent < 0 && errno != EAGAIN)
			return false;
		idle = sent > 0 ? 0 : idle + 1;
		at += sent > 0 ? sent : 0;
		length -= sent > 0 ? (size_t)sent : 0;
		if (sent <= 0)
			pump();
	}
	return length == 0;
}

static void call(int fd, const char *method, const char *parameters, unsigned flags)
{
	struct buffer out = { 0 };
	call_write(&out, method, parameters, flags);
	CU_ASSERT_TRUE(send_bytes(fd, out.bytes, out.length));
	buffer_free(&out);
}

static void call_number(int fd, const char *method, int64_t client, int64_t number)
{
	char parameters[96];
	if (client < 0)
		snprintf(parameters, sizeof parameters, "{\"number\":%lld}", (long long)number);
	else
		snprintf(parameters, sizeof parameters, "{\"client\":%lld,\"number\":%lld}",
			(long long)client, (long long)number);
	call(fd, method, parameters, 0);
}

/* Everything that can be read now, appended. Returns whether the connection has ended. */
static bool receive(int fd, struct buffer *in)
{
	for (;;) {
		ssize_t got = recv(fd, buffer_reserve(in, 65536), 65536, 0);
		if (got <= 0)
			return got == 0 || errno != EAGAIN;
		in->length += (size_t)got;
	}
}

/* What arrives after a pump, with NUL shown as a new line; valid until the next call. */
static const char *heard(int fd)
{
	static struct buffer text;
	buffer_clear(&text);
	pump();
	bool ended = receive(fd, &text);
	for (size_t i = 0; i < text.length; i++)
		text.bytes[i] = text.bytes[i] == '\0' ? '\n' : text.bytes[i];
	if (ended)
		buffer_append_text(&text, "END");
	return buffer_text(&text);
}

static void commit(void)
{
	for (size_t i = 0; i < fx->open_count; i++) {
		struct write *write = &fx->open[i];
		fx->in_order = fx->in_order && write->number == fx->done[write->client] + 1;
		fx->done[write->client] = write->number;
	}
	fx->open_count = 0;
	fx->committed = fx->open_batch++;
	server_release(fx->server, fx->committed);
	server_resume(fx->server);
}

static void lose(void)
{
	fx->open_count = 0;
	server_rewind(fx->server);
	server_resume(fx->server);
}

#define N1 "{\"parameters\":{\"number\":1}}\n"
#define N2 "{\"parameters\":{\"number\":2}}\n"
#define N3 "{\"parameters\":{\"number\":3}}\n"
#define N4 "{\"parameters\":{\"number\":4}}\n"

static void test_service(void)
{
	static const struct { const char *call, *reply; } rows[] = {
		{ "{\"method\":\"org.varlink.service.GetInfo\"}", "{\"parameters\":{\"vendor\":\"vendor\","
			"\"product\":\"product\",\"version\":\"version\",\"url\":\"url\",\"interfaces\":"
			"[\"org.varlink.service\",\"org.example.Hammer\"]}}\n" },
		{ "{\"method\":\"org.varlink.service.GetInterfaceDescription\",\"parameters\":"
			"{\"interface\":\"no.such\"}}", "{\"error\":\"org.varlink.service.InterfaceNotFound\","
			"\"parameters\":{\"interface\":\"no.such\"}}\n" },
		{ "{\"method\":\"no.such.Method\"}", "{\"error\":\"org.varlink.service.InterfaceNotFound\","
			"\"parameters\":{\"interface\":\"no.such\"}}\n" },
		{ "{\"method\":\"org.example.Hammer.No\"}",
			"{\"error\":\"org.varlink.service.MethodNotFound\",\"parameters\":"
			"{\"method\":\"org.example.Hammer.No\"}}\n" },
		{ "{\"method\":\"org.example.Hammer.Missing\"}",
			"{\"error\":\"org.varlink.service.MethodNotImplemented\",\"parameters\":"
			"{\"method\":\"org.example.Hammer.Missing\"}}\n" },
		{ "{\"method\":\"nodot\"}", "{\"error\":\"org.varlink.service.InvalidParameter\","
			"\"parameters\":{\"parameter\":\"method\"}}\n" },
		{ "{\"method\":\"org.example.Hammer.Stream\"}",
			"{\"error\":\"org.varlink.service.ExpectedMore\",\"parameters\":{}}\n" },
		{ "{\"method\":\"org.example.Hammer.Echo\",\"parameters\":{\"number\":1,\"x\":2}}",
			"{\"error\":\"org.varlink.service.InvalidParameter\",\"parameters\":"
			"{\"parameter\":\"x\",\"message\":\"is not a parameter\"}}\n" },
		{ "{\"method\":\"org.example.Hammer.Echo\"}",
			"{\"error\":\"org.varlink.service.InvalidParameter\",\"parameters\":"
			"{\"parameter\":\"number\",\"message\":\"is missing\"}}\n" },
		{ "{\"method\":\"org.example.Hammer.Echo\",\"vendor.key\":7,\"parameters\":{\"number\":1}}",
			N1 },
		{ "{\"method\":\"org.example.Hammer.Echo\",\"oneway\":true,\"parameters\":{\"x\":1}}", "" },
	};
	set_up(NULL);
	int fd = dial();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		send_bytes(fd, rows[i].call, strlen(rows[i].call) + 1);
		CU_ASSERT_STRING_EQUAL(heard(fd), rows[i].reply);
	}
	close(fd);
	tear_down();
}

static void test_malformed(void)
{
	static const char *const bad[] = {
		"", "x", "[]", "1", "\"text\"", "{}", "{\"method\":1}", "{\"method\":null}",
		"{\"method\":\"a.B\"",
		"{\"method\":\"a.B\",\"method\":\"a.B\"}", "{\"method\":\"a.B\",\"unknown\":1}",
		"{\"method\":\"a.B\",\"more\":1}", "{\"method\":\"a.B\",\"oneway\":null}",
		"{\"method\":\"a.B\",\"more\":true,\"oneway\":true}",
		"{\"method\":\"a.B\",\"parameters\":[]}", "{\"method\":\"a.B\"} x",
		"{\"method\":\"a.B\xff\"}", "{\"method\":\"a.B\\u0000\"}", "{\"method\":\"a.B\\ud800\"}",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		set_up(NULL);
		int fd = dial();
		/* What was called before is still answered, even when it must wait for its commit. */
		call_number(fd, HAMMER ".Write", 1, 1);
		send_bytes(fd, bad[i], strlen(bad[i]) + 1);
		call_number(fd, HAMMER ".Echo", -1, 2);
		CU_ASSERT_STRING_EQUAL(heard(fd), "");
		lose();
		CU_ASSERT_STRING_EQUAL(heard(fd), "");
		commit();
		CU_ASSERT_STRING_EQUAL(heard(fd), N1 "END");
		CU_ASSERT_EQUAL(fx->closed, 1);
		CU_ASSERT_NOT_EQUAL(fx->reason[0], '\0');
		close(fd);
		tear_down();
	}
}

static void test_pieces(void)
{
	static const char two[] =
		"{\"method\":\"org.example.Hammer.Echo\",\"parameters\":{\"number\":1}}\0"
		" { \"method\" : \"org.example.Hammer.Echo\" , \"parameters\" : {\"number\":2} } ";
	set_up(NULL);
	int fd = dial();
	for (size_t i = 0; i < sizeof two; i++) {
		send_bytes(fd, two + i, 1);
		pump();
	}
	CU_ASSERT_STRING_EQUAL(heard(fd), N1 N2);
	close(fd);
	pump();
	CU_ASSERT_EQUAL(server_session_count(fx->server), 0);
	tear_down();
}

static void test_held(void)
{
	set_up(NULL);
	int a = dial(), b = dial();
	call_number(a, HAMMER ".Write", 1, 1);
	call_number(a, HAMMER ".Echo", -1, 2);
	call_number(a, HAMMER ".Write", 1, 2);
	CU_ASSERT_STRING_EQUAL(heard(a), "");
	commit();
	CU_ASSERT_STRING_EQUAL(heard(a), N1 N2 N2);
	/* With nothing open, a read needs no commit; behind a held reply it waits. */
	call_number(b, HAMMER ".Echo", -1, 3);
	CU_ASSERT_STRING_EQUAL(heard(b), N3);
	call_number(a, HAMMER ".Write", 1, 3);
	pump();
	fx->open_count = 0;
	call_number(a, HAMMER ".Echo", -1, 4);
	CU_ASSERT_STRING_EQUAL(heard(a), "");
	commit();
	CU_ASSERT_STRING_EQUAL(heard(a), N3 N4);
	close(a);
	close(b);
	tear_down();
}

static void test_rewind(void)
{
	set_up(NULL);
	int fd = dial();
	call_number(fd, HAMMER ".Write", 1, 1);
	pump();
	commit();
	call_number(fd, HAMMER ".Write", 1, 2);
	call(fd, HAMMER ".Write", "{\"client\":2,\"number\":1}", CALL_ONEWAY);
	call_number(fd, HAMMER ".Echo", -1, 3);
	CU_ASSERT_STRING_EQUAL(heard(fd), N1);
	int before = fx->dispatched;
	lose();
	pump();
	CU_ASSERT_EQUAL(fx->dispatched, before + 3);
	lose();
	CU_ASSERT_STRING_EQUAL(heard(fd), "");
	commit();
	CU_ASSERT_STRING_EQUAL(heard(fd), N2 N3);
	CU_ASSERT_EQUAL(fx->done[1], 2);
	CU_ASSERT_EQUAL(fx->done[2], 1);
	close(fd);
	tear_down();
}

static void test_room(void)
{
	set_up(NULL);
	fx->room = 2;
	int fd = dial(), other = dial();
	for (int i = 1; i <= 4; i++)
		call_number(fd, HAMMER ".Write", 1, i);
	pump();
	CU_ASSERT_EQUAL(fx->open_count, 2);
	call_number(other, HAMMER ".Echo", -1, 1);
	CU_ASSERT_STRING_EQUAL(heard(other), "");
	commit();
	CU_ASSERT_STRING_EQUAL(heard(fd), N1 N2);
	CU_ASSERT_STRING_EQUAL(heard(other), N1);
	lose();
	pump();
	CU_ASSERT_EQUAL(fx->open_count, 2);
	commit();
	CU_ASSERT_STRING_EQUAL(heard(fd), N3 N4);
	close(fd);
	close(other);
	tear_down();
}

static void say(int64_t number, bool continues)
{
	struct buffer out = { 0 };
	reply_number(&out, number, continues);
	CU_ASSERT_TRUE(session_reply(fx->server, fx->deferred, out.bytes, out.length, NULL));
	buffer_free(&out);
}

static void test_deferred(void)
{
	set_up(NULL);
	int fd = dial();
	call_number(fd, HAMMER ".Write", 1, 1);
	call(fd, HAMMER ".Stream", NULL, CALL_MORE);
	call_number(fd, HAMMER ".Echo", -1, 4);
	pump();
	CU_ASSERT_EQUAL(fx->deferred, 0); /* the barrier waits for the write */
	lose();
	pump();
	commit();
	CU_ASSERT_STRING_EQUAL(heard(fd), N1);
	CU_ASSERT_NOT_EQUAL(fx->deferred, 0);
	say(2, true);
	lose(); /* does not touch what only reads */
	say(3, false);
	CU_ASSERT_STRING_EQUAL(heard(fd), "{\"parameters\":{\"number\":2},\"continues\":true}\n" N3);
	CU_ASSERT_TRUE(session_finish(fx->server, fx->deferred));
	CU_ASSERT_STRING_EQUAL(heard(fd), N4);
	/* A handle outlives its session safely. */
	call(fd, HAMMER ".Stream", NULL, CALL_MORE);
	pump();
	close(fd);
	pump();
	CU_ASSERT_EQUAL(fx->closed, 1);
	CU_ASSERT_FALSE(session_reply(fx->server, fx->deferred, "{}", 3, NULL));
	CU_ASSERT_FALSE(session_finish(fx->server, fx->deferred));
	tear_down();
}

static void test_again(void)
{
	set_up(NULL);
	int fd = dial();
	call_number(fd, HAMMER ".Write", 0, 1);
	call_number(fd, HAMMER ".Later", -1, 2);
	call_number(fd, HAMMER ".Write", 0, 3);
	pump();
	CU_ASSERT_EQUAL(fx->open_count, 1);
	lose(); /* a look-up goes on while what is before it is handled again */
	pump();
	fx->looked_up = true;
	CU_ASSERT_TRUE(session_again(fx->server, fx->deferred));
	CU_ASSERT_STRING_EQUAL(heard(fd), "");
	CU_ASSERT_EQUAL(fx->open_count, 3);
	commit();
	CU_ASSERT_STRING_EQUAL(heard(fd), N1 N2 N3);
	CU_ASSERT_TRUE(fx->in_order);
	close(fd);
	tear_down();
}

/* What a look-up answers after what stood before it was lost comes too early: it is asked again. */
static void test_stale_answer(void)
{
	set_up(NULL);
	int fd = dial();
	call_number(fd, HAMMER ".Write", 0, 1);
	call_number(fd, HAMMER ".Later", -1, 2);
	pump();
	uint64_t handle = fx->deferred;
	int dispatched = fx->dispatched;
	lose();
	say(9, false);
	CU_ASSERT_TRUE(session_finish(fx->server, handle));
	CU_ASSERT_STRING_EQUAL(heard(fd), "");
	CU_ASSERT_EQUAL(fx->open_count, 1);
	CU_ASSERT_EQUAL(fx->dispatched, dispatched + 2);
	fx->looked_up = true;
	CU_ASSERT_TRUE(session_again(fx->server, handle));
	CU_ASSERT_STRING_EQUAL(heard(fd), "");
	commit();
	CU_ASSERT_STRING_EQUAL(heard(fd), N1 N2);
	/* With nothing lost the answer goes out. */
	fx->looked_up = false;
	call_number(fd, HAMMER ".Later", -1, 3);
	pump();
	say(3, false);
	CU_ASSERT_TRUE(session_finish(fx->server, fx->deferred));
	CU_ASSERT_STRING_EQUAL(heard(fd), N3);
	close(fd);
	tear_down();
}

static void test_stream_pauses(void)
{
	set_up(NULL);
	int fd = dial();
	char *piece = calloc(1, 1024 * 1024);
	size_t unsent = 0, pieces = 0;
	memset(piece, ' ', 1024 * 1024 - 3);
	memcpy(piece + 1024 * 1024 - 3, "{}", 3);
	call(fd, HAMMER ".Stream", NULL, CALL_MORE);
	pump();
	for (; unsent <= WIRE_STREAM_UNSENT_MAX; pieces++)
		session_reply(fx->server, fx->deferred, piece, 1024 * 1024, &unsent);
	CU_ASSERT_TRUE(pieces <= WIRE_STREAM_UNSENT_MAX / (1024 * 1024) + 2);
	struct buffer in = { 0 };
	while (fx->drained == 0) {
		receive(fd, &in);
		pump();
	}
	CU_ASSERT_TRUE(in.length >= pieces * 1024 * 1024 - WIRE_STREAM_UNSENT_MAX / 2 - 1024 * 1024);
	session_finish(fx->server, fx->deferred);
	while (in.length < pieces * 1024 * 1024) {
		receive(fd, &in);
		pump();
	}
	CU_ASSERT_EQUAL(in.length, pieces * 1024 * 1024);
	buffer_free(&in);
	free(piece);
	close(fd);
	tear_down();
}

static void test_half_message(void)
{
	const struct server_limits limits = { .half_message_ms = 60 };
	set_up(&limits);
	int half = dial(), idle = dial(), slow = dial();
	send_bytes(half, "{\"method\"", 9);
	pump();
	for (int i = 0; i < 10; i++) { /* a byte now and then does not help */
		send_bytes(slow, " ", 1);
		pump_ms(15);
	}
	CU_ASSERT_STRING_EQUAL(heard(half), "END");
	CU_ASSERT_STRING_EQUAL(heard(slow), "END");
	CU_ASSERT_PTR_NOT_NULL(strstr(fx->reason, "not ended in time"));
	call_number(idle, HAMMER ".Echo", -1, 1);
	CU_ASSERT_STRING_EQUAL(heard(idle), N1);
	/* Waiting for our own commit is no fault of the peer's. */
	call_number(idle, HAMMER ".Write", 1, 1);
	pump_ms(150);
	commit();
	CU_ASSERT_STRING_EQUAL(heard(idle), N1);
	close(half);
	close(idle);
	close(slow);
	tear_down();
}

static void test_slow_reader(void)
{
	const struct server_limits limits = { .send_stall_ms = 100 };
	set_up(&limits);
	int slow = dial(), other = dial();
	for (int i = 0; i < 64; i++)
		call(slow, HAMMER ".Wide", "{\"size\":1000000}", 0);
	pump();
	CU_ASSERT_TRUE(fx->dispatched <= WIRE_UNSENT_MAX / 1000000 + 2);
	call_number(other, HAMMER ".Echo", -1, 1);
	CU_ASSERT_STRING_EQUAL(heard(other), N1);
	pump_ms(300);
	CU_ASSERT_EQUAL(server_session_count(fx->server), 1);
	CU_ASSERT_STRING_EQUAL(fx->reason, "the peer takes no replies");
	close(slow);
	close(other);
	tear_down();
}

/* One that reads, however late, gets all of it. */
static void test_late_reader(void)
{
	set_up(NULL);
	int other = dial();
	size_t got = 0;
	for (int i = 0; i < 64; i++)
		call(other, HAMMER ".Wide", "{\"size\":1000000}", 0);
	struct buffer in = { 0 };
	for (int i = 0; i < 10000 && got < 64 * 1000027u; i++) {
		receive(other, &in);
		got += in.length;
		buffer_clear(&in);
		pump();
	}
	CU_ASSERT_EQUAL(got, 64 * 1000027u);
	buffer_free(&in);
	close(other);
	tear_down();
}

static void test_huge_message(void)
{
	set_up(NULL);
	int huge = dial(), other = dial();
	char *bytes = malloc(WIRE_MESSAGE_MAX + 2);
	memset(bytes, ' ', WIRE_MESSAGE_MAX + 2);
	CU_ASSERT_TRUE(send_bytes(huge, bytes, WIRE_MESSAGE_MAX / 2));
	call_number(other, HAMMER ".Echo", -1, 1);
	CU_ASSERT_STRING_EQUAL(heard(other), N1);
	send_bytes(huge, bytes, WIRE_MESSAGE_MAX / 2 + 2);
	pump();
	CU_ASSERT_EQUAL(server_session_count(fx->server), 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(fx->reason, "WIRE_MESSAGE_MAX"));
	/* As long as may be. */
	static const char echo[] =
		"{\"method\":\"org.example.Hammer.Echo\",\"parameters\":{\"number\":2}}";
	memcpy(bytes, echo, sizeof echo - 1);
	bytes[WIRE_MESSAGE_MAX] = '\0';
	CU_ASSERT_TRUE(send_bytes(other, bytes, WIRE_MESSAGE_MAX + 1));
	CU_ASSERT_STRING_EQUAL(heard(other), N2);
	/* Nested far deeper than any parser's stack. */
	memset(bytes, '[', WIRE_MESSAGE_MAX);
	send_bytes(other, bytes, WIRE_MESSAGE_MAX + 1);
	CU_ASSERT_STRING_EQUAL(heard(other), "END");
	free(bytes);
	close(huge);
	close(other);
	tear_down();
}

static void test_flood(void)
{
	enum { CALLS = 20000 };
	set_up(NULL);
	int flood = dial(), other = dial();
	struct buffer in = { 0 };
	int answered = 0;
	for (int i = 0; i < CALLS; i++) {
		char text[96];
		int length = snprintf(text, sizeof text, "{\"method\":\"" HAMMER ".Write\",\"parameters\":"
			"{\"client\":1,\"number\":%d}}", i + 1) + 1;
		for (int tries = 0; !send_bytes(flood, text, (size_t)length) && tries < 100; tries++)
			commit();
		if (i % 1000 == 0) {
			CU_ASSERT_TRUE(fx->open_count <= WIRE_CALLS_IN_FLIGHT_MAX);
			call_number(other, HAMMER ".Echo", -1, 1);
			pump();
			commit();
			CU_ASSERT_STRING_EQUAL(heard(other), N1);
		}
		receive(flood, &in);
	}
	for (int i = 0; i < CALLS / 100 && fx->done[1] < CALLS; i++) {
		pump();
		commit();
		receive(flood, &in);
	}
	pump();
	receive(flood, &in);
	for (size_t i = 0; i < in.length; i++)
		answered += in.bytes[i] == '\0' ? 1 : 0;
	CU_ASSERT_EQUAL(answered, CALLS);
	CU_ASSERT_TRUE(fx->in_order);
	buffer_free(&in);
	close(flood);
	close(other);
	tear_down();
}

static void test_leaving(void)
{
	set_up(NULL);
	/* A oneway call counts though its caller is gone at once. */
	int fd = dial();
	call(fd, HAMMER ".Write", "{\"client\":1,\"number\":1}", CALL_ONEWAY);
	close(fd);
	pump();
	CU_ASSERT_EQUAL(fx->open_count, 1);
	lose();
	pump();
	CU_ASSERT_EQUAL(fx->open_count, 1);
	commit();
	pump();
	CU_ASSERT_EQUAL(server_session_count(fx->server), 0);
	/* Who only stops sending still hears all replies. */
	fd = dial();
	call_number(fd, HAMMER ".Write", 1, 2);
	call_number(fd, HAMMER ".Echo", -1, 3);
	send_bytes(fd, "{\"half", 6);
	shutdown(fd, SHUT_WR);
	CU_ASSERT_STRING_EQUAL(heard(fd), "");
	commit();
	CU_ASSERT_STRING_EQUAL(heard(fd), N2 N3 "END");
	close(fd);
	/* Who stops reading is as good as gone. */
	fd = dial();
	shutdown(fd, SHUT_RD);
	call_number(fd, HAMMER ".Echo", -1, 1);
	pump();
	CU_ASSERT_EQUAL(server_session_count(fx->server), 0);
	close(fd);
	tear_down();
}

static void test_limits(void)
{
	const struct server_limits limits = { .connections_per_uid = 3 };
	set_up(&limits);
	int fds[4];
	for (int i = 0; i < 4; i++) {
		fds[i] = dial();
		pump();
	}
	CU_ASSERT_STRING_EQUAL(heard(fds[3]), "END");
	CU_ASSERT_STRING_EQUAL(fx->reason, "this user has too many connections");
	close(fds[0]);
	pump();
	close(fds[3]);
	fds[3] = dial();
	call_number(fds[3], HAMMER ".Echo", -1, 1);
	CU_ASSERT_STRING_EQUAL(heard(fds[3]), N1);
	for (int i = 1; i < 4; i++)
		close(fds[i]);
	tear_down();
}

static void test_no_descriptors(void)
{
	const struct server_limits limits = { .half_message_ms = 100, .send_stall_ms = 100 };
	struct rlimit before, few;
	set_up(&limits);
	int served = dial();
	pump();
	int waiting = dial(); /* connected, not accepted */
	getrlimit(RLIMIT_NOFILE, &before);
	few = before;
	few.rlim_cur = (rlim_t)waiting + 1;
	setrlimit(RLIMIT_NOFILE, &few);
	call_number(waiting, HAMMER ".Echo", -1, 2);
	CU_ASSERT_STRING_EQUAL(heard(waiting), "");
	call_number(served, HAMMER ".Echo", -1, 1);
	CU_ASSERT_STRING_EQUAL(heard(served), N1);
	CU_ASSERT_EQUAL(server_session_count(fx->server), 1);
	setrlimit(RLIMIT_NOFILE, &before);
	pump_ms(100);
	CU_ASSERT_STRING_EQUAL(heard(waiting), N2);
	close(served);
	close(waiting);
	tear_down();
}

static void test_stop(void)
{
	set_up(NULL);
	int fd = dial(), idle = dial();
	call_number(fd, HAMMER ".Write", 1, 1);
	pump();
	server_stop(fx->server);
	CU_ASSERT_STRING_EQUAL(heard(idle), "END");
	CU_ASSERT_NOT_EQUAL(access(fx->path, F_OK), 0);
	call_number(fd, HAMMER ".Write", 1, 2);
	CU_ASSERT_STRING_EQUAL(heard(fd), "");
	CU_ASSERT_FALSE(server_flushed(fx->server));
	commit();
	CU_ASSERT_STRING_EQUAL(heard(fd), N1 "END");
	CU_ASSERT_TRUE(server_flushed(fx->server));
	close(fd);
	close(idle);
	tear_down();
}

static void test_path(void)
{
	struct error error = { 0 };
	struct server *second = NULL;
	const struct server_hooks hooks = { .dispatch = dispatch };
	set_up(NULL);
	CU_ASSERT_TRUE_FATAL(server_new(fx->event, fx->registry, &hooks, NULL, &second, &error));
	CU_ASSERT_FALSE(server_listen(second, fx->path, 0600, &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "served by another process"));
	CU_ASSERT_EQUAL(access(fx->path, F_OK), 0);
	server_free(second);
	tear_down();
}

/* One client of the chaos: it sends 1, 2, 3 … and must hear 1, 2, 3 …, each once. */
struct chaos {
	int fd;
	int64_t sent, heard;
	struct buffer in;
};

static void chaos_hear(struct chaos *client)
{
	CU_ASSERT_FALSE(receive(client->fd, &client->in));
	size_t at = 0;
	for (;;) {
		const char *nul = at < client->in.length
			? memchr(client->in.bytes + at, '\0', client->in.length - at) : NULL;
		if (nul == NULL)
			break;
		char wanted[64];
		snprintf(wanted, sizeof wanted, "{\"parameters\":{\"number\":%lld}}",
			(long long)++client->heard);
		CU_ASSERT_STRING_EQUAL(client->in.bytes + at, wanted);
		at = (size_t)(nul - client->in.bytes) + 1;
	}
	buffer_consume(&client->in, at);
}

static void chaos_step(struct chaos *clients)
{
	struct chaos *client = &clients[rand() % CLIENTS_MAX];
	switch (rand() % 10) {
	case 0:
		commit();
		break;
	case 1:
		if (rand() % 3 == 0)
			lose();
		break;
	case 2:
		pump();
		break;
	case 3:
		sd_event_run(fx->event, 0);
		break;
	case 4:
		chaos_hear(client);
		break;
	default:
		if (client->sent < client->heard + 400)
			call_number(client->fd, HAMMER ".Write", client - clients, ++client->sent);
		break;
	}
}

static void test_chaos(void)
{
	for (unsigned seed = 1; seed <= 20; seed++) {
		struct chaos clients[CLIENTS_MAX] = { 0 };
		set_up(NULL);
		srand(seed);
		fx->room = 20 + (size_t)(rand() % 200);
		for (int i = 0; i < CLIENTS_MAX; i++)
			clients[i].fd = dial();
		for (int i = 0; i < 5000; i++)
			chaos_step(clients);
		for (int i = 0; i < 200; i++) {
			pump();
			commit();
		}
		for (int i = 0; i < CLIENTS_MAX; i++) {
			pump();
			chaos_hear(&clients[i]);
			CU_ASSERT_EQUAL(clients[i].heard, clients[i].sent);
			CU_ASSERT_EQUAL(fx->done[i], clients[i].sent);
			buffer_free(&clients[i].in);
			close(clients[i].fd);
		}
		CU_ASSERT_TRUE(fx->in_order);
		pump();
		CU_ASSERT_EQUAL(server_session_count(fx->server), 0);
		tear_down();
	}
}

/* Bytes without sense on many connections: nothing falls, and the next peer is served. */
static void test_noise(void)
{
	static const char alphabet[] = "{}[]\":,\\ue0\0truefalsn1.-\xff";
	set_up(NULL);
	srand(1);
	for (int i = 0; i < 2000; i++) {
		char bytes[64];
		int fd = dial();
		for (size_t j = 0; j < sizeof bytes; j++)
			bytes[j] = alphabet[(size_t)rand() % (sizeof alphabet - 1)];
		send_bytes(fd, bytes, sizeof bytes);
		pump();
		close(fd);
	}
	int fd = dial();
	call_number(fd, HAMMER ".Echo", -1, 1);
	CU_ASSERT_STRING_EQUAL(heard(fd), N1);
	close(fd);
	tear_down();
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "service", test_service },
		{ "malformed", test_malformed },
		{ "pieces", test_pieces },
		{ "held", test_held },
		{ "rewind", test_rewind },
		{ "room", test_room },
		{ "deferred", test_deferred },
		{ "again", test_again },
		{ "stale answer", test_stale_answer },
		{ "stream pauses", test_stream_pauses },
		{ "half message", test_half_message },
		{ "slow reader", test_slow_reader },
		{ "late reader", test_late_reader },
		{ "huge message", test_huge_message },
		{ "flood", test_flood },
		{ "leaving", test_leaving },
		{ "limits", test_limits },
		{ "no descriptors", test_no_descriptors },
		{ "stop", test_stop },
		{ "path", test_path },
		{ "chaos", test_chaos },
		{ "noise", test_noise },
		CU_TEST_INFO_NULL,
	};
	return run_cases("server", cases);
}
