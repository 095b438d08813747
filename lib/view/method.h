/* The methods that a state alone can answer, by name: every LIST, VIEW, SHOW and PAST of methods.def. */
#ifndef VIEW_METHOD_H
#define VIEW_METHOD_H

#include "view/view.h"

struct view_method;

/* By "Stock.ListLots" or its whole name; NULL: a state cannot answer it, or there is none. */
const struct view_method *view_method_find(const char *name);

/* Appends the whole reply, as the view itself does. */
bool view_method_answer(const struct view_method *method, const struct view *view,
	struct buffer *out, struct error *error);

#endif
