/* Found and legal, or why not; see the table of transitions in lot.c. */
#include "reserve/stock/lot_acts.h"

#include <assert.h>

#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/lot_names.h"
#include "reserve/stock/material.h"

static const struct field only_fields[] = { R_TEXT(struct lot_acts_only, lot) };
const struct descriptor lot_acts_only =
	DESCRIPTOR("lot", struct lot_acts_only, only_fields);

struct lot *lot_acts_find(const struct context *context, const char *code, struct error *error)
{
	struct lot *lot = state_find(context->state, TABLE_LOT, code);
	if (lot == NULL)
		not_found(error, "lot", "live lot", code);
	return lot;
}

struct lot *lot_acts_find_for(const struct context *context, const char *code,
	enum lot_event event, const char *verb, struct error *error)
{
	struct lot *lot = lot_acts_find(context, code, error);
	if (lot != NULL && lot_transition((enum lot_state)lot->state, event) == LOT_NONE) {
		error_set(error, ERROR_ILLEGAL, "lot", "lot %s is %s and cannot be %s", code,
			lot_state_names[lot->state], verb);
		return NULL;
	}
	return lot;
}

struct lot *lot_acts_applied(struct state *state, const char *code)
{
	struct lot *lot = state_find(state, TABLE_LOT, code);
	assert(lot != NULL);
	lot_unlist(state, lot);
	state_touch(state, lot);
	return lot;
}

void lot_acts_advance(struct lot *lot, enum lot_event event)
{
	lot->state = (uint8_t)lot_transition((enum lot_state)lot->state, event);
	assert(lot->state != LOT_NONE);
}

bool lot_acts_refuse_reserved(const struct context *context, const struct lot *lot,
	const char *because, struct decision *decision)
{
	return refuse_act(decision, lot->code, "R19", context->actor->code,
		arena_printf(context->arena, "part of it is awarded (%s), and it %s",
		state_award_holding(context->state, lot->code), because));
}
