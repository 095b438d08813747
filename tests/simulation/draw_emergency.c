/* Declarations, rules, requests and rounds; orders, slots and load-outs. */
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "draw.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/plan.h"
#include "reserve/emergency/request.h"
#include "reserve/person.h"
#include "reserve/stock/order.h"

/* ---- declarations ---- */

static void add_caps(struct draw *draw)
{
	buffer_printf(&draw->line, " caps=[commodity=%s", ONE_OF(draw, draw_commodities));
	if (draw_chance(draw, 70))
		buffer_printf(&draw->line, " cap_g=%lld", draw_number(draw, 1, 200000));
	if (draw_chance(draw, 40))
		buffer_printf(&draw->line, "; commodity=%s cap_g=%lld", ONE_OF(draw, draw_commodities),
			draw_number(draw, 1, 100000));
	buffer_append_text(&draw->line, "]");
}

static void add_clocks(struct draw *draw)
{
	buffer_printf(&draw->line, " clocks=[tier=A decide_hours=%lld deliver_days=%lld",
		draw_number(draw, 1, 48), draw_number(draw, 1, 6));
	if (draw_chance(draw, 50))
		buffer_printf(&draw->line, "; tier=C decide_hours=%lld", draw_number(draw, 1, 100));
	buffer_append_text(&draw->line, "]");
}

/* How rounds divide; at once, most of it is refused. */
static void add_policy(struct draw *draw)
{
	static const char *const policies[] = { "proportional", "proportional", "equal-awards",
		"equal-losses", "talmud", "consumption-share", "supply-right" };
	bool rounds = draw_chance(draw, 60);
	const char *policy = rounds ? ONE_OF(draw, policies) : "at-once";
	buffer_printf(&draw->line, " policy=%s", policy);
	if (!rounds && draw_chance(draw, 95))
		return;
	if (draw_chance(draw, 60)) {
		buffer_append_text(&draw->line, " tiers=true");
		if (draw_chance(draw, 50))
			buffer_printf(&draw->line, " tier_a=%s", ONE_OF(draw, policies));
		if (draw_chance(draw, 20))
			buffer_printf(&draw->line, " tier_c=%s", ONE_OF(draw, policies));
	}
	if (draw_chance(draw, 40))
		buffer_printf(&draw->line, " minimum_g=%lld", draw_number(draw, 1, 3000));
	if (text_equal(policy, "supply-right") && draw_chance(draw, 50))
		buffer_printf(&draw->line, " restraint_ppm=%lld", draw_number(draw, 0, 200000));
	draw_time(draw, "collects_until", 15, -1000, TIME_DAY_MS);
}

void draw_declare(struct draw *draw)
{
	draw->actor = "otto";
	buffer_printf(&draw->line, "kind=%s days=%lld authority=Council findings=x",
		ANY(draw, "test", "limited", "full", "collective"),
		draw_number(draw, 1, draw_chance(draw, 80) ? 5 : 30));
	add_caps(draw);
	if (draw_chance(draw, 85))
		add_policy(draw);
	if (draw_chance(draw, 50))
		add_clocks(draw);
	draw_time(draw, "starts_at", 25, -TIME_DAY_MS, 2 * TIME_DAY_MS);
}

static bool is_open(const void *row, const void *context)
{
	const struct declaration *declaration = row;
	(void)context;
	return declaration->state == DECLARATION_OPEN;
}

void draw_extend(struct draw *draw)
{
	const void *declaration = draw_row(draw, TABLE_DECLARATION,
		draw_chance(draw, 90) ? is_open : NULL, NULL);
	draw->actor = ANY(draw, "ola", "otto");
	buffer_printf(&draw->line, "declaration=%s days=%lld because=shortage",
		draw_key(declaration, "D-2024-0001"), draw_number(draw, 1, 20));
	if (draw_chance(draw, 10))
		buffer_append_text(&draw->line, " policy=talmud");
}

/* ---- rules ---- */

/* A kind with its parameters; most versions of one leave room for requests. */
static void add_rule(struct draw *draw)
{
	long long mass_g = draw_number(draw, 500, 100000), few = draw_number(draw, 2, 3);
	const char *member = draw_one_of(draw, draw_members, DRAW_MEMBERS - 1);
	switch (draw_number(draw, 0, 11)) {
	case 0:
		buffer_printf(&draw->line, "code=members kind=member-cap days=%lld mass_g=%lld",
			draw_number(draw, 1, 40), mass_g);
		break;
	case 1:
		buffer_printf(&draw->line, "code=share kind=member-cap days=%lld share_ppm=%lld",
			draw_number(draw, 1, 9), draw_number(draw, 100000, 900000));
		break;
	case 2:
		buffer_printf(&draw->line, "code=requests kind=request-cap mass_g=%lld", mass_g);
		break;
	case 3:
		buffer_printf(&draw->line, "code=standing kind=eligibility words=%s",
			ANY(draw, "in-force", "in-force,signatory"));
		break;
	case 4:
		buffer_append_text(&draw->line, "code=purposes kind=purposes words=relief,defence,industry");
		break;
	case 5:
		buffer_append_text(&draw->line, "code=resale kind=resale-ban words=trade");
		break;
	case 6:
		buffer_append_text(&draw->line, "code=notice kind=notice days=1 declaration_kind=full");
		break;
	case 7:
		buffer_printf(&draw->line, "code=gate kind=site-loadout words=%s mass_g=%lld",
			ONE_OF(draw, draw_sites), mass_g / 5 + 1500);
		break;
	case 8:
		buffer_printf(&draw->line, "code=origins kind=origin-ban words=%s",
			ANY(draw, "CHN", "CHN,CAN"));
		break;
	case 9:
		buffer_append_text(&draw->line, "code=where kind=destinations words=AUT,ITA,DEU");
		break;
	case 10:
		buffer_printf(&draw->line, "code=hands kind=approvals signatures=%lld mass_g=%lld", few,
			mass_g);
		break;
	default:
		buffer_printf(&draw->line, "code=base-%s kind=consumption-base member=%s mass_g=%lld "
			"days=%lld commitment_g=%lld imports_g=%lld", member, member, mass_g,
			draw_number(draw, 1, 30), draw_number(draw, 0, 5000), draw_number(draw, -2000, 2000));
		return;
	}
	if (draw_chance(draw, 20))
		buffer_printf(&draw->line, " member=%s", member);
}

static void add_end(struct draw *draw)
{
	static const char *const codes[][2] = { { "members", "member-cap" }, { "share", "member-cap" },
		{ "requests", "request-cap" }, { "standing", "eligibility" }, { "purposes", "purposes" },
		{ "resale", "resale-ban" }, { "notice", "notice" }, { "gate", "site-loadout" },
		{ "origins", "origin-ban" }, { "where", "destinations" }, { "hands", "approvals" } };
	long long chosen = draw_number(draw, 0, (int64_t)(sizeof codes / sizeof *codes) - 1);
	buffer_printf(&draw->line, "code=%s kind=%s ends=true", codes[chosen][0], codes[chosen][1]);
}

void draw_rule(struct draw *draw)
{
	draw->actor = ANY(draw, "ola", "oma");
	buffer_append_text(&draw->line, "because=policy rules=[");
	if (draw_chance(draw, 35)) {
		add_end(draw);
	} else {
		add_rule(draw);
		if (draw_chance(draw, 40))
			buffer_printf(&draw->line, " %s=%s", draw_chance(draw, 50) ? "commodity" : "mineral",
				ANY(draw, "ga", "dy", "gallium", "tungsten"));
	}
	draw_time(draw, "effective_at", 25, -1000, 2 * TIME_DAY_MS);
	buffer_append_text(&draw->line, "]");
}

/* ---- requests ---- */

static bool is_in_rounds(const void *row, const void *context)
{
	const struct declaration *declaration = row;
	(void)context;
	return declaration->state == DECLARATION_OPEN && declaration_in_rounds(declaration);
}

/* Mostly of a commodity that a round is open for, where there is one. */
static const char *commodity_to_ask(struct draw *draw)
{
	const struct declaration *declaration = draw_chance(draw, 60) ?
		draw_row(draw, TABLE_DECLARATION, is_in_rounds, NULL) : NULL;
	if (declaration == NULL)
		return ONE_OF(draw, draw_commodities);
	const struct cap *caps = declaration->caps.items;
	return caps[random_below(draw->random, declaration->caps.count)].commodity;
}

static long long mass_to_ask(struct draw *draw)
{
	return draw_number(draw, 1, draw_chance(draw, 70) ? 4000 : 90000);
}

void draw_request(struct draw *draw)
{
	const char *tier = ANY(draw, "A", "B", "C", "");
	draw->actor = draw_chance(draw, 80) ? "kim" : ANY(draw, "ola", "otto", "bo", "aud");
	buffer_printf(&draw->line, "member=%s commodity=%s mass_g=%lld", ONE_OF(draw, draw_members),
		commodity_to_ask(draw), mass_to_ask(draw));
	if (draw_chance(draw, 40))
		buffer_printf(&draw->line, " min_grade_ppm=%lld", draw_number(draw, 2, 10) * 100000);
	if (draw_chance(draw, 50))
		buffer_append_text(&draw->line, " partial=true");
	if (draw_chance(draw, 50))
		buffer_printf(&draw->line, " purpose=%s",
			ANY(draw, "relief", "defence", "industry", "trade", "resale"));
	if (draw_chance(draw, 15))
		buffer_printf(&draw->line, " destination=%s", ONE_OF(draw, draw_members));
	if (draw_chance(draw, 10))
		buffer_append_text(&draw->line, " consignee='Works 7'");
	if (tier[0] != '\0')
		buffer_printf(&draw->line, " tier=%s", tier);
	draw_time(draw, "need_by", tier[0] == 'A' || tier[0] == 'B' ? 90 : 30, -1000,
		12 * TIME_DAY_MS);
}

static bool is_delegate(const void *row, const void *context)
{
	const struct person *person = row;
	(void)context;
	return person->state == PERSON_ENROLLED && (person->duties & DUTY_DELEGATE) != 0;
}

/* A note of a delegate; that its signature is good is the edge's to say. */
void draw_bring(struct draw *draw)
{
	const struct person *person = draw_row(draw, TABLE_PERSON, is_delegate, NULL);
	const char *member = person != NULL ? person->member : "ITA";
	draw->actor = "kim";
	buffer_printf(&draw->line, "person=%s key_id=%.8s signature=AAAA note='"
		"projectvault.org/request@v1\nreserve " DRAW_ORIGIN "\ncommand "
		"019ab1c2-7d00-7abc-8def-%012llx\nmember %s\ncommodity %s\nmass-g %lld\n",
		draw_key(person, "d1"),
		person != NULL ? strchr(person->verifier_key, '+') + 1 : "deadbeef",
		draw_number(draw, 0, 1 << 30), draw_chance(draw, 95) ? member : "AUT",
		commodity_to_ask(draw), mass_to_ask(draw));
	if (draw_chance(draw, 30))
		buffer_printf(&draw->line, "min-grade-ppm %lld\n", draw_number(draw, 200000, 1000000));
	if (draw_chance(draw, 30))
		buffer_append_text(&draw->line, "tier C\n");
	if (draw_chance(draw, 30))
		buffer_append_text(&draw->line, "purpose relief\n");
	if (draw_chance(draw, 30))
		buffer_append_text(&draw->line, "consignee Works 7\n");
	buffer_append_text(&draw->line, draw_chance(draw, 95) ? "partial yes\n'" : "partial no\n'");
}

static bool is_request_in(const void *row, const void *context)
{
	const struct request *request = row;
	const unsigned *states = context;
	return (*states >> request->state & 1) != 0;
}

static const char *request_in(struct draw *draw, unsigned states)
{
	return draw_key(draw_row(draw, TABLE_REQUEST, is_request_in, &states), "R-2024-0001");
}

void draw_withdraw(struct draw *draw)
{
	draw->actor = ANY(draw, "kim", "kim", "ola");
	buffer_printf(&draw->line, "request=%s because=x", request_in(draw, ~0U));
}

void draw_run(struct draw *draw)
{
	const void *declaration = draw_row(draw, TABLE_DECLARATION,
		draw_chance(draw, 95) ? is_in_rounds : NULL, NULL);
	draw->actor = ANY(draw, "ola", "oma", "otto");
	buffer_printf(&draw->line, "declaration=%s", draw_key(declaration, "D-2024-0001"));
}

/* ---- orders ---- */

void draw_prepare(struct draw *draw)
{
	draw->actor = ANY(draw, "kim", "ola");
	buffer_printf(&draw->line, "request=%s consignee='Works %lld'",
		request_in(draw, 1U << REQUEST_ALLOCATED), draw_number(draw, 1, 3));
	if (draw_chance(draw, 25))
		buffer_printf(&draw->line, " quoted=%lld unit=USD/kg", draw_number(draw, 1, 900));
}

static bool is_order_in(const void *row, const void *context)
{
	const struct order *order = row;
	const unsigned *states = context;
	return (*states >> order->state & 1) != 0;
}

static const struct order *order_in(struct draw *draw, unsigned states)
{
	return draw_row(draw, TABLE_RELEASE_ORDER, is_order_in, &states);
}

/* Whole units and a weight that goes with them; or, now and then, any. */
static void add_weight(struct draw *draw, const struct order_line *line)
{
	const struct pick rest = line != NULL ? order_line_rest(line) : (struct pick){ .net_g = 100,
		.units = ABSENT };
	bool partial = draw_chance(draw, 35);
	int64_t net_g = rest.net_g > 0 ? rest.net_g : 100, units = rest.units;
	if (partial && units != ABSENT && units > 0) {
		units = draw_number(draw, 1, units);
		net_g = net_g * units / rest.units + 1;
	} else if (partial || draw_chance(draw, 10)) {
		net_g = draw_number(draw, 1, net_g + 2);
	}
	if (draw_chance(draw, 10))
		net_g -= net_g / 100;
	buffer_printf(&draw->line, " gross_g=%lld tare_g=50", (long long)net_g + 50);
	if (partial)
		buffer_append_text(&draw->line, " partial=true");
	if (units != ABSENT && units > 0 && (partial || draw_chance(draw, 20)))
		buffer_printf(&draw->line, " units=%lld", (long long)units);
}

void draw_load(struct draw *draw)
{
	const struct order *order = order_in(draw, 1U << ORDER_ISSUED | 1U << ORDER_LOADING);
	const struct order_line *line = order == NULL ? NULL :
		(const struct order_line *)order->lines.items +
		random_below(draw->random, order->lines.count);
	draw->actor = ANY(draw, "kim", "kurt", "kim", "ola");
	buffer_printf(&draw->line, "order=%s lot=%s carrier=c vehicle=v",
		draw_key(order, "O-2024-0001"), line != NULL ? line->lot : "L1");
	add_weight(draw, line);
}

void draw_deliver(struct draw *draw)
{
	const struct order *order = order_in(draw, 1U << ORDER_LOADED);
	draw->actor = "kurt";
	buffer_printf(&draw->line, "order=%s receiver=r consignee='%s'",
		draw_key(order, "O-2024-0001"),
		order != NULL && draw_chance(draw, 90) ? order->consignee : "Works 9");
}

void draw_slot_move(struct draw *draw)
{
	const struct order *order = order_in(draw, 1U << ORDER_ISSUED | 1U << ORDER_LOADING);
	const struct slot *slots = order != NULL ? order->slots.items : NULL;
	draw->actor = ANY(draw, "kim", "kurt");
	buffer_printf(&draw->line, "order=%s because=rain to=%lld", draw_key(order, "O-2024-0001"),
		(long long)draw->now + draw_number(draw, -1, 6) * TIME_DAY_MS);
	if (slots == NULL || order->slots.count == 0)
		return;
	const struct slot *slot = &slots[random_below(draw->random, order->slots.count)];
	if (draw_chance(draw, 50))
		buffer_printf(&draw->line, " site=%s", slot->site);
	if (draw_chance(draw, 50))
		buffer_printf(&draw->line, " from=%lld", (long long)slot->day);
}
