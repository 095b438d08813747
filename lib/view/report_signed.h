/* Who signed what, for reports. Private to the reports. */
#ifndef VIEW_REPORT_SIGNED_H
#define VIEW_REPORT_SIGNED_H

#include "view/report.h"

/* "Elena Ruiz (ruiz), Lee Ann (lee)" of a note by its id; "" where there is none. In the arena. */
const char *report_signers(const struct report *report, const char *note);

#endif
