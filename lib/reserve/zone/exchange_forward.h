/*
 * What an earlier end of a commitment does to the draws under it: what was drawn is to be
 * replenished within the term, so draws that are due later come due with the new end. A draw is
 * not of one commitment but of its participant's entitlements, and what comes back meets the
 * commitment that ends first; so of the draws due later, earliest first, as many come forward as it
 * takes for what is owed to all commitments that end by then.
 *
 * A draw that is only prepared stays as its note says; issuing it is refused where its date is
 * behind the terms of its commitments by then.
 */
#ifndef RESERVE_ZONE_EXCHANGE_FORWARD_H
#define RESERVE_ZONE_EXCHANGE_FORWARD_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/state.h"

struct commitment;

/* The lines of the note by which a commitment ends early: each draw with its date. */
void exchange_forward_write(const struct context *context, const struct commitment *commitment,
	int64_t ends_at, struct document_draft *draft);

/* The events that bring them forward, as amendments that are in force by that note. */
void exchange_forward(const struct context *context, const struct commitment *commitment,
	int64_t ends_at, const char *document, struct decision *decision);

#endif
