/*
 * Awards from sealed units, which are never split: what is picked, what is owed, and when it is
 * undone.
 */
#include "reserve_world.h"

#include "reserve/emergency/credit.h"
#include "reserve/emergency/usage.h"
#include "reserve/stock/picking.h"

/* A sealed lot of so many units; 0: nobody counted them. */
static void sealed(struct world *world, const char *code, int64_t net_g, int64_t grade_ppm,
	int64_t units)
{
	char counted[32] = "";
	if (units > 0)
		snprintf(counted, sizeof counted, " units=%lld", (long long)units);
	DO(world, "kim", "lot.add", "lots=[code=%s commodity=ga site=north expected_g=%lld "
		"class=sealed supplier=acme origin=AUT%s]", code, (long long)net_g, counted);
	DO(world, "kim", "lot.weigh", "lot=%s gross_g=%lld tare_g=1000", code,
		(long long)net_g + 1000);
	DO(world, "asa", "lot.assay", "lot=%s grade_ppm=%lld laboratory=lab", code,
		(long long)grade_ppm);
	DO(world, "asa", "lot.accept", "lot=%s", code);
}

/* Four drums of 250 kg, floors at the values given, a limited declaration with a cap. */
static struct world *drums(int64_t operating_g, int64_t cap_g)
{
	struct world *world = world_framed();
	char caps[64];
	sealed(world, "DRUMS", 1000000, 1000000, 4);
	world_floors(world, "ga", operating_g, 0);
	DO_SIGNED(world, "ola", "price.draft", "because=index prices=[commodity=ga quoted=500 "
		"unit=USD/kg basis=Ga]");
	snprintf(caps, sizeof caps, "commodity=ga cap_g=%lld", (long long)cap_g);
	world_declare(world, "limited", caps);
	return world;
}

static const struct request_decided *decided(const struct world *world)
{
	return world->decision.events[0].body;
}

static int64_t owed_g(const struct world *world, const char *member)
{
	return credit_g(world->state, state_find(world->state, TABLE_MEMBER, member),
		state_find(world->state, TABLE_COMMODITY, "ga"));
}

static int64_t used_g(const struct world *world, const char *member)
{
	return usage_g(world_commodity(world, "ga"), state_find(world->state, TABLE_MEMBER, member),
		world->now, 1);
}

#define ASK(world, member, mass_g, more) \
	DO((world), "ola", "request.submit", "member=%s commodity=ga mass_g=%lld%s", (member), \
		(long long)(mass_g), (more))

struct award {
	int64_t awarded_g, picked_g, credit_g, units;
};

static void awarded(int line, const struct world *world, struct award award)
{
	const struct request_decided *body = decided(world);
	const struct pick *picks = body->picks.items;
	int64_t units = 0;
	for (uint32_t i = 0; i < body->picks.count; i++)
		units += picks[i].units;
	bool good = body->awarded_g == award.awarded_g && body->picked_g == award.picked_g &&
		body->credit_g == award.credit_g && units == award.units;
	if (!good)
		printf("\n  line %d: awarded %lld picked %lld credit %lld units %lld\n", line,
			(long long)body->awarded_g, (long long)body->picked_g, (long long)body->credit_g,
			(long long)units);
	CU_ASSERT(good);
}
#define AWARDED(world, ...) awarded(__LINE__, (world), (struct award){ __VA_ARGS__ })

/* What whole units do not give is owed, and is drawn with the next award. */
static void test_credit(void)
{
	struct world *world = drums(0, 1000000);
	ASK(world, "AUT", 300000, "");
	AWARDED(world, 300000, 250000, 50000, 1);
	CU_ASSERT_EQUAL(owed_g(world, "AUT"), 50000);
	CU_ASSERT_EQUAL(owed_g(world, "ITA"), 0);
	CU_ASSERT_EQUAL(used_g(world, "AUT"), 250000);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->cap_used_g, 250000);
	CU_ASSERT_EQUAL(world_find_lot(world, "DRUMS")->reserved_units, 1);
	CU_ASSERT_EQUAL(lot_free_units(world_find_lot(world, "DRUMS")), 3);
	ASK(world, "AUT", 200000, "");
	AWARDED(world, 200000, 250000, 0, 1);
	CU_ASSERT_EQUAL(owed_g(world, "AUT"), 0);
	CU_ASSERT_EQUAL(used_g(world, "AUT"), 500000);
	ASK(world, "ITA", 500000, "");
	AWARDED(world, 500000, 500000, ABSENT, 2);
	CU_ASSERT_EQUAL(lot_free_units(world_find_lot(world, "DRUMS")), 0);
	world_free(world);
}

/* A credit is a claim, and passes no floor, no cap, and nothing that is held. */
static void test_credit_has_limits(void)
{
	struct world *world = drums(500000, 1000000);
	ASK(world, "AUT", 490000, "");
	AWARDED(world, 490000, 250000, 240000, 1);
	ASK(world, "AUT", 100000, " partial=true");
	AWARDED(world, 100000, 250000, 90000, 1);
	REFUSED(world, "request", "ola", "request.submit",
		"member=AUT commodity=ga mass_g=1 partial=true");
	CU_ASSERT_EQUAL(owed_g(world, "AUT"), 90000);
	world_free(world);

	world = drums(0, 400000);
	ASK(world, "AUT", 400000, "");
	AWARDED(world, 400000, 250000, 150000, 1);
	REFUSED(world, "request", "ola", "request.submit", /* 250 kg would pass the cap */
		"member=AUT commodity=ga mass_g=100000");
	CU_ASSERT_EQUAL(decided(world)->unit_g, 250000);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->cap_used_g, 250000);
	world_free(world);
}

/* Where only larger units are held, the refusal says how large. */
static void test_smallest_unit(void)
{
	struct world *world = drums(0, 1000000);
	sealed(world, "CANS", 60000, 900000, 3);
	REFUSED(world, "request", "ola", "request.submit", "member=AUT commodity=ga mass_g=17999");
	CU_ASSERT_EQUAL(decided(world)->unit_g, 18000);
	REFUSED(world, "request", "ola", "request.submit",
		"member=AUT commodity=ga mass_g=249999 min_grade_ppm=950000");
	CU_ASSERT_EQUAL(decided(world)->unit_g, 250000);
	const struct rule_result *rules = decided(world)->rules.items;
	bool told = false;
	for (uint32_t i = 0; i < decided(world)->rules.count; i++)
		told = told || (text_equal(rules[i].rule, "R10") && rules[i].failed &&
			rules[i].limit_g == 0 && strstr(rules[i].because, "250 kg") != NULL);
	CU_ASSERT(told);
	CU_ASSERT_EQUAL(owed_g(world, "AUT"), 0);
	ASK(world, "AUT", 18000, "");
	AWARDED(world, 18000, 18000, ABSENT, 1);
	ASK(world, "AUT", 290000, ""); /* two cans, one drum */
	AWARDED(world, 290000, 286000, 4000, 3);
	CU_ASSERT_EQUAL(decided(world)->picks.count, 2);
	world_free(world);
}

/* A lot that nobody counted is one unit; bulk gives the rest to the gram. */
static void test_uncounted(void)
{
	struct world *world = drums(0, 5000000);
	sealed(world, "CRATE", 300000, 950000, 0);
	world_lot(world, "HEAP", "ga", 10000, 999000, ABSENT);
	ASK(world, "AUT", 545000, "");
	AWARDED(world, 545000, 544990, 10, 1 + ABSENT + 1);
	const struct pick *picks = decided(world)->picks.items;
	CU_ASSERT_STRING_EQUAL(picks[0].lot, "CRATE");
	CU_ASSERT_EQUAL(picks[0].contained_g, 285000);
	CU_ASSERT_EQUAL(picks[0].units, 1);
	CU_ASSERT_STRING_EQUAL(picks[1].lot, "HEAP");
	CU_ASSERT_EQUAL(picks[1].contained_g, 9990);
	CU_ASSERT_EQUAL(picks[1].units, ABSENT);
	CU_ASSERT_STRING_EQUAL(picks[2].lot, "DRUMS");
	CU_ASSERT_EQUAL(lot_free_units(world_find_lot(world, "CRATE")), 0);
	DO(world, "kim", "request.withdraw", "request=R-2026-0001 because=x");
	CU_ASSERT_EQUAL(lot_free_units(world_find_lot(world, "CRATE")), 1);
	CU_ASSERT_EQUAL(world_find_lot(world, "DRUMS")->reserved_units, 0);
	world_free(world);
}

/*
 * What comes back undoes its part in the credit; a later award that used it up is not charged
 * twice.
 */
static void test_undone(void)
{
	struct world *world = drums(0, 1000000);
	ASK(world, "AUT", 300000, "");
	DO(world, "kim", "request.withdraw", "request=R-2026-0001 because=x");
	CU_ASSERT_EQUAL(owed_g(world, "AUT"), 0);
	CU_ASSERT_EQUAL(used_g(world, "AUT"), 0);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->cap_used_g, 0);
	ASK(world, "AUT", 300000, "");
	ASK(world, "AUT", 210000, "");
	AWARDED(world, 210000, 250000, 10000, 1);
	DO(world, "kim", "request.withdraw", "request=R-2026-0003 because=x");
	CU_ASSERT_EQUAL(owed_g(world, "AUT"), 50000); /* as before it */
	ASK(world, "AUT", 200000, "");
	CU_ASSERT_EQUAL(owed_g(world, "AUT"), 0);
	DO(world, "kim", "request.withdraw", "request=R-2026-0002 because=x");
	CU_ASSERT_EQUAL(owed_g(world, "AUT"), 0);
	CU_ASSERT_EQUAL(used_g(world, "AUT"), 250000);
	DO(world, "kim", "request.withdraw", "request=R-2026-0004 because=x");
	CU_ASSERT_EQUAL(owed_g(world, "AUT"), 0); /* the award that it drew from is gone as well */
	world_free(world);
}

/* Loaded out, the units are gone; short weight goes back to the caps. */
static void test_load_out(void)
{
	struct world *world = drums(0, 1000000);
	DO(world, "kim", "request.submit", "member=AUT commodity=ga mass_g=700000 consignee=Works");
	AWARDED(world, 700000, 500000, 200000, 2);
	CU_ASSERT_STRING_EQUAL(((const struct request *)state_find(world->state, TABLE_REQUEST,
		"R-2026-0001"))->consignee, "Works");
	DO_SIGNED(world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	DO(world, "kurt", "load_out", "order=O-2026-0001 lot=DRUMS gross_g=500700 tare_g=1000 "
		"carrier=c vehicle=v");
	const struct lot *lot = world_find_lot(world, "DRUMS");
	CU_ASSERT_EQUAL(lot->units, 2);
	CU_ASSERT_EQUAL(lot->reserved_units, 0);
	CU_ASSERT_EQUAL(lot->on_hand_g, 500300);
	CU_ASSERT_EQUAL(lot_free_units(lot), 2);
	DO(world, "kurt", "deliver", "order=O-2026-0001 receiver=r consignee=Works");
	CU_ASSERT_EQUAL(used_g(world, "AUT"), 499700);
	CU_ASSERT_EQUAL(owed_g(world, "AUT"), 200000);
	world_free(world);
}

/* Lots of several purities and kinds fill one request exactly, in contained grams. */
static void test_purities(void)
{
	struct world *world = world_framed();
	world_lot(world, "A", "ga", 700, 910001, ABSENT);
	sealed(world, "B", 1001, 950000, 7);
	world_lot(world, "C", "ga", 1000, 999999, ABSENT);
	world_floors(world, "ga", 0, 0);
	world_declare(world, "test", "commodity=ga");
	ASK(world, "AUT", 2000, "");
	const struct pick *picks = decided(world)->picks.items;
	CU_ASSERT_EQUAL(decided(world)->picks.count, 3);
	CU_ASSERT_EQUAL(picks[0].contained_g, 637);  /* 700 x 0.910001 */
	CU_ASSERT_EQUAL(picks[1].contained_g, 950);  /* all seven units */
	CU_ASSERT_EQUAL(picks[1].units, 7);
	CU_ASSERT_EQUAL(picks[2].contained_g, 413);
	CU_ASSERT_EQUAL(picks[2].net_g, 414);        /* 413 of 999 in 1,000 net, up */
	CU_ASSERT_EQUAL(decided(world)->picked_g, 2000);
	world_free(world);
}

/* The largest masses that may be asked are refused in words, not in wrapped numbers. */
static void test_largest(void)
{
	struct world *world = drums(0, 1000000);
	REFUSED(world, "request", "ola", "request.submit",
		"member=AUT commodity=ga mass_g=9007199254740991");
	ASK(world, "AUT", 9007199254740991LL, " partial=true");
	AWARDED(world, 1000000, 1000000, ABSENT, 4);
	world_free(world);
}

int main(void)
{
	return run_cases("reserve credits and sealed units", (CU_TestInfo[]){
		{ "what units do not give is owed, and used next", test_credit },
		{ "a credit passes no floor and no cap", test_credit_has_limits },
		{ "only larger units: R10 says the smallest", test_smallest_unit },
		{ "lots that nobody counted", test_uncounted },
		{ "what comes back undoes its credit", test_undone },
		{ "loaded out", test_load_out },
		{ "several purities in one request", test_purities },
		{ "2^53 - 1 grams", test_largest },
		CU_TEST_INFO_NULL,
	});
}
