/*
 * A member's request as a signed note of its delegate, the text:
 *
 *   projectvault.org/request@v1
 *   reserve ORIGIN
 *   command UUIDv7            the command id under which it is brought: brought twice, answered once
 *   member CODE
 *   commodity CODE
 *   mass-g N
 *   min-grade-ppm N           optional, as are all below
 *   need-by RFC 3339
 *   tier A|B|C
 *   purpose WORD
 *   destination CODE
 *   consignee NAME
 *   partial yes
 *
 * Each name once, in this order; a word has no space and no comma. A member with an enrolled
 * delegate can ask in no other way.
 */
#ifndef RESERVE_EMERGENCY_REQUEST_NOTE_H
#define RESERVE_EMERGENCY_REQUEST_NOTE_H

#include "reserve/decide.h"
#include "reserve/emergency/request.h"

/*
 * Reads a text into a request's parameters; errors name the line's name. reserve: the origin
 * expected.
 */
bool request_note_read(const char *text, const char *reserve, struct arena *arena,
	struct submit_params *ret_params, uint8_t ret_command[16], struct error *error);

/*
 * The command id of a text or a whole note whose first lines are in order; the rest is not looked
 * at.
 */
bool request_note_command(const char *text, uint8_t ret_command[16]);

/* What request.bring takes: a text and the one signature on it, which the edge has verified. */
struct bring_params {
	char key_id[12];
	const char *note;
	char person[CODE_MAX], signature[96]; /* base64 */
};

extern const struct command_type command_request_bring;

/* Whether the member has an enrolled delegate and so can ask by a note alone. */
bool request_needs_note(const struct state *state, const char *member);

/*
 * For audits: whether the body of an entry that bears a note says what the note says, under the
 * command id in it (command: that of the entry, NULL where it has none). The signature is checked
 * elsewhere.
 */
bool request_note_agrees(const struct request_decided *body, const char *reserve,
	const uint8_t command[16], struct arena *arena, struct error *error);

#endif
