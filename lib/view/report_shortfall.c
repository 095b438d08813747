/*
 * Everything that is short, with what it would take: all commodities of the list, those without a
 * requirement, a floor or stock included, and the minerals of which nothing is recorded at all.
 */
#include "view/report_stock.h"

#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/stock/material.h"
#include "reserve/stock/requirement.h"
#include "reserve/zone/concentration.h"
#include "reserve/zone/price.h"
#include "reserve/zone/production.h"
#include "view/report_kinds.h"

enum { SUPPLIERS_MAX = 300 };

/* What a commodity is measured by: its requirement, else its operating floor, else nothing. */
struct aim {
	int64_t aim_g, missing_g;
	const char *by;
};

static struct aim aim_of(const struct report *report, const struct report_stock *stock)
{
	const struct requirement *requirement = stock->commodity->requirement;
	struct aim aim = { ABSENT, ABSENT, "nothing is set" };
	if (requirement != NULL) {
		aim.aim_g = requirement->mass_g;
		aim.by = arena_printf(report->view->arena, "requirement %s%s", requirement->id,
			requirement_is_modelled(requirement) ? "" : ", no model");
	} else if (stock->operating_g != ABSENT) {
		aim.aim_g = stock->operating_g;
		aim.by = "operating floor, no requirement";
	}
	if (aim.aim_g != ABSENT)
		aim.missing_g = stock->available_g < aim.aim_g ? aim.aim_g - stock->available_g : 0;
	return aim;
}

/* ---- who else could supply ---- */

struct supply {
	const char *largest;  /* a country, or "" */
	int64_t share_ppm, year;
};

/* The newest year of which a source tells anything for a mineral (or its family) at a stage. */
static int64_t newest_year(const struct report *report, const char *mineral, uint8_t stage)
{
	const struct production *row = NULL;
	int64_t year = ABSENT;
	while ((row = state_next(report->state, TABLE_PRODUCTION, row)) != NULL) {
		if (row->stage == stage && row->mass_g > 0 && row->year > year &&
		    text_equal(row->mineral, mineral))
			year = row->year;
	}
	return year;
}

static struct supply supply_of(const struct report *report, const struct commodity *commodity)
{
	struct supplier suppliers[SUPPLIERS_MAX];
	uint32_t count = 0;
	struct concentration found;
	const struct production *row = NULL;
	const char *name = commodity->mineral->code;
	int64_t year = newest_year(report, name, commodity->stage);
	if (year == ABSENT && commodity->mineral->family[0] != '\0') {
		name = commodity->mineral->family;
		year = newest_year(report, name, commodity->stage);
	}
	while (year != ABSENT && count < SUPPLIERS_MAX &&
	       (row = state_next(report->state, TABLE_PRODUCTION, row)) != NULL) {
		if (row->stage == commodity->stage && row->year == year && text_equal(row->mineral, name))
			suppliers[count++] = (struct supplier){ row->country, row->mass_g };
	}
	if (count == 0 || !concentration_of(suppliers, count, &found) || found.largest[0] == '\0')
		return (struct supply){ "", ABSENT, ABSENT };
	return (struct supply){ arena_text(report->view->arena, found.largest, strlen(found.largest)),
		found.largest_share_ppm, year };
}

/* ---- the list ---- */

static void write_bars(struct report *report, const struct report_stock *stocks, size_t count)
{
	const char *labels[REPORT_BARS_MAX];
	int64_t shares[REPORT_BARS_MAX];
	size_t shown = 0;
	for (size_t i = 0; i < count && shown < REPORT_BARS_MAX; i++) {
		struct aim aim = aim_of(report, &stocks[i]);
		if (aim.aim_g == ABSENT || aim.aim_g == 0 ||
		    !checked_mul_div_down(stocks[i].available_g, VAULT_PPM, aim.aim_g, &shares[shown]))
			continue;
		labels[shown++] = stocks[i].commodity->code;
	}
	if (shown == 0 || !report_chart(report, "bars", "What is held of what is required",
	    REPORT_SHARE))
		return;
	report_labels(report, labels, shown);
	report_series(report, "held", "bar");
	for (size_t i = 0; i < shown; i++)
		report_point(report, (int64_t)i, shares[i], NULL);
	report_series(report, "requirement", "operating");
	for (size_t i = 0; i < shown; i++)
		report_point(report, (int64_t)i, VAULT_PPM, NULL);
}

static int64_t needed_cents(const struct commodity *commodity, const struct aim *aim)
{
	return commodity->price != NULL ?
		report_value_cents(aim->missing_g, commodity->price->price_micros_per_kg) :
		aim->missing_g == 0 ? 0 : ABSENT;
}

static void write_row(struct report *report, const struct report_stock *stock, int64_t *sum_cents)
{
	const struct commodity *commodity = stock->commodity;
	struct aim aim = aim_of(report, stock);
	struct supply supply = supply_of(report, commodity);
	int64_t cents = needed_cents(commodity, &aim);
	report_row(report);
	report_text(report, commodity->code);
	report_text(report, commodity->mineral->name);
	report_text(report, aim.by);
	report_int(report, aim.aim_g);
	report_int(report, stock->available_g);
	report_int(report, aim.missing_g);
	report_int(report, commodity->price != NULL ? commodity->price->price_micros_per_kg : ABSENT);
	report_int(report, cents);
	report_text(report, supply.largest);
	report_int(report, supply.share_ppm);
	report_int(report, supply.year);
	report_add(sum_cents, cents);
}

static void write_commodities(struct report *report, const struct report_stock *stocks,
	size_t count)
{
	static const struct report_column columns[] = {
		{ "commodity", "commodity", REPORT_ID, false }, { "mineral", "mineral", REPORT_TEXT, false },
		{ "measured_by", "measured by", REPORT_TEXT, false },
		{ "required_g", "required", REPORT_MASS, true },
		{ "available_g", "available", REPORT_MASS, true },
		{ "missing_g", "missing", REPORT_MASS, true },
		{ "price_micros_per_kg", "reference price", REPORT_PRICE, false },
		{ "needed_cents", "money needed", REPORT_MONEY, true },
		{ "largest_producer", "largest producer", REPORT_TEXT, false },
		{ "share_ppm", "its share", REPORT_SHARE, false },
		{ "year", "in", REPORT_YEAR, false },
	};
	size_t missing = 0, unset = 0, unpriced = 0;
	int64_t sum_cents = ABSENT;
	for (size_t i = 0; i < count; i++) {
		struct aim aim = aim_of(report, &stocks[i]);
		missing += aim.missing_g != ABSENT && aim.missing_g > 0 ? 1 : 0;
		unset += aim.aim_g == ABSENT ? 1 : 0;
		unpriced += aim.missing_g > 0 && stocks[i].commodity->price == NULL ? 1 : 0;
	}
	report_section(report, "Commodities");
	report_remark(report, "%zu of %zu are short. A commodity is measured by its requirement, where it has "
		"none by its operating floor; %zu %s neither, and what those lack nobody has said.", missing,
		count, unset, unset == 1 ? "has" : "have");
	if (unpriced > 0)
		report_remark(report, "%zu of those that are short %s no reference price in force: the sum of "
			"money leaves them out.", unpriced, unpriced == 1 ? "has" : "have");
	report_remark(report, "Money needed is what is missing at the reference price in force. The largest "
		"producer and its share are of the newest year of which production is recorded at that stage of "
		"the mineral or its family; where that is empty, none is.");
	report_table(report, columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; i < count; i++)
		write_row(report, &stocks[i], &sum_cents);
	if (count > 1) {
		report_total(report);
		report_blank(report, 7);
		report_int(report, sum_cents);
	}
	write_bars(report, stocks, count);
}

/* ---- what is on the list of minerals alone ---- */

static bool has_commodity(const struct report *report, const struct mineral *mineral)
{
	const struct commodity *commodity = NULL;
	while ((commodity = state_next(report->state, TABLE_COMMODITY, commodity)) != NULL) {
		if (commodity->mineral == mineral)
			return true;
	}
	return false;
}

static void write_minerals(struct report *report)
{
	static const struct report_column columns[] = {
		{ "mineral", "mineral", REPORT_ID, false }, { "name", "name", REPORT_TEXT, false },
		{ "known", "what is known", REPORT_TEXT, false },
	};
	const struct mineral *mineral = NULL;
	report_section(report, "Minerals without a commodity");
	report_remark(report, "They are on the list of minerals, and no form of them is recorded: no "
		"requirement, no floor and no stock.");
	report_table(report, columns, sizeof columns / sizeof *columns);
	while ((mineral = state_next(report->state, TABLE_MINERAL, mineral)) != NULL) {
		if (has_commodity(report, mineral))
			continue;
		report_row(report);
		report_text(report, mineral->code);
		report_text(report, mineral->name);
		report_text(report, "listed, nothing set, nothing held");
	}
}

bool report_shortfall(struct report *report, struct error *error)
{
	size_t count;
	const struct report_stock *stocks = report_stocks(report, &count);
	char day[REPORT_WORDS];
	(void)error;
	report_date_words(day, report->view->now);
	report_begin(report, "What the reserve is short of on %s", day);
	write_commodities(report, stocks, count);
	if (report->asked.commodity == NULL)
		write_minerals(report);
	return true;
}
