/*
 * The one table of factors: exact masses, formulas weighed again by hand, and properties of conversions
 * over random prices: there and back loses nothing that the unit can hold.
 */
#include <stdio.h>
#include <string.h>

#include "runner.h"

#include "base/text.h"
#include "reserve/zone/unit.h"
#include "vault/limits.h"

static const char *const units[] = { "USD/kg", "USD/t", "USD/lb", "USc/lb", "USD/mtu", "USD/dmtu",
	"USD/ozt" };
enum { UNITS = sizeof units / sizeof *units };

/* A basis and one that converts into it. */
static const struct { const char *one, *other; } bases[] = {
	{ "Ni", "Ni" }, { "WO3", "W" }, { "W", "WO3" }, { "V2O5", "V" }, { "Ta2O5", "Ta" },
	{ "Li2CO3", "Li" }, { "Li2CO3", "LiOH" }, { "GeO2", "Ge" }, { "MgO", "Mg" }, { "TiO2", "Ti" },
	{ "MnO2", "Mn" }, { "Cr2O3", "Cr" }, { "Nd2O3", "Nd" }, { "Pr6O11", "Pr" }, { "Dy2O3", "Dy" },
	{ "Tb4O7", "Tb" }, { "Y2O3", "Y" }, { "Sc2O3", "Sc" }, { "La2O3", "La" }, { "CeO2", "Ce" },
	{ "Sm2O3", "Sm" }, { "Eu2O3", "Eu" }, { "Gd2O3", "Gd" }, { "REO", "REO" },
	{ "NdPrO", "NdPrO" },
};
enum { BASES = sizeof bases / sizeof *bases };

static uint64_t seed = 0x9E3779B97F4A7C15u;
static uint64_t random_below(uint64_t end)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % end;
}

/* Element in the compound, parts per million, worked out apart from the table's own arithmetic. */
static void test_shares(void)
{
	static const struct { const char *compound, *element; int64_t ppm; } cases[] = {
		{ "WO3", "W", 792971 }, { "V2O5", "V", 560172 }, { "Ta2O5", "Ta", 818971 },
		{ "Li2CO3", "Li", 187852 }, { "GeO2", "Ge", 694174 }, { "MgO", "Mg", 603042 },
		{ "TiO2", "Ti", 599349 }, { "MnO2", "Mn", 631936 }, { "Cr2O3", "Cr", 684208 },
		{ "Nd2O3", "Nd", 857356 }, { "Pr6O11", "Pr", 827704 }, { "Dy2O3", "Dy", 871321 },
		{ "Tb4O7", "Tb", 850216 }, { "Y2O3", "Y", 787444 }, { "Sc2O3", "Sc", 651966 },
		{ "La2O3", "La", 852683 }, { "CeO2", "Ce", 814088 }, { "Nb2O5", "Nb", 699049 },
		{ "Sb2O3", "Sb", 835354 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t up, down;
		CU_ASSERT_FATAL(unit_basis_factor(cases[i].element, cases[i].compound, &up, &down));
		int64_t ppm = (int64_t)((__extension__ (__int128)up * 2000000 + down) / (2 *
			(__extension__ (__int128)down)));
		if (ppm != cases[i].ppm)
			printf("\n  %s: %lld\n", cases[i].compound, (long long)ppm);
		CU_ASSERT_EQUAL(ppm, cases[i].ppm);
	}
}

static void test_no_factor(void)
{
	static const char *const pairs[][2] = { { "WO3", "V" }, { "REO", "Nd" }, { "REO", "Nd2O3" },
		{ "NdPrO", "Nd2O3" }, { "NdPrO", "REO" }, { "", "Ni" }, { "Ni", "" }, { "", "" },
		{ "wo3", "W" }, { "Xx", "Ni" } };
	int64_t up, down;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		CU_ASSERT_FALSE(unit_basis_factor(pairs[i][0], pairs[i][1], &up, &down));
	CU_ASSERT(unit_basis_factor("Au", "Au", &up, &down)); /* of itself, known or not */
}

/* A factor there and one back are each other's inverse, exactly; and by way of the element too. */
static void test_factors_invert(void)
{
	for (int i = 0; i < BASES; i++) {
		int64_t up, down, back_up, back_down;
		CU_ASSERT_FATAL(unit_basis_factor(bases[i].one, bases[i].other, &up, &down));
		CU_ASSERT_FATAL(unit_basis_factor(bases[i].other, bases[i].one, &back_up, &back_down));
		CU_ASSERT(up == back_down && down == back_up && up > 0 && down > 0);
	}
}

/* A troy ounce is 31.1034768 g exactly, a pound 453.59237 g: 10^k of them are whole grams. */
static void test_exact_masses(void)
{
	int64_t cents;
	CU_ASSERT(unit_value_cents(1, 0, "USD/ozt", "Au", "Au", 311034768, &cents));
	CU_ASSERT_EQUAL(cents, 1000000000);
	CU_ASSERT(unit_value_cents(1, 0, "USD/lb", "Co", "Co", 45359237, &cents));
	CU_ASSERT_EQUAL(cents, 10000000);
	CU_ASSERT(unit_value_cents(1, 0, "USc/lb", "Cu", "Cu", 45359237, &cents));
	CU_ASSERT_EQUAL(cents, 100000);
	CU_ASSERT(unit_value_cents(1, 0, "USD/mtu", "WO3", "WO3", 10000, &cents));
	CU_ASSERT_EQUAL(cents, 100);
	CU_ASSERT(unit_value_cents(1, 0, "USD/t", "Ni", "Ni", 1000000, &cents));
	CU_ASSERT_EQUAL(cents, 100);
}

/*
 * Up into a target and down again gives the first figure, wherever one step of the target is worth no
 * more than one of the source; that is tried by converting one step of the source.
 */
static void test_there_and_back(void)
{
	int tried = 0;
	for (int i = 0; i < 200000; i++) {
		int basis = (int)random_below(BASES);
		struct unit_target to = { units[random_below(UNITS)], bases[basis].other,
			(int64_t)random_below(7) };
		struct unit_target from = { units[random_below(UNITS)], bases[basis].one,
			(int64_t)random_below(7) };
		int64_t quoted = (int64_t)random_below(random_below(4) == 0 ? 1000000000000 : 1000000);
		int64_t one, there, back;
		if (!unit_convert(1, from.decimals, from.unit, from.basis, &to, false, &one) || one < 1 ||
		    !unit_convert(quoted, from.decimals, from.unit, from.basis, &to, true, &there))
			continue;
		tried++;
		CU_ASSERT_FATAL(unit_convert(there, to.decimals, to.unit, to.basis, &from, false, &back));
		if (back != quoted) {
			printf("\n  %lld e-%lld %s %s -> %s %s: %lld\n", (long long)quoted,
				(long long)from.decimals, from.unit, from.basis, to.unit, to.basis,
				(long long)back);
			CU_FAIL_FATAL("something was lost");
		}
	}
	CU_ASSERT(tried > 50000);
}

/* The derived figure is a conversion like any other, and a dearer price is never worth less. */
static void test_derived(void)
{
	for (int i = 0; i < 100000; i++) {
		int basis = (int)random_below(BASES);
		const char *unit = units[random_below(UNITS)];
		int64_t decimals = (int64_t)random_below(7), micros, same, more;
		int64_t quoted = 1 + (int64_t)random_below(10000000);
		struct unit_target micro = { "USD/kg", bases[basis].other, 6 };
		CU_ASSERT_FATAL(unit_price_micros_per_kg(quoted, decimals, unit, bases[basis].one,
			bases[basis].other, &micros));
		CU_ASSERT_FATAL(unit_convert(quoted, decimals, unit, bases[basis].one, &micro, true,
			&same));
		CU_ASSERT_FATAL(unit_price_micros_per_kg(quoted + 1, decimals, unit, bases[basis].one,
			bases[basis].other, &more));
		CU_ASSERT(micros == same && micros > 0 && more >= micros);
	}
}

/* What a price comes to is quoted as that price was, whatever its unit, basis and decimals. */
static void test_quoted_again(void)
{
	int tried = 0;
	for (int i = 0; i < 100000; i++) {
		int basis = (int)random_below(BASES);
		struct unit_target own = { units[random_below(UNITS)], bases[basis].one,
			(int64_t)random_below(5) };
		int64_t quoted = 1 + (int64_t)random_below(10000000), micros, less, again;
		CU_ASSERT_FATAL(unit_price_micros_per_kg(quoted, own.decimals, own.unit, own.basis,
			bases[basis].other, &micros));
		CU_ASSERT_FATAL(unit_quote_micros(micros, bases[basis].other, &own, &again));
		CU_ASSERT_FATAL(again <= quoted);
		if (quoted > 1 && unit_price_micros_per_kg(quoted - 1, own.decimals, own.unit, own.basis,
		    bases[basis].other, &less) && less == micros)
			continue; /* a micro-dollar cannot tell the two apart */
		CU_ASSERT_FATAL(again == quoted);
		tried++;
	}
	CU_ASSERT(tried > 50000);
	CU_ASSERT(unit_out_of_range("USD/ozt", "Ni", "Ni"));
	CU_ASSERT_FALSE(unit_out_of_range("USD/ozt", "Ni", "Co"));
	CU_ASSERT_FALSE(unit_out_of_range("EUR/kg", "Ni", "Ni"));
}

static void test_refused(void)
{
	struct unit_target to = { "USD/kg", "Ni", 6 };
	int64_t quoted = 77;
	CU_ASSERT_FALSE(unit_convert(-1, 0, "USD/t", "Ni", &to, true, &quoted));
	CU_ASSERT_FALSE(unit_convert(1, 0, "USD/stone", "Ni", &to, true, &quoted));
	CU_ASSERT_FALSE(unit_convert(1, 7, "USD/t", "Ni", &to, true, &quoted));
	CU_ASSERT_FALSE(unit_convert(1, 0, "USD/t", "Co", &to, true, &quoted));
	CU_ASSERT_FALSE(unit_convert(VAULT_INT_MAX, 0, "USD/ozt", "Ni", &to, true, &quoted));
	to.decimals = 7;
	CU_ASSERT_FALSE(unit_convert(1, 0, "USD/t", "Ni", &to, true, &quoted));
	to.decimals = 6;
	to.unit = "kg";
	CU_ASSERT_FALSE(unit_convert(1, 0, "USD/t", "Ni", &to, true, &quoted));
	CU_ASSERT_EQUAL(quoted, 77);
}

int main(void)
{
	return run_cases("units and bases", (CU_TestInfo[]){
		{ "what an element's share of a compound is", test_shares },
		{ "mixtures and strangers have no factor", test_no_factor },
		{ "a factor there and one back are inverse", test_factors_invert },
		{ "pounds and troy ounces are exact", test_exact_masses },
		{ "there and back loses nothing that the unit can hold", test_there_and_back },
		{ "the derived price", test_derived },
		{ "a price is quoted again as it was", test_quoted_again },
		{ "conversions refused", test_refused },
		CU_TEST_INFO_NULL,
	});
}
