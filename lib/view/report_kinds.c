/* Which reports there are. */
#include "view/report_kinds.h"

/* name, what its subject is, takes a period, has coarse editions, a delegate may have its own, made by */
const struct report_kind report_kinds[] = {
	{ "position", NULL, false, true, false, report_position },
	{ "shortfall", NULL, false, true, false, report_shortfall },
	{ "declaration", "a declaration", false, true, false, report_declaration },
	{ "release", "an order", false, false, true, report_release },
	{ "sites", NULL, true, false, false, report_sites },
	{ "sold-not-shipped", NULL, false, false, false, report_unshipped },
	{ "annual", "a fiscal year", false, true, false, report_annual },
	{ "quarterly", "a quarter of a fiscal year", false, true, false, report_quarterly },
	{ "participants", "a participant", true, false, false, report_participants },
	{ "findings", NULL, true, false, false, report_findings },
};
const size_t report_kind_count = sizeof report_kinds / sizeof *report_kinds;
