/* Rules as rows: proposed, signed, in force, superseded, ended; which apply; what members had by day. */
#include "reserve_world.h"

#include "reserve/emergency/rule.h"
#include "reserve/emergency/usage.h"
#include "reserve/refusal.h"
#include "reserve/words.h"
#include "reserve/zone/member.h"

#define SET "because=policy rules=[%s]"

static const struct rule *version(const struct world *world, const char *id)
{
	return state_find(world->state, TABLE_RULE, id);
}

static struct rule_scope scope_of(const struct world *world, const char *commodity,
	const char *member)
{
	return (struct rule_scope){ .state = world->state,
		.commodity = world_commodity(world, commodity),
		.member = state_find(world->state, TABLE_MEMBER, member),
		.declaration = world_commodity(world, commodity)->declaration };
}

/* The ids of all that apply, in the order in which they are found: "a/1 b/2". */
static const char *applying(const struct rule_scope *scope, enum rule_kind kind)
{
	static char text[1024];
	struct rule_cursor cursor = { 0 };
	const struct rule *rule;
	text[0] = '\0';
	while ((rule = rule_next(scope, kind, &cursor)) != NULL)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s",
			text[0] != '\0' ? " " : "", rule->id);
	return text;
}

/* ---- the life of a version ---- */

static void test_life(void)
{
	struct world *world = world_framed();
	struct rule_scope scope = scope_of(world, "ga", "AUT");
	DO(world, "ola", "rule.set", SET, "code=ga-cap kind=member-cap commodity=ga mass_g=500 days=90");
	CU_ASSERT_STRING_EQUAL(world->id, "N-2026-0001");
	CU_ASSERT_EQUAL(((const struct document *)state_find(world->state, TABLE_DOCUMENT,
		"N-2026-0001"))->need, 2);
	CU_ASSERT_EQUAL(version(world, "ga-cap/1")->state, SETTING_PROPOSED);
	CU_ASSERT_STRING_EQUAL(applying(&scope, RULE_NONE), "");
	CU_ASSERT(world_sign(world, "ola", "N-2026-0001"));
	CU_ASSERT_STRING_EQUAL(applying(&scope, RULE_NONE), "");
	CU_ASSERT(world_sign(world, "oma", "N-2026-0001"));
	CU_ASSERT_STRING_EQUAL(applying(&scope, RULE_NONE), "ga-cap/1");
	CU_ASSERT(rule_any(&scope));
	const struct rule *rule = version(world, "ga-cap/1");
	CU_ASSERT_EQUAL(rule->state, SETTING_IN_FORCE);
	CU_ASSERT_EQUAL(rule->mass_g, 500);
	CU_ASSERT_EQUAL(rule->days, 90);
	CU_ASSERT_EQUAL(rule->share_ppm, ABSENT);
	CU_ASSERT_STRING_EQUAL(rule->because, "policy");
	DO_SIGNED(world, "ola", "rule.set", SET, "code=ga-cap kind=member-cap share_ppm=250000 days=30");
	CU_ASSERT_PTR_NULL(version(world, "ga-cap/1"));
	CU_ASSERT_STRING_EQUAL(applying(&scope, RULE_MEMBER_CAP), "ga-cap/2"); /* of all metal now */
	struct rule_scope other = scope_of(world, "wo3", "AUT");
	CU_ASSERT_STRING_EQUAL(applying(&other, RULE_NONE), "ga-cap/2");
	DO_SIGNED(world, "ola", "rule.set", SET, "code=ga-cap kind=member-cap ends=true");
	CU_ASSERT_STRING_EQUAL(applying(&scope, RULE_NONE), "");
	CU_ASSERT_FALSE(rule_any(&scope));
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_RULE), 0);
	FAILS(world, ERROR_ILLEGAL, "ola", "rule.set", SET, "code=ga-cap kind=member-cap ends=true");
	DO_SIGNED(world, "ola", "rule.set", SET, "code=ga-cap kind=request-cap mass_g=5");
	CU_ASSERT_STRING_EQUAL(applying(&scope, RULE_NONE), "ga-cap/4"); /* 3 was its end */
	world_free(world);
}

/* What is signed is in the text, in grams and days as they were given. */
static void test_text(void)
{
	struct world *world = world_framed();
	DO(world, "ola", "rule.set", "because='board of 3 Nov' rules=[code=cap kind=member-cap "
		"commodity=ga member=AUT declaration_kind=limited share_ppm=5 days=90; code=base "
		"kind=consumption-base mass_g=1000 imports_g=-7 proxy=true; code=to kind=destinations "
		"words=AUT,ITA effective_at=%lld]", (long long)(world->now + TIME_DAY_MS));
	const struct document *note = state_find(world->state, TABLE_DOCUMENT, world->id);
	CU_ASSERT_PTR_NOT_NULL_FATAL(note);
	static const char *const lines[] = { "projectvault.org/rules@v1\n", "because board of 3 Nov\n",
		"rules 3\n", "rule cap v1 member-cap from 2026-11-22T09:33:20Z commodity ga days 90 "
		"declaration_kind limited member AUT share_ppm 5\n",
		"rule base v1 consumption-base from 2026-11-22T09:33:20Z imports -7 g mass 1000 g "
		"proxy yes\n", "rule to v1 destinations from 2026-11-23T09:33:20Z words AUT,ITA\n" };
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		CU_ASSERT_PTR_NOT_NULL(strstr(note->text, lines[i]));
	world_free(world);
}

static void test_dates(void)
{
	struct world *world = world_framed();
	struct rule_scope scope = scope_of(world, "ga", "AUT");
	char item[256];
	FAILS(world, ERROR_INVALID, "ola", "rule.set", "because=x rules=[code=cap kind=request-cap "
		"mass_g=5 effective_at=%lld]", (long long)(world->now - 1));
	snprintf(item, sizeof item, "code=cap kind=request-cap mass_g=5 effective_at=%lld",
		(long long)(world->now + TIME_DAY_MS));
	DO_SIGNED(world, "ola", "rule.set", SET, item);
	CU_ASSERT_EQUAL(version(world, "cap/1")->state, SETTING_SCHEDULED);
	DO_SIGNED(world, "ola", "rule.set", SET, "code=cap kind=request-cap mass_g=7");
	CU_ASSERT_STRING_EQUAL(applying(&scope, RULE_NONE), "cap/2"); /* the older one gives way */
	CU_ASSERT_PTR_NULL(version(world, "cap/1"));
	snprintf(item, sizeof item, "code=cap kind=request-cap mass_g=9 effective_at=%lld",
		(long long)(world->now + 2 * TIME_DAY_MS));
	DO_SIGNED(world, "ola", "rule.set", SET, item);
	world_pass(world, 2 * TIME_DAY_MS - 1);
	CU_ASSERT_STRING_EQUAL(applying(&scope, RULE_NONE), "cap/2");
	world_pass(world, 1);
	CU_ASSERT_STRING_EQUAL(applying(&scope, RULE_NONE), "cap/3");
	snprintf(item, sizeof item, "code=cap kind=request-cap ends=true effective_at=%lld",
		(long long)(world->now + 10));
	DO_SIGNED(world, "ola", "rule.set", SET, item);
	world_pass(world, 9);
	CU_ASSERT_STRING_EQUAL(applying(&scope, RULE_NONE), "cap/3");
	world_pass(world, 1);
	CU_ASSERT_STRING_EQUAL(applying(&scope, RULE_NONE), "");
	world_free(world);
}

/* A later version that is signed first holds: the earlier one, signed after it, takes nothing back. */
static void test_order_of_versions(void)
{
	struct world *world = world_framed();
	struct rule_scope scope = scope_of(world, "ga", "AUT");
	char item[256];
	snprintf(item, sizeof item, "code=cap kind=request-cap mass_g=5 effective_at=%lld",
		(long long)(world->now + TIME_DAY_MS));
	DO_SIGNED(world, "ola", "rule.set", SET, item);
	snprintf(item, sizeof item, "code=cap kind=request-cap mass_g=6 effective_at=%lld",
		(long long)(world->now + 5 * TIME_DAY_MS));
	DO_SIGNED(world, "ola", "rule.set", SET, item);
	world_pass(world, TIME_DAY_MS);
	CU_ASSERT_STRING_EQUAL(applying(&scope, RULE_NONE), "cap/1");
	CU_ASSERT_EQUAL(version(world, "cap/2")->state, SETTING_SCHEDULED);
	world_pass(world, 4 * TIME_DAY_MS);
	CU_ASSERT_STRING_EQUAL(applying(&scope, RULE_NONE), "cap/2");
	world_free(world);
}

static void test_rejected(void)
{
	for (int unsealed = 0; unsealed < 2; unsealed++) {
		struct world *world = world_framed();
		struct rule_scope scope = scope_of(world, "ga", "AUT");
		world->unsealed = unsealed == 1;
		DO(world, "ola", "rule.set", SET, "code=cap kind=request-cap mass_g=5; "
			"code=other kind=request-cap mass_g=5");
		FAILS(world, ERROR_CONFLICT, "ola", "rule.set", SET, "code=cap kind=request-cap mass_g=6");
		CU_ASSERT_PTR_NOT_NULL(strstr(world->error.message, "N-2026-0001"));
		CU_ASSERT_STRING_EQUAL(world->error.field, "code");
		DO(world, "oma", "document.reject", "document=N-2026-0001 because=no");
		CU_ASSERT_PTR_NULL(version(world, "cap/1"));
		CU_ASSERT_PTR_NULL(version(world, "other/1"));
		DO_SIGNED(world, "ola", "rule.set", SET, "code=cap kind=request-cap mass_g=6");
		CU_ASSERT_STRING_EQUAL(applying(&scope, RULE_NONE), "cap/2");
		DO(world, "ola", "rule.set", SET, "code=cap kind=request-cap mass_g=1");
		DO(world, "oma", "document.reject", "document=%s because=no", world->id);
		CU_ASSERT_STRING_EQUAL(applying(&scope, RULE_NONE), "cap/2"); /* stays as it was */
			world_free(world);
	}
}

/* ---- what a kind takes ---- */

/* Too long for the text: the note names the digest of its content, and all are proposed. */
static void test_many(void)
{
	struct world *world = world_framed();
	enum { MANY = 400 };
	static char items[MANY * 80];
	items[0] = '\0';
	for (int i = 0; i < MANY; i++)
		snprintf(items + strlen(items), 80, "%scode=r-%d kind=request-cap mass_g=%d",
			i > 0 ? ";" : "", i, i + 1);
	static char line[sizeof items + 40];
	snprintf(line, sizeof line, "because=x rules=[%s]", items);
	const struct command_type *type = command_type_find("rule.set");
	static const uint8_t digest[32] = { 0xab };
	struct context context = { .state = world->state, .now = world->now,
		.actor = person_find(world->state, "ola"), .arena = world->arena,
		.content_digest = digest };
	struct decision decision = { 0 };
	struct error error = { 0 };
	CU_ASSERT(reserve_decide(&context, type, params_read(world->arena, type->params, line),
		&decision, &error));
	CU_ASSERT_EQUAL(decision.count, MANY + 1);
	world_apply(world, &decision, "ola");
	const struct document *note = state_find(world->state, TABLE_DOCUMENT, "N-2026-0001");
	CU_ASSERT_PTR_NOT_NULL_FATAL(note);
	CU_ASSERT_PTR_NOT_NULL(strstr(note->text, "\ncontent-sha256 ab00"));
	CU_ASSERT_PTR_NULL(strstr(note->text, "r-1 "));
	world_signed(__LINE__, world, "N-2026-0001");
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_RULE), MANY);
	world_free(world);
}

static void test_refused_items(void)
{
	static const struct {
		enum error_id error;
		const char *field, *item;
	} cases[] = {
		{ ERROR_INVALID, "days", "kind=member-cap mass_g=5" },
		{ ERROR_INVALID, "mass_g", "kind=member-cap days=5" },
		{ ERROR_INVALID, "mass_g", "kind=member-cap days=5 mass_g=5 share_ppm=5" },
		{ ERROR_INVALID, "words", "kind=member-cap days=5 mass_g=5 words=a" },
		{ ERROR_INVALID, "mass_g", "kind=request-cap" },
		{ ERROR_INVALID, "share_ppm", "kind=request-cap mass_g=5 share_ppm=5" },
		{ ERROR_INVALID, "days", "kind=request-cap mass_g=5 days=5" },
		{ ERROR_INVALID, "signatures", "kind=request-cap mass_g=5 signatures=2" },
		{ ERROR_INVALID, "words", "kind=eligibility" },
		{ ERROR_INVALID, "words", "kind=eligibility words=in-force,friendly" },
		{ ERROR_INVALID, "words", "kind=eligibility words=in-force,in-force" },
		{ ERROR_INVALID, "words", "kind=eligibility words=in-force," },
		{ ERROR_INVALID, "mass_g", "kind=eligibility words=in-force mass_g=5" },
		{ ERROR_INVALID, "words", "kind=purposes" },
		{ ERROR_INVALID, "words", "kind=purposes words=wafers,,alloys" },
		{ ERROR_INVALID, "words", "kind=purposes words='wafers, alloys'" },
		{ ERROR_INVALID, "words", "kind=purposes words=a-purpose-longer-than-any-request-takes" },
		{ ERROR_INVALID, "words", "kind=resale-ban" },
		{ ERROR_INVALID, "days", "kind=notice" },
		{ ERROR_INVALID, "mass_g", "kind=notice days=5 mass_g=5" },
		{ ERROR_INVALID, "mass_g", "kind=site-loadout words=north" },
		{ ERROR_INVALID, "words", "kind=site-loadout mass_g=5" },
		{ ERROR_INVALID, "words", "kind=site-loadout mass_g=5 words=west" },
		{ ERROR_INVALID, "words", "kind=site-loadout mass_g=5 words=north,south" },
		{ ERROR_INVALID, "words", "kind=origin-ban words=Russia" },
		{ ERROR_INVALID, "words", "kind=origin-ban words=RUS,rus" },
		{ ERROR_INVALID, "words", "kind=destinations words=AU" },
		{ ERROR_INVALID, "signatures", "kind=approvals mass_g=5" },
		{ ERROR_INVALID, "mass_g", "kind=approvals signatures=2" },
		{ ERROR_INVALID, "mass_g", "kind=approvals signatures=2 mass_g=5 value_cents=5" },
		{ ERROR_INVALID, "signatures", "kind=approvals mass_g=5 signatures=4" }, /* of 3 officers */
		{ ERROR_INVALID, "mass_g", "kind=consumption-base days=5" },
		{ ERROR_INVALID, "value_cents", "kind=consumption-base mass_g=5 value_cents=5" },
		{ ERROR_INVALID, "proxy", "kind=request-cap mass_g=5 proxy=true" },
		{ ERROR_INVALID, "imports_g", "kind=request-cap mass_g=5 imports_g=-5" },
		{ ERROR_INVALID, "mineral", "kind=request-cap mass_g=5 commodity=ga mineral=gallium" },
		{ ERROR_NOT_FOUND, "commodity", "kind=request-cap mass_g=5 commodity=gold" },
		{ ERROR_NOT_FOUND, "mineral", "kind=request-cap mass_g=5 mineral=gold" },
		{ ERROR_NOT_FOUND, "member", "kind=request-cap mass_g=5 member=XXX" },
		{ ERROR_ILLEGAL, "ends", "kind=request-cap ends=true" },
		{ ERROR_INVALID, "code", "code='a b' kind=request-cap mass_g=5" },
		{ ERROR_CONFLICT, "code", "code=good kind=request-cap mass_g=5" },
		{ ERROR_INVALID, "kind", "code=cap kind=notice days=5" },
		{ ERROR_INVALID, "mass_g", "code=cap kind=request-cap ends=true mass_g=5" },
		{ ERROR_INVALID, "member", "code=cap kind=request-cap ends=true member=AUT" },
	};
	struct world *world = world_framed();
	DO_SIGNED(world, "ola", "rule.set", SET, "code=cap kind=request-cap mass_g=5");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *code = text_starts(cases[i].item, "code=") ? "" : "code=x ";
		FAILS(world, cases[i].error, "ola", "rule.set", "because=x rules=[code=good "
			"kind=request-cap mass_g=1; %s%s]", code, cases[i].item);
		bool named = text_equal(world->error.field, cases[i].field) &&
			text_starts(world->error.message, "rule 2: ");
		if (!named)
			printf("\n  %s: %s: %s\n", cases[i].item, world->error.field, world->error.message);
		CU_ASSERT(named);
	}
	FAILS(world, ERROR_LIMIT, "ola", "rule.set", "because=x rules=[]");
	FAILS(world, ERROR_DENIED, "kim", "rule.set", SET, "code=x kind=request-cap mass_g=5");
	static char words[RULE_WORDS_MAX + 1];
	for (int i = 0; i < RULE_WORDS_MAX / 4; i++)
		snprintf(words + 4 * i, 5, "%c%c%c,", 'A' + i / 676, 'A' + i / 26 % 26, 'A' + i % 26);
	words[RULE_WORDS_MAX - 1] = '\0'; /* 256 countries: one byte less than the most */
	DO(world, "ola", "rule.set", "because=x rules=[code=w kind=origin-ban words=%s]", words);
	words[RULE_WORDS_MAX - 1] = 'A';
	FAILS(world, ERROR_LIMIT, "ola", "rule.set", "because=x rules=[code=w2 kind=origin-ban words=%s]",
		words);
	world_free(world);
}

/* One good item of every kind. */
static void test_kinds(void)
{
	static const char *const items[] = {
		"kind=member-cap mass_g=5 days=366", "kind=member-cap share_ppm=1000000 days=1",
		"kind=request-cap mass_g=5 member=FRA", "kind=eligibility words=in-force",
		"kind=purposes words='wafers,solar cells'", "kind=resale-ban words=trading",
		"kind=notice days=14 declaration_kind=full", "kind=site-loadout mass_g=5 words=south",
		"kind=origin-ban words=RUS,CHN mineral=gallium", "kind=destinations words=AUT",
		"kind=approvals mass_g=5 signatures=3", "kind=approvals value_cents=5 signatures=2",
		("kind=consumption-base mass_g=5 days=365 proxy=true commitment_g=1 production_g=0 "
		"imports_g=-5 member=AUT commodity=ga"),
	};
	struct world *world = world_framed();
	for (size_t i = 0; i < sizeof items / sizeof *items; i++)
		DO_SIGNED(world, "ola", "rule.set", "because=x rules=[code=r-%d %s]", (int)i, items[i]);
	CU_ASSERT_EQUAL(state_count(world->state, TABLE_RULE), sizeof items / sizeof *items);
	CU_ASSERT(rule_has_word(version(world, "r-4/1"), "solar cells"));
	CU_ASSERT_FALSE(rule_has_word(version(world, "r-4/1"), "solar"));
	CU_ASSERT_FALSE(rule_has_word(version(world, "r-4/1"), ""));
	CU_ASSERT_FALSE(rule_has_word(version(world, "r-0/1"), "wafers")); /* has no words */
	world_free(world);
}

/* ---- which apply ---- */

static void test_scope(void)
{
	struct world *world = world_stocked(); /* a limited declaration of ga */
	DO_SIGNED(world, "ola", "rule.set", SET, "code=z-all kind=request-cap mass_g=1; "
		"code=a-all kind=member-cap mass_g=1 days=1; code=b-ga kind=request-cap commodity=ga mass_g=1; "
		"code=a-ga kind=request-cap commodity=ga mass_g=1; "
		"code=gallium kind=request-cap mineral=gallium mass_g=1; "
		"code=w kind=request-cap mineral=tungsten mass_g=1; "
		"code=aut kind=request-cap member=AUT mass_g=1; "
		"code=limited kind=request-cap declaration_kind=limited mass_g=1; "
		"code=full kind=request-cap declaration_kind=full mass_g=1");
	struct rule_scope aut = scope_of(world, "ga", "AUT"), ita = scope_of(world, "ga", "ITA"),
		tungsten = scope_of(world, "wo3", "ITA"), nobody = { .state = world->state };
	CU_ASSERT_STRING_EQUAL(applying(&aut, RULE_REQUEST_CAP),
		"a-ga/1 b-ga/1 gallium/1 aut/1 limited/1 z-all/1");
	CU_ASSERT_STRING_EQUAL(applying(&ita, RULE_REQUEST_CAP),
		"a-ga/1 b-ga/1 gallium/1 limited/1 z-all/1");
	CU_ASSERT_STRING_EQUAL(applying(&ita, RULE_MEMBER_CAP), "a-all/1");
	CU_ASSERT_STRING_EQUAL(applying(&ita, RULE_NOTICE), "");
	CU_ASSERT_STRING_EQUAL(applying(&ita, RULE_NONE),
		"a-ga/1 b-ga/1 gallium/1 a-all/1 limited/1 z-all/1");
	CU_ASSERT_STRING_EQUAL(applying(&tungsten, RULE_REQUEST_CAP), "w/1 z-all/1"); /* none declared */
	CU_ASSERT_STRING_EQUAL(applying(&nobody, RULE_REQUEST_CAP), "z-all/1");
	world_free(world);
}

static bool trial_of(struct world *world, const char *item, struct rule *ret_rule)
{
	struct context context = { .state = world->state, .now = world->now, .arena = world->arena };
	arena_reset(world->arena);
	world->error = (struct error){ 0 };
	return rule_trial(&context, params_read(world->arena, &rule_item_descriptor, item), ret_rule,
		&world->error);
}

/* A trial stands in for the version in force of its code, and is given wherever it would apply. */
static void test_trial_scope(void)
{
	struct world *world = world_stocked();
	struct rule trial;
	DO_SIGNED(world, "ola", "rule.set", SET, "code=a kind=request-cap mass_g=1; "
		"code=b kind=request-cap commodity=ga mass_g=1");
	struct rule_scope scope = scope_of(world, "ga", "AUT");
	scope.trial = &trial;
	static const struct { const char *item, *applying; } cases[] = {
		{ "code=a kind=request-cap mass_g=2", "a/2 b/1" },
		{ "code=a kind=request-cap mass_g=2 commodity=wo3", "b/1" },
		{ "code=a kind=request-cap mass_g=2 mineral=tungsten", "b/1" },
		{ "code=a kind=request-cap mass_g=2 mineral=gallium member=AUT", "a/2 b/1" },
		{ "code=a kind=request-cap mass_g=2 member=ITA", "b/1" },
		{ "code=a kind=request-cap mass_g=2 declaration_kind=full", "b/1" },
		{ "code=b kind=request-cap ends=true", "a/1" },
		{ "code=c kind=request-cap mass_g=2", "c/1 b/1 a/1" },
		{ "code=c kind=notice days=2", "b/1 a/1" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CU_ASSERT_FATAL(trial_of(world, cases[i].item, &trial));
		CU_ASSERT_STRING_EQUAL(applying(&scope, RULE_REQUEST_CAP), cases[i].applying);
	}
	CU_ASSERT_FALSE(trial_of(world, "code=a kind=notice days=2", &trial));
	CU_ASSERT_STRING_EQUAL(world->error.field, "kind");
	CU_ASSERT_FALSE(trial_of(world, "code=q kind=request-cap", &trial));
	DO(world, "ola", "rule.set", SET, "code=a kind=request-cap mass_g=3");
	CU_ASSERT(trial_of(world, "code=a kind=request-cap mass_g=2", &trial)); /* though one is open */
	CU_ASSERT_STRING_EQUAL(trial.id, "a/3");
	CU_ASSERT_EQUAL(version(world, "a/1")->state, SETTING_IN_FORCE);
	world_free(world);
}

static const char *base_code(const struct rule_scope *scope)
{
	const struct rule *base = rule_base(scope);
	return base != NULL ? base->code : "";
}

/* Of the commodity before its mineral before all; there the member's before everybody's. */
static void test_base(void)
{
	struct world *world = world_stocked();
	struct rule_scope aut = scope_of(world, "ga", "AUT"), ita = scope_of(world, "ga", "ITA"),
		tungsten = scope_of(world, "wo3", "AUT");
	CU_ASSERT_PTR_NULL(rule_base(&aut));
	static const struct { const char *item, *aut, *ita, *tungsten; } steps[] = {
		{ "code=all mass_g=1", "all", "all", "all" },
		{ "code=all-aut mass_g=1 member=AUT", "all-aut", "all", "all-aut" },
		{ "code=min mass_g=1 mineral=gallium", "min", "min", "all-aut" },
		{ "code=min-aut mass_g=1 mineral=gallium member=AUT", "min-aut", "min", "all-aut" },
		{ "code=com mass_g=1 commodity=ga", "com", "com", "all-aut" },
		{ "code=com-l mass_g=1 commodity=ga declaration_kind=limited", "com-l", "com-l", "all-aut" },
		{ "code=com-aut mass_g=1 commodity=ga member=AUT", "com-aut", "com-l", "all-aut" },
		{ "code=com-a mass_g=1 commodity=ga member=AUT", "com-a", "com-l", "all-aut" },
	};
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		DO_SIGNED(world, "ola", "rule.set", "because=x rules=[kind=consumption-base %s]",
			steps[i].item);
		CU_ASSERT_STRING_EQUAL(base_code(&aut), steps[i].aut);
		CU_ASSERT_STRING_EQUAL(base_code(&ita), steps[i].ita);
		CU_ASSERT_STRING_EQUAL(base_code(&tungsten), steps[i].tungsten);
	}
	world_free(world);
}

static void test_base_mass(void)
{
	struct declaration declaration = { .starts_at = WORLD_BEGIN,
		.ends_at = WORLD_BEGIN + 30 * TIME_DAY_MS };
	static const struct { int64_t mass_g, days, base_g; } cases[] = {
		{ 1000, ABSENT, 1000 }, { 1000, 30, 1000 }, { 1000, 365, 82 }, { 1000, 1, 30000 },
		{ 1000, 29, 1034 }, { VAULT_INT_MAX, 30, VAULT_INT_MAX }, { VAULT_INT_MAX, 1, VAULT_INT_MAX },
		{ 1, 366, 0 },
	};
	CU_ASSERT_EQUAL(rule_base_g(NULL, &declaration), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rule rule = { .mass_g = cases[i].mass_g, .days = cases[i].days };
		CU_ASSERT_EQUAL(rule_base_g(&rule, &declaration), cases[i].base_g);
		CU_ASSERT_EQUAL(rule_base_g(&rule, NULL), cases[i].mass_g);
	}
	/* Extended beyond what a window reaches back. */
	declaration.ends_at = WORLD_BEGIN + 732 * TIME_DAY_MS;
	CU_ASSERT_EQUAL(rule_base_g(&(struct rule){ .mass_g = 1000, .days = 366 }, &declaration), 1000);
}

static void test_approvals(void)
{
	struct world *world = world_stocked();
	struct rule_scope scope = scope_of(world, "ga", "AUT");
	CU_ASSERT_EQUAL(rule_approvals(&scope, 1000, 1000), 0);
	DO_SIGNED(world, "ola", "rule.set", SET, "code=m kind=approvals mass_g=100 signatures=2; "
		"code=v kind=approvals value_cents=5000 signatures=3 commodity=ga; "
		"code=w kind=approvals mass_g=1 signatures=3 commodity=wo3");
	static const struct { int64_t mass_g, value_cents, signatures; } cases[] = {
		{ 99, 4999, 0 }, { 100, 4999, 2 }, { 99, 5000, 3 }, { 100, 5000, 3 }, { 100, ABSENT, 2 },
		{ 99, ABSENT, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CU_ASSERT_EQUAL(rule_approvals(&scope, cases[i].mass_g, cases[i].value_cents),
			cases[i].signatures);
	world_free(world);
}

/* ---- what members had by day ---- */

#define DAY(n) (WORLD_BEGIN / TIME_DAY_MS * TIME_DAY_MS + (int64_t)(n) * TIME_DAY_MS)

static void test_usage(void)
{
	struct world *world = world_framed();
	struct commodity *ga = state_find(world->state, TABLE_COMMODITY, "ga");
	const struct member *aut = state_find(world->state, TABLE_MEMBER, "AUT");
	const struct member *ita = state_find(world->state, TABLE_MEMBER, "ITA");
	CU_ASSERT_EQUAL(usage_g(ga, aut, DAY(0), 366), 0);
	CU_ASSERT_EQUAL(usage_frees_at(ga, aut, DAY(0) + 5, 10, 0), DAY(0) + 5);
	usage_add(ga, aut, DAY(0), 100);
	usage_add(ga, aut, DAY(1) - 1, 10);     /* the last instant of the same day */
	usage_add(ga, ita, DAY(1), 1000);
	usage_add(ga, aut, DAY(3), 1);
	usage_add(ga, aut, DAY(2), 7);          /* late, as when loading */
	CU_ASSERT_EQUAL(usage_g(ga, aut, DAY(0), 1), 110 + 7 + 1); /* nothing lies after today but tests */
	CU_ASSERT_EQUAL(usage_g(ga, aut, DAY(3), 1), 1);
	CU_ASSERT_EQUAL(usage_g(ga, aut, DAY(4) - 1, 1), 1);
	CU_ASSERT_EQUAL(usage_g(ga, aut, DAY(4), 1), 0);           /* across midnight */
	CU_ASSERT_EQUAL(usage_g(ga, aut, DAY(3), 3), 8);
	CU_ASSERT_EQUAL(usage_g(ga, aut, DAY(3), 4), 118);
	CU_ASSERT_EQUAL(usage_g(ga, ita, DAY(3), 4), 1000);
	CU_ASSERT_EQUAL(usage_g(ga, NULL, DAY(3), 4), 1118);
	CU_ASSERT_EQUAL(usage_g(ga, NULL, DAY(3), 2), 8);
	usage_add(ga, aut, DAY(0), -60);        /* it came back */
	CU_ASSERT_EQUAL(usage_g(ga, aut, DAY(3), 4), 58);
	CU_ASSERT_EQUAL(usage_g(ga, NULL, DAY(3), 4), 1058);
	world_free(world);
}

/* The day on which so much is free again, at its 00:00 UTC. */
static void test_usage_frees(void)
{
	struct world *world = world_framed();
	struct commodity *ga = state_find(world->state, TABLE_COMMODITY, "ga");
	const struct member *aut = state_find(world->state, TABLE_MEMBER, "AUT");
	int64_t now = DAY(3) + 12345;
	usage_add(ga, aut, DAY(0) + 99, 110);
	usage_add(ga, aut, DAY(2) + 7, 7);
	usage_add(ga, aut, now, 1);
	static const struct { int64_t left_g; int day; } cases[] = {
		{ 118, -1 }, { 200, -1 }, { 117, 10 }, { 8, 10 }, { 7, 12 }, { 1, 12 }, { 0, 13 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t frees_at = usage_frees_at(ga, aut, now, 10, cases[i].left_g);
		CU_ASSERT_EQUAL(frees_at, cases[i].day < 0 ? now : DAY(cases[i].day));
		CU_ASSERT(usage_g(ga, aut, frees_at, 10) <= cases[i].left_g);
		if (cases[i].day >= 0)
			CU_ASSERT(usage_g(ga, aut, frees_at - 1, 10) > cases[i].left_g);
	}
	world_free(world);
}

/* Beyond the longest window nothing is kept, in whichever order it came. */
static void test_usage_forgets(void)
{
	for (int backwards = 0; backwards < 2; backwards++) {
		struct world *world = world_framed();
		struct commodity *ga = state_find(world->state, TABLE_COMMODITY, "ga");
		const struct member *aut = state_find(world->state, TABLE_MEMBER, "AUT");
		for (int i = 0; i < 1000; i++)
			usage_add(ga, aut, DAY(backwards ? 999 - i : i), 1);
		CU_ASSERT_EQUAL(usage_g(ga, aut, DAY(999), RULE_DAYS_MAX), RULE_DAYS_MAX);
		CU_ASSERT_EQUAL(usage_g(ga, aut, DAY(999), RULE_DAYS_MAX - 1), RULE_DAYS_MAX - 1);
		usage_add(ga, aut, DAY(999 - RULE_DAYS_MAX), -1); /* nobody counts it any more */
		usage_add(ga, aut, DAY(1000 - RULE_DAYS_MAX), -1);
		CU_ASSERT_EQUAL(usage_g(ga, aut, DAY(999), RULE_DAYS_MAX), RULE_DAYS_MAX - 1);
		CU_ASSERT_EQUAL(usage_g(ga, NULL, DAY(999), RULE_DAYS_MAX), RULE_DAYS_MAX - 1);
		world_free(world);
	}
}

/* ---- words ---- */

static void test_words(void)
{
	static const struct { int64_t number; const char *mass, *share; } cases[] = {
		{ 0, "0 g", "0%" }, { 999, "999 g", "0.0999%" }, { 1000, "1 kg", "0.1%" },
		{ 1001, "1.001 kg", "0.1001%" }, { 372300, "372.3 kg", "37.23%" },
		{ 1000000, "1,000 kg", "100%" }, { 1934050, "1,934.05 kg", "193.405%" },
		{ VAULT_INT_MAX, "9,007,199,254,740.991 kg", "900,719,925,474.0991%" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char mass[WORD_MASS], share[WORD_SHARE];
		word_mass(mass, cases[i].number);
		word_share(share, cases[i].number);
		CU_ASSERT_STRING_EQUAL(mass, cases[i].mass);
		CU_ASSERT_STRING_EQUAL(share, cases[i].share);
	}
}

int main(void)
{
	return run_cases("reserve rules", (CU_TestInfo[]){
		{ "proposed, in force, superseded, ended", test_life },
		{ "the text that is signed", test_text },
		{ "from a day on, to a day", test_dates },
		{ "two versions to come", test_order_of_versions },
		{ "rejected, and one open proposal of a code", test_rejected },
		{ "a note too long for its text", test_many },
		{ "what each kind refuses, with the field and the item", test_refused_items },
		{ "what each kind takes", test_kinds },
		{ "scope: commodity, mineral, all; member; kind of declaration", test_scope },
		{ "a trial in place of the version in force", test_trial_scope },
		{ "the base that counts", test_base },
		{ "the base over a declaration's length", test_base_mass },
		{ "signatures by mass and value", test_approvals },
		{ "what members had by day", test_usage },
		{ "the day on which a window frees", test_usage_frees },
		{ "what no window reaches is forgotten", test_usage_forgets },
		{ "masses and shares in words", test_words },
		CU_TEST_INFO_NULL,
	});
}
