/* Rates, participants, their commitments and transfers. */
#include "base/time.h"
#include "draw.h"
#include "reserve/stock/material.h"
#include "reserve/zone/commitment.h"
#include "reserve/zone/entitlement.h"
#include "reserve/zone/participant.h"
#include "reserve/zone/rate.h"

static const char *const companies[] = { "acme", "bolt", "core" };

static int64_t today(const struct draw *draw)
{
	return draw->now - draw->now % TIME_DAY_MS;
}

static const char *company(struct draw *draw)
{
	return draw_chance(draw, 3) ? "nobody" : ONE_OF(draw, companies);
}

void draw_participant_add(struct draw *draw)
{
	draw->actor = "ola";
	buffer_printf(&draw->line, "participants=[code=%s name=P member=%s", ONE_OF(draw, companies),
		ONE_OF(draw, draw_members));
	buffer_append_text(&draw->line, draw_chance(draw, 10) ? "; code=acme name=P member=AUT]" : "]");
}

void draw_rate_set(struct draw *draw)
{
	int64_t days = draw_number(draw, draw_chance(draw, 80) ? 1 : -3, 20);
	bool first = state_count(draw->state, TABLE_RATE) == 0;
	draw->actor = ANY(draw, "ola", "otto");
	buffer_printf(&draw->line, "because=x effective_at=%lld interest_ppm=%lld "
		"storage_micros_per_tonne_day=%lld",
		(long long)(today(draw) + (first ? 0 : days) * TIME_DAY_MS + (draw_chance(draw, 3) ? 1 : 0)),
		draw_number(draw, 0, 200000), draw_number(draw, 0, 2000000));
}

void draw_commitment_new(struct draw *draw)
{
	int64_t from = today(draw) + draw_number(draw, draw_chance(draw, 95) ? 0 : -2, 4) * TIME_DAY_MS;
	const char *commodity = ONE_OF(draw, draw_commodities);
	draw->actor = ANY(draw, "ola", "oma");
	buffer_printf(&draw->line, "participant=%s commodity=%s mass_g=%lld quoted=%lld unit=USD/kg "
		"basis=%s starts_at=%lld ends_at=%lld replenish_days=%lld", company(draw), commodity,
		draw_number(draw, 1, draw_chance(draw, 90) ? 5000 : 300000), draw_number(draw, 1, 2000),
		*commodity == 'g' ? "Ga" : *commodity == 'w' ? "WO3" : "Dy", (long long)from,
		(long long)(from + draw_number(draw, draw_chance(draw, 97) ? 1 : -1, 70) * TIME_DAY_MS),
		draw_number(draw, 1, 40));
	if (draw_chance(draw, 60))
		buffer_printf(&draw->line, " fee_cents=%lld", draw_number(draw, 0, 5000));
	if (draw_chance(draw, 50))
		buffer_printf(&draw->line, " gross_ppm=%lld", draw_number(draw, 1000000, 3000000));
}

static bool is_in_force(const void *row, const void *context)
{
	const struct commitment *commitment = row;
	(void)context;
	return commitment->state == COMMITMENT_IN_FORCE;
}

void draw_commitment_end(struct draw *draw)
{
	const void *commitment = draw_row(draw, TABLE_COMMITMENT,
		draw_chance(draw, 90) ? is_in_force : NULL, NULL);
	draw->actor = "otto";
	buffer_printf(&draw->line, "commitment=%s because=x ends_at=%lld",
		draw_key(commitment, "K-2024-0001"),
		(long long)(today(draw) + draw_number(draw, 0, 10) * TIME_DAY_MS));
}

static bool is_held(const void *row, const void *context)
{
	const struct entitlement *own = row;
	(void)context;
	return own->undrawn_g > 0;
}

void draw_transfer(struct draw *draw)
{
	const struct entitlement *own = draw_row(draw, TABLE_ENTITLEMENT, is_held, NULL);
	int64_t may_g = own != NULL ?
		entitlement_g(draw->state, own->participant, own->commodity) : 100;
	draw->actor = ANY(draw, "ola", "oma");
	buffer_printf(&draw->line, "because=letters from=%s to=%s commodity=%s mass_g=%lld",
		own != NULL ? own->participant->code : company(draw), company(draw),
		own != NULL ? own->commodity->code : "ga",
		draw_number(draw, 1, draw_chance(draw, 85) ? may_g : may_g * 2));
}
