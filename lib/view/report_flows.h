/* What happened to metal in a period, summed from the history. Private to the reports. */
#ifndef VIEW_REPORT_FLOWS_H
#define VIEW_REPORT_FLOWS_H

#include "view/report.h"

struct report_flow_sum {
	int64_t count, net_g, contained_g;
};

/* Flows in [from, until) of a commodity (NULL: all) at a site (NULL: all), by kind. */
void report_flows_sum(const struct report *report, const struct commodity *commodity,
	const struct site *site, int64_t from, int64_t until,
	struct report_flow_sum sums[HISTORY_KIND_COUNT]);

/* The period where from and until were not asked: [from, the end of now's day). */
void report_default_period(struct report *report, int64_t from);

/* The field of a row by its name, "" or ABSENT where the table has none of that name. */
const char *report_field_text(enum table_id table, const void *row, const char *name);
int64_t report_field_number(enum table_id table, const void *row, const char *name);

/* "1 Oct 2026 to 31 Dec 2026": the first and the last day of [from, until). */
const char *report_period_words(const struct report *report);

#endif
