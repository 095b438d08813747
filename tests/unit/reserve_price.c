/* Units and bases of prices, exactly; reference prices from draft to superseded. */
#include "reserve_world.h"

#include "reserve/zone/unit.h"

static void test_values(void)
{
	static const struct {
		int64_t quoted, decimals;
		const char *unit, *from, *to;
		int64_t mass_g;
		int64_t cents; /* -1: refused */
	} cases[] = {
		{ 500, 0, "USD/kg", "Ga", "Ga", 1000000, 50000000 },
		{ 500, 0, "USD/kg", "Ga", "Ga", 0, 0 },
		{ 0, 0, "USD/kg", "Ga", "Ga", 5, 0 },
		{ 1, 0, "USD/t", "Ga", "Ga", 1, 1 },                    /* a ten-thousandth of a cent, up */
		{ 1, 0, "USD/t", "Ga", "Ga", 10000, 1 },
		{ 1, 0, "USD/t", "Ga", "Ga", 10001, 2 },
		{ 490, 0, "USc/lb", "Cu", "Cu", 453592370, 490000000 }, /* a million pounds, exactly */
		{ 490, 0, "USc/lb", "Cu", "Cu", 453592371, 490000002 }, /* 1.08 cents more */
		{ 380, 0, "USD/mtu", "WO3", "WO3", 16120000, 61256000 },
		{ 100, 0, "USD/kg", "W", "WO3", 1000, 7930 },           /* 79.29709.. dollars */
		{ 1, 0, "USD/ozt", "Pt", "Pt", 311034768, 1000000000 },
		{ 1000000000000, 0, "USD/kg", "Ga", "Ga", 1000000000000, -1 },
		{ 1, 0, "USD/kg", "Ga", "Ge", 1, -1 },
		{ 1, 0, "USD/kg", "Ga", "Ga", -1, -1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t cents = -1;
		CU_ASSERT_EQUAL(unit_value_cents(cases[i].quoted, cases[i].decimals, cases[i].unit,
			cases[i].from, cases[i].to, cases[i].mass_g, &cents), cases[i].cents >= 0);
		if (cents != cases[i].cents)
			printf("\n  case %zu: %lld\n", i, (long long)cents);
		CU_ASSERT_EQUAL(cents, cases[i].cents);
	}
}

static void test_units(void)
{
	static const struct {
		int64_t quoted, decimals;
		const char *unit, *from, *to;
		int64_t micros; /* per kg; -1: refused */
	} cases[] = {
		{ 1, 0, "USD/kg", "Ga", "Ga", 1000000 },
		{ 500, 0, "USD/kg", "Ga", "Ga", 500000000 },
		{ 1, 0, "USD/t", "Ga", "Ga", 1000 },
		{ 1, 6, "USD/t", "Ga", "Ga", 1 },                   /* rounded up */
		{ 2501, 0, "USD/t", "Al", "Al", 2501000 },
		{ 490, 0, "USc/lb", "Cu", "Cu", 10802651 },         /* 4.90 / 0.45359237 = 10.80265.. */
		{ 1, 0, "USD/lb", "Co", "Co", 2204623 },            /* 2.2046226.. up */
		{ 261, 1, "USD/lb", "Co", "Co", 57540651 },         /* 26.1 / 0.45359237 */
		{ 26100000, 6, "USD/lb", "Co", "Co", 57540651 },
		{ 380, 0, "USD/mtu", "WO3", "WO3", 38000000 },      /* 10 kg WO3 a unit */
		{ 380, 0, "USD/dmtu", "WO3", "WO3", 38000000 },
		{ 380, 0, "USD/mtu", "WO3", "W", 47921051 },        /* 38 / 0.79297092.. = 47.92105091.. */
		{ 100, 0, "USD/kg", "W", "WO3", 79297093 },
		{ 1100, 2, "USD/lb", "V2O5", "V", 43291775 },       /* 11 / 0.45359237 / 0.5601722.. */
		{ 17000, 2, "USD/kg", "Ta2O5", "Ta", 207577534 },   /* 170 / 0.8189710.. = 207.577533.. */
		{ 1, 0, "USD/kg", "Li2CO3", "Li", 5323343 },        /* 1 / 0.1878518.. = 5.32334293.. */
		{ 1, 0, "USD/ozt", "Pt", "Pt", 32150747 },          /* 1 / 0.0311034768 */
		{ 97250, 2, "USD/ozt", "Pt", "Pt", 31266601038 },
		{ 0, 0, "USD/kg", "Ga", "Ga", 0 },
		{ 1000000000000, 0, "USD/t", "Ga", "Ga", 1000000000000000 },
		{ 1000000000000, 0, "USD/kg", "Ga", "Ga", -1 },     /* out of range */
		{ 1, 0, "USD/kg", "Ga", "Ge", -1 },
		{ 1, 0, "USD/kg", "WO3", "V", -1 },
		{ 1, 0, "EUR/kg", "Ga", "Ga", -1 },
		{ 1, 0, "", "Ga", "Ga", -1 },
		{ 1, 7, "USD/kg", "Ga", "Ga", -1 },
		{ 1, -1, "USD/kg", "Ga", "Ga", -1 },
		{ -1, 0, "USD/kg", "Ga", "Ga", -1 },
		{ 1000000000001, 0, "USD/t", "Ga", "Ga", -1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t micros = 77;
		bool known = unit_price_micros_per_kg(cases[i].quoted, cases[i].decimals, cases[i].unit,
			cases[i].from, cases[i].to, &micros);
		if (known != (cases[i].micros >= 0) || (known && micros != cases[i].micros))
			printf("\n  %lld %s: %lld\n", (long long)cases[i].quoted, cases[i].unit,
				(long long)micros);
		CU_ASSERT_EQUAL(known, cases[i].micros >= 0);
		CU_ASSERT_EQUAL(micros, known ? cases[i].micros : 77);
	}
	CU_ASSERT(unit_known("USD/dmtu"));
	CU_ASSERT_FALSE(unit_known("usd/kg"));
}

static void test_words(void)
{
	static const struct { int64_t quoted, decimals; const char *words; } cases[] = {
		{ 490, 0, "490 USc/lb" }, { 261, 1, "26.1 USc/lb" }, { 5, 2, "0.05 USc/lb" },
		{ 50, 2, "0.50 USc/lb" }, { 1, 6, "0.000001 USc/lb" }, { 1234567, 6, "1.234567 USc/lb" },
		{ 500, ABSENT, "500 USc/lb" }, { 0, 0, "0 USc/lb" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char words[64];
		price_words(words, sizeof words, cases[i].quoted, cases[i].decimals, "USc/lb");
		CU_ASSERT_STRING_EQUAL(words, cases[i].words);
	}
}

#define DRAFT "because=index prices=[commodity=%s quoted=%d unit=USD/kg basis=%s%s]"

static void test_life(void)
{
	struct world *world = world_framed();
	char later[64];
	DO(world, "ola", "price.draft", DRAFT, "ga", 500, "Ga", "");
	CU_ASSERT(world_sign(world, "ola", world->id));
	CU_ASSERT_PTR_NULL(world_commodity(world, "ga")->price);
	CU_ASSERT(world_sign(world, "otto", "N-2026-0001"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(world_commodity(world, "ga")->price);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->price->price_micros_per_kg, 500000000);
	snprintf(later, sizeof later, " effective_at=%lld", (long long)(world->now + TIME_DAY_MS));
	DO_SIGNED(world, "ola", "price.draft", DRAFT, "ga", 400, "Ga", later);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->price->version, 1);
	world_pass(world, TIME_DAY_MS);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->price->version, 2);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->price->quoted, 400);
	DO(world, "ola", "price.draft", DRAFT, "ga", 300, "Ga", "");
	DO(world, "oma", "document.reject", "document=%s because=no", "N-2026-0003");
	DO_SIGNED(world, "ola", "price.draft", DRAFT, "ga", 600, "Ga", "");
	CU_ASSERT_STRING_EQUAL(world_commodity(world, "ga")->price->id, "ga/4");
	world_free(world);
}

static void test_drafts_refused(void)
{
	struct world *world = world_framed();
	FAILS(world, ERROR_NOT_FOUND, "ola", "price.draft", DRAFT, "gold", 5, "Au", "");
	FAILS(world, ERROR_INVALID, "ola", "price.draft", DRAFT, "ga", 5, "Ge", ""); /* R23 */
	FAILS(world, ERROR_INVALID, "ola", "price.draft",
		"because=x prices=[commodity=ga quoted=5 unit=EUR/kg basis=Ga]");
	FAILS(world, ERROR_INVALID, "ola", "price.draft", "because=x prices=[commodity=ga quoted=5 "
		"unit=USD/kg basis=Ga; commodity=ga quoted=6 unit=USD/kg basis=Ga]");
	DO(world, "ola", "price.draft",
		"because=x prices=[commodity=wo3 quoted=100 unit=USD/kg basis=W]");
	const struct price *price = state_find(world->state, TABLE_PRICE, "wo3/1");
	CU_ASSERT_PTR_NOT_NULL_FATAL(price);
	CU_ASSERT_EQUAL(price->price_micros_per_kg, 79297093);
	world_free(world);
}

int main(void)
{
	return run_cases("reserve prices", (CU_TestInfo[]){
		{ "every unit and basis, rounded up", test_units },
		{ "what a mass is worth", test_values },
		{ "prices in words", test_words },
		{ "draft, notified, in force, superseded", test_life },
		{ "drafts refused", test_drafts_refused },
		CU_TEST_INFO_NULL,
	});
}
