/* From JSON to structs and back: records of every field type, and ledger entries. */
#include <stdio.h>
#include <string.h>

#include "runner.h"

#include "base/json.h"
#include "vault/limits.h"
#include "wire/entry.h"
#include "wire/record.h"

enum colour { COLOUR_NONE, COLOUR_RED, COLOUR_GREEN };
static const char *const colours[] = { "", "red", "green", NULL };
static const char *const flags[] = { "dry", "sealed", "owned", NULL };

struct part {
	int64_t mass_g;
	char name[8];
};

struct thing {
	uint8_t bytes[4];
	enum colour colour;
	uint32_t flags;
	uint8_t id[16];
	int64_t mass_g;
	struct list parts;
	const struct part *ref;
	const char *text;
	int64_t when;
	bool yes;
};

static const struct field part_fields[] = {
	R_INT(struct part, mass_g),
	R_TEXT(struct part, name),
};
static const struct descriptor part_descriptor = DESCRIPTOR("part", struct part, part_fields);

static const struct field thing_fields[] = {
	F_BYTES(struct thing, bytes),
	F_ENUM(struct thing, colour, colours),
	F_SET(struct thing, flags, flags),
	F_UUID(struct thing, id),
	R_INT_IN(struct thing, mass_g, -5, 1000),
	F_LIST(struct thing, parts, &part_descriptor),
	{ FIELD_AT(struct thing, ref), .type = FIELD_REF, .table = 3,
		.key_offset = offsetof(struct part, name) },
	F_STRING(struct thing, text),
	F_TIME(struct thing, when),
	F_BOOL(struct thing, yes),
};
static const struct descriptor thing_descriptor = DESCRIPTOR("thing", struct thing, thing_fields);

static const struct part known = { 1, "known" };

static const void *resolve(void *context, int table, const char *key)
{
	CU_ASSERT_EQUAL(table, 3);
	*(int *)context += 1;
	return strcmp(key, "known") == 0 ? &known : NULL;
}

static const char whole[] =
	"{\"bytes\":\"00ff10a0\",\"colour\":\"green\",\"flags\":[\"dry\",\"owned\"],"
	"\"id\":\"0193a7c2-5e1b-7d04-9a51-3c2f0b6ad9e7\",\"mass_g\":-5,\"parts\":[{\"mass_g\":1,"
	"\"name\":\"one\"},{\"mass_g\":2,\"name\":\"two\"}],\"ref\":\"known\",\"text\":\"t\xc3\xa9xt\","
	"\"when\":\"2026-11-22T20:41:05.120Z\",\"yes\":true}";

static void test_whole(void)
{
	struct error error = { 0 };
	struct thing thing;
	int asked = 0;
	const struct record_options options = { .resolve = resolve, .context = &asked };
	struct arena *arena = arena_new(0);
	struct buffer out = { 0 };
	CU_ASSERT_TRUE_FATAL(record_parse(whole, strlen(whole), &thing_descriptor, arena, &options,
		&thing, &error));
	CU_ASSERT_EQUAL(asked, 1);
	CU_ASSERT_PTR_EQUAL(thing.ref, &known);
	CU_ASSERT_EQUAL(thing.parts.count, 2);
	CU_ASSERT_EQUAL(thing.flags, 5u);
	json_canonical_record(&out, &thing_descriptor, &thing);
	CU_ASSERT_STRING_EQUAL(buffer_text(&out), whole);
	buffer_free(&out);
	arena_free(arena);
}

static void test_absent(void)
{
	struct error error = { 0 };
	struct thing thing;
	struct arena *arena = arena_new(0);
	static const char text[] =
		"{\"mass_g\":0,\"colour\":null,\"parts\":[],\"flags\":[],\"yes\":false}";
	memset(&thing, 0x55, sizeof thing);
	CU_ASSERT_TRUE_FATAL(record_parse(text, strlen(text), &thing_descriptor, arena, NULL, &thing,
		&error));
	CU_ASSERT_EQUAL(thing.mass_g, 0);
	for (size_t i = 0; i < thing_descriptor.field_count; i++) {
		const struct field *field = &thing_descriptor.fields[i];
		CU_ASSERT_EQUAL(field_absent(field, &thing), strcmp(field->name, "mass_g") != 0);
	}
	arena_free(arena);
}

static void test_bad(void)
{
	static const struct { const char *text, *field, *message; } rows[] = {
		{ "{}", "mass_g", "is missing" },
		{ "[]", "", "must be an object" },
		{ "{\"mass_g\":1,\"other\":1}", "other", "is not known" },
		{ "{\"mass_g\":1001}", "mass_g", "between -5 and 1000" },
		{ "{\"mass_g\":-6}", "mass_g", "between -5 and 1000" },
		{ "{\"mass_g\":1.0}", "mass_g", "must be an integer" },
		{ "{\"mass_g\":\"1\"}", "mass_g", "must be an integer, not a string" },
		{ "{\"mass_g\":99999999999999999999}", "mass_g", "between" },
		{ "{\"mass_g\":1,\"colour\":\"blue\"}", "colour", "one of red, green, not \"blue\"" },
		{ "{\"mass_g\":1,\"colour\":\"\"}", "colour", "one of" },
		{ "{\"mass_g\":1,\"colour\":1}", "colour", "must be a string" },
		{ "{\"mass_g\":1,\"flags\":\"dry\"}", "flags", "must be an array" },
		{ "{\"mass_g\":1,\"flags\":[1]}", "flags", "must be an array of strings" },
		{ "{\"mass_g\":1,\"flags\":[\"wet\"]}", "flags", "one of dry, sealed, owned" },
		{ "{\"mass_g\":1,\"flags\":[\"dry\",\"dry\"]}", "flags", "given once" },
		{ "{\"mass_g\":1,\"bytes\":\"00ff10\"}", "bytes", "8 hexadecimal digits" },
		{ "{\"mass_g\":1,\"bytes\":\"00ff10zz\"}", "bytes", "8 hexadecimal digits" },
		{ "{\"mass_g\":1,\"id\":\"0193a7c2\"}", "id", "a UUID" },
		{ "{\"mass_g\":1,\"when\":\"2026-02-30\"}", "when", "a date or a time" },
		{ "{\"mass_g\":1,\"when\":5}", "when", "must be a string" },
		{ "{\"mass_g\":1,\"yes\":\"true\"}", "yes", "must be a boolean" },
		{ "{\"mass_g\":1,\"text\":[]}", "text", "must be a string" },
		{ "{\"mass_g\":1,\"ref\":\"known\"}", "ref", "cannot be given here" },
		{ "{\"mass_g\":1,\"parts\":[{\"mass_g\":1,\"name\":\"12345678\"}]}", "parts[0].name",
			"has 8 bytes where at most 7" },
		{ "{\"mass_g\":1,\"parts\":[{\"mass_g\":1,\"name\":\"x\"},{\"name\":\"x\"}]}", "parts[1].mass_g",
			"is missing" },
		{ "{\"mass_g\":1,\"parts\":[{\"mass_g\":1,\"name\":\"\"}]}", "parts[0].name", "is missing" },
		{ "{\"mass_g\":1,\"parts\":[null]}", "parts[0]", "must be an object" },
		{ "{\"mass_g\":1,\"parts\":{}}", "parts", "must be an array" },
	};
	struct arena *arena = arena_new(0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct error error = { 0 };
		struct thing thing;
		CU_ASSERT_FALSE(record_parse(rows[i].text, strlen(rows[i].text), &thing_descriptor, arena,
			NULL, &thing, &error));
		if (strcmp(error.field, rows[i].field) != 0 ||
		    strstr(error.message, rows[i].message) == NULL) {
			printf("\n%s\n  gave: %s %s\n", rows[i].text, error.field, error.message);
			CU_FAIL("another error");
		}
	}
	arena_free(arena);
}

static void test_options(void)
{
	struct error error = { 0 };
	struct thing thing;
	int asked = 0;
	struct record_options options = { .lenient = true, .resolve = resolve, .context = &asked };
	struct arena *arena = arena_new(0), *small = arena_new(16);
	static const char unknown[] = "{\"mass_g\":1,\"other\":{\"x\":1}}";
	static const char gone[] = "{\"mass_g\":1,\"ref\":\"gone\"}";
	static const char large[] = "{\"mass_g\":1,\"text\":\"0123456789abcdef\"}";
	CU_ASSERT_TRUE(record_parse(unknown, strlen(unknown), &thing_descriptor, arena, &options, &thing,
		&error));
	CU_ASSERT_FALSE(record_parse(gone, strlen(gone), &thing_descriptor, arena, &options, &thing,
		&error));
	CU_ASSERT_EQUAL(error.id, ERROR_NOT_FOUND);
	CU_ASSERT_STRING_EQUAL(error.field, "ref");
	error = (struct error){ 0 };
	CU_ASSERT_FALSE(record_parse(large, strlen(large), &thing_descriptor, small, NULL, &thing,
		&error));
	CU_ASSERT_EQUAL(error.id, ERROR_LIMIT);
	arena_free(arena);
	arena_free(small);
}

static const struct descriptor *find_body(void *context, const char *kind)
{
	(void)context;
	return strcmp(kind, "part.made") == 0 ? &part_descriptor : NULL;
}

#define ENTRY_HEAD "{\"actor\":\"vaultd\",\"at\":\"2026-11-22T20:41:05Z\","
#define DIGEST "\"digest\":\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\","
#define COMMAND "\"command\":\"0193a7c2-5e1b-7d04-9a51-3c2f0b6ad9e7\"," DIGEST
#define BODY "\"body\":{\"mass_g\":1,\"name\":\"one\"},"
#define TAIL "\"kind\":\"part.made\",\"sequence\":7}"

static void test_entry(void)
{
	static const struct { const char *bytes; bool good; } rows[] = {
		{ ENTRY_HEAD BODY COMMAND "\"effective\":\"2026-11-22T00:00:00Z\"," TAIL, true },
		{ ENTRY_HEAD BODY TAIL, true },
		{ ENTRY_HEAD TAIL, false },
		{ ENTRY_HEAD BODY DIGEST TAIL, false },
		{ ENTRY_HEAD BODY "\"command\":\"0193a7c2-5e1b-7d04-9a51-3c2f0b6ad9e7\"," TAIL, false },
		{ ENTRY_HEAD BODY "\"effective\":\"2026-11-22\"," TAIL, false },
		{ ENTRY_HEAD BODY "\"effective\":null," TAIL, false },
		{ ENTRY_HEAD BODY "\"extra\":1," TAIL, false },
		{ " " ENTRY_HEAD BODY TAIL, false },
		{ ENTRY_HEAD BODY TAIL "\n", false },
		{ ENTRY_HEAD BODY "\"sequence\":7,\"kind\":\"part.made\"}", false },
		{ ENTRY_HEAD BODY "\"kind\":\"part.\\u006dade\",\"sequence\":7}", false },
		{ ENTRY_HEAD BODY "\"kind\":\"part.lost\",\"sequence\":7}", false },
		{ ENTRY_HEAD BODY "\"kind\":\"part.made\",\"sequence\":-1}", false },
		{ ENTRY_HEAD BODY "\"kind\":\"part.made\"}", false },
		{ ENTRY_HEAD "\"body\":{\"name\":\"one\",\"mass_g\":1}," TAIL, false },
		{ ENTRY_HEAD "\"body\":{\"mass_g\":1,\"name\":\"one\",\"x\":1}," TAIL, false },
		{ ENTRY_HEAD "\"body\":{\"mass_g\":1}," TAIL, false },
		{ ENTRY_HEAD "\"body\":[]," TAIL, false },
		{ "[]", false }, { "", false },
	};
	struct arena *arena = arena_new(0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct error error = { 0 };
		struct parsed_entry entry;
		bool good = entry_parse(rows[i].bytes, strlen(rows[i].bytes), find_body, NULL, arena,
			&entry, &error);
		if (good != rows[i].good) {
			printf("\n%s\n  gave: %s\n", rows[i].bytes, error.message);
			CU_FAIL("another outcome");
		}
		if (!good)
			continue;
		CU_ASSERT_EQUAL(entry.sequence, 7);
		CU_ASSERT_STRING_EQUAL(entry.actor, "vaultd");
		CU_ASSERT_EQUAL(entry.has_command, i == 0);
		CU_ASSERT_EQUAL(entry.effective == ABSENT, i != 0);
		CU_ASSERT_STRING_EQUAL(((struct part *)entry.body)->name, "one");
	}
	arena_free(arena);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "whole", test_whole },
		{ "absent", test_absent },
		{ "bad", test_bad },
		{ "options", test_options },
		{ "entry", test_entry },
		CU_TEST_INFO_NULL,
	};
	return run_cases("record", cases);
}
