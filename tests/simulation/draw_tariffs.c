/*
 * Customs codes, tariff schedules, import prices that move them, imports assessed, sales in the
 * zone.
 */
#include "base/text.h"
#include "base/time.h"
#include "draw.h"
#include "reserve/stock/material.h"
#include "reserve/zone/schedule.h"

static const char *const origins[] = { "CHN", "RUS", "AUT", "FRA", "CHN", "*" };

/* ga and dy are metals of Ga and Dy, wo3 a concentrate; see the setup. */
static const char *basis_of(const char *commodity)
{
	return text_equal(commodity, "ga") ? "Ga" : text_equal(commodity, "dy") ? "Dy" : "WO3";
}

void draw_hs(struct draw *draw)
{
	draw->actor = ANY(draw, "ola", "oma");
	buffer_printf(&draw->line, "because=HS codes=[code=%s mineral=%s stage=%s]",
		ANY(draw, "261100", "811292", "284690", "2611"),
		ANY(draw, "tungsten", "gallium_germanium_indium_etc", "gallium"),
		ANY(draw, "ore", "metal", "compound"));
}

static bool is_in_force(const void *row, const void *context)
{
	const struct schedule *schedule = row;
	(void)context;
	return schedule->state == SETTING_IN_FORCE;
}

void draw_tariff(struct draw *draw)
{
	const struct schedule *old = draw_chance(draw, 30) ?
		draw_row(draw, TABLE_TARIFF_SCHEDULE, is_in_force, NULL) : NULL;
	draw->actor = ANY(draw, "ola", "oma");
	buffer_printf(&draw->line, "because=board schedules=[commodity=%s origin=%s",
		old != NULL ? old->commodity->code : ONE_OF(draw, draw_commodities),
		old != NULL ? old->origin : ONE_OF(draw, origins));
	if (old != NULL && draw_chance(draw, 40)) {
		buffer_append_text(&draw->line, " ends=true");
	} else {
		buffer_printf(&draw->line, " mode=%s", ANY(draw, "draft", "shadow", "in-force"));
		if (draw_chance(draw, 40))
			buffer_printf(&draw->line, " cap_ppm=%lld", draw_number(draw, -1, 500000));
		if (draw_chance(draw, 20))
			buffer_printf(&draw->line, " cap_micros_per_kg=%lld", draw_number(draw, 0, 90000000));
		draw_time(draw, "until_at", 25, 1, 4 * TIME_DAY_MS);
	}
	draw_time(draw, "effective_at", 25, -1000, 2 * TIME_DAY_MS);
	buffer_append_text(&draw->line, "]");
}

/* Of yesterday or today; the same day again is a revision. */
void draw_import_price(struct draw *draw)
{
	int year, month, day;
	const char *commodity = ONE_OF(draw, draw_commodities);
	time_civil(draw->now - draw_number(draw, 0, 3) * TIME_DAY_MS, &year, &month, &day);
	draw->actor = ANY(draw, "ola", "oma");
	buffer_printf(&draw->line, "%sobservations=[commodity=%s kind=import series=customs origin=%s "
		"period=%04d-%02d-%02d quoted=%lld unit=USD/kg basis=%s]",
		draw_chance(draw, 50) ? "revise=true " : "", commodity, ANY(draw, "CHN", "RUS", "AUT"),
		year, month, day, draw_number(draw, 1, 900), basis_of(commodity));
}

void draw_assess(struct draw *draw)
{
	const char *commodity = ONE_OF(draw, draw_commodities);
	bool euro = draw_chance(draw, 30), fob = draw_chance(draw, 30);
	draw->actor = ANY(draw, "ola", "oma", "ola", "kim");
	buffer_printf(&draw->line, "origin=%s net_g=%lld grade_ppm=%lld value_millis=%lld currency=%s "
		"terms=%s", ANY(draw, "CHN", "RUS", "AUT", "FRA", "XXX"), draw_number(draw, 1, 100000000),
		draw_number(draw, 1, 1000000), draw_number(draw, 0, 1000000000), euro ? "EUR" : "USD",
		fob ? "fob" : "cif");
	if (draw_chance(draw, 80))
		buffer_printf(&draw->line, " commodity=%s", commodity);
	else
		buffer_printf(&draw->line, " hs=%s", ANY(draw, "261100", "811292"));
	if (euro)
		buffer_append_text(&draw->line, " rate=10842 rate_decimals=4 rate_source=ECB");
	if (fob)
		buffer_printf(&draw->line, " freight_millis=%lld insurance_millis=%lld",
			draw_number(draw, 0, 1000000), draw_number(draw, 0, 100000));
	if (draw_chance(draw, 20))
		buffer_printf(&draw->line, " moisture_ppm=%lld", draw_number(draw, 0, 200000));
	draw_time(draw, "entry_at", 30, -3 * TIME_DAY_MS, TIME_DAY_MS / 2);
}

void draw_sale(struct draw *draw)
{
	const char *commodity = ONE_OF(draw, draw_commodities);
	draw->actor = ANY(draw, "ola", "oma");
	buffer_printf(&draw->line, "seller=mine buyer=works seller_country=%s buyer_country=%s "
		"commodity=%s net_g=%lld grade_ppm=%lld quoted=%lld unit=USD/kg basis=%s",
		ANY(draw, "AUT", "ITA", "AUT"), ANY(draw, "ITA", "AUT", "CHN"), commodity,
		draw_number(draw, 1, 10000000), draw_number(draw, 1, 1000000), draw_number(draw, 1, 1500),
		basis_of(commodity));
}
