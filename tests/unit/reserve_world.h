/*
 * A small reserve for the tests of the core: founded, with people of every duty, and a way to
 * give commands as lines of text. After every command what time does is brought about, all
 * invariants are checked, and, unless the world is kept unsealed, closed rows are swept as a
 * sealed batch does.
 */
#ifndef TESTS_UNIT_RESERVE_WORLD_H
#define TESTS_UNIT_RESERVE_WORLD_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event_checks.h"
#include "params.h"
#include "runner.h"
#include "settled_checks.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/person.h"
#include "reserve/state.h"

#define WORLD_ORIGIN "vault.example/reserve-log"
#define WORLD_BEGIN 1795340000000LL /* 2026-11-22T09:33:20Z */

struct world {
	struct state *state;
	struct arena *arena, *tick_arena;
	int64_t now;
	bool unsealed;              /* closed rows stay, as within one open batch */
	void (*each)(struct world *world, const struct applied *applied,
		const struct event *event); /* sees every entry before it is applied; or NULL */
	void (*digest)(void *context, const struct descriptor *descriptor, const void *record,
		uint8_t ret_sha256[32]);
	void (*root)(void *context, uint8_t ret_root[32]); /* of the ledger as it stands */
	const uint8_t *content_digest; /* of the next command, or NULL */
	uint8_t random[16];         /* another for each command */
	struct decision decision;   /* of the last command */
	struct error error;
	char id[CODE_MAX + 24];     /* what it acted on or made */
	char what[512];             /* the last command, for messages */
};

/* In place of SHA-256, which the core does not have: any digest of the canonical JSON serves. */
static inline void world_digest(void *context, const struct descriptor *descriptor,
	const void *record, uint8_t ret_sha256[32])
{
	struct buffer text = { 0 };
	(void)context;
	json_canonical_record(&text, descriptor, record);
	uint64_t hash = text_hash(buffer_text(&text));
	for (int i = 0; i < 32; i++)
		ret_sha256[i] = (uint8_t)(hash >> (i % 8 * 8)) ^ (uint8_t)i;
	buffer_free(&text);
}

/* In place of the Merkle root, which the core does not compute: any bytes serve. */
static inline void world_root(void *context, uint8_t ret_root[32])
{
	const struct world *world = context;
	for (int i = 0; i < 32; i++)
		ret_root[i] = (uint8_t)(state_size(world->state) + i);
}

static inline void world_seal(struct world *world)
{
	struct row *row = state_take_touched(world->state);
	for (struct row *next; row != NULL; row = next) {
		next = row->next_touched;
		state_sweep(world->state, row);
	}
}

static inline void world_apply(struct world *world, const struct decision *decision,
	const char *actor)
{
	for (uint32_t i = 0; i < decision->count; i++) {
		struct applied applied = { .index = state_size(world->state), .at = world->now,
			.effective = decision->events[i].effective, .actor = actor };
		if (world->each != NULL)
			world->each(world, &applied, &decision->events[i]);
		const char *failed = checks_before(world->state, &decision->events[i]);
		reserve_apply(world->state, &applied, decision->events[i].type,
			decision->events[i].body);
		if (failed == NULL)
			failed = checks_after(world->state, &decision->events[i]);
		if (failed != NULL)
			printf("\n  after %s: %s\n", world->what, failed);
		CU_ASSERT_PTR_NULL_FATAL(failed);
	}
}

/* Brings about what is due until now. */
static inline void world_tick(struct world *world)
{
	for (;;) {
		struct decision decision = { 0 };
		struct context context = { .state = world->state, .now = world->now,
			.arena = world->tick_arena, .digest = world->digest, .root = world->root,
			.digest_context = world };
		if (!reserve_decide_tick(&context, &decision))
			break;
		world_apply(world, &decision, "vaultd");
		arena_reset(world->tick_arena);
	}
	const char *failed = checks_settled(world->state);
	if (failed != NULL)
		printf("\n  after %s: %s\n", world->what, failed);
	CU_ASSERT_PTR_NULL_FATAL(failed);
	if (!world->unsealed)
		world_seal(world);
}

static inline void world_pass(struct world *world, int64_t ms)
{
	world->now += ms;
	world_tick(world);
}

/* Decides and applies a command whose parameters are there already. */
static inline bool world_submit(struct world *world, const char *actor, const char *command,
	const void *params)
{
	const struct command_type *type = command_type_find(command);
	CU_ASSERT_PTR_NOT_NULL_FATAL(type);
	struct context context = { .state = world->state, .now = world->now,
		.actor = person_find(world->state, actor), .arena = world->arena,
		.digest = world->digest, .content_digest = world->content_digest, .random = world->random };
	world->random[0]++;
	world->decision = (struct decision){ 0 };
	world->error = (struct error){ 0 };
	world->id[0] = '\0';
	int64_t size = state_size(world->state);
	if (!reserve_decide(&context, type, params, &world->decision, &world->error)) {
		CU_ASSERT_NOT_EQUAL(world->error.id, ERROR_NONE);
		CU_ASSERT_EQUAL(state_size(world->state), size);
		return false;
	}
	CU_ASSERT(world->decision.count > 0);
	if (world->decision.id != NULL)
		text_copy(world->id, sizeof world->id, world->decision.id);
	world_apply(world, &world->decision, actor);
	world_tick(world);
	return true;
}

static inline bool world_do_v(struct world *world, const char *actor, const char *command,
	const char *format, va_list arguments)
{
	char line[16384];
	arena_reset(world->arena);
	vsnprintf(line, sizeof line, format, arguments);
	snprintf(world->what, sizeof world->what, "%s %.400s", command, line);
	const struct command_type *type = command_type_find(command);
	CU_ASSERT_PTR_NOT_NULL_FATAL(type);
	return world_submit(world, actor, command, params_read(world->arena, type->params, line));
}

/* The rule that refused the last command, or "". */
static inline const char *world_rule(const struct world *world)
{
	if (!world->decision.refused)
		return "";
	const struct event *event = &world->decision.events[0];
	const struct field *rule = descriptor_field(event->type->body, "rule");
	return rule != NULL ? field_text(rule, event->body) : "request";
}

/* expected: "" for done, "R14" for a refusal under a rule, "request" for a refused request. */
static inline void world_expect(int line, const char *file, struct world *world,
	enum error_id error, const char *expected, const char *actor, const char *command,
	const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	bool done = world_do_v(world, actor, command, format, arguments);
	va_end(arguments);
	bool good = done ? error == ERROR_NONE && text_equal(world_rule(world), expected) :
		world->error.id == error;
	if (!good)
		printf("\n  line %d: %s: %s%s%s\n", line, world->what, done ? "done " : "",
			world->error.message, done ? world_rule(world) : "");
	CU_assertImplementation(good, (unsigned)line, world->what, file, "", CU_FALSE);
}

#define DO(world, actor, command, ...) \
	world_expect(__LINE__, __FILE__, (world), ERROR_NONE, "", (actor), (command), __VA_ARGS__)
#define FAILS(world, error, actor, command, ...) \
	world_expect(__LINE__, __FILE__, (world), (error), "", (actor), (command), __VA_ARGS__)
#define REFUSED(world, rule, actor, command, ...) \
	world_expect(__LINE__, __FILE__, (world), ERROR_NONE, (rule), (actor), (command), __VA_ARGS__)

/* ---- signing ---- */

static inline void world_key_id(const struct world *world, const char *person, char id[9])
{
	const struct person *row = state_find(world->state, TABLE_PERSON, person);
	text_copy(id, 9, "00000000");
	if (row != NULL)
		memcpy(id, strchr(row->verifier_key, '+') + 1, 8);
}

/* Signs an open note as it stands; the edge's verification is not the core's. */
static inline bool world_sign(struct world *world, const char *person, const char *document)
{
	char id[9];
	const struct document *row = state_find(world->state, TABLE_DOCUMENT, document);
	const struct command_type *type = command_type_find("document.sign");
	world_key_id(world, person, id);
	arena_reset(world->arena);
	char *line = arena_printf(world->arena, "document=%s signatures=[person=%s key_id=%s "
		"signature=AAAA]", document, person, id);
	snprintf(world->what, sizeof world->what, "document.sign %s", line);
	void *params = params_read(world->arena, type->params, line);
	char *text = row != NULL ? arena_text(world->arena, row->text, strlen(row->text)) : NULL;
	memcpy((char *)params + descriptor_field(type->params, "text")->offset, &text, sizeof text);
	return world_submit(world, "ola", "document.sign", params);
}

static inline void world_signed(int line, struct world *world, const char *document)
{
	char id[CODE_MAX];
	text_copy(id, sizeof id, document);
	bool good = world_sign(world, "ola", id);
	const struct document *row = state_find(world->state, TABLE_DOCUMENT, id);
	if (good && row != NULL)
		good = world_sign(world, "oma", id);
	if (!good || world->decision.refused)
		printf("\n  line %d: %s: %s%s\n", line, world->what, world->error.message,
			world_rule(world));
	CU_ASSERT(good && !world->decision.refused);
}

/* Gives a command that prepares a note, and has as many officers sign it as it needs. */
#define DO_SIGNED(world, actor, command, ...) \
	do { \
		DO((world), (actor), (command), __VA_ARGS__); \
		world_signed(__LINE__, (world), (world)->id); \
	} while (0)

/* ---- founding ---- */

static const char *const world_persons[][2] = {
	{ "kim", "keeper" }, { "kurt", "keeper" }, { "asa", "assayer" }, { "bo", "keeper,assayer" },
	{ "ola", "officer" }, { "oma", "officer" }, { "otto", "officer" }, { "aud", "auditor" },
	{ "adm", "administrator" },
};
enum { WORLD_PERSONS = sizeof world_persons / sizeof *world_persons };

static inline void world_found(struct world *world, const char *text)
{
	char signers[512] = "";
	for (int i = 0; i < WORLD_PERSONS; i++)
		snprintf(signers + strlen(signers), sizeof signers - strlen(signers), "%scode=%s",
			i > 0 ? ";" : "", world_persons[i][0]);
	DO(world, "", "found", "note='%s' text='%s' signers=[%s]", text, text, signers);
}

/* What the next world is made with, for who wants to see its founding too; NULL: nothing. */
static void (*world_each_entry)(struct world *world, const struct applied *applied,
	const struct event *event);

static inline struct world *world_empty(void)
{
	struct world *world = calloc(1, sizeof *world);
	if (world == NULL)
		abort();
	world->state = state_new(false);
	world->arena = arena_new(0);
	world->tick_arena = arena_new(0);
	world->now = WORLD_BEGIN;
	world->digest = world_digest;
	world->root = world_root;
	world->each = world_each_entry;
	return world;
}

static inline void world_founding_text(char *text, size_t size)
{
	snprintf(text, size, "projectvault.org/founding@v1\norigin " WORLD_ORIGIN "\n"
		"log " WORLD_ORIGIN "+11111111+AAAA\norders " WORLD_ORIGIN "/orders+22222222+AAAA\n");
	for (int i = 0; i < WORLD_PERSONS; i++)
		snprintf(text + strlen(text), size - strlen(text), "person %s %s %s/%s+%08x+%08x %s\n",
			world_persons[i][0], world_persons[i][1], WORLD_ORIGIN, world_persons[i][0],
			0xa0u + (unsigned)i, 0xa0u + (unsigned)i, world_persons[i][0]);
}

static inline struct world *world_new_at(int64_t now)
{
	struct world *world = world_empty();
	char text[4096];
	world->now = now;
	world_founding_text(text, sizeof text);
	world_found(world, text);
	return world;
}

static inline struct world *world_new(void)
{
	return world_new_at(WORLD_BEGIN);
}

static inline void world_free(struct world *world)
{
	state_free(world->state);
	arena_free(world->arena);
	arena_free(world->tick_arena);
	free(world);
}

/* ---- stocking ---- */

/*
 * Gallium and tungsten oxide, two sites, members of every standing, who signed a year before: the notes
 * of this year begin with N-2026-0001.
 */
static inline struct world *world_framed(void)
{
	struct world *world = world_new_at(WORLD_BEGIN - 365 * TIME_DAY_MS);
	DO(world, "ola", "mineral.add", "minerals=[code=gallium name=Gallium symbol=Ga; "
		"code=tungsten name=Tungsten symbol=W]");
	DO(world, "ola", "commodity.add", "commodities=[code=ga mineral=gallium stage=refining "
		"form=metal basis=Ga min_grade_ppm=900000; code=wo3 mineral=tungsten stage=mining "
		"form=concentrate basis=WO3]");
	DO(world, "ola", "site.add", "sites=[code=north name=North country=AUT; "
		"code=south name=South country=ITA]");
	DO_SIGNED(world, "ola", "member.set", "because=accession members=[code=AUT name=Austria kind=state "
		"status=in-force; code=ITA name=Italy status=in-force; code=FRA name=France "
		"status=signatory; code=DEU name=Germany status=suspended]");
	world_pass(world, WORLD_BEGIN - world->now);
	return world;
}

/* A lot that may leave: so many net grams, at that grade, without moisture. */
static inline void world_lot(struct world *world, const char *code, const char *commodity,
	int64_t net_g, int64_t grade_ppm, int64_t retest_at)
{
	char retest[64] = "";
	if (retest_at != ABSENT)
		snprintf(retest, sizeof retest, " retest_at=%lld", (long long)retest_at);
	DO(world, "kim", "lot.add", "lots=[code=%s commodity=%s site=north expected_g=%lld "
		"supplier=acme origin=AUT]", code, commodity, (long long)net_g);
	DO(world, "kim", "lot.weigh", "lot=%s gross_g=%lld tare_g=1000", code,
		(long long)net_g + 1000);
	DO(world, "asa", "lot.assay", "lot=%s grade_ppm=%lld laboratory=lab%s", code,
		(long long)grade_ppm, retest);
	DO(world, "asa", "lot.accept", "lot=%s", code);
}

static inline void world_floors(struct world *world, const char *commodity, int64_t operating_g,
	int64_t hard_g)
{
	DO_SIGNED(world, "ola", "floor.set", "because=policy floors=[commodity=%s kind=operating "
		"mass_g=%lld; commodity=%s kind=hard mass_g=%lld]", commodity, (long long)operating_g,
		commodity, (long long)hard_g);
}

static inline void world_declare(struct world *world, const char *kind, const char *caps)
{
	DO_SIGNED(world, "ola", "declare", "kind=%s policy=at-once days=30 authority=Council findings=shortage "
		"caps=[%s]", kind, caps);
}

static inline const struct commodity *world_commodity(const struct world *world, const char *code)
{
	return state_find(world->state, TABLE_COMMODITY, code);
}

static inline struct lot *world_find_lot(const struct world *world, const char *code)
{
	struct lot *lot = state_find(world->state, TABLE_LOT, code);
	CU_ASSERT_PTR_NOT_NULL_FATAL(lot);
	return lot;
}

/* 1,000 kg gallium of 99.99%, floors of 400 and 100 kg, a price, a limited declaration. */
static inline struct world *world_stocked(void)
{
	struct world *world = world_framed();
	world_lot(world, "GA-1", "ga", 1000000, 999900, ABSENT);
	world_floors(world, "ga", 400000, 100000);
	DO_SIGNED(world, "ola", "price.draft", "because=index prices=[commodity=ga quoted=500 "
		"unit=USD/kg basis=Ga]");
	world_declare(world, "limited", "commodity=ga cap_g=500000");
	return world;
}

#endif
