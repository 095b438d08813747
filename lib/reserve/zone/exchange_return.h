/*
 * What comes back for an exchange, lot by lot: a lot that was received in the party's name after
 * the metal went out, assayed and accepted, of the commodity agreed and of its grade or better. A
 * part of a lot may come back for one exchange and another part for another; never more of it
 * than there is.
 */
#ifndef RESERVE_ZONE_EXCHANGE_RETURN_H
#define RESERVE_ZONE_EXCHANGE_RETURN_H

#include "reserve/decide.h"
#include "reserve/state.h"
#include "vault/limits.h"

struct lot;

struct exchange_return {
	struct row row;
	char id[CODE_MAX + 8];  /* X-2026-0002/1 */
	char exchange[CODE_MAX];
	char lot[CODE_MAX];
	int64_t lot_index;      /* created_index of the lot: codes come again */
	int64_t mass_g, net_g;  /* contained and net, of the part that came back */
	int64_t grade_ppm;
	int64_t balance_g;      /* what was still owed afterwards */
	int64_t returned_at;
};

extern const struct descriptor exchange_return_descriptor;
extern const struct event_type event_exchange_returned;
extern const struct command_type command_exchange_return;

/*
 * What of a lot has come back for exchanges, contained; ret_last: the id of the last of them, or
 * "".
 */
int64_t exchange_return_offered_g(const struct state *state, const struct lot *lot,
	const char **ret_last);

#endif
