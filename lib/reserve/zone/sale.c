/* Two quotients compared; the rest is words. */
#include "reserve/zone/sale.h"

#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/material.h"
#include "reserve/zone/country.h"
#include "reserve/zone/member.h"
#include "reserve/zone/participant.h"
#include "reserve/zone/price.h"
#include "reserve/zone/quotient.h"
#include "reserve/zone/unit.h"

#define SALE_AT(m) .name = #m, .offset = offsetof(struct sale, is.m), \
	.size = sizeof(((struct sold *)0)->m)
#define SALE_TEXT(m) { SALE_AT(m), .type = FIELD_TEXT }
#define SALE_INT(m) { SALE_AT(m), .type = FIELD_INT }

static const struct field sale_fields[] = {
	F_TEXT(struct sale, id),
	SALE_TEXT(seller), SALE_TEXT(seller_country), SALE_TEXT(buyer), SALE_TEXT(buyer_country),
	SALE_TEXT(commodity), SALE_INT(net_g), SALE_INT(moisture_ppm), SALE_INT(grade_ppm),
	SALE_INT(contained_g), SALE_INT(quoted), SALE_INT(decimals), SALE_TEXT(unit),
	SALE_TEXT(basis), SALE_TEXT(reference), SALE_INT(floor_cents), SALE_INT(value_cents),
	{ SALE_AT(sold_at), .type = FIELD_TIME },
	F_TIME(struct sale, recorded_at),
};
const struct descriptor sale_descriptor = DESCRIPTOR("sale", struct sale, sale_fields);

#define BODY_FIELDS \
	F_TEXT(struct sold, basis), F_TEXT(struct sold, buyer), F_TEXT(struct sold, buyer_country), \
	F_TEXT(struct sold, commodity), F_INT(struct sold, contained_g), \
	F_INT(struct sold, decimals), F_INT(struct sold, floor_cents), \
	F_INT(struct sold, grade_ppm), F_INT(struct sold, moisture_ppm), F_INT(struct sold, net_g), \
	F_INT(struct sold, quoted), F_TEXT(struct sold, reference), F_TEXT(struct sold, sale), \
	F_TEXT(struct sold, seller), F_TEXT(struct sold, seller_country), \
	F_TIME(struct sold, sold_at), F_TEXT(struct sold, unit), F_INT(struct sold, value_cents)

static const struct field body_fields[] = { BODY_FIELDS };
static const struct descriptor recorded_body =
	DESCRIPTOR("sale.recorded", struct sold, body_fields);
static const struct field sheet_fields[] = { BODY_FIELDS, F_STRING(struct sold, verdict) };
const struct descriptor sold_descriptor = DESCRIPTOR("sold", struct sold, sheet_fields);

static const struct field params_fields[] = {
	F_TEXT(struct sold, basis),
	R_TEXT(struct sold, buyer),
	F_TEXT(struct sold, buyer_country),
	R_TEXT(struct sold, commodity),
	F_INT_IN(struct sold, decimals, 0, 6),
	R_INT_IN(struct sold, grade_ppm, 1, VAULT_PPM),
	F_INT_IN(struct sold, moisture_ppm, 0, VAULT_PPM - 1),
	R_INT_IN(struct sold, net_g, 1, LOT_MASS_MAX),
	R_INT_IN(struct sold, quoted, 1, 1000000000000),
	R_TEXT(struct sold, seller),
	F_TEXT(struct sold, seller_country),
	F_TIME(struct sold, sold_at),
	R_TEXT(struct sold, unit),
};
const struct descriptor sold_params_descriptor =
	DESCRIPTOR("sale.record", struct sold, params_fields);

/* ---- is it one? ---- */

/* A participant is of the country of its host, where no other is given; of others it must be. */
static bool complete_country(const struct context *context, const char *party,
	char country[sizeof ((struct sold *)0)->seller_country], const char *field,
	struct error *error)
{
	const struct participant *participant =
		state_find(context->state, TABLE_PARTICIPANT, party);
	if (country[0] == '\0' && participant != NULL && participant->member != NULL)
		body_copy(country, sizeof ((struct sold *)0)->seller_country, participant->member->code);
	return country[0] != '\0' || error_set(error, ERROR_INVALID, field,
		"%s is no participant, so its country is needed", party);
}

static bool check_inside(const struct context *context, const struct sold *sold,
	struct error *error)
{
	const struct { const char *field, *who, *country; } sides[] = {
		{ "seller_country", "seller", sold->seller_country },
		{ "buyer_country", "buyer", sold->buyer_country },
	};
	for (int i = 0; i < 2; i++) {
		if (!country_check(sides[i].country, sides[i].field, 0, error))
			return false;
		if (member_in_zone(context->state, sides[i].country, sold->sold_at))
			continue;
		error_set(error, ERROR_INVALID, sides[i].field, "the %s's country %s is outside the zone: "
			"this is no sale inside it", sides[i].who, sides[i].country);
		return error_remedy(error, i == 0 ? "An import is assessed: vaultctl tariff assess" :
			"What leaves the zone has no floor");
	}
	return true;
}

/* ---- the price against the floor ---- */

struct judged {
	const struct commodity *commodity;
	const struct price *reference;
	struct quotient price, floor; /* dollars for a gram of the commodity's basis */
};

static bool read_prices(const struct sold *sold, struct judged *judged, struct error *error)
{
	const struct price *reference = judged->reference;
	const char *basis = judged->commodity->basis;
	if (!unit_known(sold->unit))
		return error_set(error, ERROR_INVALID, "unit", "\"%s\" is not a unit: " UNIT_NAMES,
			sold->unit);
	if (!unit_quotient(sold->quoted, sold->decimals, sold->unit, sold->basis, basis,
	    &judged->price))
		return error_set(error, ERROR_INVALID, "basis", "a price per %s has no known factor to %s, "
			"the basis of %s [R23]", sold->basis, basis, judged->commodity->code);
	return unit_quotient(reference->quoted, reference->decimals, reference->unit,
		reference->basis, basis, &judged->floor) ||
		error_set(error, ERROR_INVALID, "basis", "the reference price %s cannot be compared",
			reference->id);
}

/* Dry mass x grade, in units of 10^-12 g of the sale's basis. */
static bool value(const struct sold *sold, int64_t quoted, int64_t decimals, const char *unit,
	const char *basis, bool up, int64_t *ret_cents)
{
	struct quotient price;
	uint128 denominator;
	int64_t moisture = sold->moisture_ppm != ABSENT ? sold->moisture_ppm : 0;
	uint128 mass = (uint128)sold->net_g * (uint64_t)(VAULT_PPM - moisture) *
		(uint64_t)sold->grade_ppm * 100;
	return unit_quotient(quoted, decimals, unit, basis, sold->basis, &price) &&
		!__builtin_mul_overflow(price.denominator, (uint128)1000000000000, &denominator) &&
		(up ? wide_mul_div_up : wide_mul_div_down)(price.numerator, mass, denominator,
			ret_cents) && *ret_cents <= VAULT_INT_MAX;
}

static bool set_figures(struct sold *sold, const struct price *reference, struct error *error)
{
	int64_t moisture = sold->moisture_ppm != ABSENT ? sold->moisture_ppm : 0;
	return (wide_mul_div_down((uint128)sold->net_g * (uint64_t)(VAULT_PPM - moisture),
		(uint128)sold->grade_ppm, (uint128)VAULT_PPM * VAULT_PPM, &sold->contained_g) &&
		value(sold, sold->quoted, sold->decimals, sold->unit, sold->basis, false,
			&sold->value_cents) &&
		value(sold, reference->quoted, reference->decimals, reference->unit, reference->basis,
			true, &sold->floor_cents)) ||
		error_set(error, ERROR_INVALID, "net_g", "the figure is too large: above 2^53 - 1");
}

/* "37 USD/kg of WO3 is below the reference price ga/3 of 38 USD/kg; the least that passes is …" */
static const char *below_words(const struct context *context, const struct sold *sold,
	const struct judged *judged)
{
	char asked[64], floor[64], passes[64];
	int64_t decimals = sold->decimals < 2 ? 2 : sold->decimals, quoted;
	price_words(asked, sizeof asked, sold->quoted, sold->decimals, sold->unit);
	price_words(floor, sizeof floor, judged->reference->quoted, judged->reference->decimals,
		judged->reference->unit);
	const char *words = arena_printf(context->arena, "%s of %s is below the reference price %s, %s "
		"of %s", asked, sold->basis, judged->reference->id, floor, judged->reference->basis);
	if (!unit_quote_up(&judged->floor, judged->commodity->basis, decimals, sold->unit, sold->basis,
	    &quoted))
		return words;
	while (decimals > 0 && quoted % 10 == 0) {
		quoted /= 10;
		decimals--;
	}
	price_words(passes, sizeof passes, quoted, decimals, sold->unit);
	return arena_printf(context->arena, "%s; the least price that passes is %s of %s", words,
		passes, sold->basis);
}

bool sale_complete(const struct context *context, struct sold *sold, bool *ret_below,
	struct error *error)
{
	struct judged judged = { .commodity = commodity_find(context, "commodity", sold->commodity,
		error) };
	char day[TIME_TEXT_SIZE];
	if (sold->sold_at == ABSENT)
		sold->sold_at = context->now;
	if (sold->decimals == ABSENT)
		sold->decimals = 0;
	if (judged.commodity == NULL ||
	    !complete_country(context, sold->seller, sold->seller_country, "seller_country", error) ||
	    !complete_country(context, sold->buyer, sold->buyer_country, "buyer_country", error) ||
	    !check_inside(context, sold, error))
		return false;
	judged.reference = price_at(judged.commodity, sold->sold_at);
	if (sold->basis[0] == '\0')
		return unit_without_basis(sold->unit, judged.commodity->basis, error);
	if (judged.reference == NULL) {
		time_format(sold->sold_at, day);
		return error_set(error, ERROR_NOT_FOUND, "sold_at",
			"no reference price of %s was in force on %.10s", judged.commodity->code, day);
	}
	if (!read_prices(sold, &judged, error) || !set_figures(sold, judged.reference, error))
		return false;
	body_text(sold->reference, judged.reference->id);
	*ret_below = quotient_compare(&judged.price, &judged.floor) < 0;
	sold->verdict = *ret_below ? below_words(context, sold, &judged) :
		arena_printf(context->arena, "at or above the reference price %s",
			judged.reference->id);
	return true;
}

/* ---- recording ---- */

static bool decide_record(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	struct sold *body = decision_body(decision, &event_sale_recorded);
	bool below;
	*body = *(const struct sold *)data;
	if (body->sold_at != ABSENT && body->sold_at > context->now)
		return error_set(error, ERROR_INVALID, "sold_at",
			"what is not sold yet cannot be recorded: its day is still to come");
	if (!sale_complete(context, body, &below, error))
		return false;
	if (below)
		return refuse_act(decision, body->commodity, "R12",
			context->actor != NULL ? context->actor->code : "", body->verdict);
	state_next_id(context->state, "S", context->now, 0, body->sale, sizeof body->sale);
	decision->id = body->sale;
	decision->remark = body->verdict;
	return decision_add(decision, &event_sale_recorded, body);
}

static void apply_recorded(struct state *state, const struct applied *applied, const void *data)
{
	const struct sold *body = data;
	struct sale *sale = state_insert(state, TABLE_SALE, body->sale);
	state_take_id(state, body->sale);
	sale->is = *body;
	sale->is.verdict = NULL;
	sale->recorded_at = applied->at;
}

const struct event_type event_sale_recorded = { "sale.recorded", &recorded_body, apply_recorded };
const struct command_type command_sale_record = { "sale.record", &sold_params_descriptor,
	DUTY_OFFICER, decide_record, NULL };
