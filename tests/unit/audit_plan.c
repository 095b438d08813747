/*
 * A ledger with plans in it, checked from its entries: hashes, awards, orders, who signed; what is
 * forged is told. And the awards of a plan computed again from the entries before it, gram by gram.
 */
#include "audit/plans.h"

#include "reserve_world.h"

#include "audit/notes.h"
#include "ledger/entry.h"
#include "ledger/hash.h"
#include "ledger/key.h"
#include "ledger/note.h"
#include "reserve/emergency/plan.h"
#include "wire/entry.h"
#include "wire/record.h"

enum { ENTRIES_MAX = 256 };

static struct buffer entries[ENTRIES_MAX];
static int entry_count;

static void digest(void *context, const struct descriptor *descriptor, const void *record,
	uint8_t ret_sha256[32])
{
	struct buffer text = { 0 };
	struct hash hash;
	(void)context;
	json_canonical_record(&text, descriptor, record);
	hash_sha256(text.bytes, text.length, &hash);
	memcpy(ret_sha256, hash.bytes, 32);
	buffer_free(&text);
}

static void keep(struct world *world, const struct applied *applied, const struct event *event)
{
	struct entry_meta meta = { .sequence = applied->index, .at = applied->at,
		.effective = applied->effective, .kind = event->type->kind };
	(void)world;
	CU_ASSERT_FATAL(entry_count < ENTRIES_MAX && applied->index == entry_count);
	text_copy(meta.actor, sizeof meta.actor, applied->actor[0] != '\0' ? applied->actor : "vaultd");
	entry_append(&entries[entry_count++], &meta, event->type->body, event->body);
}

static struct world *world_kept(void)
{
	struct world *world = world_empty();
	char text[4096];
	world->each = keep;
	world->digest = digest;
	world_founding_text(text, sizeof text);
	world_found(world, text);
	return world;
}

static void forget(struct world *world)
{
	world_free(world);
	for (int i = 0; i < entry_count; i++)
		buffer_free(&entries[i]);
	entry_count = 0;
}

/* Three members after gallium under tiers; a plan superseded, one rejected, one committed. */
static struct world *world_planned(void)
{
	struct world *world = world_kept();
	DO(world, "ola", "mineral.add", "minerals=[code=gallium name=Gallium]");
	DO(world, "ola", "commodity.add", "commodities=[code=ga mineral=gallium stage=refining "
		"form=metal basis=Ga]");
	DO(world, "ola", "site.add", "sites=[code=north name=North country=AUT]");
	DO_SIGNED(world, "ola", "member.set", "because=x members=[code=AUT name=Austria status=in-force;"
		"code=ITA name=Italy status=in-force; code=ESP name=Spain status=in-force]");
	world_lot(world, "LOW", "ga", 500000, 900000, ABSENT);
	world_lot(world, "HIGH", "ga", 200000, 1000000, ABSENT);
	world_floors(world, "ga", 100000, 100000);
	DO_SIGNED(world, "ola", "price.draft", "because=x prices=[commodity=ga quoted=500 "
		"unit=USD/kg basis=Ga]");
	DO_SIGNED(world, "ola", "declare", "kind=full days=30 authority=Council findings=shortage "
		"minimum_g=1000 caps=[commodity=ga cap_g=500000]");
	const long long need_by = WORLD_BEGIN + 20 * TIME_DAY_MS;
	DO(world, "kurt", "request.submit", "member=AUT commodity=ga mass_g=300001 tier=A "
		"min_grade_ppm=990000 need_by=%lld", need_by);
	DO(world, "kurt", "request.submit", "member=ITA commodity=ga mass_g=299999 tier=B "
		"min_grade_ppm=990000 need_by=%lld", need_by);
	DO(world, "ola", "allocation.run", "declaration=D-2026-0001");
	DO(world, "kurt", "request.submit", "member=ESP commodity=ga mass_g=700000");
	DO(world, "ola", "allocation.run", "declaration=D-2026-0001");
	DO(world, "oma", "document.reject", "document=P-2026-0002 because=no");
	DO(world, "ola", "allocation.run", "declaration=D-2026-0001");
	CU_ASSERT(world_sign(world, "ola", "P-2026-0003"));
	CU_ASSERT(world_sign(world, "oma", "P-2026-0003"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "");
	return world;
}

/* ---- what holds ---- */

static bool check(struct error *error, int64_t *ret_checked)
{
	struct arena *arena = arena_new(0);
	struct plans *plans = plans_new();
	bool good = true;
	for (int i = 0; good && i < entry_count; i++) {
		struct parsed_entry entry;
		arena_reset(arena);
		good = entry_parse(entries[i].bytes, entries[i].length, event_find_body, NULL, arena,
			&entry, error);
		CU_ASSERT(good);
		good = good && plans_entry(plans, &entry, error);
	}
	good = good && plans_end(plans, error);
	*ret_checked = plans_checked(plans);
	plans_free(plans);
	arena_free(arena);
	return good;
}

static void test_whole(void)
{
	struct error error = { 0 };
	int64_t checked;
	struct world *world = world_planned();
	bool good = check(&error, &checked);
	if (!good)
		printf("\n  %s\n", error.message);
	CU_ASSERT(good);
	CU_ASSERT_EQUAL(checked, 3);
	forget(world);
}

/* ---- what is forged ---- */

/* The nth entry of a kind, from 1; from the end where it is negative. */
static int find(const char *kind, int nth)
{
	char text[64];
	snprintf(text, sizeof text, "\"kind\":\"%s\"", kind);
	for (int i = nth > 0 ? 0 : entry_count - 1; i >= 0 && i < entry_count; i += nth > 0 ? 1 : -1) {
		if (strstr(buffer_text(&entries[i]), text) != NULL && (nth > 0 ? --nth : ++nth) == 0)
			return i;
	}
	CU_FAIL_FATAL("no such entry");
	return 0;
}

static void replace(int index, const char *from, const char *to)
{
	struct buffer forged = { 0 };
	const char *text = buffer_text(&entries[index]), *at = strstr(text, from);
	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	buffer_append(&forged, text, (size_t)(at - text));
	buffer_append_text(&forged, to);
	buffer_append_text(&forged, at + strlen(from));
	buffer_free(&entries[index]);
	entries[index] = forged;
}

static void test_forged(void)
{
	static const struct { const char *kind; int nth; const char *from, *to, *part; } cases[] = {
		{ "request.planned", 1, "\"awarded_g\":", "\"awarded_g\":1", "does not hash" },
		{ "request.planned", 2, "\"claim_g\":", "\"claim_g\":1", "does not hash" },
		{ "request.planned", -1, "\"plan\":\"P-2026-0003\"", "\"plan\":\"P-2026-0002\"",
			"no part of a run" },
		{ "plan.line", 1, "\"available_g\":", "\"available_g\":1", "does not hash" },
		{ "plan.line", -1, "\"grade_ppm\":990000", "\"grade_ppm\":990001", "does not hash" },
		{ "plan.proposed", 1, "\"requests\":2", "\"requests\":3", "does not hash" },
		{ "plan.proposed", -1, "\"plan\":\"P-2026-0003\"", "\"plan\":\"P-2026-0002\"",
			"no part of a run" },
		{ "plan.superseded", 1, "\"plan\":\"P-2026-0001\"", "\"plan\":\"P-2026-0002\"", "was not open" },
		{ "plan.committed", 1, "P-2026-0003", "P-2026-0002", "was not open" },
		{ "request.granted", 1, "\"awarded_g\":", "\"awarded_g\":1", "is not decided as" },
		{ "request.granted", 1, "\"plan\":\"P-2026-0003\"", "\"plan\":\"P-2026-0002\"",
			"was not committed" },
		{ "order.cut", 1, "\"plan\":\"P-2026-0003\"", "\"plan\":\"P-2026-0001\"",
			"was cut from no plan" },
	};
	struct world *world = world_planned();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error error = { 0 };
		struct buffer kept = { 0 };
		int64_t checked;
		int index = find(cases[i].kind, cases[i].nth);
		buffer_append(&kept, entries[index].bytes, entries[index].length);
		replace(index, cases[i].from, cases[i].to);
		CU_ASSERT_FALSE(check(&error, &checked));
		CU_ASSERT_EQUAL(error.id, ERROR_LEDGER);
		if (strstr(error.message, cases[i].part) == NULL)
			printf("\n  case %zu: %s\n", i, error.message);
		CU_ASSERT_PTR_NOT_NULL(strstr(error.message, cases[i].part));
		buffer_free(&entries[index]);
		entries[index] = kept;
	}
	forget(world);
}

/* An entry taken out. */
static void drop(int index, struct buffer *ret_kept)
{
	*ret_kept = entries[index];
	memmove(&entries[index], &entries[index + 1], (size_t)(--entry_count - index) * sizeof *entries);
}

static void put_back(int index, const struct buffer *kept)
{
	memmove(&entries[index + 1], &entries[index], (size_t)(entry_count++ - index) * sizeof *entries);
	entries[index] = *kept;
}

static void test_not_whole(void)
{
	static const struct { const char *kind; int nth; const char *part; } cases[] = {
		{ "plan.proposed", -1, "no part of a run" },
		{ "plan.line", -1, "does not hash" },
		{ "request.planned", 3, "does not hash" },
		{ "plan.committed", 1, "was not committed" },
		{ "request.granted", 1, "is not whole" },
		{ "request.granted", -1, "is not whole" },
	};
	struct world *world = world_planned();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error error = { 0 };
		struct buffer kept;
		int64_t checked;
		int index = find(cases[i].kind, cases[i].nth);
		drop(index, &kept);
		CU_ASSERT_FALSE(check(&error, &checked));
		if (strstr(error.message, cases[i].part) == NULL)
			printf("\n  case %zu: %s\n", i, error.message);
		CU_ASSERT_PTR_NOT_NULL(strstr(error.message, cases[i].part));
		put_back(index, &kept);
	}
	forget(world);
}

/* ---- the awards again ---- */

static void replay(struct state *state, struct arena *arena, int from, int to)
{
	for (int i = from; i < to; i++) {
		struct parsed_entry entry;
		struct error error = { 0 };
		arena_reset(arena);
		CU_ASSERT_FATAL(entry_parse(entries[i].bytes, entries[i].length, event_find_body, NULL,
			arena, &entry, &error));
		const struct applied applied = { .index = entry.sequence, .at = entry.at,
			.effective = entry.effective, .actor = entry.actor };
		reserve_apply(state, &applied, event_type_find(entry.kind), entry.body);
		state_take_touched(state);
	}
}

/* Frozen and divided at the index of the run, each award is the one that the entries say. */
static void compare_run(struct state *state, int index)
{
	struct arena *arena = arena_new(0);
	struct parsed_entry entry;
	struct error error = { 0 };
	struct rounds rounds;
	CU_ASSERT_FATAL(entry_parse(entries[index].bytes, entries[index].length, event_find_body, NULL,
		arena, &entry, &error));
	const struct plan_proposed *run = entry.body;
	const struct context context = { .state = state, .now = entry.at, .arena = arena };
	const struct declaration *declaration = state_find(state, TABLE_DECLARATION, run->declaration);
	struct ration ration = declaration_ration(declaration);
	CU_ASSERT_FATAL(rounds_freeze(&context, declaration, NULL, NULL, &rounds, &error));
	CU_ASSERT_EQUAL(rounds.requests, run->requests);
	int64_t left = run->requests;
	for (uint32_t i = 0; i < rounds.count; i++)
		CU_ASSERT_FATAL(round_divide(&context, &rounds.items[i], &ration, &error));
	for (int at = index + 1; left > 0; at++) {
		CU_ASSERT_FATAL(entry_parse(entries[at].bytes, entries[at].length, event_find_body, NULL,
			arena, &entry, &error));
		if (!text_equal(entry.kind, "request.planned"))
			continue;
		const struct plan_award *award = entry.body;
		const struct claim *claim = &rounds.items[0].claims[run->requests - left--];
		CU_ASSERT_EQUAL(award->awarded_g, claim->award_g);
		CU_ASSERT_EQUAL(award->claim_g, claim->claim_g);
	}
	arena_free(arena);
}

static void test_reproducible(void)
{
	struct world *world = world_planned();
	struct state *state = state_new(true);
	struct arena *arena = arena_new(0);
	int done = 0;
	for (int nth = 1; nth <= 3; nth++) {
		int index = find("plan.proposed", nth);
		replay(state, arena, done, index);
		compare_run(state, index);
		done = index;
	}
	replay(state, arena, done, entry_count);
	CU_ASSERT_EQUAL(state_size(state), state_size(world->state));
	arena_free(arena);
	state_free(state);
	forget(world);
}

/* ---- who signed ---- */

enum { KIM, ANA, LEE, RUIZ, FOUNDERS };
static const char *const codes[] = { "kim", "ana", "lee", "ruiz" };
static const char *const duties[] = { "keeper", "assayer", "officer", "officer" };

struct signing {
	struct notes *notes;
	struct arena *arena;
	struct signer *signers[FOUNDERS];
	struct verifier_key keys[FOUNDERS];
	int64_t sequence;
	struct error fault;   /* of the entry being fed, and by which check */
	const struct check *check;
};

static void take_fault(void *context, const struct check *check, const char *subject,
	const char *message)
{
	struct signing *signing = context;
	CU_ASSERT(check != NULL && subject[0] != '\0');
	if (signing->fault.id == ERROR_NONE)
		signing->check = check;
	error_set(&signing->fault, ERROR_LEDGER, "", "%s", message);
}

static bool feed(struct signing *signing, const char *kind, const char *actor, const char *body,
	struct error *error)
{
	struct buffer bytes = { 0 };
	struct entry_meta meta = { .sequence = signing->sequence++, .at = WORLD_BEGIN,
		.effective = ABSENT, .kind = kind };
	struct parsed_entry entry;
	text_copy(meta.actor, sizeof meta.actor, actor);
	entry_append_raw(&bytes, &meta, body, strlen(body));
	bool parsed = entry_parse(bytes.bytes, bytes.length, event_find_body, NULL, signing->arena,
		&entry, error);
	if (!parsed)
		printf("\n  %s: %s\n", kind, error->message);
	CU_ASSERT_FATAL(parsed);
	buffer_free(&bytes);
	signing->fault = (struct error){ 0 };
	notes_entry(signing->notes, &entry);
	if (signing->fault.id != ERROR_NONE)
		*error = signing->fault;
	return signing->fault.id == ERROR_NONE;
}

static struct signer *signer_of(const char *name, struct verifier_key *ret_key)
{
	struct hash seed;
	struct error error = { 0 };
	hash_sha256(name, strlen(name), &seed);
	struct signer *signer = signer_from_seed(seed.bytes);
	CU_ASSERT_FATAL(signer_verifier_key(signer, name, KEY_ED25519, ret_key, &error));
	return signer;
}

/* The founding note, signed by all; ret_length: of its text. */
static void write_founding(struct signing *signing, struct buffer *note, size_t *ret_length)
{
	struct error error = { 0 };
	struct verifier_key log, orders;
	signer_free(signer_of("vault.example/t", &log));
	signer_free(signer_of("vault.example/t/orders", &orders));
	buffer_append_text(note, "projectvault.org/founding@v1\norigin vault.example/t\nlog ");
	verifier_key_format(note, &log);
	buffer_append_text(note, "\norders ");
	verifier_key_format(note, &orders);
	for (int i = 0; i < FOUNDERS; i++) {
		buffer_printf(note, "\nperson %s %s ", codes[i], duties[i]);
		verifier_key_format(note, &signing->keys[i]);
		buffer_printf(note, " Name of %s", codes[i]);
	}
	buffer_append_byte(note, '\n');
	*ret_length = note->length;
	for (int i = 0; i < FOUNDERS; i++)
		CU_ASSERT(note_sign(note, *ret_length, signing->keys[i].name, signing->signers[i],
			&error));
}

static void found(struct signing *signing)
{
	static const char signers[] = "[{\"code\":\"kim\"},{\"code\":\"ana\"},{\"code\":\"lee\"},"
		"{\"code\":\"ruiz\"}]";
	struct buffer note = { 0 }, body = { 0 };
	struct error error = { 0 };
	struct json json;
	size_t length;
	write_founding(signing, &note, &length);
	json_begin(&json, &body, false);
	json_open_object(&json);
	json_key(&json, "note");
	json_text_n(&json, note.bytes, note.length);
	json_key(&json, "signers");
	json_raw(&json, signers, sizeof signers - 1);
	json_key(&json, "text");
	json_text_n(&json, note.bytes, length);
	json_close_object(&json);
	struct state *state = state_new(true);
	const struct command_type *type = command_type_find("found");
	void *params = arena_alloc(signing->arena, type->params->size);
	struct decision decision = { 0 };
	const struct context context = { .state = state, .now = WORLD_BEGIN,
		.arena = signing->arena };
	CU_ASSERT_FATAL(record_parse(body.bytes, body.length, type->params, signing->arena, NULL,
		params, &error));
	CU_ASSERT_FATAL(reserve_decide(&context, type, params, &decision, &error));
	buffer_clear(&body);
	json_canonical_record(&body, decision.events[0].type->body, decision.events[0].body);
	CU_ASSERT(feed(signing, "reserve.founded", "founders", buffer_text(&body), &error));
	buffer_free(&note);
	buffer_free(&body);
	state_free(state);
}

static const char plan_text[] = "projectvault.org/plan@v1\nreserve vault.example/t\n"
	"id P-2026-0001\nawarded-g 5\n";

static bool sign(struct signing *signing, int person, struct error *error)
{
	uint8_t signature[KEY_SIGNATURE_SIZE];
	struct buffer base64 = { 0 };
	char body[512];
	signer_sign(signing->signers[person], plan_text, sizeof plan_text - 1, signature);
	base64_append(&base64, signature, sizeof signature);
	snprintf(body, sizeof body, "{\"document\":\"P-2026-0001\",\"key_id\":\"%08x\",\"person\":\"%s\","
		"\"signature\":\"%s\"}", signing->keys[person].id, codes[person], buffer_text(&base64));
	buffer_free(&base64);
	return feed(signing, "document.signed", codes[person], body, error);
}

/* A plan with one request in it, which asker has recorded. */
static void begin_signing(struct signing *signing, const char *asker)
{
	struct error error = { 0 };
	struct buffer text = { 0 };
	struct json json;
	*signing = (struct signing){ .notes = notes_new(take_fault, signing), .arena = arena_new(0) };
	for (int i = 0; i < FOUNDERS; i++) {
		char name[64];
		snprintf(name, sizeof name, "vault.example/t/%s", codes[i]);
		signing->signers[i] = signer_of(name, &signing->keys[i]);
	}
	found(signing);
	CU_ASSERT(feed(signing, "request.eligible", asker, "{\"commodity\":\"ga\",\"mass_g\":5,"
		"\"member\":\"AUT\",\"request\":\"R-2026-0001\"}", &error));
	CU_ASSERT(feed(signing, "request.planned", "lee",
		"{\"asked_g\":5,\"awarded_g\":5,\"claim_g\":5,\"commodity\":\"ga\",\"member\":\"AUT\","
		"\"plan\":\"P-2026-0001\",\"request\":\"R-2026-0001\"}", &error));
	json_begin(&json, &text, true);
	json_open_object(&json);
	json_key(&json, "document");
	json_text(&json, "P-2026-0001");
	json_key(&json, "kind");
	json_text(&json, "plan");
	json_key(&json, "need");
	json_int(&json, 2);
	json_key(&json, "text");
	json_text(&json, plan_text);
	json_close_object(&json);
	CU_ASSERT(feed(signing, "document.prepared", "lee", buffer_text(&text), &error));
	buffer_free(&text);
}

static void end_signing(struct signing *signing)
{
	notes_free(signing->notes);
	arena_free(signing->arena);
	for (int i = 0; i < FOUNDERS; i++)
		signer_free(signing->signers[i]);
}

static void test_signed(void)
{
	struct signing signing;
	struct error error = { 0 };
	begin_signing(&signing, "kim");
	CU_ASSERT(sign(&signing, LEE, &error));
	CU_ASSERT_FALSE(feed(&signing, "plan.committed", "lee", "{\"plan\":\"P-2026-0001\"}", &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "has 1 of the 2"));
	CU_ASSERT_PTR_EQUAL(signing.check, &check_two_signatures);
	error = (struct error){ 0 };
	CU_ASSERT(sign(&signing, RUIZ, &error));
	CU_ASSERT(feed(&signing, "plan.committed", "lee", "{\"plan\":\"P-2026-0001\"}", &error));
	end_signing(&signing);
}

static void test_asker_signed(void)
{
	struct signing signing;
	struct error error = { 0 };
	begin_signing(&signing, "ruiz");
	CU_ASSERT(sign(&signing, LEE, &error));
	CU_ASSERT_FALSE(sign(&signing, RUIZ, &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "ruiz asked for P-2026-0001"));
	CU_ASSERT_PTR_EQUAL(signing.check, &check_signer_asked);
	error = (struct error){ 0 };
	CU_ASSERT_FALSE(feed(&signing, "request.planned", "lee",
		"{\"asked_g\":5,\"awarded_g\":5,\"claim_g\":5,\"commodity\":\"ga\",\"member\":\"AUT\","
		"\"plan\":\"P-2026-0002\",\"request\":\"R-2026-0007\"}", &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "nobody asked for"));
	end_signing(&signing);
}

/* Who prepared a loan asked for it: whatever its order's note says of who is barred. */
static void test_exchange(void)
{
	static const char exchange[] = "{\"commodity\":\"ga\",\"exchange\":\"X-2026-0001\","
		"\"kind\":\"loan\",\"mass_g\":5,\"party\":\"works\"}";
	static const char order[] = "{\"commodity\":\"ga\",\"order\":\"P-2026-0001\","
		"\"request\":\"X-2026-0001\"}"; /* under the id of the text that the test signs */
	struct signing signing;
	struct error error = { 0 };
	begin_signing(&signing, "kim");
	CU_ASSERT_FALSE(feed(&signing, "order.prepared", "ruiz", order, &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "nobody asked for"));
	error = (struct error){ 0 };
	CU_ASSERT(feed(&signing, "exchange.prepared", "ruiz", exchange, &error));
	CU_ASSERT(feed(&signing, "order.prepared", "ruiz", order, &error));
	CU_ASSERT(sign(&signing, LEE, &error));
	CU_ASSERT_FALSE(sign(&signing, RUIZ, &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "ruiz asked for P-2026-0001"));
	CU_ASSERT_PTR_EQUAL(signing.check, &check_signer_asked);
	error = (struct error){ 0 };
	CU_ASSERT_FALSE(feed(&signing, "order.issued", "lee", "{\"order\":\"P-2026-0001\","
		"\"request\":\"X-2026-0001\"}", &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "has 1 of the 2"));
	CU_ASSERT_PTR_EQUAL(signing.check, &check_two_signatures);
	error = (struct error){ 0 };
	CU_ASSERT_FALSE(feed(&signing, "exchange.amended", "lee", "{\"amendment\":\"X-2026-0001/1\","
		"\"document\":\"P-2026-0001\",\"exchange\":\"X-2026-0001\"}", &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "has 1 of the 2"));
	CU_ASSERT_PTR_EQUAL(signing.check, &check_two_signatures);
	end_signing(&signing);
}

/* A fault is told and the next entry is looked at all the same. */
static void test_goes_on(void)
{
	struct signing signing;
	struct error error = { 0 };
	begin_signing(&signing, "kim");
	CU_ASSERT_FALSE(sign(&signing, ANA, &error)); /* no officer */
	CU_ASSERT_PTR_EQUAL(signing.check, &check_signatures);
	CU_ASSERT(sign(&signing, LEE, &error));
	error = (struct error){ 0 };
	CU_ASSERT_FALSE(sign(&signing, LEE, &error));
	CU_ASSERT_PTR_EQUAL(signing.check, &check_two_signatures);
	signing.signers[RUIZ] = (signer_free(signing.signers[RUIZ]), signer_of("somebody", &signing.keys[KIM]));
	CU_ASSERT_FALSE(sign(&signing, RUIZ, &error)); /* by another key than is said */
	CU_ASSERT_PTR_EQUAL(signing.check, &check_signatures);
	CU_ASSERT_FALSE(feed(&signing, "plan.committed", "lee", "{\"plan\":\"P-2026-0001\"}", &error));
	CU_ASSERT_PTR_EQUAL(signing.check, &check_two_signatures);
	CU_ASSERT_FALSE(feed(&signing, "plan.committed", "lee", "{\"plan\":\"P-2026-0009\"}", &error));
	CU_ASSERT_PTR_EQUAL(signing.check, &check_two_signatures);
	CU_ASSERT_EQUAL(notes_signatures(signing.notes), FOUNDERS + 1);
	end_signing(&signing);
}

static CU_TestInfo cases[] = {
	{ "a fault does not end it", test_goes_on },
	{ "a ledger with plans", test_whole },
	{ "forged", test_forged },
	{ "not whole", test_not_whole },
	{ "the awards again", test_reproducible },
	{ "signed", test_signed },
	{ "signed by who asked", test_asker_signed },
	{ "an exchange and who asked for it", test_exchange },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	return run_cases("audit plan", cases);
}
