/*
 * The two sheets of a round side by side, and both against the books. Bulk is compared by mass: two
 * counters may be apart, and what they found may be off the books, by so many ppm as the policy lets
 * them; what was found is then the mean of both, rounded down. Sealed lots must agree in whole units and
 * in their seals, exactly.
 */
#include <assert.h>

#include "base/checked.h"
#include "base/text.h"
#include "reserve/finding.h"
#include "reserve/stock/count.h"
#include "reserve/stock/count_names.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"

enum { NAMED_MAX = 5 };

struct compared_line {
	int64_t found_g, found_units;
	char lot[CODE_MAX];
	uint8_t seals, state;
	int64_t variance_g, variance_units;
};
static const struct field line_fields[] = {
	F_INT(struct compared_line, found_g),
	F_INT(struct compared_line, found_units),
	F_TEXT(struct compared_line, lot),
	F_ENUM(struct compared_line, seals, count_seals_names),
	F_ENUM(struct compared_line, state, count_line_names),
	F_INT(struct compared_line, variance_g),
	F_INT(struct compared_line, variance_units),
};
static const struct descriptor compared_line =
	DESCRIPTOR("count.compared_line", struct compared_line, line_fields);

struct compared {
	char count[CODE_MAX];
	struct list lines;
};
static const struct field compared_fields[] = {
	F_TEXT(struct compared, count),
	F_LIST(struct compared, lines, &compared_line),
};
static const struct descriptor compared_body =
	DESCRIPTOR("count.compared", struct compared, compared_fields);

struct counted {
	int64_t agree;
	char count[CODE_MAX];
	int64_t recount, round, vary;
};
static const struct field counted_fields[] = {
	F_INT(struct counted, agree),
	F_TEXT(struct counted, count),
	F_INT(struct counted, recount),
	F_INT(struct counted, round),
	F_INT(struct counted, vary),
};
static const struct descriptor counted_body =
	DESCRIPTOR("count.counted", struct counted, counted_fields);

/* ---- one line ---- */

static int64_t or_none(int64_t number)
{
	return number != ABSENT ? number : 0;
}

static bool apart(int64_t a, int64_t b, int64_t of, int64_t ppm)
{
	int64_t allowed_g;
	bool fits = checked_mul_div_down(of, ppm, VAULT_PPM, &allowed_g);
	assert(fits);
	(void)fits;
	return (a > b ? a - b : b - a) > allowed_g;
}

static bool seals_differ(const struct count_entry *a, const struct count_entry *b,
	enum lot_class class)
{
	return a->seals != b->seals &&
		(class == LOT_SEALED || (a->seals != SEALS_NONE && b->seals != SEALS_NONE));
}

static bool counters_differ(const struct count_line *line, const struct count_terms *terms)
{
	const struct count_entry *a = &line->entries[0], *b = &line->entries[1];
	int64_t a_g = or_none(a->net_g), b_g = or_none(b->net_g);
	if (a->given != b->given || seals_differ(a, b, (enum lot_class)line->class))
		return true;
	if (line->class != LOT_BULK && or_none(a->units) != or_none(b->units))
		return true;
	return line->class != LOT_SEALED && apart(a_g, b_g, a_g > b_g ? a_g : b_g, terms->counters_ppm);
}

/* What a sealed lot weighs by its units: those that are there have their share of the books. */
static int64_t share_g(int64_t book_g, int64_t units, int64_t book_units)
{
	int64_t share;
	if (book_units <= 0)
		return 0;
	bool fits = checked_mul_div_down(book_g, units, book_units, &share);
	return fits ? share : LOT_MASS_MAX;
}

static void find_mass(const struct count_line *line, struct compared_line *to)
{
	const struct count_entry *a = &line->entries[0], *b = &line->entries[1];
	to->seals = a->seals != SEALS_NONE ? a->seals : b->seals;
	to->found_units = line->class != LOT_BULK ? or_none(a->units) : ABSENT;
	if (line->class == LOT_SEALED && !line->unexpected) {
		to->found_g = share_g(line->book_g, to->found_units, line->book_units);
		to->variance_units = to->found_units - line->book_units;
	} else {
		to->found_g = or_none(a->net_g) + (or_none(b->net_g) - or_none(a->net_g)) / 2;
		to->variance_units = line->unexpected ? to->found_units : ABSENT;
		if ((or_none(b->net_g) - or_none(a->net_g)) % 2 < 0)
			to->found_g--; /* the mean is rounded down whoever found more */
	}
	to->variance_g = to->found_g - line->book_g;
}

/* Whether the books stand as they are. */
static bool agrees(const struct count_line *line, const struct compared_line *found,
	const struct count_terms *terms)
{
	if (line->unexpected)
		return found->found_g == 0 && or_none(found->found_units) == 0;
	if (found->seals == SEALS_BROKEN || found->seals == SEALS_MISSING)
		return false;
	if (line->class == LOT_SEALED)
		return found->variance_units == 0;
	return !apart(found->found_g, line->book_g, line->book_g, terms->tolerance_ppm);
}

static void compare_line(const struct context *context, const struct count_line *line,
	struct compared_line *to)
{
	struct count_terms terms = count_terms(context->state,
		line->class == LOT_SEALED ? LOT_SEALED : LOT_BULK);
	record_clear(&compared_line, to);
	body_text(to->lot, line->lot);
	if (counters_differ(line, &terms)) {
		to->state = LINE_RECOUNT;
		return;
	}
	find_mass(line, to);
	to->state = agrees(line, to, &terms) ? LINE_AGREES : LINE_VARIES;
}

/* ---- what follows ---- */

static const char *off_words(struct arena *arena, const struct compared_line *line)
{
	char mass[WORD_MASS];
	if (line->variance_g == 0 && or_none(line->variance_units) > 0)
		return arena_printf(arena, "%lld units more", (long long)line->variance_units);
	if (line->variance_g == 0)
		return arena_printf(arena, "seals %s", count_seals_names[line->seals]);
	word_mass(mass, line->variance_g > 0 ? line->variance_g : -line->variance_g);
	return arena_printf(arena, "%s %s", mass, line->variance_g > 0 ? "more" : "less");
}

/* Held at once: what is not as the books say cannot leave until it is known why. */
static void hold(const struct context *context, const struct count *count,
	const struct compared_line *line, struct decision *decision)
{
	const struct lot *lot = state_find(context->state, TABLE_LOT, line->lot);
	if (lot != NULL)
		lot_add_hold(decision, lot->code, REASON_COUNT, arena_printf(context->arena, "stocktake %s: %s",
			count->id, off_words(context->arena, line)));
}

struct tally {
	int64_t agree, recount, vary;
	const char *names;
	bool less;
};

static void tally_line(const struct context *context, const struct compared_line *line,
	struct tally *tally)
{
	if (line->state == LINE_AGREES)
		tally->agree++;
	else if (line->state == LINE_RECOUNT)
		tally->recount++;
	else if (++tally->vary <= NAMED_MAX)
		tally->names = arena_printf(context->arena, "%s%s %s %s", tally->names,
			tally->vary > 1 ? "," : "", line->lot, off_words(context->arena, line));
	tally->less |= line->state == LINE_VARIES && line->variance_g < 0;
}

static void add_counted(const struct context *context, const struct count *count,
	const struct tally *tally, struct decision *decision)
{
	struct counted *body = decision_body(decision, &event_count_counted);
	body->agree = tally->agree;
	body_text(body->count, count->id);
	body->recount = tally->recount;
	body->round = count->round;
	body->vary = tally->vary;
	decision_add(decision, &event_count_counted, body);
	if (tally->vary > 0)
		finding_add(context, decision, "count-variance", tally->less ? "critical" : "warning",
			count->id, arena_printf(context->arena, "stocktake %s of %s found %lld off the books:%s%s",
			count->id, count->site->code, (long long)tally->vary, tally->names,
			tally->vary > NAMED_MAX ? " and more" : ""));
	if (tally->recount > 0) {
		decision->remark = arena_printf(decision->arena, "lots on which the counters differ, to be "
			"counted again by both: %lld", (long long)tally->recount);
		decision->next = arena_printf(decision->arena, "vaultctl count sheet %s --counter %s -o csv",
			count->id, count->first->code);
	} else if (tally->vary + count->varying > 0) {
		decision->next = arena_printf(decision->arena, "vaultctl count %s", count->id);
	} else {
		struct count_step *end = decision_body(decision, &event_count_ended);
		body_text(end->count, count->id);
		decision_add(decision, &event_count_ended, end);
		decision->remark = "all agrees with the books; the stocktake has ended and the site is free";
	}
}

void count_compare(const struct context *context, const struct count *count,
	struct decision *decision)
{
	struct tally tally = { .names = "" };
	const struct count_line *line = NULL;
	struct compared_line *items = NULL;
	struct compared *body = NULL;
	while ((line = count_line_next(count, line)) != NULL) {
		if (!count_line_waits(line))
			continue;
		if (body == NULL || body->lines.count == COUNT_LINES_PER_ENTRY) {
			body = decision_body(decision, &event_count_compared);
			body_text(body->count, count->id);
			items = arena_alloc(decision->arena, COUNT_LINES_PER_ENTRY * sizeof *items);
			assert(items != NULL);
			body->lines.items = items;
			decision_add(decision, &event_count_compared, body);
		}
		struct compared_line *item = &items[body->lines.count++];
		compare_line(context, line, item);
		tally_line(context, item, &tally);
		if (item->state == LINE_VARIES)
			hold(context, count, item, decision);
	}
	add_counted(context, count, &tally, decision);
}

/* ---- applying ---- */

static void apply_compared(struct state *state, const struct applied *applied, const void *data)
{
	const struct compared *body = data;
	const struct compared_line *items = body->lines.items;
	struct count *count = count_applied(state, body->count);
	(void)applied;
	for (uint32_t i = 0; i < body->lines.count; i++) {
		struct count_line *line = count_line_of(state, count, items[i].lot);
		assert(line != NULL);
		line->state = items[i].state;
		line->found_g = items[i].found_g;
		line->found_units = items[i].found_units;
		line->seals = items[i].seals;
		line->variance_g = items[i].variance_g;
		line->variance_units = items[i].variance_units;
		state_touch(state, line);
	}
}

static void begin_round(struct state *state, struct count *count)
{
	struct count_line *line = NULL;
	count->round++;
	count->first_signed = count->second_signed = false;
	count->first_sheet[0] = count->second_sheet[0] = '\0';
	while ((line = count_line_next(count, line)) != NULL) {
		if (line->state != LINE_RECOUNT)
			continue;
		line->entries[0] = line->entries[1] =
			(struct count_entry){ .net_g = ABSENT, .units = ABSENT };
		state_touch(state, line);
	}
}

static void apply_counted(struct state *state, const struct applied *applied, const void *data)
{
	const struct counted *body = data;
	struct count *count = count_applied(state, body->count);
	(void)applied;
	count->varying += body->vary;
	if (body->recount > 0)
		begin_round(state, count);
	count_advance(count, body->recount > 0 ? COUNT_DISAGREE : COUNT_AGREE);
}

const struct event_type event_count_compared = { "count.compared", &compared_body, apply_compared };
const struct event_type event_count_counted = { "count.counted", &counted_body, apply_counted };
