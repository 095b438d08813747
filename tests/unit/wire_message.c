/*
 * Values, calls, replies, and the check of parameters: every kind of bad input that a peer can
 * send.
 */
#include <stdio.h>
#include <string.h>

#include "runner.h"

#include "wire/check.h"
#include "wire/interface.h"
#include "wire/message.h"
#include "wire/value.h"

static void test_value(void)
{
	static const char text[] = " { \"a\" : [ 1 , -2, true, null, \"x\\u00e9\\n\" ] , \"b\" : { } , "
		"\"c\" : null } ";
	struct error error = { 0 };
	struct value *value;
	CU_ASSERT_TRUE_FATAL(value_parse(text, strlen(text), &value, &error));
	const struct value *array = value_get(value, "a");
	CU_ASSERT_EQUAL(value_count(array), 5);
	CU_ASSERT_EQUAL(value_int(value_at(array, 1), 0), -2);
	CU_ASSERT_TRUE(value_bool(value_at(array, 2), false));
	CU_ASSERT_PTR_NULL(value_at(array, 3));
	CU_ASSERT_STRING_EQUAL(value_text(value_at(array, 4), ""), "x\xc3\xa9\n");
	CU_ASSERT_EQUAL(value_int(value_at(array, 4), 7), 7);
	CU_ASSERT_PTR_NULL(value_at(array, 5));
	CU_ASSERT_PTR_NULL(value_get(value, "c"));
	CU_ASSERT_EQUAL(value_get_int(value_get(value, "b"), "x", 9), 9);
	CU_ASSERT_STRING_EQUAL(value_get_text(NULL, "x", "none"), "none");
	CU_ASSERT_EQUAL(value_kind(value_get(value, "b")), VALUE_OBJECT);
	struct value_cursor cursor = { 0 };
	const struct value *member;
	const char *key;
	char keys[4] = "";
	while (value_next(value, &cursor, &key, &member))
		strncat(keys, key, 1);
	CU_ASSERT_STRING_EQUAL(keys, "abc");
	struct buffer out = { 0 };
	CU_ASSERT_TRUE(value_compact(text, strlen(text), &out, &error));
	CU_ASSERT_STRING_EQUAL(buffer_text(&out),
		"{\"a\":[1,-2,true,null,\"x\xc3\xa9\\n\"],\"b\":{},\"c\":null}");
	CU_ASSERT_FALSE(value_compact("[]", 2, &out, &error));
	buffer_free(&out);
	value_free(value);
}

static void test_call(void)
{
	static const char text[] = "{\"more\":true,\"oneway\":false,\"x.y\":[],\"method\":\"a.b-c.D\","
		"\"parameters\":{\"z\":1}}";
	struct error error = { 0 };
	struct call call;
	CU_ASSERT_TRUE_FATAL(call_parse(text, strlen(text), &call, &error));
	CU_ASSERT_STRING_EQUAL(call.method, "a.b-c.D");
	CU_ASSERT_STRING_EQUAL(call.name, "D");
	CU_ASSERT_EQUAL(call.interface_length, 5);
	CU_ASSERT_EQUAL(value_get_int(call.parameters, "z", 0), 1);
	CU_ASSERT_TRUE(call.more && !call.oneway && !call.upgrade);
	call_free(&call);
	CU_ASSERT_TRUE_FATAL(call_parse("{\"method\":\"x\",\"parameters\":null}", 32, &call, &error));
	CU_ASSERT_PTR_NULL(call.parameters);
	CU_ASSERT_STRING_EQUAL(call.name, "");
	call_free(&call);
	struct buffer out = { 0 };
	call_write(&out, "a.B", "{\"x\":1}", CALL_MORE);
	CU_ASSERT_STRING_EQUAL(out.bytes, "{\"method\":\"a.B\",\"parameters\":{\"x\":1},\"more\":true}");
	buffer_free(&out);
}

static void test_malformed(void)
{
	static const char *const bad[] = {
		"", " ", "null", "{", "{}x", "[]", "{\"method\":\"a.B\"", "{'method':'a.B'}",
		"{\"method\":\"a.B\",}", "{\"method\":\"a.B\" \"more\":true}", "{method:\"a.B\"}",
		"{\"method\":\"a.B\",\"method\":\"a.C\"}",
		"{\"method\":\"a.B\",\"parameters\":{\"x\":1,\"x\":1}}",
		"{\"method\":\"a.B\",\"parameters\":{\"x\":{\"y\":1,\"y\":1}}}",
		"{\"method\":\"a.B\",\"parameters\":7}", "{\"method\":\"a.B\",\"parameters\":\"x\"}",
		"{\"method\":\"a.B\",\"other\":1}", "{\"method\":\"a.B\",\"more\":\"true\"}",
		"{\"method\":\"a.B\",\"upgrade\":true,\"more\":true}", "{\"method\":[\"a.B\"]}",
		"{\"parameters\":{}}", "{\"method\":\"a.B\xc3\"}", "{\"method\":\"a.B\xed\xa0\x80\"}",
		"{\"method\":\"a.B\\u0000\"}", "{\"method\":\"a.B\\udc00\"}", "{\"method\":\"a.B\\x\"}",
		"{\"method\":\"a.B\",\"parameters\":{\"x\":01}}",
		"{\"method\":\"a.B\",\"parameters\":{\"x\":+1}}",
		"{\"method\":\"a.B\",\"parameters\":{\"x\":1.}}",
		"{\"method\":\"a.B\",\"parameters\":{\"x\":NaN}}",
		"{\"method\":\"a.B\",\"parameters\":{\"x\":99999999999999999999,\"x\":1}}",
		"{\"method\":\"a.B\",\"parameters\":{\"x\":\"a\tb\"}}", "{\"method\":\"a.B\",\"a\\u0000\":1}",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct error error = { 0 };
		struct call call;
		CU_ASSERT_FALSE(call_parse(bad[i], strlen(bad[i]), &call, &error));
		CU_ASSERT_EQUAL(error.id, ERROR_INVALID);
	}
}

static void test_depth(void)
{
	for (int depth = 14; depth <= 18; depth++) {
		struct buffer text = { 0 };
		struct error error = { 0 };
		struct value *value;
		for (int i = 0; i < depth; i++)
			buffer_append_text(&text, "[\"[\\\"{\",");
		buffer_append_byte(&text, '1');
		for (int i = 0; i < depth; i++)
			buffer_append_byte(&text, ']');
		bool parsed = value_parse(text.bytes, text.length, &value, &error);
		CU_ASSERT_EQUAL(parsed, depth <= 16);
		if (parsed)
			value_free(value);
		else
			CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "deep"));
		buffer_free(&text);
	}
}

static const char room[] =
	"interface a.b\n"
	"type Lot (code: string, mass_g: int, note: ?string)\n"
	"method M(i: int, s: ?string, b: ?bool, e: ?(A, B), lots: ?[]Lot, map: ?[string]int, o: ?object, "
	"f: ?float, set: ?[string](), matrix: ?[][]int, maybe: ?[]?int) -> ()\n";

static void test_check(void)
{
	static const struct { const char *parameters, *field, *message; } rows[] = {
		{ "{\"i\":1}", NULL, NULL },
		{ "{\"i\":0,\"s\":null,\"b\":null,\"e\":null,\"lots\":null,\"map\":null,\"o\":null}",
			NULL, NULL },
		{ "{\"maybe\":[null,1],\"matrix\":[[1],[]],\"set\":{\"x\":{}},\"f\":1,\"o\":{\"a\":[1.5]},"
			"\"map\":{\"k\":1},\"lots\":[{\"mass_g\":2,\"code\":\"x\"}],\"e\":\"B\",\"b\":true,\"s\":\"\","
			"\"i\":9007199254740991}", NULL, NULL },
		{ "{\"i\":-9007199254740991,\"f\":2.5}", NULL, NULL },
		{ NULL, "i", "is missing" },
		{ "{}", "i", "is missing" },
		{ "{\"s\":\"x\"}", "i", "is missing" },
		{ "{\"i\":null}", "i", "is missing" },
		{ "{\"i\":1,\"j\":1}", "j", "is not a parameter" },
		{ "{\"i\":1,\"I\":1}", "I", "is not a parameter" },
		{ "{\"i\":1,\"\":1}", "", "is not a parameter" },
		{ "{\"i\":1,\"j\":null}", "j", "is not a parameter" },
		{ "{\"i\":\"1\"}", "i", "must be an integer, not a string" },
		{ "{\"i\":true}", "i", "must be an integer, not a boolean" },
		{ "{\"i\":1.0}", "i", "must be an integer, not a number with" },
		{ "{\"i\":1e3}", "i", "must be an integer, not a number with" },
		{ "{\"i\":9007199254740992}", "i", "between" },
		{ "{\"i\":-9007199254740992}", "i", "between" },
		{ "{\"i\":9223372036854775807}", "i", "between" },
		{ "{\"i\":9223372036854775808}", "i", "between" },
		{ "{\"i\":-99999999999999999999999999}", "i", "between" },
		{ "{\"i\":1,\"lots\":[{\"code\":\"99999999999999999999\",\"mass_g\":99999999999999999999}]}",
			"lots[0].mass_g", "between" },
		{ "{\"i\":1e999}", "i", "must be an integer" },
		{ "{\"i\":1,\"f\":1e999}", "f", "must be a number" },
		{ "{\"i\":1,\"f\":9007199254740992}", "f", "between" },
		{ "{\"i\":1,\"f\":\"1\"}", "f", "must be a number" },
		{ "{\"i\":1,\"s\":1}", "s", "must be a string" },
		{ "{\"i\":1,\"b\":0}", "b", "must be a boolean" },
		{ "{\"i\":1,\"e\":\"C\"}", "e", "must be one of A, B, not \"C\"" },
		{ "{\"i\":1,\"e\":\"\"}", "e", "must be one of" },
		{ "{\"i\":1,\"e\":1}", "e", "must be a string" },
		{ "{\"i\":1,\"o\":[]}", "o", "must be an object, not an array" },
		{ "{\"i\":1,\"lots\":{}}", "lots", "must be an array" },
		{ "{\"i\":1,\"lots\":[{\"code\":\"x\",\"mass_g\":1},{\"code\":\"y\"}]}", "lots[1].mass_g",
			"is missing" },
		{ "{\"i\":1,\"lots\":[7]}", "lots[0]", "must be an object" },
		{ "{\"i\":1,\"lots\":[null]}", "lots[0]", "must not be null" },
		{ "{\"i\":1,\"lots\":[{\"code\":\"x\",\"mass_g\":1,\"z\":1}]}", "lots[0].z", "not a parameter" },
		{ "{\"i\":1,\"map\":{\"k\":\"v\"}}", "map.k", "must be an integer" },
		{ "{\"i\":1,\"map\":{\"k\":null}}", "map.k", "must not be null" },
		{ "{\"i\":1,\"set\":{\"k\":{\"z\":1}}}", "set.k.z", "not a parameter" },
		{ "{\"i\":1,\"matrix\":[[1],[1,1.5]]}", "matrix[1][1]", "must be an integer" },
	};
	struct error error = { 0 };
	struct interface *interface;
	CU_ASSERT_TRUE_FATAL(interface_parse(room, strlen(room), &interface, &error));
	const struct type *input = interface_find(interface, MEMBER_METHOD, "M")->input;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *text = rows[i].parameters;
		struct value *value = NULL;
		error = (struct error){ 0 };
		CU_ASSERT_TRUE_FATAL(text == NULL || value_parse(text, strlen(text), &value, &error));
		bool good = check_parameters(input, value, &error);
		CU_ASSERT_EQUAL(good, rows[i].message == NULL);
		if (!good && (strcmp(error.field, rows[i].field) != 0 ||
		    strstr(error.message, rows[i].message) == NULL)) {
			printf("\n%s\n  gave: %s %s\n", text, error.field, error.message);
			CU_FAIL("another error");
		}
		if (value != NULL)
			value_free(value);
	}
	interface_free(interface);
}

/* A path longer than error.field is cut, and what is cut inside a character is mended. */
static void test_long_path(void)
{
	struct error error = { 0 };
	struct interface *interface;
	struct value *value;
	struct buffer text = { 0 }, out = { 0 };
	CU_ASSERT_TRUE_FATAL(interface_parse(room, strlen(room), &interface, &error));
	buffer_append_text(&text, "{\"i\":1,\"map\":{\"");
	for (int i = 0; i < 100; i++)
		buffer_append_text(&text, "\xe2\x82\xac");
	buffer_append_text(&text, "\":\"x\"}}");
	CU_ASSERT_TRUE_FATAL(value_parse(text.bytes, text.length, &value, &error));
	CU_ASSERT_FALSE(check_parameters(interface_find(interface, MEMBER_METHOD, "M")->input, value,
		&error));
	CU_ASSERT_EQUAL(strncmp(error.field, "map.\xe2\x82\xac", 7), 0);
	reply_invalid_parameter(&out, &error);
	struct reply reply;
	CU_ASSERT_TRUE_FATAL(reply_parse(out.bytes, out.length - 1, &reply, &error));
	reply_free(&reply);
	value_free(value);
	interface_free(interface);
	buffer_free(&text);
	buffer_free(&out);
}

static void test_replies(void)
{
	struct error error = { 0 }, none = { 0 };
	struct buffer out = { 0 };
	struct json json;
	struct reply reply;
	reply_begin(&json, &out);
	json_key(&json, "x");
	json_int(&json, 1);
	reply_end(&json, true);
	CU_ASSERT_STRING_EQUAL(out.bytes, "{\"parameters\":{\"x\":1},\"continues\":true}");
	CU_ASSERT_TRUE_FATAL(reply_parse(out.bytes, out.length - 1, &reply, &none));
	CU_ASSERT_TRUE(reply.continues && reply.error[0] == '\0');
	CU_ASSERT_EQUAL(value_get_int(reply.parameters, "x", 0), 1);
	reply_free(&reply);
	buffer_clear(&out);
	error_set(&error, ERROR_REFUSED, "mass_g", "no \"more\"");
	error_remedy(&error, "ask for less");
	reply_error(&out, &error);
	CU_ASSERT_STRING_EQUAL(out.bytes, "{\"error\":\"org.projectvault.Refused\",\"parameters\":"
		"{\"field\":\"mass_g\",\"message\":\"no \\\"more\\\"\",\"remedy\":\"ask for less\"}}");
	buffer_clear(&out);
	reply_empty(&out);
	CU_ASSERT_TRUE_FATAL(reply_parse(out.bytes, out.length - 1, &reply, &none));
	CU_ASSERT_PTR_NULL(reply.parameters);
	reply_free(&reply);
	CU_ASSERT_FALSE(reply_parse("[]", 2, &reply, &none));
	buffer_free(&out);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "value", test_value },
		{ "call", test_call },
		{ "malformed", test_malformed },
		{ "depth", test_depth },
		{ "check", test_check },
		{ "long path", test_long_path },
		{ "replies", test_replies },
		CU_TEST_INFO_NULL,
	};
	return run_cases("message", cases);
}
