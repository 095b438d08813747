/* Observed prices: periods, what is refused, revisions, their order, and the comparable market. */
#include "reserve_world.h"

#include "reserve/stock/material.h"
#include "reserve/zone/observation.h"

#define RECORD "observations=[commodity=ga period=%s quoted=%d unit=USD/kg basis=Ga series=%s%s]"

static void test_periods(void)
{
	static const struct { const char *text, *first, *end; } cases[] = {
		{ "2025", "2025-01-01", "2026-01-01" }, { "2026-05", "2026-05-01", "2026-06-01" },
		{ "2025-12", "2025-12-01", "2026-01-01" }, { "1960-01", "1960-01-01", "1960-02-01" },
		{ "2024-02-29", "2024-02-29", "2024-03-01" },
		{ "2026-05-01..2026-05-14", "2026-05-01", "2026-05-15" },
		{ "2026-05-01..2026-05-01", "2026-05-01", "2026-05-02" },
	};
	static const char *const wrong[] = { "", "26", "202", "2026-", "2026-13", "2026-00", "2026-5",
		"2025-02-29", "2026-05-01..", "2026-05-14..2026-05-01", "2026-05-01.2026-05-14",
		"1899-12", "2026/05", "2026-05-01T00:00:00Z", "2026-05 ", "20260501" };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t starts, ends, first, end;
		CU_ASSERT_FATAL(observation_period(cases[i].text, &starts, &ends));
		CU_ASSERT(time_parse(cases[i].first, &first) && time_parse(cases[i].end, &end));
		CU_ASSERT(starts == first && ends == end);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		int64_t starts = 77, ends = 78;
		CU_ASSERT_FALSE(observation_period(wrong[i], &starts, &ends));
		CU_ASSERT(starts == 77 && ends == 78);
	}
}

static void test_refused(void)
{
	static const struct { const char *item; enum error_id error; } cases[] = {
		{ "commodity=no period=2026-05 quoted=5 unit=USD/kg basis=Ga series=a", ERROR_NOT_FOUND },
		{ "commodity=ga period=2026-5 quoted=5 unit=USD/kg basis=Ga series=a", ERROR_INVALID },
		{ "commodity=ga period=2026-11 quoted=5 unit=USD/kg basis=Ga series=a", ERROR_INVALID },
		{ "commodity=ga period=2026-11-23 quoted=5 unit=USD/kg basis=Ga series=a", ERROR_INVALID },
		{ "commodity=ga period=2024-01-01..2025-01-01 quoted=5 unit=USD/kg basis=Ga series=a",
			ERROR_INVALID }, /* 367 days */
		{ "commodity=ga period=2026-05 quoted=5 unit=USD/stone basis=Ga series=a", ERROR_INVALID },
		{ "commodity=ga period=2026-05 quoted=5 unit=USD/kg series=a", ERROR_INVALID }, /* R23 */
		{ "commodity=ga period=2026-05 quoted=5 unit=USD/kg basis=W series=a", ERROR_INVALID },
		{ "commodity=ga period=2026-05 quoted=5 unit=USD/kg basis=Ga series=import", ERROR_INVALID },
		{ "commodity=ga period=2026-05 quoted=5 unit=USD/kg basis=Ga series=a/b", ERROR_INVALID },
		{ "commodity=ga period=2026-05 quoted=5 unit=USD/kg basis=Ga series=a origin=XXX",
			ERROR_INVALID },
		{ "commodity=ga period=2026-05 quoted=5 unit=USD/kg basis=Ga series=a; commodity=ga "
			"period=2026-05 quoted=6 unit=USD/kg basis=Ga series=a", ERROR_CONFLICT },
		{ "commodity=ga period=2026-05 quoted=5 unit=USD/kg basis=Ga series=a; commodity=ga "
			"period=2026 quoted=6 unit=USD/kg basis=Ga series=a", ERROR_INVALID },
		{ "commodity=ga period=2025 quoted=5 unit=USD/kg basis=Ga series=a; commodity=ga "
			"period=2025-12 quoted=6 unit=USD/kg basis=Ga series=a", ERROR_CONFLICT },
	};
	struct world *world = world_framed();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		FAILS(world, cases[i].error, "ola", "observation.record", "observations=[%s]",
			cases[i].item);
	FAILS(world, ERROR_DENIED, "adm", "observation.record", RECORD, "2026-05", 5, "a", "");
	FAILS(world, ERROR_LIMIT, "ola", "observation.record", "observations=[]");
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_OBSERVATION), 0);
	world_free(world);
}

static void test_revisions(void)
{
	struct world *world = world_framed();
	DO(world, "ola", "observation.record", RECORD, "2026-05", 5, "a", "");
	FAILS(world, ERROR_CONFLICT, "ola", "observation.record", RECORD, "2026-05", 5, "a", "");
	FAILS(world, ERROR_CONFLICT, "ola", "observation.record", RECORD, "2026-05", 6, "a", "");
	FAILS(world, ERROR_CONFLICT, "ola", "observation.record", "revise=true " RECORD, "2026-05", 5, "a",
		"");
	DO(world, "ola", "observation.record", "revise=true " RECORD, "2026-05", 6, "a", "");
	const struct observation *one = state_find(world->state, TABLE_OBSERVATION, "ga/a/2026-05");
	CU_ASSERT_PTR_NOT_NULL_FATAL(one);
	CU_ASSERT(one->version == 2 && one->price_micros_per_kg == 6000000);
	CU_ASSERT_PTR_EQUAL(observation_next(world_commodity(world, "ga"), NULL), one);
	CU_ASSERT_PTR_NULL(observation_next(world_commodity(world, "ga"), one));
	/* beside it: a shared day of the same series is refused, of another series it is another voice */
	FAILS(world, ERROR_CONFLICT, "ola", "observation.record", RECORD, "2026-05-31", 6, "a", "");
	DO(world, "ola", "observation.record", RECORD, "2026-05-31", 6, "b", "");
	DO(world, "ola", "observation.record", RECORD, "2026-05", 6, "a", " kind=import origin=CHN");
	DO(world, "ola", "observation.record", RECORD, "2026-05", 6, "a", " kind=import origin=KAZ");
	DO(world, "ola", "observation.record", RECORD, "2026-06", 6, "a", "");
	CU_ASSERT_PTR_NOT_NULL(state_find(world->state, TABLE_OBSERVATION,
		"ga/import/a/CHN/2026-05"));
	world_free(world);
}

/* A thousand rows make as many entries as they need, each within its limit. */
static size_t entries, largest;
static void measure(struct world *world, const struct applied *applied, const struct event *event)
{
	struct buffer text = { 0 };
	(void)world;
	(void)applied;
	json_canonical_record(&text, event->type->body, event->body);
	entries++;
	largest = text.length > largest ? text.length : largest;
	buffer_free(&text);
}

static void test_entries(void)
{
	struct world *world = world_framed();
	struct buffer line = { 0 };
	char source[OBSERVATION_SOURCE_MAX];
	memset(source, '\\', sizeof source - 1); /* each is two bytes in JSON */
	source[sizeof source - 1] = '\0';
	int64_t day = time_from_civil(2023, 1, 1);
	const struct command_type *type = command_type_find("observation.record");
	buffer_append_text(&line, "observations=[");
	for (int i = 0; i < IMPORT_ROWS_PER_COMMAND; i++) {
		char date[TIME_TEXT_SIZE];
		time_format(day + i * TIME_DAY_MS, date);
		date[10] = '\0';
		buffer_printf(&line, "%scommodity=ga period=%s..%s quoted=1000000000000 decimals=6 unit=USD/kg "
			"basis=Ga series=abcdefghijklmnopqrstuvw kind=import origin=KAZ mass_g=9007199254740991 "
			"source=%s", i > 0 ? "; " : "", date, date, source);
	}
	buffer_append_text(&line, "]");
	arena_reset(world->arena);
	world->each = measure;
	entries = largest = 0;
	CU_ASSERT(world_submit(world, "ola", "observation.record",
		params_read(world->arena, type->params, buffer_text(&line))));
	CU_ASSERT(entries > 1 && largest <= LEDGER_ENTRY_MAX - 600);
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_OBSERVATION), IMPORT_ROWS_PER_COMMAND);
	const struct observation *one = NULL, *before = NULL;
	int count = 0;
	for (; (one = observation_next(world_commodity(world, "ga"), one)) != NULL; before = one, count++)
		CU_ASSERT_FATAL(before == NULL || before->ends_at < one->ends_at);
	CU_ASSERT_EQUAL(count, IMPORT_ROWS_PER_COMMAND);
	buffer_free(&line);
	world_free(world);
}

static void test_latest(void)
{
	struct world *world = world_framed();
	const struct commodity *ga = world_commodity(world, "ga");
	CU_ASSERT_PTR_NULL(observation_latest(ga, OBSERVATION_MARKET, "", world->now));
	DO(world, "ola", "observation.record", RECORD, "2026-08", 8, "a", "");
	DO(world, "ola", "observation.record", RECORD, "2026-07", 7, "a", "");
	DO(world, "ola", "observation.record", RECORD, "2026-09", 9, "c", " kind=import origin=CHN");
	DO(world, "ola", "observation.record", RECORD, "2026-06", 6, "c", " kind=import origin=KAZ");
	static const struct { enum observation_kind kind; const char *origin, *before, *id; } cases[] = {
		{ OBSERVATION_MARKET, "", "2026-11-01", "ga/a/2026-08" },
		{ OBSERVATION_MARKET, "", "2026-08-31", "ga/a/2026-07" },
		{ OBSERVATION_MARKET, "", "2026-09-01", "ga/a/2026-08" },
		{ OBSERVATION_MARKET, "", "2026-07-31", NULL },
		{ OBSERVATION_MARKET, "CHN", "2026-11-01", NULL },
		{ OBSERVATION_IMPORT, "", "2026-11-01", "ga/import/c/CHN/2026-09" },
		{ OBSERVATION_IMPORT, "KAZ", "2026-11-01", "ga/import/c/KAZ/2026-06" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t before = 0;
		CU_ASSERT(time_parse(cases[i].before, &before));
		const struct observation *one = observation_latest(ga, cases[i].kind, cases[i].origin,
			before);
		CU_ASSERT_EQUAL(one != NULL, cases[i].id != NULL);
		if (one != NULL && cases[i].id != NULL)
			CU_ASSERT_STRING_EQUAL(one->id, cases[i].id);
	}
	world_free(world);
}

static void market_is(struct world *world, int64_t at, int64_t micros, bool weighted)
{
	struct market market = { 0 };
	CU_ASSERT_EQUAL(observation_market(world_commodity(world, "ga"), at, &market), micros > 0);
	CU_ASSERT_EQUAL(market.price_micros_per_kg, micros);
	CU_ASSERT_EQUAL(market.weighted, weighted && micros > 0);
}

static void test_market(void)
{
	struct world *world = world_framed();
	int64_t november = time_from_civil(2026, 11, 1);
	market_is(world, world->now, 0, false);
	DO(world, "ola", "observation.record", RECORD, "2026-10", 100, "a", "");
	market_is(world, world->now, 100000000, false);
	market_is(world, november + MARKET_FRESH_DAYS * TIME_DAY_MS - 1, 100000000, false);
	market_is(world, november + MARKET_FRESH_DAYS * TIME_DAY_MS, 0, false);
	market_is(world, november - TIME_DAY_MS - 1, 0, false); /* not over on the day before its last */
	DO(world, "ola", "observation.record", RECORD, "2026-10", 101, "b", "");
	DO(world, "ola", "observation.record", RECORD, "2026-10", 500, "c", " kind=import");
	market_is(world, world->now, 100500000, false);
	DO(world, "ola", "observation.record", "revise=true " RECORD, "2026-10", 100, "a", " mass_g=2000");
	market_is(world, world->now, 100500000, false); /* one has no mass */
	DO(world, "ola", "observation.record", "revise=true " RECORD, "2026-10", 101, "b", " mass_g=1000");
	market_is(world, world->now, 100333334, true); /* 301 / 3, up */
	DO(world, "ola", "observation.record", RECORD, "2026-11-22", 90, "spot", ""); /* today */
	market_is(world, world->now, 90000000, false);
	DO(world, "ola", "observation.record", RECORD, "2026-11-01..2026-11-22", 80, "weeks", "");
	market_is(world, world->now, 90000000, false); /* another period that ends with it */
	world_free(world);
}

int main(void)
{
	return run_cases("observations", (CU_TestInfo[]){
		{ "periods", test_periods },
		{ "refused", test_refused },
		{ "revisions and neighbours", test_revisions },
		{ "a thousand rows in few entries", test_entries },
		{ "the latest", test_latest },
		{ "the comparable market", test_market },
		CU_TEST_INFO_NULL,
	});
}
