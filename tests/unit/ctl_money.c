/*
 * Sums of money and rates as people write them, and as they are shown; sheets of imports and
 * sales.
 */
#include "vaultctl/money.h"

#include <string.h>

#include "tests/unit/runner.h"
#include "vaultctl/sheet.h"

#define COUNT(array) (sizeof (array) / sizeof *(array))

static void reads_money(void)
{
	static const struct { const char *text; int places; int64_t units; const char *currency; } cases[] = {
		{ "499720USD", 3, 499720000, "USD" }, { "499720 USD", 3, 499720000, "USD" },
		{ "1204.5EUR", 3, 1204500, "EUR" }, { "0.001KWD", 3, 1, "KWD" }, { "-5USD", 3, -5000, "USD" },
		{ "12.340USD", 2, 1234, "USD" }, { "0USD", 2, 0, "USD" }, { "9007199254740.991JPY", 3,
			9007199254740991, "JPY" },
	};
	static const char *const wrong[] = { "", "USD", "5", "5usd", "5US", "5USDX", "1,000USD", ".5USD",
		"5.USD", "5.0001USD", "9007199254740.992USD", "99999999999999999999USD", "1.2.3USD", "+5USD" };
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct error error = { 0 };
		int64_t units = 77;
		char currency[MONEY_CURRENCY] = "";
		CU_ASSERT(money_read(cases[i].text, cases[i].places, &units, currency, &error));
		CU_ASSERT_EQUAL(units, cases[i].units);
		CU_ASSERT_STRING_EQUAL(currency, cases[i].currency);
	}
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct error error = { 0 };
		int64_t units = 77;
		char currency[MONEY_CURRENCY] = "";
		CU_ASSERT_FALSE(money_read(wrong[i], 3, &units, currency, &error));
		CU_ASSERT_EQUAL(error.id, ERROR_INVALID);
		CU_ASSERT_EQUAL(units, 77);
	}
}

static void reads_rates(void)
{
	struct error error = { 0 };
	int64_t digits, decimals;
	CU_ASSERT(money_read_rate("1.0842", &digits, &decimals, &error));
	CU_ASSERT(digits == 10842 && decimals == 4);
	CU_ASSERT(money_read_rate("7", &digits, &decimals, &error));
	CU_ASSERT(digits == 7 && decimals == 0);
	CU_ASSERT_FALSE(money_read_rate("1.0842USD", &digits, &decimals, &error));
}

static void shows_money(void)
{
	static const struct { int64_t units; int places; const char *text; } cases[] = {
		{ 61256000, 2, "612,560.00 USD" }, { 0, 2, "0.00 USD" }, { 5, 2, "0.05 USD" },
		{ -123456, 2, "-1,234.56 USD" }, { 499720000, 3, "499,720.00 USD" },
		{ 1204505, 3, "1,204.505 USD" }, { 1204500, 3, "1,204.50 USD" },
		{ 9007199254740991, 2, "90,071,992,547,409.91 USD" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[UNIT_TEXT];
		money_show(cases[i].units, cases[i].places, "USD", text);
		CU_ASSERT_STRING_EQUAL(text, cases[i].text);
	}
}

static void shows_sheets(void)
{
	static const char import[] = "{\"commodity\":\"w-conc\",\"origin\":\"CHN\",\"entry_at\":"
		"\"2026-11-28T00:00:00Z\",\"net_g\":25000000,\"moisture_ppm\":8000,\"grade_ppm\":650000,"
		"\"basis\":\"WO3\",\"contained_g\":16120000,\"reference\":\"w-conc/1\",\"reference_basis\":"
		"\"WO3\",\"reference_price\":\"38 USD/kg WO3\",\"floor_cents\":61256000,\"terms\":\"cif\","
		"\"value_millis\":499720000,\"currency\":\"USD\",\"customs_cents\":49972000,\"duty_cents\":"
		"11284000,\"charged_cents\":0,\"duty_micros_per_kg\":7000000,\"duty_ppm\":225807,"
		"\"landed_cents\":61256000,\"gap_cents\":0,\"verdict\":\"due\"}";
	static const char wanted[] = "w-conc of CHN, entered 28 Nov 2026\n\n"
		"  net mass                  25,000.0 kg\n"
		"  moisture                         0.8%\n"
		"  grade                             65%   WO3\n"
		"  contained                 16,120.0 kg   WO3\n\n"
		"  floor value            612,560.00 USD   38 USD/kg WO3, reference price w-conc/1\n"
		"  customs value          499,720.00 USD   CIF\n"
		"  duty                   112,840.00 USD   7.0 USD/kg WO3, 22.5807% of the customs value\n"
		"  landed value           612,560.00 USD\n"
		"  charged                      0.00 USD\n\ndue\n";
	struct value *sheet;
	struct error error = { 0 };
	struct buffer text = { 0 };
	CU_ASSERT_FATAL(value_parse(import, strlen(import), &sheet, &error));
	sheet_append(sheet, &text);
	CU_ASSERT_STRING_EQUAL(buffer_text(&text), wanted);
	value_free(sheet);
	buffer_free(&text);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "money is read", reads_money },
		{ "rates are read", reads_rates },
		{ "money is shown", shows_money },
		{ "sheets", shows_sheets },
		CU_TEST_INFO_NULL,
	};
	return run_cases("money", cases);
}
