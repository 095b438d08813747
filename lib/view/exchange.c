/* The room Zone: exchanges with what is still to come back, their returns and amendments. */
#include <string.h>

#include "base/text.h"
#include "reserve/stock/material.h"
#include "reserve/zone/exchange.h"
#include "reserve/zone/exchange_amendment.h"
#include "reserve/zone/exchange_return.h"
#include "reserve/zone/instalment.h"
#include "reserve/zone/member.h"
#include "view/row.h"
#include "view/write.h"
#include "wire/message.h"
#include "wire/value.h"

/* What should have come back by now and has not, by either dates. */
static void write_late(struct json *json, const struct exchange *exchange, int64_t now)
{
	int64_t late_g = exchange_late_g(exchange, EXCHANGE_DATES_NOW, now);
	int64_t at_first_g = exchange_late_g(exchange, EXCHANGE_DATES_FIRST, now);
	write_int(json, "overdue_g", late_g > 0 ? late_g : ABSENT);
	write_int(json, "overdue_originally_g", at_first_g > 0 ? at_first_g : ABSENT);
}

static bool is_out(const struct exchange *exchange)
{
	return exchange->owes && (exchange->state == EXCHANGE_OUT ||
		exchange->state == EXCHANGE_DEFAULTED);
}

/* ---- lists ---- */

static void write_row(struct json *json, const struct exchange *exchange, int64_t now)
{
	const struct exchange_balance balance = exchange_balance(exchange, now);
	json_open_object(json);
	write_text(json, "id", exchange->id);
	write_text(json, "kind", exchange_kind_names[exchange->kind]);
	write_text(json, "party", exchange->party);
	write_text(json, "member", exchange->member != NULL ? exchange->member->code : "");
	write_text(json, "commodity", exchange->commodity->code);
	write_text(json, "state", exchange_state_names[exchange->state]);
	write_int(json, "mass_g", exchange->out_g != ABSENT ? exchange->out_g : exchange->mass_g);
	write_text(json, "back", exchange->back != NULL ? exchange->back->code : "");
	if (is_out(exchange)) {
		write_int(json, "returned_g", exchange->returned_g);
		write_int(json, "premium_g", balance.premium_g);
		write_int(json, "owed_g", balance.owed_g);
	}
	if (exchange->owes)
		write_time(json, "next_due_at", exchange_next_due(exchange, EXCHANGE_DATES_NOW));
	write_time(json, "due_at", exchange->due_at);
	write_time(json, "original_due_at", exchange->original_due_at);
	write_true(json, "overdue", exchange_late_g(exchange, EXCHANGE_DATES_NOW, now) > 0);
	write_true(json, "overdue_originally",
		exchange_late_g(exchange, EXCHANGE_DATES_FIRST, now) > 0);
	write_late(json, exchange, now);
	write_text(json, "release_order", exchange->release_order);
	json_close_object(json);
}

/* A text or flag that was asked for and that the row does not have. */
static bool differs(const struct view *view, const char *name, const char *text)
{
	const char *wanted = value_get_text(view->parameters, name, "");
	return wanted[0] != '\0' && !text_equal(wanted, text);
}

static bool wanted(const struct view *view, const struct exchange *exchange, int64_t now)
{
	if (differs(view, "party", exchange->party) ||
	    differs(view, "commodity", exchange->commodity->code) ||
	    differs(view, "state", exchange_state_names[exchange->state]) ||
	    differs(view, "member", exchange->member != NULL ? exchange->member->code : ""))
		return false;
	if (value_get_bool(view->parameters, "open", false) && !is_out(exchange))
		return false;
	return !value_get_bool(view->parameters, "overdue", false) ||
		exchange_late_g(exchange, EXCHANGE_DATES_NOW, now) > 0 ||
		exchange_late_g(exchange, EXCHANGE_DATES_FIRST, now) > 0;
}

static bool list(const struct view *view, unsigned kinds, struct buffer *out, struct error *error)
{
	const struct state *state = view->state;
	const char *after = value_get_text(view->parameters, "after", "");
	int64_t now = view->now, limit = value_get_int(view->parameters, "limit",
		PAGE_ROWS);
	const struct exchange *exchange = NULL, *last = NULL;
	if (limit < 1 || limit > PAGE_ROWS)
		return error_set(error, ERROR_INVALID, "limit", "a page has 1 to %d rows", PAGE_ROWS);
	if (after[0] != '\0' && (exchange = state_find(state, TABLE_EXCHANGE, after)) == NULL)
		return error_set(error, ERROR_NOT_FOUND, "after", "no such row: %.40s", after);
	struct json json;
	reply_begin(&json, out);
	json_key(&json, "rows");
	json_open_array(&json);
	while (limit > 0 && (exchange = state_next(state, TABLE_EXCHANGE, exchange)) != NULL) {
		if (exchange->row.closed || (kinds >> exchange->kind & 1) == 0 ||
		    !wanted(view, exchange, now))
			continue;
		write_row(&json, exchange, now);
		last = exchange;
		limit--;
	}
	json_close_array(&json);
	if (limit == 0 && last != NULL)
		write_text(&json, "next", last->id);
	reply_end(&json, false);
	return true;
}

bool view_loans(const struct view *view, struct buffer *out, struct error *error)
{
	return list(view, 1U << EXCHANGE_LOAN, out, error);
}

bool view_draws(const struct view *view, struct buffer *out, struct error *error)
{
	return list(view, 1U << EXCHANGE_DRAW, out, error);
}

bool view_rotations(const struct view *view, struct buffer *out, struct error *error)
{
	return list(view, 1U << EXCHANGE_ROTATE | 1U << EXCHANGE_UPGRADE, out, error);
}

bool view_disposals(const struct view *view, struct buffer *out, struct error *error)
{
	return list(view, 1U << EXCHANGE_SALE, out, error);
}

/* ---- the open balance of rotation ---- */

/* What is out to come back as one commodity. */
struct open_balance {
	int64_t exchanges, out_g, owed_g, overdue_g, next_due;
};

static void add_open(struct open_balance *open, const struct exchange *exchange, int64_t now)
{
	int64_t next_due = exchange_next_due(exchange, EXCHANGE_DATES_NOW);
	open->exchanges++;
	open->out_g += exchange->out_g;
	open->owed_g += exchange_balance(exchange, now).owed_g;
	open->overdue_g += exchange_late_g(exchange, EXCHANGE_DATES_NOW, now);
	if (open->next_due == ABSENT || next_due < open->next_due)
		open->next_due = next_due;
}

bool view_open_rotations(const struct view *view, struct buffer *out, struct error *error)
{
	const struct state *state = view->state;
	int64_t now = view->now;
	const struct commodity *commodity = NULL;
	struct json json;
	(void)error;
	reply_begin(&json, out);
	json_key(&json, "rows");
	json_open_array(&json);
	while ((commodity = state_next(state, TABLE_COMMODITY, commodity)) != NULL) {
		struct open_balance open = { .next_due = ABSENT };
		const struct exchange *exchange = NULL;
		while ((exchange = state_next(state, TABLE_EXCHANGE, exchange)) != NULL) {
			if (!exchange->row.closed && exchange->back == commodity && is_out(exchange) &&
			    (exchange->kind == EXCHANGE_ROTATE || exchange->kind == EXCHANGE_UPGRADE))
				add_open(&open, exchange, now);
		}
		if (open.exchanges == 0)
			continue;
		json_open_object(&json);
		write_text(&json, "commodity", commodity->code);
		write_int(&json, "rotations", open.exchanges);
		write_int(&json, "out_g", open.out_g);
		write_int(&json, "owed_g", open.owed_g);
		write_int(&json, "overdue_g", open.overdue_g);
		write_time(&json, "next_due_at", open.next_due);
		json_close_object(&json);
	}
	json_close_array(&json);
	reply_end(&json, false);
	return true;
}

/* ---- one, with what came back and what was amended ---- */

static void write_dates(struct json *json, const char *name, const struct exchange *exchange,
	enum exchange_dates dates, int64_t now)
{
	json_key(json, name);
	json_open_array(json);
	for (uint32_t i = 0; i < exchange_part_count(exchange, dates); i++) {
		const struct exchange_part part = exchange_part(exchange, dates, i, now);
		json_open_object(json);
		write_time(json, "due_at", part.due_at);
		write_int(json, "mass_g", part.mass_g);
		write_int(json, "owed_g", part.owed_g);
		write_true(json, "overdue", part.overdue);
		json_close_object(json);
	}
	json_close_array(json);
}

/* Its instalments are told apart, with what is still to come back of each. */
static void write_exchange(struct json *json, const struct exchange *exchange)
{
	struct exchange shown = *exchange;
	shown.instalments = shown.original_instalments = (struct list){ NULL, 0 };
	json_key(json, "exchange");
	json_record(json, &exchange_descriptor, &shown);
}

/* Where it comes back in parts: each of them, by the dates now and at first. */
static void write_instalments(struct json *json, const struct exchange *exchange, int64_t now)
{
	if (exchange->instalments.count == 0 && exchange->original_instalments.count == 0)
		return;
	write_dates(json, "instalments", exchange, EXCHANGE_DATES_NOW, now);
	write_dates(json, "original_instalments", exchange, EXCHANGE_DATES_FIRST, now);
}

/* By number, in the order in which they came. */
static void write_numbered(struct json *json, const char *name, const struct state *state,
	enum table_id table, const char *id)
{
	json_key(json, name);
	json_open_array(json);
	for (int64_t number = 1;; number++) {
		char key[CODE_MAX + 8];
		exchange_numbered(key, id, number);
		const struct row *row = state_find(state, table, key);
		if (row == NULL)
			break;
		json_record(json, table_info(table)->descriptor, row);
	}
	json_close_array(json);
}

bool view_exchange(const struct view *view, struct buffer *out, struct error *error)
{
	const struct exchange *exchange = view_row(view, TABLE_EXCHANGE, "id", "exchange", error);
	struct json json;
	if (exchange == NULL)
		return false;
	reply_begin(&json, out);
	write_exchange(&json, exchange);
	if (!exchange->row.closed && is_out(exchange)) {
		const struct exchange_balance balance = exchange_balance(exchange, view->now);
		write_int(&json, "premium_g", balance.premium_g);
		write_int(&json, "owed_g", balance.owed_g);
		write_late(&json, exchange, view->now);
	}
	write_instalments(&json, exchange, view->now);
	write_numbered(&json, "returns", view->state, TABLE_EXCHANGE_RETURN, exchange->id);
	write_numbered(&json, "amendments", view->state, TABLE_EXCHANGE_AMENDMENT, exchange->id);
	reply_end(&json, false);
	return true;
}
