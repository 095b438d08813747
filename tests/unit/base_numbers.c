/* Exact arithmetic at its edges, and times as text and back. */
#include <stdint.h>
#include <string.h>

#include "runner.h"

#include "base/checked.h"
#include "base/descriptor.h"
#include "base/text.h"
#include "base/time.h"
#include "base/wide.h"

static void test_sums(void)
{
	static const struct { int64_t a, b; bool add, sub; int64_t sum, difference; } cases[] = {
		{ 0, 0, true, true, 0, 0 },
		{ INT64_MAX, 0, true, true, INT64_MAX, INT64_MAX },
		{ INT64_MAX, 1, false, true, 0, INT64_MAX - 1 },
		{ INT64_MIN, 1, true, false, INT64_MIN + 1, 0 },
		{ INT64_MIN, -1, false, true, 0, INT64_MIN + 1 },
		{ INT64_MIN, INT64_MIN, false, true, 0, 0 },
		{ INT64_MAX, INT64_MIN, true, false, -1, 0 },
		{ 0, INT64_MIN, true, false, INT64_MIN, 0 },
		{ -5, 7, true, true, 2, -12 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t sum = 77, difference = 77;
		CU_ASSERT_EQUAL(checked_add(cases[i].a, cases[i].b, &sum), cases[i].add);
		CU_ASSERT_EQUAL(sum, cases[i].add ? cases[i].sum : 77);
		CU_ASSERT_EQUAL(checked_sub(cases[i].a, cases[i].b, &difference), cases[i].sub);
		CU_ASSERT_EQUAL(difference, cases[i].sub ? cases[i].difference : 77);
	}
}

/* Products beyond 128 bits: by identities that need none. */
static void test_wide(void)
{
	const uint128 half = (uint128)1 << 64, all = ~(uint128)0;
	static const struct { uint64_t a, b, c; int64_t down, up; } cases[] = {
		{ 0, 5, 7, 0, 0 }, { 7, 5, 7, 5, 5 }, { 8, 5, 7, 5, 6 }, { 1, 1, 2, 0, 1 },
	};
	int64_t value = 77;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CU_ASSERT(wide_mul_div_down(cases[i].a, cases[i].b, cases[i].c, &value));
		CU_ASSERT_EQUAL(value, cases[i].down);
		CU_ASSERT(wide_mul_div_up(cases[i].a, cases[i].b, cases[i].c, &value));
		CU_ASSERT_EQUAL(value, cases[i].up);
	}
	CU_ASSERT(wide_mul_div_down(all, 12345, all, &value) && value == 12345);
	CU_ASSERT(wide_mul_div_up(all - 1, 12345, all, &value) && value == 12345);
	CU_ASSERT(wide_mul_div_down(all - 1, 12345, all, &value) && value == 12344);
	CU_ASSERT(wide_mul_div_down(half * 12, half * 3, half / 2 * half, &value) && value == 72);
	value = 77;
	CU_ASSERT_FALSE(wide_mul_div_down(all, all, 1, &value));
	CU_ASSERT_FALSE(wide_mul_div_down(all, 2, 1, &value));
	CU_ASSERT_FALSE(wide_mul_div_down((uint128)INT64_MAX + 1, 1, 1, &value));
	CU_ASSERT_EQUAL(value, 77);
	CU_ASSERT_EQUAL(wide_compare(all, all, all, all - 1), 1);
	CU_ASSERT_EQUAL(wide_compare(half, half * 6, half * 3, half * 2), 0);
	CU_ASSERT_EQUAL(wide_compare(3, 5, 4, 4), -1);
}

static void test_sums_that_stop(void)
{
	static const struct { int64_t a, b, most, sum; } cases[] = {
		{ 0, 0, 0, 0 }, { 1, 2, 4, 3 }, { 1, 2, 3, 3 }, { 1, 2, 2, 2 }, { 5, 0, 2, 2 },
		{ INT64_MAX, 1, 10, 10 }, { INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX },
		{ INT64_MAX - 1, 1, INT64_MAX, INT64_MAX },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CU_ASSERT_EQUAL(checked_add_to(cases[i].a, cases[i].b, cases[i].most), cases[i].sum);
		CU_ASSERT_EQUAL(checked_add_to(cases[i].b, cases[i].a, cases[i].most), cases[i].sum);
	}
}

static void test_products(void)
{
	static const struct { int64_t a, b; bool fits; int64_t product; } cases[] = {
		{ 0, INT64_MIN, true, 0 },
		{ 1, INT64_MIN, true, INT64_MIN },
		{ -1, INT64_MIN, false, 0 },
		{ 3037000499, 3037000499, true, 9223372030926249001 },
		{ 3037000500, 3037000500, false, 0 },
		{ INT64_MAX, 2, false, 0 },
		{ -4, 5, true, -20 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t product = 77;
		CU_ASSERT_EQUAL(checked_mul(cases[i].a, cases[i].b, &product), cases[i].fits);
		CU_ASSERT_EQUAL(product, cases[i].fits ? cases[i].product : 77);
	}
}

static void test_quotients(void)
{
	static const struct { int64_t a, b, c; bool fits; int64_t down, up; } cases[] = {
		{ 0, 5, 3, true, 0, 0 },
		{ 7, 1, 2, true, 3, 4 },
		{ 8, 1, 2, true, 4, 4 },
		{ 1, 1, INT64_MAX, true, 0, 1 },
		{ INT64_MAX, INT64_MAX, INT64_MAX, true, INT64_MAX, INT64_MAX },
		{ INT64_MAX, 999999, 1000000, true, 9223362813482738952, 9223362813482738953 },
		{ INT64_MAX, 2, 1, false, 0, 0 },
		{ INT64_MAX, INT64_MAX, 1, false, 0, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t down = 77, up = 77;
		bool fits = cases[i].fits;
		CU_ASSERT_EQUAL(checked_mul_div_down(cases[i].a, cases[i].b, cases[i].c, &down), fits);
		CU_ASSERT_EQUAL(down, fits ? cases[i].down : 77);
		CU_ASSERT_EQUAL(checked_mul_div_up(cases[i].a, cases[i].b, cases[i].c, &up), fits);
		CU_ASSERT_EQUAL(up, fits ? cases[i].up : 77);
	}
}

static void test_times_there_and_back(void)
{
	static const struct { int64_t ms; const char *text; } cases[] = {
		{ -2208988800000, "1900-01-01T00:00:00Z" },
		{ -315619200000, "1960-01-01T00:00:00Z" },
		{ -1, "1969-12-31T23:59:59.999Z" },
		{ 0, "1970-01-01T00:00:00Z" },
		{ 1, "1970-01-01T00:00:00.001Z" },
		{ 951782400000, "2000-02-29T00:00:00Z" },
		{ 1709164799999, "2024-02-28T23:59:59.999Z" },
		{ 1795380065000, "2026-11-22T20:41:05Z" },
		{ 1795380065120, "2026-11-22T20:41:05.120Z" },
		{ 4107542400000, "2100-03-01T00:00:00Z" },
		{ 253402300799999, "9999-12-31T23:59:59.999Z" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[TIME_TEXT_SIZE];
		int64_t ms = -1;
		time_format(cases[i].ms, text);
		CU_ASSERT_STRING_EQUAL(text, cases[i].text);
		CU_ASSERT(time_parse(cases[i].text, &ms));
		CU_ASSERT_EQUAL(ms, cases[i].ms);
	}
}

static void test_times_accepted(void)
{
	static const struct { const char *text; int64_t ms; } cases[] = {
		{ "1970-01-02", TIME_DAY_MS },
		{ "2026-11-22T22:41:05+02:00", 1795380065000 },
		{ "2026-11-22T15:11:05-05:30", 1795380065000 },
		{ "2026-11-22T20:41:05.1Z", 1795380065100 },
		{ "2026-11-22T20:41:05.12Z", 1795380065120 },
		{ "2026-11-22T20:41:05-00:00", 1795380065000 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t ms = -1;
		CU_ASSERT(time_parse(cases[i].text, &ms));
		CU_ASSERT_EQUAL(ms, cases[i].ms);
	}
}

static void test_times_refused(void)
{
	static const char *const cases[] = { "", "2026", "2026-1-1", "2026-00-01", "2026-13-01",
		"2026-01-00", "2026-01-32", "2026-02-29", "2100-02-29", "2026-04-31", "1899-12-31",
		"2026-11-22 20:41:05Z", "2026-11-22T20:41Z", "2026-11-22T20:41:05", "2026-11-22T24:00:00Z",
		"2026-11-22T20:60:00Z", "2026-11-22T20:41:60Z", "2026-11-22T20:41:05.Z",
		"2026-11-22T20:41:05.1234Z", "2026-11-22T20:41:05Zx", "2026-11-22x",
		"2026-11-22T20:41:05+24:00", "2026-11-22T20:41:05+2:00", "2026-11-22T20:41:05+02:60",
		"1900-01-01T00:00:00+01:00", "+026-11-22", "20261122", "2026-11-2\xc3\xa9" };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t ms = 77;
		CU_ASSERT_FALSE(time_parse(cases[i], &ms));
		CU_ASSERT_EQUAL(ms, 77);
	}
}

static void test_every_day(void)
{
	int year = 1900, month = 1, day = 1;
	for (int64_t ms = time_from_civil(1900, 1, 1); year < 2105; ms += TIME_DAY_MS) {
		int y, m, d;
		time_civil(ms + TIME_DAY_MS - 1, &y, &m, &d);
		if (y != year || m != month || d != day || time_from_civil(y, m, d) != ms) {
			CU_FAIL_FATAL("a date is wrong");
		}
		if (time_from_civil(year, month, day + 1) != TIME_NONE)
			day++;
		else if (month < 12)
			month++, day = 1;
		else
			year++, month = day = 1;
	}
	CU_ASSERT_EQUAL(time_from_civil(10000, 1, 1), TIME_NONE);
	CU_ASSERT_EQUAL(time_from_civil(2026, 0, 1), TIME_NONE);
}

static void powers_of_ten(void)
{
	int64_t power = 1;
	for (int64_t i = 0; i <= 18; i++) {
		CU_ASSERT_EQUAL(checked_power_of_ten(i), power);
		power *= i < 18 ? 10 : 1;
	}
	CU_ASSERT_EQUAL(checked_power_of_ten(ABSENT), 1);
}

static void joins_texts(void)
{
	char to[8] = "before";
	CU_ASSERT_TRUE(text_join(to, sizeof to, (const char *const[]){ "ga", "/", "2027" }, 3));
	CU_ASSERT_STRING_EQUAL(to, "ga/2027");
	CU_ASSERT_FALSE(text_join(to, sizeof to, (const char *const[]){ "ga", "/", "20270" }, 3));
	CU_ASSERT_STRING_EQUAL(to, "");
	CU_ASSERT_TRUE(text_join(to, sizeof to, NULL, 0));
}

int main(void)
{
	return run_cases("base numbers", (CU_TestInfo[]){
		{ "sums and differences that fit and that do not", test_sums },
		{ "sums that stop at a figure", test_sums_that_stop },
		{ "products of 256 bits", test_wide },
		{ "products that fit and that do not", test_products },
		{ "quotients of wide products, rounded down and up", test_quotients },
		{ "times to text and back", test_times_there_and_back },
		{ "dates, offsets and fractions are understood", test_times_accepted },
		{ "dates that do not exist and other forms are refused", test_times_refused },
		{ "every day of 135 years follows the one before", test_every_day },
		{ "powers of ten", powers_of_ten },
		{ "texts joined", joins_texts },
		CU_TEST_INFO_NULL,
	});
}
