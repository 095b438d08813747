/* Copying, codes, UTF-8, integers, UUIDs, hex, base64; buffers and arenas. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "runner.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"

static void test_copy(void)
{
	char to[4] = "zzz";
	CU_ASSERT(text_copy(to, sizeof to, "abc"));
	CU_ASSERT_STRING_EQUAL(to, "abc");
	CU_ASSERT_FALSE(text_copy(to, sizeof to, "abcd"));
	CU_ASSERT_STRING_EQUAL(to, "");
	CU_ASSERT(text_copy(to, sizeof to, ""));
	CU_ASSERT(text_starts("demo.vault", "demo."));
	CU_ASSERT_FALSE(text_starts("dem", "demo."));
	CU_ASSERT(text_starts("", ""));
}

static void test_codes(void)
{
	static const struct { const char *text; bool good; } cases[] = {
		{ "GA-0042", true }, { "a", true }, { "9", true }, { "a.b_c-d", true },
		{ "12345678901234567890123", true }, { "123456789012345678901234", false },
		{ "", false }, { "-a", false }, { ".a", false }, { "_a", false }, { "a b", false },
		{ "a/b", false }, { "a\n", false }, { "\xc3\xa9", false }, { "a\xc3\xa9", false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CU_ASSERT_EQUAL(text_is_code(cases[i].text), cases[i].good);
}

static void test_utf8(void)
{
	static const struct { const char *bytes; size_t length; bool good; } cases[] = {
		{ "", 0, true }, { "plain", 5, true }, { "a\0b", 3, true },
		{ "\xc2\x80", 2, true }, { "\xdf\xbf", 2, true },
		{ "\xe0\xa0\x80", 3, true }, { "\xed\x9f\xbf", 3, true }, { "\xef\xbf\xbf", 3, true },
		{ "\xf0\x90\x80\x80", 4, true }, { "\xf4\x8f\xbf\xbf", 4, true },
		{ "\x80", 1, false }, { "\xbf", 1, false },
		{ "\xc0\xaf", 2, false }, { "\xc1\xbf", 2, false },          /* too long a form */
		{ "\xe0\x9f\xbf", 3, false }, { "\xf0\x8f\xbf\xbf", 4, false },
		{ "\xed\xa0\x80", 3, false }, { "\xed\xbf\xbf", 3, false },  /* surrogates */
		{ "\xf4\x90\x80\x80", 4, false }, { "\xf5\x80\x80\x80", 4, false },
		{ "\xc2", 1, false }, { "\xe2\x82", 2, false }, { "\xf0\x9f\x98", 3, false },
		{ "\xc2x", 2, false }, { "\xe2\x82x", 3, false }, { "\xff", 1, false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CU_ASSERT_EQUAL(text_is_utf8(cases[i].bytes, cases[i].length), cases[i].good);
}

static void test_integers(void)
{
	static const struct { const char *text; bool good; int64_t value; } cases[] = {
		{ "0", true, 0 }, { "7", true, 7 }, { "-7", true, -7 },
		{ "9007199254740991", true, 9007199254740991 },
		{ "-9007199254740991", true, -9007199254740991 },
		{ "9007199254740992", false, 0 }, { "-9007199254740992", false, 0 },
		{ "99999999999999999999999999", false, 0 },
		{ "", false, 0 }, { "-", false, 0 }, { "+1", false, 0 }, { "01", false, 0 },
		{ "-0", false, 0 }, { "-01", false, 0 }, { " 1", false, 0 }, { "1 ", false, 0 },
		{ "1.0", false, 0 }, { "0x1", false, 0 }, { "1e3", false, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t value = 77;
		CU_ASSERT_EQUAL(text_to_int(cases[i].text, &value), cases[i].good);
		CU_ASSERT_EQUAL(value, cases[i].good ? cases[i].value : 77);
	}
}

static void test_uuids(void)
{
	static const char *const bad[] = { "", "0196a1b2-c3d4-7e5f-8a9b-0c1d2e3f405",
		"0196a1b2c3d4-7e5f-8a9b-0c1d2e3f40516", "0196a1b2-c3d4-7e5f-8a9b-0c1d2e3f405g",
		"0196a1b2-c3d4-7e5f-8a9b-0c1d2e3f4051x", "{0196a1b2-c3d4-7e5f-8a9b-0c1d2e3f4051" };
	uint8_t uuid[16] = { 0 };
	char text[UUID_TEXT_SIZE];
	CU_ASSERT(text_to_uuid("0196A1b2-c3d4-7e5f-8a9b-0c1d2e3f4051", uuid));
	CU_ASSERT_EQUAL(uuid[0], 0x01);
	CU_ASSERT_EQUAL(uuid[15], 0x51);
	text_from_uuid(uuid, text);
	CU_ASSERT_STRING_EQUAL(text, "0196a1b2-c3d4-7e5f-8a9b-0c1d2e3f4051");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		uint8_t kept[16] = { 0xee };
		CU_ASSERT_FALSE(text_to_uuid(bad[i], kept));
		CU_ASSERT_EQUAL(kept[0], 0xee);
	}
}

static void test_hex(void)
{
	uint8_t bytes[3] = { 9, 9, 9 };
	CU_ASSERT(text_to_hex("00fFa7", bytes, 3));
	CU_ASSERT_EQUAL(memcmp(bytes, "\x00\xff\xa7", 3), 0);
	CU_ASSERT_FALSE(text_to_hex("00ffa", bytes, 3));
	CU_ASSERT_FALSE(text_to_hex("00ffa77", bytes, 3));
	CU_ASSERT_FALSE(text_to_hex("00ffag", bytes, 3));
	CU_ASSERT(text_to_hex("", bytes, 0));
}

/* RFC 4648, section 10. */
static void test_base64(void)
{
	static const struct { const char *plain, *coded; } cases[] = {
		{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" }, { "\xff\xfe\xfd", "//79" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buffer out = { 0 };
		base64_append(&out, cases[i].plain, strlen(cases[i].plain));
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), cases[i].coded);
		buffer_clear(&out);
		CU_ASSERT(base64_decode(cases[i].coded, strlen(cases[i].coded), &out));
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), cases[i].plain);
		buffer_free(&out);
	}
}

static void test_base64_refused(void)
{
	static const char *const cases[] = { "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z===", "====",
		"Zg==Zg==", "Zm 9", "Zm9v\n", "Zm-v", "Zm_v", "=Zm9", "Zm9v====", "Z=g=" };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buffer out = { 0 };
		buffer_append_text(&out, "kept");
		CU_ASSERT_FALSE(base64_decode(cases[i], strlen(cases[i]), &out));
		CU_ASSERT_STRING_EQUAL(buffer_text(&out), "kept");
		buffer_free(&out);
	}
}

static void test_buffer(void)
{
	struct buffer buffer = { 0 };
	CU_ASSERT_STRING_EQUAL(buffer_text(&buffer), "");
	buffer_append_int(&buffer, INT64_MIN);
	buffer_append_byte(&buffer, ' ');
	buffer_append_int(&buffer, INT64_MAX);
	buffer_append_byte(&buffer, ' ');
	buffer_append_int(&buffer, 0);
	buffer_append_hex(&buffer, "\x0a\xff", 2);
	buffer_printf(&buffer, "-%s-%d", "x", 5);
	CU_ASSERT_STRING_EQUAL(buffer_text(&buffer),
		"-9223372036854775808 9223372036854775807 00aff-x-5");
	buffer_consume(&buffer, 21);
	CU_ASSERT_STRING_EQUAL(buffer_text(&buffer), "9223372036854775807 00aff-x-5");
	buffer_consume(&buffer, buffer.length);
	CU_ASSERT_EQUAL(buffer.length, 0);
	for (int i = 0; i < 5000; i++)
		buffer_append_text(&buffer, "0123456789");
	CU_ASSERT_EQUAL(buffer.length, 50000);
	CU_ASSERT_EQUAL(memcmp(buffer.bytes + 49990, "0123456789", 10), 0);
	buffer_free(&buffer);
	CU_ASSERT_EQUAL(buffer.capacity, 0);
}

static void test_arena(void)
{
	struct arena *arena = arena_new(100000);
	CU_ASSERT_STRING_EQUAL(arena_text(arena, "abcdef", 3), "abc");
	CU_ASSERT_STRING_EQUAL(arena_printf(arena, "%d/%s", 7, "x"), "7/x");
	for (size_t size = 1; size < 9000; size *= 3) {
		unsigned char *bytes = arena_alloc(arena, size);
		CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
		CU_ASSERT_EQUAL((uintptr_t)bytes % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			CU_ASSERT_EQUAL_FATAL(bytes[i], 0);
		memset(bytes, 0xee, size);
	}
	CU_ASSERT_PTR_NOT_NULL(arena_alloc(arena, 60000));
	CU_ASSERT_PTR_NULL(arena_alloc(arena, 60000));
	arena_reset(arena);
	CU_ASSERT_PTR_NOT_NULL(arena_alloc(arena, 100000));
	CU_ASSERT_PTR_NULL(arena_alloc(arena, 1));
	arena_free(arena);
	arena_free(NULL);
}

static void test_errors(void)
{
	struct error error = { 0 };
	CU_ASSERT_FALSE(error_set(&error, ERROR_REFUSED, "mass_g", "%d is too much", 5));
	CU_ASSERT_FALSE(error_set(&error, ERROR_INTERNAL, "", "comes second"));
	CU_ASSERT_EQUAL(error.id, ERROR_REFUSED);
	CU_ASSERT_STRING_EQUAL(error.field, "mass_g");
	CU_ASSERT_STRING_EQUAL(error.message, "5 is too much");
	error_remedy(&error, "ask for %d", 4);
	error_remedy(&error, "not this");
	CU_ASSERT_STRING_EQUAL(error.remedy, "ask for 4");
	for (int id = 1; id < ERROR_COUNT; id++) {
		const struct error_info *info = error_info((enum error_id)id);
		CU_ASSERT_EQUAL(error_by_wire_name(info->wire_name), (enum error_id)id);
		CU_ASSERT(info->exit_status > 0 && info->meaning[0] != '\0');
	}
	CU_ASSERT_EQUAL(error_by_wire_name("NoSuchError"), ERROR_NONE);
}

int main(void)
{
	return run_cases("base text", (CU_TestInfo[]){
		{ "copying into fixed fields", test_copy },
		{ "what is a code", test_codes },
		{ "what is UTF-8", test_utf8 },
		{ "integers within 53 bits", test_integers },
		{ "UUIDs", test_uuids },
		{ "hex", test_hex },
		{ "base64, RFC 4648 section 10", test_base64 },
		{ "base64 that is not canonical is refused", test_base64_refused },
		{ "buffers grow and are consumed", test_buffer },
		{ "arenas are aligned, zeroed and capped", test_arena },
		{ "the first error wins; every error has its row", test_errors },
		CU_TEST_INFO_NULL,
	});
}
