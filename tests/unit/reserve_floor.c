/* Stock floors: raised at once by one officer, lowered by two after their notice. */
#include "reserve_world.h"

#define SET "because=policy floors=[commodity=ga kind=%s mass_g=%lld%s]"

static int64_t in_force(const struct world *world, bool hard)
{
	const struct commodity *commodity = world_commodity(world, "ga");
	const struct floor *floor = hard ? commodity->hard : commodity->operating;
	return floor != NULL ? floor->mass_g : ABSENT;
}

static const struct document *note(const struct world *world, const char *id)
{
	const struct document *document = state_find(world->state, TABLE_DOCUMENT, id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(document);
	return document;
}

static void test_headroom(void)
{
	struct floor floor = { .mass_g = 100 };
	CU_ASSERT_EQUAL(floor_headroom_g(&floor, 150), 50);
	CU_ASSERT_EQUAL(floor_headroom_g(&floor, 100), 0);
	CU_ASSERT_EQUAL(floor_headroom_g(&floor, 99), 0);
	CU_ASSERT_EQUAL(floor_headroom_g(NULL, 1000), 0);
}

static void test_raise(void)
{
	struct world *world = world_framed();
	DO(world, "ola", "floor.set", SET, "operating", 100LL, "");
	CU_ASSERT_EQUAL(note(world, "N-2026-0001")->need, 1);
	CU_ASSERT_EQUAL(in_force(world, false), ABSENT);
	CU_ASSERT(world_sign(world, "oma", "N-2026-0001"));
	CU_ASSERT_EQUAL(in_force(world, false), 100);
	CU_ASSERT_EQUAL(in_force(world, true), ABSENT);
	DO_SIGNED(world, "ola", "floor.set", SET, "operating", 100LL, ""); /* the same is no less */
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->operating->version, 2);
	DO_SIGNED(world, "ola", "floor.set", SET, "operating", 500LL, "");
	CU_ASSERT_EQUAL(in_force(world, false), 500);
	CU_ASSERT_PTR_NOT_NULL(state_find(world->state, TABLE_FLOOR, "ga/operating/3"));
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_FLOOR, "ga/operating/2"));
	world_free(world);
}

static void test_lower(void)
{
	struct world *world = world_framed();
	char early[64];
	DO_SIGNED(world, "ola", "floor.set", SET, "hard", 500LL, "");
	snprintf(early, sizeof early, " effective_at=%lld",
		(long long)(world->now + 14 * TIME_DAY_MS - 1));
	REFUSED(world, "R21", "ola", "floor.set", SET, "hard", 499LL, early);
	DO(world, "ola", "floor.set", SET, "hard", 499LL, "");
	CU_ASSERT_EQUAL(note(world, "N-2026-0002")->need, 2);
	CU_ASSERT(world_sign(world, "ola", "N-2026-0002"));
	world_pass(world, 20 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(in_force(world, true), 500); /* one signature is none */
	CU_ASSERT(world_sign(world, "oma", "N-2026-0002"));
	CU_ASSERT_EQUAL(in_force(world, true), 499); /* the notice ran from the proposal */
	DO_SIGNED(world, "ola", "floor.set", SET, "hard", 400LL, "");
	world_pass(world, 14 * TIME_DAY_MS - 1);
	CU_ASSERT_EQUAL(in_force(world, true), 499);
	world_pass(world, 1);
	CU_ASSERT_EQUAL(in_force(world, true), 400);
	world_free(world);
}

/* A note that raises one floor and lowers another waits for both. */
static void test_mixed_note(void)
{
	struct world *world = world_framed();
	world_floors(world, "ga", 500, 100);
	DO(world, "ola", "floor.set", "because=x floors=[commodity=ga kind=operating mass_g=600; "
		"commodity=ga kind=hard mass_g=50]");
	CU_ASSERT_EQUAL(note(world, world->id)->need, 2);
	world_signed(__LINE__, world, world->id);
	CU_ASSERT_EQUAL(in_force(world, false), 500);
	world_pass(world, 14 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(in_force(world, false), 600);
	CU_ASSERT_EQUAL(in_force(world, true), 50);
	world_free(world);
}

/* Two raises prepared together: the lesser, signed last, would lower by one signature. */
static void test_overtaken_raise(void)
{
	struct world *world = world_framed();
	DO(world, "ola", "floor.set", SET, "hard", 100LL, "");
	DO(world, "ola", "floor.set", SET, "hard", 300LL, "");
	CU_ASSERT(world_sign(world, "ola", "N-2026-0002"));
	CU_ASSERT_EQUAL(in_force(world, true), 300);
	CU_ASSERT(world_sign(world, "ola", "N-2026-0001"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R21");
	CU_ASSERT_EQUAL(in_force(world, true), 300);
	CU_ASSERT_EQUAL(note(world, "N-2026-0001")->signatures.count, 0);
	DO(world, "otto", "document.reject", "document=N-2026-0001 because=overtaken");
	world_free(world);
}

/* What is set for a later day could lower what is raised until then: it has notice and two. */
static void test_later_raise(void)
{
	struct world *world = world_framed();
	char from[64];
	DO_SIGNED(world, "ola", "floor.set", SET, "hard", 100LL, "");
	snprintf(from, sizeof from, " effective_at=%lld", (long long)(world->now + TIME_DAY_MS));
	REFUSED(world, "R21", "ola", "floor.set", SET, "hard", 200LL, from);
	snprintf(from, sizeof from, " effective_at=%lld", (long long)(world->now + 15 * TIME_DAY_MS));
	DO(world, "ola", "floor.set", SET, "hard", 200LL, from);
	CU_ASSERT_EQUAL(note(world, world->id)->need, 2);
	world_free(world);
}

/* A version that was rejected is never given again, whether its row was swept or not. */
static void test_rejected(void)
{
	for (int unsealed = 0; unsealed < 2; unsealed++) {
		struct world *world = world_framed();
		world->unsealed = unsealed == 1;
		DO(world, "ola", "floor.set", SET, "hard", 100LL, "");
		DO(world, "oma", "document.reject", "document=N-2026-0001 because=no");
		CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_FLOOR, "ga/hard/1"));
		DO_SIGNED(world, "ola", "floor.set", SET, "hard", 200LL, "");
		CU_ASSERT_STRING_EQUAL(world_commodity(world, "ga")->hard->id, "ga/hard/2");
		world_free(world);
	}
}

static void test_days_of_cover(void)
{
	struct world *world = world_framed();
	static const struct { const char *item; enum error_id error; int64_t mass_g; } cases[] = {
		{ "days=90 consumption_g_per_day=1000", ERROR_NONE, 90000 },
		{ "mass_g=0", ERROR_NONE, 0 },
		{ "days=90", ERROR_INVALID, 0 },
		{ "consumption_g_per_day=5", ERROR_INVALID, 0 },
		{ "", ERROR_INVALID, 0 },
		{ "mass_g=5 days=90 consumption_g_per_day=1", ERROR_INVALID, 0 },
		{ "mass_g=5 days=90", ERROR_INVALID, 0 },
		{ "days=3650 consumption_g_per_day=9007199254740991", ERROR_INVALID, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		world_free(world);
		world = world_framed();
		if (cases[i].error != ERROR_NONE) {
			FAILS(world, cases[i].error, "ola", "floor.set",
				"because=x floors=[commodity=ga kind=hard %s]", cases[i].item);
			continue;
		}
		DO_SIGNED(world, "ola", "floor.set", "because=x floors=[commodity=ga kind=hard %s]",
			cases[i].item);
		CU_ASSERT_EQUAL(in_force(world, true), cases[i].mass_g);
	}
	FAILS(world, ERROR_NOT_FOUND, "ola", "floor.set",
		"because=x floors=[commodity=gold kind=hard mass_g=5]");
	FAILS(world, ERROR_INVALID, "ola", "floor.set", "because=x floors=[commodity=ga kind=hard "
		"mass_g=5; commodity=ga kind=hard mass_g=6]");
	world_free(world);
}

int main(void)
{
	return run_cases("reserve floors", (CU_TestInfo[]){
		{ "headroom", test_headroom },
		{ "raised at once by one officer", test_raise },
		{ "lowered by two after the notice", test_lower },
		{ "a note that does both waits", test_mixed_note },
		{ "a raise that another overtook does not lower", test_overtaken_raise },
		{ "a raise for a later day has its notice", test_later_raise },
		{ "versions of rejected floors are not given again", test_rejected },
		{ "days of cover", test_days_of_cover },
		CU_TEST_INFO_NULL,
	});
}
