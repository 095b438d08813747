/* Exchanges: loans in kind, rotation and upgrade, sales out of the reserve, and what comes back. */
#include "exchange_world.h"

#include "reserve/finding.h"
#include "reserve/stock/release.h"
#include "reserve/zone/exchange_amendment.h"
#include "reserve/stock/annual.h"
#include "reserve/zone/exchange_return.h"
#include "reserve/zone/member.h"

#define SHA "note_sha256=0000000000000000000000000000000000000000000000000000000000000001"

/* ---- states ---- */

static void test_states(void)
{
	static const struct { int from, event, to; } legal[] = {
		{ EXCHANGE_PREPARED, EXCHANGE_REJECT, EXCHANGE_REJECTED },
		{ EXCHANGE_PREPARED, EXCHANGE_ISSUE, EXCHANGE_OPEN },
		{ EXCHANGE_OPEN, EXCHANGE_LAPSE, EXCHANGE_LAPSED },
		{ EXCHANGE_OPEN, EXCHANGE_DELIVER, EXCHANGE_OUT },
		{ EXCHANGE_OPEN, EXCHANGE_DELIVER_FOR_GOOD, EXCHANGE_DELIVERED },
		{ EXCHANGE_OUT, EXCHANGE_RETURN_PART, EXCHANGE_OUT },
		{ EXCHANGE_OUT, EXCHANGE_RETURN_ALL, EXCHANGE_RETURNED },
		{ EXCHANGE_OUT, EXCHANGE_DEFAULT, EXCHANGE_DEFAULTED },
		{ EXCHANGE_DEFAULTED, EXCHANGE_RETURN_PART, EXCHANGE_DEFAULTED },
		{ EXCHANGE_DEFAULTED, EXCHANGE_RETURN_ALL, EXCHANGE_RETURNED },
	};
	for (int from = EXCHANGE_NONE; from < EXCHANGE_STATE_COUNT; from++) {
		for (int event = 0; event < EXCHANGE_EVENT_COUNT; event++) {
			int to = EXCHANGE_NONE;
			for (size_t i = 0; i < sizeof legal / sizeof *legal; i++) {
				if (legal[i].from == from && legal[i].event == event)
					to = legal[i].to;
			}
			CU_ASSERT_EQUAL((int)exchange_transition((enum exchange_state)from,
				(enum exchange_event)event), to);
		}
	}
}

/*
 * What can be asked of an exchange in each of its states: everything but what stands here is an
 * error.
 */
static void test_acts_by_state(void)
{
	struct world *world = world_lending();
	DO(world, "kim", "loan.new", "borrower=AUT commodity=ga mass_g=1000 due_at=%lld",
		IN_DAYS(world, 30));
	for (int stage = 0; stage < 2; stage++) { /* prepared, then issued */
		FAILS(world, ERROR_ILLEGAL, "ola", "exchange.return", "exchange=X-2026-0001 lot=GA-1");
		FAILS(world, ERROR_ILLEGAL, "ola", "exchange.amend", "exchange=X-2026-0001 because=x "
			"premium_ppm=1");
		FAILS(world, ERROR_ILLEGAL, "ola", "exchange.default", "exchange=X-2026-0001 because=x");
		if (stage == 0)
			world_signed(__LINE__, world, "O-2026-0001");
	}
	lift(world, "O-2026-0001");
	FAILS(world, ERROR_ILLEGAL, "ola", "exchange.default", "exchange=X-2026-0001 because=early");
	bring(world, "RE-1", "ga", "AUT", 1001, 999999);
	DO(world, "ola", "exchange.return", "exchange=X-2026-0001 lot=RE-1");
	CU_ASSERT(ended(world, "X-2026-0001"));
	FAILS(world, ERROR_NOT_FOUND, "ola", "exchange.return", "exchange=X-2026-0001 lot=RE-1");
	FAILS(world, ERROR_NOT_FOUND, "ola", "exchange.amend", "exchange=X-2026-0001 because=x "
		"premium_ppm=1");
	FAILS(world, ERROR_NOT_FOUND, "ola", "exchange.default", "exchange=X-2026-0001 because=x");
	world_free(world);
}

/* ---- a loan from beginning to end ---- */

static void test_loan(void)
{
	struct world *world = world_lending();
	int64_t before_g = world_commodity(world, "ga")->available_g;
	DO(world, "kim", "loan.new", "borrower=works commodity=ga mass_g=200000 due_at=%lld "
		"premium_ppm=100 member=AUT consignee='Works 7'", IN_DAYS(world, 30));
	const struct exchange *exchange = exchange_of(world, "X-2026-0001");
	CU_ASSERT_EQUAL(exchange->state, EXCHANGE_PREPARED);
	CU_ASSERT_EQUAL(exchange->value_cents, 10000000); /* 200 kg at 500 USD/kg: the floor */
	CU_ASSERT_STRING_EQUAL(exchange->requested_by, "kim");
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, before_g - 200000);
	const struct order *order = state_find(world->state, TABLE_RELEASE_ORDER, "O-2026-0001");
	CU_ASSERT_PTR_NOT_NULL_FATAL(order);
	CU_ASSERT_STRING_EQUAL(order->request, "X-2026-0001");
	CU_ASSERT_STRING_EQUAL(order->consignee, "Works 7");
	world_signed(__LINE__, world, "O-2026-0001");
	CU_ASSERT_EQUAL(exchange->state, EXCHANGE_OPEN);
	lift(world, "O-2026-0001");
	CU_ASSERT_EQUAL(exchange->state, EXCHANGE_OUT);
	CU_ASSERT_EQUAL(exchange->out_g, 200000);
	CU_ASSERT_EQUAL(exchange->principal_g, 200000);
	CU_ASSERT_EQUAL(exchange->back_grade_ppm, 999900);
	CU_ASSERT_EQUAL(balance_of(world, "ga/borrower/works"), 200021); /* net of 200,000 g contained */
	world_pass(world, 10 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(owed_g(world, "X-2026-0001"), 200200); /* 20 g a day */
	bring(world, "RE-1", "ga", "works", 150000, 999900);
	DO(world, "ola", "exchange.return", "exchange=X-2026-0001 lot=RE-1 mass_g=100000");
	CU_ASSERT_EQUAL(owed_g(world, "X-2026-0001"), 100200);
	world_pass(world, 10 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(owed_g(world, "X-2026-0001"), 100300); /* 10 g a day of what is still out */
	DO(world, "ola", "exchange.return", "exchange=X-2026-0001 lot=RE-1");
	CU_ASSERT_EQUAL(owed_g(world, "X-2026-0001"), 100300 - 49985);
	FAILS(world, ERROR_CONFLICT, "ola", "exchange.return", "exchange=X-2026-0001 lot=RE-1");
	bring(world, "RE-2", "ga", "works", 50400, 999950);
	FAILS(world, ERROR_CONFLICT, "ola", "exchange.return", "exchange=X-2026-0001 lot=RE-2");
	DO(world, "ola", "exchange.return", "exchange=X-2026-0001 lot=RE-2 mass_g=50315");
	CU_ASSERT(ended(world, "X-2026-0001"));
	/* what it brought above what it took is the premium, net */
	CU_ASSERT_EQUAL(balance_of(world, "ga/borrower/works") < 0, true);
	world_free(world);
}

static void test_rejected_and_lapsed(void)
{
	for (int lapses = 0; lapses < 2; lapses++) {
		struct world *world = world_lending();
		int64_t before_g = world_commodity(world, "ga")->available_g;
		DO(world, "kim", "loan.new", "borrower=AUT commodity=ga mass_g=200000 due_at=%lld",
			IN_DAYS(world, 300));
		if (lapses) {
			world_signed(__LINE__, world, "O-2026-0001");
			world_pass(world, 40 * TIME_DAY_MS);
		} else {
			DO(world, "oma", "document.reject", "document=O-2026-0001 because=no");
		}
		CU_ASSERT(ended(world, "X-2026-0001"));
		CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, before_g);
		CU_ASSERT_EQUAL(world_commodity(world, "ga")->reserved_g, 0);
		world_free(world);
	}
}

/* What left of an order that lapsed while it was loaded is what is out. */
static void test_lapsed_loading(void)
{
	struct world *world = world_lending();
	DO(world, "kim", "loan.new", "borrower=AUT commodity=ga mass_g=200000 due_at=%lld",
		IN_DAYS(world, 300));
	world_signed(__LINE__, world, "O-2026-0001");
	DO(world, "kim", "load_out", "order=O-2026-0001 lot=GA-1 gross_g=80010 tare_g=10 carrier=c "
		"vehicle=v partial=true");
	world_pass(world, 40 * TIME_DAY_MS);
	DO(world, "kim", "deliver", "order=O-2026-0001 consignee=Austria receiver=r");
	CU_ASSERT_EQUAL(exchange_of(world, "X-2026-0001")->out_g, 79992);
	CU_ASSERT_EQUAL(owed_g(world, "X-2026-0001"), 79992);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->reserved_g, 0);
	world_free(world);
}

/* ---- premium ---- */

/* Exact in millionths of a gram, rounded up once; any split of the time comes to the same. */
static void test_premium(void)
{
	static const struct { int64_t principal_g, ppm, days, premium_g; } cases[] = {
		{ 1000000, 100, 1, 100 }, { 1000000, 100, 30, 3000 }, { 1, 1, 1, 1 }, { 1, 1, 1000000, 1 },
		{ 1, 1, 1000001, 2 }, { 999999, 1, 1, 1 }, { 1000001, 1, 1, 2 }, { 123457, 37, 0, 0 },
		{ 123457, 37, 11, 51 }, { LOT_MASS_MAX, 10000, 3650, 36500000000000 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct exchange whole = { .principal_g = cases[i].principal_g, .returned_g = 0,
			.premium_ppm = cases[i].ppm, .accrued_g = 0, .accrued_rest = 0, .accrued_until = 0 };
		int64_t end = cases[i].days * TIME_DAY_MS;
		CU_ASSERT_EQUAL(exchange_balance(&whole, end + 5).premium_g, cases[i].premium_g);
		for (int64_t split = 0; split <= 7; split++) {
			struct exchange part = whole;
			int64_t at = end / TIME_DAY_MS * split / 7 * TIME_DAY_MS + 1000;
			struct exchange_balance first = exchange_balance(&part, at);
			part.accrued_g = first.accrued_g;
			part.accrued_rest = first.accrued_rest;
			part.accrued_until = first.until;
			CU_ASSERT_EQUAL(exchange_balance(&part, end).premium_g, cases[i].premium_g);
			CU_ASSERT_EQUAL(exchange_balance(&part, end).accrued_rest,
				exchange_balance(&whole, end).accrued_rest);
		}
	}
}

/* The principal first; of it alone the premium goes on, and it is owed to the gram at the end. */
static void test_premium_last(void)
{
	struct world *world = world_lent(1001, 37);
	world_pass(world, TIME_DAY_MS); /* 0.037037 g */
	CU_ASSERT_EQUAL(owed_g(world, "X-2026-0001"), 1002);
	bring(world, "RE-1", "ga", "AUT", 2000, 1000000);
	DO(world, "ola", "exchange.return", "exchange=X-2026-0001 lot=RE-1 mass_g=1001");
	CU_ASSERT_EQUAL(owed_g(world, "X-2026-0001"), 1);
	world_pass(world, 25 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(owed_g(world, "X-2026-0001"), 1);
	FAILS(world, ERROR_CONFLICT, "ola", "exchange.return", "exchange=X-2026-0001 lot=RE-1 mass_g=2");
	DO(world, "ola", "exchange.return", "exchange=X-2026-0001 lot=RE-1 mass_g=1");
	CU_ASSERT(ended(world, "X-2026-0001"));
	world_free(world);
}

/* The figures of docs/trade.md: of 100 kg at 100 ppm, 49.995 kg come back on day 10. */
static void test_premium_of_page(void)
{
	struct exchange ten_days = { .principal_g = 120000, .returned_g = 0, .premium_ppm = 100,
		.accrued_g = 0, .accrued_rest = 0, .accrued_until = 0 };
	CU_ASSERT_EQUAL(exchange_balance(&ten_days, 10 * TIME_DAY_MS).premium_g, 120);
	struct world *world = world_lent(100000, 100);
	bring(world, "RE-1", "ga", "AUT", 49995, 1000000);
	world_pass(world, 10 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(owed_g(world, "X-2026-0001"), 100000 + 100);
	DO(world, "ola", "exchange.return", "exchange=X-2026-0001 lot=RE-1");
	CU_ASSERT_EQUAL(owed_g(world, "X-2026-0001"), 50005 + 100);
	world_pass(world, 2 * TIME_DAY_MS); /* 5.0005 g a day */
	CU_ASSERT_EQUAL(owed_g(world, "X-2026-0001"), 50005 + 111);
	world_free(world);
}

/* ---- what is refused when it is prepared ---- */

static void test_new_bad(void)
{
	struct world *world = world_lending();
	long long due = IN_DAYS(world, 30), past = IN_DAYS(world, -1);
#define LOAN "commodity=ga mass_g=1000 "
	FAILS(world, ERROR_INVALID, "kim", "loan.new", LOAN "borrower=AUT due_at=%lld", past);
	FAILS(world, ERROR_INVALID, "kim", "loan.new", LOAN "borrower=AUT due_at=%lld",
		(long long)world->now);
	FAILS(world, ERROR_INVALID, "kim", "loan.new", LOAN "borrower=a/b due_at=%lld", due);
	FAILS(world, ERROR_INVALID, "kim", "loan.new", LOAN "borrower=works due_at=%lld", due);
	FAILS(world, ERROR_NOT_FOUND, "kim", "loan.new", LOAN "borrower=works member=XXX due_at=%lld",
		due);
	FAILS(world, ERROR_CONFLICT, "kim", "loan.new", LOAN "borrower=AUT member=ITA due_at=%lld", due);
	FAILS(world, ERROR_DENIED, "asa", "loan.new", LOAN "borrower=AUT due_at=%lld", due);
	FAILS(world, ERROR_NOT_FOUND, "kim", "loan.new", "commodity=xx mass_g=1 borrower=AUT due_at=%lld",
		due);
	REFUSED(world, "R07", "kim", "loan.new", LOAN "borrower=FRA due_at=%lld", due);
	REFUSED(world, "R07", "kim", "loan.new", LOAN "borrower=works member=DEU due_at=%lld", due);
#define TURN "commodity=ga mass_g=1000 processor=melt "
	FAILS(world, ERROR_INVALID, "kim", "rotation.new", TURN "kind=rotate due_at=%lld "
		"yield_ppm=900000", due);
	FAILS(world, ERROR_INVALID, "kim", "rotation.new", TURN "kind=rotate due_at=%lld back=wo3", due);
	FAILS(world, ERROR_INVALID, "kim", "rotation.new", TURN "kind=rotate due_at=%lld", past);
	FAILS(world, ERROR_INVALID, "kim", "rotation.new", TURN "kind=upgrade due_at=%lld", due);
	FAILS(world, ERROR_INVALID, "kim", "rotation.new", TURN "kind=upgrade yield_ppm=920000 "
		"due_at=%lld", due);
	FAILS(world, ERROR_INVALID, "kim", "rotation.new", TURN "kind=upgrade yield_ppm=920000 "
		"back_grade_ppm=999900 due_at=%lld", due);
	FAILS(world, ERROR_NOT_FOUND, "kim", "draw.new", "commodity=ga mass_g=1 participant=acme");
	FAILS(world, ERROR_NOT_FOUND, "kim", "disposal.new", "commodity=ga mass_g=1 buyer=works");
	FAILS(world, ERROR_INVALID, "kim", "disposal.new", "commodity=ga mass_g=1 buyer=AUT quoted=600 "
		"unit=EUR/kg");
	FAILS(world, ERROR_INVALID, "kim", "disposal.new", "commodity=ga mass_g=1 buyer=AUT quoted=600");
	FAILS(world, ERROR_INVALID, "kim", "disposal.new", "commodity=ga mass_g=1 buyer=AUT "
		"unit=USD/kg");
	FAILS(world, ERROR_LIMIT, "kim", "disposal.new", "commodity=ga mass_g=1 buyer=AUT "
		"quoted=1000000000000 unit=USD/ozt");
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->reserved_g, 0);
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_EXCHANGE), 0);
	world_free(world);
}

static void test_new_limits(void)
{
	struct world *world = world_lending();
	long long due = IN_DAYS(world, 30);
	/* 999,900 g are there, and 400,000 must stay */
	REFUSED(world, "R04", "kim", "loan.new", "borrower=AUT commodity=ga mass_g=599901 due_at=%lld",
		due);
	CU_ASSERT_PTR_NOT_NULL(strstr(((const struct { const char *because; } *)
		world->decision.events[0].body)->because, "at most 599.9 kg may go"));
	REFUSED(world, "R10", "kim", "loan.new", "borrower=AUT commodity=ga mass_g=1000 "
		"min_grade_ppm=999999 due_at=%lld", due);
	REFUSED(world, "R12", "kim", "disposal.new", "buyer=AUT commodity=ga mass_g=1000 quoted=499 "
		"unit=USD/kg");
	REFUSED(world, "R12", "kim", "loan.new", "borrower=AUT commodity=wo3 mass_g=1 due_at=%lld", due);
	DO(world, "kim", "lot.hold", "lot=GA-1 because=x");
	REFUSED(world, "R04", "kim", "loan.new", "borrower=AUT commodity=ga mass_g=1 due_at=%lld", due);
	world_floors(world, "wo3", 0, 0);
	DO_SIGNED(world, "ola", "price.draft", "because=index prices=[commodity=wo3 quoted=50 "
		"unit=USD/kg basis=WO3]");
	REFUSED(world, "R04", "kim", "loan.new", "borrower=AUT commodity=wo3 mass_g=1 due_at=%lld", due);
	world_free(world);
}

/* Sealed units are never split: what they can give is the loan. */
static void test_sealed(void)
{
	struct world *world = world_lending();
	DO(world, "kim", "lot.add", "lots=[code=GA-2 commodity=ga site=north expected_g=90000 "
		"supplier=acme origin=AUT class=sealed units=9]");
	DO(world, "kim", "lot.weigh", "lot=GA-2 gross_g=91000 tare_g=1000");
	DO(world, "asa", "lot.assay", "lot=GA-2 grade_ppm=1000000 laboratory=lab");
	DO(world, "asa", "lot.accept", "lot=GA-2");
	REFUSED(world, "R10", "kim", "loan.new", "borrower=AUT commodity=ga mass_g=9999 "
		"min_grade_ppm=1000000 due_at=%lld", IN_DAYS(world, 30));
	DO(world, "kim", "loan.new", "borrower=AUT commodity=ga mass_g=25000 min_grade_ppm=1000000 "
		"due_at=%lld", IN_DAYS(world, 30));
	CU_ASSERT_PTR_NOT_NULL(world->decision.remark);
	CU_ASSERT_EQUAL(exchange_of(world, "X-2026-0001")->mass_g, 20000);
	world_free(world);
}

/* ---- what is refused when it is issued ---- */

static void refuse_issue(struct world *world, const char *rule)
{
	CU_ASSERT(world_sign(world, "ola", "O-2026-0001") && !world->decision.refused);
	CU_ASSERT(world_sign(world, "oma", "O-2026-0001") && world->decision.refused);
	CU_ASSERT_STRING_EQUAL(world_rule(world), rule);
	CU_ASSERT_EQUAL(exchange_of(world, "X-2026-0001")->state, EXCHANGE_PREPARED);
}

static struct world *world_prepared(void)
{
	struct world *world = world_lending();
	DO(world, "kim", "loan.new", "borrower=AUT commodity=ga mass_g=500000 due_at=%lld",
		IN_DAYS(world, 300));
	return world;
}

static void test_issue(void)
{
	struct world *world = world_prepared();
	world_floors(world, "ga", 499901, 100000);
	refuse_issue(world, "R04");
	world_lot(world, "GA-2", "ga", 1, 1000000, ABSENT); /* the gram that lacked */
	CU_ASSERT(world_sign(world, "oma", "O-2026-0001"));
	CU_ASSERT_EQUAL(exchange_of(world, "X-2026-0001")->state, EXCHANGE_OPEN);
	world_free(world);

	world = world_prepared();
	DO_SIGNED(world, "ola", "price.draft", "because=index prices=[commodity=ga quoted=501 "
		"unit=USD/kg basis=Ga]");
	refuse_issue(world, "R12");
	world_free(world);

	world = world_prepared();
	world_lot(world, "GA-2", "ga", 900000, 999900, ABSENT);
	DO(world, "kim", "lot.hold", "lot=GA-1 because=x");
	refuse_issue(world, "R11");
	world_free(world);

	world = world_prepared();
	DO_SIGNED(world, "ola", "member.set", "because=x members=[code=AUT name=Austria "
		"status=suspended]");
	refuse_issue(world, "R07");
	world_free(world);

	world = world_prepared();
	DO_SIGNED(world, "ola", "rule.set", "because=x rules=[code=three kind=approvals mass_g=1000 "
		"signatures=3]");
	refuse_issue(world, "R14");
	world_free(world);
}

static void test_signers(void)
{
	struct world *world = world_lending();
	DO(world, "ola", "loan.new", "borrower=AUT commodity=ga mass_g=1000 due_at=%lld",
		IN_DAYS(world, 30));
	CU_ASSERT(world_sign(world, "ola", "O-2026-0001") && world->decision.refused);
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R14"); /* who asked */
	CU_ASSERT(world_sign(world, "oma", "O-2026-0001") && !world->decision.refused);
	CU_ASSERT(world_sign(world, "oma", "O-2026-0001") && world->decision.refused);
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R14"); /* the same twice */
	CU_ASSERT(world_sign(world, "otto", "O-2026-0001") && !world->decision.refused);
	CU_ASSERT_EQUAL(exchange_of(world, "X-2026-0001")->state, EXCHANGE_OPEN);
	world_free(world);
}

/* ---- what is no return ---- */

static void test_returns_bad(void)
{
	struct world *world = world_lent(100000, 0);
#define RETURN "exchange=X-2026-0001 lot=%s"
	FAILS(world, ERROR_NOT_FOUND, "ola", "exchange.return", RETURN, "nothing");
	FAILS(world, ERROR_DENIED, "kim", "exchange.return", RETURN, "GA-1");
	FAILS(world, ERROR_CONFLICT, "ola", "exchange.return", RETURN, "GA-1"); /* of another supplier */
	bring(world, "W-1", "wo3", "AUT", 1000, 900000);
	FAILS(world, ERROR_CONFLICT, "ola", "exchange.return", RETURN, "W-1");
	bring(world, "POOR", "ga", "AUT", 1000, 999899);
	REFUSED(world, "R10", "ola", "exchange.return", RETURN, "POOR");
	CU_ASSERT_PTR_NOT_NULL(strstr(((const struct { const char *because; } *)
		world->decision.events[0].body)->because, "99.9899%"));
	bring(world, "HELD", "ga", "AUT", 1000, 999900);
	DO(world, "kim", "lot.hold", "lot=HELD because=seal");
	FAILS(world, ERROR_ILLEGAL, "ola", "exchange.return", RETURN, "HELD");
	DO(world, "kim", "lot.add", "lots=[code=NEW commodity=ga site=south expected_g=1000 supplier=AUT "
		"origin=AUT]");
	FAILS(world, ERROR_CONFLICT, "ola", "exchange.return", RETURN, "NEW"); /* not weighed */
	DO(world, "kim", "lot.weigh", "lot=NEW gross_g=2000 tare_g=1000");
	FAILS(world, ERROR_ILLEGAL, "ola", "exchange.return", RETURN, "NEW"); /* not assayed */
	bring(world, "GOOD", "ga", "AUT", 1000, 999900);
	DO(world, "kim", "loan.new", "borrower=ITA commodity=ga mass_g=200000 due_at=%lld "
		"min_grade_ppm=999900", IN_DAYS(world, 30));
	bring(world, "MORE", "ga", "AUT", 200000, 999900);
	FAILS(world, ERROR_CONFLICT, "ola", "exchange.return", RETURN, "MORE"); /* above what is owed */
	FAILS(world, ERROR_CONFLICT, "ola", "exchange.return", RETURN " mass_g=1001", "GOOD");
	DO(world, "ola", "exchange.return", RETURN, "GOOD");
	FAILS(world, ERROR_CONFLICT, "ola", "exchange.return", RETURN, "GOOD"); /* a second time */
	CU_ASSERT_EQUAL(owed_g(world, "X-2026-0001"), 100000 - 999);
	world_free(world);
}

/* A lot that is promised to somebody is no return. */
static void test_return_reserved(void)
{
	struct world *world = world_lent(100000, 0);
	bring(world, "FINE", "ga", "AUT", 1000, 999950);
	DO(world, "kim", "loan.new", "borrower=ITA commodity=ga mass_g=500 due_at=%lld "
		"min_grade_ppm=999950", IN_DAYS(world, 30));
	REFUSED(world, "R19", "ola", "exchange.return", RETURN, "FINE");
	CU_ASSERT_PTR_NOT_NULL(strstr(((const struct { const char *because; } *)
		world->decision.events[0].body)->because, "X-2026-0002"));
	bring(world, "BOUND", "ga", "AUT", 1000, 999960);
	DO_SIGNED(world, "ola", "lot.pledge", "lot=BOUND to=EXIM because=loan " SHA);
	REFUSED(world, "R19", "ola", "exchange.return", RETURN, "BOUND");
	world_free(world);
}

/* What lay in the reserve before the metal went out cannot come back for it. */
static void test_return_older(void)
{
	struct world *world = world_lending();
	bring(world, "OLD", "ga", "AUT", 5000, 999950);
	world_pass(world, 1000);
	DO(world, "kim", "loan.new", "borrower=AUT commodity=ga mass_g=1000 due_at=%lld",
		IN_DAYS(world, 30));
	world_signed(__LINE__, world, "O-2026-0001");
	lift(world, "O-2026-0001");
	FAILS(world, ERROR_CONFLICT, "ola", "exchange.return", RETURN, "OLD");
	world_free(world);
}

/* Parts of one lot come back for two loans, never more of it than there is. */
static void test_return_parts(void)
{
	struct world *world = world_lent(1000, 0);
	DO(world, "kim", "loan.new", "borrower=AUT commodity=ga mass_g=1000 due_at=%lld",
		IN_DAYS(world, 30));
	world_signed(__LINE__, world, "O-2026-0002");
	lift(world, "O-2026-0002");
	bring(world, "ONE", "ga", "AUT", 1500, 1000000);
	DO(world, "ola", "exchange.return", RETURN " mass_g=1000", "ONE");
	FAILS(world, ERROR_CONFLICT, "ola", "exchange.return", "exchange=X-2026-0002 lot=ONE mass_g=501");
	DO(world, "ola", "exchange.return", "exchange=X-2026-0002 lot=ONE");
	CU_ASSERT_EQUAL(owed_g(world, "X-2026-0002"), 500);
	FAILS(world, ERROR_ILLEGAL, "kurt", "lot.correct", "lot=ONE net_g=1400 because=slip");
	world_free(world);
}

/* ---- overdue, amended, in default ---- */

static const struct finding *last_finding(const struct world *world)
{
	const struct finding *finding = NULL, *last = NULL;
	while ((finding = state_next(world->state, TABLE_FINDING, finding)) != NULL)
		last = finding;
	CU_ASSERT_PTR_NOT_NULL_FATAL(last);
	return last;
}

static void test_overdue(void)
{
	struct world *world = world_lent(1000, 0);
	const struct member *member = state_find(world->state, TABLE_MEMBER, "AUT");
	world_pass(world, 30 * TIME_DAY_MS - 1);
	CU_ASSERT(!exchange_of(world, "X-2026-0001")->overdue);
	world_pass(world, 1);
	CU_ASSERT(exchange_of(world, "X-2026-0001")->overdue);
	CU_ASSERT_EQUAL(member->overdue_returns, 1);
	CU_ASSERT_STRING_EQUAL(last_finding(world)->check, "return-overdue");
	CU_ASSERT_STRING_EQUAL(last_finding(world)->subject, "X-2026-0001");
	/* nothing new for who owes it: neither a loan nor a claim */
	REFUSED(world, "R16", "kim", "loan.new", "borrower=works member=AUT commodity=ga mass_g=1 "
		"due_at=%lld", IN_DAYS(world, 30));
	world_declare(world, "limited", "commodity=ga cap_g=500000");
	REFUSED(world, "request", "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000");
	DO(world, "kurt", "request.submit", "member=ITA commodity=ga mass_g=1000");
	bring(world, "RE-1", "ga", "AUT", 1001, 1000000);
	DO(world, "ola", "exchange.return", RETURN " mass_g=999", "RE-1");
	CU_ASSERT_EQUAL(member->overdue_returns, 1);
	DO(world, "ola", "exchange.return", RETURN " mass_g=1", "RE-1");
	CU_ASSERT_EQUAL(member->overdue_returns, 0);
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000");
	world_free(world);
}

static void test_amended(void)
{
	struct world *world = world_lent(1000000 / 2, 100); /* 50 g a day */
	FAILS(world, ERROR_INVALID, "ola", "exchange.amend", "exchange=X-2026-0001 because=x");
	FAILS(world, ERROR_INVALID, "ola", "exchange.amend", "exchange=X-2026-0001 because=x due_at=%lld",
		IN_DAYS(world, 0));
	world_pass(world, 31 * TIME_DAY_MS);
	const struct exchange *exchange = exchange_of(world, "X-2026-0001");
	int64_t original = exchange->original_due_at;
	CU_ASSERT(exchange->overdue);
	DO(world, "ola", "exchange.amend", "exchange=X-2026-0001 because=strike due_at=%lld "
		"premium_ppm=200", IN_DAYS(world, 10));
	char note[CODE_MAX];
	text_copy(note, sizeof note, world->id);
	CU_ASSERT(exchange->overdue); /* until it is signed */
	FAILS(world, ERROR_CONFLICT, "ola", "exchange.amend", "exchange=X-2026-0001 because=x "
		"premium_ppm=1");
	world_signed(__LINE__, world, note);
	CU_ASSERT(!exchange->overdue);
	CU_ASSERT_EQUAL(exchange->original_due_at, original);
	CU_ASSERT_EQUAL(exchange_late_g(exchange, EXCHANGE_DATES_FIRST, world->now), 500000 + 31 * 50);
	CU_ASSERT_EQUAL(exchange_late_g(exchange, EXCHANGE_DATES_NOW, world->now), 0);
	CU_ASSERT_EQUAL(owed_g(world, "X-2026-0001"), 500000 + 31 * 50);
	world_pass(world, 10 * TIME_DAY_MS); /* 100 g a day now */
	CU_ASSERT_EQUAL(owed_g(world, "X-2026-0001"), 500000 + 31 * 50 + 1000);
	CU_ASSERT(exchange->overdue);
	/* a rejected one changes nothing */
	DO(world, "ola", "exchange.amend", "exchange=X-2026-0001 because=x premium_ppm=0");
	text_copy(note, sizeof note, world->id);
	DO(world, "oma", "document.reject", "document=%s because=no", note);
	CU_ASSERT_EQUAL(exchange->premium_ppm, 200);
	CU_ASSERT_EQUAL(exchange->amendments, 2);
	world_free(world);
}

static void test_default(void)
{
	struct world *world = world_lent(1000, 0);
	world_pass(world, 31 * TIME_DAY_MS);
	DO_SIGNED(world, "ola", "exchange.default", "exchange=X-2026-0001 because=bankrupt");
	CU_ASSERT_EQUAL(exchange_of(world, "X-2026-0001")->state, EXCHANGE_DEFAULTED);
	CU_ASSERT_STRING_EQUAL(last_finding(world)->check, "return-defaulted");
	FAILS(world, ERROR_ILLEGAL, "ola", "exchange.default", "exchange=X-2026-0001 because=x");
	FAILS(world, ERROR_ILLEGAL, "ola", "exchange.amend", "exchange=X-2026-0001 because=x "
		"premium_ppm=1");
	REFUSED(world, "R16", "kim", "loan.new", "borrower=AUT commodity=ga mass_g=1 due_at=%lld",
		IN_DAYS(world, 30));
	bring(world, "RE-1", "ga", "AUT", 1001, 1000000);
	DO(world, "ola", "exchange.return", RETURN " mass_g=400", "RE-1");
	CU_ASSERT_EQUAL(exchange_of(world, "X-2026-0001")->state, EXCHANGE_DEFAULTED);
	DO(world, "ola", "exchange.return", RETURN " mass_g=600", "RE-1");
	CU_ASSERT(ended(world, "X-2026-0001"));
	DO(world, "kim", "loan.new", "borrower=AUT commodity=ga mass_g=1 due_at=%lld",
		IN_DAYS(world, 30));
	world_free(world);
}

/* Nobody is to sign a note about what is back. */
static void test_notes_end(void)
{
	struct world *world = world_lent(1000, 0);
	world_pass(world, 31 * TIME_DAY_MS);
	DO(world, "ola", "exchange.default", "exchange=X-2026-0001 because=bankrupt");
	char note[CODE_MAX];
	text_copy(note, sizeof note, world->id);
	bring(world, "RE-1", "ga", "AUT", 1001, 1000000);
	DO(world, "ola", "exchange.return", RETURN " mass_g=1000", "RE-1");
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_DOCUMENT, note));
	world_free(world);
}

/* ---- rotation and upgrade ---- */

static void test_rotation(void)
{
	struct world *world = world_lending();
	DO(world, "kim", "rotation.new", "kind=rotate commodity=ga mass_g=100000 processor=melt "
		"due_at=%lld", IN_DAYS(world, 90));
	CU_ASSERT_STRING_EQUAL(world->id, "T-2026-0001");
	world_signed(__LINE__, world, "O-2026-0001");
	lift(world, "O-2026-0001");
	CU_ASSERT(balance_of(world, "ga/processing/melt") > 100000);
	CU_ASSERT_EQUAL(owed_g(world, "T-2026-0001"), 100000);
	FAILS(world, ERROR_INVALID, "ola", "exchange.amend", "exchange=T-2026-0001 because=x "
		"premium_ppm=1");
	bring(world, "RE-1", "ga", "melt", 99000, 999900);
	DO(world, "ola", "exchange.return", "exchange=T-2026-0001 lot=RE-1");
	CU_ASSERT(!ended(world, "T-2026-0001")); /* less came back than went out */
	bring(world, "RE-2", "ga", "melt", 1011, 999999);
	DO(world, "ola", "exchange.return", "exchange=T-2026-0001 lot=RE-2 mass_g=1010");
	CU_ASSERT(ended(world, "T-2026-0001"));
	world_free(world);
}

/* Another commodity comes back: each sums to zero through processing. */
static void test_upgrade(void)
{
	struct world *world = world_lending();
	DO(world, "ola", "commodity.add", "commodities=[code=ga-6n mineral=gallium stage=refining "
		"form=metal basis=Ga min_grade_ppm=999990]");
	DO(world, "kim", "rotation.new", "kind=upgrade commodity=ga mass_g=100001 processor=melt "
		"back=ga-6n yield_ppm=920000 due_at=%lld", IN_DAYS(world, 90));
	world_signed(__LINE__, world, "O-2026-0001");
	lift(world, "O-2026-0001");
	CU_ASSERT_EQUAL(owed_g(world, "T-2026-0001"), 92001); /* 92,000.92 g, rounded up */
	bring(world, "RE-0", "ga", "melt", 1000, 999999);
	FAILS(world, ERROR_CONFLICT, "ola", "exchange.return", "exchange=T-2026-0001 lot=RE-0");
	bring(world, "RE-1", "ga-6n", "melt", 92001, 1000000);
	DO(world, "ola", "exchange.return", "exchange=T-2026-0001 lot=RE-1");
	CU_ASSERT(ended(world, "T-2026-0001"));
	CU_ASSERT_EQUAL(balance_of(world, "ga-6n/processing/melt"), -92001);
	world_free(world);
}

static void test_upgrade_same(void)
{
	struct world *world = world_lending();
	DO(world, "kim", "rotation.new", "kind=upgrade commodity=ga mass_g=1000 processor=melt "
		"back_grade_ppm=999990 yield_ppm=950000 due_at=%lld", IN_DAYS(world, 90));
	world_signed(__LINE__, world, "O-2026-0001");
	lift(world, "O-2026-0001");
	bring(world, "RE-1", "ga", "melt", 2000, 999989);
	REFUSED(world, "R10", "ola", "exchange.return", "exchange=T-2026-0001 lot=RE-1 mass_g=950");
	bring(world, "RE-2", "ga", "melt", 2000, 999990);
	DO(world, "ola", "exchange.return", "exchange=T-2026-0001 lot=RE-2 mass_g=950");
	CU_ASSERT(ended(world, "T-2026-0001"));
	world_free(world);
}

/* The mean by contained mass, rounded up, of what went out. */
static void test_mean_grade(void)
{
	struct world *world = world_lending();
	world_lot(world, "GA-0", "ga", 100000, 950000, ABSENT); /* 95,000 g, picked first */
	DO(world, "kim", "rotation.new", "kind=rotate commodity=ga mass_g=195000 processor=melt "
		"due_at=%lld", IN_DAYS(world, 90));
	world_signed(__LINE__, world, "O-2026-0001");
	lift(world, "O-2026-0001");
	/* (95,000 x 950,000 + 100,000 x 999,900) / 195,000 = 975,589.7 */
	CU_ASSERT_EQUAL(exchange_of(world, "T-2026-0001")->back_grade_ppm, 975590);
	bring(world, "RE-1", "ga", "melt", 1000, 975589);
	REFUSED(world, "R10", "ola", "exchange.return", "exchange=T-2026-0001 lot=RE-1");
	world_free(world);
}

/* ---- sales out of the reserve, and the year's plan ---- */

static void test_disposal(void)
{
	struct world *world = world_lending();
	DO(world, "kim", "disposal.new", "buyer=ITA commodity=ga mass_g=1000 quoted=600 unit=USD/kg");
	CU_ASSERT_STRING_EQUAL(world->id, "V-2026-0001");
	CU_ASSERT_EQUAL(exchange_of(world, "V-2026-0001")->value_cents, 60000);
	world_signed(__LINE__, world, "O-2026-0001");
	lift(world, "O-2026-0001");
	CU_ASSERT(ended(world, "V-2026-0001"));
	CU_ASSERT_EQUAL(balance_of(world, "ga/member/ITA"), 1001);
	world_free(world);
}

static void test_plan(void)
{
	struct world *world = world_lending();
	DO_SIGNED(world, "ola", "annual.set", "because=board lines=[commodity=ga fiscal_year=2027 "
		"action=rotate max_g=1000]");
#define ROTATE "kind=rotate commodity=ga mass_g=%d processor=melt due_at=%lld"
	REFUSED(world, "R06", "kim", "rotation.new", ROTATE, 1001, IN_DAYS(world, 90));
	DO(world, "kim", "rotation.new", ROTATE, 600, IN_DAYS(world, 90));
	REFUSED(world, "R06", "kim", "rotation.new", ROTATE, 401, IN_DAYS(world, 90));
	DO(world, "oma", "document.reject", "document=O-2026-0001 because=no");
	DO(world, "kim", "rotation.new", ROTATE, 1000, IN_DAYS(world, 90));
	world_free(world);
}

/* What a line in force did not count, or more than it lets, is not issued under it. */
static void test_plan_at_issue(void)
{
	struct world *world = world_lending();
	DO_SIGNED(world, "ola", "annual.set", "because=board lines=[commodity=ga fiscal_year=2027 "
		"action=rotate max_g=1000; commodity=ga fiscal_year=2028 action=rotate max_g=10]");
	DO(world, "kim", "rotation.new", ROTATE, 600, IN_DAYS(world, 900));
	DO(world, "kim", "rotation.new", ROTATE, 400, IN_DAYS(world, 900));
	CU_ASSERT(world_sign(world, "ola", "O-2026-0001") && world_sign(world, "ola", "O-2026-0002"));
	DO_SIGNED(world, "ola", "annual.set", "because=board lines=[commodity=ga fiscal_year=2027 "
		"action=rotate max_g=700]");
	CU_ASSERT(world_sign(world, "oma", "O-2026-0001") && world->decision.refused);
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R06");
	DO(world, "oma", "document.reject", "document=O-2026-0002 because=cut");
	CU_ASSERT(world_sign(world, "oma", "O-2026-0001") && !world->decision.refused);
	DO(world, "kim", "rotation.new", ROTATE, 100, IN_DAYS(world, 900));
	CU_ASSERT(world_sign(world, "ola", "O-2026-0003"));
	world_pass(world, annual_year_begin(2028) - world->now);
	CU_ASSERT(world_sign(world, "oma", "O-2026-0003") && world->decision.refused);
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R06"); /* it is of the year before */
	world_free(world);
}

/* What comes back is announced like any other lot, and is no acquisition once it is the return. */
static void test_plan_of_returns(void)
{
	struct world *world = world_lent(100000, 0);
	DO_SIGNED(world, "ola", "annual.set", "because=board lines=[commodity=ga fiscal_year=2027 "
		"action=acquire max_g=120000]");
	const struct commodity *ga = world_commodity(world, "ga");
	bring(world, "RE-1", "ga", "AUT", 120000, 1000000);
	CU_ASSERT_EQUAL(annual_left_g(ga, ANNUAL_ACQUIRE), 0);
	DO(world, "ola", "exchange.return", "exchange=X-2026-0001 lot=RE-1 mass_g=40000");
	CU_ASSERT_EQUAL(annual_left_g(ga, ANNUAL_ACQUIRE), 40000);
	DO(world, "ola", "exchange.return", "exchange=X-2026-0001 lot=RE-1 mass_g=60000");
	CU_ASSERT(ended(world, "X-2026-0001"));
	CU_ASSERT_EQUAL(annual_left_g(ga, ANNUAL_ACQUIRE), 100000); /* the rest of the lot is new */
	world_free(world);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "every pair of the states", test_states },
		{ "acts by state", test_acts_by_state },
		{ "a loan from beginning to end", test_loan },
		{ "rejected, lapsed", test_rejected_and_lapsed },
		{ "lapsed while it was loaded", test_lapsed_loading },
		{ "premium to the gram", test_premium },
		{ "the premium comes last", test_premium_last },
		{ "the premium as the page tells it", test_premium_of_page },
		{ "bad input", test_new_bad },
		{ "limits", test_new_limits },
		{ "sealed units", test_sealed },
		{ "floors, lots, price and standing at issue", test_issue },
		{ "who may sign", test_signers },
		{ "what is no return", test_returns_bad },
		{ "a reserved lot is no return", test_return_reserved },
		{ "an older lot is no return", test_return_older },
		{ "parts of a lot", test_return_parts },
		{ "overdue stops what is new", test_overdue },
		{ "amendments", test_amended },
		{ "default", test_default },
		{ "notes about what is back end", test_notes_end },
		{ "rotation", test_rotation },
		{ "upgrade to another commodity", test_upgrade },
		{ "upgrade of the same commodity", test_upgrade_same },
		{ "mean grade", test_mean_grade },
		{ "a sale out of the reserve", test_disposal },
		{ "the year's plan", test_plan },
		{ "the year's plan at issue", test_plan_at_issue },
		{ "the year's plan and what comes back", test_plan_of_returns },
		CU_TEST_INFO_NULL,
	};
	return run_cases("exchanges", cases);
}
