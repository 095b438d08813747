/*
 * The way of every call: who acts, is the gate open, then by kind. Writes go through one function,
 * whatever the command: parameters into the command's struct, the id checked, decided, rendered.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <uuid/uuid.h>

#include "base/json.h"
#include "base/text.h"
#include "reserve/document.h"
#include "reserve/emergency/award.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/extension.h"
#include "reserve/emergency/plan.h"
#include "reserve/emergency/request.h"
#include "reserve/emergency/request_note.h"
#include "reserve/emergency/rule.h"
#include "reserve/evidence/attachment.h"
#include "reserve/evidence/filing.h"
#include "reserve/evidence/finding_life.h"
#include "reserve/finding.h"
#include "reserve/founding.h"
#include "reserve/person.h"
#include "reserve/stock/annual.h"
#include "reserve/stock/count.h"
#include "reserve/stock/floor.h"
#include "reserve/stock/inspection.h"
#include "reserve/stock/loadout_test.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/requirement.h"
#include "reserve/stock/sample.h"
#include "reserve/stock/storage.h"
#include "reserve/stock/title.h"
#include "reserve/zone/assessment.h"
#include "reserve/zone/commitment.h"
#include "reserve/zone/contract.h"
#include "reserve/zone/exchange.h"
#include "reserve/zone/exchange_amendment.h"
#include "reserve/zone/exchange_return.h"
#include "reserve/zone/hs.h"
#include "reserve/zone/member.h"
#include "reserve/zone/observation.h"
#include "reserve/zone/participant.h"
#include "reserve/zone/price.h"
#include "reserve/zone/production.h"
#include "reserve/zone/rate.h"
#include "reserve/zone/sale.h"
#include "reserve/zone/schedule.h"
#include "reserve/zone/transfer.h"
#include "reserve/zone/waiver.h"
#include "vaultd/handlers/answer.h"
#include "vaultd/handlers/certification.h"
#include "vaultd/handlers/handler.h"
#include "vaultd/handlers/sight.h"
#include "vaultd/handlers/past.h"
#include "vaultd/handlers/show.h"
#include "vaultd/log.h"
#include "vaultd/peers.h"
#include "vaultd/witnesses.h"
#include "wire/message.h"
#include "wire/record.h"

/* ---- the table of methods ---- */

#define WRITE(room, name, type, function) \
	static const struct handler handler_##room##_##name = { .kind = HANDLER_WRITE, \
		.command = &type, .prepare = function };
#define LIST(room, name, rows) \
	static const struct handler handler_##room##_##name = { .kind = HANDLER_LIST, .table = rows };
#define VIEW(room, name, function) \
	static const struct handler handler_##room##_##name = { .kind = HANDLER_VIEW, \
		.view = function };
#define SHOW(room, name, function, rows) \
	static const struct handler handler_##room##_##name = { .kind = HANDLER_SHOW, \
		.view = function, .show = &rows };
#define PAST(room, name, function) \
	static const struct handler handler_##room##_##name = { .kind = HANDLER_PAST, \
		.view = function };
#define READ(room, name, function) \
	static const struct handler handler_##room##_##name = { .kind = HANDLER_READ, \
		.read = function };
#define LATER(room, name, function, more) \
	static const struct handler handler_##room##_##name = { .kind = HANDLER_LATER, \
		.later = function };
#define STREAM(room, name, function) \
	static const struct handler handler_##room##_##name = { .kind = HANDLER_STREAM, \
		.stream = function };
#include "vault/methods.def"

#define ROW(room, method, more, wait) { .interface = "org.projectvault." #room, .name = #method, \
	.needs_more = (more), .barrier = (wait), .data = &handler_##room##_##method },
#define WRITE(room, method, command, prepare) ROW(room, method, false, false)
#define LIST(room, method, table) ROW(room, method, false, false)
#define VIEW(room, method, function) ROW(room, method, false, false)
#define SHOW(room, method, function, show) ROW(room, method, false, false)
#define PAST(room, method, function) ROW(room, method, false, true)
#define READ(room, method, handler) ROW(room, method, false, false)
#define LATER(room, method, handler, more) ROW(room, method, more, true)
#define STREAM(room, method, handler) ROW(room, method, true, true)
const struct method methods[] = {
#include "vault/methods.def"
};
const size_t methods_count = sizeof methods / sizeof *methods;

/* ---- writes ---- */

static void make_id(int64_t now, uint8_t id[16])
{
	uuid_generate_random(id);
	for (int i = 0; i < 6; i++)
		id[i] = (uint8_t)(now >> (40 - 8 * i));
	id[6] = (uint8_t)((id[6] & 0x0F) | 0x70);
}

/* A request that a delegate signed bears its id in its text: brought twice, it is one command. */
static bool take_id(const struct asked *asked, struct submission *submission, bool *ret_given,
	struct error *error)
{
	const char *text = value_get_text(asked->parameters, "command", "");
	*ret_given = text[0] != '\0';
	if (submission->type == &command_request_bring) {
		*ret_given = true;
		return request_note_command(value_get_text(asked->parameters, "note", ""),
			submission->id) || error_set(error, ERROR_INVALID, "note",
			"it does not begin as a request with a command id");
	}
	if (!*ret_given) {
		make_id(submission->received_at, submission->id);
		return true;
	}
	if (!text_to_uuid(text, submission->id) || (submission->id[6] & 0xF0) != 0x70 ||
	    (submission->id[8] & 0xC0) != 0x80)
		return error_set(error, ERROR_INVALID, "command",
			"a command id is a UUID of version 7 (RFC 9562)");
	return true;
}

/* SHA-256 of the command's name, a line end and its canonical parameters. */
static void digest_params(struct vaultd *vaultd, struct submission *submission,
	uint8_t content_digest[32])
{
	struct buffer text = { 0 };
	struct hash hash;
	buffer_append_text(&text, submission->type->name);
	buffer_append_byte(&text, '\n');
	json_canonical_record(&text, submission->type->params, submission->params);
	hasher_sha256(vaultd->hasher, text.bytes, text.length, &hash);
	memcpy(submission->digest, hash.bytes, 32);
	if (submission->type->content != NULL) {
		struct json json;
		buffer_clear(&text);
		json_begin(&json, &text, true);
		json_field(&json, descriptor_field(submission->type->params, submission->type->content),
			submission->params);
		hasher_sha256(vaultd->hasher, text.bytes, text.length, &hash);
		memcpy(content_digest, hash.bytes, 32);
		submission->content_digest = content_digest;
	}
	buffer_free(&text);
}

/* Under its id it stays refused; a command that was given none is known by what it says, once. */
static bool is_poison(struct vaultd *vaultd, const struct submission *submission, bool given)
{
	for (int i = 0; i < POISONS_KEPT; i++) {
		struct poison *poison = &vaultd->poisons[i];
		if (given && memcmp(poison->id, submission->id, sizeof poison->id) == 0)
			return true;
		if (!given && memcmp(poison->digest, submission->digest, sizeof poison->digest) == 0) {
			memset(poison, 0, sizeof *poison);
			return true;
		}
	}
	return false;
}

/* Whether the command may be in the batch whose end is not known; one without an id may always be. */
static bool in_doubt(const struct vaultd *vaultd, const uint8_t id[16], bool given)
{
	if (vaultd->sealed == NULL || !given)
		return vaultd->sealed != NULL;
	for (uint32_t i = 0; i < vaultd->sealed->command_count; i++) {
		if (memcmp(vaultd->sealed->commands[i].id, id, 16) == 0)
			return true;
	}
	return false;
}

static bool gate_allows(const struct asked *asked, const uint8_t id[16], bool given,
	struct error *error)
{
	const struct vaultd *vaultd = asked->vaultd;
	if (vaultd->gate == GATE_OPEN)
		return true;
	if (vaultd->gate == GATE_CLOCK)
		return error_set(error, ERROR_CLOCK_JUMPED, "", "%s", vaultd->gate_reason);
	if (in_doubt(vaultd, id, given))
		return error_set(error, ERROR_IN_DOUBT, "command", "it may or may not be committed: %s",
			vaultd->gate_reason);
	return error_set(error, ERROR_NOT_APPLIED, "command", "it was not committed: %s",
		vaultd->gate_reason);
}

/* A text that must be given says something, and a reason is no essay. */
static bool check_texts(const struct descriptor *descriptor, const void *params,
	struct error *error)
{
	for (size_t i = 0; i < descriptor->field_count; i++) {
		const struct field *field = &descriptor->fields[i];
		if (field->type != FIELD_STRING || !field->required)
			continue;
		size_t length = strlen(field_text(field, params));
		if (length == 0)
			return error_set(error, ERROR_INVALID, field->name, "is empty");
		if (length >= REASON_MAX && text_equal(field->name, "because"))
			return error_set(error, ERROR_LIMIT, field->name, "a reason has at most %d bytes",
				REASON_MAX - 1);
	}
	return true;
}

static bool read_params(struct asked *asked, const struct handler *handler, void *params,
	struct error *error)
{
	static const struct record_options lenient = { .lenient = true };
	const struct descriptor *descriptor = handler->command->params;
	record_clear(descriptor, params);
	bool read = handler->prepare != NULL ? handler->prepare(asked, params, error) :
		record_read(asked->parameters, descriptor, asked->arena, &lenient, params, error);
	return read && check_texts(descriptor, params, error);
}

/* What a command needs that nobody may guess; a repeated one is answered from its first entry. */
static bool take_chance(struct submission *submission, struct error *error)
{
	if (submission->type != &command_lot_title)
		return true;
	uint8_t *random = arena_alloc(submission->arena, 16);
	submission->random = random;
	return (random != NULL && getrandom(random, 16, 0) == 16) ||
		error_set(error, ERROR_INTERNAL, "", "the system gives no random numbers");
}

static bool begin_write(struct asked *asked, const struct handler *handler,
	struct submission *submission, bool *ret_given, uint8_t content_digest[32],
	struct error *error)
{
	struct vaultd *vaultd = asked->vaultd;
	const struct config_user *user = peer_user(vaultd, asked->session);
	if (user != NULL && user->read_only)
		return error_set(error, ERROR_DENIED, "", "Unix user %s may only read",
			peer_name(asked->session));
	void *params = arena_alloc(asked->arena, handler->command->params->size);
	bool anybody = handler->command->duties == 0; /* a founding is by who signed it */
	if (params == NULL || (!anybody && !peer_actor(vaultd, asked->session,
	    value_get_text(asked->parameters, "as", ""), &asked->actor, error)))
		return false;
	if (user == NULL)
		return error_set(error, ERROR_DENIED, "", "Unix user %s has no line in vaultd.conf",
			peer_name(asked->session));
	submission->type = handler->command;
	submission->params = params;
	submission->actor = asked->actor;
	submission->now = vaultd_now(vaultd);
	submission->received_at = vaultd_wall_clock();
	submission->arena = asked->arena;
	if (!take_id(asked, submission, ret_given, error) ||
	    !gate_allows(asked, submission->id, *ret_given, error) ||
	    !read_params(asked, handler, params, error))
		return false;
	if (!take_chance(submission, error))
		return false;
	digest_params(vaultd, submission, content_digest);
	return !is_poison(vaultd, submission, *ret_given) || error_set(error, ERROR_INTERNAL, "command",
		"the database refused what this command would do; it is logged whole");
}

/* While the database is away nothing is waited for: what is said then is said at once. */
static uint64_t batch_seen(const struct vaultd *vaultd)
{
	return vaultd->gate == GATE_DATABASE_AWAY ? 0 : sequencer_seen(vaultd->sequencer);
}

static enum call_outcome fail(struct asked *asked, const struct error *error,
	struct buffer *out, uint64_t *ret_batch)
{
	reply_error(out, error);
	*ret_batch = batch_seen(asked->vaultd);
	return CALL_ANSWERED;
}

static enum call_outcome decide(struct asked *asked, const struct submission *submission,
	bool dry_run, struct buffer *out, uint64_t *ret_batch)
{
	struct vaultd *vaultd = asked->vaultd;
	struct error error = { 0 };
	struct outcome outcome;
	if (!sequencer_submit(vaultd->sequencer, submission, dry_run, &outcome, &error))
		return fail(asked, &error, out, ret_batch);
	if (vaultd->solo_left > 0 && !dry_run)
		vaultd->solo_left--;
	struct answer answer;
	answer_begin(&answer, &outcome.decision.events[0], outcome.index, outcome.at);
	for (uint32_t i = 1; i < outcome.decision.count; i++)
		answer_add(&answer, &outcome.decision.events[i], outcome.decision.arena);
	answer.next = outcome.decision.next;
	answer.remark = outcome.decision.remark;
	answer.coarse = sight_of(vaultd, asked->session, asked->actor) != VIEW_SIGHT_ALL;
	answer_write(out, &answer);
	*ret_batch = outcome.batch;
	return CALL_ANSWERED;
}

static enum call_outcome write_call(struct asked *asked, const struct handler *handler,
	struct buffer *out, uint64_t *ret_batch)
{
	struct vaultd *vaultd = asked->vaultd;
	struct submission submission = { 0 };
	struct error error = { 0 };
	uint8_t content_digest[32];
	bool given = false;
	int64_t index = 0;
	bool dry_run = value_get_bool(asked->parameters, "dry_run", false);
	if (!begin_write(asked, handler, &submission, &given, content_digest, &error))
		return asked->job != NULL ? job_submit(asked, vaultd->workers, asked->job, out) :
			fail(asked, &error, out, ret_batch);
	if (dry_run && !sight_allows_trial(asked, handler->command, &error))
		return fail(asked, &error, out, ret_batch);
	if (dry_run)
		return decide(asked, &submission, true, out, ret_batch);
	if (!sequencer_has_room(vaultd->sequencer) ||
	    (vaultd->solo_left > 0 && sequencer_open_commands(vaultd->sequencer) > 0))
		return CALL_RETRY;
	const char *actor = asked->actor != NULL ? asked->actor->code : "founders";
	switch (given ? sequencer_id(vaultd->sequencer, submission.id, actor, submission.digest,
	    submission.received_at, &index) : ID_NEW) {
	case ID_NEW:
		return decide(asked, &submission, false, out, ret_batch);
	case ID_USED:
		return job_repeat_answer(asked, submission.id, index, out);
	case ID_UNKNOWN:
		return job_look_up(asked, submission.id, out);
	case ID_REUSED:
		error_set(&error, ERROR_COMMAND_REUSED, "command",
			"this command id was used with other parameters or by another actor [R18]");
		break;
	case ID_EXPIRED:
		error_set(&error, ERROR_COMMAND_EXPIRED, "command",
			"this command id is older than 30 days or over five minutes ahead");
		break;
	}
	return fail(asked, &error, out, ret_batch);
}

/* ---- dispatch ---- */

/* By a reader thread, behind every earlier reply of the session. */
static enum call_outcome answer_later(struct asked *asked, struct buffer *out)
{
	if (!session_has_held(asked->session))
		return job_submit(asked, asked->pool != NULL ? asked->pool : asked->vaultd->readers,
			asked->job, out);
	job_drop(asked->job);
	return CALL_WAIT;
}

/* A view of the live state; of a list, a page of its table. */
static bool show_live(struct asked *asked, const struct handler *handler, struct buffer *out,
	struct error *error)
{
	struct vaultd *vaultd = asked->vaultd;
	struct error nobody = { 0 };
	bool away = vaultd->gate == GATE_DATABASE_AWAY;
	int64_t wall = vaultd_wall_clock(); /* witnesses have no other clock */
	struct witnesses_standing standing;
	witnesses_stand(vaultd->witnesses, sequencer_state(vaultd->sequencer), wall, &standing);
	const struct view_around around = {
		.read_only = vaultd->gate == GATE_OPEN ? NULL : vaultd->gate_reason,
		.read_only_since = vaultd->gate_since,
		.entries = away ? vaultd->committed_size :
			state_size(sequencer_state(vaultd->sequencer)),
		.checkpoint_size = vaultd->checkpoint.size, .checkpoint_at = vaultd->checkpoint.at,
		.undecided = away,
		.self_check_at = vaultd->self_check_at,
		.self_check_drifts = vaultd->self_check_drifts,
		.witnesses = standing.enrolled, .witnesses_lately = standing.lately,
		.cosigned_at = standing.at == 0 ? 0 : standing.at + vaultd_now(vaultd) - wall,
	};
	struct view view = { .state = sequencer_state(vaultd->sequencer),
		.parameters = asked->parameters, .arena = asked->arena, .now = vaultd_now(vaultd),
		.around = &around };
	if (handler->kind == HANDLER_LIST)
		return view_list(&view, handler->table, out, error);
	if (!peer_actor(vaultd, asked->session, value_get_text(asked->parameters, "as", ""),
	    &view.actor, &nobody))
		view.nobody = &nobody;
	return handler->view(&view, out, error);
}

static enum call_outcome read_call(struct asked *asked, const struct handler *handler,
	struct buffer *out, uint64_t *ret_batch)
{
	struct error error = { 0 };
	struct vaultd *vaultd = asked->vaultd;
	bool without_database = handler->view == view_status ||
		handler->read == evidence_who_am_i || handler->read == evidence_confirm_time ||
		handler->read == evidence_metrics;
	if (handler->kind == HANDLER_STREAM) /* it waits for the database as for everything else */
		return handler->stream(asked, &error) ? CALL_DEFERRED :
			fail(asked, &error, out, ret_batch);
	if (vaultd->gate == GATE_DATABASE_AWAY && !without_database) {
		error_set(&error, ERROR_STORE, "", "%s", vaultd->gate_reason);
		return fail(asked, &error, out, ret_batch);
	}
	bool done = false;
	if (handler->kind == HANDLER_LATER)
		asked->job = handler->later(asked, &error);
	else if (handler->kind == HANDLER_SHOW && !show_lives(asked, handler->show))
		asked->job = show_later(asked, handler, &error);
	else if (handler->kind == HANDLER_PAST)
		asked->job = past_show(asked, handler);
	else if (handler->kind == HANDLER_READ)
		done = handler->read(asked, out, &error);
	else
		done = show_live(asked, handler, out, &error);
	if (asked->job != NULL)
		return answer_later(asked, out);
	if (!done)
		return fail(asked, &error, out, ret_batch);
	*ret_batch = batch_seen(vaultd);
	return CALL_ANSWERED;
}

enum call_outcome handlers_dispatch(void *context, struct session *session,
	const struct invocation *invocation, struct buffer *out, uint64_t *ret_batch)
{
	struct vaultd *vaultd = context;
	const struct handler *handler = invocation->method->data;
	struct asked asked = { .vaultd = vaultd, .session = session,
		.parameters = invocation->call->parameters, .arena = vaultd->arena };
	enum call_outcome outcome;
	struct error unseen = { 0 };
	if (vaultd->certification != NULL &&
	    text_equal(invocation->method->interface, "org.varlink.certification"))
		return certification_answer(vaultd->certification, invocation, out);
	if (peer_user(vaultd, session) == NULL) {
		struct error error = { 0 };
		error_set(&error, ERROR_DENIED, "", "Unix user %s has no line in vaultd.conf",
			peer_name(session));
		log_refused_call(session_peer(session)->uid, invocation->call->method, error.message);
		outcome = fail(&asked, &error, out, ret_batch);
	} else if (handler->kind == HANDLER_WRITE) {
		outcome = write_call(&asked, handler, out, ret_batch);
	} else if (!sight_allows(&asked, invocation->method, &unseen)) {
		log_refused_call(session_peer(session)->uid, invocation->call->method, unseen.message);
		outcome = fail(&asked, &unseen, out, ret_batch);
	} else {
		outcome = read_call(&asked, handler, out, ret_batch);
	}
	arena_reset(vaultd->arena);
	return outcome;
}
