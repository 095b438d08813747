/* The row of an exchange, what is still to come back, and what time does to it. */
#include "reserve/zone/exchange.h"

#include <assert.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/finding.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"
#include "reserve/zone/exchange_terms.h"
#include "reserve/zone/instalment.h"
#include "reserve/zone/member.h"

const char *const exchange_kind_names[] = { "", "draw", "loan", "rotate", "upgrade", "sale", NULL };
const char *const exchange_state_names[] = { "", "prepared", "open", "out", "returned",
	"defaulted", "delivered", "rejected", "lapsed", NULL };

static const struct field exchange_fields[] = {
	F_TEXT(struct exchange, id),
	F_ENUM(struct exchange, kind, exchange_kind_names),
	F_ENUM(struct exchange, state, exchange_state_names),
	F_BOOL(struct exchange, owes),
	F_BOOL(struct exchange, overdue),
	F_TEXT(struct exchange, party),
	F_REF(struct exchange, member, TABLE_MEMBER),
	F_REF(struct exchange, commodity, TABLE_COMMODITY),
	F_REF(struct exchange, back, TABLE_COMMODITY),
	F_INT(struct exchange, mass_g),
	F_INT(struct exchange, min_grade_ppm),
	F_TEXT(struct exchange, release_order),
	F_TEXT(struct exchange, requested_by),
	F_INT(struct exchange, prepared_index),
	F_INT(struct exchange, value_cents),
	F_TIME(struct exchange, due_at),
	F_TIME(struct exchange, original_due_at),
	F_LIST(struct exchange, instalments, &instalment_descriptor),
	F_LIST(struct exchange, original_instalments, &instalment_descriptor),
	F_INT(struct exchange, premium_ppm),
	F_INT(struct exchange, back_ppm),
	F_INT(struct exchange, back_grade_ppm),
	F_TIME(struct exchange, delivered_at),
	F_INT(struct exchange, out_g),
	F_INT(struct exchange, principal_g),
	F_INT(struct exchange, returned_g),
	F_INT(struct exchange, accrued_g),
	F_INT(struct exchange, accrued_rest),
	F_TIME(struct exchange, accrued_until),
	F_INT(struct exchange, amendments),
	F_INT(struct exchange, returns),
	F_TIME(struct exchange, ended_at),
};
const struct descriptor exchange_descriptor =
	DESCRIPTOR("exchange", struct exchange, exchange_fields);

/* ---- states ---- */

static const struct { enum exchange_state from; enum exchange_event event; enum exchange_state to; }
legal[] = {
	{ EXCHANGE_PREPARED, EXCHANGE_REJECT, EXCHANGE_REJECTED },
	{ EXCHANGE_PREPARED, EXCHANGE_ISSUE, EXCHANGE_OPEN },
	{ EXCHANGE_OPEN, EXCHANGE_LAPSE, EXCHANGE_LAPSED },
	{ EXCHANGE_OPEN, EXCHANGE_DELIVER, EXCHANGE_OUT },
	{ EXCHANGE_OPEN, EXCHANGE_DELIVER_FOR_GOOD, EXCHANGE_DELIVERED },
	{ EXCHANGE_OUT, EXCHANGE_RETURN_PART, EXCHANGE_OUT },
	{ EXCHANGE_OUT, EXCHANGE_RETURN_ALL, EXCHANGE_RETURNED },
	{ EXCHANGE_OUT, EXCHANGE_DEFAULT, EXCHANGE_DEFAULTED },
	{ EXCHANGE_DEFAULTED, EXCHANGE_RETURN_PART, EXCHANGE_DEFAULTED },
	{ EXCHANGE_DEFAULTED, EXCHANGE_RETURN_ALL, EXCHANGE_RETURNED },
};

enum exchange_state exchange_transition(enum exchange_state from, enum exchange_event event)
{
	for (size_t i = 0; i < sizeof legal / sizeof *legal; i++) {
		if (legal[i].from == from && legal[i].event == event)
			return legal[i].to;
	}
	return EXCHANGE_NONE;
}

static bool is_final(enum exchange_state exchange_state)
{
	return exchange_state == EXCHANGE_RETURNED || exchange_state == EXCHANGE_DELIVERED ||
		exchange_state == EXCHANGE_REJECTED || exchange_state == EXCHANGE_LAPSED;
}

void exchange_advance(struct state *state, struct exchange *exchange, enum exchange_event event,
	int64_t at)
{
	enum exchange_state to = exchange_transition((enum exchange_state)exchange->state, event);
	assert(to != EXCHANGE_NONE);
	exchange->state = (uint8_t)to;
	state_touch(state, exchange);
	if (!is_final(to)) {
		state_schedule(state, exchange);
		return;
	}
	exchange_mark(state, exchange, false);
	exchange->ended_at = at;
	state_close(state, exchange);
}

const char *exchange_word(const struct exchange *exchange)
{
	static const char *const words[] = { "", "draw", "loan", "rotation", "upgrade", "sale" };
	return words[exchange->kind];
}

const char *exchange_noun(enum exchange_kind kind)
{
	static const char *const nouns[] = { "", "draw", "loan", "rotation", "rotation", "disposal" };
	return nouns[kind];
}

void exchange_mark(struct state *state, struct exchange *exchange, bool overdue)
{
	if (exchange->overdue == overdue)
		return;
	exchange->overdue = overdue;
	if (exchange->member != NULL)
		exchange->member->overdue_returns += overdue ? 1 : -1;
	state_touch(state, exchange);
}

void exchange_loaded(struct state *state, struct row *row)
{
	const struct exchange *exchange = (const struct exchange *)(const void *)row;
	(void)state;
	if (!row->closed && exchange->overdue && exchange->member != NULL)
		exchange->member->overdue_returns++;
}

struct exchange *exchange_find_out(const struct context *context, const char *field,
	const char *id, struct error *error)
{
	struct exchange *exchange = state_find(context->state, TABLE_EXCHANGE, id);
	if (exchange == NULL) {
		not_found(error, field, "open draw, loan or rotation", id);
		return NULL;
	}
	if (exchange->owes && (exchange->state == EXCHANGE_OUT || exchange->state == EXCHANGE_DEFAULTED))
		return exchange;
	error_set(error, ERROR_ILLEGAL, field, "%s %s is %s: nothing of it is out to come back",
		exchange_word(exchange), id, exchange_state_names[exchange->state]);
	return NULL;
}

/* ---- prepared ---- */

static const struct field prepared_fields[] = {
	F_TEXT(struct exchange_prepared, back),
	F_INT(struct exchange_prepared, back_grade_ppm),
	F_INT(struct exchange_prepared, back_ppm),
	F_TEXT(struct exchange_prepared, commodity),
	F_TIME(struct exchange_prepared, due_at),
	F_TEXT(struct exchange_prepared, exchange),
	F_LIST(struct exchange_prepared, instalments, &instalment_descriptor),
	F_ENUM(struct exchange_prepared, kind, exchange_kind_names),
	F_INT(struct exchange_prepared, mass_g),
	F_TEXT(struct exchange_prepared, member),
	F_INT(struct exchange_prepared, min_grade_ppm),
	F_BOOL(struct exchange_prepared, owes),
	F_TEXT(struct exchange_prepared, party),
	F_INT(struct exchange_prepared, premium_ppm),
	F_INT(struct exchange_prepared, value_cents),
};
static const struct descriptor prepared_body =
	DESCRIPTOR("exchange.prepared", struct exchange_prepared, prepared_fields);

static void apply_prepared(struct state *state, const struct applied *applied, const void *data)
{
	const struct exchange_prepared *body = data;
	struct exchange *exchange = state_insert(state, TABLE_EXCHANGE, body->exchange);
	state_take_id(state, body->exchange);
	exchange->kind = body->kind;
	exchange->state = EXCHANGE_PREPARED;
	exchange->owes = body->owes;
	body_text(exchange->party, body->party);
	exchange->member = state_find(state, TABLE_MEMBER, body->member);
	exchange->commodity = state_find(state, TABLE_COMMODITY, body->commodity);
	if (body->back[0] != '\0')
		exchange->back = state_find(state, TABLE_COMMODITY, body->back);
	exchange->mass_g = body->mass_g;
	exchange->min_grade_ppm = body->min_grade_ppm;
	body_text(exchange->requested_by, applied->actor);
	exchange->value_cents = body->value_cents;
	exchange->due_at = exchange->original_due_at = body->due_at;
	exchange->instalments = instalments_kept(&body->instalments);
	exchange->original_instalments = instalments_kept(&body->instalments);
	exchange->premium_ppm = body->premium_ppm;
	exchange->back_ppm = body->back_ppm;
	exchange->back_grade_ppm = body->back_grade_ppm;
	exchange->prepared_index = applied->index;
	exchange->amendments = exchange->returns = 0;
	if (exchange_annual(body->kind) != ANNUAL_NONE)
		annual_use(state, exchange->commodity, exchange_annual(body->kind), body->mass_g,
			applied->index);
}

const struct event_type event_exchange_prepared = { "exchange.prepared", &prepared_body,
	apply_prepared };

/* ---- what is to come back ---- */

static int64_t day_of(int64_t time_ms)
{
	return time_ms - time_ms % TIME_DAY_MS;
}

struct exchange_balance exchange_balance(const struct exchange *exchange, int64_t now)
{
	struct exchange_balance balance = { 0 };
	if (exchange->principal_g == ABSENT)
		return balance;
	int64_t left_g = exchange->principal_g - exchange->returned_g;
	balance.principal_left_g = left_g > 0 ? left_g : 0;
	balance.until = day_of(now) > exchange->accrued_until ? day_of(now) : exchange->accrued_until;
	/* at most 10^12 g x 10^4 ppm x 10^6 days */
	__extension__ __int128 exact = (__int128)balance.principal_left_g * exchange->premium_ppm *
		((balance.until - exchange->accrued_until) / TIME_DAY_MS) + exchange->accrued_rest;
	balance.accrued_g = exchange->accrued_g + (int64_t)(exact / VAULT_PPM);
	balance.accrued_rest = (int64_t)(exact % VAULT_PPM);
	balance.premium_g = balance.accrued_g + (balance.accrued_rest > 0 ? 1 : 0);
	balance.owed_g = exchange->principal_g + balance.premium_g - exchange->returned_g;
	return balance;
}

/* ---- by when ---- */

static const struct list *parts_of(const struct exchange *exchange, enum exchange_dates dates)
{
	return dates == EXCHANGE_DATES_NOW ? &exchange->instalments : &exchange->original_instalments;
}

static int64_t last_due(const struct exchange *exchange, enum exchange_dates dates)
{
	return dates == EXCHANGE_DATES_NOW ? exchange->due_at : exchange->original_due_at;
}

/* Before the metal is out, all of it is what is to come back of what was picked. */
static int64_t principal_g(const struct exchange *exchange)
{
	int64_t all_g = exchange->principal_g;
	if (all_g != ABSENT)
		return all_g;
	bool fits = checked_mul_div_up(exchange->mass_g, exchange->back_ppm, VAULT_PPM, &all_g);
	assert(fits); /* back_ppm is limited */
	(void)fits;
	return all_g;
}

uint32_t exchange_part_count(const struct exchange *exchange, enum exchange_dates dates)
{
	uint32_t count = parts_of(exchange, dates)->count;
	return !exchange->owes ? 0 : count > 0 ? count : 1;
}

/* What of the principal must be back before a date of these. */
static int64_t needed_g(const struct exchange *exchange, enum exchange_dates dates,
	int64_t due_at)
{
	return principal_g(exchange) - instalments_after_g(parts_of(exchange, dates), due_at);
}

static int64_t back_g(const struct exchange *exchange)
{
	return exchange->returned_g != ABSENT ? exchange->returned_g : 0;
}

struct exchange_part exchange_part(const struct exchange *exchange, enum exchange_dates dates,
	uint32_t number, int64_t now)
{
	const struct list *list = parts_of(exchange, dates);
	const struct instalment *parts = list->items;
	struct exchange_part part = { last_due(exchange, dates), principal_g(exchange), 0, false };
	bool out = exchange->state == EXCHANGE_OUT || exchange->state == EXCHANGE_DEFAULTED;
	if (list->count > 0)
		part = (struct exchange_part){ parts[number].due_at, parts[number].mass_g, 0, false };
	int64_t left_g = needed_g(exchange, dates, part.due_at) - back_g(exchange);
	if (!is_final((enum exchange_state)exchange->state)) /* what lapsed owes nothing */
		part.owed_g = left_g < 0 ? 0 : left_g < part.mass_g ? left_g : part.mass_g;
	if (out && number + 1 == exchange_part_count(exchange, dates)) {
		const struct exchange_balance balance = exchange_balance(exchange, now);
		part.owed_g += balance.owed_g - balance.principal_left_g;
	}
	part.overdue = out && now >= part.due_at && part.owed_g > 0;
	return part;
}

int64_t exchange_next_due(const struct exchange *exchange, enum exchange_dates dates)
{
	const struct list *list = parts_of(exchange, dates);
	const struct instalment *parts = list->items;
	for (uint32_t i = 0; i < list->count; i++) {
		if (needed_g(exchange, dates, parts[i].due_at) > back_g(exchange))
			return parts[i].due_at;
	}
	return last_due(exchange, dates);
}

int64_t exchange_late_g(const struct exchange *exchange, enum exchange_dates dates, int64_t now)
{
	bool out = exchange->state == EXCHANGE_OUT || exchange->state == EXCHANGE_DEFAULTED;
	int64_t due_at = last_due(exchange, dates);
	if (!exchange->owes || !out || due_at == ABSENT)
		return 0;
	if (now >= due_at)
		return exchange_balance(exchange, now).owed_g;
	if (parts_of(exchange, dates)->count == 0)
		return 0;
	int64_t late_g = needed_g(exchange, dates, now) - back_g(exchange);
	return late_g > 0 ? late_g : 0;
}

/* ---- overdue ---- */

int64_t exchange_due(const struct row *row)
{
	const struct exchange *exchange = (const struct exchange *)(const void *)row;
	return exchange->owes && exchange->state == EXCHANGE_OUT && !exchange->overdue ?
		exchange_next_due(exchange, EXCHANGE_DATES_NOW) : TIME_NONE;
}

struct overdue {
	int64_t balance_g, due_at;
	char exchange[CODE_MAX];
	int64_t missing_g; /* of instalments: what should have come back */
};
static const struct field overdue_fields[] = {
	F_INT(struct overdue, balance_g),
	F_TIME(struct overdue, due_at),
	F_TEXT(struct overdue, exchange),
	F_INT(struct overdue, missing_g),
};
static const struct descriptor overdue_body =
	DESCRIPTOR("exchange.overdue", struct overdue, overdue_fields);

/* "2 t of ga to come back from JPN by 2027-03-01, at first by 2027-02-01, is not back" */
static const char *overdue_words(const struct exchange *exchange, int64_t missing_g,
	struct arena *arena)
{
	char by[TIME_TEXT_SIZE], first[TIME_TEXT_SIZE], mass[WORD_MASS], all[WORD_MASS];
	int64_t due_at = exchange_next_due(exchange, EXCHANGE_DATES_NOW);
	int64_t first_at = exchange_next_due(exchange, EXCHANGE_DATES_FIRST);
	int64_t left_g = exchange->principal_g - exchange->returned_g;
	bool moved = first_at != due_at, rest = exchange->instalments.count > 0 && left_g > missing_g;
	time_format(due_at, by);
	time_format(first_at, first);
	word_mass(mass, missing_g);
	word_mass(all, left_g);
	return arena_printf(arena, "%s of %s to come back from %s by %.10s%s%.10s%s is not back%s%s%s",
		mass, exchange->back->code, exchange->party, by, moved ? ", at first by " : "",
		moved ? first : "", moved ? "," : "", rest ? "; with later instalments " : "",
		rest ? all : "", rest ? " is out" : "");
}

void tick_exchange(const struct context *context, const struct exchange *exchange, int64_t due_ms,
	struct decision *decision)
{
	struct overdue *body = decision_body(decision, &event_exchange_overdue);
	int64_t missing_g = exchange_late_g(exchange, EXCHANGE_DATES_NOW, due_ms);
	body_text(body->exchange, exchange->id);
	body->due_at = exchange_next_due(exchange, EXCHANGE_DATES_NOW);
	body->balance_g = exchange_balance(exchange, due_ms).owed_g;
	if (exchange->instalments.count > 0)
		body->missing_g = missing_g;
	decision_add_at(decision, &event_exchange_overdue, body, due_ms);
	finding_add(context, decision, "return-overdue", "warning", exchange->id,
		overdue_words(exchange, missing_g, decision->arena));
}

static void apply_overdue(struct state *state, const struct applied *applied, const void *data)
{
	const struct overdue *body = data;
	(void)applied;
	struct exchange *exchange = state_find(state, TABLE_EXCHANGE, body->exchange);
	assert(exchange != NULL);
	exchange_mark(state, exchange, true);
	state_schedule(state, exchange);
}

const struct event_type event_exchange_overdue = { "exchange.overdue", &overdue_body,
	apply_overdue };
