/* Which reports there are. */
#include "view/report_kinds.h"

const struct report_kind report_kinds[] = {
	{ "position", NULL, false, true, false, report_position },
};
const size_t report_kind_count = sizeof report_kinds / sizeof *report_kinds;
