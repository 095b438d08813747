/* What comes of a stocktake's variances: causes, the note of two, and how the books follow. */
#include "count_world.h"

#define SHORT_A "lot=A net_g=80000; lot=B net_g=50000; lot=S units=8 seals=intact"

static struct world *counted(const char *lines)
{
	struct world *world = counting();
	SHEET(world, "kim", lines);
	SHEET(world, "asa", lines);
	CU_ASSERT_EQUAL(the_count(world)->state, COUNT_COUNTED);
	return world;
}

static void test_causes(void)
{
	struct world *world = counted(SHORT_A);
	CU_ASSERT_EQUAL(line_of(world, "A")->variance_g, -20000);
	CU_ASSERT_EQUAL(line_of(world, "S")->variance_units, -2);
	CU_ASSERT_EQUAL(line_of(world, "S")->variance_g, -20000);
	const struct finding *finding = raised(world, "count-variance");
	CU_ASSERT_PTR_NOT_NULL_FATAL(finding);
	CU_ASSERT_EQUAL(finding->severity, SEVERITY_CRITICAL);
	FAILS(world, ERROR_ILLEGAL, "ola", "count.adjust", "count=" U);
	FAILS(world, ERROR_DENIED, "kim", "count.cause", "count=" U " lot=A cause=spill because=x");
	FAILS(world, ERROR_ILLEGAL, "aud", "count.cause", "count=" U " lot=B cause=spill because=x");
	FAILS(world, ERROR_ILLEGAL, "aud", "count.cause", "count=" U " lot=Y cause=spill because=x");
	DO(world, "aud", "count.cause", "count=" U " lot=A cause=spill because='bay 4'");
	DO(world, "aud", "count.cause", "count=" U " lot=A cause=theft-suspected because='fence cut'");
	CU_ASSERT_PTR_NOT_NULL(raised(world, "theft-suspected"));
	FAILS(world, ERROR_ILLEGAL, "ola", "count.adjust", "count=" U);
	DO(world, "aud", "count.cause", "count=" U " lot=S cause=handling-loss because=x");
	FAILS(world, ERROR_DENIED, "kim", "count.adjust", "count=" U);
	world_free(world);
}

static void test_adjustment(void)
{
	struct world *world = counted(SHORT_A);
	DO(world, "aud", "count.cause", "count=" U " lot=A cause=spill because='bay 4'");
	DO(world, "aud", "count.cause", "count=" U " lot=S cause=handling-loss because=x");
	DO(world, "ola", "count.adjust", "count=" U);
	char note[CODE_MAX];
	text_copy(note, sizeof note, world->id);
	CU_ASSERT_EQUAL(the_count(world)->state, COUNT_PROPOSED);
	FAILS(world, ERROR_CONFLICT, "ola", "count.adjust", "count=" U);
	FAILS(world, ERROR_ILLEGAL, "aud", "count.cause", "count=" U " lot=A cause=spill because=x");
	DO(world, "oma", "document.reject", "document=%s because=x", note);
	CU_ASSERT_EQUAL(the_count(world)->state, COUNT_COUNTED);
	DO_SIGNED(world, "ola", "count.adjust", "count=" U);
	CU_ASSERT_EQUAL(the_count(world)->state, COUNT_ENDED);
	CU_ASSERT_EQUAL(the_count(world)->adjusted_g, -40000);
	const struct lot *a = world_find_lot(world, "A"), *s = world_find_lot(world, "S");
	CU_ASSERT_EQUAL(a->on_hand_g, 80000);
	CU_ASSERT_EQUAL(a->adjusted_g, -20000);
	CU_ASSERT_EQUAL(a->contained_g, 72000);
	CU_ASSERT_EQUAL(s->units, 8);
	CU_ASSERT_EQUAL(s->on_hand_g, 80000);
	CU_ASSERT_EQUAL(balance(world, "ga/adjustment/"), 40000);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 45000); /* what varied is held */
	DO(world, "asa", "lot.hold_release", "hold=A/1 because=looked");
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 45000 + 72000);
	world_free(world);
}

/* An officer who counted does not sign. */
static void test_segregation(void)
{
	struct world *world = yard();
	DO(world, "aud", "count.new", "site=north counters=kim,ola");
	SHEET(world, "kim", SHORT_A);
	SHEET(world, "ola", SHORT_A);
	FAILS(world, ERROR_DENIED, "ola", "count.cause", "count=" U " lot=A cause=spill because=x");
	DO(world, "aud", "count.cause", "count=" U " lot=A cause=spill because=x");
	DO(world, "aud", "count.cause", "count=" U " lot=S cause=spill because=x");
	FAILS(world, ERROR_DENIED, "ola", "count.adjust", "count=" U);
	DO(world, "oma", "count.adjust", "count=" U);
	char note[CODE_MAX];
	text_copy(note, sizeof note, world->id);
	CU_ASSERT(world_sign(world, "ola", note));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R14");
	CU_ASSERT(world_sign(world, "oma", note));
	CU_ASSERT(world_sign(world, "otto", note));
	CU_ASSERT_EQUAL(the_count(world)->state, COUNT_ENDED);
	world_free(world);
}

/* A cause by which the books stand changes nothing; nor does what lies there without being on them. */
static void test_books_stand(void)
{
	struct world *world = counted("lot=A net_g=80000; lot=B missing=true; lot=S units=10 seals=broken; "
		"lot=X net_g=500; lot=C net_g=7000");
	CU_ASSERT(line_of(world, "C")->unexpected);
	CU_ASSERT_EQUAL(world_find_lot(world, "C")->holds, 1);
	DO(world, "aud", "count.cause", "count=" U " lot=A cause=miscounted because=x");
	DO(world, "aud", "count.cause", "count=" U " lot=B cause=record-error because='never came'");
	DO(world, "aud", "count.cause", "count=" U " lot=S cause=seal because=forklift");
	DO(world, "aud", "count.cause", "count=" U " lot=X cause=found because='no label'");
	DO(world, "aud", "count.cause", "count=" U " lot=C cause=elsewhere because='not booked'");
	DO_SIGNED(world, "ola", "count.adjust", "count=" U);
	CU_ASSERT_EQUAL(the_count(world)->state, COUNT_ENDED);
	CU_ASSERT_EQUAL(world_find_lot(world, "A")->on_hand_g, 100000);
	CU_ASSERT_EQUAL(world_find_lot(world, "S")->on_hand_g, 100000);
	CU_ASSERT_EQUAL(world_find_lot(world, "C")->on_hand_g, 7000);
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_LOT, "B")); /* nothing of it was there: lost */
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_HOLD, "B/1"));
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_LOT, "X"));
	CU_ASSERT_EQUAL(balance(world, "ga/adjustment/"), 50000);
	world_free(world);
}

static void test_more_found(void)
{
	struct world *world = counted("lot=A net_g=110000; lot=B net_g=50000; lot=S units=12 seals=intact");
	CU_ASSERT_EQUAL(raised(world, "count-variance")->severity, SEVERITY_WARNING);
	DO(world, "aud", "count.cause", "count=" U " lot=A cause=scale because=x");
	DO(world, "aud", "count.cause", "count=" U " lot=S cause=found because=x");
	DO_SIGNED(world, "ola", "count.adjust", "count=" U);
	CU_ASSERT_EQUAL(world_find_lot(world, "A")->contained_g, 99000);
	CU_ASSERT_EQUAL(world_find_lot(world, "S")->units, 12);
	CU_ASSERT_EQUAL(world_find_lot(world, "S")->on_hand_g, 120000);
	CU_ASSERT_EQUAL(balance(world, "ga/adjustment/"), -30000);
	world_free(world);
}

/*
 * Less was found than an award holds: the books go down to what is promised, the order cannot be loaded,
 * a finding says so, and when the award is gone the rest follows by another note.
 */
static void test_short(void)
{
	struct world *world = yard();
	DO_SIGNED(world, "ola", "price.draft",
		"because=x prices=[commodity=ga quoted=5 unit=USD/kg basis=Ga]");
	world_declare(world, "full", "commodity=ga");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=100000");
	DO_SIGNED(world, "kurt", "order.prepare", "request=R-2026-0001 consignee=W");
	const struct lot *a = world_find_lot(world, "A");
	int64_t reserved_g = a->reserved_g, reserved_net_g = a->reserved_net_g;
	CU_ASSERT_FATAL(reserved_net_g > 30000);
	DO(world, "aud", "count.new", "site=north counters=kim,asa");
	SHEET(world, "kim", "lot=A net_g=30000; lot=B net_g=50000; lot=S units=10 seals=intact");
	SHEET(world, "asa", "lot=A net_g=30000; lot=B net_g=50000; lot=S units=10 seals=intact");
	DO(world, "aud", "count.cause", "count=" U " lot=A cause=theft-suspected because=x");
	DO_SIGNED(world, "ola", "count.adjust", "count=" U);
	CU_ASSERT_EQUAL(the_count(world)->state, COUNT_ENDED);
	CU_ASSERT_EQUAL(the_count(world)->shorts, 1);
	CU_ASSERT_EQUAL(a->on_hand_g, reserved_net_g);
	CU_ASSERT_EQUAL(a->contained_g, reserved_g);
	CU_ASSERT_EQUAL(line_of(world, "A")->state, LINE_SHORT);
	CU_ASSERT_EQUAL(line_of(world, "A")->short_g, reserved_net_g - 30000);
	CU_ASSERT_PTR_NOT_NULL(raised(world, "count-short"));
	FAILS(world, ERROR_ILLEGAL, "kim", "load_out", "order=O-2026-0001 lot=A gross_g=31000 tare_g=1000 "
		"carrier=c vehicle=v");
	FAILS(world, ERROR_ILLEGAL, "ola", "count.adjust", "count=" U); /* the award still holds it */
	CU_ASSERT_EQUAL(the_count(world)->shorts, 1);
	world_pass(world, 31 * TIME_DAY_MS); /* the order lapses */
	CU_ASSERT_EQUAL(a->reserved_g, 0);
	DO_SIGNED(world, "ola", "count.adjust", "count=" U);
	CU_ASSERT_EQUAL(the_count(world)->shorts, 0);
	CU_ASSERT_EQUAL(a->on_hand_g, 30000);
	FAILS(world, ERROR_ILLEGAL, "ola", "count.adjust", "count=" U);
	world_free(world);
}

/* More lots than one entry of a sheet holds, and more variances than one note: several of each. */
static void test_many(void)
{
	enum { LOTS = COUNT_LINES_PER_ENTRY + 10, OFF = COUNT_LINES_PER_NOTE + 20 };
	struct world *world = world_framed();
	char lines[8192] = "", code[CODE_MAX];
	for (int i = 0; i < LOTS; i++) {
		snprintf(code, sizeof code, "L%d", i);
		world_lot(world, code, "ga", 1000, 900000, ABSENT);
		snprintf(lines + strlen(lines), sizeof lines - strlen(lines), "%slot=L%d net_g=%d",
			i > 0 ? "; " : "", i, i < OFF ? 700 : 1000);
	}
	DO(world, "aud", "count.new", "site=north counters=kim,asa");
	SHEET(world, "kim", lines);
	SHEET(world, "asa", lines);
	CU_ASSERT_EQUAL(the_count(world)->varying, OFF);
	for (int i = 0; i < OFF; i++)
		DO(world, "aud", "count.cause", "count=" U " lot=L%d cause=moisture because=x", i);
	DO_SIGNED(world, "ola", "count.adjust", "count=" U);
	CU_ASSERT_EQUAL(the_count(world)->state, COUNT_COUNTED);
	CU_ASSERT_EQUAL(the_count(world)->adjusted_g, -300 * COUNT_LINES_PER_NOTE);
	DO_SIGNED(world, "ola", "count.adjust", "count=" U);
	CU_ASSERT_EQUAL(the_count(world)->state, COUNT_ENDED);
	CU_ASSERT_EQUAL(the_count(world)->adjusted_g, -300 * OFF);
	world_free(world);
}

int main(void)
{
	return run_cases("reserve adjustments", (CU_TestInfo[]){
		{ "causes", test_causes },
		{ "the books follow", test_adjustment },
		{ "who counted does not sign", test_segregation },
		{ "the books stand", test_books_stand },
		{ "more was found", test_more_found },
		{ "less than is promised", test_short },
		{ "many lots", test_many },
		CU_TEST_INFO_NULL,
	});
}
