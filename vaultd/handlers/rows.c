/* One row, shown by its descriptor. */
#include "vaultd/handlers/rows.h"

#include "base/text.h"
#include "reserve/state.h"
#include "wire/message.h"
#include "wire/value.h"

bool show_row(struct asked *asked, enum table_id table, const char *key_name, const char *name,
	struct buffer *out, struct error *error)
{
	const char *key = value_get_text(asked->parameters, key_name, "");
	const struct row *row = state_find(sequencer_state(asked->vaultd->sequencer), table, key);
	if (row == NULL)
		return error_set(error, ERROR_NOT_FOUND, key_name, "no such %s: %s", name, key);
	struct json json;
	reply_begin(&json, out);
	json_key(&json, name);
	json_record(&json, table_info(table)->descriptor, row);
	reply_end(&json, false);
	return true;
}

struct show_job {
	struct read_job job;
	enum table_id table;
	const char *key, *key_name, *name;
	show_extra *extra;
};

/* The live row of that key, else the one that was touched last. */
static const struct row *newest(const struct state *state, enum table_id table, const char *key)
{
	const struct row *best = state_find(state, table, key);
	if (best != NULL)
		return best;
	for (const struct row *row = NULL; (row = state_next(state, table, row)) != NULL;) {
		if (text_equal(row_key(row), key) && (best == NULL || row->last_index > best->last_index))
			best = row;
	}
	return best;
}

static void run_show(struct read_job *job, struct reader *reader)
{
	struct show_job *show = (struct show_job *)(void *)job;
	struct error error = { 0 };
	struct state *state;
	if (!reader_rows_with_key(reader, show->table, show->key, &state, &error)) {
		job_fail(job, 0, &error);
		return;
	}
	const struct row *row = newest(state, show->table, show->key);
	if (row == NULL) {
		error_set(&error, ERROR_NOT_FOUND, show->key_name, "no such %s: %s", show->name,
			show->key);
		job_fail(job, 0, &error);
	} else {
		struct json json;
		reply_begin(&json, &job->out);
		json_key(&json, show->name);
		json_record(&json, table_info(show->table)->descriptor, row);
		if (show->extra != NULL)
			show->extra(&json, state, row);
		reply_end(&json, false);
	}
	state_free(state);
}

struct read_job *show_row_later(struct asked *asked, enum table_id table, const char *key_name,
	const char *name, show_extra *extra, struct error *error)
{
	const char *key = value_get_text(asked->parameters, key_name, "");
	(void)error;
	struct show_job *show = job_new(asked, sizeof *show, run_show);
	show->table = table;
	show->key = arena_printf(show->job.arena, "%s", key);
	show->key_name = key_name;
	show->name = name;
	show->extra = extra;
	return &show->job;
}
