/* Supply rights: the check vector of the formula, its two restraints, and the ends of the range. */
#include "reserve/emergency/rationing.h"

#include "runner.h"

#include "base/descriptor.h"
#include "vault/limits.h"

static void test_supply(void)
{
	struct supply members[] = { { 1000, 60000, 200, 500, 0, 0, 0, 0 },
		{ 600, 30000, 100, 350, 0, 0, 0, 0 }, { 400, 0, 500, 0, 0, 0, 0, 0 } };
	static const int64_t want[][4] = { { 930, 140, 790, 90 }, { 558, 70, 488, 38 },
		{ 372, 0, 372, -128 } };
	struct arena *arena = arena_new(0);
	CU_ASSERT_EQUAL(supply_rights(members, 3, 70000, arena), 210);
	for (size_t i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(members[i].permissible_g, want[i][0]);
		CU_ASSERT_EQUAL(members[i].obligation_g, want[i][1]);
		CU_ASSERT_EQUAL(members[i].right_g, want[i][2]);
		CU_ASSERT_EQUAL(members[i].allocation_g, want[i][3]);
	}
	arena_free(arena);
}

/* The restraint of the agreement, to the gram at which it deepens; and the ends of the range. */
static void test_supply_edges(void)
{
	static const struct {
		int64_t base_g, commitment_g, production_g, imports_g, restraint_ppm;
		int64_t shortfall_g, permissible_g, obligation_g;
	} cases[] = {
		{ 1000, 1, 881, 0, ABSENT, 49, 930, 49 },      /* 11.9% lost */
		{ 1000, 1, 880, 0, ABSENT, 20, 900, 20 },      /* 12% */
		{ 1000, 1, 1380, -500, ABSENT, 20, 900, 20 },  /* net exports */
		{ 1000, 1, 0, 880, 70000, 50, 930, 50 },       /* as told, not by the loss */
		{ 1000, 1, 930, 0, ABSENT, 0, 930, 0 },
		{ 1000, 1, 2000, 0, ABSENT, 0, 930, 0 },       /* plenty is no negative obligation */
		{ 1000, 0, 881, 0, ABSENT, 49, 930, 0 },       /* nobody is committed */
		{ 0, 0, 0, 0, ABSENT, 0, 0, 0 },
		{ 999, 7, 0, 0, 70000, 929, 929, 929 },        /* 929.07, rounded down */
		{ 1000, 1, 5, 5, VAULT_PPM, 0, 0, 0 },
		{ VAULT_INT_MAX, VAULT_INT_MAX, 0, -VAULT_INT_MAX, 0, 2 * VAULT_INT_MAX, VAULT_INT_MAX,
			2 * VAULT_INT_MAX },
	};
	struct arena *arena = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct supply member = { .base_g = cases[i].base_g, .commitment_g = cases[i].commitment_g,
			.production_g = cases[i].production_g, .imports_g = cases[i].imports_g };
		CU_ASSERT_EQUAL(supply_rights(&member, 1, cases[i].restraint_ppm, arena),
			cases[i].shortfall_g);
		CU_ASSERT_EQUAL(member.permissible_g, cases[i].permissible_g);
		CU_ASSERT_EQUAL(member.obligation_g, cases[i].obligation_g);
		CU_ASSERT_EQUAL(member.right_g, member.permissible_g - member.obligation_g);
		CU_ASSERT_EQUAL(member.allocation_g,
			member.right_g - member.production_g - member.imports_g);
	}
	CU_ASSERT_EQUAL(supply_rights(NULL, 0, ABSENT, arena), 0);
	arena_free(arena);
}

/* The most members with the largest figures: obligations equal up to a gram, and nothing lost. */
static void test_supply_many(void)
{
	static struct supply members[SUPPLY_MEMBERS_MAX];
	struct arena *arena = arena_new(0);
	int64_t sum_g = 0;
	for (int i = 0; i < SUPPLY_MEMBERS_MAX; i++)
		members[i] = (struct supply){ .base_g = VAULT_INT_MAX, .commitment_g = VAULT_INT_MAX - 1,
			.imports_g = i == 0 ? 1 : -VAULT_INT_MAX };
	int64_t shortfall_g = supply_rights(members, SUPPLY_MEMBERS_MAX, 0, arena);
	CU_ASSERT_EQUAL(shortfall_g, SUPPLY_MEMBERS_MAX * 2 * VAULT_INT_MAX - VAULT_INT_MAX - 1);
	for (int i = 0; i < SUPPLY_MEMBERS_MAX; i++) {
		CU_ASSERT(members[i].obligation_g - shortfall_g / SUPPLY_MEMBERS_MAX <= 1);
		sum_g += members[i].obligation_g;
	}
	CU_ASSERT_EQUAL(sum_g, shortfall_g);
	arena_free(arena);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "supply rights", test_supply },
		{ "supply rights at the edges", test_supply_edges },
		{ "supply rights of many", test_supply_many },
		CU_TEST_INFO_NULL,
	};
	return run_cases("supply", cases);
}
