/* One finding, closed or not. */
#include "reserve/finding.h"
#include "view/view.h"
#include "wire/message.h"
#include "wire/value.h"

bool view_finding(const struct view *view, struct buffer *out, struct error *error)
{
	const char *id = value_get_text(view->parameters, "id", "");
	const struct finding *finding = state_find(view->state, TABLE_FINDING, id);
	struct json json;
	if (finding == NULL)
		return error_set(error, ERROR_NOT_FOUND, "id", "no such finding: %s", id);
	reply_begin(&json, out);
	json_key(&json, "finding");
	json_record(&json, &finding_descriptor, finding);
	reply_end(&json, false);
	return true;
}
