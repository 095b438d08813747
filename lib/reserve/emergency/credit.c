/* The row of a credit. */
#include "reserve/emergency/credit.h"

#include "reserve/stock/material.h"
#include "reserve/zone/member.h"

static const struct field credit_fields[] = {
	F_TEXT(struct credit, id),
	F_REF(struct credit, member, TABLE_MEMBER),
	F_REF(struct credit, commodity, TABLE_COMMODITY),
	F_INT(struct credit, credit_g),
};
const struct descriptor credit_descriptor = DESCRIPTOR("credit", struct credit, credit_fields);

int64_t credit_g(const struct state *state, const struct member *member,
	const struct commodity *commodity)
{
	(void)state;
	(void)member;
	(void)commodity;
	return 0;
}

void credit_set(struct state *state, struct member *member, struct commodity *commodity,
	int64_t grams)
{
	(void)state;
	(void)member;
	(void)commodity;
	(void)grams;
}
