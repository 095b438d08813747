/* Inspections, load-out tests and storage: what is recorded, what is refused, what is due. */
#include "reserve_world.h"

#include "reserve/stock/inspection.h"
#include "reserve/stock/loadout_test.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"
#include "reserve/stock/storage.h"

#define DAY(n) ((long long)(WORLD_BEGIN + (n) * TIME_DAY_MS))

static const struct inspection *inspection(const struct world *world, const char *id)
{
	const struct inspection *row = state_find(world->state, TABLE_INSPECTION, id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	return row;
}

/* How a site is inspected, but for what a case says. */
#define LOOK(kind, rest) "inspections=[site=north kind=" kind " by=okafor responsible=bakker " rest "]"

static void test_recorded(void)
{
	struct world *world = world_framed();
	DO(world, "aud", "inspection.record", LOOK("facility", "inspected_at=%lld result=pass cells='hall "
		"3'"),
		DAY(-10));
	CU_ASSERT_STRING_EQUAL(world->id, "I-2026-0001");
	const struct inspection *row = inspection(world, "I-2026-0001");
	CU_ASSERT_EQUAL(row->next_at, DAY(-10) + 365 * TIME_DAY_MS); /* a year on where nothing is said */
	CU_ASSERT_EQUAL(row->lot_index, ABSENT);
	CU_ASSERT_STRING_EQUAL(row->cells, "hall 3");
	CU_ASSERT_STRING_EQUAL(row->recorded_by, "aud");
	DO(world, "aud", "inspection.record", LOOK("scale", "inspected_at=%lld next_at=%lld result=pass"),
		DAY(-10), DAY(90));
	CU_ASSERT_EQUAL(inspection(world, "I-2026-0002")->next_at, DAY(90));
	DO(world, "aud", "inspection.record", "inspections=[site=north kind=other by=okafor "
		"inspected_at=%lld result=remarks remarks=rust]", DAY(-1));
	CU_ASSERT_EQUAL(inspection(world, "I-2026-0003")->next_at, ABSENT);
	world_free(world);
}

static void test_refused(void)
{
	struct world *world = world_framed();
	static const struct { enum error_id error; const char *line; } cases[] = {
		{ ERROR_INVALID, LOOK("facility", "inspected_at=1795440000000 result=pass") },
		{ ERROR_INVALID, LOOK("scale", "inspected_at=1795300000000 result=pass") },
		{ ERROR_INVALID, LOOK("facility", "inspected_at=1795300000000 next_at=1795300000000 "
			"result=pass") },
		{ ERROR_LIMIT, LOOK("facility", "inspected_at=1795300000000 next_at=1826922400001 result=pass") },
		{ ERROR_LIMIT, LOOK("scale", "inspected_at=1795300000000 next_at=1858458400001 result=pass") },
		{ ERROR_INVALID, LOOK("facility", "inspected_at=1795300000000 result=fail") },
		{ ERROR_INVALID, LOOK("scale", "inspected_at=1795300000000 next_at=1795400000000 result=fail "
			"remarks=x") },
		{ ERROR_INVALID, "inspections=[site=north kind=facility by=okafor inspected_at=1795300000000 "
			"result=pass]" },
		{ ERROR_INVALID, "inspections=[site=north kind=facility by=bakker responsible=bakker "
			"inspected_at=1795300000000 result=pass]" },
		{ ERROR_NOT_FOUND, "inspections=[site=west kind=facility by=a responsible=b "
			"inspected_at=1795300000000 result=pass]" },
		{ ERROR_NOT_FOUND, LOOK("commodity", "lot=NONE inspected_at=1795300000000 result=pass") },
		{ ERROR_INVALID, LOOK("facility", "lot=L inspected_at=1795300000000 result=pass") },
		{ ERROR_LIMIT, "inspections=[]" },
	};
	world_lot(world, "L", "ga", 1000, 999900, ABSENT);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		FAILS(world, cases[i].error, "aud", "inspection.record", "%s", cases[i].line);
	FAILS(world, ERROR_CONFLICT, "aud", "inspection.record", "inspections=[site=south kind=commodity "
		"by=a responsible=b lot=L inspected_at=%lld result=pass]", DAY(0));
	FAILS(world, ERROR_DENIED, "adm", "inspection.record", LOOK("facility", "inspected_at=%lld "
		"result=pass"), DAY(0));
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_INSPECTION), 0);
	world_free(world);
}

/* The newest by its day is current, in whatever order they are recorded. */
static void test_superseded(void)
{
	struct world *world = world_framed();
	const struct site *north = state_find(world->state, TABLE_SITE, "north");
	DO(world, "aud", "inspection.record", LOOK("facility", "inspected_at=%lld result=pass"), DAY(-30));
	DO(world, "aud", "inspection.record", LOOK("facility", "inspected_at=%lld result=pass"), DAY(-10));
	DO(world, "aud", "inspection.record", LOOK("facility", "inspected_at=%lld result=pass"), DAY(-20));
	DO(world, "aud", "inspection.record", LOOK("scale", "inspected_at=%lld next_at=%lld result=pass"),
		DAY(-5), DAY(5));
	CU_ASSERT_EQUAL(inspection(world, "I-2026-0001")->state, INSPECTION_SUPERSEDED);
	CU_ASSERT_EQUAL(inspection(world, "I-2026-0002")->state, INSPECTION_CURRENT);
	CU_ASSERT_EQUAL(inspection(world, "I-2026-0003")->state, INSPECTION_SUPERSEDED);
	CU_ASSERT_PTR_EQUAL(inspection_of_site(world->state, north, INSPECTION_FACILITY),
		inspection(world, "I-2026-0002"));
	CU_ASSERT_PTR_NULL(inspection_of_site(world->state, north, INSPECTION_COMMODITY));
	CU_ASSERT(inspection_over(&inspection(world, "I-2026-0001")->row));
	CU_ASSERT(!inspection_over(&inspection(world, "I-2026-0002")->row));
	world_free(world);
}

static void test_failed_lot(void)
{
	struct world *world = world_framed();
	world_lot(world, "L", "ga", 1000, 999900, ABSENT);
	DO(world, "aud", "inspection.record", LOOK("commodity", "lot=L inspected_at=%lld result=remarks "
		"remarks=dusty"), DAY(0));
	CU_ASSERT_EQUAL(world_find_lot(world, "L")->holds, 0);
	DO(world, "aud", "inspection.record", LOOK("commodity", "lot=L inspected_at=%lld result=fail "
		"remarks=corroded"), DAY(0));
	CU_ASSERT_EQUAL(world_find_lot(world, "L")->holds, 1);
	const struct hold *hold = state_find(world->state, TABLE_HOLD, "L/1");
	CU_ASSERT_PTR_NOT_NULL_FATAL(hold);
	CU_ASSERT_EQUAL(hold->reason, REASON_INSPECTION);
	CU_ASSERT_STRING_EQUAL(hold->because, "failed its inspection I-2026-0002");
	world_free(world);
}

struct dues {
	char text[512];
};

static void add_due(void *context, const struct inspection_due *due)
{
	struct dues *dues = context;
	size_t length = strlen(dues->text);
	snprintf(dues->text + length, sizeof dues->text - length, "%s%s%s%s@%lld%s ", due->site->code,
		due->lot[0] != '\0' ? "/" : "", due->lot, inspection_kind_names[due->kind],
		(long long)((due->due_at - WORLD_BEGIN) / TIME_DAY_MS), due->last == NULL ? "!" : "");
}

static void expect_due(int line, const struct world *world, int64_t days, const char *expected)
{
	struct dues dues = { "" };
	inspection_due_by(world->state, WORLD_BEGIN + days * TIME_DAY_MS, add_due, &dues);
	if (!text_equal(dues.text, expected))
		printf("\n  line %d: %s, not %s\n", line, dues.text, expected);
	CU_ASSERT(text_equal(dues.text, expected));
}

static void test_due(void)
{
	struct world *world = world_framed();
	expect_due(__LINE__, world, 4000, ""); /* nothing lies anywhere */
	world_lot(world, "L", "ga", 1000, 999900, ABSENT);
	expect_due(__LINE__, world, 0, "northfacility@0! northscale@0! ");
	expect_due(__LINE__, world, 366, "northcommodity@366! northfacility@0! northscale@0! ");
	DO(world, "aud", "inspection.record", "inspections=[site=north kind=facility by=a responsible=b "
		"inspected_at=%lld result=pass; site=north kind=scale by=a responsible=b inspected_at=%lld "
		"next_at=%lld result=pass; site=north kind=commodity lot=L by=a responsible=b inspected_at=%lld "
		"next_at=%lld result=pass]", DAY(0), DAY(0), DAY(40), DAY(0), DAY(50));
	expect_due(__LINE__, world, 39, "");
	expect_due(__LINE__, world, 40, "northscale@40 ");
	expect_due(__LINE__, world, 50, "northscale@40 north/Lcommodity@50 ");
	expect_due(__LINE__, world, 365, "northfacility@365 northscale@40 north/Lcommodity@50 ");
	DO(world, "aud", "inspection.record", "inspections=[site=north kind=scale by=a responsible=b "
		"inspected_at=%lld result=fail remarks=short]", DAY(0));
	expect_due(__LINE__, world, 0, "northscale@0 "); /* what failed is due at once */
	DO(world, "kim", "lot.lose", "lot=L because=theft reason=theft");
	expect_due(__LINE__, world, 4000, ""); /* nothing lies there any more, and the lot is gone */
	world_free(world);
}

static void test_loadout(void)
{
	struct world *world = world_framed();
	const struct site *north = state_find(world->state, TABLE_SITE, "north");
	CU_ASSERT_EQUAL(north->proven_loadout_g, ABSENT);
	DO(world, "kim", "site.set", "site=north state=open daily_loadout_g=60000000 because=built");
	CU_ASSERT_EQUAL(north->daily_loadout_g, 60000000);
	DO(world, "kim", "site.test", "site=north mass_g=42000000 hours=10 tested_at=%lld", DAY(-5));
	CU_ASSERT_STRING_EQUAL(world->id, "E-2026-0001");
	CU_ASSERT_EQUAL(north->proven_loadout_g, 42000000); /* ten hours are not made twenty-four */
	CU_ASSERT_PTR_NOT_NULL(world->decision.remark);
	DO(world, "kim", "site.test", "site=north mass_g=99000000 hours=36 tested_at=%lld", DAY(-4));
	CU_ASSERT_EQUAL(north->proven_loadout_g, 66000000); /* the mean day of a longer one */
	CU_ASSERT_PTR_NULL(world->decision.remark);
	DO(world, "kim", "site.test", "site=north mass_g=1000 hours=24 tested_at=%lld", DAY(-90));
	CU_ASSERT_EQUAL(north->proven_loadout_g, 66000000); /* an older test that came late */
	CU_ASSERT_EQUAL(north->loadout_tested_at, DAY(-4));
	FAILS(world, ERROR_INVALID, "kim", "site.test", "site=north mass_g=1 hours=1 "
		"tested_at=%lld", DAY(1));
	FAILS(world, ERROR_NOT_FOUND, "kim", "site.test", "site=west mass_g=1 hours=1 "
		"tested_at=%lld", DAY(0));
	FAILS(world, ERROR_DENIED, "asa", "site.test", "site=north mass_g=1 hours=1 "
		"tested_at=%lld", DAY(0));
	FAILS(world, ERROR_ILLEGAL, "kim", "site.set", "site=north state=open because=x");
	DO(world, "kim", "site.set", "site=north state=suspended because=flood");
	CU_ASSERT_EQUAL(north->daily_loadout_g, 60000000);
	world_free(world);
}

static void test_storage(void)
{
	struct world *world = world_framed();
	const struct commodity *ga = world_commodity(world, "ga");
	const struct site *north = state_find(world->state, TABLE_SITE, "north");
	DO(world, "kim", "lot.add", "lots=[code=A commodity=ga site=north expected_g=5]");
	CU_ASSERT_PTR_NULL(world->decision.remark); /* nobody said what it needs */
	DO(world, "ola", "commodity.storage", "code=ga storage=dry,inert because=x");
	CU_ASSERT_EQUAL(ga->storage, STORAGE_DRY | STORAGE_INERT);
	CU_ASSERT_EQUAL(storage_missing(ga, north), STORAGE_DRY | STORAGE_INERT);
	DO(world, "kim", "site.storage", "code=north storage=covered,dry because=x");
	CU_ASSERT_EQUAL(storage_missing(ga, north), STORAGE_INERT);
	DO(world, "kim", "lot.add", "lots=[code=B commodity=ga site=north expected_g=5]");
	CU_ASSERT_PTR_NOT_NULL_FATAL(world->decision.remark);
	CU_ASSERT_STRING_EQUAL(world->decision.remark,
		"ga needs dry, inert, and north offers covered, dry: no inert");
	DO(world, "kim", "lot.weigh", "lot=A gross_g=6 tare_g=1");
	DO(world, "kim", "lot.move", "lot=A to=south");
	CU_ASSERT_STRING_EQUAL(world->decision.remark,
		"ga needs dry, inert, and south offers nothing: no dry, inert");
	DO(world, "kim", "lot.arrive", "lot=A");
	DO(world, "kim", "site.storage", "code=north storage=dry,inert,covered because=x");
	DO(world, "kim", "lot.move", "lot=A to=north");
	CU_ASSERT_PTR_NULL(world->decision.remark);
	FAILS(world, ERROR_ILLEGAL, "kim", "site.storage", "code=north storage=covered,dry,inert "
		"because=x");
	FAILS(world, ERROR_ILLEGAL, "ola", "commodity.storage", "code=ga storage=inert,dry because=x");
	FAILS(world, ERROR_NOT_FOUND, "ola", "commodity.storage", "code=none storage=dry because=x");
	FAILS(world, ERROR_DENIED, "aud", "site.storage", "code=north storage=dry because=x");
	DO(world, "ola", "commodity.storage", "code=ga because='it was a mistake'");
	CU_ASSERT_EQUAL(ga->storage, 0);
	world_free(world);
}

int main(void)
{
	return run_cases("reserve inspections", (CU_TestInfo[]){
		{ "what is recorded", test_recorded },
		{ "what is refused", test_refused },
		{ "the newest is current", test_superseded },
		{ "a lot that failed is held", test_failed_lot },
		{ "what is due, and of what", test_due },
		{ "load-out: declared and proven", test_loadout },
		{ "storage: needed and offered", test_storage },
		CU_TEST_INFO_NULL,
	});
}
