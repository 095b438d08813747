/*
 * The connection to vaultd and the calls over it. A write keeps its command id through every
 * attempt, so that asking again is always safe; what is never sent twice with two ids cannot
 * happen twice.
 */
#include "vaultctl/ctl.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <uuid.h>

#include "base/json.h"
#include "vault/limits.h"
#include "vaultctl/interfaces.h"
#include "vaultctl/past.h"
#include "wire/client.h"

enum {
	CONNECT_MS = 5000,
	WRITE_ANSWER_MS = STORE_WAIT_MS + 10000,
	READ_ANSWER_MS = 300000,
	PAUSE_FIRST_MS = 100,
	PAUSE_LAST_MS = 2000,
};

/* ---- the context ---- */

void ctl_open(struct ctl *ctl)
{
	memset(ctl, 0, sizeof *ctl);
	ctl->again_ms = CTL_AGAIN_MS;
	ctl->out_terminal = isatty(STDOUT_FILENO);
	ctl->error_terminal = isatty(STDERR_FILENO);
}

static void drop_client(struct ctl *ctl)
{
	if (ctl->client != NULL)
		client_close(ctl->client);
	ctl->client = NULL;
}

static void drop_failure(struct ctl *ctl)
{
	if (ctl->failure.root != NULL)
		reply_free(&ctl->failure);
	memset(&ctl->failure, 0, sizeof ctl->failure);
}

void ctl_close(struct ctl *ctl)
{
	drop_client(ctl);
	drop_failure(ctl);
	past_end(ctl);
	buffer_free(&ctl->tried);
	for (size_t i = 0; i < CTL_INTERFACES; i++) {
		if (ctl->interfaces[i] != NULL)
			interface_free(ctl->interfaces[i]);
		ctl->interfaces[i] = NULL;
	}
}

/* ---- interfaces ---- */

/* "Stock" as the name of its interface; a name with a dot is whole already. */
static void whole_name(const char *name, size_t length, struct buffer *to)
{
	if (memchr(name, '.', length) == NULL)
		buffer_append_text(to, VAULT_ERROR_PREFIX);
	buffer_append(to, name, length);
}

static bool same_interface(const char *name, const char *given, size_t length)
{
	struct buffer whole = { 0 };
	whole_name(given, length, &whole);
	bool same = text_equal(name, buffer_text(&whole));
	buffer_free(&whole);
	return same;
}

static const struct interface *find_interface(struct ctl *ctl, const char *name, size_t length)
{
	assert(interface_texts_count <= CTL_INTERFACES);
	for (size_t i = 0; i < interface_texts_count; i++) {
		const struct embedded_text *text = &interface_texts[i];
		if (!same_interface(text->name, name, length))
			continue;
		struct error error = { 0 };
		if (ctl->interfaces[i] == NULL &&
		    !interface_parse(text->text, text->length, &ctl->interfaces[i], &error))
			assert(false && "an interface compiled in does not parse");
		return ctl->interfaces[i];
	}
	return NULL;
}

const struct interface *ctl_interface(struct ctl *ctl, const char *name)
{
	return find_interface(ctl, name, strlen(name));
}

const struct interface_member *ctl_method(struct ctl *ctl, const char *method)
{
	const char *dot = strrchr(method, '.');
	if (dot == NULL)
		return NULL;
	const struct interface *interface = find_interface(ctl, method, (size_t)(dot - method));
	return interface == NULL ? NULL : interface_find(interface, MEMBER_METHOD, dot + 1);
}

/* ---- connecting ---- */

static bool try_socket(struct ctl *ctl, const char *path)
{
	struct error error = { 0 };
	if (client_connect(path, CONNECT_MS, &ctl->client, &error)) {
		text_copy(ctl->socket_path, sizeof ctl->socket_path, path);
		return true;
	}
	buffer_printf(&ctl->tried, "  tried %s\n", error.message[0] != '\0' ? error.message : path);
	return false;
}

/*
 * The sockets in their order. One that was named is tried alone: a command meant for a
 * demonstration must not end at the real reserve because the demonstration is down.
 */
static bool connect_any(struct ctl *ctl, struct error *error)
{
	if (ctl->client != NULL)
		return true;
	buffer_clear(&ctl->tried);
	const char *named = ctl->socket != NULL ? ctl->socket : getenv("VAULT_SOCKET");
	bool connected;
	if (named != NULL && *named != '\0') {
		connected = try_socket(ctl, named);
	} else {
		connected = try_socket(ctl, "/run/vault/vaultd.sock");
		const char *runtime = getenv("XDG_RUNTIME_DIR");
		char path[256];
		if (!connected && runtime != NULL &&
		    snprintf(path, sizeof path, "%s/vault/vaultd.sock", runtime) < (int)sizeof path)
			connected = try_socket(ctl, path);
	}
	if (connected)
		return true;
	error_set(error, ERROR_UNREACHABLE, "", "vaultd does not answer");
	return error_remedy(error, "Start it, or name its socket with --socket PATH or VAULT_SOCKET");
}

/* ---- calling ---- */

static int64_t now_ms(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t ctl_clock_ms(void)
{
	return now_ms(CLOCK_MONOTONIC);
}

void ctl_new_id(char text[UUID_TEXT_SIZE])
{
	uint8_t uuid[16];
	uuid_generate_random(uuid);
	uint64_t ms = (uint64_t)now_ms(CLOCK_REALTIME);
	for (int i = 5; i >= 0; i--, ms >>= 8)
		uuid[i] = (uint8_t)ms;
	uuid[6] = (uint8_t)(0x70 | (uuid[6] & 0x0F));
	uuid[8] = (uint8_t)(0x80 | (uuid[8] & 0x3F));
	text_from_uuid(uuid, text);
}

static void add_text(struct buffer *json, bool *first, const char *key, const char *text)
{
	buffer_append_text(json, *first ? "\"" : ",\"");
	*first = false;
	buffer_append_text(json, key);
	buffer_append_text(json, "\":");
	struct json value;
	json_begin(&value, json, false);
	json_text(&value, text);
}

/* One write: what goes over the wire and what became of it so far. */
struct attempt {
	struct buffer method, params;
	bool write;
	bool reached;  /* vaultd was there once */
	bool doubtful; /* it may have acted */
	struct ctl_again again;
};

/* The method's own parameters with command, as and dry_run behind them where it takes these. */
static bool complete_params(struct ctl *ctl, const struct interface_member *method,
	const char *params_json, struct attempt *attempt, struct error *error)
{
	struct value *given = NULL;
	if (params_json != NULL && !value_parse(params_json, strlen(params_json), &given, error))
		return false;
	if (given != NULL && value_kind(given) != VALUE_OBJECT) {
		value_free(given);
		return error_set(error, ERROR_INVALID, "", "the parameters are not a JSON object");
	}
	struct buffer *to = &attempt->params;
	bool first = given == NULL || value_count(given) == 0;
	if (given != NULL) {
		value_write(given, to);
		to->length--;
	} else {
		buffer_append_byte(to, '{');
	}
	const struct type *input = method == NULL ? NULL : method->input;
	bool command = input != NULL && type_find(input, "command") != NULL;
	/* a note may bear its command id itself, and is as safe to bring again */
	attempt->write = command || (input != NULL && type_find(input, "dry_run") != NULL);
	if (attempt->write && !command) {
		ctl->command_id[0] = '\0';
	} else if (attempt->write && value_get(given, "command") == NULL) {
		if (ctl->id != NULL)
			text_copy(ctl->command_id, sizeof ctl->command_id, ctl->id);
		else
			ctl_new_id(ctl->command_id);
		add_text(to, &first, "command", ctl->command_id);
	} else if (attempt->write) {
		text_copy(ctl->command_id, sizeof ctl->command_id, value_get_text(given, "command", ""));
	}
	if (input != NULL && ctl->as != NULL && type_find(input, "as") != NULL &&
	    value_get(given, "as") == NULL)
		add_text(to, &first, "as", ctl->as);
	if (input != NULL && ctl->dry_run && type_find(input, "dry_run") != NULL &&
	    value_get(given, "dry_run") == NULL)
		buffer_append_text(to, first ? "\"dry_run\":true" : ",\"dry_run\":true");
	buffer_append_byte(to, '}');
	value_free(given);
	return true;
}

static bool prepare(struct ctl *ctl, const char *method, const char *params_json,
	struct attempt *attempt, struct error *error)
{
	memset(attempt, 0, sizeof *attempt);
	drop_failure(ctl);
	const struct interface_member *member = ctl_method(ctl, method);
	if (member != NULL && ctl->dry_run && type_find(member->input, "command") != NULL &&
	    type_find(member->input, "dry_run") == NULL)
		return error_set(error, ERROR_INVALID, "", "this command has no --dry-run");
	const char *dot = strrchr(method, '.');
	if (dot == NULL)
		return error_set(error, ERROR_INVALID, "", "\"%.60s\" is no method: write "
			"Interface.Method, for instance Stock.ListLots", method);
	whole_name(method, (size_t)(dot - method), &attempt->method);
	buffer_append_text(&attempt->method, dot);
	return complete_params(ctl, member, params_json, attempt, error);
}

static void forget(struct attempt *attempt)
{
	buffer_free(&attempt->method);
	buffer_free(&attempt->params);
}

/* One call. An error reply is kept for ctl_fail. */
static bool call_once(struct ctl *ctl, struct attempt *attempt, struct reply *ret_reply,
	struct error *error)
{
	struct reply reply = { 0 };
	if (!connect_any(ctl, error))
		return false;
	attempt->reached = true;
	int timeout_ms = attempt->write ? WRITE_ANSWER_MS : READ_ANSWER_MS;
	if (!client_call(ctl->client, buffer_text(&attempt->method), buffer_text(&attempt->params), 0,
		    timeout_ms, &reply, error)) {
		attempt->doubtful |= error->id == ERROR_IN_DOUBT && attempt->write;
		if (!attempt->write && error->id == ERROR_IN_DOUBT)
			error->id = ERROR_UNREACHABLE; /* a read leaves no doubt */
		drop_client(ctl);
		return false;
	}
	if (reply.error[0] == '\0') {
		*ret_reply = reply;
		return true;
	}
	drop_failure(ctl);
	ctl->failure = reply;
	client_reply_error(&reply, error);
	if (error->id == ERROR_IN_DOUBT)
		attempt->doubtful = true;
	else if (error->id == ERROR_NOT_APPLIED)
		attempt->doubtful = false; /* vaultd answers for this id, whatever was sent before */
	return false;
}

/* A clock that jumped needs a person, not patience; a daemon that was never there needs a start. */
static bool worth_another(const struct attempt *attempt, const struct error *error)
{
	if (error->id == ERROR_UNREACHABLE)
		return attempt->reached;
	return attempt->write && error_info(error->id)->again && error->id != ERROR_CLOCK_JUMPED;
}

bool ctl_pause(const struct ctl *ctl, struct ctl_again *again)
{
	int64_t now = now_ms(CLOCK_MONOTONIC);
	if (again->deadline_ms == 0)
		*again = (struct ctl_again){ now + ctl->again_ms, PAUSE_FIRST_MS };
	if (now + again->pause_ms >= again->deadline_ms)
		return false;
	struct timespec pause = { again->pause_ms / 1000, again->pause_ms % 1000 * 1000000L };
	nanosleep(&pause, NULL);
	again->pause_ms = again->pause_ms * 2 > PAUSE_LAST_MS ? PAUSE_LAST_MS : again->pause_ms * 2;
	return true;
}

static bool wait_for_another(struct ctl *ctl, struct attempt *attempt, const struct error *error)
{
	if (attempt->again.deadline_ms == 0 && ctl->error_terminal)
		ctl_say(ctl, "%s; asking again with the same id for %d s", error->message,
			ctl->again_ms / 1000);
	return ctl_pause(ctl, &attempt->again);
}

static bool call_again(struct ctl *ctl, struct attempt *attempt, struct reply *ret_reply,
	struct error *last)
{
	bool done = call_once(ctl, attempt, ret_reply, last);
	while (!done && worth_another(attempt, last) && wait_for_another(ctl, attempt, last)) {
		*last = (struct error){ 0 };
		done = call_once(ctl, attempt, ret_reply, last);
	}
	return done;
}

bool ctl_call(struct ctl *ctl, const char *method, const char *params_json,
	struct reply *ret_reply, struct error *error)
{
	struct attempt attempt;
	struct error last = { 0 };
	bool done = prepare(ctl, method, params_json, &attempt, &last);
	if (done && past_offline(ctl)) {
		done = past_answer(ctl, method, buffer_text(&attempt.params), ret_reply, &last);
	} else if (done && ctl->past != NULL) {
		done = past_wrap(ctl, &attempt.method, &attempt.params, &last) &&
			call_again(ctl, &attempt, ret_reply, &last);
		if (done)
			past_unwrap(ctl, ret_reply);
	} else if (done) {
		done = call_again(ctl, &attempt, ret_reply, &last);
	}
	if (!done && attempt.write && attempt.doubtful && error_info(last.id)->again)
		error_set(error, ERROR_IN_DOUBT, "", "%s", last.message);
	else if (!done && error->id == ERROR_NONE)
		*error = last;
	forget(&attempt);
	return done;
}

bool ctl_call_note(struct ctl *ctl, const char *method, const char *document,
	const struct buffer *note, struct reply *ret_reply, struct error *error)
{
	struct buffer params = { 0 };
	struct json json;
	json_begin(&json, &params, false);
	json_open_object(&json);
	if (document != NULL) {
		json_key(&json, "document");
		json_text(&json, document);
	}
	json_key(&json, "note");
	json_text_n(&json, note->bytes, note->length);
	json_close_object(&json);
	bool good = ctl_call(ctl, method, buffer_text(&params), ret_reply, error);
	buffer_free(&params);
	return good;
}

static bool receive_each(struct ctl *ctl, ctl_each *each, void *context, struct error *error)
{
	bool continues = true, good = true;
	while (good && continues) {
		struct reply reply = { 0 };
		if (!client_receive(ctl->client, READ_ANSWER_MS, &reply, error)) {
			error->id = error->id == ERROR_IN_DOUBT ? ERROR_UNREACHABLE : error->id;
			return false;
		}
		if (reply.error[0] != '\0') {
			ctl->failure = reply;
			return client_reply_error(&reply, error);
		}
		continues = reply.continues;
		good = each(context, reply.parameters, error);
		reply_free(&reply);
	}
	return good;
}

bool ctl_call_more(struct ctl *ctl, const char *method, const char *params_json, ctl_each *each,
	void *context, struct error *error)
{
	struct attempt attempt;
	bool good = prepare(ctl, method, params_json, &attempt, error) && connect_any(ctl, error) &&
		client_send(ctl->client, buffer_text(&attempt.method), buffer_text(&attempt.params),
			CALL_MORE, CONNECT_MS, error) &&
		receive_each(ctl, each, context, error);
	if (!good)
		drop_client(ctl); /* a stream that was left in the middle */
	forget(&attempt);
	return good;
}

/* ---- a stream that may be quiet for long ---- */

bool ctl_stream_open(struct ctl *ctl, const char *method, const char *params_json,
	struct error *error)
{
	struct attempt attempt;
	bool good = prepare(ctl, method, params_json, &attempt, error) && connect_any(ctl, error) &&
		client_send(ctl->client, buffer_text(&attempt.method), buffer_text(&attempt.params),
			CALL_MORE, CONNECT_MS, error);
	if (!good)
		drop_client(ctl);
	forget(&attempt);
	return good;
}

bool ctl_stream_take(struct ctl *ctl, struct reply *ret_reply, struct error *error)
{
	struct reply reply = { 0 };
	struct error cause = { 0 };
	if (!client_receive(ctl->client, 0, &reply, &cause)) {
		if (cause.id == ERROR_IN_DOUBT && !client_ended(ctl->client))
			return false; /* nothing yet */
		return error_set(error, cause.id == ERROR_IN_DOUBT ? ERROR_UNREACHABLE : cause.id, "",
			"%s", cause.message);
	}
	if (reply.error[0] != '\0') {
		drop_failure(ctl);
		ctl->failure = reply;
		return client_reply_error(&reply, error);
	}
	*ret_reply = reply;
	return true;
}

int ctl_stream_fd(const struct ctl *ctl)
{
	return client_fd(ctl->client);
}

void ctl_stream_close(struct ctl *ctl)
{
	drop_client(ctl);
}

void ctl_open_beside(const struct ctl *ctl, struct ctl *ret_beside)
{
	ctl_open(ret_beside);
	ret_beside->output = ctl->output;
	ret_beside->socket = ctl->socket;
	ret_beside->as = ctl->as;
	ret_beside->quiet = ctl->quiet;
	ret_beside->command = ctl->command;
	ret_beside->line_count = ctl->line_count;
	ret_beside->line = ctl->line;
	ret_beside->again_ms = ctl->again_ms;
}

/* ---- pages ---- */

/* params_json with after set. */
static void page_params(const char *params_json, const char *after, struct buffer *to)
{
	size_t length = params_json == NULL ? 0 : strlen(params_json);
	bool first = length <= 2;
	buffer_clear(to);
	if (first)
		buffer_append_byte(to, '{');
	else
		buffer_append(to, params_json, length - 1);
	if (*after != '\0')
		add_text(to, &first, "after", after);
	buffer_append_byte(to, '}');
}

bool ctl_list(struct ctl *ctl, const char *method, const char *params_json, ctl_each *each,
	void *context, struct error *error)
{
	struct buffer params = { 0 };
	char after[128] = "";
	bool good = true, more = true;
	while (good && more) {
		struct reply reply = { 0 };
		page_params(params_json, after, &params);
		good = ctl_call(ctl, method, buffer_text(&params), &reply, error);
		if (!good)
			break;
		const struct value *rows = value_get(reply.parameters, "rows");
		for (size_t i = 0; good && i < value_count(rows); i++)
			good = each(context, value_at(rows, i), error);
		more = text_copy(after, sizeof after, value_get_text(reply.parameters, "next", "")) &&
			*after != '\0';
		reply_free(&reply);
	}
	buffer_free(&params);
	return good;
}
