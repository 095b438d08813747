/* The table is methods.def, so that a view is named there alone. */
#include "view/method.h"

#include "base/text.h"
#include "wire/message.h"

struct view_method {
	const char *name;
	view_render *render;   /* NULL: the list of a table */
	enum table_id table;
};

#define LIST(room, method, table) { #room "." #method, NULL, table },
#define VIEW(room, method, function) { #room "." #method, function, TABLE_COUNT },
#define SHOW(room, method, function, show) { #room "." #method, function, TABLE_COUNT },
#define PAST(room, method, function) { #room "." #method, function, TABLE_COUNT },
static const struct view_method view_methods[] = {
#include "vault/methods.def"
};

const struct view_method *view_method_find(const char *name)
{
	if (text_starts(name, VAULT_ERROR_PREFIX))
		name += sizeof VAULT_ERROR_PREFIX - 1;
	for (size_t i = 0; i < sizeof view_methods / sizeof *view_methods; i++) {
		if (text_equal(view_methods[i].name, name))
			return &view_methods[i];
	}
	return NULL;
}

bool view_method_answer(const struct view_method *method, const struct view *view,
	struct buffer *out, struct error *error)
{
	return method->render != NULL ? method->render(view, out, error) :
		view_list(view, method->table, out, error);
}
