/* Found and legal, or why not; see the table of transitions in lot.c. */
#include "reserve/stock/lot_acts.h"

#include <assert.h>

#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/account.h"
#include "reserve/stock/lot_names.h"
#include "reserve/stock/material.h"
#include "reserve/stock/title.h"

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

void lot_acts_close_holds(struct state *state, struct lot *lot, int64_t at)
{
	struct hold *hold = NULL;
	while (lot->holds > 0 && (hold = state_next(state, TABLE_HOLD, hold)) != NULL) {
		if (hold->row.closed || hold->lot_index != lot->created_index)
			continue;
		hold->closed_at = at;
		state_close(state, hold);
		lot->holds--;
	}
	assert(lot->holds == 0);
}

void lot_acts_adjust(struct state *state, struct lot *lot, int64_t adjusted_g, int64_t contained_g,
	int64_t units, int64_t at)
{
	lot->adjusted_g += adjusted_g;
	lot->on_hand_g += adjusted_g;
	lot->contained_g = contained_g;
	if (units != ABSENT)
		lot->units = units;
	if (adjusted_g != 0)
		account_move(state, lot->commodity, ACCOUNT_ADJUSTMENT, "", ACCOUNT_SITE, lot->site->code,
			adjusted_g);
	assert(lot->on_hand_g >= lot->reserved_net_g && lot->contained_g >= lot->reserved_g);
	if (lot->on_hand_g == 0) {
		lot_acts_advance(lot, LOT_LOSE);
		lot_acts_close_holds(state, lot, at);
		title_lot_ended(state, lot, at);
		state_close(state, lot);
	}
	lot_refresh(state, lot);
}
