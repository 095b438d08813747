/* Trying a rule: which open requests it would change, on a state of the job's own. Nothing is recorded. */
#include "reserve/emergency/request.h"
#include "reserve/emergency/rule.h"
#include "reserve/emergency/trial.h"
#include "vaultd/handlers/handler.h"
#include "wire/message.h"
#include "wire/record.h"
#include "wire/value.h"

struct try_job {
	struct read_job job;
	void *item; /* by rule_item_descriptor */
	int64_t now;
};

static void write_change(void *context, const struct trial_change *change)
{
	struct json *json = context;
	json_open_object(json);
	json_key(json, "request");
	json_text(json, change->request->id);
	json_key(json, "member");
	json_text(json, field_text(descriptor_field(&request_descriptor, "member"), change->request));
	json_key(json, "commodity");
	json_text(json,
		field_text(descriptor_field(&request_descriptor, "commodity"), change->request));
	json_key(json, "state");
	json_text(json, request_state_name(change->request));
	json_key(json, "mass_g");
	json_int(json, change->request->mass_g);
	json_key(json, "before_g");
	json_int(json, change->before_g);
	json_key(json, "after_g");
	json_int(json, change->after_g);
	json_key(json, "rule");
	json_text(json, change->rule);
	json_key(json, "because");
	json_text(json, change->because);
	json_close_object(json);
}

/* The changes are written as they are found; how many were looked at is known when all are. */
static void write_trial(const struct context *context, const struct rule *trial,
	struct buffer *out)
{
	struct json json;
	reply_begin(&json, out);
	json_key(&json, "changes");
	json_open_array(&json);
	int64_t requests = trial_run(context, trial, write_change, &json);
	json_close_array(&json);
	json_key(&json, "requests");
	json_int(&json, requests);
	reply_end(&json, false);
}

static void run_try(struct read_job *job, struct reader *reader)
{
	struct try_job *trial = (struct try_job *)(void *)job;
	struct context context = { .now = trial->now, .arena = job->arena };
	struct error error = { 0 };
	struct rule rule;
	if (!reader_live_state(reader, &context.state, &error)) {
		job_fail(job, 0, &error);
		return;
	}
	if (context.now < state_last_at(context.state))
		context.now = state_last_at(context.state);
	if (rule_trial(&context, trial->item, &rule, &error)) {
		context.arena = arena_new(0); /* the rule stays in the job's */
		write_trial(&context, &rule, &job->out);
		arena_free(context.arena);
	} else {
		job_fail(job, 0, &error);
	}
	state_free(context.state);
}

struct read_job *emergency_try_rule(struct asked *asked, struct error *error)
{
	struct try_job *trial = job_new(asked, sizeof *trial, run_try);
	trial->now = vaultd_now(asked->vaultd);
	trial->item = arena_alloc(trial->job.arena, rule_item_descriptor.size);
	if (record_read(value_get(asked->parameters, "rule"), &rule_item_descriptor, trial->job.arena,
	    NULL, trial->item, error))
		return &trial->job;
	job_drop(&trial->job);
	return NULL;
}
