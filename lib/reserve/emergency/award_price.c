/* An award's price against the floor, and what to do about one that does not pass. */
#include "reserve/emergency/award_price.h"

#include "base/text.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/plan.h"
#include "reserve/emergency/request.h"
#include "reserve/finding.h"
#include "reserve/refusal.h"
#include "reserve/stock/material.h"

void award_price_check(const struct context *context, const struct request *request,
	const char *order, int64_t price_micros_per_kg, struct release_verdict *ret_verdict)
{
	const struct declaration *declaration = request->declaration;
	const struct release_ask ask = { .commodity = request->commodity,
		.price_micros_per_kg = price_micros_per_kg, .declaration = declaration->id,
		.subject = order, .asked_by = request->id,
		.stale_refuses = declaration->stale_price == STALE_PRICE_REFUSE };
	release_price_check(context, &ask, ret_verdict);
}

const char *award_price_remedy(const struct context *context, const struct request *request,
	const struct release_verdict *verdict, const char *consignee)
{
	const char *typed = release_price_typed(context->arena, request->commodity, context->now);
	bool named = consignee[0] != '\0';
	if (typed == NULL)
		return arena_printf(context->arena, "vaultctl price draft %s ...",
			request->commodity->code);
	if (verdict->price.market_micros == ABSENT && text_equal(verdict->rule, "R13"))
		return "vaultctl observation import FILE";
	return arena_printf(context->arena, "vaultctl order new %s --price %s%s%s%s", request->id,
		typed, named ? " --consignee \"" : "", consignee, named ? "\"" : "");
}

bool award_price_known(const struct rounds *rounds, struct error *error)
{
	for (uint32_t i = 0; i < rounds->count; i++) {
		const struct commodity *commodity = rounds->items[i].commodity;
		if (commodity->price != NULL)
			continue;
		error_set(error, ERROR_CONFLICT, "declaration", "%s has no reference price in "
			"force, so no order can be cut for it", commodity->code);
		return error_remedy(error, "vaultctl price draft %s ...", commodity->code);
	}
	return true;
}

/* Why, or NULL where all may be priced. */
static const char *stale_because(const struct context *context,
	const struct declaration *declaration, const struct rounds *rounds)
{
	for (uint32_t i = 0; i < rounds->count; i++) {
		const struct commodity *commodity = rounds->items[i].commodity;
		struct release_verdict verdict;
		struct release_price price;
		release_price_legs(commodity, context->now, &price);
		const struct release_ask ask = { .commodity = commodity,
			.price_micros_per_kg = price.least_micros, .declaration = declaration->id,
			.subject = "", .asked_by = "",
			.stale_refuses = declaration->stale_price == STALE_PRICE_REFUSE };
		if (price.least_micros == ABSENT)
			continue; /* who asks has looked for reference prices */
		release_price_check(context, &ask, &verdict);
		if (verdict.rule != NULL)
			return arena_printf(context->arena, "%s: %s", commodity->code, verdict.because);
	}
	return NULL;
}

bool award_price_refuses(const struct context *context, const struct declaration *declaration,
	const struct rounds *rounds, const char *subject, const char *who, struct decision *decision)
{
	for (uint32_t i = 0; i < rounds->count; i++) {
		const struct finding *finding =
			commodity_stopped(context->state, rounds->items[i].commodity);
		if (finding != NULL)
			return refuse_act(decision, subject, "R24", who,
				finding_stop_words(context->arena, finding));
	}
	const char *because = stale_because(context, declaration, rounds);
	if (because == NULL)
		return false;
	decision->next = "vaultctl observation import FILE";
	return refuse_act(decision, subject, "R13", who, because);
}
