/*
 * No release below a floor, at any index. The check keeps books of its own: what each lot adds to what is
 * available, site by site, from the rows that an entry touched, and which floor came into force when.
 * An entry by which more metal is promised than before is a release decision, whatever its kind; and
 * so is the issue of an order.
 */
#include "audit/check_world.h"

#include <stdlib.h>
#include <string.h>

#include "audit/column.h"
#include "audit/said.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/award.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/request.h"
#include "reserve/founding.h"
#include "reserve/stock/count.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "reserve/stock/release.h"
#include "reserve/stock/title.h"
#include "reserve/words.h"
#include "reserve/zone/exchange.h"

struct own_lot {
	int64_t free_g, reserved_g; /* free_g: were its site open */
};

struct own_site {
	struct column free;         /* int64_t by commodity, allocated with the first */
	bool open;
	const struct count *count;       /* that holds it still, and of what alone */
	const struct commodity *counted;
};

struct own_floor {
	int64_t mass_g, index;      /* index: of the entry that put it in force, plus one; 0: none did */
};

struct own_commodity {
	int64_t available_g;
	struct own_floor operating, hard;
};

struct own {
	struct column lots, sites, commodities;
	struct column proposed_at;  /* int64_t by floor */
	const struct commodity *granted_of; /* what this entry promised more of, and how much */
	int64_t granted_g;
	const char *expired;        /* a lot among them whose assay was over */
};

static void *begin(const struct check_run *run)
{
	struct own *own = calloc(1, sizeof *own);
	(void)run;
	if (own == NULL)
		abort();
	own->lots.width = sizeof(struct own_lot);
	own->sites.width = sizeof(struct own_site);
	own->commodities.width = sizeof(struct own_commodity);
	own->proposed_at.width = sizeof(int64_t);
	return own;
}

static void end_own(void *data)
{
	struct own *own = data;
	struct own_site *sites = (struct own_site *)(void *)own->sites.cells;
	for (size_t i = 0; i < own->sites.count; i++)
		column_free(&sites[i].free);
	column_free(&own->lots);
	column_free(&own->sites);
	column_free(&own->commodities);
	column_free(&own->proposed_at);
	free(own);
}

/* ---- books ---- */

/* What may leave of a lot, were its site open: the design's list of conditions, read again. */
static int64_t free_g(const struct lot *lot)
{
	bool may = lot->state == LOT_ACCEPTED && !lot->row.closed && lot->assayed && !lot->expired &&
		lot->holds == 0 && !lot->pledged && lot->destination == NULL;
	return may ? lot->contained_g - lot->reserved_g : 0;
}

/* Whether a commodity may leave there: the site is open, and no stocktake holds it still. */
static bool is_open(const struct own_site *site, uint32_t commodity)
{
	bool counted = site->count != NULL &&
		(site->counted == NULL || site->counted->row.slot == commodity);
	return site->open && !counted;
}

static void add_free(struct own *own, const struct site *site, const struct commodity *commodity,
	int64_t change_g)
{
	struct own_site *at = column_at(&own->sites, site);
	at->free.width = sizeof(int64_t);
	*(int64_t *)column_at(&at->free, commodity) += change_g;
	if (is_open(at, commodity->row.slot))
		((struct own_commodity *)column_at(&own->commodities, commodity))->available_g += change_g;
}

/*
 * A lot changes its site by its arrival alone; in transit it is not free, so what it had was taken
 * off where it stood.
 */
static void look_at_lot(struct own *own, const struct lot *lot, int64_t at)
{
	struct own_lot *seen = column_at(&own->lots, lot);
	int64_t change_g = free_g(lot) - seen->free_g, promised_g = lot->reserved_g - seen->reserved_g;
	seen->free_g += change_g;
	seen->reserved_g = lot->reserved_g;
	if (change_g != 0)
		add_free(own, lot->site, lot->commodity, change_g);
	if (promised_g <= 0)
		return;
	own->granted_of = lot->commodity;
	own->granted_g += promised_g;
	if (lot->retest_at != ABSENT && lot->retest_at <= at)
		own->expired = lot->code;
}

static void look_at_site(struct own *own, const struct site *site)
{
	struct own_site *seen = column_at(&own->sites, site);
	struct own_site before = *seen;
	seen->open = site->state == SITE_OPEN;
	seen->count = site->count;
	seen->counted = site->count != NULL ? site->count->commodity : NULL;
	const int64_t *free = (const int64_t *)(const void *)seen->free.cells;
	for (size_t slot = 0; slot < seen->free.count; slot++) {
		struct row row = { .slot = (uint32_t)slot };
		bool was = is_open(&before, (uint32_t)slot), is = is_open(seen, (uint32_t)slot);
		if (free[slot] != 0 && was != is)
			((struct own_commodity *)column_at(&own->commodities, &row))->available_g +=
				is ? free[slot] : -free[slot];
	}
}

/* A pledge changes what may leave and touches no row of its lot. */
static void look_at_pledge(struct own *own, const struct state *state, const struct pledge *pledge,
	int64_t at)
{
	const struct lot *lot = state_find(state, TABLE_LOT, pledge->lot);
	if (lot != NULL && lot->created_index == pledge->lot_index)
		look_at_lot(own, lot, at);
}

static void look(struct own *own, const struct state *state, int64_t at)
{
	own->granted_of = NULL;
	own->granted_g = 0;
	own->expired = NULL;
	for (const struct row *row = state_touched(state); row != NULL; row = row->next_touched) {
		if (row->table == TABLE_LOT)
			look_at_lot(own, (const struct lot *)(const void *)row, at);
		else if (row->table == TABLE_SITE)
			look_at_site(own, (const struct site *)(const void *)row);
		else if (row->table == TABLE_STOCKTAKE)
			look_at_site(own, ((const struct count *)(const void *)row)->site);
		else if (row->table == TABLE_PLEDGE)
			look_at_pledge(own, state, (const struct pledge *)(const void *)row, at);
	}
}

/* ---- floors ---- */

/* A floor that was lowered has waited its notice from the day on which it was proposed. */
static void check_notice(const struct check_run *run, const struct parsed_entry *entry,
	const struct floor *floor, const struct own_floor *before)
{
	struct own *own = run->own;
	int64_t proposed_at = *(int64_t *)column_at(&own->proposed_at, floor);
	int64_t waited = entry->effective != ABSENT ? entry->effective - proposed_at :
		entry->at - proposed_at;
	int64_t notice_days = state_reserve(run->state)->floor_notice_days;
	char from[WORD_MASS], to[WORD_MASS];
	if (before->index == 0 || floor->mass_g >= before->mass_g || waited >= notice_days * TIME_DAY_MS)
		return;
	word_mass(from, before->mass_g);
	word_mass(to, floor->mass_g);
	check_found(run, floor->id, entry->sequence, "%s was lowered from %s to %s after %lld days, and "
		"a lower floor waits %lld", floor->id, from, to, (long long)(waited / TIME_DAY_MS),
		(long long)notice_days);
}

static void check_days(const struct check_run *run, const struct floor *floor, int64_t index)
{
	__extension__ __int128 mass_g = (__int128)floor->days * floor->consumption_g_per_day;
	if (floor->days != ABSENT && mass_g != floor->mass_g)
		check_found(run, floor->id, index, "%s is %lld days of %lld g a day and counts as %lld g",
			floor->id, (long long)floor->days, (long long)floor->consumption_g_per_day,
			(long long)floor->mass_g);
}

static void floor_in_force(const struct check_run *run, const struct parsed_entry *entry)
{
	struct own *own = run->own;
	const struct floor *floor = state_find(run->state, TABLE_FLOOR, check_text(entry, "floor"));
	if (floor == NULL)
		return;
	struct own_commodity *seen = column_at(&own->commodities, floor->commodity);
	struct own_floor *place = floor->kind == FLOOR_HARD ? &seen->hard : &seen->operating;
	check_days(run, floor, entry->sequence);
	check_notice(run, entry, floor, place);
	*place = (struct own_floor){ floor->mass_g, entry->sequence + 1 };
}

static void floor_proposed(const struct check_run *run, const struct parsed_entry *entry)
{
	struct own *own = run->own;
	const struct floor *floor = state_find(run->state, TABLE_FLOOR, check_text(entry, "floor"));
	if (floor != NULL)
		*(int64_t *)column_at(&own->proposed_at, floor) = entry->at;
}

/* ---- decisions ---- */

/* Whether a release for this subject must leave the operating floor, or the hard one alone. */
static bool keeps_operating(const struct state *state, const char *subject,
	const struct commodity *commodity)
{
	const struct request *request = state_find(state, TABLE_REQUEST, subject);
	const struct exchange *exchange = state_find(state, TABLE_EXCHANGE, subject);
	const struct declaration *declaration = request != NULL ? request->declaration :
		exchange != NULL && exchange->kind == EXCHANGE_DRAW ? commodity->declaration : NULL;
	if (declaration == NULL || declaration->kind == DECLARATION_TEST ||
	    declaration->kind == DECLARATION_LIMITED)
		return true;
	return request == NULL && declaration->entitlements != ENTITLEMENTS_FIRST;
}

static void check_floor(const struct check_run *run, const struct parsed_entry *entry,
	const struct commodity *commodity, const char *subject)
{
	struct own *own = run->own;
	const struct own_commodity *seen = column_at(&own->commodities, commodity);
	bool operating = keeps_operating(run->state, subject, commodity) &&
		seen->operating.mass_g > seen->hard.mass_g;
	const struct own_floor *floor = operating ? &seen->operating : &seen->hard;
	char left[WORD_MASS], stays[WORD_MASS], below[WORD_MASS], granted[WORD_MASS];
	word_mass(granted, own->granted_g);
	if (seen->operating.index == 0 || seen->hard.index == 0) {
		check_found(run, subject, entry->sequence, "%s of %s was let go for %s before both its "
			"floors were in force", granted, commodity->code, subject);
		return;
	}
	if (seen->available_g >= floor->mass_g)
		return;
	word_mass(left, seen->available_g > 0 ? seen->available_g : 0);
	word_mass(stays, floor->mass_g);
	word_mass(below, floor->mass_g - seen->available_g);
	if (own->granted_g == 0)
		text_copy(granted, sizeof granted, "an order");
	check_found(run, subject, entry->sequence, "%s of %s was let go for %s and left %s available: the "
		"%s floor of %s, in force since index %lld, is passed by %s", granted, commodity->code,
		subject, left, operating ? "operating" : "hard", stays, (long long)floor->index - 1, below);
}

/* By what an entry promises or issues metal: the request, the exchange. */
static void check_decision(const struct check_run *run, const struct parsed_entry *entry)
{
	struct own *own = run->own;
	const char *subject = check_text(entry, "request");
	const struct commodity *commodity = own->granted_of;
	if (commodity == NULL && (said_kind(entry, &event_order_issued) ||
	    said_kind(entry, &event_order_cut))) {
		const struct order *order = state_find(run->state, TABLE_RELEASE_ORDER,
			check_text(entry, "order"));
		commodity = order != NULL ? order->commodity : NULL;
	}
	if (commodity == NULL)
		return;
	if (subject[0] == '\0')
		subject = entry->kind;
	check_floor(run, entry, commodity, subject);
	if (own->expired != NULL)
		check_found(run, subject, entry->sequence, "part of lot %s was promised to %s when its assay "
			"was past its retest date", own->expired, subject);
}

static void after(const struct check_run *run, const struct parsed_entry *entry)
{
	look(run->own, run->state, entry->at);
	if (said_kind(entry, &event_floor_proposed))
		floor_proposed(run, entry);
	else if (said_kind(entry, &event_floor_in_force))
		floor_in_force(run, entry);
	else
		check_decision(run, entry);
}

const struct check check_floor_broken = {
	.id = "floor-broken",
	.title = "released below a floor",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "at every entry that promises metal or issues an order, what the lots then left "
		"available against the floors then in force; floors lowered before their notice was over",
	.remedy = "Withdraw the request or reject the order while it is not loaded (vaultctl request withdraw, "
		"vaultctl reject), and ask who changed the ledger: decide refuses this.",
	.source = "42 USC 6241(h): never below the level that the authority must leave",
	.history = true,
	.begin = begin, .after = after, .free = end_own,
};
