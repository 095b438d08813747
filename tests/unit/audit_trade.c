/* Prices, markets, sales and imports: planted faults are found. */
#include "audit_plant.h"

#include "reserve/zone/price.h"

#define DAYS(world, days) ((long long)((world)->now - (world)->now % TIME_DAY_MS) + \
	(days) * TIME_DAY_MS)

static void day_text(int64_t at, char text[TIME_TEXT_SIZE])
{
	time_format(at, text);
	text[10] = '\0';
}

static void observe(struct world *world, int days_ago, long long quoted)
{
	char period[TIME_TEXT_SIZE];
	day_text(DAYS(world, -days_ago), period);
	DO(world, "ola", "observation.record", "observations=[commodity=ga period=%s quoted=%lld "
		"unit=USD/kg basis=Ga series=index kind=market]", period, quoted);
}

static void order_at(struct world *world, const char *price)
{
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000");
	DO(world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works %s", price);
	world_signed(__LINE__, world, "O-2026-0001");
}

/* ---- price-broken ---- */

static void below_reference(void)
{
	struct audited *audited = audited_new(world_stocked);
	order_at(audited->world, "");
	AUDIT_CLEAN(audited, "price-broken");
	audited_bend(audited, "order.prepared", 0, "\"price_micros_per_kg\":500000000,\"quoted\":500",
		"\"price_micros_per_kg\":499000000,\"quoted\":499");
	const struct audited_finding *finding = audited_one(audited, "price-broken", "order O-2026-0001",
		"let ga go at 499 USD/kg, and the reference price ga/1 was 500 USD/kg");
	CU_ASSERT_EQUAL(finding->index, audited_find(audited, "order.issued", 0));
	CU_ASSERT_EQUAL(finding->severity, SEVERITY_CRITICAL);
	audited_free(audited);
}

static void not_as_quoted(void)
{
	struct audited *audited = audited_new(world_stocked);
	order_at(audited->world, "");
	audited_bend(audited, "order.prepared", 0, "\"quoted\":500", "\"quoted\":400");
	AUDIT_FINDS(audited, "price-broken", "order O-2026-0001", "is quoted at 400/10^0 USD/kg of Ga, which is not "
		"500000000 micro-dollars a kilogram");
	audited_free(audited);
}

/* 95% of the mean of two observations of one day: 580 USD/kg. */
static void below_market(void)
{
	struct audited *audited = audited_new(world_stocked);
	observe(audited->world, 3, 600);
	observe(audited->world, 40, 900);
	order_at(audited->world, "");
	AUDIT_CLEAN(audited, "price-broken");
	audited_bend(audited, "order.prepared", 0, "\"price_micros_per_kg\":570000000,\"quoted\":570",
		"\"price_micros_per_kg\":569000000,\"quoted\":569");
	AUDIT_FINDS(audited, "price-broken", "order O-2026-0001",
		"let ga go at 569 USD/kg, and 95% of the market was 570 USD/kg");
	audited_free(audited);
}

/* The reference that counts is the one in force when the order was issued. */
static void reference_at_issue(void)
{
	struct audited *audited = audited_new(world_stocked);
	DO(audited->world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000");
	DO(audited->world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	DO_SIGNED(audited->world, "ola", "price.draft",
		"because=index prices=[commodity=ga quoted=600 unit=USD/kg basis=Ga]");
	AUDIT_CLEAN(audited, "price-broken");
	audited_plant(audited, "oma", "order.issued", "order=O-2026-0001 request=R-2026-0001 lapses_at=%lld",
		DAYS(audited->world, 30));
	AUDIT_FINDS(audited, "price-broken", "order O-2026-0001", "the reference price ga/2 was 600 USD/kg");
	audited_free(audited);
}

static void by_waiver(void)
{
	struct audited *audited = audited_new(world_stocked);
	DO_SIGNED(audited->world, "otto", "waiver.propose", "commodity=ga ends_at=%lld authority=Board "
		"because=relief quoted=400 unit=USD/kg basis=Ga", DAYS(audited->world, 2));
	order_at(audited->world, "quoted=400 unit=USD/kg");
	AUDIT_CLEAN(audited, "price-broken");
	audited_bend(audited, "order.prepared", 0, "\"price_micros_per_kg\":400000000,\"quoted\":400",
		"\"price_micros_per_kg\":399000000,\"quoted\":399");
	AUDIT_FINDS(audited, "price-broken", "order O-2026-0001", "waiver W-2026-0001 did not cover it");
	audited_free(audited);
}

#define SALE "seller=Panasqueira buyer=Works seller_country=AUT buyer_country=ITA commodity=ga " \
	"net_g=1000000 grade_ppm=999900 "

static void sales(void)
{
	struct audited *audited = audited_new(world_stocked);
	DO(audited->world, "ola", "sale.record", SALE "quoted=500 unit=USD/kg basis=Ga");
	AUDIT_CLEAN(audited, "price-broken");
	audited_bend(audited, "sale.recorded", 0, "\"quoted\":500", "\"quoted\":499");
	AUDIT_FINDS(audited, "price-broken", "S-2026-0001", "Panasqueira sold ga to Works at 499 USD/kg of Ga, and "
		"the reference price ga/1 was higher");
	audited_bend(audited, "sale.recorded", 0, "\"buyer_country\":\"ITA\"", "\"buyer_country\":\"CHN\"");
	AUDIT_FINDS(audited, "price-broken", "S-2026-0001", "one of them was not of the zone on that day");
	audited_free(audited);
}

/* ---- price-computed ---- */

static void computed(void)
{
	struct audited *audited = audited_new(world_stocked);
	observe(audited->world, 3, 600);
	observe(audited->world, 5, 620);
	observe(audited->world, 7, 610);
	DO(audited->world, "ola", "price.draft", "because=index prices=[commodity=ga method=trimmed-mean "
		"months=3 trim_ppm=0]");
	AUDIT_CLEAN(audited, "price-computed");
	audited_bend(audited, "price.drafted", 1, "\"price_micros_per_kg\":620000000",
		"\"price_micros_per_kg\":630000000");
	AUDIT_FINDS(audited, "price-computed", "price ga/2", "the price ga/2 is not what trimmed-mean of its 3 inputs gives");
	AUDIT_FINDS(audited, "price-computed", "price ga/2 input", "which was observed otherwise");
	audited_free(audited);
}

static void derived(void)
{
	struct audited *audited = audited_new(world_stocked);
	AUDIT_CLEAN(audited, "price-computed");
	audited_bend(audited, "price.drafted", 0, "\"price_micros_per_kg\":500000000",
		"\"price_micros_per_kg\":400000000");
	AUDIT_FINDS(audited, "price-computed", "price ga/1", "is quoted otherwise than 400000000 micro-dollars");
	audited_free(audited);
}

/* ---- price-stale, observation-stale ---- */

static void stale(void)
{
	struct audited *audited = audited_new(world_stocked);
	audited_sleep(audited, 90);
	AUDIT_CLEAN(audited, "price-stale");
	audited_sleep(audited, 1);
	const struct audited_finding *finding = audited_one(audited, "price-stale", "commodity ga",
		"the reference price ga/1 is in force since 2026-11-22, 91 days ago");
	CU_ASSERT_EQUAL(finding->severity, SEVERITY_WARNING);
	audited_free(audited);
}

static void unpriced(void)
{
	struct audited *audited = audited_new(world_stocked);
	world_lot(audited->world, "W-1", "wo3", 1000, 650000, ABSENT);
	AUDIT_FINDS(audited, "price-stale", "commodity wo3", "wo3 is held and has no reference price in force");
	audited_free(audited);
}

static void observations(void)
{
	struct audited *audited = audited_new(world_stocked);
	AUDIT_FINDS(audited, "observation-stale", "market", "no market price was ever observed of ga");
	observe(audited->world, 3, 600);
	AUDIT_CLEAN(audited, "observation-stale");
	audited_sleep(audited, 32);
	AUDIT_CLEAN(audited, "observation-stale");
	audited_sleep(audited, 1);
	AUDIT_FINDS(audited, "observation-stale", "commodity ga",
		"of a period that ended on 2026-11-20, 35 days ago");
	audited_free(audited);
}

/* ---- assessments ---- */

#define GOODS "net_g=25000000 moisture_ppm=8000 grade_ppm=650000 value_millis=499720000 " \
	"currency=USD terms=cif"

static struct audited *assessed(void)
{
	struct audited *audited = audited_new(world_framed);
	struct world *world = audited->world;
	DO_SIGNED(world, "ola", "price.draft", "because=list prices=[commodity=wo3 quoted=38 unit=USD/kg "
		"basis=WO3]");
	DO_SIGNED(world, "ola", "tariff.schedule", "because=floor schedules=[commodity=wo3 origin=CHN "
		"mode=in-force cap_ppm=200000]");
	DO(world, "ola", "tariff.assess", "origin=CHN commodity=wo3 " GOODS);
	DO(world, "ola", "tariff.assess", "origin=VNM commodity=wo3 " GOODS);
	DO(world, "ola", "tariff.assess", "origin=AUT commodity=wo3 " GOODS);
	return audited;
}

static void assessment_figures(void)
{
	struct audited *audited = assessed();
	AUDIT_CLEAN(audited, "assessments");
	static const struct { const char *from, *to, *found; } bends[] = {
		{ "\"duty_cents\":9994400", "\"duty_cents\":9994401", "duty_cents 9994400 and not 9994401" },
		{ "\"charged_cents\":9994400", "\"charged_cents\":0", "charged_cents 9994400 and not 0" },
		{ "\"floor_cents\":61256000", "\"floor_cents\":61256001", "floor_cents 61256000 and not 61256001" },
		{ "\"contained_g\":16120000", "\"contained_g\":16120001", "contained_g 16120000 and not 16120001" },
		{ "\"customs_cents\":49972000", "\"customs_cents\":49972001", "customs_cents" },
		{ "\"gap_cents\":1289600", "\"gap_cents\":0", "gap_cents 1289600 and not 0" },
		{ "\"grade_ppm\":650000", "\"grade_ppm\":600000", "contained_g 14880000" },
		{ "\"mode\":\"in-force\"", "\"mode\":\"shadow\"", "schedule wo3/CHN/1 was in force" },
	};
	for (size_t i = 0; i < sizeof bends / sizeof *bends; i++) {
		int64_t index = audited_bend(audited, "tariff.assessed", 0, bends[i].from, bends[i].to);
		CU_ASSERT_EQUAL(audited_one(audited, "assessments", "A-2026-0001", bends[i].found)->index, index);
		audited_bend(audited, "tariff.assessed", 0, bends[i].to, bends[i].from);
	}
	AUDIT_CLEAN(audited, "assessments");
	audited_free(audited);
}

static void assessment_facts(void)
{
	struct audited *audited = assessed();
	audited_bend(audited, "tariff.assessed", 1, "\"origin\":\"VNM\"", "\"origin\":\"CHN\"");
	AUDIT_FINDS(audited, "assessments", "A-2026-0002", "schedule wo3/CHN/1 was in force for it and not none");
	audited_bend(audited, "tariff.assessed", 2, "\"origin\":\"AUT\"", "\"origin\":\"VNM\"");
	AUDIT_FINDS(audited, "assessments", "A-2026-0003", "VNM was outside the zone on its day");
	audited_free(audited);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "below reference", below_reference },
		{ "not as quoted", not_as_quoted },
		{ "below market", below_market },
		{ "reference at issue", reference_at_issue },
		{ "by waiver", by_waiver },
		{ "sales", sales },
		{ "computed", computed },
		{ "derived", derived },
		{ "stale", stale },
		{ "unpriced", unpriced },
		{ "observations", observations },
		{ "assessment figures", assessment_figures },
		{ "assessment facts", assessment_facts },
		CU_TEST_INFO_NULL,
	};
	return run_cases("audit trade", cases);
}
