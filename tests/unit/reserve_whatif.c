/*
 * What if: that a trial says what would have been, by doing the same for real on an equal reserve;
 * and its figures, its order of times, and what it refuses.
 */
#include "reserve_world.h"

#include "reserve/emergency/whatif.h"
#include "reserve/refusal.h"

enum { STREAM_MAX = 64 };

/* One request of a stream as a test writes it. */
struct asked {
	int64_t at;     /* ms from the beginning */
	const char *line;
};

struct tried {
	struct world *world;
	struct arena *arena;
	struct whatif told;
	struct error error;
	bool good;
};

static void fill(struct world *world, const struct asked *asked, uint32_t count,
	struct whatif_request *requests)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct submit_params *params = params_read(world->arena,
			&submit_params_descriptor, asked[i].line);
		requests[i] = (struct whatif_request){ .at = asked[i].at, .from_now = true,
			.line = i + 1, .params = *params };
	}
}

static void try(struct tried *tried, struct world *world, const struct asked *asked,
	uint32_t count)
{
	struct whatif_request requests[STREAM_MAX];
	CU_ASSERT_FATAL(count <= STREAM_MAX);
	fill(world, asked, count, requests);
	*tried = (struct tried){ .world = world, .arena = arena_new(0) };
	tried->good = whatif_run(world->state, world->now, NULL, requests, count, tried->arena,
		&tried->told, &tried->error);
}

static void expect_good(const struct tried *tried)
{
	if (!tried->good)
		printf("\n  %s\n", tried->error.message);
	CU_ASSERT_FATAL(tried->good);
}

static void forget(struct tried *tried)
{
	arena_free(tried->arena);
	world_free(tried->world);
}

static const struct whatif_floor *floor_told(const struct tried *tried, const char *commodity,
	const char *floor)
{
	const struct whatif_floor *floors = tried->told.floors.items;
	for (uint32_t i = 0; i < tried->told.floors.count; i++) {
		if (text_equal(floors[i].commodity, commodity) && text_equal(floors[i].floor, floor))
			return &floors[i];
	}
	CU_ASSERT_FATAL(false);
	return NULL;
}

static const struct whatif_cut *cut_told(const struct tried *tried, int64_t line)
{
	const struct whatif_cut *cuts = tried->told.cuts.items;
	for (uint32_t i = 0; i < tried->told.cuts.count; i++) {
		if (cuts[i].line == line)
			return &cuts[i];
	}
	return NULL;
}

#define DAYS(n) ((int64_t)((n) * TIME_DAY_MS))

/* ---- at once ---- */

/* 999,900 g are there; 400,000 must stay; the cap is 500,000. */
static void test_at_once(void)
{
	static const struct asked asked[] = {
		{ 0, "member=AUT commodity=ga mass_g=300000" },
		{ DAYS(1), "member=FRA commodity=ga mass_g=1000" },          /* not in force */
		{ DAYS(2), "member=AUT commodity=ga mass_g=150000 purpose=resale" },
		{ DAYS(3), "member=ITA commodity=ga mass_g=150000" },
		{ DAYS(4), "member=ITA commodity=ga mass_g=60000" },         /* the cap has 50,000 left */
		{ DAYS(5), "member=ITA commodity=ga mass_g=60000 partial=true" },
	};
	struct tried tried;
	try(&tried, world_stocked(), asked, 6);
	expect_good(&tried);
	CU_ASSERT_EQUAL(tried.told.requests, 6);
	CU_ASSERT_EQUAL(tried.told.asked_g, 721000);
	CU_ASSERT_EQUAL(tried.told.awarded_g, 500000);
	CU_ASSERT_EQUAL(tried.told.cut, 4);
	CU_ASSERT_EQUAL(tried.told.refused, 3);
	CU_ASSERT_FALSE(tried.told.floor_reached);
	static const struct { int64_t line, awarded_g; const char *rule; } cuts[] = {
		{ 2, 0, "R07" }, { 3, 0, "R08" }, { 5, 0, "R03" }, { 6, 50000, "R03" },
	};
	CU_ASSERT_EQUAL(tried.told.cuts.count, 4);
	for (size_t i = 0; i < 4; i++) {
		const struct whatif_cut *cut = cut_told(&tried, cuts[i].line);
		CU_ASSERT_PTR_NOT_NULL_FATAL(cut);
		CU_ASSERT_EQUAL(cut->awarded_g, cuts[i].awarded_g);
		CU_ASSERT_STRING_EQUAL(cut->rule, cuts[i].rule);
		CU_ASSERT_STRING_EQUAL(cut->title, rule_title(cuts[i].rule));
		CU_ASSERT_EQUAL(cut->at, tried.world->now + asked[cuts[i].line - 1].at);
	}
	const struct whatif_floor *operating = floor_told(&tried, "ga", "operating");
	CU_ASSERT_EQUAL(operating->available_before_g, 999900);
	CU_ASSERT_EQUAL(operating->available_after_g, 499900);
	CU_ASSERT_EQUAL(operating->floor_g, 400000);
	CU_ASSERT_EQUAL(operating->reached_at, ABSENT);
	CU_ASSERT(operating->extrapolated); /* 500,000 in six days; 99,900 are left */
	CU_ASSERT_EQUAL(operating->days, 5 + 1);
	CU_ASSERT_EQUAL(floor_told(&tried, "ga", "hard")->days, 5 + 399900 * 6 / 500000);
	forget(&tried);
}

static void test_floor_reached(void)
{
	static const struct asked asked[] = {
		{ DAYS(2), "member=AUT commodity=ga mass_g=590000" },
		{ DAYS(7) + 1, "member=AUT commodity=ga mass_g=20000" },
		{ DAYS(9), "member=ITA commodity=ga mass_g=20000 partial=true" },
	};
	struct world *world = world_framed();
	world_lot(world, "GA-1", "ga", 1000000, 1000000, ABSENT);
	world_floors(world, "ga", 400000, 100000);
	world_declare(world, "test", "commodity=ga");
	struct tried tried;
	try(&tried, world, asked, 3);
	expect_good(&tried);
	CU_ASSERT(tried.told.floor_reached);
	const struct whatif_floor *operating = floor_told(&tried, "ga", "operating");
	CU_ASSERT_FALSE(operating->extrapolated);
	CU_ASSERT_EQUAL(operating->days, 7);
	CU_ASSERT_EQUAL(operating->line, 2); /* the first that it cut */
	CU_ASSERT_EQUAL(operating->reached_at, tried.world->now + DAYS(7) + 1);
	CU_ASSERT_STRING_EQUAL(operating->request, "R-2026-0002");
	CU_ASSERT_STRING_EQUAL(cut_told(&tried, 3)->rule, "R04");
	CU_ASSERT_EQUAL(cut_told(&tried, 3)->awarded_g, 10000);
	CU_ASSERT(floor_told(&tried, "ga", "hard")->extrapolated);
	forget(&tried);
}

/* Nothing awarded is no rate; a commodity without floors has none to tell, and refuses by them. */
static void test_no_rate(void)
{
	static const struct asked asked[] = {
		{ 0, "member=FRA commodity=ga mass_g=5" }, { 0, "member=AUT commodity=wo3 mass_g=5" },
	};
	struct tried tried;
	try(&tried, world_stocked(), asked, 2);
	expect_good(&tried);
	CU_ASSERT_EQUAL(tried.told.floors.count, 2);
	CU_ASSERT_EQUAL(floor_told(&tried, "ga", "operating")->days, ABSENT);
	CU_ASSERT_FALSE(floor_told(&tried, "ga", "operating")->extrapolated);
	CU_ASSERT_EQUAL(tried.told.refused, 2);
	forget(&tried);
}

/* What is awarded does not come back on its need-by date, though nobody issues an order. */
static void test_awards_stay(void)
{
	char early[96];
	struct world *world = world_stocked();
	snprintf(early, sizeof early, "member=AUT commodity=ga mass_g=500000 need_by=%lld",
		(long long)(world->now + DAYS(3)));
	const struct asked asked[] = {
		{ 0, early }, { DAYS(9), "member=ITA commodity=ga mass_g=5" },
	};
	struct tried tried;
	try(&tried, world, asked, 2);
	expect_good(&tried);
	CU_ASSERT_EQUAL(tried.told.awarded_g, 500000);
	CU_ASSERT_STRING_EQUAL(cut_told(&tried, 2)->rule, "R03");
	forget(&tried);
}

/* Time does what it does: a lot's assay ends, the declaration ends. */
static void test_time_goes_on(void)
{
	static const struct asked asked[] = {
		{ 0, "member=AUT commodity=ga mass_g=5" },
		{ DAYS(6), "member=AUT commodity=ga mass_g=5" },
		{ DAYS(31), "member=AUT commodity=ga mass_g=5" },
	};
	struct world *world = world_framed();
	world_lot(world, "GA-1", "ga", 1000000, 1000000, world->now + DAYS(5));
	world_floors(world, "ga", 400000, 100000);
	world_declare(world, "test", "commodity=ga");
	struct tried tried;
	try(&tried, world, asked, 3);
	expect_good(&tried);
	CU_ASSERT_EQUAL(tried.told.awarded_g, 5);
	CU_ASSERT_STRING_EQUAL(cut_told(&tried, 2)->rule, "R11");
	CU_ASSERT_STRING_EQUAL(cut_told(&tried, 3)->rule, "R02");
	CU_ASSERT_EQUAL(floor_told(&tried, "ga", "operating")->available_after_g, 0);
	forget(&tried);
}

/* ---- in rounds ---- */

static struct world *world_in_rounds(const char *options)
{
	struct world *world = world_framed();
	world_lot(world, "GA-1", "ga", 1000000, 1000000, ABSENT);
	world_floors(world, "ga", 400000, 100000);
	DO_SIGNED(world, "ola", "price.draft", "because=index prices=[commodity=ga quoted=500 "
		"unit=USD/kg basis=Ga]");
	DO_SIGNED(world, "ola", "declare", "kind=full days=20 authority=Council findings=x "
		"caps=[commodity=ga] policy=proportional %s", options);
	return world;
}

static const struct asked surge[] = {
	{ 0, "member=AUT commodity=ga mass_g=300000" },
	{ 1000, "member=ITA commodity=ga mass_g=100000" },
	{ DAYS(2), "member=AUT commodity=ga mass_g=600000" },
	{ DAYS(2) + 1000, "member=ITA commodity=ga mass_g=400000" },
	{ DAYS(5), "member=FRA commodity=ga mass_g=5" },
	{ DAYS(6), "member=ITA commodity=ga mass_g=5" },
};
enum { SURGE = sizeof surge / sizeof *surge };

static void test_rounds(void)
{
	struct tried tried;
	try(&tried, world_in_rounds(""), surge, SURGE);
	expect_good(&tried);
	CU_ASSERT_EQUAL(tried.told.awarded_g, 900000);
	CU_ASSERT(tried.told.floor_reached);
	CU_ASSERT_PTR_NULL(cut_told(&tried, 1));
	CU_ASSERT_PTR_NULL(cut_told(&tried, 2));
	CU_ASSERT_EQUAL(cut_told(&tried, 3)->awarded_g, 300000); /* 500,000 for a million */
	CU_ASSERT_STRING_EQUAL(cut_told(&tried, 3)->rule, "share");
	CU_ASSERT_EQUAL(cut_told(&tried, 4)->awarded_g, 200000);
	CU_ASSERT_STRING_EQUAL(cut_told(&tried, 5)->rule, "R07");
	CU_ASSERT_EQUAL(cut_told(&tried, 6)->awarded_g, 0);
	const struct whatif_floor *hard = floor_told(&tried, "ga", "hard");
	CU_ASSERT_EQUAL(hard->available_after_g, 100000);
	CU_ASSERT_EQUAL(hard->days, 2);
	CU_ASSERT_EQUAL(hard->line, 3);
	CU_ASSERT_EQUAL(hard->reached_at % TIME_DAY_MS, TIME_DAY_MS - 1); /* a round at a day's end */
	CU_ASSERT(floor_told(&tried, "ga", "operating")->extrapolated);
	forget(&tried);
}

/* Nobody is served before the collecting is over, and the last round is before the end. */
static void test_collecting(void)
{
	static const struct asked asked[] = {
		{ 0, "member=AUT commodity=ga mass_g=500000" },
		{ DAYS(8), "member=ITA commodity=ga mass_g=1000000" },
		{ DAYS(20) - 1000, "member=ITA commodity=ga mass_g=5" }, /* a second before it ends */
		{ DAYS(21), "member=ITA commodity=ga mass_g=5" },
	};
	char options[64];
	snprintf(options, sizeof options, "collects_until=%lld", (long long)(WORLD_BEGIN + DAYS(9)));
	struct tried tried;
	try(&tried, world_in_rounds(options), asked, 4);
	expect_good(&tried);
	CU_ASSERT_EQUAL(cut_told(&tried, 1)->awarded_g, 300000);
	CU_ASSERT_EQUAL(cut_told(&tried, 2)->awarded_g, 600000);
	CU_ASSERT_STRING_EQUAL(cut_told(&tried, 3)->rule, "R05"); /* weighed in a round of its own */
	CU_ASSERT_STRING_EQUAL(cut_told(&tried, 4)->rule, "R02");
	CU_ASSERT_EQUAL(floor_told(&tried, "ga", "hard")->days, 9);
	forget(&tried);
}

/* Who waits for a round whose day comes after their need-by date is not served. */
static void test_expired(void)
{
	char line[96];
	struct world *world = world_in_rounds("");
	snprintf(line, sizeof line, "member=AUT commodity=ga mass_g=5 need_by=%lld",
		(long long)(world->now + 1000));
	const struct asked asked[] = { { 0, line } };
	struct tried tried;
	try(&tried, world, asked, 1);
	expect_good(&tried);
	CU_ASSERT_STRING_EQUAL(cut_told(&tried, 1)->rule, "expired");
	CU_ASSERT_FALSE(tried.told.floor_reached);
	forget(&tried);
}

/* Requests that waited before are served with the stream's, and take their part of it. */
static void test_waiting_before(void)
{
	static const struct asked asked[] = {
		{ 0, "member=ITA commodity=ga mass_g=900000" },
	};
	struct world *world = world_in_rounds("");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=900000");
	struct tried tried;
	try(&tried, world, asked, 1);
	expect_good(&tried);
	CU_ASSERT_EQUAL(tried.told.requests, 1);
	CU_ASSERT_EQUAL(tried.told.awarded_g, 450000);
	CU_ASSERT_EQUAL(floor_told(&tried, "ga", "hard")->available_after_g, 100000);
	forget(&tried);
}

static void test_no_price(void)
{
	static const struct asked asked[] = { { 0, "member=AUT commodity=ga mass_g=5" } };
	struct world *world = world_framed();
	world_lot(world, "GA-1", "ga", 1000000, 1000000, ABSENT);
	world_floors(world, "ga", 400000, 100000);
	DO_SIGNED(world, "ola", "declare", "kind=full days=20 authority=Council findings=x "
		"caps=[commodity=ga]");
	struct tried tried;
	try(&tried, world, asked, 1);
	CU_ASSERT_FALSE(tried.good);
	CU_ASSERT_PTR_NOT_NULL(strstr(tried.error.message, "the round of D-2026-0001 on 2026-11-22"));
	forget(&tried);
}

/* ---- as it is for real ---- */

/* The last millisecond of a time's day. */
static int64_t day_end(int64_t time_ms)
{
	return time_ms - time_ms % TIME_DAY_MS + TIME_DAY_MS - 1;
}

static void round_for_real(struct world *world, const char *declaration)
{
	DO(world, "otto", "allocation.run", "declaration=%s", declaration);
	world_signed(__LINE__, world, world->id);
}

/* Asks for the same at the same times, and runs a round at the end of each day that has any. */
static void do_for_real(struct world *world, const struct asked *asked, uint32_t count)
{
	int64_t begun_at = world->now;
	world->unsealed = true; /* what has ended is to be compared */
	for (uint32_t i = 0; i < count; i++) {
		world_pass(world, begun_at + asked[i].at - world->now);
		arena_reset(world->arena);
		snprintf(world->what, sizeof world->what, "%s", asked[i].line);
		CU_ASSERT(world_submit(world, "kurt", "request.submit",
			params_read(world->arena, &submit_params_descriptor, asked[i].line)));
		if ((i + 1 < count && begun_at + asked[i + 1].at <= day_end(world->now)) ||
		    state_tallied(world->state, TABLE_REQUEST, REQUEST_ELIGIBLE) == 0)
			continue;
		world_pass(world, day_end(world->now) - world->now);
		round_for_real(world, "D-2026-0001");
	}
}

static int64_t awarded_for_real(const struct world *world, uint32_t number)
{
	char id[CODE_MAX];
	snprintf(id, sizeof id, "R-2026-%04u", number);
	const struct request *request = NULL;
	while ((request = state_next(world->state, TABLE_REQUEST, request)) != NULL) {
		if (text_equal(request->id, id))
			return request->awarded_g;
	}
	CU_ASSERT_FATAL(false);
	return -1;
}

static void compare(const struct tried *tried, const struct world *world,
	const struct asked *asked, uint32_t count)
{
	int64_t all_g = 0;
	for (uint32_t i = 0; i < count; i++) {
		const struct whatif_cut *cut = cut_told(tried, i + 1);
		int64_t real_g = awarded_for_real(world, i + 1), told_g;
		struct submit_params *params = params_read(world->arena, &submit_params_descriptor,
			asked[i].line);
		told_g = cut != NULL ? cut->awarded_g : params->mass_g;
		if (told_g != real_g)
			printf("\n  %u: %s: %lld, for real %lld\n", i + 1, asked[i].line,
				(long long)told_g, (long long)real_g);
		CU_ASSERT_EQUAL(told_g, real_g);
		all_g += real_g;
	}
	CU_ASSERT_EQUAL(tried->told.awarded_g, all_g);
	CU_ASSERT_EQUAL(floor_told(tried, "ga", "hard")->available_after_g,
		world_commodity(world, "ga")->available_g);
}

enum { DRAWN = 40, SEEDS = 12 };

static uint32_t draw(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % below;
}

/* A surge of several days; need-by dates are far, for whoever is served in time keeps the award. */
static void draw_stream(uint32_t seed, char lines[DRAWN][160], struct asked asked[DRAWN])
{
	static const char *const members[] = { "AUT", "ITA", "FRA", "DEU" };
	static const char *const tiers[] = { "A", "B", "C" };
	int64_t at = 0;
	for (int i = 0; i < DRAWN; i++) {
		at += draw(&seed, 4) == 0 ? DAYS(1) : (int64_t)draw(&seed, 3600000);
		snprintf(lines[i], 160, "member=%s commodity=ga mass_g=%u tier=%s need_by=%lld%s%s",
			members[draw(&seed, 4) % (1 + draw(&seed, 4))], 1 + draw(&seed, 90000),
			tiers[draw(&seed, 3)], (long long)(WORLD_BEGIN + DAYS(80)),
			draw(&seed, 2) == 0 ? " partial=true" : "",
			draw(&seed, 3) == 0 ? " min_grade_ppm=999000" : "");
		asked[i] = (struct asked){ at, lines[i] };
	}
}

static struct world *world_of(const char *declared)
{
	struct world *world = world_framed();
	world_lot(world, "GA-1", "ga", 700000, 999900, ABSENT);
	world_lot(world, "GA-2", "ga", 500000, 950000, WORLD_BEGIN + DAYS(4));
	world_lot(world, "GA-3", "ga", 300000, 999000, ABSENT);
	world_floors(world, "ga", 400000, 100000);
	DO_SIGNED(world, "ola", "price.draft", "because=index prices=[commodity=ga quoted=500 "
		"unit=USD/kg basis=Ga]");
	DO_SIGNED(world, "ola", "declare", "days=30 authority=Council findings=x %s", declared);
	return world;
}

static void test_as_for_real(void)
{
	static const char *const declared[] = {
		"kind=limited caps=[commodity=ga cap_g=800000]",
		"kind=full caps=[commodity=ga]",
		"kind=collective caps=[commodity=ga cap_g=900000] policy=talmud minimum_g=1000",
	};
	for (uint32_t i = 0; i < SEEDS; i++) {
		char lines[DRAWN][160];
		struct asked asked[DRAWN];
		struct tried tried;
		draw_stream(i, lines, asked);
		try(&tried, world_of(declared[i % 3]), asked, DRAWN);
		expect_good(&tried);
		struct world *real = world_of(declared[i % 3]);
		do_for_real(real, asked, DRAWN);
		compare(&tried, real, asked, DRAWN);
		world_free(real);
		forget(&tried);
	}
}

/* ---- the stream's order ---- */

static void test_placing(void)
{
	const int64_t now = WORLD_BEGIN;
	struct error error = { 0 };
	struct whatif_request requests[] = {
		{ .at = now - DAYS(30), .line = 1, .params.need_by = now - DAYS(10) },
		{ .at = DAYS(3), .from_now = true, .line = 2, .params.need_by = now + 1 },
		{ .at = ABSENT, .line = 3, .params.need_by = ABSENT }, /* with the one before it */
		{ .at = now - DAYS(31), .line = 4, .params.need_by = ABSENT },
		{ .at = now - DAYS(28), .line = 5, .params.need_by = ABSENT },
		{ .at = 0, .from_now = true, .line = 6, .params.need_by = ABSENT },
	};
	static const struct { int64_t line, at; } placed[] = {
		{ 4, 0 }, { 6, 0 }, { 1, DAYS(1) }, { 2, DAYS(3) }, { 3, DAYS(3) }, { 5, DAYS(3) },
	};
	CU_ASSERT(whatif_place(requests, 6, now, &error));
	for (size_t i = 0; i < 6; i++) {
		CU_ASSERT_EQUAL(requests[i].line, placed[i].line);
		CU_ASSERT_EQUAL(requests[i].at, now + placed[i].at);
	}
	CU_ASSERT_EQUAL(requests[2].params.need_by, now + DAYS(21)); /* moved with it */
	CU_ASSERT_EQUAL(requests[3].params.need_by, now + 1);        /* not dated, not moved */
	struct whatif_request ahead = { .at = now + DAYS(WHATIF_DAYS_MAX), .line = 1,
		.params.need_by = ABSENT };
	CU_ASSERT(whatif_place(&ahead, 1, now, &error));
	CU_ASSERT_EQUAL(ahead.at, now + DAYS(WHATIF_DAYS_MAX));
	ahead.at++;
	CU_ASSERT_FALSE(whatif_place(&ahead, 1, now, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_INVALID);
}

/* A dated stream of the future is left where it is. */
static void test_not_moved(void)
{
	struct error error = { 0 };
	struct whatif_request requests[] = {
		{ .at = WORLD_BEGIN + 5, .line = 1, .params.need_by = WORLD_BEGIN + 9 },
		{ .at = ABSENT, .line = 2, .params.need_by = ABSENT },
	};
	CU_ASSERT(whatif_place(requests, 2, WORLD_BEGIN, &error));
	CU_ASSERT_EQUAL(requests[0].at, WORLD_BEGIN + 5);
	CU_ASSERT_EQUAL(requests[0].params.need_by, WORLD_BEGIN + 9);
	CU_ASSERT_EQUAL(requests[1].at, WORLD_BEGIN + 5);
}

/* ---- what is refused ---- */

static void test_refused(void)
{
	struct world *world = world_stocked();
	struct arena *arena = arena_new(0);
	struct whatif told;
	static struct whatif_request many[WHATIF_REQUESTS_MAX + 1];
	static const struct { uint32_t count; const char *line; enum error_id id; const char *says; }
	cases[] = {
		{ 0, "member=AUT commodity=ga mass_g=5", ERROR_LIMIT, "1 to 100000 requests" },
		{ WHATIF_REQUESTS_MAX + 1, "member=AUT commodity=ga mass_g=5", ERROR_LIMIT,
			"1 to 100000 requests" },
		{ 1, "member=XXX commodity=ga mass_g=5", ERROR_NOT_FOUND, "request 7: no such member" },
		{ 1, "member=AUT commodity=gold mass_g=5", ERROR_NOT_FOUND,
			"request 7: no such commodity" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error error = { 0 };
		const struct submit_params *params = params_read(world->arena,
			&submit_params_descriptor, cases[i].line);
		many[0] = (struct whatif_request){ .at = ABSENT, .line = 7, .params = *params };
		CU_ASSERT_FALSE(whatif_run(world->state, world->now, NULL, many, cases[i].count, arena,
			&told, &error));
		CU_ASSERT_EQUAL(error.id, cases[i].id);
		CU_ASSERT_PTR_NOT_NULL(strstr(error.message, cases[i].says));
	}
	struct state *empty = state_new(false);
	struct error error = { 0 };
	CU_ASSERT_FALSE(whatif_run(empty, world->now, NULL, many, 1, arena, &told, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_NOT_FOUNDED);
	state_free(empty);
	arena_free(arena);
	world_free(world);
}

/* Of many cuts the first are told, and all are counted; what is refused leaves memory at once. */
static void test_many(void)
{
	enum { MANY = 20000 };
	struct world *world = world_stocked();
	struct arena *arena = arena_new(0);
	struct whatif_request *requests = calloc(MANY, sizeof *requests);
	const struct submit_params *params = params_read(world->arena, &submit_params_descriptor,
		"member=AUT commodity=ga mass_g=50");
	struct whatif told;
	struct error error = { 0 };
	CU_ASSERT_PTR_NOT_NULL_FATAL(requests);
	for (int i = 0; i < MANY; i++)
		requests[i] = (struct whatif_request){ .at = i, .from_now = true, .line = i + 1,
			.params = *params };
	CU_ASSERT_FATAL(whatif_run(world->state, world->now, NULL, requests, MANY, arena, &told,
		&error));
	CU_ASSERT_EQUAL(told.requests, MANY);
	CU_ASSERT_EQUAL(told.awarded_g, 500000);
	CU_ASSERT_EQUAL(told.cut, MANY - 10000);
	CU_ASSERT_EQUAL(told.cuts.count, WHATIF_CUTS_SHOWN);
	CU_ASSERT_EQUAL(((struct whatif_cut *)told.cuts.items)[0].line, 10001);
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_REQUEST), 10000);
	free(requests);
	arena_free(arena);
	world_free(world);
}

int main(void)
{
	return run_cases("reserve what if", (CU_TestInfo[]){
		{ "decided at once", test_at_once },
		{ "a floor reached", test_floor_reached },
		{ "no rate", test_no_rate },
		{ "awards stay", test_awards_stay },
		{ "time goes on", test_time_goes_on },
		{ "in rounds", test_rounds },
		{ "collecting first", test_collecting },
		{ "no round in time", test_expired },
		{ "requests that waited before", test_waiting_before },
		{ "a round without a price", test_no_price },
		{ "as it is for real", test_as_for_real },
		{ "placed in time", test_placing },
		{ "a stream of the future", test_not_moved },
		{ "streams refused", test_refused },
		{ "twenty thousand", test_many },
		CU_TEST_INFO_NULL,
	});
}
