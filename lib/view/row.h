/*
 * One row by its key. As of the past, and in what a reader thread has loaded, rows that have ended are
 * shown too: of those that share a key the live one before the others, then the one touched last.
 */
#ifndef VIEW_ROW_H
#define VIEW_ROW_H

#include "reserve/decide.h"
#include "view/view.h"

/* The row whose key is a parameter's text. NULL: ERROR_NOT_FOUND names the parameter. */
const void *view_row(const struct view *view, enum table_id table, const char *parameter,
	const char *what, struct error *error);

/* A reply with one member `name`: that row by its descriptor. */
bool view_show_row(const struct view *view, enum table_id table, const char *parameter,
	const char *name, struct buffer *out, struct error *error);

/* What decide would look at now: for views that try what a command would do. It changes nothing. */
struct context view_context(const struct view *view);

/*
 * Whether a filter has one of the names, or is not given: what no row could ever have is a slip, which an
 * empty list would hide.
 */
bool view_is_one_of(const struct view *view, const char *name, const char *const *names,
	struct error *error);

#endif
