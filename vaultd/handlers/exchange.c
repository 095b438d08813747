/* The room Zone: exchanges with what is still to come back, their returns and amendments. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "reserve/stock/material.h"
#include "reserve/zone/exchange.h"
#include "reserve/zone/exchange_amendment.h"
#include "reserve/zone/exchange_return.h"
#include "reserve/zone/instalment.h"
#include "reserve/zone/member.h"
#include "vaultd/handlers/handler.h"
#include "vaultd/handlers/rows.h"
#include "vaultd/handlers/write.h"
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
static bool differs(const struct asked *asked, const char *name, const char *text)
{
	const char *wanted = value_get_text(asked->parameters, name, "");
	return wanted[0] != '\0' && !text_equal(wanted, text);
}

static bool wanted(const struct asked *asked, const struct exchange *exchange, int64_t now)
{
	if (differs(asked, "party", exchange->party) ||
	    differs(asked, "commodity", exchange->commodity->code) ||
	    differs(asked, "state", exchange_state_names[exchange->state]) ||
	    differs(asked, "member", exchange->member != NULL ? exchange->member->code : ""))
		return false;
	if (value_get_bool(asked->parameters, "open", false) && !is_out(exchange))
		return false;
	return !value_get_bool(asked->parameters, "overdue", false) ||
		exchange_late_g(exchange, EXCHANGE_DATES_NOW, now) > 0 ||
		exchange_late_g(exchange, EXCHANGE_DATES_FIRST, now) > 0;
}

static bool list(struct asked *asked, unsigned kinds, struct buffer *out, struct error *error)
{
	const struct state *state = sequencer_state(asked->vaultd->sequencer);
	const char *after = value_get_text(asked->parameters, "after", "");
	int64_t now = vaultd_now(asked->vaultd), limit = value_get_int(asked->parameters, "limit",
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
		    !wanted(asked, exchange, now))
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

bool zone_list_loans(struct asked *asked, struct buffer *out, struct error *error)
{
	return list(asked, 1U << EXCHANGE_LOAN, out, error);
}

bool zone_list_draws(struct asked *asked, struct buffer *out, struct error *error)
{
	return list(asked, 1U << EXCHANGE_DRAW, out, error);
}

bool zone_list_rotations(struct asked *asked, struct buffer *out, struct error *error)
{
	return list(asked, 1U << EXCHANGE_ROTATE | 1U << EXCHANGE_UPGRADE, out, error);
}

bool zone_list_disposals(struct asked *asked, struct buffer *out, struct error *error)
{
	return list(asked, 1U << EXCHANGE_SALE, out, error);
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

bool zone_open_rotations(struct asked *asked, struct buffer *out, struct error *error)
{
	const struct state *state = sequencer_state(asked->vaultd->sequencer);
	int64_t now = vaultd_now(asked->vaultd);
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

static void write_parts(struct json *json, const struct state *state, const char *id)
{
	const struct exchange_return *part = NULL;
	const struct exchange_amendment *amendment = NULL;
	json_key(json, "returns");
	json_open_array(json);
	while ((part = state_next(state, TABLE_EXCHANGE_RETURN, part)) != NULL) {
		if (text_equal(part->exchange, id))
			json_record(json, &exchange_return_descriptor, part);
	}
	json_close_array(json);
	json_key(json, "amendments");
	json_open_array(json);
	while ((amendment = state_next(state, TABLE_EXCHANGE_AMENDMENT, amendment)) != NULL) {
		if (text_equal(amendment->exchange, id))
			json_record(json, &exchange_amendment_descriptor, amendment);
	}
	json_close_array(json);
}

/* What ended stands in the database, its returns and amendments beside it. */
struct ended_job {
	struct read_job job;
	const char *id;
	int64_t now;
};

static bool read_parts(struct reader *reader, const char *id, enum table_id table, int64_t count,
	struct json *json, struct error *error)
{
	for (int64_t number = 1; number <= count; number++) {
		char key[CODE_MAX + 8];
		struct state *state;
		exchange_numbered(key, id, number);
		if (!reader_rows_with_key(reader, table, key, &state, error))
			return false;
		const void *row = state_find(state, table, key);
		if (row != NULL)
			json_record(json, table_info(table)->descriptor, row);
		state_free(state);
	}
	return true;
}

static bool write_ended(struct ended_job *asked, struct reader *reader,
	const struct exchange *exchange, struct error *error)
{
	struct json json;
	reply_begin(&json, &asked->job.out);
	write_exchange(&json, exchange);
	write_instalments(&json, exchange, asked->now);
	json_key(&json, "returns");
	json_open_array(&json);
	bool good = read_parts(reader, asked->id, TABLE_EXCHANGE_RETURN, exchange->returns, &json,
		error);
	json_close_array(&json);
	json_key(&json, "amendments");
	json_open_array(&json);
	good = good && read_parts(reader, asked->id, TABLE_EXCHANGE_AMENDMENT, exchange->amendments,
		&json, error);
	json_close_array(&json);
	reply_end(&json, false);
	return good;
}

static const struct exchange *find_ended(const struct state *state, const char *id)
{
	const struct exchange *exchange = NULL;
	while ((exchange = state_next(state, TABLE_EXCHANGE, exchange)) != NULL) {
		if (text_equal(exchange->id, id))
			return exchange;
	}
	return NULL;
}

static void run_ended(struct read_job *job, struct reader *reader)
{
	struct ended_job *asked = (struct ended_job *)(void *)job;
	struct error error = { 0 };
	struct state *state;
	if (!reader_rows_with_key(reader, TABLE_EXCHANGE, asked->id, &state, &error)) {
		job_fail(job, 0, &error);
		return;
	}
	const struct exchange *exchange = find_ended(state, asked->id);
	bool good = exchange != NULL ? write_ended(asked, reader, exchange, &error) :
		error_set(&error, ERROR_NOT_FOUND, "id", "no such exchange: %s", asked->id);
	if (!good) {
		buffer_clear(&job->out);
		job_fail(job, 0, &error);
	}
	state_free(state);
}

bool zone_get_exchange(struct asked *asked, struct buffer *out, struct error *error)
{
	const struct state *state = sequencer_state(asked->vaultd->sequencer);
	const char *id = value_get_text(asked->parameters, "id", "");
	const struct exchange *exchange = state_find(state, TABLE_EXCHANGE, id);
	int64_t now = vaultd_now(asked->vaultd);
	struct json json;
	(void)error;
	if (exchange == NULL) {
		struct ended_job *job = job_new(asked, sizeof *job, run_ended);
		job->id = arena_printf(job->job.arena, "%s", id);
		job->now = now;
		asked->job = &job->job;
		return false;
	}
	reply_begin(&json, out);
	write_exchange(&json, exchange);
	if (is_out(exchange)) {
		const struct exchange_balance balance = exchange_balance(exchange, now);
		write_int(&json, "premium_g", balance.premium_g);
		write_int(&json, "owed_g", balance.owed_g);
		write_late(&json, exchange, now);
	}
	write_instalments(&json, exchange, now);
	write_parts(&json, state, id);
	reply_end(&json, false);
	return true;
}
