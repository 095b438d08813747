/* The two legs of the price floor at release, and what passes them. */
#include "reserve/zone/release_price.h"

#include <assert.h>
#include <string.h>

#include "base/checked.h"
#include "base/descriptor.h"
#include "base/text.h"
#include "reserve/finding.h"
#include "reserve/stock/material.h"
#include "reserve/zone/observation.h"
#include "reserve/zone/price.h"
#include "reserve/zone/unit.h"
#include "reserve/zone/waiver.h"

enum { MICROS_DECIMALS = 6 };
static const int64_t QUOTED_MAX = 1000000000000;

void release_price_legs(const struct commodity *commodity, int64_t now,
	struct release_price *ret_price)
{
	struct release_price price = { ABSENT, ABSENT, ABSENT, ABSENT, false };
	struct market market;
	if (observation_market(commodity, now, &market)) {
		price.market_micros = market.price_micros_per_kg;
		if (!checked_mul_div_up(market.price_micros_per_kg, RELEASE_MARKET_PERCENT, 100,
		    &price.market_leg_micros))
			assert(false && "95% of a figure is one");
	}
	if (commodity->price != NULL) {
		price.reference_micros = commodity->price->price_micros_per_kg;
		price.market_binds = price.market_leg_micros > price.reference_micros;
		price.least_micros = price.market_binds ? price.market_leg_micros :
			price.reference_micros;
	}
	*ret_price = price;
}

/* A derived figure as a price in USD/kg; what is above what a price may be quoted as is rounded up. */
static void quote_micros(int64_t micros, int64_t *ret_quoted, int64_t *ret_decimals)
{
	int64_t decimals = MICROS_DECIMALS;
	while (decimals > 0 && (micros % 10 == 0 || micros > QUOTED_MAX)) {
		micros = micros / 10 + (micros % 10 != 0 ? 1 : 0);
		decimals--;
	}
	*ret_quoted = micros;
	*ret_decimals = decimals;
}

bool release_price_least(const struct commodity *commodity, int64_t now,
	struct release_quote *ret_quote)
{
	struct release_price price;
	release_price_legs(commodity, now, &price);
	if (price.least_micros == ABSENT)
		return false;
	struct release_quote quote = { .price_micros_per_kg = price.least_micros };
	if (price.market_binds) {
		quote_micros(price.least_micros, &quote.quoted, &quote.decimals);
		body_text(quote.unit, "USD/kg");
		body_text(quote.basis, commodity->basis);
		return unit_price_micros_per_kg(quote.quoted, quote.decimals, quote.unit, quote.basis,
			commodity->basis, &quote.price_micros_per_kg) && ((*ret_quote = quote), true);
	}
	quote.quoted = commodity->price->quoted;
	quote.decimals = commodity->price->decimals;
	body_text(quote.unit, commodity->price->unit);
	body_text(quote.basis, commodity->price->basis);
	*ret_quote = quote;
	return true;
}

/* ---- in words ---- */

const char *release_price_words(struct arena *arena, int64_t micros)
{
	char text[64];
	int64_t quoted, decimals;
	quote_micros(micros, &quoted, &decimals);
	price_words(text, sizeof text, quoted, decimals, "USD/kg");
	return arena_text(arena, text, strlen(text));
}

static const char *reference_words(struct arena *arena, const struct commodity *commodity)
{
	char text[64];
	if (commodity->price == NULL)
		return "no reference price is in force";
	price_words(text, sizeof text, commodity->price->quoted, commodity->price->decimals,
		commodity->price->unit);
	return arena_printf(arena, "the reference price is %s per %s", text, commodity->price->basis);
}

static const char *market_words(struct arena *arena, const struct release_price *price)
{
	if (price->market_micros == ABSENT)
		return "there is no fresh market price";
	return arena_printf(arena, "95%% of the market's %s is %s",
		release_price_words(arena, price->market_micros),
		release_price_words(arena, price->market_leg_micros));
}

const char *release_price_market(struct arena *arena, const struct release_price *price)
{
	if (price->market_micros == ABSENT)
		return "no fresh market price";
	return arena_printf(arena, "%s, 95%% is %s", release_price_words(arena, price->market_micros),
		release_price_words(arena, price->market_leg_micros));
}

const char *release_price_floor(struct arena *arena, const struct release_price *price)
{
	if (price->least_micros == ABSENT)
		return "none: no reference price is in force";
	return arena_printf(arena, "%s, %s", release_price_words(arena, price->least_micros),
		price->market_binds ? "95% of the market" : "the reference price");
}

const char *release_price_typed(struct arena *arena, const struct commodity *commodity,
	int64_t now)
{
	struct release_quote quote;
	char text[64];
	if (!release_price_least(commodity, now, &quote))
		return NULL;
	price_words(text, sizeof text, quote.quoted, quote.decimals, quote.unit);
	char *space = strchr(text, ' ');
	assert(space != NULL);
	*space = '\0';
	return text_equal(quote.basis, commodity->basis) ?
		arena_printf(arena, "%s%s", text, space + 1) :
		arena_printf(arena, "%s%s --basis %s", text, space + 1, quote.basis);
}

/* ---- passing ---- */

static const char *failed_rule(const struct release_ask *ask, const struct release_price *price)
{
	if (price->reference_micros == ABSENT || ask->price_micros_per_kg < price->reference_micros)
		return "R12";
	if (price->market_leg_micros != ABSENT && ask->price_micros_per_kg < price->market_leg_micros)
		return "R13";
	return price->market_leg_micros == ABSENT && ask->stale_refuses ? "R13" : NULL;
}

static const char *refused_because(const struct context *context, const struct release_ask *ask,
	const struct release_price *price)
{
	struct arena *arena = context->arena;
	if (price->reference_micros == ABSENT)
		return "no reference price is in force, and nothing is released without one";
	const char *reference = reference_words(arena, ask->commodity);
	const char *market = market_words(arena, price);
	if (ask->price_micros_per_kg >= price->least_micros)
		return arena_printf(arena, "%s, and %s refuses without one; %s", market,
			ask->declaration[0] != '\0' ? ask->declaration : "this release", reference);
	return arena_printf(arena, "%s is too low: %s, and %s; at least %s passes",
		release_price_words(arena, ask->price_micros_per_kg), reference, market,
		release_price_words(arena, price->least_micros));
}

void release_price_check(const struct context *context, const struct release_ask *ask,
	struct release_verdict *ret_verdict)
{
	struct release_verdict verdict = { .rule = NULL };
	release_price_legs(ask->commodity, context->now, &verdict.price);
	verdict.rule = failed_rule(ask, &verdict.price);
	if (verdict.rule != NULL && verdict.price.reference_micros != ABSENT)
		verdict.waiver = waiver_for(context->state, ask, context->now);
	if (verdict.waiver != NULL)
		verdict.rule = NULL;
	if (verdict.rule != NULL)
		verdict.because = refused_because(context, ask, &verdict.price);
	verdict.stale = verdict.rule == NULL && verdict.price.market_micros == ABSENT;
	*ret_verdict = verdict;
}

void release_price_finding(const struct context *context, const struct commodity *commodity,
	const char *subject, struct decision *decision)
{
	finding_add(context, decision, "stale-market", "warning", subject,
		arena_printf(decision->arena, "no fresh market price of %s: %s was priced by the "
			"reference price alone", commodity->code, subject));
}
