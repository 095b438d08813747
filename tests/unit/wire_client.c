/* The client against a child process that answers as a script says, or does not. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner.h"

#include "wire/client.h"

static char folder[] = "/tmp/client.XXXXXX";
static char path[64];

/* What the child sends for the first call, in two pieces; then it closes, or stays silent. */
struct script {
	const char *first, *second;
	size_t first_length, second_length;
	bool stays;
};

static void serve(int listener, const struct script *script)
{
	char byte = 'x';
	int fd = accept(listener, NULL, NULL);
	while (byte != '\0' && read(fd, &byte, 1) == 1)
		;
	if (write(fd, script->first, script->first_length) < 0)
		_exit(1);
	usleep(20000);
	if (write(fd, script->second, script->second_length) < 0)
		_exit(1);
	if (script->stays)
		pause();
	_exit(0);
}

static pid_t start(const struct script *script)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	strcpy(address.sun_path, path);
	unlink(path);
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 5) != 0)
		abort();
	pid_t child = fork();
	if (child == 0)
		serve(listener, script);
	close(listener);
	return child;
}

static struct client *dial(void)
{
	struct error error = { 0 };
	struct client *client = NULL;
	CU_ASSERT_TRUE_FATAL(client_connect(path, 1000, &client, &error));
	return client;
}

static void stop(struct client *client, pid_t child)
{
	client_close(client);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void test_stream(void)
{
	static const char first[] = "{\"parameters\":{\"n\":1},\"continues\":true,\"new\":7}\0{\"para";
	static const char second[] = "meters\":{\"n\":2}}";
	const struct script script = { first, second, sizeof first - 1, sizeof second, false };
	pid_t child = start(&script);
	struct client *client = dial();
	struct error error = { 0 };
	struct reply reply;
	CU_ASSERT_TRUE_FATAL(client_call(client, "a.B", "{}", CALL_MORE, 1000, &reply, &error));
	CU_ASSERT_TRUE(reply.continues);
	CU_ASSERT_EQUAL(value_get_int(reply.parameters, "n", 0), 1);
	reply_free(&reply);
	CU_ASSERT_TRUE_FATAL(client_receive(client, 1000, &reply, &error));
	CU_ASSERT_FALSE(reply.continues);
	CU_ASSERT_EQUAL(value_get_int(reply.parameters, "n", 0), 2);
	reply_free(&reply);
	CU_ASSERT_FALSE(client_receive(client, 1000, &reply, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_IN_DOUBT);
	CU_ASSERT_TRUE(client_ended(client));
	stop(client, child);
}

static void test_silence(void)
{
	const struct script script = { "{\"pa", "", 4, 0, true };
	pid_t child = start(&script);
	struct client *client = dial();
	struct error error = { 0 };
	struct reply reply;
	CU_ASSERT_FALSE(client_call(client, "a.B", NULL, 0, 100, &reply, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_IN_DOUBT);
	CU_ASSERT_FALSE(client_ended(client));
	CU_ASSERT_TRUE(client_call(client, "a.B", NULL, CALL_ONEWAY, 100, &reply, &error));
	stop(client, child);
}

static void test_errors(void)
{
	static const struct { const char *text; enum error_id id; const char *field, *message; } rows[] = {
		{ "{\"error\":\"org.projectvault.Refused\",\"parameters\":{\"message\":\"no\",\"field\":\"x\"}}",
			ERROR_REFUSED, "x", "no" },
		{ "{\"error\":\"org.varlink.service.InvalidParameter\",\"parameters\":{\"parameter\":\"y\"}}",
			ERROR_INVALID, "y", "the daemon answered org.varlink.service.InvalidParameter" },
		{ "{\"error\":\"org.varlink.service.PermissionDenied\"}", ERROR_DENIED, "",
			"the daemon answered org.varlink.service.PermissionDenied" },
		{ "{\"error\":\"org.projectvault.NoSuch\",\"parameters\":{\"message\":\"m\"}}", ERROR_INTERNAL,
			"", "m" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct script script = { rows[i].text, "", strlen(rows[i].text) + 1, 0, false };
		pid_t child = start(&script);
		struct client *client = dial();
		struct error error = { 0 };
		struct reply reply;
		CU_ASSERT_TRUE_FATAL(client_call(client, "a.B", NULL, 0, 1000, &reply, &error));
		CU_ASSERT_FALSE(client_reply_error(&reply, &error));
		CU_ASSERT_EQUAL(error.id, rows[i].id);
		CU_ASSERT_STRING_EQUAL(error.field, rows[i].field);
		CU_ASSERT_STRING_EQUAL(error.message, rows[i].message);
		reply_free(&reply);
		stop(client, child);
	}
}

static void test_unreachable(void)
{
	struct error error = { 0 };
	struct client *client = NULL;
	unlink(path);
	CU_ASSERT_FALSE(client_connect(path, 100, &client, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_UNREACHABLE);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, path));
	CU_ASSERT_PTR_NULL(client);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "stream", test_stream },
		{ "silence", test_silence },
		{ "errors", test_errors },
		{ "unreachable", test_unreachable },
		CU_TEST_INFO_NULL,
	};
	signal(SIGPIPE, SIG_IGN);
	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/socket", folder);
	int status = run_cases("client", cases);
	unlink(path);
	rmdir(folder);
	return status;
}
