/* Load-out slots: books by site and day, cutting, and what no order of events may break. */
#include "reserve_world.h"

#include "reserve/stock/loadout.h"
#include "reserve/emergency/rule.h"
#include "reserve/stock/slots.h"

#define DAY(n) (slot_day_of(WORLD_BEGIN) + (n) * TIME_DAY_MS)

/* Sites: slow loads 100 g a day, fast 1,000 g, open without a limit. */
static struct world *world_sites(void)
{
	struct world *world = world_new();
	DO(world, "ola", "site.add", "sites=[code=slow name=S country=AUT daily_loadout_g=100; "
		"code=fast name=F country=ITA daily_loadout_g=1000; code=wide name=W country=FRA]");
	return world;
}

static struct site *site_of(const struct world *world, const char *code)
{
	struct site *site = state_find(world->state, TABLE_SITE, code);
	CU_ASSERT_PTR_NOT_NULL_FATAL(site);
	return site;
}

static struct slot_plan *plan_of(struct world *world)
{
	static struct context context;
	context = (struct context){ .state = world->state, .now = world->now,
		.arena = world->arena };
	return slots_begin(&context);
}

/* ---- books ---- */

static void put(struct order *order, struct slot *slots, uint32_t count)
{
	order->slots = (struct list){ slots, count };
}

static void test_books(void)
{
	struct world *world = world_sites();
	struct order one = { 0 }, two = { 0 };
	put(&one, (struct slot[]){ { DAY(3), 40, "slow" }, { DAY(1), 60, "slow" },
		{ DAY(1), 5, "fast" } }, 3);
	put(&two, (struct slot[]){ { DAY(3), 60, "slow" }, { DAY(2), 7, "slow" } }, 2);
	slots_book(world->state, &one, 1);
	slots_book(world->state, &two, 1);
	const struct site *slow = site_of(world, "slow");
	CU_ASSERT_EQUAL(slow->book.count, 3);
	CU_ASSERT_EQUAL(slots_booked_g(slow, DAY(1)), 60);
	CU_ASSERT_EQUAL(slots_booked_g(slow, DAY(2)), 7);
	CU_ASSERT_EQUAL(slots_booked_g(slow, DAY(3)), 100);
	CU_ASSERT_EQUAL(slots_booked_g(slow, DAY(4)), 0);
	CU_ASSERT_EQUAL(slots_booked_g(site_of(world, "fast"), DAY(1)), 5);
	CU_ASSERT_EQUAL(slots_next_free(slow, 100, DAY(3)), DAY(4));
	CU_ASSERT_EQUAL(slots_next_free(slow, 100, DAY(2)), DAY(2));
	CU_ASSERT_EQUAL(slots_next_free(slow, 7, DAY(1)), DAY(4));
	CU_ASSERT_EQUAL(slots_next_free(slow, ABSENT, DAY(3)), DAY(3));
	slots_book(world->state, &one, -1);
	CU_ASSERT_EQUAL(slow->book.count, 2); /* a day with nothing has no entry */
	CU_ASSERT_EQUAL(site_of(world, "fast")->book.count, 0);
	slots_book(world->state, &two, -1);
	CU_ASSERT_EQUAL(slow->book.count, 0);
	world_free(world);
}

/* Whatever goes in and comes out, a book is what is in. */
static void test_books_random(void)
{
	enum { ORDERS = 60, STEPS = 4000, DAYS = 50 };
	struct world *world = world_sites();
	struct slot slots[ORDERS];
	bool in[ORDERS] = { false };
	int64_t sums[DAYS] = { 0 };
	unsigned random = 7;
	for (int step = 0; step < STEPS; step++) {
		struct order order = { 0 };
		random = random * 1103515245u + 12345u;
		unsigned at = (random >> 16) % ORDERS, day = (random >> 8) % DAYS;
		if (!in[at])
			slots[at] = (struct slot){ DAY(day), 1 + (random >> 20) % 9, "wide" };
		day = (unsigned)((slots[at].day - DAY(0)) / TIME_DAY_MS);
		in[at] = !in[at];
		sums[day] += in[at] ? slots[at].net_g : -slots[at].net_g;
		put(&order, &slots[at], 1);
		slots_book(world->state, &order, in[at] ? 1 : -1);
	}
	const struct slot_book *book = &site_of(world, "wide")->book;
	uint32_t filled = 0;
	for (int day = 0; day < DAYS; day++) {
		CU_ASSERT_EQUAL(slots_booked_g(site_of(world, "wide"), DAY(day)), sums[day]);
		filled += sums[day] > 0;
	}
	CU_ASSERT_EQUAL(book->count, filled);
	for (uint32_t i = 1; i < book->count; i++)
		CU_ASSERT(book->days[i - 1].day < book->days[i].day);
	world_free(world);
}

/* ---- cutting ---- */

static void test_cut(void)
{
	static const struct {
		const char *site;
		int64_t limit_g, net_g;
		int last;                 /* day of the last gram, from tomorrow = 1 */
		int64_t grams[5];         /* by slot */
	} cases[] = {
		{ "slow", ABSENT, 100, 1, { 100 } },
		{ "slow", ABSENT, 101, 2, { 100, 1 } },
		{ "slow", ABSENT, 1, 1, { 1 } },
		{ "slow", ABSENT, 350, 4, { 100, 100, 100, 50 } },
		{ "slow", 40, 100, 3, { 40, 40, 20 } },     /* a rule lets it load less */
		{ "slow", 500, 150, 2, { 100, 50 } },       /* and never more than it can */
		{ "wide", ABSENT, 1000000, 1, { 1000000 } },
		{ "wide", 400000, 1000000, 3, { 400000, 400000, 200000 } },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world *world = world_sites();
		struct slot_plan *plan = plan_of(world);
		const struct site *site = site_of(world, cases[i].site);
		struct list slots = { NULL, 0 };
		slots_limit(plan, site, cases[i].limit_g);
		CU_ASSERT_EQUAL(slots_earliest(plan, site, cases[i].net_g), DAY(cases[i].last));
		CU_ASSERT_EQUAL(slots_cut(plan, site, cases[i].net_g, &slots), DAY(cases[i].last));
		CU_ASSERT_EQUAL_FATAL(slots.count, (uint32_t)cases[i].last);
		for (uint32_t j = 0; j < slots.count; j++) {
			const struct slot *slot = (struct slot *)slots.items + j;
			CU_ASSERT_EQUAL(slot->day, DAY(j + 1));
			CU_ASSERT_EQUAL(slot->net_g, cases[i].grams[j]);
			CU_ASSERT_STRING_EQUAL(slot->site, cases[i].site);
		}
		CU_ASSERT_EQUAL(site->book.count, 0); /* the state is as it was */
		world_free(world);
	}
}

/* Days that are booked are filled up first; a plan sees what it has cut, each limit in its turn. */
static void test_cut_around(void)
{
	struct world *world = world_sites();
	struct order booked = { 0 };
	put(&booked, (struct slot[]){ { DAY(0), 100, "slow" }, { DAY(1), 30, "slow" },
		{ DAY(2), 100, "slow" }, { DAY(4), 99, "slow" } }, 4);
	slots_book(world->state, &booked, 1);
	struct slot_plan *plan = plan_of(world);
	const struct site *slow = site_of(world, "slow");
	struct list one = { NULL, 0 }, two = { NULL, 0 }, three = { NULL, 0 };
	CU_ASSERT_EQUAL(slots_earliest(plan, slow, 70), DAY(1));
	CU_ASSERT_EQUAL(slots_earliest(plan, slow, 171), DAY(4));
	CU_ASSERT_EQUAL(slots_earliest(plan, slow, 172), DAY(5));
	CU_ASSERT_EQUAL(slots_cut(plan, slow, 100, &one), DAY(3));
	slots_limit(plan, slow, 50); /* a rule of another member */
	CU_ASSERT_EQUAL(slots_cut(plan, slow, 60, &two), DAY(5));
	slots_limit(plan, slow, ABSENT);
	CU_ASSERT_EQUAL(slots_cut(plan, slow, 60, &three), DAY(5));
	const int64_t grams[] = { 70, 30, 20, 40, 50, 1, 9 };
	const int days[] = { 1, 3, 3, 5, 3, 4, 5 };
	const struct list *lists[] = { &one, &two, &three };
	size_t at = 0;
	for (size_t i = 0; i < 3; i++) {
		for (uint32_t j = 0; j < lists[i]->count && at < 7; j++, at++) {
			const struct slot *slot = (struct slot *)lists[i]->items + j;
			CU_ASSERT_EQUAL(slot->net_g, grams[at]);
			CU_ASSERT_EQUAL(slot->day, DAY(days[at]));
		}
	}
	CU_ASSERT_EQUAL(at, 7);
	slots_book(world->state, &booked, -1);
	world_free(world);
}

/* A limit that fills the first days for one leaves room in them for the next. */
static void test_limits_in_turn(void)
{
	struct world *world = world_sites();
	struct slot_plan *plan = plan_of(world);
	const struct site *slow = site_of(world, "slow");
	struct list slots = { NULL, 0 };
	slots_limit(plan, slow, 10);
	CU_ASSERT_EQUAL(slots_cut(plan, slow, 20, &slots), DAY(2));
	CU_ASSERT_EQUAL(slots_cut(plan, slow, 5, &slots), DAY(3));
	slots_limit(plan, slow, ABSENT);
	CU_ASSERT_EQUAL(slots_cut(plan, slow, 95, &slots), DAY(2));
	slots_limit(plan, slow, 10);
	CU_ASSERT_EQUAL(slots_cut(plan, slow, 5, &slots), DAY(3));
	CU_ASSERT_EQUAL(slots_cut(plan, slow, 1, &slots), DAY(4));
	world_free(world);
}

static void test_queue(void)
{
	static const struct { int64_t issued_at; char id[CODE_MAX]; } queue[] = {
		{ 4, "O-2026-0009" }, { 5, "O-2026-0002" }, { 5, "O-2026-0010" }, { 5, "O-2026-9999" },
		{ 5, "O-2026-10000" }, { 6, "O-2026-0001" },
	};
	enum { COUNT = sizeof queue / sizeof *queue };
	for (int i = 0; i < COUNT; i++) {
		for (int j = 0; j < COUNT; j++) {
			struct order a = { .issued_at = queue[i].issued_at };
			struct order b = { .issued_at = queue[j].issued_at };
			body_text(a.id, queue[i].id);
			body_text(b.id, queue[j].id);
			int order = order_compare(&a, &b);
			CU_ASSERT_EQUAL((order > 0) - (order < 0), (i > j) - (i < j));
		}
	}
}

/* What would take more than ten years gets slots for ten years and a date behind them. */
static void test_horizon(void)
{
	struct world *world = world_sites();
	struct slot_plan *plan = plan_of(world);
	const struct site *slow = site_of(world, "slow");
	struct list slots = { NULL, 0 };
	CU_ASSERT_EQUAL(slots_earliest(plan, slow, 100 * LOADOUT_DAYS_MAX), DAY(LOADOUT_DAYS_MAX));
	CU_ASSERT_EQUAL(slots_earliest(plan, slow, LOT_MASS_MAX), DAY(LOADOUT_DAYS_MAX + 1));
	CU_ASSERT_EQUAL(slots_cut(plan, slow, LOT_MASS_MAX, &slots), DAY(LOADOUT_DAYS_MAX + 1));
	CU_ASSERT_EQUAL(slots.count, LOADOUT_DAYS_MAX);
	CU_ASSERT_EQUAL(slots_cut(plan, slow, 1, &slots), DAY(LOADOUT_DAYS_MAX + 1));
	CU_ASSERT_EQUAL(slots.count, LOADOUT_DAYS_MAX);
	world_free(world);
}

/* Thousands of orders in one decision: no day is passed, no gram is lost, no room is left behind. */
static void test_many(void)
{
	enum { ORDERS = 3300, DAYS = 400 };
	static const char *const names[] = { "slow", "fast" };
	struct world *world = world_sites();
	struct slot_plan *plan = plan_of(world);
	int64_t booked_g[2][DAYS] = { { 0 } }, asked_g[2] = { 0 };
	unsigned random = 3;
	for (int i = 0; i < ORDERS; i++) {
		for (int s = 0; s < 2; s++) {
			struct list slots = { NULL, 0 };
			random = random * 1103515245u + 12345u;
			int64_t net_g = 1 + (random >> 16) % (s == 0 ? 17 : 170);
			const struct site *site = site_of(world, names[s]);
			int64_t expected = slots_earliest(plan, site, net_g), sum_g = 0;
			CU_ASSERT_EQUAL(slots_cut(plan, site, net_g, &slots), expected);
			for (uint32_t j = 0; j < slots.count; j++) {
				const struct slot *slot = (struct slot *)slots.items + j;
				int64_t day = (slot->day - DAY(0)) / TIME_DAY_MS;
				CU_ASSERT_FATAL(day > 0 && day < DAYS && slot->net_g > 0);
				booked_g[s][day] += slot->net_g;
				sum_g += slot->net_g;
			}
			CU_ASSERT_EQUAL(sum_g, net_g);
			asked_g[s] += net_g;
		}
	}
	for (int s = 0; s < 2; s++) {
		int64_t daily_g = site_of(world, names[s])->daily_loadout_g;
		for (int day = 1; asked_g[s] > 0; day++) {
			CU_ASSERT_FATAL(day < DAYS);
			CU_ASSERT_EQUAL(booked_g[s][day], asked_g[s] < daily_g ? asked_g[s] : daily_g);
			asked_g[s] -= booked_g[s][day];
		}
	}
	world_free(world);
}

/* ---- orders ---- */

/* Gallium at all three sites, a price, an open declaration. Each site has a lot of a million grams. */
static struct world *world_loading(void)
{
	struct world *world = world_framed();
	DO(world, "ola", "site.add", "sites=[code=slow name=S country=AUT daily_loadout_g=100; "
		"code=fast name=F country=ITA daily_loadout_g=1000; code=wide name=W country=FRA]");
	static const char *const sites[] = { "slow", "fast", "wide" };
	for (int i = 0; i < 3; i++) {
		/* ever higher grades, so that a request says by its grade which lot it gets */
		DO(world, "kim", "lot.add", "lots=[code=%s-1 commodity=ga site=%s expected_g=1000000 "
			"supplier=acme origin=AUT]", sites[i], sites[i]);
		DO(world, "kim", "lot.weigh", "lot=%s-1 gross_g=1000001 tare_g=1", sites[i]);
		DO(world, "asa", "lot.assay", "lot=%s-1 grade_ppm=%d laboratory=x", sites[i],
			999998 + i);
		DO(world, "asa", "lot.accept", "lot=%s-1", sites[i]);
	}
	world_floors(world, "ga", 0, 0);
	DO_SIGNED(world, "ola", "price.draft",
		"because=x prices=[commodity=ga quoted=5 unit=USD/kg basis=Ga]");
	world_declare(world, "full", "commodity=ga");
	return world;
}

/* An order for so many grams of a lot of that grade; returns its id. */
static const char *order_for(struct world *world, int64_t mass_g, int grade_ppm, const char *more)
{
	static char id[CODE_MAX];
	char request[CODE_MAX];
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=%lld min_grade_ppm=%d%s",
		(long long)mass_g, grade_ppm, more);
	text_copy(request, sizeof request, world->id);
	DO(world, "kim", "order.prepare", "request=%s consignee=Works", request);
	text_copy(id, sizeof id, world->id);
	world_signed(__LINE__, world, id);
	return id;
}

static const struct order *order_of(const struct world *world, const char *id)
{
	const struct order *order = state_find(world->state, TABLE_RELEASE_ORDER, id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(order);
	return order;
}

/* "1:slow:100 2:slow:50", days from today. */
static const char *shown(const struct order *order)
{
	static char text[512];
	const struct slot *slots = order->slots.items;
	text[0] = '\0';
	for (uint32_t i = 0; i < order->slots.count; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%lld:%s:%lld",
			i > 0 ? " " : "", (long long)((slots[i].day - DAY(0)) / TIME_DAY_MS), slots[i].site,
			(long long)slots[i].net_g);
	return text;
}

static void test_issue(void)
{
	struct world *world = world_loading();
	CU_ASSERT_STRING_EQUAL(shown(order_of(world, order_for(world, 200, 999998, ""))),
		"1:slow:100 2:slow:100 3:slow:1"); /* 201 g net contain 200 */
	CU_ASSERT_PTR_NULL(world->decision.remark);
	CU_ASSERT_STRING_EQUAL(shown(order_of(world, order_for(world, 50, 999998, ""))),
		"3:slow:51");
	CU_ASSERT_STRING_EQUAL(shown(order_of(world, order_for(world, 5000, 1000000, ""))),
		"1:wide:5000");
	/* a thousand days take two entries */
	const struct order *long_one = order_of(world, order_for(world, 999999, 999999, ""));
	CU_ASSERT_EQUAL(long_one->slots.count, 2 * SLOTS_PER_ENTRY);
	/* it lives until its last slot is over; the others as long as any order */
	CU_ASSERT_EQUAL(long_one->lapses_at, DAY(2 * SLOTS_PER_ENTRY + 1));
	CU_ASSERT_EQUAL(order_of(world, "O-2026-0001")->lapses_at, world->now + 30 * TIME_DAY_MS);
	uint32_t entries = 0;
	for (uint32_t i = 0; i < world->decision.count; i++)
		entries += world->decision.events[i].type == event_type_find("order.slotted");
	CU_ASSERT_EQUAL(entries, 2);
	/* what leaves on the day before is in time, on the day itself it is not */
	char need[64];
	snprintf(need, sizeof need, " need_by=%lld", (long long)DAY(5));
	order_for(world, 48 + 99, 999998, need);
	CU_ASSERT_PTR_NULL(world->decision.remark);
	snprintf(need, sizeof need, " need_by=%lld", (long long)DAY(5) + 5);
	order_for(world, 99, 999998, need);
	CU_ASSERT_PTR_NOT_NULL_FATAL(world->decision.remark);
	CU_ASSERT_PTR_NOT_NULL(strstr(world->decision.remark, "expected out by 2026-11-27"));
	world_free(world);
}

static void test_withdrawn(void)
{
	struct world *world = world_loading();
	order_for(world, 200, 999998, "");
	CU_ASSERT_EQUAL(site_of(world, "slow")->book.count, 3);
	DO(world, "kim", "request.withdraw", "request=R-2026-0001 because=x");
	CU_ASSERT_EQUAL(site_of(world, "slow")->book.count, 0);
	order_for(world, 200, 999998, "");
	world_pass(world, 30 * TIME_DAY_MS);
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_RELEASE_ORDER, "O-2026-0002"));
	CU_ASSERT_EQUAL(site_of(world, "slow")->book.count, 0);
	world_free(world);
}

/* ---- moving ---- */

#define MOVE "because='the carrier' order=%s to=%lld"

static void test_move(void)
{
	struct world *world = world_loading();
	char one[CODE_MAX], two[CODE_MAX];
	text_copy(one, sizeof one, order_for(world, 199, 999998, "")); /* 1:100 2:100 */
	text_copy(two, sizeof two, order_for(world, 99, 999998, ""));  /* 2:2 3:97 */
	FAILS(world, ERROR_DENIED, "ola", "slot.move", MOVE, one, (long long)DAY(9));
	FAILS(world, ERROR_NOT_FOUND, "kim", "slot.move", MOVE, "O-2026-0009", (long long)DAY(9));
	FAILS(world, ERROR_INVALID, "kim", "slot.move", MOVE, one, (long long)DAY(-1));
	FAILS(world, ERROR_INVALID, "kim", "slot.move", MOVE " from=%lld", one, (long long)DAY(30),
		(long long)DAY(1)); /* it lapses on that day */
	FAILS(world, ERROR_NOT_FOUND, "kim", "slot.move", MOVE " site=moon", one, (long long)DAY(9));
	FAILS(world, ERROR_ILLEGAL, "kim", "slot.move", MOVE " site=fast", one, (long long)DAY(9));
	FAILS(world, ERROR_ILLEGAL, "kim", "slot.move", MOVE " from=%lld", one, (long long)DAY(9),
		(long long)DAY(7));
	FAILS(world, ERROR_ILLEGAL, "kim", "slot.move", MOVE, two, (long long)DAY(3) + 7);
	FAILS(world, ERROR_CONFLICT, "kim", "slot.move", MOVE, one, (long long)DAY(9)); /* 200 g */
	CU_ASSERT_PTR_NOT_NULL(strstr(world->error.remedy, "--from"));
	FAILS(world, ERROR_CONFLICT, "kim", "slot.move", MOVE " from=%lld", one, (long long)DAY(2),
		(long long)DAY(1));
	CU_ASSERT_PTR_NOT_NULL(strstr(world->error.message, "100 g of 2026-11-24 are booked"));
	CU_ASSERT_PTR_NOT_NULL(strstr(world->error.remedy, "2026-11-26")); /* the 3rd is full too */
	DO(world, "kim", "slot.move", MOVE " from=%lld", one, (long long)DAY(4) + 3600000,
		(long long)DAY(1) + 1);
	CU_ASSERT_STRING_EQUAL(shown(order_of(world, one)), "2:slow:100 4:slow:100");
	DO(world, "kim", "slot.move", MOVE, two, (long long)DAY(0)); /* today is not past */
	CU_ASSERT_STRING_EQUAL(shown(order_of(world, two)), "0:slow:100");
	DO(world, "kim", "slot.move", MOVE " site=slow from=%lld", one, (long long)DAY(1),
		(long long)DAY(2));
	CU_ASSERT_STRING_EQUAL(shown(order_of(world, one)), "1:slow:100 4:slow:100");
	const struct event *event = &world->decision.events[0];
	CU_ASSERT_STRING_EQUAL(field_text(descriptor_field(event->type->body, "because"),
		event->body), "the carrier");
	DO(world, "kim", "slot.move", MOVE " from=%lld", one, (long long)DAY(29), (long long)DAY(4));
	CU_ASSERT_STRING_EQUAL(shown(order_of(world, one)), "1:slow:100 29:slow:100");
	world_free(world);
}

/* The day that is offered in place of a full one is never the one where all of it stands. */
static void test_move_offers(void)
{
	struct world *world = world_loading();
	char one[CODE_MAX];
	order_for(world, 599, 999999, "");                              /* fast: 1:600 */
	text_copy(one, sizeof one, order_for(world, 899, 999999, ""));  /* 1:400 2:499 */
	order_for(world, 499, 999999, "");                              /* 2:499 */
	order_for(world, 99, 999999, "");                               /* 2:2 3:97 */
	FAILS(world, ERROR_CONFLICT, "kim", "slot.move", MOVE " from=%lld", one, (long long)DAY(1),
		(long long)DAY(2));
	CU_ASSERT_PTR_NOT_NULL(strstr(world->error.remedy, "2026-11-25")); /* the third has room */
	DO(world, "kim", "slot.move", MOVE " from=%lld", one, (long long)DAY(3), (long long)DAY(1));
	CU_ASSERT_STRING_EQUAL(shown(order_of(world, one)), "2:fast:499 3:fast:400");
	/* all of it in one day: not on the first, but on the third where 400 of them are already */
	FAILS(world, ERROR_CONFLICT, "kim", "slot.move", MOVE, one, (long long)DAY(1));
	CU_ASSERT_PTR_NOT_NULL(strstr(world->error.remedy, "2026-11-25"));
	DO(world, "kim", "slot.move", MOVE, one, (long long)DAY(3));
	CU_ASSERT_STRING_EQUAL(shown(order_of(world, one)), "3:fast:899");
	world_free(world);
}

/* Two slots of an order join on a day that has room for both; a missed one can be moved. */
static void test_move_joins(void)
{
	struct world *world = world_loading();
	char one[CODE_MAX];
	text_copy(one, sizeof one, order_for(world, 1999, 999999, "")); /* 1:1000 2:1000 of fast */
	order_for(world, 599, 999999, ""); /* 3:600 */
	DO(world, "kim", "load_out",
		"order=%s lot=fast-1 gross_g=1801 tare_g=1 carrier=c vehicle=v partial=true", one);
	/* 200 g are left, all of them in the second slot */
	DO(world, "kim", "slot.move", MOVE, one, (long long)DAY(3));
	CU_ASSERT_STRING_EQUAL(shown(order_of(world, one)), "1:fast:1000 2:fast:800 3:fast:200");
	world_pass(world, 5 * TIME_DAY_MS);
	DO(world, "kim", "slot.move", MOVE, one, (long long)DAY(8));
	CU_ASSERT_STRING_EQUAL(shown(order_of(world, one)), "1:fast:1000 2:fast:800 8:fast:200");
	DO(world, "kim", "load_out",
		"order=%s lot=fast-1 gross_g=201 tare_g=1 carrier=c vehicle=v", one);
	CU_ASSERT_EQUAL(order_of(world, one)->state, ORDER_LOADED);
	CU_ASSERT_STRING_EQUAL(shown(order_of(world, one)), "1:fast:1000 2:fast:800");
	FAILS(world, ERROR_ILLEGAL, "kim", "slot.move", MOVE, one, (long long)DAY(9));
	world_free(world);
}

/* ---- rules of load-out ---- */

static void test_rules(void)
{
	struct world *world = world_loading();
	DO_SIGNED(world, "ola", "rule.set", "because=x rules=[code=slow-aut kind=site-loadout "
		"member=AUT words=slow mass_g=40; code=slow-wo3 kind=site-loadout commodity=wo3 "
		"words=slow mass_g=1; code=slow-all kind=site-loadout words=slow mass_g=60]");
	CU_ASSERT_STRING_EQUAL(shown(order_of(world, order_for(world, 99, 999998, ""))),
		"1:slow:40 2:slow:40 3:slow:20");
	CU_ASSERT_STRING_EQUAL(shown(order_of(world, order_for(world, 50, 1000000, ""))), "1:wide:50");
	FAILS(world, ERROR_CONFLICT, "kim", "slot.move", MOVE " from=%lld", "O-2026-0001",
		(long long)DAY(2), (long long)DAY(1));
	DO(world, "kim", "slot.move", MOVE " from=%lld", "O-2026-0001", (long long)DAY(4),
		(long long)DAY(1));
	CU_ASSERT_STRING_EQUAL(shown(order_of(world, "O-2026-0001")),
		"2:slow:40 3:slow:20 4:slow:40");
	world_free(world);
}

static void test_earliest(void)
{
	struct world *world = world_loading();
	order_for(world, 249, 999998, ""); /* 250 g of slow: 100, 100, 50 */
	const struct pick picks[] = { { 10, "wide-1", 10, ABSENT }, { 50, "slow-1", 50, ABSENT },
		{ 3000, "fast-1", 3000, ABSENT }, { 1, "slow-1", 1, ABSENT } };
	const struct context context = { .state = world->state, .now = world->now,
		.arena = world->arena };
	const struct rule_scope scope = { .state = world->state,
		.commodity = world_commodity(world, "ga"),
		.member = state_find(world->state, TABLE_MEMBER, "AUT") };
	const struct loadout_rules rules = rule_loadout(&scope);
	static const struct { uint32_t from, count; int day; } cases[] = {
		{ 0, 1, 1 }, { 1, 1, 3 }, { 0, 2, 3 }, { 1, 3, 4 }, { 2, 1, 3 }, { 3, 1, 3 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CU_ASSERT_EQUAL(loadout_earliest(&context, &rules, picks + cases[i].from,
			cases[i].count), DAY(cases[i].day));
	CU_ASSERT_EQUAL(loadout_earliest(&context, &rules, picks, 0), ABSENT);
	world_free(world);
}

/* ---- any order of events ---- */

static const struct order *any_order(const struct world *world, unsigned random)
{
	const struct order *order = NULL, *chosen = NULL;
	unsigned seen = 0;
	while ((order = state_next(world->state, TABLE_RELEASE_ORDER, order)) != NULL) {
		if (!order->row.closed && random % ++seen == 0)
			chosen = order;
	}
	return chosen;
}

static void random_step(struct world *world, unsigned random)
{
	const struct order *order = any_order(world, random >> 3);
	const struct order_line *line = order != NULL ? order->lines.items : NULL;
	char id[CODE_MAX] = "O-2026-0001";
	unsigned amount = random >> 12 & 255;
	if (order != NULL)
		text_copy(id, sizeof id, order->id);
	switch (random & 7) {
	case 0:
	case 1:
		order_for(world, 1 + amount, (int)(999998 + (random >> 20) % 3), "");
		return;
	case 2:
		world_pass(world, (random >> 9 & 1) * 12 * 3600000LL);
		return;
	case 3:
		if (order != NULL && order->state == ORDER_ISSUED)
			DO(world, "kim", "request.withdraw", "request=%s because=x", order->request);
		return;
	case 4:
	case 5:
		arena_reset(world->arena);
		world_submit(world, "kim", "slot.move", params_read(world->arena,
			command_type_find("slot.move")->params, arena_printf(world->arena,
			MOVE, id, (long long)(world->now + (int64_t)(amount % 9) * TIME_DAY_MS))));
		return;
	case 6:
		if (line == NULL || order_line_rest(line).net_g == 0)
			return;
		if ((random >> 10 & 1) != 0) /* some of it, else the rest */
			DO(world, "kim", "load_out", "order=%s lot=%s gross_g=%lld tare_g=1 carrier=c "
				"vehicle=v partial=true", id, line->lot,
				(long long)(2 + amount % order_line_rest(line).net_g));
		else
			DO(world, "kim", "load_out", "order=%s lot=%s gross_g=%lld tare_g=1 carrier=c "
				"vehicle=v", id, line->lot, (long long)order_line_rest(line).net_g + 1);
		return;
	default:
		if (order != NULL && order->state == ORDER_LOADED)
			DO(world, "kim", "deliver", "order=%s receiver=r consignee=Works", id);
	}
}

/* Slots as they stand, to be built again. */
static uint32_t copy_book(const struct site *site, struct slot_day *days, uint32_t room)
{
	uint32_t count = site->book.count < room ? site->book.count : room;
	if (count > 0)
		memcpy(days, site->book.days, count * sizeof *days);
	return count;
}

/* A start takes orders one by one, in any order: their books are the same. */
static void rebuild(struct world *world)
{
	enum { ROOM = 1024 };
	static struct slot_day before[8][ROOM];
	uint32_t counts[8], i = 0;
	struct site *site = NULL;
	struct order *order = NULL;
	while ((site = state_next(world->state, TABLE_SITE, site)) != NULL && i < 8) {
		counts[i] = copy_book(site, before[i], ROOM);
		CU_ASSERT_FATAL(site->book.count == counts[i]);
		site->book.count = 0;
		i++;
	}
	while ((order = state_next(world->state, TABLE_RELEASE_ORDER, order)) != NULL)
		order_loaded(world->state, &order->row);
	for (i = 0; (site = state_next(world->state, TABLE_SITE, site)) != NULL && i < 8; i++) {
		CU_ASSERT_EQUAL_FATAL(site->book.count, counts[i]);
		CU_ASSERT(counts[i] == 0 ||
			memcmp(site->book.days, before[i], counts[i] * sizeof *before[i]) == 0);
	}
}

/* After every step the world checks books against orders; here, that no day is ever passed. */
static void test_random(void)
{
	for (unsigned seed = 1; seed <= 12; seed++) {
		struct world *world = world_loading();
		unsigned random = seed * 2654435761u;
		for (int step = 0; step < 150; step++) {
			random = random * 1664525u + 1013904223u;
			random_step(world, random >> 2);
			const struct site *site = NULL;
			while ((site = state_next(world->state, TABLE_SITE, site)) != NULL) {
				for (uint32_t i = 0; i < site->book.count; i++)
					CU_ASSERT(site->daily_loadout_g == ABSENT ||
						site->book.days[i].net_g <= site->daily_loadout_g);
			}
			if (step % 10 == 0)
				rebuild(world);
		}
		world_free(world);
	}
}

int main(void)
{
	return run_cases("reserve slots", (CU_TestInfo[]){
		{ "books by day", test_books },
		{ "books, in and out", test_books_random },
		{ "cut by what a day loads", test_cut },
		{ "cut around what is booked", test_cut_around },
		{ "each limit in its turn", test_limits_in_turn },
		{ "the queue", test_queue },
		{ "no further than the horizon", test_horizon },
		{ "thousands of orders in one decision", test_many },
		{ "an order is slotted at its issue", test_issue },
		{ "what ends gives its days back", test_withdrawn },
		{ "a slot is moved", test_move },
		{ "another day is offered", test_move_offers },
		{ "what is left of a slot is moved", test_move_joins },
		{ "rules of load-out", test_rules },
		{ "the earliest day", test_earliest },
		{ "any order of events, and a start", test_random },
		CU_TEST_INFO_NULL,
	});
}
