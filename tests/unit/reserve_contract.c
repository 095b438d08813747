/* Contracts for difference from the proposal to a settled quarter, and world production. */
#include "reserve_world.h"

#include "reserve/zone/contract.h"
#include "reserve/zone/production.h"

#define DAY TIME_DAY_MS
#define KG 1000LL
#define TONNE 1000000LL

/* The published example: 110 USD/kg NdPr, 30% of what is above; from 2025Q1 to 2034Q4. */
#define EXAMPLE "producer='Example Magnets' commodity=ndpr quoted=110 unit=USD/kg basis=REO " \
	"series=usgs upside_ppm=300000 first=2025Q1 last=2034Q4 because='a producer inside'"

static struct world *world_magnets(void)
{
	struct world *world = world_framed();
	DO(world, "ola", "mineral.add", "minerals=[code=nd name=neodymium family=REE]");
	DO(world, "ola", "commodity.add", "commodities=[code=ndpr mineral=nd stage=refining form=oxide "
		"basis=REO]");
	return world;
}

static struct world *world_contract(void)
{
	struct world *world = world_magnets();
	DO_SIGNED(world, "ola", "contract.propose", EXAMPLE);
	return world;
}

static void observe(struct world *world, const char *period, const char *price)
{
	DO(world, "ola", "observation.record", "revise=true observations=[commodity=ndpr period=%s %s "
		"unit=USD/kg basis=REO series=usgs]", period, price);
}

static const struct contract *contract_of(const struct world *world)
{
	const struct contract *contract = state_find(world->state, TABLE_CONTRACT, "C-2026-0001");
	CU_ASSERT_PTR_NOT_NULL_FATAL(contract);
	return contract;
}

static const struct contract_quarter *quarter(const struct world *world, const char *name)
{
	const struct contract_quarter *row = contract_quarter_of(world->state, "C-2026-0001", name);
	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	return row;
}

static void report(struct world *world, const char *name, const char *masses)
{
	DO(world, "ola", "contract.report", "contract=C-2026-0001 quarter=%s evidence='sales book' %s",
		name, masses);
}

/* ---- the contract ---- */

static void test_proposed_and_signed(void)
{
	struct world *world = world_magnets();
	DO(world, "ola", "contract.propose", EXAMPLE);
	CU_ASSERT_STRING_EQUAL(world->id, "C-2026-0001");
	CU_ASSERT_EQUAL(contract_of(world)->state, CONTRACT_PROPOSED);
	FAILS(world, ERROR_ILLEGAL, "ola", "contract.report",
		"contract=C-2026-0001 quarter=2026Q3 sold_g=1 evidence=x");
	world_signed(__LINE__, world, "C-2026-0001");
	const struct contract *contract = contract_of(world);
	CU_ASSERT_EQUAL(contract->state, CONTRACT_SIGNED);
	CU_ASSERT_EQUAL(contract->strike_micros_per_kg, 110000000);
	CU_ASSERT_EQUAL(contract->starts_at, time_from_civil(2025, 1, 1));
	CU_ASSERT_EQUAL(contract->ends_at, time_from_civil(2035, 1, 1));
	world->now = contract->ends_at - 1;
	world_tick(world);
	CU_ASSERT_EQUAL(contract_of(world)->state, CONTRACT_SIGNED);
	world_pass(world, 1);
	CU_ASSERT_EQUAL(contract_of(world)->state, CONTRACT_ENDED);
	report(world, "2034Q4", "sold_g=5"); /* its quarters still settle */
	world_free(world);
}

static void test_contracts_refused(void)
{
	struct world *world = world_magnets();
	static const struct { enum error_id error; const char *line; } cases[] = {
		{ ERROR_NOT_FOUND, "commodity=gold quoted=1 unit=USD/kg basis=REO first=2026Q1 last=2026Q1" },
		{ ERROR_INVALID, "commodity=ndpr quoted=1 unit=USD/kg first=2026Q1 last=2026Q1" }, /* per what? */
		{ ERROR_INVALID, "commodity=ndpr quoted=1 unit=EUR/kg basis=REO first=2026Q1 last=2026Q1" },
		{ ERROR_INVALID, "commodity=ndpr quoted=1 unit=USD/kg basis=W first=2026Q1 last=2026Q1" },
		{ ERROR_INVALID, "commodity=ndpr quoted=1 unit=USD/kg basis=REO first=2026Q5 last=2026Q1" },
		{ ERROR_INVALID, "commodity=ndpr quoted=1 unit=USD/kg basis=REO first=2026Q1 last=2026" },
		{ ERROR_INVALID, "commodity=ndpr quoted=1 unit=USD/kg basis=REO first=2026Q2 last=2026Q1" },
		{ ERROR_LIMIT, "commodity=ndpr quoted=1 unit=USD/kg basis=REO first=2026Q1 last=2070Q1" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		FAILS(world, cases[i].error, "ola", "contract.propose",
			"producer=P series=s because=x %s", cases[i].line);
	FAILS(world, ERROR_DENIED, "kim", "contract.propose", EXAMPLE);
	DO(world, "ola", "contract.propose", EXAMPLE);
	DO(world, "oma", "document.reject", "document=C-2026-0001 because=no");
	CU_ASSERT_EQUAL(contract_of(world)->state, CONTRACT_REJECTED);
	FAILS(world, ERROR_ILLEGAL, "ola", "contract.report",
		"contract=C-2026-0001 quarter=2026Q3 sold_g=1 evidence=x");
	/* a term that is over when the last officer signs */
	DO(world, "ola", "contract.propose",
		"producer=P series=s because=x commodity=ndpr quoted=1 unit=USD/kg basis=REO first=2026Q4 last=2026Q4");
	CU_ASSERT(world_sign(world, "ola", "C-2026-0002"));
	world->now = time_from_civil(2027, 1, 1);
	CU_ASSERT_FALSE(world_sign(world, "oma", "C-2026-0002"));
	CU_ASSERT_EQUAL(world->error.id, ERROR_ILLEGAL);
	world_free(world);
}

/* ---- quarters ---- */

static void test_reports_refused(void)
{
	struct world *world = world_contract();
	static const struct { enum error_id error; const char *line; } cases[] = {
		{ ERROR_NOT_FOUND, "contract=C-2026-0009 quarter=2026Q3 sold_g=1" },
		{ ERROR_INVALID, "contract=C-2026-0001 quarter=2026-3 sold_g=1" },
		{ ERROR_INVALID, "contract=C-2026-0001 quarter=2024Q4 sold_g=1" },
		{ ERROR_INVALID, "contract=C-2026-0001 quarter=2035Q1 sold_g=1" },
		{ ERROR_ILLEGAL, "contract=C-2026-0001 quarter=2026Q4 sold_g=1" }, /* not over */
		{ ERROR_INVALID, "contract=C-2026-0001 quarter=2026Q3" },
		{ ERROR_INVALID, "contract=C-2026-0001 quarter=2026Q3 sold_g=1 from_stockpile_g=1" },
		{ ERROR_INVALID, "contract=C-2026-0001 quarter=2026Q3 sold_g=1 from_stockpile_g=2" },
		{ ERROR_INVALID, "contract=C-2026-0001 quarter=2026Q3 from_stockpile_g=1" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		FAILS(world, cases[i].error, "ola", "contract.report", "evidence=x %s", cases[i].line);
	FAILS(world, ERROR_ILLEGAL, "ola", "contract.settle", "contract=C-2026-0001 quarter=2026Q3");
	world_free(world);
}

/* Metal counts once: as stockpiled when it was, and not again when it is sold. */
static void test_stockpile(void)
{
	struct world *world = world_contract();
	report(world, "2025Q2", "sold_g=100 stockpiled_g=40");
	CU_ASSERT_EQUAL(quarter(world, "2025Q2")->mass_g, 140);
	report(world, "2025Q4", "sold_g=60 from_stockpile_g=30 stockpiled_g=5");
	CU_ASSERT_EQUAL(quarter(world, "2025Q4")->mass_g, 35);
	FAILS(world, ERROR_INVALID, "ola", "contract.report", "contract=C-2026-0001 quarter=2026Q1 "
		"sold_g=90 from_stockpile_g=16 evidence=x");
	CU_ASSERT_PTR_NOT_NULL(strstr(world->error.message, "15 g is left"));
	report(world, "2026Q1", "sold_g=90 from_stockpile_g=15");
	/* not what is stockpiled in the same quarter or behind it */
	FAILS(world, ERROR_INVALID, "ola", "contract.report", "contract=C-2026-0001 quarter=2025Q1 "
		"sold_g=9 from_stockpile_g=1 stockpiled_g=9 evidence=x");
	/* and not what a later quarter has sold already: 2025Q3 would leave 2025Q4 short */
	FAILS(world, ERROR_CONFLICT, "ola", "contract.report", "contract=C-2026-0001 quarter=2025Q3 "
		"sold_g=11 from_stockpile_g=11 evidence=x");
	FAILS(world, ERROR_CONFLICT, "ola", "contract.report", "contract=C-2026-0001 quarter=2025Q2 "
		"sold_g=100 stockpiled_g=29 evidence=x");
	report(world, "2025Q2", "sold_g=101 stockpiled_g=40"); /* a correction */
	CU_ASSERT_EQUAL(quarter(world, "2025Q2")->version, 2);
	CU_ASSERT_EQUAL(quarter(world, "2025Q2")->mass_g, 141);
	world_free(world);
}

/* 150 t at 69 of 110: 41 USD/kg, 6,150,000.00; by a year's average where there is nothing closer. */
static void test_settled(void)
{
	struct world *world = world_contract();
	char note[CODE_MAX];
	report(world, "2025Q3", "sold_g=120000000 stockpiled_g=30000000");
	FAILS(world, ERROR_ILLEGAL, "oma", "contract.settle", "contract=C-2026-0001 quarter=2025Q3");
	observe(world, "2025", "quoted=69");
	DO(world, "oma", "contract.settle", "contract=C-2026-0001 quarter=2025Q3");
	text_copy(note, sizeof note, world->id);
	const struct contract_quarter *row = quarter(world, "2025Q3");
	CU_ASSERT_EQUAL(row->state, QUARTER_COMPUTED);
	CU_ASSERT_EQUAL(row->to_producer_cents, 615000000);
	CU_ASSERT_EQUAL(row->from_producer_cents, 0);
	CU_ASSERT_EQUAL(row->inputs.count, 1);
	FAILS(world, ERROR_ILLEGAL, "oma", "contract.settle", "contract=C-2026-0001 quarter=2025Q3");
	FAILS(world, ERROR_ILLEGAL, "ola", "contract.report",
		"contract=C-2026-0001 quarter=2025Q3 sold_g=1 evidence=x");
	CU_ASSERT(world_sign(world, "ola", note)); /* who reported */
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R14");
	CU_ASSERT(world_sign(world, "oma", note));
	CU_ASSERT(world_sign(world, "otto", note));
	CU_ASSERT_EQUAL(quarter(world, "2025Q3")->state, QUARTER_SETTLED);
	CU_ASSERT_EQUAL(quarter(world, "2025Q3")->settled_at, world->now);
	FAILS(world, ERROR_ILLEGAL, "ola", "contract.report",
		"contract=C-2026-0001 quarter=2025Q3 sold_g=1 evidence=x");
	FAILS(world, ERROR_ILLEGAL, "oma", "contract.settle", "contract=C-2026-0001 quarter=2025Q3");
	world_free(world);
}

/* The months of the quarter and of its series alone; above the strike the producer pays a share. */
static void test_months(void)
{
	struct world *world = world_contract();
	observe(world, "2025-06", "quoted=10");
	observe(world, "2025-07", "quoted=119");
	observe(world, "2025-08", "quoted=120");
	observe(world, "2025-09", "quoted=1225 decimals=1");
	observe(world, "2025-10", "quoted=900");
	DO(world, "ola", "observation.record", "observations=[commodity=ndpr period=2025-09 quoted=1 "
		"unit=USD/kg basis=REO series=other; commodity=ndpr period=2025-09 quoted=1 unit=USD/kg "
		"basis=REO series=usgs kind=import origin=CHN]");
	report(world, "2025Q3", "sold_g=1000000");
	DO(world, "oma", "contract.settle", "contract=C-2026-0001 quarter=2025Q3");
	const struct contract_quarter *row = quarter(world, "2025Q3");
	CU_ASSERT_EQUAL(row->inputs.count, 3);
	CU_ASSERT_EQUAL(row->market_sum_micros, 361500000);
	CU_ASSERT_EQUAL(row->market_count, 3);
	CU_ASSERT_EQUAL(row->market_micros_per_kg, 120500000);
	CU_ASSERT_EQUAL(row->to_producer_cents, 0);
	CU_ASSERT_EQUAL(row->from_producer_cents, 315000); /* 30% of 10.5 USD/kg x 1 t */
	world_free(world);
}

/* Revised before the last signature: refused by name, rejected, computed again. */
static void test_revised(void)
{
	struct world *world = world_contract();
	char note[CODE_MAX];
	observe(world, "2025-07", "quoted=69");
	report(world, "2025Q3", "sold_g=1000");
	DO(world, "oma", "contract.settle", "contract=C-2026-0001 quarter=2025Q3");
	text_copy(note, sizeof note, world->id);
	CU_ASSERT(world_sign(world, "oma", note));
	observe(world, "2025-07", "quoted=70");
	CU_ASSERT(world_sign(world, "otto", note));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R20");
	observe(world, "2025-08", "quoted=80");
	CU_ASSERT(world_sign(world, "otto", note));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R20");
	DO(world, "otto", "document.reject", "document=%s because=revised", note);
	const struct contract_quarter *row = quarter(world, "2025Q3");
	CU_ASSERT_EQUAL(row->state, QUARTER_REPORTED);
	CU_ASSERT_EQUAL(row->inputs.count, 0);
	CU_ASSERT_EQUAL(row->to_producer_cents, ABSENT);
	DO(world, "oma", "contract.settle", "contract=C-2026-0001 quarter=2025Q3");
	text_copy(note, sizeof note, world->id);
	CU_ASSERT_EQUAL(quarter(world, "2025Q3")->to_producer_cents, 3500);
	CU_ASSERT(world_sign(world, "oma", note));
	CU_ASSERT(world_sign(world, "otto", note));
	CU_ASSERT_EQUAL(quarter(world, "2025Q3")->state, QUARTER_SETTLED);
	world_free(world);
}

/* ---- world production ---- */

static const struct production *figure(const struct world *world, const char *id)
{
	return state_find(world->state, TABLE_PRODUCTION, id);
}

static void test_production(void)
{
	struct world *world = world_magnets();
	DO(world, "ola", "production.record", "productions=[mineral=gallium stage=refining year=2025 "
		"country=CHN mass_g=600000000 estimated=true content=Ga; mineral=REE stage=mining "
		"year=2025 country=other mass_g=0; mineral=gallium stage=refining year=2025 country=world "
		"mass_g=602000000]");
	const struct production *row = figure(world, "gallium/refining/2025/CHN");
	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	CU_ASSERT(row->mass_g == 600000000 && row->version == 1 && row->estimated);
	CU_ASSERT_PTR_NOT_NULL(figure(world, "REE/mining/2025/other"));
	/* the same again is no entry; another figure is the next version */
	FAILS(world, ERROR_CONFLICT, "ola", "production.record", "productions=[mineral=gallium "
		"stage=refining year=2025 country=CHN mass_g=600000000 estimated=true content=Ga]");
	DO(world, "ola", "production.record", "productions=[mineral=gallium stage=refining year=2025 "
		"country=CHN mass_g=600000000 estimated=true content=Ga; mineral=gallium stage=refining "
		"year=2025 country=world mass_g=603000000]");
	CU_ASSERT_EQUAL(world->decision.count, 1);
	CU_ASSERT_EQUAL(figure(world, "gallium/refining/2025/world")->version, 2);
	world_free(world);
}

static void test_production_refused(void)
{
	struct world *world = world_magnets();
	static const struct { enum error_id error; const char *line; } cases[] = {
		{ ERROR_NOT_FOUND, "mineral=gold stage=mining year=2025 country=CHN mass_g=1" },
		{ ERROR_INVALID, "mineral=gallium stage=mining year=2025 country=XXX mass_g=1" },
		{ ERROR_INVALID, "mineral=gallium stage=mining year=2025 country=Burma mass_g=1" },
		{ ERROR_INVALID, "mineral=gallium stage=mining year=2027 country=CHN mass_g=1" },
		{ ERROR_CONFLICT, "mineral=gallium stage=mining year=2025 country=CHN mass_g=1; "
			"mineral=gallium stage=mining year=2025 country=CHN mass_g=2" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		FAILS(world, cases[i].error, "ola", "production.record", "productions=[%s]",
			cases[i].line);
	FAILS(world, ERROR_DENIED, "kim", "production.record",
		"productions=[mineral=gallium stage=mining year=2025 country=CHN mass_g=1]");
	world_free(world);
}

int main(void)
{
	return run_cases("reserve contracts for difference", (CU_TestInfo[]){
		{ "proposed, signed, ended", test_proposed_and_signed },
		{ "contracts refused", test_contracts_refused },
		{ "reports refused", test_reports_refused },
		{ "metal counts once", test_stockpile },
		{ "the published example settled", test_settled },
		{ "the months of a quarter, above the strike", test_months },
		{ "an input is revised", test_revised },
		{ "world production", test_production },
		{ "world production refused", test_production_refused },
		CU_TEST_INFO_NULL,
	});
}
