/* Sums stop at the largest exact integer instead of going round; what is ABSENT adds nothing. */
#include "view/report_stock.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/time.h"
#include "reserve/emergency/declaration.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/material.h"

enum { TRENDS_MAX = 12 };

void report_add(int64_t *sum, int64_t value)
{
	if (value == ABSENT)
		return;
	if (*sum == ABSENT)
		*sum = 0;
	if (!checked_add(*sum, value, sum) || *sum > VAULT_INT_MAX)
		*sum = VAULT_INT_MAX;
}

int64_t report_value_cents(int64_t mass_g, int64_t price_micros_per_kg)
{
	int64_t cents; /* grams / 1000 x micros / 10,000 */
	if (mass_g == ABSENT || price_micros_per_kg == ABSENT || mass_g < 0)
		return ABSENT;
	return checked_mul_div_up(mass_g, price_micros_per_kg, 10000000, &cents) &&
		cents <= VAULT_INT_MAX ? cents : VAULT_INT_MAX;
}

int64_t report_day(int64_t at_ms)
{
	int64_t rest = at_ms % TIME_DAY_MS;
	return at_ms - (rest < 0 ? rest + TIME_DAY_MS : rest);
}

static void set_floors(struct report_stock *stock)
{
	const struct floor *operating = stock->commodity->operating, *hard = stock->commodity->hard;
	if (operating != NULL) {
		stock->operating_g = operating->mass_g;
		stock->operating_days = operating->days;
		stock->consumption_g_per_day = operating->consumption_g_per_day;
	}
	if (hard != NULL) {
		stock->hard_g = hard->mass_g;
		stock->hard_days = hard->days;
	}
}

static int64_t quotient(int64_t a, int64_t times, int64_t by)
{
	int64_t result;
	return by != ABSENT && by > 0 && a >= 0 && checked_mul_div_down(a, times, by, &result) ?
		result : ABSENT;
}

int64_t report_may_leave_g(const struct commodity *commodity)
{
	const struct declaration *declaration = commodity->declaration;
	bool operating = declaration == NULL || declaration_keeps_operating(declaration);
	int64_t left_g = commodity->available_g - declaration_set_aside_g(declaration, commodity);
	int64_t leave_g = floor_headroom_g(operating ? commodity->operating : commodity->hard, left_g);
	int64_t hard_g = floor_headroom_g(commodity->hard, left_g);
	return leave_g < hard_g ? leave_g : hard_g;
}

int64_t report_cover_tenths(const struct commodity *commodity)
{
	return commodity->operating == NULL ? ABSENT : quotient(commodity->available_g, 10,
		commodity->operating->consumption_g_per_day);
}

static struct report_stock stock_of(const struct report *report,
	const struct commodity *commodity)
{
	struct report_stock stock = { .commodity = commodity, .available_g = commodity->available_g,
		.reserved_g = commodity->reserved_g, .entitled_g = commodity_entitled_g(commodity),
		.operating_g = ABSENT, .hard_g = ABSENT, .operating_days = ABSENT, .hard_days = ABSENT,
		.consumption_g_per_day = ABSENT, .below_since = ABSENT };
	set_floors(&stock);
	stock.cover_tenths = report_cover_tenths(commodity);
	stock.share_ppm = quotient(stock.available_g, VAULT_PPM, stock.operating_g);
	stock.may_leave_g = report_may_leave_g(commodity);
	if (stock.operating_g != ABSENT && stock.available_g < stock.operating_g) {
		int64_t since = report->view->history != NULL ?
			history_below_since(report->view->history, commodity) : ABSENT;
		stock.below_since = since != ABSENT ? since : report_day(report->view->now);
	}
	return stock;
}

static int compare_stocks(const void *a, const void *b)
{
	const struct report_stock *one = a, *other = b;
	if ((one->share_ppm == ABSENT) != (other->share_ppm == ABSENT))
		return one->share_ppm == ABSENT ? 1 : -1;
	if (one->share_ppm != other->share_ppm)
		return one->share_ppm < other->share_ppm ? -1 : 1;
	return strcmp(one->commodity->code, other->commodity->code);
}

const struct report_stock *report_stocks(const struct report *report, size_t *ret_count)
{
	const struct commodity *commodity = NULL;
	size_t count = 0;
	struct report_stock *stocks = arena_alloc(report->view->arena,
		(state_count(report->state, TABLE_COMMODITY) + 1) * sizeof *stocks);
	*ret_count = 0;
	if (stocks == NULL)
		return NULL;
	while ((commodity = state_next(report->state, TABLE_COMMODITY, commodity)) != NULL) {
		if (report->asked.commodity == NULL || report->asked.commodity == commodity)
			stocks[count++] = stock_of(report, commodity);
	}
	qsort(stocks, count, sizeof *stocks, compare_stocks);
	*ret_count = count;
	return stocks;
}

bool report_stocked(const struct report_stock *stock)
{
	return stock->available_g > 0 || stock->reserved_g > 0 || stock->operating_g != ABSENT ||
		stock->hard_g != ABSENT;
}

int64_t report_available_at(const struct report *report, const struct commodity *commodity,
	int64_t day)
{
	if (day >= report_day(report->view->now))
		return commodity->available_g;
	if (report->view->history == NULL)
		return ABSENT;
	const struct history_step *step = history_at(report->view->history, commodity, day);
	return step != NULL ? step->available_g : ABSENT;
}

/* ---- charts ---- */

void report_write_bars(struct report *report, const char *title,
	const struct report_stock *stocks, size_t count)
{
	const char *labels[REPORT_BARS_MAX];
	size_t shown = 0;
	while (shown < count && shown < REPORT_BARS_MAX && stocks[shown].share_ppm != ABSENT) {
		labels[shown] = stocks[shown].commodity->code;
		shown++;
	}
	if (shown == 0 || !report_chart(report, "bars", title, REPORT_SHARE))
		return;
	report_labels(report, labels, shown);
	report_series(report, "available", "bar");
	for (size_t i = 0; i < shown; i++) {
		char text[REPORT_WORDS];
		report_mass_words(text, stocks[i].available_g);
		report_point(report, (int64_t)i, stocks[i].share_ppm, text);
	}
	report_series(report, "operating floor", "operating");
	for (size_t i = 0; i < shown; i++)
		report_point(report, (int64_t)i, VAULT_PPM, NULL);
	report_series(report, "hard floor", "hard");
	for (size_t i = 0; i < shown; i++) {
		int64_t share;
		if (stocks[i].hard_g != ABSENT &&
		    checked_mul_div_down(stocks[i].hard_g, VAULT_PPM, stocks[i].operating_g, &share))
			report_point(report, (int64_t)i, share, NULL);
	}
}

/* What a day had: what was available, the operating floor, the hard floor. */
struct day_figures {
	int64_t figures[3];
	int64_t consumption_g_per_day;
};

static struct day_figures figures_of(const struct report *report, const struct report_stock *stock,
	int64_t day)
{
	if (day >= report_day(report->view->now))
		return (struct day_figures){ { stock->available_g, stock->operating_g, stock->hard_g },
			stock->consumption_g_per_day };
	const struct history_step *step = history_at(report->view->history, stock->commodity, day);
	if (step == NULL)
		return (struct day_figures){ { ABSENT, ABSENT, ABSENT }, ABSENT };
	return (struct day_figures){ { step->available_g, step->operating_g, step->hard_g },
		step->consumption_g_per_day };
}

/* One of them, as a mass or over that day's consumption. */
static int64_t figure_of(const struct report *report, const struct report_stock *stock,
	enum report_type type, int64_t day, int number)
{
	struct day_figures figures = figures_of(report, stock, day);
	int64_t figure = figures.figures[number];
	return type == REPORT_MASS || figure == ABSENT ? figure :
		quotient(figure, 10, figures.consumption_g_per_day);
}

/* A point where something changed, and at both ends. */
static void write_trend(struct report *report, const struct report_stock *stock,
	enum report_type type, int64_t from, int64_t last)
{
	static const char *const names[] = { "available", "operating floor", "hard floor" };
	static const char *const roles[] = { "line", "operating", "hard" };
	if (!report_chart(report, "lines", arena_printf(report->view->arena, "%s%s",
	    stock->commodity->code, type == REPORT_COVER ? ", days of cover" : ""), type))
		return;
	report_days(report, from, last + TIME_DAY_MS);
	for (int series = 0; series < 3; series++) {
		int64_t before = ABSENT;
		report_series(report, names[series], roles[series]);
		for (int64_t day = from; day <= last; day += TIME_DAY_MS) {
			int64_t value = figure_of(report, stock, type, day, series);
			if (value != ABSENT && (value != before || day == last))
				report_point(report, (day - from) / TIME_DAY_MS, value, NULL);
			before = value;
		}
	}
}

void report_write_trends(struct report *report, enum report_type type,
	const struct report_stock *stocks, size_t count, int64_t from, int64_t last)
{
	size_t drawn = 0;
	for (size_t i = 0; report->view->history != NULL && i < count && drawn < TRENDS_MAX; i++) {
		bool behind = report_available_at(report, stocks[i].commodity, last - TIME_DAY_MS) != ABSENT;
		bool known = type == REPORT_MASS || stocks[i].cover_tenths != ABSENT;
		if (!behind || !known || !report_stocked(&stocks[i]))
			continue;
		write_trend(report, &stocks[i], type, from, last);
		drawn++;
	}
}
