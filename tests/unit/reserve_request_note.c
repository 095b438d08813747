/* The text that a delegate signs, line by line, and who may have signed it. */
#include "reserve_world.h"

#include "reserve/emergency/request_note.h"

#define ID "0193a7c2-5e1b-7d04-9a51-3c2f0b6ad9e7"
#define HEAD "projectvault.org/request@v1\nreserve " WORLD_ORIGIN "\ncommand " ID "\n"
#define LEAST HEAD "member AUT\ncommodity ga\nmass-g 1000\n"

static bool read_text(const char *text, struct submit_params *ret_params, struct error *error)
{
	uint8_t command[16];
	struct arena *arena = arena_new(0);
	*error = (struct error){ 0 };
	bool good = request_note_read(text, WORLD_ORIGIN, arena, ret_params, command, error);
	arena_free(arena);
	return good;
}

static void test_whole(void)
{
	struct arena *arena = arena_new(0);
	struct submit_params params;
	struct error error = { 0 };
	uint8_t command[16], expected[16];
	CU_ASSERT_TRUE_FATAL(request_note_read(HEAD "member AUT\ncommodity ga\nmass-g "
		"9007199254740991\nmin-grade-ppm 0\nneed-by 2026-12-20T10:00:00+02:00\ntier B\n"
		"purpose wafers\ndestination ITA\nconsignee Nippon Wafers, Köln \"KK\"\npartial yes\n",
		WORLD_ORIGIN, arena, &params, command, &error));
	text_to_uuid(ID, expected);
	CU_ASSERT_EQUAL(memcmp(command, expected, 16), 0);
	CU_ASSERT_STRING_EQUAL(params.member, "AUT");
	CU_ASSERT_STRING_EQUAL(params.commodity, "ga");
	CU_ASSERT_EQUAL(params.mass_g, VAULT_INT_MAX);
	CU_ASSERT_EQUAL(params.min_grade_ppm, 0);
	CU_ASSERT_EQUAL(params.need_by, 1797753600000LL);
	CU_ASSERT_EQUAL(params.tier, TIER_B);
	CU_ASSERT_STRING_EQUAL(params.purpose, "wafers");
	CU_ASSERT_STRING_EQUAL(params.destination, "ITA");
	CU_ASSERT_STRING_EQUAL(params.consignee, "Nippon Wafers, Köln \"KK\"");
	CU_ASSERT_TRUE(params.partial);
	CU_ASSERT_TRUE(request_note_read(LEAST, WORLD_ORIGIN, arena, &params, command, &error));
	CU_ASSERT_EQUAL(params.mass_g, 1000);
	CU_ASSERT_EQUAL(params.min_grade_ppm, ABSENT);
	CU_ASSERT_EQUAL(params.need_by, ABSENT);
	CU_ASSERT_EQUAL(params.tier, TIER_NONE);
	CU_ASSERT_STRING_EQUAL(params.purpose, "");
	CU_ASSERT_PTR_NULL(params.consignee);
	CU_ASSERT_FALSE(params.partial);
	arena_free(arena);
}

/* The edge looks for the id before it reads the rest; of a whole note too. */
static void test_command(void)
{
	static const char *const none[] = { "", "projectvault.org/request@v1", &HEAD[1],
		"projectvault.org/request@v1\n", "projectvault.org/request@v1\nreserve x\n",
		"projectvault.org/request@v1\nreserve x\ncommand " ID,
		"projectvault.org/request@v1\nreserve x\ncommand " ID "0\n",
		"projectvault.org/request@v1\nreserve x\ncommand \n",
		"projectvault.org/request@v1\nreserve x\nmember AUT\ncommand " ID "\n" };
	uint8_t command[16], expected[16];
	text_to_uuid(ID, expected);
	CU_ASSERT_TRUE(request_note_command(LEAST "\n\xe2\x80\x94 x AAAA\n", command));
	CU_ASSERT_EQUAL(memcmp(command, expected, 16), 0);
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		CU_ASSERT_FALSE(request_note_command(none[i], command));
}

static void test_refused(void)
{
	static const struct { const char *text, *says; } cases[] = {
		{ "", "line end" },
		{ "projectvault.org/request@v1", "line end" },
		{ "projectvault.org/request@v2\nreserve x\n", "request@v1" },
		{ " " LEAST, "request@v1" },
		{ "projectvault.org/request@v1\n", "\"reserve\" is missing" },
		{ HEAD, "\"member\" is missing" },
		{ HEAD "member AUT\ncommodity ga\n", "\"mass-g\" is missing" },
		{ HEAD "commodity ga\n", "\"member\" is missing before \"commodity\"" },
		{ HEAD "member AUT\nmember AUT\n", "\"member\" stands twice" },
		{ LEAST "mass-g 2\n", "\"mass-g\" stands twice" },
		{ LEAST "purpose x\ntier A\n", "\"tier\" stands twice or after \"purpose\"" },
		{ LEAST "purposes x\n", "no line \"purposes\"" },
		{ LEAST "min_grade_ppm 5\n", "no line \"min_grade_ppm\"" },
		{ LEAST "\n", "a name, a space and a value" },
		{ LEAST "tier\n", "a name, a space and a value" },
		{ LEAST "tier \n", "a name, a space and a value" },
		{ LEAST " tier A\n", "a name, a space and a value" },
		{ LEAST "tier  A\n", "one of its values" },
		{ LEAST "tier D\n", "one of its values" },
		{ LEAST "tier a\n", "one of its values" },
		{ LEAST "purpose two words\n", "one word" },
		{ LEAST "purpose a,b\n", "one word" },
		{ LEAST "purpose 12345678901234567890123456789012\n", "short" },
		{ LEAST "partial no\n", "\"yes\"" },
		{ LEAST "need-by 2026-12-20\n", "a time such as" },
		{ LEAST "need-by 2026-02-30T00:00:00Z\n", "a time such as" },
		{ LEAST "need-by tomorrow at T\n", "a time such as" },
		{ LEAST "min-grade-ppm 1000001\n", "from 0 to 1000000" },
		{ LEAST "min-grade-ppm 99.9\n", "from 0 to 1000000" },
		{ LEAST "consignee x \n", "a name" },
		{ LEAST "purpose a\r\n", "control character" },
		{ LEAST "purpose a\x7f\n", "control character" },
		{ LEAST "consignee a\tb\n", "control character" },
		{ LEAST "consignee \xff\n", "UTF-8" },
		{ LEAST "tier A", "line end" },
		{ HEAD "member AUT\ncommodity ga\nmass-g 0\n", "from 1 to 9007199254740991" },
		{ HEAD "member AUT\ncommodity ga\nmass-g 9007199254740992\n", "from 1" },
		{ HEAD "member AUT\ncommodity ga\nmass-g 1kg\n", "from 1" },
		{ HEAD "member AUT\ncommodity ga\nmass-g 01\n", "from 1" },
		{ HEAD "member AUTOMATIC\ncommodity ga\nmass-g 1\n", "short" },
		{ "projectvault.org/request@v1\nreserve other.example/log\n", "it is for the reserve" },
		{ "projectvault.org/request@v1\nreserve " WORLD_ORIGIN "\ncommand x\n", "version 7" },
		{ "projectvault.org/request@v1\nreserve " WORLD_ORIGIN
			"\ncommand 0193A7C2-5E1B-7D04-9A51-3C2F0B6AD9E7\n", "lower case" },
		{ "projectvault.org/request@v1\nreserve " WORLD_ORIGIN
			"\ncommand 0193a7c2-5e1b-4d04-9a51-3c2f0b6ad9e7\n", "version 7" },
		{ "projectvault.org/request@v1\nreserve " WORLD_ORIGIN
			"\ncommand 0193a7c2-5e1b-7d04-1a51-3c2f0b6ad9e7\n", "version 7" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct submit_params params;
		struct error error;
		bool read = read_text(cases[i].text, &params, &error);
		bool good = !read && error.id == ERROR_INVALID &&
			strstr(error.message, cases[i].says) != NULL;
		if (!good)
			printf("\n  case %zu, \"%s\": %s\n", i, cases[i].says, error.message);
		CU_ASSERT(good);
	}
}

static void test_long(void)
{
	char text[REQUEST_TEXT_MAX + 64] = LEAST "consignee ";
	struct submit_params params;
	struct error error;
	size_t length = strlen(text);
	memset(text + length, 'x', NAME_MAX_BYTES - 1);
	strcpy(text + length + NAME_MAX_BYTES - 1, "\n");
	CU_ASSERT_TRUE(read_text(text, &params, &error));
	strcpy(text + length + NAME_MAX_BYTES - 1, "x\n");
	CU_ASSERT_FALSE(read_text(text, &params, &error));
	memset(text + length, 'x', sizeof text - length - 2);
	strcpy(text + sizeof text - 2, "\n");
	CU_ASSERT_FALSE(read_text(text, &params, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_LIMIT);
}

/* ---- brought ---- */

static struct world *with_delegates(void)
{
	struct world *world = world_stocked();
	DO_SIGNED(world, "ola", "person.enrol", "code=del duties=delegate member=AUT name=Del "
		"verifier_key=" WORLD_ORIGIN "/del+000000d1+000000d1 because=x");
	DO_SIGNED(world, "ola", "person.enrol", "code=eva duties=delegate member=ITA name=Eva "
		"verifier_key=" WORLD_ORIGIN "/eva+000000e1+000000e1 because=x");
	return world;
}

/* Brings a note for so many grams as kim; the signature is the edge's to verify. */
static bool bring(struct world *world, const char *member, int64_t mass_g, const char *person,
	const char *key_id)
{
	arena_reset(world->arena);
	const char *text = arena_printf(world->arena, HEAD "member %s\ncommodity ga\nmass-g %lld\n"
		"consignee Works AG\n", member, (long long)mass_g);
	const char *line = arena_printf(world->arena, "note='%s' person=%s key_id=%s signature=AAAA",
		text, person, key_id);
	snprintf(world->what, sizeof world->what, "bring %s %s %s", member, person, key_id);
	return world_submit(world, "kim", "request.bring", params_read(world->arena,
		command_request_bring.params, line));
}

static void brings(int line, struct world *world, enum error_id error, const char *member,
	int64_t mass_g, const char *person, const char *key_id)
{
	bool done = bring(world, member, mass_g, person, key_id);
	bool good = error == ERROR_NONE ? done : !done && world->error.id == error;
	if (!good)
		printf("\n  line %d: %s\n", line, world->error.message);
	CU_ASSERT(good);
}
#define BRINGS(world, ...) brings(__LINE__, (world), __VA_ARGS__)

static void test_brought(void)
{
	struct world *world = with_delegates();
	BRINGS(world, ERROR_NONE, "AUT", 1000, "del", "000000d1");
	const struct request_decided *body = world->decision.events[0].body;
	CU_ASSERT_STRING_EQUAL(world->decision.events[0].type->kind, "request.allocated");
	CU_ASSERT_STRING_EQUAL(body->signer, "del");
	CU_ASSERT_STRING_EQUAL(body->signature_key, "000000d1");
	CU_ASSERT_STRING_EQUAL(body->signature, "AAAA");
	CU_ASSERT_STRING_EQUAL(body->consignee, "Works AG");
	CU_ASSERT(text_starts(body->note, HEAD "member AUT\n"));
	const struct request *request = state_find(world->state, TABLE_REQUEST, "R-2026-0001");
	CU_ASSERT_PTR_NOT_NULL_FATAL(request);
	CU_ASSERT_STRING_EQUAL(request->requested_by, "del");
	CU_ASSERT_STRING_EQUAL(request->consignee, "Works AG");
	/* A refusal bears it too. */
	BRINGS(world, ERROR_NONE, "ITA", 9007199254740991LL, "eva", "000000e1");
	CU_ASSERT_TRUE(world->decision.refused);
	body = world->decision.events[0].body;
	CU_ASSERT_STRING_EQUAL(body->signer, "eva");
	world_free(world);
}

static void test_wrong_signer(void)
{
	struct world *world = with_delegates();
	BRINGS(world, ERROR_DENIED, "ITA", 1000, "del", "000000d1");         /* another's */
	BRINGS(world, ERROR_DENIED, "AUT", 1000, "kim", "000000a0");         /* no delegate */
	BRINGS(world, ERROR_BAD_SIGNATURE, "AUT", 1000, "nobody", "000000d1");
	BRINGS(world, ERROR_BAD_SIGNATURE, "AUT", 1000, "del", "000000e1");  /* another's key */
	BRINGS(world, ERROR_DENIED, "XXX", 1000, "del", "000000d1");
	DO_SIGNED(world, "ola", "key.replace", "code=del verifier_key=" WORLD_ORIGIN
		"/del+000000d2+000000d2 because=lost");
	BRINGS(world, ERROR_BAD_SIGNATURE, "AUT", 1000, "del", "000000d1");
	BRINGS(world, ERROR_NONE, "AUT", 1000, "del", "000000d2");
	DO_SIGNED(world, "ola", "person.revoke", "code=del because=leaves");
	BRINGS(world, ERROR_BAD_SIGNATURE, "AUT", 1000, "del", "000000d2");
	world_free(world);
}

/* With a delegate a member asks by notes alone; without one as before. */
static void test_unsigned(void)
{
	struct world *world = world_stocked();
	CU_ASSERT_FALSE(request_needs_note(world->state, "AUT"));
	DO(world, "kim", "request.submit", "member=AUT commodity=ga mass_g=10");
	DO(world, "ola", "person.enrol", "code=del duties=delegate member=AUT name=Del "
		"verifier_key=" WORLD_ORIGIN "/del+000000d1+000000d1 because=x");
	char note[CODE_MAX];
	text_copy(note, sizeof note, world->id);
	CU_ASSERT_FALSE(request_needs_note(world->state, "AUT")); /* not before they are enrolled */
	world_signed(__LINE__, world, note);
	CU_ASSERT_TRUE(request_needs_note(world->state, "AUT"));
	CU_ASSERT_FALSE(request_needs_note(world->state, "ITA"));
	FAILS(world, ERROR_DENIED, "kim", "request.submit", "member=AUT commodity=ga mass_g=10");
	CU_ASSERT_STRING_EQUAL(world->error.field, "note");
	FAILS(world, ERROR_DENIED, "del", "request.submit", "member=AUT commodity=ga mass_g=10");
	DO(world, "kim", "request.submit", "member=ITA commodity=ga mass_g=10");
	FAILS(world, ERROR_DENIED, "del", "request.submit", "member=ITA commodity=ga mass_g=10");
	FAILS(world, ERROR_DENIED, "del", "request.withdraw", "request=R-2026-0002 because=x");
	DO(world, "del", "request.withdraw", "request=R-2026-0001 because=x");
	DO_SIGNED(world, "ola", "person.revoke", "code=del because=leaves");
	CU_ASSERT_FALSE(request_needs_note(world->state, "AUT"));
	DO(world, "kim", "request.submit", "member=AUT commodity=ga mass_g=10");
	world_free(world);
}

/* ---- audits ---- */

static void test_agrees(void)
{
	struct world *world = with_delegates();
	uint8_t id[16], other[16] = { 0 };
	struct error error = { 0 };
	text_to_uuid(ID, id);
	BRINGS(world, ERROR_NONE, "AUT", 1000, "del", "000000d1");
	struct request_decided body = *(const struct request_decided *)world->decision.events[0].body;
	CU_ASSERT_TRUE(request_note_agrees(&body, WORLD_ORIGIN, id, world->arena, &error));
	CU_ASSERT_FALSE(request_note_agrees(&body, WORLD_ORIGIN, other, world->arena, &error));
	error = (struct error){ 0 };
	CU_ASSERT_FALSE(request_note_agrees(&body, WORLD_ORIGIN, NULL, world->arena, &error));
	CU_ASSERT_FALSE(request_note_agrees(&body, "other", id, world->arena, &error));
	struct request_decided wrong = body;
	wrong.mass_g++;
	error = (struct error){ 0 };
	CU_ASSERT_FALSE(request_note_agrees(&wrong, WORLD_ORIGIN, id, world->arena, &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "R-2026-0001"));
	wrong = body;
	wrong.consignee = "Others";
	CU_ASSERT_FALSE(request_note_agrees(&wrong, WORLD_ORIGIN, id, world->arena, &error));
	wrong = body;
	text_copy(wrong.member, sizeof wrong.member, "ITA");
	CU_ASSERT_FALSE(request_note_agrees(&wrong, WORLD_ORIGIN, id, world->arena, &error));
	wrong = body;
	wrong.partial = true;
	CU_ASSERT_FALSE(request_note_agrees(&wrong, WORLD_ORIGIN, id, world->arena, &error));
	world_free(world);
}

int main(void)
{
	return run_cases("reserve request notes", (CU_TestInfo[]){
		{ "every line of a text", test_whole },
		{ "its command id", test_command },
		{ "what is no request, and where", test_refused },
		{ "too long", test_long },
		{ "brought by anybody, signed by the delegate", test_brought },
		{ "signed by whom it may not be", test_wrong_signer },
		{ "a member with a delegate asks by notes alone", test_unsigned },
		{ "an entry held against its note", test_agrees },
		CU_TEST_INFO_NULL,
	});
}
