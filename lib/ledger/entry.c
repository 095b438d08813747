/* One record and its frame, by the canonical writer, which asserts the order of the keys. */
#include "ledger/entry.h"

#include "base/json.h"

static void write_head(struct json *json, const struct entry_meta *meta)
{
	json_open_object(json);
	json_key(json, "actor");
	json_text(json, meta->actor);
	json_key(json, "at");
	json_time(json, meta->at);
	json_key(json, "body");
}

static void write_tail(struct json *json, const struct entry_meta *meta)
{
	if (meta->has_command) {
		json_key(json, "command");
		json_uuid(json, meta->command);
		json_key(json, "digest");
		json_hex(json, meta->digest, sizeof meta->digest);
	}
	if (meta->effective != ABSENT) {
		json_key(json, "effective");
		json_time(json, meta->effective);
	}
	json_key(json, "kind");
	json_text(json, meta->kind);
	json_key(json, "sequence");
	json_int(json, meta->sequence);
	json_close_object(json);
}

size_t entry_append(struct buffer *out, const struct entry_meta *meta,
	const struct descriptor *body_descriptor, const void *body)
{
	size_t before = out->length;
	struct json json;
	json_begin(&json, out, true);
	write_head(&json, meta);
	json_record(&json, body_descriptor, body);
	write_tail(&json, meta);
	return out->length - before;
}

size_t entry_append_raw(struct buffer *out, const struct entry_meta *meta, const char *body,
	size_t length)
{
	size_t before = out->length;
	struct json json;
	json_begin(&json, out, true);
	write_head(&json, meta);
	json_raw(&json, body, length);
	write_tail(&json, meta);
	return out->length - before;
}
