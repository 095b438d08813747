/*
 * The carrying cost against a second computation: day by day, in fractions over one common denominator
 * with 128 bits, never carried. And over any split of a period.
 */
#include "reserve_world.h"

#include "reserve/zone/carrying.h"

__extension__ typedef __int128 wide;

/* 10^6 ppm x 365 days divides this, and 10^10 micro-dollars a tonne-day of a gram. */
#define COMMON 730000000000LL

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static int64_t pick(uint64_t *seed, int64_t most)
{
	uint64_t roll = next_random(seed);
	return roll % 8 == 0 ? most : roll % 8 == 1 ? 0 :
		(int64_t)(next_random(seed) % ((uint64_t)most + 1)) >> next_random(seed) % 40;
}

static void test_cases(void)
{
	static const struct {
		int64_t days, principal_cents, interest_ppm, gross_g, micros;
		struct carrying sum;
	} cases[] = {
		{ 0, 100, 50000, 100, 100, { 0, 0, 0, 0 } },
		{ 1, 0, 50000, 0, 500000, { 0, 0, 0, 0 } },
		/* 3,650,000.00 USD at 5%: 500 USD a day */
		{ 1, 365000000, 50000, 0, 0, { 50000, 0, 0, 0 } },
		{ 365, 365000000, 50000, 0, 0, { 18250000, 0, 0, 0 } },
		/* 10 t at 0.50 USD a tonne-day: 5 USD a day */
		{ 1, 0, 0, 10000000, 500000, { 0, 0, 500, 0 } },
		{ 30, 0, 0, 10000000, 500000, { 0, 0, 15000, 0 } },
		/* one cent for a day: 50,000 / 365,000,000 of a cent */
		{ 1, 1, 50000, 1, 500000, { 0, 50000, 0, 500000 } },
		{ 7299, 0, 0, 0, 0, { 0, 0, 0, 0 } },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct carrying sum = { 0, 0, 0, 0 };
		carrying_add(&sum, cases[i].days <= 366 ? cases[i].days : 366, cases[i].principal_cents,
			cases[i].interest_ppm, cases[i].gross_g, cases[i].micros);
		CU_ASSERT_EQUAL(sum.interest_cents, cases[i].sum.interest_cents);
		CU_ASSERT_EQUAL(sum.interest_rest, cases[i].sum.interest_rest);
		CU_ASSERT_EQUAL(sum.storage_cents, cases[i].sum.storage_cents);
		CU_ASSERT_EQUAL(sum.storage_rest, cases[i].sum.storage_rest);
	}
}

static void test_limits(void)
{
	struct carrying sum = { 0, CARRYING_INTEREST_PARTS - 1, 0, CARRYING_STORAGE_PARTS - 1 };
	carrying_add(&sum, 31, CARRYING_CENTS_MAX, CARRYING_INTEREST_MAX, CARRYING_GROSS_MAX,
		CARRYING_STORAGE_MAX);
	CU_ASSERT(sum.interest_cents > 0 && sum.storage_cents > 0);
	CU_ASSERT(sum.interest_cents + sum.storage_cents <= VAULT_INT_MAX);
	int64_t gross_g = 77;
	CU_ASSERT(carrying_gross_g(3, 1500000, &gross_g));
	CU_ASSERT_EQUAL(gross_g, 5); /* 4.5, rounded up */
	CU_ASSERT_FALSE(carrying_gross_g(CARRYING_GROSS_MAX, 1000001, &gross_g));
	CU_ASSERT_EQUAL(gross_g, 5);
}

static void test_months(void)
{
	static const struct { const char *at, *next; } cases[] = {
		{ "2026-11-01", "2026-12-01" }, { "2026-11-30T23:59:59.999Z", "2026-12-01" },
		{ "2026-12-31", "2027-01-01" }, { "2028-02-29", "2028-03-01" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t at = 0, next = 0;
		CU_ASSERT_FATAL(time_parse(cases[i].at, &at) && time_parse(cases[i].next, &next));
		CU_ASSERT_EQUAL(carrying_next_month(at), next);
	}
}

enum { DAYS = 400 };

struct day { int64_t principal_cents, interest_ppm, gross_g, micros; };

/* Runs of days alike, as principal, rates and masses change now and then. */
static void draw_days(uint64_t *seed, struct day days[DAYS])
{
	for (int i = 0; i < DAYS; i++) {
		if (i > 0 && next_random(seed) % 6 != 0) {
			days[i] = days[i - 1];
			continue;
		}
		days[i] = (struct day){ pick(seed, CARRYING_CENTS_MAX), pick(seed, CARRYING_INTEREST_MAX),
			pick(seed, CARRYING_GROSS_MAX), pick(seed, CARRYING_STORAGE_MAX) };
	}
}

static bool same_day(const struct day *a, const struct day *b)
{
	return a->principal_cents == b->principal_cents && a->interest_ppm == b->interest_ppm &&
		a->gross_g == b->gross_g && a->micros == b->micros;
}

/* Adds [from, to) in runs of days alike. */
static void add_period(struct carrying *sum, const struct day *days, int from, int to)
{
	for (int at = from, end; at < to; at = end) {
		for (end = at + 1; end < to && same_day(&days[at], &days[end]);)
			end++;
		carrying_add(sum, end - at, days[at].principal_cents, days[at].interest_ppm,
			days[at].gross_g, days[at].micros);
	}
}

static void test_splits(void)
{
	for (uint64_t round = 1; round <= 2000; round++) {
		uint64_t seed = round * 0x9E3779B97F4A7C15u;
		struct day days[DAYS];
		draw_days(&seed, days);
		wide interest = 0, storage = 0; /* in COMMON parts of a cent */
		for (int i = 0; i < DAYS; i++) {
			interest += (wide)days[i].principal_cents * days[i].interest_ppm *
				(COMMON / CARRYING_INTEREST_PARTS);
			storage += (wide)days[i].gross_g * days[i].micros * (COMMON / CARRYING_STORAGE_PARTS);
		}
		struct carrying whole = { 0, 0, 0, 0 }, split = { 0, 0, 0, 0 };
		add_period(&whole, days, 0, DAYS);
		for (int at = 0; at < DAYS;) {
			int to = at + 1 + (int)(next_random(&seed) % 60);
			to = to < DAYS ? to : DAYS;
			/* posted: what is whole goes, the rest is carried */
			struct carrying part = { 0, split.interest_rest, 0, split.storage_rest };
			add_period(&part, days, at, to);
			split.interest_cents += part.interest_cents;
			split.storage_cents += part.storage_cents;
			split.interest_rest = part.interest_rest;
			split.storage_rest = part.storage_rest;
			at = to;
		}
		CU_ASSERT(memcmp(&whole, &split, sizeof whole) == 0);
		CU_ASSERT((wide)whole.interest_cents * COMMON +
			(wide)whole.interest_rest * (COMMON / CARRYING_INTEREST_PARTS) == interest);
		CU_ASSERT((wide)whole.storage_cents * COMMON +
			(wide)whole.storage_rest * (COMMON / CARRYING_STORAGE_PARTS) == storage);
	}
}

int main(void)
{
	return run_cases("reserve carrying cost", (CU_TestInfo[]){
		{ "days, rates, masses", test_cases },
		{ "the limits hold a month", test_limits },
		{ "months", test_months },
		{ "sums over any split are equal, and equal to fractions day by day", test_splits },
		CU_TEST_INFO_NULL,
	});
}
