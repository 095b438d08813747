/* Recording what audits find, acknowledging, closing, reopening and lifting. */
#include "reserve/evidence/finding_life.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "reserve/founding.h"
#include "reserve/person.h"
#include "reserve/stock/material.h"

static const char *const severity_names[] = { "", "warning", "critical", NULL };

/* ---- what it stops ---- */

/* Whose code is in stops, or everything; pointers that are looked at before each award. */
static void stop_again(struct state *state)
{
	struct reserve *reserve = state_reserve(state);
	struct commodity *commodity = NULL;
	const struct finding *finding = NULL;
	reserve->stopped = NULL;
	while ((commodity = state_next(state, TABLE_COMMODITY, commodity)) != NULL)
		commodity->stopped = NULL;
	while ((finding = state_next(state, TABLE_FINDING, finding)) != NULL) {
		if (finding->state == FINDING_CLOSED || finding->stops[0] == '\0')
			continue;
		commodity = state_find(state, TABLE_COMMODITY, finding->stops);
		if (commodity == NULL)
			reserve->stopped = finding;
		else
			commodity->stopped = finding;
	}
}

void finding_loaded(struct state *state, struct row *row)
{
	const struct finding *finding = (const struct finding *)(const void *)row;
	if (finding->stops[0] != '\0' && finding->state != FINDING_CLOSED)
		stop_again(state);
}

/* ---- recording ---- */

struct found {
	char caused_by[CODE_MAX], check[32], finding[CODE_MAX];
	int64_t index;
	const char *message;
	uint8_t severity;
	char stops[CODE_MAX], subject[64];
};
static const struct field found_fields[] = {
	F_TEXT(struct found, caused_by),
	F_TEXT(struct found, check),
	F_TEXT(struct found, finding),
	F_INT(struct found, index),
	F_STRING(struct found, message),
	F_ENUM(struct found, severity, severity_names),
	F_TEXT(struct found, stops),
	F_TEXT(struct found, subject),
};
static const struct descriptor found_body = DESCRIPTOR("finding.found", struct found, found_fields);

static const struct field item_fields[] = {
	F_TEXT(struct audit_item, caused_by),
	R_TEXT(struct audit_item, check),
	F_INT(struct audit_item, index),
	R_STRING(struct audit_item, message),
	R_ENUM(struct audit_item, severity, severity_names),
	F_TEXT(struct audit_item, stops),
	R_TEXT(struct audit_item, subject),
};
static const struct descriptor item_descriptor =
	DESCRIPTOR("audit.item", struct audit_item, item_fields);

static const struct field record_fields[] = {
	F_TEXT(struct audit_record, asked_by),
	R_INT_IN(struct audit_record, checks, 0, VAULT_INT_MAX),
	F_BOOL(struct audit_record, complete),
	R_INT_IN(struct audit_record, criticals, 0, VAULT_INT_MAX),
	R_INT_IN(struct audit_record, entries, 0, VAULT_INT_MAX),
	F_LIST(struct audit_record, findings, &item_descriptor),
	F_BYTES(struct audit_record, root),
	R_INT_IN(struct audit_record, unchecked, 0, VAULT_INT_MAX),
	R_INT_IN(struct audit_record, warnings, 0, VAULT_INT_MAX),
};
static const struct descriptor record_params =
	DESCRIPTOR("audit.record", struct audit_record, record_fields);

struct completed {
	char asked_by[CODE_MAX];
	int64_t checks, criticals, entries;
	uint8_t root[32];
	int64_t unchecked, warnings;
};
static const struct field completed_fields[] = {
	F_TEXT(struct completed, asked_by),
	F_INT(struct completed, checks),
	F_INT(struct completed, criticals),
	F_INT(struct completed, entries),
	F_BYTES(struct completed, root),
	F_INT(struct completed, unchecked),
	F_INT(struct completed, warnings),
};
static const struct descriptor completed_body =
	DESCRIPTOR("audit.completed", struct completed, completed_fields);

static bool same_item(const struct audit_item *a, const struct audit_item *b)
{
	return text_equal(a->check, b->check) && text_equal(a->subject, b->subject);
}

/* Several columns of one row may differ: they are one finding, told by the first. */
static bool told_before(const struct audit_item *items, uint32_t at)
{
	for (uint32_t i = 0; i < at; i++) {
		if (same_item(&items[i], &items[at]))
			return true;
	}
	return false;
}

static void add_found(const struct context *context, const struct audit_item *item,
	const struct finding *known, uint32_t ahead, struct decision *decision)
{
	const struct event_type *type = known != NULL ? &event_finding_reopened : &event_finding_found;
	struct found *body = decision_body(decision, type);
	if (known != NULL)
		body_text(body->finding, known->id);
	else
		state_next_id(context->state, "F", context->now, ahead, body->finding,
			sizeof body->finding);
	body_text(body->caused_by, item->caused_by);
	body_text(body->check, item->check);
	body->index = item->index;
	body->message = item->message;
	body->severity = item->severity;
	body_text(body->stops, item->stops);
	body_text(body->subject, item->subject);
	decision_add(decision, type, body);
}

/* One that is open stays as it is, unless now it stops what it did not. */
static bool stays(const struct finding *known, const struct audit_item *item)
{
	return known != NULL && known->state != FINDING_CLOSED &&
		(item->stops[0] == '\0' || known->stops[0] != '\0');
}

static bool decide_record(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct audit_record *params = data;
	const struct audit_item *items = params->findings.items;
	uint32_t raised = 0;
	if (params->complete) {
		struct completed *body = decision_body(decision, &event_audit_completed);
		body_text(body->asked_by, params->asked_by);
		body->checks = params->checks;
		body->criticals = params->criticals;
		body->entries = params->entries;
		memcpy(body->root, params->root, sizeof body->root);
		body->unchecked = params->unchecked;
		body->warnings = params->warnings;
		decision_add(decision, &event_audit_completed, body);
	}
	for (uint32_t i = 0; i < params->findings.count; i++) {
		const struct finding *known = finding_of(context->state, items[i].check, items[i].subject);
		if (told_before(items, i) || stays(known, &items[i]))
			continue;
		add_found(context, &items[i], known, raised, decision);
		raised += known == NULL ? 1 : 0;
	}
	decision->id = "audit";
	return decision->count > 0 ||
		error_set(error, ERROR_CONFLICT, "findings", "nothing new was found");
}

static void apply_completed(struct state *state, const struct applied *applied, const void *data)
{
	const struct completed *body = data;
	struct reserve *reserve = state_reserve(state);
	reserve->audited_at = applied->at;
	body_text(reserve->audited_by, body->asked_by);
	reserve->audited_entries = body->entries;
	memcpy(reserve->audited_root, body->root, sizeof reserve->audited_root);
	reserve->audited_checks = body->checks;
	reserve->audited_criticals = body->criticals;
	reserve->audited_warnings = body->warnings;
	reserve->audited_unchecked = body->unchecked;
	state_touch(state, reserve);
}

static void set_text(char **to, const char *text)
{
	char *copy = text != NULL ? strdup(text) : NULL;
	if (text != NULL && copy == NULL)
		abort();
	free(*to);
	*to = copy;
}

static void take_found(struct state *state, struct finding *finding, const struct found *body)
{
	finding->severity = body->severity;
	finding->state = FINDING_OPEN;
	set_text(&finding->message, body->message);
	finding->at_index = body->index;
	body_text(finding->caused_by, body->caused_by);
	body_text(finding->stops, body->stops);
	if (body->stops[0] != '\0')
		stop_again(state);
}

static void apply_found(struct state *state, const struct applied *applied, const void *data)
{
	const struct found *body = data;
	struct finding *finding = state_insert(state, TABLE_FINDING, body->finding);
	state_take_id(state, body->finding);
	body_text(finding->check, body->check);
	body_text(finding->subject, body->subject);
	finding->raised_at = applied->at;
	finding->raised_index = applied->index;
	finding->times = 1;
	take_found(state, finding, body);
}

static struct finding *finding_at(struct state *state, const char *id)
{
	struct finding *finding = state_find(state, TABLE_FINDING, id);
	assert(finding != NULL);
	state_touch(state, finding);
	return finding;
}

static void apply_reopened(struct state *state, const struct applied *applied, const void *data)
{
	const struct found *body = data;
	struct finding *finding = finding_at(state, body->finding);
	finding->times = finding->times == ABSENT ? 2 : finding->times + 1;
	finding->raised_at = applied->at;
	finding->raised_index = applied->index;
	take_found(state, finding, body);
}

const struct event_type event_audit_completed = { "audit.completed", &completed_body,
	apply_completed };
const struct event_type event_finding_found = { "finding.found", &found_body, apply_found };
const struct event_type event_finding_reopened = { "finding.reopened", &found_body, apply_reopened };
const struct command_type command_audit_record = { "audit.record", &record_params, 0, decide_record,
	NULL };

/* ---- steps ---- */

struct step {
	const char *because;
	char document[CODE_MAX], finding[CODE_MAX];
};
static const struct field step_fields[] = {
	F_STRING(struct step, because),
	F_TEXT(struct step, document),
	F_TEXT(struct step, finding),
};
static const struct descriptor step_body = DESCRIPTOR("finding.step", struct step, step_fields);
static const struct field acknowledge_fields[] = {
	F_STRING(struct step, because),
	R_TEXT(struct step, finding),
};
static const struct descriptor acknowledge_params =
	DESCRIPTOR("finding.acknowledge", struct step, acknowledge_fields);
static const struct field close_fields[] = {
	R_STRING(struct step, because),
	R_TEXT(struct step, finding),
};
static const struct descriptor close_params =
	DESCRIPTOR("finding.close", struct step, close_fields);

static const struct finding *find(const struct context *context, const char *id,
	struct error *error)
{
	const struct finding *finding = state_find(context->state, TABLE_FINDING, id);
	if (finding == NULL)
		not_found(error, "finding", "finding", id);
	return finding;
}

static const char *stops_words(const struct finding *finding)
{
	return text_equal(finding->stops, FINDING_STOPS_ALL) ? "everything" : finding->stops;
}

static bool is_live(const struct finding *finding, struct error *error)
{
	return finding->state != FINDING_CLOSED || error_set(error, ERROR_CONFLICT, "finding",
		"%s is closed already", finding->id);
}

static bool add_step(const struct event_type *type, const struct step *params,
	struct decision *decision)
{
	struct step *body = decision_body(decision, type);
	*body = *params;
	decision->id = body->finding;
	return decision_add(decision, type, body);
}

static bool decide_acknowledge(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct step *params = data;
	const struct finding *finding = find(context, params->finding, error);
	if (finding == NULL || !is_live(finding, error))
		return false;
	if (finding->state == FINDING_ACKNOWLEDGED)
		return error_set(error, ERROR_CONFLICT, "finding", "%s is acknowledged already, by %s",
			finding->id, finding->acknowledged_by);
	return add_step(&event_finding_acknowledged, params, decision);
}

static bool decide_close(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct step *params = data;
	const struct finding *finding = find(context, params->finding, error);
	if (finding == NULL || !is_live(finding, error))
		return false;
	if (finding->stops[0] != '\0') {
		error_set(error, ERROR_CONFLICT, "finding", "%s stops releases of %s: no one person closes "
			"it, two officers lift it", finding->id, stops_words(finding));
		return error_remedy(error, "vaultctl finding lift %s --because ...", finding->id);
	}
	if (text_equal(finding->caused_by, context->actor->code))
		return error_set(error, ERROR_DENIED, "as", "%s is about an entry that %s made: somebody else "
			"closes it", finding->id, finding->caused_by);
	return add_step(&event_finding_closed, params, decision);
}

static void apply_acknowledged(struct state *state, const struct applied *applied, const void *data)
{
	const struct step *body = data;
	struct finding *finding = finding_at(state, body->finding);
	finding->state = FINDING_ACKNOWLEDGED;
	body_text(finding->acknowledged_by, applied->actor);
	finding->acknowledged_at = applied->at;
	if (body->because != NULL)
		set_text(&finding->because, body->because);
}

static void apply_closed(struct state *state, const struct applied *applied, const void *data)
{
	const struct step *body = data;
	struct finding *finding = finding_at(state, body->finding);
	finding->state = FINDING_CLOSED;
	body_text(finding->closed_by, applied->actor);
	finding->closed_at = applied->at;
	set_text(&finding->because, body->because);
	finding->document[0] = '\0';
	if (finding->stops[0] != '\0') {
		finding->stops[0] = '\0';
		stop_again(state);
	}
}

const struct event_type event_finding_acknowledged = { "finding.acknowledged", &step_body,
	apply_acknowledged };
const struct event_type event_finding_closed = { "finding.closed", &step_body, apply_closed };
const struct command_type command_finding_acknowledge = { "finding.acknowledge",
	&acknowledge_params, DUTY_OFFICER | DUTY_AUDITOR, decide_acknowledge, NULL };
const struct command_type command_finding_close = { "finding.close", &close_params,
	DUTY_OFFICER | DUTY_AUDITOR, decide_close, NULL };

/* ---- lifting ---- */

static bool decide_lift(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct step *params = data;
	struct document_draft draft;
	const struct finding *finding = find(context, params->finding, error);
	if (finding == NULL || !is_live(finding, error))
		return false;
	if (finding->stops[0] == '\0') {
		error_set(error, ERROR_CONFLICT, "finding", "%s stops nothing: close it", finding->id);
		return error_remedy(error, "vaultctl finding close %s --because ...", finding->id);
	}
	if (finding->document[0] != '\0')
		return error_set(error, ERROR_CONFLICT, "finding", "%s waits for signatures on %s",
			finding->id, finding->document);
	if (!document_begin(context, &draft, &document_finding_lift, finding->id, 2, error))
		return false;
	body_text(draft.barred, finding->caused_by);
	document_line(&draft, "finding", finding->id);
	document_line(&draft, "check", finding->check);
	document_line(&draft, "about", finding->subject);
	if (finding->at_index != ABSENT)
		document_line_int(&draft, "ledger-index", finding->at_index);
	document_line(&draft, "found", finding->message);
	document_line(&draft, "releases-again", stops_words(finding));
	document_line(&draft, "because", params->because);
	struct step *body = decision_body(decision, &event_finding_lift_proposed);
	*body = *params;
	body_text(body->document, draft.id);
	decision_add(decision, &event_finding_lift_proposed, body);
	return document_end(context, &draft, decision, error);
}

static void apply_lift_proposed(struct state *state, const struct applied *applied, const void *data)
{
	const struct step *body = data;
	struct finding *finding = finding_at(state, body->finding);
	(void)applied;
	body_text(finding->document, body->document);
	set_text(&finding->because, body->because);
}

static bool lift_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct finding *finding = find(context, document->subject, error);
	if (finding == NULL || !is_live(finding, error))
		return false;
	struct step *body = decision_body(decision, &event_finding_lifted);
	body->because = arena_text(decision->arena, finding->because, strlen(finding->because));
	body_text(body->document, document->id);
	body_text(body->finding, finding->id);
	return decision_add(decision, &event_finding_lifted, body);
}

static void lift_rejected(struct state *state, const struct document *document)
{
	finding_at(state, document->subject)->document[0] = '\0';
}

const struct event_type event_finding_lift_proposed = { "finding.lift_proposed", &step_body,
	apply_lift_proposed };
const struct event_type event_finding_lifted = { "finding.lifted", &step_body, apply_closed };
const struct command_type command_finding_lift = { "finding.lift", &close_params, DUTY_OFFICER,
	decide_lift, NULL };
const struct document_kind document_finding_lift = { "finding-lift", lift_effect, lift_rejected,
	"who made the entry that it is about", NULL };
