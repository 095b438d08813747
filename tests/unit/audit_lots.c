/* How lots came in, whose they are, how old they are and what they weighed: planted faults are found. */
#include "audit_plant.h"

#include "reserve/stock/title.h"

#define SHA "note_sha256=0000000000000000000000000000000000000000000000000000000000000001"

static struct audited *stocked(void)
{
	return audited_new(world_stocked);
}

/* A lot that was announced and weighed by kim, and sampled: quarantined. */
static void weighed(struct audited *audited, const char *code, long long net_g)
{
	DO(audited->world, "kim", "lot.add", "lots=[code=%s commodity=ga site=north expected_g=%lld "
		"supplier=acme origin=AUT]", code, net_g);
	DO(audited->world, "kim", "lot.weigh", "lot=%s gross_g=%lld tare_g=1000", code, net_g + 1000);
	DO(audited->world, "asa", "lot.sample", "lot=%s sample=S-1", code);
}

/* ---- accepted-unweighed ---- */

static void without_assay(void)
{
	struct audited *audited = stocked();
	weighed(audited, "GA-2", 1000);
	AUDIT_CLEAN(audited, "accepted-unweighed");
	int64_t index = audited_plant(audited, "asa", "lot.accepted", "lot=GA-2");
	const struct audited_finding *finding = audited_one(audited, "accepted-unweighed", "lot GA-2",
		"asa accepted lot GA-2 without a final assay");
	CU_ASSERT_EQUAL(finding->index, index);
	CU_ASSERT_EQUAL(finding->severity, SEVERITY_CRITICAL);
	audited_free(audited);
}

/* A provisional assay is none to accept by. */
static void provisional(void)
{
	struct audited *audited = stocked();
	weighed(audited, "GA-2", 1000);
	DO(audited->world, "asa", "lot.assay", "lot=GA-2 grade_ppm=999900 laboratory=lab provisional=true");
	audited_plant(audited, "asa", "lot.accepted", "lot=GA-2");
	AUDIT_FINDS(audited, "accepted-unweighed", "lot GA-2", "without a final assay");
	audited_free(audited);
}

/* A weighing that brought nothing onto the scale. */
static void unweighed(void)
{
	struct audited *audited = stocked();
	audited_bend(audited, "lot.weighed", 0, "\"gross_g\":1001000", "\"gross_g\":1000");
	AUDIT_FINDS(audited, "accepted-unweighed", "lot GA-1", "asa accepted lot GA-1, which nobody of ours had weighed");
	audited_free(audited);
}

static void too_poor(void)
{
	struct audited *audited = stocked();
	weighed(audited, "GA-2", 1000);
	DO(audited->world, "asa", "lot.assay", "lot=GA-2 grade_ppm=899999 laboratory=lab");
	audited_plant(audited, "asa", "lot.accepted", "lot=GA-2");
	AUDIT_FINDS(audited, "accepted-unweighed", "grade of lot GA-2", "899999 ppm, and ga admits 900000 ppm");
	audited_free(audited);
}

/* ---- accepted-on-paper ---- */

static void on_paper(void)
{
	struct audited *audited = stocked();
	world_lot(audited->world, "W-1", "wo3", 1000, 650000, ABSENT);
	const struct audited_finding *finding = audited_one(audited, "accepted-on-paper", "supplier acme",
		"ga 1 lot, 999.9 kg contained: GA-1; wo3 1 lot, 650 g contained: W-1");
	CU_ASSERT_EQUAL(finding->severity, SEVERITY_WARNING);
	DO(audited->world, "asa", "lot.sample", "lot=GA-1 sample=S-1");
	DO(audited->world, "asa", "lot.sample", "lot=W-1 sample=S-2");
	AUDIT_CLEAN(audited, "accepted-on-paper");
	audited_free(audited);
}

/* ---- same-hands ---- */

static void same_hands(void)
{
	struct audited *audited = stocked();
	DO(audited->world, "kim", "lot.hold", "lot=GA-1 because='seal broken'");
	AUDIT_CLEAN(audited, "same-hands");
	audited_plant(audited, "kim", "lot.hold_released", "hold=GA-1/1 because='my own'");
	AUDIT_FINDS(audited, "same-hands", "hold GA-1/1", "kim opened the hold GA-1/1 and lifted it");
	audited_plant(audited, "kim", "lot.corrected", "lot=GA-1 net_g=999999 adjusted_g=-1 "
		"contained_g=999899 because='decimal slip'");
	AUDIT_FINDS(audited, "same-hands", "lot GA-1", "kim corrected what kim had entered of lot GA-1");
	audited_free(audited);
}

static void weighed_and_accepted(void)
{
	struct audited *audited = stocked();
	DO(audited->world, "bo", "lot.add", "lots=[code=GA-2 commodity=ga site=north expected_g=10]");
	DO(audited->world, "bo", "lot.weigh", "lot=GA-2 gross_g=20 tare_g=10");
	DO(audited->world, "asa", "lot.assay", "lot=GA-2 grade_ppm=999900 laboratory=lab");
	audited_plant(audited, "bo", "lot.accepted", "lot=GA-2");
	AUDIT_FINDS(audited, "same-hands", "lot GA-2", "bo weighed lot GA-2 and accepted it");
	audited_free(audited);
}

/* ---- titles and pledges ---- */

static void titles(void)
{
	struct audited *audited = stocked();
	DO(audited->world, "ola", "lot.title", "lot=GA-1 holder=bank");
	char number[CODE_MAX];
	text_copy(number, sizeof number, audited->world->id);
	DO(audited->world, "ola", "lot.title", "lot=GA-1 holder=fund replaces=%s", number);
	AUDIT_CLEAN(audited, "one-title");
	int64_t index = audited_plant(audited, "ola", "lot.titled", "lot=GA-1 holder=shark "
		"title=AAAA-BBBB-CCCC-DDDD");
	const struct audited_finding *finding = audited_one(audited, "one-title", "lot GA-1",
		"a second title of lot GA-1 was given to shark, and that of fund was not presented");
	CU_ASSERT_EQUAL(finding->index, index);
	audited_free(audited);
}

/* A row that was put back to life: two titles live, and one of a lot that is gone. */
static void bend_title(struct state *state)
{
	struct title *title = NULL, *first = NULL;
	while ((title = state_next(state, TABLE_TITLE, title)) != NULL) {
		first = first != NULL ? first : title;
		title->row.closed = false;
		title->state = TITLE_LIVE;
	}
	text_copy(first->lot, sizeof first->lot, "GA-9");
}

static void title_rows(void)
{
	struct audited *audited = stocked();
	for (int i = 0; i < 3; i++) {
		char number[CODE_MAX] = "";
		text_copy(number, sizeof number, i > 0 ? audited->world->id : "");
		DO(audited->world, "ola", "lot.title", "lot=GA-1 holder=h%d%s%s", i, i > 0 ? " replaces=" : "",
			number);
	}
	audited->bend = bend_title;
	AUDIT_FINDS(audited, "one-title", "lot GA-1", "lot GA-1 has two titles that live, of h1 and of h2");
	AUDIT_FINDS(audited, "one-title", "lot GA-9", "the title that h0 holds lives, and its lot GA-9 does not");
	audited_free(audited);
}

static void pledges(void)
{
	struct audited *audited = stocked();
	DO_SIGNED(audited->world, "ola", "lot.pledge", "lot=GA-1 to=bank because=credit " SHA);
	AUDIT_CLEAN(audited, "one-pledge");
	audited_plant(audited, "ola", "pledge.proposed", "pledge=L-2026-0002 lot=GA-1 lender=shark "
		"because=more document=N-2026-0099 " SHA);
	int64_t index = audited_plant(audited, "oma", "lot.pledged", "pledge=L-2026-0002 document=N-2026-0099");
	const struct audited_finding *finding = audited_one(audited, "one-pledge", "lot GA-1",
		"lot GA-1 was pledged to shark (L-2026-0002) while L-2026-0001 of bank was in force");
	CU_ASSERT_EQUAL(finding->index, index);
	audited_free(audited);
}

/* A row that was put back to life. */
static void bend_pledge(struct state *state)
{
	struct pledge *pledge = NULL;
	while ((pledge = state_next(state, TABLE_PLEDGE, pledge)) != NULL) {
		pledge->row.closed = false;
		pledge->state = PLEDGE_IN_FORCE;
	}
}

static void pledge_rows(void)
{
	struct audited *audited = stocked();
	DO_SIGNED(audited->world, "ola", "lot.pledge", "lot=GA-1 to=bank because=credit " SHA);
	DO_SIGNED(audited->world, "ola", "lot.unpledge", "lot=GA-1 because=paid");
	DO_SIGNED(audited->world, "ola", "lot.pledge", "lot=GA-1 to=fund because=credit " SHA);
	AUDIT_CLEAN(audited, "one-pledge");
	audited->bend = bend_pledge;
	AUDIT_FINDS(audited, "one-pledge", "lot GA-1", "lot GA-1 is pledged twice, to bank and to fund");
	audited_free(audited);
}

static void promised_and_pledged(void)
{
	struct audited *audited = stocked();
	DO(audited->world, "ola", "lot.pledge", "lot=GA-1 to=bank because=credit " SHA);
	DO(audited->world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000");
	AUDIT_CLEAN(audited, "one-pledge");
	audited_plant(audited, "oma", "lot.pledged", "pledge=L-2026-0001 document=N-2026-0001");
	AUDIT_FINDS(audited, "one-pledge", "L-2026-0001", "when 1000 g of it were promised");
	audited_free(audited);
}

/* ---- ages ---- */

static void retest(void)
{
	struct audited *audited = stocked();
	world_lot(audited->world, "GA-2", "ga", 1000, 1000000, audited->world->now + TIME_DAY_MS);
	AUDIT_CLEAN(audited, "retest-overdue");
	audited_sleep(audited, 4);
	const struct audited_finding *finding = audited_one(audited, "retest-overdue", "lot GA-2",
		"lot GA-2 at north, 1 kg of ga: its assay expired on 2026-11-23, 3 days ago");
	CU_ASSERT_EQUAL(finding->severity, SEVERITY_WARNING);
	audited_sleep(audited, 27);
	finding = audited_one(audited, "retest-overdue", "lot GA-2", "30 days ago");
	CU_ASSERT_EQUAL(finding->severity, SEVERITY_CRITICAL);
	DO(audited->world, "asa", "lot.assay", "lot=GA-2 grade_ppm=999900 laboratory=lab");
	AUDIT_CLEAN(audited, "retest-overdue");
	audited_free(audited);
}

static void old_metal(void)
{
	struct audited *audited = stocked();
	world_lot(audited->world, "GA-2", "ga", 1000, 1000000, audited->world->now + 9000 * TIME_DAY_MS);
	audited_sleep(audited, 5 * 365);
	AUDIT_CLEAN(audited, "old-metal");
	audited_sleep(audited, 2);
	AUDIT_FINDS(audited, "old-metal", "commodity ga", "ga: the oldest lot, GA-1, has been in store since "
		"2026-11-22; for over five years without any retest date: 1 lot, 999.9 kg contained: GA-1");
	audited_sleep(audited, 5 * 365 + 1);
	AUDIT_FINDS(audited, "old-metal", "commodity ga", "in store for over ten years: 2 lots, 1,000.9 kg contained: GA-1, GA-2");
	audited_free(audited);
}

/* ---- weights ---- */

/* All of GA-2, 100 kg net, is ordered and leaves with so much. */
static struct audited *emptied(long long out_g)
{
	struct audited *audited = stocked();
	world_lot(audited->world, "GA-2", "ga", 100000, 950000, ABSENT);
	world_lot(audited->world, "GA-3", "ga", 100, 900000, ABSENT);
	DO(audited->world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=95090");
	DO(audited->world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	world_signed(__LINE__, audited->world, "O-2026-0001");
	DO(audited->world, "kim", "load_out", "order=O-2026-0001 lot=GA-2 gross_g=%lld tare_g=10 carrier=c "
		"vehicle=v", out_g + 10);
	return audited;
}

static void short_out(void)
{
	struct audited *audited = emptied(99500);
	AUDIT_CLEAN(audited, "weight-in-out");
	audited_free(audited);
	audited = emptied(99499);
	const struct audited_finding *finding = audited_one(audited, "weight-in-out",
		"order O-2026-0001 lot GA-2", "with 99499 g: 501 g short of 100 kg (0.5");
	CU_ASSERT_EQUAL(finding->severity, SEVERITY_WARNING);
	CU_ASSERT_EQUAL(finding->index, audited_find(audited, "order.loaded", 0));
	audited_free(audited);
}

/* A correction made the books of GA-2 agree before it left: the scale says otherwise. */
static void short_lot(void)
{
	struct audited *audited = stocked();
	struct world *world = audited->world;
	world_lot(world, "GA-2", "ga", 101000, 950000, ABSENT);
	DO(world, "kurt", "lot.correct", "lot=GA-2 net_g=100000 because='the scale drifts'");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=95000");
	DO(world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	world_signed(__LINE__, world, "O-2026-0001");
	DO(world, "kim", "load_out", "order=O-2026-0001 lot=GA-2 gross_g=100010 tare_g=10 carrier=c vehicle=v");
	AUDIT_FINDS(audited, "weight-in-out", "lot GA-2", "lot GA-2 of acme is empty, and what left it is 1 kg "
		"short of 101 kg (0.99%, 0.5% is let pass) that were weighed in; -1000 g were corrected");
	audited_free(audited);
}

static void supplier(void)
{
	struct audited *audited = stocked();
	DO(audited->world, "kim", "lot.add", "lots=[code=GA-2 commodity=ga site=north expected_g=10000 "
		"supplier=acme origin=AUT]");
	DO(audited->world, "kim", "lot.weigh", "lot=GA-2 gross_g=10800 tare_g=1000");
	AUDIT_CLEAN(audited, "supplier-weights"); /* 2% is let pass */
	DO(audited->world, "kim", "lot.add", "lots=[code=GA-3 commodity=ga site=north expected_g=10000 "
		"supplier=acme origin=AUT]");
	DO(audited->world, "kim", "lot.weigh", "lot=GA-3 gross_g=10799 tare_g=1000");
	AUDIT_FINDS(audited, "supplier-weights", "supplier acme/ga", "the weights of acme in ga were off, at worst "
		"GA-3 by 201 g short of 10 kg (2.01%, 2% is let pass); off: 1 lot, 0 g contained: GA-3; still here: "
		"3 lots, 999.9 kg contained: GA-1, GA-2, GA-3; 0 of these held");
	for (int i = 1; i <= 3; i++)
		DO(audited->world, "kim", "lot.hold", "lot=GA-%d because='weights of acme'", i);
	AUDIT_CLEAN(audited, "supplier-weights");
	audited_free(audited);
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "without assay", without_assay },
		{ "provisional", provisional },
		{ "unweighed", unweighed },
		{ "too poor", too_poor },
		{ "on paper", on_paper },
		{ "same hands", same_hands },
		{ "weighed and accepted", weighed_and_accepted },
		{ "titles", titles },
		{ "title rows", title_rows },
		{ "pledges", pledges },
		{ "pledge rows", pledge_rows },
		{ "promised and pledged", promised_and_pledged },
		{ "retest", retest },
		{ "old metal", old_metal },
		{ "short out", short_out },
		{ "short lot", short_lot },
		{ "supplier", supplier },
		CU_TEST_INFO_NULL,
	};
	return run_cases("audit lots", cases);
}
