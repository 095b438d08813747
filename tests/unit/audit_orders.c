/* What left the gates and by which right, orders nobody lifted, windows, reasons: planted faults are found. */
#include "audit_plant.h"

#include "reserve/emergency/declaration.h"

/* 1,000 g for Austria, order O-2026-0001 to Works, issued. */
static struct audited *issued(void)
{
	struct audited *audited = audited_new(world_stocked);
	DO(audited->world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000");
	DO(audited->world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	world_signed(__LINE__, audited->world, "O-2026-0001");
	return audited;
}

static void load(struct audited *audited)
{
	DO(audited->world, "kim", "load_out", "order=O-2026-0001 lot=GA-1 gross_g=1011 tare_g=10 carrier=c "
		"vehicle=v");
}

/* ---- delivered-elsewhere ---- */

static void elsewhere(void)
{
	struct audited *audited = issued();
	load(audited);
	DO(audited->world, "kim", "deliver", "order=O-2026-0001 consignee=Works receiver=r");
	AUDIT_CLEAN(audited, "delivered-elsewhere");
	int64_t index = audited_bend(audited, "order.delivered", 0, "\"consignee\":\"Works\"",
		"\"consignee\":\"Shop\"");
	const struct audited_finding *finding = audited_one(audited, "delivered-elsewhere",
		"order O-2026-0001", "is for \"Works\" and was delivered to \"Shop\", received by \"r\"");
	CU_ASSERT_EQUAL(finding->index, index);
	CU_ASSERT_EQUAL(finding->severity, SEVERITY_CRITICAL);
	audited_free(audited);
}

/* The order itself was made out to somebody whom the request does not name. */
static void order_elsewhere(void)
{
	struct audited *audited = audited_new(world_stocked);
	DO(audited->world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000 consignee=Works");
	DO(audited->world, "kim", "order.prepare", "request=R-2026-0001");
	world_signed(__LINE__, audited->world, "O-2026-0001");
	load(audited);
	DO(audited->world, "kim", "deliver", "order=O-2026-0001 consignee=Works receiver=r");
	AUDIT_CLEAN(audited, "delivered-elsewhere");
	audited_bend(audited, "order.prepared", 0, "\"consignee\":\"Works\"", "\"consignee\":\"Shop\"");
	audited_bend(audited, "order.delivered", 0, "\"consignee\":\"Works\"", "\"consignee\":\"Shop\"");
	AUDIT_FINDS(audited, "delivered-elsewhere", "order O-2026-0001", "R-2026-0001 asked for \"Works\"");
	audited_free(audited);
}

static void delivered_less(void)
{
	struct audited *audited = issued();
	load(audited);
	DO(audited->world, "kim", "deliver", "order=O-2026-0001 consignee=Works receiver=r");
	audited_bend(audited, "order.delivered", 0, "\"out_net_g\":1001", "\"out_net_g\":901");
	AUDIT_FINDS(audited, "delivered-elsewhere", "order O-2026-0001", "1001 g were loaded against order "
		"O-2026-0001, and 901 g were delivered");
	audited_free(audited);
}

/* ---- release-without-order ---- */

#define LOAD "order=O-2026-0001 lot=GA-1 request=R-2026-0001 carrier=c vehicle=v gross_g=1011 tare_g=10 " \
	"out_net_g=1001 out_contained_g=1000"

static void unsigned_order(void)
{
	struct audited *audited = audited_new(world_stocked);
	DO(audited->world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000");
	DO(audited->world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	AUDIT_CLEAN(audited, "release-without-order");
	int64_t index = audited_plant(audited, "kim", "order.loaded", LOAD);
	const struct audited_finding *finding = audited_one(audited, "release-without-order",
		"order O-2026-0001 lot GA-1", "1001 g of lot GA-1 left against O-2026-0001: that order was prepared");
	CU_ASSERT_EQUAL(finding->index, index);
	audited_free(audited);
}

static void held_lot(void)
{
	struct audited *audited = issued();
	DO(audited->world, "kim", "lot.hold", "lot=GA-1 because='seal broken'");
	audited_plant(audited, "kim", "order.loaded", LOAD);
	AUDIT_FINDS(audited, "release-without-order", "order O-2026-0001 lot GA-1", "and it is held");
	audited_free(audited);
}

static void more_than_ordered(void)
{
	struct audited *audited = issued();
	load(audited);
	AUDIT_CLEAN(audited, "release-without-order");
	audited_bend(audited, "order.loaded", 0, "\"gross_g\":1011", "\"gross_g\":2011");
	AUDIT_FINDS(audited, "release-without-order", "order O-2026-0001 lot GA-1",
		"2001 g of lot GA-1 left against O-2026-0001, which let 1001 g more of it go");
	AUDIT_FINDS(audited, "release-without-order", "lot GA-1",
		"1001 g have left lot GA-1, and orders account for 2001 g");
	audited_free(audited);
}

static void bend_out(struct state *state)
{
	struct lot *lot = state_find(state, TABLE_LOT, "GA-1");
	lot->out_g += 500;
	lot->on_hand_g -= 500;
}

static void vanished(void)
{
	struct audited *audited = issued();
	audited->bend = bend_out;
	AUDIT_FINDS(audited, "release-without-order", "lot GA-1",
		"500 g have left lot GA-1, and orders account for 0 g");
	audited_free(audited);
}

/* ---- order-unlifted ---- */

static void unlifted(void)
{
	struct audited *audited = issued();
	AUDIT_CLEAN(audited, "order-unlifted");
	audited_sleep(audited, 3);
	AUDIT_FINDS(audited, "order-unlifted", "order O-2026-0001", "order O-2026-0001 for Works: the last slot "
		"was on 2026-11-23, and 1 kg of ga is still here");
	audited_free(audited);
}

static void lapsed(void)
{
	struct audited *audited = issued();
	world_pass(audited->world, 40 * TIME_DAY_MS);
	const struct audited_finding *finding = audited_one(audited, "order-unlifted", "order O-2026-0001",
		"order O-2026-0001 for Works lapsed: 1 kg of ga was not lifted");
	CU_ASSERT_EQUAL(finding->index, audited_find(audited, "order.lapsed", 0));
	audited->since = audited->world->now + 1; /* history is told once, and not again */
	AUDIT_CLEAN(audited, "order-unlifted");
	audited_free(audited);
}

static void in_transit(void)
{
	struct audited *audited = issued();
	load(audited);
	audited_sleep(audited, 30);
	AUDIT_CLEAN(audited, "order-unlifted");
	audited_sleep(audited, 1);
	AUDIT_FINDS(audited, "order-unlifted", "order O-2026-0001", "left on 2026-11-22, 31 days ago, and nobody "
		"has said that Works has it");
	audited_free(audited);
}

/* ---- expired-declaration ---- */

static void outside_window(void)
{
	struct audited *audited = audited_new(world_stocked);
	DO(audited->world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000");
	AUDIT_CLEAN(audited, "expired-declaration");
	audited_sleep(audited, 31);
	const struct audited_finding *finding = audited_one(audited, "expired-declaration",
		"declaration D-2026-0001", "is open and ended on 2026-12-22");
	CU_ASSERT_EQUAL(finding->severity, SEVERITY_WARNING);
	audited_plant(audited, "kurt", "request.allocated", "available_g=9 awarded_g=10 commodity=ga "
		"declaration=D-2026-0001 mass_g=10 member=AUT picked_g=10 picks=[contained_g=10 lot=GA-1 "
		"net_g=11] request=R-2026-0009");
	finding = audited_one(audited, "expired-declaration", "R-2026-0009",
		"was awarded under D-2026-0001 outside its window");
	CU_ASSERT_EQUAL(finding->severity, SEVERITY_CRITICAL);
	audited_free(audited);
}

/* ---- reason-missing ---- */

static void reasons(void)
{
	struct audited *audited = audited_new(world_stocked);
	DO(audited->world, "kim", "lot.hold", "lot=GA-1 because='seal broken'");
	AUDIT_CLEAN(audited, "reason-missing");
	DO(audited->world, "kim", "lot.hold", "lot=GA-1 because=-");
	const struct audited_finding *finding = audited_one(audited, "reason-missing", "lot.held GA-1",
		"lot.held by kim of GA-1 has no reason: \"-\"");
	CU_ASSERT_EQUAL(finding->severity, SEVERITY_WARNING);
	CU_ASSERT_EQUAL(finding->index, audited_find(audited, "lot.held", 1));
	audited_free(audited);
}

static void old_hold(void)
{
	struct audited *audited = audited_new(world_stocked);
	DO(audited->world, "kim", "lot.hold", "lot=GA-1 because='seal broken'");
	audited_sleep(audited, 179);
	AUDIT_CLEAN(audited, "reason-missing");
	audited_sleep(audited, 1);
	AUDIT_FINDS(audited, "reason-missing", "hold GA-1/1", "lot GA-1 is held for 180 days by kim, because "
		"\"seal broken\"");
	audited_free(audited);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "elsewhere", elsewhere },
		{ "order elsewhere", order_elsewhere },
		{ "delivered less", delivered_less },
		{ "unsigned order", unsigned_order },
		{ "held lot", held_lot },
		{ "more than ordered", more_than_ordered },
		{ "vanished", vanished },
		{ "unlifted", unlifted },
		{ "lapsed", lapsed },
		{ "in transit", in_transit },
		{ "outside window", outside_window },
		{ "reasons", reasons },
		{ "old hold", old_hold },
		CU_TEST_INFO_NULL,
	};
	return run_cases("audit orders", cases);
}
