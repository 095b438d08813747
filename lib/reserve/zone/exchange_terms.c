/* The checks, one function a rule. */
#include "reserve/zone/exchange_terms.h"

#include <string.h>

#include "base/text.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/picking.h"
#include "reserve/words.h"
#include "reserve/zone/entitlement.h"
#include "reserve/zone/exchange.h"
#include "reserve/zone/member.h"
#include "reserve/zone/participant.h"

/* An exchange of this party that is overdue, or NULL. */
static const struct exchange *overdue_of(const struct state *state, const char *party)
{
	const struct exchange *exchange = NULL;
	while ((exchange = state_next(state, TABLE_EXCHANGE, exchange)) != NULL) {
		if (!exchange->row.closed && exchange->overdue && text_equal(exchange->party, party))
			return exchange;
	}
	return NULL;
}

static const struct exchange *overdue_of_member(const struct state *state,
	const struct member *member)
{
	const struct exchange *exchange = NULL;
	while ((exchange = state_next(state, TABLE_EXCHANGE, exchange)) != NULL) {
		if (!exchange->row.closed && exchange->overdue && exchange->member == member)
			return exchange;
	}
	return NULL;
}

/* Who must be in force: the member that answers, of a draw the participant's host. */
static const struct member *answers(const struct state *state, uint8_t kind, const char *party,
	const struct member *member)
{
	const struct participant *participant = kind == EXCHANGE_DRAW ?
		state_find(state, TABLE_PARTICIPANT, party) : NULL;
	return participant != NULL ? participant->member : member;
}

const char *exchange_standing_bar(const struct context *context, uint8_t kind, const char *party,
	const struct member *member, const struct commodity *commodity, const char **ret_because)
{
	const struct member *answering = answers(context->state, kind, party, member);
	const struct exchange *late = overdue_of(context->state, party);
	if (answering != NULL && answering->status != MEMBER_IN_FORCE) {
		*ret_because = arena_printf(context->arena, "%s is %s", answering->code,
			member_status_name(answering));
		return "R07";
	}
	if (late == NULL && member != NULL && member->overdue_returns > 0)
		late = overdue_of_member(context->state, member);
	if (late != NULL) {
		*ret_because = arena_printf(context->arena, "%s %s of %s is overdue, and nothing new leaves "
			"for who owes it", exchange_word(late), late->id, late->party);
		return "R16";
	}
	if (kind == EXCHANGE_DRAW && state_draw_standing(commodity) == DRAW_POOLED) {
		*ret_because = arena_printf(context->arena, "the declaration open for %s pools entitlements: "
			"%s claims through %s", commodity->code, party,
			answering != NULL ? answering->code : "its host member");
		return "R15";
	}
	return NULL;
}

int64_t exchange_drawable_g(const struct state *state, const struct participant *participant,
	const struct commodity *commodity, const struct exchange *self)
{
	int64_t left_g = entitlement_g(state, participant, commodity);
	const struct exchange *exchange = NULL;
	while ((exchange = state_next(state, TABLE_EXCHANGE, exchange)) != NULL) {
		if (exchange != self && !exchange->row.closed && exchange->kind == EXCHANGE_DRAW &&
		    exchange->state == EXCHANGE_PREPARED && exchange->commodity == commodity &&
		    text_equal(exchange->party, participant->code))
			left_g -= exchange->mass_g;
	}
	return left_g > 0 ? left_g : 0;
}

const char *exchange_entitlement_bar(const struct context *context,
	const struct participant *participant, const struct commodity *commodity, int64_t mass_g,
	const struct exchange *self, const char **ret_because)
{
	char asked[WORD_MASS], left[WORD_MASS];
	int64_t left_g = exchange_drawable_g(context->state, participant, commodity, self);
	if (mass_g <= left_g)
		return NULL;
	word_mass(asked, mass_g);
	word_mass(left, left_g);
	*ret_because = arena_printf(context->arena, "%s would draw %s, and is entitled to %s of %s "
		"undrawn", participant->code, asked, left, commodity->code);
	return "R15";
}

void exchange_price_check(const struct context *context, uint8_t kind,
	const struct commodity *commodity, int64_t price_micros_per_kg, const char *id,
	struct release_verdict *ret_verdict)
{
	const struct release_ask ask = { .commodity = commodity,
		.price_micros_per_kg = price_micros_per_kg, .declaration = "", .subject = id,
		.asked_by = "" };
	if (kind == EXCHANGE_SALE) {
		release_price_check(context, &ask, ret_verdict);
		return;
	}
	*ret_verdict = (struct release_verdict){ .rule = NULL };
	release_price_legs(commodity, context->now, &ret_verdict->price);
	int64_t reference_micros = ret_verdict->price.reference_micros;
	if (reference_micros != ABSENT && price_micros_per_kg >= reference_micros)
		return;
	ret_verdict->rule = "R12";
	ret_verdict->because = reference_micros == ABSENT ?
		"no reference price is in force, and what leaves is valued at it" :
		arena_printf(context->arena, "it was valued at %s, and the reference price is %s now",
		release_price_words(context->arena, price_micros_per_kg),
		release_price_words(context->arena, reference_micros));
}

enum annual_action exchange_annual(uint8_t kind)
{
	return kind == EXCHANGE_SALE ? ANNUAL_DISPOSE : kind == EXCHANGE_UPGRADE ? ANNUAL_UPGRADE :
		kind == EXCHANGE_ROTATE ? ANNUAL_ROTATE : ANNUAL_NONE;
}

const struct floor *exchange_floor(uint8_t kind, const struct commodity *commodity,
	const char **ret_rule)
{
	bool hard = kind == EXCHANGE_DRAW && state_draw_standing(commodity) == DRAW_HARD;
	*ret_rule = hard ? "R05" : "R04";
	return hard ? commodity->hard : commodity->operating;
}

/* A draw that is prepared has its metal reserved, and its entitlement until it is issued. */
static int64_t drawing_g(const struct state *state, const struct commodity *commodity)
{
	const struct exchange *exchange = NULL;
	int64_t sum_g = 0;
	while ((exchange = state_next(state, TABLE_EXCHANGE, exchange)) != NULL) {
		if (!exchange->row.closed && exchange->kind == EXCHANGE_DRAW &&
		    exchange->state == EXCHANGE_PREPARED && exchange->commodity == commodity)
			sum_g += exchange->mass_g;
	}
	return sum_g;
}

const char *exchange_entitled_bar(const struct context *context, uint8_t kind,
	const struct commodity *commodity, const char **ret_because)
{
	const struct floor *floor = commodity->operating;
	char entitled[WORD_MASS];
	int64_t entitled_g = commodity_entitled_g(commodity);
	if (kind == EXCHANGE_DRAW || entitled_g == 0 || floor == NULL)
		return NULL;
	entitled_g -= drawing_g(context->state, commodity);
	if (entitled_g <= 0 || commodity->available_g - entitled_g >= floor->mass_g)
		return NULL;
	word_mass(entitled, entitled_g);
	*ret_because = arena_printf(context->arena, "participants may draw %s by now, and that would not be "
		"left above the operating floor", entitled);
	return "R04";
}

int64_t exchange_headroom_g(uint8_t kind, const struct commodity *commodity)
{
	const char *rule;
	const struct floor *floor = exchange_floor(kind, commodity, &rule);
	int64_t above_g = floor_headroom_g(floor, commodity->available_g);
	int64_t above_hard_g = floor_headroom_g(commodity->hard, commodity->available_g);
	int64_t left_g = above_g < above_hard_g ? above_g : above_hard_g;
	if (kind != EXCHANGE_DRAW)
		left_g -= commodity_entitled_g(commodity);
	return left_g > 0 ? left_g : 0;
}

/* "2,000 kg of ga would pass the operating floor: …" */
static const char *floor_because(struct arena *arena, uint8_t kind,
	const struct commodity *commodity, int64_t mass_g, int64_t most_g)
{
	const char *rule;
	const struct floor *floor = exchange_floor(kind, commodity, &rule);
	char asked[WORD_MASS], available[WORD_MASS], stays[WORD_MASS], entitled[WORD_MASS],
		most[WORD_MASS];
	if (floor == NULL || commodity->hard == NULL)
		return arena_printf(arena, "%s has not both its floors, and without them "
			"nothing leaves", commodity->code);
	word_mass(asked, mass_g);
	word_mass(available, commodity->available_g);
	word_mass(stays, floor->mass_g);
	word_mass(entitled, commodity_entitled_g(commodity));
	word_mass(most, most_g);
	bool entitles = kind != EXCHANGE_DRAW && commodity_entitled_g(commodity) > 0;
	return arena_printf(arena, "%s of %s would pass the %s floor: %s available, %s "
		"must stay (%s)%s%s%s; at most %s may go", asked, commodity->code,
		rule[2] == '5' ? "hard" : "operating", available, stays,
		floor_words(arena, floor), entitles ? ", and participants may draw " : "",
		entitles ? entitled : "", entitles ? " of it" : "", most);
}

const char *exchange_mass_bar(const struct context *context, uint8_t kind,
	const struct commodity *commodity, int64_t mass_g, int64_t min_grade_ppm,
	const char **ret_because)
{
	int64_t most_g = exchange_headroom_g(kind, commodity);
	int64_t free_g = picking_free_g(commodity, min_grade_ppm, NULL);
	const char *rule;
	char most[WORD_MASS];
	exchange_floor(kind, commodity, &rule);
	if (mass_g > most_g) {
		*ret_because = floor_because(context->arena, kind, commodity, mass_g, most_g);
		return rule;
	}
	if (mass_g <= free_g)
		return NULL;
	word_mass(most, free_g);
	if (free_g == 0 && (pick_any(&commodity->lots, min_grade_ppm) ||
	    pick_any(&commodity->aside, min_grade_ppm))) {
		*ret_because = "only lots that are held, in quarantine, out of date or reserved remain";
		return "R11";
	}
	*ret_because = arena_printf(context->arena, "of that grade %s may leave", most);
	return "R10";
}

const char *exchange_pick(const struct context *context, const struct commodity *commodity,
	int64_t mass_g, int64_t min_grade_ppm, struct picked *ret_picked, const char **ret_because)
{
	char mass[WORD_MASS];
	picking_one(commodity, min_grade_ppm, mass_g, NULL, EXCHANGE_LOTS_MAX, context->arena,
		ret_picked);
	if (ret_picked->cut || ret_picked->contained_g > 0)
		return NULL;
	word_mass(mass, picking_least_g(commodity, min_grade_ppm, NULL));
	*ret_because = arena_printf(context->arena, "only sealed units are held, which are never "
		"split, and the smallest holds %s", mass);
	return "R10";
}

struct grant_account exchange_account(const struct exchange *exchange)
{
	switch ((enum exchange_kind)exchange->kind) {
	case EXCHANGE_DRAW:
		return (struct grant_account){ ACCOUNT_PARTICIPANT, exchange->party };
	case EXCHANGE_LOAN:
		return (struct grant_account){ ACCOUNT_BORROWER, exchange->party };
	case EXCHANGE_ROTATE: case EXCHANGE_UPGRADE:
		return (struct grant_account){ ACCOUNT_PROCESSING, exchange->party };
	case EXCHANGE_SALE: case EXCHANGE_KIND_NONE:
		break;
	}
	return (struct grant_account){ ACCOUNT_MEMBER, exchange->member->code };
}
