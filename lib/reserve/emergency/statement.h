/*
 * The monthly account that the law asks for while a limited declaration runs: at the end of each
 * month (UTC) and at its end, what each commodity's cap let go in the month and so far, against
 * stock and floor. Made by time, as an entry of vaultd.
 */
#ifndef RESERVE_EMERGENCY_STATEMENT_H
#define RESERVE_EMERGENCY_STATEMENT_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

struct declaration;

struct statement_line {
	int64_t available_g;
	int64_t cap_g;
	char commodity[CODE_MAX];
	int64_t floor_g;     /* what must stay under it */
	int64_t used_g;      /* awarded since it opened, less what came back */
	int64_t used_in_period_g; /* negative where more came back than was awarded */
};

struct statement {
	struct row row;
	char id[CODE_MAX + 8]; /* D-2026-0003/2026-11, by the month it begins in */
	struct declaration *declaration;
	int64_t from, until;   /* [from, until) */
	struct list lines;     /* of struct statement_line */
};

extern const struct descriptor statement_descriptor;
extern const struct event_type event_declaration_accounted;

/* When a declaration's next account is due: TIME_NONE where it needs none. */
int64_t statement_due(const struct declaration *declaration);
void tick_statement(const struct context *context, const struct declaration *declaration,
	int64_t due_ms, struct decision *decision);

#endif
