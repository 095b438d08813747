/* Stock by site: what lies where in which condition, and what came in and went out in the period. */
#include "view/report_flows.h"

#include "base/text.h"
#include "base/time.h"
#include "reserve/stock/account.h"
#include "reserve/stock/loadout_test.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/slots.h"
#include "view/report_kinds.h"
#include "view/report_stock.h"

/* Net grams of one commodity at one site; contained of what is accepted. */
struct place {
	int64_t lots, accepted_g, contained_g, waiting_g, held_g, reserved_g, arriving_g;
};

static struct place *place_of(struct place *places, size_t commodities, const struct site *site,
	const struct commodity *commodity)
{
	return &places[site->row.slot * commodities + commodity->row.slot];
}

static void add_lot(struct place *place, const struct lot *lot)
{
	place->lots++;
	if (lot->state != LOT_ACCEPTED) {
		report_add(&place->waiting_g, lot->on_hand_g);
	} else {
		report_add(&place->accepted_g, lot->on_hand_g);
		report_add(&place->contained_g, lot->contained_g);
	}
	if (lot->holds > 0)
		report_add(&place->held_g, lot->on_hand_g);
	report_add(&place->reserved_g, lot->reserved_net_g);
}

static struct place *gather(const struct report *report, size_t commodities)
{
	const struct lot *lot = NULL;
	struct place *places = arena_alloc(report->view->arena,
		(state_count(report->state, TABLE_SITE) * commodities + 1) * sizeof *places);
	while (places != NULL && (lot = state_next(report->state, TABLE_LOT, lot)) != NULL) {
		if (lot->row.closed)
			continue;
		if (lot->destination != NULL)
			report_add(&place_of(places, commodities, lot->destination, lot->commodity)->arriving_g,
				lot->in_transit_g);
		else if (lot->on_hand_g > 0)
			add_lot(place_of(places, commodities, lot->site, lot->commodity), lot);
	}
	return places;
}

static void write_row(struct report *report, const struct site *site,
	const struct commodity *commodity, const struct place *place,
	const struct report_flow_sum *flows)
{
	int64_t in_g = flows[HISTORY_WEIGHED].net_g, out_g = flows[HISTORY_OUT].net_g;
	report_add(&in_g, flows[HISTORY_ARRIVED].net_g);
	report_add(&out_g, flows[HISTORY_SENT].net_g);
	report_add(&out_g, flows[HISTORY_REJECTED].net_g);
	report_add(&out_g, flows[HISTORY_LOST].net_g);
	report_row(report);
	report_text(report, site->code);
	report_text(report, commodity->code);
	report_int(report, place->lots);
	report_int(report, place->accepted_g);
	report_int(report, place->contained_g);
	report_int(report, place->held_g);
	report_int(report, place->reserved_g);
	report_int(report, place->waiting_g);
	report_int(report, place->arriving_g);
	report_int(report, in_g);
	report_int(report, out_g);
	report_int(report, flows[HISTORY_ADJUSTED].net_g);
}

static bool anything(const struct place *place, const struct report_flow_sum *flows)
{
	for (int kind = 0; kind < HISTORY_KIND_COUNT; kind++) {
		if (flows[kind].count > 0)
			return true;
	}
	return place->lots > 0 || place->arriving_g > 0;
}

static void write_stock(struct report *report, const struct place *places, size_t commodities)
{
	static const struct report_column columns[] = {
		{ "site", "site", REPORT_ID, false }, { "commodity", "commodity", REPORT_ID, false },
		{ "lots", "lots", REPORT_COUNT, false },
		{ "accepted_g", "accepted, net", REPORT_MASS, false },
		{ "contained_g", "contained", REPORT_MASS, false },
		{ "held_g", "of it held", REPORT_MASS, false },
		{ "reserved_g", "of it reserved", REPORT_MASS, false },
		{ "waiting_g", "not accepted yet", REPORT_MASS, false },
		{ "arriving_g", "on the way here", REPORT_MASS, false },
		{ "in_g", "came in", REPORT_MASS, false }, { "out_g", "went out", REPORT_MASS, false },
		{ "adjusted_g", "adjusted", REPORT_MASS, false },
	};
	const struct site *site = NULL;
	const struct commodity *commodity = NULL;
	report_section(report, "Stock by site");
	report_remark(report, "Net mass; contained mass is of what is accepted. What came in and went out is "
		"of %s, moves between sites, rejections and losses included.", report_period_words(report));
	if (report->view->history == NULL)
		report_remark(report, "The days before were not gathered: what came in and went out is not told.");
	report_table(report, columns, sizeof columns / sizeof *columns);
	while (places != NULL && (site = state_next(report->state, TABLE_SITE, site)) != NULL) {
		if (report->asked.site != NULL && report->asked.site != site)
			continue;
		for (commodity = NULL; (commodity = state_next(report->state, TABLE_COMMODITY,
		     commodity)) != NULL;) {
			const struct place *place = &places[site->row.slot * commodities + commodity->row.slot];
			struct report_flow_sum flows[HISTORY_KIND_COUNT];
			if (report->asked.commodity != NULL && report->asked.commodity != commodity)
				continue;
			report_flows_sum(report, commodity, site, report->asked.from, report->asked.until, flows);
			if (anything(place, flows))
				write_row(report, site, commodity, place, flows);
		}
	}
}

static const struct loadout_test *newest_test(const struct report *report, const struct site *site)
{
	const struct loadout_test *test = NULL, *newest = NULL;
	while ((test = state_next(report->state, TABLE_LOADOUT_TEST, test)) != NULL) {
		if (test->site == site && (newest == NULL || test->tested_at >= newest->tested_at))
			newest = test;
	}
	return newest;
}

/* Net grams that lie at a site, whatever their condition. */
static int64_t stored_g(const struct report *report, const struct site *site)
{
	const struct account *account = NULL;
	int64_t sum = 0;
	while ((account = state_next(report->state, TABLE_ACCOUNT, account)) != NULL) {
		if (account->kind == ACCOUNT_SITE && text_equal(account->party, site->code))
			report_add(&sum, account->balance_g);
	}
	return sum;
}

void report_write_sites(struct report *report)
{
	static const struct report_column columns[] = {
		{ "site", "site", REPORT_ID, false }, { "name", "name", REPORT_TEXT, false },
		{ "country", "country", REPORT_ID, false }, { "state", "state", REPORT_TEXT, false },
		{ "capacity_g", "capacity", REPORT_MASS, true },
		{ "stored_g", "stored, net", REPORT_MASS, true },
		{ "daily_loadout_g", "loads a day, declared", REPORT_MASS, true },
		{ "proven_g", "proven", REPORT_MASS, true }, { "tested_at", "tested", REPORT_DATE, false },
		{ "booked_g", "booked today", REPORT_MASS, true },
	};
	const struct site *site = NULL;
	report_section(report, "Sites, capacity and load-out");
	report_remark(report, "A site without a capacity or a daily load-out has declared none. Proven is what "
		"the newest load-out test moved; a site without a date was never tested.");
	report_table(report, columns, sizeof columns / sizeof *columns);
	while ((site = state_next(report->state, TABLE_SITE, site)) != NULL) {
		if (report->asked.site != NULL && report->asked.site != site)
			continue;
		const struct loadout_test *test = newest_test(report, site);
		report_row(report);
		report_text(report, site->code);
		report_text(report, site->name);
		report_text(report, site->country);
		report_text(report, report_field_text(TABLE_SITE, site, "state"));
		report_int(report, site->capacity_g);
		report_int(report, stored_g(report, site));
		report_int(report, site->daily_loadout_g);
		report_int(report, test != NULL ? test->proven_g : ABSENT);
		report_int(report, test != NULL ? test->tested_at : ABSENT);
		report_int(report, slots_booked_g(site, report_day(report->view->now)));
	}
}

bool report_sites(struct report *report, struct error *error)
{
	size_t commodities = state_count(report->state, TABLE_COMMODITY);
	(void)error;
	report_default_period(report, report_day(report->view->now));
	report_begin(report, "Stock by site, %s", report_period_words(report));
	write_stock(report, gather(report, commodities), commodities);
	report_write_sites(report);
	return true;
}
