/* Random re-assays: announced, drawn by the seed and nothing else, results and what they bring about. */
#include "reserve_world.h"

#include "reserve/finding.h"
#include "reserve/stock/count.h"
#include "reserve/stock/material.h"
#include "reserve/stock/sample.h"

enum { LOTS = 12 };

/* A1 to A12 of gallium at north by acme; W of tungsten; Q in quarantine. */
static struct world *shelf(void)
{
	struct world *world = world_framed();
	char code[CODE_MAX];
	for (int i = 1; i <= LOTS; i++) {
		snprintf(code, sizeof code, "A%d", i);
		world_lot(world, code, "ga", 1000 * i, 950000, ABSENT);
	}
	world_lot(world, "W", "wo3", 9000, 650000, ABSENT);
	DO(world, "kim", "lot.add", "lots=[code=Q commodity=ga site=north expected_g=1000]");
	DO(world, "kim", "lot.weigh", "lot=Q gross_g=1100 tare_g=100");
	return world;
}

#define M "M-2026-0001"

static const struct sample *the_sample(const struct world *world)
{
	const struct sample *sample = state_find(world->state, TABLE_SAMPLE, M);
	CU_ASSERT_PTR_NOT_NULL_FATAL(sample);
	return sample;
}

static const struct sample_lot *nth(const struct world *world, int n)
{
	const struct sample_lot *row = NULL;
	while ((row = state_next(world->state, TABLE_SAMPLE_LOT, row)) != NULL && n-- > 0)
		;
	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	return row;
}

static const struct finding *first_of(const struct world *world, const char *check)
{
	const struct finding *finding = NULL;
	while ((finding = state_next(world->state, TABLE_FINDING, finding)) != NULL) {
		if (text_equal(finding->check, check))
			return finding;
	}
	return NULL;
}

static void test_announcing(void)
{
	struct world *world = shelf();
	FAILS(world, ERROR_INVALID, "aud", "sample.draw", "lots=3");
	FAILS(world, ERROR_DENIED, "kim", "sample.draw", "lots=3 site=north");
	FAILS(world, ERROR_NOT_FOUND, "aud", "sample.draw", "lots=3 site=west");
	FAILS(world, ERROR_NOT_FOUND, "aud", "sample.draw", "lots=3 commodity=tin");
	FAILS(world, ERROR_ILLEGAL, "aud", "sample.draw", "lots=3 site=south");
	DO(world, "aud", "sample.draw", "lots=3 commodity=ga days=30");
	const struct sample *sample = the_sample(world);
	CU_ASSERT_EQUAL(sample->state, SAMPLE_DRAWN);
	CU_ASSERT_EQUAL(sample->lots, 3);
	CU_ASSERT_EQUAL(sample->population, LOTS);
	CU_ASSERT_EQUAL(sample->due_at, world->now + 30 * TIME_DAY_MS);
	DO(world, "ola", "sample.draw", "lots=99 site=north");
	sample = state_find(world->state, TABLE_SAMPLE, "M-2026-0002");
	CU_ASSERT_PTR_NOT_NULL_FATAL(sample);
	CU_ASSERT_EQUAL(sample->lots, LOTS + 1); /* all there are, W too, and not Q */
	world_free(world);
}

/* The lots are those with the smallest digests of seed and code, in that order. */
static void test_drawn_by_the_seed(void)
{
	struct world *world = shelf();
	DO(world, "aud", "sample.draw", "lots=5 commodity=ga");
	const struct sample *sample = the_sample(world);
	CU_ASSERT_EQUAL(sample->size, sample->announced_index + 1);
	uint8_t before[32] = { 0 };
	for (int i = 0; i < 5; i++) {
		struct sample_draw draw = { 0 };
		uint8_t digest[32];
		body_text(draw.lot, nth(world, i)->lot);
		memcpy(draw.seed, sample->seed, sizeof draw.seed);
		world_digest(world, &sample_draw_descriptor, &draw, digest);
		CU_ASSERT(memcmp(before, digest, sizeof digest) < 0);
		memcpy(before, digest, sizeof digest);
	}
	const struct lot *lot = NULL;
	int smaller = 0;
	while ((lot = state_next(world->state, TABLE_LOT, lot)) != NULL) {
		struct sample_draw draw = { 0 };
		uint8_t digest[32];
		if (!sample_covers(sample, lot))
			continue;
		body_text(draw.lot, lot->code);
		memcpy(draw.seed, sample->seed, sizeof draw.seed);
		world_digest(world, &sample_draw_descriptor, &draw, digest);
		smaller += memcmp(digest, before, sizeof digest) <= 0 ? 1 : 0;
	}
	CU_ASSERT_EQUAL(smaller, 5);
	world_free(world);
}

/* What an outsider hashes. */
static void test_digest_text(void)
{
	struct sample_draw draw = { .lot = "GA-0042" };
	struct buffer text = { 0 };
	memset(draw.seed, 0xab, sizeof draw.seed);
	json_canonical_record(&text, &sample_draw_descriptor, &draw);
	CU_ASSERT_STRING_EQUAL(buffer_text(&text), "{\"lot\":\"GA-0042\",\"seed\":\""
		"abababababababababababababababababababababababababababababababab\"}");
	buffer_free(&text);
}

static void test_results(void)
{
	struct world *world = shelf();
	DO(world, "aud", "sample.draw", "lots=2 commodity=ga");
	char first[CODE_MAX], second[CODE_MAX];
	text_copy(first, sizeof first, nth(world, 0)->lot);
	text_copy(second, sizeof second, nth(world, 1)->lot);
	FAILS(world, ERROR_NOT_FOUND, "bo", "sample.result", "sample=M-9 lot=%s grade_ppm=950000 "
		"laboratory=als", first);
	FAILS(world, ERROR_NOT_FOUND, "bo", "sample.result", "sample=" M " lot=Q grade_ppm=950000 "
		"laboratory=als");
	FAILS(world, ERROR_DENIED, "asa", "sample.result", "sample=" M " lot=%s grade_ppm=950000 "
		"laboratory=als", first);
	FAILS(world, ERROR_DENIED, "kim", "sample.result", "sample=" M " lot=%s grade_ppm=950000 "
		"laboratory=als", first);
	/* 0.2% of 950,000 ppm is 1,900 ppm */
	DO(world, "bo", "sample.result", "sample=" M " lot=%s grade_ppm=948100 laboratory=als", first);
	CU_ASSERT_EQUAL(nth(world, 0)->state, SAMPLED_AGREES);
	CU_ASSERT_EQUAL(world_find_lot(world, first)->holds, 0);
	CU_ASSERT_EQUAL(world_find_lot(world, first)->grade_ppm, 950000);
	FAILS(world, ERROR_ILLEGAL, "bo", "sample.result", "sample=" M " lot=%s grade_ppm=950000 "
		"laboratory=als", first);
	CU_ASSERT_EQUAL(the_sample(world)->state, SAMPLE_DRAWN);
	DO(world, "bo", "sample.result", "sample=" M " lot=%s grade_ppm=948099 laboratory=als", second);
	CU_ASSERT_EQUAL(nth(world, 1)->state, SAMPLED_DIFFERS);
	CU_ASSERT_EQUAL(the_sample(world)->state, SAMPLE_DONE);
	/* every lot of gallium by that supplier is held, and nothing else */
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 0);
	CU_ASSERT(world_commodity(world, "wo3")->available_g > 0);
	const struct finding *finding = first_of(world, "sample-result");
	CU_ASSERT_PTR_NOT_NULL_FATAL(finding);
	CU_ASSERT_STRING_EQUAL(finding->subject, "acme");
	world_free(world);
}

static void test_overdue(void)
{
	struct world *world = shelf();
	DO(world, "aud", "sample.draw", "lots=3 commodity=ga days=10");
	DO(world, "kim", "lot.lose", "lot=%s reason=fire because=x", nth(world, 0)->lot);
	DO(world, "bo", "sample.result", "sample=" M " lot=%s grade_ppm=950000 laboratory=als",
		nth(world, 1)->lot);
	FAILS(world, ERROR_ILLEGAL, "bo", "sample.result", "sample=" M " lot=%s grade_ppm=950000 "
		"laboratory=als", nth(world, 0)->lot);
	world_pass(world, 10 * TIME_DAY_MS - 1);
	CU_ASSERT_EQUAL(the_sample(world)->state, SAMPLE_DRAWN);
	world_pass(world, 1);
	CU_ASSERT_EQUAL(the_sample(world)->state, SAMPLE_OVERDUE);
	CU_ASSERT_EQUAL(the_sample(world)->waiting, 1);
	CU_ASSERT_EQUAL(nth(world, 0)->state, SAMPLED_GONE);
	CU_ASSERT_PTR_NOT_NULL(first_of(world, "sample-overdue"));
	DO(world, "bo", "sample.result", "sample=" M " lot=%s grade_ppm=950000 laboratory=als",
		nth(world, 2)->lot);
	CU_ASSERT_EQUAL(the_sample(world)->state, SAMPLE_DONE);
	world_free(world);
}

/* When all that is left has gone, there is nothing to wait for and nothing to find. */
static void test_all_gone(void)
{
	struct world *world = shelf();
	DO(world, "aud", "sample.draw", "lots=1 commodity=wo3 days=10");
	DO(world, "kim", "lot.lose", "lot=W reason=fire because=x");
	world_pass(world, 10 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(the_sample(world)->state, SAMPLE_DONE);
	CU_ASSERT_PTR_NULL(first_of(world, "sample-overdue"));
	world_free(world);
}

int main(void)
{
	return run_cases("reserve samples", (CU_TestInfo[]){
		{ "announcing", test_announcing },
		{ "drawn by the seed", test_drawn_by_the_seed },
		{ "what is hashed", test_digest_text },
		{ "results", test_results },
		{ "overdue", test_overdue },
		{ "all lots have gone", test_all_gone },
		CU_TEST_INFO_NULL,
	});
}
