/* The history of days: how stock stood at the end of each, what moved, and what bound a request. */
#include "view_report_world.h"

#include "reserve/stock/material.h"
#include "reserve/stock/order.h"

static int64_t day_of(int64_t at) { return at - at % TIME_DAY_MS; }

static const struct commodity *gallium(void)
{
	return state_find(kept, TABLE_COMMODITY, "ga");
}

/* Net, contained and count of a kind of flow on a day; -1 stands for any day. */
static struct history_flow flow_of(enum history_flow_kind kind, int64_t day)
{
	size_t count;
	const struct history_flow *flows = history_flows(history, &count);
	struct history_flow sum = { 0 };
	for (size_t i = 0; i < count; i++) {
		if (flows[i].kind != kind || (day >= 0 && flows[i].day != day))
			continue;
		sum.count += flows[i].count;
		sum.net_g += flows[i].net_g;
		sum.contained_g += flows[i].contained_g;
	}
	return sum;
}

static void test_steps(void)
{
	struct world *world = lived(world_framed);
	int64_t today = day_of(world->now);
	CU_ASSERT_PTR_NULL(history_at(history, gallium(), today - 400 * TIME_DAY_MS));
	world_lot(world, "GA-1", "ga", 1000000, 999900, ABSENT);
	world_floors(world, "ga", 400000, 100000);
	CU_ASSERT_EQUAL(history_at(history, gallium(), today)->available_g, 0); /* it is not over */
	world_pass(world, TIME_DAY_MS);
	world_lot(world, "GA-2", "ga", 500000, 1000000, ABSENT);
	world_pass(world, 3 * TIME_DAY_MS);
	world_lot(world, "GA-3", "ga", 1000, 1000000, ABSENT);
	const struct history_step *step = history_at(history, gallium(), today);
	CU_ASSERT_EQUAL(step->available_g, 999900);
	CU_ASSERT_EQUAL(step->operating_g, 400000);
	CU_ASSERT_EQUAL(step->hard_g, 100000);
	CU_ASSERT_EQUAL(step->consumption_g_per_day, ABSENT);
	/* a day on which nothing happened is as the one before */
	for (int i = 1; i < 4; i++)
		CU_ASSERT_EQUAL(history_at(history, gallium(), today + i * TIME_DAY_MS)->available_g, 1499900);
	CU_ASSERT_EQUAL(history_below_since(history, gallium()), ABSENT);
	DO(world, "kim", "lot.hold", "lot=GA-1 reason=seal because=broken");
	DO(world, "kim", "lot.hold", "lot=GA-2 reason=seal because=broken");
	world_pass(world, 2 * TIME_DAY_MS);
	world_lot(world, "GA-4", "ga", 1000, 1000000, ABSENT);
	CU_ASSERT_EQUAL(history_below_since(history, gallium()), today + 4 * TIME_DAY_MS);
	ended(world);
}

static void test_flows(void)
{
	struct world *world = lived(world_framed);
	int64_t today = day_of(world->now);
	world_lot(world, "GA-1", "ga", 1000000, 999900, ABSENT);
	world_lot(world, "GA-2", "ga", 500000, 1000000, ABSENT);
	CU_ASSERT_EQUAL(flow_of(HISTORY_WEIGHED, today).net_g, 1500000);
	CU_ASSERT_EQUAL(flow_of(HISTORY_ACCEPTED, today).contained_g, 1499900);
	DO(world, "kim", "lot.move", "lot=GA-2 to=south");
	DO(world, "kim", "lot.arrive", "lot=GA-2");
	world_pass(world, TIME_DAY_MS);
	DO(world, "kurt", "lot.correct", "lot=GA-1 net_g=999000 because=slip");
	DO(world, "kim", "lot.lose", "lot=GA-2 reason=theft because=gone");
	DO(world, "kim", "lot.add", "lots=[code=GA-9 commodity=ga site=north expected_g=10 supplier=acme "
		"origin=AUT]");
	DO(world, "kim", "lot.weigh", "lot=GA-9 gross_g=20 tare_g=10");
	DO(world, "asa", "lot.reject", "lot=GA-9 reason=grade because=poor");
	CU_ASSERT_EQUAL(flow_of(HISTORY_SENT, today).net_g, 500000);
	CU_ASSERT_EQUAL(flow_of(HISTORY_ARRIVED, today).net_g, 500000);
	CU_ASSERT_EQUAL(flow_of(HISTORY_ADJUSTED, today + TIME_DAY_MS).net_g, -1000);
	CU_ASSERT_EQUAL(flow_of(HISTORY_LOST, today + TIME_DAY_MS).net_g, 500000);
	CU_ASSERT_EQUAL(flow_of(HISTORY_LOST, -1).contained_g, 500000);
	CU_ASSERT_EQUAL(flow_of(HISTORY_REJECTED, -1).net_g, 10);
	CU_ASSERT_EQUAL(flow_of(HISTORY_OUT, -1).count, 0);
	/* the lots of a day that is over are one flow where they are alike */
	size_t count;
	const struct history_flow *flows = history_flows(history, &count);
	for (size_t i = 0; i < count; i++) {
		if (flows[i].kind == HISTORY_ACCEPTED) {
			CU_ASSERT_EQUAL(flows[i].count, 2);
			CU_ASSERT_STRING_EQUAL(flows[i].supplier, "acme");
			CU_ASSERT_STRING_EQUAL(flows[i].origin, "AUT");
			CU_ASSERT_STRING_EQUAL(flows[i].site->code, "north");
		}
	}
	ended(world);
}

static void test_order(void)
{
	static const char *const kinds[] = { "order.issued", "order.slotted", "order.loaded",
		"order.delivered" };
	struct world *world = lived(world_stocked);
	DO(world, "otto", "request.submit", "member=AUT commodity=ga mass_g=300000 tier=C purpose=x");
	DO(world, "kim", "order.prepare", "request=R-2026-0001 consignee=mill");
	world_signed(__LINE__, world, "O-2026-0001");
	DO(world, "kim", "load_out", "order=O-2026-0001 lot=GA-1 gross_g=301000 tare_g=970 carrier=c "
		"vehicle=v");
	DO(world, "kim", "deliver", "order=O-2026-0001 consignee=mill receiver=r");
	const struct order *order = NULL;
	order = state_next(kept, TABLE_RELEASE_ORDER, order);
	CU_ASSERT_PTR_NOT_NULL_FATAL(order);
	const struct history_mark *mark = NULL;
	size_t count = 0;
	int64_t last = -1;
	while ((mark = history_next_mark(history, order, mark)) != NULL) {
		CU_ASSERT_FATAL(count < 4);
		CU_ASSERT_STRING_EQUAL(mark->type->kind, kinds[count++]);
		CU_ASSERT(mark->index > last);
		last = mark->index;
	}
	CU_ASSERT_EQUAL(count, 4);
	CU_ASSERT_EQUAL(flow_of(HISTORY_OUT, -1).net_g, 300030);
	ended(world);
}

static const struct request *request_of(const char *id)
{
	const struct request *request = NULL;
	while ((request = state_next(kept, TABLE_REQUEST, request)) != NULL) {
		if (text_equal(request->id, id))
			return request;
	}
	return NULL;
}

static void test_rules(void)
{
	struct world *world = lived(world_stocked);
	DO(world, "otto", "request.submit", "member=AUT commodity=ga mass_g=300000 tier=C purpose=x");
	REFUSED(world, "request", "otto", "request.submit",
		"member=AUT commodity=ga mass_g=900000 tier=C purpose=x");
	REFUSED(world, "request", "otto", "request.submit",
		"member=FRA commodity=ga mass_g=1 tier=C purpose=x");
	CU_ASSERT_STRING_EQUAL(history_rule(history, request_of("R-2026-0001")), "");
	CU_ASSERT_STRING_EQUAL(history_rule(history, request_of("R-2026-0002")), "R03");
	CU_ASSERT_STRING_EQUAL(history_rule(history, request_of("R-2026-0003")), "R07");
	ended(world);
}

int main(void)
{
	return run_cases("the history of days", (CU_TestInfo[]){
		{ "how it stood at the end of a day", test_steps },
		{ "what came, moved and left", test_flows },
		{ "the entries of an order", test_order },
		{ "the rule that bound a request", test_rules },
		CU_TEST_INFO_NULL,
	});
}
