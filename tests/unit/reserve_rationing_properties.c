/*
 * The properties by which the rules of rationing are known, over random cases of a fixed seed:
 * first those that hold in whole grams, then those of exact awards, in cases scaled until all
 * awards are whole.
 */
#include "reserve/emergency/rationing.h"

#include <stdlib.h>

#include "reserve_problem.h"

#include "tests/simulation/random.h"

enum { SEED = 20261122 };

static int64_t asked_g(const struct problem *problem)
{
	int64_t sum_g = 0;
	for (uint32_t i = 0; i < problem->claim_count; i++)
		sum_g += problem->claims[i].mass_g;
	return sum_g;
}

/* ---- in whole grams ---- */

/* Anything at all: tiers, minima, caps, bases, rights, grades that may bind. */
static struct problem anything(struct random *random)
{
	static const int64_t sizes[] = { 3, 30, 1000000, VAULT_INT_MAX / FEW };
	int64_t size = sizes[random_below(random, 4)];
	uint32_t count = (uint32_t)random_below(random, FEW - 1) + 1;
	struct problem problem = problem_plain(rules[random_below(random, RULES)], 0, count);
	problem.ration.tiers = random_chance(random, 50);
	problem.ration.minimum_g = random_chance(random, 50) ? ABSENT : random_below(random, size);
	problem.grade_count = (uint32_t)random_below(random, 5);
	for (uint32_t i = 0; i < count; i++) {
		struct claimant *claimant = &problem.claimants[i];
		struct claim *claim = &problem.claims[i];
		claimant->base_g = random_chance(random, 30) ? 0 : random_below(random, size);
		claimant->right_g = random_below(random, 2 * size);
		if (random_chance(random, 30))
			claimant->cap_g = random_below(random, 2 * size);
		claim->claimant = (uint32_t)random_below(random, count);
		claim->tier = (uint8_t)random_below(random, TIER_COUNT);
		claim->grade_ppm = 10 * random_below(random, problem.grade_count + 1);
		claim->mass_g = random_below(random, size + 1);
	}
	problem.estate_g = random_below(random, asked_g(&problem) + 2);
	int64_t stock_g = problem.estate_g;
	for (uint32_t i = 0; i < problem.grade_count; i++) {
		stock_g -= random_below(random, stock_g / 2 + 1);
		problem.grades[i] = (struct grade_stock){ 10 * (i + 1), stock_g };
	}
	return problem;
}

/* The same without grades. */
static struct problem ungraded(struct random *random)
{
	struct problem problem = anything(random);
	problem.grade_count = 0;
	return problem;
}

/* Claims or awards of at least a grade. */
static int64_t sum_from(const struct problem *problem, int64_t grade_ppm, bool awards)
{
	int64_t sum_g = 0;
	for (uint32_t i = 0; i < problem->claim_count; i++) {
		const struct claim *claim = &problem->claims[i];
		if (claim->grade_ppm >= grade_ppm)
			sum_g += awards ? claim->award_g : claim->claim_g;
	}
	return sum_g;
}

/* The most that can be given: grade by grade downwards, the claims so far, at most the stock. */
static int64_t most_g(const struct problem *problem)
{
	int64_t given_g = 0, above_g = 0;
	for (uint32_t i = problem->grade_count + 1; i-- > 0;) {
		int64_t claims_g = sum_from(problem, i == 0 ? 0 : problem->grades[i - 1].grade_ppm, false);
		int64_t stock_g = i == 0 ? problem->estate_g : problem->grades[i - 1].stock_g;
		given_g += claims_g - above_g;
		given_g = given_g < stock_g ? given_g : stock_g;
		above_g = claims_g;
	}
	return given_g;
}

static int64_t of_claimant(const struct problem *problem, uint32_t claimant, bool awards)
{
	int64_t sum_g = 0;
	for (uint32_t i = 0; i < problem->claim_count; i++) {
		const struct claim *claim = &problem->claims[i];
		if (claim->claimant == claimant)
			sum_g += awards ? claim->award_g : claim->claim_g;
	}
	return sum_g;
}

static void test_bounds_and_efficiency(void)
{
	struct random random = random_from(SEED);
	for (int i = 0; i < 5000; i++) {
		struct problem problem = anything(&random), again = problem;
		CU_ASSERT_FATAL(problem_divide(&problem) && problem_divide(&again));
		for (uint32_t j = 0; j < problem.claim_count; j++) {
			const struct claim *claim = &problem.claims[j];
			CHECK(&problem, claim->claim_g >= 0 && claim->claim_g <= claim->mass_g);
			CHECK(&problem, claim->award_g >= 0 && claim->award_g <= claim->claim_g);
			CHECK(&problem, claim->award_g == again.claims[j].award_g);
		}
		for (uint32_t j = 0; j < problem.claimant_count; j++)
			CHECK(&problem, problem.claimants[j].cap_g == ABSENT ||
				of_claimant(&problem, j, false) <= problem.claimants[j].cap_g);
		for (uint32_t j = 0; j < problem.grade_count; j++)
			CHECK(&problem, sum_from(&problem, problem.grades[j].grade_ppm, true) <=
				problem.grades[j].stock_g);
		CHECK(&problem, sum_from(&problem, 0, true) == most_g(&problem));
	}
}

/*
 * Grades that are far from binding change nothing: with boundless stocks no gram moves. Without a
 * list of grades claims of several are not divided by grade first, so a gram may move within a
 * claimant.
 */
static void test_pooled_where_none_binds(void)
{
	struct random random = random_from(SEED);
	int compared = 0;
	for (int i = 0; i < 5000; i++) {
		struct problem problem = anything(&random), boundless = problem, pooled = problem;
		bool binds = false;
		for (uint32_t j = 0; j < problem.grade_count; j++)
			boundless.grades[j].stock_g = VAULT_INT_MAX;
		pooled.grade_count = 0;
		CU_ASSERT_FATAL(problem_divide(&problem) && problem_divide(&boundless));
		CU_ASSERT_FATAL(problem_divide(&pooled));
		for (uint32_t j = 0; j < problem.grade_count; j++)
			binds = binds || problem.grades[j].stock_g - FEW <
				sum_from(&boundless, problem.grades[j].grade_ppm, true);
		for (uint32_t j = 0; j < problem.claimant_count; j++)
			CHECK(&boundless, of_claimant(&boundless, j, true) == of_claimant(&pooled, j, true));
		for (uint32_t j = 0; !binds && j < problem.claim_count; j++)
			CHECK(&problem, problem.claims[j].award_g == boundless.claims[j].award_g);
		compared += !binds && problem.grade_count > 0;
	}
	CU_ASSERT(compared > 200);
}

/* What a claimant gets of each tier and grade is the same, however it splits a request. */
static void test_splitting(void)
{
	struct random random = random_from(SEED);
	for (int i = 0; i < 5000; i++) {
		struct problem whole = anything(&random);
		if (whole.claim_count == FEW)
			continue;
		struct problem split = whole;
		struct claim *from = &split.claims[random_below(&random, split.claim_count)];
		struct claim *to = &split.claims[split.claim_count++];
		*to = *from;
		to->mass_g = random_below(&random, from->mass_g + 1);
		from->mass_g -= to->mass_g;
		CU_ASSERT_FATAL(problem_divide(&whole) && problem_divide(&split));
		for (uint32_t j = 0; j < whole.claimant_count; j++)
			CHECK(&split, of_claimant(&whole, j, true) == of_claimant(&split, j, true));
		for (uint32_t j = 0; j < whole.grade_count; j++)
			CHECK(&split, sum_from(&whole, whole.grades[j].grade_ppm, true) ==
				sum_from(&split, whole.grades[j].grade_ppm, true));
	}
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void test_minimum_first(void)
{
	struct random random = random_from(SEED);
	for (int i = 0; i < 5000; i++) {
		struct problem problem = ungraded(&random);
		int64_t minima_g = 0, minimum_g = problem.ration.minimum_g;
		if (minimum_g == ABSENT)
			continue;
		CU_ASSERT_FATAL(problem_divide(&problem));
		for (uint32_t j = 0; j < problem.claimant_count; j++)
			minima_g += least(minimum_g, of_claimant(&problem, j, false));
		for (uint32_t j = 0; j < problem.claimant_count; j++) {
			int64_t award_g = of_claimant(&problem, j, true);
			int64_t due_g = least(minimum_g, of_claimant(&problem, j, false));
			CHECK(&problem, minima_g <= problem.estate_g ? award_g >= due_g : award_g <= due_g);
		}
	}
}

static void test_tiers_strict(void)
{
	struct random random = random_from(SEED);
	for (int i = 0; i < 5000; i++) {
		struct problem problem = ungraded(&random);
		unsigned served = 0, unmet = TIER_COUNT;
		problem.ration.tiers = true;
		problem.ration.minimum_g = ABSENT;
		CU_ASSERT_FATAL(problem_divide(&problem));
		for (uint32_t j = 0; j < problem.claim_count; j++) {
			const struct claim *claim = &problem.claims[j];
			unsigned tier = claim->tier == TIER_NONE ? TIER_C : claim->tier;
			if (claim->award_g > 0 && tier > served)
				served = tier;
			if (claim->award_g < claim->claim_g && tier < unmet)
				unmet = tier;
		}
		CHECK(&problem, served <= unmet);
	}
}

/* Larger claims have larger awards and losses, and equal ones equal, up to a gram. */
static void test_order_and_equality(void)
{
	struct random random = random_from(SEED);
	for (int i = 0; i < 5000; i++) {
		uint32_t count = (uint32_t)random_below(&random, FEW) + 1;
		struct problem problem = problem_plain(rules[i % RULES], 0, count);
		for (uint32_t j = 0; j < count; j++) {
			problem.claims[j].mass_g = random_below(&random, 20);
			problem.claimants[j].base_g = problem.claims[j].mass_g;
		}
		problem.estate_g = random_below(&random, asked_g(&problem) + 1);
		CU_ASSERT_FATAL(problem_divide(&problem));
		for (uint32_t j = 0; j < count * count; j++) {
			const struct claim *a = &problem.claims[j / count], *b = &problem.claims[j % count];
			if (a->mass_g > b->mass_g)
				CHECK(&problem, a->award_g >= b->award_g &&
					a->mass_g - a->award_g + 1 >= b->mass_g - b->award_g);
			else if (a->mass_g == b->mass_g)
				CHECK(&problem, labs((long)(a->award_g - b->award_g)) <= 1);
		}
	}
}

/* A gram more for all costs nobody more than the gram of rounding. */
static void test_estate_monotone(void)
{
	struct random random = random_from(SEED);
	for (int i = 0; i < 5000; i++) {
		struct problem less = ungraded(&random);
		/* One request a claimant and tier: within a claim there is another rounding. */
		for (uint32_t j = 0; j < less.claim_count; j++)
			less.claims[j].claimant = j;
		struct problem more = less;
		more.estate_g++;
		CU_ASSERT_FATAL(problem_divide(&less) && problem_divide(&more));
		for (uint32_t j = 0; j < less.claim_count; j++)
			CHECK(&more, more.claims[j].award_g >= less.claims[j].award_g - 1);
	}
}

/* ---- of exact awards ---- */

/*
 * Of SMALL claimants levels are whole in multiples of 12; twice over for a composition, and halves
 * for the Talmud. BASES is the least common multiple of 1 to 16, the sums of bases up to 4.
 */
enum { SMALL = 4, LEVELS = 2 * 12 * 12, BASES = 720720 };

static struct problem whole_case(struct random *random, enum policy policy, int64_t *ret_scale)
{
	struct problem problem = problem_plain(policy, 0, (uint32_t)random_below(random, SMALL) + 1);
	int64_t scale = LEVELS, without_base_g = 0;
	for (uint32_t i = 0; i < problem.claim_count; i++) {
		problem.claims[i].mass_g = random_below(random, 13);
		problem.claimants[i].base_g = random_below(random, 5);
		if (problem.claimants[i].base_g == 0)
			without_base_g += problem.claims[i].mass_g;
	}
	int64_t claims_g = asked_g(&problem);
	if (policy == POLICY_PROPORTIONAL)
		scale = claims_g > 0 ? claims_g : 1;
	if (policy == POLICY_CONSUMPTION_SHARE)
		scale = BASES * (without_base_g > 0 ? without_base_g : 1);
	problem.estate_g = scale * random_below(random, claims_g + 1);
	for (uint32_t i = 0; i < problem.claim_count; i++)
		problem.claims[i].mass_g *= scale;
	*ret_scale = scale;
	return problem;
}

static void test_duality(void)
{
	static const struct { enum policy policy, dual; } cases[] = {
		{ POLICY_EQUAL_AWARDS, POLICY_EQUAL_LOSSES },
		{ POLICY_EQUAL_LOSSES, POLICY_EQUAL_AWARDS },
		{ POLICY_TALMUD, POLICY_TALMUD },
		{ POLICY_PROPORTIONAL, POLICY_PROPORTIONAL },
	};
	struct random random = random_from(SEED);
	for (int i = 0; i < 4000; i++) {
		int64_t scale;
		struct problem problem = whole_case(&random, cases[i % 4].policy, &scale), dual = problem;
		dual.ration.policy = cases[i % 4].dual;
		dual.estate_g = asked_g(&problem) - problem.estate_g;
		CU_ASSERT_FATAL(problem_divide(&problem) && problem_divide(&dual));
		for (uint32_t j = 0; j < problem.claim_count; j++)
			CHECK(&problem, problem.claims[j].award_g ==
				problem.claims[j].mass_g - dual.claims[j].award_g);
	}
}

/*
 * Up: a part of the estate first, then the other part on what is left of the claims. Down: the
 * awards of a larger estate as claims on a smaller.
 */
static void test_composition(void)
{
	static const enum policy composed[] = { POLICY_PROPORTIONAL, POLICY_EQUAL_AWARDS,
		POLICY_EQUAL_LOSSES };
	struct random random = random_from(SEED);
	for (int i = 0; i < 3000; i++) {
		int64_t scale;
		struct problem larger = whole_case(&random, composed[i % 3], &scale), smaller = larger;
		smaller.estate_g = scale * random_below(&random, larger.estate_g / scale + 1);
		CU_ASSERT_FATAL(problem_divide(&larger) && problem_divide(&smaller));
		struct problem up = larger, down = smaller;
		up.estate_g = larger.estate_g - smaller.estate_g;
		for (uint32_t j = 0; j < larger.claim_count; j++) {
			up.claims[j].mass_g = larger.claims[j].mass_g - smaller.claims[j].award_g;
			down.claims[j].mass_g = larger.claims[j].award_g;
		}
		CU_ASSERT_FATAL(problem_divide(&up) && problem_divide(&down));
		for (uint32_t j = 0; j < larger.claim_count; j++) {
			CHECK(&up, smaller.claims[j].award_g + up.claims[j].award_g ==
				larger.claims[j].award_g);
			CHECK(&down, down.claims[j].award_g == smaller.claims[j].award_g);
		}
	}
}

/* Some of the claimants, with what they got together, get it again. */
static void test_consistency(void)
{
	struct random random = random_from(SEED);
	for (int i = 0; i < 3000; i++) {
		int64_t scale;
		struct problem all = whole_case(&random, rules[i % (RULES - 1)], &scale);
		CU_ASSERT_FATAL(problem_divide(&all));
		struct problem some = all;
		some.estate_g = 0;
		for (uint32_t j = 0; j < all.claim_count; j++) {
			if (random_chance(&random, 40))
				some.claims[j].mass_g = 0;
			else
				some.estate_g += all.claims[j].award_g;
		}
		CU_ASSERT_FATAL(problem_divide(&some));
		for (uint32_t j = 0; j < all.claim_count; j++)
			CHECK(&some, some.claims[j].mass_g == 0 ||
				some.claims[j].award_g == all.claims[j].award_g);
	}
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "bounds and efficiency", test_bounds_and_efficiency },
		{ "pooled where no grade binds", test_pooled_where_none_binds },
		{ "splitting gains nothing", test_splitting },
		{ "the minimum first", test_minimum_first },
		{ "tiers are strict", test_tiers_strict },
		{ "order and equal treatment", test_order_and_equality },
		{ "more for all is less for none", test_estate_monotone },
		{ "duality", test_duality },
		{ "composition", test_composition },
		{ "consistency", test_consistency },
		CU_TEST_INFO_NULL,
	};
	return run_cases("rationing properties", cases);
}
