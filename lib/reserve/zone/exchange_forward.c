/* One walk over the draws of each participant that owes under the commitment. */
#include "reserve/zone/exchange_forward.h"

#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/zone/commitment.h"
#include "reserve/zone/entitlement.h"
#include "reserve/zone/exchange.h"
#include "reserve/zone/exchange_amendment.h"
#include "reserve/zone/participant.h"

/* What is done with each draw that comes forward. */
struct forward {
	const struct context *context;
	const struct commitment *commitment;
	int64_t ends_at;
	const char *document;           /* NULL: lines are written */
	struct document_draft *draft;
	struct decision *decision;
};

static bool is_open_draw(const struct exchange *exchange, const struct participant *participant,
	const struct commodity *commodity)
{
	return !exchange->row.closed && exchange->kind == EXCHANGE_DRAW && exchange->owes &&
		exchange->state != EXCHANGE_PREPARED && exchange->commodity == commodity &&
		text_equal(exchange->party, participant->code);
}

/* What it is still to replenish: all of it until it is delivered. */
static int64_t left_g(const struct exchange *draw)
{
	if (draw->principal_g == ABSENT)
		return draw->mass_g;
	return draw->principal_g > draw->returned_g ? draw->principal_g - draw->returned_g : 0;
}

/* Owed to commitments that are over by the new end, its own included. */
static int64_t owed_by_then_g(const struct forward *forward, const struct participant *participant)
{
	const struct commitment *commitment = forward->commitment;
	int64_t sum_g = 0;
	for (const struct entitlement *own = participant->entitlements; own != NULL; own = own->next) {
		if (own->commodity == commitment->commodity && (own->commitment == commitment ||
		    own->commitment->ends_at <= forward->ends_at))
			sum_g += own->owed_g;
	}
	return sum_g;
}

static int64_t due_by_then_g(const struct forward *forward, const struct participant *participant)
{
	const struct exchange *draw = NULL;
	int64_t sum_g = 0;
	while ((draw = state_next(forward->context->state, TABLE_EXCHANGE, draw)) != NULL) {
		if (is_open_draw(draw, participant, forward->commitment->commodity) &&
		    draw->due_at <= forward->ends_at)
			sum_g += left_g(draw);
	}
	return sum_g;
}

static bool before(const struct exchange *a, const struct exchange *b)
{
	return a->due_at != b->due_at ? a->due_at < b->due_at : strcmp(a->id, b->id) < 0;
}

/* The next draw that is due after the new end, behind another by date and id (NULL: the first). */
static const struct exchange *next_later(const struct forward *forward,
	const struct participant *participant, const struct exchange *behind)
{
	const struct exchange *draw = NULL, *found = NULL;
	while ((draw = state_next(forward->context->state, TABLE_EXCHANGE, draw)) != NULL) {
		if (is_open_draw(draw, participant, forward->commitment->commodity) &&
		    draw->due_at > forward->ends_at && (behind == NULL || before(behind, draw)) &&
		    (found == NULL || before(draw, found)))
			found = draw;
	}
	return found;
}

static void bring(const struct forward *forward, const struct exchange *draw)
{
	char date[TIME_TEXT_SIZE];
	time_format(draw->due_at, date);
	if (forward->document != NULL)
		exchange_bring_forward(forward->context, draw, forward->ends_at,
			arena_printf(forward->context->arena, "%s ends early", forward->commitment->id),
			forward->document, forward->decision);
	else
		document_words(forward->draft, (const char *const[]){ "due-by-then", draw->id, "of",
			draw->party, "in-place-of", date }, 6);
}

static void bring_of(const struct forward *forward, const struct participant *participant)
{
	int64_t open_g = owed_by_then_g(forward, participant) - due_by_then_g(forward, participant);
	const struct exchange *draw = NULL;
	while (open_g > 0 && (draw = next_later(forward, participant, draw)) != NULL) {
		bring(forward, draw);
		open_g -= left_g(draw);
	}
}

/* Whoever holds a part of it, for entitlements are transferred. */
static void bring_all(const struct forward *forward)
{
	const struct entitlement *own = NULL;
	while ((own = state_next(forward->context->state, TABLE_ENTITLEMENT, own)) != NULL) {
		if (own->commitment == forward->commitment && own->owed_g > 0)
			bring_of(forward, own->participant);
	}
}

void exchange_forward_write(const struct context *context, const struct commitment *commitment,
	int64_t ends_at, struct document_draft *draft)
{
	const struct forward forward = { context, commitment, ends_at, NULL, draft, NULL };
	bring_all(&forward);
}

void exchange_forward(const struct context *context, const struct commitment *commitment,
	int64_t ends_at, const char *document, struct decision *decision)
{
	const struct forward forward = { context, commitment, ends_at, document, NULL, decision };
	bring_all(&forward);
}
