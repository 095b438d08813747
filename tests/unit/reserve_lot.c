/* A lot's life: events and states, what makes it available, who may what, where mass goes. */
#include "reserve_world.h"

/* ---- the table of states ---- */

static void test_every_pair(void)
{
	static const enum lot_state to[][LOT_EVENT_COUNT] = {
		/*                 weigh         sample           assay            accept
		                   reject        lose             empty */
		[LOT_NONE]     = { LOT_NONE, LOT_NONE, LOT_NONE, LOT_NONE, LOT_NONE, LOT_NONE, LOT_NONE },
		[LOT_EXPECTED] = { LOT_RECEIVED, LOT_NONE, LOT_NONE, LOT_NONE, LOT_REJECTED, LOT_NONE,
			LOT_NONE },
		[LOT_RECEIVED] = { LOT_NONE, LOT_QUARANTINED, LOT_QUARANTINED, LOT_NONE, LOT_REJECTED,
			LOT_LOST, LOT_NONE },
		[LOT_QUARANTINED] = { LOT_NONE, LOT_QUARANTINED, LOT_QUARANTINED, LOT_ACCEPTED,
			LOT_REJECTED, LOT_LOST, LOT_NONE },
		[LOT_ACCEPTED] = { LOT_NONE, LOT_ACCEPTED, LOT_ACCEPTED, LOT_NONE, LOT_NONE, LOT_LOST,
			LOT_OUT },
		[LOT_REJECTED] = { LOT_NONE, LOT_NONE, LOT_NONE, LOT_NONE, LOT_NONE, LOT_NONE, LOT_NONE },
		[LOT_LOST]     = { LOT_NONE, LOT_NONE, LOT_NONE, LOT_NONE, LOT_NONE, LOT_NONE, LOT_NONE },
		[LOT_OUT]      = { LOT_NONE, LOT_NONE, LOT_NONE, LOT_NONE, LOT_NONE, LOT_NONE, LOT_NONE },
	};
	for (int from = LOT_NONE; from <= LOT_OUT; from++) {
		for (int event = 0; event < LOT_EVENT_COUNT; event++)
			CU_ASSERT_EQUAL(lot_transition((enum lot_state)from, (enum lot_event)event),
				to[from][event]);
	}
}

/* Brings lot L into a state; the code is free again behind. */
static void bring(struct world *world, enum lot_state state)
{
	DO(world, "kim", "lot.add", "lots=[code=L commodity=ga site=north expected_g=1000]");
	if (state >= LOT_RECEIVED)
		DO(world, "kim", "lot.weigh", "lot=L gross_g=1100 tare_g=100");
	if (state >= LOT_QUARANTINED)
		DO(world, "asa", "lot.assay", "lot=L grade_ppm=950000 laboratory=lab");
	if (state == LOT_ACCEPTED)
		DO(world, "asa", "lot.accept", "lot=L");
}

static void test_every_command_in_every_state(void)
{
	static const struct {
		const char *actor, *command, *line;
		bool legal[LOT_ACCEPTED + 1];
	} cases[] = {
		/*                                       none   expected received quarantined accepted */
		{ "kim", "lot.weigh", "lot=L gross_g=9 tare_g=1", { false, true, false, false, false } },
		{ "kim", "lot.sample", "lot=L sample=S", { false, false, true, true, true } },
		{ "asa", "lot.assay", "lot=L grade_ppm=960000 laboratory=lab",
			{ false, false, true, true, true } },
		{ "asa", "lot.accept", "lot=L", { false, false, false, true, false } },
		{ "asa", "lot.reject", "lot=L because=x", { false, true, true, true, false } },
		{ "kim", "lot.lose", "lot=L because=x", { false, false, true, true, true } },
		{ "kim", "lot.hold", "lot=L because=x", { false, true, true, true, true } },
		{ "kim", "lot.move", "lot=L to=south", { false, false, true, true, true } },
		{ "kim", "lot.arrive", "lot=L", { false, false, false, false, false } },
		{ "bo", "lot.correct", "lot=L because=x net_g=990", { false, false, true, true, true } },
		{ "bo", "lot.correct", "lot=L because=x grade_ppm=940000",
			{ false, false, false, true, true } },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (int from = LOT_EXPECTED; from <= LOT_ACCEPTED; from++) {
			struct world *world = world_framed();
			bring(world, (enum lot_state)from);
			if (cases[i].legal[from])
				DO(world, cases[i].actor, cases[i].command, "%s", cases[i].line);
			else
				FAILS(world, ERROR_ILLEGAL, cases[i].actor, cases[i].command, "%s",
					cases[i].line);
			world_free(world);
		}
	}
}

/* Lots that ended are not found, neither at once nor after their batch was sealed. */
static void test_ended_lots(void)
{
	static const char *const ends[][3] = { { "asa", "lot.reject", "lot=L because=x" },
		{ "kim", "lot.lose", "lot=L because=x" } };
	static const char *const cases[][3] = {
		{ "kim", "lot.weigh", "lot=L gross_g=9 tare_g=1" },
		{ "kim", "lot.sample", "lot=L sample=S" },
		{ "asa", "lot.assay", "lot=L grade_ppm=960000 laboratory=lab" },
		{ "asa", "lot.accept", "lot=L" }, { "asa", "lot.reject", "lot=L because=x" },
		{ "kim", "lot.lose", "lot=L because=x" }, { "kim", "lot.hold", "lot=L because=x" },
		{ "kim", "lot.move", "lot=L to=south" }, { "kim", "lot.arrive", "lot=L" },
		{ "bo", "lot.correct", "lot=L because=x net_g=990" },
	};
	for (size_t i = 0; i < 4; i++) {
		struct world *world = world_framed();
		world->unsealed = i % 2 == 1;
		bring(world, LOT_QUARANTINED);
		DO(world, "kim", "lot.hold", "lot=L because=x");
		DO(world, ends[i / 2][0], ends[i / 2][1], "%s", ends[i / 2][2]);
		for (size_t j = 0; j < sizeof cases / sizeof *cases; j++)
			FAILS(world, ERROR_NOT_FOUND, cases[j][0], cases[j][1], "%s", cases[j][2]);
		FAILS(world, ERROR_NOT_FOUND, "asa", "lot.hold_release", "hold=L/1 because=x");
		bring(world, LOT_ACCEPTED); /* the code is free, and so are the ids of its holds */
		DO(world, "kim", "lot.hold", "lot=L because=again");
		CU_ASSERT_PTR_NOT_NULL(state_find(world->state, TABLE_HOLD, "L/1"));
		world_free(world);
	}
}

/* ---- what makes mass available ---- */

static void available(int line, const struct world *world, int64_t expected_g)
{
	int64_t available_g = world_commodity(world, "ga")->available_g;
	if (available_g != expected_g)
		printf("\n  line %d: %lld g available\n", line, (long long)available_g);
	CU_ASSERT_EQUAL(available_g, expected_g);
}
#define AVAILABLE(world, g) available(__LINE__, (world), (g))

static void test_acceptance(void)
{
	struct world *world = world_framed();
	bring(world, LOT_RECEIVED);
	DO(world, "kim", "lot.sample", "lot=L sample=S-1");
	FAILS(world, ERROR_ILLEGAL, "asa", "lot.accept", "lot=L"); /* no assay */
	DO(world, "asa", "lot.assay", "lot=L grade_ppm=950000 laboratory=lab provisional=true");
	FAILS(world, ERROR_ILLEGAL, "asa", "lot.accept", "lot=L"); /* no final one */
	DO(world, "asa", "lot.assay", "lot=L grade_ppm=899999 laboratory=lab");
	FAILS(world, ERROR_ILLEGAL, "asa", "lot.accept", "lot=L"); /* below the admission grade */
	DO(world, "asa", "lot.assay", "lot=L grade_ppm=900000 laboratory=lab");
	AVAILABLE(world, 0);
	DO(world, "asa", "lot.accept", "lot=L");
	AVAILABLE(world, 900);
	DO(world, "asa", "lot.assay", "lot=L grade_ppm=950000 laboratory=lab provisional=true");
	AVAILABLE(world, 0); /* a provisional assay is none */
	DO(world, "asa", "lot.assay", "lot=L grade_ppm=950000 moisture_ppm=100000 laboratory=lab");
	AVAILABLE(world, 855);
	world_free(world);
}

static void test_expiry(void)
{
	struct world *world = world_framed();
	int64_t retest_at = WORLD_BEGIN + 10 * TIME_DAY_MS;
	FAILS(world, ERROR_NOT_FOUND, "asa", "lot.assay", "lot=L grade_ppm=1 laboratory=lab");
	world_lot(world, "L", "ga", 1000, 950000, retest_at);
	FAILS(world, ERROR_INVALID, "asa", "lot.assay", "lot=L grade_ppm=950000 laboratory=lab "
		"retest_at=%lld", (long long)world->now);
	AVAILABLE(world, 950);
	world_pass(world, 10 * TIME_DAY_MS - 1);
	AVAILABLE(world, 950);
	world_pass(world, 1);
	AVAILABLE(world, 0);
	CU_ASSERT(world_find_lot(world, "L")->expired);
	DO(world, "asa", "lot.assay", "lot=L grade_ppm=960000 laboratory=lab retest_at=%lld",
		(long long)(world->now + 5));
	AVAILABLE(world, 960);
	world_pass(world, 4);
	AVAILABLE(world, 960);
	world_pass(world, 400 * TIME_DAY_MS);
	AVAILABLE(world, 0);
	world_free(world);
}

/* Quarantined until its retest date is over: accepted and at once out of date. */
static void test_expiry_before_acceptance(void)
{
	struct world *world = world_framed();
	bring(world, LOT_RECEIVED);
	DO(world, "asa", "lot.assay", "lot=L grade_ppm=950000 laboratory=lab retest_at=%lld",
		(long long)(world->now + 1000));
	world_pass(world, 2000);
	DO(world, "asa", "lot.accept", "lot=L");
	AVAILABLE(world, 0);
	world_free(world);
}

static void test_holds(void)
{
	struct world *world = world_framed();
	world_lot(world, "L", "ga", 1000, 950000, ABSENT);
	DO(world, "aud", "lot.hold", "lot=L because='origin in doubt'");
	AVAILABLE(world, 0);
	CU_ASSERT_STRING_EQUAL(lot_state_shown(world_find_lot(world, "L")), "held");
	DO(world, "kim", "lot.hold", "lot=L because=leak");
	FAILS(world, ERROR_DENIED, "kim", "lot.hold_release", "hold=L/2 because=x"); /* opened it */
	FAILS(world, ERROR_NOT_FOUND, "kim", "lot.hold_release", "hold=L/3 because=x");
	DO(world, "kim", "lot.hold_release", "hold=L/1 because=x");
	AVAILABLE(world, 0);
	FAILS(world, ERROR_NOT_FOUND, "kim", "lot.hold_release", "hold=L/1 because=x");
	DO(world, "kurt", "lot.hold_release", "hold=L/2 because=x");
	AVAILABLE(world, 950);
	CU_ASSERT_STRING_EQUAL(lot_state_shown(world_find_lot(world, "L")), "accepted");
	DO(world, "kim", "lot.hold", "lot=L because=again");
	CU_ASSERT_PTR_NOT_NULL(state_find(world->state, TABLE_HOLD, "L/3"));
	world_free(world);
}

/* A hold is lifted once, also where both commands stand in one batch. */
static void test_hold_lifted_twice(void)
{
	struct world *world = world_framed();
	world->unsealed = true;
	world_lot(world, "L", "ga", 1000, 950000, ABSENT);
	DO(world, "kim", "lot.hold", "lot=L because=x");
	DO(world, "kim", "lot.hold", "lot=L because=y");
	DO(world, "kurt", "lot.hold_release", "hold=L/1 because=x");
	FAILS(world, ERROR_NOT_FOUND, "kurt", "lot.hold_release", "hold=L/1 because=x");
	AVAILABLE(world, 0);
	world_free(world);
}

static void test_sites(void)
{
	struct world *world = world_framed();
	world_lot(world, "L", "ga", 1000, 950000, ABSENT);
	DO(world, "kim", "site.set", "site=north state=suspended because=flood");
	AVAILABLE(world, 0);
	FAILS(world, ERROR_ILLEGAL, "kim", "site.set", "site=north state=suspended because=flood");
	DO(world, "kim", "lot.move", "lot=L to=south"); /* it may be saved */
	FAILS(world, ERROR_ILLEGAL, "kim", "lot.move", "lot=L to=north");
	DO(world, "kim", "lot.arrive", "lot=L");
	AVAILABLE(world, 950);
	FAILS(world, ERROR_ILLEGAL, "kim", "lot.move", "lot=L to=north"); /* not open */
	DO(world, "kim", "site.set", "site=north state=open because=dry");
	FAILS(world, ERROR_INVALID, "kim", "lot.move", "lot=L to=south");
	FAILS(world, ERROR_NOT_FOUND, "kim", "lot.move", "lot=L to=nowhere");
	DO(world, "ola", "site.set", "site=south state=closed because=sold");
	AVAILABLE(world, 0);
	FAILS(world, ERROR_ILLEGAL, "kim", "lot.add",
		"lots=[code=M commodity=ga site=south expected_g=1]");
	DO(world, "ola", "site.set", "site=south state=open because=back");
	AVAILABLE(world, 950);
	world_free(world);
}

static void test_transit(void)
{
	struct world *world = world_framed();
	world_lot(world, "L", "ga", 1000, 950000, ABSENT);
	FAILS(world, ERROR_ILLEGAL, "kim", "lot.arrive", "lot=L");
	DO(world, "kim", "lot.move", "lot=L to=south");
	AVAILABLE(world, 0);
	FAILS(world, ERROR_ILLEGAL, "bo", "lot.correct", "lot=L because=x net_g=10");
	DO(world, "asa", "lot.assay", "lot=L grade_ppm=960000 laboratory=lab");
	AVAILABLE(world, 0);
	DO(world, "kim", "lot.arrive", "lot=L");
	AVAILABLE(world, 960);
	DO(world, "kim", "lot.move", "lot=L to=north");
	DO(world, "kim", "lot.lose", "lot=L because='lost on the way'");
	AVAILABLE(world, 0);
	bring(world, LOT_QUARANTINED);
	DO(world, "kim", "lot.move", "lot=L to=south");
	FAILS(world, ERROR_ILLEGAL, "asa", "lot.reject", "lot=L because=x");
	DO(world, "asa", "lot.accept", "lot=L");
	AVAILABLE(world, 0);
	DO(world, "kim", "lot.arrive", "lot=L");
	AVAILABLE(world, 950);
	world_free(world);
}

/* ---- who may what ---- */

static void test_persons_differ(void)
{
	struct world *world = world_framed();
	DO(world, "bo", "lot.add", "lots=[code=L commodity=ga site=north expected_g=1000]");
	DO(world, "bo", "lot.weigh", "lot=L gross_g=1100 tare_g=100");
	DO(world, "bo", "lot.assay", "lot=L grade_ppm=950000 laboratory=lab");
	FAILS(world, ERROR_DENIED, "bo", "lot.accept", "lot=L");
	FAILS(world, ERROR_DENIED, "kim", "lot.accept", "lot=L");
	FAILS(world, ERROR_DENIED, "bo", "lot.correct", "lot=L because=x net_g=999");
	FAILS(world, ERROR_DENIED, "bo", "lot.correct", "lot=L because=x grade_ppm=940000");
	FAILS(world, ERROR_DENIED, "bo", "lot.correct", "lot=L because=x moisture_ppm=1");
	FAILS(world, ERROR_INVALID, "kim", "lot.correct", "lot=L because=x");
	DO(world, "asa", "lot.accept", "lot=L");
	world_free(world);
}

static void test_weights(void)
{
	struct world *world = world_framed();
	DO(world, "kim", "lot.add", "lots=[code=L commodity=ga site=north expected_g=1000]");
	FAILS(world, ERROR_INVALID, "kim", "lot.weigh", "lot=L gross_g=100 tare_g=100");
	FAILS(world, ERROR_INVALID, "kim", "lot.weigh", "lot=L gross_g=100 tare_g=101");
	DO(world, "kim", "lot.weigh", "lot=L gross_g=101 tare_g=100");
	CU_ASSERT_EQUAL(world_find_lot(world, "L")->on_hand_g, 1);
	world_free(world);
}

static void test_announcing(void)
{
	struct world *world = world_framed();
	static const struct { enum error_id error; const char *lots; } cases[] = {
		{ ERROR_INVALID, "code=a/b commodity=ga site=north expected_g=1" },
		{ ERROR_CONFLICT, "code=A commodity=ga site=north expected_g=1;"
			"code=A commodity=ga site=north expected_g=1" },
		{ ERROR_NOT_FOUND, "code=A commodity=gold site=north expected_g=1" },
		{ ERROR_NOT_FOUND, "code=A commodity=ga site=west expected_g=1" },
		{ ERROR_INVALID, "code=A commodity=ga site=north expected_g=1 supplier='a b'" },
		{ ERROR_INVALID, "code=A commodity=ga site=north expected_g=1 origin=at" },
		{ ERROR_INVALID, "code=A commodity=ga site=north expected_g=1;"
			"code=B commodity=ga site=north expected_g=1 origin=AUTO" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		FAILS(world, cases[i].error, "kim", "lot.add", "lots=[%s]", cases[i].lots);
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_LOT), 0);
	DO(world, "kim", "lot.add", "lots=[code=A commodity=ga site=north expected_g=1 class=sealed "
		"units=4; code=B commodity=wo3 site=south expected_g=2]");
	CU_ASSERT_EQUAL(world_find_lot(world, "A")->class, LOT_SEALED);
	CU_ASSERT_EQUAL(world_find_lot(world, "B")->class, LOT_BULK);
	FAILS(world, ERROR_CONFLICT, "kim", "lot.add", "lots=[code=A commodity=ga site=north "
		"expected_g=1]");
	world_free(world);
}

/* ---- mass ---- */

static int64_t balance(const struct world *world, const char *id)
{
	const struct account *account = state_find(world->state, TABLE_ACCOUNT, id);
	return account != NULL ? account->balance_g : 0;
}

static void test_accounts(void)
{
	struct world *world = world_framed();
	world_lot(world, "L", "ga", 1000, 950000, ABSENT);
	CU_ASSERT_EQUAL(balance(world, "ga/supplier/acme"), -1000);
	CU_ASSERT_EQUAL(balance(world, "ga/site/north"), 1000);
	DO(world, "bo", "lot.correct", "lot=L because='scale off' net_g=970");
	CU_ASSERT_EQUAL(balance(world, "ga/adjustment/"), 30);
	CU_ASSERT_EQUAL(world_find_lot(world, "L")->adjusted_g, -30);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 921); /* 970 x 0.95, down */
	DO(world, "bo", "lot.correct", "lot=L because='scale off' net_g=1010 grade_ppm=990000");
	CU_ASSERT_EQUAL(balance(world, "ga/adjustment/"), -10);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 999); /* 1010 x 0.99, down */
	DO(world, "kim", "lot.move", "lot=L to=south");
	CU_ASSERT_EQUAL(balance(world, "ga/site/north"), 0);
	CU_ASSERT_EQUAL(balance(world, "ga/in-transit/"), 1010);
	DO(world, "kim", "lot.arrive", "lot=L");
	CU_ASSERT_EQUAL(balance(world, "ga/site/south"), 1010);
	DO(world, "kim", "lot.lose", "lot=L because=theft");
	CU_ASSERT_EQUAL(balance(world, "ga/loss/"), 1010);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 0);
	bring(world, LOT_RECEIVED);
	CU_ASSERT_EQUAL(balance(world, "ga/supplier/"), -1000);
	DO(world, "asa", "lot.reject", "lot=L because=dirty");
	CU_ASSERT_EQUAL(balance(world, "ga/supplier/"), 0);
	world_free(world);
}

static void test_contained(void)
{
	static const struct { int64_t net_g, moisture_ppm, grade_ppm, contained_g; } cases[] = {
		{ 25000000, 8000, 650000, 16120000 }, /* 25 t, 0.8% moisture, 65% WO3: 16,120 kg */
		{ 1000, 0, 1000000, 1000 }, { 999, 0, 999999, 998 }, { 1, 1, 1000000, 0 },
		{ 10, 500000, 500000, 2 }, { 3, 0, 500000, 1 },
		{ LOT_MASS_MAX, 0, 1000000, LOT_MASS_MAX },
		{ LOT_MASS_MAX, 999999, 1, 1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CU_ASSERT_EQUAL(lot_contained_g(cases[i].net_g, cases[i].moisture_ppm,
			cases[i].grade_ppm), cases[i].contained_g);
}

int main(void)
{
	return run_cases("reserve lots", (CU_TestInfo[]){
		{ "every event in every state", test_every_pair },
		{ "every command in every state", test_every_command_in_every_state },
		{ "a lot that ended is gone at once", test_ended_lots },
		{ "acceptance: final assay, grade", test_acceptance },
		{ "an assay expires", test_expiry },
		{ "an assay that expired before acceptance", test_expiry_before_acceptance },
		{ "holds, and who lifts them", test_holds },
		{ "a hold is lifted once", test_hold_lifted_twice },
		{ "sites open, suspended, closed", test_sites },
		{ "in transit nothing is available", test_transit },
		{ "who weighed does not accept, who assayed does not correct", test_persons_differ },
		{ "weights", test_weights },
		{ "announcing: all or none", test_announcing },
		{ "every movement is a pair of accounts", test_accounts },
		{ "contained mass", test_contained },
		CU_TEST_INFO_NULL,
	});
}
