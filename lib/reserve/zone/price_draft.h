/* What drafting shares with the signing of drafts, and nobody else uses. */
#ifndef RESERVE_ZONE_PRICE_DRAFT_H
#define RESERVE_ZONE_PRICE_DRAFT_H

#include "reserve/decide.h"
#include "reserve/zone/price.h"

/* What the versions of a commodity's prices are counted under: ga/price. */
void price_counted_under(char to[CODE_MAX + 16], const char *commodity);

/* A price that is, or would be, for a commodity. */
struct price_offer {
	const struct commodity *commodity;
	const char *id;               /* for sentences */
	int64_t quoted, decimals;
	const char *unit, *basis;
	int64_t price_micros_per_kg;
	int64_t effective_at;
	const char *because;          /* why it is incoherent; NULL: no reason is stated */
	const char *opposite;         /* set by the check: the id that it is incoherent with, or NULL */
};

/*
 * Along the stages of one mineral a later stage, by contained mass, is not below an earlier one. Each of
 * a list of offers is compared with the others and with the prices that are in force or notified. False:
 * one is not coherent and none of the two states a reason; sets the error with row i + 1. What has no
 * factor to the other's basis is not compared.
 */
bool price_coherent(const struct context *context, struct price_offer *offers, uint32_t count,
	struct error *error);

/* Whether the drafts of a note can still become prices: their dates, and that they are coherent. */
bool price_drafts_stand(const struct context *context, const char *document, struct error *error);

#endif
