/*
 * Faults in what people are to do, each planted and found: inspections, failed scales, load-out,
 * storage, requirements, evidence, criteria, reports.
 */
#include "tests/unit/audit_checks.h"

#include "reserve/stock/order.h"

#define DAYS(world, n) ((long long)(world)->now + (n) * TIME_DAY_MS)
#define SHA "evidence_sha256=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

/* How many findings a check has; -1: a check was left unchecked. */
static int count_of(struct audited *audited, const char *check)
{
	audited_run(audited, check);
	return audited->unchecked > 0 ? -1 : (int)audited->found;
}

static void inspect(struct world *world, const char *kind, int64_t day, int64_t next, const char *rest)
{
	char due[40] = ""; /* what failed says no day */
	if (next != ABSENT)
		snprintf(due, sizeof due, "next_at=%lld", DAYS(world, next));
	DO(world, "aud", "inspection.record", "inspections=[site=north kind=%s by=okafor "
		"responsible=bakker inspected_at=%lld %s %s]", kind, DAYS(world, day), due, rest);
}

static void inspections(void)
{
	struct audited *audited = audited_new(world_framed);
	struct world *world = audited->world;
	AUDIT_CLEAN(audited, "inspection-overdue"); /* nothing lies anywhere */
	world_lot(world, "L", "ga", 1000, 999900, ABSENT);
	AUDIT_FINDS(audited, "inspection-overdue", "site north facility", "nobody ever inspected the "
		"facility of north");
	AUDIT_FINDS(audited, "inspection-overdue", "site north scale", "nobody ever inspected the scale "
		"of north");
	CU_ASSERT_EQUAL(count_of(audited, "inspection-overdue"), 2);
	inspect(world, "facility", 0, 100, "result=pass");
	inspect(world, "scale", 0, 10, "result=pass");
	inspect(world, "commodity", 0, 50, "result=pass lot=L");
	AUDIT_CLEAN(audited, "inspection-overdue");
	world_pass(world, 12 * TIME_DAY_MS);
	AUDIT_FINDS(audited, "inspection-overdue", "site north scale", "was to be inspected again by "
		"2026-12-02, 2 days ago; the last was I-2026-0002");
	CU_ASSERT_EQUAL(audited->found, 1);
	CU_ASSERT_EQUAL(audited->findings[0].severity, SEVERITY_WARNING);
	world_pass(world, 200 * TIME_DAY_MS);
	AUDIT_FINDS(audited, "inspection-overdue", "lot L commodity", "I-2026-0003");
	CU_ASSERT_EQUAL(audited_have(audited, "site north scale", "")->severity, SEVERITY_CRITICAL);
	inspect(world, "scale", 0, 10, "result=pass");
	CU_ASSERT_EQUAL(count_of(audited, "inspection-overdue"), 2);
	CU_ASSERT_PTR_NULL(audited_have(audited, "site north scale", ""));
	audited_free(audited);
}

/*
 * What was weighed between a pass and a failure is in doubt, and what was weighed until it passed
 * again.
 */
static void scales(void)
{
	struct audited *audited = audited_new(world_framed);
	struct world *world = audited->world;
	world_lot(world, "A", "ga", 1000, 999900, ABSENT); /* before anybody looked, and then it passed */
	world_pass(world, TIME_DAY_MS);
	inspect(world, "scale", 0, 90, "result=pass");
	world_pass(world, TIME_DAY_MS);
	world_lot(world, "B", "ga", 1000, 999900, ABSENT);
	AUDIT_CLEAN(audited, "scale-failed");
	world_pass(world, TIME_DAY_MS);
	inspect(world, "scale", 0, ABSENT, "result=fail remarks='5 kg short'");
	AUDIT_FINDS(audited, "inspection-overdue", "site north scale", "failed its inspection I-2026-0002 "
		"on 2026-11-25 and has not passed since");
	AUDIT_FINDS(audited, "scale-failed", "scale of north I-2026-0002", "1 weighings on it since it "
		"last passed are in doubt: the first is of lot B");
	CU_ASSERT(strstr(audited->findings[0].message, "5 kg short") != NULL);
	CU_ASSERT_EQUAL(audited->findings[0].severity, SEVERITY_CRITICAL);
	world_pass(world, TIME_DAY_MS);
	world_lot(world, "C", "ga", 1000, 999900, ABSENT);
	AUDIT_FINDS(audited, "scale-failed", "scale of north I-2026-0002", "2 weighings");
	world_pass(world, TIME_DAY_MS);
	inspect(world, "scale", 0, 90, "result=remarks remarks='adjusted'");
	world_pass(world, TIME_DAY_MS);
	world_lot(world, "D", "ga", 1000, 999900, ABSENT);
	AUDIT_FINDS(audited, "scale-failed", "scale of north I-2026-0002", "2 weighings");
	audited_free(audited);
}

static void loadout(void)
{
	struct audited *audited = audited_new(world_framed);
	struct world *world = audited->world;
	AUDIT_CLEAN(audited, "loadout-unproven");
	world_lot(world, "L", "ga", 1000, 999900, ABSENT);
	AUDIT_FINDS(audited, "loadout-unproven", "site north", "declares no daily load-out");
	DO(world, "kim", "site.set", "site=north state=open daily_loadout_g=60000000 because=built");
	AUDIT_FINDS(audited, "loadout-unproven", "site north", "declares 60,000 kg a day, and nobody ever "
		"tested it");
	DO(world, "kim", "site.test", "site=north mass_g=42000000 hours=10 "
		"tested_at=%lld", DAYS(world, -1));
	AUDIT_FINDS(audited, "loadout-unproven", "site north", "its test of 2026-11-21 proved 42,000 kg");
	DO(world, "kim", "site.set", "site=north state=open daily_loadout_g=42000000 because=proven");
	AUDIT_CLEAN(audited, "loadout-unproven");
	world_pass(world, 365 * TIME_DAY_MS);
	AUDIT_CLEAN(audited, "loadout-unproven");
	world_pass(world, TIME_DAY_MS);
	AUDIT_FINDS(audited, "loadout-unproven", "site north", "was last tested on 2026-11-21");
	DO(world, "kim", "site.set", "site=north state=closed because=over");
	AUDIT_CLEAN(audited, "loadout-unproven");
	audited_free(audited);
}

static void storage(void)
{
	struct audited *audited = audited_new(world_framed);
	struct world *world = audited->world;
	world_lot(world, "A", "ga", 1000, 999900, ABSENT);
	world_lot(world, "B", "ga", 500, 999900, ABSENT);
	world_lot(world, "W", "wo3", 500, 999900, ABSENT);
	AUDIT_CLEAN(audited, "storage-class"); /* nobody said what is needed */
	DO(world, "ola", "commodity.storage", "code=ga storage=dry,covered because=x");
	AUDIT_FINDS(audited, "storage-class", "ga at north", "north offers nothing: no covered, dry; 2 "
		"lots of 1.5 kg net there, the first A");
	CU_ASSERT_EQUAL(audited->found, 1);
	DO(world, "kim", "site.storage", "code=north storage=covered because=x");
	AUDIT_FINDS(audited, "storage-class", "ga at north", "no dry");
	DO(world, "kim", "site.storage", "code=south storage=covered,dry because=x");
	DO(world, "kim", "lot.move", "lot=A to=south");
	DO(world, "kim", "lot.arrive", "lot=A");
	AUDIT_FINDS(audited, "storage-class", "ga at north", "1 lot of 500 g");
	DO(world, "kim", "lot.lose", "lot=B because=fire reason=fire");
	AUDIT_CLEAN(audited, "storage-class");
	audited_free(audited);
}

static void requirements(void)
{
	struct audited *audited = audited_new(world_framed);
	struct world *world = audited->world;
	DO_SIGNED(world, "ola", "requirement.set", "because=x requirements=[commodity=ga authority=Art-4 "
		"mass_g=2000; commodity=wo3 authority=Art-4 mass_g=0]");
	AUDIT_FINDS(audited, "requirement-unstocked", "commodity ga", "2 kg are required (ga/1, by "
		"Art-4), and nothing of it is held");
	CU_ASSERT_EQUAL(audited->found, 1);
	AUDIT_FINDS(audited, "below-requirement", "commodity ga", "for 0 days");
	world_lot(world, "A", "ga", 1000, 1000000, ABSENT);
	AUDIT_CLEAN(audited, "requirement-unstocked");
	world_pass(world, 40 * TIME_DAY_MS);
	AUDIT_FINDS(audited, "below-requirement", "commodity ga", "below its requirement ga/1 for 40 "
		"days, since 2026-11-22: 1 kg available of 2 kg, 50%");
	CU_ASSERT_EQUAL(audited->findings[0].severity, SEVERITY_WARNING);
	world_pass(world, 50 * TIME_DAY_MS);
	AUDIT_FINDS(audited, "below-requirement", "commodity ga", "for 90 days");
	CU_ASSERT_EQUAL(audited->findings[0].severity, SEVERITY_CRITICAL);
	world_lot(world, "B", "ga", 1000, 1000000, ABSENT);
	AUDIT_CLEAN(audited, "below-requirement");
	DO(world, "kim", "lot.hold", "lot=B because=seal reason=seal"); /* below again: counted anew */
	AUDIT_FINDS(audited, "below-requirement", "commodity ga", "for 0 days");
	audited_free(audited);
}

static void reports(void)
{
	struct audited *audited = audited_new(world_new);
	struct world *world = audited->world;
	AUDIT_CLEAN(audited, "report-overdue");
	world_pass(world, time_from_civil(2027, 2, 10) - world->now);
	AUDIT_FINDS(audited, "report-overdue", "report quarterly/2027Q1", "was to be filed by 2027-02-09");
	AUDIT_FINDS(audited, "report-overdue", "report requirements/2027", "was to be filed by 2027-01-15, 26 days");
	CU_ASSERT_EQUAL(audited->found, 2);
	DO(world, "ola", "report.file", "kind=quarterly period=2027Q1 "
		"report_sha256=00000000000000000000000000000000000000000000000000000000000000ff");
	CU_ASSERT_EQUAL(count_of(audited, "report-overdue"), 1);
	world_pass(world, 339 * TIME_DAY_MS);
	AUDIT_FINDS(audited, "report-overdue", "report requirements/2027", "365 days");
	CU_ASSERT_EQUAL(audited_have(audited, "report requirements/2027", "")->severity, SEVERITY_CRITICAL);
	CU_ASSERT_EQUAL(audited_have(audited, "report shortfall/2027", "")->severity, SEVERITY_WARNING);
	audited_free(audited);
}

static void evidence(void)
{
	struct audited *audited = audited_new(world_framed);
	struct world *world = audited->world;
	DO(world, "kim", "lot.add", "lots=[code=A commodity=ga site=north expected_g=5; code=B "
		"commodity=ga site=north expected_g=5]");
	DO(world, "kim", "lot.weigh", "lot=A gross_g=6000 tare_g=1000 " SHA);
	DO(world, "kim", "lot.move", "lot=A to=south " SHA);
	DO(world, "kim", "lot.arrive", "lot=A " SHA);
	DO(world, "kim", "lot.lose", "lot=A because=fire reason=fire " SHA);
	AUDIT_CLEAN(audited, "evidence-missing");
	DO(world, "kim", "lot.weigh", "lot=B gross_g=6000 tare_g=1000");
	int64_t weighed = audited_find(audited, "lot.weighed", 1);
	AUDIT_FINDS(audited, "evidence-missing", "weighings at north", "1 of 2 weighings at north have no "
		"file");
	CU_ASSERT_EQUAL(audited->findings[0].index, weighed);
	CU_ASSERT_EQUAL(audited->found, 1);
	DO(world, "kim", "lot.move", "lot=B to=south");
	DO(world, "kim", "lot.arrive", "lot=B");
	DO(world, "kim", "lot.lose", "lot=B because=fire reason=fire");
	AUDIT_FINDS(audited, "evidence-missing", "moves at north", "the last is of B");
	AUDIT_FINDS(audited, "evidence-missing", "arrivals at south", "1 of 2");
	AUDIT_FINDS(audited, "evidence-missing", "losses at south", "1 of 2");
	/* A digest that somebody took out of an entry is missed as well. */
	audited_bend(audited, "lot.weighed", 0, "\"evidence_sha256\":\"00112233445566778899aabbccddeeff"
		"00112233445566778899aabbccddeeff\",", "");
	AUDIT_FINDS(audited, "evidence-missing", "weighings at north", "2 of 2");
	/* What is found later is attached, and counts as shown. */
	FAILS(world, ERROR_NOT_FOUND, "kim", "evidence.attach", "entry=%lld because=x " SHA,
		(long long)state_size(world->state));
	FAILS(world, ERROR_DENIED, "asa", "evidence.attach", "entry=%lld because=x " SHA, (long long)weighed);
	DO(world, "kim", "evidence.attach", "entry=%lld because='in the binder' " SHA, (long long)weighed);
	AUDIT_FINDS(audited, "evidence-missing", "weighings at north", "1 of 2");
	DO(world, "aud", "evidence.attach", "entry=%lld because='in the binder' " SHA,
		(long long)audited_find(audited, "lot.weighed", 0));
	CU_ASSERT(count_of(audited, "evidence-missing") > 0);
	CU_ASSERT_PTR_NULL(audited_have(audited, "weighings at north", ""));
	audited_free(audited);
}

/* O-2026-0001 is issued for R-2026-0001. */
static struct world *world_issuing(void)
{
	struct world *world = world_stocked();
	DO_SIGNED(world, "ola", "rule.set", "because=x rules=[code=cap kind=member-cap commodity=ga "
		"mass_g=400000 days=90]");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000");
	DO_SIGNED(world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	return world;
}

static void criteria(void)
{
	struct audited *audited = audited_new(world_issuing);
	const struct order *order = state_find(audited->world->state, TABLE_RELEASE_ORDER, "O-2026-0001");
	CU_ASSERT_PTR_NOT_NULL_FATAL(order);
	CU_ASSERT_PTR_NOT_NULL_FATAL(order->criteria);
	CU_ASSERT_STRING_EQUAL(order->criteria, "floor ga/operating/1, floor ga/hard/1, price ga/1, "
		"declaration D-2026-0001, rule cap/1");
	AUDIT_CLEAN(audited, "criteria-missing");
	DO(audited->world, "kim", "load_out", "order=O-2026-0001 lot=GA-1 gross_g=1010 tare_g=10 "
		"carrier=c vehicle=v " SHA);
	DO(audited->world, "kim", "deliver", "order=O-2026-0001 consignee=Works receiver=r");
	AUDIT_FINDS(audited, "evidence-missing", "deliveries", "1 of 1 deliveries have no file");
	CU_ASSERT_PTR_NULL(audited_have(audited, "loads at north", ""));
	audited_bend(audited, "order.issued", 0, "floor ga/hard/1", "floor ga/hard/2");
	AUDIT_FINDS(audited, "criteria-missing", "O-2026-0001", "not in force, or not all: floor "
		"ga/hard/1");
	CU_ASSERT_EQUAL(audited->findings[0].severity, SEVERITY_CRITICAL);
	audited_free(audited);
}

static void no_criteria(void)
{
	struct audited *audited = audited_new(world_issuing);
	audited_bend(audited, "order.issued", 0, "\"criteria\":\"floor ga/operating/1, floor ga/hard/1, "
		"price ga/1, declaration D-2026-0001, rule cap/1\",", "");
	AUDIT_FINDS(audited, "criteria-missing", "releases of ga", "1 releases of ga cite no criteria; "
		"the last is O-2026-0001");
	audited_free(audited);
}

int main(void)
{
	return run_cases("audit facts", (CU_TestInfo[]){
		{ "inspections that are due", inspections },
		{ "a scale that failed", scales },
		{ "load-out that nobody proved", loadout },
		{ "storage that is not offered", storage },
		{ "required and not held", requirements },
		{ "reports that were not filed", reports },
		{ "movements without a file", evidence },
		{ "criteria that were not in force", criteria },
		{ "releases without criteria", no_criteria },
		CU_TEST_INFO_NULL,
	});
}
