/* The kinds of reports, one function each, and sections that several of them have. Private to the reports. */
#ifndef VIEW_REPORT_KINDS_H
#define VIEW_REPORT_KINDS_H

#include "view/report.h"

struct parsed_entry;

report_make report_position, report_shortfall, report_declaration, report_release, report_unshipped,
	report_sites, report_annual, report_quarterly, report_participants, report_findings;

/* Orders that are issued and not, or not all, loaded. */
void report_write_unshipped(struct report *report);

/* What sites can hold and load; findings counted by check; what participants were charged. */
void report_write_sites(struct report *report);
void report_write_finding_counts(struct report *report);
void report_write_charges(struct report *report);

/* An entry of the ledger, in the view's arena; false where it cannot be read here. */
bool report_entry(const struct report *report, int64_t index, struct parsed_entry *ret_entry);

#endif
