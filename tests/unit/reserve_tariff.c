/*
 * One consignment against the floor: the design's vector, edges and refusals in tables, and what
 * must hold of any consignment, over random ones of a fixed seed.
 */
#include "reserve/zone/tariff.h"

#include <stdio.h>
#include <string.h>

#include "runner.h"

#include "base/checked.h"
#include "base/descriptor.h"
#include "base/text.h"
#include "reserve/zone/price.h"
#include "reserve/zone/quotient.h"
#include "reserve/zone/unit.h"
#include "vault/limits.h"

#include "tests/simulation/random.h"

enum { SEED = 20261128, ROUNDS = 200000 };

static struct price price_of(int64_t quoted, int64_t decimals, const char *unit, const char *basis)
{
	struct price price = { .quoted = quoted, .decimals = decimals };
	text_copy(price.unit, sizeof price.unit, unit);
	text_copy(price.basis, sizeof price.basis, basis);
	return price;
}

/* The design's: 25 t net of concentrate, 0.8% moisture, 65% WO3, 38 USD/kg WO3, CIF 499,720.00. */
static struct price vector_price;
static struct consignment vector(void)
{
	vector_price = price_of(38, 0, "USD/kg", "WO3");
	return (struct consignment){ .reference = &vector_price, .basis = "WO3",
		.commodity_basis = "WO3", .net_g = 25000000, .moisture_ppm = 8000, .grade_ppm = 650000,
		.terms = TERMS_CIF, .value_millis = 499720000, .freight_millis = ABSENT,
		.insurance_millis = ABSENT, .rate = 1, .cap_ppm = ABSENT, .cap_micros_per_kg = ABSENT };
}

static struct assessment assessed(const struct consignment *consignment)
{
	struct error error = { 0 };
	struct assessment assessment = { 0 };
	bool done = tariff_assess(consignment, &assessment, &error);
	if (!done)
		printf("\n  %s: %s\n", error.field, error.message);
	CU_ASSERT_FATAL(done);
	return assessment;
}

static void test_vector(void)
{
	struct consignment consignment = vector();
	struct assessment told = assessed(&consignment);
	CU_ASSERT_EQUAL(told.contained_g, 16120000);
	CU_ASSERT_EQUAL(told.floor_cents, 61256000);
	CU_ASSERT_EQUAL(told.customs_cents, 49972000);
	CU_ASSERT_EQUAL(told.duty_cents, 11284000);
	CU_ASSERT_EQUAL(told.landed_cents, 61256000);
	CU_ASSERT_EQUAL(told.gap_cents, 0);
	CU_ASSERT_EQUAL(told.duty_micros_per_kg, 7000000);
	CU_ASSERT_EQUAL(told.duty_ppm, 225807); /* 22.58064…%, up */
	CU_ASSERT(!told.capped);
}

/* The vector told in other words: FOB, another currency, another unit, the grade as metal. */
static void test_same_in_other_words(void)
{
	struct consignment fob = vector();
	fob.terms = TERMS_FOB;
	fob.value_millis = 480000000;
	fob.freight_millis = 19000000;
	fob.insurance_millis = 720000;
	CU_ASSERT_EQUAL(assessed(&fob).duty_cents, 11284000);

	struct consignment euro = vector();
	euro.value_millis = 449748000;
	euro.rate = 11111; /* 449,748.00 EUR x 1.1111 = 499,715.0028 USD */
	euro.rate_decimals = 4;
	struct assessment told = assessed(&euro);
	CU_ASSERT_EQUAL(told.customs_cents, 49971500);
	CU_ASSERT_EQUAL(told.duty_cents, 11284500); /* the exact value is 0.28 cents above what is shown */
	CU_ASSERT_EQUAL(told.landed_cents, 61256000);

	struct price mtu = price_of(380, 0, "USD/mtu", "WO3");
	struct consignment quoted = vector();
	quoted.reference = &mtu;
	CU_ASSERT_EQUAL(assessed(&quoted).duty_cents, 11284000);

	struct consignment metal = vector();
	metal.basis = "W";
	metal.grade_ppm = 515431; /* 65% WO3 x 183.84 / 231.837, rounded down */
	told = assessed(&metal);
	CU_ASSERT_EQUAL(told.contained_g, 16119996);
	CU_ASSERT_EQUAL(told.floor_cents, 61255989);
}

static void test_caps(void)
{
	static const struct {
		int64_t ppm, micros_per_kg, other_cents, duty_cents, gap_cents;
		bool capped;
	} cases[] = {
		{ ABSENT, ABSENT, 0, 11284000, 0, false },
		{ 0, ABSENT, 0, 0, 11284000, true },
		{ 100000, ABSENT, 0, 4997200, 6286800, true },
		{ 225806, ABSENT, 0, 11283977, 23, true },      /* 10^-6 of the value too little */
		{ 225807, ABSENT, 0, 11284000, 0, false },
		{ ABSENT, 6999999, 0, 11283998, 2, true },      /* 112,839.98388 */
		{ ABSENT, 7000000, 0, 11284000, 0, false },
		{ 100000, 5000000, 0, 4997200, 6286800, true },
		{ 300000, 5000000, 0, 8060000, 3224000, true },
		{ ABSENT, ABSENT, 11283999, 1, 0, false },
		{ ABSENT, ABSENT, 11284000, 0, 0, false },
		{ ABSENT, ABSENT, 99999999, 0, 0, false },
		{ 100000, ABSENT, 10000000, 1284000, 0, false }, /* the cap binds this duty alone */
		{ 20000, ABSENT, 10000000, 999440, 284560, true },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct consignment consignment = vector();
		consignment.cap_ppm = cases[i].ppm;
		consignment.cap_micros_per_kg = cases[i].micros_per_kg;
		consignment.other_duty_cents = cases[i].other_cents;
		struct assessment told = assessed(&consignment);
		if (told.duty_cents != cases[i].duty_cents || told.gap_cents != cases[i].gap_cents)
			printf("\n  cap %zu: duty %lld, gap %lld\n", i, (long long)told.duty_cents,
				(long long)told.gap_cents);
		CU_ASSERT_EQUAL(told.duty_cents, cases[i].duty_cents);
		CU_ASSERT_EQUAL(told.gap_cents, cases[i].gap_cents);
		CU_ASSERT_EQUAL(told.capped, cases[i].capped);
	}
}

static void test_inside(void)
{
	struct consignment consignment = vector();
	consignment.inside = true;
	struct assessment told = assessed(&consignment);
	CU_ASSERT_EQUAL(told.duty_cents, 0);
	CU_ASSERT_EQUAL(told.gap_cents, 11284000);
	consignment.value_millis = 612560000;
	told = assessed(&consignment);
	CU_ASSERT_EQUAL(told.duty_cents, 0);
	CU_ASSERT_EQUAL(told.gap_cents, 0);
	CU_ASSERT_EQUAL(told.duty_ppm, 0);
}

static void test_bad_input(void)
{
	enum { NET, MOISTURE, GRADE, VALUE, TERMS, FREIGHT, RATE, DECIMALS, OTHER, CAP, CAP_KG };
	static const struct { int what; int64_t value; const char *field; } cases[] = {
		{ NET, 0, "net_g" }, { NET, -1, "net_g" }, { NET, LOT_MASS_MAX + 1, "net_g" },
		{ MOISTURE, -1, "moisture_ppm" }, { MOISTURE, 1000000, "moisture_ppm" },
		{ GRADE, 0, "grade_ppm" }, { GRADE, 1000001, "grade_ppm" },
		{ VALUE, 0, "value_millis" }, { VALUE, -499720000, "value_millis" },
		{ VALUE, VAULT_INT_MAX + 1, "value_millis" },
		{ TERMS, TERMS_NONE, "terms" }, { TERMS, TERMS_FOB, "freight_millis" },
		{ FREIGHT, 0, "freight_millis" },
		{ RATE, 0, "rate" }, { RATE, -1, "rate" }, { DECIMALS, 10, "rate" },
		{ OTHER, -1, "other_duty_cents" }, { CAP, -1, "cap_ppm" },
		{ CAP_KG, -1, "cap_micros_per_kg" },
		{ RATE, 1000000000000, "value_millis" }, /* more than a figure may be */
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct consignment consignment = vector();
		struct assessment told = { .duty_cents = 77 };
		struct error error = { 0 };
		int64_t *const fields[] = { &consignment.net_g, &consignment.moisture_ppm,
			&consignment.grade_ppm, &consignment.value_millis, NULL, &consignment.freight_millis,
			&consignment.rate, &consignment.rate_decimals, &consignment.other_duty_cents,
			&consignment.cap_ppm, &consignment.cap_micros_per_kg };
		if (cases[i].what == TERMS)
			consignment.terms = (enum tariff_terms)cases[i].value;
		else
			*fields[cases[i].what] = cases[i].value;
		CU_ASSERT_FALSE(tariff_assess(&consignment, &told, &error));
		CU_ASSERT_EQUAL(error.id, ERROR_INVALID);
		CU_ASSERT_STRING_EQUAL(error.field, cases[i].field);
		CU_ASSERT_EQUAL(told.duty_cents, 77);
	}
	struct consignment consignment = vector();
	struct assessment told;
	struct error error = { 0 };
	consignment.basis = "Cu";
	CU_ASSERT_FALSE(tariff_assess(&consignment, &told, &error));
	CU_ASSERT_STRING_EQUAL(error.field, "basis");
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "[R23]"));
}

/* ---- any consignment ---- */

static const char *const bases[][2] = { { "WO3", "W" }, { "W", "WO3" }, { "V2O5", "V" },
	{ "Ta", "Ta2O5" }, { "Li2CO3", "Li" }, { "Ga", "Ga" }, { "Ni", "Ni" } };
static const char *const units[] = { "USD/kg", "USD/t", "USD/lb", "USc/lb", "USD/ozt", "USD/mtu",
	"USD/dmtu" };

/* Small and large alike: so many digits, then a number of them. */
static int64_t any_up_to(struct random *random, int64_t most)
{
	int64_t bound = 10;
	for (int64_t digits = random_below(random, 16); digits > 0 && bound < most / 10; digits--)
		bound *= 10;
	return random_below(random, bound < most ? bound : most) + 1;
}

static struct consignment any(struct random *random, struct price *reference)
{
	const char *const *pair = bases[random_below(random, 7)];
	*reference = price_of(any_up_to(random, 100000000), random_below(random, 7),
		units[random_below(random, 7)], pair[0]);
	struct consignment consignment = { .reference = reference,
		.basis = pair[random_below(random, 2)], .commodity_basis = pair[random_below(random, 2)],
		.inside = random_chance(random, 10), .net_g = any_up_to(random, LOT_MASS_MAX - 1),
		.moisture_ppm = random_chance(random, 50) ? 0 : random_below(random, VAULT_PPM),
		.grade_ppm = random_below(random, VAULT_PPM) + 1, .terms = TERMS_CIF,
		.value_millis = any_up_to(random, VAULT_INT_MAX / 1000), .freight_millis = ABSENT,
		.insurance_millis = ABSENT, .rate = 1, .cap_ppm = ABSENT, .cap_micros_per_kg = ABSENT };
	if (random_chance(random, 40)) {
		consignment.terms = TERMS_FOB;
		consignment.freight_millis = any_up_to(random, 1000000000) - 1;
		consignment.insurance_millis = any_up_to(random, 1000000) - 1;
	}
	if (random_chance(random, 50)) {
		consignment.rate = any_up_to(random, 100000000);
		consignment.rate_decimals = random_below(random, 10);
	}
	if (random_chance(random, 30))
		consignment.other_duty_cents = any_up_to(random, 10000000000) - 1;
	if (random_chance(random, 30))
		consignment.cap_ppm = any_up_to(random, 2000000) - 1;
	if (random_chance(random, 30))
		consignment.cap_micros_per_kg = any_up_to(random, 1000000000) - 1;
	return consignment;
}

/* Customs value as a quotient: cents are the first over the second. */
static void exact_customs(const struct consignment *consignment, uint128 *ret_up, uint128 *ret_down)
{
	uint128 millis = (uint128)consignment->value_millis;
	if (consignment->terms == TERMS_FOB)
		millis += (uint128)consignment->freight_millis + (uint128)consignment->insurance_millis;
	*ret_up = millis * (uint64_t)consignment->rate;
	*ret_down = 10;
	for (int64_t i = 0; i < consignment->rate_decimals; i++)
		*ret_down *= 10;
}

/*
 * The floor value is the least whole cent at or above reference x contained mass, by long
 * products.
 */
static bool floor_is_least(const struct consignment *consignment, int64_t floor_cents)
{
	const struct price *reference = consignment->reference;
	struct quotient price;
	bool known = unit_quotient(reference->quoted, reference->decimals, reference->unit,
		reference->basis, consignment->basis, &price);
	uint128 mass = (uint128)consignment->net_g * (uint128)(VAULT_PPM - consignment->moisture_ppm) *
		(uint128)consignment->grade_ppm * 100, scale = price.denominator * 1000000000000;
	return known && wide_compare((uint128)floor_cents, scale, price.numerator, mass) >= 0 &&
		(floor_cents == 0 || wide_compare((uint128)floor_cents - 1, scale, price.numerator, mass) < 0);
}

#define HOLDS(condition) \
	do { \
		if (!(condition)) \
			printf("\n  round %d: %s\n", round, #condition); \
		CU_ASSERT_FATAL(condition); \
	} while (0)

static void test_properties(void)
{
	struct random random = random_from(SEED);
	int told_count = 0, due = 0, capped = 0;
	for (int round = 0; round < ROUNDS; round++) {
		struct price reference;
		struct consignment consignment = any(&random, &reference);
		struct assessment told;
		struct error error = { 0 };
		if (!tariff_assess(&consignment, &told, &error)) {
			HOLDS(error.id == ERROR_INVALID && strstr(error.message, "too large") != NULL);
			continue;
		}
		told_count++;
		due += told.duty_cents > 0;
		capped += told.capped;
		uint128 up, down;
		exact_customs(&consignment, &up, &down);
		uint128 floor = (uint128)told.floor_cents * down, paid = up +
			(uint128)(consignment.other_duty_cents + told.duty_cents) * down;
		HOLDS(floor_is_least(&consignment, told.floor_cents));
		HOLDS((uint128)told.customs_cents * down <= up &&
			up < ((uint128)told.customs_cents + 1) * down);
		HOLDS(told.landed_cents == told.customs_cents + consignment.other_duty_cents +
			told.duty_cents);
		HOLDS(told.duty_cents >= 0 && told.gap_cents >= 0);
		HOLDS(told.landed_cents + told.gap_cents >= told.floor_cents);
		HOLDS(told.gap_cents == 0 || told.landed_cents + told.gap_cents == told.floor_cents);
		if (consignment.inside) {
			HOLDS(told.duty_cents == 0 && !told.capped);
			continue;
		}
		HOLDS(told.capped || paid >= floor);
		if (told.duty_cents > 0 && !told.capped) {
			HOLDS(paid < floor + down);          /* less than a cent above */
			HOLDS(paid - down < floor);          /* a cent less of duty would not do: minimal */
			HOLDS(told.landed_cents == told.floor_cents && told.gap_cents == 0);
		}
		if (told.duty_cents > 0 && consignment.cap_ppm != ABSENT) /* the cap holds of the exact value */
			HOLDS(wide_compare((uint128)told.duty_cents * (uint64_t)VAULT_PPM, down, up,
				(uint128)consignment.cap_ppm) <= 0);
		if (told.duty_ppm != ABSENT && told.customs_cents < 1000000000)
			HOLDS((uint128)told.duty_ppm * (uint128)told.customs_cents >=
				(uint128)told.duty_cents * (uint64_t)VAULT_PPM);
	}
	printf(" %d assessed, %d with a duty, %d capped ", told_count, due, capped);
	CU_ASSERT(told_count > ROUNDS / 4 && due > ROUNDS / 20 && capped > ROUNDS / 50);
}

/* More duty for a higher floor or a lower value, never less. */
static void test_monotone(void)
{
	struct random random = random_from(SEED + 1);
	for (int round = 0; round < ROUNDS / 10; round++) {
		struct price reference, higher;
		struct consignment consignment = any(&random, &reference);
		struct assessment told, more;
		struct error error = { 0 };
		higher = reference;
		higher.quoted += random_below(&random, 1000);
		struct consignment other = consignment;
		other.reference = &higher;
		other.value_millis -= random_below(&random, other.value_millis);
		other.cap_ppm = consignment.cap_ppm = ABSENT;
		if (!tariff_assess(&consignment, &told, &error) || !tariff_assess(&other, &more, &error))
			continue;
		HOLDS(more.floor_cents >= told.floor_cents && more.customs_cents <= told.customs_cents);
		HOLDS(more.duty_cents >= told.duty_cents);
		HOLDS(more.gap_cents >= told.gap_cents);
	}
}

/* ---- prices against one another ---- */

static void test_quotients(void)
{
	static const struct {
		int64_t quoted, decimals;
		const char *unit, *basis;   /* against 38 USD/kg WO3 */
		int order;
	} cases[] = {
		{ 38, 0, "USD/kg", "WO3", 0 }, { 380, 0, "USD/mtu", "WO3", 0 },
		{ 38000, 0, "USD/t", "WO3", 0 }, { 37999999, 6, "USD/kg", "WO3", -1 },
		{ 38000001, 6, "USD/kg", "WO3", 1 }, { 4792, 2, "USD/kg", "W", -1 },
		{ 4793, 2, "USD/kg", "W", 1 }, /* 38 x 231.837 / 183.84 = 47.921… */
	};
	struct quotient reference, price;
	CU_ASSERT_FATAL(unit_quotient(38, 0, "USD/kg", "WO3", "WO3", &reference));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CU_ASSERT_FATAL(unit_quotient(cases[i].quoted, cases[i].decimals, cases[i].unit,
			cases[i].basis, "WO3", &price));
		CU_ASSERT_EQUAL(quotient_compare(&price, &reference), cases[i].order);
	}
	int64_t quoted = 0;
	CU_ASSERT(unit_quote_up(&reference, "WO3", 2, "USD/kg", "W", &quoted));
	CU_ASSERT_EQUAL(quoted, 4793);
	CU_ASSERT(unit_quote_up(&reference, "WO3", 0, "USD/mtu", "WO3", &quoted));
	CU_ASSERT_EQUAL(quoted, 380);
	CU_ASSERT(unit_quote_up(&reference, "WO3", 2, "USc/lb", "WO3", &quoted));
	CU_ASSERT_EQUAL(quoted, 172366); /* 38 x 45.359237 = 1,723.651… cents a pound */
	CU_ASSERT_FALSE(unit_quote_up(&reference, "WO3", 2, "USD/kg", "Cu", &quoted));
}

/* What is quoted up is not below the price, and one digit less is. */
static void test_quote_up(void)
{
	struct random random = random_from(SEED + 2);
	for (int round = 0; round < 20000; round++) {
		const char *const *pair = bases[random_below(&random, 7)];
		const char *unit = units[random_below(&random, 7)];
		int64_t decimals = random_below(&random, 5), quoted = 0;
		struct quotient price, told;
		HOLDS(unit_quotient(any_up_to(&random, 100000000), random_below(&random, 7),
			units[random_below(&random, 7)], pair[0], pair[0], &price));
		if (!unit_quote_up(&price, pair[0], decimals, unit, pair[1], &quoted))
			continue;
		HOLDS(unit_quotient(quoted, decimals, unit, pair[1], pair[0], &told));
		HOLDS(quotient_compare(&told, &price) >= 0);
		HOLDS(unit_quotient(quoted - 1, decimals, unit, pair[1], pair[0], &told));
		HOLDS(quotient_compare(&told, &price) < 0);
	}
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "the design's vector", test_vector },
		{ "the same in other words", test_same_in_other_words },
		{ "caps and other duty", test_caps },
		{ "from inside the zone", test_inside },
		{ "bad input", test_bad_input },
		{ "what holds of any consignment", test_properties },
		{ "more floor, more duty", test_monotone },
		{ "prices compared and told in other units", test_quotients },
		{ "a quote that is just not below", test_quote_up },
		CU_TEST_INFO_NULL,
	};
	return run_cases("tariffs", cases);
}
