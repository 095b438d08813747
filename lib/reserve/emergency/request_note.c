/* Reading the text that a delegate signed, and deciding the request in it. */
#include "reserve/emergency/request_note.h"

#include "reserve/person.h"

bool request_note_read(const char *text, const char *reserve, struct arena *arena,
	struct submit_params *ret_params, uint8_t ret_command[16], struct error *error)
{
	(void)text;
	(void)reserve;
	(void)arena;
	(void)ret_params;
	(void)ret_command;
	return error_set(error, ERROR_INVALID, "note", "not yet");
}

struct bring_params {
	char key_id[12];
	const char *note;
	char person[CODE_MAX], signature[96];
};
static const struct field bring_fields[] = {
	R_TEXT(struct bring_params, key_id),
	R_STRING(struct bring_params, note),
	R_TEXT(struct bring_params, person),
	R_TEXT(struct bring_params, signature),
};
static const struct descriptor bring_params =
	DESCRIPTOR("request.bring", struct bring_params, bring_fields);

static bool decide_bring(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	(void)context;
	(void)data;
	(void)decision;
	return error_set(error, ERROR_INVALID, "note", "not yet");
}

const struct command_type command_request_bring = { "request.bring", &bring_params, DUTY_ANY,
	decide_bring, NULL };

bool request_needs_note(const struct state *state, const char *member)
{
	(void)state;
	(void)member;
	return false;
}
