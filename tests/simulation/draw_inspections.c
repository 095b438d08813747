/*
 * Inspections, load-out tests, storage, requirements, reports that were filed, evidence found
 * later.
 */
#include "base/time.h"
#include "draw.h"
#include "reserve/stock/annual.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"

/* Of a lot where it lies, or of a site; now and then of a lot elsewhere. */
static void inspect(struct draw *draw)
{
	const struct lot *lot = draw_chance(draw, 40) ? draw_row(draw, TABLE_LOT, NULL, NULL) : NULL;
	const char *site = lot != NULL && draw_chance(draw, 90) ? lot->site->code :
		ONE_OF(draw, draw_sites);
	const char *kind = lot != NULL && draw_chance(draw, 90) ? ANY(draw, "commodity", "other") :
		ANY(draw, "facility", "scale", "commodity", "other");
	buffer_printf(&draw->line, "site=%s kind=%s by=%s responsible=%s", site, kind,
		ANY(draw, "okafor", "metrology", "bakker"), ANY(draw, "bakker", "reyes"));
	if (lot != NULL)
		buffer_printf(&draw->line, " lot=%s", lot->code);
	buffer_printf(&draw->line, " inspected_at=%lld",
		(long long)(draw->now - draw_number(draw, draw_chance(draw, 95) ? 0 : -5, 20) * TIME_DAY_MS));
	draw_time(draw, "next_at", 60, TIME_DAY_MS, 400 * TIME_DAY_MS);
	buffer_printf(&draw->line, " result=%s", ANY(draw, "pass", "pass", "remarks", "fail"));
	if (draw_chance(draw, 80))
		buffer_append_text(&draw->line, " remarks='something was seen'");
	if (draw_chance(draw, 50))
		buffer_append_text(&draw->line, " evidence_sha256="
			"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
}

void draw_inspection(struct draw *draw)
{
	int count = draw_chance(draw, 20) ? 3 : 1;
	draw->actor = ANY(draw, "aud", "kim", "ola");
	buffer_append_text(&draw->line, "inspections=[");
	for (int i = 0; i < count; i++) {
		buffer_append_text(&draw->line, i > 0 ? "; " : "");
		inspect(draw);
	}
	buffer_append_text(&draw->line, "]");
}

void draw_loadout_test(struct draw *draw)
{
	draw->actor = ANY(draw, "kim", "ola");
	buffer_printf(&draw->line, "site=%s mass_g=%lld hours=%lld tested_at=%lld",
		ONE_OF(draw, draw_sites), draw_number(draw, 1, 90000), draw_number(draw, 1, 72),
		(long long)(draw->now - draw_number(draw, draw_chance(draw, 95) ? 0 : -2, 30) * TIME_DAY_MS));
}

static const char *const storages[] = { "covered", "dry", "covered,dry", "dry,inert", "outdoors" };

void draw_commodity_storage(struct draw *draw)
{
	draw->actor = ANY(draw, "ola", "asa");
	buffer_printf(&draw->line, "code=%s because=x storage=%s", ONE_OF(draw, draw_commodities),
		ONE_OF(draw, storages));
}

void draw_site_storage(struct draw *draw)
{
	draw->actor = ANY(draw, "ola", "kim");
	buffer_printf(&draw->line, "code=%s because=x storage=%s", ONE_OF(draw, draw_sites),
		ONE_OF(draw, storages));
}

void draw_requirement(struct draw *draw)
{
	draw->actor = ANY(draw, "ola", "otto");
	buffer_printf(&draw->line, "because=board requirements=[commodity=%s authority=board",
		ONE_OF(draw, draw_commodities));
	if (draw_chance(draw, 70))
		buffer_printf(&draw->line, " mass_g=%lld", draw_number(draw, 0, 90000));
	else
		buffer_printf(&draw->line, " days=%lld consumption_g_per_day=%lld", draw_number(draw, 1, 90),
			draw_number(draw, 1, 900));
	draw_time(draw, "effective_at", 20, -TIME_DAY_MS, 40 * TIME_DAY_MS);
	buffer_append_text(&draw->line, "]");
}

void draw_filing(struct draw *draw)
{
	int64_t year = annual_year_of(draw->now) - (draw_chance(draw, 90) ? 0 : -1);
	draw->actor = ANY(draw, "ola", "oma");
	if (draw_chance(draw, 50))
		buffer_printf(&draw->line, "kind=quarterly period=%lldQ%lld", (long long)year,
			draw_number(draw, 1, 4));
	else
		buffer_printf(&draw->line, "kind=%s period=%lld", ANY(draw, "annual", "shortfall",
			"requirements"), (long long)year);
	buffer_printf(&draw->line, " report_sha256=%064llx",
		(unsigned long long)draw_number(draw, 1, 3));
}

void draw_attachment(struct draw *draw)
{
	int64_t size = state_size(draw->state);
	draw->actor = ANY(draw, "kim", "aud");
	buffer_printf(&draw->line, "entry=%lld because=found evidence_sha256=%064llx",
		draw_number(draw, 0, draw_chance(draw, 95) ? size - 1 : size + 5),
		(unsigned long long)draw_number(draw, 1, 9));
}
