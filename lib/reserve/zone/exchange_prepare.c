/*
 * Preparing exchanges: a loan, a rotation or upgrade, a draw, a sale out of the reserve. Each
 * picks its lots, reserves them and makes the note of its release order, which two sign of whom
 * neither asked. A rejected note ends it.
 */
#include <assert.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/picking.h"
#include "reserve/stock/release.h"
#include "reserve/words.h"
#include "reserve/zone/entitlement.h"
#include "reserve/zone/exchange.h"
#include "reserve/zone/exchange_terms.h"
#include "reserve/zone/instalment.h"
#include "reserve/zone/member.h"
#include "reserve/zone/participant.h"
#include "reserve/zone/price.h"
#include "reserve/zone/release_price.h"
#include "reserve/zone/unit.h"
#include "reserve/zone/waiver.h"

enum { PREMIUM_PPM_MAX = 10000, YIELD_PPM_MAX = 2000000 };

/* What the four commands take, each its own part of it. */
struct params {
	char back[CODE_MAX];
	int64_t back_grade_ppm;
	char basis[12], commodity[CODE_MAX];
	const char *consignee;
	int64_t decimals, due_at;
	struct list instalments;
	uint8_t kind;
	int64_t mass_g;
	char member[8];
	int64_t min_grade_ppm;
	char party[CODE_MAX];
	int64_t premium_ppm, quoted, replenish_by;
	char unit[12];
	int64_t yield_ppm;
};

/* The party by the name that it has in its kind. */
#define PARTY(n) { .name = (n), .offset = offsetof(struct params, party), \
	.size = sizeof(((struct params *)0)->party), .type = FIELD_TEXT, .required = true }

static const struct field loan_fields[] = {
	PARTY("borrower"),
	R_TEXT(struct params, commodity),
	F_STRING(struct params, consignee),
	F_TIME(struct params, due_at),
	F_LIST(struct params, instalments, &instalment_params),
	R_INT_IN(struct params, mass_g, 1, LOT_MASS_MAX),
	F_TEXT(struct params, member),
	F_INT_IN(struct params, min_grade_ppm, 0, VAULT_PPM),
	F_INT_IN(struct params, premium_ppm, 0, PREMIUM_PPM_MAX),
};
static const struct descriptor loan_params =
	DESCRIPTOR("loan.new", struct params, loan_fields);

static const char *const rotation_kind_names[] = { "", "rotate", "upgrade", NULL };
static const struct field rotation_fields[] = {
	F_TEXT(struct params, back),
	F_INT_IN(struct params, back_grade_ppm, 1, VAULT_PPM),
	R_TEXT(struct params, commodity),
	F_STRING(struct params, consignee),
	F_TIME(struct params, due_at),
	F_LIST(struct params, instalments, &instalment_params),
	R_ENUM(struct params, kind, rotation_kind_names),
	R_INT_IN(struct params, mass_g, 1, LOT_MASS_MAX),
	F_INT_IN(struct params, min_grade_ppm, 0, VAULT_PPM),
	PARTY("processor"),
	F_INT_IN(struct params, yield_ppm, 1, YIELD_PPM_MAX),
};
static const struct descriptor rotation_params =
	DESCRIPTOR("rotation.new", struct params, rotation_fields);

static const struct field draw_fields[] = {
	R_TEXT(struct params, commodity),
	F_STRING(struct params, consignee),
	R_INT_IN(struct params, mass_g, 1, LOT_MASS_MAX),
	F_INT_IN(struct params, min_grade_ppm, 0, VAULT_PPM),
	PARTY("participant"),
	F_TIME(struct params, replenish_by),
};
static const struct descriptor draw_params =
	DESCRIPTOR("draw.new", struct params, draw_fields);

static const struct field disposal_fields[] = {
	F_TEXT(struct params, basis),
	PARTY("buyer"),
	R_TEXT(struct params, commodity),
	F_STRING(struct params, consignee),
	F_INT_IN(struct params, decimals, 0, 6),
	R_INT_IN(struct params, mass_g, 1, LOT_MASS_MAX),
	F_INT_IN(struct params, min_grade_ppm, 0, VAULT_PPM),
	F_INT_IN(struct params, quoted, 1, 1000000000000),
	F_TEXT(struct params, unit),
};
static const struct descriptor disposal_params =
	DESCRIPTOR("disposal.new", struct params, disposal_fields);

/* ---- an exchange in the making ---- */

struct making {
	const struct context *context;
	const struct params *params;
	uint8_t kind;
	struct commodity *commodity, *back;
	const struct member *member;
	const struct participant *participant;
	const char *consignee;
	struct picked picked;
	struct release_verdict price;
	struct exchange_prepared *body;
	struct release_prepared *order;
};

static const char *letter_of(uint8_t kind)
{
	return kind == EXCHANGE_DRAW ? "B" : kind == EXCHANGE_LOAN ? "X" :
		kind == EXCHANGE_SALE ? "V" : "T";
}

static const char *party_name(uint8_t kind)
{
	return kind == EXCHANGE_DRAW ? "participant" : kind == EXCHANGE_LOAN ? "borrower" :
		kind == EXCHANGE_SALE ? "buyer" : "processor";
}

static bool find_member(struct making *making, const char *field, const char *code,
	struct error *error)
{
	making->member = state_find(making->context->state, TABLE_MEMBER, code);
	return making->member != NULL || not_found(error, field, "member", code);
}

/* Who gets it, and which member answers for it. */
static bool find_party(struct making *making, struct error *error)
{
	const struct params *params = making->params;
	const char *party = params->party, *field = party_name(making->kind);
	if (!text_is_code(party))
		return error_set(error, ERROR_INVALID, field, "\"%s\" is not a code: letters, digits, dot, "
			"dash, underscore, at most %d", party, CODE_MAX - 1);
	if (making->kind == EXCHANGE_DRAW) {
		making->participant = participant_find(making->context, field, party, error);
		making->consignee = making->participant != NULL ? making->participant->name : NULL;
		return making->participant != NULL;
	}
	making->consignee = party;
	if (making->kind == EXCHANGE_ROTATE || making->kind == EXCHANGE_UPGRADE)
		return true;
	const struct member *own = state_find(making->context->state, TABLE_MEMBER, party);
	if (making->kind == EXCHANGE_SALE || own != NULL) {
		if (params->member[0] != '\0' && !text_equal(params->member, party))
			return error_set(error, ERROR_CONFLICT, "member", "%s is a member and answers for itself",
				party);
		if (!find_member(making, field, party, error))
			return false;
		making->consignee = making->member->name;
		return true;
	}
	if (params->member[0] == '\0') {
		error_set(error, ERROR_INVALID, "member",
			"%s is no member, so a member must answer for the loan", party);
		return error_remedy(error, "vaultctl loan new %s %s %lldg --due DATE --member CODE", party,
			making->commodity->code, (long long)params->mass_g);
	}
	return find_member(making, "member", params->member, error);
}

static bool set_consignee(struct making *making, struct error *error)
{
	if (making->params->consignee != NULL)
		making->consignee = making->params->consignee;
	size_t length = strlen(making->consignee);
	return (length > 0 && length < NAME_MAX_BYTES) || error_set(error, ERROR_INVALID, "consignee",
		"its name has 1 to %d bytes", NAME_MAX_BYTES - 1);
}

/* ---- terms ---- */

static const char *date(char text[TIME_TEXT_SIZE], int64_t time_ms)
{
	time_format(time_ms, text);
	text[strlen("2026-12-03")] = '\0';
	return text;
}

static bool check_due(const struct making *making, const char *field, int64_t due_at,
	struct error *error)
{
	return due_at > making->context->now || error_set(error, ERROR_INVALID, field,
		"that date is past: nothing can come back by then");
}

/*
 * One date for all that comes back, or instalments of it; where whole sealed units give less than
 * was asked, the last instalments are less.
 */
static bool set_due(const struct making *making, struct error *error)
{
	const struct params *params = making->params;
	struct exchange_prepared *body = making->body;
	int64_t asked_g = 0, back_g = 0;
	bool in_parts = params->instalments.count > 0;
	if (in_parts == (params->due_at != ABSENT))
		return error_set(error, ERROR_INVALID, "due_at", in_parts ?
			"both a date and instalments are given: the last instalment is the date" :
			"when it is to come back is missing: a date, or instalments");
	body->due_at = params->due_at;
	if (!in_parts)
		return check_due(making, "due_at", body->due_at, error);
	bool fits = checked_mul_div_up(params->mass_g, body->back_ppm, VAULT_PPM, &asked_g) &&
		checked_mul_div_up(body->mass_g, body->back_ppm, VAULT_PPM, &back_g);
	assert(fits); /* the yield is limited */
	(void)fits;
	if (!instalments_check(&params->instalments, asked_g, making->context->now,
	    "what is to come back", error))
		return false;
	body->due_at = instalments_last(&params->instalments);
	return instalments_for(&params->instalments, back_g, making->context->arena, &body->instalments,
		error);
}

/* In normal times a draw is to be replenished; in a declared disruption it owes nothing back. */
static bool set_replenishing(struct making *making, struct error *error)
{
	char latest[TIME_TEXT_SIZE];
	int64_t by = making->params->replenish_by;
	if (state_draw_standing(making->commodity) != DRAW_NORMAL) {
		making->body->owes = false;
		return by == ABSENT || error_set(error, ERROR_CONFLICT, "replenish_by",
			"a declaration is open for %s: what is drawn now is not replenished",
			making->commodity->code);
	}
	int64_t latest_at = entitlement_replenish_by(making->context->state, making->participant,
		making->commodity, making->body->mass_g, making->context->now);
	if (by == ABSENT)
		by = latest_at;
	if (!check_due(making, "replenish_by", by, error))
		return false;
	if (by > latest_at) {
		error_set(error, ERROR_INVALID, "replenish_by", "its commitments let %s replenish by %s at "
			"the latest", making->participant->code, date(latest, latest_at));
		return error_remedy(error, "vaultctl draw new %s %s %lldg --replenish-by %s",
			making->params->party, making->commodity->code, (long long)making->params->mass_g,
			date(latest, latest_at));
	}
	making->body->due_at = by;
	return true;
}

/* An upgrade agrees what comes back; a rotation brings the same again. */
static bool set_rotation(struct making *making, struct error *error)
{
	const struct params *params = making->params;
	bool upgrade = making->kind == EXCHANGE_UPGRADE;
	if (!upgrade && (params->yield_ppm != ABSENT || params->back_grade_ppm != ABSENT ||
	    making->back != making->commodity))
		return error_set(error, ERROR_INVALID, "kind", "a rotation brings back as much of the same, of "
			"the same grade or better; say --kind upgrade where something else is agreed");
	if (upgrade && params->yield_ppm == ABSENT)
		return error_set(error, ERROR_INVALID, "yield_ppm",
			"an upgrade agrees how much comes back of what goes out: --yield 92%%");
	if (upgrade && making->back == making->commodity && params->back_grade_ppm == ABSENT)
		return error_set(error, ERROR_INVALID, "back_grade_ppm",
			"an upgrade of the same commodity agrees a better grade: --back-grade 99.99%%");
	if (upgrade && params->back_grade_ppm == ABSENT) {
		making->body->back_grade_ppm = making->back->min_grade_ppm != ABSENT ?
			making->back->min_grade_ppm : 1;
	} else {
		making->body->back_grade_ppm = params->back_grade_ppm;
	}
	if (upgrade)
		making->body->back_ppm = params->yield_ppm;
	return set_due(making, error);
}

static bool set_terms(struct making *making, struct error *error)
{
	struct exchange_prepared *body = making->body;
	body->kind = making->kind;
	body_text(body->party, making->params->party);
	body_text(body->commodity, making->commodity->code);
	body_text(body->member, making->member != NULL ? making->member->code : "");
	body->min_grade_ppm = making->params->min_grade_ppm;
	body->mass_g = making->picked.contained_g;
	body->premium_ppm = 0;
	body->owes = making->kind != EXCHANGE_SALE;
	body->back_ppm = VAULT_PPM;
	bool good = true;
	if (making->kind == EXCHANGE_DRAW) {
		good = set_replenishing(making, error);
	} else if (making->kind == EXCHANGE_LOAN) {
		body->premium_ppm = making->params->premium_ppm != ABSENT ? making->params->premium_ppm : 0;
		good = set_due(making, error);
	} else if (making->kind != EXCHANGE_SALE) {
		good = set_rotation(making, error);
	}
	if (body->owes)
		body_text(body->back, making->back->code);
	else
		body->back_ppm = ABSENT;
	return good;
}

/* ---- price ---- */

/* What it is valued at: the least that passes the price floor; a sale may have its own. */
static bool set_price(struct making *making, struct error *error)
{
	const struct params *params = making->params;
	struct release_prepared *order = making->order;
	struct release_quote least;
	if (params->quoted == ABSENT && (params->unit[0] != '\0' || params->basis[0] != '\0' ||
	    params->decimals != ABSENT))
		return error_set(error, ERROR_INVALID, "quoted", "a unit without a price says nothing");
	if (params->quoted == ABSENT) {
		if (!release_price_least(making->commodity, making->context->now, &least))
			return true; /* which the price floor refuses */
		order->quoted = least.quoted;
		order->decimals = least.decimals;
		body_text(order->unit, least.unit);
		body_text(order->basis, least.basis);
		order->price_micros_per_kg = least.price_micros_per_kg;
		return true;
	}
	if (!unit_known(params->unit))
		return error_set(error, ERROR_INVALID, "unit", "\"%s\" is not a unit: USD/kg, USD/t, "
			"USD/lb, USc/lb, USD/mtu, USD/dmtu, USD/ozt", params->unit);
	order->quoted = params->quoted;
	order->decimals = params->decimals != ABSENT ? params->decimals : 0;
	body_text(order->unit, params->unit);
	body_text(order->basis, params->basis[0] != '\0' ? params->basis : making->commodity->basis);
	if (unit_price_micros_per_kg(order->quoted, order->decimals, order->unit, order->basis,
	    making->commodity->basis, &order->price_micros_per_kg))
		return true;
	return unit_out_of_range(order->unit, order->basis, making->commodity->basis) ?
		error_set(error, ERROR_LIMIT, "quoted", "that price is larger than a figure may be") :
		error_set(error, ERROR_INVALID, "unit",
		"a price in %s per %s cannot be compared with the basis %s [R23]", order->unit,
		order->basis, making->commodity->basis);
}

/* ---- lots ---- */

/* Each line bears its lot's grade: what comes back is measured by it. */
static void set_lines(struct making *making)
{
	release_set_lines(making->context->arena, &making->picked.picks, making->order);
	struct order_line *lines = making->order->lines.items;
	for (uint32_t i = 0; making->body->owes && i < making->order->lines.count; i++) {
		const struct lot *lot = state_find(making->context->state, TABLE_LOT, lines[i].lot);
		assert(lot != NULL);
		lines[i].grade_ppm = lot->grade_ppm;
	}
}

/* An upgrade of the same commodity is one: better than any lot that goes out. */
static bool check_upgrade(const struct making *making, struct error *error)
{
	const struct order_line *lines = making->order->lines.items;
	char best[WORD_SHARE];
	int64_t best_ppm = 0;
	for (uint32_t i = 0; i < making->order->lines.count; i++)
		best_ppm = lines[i].grade_ppm > best_ppm ? lines[i].grade_ppm : best_ppm;
	if (making->kind != EXCHANGE_UPGRADE || making->back != making->commodity ||
	    making->body->back_grade_ppm > best_ppm)
		return true;
	word_share(best, best_ppm);
	return error_set(error, ERROR_INVALID, "back_grade_ppm",
		"lots of %s would go out, so what comes back must be better", best);
}

/* ---- the note ---- */

static void write_return(struct document_draft *draft, const struct making *making)
{
	const struct exchange_prepared *body = making->body;
	char grade[WORD_SHARE], share[WORD_SHARE];
	if (!body->owes) {
		document_line(draft, "comes-back", "nothing");
		return;
	}
	word_share(share, body->back_ppm);
	document_words(draft, (const char *const[]){ "comes-back", share, "of", body->back }, 4);
	if (body->back_grade_ppm != ABSENT) {
		word_share(grade, body->back_grade_ppm);
		document_words(draft, (const char *const[]){ "grade", grade, "or", "better" }, 4);
	} else {
		document_line(draft, "grade", "as it went out or better");
	}
	if (body->instalments.count > 0)
		instalments_write(draft, "due", &body->instalments);
	else
		document_line_time(draft, "due", body->due_at);
	if (making->kind == EXCHANGE_LOAN)
		document_line_int(draft, "premium-ppm-per-day", body->premium_ppm);
}

static void write_text(struct document_draft *draft, const struct making *making)
{
	const struct release_prepared *order = making->order;
	char price[64], value[64];
	price_words(price, sizeof price, order->quoted, order->decimals, order->unit);
	price_words(value, sizeof value, making->body->value_cents, 2, "USD");
	document_line(draft, "request", order->request);
	document_line(draft, "kind", exchange_kind_names[making->kind]);
	document_line(draft, party_name(making->kind), making->params->party);
	if (making->member != NULL)
		document_line(draft, "member", making->member->code);
	document_line(draft, "consignee", order->consignee);
	document_line(draft, "commodity", order->commodity);
	document_line_int(draft, "contained-g", order->contained_g);
	document_words(draft, (const char *const[]){ "price", price, "per", order->basis }, 4);
	document_line_int(draft, "price-micros-per-kg", order->price_micros_per_kg);
	document_line(draft, "market-price", release_price_market(making->context->arena,
		&making->price.price));
	document_line(draft, "price-floor", release_price_floor(making->context->arena,
		&making->price.price));
	if (order->waiver[0] != '\0')
		document_line(draft, "waiver", order->waiver);
	document_line(draft, "value", value);
	write_return(draft, making);
	document_line_int(draft, "signatures", draft->need);
	document_line_int(draft, "lots", order->lines.count);
	document_content(draft);
	release_write_lots(draft, order);
}

static bool prepare_note(const struct making *making, struct decision *decision,
	struct error *error)
{
	const struct context *context = making->context;
	const struct release_prepared *order = making->order;
	struct document_draft draft;
	if (!document_begin_as(context, &draft, &document_release_order, order->order, order->order, 2,
	    error))
		return false;
	int64_t approvals = state_release_approvals(context->state, making->commodity, making->member,
		order->contained_g, making->body->value_cents);
	draft.need = approvals > draft.need ? approvals : draft.need;
	body_text(draft.barred, context->actor->code);
	write_text(&draft, making);
	decision_add(decision, &event_exchange_prepared, making->body);
	decision_add(decision, &event_order_prepared, order);
	if (!document_end(context, &draft, decision, error))
		return false;
	if (making->price.stale)
		release_price_finding(context, making->commodity, order->order, decision);
	decision->id = making->body->exchange;
	if (making->picked.contained_g < making->params->mass_g) {
		char mass[WORD_MASS];
		word_mass(mass, making->picked.contained_g);
		decision->remark = arena_printf(decision->arena,
			"%s in whole sealed units, which are never split", mass);
	}
	return true;
}

/* ---- all of it ---- */

static bool find_things(struct making *making, struct error *error)
{
	const struct params *params = making->params;
	making->commodity = commodity_find(making->context, "commodity", params->commodity, error);
	if (making->commodity == NULL)
		return false;
	making->back = making->commodity;
	if (params->back[0] != '\0')
		making->back = commodity_find(making->context, "back", params->back, error);
	return making->back != NULL && find_party(making, error) && set_consignee(making, error);
}

static const char *first_bar(struct making *making, const char **ret_because)
{
	const struct context *context = making->context;
	const struct params *params = making->params;
	const char *rule = exchange_standing_bar(context, making->kind, params->party, making->member,
		making->commodity, ret_because);
	if (rule == NULL && making->participant != NULL)
		rule = exchange_entitlement_bar(context, making->participant, making->commodity,
			params->mass_g, NULL, ret_because);
	if (rule == NULL && making->price.rule != NULL) {
		*ret_because = making->price.because;
		return making->price.rule;
	}
	if (rule == NULL)
		rule = exchange_mass_bar(context, making->kind, making->commodity, params->mass_g,
			params->min_grade_ppm, ret_because);
	return rule != NULL ? rule : exchange_pick(context, making->commodity, params->mass_g,
		params->min_grade_ppm, &making->picked, ret_because);
}

/* What a kind does not take is absent. */
static struct params completed(const struct params *params, uint8_t kind)
{
	struct params own = *params;
	if (kind != EXCHANGE_SALE) {
		own.quoted = own.decimals = ABSENT;
		own.unit[0] = own.basis[0] = '\0';
	}
	if (kind == EXCHANGE_SALE || kind == EXCHANGE_DRAW) {
		own.due_at = ABSENT;
		own.instalments = (struct list){ NULL, 0 };
	}
	if (kind != EXCHANGE_LOAN)
		own.premium_ppm = ABSENT;
	if (kind != EXCHANGE_DRAW)
		own.replenish_by = ABSENT;
	if (kind != EXCHANGE_ROTATE && kind != EXCHANGE_UPGRADE)
		own.back_grade_ppm = own.yield_ppm = ABSENT;
	return own;
}

static bool decide_new(const struct context *context, const struct params *given, uint8_t kind,
	struct decision *decision, struct error *error)
{
	const struct params own = completed(given, kind), *params = &own;
	struct making making = { .context = context, .params = params, .kind = kind };
	const char *because = "";
	if (!find_things(&making, error))
		return false;
	making.body = decision_body(decision, &event_exchange_prepared);
	making.order = decision_body(decision, &event_order_prepared);
	state_next_id(context->state, letter_of(kind), context->now, 0, making.body->exchange,
		sizeof making.body->exchange);
	state_next_id(context->state, "O", context->now, 0, making.order->order,
		sizeof making.order->order);
	if (!set_price(&making, error))
		return false;
	exchange_price_check(context, kind, making.commodity, making.order->price_micros_per_kg,
		making.body->exchange, &making.price);
	const char *rule = first_bar(&making, &because);
	if (rule != NULL)
		return refuse_act(decision, params->party, rule, context->actor->code, because);
	if (making.picked.cut)
		return error_set(error, ERROR_LIMIT, "mass_g", "it would need more than %d lots; ask in parts",
			EXCHANGE_LOTS_MAX);
	if (exchange_annual(kind) != ANNUAL_NONE && annual_refuses(context, making.commodity,
	    exchange_annual(kind), making.picked.contained_g, params->party, decision))
		return true;
	if (!set_terms(&making, error))
		return false;
	making.order->market_micros_per_kg = making.price.price.market_micros;
	body_text(making.order->waiver, making.price.waiver != NULL ? making.price.waiver->id : "");
	body_text(making.order->request, making.body->exchange);
	body_text(making.order->member, making.body->member);
	body_text(making.order->commodity, making.commodity->code);
	body_text(making.order->consignee, making.consignee);
	set_lines(&making);
	if (!unit_value_cents(making.order->quoted, making.order->decimals, making.order->unit,
	    making.order->basis, making.commodity->basis, making.order->contained_g,
	    &making.body->value_cents))
		return error_set(error, ERROR_INVALID, "mass_g", "its value is out of range");
	return check_upgrade(&making, error) && prepare_note(&making, decision, error);
}

static bool decide_loan(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	return decide_new(context, data, EXCHANGE_LOAN, decision, error);
}

static bool decide_rotation(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct params *params = data;
	return decide_new(context, data, params->kind == 1 ? EXCHANGE_ROTATE : EXCHANGE_UPGRADE,
		decision, error);
}

static bool decide_draw(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	return decide_new(context, data, EXCHANGE_DRAW, decision, error);
}

static bool decide_disposal(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	return decide_new(context, data, EXCHANGE_SALE, decision, error);
}

const struct command_type command_loan_new = { "loan.new", &loan_params,
	DUTY_OFFICER | DUTY_KEEPER, decide_loan, NULL };
const struct command_type command_rotation_new = { "rotation.new", &rotation_params,
	DUTY_OFFICER | DUTY_KEEPER, decide_rotation, NULL };
const struct command_type command_draw_new = { "draw.new", &draw_params,
	DUTY_OFFICER | DUTY_KEEPER, decide_draw, NULL };
const struct command_type command_disposal_new = { "disposal.new", &disposal_params,
	DUTY_OFFICER | DUTY_KEEPER, decide_disposal, NULL };
