/*
 * Lots in batches as an import brings them, then one act after another, over lots and commodities in
 * turn. Nothing is random: the same figures give the same entries.
 */
#include "bench/ledger_life.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "bench/content.h"
#include "reserve/emergency/request.h"
#include "reserve/stock/order.h"

enum { BATCH = 500, TARE_G = 1000, LOTS_DAYS = 20, ACTS_DAYS = 50, DECLARED_DAYS = 60,
	RETEST_DAYS = 3650 };

struct life {
	struct round_reserve *reserve;
	struct buffer json;
	int64_t step_ms; /* between two commands */
	int64_t acts, requests;
};

/* A command, a moment after the last one. */
static bool act(struct life *life, const char *person, const char *command, char ret_id[CODE_MAX],
	bool *ret_refused, struct error *error)
{
	return round_reserve_wait(life->reserve, life->step_ms, error) &&
		round_reserve_give(life->reserve, person, command, &life->json, ret_id, ret_refused, error);
}

/* ---- lots ---- */

static bool announce(struct life *life, unsigned first, struct error *error)
{
	buffer_append_byte(&life->json, '{');
	content_lots(&life->json, first, BATCH, (unsigned)life->reserve->lots, true);
	buffer_append_byte(&life->json, '}');
	return act(life, NAMES_KEEPER, "lot.add", NULL, NULL, error);
}

static bool receive(struct life *life, unsigned number, struct error *error)
{
	struct buffer *json = &life->json;
	char lot[CODE_MAX], retest[TIME_TEXT_SIZE];
	names_lot(lot, number);
	time_format(life->reserve->now + (RETEST_DAYS + (int64_t)number % 300) * TIME_DAY_MS, retest);
	buffer_printf(json, "{\"gross_g\":%d,\"lot\":\"%s\",\"tare_g\":%d}", ROUND_LOT_G + TARE_G, lot,
		TARE_G);
	if (!act(life, NAMES_KEEPER, "lot.weigh", NULL, NULL, error))
		return false;
	buffer_printf(json, "{\"lot\":\"%s\",\"sample\":\"S-%s\"}", lot, lot);
	if (!act(life, NAMES_ASSAYER, "lot.sample", NULL, NULL, error))
		return false;
	buffer_printf(json, "{\"certificate_sha256\":\"%064x\",\"grade_ppm\":%u,\"laboratory\":"
		"\"Alfred Knight, Liverpool\",\"lot\":\"%s\",\"moisture_ppm\":0,\"retest_at\":\"%s\"}",
		number, content_lot_grade_ppm(number), lot, retest);
	if (!act(life, NAMES_ASSAYER, "lot.assay", NULL, NULL, error))
		return false;
	buffer_printf(json, "{\"lot\":\"%s\"}", lot);
	return act(life, NAMES_ASSAYER, "lot.accept", NULL, NULL, error);
}

static bool stock(struct life *life, struct error *error)
{
	unsigned lots = (unsigned)life->reserve->lots;
	bool good = true;
	for (unsigned i = 1; good && i <= lots; i++) {
		good = (i % BATCH != 1 || announce(life, i, error)) && receive(life, i, error);
	}
	return good;
}

static bool declare(struct life *life, struct error *error)
{
	char id[CODE_MAX], code[CODE_MAX];
	buffer_append_text(&life->json, "{\"authority\":\"benchmark\",\"caps\":[");
	for (unsigned i = 0; i < NAMES_COMMODITIES; i++) {
		names_commodity(code, i);
		buffer_printf(&life->json, "%s{\"commodity\":\"%s\"}", i > 0 ? "," : "", code);
	}
	buffer_printf(&life->json, "],\"days\":%d,\"findings\":\"benchmark\",\"kind\":\"full\","
		"\"policy\":\"at-once\"}", DECLARED_DAYS);
	return round_reserve_settle(life->reserve, "declare", &life->json, 2, id, error);
}

/* ---- acts ---- */

/* Which lot, commodity or member an act is about: far from the one before, each as often. */
static unsigned turn(const struct life *life, unsigned of)
{
	return (unsigned)((uint64_t)life->acts * 7919 % of);
}

static bool hold(struct life *life, const char *lot, struct error *error)
{
	char hold[CODE_MAX];
	buffer_printf(&life->json, "{\"because\":\"The seal of drum %u is torn, and what lies open may have "
		"taken up water; the assayer looks at it before anything leaves.\",\"lot\":\"%s\","
		"\"reason\":\"seal\"}",
		turn(life, 40) + 1, lot);
	if (!act(life, NAMES_KEEPER, "lot.hold", NULL, NULL, error))
		return false;
	const struct row *last = state_next(life->reserve->state, TABLE_HOLD, NULL);
	if (last == NULL || !text_copy(hold, sizeof hold, row_key(last)))
		return error_set(error, ERROR_INTERNAL, "", "lot %s is not held", lot);
	buffer_printf(&life->json, "{\"because\":\"Opened, weighed and sampled again: dry, and as it was "
		"received; a new seal is on it.\",\"hold\":\"%s\"}", hold);
	return act(life, NAMES_ASSAYER, "lot.hold_release", NULL, NULL, error);
}

/* A lot that somebody was awarded stays where it is: that refusal is an entry as well. */
static bool move(struct life *life, const char *lot, struct error *error)
{
	const struct row *row = state_find(life->reserve->state, TABLE_LOT, lot);
	char site[CODE_MAX];
	bool refused = false;
	if (row == NULL)
		return true;
	names_site(site, (unsigned)(life->acts % NAMES_SITES));
	if (text_equal(site, ((const struct lot *)(const void *)row)->site->code))
		names_site(site, (unsigned)((life->acts + 1) % NAMES_SITES));
	buffer_printf(&life->json, "{\"lot\":\"%s\",\"to\":\"%s\"}", lot, site);
	if (!act(life, NAMES_KEEPER, "lot.move", NULL, &refused, error))
		return false;
	buffer_printf(&life->json, "{\"lot\":\"%s\"}", lot);
	if (!refused)
		return act(life, NAMES_KEEPER, "lot.arrive", NULL, NULL, error);
	buffer_clear(&life->json);
	return true;
}

/* What an order says is loaded, line by line, to the gram; then it is delivered. */
static bool load(struct life *life, const char *id, struct error *error)
{
	const struct order *order = state_find(life->reserve->state, TABLE_RELEASE_ORDER, id);
	if (order == NULL)
		return error_set(error, ERROR_INTERNAL, "", "there is no order %s", id);
	const struct order_line *lines = order->lines.items;
	for (uint32_t i = 0; i < order->lines.count; i++) {
		const struct pick rest = order_line_rest(&lines[i]);
		buffer_printf(&life->json, "{\"carrier\":\"Meridian Haulage\",\"gross_g\":%lld,\"lot\":"
			"\"%s\",\"order\":\"%s\",\"tare_g\":%d,\"vehicle\":\"truck %u\"}",
			(long long)rest.net_g + TARE_G, lines[i].lot, id, TARE_G, turn(life, 300));
		if (!act(life, NAMES_KEEPER, "load_out", NULL, NULL, error))
			return false;
	}
	buffer_printf(&life->json, "{\"consignee\":\"Works\",\"order\":\"%s\",\"receiver\":\"M. Abe\"}", id);
	return act(life, NAMES_KEEPER, "deliver", NULL, NULL, error);
}

static bool order(struct life *life, const char *request, struct error *error)
{
	char id[CODE_MAX];
	buffer_printf(&life->json, "{\"consignee\":\"Works\",\"request\":\"%s\"}", request);
	return round_reserve_wait(life->reserve, life->step_ms, error)
		&& round_reserve_settle(life->reserve, "order.prepare", &life->json, 2, id, error)
		&& load(life, id, error);
}

static bool ask(struct life *life, struct error *error)
{
	char member[CODE_MAX], commodity[CODE_MAX], id[CODE_MAX];
	bool refused = false;
	names_member(member, turn(life, NAMES_MEMBERS));
	names_commodity(commodity, turn(life, NAMES_COMMODITIES));
	buffer_printf(&life->json, "{\"commodity\":\"%s\",\"mass_g\":%u,\"member\":\"%s\","
		"\"min_grade_ppm\":%u}", commodity, 1000 + turn(life, 9000), member,
		900000 + turn(life, 90000));
	if (!act(life, NAMES_KEEPER, "request.submit", id, &refused, error))
		return false;
	if (refused)
		return true;
	if (life->requests++ % LIFE_ORDERED == 0)
		return order(life, id, error);
	buffer_printf(&life->json, "{\"because\":\"Bought from a works that had it at hand, at the price of the "
		"day before; it is not needed any more.\",\"request\":\"%s\"}", id);
	return act(life, NAMES_KEEPER, "request.withdraw", NULL, NULL, error);
}

static bool go_on(struct life *life, int64_t entries, struct error *error)
{
	bool good = true;
	for (; good && state_size(life->reserve->state) < entries; life->acts++) {
		char lot[CODE_MAX];
		names_lot(lot, 1 + turn(life, (unsigned)life->reserve->lots));
		switch (life->acts % 4) {
		case 0:
			good = hold(life, lot, error);
			break;
		case 1:
			good = move(life, lot, error);
			break;
		default:
			good = ask(life, error);
		}
	}
	return good;
}

/* ---- the whole ---- */

bool ledger_life(struct round_reserve *reserve, int64_t entries, struct error *error)
{
	struct life life = { .reserve = reserve };
	int64_t lots_entries = reserve->lots * LIFE_ENTRIES_A_LOT;
	life.step_ms = LOTS_DAYS * TIME_DAY_MS / lots_entries;
	bool good = round_reserve_frame(reserve, error) && stock(&life, error)
		&& round_reserve_set(reserve, error);
	if (good && entries > state_size(reserve->state)) {
		life.step_ms = ACTS_DAYS * TIME_DAY_MS / (entries - state_size(reserve->state));
		good = declare(&life, error) && go_on(&life, entries, error);
	}
	buffer_free(&life.json);
	return good;
}
