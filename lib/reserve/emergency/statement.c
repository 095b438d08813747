/* Monthly accounts, made by time. */
#include "reserve/emergency/statement.h"

#include "base/time.h"
#include "reserve/emergency/declaration.h"

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

static void apply_accounted(struct state *state, const struct applied *applied, const void *data)
{
	(void)state;
	(void)applied;
	(void)data;
}

const struct event_type event_declaration_accounted = { "declaration.accounted", &accounted_body,
	apply_accounted };

int64_t statement_due(const struct declaration *declaration)
{
	(void)declaration;
	return TIME_NONE;
}

void tick_statement(const struct context *context, const struct declaration *declaration,
	int64_t due_ms, struct decision *decision)
{
	(void)context;
	(void)declaration;
	(void)due_ms;
	(void)decision;
}
