/*
 * The checks of the world: whether what was let go, taken in, priced, pledged and owed was right at every
 * index of the ledger, and what is overdue, old, short or unexplained now. Each recomputes from first
 * figures (weights, grades, dates, prices as quoted) what decide once found.
 */
#ifndef AUDIT_CHECK_WORLD_H
#define AUDIT_CHECK_WORLD_H

#include "audit/check.h"

/* Floors and cover: check_floors.c, check_cover.c */
extern const struct check check_floor_broken, check_below_target, check_below_floor,
	check_available_book;

/* Prices and money: check_prices.c, check_fresh.c, check_charges.c, check_tariffs.c */
extern const struct check check_price_broken, check_price_computed, check_price_stale,
	check_observation_stale, check_charges, check_entitlements, check_assessments;

/* Where every gram is: check_mass.c, check_weights.c */
extern const struct check check_mass_conserved, check_accounts_zero, check_recount,
	check_weight_in_out, check_supplier_weights;

/* Lots: check_intake.c, check_titles.c, check_age.c */
extern const struct check check_accepted_unweighed, check_accepted_on_paper, check_same_hands,
	check_one_title, check_one_pledge, check_retest_overdue, check_old_metal;

/* Orders, returns, declarations, reasons: a file each */
extern const struct check check_delivered_elsewhere, check_release_without_order,
	check_order_unlifted, check_return_overdue, check_return_amended, check_expired_declaration,
	check_reason_missing;

/* Stocktakes and samples: check_count.c, check_sheet.c */
extern const struct check check_count_overdue, check_count_variance, check_count_hands,
	check_count_frozen, check_count_sheet, check_sample_seed, check_sample_overdue;

/* Sites: check_sites.c */
extern const struct check check_inspection_overdue, check_scale_failed, check_loadout_unproven,
	check_storage_class;

/* Requirements and reports: check_requirements.c */
extern const struct check check_requirement_unstocked, check_below_requirement, check_report_overdue;

/* What entries say of themselves: check_evidence.c */
extern const struct check check_evidence_missing, check_criteria_missing;

#endif
