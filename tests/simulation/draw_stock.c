/* Lots, sites and floors; members and prices. */
#include "base/time.h"
#include "draw.h"
#include "reserve/stock/lot.h"

/* ---- stock ---- */

static void add_lot(struct draw *draw)
{
	buffer_printf(&draw->line, "code=L%lld commodity=%s site=%s", draw_number(draw, 0, LOT_CODES - 1),
		ONE_OF(draw, draw_commodities), ONE_OF(draw, draw_sites));
	buffer_printf(&draw->line, " expected_g=%lld supplier=%s", draw_number(draw, 1, 100000),
		ANY(draw, "acme", "mine-7"));
	if (draw_chance(draw, 60))
		buffer_printf(&draw->line, " origin=%s", ANY(draw, "CAN", "CHN", "AUT"));
	if (draw_chance(draw, 35))
		buffer_append_text(&draw->line, " class=sealed");
	if (draw_chance(draw, 30)) /* of bulk it is a remark */
		buffer_printf(&draw->line, " units=%lld", draw_number(draw, 1, 12));
}

void draw_lot_add(struct draw *draw)
{
	int count = draw_chance(draw, 20) ? 3 : 1;
	draw->actor = ANY(draw, "kim", "kurt", "bo", "ola");
	buffer_append_text(&draw->line, "lots=[");
	for (int i = 0; i < count; i++) {
		buffer_append_text(&draw->line, i > 0 ? "; " : "");
		add_lot(draw);
	}
	buffer_append_text(&draw->line, "]");
}

void draw_weigh(struct draw *draw)
{
	draw->actor = ANY(draw, "kim", "kurt", "bo");
	buffer_printf(&draw->line, "lot=%s gross_g=%lld tare_g=%lld", draw_lot(draw, 1U << LOT_EXPECTED),
		draw_number(draw, 900, 100000), draw_number(draw, 0, 1000));
	if (draw_chance(draw, 50))
		buffer_append_text(&draw->line, " evidence_sha256="
			"aa112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
}

void draw_sample(struct draw *draw)
{
	draw->actor = ANY(draw, "kim", "asa");
	buffer_printf(&draw->line, "lot=%s sample=S-1", draw_lot(draw, 1U << LOT_RECEIVED));
}

void draw_assay(struct draw *draw)
{
	unsigned states = 1U << LOT_RECEIVED | 1U << LOT_QUARANTINED;
	if (draw_chance(draw, 20))
		states = 1U << LOT_ACCEPTED;
	draw->actor = ANY(draw, "asa", "bo");
	bool poor = draw_chance(draw, 15); /* ore of which a gram contained is much net */
	buffer_printf(&draw->line, "lot=%s grade_ppm=%lld laboratory=lab", draw_lot(draw, states),
		poor ? draw_number(draw, 1, 9000) : draw_number(draw, 200000, 1000000));
	if (draw_chance(draw, 40))
		buffer_printf(&draw->line, " moisture_ppm=%lld", draw_number(draw, 0, 400000));
	if (draw_chance(draw, 8))
		buffer_append_text(&draw->line, " provisional=true");
	draw_time(draw, "retest_at", 40, -1000, 20 * TIME_DAY_MS);
}

void draw_accept(struct draw *draw)
{
	draw->actor = ANY(draw, "asa", "bo");
	buffer_printf(&draw->line, "lot=%s", draw_lot(draw, 1U << LOT_QUARANTINED));
}

void draw_end_lot(struct draw *draw)
{
	draw->actor = ANY(draw, "ola", "asa", "kim");
	buffer_printf(&draw->line, "lot=%s because=x reason=%s", draw_lot(draw, ~0U),
		ANY(draw, "grade", "goods", "theft", "unexplained"));
}

void draw_hold(struct draw *draw)
{
	draw->actor = ONE_OF(draw, draw_people);
	buffer_printf(&draw->line, "lot=%s because='something is not right' reason=%s",
		draw_lot(draw, ~0U), ANY(draw, "seal", "other"));
}

void draw_hold_release(struct draw *draw)
{
	draw->actor = ONE_OF(draw, draw_people);
	buffer_printf(&draw->line, "hold=%s because=settled",
		draw_key(draw_row(draw, TABLE_HOLD, NULL, NULL), "L1/1"));
}

void draw_move(struct draw *draw)
{
	draw->actor = ANY(draw, "kim", "kurt");
	buffer_printf(&draw->line, "lot=%s to=%s", draw_lot(draw, ~1U), ONE_OF(draw, draw_sites));
}

void draw_arrive(struct draw *draw)
{
	const struct lot *lot = NULL, *moving = NULL;
	draw->actor = "kim";
	while ((lot = state_next(draw->state, TABLE_LOT, lot)) != NULL)
		moving = lot->destination != NULL && !lot->row.closed ? lot : moving;
	buffer_printf(&draw->line, "lot=%s", moving != NULL ? moving->code : draw_lot(draw, ~0U));
}

void draw_correct(struct draw *draw)
{
	draw->actor = ANY(draw, "kim", "bo", "asa", "ola");
	buffer_printf(&draw->line, "lot=%s because=x", draw_lot(draw, ~0U));
	if (draw_chance(draw, 60))
		buffer_printf(&draw->line, " net_g=%lld", draw_number(draw, 1, 100000));
	if (draw_chance(draw, 60))
		buffer_printf(&draw->line, " grade_ppm=%lld", draw_number(draw, 1, 1000000));
	if (draw_chance(draw, 30))
		buffer_printf(&draw->line, " moisture_ppm=%lld", draw_number(draw, 0, 999999));
}

void draw_site_set(struct draw *draw)
{
	draw->actor = ANY(draw, "kim", "ola");
	buffer_printf(&draw->line, "site=%s state=%s because=x", ONE_OF(draw, draw_sites),
		draw_chance(draw, 75) ? "open" : "suspended");
	if (draw_chance(draw, 25))
		buffer_printf(&draw->line, " daily_loadout_g=%lld", draw_number(draw, 1000, 30000));
}

void draw_floor_set(struct draw *draw)
{
	const char *commodity = ONE_OF(draw, draw_commodities);
	draw->actor = "ola";
	buffer_printf(&draw->line, "because=policy floors=[commodity=%s kind=%s mass_g=%lld", commodity,
		draw_chance(draw, 50) ? "hard" : "operating", draw_number(draw, 0, 30000));
	draw_time(draw, "effective_at", 20, -TIME_DAY_MS, 6 * TIME_DAY_MS);
	if (draw_chance(draw, 50))
		buffer_printf(&draw->line, "; commodity=%s kind=hard days=3 consumption_g_per_day=%lld",
			ONE_OF(draw, draw_commodities), draw_number(draw, 1, 5000));
	buffer_append_text(&draw->line, "]");
}

/* ---- zone ---- */

void draw_price(struct draw *draw)
{
	draw->actor = "oma";
	buffer_printf(&draw->line, "because=index prices=[commodity=%s quoted=%lld unit=%s basis=%s",
		"ga", draw_number(draw, 1, 900), draw_chance(draw, 50) ? "USD/kg" : "USc/lb", "Ga");
	draw_time(draw, "effective_at", 30, -TIME_DAY_MS, 3 * TIME_DAY_MS);
	buffer_printf(&draw->line, "; commodity=wo3 quoted=%lld unit=USD/mtu basis=WO3%s; commodity=dy "
		"quoted=%lld decimals=1 unit=USD/kg basis=Dy]", draw_number(draw, 1, 900),
		draw_chance(draw, 80) ? " incoherent_because=glut" : "", draw_number(draw, 1, 99));
}
