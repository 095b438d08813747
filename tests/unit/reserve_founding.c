/* Founding texts, good and bad in every way; persons and keys; notes and who may sign them. */
#include "reserve_world.h"

#include "reserve/founding.h"

#define KEY(name, id) "vault.example/reserve-log" name "+" id "+" id
#define HEAD "projectvault.org/founding@v1\norigin vault.example/reserve-log\n" \
	"log " KEY("", "11111111") "\norders " KEY("/orders", "22222222") "\n"
#define KIM "person kim keeper,assayer " KEY("/kim", "000000a0") " Kim\n"
#define OLA "person ola officer " KEY("/ola", "000000a1") " Ola Ö\n"
#define OMA "person oma officer " KEY("/oma", "000000a2") " Oma\n"

static void test_texts(void)
{
	static const struct { const char *text; bool good; } cases[] = {
		{ HEAD KIM OLA OMA, true },
		{ HEAD KIM OLA OMA "floor-notice-days 30\norder-lapse-days 0\n", true },
		{ "", false },
		{ "projectvault.org/founding@v2\n", false },
		{ "projectvault.org/founding@v1\n", false },
		{ HEAD, false },
		{ HEAD KIM OLA, false },                       /* one officer */
		{ HEAD OLA OMA, false },                       /* no keeper, no assayer */
		{ HEAD "person kim keeper " KEY("/kim", "000000a0") " Kim\n" OLA OMA, false },
		{ HEAD KIM KIM OLA OMA, false },               /* twice */
		{ HEAD KIM OLA OMA "\n", false },              /* an empty line */
		{ HEAD KIM OLA OMA "witness x\n", false },
		{ HEAD KIM OLA OMA "floor-notice-days -1\n", false },
		{ HEAD KIM OLA OMA "floor-notice-days 3651\n", false },
		{ HEAD KIM OLA OMA "floor-notice-days\n", false },
		{ HEAD KIM OLA OMA "order-lapse-days 1.5\n", false },
		{ HEAD KIM OLA OMA "signatures prices 2\n", true },
		{ HEAD KIM OLA OMA "signatures prices 3\n", false }, /* two officers */
		{ HEAD KIM OLA OMA "signatures prices 1\n", false },
		{ HEAD KIM OLA OMA "signatures cheques 2\n", false },
		{ HEAD KIM OLA OMA "demonstration no\n", false },
		{ HEAD KIM OLA OMA "demonstration yes\n", false }, /* the origin is no demo. */
		{ HEAD KIM OLA "person oma chief " KEY("/oma", "000000a2") " Oma\n", false },
		{ HEAD KIM OLA "person oma officer,delegate " KEY("/oma", "000000a2") " O\n", false },
		{ HEAD KIM OLA "person oma , " KEY("/oma", "000000a2") " Oma\n", false },
		{ HEAD KIM OLA "person oma officer " KEY("/ola", "000000a2") " Oma\n", false },
		{ HEAD KIM OLA "person oma officer " KEY("/oma", "000000A2") " Oma\n", false },
		{ HEAD KIM OLA "person oma officer " KEY("/oma", "00000a2") " Oma\n", false },
		{ HEAD KIM OLA "person oma officer vault.example/reserve-log/oma+000000a2+000000a1 Oma\n", false },
		{ HEAD KIM OLA "person oma officer x/oma+000000a2+000000a2 Oma\n", false },
		{ HEAD KIM OLA "person oma officer " KEY("/oma", "000000a2") "\n", false },
		{ HEAD KIM OLA "person vaultd officer " KEY("/vaultd", "000000a2") " V\n", false },
		{ HEAD KIM OLA "person o/a officer " KEY("/o/a", "000000a2") " V\n", false },
		{ HEAD KIM OLA "person oma\n", false },
		{ HEAD KIM OLA "person\n", false },
		{ "projectvault.org/founding@v1\norigin vault.example/reserve-log\n"
			"orders " KEY("/orders", "22222222") "\n" KIM OLA OMA, false },
		{ "projectvault.org/founding@v1\norigin vault.example/reserve-log\n"
			"log " KEY("", "11111111") "\norders " KEY("", "22222222") "\n" KIM OLA OMA, false },
		{ "projectvault.org/founding@v1\nlog " KEY("", "11111111") "\norders "
			KEY("/orders", "22222222") "\n" KIM OLA OMA, false },
		{ "projectvault.org/founding@v1\norigin a b\n" KIM OLA OMA, false },
	};
	struct arena *arena = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct founding founding;
		struct error error = { 0 };
		bool good = founding_read(cases[i].text, arena, &founding, &error);
		if (good != cases[i].good)
			printf("\n  text %zu: %s\n", i, error.message);
		CU_ASSERT_EQUAL(good, cases[i].good);
		CU_ASSERT_EQUAL(error.id == ERROR_NONE, good);
		arena_reset(arena);
	}
	arena_free(arena);
}

static void test_founding(void)
{
	struct world *world = world_empty();
	FAILS(world, ERROR_NOT_FOUNDED, "ola", "site.set", "site=x state=open because=x");
	FAILS(world, ERROR_BAD_SIGNATURE, "", "found", "note=n text='" HEAD KIM OLA OMA
		"' signers=[code=kim; code=ola]");
	FAILS(world, ERROR_INVALID, "", "found", "note=n text=x signers=[code=kim]");
	DO(world, "", "found", "note=n text='" HEAD KIM OLA OMA
		"' signers=[code=kim; code=ola; code=oma]");
	const struct reserve *reserve = state_reserve(world->state);
	CU_ASSERT_PTR_NOT_NULL_FATAL(reserve);
	CU_ASSERT_EQUAL(reserve->floor_notice_days, 14);
	CU_ASSERT_EQUAL(reserve->order_lapse_days, 30);
	CU_ASSERT_EQUAL(person_count(world->state, DUTY_OFFICER), 2);
	CU_ASSERT_STRING_EQUAL(person_find(world->state, "ola")->name, "Ola Ö");
	CU_ASSERT_PTR_NOT_NULL(person_key(world->state, "ola", "000000a1"));
	CU_ASSERT_PTR_NULL(person_key(world->state, "ola", "000000a2"));
	CU_ASSERT_PTR_NULL(person_key(world->state, "ola", "000000a1x"));
	FAILS(world, ERROR_CONFLICT, "", "found", "note=n text='" HEAD KIM OLA OMA
		"' signers=[code=kim; code=ola; code=oma]");
	world_free(world);
}

/* Every command, given by nobody and by somebody without any duty that it takes. */
static void test_duties(void)
{
	struct world *world = world_framed();
	for (size_t i = 0; command_types[i] != NULL; i++) {
		const struct command_type *type = command_types[i];
		if (type->duties == 0)
			continue;
		void *params = arena_alloc(world->arena, type->params->size);
		record_clear(type->params, params);
		CU_ASSERT_FALSE(world_submit(world, "nobody", type->name, params));
		CU_ASSERT_EQUAL(world->error.id, ERROR_DENIED);
		for (int p = 0; p < WORLD_PERSONS; p++) {
			const struct person *person = person_find(world->state, world_persons[p][0]);
			if ((person->duties & type->duties) != 0)
				continue;
			CU_ASSERT_FALSE(world_submit(world, person->code, type->name, params));
			CU_ASSERT_EQUAL(world->error.id, ERROR_DENIED);
		}
	}
	world_free(world);
}

/* What the shell would refuse before the core: empty lists change nothing either. */
static void test_empty_lists(void)
{
	static const struct { const char *actor, *command, *line; } cases[] = {
		{ "ola", "mineral.add", "minerals=[]" }, { "ola", "commodity.add", "commodities=[]" },
		{ "ola", "site.add", "sites=[]" }, { "kim", "lot.add", "lots=[]" },
		{ "ola", "floor.set", "because=x floors=[]" },
		{ "ola", "price.draft", "because=x prices=[]" },
		{ "ola", "member.set", "because=x members=[]" },
		{ "ola", "declare", "kind=full days=3 authority=x findings=x caps=[]" },
	};
	struct world *world = world_framed();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		arena_reset(world->arena);
		const struct command_type *type = command_type_find(cases[i].command);
		CU_ASSERT_FALSE(world_submit(world, cases[i].actor, cases[i].command,
			params_read(world->arena, type->params, cases[i].line)));
		CU_ASSERT(world->error.id == ERROR_INVALID || world->error.id == ERROR_LIMIT);
	}
	DO(world, "ola", "floor.set", "because=x floors=[commodity=ga kind=hard mass_g=1]");
	char id[CODE_MAX];
	text_copy(id, sizeof id, world->id);
	FAILS(world, ERROR_BAD_SIGNATURE, "ola", "document.sign", "document=%s text=x signatures=[]",
		id);
	world_free(world);
}

#define ENROL "because=grows code=%s duties=%s name=New verifier_key=" WORLD_ORIGIN "/%s+%s+%s"

/* Two enrolments that wait with one key: the second is not signed. */
static void test_one_person_twice(void)
{
	struct world *world = world_new();
	DO(world, "ola", "person.enrol", ENROL, "one", "officer", "one", "000000b1",
		"000000b9");
	DO(world, "ola", "person.enrol", ENROL, "two", "officer", "two", "000000b2",
		"000000b9");
	world_signed(__LINE__, world, "N-2026-0001");
	CU_ASSERT(world_sign(world, "ola", "N-2026-0002"));
	CU_ASSERT_FALSE(world_sign(world, "oma", "N-2026-0002"));
	CU_ASSERT_PTR_NULL(person_find(world->state, "two"));
	FAILS(world, ERROR_CONFLICT, "ola", "key.replace", "because=x code=oma verifier_key="
		WORLD_ORIGIN "/oma+000000c7+000000b9");
	world_free(world);
}

static void test_enrolment(void)
{
	struct world *world = world_framed();
	FAILS(world, ERROR_DENIED, "kim", "person.enrol", ENROL, "new", "keeper", "new", "000000b1",
		"000000b1");
	FAILS(world, ERROR_INVALID, "ola", "person.enrol", ENROL, "vaultd", "keeper", "vaultd",
		"000000b1", "000000b1");
	FAILS(world, ERROR_INVALID, "ola", "person.enrol", ENROL, "n/w", "keeper", "n/w", "000000b1",
		"000000b1");
	FAILS(world, ERROR_INVALID, "ola", "person.enrol", ENROL, "new", "keeper", "old", "000000b1",
		"000000b1");
	FAILS(world, ERROR_INVALID, "ola", "person.enrol", ENROL, "new", "delegate", "new",
		"000000b1", "000000b1");
	FAILS(world, ERROR_CONFLICT, "ola", "person.enrol", ENROL, "kim", "keeper", "kim", "000000b1",
		"000000b1");
	DO(world, "ola", "person.enrol", ENROL " member=AUT", "new", "delegate", "new",
		"000000b1", "000000b1");
	CU_ASSERT_PTR_NULL(person_find(world->state, "new"));
	FAILS(world, ERROR_CONFLICT, "ola", "person.enrol", ENROL, "new", "keeper", "new", "000000b2",
		"000000b2");
	world_signed(__LINE__, world, "N-2026-0001");
	CU_ASSERT_PTR_NOT_NULL_FATAL(person_find(world->state, "new"));
	CU_ASSERT_STRING_EQUAL(person_find(world->state, "new")->member, "AUT");
	/* one person is not enrolled twice under one key, nor when both wait for their signatures */
	FAILS(world, ERROR_CONFLICT, "ola", "person.enrol", ENROL, "two", "officer", "two", "000000b3",
		"000000b1");
	DO(world, "ola", "person.enrol", ENROL, "two", "keeper", "two", "000000b3",
		"000000b3");
	DO(world, "otto", "document.reject", "document=%s because=no", "N-2026-0002");
	CU_ASSERT_PTR_NULL(person_find(world->state, "two"));
	FAILS(world, ERROR_NOT_FOUND, "otto", "document.reject", "document=%s because=no",
		"N-2026-0002");
	DO_SIGNED(world, "ola", "person.enrol", ENROL, "two", "keeper", "two", "000000b3",
		"000000b3");
	CU_ASSERT_PTR_NOT_NULL(person_find(world->state, "two"));
	world_free(world);
}

static void test_keys(void)
{
	struct world *world = world_framed();
	FAILS(world, ERROR_CONFLICT, "kim", "key.replace", "because=same code=oma verifier_key="
		WORLD_ORIGIN "/oma+000000a5+000000a5");
	DO(world, "kim", "key.replace", "because=lost code=oma verifier_key=" WORLD_ORIGIN
		"/oma+000000c1+000000c1");
	FAILS(world, ERROR_CONFLICT, "ola", "person.revoke", "because=lost code=oma");
	CU_ASSERT(world_sign(world, "ola", "N-2026-0001"));
	CU_ASSERT(world_sign(world, "oma", "N-2026-0001")); /* whom it is about: refused, recorded */
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R14");
	CU_ASSERT(world_sign(world, "otto", "N-2026-0001"));
	CU_ASSERT_PTR_NULL(person_key(world->state, "oma", "000000a5"));
	CU_ASSERT_PTR_NOT_NULL(person_key(world->state, "oma", "000000c1"));
	FAILS(world, ERROR_CONFLICT, "kim", "key.replace", "because=back code=oma verifier_key="
		WORLD_ORIGIN "/oma+000000a5+000000a5");
	DO(world, "ola", "floor.set", "because=x floors=[commodity=ga kind=hard mass_g=5]");
	const struct document *note = state_find(world->state, TABLE_DOCUMENT, "N-2026-0002");
	CU_ASSERT_PTR_NOT_NULL_FATAL(note);
	char *text = strdup(note->text);
	FAILS(world, ERROR_BAD_SIGNATURE, "ola", "document.sign", "document=N-2026-0002 text='%s' "
		"signatures=[person=oma key_id=000000a5 signature=A]", text);
	FAILS(world, ERROR_BAD_SIGNATURE, "ola", "document.sign", "document=N-2026-0002 text='%s' "
		"signatures=[person=oma key_id=deadbeef signature=A]", text);
	DO(world, "ola", "document.sign", "document=N-2026-0002 text='%s' "
		"signatures=[person=oma key_id=000000c1 signature=A]", text);
	free(text);
	world_free(world);
}

static void test_revocation(void)
{
	struct world *world = world_framed();
	FAILS(world, ERROR_NOT_FOUND, "ola", "person.revoke", "because=x code=nobody");
	DO(world, "ola", "floor.set", "because=x floors=[commodity=ga kind=hard mass_g=5]");
	DO_SIGNED(world, "ola", "person.revoke", "because=left code=otto");
	CU_ASSERT_PTR_NULL(person_find(world->state, "otto"));
	CU_ASSERT_FALSE(world_sign(world, "otto", "N-2026-0001"));
	CU_ASSERT_EQUAL(world->error.id, ERROR_BAD_SIGNATURE);
	FAILS(world, ERROR_CONFLICT, "ola", "person.enrol", ENROL, "otto", "officer", "otto",
		"000000a6", "000000a6");
	DO_SIGNED(world, "ola", "person.enrol", ENROL, "otto", "officer", "otto", "000000d6",
		"000000d6");
	CU_ASSERT(world_sign(world, "otto", "N-2026-0001"));
	world_free(world);
}

static void test_signing(void)
{
	struct world *world = world_framed();
	DO(world, "ola", "price.draft", "because=x prices=[commodity=ga quoted=5 unit=USD/kg "
		"basis=Ga]");
	const struct document *note = state_find(world->state, TABLE_DOCUMENT, "N-2026-0001");
	CU_ASSERT_PTR_NOT_NULL_FATAL(note);
	CU_ASSERT(text_starts(note->text, "projectvault.org/prices@v1\nreserve " WORLD_ORIGIN
		"\nid N-2026-0001\nprepared 2026-11-22T09:33:20Z\nprepared-by ola\n"));
	char *text = strdup(note->text);
	FAILS(world, ERROR_NOT_FOUND, "ola", "document.sign", "document=N-2026-0009 text='%s' "
		"signatures=[person=ola key_id=000000a4 signature=A]", text);
	FAILS(world, ERROR_BAD_SIGNATURE, "ola", "document.sign", "document=N-2026-0001 text='%sx' "
		"signatures=[person=ola key_id=000000a4 signature=A]", text);
	FAILS(world, ERROR_BAD_SIGNATURE, "ola", "document.sign", "document=N-2026-0001 text='%s' "
		"signatures=[person=nobody key_id=000000a4 signature=A]", text);
	FAILS(world, ERROR_BAD_SIGNATURE, "ola", "document.sign", "document=N-2026-0001 text='%s' "
		"signatures=[person=oma key_id=000000a4 signature=A]", text); /* another's key */
	FAILS(world, ERROR_DENIED, "ola", "document.sign", "document=N-2026-0001 text='%s' "
		"signatures=[person=kim key_id=000000a0 signature=A]", text);
	FAILS(world, ERROR_BAD_SIGNATURE, "ola", "document.sign", "document=N-2026-0001 text='%s' "
		"signatures=[person=ola key_id=000000a4 signature=A; person=nobody key_id=000000a4 "
		"signature=A]", text);
	CU_ASSERT_EQUAL(note->signatures.count, 0);
	REFUSED(world, "R14", "ola", "document.sign", "document=N-2026-0001 text='%s' "
		"signatures=[person=ola key_id=000000a4 signature=A; person=ola key_id=000000a4 "
		"signature=B]", text);
	CU_ASSERT(world_sign(world, "ola", "N-2026-0001"));
	CU_ASSERT_EQUAL(note->signatures.count, 1);
	CU_ASSERT(world_sign(world, "ola", "N-2026-0001"));
	CU_ASSERT_STRING_EQUAL(world_rule(world), "R14");
	CU_ASSERT_EQUAL(note->signatures.count, 1);
	DO(world, "kim", "document.sign", "document=N-2026-0001 text='%s' "
		"signatures=[person=oma key_id=000000a5 signature=A; person=otto key_id=000000a6 "
		"signature=B]", text); /* one more than it needs */
	CU_ASSERT_PTR_NOT_NULL(world_commodity(world, "ga")->price);
	CU_ASSERT_PTR_NULL(state_find(world->state, TABLE_DOCUMENT, "N-2026-0001"));
	free(text);
	world_free(world);
}

/* A head that alone is too long is refused, also where its content could be named by a digest. */
static void test_long_notes(void)
{
	static const struct { size_t length; bool with_digest, good; } cases[] = {
		{ 100, false, true }, { 15900, false, true }, { 16200, false, false },
		{ 16200, true, false }, { 16999, false, false }, { 16999, true, false },
	};
	uint8_t digest[32] = { 0xab };
	struct world *world = world_framed();
	const struct command_type *type = command_type_find("price.draft");
	char line[20000], because[17000];
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		memset(because, 'x', cases[i].length);
		because[cases[i].length] = '\0';
		snprintf(line, sizeof line, "because=%s prices=[commodity=ga quoted=5 unit=USD/kg "
			"basis=Ga; commodity=wo3 quoted=5 unit=USD/kg basis=WO3]", because);
		arena_reset(world->arena);
		struct context context = { .state = world->state, .now = world->now,
			.actor = person_find(world->state, "ola"), .arena = world->arena,
			.content_digest = cases[i].with_digest ? digest : NULL };
		struct decision decision = { 0 };
		struct error error = { 0 };
		CU_ASSERT_EQUAL(reserve_decide(&context, type,
			params_read(world->arena, type->params, line), &decision, &error), cases[i].good);
		CU_ASSERT_EQUAL(error.id, cases[i].good ? ERROR_NONE : ERROR_LIMIT);
	}
	world_free(world);
}

static void test_content_digest(void)
{
	uint8_t digest[32] = { 0xab };
	struct world *world = world_framed();
	struct buffer line = { 0 };
	buffer_append_text(&line, "commodities=[");
	for (int i = 0; i < 600; i++)
		buffer_printf(&line, "%scode=c%d mineral=gallium stage=mining form=ore basis=Ga",
			i > 0 ? ";" : "", i);
	buffer_append_text(&line, "]");
	const struct command_type *add = command_type_find("commodity.add");
	CU_ASSERT(world_submit(world, "ola", "commodity.add",
		params_read(world->arena, add->params, buffer_text(&line))));
	buffer_clear(&line);
	buffer_append_text(&line, "because=many prices=[");
	for (int i = 0; i < 600; i++)
		buffer_printf(&line, "%scommodity=c%d quoted=%d unit=USD/kg basis=Ga", i > 0 ? ";" : "", i,
			i + 1);
	buffer_append_text(&line, "]");
	const struct command_type *type = command_type_find("price.draft");
	struct decision decision = { 0 };
	struct error error = { 0 };
	struct context context = { .state = world->state, .now = world->now,
		.actor = person_find(world->state, "ola"), .arena = world->arena };
	void *params = params_read(world->arena, type->params, buffer_text(&line));
	CU_ASSERT_FALSE(reserve_decide(&context, type, params, &decision, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_LIMIT);
	context.content_digest = digest;
	decision = (struct decision){ 0 };
	error = (struct error){ 0 };
	CU_ASSERT(reserve_decide(&context, type, params, &decision, &error));
	CU_ASSERT_EQUAL_FATAL(decision.count, 601);
	const struct event *prepared = &decision.events[600];
	CU_ASSERT_PTR_NOT_NULL(strstr(field_text(descriptor_field(prepared->type->body, "text"),
		prepared->body), "because many\nprices 600\ncontent-sha256 ab000000"));
	buffer_free(&line);
	world_free(world);
}

static void test_ids_by_year(void)
{
	struct world *world = world_framed();
	for (int i = 0; i < 12; i++)
		DO(world, "aud", "finding.raise", "check=count severity=warning subject=x message=x");
	CU_ASSERT_STRING_EQUAL(world->id, "F-2026-0012");
	world_pass(world, 40 * TIME_DAY_MS);
	DO(world, "aud", "finding.raise", "check=count severity=critical message=x");
	CU_ASSERT_STRING_EQUAL(world->id, "F-2027-0001");
	DO(world, "ola", "floor.set", "because=x floors=[commodity=ga kind=hard mass_g=5]");
	CU_ASSERT_STRING_EQUAL(world->id, "N-2027-0001");
	world_free(world);
}

int main(void)
{
	return run_cases("reserve founding, persons and notes", (CU_TestInfo[]){
		{ "founding texts, good and bad", test_texts },
		{ "a founding is signed by all it names, once", test_founding },
		{ "every command asks for its duties", test_duties },
		{ "empty lists are refused", test_empty_lists },
		{ "one person twice", test_one_person_twice },
		{ "enrolment by two officers, and its rejection", test_enrolment },
		{ "a key replaced by two others; the old one is refused for ever", test_keys },
		{ "revocation takes effect at once; a return takes a new key", test_revocation },
		{ "who may sign what, and how often", test_signing },
		{ "notes too long are refused whole", test_long_notes },
		{ "content too long is named by its digest", test_content_digest },
		{ "ids count by year", test_ids_by_year },
		CU_TEST_INFO_NULL,
	});
}
