/* The reports of a fiscal year and of its quarters: which sections they have, and what no section can say. */
#include "view/report_year.h"

#include "base/text.h"
#include "base/time.h"
#include "reserve/stock/annual.h"
#include "vault/limits.h"
#include "view/report_flows.h"
#include "view/report_kinds.h"
#include "view/report_stock.h"

int64_t report_last_day(const struct report *report)
{
	int64_t end = report->asked.until - TIME_DAY_MS, today = report_day(report->view->now);
	return end < today ? end : today;
}

/* The first instant of a fiscal year's quarter, 0 to 4. */
static int64_t quarter_begin(int64_t fiscal_year, int64_t quarter)
{
	int year, month, day;
	time_civil(annual_year_begin(fiscal_year), &year, &month, &day);
	month += (int)quarter * 3;
	return time_from_civil(year + (month - 1) / 12, (month - 1) % 12 + 1, 1);
}

/* A period that has not begun has no report; one that runs has one so far. */
static bool set_period(struct report *report, int64_t from, int64_t until, struct error *error)
{
	report->asked.from = from;
	report->asked.until = until;
	if (from > report->view->now) {
		char day[REPORT_WORDS];
		report_date_words(day, from);
		return error_set(error, ERROR_INVALID, "subject", "%s begins on %s only",
			report->asked.subject, day);
	}
	return true;
}

static bool read_year(const char *text, size_t length, int64_t *ret_year)
{
	char digits[8] = "";
	for (size_t i = 0; i < length && i < sizeof digits - 1; i++)
		digits[i] = text[i];
	return length == 4 && text_to_int(digits, ret_year) && *ret_year >= TIME_YEAR_FIRST;
}

static size_t text_size(const char *text)
{
	size_t size = 0;
	while (text[size] != '\0')
		size++;
	return size;
}

/* Single orders, exchanges and accounts are nobody's outside, whatever the figures. */
static bool is_full(const struct report *report)
{
	return report->asked.edition == REPORT_FULL;
}

static void note_unknown(struct report *report)
{
	if (!is_full(report))
		report_note(report, "Single orders, exchanges, receipts and accounts are left out of this "
			"edition.");
	if (report->asked.until > report->view->now)
		report_note(report, "The period is not over: this is the report so far.");
	report_note(report, "Vault keeps no purchase prices of lots, no budget and no books of account: what "
		"was paid for stock, planned spending, conservation, research and the audited financial "
		"statements are not told here and must come from elsewhere.");
	if (report->view->history == NULL)
		report_note(report, "The days before were not gathered: what needs them is left out.");
}

bool report_annual(struct report *report, struct error *error)
{
	const char *subject = report->asked.subject;
	int64_t year = annual_year_of(report->view->now);
	if (subject[0] != '\0' && !read_year(subject, text_size(subject), &year))
		return error_set(error, ERROR_INVALID, "subject", "\"%.20s\" is no fiscal year; it is written "
			"2027", subject);
	if (!set_period(report, annual_year_begin(year), annual_year_begin(year + 1), error))
		return false;
	report_begin(report, "Annual report, fiscal year %lld (%s)", (long long)year,
		report_period_words(report));
	note_unknown(report);
	report_write_inventory(report);
	report_write_acquisitions(report);
	if (is_full(report)) {
		report_write_exchanges(report, true);
		report_write_releases(report);
		report_write_exchanges(report, false);
	}
	report_write_plan(report, year);
	report_write_plan(report, year + 1);
	if (is_full(report)) {
		report_write_unshipped(report);
		report_write_money(report);
	}
	report_write_life(report);
	report_write_sites(report);
	if (is_full(report))
		report_write_accounts(report);
	report_write_finding_counts(report);
	return true;
}

bool report_quarterly(struct report *report, struct error *error)
{
	const char *subject = report->asked.subject;
	int64_t year = annual_year_of(report->view->now), quarter = 0;
	while (quarter_begin(year, quarter + 1) <= report->view->now)
		quarter++;
	if (subject[0] != '\0') {
		bool good = text_size(subject) == 6 && subject[4] == 'Q' && subject[5] >= '1' &&
			subject[5] <= '4' && read_year(subject, 4, &year);
		if (!good)
			return error_set(error, ERROR_INVALID, "subject", "\"%.20s\" is no quarter of a fiscal "
				"year; it is written 2027Q1, which begins on 1 October 2026", subject);
		quarter = subject[5] - '1';
	}
	if (!set_period(report, quarter_begin(year, quarter), quarter_begin(year, quarter + 1), error))
		return false;
	report_begin(report, "Quarterly report, quarter %lld of fiscal year %lld (%s)",
		(long long)quarter + 1, (long long)year, report_period_words(report));
	note_unknown(report);
	report_note(report, "The manager's discussion is the manager's to write.");
	report_write_inventory(report);
	report_write_acquisitions(report);
	if (is_full(report)) {
		report_write_releases(report);
		report_write_exchanges(report, true);
		report_write_exchanges(report, false);
	}
	report_write_plan(report, year);
	if (is_full(report)) {
		report_write_unshipped(report);
		report_write_money(report);
	}
	report_write_finding_counts(report);
	return true;
}
