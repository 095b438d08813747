/* Observations, and prices that are computed from them or from the stage below. */
#include "draw.h"

#include "base/time.h"

/* A month, a day or some days, mostly over. */
static void draw_period(struct draw *draw)
{
	char first[TIME_TEXT_SIZE], last[TIME_TEXT_SIZE];
	int64_t from = draw->now - draw_number(draw, -3, 200) * TIME_DAY_MS;
	time_format(from, first);
	time_format(from + draw_number(draw, 0, 9) * TIME_DAY_MS, last);
	if (draw_chance(draw, 60))
		buffer_printf(&draw->line, " period=%.7s", first);
	else if (draw_chance(draw, 50))
		buffer_printf(&draw->line, " period=%.10s", first);
	else
		buffer_printf(&draw->line, " period=%.10s..%.10s", first, last);
}

static void draw_observed(struct draw *draw)
{
	static const char *const ga[] = { "ga", "Ga" }, *const wo3[] = { "wo3", "WO3" },
		*const w[] = { "wo3", "W" }, *const dy[] = { "dy", "Dy" }, *const oxide[] = { "dy", "Dy2O3" },
		*const wrong[] = { "ga", "W" };
	static const char *const *const things[] = { ga, ga, ga, wo3, w, dy, oxide, wrong };
	const char *const *thing = things[draw_number(draw, 0, 7)];
	buffer_printf(&draw->line, "commodity=%s basis=%s unit=%s quoted=%lld series=%s", thing[0],
		thing[1], ANY(draw, "USD/kg", "USD/t", "USc/lb", "USD/mtu"), draw_number(draw, 1, 90000),
		ANY(draw, "index", "dealer"));
	draw_period(draw);
	if (draw_chance(draw, 30))
		buffer_printf(&draw->line, " kind=import origin=%s", ANY(draw, "CHN", "KAZ", "XXX"));
	if (draw_chance(draw, 40))
		buffer_printf(&draw->line, " mass_g=%lld", draw_number(draw, 1, 9000000));
}

void draw_observation(struct draw *draw)
{
	long long more = draw_number(draw, 0, 3);
	draw->actor = draw_chance(draw, 95) ? "ola" : "kim";
	buffer_printf(&draw->line, "%sobservations=[", draw_chance(draw, 30) ? "revise=true " : "");
	draw_observed(draw);
	while (more-- > 0) {
		buffer_append_text(&draw->line, "; ");
		draw_observed(draw);
	}
	buffer_append_text(&draw->line, "]");
}

void draw_computed_price(struct draw *draw)
{
	draw->actor = "oma";
	if (draw_chance(draw, 30)) {
		buffer_printf(&draw->line, "because=cost prices=[commodity=apt method=cost-plus below=wo3 "
			"yield_ppm=%lld margin_ppm=%lld conversion_micros_per_kg=%lld]",
			draw_number(draw, 1, 1000000), draw_number(draw, 0, 200000),
			draw_number(draw, 0, 9000000));
		return;
	}
	buffer_printf(&draw->line, "because=observed prices=[commodity=%s months=%lld",
		ANY(draw, "ga", "ga", "dy", "wo3"), draw_number(draw, 1, 12));
	if (draw_chance(draw, 70))
		buffer_printf(&draw->line, " method=trimmed-mean trim_ppm=%lld",
			draw_number(draw, 0, 499999));
	else
		buffer_printf(&draw->line, " method=volume-weighted observed=%s",
			ANY(draw, "market", "import"));
	if (draw_chance(draw, 40))
		buffer_append_text(&draw->line, " incoherent_because=glut");
	buffer_append_text(&draw->line, "]");
}
