/* Cron lines and OnCalendar expressions, and the longest time between two of their runs. */
#include "runner.h"
#include "vaultctl/calendar.h"

enum { HOUR = 60, DAY = 24 * HOUR };

static int64_t cron_gap(const char *text)
{
	struct calendar calendar;
	return calendar_cron(text, &calendar) ? calendar_longest_gap(&calendar) : -2;
}

static int64_t systemd_gap(const char *text)
{
	struct calendar calendar;
	return calendar_systemd(text, &calendar) ? calendar_longest_gap(&calendar) : -2;
}

static void test_cron(void)
{
	CU_ASSERT_EQUAL(cron_gap("10 2 * * *"), DAY);
	CU_ASSERT_EQUAL(cron_gap("*/5 * * * *"), 5);
	CU_ASSERT_EQUAL(cron_gap("0,30 8-17 * * mon-fri"), 2 * DAY + 14 * HOUR + 30);
	CU_ASSERT_EQUAL(cron_gap("0 6 1 * *"), 31 * DAY);
	CU_ASSERT_EQUAL(cron_gap("0 6 1,15 * 1"), 7 * DAY); /* either day */
	CU_ASSERT_EQUAL(cron_gap("0 6 * * 7"), 7 * DAY);
	CU_ASSERT_EQUAL(cron_gap("0 0 31 2 *"), -1);
	CU_ASSERT_EQUAL(cron_gap("@daily"), DAY);
	CU_ASSERT_EQUAL(cron_gap("@hourly"), HOUR);
	CU_ASSERT_EQUAL(cron_gap("@reboot"), -2);
	CU_ASSERT_EQUAL(cron_gap("10 2 * *"), -2);
	CU_ASSERT_EQUAL(cron_gap("61 2 * * *"), -2);
	CU_ASSERT_EQUAL(cron_gap("*/0 2 * * *"), -2);
}

static void test_systemd(void)
{
	CU_ASSERT_EQUAL(systemd_gap("*-*-* 02:10:00"), DAY);
	CU_ASSERT_EQUAL(systemd_gap("daily"), DAY);
	CU_ASSERT_EQUAL(systemd_gap("*:0/5"), 5);
	CU_ASSERT_EQUAL(systemd_gap("*:*"), 1);
	CU_ASSERT_EQUAL(systemd_gap("Mon..Fri 02:00"), 3 * DAY);
	CU_ASSERT_EQUAL(systemd_gap("Mon,Thu *-*-* 02:00"), 4 * DAY);
	CU_ASSERT_EQUAL(systemd_gap("quarterly"), 92 * DAY);
	CU_ASSERT_EQUAL(systemd_gap("*-01-05 00:00:00"), 365 * DAY);
	CU_ASSERT_EQUAL(systemd_gap("Sat"), 7 * DAY);
	CU_ASSERT_EQUAL(systemd_gap("2027-01-01 00:00"), -2);
	CU_ASSERT_EQUAL(systemd_gap("now"), -2);
	CU_ASSERT_EQUAL(systemd_gap(""), -2);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "cron", test_cron },
		{ "systemd", test_systemd },
		CU_TEST_INFO_NULL,
	};
	return run_cases("calendar", cases);
}
