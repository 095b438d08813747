/*
 * Schedules signed, in force, following prices and imports by themselves, and ending; HS codes and
 * baskets; imports recorded; sales inside the zone; back-tests.
 */
#include "reserve_world.h"

#include "reserve/stock/material.h"
#include "reserve/zone/assessment.h"
#include "reserve/zone/backtest.h"
#include "reserve/zone/hs.h"
#include "reserve/zone/sale.h"
#include "reserve/zone/schedule.h"

/* Tungsten at 38 USD/kg WO3, gallium at 500, gallium's and germanium's codes. */
static struct world *priced(void)
{
	struct world *world = world_framed();
	DO_SIGNED(world, "ola", "price.draft", "because=list prices=[commodity=wo3 quoted=38 "
		"unit=USD/kg basis=WO3; commodity=ga quoted=500 unit=USD/kg basis=Ga]");
	DO(world, "ola", "hs.add", "because=HS-2022 codes=[code=261100 mineral=tungsten stage=ore; "
		"code=811292 mineral=gallium_germanium_indium_etc stage=metal; "
		"code=260800 mineral=zinc stage=ore]");
	return world;
}

static const struct schedule *row(const struct world *world, const char *id)
{
	return state_find(world->state, TABLE_TARIFF_SCHEDULE, id);
}

static void set_schedule(struct world *world, const char *item)
{
	DO_SIGNED(world, "ola", "tariff.schedule", "because=board schedules=[%s]", item);
	world_pass(world, 1);
}

/* ---- schedules ---- */

static void test_life(void)
{
	struct world *world = priced();
	DO(world, "ola", "tariff.schedule", "because=board schedules=[commodity=wo3 origin=CHN "
		"mode=shadow cap_ppm=100000]");
	CU_ASSERT_EQUAL(row(world, "wo3/CHN/1")->state, SETTING_PROPOSED);
	FAILS(world, ERROR_CONFLICT, "ola", "tariff.schedule", "because=board schedules=[commodity=wo3 "
		"origin=CHN mode=draft]");
	char note[CODE_MAX];
	text_copy(note, sizeof note, row(world, "wo3/CHN/1")->document);
	world_signed(__LINE__, world, note);
	world_pass(world, 1);
	const struct schedule *first = row(world, "wo3/CHN/1");
	CU_ASSERT_EQUAL(first->state, SETTING_IN_FORCE);
	CU_ASSERT_EQUAL(first->reference_micros_per_kg, 38000000);
	CU_ASSERT_EQUAL(first->observed_micros_per_kg, ABSENT);
	CU_ASSERT_EQUAL(first->duty_micros_per_kg, ABSENT);
	int64_t then = world->now - 1; /* the next one begins now */

	/* a later one takes its place, and the day before keeps the first */
	set_schedule(world, "commodity=wo3 origin=CHN mode=in-force");
	CU_ASSERT_EQUAL(row(world, "wo3/CHN/2")->state, SETTING_IN_FORCE);
	CU_ASSERT_EQUAL(row(world, "wo3/CHN/1")->state, SETTING_SUPERSEDED);
	const struct commodity *tungsten = world_commodity(world, "wo3");
	CU_ASSERT_PTR_EQUAL(schedule_at(tungsten, "CHN", then), row(world, "wo3/CHN/1"));
	CU_ASSERT_PTR_EQUAL(schedule_at(tungsten, "CHN", world->now), row(world, "wo3/CHN/2"));
	CU_ASSERT_PTR_NULL(schedule_at(tungsten, "RUS", world->now));
	CU_ASSERT_PTR_NULL(schedule_at(tungsten, "CHN", then - TIME_DAY_MS));

	/* of all outside, where an origin has none of its own */
	set_schedule(world, "commodity=wo3 origin=* mode=shadow");
	CU_ASSERT_PTR_EQUAL(schedule_at(tungsten, "RUS", world->now), row(world, "wo3/*/1"));
	CU_ASSERT_PTR_EQUAL(schedule_at(tungsten, "CHN", world->now), row(world, "wo3/CHN/2"));

	set_schedule(world, "commodity=wo3 origin=CHN ends=true");
	CU_ASSERT_PTR_EQUAL(schedule_at(tungsten, "CHN", world->now), row(world, "wo3/*/1"));
	FAILS(world, ERROR_ILLEGAL, "ola", "tariff.schedule", "because=over schedules=[commodity=wo3 "
		"origin=CHN ends=true]");
	world_free(world);
}

static void test_rejected(void)
{
	struct world *world = priced();
	DO(world, "ola", "tariff.schedule", "because=board schedules=[commodity=wo3 origin=CHN "
		"mode=shadow]");
	DO(world, "oma", "document.reject", "document=%s because=no", world->id);
	CU_ASSERT_PTR_NULL(row(world, "wo3/CHN/1"));
	set_schedule(world, "commodity=wo3 origin=CHN mode=shadow");
	CU_ASSERT_PTR_NOT_NULL(row(world, "wo3/CHN/2")); /* a version is never given again */
	world_free(world);
}

static void test_validity(void)
{
	struct world *world = priced();
	int64_t day = TIME_DAY_MS, now = world->now;
	DO_SIGNED(world, "ola", "tariff.schedule", "because=board schedules=[commodity=wo3 origin=CHN "
		"mode=shadow effective_at=%lld until_at=%lld]", (long long)(now + 10 * day),
		(long long)(now + 20 * day));
	static const struct { int from, until; bool good; } cases[] = {
		{ 5, 10, true }, { 5, 11, false }, { 5, 0, false }, { 12, 15, false }, { 10, 20, false },
		{ 19, 30, false }, { 20, 30, true }, { 20, 0, true }, { 30, 0, true },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char until[48] = "";
		if (cases[i].until > 0)
			snprintf(until, sizeof until, " until_at=%lld",
				(long long)(now + cases[i].until * day));
		world_expect(__LINE__, __FILE__, world, cases[i].good ? ERROR_NONE : ERROR_CONFLICT, "",
			"ola", "tariff.schedule", "because=board schedules=[commodity=wo3 origin=CHN "
			"mode=draft effective_at=%lld%s]", (long long)(now + cases[i].from * day), until);
		if (cases[i].good)
			DO(world, "oma", "document.reject", "document=%s because=no", world->id);
	}
	world_pass(world, 10 * day);
	CU_ASSERT_EQUAL(row(world, "wo3/CHN/1")->state, SETTING_IN_FORCE);
	world_pass(world, 10 * day);
	CU_ASSERT_EQUAL(row(world, "wo3/CHN/1")->state, SETTING_SUPERSEDED);
	CU_ASSERT_PTR_NULL(schedule_at(world_commodity(world, "wo3"), "CHN", world->now));
	world_free(world);
}

static void test_bad_schedules(void)
{
	struct world *world = priced();
	long long past = (long long)world->now - 1, soon = (long long)world->now + TIME_DAY_MS;
	static const struct { enum error_id error; const char *field, *item; } cases[] = {
		{ ERROR_NOT_FOUND, "commodity", "commodity=xx origin=CHN mode=draft" },
		{ ERROR_INVALID, "origin", "commodity=wo3 origin=XXX mode=draft" },
		{ ERROR_INVALID, "cap_ppm", "commodity=wo3 origin=CHN mode=draft cap_ppm=-1" },
		{ ERROR_INVALID, "cap_micros_per_kg",
			"commodity=wo3 origin=CHN mode=draft cap_micros_per_kg=-1" },
		{ ERROR_INVALID, "mode", "commodity=wo3 origin=CHN" },
		{ ERROR_INVALID, "ends", "commodity=wo3 origin=CHN ends=true cap_ppm=1" },
		{ ERROR_ILLEGAL, "ends", "commodity=wo3 origin=CHN ends=true" },
		{ ERROR_CONFLICT, "commodity", "commodity=wo3 origin=CHN mode=draft; commodity=wo3 "
			"origin=CHN mode=shadow" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		FAILS(world, cases[i].error, "ola", "tariff.schedule", "because=board schedules=[%s]",
			cases[i].item);
		CU_ASSERT_STRING_EQUAL(world->error.field, cases[i].field);
	}
	FAILS(world, ERROR_INVALID, "ola", "tariff.schedule", "because=board schedules=[commodity=wo3 "
		"origin=CHN mode=draft effective_at=%lld]", past);
	FAILS(world, ERROR_INVALID, "ola", "tariff.schedule", "because=board schedules=[commodity=wo3 "
		"origin=CHN mode=draft effective_at=%lld until_at=%lld]", soon, soon);
	CU_ASSERT_PTR_NOT_NULL(strstr(world->error.message, "out of order"));
	FAILS(world, ERROR_DENIED, "kim", "tariff.schedule", "because=board schedules=[commodity=wo3 "
		"origin=CHN mode=draft]");
	world_free(world);
}

/* ---- following the market ---- */

static void observe(struct world *world, const char *item)
{
	DO(world, "ola", "observation.record", "observations=[%s]", item);
}

static void expect_version(const struct world *world, const char *id, int64_t reference,
	int64_t observed, int64_t duty, int64_t ppm, int64_t gap)
{
	const struct schedule *schedule = row(world, id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(schedule);
	CU_ASSERT_EQUAL(schedule->state, SETTING_IN_FORCE);
	CU_ASSERT_EQUAL(schedule->reference_micros_per_kg, reference);
	CU_ASSERT_EQUAL(schedule->observed_micros_per_kg, observed);
	CU_ASSERT_EQUAL(schedule->duty_micros_per_kg, duty);
	CU_ASSERT_EQUAL(schedule->duty_ppm, ppm);
	CU_ASSERT_EQUAL(schedule->gap_micros_per_kg, gap);
}

static void test_adjusts_itself(void)
{
	struct world *world = priced();
	set_schedule(world, "commodity=wo3 origin=CHN mode=shadow cap_ppm=200000; commodity=wo3 "
		"origin=* mode=shadow cap_micros_per_kg=9000000");
	/* an import price of that origin: a version in the same decision */
	observe(world, "commodity=wo3 kind=import series=customs origin=CHN period=2026-10 quoted=3100 "
		"decimals=2 unit=USD/kg basis=WO3");
	CU_ASSERT_EQUAL(world->decision.count, 3);
	expect_version(world, "wo3/CHN/2", 38000000, 31000000, 6200000, 200000, 800000);
	expect_version(world, "wo3/*/2", 38000000, 31000000, 7000000, 225807, 0);
	CU_ASSERT_STRING_EQUAL(row(world, "wo3/CHN/2")->because,
		"import price wo3/import/customs/CHN/2026-10");
	CU_ASSERT_EQUAL(row(world, "wo3/CHN/2")->cap_ppm, 200000);
	CU_ASSERT_EQUAL(row(world, "wo3/CHN/1")->state, SETTING_SUPERSEDED);

	/* a market price, an older one, one of another origin: nothing moves for CHN */
	observe(world, "commodity=wo3 series=lme period=2026-10 quoted=20 unit=USD/kg basis=WO3");
	CU_ASSERT_EQUAL(world->decision.count, 1);
	observe(world, "commodity=wo3 kind=import series=customs origin=CHN period=2026-09 quoted=10 "
		"unit=USD/kg basis=WO3");
	CU_ASSERT_EQUAL(world->decision.count, 1);
	observe(world, "commodity=wo3 kind=import series=other origin=AUT period=2026-10 quoted=1 "
		"unit=USD/kg basis=WO3"); /* inside the zone */
	CU_ASSERT_EQUAL(world->decision.count, 1);

	/* of several in one command the newest counts, once */
	observe(world, "commodity=wo3 kind=import series=customs origin=CHN period=2026-11-10 quoted=39 "
		"unit=USD/kg basis=WO3; commodity=wo3 kind=import series=customs origin=CHN "
		"period=2026-11-12 quoted=35 unit=USD/kg basis=WO3");
	expect_version(world, "wo3/CHN/3", 38000000, 35000000, 3000000, 85715, 0);
	expect_version(world, "wo3/*/3", 38000000, 35000000, 3000000, 85715, 0);

	/* a revision of that very price */
	DO(world, "ola", "observation.record", "revise=true observations=[commodity=wo3 kind=import "
		"series=customs origin=CHN period=2026-11-12 quoted=36 unit=USD/kg basis=WO3]");
	expect_version(world, "wo3/CHN/4", 38000000, 36000000, 2000000, 55556, 0);

	/* a reference price that comes into force by time */
	DO_SIGNED(world, "ola", "price.draft", "because=list prices=[commodity=wo3 quoted=40 "
		"unit=USD/kg basis=WO3 effective_at=%lld]", (long long)world->now + TIME_DAY_MS);
	world_pass(world, TIME_DAY_MS);
	expect_version(world, "wo3/CHN/5", 40000000, 36000000, 4000000, 111112, 0);
	CU_ASSERT_STRING_EQUAL(row(world, "wo3/CHN/5")->because, "reference price wo3/2");
	CU_ASSERT_EQUAL(row(world, "wo3/CHN/5")->effective_at,
		row(world, "wo3/CHN/4")->until_at);
	world_free(world);
}

/* ---- HS codes ---- */

static void test_hs(void)
{
	struct world *world = priced();
	struct context context = { .state = world->state, .now = world->now, .arena = world->arena };
	static const struct { const char *commodity, *hs, *meant; enum error_id error; } cases[] = {
		{ "wo3", "", "wo3", ERROR_NONE }, { "", "261100", "wo3", ERROR_NONE },
		{ "wo3", "261100", "wo3", ERROR_NONE }, { "ga", "811292", "ga", ERROR_NONE },
		{ "", "", NULL, ERROR_INVALID }, { "", "26110", NULL, ERROR_INVALID },
		{ "", "2611001", NULL, ERROR_INVALID }, { "", "26110O", NULL, ERROR_INVALID },
		{ "", "999999", NULL, ERROR_NOT_FOUND }, { "", "260800", NULL, ERROR_NOT_FOUND },
		{ "", "811292", NULL, ERROR_INVALID },     /* a basket, of which one is listed */
		{ "ga", "261100", NULL, ERROR_INVALID }, { "xx", "261100", NULL, ERROR_NOT_FOUND },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct commodity *meant = NULL;
		struct error error = { 0 };
		bool good = hs_resolve(&context, cases[i].commodity, cases[i].hs, &meant, &error);
		CU_ASSERT_EQUAL(error.id, cases[i].error);
		CU_ASSERT_EQUAL(good, cases[i].meant != NULL);
		CU_ASSERT(!good || text_equal(meant->code, cases[i].meant));
		if (text_equal(cases[i].hs, "811292") && !good)
			CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "ga (Gallium)"));
	}
	/* two commodities of one mineral and stage: the choices */
	DO(world, "ola", "commodity.add", "commodities=[code=w-2 mineral=tungsten stage=mining "
		"form=ore basis=WO3]");
	const struct commodity *meant = NULL;
	struct error error = { 0 };
	CU_ASSERT_FALSE(hs_resolve(&context, "", "261100", &meant, &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "wo3"));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "w-2"));

	FAILS(world, ERROR_INVALID, "ola", "hs.add", "because=x codes=[code=1234 mineral=tin stage=ore]");
	FAILS(world, ERROR_INVALID, "ola", "hs.add", "because=x codes=[code=123456 mineral=tin "
		"stage=dust]");
	FAILS(world, ERROR_CONFLICT, "ola", "hs.add", "because=x codes=[code=123456 mineral=tin "
		"stage=ore; code=123456 mineral=tin stage=metal]");
	DO(world, "ola", "hs.add", "because=HS-2028 codes=[code=260800 mineral=tin stage=metal]");
	const struct hs_code *hs = state_find(world->state, TABLE_HS_CODE, "260800");
	CU_ASSERT_STRING_EQUAL(hs->mineral, "tin");
	world_free(world);
}

/* ---- imports recorded ---- */

#define GOODS "net_g=25000000 moisture_ppm=8000 grade_ppm=650000 value_millis=499720000 " \
	"currency=USD terms=cif"

static const struct assessed *recorded(const struct world *world, const char *id)
{
	const struct assessment_row *found = state_find(world->state, TABLE_ASSESSMENT, id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(found);
	return &found->is;
}

static void test_recorded(void)
{
	struct world *world = priced();
	DO(world, "ola", "tariff.assess", "origin=CHN commodity=wo3 " GOODS);
	CU_ASSERT_STRING_EQUAL(world->id, "A-2026-0001");
	const struct assessed *is = recorded(world, "A-2026-0001");
	CU_ASSERT_EQUAL(is->duty_cents, 11284000);
	CU_ASSERT_EQUAL(is->charged_cents, 0);      /* no schedule */
	CU_ASSERT_EQUAL(is->mode, TARIFF_NONE);
	static const struct { const char *mode; int64_t charged_cents; } modes[] = {
		{ "draft", 0 }, { "shadow", 0 }, { "in-force", 11284000 },
	};
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		char item[64], id[CODE_MAX];
		snprintf(item, sizeof item, "commodity=wo3 origin=CHN mode=%s", modes[i].mode);
		set_schedule(world, item);
		DO(world, "ola", "tariff.assess", "origin=CHN mined_in=VNM hs=261100 " GOODS);
		text_copy(id, sizeof id, world->id);
		is = recorded(world, id);
		CU_ASSERT_EQUAL(is->duty_cents, 11284000);
		CU_ASSERT_EQUAL(is->charged_cents, modes[i].charged_cents);
		CU_ASSERT_STRING_EQUAL(is->commodity, "wo3");
	}
	/* a past day of entry is assessed by what was in force then */
	DO_SIGNED(world, "ola", "price.draft", "because=list prices=[commodity=wo3 quoted=20 "
		"unit=USD/kg basis=WO3]");
	world_pass(world, TIME_DAY_MS);
	DO(world, "ola", "tariff.assess", "origin=CHN commodity=wo3 entry_at=%lld " GOODS,
		(long long)world->now - TIME_DAY_MS - 1);
	CU_ASSERT_EQUAL(recorded(world, "A-2026-0005")->duty_cents, 11284000);
	DO(world, "ola", "tariff.assess", "origin=CHN commodity=wo3 " GOODS);
	CU_ASSERT_EQUAL(recorded(world, "A-2026-0006")->duty_cents, 0);
	/* what comes from inside: where it was last transformed, wherever it was mined */
	DO(world, "ola", "tariff.assess", "origin=AUT mined_in=CHN commodity=wo3 " GOODS);
	CU_ASSERT(recorded(world, "A-2026-0007")->inside);
	DO(world, "ola", "tariff.assess", "origin=DEU commodity=wo3 " GOODS); /* suspended */
	CU_ASSERT_FALSE(recorded(world, "A-2026-0008")->inside);
	world_free(world);
}

static void test_bad_imports(void)
{
	struct world *world = priced();
	static const struct { enum error_id error; const char *field, *line; } cases[] = {
		{ ERROR_INVALID, "origin", "commodity=wo3 " GOODS },
		{ ERROR_INVALID, "origin", "origin=XXX commodity=wo3 " GOODS },
		{ ERROR_INVALID, "origin", "origin=China commodity=wo3 " GOODS },
		{ ERROR_INVALID, "mined_in", "origin=CHN mined_in=ZZZ commodity=wo3 " GOODS },
		{ ERROR_INVALID, "commodity", "origin=CHN " GOODS },
		{ ERROR_INVALID, "hs", "origin=CHN hs=12 " GOODS },
		{ ERROR_NOT_FOUND, "hs", "origin=CHN hs=123456 " GOODS },
		{ ERROR_INVALID, "value_millis", "origin=CHN commodity=wo3 net_g=5 grade_ppm=5 "
			"value_millis=0 currency=USD terms=cif" },
		{ ERROR_INVALID, "value_millis", "origin=CHN commodity=wo3 net_g=5 grade_ppm=5 "
			"value_millis=-1 currency=USD terms=cif" },
		{ ERROR_INVALID, "currency", "origin=CHN commodity=wo3 net_g=5 grade_ppm=5 "
			"value_millis=9 currency=usd terms=cif" },
		{ ERROR_INVALID, "rate", "origin=CHN commodity=wo3 net_g=5 grade_ppm=5 value_millis=9 "
			"currency=EUR terms=cif" },
		{ ERROR_INVALID, "rate_source", "origin=CHN commodity=wo3 net_g=5 grade_ppm=5 "
			"value_millis=9 currency=EUR rate=1 terms=cif" },
		{ ERROR_INVALID, "rate", "origin=CHN commodity=wo3 net_g=5 grade_ppm=5 value_millis=9 "
			"currency=USD rate=1 terms=cif" },
		{ ERROR_INVALID, "terms", "origin=CHN commodity=wo3 net_g=5 grade_ppm=5 value_millis=9 "
			"currency=USD" },
		{ ERROR_INVALID, "freight_millis", "origin=CHN commodity=wo3 net_g=5 grade_ppm=5 "
			"value_millis=9 currency=USD terms=fob insurance_millis=0" },
		{ ERROR_INVALID, "basis", "origin=CHN commodity=wo3 basis=Cu " GOODS },
		{ ERROR_NOT_FOUND, "entry_at", "origin=CHN commodity=wo3 entry_at=86400000 " GOODS },
		{ ERROR_INVALID, "entry_at", "origin=CHN commodity=wo3 entry_at=4102444800000 " GOODS },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		FAILS(world, cases[i].error, "ola", "tariff.assess", "%s", cases[i].line);
		if (!text_equal(world->error.field, cases[i].field))
			printf("\n  %s: %s, not %s\n", cases[i].line, world->error.field, cases[i].field);
		CU_ASSERT_STRING_EQUAL(world->error.field, cases[i].field);
	}
	FAILS(world, ERROR_DENIED, "kim", "tariff.assess", "origin=CHN commodity=wo3 " GOODS);
	world_free(world);
}

/* ---- sales ---- */

#define PARTIES "seller=Panasqueira buyer=Works seller_country=AUT buyer_country=ITA " \
	"commodity=wo3 net_g=25000000 grade_ppm=650000 "

static void test_sales(void)
{
	struct world *world = priced();
	DO(world, "ola", "sale.record", PARTIES "quoted=38 unit=USD/kg basis=WO3");
	CU_ASSERT_STRING_EQUAL(world->id, "S-2026-0001");
	const struct sale *sale = state_find(world->state, TABLE_SALE, "S-2026-0001");
	CU_ASSERT_EQUAL(sale->is.value_cents, 61750000);
	CU_ASSERT_EQUAL(sale->is.floor_cents, 61750000);
	DO(world, "ola", "sale.record", PARTIES "quoted=380 unit=USD/mtu basis=WO3");
	DO(world, "ola", "sale.record", PARTIES "quoted=1724 decimals=2 unit=USD/lb basis=WO3");
	REFUSED(world, "R12", "ola", "sale.record", PARTIES "quoted=1723 decimals=2 unit=USD/lb "
		"basis=WO3");
	REFUSED(world, "R12", "ola", "sale.record", PARTIES "quoted=37999999 decimals=6 unit=USD/kg "
		"basis=WO3");
	const struct event *event = &world->decision.events[0];
	const char *because = field_text(descriptor_field(event->type->body, "because"), event->body);
	CU_ASSERT_PTR_NOT_NULL(strstr(because, "the least price that passes is 38 USD/kg of WO3"));
	FAILS(world, ERROR_INVALID, "ola", "sale.record", PARTIES "quoted=38 unit=USD/kg");
	CU_ASSERT_STRING_EQUAL(world->error.field, "basis");
	FAILS(world, ERROR_INVALID, "ola", "sale.record", PARTIES "quoted=38 unit=USD/kg basis=Cu");
	FAILS(world, ERROR_INVALID, "ola", "sale.record", PARTIES "quoted=38 unit=EUR/kg basis=WO3");
	FAILS(world, ERROR_INVALID, "ola", "sale.record", "seller=a buyer=b seller_country=AUT "
		"buyer_country=CHN commodity=wo3 net_g=5 grade_ppm=5 quoted=38 unit=USD/kg basis=WO3");
	CU_ASSERT_STRING_EQUAL(world->error.field, "buyer_country");
	FAILS(world, ERROR_INVALID, "ola", "sale.record", "seller=a buyer=b seller_country=AUT "
		"commodity=wo3 net_g=5 grade_ppm=5 quoted=38 unit=USD/kg basis=WO3");
	CU_ASSERT_STRING_EQUAL(world->error.field, "buyer_country");
	DO(world, "ola", "participant.add", "participants=[code=smelt name=Smelters member=ITA]");
	DO(world, "ola", "sale.record", "seller=a buyer=smelt seller_country=AUT "
		"commodity=wo3 net_g=5000 grade_ppm=500000 quoted=38 unit=USD/kg basis=WO3");
	sale = state_find(world->state, TABLE_SALE, world->id);
	CU_ASSERT_STRING_EQUAL(sale->is.buyer_country, "ITA");
	FAILS(world, ERROR_INVALID, "ola", "sale.record", "seller=a buyer=b seller_country=AAA "
		"buyer_country=AUT commodity=wo3 net_g=5 grade_ppm=5 quoted=38 unit=USD/kg basis=WO3");
	FAILS(world, ERROR_NOT_FOUND, "ola", "sale.record", PARTIES "quoted=38 unit=USD/kg basis=WO3 "
		"sold_at=%lld", (long long)WORLD_BEGIN - TIME_DAY_MS);
	FAILS(world, ERROR_INVALID, "ola", "sale.record", PARTIES "quoted=38 unit=USD/kg basis=WO3 "
		"sold_at=4102444800000");
	world_free(world);
}

/* ---- back-tests ---- */

static void test_backtest(void)
{
	struct world *world = priced();
	observe(world, "commodity=ga series=lme period=2026-01 quoted=400 unit=USD/kg basis=Ga; "
		"commodity=ga series=smm period=2026-01 quoted=410 unit=USD/kg basis=Ga; "
		"commodity=ga series=lme period=2026-02 quoted=600 unit=USD/kg basis=Ga; "
		"commodity=ga series=lme period=2026-04 quoted=100 unit=USD/kg basis=Ga; "
		"commodity=ga series=usgs period=2025 quoted=1 unit=USD/kg basis=Ga; "
		"commodity=ga kind=import series=lme origin=CHN period=2026-01 quoted=1 unit=USD/kg "
		"basis=Ga");
	struct backtest backtest = { .quoted = 500000, .decimals = 0, .cap_ppm = ABSENT,
		.cap_micros_per_kg = ABSENT, .from_at = ABSENT, .to_at = ABSENT, .other_duty_ppm = ABSENT };
	text_copy(backtest.unit, sizeof backtest.unit, "USD/t");
	static const struct { int64_t market, duty, landed, gap; } plain[] = {
		{ 40500000, 9500000, 50000000, 0 }, { 60000000, 0, 60000000, 0 },
		{ 10000000, 40000000, 50000000, 0 },
	}, capped[] = {
		{ 40500000, 4050000, 46575000, 3425000 }, { 60000000, 0, 63000000, 0 },
		{ 10000000, 1000000, 11500000, 38500000 },
	};
	struct list months;
	struct error error = { 0 };
	const struct commodity *gallium = world_commodity(world, "ga");
	CU_ASSERT_FATAL(backtest_run(gallium, &backtest, world->arena, &months, &error));
	CU_ASSERT_EQUAL_FATAL(months.count, 3);
	const struct backtest_month *month = months.items;
	for (int i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(month[i].market_cents, plain[i].market);
		CU_ASSERT_EQUAL(month[i].duty_cents, plain[i].duty);
		CU_ASSERT_EQUAL(month[i].landed_cents, plain[i].landed);
		CU_ASSERT_EQUAL(month[i].gap_cents, plain[i].gap);
	}
	backtest.cap_ppm = 100000;
	backtest.other_duty_ppm = 50000;
	CU_ASSERT_FATAL(backtest_run(gallium, &backtest, world->arena, &months, &error));
	month = months.items;
	for (int i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(month[i].duty_cents, capped[i].duty);
		CU_ASSERT_EQUAL(month[i].landed_cents, capped[i].landed);
		CU_ASSERT_EQUAL(month[i].gap_cents, capped[i].gap);
	}
	backtest.from_at = time_from_civil(2026, 2, 1);
	backtest.to_at = time_from_civil(2026, 4, 1);
	CU_ASSERT_FATAL(backtest_run(gallium, &backtest, world->arena, &months, &error));
	CU_ASSERT_EQUAL(months.count, 1);
	backtest.to_at = backtest.from_at;
	CU_ASSERT_FALSE(backtest_run(gallium, &backtest, world->arena, &months, &error));
	CU_ASSERT_STRING_EQUAL(error.field, "to_at");
	error = (struct error){ 0 };
	backtest.to_at = ABSENT;
	text_copy(backtest.unit, sizeof backtest.unit, "USD/x");
	CU_ASSERT_FALSE(backtest_run(gallium, &backtest, world->arena, &months, &error));
	CU_ASSERT_STRING_EQUAL(error.field, "unit");
	world_free(world);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "a schedule's life", test_life },
		{ "rejected", test_rejected },
		{ "validity does not overlap", test_validity },
		{ "bad schedules", test_bad_schedules },
		{ "it follows prices and imports", test_adjusts_itself },
		{ "codes, baskets and choices", test_hs },
		{ "imports recorded", test_recorded },
		{ "bad imports", test_bad_imports },
		{ "sales inside the zone", test_sales },
		{ "back-tests", test_backtest },
		CU_TEST_INFO_NULL,
	};
	return run_cases("schedules, imports and sales", cases);
}
