/*
 * The checks of what people are to do beside the stock itself: inspect, test, store as is needed, meet
 * requirements, keep the file behind each movement, cite criteria, file reports.
 */
#ifndef AUDIT_CHECK_FACTS_H
#define AUDIT_CHECK_FACTS_H

#include "audit/check.h"

/* Sites: check_sites.c */
extern const struct check check_inspection_overdue, check_scale_failed, check_loadout_unproven,
	check_storage_class;

/* Requirements and reports: check_requirements.c */
extern const struct check check_requirement_unstocked, check_below_requirement, check_report_overdue;

/* What entries say of themselves: check_evidence.c */
extern const struct check check_evidence_missing, check_criteria_missing;

#endif
