/* The one way into decide and apply, and the lists of what exists. */
#include "reserve/decide.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/founding.h"
#include "reserve/person.h"
#include "reserve/tick.h"

const struct command_type *command_type_find(const char *name)
{
	for (size_t i = 0; command_types[i] != NULL; i++) {
		if (text_equal(command_types[i]->name, name))
			return command_types[i];
	}
	return NULL;
}

const struct event_type *event_type_find(const char *kind)
{
	for (size_t i = 0; event_types[i] != NULL; i++) {
		if (text_equal(event_types[i]->kind, kind))
			return event_types[i];
	}
	return NULL;
}

/* A kind stays where it is put; one that finds every place taken is looked for in the list each time. */
const struct event_type *event_kinds_find(struct event_kinds *kinds, const char *kind)
{
	size_t at = text_hash(kind) % EVENT_KINDS;
	for (size_t i = 0; i < EVENT_KINDS; i++, at = (at + 1) % EVENT_KINDS) {
		if (kinds->slots[at] == NULL)
			return kinds->slots[at] = event_type_find(kind);
		if (text_equal(kinds->slots[at]->kind, kind))
			return kinds->slots[at];
	}
	return event_type_find(kind);
}

const struct descriptor *event_find_body(void *context, const char *kind)
{
	const struct event_type *type = context != NULL ? event_kinds_find(context, kind) :
		event_type_find(kind);
	return type != NULL ? type->body : NULL;
}

bool reserve_decide(const struct context *context, const struct command_type *type,
	const void *params, struct decision *decision, struct error *error)
{
	assert(context->now >= state_last_at(context->state));
	decision->arena = context->arena;
	if (state_reserve(context->state) == NULL) {
		if (type != &command_found)
			return error_set(error, ERROR_NOT_FOUNDED, "",
				"this reserve has no founding note yet");
	} else if (type->duties != 0) {
		if (context->actor == NULL)
			return error_set(error, ERROR_DENIED, "as",
				"no enrolled person stands behind this connection");
		if ((context->actor->duties & type->duties) == 0)
			return error_set(error, ERROR_DENIED, "as",
				"%s has no duty that allows %s", context->actor->code, type->name);
	}
	return type->decide(context, params, decision, error);
}

void reserve_apply(struct state *state, const struct applied *applied,
	const struct event_type *type, const void *body)
{
	assert(applied->index == state_size(state));
	type->apply(state, applied, body);
	state_set_position(state, applied->index + 1, applied->at);
}

bool reserve_decide_tick(const struct context *context, struct decision *decision)
{
	int64_t due_ms;
	decision->arena = context->arena;
	const struct row *row = state_next_due(context->state, &due_ms);
	if (row == NULL || due_ms > context->now)
		return false;
	tick_decide(context, row, due_ms, decision);
	assert(decision->count > 0);
	return true;
}

void *decision_body(struct decision *decision, const struct event_type *type)
{
	void *body = arena_alloc(decision->arena, type->body->size);
	assert(body != NULL);
	record_clear(type->body, body);
	return body;
}

bool decision_add_at(struct decision *decision, const struct event_type *type, const void *body,
	int64_t effective)
{
	if (decision->count == decision->capacity) {
		uint32_t capacity = decision->capacity == 0 ? 4 : decision->capacity * 2;
		struct event *events = arena_alloc(decision->arena, capacity * sizeof *events);
		assert(events != NULL);
		if (decision->count > 0)
			memcpy(events, decision->events, decision->count * sizeof *events);
		decision->events = events;
		decision->capacity = capacity;
	}
	decision->events[decision->count++] = (struct event){ type, body, effective };
	return true;
}

bool decision_add(struct decision *decision, const struct event_type *type, const void *body)
{
	return decision_add_at(decision, type, body, ABSENT);
}

void body_copy(char *to, size_t size, const char *from)
{
	bool fits = text_copy(to, size, from);
	assert(fits);
	(void)fits;
}

bool not_found(struct error *error, const char *field, const char *what, const char *code)
{
	return error_set(error, ERROR_NOT_FOUND, field, "no such %s: %s", what, code);
}
