/* Titles and pledges of lots: one of each, and what is pledged may not leave. */
#include "reserve_world.h"

#include "reserve/stock/title.h"

#define SHA "note_sha256=0000000000000000000000000000000000000000000000000000000000000001"

static int64_t available_g(const struct world *world)
{
	return world_commodity(world, "ga")->available_g;
}

static const struct pledge *pledge(const struct world *world, const char *id)
{
	return state_find(world->state, TABLE_PLEDGE, id);
}

/* ---- titles ---- */

static void test_title(void)
{
	struct world *world = world_stocked();
	char first[CODE_MAX];
	FAILS(world, ERROR_NOT_FOUND, "ola", "lot.title", "lot=NONE holder=acme");
	FAILS(world, ERROR_INVALID, "ola", "lot.title", "lot=GA-1 holder='a b'");
	FAILS(world, ERROR_DENIED, "kim", "lot.title", "lot=GA-1 holder=acme");
	FAILS(world, ERROR_NOT_FOUND, "ola", "lot.title", "lot=GA-1 holder=acme replaces=GUESS");
	DO(world, "kim", "lot.add", "lots=[code=NEW commodity=ga site=north expected_g=1]");
	FAILS(world, ERROR_ILLEGAL, "ola", "lot.title", "lot=NEW holder=acme"); /* not here yet */
	DO(world, "ola", "lot.title", "lot=GA-1 holder=acme");
	text_copy(first, sizeof first, world->id);
	CU_ASSERT_EQUAL(strlen(first), 19);
	const struct title *title = title_of(world->state, world_find_lot(world, "GA-1"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(title);
	CU_ASSERT_STRING_EQUAL(title->number, first);
	CU_ASSERT_STRING_EQUAL(title->holder, "acme");
	FAILS(world, ERROR_CONFLICT, "ola", "lot.title", "lot=GA-1 holder=bank");
	FAILS(world, ERROR_NOT_FOUND, "ola", "lot.title", "lot=GA-1 holder=bank replaces=0000-0000");
	DO(world, "oma", "lot.title", "lot=GA-1 holder=bank replaces=%s", first);
	CU_ASSERT_STRING_NOT_EQUAL(world->id, first);
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_TITLE, first));
	title = title_of(world->state, world_find_lot(world, "GA-1"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(title);
	CU_ASSERT_STRING_EQUAL(title->holder, "bank");
	CU_ASSERT_EQUAL(available_g(world), 999900); /* a title limits nothing */
	world_free(world);
}

/* A lot that ends takes its title with it: its code may be another lot's. */
static void test_title_ends(void)
{
	struct world *world = world_stocked();
	DO(world, "ola", "lot.title", "lot=GA-1 holder=acme");
	DO_SIGNED(world, "ola", "lot.pledge", "lot=GA-1 to=EXIM because=loan " SHA);
	DO(world, "ola", "lot.unpledge", "lot=GA-1 because=x");
	DO(world, "kim", "lot.lose", "lot=GA-1 because=fire");
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_TITLE), 0);
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_PLEDGE), 0);
	CU_ASSERT_FALSE(world_sign(world, "oma", "N-2026-0004")); /* nothing is left to release */
	world_lot(world, "GA-1", "ga", 5000, 999900, ABSENT);
	CU_ASSERT_PTR_NULL(title_of(world->state, world_find_lot(world, "GA-1")));
	DO(world, "ola", "lot.title", "lot=GA-1 holder=acme");
	world_free(world);
}

/* A number that lives is given to no other lot, and without chance there is none. */
static void test_no_chance(void)
{
	struct world *world = world_stocked();
	world_lot(world, "GA-2", "ga", 5000, 999900, ABSENT);
	uint8_t random = world->random[0];
	DO(world, "ola", "lot.title", "lot=GA-1 holder=acme");
	world->random[0] = random;
	FAILS(world, ERROR_INTERNAL, "ola", "lot.title", "lot=GA-2 holder=acme");
	DO(world, "ola", "lot.title", "lot=GA-2 holder=acme");
	world_free(world);
}

/* ---- pledges ---- */

static void test_pledge(void)
{
	struct world *world = world_stocked();
	FAILS(world, ERROR_INVALID, "ola", "lot.pledge", "lot=GA-1 to=EXIM because=loan"); /* no note */
	FAILS(world, ERROR_INVALID, "ola", "lot.pledge", "lot=GA-1 to='E X' because=loan " SHA);
	FAILS(world, ERROR_NOT_FOUND, "ola", "lot.pledge", "lot=GA-9 to=EXIM because=loan " SHA);
	FAILS(world, ERROR_DENIED, "kim", "lot.pledge", "lot=GA-1 to=EXIM because=loan " SHA);
	DO(world, "ola", "lot.pledge", "lot=GA-1 to=EXIM because=loan " SHA);
	CU_ASSERT_EQUAL(available_g(world), 999900); /* until it is signed */
	FAILS(world, ERROR_CONFLICT, "oma", "lot.pledge", "lot=GA-1 to=BANK because=loan " SHA);
	CU_ASSERT(world_sign(world, "ola", "N-2026-0003"));
	CU_ASSERT_EQUAL(available_g(world), 999900);
	CU_ASSERT(world_sign(world, "oma", "N-2026-0003"));
	CU_ASSERT_EQUAL(available_g(world), 0);
	const struct lot *lot = world_find_lot(world, "GA-1");
	CU_ASSERT(lot->pledged);
	CU_ASSERT_PTR_NOT_NULL_FATAL(pledge_of(world->state, lot));
	CU_ASSERT_STRING_EQUAL(pledge_of(world->state, lot)->id, "L-2026-0001");
	REFUSED(world, "R19", "oma", "lot.pledge", "lot=GA-1 to=BANK because=loan " SHA);
	REFUSED(world, "request", "kim", "request.submit", "member=AUT commodity=ga mass_g=1");
	DO(world, "kim", "lot.hold", "lot=GA-1 because=x");
	DO(world, "oma", "lot.hold_release", "hold=GA-1/1 because=y");
	CU_ASSERT_EQUAL(available_g(world), 0); /* a hold that ends does not end the pledge */
	world_free(world);
}

static void test_unpledge(void)
{
	struct world *world = world_stocked();
	FAILS(world, ERROR_ILLEGAL, "ola", "lot.unpledge", "lot=GA-1 because=x");
	DO_SIGNED(world, "ola", "lot.pledge", "lot=GA-1 to=EXIM because=loan " SHA);
	DO(world, "ola", "lot.unpledge", "lot=GA-1 because=repaid " SHA);
	FAILS(world, ERROR_CONFLICT, "oma", "lot.unpledge", "lot=GA-1 because=again");
	DO(world, "oma", "document.reject", "document=N-2026-0004 because='not repaid'");
	CU_ASSERT_EQUAL(available_g(world), 0);
	DO(world, "ola", "lot.unpledge", "lot=GA-1 because=repaid");
	CU_ASSERT(world_sign(world, "ola", "N-2026-0005"));
	CU_ASSERT_EQUAL(available_g(world), 0);
	CU_ASSERT(world_sign(world, "otto", "N-2026-0005"));
	CU_ASSERT_EQUAL(available_g(world), 999900);
	CU_ASSERT_PTR_NULL(pledge(world, "L-2026-0001"));
	DO_SIGNED(world, "ola", "lot.pledge", "lot=GA-1 to=BANK because=next " SHA);
	CU_ASSERT_PTR_NOT_NULL(pledge(world, "L-2026-0002"));
	world_free(world);
}

/* What is reserved cannot be pledged: not when it is asked, not when it is signed. */
static void test_reserved(void)
{
	struct world *world = world_stocked();
	DO(world, "ola", "lot.pledge", "lot=GA-1 to=EXIM because=loan " SHA);
	CU_ASSERT(world_sign(world, "ola", "N-2026-0003"));
	DO(world, "kim", "request.submit", "member=AUT commodity=ga mass_g=1000");
	CU_ASSERT(world_sign(world, "oma", "N-2026-0003"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R19");
	CU_ASSERT_FALSE(world_find_lot(world, "GA-1")->pledged);
	DO(world, "oma", "document.reject", "document=N-2026-0003 because=awarded");
	CU_ASSERT_PTR_NULL(pledge(world, "L-2026-0001"));
	REFUSED(world, "R19", "ola", "lot.pledge", "lot=GA-1 to=EXIM because=loan " SHA);
	DO(world, "kim", "request.withdraw", "request=R-2026-0001 because=x");
	DO_SIGNED(world, "ola", "lot.pledge", "lot=GA-1 to=EXIM because=loan " SHA);
	CU_ASSERT_EQUAL(available_g(world), 0);
	world_free(world);
}

/* Only what is accepted; and a lot that went meanwhile is not there to be pledged. */
static void test_states(void)
{
	struct world *world = world_stocked();
	DO(world, "kim", "lot.add", "lots=[code=B commodity=ga site=north expected_g=1000]");
	FAILS(world, ERROR_ILLEGAL, "ola", "lot.pledge", "lot=B to=EXIM because=loan " SHA);
	DO(world, "ola", "lot.pledge", "lot=GA-1 to=EXIM because=loan " SHA);
	DO(world, "kim", "lot.lose", "lot=GA-1 because=fire");
	CU_ASSERT(world_sign(world, "ola", "N-2026-0003"));
	CU_ASSERT_FALSE(world_sign(world, "oma", "N-2026-0003"));
	world_lot(world, "GA-1", "ga", 5000, 999900, ABSENT); /* another lot of that code */
	CU_ASSERT_FALSE(world_sign(world, "oma", "N-2026-0003"));
	DO(world, "oma", "document.reject", "document=N-2026-0003 because=gone");
	world_free(world);
}

/* As after a start: the pledge is found again, and what is available is as it was. */
static void test_loaded(void)
{
	struct world *world = world_stocked();
	DO_SIGNED(world, "ola", "lot.pledge", "lot=GA-1 to=EXIM because=loan " SHA);
	struct lot *lot = world_find_lot(world, "GA-1");
	struct pledge *row = pledge_of(world->state, lot);
	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	lot_unlist(world->state, lot);
	lot->pledged = false;
	int64_t before_g = available_g(world);
	lot_loaded(world->state, &lot->row); /* lots load before pledges */
	CU_ASSERT(lot->listed);
	pledge_loaded(world->state, &row->row);
	CU_ASSERT(lot->pledged && !lot->listed);
	CU_ASSERT_EQUAL(available_g(world), before_g);
	world_pass(world, 1); /* all that must hold does */
	world_free(world);
}

int main(void)
{
	return run_cases("reserve titles", (CU_TestInfo[]){
		{ "one title lives", test_title },
		{ "a lot ends with its title and pledge", test_title_ends },
		{ "no number twice", test_no_chance },
		{ "a pledged lot may not leave", test_pledge },
		{ "released by two", test_unpledge },
		{ "what is reserved", test_reserved },
		{ "what is not accepted, what is gone", test_states },
		{ "after a load", test_loaded },
		CU_TEST_INFO_NULL,
	});
}
