/* Metal in the reports of a year: what lay there, what came, what left, what the plan allowed, what ages. */
#include "view/report_year.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/declaration.h"
#include "reserve/stock/account.h"
#include "reserve/stock/annual.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "reserve/stock/requirement.h"
#include "reserve/zone/exchange.h"
#include "reserve/zone/member.h"
#include "reserve/zone/price.h"
#include "view/report_flows.h"
#include "view/report_kinds.h"
#include "view/report_stock.h"

enum { LIFE_DAYS = 365, LOTS_MAX = 20 };

/* ---- inventory and requirements ---- */

void report_write_inventory(struct report *report)
{
	static const struct report_column columns[] = {
		{ "commodity", "commodity", REPORT_ID, false },
		{ "required_g", "required", REPORT_MASS, true },
		{ "operating_g", "operating floor", REPORT_MASS, true },
		{ "hard_g", "hard floor", REPORT_MASS, true },
		{ "before_g", "available before", REPORT_MASS, true },
		{ "accepted_g", "accepted", REPORT_MASS, true }, { "out_g", "left", REPORT_MASS, true },
		{ "lost_g", "lost", REPORT_MASS, true }, { "adjusted_g", "adjusted", REPORT_MASS, true },
		{ "after_g", "available after", REPORT_MASS, true },
	};
	const struct commodity *commodity = NULL;
	report_section(report, "Inventory and requirements");
	report_remark(report, "Contained mass. Before and after are what was available at the end of the day "
		"before the period and at its end, or now; holds, pledges, reservations and assays out of date "
		"change that as well, so the columns between need not make up the difference. Requirement and "
		"floors are those in force now.");
	report_table(report, columns, sizeof columns / sizeof *columns);
	while ((commodity = state_next(report->state, TABLE_COMMODITY, commodity)) != NULL) {
		struct report_flow_sum flows[HISTORY_KIND_COUNT];
		if (report->asked.commodity != NULL && report->asked.commodity != commodity)
			continue;
		report_flows_sum(report, commodity, NULL, report->asked.from, report->asked.until, flows);
		report_row(report);
		report_text(report, commodity->code);
		report_int(report, commodity->requirement != NULL ? commodity->requirement->mass_g : ABSENT);
		report_int(report, commodity->operating != NULL ? commodity->operating->mass_g : ABSENT);
		report_int(report, commodity->hard != NULL ? commodity->hard->mass_g : ABSENT);
		report_int(report, report_available_at(report, commodity,
			report->asked.from - TIME_DAY_MS));
		report_int(report, flows[HISTORY_ACCEPTED].contained_g);
		report_int(report, flows[HISTORY_OUT].contained_g);
		report_int(report, flows[HISTORY_LOST].contained_g);
		report_int(report, flows[HISTORY_ADJUSTED].contained_g);
		report_int(report, report_available_at(report, commodity, report_last_day(report)));
	}
	size_t count;
	const struct report_stock *stocks = report_stocks(report, &count);
	report_write_bars(report, "Stock now as a share of the operating floor", stocks, count);
	report_write_trends(report, REPORT_MASS, stocks, count, report->asked.from, report_last_day(report));
}

/* ---- acquisitions ---- */

static int compare_sources(const void *a, const void *b)
{
	const struct history_flow *one = a, *other = b;
	int order = strcmp(one->commodity->code, other->commodity->code);
	if (order == 0)
		order = strcmp(one->supplier, other->supplier);
	return order != 0 ? order : strcmp(one->origin, other->origin);
}

/* Flows of accepted lots in the period, one for each commodity, supplier and origin; their count. */
static size_t gather_sources(const struct report *report, struct history_flow **ret_sources)
{
	size_t count = 0, kept = 0, last = 0;
	const struct history_flow *flows = report->view->history != NULL ?
		history_flows(report->view->history, &count) : NULL;
	struct history_flow *sources = arena_alloc(report->view->arena, (count + 1) * sizeof *sources);
	*ret_sources = sources;
	for (size_t i = 0; sources != NULL && i < count; i++) {
		if (flows[i].kind == HISTORY_ACCEPTED && flows[i].day >= report->asked.from &&
		    flows[i].day < report->asked.until && (report->asked.commodity == NULL ||
		    flows[i].commodity == report->asked.commodity))
			sources[kept++] = flows[i];
	}
	if (kept == 0)
		return 0;
	qsort(sources, kept, sizeof *sources, compare_sources);
	for (size_t i = 1; i < kept; i++) {
		if (compare_sources(&sources[last], &sources[i]) != 0) {
			sources[++last] = sources[i];
			continue;
		}
		sources[last].count += sources[i].count;
		report_add(&sources[last].net_g, sources[i].net_g);
		report_add(&sources[last].contained_g, sources[i].contained_g);
	}
	return last + 1;
}

void report_write_acquisitions(struct report *report)
{
	static const struct report_column columns[] = {
		{ "commodity", "commodity", REPORT_ID, false }, { "supplier", "from", REPORT_TEXT, false },
		{ "origin", "origin", REPORT_TEXT, false }, { "zone", "origin is", REPORT_TEXT, false },
		{ "lots", "lots", REPORT_COUNT, false }, { "net_g", "net", REPORT_MASS, true },
		{ "contained_g", "contained", REPORT_MASS, true },
		{ "value_cents", "at the reference price", REPORT_MONEY, true },
	};
	struct history_flow *sources;
	size_t count = gather_sources(report, &sources);
	int64_t sum_cents = ABSENT;
	report_section(report, "Acquisitions");
	report_remark(report, "Lots that were accepted in the period, those included that came back against "
		"loans, draws and rotations. The value is at the reference price in force now: what was paid is "
		"not known here.");
	report_table(report, columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; i < count && i < REPORT_ROWS_MAX; i++) {
		const struct history_flow *source = &sources[i];
		const struct price *price = source->commodity->price;
		int64_t cents = price != NULL ?
			report_value_cents(source->contained_g, price->price_micros_per_kg) : ABSENT;
		report_row(report);
		report_text(report, source->commodity->code);
		report_text(report, source->supplier);
		report_text(report, source->origin);
		report_text(report, source->origin[0] == '\0' ? "not known" :
			member_in_zone(report->state, source->origin, source->day) ? "in the zone" : "foreign");
		report_int(report, source->count);
		report_int(report, source->net_g);
		report_int(report, source->contained_g);
		report_int(report, cents);
		report_add(&sum_cents, cents);
	}
	if (count < 2)
		return;
	report_total(report);
	report_blank(report, 7);
	report_int(report, sum_cents);
}

/* ---- what left ---- */

void report_write_releases(struct report *report)
{
	static const struct report_column columns[] = {
		{ "order", "order", REPORT_ID, false }, { "granted_by", "granted by", REPORT_ID, false },
		{ "whom", "for", REPORT_TEXT, false }, { "commodity", "commodity", REPORT_ID, false },
		{ "issued_at", "issued", REPORT_DATE, false }, { "state", "state", REPORT_TEXT, false },
		{ "contained_g", "released", REPORT_MASS, true },
		{ "out_g", "left so far", REPORT_MASS, true },
		{ "price_micros_per_kg", "price", REPORT_PRICE, false },
		{ "value_cents", "for", REPORT_MONEY, true },
	};
	const struct order *order = NULL;
	int64_t sum_cents = 0;
	size_t count = 0;
	report_section(report, "Releases");
	report_remark(report, "Orders that were issued in the period. A loan or a draw has a value and is no "
		"sale: it stands under exchanges as well.");
	report_table(report, columns, sizeof columns / sizeof *columns);
	while ((order = state_next(report->state, TABLE_RELEASE_ORDER, order)) != NULL) {
		if (order->issued_at == ABSENT || order->issued_at < report->asked.from ||
		    order->issued_at >= report->asked.until || (report->asked.commodity != NULL &&
		    order->commodity != report->asked.commodity) || count++ >= REPORT_ROWS_MAX)
			continue;
		int64_t out_g = report_out_g(order), cents = order->quoted == ABSENT ? ABSENT :
			report_value_cents(out_g, order->price_micros_per_kg);
		report_row(report);
		report_text(report, order->id);
		report_text(report, order->request);
		report_text(report, order_whom(order));
		report_text(report, order->commodity->code);
		report_int(report, order->issued_at);
		report_text(report, order_state_name(order));
		report_int(report, order->contained_g);
		report_int(report, out_g);
		report_int(report, order->price_micros_per_kg);
		report_int(report, cents);
		report_add(&sum_cents, cents);
	}
	if (count < 2)
		return;
	report_total(report);
	report_blank(report, 9);
	report_int(report, sum_cents);
}

/* It was out in the period: it began before the end of it and did not end before its beginning. */
static bool under_way(const struct report *report, const struct exchange *exchange)
{
	return exchange->delivered_at != ABSENT && exchange->delivered_at < report->asked.until &&
		(exchange->ended_at == ABSENT || exchange->ended_at >= report->asked.from) &&
		(report->asked.commodity == NULL || exchange->commodity == report->asked.commodity);
}

void report_write_exchanges(struct report *report, bool rotations)
{
	static const struct report_column columns[] = {
		{ "exchange", "exchange", REPORT_ID, false }, { "kind", "kind", REPORT_TEXT, false },
		{ "party", "with", REPORT_TEXT, false }, { "commodity", "out", REPORT_ID, false },
		{ "back", "back", REPORT_ID, false }, { "delivered_at", "delivered", REPORT_DATE, false },
		{ "out_g", "went out", REPORT_MASS, true }, { "returned_g", "came back", REPORT_MASS, true },
		{ "owed_g", "owed now", REPORT_MASS, true }, { "due_at", "due", REPORT_DATE, false },
		{ "state", "state", REPORT_TEXT, false }, { "value_cents", "value", REPORT_MONEY, true },
	};
	const struct exchange *exchange = NULL;
	report_section(report, rotations ? "Barter, upgrades and rotations" : "Sales, loans and draws");
	report_remark(report, "Those that were out at any time in the period, with how they stand now. The "
		"value is at the price floor when they were prepared, of a sale its price.");
	report_table(report, columns, sizeof columns / sizeof *columns);
	while ((exchange = state_next(report->state, TABLE_EXCHANGE, exchange)) != NULL) {
		bool rotation = exchange->kind == EXCHANGE_ROTATE || exchange->kind == EXCHANGE_UPGRADE;
		if (rotation != rotations || !under_way(report, exchange))
			continue;
		bool owes = exchange->owes && exchange->state == EXCHANGE_OUT;
		report_row(report);
		report_text(report, exchange->id);
		report_text(report, exchange_word(exchange));
		report_text(report, exchange->party);
		report_text(report, exchange->commodity->code);
		report_text(report, exchange->owes ? exchange->back->code : NULL);
		report_int(report, exchange->delivered_at);
		report_int(report, exchange->out_g);
		report_int(report, exchange->owes ? exchange->returned_g : ABSENT);
		report_int(report, owes ? exchange_balance(exchange, report->view->now).owed_g : ABSENT);
		report_int(report, exchange->owes ? exchange->due_at : ABSENT);
		report_text(report, exchange->overdue ? "OVERDUE" :
			report_field_text(TABLE_EXCHANGE, exchange, "state"));
		report_int(report, exchange->value_cents);
	}
}

/* ---- the plan ---- */

void report_write_plan(struct report *report, int64_t fiscal_year)
{
	static const struct report_column columns[] = {
		{ "line", "line", REPORT_ID, false }, { "commodity", "commodity", REPORT_ID, false },
		{ "action", "action", REPORT_TEXT, false }, { "state", "state", REPORT_TEXT, false },
		{ "max_g", "at most", REPORT_MASS, true }, { "used_g", "used", REPORT_MASS, true },
		{ "left_g", "left", REPORT_MASS, true },
		{ "value_cents", "at most, at the reference price", REPORT_MONEY, true },
	};
	const struct annual_line *line = NULL;
	char heading[64];
	size_t used = 0;
	for (const char *at = "Annual plan of "; *at != '\0'; at++)
		heading[used++] = *at;
	for (int64_t power = 1000; power > 0; power /= 10)
		heading[used++] = (char)('0' + fiscal_year / power % 10);
	heading[used] = '\0';
	report_section(report, heading);
	report_remark(report, "The most that may be done in the fiscal year, by line. A commodity without a "
		"line for an action is not limited in it. Versions that another has replaced are left out.");
	report_table(report, columns, sizeof columns / sizeof *columns);
	while ((line = state_next(report->state, TABLE_ANNUAL_LINE, line)) != NULL) {
		bool over = line->state == SETTING_REJECTED || line->state == SETTING_NONE ||
			(line->state == SETTING_SUPERSEDED && annual_year_begin(fiscal_year + 1) >
			report->view->now);
		if (line->fiscal_year != fiscal_year || over || (report->asked.commodity != NULL &&
		    line->commodity != report->asked.commodity))
			continue;
		const struct price *price = line->commodity->price;
		report_row(report);
		report_text(report, line->id);
		report_text(report, line->commodity->code);
		report_text(report, annual_action_names[line->action]);
		report_text(report, setting_state_names[line->state]);
		report_int(report, line->max_g);
		report_int(report, annual_used_g(line));
		report_int(report, annual_line_left_g(line));
		report_int(report, price != NULL ?
			report_value_cents(line->max_g, price->price_micros_per_kg) : ABSENT);
	}
}

/* ---- what ages ---- */

struct ageing {
	int64_t lots, overdue, soon, oldest_at, next_at, soon_g;
};

static void add_age(struct ageing *age, const struct lot *lot, int64_t now)
{
	age->lots++;
	if (lot->weighed_at != ABSENT && (age->oldest_at == ABSENT || lot->weighed_at < age->oldest_at))
		age->oldest_at = lot->weighed_at;
	if (lot->retest_at == ABSENT)
		return;
	if (age->next_at == ABSENT || lot->retest_at < age->next_at)
		age->next_at = lot->retest_at;
	if (lot->retest_at > now + LIFE_DAYS * TIME_DAY_MS)
		return;
	age->overdue += lot->retest_at <= now ? 1 : 0;
	age->soon += lot->retest_at > now ? 1 : 0;
	report_add(&age->soon_g, lot->contained_g);
}

void report_write_life(struct report *report)
{
	static const struct report_column columns[] = {
		{ "commodity", "commodity", REPORT_ID, false }, { "lots", "lots", REPORT_COUNT, true },
		{ "oldest_at", "oldest received", REPORT_DATE, false },
		{ "next_at", "next retest", REPORT_DATE, false },
		{ "overdue", "retest overdue", REPORT_COUNT, true },
		{ "soon", "due in a year", REPORT_COUNT, true },
		{ "soon_g", "overdue or due, contained", REPORT_MASS, true },
	};
	const struct commodity *commodity = NULL;
	report_section(report, "What limits how long it keeps");
	report_remark(report, "Accepted lots that are here now, by the age of their receipt and by their retest "
		"dates. A lot without a retest date has none set.");
	report_table(report, columns, sizeof columns / sizeof *columns);
	while ((commodity = state_next(report->state, TABLE_COMMODITY, commodity)) != NULL) {
		struct ageing age = { 0, 0, 0, ABSENT, ABSENT, 0 };
		const struct lot *lot = NULL;
		while ((lot = state_next(report->state, TABLE_LOT, lot)) != NULL) {
			if (lot->commodity == commodity && !lot->row.closed && lot->state == LOT_ACCEPTED)
				add_age(&age, lot, report->view->now);
		}
		if (age.lots == 0 || (report->asked.commodity != NULL && commodity != report->asked.commodity))
			continue;
		report_row(report);
		report_text(report, commodity->code);
		report_int(report, age.lots);
		report_int(report, age.oldest_at);
		report_int(report, age.next_at);
		report_int(report, age.overdue);
		report_int(report, age.soon);
		report_int(report, age.soon_g);
	}
}

/* ---- accounts ---- */

enum { KINDS = ACCOUNT_LOSS + 1 };

void report_write_accounts(struct report *report)
{
	static const struct report_column columns[] = {
		{ "commodity", "commodity", REPORT_ID, false },
		{ "supplier_g", "suppliers", REPORT_MASS, true }, { "site_g", "sites", REPORT_MASS, true },
		{ "in_transit_g", "in transit", REPORT_MASS, true },
		{ "processing_g", "processing", REPORT_MASS, true },
		{ "member_g", "members", REPORT_MASS, true },
		{ "participant_g", "participants", REPORT_MASS, true },
		{ "borrower_g", "borrowers", REPORT_MASS, true },
		{ "adjustment_g", "adjustments", REPORT_MASS, true }, { "loss_g", "losses", REPORT_MASS, true },
		{ "sum_g", "sum", REPORT_MASS, true },
	};
	const struct commodity *commodity = NULL;
	report_section(report, "Accounts");
	report_remark(report, "Every net gram of a commodity since the founding, by where it is: what came in "
		"stands as a negative balance of its suppliers, and each line sums to zero.");
	report_table(report, columns, sizeof columns / sizeof *columns);
	while ((commodity = state_next(report->state, TABLE_COMMODITY, commodity)) != NULL) {
		int64_t sums[KINDS] = { 0 }, sum = 0;
		const struct account *account = NULL;
		while ((account = state_next(report->state, TABLE_ACCOUNT, account)) != NULL) {
			if (account->commodity != commodity)
				continue;
			report_add(&sums[account->kind], account->balance_g);
			report_add(&sum, account->balance_g);
		}
		report_row(report);
		report_text(report, commodity->code);
		for (int kind = ACCOUNT_SUPPLIER; kind < KINDS; kind++)
			report_int(report, sums[kind]);
		report_int(report, sum);
	}
}
