/*
 * Where every net gram is. Each movement takes from one account and gives to another, so that the
 * accounts of a commodity sum to zero; what came in stands as a negative balance of its supplier.
 */
#ifndef RESERVE_STOCK_ACCOUNT_H
#define RESERVE_STOCK_ACCOUNT_H

#include "reserve/state.h"
#include "vault/limits.h"

enum account_kind { ACCOUNT_NONE, ACCOUNT_SUPPLIER, ACCOUNT_SITE, ACCOUNT_IN_TRANSIT,
	ACCOUNT_PROCESSING, ACCOUNT_MEMBER, ACCOUNT_PARTICIPANT, ACCOUNT_BORROWER,
	ACCOUNT_ADJUSTMENT, ACCOUNT_LOSS };

struct commodity;

struct account {
	struct row row;
	char id[3 * CODE_MAX]; /* commodity/kind/party */
	struct commodity *commodity;
	uint8_t kind;
	char party[CODE_MAX];
	int64_t balance_g;
};

extern const struct descriptor account_descriptor;

/* Moves net grams between two accounts of a commodity; parties may be "". */
void account_move(struct state *state, struct commodity *commodity,
	enum account_kind from, const char *from_party,
	enum account_kind to, const char *to_party, int64_t net_g);

#endif
