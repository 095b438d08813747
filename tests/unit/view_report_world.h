/*
 * A world whose life is kept beside it as a report needs it: a state in which what has ended stays, and the
 * history of its days; and a way to ask a report of them.
 */
#ifndef TESTS_UNIT_VIEW_REPORT_WORLD_H
#define TESTS_UNIT_VIEW_REPORT_WORLD_H

#include "reserve_world.h"

#include "view/history.h"
#include "view/report.h"
#include "view/view.h"
#include "wire/message.h"
#include "wire/value.h"

static struct state *kept;
static struct history *history;

static inline void keep(struct world *world, const struct applied *applied,
	const struct event *event)
{
	(void)world;
	history_before(history, kept, applied, event->type, event->body);
	reserve_apply(kept, applied, event->type, event->body);
	struct row *row = state_take_touched(kept);
	for (struct row *next; row != NULL; row = next) {
		next = row->next_touched;
		state_sweep(kept, row);
	}
	history_after(history, kept);
}

static inline struct world *lived(struct world *(*begin)(void))
{
	kept = state_new(true);
	history = history_new();
	world_each_entry = keep;
	struct world *world = begin();
	world_each_entry = NULL;
	return world;
}

static inline void ended(struct world *world)
{
	world_free(world);
	history_free(history);
	state_free(kept);
	kept = NULL;
	history = NULL;
}

/* ---- asking ---- */

static struct buffer said;   /* the last answer */
static struct reply answer;  /* the same, parsed; free_answer ends it */
static struct error wrong;
static enum view_sight sight;
static const char *asker;    /* a person, or NULL */

static inline void free_answer(void)
{
	if (answer.root != NULL)
		reply_free(&answer);
	answer = (struct reply){ 0 };
}

/* The report that these parameters ask for; NULL with `wrong` where there is none. */
static inline const struct value *ask_report(const char *params)
{
	struct value *parameters = NULL;
	struct arena *arena = arena_new(0);
	free_answer();
	buffer_clear(&said);
	wrong = (struct error){ 0 };
	CU_ASSERT_FATAL(value_parse(params, strlen(params), &parameters, &wrong));
	const struct view view = { .state = kept, .parameters = parameters, .arena = arena,
		.sight = sight, .now = state_last_at(kept), .history = history,
		.actor = asker != NULL ? person_find(kept, asker) : NULL };
	bool good = view_report(&view, &said, &wrong);
	arena_free(arena);
	value_free(parameters);
	if (!good) {
		CU_ASSERT_EQUAL(said.length, 0);
		return NULL;
	}
	CU_ASSERT_FATAL(reply_parse(said.bytes, said.length - 1, &answer, &wrong));
	return value_get(answer.parameters, "report");
}

static inline const struct value *section_of(const struct value *report, const char *heading)
{
	const struct value *sections = value_get(report, "sections");
	for (size_t i = 0; i < value_count(sections); i++) {
		if (text_equal(value_get_text(value_at(sections, i), "heading", ""), heading))
			return value_at(sections, i);
	}
	return NULL;
}

/* The row of a section whose first column has that text, or NULL. */
static inline const struct value *row_of(const struct value *report, const char *heading,
	const char *first)
{
	const struct value *section = section_of(report, heading), *rows = value_get(section, "rows");
	const char *name = value_get_text(value_at(value_get(section, "columns"), 0), "name", "");
	for (size_t i = 0; i < value_count(rows); i++) {
		if (text_equal(value_get_text(value_at(rows, i), name, ""), first))
			return value_at(rows, i);
	}
	return NULL;
}

#endif
