/* A small problem of rationing: dividing it, and showing it whole where a check fails. */
#ifndef TESTS_UNIT_RESERVE_PROBLEM_H
#define TESTS_UNIT_RESERVE_PROBLEM_H

#include <stdio.h>

#include "runner.h"

#include "base/descriptor.h"
#include "reserve/emergency/rationing.h"
#include "vault/limits.h"

enum { FEW = 16, RULES = 6 };

static const enum policy rules[RULES] = { POLICY_PROPORTIONAL, POLICY_EQUAL_AWARDS,
	POLICY_EQUAL_LOSSES, POLICY_TALMUD, POLICY_CONSUMPTION_SHARE, POLICY_SUPPLY_RIGHT };

struct problem {
	struct ration ration;
	int64_t estate_g;
	struct claimant claimants[FEW];
	uint32_t claimant_count;
	struct claim claims[FEW];
	uint32_t claim_count;
	struct grade_stock grades[4];
	uint32_t grade_count;
};

/* ERROR_NONE where it was divided. */
static inline enum error_id problem_result(struct problem *problem)
{
	struct arena *arena = arena_new(0);
	struct error error = { 0 };
	bool good = ration_divide(&problem->ration, problem->estate_g, problem->claimants,
		problem->claimant_count, problem->claims, problem->claim_count, problem->grades,
		problem->grade_count, arena, &error);
	arena_free(arena);
	CU_ASSERT(good == (error.id == ERROR_NONE));
	return error.id;
}

static inline bool problem_divide(struct problem *problem)
{
	return problem_result(problem) == ERROR_NONE;
}

static inline void problem_print(const struct problem *problem)
{
	printf("\n  policy %d tiers %d minimum %lld estate %lld\n", (int)problem->ration.policy,
		problem->ration.tiers, (long long)problem->ration.minimum_g,
		(long long)problem->estate_g);
	for (uint32_t i = 0; i < problem->claim_count; i++) {
		const struct claim *claim = &problem->claims[i];
		printf("    %u tier %d grade %lld: %lld, %lld counts, %lld awarded\n", claim->claimant,
			claim->tier, (long long)claim->grade_ppm, (long long)claim->mass_g,
			(long long)claim->claim_g, (long long)claim->award_g);
	}
	for (uint32_t i = 0; i < problem->grade_count; i++)
		printf("    of grade %lld: %lld\n", (long long)problem->grades[i].grade_ppm,
			(long long)problem->grades[i].stock_g);
}

static inline void problem_check(int line, const struct problem *problem, bool good)
{
	if (!good) {
		printf("\n  line %d:", line);
		problem_print(problem);
	}
	CU_ASSERT(good);
}
#define CHECK(problem, good) problem_check(__LINE__, (problem), (good))

/* Every claimant claims once, without base, right or cap. */
static inline struct problem problem_plain(enum policy policy, int64_t estate_g, uint32_t count)
{
	struct problem problem = { .ration = { .policy = policy }, .estate_g = estate_g,
		.claimant_count = count, .claim_count = count };
	for (uint32_t i = 0; i < count; i++) {
		problem.claimants[i] = (struct claimant){ .right_g = VAULT_INT_MAX, .cap_g = ABSENT };
		problem.claims[i] = (struct claim){ .claimant = i };
	}
	return problem;
}

#endif
