/* What is required and not held, for how long; and reports that law expects and nobody filed. */
#include "audit/check_world.h"

#include "audit/below.h"
#include "audit/column.h"
#include "base/time.h"
#include "reserve/evidence/filing.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/requirement.h"
#include "reserve/words.h"
#include "vault/limits.h"

/* ---- requirement-unstocked ---- */

static void end_unstocked(const struct check_run *run)
{
	struct column held = COLUMN_OF(int64_t);
	const struct lot *lot = NULL;
	while ((lot = state_next(run->state, TABLE_LOT, lot)) != NULL) {
		if (!lot->row.closed)
			*(int64_t *)column_at(&held, lot->commodity) += lot->on_hand_g + lot->in_transit_g;
	}
	const struct commodity *commodity = NULL;
	while ((commodity = state_next(run->state, TABLE_COMMODITY, commodity)) != NULL) {
		const struct requirement *required = commodity->requirement;
		char mass[WORD_MASS];
		if (required == NULL || required->mass_g == 0 || *(int64_t *)column_at(&held, commodity) > 0)
			continue;
		word_mass(mass, required->mass_g);
		check_found(run, arena_printf(run->arena, "commodity %s", commodity->code),
			required->row.last_index, "%s: %s are required (%s, by %s), and nothing of it is held",
			commodity->code, mass, required->id, required->authority);
	}
	column_free(&held);
}

const struct check check_requirement_unstocked = {
	.id = "requirement-unstocked",
	.title = "required, and nothing held",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "every commodity with a requirement in force against all that is on hand or on its "
		"way",
	.remedy = "Acquire some (vaultctl annual, vaultctl lot new), or set a requirement that is meant.",
	.source = "GAO, September 2024: the list of shortfalls was incomplete, and shortfall items grew "
		"by 167%",
	.end = end_unstocked,
};

/* ---- below-requirement ---- */

static void judge(const struct check_run *run, const struct commodity *commodity,
	const struct parsed_entry *entry)
{
	below_mark(run, commodity, requirement_short_g(commodity) > 0, entry);
}

static void after_requirement(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct row *row = state_touched(run->state);
	for (; row != NULL; row = row->next_touched) {
		const void *touched = row;
		if (row->table == TABLE_COMMODITY)
			judge(run, touched, entry);
		else if (row->table == TABLE_REQUIREMENT)
			judge(run, ((const struct requirement *)touched)->commodity, entry);
	}
}

static void end_requirement(const struct check_run *run)
{
	const struct commodity *commodity = NULL;
	while ((commodity = state_next(run->state, TABLE_COMMODITY, commodity)) != NULL) {
		const struct requirement *requirement = commodity->requirement;
		if (requirement != NULL)
			below_report(run, commodity, arena_printf(run->arena, "requirement %s", requirement->id),
				requirement->mass_g, REQUIREMENT_ESCALATE_DAYS);
	}
}

const struct check check_below_requirement = {
	.id = "below-requirement",
	.title = "days below the requirement",
	.severity = SEVERITY_WARNING,
	.looks_at = "since when each commodity has been below its requirement without a break; critical "
		"after 90 days",
	.remedy = "Acquire what is short (vaultctl requirement --state short), or set a requirement that "
		"is meant.",
	.source = "Korea's lithium stood at 22% of its target for years, and nothing escalated it",
	.begin = below_begin, .after = after_requirement, .end = end_requirement, .free = column_drop,
};

/* ---- report-overdue ---- */

static void report_late(void *context, const struct filing_due *due)
{
	const struct check_run *run = context;
	int64_t days = (run->now - due->due_at) / TIME_DAY_MS;
	char by[TIME_TEXT_SIZE];
	if (due->filed != NULL || !filing_is_late(due->due_at, run->now))
		return;
	time_format(due->due_at, by);
	const struct check_finding finding = { .index = ABSENT,
		.subject = arena_printf(run->arena, "report %s", due->id),
		.severity = days >= REPORT_CRITICAL_DAYS ? SEVERITY_CRITICAL : SEVERITY_WARNING,
		.message = arena_printf(run->arena, "the report %s was to be filed by %.10s, %lld days ago, and "
			"is not", due->id, by, (long long)days) };
	check_report(run, &finding);
}

static void end_reports(const struct check_run *run)
{
	if (state_reserve(run->state) != NULL)
		filing_each_by(run->state, run->now, report_late, (void *)(uintptr_t)run);
}

const struct check check_report_overdue = {
	.id = "report-overdue",
	.title = "reports that were not filed",
	.severity = SEVERITY_WARNING,
	.looks_at = "the reports that law expects of every period since the founding (annual, quarterly, "
		"requirements, shortfall) against those that were filed; critical after a year",
	.remedy = "Make it, hand it in, and record that: vaultctl report due, vaultctl report filed.",
	.source = "50 USC 98h-2, 98h-5",
	.end = end_reports,
};
