/* A job bears a copy of the call's parameters: they are freed when the call has been dispatched. */
#include "vaultd/handlers/show.h"

#include "wire/value.h"

const struct show show_lot = { .table = TABLE_LOT, .parameter = "code" };
const struct show show_order = { .table = TABLE_RELEASE_ORDER, .parameter = "id" };
const struct show show_exchange = { .table = TABLE_EXCHANGE, .parameter = "id" };
const struct show show_waiver = { .table = TABLE_WAIVER, .parameter = "id" };
const struct show show_request = { .table = TABLE_REQUEST, .parameter = "id" };
const struct show show_document = { .table = TABLE_DOCUMENT, .parameter = "id" };
const struct show show_why = { .table = TABLE_REQUEST, .parameter = "request", .always = true };
const struct show show_plan = { .table = TABLE_PLAN, .parameter = "id", .always = true };
const struct show show_exposure = { .always = true, .later = zone_exposure };

static const struct reader_part count_parts[] = {
	{ TABLE_STOCKTAKE_LINE, "count" },
	{ TABLE_COUNT, NULL }
};
const struct show show_count = { .table = TABLE_STOCKTAKE, .parameter = "id",
	.beside = count_parts, .always = true };

static const struct reader_part lot_count_parts[] = {
	{ TABLE_STOCKTAKE_LINE, "lot" },
	{ TABLE_COUNT, NULL }
};
const struct show show_lot_counts = { TABLE_LOT, "lot", lot_count_parts, true, NULL };

static const struct reader_part participant_parts[] = {
	{ TABLE_MOVEMENT, "participant" },
	{ TABLE_CHARGE, "participant" },
	{ TABLE_COUNT, NULL }
};
const struct show show_statement = { .table = TABLE_PARTICIPANT, .parameter = "participant",
	.beside = participant_parts, .always = true };

struct show_job {
	struct read_job job;
	const struct handler *handler;
	int64_t now;
};

bool show_lives(const struct asked *asked, const struct show *show)
{
	return !show->always && state_find(sequencer_state(asked->vaultd->sequencer), show->table,
		value_get_text(asked->parameters, show->parameter, "")) != NULL;
}

static bool read_entries(void *ledger, int64_t from, int64_t to, view_each_entry *each,
	void *context, struct error *error)
{
	struct head head;
	if (!reader_head(ledger, &head, error))
		return false;
	return reader_entries(ledger, from, to < head.size ? to : head.size, each, context, error);
}

static void run_show(struct read_job *job, struct reader *reader)
{
	struct show_job *asked = (struct show_job *)(void *)job;
	const struct show *show = asked->handler->show;
	struct error error = { 0 };
	struct state *state;
	if (!reader_rows_with(reader, show->table, show->beside,
	    value_get_text(job->parameters, show->parameter, ""), &state, &error)) {
		job_fail(job, 0, &error);
		return;
	}
	const struct view view = { .state = state, .parameters = job->parameters,
		.arena = job->arena, .now = asked->now, .entries = read_entries, .ledger = reader };
	if (!asked->handler->view(&view, &job->out, &error))
		job_fail(job, 0, &error);
	state_free(state);
}

struct read_job *show_later(struct asked *asked, const struct handler *handler,
	struct error *error)
{
	if (handler->show->later != NULL)
		return handler->show->later(asked, error);
	struct show_job *job = job_new(asked, sizeof *job, run_show);
	job->handler = handler;
	job->job.parameters = value_copy(asked->parameters);
	job->now = vaultd_now(asked->vaultd);
	return &job->job;
}
