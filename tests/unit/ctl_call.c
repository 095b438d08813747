/*
 * Calls against a small server of its own: what is added to parameters, the same command id through
 * every attempt, doubt, pages, streams, ids by their beginning.
 */
#include "vaultctl/ctl.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "tests/unit/runner.h"

/* What the server does with the calls of one run, in order; the last goes on for ever. */
enum { SAYS_MAX = 8, LOG_MAX = 65536 };
#define HANG_UP "hang up"

struct server {
	char folder[64], path[96], log[96];
	pid_t pid;
};

/* One call, NUL included; false when the client is gone. */
static bool read_call(int fd, char *call, size_t size)
{
	size_t length = 0;
	while (length < size && read(fd, call + length, 1) == 1) {
		if (call[length++] == '\0')
			return true;
	}
	return false;
}

static void serve(int listener, const char *log_path, const char *const *says)
{
	char call[4096];
	FILE *log = fopen(log_path, "w");
	int said = 0;
	if (log == NULL)
		_exit(1);
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		while (fd >= 0 && read_call(fd, call, sizeof call)) {
			fprintf(log, "%s\n", call);
			fflush(log);
			const char *say = says[said];
			said += says[said + 1] != NULL;
			if (text_equal(say, HANG_UP))
				break;
			/* several replies of a stream are parted by newlines */
			for (const char *at = say; *at != '\0';) {
				size_t length = strcspn(at, "\n");
				if (write(fd, at, length) < 0 || write(fd, "", 1) < 0)
					break;
				at += length + (at[length] == '\n');
			}
		}
		close(fd);
	}
}

static struct server start(const char *const *says)
{
	struct server server = { .folder = "/tmp/vault-ctl-XXXXXX" };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(server.folder));
	snprintf(server.path, sizeof server.path, "%s/socket", server.folder);
	snprintf(server.log, sizeof server.log, "%s/log", server.folder);
	text_copy(address.sun_path, sizeof address.sun_path, server.path);
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	CU_ASSERT_FATAL(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
	CU_ASSERT_FATAL(listen(listener, 8) == 0);
	fflush(stdout);
	server.pid = fork();
	if (server.pid == 0) {
		serve(listener, server.log, says);
		_exit(0);
	}
	close(listener);
	return server;
}

/* What it was asked, a line a call; free it. */
static char *stop(struct server *server)
{
	char *text = calloc(1, LOG_MAX);
	kill(server->pid, SIGKILL);
	waitpid(server->pid, NULL, 0);
	FILE *log = fopen(server->log, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	if (log != NULL) {
		if (fread(text, 1, LOG_MAX - 1, log) == 0)
			text[0] = '\0';
		fclose(log);
	}
	unlink(server->log);
	unlink(server->path);
	rmdir(server->folder);
	return text;
}

static void open_ctl(struct ctl *ctl, const struct server *server)
{
	ctl_open(ctl);
	ctl->socket = server->path;
	ctl->quiet = true;
	ctl->again_ms = 1000;
}

static int occurrences(const char *text, const char *part)
{
	int count = 0;
	for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part))
		count++;
	return count;
}

#define RECEIPT \
	"{\"parameters\":{\"receipt\":{\"id\":\"GA-1\",\"index\":7,\"at\":\"\",\"events\":[]}}}"
#define WEIGH "{\"lot\":\"GA-1\",\"gross_g\":2,\"tare_g\":1}"

static void adds_to_writes_only(void)
{
	static const char *const says[] = { RECEIPT, "{\"parameters\":{}}", NULL };
	struct server server = start(says);
	struct ctl ctl;
	struct reply reply = { 0 };
	struct error error = { 0 };
	open_ctl(&ctl, &server);
	ctl.as = "lee";
	ctl.dry_run = true;
	CU_ASSERT_TRUE(ctl_call(&ctl, "Stock.WeighLot", WEIGH, &reply, &error));
	CU_ASSERT_EQUAL(value_get_int(value_get(reply.parameters, "receipt"), "index", 0), 7);
	reply_free(&reply);
	CU_ASSERT_TRUE(ctl_call(&ctl, "Stock.ListSites", NULL, &reply, &error));
	reply_free(&reply);
	char *log = stop(&server), expected[400];
	snprintf(expected, sizeof expected, "{\"method\":\"org.projectvault.Stock.WeighLot\","
		"\"parameters\":{\"lot\":\"GA-1\",\"gross_g\":2,\"tare_g\":1,\"command\":\"%s\","
		"\"as\":\"lee\",\"dry_run\":true}}\n"
		"{\"method\":\"org.projectvault.Stock.ListSites\",\"parameters\":{}}\n", ctl.command_id);
	CU_ASSERT_STRING_EQUAL(log, expected);
	CU_ASSERT_EQUAL(ctl.command_id[14], '7'); /* UUIDv7 */
	free(log);
	ctl_close(&ctl);
}

static void asks_again_with_the_same_id(void)
{
	static const char *const says[] = { HANG_UP,
		"{\"error\":\"org.projectvault.NotApplied\",\"parameters\":{\"message\":\"later\"}}",
		RECEIPT, NULL };
	struct server server = start(says);
	struct ctl ctl;
	struct reply reply = { 0 };
	struct error error = { 0 };
	open_ctl(&ctl, &server);
	CU_ASSERT_TRUE(ctl_call(&ctl, "Stock.WeighLot", WEIGH, &reply, &error));
	reply_free(&reply);
	char *log = stop(&server);
	CU_ASSERT_EQUAL(occurrences(log, "\n"), 3);
	CU_ASSERT_EQUAL(occurrences(log, ctl.command_id), 3);
	free(log);
	ctl_close(&ctl);
}

static void stays_in_doubt(void)
{
	static const char *const says[] = { HANG_UP, NULL };
	struct server server = start(says);
	struct ctl ctl;
	struct reply reply = { 0 };
	struct error error = { 0 };
	open_ctl(&ctl, &server);
	ctl.id = "0193a7c2-5e1b-7d04-9a51-3c2f0b6ad9e7";
	CU_ASSERT_FALSE(ctl_call(&ctl, "Stock.WeighLot", WEIGH, &reply, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_IN_DOUBT);
	char *log = stop(&server);
	CU_ASSERT_TRUE(occurrences(log, "\n") >= 3);
	CU_ASSERT_EQUAL(occurrences(log, ctl.id), occurrences(log, "\n"));
	free(log);
	ctl_close(&ctl);
}

/* A refusal is an answer: it is not asked again, and its figures are kept for ctl_fail. */
static void takes_a_refusal(void)
{
	static const char *const says[] = { "{\"error\":\"org.projectvault.Refused\",\"parameters\":{"
		"\"message\":\"no\",\"limit_g\":5,\"rules\":[]}}", NULL };
	struct server server = start(says);
	struct ctl ctl;
	struct reply reply = { 0 };
	struct error error = { 0 };
	open_ctl(&ctl, &server);
	CU_ASSERT_FALSE(ctl_call(&ctl, "Stock.WeighLot", WEIGH, &reply, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_REFUSED);
	CU_ASSERT_EQUAL(value_get_int(ctl.failure.parameters, "limit_g", 0), 5);
	char *log = stop(&server);
	CU_ASSERT_EQUAL(occurrences(log, "\n"), 1);
	free(log);
	ctl_close(&ctl);
}

static void says_where_it_looked(void)
{
	struct ctl ctl;
	struct reply reply = { 0 };
	struct error error = { 0 };
	ctl_open(&ctl);
	ctl.socket = "/nowhere/vaultd.sock";
	CU_ASSERT_FALSE(ctl_call(&ctl, "Stock.WeighLot", WEIGH, &reply, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_UNREACHABLE);
	CU_ASSERT_EQUAL(error_info(error.id)->exit_status, 5);
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&ctl.tried), "/nowhere/vaultd.sock"));
	ctl_close(&ctl);
}

static bool gather(void *context, const struct value *row, struct error *error)
{
	(void)error;
	buffer_printf(context, "%s ", value_get_text(row, "code", "?"));
	return true;
}

static void follows_pages(void)
{
	static const char *const says[] = {
		"{\"parameters\":{\"rows\":[{\"code\":\"A\"},{\"code\":\"B\"}],\"next\":\"B\"}}",
		"{\"parameters\":{\"rows\":[{\"code\":\"C\"}]}}", NULL };
	struct server server = start(says);
	struct ctl ctl;
	struct buffer codes = { 0 };
	struct error error = { 0 };
	open_ctl(&ctl, &server);
	CU_ASSERT_TRUE(ctl_list(&ctl, "Stock.ListLots", "{\"site\":\"ROT\"}", gather, &codes, &error));
	CU_ASSERT_STRING_EQUAL(buffer_text(&codes), "A B C ");
	char *log = stop(&server);
	CU_ASSERT_PTR_NOT_NULL(strstr(log, "{\"site\":\"ROT\",\"after\":\"B\"}"));
	free(log);
	buffer_free(&codes);
	ctl_close(&ctl);
}

static void takes_a_stream(void)
{
	static const char *const says[] = {
		"{\"parameters\":{\"code\":\"A\"},\"continues\":true}\n{\"parameters\":{\"code\":\"B\"}}",
		NULL };
	struct server server = start(says);
	struct ctl ctl;
	struct buffer codes = { 0 };
	struct error error = { 0 };
	open_ctl(&ctl, &server);
	CU_ASSERT_TRUE(ctl_call_more(&ctl, "Evidence.Audit", NULL, gather, &codes, &error));
	CU_ASSERT_STRING_EQUAL(buffer_text(&codes), "A B ");
	char *log = stop(&server);
	CU_ASSERT_PTR_NOT_NULL(strstr(log, "\"more\":true"));
	free(log);
	buffer_free(&codes);
	ctl_close(&ctl);
}

static void resolves_beginnings(void)
{
	static const char *const lots[] = { "{\"parameters\":{\"rows\":[{\"code\":\"GA-0001\"},"
		"{\"code\":\"GA-0002\"},{\"code\":\"SB-0001\"}]}}", NULL };
	static const struct { const char *given, *whole; } cases[] = {
		{ "GA-0001", "GA-0001" }, { "sb", "SB-0001" }, { "ga-0002", "GA-0002" },
		{ "GA", NULL }, { "XX", "XX" },
	};
	struct server server = start(lots);
	struct ctl ctl;
	open_ctl(&ctl, &server);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char whole[CTL_ID] = "";
		struct error error = { 0 };
		CU_ASSERT_EQUAL(ctl_resolve(&ctl, "lot", cases[i].given, whole, &error),
			cases[i].whole != NULL);
		CU_ASSERT_STRING_EQUAL(whole, cases[i].whole == NULL ? "" : cases[i].whole);
		if (cases[i].whole == NULL)
			CU_ASSERT_STRING_EQUAL(error.remedy, "Choose one of GA-0001, GA-0002");
	}
	free(stop(&server));
	ctl_close(&ctl);
}

static void resolves_minerals(void)
{
	static const char *const says[] = {
		"{\"parameters\":{\"rows\":["
		"{\"code\":\"gallium\",\"name\":\"Gallium\",\"symbol\":\"Ga\"}]}}",
		"{\"parameters\":{\"rows\":[{\"code\":\"31-4n\",\"mineral\":\"gallium\"},"
		"{\"code\":\"sb\",\"mineral\":\"antimony\"}]}}", NULL };
	struct server server = start(says);
	struct ctl ctl;
	char whole[CTL_ID] = "";
	struct error error = { 0 };
	open_ctl(&ctl, &server);
	CU_ASSERT_TRUE(ctl_resolve(&ctl, "commodity", "ga", whole, &error));
	CU_ASSERT_STRING_EQUAL(whole, "31-4n");
	free(stop(&server));
	ctl_close(&ctl);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "command, as and dry_run go to writes only", adds_to_writes_only },
		{ "asks again with the same id", asks_again_with_the_same_id },
		{ "stays in doubt when nobody answers", stays_in_doubt },
		{ "takes a refusal as an answer", takes_a_refusal },
		{ "says which sockets were tried", says_where_it_looked },
		{ "follows pages", follows_pages },
		{ "takes a stream", takes_a_stream },
		{ "whole ids from their beginning", resolves_beginnings },
		{ "commodities by their mineral", resolves_minerals },
		CU_TEST_INFO_NULL,
	};
	signal(SIGPIPE, SIG_IGN);
	return run_cases("calls", cases);
}
