/*
 * Prices along the stages of one mineral. Both figures of a comparison are rounded up to the same basis,
 * so that equal prices in different units never seem to differ.
 */
#include "reserve/zone/price_draft.h"

#include "base/text.h"
#include "base/time.h"
#include "reserve/stock/material.h"
#include "reserve/zone/unit.h"

/* Whether the later stage is below the earlier one. */
static bool inverted(const struct price_offer *later, const struct price_offer *earlier)
{
	int64_t micros;
	return unit_price_micros_per_kg(later->quoted, later->decimals, later->unit, later->basis,
		earlier->commodity->basis, &micros) && micros < earlier->price_micros_per_kg;
}

static bool clash(const struct price_offer *one, const struct price_offer *other)
{
	return one->commodity->stage > other->commodity->stage ? inverted(one, other) :
		inverted(other, one);
}

static const char *stage_word(const struct commodity *commodity)
{
	return field_text(descriptor_field(&commodity_descriptor, "stage"), commodity);
}

static bool refuse(struct price_offer *one, struct price_offer *other, uint32_t row,
	struct error *error)
{
	char one_words[64], other_words[64];
	one->opposite = other->id;
	if (one->because != NULL || other->because != NULL)
		return true;
	bool later = one->commodity->stage > other->commodity->stage;
	price_words(one_words, sizeof one_words, one->quoted, one->decimals, one->unit);
	price_words(other_words, sizeof other_words, other->quoted, other->decimals, other->unit);
	error_set(error, ERROR_INVALID, "incoherent_because", "row %u: %s (%s) at %s per %s would be %s "
		"%s (%s) at %s per %s, by contained mass; a later stage is not below an earlier one", row,
		one->commodity->code, stage_word(one->commodity), one_words, one->basis,
		later ? "below" : "above", other->commodity->code, stage_word(other->commodity),
		other_words, other->basis);
	return error_remedy(error, "Where that is right, say why: --incoherent-because TEXT; it stands "
		"in the note that is signed");
}

static void offer_of(const struct price *price, struct price_offer *ret_offer)
{
	*ret_offer = (struct price_offer){ .commodity = price->commodity, .id = price->id,
		.quoted = price->quoted, .decimals = price->decimals, .unit = price->unit,
		.basis = price->basis, .price_micros_per_kg = price->price_micros_per_kg,
		.effective_at = price->effective_at };
}

/*
 * With what is notified, and with the price that is in force or will be when the offer begins: among
 * those notified until then the last one.
 */
static bool coherent_with(const struct context *context, struct price_offer *offer,
	const struct commodity *commodity, uint32_t row, struct error *error)
{
	const struct price *price = NULL, *then = commodity->price;
	struct price_offer other;
	while ((price = state_next(context->state, TABLE_PRICE, price)) != NULL) {
		if (price->commodity != commodity || price->state != PRICE_NOTIFIED)
			continue;
		if (price->effective_at <= offer->effective_at) {
			if (then == NULL || price->effective_at > then->effective_at)
				then = price;
			continue;
		}
		offer_of(price, &other);
		if (clash(offer, &other) && !refuse(offer, &other, row, error))
			return false;
	}
	if (then == NULL)
		return true;
	offer_of(then, &other);
	return !clash(offer, &other) || refuse(offer, &other, row, error);
}

static struct price_offer *among(struct price_offer *offers, uint32_t count,
	const struct commodity *commodity)
{
	for (uint32_t i = 0; i < count; i++) {
		if (offers[i].commodity == commodity)
			return &offers[i];
	}
	return NULL;
}

bool price_coherent(const struct context *context, struct price_offer *offers, uint32_t count,
	struct error *error)
{
	for (uint32_t i = 0; i < count; i++) {
		struct price_offer *offer = &offers[i];
		const struct commodity *commodity = NULL;
		while ((commodity = state_next(context->state, TABLE_COMMODITY, commodity)) != NULL) {
			if (commodity->mineral != offer->commodity->mineral ||
			    commodity->stage == offer->commodity->stage)
				continue;
			struct price_offer *other = among(offers, count, commodity);
			bool good = other == NULL ?
				coherent_with(context, offer, commodity, i + 1, error) :
				!clash(offer, other) || refuse(offer, other, i + 1, error);
			if (!good)
				return false;
		}
	}
	return true;
}
