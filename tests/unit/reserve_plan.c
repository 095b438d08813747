/* Rounds from the freeze to the orders, through the real commands. */
#include "reserve_world.h"

#include <time.h>

#include "reserve/emergency/credit.h"
#include "reserve/emergency/declaration.h"
#include "reserve/emergency/plan.h"
#include "reserve/emergency/request.h"
#include "reserve/stock/order.h"
#include "reserve/zone/member.h"

#define NEED_BY (WORLD_BEGIN + 20 * TIME_DAY_MS)

static const struct plan *plan_of(const struct world *world, const char *id)
{
	return state_find(world->state, TABLE_PLAN, id);
}

static const struct plan_line *line_of(const struct world *world, const char *id)
{
	const struct plan_line *line = state_find(world->state, TABLE_PLAN_LINE, id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(line);
	return line;
}

static const struct request *request_of(const struct world *world, const char *id)
{
	const struct request *request = state_find(world->state, TABLE_REQUEST, id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(request);
	return request;
}

static int64_t planned(const struct world *world, const char *id)
{
	return request_of(world, id)->planned_g;
}

static void price(struct world *world, const char *commodity, const char *basis)
{
	DO_SIGNED(world, "ola", "price.draft", "because=index prices=[commodity=%s quoted=500 "
		"unit=USD/kg basis=%s]", commodity, basis);
}

static void declare(struct world *world, const char *kind, const char *options, const char *caps)
{
	DO_SIGNED(world, "ola", "declare",
		"kind=%s days=30 authority=Council findings=shortage %s caps=[%s]", kind, options, caps);
}

/*
 * 1,000 kg of gallium in bulk over a hard floor of 100 kg, priced, under a full declaration of
 * those options; Austria, Italy, Spain and Greece may claim.
 */
static struct world *world_round_with(const char *options, const char *caps)
{
	struct world *world = world_framed();
	DO_SIGNED(world, "ola", "member.set", "because=accession members=[code=ESP name=Spain "
		"status=in-force; code=GRC name=Greece status=in-force]");
	world_lot(world, "GA-1", "ga", 1000000, 1000000, ABSENT);
	world_floors(world, "ga", 400000, 100000);
	price(world, "ga", "Ga");
	declare(world, "full", options, caps);
	return world;
}

static struct world *world_round(const char *options)
{
	return world_round_with(options, "commodity=ga");
}

static void ask(struct world *world, const char *member, int64_t mass_g, const char *options)
{
	DO(world, "kurt", "request.submit", "member=%s commodity=ga mass_g=%lld need_by=%lld %s",
		member, (long long)mass_g, (long long)NEED_BY, options);
}

static void run(struct world *world)
{
	DO(world, "ola", "allocation.run", "declaration=D-2026-0001");
}

static void commit(struct world *world, const char *plan)
{
	CU_ASSERT(world_sign(world, "ola", plan));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "");
	CU_ASSERT(world_sign(world, "oma", plan));
	if (world->decision.refused)
		printf("\n  %s\n", field_text(descriptor_field(world->decision.events[0].type->body,
			"because"), world->decision.events[0].body));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "");
}

/* The last refusal's sentence. */
static const char *because(const struct world *world)
{
	const struct event *event = &world->decision.events[0];
	return world->decision.refused ? field_text(descriptor_field(event->type->body, "because"),
		event->body) : "";
}

static uint32_t events_of(const struct world *world, const char *kind)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < world->decision.count; i++)
		count += text_equal(world->decision.events[i].type->kind, kind) ? 1 : 0;
	return count;
}

/* ---- the whole path ---- */

static void test_path(void)
{
	struct world *world = world_round_with("policy=proportional",
		"commodity=ga cap_g=800000; commodity=wo3");
	world_lot(world, "WO-1", "wo3", 5000, 650000, ABSENT); /* 3,250 g of WO3 */
	world_floors(world, "wo3", 500, 250);
	price(world, "wo3", "WO3");
	ask(world, "AUT", 900000, "");
	ask(world, "ITA", 300000, "");
	ask(world, "AUT", 400000, "");
	DO(world, "kim", "request.submit", "member=ESP commodity=wo3 mass_g=1000");
	run(world);
	CU_ASSERT_STRING_EQUAL(world->id, "P-2026-0001");
	CU_ASSERT_EQUAL(world->decision.count, 1 + 2 + 4 + 1);
	const struct plan *plan = plan_of(world, "P-2026-0001");
	CU_ASSERT_PTR_NOT_NULL_FATAL(plan);
	CU_ASSERT_EQUAL(plan->state, PLAN_PROPOSED);
	CU_ASSERT_EQUAL(plan->requests, 4);
	CU_ASSERT_EQUAL(plan->commodities, 2);
	CU_ASSERT_EQUAL(plan->awarded_g, 801000);
	const struct plan_line *line = line_of(world, "P-2026-0001/ga");
	CU_ASSERT_EQUAL(line->available_g, 1000000);
	CU_ASSERT_EQUAL(line->floor_g, 100000);
	CU_ASSERT_EQUAL(line->floor_version, 1);
	CU_ASSERT_EQUAL(line->cap_left_g, 800000);
	CU_ASSERT_EQUAL(line->estate_g, 800000);
	CU_ASSERT_EQUAL(line->claimed_g, 1600000);
	CU_ASSERT_EQUAL(line->price_version, 1);
	CU_ASSERT_EQUAL(line->requests, 3);
	CU_ASSERT_EQUAL(line_of(world, "P-2026-0001/wo3")->cap_left_g, ABSENT);
	CU_ASSERT_EQUAL(line_of(world, "P-2026-0001/wo3")->estate_g, 3000);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0001"), 450000);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0002"), 150000);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0003"), 200000);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0004"), 1000); /* no shortage: all that is asked */
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 1000000); /* nothing is reserved yet */
	commit(world, "P-2026-0001");
	CU_ASSERT_EQUAL(events_of(world, "plan.committed"), 1);
	CU_ASSERT_EQUAL(events_of(world, "request.granted"), 4);
	CU_ASSERT_EQUAL(events_of(world, "order.cut"), 4);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 200000);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->cap_used_g, 800000);
	CU_ASSERT_EQUAL(world_commodity(world, "wo3")->available_g, 2250);
	for (int i = 1; i <= 4; i++) {
		char id[CODE_MAX];
		snprintf(id, sizeof id, "R-2026-%04d", i);
		const struct request *request = request_of(world, id);
		CU_ASSERT_EQUAL(request->state, REQUEST_APPROVED);
		CU_ASSERT_STRING_EQUAL(request->plan, "P-2026-0001");
		const struct order *order = state_find(world->state, TABLE_RELEASE_ORDER,
			request->release_order);
		CU_ASSERT_PTR_NOT_NULL_FATAL(order);
		CU_ASSERT_EQUAL(order->state, ORDER_ISSUED);
		CU_ASSERT_EQUAL(order->contained_g, request->awarded_g);
	}
	/* it is done once and for all */
	CU_ASSERT_PTR_NULL(plan_of(world, "P-2026-0001"));
	CU_ASSERT_FALSE(world_sign(world, "otto", "P-2026-0001"));
	CU_ASSERT_EQUAL(world->error.id, ERROR_NOT_FOUND);
	FAILS(world, ERROR_ILLEGAL, "ola", "allocation.run", "declaration=D-2026-0001");
	world_free(world);
}

/* What was weighed stays with the decision: every rule, and the share, which cut it. */
static void test_record(void)
{
	struct world *world = world_round("policy=equal-awards");
	ask(world, "AUT", 200000, "");
	ask(world, "ITA", 2000000, "");
	run(world);
	commit(world, "P-2026-0001");
	bool found = false;
	for (uint32_t i = 0; i < world->decision.count; i++) {
		const struct event *event = &world->decision.events[i];
		if (!text_equal(event->type->kind, "request.granted"))
			continue;
		const struct request_decided *body = event->body;
		const struct rule_result *rules = body->rules.items;
		const struct rule_result *share = &rules[body->rules.count - 1];
		CU_ASSERT_STRING_EQUAL(share->rule, "share");
		CU_ASSERT_EQUAL(share->limit_g, body->awarded_g);
		CU_ASSERT_EQUAL(share->available_g, 900000);
		CU_ASSERT_EQUAL(share->failed, body->awarded_g < body->mass_g);
		CU_ASSERT_EQUAL(body->available_g, 1000000);
		found = found || (share->failed && body->awarded_g == 700000);
	}
	CU_ASSERT(found);
	world_free(world);
}

/* ---- who may run and sign, and when ---- */

static void test_refusals(void)
{
	struct world *world = world_framed();
	char begins[64];
	FAILS(world, ERROR_NOT_FOUND, "ola", "allocation.run", "declaration=D-2026-0001");
	world_lot(world, "GA-1", "ga", 1000000, 1000000, ABSENT);
	world_floors(world, "ga", 0, 0);
	snprintf(begins, sizeof begins, "starts_at=%lld collects_until=%lld",
		(long long)(WORLD_BEGIN + TIME_DAY_MS), (long long)(WORLD_BEGIN + 3 * TIME_DAY_MS));
	declare(world, "full", begins, "commodity=ga");
	REFUSED(world, "R01", "ola", "allocation.run", "declaration=D-2026-0001");
	world_pass(world, TIME_DAY_MS);
	REFUSED(world, "R21", "ola", "allocation.run", "declaration=D-2026-0001");
	CU_ASSERT_PTR_NOT_NULL(strstr(because(world), "2026-11-25T"));
	world_pass(world, 2 * TIME_DAY_MS);
	FAILS(world, ERROR_ILLEGAL, "ola", "allocation.run", "declaration=D-2026-0001");
	FAILS(world, ERROR_DENIED, "kim", "allocation.run", "declaration=D-2026-0001");
	ask(world, "AUT", 1000, "");
	FAILS(world, ERROR_CONFLICT, "ola", "allocation.run", "declaration=D-2026-0001");
	CU_ASSERT_PTR_NOT_NULL(strstr(world->error.message, "ga "));
	price(world, "ga", "Ga");
	run(world);
	world_pass(world, 40 * TIME_DAY_MS);
	CU_ASSERT_PTR_NULL(plan_of(world, "P-2026-0001"));
	REFUSED(world, "R02", "ola", "allocation.run", "declaration=D-2026-0001");
	declare(world, "full", "policy=at-once", "commodity=ga");
	FAILS(world, ERROR_ILLEGAL, "ola", "allocation.run", "declaration=D-2027-0001");
	world_free(world);
}

static void test_notice(void)
{
	struct world *world = world_round("policy=proportional");
	DO_SIGNED(world, "ola", "rule.set", "because=law rules=[code=wait kind=notice days=2]");
	ask(world, "AUT", 1000, "");
	REFUSED(world, "R21", "ola", "allocation.run", "declaration=D-2026-0001");
	CU_ASSERT(because(world)[0] != '\0');
	world_pass(world, 3 * TIME_DAY_MS);
	run(world);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0001"), 1000);
	world_free(world);
}

static void test_signers(void)
{
	struct world *world = world_round("policy=proportional");
	DO(world, "otto", "request.submit", "member=AUT commodity=ga mass_g=1000");
	ask(world, "ITA", 1000, "");
	DO(world, "otto", "allocation.run", "declaration=D-2026-0001"); /* to run binds nobody */
	CU_ASSERT(world_sign(world, "otto", "P-2026-0001")); /* asked for metal in it */
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R14");
	CU_ASSERT(world_sign(world, "ola", "P-2026-0001"));
	CU_ASSERT(world_sign(world, "ola", "P-2026-0001"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R14");
	CU_ASSERT_FALSE(world_sign(world, "kim", "P-2026-0001"));
	CU_ASSERT_EQUAL(world->error.id, ERROR_DENIED);
	const struct document *note = state_find(world->state, TABLE_DOCUMENT, "P-2026-0001");
	CU_ASSERT_PTR_NOT_NULL_FATAL(note);
	CU_ASSERT_FALSE(document_waits_for(world->state, note, person_find(world->state, "otto")));
	CU_ASSERT(document_waits_for(world->state, note, person_find(world->state, "oma")));
	CU_ASSERT(world_sign(world, "oma", "P-2026-0001"));
	CU_ASSERT_EQUAL(request_of(world, "R-2026-0001")->state, REQUEST_APPROVED);
	world_free(world);
}

/* An officer who speaks for a member in the plan cannot sign it, whoever wrote that member's request. */
static void test_delegate_signs(void)
{
	struct world *world = world_round("policy=proportional");
	ask(world, "AUT", 1000, "");
	ask(world, "ITA", 1000, "");
	DO_SIGNED(world, "ola", "person.enrol", "because=x code=duo name=Duo duties=officer,delegate "
		"member=AUT verifier_key=" WORLD_ORIGIN "/duo+000000d0+000000d0");
	run(world);
	CU_ASSERT(world_sign(world, "duo", "P-2026-0001"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R14");
	world_free(world);
}

/* Who asked stays barred when the request has ended, also after a start: it stands in the plan's row. */
static void test_asker_withdrawn(void)
{
	struct world *world = world_round("policy=proportional");
	DO(world, "otto", "request.submit", "member=AUT commodity=ga mass_g=1000");
	ask(world, "ITA", 1000, "");
	run(world);
	DO(world, "otto", "request.withdraw", "request=R-2026-0001 because=x");
	CU_ASSERT(world_sign(world, "otto", "P-2026-0001"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R14");
	const struct field *field = descriptor_field(&plan_descriptor, "askers");
	CU_ASSERT_PTR_NOT_NULL_FATAL(field);
	CU_ASSERT_EQUAL(field->type, FIELD_LIST);
	CU_ASSERT_EQUAL(plan_of(world, "P-2026-0001")->askers.count, 2);
	world_free(world);
}

static void test_approvals(void)
{
	struct world *world = world_round("policy=proportional");
	DO_SIGNED(world, "ola", "rule.set", "because=law rules=[code=large kind=approvals "
		"mass_g=300000 signatures=3]");
	ask(world, "AUT", 150000, "");
	run(world);
	const struct document *note = state_find(world->state, TABLE_DOCUMENT, "P-2026-0001");
	CU_ASSERT_EQUAL(note->need, 2);
	ask(world, "AUT", 150000, ""); /* in parts, and yet together too much for two */
	run(world);
	note = state_find(world->state, TABLE_DOCUMENT, "P-2026-0002");
	CU_ASSERT_EQUAL(note->need, 3);
	CU_ASSERT(world_sign(world, "ola", "P-2026-0002"));
	CU_ASSERT(world_sign(world, "oma", "P-2026-0002"));
	CU_ASSERT_PTR_NOT_NULL(plan_of(world, "P-2026-0002"));
	CU_ASSERT(world_sign(world, "otto", "P-2026-0002"));
	CU_ASSERT_PTR_NULL(plan_of(world, "P-2026-0002"));
	CU_ASSERT_EQUAL(request_of(world, "R-2026-0002")->state, REQUEST_APPROVED);
	world_free(world);
}

/* ---- the note ---- */

static void hex_of(const uint8_t bytes[32], char text[65])
{
	for (int i = 0; i < 32; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

static void test_note(void)
{
	char line[256], hex[65];
	struct world *world = world_round("minimum_g=1000");
	ask(world, "AUT", 800000, "tier=A");
	ask(world, "ITA", 800000, "");
	run(world);
	const struct document *note = state_find(world->state, TABLE_DOCUMENT, "P-2026-0001");
	CU_ASSERT_PTR_NOT_NULL_FATAL(note);
	hex_of(plan_of(world, "P-2026-0001")->content_sha256, hex);
	snprintf(line, sizeof line, "\ncontent-sha256 %s\n", hex);
	const char *const lines[] = { "projectvault.org/plan@v1\n", "\nid P-2026-0001\n",
		"\ndeclaration D-2026-0001\n", "\npolicy proportional\n", "\ntier-a equal-awards\n",
		"\nminimum-g 1000\n", "\nentitlements set-aside\n", "\nrequests 2\n",
		"\nawarded-g 900000\n", line,
		"\ncommodity ga estate-g 900000 claimed-g 1600000 awarded-g 900000\n",
		"\nrests-on ga available-g 1000000 floor-g 100000 cap-left-g none set-aside-g 0 "
		"requests 2\n",
		"\naward R-2026-0001 AUT ga A asked-g 800000 awarded-g 800000\n",
		"\naward R-2026-0002 ITA ga - asked-g 800000 awarded-g 100000\n" };
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		CU_ASSERT_PTR_NOT_NULL(strstr(note->text, lines[i]));
	world_free(world);
}

/* The hash is that of the bodies of the entries, and nothing else. */
static void test_content(void)
{
	struct world *world = world_round("policy=talmud");
	ask(world, "AUT", 800000, "");
	ask(world, "ITA", 800000, "");
	run(world);
	uint8_t digest[32];
	struct plan_line_body lines[8];
	struct plan_award awards[8];
	struct plan_proposed content = *(const struct plan_proposed *)world->decision.events[0].body;
	uint32_t line_count = 0, award_count = 0;
	for (uint32_t i = 1; i < world->decision.count; i++) {
		const struct event *event = &world->decision.events[i];
		if (event->type == &event_plan_line)
			lines[line_count++] = *(const struct plan_line_body *)event->body;
		else if (event->type == &event_request_planned)
			awards[award_count++] = *(const struct plan_award *)event->body;
	}
	content.lines = (struct list){ lines, line_count };
	content.awards = (struct list){ awards, award_count };
	world_digest(NULL, &plan_content_descriptor, &content, digest);
	CU_ASSERT_EQUAL(memcmp(digest, content.content_sha256, 32), 0);
	awards[0].awarded_g++;
	world_digest(NULL, &plan_content_descriptor, &content, digest);
	CU_ASSERT_NOT_EQUAL(memcmp(digest, content.content_sha256, 32), 0);
	world_free(world);
}

/* ---- what moves ---- */

struct moving {
	const char *actor, *command, *line;
	bool needs_signing;
	const char *named; /* in the sentence of R20; NULL: nothing that matters has moved */
};

/* again: another plan can be run and committed by two. */
static void moved(const struct moving *moving, bool again)
{
	struct world *world = world_round_with("policy=proportional",
		"commodity=ga cap_g=950000; commodity=wo3");
	world_lot(world, "GA-9", "ga", 1000, 900000, ABSENT);
	ask(world, "AUT", 800000, "min_grade_ppm=950000");
	ask(world, "ITA", 800000, "");
	run(world);
	CU_ASSERT(world_sign(world, "ola", "P-2026-0001"));
	DO(world, moving->actor, moving->command, "%s", moving->line);
	if (moving->needs_signing)
		world_signed(__LINE__, world, world->id);
	int64_t size = state_size(world->state);
	CU_ASSERT(world_sign(world, "oma", "P-2026-0001"));
	if (moving->named == NULL) {
		CU_ASSERT_STRING_EQUAL(world_rule(world), "");
		CU_ASSERT_PTR_NULL(plan_of(world, "P-2026-0001"));
		world_free(world);
		return;
	}
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R20");
	if (strstr(because(world), moving->named) == NULL)
		printf("\n  %s: \"%s\" is not named: %s\n", moving->line, moving->named, because(world));
	CU_ASSERT_PTR_NOT_NULL(strstr(because(world), moving->named));
	CU_ASSERT_EQUAL(state_size(world->state), size + 1); /* the refusal alone */
	const struct document *note = state_find(world->state, TABLE_DOCUMENT, "P-2026-0001");
	CU_ASSERT_PTR_NOT_NULL_FATAL(note);
	CU_ASSERT_EQUAL(note->signatures.count, 1);
	if (again) {
		run(world); /* from what is now */
		commit(world, "P-2026-0002");
	}
	world_free(world);
}

static void test_moved(void)
{
	static const struct moving table[] = {
		{ "kim", "lot.hold", "lot=GA-9 because=x", false, "ga: available 1,000.9 kg then, 1,000 kg now" },
		{ "kim", "lot.hold", "lot=GA-1 because=x", false, "estate 900.9 kg then, 0 g now" },
		{ "ola", "floor.set", "because=x floors=[commodity=ga kind=hard mass_g=100001]", true,
			"floor 100 kg then, 100.001 kg now" },
		{ "ola", "floor.set", "because=x floors=[commodity=ga kind=hard mass_g=100000]", true,
			"version of the floor 1 then, 2 now" },
		{ "ola", "floor.set", "because=x floors=[commodity=ga kind=operating mass_g=500000]", true,
			NULL }, /* not the floor of a full declaration */
		{ "ola", "price.draft", "because=x prices=[commodity=ga quoted=501 unit=USD/kg basis=Ga]",
			true, "version of the reference price 1 then, 2 now" },
		{ "kurt", "request.withdraw", "request=R-2026-0001 because=x", false,
			"waiting requests 2 then, 1 now" },
		{ "ola", "member.set", "because=x members=[code=ITA name=Italy status=suspended]", true,
			"claims after caps 1,600 kg then, 800 kg now" },
		{ "ola", "rule.set", "because=x rules=[code=cap kind=member-cap mass_g=700000 days=30]", true,
			"claims after caps 1,600 kg then, 1,400 kg now" },
		{ "ola", "rule.set", "because=x rules=[code=one kind=request-cap mass_g=700000]", true,
			"claims after caps 1,600 kg then, 1,400 kg now" },
		{ "ola", "rule.set", "because=x rules=[code=ban kind=origin-ban words=AUT]", true,
			"estate 900.9 kg then, 0 g now" },
		{ "kurt", "request.submit", "member=ESP commodity=ga mass_g=1", false, NULL },
		{ "ola", "price.draft", "because=x prices=[commodity=wo3 quoted=9 unit=USD/kg basis=WO3]",
			true, NULL },
		{ "ola", "rule.set", "because=x rules=[code=b kind=consumption-base mass_g=750000 member=AUT]",
			true, "claims after caps 1,600 kg then, 1,550 kg now" },
	};
	static const struct moving last[] = {
		{ "ola", "rule.set", "because=x rules=[code=three kind=approvals mass_g=1 signatures=3]", true,
			"signatures needed 2 then, 3 now" },
		{ "ola", "rule.set", "because=x rules=[code=wait kind=notice days=9]", true,
			"waiting requests 2 then, 0 now" },
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		moved(&table[i], true);
	for (size_t i = 0; i < sizeof last / sizeof *last; i++)
		moved(&last[i], false);
}

/* Where one request's share moves another's, both are named. */
static void test_moved_awards(void)
{
	struct world *world = world_round("policy=consumption-share");
	ask(world, "AUT", 800000, "");
	ask(world, "ITA", 800000, "");
	run(world);
	CU_ASSERT(world_sign(world, "ola", "P-2026-0001"));
	DO_SIGNED(world, "ola", "rule.set", "because=x rules=[code=b kind=consumption-base "
		"mass_g=800000 member=AUT]"); /* no cap, and yet another weight */
	CU_ASSERT(world_sign(world, "oma", "P-2026-0001"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R20");
	CU_ASSERT_PTR_NOT_NULL(strstr(because(world), "R-2026-0001: award 450 kg then, 800 kg now"));
	CU_ASSERT_PTR_NOT_NULL(strstr(because(world), "R-2026-0002: award 450 kg then, 100 kg now"));
	world_free(world);
}

/* A long list is cut short. */
static void test_moved_much(void)
{
	struct world *world = world_round("policy=proportional");
	for (int i = 0; i < 40; i++)
		ask(world, i % 2 == 0 ? "AUT" : "ITA", 100000, "");
	run(world);
	CU_ASSERT(world_sign(world, "ola", "P-2026-0001"));
	world_lot(world, "GA-2", "ga", 1000000, 1000000, ABSENT);
	CU_ASSERT(world_sign(world, "oma", "P-2026-0001"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R20");
	CU_ASSERT_PTR_NOT_NULL(strstr(because(world), "; and 36 more"));
	world_free(world);
}

/* ---- its other ends ---- */

static void test_rejected(void)
{
	struct world *world = world_round("policy=proportional");
	ask(world, "AUT", 800000, "");
	run(world);
	CU_ASSERT(world_sign(world, "ola", "P-2026-0001"));
	DO(world, "oma", "document.reject", "document=P-2026-0001 because=no");
	CU_ASSERT_PTR_NULL(plan_of(world, "P-2026-0001"));
	CU_ASSERT_STRING_EQUAL(request_of(world, "R-2026-0001")->plan, "");
	CU_ASSERT_EQUAL(planned(world, "R-2026-0001"), ABSENT);
	CU_ASSERT_FALSE(world_sign(world, "otto", "P-2026-0001"));
	CU_ASSERT_EQUAL(world->error.id, ERROR_NOT_FOUND);
	run(world);
	CU_ASSERT_STRING_EQUAL(world->id, "P-2026-0002");
	commit(world, "P-2026-0002");
	world_free(world);
}

static void test_superseded(void)
{
	struct world *world = world_round("policy=proportional");
	ask(world, "AUT", 800000, "");
	run(world);
	CU_ASSERT(world_sign(world, "ola", "P-2026-0001"));
	ask(world, "ITA", 800000, "");
	run(world);
	CU_ASSERT_EQUAL(events_of(world, "plan.superseded"), 1);
	CU_ASSERT_PTR_NULL(plan_of(world, "P-2026-0001"));
	CU_ASSERT_FALSE(world_sign(world, "oma", "P-2026-0001"));
	CU_ASSERT_EQUAL(world->error.id, ERROR_NOT_FOUND);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0001"), 450000);
	commit(world, "P-2026-0002");
	world_free(world);
}

static void test_past_end(void)
{
	struct world *world = world_round("policy=proportional");
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=800000");
	run(world);
	CU_ASSERT(world_sign(world, "ola", "P-2026-0001"));
	world_pass(world, 31 * TIME_DAY_MS);
	CU_ASSERT_PTR_NULL(plan_of(world, "P-2026-0001"));
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_DOCUMENT, "P-2026-0001"));
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_PLAN_LINE, "P-2026-0001/ga"));
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_REQUEST, "R-2026-0001"));
	CU_ASSERT_FALSE(world_sign(world, "oma", "P-2026-0001"));
	CU_ASSERT_EQUAL(world->error.id, ERROR_NOT_FOUND);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 1000000);
	world_free(world);
}

/* ---- figures ---- */

static void test_operating_floor(void)
{
	struct world *world = world_framed();
	world_lot(world, "GA-1", "ga", 1000000, 1000000, ABSENT);
	world_floors(world, "ga", 400000, 100000);
	price(world, "ga", "Ga");
	declare(world, "limited", "policy=proportional", "commodity=ga cap_g=10000000");
	ask(world, "AUT", 800000, "");
	run(world);
	CU_ASSERT_EQUAL(line_of(world, "P-2026-0001/ga")->floor_g, 400000);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0001"), 600000);
	commit(world, "P-2026-0001");
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 400000);
	world_free(world);
}

/* A hard floor above the operating one still stands. */
static void test_floors_crossed(void)
{
	struct world *world = world_framed();
	world_lot(world, "GA-1", "ga", 1000000, 1000000, ABSENT);
	world_floors(world, "ga", 100000, 300000);
	price(world, "ga", "Ga");
	declare(world, "limited", "policy=proportional", "commodity=ga cap_g=10000000");
	ask(world, "AUT", 800000, "");
	run(world);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0001"), 700000);
	commit(world, "P-2026-0001");
	world_free(world);
}

/* Without both floors, and without stock, all is cut, which is decided like any other plan. */
static void test_nothing_to_divide(void)
{
	struct world *world = world_framed();
	world_lot(world, "GA-1", "ga", 1000000, 1000000, ABSENT);
	DO_SIGNED(world, "ola", "floor.set",
		"because=policy floors=[commodity=ga kind=hard mass_g=1]");
	price(world, "ga", "Ga");
	declare(world, "full", "minimum_g=10", "commodity=ga");
	ask(world, "AUT", 1, "");
	ask(world, "ITA", 800000, "tier=A");
	run(world);
	CU_ASSERT_EQUAL(line_of(world, "P-2026-0001/ga")->floor_g, ABSENT);
	CU_ASSERT_EQUAL(line_of(world, "P-2026-0001/ga")->estate_g, 0);
	CU_ASSERT_EQUAL(plan_of(world, "P-2026-0001")->awarded_g, 0);
	commit(world, "P-2026-0001");
	CU_ASSERT_EQUAL(events_of(world, "request.cut"), 2);
	CU_ASSERT_EQUAL(events_of(world, "order.cut"), 0);
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_REQUEST, "R-2026-0001"));
	world_free(world);
}

/* A claim counts for nothing where its member had all that a cap lets pass. */
static void test_claims_of_zero(void)
{
	struct world *world = world_round("policy=proportional");
	DO_SIGNED(world, "ola", "rule.set",
		"because=law rules=[code=cap kind=member-cap mass_g=100000 days=10]");
	ask(world, "AUT", 100000, "");
	run(world);
	commit(world, "P-2026-0001");
	ask(world, "AUT", 50000, "");
	run(world);
	CU_ASSERT_EQUAL(line_of(world, "P-2026-0002/ga")->claimed_g, 0);
	commit(world, "P-2026-0002");
	CU_ASSERT_EQUAL(events_of(world, "request.cut"), 1);
	ask(world, "AUT", 50000, "");
	ask(world, "ITA", 500000, "");
	run(world);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0003"), 0);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0004"), 100000);
	commit(world, "P-2026-0003");
	world_free(world);
}

/* Who may not claim any more counts for nothing, and its refusal says why. */
static void test_suspended(void)
{
	struct world *world = world_round("policy=proportional");
	ask(world, "AUT", 800000, "");
	ask(world, "ITA", 800000, "");
	DO_SIGNED(world, "ola", "member.set", "because=x members=[code=ITA name=Italy status=suspended]");
	run(world);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0001"), 800000);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0002"), 0);
	commit(world, "P-2026-0001");
	for (uint32_t i = 0; i < world->decision.count; i++) {
		const struct event *event = &world->decision.events[i];
		if (!text_equal(event->type->kind, "request.cut"))
			continue;
		const struct request_decided *body = event->body;
		const struct rule_result *rules = body->rules.items;
		CU_ASSERT_STRING_EQUAL(rules[0].rule, "R07");
	}
	CU_ASSERT_EQUAL(events_of(world, "request.cut"), 1);
	world_free(world);
}

static void test_tiers_and_minimum(void)
{
	struct world *world = world_round("minimum_g=50000");
	ask(world, "AUT", 700000, "tier=A");
	ask(world, "ITA", 700000, "tier=B");
	ask(world, "ESP", 700000, "tier=C");
	ask(world, "GRC", 700000, "");
	run(world);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0001"), 700000);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0002"), 100000);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0003"), 50000);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0004"), 50000);
	commit(world, "P-2026-0001");
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 100000);
	/* orders are numbered by tier, then as requests stand by member: slots go in that order */
	CU_ASSERT_STRING_EQUAL(request_of(world, "R-2026-0001")->release_order, "O-2026-0001");
	CU_ASSERT_STRING_EQUAL(request_of(world, "R-2026-0002")->release_order, "O-2026-0002");
	world_free(world);
}

/* The supply right counts the figures of members who ask for nothing. */
static void test_supply_right(void)
{
	struct world *world = world_round("policy=supply-right restraint_ppm=70000");
	/* the vector of the agreement: rights 90, 38 and -128 of these bases */
	DO_SIGNED(world, "ola", "rule.set", "because=x rules=["
		"code=a kind=consumption-base member=AUT mass_g=100000 commitment_g=60000 "
		"production_g=20000 imports_g=50000;"
		"code=b kind=consumption-base member=ITA mass_g=60000 commitment_g=30000 "
		"production_g=10000 imports_g=35000;"
		"code=c kind=consumption-base member=ESP mass_g=40000 commitment_g=0 "
		"production_g=50000 imports_g=0]");
	ask(world, "AUT", 50000, "");
	ask(world, "ITA", 50000, "");
	run(world);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0001"), 9000);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0002"), 3800);
	world_free(world);
}

/* ---- grades ---- */

/*
 * The scarcest grade is solved first, alone; then the rest. 500 kg of 99.999% and 500 of 90%: those
 * who need the best share 500, for pooled they would have had 600 of the 900.
 */
static void test_grades(void)
{
	struct world *world = world_framed();
	DO_SIGNED(world, "ola", "member.set", "because=x members=[code=ESP name=Spain status=in-force]");
	world_lot(world, "LOW", "ga", 500000, 1000000 - 1, ABSENT);
	world_lot(world, "HIGH", "ga", 500000, 1000000, ABSENT);
	world_floors(world, "ga", 99999, 99999);
	price(world, "ga", "Ga");
	declare(world, "full", "policy=proportional", "commodity=ga");
	ask(world, "AUT", 800000, "min_grade_ppm=1000000");
	ask(world, "ITA", 400000, "min_grade_ppm=1000000");
	ask(world, "ESP", 600000, "");
	run(world);
	const struct plan_line *line = line_of(world, "P-2026-0001/ga");
	const struct grade_stock *grades = line->grades.items;
	CU_ASSERT_EQUAL_FATAL(line->grades.count, 1);
	CU_ASSERT_EQUAL(grades[0].grade_ppm, 1000000);
	CU_ASSERT_EQUAL(grades[0].stock_g, 500000);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0001"), 333333);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0002"), 166667);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0003"), line->estate_g - 500000);
	commit(world, "P-2026-0001");
	const struct request *request = request_of(world, "R-2026-0003");
	const struct pick *picks = request->picks.items;
	CU_ASSERT_EQUAL_FATAL(request->picks.count, 1); /* the grade that suffices */
	CU_ASSERT_STRING_EQUAL(picks[0].lot, "LOW");
	world_free(world);
}

/* More grades than a division takes are rounded up, and the round goes on. */
static void test_many_grades(void)
{
	struct world *world = world_round("policy=proportional");
	for (int i = 0; i < 150; i++) {
		char grade[64];
		snprintf(grade, sizeof grade, "min_grade_ppm=%d", 900000 + i * 7);
		ask(world, i % 2 == 0 ? "AUT" : "ITA", 10000 + i, grade);
	}
	run(world);
	CU_ASSERT_EQUAL(line_of(world, "P-2026-0001/ga")->grades.count, RATION_GRADES_MAX);
	commit(world, "P-2026-0001");
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 100000);
	world_free(world);
}

/* ---- sealed units and credit ---- */

static void sealed(struct world *world, const char *code, int units, int64_t unit_g)
{
	DO(world, "kim", "lot.add", "lots=[code=%s commodity=ga site=north expected_g=%lld class=sealed "
		"units=%d supplier=acme origin=AUT]", code, (long long)(units * unit_g), units);
	DO(world, "kim", "lot.weigh", "lot=%s gross_g=%lld tare_g=1000", code,
		(long long)(units * unit_g + 1000));
	DO(world, "asa", "lot.assay", "lot=%s grade_ppm=1000000 laboratory=lab", code);
	DO(world, "asa", "lot.accept", "lot=%s", code);
}

static int64_t credit_of(const struct world *world, const char *member)
{
	return credit_g(world->state, state_find(world->state, TABLE_MEMBER, member),
		world_commodity(world, "ga"));
}

static struct world *world_sealed(void)
{
	struct world *world = world_framed();
	sealed(world, "S-1", 10, 60000);
	world_floors(world, "ga", 100000, 100000);
	price(world, "ga", "Ga");
	declare(world, "full", "policy=proportional", "commodity=ga");
	return world;
}

static void test_units(void)
{
	struct world *world = world_sealed();
	ask(world, "AUT", 300000, "");
	ask(world, "ITA", 300000, "");
	run(world);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0001"), 250000);
	commit(world, "P-2026-0001");
	/* four drums of 60 kg each; 10 kg of each award are owed */
	CU_ASSERT_EQUAL(request_of(world, "R-2026-0001")->awarded_g, 250000);
	CU_ASSERT_EQUAL(request_of(world, "R-2026-0001")->picked_g, 240000);
	CU_ASSERT_EQUAL(credit_of(world, "AUT"), 10000);
	CU_ASSERT_EQUAL(credit_of(world, "ITA"), 10000);
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 120000);
	/* what is owed is set aside before anything is divided; below one drum an award is all credit */
	ask(world, "AUT", 15000, "");
	ask(world, "ITA", 15000, "");
	run(world);
	CU_ASSERT_EQUAL(line_of(world, "P-2026-0002/ga")->set_aside_g, 20000);
	CU_ASSERT_EQUAL(line_of(world, "P-2026-0002/ga")->estate_g, 0);
	commit(world, "P-2026-0002");
	sealed(world, "S-2", 2, 60000);
	ask(world, "AUT", 40000, "");
	ask(world, "ITA", 80000, "");
	run(world);
	CU_ASSERT_EQUAL(line_of(world, "P-2026-0003/ga")->estate_g, 120000);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0005"), 40000);
	commit(world, "P-2026-0003");
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_REQUEST, "R-2026-0005")); /* partial: no drum */
	CU_ASSERT_EQUAL(credit_of(world, "AUT"), 50000);
	CU_ASSERT_EQUAL(request_of(world, "R-2026-0006")->picked_g, 60000);
	CU_ASSERT_EQUAL(credit_of(world, "ITA"), 30000);
	ask(world, "AUT", 10000, "");
	run(world);
	commit(world, "P-2026-0004"); /* a drum at last: 10 kg of award, 50 that were owed */
	CU_ASSERT_EQUAL(credit_of(world, "AUT"), 0);
	CU_ASSERT_EQUAL(request_of(world, "R-2026-0007")->picked_g, 60000);
	CU_ASSERT_EQUAL(request_of(world, "R-2026-0007")->awarded_g, 10000);
	world_free(world);
}

/* A credit passes no cap of its member, nor what another is awarded. */
static void test_credit_within_limits(void)
{
	struct world *world = world_sealed();
	ask(world, "AUT", 50000, "");
	run(world);
	commit(world, "P-2026-0001");
	CU_ASSERT_EQUAL(credit_of(world, "AUT"), 50000);
	DO_SIGNED(world, "ola", "rule.set",
		"because=law rules=[code=cap kind=member-cap mass_g=100000 days=10]");
	ask(world, "AUT", 90000, "");
	ask(world, "AUT", 90000, "");
	run(world);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0002"), 50000);
	commit(world, "P-2026-0002"); /* 50 + 50 within 100: a drum once, and not twice */
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 540000);
	CU_ASSERT_EQUAL(credit_of(world, "AUT"), 90000);
	world_free(world);
}

/* ---- bans ---- */

static void lot_from(struct world *world, const char *code, const char *origin, int64_t net_g)
{
	DO(world, "kim", "lot.add", "lots=[code=%s commodity=ga site=north expected_g=%lld "
		"supplier=acme origin=%s]", code, (long long)net_g, origin);
	DO(world, "kim", "lot.weigh", "lot=%s gross_g=%lld tare_g=1000", code, (long long)net_g + 1000);
	DO(world, "asa", "lot.assay", "lot=%s grade_ppm=1000000 laboratory=lab", code);
	DO(world, "asa", "lot.accept", "lot=%s", code);
}

static struct world *world_origins(void)
{
	struct world *world = world_round("policy=proportional");
	lot_from(world, "C-1", "CHN", 600000);
	return world;
}

static bool has_lot(const struct request *request, const char *lot)
{
	const struct pick *picks = request->picks.items;
	for (uint32_t i = 0; i < request->picks.count; i++) {
		if (text_equal(picks[i].lot, lot))
			return true;
	}
	return false;
}

static void test_ban_of_all(void)
{
	struct world *world = world_origins(); /* 1,000 kg of AUT, 600 of CHN, floor 100 */
	DO_SIGNED(world, "ola", "rule.set", "because=x rules=[code=ban kind=origin-ban words=AUT]");
	ask(world, "AUT", 900000, "");
	ask(world, "ITA", 900000, "");
	run(world);
	const struct plan_line *line = line_of(world, "P-2026-0001/ga");
	const struct grade_stock *grades = line->grades.items;
	CU_ASSERT_EQUAL_FATAL(line->grades.count, 1);
	CU_ASSERT_EQUAL(grades[0].grade_ppm, 0);
	CU_ASSERT_EQUAL(grades[0].stock_g, 600000);
	CU_ASSERT_EQUAL(line->estate_g, 600000);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0001"), 300000);
	commit(world, "P-2026-0001");
	CU_ASSERT_FALSE(has_lot(request_of(world, "R-2026-0001"), "GA-1"));
	world_free(world);
}

static void test_ban_of_one(void)
{
	struct world *world = world_origins();
	DO_SIGNED(world, "ola", "rule.set",
		"because=x rules=[code=ban kind=origin-ban member=ITA words=AUT]");
	ask(world, "AUT", 900000, "");
	ask(world, "ITA", 900000, ""); /* counts with the 600 kg that may serve it */
	run(world);
	CU_ASSERT_EQUAL(line_of(world, "P-2026-0001/ga")->claimed_g, 1500000);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0001"), 900000);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0002"), 600000);
	commit(world, "P-2026-0001");
	CU_ASSERT_EQUAL(request_of(world, "R-2026-0002")->picked_g, 600000);
	CU_ASSERT_FALSE(has_lot(request_of(world, "R-2026-0002"), "GA-1"));
	world_free(world);
}

/* An origin that two rules ban is one origin: it hides no other member's own ban. */
static void test_ban_twice(void)
{
	struct world *world = world_origins();
	DO_SIGNED(world, "ola", "rule.set", "because=x rules=[code=all kind=origin-ban words=RUS; "
		"code=aut kind=origin-ban member=AUT words=RUS; "
		"code=ita kind=origin-ban member=ITA words=AUT]");
	ask(world, "AUT", 900000, "");
	ask(world, "ITA", 900000, "");
	run(world);
	CU_ASSERT_EQUAL(line_of(world, "P-2026-0001/ga")->claimed_g, 1500000);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0002"), 600000);
	commit(world, "P-2026-0001");
	world_free(world);
}

/* ---- sizes ---- */

/* Masses near 2^53: sums saturate, nothing overflows. */
static void test_large_masses(void)
{
	struct world *world = world_round("policy=proportional");
	for (int i = 0; i < 6; i++)
		ask(world, i % 2 == 0 ? "AUT" : "ITA", VAULT_INT_MAX, "");
	run(world);
	CU_ASSERT_EQUAL(line_of(world, "P-2026-0001/ga")->claimed_g, VAULT_INT_MAX);
	CU_ASSERT_EQUAL(planned(world, "R-2026-0001"), 150000);
	commit(world, "P-2026-0001");
	world_free(world);
}

/* An award of more lots than an entry takes. */
static void test_many_lots(void)
{
	struct world *world = world_framed();
	world->unsealed = true;
	char line[32];
	for (int i = 0; i < 1201; i++) {
		snprintf(line, sizeof line, "L-%04d", i);
		world_lot(world, line, "ga", 1000, 1000000, ABSENT);
	}
	world_floors(world, "ga", 0, 0);
	price(world, "ga", "Ga");
	declare(world, "full", "policy=proportional", "commodity=ga");
	ask(world, "AUT", 1200500, "");
	run(world);
	commit(world, "P-2026-0001");
	CU_ASSERT_EQUAL(events_of(world, "request.picked"), 2);
	CU_ASSERT_EQUAL(request_of(world, "R-2026-0001")->picks.count, 1201);
	CU_ASSERT_EQUAL(request_of(world, "R-2026-0001")->picked_g, 1200500);
	world_free(world);
}

static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Decides and drops what comes of it: the time alone is of interest. */
static bool decide(struct world *world, const char *actor, const char *command, const char *line,
	struct arena *arena, struct decision *decision, struct error *error)
{
	const struct command_type *type = command_type_find(command);
	struct context context = { .state = world->state, .now = world->now,
		.actor = person_find(world->state, actor), .arena = arena, .digest = world_digest };
	*decision = (struct decision){ 0 };
	*error = (struct error){ 0 };
	return reserve_decide(&context, type, params_read(world->arena, type->params, line), decision,
		error);
}

/* Applies without the checks of every entry, which would take too long for thousands. */
static void apply_quietly(struct world *world, const char *actor, const struct decision *decision)
{
	for (uint32_t i = 0; i < decision->count; i++) {
		struct applied applied = { .index = state_size(world->state), .at = world->now,
			.effective = ABSENT, .actor = actor };
		reserve_apply(world->state, &applied, decision->events[i].type,
			decision->events[i].body);
	}
}

static void ask_quietly(struct world *world, const char *member, const char *commodity,
	int64_t mass_g)
{
	char line[256];
	struct decision decision;
	struct error error;
	arena_reset(world->arena);
	snprintf(line, sizeof line, "member=%s commodity=%s mass_g=%lld", member, commodity,
		(long long)mass_g);
	bool done = decide(world, "kurt", "request.submit", line, world->arena, &decision, &error);
	CU_ASSERT_FATAL(done && !decision.refused);
	apply_quietly(world, "kurt", &decision);
}

static void test_many_requests(void)
{
	struct world *world = world_round("policy=proportional");
	static const char *const members[] = { "AUT", "ITA", "ESP", "GRC" };
	for (int i = 0; i < 10000; i++)
		ask_quietly(world, members[i % 4], "ga", 1000 + i);
	run(world);
	const struct document *note = state_find(world->state, TABLE_DOCUMENT, "P-2026-0001");
	CU_ASSERT_PTR_NOT_NULL_FATAL(note);
	CU_ASSERT(strlen(note->text) <= NOTE_TEXT_MAX);
	CU_ASSERT_PTR_NOT_NULL(strstr(note->text, "\ncontent-sha256 "));
	CU_ASSERT_PTR_NOT_NULL(strstr(note->text, "\nrests-on ga "));
	CU_ASSERT_PTR_NULL(strstr(note->text, "\naward "));
	CU_ASSERT_EQUAL(plan_of(world, "P-2026-0001")->requests, 10000);
	CU_ASSERT(world_sign(world, "ola", "P-2026-0001"));
	/* a decision that its memory cannot hold is a clear error, and nothing else */
	struct arena *small = arena_new(24 * 1024 * 1024);
	struct decision decision;
	struct error error;
	char id[9], *line;
	const struct command_type *type = command_type_find("document.sign");
	world_key_id(world, "oma", id);
	line = arena_printf(world->arena, "document=P-2026-0001 signatures=[person=oma key_id=%s "
		"signature=AAAA]", id);
	void *params = params_read(world->arena, type->params, line);
	char *text = note->text;
	memcpy((char *)params + descriptor_field(type->params, "text")->offset, &text, sizeof text);
	struct context context = { .state = world->state, .now = world->now,
		.actor = person_find(world->state, "oma"), .arena = small, .digest = world_digest };
	decision = (struct decision){ 0 };
	error = (struct error){ 0 };
	CU_ASSERT_FALSE(reserve_decide(&context, type, params, &decision, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_LIMIT);
	arena_free(small);
	CU_ASSERT(world_sign(world, "oma", "P-2026-0001"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "");
	CU_ASSERT_EQUAL(world_commodity(world, "ga")->available_g, 100000);
	world_free(world);
}

/* The run at the size that it is made for: 60 commodities, 55 members. */
static void test_time_of_run(void)
{
	struct world *world = world_framed();
	struct decision decision;
	struct error error;
	char line[16384] = "because=x members=[", code[32];
	for (int i = 0; i < 55; i++)
		snprintf(line + strlen(line), sizeof line - strlen(line),
			"%scode=%c%cX name=m status=in-force", i > 0 ? ";" : "", 'A' + i / 26, 'A' + i % 26);
	DO_SIGNED(world, "ola", "member.set", "%s]", line);
	snprintf(line, sizeof line, "commodities=[");
	for (int i = 0; i < 60; i++)
		snprintf(line + strlen(line), sizeof line - strlen(line), "%scode=c%02d mineral=gallium "
			"stage=refining form=metal basis=Ga", i > 0 ? ";" : "", i);
	DO(world, "ola", "commodity.add", "%s]", line);
	for (int i = 0; i < 60; i++) {
		snprintf(code, sizeof code, "c%02d", i);
		snprintf(line, sizeof line, "LOT-%02d", i);
		world_lot(world, line, code, 1000000, 1000000, ABSENT);
		world_floors(world, code, 1000, 1000);
		price(world, code, "Ga");
	}
	snprintf(line, sizeof line, "commodity=c00");
	for (int i = 1; i < 60; i++)
		snprintf(line + strlen(line), sizeof line - strlen(line), ";commodity=c%02d", i);
	declare(world, "full", "", line);
	for (int i = 0; i < 60 * 55; i++) {
		char member[8];
		snprintf(code, sizeof code, "c%02d", i % 60);
		snprintf(member, sizeof member, "%c%cX", 'A' + i / 60 / 26, 'A' + i / 60 % 26);
		ask_quietly(world, member, code, 30000 + i);
	}
	double begin = seconds();
	CU_ASSERT(decide(world, "ola", "allocation.run", "declaration=D-2026-0001", world->arena,
		&decision, &error));
	double run_s = seconds() - begin;
	CU_ASSERT_EQUAL(decision.count, 1 + 60 + 60 * 55 + 1);
	apply_quietly(world, "ola", &decision);
	CU_ASSERT(world_sign(world, "ola", "P-2026-0001"));
	begin = seconds();
	CU_ASSERT(world_sign(world, "oma", "P-2026-0001"));
	printf("\n  a run of %d requests: %.1f ms, its commit with all checks %.1f ms ", 60 * 55,
		run_s * 1e3, (seconds() - begin) * 1e3);
	CU_ASSERT_STRING_EQUAL(world_rule(world), "");
	CU_ASSERT(run_s < 0.5); /* 50 ms on an idle machine */
	world_free(world);
}

static CU_TestInfo cases[] = {
	{ "the whole path", test_path },
	{ "what was weighed", test_record },
	{ "when nothing can be run", test_refusals },
	{ "a notice period", test_notice },
	{ "who may sign", test_signers },
	{ "a delegate who is an officer", test_delegate_signs },
	{ "who asked and withdrew", test_asker_withdrawn },
	{ "approvals", test_approvals },
	{ "the note", test_note },
	{ "the content's hash", test_content },
	{ "what has moved is named", test_moved },
	{ "awards that move", test_moved_awards },
	{ "a long list of what moved", test_moved_much },
	{ "rejected for good", test_rejected },
	{ "superseded", test_superseded },
	{ "past its declaration's end", test_past_end },
	{ "the operating floor", test_operating_floor },
	{ "a hard floor above the operating one", test_floors_crossed },
	{ "nothing to divide", test_nothing_to_divide },
	{ "claims that count for nothing", test_claims_of_zero },
	{ "a member suspended meanwhile", test_suspended },
	{ "tiers and a minimum", test_tiers_and_minimum },
	{ "the supply right", test_supply_right },
	{ "grades", test_grades },
	{ "more grades than are divided", test_many_grades },
	{ "sealed units", test_units },
	{ "credit within limits", test_credit_within_limits },
	{ "an origin nobody may have", test_ban_of_all },
	{ "an origin one may not have", test_ban_of_one },
	{ "an origin banned twice", test_ban_twice },
	{ "masses near 2^53", test_large_masses },
	{ "more lots than an entry takes", test_many_lots },
	{ "ten thousand requests", test_many_requests },
	{ "the time of a run", test_time_of_run },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	return run_cases("reserve plan", cases);
}
