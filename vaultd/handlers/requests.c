/* Requests that come as signed notes: verified beside the loop, then decided like any other. */
#include <string.h>

#include "base/text.h"
#include "ledger/note.h"
#include "reserve/document.h"
#include "reserve/emergency/request_note.h"
#include "reserve/founding.h"
#include "vaultd/handlers/handler.h"
#include "wire/value.h"

/* What the text says is read before its signature is checked: it is cheaper to refuse. */
static bool check_text(const struct asked *asked, const char *text, struct error *error)
{
	const struct reserve *reserve = state_reserve(sequencer_state(asked->vaultd->sequencer));
	struct submit_params params;
	uint8_t command[16];
	if (reserve == NULL)
		return error_set(error, ERROR_NOT_FOUNDED, "", "this reserve has no founding note yet");
	return request_note_read(text, reserve->origin, asked->arena, &params, command, error);
}

bool emergency_prepare_note(struct asked *asked, void *params, struct error *error)
{
	struct bring_params *bring = params;
	const char *bytes = value_get_text(asked->parameters, "note", "");
	struct note *note = arena_alloc(asked->arena, sizeof *note);
	struct list signatures;
	struct error cause = { 0 };
	if (note == NULL || !note_parse(bytes, strlen(bytes), note, &cause))
		return error_set(error, ERROR_INVALID, "note", "it is not a signed note: %s",
			cause.message);
	bring->note = arena_text(asked->arena, note->text, note->text_length);
	if (!check_text(asked, bring->note, error))
		return false;
	if (note->signature_count != 1)
		return error_set(error, ERROR_BAD_SIGNATURE, "note",
			"a request bears one signature, of the member's delegate");
	if (!evidence_signatures(asked, note, &signatures, error))
		return false;
	const struct document_signature *signature = signatures.items;
	body_text(bring->person, signature->person);
	body_text(bring->key_id, signature->key_id);
	body_text(bring->signature, signature->signature);
	return true;
}
