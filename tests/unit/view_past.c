/*
 * Views of a state in which what has ended stays, against the same views of the live one: what lives is
 * shown alike, what has ended is shown too. Moments, names of methods, and who asks.
 */
#include "reserve_world.h"

#include "view/method.h"
#include "view/moment.h"
#include "view/row.h"
#include "wire/message.h"
#include "wire/value.h"

/* ---- two states of one life ---- */

static struct state *kept; /* fed by the world, entry by entry */

static void keep(struct world *world, const struct applied *applied, const struct event *event)
{
	(void)world;
	reserve_apply(kept, applied, event->type, event->body);
	struct row *row = state_take_touched(kept);
	for (struct row *next; row != NULL; row = next) {
		next = row->next_touched;
		state_sweep(kept, row);
	}
}

/* A world, its life kept beside it from the founding on. */
static struct world *lived(struct world *(*begin)(void))
{
	kept = state_new(true);
	world_each_entry = keep;
	struct world *world = begin();
	world_each_entry = NULL;
	return world;
}

static void ended(struct world *world)
{
	world_free(world);
	state_free(kept);
	kept = NULL;
}

/* ---- asking ---- */

static struct buffer said;
static struct error wrong;

static bool ask(const struct state *state, bool live, const char *method, const char *params)
{
	static const struct view_around around;
	struct error nobody = { 0 };
	struct value *parameters = NULL;
	struct arena *arena = arena_new(0);
	buffer_clear(&said);
	wrong = (struct error){ 0 };
	CU_ASSERT_FATAL(params == NULL || value_parse(params, strlen(params), &parameters, &wrong));
	const struct view view = { .state = state, .parameters = parameters, .arena = arena,
		.now = state_last_at(state), .around = live ? &around : NULL,
		.actor = view_past_actor(state, value_get_text(parameters, "as", ""), &nobody),
		.nobody = &nobody };
	const struct view_method *found = view_method_find(method);
	CU_ASSERT_FATAL(found != NULL);
	bool good = view_method_answer(found, &view, &said, &wrong);
	value_free(parameters);
	arena_free(arena);
	return good;
}

static bool says(const char *text)
{
	return said.length > 0 && strstr(buffer_text(&said), text) != NULL;
}

static void same(const struct world *world, const char *method, const char *params)
{
	struct buffer live = { 0 };
	CU_ASSERT(ask(world->state, true, method, params));
	buffer_append(&live, said.bytes, said.length);
	CU_ASSERT(ask(kept, false, method, params));
	bool equal = live.length == said.length && memcmp(live.bytes, said.bytes, live.length) == 0;
	if (!equal)
		printf("\n%s live %s\n%s kept %s\n", method, buffer_text(&live), method, buffer_text(&said));
	CU_ASSERT(equal);
	buffer_free(&live);
}

/* An order delivered, requests that wait, were refused and were withdrawn, a lot rejected, a note too. */
static void test_same(void)
{
	static const char *const alone[] = { "Stock.ListMinerals", "Stock.ListCommodities",
		"Stock.ListSites", "Stock.ListLots", "Stock.ListFloors", "Stock.ListAccounts",
		"Stock.ListOrders", "Stock.ListSlots", "Stock.ListAnnual", "Zone.ListMembers",
		"Zone.ListMemberSteps", "Zone.ListPrices", "Zone.ListTariffs", "Zone.ListLoans",
		"Zone.OpenRotations", "Emergency.ListDeclarations", "Emergency.ListRequests",
		"Emergency.ListRules", "Evidence.ListPersons", "Evidence.ListDocuments",
		"Evidence.ListFindings", "Evidence.CheckSetup" };
	static const struct { const char *method, *params; } shown[] = {
		{ "Stock.GetLot", "{\"code\":\"GA-1\"}" },
		{ "Stock.GetCommodity", "{\"code\":\"ga\"}" },
		{ "Stock.GetOrder", "{\"id\":\"O-2026-0002\"}" },
		{ "Zone.GetMember", "{\"code\":\"AUT\"}" },
		{ "Zone.GetPrice", "{\"id\":\"ga/1\"}" },
		{ "Zone.Exposure", "{\"mineral\":\"gallium\",\"ban\":\"CHN\"}" },
		{ "Emergency.GetDeclaration", "{\"id\":\"D-2026-0001\"}" },
		{ "Emergency.GetRequest", "{\"id\":\"R-2026-0004\"}" },
		{ "Evidence.Inbox", "{\"as\":\"oma\"}" },
	};
	struct world *world = lived(world_stocked);
	world_lot(world, "GA-2", "ga", 5000, 999900, ABSENT);
	DO(world, "kim", "lot.add", "lots=[code=B commodity=ga site=north expected_g=1000]");
	DO(world, "asa", "lot.reject", "lot=B because=x reason=grade");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=100000");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=1000");
	DO(world, "kurt", "request.withdraw", "request=R-2026-0002 because=x");
	REFUSED(world, "request", "kurt", "request.submit", "member=ITA commodity=ga mass_g=900000");
	DO(world, "kurt", "request.submit", "member=ITA commodity=ga mass_g=2000");
	DO(world, "kim", "order.prepare", "request=R-2026-0001 consignee=Works");
	CU_ASSERT(world_sign(world, "ola", "O-2026-0001") && world_sign(world, "oma", "O-2026-0001"));
	DO(world, "kim", "load_out", "order=O-2026-0001 lot=GA-1 gross_g=110010 tare_g=10000 "
		"carrier=C vehicle=V");
	DO(world, "kim", "deliver", "order=O-2026-0001 receiver=R consignee=Works");
	DO(world, "kim", "order.prepare", "request=R-2026-0004 consignee=Fonderia");
	DO(world, "ola", "price.draft", "because=x prices=[commodity=ga quoted=510 unit=USD/kg basis=Ga]");
	for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
		same(world, alone[i], NULL);
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
		same(world, shown[i].method, shown[i].params);
	CU_ASSERT(ask(kept, false, "Stock.GetOrder", "{\"id\":\"O-2026-0001\"}"));
	CU_ASSERT(says("\"state\":\"delivered\""));
	CU_ASSERT(ask(kept, false, "Emergency.GetRequest", "{\"id\":\"R-2026-0002\"}"));
	CU_ASSERT(says("\"state\":\"withdrawn\""));
	CU_ASSERT(ask(kept, false, "Evidence.GetDocument", "{\"id\":\"O-2026-0001\"}"));
	CU_ASSERT(says("\"state\":\"effective\""));
	ended(world);
}

static void test_ended_rows(void)
{
	struct world *world = lived(world_framed);
	DO(world, "kim", "lot.add", "lots=[code=A commodity=ga site=north expected_g=1000]");
	DO(world, "asa", "lot.reject", "lot=A because=x reason=grade");
	CU_ASSERT_FALSE(ask(world->state, true, "Stock.GetLot", "{\"code\":\"A\"}"));
	CU_ASSERT_EQUAL(wrong.id, ERROR_NOT_FOUND);
	CU_ASSERT(ask(kept, false, "Stock.GetLot", "{\"code\":\"A\"}"));
	CU_ASSERT(says("\"rejected\""));
	CU_ASSERT(ask(kept, false, "Stock.ListLots", NULL));
	CU_ASSERT_FALSE(says("\"A\""));

	/* the code is used again: the last that ended, then the one that lives */
	DO(world, "kim", "lot.add", "lots=[code=A commodity=ga site=north expected_g=2000]");
	DO(world, "asa", "lot.reject", "lot=A because=x reason=grade");
	CU_ASSERT(ask(kept, false, "Stock.GetLot", "{\"code\":\"A\"}"));
	CU_ASSERT(says("\"expected_g\":2000"));
	DO(world, "kim", "lot.add", "lots=[code=A commodity=ga site=south expected_g=3000]");
	CU_ASSERT(ask(kept, false, "Stock.GetLot", "{\"code\":\"A\"}"));
	CU_ASSERT(says("\"expected_g\":3000"));
	CU_ASSERT_FALSE(ask(kept, false, "Stock.GetLot", "{\"code\":\"Z\"}"));
	CU_ASSERT_STRING_EQUAL(wrong.field, "code");
	ended(world);
}

/* ---- pages ---- */

static void test_pages(void)
{
	struct world *world = lived(world_framed);
	for (char code = 'A'; code <= 'E'; code++)
		DO(world, "kim", "lot.add", "lots=[code=%c commodity=ga site=%s expected_g=1000]", code,
			code == 'C' ? "south" : "north");
	CU_ASSERT(ask(kept, false, "Stock.ListLots", "{\"limit\":2}"));
	CU_ASSERT(says("\"next\":\"B#1\"") && says("\"A\"") && !says("\"C\""));
	CU_ASSERT(ask(kept, false, "Stock.ListLots", "{\"limit\":2,\"after\":\"B#1\"}"));
	CU_ASSERT(says("\"C\"") && says("\"D\"") && says("\"next\":\"D#3\""));
	CU_ASSERT(ask(kept, false, "Stock.ListLots", "{\"limit\":2,\"after\":\"D#3\"}"));
	CU_ASSERT(says("\"E\"") && !says("\"next\""));

	/* the row that a page ended on has ended meanwhile */
	DO(world, "asa", "lot.reject", "lot=B because=x reason=grade");
	CU_ASSERT(ask(kept, false, "Stock.ListLots", "{\"limit\":2,\"after\":\"B#1\"}"));
	CU_ASSERT(says("\"C\"") && says("\"D\""));

	CU_ASSERT(ask(kept, false, "Stock.ListLots", "{\"site\":\"south\"}"));
	CU_ASSERT(says("\"C\"") && !says("\"D\""));
	CU_ASSERT(ask(kept, false, "Stock.ListLots", "{\"state\":\"held\"}"));
	static const struct {
		const char *params, *field;
		enum error_id id;
	} slips[] = {
		{ "{\"limit\":0}", "limit", ERROR_INVALID },
		{ "{\"limit\":100000}", "limit", ERROR_INVALID },
		{ "{\"after\":\"Z\"}", "after", ERROR_NOT_FOUND },
		{ "{\"after\":\"Z#-1\"}", "after", ERROR_NOT_FOUND },
		{ "{\"state\":\"lying\"}", "state", ERROR_INVALID },
		{ "{\"site\":\"moon\"}", "site", ERROR_NOT_FOUND },
	};
	for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
		CU_ASSERT_FALSE(ask(kept, false, "Stock.ListLots", slips[i].params));
		CU_ASSERT_EQUAL(wrong.id, slips[i].id);
		CU_ASSERT_STRING_EQUAL(wrong.field, slips[i].field);
	}
	ended(world);
}

/* ---- who asks ---- */

static void test_actor(void)
{
	struct world *world = lived(world_new);
	CU_ASSERT(ask(kept, false, "Evidence.Inbox", "{\"as\":\"ola\"}"));
	CU_ASSERT_FALSE(ask(kept, false, "Evidence.Inbox", NULL));
	CU_ASSERT_EQUAL(wrong.id, ERROR_INVALID);
	CU_ASSERT_FALSE(ask(kept, false, "Evidence.Inbox", "{\"as\":\"nobody\"}"));
	CU_ASSERT_EQUAL(wrong.id, ERROR_NOT_FOUND);
	CU_ASSERT(ask(kept, false, "Evidence.Status", NULL));
	CU_ASSERT_FALSE(says("\"you\""));
	CU_ASSERT(ask(kept, false, "Evidence.Status", "{\"as\":\"ola\"}"));
	CU_ASSERT(says("\"you\":\"ola\""));
	CU_ASSERT_FALSE(says("\"checkpoint_size\"")); /* the daemon's own, and no part of the past */
	ended(world);
}

/* ---- moments and names ---- */

static void test_moments(void)
{
	static const int64_t now = 1790000000000; /* 2026-09-21T14:13:20Z */
	static const struct {
		int64_t index;
		const char *at;
		int64_t ret_index, ret_at; /* of a good one */
		const char *field;         /* of a bad one */
	} cases[] = {
		{ ABSENT, "", ABSENT, ABSENT, NULL },
		{ 0, "", 0, ABSENT, NULL },
		{ VAULT_INT_MAX, "", VAULT_INT_MAX, ABSENT, NULL },
		{ -1, "", 0, 0, "index" },
		{ 0, "2026-09-20", 0, 0, "at" },
		{ ABSENT, "2026-09-20", ABSENT, 1789948799999, NULL },
		{ ABSENT, "2026-09-21", 0, 0, "at" },                     /* not over yet */
		{ ABSENT, "2026-09-21T14:13:20Z", ABSENT, now, NULL },
		{ ABSENT, "2026-09-21T16:13:20+02:00", ABSENT, now, NULL },
		{ ABSENT, "2026-09-21T14:13:20.001Z", 0, 0, "at" },
		{ ABSENT, "2026-02-30", 0, 0, "at" },
		{ ABSENT, "yesterday", 0, 0, "at" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct view_moment moment = { 7, 7 };
		struct error error = { 0 };
		bool good = view_moment_read(cases[i].index, cases[i].at, now, &moment, &error);
		CU_ASSERT_EQUAL(good, cases[i].field == NULL);
		if (good) {
			CU_ASSERT_EQUAL(moment.index, cases[i].ret_index);
			CU_ASSERT_EQUAL(moment.at, cases[i].ret_at);
		} else {
			CU_ASSERT_EQUAL(error.id, ERROR_INVALID);
			CU_ASSERT_STRING_EQUAL(error.field, cases[i].field == NULL ? "" : cases[i].field);
			CU_ASSERT_EQUAL(moment.index, 7); /* untouched */
		}
	}
}

static void test_names(void)
{
	CU_ASSERT_PTR_NOT_NULL(view_method_find("Stock.ListLots"));
	CU_ASSERT_PTR_EQUAL(view_method_find("org.projectvault.Stock.ListLots"),
		view_method_find("Stock.ListLots"));
	static const char *const others[] = { "", "Stock", "Stock.AddLots", "Evidence.WhoAmI",
		"Evidence.AsOf", "Evidence.Entries", "Evidence.Watch", "ListLots", "stock.listlots" };
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		CU_ASSERT_PTR_NULL(view_method_find(others[i]));
}

int main(void)
{
	int failed = run_cases("views of the past", (CU_TestInfo[]){
		{ "what lives is shown alike", test_same },
		{ "what has ended is shown too", test_ended_rows },
		{ "pages, filters and slips", test_pages },
		{ "who asks must be said", test_actor },
		{ "moments", test_moments },
		{ "names of methods", test_names },
		CU_TEST_INFO_NULL,
	});
	buffer_free(&said);
	return failed;
}
