/* Quantities as people write and read them. */
#include "vaultctl/units.h"

#include <stdlib.h>
#include <time.h>

#include "base/time.h"
#include "tests/unit/runner.h"

#define COUNT(array) (sizeof (array) / sizeof *(array))

static void reads_masses(void)
{
	static const struct { const char *text; int64_t mass_g; bool exact; } cases[] = {
		{ "25t", 25000000, true },
		{ "1500kg", 1500000, true },
		{ "1500 kg", 1500000, true },
		{ "372.3kg", 372300, true },
		{ "250g", 250, true },
		{ "0kg", 0, true },
		{ "0.0005kg", 0, false },
		{ "1.5g", 1, false },
		{ "1lb", 453, false },
		{ "100000lb", 45359237, true },
		{ "10lb", 4535, false },
		{ "1ozt", 31, false },
		{ "32.15ozt", 999, false },
		{ "10000000ozt", 311034768, true },
		{ "9007199254t", 9007199254000000, true },
		{ "0.000001t", 1, true },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error error = { 0 };
		int64_t mass_g = -1;
		bool exact = false;
		CU_ASSERT_TRUE(unit_read_mass(cases[i].text, &mass_g, &exact, &error));
		CU_ASSERT_EQUAL(mass_g, cases[i].mass_g);
		CU_ASSERT_EQUAL(exact, cases[i].exact);
	}
}

static void refuses_masses(void)
{
	static const char *const cases[] = {
		"", "600", "25,310kg", "-1kg", "+1kg", "1e3kg", "kg", ".kg", "1.kg", "1..5kg", "1.5.5kg",
		"1kgs", "1 KG", "1kg ", "0x10kg", "1.1234567890kg", "99999999999999999999kg",
		"9999999999999999t", "tons", "∞kg",
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error error = { 0 };
		int64_t mass_g = -1;
		bool exact = false;
		CU_ASSERT_FALSE(unit_read_mass(cases[i], &mass_g, &exact, &error));
		CU_ASSERT_EQUAL(mass_g, -1);
		CU_ASSERT_EQUAL(error.id, ERROR_INVALID);
		CU_ASSERT_NOT_EQUAL(error.message[0], '\0');
	}
}

static void reads_durations(void)
{
	static const struct { const char *text; int64_t ms; } cases[] = {
		{ "1s", 1000 }, { "90s", 90000 }, { "10m", 600000 }, { "2h", 7200000 },
		{ "3d", 259200000 }, { "366d", 31622400000 },
	};
	static const char *const refused[] = { "", "10", "0s", "0d", "1.5h", "-1s", "+1s", "10 m", "m",
		"10ms", "10min", "1h30m", "367d", "99999999999999999999s", "9223372036854775807d" };
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error error = { 0 };
		int64_t ms = -1;
		CU_ASSERT_TRUE(unit_read_duration(cases[i].text, &ms, &error));
		CU_ASSERT_EQUAL(ms, cases[i].ms);
	}
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct error error = { 0 };
		int64_t ms = -1;
		CU_ASSERT_FALSE(unit_read_duration(refused[i], &ms, &error));
		CU_ASSERT_EQUAL(ms, -1);
		CU_ASSERT_EQUAL(error.id, ERROR_INVALID);
	}
}

static void reads_shares(void)
{
	static const struct { const char *text; int64_t ppm; } cases[] = {
		{ "99.8%", 998000 }, { "100%", 1000000 }, { "0.8%", 8000 }, { "0%", 0 },
		{ "99.9999%", 999999 }, { "998000ppm", 998000 },
		{ "99.99999%", -1 }, { "99.8", -1 }, { "%", -1 }, { "1.5ppm", -1 }, { "-1%", -1 },
		{ "99,8%", -1 },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error error = { 0 };
		int64_t ppm = -1;
		CU_ASSERT_EQUAL(unit_read_share(cases[i].text, &ppm, &error), cases[i].ppm >= 0);
		CU_ASSERT_EQUAL(ppm, cases[i].ppm);
	}
}

static void reads_prices(void)
{
	static const struct {
		const char *text;
		int64_t quoted, decimals;
		const char *unit;
	} cases[] = {
		{ "26.1USD/lb", 261, 1, "USD/lb" },
		{ "490USc/lb", 490, 0, "USc/lb" },
		{ "380 USD/mtu", 380, 0, "USD/mtu" },
		{ "26.10USD/kg", 2610, 2, "USD/kg" },
	};
	static const char *const wrong[] = { "26.1", "USD/lb", "26.1USD", "26.1/lb", "26.1USD/",
		"26,1USD/lb", "1USD/averyverylongunit" };
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error error = { 0 };
		struct quoted_price price = { 0 };
		CU_ASSERT_TRUE(unit_read_price(cases[i].text, &price, &error));
		CU_ASSERT_EQUAL(price.quoted, cases[i].quoted);
		CU_ASSERT_EQUAL(price.decimals, cases[i].decimals);
		CU_ASSERT_STRING_EQUAL(price.unit, cases[i].unit);
	}
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct error error = { 0 };
		struct quoted_price price = { 0 };
		CU_ASSERT_FALSE(unit_read_price(wrong[i], &price, &error));
	}
}

/* Where nothing else is said a time is local: New York, so that it differs from UTC. */
static void reads_times(void)
{
	static const struct { const char *text, *utc; } cases[] = {
		{ "2026-12-20", "2026-12-20T05:00:00Z" },
		{ "2026-07-01", "2026-07-01T04:00:00Z" },
		{ "2026-12-20 14:30", "2026-12-20T19:30:00Z" },
		{ "2026-12-20T14:30:15", "2026-12-20T19:30:15Z" },
		{ "2026-12-20T14:30:00Z", "2026-12-20T14:30:00Z" },
		{ "2026-12-20T14:30:00+02:00", "2026-12-20T12:30:00Z" },
		{ "2026-12-20T14:30Z", "2026-12-20T14:30:00Z" },
		{ "2026-12-20 14:30+02:00", "2026-12-20T12:30:00Z" },
		{ "now", "2026-11-22T20:41:05Z" },
		{ "today", "2026-11-22T05:00:00Z" },
		{ "tomorrow", "2026-11-23T05:00:00Z" },
		{ "2026-02-30", NULL }, { "2026-13-01", NULL }, { "20 Dec", NULL }, { "", NULL },
		{ "2026-12-20 25:00", NULL }, { "2026-12-20x", NULL }, { "2026-12-20 14:30:61", NULL },
	};
	int64_t now_ms;
	setenv("TZ", "America/New_York", 1);
	tzset();
	CU_ASSERT_TRUE(time_parse("2026-11-22T20:41:05Z", &now_ms));
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error error = { 0 };
		int64_t time_ms = 0;
		char text[TIME_TEXT_SIZE];
		CU_ASSERT_EQUAL(unit_read_time(cases[i].text, now_ms, &time_ms, &error),
			cases[i].utc != NULL);
		if (cases[i].utc == NULL)
			continue;
		time_format(time_ms, text);
		CU_ASSERT_STRING_EQUAL(text, cases[i].utc);
	}
}

static void shows_masses(void)
{
	static const struct { int64_t mass_g; const char *shown, *typed; } cases[] = {
		{ 0, "0.0 kg", "0kg" },
		{ 250, "250 g", "250g" },
		{ 1934000, "1,934.0 kg", "1934kg" },
		{ 3640000000, "3,640.0 t", "3640t" },
		{ 372300, "372.3 kg", "372.3kg" },
		{ 372345, "372.3 kg", "372.345kg" },
		{ 1000, "1.0 kg", "1kg" },
		{ 999, "999 g", "999g" },
		{ 9999999, "9,999.9 kg", "9999.999kg" },
		{ 10000000, "10.0 t", "10t" },
		{ 24997500, "24.9 t", "24997.5kg" },
		{ 1005, "1.0 kg", "1.005kg" },
		{ -5000, "-5.0 kg", NULL },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[UNIT_TEXT];
		unit_show_mass(cases[i].mass_g, text);
		CU_ASSERT_STRING_EQUAL(text, cases[i].shown);
		if (cases[i].typed == NULL)
			continue;
		unit_type_mass(cases[i].mass_g, text);
		CU_ASSERT_STRING_EQUAL(text, cases[i].typed);
		struct error error = { 0 };
		int64_t again_g = -1;
		bool exact = false;
		CU_ASSERT_TRUE(unit_read_mass(text, &again_g, &exact, &error));
		CU_ASSERT_TRUE(exact && again_g == cases[i].mass_g);
	}
}

static void shows_the_rest(void)
{
	char text[UNIT_TEXT];
	unit_show_share(999900, text);
	CU_ASSERT_STRING_EQUAL(text, "99.99%");
	unit_show_share(1000000, text);
	CU_ASSERT_STRING_EQUAL(text, "100%");
	unit_show_cover(372, text);
	CU_ASSERT_STRING_EQUAL(text, "37.2 d");
	unit_show_cover(300, text);
	CU_ASSERT_STRING_EQUAL(text, "30.0 d");
	unit_show_count(48213, text);
	CU_ASSERT_STRING_EQUAL(text, "48,213");
	unit_show_count(INT64_MIN, text);
	CU_ASSERT_STRING_EQUAL(text, "-9,223,372,036,854,775,808");
	unit_show_price(261, 1, "USD/lb", text);
	CU_ASSERT_STRING_EQUAL(text, "26.1 USD/lb");
	unit_show_price(499720, 2, "USD", text);
	CU_ASSERT_STRING_EQUAL(text, "4,997.2 USD");
	int64_t time_ms;
	CU_ASSERT_TRUE(time_parse("2026-11-22T20:41:59Z", &time_ms));
	unit_show_time(time_ms, text);
	CU_ASSERT_STRING_EQUAL(text, "22 Nov 2026 20:41 UTC");
	unit_show_mass_in(372345, MASS_KG, 3, text);
	CU_ASSERT_STRING_EQUAL(text, "372.345 kg");
	CU_ASSERT_EQUAL(unit_exact_decimals(372345, MASS_KG), 3);
	CU_ASSERT_EQUAL(unit_exact_decimals(372300, MASS_KG), 1);
	CU_ASSERT_EQUAL(unit_exact_decimals(250, MASS_G), 0);
}

/* As others write it, with the basis behind it; and as micro-dollars per kilogram. */
static void reads_price_units(void)
{
	static const struct { const char *text, *unit, *basis; } cases[] = {
		{ "USD/t", "USD/t", "" }, { "$/mt", "USD/t", "" }, { "US cents/lb", "USc/lb", "" },
		{ "USD/mtu WO3", "USD/mtu", "WO3" }, { "USD/kg  Ta2O5", "USD/kg", "Ta2O5" },
		{ "$/troy oz", "USD/ozt", "" }, { "$/dmtu Mn", "USD/dmtu", "Mn" },
		{ "US cents/lb Cu", "USc/lb", "Cu" },
	};
	static const char *const wrong[] = { "", "USD", "USD/", "usd/kg", "USD/stone", "USD/kg Ta2O5 dry",
		"EUR/kg", "USD/kgs", "USD/kg a-basis-that-is-too-long" };
	static const struct { const char *text; int64_t micros; } rates[] = {
		{ "4.10USD/kg", 4100000 }, { "1USD/t", 1000 }, { "1USD/lb", 2204623 }, { "490USc/lb", 10802651 },
		{ "380 USD/mtu WO3", 38000000 }, { "1 $/ozt", 32150747 }, { "0.0000001USD/kg", 1 },
	};
	struct error error = { 0 };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char unit[UNIT_PRICE_MAX] = "", basis[UNIT_PRICE_MAX] = "";
		CU_ASSERT_TRUE(unit_read_price_unit(cases[i].text, unit, basis));
		CU_ASSERT_STRING_EQUAL(unit, cases[i].unit);
		CU_ASSERT_STRING_EQUAL(basis, cases[i].basis);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		char unit[UNIT_PRICE_MAX], basis[UNIT_PRICE_MAX];
		CU_ASSERT_FALSE(unit_read_price_unit(wrong[i], unit, basis));
	}
	for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
		struct quoted_price price;
		int64_t micros = -1;
		CU_ASSERT_TRUE(unit_read_price(rates[i].text, &price, &error));
		CU_ASSERT_TRUE(unit_price_micros(&price, &micros, &error));
		CU_ASSERT_EQUAL(micros, rates[i].micros);
	}
	struct quoted_price stone = { 1, 0, "USD/stone", "" };
	int64_t micros;
	CU_ASSERT_FALSE(unit_price_micros(&stone, &micros, &error));
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "masses are read exactly or towards less", reads_masses },
		{ "what is no mass is refused", refuses_masses },
		{ "lengths of time", reads_durations },
		{ "shares", reads_shares },
		{ "prices as quoted", reads_prices },
		{ "units of price and bases", reads_price_units },
		{ "times, local and with a zone", reads_times },
		{ "masses shown and typed again", shows_masses },
		{ "everything else shown", shows_the_rest },
		CU_TEST_INFO_NULL,
	};
	return run_cases("units", cases);
}
