/*
 * Since when commodities have been below what is to be available of them, without a break: what the checks
 * of floors and of requirements keep from entry to entry, as figures of column.h, and tell at the end.
 */
#ifndef AUDIT_BELOW_H
#define AUDIT_BELOW_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/check.h"
#include "reserve/stock/material.h"

/* A check's begin; its free is column_drop. */
void *below_begin(const struct check_run *run);

/* Whether the commodity is below, after the entry. */
void below_mark(const struct check_run *run, const struct commodity *commodity, bool is,
	const struct parsed_entry *entry);

/*
 * Tells of a commodity that is below: of what ("operating floor"), how many grams that is, and the days
 * from which on it is critical.
 */
void below_report(const struct check_run *run, const struct commodity *commodity, const char *of,
	int64_t mass_g, int64_t critical_days);

#endif
