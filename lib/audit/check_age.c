/* What is old: assays past their retest date, metal in store for years, metal that nobody ever retests. */
#include "audit/check_world.h"

#include <stdlib.h>

#include "audit/column.h"
#include "audit/group.h"
#include "base/time.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"

static bool is_here(const struct lot *lot)
{
	return !lot->row.closed && lot->state == LOT_ACCEPTED;
}

/* ---- retest-overdue ---- */

static void report_retest(const struct check_run *run, const struct lot *lot)
{
	char due[TIME_TEXT_SIZE], mass[WORD_MASS];
	int64_t days = (run->now - lot->retest_at) / TIME_DAY_MS;
	time_format(lot->retest_at, due);
	word_mass(mass, lot->contained_g);
	const struct check_finding finding = { .index = lot->row.last_index,
		.subject = arena_printf(run->arena, "lot %s", lot->code),
		.severity = days >= RETEST_CRITICAL_DAYS ? SEVERITY_CRITICAL : SEVERITY_WARNING,
		.message = arena_printf(run->arena, "lot %s at %s, %s of %s: its assay expired on %.10s, %lld "
			"days ago, and it may not leave", lot->code, lot->site->code, mass,
			lot->commodity->code, due, (long long)days) };
	check_report(run, &finding);
}

static void end_retest(const struct check_run *run)
{
	const struct lot *lot = NULL;
	while ((lot = state_next(run->state, TABLE_LOT, lot)) != NULL) {
		if (is_here(lot) && lot->retest_at != ABSENT && lot->retest_at <= run->now)
			report_retest(run, lot);
	}
}

const struct check check_retest_overdue = {
	.id = "retest-overdue",
	.title = "assays past their retest date",
	.severity = SEVERITY_WARNING,
	.looks_at = "the retest date of every lot that is accepted; critical when it is 30 days past",
	.remedy = "Sample it and assay it again: vaultctl lot sample LOT SAMPLE, "
		"vaultctl lot assay LOT --retest DATE.",
	.source = "aluminium sold in 2021 had been in China's store since 1975",
	.end = end_retest,
};

/* ---- old-metal ---- */

struct aged {
	struct group old, untested;
	const struct lot *oldest;
};

static void add_old(struct aged *aged, const struct lot *lot, int64_t days)
{
	if (days >= LOT_OLD_DAYS)
		group_add(&aged->old, lot);
	else if (lot->retest_at == ABSENT && days >= LOT_UNTESTED_DAYS)
		group_add(&aged->untested, lot);
	else
		return;
	if (aged->oldest == NULL || lot->weighed_at < aged->oldest->weighed_at)
		aged->oldest = lot;
}

static void report_aged(const struct check_run *run, const struct commodity *commodity,
	const struct aged *aged)
{
	char since[TIME_TEXT_SIZE];
	const char *old = "", *untested = "";
	time_format(aged->oldest->weighed_at, since);
	if (aged->old.lots > 0)
		old = arena_printf(run->arena, "; in store for over ten years: %s",
			group_words(run->arena, &aged->old, AUDIT_NAMED_MAX));
	if (aged->untested.lots > 0)
		untested = arena_printf(run->arena, "; for over five years without any retest date: %s",
			group_words(run->arena, &aged->untested, AUDIT_NAMED_MAX));
	check_found(run, arena_printf(run->arena, "commodity %s", commodity->code),
		aged->oldest->row.last_index, "%s: the oldest lot, %s, has been in store since %.10s%s%s",
		commodity->code, aged->oldest->code, since, old, untested);
}

static void end_old(const struct check_run *run)
{
	struct column ages = COLUMN_OF(struct aged);
	const struct lot *lot = NULL;
	while ((lot = state_next(run->state, TABLE_LOT, lot)) != NULL) {
		if (is_here(lot) && lot->weighed_at != ABSENT)
			add_old(column_at(&ages, lot->commodity), lot,
				(run->now - lot->weighed_at) / TIME_DAY_MS);
	}
	const struct commodity *commodity = NULL;
	while ((commodity = state_next(run->state, TABLE_COMMODITY, commodity)) != NULL) {
		const struct aged *aged = column_at(&ages, commodity);
		if (aged->oldest != NULL)
			report_aged(run, commodity, aged);
	}
	column_free(&ages);
}

const struct check check_old_metal = {
	.id = "old-metal",
	.title = "metal that has grown old in store",
	.severity = SEVERITY_WARNING,
	.looks_at = "by commodity, lots weighed in over ten years ago, and over five years ago without any retest "
		"date",
	.remedy = "Rotate them (vaultctl rotation new), or assay them with a retest date.",
	.source = "aluminium sold in 2021 had been in China's store since 1975",
	.end = end_old,
};
