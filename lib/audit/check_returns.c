/*
 * What was lent, drawn or given to be refined and is not back: by the dates that hold now, by those that
 * were agreed at first, and which amendments moved them. What came back is summed from its rows.
 */
#include "audit/check_world.h"

#include <stdlib.h>

#include "audit/column.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/setting.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"
#include "reserve/zone/exchange.h"
#include "reserve/zone/exchange_amendment.h"
#include "reserve/zone/exchange_return.h"
#include "reserve/zone/instalment.h"

static bool is_out(const struct exchange *exchange)
{
	return !exchange->row.closed && exchange->owes &&
		(exchange->state == EXCHANGE_OUT || exchange->state == EXCHANGE_DEFAULTED);
}

/* ---- return-overdue ---- */

/* int64_t by exchange: grams that its returns say came back. */
static struct column returned_of(const struct state *state)
{
	struct column sums = COLUMN_OF(int64_t);
	const struct exchange_return *row = NULL;
	while ((row = state_next(state, TABLE_EXCHANGE_RETURN, row)) != NULL) {
		const struct exchange *exchange = state_find(state, TABLE_EXCHANGE, row->exchange);
		if (exchange != NULL)
			*(int64_t *)column_at(&sums, exchange) += row->mass_g;
	}
	return sums;
}

/* What should be back by now by some dates and is not, and since when. */
struct late {
	int64_t mass_g, since;
};

static struct late late_by(const struct exchange *exchange, const struct list *instalments,
	int64_t due_at, int64_t returned_g, int64_t now)
{
	const struct instalment *parts = instalments->items;
	struct late late = { 0, ABSENT };
	int64_t later_g = 0;
	if (instalments->count == 0) {
		if (due_at != ABSENT && now >= due_at && returned_g < exchange->principal_g)
			late = (struct late){ exchange->principal_g - returned_g, due_at };
		return late;
	}
	for (uint32_t i = instalments->count; i > 0; i--) {
		int64_t missing_g = exchange->principal_g - later_g - returned_g;
		later_g += parts[i - 1].mass_g;
		if (parts[i - 1].due_at > now || missing_g <= 0)
			continue;
		late.mass_g = missing_g > late.mass_g ? missing_g : late.mass_g;
		late.since = parts[i - 1].due_at; /* the earliest that is not met comes last */
	}
	return late;
}

/* "; the last of it is due on 2027-06-01", where that is later. */
static const char *due_words(const struct check_run *run, const struct exchange *exchange,
	const struct late *late)
{
	char due[TIME_TEXT_SIZE];
	time_format(exchange->due_at, due);
	return exchange->due_at <= late->since ? "" :
		arena_printf(run->arena, "; the last of it is due on %.10s", due);
}

static void report_late(const struct check_run *run, const struct exchange *exchange,
	const struct late *late, bool first)
{
	char mass[WORD_MASS], since[TIME_TEXT_SIZE];
	int64_t days = (run->now - late->since) / TIME_DAY_MS;
	word_mass(mass, late->mass_g);
	time_format(late->since, since);
	const struct check_finding finding = { .index = exchange->row.last_index,
		.subject = arena_printf(run->arena, "%s%s", first ? "first dates of " : "", exchange->id),
		.severity = !first && days >= RETURN_CRITICAL_DAYS ? SEVERITY_CRITICAL : SEVERITY_WARNING,
		.message = arena_printf(run->arena, first ? "%s %s of %s: by what was agreed at first %s of %s "
			"was to be back before %.10s, %lld days ago%s" : "%s %s of %s: %s of %s was to be back "
			"before %.10s and is %lld days late%s", exchange_word(exchange), exchange->id,
			exchange->party, mass, exchange->back->code, since, (long long)days,
			due_words(run, exchange, late)) };
	check_report(run, &finding);
}

static void check_exchange(const struct check_run *run, const struct exchange *exchange,
	int64_t returned_g)
{
	struct late late = late_by(exchange, &exchange->instalments, exchange->due_at, returned_g,
		run->now);
	if (late.mass_g > 0) {
		report_late(run, exchange, &late, false);
		return;
	}
	late = late_by(exchange, &exchange->original_instalments, exchange->original_due_at, returned_g,
		run->now);
	if (late.mass_g > 0)
		report_late(run, exchange, &late, true);
}

static void end_overdue(const struct check_run *run)
{
	struct column returned = returned_of(run->state);
	const struct exchange *exchange = NULL;
	while ((exchange = state_next(run->state, TABLE_EXCHANGE, exchange)) != NULL) {
		if (is_out(exchange))
			check_exchange(run, exchange, *(int64_t *)column_at(&returned, exchange));
	}
	column_free(&returned);
}

const struct check check_return_overdue = {
	.id = "return-overdue",
	.title = "returns overdue, by the dates now and by those at first",
	.severity = SEVERITY_WARNING,
	.looks_at = "what went out to come back, less what its returns brought, against the dates that hold now "
		"and those that were agreed at first; critical when 30 days late",
	.remedy = "Call it in; agree other dates by a signed note (vaultctl loan amend) or give it up by one "
		"(vaultctl loan default).",
	.source = "petroleum reserve exchanges: 15.3 million barrels moved from 2024 to 2026 by amendment",
	.end = end_overdue,
};

/* ---- return-amended ---- */

struct moved {
	int64_t count, index;
	const char *because;
};

/* struct moved by exchange: the amendments in force. */
static struct column amendments_of(const struct state *state)
{
	struct column moves = COLUMN_OF(struct moved);
	const struct exchange_amendment *row = NULL;
	while ((row = state_next(state, TABLE_EXCHANGE_AMENDMENT, row)) != NULL) {
		const struct exchange *exchange = row->state == SETTING_IN_FORCE ?
			state_find(state, TABLE_EXCHANGE, row->exchange) : NULL;
		if (exchange == NULL)
			continue;
		struct moved *moved = column_at(&moves, exchange);
		*moved = (struct moved){ moved->count + 1, row->row.last_index, row->because };
	}
	return moves;
}

static void report_moved(const struct check_run *run, const struct exchange *exchange,
	const struct moved *moved)
{
	char first[TIME_TEXT_SIZE], now[TIME_TEXT_SIZE], mass[WORD_MASS];
	int64_t days = (exchange->due_at - exchange->original_due_at) / TIME_DAY_MS;
	time_format(exchange->original_due_at, first);
	time_format(exchange->due_at, now);
	word_mass(mass, exchange->principal_g);
	check_found(run, exchange->id, moved->index, "%s %s of %s, %s of %s: due on %.10s at first and on "
		"%.10s now, %lld days later by %lld amendment%s, the last because \"%s\"",
		exchange_word(exchange), exchange->id, exchange->party, mass, exchange->back->code, first, now,
		(long long)days, (long long)moved->count, moved->count == 1 ? "" : "s",
		moved->because != NULL ? moved->because : "");
}

static void end_amended(const struct check_run *run)
{
	struct column moves = amendments_of(run->state);
	const struct exchange *exchange = NULL;
	while ((exchange = state_next(run->state, TABLE_EXCHANGE, exchange)) != NULL) {
		const struct moved *moved = column_at(&moves, exchange);
		if (is_out(exchange) && moved->count > 0 && exchange->due_at > exchange->original_due_at)
			report_moved(run, exchange, moved);
	}
	column_free(&moves);
}

const struct check check_return_amended = {
	.id = "return-amended",
	.title = "returns put off by amendment",
	.severity = SEVERITY_WARNING,
	.looks_at = "what is out and due later than it was agreed at first, with the amendments that moved it",
	.remedy = "Acknowledge it with who agreed to wait, or call the metal in.",
	.source = "petroleum reserve exchanges: nine contracts were modified, and the returns with them",
	.end = end_amended,
};
