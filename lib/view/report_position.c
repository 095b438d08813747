/* The daily position: stock against both floors, days of cover, the last 90 days, what is not available. */
#include "view/report_stock.h"

#include "base/checked.h"
#include "base/time.h"
#include "reserve/emergency/declaration.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "view/report_kinds.h"

enum { TREND_DAYS = 90 };

static size_t count_stocked(const struct report_stock *stocks, size_t count)
{
	size_t stocked = 0;
	for (size_t i = 0; i < count; i++)
		stocked += report_stocked(&stocks[i]) ? 1 : 0;
	return stocked;
}

/* ---- against the floors ---- */

static const char *standing(const struct report *report, const struct report_stock *stock)
{
	char since[REPORT_WORDS];
	if (stock->operating_g == ABSENT && stock->hard_g == ABSENT)
		return "no floors: nothing leaves";
	if (stock->below_since == ABSENT)
		return "above";
	report_date_words(since, stock->below_since);
	bool hard = stock->hard_g != ABSENT && stock->available_g < stock->hard_g;
	return arena_printf(report->view->arena, "below %s since %s", hard ? "HARD floor" : "operating",
		since);
}

static void write_floors(struct report *report, const struct report_stock *stocks, size_t count)
{
	static const struct report_column columns[] = {
		{ "commodity", "commodity", REPORT_ID, false }, { "mineral", "mineral", REPORT_TEXT, false },
		{ "available_g", "available", REPORT_MASS, true },
		{ "hard_g", "hard floor", REPORT_MASS, true },
		{ "operating_g", "operating floor", REPORT_MASS, true },
		{ "cover_tenths", "cover", REPORT_COVER, true },
		{ "may_leave_g", "may leave", REPORT_MASS, true },
		{ "reserved_g", "reserved", REPORT_MASS, true },
		{ "entitled_g", "entitled", REPORT_MASS, true },
		{ "standing", "standing", REPORT_TEXT, false },
	};
	size_t stocked = count_stocked(stocks, count), below = 0;
	for (size_t i = 0; i < count; i++)
		below += stocks[i].below_since != ABSENT ? 1 : 0;
	report_section(report, "Stock against its floors");
	report_remark(report, "%zu of %zu commodities have stock or a floor; %zu %s below the operating "
		"floor.", stocked, count, below, below == 1 ? "is" : "are");
	report_remark(report, "Available is what is accepted, in date, not held, not pledged, at an open "
		"site and not reserved, in contained mass of the commodity's basis. Cover is what is available "
		"over a day's consumption; without a known consumption there is none.");
	report_table(report, columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; i < count; i++) {
		const struct report_stock *stock = &stocks[i];
		if (!report_stocked(stock))
			continue;
		report_row(report);
		report_text(report, stock->commodity->code);
		report_text(report, stock->commodity->mineral->name);
		report_int(report, stock->available_g);
		report_int(report, stock->hard_g);
		report_int(report, stock->operating_g);
		report_int(report, stock->cover_tenths);
		report_int(report, stock->may_leave_g);
		report_int(report, stock->reserved_g);
		report_int(report, stock->entitled_g > 0 ? stock->entitled_g : ABSENT);
		report_text(report, standing(report, stock));
	}
	report_write_bars(report, "Stock as a share of the operating floor", stocks, count);
}

/* ---- the last days ---- */

static bool has_days_behind(const struct report *report, const struct report_stock *stocks,
	size_t count, int64_t today)
{
	for (size_t i = 0; i < count; i++) {
		if (report_available_at(report, stocks[i].commodity, today - TIME_DAY_MS) != ABSENT)
			return true;
	}
	return false;
}

static void write_trends(struct report *report, const struct report_stock *stocks, size_t count)
{
	static const struct report_column columns[] = {
		{ "commodity", "commodity", REPORT_ID, false },
		{ "before_90_g", "90 days before", REPORT_MASS, true },
		{ "before_60_g", "60 days before", REPORT_MASS, true },
		{ "before_30_g", "30 days before", REPORT_MASS, true },
		{ "available_g", "now", REPORT_MASS, true },
		{ "change_g", "change in 90 days", REPORT_MASS, true },
	};
	int64_t today = report_day(report->view->now);
	report_section(report, "The last 90 days");
	if (report->view->history == NULL) {
		report_remark(report, "The days before were not gathered, so nothing is told of them.");
		return;
	}
	if (!has_days_behind(report, stocks, count, today)) {
		report_remark(report, "No day is over yet since the reserve was founded.");
		return;
	}
	report_remark(report, "What was available at the end of each day (UTC). A day before the "
		"commodity was recorded has no figure.");
	report_table(report, columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; i < count; i++) {
		int64_t before_90;
		if (!report_stocked(&stocks[i]))
			continue;
		report_row(report);
		report_text(report, stocks[i].commodity->code);
		before_90 = report_available_at(report, stocks[i].commodity, today - 90 * TIME_DAY_MS);
		report_int(report, before_90);
		report_int(report, report_available_at(report, stocks[i].commodity,
			today - 60 * TIME_DAY_MS));
		report_int(report, report_available_at(report, stocks[i].commodity,
			today - 30 * TIME_DAY_MS));
		report_int(report, stocks[i].available_g);
		report_int(report, before_90 != ABSENT ? stocks[i].available_g - before_90 : ABSENT);
	}
	int64_t from = today - (TREND_DAYS - 1) * TIME_DAY_MS;
	report_write_trends(report, REPORT_MASS, stocks, count, from, today);
	report_write_trends(report, REPORT_COVER, stocks, count, from, today);
}

/* ---- what is here and not available ---- */

enum cause { CAUSE_QUARANTINE, CAUSE_HELD, CAUSE_PLEDGED, CAUSE_EXPIRED, CAUSE_TRANSIT, CAUSE_SITE,
	CAUSE_COUNT };
static const char *const cause_names[] = { "not accepted yet", "held", "pledged",
	"assay out of date", "in transit", "site not open" };

static enum cause cause_of(const struct lot *lot)
{
	return lot->state != LOT_ACCEPTED ? CAUSE_QUARANTINE : lot->holds > 0 ? CAUSE_HELD :
		lot->pledged ? CAUSE_PLEDGED : lot->expired ? CAUSE_EXPIRED :
		lot->destination != NULL ? CAUSE_TRANSIT : CAUSE_SITE;
}

struct aside {
	int64_t count, contained_g, net_g;
};

/* By slot of the commodity and cause, in one walk over the lots. */
static struct aside (*gather_aside(const struct report *report))[CAUSE_COUNT]
{
	struct aside (*asides)[CAUSE_COUNT] = arena_alloc(report->view->arena,
		(state_count(report->state, TABLE_COMMODITY) + 1) * sizeof *asides);
	const struct lot *lot = NULL;
	while (asides != NULL && (lot = state_next(report->state, TABLE_LOT, lot)) != NULL) {
		bool here = lot->state == LOT_RECEIVED || lot->state == LOT_QUARANTINED ||
			(lot->state == LOT_ACCEPTED && !lot->listed);
		if (!here || lot->row.closed)
			continue;
		struct aside *aside = &asides[lot->commodity->row.slot][cause_of(lot)];
		aside->count++;
		report_add(&aside->contained_g, lot->contained_g);
		report_add(&aside->net_g, lot->on_hand_g + lot->in_transit_g);
	}
	return asides;
}

static void write_aside(struct report *report, const struct report_stock *stocks, size_t count)
{
	static const struct report_column columns[] = {
		{ "commodity", "commodity", REPORT_ID, false }, { "because", "because", REPORT_TEXT, false },
		{ "lots", "lots", REPORT_COUNT, true }, { "net_g", "net", REPORT_MASS, true },
		{ "contained_g", "contained", REPORT_MASS, true },
	};
	struct aside (*asides)[CAUSE_COUNT] = gather_aside(report);
	report_section(report, "Here and not available");
	report_remark(report, "A lot stands under the first cause that it has. What has no assay yet has "
		"no contained mass.");
	report_table(report, columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; asides != NULL && i < count; i++) {
		for (int cause = 0; cause < CAUSE_COUNT; cause++) {
			const struct aside *aside = &asides[stocks[i].commodity->row.slot][cause];
			if (aside->count == 0)
				continue;
			report_row(report);
			report_text(report, stocks[i].commodity->code);
			report_text(report, cause_names[cause]);
			report_int(report, aside->count);
			report_int(report, aside->net_g);
			report_int(report, aside->contained_g);
		}
	}
}

/* ---- emergencies ---- */

static void write_declarations(struct report *report)
{
	static const struct report_column columns[] = {
		{ "declaration", "declaration", REPORT_ID, false }, { "kind", "kind", REPORT_TEXT, false },
		{ "commodity", "commodity", REPORT_ID, false }, { "ends_at", "ends", REPORT_DATE, false },
		{ "cap_g", "cap", REPORT_MASS, true }, { "used_g", "let go", REPORT_MASS, true },
		{ "used_ppm", "of the cap", REPORT_SHARE, true },
	};
	const struct declaration *declaration = NULL;
	bool any = false;
	report_section(report, "Emergencies");
	while (!any && (declaration = state_next(report->state, TABLE_DECLARATION, declaration)) != NULL)
		any = declaration->state == DECLARATION_OPEN;
	if (!any) {
		report_remark(report, "No declaration is open.");
		return;
	}
	report_table(report, columns, sizeof columns / sizeof *columns);
	for (declaration = NULL; (declaration = state_next(report->state, TABLE_DECLARATION,
	     declaration)) != NULL;) {
		const struct cap *caps = declaration->caps.items;
		for (uint32_t i = 0; declaration->state == DECLARATION_OPEN && i < declaration->caps.count;
		     i++) {
			const struct commodity *commodity = state_find(report->state, TABLE_COMMODITY,
				caps[i].commodity);
			int64_t share = ABSENT;
			if (caps[i].cap_g != ABSENT && caps[i].cap_g > 0 && commodity->cap_used_g >= 0)
				checked_mul_div_down(commodity->cap_used_g, VAULT_PPM, caps[i].cap_g, &share);
			report_row(report);
			report_text(report, declaration->id);
			report_text(report, declaration_kind_names[declaration->kind]);
			report_text(report, caps[i].commodity);
			report_int(report, declaration->ends_at);
			report_int(report, caps[i].cap_g);
			report_int(report, commodity->cap_used_g);
			report_int(report, share);
		}
	}
}

bool report_position(struct report *report, struct error *error)
{
	size_t count;
	const struct report_stock *stocks = report_stocks(report, &count);
	char day[REPORT_WORDS];
	(void)error;
	report_date_words(day, report->view->now);
	report_begin(report, "Position of the reserve on %s", day);
	write_floors(report, stocks, count);
	write_trends(report, stocks, count);
	write_aside(report, stocks, count);
	write_declarations(report);
	return true;
}
