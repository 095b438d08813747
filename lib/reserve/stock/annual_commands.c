/* The command that prepares lines of the annual plan: one note for a whole list. */
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/annual_proposed.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"

static const struct field item_fields[] = {
	R_ENUM(struct annual_proposed, action, annual_action_names),
	R_TEXT(struct annual_proposed, commodity),
	F_TIME(struct annual_proposed, effective_at),
	R_INT_IN(struct annual_proposed, fiscal_year, 1971, 9998),
	R_INT_IN(struct annual_proposed, max_g, 0, VAULT_INT_MAX),
	F_INT_IN(struct annual_proposed, used_g, 0, VAULT_INT_MAX),
};
static const struct descriptor item_descriptor =
	DESCRIPTOR("annual.item", struct annual_proposed, item_fields);

struct set_params {
	const char *because;
	struct list lines;
};
static const struct field set_fields[] = {
	R_STRING(struct set_params, because),
	R_LIST(struct set_params, lines, &item_descriptor),
};
static const struct descriptor set_params = DESCRIPTOR("annual.set", struct set_params, set_fields);

static bool check_apart(const struct annual_proposed *item, uint32_t number,
	const struct decision *decision, struct error *error)
{
	for (uint32_t i = 0; i < decision->count; i++) {
		const struct annual_proposed *other = decision->events[i].body;
		if (text_equal(other->commodity, item->commodity) && other->action == item->action &&
		    other->fiscal_year == item->fiscal_year)
			return error_set(error, ERROR_CONFLICT, "lines", "line %u: %s of %s in %lld stands twice",
				number, annual_action_names[item->action], item->commodity,
				(long long)item->fiscal_year);
	}
	return true;
}

/* One version waits for its signatures at a time, so that what raises a maximum is plain. */
static bool check_waiting(const struct context *context, const struct annual_proposed *item,
	uint32_t number, struct error *error)
{
	const struct annual_line *line = NULL;
	while ((line = state_next(context->state, TABLE_ANNUAL_LINE, line)) != NULL) {
		if (line->state == SETTING_PROPOSED && !line->row.closed &&
		    line->fiscal_year == item->fiscal_year && line->action == item->action &&
		    text_equal(line->commodity->code, item->commodity))
			return error_set(error, ERROR_CONFLICT, "lines",
				"line %u: %s is proposed already and waits as %s", number, line->id, line->document);
	}
	return true;
}

/* Whether a maximum is above the one that holds then: a raise to come lets nothing pass before it. */
static bool raises(const struct context *context, const struct annual_proposed *body, int64_t at_ms)
{
	const struct annual_line *holding = annual_holding(context->state, body, at_ms);
	return holding != NULL && body->max_g > holding->max_g;
}

/* Sets from when it holds. A raise must leave its waiting time, else the whole note is refused. */
static bool set_effective(const struct context *context, uint32_t number,
	struct annual_proposed *body, struct decision *decision, struct error *error)
{
	int64_t begins = annual_year_begin(body->fiscal_year);
	int64_t first = begins > context->now ? begins : context->now;
	int64_t at_ms = body->effective_at != ABSENT && body->effective_at > first ?
		body->effective_at : first;
	bool waits = raises(context, body, at_ms);
	int64_t earliest = context->now + (waits ? ANNUAL_WAIT_DAYS * TIME_DAY_MS : 0);
	if (body->effective_at == ABSENT)
		body->effective_at = earliest > begins ? earliest : begins;
	else if (body->effective_at < begins)
		return error_set(error, ERROR_INVALID, "effective_at",
			"line %u: %lld begins on 1 October %lld, after that", number,
			(long long)body->fiscal_year, (long long)body->fiscal_year - 1);
	else if (waits && body->effective_at < earliest)
		return refuse_act(decision, body->commodity, "R21", context->actor->code,
			arena_printf(context->arena, "%s of %s in %lld would be raised without the %d days "
			"that a change waits", annual_action_names[body->action], body->commodity,
			(long long)body->fiscal_year, ANNUAL_WAIT_DAYS));
	return body->effective_at < annual_year_begin(body->fiscal_year + 1) || error_set(error,
		ERROR_ILLEGAL, "effective_at", "line %u: it would be in force only after the end of %lld",
		number, (long long)body->fiscal_year);
}

static bool propose(const struct context *context, const struct annual_proposed *item,
	uint32_t number, struct decision *decision, struct error *error)
{
	const struct commodity *commodity = state_find(context->state, TABLE_COMMODITY,
		item->commodity);
	if (commodity == NULL)
		return error_set(error, ERROR_NOT_FOUND, "commodity", "line %u: no such commodity: %s",
			number, item->commodity);
	if (item->fiscal_year < annual_year_of(context->now))
		return error_set(error, ERROR_INVALID, "fiscal_year", "line %u: %lld is over", number,
			(long long)item->fiscal_year);
	if (!check_apart(item, number, decision, error) || !check_waiting(context, item, number, error))
		return false;
	const struct annual_line *last = annual_last_signed(context->state, item);
	if (last != NULL && item->used_g != ABSENT)
		return error_set(error, ERROR_INVALID, "used_g",
			"line %u: %s counts what is used since it is in force", number, last->id);
	struct annual_proposed *body = decision_body(decision, &event_annual_proposed);
	*body = *item;
	body->version = ABSENT;
	annual_line_id(body->line, sizeof body->line, body);
	body->version = state_last_version(context->state, body->line) + 1;
	annual_line_id(body->line, sizeof body->line, body);
	if (!set_effective(context, number, body, decision, error))
		return false;
	return decision->refused || decision_add(decision, &event_annual_proposed, body);
}

static void write_line(const struct context *context, struct document_draft *draft,
	const struct annual_proposed *body)
{
	char from[TIME_TEXT_SIZE];
	time_format(body->effective_at, from);
	const char *used = body->used_g == ABSENT ? "" :
		arena_printf(context->arena, ", of which %lld g are used", (long long)body->used_g);
	document_line(draft, "annual", arena_printf(context->arena, "%s %lld %s v%lld at most %lld g%s "
		"from %s", body->commodity, (long long)body->fiscal_year,
		annual_action_names[body->action], (long long)body->version, (long long)body->max_g, used,
		from));
}

static bool decide_set(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct set_params *params = data;
	const struct annual_proposed *items = params->lines.items;
	struct document_draft draft;
	if (params->lines.count == 0 || params->lines.count > IMPORT_ROWS_PER_COMMAND)
		return error_set(error, ERROR_LIMIT, "lines", "one note takes 1 to %d lines",
			IMPORT_ROWS_PER_COMMAND);
	if (strlen(params->because) >= REASON_MAX)
		return error_set(error, ERROR_LIMIT, "because", "a reason has at most %d bytes",
			REASON_MAX - 1);
	for (uint32_t i = 0; i < params->lines.count; i++) {
		if (!propose(context, &items[i], i + 1, decision, error))
			return false;
		if (decision->refused)
			return true;
	}
	if (!document_begin(context, &draft, &document_annual, "", 2, error))
		return false;
	document_line(&draft, "because", params->because);
	document_line_int(&draft, "lines", params->lines.count);
	document_content(&draft);
	for (uint32_t i = 0; i < params->lines.count; i++) {
		struct annual_proposed *body = (struct annual_proposed *)decision->events[i].body;
		body_text(body->document, draft.id);
		body->because = params->because;
		if (!draft.overflow)
			write_line(context, &draft, body);
	}
	return document_end(context, &draft, decision, error);
}

const struct command_type command_annual_set = { "annual.set", &set_params, DUTY_OFFICER,
	decide_set, "lines" };
