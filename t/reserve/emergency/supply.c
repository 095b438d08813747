/* The allocation rights of the IEP agreement, at which the supply right caps claims. */
#include <assert.h>

#include "base/descriptor.h"
#include "reserve/emergency/share.h"
#include "vault/limits.h"

enum { RESTRAINT_PPM = 70000, RESTRAINT_DEEP_PPM = 100000, DEEP_LOSS_PERCENT = 12 };

static int64_t own_supply_g(const struct supply *member)
{
	return member->production_g + member->imports_g;
}

/* Articles 13 and 14: the deeper restraint where the group has lost 12% of its base. */
static int64_t restraint_of_group(const struct supply *members, uint32_t count)
{
	wide base_g = 0, supply_g = 0;
	for (uint32_t i = 0; i < count; i++) {
		base_g += members[i].base_g;
		supply_g += own_supply_g(&members[i]);
	}
	bool deep = base_g > 0 && (base_g - supply_g) * 100 > base_g * DEEP_LOSS_PERCENT;
	return deep ? RESTRAINT_DEEP_PPM : RESTRAINT_PPM;
}

/* What each may consume. Returns what the group's supply lacks of all that. */
static int64_t restrain(struct supply *members, uint32_t count, int64_t restraint_ppm)
{
	int64_t shortfall_g = 0;
	for (uint32_t i = 0; i < count; i++) {
		struct supply *member = &members[i];
		assert(member->base_g >= 0 && member->base_g <= VAULT_INT_MAX);
		assert(member->commitment_g >= 0 && member->commitment_g <= VAULT_INT_MAX);
		assert(member->production_g >= 0 && member->production_g <= VAULT_INT_MAX);
		assert(member->imports_g >= -VAULT_INT_MAX && member->imports_g <= VAULT_INT_MAX);
		member->permissible_g = (int64_t)((wide)member->base_g * (VAULT_PPM - restraint_ppm)
			/ VAULT_PPM);
		shortfall_g += member->permissible_g - own_supply_g(member);
	}
	return shortfall_g > 0 ? shortfall_g : 0;
}

int64_t supply_rights(struct supply *members, uint32_t count, int64_t restraint_ppm,
	struct arena *arena)
{
	assert(count <= SUPPLY_MEMBERS_MAX);
	struct pool pool = { .shares = arena_alloc(arena, count * sizeof *pool.shares) };
	struct share *shares = arena_alloc(arena, count * sizeof *shares);
	assert(pool.shares != NULL && shares != NULL); /* far below the arena's cap */
	if (restraint_ppm == ABSENT)
		restraint_ppm = restraint_of_group(members, count);
	assert(restraint_ppm >= 0 && restraint_ppm <= VAULT_PPM);
	int64_t shortfall_g = restrain(members, count, restraint_ppm);
	for (uint32_t i = 0; i < count; i++) {
		shares[i].claim = members[i].commitment_g;
		share_add(&pool, &shares[i]);
	}
	share_split(&pool, shortfall_g);
	for (uint32_t i = 0; i < count; i++) {
		struct supply *member = &members[i];
		member->obligation_g = shares[i].whole;
		member->right_g = member->permissible_g - member->obligation_g;
		member->allocation_g = member->right_g - own_supply_g(member);
	}
	return shortfall_g;
}
