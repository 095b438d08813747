/* One pass over the export; of the request's decisions the last one stays. */
#include "vaultctl/offline/why.h"

#include "base/json.h"
#include "base/text.h"
#include "reserve/emergency/why.h"

struct looking {
	const struct offline_check *check;
	const char *request;
	struct buffer found;
};

static void write_found(struct buffer *out, const struct parsed_entry *entry)
{
	struct json json;
	struct why why;
	why_fill(entry->kind, entry->body, entry->sequence, entry->at, &why);
	json_begin(&json, out, false);
	json_open_object(&json);
	json_key(&json, "decision");
	json_open_object(&json);
	json_members(&json, &why_descriptor, &why);
	if (why.picks.count == 0) { /* the interface has it always */
		json_key(&json, "picks");
		json_open_array(&json);
		json_close_array(&json);
	}
	json_close_object(&json);
	json_close_object(&json);
}

static bool look_at(void *context, const struct parsed_entry *entry, struct error *error)
{
	struct looking *looking = context;
	(void)error;
	if (!why_decides(entry->kind))
		return true;
	const struct request_decided *body = entry->body;
	if (text_equal(body->request, looking->request)) {
		buffer_clear(&looking->found);
		write_found(&looking->found, entry);
	}
	return true;
}

static void show_progress(void *context, int64_t done, int64_t total)
{
	const struct looking *looking = context;
	looking->check->progress(looking->check->context, done, total);
}

bool offline_why(const char *directory, const struct offline_check *check, const char *request,
	struct offline_result *ret_result, struct buffer *ret_json, struct error *error)
{
	struct looking looking = { .check = check, .request = request };
	struct offline_check inner = *check;
	inner.each = look_at;
	inner.progress = check->progress != NULL ? show_progress : NULL;
	inner.context = &looking;
	bool good = offline_verify(directory, &inner, ret_result, error);
	if (good && looking.found.length == 0)
		good = error_set(error, ERROR_NOT_FOUND, "request", "no entry of this ledger decides %s",
			request);
	if (good)
		buffer_append(ret_json, looking.found.bytes, looking.found.length);
	buffer_free(&looking.found);
	return good;
}
