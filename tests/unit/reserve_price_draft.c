/* Prices that are computed, their dates, their coherence along the stages, and which was in force when. */
#include "reserve_world.h"

#include "reserve/stock/material.h"
#include "reserve/zone/observation.h"
#include "reserve/zone/price.h"
#include "reserve/zone/price_compute.h"

__extension__ typedef __int128 wide;

/* ---- formulas ---- */

static void fill(struct price_input *inputs, const int64_t *prices, const int64_t *masses,
	uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		record_clear(&price_input_descriptor, &inputs[i]);
		inputs[i].price_micros_per_kg = prices[i];
		inputs[i].mass_g = masses != NULL ? masses[i] : ABSENT;
	}
}

static void test_formulas(void)
{
	static const struct {
		struct price_terms terms;
		uint32_t count;
		int64_t prices[8], masses[8], micros; /* -1: refused */
	} cases[] = {
		{ { PRICE_TRIMMED_MEAN, 0, 0, 0, 0 }, 3, { 1, 2, 4 }, { 0 }, 3 },       /* 7 / 3, up */
		{ { PRICE_TRIMMED_MEAN, 333333, 0, 0, 0 }, 3, { 1, 2, 400 }, { 0 }, 135 }, /* 0.99: none out */
		{ { PRICE_TRIMMED_MEAN, 333334, 0, 0, 0 }, 3, { 400, 2, 1 }, { 0 }, 2 }, /* one at each end */
		{ { PRICE_TRIMMED_MEAN, 499999, 0, 0, 0 }, 4, { 9, 1, 2, 8 }, { 0 }, 5 },
		{ { PRICE_TRIMMED_MEAN, 500000, 0, 0, 0 }, 4, { 9, 1, 2, 8 }, { 0 }, -1 },
		{ { PRICE_TRIMMED_MEAN, 0, 0, 0, 0 }, 0, { 0 }, { 0 }, -1 },
		{ { PRICE_VOLUME_WEIGHTED, 0, 0, 0, 0 }, 2, { 10, 20 }, { 3, 1 }, 13 },  /* 50 / 4 = 12.5 */
		{ { PRICE_VOLUME_WEIGHTED, 0, 0, 0, 0 }, 2, { 10, 20 }, { 3, 0 }, -1 },
		{ { PRICE_VOLUME_WEIGHTED, 0, 0, 0, 0 }, 1, { VAULT_INT_MAX }, { VAULT_INT_MAX },
			VAULT_INT_MAX },
		{ { PRICE_COST_PLUS, 0, 960000, 4100000, 80000 }, 1, { 38000000 }, { 0 }, 47178000 },
		{ { PRICE_COST_PLUS, 0, 1000000, 0, 0 }, 1, { 7 }, { 0 }, 7 },
		{ { PRICE_COST_PLUS, 0, 999999, 0, 0 }, 1, { 7 }, { 0 }, 8 },
		{ { PRICE_COST_PLUS, 0, 0, 0, 0 }, 1, { 7 }, { 0 }, -1 },
		{ { PRICE_COST_PLUS, 0, 1000001, 0, 0 }, 1, { 7 }, { 0 }, -1 },
		{ { PRICE_COST_PLUS, 0, 1, 0, 0 }, 1, { VAULT_INT_MAX }, { 0 }, -1 },
		{ { PRICE_COST_PLUS, 0, 500000, 0, 0 }, 2, { 7, 7 }, { 0 }, -1 },
		{ { PRICE_METHOD_STATED, 0, 0, 0, 0 }, 1, { 7 }, { 0 }, -1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct price_input inputs[8];
		int64_t order[8], micros = -1;
		fill(inputs, cases[i].prices, cases[i].masses, cases[i].count);
		bool good = price_compute(&cases[i].terms, inputs, cases[i].count, order, &micros);
		if (micros != cases[i].micros)
			printf("\n  case %zu: %lld\n", i, (long long)micros);
		CU_ASSERT_EQUAL(good, cases[i].micros >= 0);
		CU_ASSERT_EQUAL(micros, cases[i].micros);
	}
}

static uint64_t seed = 88172645463325252u;
static int64_t below(int64_t end)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int64_t)(seed % (uint64_t)end);
}

/* A mean lies between the least and the most, whatever is left out, and no order of inputs changes it. */
static void test_means(void)
{
	for (int i = 0; i < 20000; i++) {
		struct price_input inputs[32];
		int64_t prices[32], masses[32], order[32], least = INT64_MAX, most = 0, one, other;
		uint32_t count = (uint32_t)below(32) + 1;
		for (uint32_t j = 0; j < count; j++) {
			prices[j] = 1 + below(VAULT_INT_MAX);
			masses[j] = 1 + below(VAULT_INT_MAX);
			least = prices[j] < least ? prices[j] : least;
			most = prices[j] > most ? prices[j] : most;
		}
		const struct price_terms terms = { below(2) == 0 ? PRICE_TRIMMED_MEAN :
			PRICE_VOLUME_WEIGHTED, below(500000), 0, 0, 0 };
		fill(inputs, prices, masses, count);
		CU_ASSERT_FATAL(price_compute(&terms, inputs, count, order, &one));
		uint32_t a = (uint32_t)below(count), b = (uint32_t)below(count);
		struct price_input kept = inputs[a];
		inputs[a] = inputs[b];
		inputs[b] = kept;
		CU_ASSERT_FATAL(price_compute(&terms, inputs, count, order, &other));
		CU_ASSERT_FATAL(one >= least && one <= most && one == other);
	}
}

/* Cost-plus is the least figure that covers its cost: one less would not. */
static void test_cost_plus_is_least(void)
{
	for (int i = 0; i < 50000; i++) {
		const struct price_terms terms = { PRICE_COST_PLUS, 0, 1 + below(VAULT_PPM),
			below(1000000000), below(3 * VAULT_PPM) };
		int64_t price = 1 + below(1000000000000), order[1], micros;
		struct price_input input;
		fill(&input, &price, NULL, 1);
		if (!price_compute(&terms, &input, 1, order, &micros))
			continue;
		wide cost = ((wide)price * VAULT_PPM + (wide)terms.conversion_micros_per_kg *
			terms.yield_ppm) * (VAULT_PPM + terms.margin_ppm);
		wide unit = (wide)terms.yield_ppm * VAULT_PPM;
		CU_ASSERT_FATAL(micros * unit >= cost && (micros - 1) * unit < cost);
	}
}

/* ---- in a reserve ---- */

static struct world *world_staged(void)
{
	struct world *world = world_framed();
	DO(world, "ola", "commodity.add", "commodities=[code=apt mineral=tungsten stage=refining "
		"form=salt basis=WO3; code=w mineral=tungsten stage=processing form=powder basis=W; "
		"code=odd mineral=tungsten stage=processing form=blend basis=Blend]");
	return world;
}

/* Gallium by the month: 2026-01 at 100 USD/kg, 2026-02 at 110, and so on; October last. */
static void observe(struct world *world, const char *more)
{
	for (int month = 1; month <= 10; month++)
		DO(world, "ola", "observation.record", "observations=[commodity=ga period=2026-%02d "
			"quoted=%d unit=USD/kg basis=Ga series=index%s]", month, 90 + 10 * month, more);
}

static const struct price *price_of(const struct world *world, const char *id)
{
	const struct price *price = state_find(world->state, TABLE_PRICE, id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(price);
	return price;
}

static void recomputed(const struct world *world, const char *id)
{
	int64_t micros, quoted;
	const struct price *price = price_of(world, id);
	CU_ASSERT_FATAL(price_recompute(price, world->arena, &micros, &quoted));
	CU_ASSERT_EQUAL(quoted, price->quoted);
}

static void test_from_observations(void)
{
	struct world *world = world_framed();
	FAILS(world, ERROR_CONFLICT, "ola", "price.draft",
		"because=x prices=[commodity=ga method=trimmed-mean months=12]");
	observe(world, "");
	DO_SIGNED(world, "ola", "price.draft",
		"because=x prices=[commodity=ga method=trimmed-mean months=12 trim_ppm=100000]");
	const struct price *price = price_of(world, "ga/1");
	CU_ASSERT_EQUAL(price->inputs.count, 10); /* one left out at each end: 110 to 180 */
	CU_ASSERT_EQUAL(price->price_micros_per_kg, 145000000);
	CU_ASSERT_STRING_EQUAL(price->unit, "USD/kg");
	CU_ASSERT_EQUAL(price->rests_until, time_from_civil(2026, 11, 1));
	recomputed(world, "ga/1");
	/* three whole months back from November */
	DO(world, "ola", "price.draft",
		"because=x prices=[commodity=ga method=trimmed-mean months=3 trim_ppm=0]");
	CU_ASSERT_EQUAL(price_of(world, "ga/2")->inputs.count, 3);
	CU_ASSERT_EQUAL(price_of(world, "ga/2")->price_micros_per_kg, 180000000);
	FAILS(world, ERROR_CONFLICT, "ola", "price.draft",
		"because=x prices=[commodity=ga method=trimmed-mean months=2]");
	FAILS(world, ERROR_CONFLICT, "ola", "price.draft",
		"because=x prices=[commodity=ga method=trimmed-mean months=9 series=other]");
	FAILS(world, ERROR_INVALID, "ola", "price.draft",
		"because=x prices=[commodity=ga method=volume-weighted months=9]");
	/* what is revised later changes no price, and the inputs still give it */
	DO(world, "ola", "observation.record", "revise=true observations=[commodity=ga period=2026-05 "
		"quoted=900 unit=USD/kg basis=Ga series=index]");
	recomputed(world, "ga/1");
	world_free(world);
}

/* As many inputs as may be, with ids as long as they get: the entry stays within its limit. */
static size_t largest;
static void measure(struct world *world, const struct applied *applied, const struct event *event)
{
	struct buffer text = { 0 };
	(void)world;
	(void)applied;
	json_canonical_record(&text, event->type->body, event->body);
	largest = text.length > largest ? text.length : largest;
	buffer_free(&text);
}

static void test_most_inputs(void)
{
	static const char *const origins[] = { "CHN", "KAZ", "JPN", "KOR" };
	struct world *world = world_framed();
	DO(world, "ola", "commodity.add", "commodities=[code=abcdefghijklmnopqrstuvw mineral=gallium "
		"stage=refining form=metal basis=Ga]");
	for (int i = 0; i <= PRICE_INPUTS_MAX; i++) {
		char day[TIME_TEXT_SIZE];
		time_format(time_from_civil(2026, 1, 1) + i / 4 * TIME_DAY_MS, day);
		if (i == PRICE_INPUTS_MAX) {
			world->each = measure;
			largest = 0;
			DO(world, "ola", "price.draft", "because=x prices=[commodity=abcdefghijklmnopqrstuvw "
				"method=volume-weighted observed=import months=12]");
			CU_ASSERT(largest > 40000 && largest < LEDGER_ENTRY_MAX - 2500);
		}
		DO(world, "ola", "observation.record", "observations=[commodity=abcdefghijklmnopqrstuvw "
			"period=%.10s..%.10s quoted=90000000 unit=USD/kg basis=Ga series=abcdefghijklmnopqrstuvw "
			"kind=import origin=%s mass_g=9007199254740991]", day, day, origins[i % 4]);
	}
	FAILS(world, ERROR_LIMIT, "ola", "price.draft", "because=x prices=[commodity="
		"abcdefghijklmnopqrstuvw method=volume-weighted observed=import months=12]");
	world_free(world);
}

static void test_volume_weighted(void)
{
	struct world *world = world_framed();
	DO(world, "ola", "observation.record", "observations=["
		"commodity=ga period=2026-09 quoted=100 unit=USD/kg basis=Ga series=c kind=import origin=CHN "
		"mass_g=3000; commodity=ga period=2026-10 quoted=200000 unit=USD/t basis=Ga series=c "
		"kind=import origin=KAZ mass_g=1000]");
	DO(world, "ola", "price.draft", "because=x prices=[commodity=ga method=volume-weighted months=6 "
		"observed=import]");
	CU_ASSERT_EQUAL(price_of(world, "ga/1")->price_micros_per_kg, 125000000);
	CU_ASSERT_STRING_EQUAL(price_of(world, "ga/1")->unit, "USD/kg"); /* they share no unit */
	recomputed(world, "ga/1");
	DO(world, "ola", "price.draft", "because=x prices=[commodity=ga method=volume-weighted months=6 "
		"observed=import origin=KAZ]");
	CU_ASSERT_STRING_EQUAL(price_of(world, "ga/2")->unit, "USD/t");
	CU_ASSERT_EQUAL(price_of(world, "ga/2")->price_micros_per_kg, 200000000);
	world_free(world);
}

static void test_terms_refused(void)
{
	static const char *const items[] = {
		"commodity=ga quoted=5 unit=USD/kg basis=Ga method=trimmed-mean months=3",
		"commodity=ga method=trimmed-mean",
		"commodity=ga method=volume-weighted months=3 trim_ppm=1",
		"commodity=ga method=cost-plus yield_ppm=900000",
		"commodity=ga method=cost-plus below=wo3 months=3 yield_ppm=900000",
		"commodity=ga method=cost-plus below=wo3 yield_ppm=900000",  /* another mineral */
		"commodity=wo3 method=cost-plus below=apt yield_ppm=900000", /* a later stage */
		"commodity=ga quoted=5 unit=USD/kg basis=Ga months=3",
		"commodity=ga quoted=5 unit=USD/kg basis=Ga method=quote margin_ppm=3",
		"commodity=ga quoted=5 unit=USD/kg",
		"commodity=ga method=quote",
		"commodity=ga",
	};
	struct world *world = world_staged();
	for (size_t i = 0; i < sizeof items / sizeof *items; i++)
		FAILS(world, ERROR_INVALID, "ola", "price.draft", "because=x prices=[%s]", items[i]);
	FAILS(world, ERROR_CONFLICT, "ola", "price.draft",
		"because=x prices=[commodity=apt method=cost-plus below=wo3 yield_ppm=900000]");
	FAILS(world, ERROR_NOT_FOUND, "ola", "price.draft",
		"because=x prices=[commodity=apt method=cost-plus below=ore yield_ppm=900000]");
	FAILS(world, ERROR_DENIED, "kim", "price.draft",
		"because=x prices=[commodity=ga quoted=5 unit=USD/kg basis=Ga]");
	world_free(world);
}

#define WO3 "because=x prices=[commodity=wo3 quoted=380 unit=USD/mtu basis=WO3]"

static void test_cost_plus(void)
{
	struct world *world = world_staged();
	DO_SIGNED(world, "ola", "price.draft", WO3);
	DO_SIGNED(world, "ola", "price.draft", "because=x prices=[commodity=apt method=cost-plus below=wo3 "
		"yield_ppm=960000 conversion_micros_per_kg=4100000 margin_ppm=80000]");
	CU_ASSERT_EQUAL(price_of(world, "apt/1")->price_micros_per_kg, 47178000);
	recomputed(world, "apt/1");
	/* over WO3, in a metal: 38 / 0.7929709.. for a kilogram of W, all of it kept */
	DO(world, "ola", "price.draft",
		"because=x prices=[commodity=w method=cost-plus below=apt yield_ppm=1000000]");
	CU_ASSERT_EQUAL(price_of(world, "w/1")->quoted, 594953); /* in ten-thousandths, up */
	recomputed(world, "w/1");
	world_free(world);
}

static void test_coherent(void)
{
	static const struct { const char *item; enum error_id error; } cases[] = {
		{ "commodity=apt quoted=380 unit=USD/mtu basis=WO3", ERROR_NONE },      /* equal is enough */
		{ "commodity=apt quoted=38 unit=USD/kg basis=WO3", ERROR_NONE },        /* in another unit */
		{ "commodity=apt quoted=3799 decimals=2 unit=USD/kg basis=WO3", ERROR_INVALID },
		{ "commodity=w quoted=4792 decimals=2 unit=USD/kg basis=W", ERROR_INVALID }, /* 47.92105 */
		{ "commodity=w quoted=4793 decimals=2 unit=USD/kg basis=W", ERROR_NONE },
		{ "commodity=w quoted=1 unit=USD/kg basis=W incoherent_because=scrap", ERROR_NONE },
		{ "commodity=odd quoted=1 unit=USD/kg basis=Blend", ERROR_NONE },       /* no factor */
		{ "commodity=ga quoted=1 unit=USD/kg basis=Ga", ERROR_NONE },           /* another mineral */
		{ "commodity=apt quoted=40 unit=USD/kg basis=WO3; commodity=w quoted=50 unit=USD/kg basis=W",
			ERROR_INVALID }, /* within the list: 40 per kilogram WO3 is 50.44 of W */
		{ "commodity=wo3 quoted=30 unit=USD/kg basis=WO3; commodity=apt quoted=31 unit=USD/kg "
			"basis=WO3", ERROR_NONE }, /* the list replaces what is in force */
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world *world = world_staged();
		DO_SIGNED(world, "ola", "price.draft", WO3);
		if (cases[i].error == ERROR_NONE)
			DO_SIGNED(world, "ola", "price.draft", "because=x prices=[%s]", cases[i].item);
		else
			FAILS(world, cases[i].error, "ola", "price.draft", "because=x prices=[%s]",
				cases[i].item);
		world_free(world);
	}
}

/* The reason stands in the note; one that excuses nothing is not kept. */
static void test_reason_is_signed(void)
{
	struct world *world = world_staged();
	DO_SIGNED(world, "ola", "price.draft", WO3);
	DO(world, "ola", "price.draft", "because=x prices=[commodity=apt quoted=1 unit=USD/kg basis=WO3 "
		"incoherent_because='from scrap']");
	const struct document *note = state_find(world->state, TABLE_DOCUMENT, world->id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(strstr(note->text,
		"\nincoherent apt with wo3/1 because from scrap\n"));
	DO(world, "ola", "price.draft", "because=x prices=[commodity=apt quoted=90 unit=USD/kg basis=WO3 "
		"incoherent_because='from scrap']");
	note = state_find(world->state, TABLE_DOCUMENT, world->id);
	CU_ASSERT_PTR_NULL(strstr(note->text, "incoherent"));
	CU_ASSERT_PTR_NULL(price_of(world, "apt/2")->incoherent_because);
	world_free(world);
}

/*
 * A list as long as may be, whatever its sources: where methods do not fit, the prices still stand in the
 * text, and the digest for the rest; where prices do not, the digest alone.
 */
static void test_long_list(void)
{
	static const uint8_t digest[32] = { 1 };
	struct world *world = world_framed();
	struct buffer line = { 0 };
	const struct command_type *type = command_type_find("price.draft");
	for (int i = 0; i < 260; i++)
		DO(world, "ola", "commodity.add", "commodities=[code=c%03d mineral=gallium stage=refining "
			"form=metal basis=Ga]", i);
	for (int count = 1; count <= 260; count++) {
		struct decision decision = { 0 };
		struct error error = { 0 };
		buffer_clear(&line);
		buffer_append_text(&line, "because=x prices=[");
		for (int i = 0; i < count; i++)
			buffer_printf(&line, "%scommodity=c%03d quoted=500 unit=USD/kg basis=Ga source=%.*s",
				i > 0 ? "; " : "", i, 1 + count % 40, "abcdefghijklmnopqrstuvwxyzabcdefghijklmnop");
		buffer_append_text(&line, "]");
		arena_reset(world->arena);
		struct context context = { .state = world->state, .now = world->now,
			.actor = person_find(world->state, "ola"), .arena = world->arena,
			.content_digest = digest };
		void *params = params_read(world->arena, type->params, buffer_text(&line));
		bool good = reserve_decide(&context, type, params, &decision, &error);
		if (!good)
			printf("\n  %d prices: %s\n", count, error.message);
		CU_ASSERT_FATAL(good);
		const struct event *note = &decision.events[decision.count - 1];
		const char *text = field_text(descriptor_field(note->type->body, "text"), note->body);
		CU_ASSERT(strlen(text) <= NOTE_TEXT_MAX);
		CU_ASSERT(count > 200 || strstr(text, "\nprice c000 500 USD/kg") != NULL);
	}
	buffer_free(&line);
	world_free(world);
}

/* What became incoherent while it waited for its signatures cannot be signed. */
static void test_incoherent_at_signature(void)
{
	struct world *world = world_staged();
	char waiting[CODE_MAX];
	DO_SIGNED(world, "ola", "price.draft", WO3);
	DO(world, "ola", "price.draft", "because=x prices=[commodity=apt quoted=39 unit=USD/kg basis=WO3]");
	text_copy(waiting, sizeof waiting, world->id);
	DO_SIGNED(world, "ola", "price.draft", "because=x prices=[commodity=wo3 quoted=45 unit=USD/kg "
		"basis=WO3]");
	CU_ASSERT(world_sign(world, "ola", waiting));
	CU_ASSERT_FALSE(world_sign(world, "oma", waiting));
	CU_ASSERT_EQUAL(price_of(world, "apt/1")->state, PRICE_DRAFT);
	DO(world, "otto", "document.reject", "document=%s because=late", waiting);
	world_free(world);
}

/* ---- dates ---- */

#define GA "because=x prices=[commodity=ga quoted=%d unit=USD/kg basis=Ga effective_at=%lld]"

static void test_dates(void)
{
	struct world *world = world_framed();
	int64_t today = world->now - world->now % TIME_DAY_MS, year = 365 * TIME_DAY_MS;
	/* the first may be dated back, and counts from its signature even so */
	DO_SIGNED(world, "ola", "price.draft", GA, 100, (long long)(today - year));
	CU_ASSERT_EQUAL(price_of(world, "ga/1")->state, PRICE_IN_FORCE);
	CU_ASSERT_EQUAL(price_of(world, "ga/1")->effective_at, world->now);
	CU_ASSERT_PTR_NULL(price_at(world_commodity(world, "ga"), world->now - 1));
	FAILS(world, ERROR_INVALID, "ola", "price.draft", GA, 101, (long long)(today - 1));
	world_pass(world, 1000);
	DO_SIGNED(world, "ola", "price.draft", GA, 101, (long long)today); /* today: from now on */
	CU_ASSERT_EQUAL(price_of(world, "ga/2")->effective_at, world->now);
	int64_t later = today + 30 * TIME_DAY_MS;
	DO_SIGNED(world, "ola", "price.draft", GA, 102, (long long)later);
	FAILS(world, ERROR_CONFLICT, "ola", "price.draft", GA, 103, (long long)later);
	FAILS(world, ERROR_CONFLICT, "ola", "price.draft", GA, 103, (long long)later - 1);
	FAILS(world, ERROR_CONFLICT, "ola", "price.draft",
		"because=x prices=[commodity=ga quoted=103 unit=USD/kg basis=Ga]");
	DO_SIGNED(world, "ola", "price.draft", GA, 103, (long long)later + 1);
	world_free(world);
}

/* Two drafts, and the later date is signed first: the earlier one cannot follow it. */
static void test_out_of_order_at_signature(void)
{
	struct world *world = world_framed();
	char first[CODE_MAX];
	DO(world, "ola", "price.draft", GA, 100, (long long)(world->now + TIME_DAY_MS));
	text_copy(first, sizeof first, world->id);
	DO_SIGNED(world, "ola", "price.draft", GA, 101, (long long)(world->now + 2 * TIME_DAY_MS));
	CU_ASSERT(world_sign(world, "ola", first));
	CU_ASSERT_FALSE(world_sign(world, "oma", first));
	world_free(world);
}

/* Whatever the moments, what is told of a day is what was in force then. */
static void test_history(void)
{
	struct world *world = world_framed();
	const struct commodity *ga = world_commodity(world, "ga");
	int64_t times[40];
	int64_t version[40];
	CU_ASSERT_PTR_NULL(price_at(ga, INT64_MAX));
	for (int i = 0; i < 40; i++) {
		if (i % 3 == 0)
			DO_SIGNED(world, "ola", "price.draft",
				"because=x prices=[commodity=ga quoted=%d unit=USD/kg basis=Ga]", 100 + i);
		else if (i % 3 == 1)
			DO_SIGNED(world, "ola", "price.draft", GA, 100 + i,
				(long long)(world->now + 1 + below(TIME_DAY_MS)));
		world_pass(world, TIME_DAY_MS + below(TIME_DAY_MS));
		times[i] = world->now;
		version[i] = ga->price->version;
		world_pass(world, 1); /* what is signed in the same instant counts from it */
		for (int j = 0; j <= i; j++)
			CU_ASSERT_EQUAL(price_at(ga, times[j])->version, version[j]);
	}
	CU_ASSERT_EQUAL(ga->prices->count, 27);
	world_free(world);
}

static void test_stale(void)
{
	struct world *world = world_framed();
	observe(world, "");
	DO_SIGNED(world, "ola", "price.draft",
		"because=x prices=[commodity=wo3 quoted=380 unit=USD/mtu basis=WO3]");
	DO_SIGNED(world, "ola", "price.draft",
		"because=x prices=[commodity=ga method=trimmed-mean months=12]");
	const struct price *stated = price_of(world, "wo3/1"), *computed = price_of(world, "ga/1");
	int64_t limit = PRICE_STALE_DAYS * TIME_DAY_MS;
	CU_ASSERT_FALSE(price_stale(stated, stated->effective_at + limit));
	CU_ASSERT(price_stale(stated, stated->effective_at + limit + 1));
	/* October's figures are older than the price that rests on them */
	CU_ASSERT_FALSE(price_stale(computed, computed->rests_until + limit));
	CU_ASSERT(price_stale(computed, computed->rests_until + limit + 1));
	world_free(world);
}

int main(void)
{
	return run_cases("computed prices", (CU_TestInfo[]){
		{ "the formulas, rounded up", test_formulas },
		{ "a mean lies between its inputs", test_means },
		{ "cost-plus is the least that covers its cost", test_cost_plus_is_least },
		{ "from observations", test_from_observations },
		{ "by volume", test_volume_weighted },
		{ "as many inputs as may be", test_most_inputs },
		{ "over the stage below", test_cost_plus },
		{ "terms refused", test_terms_refused },
		{ "a later stage is not below an earlier one", test_coherent },
		{ "the reason is signed", test_reason_is_signed },
		{ "a list of any length", test_long_list },
		{ "incoherent at the last signature", test_incoherent_at_signature },
		{ "dates in order", test_dates },
		{ "out of order at the last signature", test_out_of_order_at_signature },
		{ "what was in force on any day", test_history },
		{ "old prices", test_stale },
		CU_TEST_INFO_NULL,
	});
}
