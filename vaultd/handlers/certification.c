/*
 * A run is a walk down one table: each row says what the call must bring and what it gives. The
 * figures are such that every JSON writer gives them back as they were (a half is no integer).
 */
#include "vaultd/handlers/certification.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define INTERFACE "org.varlink.certification"
#define VALUES "\"bool\":true,\"int\":42,\"float\":0.5," \
	"\"string\":\"\xc3\xa9\xe2\x82\xac \\\"quoted\\\"\""
#define MYTYPE "\"mytype\":{\"object\":{\"method\":\"a.b.C\",\"list\":[1,{\"x\":\"y\"}]}," \
	"\"enum\":\"two\",\"struct\":{\"first\":1,\"second\":\"2\"},\"array\":[\"one\",\"two\"]," \
	"\"dictionary\":{\"foo\":\"Foo\",\"bar\":\"Bar\"},\"stringset\":{\"one\":{},\"two\":{}}," \
	"\"nullable_array_struct\":[{\"first\":-1,\"second\":\"\"}]," \
	"\"interface\":{\"foo\":[null,{\"a\":\"foo\",\"b\":\"baz\"}]," \
	"\"anon\":{\"foo\":true,\"bar\":false}}}"
#define REPLIES "\"r1\",\"r2\",\"r3\",\"r4\",\"r5\""

struct step {
	const char *name;
	const char *wants; /* parameters beside client_id */
	const char *gives;
};

static const struct step steps[] = {
	{ "Start", "{}", NULL },
	{ "Test01", "{}", "{\"bool\":true}" },
	{ "Test02", "{\"bool\":true}", "{\"int\":42}" },
	{ "Test03", "{\"int\":42}", "{\"float\":0.5}" },
	{ "Test04", "{\"float\":0.5}", "{\"string\":\"ping\"}" },
	{ "Test05", "{\"string\":\"ping\"}", "{" VALUES "}" },
	{ "Test06", "{" VALUES "}", "{\"struct\":{" VALUES "}}" },
	{ "Test07", "{\"struct\":{" VALUES "}}", "{\"map\":{\"foo\":\"Foo\",\"bar\":\"Bar\"}}" },
	{ "Test08", "{\"map\":{\"foo\":\"Foo\",\"bar\":\"Bar\"}}",
		"{\"set\":{\"one\":{},\"two\":{},\"three\":{}}}" },
	{ "Test09", "{\"set\":{\"one\":{},\"two\":{},\"three\":{}}}", "{" MYTYPE "}" },
	{ "Test10", "{" MYTYPE "}", NULL },
	{ "Test11", "{\"last_more_replies\":[" REPLIES "]}", "{}" },
	{ "End", "{}", "{\"all_ok\":true}" },
};

enum { STEPS = sizeof steps / sizeof *steps, RUNS = 16, LAST_REPLY = 5 };
enum { START = 0, STREAM = 10 };

struct certification {
	struct run { int64_t id; int next; } runs[RUNS]; /* id 0: free */
	int64_t begun;
};

static struct method methods[STEPS];

struct certification *certification_new(void)
{
	struct certification *certification = calloc(1, sizeof *certification);
	if (certification == NULL)
		abort();
	return certification;
}

void certification_free(struct certification *certification)
{
	free(certification);
}

bool certification_register(struct registry *registry, struct error *error)
{
	for (int i = 0; i < STEPS; i++) {
		methods[i] = (struct method){ .interface = INTERFACE, .name = steps[i].name,
			.needs_more = i == STREAM, .data = &steps[i] };
		if (!registry_add_method(registry, &methods[i], error))
			return false;
	}
	return true;
}

static void answer_start(struct certification *certification, struct buffer *out)
{
	int64_t id = ++certification->begun;
	certification->runs[id % RUNS] = (struct run){ id, START + 1 };
	struct json json;
	struct buffer text = { 0 };
	buffer_append_int(&text, id);
	reply_begin(&json, out);
	json_key(&json, "client_id");
	json_text(&json, buffer_text(&text));
	reply_end(&json, false);
	buffer_free(&text);
}

static void answer_stream(struct buffer *out)
{
	for (int i = 1; i <= LAST_REPLY; i++) {
		struct json json;
		char text[] = { 'r', (char)('0' + i), '\0' };
		reply_begin(&json, out);
		json_key(&json, "string");
		json_text(&json, text);
		reply_end(&json, i < LAST_REPLY);
	}
}

static struct run *find_run(struct certification *certification, const struct call *call)
{
	int64_t id;
	if (!text_to_int(value_get_text(call->parameters, "client_id", ""), &id) || id <= 0)
		return NULL;
	struct run *run = &certification->runs[id % RUNS];
	return run->id == id ? run : NULL;
}

/* Whether the call brings all that the step wants; the check has refused whatever is beyond it. */
static bool brings(const struct value *wanted, const struct value *parameters)
{
	struct value_cursor cursor = { 0 };
	const char *key;
	const struct value *member;
	while (value_next(wanted, &cursor, &key, &member)) {
		if (!value_equal(member, value_get(parameters, key)))
			return false;
	}
	return true;
}

static void answer_wrong(const struct step *step, const struct call *call, struct buffer *out)
{
	struct json json;
	struct buffer got = { 0 };
	value_write(call->parameters, &got);
	reply_error_begin(&json, out, INTERFACE ".CertificationError");
	json_key(&json, "wants");
	json_open_object(&json);
	json_key(&json, "method");
	json_text(&json, step->name);
	json_key(&json, "parameters");
	json_raw(&json, step->wants, strlen(step->wants));
	json_close_object(&json);
	json_key(&json, "got");
	json_open_object(&json);
	json_key(&json, "method");
	json_text(&json, call->name);
	json_key(&json, "parameters");
	json_raw(&json, got.bytes, got.length);
	json_close_object(&json);
	reply_error_end(&json);
	buffer_free(&got);
}

static void answer_text(const char *parameters, struct buffer *out)
{
	buffer_append_text(out, "{\"parameters\":");
	buffer_append_text(out, parameters);
	buffer_append(out, "}", 2);
}

static void answer_step(struct run *run, const struct step *step, const struct call *call,
	struct buffer *out)
{
	struct error error = { 0 };
	struct value *wanted;
	bool parsed = value_parse(step->wants, strlen(step->wants), &wanted, &error);
	assert(parsed);
	bool right = step == &steps[run->next] && brings(wanted, call->parameters);
	value_free(wanted);
	if (!right) {
		answer_wrong(&steps[run->next], call, out);
		return;
	}
	run->next++;
	if (run->next == STEPS)
		run->id = 0;
	if (step == &steps[STREAM])
		answer_stream(out);
	else
		answer_text(step->gives, out);
}

enum call_outcome certification_answer(struct certification *certification,
	const struct invocation *invocation, struct buffer *out)
{
	const struct step *step = invocation->method->data;
	struct run *run = find_run(certification, invocation->call);
	if (step == &steps[START])
		answer_start(certification, out);
	else if (run == NULL)
		reply_error_text(out, INTERFACE ".ClientIdError", NULL, "");
	else
		answer_step(run, step, invocation->call, out);
	return CALL_ANSWERED;
}
