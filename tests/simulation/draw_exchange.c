/* Exchanges: what leaves against what comes back, and what comes back. */
#include "base/text.h"
#include "base/time.h"
#include "draw.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/zone/entitlement.h"
#include "reserve/zone/exchange.h"
#include "reserve/zone/participant.h"

/* Who brings lots is who borrows: only what a party delivers can come back from it. */
static const char *const parties[] = { "acme", "mine-7" };

static long long mass_of(struct draw *draw)
{
	return draw_chance(draw, 80) ? draw_number(draw, 1, 9000) : draw_number(draw, 1, 90000);
}

static void add_due(struct draw *draw, const char *name)
{
	buffer_printf(&draw->line, " %s=%lld", name, (long long)draw->now +
		draw_number(draw, -1, 20) * TIME_DAY_MS);
}

/* One date, or the mass in two or three parts, now and then a gram wrong or out of order. */
static void add_dates(struct draw *draw, int64_t mass_g)
{
	if (draw_chance(draw, 60) || mass_g < 10) {
		add_due(draw, "due_at");
		return;
	}
	int64_t left_g = mass_g + (draw_chance(draw, 5) ? 1 : 0);
	int64_t day = draw_number(draw, 0, 6);
	buffer_append_text(&draw->line, " instalments=[");
	for (int64_t parts = draw_number(draw, 2, 3); parts > 0; parts--) {
		int64_t part_g = parts == 1 ? left_g : draw_number(draw, 1, left_g - parts + 1);
		buffer_printf(&draw->line, "due_at=%lld mass_g=%lld%s", (long long)draw->now +
			day * TIME_DAY_MS, (long long)part_g, parts == 1 ? "]" : "; ");
		left_g -= part_g;
		day += draw_number(draw, draw_chance(draw, 5) ? -1 : 1, 9);
	}
}

static void add_grade(struct draw *draw)
{
	if (draw_chance(draw, 10))
		buffer_printf(&draw->line, " min_grade_ppm=%lld", draw_number(draw, 2, 10) * 100000);
}

void draw_loan(struct draw *draw)
{
	bool member = draw_chance(draw, 15);
	long long mass_g = mass_of(draw);
	draw->actor = ANY(draw, "kim", "kurt", "ola");
	buffer_printf(&draw->line, "borrower=%s commodity=%s mass_g=%lld",
		member ? ONE_OF(draw, draw_members) : ONE_OF(draw, parties), ONE_OF(draw, draw_commodities),
		mass_g);
	if (!member)
		buffer_printf(&draw->line, " member=%s", ONE_OF(draw, draw_members));
	if (draw_chance(draw, 70))
		buffer_printf(&draw->line, " premium_ppm=%lld", draw_number(draw, 0, 2000));
	add_dates(draw, mass_g);
	add_grade(draw);
}

void draw_rotation(struct draw *draw)
{
	bool upgrade = draw_chance(draw, 40);
	int64_t mass_g = mass_of(draw), back_ppm = draw_number(draw, 500000, 1100000);
	draw->actor = ANY(draw, "kim", "kurt", "ola");
	buffer_printf(&draw->line, "kind=%s processor=%s commodity=%s mass_g=%lld",
		upgrade ? "upgrade" : "rotate", ONE_OF(draw, parties), ONE_OF(draw, draw_commodities),
		(long long)mass_g);
	if (upgrade)
		buffer_printf(&draw->line, " back=%s yield_ppm=%lld", ONE_OF(draw, draw_commodities),
			(long long)back_ppm);
	if (upgrade && draw_chance(draw, 60))
		buffer_printf(&draw->line, " back_grade_ppm=%lld", draw_number(draw, 300000, 1000000));
	add_dates(draw, upgrade ? (mass_g * back_ppm + 999999) / 1000000 : mass_g);
	add_grade(draw);
}

static bool is_undrawn(const void *row, const void *context)
{
	const struct entitlement *entitlement = row;
	(void)context;
	return entitlement->undrawn_g > 0;
}

/* What somebody is entitled to, and now and then a gram more, or anything. */
void draw_drawdown(struct draw *draw)
{
	const struct entitlement *own = draw_chance(draw, 90) ?
		draw_row(draw, TABLE_ENTITLEMENT, is_undrawn, NULL) : NULL;
	draw->actor = ANY(draw, "kim", "ola");
	if (own != NULL)
		buffer_printf(&draw->line, "participant=%s commodity=%s mass_g=%lld",
			own->participant->code, own->commodity->code, draw_number(draw, 1, own->undrawn_g + 1));
	else
		buffer_printf(&draw->line, "participant=%s commodity=%s mass_g=%lld",
			ANY(draw, "acme", "bolt", "nobody"), ONE_OF(draw, draw_commodities), mass_of(draw));
	if (draw_chance(draw, 30))
		add_due(draw, "replenish_by");
}

void draw_disposal(struct draw *draw)
{
	draw->actor = ANY(draw, "kim", "ola");
	buffer_printf(&draw->line, "buyer=%s commodity=%s mass_g=%lld", ONE_OF(draw, draw_members),
		ONE_OF(draw, draw_commodities), mass_of(draw));
	if (draw_chance(draw, 40))
		buffer_printf(&draw->line, " quoted=%lld unit=USD/kg", draw_number(draw, 1, 1200));
}

static bool is_out(const void *row, const void *context)
{
	const struct exchange *exchange = row;
	(void)context;
	return exchange->owes && (exchange->state == EXCHANGE_OUT ||
		exchange->state == EXCHANGE_DEFAULTED);
}

static bool is_late(const void *row, const void *context)
{
	const struct exchange *exchange = row;
	return is_out(row, context) && exchange->overdue;
}

/* A lot that may come back for an exchange, by everything but its grade and mass. */
static bool fits(const void *row, const void *context)
{
	const struct lot *lot = row;
	const struct exchange *exchange = context;
	return lot->listed && lot->commodity == exchange->back && !lot_is_awarded(lot) &&
		text_equal(lot->supplier, exchange->party) && lot->weighed_at >= exchange->delivered_at;
}

void draw_return(struct draw *draw)
{
	const struct exchange *exchange = draw_row(draw, TABLE_EXCHANGE, is_out, NULL);
	const struct lot *lot = exchange != NULL && draw_chance(draw, 95) ?
		draw_row(draw, TABLE_LOT, fits, exchange) : NULL;
	draw->actor = ANY(draw, "ola", "oma", "otto");
	buffer_printf(&draw->line, "exchange=%s lot=%s", draw_key(exchange, "X-2024-0001"),
		lot != NULL ? lot->code : draw_lot(draw, 1U << LOT_ACCEPTED));
	if (lot == NULL || draw_chance(draw, 15))
		return;
	int64_t owed_g = exchange_balance(exchange, draw->now).owed_g;
	int64_t most_g = owed_g < lot->contained_g ? owed_g : lot->contained_g;
	buffer_printf(&draw->line, " mass_g=%lld", draw_chance(draw, 60) && most_g > 0 ?
		(long long)most_g : draw_number(draw, 1, most_g + 2));
}

void draw_amend(struct draw *draw)
{
	const struct exchange *exchange = draw_row(draw, TABLE_EXCHANGE, is_out, NULL);
	draw->actor = ANY(draw, "kim", "ola");
	buffer_printf(&draw->line, "exchange=%s because=x", draw_key(exchange, "X-2024-0001"));
	if (exchange != NULL && exchange->kind != EXCHANGE_DRAW && draw_chance(draw, 80))
		add_dates(draw, exchange_balance(exchange, draw->now).principal_left_g);
	else if (draw_chance(draw, 80))
		add_due(draw, "due_at");
	if (exchange != NULL && exchange->kind == EXCHANGE_LOAN && draw_chance(draw, 50))
		buffer_printf(&draw->line, " premium_ppm=%lld", draw_number(draw, 0, 2000));
}

void draw_default(struct draw *draw)
{
	const struct exchange *late = draw_row(draw, TABLE_EXCHANGE, is_late, NULL);
	draw->actor = ANY(draw, "ola", "oma");
	buffer_printf(&draw->line, "exchange=%s because=x", draw_key(late != NULL ? late :
		draw_row(draw, TABLE_EXCHANGE, is_out, NULL), "X-2024-0001"));
}
