/* The rows of a note are found by a walk of their table, which is small: it holds what is in force. */
#include "reserve/setting.h"

#include <string.h>

#include "base/text.h"

const char *const setting_state_names[] = { "", "proposed", "scheduled", "in-force", "superseded",
	"rejected", NULL };

static const struct field approved_fields[] = { F_TEXT(struct setting_approved, document) };
const struct descriptor setting_approved_body =
	DESCRIPTOR("setting.approved", struct setting_approved, approved_fields);

static uint8_t *state_of(const struct setting_kind *kind, void *row)
{
	return (uint8_t *)row + kind->state_at;
}

void *setting_next(const struct state *state, const struct setting_kind *kind,
	const char *document, const void *after)
{
	void *row = (void *)(uintptr_t)after;
	while ((row = state_next(state, kind->table, row)) != NULL) {
		if (*state_of(kind, row) == SETTING_PROPOSED &&
		    text_equal((const char *)row + kind->document_at, document))
			return row;
	}
	return NULL;
}

void setting_schedule(struct state *state, const struct setting_kind *kind, const char *document)
{
	void *row = NULL;
	while ((row = setting_next(state, kind, document, row)) != NULL) {
		*state_of(kind, row) = SETTING_SCHEDULED;
		state_touch(state, row);
		state_schedule(state, row);
	}
}

void setting_reject(struct state *state, const struct setting_kind *kind, const char *document)
{
	void *row = NULL;
	while ((row = setting_next(state, kind, document, row)) != NULL) {
		*state_of(kind, row) = SETTING_REJECTED;
		state_close(state, row);
	}
}

bool setting_add_approved(struct decision *decision, const struct event_type *type,
	const char *document)
{
	struct setting_approved *body = decision_body(decision, type);
	body_text(body->document, document);
	return decision_add(decision, type, body);
}
