/*
 * Where every gram is. The check weighs again: it follows each lot's net mass through the entries alone
 * (weighed in, corrected, adjusted by a stocktake, moved, loaded, rejected, lost) and holds that against
 * the lots, and the sums by commodity and site against the accounts.
 */
#include "audit/check_world.h"

#include "audit/column.h"
#include "audit/said.h"
#include "base/checked.h"
#include "base/text.h"
#include "reserve/stock/account.h"
#include "reserve/stock/count.h"
#include "reserve/stock/loadout.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"

__extension__ typedef __int128 wide_sum;

static const char *lot_subject(const struct check_run *run, const struct lot *lot)
{
	return arena_printf(run->arena, "lot %s", lot->code);
}

/* ---- mass-conserved ---- */

/* Net and contained mass by the figures that people gave: grades and moisture, rounded down twice. */
static void check_contained(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct lot *lot = state_find(run->state, TABLE_LOT, check_text(entry, "lot"));
	int64_t dry_g, contained_g;
	if (lot == NULL || lot->grade_ppm == ABSENT)
		return;
	int64_t net_g = lot->on_hand_g + lot->in_transit_g;
	int64_t moisture_ppm = lot->moisture_ppm != ABSENT ? lot->moisture_ppm : 0;
	if (!checked_mul_div_down(net_g, VAULT_PPM - moisture_ppm, VAULT_PPM, &dry_g) ||
	    !checked_mul_div_down(dry_g, lot->grade_ppm, VAULT_PPM, &contained_g) ||
	    contained_g != lot->contained_g)
		check_found(run, lot_subject(run, lot), entry->sequence, "lot %s of %lld g net, %lld ppm "
			"moisture and %lld ppm does not contain %lld g", lot->code, (long long)net_g,
			(long long)moisture_ppm, (long long)lot->grade_ppm, (long long)lot->contained_g);
}

/* received + adjusted = on hand + in transit + out + transformed + lost, and nothing below zero */
static void check_identity(const struct check_run *run, const struct lot *lot)
{
	int64_t in_g = lot->received_g + lot->adjusted_g;
	int64_t there_g = lot->on_hand_g + lot->in_transit_g + lot->out_g + lot->transformed_g +
		lot->lost_g;
	if (in_g != there_g)
		check_found(run, lot_subject(run, lot), lot->row.last_index, "lot %s took in %lld g and "
			"accounts for %lld g of it", lot->code, (long long)in_g, (long long)there_g);
	else if (lot->on_hand_g < 0 || lot->in_transit_g < 0 || lot->contained_g < lot->reserved_g)
		check_found(run, lot_subject(run, lot), lot->row.last_index, "lot %s has less than nothing "
			"left: %lld g on hand, %lld g contained of which %lld g are promised", lot->code,
			(long long)lot->on_hand_g, (long long)lot->contained_g, (long long)lot->reserved_g);
}

static void end_conserved(const struct check_run *run)
{
	const struct lot *lot = NULL;
	while ((lot = state_next(run->state, TABLE_LOT, lot)) != NULL)
		check_identity(run, lot);
}

static const struct event_type *const contained_kinds[] = { &event_lot_assayed,
	&event_lot_corrected, NULL };

const struct check check_mass_conserved = {
	.id = "mass-conserved",
	.title = "mass that is not conserved",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "of each lot, what came in against what is on hand, in transit, out and lost; at each assay "
		"and correction, what it contains by its net mass, moisture and grade",
	.remedy = "Hold the lot and weigh it again; a mistake is corrected by a new entry: vaultctl lot correct.",
	.source = "the NDS fund had its first clean opinion for 2024, after 36 years",
	.history = true,
	.kinds = contained_kinds, .after = check_contained, .end = end_conserved,
};

/* ---- accounts-zero ---- */

static void end_accounts(const struct check_run *run)
{
	struct column sums = COLUMN_OF(wide_sum);
	const struct account *account = NULL;
	while ((account = state_next(run->state, TABLE_ACCOUNT, account)) != NULL)
		*(wide_sum *)column_at(&sums, account->commodity) += account->balance_g;
	const struct commodity *commodity = NULL;
	while ((commodity = state_next(run->state, TABLE_COMMODITY, commodity)) != NULL) {
		wide_sum sum = *(wide_sum *)column_at(&sums, commodity);
		if (sum != 0)
			check_found(run, arena_printf(run->arena, "commodity %s", commodity->code), ABSENT,
				"the accounts of %s do not sum to zero: %lld g are too many", commodity->code,
				(long long)sum);
	}
	column_free(&sums);
}

const struct check check_accounts_zero = {
	.id = "accounts-zero",
	.title = "accounts that do not sum to zero",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "the balances of all accounts of a commodity, each movement being a pair",
	.remedy = "An account was changed by hand, or an entry has one side alone: compare tables and ledger "
		"with vaultctl audit run --only tables.",
	.source = "the NDS fund: ledger sum = lot balances = depot balances",
	.history = true,
	.end = end_accounts,
};

/* ---- recount ---- */

/* What of a lot the entries left at its place. */
struct own_lot {
	int64_t net_g;
};

static void *begin_recount(const struct check_run *run)
{
	(void)run;
	return column_new(sizeof(struct own_lot));
}

/* The net mass that an entry says its lot gained or lost: every kind that moves one lot's mass is here. */
static int64_t said_change_g(const struct parsed_entry *entry, const struct own_lot *lot)
{
	if (said_kind(entry, &event_lot_weighed))
		return check_number(entry, "gross_g") - check_number(entry, "tare_g");
	if (said_kind(entry, &event_lot_corrected))
		return check_number(entry, "net_g") != ABSENT ? check_number(entry, "net_g") - lot->net_g : 0;
	if (said_kind(entry, &event_order_loaded))
		return check_number(entry, "tare_g") - check_number(entry, "gross_g");
	if (said_kind(entry, &event_lot_rejected) || said_kind(entry, &event_lot_lost))
		return -lot->net_g;
	return 0;
}

/* A stocktake's adjustment: so much a lot, of many lots in one entry, which all live before it. */
static void before_recount(const struct check_run *run, const struct parsed_entry *entry)
{
	if (!said_kind(entry, &event_count_adjusted))
		return;
	const struct list *lines = said_list(entry, "lines");
	const struct descriptor *line = descriptor_field(entry->body_descriptor, "lines")->items;
	const struct field *code = descriptor_field(line, "lot");
	const struct field *change_g = descriptor_field(line, "adjusted_g");
	for (uint32_t i = 0; i < lines->count; i++) {
		const void *item = (const char *)lines->items + i * line->size;
		const struct lot *lot = state_find(run->state, TABLE_LOT, field_text(code, item));
		if (lot != NULL && !field_absent(change_g, item))
			((struct own_lot *)column_at(run->own, lot))->net_g += field_number(change_g, item);
	}
}

static void follow(const struct check_run *run, const struct parsed_entry *entry,
	const struct lot *lot)
{
	struct own_lot *own = column_at(run->own, lot);
	int64_t there_g = lot->on_hand_g + lot->in_transit_g;
	own->net_g += said_change_g(entry, own);
	if (there_g == own->net_g)
		return;
	check_found(run, lot_subject(run, lot), entry->sequence, "by the weights that were entered lot %s "
		"has %lld g, and %s left it with %lld g", lot->code, (long long)own->net_g, entry->kind,
		(long long)there_g);
	own->net_g = there_g; /* told once */
}

static void after_recount(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct row *row = state_touched(run->state);
	for (; row != NULL; row = row->next_touched) {
		if (row->table == TABLE_LOT)
			follow(run, entry, (const struct lot *)(const void *)row);
	}
}

/* Sums by site of one commodity at a time would walk all lots again and again: so by both at once. */
struct place {
	struct column by_site; /* int64_t */
	int64_t moving_g;
};

static void add_lot(struct column *places, const struct lot *lot, int64_t net_g)
{
	struct place *place = column_at(places, lot->commodity);
	place->by_site.width = sizeof(int64_t);
	if (lot->destination != NULL)
		place->moving_g += net_g;
	else
		*(int64_t *)column_at(&place->by_site, lot->site) += net_g;
}

/* What was loaded and nobody has yet is in transit as well. */
static void add_loaded(struct column *places, const struct order *order)
{
	struct place *place = column_at(places, order->commodity);
	const struct order_line *lines = order->lines.items;
	for (uint32_t i = 0; i < order->lines.count; i++)
		place->moving_g += lines[i].out_net_g != ABSENT ? lines[i].out_net_g : 0;
}

static struct column places_of(const struct check_run *run)
{
	struct column places = COLUMN_OF(struct place);
	const struct lot *lot = NULL;
	while ((lot = state_next(run->state, TABLE_LOT, lot)) != NULL) {
		const struct own_lot *own = column_at(run->own, lot);
		if (own->net_g != 0)
			add_lot(&places, lot, own->net_g);
	}
	const struct order *order = NULL;
	while ((order = state_next(run->state, TABLE_RELEASE_ORDER, order)) != NULL) {
		if (!order->row.closed)
			add_loaded(&places, order);
	}
	return places;
}

static int64_t expected_g(const struct check_run *run, struct column *places,
	const struct account *account)
{
	struct place *place = column_at(places, account->commodity);
	const struct site *site = account->kind == ACCOUNT_SITE ?
		state_find(run->state, TABLE_SITE, account->party) : NULL;
	place->by_site.width = sizeof(int64_t);
	if (account->kind == ACCOUNT_IN_TRANSIT)
		return place->moving_g;
	return site != NULL ? *(int64_t *)column_at(&place->by_site, site) : 0;
}

static void end_recount(const struct check_run *run)
{
	struct column places = places_of(run);
	const struct account *account = NULL;
	while ((account = state_next(run->state, TABLE_ACCOUNT, account)) != NULL) {
		if (account->kind != ACCOUNT_SITE && account->kind != ACCOUNT_IN_TRANSIT)
			continue;
		int64_t lots_g = expected_g(run, &places, account);
		if (lots_g != account->balance_g)
			check_found(run, arena_printf(run->arena, "account %s", account->id),
				account->row.last_index, "by the weights that were entered %lld g are at %s, and "
				"its account has %lld g", (long long)lots_g, account->id,
				(long long)account->balance_g);
	}
	struct place *all = (struct place *)(void *)places.cells;
	for (size_t i = 0; i < places.count; i++)
		column_free(&all[i].by_site);
	column_free(&places);
}

const struct check check_recount = {
	.id = "recount",
	.title = "weights, lots and sites that disagree",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "each lot's mass followed through the weights of the entries alone, against the lot; their "
		"sums by commodity and site against the accounts, in transit included",
	.remedy = "Count the site: vaultctl count new SITE --blind; what is found is entered as an adjustment.",
	.source = "GAO-02-447G on counts; the NDS fund: ledger sum = lot balances = depot balances",
	.history = true,
	.begin = begin_recount, .before = before_recount, .after = after_recount, .end = end_recount,
	.free = column_drop,
};
