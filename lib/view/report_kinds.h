/* The kinds of reports, one function each. Private to the reports. */
#ifndef VIEW_REPORT_KINDS_H
#define VIEW_REPORT_KINDS_H

#include "view/report.h"

report_make report_position;

#endif
