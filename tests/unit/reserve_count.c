/* Stocktakes: who counts, what is frozen, and what two sheets come to. */
#include "count_world.h"

/* ---- the table of states ---- */

static void test_every_pair(void)
{
	static const enum count_state to[][COUNT_EVENT_COUNT] = {
		/*                  agree          disagree       propose         reject
		                    sign           end            abandon */
		[COUNT_NONE] = { COUNT_NONE, COUNT_NONE, COUNT_NONE, COUNT_NONE, COUNT_NONE, COUNT_NONE,
			COUNT_NONE },
		[COUNT_OPEN] = { COUNT_COUNTED, COUNT_RECOUNT, COUNT_NONE, COUNT_NONE, COUNT_NONE,
			COUNT_NONE, COUNT_ABANDONED },
		[COUNT_RECOUNT] = { COUNT_COUNTED, COUNT_RECOUNT, COUNT_NONE, COUNT_NONE, COUNT_NONE,
			COUNT_NONE, COUNT_ABANDONED },
		[COUNT_COUNTED] = { COUNT_NONE, COUNT_NONE, COUNT_PROPOSED, COUNT_NONE, COUNT_NONE,
			COUNT_ENDED, COUNT_ABANDONED },
		[COUNT_PROPOSED] = { COUNT_NONE, COUNT_NONE, COUNT_NONE, COUNT_COUNTED, COUNT_COUNTED,
			COUNT_NONE, COUNT_ABANDONED },
		[COUNT_ENDED] = { COUNT_NONE, COUNT_NONE, COUNT_NONE, COUNT_NONE, COUNT_NONE, COUNT_NONE,
			COUNT_NONE },
		[COUNT_ABANDONED] = { COUNT_NONE, COUNT_NONE, COUNT_NONE, COUNT_NONE, COUNT_NONE, COUNT_NONE,
			COUNT_NONE },
	};
	for (int from = COUNT_NONE; from <= COUNT_ABANDONED; from++) {
		for (int event = 0; event < COUNT_EVENT_COUNT; event++)
			CU_ASSERT_EQUAL(count_transition((enum count_state)from, (enum count_event)event),
				to[from][event]);
	}
}

/* ---- opening ---- */

static void test_opening(void)
{
	struct world *world = yard();
	FAILS(world, ERROR_NOT_FOUND, "aud", "count.new", "site=west counters=kim,asa");
	FAILS(world, ERROR_NOT_FOUND, "aud", "count.new", "site=north counters=kim,nobody");
	FAILS(world, ERROR_INVALID, "aud", "count.new", "site=north counters=kim");
	FAILS(world, ERROR_INVALID, "aud", "count.new", "site=north counters=kim,asa,bo");
	FAILS(world, ERROR_DENIED, "aud", "count.new", "site=north counters=kim,kim");
	FAILS(world, ERROR_DENIED, "aud", "count.new", "site=north counters=kim,adm");
	FAILS(world, ERROR_DENIED, "kim", "count.new", "site=north counters=kim,asa");
	FAILS(world, ERROR_ILLEGAL, "aud", "count.new", "site=north commodity=wo3 counters=kim,asa");
	DO(world, "aud", "count.new", "site=north counters=kim,asa");
	CU_ASSERT_EQUAL(the_count(world)->lots, 3);
	CU_ASSERT_PTR_NULL(count_line_of(world->state, the_count(world), "C"));
	CU_ASSERT_EQUAL(line_of(world, "A")->book_g, 100000);
	CU_ASSERT_EQUAL(line_of(world, "A")->book_units, ABSENT);
	CU_ASSERT_EQUAL(line_of(world, "S")->book_units, 10);
	FAILS(world, ERROR_CONFLICT, "aud", "count.new", "site=north counters=kim,asa");
	DO(world, "aud", "count.new", "site=south counters=kim,asa");
	world_free(world);
}

/* Two who both put lots on the books do not count them together. */
static void test_independence(void)
{
	struct world *world = yard();
	DO(world, "kurt", "lot.add", "lots=[code=D commodity=ga site=north expected_g=1000]");
	DO(world, "kurt", "lot.weigh", "lot=D gross_g=1100 tare_g=100");
	FAILS(world, ERROR_DENIED, "aud", "count.new", "site=north counters=kim,kurt");
	DO(world, "aud", "count.new", "site=north counters=aud,kurt");
	world_free(world);
}

static void test_one_commodity(void)
{
	struct world *world = yard();
	world_lot(world, "W", "wo3", 9000, 650000, ABSENT);
	DO(world, "aud", "count.new", "site=north commodity=ga counters=kim,asa");
	CU_ASSERT_EQUAL(the_count(world)->lots, 3);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 0);
	CU_ASSERT(world_commodity(world, "wo3")->available_g > 0);
	DO(world, "kim", "lot.move", "lot=W to=south");
	REFUSED(world, "R24", "kim", "lot.move", "lot=A to=south");
	world_free(world);
}

/* ---- the freeze ---- */

static void test_frozen_acts(void)
{
	static const char *const acts[][3] = {
		{ "kim", "lot.weigh", "lot=E gross_g=1100 tare_g=100" },
		{ "kim", "lot.sample", "lot=A sample=S-1" },
		{ "asa", "lot.accept", "lot=Q" },
		{ "asa", "lot.reject", "lot=Q because=x" },
		{ "kim", "lot.lose", "lot=A reason=fire because=x" },
		{ "kim", "lot.move", "lot=A to=south" },
		{ "kim", "lot.arrive", "lot=C" },
		{ "bo", "lot.correct", "lot=A because=x net_g=99000" },
	};
	static const char *const free_acts[][3] = {
		{ "kim", "lot.add", "lots=[code=N commodity=ga site=north expected_g=1]" },
		{ "asa", "lot.assay", "lot=A grade_ppm=910000 laboratory=lab" },
		{ "kim", "lot.hold", "lot=A because=x" },
		{ "asa", "lot.hold_release", "hold=A/1 because=x" },
		{ "asa", "lot.reject", "lot=E because='never came'" },
		{ "ola", "site.set", "site=north state=suspended because=x" },
		{ "ola", "site.set", "site=north state=open because=x" },
	};
	struct world *world = yard();
	DO(world, "kim", "lot.add", "lots=[code=E commodity=ga site=north expected_g=1000; code=Q "
		"commodity=ga site=north expected_g=1000]");
	DO(world, "kim", "lot.weigh", "lot=Q gross_g=1100 tare_g=100");
	DO(world, "asa", "lot.assay", "lot=Q grade_ppm=900000 laboratory=lab");
	DO(world, "kim", "lot.move", "lot=C to=north");
	int64_t available_g = world_commodity(world, "ga")->available_g;
	DO(world, "aud", "count.new", "site=north counters=kim,asa");
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 0);
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
		REFUSED(world, "R24", acts[i][0], acts[i][1], "%s", acts[i][2]);
		const struct event *event = &world->decision.events[0];
		CU_ASSERT_PTR_NOT_NULL(strstr(field_text(descriptor_field(event->type->body, "because"),
			event->body), U));
	}
	for (size_t i = 0; i < sizeof free_acts / sizeof *free_acts; i++)
		DO(world, free_acts[i][0], free_acts[i][1], "%s", free_acts[i][2]);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 0);
	DO(world, "ola", "count.abandon", "count=" U " because=storm");
	CU_ASSERT_EQUAL(the_count(world)->state, COUNT_ABANDONED);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, available_g + 1000);
	for (size_t i = 1; i < sizeof acts / sizeof *acts; i++) {
		if (i != 3 && i != 4)
			DO(world, acts[i][0], acts[i][1], "%s", acts[i][2]);
		if (i == 5)
			DO(world, "kim", "lot.arrive", "lot=A");
	}
	world_free(world);
}

/* An award waits, an issued order is not loaded, and both go on when the count has ended. */
static void test_frozen_orders(void)
{
	struct world *world = yard();
	DO_SIGNED(world, "ola", "price.draft",
		"because=x prices=[commodity=ga quoted=5 unit=USD/kg basis=Ga]");
	world_declare(world, "full", "commodity=ga");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=45000");
	DO_SIGNED(world, "kurt", "order.prepare", "request=R-2026-0001 consignee=W");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=20000");
	DO(world, "kurt", "order.prepare", "request=R-2026-0002 consignee=W");
	DO(world, "aud", "count.new", "site=north counters=kim,asa");
	const struct order *order = state_find(world->state, TABLE_RELEASE_ORDER, "O-2026-0001");
	CU_ASSERT_PTR_NOT_NULL_FATAL(order);
	const struct order_line *line = order->lines.items;
	char lot[CODE_MAX];
	text_copy(lot, sizeof lot, line->lot);
	REFUSED(world, "R24", "kim", "load_out", "order=O-2026-0001 lot=%s gross_g=51000 tare_g=1000 "
		"carrier=c vehicle=v", lot);
	CU_ASSERT(world_sign(world, "ola", "O-2026-0002"));
	CU_ASSERT(world_sign(world, "oma", "O-2026-0002"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R24");
	REFUSED(world, "request", "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000");
	DO(world, "aud", "count.abandon", "count=" U " because=x");
	CU_ASSERT(world_sign(world, "oma", "O-2026-0002"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "");
	DO(world, "kim", "load_out", "order=O-2026-0001 lot=%s gross_g=%lld tare_g=1000 carrier=c "
		"vehicle=v", lot, (long long)line->net_g + 1000);
	world_free(world);
}

static void test_out_of_time(void)
{
	struct world *world = counting();
	DO(world, "aud", "count.enter", "count=" U " counter=kim lines=[" GOOD "]");
	char note[CODE_MAX];
	text_copy(note, sizeof note, world->id);
	world_pass(world, COUNT_TERM_DAYS * TIME_DAY_MS - 1);
	CU_ASSERT_EQUAL(the_count(world)->state, COUNT_OPEN);
	world_pass(world, 1);
	CU_ASSERT_EQUAL(the_count(world)->state, COUNT_ABANDONED);
	CU_ASSERT(world_commodity(world, "ga")->available_g > 0);
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_DOCUMENT, note));
	FAILS(world, ERROR_ILLEGAL, "aud", "count.abandon", "count=" U " because=x");
	FAILS(world, ERROR_ILLEGAL, "aud", "count.enter", "count=" U " counter=kim lines=[" GOOD "]");
	DO(world, "aud", "count.new", "site=north counters=kim,asa");
	world_free(world);
}

/* ---- sheets ---- */

static void test_sheet_checks(void)
{
	static const struct { enum error_id error; const char *lines; } cases[] = {
		{ ERROR_INVALID, "lot=A net_g=100000; lot=B net_g=50000" },
		{ ERROR_CONFLICT, "lot=A net_g=1; " GOOD },
		{ ERROR_INVALID, "lot=A net_g=1; lot=B; lot=S units=10 seals=intact" },
		{ ERROR_INVALID, "lot=A net_g=1; lot=B net_g=1; lot=S seals=intact" },
		{ ERROR_INVALID, "lot=A net_g=1; lot=B net_g=1; lot=S units=10" },
		{ ERROR_INVALID, "lot=A net_g=1 missing=true; lot=B net_g=1; lot=S units=10 seals=intact" },
		{ ERROR_INVALID, GOOD "; lot=X" },
		{ ERROR_INVALID, GOOD "; lot=X missing=true" },
		{ ERROR_INVALID, GOOD "; lot='no code' net_g=1" },
	};
	struct world *world = counting();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		FAILS(world, cases[i].error, "aud", "count.enter", "count=" U " counter=kim lines=[%s]",
			cases[i].lines);
	FAILS(world, ERROR_DENIED, "aud", "count.enter", "count=" U " counter=bo lines=[" GOOD "]");
	FAILS(world, ERROR_NOT_FOUND, "aud", "count.enter", "count=U-9 counter=kim lines=[" GOOD "]");
	FAILS(world, ERROR_DENIED, "adm", "count.enter", "count=" U " counter=kim lines=[" GOOD "]");
	DO(world, "aud", "count.enter", "count=" U " counter=kim lines=[lot=A missing=true; lot=B "
		"net_g=50000; lot=S missing=true]");
	world_free(world);
}

/* A sheet is signed by its counter alone, once; before that it may be entered anew or rejected. */
static void test_sheet_signature(void)
{
	struct world *world = counting();
	char first[CODE_MAX], second[CODE_MAX];
	DO(world, "aud", "count.enter", "count=" U " counter=kim lines=[lot=A net_g=1; lot=B net_g=1; "
		"lot=S units=1 seals=broken; lot=X net_g=5]");
	text_copy(first, sizeof first, world->id);
	static const char *const others[] = { "asa", "ola", "aud" };
	for (size_t i = 0; i < 3; i++) {
		CU_ASSERT(world_sign(world, others[i], first));
		CU_ASSERT_STRING_EQUAL(world_rule(world), "R14");
	}
	CU_ASSERT_FALSE(world_sign(world, "adm", first));
	CU_ASSERT_EQUAL(world->error.id, ERROR_DENIED);
	DO(world, "aud", "count.enter", "count=" U " counter=kim lines=[" GOOD "]");
	text_copy(second, sizeof second, world->id);
	CU_ASSERT_FALSE(world_sign(world, "kim", first)); /* another sheet stands in its place */
	CU_ASSERT_FALSE(line_of(world, "X")->entries[0].given);
	DO(world, "ola", "document.reject", "document=%s because=x", second);
	CU_ASSERT_FALSE(line_of(world, "A")->entries[0].given);
	SHEET(world, "kim", GOOD);
	CU_ASSERT(the_count(world)->first_signed && !the_count(world)->second_signed);
	FAILS(world, ERROR_ILLEGAL, "aud", "count.enter", "count=" U " counter=kim lines=[" GOOD "]");
	SHEET(world, "asa", GOOD);
	CU_ASSERT_EQUAL(the_count(world)->state, COUNT_ENDED);
	world_free(world);
}

/* What agrees within tolerance leaves the books as they are and ends the count by itself. */
static void test_agreement(void)
{
	struct world *world = counting();
	int64_t available_g;
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 0);
	SHEET(world, "kim", "lot=A net_g=99500; lot=B net_g=50400; lot=S units=10 seals=intact");
	SHEET(world, "asa", "lot=A net_g=100400; lot=B net_g=50100; lot=S units=10 seals=intact");
	CU_ASSERT_EQUAL(the_count(world)->state, COUNT_ENDED);
	CU_ASSERT_EQUAL(the_count(world)->varying, 0);
	CU_ASSERT_EQUAL(world_find_lot(world, "A")->on_hand_g, 100000);
	CU_ASSERT_EQUAL(world_find_lot(world, "A")->holds, 0);
	available_g = world_commodity(world, "ga")->available_g;
	CU_ASSERT_EQUAL(available_g, 90000 + 45000 + 90000);
	CU_ASSERT_PTR_NULL(raised(world, "count-variance"));
	world_free(world);
}

/* The edges of both tolerances: 1% between counters and 1% off the books, of bulk; none of sealed. */
static void test_tolerances(void)
{
	static const struct { const char *kim, *asa; enum count_state state; enum line_state line; } cases[] = {
		{ "lot=A net_g=100000", "lot=A net_g=99000", COUNT_ENDED, LINE_AGREES },
		{ "lot=A net_g=100000", "lot=A net_g=98999", COUNT_RECOUNT, LINE_RECOUNT },
		{ "lot=A net_g=99000", "lot=A net_g=99000", COUNT_ENDED, LINE_AGREES },
		{ "lot=A net_g=98999", "lot=A net_g=98999", COUNT_COUNTED, LINE_VARIES },
		{ "lot=A net_g=99000", "lot=A net_g=98999", COUNT_COUNTED, LINE_VARIES }, /* mean down */
		{ "lot=A net_g=98999", "lot=A net_g=99000", COUNT_COUNTED, LINE_VARIES },
		{ "lot=A net_g=101000", "lot=A net_g=101000", COUNT_ENDED, LINE_AGREES },
		{ "lot=A net_g=101001", "lot=A net_g=101001", COUNT_COUNTED, LINE_VARIES },
		{ "lot=A missing=true", "lot=A missing=true", COUNT_COUNTED, LINE_VARIES },
		{ "lot=A missing=true", "lot=A net_g=100000", COUNT_RECOUNT, LINE_RECOUNT },
		{ "lot=A net_g=100000 seals=broken", "lot=A net_g=100000", COUNT_COUNTED, LINE_VARIES },
		{ "lot=A net_g=100000 seals=broken", "lot=A net_g=100000 seals=intact", COUNT_RECOUNT,
			LINE_RECOUNT },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world *world = counting();
		char lines[256];
		world->unsealed = true;
		snprintf(lines, sizeof lines, "%s; lot=B net_g=50000; lot=S units=10 seals=intact",
			cases[i].kim);
		SHEET(world, "kim", lines);
		snprintf(lines, sizeof lines, "%s; lot=B net_g=50000; lot=S units=10 seals=intact",
			cases[i].asa);
		SHEET(world, "asa", lines);
		if (the_count(world)->state != cases[i].state)
			printf("\n  case %zu: state %d\n", i, the_count(world)->state);
		CU_ASSERT_EQUAL(the_count(world)->state, cases[i].state);
		const struct count_line *line = NULL;
		while ((line = count_line_any(world->state, the_count(world), line)) != NULL) {
			if (text_equal(line->lot, "A"))
				CU_ASSERT_EQUAL(line->state, cases[i].line);
		}
		CU_ASSERT_EQUAL(world_find_lot(world, "A")->holds, cases[i].line == LINE_VARIES ? 1 : 0);
		world_free(world);
	}
}

static void test_sealed(void)
{
	static const struct { const char *kim, *asa; enum count_state state; } cases[] = {
		{ "units=10 seals=intact", "units=9 seals=intact", COUNT_RECOUNT },
		{ "units=10 seals=intact", "units=10 seals=broken", COUNT_RECOUNT },
		{ "units=9 seals=intact", "units=9 seals=intact", COUNT_COUNTED },
		{ "units=10 seals=broken", "units=10 seals=broken", COUNT_COUNTED },
		{ "units=11 seals=intact", "units=11 seals=intact", COUNT_COUNTED },
		{ "units=10 seals=intact", "units=10 seals=intact", COUNT_ENDED },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world *world = counting();
		char lines[256];
		snprintf(lines, sizeof lines, "lot=A net_g=100000; lot=B net_g=50000; lot=S %s", cases[i].kim);
		SHEET(world, "kim", lines);
		snprintf(lines, sizeof lines, "lot=A net_g=100000; lot=B net_g=50000; lot=S %s", cases[i].asa);
		SHEET(world, "asa", lines);
		CU_ASSERT_EQUAL(the_count(world)->state, cases[i].state);
		world_free(world);
	}
}

/* Both count again what they differ on, and nothing else; what they agree on stands. */
static void test_recount(void)
{
	struct world *world = counting();
	SHEET(world, "kim", "lot=A net_g=100000; lot=B net_g=20000; lot=S units=10 seals=intact");
	SHEET(world, "asa", GOOD "; lot=X net_g=500");
	CU_ASSERT_EQUAL(the_count(world)->state, COUNT_RECOUNT);
	CU_ASSERT_EQUAL(the_count(world)->round, 2);
	CU_ASSERT_EQUAL(line_of(world, "A")->state, LINE_AGREES);
	CU_ASSERT_FALSE(line_of(world, "B")->entries[0].given);
	FAILS(world, ERROR_INVALID, "aud", "count.enter", "count=" U " counter=kim lines=[" GOOD "]");
	FAILS(world, ERROR_INVALID, "aud", "count.enter", "count=" U " counter=kim lines=[lot=B net_g=1; "
		"lot=Z net_g=2]");
	SHEET(world, "kim", "lot=B net_g=20000");
	SHEET(world, "asa", "lot=B net_g=30000");
	CU_ASSERT_EQUAL(the_count(world)->round, 3);
	SHEET(world, "kim", "lot=B net_g=50000");
	SHEET(world, "asa", "lot=B net_g=50000");
	CU_ASSERT_EQUAL(the_count(world)->state, COUNT_ENDED);
	world_free(world);
}

/* ---- the policy ---- */

static void test_policy(void)
{
	struct world *world = counting();
	FAILS(world, ERROR_INVALID, "ola", "count.policy", "class=sealed tolerance_ppm=5 because=x");
	FAILS(world, ERROR_DENIED, "aud", "count.policy", "class=bulk tolerance_ppm=5 because=x");
	DO(world, "ola", "count.policy", "class=bulk tolerance_ppm=50000 counters_ppm=30000 because=x");
	char note[CODE_MAX];
	text_copy(note, sizeof note, world->id);
	FAILS(world, ERROR_CONFLICT, "ola", "count.policy", "class=bulk tolerance_ppm=5 because=x");
	CU_ASSERT_EQUAL(count_terms(world->state, LOT_BULK).tolerance_ppm, COUNT_BULK_TOLERANCE_PPM);
	DO(world, "oma", "document.reject", "document=%s because=x", note);
	DO_SIGNED(world, "ola", "count.policy", "class=bulk tolerance_ppm=50000 counters_ppm=30000 "
		"because=x");
	CU_ASSERT_EQUAL(count_terms(world->state, LOT_BULK).tolerance_ppm, 50000);
	CU_ASSERT_EQUAL(count_terms(world->state, LOT_BULK).age_days, COUNT_AGE_DAYS);
	CU_ASSERT_EQUAL(count_terms(world->state, LOT_SEALED).tolerance_ppm, 0);
	SHEET(world, "kim", "lot=A net_g=95000; lot=B net_g=50000; lot=S units=10 seals=intact");
	SHEET(world, "asa", "lot=A net_g=97000; lot=B net_g=50000; lot=S units=10 seals=intact");
	CU_ASSERT_EQUAL(the_count(world)->state, COUNT_ENDED);
	DO_SIGNED(world, "ola", "count.policy", "class=bulk tolerance_ppm=10 because=x");
	CU_ASSERT_EQUAL(count_terms(world->state, LOT_BULK).counters_ppm, 30000);
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_COUNT_POLICY, "bulk/2"));
	CU_ASSERT_PTR_NOT_NULL(state_find(world->state, TABLE_COUNT_POLICY, "bulk/3"));
	world_free(world);
}

int main(void)
{
	return run_cases("reserve stocktakes", (CU_TestInfo[]){
		{ "every pair of the table of states", test_every_pair },
		{ "opening", test_opening },
		{ "one who counts has not weighed", test_independence },
		{ "one commodity of a site", test_one_commodity },
		{ "what a freeze refuses and what not", test_frozen_acts },
		{ "orders wait", test_frozen_orders },
		{ "out of time", test_out_of_time },
		{ "a sheet is checked whole", test_sheet_checks },
		{ "a sheet is its counter's", test_sheet_signature },
		{ "all agrees", test_agreement },
		{ "tolerances of bulk", test_tolerances },
		{ "sealed units and seals", test_sealed },
		{ "counted again", test_recount },
		{ "the policy", test_policy },
		CU_TEST_INFO_NULL,
	});
}
