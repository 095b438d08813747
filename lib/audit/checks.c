/* The list of what every audit checks, in the order in which it is shown. */
#include "audit/check.h"

#include "audit/check_facts.h"
#include "base/text.h"

extern const struct check check_ledger_entry, check_ledger_root, check_founding, check_signatures,
	check_two_signatures, check_signer_asked, check_plan_hash, check_tables, check_command_ids;

const struct check *const checks[] = {
	&check_ledger_entry, &check_ledger_root, &check_founding, &check_signatures,
	&check_two_signatures, &check_signer_asked, &check_plan_hash, &check_tables, &check_command_ids,
	/* merge: B1 */
	/* merge: B2 */
	&check_inspection_overdue, &check_scale_failed, &check_loadout_unproven, &check_storage_class,
	&check_requirement_unstocked, &check_below_requirement, &check_report_overdue,
	&check_evidence_missing, &check_criteria_missing,
	/* merge: C */
	/* merge: D */
	NULL
};

const struct check *check_find(const char *id)
{
	for (size_t i = 0; checks[i] != NULL; i++) {
		if (text_equal(checks[i]->id, id))
			return checks[i];
	}
	return NULL;
}
