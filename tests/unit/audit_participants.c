/* What was lent and drawn, what participants hold and were charged: planted faults are found. */
#include "audit_plant.h"
#include "exchange_world.h"

#include "reserve/zone/commitment.h"
#include "reserve/zone/entitlement.h"

/* ---- return-overdue, return-amended ---- */

static struct world *lent(void)
{
	return world_lent(120000, 0);
}

static void overdue(void)
{
	struct audited *audited = audited_new(lent);
	AUDIT_CLEAN(audited, "return-overdue");
	world_pass(audited->world, 30 * TIME_DAY_MS);
	const struct audited_finding *finding = audited_one(audited, "return-overdue", "X-2026-0001",
		"loan X-2026-0001 of AUT: 120 kg of ga was to be back before 2026-12-22 and is 0 days late");
	CU_ASSERT_EQUAL(finding->severity, SEVERITY_WARNING);
	bring(audited->world, "BK-1", "ga", "AUT", 100000, 1000000);
	DO(audited->world, "ola", "exchange.return", "exchange=X-2026-0001 lot=BK-1");
	world_pass(audited->world, 30 * TIME_DAY_MS);
	finding = audited_one(audited, "return-overdue", "X-2026-0001", "20 kg of ga was to be back");
	CU_ASSERT_EQUAL(finding->severity, SEVERITY_CRITICAL);
	bring(audited->world, "BK-2", "ga", "AUT", 20000, 1000000);
	DO(audited->world, "ola", "exchange.return", "exchange=X-2026-0001 lot=BK-2");
	AUDIT_CLEAN(audited, "return-overdue");
	audited_free(audited);
}

static void moved(void)
{
	struct audited *audited = audited_new(lent);
	AUDIT_CLEAN(audited, "return-amended");
	DO_SIGNED(audited->world, "ola", "exchange.amend", "exchange=X-2026-0001 because=strike due_at=%lld",
		IN_DAYS(audited->world, 60));
	AUDIT_FINDS(audited, "return-amended", "X-2026-0001", "due on 2026-12-22 at first and on 2027-01-21 now, "
		"30 days later by 1 amendment, the last because \"strike\"");
	AUDIT_CLEAN(audited, "return-overdue");
	world_pass(audited->world, 40 * TIME_DAY_MS);
	AUDIT_FINDS(audited, "return-overdue", "first dates of X-2026-0001", "by what was agreed at first "
		"120 kg of ga was to be back before 2026-12-22, 10 days ago; the last of it is due on 2027-01-21");
	audited_free(audited);
}

static struct world *lent_in_parts(void)
{
	struct world *world = world_lending();
	DO(world, "kim", "loan.new", "borrower=AUT commodity=ga mass_g=120000 instalments=[due_at=%lld "
		"mass_g=20000; due_at=%lld mass_g=40000; due_at=%lld mass_g=60000]", IN_DAYS(world, 30),
		IN_DAYS(world, 60), IN_DAYS(world, 90));
	world_signed(__LINE__, world, "O-2026-0001");
	lift(world, "O-2026-0001");
	return world;
}

/* Only what is due by now is late; what came back meets the earliest part first. */
static void in_parts(void)
{
	struct audited *audited = audited_new(lent_in_parts);
	world_pass(audited->world, 65 * TIME_DAY_MS);
	AUDIT_FINDS(audited, "return-overdue", "X-2026-0001", "60 kg of ga was to be back before 2026-12-22 and is 35 days late");
	bring(audited->world, "BK-1", "ga", "AUT", 20000, 1000000);
	DO(audited->world, "ola", "exchange.return", "exchange=X-2026-0001 lot=BK-1");
	AUDIT_FINDS(audited, "return-overdue", "X-2026-0001", "40 kg of ga was to be back before 2027-01-21 and is 5 days late");
	audited_free(audited);
}

/* ---- charges ---- */

static int64_t day(const char *text)
{
	int64_t at;
	CU_ASSERT_FATAL(time_parse(text, &at));
	return at;
}

/*
 * acme has 200 kg from 1 December, draws 50 kg, transfers 10 kg, is charged for two months at two rates;
 * bolt's 10 kg end after six weeks and are bought back.
 */
static struct world *charged(void)
{
	struct world *world = world_lending();
	DO(world, "ola", "participant.add", "participants=[code=acme name='Acme AG' member=AUT; "
		"code=bolt name='Bolt SpA' member=ITA]");
	DO_SIGNED(world, "ola", "rate.set", "because=board effective_at=%lld interest_ppm=50000 "
		"storage_micros_per_tonne_day=500000", (long long)day("2026-11-01"));
	DO_SIGNED(world, "ola", "rate.set", "because=board effective_at=%lld interest_ppm=60000 "
		"storage_micros_per_tonne_day=500000", (long long)day("2026-12-20"));
	DO_SIGNED(world, "ola", "commitment.new", "participant=acme commodity=ga mass_g=200000 quoted=365 "
		"unit=USD/kg basis=Ga fee_cents=50000 starts_at=%lld ends_at=%lld replenish_days=30 "
		"gross_ppm=1200000 because=deal", (long long)day("2026-12-01"), (long long)day("2027-12-01"));
	DO_SIGNED(world, "ola", "commitment.new", "participant=bolt commodity=ga mass_g=10000 quoted=365 "
		"unit=USD/kg basis=Ga fee_cents=5000 starts_at=%lld ends_at=%lld replenish_days=30 "
		"gross_ppm=1200000 because=deal", (long long)day("2026-12-01"), (long long)day("2027-01-12"));
	world_pass(world, day("2026-12-10") - world->now);
	DO(world, "kim", "draw.new", "participant=acme commodity=ga mass_g=50000");
	world_signed(__LINE__, world, "O-2026-0001");
	DO_SIGNED(world, "ola", "entitlement.transfer", "from=acme to=bolt commodity=ga mass_g=10000 because=sold");
	world_pass(world, day("2027-02-02") - world->now);
	return world;
}

static void charge_figures(void)
{
	struct audited *audited = audited_new(charged);
	AUDIT_CLEAN(audited, "charges");
	static const struct { const char *name; const char *found; } figures[] = {
		{ "interest_cents", "interest_cents is" }, { "storage_rest", "storage_rest is" },
		{ "fee_applied_cents", "fee_applied_cents is" }, { "due_cents", "due_cents is" },
		{ "principal_cents", "its principal is not" }, { "undrawn_g", "another mass was undrawn" },
		{ "gross_g", "its gross mass is not" }, { "interest_ppm", "another rate was signed" },
	};
	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
		char from[40], to[40];
		snprintf(from, sizeof from, "\"%s\":", figures[i].name);
		snprintf(to, sizeof to, "\"%s\":1", figures[i].name); /* a digit more */
		int64_t index = audited_find(audited, "commitment.charged", 0);
		struct buffer kept = { 0 };
		buffer_append(&kept, audited->entries[index].bytes, audited->entries[index].length);
		audited_bend(audited, "commitment.charged", 0, from, to);
		audited_run(audited, "charges");
		bool found = audited->found > 0 && strstr(audited->findings[0].message, figures[i].found) != NULL &&
			audited->findings[0].index == index;
		if (!found) {
			printf("\n  %s\n", figures[i].name);
			audited_print(audited);
		}
		CU_ASSERT(found);
		buffer_free(&audited->entries[index]);
		audited->entries[index] = kept;
	}
	AUDIT_CLEAN(audited, "charges");
	audited_free(audited);
}

static void buy_back(void)
{
	struct audited *audited = audited_new(charged);
	int64_t index = audited_find(audited, "commitment.ended", 0);
	audited_bend(audited, "commitment.ended", 0, "\"buy_back_cents\":365000", "\"buy_back_cents\":364000");
	const struct audited_finding *finding = audited_one(audited, "charges", "K-2026-0002",
		"the buy-back of K-2026-0002: buy_back_cents is 365000 and not 364000");
	CU_ASSERT_EQUAL(finding->index, index);
	audited_free(audited);
}

/* ---- entitlements ---- */

static void bend_entitlement(struct state *state)
{
	struct entitlement *own = state_next(state, TABLE_ENTITLEMENT, NULL);
	own->undrawn_g += 5;
}

static void bend_commitment(struct state *state)
{
	struct commitment *commitment = state_find(state, TABLE_COMMITMENT, "K-2026-0001");
	commitment->mass_g += 5;
}

static void bend_entitled(struct state *state)
{
	((struct commodity *)state_find(state, TABLE_COMMODITY, "ga"))->entitled_g -= 5;
}

static void entitlements(void)
{
	struct audited *audited = audited_new(charged);
	AUDIT_CLEAN(audited, "entitlements");
	audited->bend = bend_entitlement;
	AUDIT_FINDS(audited, "entitlements", "K-2026-0001", "what participants hold of it to");
	audited->bend = bend_commitment;
	AUDIT_FINDS(audited, "entitlements", "K-2026-0001", "200005 g were committed by K-2026-0001, and 200000 g");
	audited->bend = bend_entitled;
	AUDIT_FINDS(audited, "entitlements", "commodity ga", "g are set aside");
	audited_free(audited);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "overdue", overdue },
		{ "moved", moved },
		{ "in parts", in_parts },
		{ "charge figures", charge_figures },
		{ "buy back", buy_back },
		{ "entitlements", entitlements },
		CU_TEST_INFO_NULL,
	};
	return run_cases("audit participants", cases);
}
