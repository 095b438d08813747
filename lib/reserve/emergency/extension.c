/* Proposing and signing more days for a declaration. */
#include "reserve/emergency/extension.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/emergency/declaration.h"
#include "reserve/person.h"

static const struct field extension_fields[] = {
	F_TEXT(struct extension, id),
	F_REF(struct extension, declaration, TABLE_DECLARATION),
	F_INT(struct extension, version),
	F_INT(struct extension, days),
	F_TIME(struct extension, ended_at),
	F_TIME(struct extension, ends_at),
	F_STRING(struct extension, because),
	F_ENUM(struct extension, state, setting_state_names),
	F_TEXT(struct extension, document),
};
const struct descriptor extension_descriptor =
	DESCRIPTOR("extension", struct extension, extension_fields);

struct proposed {
	const char *because;
	int64_t days;
	char declaration[CODE_MAX], document[CODE_MAX];
	int64_t ended_at, ends_at;
	char extension[CODE_MAX + 8];
	int64_t version;
};
static const struct field proposed_fields[] = {
	F_STRING(struct proposed, because),
	F_INT(struct proposed, days),
	F_TEXT(struct proposed, declaration),
	F_TEXT(struct proposed, document),
	F_TIME(struct proposed, ended_at),
	F_TIME(struct proposed, ends_at),
	F_TEXT(struct proposed, extension),
	F_INT(struct proposed, version),
};
static const struct descriptor proposed_body =
	DESCRIPTOR("declaration.extension_proposed", struct proposed, proposed_fields);

struct extend_params {
	const char *because;
	int64_t days;
	char declaration[CODE_MAX];
	uint8_t policy; /* what was fixed already; anything else is refused */
};
static const struct field extend_fields[] = {
	R_STRING(struct extend_params, because),
	R_INT_IN(struct extend_params, days, 1, DECLARATION_DAYS_MAX),
	R_TEXT(struct extend_params, declaration),
	F_ENUM(struct extend_params, policy, policy_names),
};
static const struct descriptor extend_params =
	DESCRIPTOR("declaration.extend", struct extend_params, extend_fields);

/* ---- checks ---- */

/* Scheduled or open: what is over is declared anew, what is not signed yet is written anew. */
static bool check_state(const struct declaration *declaration, const char *field,
	struct error *error)
{
	char when[TIME_TEXT_SIZE];
	if (declaration->state == DECLARATION_SCHEDULED || declaration->state == DECLARATION_OPEN)
		return true;
	time_format(declaration->ends_at, when);
	if (declaration->state == DECLARATION_ENDED)
		return error_set(error, ERROR_ILLEGAL, field,
			"%s ended at %s and cannot go on; declare anew", declaration->id, when);
	return error_set(error, ERROR_ILLEGAL, field, "%s is %s and cannot be extended",
		declaration->id, declaration_state_name(declaration));
}

static bool check_days(const struct declaration *declaration, int64_t days, struct error *error)
{
	int64_t all_days = (declaration->ends_at - declaration->starts_at) / TIME_DAY_MS;
	if (declaration->kind != DECLARATION_LIMITED || all_days + days <= LIMITED_DAYS_MAX)
		return true;
	return error_set(error, ERROR_INVALID, "days", "a limited declaration lasts at most %d days "
		"in all; %s has %lld and can have %lld more", LIMITED_DAYS_MAX, declaration->id,
		(long long)all_days, (long long)(LIMITED_DAYS_MAX - all_days));
}

static bool check_policy(const struct declaration *declaration, uint8_t policy,
	struct error *error)
{
	if (policy == POLICY_NONE || policy == declaration->policy)
		return true;
	return error_set(error, ERROR_CONFLICT, "policy", "%s divides by %s, which was fixed before "
		"the window opened; it cannot become %s", declaration->id,
		policy_names[declaration->policy], policy_names[policy]);
}

/* How many extensions a declaration has had, and the one that waits for signatures, or NULL. */
static int64_t count_of(const struct state *state, const struct declaration *declaration,
	struct extension **ret_open)
{
	struct extension *extension = NULL;
	int64_t count = 0;
	*ret_open = NULL;
	while ((extension = state_next(state, TABLE_EXTENSION, extension)) != NULL) {
		if (extension->declaration != declaration)
			continue;
		count++;
		if (extension->state == SETTING_PROPOSED)
			*ret_open = extension;
	}
	return count;
}

static bool check_others(const struct state *state, const struct declaration *declaration,
	int64_t days, struct error *error)
{
	return declaration_has_room(state, declaration, &declaration->caps, declaration->ends_at,
		declaration->ends_at + days * TIME_DAY_MS, error);
}

/* ---- proposing ---- */

static bool write_note(const struct context *context, const struct declaration *declaration,
	struct proposed *body, struct decision *decision, struct error *error)
{
	struct document_draft draft;
	if (!document_begin(context, &draft, &document_extension, declaration->id, 2, error))
		return false;
	body_text(body->document, draft.id);
	document_line(&draft, "declaration", declaration->id);
	document_line(&draft, "because", body->because);
	document_line_int(&draft, "days", body->days);
	document_line_time(&draft, "ended", body->ended_at);
	document_line_time(&draft, "ends", body->ends_at);
	document_line(&draft, "policy-stays", policy_names[declaration->policy]);
	return decision_add(decision, &event_declaration_extension_proposed, body) &&
		document_end(context, &draft, decision, error);
}

static bool decide_extend(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct extend_params *params = data;
	struct extension *open;
	const struct declaration *declaration = state_find(context->state, TABLE_DECLARATION,
		params->declaration);
	if (declaration == NULL)
		return not_found(error, "declaration", "declaration", params->declaration);
	if (!check_state(declaration, "declaration", error) ||
	    !check_policy(declaration, params->policy, error) ||
	    !check_days(declaration, params->days, error))
		return false;
	int64_t count = count_of(context->state, declaration, &open);
	if (open != NULL)
		return error_set(error, ERROR_CONFLICT, "declaration",
			"an extension of %s waits for signatures already: %s", declaration->id,
			open->document);
	if (!check_others(context->state, declaration, params->days, error))
		return false;
	struct proposed *body = decision_body(decision, &event_declaration_extension_proposed);
	body_text(body->declaration, declaration->id);
	body->because = params->because;
	body->days = params->days;
	body->ended_at = declaration->ends_at;
	body->ends_at = declaration->ends_at + params->days * TIME_DAY_MS;
	body->version = count + 1;
	body_text(body->extension, arena_printf(context->arena, "%s/%lld", declaration->id,
		(long long)body->version));
	return write_note(context, declaration, body, decision, error);
}

static void apply_proposed(struct state *state, const struct applied *applied, const void *data)
{
	const struct proposed *body = data;
	(void)applied;
	struct extension *extension = state_insert(state, TABLE_EXTENSION, body->extension);
	extension->declaration = state_find(state, TABLE_DECLARATION, body->declaration);
	extension->version = body->version;
	extension->days = body->days;
	extension->ended_at = body->ended_at;
	extension->ends_at = body->ends_at;
	extension->because = strdup(body->because);
	extension->state = SETTING_PROPOSED;
	body_text(extension->document, body->document);
	if (extension->because == NULL)
		abort();
}

const struct event_type event_declaration_extension_proposed = { "declaration.extension_proposed",
	&proposed_body, apply_proposed };
const struct command_type command_declaration_extend = { "declaration.extend", &extend_params,
	DUTY_OFFICER, decide_extend, NULL };

/* ---- signed, rejected, or too late ---- */

struct extended {
	char document[CODE_MAX];
	char extension[CODE_MAX + 8];
};
static const struct field extended_fields[] = {
	F_TEXT(struct extended, document),
	F_TEXT(struct extended, extension),
};
static const struct descriptor extended_body =
	DESCRIPTOR("declaration.extended", struct extended, extended_fields);

/* The extension whose note it is. */
static struct extension *open_of(const struct state *state, const struct document *document)
{
	const struct declaration *declaration = state_find(state, TABLE_DECLARATION,
		document->subject);
	struct extension *open = NULL;
	assert(declaration != NULL);
	count_of(state, declaration, &open);
	assert(open != NULL && text_equal(open->document, document->id));
	return open;
}

/* Another may have been declared meanwhile for the days that it adds. */
static bool extension_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct extension *extension = open_of(context->state, document);
	const struct declaration *declaration = extension->declaration;
	if (!check_state(declaration, "document", error) ||
	    !check_others(context->state, declaration, extension->days, error))
		return false;
	assert(declaration->ends_at == extension->ended_at);
	struct extended *body = decision_body(decision, &event_declaration_extended);
	body_text(body->document, document->id);
	body_text(body->extension, extension->id);
	return decision_add(decision, &event_declaration_extended, body);
}

static void apply_extended(struct state *state, const struct applied *applied, const void *data)
{
	const struct extended *body = data;
	(void)applied;
	struct extension *extension = state_find(state, TABLE_EXTENSION, body->extension);
	assert(extension != NULL);
	extension->state = SETTING_IN_FORCE;
	state_touch(state, extension);
	extension->declaration->ends_at = extension->ends_at;
	state_touch(state, extension->declaration);
	state_schedule(state, extension->declaration);
}

static void reject(struct state *state, struct extension *extension)
{
	extension->state = SETTING_REJECTED;
	state_touch(state, extension);
}

static void extension_rejected(struct state *state, const struct document *document)
{
	reject(state, open_of(state, document));
}

void extension_end(struct state *state, const struct declaration *declaration)
{
	struct extension *open;
	count_of(state, declaration, &open);
	if (open == NULL)
		return;
	reject(state, open);
	document_obsolete(state, open->document);
}

const struct event_type event_declaration_extended = { "declaration.extended", &extended_body,
	apply_extended };
const struct document_kind document_extension = { "extension", extension_effect,
	extension_rejected, NULL, NULL };
