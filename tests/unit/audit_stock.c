/* Floors at any index, days below them and why, and every gram of the stock: planted faults are found. */
#include "audit_plant.h"

#include "reserve/stock/account.h"
#include "reserve/stock/lot.h"
#include "reserve/stock/material.h"

/* 1,000 kg, of which 200 kg are awarded, ordered, loaded and delivered, and 5 kg of a second lot came in. */
static struct audited *busy(void)
{
	struct audited *audited = audited_new(world_stocked);
	struct world *world = audited->world;
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=200000");
	DO(world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	world_signed(__LINE__, world, "O-2026-0001");
	world_pass(world, TIME_DAY_MS);
	DO(world, "kim", "load_out", "order=O-2026-0001 lot=GA-1 gross_g=200021 tare_g=0 carrier=c vehicle=v");
	DO(world, "kim", "deliver", "order=O-2026-0001 consignee=Works receiver=r");
	world_lot(world, "GA-2", "ga", 5000, 999000, ABSENT);
	DO(world, "kim", "lot.move", "lot=GA-2 to=south");
	DO(world, "kim", "lot.arrive", "lot=GA-2");
	DO(world, "kurt", "lot.correct", "lot=GA-2 net_g=4990 because='scale was off'");
	return audited;
}

/* ---- floor-broken ---- */

#define AWARD "available_g=999900 awarded_g=%d commodity=ga declaration=D-2026-0001 mass_g=%d " \
	"member=AUT picked_g=%d picks=[contained_g=%d lot=GA-1 net_g=%d] request=R-2026-0009"

static void floor_passed(void)
{
	struct audited *audited = audited_new(world_stocked);
	AUDIT_CLEAN(audited, "floor-broken");
	int64_t index = audited_plant(audited, "kurt", "request.allocated", AWARD, 700000, 700000, 700000,
		700000, 700070);
	const struct audited_finding *finding = audited_one(audited, "floor-broken", "R-2026-0009",
		"700 kg of ga was let go for R-2026-0009 and left 299.9 kg available: the operating floor of 400 kg");
	CU_ASSERT_EQUAL(finding->index, index);
	CU_ASSERT_EQUAL(finding->severity, SEVERITY_CRITICAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(finding->message, "is passed by 100.1 kg"));
	audited_free(audited);
}

/* Two awards, each within the floor by itself, of which the second was decided on an old figure. */
static void floor_passed_by_two(void)
{
	struct audited *audited = audited_new(world_stocked);
	DO(audited->world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=400000");
	AUDIT_CLEAN(audited, "floor-broken");
	audited_plant(audited, "kurt", "request.allocated", AWARD, 400000, 400000, 400000, 400000, 400040);
	AUDIT_FINDS(audited, "floor-broken", "R-2026-0009", "left 199.9 kg available");
	audited_free(audited);
}

/* An order that is issued when a hold has taken the stock below the floor. */
static void floor_at_issue(void)
{
	struct audited *audited = audited_new(world_stocked);
	DO(audited->world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000");
	DO(audited->world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	DO(audited->world, "kim", "lot.hold", "lot=GA-1 because='seal broken'");
	AUDIT_CLEAN(audited, "floor-broken");
	audited_plant(audited, "oma", "order.issued", "order=O-2026-0001 request=R-2026-0001 "
		"lapses_at=%lld", (long long)audited->world->now + 30 * TIME_DAY_MS);
	AUDIT_FINDS(audited, "floor-broken", "R-2026-0001", "left 0 g available");
	audited_free(audited);
}

/* A site that is suspended takes its lots with it, and gives them back. */
static void floor_of_sites(void)
{
	struct audited *audited = audited_new(world_stocked);
	DO(audited->world, "ola", "site.set", "site=north state=suspended because=flood");
	DO(audited->world, "ola", "site.set", "site=north state=open because=dry");
	DO(audited->world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000");
	AUDIT_CLEAN(audited, "floor-broken");
	DO(audited->world, "ola", "site.set", "site=north state=suspended because=flood");
	audited_plant(audited, "kurt", "request.allocated", AWARD, 1, 1, 1, 1, 1);
	AUDIT_FINDS(audited, "floor-broken", "R-2026-0009", "left 0 g available");
	audited_free(audited);
}

/* Pledged metal is none that may leave. */
static void floor_of_pledges(void)
{
	struct audited *audited = audited_new(world_stocked);
	DO_SIGNED(audited->world, "ola", "lot.pledge", "lot=GA-1 to=bank because=credit "
		"note_sha256=0000000000000000000000000000000000000000000000000000000000000001");
	audited_plant(audited, "kurt", "request.allocated", AWARD, 1, 1, 1, 1, 1);
	AUDIT_FINDS(audited, "floor-broken", "R-2026-0009", "left 0 g available");
	audited_free(audited);
}

static void floor_without_notice(void)
{
	struct audited *audited = audited_new(world_stocked);
	DO_SIGNED(audited->world, "ola", "floor.set",
		"because=less floors=[commodity=ga kind=operating mass_g=300000]");
	AUDIT_CLEAN(audited, "floor-broken");
	audited_plant(audited, "vaultd", "floor.in_force", "floor=ga/operating/2");
	AUDIT_FINDS(audited, "floor-broken", "ga/operating/2", "was lowered from 400 kg to 300 kg after 0 days");
	audited_free(audited);
}

static void floor_of_days(void)
{
	struct audited *audited = audited_new(world_stocked);
	DO_SIGNED(audited->world, "ola", "floor.set",
		"because=more floors=[commodity=ga kind=operating days=50 consumption_g_per_day=10000]");
	AUDIT_CLEAN(audited, "floor-broken");
	audited_bend(audited, "floor.proposed", 2, "\"mass_g\":500000", "\"mass_g\":450000");
	AUDIT_FINDS(audited, "floor-broken", "ga/operating/2", "is 50 days of 10000 g a day and counts as 450000 g");
	audited_free(audited);
}

static void no_floor(void)
{
	struct audited *audited = audited_new(world_framed);
	world_lot(audited->world, "GA-1", "ga", 1000000, 999900, ABSENT);
	world_declare(audited->world, "full", "commodity=ga");
	audited_plant(audited, "kurt", "request.allocated", AWARD, 1000, 1000, 1000, 1000, 1001);
	AUDIT_FINDS(audited, "floor-broken", "R-2026-0009", "before both its floors were in force");
	audited_free(audited);
}

static void expired_promised(void)
{
	struct audited *audited = audited_new(world_stocked);
	world_lot(audited->world, "GA-2", "ga", 1000, 999900, audited->world->now + TIME_DAY_MS);
	audited_sleep(audited, 2);
	audited_plant(audited, "kurt", "request.allocated", "available_g=9 awarded_g=10 commodity=ga "
		"declaration=D-2026-0001 mass_g=10 member=AUT picked_g=10 picks=[contained_g=10 lot=GA-2 "
		"net_g=11] request=R-2026-0009");
	AUDIT_FINDS(audited, "floor-broken", "R-2026-0009", "part of lot GA-2 was promised");
	audited_free(audited);
}

/* ---- below-target, below-floor ---- */

static void days_below(void)
{
	struct audited *audited = audited_new(world_stocked);
	AUDIT_CLEAN(audited, "below-target");
	DO(audited->world, "kim", "lot.hold", "lot=GA-1 because='seal broken'");
	int64_t index = (int64_t)audited->entry_count - 1;
	audited_sleep(audited, 5);
	const struct audited_finding *finding = audited_one(audited, "below-target", "commodity ga",
		"below its operating floor for 5 days, since 2026-11-22: 0 g available of 400 kg, 0%");
	CU_ASSERT_EQUAL(finding->index, index);
	CU_ASSERT_EQUAL(finding->severity, SEVERITY_WARNING);
	audited_sleep(audited, 25);
	finding = audited_one(audited, "below-target", "commodity ga", "for 30 days");
	CU_ASSERT_EQUAL(finding->severity, SEVERITY_CRITICAL);
	audited_free(audited);
}

/* What fills it up begins the count anew; a floor that is raised begins it as well. */
static void days_begin_anew(void)
{
	struct audited *audited = audited_new(world_stocked);
	DO(audited->world, "kim", "lot.hold", "lot=GA-1 because='seal broken'");
	world_pass(audited->world, 50 * TIME_DAY_MS);
	DO(audited->world, "kurt", "lot.hold_release", "hold=GA-1/1 because='sealed again'");
	AUDIT_CLEAN(audited, "below-target");
	DO_SIGNED(audited->world, "ola", "floor.set",
		"because=more floors=[commodity=ga kind=operating mass_g=2000000]");
	audited_sleep(audited, 3);
	AUDIT_FINDS(audited, "below-target", "commodity ga", "for 3 days, since 2027-01-11: 999.9 kg available of 2,000 kg, 49%");
	audited_free(audited);
}

static void below_and_why(void)
{
	struct audited *audited = audited_new(world_stocked);
	AUDIT_CLEAN(audited, "below-floor");
	world_lot(audited->world, "GA-2", "ga", 1000, 1000000, audited->world->now + TIME_DAY_MS);
	DO(audited->world, "kim", "lot.hold", "lot=GA-1 because='seal broken'");
	audited_sleep(audited, 2);
	const struct audited_finding *finding = audited_one(audited, "below-floor", "commodity ga",
		"below its hard floor of 100 kg by 99 kg: 1 kg available; 1 kg past their retest date in 1 lot, "
		"999.9 kg held in 1 lot");
	CU_ASSERT_EQUAL(finding->severity, SEVERITY_CRITICAL);
	audited_free(audited);
}

/* ---- available-book ---- */

static void bend_available(struct state *state)
{
	((struct commodity *)state_find(state, TABLE_COMMODITY, "ga"))->available_g++;
}

static void bend_reserved(struct state *state)
{
	struct lot *lot = state_find(state, TABLE_LOT, "GA-1");
	lot->reserved_g++;
	lot->commodity->reserved_g++;
	lot->commodity->available_g--;
}

static void book(void)
{
	struct audited *audited = busy();
	DO(audited->world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000");
	AUDIT_CLEAN(audited, "available-book");
	audited->bend = bend_available;
	AUDIT_FINDS(audited, "available-book", "books of ga", "803885 g available and 1000 g promised, and 803886 g");
	audited->bend = bend_reserved;
	AUDIT_FINDS(audited, "available-book", "lot GA-1", "has 1 g contained (0 g net) set aside, and open "
		"orders and awards come to 0 g");
	audited->bend = NULL;
	DO(audited->world, "kim", "lot.hold", "lot=GA-1 because='seal broken'");
	const struct audited_finding *finding = audited_one(audited, "available-book", "commodity ga",
		"of 804.885 kg of ga on the books 3.985 kg may leave; 799.9 kg held in 1 lot, 1 kg promised");
	CU_ASSERT_EQUAL(finding->severity, SEVERITY_WARNING);
	audited_free(audited);
}

/* ---- masses ---- */

static void bend_lost(struct state *state)
{
	((struct lot *)state_find(state, TABLE_LOT, "GA-2"))->lost_g = 10;
}

static void conserved(void)
{
	struct audited *audited = busy();
	AUDIT_CLEAN(audited, "mass-conserved");
	audited->bend = bend_lost;
	AUDIT_FINDS(audited, "mass-conserved", "lot GA-2", "took in 4990 g and accounts for 5000 g");
	audited->bend = NULL;
	int64_t index = audited_bend(audited, "lot.assayed", 0, "\"contained_g\":999900", "\"contained_g\":999901");
	const struct audited_finding *finding = audited_one(audited, "mass-conserved", "lot GA-1",
		"of 1000000 g net, 0 ppm moisture and 999900 ppm does not contain 999901 g");
	CU_ASSERT_EQUAL(finding->index, index);
	audited_free(audited);
}

static void bend_supplier(struct state *state)
{
	((struct account *)state_find(state, TABLE_ACCOUNT, "ga/supplier/acme"))->balance_g -= 7;
}

static void bend_site(struct state *state)
{
	((struct account *)state_find(state, TABLE_ACCOUNT, "ga/site/south"))->balance_g -= 7;
}

static void accounts(void)
{
	struct audited *audited = busy();
	AUDIT_CLEAN(audited, "accounts-zero");
	audited->bend = bend_supplier;
	AUDIT_FINDS(audited, "accounts-zero", "commodity ga", "do not sum to zero: -7 g are too many");
	audited_free(audited);
}

static void recount(void)
{
	struct audited *audited = busy();
	AUDIT_CLEAN(audited, "recount");
	audited->bend = bend_site;
	AUDIT_FINDS(audited, "recount", "account ga/site/south", "4990 g are at ga/site/south, and its account has 4983 g");
	audited->bend = NULL;
	int64_t index = audited_bend(audited, "lot.corrected", 0, "\"adjusted_g\":-10", "\"adjusted_g\":-20");
	const struct audited_finding *finding = audited_one(audited, "recount", "lot GA-2",
		"lot GA-2 has 4990 g, and lot.corrected left it with 4980 g");
	CU_ASSERT_EQUAL(finding->index, index);
	audited_free(audited);
}

/* Less leaves by the entry than the scale showed. */
static void recount_load(void)
{
	struct audited *audited = busy();
	audited_bend(audited, "order.loaded", 0, "\"out_net_g\":200021", "\"out_net_g\":200020");
	AUDIT_FINDS(audited, "recount", "lot GA-1", "799979 g, and order.loaded left it with 799980 g");
	audited_free(audited);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "floor passed", floor_passed },
		{ "floor passed by two", floor_passed_by_two },
		{ "floor at issue", floor_at_issue },
		{ "floor of sites", floor_of_sites },
		{ "floor of pledges", floor_of_pledges },
		{ "floor without notice", floor_without_notice },
		{ "floor of days", floor_of_days },
		{ "no floor", no_floor },
		{ "expired promised", expired_promised },
		{ "days below", days_below },
		{ "days begin anew", days_begin_anew },
		{ "below and why", below_and_why },
		{ "book", book },
		{ "conserved", conserved },
		{ "accounts", accounts },
		{ "recount", recount },
		{ "recount load", recount_load },
		CU_TEST_INFO_NULL,
	};
	return run_cases("audit stock", cases);
}
