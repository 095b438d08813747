/* The room Emergency: declarations and requests shown, and why a request was decided as it was. */
#include <string.h>

#include "base/text.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/request.h"
#include "reserve/emergency/why.h"
#include "reserve/stock/material.h"
#include "vaultd/handlers/answer.h"
#include "vaultd/handlers/handler.h"
#include "vaultd/handlers/rows.h"
#include "wire/entry.h"
#include "wire/message.h"
#include "wire/record.h"
#include "wire/value.h"

/* While it is open, what each commodity has let go stands with the commodity. */
bool emergency_get_declaration(struct asked *asked, struct buffer *out, struct error *error)
{
	const struct state *state = sequencer_state(asked->vaultd->sequencer);
	const char *id = value_get_text(asked->parameters, "id", "");
	const struct declaration *row = state_find(state, TABLE_DECLARATION, id);
	if (row == NULL)
		return error_set(error, ERROR_NOT_FOUND, "id", "no such declaration: %s", id);
	struct declaration shown = *row;
	struct cap *caps = arena_alloc(asked->arena, row->caps.count * sizeof *caps);
	if (caps == NULL)
		return error_set(error, ERROR_LIMIT, "id", "too many commodities");
	memcpy(caps, row->caps.items, row->caps.count * sizeof *caps);
	shown.caps.items = caps;
	for (uint32_t i = 0; i < row->caps.count; i++) {
		const struct commodity *commodity = state_find(state, TABLE_COMMODITY, caps[i].commodity);
		if (commodity != NULL && commodity->declaration == row)
			caps[i].used_g = commodity->cap_used_g;
	}
	struct json json;
	reply_begin(&json, out);
	json_key(&json, "declaration");
	json_record(&json, &declaration_descriptor, &shown);
	reply_end(&json, false);
	return true;
}

struct read_job *emergency_get_request(struct asked *asked, struct error *error)
{
	return show_row_later(asked, TABLE_REQUEST, "id", "request", NULL, error);
}

/* ---- why ---- */

struct why_job {
	struct read_job job;
	const char *id;
};

static const struct descriptor *find_decided(void *context, const char *kind)
{
	return why_decides(kind) ? event_find_body(context, kind) : NULL;
}

static bool decided_index(struct reader *reader, const char *id, int64_t *ret_index,
	struct error *error)
{
	struct state *state;
	if (!reader_rows_with_key(reader, TABLE_REQUEST, id, &state, error))
		return false;
	const struct request *request = NULL;
	while ((request = state_next(state, TABLE_REQUEST, request)) != NULL) {
		if (text_equal(request->id, id)) {
			*ret_index = request->decided_index;
			state_free(state);
			return true;
		}
	}
	state_free(state);
	return error_set(error, ERROR_NOT_FOUND, "request", "no such request: %s", id);
}

static void run_why(struct read_job *job, struct reader *reader)
{
	struct why_job *why = (struct why_job *)(void *)job;
	struct error error = { 0 };
	struct buffer bytes = { 0 };
	struct parsed_entry entry;
	int64_t index = 0;
	if (decided_index(reader, why->id, &index, &error) &&
	    reader_entry(reader, index, &bytes, &error) &&
	    entry_parse(bytes.bytes, bytes.length, find_decided, NULL, job->arena, &entry, &error)) {
		struct json json;
		reply_begin(&json, &job->out);
		answer_decision(&json, entry.kind, entry.body, index, entry.at);
		reply_end(&json, false);
	} else {
		job_fail(job, 0, &error);
	}
	buffer_free(&bytes);
}

struct read_job *emergency_why(struct asked *asked, struct error *error)
{
	(void)error;
	struct why_job *why = job_new(asked, sizeof *why, run_why);
	why->id = arena_printf(why->job.arena, "%s", value_get_text(asked->parameters, "request", ""));
	return &why->job;
}

/* ---- declaring: commodities without a cap of their own join the list of caps ---- */

static bool add_uncapped(const struct value *parameters, struct arena *arena, struct list *caps,
	struct error *error)
{
	const struct value *commodities = value_get(parameters, "commodities");
	size_t count = value_count(commodities);
	struct cap *all = arena_alloc(arena, (caps->count + count + 1) * sizeof *all);
	if (all == NULL)
		return error_set(error, ERROR_LIMIT, "commodities", "too many");
	if (caps->count > 0)
		memcpy(all, caps->items, caps->count * sizeof *all);
	uint32_t capped = caps->count;
	caps->items = all;
	for (size_t i = 0; i < count; i++) {
		const char *code = value_text(value_at(commodities, i), "");
		bool known = false;
		for (uint32_t j = 0; j < capped; j++)
			known = known || text_equal(all[j].commodity, code);
		if (known)
			continue;
		struct cap *cap = &all[caps->count++];
		*cap = (struct cap){ .cap_g = ABSENT, .used_g = ABSENT };
		if (!text_copy(cap->commodity, sizeof cap->commodity, code))
			return error_set(error, ERROR_NOT_FOUND, "commodities", "no such commodity: %s", code);
	}
	return true;
}

/* record_read without the one list that the interface spells in two parameters. */
bool emergency_prepare_declare(struct asked *asked, void *params, struct error *error)
{
	static const struct record_options lenient = { .lenient = true };
	const struct descriptor *whole = command_declare.params;
	struct field *fields = arena_alloc(asked->arena, whole->field_count * sizeof *fields);
	struct descriptor optional = *whole;
	if (fields == NULL)
		return error_set(error, ERROR_LIMIT, "", "the request needs too much memory");
	memcpy(fields, whole->fields, whole->field_count * sizeof *fields);
	optional.fields = fields;
	struct field *caps = NULL;
	for (size_t i = 0; i < whole->field_count; i++) {
		if (text_equal(fields[i].name, "caps"))
			caps = &fields[i];
	}
	caps->required = false;
	if (!record_read(asked->parameters, &optional, asked->arena, &lenient, params, error))
		return false;
	struct list list;
	memcpy(&list, (char *)params + caps->offset, sizeof list);
	if (!add_uncapped(asked->parameters, asked->arena, &list, error))
		return false;
	memcpy((char *)params + caps->offset, &list, sizeof list);
	return true;
}
