/* Proposing and signing more days for a declaration. */
#include "reserve/emergency/extension.h"

#include "base/text.h"
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

struct extended {
	char extension[CODE_MAX + 8];
};
static const struct field extended_fields[] = { F_TEXT(struct extended, extension) };
static const struct descriptor extended_body =
	DESCRIPTOR("declaration.extended", struct extended, extended_fields);

static void apply_nothing(struct state *state, const struct applied *applied, const void *data)
{
	(void)state;
	(void)applied;
	(void)data;
}

static bool decide_extend(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	(void)context;
	(void)data;
	(void)decision;
	return error_set(error, ERROR_ILLEGAL, "declaration", "not yet");
}

static bool extension_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	(void)context;
	(void)document;
	(void)decision;
	return error_set(error, ERROR_ILLEGAL, "document", "not yet");
}

static void extension_rejected(struct state *state, const struct document *document)
{
	(void)state;
	(void)document;
}

const struct event_type event_declaration_extension_proposed = { "declaration.extension_proposed",
	&proposed_body, apply_nothing };
const struct event_type event_declaration_extended = { "declaration.extended", &extended_body,
	apply_nothing };
const struct document_kind document_extension = { "extension", extension_effect,
	extension_rejected, NULL, NULL };
const struct command_type command_declaration_extend = { "declaration.extend", &extend_params,
	DUTY_OFFICER, decide_extend, NULL };
