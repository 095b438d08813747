/*
 * A declaration goes on for longer by a new signed row, never by an edit: two officers sign the
 * days and the reason; the policy that was fixed before it opened stays. A limited one stays within
 * its cap of days.
 */
#ifndef RESERVE_EMERGENCY_EXTENSION_H
#define RESERVE_EMERGENCY_EXTENSION_H

#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/state.h"
#include "reserve/stock/floor.h"
#include "vault/limits.h"

struct declaration;

struct extension {
	struct row row;
	char id[CODE_MAX + 8];   /* D-2026-0003/1 */
	struct declaration *declaration;
	int64_t version;
	int64_t days;
	int64_t ended_at, ends_at; /* the end before and after */
	char *because;
	uint8_t state;           /* enum setting_state: proposed, in-force, rejected */
	char document[CODE_MAX];
};

extern const struct descriptor extension_descriptor;
extern const struct document_kind document_extension;
extern const struct event_type event_declaration_extension_proposed, event_declaration_extended;
extern const struct command_type command_declaration_extend;

/* For apply: what waits for signatures as its declaration ends is rejected, its note obsolete. */
void extension_end(struct state *state, const struct declaration *declaration);

#endif
