/* Sections of the reports of a year and of a quarter. Private to the reports. */
#ifndef VIEW_REPORT_YEAR_H
#define VIEW_REPORT_YEAR_H

#include "view/report.h"

/* What lay there at the beginning and at the end, and what made the difference. */
void report_write_inventory(struct report *report);

/* Lots that became stock, by supplier and origin. */
void report_write_acquisitions(struct report *report);

/* What left, by who got it; loans, draws, rotations and sales that were under way. */
void report_write_releases(struct report *report);
void report_write_exchanges(struct report *report, bool rotations);

/* The plan of a fiscal year. */
void report_write_plan(struct report *report, int64_t fiscal_year);

/* What is known of money that came in and went out. */
void report_write_money(struct report *report);

/* What limits how long stock keeps, and where every gram is. */
void report_write_life(struct report *report);
void report_write_accounts(struct report *report);

/* The last day of the period that is over or runs: its end, or now's. */
int64_t report_last_day(const struct report *report);

#endif
