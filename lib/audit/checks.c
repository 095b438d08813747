/* The list of what every audit checks, in the order in which it is shown. */
#include "audit/check.h"

#include "audit/audit_private.h"
#include "audit/check_world.h"
#include "audit/notes.h"
#include "audit/plans.h"
#include "base/text.h"

const struct check *const checks[] = {
	&check_ledger_entry, &check_ledger_root, &check_founding, &check_signatures,
	&check_two_signatures, &check_signer_asked, &check_plan_hash, &check_tables, &check_command_ids,
	&check_floor_broken, &check_price_broken, &check_release_without_order,
	&check_delivered_elsewhere, &check_expired_declaration, &check_mass_conserved,
	&check_accounts_zero, &check_recount, &check_available_book, &check_entitlements,
	&check_charges, &check_price_computed, &check_assessments, &check_accepted_unweighed,
	&check_same_hands, &check_one_title, &check_one_pledge, &check_weight_in_out,
	&check_supplier_weights, &check_accepted_on_paper, &check_below_floor, &check_below_target,
	&check_retest_overdue, &check_old_metal, &check_return_overdue, &check_return_amended,
	&check_order_unlifted, &check_price_stale, &check_observation_stale, &check_reason_missing,
	&check_count_overdue, &check_count_variance, &check_count_hands, &check_count_sheet,
	&check_count_frozen, &check_sample_seed, &check_sample_overdue,
	&check_inspection_overdue, &check_scale_failed, &check_loadout_unproven, &check_storage_class,
	&check_requirement_unstocked, &check_below_requirement, &check_report_overdue,
	&check_evidence_missing, &check_criteria_missing,
	&check_cosignatures,
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

bool check_is_meant(const struct check *check, const char *name)
{
	bool replay = check == &check_tables || check == &check_command_ids;
	bool ledger = check->entries_only || check == &check_ledger_entry || check == &check_ledger_root ||
		check == &check_cosignatures;
	if (text_equal(name, "ledger"))
		return ledger;
	if (text_equal(name, "replay"))
		return replay;
	if (text_equal(name, "world"))
		return !ledger && !replay;
	if (text_equal(name, "history"))
		return check->history;
	return text_equal(name, check->id);
}

bool check_name_known(const char *name)
{
	bool known = false;
	for (size_t i = 0; checks[i] != NULL; i++)
		known = known || check_is_meant(checks[i], name);
	return known;
}
