/* The canonical writer, and records by their descriptors. */
#include <stdint.h>
#include <string.h>

#include "runner.h"

#include "base/descriptor.h"
#include "base/json.h"

struct target {
	int64_t head;
	char code[8];
};

struct part {
	int64_t mass_g;
	char name[8];
};

struct sample {
	bool bool_;
	uint8_t bytes[2];
	uint8_t enum_;
	int64_t int_;
	struct list list;
	struct target *ref;
	uint32_t set;
	const char *string;
	char text[8];
	int64_t time;
	uint8_t uuid[16];
};

static const char *const enum_names[] = { "", "one", "two", NULL };
static const char *const set_names[] = { "a", "b", "c", NULL };
static const struct field part_fields[] = {
	R_INT(struct part, mass_g),
	F_TEXT(struct part, name),
};
static const struct descriptor part_descriptor = DESCRIPTOR("part", struct part, part_fields);
static const struct field fields[] = {
	F_BOOL(struct sample, bool_),
	F_BYTES(struct sample, bytes),
	F_ENUM(struct sample, enum_, enum_names),
	F_INT(struct sample, int_),
	F_LIST(struct sample, list, &part_descriptor),
	{ FIELD_AT(struct sample, ref), .type = FIELD_REF,
		.key_offset = offsetof(struct target, code) },
	F_SET(struct sample, set, set_names),
	F_STRING(struct sample, string),
	F_TEXT(struct sample, text),
	F_TIME(struct sample, time),
	F_UUID(struct sample, uuid),
};
static const struct descriptor descriptor = DESCRIPTOR("sample", struct sample, fields);
enum { FIELDS = sizeof fields / sizeof *fields };

static struct part parts[] = { { 5, "x" }, { 6, "" } };
static struct target target = { 1, "GA" };

static struct sample full(void)
{
	struct sample sample;
	record_clear(&descriptor, &sample);
	sample.bool_ = true;
	sample.bytes[1] = 0xab;
	sample.enum_ = 2;
	sample.int_ = -9007199254740991;
	sample.list = (struct list){ parts, 2 };
	sample.ref = &target;
	sample.set = 5;
	sample.string = "a\"b\\c/\b\f\n\r\t\x01\x1f\x7f \xc3\xa9 \xf0\x9f\x98\x80";
	memcpy(sample.text, "text", 5);
	sample.time = 1795380065120;
	sample.uuid[15] = 1;
	return sample;
}

static void test_canonical_record(void)
{
	struct buffer out = { 0 };
	struct sample sample = full();
	json_canonical_record(&out, &descriptor, &sample);
	CU_ASSERT_STRING_EQUAL(buffer_text(&out),
		"{\"bool_\":true,\"bytes\":\"00ab\",\"enum_\":\"two\","
		"\"int_\":-9007199254740991,\"list\":[{\"mass_g\":5,\"name\":\"x\"},{\"mass_g\":6}],"
		"\"ref\":\"GA\",\"set\":[\"a\",\"c\"],"
		"\"string\":\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f \xc3\xa9 \xf0\x9f\x98\x80\","
		"\"text\":\"text\",\"time\":\"2026-11-22T20:41:05.120Z\","
		"\"uuid\":\"00000000-0000-0000-0000-000000000001\"}");
	buffer_clear(&out);
	record_clear(&descriptor, &sample);
	json_canonical_record(&out, &descriptor, &sample);
	CU_ASSERT_STRING_EQUAL(buffer_text(&out), "{}");
	buffer_free(&out);
}

static void test_writer(void)
{
	struct buffer out = { 0 };
	struct json json;
	json_begin(&json, &out, false);
	json_open_object(&json);
	json_key(&json, "z");
	json_open_array(&json);
	json_int(&json, 0);
	json_bool(&json, false);
	json_open_object(&json);
	json_close_object(&json);
	json_open_array(&json);
	json_close_array(&json);
	json_text_n(&json, "abc", 2);
	json_hex(&json, "\x01\xff", 2);
	json_raw(&json, "{\"r\":1}", 7);
	json_close_array(&json);
	json_key(&json, "a");
	json_time(&json, 0);
	json_close_object(&json);
	CU_ASSERT_STRING_EQUAL(buffer_text(&out),
		"{\"z\":[0,false,{},[],\"ab\",\"01ff\",{\"r\":1}],\"a\":\"1970-01-01T00:00:00Z\"}");
	buffer_free(&out);
}

static void test_absent_and_equal(void)
{
	struct sample empty, sample = full();
	record_clear(&descriptor, &empty);
	CU_ASSERT_EQUAL(empty.int_, ABSENT);
	CU_ASSERT_EQUAL(empty.time, ABSENT);
	for (int i = 0; i < FIELDS; i++) {
		struct sample other = full();
		CU_ASSERT(field_absent(&fields[i], &empty));
		CU_ASSERT_FALSE(field_absent(&fields[i], &sample));
		CU_ASSERT(field_equal(&fields[i], &sample, &other));
		CU_ASSERT(field_equal(&fields[i], &empty, &empty));
		CU_ASSERT_FALSE(field_equal(&fields[i], &sample, &empty));
		CU_ASSERT_FALSE(field_equal(&fields[i], &empty, &sample));
	}
}

static void test_lists_equal_deeply(void)
{
	struct part others[] = { { 5, "x" }, { 6, "" } };
	struct sample a = full(), b = full();
	const struct field *list = descriptor_field(&descriptor, "list");
	CU_ASSERT_PTR_NOT_NULL_FATAL(list);
	b.list.items = others;
	CU_ASSERT(field_equal(list, &a, &b));
	others[1].mass_g = 7;
	CU_ASSERT_FALSE(field_equal(list, &a, &b));
	b.list.count = 1;
	CU_ASSERT_FALSE(field_equal(list, &a, &b));
	CU_ASSERT_PTR_NULL(descriptor_field(&descriptor, "lis"));
}

static void test_numbers_and_names(void)
{
	struct sample sample = full();
	for (int i = 0; i < FIELDS; i++) {
		enum field_type type = fields[i].type;
		if (type != FIELD_INT && type != FIELD_TIME && type != FIELD_BOOL && type != FIELD_ENUM &&
		    type != FIELD_SET)
			continue;
		field_set_number(&fields[i], &sample, 1);
		CU_ASSERT_EQUAL(field_number(&fields[i], &sample), 1);
	}
	CU_ASSERT_EQUAL(field_name_value(&fields[2], "two"), 2);
	CU_ASSERT_EQUAL(field_name_value(&fields[2], ""), -1);
	CU_ASSERT_EQUAL(field_name_value(&fields[2], "three"), -1);
	CU_ASSERT_EQUAL(field_name_value(&fields[6], "a"), 0);
	CU_ASSERT_STRING_EQUAL(field_text(&fields[2], &sample), "one");
	CU_ASSERT_STRING_EQUAL(field_text(&fields[5], &sample), "GA");
	sample.ref = NULL;
	sample.string = NULL;
	CU_ASSERT_STRING_EQUAL(field_text(&fields[5], &sample), "");
	CU_ASSERT_STRING_EQUAL(field_text(&fields[7], &sample), "");
}

int main(void)
{
	return run_cases("base JSON and descriptors", (CU_TestInfo[]){
		{ "a record of every type as canonical JSON", test_canonical_record },
		{ "the writer's commas and nesting", test_writer },
		{ "what is absent, and what is equal", test_absent_and_equal },
		{ "lists are compared deeply", test_lists_equal_deeply },
		{ "numbers of every width, names of enums and sets", test_numbers_and_names },
		CU_TEST_INFO_NULL,
	});
}
