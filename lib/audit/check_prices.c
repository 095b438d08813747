/*
 * Prices never broken, at any index: what left the reserve, and what was sold inside the zone, against the
 * reference then in force and the market as it had been observed. All is worked out from prices as they
 * were quoted; the prices in force are remembered from the entries that put them there.
 */
#include "audit/check_world.h"

#include <string.h>

#include "audit/column.h"
#include "audit/said.h"
#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/award.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/request.h"
#include "reserve/stock/material.h"
#include "reserve/stock/order.h"
#include "reserve/stock/release.h"
#include "reserve/zone/exchange.h"
#include "reserve/zone/member.h"
#include "reserve/zone/observation.h"
#include "reserve/zone/price.h"
#include "reserve/zone/price_compute.h"
#include "reserve/zone/quotient.h"
#include "reserve/zone/release_price.h"
#include "reserve/zone/sale.h"
#include "reserve/zone/unit.h"
#include "reserve/zone/waiver.h"

__extension__ typedef __int128 wide;

/* ---- price-broken: releases ---- */

static void *begin_broken(const struct check_run *run)
{
	(void)run;
	return column_new(sizeof(const struct price *)); /* by commodity: in force by the entries so far */
}

/* 95% of the mean of the newest market period, rounded up twice; ABSENT where none is fresh. */
static int64_t market_leg_micros(const struct commodity *commodity, int64_t at)
{
	const struct observation_list *list = commodity->observations;
	int64_t day_end = at - at % TIME_DAY_MS + TIME_DAY_MS;
	const struct observation *newest = NULL;
	wide plain = 0, weighted = 0, mass_g = 0, count = 0;
	bool weighed = true;
	for (uint32_t i = list != NULL ? list->count : 0; i > 0; i--) {
		const struct observation *one = list->observations[i - 1];
		if (one->kind != OBSERVATION_MARKET || one->ends_at > day_end)
			continue;
		if (newest == NULL)
			newest = one;
		if (one->ends_at != newest->ends_at || one->starts_at != newest->starts_at)
			break;
		plain += one->price_micros_per_kg;
		count++;
		weighed = weighed && one->mass_g != ABSENT;
		weighted += weighed ? (wide)one->price_micros_per_kg * one->mass_g : 0;
		mass_g += weighed ? one->mass_g : 0;
	}
	if (newest == NULL || at - newest->ends_at >= MARKET_FRESH_DAYS * TIME_DAY_MS)
		return ABSENT;
	wide mean = weighed ? (weighted + mass_g - 1) / mass_g : (plain + count - 1) / count;
	return (int64_t)((mean * 95 + 99) / 100);
}

/*
 * Whether a derived figure is what its quote gives, but for what the weights of atoms that its factor
 * rests on have changed since.
 */
static bool is_derived(int64_t derived, int64_t again)
{
	wide distance = derived > again ? derived - again : again - derived;
	return distance * VAULT_PPM <= (wide)again * PRICE_DERIVED_PPM;
}

/* A release as its price is judged. */
struct asked {
	const struct order *order;
	const char *declaration;
	int64_t at, micros;
	bool market;         /* the market's leg binds it: awards and sales, not what comes back */
	bool stale_refuses;
};

/* Whether the waiver that the order names was in force for it. */
static bool waived(const struct state *state, const struct asked *asked)
{
	const struct order *order = asked->order;
	const struct waiver *waiver = state_find(state, TABLE_WAIVER, order->waiver);
	return waiver != NULL && waiver->state == WAIVER_GRANTED &&
		waiver->commodity == order->commodity && asked->at >= waiver->starts_at &&
		asked->at < waiver->ends_at && (waiver->declaration[0] == '\0' ||
		text_equal(waiver->declaration, asked->declaration)) && (waiver->subject[0] == '\0' ||
		text_equal(waiver->subject, order->id) || text_equal(waiver->subject, order->request)) &&
		(waiver->least_micros_per_kg == ABSENT || asked->micros >= waiver->least_micros_per_kg);
}

static bool quoted_micros(int64_t quoted, int64_t decimals, const char *unit, const char *basis,
	const struct commodity *commodity, int64_t *ret_micros)
{
	return unit_price_micros_per_kg(quoted, decimals, unit, basis, commodity->basis, ret_micros);
}

static struct asked asked_of(const struct check_run *run, const struct order *order, int64_t at)
{
	const struct request *request = state_find(run->state, TABLE_REQUEST, order->request);
	const struct exchange *exchange = state_find(run->state, TABLE_EXCHANGE, order->request);
	const struct declaration *declaration = request != NULL ? request->declaration : NULL;
	return (struct asked){ .order = order, .at = at, .declaration = declaration != NULL ?
		declaration->id : "", .market = exchange == NULL || exchange->kind == EXCHANGE_SALE,
		.stale_refuses = declaration != NULL &&
			declaration->stale_price == STALE_PRICE_REFUSE };
}

/* Why its price was broken, or NULL. */
static const char *broken_because(const struct check_run *run, const struct asked *asked)
{
	const struct order *order = asked->order;
	const struct price *price = *(const struct price **)column_at(run->own, order->commodity);
	int64_t reference = 0, market = asked->market ? market_leg_micros(order->commodity, asked->at) :
		ABSENT;
	if (price == NULL || !quoted_micros(price->quoted, price->decimals, price->unit, price->basis,
	    order->commodity, &reference))
		return "no reference price was in force";
	if (waived(run->state, asked))
		return NULL;
	if (asked->micros < reference)
		return arena_printf(run->arena, "the reference price %s was %s", price->id,
			release_price_words(run->arena, reference));
	if (market != ABSENT && asked->micros < market)
		return arena_printf(run->arena, "95%% of the market was %s",
			release_price_words(run->arena, market));
	return market == ABSENT && asked->market && asked->stale_refuses ?
		arena_printf(run->arena, "no market price was fresh, and %s refuses without one",
		asked->declaration) : NULL;
}

static void check_order(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct order *order = state_find(run->state, TABLE_RELEASE_ORDER,
		check_text(entry, "order"));
	if (order == NULL)
		return;
	struct asked asked = asked_of(run, order, entry->at);
	const char *subject = arena_printf(run->arena, "order %s", order->id);
	if (!quoted_micros(order->quoted, order->decimals, order->unit, order->basis, order->commodity,
	    &asked.micros) || !is_derived(order->price_micros_per_kg, asked.micros)) {
		check_found(run, subject, entry->sequence, "order %s is quoted at %lld/10^%lld %s of %s, which "
			"is not %lld micro-dollars a kilogram", order->id, (long long)order->quoted,
			(long long)order->decimals, order->unit, order->basis,
			(long long)order->price_micros_per_kg);
		return;
	}
	const char *because = broken_because(run, &asked);
	if (because != NULL)
		check_found(run, subject, entry->sequence, "order %s let %s go at %s, and %s%s%s%s", order->id,
			order->commodity->code, release_price_words(run->arena, asked.micros), because,
			order->waiver[0] != '\0' ? "; waiver " : "", order->waiver,
			order->waiver[0] != '\0' ? " did not cover it" : "");
}

/* ---- price-broken: sales inside the zone ---- */

/* The price that was in force on a day, by the dates of all that ever were. */
static const struct price *in_force_on(const struct commodity *commodity, int64_t at)
{
	const struct price_history *history = commodity->prices;
	for (uint32_t i = history != NULL ? history->count : 0; i > 0; i--) {
		if (history->prices[i - 1]->effective_at <= at)
			return history->prices[i - 1];
	}
	return NULL;
}

static const char *sale_because(const struct check_run *run, const struct sold *sold,
	const struct commodity *commodity, const struct price *reference)
{
	struct quotient price, floor;
	if (!member_in_zone(run->state, sold->seller_country, sold->sold_at) ||
	    !member_in_zone(run->state, sold->buyer_country, sold->sold_at))
		return "one of them was not of the zone on that day";
	if (reference == NULL || !text_equal(reference->id, sold->reference))
		return arena_printf(run->arena, "it was held against %s, and %s was in force",
			sold->reference, reference != NULL ? reference->id : "none");
	if (!unit_quotient(sold->quoted, sold->decimals, sold->unit, sold->basis, commodity->basis,
	    &price) || !unit_quotient(reference->quoted, reference->decimals, reference->unit,
	    reference->basis, commodity->basis, &floor))
		return "its price cannot be compared with the reference";
	return quotient_compare(&price, &floor) < 0 ? arena_printf(run->arena, "the reference price %s was "
		"higher", reference->id) : NULL;
}

static void check_sale(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct sold *sold = entry->body;
	const struct commodity *commodity = state_find(run->state, TABLE_COMMODITY, sold->commodity);
	char price[64];
	if (commodity == NULL)
		return;
	const char *because = sale_because(run, sold, commodity, in_force_on(commodity, sold->sold_at));
	price_words(price, sizeof price, sold->quoted, sold->decimals, sold->unit);
	if (because != NULL)
		check_found(run, sold->sale, entry->sequence, "%s sold %s to %s at %s of %s, and %s",
			sold->seller, sold->commodity, sold->buyer, price, sold->basis, because);
}

static void after_broken(const struct check_run *run, const struct parsed_entry *entry)
{
	if (said_kind(entry, &event_sale_recorded)) {
		check_sale(run, entry);
	} else if (said_kind(entry, &event_price_in_force)) {
		const struct price *price = state_find(run->state, TABLE_PRICE, check_text(entry, "price"));
		if (price != NULL)
			*(const struct price **)column_at(run->own, price->commodity) = price;
	} else {
		check_order(run, entry);
	}
}

static const struct event_type *const broken_kinds[] = { &event_price_in_force,
	&event_order_issued, &event_order_cut, &event_sale_recorded, NULL };

const struct check check_price_broken = {
	.id = "price-broken",
	.title = "released or sold below the price floor",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "each order as it is issued against the reference price in force, 95% of the market observed "
		"and the waiver that it names; each sale in the zone against the reference of its day",
	.remedy = "Reject the order while nothing is loaded; else tell two officers and the buyer: the "
		"difference is owed.",
	.source = "the bloc's agreement of 2026: reference prices are floors; 42 USC 6241(g): 95% of comparable",
	.history = true,
	.kinds = broken_kinds, .begin = begin_broken, .after = after_broken, .free = column_drop,
};

/* ---- price-computed ---- */

/* An input is what was observed, or the price of the stage below, in the version that it names. */
static const char *input_because(const struct check_run *run, const struct price *price,
	const struct price_input *input)
{
	const struct observation *observed = state_find(run->state, TABLE_OBSERVATION, input->id);
	const struct price *below = state_find(run->state, TABLE_PRICE, input->id);
	int64_t micros;
	if (observed != NULL && observed->version == input->version)
		return observed->commodity != price->commodity ? "is of another commodity" :
			observed->price_micros_per_kg != input->price_micros_per_kg ||
			observed->mass_g != input->mass_g ? "was observed otherwise" : NULL;
	if (below == NULL || below->version != input->version)
		return "was not known then";
	return !quoted_micros(below->quoted, below->decimals, below->unit, below->basis,
		price->commodity, &micros) || !is_derived(input->price_micros_per_kg, micros) ?
		"was another price then" : NULL;
}

static void check_inputs(const struct check_run *run, const struct parsed_entry *entry,
	const struct price *price)
{
	const struct price_input *inputs = price->inputs.items;
	for (uint32_t i = 0; i < price->inputs.count; i++) {
		const char *because = input_because(run, price, &inputs[i]);
		if (because != NULL)
			check_found(run, arena_printf(run->arena, "price %s input", price->id),
				entry->sequence, "the price %s rests on %s, which %s", price->id, inputs[i].id,
				because);
	}
}

static void after_drafted(const struct check_run *run, const struct parsed_entry *entry)
{
	const struct price *price = state_find(run->state, TABLE_PRICE, check_text(entry, "price"));
	int64_t micros, quoted, derived;
	if (price == NULL)
		return;
	const char *subject = arena_printf(run->arena, "price %s", price->id);
	if (!quoted_micros(price->quoted, price->decimals, price->unit, price->basis, price->commodity,
	    &derived) || !is_derived(price->price_micros_per_kg, derived))
		check_found(run, subject, entry->sequence, "the price %s is quoted otherwise than %lld "
			"micro-dollars a kilogram", price->id, (long long)price->price_micros_per_kg);
	if (price->inputs.count == 0)
		return;
	if (!price_recompute(price, run->arena, &micros, &quoted) || quoted != price->quoted)
		check_found(run, subject, entry->sequence, "the price %s is not what %s of its %u inputs "
			"gives", price->id, price->method, price->inputs.count);
	check_inputs(run, entry, price);
}

static const struct event_type *const drafted_kinds[] = { &event_price_drafted, NULL };

const struct check check_price_computed = {
	.id = "price-computed",
	.title = "computed prices that do not follow from their inputs",
	.severity = SEVERITY_CRITICAL,
	.looks_at = "each price that was computed, worked out again from the inputs that it keeps, and these "
		"against what had been observed",
	.remedy = "Draft it anew from the observations: vaultctl price draft COMMODITY --method ...",
	.source = "WTO DS207, Chile's price band: a reference that nobody can work out is not one",
	.history = true,
	.kinds = drafted_kinds, .after = after_drafted,
};
