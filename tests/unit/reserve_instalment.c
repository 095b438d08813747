/* What comes back in instalments: bad schedules, what is due when, misses, cures, amendments. */
#include "exchange_world.h"

#include "reserve/finding.h"
#include "reserve/zone/exchange_amendment.h"
#include "reserve/zone/instalment.h"
#include "reserve/zone/member.h"

#define RETURN "exchange=X-2026-0001 lot=%s"

/* A loan of 120 kg to Austria: 40 kg in 30 days, 80 kg in 90, at so many ppm a day. */
static struct world *world_in_parts(int64_t premium_ppm)
{
	struct world *world = world_lending();
	DO(world, "kim", "loan.new", "borrower=AUT commodity=ga mass_g=120000 premium_ppm=%lld "
		"instalments=[due_at=%lld mass_g=40000; due_at=%lld mass_g=80000]",
		(long long)premium_ppm, IN_DAYS(world, 30), IN_DAYS(world, 90));
	world_signed(__LINE__, world, "O-2026-0001");
	lift(world, "O-2026-0001");
	bring(world, "RE", "ga", "AUT", 400000, 1000000);
	return world;
}

static struct exchange_part part_of(const struct world *world, enum exchange_dates dates,
	uint32_t number)
{
	return exchange_part(exchange_of(world, "X-2026-0001"), dates, number, world->now);
}

static int64_t late_g(const struct world *world, enum exchange_dates dates)
{
	return exchange_late_g(exchange_of(world, "X-2026-0001"), dates, world->now);
}

static size_t findings(const struct world *world, const char *check)
{
	const struct finding *finding = NULL;
	size_t count = 0;
	while ((finding = state_next(world->state, TABLE_FINDING, finding)) != NULL)
		count += text_equal(finding->check, check);
	return count;
}

static void test_bad(void)
{
	static const struct { long long mass_g[3], days[3]; } cases[] = {
		{ { 100000, 0, 0 }, { 30, 0, 0 } },           /* one part */
		{ { 40000, 59999, 0 }, { 30, 90, 0 } },       /* less than the mass */
		{ { 40000, 60001, 0 }, { 30, 90, 0 } },       /* more than it */
		{ { 40000, 60000, 0 }, { 0, 90, 0 } },        /* the first is now */
		{ { 40000, 60000, 0 }, { 30, 30, 0 } },       /* twice the same date */
		{ { 40000, 30000, 30000 }, { 30, 90, 60 } },  /* out of order */
	};
	struct world *world = world_lending();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char list[400] = "";
		size_t length = 0;
		for (int part = 0; part < 3 && cases[i].mass_g[part] > 0; part++)
			length += (size_t)snprintf(list + length, sizeof list - length,
				"%sdue_at=%lld mass_g=%lld", part > 0 ? "; " : "",
				IN_DAYS(world, cases[i].days[part]), cases[i].mass_g[part]);
		FAILS(world, ERROR_INVALID, "kim", "loan.new", "borrower=AUT commodity=ga mass_g=100000 "
			"instalments=[%s]", list);
	}
	/* both ways to say it, and neither */
	FAILS(world, ERROR_INVALID, "kim", "loan.new", "borrower=AUT commodity=ga mass_g=100000 "
		"due_at=%lld instalments=[due_at=%lld mass_g=40000; due_at=%lld mass_g=60000]",
		IN_DAYS(world, 90), IN_DAYS(world, 30), IN_DAYS(world, 90));
	FAILS(world, ERROR_INVALID, "kim", "loan.new", "borrower=AUT commodity=ga mass_g=100000");
	FAILS(world, ERROR_INVALID, "kim", "rotation.new", "kind=rotate processor=melt commodity=ga "
		"mass_g=100000");
	world_free(world);
}

static void test_many(void)
{
	for (int count = EXCHANGE_INSTALMENTS_MAX; count <= EXCHANGE_INSTALMENTS_MAX + 1; count++) {
		struct world *world = world_lending();
		char list[4000];
		size_t length = 0;
		for (int i = 0; i < count; i++)
			length += (size_t)snprintf(list + length, sizeof list - length,
				"%sdue_at=%lld mass_g=10", i > 0 ? "; " : "", IN_DAYS(world, i + 1));
		if (count <= EXCHANGE_INSTALMENTS_MAX)
			DO(world, "kim", "loan.new", "borrower=AUT commodity=ga mass_g=%d instalments=[%s]",
				count * 10, list);
		else
			FAILS(world, ERROR_INVALID, "kim", "loan.new", "borrower=AUT commodity=ga mass_g=%d "
				"instalments=[%s]", count * 10, list);
		world_free(world);
	}
}

/* What is due when, what is missing, and that the premium falls due with the last. */
static void test_standing(void)
{
	struct world *world = world_in_parts(100); /* 12 g a day */
	const struct exchange *exchange = exchange_of(world, "X-2026-0001");
	CU_ASSERT_EQUAL(exchange_part_count(exchange, EXCHANGE_DATES_NOW), 2);
	CU_ASSERT_EQUAL(exchange->due_at, exchange->original_due_at);
	CU_ASSERT_EQUAL(part_of(world, EXCHANGE_DATES_NOW, 0).mass_g, 40000);
	CU_ASSERT_EQUAL(part_of(world, EXCHANGE_DATES_NOW, 1).owed_g, 80000);
	CU_ASSERT_EQUAL(exchange_next_due(exchange, EXCHANGE_DATES_NOW),
		part_of(world, EXCHANGE_DATES_NOW, 0).due_at);
	world_pass(world, 10 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(late_g(world, EXCHANGE_DATES_NOW), 0);
	CU_ASSERT_EQUAL(part_of(world, EXCHANGE_DATES_NOW, 1).owed_g, 80000 + 120);
	DO(world, "ola", "exchange.return", RETURN " mass_g=50000", "RE"); /* early, and into the next */
	CU_ASSERT_EQUAL(part_of(world, EXCHANGE_DATES_NOW, 0).owed_g, 0);
	CU_ASSERT_EQUAL(part_of(world, EXCHANGE_DATES_NOW, 1).owed_g, 70000 + 120);
	CU_ASSERT_EQUAL(exchange_next_due(exchange, EXCHANGE_DATES_NOW), exchange->due_at);
	world_pass(world, 25 * TIME_DAY_MS); /* the first date has passed, and nothing is late */
	CU_ASSERT(!exchange->overdue);
	CU_ASSERT_EQUAL(findings(world, "return-overdue"), 0);
	DO(world, "ola", "exchange.return", RETURN " mass_g=70000", "RE");
	world_pass(world, 54 * TIME_DAY_MS);
	CU_ASSERT(!exchange->overdue);
	world_pass(world, TIME_DAY_MS); /* of all of it the premium alone is missing */
	CU_ASSERT(exchange->overdue);
	CU_ASSERT_EQUAL(late_g(world, EXCHANGE_DATES_NOW), 120 + 25 * 7);
	CU_ASSERT_EQUAL(part_of(world, EXCHANGE_DATES_NOW, 1).owed_g, 120 + 25 * 7);
	CU_ASSERT(part_of(world, EXCHANGE_DATES_NOW, 1).overdue);
	DO(world, "ola", "exchange.return", RETURN " mass_g=295", "RE");
	CU_ASSERT(ended(world, "X-2026-0001"));
	world_free(world);
}

/* The first part missed is found; what makes it up clears it; the next is found again. */
static void test_missed(void)
{
	struct world *world = world_in_parts(0);
	const struct exchange *exchange = exchange_of(world, "X-2026-0001");
	const struct member *member = state_find(world->state, TABLE_MEMBER, "AUT");
	world_pass(world, 30 * TIME_DAY_MS - 1);
	CU_ASSERT(!exchange->overdue);
	world_pass(world, 1);
	CU_ASSERT(exchange->overdue);
	CU_ASSERT_EQUAL(member->overdue_returns, 1);
	CU_ASSERT_EQUAL(late_g(world, EXCHANGE_DATES_NOW), 40000);
	CU_ASSERT(part_of(world, EXCHANGE_DATES_NOW, 0).overdue);
	CU_ASSERT(!part_of(world, EXCHANGE_DATES_NOW, 1).overdue);
	REFUSED(world, "R16", "kim", "loan.new", "borrower=AUT commodity=ga mass_g=1 due_at=%lld",
		IN_DAYS(world, 30));
	DO(world, "ola", "exchange.return", RETURN " mass_g=39999", "RE");
	CU_ASSERT(exchange->overdue);
	CU_ASSERT_EQUAL(late_g(world, EXCHANGE_DATES_NOW), 1);
	DO(world, "ola", "exchange.return", RETURN " mass_g=1", "RE");
	CU_ASSERT(!exchange->overdue);
	CU_ASSERT_EQUAL(member->overdue_returns, 0);
	world_pass(world, 60 * TIME_DAY_MS);
	CU_ASSERT(exchange->overdue);
	CU_ASSERT_EQUAL(member->overdue_returns, 1);
	CU_ASSERT_EQUAL(findings(world, "return-overdue"), 2);
	CU_ASSERT_EQUAL(late_g(world, EXCHANGE_DATES_NOW), 80000);
	DO_SIGNED(world, "ola", "exchange.default", "exchange=X-2026-0001 because=bankrupt");
	DO(world, "ola", "exchange.return", RETURN " mass_g=1", "RE");
	CU_ASSERT(exchange->overdue); /* until all is back */
	world_free(world);
}

/* New dates of what is open; what comes back before the note is signed meets the first of them. */
static void test_amended(void)
{
	struct world *world = world_in_parts(0);
	const struct exchange *exchange = exchange_of(world, "X-2026-0001");
	world_pass(world, 31 * TIME_DAY_MS);
	DO(world, "ola", "exchange.return", RETURN " mass_g=20000", "RE");
	FAILS(world, ERROR_INVALID, "ola", "exchange.amend", "exchange=X-2026-0001 because=x "
		"instalments=[due_at=%lld mass_g=40000; due_at=%lld mass_g=80000]",
		IN_DAYS(world, 10), IN_DAYS(world, 20)); /* 100 kg are out */
	FAILS(world, ERROR_INVALID, "ola", "exchange.amend", "exchange=X-2026-0001 because=x due_at=%lld "
		"instalments=[due_at=%lld mass_g=30000; due_at=%lld mass_g=70000]",
		IN_DAYS(world, 20), IN_DAYS(world, 10), IN_DAYS(world, 20));
	DO(world, "ola", "exchange.amend", "exchange=X-2026-0001 because=strike "
		"instalments=[due_at=%lld mass_g=30000; due_at=%lld mass_g=70000]",
		IN_DAYS(world, 10), IN_DAYS(world, 20));
	char note[CODE_MAX];
	text_copy(note, sizeof note, world->id);
	DO(world, "ola", "exchange.return", RETURN " mass_g=5000", "RE");
	CU_ASSERT(exchange->overdue);
	world_signed(__LINE__, world, note);
	CU_ASSERT(!exchange->overdue);
	CU_ASSERT_EQUAL(part_of(world, EXCHANGE_DATES_NOW, 0).owed_g, 25000);
	CU_ASSERT_EQUAL(part_of(world, EXCHANGE_DATES_NOW, 1).owed_g, 70000);
	CU_ASSERT_EQUAL(late_g(world, EXCHANGE_DATES_NOW), 0);
	CU_ASSERT_EQUAL(late_g(world, EXCHANGE_DATES_FIRST), 15000);
	CU_ASSERT_EQUAL(part_of(world, EXCHANGE_DATES_FIRST, 0).owed_g, 15000);
	CU_ASSERT(part_of(world, EXCHANGE_DATES_FIRST, 0).overdue);
	const struct exchange_amendment *amendment = state_find(world->state,
		TABLE_EXCHANGE_AMENDMENT, "X-2026-0001/1");
	CU_ASSERT_PTR_NOT_NULL_FATAL(amendment);
	CU_ASSERT_EQUAL(amendment->instalments.count, 2);
	world_pass(world, 10 * TIME_DAY_MS);
	CU_ASSERT(exchange->overdue);
	CU_ASSERT_EQUAL(late_g(world, EXCHANGE_DATES_NOW), 25000);
	/* another premium leaves the dates, and one that is missed stays so */
	DO_SIGNED(world, "ola", "exchange.amend", "exchange=X-2026-0001 because=x premium_ppm=100");
	CU_ASSERT_EQUAL(exchange_part_count(exchange, EXCHANGE_DATES_NOW), 2);
	CU_ASSERT(exchange->overdue);
	/* one date for all that is open */
	DO_SIGNED(world, "ola", "exchange.amend", "exchange=X-2026-0001 because=x due_at=%lld",
		IN_DAYS(world, 50));
	CU_ASSERT_EQUAL(exchange_part_count(exchange, EXCHANGE_DATES_NOW), 1);
	CU_ASSERT_EQUAL(exchange_part_count(exchange, EXCHANGE_DATES_FIRST), 2);
	CU_ASSERT(!exchange->overdue);
	world_free(world);
}

/* A note whose first date passes before the second signature cannot take effect. */
static void test_amended_late(void)
{
	struct world *world = world_in_parts(0);
	DO(world, "ola", "exchange.amend", "exchange=X-2026-0001 because=x "
		"instalments=[due_at=%lld mass_g=40000; due_at=%lld mass_g=80000]",
		IN_DAYS(world, 2), IN_DAYS(world, 20));
	char note[CODE_MAX];
	text_copy(note, sizeof note, world->id);
	world_pass(world, 2 * TIME_DAY_MS);
	CU_ASSERT(world_sign(world, "oma", note));
	CU_ASSERT(!world_sign(world, "otto", note));
	CU_ASSERT_EQUAL(world->error.id, ERROR_ILLEGAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(world->error.remedy, "vaultctl reject N-2026-"));
	world_free(world);
}

/* A loan with one date gets instalments; the date at first stays what it was. */
static void test_single_amended(void)
{
	struct world *world = world_lent(120000, 0);
	const struct exchange *exchange = exchange_of(world, "X-2026-0001");
	DO_SIGNED(world, "ola", "exchange.amend", "exchange=X-2026-0001 because=x "
		"instalments=[due_at=%lld mass_g=40000; due_at=%lld mass_g=80000]",
		IN_DAYS(world, 40), IN_DAYS(world, 50));
	world_pass(world, 35 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(late_g(world, EXCHANGE_DATES_NOW), 0);
	CU_ASSERT_EQUAL(late_g(world, EXCHANGE_DATES_FIRST), 120000);
	CU_ASSERT_EQUAL(exchange_part_count(exchange, EXCHANGE_DATES_FIRST), 1);
	world_free(world);
}

/* Instalments are of what comes back of an upgrade; less that goes out lessens the last. */
static void test_rotation(void)
{
	struct world *world = world_lending();
	FAILS(world, ERROR_INVALID, "kim", "rotation.new", "kind=upgrade commodity=ga mass_g=100000 "
		"processor=melt back_grade_ppm=999990 yield_ppm=920000 "
		"instalments=[due_at=%lld mass_g=40000; due_at=%lld mass_g=60000]",
		IN_DAYS(world, 30), IN_DAYS(world, 60));
	DO(world, "kim", "rotation.new", "kind=upgrade commodity=ga mass_g=100000 processor=melt "
		"back_grade_ppm=999990 yield_ppm=920000 "
		"instalments=[due_at=%lld mass_g=40000; due_at=%lld mass_g=52000]",
		IN_DAYS(world, 30), IN_DAYS(world, 60));
	world_signed(__LINE__, world, "O-2026-0001");
	DO(world, "kim", "load_out", "order=O-2026-0001 lot=GA-1 gross_g=90010 tare_g=10 carrier=c "
		"vehicle=v");
	DO(world, "kim", "deliver", "order=O-2026-0001 consignee=melt receiver=r");
	const struct exchange *exchange = exchange_of(world, "T-2026-0001");
	const struct exchange_part last = exchange_part(exchange, EXCHANGE_DATES_NOW, 1, world->now);
	CU_ASSERT_EQUAL(exchange->out_g, 89991); /* 90 kg of 99.99% */
	CU_ASSERT_EQUAL(exchange->principal_g, 82792);
	CU_ASSERT_EQUAL(exchange_part(exchange, EXCHANGE_DATES_NOW, 0, world->now).mass_g, 40000);
	CU_ASSERT_EQUAL(last.mass_g, 42792);
	CU_ASSERT_EQUAL(exchange_part(exchange, EXCHANGE_DATES_FIRST, 1, world->now).mass_g, 42792);
	world_free(world);
}

/* What went out less than agreed lessens the last parts first. */
static void test_trim(void)
{
	static const struct { int64_t sum_g, left_g[3]; } cases[] = {
		{ 60, { 10, 20, 30 } }, { 59, { 10, 20, 29 } }, { 30, { 10, 20, 0 } },
		{ 29, { 10, 19, 0 } }, { 1, { 1, 0, 0 } }, { 0, { 0, 0, 0 } },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct instalment parts[] = { { 1, 10 }, { 2, 20 }, { 3, 30 } };
		struct list list = { parts, 3 };
		instalments_trim(&list, cases[i].sum_g);
		for (int part = 0; part < 3; part++)
			CU_ASSERT_EQUAL(parts[part].mass_g, cases[i].left_g[part]);
		CU_ASSERT_EQUAL(instalments_after_g(&list, 1), cases[i].sum_g - cases[i].left_g[0]);
	}
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "bad schedules", test_bad },
		{ "as many as there may be", test_many },
		{ "what is due when", test_standing },
		{ "missed, made up, missed again", test_missed },
		{ "amended", test_amended },
		{ "signed too late", test_amended_late },
		{ "one date becomes instalments", test_single_amended },
		{ "of an upgrade", test_rotation },
		{ "less at the end", test_trim },
		CU_TEST_INFO_NULL,
	};
	return run_cases("instalments", cases);
}
