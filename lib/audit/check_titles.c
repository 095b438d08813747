/*
 * One title that lives and one pledge in force on a lot. The check counts them from the entries by which
 * they began and ended, and again from the rows.
 */
#include "audit/check_world.h"

#include <string.h>

#include "audit/column.h"
#include "audit/said.h"
#include "base/text.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/title.h"

static const char *lot_subject(const struct check_run *run, const char *lot)
{
	return arena_printf(run->arena, "lot %s", lot);
}

/* A column by lot: the row that lives of it. */
static void *begin_rows(const struct check_run *run)
{
	(void)run;
	return column_new(sizeof(const void *));
}

/* ---- one-title ---- */

/* Another takes the place of a title only for who presents its number. */
static void after_titled(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct lot *lot = state_find(run->state, TABLE_LOT, check_text(entry, "lot"));
	const char *number = check_text(entry, "title"), *replaces = check_text(entry, "replaces");
	if (lot == NULL)
		return;
	const struct title **place = column_at(run->own, lot);
	const struct title *before = *place;
	*place = state_find(run->state, TABLE_TITLE, number);
	if (before == NULL && replaces[0] == '\0')
		return;
	if (before == NULL || !text_equal(before->number, replaces))
		check_found(run, lot_subject(run, lot->code), entry->sequence, "a second title of lot %s was "
			"given to %s, and that of %s was not presented", lot->code, check_text(entry, "holder"),
			before != NULL ? before->holder : "somebody else");
}

static void end_titles(const struct check_run *run)
{
	struct column live = COLUMN_OF(const void *);
	const struct title *title = NULL;
	while ((title = state_next(run->state, TABLE_TITLE, title)) != NULL) {
		const struct lot *lot = state_find(run->state, TABLE_LOT, title->lot);
		if (title->row.closed || title->state != TITLE_LIVE)
			continue;
		if (lot == NULL || lot->created_index != title->lot_index) {
			check_found(run, lot_subject(run, title->lot), title->row.last_index, "the title that %s "
				"holds lives, and its lot %s does not", title->holder, title->lot);
			continue;
		}
		const struct title **place = column_at(&live, lot);
		if (*place != NULL)
			check_found(run, lot_subject(run, lot->code), title->row.last_index, "lot %s has two "
				"titles that live, of %s and of %s", lot->code, (*place)->holder, title->holder);
		*place = title;
	}
	column_free(&live);
}

static const struct event_type *const title_kinds[] = { &event_lot_titled, NULL };

const struct check check_one_title = {
	.id = "one-title",
	.title = "lots with several live titles",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "each title as it is given, against the one that lives and whether that was presented; and "
		"the titles that live now",
	.remedy = "Hold the lot and hear both holders; what was forged is replaced by vaultctl lot title.",
	.source = "Qingdao 2014, nickel receipts forged in 2017: the same metal sold several times",
	.history = true,
	.kinds = title_kinds, .begin = begin_rows, .after = after_titled, .end = end_titles,
	.free = column_drop,
};

/* ---- one-pledge ---- */

static const struct lot *lot_of(const struct state *state, const struct pledge *pledge)
{
	const struct lot *lot = state_find(state, TABLE_LOT, pledge->lot);
	return lot != NULL && lot->created_index == pledge->lot_index ? lot : NULL;
}

/* What the entry is about to put in force. */
static void before_pledged(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct pledge *pledge = said_kind(entry, &event_lot_pledged) ?
		state_find(run->state, TABLE_PLEDGE, check_text(entry, "pledge")) : NULL;
	const struct lot *lot = pledge != NULL ? lot_of(run->state, pledge) : NULL;
	if (lot == NULL)
		return;
	const struct pledge *held = *(const struct pledge **)column_at(run->own, lot);
	if (held != NULL)
		check_found(run, lot_subject(run, lot->code), entry->sequence, "lot %s was pledged to %s (%s) "
			"while %s of %s was in force", lot->code, pledge->lender, pledge->id, held->id,
			held->lender);
	if (lot->reserved_g > 0 || lot->reserved_net_g > 0)
		check_found(run, pledge->id, entry->sequence, "lot %s was pledged to %s (%s) when %lld g of it "
			"were promised", lot->code, pledge->lender, pledge->id, (long long)lot->reserved_g);
}

static void after_pledge(const struct check_run *run, const struct parsed_entry *entry)
{
	(void)entry;
	for (const struct row *row = state_touched(run->state); row != NULL; row = row->next_touched) {
		const struct pledge *pledge = (const void *)row;
		const struct lot *lot = row->table == TABLE_PLEDGE ? lot_of(run->state, pledge) : NULL;
		if (lot == NULL)
			continue;
		const struct pledge **held = column_at(run->own, lot);
		if (pledge->state == PLEDGE_IN_FORCE)
			*held = pledge;
		else if (*held == pledge)
			*held = NULL;
	}
}

/* A pledge is to be on a lot that is here, and on no other's. */
static void end_pledges(const struct check_run *run)
{
	struct column live = COLUMN_OF(const void *);
	const struct pledge *pledge = NULL;
	while ((pledge = state_next(run->state, TABLE_PLEDGE, pledge)) != NULL) {
		const struct lot *lot = state_find(run->state, TABLE_LOT, pledge->lot);
		if (pledge->row.closed || pledge->state != PLEDGE_IN_FORCE)
			continue;
		if (lot == NULL || lot->created_index != pledge->lot_index) {
			check_found(run, lot_subject(run, pledge->lot), pledge->row.last_index, "%s of %s is in "
				"force, and its lot %s is gone", pledge->id, pledge->lender, pledge->lot);
			continue;
		}
		const struct pledge **place = column_at(&live, lot);
		if (*place != NULL)
			check_found(run, lot_subject(run, lot->code), pledge->row.last_index, "lot %s is pledged "
				"twice, to %s and to %s", lot->code, (*place)->lender, pledge->lender);
		*place = pledge;
	}
	column_free(&live);
}

const struct check check_one_pledge = {
	.id = "one-pledge",
	.title = "lots with several pledges, or pledged and promised",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "each pledge as it comes into force, against the one in force and what is promised of the "
		"lot; and the pledges in force now",
	.remedy = "Hold the lot, tell both lenders, release one pledge: vaultctl lot unpledge.",
	.source = "Qingdao 2014: the same metal pledged to several banks",
	.history = true,
	.begin = begin_rows, .before = before_pledged, .after = after_pledge, .end = end_pledges,
	.free = column_drop,
};
