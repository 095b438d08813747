/*
 * Sites: inspections that are due or failed, load-out that nobody proved, and metal that is stored
 * otherwise than it needs.
 */
#include "audit/check_world.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "reserve/stock/inspection.h"
#include "reserve/stock/loadout.h"
#include "reserve/stock/loadout_test.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/storage.h"
#include "reserve/words.h"
#include "vault/limits.h"

/* ---- inspection-overdue ---- */

/* "the scale of ROT", "lot GA-0042 at ROT" */
static const char *inspected(struct arena *arena, const struct inspection_due *due)
{
	static const char *const parts[INSPECTION_KIND_COUNT] = { "", "stock", "facility", "scale",
		"other inspection" };
	return due->lot[0] != '\0' ? arena_printf(arena, "lot %s at %s", due->lot, due->site->code) :
		arena_printf(arena, "the %s of %s", parts[due->kind], due->site->code);
}

static void report_due(void *context, const struct inspection_due *due)
{
	const struct check_run *run = context;
	const char *what = inspected(run->arena, due), *message;
	int64_t days = (run->now - due->due_at) / TIME_DAY_MS;
	char at[TIME_TEXT_SIZE];
	time_format(due->due_at, at);
	if (due->last == NULL)
		message = arena_printf(run->arena, "nobody ever inspected %s, and metal lies there; it was due "
			"on %.10s", what, at);
	else if (due->last->result == INSPECTION_FAIL)
		message = arena_printf(run->arena, "%s failed its inspection %s on %.10s and has not passed "
			"since", what, due->last->id, at);
	else
		message = arena_printf(run->arena, "%s was to be inspected again by %.10s, %lld days ago; the "
			"last was %s", what, at, (long long)days, due->last->id);
	const char *kind = inspection_kind_names[due->kind];
	const struct check_finding finding = { .message = message,
		.index = due->last != NULL ? due->last->row.last_index : ABSENT,
		.severity = days >= INSPECTION_CRITICAL_DAYS ? SEVERITY_CRITICAL : SEVERITY_WARNING,
		.subject = due->lot[0] != '\0' ? arena_printf(run->arena, "lot %s %s", due->lot, kind) :
			arena_printf(run->arena, "site %s %s", due->site->code, kind) };
	check_report(run, &finding);
}

static void end_inspections(const struct check_run *run)
{
	inspection_due_by(run->state, run->now, report_due, (void *)(uintptr_t)run);
}

const struct check check_inspection_overdue = {
	.id = "inspection-overdue",
	.title = "inspections that are due",
	.severity = SEVERITY_WARNING,
	.looks_at = "the newest inspection of every site where something lies, by kind (its stock, the "
		"facility, its scale), and of lots that were inspected singly; sites that nobody ever inspected, "
		"and what failed and has not passed since; critical after half a year",
	.remedy = "Inspect it and record that: vaultctl inspection due, vaultctl inspection new.",
	.source = "DLA's Form 30: compulsory inspections of commodity, facility and scale; DOE/IG-0916 "
		"(2014): maintenance deferred",
	.end = end_inspections,
};

/* ---- scale-failed ---- */

/* A weighing: which lot, on which site's scale, when. Sites and lots by their slots. */
struct weighing_seen {
	int64_t at, index;
	uint32_t site, lot;
};

struct weighings {
	struct weighing_seen *items;
	size_t count, capacity;
};

static void *begin_scale(const struct check_run *run)
{
	struct weighings *own = calloc(1, sizeof *own);
	(void)run;
	if (own == NULL)
		abort();
	return own;
}

static void free_scale(void *data)
{
	struct weighings *own = data;
	free(own->items);
	free(own);
}

/* Before it is applied: a lot that leaves whole is found no more afterwards. */
static void before_weighing(const struct check_run *run, const struct parsed_entry *entry)
{
	struct weighings *own = run->own;
	const struct lot *lot = state_find(run->state, TABLE_LOT, check_text(entry, "lot"));
	if (lot == NULL)
		return;
	if (own->count == own->capacity) {
		own->capacity = own->capacity == 0 ? 256 : own->capacity * 2;
		own->items = reallocarray(own->items, own->capacity, sizeof *own->items);
		if (own->items == NULL)
			abort();
	}
	own->items[own->count++] = (struct weighing_seen){ entry->at, entry->sequence,
		lot->site->row.slot, lot->row.slot };
}

static const struct inspection *last_by(const struct state *state, uint32_t site, int64_t at,
	enum inspection_result result)
{
	const struct inspection *row = NULL, *last = NULL;
	while ((row = state_next(state, TABLE_INSPECTION, row)) != NULL) {
		bool failed = row->result == INSPECTION_FAIL;
		if (row->kind == INSPECTION_SCALE && row->site->row.slot == site && row->inspected_at <= at &&
		    failed == (result == INSPECTION_FAIL) &&
		    (last == NULL || row->inspected_at > last->inspected_at))
			last = row;
	}
	return last;
}

static const struct inspection *first_after(const struct state *state, uint32_t site, int64_t at)
{
	const struct inspection *row = NULL, *first = NULL;
	while ((row = state_next(state, TABLE_INSPECTION, row)) != NULL) {
		if (row->kind == INSPECTION_SCALE && row->site->row.slot == site && row->inspected_at > at &&
		    (first == NULL || row->inspected_at < first->inspected_at))
			first = row;
	}
	return first;
}

/*
 * The failed inspection that puts a weighing in doubt: the scale had failed and not passed again
 * before it, or failed the next time that anybody looked. NULL: none.
 */
static const struct inspection *doubts(const struct state *state, const struct weighing_seen *seen)
{
	const struct inspection *failed = last_by(state, seen->site, seen->at, INSPECTION_FAIL);
	const struct inspection *passed = last_by(state, seen->site, seen->at, INSPECTION_PASS);
	if (failed != NULL && (passed == NULL || passed->inspected_at < failed->inspected_at))
		return failed;
	const struct inspection *next = first_after(state, seen->site, seen->at);
	return next != NULL && next->result == INSPECTION_FAIL ? next : NULL;
}

/* Whether a site's scale ever failed: else none of its weighings is looked at. */
static bool *failed_sites(const struct state *state, uint32_t *ret_count)
{
	const struct site *site = NULL;
	const struct inspection *row = NULL;
	uint32_t count = 0;
	while ((site = state_next(state, TABLE_SITE, site)) != NULL)
		count = site->row.slot + 1;
	bool *failed = calloc(count + 1, sizeof *failed);
	if (failed == NULL)
		abort();
	while ((row = state_next(state, TABLE_INSPECTION, row)) != NULL)
		failed[row->site->row.slot] |= row->kind == INSPECTION_SCALE && row->result == INSPECTION_FAIL;
	*ret_count = count;
	return failed;
}

/* What one failed inspection puts in doubt. */
struct doubted {
	int64_t weighings, last_index;
	const struct lot *first;
};

static void report_doubted(const struct check_run *run, const struct inspection *failed,
	const struct doubted *doubted)
{
	char at[TIME_TEXT_SIZE];
	time_format(failed->inspected_at, at);
	check_found(run, arena_printf(run->arena, "scale of %s %s", failed->site->code, failed->id),
		doubted->last_index, "the scale of %s failed on %.10s (%s, by %s: %s), and %lld weighings on it "
		"since it last passed are in doubt: the first is of lot %s", failed->site->code, at, failed->id,
		failed->by, failed->remarks != NULL ? failed->remarks : "", (long long)doubted->weighings,
		doubted->first->code);
}

static void end_scale(const struct check_run *run)
{
	const struct weighings *own = run->own;
	uint32_t sites, slots = 0;
	const struct inspection *row = NULL;
	bool *failed = failed_sites(run->state, &sites);
	while ((row = state_next(run->state, TABLE_INSPECTION, row)) != NULL)
		slots = row->row.slot + 1;
	struct doubted *doubted = calloc(slots + 1, sizeof *doubted);
	if (doubted == NULL)
		abort();
	for (size_t i = 0; i < own->count; i++) {
		const struct weighing_seen *seen = &own->items[i];
		const struct inspection *by = seen->site < sites && failed[seen->site] ?
			doubts(run->state, seen) : NULL;
		if (by == NULL)
			continue;
		struct doubted *of = &doubted[by->row.slot];
		if (of->weighings++ == 0)
			of->first = state_next_from(run->state, TABLE_LOT, seen->lot);
		of->last_index = seen->index;
	}
	while ((row = state_next(run->state, TABLE_INSPECTION, row)) != NULL) {
		if (doubted[row->row.slot].weighings > 0)
			report_doubted(run, row, &doubted[row->row.slot]);
	}
	free(doubted);
	free(failed);
}

static const struct event_type *const weighing_kinds[] = { &event_lot_weighed, &event_order_loaded,
	NULL };

const struct check check_scale_failed = {
	.id = "scale-failed",
	.title = "weighings on a scale that failed",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "what was weighed in or out on a site's scale between its last passed inspection and "
		"a failed one, and after a failed one until it passed again",
	.remedy = "Weigh again what is still there and correct it (vaultctl lot correct); hold the rest, "
		"and ask the receiver for the weight of what has left.",
	.source = "LME, March 2023: weights on paper did not match, and nobody weighed on receipt",
	.kinds = weighing_kinds, .begin = begin_scale, .before = before_weighing, .end = end_scale,
	.free = free_scale,
};

/* ---- loadout-unproven ---- */

/* What is wrong with what a site declares; NULL: nothing. */
static const char *unproven(const struct check_run *run, const struct site *site)
{
	char declared[WORD_MASS] = "", proven[WORD_MASS] = "", at[TIME_TEXT_SIZE] = "";
	bool declares = site->daily_loadout_g != ABSENT, tested = site->proven_loadout_g != ABSENT;
	if (declares)
		word_mass(declared, site->daily_loadout_g);
	if (tested) {
		word_mass(proven, site->proven_loadout_g);
		time_format(site->loadout_tested_at, at);
	}
	if (!declares)
		return "declares no daily load-out, so that slots are cut for it without any limit";
	if (!tested)
		return arena_printf(run->arena, "declares %s a day, and nobody ever tested it", declared);
	if (site->daily_loadout_g > site->proven_loadout_g)
		return arena_printf(run->arena, "declares %s a day, and its test of %.10s proved %s",
			declared, at, proven);
	if (run->now - site->loadout_tested_at > LOADOUT_TEST_DAYS * TIME_DAY_MS)
		return arena_printf(run->arena, "declares %s a day, and was last tested on %.10s", declared, at);
	return NULL;
}

/* Sites where something lies, by slot: what declares nothing and holds nothing matters to nobody. */
static bool *stocked_sites(const struct state *state)
{
	const struct site *site = NULL;
	const struct lot *lot = NULL;
	uint32_t count = 0;
	while ((site = state_next(state, TABLE_SITE, site)) != NULL)
		count = site->row.slot + 1;
	bool *stocked = calloc(count + 1, sizeof *stocked);
	if (stocked == NULL)
		abort();
	while ((lot = state_next(state, TABLE_LOT, lot)) != NULL)
		stocked[lot->site->row.slot] |= !lot->row.closed && lot->on_hand_g > 0;
	return stocked;
}

static void end_loadout(const struct check_run *run)
{
	bool *stocked = stocked_sites(run->state);
	const struct site *site = NULL;
	while ((site = state_next(run->state, TABLE_SITE, site)) != NULL) {
		bool looked_at = site->state != SITE_CLOSED &&
			(stocked[site->row.slot] || site->daily_loadout_g != ABSENT);
		const char *wrong = looked_at ? unproven(run, site) : NULL;
		if (wrong != NULL)
			check_found(run, arena_printf(run->arena, "site %s", site->code), site->row.last_index,
				"%s %s", site->code, wrong);
	}
	free(stocked);
}

const struct check check_loadout_unproven = {
	.id = "loadout-unproven",
	.title = "load-out that is declared and not proven",
	.severity = SEVERITY_WARNING,
	.looks_at = "what each site declares that it loads a day against its newest load-out test, which "
		"is a year old at most; sites with stock that declare nothing",
	.remedy = "Test it (vaultctl site test), or declare what was proven (vaultctl site set SITE open "
		"--daily-loadout).",
	.source = "DOE/IG-0916 (2014): the petroleum reserve could not meet its drawdown rate",
	.end = end_loadout,
};

/* ---- storage-class ---- */

struct misplaced {
	int64_t lots, net_g;
	const struct lot *first;
};

static void report_misplaced(const struct check_run *run, const struct misplaced *misplaced)
{
	char mass[WORD_MASS];
	const struct lot *lot = misplaced->first;
	word_mass(mass, misplaced->net_g);
	check_found(run, arena_printf(run->arena, "%s at %s", lot->commodity->code, lot->site->code),
		ABSENT, "%s; %lld lot%s of %s net there, the first %s",
		storage_words(run->arena, lot->commodity, lot->site), (long long)misplaced->lots,
		misplaced->lots == 1 ? "" : "s", mass, lot->code);
}

static uint32_t slots_of(const struct state *state, enum table_id table)
{
	const struct row *row = NULL;
	uint32_t count = 0;
	while ((row = state_next(state, table, row)) != NULL)
		count = row->slot + 1;
	return count;
}

static void end_storage(const struct check_run *run)
{
	uint32_t commodities = slots_of(run->state, TABLE_COMMODITY);
	uint32_t sites = slots_of(run->state, TABLE_SITE);
	struct misplaced *by = calloc((size_t)commodities * sites + 1, sizeof *by);
	const struct lot *lot = NULL;
	if (by == NULL)
		abort();
	while ((lot = state_next(run->state, TABLE_LOT, lot)) != NULL) {
		if (lot->row.closed || lot->on_hand_g == 0 || storage_missing(lot->commodity, lot->site) == 0)
			continue;
		struct misplaced *at = &by[(size_t)lot->site->row.slot * commodities + lot->commodity->row.slot];
		if (at->lots++ == 0)
			at->first = lot;
		at->net_g += lot->on_hand_g;
	}
	for (size_t i = 0; i < (size_t)commodities * sites; i++) {
		if (by[i].lots > 0)
			report_misplaced(run, &by[i]);
	}
	free(by);
}

const struct check check_storage_class = {
	.id = "storage-class",
	.title = "metal that is stored otherwise than it needs",
	.severity = SEVERITY_WARNING,
	.looks_at = "what each commodity needs (covered, dry, inert and so on) against what the sites "
		"offer where its lots lie",
	.remedy = "Move the lots to a site that offers it (vaultctl lot move), or say what the site "
		"offers now (vaultctl site storage).",
	.source = "GAO-05-729T: items stored outdoors that had to be inside",
	.end = end_storage,
};
