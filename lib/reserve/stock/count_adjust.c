/*
 * What comes of variances: a cause for each, then one note of two officers who did not count, and the
 * books follow what was found by new entries. What awards hold is never taken off the books: such a lot
 * goes down to what is promised, is short of the rest, and waits, held, until the award is gone.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "reserve/finding.h"
#include "reserve/stock/count.h"
#include "reserve/stock/count_names.h"
#include "reserve/stock/lot_acts.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"

/* ---- a cause ---- */

struct explained {
	const char *because;
	uint8_t cause;
	char count[CODE_MAX], lot[CODE_MAX];
};
static const struct field explained_fields[] = {
	R_STRING(struct explained, because),
	R_ENUM(struct explained, cause, count_cause_names),
	R_TEXT(struct explained, count),
	R_TEXT(struct explained, lot),
};
static const struct descriptor explained_body =
	DESCRIPTOR("count.explained", struct explained, explained_fields);

/* Who counted says nothing of why, and does not sign what follows from it. */
static bool is_apart(const struct context *context, const struct count *count, const char *field,
	struct error *error)
{
	return count_counter(count, context->actor->code) < 0 || error_set(error, ERROR_DENIED, field,
		"%s counted %s; somebody else must look into what differs", context->actor->code, count->id);
}

static bool decide_cause(const struct context *context, const void *data, struct decision *decision,
	struct error *error)
{
	const struct explained *params = data;
	const struct count *count = state_find(context->state, TABLE_STOCKTAKE, params->count);
	if (count == NULL)
		return not_found(error, "count", "stocktake", params->count);
	const struct count_line *line = count_line_of(context->state, count, params->lot);
	if (!is_apart(context, count, "count", error))
		return false;
	if (line == NULL || (line->state != LINE_VARIES && line->state != LINE_EXPLAINED)) {
		error_set(error, ERROR_ILLEGAL, "lot", "lot %s has no open variance in %s", params->lot,
			count->id);
		return error_remedy(error, "vaultctl count %s", count->id);
	}
	if (count->state != COUNT_COUNTED && count->state != COUNT_RECOUNT)
		return error_set(error, ERROR_ILLEGAL, "count", "stocktake %s is %s and takes no causes",
			count->id, count_state_names[count->state]);
	if (strlen(params->because) >= REASON_MAX)
		return error_set(error, ERROR_LIMIT, "because", "a reason has at most %d bytes",
			REASON_MAX - 1);
	decision_add(decision, &event_count_explained, params);
	if (strcmp(count_cause_names[params->cause], "theft-suspected") == 0)
		finding_add(context, decision, "theft-suspected", "critical", params->lot,
			arena_printf(context->arena, "stocktake %s: %s", count->id, params->because));
	decision->id = count->id;
	decision->next = arena_printf(decision->arena, "vaultctl count adjust %s", count->id);
	return true;
}

static void apply_explained(struct state *state, const struct applied *applied, const void *data)
{
	const struct explained *body = data;
	struct count *count = count_applied(state, body->count);
	struct count_line *line = count_line_of(state, count, body->lot);
	assert(line != NULL);
	line->state = LINE_EXPLAINED;
	line->cause = body->cause;
	free(line->because);
	line->because = strdup(body->because);
	if (line->because == NULL)
		abort();
	body_text(line->explained_by, applied->actor);
	state_touch(state, line);
}

const struct event_type event_count_explained = { "count.explained", &explained_body,
	apply_explained };
const struct command_type command_count_cause = { "count.cause", &explained_body, COUNT_DUTIES,
	decide_cause, NULL };

/* ---- the note ---- */

struct adjust_params {
	char count[CODE_MAX];
};
static const struct field adjust_fields[] = { R_TEXT(struct adjust_params, count) };
static const struct descriptor adjust_params =
	DESCRIPTOR("count.adjust", struct adjust_params, adjust_fields);

/* lots: those that the note is about. */
struct proposed_lot {
	char lot[CODE_MAX];
};
static const struct field proposed_lot_fields[] = { F_TEXT(struct proposed_lot, lot) };
static const struct descriptor proposed_lot =
	DESCRIPTOR("lot", struct proposed_lot, proposed_lot_fields);

struct adjustment_proposed {
	char count[CODE_MAX], document[CODE_MAX];
	struct list lots;
};
static const struct field proposed_fields[] = {
	F_TEXT(struct adjustment_proposed, count),
	F_TEXT(struct adjustment_proposed, document),
	F_LIST(struct adjustment_proposed, lots, &proposed_lot),
};
static const struct descriptor proposed_body =
	DESCRIPTOR("count.adjustment_proposed", struct adjustment_proposed, proposed_fields);

/* What a note can be about: lines explained, or, once the count has ended, those still short. */
static bool is_meant(const struct count *count, const struct count_line *line)
{
	return line->state == (count->state == COUNT_ENDED ? LINE_SHORT : LINE_EXPLAINED);
}

static void write_line(struct document_draft *draft, const struct count *count,
	const struct count_line *line)
{
	char book[WORD_INT], found[WORD_INT], units[WORD_INT];
	const char *words[10] = { "lot", line->lot };
	size_t at = 2;
	word_int(book, count->state == COUNT_ENDED ? line->short_g : line->book_g);
	word_int(found, line->found_g);
	words[at++] = count->state == COUNT_ENDED ? "short-g" : "book-g";
	words[at++] = book;
	if (count->state != COUNT_ENDED) {
		words[at++] = "found-g";
		words[at++] = found;
	}
	if (line->variance_units != ABSENT && line->variance_units != 0) {
		word_int(units, line->found_units);
		words[at++] = "found-units";
		words[at++] = units;
	}
	words[at++] = count_cause_names[line->cause];
	if (line->unexpected || !count_cause_adjusts(line->cause))
		words[at++] = "books-stand";
	document_words(draft, words, at);
}

static bool check_freed(const struct context *context, const struct count *count, struct error *error);

static bool check_adjust(const struct context *context, const struct count *count,
	struct error *error)
{
	const struct count_line *line = NULL;
	bool over = count->state == COUNT_ABANDONED;
	if (count->document[0] != '\0' && !over) {
		error_set(error, ERROR_CONFLICT, "count", "the adjustment of %s waits for signatures as %s",
			count->id, count->document);
		return error_remedy(error, "vaultctl sign %s, or vaultctl reject %s --because ...",
			count->document, count->document);
	}
	if (count->state != COUNT_COUNTED && !(count->state == COUNT_ENDED && count->shorts > 0))
		return error_set(error, ERROR_ILLEGAL, "count", "stocktake %s is %s and has nothing to adjust",
			count->id, count_state_names[count->state]);
	while ((line = count_line_next(count, line)) != NULL) {
		if (line->state == LINE_VARIES) {
			error_set(error, ERROR_ILLEGAL, "count", "lot %s of %s has no cause yet", line->lot, count->id);
			return error_remedy(error, "vaultctl count cause %s %s CAUSE --because ...", count->id,
				line->lot);
		}
	}
	return is_apart(context, count, "count", error) &&
		(count->state != COUNT_ENDED || check_freed(context, count, error));
}

static bool decide_adjust(const struct context *context, const void *data, struct decision *decision,
	struct error *error)
{
	const struct adjust_params *params = data;
	const struct count *count = state_find(context->state, TABLE_STOCKTAKE, params->count);
	const struct count_line *line = NULL;
	struct document_draft draft;
	if (count == NULL)
		return not_found(error, "count", "stocktake", params->count);
	if (!check_adjust(context, count, error) ||
	    !document_begin(context, &draft, &document_adjustment, count->id, 2, error))
		return false;
	document_line(&draft, "stocktake", count->id);
	document_line(&draft, "site", count->site->code);
	document_line(&draft, "counted-by", count->first->code);
	document_line(&draft, "counted-by", count->second->code);
	struct adjustment_proposed *body = decision_body(decision, &event_count_adjustment_proposed);
	struct proposed_lot *lots = arena_alloc(decision->arena, COUNT_LINES_PER_NOTE * sizeof *lots);
	assert(lots != NULL);
	body->lots.items = lots;
	while (body->lots.count < COUNT_LINES_PER_NOTE && (line = count_line_next(count, line)) != NULL) {
		if (!is_meant(count, line))
			continue;
		write_line(&draft, count, line);
		body_text(lots[body->lots.count++].lot, line->lot);
	}
	body_text(body->count, count->id);
	body_text(body->document, draft.id);
	decision_add(decision, &event_count_adjustment_proposed, body);
	return document_end(context, &draft, decision, error);
}

static void apply_proposed(struct state *state, const struct applied *applied, const void *data)
{
	const struct adjustment_proposed *body = data;
	struct count *count = count_applied(state, body->count);
	(void)applied;
	body_text(count->document, body->document);
	const struct proposed_lot *lots = body->lots.items;
	for (uint32_t i = 0; i < body->lots.count; i++) {
		struct count_line *line = count_line_of(state, count, lots[i].lot);
		assert(line != NULL);
		line->proposed = true;
		state_touch(state, line);
	}
	if (count->state != COUNT_ENDED)
		count_advance(count, COUNT_PROPOSE);
}

const struct event_type event_count_adjustment_proposed = { "count.adjustment_proposed",
	&proposed_body, apply_proposed };
const struct command_type command_count_adjust = { "count.adjust", &adjust_params, DUTY_OFFICER,
	decide_adjust, NULL };

/* ---- what it comes to ---- */

struct adjusted_line {
	int64_t adjusted_g, contained_g;
	char lot[CODE_MAX];
	int64_t short_g, short_units;
	uint8_t state;
	int64_t units;
};
static const struct field adjusted_line_fields[] = {
	F_INT(struct adjusted_line, adjusted_g),
	F_INT(struct adjusted_line, contained_g),
	F_TEXT(struct adjusted_line, lot),
	F_INT(struct adjusted_line, short_g),
	F_INT(struct adjusted_line, short_units),
	F_ENUM(struct adjusted_line, state, count_line_names),
	F_INT(struct adjusted_line, units),
};
static const struct descriptor adjusted_line =
	DESCRIPTOR("count.adjusted_line", struct adjusted_line, adjusted_line_fields);

struct adjusted {
	char count[CODE_MAX], document[CODE_MAX];
	struct list lines;
};
static const struct field adjusted_fields[] = {
	F_TEXT(struct adjusted, count),
	F_TEXT(struct adjusted, document),
	F_LIST(struct adjusted, lines, &adjusted_line),
};
static const struct descriptor adjusted_body =
	DESCRIPTOR("count.adjusted", struct adjusted, adjusted_fields);

static int64_t more_of(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Contained mass goes with net mass; what is promised stays, and what is free keeps to its weight. */
static int64_t contained_of(const struct lot *lot, int64_t net_g)
{
	int64_t contained_g = 0;
	bool fits = lot->on_hand_g == 0 ||
		checked_mul_div_down(lot->contained_g, net_g, lot->on_hand_g, &contained_g);
	assert(fits);
	(void)fits;
	int64_t most_g = lot->reserved_g + net_g - lot->reserved_net_g;
	contained_g = contained_g < most_g ? contained_g : most_g;
	return more_of(contained_g, lot->reserved_g);
}

/* By so much the lot shall change; what awards hold limits it from below. */
static void adjust_lot(const struct lot *lot, int64_t change_g, int64_t change_units,
	struct adjusted_line *to)
{
	int64_t wanted_g = lot->on_hand_g + change_g, scaled_g = 0;
	int64_t reserved = lot->reserved_units != ABSENT ? lot->reserved_units : 0;
	int64_t net_g = more_of(wanted_g, lot->reserved_net_g);
	if (lot->class == LOT_SEALED) {
		int64_t units = lot_units(lot) + (change_units != ABSENT ? change_units : 0);
		to->units = more_of(units, reserved);
		to->short_units = to->units > units ? to->units - units : ABSENT;
	}
	to->contained_g = contained_of(lot, net_g);
	bool fits = lot->on_hand_g == 0 || checked_mul_div_down(lot->contained_g, more_of(wanted_g, 0),
		lot->on_hand_g, &scaled_g);
	assert(fits);
	(void)fits;
	to->adjusted_g = net_g - lot->on_hand_g;
	to->short_g = net_g - wanted_g;
	bool is_short = to->short_g > 0 || to->short_units != ABSENT || scaled_g < lot->reserved_g;
	to->state = is_short ? LINE_SHORT : LINE_ADJUSTED;
	if (!is_short)
		to->short_g = ABSENT;
}

/* A lot that is gone since, or never was on the books, has nothing to adjust. */
static void adjust_line(const struct context *context, const struct count *count,
	const struct count_line *line, struct adjusted_line *to)
{
	const struct lot *lot = count_lot(context->state, line);
	bool again = count->state == COUNT_ENDED;
	record_clear(&adjusted_line, to);
	body_text(to->lot, line->lot);
	to->state = LINE_STANDS;
	if (lot == NULL || line->unexpected || !count_cause_adjusts(line->cause))
		return;
	if (again && lot->destination != NULL) { /* what is on its way is looked into where it arrives */
		to->state = LINE_SHORT;
		to->short_g = line->short_g;
		to->short_units = line->short_units;
	} else if (again)
		adjust_lot(lot, -line->short_g, line->short_units != ABSENT ? -line->short_units : ABSENT, to);
	else
		adjust_lot(lot, line->variance_g, line->variance_units, to);
}

/* Of lots that were short: whether what is promised of any has become less, so that something comes off. */
static bool check_freed(const struct context *context, const struct count *count, struct error *error)
{
	const struct count_line *line = NULL;
	const char *lot = "";
	while ((line = count_line_next(count, line)) != NULL) {
		struct adjusted_line to;
		if (line->state != LINE_SHORT)
			continue;
		adjust_line(context, count, line, &to);
		if (to.state != LINE_SHORT || to.adjusted_g != 0 || to.short_units != line->short_units)
			return true;
		lot = line->lot;
	}
	error_set(error, ERROR_ILLEGAL, "count", "all that is left of %s is promised still: nothing can be "
		"taken off", lot);
	return error_remedy(error, "reject, withdraw or let lapse what holds it: vaultctl lot %s", lot);
}

/* An order holds metal that was not found: nothing of the lot is loaded, and somebody must act. */
static void add_short(const struct context *context, const struct count *count,
	const struct adjusted_line *line, struct decision *decision)
{
	const struct lot *lot = state_find(context->state, TABLE_LOT, line->lot);
	char mass[WORD_MASS];
	word_mass(mass, line->short_g);
	finding_add(context, decision, "count-short", "critical", line->lot, arena_printf(context->arena,
		"stocktake %s found lot %s %s short of what is promised of it, to %s among others; reject, "
		"withdraw or let lapse what holds it, then vaultctl count adjust %s", count->id, line->lot, mass,
		state_award_holding(context->state, line->lot), count->id));
	if (lot->holds == 0)
		lot_add_hold(decision, line->lot, REASON_COUNT, arena_printf(context->arena,
			"stocktake %s: less is here than is promised", count->id));
}

/* Whether anything is left that must be settled before the count can end. */
static bool is_settled(const struct count *count, int64_t lines)
{
	const struct count_line *line = NULL;
	int64_t open = 0;
	while ((line = count_line_next(count, line)) != NULL)
		open += (line->state == LINE_VARIES || line->state == LINE_EXPLAINED);
	return open == lines;
}

static bool adjustment_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct count *count = state_find(context->state, TABLE_STOCKTAKE, document->subject);
	const struct count_line *line = NULL;
	(void)error;
	assert(count != NULL);
	struct adjusted *body = decision_body(decision, &event_count_adjusted);
	struct adjusted_line *items = arena_alloc(decision->arena, COUNT_LINES_PER_NOTE * sizeof *items);
	assert(items != NULL);
	body_text(body->count, count->id);
	body_text(body->document, document->id);
	body->lines.items = items;
	decision_add(decision, &event_count_adjusted, body);
	while ((line = count_line_next(count, line)) != NULL) {
		if (!line->proposed)
			continue;
		struct adjusted_line *item = &items[body->lines.count++];
		adjust_line(context, count, line, item);
		if (item->state == LINE_SHORT)
			add_short(context, count, item, decision);
	}
	if (count->state != COUNT_ENDED && is_settled(count, body->lines.count)) {
		struct count_step *end = decision_body(decision, &event_count_ended);
		body_text(end->count, count->id);
		decision_add(decision, &event_count_ended, end);
	} else if (count->state != COUNT_ENDED) {
		decision->next = arena_printf(decision->arena, "vaultctl count adjust %s", count->id);
	}
	return true;
}

static void adjustment_rejected(struct state *state, const struct document *document)
{
	struct count *count = count_applied(state, document->subject);
	struct count_line *line = NULL;
	count->document[0] = '\0';
	while ((line = count_line_next(count, line)) != NULL) {
		if (line->proposed)
			state_touch(state, line);
		line->proposed = false;
	}
	if (count->state == COUNT_PROPOSED)
		count_advance(count, COUNT_REJECT);
}

static bool counted_it(const struct state *state, const struct document *document,
	const char *person)
{
	const struct count *count = state_find(state, TABLE_STOCKTAKE, document->subject);
	return count != NULL && count_counter(count, person) >= 0;
}

/* ---- applying ---- */

static void apply_line(struct state *state, const struct applied *applied, struct count *count,
	const struct adjusted_line *item)
{
	struct count_line *line = count_line_of(state, count, item->lot);
	assert(line != NULL);
	count->shorts -= line->state == LINE_SHORT ? 1 : 0;
	count->shorts += item->state == LINE_SHORT ? 1 : 0;
	line->state = item->state;
	line->proposed = false;
	line->short_g = item->short_g;
	line->short_units = item->short_units;
	state_touch(state, line);
	if (item->adjusted_g != ABSENT) {
		struct lot *lot = lot_acts_applied(state, item->lot);
		line->adjusted_g = (line->adjusted_g != ABSENT ? line->adjusted_g : 0) + item->adjusted_g;
		count->adjusted_g += item->adjusted_g;
		lot_acts_adjust(state, lot, item->adjusted_g, item->contained_g, item->units, applied->at);
	}
	if (count->state == COUNT_ENDED && line->state != LINE_SHORT)
		count_line_close(state, line);
}

static void apply_adjusted(struct state *state, const struct applied *applied, const void *data)
{
	const struct adjusted *body = data;
	const struct adjusted_line *items = body->lines.items;
	struct count *count = count_applied(state, body->count);
	count->document[0] = '\0';
	for (uint32_t i = 0; i < body->lines.count; i++)
		apply_line(state, applied, count, &items[i]);
	if (count->state == COUNT_PROPOSED)
		count_advance(count, COUNT_SIGN);
}

const struct event_type event_count_adjusted = { "count.adjusted", &adjusted_body, apply_adjusted };
const struct document_kind document_adjustment = { "adjustment", adjustment_effect,
	adjustment_rejected, "who counted", counted_it };
