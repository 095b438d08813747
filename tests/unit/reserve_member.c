/*
 * Members step by step: every pair of the state machine, dates, organisations, who was in the zone
 * when.
 */
#include "reserve_world.h"

#include "reserve/emergency/rule.h"
#include "reserve/emergency/usage.h"
#include "reserve/stock/floor.h"
#include "reserve/zone/member.h"

#define DAY(n) (WORLD_BEGIN / TIME_DAY_MS * TIME_DAY_MS + (int64_t)(n) * TIME_DAY_MS)

static const struct member *member(const struct world *world, const char *code)
{
	return state_find(world->state, TABLE_MEMBER, code);
}

static enum setting_state step_state(const struct world *world, const char *id)
{
	const struct member_step *step = state_find(world->state, TABLE_MEMBER_STEP, id);
	return step != NULL ? (enum setting_state)step->state : SETTING_NONE;
}

/* ---- the state machine ---- */

/* Rows: from; columns: to. '=': the same again, which changes nothing and is refused. */
static const char *const pairs[MEMBER_STATUS_COUNT] = {
	[MEMBER_NONE] = "yyyyy", [MEMBER_DELEGATION] = "=y--y", [MEMBER_SIGNATORY] = "-=y-y",
	[MEMBER_IN_FORCE] = "--=yy", [MEMBER_SUSPENDED] = "--y=y", [MEMBER_WITHDRAWN] = "y---=",
};

static void test_pairs(void)
{
	for (int from = MEMBER_NONE; from < MEMBER_STATUS_COUNT; from++) {
		for (int to = MEMBER_DELEGATION; to < MEMBER_STATUS_COUNT; to++) {
			struct world *world = world_framed();
			bool legal = pairs[from][to - 1] == 'y';
			CU_ASSERT_EQUAL(member_step_legal((enum member_status)from, (enum member_status)to),
				legal);
			if (from != MEMBER_NONE) /* a first row may have any standing */
				DO_SIGNED(world, "ola", "member.set", "because=x members=[code=BRA name=Brazil "
					"status=%s]", member_status_names[from]);
			if (legal) {
				DO_SIGNED(world, "oma", "member.set", "because=x members=[code=BRA name=Brazil "
					"status=%s]", member_status_names[to]);
				CU_ASSERT_EQUAL(member(world, "BRA")->status, to);
				CU_ASSERT_EQUAL(member(world, "BRA")->since, world->now);
			} else {
				FAILS(world, ERROR_ILLEGAL, "oma", "member.set", "because=x members=[code=BRA "
					"status=%s]", member_status_names[to]);
				CU_ASSERT_EQUAL(member(world, "BRA")->status, from);
			}
			world_free(world);
		}
	}
}

/* What may follow is said. */
static void test_names_what_follows(void)
{
	struct world *world = world_framed();
	FAILS(world, ERROR_ILLEGAL, "ola", "member.set", "because=x members=[code=FRA status=suspended]");
	CU_ASSERT_PTR_NOT_NULL(strstr(world->error.message, "FRA is signatory and cannot become "
		"suspended; from there it becomes in-force or withdrawn"));
	world_free(world);
}

/* ---- two signatures, dates ---- */

static void test_life(void)
{
	struct world *world = world_framed();
	DO(world, "ola", "member.set", "because=x members=[code=FRA status=in-force since=%lld "
		"authority='Art. 12']", (long long)DAY(10));
	const struct member_step *step = state_find(world->state, TABLE_MEMBER_STEP, "FRA/2");
	CU_ASSERT_PTR_NOT_NULL_FATAL(step);
	CU_ASSERT_EQUAL(step->state, SETTING_PROPOSED);
	CU_ASSERT_STRING_EQUAL(step->authority, "Art. 12");
	CU_ASSERT_STRING_EQUAL(step->because, "x");
	CU_ASSERT(world_sign(world, "ola", "N-2026-0001"));
	CU_ASSERT_EQUAL(step->state, SETTING_PROPOSED);
	CU_ASSERT(world_sign(world, "ola", "N-2026-0001"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R14"); /* one person twice */
	CU_ASSERT(world_sign(world, "otto", "N-2026-0001"));
	CU_ASSERT_EQUAL(step->state, SETTING_SCHEDULED);
	CU_ASSERT_EQUAL(member(world, "FRA")->status, MEMBER_SIGNATORY);
	CU_ASSERT_FALSE(member_in_zone(world->state, "FRA", DAY(10) - 1));
	CU_ASSERT(member_in_zone(world->state, "FRA", DAY(10))); /* by what is signed */
	world_pass(world, DAY(10) - 1 - world->now);
	CU_ASSERT_EQUAL(member(world, "FRA")->status, MEMBER_SIGNATORY);
	world_pass(world, 1);
	CU_ASSERT_EQUAL(member(world, "FRA")->status, MEMBER_IN_FORCE);
	CU_ASSERT_EQUAL(member(world, "FRA")->since, DAY(10));
	CU_ASSERT_EQUAL(step_state(world, "FRA/1"), SETTING_SUPERSEDED);
	CU_ASSERT_EQUAL(step_state(world, "FRA/2"), SETTING_IN_FORCE);
	CU_ASSERT_FALSE(member_in_zone(world->state, "FRA", DAY(10) - 1)); /* history stays */
	world_free(world);
}

static void test_rejected(void)
{
	struct world *world = world_framed();
	DO(world, "ola", "member.set", "because=x members=[code=FRA status=in-force; code=BRA "
		"name=Brazil status=delegation]");
	FAILS(world, ERROR_CONFLICT, "oma", "member.set", "because=x members=[code=FRA status=withdrawn]");
	CU_ASSERT_PTR_NOT_NULL(strstr(world->error.message, "FRA/2 is proposed already and waits as "
		"N-2026-0001"));
	DO(world, "oma", "document.reject", "document=N-2026-0001 because=no");
	CU_ASSERT_EQUAL(step_state(world, "FRA/2"), SETTING_REJECTED);
	CU_ASSERT_PTR_NULL(member(world, "BRA"));
	DO_SIGNED(world, "ola", "member.set", "because=x members=[code=FRA status=withdrawn; code=BRA "
		"name=Brazil status=signatory]");
	CU_ASSERT_EQUAL(step_state(world, "FRA/3"), SETTING_IN_FORCE); /* a version is never given again */
	CU_ASSERT_EQUAL(step_state(world, "BRA/2"), SETTING_IN_FORCE);
	CU_ASSERT_EQUAL(member(world, "FRA")->status, MEMBER_WITHDRAWN);
	CU_ASSERT_EQUAL(member(world, "BRA")->status, MEMBER_SIGNATORY);
	CU_ASSERT_FALSE(member_in_zone(world->state, "FRA", world->now));
	world_free(world);
}

/* A list may tell a whole past; a step that is signed later takes the place of one to come. */
static void test_order(void)
{
	struct world *world = world_framed();
	DO_SIGNED(world, "ola", "member.set", "because=history members=[code=JPN name=Japan "
		"status=delegation since=%lld; code=JPN status=signatory since=%lld; code=JPN "
		"status=in-force since=%lld; code=JPN status=suspended since=%lld]", (long long)DAY(-300),
		(long long)DAY(-200), (long long)DAY(-100), (long long)DAY(50));
	CU_ASSERT_EQUAL(member(world, "JPN")->status, MEMBER_IN_FORCE);
	CU_ASSERT_EQUAL(member(world, "JPN")->since, DAY(-100));
	static const struct { int day; enum member_status status; } held[] = {
		{ -301, MEMBER_NONE }, { -300, MEMBER_DELEGATION }, { -200, MEMBER_SIGNATORY },
		{ -101, MEMBER_SIGNATORY }, { -100, MEMBER_IN_FORCE }, { 49, MEMBER_IN_FORCE },
		{ 50, MEMBER_SUSPENDED },
	};
	for (size_t i = 0; i < sizeof held / sizeof *held; i++) {
		const struct member_step *step = member_step_at(member(world, "JPN"), DAY(held[i].day));
		CU_ASSERT_EQUAL(step != NULL ? step->status : MEMBER_NONE, held[i].status);
		CU_ASSERT_EQUAL(member_in_zone(world->state, "JPN", DAY(held[i].day)),
			held[i].status == MEMBER_IN_FORCE);
	}
	FAILS(world, ERROR_ILLEGAL, "ola", "member.set", "because=x members=[code=JPN "
		"status=suspended since=%lld]", (long long)DAY(-101));
	CU_ASSERT_PTR_NOT_NULL(strstr(world->error.message, "steps go forward"));
	FAILS(world, ERROR_ILLEGAL, "ola", "member.set", "because=x members=[code=KOR name=Korea "
		"status=delegation since=%lld; code=KOR status=signatory since=%lld]", (long long)DAY(2),
		(long long)DAY(1));
	FAILS(world, ERROR_ILLEGAL, "ola", "member.set", "because=x members=[code=JPN "
		"status=suspended since=%lld]", (long long)DAY(60)); /* it will be by then */
	DO_SIGNED(world, "ola", "member.set", "because=x members=[code=JPN status=withdrawn since=%lld]",
		(long long)DAY(20));
	world_pass(world, DAY(20) - world->now);
	CU_ASSERT_EQUAL(member(world, "JPN")->status, MEMBER_WITHDRAWN);
	CU_ASSERT_EQUAL(step_state(world, "JPN/4"), SETTING_SUPERSEDED);
	world_pass(world, 100 * TIME_DAY_MS);
	CU_ASSERT_EQUAL(member(world, "JPN")->status, MEMBER_WITHDRAWN);
	CU_ASSERT_FALSE(member_in_zone(world->state, "JPN", DAY(60)));
	world_free(world);
}

/* What was signed for a day that a later step has overtaken cannot go in between any more. */
static void test_overtaken(void)
{
	struct world *world = world_framed();
	DO_SIGNED(world, "ola", "member.set", "because=x members=[code=AUT status=suspended since=%lld]",
		(long long)DAY(10));
	DO(world, "ola", "member.set", "because=x members=[code=AUT status=withdrawn since=%lld]",
		(long long)DAY(5));
	CU_ASSERT(world_sign(world, "ola", "N-2026-0002"));
	world_pass(world, DAY(11) - world->now);
	CU_ASSERT_FALSE(world_sign(world, "oma", "N-2026-0002"));
	CU_ASSERT_EQUAL(world->error.id, ERROR_ILLEGAL);
	CU_ASSERT_EQUAL(member(world, "AUT")->status, MEMBER_SUSPENDED);
	DO(world, "oma", "document.reject", "document=N-2026-0002 because=late");
	world_free(world);
}

static void test_refused(void)
{
	struct world *world = world_framed();
	static const struct { enum error_id error; const char *line; } cases[] = {
		{ ERROR_LIMIT, "because=x members=[]" },
		{ ERROR_INVALID, "because=x members=[code=BRA status=delegation]" },         /* no name */
		{ ERROR_INVALID, "because=x members=[code='B A' name=B status=delegation]" },
		{ ERROR_ILLEGAL, "because=x members=[code=AUT kind=organisation status=suspended]" },
		{ ERROR_NOT_FOUND, "because=x members=[code=AUT part_of=EUE status=in-force]" },
		{ ERROR_NOT_FOUND, "because=x members=[code=AUT part_of=ITA status=in-force]" },
		{ ERROR_ILLEGAL, "because=x members=[code=AUT status=in-force]" },           /* it is */
		{ ERROR_INVALID, "because=x members=[code=EUE name=E kind=organisation status=in-force; "
			"code=OAS name=O kind=organisation part_of=EUE status=in-force]" },
		{ ERROR_ILLEGAL, "because=x members=[code=FRA status=in-force; code=DEU status=signatory]" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		FAILS(world, cases[i].error, "ola", "member.set", "%s", cases[i].line);
	FAILS(world, ERROR_DENIED, "kim", "member.set", "because=x members=[code=FRA status=in-force]");
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_DOCUMENT, "N-2026-0001"));
	world_free(world);
}

/* ---- as old ledgers have it ---- */

/* A member recorded before steps were signed: what stood becomes version 1 of its first step. */
static void test_old(void)
{
	struct world *world = world_framed();
	const struct descriptor *body = event_member_set.body;
	void *record = arena_alloc(world->arena, body->size);
	record_clear(body, record);
	body_copy((char *)record + descriptor_field(body, "code")->offset, 8, "PER");
	body_copy((char *)record + descriptor_field(body, "name")->offset, NAME_MAX_BYTES, "Peru");
	field_set_number(descriptor_field(body, "status"), record, MEMBER_SIGNATORY);
	field_set_number(descriptor_field(body, "since"), record, DAY(-50));
	reserve_apply(world->state, &(struct applied){ .index = state_size(world->state),
		.at = world->now, .effective = ABSENT, .actor = "ola" }, &event_member_set, record);
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_MEMBER_STEP, "PER/1"));
	FAILS(world, ERROR_ILLEGAL, "ola", "member.set", "because=x members=[code=PER status=suspended]");
	DO_SIGNED(world, "ola", "member.set", "because=x members=[code=PER status=in-force]");
	CU_ASSERT_EQUAL(step_state(world, "PER/1"), SETTING_SUPERSEDED);
	CU_ASSERT_EQUAL(step_state(world, "PER/2"), SETTING_IN_FORCE);
	CU_ASSERT_STRING_EQUAL(member(world, "PER")->name, "Peru");
	CU_ASSERT_EQUAL(member_step_at(member(world, "PER"), DAY(-50))->status, MEMBER_SIGNATORY);
	CU_ASSERT_PTR_NULL(member_step_at(member(world, "PER"), DAY(-50) - 1));
	world_free(world);
}

/* ---- organisations and their states ---- */

/* The Union of Austria, Italy and France, the last not in force by itself. */
static struct world *world_union(void)
{
	struct world *world = world_framed();
	DO_SIGNED(world, "ola", "member.set", "because=x members=[code=AUT part_of=EUE status=in-force; "
		"code=FRA part_of=EUE status=signatory; code=EUE name=Union kind=organisation "
		"status=in-force; code=ITA part_of=EUE status=in-force]");
	return world;
}

static void test_in_zone(void)
{
	struct world *world = world_union();
	int64_t now = world->now;
	CU_ASSERT(member_in_zone(world->state, "EUE", now));
	CU_ASSERT(member_in_zone(world->state, "AUT", now));
	CU_ASSERT(member_in_zone(world->state, "FRA", now)); /* by its organisation */
	CU_ASSERT_FALSE(member_in_zone(world->state, "FRA", now - 1));
	CU_ASSERT_FALSE(member_in_zone(world->state, "DEU", now));
	CU_ASSERT_FALSE(member_in_zone(world->state, "CHN", now));
	world_pass(world, 1000);
	DO_SIGNED(world, "ola", "member.set", "because=leaves members=[code=FRA part_of=none "
		"status=signatory]"); /* the same standing, and part of nothing any more */
	CU_ASSERT_FALSE(member_in_zone(world->state, "FRA", world->now));
	CU_ASSERT(member_in_zone(world->state, "FRA", now));
	CU_ASSERT_EQUAL(member(world, "FRA")->since, WORLD_BEGIN - 365 * TIME_DAY_MS);
	world_pass(world, 1000);
	DO_SIGNED(world, "ola", "member.set", "because=x members=[code=EUE status=suspended]");
	CU_ASSERT(member_in_zone(world->state, "AUT", world->now));
	CU_ASSERT_FALSE(member_in_zone(world->state, "EUE", world->now));
	world_free(world);
}

static void base(struct world *world, const char *code, const char *scope, int64_t mass_g)
{
	DO_SIGNED(world, "ola", "rule.set", "because=x rules=[code=%s kind=consumption-base %s "
		"mass_g=%lld commitment_g=%lld production_g=%lld imports_g=%lld]", code, scope,
		(long long)mass_g, (long long)mass_g / 10, (long long)mass_g / 100, (long long)mass_g / 2);
}

static int64_t counted_g(const struct world *world, const char *code, const char *commodity,
	enum base_figure figure)
{
	const struct rule_scope scope = { .state = world->state, .member = member(world, code),
		.commodity = world_commodity(world, commodity) };
	const struct rule *found = rule_base(&scope);
	return found != NULL ? rule_counted_g(&scope, found, figure) : -1;
}

static void test_counted_once(void)
{
	struct world *world = world_union();
	base(world, "eue", "commodity=ga member=EUE", 1000000);
	CU_ASSERT_EQUAL(counted_g(world, "EUE", "ga", BASE_MASS), 1000000);
	base(world, "aut", "commodity=ga member=AUT", 300000);
	CU_ASSERT_EQUAL(counted_g(world, "EUE", "ga", BASE_MASS), 700000);
	CU_ASSERT_EQUAL(counted_g(world, "EUE", "ga", BASE_COMMITMENT), 70000);
	CU_ASSERT_EQUAL(counted_g(world, "EUE", "ga", BASE_PRODUCTION), 7000);
	CU_ASSERT_EQUAL(counted_g(world, "EUE", "ga", BASE_IMPORTS), 350000);
	CU_ASSERT_EQUAL(counted_g(world, "AUT", "ga", BASE_MASS), 300000);
	base(world, "all", "commodity=ga", 5000); /* names no state, and so takes nothing from the whole */
	CU_ASSERT_EQUAL(counted_g(world, "EUE", "ga", BASE_MASS), 700000);
	base(world, "deu", "commodity=ga member=DEU", 400000); /* is no state of it */
	CU_ASSERT_EQUAL(counted_g(world, "EUE", "ga", BASE_MASS), 700000);
	base(world, "ita", "mineral=gallium member=ITA", 100000);
	CU_ASSERT_EQUAL(counted_g(world, "EUE", "ga", BASE_MASS), 700000); /* "all" is narrower */
	base(world, "ita-ga", "commodity=ga member=ITA", 900000);
	CU_ASSERT_EQUAL(counted_g(world, "EUE", "ga", BASE_MASS), 0); /* never below nothing */
	CU_ASSERT_EQUAL(counted_g(world, "EUE", "ga", BASE_IMPORTS), -100000);
	CU_ASSERT_EQUAL(counted_g(world, "EUE", "wo3", BASE_MASS), -1);
	world_free(world);
}

/*
 * What a state without a base of its own was awarded is used of the whole's; one with a base is
 * apart.
 */
static void test_awards_once(void)
{
	struct world *world = world_union();
	world_lot(world, "GA-1", "ga", 1000000, 1000000, ABSENT);
	world_floors(world, "ga", 100000, 50000);
	base(world, "eue", "commodity=ga member=EUE", 400000);
	base(world, "aut", "commodity=ga member=AUT", 100000);
	world_declare(world, "limited", "commodity=ga cap_g=900000");
	DO(world, "kim", "request.submit", "member=AUT commodity=ga mass_g=100000");
	DO(world, "kim", "request.submit", "member=EUE commodity=ga mass_g=200000");
	DO(world, "kim", "request.submit", "member=ITA commodity=ga mass_g=60000");
	REFUSED(world, "request", "kim", "request.submit", "member=EUE commodity=ga mass_g=40001");
	DO(world, "kim", "request.submit", "member=EUE commodity=ga mass_g=40000");
	REFUSED(world, "request", "kim", "request.submit", "member=AUT commodity=ga mass_g=1");
	world_free(world);
}

int main(void)
{
	return run_cases("reserve members", (CU_TestInfo[]){
		{ "every pair of the state machine", test_pairs },
		{ "what may follow is named", test_names_what_follows },
		{ "proposed, scheduled, in force, superseded", test_life },
		{ "rejected, and versions after that", test_rejected },
		{ "dates in order, past and to come", test_order },
		{ "overtaken before it was signed", test_overtaken },
		{ "bad steps", test_refused },
		{ "members of old ledgers", test_old },
		{ "in the zone by an organisation", test_in_zone },
		{ "bases of a union and its states", test_counted_once },
		{ "awards of a union and its states", test_awards_once },
		CU_TEST_INFO_NULL,
	});
}
