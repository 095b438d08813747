/* Accounts of limited declarations, made by time. */
#include "reserve/emergency/statement.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/declaration.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/material.h"

static const struct field line_fields[] = {
	F_INT(struct statement_line, available_g),
	F_INT(struct statement_line, cap_g),
	F_TEXT(struct statement_line, commodity),
	F_INT(struct statement_line, floor_g),
	F_INT(struct statement_line, used_g),
	F_INT(struct statement_line, used_in_period_g),
};
static const struct descriptor line_descriptor =
	DESCRIPTOR("statement_line", struct statement_line, line_fields);

static const struct field statement_fields[] = {
	F_TEXT(struct statement, id),
	F_REF(struct statement, declaration, TABLE_DECLARATION),
	F_TIME(struct statement, from),
	F_TIME(struct statement, until),
	F_LIST(struct statement, lines, &line_descriptor),
};
const struct descriptor statement_descriptor =
	DESCRIPTOR("statement", struct statement, statement_fields);

struct accounted {
	char declaration[CODE_MAX];
	int64_t from;
	struct list lines;
	char statement[CODE_MAX + 8];
	int64_t until;
};
static const struct field accounted_fields[] = {
	F_TEXT(struct accounted, declaration),
	F_TIME(struct accounted, from),
	F_LIST(struct accounted, lines, &line_descriptor),
	F_TEXT(struct accounted, statement),
	F_TIME(struct accounted, until),
};
static const struct descriptor accounted_body =
	DESCRIPTOR("declaration.accounted", struct accounted, accounted_fields);

/* ---- when ---- */

static int64_t begin_of(const struct declaration *declaration)
{
	return declaration->accounted_until != ABSENT ? declaration->accounted_until :
		declaration->starts_at;
}

/* The first instant of the month after a time's. */
static int64_t next_month(int64_t time_ms)
{
	int year, month, day;
	time_civil(time_ms, &year, &month, &day);
	return month < 12 ? time_from_civil(year, month + 1, 1) : time_from_civil(year + 1, 1, 1);
}

int64_t statement_due(const struct declaration *declaration)
{
	if (declaration->kind != DECLARATION_LIMITED || declaration->state != DECLARATION_OPEN)
		return TIME_NONE;
	int64_t month_end = next_month(begin_of(declaration));
	return month_end < declaration->ends_at ? month_end : declaration->ends_at;
}

/* ---- what ---- */

/* The account before, or NULL. */
static const struct statement *last_of(const struct state *state,
	const struct declaration *declaration)
{
	const struct statement *statement = NULL;
	while ((statement = state_next(state, TABLE_STATEMENT, statement)) != NULL) {
		if (statement->declaration == declaration &&
		    statement->until == declaration->accounted_until)
			return statement;
	}
	return NULL;
}

static int64_t used_before_g(const struct statement *last, const char *commodity)
{
	const struct statement_line *lines = last != NULL ? last->lines.items : NULL;
	for (uint32_t i = 0; last != NULL && i < last->lines.count; i++) {
		if (text_equal(lines[i].commodity, commodity))
			return lines[i].used_g;
	}
	return 0;
}

static void fill_line(const struct commodity *commodity, const struct statement *last,
	struct statement_line *line)
{
	body_text(line->commodity, commodity->code);
	line->available_g = commodity->available_g;
	line->cap_g = commodity->cap_g;
	line->floor_g = commodity->operating != NULL ? commodity->operating->mass_g : ABSENT;
	line->used_g = commodity->cap_used_g;
	line->used_in_period_g = line->used_g - used_before_g(last, commodity->code);
}

void tick_statement(const struct context *context, const struct declaration *declaration,
	int64_t due_ms, struct decision *decision)
{
	const struct statement *last = last_of(context->state, declaration);
	const struct cap *caps = declaration->caps.items;
	struct accounted *body = decision_body(decision, &event_declaration_accounted);
	uint32_t count = declaration->caps.count;
	struct statement_line *lines = arena_alloc(context->arena, count * sizeof *lines);
	char from[TIME_TEXT_SIZE];
	assert(lines != NULL);
	for (uint32_t i = 0; i < count; i++) {
		const struct commodity *commodity = state_find(context->state, TABLE_COMMODITY,
			caps[i].commodity);
		assert(commodity != NULL && commodity->declaration == declaration);
		fill_line(commodity, last, &lines[i]);
	}
	body_text(body->declaration, declaration->id);
	body->from = begin_of(declaration);
	body->until = due_ms;
	body->lines = (struct list){ lines, count };
	time_format(body->from, from);
	body_text(body->statement, arena_printf(context->arena, "%s/%.7s", declaration->id, from));
	decision_add_at(decision, &event_declaration_accounted, body, due_ms);
}

static void apply_accounted(struct state *state, const struct applied *applied, const void *data)
{
	const struct accounted *body = data;
	(void)applied;
	struct statement *statement = state_insert(state, TABLE_STATEMENT, body->statement);
	struct declaration *declaration = state_find(state, TABLE_DECLARATION, body->declaration);
	struct statement_line *lines = malloc(body->lines.count * sizeof *lines);
	assert(declaration != NULL);
	if (lines == NULL)
		abort();
	memcpy(lines, body->lines.items, body->lines.count * sizeof *lines);
	statement->declaration = declaration;
	statement->from = body->from;
	statement->until = body->until;
	statement->lines = (struct list){ lines, body->lines.count };
	declaration->accounted_until = body->until;
	state_touch(state, declaration);
	state_schedule(state, declaration);
}

const struct event_type event_declaration_accounted = { "declaration.accounted", &accounted_body,
	apply_accounted };
