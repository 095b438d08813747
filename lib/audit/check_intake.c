/*
 * How lots came in: weighed by us, assayed for good, sampled by us and not known from papers alone, each
 * step by another person. What was weighed and assayed is remembered from the entries, not from the lot.
 */
#include "audit/check_world.h"

#include <stdlib.h>
#include <string.h>

#include "audit/column.h"
#include "audit/group.h"
#include "audit/said.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/stock/account.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"

/* What the entries said of a lot so far. Persons by slot, plus one; 0: nobody did. */
struct own_lot {
	uint32_t weighed_by, assayed_by;
	bool weighed, final, sampled;
};

static void *begin_lots(const struct check_run *run)
{
	(void)run;
	return column_new(sizeof(struct own_lot));
}

static const struct lot *lot_of(const struct check_run *run, const struct parsed_entry *entry)
{
	return state_find(run->state, TABLE_LOT, check_text(entry, "lot"));
}

static const char *lot_subject(const struct check_run *run, const struct lot *lot)
{
	return arena_printf(run->arena, "lot %s", lot->code);
}

static uint32_t who(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct person *person = person_find(run->state, entry->actor);
	return person != NULL ? person->row.slot + 1 : 0;
}

/* Whether the entry is a weighing, a sample or an assay; then it is remembered. */
static bool remember(const struct check_run *run, const struct parsed_entry *entry,
	const struct lot *lot)
{
	struct own_lot *own = column_at(run->own, lot);
	if (said_kind(entry, &event_lot_weighed)) {
		own->weighed = check_number(entry, "gross_g") > check_number(entry, "tare_g");
		own->weighed_by = who(run, entry);
	} else if (said_kind(entry, &event_lot_sampled)) {
		own->sampled = true;
	} else if (said_kind(entry, &event_lot_assayed)) {
		own->final = check_number(entry, "provisional") != 1;
		own->assayed_by = who(run, entry);
	} else {
		return false;
	}
	return true;
}

/* ---- accepted-unweighed ---- */

static void check_grade(const struct check_run *run, const struct parsed_entry *entry,
	const struct lot *lot)
{
	int64_t least_ppm = lot->commodity->min_grade_ppm;
	if (least_ppm != ABSENT && lot->grade_ppm != ABSENT && lot->grade_ppm < least_ppm)
		check_found(run, arena_printf(run->arena, "grade of lot %s", lot->code), entry->sequence,
			"%s accepted lot %s of %lld ppm, and %s admits %lld ppm or more", entry->actor, lot->code,
			(long long)lot->grade_ppm,
			lot->commodity->code, (long long)least_ppm);
}

static void check_accepted(const struct check_run *run, const struct parsed_entry *entry,
	const struct lot *lot)
{
	const struct own_lot *own = column_at(run->own, lot);
	if (!own->weighed)
		check_found(run, lot_subject(run, lot), entry->sequence, "%s accepted lot %s, which nobody "
			"of ours had weighed", entry->actor, lot->code);
	else if (!own->final)
		check_found(run, lot_subject(run, lot), entry->sequence, "%s accepted lot %s without a final "
			"assay", entry->actor, lot->code);
	check_grade(run, entry, lot);
}

/* ---- accepted-on-paper ---- */

/* A supplier's lots of one commodity, told with its others. */
struct unsampled {
	const struct account *supplier;
	struct group group;
};

static int by_party(const void *left, const void *right)
{
	const struct unsampled *a = left, *b = right;
	int order = strcmp(a->supplier->party, b->supplier->party);
	return order != 0 ? order : strcmp(a->supplier->id, b->supplier->id);
}

static struct column unsampled_of(const struct check_run *run)
{
	struct column all = COLUMN_OF(struct unsampled);
	const struct lot *lot = NULL;
	while ((lot = state_next(run->state, TABLE_LOT, lot)) != NULL) {
		const struct row *supplier;
		if (lot->row.closed || lot->state != LOT_ACCEPTED ||
		    ((struct own_lot *)column_at(run->own, lot))->sampled ||
		    (supplier = group_supplier(run->state, lot)) == NULL)
			continue;
		struct unsampled *unsampled = column_at(&all, supplier);
		unsampled->supplier = (const struct account *)(const void *)supplier;
		group_add(&unsampled->group, lot);
	}
	return all;
}

/* The run of one party's commodities that begins there. Returns where the next begins. */
static size_t report_party(const struct check_run *run, const struct unsampled *all, size_t at,
	size_t count)
{
	const char *party = all[at].supplier->party, *words = "";
	size_t first = at;
	for (; at < count && text_equal(all[at].supplier->party, party); at++) {
		if (at - first < AUDIT_NAMED_MAX)
			words = arena_printf(run->arena, "%s; %s %s", words,
				all[at].supplier->commodity->code, group_words(run->arena, &all[at].group, 2));
	}
	if (at - first > AUDIT_NAMED_MAX)
		words = arena_printf(run->arena, "%s; and of %zu more commodities", words,
			at - first - AUDIT_NAMED_MAX);
	const struct check_finding finding = { .index = ABSENT,
		.subject = party[0] != '\0' ? arena_printf(run->arena, "supplier %s", party) : "no supplier",
		.message = arena_printf(run->arena, "no sample of ours was ever taken of what came from %s: its "
			"grade is a paper's%s", party[0] != '\0' ? party : "nobody who is named", words) };
	check_report_as(run, &check_accepted_on_paper, &finding);
	return at;
}

static void end_paper(const struct check_run *run)
{
	struct column all = unsampled_of(run);
	struct unsampled *items = (struct unsampled *)(void *)all.cells;
	size_t count = 0;
	for (size_t i = 0; i < all.count; i++) {
		if (items[i].supplier != NULL)
			items[count++] = items[i];
	}
	if (count > 0)
		qsort(items, count, sizeof *items, by_party);
	for (size_t at = 0; at < count;)
		at = report_party(run, items, at, count);
	column_free(&all);
}

/* ---- same-hands ---- */

static void same_hands(const struct check_run *run, const struct parsed_entry *entry,
	const char *subject, const char *message)
{
	const struct check_finding finding = { .subject = subject, .index = entry->sequence,
		.message = message };
	check_report_as(run, &check_same_hands, &finding);
}

static void check_corrector(const struct check_run *run, const struct parsed_entry *entry,
	const struct lot *lot)
{
	const struct own_lot *own = column_at(run->own, lot);
	uint32_t actor = who(run, entry);
	bool weight = check_number(entry, "net_g") != ABSENT;
	bool assay = check_number(entry, "grade_ppm") != ABSENT ||
		check_number(entry, "moisture_ppm") != ABSENT;
	if (actor != 0 && ((weight && own->weighed_by == actor) || (assay && own->assayed_by == actor)))
		same_hands(run, entry, lot_subject(run, lot), arena_printf(run->arena,
			"%s corrected what %s had entered of lot %s", entry->actor, entry->actor, lot->code));
}

static void check_acceptor(const struct check_run *run, const struct parsed_entry *entry,
	const struct lot *lot)
{
	const struct own_lot *own = column_at(run->own, lot);
	if (own->weighed_by != 0 && own->weighed_by == who(run, entry))
		same_hands(run, entry, lot_subject(run, lot), arena_printf(run->arena,
			"%s weighed lot %s and accepted it", entry->actor, lot->code));
}

static void check_lifter(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct hold *hold = state_find(run->state, TABLE_HOLD, check_text(entry, "hold"));
	if (hold != NULL && text_equal(hold->opened_by, entry->actor))
		same_hands(run, entry, arena_printf(run->arena, "hold %s", hold->id),
			arena_printf(run->arena, "%s opened the hold %s and lifted it", entry->actor, hold->id));
}

/* ---- all three ---- */

static void before_intake(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct lot *lot = lot_of(run, entry);
	if (said_kind(entry, &event_lot_hold_released))
		check_lifter(run, entry);
	if (lot == NULL || remember(run, entry, lot))
		return;
	if (said_kind(entry, &event_lot_corrected)) {
		check_corrector(run, entry, lot);
		return;
	}
	check_accepted(run, entry, lot);
	check_acceptor(run, entry, lot);
}

static const struct event_type *const intake_kinds[] = { &event_lot_weighed, &event_lot_sampled,
	&event_lot_assayed, &event_lot_accepted, &event_lot_corrected, &event_lot_hold_released, NULL };

const struct check check_accepted_unweighed = {
	.id = "accepted-unweighed",
	.title = "accepted without our weighing and a final assay",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "at each acceptance, whether a weighing of ours and a final assay stand in the entries "
		"before it, of the grade that the commodity admits",
	.remedy = "Hold the lot, weigh and assay it: vaultctl lot hold, vaultctl lot assay.",
	.source = "LME, March 2023: nine nickel warrants were bags of stones, never weighed on receipt",
	.history = true,
	.kinds = intake_kinds, .begin = begin_lots, .before = before_intake, .end = end_paper,
	.free = column_drop,
};

const struct check check_accepted_on_paper = {
	.id = "accepted-on-paper",
	.title = "accepted on documents alone",
	.severity = SEVERITY_WARNING,
	.looks_at = "accepted lots of which no sample was ever recorded, so that what they contain is known "
		"from a certificate alone; told by supplier",
	.remedy = "Draw some of them at random and have them assayed again: vaultctl sample draw, "
		"vaultctl lot sample.",
	.source = "Trafigura 2023: USD 577 million of metal that was no nickel, bought on documents",
	.via = &check_accepted_unweighed,
};

const struct check check_same_hands = {
	.id = "same-hands",
	.title = "weighed and accepted, entered and corrected, or held and freed by one person",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "who weighed and assayed a lot against who accepted and corrected it, and who opened a "
		"hold against who lifted it",
	.remedy = "Have another keeper weigh the lot again and another assayer look at it; hold it until "
		"then.",
	.source = "GAO-02-447G: segregation of duties; GAO-05-729T",
	.history = true,
	.via = &check_accepted_unweighed,
};
