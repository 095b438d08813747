/*
 * Sheets: what a counter found, entered whole, and signed by that counter as a note; and what comes of
 * the two. What agrees stands; where the two differ by more than the policy lets them, both count those
 * lots again; what is off the books beyond tolerance is held at once and waits for a cause.
 */
#include <assert.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "reserve/finding.h"
#include "reserve/person.h"
#include "reserve/setting.h"
#include "reserve/stock/count.h"
#include "reserve/stock/count_names.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"

/* ---- what is entered ---- */

struct entered_line {
	char lot[CODE_MAX];
	bool missing;
	int64_t net_g;
	uint8_t seals;
	int64_t units;
};
static const struct field line_fields[] = {
	R_TEXT(struct entered_line, lot),
	F_BOOL(struct entered_line, missing),
	F_INT_IN(struct entered_line, net_g, 0, LOT_MASS_MAX),
	F_ENUM(struct entered_line, seals, count_seals_names),
	F_INT_IN(struct entered_line, units, 0, 1000000000),
};
static const struct descriptor entered_line =
	DESCRIPTOR("count.line", struct entered_line, line_fields);

struct enter_params {
	char count[CODE_MAX], counter[CODE_MAX];
	struct list lines;
};
static const struct field enter_fields[] = {
	R_TEXT(struct enter_params, count),
	R_TEXT(struct enter_params, counter),
	R_LIST(struct enter_params, lines, &entered_line),
};
static const struct descriptor enter_params =
	DESCRIPTOR("count.enter", struct enter_params, enter_fields);

/* part 1 of a sheet drops what that counter had entered in this round. */
struct entered {
	char count[CODE_MAX], counter[CODE_MAX], document[CODE_MAX];
	struct list lines;
	int64_t part;
};
static const struct field entered_fields[] = {
	F_TEXT(struct entered, count),
	F_TEXT(struct entered, counter),
	F_TEXT(struct entered, document),
	F_LIST(struct entered, lines, &entered_line),
	F_INT(struct entered, part),
};
static const struct descriptor entered_body =
	DESCRIPTOR("count.entered", struct entered, entered_fields);

static char *sheet_of(struct count *count, int counter)
{
	return counter == 0 ? count->first_sheet : count->second_sheet;
}

static bool *signed_of(struct count *count, int counter)
{
	return counter == 0 ? &count->first_signed : &count->second_signed;
}

/* ---- checking a sheet ---- */

static bool row_error(struct error *error, const char *field, uint32_t row, const char *lot,
	const char *what)
{
	return error_set(error, ERROR_INVALID, field, "row %u: lot %s: %s", row, lot, what);
}

/* What is said of a lot must be what its class is counted by. */
static bool check_figures(const struct entered_line *line, uint32_t row, enum lot_class class,
	bool unexpected, struct error *error)
{
	bool any = line->net_g != ABSENT || line->units != ABSENT || line->seals != SEALS_NONE;
	if (line->missing && any)
		return row_error(error, "missing", row, line->lot, "what is missing has no figures");
	if (line->missing && unexpected)
		return row_error(error, "missing", row, line->lot, "it is not on the sheet, so it is not missing");
	if (line->missing)
		return true;
	if (class == LOT_SEALED && line->units == ABSENT)
		return row_error(error, "units", row, line->lot,
			"a sealed lot is counted in units: fill units, or write yes under missing");
	if (class == LOT_SEALED && line->seals == SEALS_NONE)
		return row_error(error, "seals", row, line->lot,
			"say of its seals: intact, broken or missing");
	if (class == LOT_BULK && line->net_g == ABSENT)
		return row_error(error, "net_g", row, line->lot,
			"fill the mass that was found, or write yes under missing");
	if (class == LOT_CLASS_NONE && line->net_g == ABSENT && line->units == ABSENT)
		return row_error(error, "net_g", row, line->lot,
			"it is not on the sheet: say how much of it was found, as mass or units");
	return true;
}

static bool twice(const struct context *context, const struct list *lines, struct error *error)
{
	const struct entered_line *items = lines->items;
	size_t capacity = 16;
	while (capacity < (size_t)lines->count * 2)
		capacity *= 2;
	uint32_t *set = arena_alloc(context->arena, capacity * sizeof *set);
	if (set == NULL)
		return !error_set(error, ERROR_LIMIT, "lines", "too many rows in one command");
	for (uint32_t i = 0; i < lines->count; i++) {
		size_t at = text_hash(items[i].lot) & (capacity - 1);
		for (; set[at] != 0; at = (at + 1) & (capacity - 1)) {
			if (text_equal(items[set[at] - 1].lot, items[i].lot))
				return !error_set(error, ERROR_CONFLICT, "lot",
					"rows %u and %u: lot %s stands twice", set[at], i + 1, items[i].lot);
		}
		set[at] = i + 1;
	}
	return false;
}

static bool check_line(const struct context *context, const struct count *count,
	const struct entered_line *item, uint32_t row, uint32_t *asked, struct error *error)
{
	const struct count_line *line = count_line_of(context->state, count, item->lot);
	if (!text_is_code(item->lot))
		return error_set(error, ERROR_INVALID, "lot", "row %u: \"%s\" is not a code", row, item->lot);
	if (line == NULL && count->state == COUNT_RECOUNT)
		return row_error(error, "lot", row, item->lot, "it is not among those to be counted again");
	if (line != NULL && !count_line_waits(line))
		return row_error(error, "lot", row, item->lot, "it is counted already, and both agree on it");
	*asked += line != NULL && !line->unexpected;
	return check_figures(item, row, line != NULL ? (enum lot_class)line->class : LOT_CLASS_NONE,
		line == NULL || line->unexpected, error);
}

/* A sheet says something of every lot that it asks for: what is left out is named. */
static bool check_complete(const struct count *count, const struct list *lines, uint32_t asked,
	struct error *error)
{
	const struct entered_line *items = lines->items;
	const struct count_line *line = NULL;
	const char *first = NULL;
	uint32_t waiting = 0;
	while ((line = count_line_next(count, line)) != NULL)
		waiting += count_line_waits(line) && !line->unexpected;
	if (waiting == asked)
		return true;
	while (first == NULL && (line = count_line_next(count, line)) != NULL) {
		bool given = !count_line_waits(line) || line->unexpected;
		for (uint32_t i = 0; !given && i < lines->count; i++)
			given = text_equal(items[i].lot, line->lot);
		first = given ? NULL : line->lot;
	}
	error_set(error, ERROR_INVALID, "lines", "%u of the %u lots of the sheet are left out, the first is "
		"%s", waiting - asked, waiting, first);
	return error_remedy(error, "Give every lot a row; what is not there has yes under missing");
}

static bool check_sheet(const struct context *context, const struct count *count,
	const struct enter_params *params, struct error *error)
{
	const struct entered_line *items = params->lines.items;
	uint32_t asked = 0;
	if (params->lines.count == 0 || params->lines.count > COUNT_LOTS_MAX)
		return error_set(error, ERROR_LIMIT, "lines", "a sheet has 1 to %d rows", COUNT_LOTS_MAX);
	if (twice(context, &params->lines, error))
		return false;
	for (uint32_t i = 0; i < params->lines.count; i++) {
		if (!check_line(context, count, &items[i], i + 1, &asked, error))
			return false;
	}
	return check_complete(count, &params->lines, asked, error);
}

/* ---- entering ---- */

static void write_line(struct document_draft *draft, const struct entered_line *line)
{
	char net[WORD_INT], units[WORD_INT];
	const char *words[7] = { line->lot };
	size_t count = 1;
	word_int(net, line->net_g != ABSENT ? line->net_g : 0);
	word_int(units, line->units != ABSENT ? line->units : 0);
	if (line->missing)
		words[count++] = "missing";
	if (line->net_g != ABSENT) {
		words[count++] = "net-g";
		words[count++] = net;
	}
	if (line->units != ABSENT) {
		words[count++] = "units";
		words[count++] = units;
	}
	if (line->seals != SEALS_NONE) {
		words[count++] = "seals";
		words[count++] = count_seals_names[line->seals];
	}
	document_words(draft, words, count);
}

static void write_sheet(struct document_draft *draft, const struct count *count,
	const struct enter_params *params)
{
	const struct entered_line *items = params->lines.items;
	document_line(draft, "stocktake", count->id);
	document_line(draft, "site", count->site->code);
	document_line(draft, "counter", params->counter);
	document_line_int(draft, "round", count->round);
	document_line_int(draft, "lots", params->lines.count);
	document_content(draft);
	for (uint32_t i = 0; i < params->lines.count; i++)
		write_line(draft, &items[i]);
}

static void add_entered(const struct enter_params *params, const char *document,
	struct decision *decision)
{
	struct entered_line *items = params->lines.items;
	int64_t part = 1;
	for (uint32_t from = 0; from < params->lines.count; from += COUNT_LINES_PER_ENTRY, part++) {
		uint32_t left = params->lines.count - from;
		struct entered *body = decision_body(decision, &event_count_entered);
		body_text(body->count, params->count);
		body_text(body->counter, params->counter);
		body_text(body->document, document);
		body->lines = (struct list){ items + from,
			left < COUNT_LINES_PER_ENTRY ? left : COUNT_LINES_PER_ENTRY };
		body->part = part;
		decision_add(decision, &event_count_entered, body);
	}
}

static bool decide_enter(const struct context *context, const void *data, struct decision *decision,
	struct error *error)
{
	const struct enter_params *params = data;
	struct document_draft draft;
	struct count *count = count_find_for(context, params->count, COUNT_DISAGREE, "entered", error);
	if (count == NULL)
		return false;
	int counter = count_counter(count, params->counter);
	if (counter < 0)
		return error_set(error, ERROR_DENIED, "counter", "%s does not count %s: %s and %s do",
			params->counter, count->id, count->first->code, count->second->code);
	if (*signed_of(count, counter)) {
		error_set(error, ERROR_ILLEGAL, "counter", "%s has signed a sheet of this round already (%s)",
			params->counter, sheet_of(count, counter));
		return error_remedy(error, "What was signed stands; if it is wrong the counters will differ, and "
			"both count again");
	}
	if (!check_sheet(context, count, params, error) ||
	    !document_begin(context, &draft, &document_count_sheet, count->id, 1, error))
		return false;
	write_sheet(&draft, count, params);
	add_entered(params, draft.id, decision);
	return document_end(context, &draft, decision, error);
}

/* A counter's figures of this round are dropped. */
static void forget_entries(struct state *state, const struct count *count, int counter)
{
	struct count_line *line = NULL;
	while ((line = count_line_next(count, line)) != NULL) {
		if (!count_line_waits(line) || !line->entries[counter].given)
			continue;
		line->entries[counter] = (struct count_entry){ .net_g = ABSENT, .units = ABSENT };
		state_touch(state, line);
	}
}

static struct count_line *unexpected_line(struct state *state, struct count *count, const char *code)
{
	const struct lot *lot = state_find(state, TABLE_LOT, code);
	struct count_line *line = count_line_add(state, count, code);
	line->lot_index = lot != NULL ? lot->created_index : ABSENT;
	line->class = lot != NULL ? lot->class : LOT_CLASS_NONE;
	line->unexpected = true;
	line->book_g = 0;
	return line;
}

static void apply_entered(struct state *state, const struct applied *applied, const void *data)
{
	const struct entered *body = data;
	const struct entered_line *items = body->lines.items;
	struct count *count = count_applied(state, body->count);
	int counter = count_counter(count, body->counter);
	(void)applied;
	assert(counter >= 0);
	if (body->part == 1) {
		document_obsolete(state, sheet_of(count, counter));
		forget_entries(state, count, counter);
		text_copy(sheet_of(count, counter), CODE_MAX, body->document);
	}
	for (uint32_t i = 0; i < body->lines.count; i++) {
		struct count_line *line = count_line_of(state, count, items[i].lot);
		if (line == NULL)
			line = unexpected_line(state, count, items[i].lot);
		line->entries[counter] = (struct count_entry){ .given = true,
			.net_g = items[i].missing ? 0 : items[i].net_g,
			.units = items[i].missing ? 0 : items[i].units, .seals = items[i].seals };
		state_touch(state, line);
	}
}

const struct event_type event_count_entered = { "count.entered", &entered_body, apply_entered };
const struct command_type command_count_enter = { "count.enter", &enter_params, COUNT_DUTIES,
	decide_enter, "lines" };

/* ---- signing ---- */

struct sheet_signed {
	char count[CODE_MAX], counter[CODE_MAX], document[CODE_MAX];
};
static const struct field signed_fields[] = {
	F_TEXT(struct sheet_signed, count),
	F_TEXT(struct sheet_signed, counter),
	F_TEXT(struct sheet_signed, document),
};
static const struct descriptor signed_body =
	DESCRIPTOR("count.sheet_signed", struct sheet_signed, signed_fields);

static int sheet_counter(const struct count *count, const struct document *document)
{
	return text_equal(count->first_sheet, document->id) ? 0 : 1;
}

/* The counter's own hand alone. */
static bool sheet_bars(const struct state *state, const struct document *document, const char *person)
{
	const struct count *count = state_find(state, TABLE_STOCKTAKE, document->subject);
	assert(count != NULL);
	return count_counter(count, person) != sheet_counter(count, document);
}

static bool sheet_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	struct count *count = count_find_for(context, document->subject, COUNT_DISAGREE, "signed for",
		error);
	if (count == NULL)
		return false;
	int counter = sheet_counter(count, document);
	struct sheet_signed *body = decision_body(decision, &event_count_sheet_signed);
	body_text(body->count, count->id);
	body_text(body->counter, counter == 0 ? count->first->code : count->second->code);
	body_text(body->document, document->id);
	decision_add(decision, &event_count_sheet_signed, body);
	if (*signed_of(count, 1 - counter))
		count_compare(context, count, decision);
	return true;
}

static void apply_sheet_signed(struct state *state, const struct applied *applied, const void *data)
{
	const struct sheet_signed *body = data;
	(void)applied;
	struct count *count = count_applied(state, body->count);
	*signed_of(count, count_counter(count, body->counter)) = true;
}

static void sheet_rejected(struct state *state, const struct document *document)
{
	struct count *count = count_applied(state, document->subject);
	int counter = sheet_counter(count, document);
	forget_entries(state, count, counter);
	sheet_of(count, counter)[0] = '\0';
}

const struct event_type event_count_sheet_signed = { "count.sheet_signed", &signed_body,
	apply_sheet_signed };
const struct document_kind document_count_sheet = { "count-sheet", sheet_effect, sheet_rejected,
	"who is not the counter whose sheet it is", sheet_bars };
