/* Views of what people are to do: shortfalls that leave nothing out, what is due to be inspected, reports. */
#include "reserve_world.h"

#include "view/view.h"
#include "wire/value.h"

/* A view's reply, until the next. */
static const char *show(const struct world *world, view_render *render, const char *params)
{
	static struct buffer reply;
	struct value *parameters = NULL;
	struct error error = { 0 };
	struct arena *arena = arena_new(0);
	CU_ASSERT_FATAL(value_parse(params, strlen(params), &parameters, &error));
	const struct view view = { .state = world->state, .parameters = parameters, .arena = arena,
		.now = world->now };
	buffer_free(&reply);
	reply = (struct buffer){ 0 };
	if (!render(&view, &reply, &error))
		buffer_append_text(&reply, error.message);
	value_free(parameters);
	arena_free(arena);
	return buffer_text(&reply);
}

static void shows(int line, const struct world *world, view_render *render, const char *params,
	const char *text)
{
	const char *said = show(world, render, params);
	if (strstr(said, text) == NULL)
		printf("\n  line %d: no %s in %s\n", line, text, said);
	CU_ASSERT(strstr(said, text) != NULL);
}
#define SHOWS(render, params, text) shows(__LINE__, world, (render), (params), (text))
#define HIDES(render, params, text) CU_ASSERT_PTR_NULL(strstr(show(world, (render), (params)), (text)))

static void test_shortfalls(void)
{
	struct world *world = world_framed();
	DO(world, "ola", "mineral.add", "minerals=[code=tin name=Tin]");
	SHOWS(view_shortfalls, "{}", "{\"mineral\":\"gallium\",\"commodity\":\"ga\",\"available_g\":0,"
		"\"state\":\"no-requirement\"}");
	SHOWS(view_shortfalls, "{}", "{\"mineral\":\"tin\",\"state\":\"no-requirement\"}");
	DO_SIGNED(world, "ola", "requirement.set", "because=x requirements=[commodity=ga authority=Art-4 "
		"mass_g=4000]");
	SHOWS(view_shortfalls, "{}", "\"state\":\"unstocked\"");
	world_lot(world, "L", "ga", 1000, 1000000, ABSENT);
	SHOWS(view_shortfalls, "{}", "\"requirement\":\"ga/1\",\"required_g\":4000,\"available_g\":1000,"
		"\"short_g\":3000,\"held_ppm\":250000,\"authority\":\"Art-4\",\"model\":\"none\",\"state\":\"short\"");
	SHOWS(view_shortfalls, "{\"state\":\"short\"}", "\"ga\"");
	HIDES(view_shortfalls, "{\"state\":\"short\"}", "wo3");
	HIDES(view_shortfalls, "{\"commodity\":\"wo3\"}", "tin");
	HIDES(view_shortfalls, "{\"mineral\":\"tin\"}", "gallium");
	SHOWS(view_shortfalls, "{\"commodity\":\"none\"}", "no such commodity: none");
	world_lot(world, "M", "ga", 3000, 1000000, ABSENT);
	SHOWS(view_shortfalls, "{}", "\"state\":\"met\"");
	world_free(world);
}

static void test_due_inspections(void)
{
	struct world *world = world_framed();
	SHOWS(view_due_inspections, "{}", "\"rows\":[]");
	world_lot(world, "L", "ga", 1000, 1000000, ABSENT);
	SHOWS(view_due_inspections, "{}", "{\"site\":\"north\",\"kind\":\"facility\",\"due_at\":");
	DO(world, "aud", "inspection.record", "inspections=[site=north kind=facility by=a responsible=b "
		"inspected_at=%lld next_at=%lld result=pass]", (long long)world->now,
		(long long)world->now + 10 * TIME_DAY_MS);
	HIDES(view_due_inspections, "{}", "facility");
	SHOWS(view_due_inspections, "{\"within_days\":10}", "\"inspection\":\"I-2026-0001\"");
	HIDES(view_due_inspections, "{\"within_days\":9}", "facility");
	HIDES(view_due_inspections, "{\"kind\":\"facility\"}", "scale");
	HIDES(view_due_inspections, "{\"site\":\"south\"}", "scale");
	SHOWS(view_due_inspections, "{\"site\":\"west\"}", "no such site: west");
	SHOWS(view_due_inspections, "{\"within_days\":-1}", "no number of days");
	world_pass(world, 13 * TIME_DAY_MS);
	SHOWS(view_due_inspections, "{\"kind\":\"facility\"}", "\"days_over\":3");
	SHOWS(view_inspection, "{\"id\":\"I-2026-0001\"}", "\"responsible\":\"b\"");
	world_free(world);
}

static void test_due_reports(void)
{
	struct world *world = world_new();
	SHOWS(view_due_reports, "{}", "\"id\":\"quarterly/2027Q1\",\"kind\":\"quarterly\",\"period\":"
		"\"2027Q1\",\"due_at\":\"2027-02-09T00:00:00Z\",\"state\":\"open\"");
	world_pass(world, time_from_civil(2027, 2, 12) - world->now);
	SHOWS(view_due_reports, "{\"state\":\"overdue\"}", "\"state\":\"overdue\",\"days_over\":3");
	DO(world, "ola", "report.file", "kind=quarterly period=2027Q1 "
		"report_sha256=00000000000000000000000000000000000000000000000000000000000000ff");
	DO(world, "ola", "report.file", "kind=annual period=2027 "
		"report_sha256=00000000000000000000000000000000000000000000000000000000000000fe");
	SHOWS(view_due_reports, "{\"kind\":\"quarterly\"}", "\"state\":\"late\",\"filed_at\":");
	SHOWS(view_due_reports, "{\"kind\":\"annual\"}", "\"state\":\"filed\"");
	HIDES(view_due_reports, "{\"state\":\"overdue\"}", "quarterly/2027Q1");
	world_free(world);
}

int main(void)
{
	return run_cases("view facts", (CU_TestInfo[]){
		{ "every commodity against its requirement", test_shortfalls },
		{ "inspections that are due", test_due_inspections },
		{ "reports that law expects", test_due_reports },
		CU_TEST_INFO_NULL,
	});
}
