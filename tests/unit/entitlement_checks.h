/*
 * What must hold of participants after every entry: of every commitment, over all holders, what is
 * undrawn, owed and bought is what was committed, whoever holds it; the sums kept are those of the rows.
 */
#ifndef TESTS_UNIT_ENTITLEMENT_CHECKS_H
#define TESTS_UNIT_ENTITLEMENT_CHECKS_H

#include "reserve/stock/material.h"
#include "reserve/zone/carrying.h"
#include "reserve/zone/commitment.h"
#include "reserve/zone/entitlement.h"
#include "reserve/zone/participant.h"

static inline const char *check_commitment_sums(const struct state *state,
	const struct commitment *commitment)
{
	int64_t undrawn_g = 0, owed_g = 0, bought_g = 0;
	const struct entitlement *own = NULL;
	while ((own = state_next(state, TABLE_ENTITLEMENT, own)) != NULL) {
		if (own->commitment != commitment)
			continue;
		CHECK_THAT(own->undrawn_g >= 0 && own->owed_g >= 0 && own->bought_g >= 0, own->id);
		CHECK_THAT(own->commodity == commitment->commodity, own->id);
		undrawn_g += own->undrawn_g;
		owed_g += own->owed_g;
		bought_g += own->bought_g;
	}
	CHECK_THAT(commitment->undrawn_g == undrawn_g, commitment->id);
	CHECK_THAT(commitment->owed_g == owed_g, commitment->id);
	CHECK_THAT(commitment->bought_g == bought_g, commitment->id);
	return NULL;
}

static inline const char *check_commitment(const struct state *state,
	const struct commitment *commitment)
{
	int64_t all_g = commitment->undrawn_g + commitment->owed_g + commitment->bought_g;
	const struct level *levels = commitment->levels.items;
	uint32_t count = commitment->levels.count;
	CHECK_THAT(commitment->ends_at > commitment->starts_at, commitment->id);
	if (commitment->state == COMMITMENT_IN_FORCE) {
		CHECK_THAT(all_g == commitment->mass_g, commitment->id);
		CHECK_THAT(count > 0 && levels[count - 1].undrawn_g == commitment->undrawn_g,
			commitment->id);
		CHECK_THAT(levels[0].at == commitment->charged_until, commitment->id);
		for (uint32_t i = 1; i < count; i++)
			CHECK_THAT(levels[i].at > levels[i - 1].at, commitment->id);
	} else if (commitment->state == COMMITMENT_ENDED) {
		CHECK_THAT(commitment->undrawn_g == 0, commitment->id);
		CHECK_THAT(all_g + commitment->buy_back_g == commitment->mass_g, commitment->id);
		CHECK_THAT(commitment->charged_until == commitment->ends_at, commitment->id);
	} else {
		CHECK_THAT(all_g == 0 && count == 0, commitment->id);
		return NULL;
	}
	CHECK_THAT(commitment->fee_left_cents >= 0 &&
		commitment->fee_left_cents <= commitment->fee_cents, commitment->id);
	CHECK_THAT(commitment->interest_rest >= 0 &&
		commitment->interest_rest < CARRYING_INTEREST_PARTS, commitment->id);
	CHECK_THAT(commitment->storage_rest >= 0 &&
		commitment->storage_rest < CARRYING_STORAGE_PARTS, commitment->id);
	return check_commitment_sums(state, commitment);
}

static inline const char *check_entitled(const struct state *state,
	const struct commodity *commodity)
{
	int64_t entitled_g = 0;
	const struct participant *participant = NULL;
	while ((participant = state_next(state, TABLE_PARTICIPANT, participant)) != NULL)
		entitled_g += entitlement_g(state, participant, commodity);
	CHECK_THAT(commodity_entitled_g(commodity) == entitled_g, commodity->code);
	return NULL;
}

static inline const char *check_entitlements(const struct state *state)
{
	const char *failed = NULL;
	size_t listed = 0;
	const struct commitment *commitment = NULL;
	while (failed == NULL &&
	       (commitment = state_next(state, TABLE_COMMITMENT, commitment)) != NULL)
		failed = check_commitment(state, commitment);
	const struct commodity *commodity = NULL;
	while (failed == NULL && (commodity = state_next(state, TABLE_COMMODITY, commodity)) != NULL)
		failed = check_entitled(state, commodity);
	const struct participant *participant = NULL;
	while ((participant = state_next(state, TABLE_PARTICIPANT, participant)) != NULL) {
		for (const struct entitlement *own = participant->entitlements; own != NULL;
		     own = own->next)
			listed += own->participant == participant;
	}
	if (failed == NULL)
		CHECK_THAT(listed == state_count(state, TABLE_ENTITLEMENT), "entitlements");
	return failed;
}

#endif
