/*
 * Rationing: the published vectors, cases worked out by hand, and what happens at the edges of
 * numbers, memory and time. What holds for all cases is in reserve_rationing_properties.c.
 */
#include "reserve/emergency/rationing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reserve_problem.h"

#include "base/text.h"
#include "tests/simulation/random.h"

enum { SEED = 20261122 };

/* ---- vectors ---- */

static bool policy_of_vector(const char *name, struct ration *ration)
{
	static const struct { const char *name; enum policy policy; } names[] = {
		{ "proportional", POLICY_PROPORTIONAL }, { "cea", POLICY_EQUAL_AWARDS },
		{ "cel", POLICY_EQUAL_LOSSES }, { "talmud", POLICY_TALMUD },
	};
	ration->tiers = strncmp(name, "tier+", 5) == 0;
	name += ration->tiers ? 5 : 0;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (text_equal(name, names[i].name))
			ration->policy = names[i].policy;
	}
	return ration->policy != POLICY_NONE;
}

static uint32_t numbers(char *text, int64_t to[FEW])
{
	uint32_t count = 0;
	char *place = NULL;
	for (char *word = strtok_r(text, " \n", &place); word != NULL && count < FEW;
	     word = strtok_r(NULL, " \n", &place))
		to[count++] = strtoll(word, NULL, 10);
	return count;
}

static void check_vector(char *line)
{
	enum { CASE, POLICY, ESTATE, CLAIMS, TIERS, EXACT, GRAMS, CELLS };
	char *cells[CELLS];
	int64_t masses[FEW], tiers[FEW], grams[FEW];
	for (int i = 0; i < CELLS; i++)
		cells[i] = strsep(&line, ",");
	CU_ASSERT_PTR_NOT_NULL_FATAL(cells[GRAMS]);
	uint32_t count = numbers(cells[CLAIMS], masses);
	CU_ASSERT_EQUAL_FATAL(numbers(cells[TIERS], tiers), count);
	CU_ASSERT_EQUAL_FATAL(numbers(cells[GRAMS], grams), count);
	struct problem problem = problem_plain(POLICY_NONE, strtoll(cells[ESTATE], NULL, 10), count);
	CU_ASSERT_FATAL(policy_of_vector(cells[POLICY], &problem.ration));
	for (uint32_t i = 0; i < count; i++) {
		problem.claims[i].mass_g = masses[i];
		problem.claims[i].tier = (uint8_t)tiers[i];
	}
	CU_ASSERT_FATAL(problem_divide(&problem));
	for (uint32_t i = 0; i < count; i++)
		CHECK(&problem, problem.claims[i].award_g == grams[i]);
}

static void test_vectors(void)
{
	char line[512];
	int count = 0;
	FILE *file = fopen(TESTS_DIR "/../data/allocation_test_vectors.csv", "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_PTR_NOT_NULL_FATAL(fgets(line, sizeof line, file));
	for (; fgets(line, sizeof line, file) != NULL; count++)
		check_vector(line);
	fclose(file);
	CU_ASSERT_EQUAL(count, 42);
}

/* ---- cases by hand ---- */

/*
 * Claimants are letters. figures: "ab5 ac7 ar9": a's base, cap, right. claims: "aB9:35": a, tier B,
 * grade 9, 35 grams; tier "-": none. stocks: "5:40 9:30": of at least grade 5, 9. awards stand in
 * the order of the claims.
 */
struct worked {
	const char *what;
	enum policy policy;
	int64_t estate_g, minimum_g;
	const char *figures, *claims, *stocks, *awards;
};

static const char *next_word(const char *text)
{
	text += strcspn(text, " ");
	return text + strspn(text, " ");
}

static void read_figures(struct problem *problem, const char *text)
{
	for (uint32_t i = 0; i < FEW; i++)
		problem->claimants[i] = (struct claimant){ .right_g = VAULT_INT_MAX, .cap_g = ABSENT };
	for (; *text != '\0'; text = next_word(text)) {
		struct claimant *claimant = &problem->claimants[text[0] - 'a'];
		int64_t figure = strtoll(text + 2, NULL, 10);
		*(text[1] == 'b' ? &claimant->base_g : text[1] == 'c' ? &claimant->cap_g :
			&claimant->right_g) = figure;
	}
}

static void read_claims(struct problem *problem, const char *text)
{
	for (; *text != '\0'; text = next_word(text)) {
		struct claim *claim = &problem->claims[problem->claim_count++];
		claim->claimant = (uint32_t)(text[0] - 'a');
		claim->tier = text[1] == '-' ? TIER_NONE : (uint8_t)(text[1] - 'A' + TIER_A);
		problem->ration.tiers |= claim->tier != TIER_NONE;
		claim->grade_ppm = text[2] - '0';
		claim->mass_g = strtoll(text + 4, NULL, 10);
	}
}

static struct problem read_worked(const struct worked *worked)
{
	struct problem problem = { .claimant_count = FEW, .estate_g = worked->estate_g,
		.ration = { .policy = worked->policy, .minimum_g = worked->minimum_g } };
	read_figures(&problem, worked->figures);
	read_claims(&problem, worked->claims);
	for (const char *text = worked->stocks; *text != '\0'; text = next_word(text)) {
		problem.grades[problem.grade_count++] = (struct grade_stock){ text[0] - '0',
			strtoll(text + 2, NULL, 10) };
	}
	return problem;
}

static void check_worked(const struct worked *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct problem problem = read_worked(&cases[i]);
		char awards[256];
		int64_t want[FEW];
		snprintf(awards, sizeof awards, "%s", cases[i].awards);
		CU_ASSERT_EQUAL_FATAL(numbers(awards, want), problem.claim_count);
		CU_ASSERT_FATAL(problem_divide(&problem));
		bool good = true;
		for (uint32_t j = 0; j < problem.claim_count; j++)
			good = good && problem.claims[j].award_g == want[j];
		if (!good)
			printf("\n  %s: not %s", cases[i].what, cases[i].awards);
		CHECK(&problem, good);
	}
}
#define WORKED(cases) check_worked((cases), sizeof (cases) / sizeof *(cases))

static void test_by_hand(void)
{
	static const struct worked cases[] = {
		{ "nothing there", POLICY_TALMUD, 0, 0, "", "a-0:5 b-0:7", "", "0 0" },
		{ "nothing asked", POLICY_EQUAL_LOSSES, 9, 0, "", "a-0:0 b-0:0", "", "0 0" },
		{ "nobody", POLICY_PROPORTIONAL, 9, 0, "", "", "", "" },
		{ "one alone", POLICY_TALMUD, 7, 0, "", "a-0:10", "", "7" },
		{ "more than all want", POLICY_EQUAL_AWARDS, 99, 5, "", "aA0:10 bC0:20", "", "10 20" },
		{ "just what all want", POLICY_EQUAL_LOSSES, 30, 0, "", "a-0:10 b-0:20", "", "10 20" },
		{ "a tie goes to the larger claim", POLICY_EQUAL_AWARDS, 5, 0, "", "a-0:6 b-0:7", "",
			"2 3" },
		{ "then to the first", POLICY_EQUAL_AWARDS, 5, 0, "", "b-0:7 a-0:7", "", "2 3" },
		{ "two requests are one claim", POLICY_EQUAL_AWARDS, 30, 0, "",
			"a-0:20 a-0:10 b-0:40", "", "10 5 15" },
		{ "a request's tie: larger, then first", POLICY_EQUAL_AWARDS, 3, 0, "",
			"a-0:2 a-0:2 a-0:2 a-0:6", "", "1 0 0 2" },
		{ "a cap counts for all requests", POLICY_PROPORTIONAL, 30, 0, "ac30",
			"a-0:90 a-0:30 b-0:30", "", "12 3 15" },
		{ "a cap of nothing", POLICY_PROPORTIONAL, 30, 9, "ac0", "a-0:90 b-0:20", "", "0 20" },
		{ "a cap is for the highest tier first", POLICY_PROPORTIONAL, 100, 0, "ac50",
			"aC0:40 aA0:30 aB0:30", "", "0 30 20" },
		{ "tiers, none is C", POLICY_PROPORTIONAL, 50, 0, "",
			"aA0:20 bB0:20 cC0:10 d-0:10", "", "20 20 5 5" },
		{ "a minimum, then shares of the rest", POLICY_PROPORTIONAL, 50, 10, "",
			"a-0:5 b-0:30 c-0:90", "", "5 15 30" },
		{ "a minimum before a higher tier", POLICY_PROPORTIONAL, 30, 10, "",
			"aA0:50 bC0:20", "", "20 10" },
		{ "a minimum once, in the highest tier", POLICY_PROPORTIONAL, 30, 10, "",
			"aA0:4 aC0:50 bB0:40", "", "4 6 20" },
		{ "minima beyond the estate, by the policy", POLICY_EQUAL_LOSSES, 9, 10, "",
			"a-0:4 b-0:30 c-0:90", "", "0 5 4" },
		{ "minima beyond the estate, by tiers", POLICY_PROPORTIONAL, 15, 10, "",
			"aC0:50 bA0:40 cB0:3", "", "2 10 3" },
		{ "share by base", POLICY_CONSUMPTION_SHARE, 60, 0, "ab10 bb20", "a-0:50 b-0:50", "",
			"20 40" },
		{ "spare spread again", POLICY_CONSUMPTION_SHARE, 60, 0, "ab10 bb10 cb10",
			"a-0:8 b-0:50 c-0:50", "", "8 26 26" },
		{ "without a base after all others", POLICY_CONSUMPTION_SHARE, 30, 0, "bb1",
			"a-0:10 b-0:20 c-0:30", "", "2 20 8" },
		{ "no bases at all", POLICY_CONSUMPTION_SHARE, 30, 0, "", "a-0:20 b-0:40", "", "10 20" },
		{ "only bases without claims", POLICY_CONSUMPTION_SHARE, 30, 0, "cb7",
			"a-0:20 b-0:40 c-0:0", "", "10 20 0" },
		{ "rights cap, the rest stays", POLICY_SUPPLY_RIGHT, 100, 0, "ar30 br0",
			"a-0:50 b-0:90 c-0:20", "", "30 0 20" },
		{ "a right is for the highest tier first", POLICY_SUPPLY_RIGHT, 90, 0, "ar30",
			"aB0:40 aA0:20 bC0:50", "", "10 20 50" },
		{ "rights in proportion", POLICY_SUPPLY_RIGHT, 60, 0, "ar90 br30 cr0",
			"a-0:200 b-0:200 c-0:200", "", "45 15 0" },
	};
	WORKED(cases);
}

static void test_grades(void)
{
	static const struct worked cases[] = {
		{ "no grade binds: the pooled share", POLICY_PROPORTIONAL, 40, 0, "", "a-9:35 b-0:200",
			"9:30", "6 34" },
		{ "a grade binds, the rest has what is left", POLICY_PROPORTIONAL, 100, 0, "",
			"a-9:80 b-0:120", "9:30", "30 70" },
		{ "just enough does not bind", POLICY_PROPORTIONAL, 100, 0, "", "a-9:80 b-0:120", "9:40",
			"40 60" },
		{ "the policy inside a grade", POLICY_EQUAL_AWARDS, 100, 0, "",
			"a-9:5 b-9:80 c-9:90 d-0:120", "9:31", "5 13 13 69" },
		{ "nothing of a grade", POLICY_TALMUD, 100, 0, "", "a-9:80 b-5:60 c-0:120", "5:20 9:0",
			"0 20 80" },
		{ "the smallest fill first, then the next", POLICY_PROPORTIONAL, 100, 0, "",
			"a-9:100 b-5:100 c-0:100", "5:30 9:5", "5 25 70" },
		{ "the smallest fill is of a lower grade", POLICY_PROPORTIONAL, 100, 0, "",
			"a-9:100 b-5:100 c-0:100", "5:40 9:30", "20 20 60" },
		{ "the smallest fill is of a higher grade", POLICY_EQUAL_LOSSES, 180, 0, "",
			"a-9:20 b-5:100 c-0:100", "5:60 9:3", "3 57 100" },
		{ "a grade inside a grade", POLICY_PROPORTIONAL, 90, 0, "",
			"a-9:100 b-5:100 c-0:100", "5:20 9:8", "8 12 70" },
		{ "tiers inside a grade", POLICY_PROPORTIONAL, 100, 0, "",
			"aC9:50 bA9:20 cB0:40", "9:30", "10 20 40" },
		{ "a higher tier that a grade limits", POLICY_PROPORTIONAL, 100, 0, "",
			"aA9:90 bC0:80", "9:30", "30 70" },
		{ "a minimum inside a grade, once", POLICY_PROPORTIONAL, 60, 10, "",
			"a-9:80 b-9:20 a-0:30 c-0:30", "9:24", "14 10 16 20" },
		{ "a gram that a grade lacks goes to the next", POLICY_PROPORTIONAL, 21, 0, "",
			"a-9:5 b-9:5 c-0:2 d-0:9 e-0:9", "9:7", "4 3 2 6 6" },
		{ "and without that grade it does not", POLICY_PROPORTIONAL, 21, 0, "",
			"a-0:5 b-0:5 c-0:2 d-0:9 e-0:9", "", "4 4 1 6 6" },
		{ "a claim of two grades rounds into its lower", POLICY_PROPORTIONAL, 10, 0, "",
			"a-9:7 a-0:7 b-0:6", "9:3", "3 4 3" },
		{ "or, if that is met, to others", POLICY_PROPORTIONAL, 19, 0, "",
			"a-9:6 a-0:4 b-0:10", "9:5", "5 4 10" },
		{ "a cap of two grades", POLICY_PROPORTIONAL, 30, 0, "ac10", "a-9:30 a-0:10 b-0:30",
			"9:30", "6 1 23" },
		{ "rights under a grade", POLICY_SUPPLY_RIGHT, 60, 0, "ar20 br30", "a-9:50 b-9:50 c-0:9",
			"9:25", "10 15 9" },
		{ "a grade nobody lists is the next lower", POLICY_PROPORTIONAL, 100, 0, "",
			"a-7:80 b-0:120", "5:30 9:0", "30 70" },
	};
	WORKED(cases);
}

static void test_tier_policies(void)
{
	static const struct worked worked = { "", POLICY_PROPORTIONAL, 70, 0, "",
		"aA0:10 bA0:30 aB0:30 bB0:90 aC0:9", "", "10 30 15 15 0" };
	struct problem problem = read_worked(&worked);
	problem.ration.tier_policies[TIER_A] = POLICY_TALMUD;
	problem.ration.tier_policies[TIER_B] = POLICY_EQUAL_AWARDS;
	CU_ASSERT_FATAL(problem_divide(&problem));
	CHECK(&problem, problem.claims[2].award_g == 15 && problem.claims[3].award_g == 15);
	problem.estate_g = 10;
	CU_ASSERT_FATAL(problem_divide(&problem));
	CHECK(&problem, problem.claims[0].award_g == 5 && problem.claims[1].award_g == 5);
	problem.ration.tiers = false; /* all alike: 19 and 120 */
	problem.estate_g = 139;
	CU_ASSERT_FATAL(problem_divide(&problem));
	CHECK(&problem, problem.claims[4].award_g == 7 && problem.claims[3].award_g == 74);
}

/* ---- size, refusals, time ---- */

struct many {
	struct ration ration;
	struct claimant *claimants;
	struct claim *claims;
	uint32_t count;
};

/* One claim each, of random or, with mass_g > 0, of equal mass. */
static struct many many(enum policy policy, uint32_t count, int64_t mass_g)
{
	struct many many = { { .policy = policy }, calloc(count, sizeof *many.claimants),
		calloc(count, sizeof *many.claims), count };
	struct random random = random_from(SEED);
	CU_ASSERT_FATAL(many.claimants != NULL && many.claims != NULL);
	for (uint32_t i = 0; i < count; i++) {
		many.claimants[i] = (struct claimant){ random_below(&random, VAULT_INT_MAX),
			VAULT_INT_MAX, ABSENT };
		many.claims[i] = (struct claim){ .claimant = i,
			.mass_g = mass_g > 0 ? mass_g : random_below(&random, VAULT_INT_MAX) };
	}
	return many;
}

static void many_free(struct many *many)
{
	free(many->claimants);
	free(many->claims);
}

static bool many_divide(struct many *many, int64_t estate_g, size_t memory, struct error *error)
{
	struct arena *arena = arena_new(memory);
	bool good = ration_divide(&many->ration, estate_g, many->claimants, many->count, many->claims,
		many->count, NULL, 0, arena, error);
	arena_free(arena);
	return good;
}

static void test_many(void)
{
	enum { MANY = 10000 };
	for (int i = 0; i < RULES; i++) {
		struct error error = { 0 };
		struct many problem = many(rules[i], MANY, 0);
		int64_t sum_g = 0, estate_g = VAULT_INT_MAX - 4321;
		clock_t before = clock();
		CU_ASSERT(many_divide(&problem, estate_g, 0, &error));
		CU_ASSERT((clock() - before) * 2 < CLOCKS_PER_SEC);
		for (uint32_t j = 0; j < MANY; j++)
			sum_g += problem.claims[j].award_g;
		CU_ASSERT_EQUAL(sum_g, estate_g);
		many_free(&problem);
	}
}

/* All claims at the end of the range: equal shares by every rule, odd grams to the first. */
static void test_largest(void)
{
	enum { MANY = 10000 };
	for (int i = 0; i < RULES; i++) {
		struct error error = { 0 };
		struct many problem = many(rules[i], MANY, VAULT_INT_MAX);
		for (uint32_t j = 0; j < MANY; j++)
			problem.claimants[j].base_g = VAULT_INT_MAX;
		CU_ASSERT(many_divide(&problem, VAULT_INT_MAX, 0, &error));
		for (uint32_t j = 0; j < MANY; j++)
			CU_ASSERT(problem.claims[j].award_g == VAULT_INT_MAX / MANY +
				(j < VAULT_INT_MAX % MANY));
		many_free(&problem);
	}
}

/* The most requests, all of one claimant but one. */
static void test_one_with_most(void)
{
	for (int i = 0; i < RULES; i++) {
		struct error error = { 0 };
		int64_t sum_g = 0;
		struct many problem = many(rules[i], RATION_CLAIMS_MAX, VAULT_INT_MAX);
		for (uint32_t j = 2; j < RATION_CLAIMS_MAX; j++)
			problem.claims[j].claimant = 1;
		problem.claimants[1].right_g = VAULT_INT_MAX - 1;
		problem.claimants[0].base_g = problem.claimants[1].base_g = 1;
		CU_ASSERT(many_divide(&problem, VAULT_INT_MAX, 24 << 20, &error));
		for (uint32_t j = 0; j < RATION_CLAIMS_MAX; j++)
			sum_g += problem.claims[j].award_g;
		CU_ASSERT_EQUAL(sum_g, VAULT_INT_MAX);
		if (rules[i] == POLICY_EQUAL_AWARDS || rules[i] == POLICY_CONSUMPTION_SHARE)
			CU_ASSERT_EQUAL(problem.claims[0].award_g, VAULT_INT_MAX / 2);
		if (rules[i] == POLICY_SUPPLY_RIGHT)
			CU_ASSERT_EQUAL(problem.claims[0].award_g, VAULT_INT_MAX / 2 + 1);
		many_free(&problem);
	}
}

/* A simulated season: sixty rounds of fifty-five members in a few milliseconds. */
static void test_many_rounds(void)
{
	struct many problem = many(POLICY_TALMUD, 55, 0);
	struct error error = { 0 };
	clock_t before = clock();
	for (int i = 0; i < 60; i++)
		CU_ASSERT(many_divide(&problem, VAULT_INT_MAX - i, 0, &error));
	CU_ASSERT((clock() - before) * 10 < CLOCKS_PER_SEC);
	many_free(&problem);
}

static void test_limits(void)
{
	struct many problem = many(POLICY_TALMUD, RATION_CLAIMS_MAX + 1, 5);
	struct error error = { 0 };
	CU_ASSERT_FALSE(many_divide(&problem, 5, 0, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_LIMIT);
	problem.count = RATION_CLAIMS_MAX;
	error = (struct error){ 0 };
	CU_ASSERT_FALSE(many_divide(&problem, 5, 1 << 20, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_LIMIT);
	CU_ASSERT(many_divide(&problem, 5, 24 << 20, &error));
	many_free(&problem);
}

/* Each figure just beyond its range. */
static void test_refusals(void)
{
	struct problem good = problem_plain(POLICY_TALMUD, 10, 2);
	good.grade_count = 2;
	good.grades[0] = (struct grade_stock){ 10, 7 };
	good.grades[1] = (struct grade_stock){ 20, 7 };
	CU_ASSERT(problem_divide(&good));
#define REFUSES(error_id, what) \
	do { \
		struct problem bad = good; \
		what; \
		CU_ASSERT_EQUAL(problem_result(&bad), (error_id)); \
	} while (false)
	REFUSES(ERROR_LIMIT, bad.estate_g = -1);
	REFUSES(ERROR_LIMIT, bad.estate_g = VAULT_INT_MAX + 1);
	REFUSES(ERROR_INVALID, bad.ration.policy = POLICY_NONE);
	REFUSES(ERROR_INVALID, bad.ration.policy = POLICY_AT_ONCE);
	REFUSES(ERROR_INVALID, bad.ration.policy = POLICY_COUNT);
	REFUSES(ERROR_INVALID, bad.ration.tiers = true;
		bad.ration.tier_policies[TIER_B] = POLICY_AT_ONCE);
	REFUSES(ERROR_INVALID, bad.claimants[1].base_g = ABSENT);
	REFUSES(ERROR_INVALID, bad.claimants[1].right_g = -1);
	REFUSES(ERROR_INVALID, bad.claimants[1].cap_g = -1);
	REFUSES(ERROR_INVALID, bad.claims[1].claimant = 2);
	REFUSES(ERROR_INVALID, bad.claims[1].tier = TIER_COUNT);
	REFUSES(ERROR_INVALID, bad.claims[1].grade_ppm = ABSENT);
	REFUSES(ERROR_INVALID, bad.claims[1].mass_g = -1);
	REFUSES(ERROR_INVALID, bad.claims[1].mass_g = VAULT_INT_MAX + 1);
	REFUSES(ERROR_INVALID, bad.grades[1].grade_ppm = 10);
	REFUSES(ERROR_INVALID, bad.grades[1].stock_g = 8);
	REFUSES(ERROR_INVALID, bad.grades[1].stock_g = -1);
	REFUSES(ERROR_LIMIT, bad.grade_count = RATION_GRADES_MAX + 1);
#undef REFUSES
}

static void test_names(void)
{
	for (int i = 0; i <= POLICY_COUNT; i++)
		CU_ASSERT((policy_names[i] == NULL) == (i == POLICY_COUNT));
	for (int i = 0; i <= TIER_COUNT; i++)
		CU_ASSERT((tier_names[i] == NULL) == (i == TIER_COUNT));
	CU_ASSERT_STRING_EQUAL(policy_names[POLICY_AT_ONCE], "at-once");
	CU_ASSERT_STRING_EQUAL(policy_names[POLICY_EQUAL_LOSSES], "equal-losses");
	CU_ASSERT_STRING_EQUAL(policy_names[POLICY_SUPPLY_RIGHT], "supply-right");
	CU_ASSERT_STRING_EQUAL(tier_names[TIER_B], "B");
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "published vectors", test_vectors },
		{ "worked by hand", test_by_hand },
		{ "grades", test_grades },
		{ "a policy for each tier", test_tier_policies },
		{ "ten thousand claimants", test_many },
		{ "the largest masses", test_largest },
		{ "one with most requests", test_one_with_most },
		{ "many rounds", test_many_rounds },
		{ "limits", test_limits },
		{ "refusals", test_refusals },
		{ "names", test_names },
		CU_TEST_INFO_NULL,
	};
	return run_cases("rationing", cases);
}
