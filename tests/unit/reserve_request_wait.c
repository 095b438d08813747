/*
 * Requests that wait for a round: screening, clocks, how waiting ends, and what a plan's events
 * change.
 */
#include "reserve_world.h"

#include "reserve/emergency/credit.h"
#include "reserve/emergency/usage.h"
#include "reserve/finding.h"

enum { HOUR_MS = 60 * 60 * 1000 };

/*
 * Two lots, floors, a price and a full declaration in rounds with a clock of two days for tier A.
 */
static struct world *waiting(void)
{
	struct world *world = world_framed();
	world_lot(world, "GA-1", "ga", 600000, 950000, ABSENT);
	world_lot(world, "GA-2", "ga", 400000, 999900, ABSENT);
	world_floors(world, "ga", 400000, 100000);
	DO_SIGNED(world, "ola", "price.draft", "because=index prices=[commodity=ga quoted=500 "
		"unit=USD/kg basis=Ga]");
	DO_SIGNED(world, "ola", "declare", "kind=full days=30 authority=Council findings=shortage "
		"caps=[commodity=ga] clocks=[tier=A decide_hours=48]");
	return world;
}

static const struct request_decided *decided(const struct world *world)
{
	return world->decision.events[0].body;
}

static const struct request *find(const struct world *world, const char *id)
{
	return state_find(world->state, TABLE_REQUEST, id);
}

static int64_t tally(const struct world *world, enum request_state state)
{
	return state_tallied(world->state, TABLE_REQUEST, state);
}

#define ASK(world, ...) DO((world), "ola", "request.submit", "commodity=ga " __VA_ARGS__)
#define BARRED(world, ...) \
	REFUSED((world), "request", "ola", "request.submit", "commodity=ga " __VA_ARGS__)

static void test_screened(void)
{
	struct world *world = waiting();
	BARRED(world, "member=DEU mass_g=1000");              /* suspended */
	BARRED(world, "member=AUT mass_g=1000 purpose=resale");
	BARRED(world, "member=AUT mass_g=1000 tier=A");       /* a rating without a date */
	BARRED(world, "member=AUT mass_g=1000 min_grade_ppm=999901");
	CU_ASSERT_EQUAL(tally(world, REQUEST_ELIGIBLE), 0);
	/* More than there is may wait: a round divides. */
	ASK(world, "member=AUT mass_g=9007199254740991");
	CU_ASSERT_STRING_EQUAL(world->decision.events[0].type->kind, "request.eligible");
	CU_ASSERT_EQUAL(decided(world)->awarded_g, 0);
	CU_ASSERT(decided(world)->rules.count >= 2);
	CU_ASSERT_EQUAL(decided(world)->decide_by, ABSENT);
	CU_ASSERT_EQUAL(find(world, "R-2026-0005")->state, REQUEST_ELIGIBLE);
	/* What may not leave now may leave then. */
	DO(world, "kim", "lot.hold", "lot=GA-2 because=x");
	ASK(world, "member=ITA mass_g=10 min_grade_ppm=999000");
	CU_ASSERT_EQUAL(tally(world, REQUEST_ELIGIBLE), 2);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->reserved_g, 0);
	world_free(world);
}

static void test_withdrawn(void)
{
	struct world *world = waiting();
	ASK(world, "member=AUT mass_g=1000");
	DO(world, "kim", "request.withdraw", "request=R-2026-0001 because=settled");
	CU_ASSERT_EQUAL(tally(world, REQUEST_ELIGIBLE), 0);
	CU_ASSERT_PTR_NULL(find(world, "R-2026-0001"));
	FAILS(world, ERROR_NOT_FOUND, "kim", "request.withdraw", "request=R-2026-0001 because=x");
	world_free(world);
}

static void test_need_by(void)
{
	struct world *world = waiting();
	ASK(world, "member=AUT mass_g=1000 need_by=%lld", (long long)world->now + HOUR_MS);
	world_pass(world, HOUR_MS - 1);
	CU_ASSERT_PTR_NOT_NULL(find(world, "R-2026-0001"));
	world_pass(world, 1);
	CU_ASSERT_PTR_NULL(find(world, "R-2026-0001"));
	CU_ASSERT_EQUAL(tally(world, REQUEST_ELIGIBLE), 0);
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_FINDING), 0);
	world_free(world);
}

/* The clock runs out once: a finding, and the request waits on until its date. */
static void test_overdue(void)
{
	struct world *world = waiting();
	int64_t need_by = world->now + 100 * HOUR_MS;
	ASK(world, "member=AUT mass_g=1000 tier=A need_by=%lld", (long long)need_by);
	CU_ASSERT_EQUAL(decided(world)->decide_by, world->now + 48 * HOUR_MS);
	CU_ASSERT_EQUAL(find(world, "R-2026-0001")->decide_by, world->now + 48 * HOUR_MS);
	world_pass(world, 48 * HOUR_MS - 1);
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_FINDING), 0);
	world_pass(world, 1);
	const struct finding *finding = state_find(world->state, TABLE_FINDING, "F-2026-0001");
	CU_ASSERT_PTR_NOT_NULL_FATAL(finding);
	CU_ASSERT_STRING_EQUAL(finding->subject, "R-2026-0001");
	CU_ASSERT_STRING_EQUAL(finding->check, "decision-overdue");
	CU_ASSERT_EQUAL(find(world, "R-2026-0001")->decide_by, ABSENT);
	CU_ASSERT_EQUAL(find(world, "R-2026-0001")->state, REQUEST_ELIGIBLE);
	world_pass(world, 52 * HOUR_MS);
	CU_ASSERT_PTR_NULL(find(world, "R-2026-0001"));
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_FINDING), 1);
	world_free(world);
}

/* Date and clock on the same instant: it has expired, and nobody is late. */
static void test_date_and_clock(void)
{
	struct world *world = waiting();
	ASK(world, "member=AUT mass_g=1000 tier=A need_by=%lld",
		(long long)world->now + 48 * HOUR_MS);
	world_pass(world, 48 * HOUR_MS);
	CU_ASSERT_PTR_NULL(find(world, "R-2026-0001"));
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_FINDING), 0);
	world_free(world);
}

static void test_declaration_ends(void)
{
	struct world *world = waiting();
	ASK(world, "member=AUT mass_g=1000");
	ASK(world, "member=ITA mass_g=1000");
	world_pass(world, 30 * TIME_DAY_MS - 1);
	CU_ASSERT_EQUAL(tally(world, REQUEST_ELIGIBLE), 2);
	world_pass(world, 1);
	CU_ASSERT_EQUAL(tally(world, REQUEST_ELIGIBLE), 0);
	CU_ASSERT_PTR_NULL(find(world, "R-2026-0001"));
	CU_ASSERT_PTR_NULL(find(world, "R-2026-0002"));
	world_free(world);
}

/* ---- a plan's events ---- */

/* One entry alone, without the plan that it would stand in. */
static void apply(struct world *world, const char *kind, const void *body)
{
	struct applied applied = { .index = state_size(world->state), .at = world->now,
		.effective = ABSENT, .actor = "oma" };
	reserve_apply(world->state, &applied, event_type_find(kind), body);
}

static struct request_decided *body_of(struct world *world, const char *kind, const char *request)
{
	const struct event_type *type = event_type_find(kind);
	struct request_decided *body = arena_alloc(world->arena, type->body->size);
	record_clear(type->body, body);
	text_copy(body->request, sizeof body->request, request);
	text_copy(body->plan, sizeof body->plan, "P-2026-0001");
	return body;
}

static void test_granted(void)
{
	struct world *world = waiting();
	ASK(world, "member=AUT mass_g=800000");
	struct request_decided *body = body_of(world, "request.granted", "R-2026-0001");
	struct pick first = { .contained_g = 570000, .lot = "GA-1", .net_g = 600000, .units = ABSENT };
	struct pick second = { .contained_g = 1000, .lot = "GA-2", .net_g = 1001, .units = ABSENT };
	body->awarded_g = 580000;
	body->picked_g = 571000;
	body->credit_g = 9000;
	body->picks = (struct list){ &first, 1 };
	apply(world, "request.granted", body);
	const struct request *request = find(world, "R-2026-0001");
	struct request_picked more = { .picks = { &second, 1 }, .request = "R-2026-0001" };
	apply(world, "request.picked", &more);
	CU_ASSERT_EQUAL(request->state, REQUEST_ALLOCATED);
	CU_ASSERT_EQUAL(request->awarded_g, 580000);
	CU_ASSERT_EQUAL(request_picked_g(request), 571000);
	CU_ASSERT_EQUAL(request->drawn_g, 571000);
	CU_ASSERT_EQUAL(request->picks.count, 2);
	CU_ASSERT_STRING_EQUAL(request->plan, "P-2026-0001");
	CU_ASSERT_EQUAL(request->decided_index, state_size(world->state) - 2);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->reserved_g, 571000);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->cap_used_g, 571000);
	CU_ASSERT_EQUAL(credit_g(world->state, request->member, request->commodity), 9000);
	CU_ASSERT_EQUAL(tally(world, REQUEST_ELIGIBLE), 0);
	CU_ASSERT_EQUAL(tally(world, REQUEST_ALLOCATED), 1);
	DO(world, "kim", "request.withdraw", "request=R-2026-0001 because=x");
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->reserved_g, 0);
	CU_ASSERT_EQUAL(credit_g(world->state, state_find(world->state, TABLE_MEMBER, "AUT"),
		world_commodity(world, "ga")), 0);
	CU_ASSERT_EQUAL(tally(world, REQUEST_ALLOCATED), 0);
	world_free(world);
}

static void test_granted_nothing_whole(void)
{
	struct world *world = waiting();
	ASK(world, "member=AUT mass_g=8000");
	struct request_decided *body = body_of(world, "request.granted", "R-2026-0001");
	body->awarded_g = 5000;
	body->picked_g = 0;
	body->credit_g = 5000;
	world->unsealed = true;
	apply(world, "request.granted", body);
	const struct request *request = NULL, *closed = NULL;
	while ((request = state_next(world->state, TABLE_REQUEST, request)) != NULL)
		closed = request;
	CU_ASSERT_PTR_NOT_NULL_FATAL(closed);
	CU_ASSERT_TRUE(closed->row.closed);
	CU_ASSERT_EQUAL(closed->state, REQUEST_PARTIAL);
	CU_ASSERT_EQUAL(closed->awarded_g, 5000);
	CU_ASSERT_EQUAL(credit_g(world->state, closed->member, closed->commodity), 5000);
	CU_ASSERT_EQUAL(tally(world, REQUEST_ELIGIBLE), 0);
	world_tick(world);
	world_free(world);
}

static void test_cut(void)
{
	struct world *world = waiting();
	ASK(world, "member=AUT mass_g=8000");
	struct request_decided *body = body_of(world, "request.cut", "R-2026-0001");
	body->awarded_g = 0;
	apply(world, "request.cut", body);
	CU_ASSERT_PTR_NULL(find(world, "R-2026-0001"));
	CU_ASSERT_EQUAL(tally(world, REQUEST_ELIGIBLE), 0);
	world_tick(world);
	world_free(world);
}

/* ---- started again ---- */

static struct request *stored(struct state *state, const struct request *from)
{
	struct request *row = state_insert_stored(state, TABLE_REQUEST, from->id);
	row->member = state_find(state, TABLE_MEMBER, from->member->code);
	row->commodity = state_find(state, TABLE_COMMODITY, from->commodity->code);
	row->state = from->state;
	row->awarded_g = from->awarded_g;
	row->drawn_g = from->drawn_g;
	row->decided_at = from->decided_at;
	row->row.closed = from->row.closed;
	return row;
}

/* A state that is loaded counts what the state that lived counts: what ended, and what did not. */
static void test_loaded(void)
{
	struct world *world = world_stocked();
	struct state *loaded = state_new(false);
	world->unsealed = true;
	DO(world, "ola", "request.submit", "member=AUT commodity=ga mass_g=1000");
	DO(world, "ola", "request.submit", "member=ITA commodity=ga mass_g=50");
	DO(world, "kim", "request.withdraw", "request=R-2026-0002 because=x");
	DO(world, "kim", "request.submit", "member=ITA commodity=ga mass_g=700");
	DO_SIGNED(world, "kim", "order.prepare", "request=R-2026-0003 consignee=Works");
	const struct request *row = find(world, "R-2026-0003");
	const struct pick *pick = row->picks.items;
	DO(world, "kurt", "load_out", "order=O-2026-0001 lot=GA-1 gross_g=%lld tare_g=2 carrier=c "
		"vehicle=v", (long long)pick->net_g);
	DO(world, "kurt", "deliver", "order=O-2026-0001 receiver=r consignee=Works");
	world_pass(world, 3 * TIME_DAY_MS);
	DO(world, "ola", "request.submit", "member=AUT commodity=ga mass_g=20");

	struct commodity *commodity = state_insert_stored(loaded, TABLE_COMMODITY, "ga");
	const struct member *members[] = { state_insert_stored(loaded, TABLE_MEMBER, "ITA"),
		state_insert_stored(loaded, TABLE_MEMBER, "AUT") };
	row = NULL;
	while ((row = state_next(world->state, TABLE_REQUEST, row)) != NULL) {
		if (!row->row.closed)
			state_loaded(loaded, &stored(loaded, row)->row);
		else if (row->drawn_g != ABSENT && row->drawn_g > 0)
			state_recall(loaded, &stored(loaded, row)->row);
	}
	for (int days = 1; days < 6; days++) {
		CU_ASSERT_EQUAL(usage_g(commodity, NULL, world->now, days),
			usage_g(world_commodity(world, "ga"), NULL, world->now, days));
		for (int i = 0; i < 2; i++)
			CU_ASSERT_EQUAL(usage_g(commodity, members[i], world->now, days),
				usage_g(world_commodity(world, "ga"),
				state_find(world->state, TABLE_MEMBER, members[i]->code), world->now, days));
	}
	CU_ASSERT_EQUAL(usage_g(commodity, members[1], world->now, 4), 1020);
	CU_ASSERT_EQUAL(usage_g(commodity, members[1], world->now, 1), 20);
	CU_ASSERT_EQUAL(usage_g(commodity, members[0], world->now, 4), 699);
	CU_ASSERT_EQUAL(state_tallied(loaded, TABLE_REQUEST, REQUEST_ALLOCATED), 2);
	state_free(loaded);
	world_free(world);
}

int main(void)
{
	return run_cases("reserve requests that wait", (CU_TestInfo[]){
		{ "screened on arrival", test_screened },
		{ "withdrawn while it waits", test_withdrawn },
		{ "its need-by date passes", test_need_by },
		{ "its clock runs out", test_overdue },
		{ "date and clock at once", test_date_and_clock },
		{ "its declaration ends", test_declaration_ends },
		{ "granted, with more lots than one entry", test_granted },
		{ "granted less than one unit", test_granted_nothing_whole },
		{ "cut down to nothing", test_cut },
		{ "counted after a start as before it", test_loaded },
		CU_TEST_INFO_NULL,
	});
}
