/* Lots counted and named. */
#include "audit/group.h"

#include "base/text.h"
#include "reserve/stock/account.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/words.h"

void group_add(struct group *group, const struct lot *lot)
{
	if (group->lots < AUDIT_NAMED_MAX)
		group->named[group->lots] = lot;
	group->lots++;
	group->contained_g += lot->contained_g;
}

const char *group_words(struct arena *arena, const struct group *group, int64_t most)
{
	char mass[WORD_MASS];
	word_mass(mass, group->contained_g);
	const char *words = arena_printf(arena, "%lld lot%s, %s contained:", (long long)group->lots,
		group->lots == 1 ? "" : "s", mass);
	most = most < AUDIT_NAMED_MAX ? most : AUDIT_NAMED_MAX;
	for (int64_t i = 0; i < group->lots && i < most; i++)
		words = arena_printf(arena, "%s%s %s", words, i > 0 ? "," : "", group->named[i]->code);
	return group->lots <= most ? words : arena_printf(arena, "%s and %lld more", words,
		(long long)(group->lots - most));
}

const struct row *group_supplier(const struct state *state, const struct lot *lot)
{
	char id[3 * CODE_MAX];
	const char *const parts[] = { lot->commodity->code, "/supplier/", lot->supplier };
	return text_join(id, sizeof id, parts, 3) ? state_find(state, TABLE_ACCOUNT, id) : NULL;
}
