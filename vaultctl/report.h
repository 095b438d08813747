/*
 * What vaultctl makes of a report as vaultd answers it: text for people, CSV, and one HTML page with
 * its pictures. Nothing here computes a figure; what a cell means follows from its column's type.
 */
#ifndef VAULTCTL_REPORT_H
#define VAULTCTL_REPORT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "wire/value.h"

/* A figure of a type ("mass", "cover", "share") as a person reads it, appended. */
void report_show(struct buffer *to, const char *type, int64_t value);

/* A cell of any type, nothing where it is absent. */
void report_cell(struct buffer *to, const char *type, const struct value *cell);

/* Whether cells of a type are figures, aligned to the right. */
bool report_is_figure(const char *type);

/* "as of ledger index 48,212, 22 Nov 2026 20:41 UTC" */
void report_as_of(struct buffer *to, const struct value *report);

/* A whole page, appended: XHTML that every browser takes as HTML, in need of no network and no script. */
void report_html(const struct value *report, struct buffer *to);

/*
 * One chart as a caption and an SVG element, what stands in a figure, appended. number: of the chart in its
 * page, for ids.
 */
void report_chart_svg(const struct value *chart, int number, struct buffer *to);

#endif
