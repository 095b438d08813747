/* Double entry in net grams. */
#include "reserve/stock/account.h"

#include <assert.h>
#include <string.h>

#include "base/checked.h"
#include "base/text.h"
#include "reserve/decide.h"
#include "reserve/stock/material.h"

static const char *const kind_names[] = { "", "supplier", "site", "in-transit", "processing",
	"member", "participant", "borrower", "adjustment", "loss", NULL };

static const struct field fields[] = {
	F_TEXT(struct account, id),
	F_REF(struct account, commodity, TABLE_COMMODITY),
	F_ENUM(struct account, kind, kind_names),
	F_TEXT(struct account, party),
	F_INT(struct account, balance_g),
};
const struct descriptor account_descriptor = DESCRIPTOR("account", struct account, fields);

static void add(struct state *state, struct commodity *commodity, enum account_kind kind,
	const char *party, int64_t net_g)
{
	char id[3 * CODE_MAX];
	const char *const parts[] = { commodity->code, "/", kind_names[kind], "/", party };
	bool joined = text_join(id, sizeof id, parts, sizeof parts / sizeof *parts);
	assert(joined);
	(void)joined;
	struct account *account = state_find(state, TABLE_ACCOUNT, id);
	if (account == NULL) {
		account = state_insert(state, TABLE_ACCOUNT, id);
		account->commodity = commodity;
		account->kind = (uint8_t)kind;
		body_text(account->party, party);
		account->balance_g = 0;
	}
	bool fits = checked_add(account->balance_g, net_g, &account->balance_g);
	assert(fits);
	(void)fits;
	state_touch(state, account);
}

void account_move(struct state *state, struct commodity *commodity,
	enum account_kind from, const char *from_party,
	enum account_kind to, const char *to_party, int64_t net_g)
{
	add(state, commodity, from, from_party, -net_g);
	add(state, commodity, to, to_party, net_g);
}
