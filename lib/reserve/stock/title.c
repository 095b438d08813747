/* Titles and pledges: issued, proposed, signed, released. */
#include "reserve/stock/title.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"

static const char *const title_states[] = { "", "live", "replaced", "ended", NULL };
static const char *const pledge_states[] = { "", "proposed", "in-force", "ended", "rejected",
	NULL };

static const struct field title_fields[] = {
	F_TEXT(struct title, number),
	F_TEXT(struct title, lot),
	F_INT(struct title, lot_index),
	F_TEXT(struct title, holder),
	F_ENUM(struct title, state, title_states),
	F_TEXT(struct title, issued_by),
	F_TIME(struct title, issued_at),
};
const struct descriptor title_descriptor = DESCRIPTOR("title", struct title, title_fields);

static const struct field pledge_fields[] = {
	F_TEXT(struct pledge, id),
	F_TEXT(struct pledge, lot),
	F_INT(struct pledge, lot_index),
	F_TEXT(struct pledge, lender),
	F_BYTES(struct pledge, note_sha256),
	F_ENUM(struct pledge, state, pledge_states),
	F_TIME(struct pledge, since),
	F_TIME(struct pledge, until),
	F_TEXT(struct pledge, because),
	F_TEXT(struct pledge, document),
	F_TEXT(struct pledge, release),
};
const struct descriptor pledge_descriptor = DESCRIPTOR("pledge", struct pledge, pledge_fields);

/* ---- finding them ---- */

struct title *title_of(const struct state *state, const struct lot *lot)
{
	struct title *title = NULL;
	while (lot->titled && (title = state_next(state, TABLE_TITLE, title)) != NULL) {
		if (!title->row.closed && title->lot_index == lot->created_index)
			return title;
	}
	return NULL;
}

struct pledge *pledge_of(const struct state *state, const struct lot *lot)
{
	struct pledge *pledge = NULL;
	while (lot->pledged && (pledge = state_next(state, TABLE_PLEDGE, pledge)) != NULL) {
		if (pledge->state == PLEDGE_IN_FORCE && pledge->lot_index == lot->created_index)
			return pledge;
	}
	return NULL;
}

/* A pledge on the lot that waits for its signatures. */
static const struct pledge *pledge_waiting(const struct state *state, const struct lot *lot)
{
	const struct pledge *pledge = NULL;
	while ((pledge = state_next(state, TABLE_PLEDGE, pledge)) != NULL) {
		if (pledge->state == PLEDGE_PROPOSED && pledge->lot_index == lot->created_index)
			return pledge;
	}
	return NULL;
}

/* The lot that a row is about, while it lives: its code may be another lot's by now. */
static struct lot *lot_by(const struct state *state, const char *code, int64_t lot_index)
{
	struct lot *lot = state_find(state, TABLE_LOT, code);
	return lot != NULL && lot->created_index == lot_index ? lot : NULL;
}

void title_loaded(struct state *state, struct row *row)
{
	const struct title *title = (const struct title *)(const void *)row;
	struct lot *lot = lot_by(state, title->lot, title->lot_index);
	if (lot != NULL)
		lot->titled = true;
}

void pledge_loaded(struct state *state, struct row *row)
{
	const struct pledge *pledge = (const struct pledge *)(const void *)row;
	struct lot *lot = lot_by(state, pledge->lot, pledge->lot_index);
	if (lot != NULL && pledge->state == PLEDGE_IN_FORCE)
		lot_loaded_pledged(lot);
}

static void set_pledged(struct state *state, struct lot *lot, bool pledged)
{
	lot_unlist(state, lot);
	lot->pledged = pledged;
	lot_refresh(state, lot);
}

static void end_pledge(struct state *state, struct pledge *pledge, int64_t at)
{
	pledge->state = PLEDGE_ENDED;
	pledge->until = at;
	state_close(state, pledge);
}

void title_lot_ended(struct state *state, struct lot *lot, int64_t at)
{
	struct title *title = title_of(state, lot);
	struct pledge *pledge = pledge_of(state, lot);
	if (title != NULL) {
		title->state = TITLE_ENDED;
		state_close(state, title);
	}
	if (pledge != NULL) {
		document_obsolete(state, pledge->release);
		end_pledge(state, pledge, at);
	}
	lot->titled = lot->pledged = false;
}

static const struct lot *find(const struct context *context, const char *code, struct error *error)
{
	const struct lot *lot = state_find(context->state, TABLE_LOT, code);
	if (lot == NULL)
		not_found(error, "lot", "live lot", code);
	return lot;
}

/* ---- titles ---- */

struct titled {
	char holder[CODE_MAX], lot[CODE_MAX], replaces[CODE_MAX], title[CODE_MAX];
};
static const struct field titled_fields[] = {
	F_TEXT(struct titled, holder),
	F_TEXT(struct titled, lot),
	F_TEXT(struct titled, replaces),
	F_TEXT(struct titled, title),
};
static const struct descriptor titled_body = DESCRIPTOR("lot.titled", struct titled, titled_fields);
static const struct field title_params_fields[] = {
	R_TEXT(struct titled, holder),
	R_TEXT(struct titled, lot),
	F_TEXT(struct titled, replaces),
};
static const struct descriptor title_params =
	DESCRIPTOR("lot.title", struct titled, title_params_fields);

/* Sixteen characters of five bits each; none is taken for another. */
static void write_number(const uint8_t *random, char to[CODE_MAX])
{
	static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	size_t length = 0;
	for (int i = 0; i < 16; i++) {
		if (i > 0 && i % 4 == 0)
			to[length++] = '-';
		to[length++] = alphabet[random[i] & 31];
	}
	to[length] = '\0';
}

static bool check_titled(const struct context *context, const struct lot *lot,
	const struct titled *params, struct error *error)
{
	const struct title *live = title_of(context->state, lot);
	if (!text_is_code(params->holder))
		return error_set(error, ERROR_INVALID, "holder", "\"%s\" is not a code", params->holder);
	if (lot->state == LOT_EXPECTED)
		return error_set(error, ERROR_ILLEGAL, "lot", "lot %s is expected, and nobody has title to "
			"it yet", lot->code);
	if (live != NULL && params->replaces[0] == '\0')
		return error_set(error, ERROR_CONFLICT, "lot", "lot %s has a title that lives, held by %s; "
			"replaces says its number", lot->code, live->holder);
	if (params->replaces[0] != '\0' && (live == NULL || !text_equal(live->number, params->replaces)))
		return error_set(error, ERROR_NOT_FOUND, "replaces",
			"%s is not the number of the title of lot %s", params->replaces, lot->code);
	return true;
}

static bool decide_title(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct titled *params = data;
	const struct lot *lot = find(context, params->lot, error);
	if (lot == NULL || !check_titled(context, lot, params, error))
		return false;
	struct titled *body = decision_body(decision, &event_lot_titled);
	*body = *params;
	if (context->random != NULL)
		write_number(context->random, body->title);
	if (body->title[0] == '\0' || state_find(context->state, TABLE_TITLE, body->title) != NULL)
		return error_set(error, ERROR_INTERNAL, "", "no new title number could be made");
	decision->id = body->title;
	decision->next = arena_printf(decision->arena, "vaultctl lot %s", lot->code);
	return decision_add(decision, &event_lot_titled, body);
}

static void apply_titled(struct state *state, const struct applied *applied, const void *data)
{
	const struct titled *body = data;
	struct lot *lot = state_find(state, TABLE_LOT, body->lot);
	assert(lot != NULL);
	struct title *old = title_of(state, lot);
	if (old != NULL) {
		old->state = TITLE_REPLACED;
		state_close(state, old);
	}
	struct title *title = state_insert(state, TABLE_TITLE, body->title);
	body_text(title->lot, lot->code);
	title->lot_index = lot->created_index;
	body_text(title->holder, body->holder);
	title->state = TITLE_LIVE;
	body_text(title->issued_by, applied->actor);
	title->issued_at = applied->at;
	lot->titled = true;
}

const struct event_type event_lot_titled = { "lot.titled", &titled_body, apply_titled };
const struct command_type command_lot_title = { "lot.title", &title_params, DUTY_OFFICER,
	decide_title, NULL };

/* ---- pledged ---- */

struct pledge_proposed {
	const char *because;
	char document[CODE_MAX], lender[CODE_MAX], lot[CODE_MAX];
	uint8_t note_sha256[32];
	char pledge[CODE_MAX];
};
static const struct field proposed_fields[] = {
	F_STRING(struct pledge_proposed, because),
	F_TEXT(struct pledge_proposed, document),
	F_TEXT(struct pledge_proposed, lender),
	F_TEXT(struct pledge_proposed, lot),
	F_BYTES(struct pledge_proposed, note_sha256),
	F_TEXT(struct pledge_proposed, pledge),
};
static const struct descriptor proposed_body =
	DESCRIPTOR("pledge.proposed", struct pledge_proposed, proposed_fields);

struct pledge_params {
	const char *because;
	char lot[CODE_MAX];
	uint8_t note_sha256[32];
	char to[CODE_MAX];
};
static const struct field pledge_params_fields[] = {
	R_STRING(struct pledge_params, because),
	R_TEXT(struct pledge_params, lot),
	F_BYTES(struct pledge_params, note_sha256),
	R_TEXT(struct pledge_params, to),
};
static const struct descriptor pledge_params =
	DESCRIPTOR("lot.pledge", struct pledge_params, pledge_params_fields);

/* Why a lot cannot be pledged now under R19, or NULL. */
static const char *why_not_pledged(const struct context *context, const struct lot *lot)
{
	const struct pledge *pledge = pledge_of(context->state, lot);
	if (pledge != NULL)
		return arena_printf(context->arena, "it is pledged to %s already (%s)", pledge->lender,
			pledge->id);
	if (lot_is_awarded(lot))
		return arena_printf(context->arena, "part of it is reserved (%s), and it cannot be pledged",
			state_award_holding(context->state, lot->code));
	return NULL;
}

static bool check_reason(const char *because, struct error *error)
{
	return strlen(because) < REASON_MAX || error_set(error, ERROR_LIMIT, "because",
		"a reason has at most %d bytes", REASON_MAX - 1);
}

static bool check_pledged(const struct context *context, const struct lot *lot,
	const struct pledge_params *params, struct error *error)
{
	const struct pledge *waiting = pledge_waiting(context->state, lot);
	if (!text_is_code(params->to))
		return error_set(error, ERROR_INVALID, "to", "\"%s\" is not a code", params->to);
	if (field_absent(descriptor_field(&pledge_params, "note_sha256"), params))
		return error_set(error, ERROR_INVALID, "note_sha256",
			"a pledge needs the note that the lender signed");
	if (lot->state != LOT_ACCEPTED)
		return error_set(error, ERROR_ILLEGAL, "lot", "lot %s is %s, and what is pledged is accepted",
			lot->code, lot_state_shown(lot));
	if (waiting != NULL)
		return error_set(error, ERROR_CONFLICT, "lot", "%s on lot %s waits for signatures as %s",
			waiting->id, lot->code, waiting->document);
	return check_reason(params->because, error);
}

static bool decide_pledge(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct pledge_params *params = data;
	struct document_draft draft;
	char id[CODE_MAX];
	const struct lot *lot = find(context, params->lot, error);
	if (lot == NULL)
		return false;
	const char *why_not = why_not_pledged(context, lot);
	if (why_not != NULL)
		return refuse_act(decision, lot->code, "R19", context->actor->code, why_not);
	state_next_id(context->state, "L", context->now, 0, id, sizeof id);
	if (!check_pledged(context, lot, params, error) ||
	    !document_begin(context, &draft, &document_pledge, id, 2, error))
		return false;
	struct pledge_proposed *body = decision_body(decision, &event_pledge_proposed);
	body->because = params->because;
	body_text(body->document, draft.id);
	body_text(body->lender, params->to);
	body_text(body->lot, lot->code);
	memcpy(body->note_sha256, params->note_sha256, sizeof body->note_sha256);
	body_text(body->pledge, id);
	document_line(&draft, "because", params->because);
	document_line(&draft, "pledge", id);
	document_line(&draft, "lot", lot->code);
	document_line(&draft, "commodity", lot->commodity->code);
	document_line_int(&draft, "contained-g", lot->contained_g);
	document_line_int(&draft, "net-g", lot->on_hand_g + lot->in_transit_g);
	document_line(&draft, "lender", params->to);
	document_line_sha256(&draft, "lender-note-sha256", params->note_sha256);
	decision_add(decision, &event_pledge_proposed, body);
	return document_end(context, &draft, decision, error);
}

static void apply_proposed(struct state *state, const struct applied *applied, const void *data)
{
	const struct pledge_proposed *body = data;
	(void)applied;
	const struct lot *lot = state_find(state, TABLE_LOT, body->lot);
	assert(lot != NULL);
	struct pledge *pledge = state_insert(state, TABLE_PLEDGE, body->pledge);
	state_take_id(state, body->pledge);
	body_text(pledge->lot, body->lot);
	pledge->lot_index = lot->created_index;
	body_text(pledge->lender, body->lender);
	memcpy(pledge->note_sha256, body->note_sha256, sizeof pledge->note_sha256);
	pledge->state = PLEDGE_PROPOSED;
	body_text(pledge->because, body->because);
	body_text(pledge->document, body->document);
}

const struct event_type event_pledge_proposed = { "pledge.proposed", &proposed_body,
	apply_proposed };
const struct command_type command_lot_pledge = { "lot.pledge", &pledge_params, DUTY_OFFICER,
	decide_pledge, NULL };

struct pledge_step {
	char document[CODE_MAX], pledge[CODE_MAX];
};
static const struct field step_fields[] = {
	F_TEXT(struct pledge_step, document),
	F_TEXT(struct pledge_step, pledge),
};
static const struct descriptor pledged_body =
	DESCRIPTOR("lot.pledged", struct pledge_step, step_fields);

static bool add_step(const struct event_type *type, const struct document *document,
	struct decision *decision)
{
	struct pledge_step *body = decision_body(decision, type);
	body_text(body->document, document->id);
	body_text(body->pledge, document->subject);
	return decision_add(decision, type, body);
}

/* The lot may have been awarded, or be gone, since the note was prepared. */
static bool pledge_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct pledge *pledge = state_find(context->state, TABLE_PLEDGE, document->subject);
	const struct lot *lot = pledge != NULL ?
		lot_by(context->state, pledge->lot, pledge->lot_index) : NULL;
	if (lot == NULL || lot->state != LOT_ACCEPTED)
		return error_set(error, ERROR_ILLEGAL, "document", "the lot of %s is gone; reject it",
			document->id);
	const char *why_not = why_not_pledged(context, lot);
	if (why_not != NULL)
		return refuse_act(decision, lot->code, "R19", "", why_not);
	return add_step(&event_lot_pledged, document, decision);
}

static void pledge_rejected(struct state *state, const struct document *document)
{
	struct pledge *pledge = state_find(state, TABLE_PLEDGE, document->subject);
	assert(pledge != NULL);
	pledge->state = PLEDGE_REJECTED;
	state_close(state, pledge);
}

static void apply_pledged(struct state *state, const struct applied *applied, const void *data)
{
	const struct pledge_step *body = data;
	struct pledge *pledge = state_find(state, TABLE_PLEDGE, body->pledge);
	assert(pledge != NULL);
	struct lot *lot = lot_by(state, pledge->lot, pledge->lot_index);
	assert(lot != NULL && !lot->pledged);
	pledge->state = PLEDGE_IN_FORCE;
	pledge->since = applied->at;
	state_touch(state, pledge);
	set_pledged(state, lot, true);
}

const struct event_type event_lot_pledged = { "lot.pledged", &pledged_body, apply_pledged };
const struct document_kind document_pledge = { "pledge", pledge_effect, pledge_rejected, NULL,
	NULL };

/* ---- released ---- */

struct unpledge {
	const char *because;
	char document[CODE_MAX], lot[CODE_MAX];
	uint8_t note_sha256[32];
	char pledge[CODE_MAX];
};
static const struct field unpledge_fields[] = {
	F_STRING(struct unpledge, because),
	F_TEXT(struct unpledge, document),
	F_BYTES(struct unpledge, note_sha256),
	F_TEXT(struct unpledge, pledge),
};
static const struct descriptor unpledge_body =
	DESCRIPTOR("unpledge.proposed", struct unpledge, unpledge_fields);
static const struct field unpledge_params_fields[] = {
	R_STRING(struct unpledge, because),
	R_TEXT(struct unpledge, lot),
	F_BYTES(struct unpledge, note_sha256),
};
static const struct descriptor unpledge_params =
	DESCRIPTOR("lot.unpledge", struct unpledge, unpledge_params_fields);

static bool decide_unpledge(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct unpledge *params = data;
	struct document_draft draft;
	const struct lot *lot = find(context, params->lot, error);
	if (lot == NULL || !check_reason(params->because, error))
		return false;
	const struct pledge *pledge = pledge_of(context->state, lot);
	if (pledge == NULL)
		return error_set(error, ERROR_ILLEGAL, "lot", "lot %s is not pledged", lot->code);
	if (pledge->release[0] != '\0')
		return error_set(error, ERROR_CONFLICT, "lot", "the end of %s waits for signatures as %s",
			pledge->id, pledge->release);
	if (!document_begin(context, &draft, &document_unpledge, pledge->id, 2, error))
		return false;
	struct unpledge *body = decision_body(decision, &event_unpledge_proposed);
	body->because = params->because;
	body_text(body->document, draft.id);
	memcpy(body->note_sha256, params->note_sha256, sizeof body->note_sha256);
	body_text(body->pledge, pledge->id);
	document_line(&draft, "because", params->because);
	document_line(&draft, "pledge", pledge->id);
	document_line(&draft, "lot", lot->code);
	document_line(&draft, "lender", pledge->lender);
	if (!field_absent(descriptor_field(&unpledge_params, "note_sha256"), params))
		document_line_sha256(&draft, "lender-note-sha256", params->note_sha256);
	decision_add(decision, &event_unpledge_proposed, body);
	return document_end(context, &draft, decision, error);
}

static void set_release(struct state *state, const char *pledge_id, const char *document)
{
	struct pledge *pledge = state_find(state, TABLE_PLEDGE, pledge_id);
	assert(pledge != NULL);
	body_text(pledge->release, document);
	state_touch(state, pledge);
}

static void apply_unpledge_proposed(struct state *state, const struct applied *applied,
	const void *data)
{
	const struct unpledge *body = data;
	(void)applied;
	set_release(state, body->pledge, body->document);
}

const struct event_type event_unpledge_proposed = { "unpledge.proposed", &unpledge_body,
	apply_unpledge_proposed };
const struct command_type command_lot_unpledge = { "lot.unpledge", &unpledge_params, DUTY_OFFICER,
	decide_unpledge, NULL };

static bool unpledge_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	return state_find(context->state, TABLE_PLEDGE, document->subject) != NULL ?
		add_step(&event_lot_unpledged, document, decision) :
		error_set(error, ERROR_ILLEGAL, "document", "%s has ended", document->subject);
}

static void unpledge_rejected(struct state *state, const struct document *document)
{
	set_release(state, document->subject, "");
}

static const struct descriptor unpledged_body =
	DESCRIPTOR("lot.unpledged", struct pledge_step, step_fields);

static void apply_unpledged(struct state *state, const struct applied *applied, const void *data)
{
	const struct pledge_step *body = data;
	struct pledge *pledge = state_find(state, TABLE_PLEDGE, body->pledge);
	assert(pledge != NULL);
	struct lot *lot = lot_by(state, pledge->lot, pledge->lot_index);
	assert(lot != NULL && lot->pledged);
	end_pledge(state, pledge, applied->at);
	set_pledged(state, lot, false);
}

const struct event_type event_lot_unpledged = { "lot.unpledged", &unpledged_body, apply_unpledged };
const struct document_kind document_unpledge = { "unpledge", unpledge_effect, unpledge_rejected,
	NULL, NULL };
