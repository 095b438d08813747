/*
 * What a stocktake is: its rows, its table of states, and the freeze. How it is opened and counted stands
 * in count_sheet.c, what comes of its variances in count_adjust.c, how closely is counted in
 * count_policy.c.
 */
#include "reserve/stock/count.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/person.h"
#include "reserve/refusal.h"
#include "reserve/stock/count_names.h"
#include "reserve/stock/lot_names.h"
#include "reserve/stock/material.h"

const char *const count_state_names[] = { "", "open", "recount", "counted", "proposed", "ended",
	"abandoned", NULL };
const char *const count_line_names[] = { "", "to-count", "recount", "agrees", "varies", "explained",
	"adjusted", "stands", "short", NULL };
const char *const count_seals_names[] = { "", "intact", "broken", "missing", NULL };

/* ---- causes ---- */

enum {
	CAUSE_NONE,
#define CAUSE(id, name, adjusts, words) CAUSE_##id,
#include "reserve/stock/count_causes.def"
#undef CAUSE
	CAUSE_COUNT
};

const char *const count_cause_names[] = {
	"",
#define CAUSE(id, name, adjusts, words) name,
#include "reserve/stock/count_causes.def"
#undef CAUSE
	NULL
};

static const bool cause_adjusts[CAUSE_COUNT] = {
#define CAUSE(id, name, adjusts, words) [CAUSE_##id] = adjusts,
#include "reserve/stock/count_causes.def"
#undef CAUSE
};

bool count_cause_adjusts(uint8_t cause)
{
	assert(cause < CAUSE_COUNT);
	return cause_adjusts[cause];
}

/* ---- rows ---- */

static const struct field count_fields[] = {
	F_TEXT(struct count, id),
	F_REF(struct count, site, TABLE_SITE),
	F_REF(struct count, commodity, TABLE_COMMODITY),
	F_ENUM(struct count, state, count_state_names),
	F_BOOL(struct count, blind),
	F_REF(struct count, first, TABLE_PERSON),
	F_REF(struct count, second, TABLE_PERSON),
	F_TEXT(struct count, first_sheet),
	F_TEXT(struct count, second_sheet),
	F_BOOL(struct count, first_signed),
	F_BOOL(struct count, second_signed),
	F_INT(struct count, round),
	F_INT(struct count, lots),
	F_INT(struct count, varying),
	F_INT(struct count, shorts),
	F_INT(struct count, adjusted_g),
	F_TIME(struct count, opened_at),
	F_INT(struct count, opened_index),
	F_TIME(struct count, expires_at),
	F_TIME(struct count, ended_at),
	F_REF(struct count, opened_by, TABLE_PERSON),
	F_STRING(struct count, because),
	F_TEXT(struct count, document),
};
const struct descriptor count_descriptor = DESCRIPTOR("stocktake", struct count, count_fields);

#define ENTRY_AT(n, i, m) .name = (n), \
	.offset = offsetof(struct count_line, entries) + (i) * sizeof(struct count_entry) + \
	offsetof(struct count_entry, m), .size = sizeof(((struct count_entry *)0)->m)

static const struct field line_fields[] = {
	F_TEXT(struct count_line, id),
	{ FIELD_AT(struct count_line, count), .type = FIELD_REF, .table = TABLE_STOCKTAKE,
		.key_offset = ROW_KEY_OFFSET },
	F_TEXT(struct count_line, lot),
	F_INT(struct count_line, lot_index),
	F_ENUM(struct count_line, state, count_line_names),
	F_ENUM(struct count_line, class, lot_class_names),
	F_BOOL(struct count_line, unexpected),
	F_INT(struct count_line, book_g),
	F_INT(struct count_line, book_units),
	{ ENTRY_AT("first_given", 0, given), .type = FIELD_BOOL },
	{ ENTRY_AT("first_g", 0, net_g), .type = FIELD_INT },
	{ ENTRY_AT("first_units", 0, units), .type = FIELD_INT },
	{ ENTRY_AT("first_seals", 0, seals), .type = FIELD_ENUM, .names = count_seals_names },
	{ ENTRY_AT("second_given", 1, given), .type = FIELD_BOOL },
	{ ENTRY_AT("second_g", 1, net_g), .type = FIELD_INT },
	{ ENTRY_AT("second_units", 1, units), .type = FIELD_INT },
	{ ENTRY_AT("second_seals", 1, seals), .type = FIELD_ENUM, .names = count_seals_names },
	F_INT(struct count_line, found_g),
	F_INT(struct count_line, found_units),
	F_ENUM(struct count_line, seals, count_seals_names),
	F_INT(struct count_line, variance_g),
	F_INT(struct count_line, variance_units),
	F_ENUM(struct count_line, cause, count_cause_names),
	F_STRING(struct count_line, because),
	F_TEXT(struct count_line, explained_by),
	F_INT(struct count_line, adjusted_g),
	F_INT(struct count_line, short_g),
	F_INT(struct count_line, short_units),
	F_BOOL(struct count_line, proposed),
};
const struct descriptor count_line_descriptor =
	DESCRIPTOR("stocktake_line", struct count_line, line_fields);

static const struct field step_fields[] = {
	F_STRING(struct count_step, because),
	F_TEXT(struct count_step, count),
};
const struct descriptor count_step_descriptor =
	DESCRIPTOR("stocktake.step", struct count_step, step_fields);

/* ---- states ---- */

static const struct { enum count_state from; enum count_event event; enum count_state to; } legal[] = {
	{ COUNT_OPEN, COUNT_AGREE, COUNT_COUNTED },
	{ COUNT_OPEN, COUNT_DISAGREE, COUNT_RECOUNT },
	{ COUNT_OPEN, COUNT_ABANDON, COUNT_ABANDONED },
	{ COUNT_RECOUNT, COUNT_AGREE, COUNT_COUNTED },
	{ COUNT_RECOUNT, COUNT_DISAGREE, COUNT_RECOUNT },
	{ COUNT_RECOUNT, COUNT_ABANDON, COUNT_ABANDONED },
	{ COUNT_COUNTED, COUNT_PROPOSE, COUNT_PROPOSED },
	{ COUNT_COUNTED, COUNT_END, COUNT_ENDED },
	{ COUNT_COUNTED, COUNT_ABANDON, COUNT_ABANDONED },
	{ COUNT_PROPOSED, COUNT_REJECT, COUNT_COUNTED },
	{ COUNT_PROPOSED, COUNT_SIGN, COUNT_COUNTED },
	{ COUNT_PROPOSED, COUNT_ABANDON, COUNT_ABANDONED },
};

enum count_state count_transition(enum count_state from, enum count_event event)
{
	for (size_t i = 0; i < sizeof legal / sizeof *legal; i++) {
		if (legal[i].from == from && legal[i].event == event)
			return legal[i].to;
	}
	return COUNT_NONE;
}

struct count *count_find_for(const struct context *context, const char *id, enum count_event event,
	const char *verb, struct error *error)
{
	struct count *count = state_find(context->state, TABLE_STOCKTAKE, id);
	if (count == NULL) {
		not_found(error, "count", "stocktake", id);
		return NULL;
	}
	if (count_transition((enum count_state)count->state, event) == COUNT_NONE) {
		error_set(error, ERROR_ILLEGAL, "count", "stocktake %s is %s and cannot be %s", id,
			count_state_names[count->state], verb);
		return NULL;
	}
	return count;
}

struct count *count_applied(struct state *state, const char *id)
{
	struct count *count = state_find(state, TABLE_STOCKTAKE, id);
	assert(count != NULL);
	state_touch(state, count);
	return count;
}

void count_advance(struct count *count, enum count_event event)
{
	count->state = (uint8_t)count_transition((enum count_state)count->state, event);
	assert(count->state != COUNT_NONE);
}

/* ---- lines ---- */

struct count_line *count_line_of(const struct state *state, const struct count *count,
	const char *lot)
{
	char id[2 * CODE_MAX];
	const char *const parts[] = { count->id, "/", lot };
	return text_join(id, sizeof id, parts, 3) ? state_find(state, TABLE_STOCKTAKE_LINE, id) : NULL;
}

struct count_line *count_line_next(const struct count *count, const struct count_line *after)
{
	return after != NULL ? after->next : count->lines;
}

struct count_line *count_line_any(const struct state *state, const struct count *count,
	const struct count_line *after)
{
	struct count_line *line = (struct count_line *)(uintptr_t)after;
	while ((line = state_next(state, TABLE_STOCKTAKE_LINE, line)) != NULL) {
		if (line->count == count)
			return line;
	}
	return NULL;
}

static void hang(struct count *count, struct count_line *line)
{
	line->next = NULL;
	if (count->last_line != NULL)
		count->last_line->next = line;
	else
		count->lines = line;
	count->last_line = line;
}

struct count_line *count_line_add(struct state *state, struct count *count, const char *lot)
{
	char id[2 * CODE_MAX];
	const char *const parts[] = { count->id, "/", lot };
	bool joined = text_join(id, sizeof id, parts, 3);
	assert(joined);
	(void)joined;
	struct count_line *line = state_insert(state, TABLE_STOCKTAKE_LINE, id);
	line->count = count;
	body_text(line->lot, lot);
	line->state = LINE_TO_COUNT;
	hang(count, line);
	return line;
}

/* Those that can still change are hung up anew; the others are closed, and swept with the batch. */
static void settle_lines(struct state *state, struct count *count)
{
	struct count_line *line = count->lines, *next;
	count->lines = count->last_line = NULL;
	for (; line != NULL; line = next) {
		next = line->next;
		if (line->state == LINE_SHORT)
			hang(count, line);
		else
			state_close(state, line);
	}
}

void count_line_close(struct state *state, struct count_line *line)
{
	assert(line->state != LINE_SHORT);
	settle_lines(state, line->count);
}

bool count_line_waits(const struct count_line *line)
{
	return !line->row.closed && (line->state == LINE_TO_COUNT || line->state == LINE_RECOUNT);
}

int count_counter(const struct count *count, const char *person)
{
	return text_equal(count->first->code, person) ? 0 : text_equal(count->second->code, person) ? 1 : -1;
}

struct lot *count_lot(const struct state *state, const struct count_line *line)
{
	struct lot *lot = state_find(state, TABLE_LOT, line->lot);
	return lot != NULL && lot->created_index == line->lot_index ? lot : NULL;
}

/* ---- the freeze ---- */

const struct count *count_freezing_at(const struct site *site, const struct commodity *commodity)
{
	const struct count *count = site->count;
	return count != NULL && (count->commodity == NULL || count->commodity == commodity) ? count : NULL;
}

const struct count *count_freezing(const struct lot *lot)
{
	return count_freezing_at(lot->site, lot->commodity);
}

bool count_refuses(const struct context *context, const struct lot *lot, const struct site *site,
	struct decision *decision)
{
	const struct count *count = count_freezing_at(site, lot->commodity);
	if (count == NULL)
		return false;
	return refuse_act(decision, lot->code, "R24", context->actor->code,
		arena_printf(context->arena, "%s is being counted (%s): %s waits until that stocktake has ended",
		site->code, count->id, lot->code));
}

static bool freezes(const struct count *count)
{
	return count->state >= COUNT_OPEN && count->state <= COUNT_PROPOSED;
}

void count_loaded(struct state *state, struct row *row)
{
	struct count *count = (struct count *)(void *)row;
	(void)state;
	if (freezes(count))
		count->site->count = count;
}

/* What is available came from the commodities' own rows, which knew of the freeze. */
void count_line_loaded(struct state *state, struct row *row)
{
	struct count_line *line = (struct count_line *)(void *)row;
	if (row->closed)
		return;
	hang(line->count, line);
	struct lot *lot = count_lot(state, line);
	if (lot != NULL && count_freezing(lot) == line->count)
		lot_loaded_frozen(lot);
}

/*
 * Nothing has come to the site since it was opened: its lots are those of the lines. Each stands again
 * where its own state puts it.
 */
void count_end(struct state *state, struct count *count, enum count_event event, int64_t at)
{
	const struct count_line *line = NULL;
	count_advance(count, event);
	count->ended_at = at;
	if (count->site->count == count)
		count->site->count = NULL;
	while ((line = count_line_next(count, line)) != NULL) {
		struct lot *lot = count_lot(state, line);
		if (lot != NULL && !line->unexpected)
			lot_refresh(state, lot);
	}
	settle_lines(state, count);
}

/* ---- abandoned, out of time ---- */

static const struct field abandon_fields[] = {
	R_STRING(struct count_step, because),
	R_TEXT(struct count_step, count),
};
static const struct descriptor abandon_params =
	DESCRIPTOR("count.abandon", struct count_step, abandon_fields);

static bool decide_abandon(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct count_step *params = data;
	const struct count *count = count_find_for(context, params->count, COUNT_ABANDON, "abandoned",
		error);
	if (count == NULL)
		return false;
	if (strlen(params->because) >= REASON_MAX)
		return error_set(error, ERROR_LIMIT, "because", "a reason has at most %d bytes",
			REASON_MAX - 1);
	decision->id = count->id;
	return decision_add(decision, &event_count_abandoned, params);
}

static void apply_abandoned(struct state *state, const struct applied *applied, const void *data)
{
	const struct count_step *body = data;
	struct count *count = count_applied(state, body->count);
	document_obsolete(state, count->first_sheet);
	document_obsolete(state, count->second_sheet);
	document_obsolete(state, count->document);
	count_end(state, count, COUNT_ABANDON, applied->at);
}

const struct event_type event_count_abandoned = { "count.abandoned", &count_step_descriptor,
	apply_abandoned };
const struct event_type event_count_expired = { "count.expired", &count_step_descriptor,
	apply_abandoned };
const struct command_type command_count_abandon = { "count.abandon", &abandon_params,
	DUTY_OFFICER | DUTY_AUDITOR, decide_abandon, NULL };

int64_t count_due(const struct row *row)
{
	const struct count *count = (const struct count *)(const void *)row;
	return freezes(count) ? count->expires_at : TIME_NONE;
}

bool count_over(const struct row *row)
{
	const struct count *count = (const struct count *)(const void *)row;
	return !freezes(count) && count->shorts == 0;
}

void tick_count(const struct count *count, int64_t due_ms, struct decision *decision)
{
	struct count_step *body = decision_body(decision, &event_count_expired);
	body_text(body->count, count->id);
	decision_add_at(decision, &event_count_expired, body, due_ms);
}

/* ---- ended ---- */

static void apply_ended(struct state *state, const struct applied *applied, const void *data)
{
	const struct count_step *body = data;
	count_end(state, count_applied(state, body->count), COUNT_END, applied->at);
}

const struct event_type event_count_ended = { "count.ended", &count_step_descriptor, apply_ended };
