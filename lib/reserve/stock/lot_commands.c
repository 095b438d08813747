/*
 * What happens to a lot otherwise: it is rejected or lost, held, moved, corrected, and its assay grows
 * old. Pairs of command and event as in lot_intake.c.
 */
#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/account.h"
#include "reserve/stock/annual.h"
#include "reserve/stock/count.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/lot_acts.h"
#include "reserve/stock/material.h"
#include "reserve/stock/reason.h"
#include "reserve/stock/storage.h"
#include "reserve/stock/title.h"

/* ---- rejected, lost ---- */

struct lot_because {
	const char *because;
	uint8_t evidence_sha256[32];
	char lot[CODE_MAX];
	uint8_t reason; /* REASON_NONE in entries of before it was asked for */
};
static const struct field lot_because_fields[] = {
	R_STRING(struct lot_because, because),
	F_BYTES(struct lot_because, evidence_sha256),
	R_TEXT(struct lot_because, lot),
	F_ENUM(struct lot_because, reason, reason_names),
};
static const struct descriptor lot_because =
	DESCRIPTOR("lot", struct lot_because, lot_because_fields);
static const struct field because_fields[] = {
	R_STRING(struct lot_because, because),
	F_BYTES(struct lot_because, evidence_sha256),
	R_TEXT(struct lot_because, lot),
	R_ENUM(struct lot_because, reason, reason_names),
};
static const struct descriptor because_params =
	DESCRIPTOR("lot", struct lot_because, because_fields);

static bool decide_reject(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct lot_because *params = data;
	const struct lot *lot = lot_acts_find_for(context, params->lot, LOT_REJECT, "rejected", error);
	if (lot == NULL)
		return false;
	if (lot->destination != NULL)
		return error_set(error, ERROR_ILLEGAL, "lot", "lot %s is in transit", lot->code);
	if (lot->on_hand_g > 0 && count_refuses(context, lot, lot->site, decision))
		return true;
	decision->id = lot->code;
	return decision_add(decision, &event_lot_rejected, params);
}

static void apply_rejected(struct state *state, const struct applied *applied, const void *data)
{
	const struct lot_because *body = data;
	struct lot *lot = lot_acts_applied(state, body->lot);
	lot_acts_advance(lot, LOT_REJECT);
	annual_use(state, lot->commodity, ANNUAL_ACQUIRE, -lot->expected_g, lot->created_index);
	if (lot->on_hand_g > 0) /* it goes back to who sent it */
		account_move(state, lot->commodity, ACCOUNT_SITE, lot->site->code, ACCOUNT_SUPPLIER,
			lot->supplier, lot->on_hand_g);
	lot->out_g += lot->on_hand_g;
	lot->on_hand_g = lot->contained_g = 0;
	lot_acts_close_holds(state, lot, applied->at);
	title_lot_ended(state, lot, applied->at);
	state_close(state, lot);
}

const struct event_type event_lot_rejected = { "lot.rejected", &lot_because, apply_rejected };
const struct command_type command_lot_reject = { "lot.reject", &because_params,
	DUTY_ASSAYER | DUTY_OFFICER, decide_reject, NULL };

static bool decide_lose(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct lot_because *params = data;
	const struct lot *lot = lot_acts_find_for(context, params->lot, LOT_LOSE, "lost", error);
	if (lot == NULL)
		return false;
	if (lot->on_hand_g > 0 && count_refuses(context, lot, lot->site, decision))
		return true;
	if (lot_is_awarded(lot))
		return lot_acts_refuse_reserved(context, lot, "cannot be written off", decision);
	decision->id = lot->code;
	return decision_add(decision, &event_lot_lost, params);
}

static void apply_lost(struct state *state, const struct applied *applied, const void *data)
{
	const struct lot_because *body = data;
	struct lot *lot = lot_acts_applied(state, body->lot);
	lot_acts_advance(lot, LOT_LOSE);
	if (lot->on_hand_g > 0)
		account_move(state, lot->commodity, ACCOUNT_SITE, lot->site->code, ACCOUNT_LOSS, "",
			lot->on_hand_g);
	if (lot->in_transit_g > 0)
		account_move(state, lot->commodity, ACCOUNT_IN_TRANSIT, "", ACCOUNT_LOSS, "",
			lot->in_transit_g);
	lot->lost_g += lot->on_hand_g + lot->in_transit_g;
	lot->on_hand_g = lot->in_transit_g = lot->contained_g = 0;
	lot_acts_close_holds(state, lot, applied->at);
	title_lot_ended(state, lot, applied->at);
	state_close(state, lot);
}

const struct event_type event_lot_lost = { "lot.lost", &lot_because, apply_lost };
const struct command_type command_lot_lose = { "lot.lose", &because_params,
	DUTY_KEEPER | DUTY_OFFICER, decide_lose, NULL };

/* ---- holds ---- */

static bool decide_hold(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct lot_because *params = data;
	const struct lot *lot = lot_acts_find(context, params->lot, error);
	if (lot == NULL)
		return false;
	if (strlen(params->because) >= REASON_MAX)
		return error_set(error, ERROR_LIMIT, "because", "a reason has at most %d bytes",
			REASON_MAX - 1);
	decision->id = lot->code;
	return decision_add(decision, &event_lot_held, params);
}

static void apply_held(struct state *state, const struct applied *applied, const void *data)
{
	const struct lot_because *body = data;
	struct lot *lot = lot_acts_applied(state, body->lot);
	lot_open_hold(state, lot, (enum reason)body->reason, body->because, applied->actor, applied->at);
}

void lot_add_hold(struct decision *decision, const char *lot, enum reason reason,
	const char *because)
{
	struct lot_because *body = decision_body(decision, &event_lot_held);
	body->because = because;
	body->reason = (uint8_t)reason;
	body_text(body->lot, lot);
	decision_add(decision, &event_lot_held, body);
}

const struct event_type event_lot_held = { "lot.held", &lot_because, apply_held };
const struct command_type command_lot_hold = { "lot.hold", &because_params,
	DUTY_KEEPER | DUTY_ASSAYER | DUTY_OFFICER | DUTY_AUDITOR, decide_hold, NULL };

struct hold_released {
	const char *because;
	char hold[CODE_MAX + 8];
};
static const struct field hold_released_fields[] = {
	R_STRING(struct hold_released, because),
	R_TEXT(struct hold_released, hold),
};
static const struct descriptor hold_released =
	DESCRIPTOR("lot.hold_released", struct hold_released, hold_released_fields);

static bool decide_hold_release(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct hold_released *params = data;
	const struct hold *hold = state_find(context->state, TABLE_HOLD, params->hold);
	if (hold == NULL)
		return not_found(error, "hold", "open hold", params->hold);
	if (text_equal(hold->opened_by, context->actor->code))
		return error_set(error, ERROR_DENIED, "hold",
			"%s opened this hold; somebody else must lift it", hold->opened_by);
	decision->id = hold->id;
	return decision_add(decision, &event_lot_hold_released, params);
}

static void apply_hold_released(struct state *state, const struct applied *applied,
	const void *data)
{
	const struct hold_released *body = data;
	struct hold *hold = state_find(state, TABLE_HOLD, body->hold);
	assert(hold != NULL);
	hold->closed_at = applied->at;
	state_close(state, hold);
	struct lot *lot = state_find(state, TABLE_LOT, hold->lot);
	assert(lot != NULL && lot->created_index == hold->lot_index);
	lot->holds--;
	state_touch(state, lot);
	lot_refresh(state, lot);
}

const struct event_type event_lot_hold_released = { "lot.hold_released", &hold_released,
	apply_hold_released };
const struct command_type command_lot_hold_release = { "lot.hold_release", &hold_released,
	DUTY_KEEPER | DUTY_ASSAYER | DUTY_OFFICER, decide_hold_release, NULL };

/* ---- moved ---- */

struct moved {
	uint8_t evidence_sha256[32]; /* of the transport papers */
	char lot[CODE_MAX], to[CODE_MAX];
};
static const struct field moved_fields[] = {
	F_BYTES(struct moved, evidence_sha256),
	R_TEXT(struct moved, lot),
	R_TEXT(struct moved, to),
};
static const struct descriptor moved_body = DESCRIPTOR("lot.moved", struct moved, moved_fields);

static bool decide_move(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct moved *params = data;
	const struct lot *lot = lot_acts_find(context, params->lot, error);
	const struct site *site = lot != NULL ? site_find(context, "to", params->to, error) : NULL;
	if (site == NULL)
		return false;
	if (lot->state == LOT_EXPECTED || lot->destination != NULL)
		return error_set(error, ERROR_ILLEGAL, "lot", "lot %s is %s and cannot be moved",
			lot->code, lot->destination != NULL ? "in transit" : "expected");
	if (site == lot->site)
		return error_set(error, ERROR_INVALID, "to", "lot %s is at %s already", lot->code,
			site->code);
	if (site->state != SITE_OPEN)
		return error_set(error, ERROR_ILLEGAL, "to", "site %s is not open", site->code);
	if (count_refuses(context, lot, lot->site, decision))
		return true;
	if (lot_is_awarded(lot))
		return lot_acts_refuse_reserved(context, lot, "cannot be moved", decision);
	decision->id = lot->code;
	decision->next = arena_printf(decision->arena, "vaultctl lot arrive %s", lot->code);
	if (storage_missing(lot->commodity, site) != 0)
		decision->remark = storage_words(decision->arena, lot->commodity, site);
	return decision_add(decision, &event_lot_moved, params);
}

static void apply_moved(struct state *state, const struct applied *applied, const void *data)
{
	const struct moved *body = data;
	(void)applied;
	struct lot *lot = lot_acts_applied(state, body->lot);
	lot->destination = state_find(state, TABLE_SITE, body->to);
	account_move(state, lot->commodity, ACCOUNT_SITE, lot->site->code, ACCOUNT_IN_TRANSIT, "",
		lot->on_hand_g);
	lot->in_transit_g = lot->on_hand_g;
	lot->on_hand_g = 0;
	lot_refresh(state, lot);
}

const struct event_type event_lot_moved = { "lot.moved", &moved_body, apply_moved };
const struct command_type command_lot_move = { "lot.move", &moved_body, DUTY_KEEPER, decide_move,
	NULL };

struct arrived {
	uint8_t evidence_sha256[32]; /* of the receipt */
	char lot[CODE_MAX];
};
static const struct field arrived_fields[] = {
	F_BYTES(struct arrived, evidence_sha256),
	R_TEXT(struct arrived, lot),
};
static const struct descriptor arrived_body =
	DESCRIPTOR("lot.arrived", struct arrived, arrived_fields);

static bool decide_arrive(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct arrived *params = data;
	const struct lot *lot = lot_acts_find(context, params->lot, error);
	if (lot == NULL)
		return false;
	if (lot->destination == NULL)
		return error_set(error, ERROR_ILLEGAL, "lot", "lot %s is not in transit", lot->code);
	if (count_refuses(context, lot, lot->destination, decision))
		return true;
	decision->id = lot->code;
	return decision_add(decision, &event_lot_arrived, params);
}

static void apply_arrived(struct state *state, const struct applied *applied, const void *data)
{
	const struct arrived *body = data;
	(void)applied;
	struct lot *lot = lot_acts_applied(state, body->lot);
	lot->site = lot->destination;
	lot->destination = NULL;
	account_move(state, lot->commodity, ACCOUNT_IN_TRANSIT, "", ACCOUNT_SITE, lot->site->code,
		lot->in_transit_g);
	lot->on_hand_g = lot->in_transit_g;
	lot->in_transit_g = 0;
	lot_refresh(state, lot);
}

const struct event_type event_lot_arrived = { "lot.arrived", &arrived_body, apply_arrived };
const struct command_type command_lot_arrive = { "lot.arrive", &arrived_body, DUTY_KEEPER,
	decide_arrive, NULL };

/* ---- corrected ---- */

struct corrected {
	int64_t adjusted_g;
	const char *because;
	int64_t contained_g, grade_ppm;
	char lot[CODE_MAX];
	int64_t moisture_ppm, net_g;
};
static const struct field corrected_fields[] = {
	F_INT(struct corrected, adjusted_g),
	F_STRING(struct corrected, because),
	F_INT(struct corrected, contained_g),
	F_INT(struct corrected, grade_ppm),
	F_TEXT(struct corrected, lot),
	F_INT(struct corrected, moisture_ppm),
	F_INT(struct corrected, net_g),
};
static const struct descriptor corrected_body =
	DESCRIPTOR("lot.corrected", struct corrected, corrected_fields);
static const struct field correct_fields[] = {
	R_STRING(struct corrected, because),
	F_INT_IN(struct corrected, grade_ppm, 1, VAULT_PPM),
	R_TEXT(struct corrected, lot),
	F_INT_IN(struct corrected, moisture_ppm, 0, VAULT_PPM - 1),
	F_INT_IN(struct corrected, net_g, 1, LOT_MASS_MAX),
};
static const struct descriptor correct_params =
	DESCRIPTOR("lot.correct", struct corrected, correct_fields);

static bool check_corrector(const struct context *context, const struct lot *lot,
	const struct corrected *params, struct error *error)
{
	bool weight = params->net_g != ABSENT;
	bool assay = params->grade_ppm != ABSENT || params->moisture_ppm != ABSENT;
	if (!weight && !assay)
		return error_set(error, ERROR_INVALID, "net_g",
			"a correction gives net_g, grade_ppm or moisture_ppm");
	if (weight && lot->weighed_by == NULL)
		return error_set(error, ERROR_ILLEGAL, "net_g", "lot %s is not weighed yet", lot->code);
	if (assay && lot->assayed_by == NULL)
		return error_set(error, ERROR_ILLEGAL, "grade_ppm", "lot %s is not assayed yet",
			lot->code);
	if ((weight && lot->weighed_by == context->actor) ||
	    (assay && lot->assayed_by == context->actor))
		return error_set(error, ERROR_DENIED, "lot",
			"%s made the entry that this would correct; somebody else must correct it",
			context->actor->code);
	return true;
}

static bool decide_correct(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct corrected *params = data;
	const struct lot *lot = lot_acts_find(context, params->lot, error);
	if (lot == NULL || !check_corrector(context, lot, params, error))
		return false;
	if (lot->destination != NULL)
		return error_set(error, ERROR_ILLEGAL, "lot", "lot %s is in transit", lot->code);
	if (count_refuses(context, lot, lot->site, decision))
		return true;
	if (lot_is_awarded(lot) || lot->out_g > 0)
		return lot_acts_refuse_reserved(context, lot, "cannot be corrected", decision);
	const char *exchange = state_lot_returned_for(context->state, lot);
	if (exchange[0] != '\0')
		return error_set(error, ERROR_ILLEGAL, "lot", "lot %s came back for %s, which counts what it "
			"was: it cannot be corrected", lot->code, exchange);
	struct corrected *body = decision_body(decision, &event_lot_corrected);
	*body = *params;
	int64_t net_g = params->net_g != ABSENT ? params->net_g : lot->on_hand_g;
	int64_t grade_ppm = params->grade_ppm != ABSENT ? params->grade_ppm : lot->grade_ppm;
	int64_t moisture_ppm = params->moisture_ppm != ABSENT ? params->moisture_ppm :
		lot->moisture_ppm;
	body->adjusted_g = net_g - lot->on_hand_g;
	body->contained_g = grade_ppm == ABSENT ? 0 :
		lot_contained_g(net_g, moisture_ppm != ABSENT ? moisture_ppm : 0, grade_ppm);
	decision->id = lot->code;
	return decision_add(decision, &event_lot_corrected, body);
}

static void apply_corrected(struct state *state, const struct applied *applied, const void *data)
{
	const struct corrected *body = data;
	(void)applied;
	struct lot *lot = lot_acts_applied(state, body->lot);
	lot->adjusted_g += body->adjusted_g;
	lot->on_hand_g += body->adjusted_g;
	if (body->adjusted_g != 0)
		account_move(state, lot->commodity, ACCOUNT_ADJUSTMENT, "", ACCOUNT_SITE,
			lot->site->code, body->adjusted_g);
	if (body->grade_ppm != ABSENT)
		lot->grade_ppm = body->grade_ppm;
	if (body->moisture_ppm != ABSENT)
		lot->moisture_ppm = body->moisture_ppm;
	lot->contained_g = body->contained_g;
	lot_refresh(state, lot);
}

const struct event_type event_lot_corrected = { "lot.corrected", &corrected_body,
	apply_corrected };
const struct command_type command_lot_correct = { "lot.correct", &correct_params,
	DUTY_KEEPER | DUTY_ASSAYER | DUTY_OFFICER, decide_correct, NULL };

/* ---- what time does ---- */

void tick_lot(const struct context *context, const struct lot *lot, int64_t due_ms,
	struct decision *decision)
{
	(void)context;
	struct lot_acts_only *body = decision_body(decision, &event_lot_assay_expired);
	body_text(body->lot, lot->code);
	decision_add_at(decision, &event_lot_assay_expired, body, due_ms);
}

static void apply_assay_expired(struct state *state, const struct applied *applied,
	const void *data)
{
	const struct lot_acts_only *body = data;
	(void)applied;
	struct lot *lot = lot_acts_applied(state, body->lot);
	lot->expired = true;
	lot_refresh(state, lot);
}

const struct event_type event_lot_assay_expired = { "lot.assay_expired", &lot_acts_only,
	apply_assay_expired };
