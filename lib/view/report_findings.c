/* Findings: those that are not closed, and what was raised and closed in the period. */
#include "view/report_flows.h"

#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/finding.h"
#include "view/report_kinds.h"
#include "view/report_stock.h"

enum { DAYS_BACK = 30, CHECKS_MAX = 100 };

static const struct report_column columns[] = {
	{ "finding", "finding", REPORT_ID, false }, { "severity", "severity", REPORT_TEXT, false },
	{ "check", "check", REPORT_TEXT, false }, { "subject", "about", REPORT_TEXT, false },
	{ "state", "state", REPORT_TEXT, false }, { "raised_at", "raised", REPORT_DATE, false },
	{ "closed_at", "closed", REPORT_DATE, false }, { "message", "what was found", REPORT_TEXT, false },
	{ "because", "what was said of it", REPORT_TEXT, false },
};

static bool within(const struct report *report, int64_t at)
{
	return at != ABSENT && at >= report->asked.from && at < report->asked.until;
}

/* Which findings a table lists. */
typedef bool wanted(const struct report *report, const struct finding *finding);

static bool is_open(const struct report *report, const struct finding *finding)
{
	(void)report;
	return finding->state != FINDING_CLOSED;
}

static bool is_raised(const struct report *report, const struct finding *finding)
{
	return within(report, finding->raised_at);
}

static bool is_closed(const struct report *report, const struct finding *finding)
{
	return finding->state == FINDING_CLOSED &&
		within(report, report_field_number(TABLE_FINDING, finding, "closed_at"));
}

static void write_rows(struct report *report, const char *heading, wanted *want)
{
	const struct finding *finding = NULL;
	size_t count = 0;
	while ((finding = state_next(report->state, TABLE_FINDING, finding)) != NULL)
		count += want(report, finding) ? 1 : 0;
	report_section(report, heading);
	if (count > REPORT_ROWS_MAX)
		report_remark(report, "The first %d of %zu are listed.", REPORT_ROWS_MAX, count);
	report_table(report, columns, sizeof columns / sizeof *columns);
	for (count = 0, finding = NULL; count < REPORT_ROWS_MAX && (finding = state_next(report->state,
	     TABLE_FINDING, finding)) != NULL;) {
		if (!want(report, finding))
			continue;
		count++;
		report_row(report);
		report_text(report, finding->id);
		report_text(report, report_field_text(TABLE_FINDING, finding, "severity"));
		report_text(report, finding->check);
		report_text(report, finding->subject);
		report_text(report, report_field_text(TABLE_FINDING, finding, "state"));
		report_int(report, finding->raised_at);
		report_int(report, report_field_number(TABLE_FINDING, finding, "closed_at"));
		report_text(report, finding->message);
		report_text(report, report_field_text(TABLE_FINDING, finding, "because"));
	}
}

void report_write_finding_counts(struct report *report)
{
	static const struct report_column counts[] = {
		{ "check", "check", REPORT_TEXT, false }, { "critical", "critical, open", REPORT_COUNT, false },
		{ "warning", "warnings, open", REPORT_COUNT, false },
		{ "raised", "raised in the period", REPORT_COUNT, false },
		{ "closed", "closed in the period", REPORT_COUNT, false },
	};
	struct { const char *check; int64_t critical, warning, raised, closed; } sums[CHECKS_MAX];
	size_t count = 0;
	const struct finding *finding = NULL;
	report_section(report, "Findings by check");
	report_remark(report, "The period is %s.", report_period_words(report));
	report_table(report, counts, sizeof counts / sizeof *counts);
	while ((finding = state_next(report->state, TABLE_FINDING, finding)) != NULL) {
		size_t at = 0;
		while (at < count && !text_equal(sums[at].check, finding->check))
			at++;
		if (at == CHECKS_MAX)
			continue;
		if (at == count) {
			memset(&sums[at], 0, sizeof sums[at]);
			sums[count++].check = finding->check;
		}
		bool open = is_open(report, finding), critical = finding->severity == SEVERITY_CRITICAL;
		sums[at].critical += open && critical ? 1 : 0;
		sums[at].warning += open && !critical ? 1 : 0;
		sums[at].raised += is_raised(report, finding) ? 1 : 0;
		sums[at].closed += is_closed(report, finding) ? 1 : 0;
	}
	for (size_t i = 0; i < count; i++) {
		report_row(report);
		report_text(report, sums[i].check);
		report_int(report, sums[i].critical);
		report_int(report, sums[i].warning);
		report_int(report, sums[i].raised);
		report_int(report, sums[i].closed);
	}
}

bool report_findings(struct report *report, struct error *error)
{
	(void)error;
	report_default_period(report, report_day(report->view->now) - DAYS_BACK * TIME_DAY_MS);
	report_begin(report, "Findings, %s", report_period_words(report));
	report_note(report, "Findings are what audits, the core and people have recorded by then; a check that "
		"nobody has run has found nothing.");
	report_write_finding_counts(report);
	write_rows(report, "Not closed", is_open);
	write_rows(report, "Raised in the period", is_raised);
	write_rows(report, "Closed in the period", is_closed);
	return true;
}
