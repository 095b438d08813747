/* The row of a credit: one a member and commodity, kept for ever once there was any. */
#include "reserve/emergency/credit.h"

#include <assert.h>
#include <string.h>

#include "reserve/stock/material.h"
#include "reserve/zone/member.h"

static const struct field credit_fields[] = {
	F_TEXT(struct credit, id),
	F_REF(struct credit, member, TABLE_MEMBER),
	F_REF(struct credit, commodity, TABLE_COMMODITY),
	F_INT(struct credit, credit_g),
	F_INT(struct credit, unbacked_g),
};
const struct descriptor credit_descriptor = DESCRIPTOR("credit", struct credit, credit_fields);

/* JPN/ga */
static void credit_id(char id[CODE_MAX + 8], const struct member *member,
	const struct commodity *commodity)
{
	size_t length = strlen(member->code), rest = strlen(commodity->code);
	assert(length < sizeof member->code && rest < sizeof commodity->code);
	memcpy(id, member->code, length);
	id[length] = '/';
	memcpy(id + length + 1, commodity->code, rest + 1);
}

static struct credit *find(const struct state *state, const struct member *member,
	const struct commodity *commodity)
{
	char id[CODE_MAX + 8];
	credit_id(id, member, commodity);
	return state_find(state, TABLE_CREDIT, id);
}

int64_t credit_g(const struct state *state, const struct member *member,
	const struct commodity *commodity)
{
	const struct credit *credit = find(state, member, commodity);
	return credit != NULL ? credit->credit_g : 0;
}

static struct credit *take(struct state *state, struct member *member,
	struct commodity *commodity)
{
	struct credit *credit = find(state, member, commodity);
	if (credit == NULL) {
		char id[CODE_MAX + 8];
		credit_id(id, member, commodity);
		credit = state_insert(state, TABLE_CREDIT, id);
		credit->member = member;
		credit->commodity = commodity;
		credit->credit_g = credit->unbacked_g = 0;
	}
	state_touch(state, credit);
	return credit;
}

void credit_set(struct state *state, struct member *member, struct commodity *commodity,
	int64_t grams)
{
	assert(grams >= 0);
	take(state, member, commodity)->credit_g = grams;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void credit_undo(struct state *state, struct member *member, struct commodity *commodity,
	int64_t owed_g)
{
	if (owed_g == 0)
		return;
	struct credit *credit = take(state, member, commodity);
	if (owed_g > 0) {
		int64_t left_g = least(credit->credit_g, owed_g);
		credit->credit_g -= left_g;
		credit->unbacked_g += owed_g - left_g;
	} else {
		int64_t met_g = least(credit->unbacked_g, -owed_g);
		credit->unbacked_g -= met_g;
		credit->credit_g += -owed_g - met_g;
	}
}
