/* What contracts for difference come to, how concentrated a supply is: tables, edges and properties. */
#include <stdint.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/zone/concentration.h"
#include "reserve/zone/settlement.h"
#include "runner.h"
#include "vault/limits.h"

#define M 1000000LL /* micro-dollars */
#define TONNE 1000000LL

__extension__ typedef __int128 wide;

static uint64_t seed = 88172645463325252ULL;

static int64_t any(int64_t most)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int64_t)(seed % ((uint64_t)most + 1));
}

static void test_amounts(void)
{
	static const struct {
		int64_t strike, upside_ppm, sum, count, mass_g;
		int64_t to, from; /* -1: refused */
	} cases[] = {
		/* 110 USD/kg NdPr, market 69 in 2025: 41 a kilogram; and 30% of what is above */
		{ 110 * M, 300000, 69 * M, 1, 1000, 4100, 0 },
		{ 110 * M, 300000, 69 * M, 1, 150 * TONNE, 615000000, 0 },
		{ 110 * M, 300000, 120 * M, 1, 1000, 0, 300 },
		{ 110 * M, 300000, 110 * M, 1, 150 * TONNE, 0, 0 },
		{ 110 * M, 0, 120 * M, 1, 150 * TONNE, 0, 0 },
		{ 110 * M, 1000000, 120 * M, 1, 1000, 0, 1000 },
		/* means are never rounded before the end: 68.333… of three */
		{ 110 * M, 300000, 205 * M, 3, 1000, 4166, 0 },
		{ 110 * M, 300000, 205 * M, 3, 3000, 12500, 0 },
		/* less than a cent stays with who pays, on both sides */
		{ 110 * M, 1000000, 110 * M - 1, 1, 9999999, 0, 0 },
		{ 110 * M, 1000000, 110 * M - 1, 1, 10000000, 1, 0 },
		{ 110 * M, 1000000, 110 * M + 1, 1, 9999999, 0, 0 },
		{ 110 * M, 1000000, 110 * M + 1, 1, 10000000, 0, 1 },
		{ 110 * M, 300000, 69 * M, 1, 0, 0, 0 },
		{ 0, 300000, 69 * M, 1, 1000, 0, 2070 },
		/* the largest that is representable, and what is not */
		{ VAULT_INT_MAX, 0, 0, 1, 1, 900719925, 0 },
		{ VAULT_INT_MAX, 0, 0, 1, LOT_MASS_MAX, -1, -1 },
		{ 110 * M, 300000, 69 * M, 0, 1000, -1, -1 },
		{ 110 * M, 300000, -1, 1, 1000, -1, -1 },
		{ 110 * M, 1000001, 69 * M, 1, 1000, -1, -1 },
		{ 110 * M, 300000, 69 * M, 1, -1, -1, -1 },
		{ 110 * M, 300000, 69 * M, SETTLEMENT_INPUTS_MAX + 1, 1000, -1, -1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct settlement_terms terms = { cases[i].strike, cases[i].upside_ppm };
		const struct settlement_market market = { cases[i].sum, cases[i].count };
		struct settlement found = { -1, -1 };
		CU_ASSERT_EQUAL(settlement_of(&terms, &market, cases[i].mass_g, &found),
			cases[i].to >= 0);
		CU_ASSERT_EQUAL(found.to_producer_cents, cases[i].to);
		CU_ASSERT_EQUAL(found.from_producer_cents, cases[i].from);
	}
}

/* With the whole upside, strike and market change places and so does who pays: to the cent. */
static void test_symmetric(void)
{
	for (int i = 0; i < 20000; i++) {
		int64_t a = any(500 * M), b = any(500 * M), mass_g = any(1000 * TONNE);
		struct settlement below, above;
		CU_ASSERT_FATAL(settlement_of(&(struct settlement_terms){ a, VAULT_PPM },
			&(struct settlement_market){ b, 1 }, mass_g, &below));
		CU_ASSERT_FATAL(settlement_of(&(struct settlement_terms){ b, VAULT_PPM },
			&(struct settlement_market){ a, 1 }, mass_g, &above));
		CU_ASSERT_EQUAL(below.to_producer_cents, above.from_producer_cents);
		CU_ASSERT_EQUAL(below.from_producer_cents, above.to_producer_cents);
		CU_ASSERT(below.to_producer_cents == 0 || below.from_producer_cents == 0);
	}
}

/* The cents are those of the exact fraction, rounded towards zero: never a cent more, never one less. */
static void test_exact(void)
{
	const wide unit = 10000000; /* grams a kilogram, micros a cent */
	for (int i = 0; i < 20000; i++) {
		int64_t strike = any(500 * M), count = 1 + any(99), mass_g = any(1000 * TONNE);
		int64_t sum = any(500 * M * count), share = any(VAULT_PPM);
		struct settlement found;
		CU_ASSERT_FATAL(settlement_of(&(struct settlement_terms){ strike, share },
			&(struct settlement_market){ sum, count }, mass_g, &found));
		wide below = ((wide)strike * count - sum) * mass_g;
		wide rest = below >= 0 ? below - found.to_producer_cents * unit * count :
			-below * share - found.from_producer_cents * unit * count * VAULT_PPM;
		CU_ASSERT(rest >= 0);
		CU_ASSERT(rest < (below >= 0 ? unit * count : unit * count * VAULT_PPM));
	}
}

/* More metal is never worth less, and a higher market never brings the producer more. */
static void test_monotone(void)
{
	for (int i = 0; i < 5000; i++) {
		const struct settlement_terms terms = { any(500 * M), any(VAULT_PPM) };
		const struct settlement_market market = { any(500 * M), 1 };
		const struct settlement_market higher = { market.sum_micros + any(10 * M), 1 };
		int64_t mass_g = any(1000 * TONNE);
		struct settlement one, more, dearer;
		CU_ASSERT_FATAL(settlement_of(&terms, &market, mass_g, &one));
		CU_ASSERT_FATAL(settlement_of(&terms, &market, mass_g + any(TONNE), &more));
		CU_ASSERT_FATAL(settlement_of(&terms, &higher, mass_g, &dearer));
		CU_ASSERT(more.to_producer_cents >= one.to_producer_cents);
		CU_ASSERT(more.from_producer_cents >= one.from_producer_cents);
		CU_ASSERT(dearer.to_producer_cents - dearer.from_producer_cents <=
			one.to_producer_cents - one.from_producer_cents);
	}
}

static void test_mean(void)
{
	CU_ASSERT_EQUAL(settlement_mean_micros(&(struct settlement_market){ 10, 4 }), 3); /* 2.5 */
	CU_ASSERT_EQUAL(settlement_mean_micros(&(struct settlement_market){ 9, 4 }), 2);
	CU_ASSERT_EQUAL(settlement_mean_micros(&(struct settlement_market){ 0, 1 }), 0);
	CU_ASSERT_EQUAL(settlement_mean_micros(&(struct settlement_market){ VAULT_INT_MAX, 1 }),
		VAULT_INT_MAX);
}

static void test_quarters(void)
{
	static const struct { const char *text, *from, *until; } cases[] = {
		{ "2026Q1", "2026-01-01", "2026-04-01" }, { "2026Q3", "2026-07-01", "2026-10-01" },
		{ "2026Q4", "2026-10-01", "2027-01-01" }, { "1970Q1", "1970-01-01", "1970-04-01" },
	};
	static const char *const bad[] = { "", "2026", "2026Q", "2026Q0", "2026Q5", "2026q1",
		"20260Q1", "1969Q4", "9999Q1", "2026Q11", "x026Q1", "-026Q1" };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t from, until, starts_at, ends_at;
		char text[QUARTER_TEXT];
		CU_ASSERT_FATAL(time_parse(cases[i].from, &from) && time_parse(cases[i].until, &until));
		CU_ASSERT_FATAL(quarter_read(cases[i].text, &starts_at, &ends_at));
		CU_ASSERT(starts_at == from && ends_at == until);
		quarter_of(starts_at, text);
		CU_ASSERT_STRING_EQUAL(text, cases[i].text);
		quarter_of(ends_at - 1, text);
		CU_ASSERT_STRING_EQUAL(text, cases[i].text);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int64_t starts_at, ends_at;
		CU_ASSERT_FALSE(quarter_read(bad[i], &starts_at, &ends_at));
	}
}

/* ---- concentration ---- */

static void test_concentration(void)
{
	static const struct {
		struct supplier of[4];
		int64_t total, least, most;
		const char *largest;
		int64_t share;
	} cases[] = {
		{ { { "CHN", 5 } }, 5, 10000, 10000, "CHN", 1000000 },
		{ { { "CHN", 50 }, { "JPN", 50 } }, 100, 5000, 5000, "CHN", 500000 },
		{ { { "JPN", 50 }, { "CHN", 50 } }, 100, 5000, 5000, "CHN", 500000 }, /* first by code */
		{ { { "CHN", 60 }, { "JPN", 30 }, { "other", 10 } }, 100, 4500, 4600, "CHN", 600000 },
		/* what is missing from the stated total is somebody's as well */
		{ { { "CHN", 60 }, { "JPN", 30 }, { "world", 100 } }, 100, 4500, 4600, "CHN", 600000 },
		/* a stated total below its parts: sources round */
		{ { { "CHN", 60 }, { "JPN", 30 }, { "world", 89 } }, 90, 5555, 5556, "CHN", 666666 },
		{ { { "other", 7 } }, 7, 0, 10000, "", 0 },
		{ { { "CHN", 0 }, { "JPN", 3 } }, 3, 10000, 10000, "JPN", 1000000 },
		{ { { "CHN", VAULT_INT_MAX - 1 }, { "JPN", 1 } }, VAULT_INT_MAX, 9999, 10000, "CHN",
			999999 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct concentration of;
		uint32_t count = 0;
		while (count < 4 && cases[i].of[count].country != NULL)
			count++;
		CU_ASSERT_FATAL(concentration_of(cases[i].of, count, &of));
		CU_ASSERT_EQUAL(of.total_g, cases[i].total);
		CU_ASSERT_EQUAL(of.index_least, cases[i].least);
		CU_ASSERT_EQUAL(of.index_most, cases[i].most);
		CU_ASSERT_STRING_EQUAL(of.largest, cases[i].largest);
		CU_ASSERT_EQUAL(of.largest_share_ppm, cases[i].share);
		CU_ASSERT_EQUAL(of.named_g + of.others_g, of.total_g);
	}
}

static void test_nothing_supplied(void)
{
	struct concentration of;
	const struct supplier none[] = { { "CHN", 0 }, { "world", 0 } };
	const struct supplier much[] = { { "CHN", VAULT_INT_MAX }, { "JPN", 1 } };
	CU_ASSERT_FALSE(concentration_of(none, 0, &of));
	CU_ASSERT_FALSE(concentration_of(none, 2, &of));
	CU_ASSERT_FALSE(concentration_of(much, 2, &of));
}

/* However the others are divided among countries that nobody names, the index lies between the two. */
static void test_bounds(void)
{
	static const char *const codes[] = { "AAA", "BBB", "CCC", "DDD", "EEE", "FFF" };
	for (int i = 0; i < 5000; i++) {
		struct supplier named[3], all[6];
		struct concentration bounds, exact;
		int64_t others_g = any(1000000), left_g = others_g;
		for (int j = 0; j < 2; j++)
			named[j] = all[j] = (struct supplier){ codes[j], 1 + any(1000000) };
		named[2] = (struct supplier){ "other", others_g };
		for (int j = 2; j < 6; j++) {
			all[j] = (struct supplier){ codes[j], j == 5 ? left_g : any(left_g) };
			left_g -= all[j].mass_g;
		}
		CU_ASSERT_FATAL(concentration_of(named, 3, &bounds));
		CU_ASSERT_FATAL(concentration_of(all, 6, &exact));
		CU_ASSERT_EQUAL(bounds.total_g, exact.total_g);
		CU_ASSERT(bounds.index_least <= exact.index_least);
		CU_ASSERT(exact.index_most <= bounds.index_most);
		CU_ASSERT(bounds.index_least >= 0 && bounds.index_most <= 10000);
	}
}

int main(void)
{
	return run_cases("reserve settlements and concentration", (CU_TestInfo[]){
		{ "amounts, the published example and the edges", test_amounts },
		{ "strike and market change places", test_symmetric },
		{ "exact to the cent", test_exact },
		{ "more metal, a higher market", test_monotone },
		{ "the mean for people", test_mean },
		{ "quarters", test_quarters },
		{ "concentration by hand", test_concentration },
		{ "nothing supplied, or too much", test_nothing_supplied },
		{ "bounds hold whoever the others are", test_bounds },
		CU_TEST_INFO_NULL,
	});
}
