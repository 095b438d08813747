/*
 * A small reserve made by the core itself, exported, verified, replayed; then the same ledger with
 * one thing forged in it and signed by its own log key, which hashes alone would never tell.
 */
#include "vaultctl/offline/verify.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "ledger/entry.h"
#include "ledger/key.h"
#include "reserve/decide.h"
#include "reserve/document.h"
#include "reserve/founding.h"
#include "reserve/person.h"
#include "reserve/state.h"
#include "vaultctl/offline/founding_check.h"
#include "vaultctl/offline/digest.h"
#include "vaultctl/offline/view.h"
#include "wire/record.h"

static const char origin[] = "vault.example/test";

enum { ENTRIES_MAX = 48, FOUNDERS = 4, PERSONS = FOUNDERS + 2, SIGNED_FIRST = 3 };

static struct {
	struct state *state;
	struct arena *arena;
	struct signer *log, *persons[PERSONS];
	struct verifier_key log_key, order_key, person_keys[PERSONS];
	struct buffer entries[ENTRIES_MAX];
	int count;
	int64_t now;
	uint8_t command[16];   /* of the next entries */
	char folder[64];
} world;

static const char *const codes[] = { "kim", "ana", "lee", "ruiz", "new", "del" };
static const char *const duties[] = { "keeper", "assayer", "officer", "officer" };

/* ---- making a ledger ---- */

static struct signer *signer_of(const char *name, struct verifier_key *ret_key)
{
	struct hash seed;
	struct error error = { 0 };
	hash_sha256(name, strlen(name), &seed);
	struct signer *signer = signer_from_seed(seed.bytes);
	CU_ASSERT_FATAL(signer_verifier_key(signer, name, KEY_ED25519, ret_key, &error));
	return signer;
}

static void append_event(const struct event *event, const char *actor)
{
	struct entry_meta meta = { .sequence = world.count, .at = world.now, .effective = ABSENT,
		.has_command = true, .kind = event->type->kind };
	struct applied applied = { .index = world.count, .at = world.now, .effective = ABSENT,
		.actor = actor };
	memcpy(meta.command, world.command, sizeof meta.command);
	meta.digest[0] = 1;
	CU_ASSERT_FATAL(world.count < ENTRIES_MAX);
	text_copy(meta.actor, sizeof meta.actor, actor);
	entry_append(&world.entries[world.count++], &meta, event->type->body, event->body);
	reserve_apply(world.state, &applied, event->type, event->body);
}

/* Decides a command given as JSON and appends what came of it. */
static void act(const char *actor, const struct command_type *type, const char *json)
{
	struct error error = { 0 };
	struct decision decision = { 0 };
	void *params = arena_alloc(world.arena, type->params->size);
	struct context context = { .state = world.state, .now = world.now, .arena = world.arena,
		.actor = person_find(world.state, actor) };
	bool good = record_parse(json, strlen(json), type->params, world.arena, NULL, params, &error)
		&& reserve_decide(&context, type, params, &decision, &error);
	if (!good)
		fprintf(stderr, "%s: %s\n", type->name, error.message);
	CU_ASSERT_FATAL(good);
	for (uint32_t i = 0; i < decision.count; i++)
		append_event(&decision.events[i], context.actor != NULL ? actor : "vaultd");
	world.now += 1000;
}

/* What is due now: a signed step comes into force. */
static void tick(void)
{
	struct decision decision = { 0 };
	struct context context = { .state = world.state, .now = world.now, .arena = world.arena };
	while (reserve_decide_tick(&context, &decision)) {
		for (uint32_t i = 0; i < decision.count; i++)
			append_event(&decision.events[i], "vaultd");
		decision = (struct decision){ 0 };
	}
}

static void found(void)
{
	struct buffer note = { 0 }, json = { 0 };
	struct json out;
	struct error error = { 0 };
	buffer_printf(&note, "projectvault.org/founding@v1\norigin %s\nlog ", origin);
	verifier_key_format(&note, &world.log_key);
	buffer_append_text(&note, "\norders ");
	verifier_key_format(&note, &world.order_key);
	for (int i = 0; i < FOUNDERS; i++) {
		buffer_printf(&note, "\nperson %s %s ", codes[i], duties[i]);
		verifier_key_format(&note, &world.person_keys[i]);
		buffer_printf(&note, " Name of %s", codes[i]);
	}
	buffer_append_byte(&note, '\n');
	size_t length = note.length;
	CU_ASSERT(founding_check_text(buffer_text(&note), &error));
	for (int i = 0; i < FOUNDERS; i++)
		CU_ASSERT(note_sign(&note, length, world.person_keys[i].name, world.persons[i], &error));
	json_begin(&out, &json, false);
	json_open_object(&out);
	json_key(&out, "note");
	json_text_n(&out, note.bytes, note.length);
	json_key(&out, "signers");
	json_open_array(&out);
	for (int i = 0; i < FOUNDERS; i++) {
		json_open_object(&out);
		json_key(&out, "code");
		json_text(&out, codes[i]);
		json_close_object(&out);
	}
	json_close_array(&out);
	json_key(&out, "text");
	json_text_n(&out, note.bytes, length);
	json_close_object(&out);
	act("", &command_found, buffer_text(&json));
	buffer_free(&note);
	buffer_free(&json);
}

/* The person signs the open note with that id. */
static void sign(int person, const char *id)
{
	struct parsed_entry prepared;
	struct error error = { 0 };
	struct buffer json = { 0 }, base64 = { 0 };
	uint8_t signature[KEY_SIGNATURE_SIZE];
	const char *text = NULL;
	struct json out;
	for (int i = 0; i < world.count; i++) {
		CU_ASSERT_FATAL(entry_parse(world.entries[i].bytes, world.entries[i].length,
			event_find_body, NULL, world.arena, &prepared, &error));
		if (text_equal(prepared.kind, "document.prepared") && text_equal(id, field_text(
			descriptor_field(prepared.body_descriptor, "document"), prepared.body)))
			text = field_text(descriptor_field(prepared.body_descriptor, "text"),
				prepared.body);
	}
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	signer_sign(world.persons[person], text, strlen(text), signature);
	base64_append(&base64, signature, sizeof signature);
	json_begin(&out, &json, false);
	json_open_object(&out);
	json_key(&out, "document");
	json_text(&out, id);
	json_key(&out, "text");
	json_text(&out, text);
	json_key(&out, "signatures");
	json_open_array(&out);
	json_open_object(&out);
	char key_id[9];
	snprintf(key_id, sizeof key_id, "%08x", world.person_keys[person].id);
	json_key(&out, "key_id");
	json_text(&out, key_id);
	json_key(&out, "person");
	json_text(&out, codes[person]);
	json_key(&out, "signature");
	json_text_n(&out, base64.bytes, base64.length);
	json_close_object(&out);
	json_close_array(&out);
	json_close_object(&out);
	act(codes[person], &command_document_sign, buffer_text(&json));
	buffer_free(&json);
	buffer_free(&base64);
}

/* Entries: 0 founded, 1 proposed, 2 prepared, 3 and 4 signed, 5 enrolled, then stock. */
static void make_ledger(void)
{
	char json[512];
	struct buffer key = { 0 };
	found();
	verifier_key_format(&key, &world.person_keys[FOUNDERS]);
	snprintf(json, sizeof json, "{\"because\":\"grows\",\"code\":\"new\",\"duties\":[\"officer\"],"
		"\"name\":\"New One\",\"verifier_key\":\"%s\"}", buffer_text(&key));
	buffer_free(&key);
	act("lee", &command_person_enrol, json);
	sign(2, "N-2026-0001");
	sign(3, "N-2026-0001");
	act("lee", command_type_find("mineral.add"),
		"{\"minerals\":[{\"code\":\"ga\",\"name\":\"gallium\"}]}");
	act("lee", command_type_find("commodity.add"), "{\"commodities\":[{\"basis\":\"Ga\","
		"\"code\":\"ga\",\"form\":\"metal\",\"mineral\":\"ga\",\"stage\":\"refining\"}]}");
	act("lee", command_type_find("site.add"),
		"{\"sites\":[{\"code\":\"ROT\",\"country\":\"NLD\",\"name\":\"Rotterdam\"}]}");
	act("kim", command_type_find("lot.add"), "{\"lots\":[{\"code\":\"GA-1\",\"commodity\":\"ga\","
		"\"expected_g\":1000,\"site\":\"ROT\"}]}");
	act("kim", command_type_find("lot.weigh"),
		"{\"gross_g\":1010,\"lot\":\"GA-1\",\"tare_g\":10}");
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
	(void)status, (void)kind, (void)at;
	return remove(path);
}

static void setup(void)
{
	char name[64];
	memset(&world, 0, sizeof world);
	world.state = state_new(true);
	world.arena = arena_new(0);
	world.now = time_from_civil(2026, 11, 22);
	world.command[0] = 1;
	world.log = signer_of(origin, &world.log_key);
	snprintf(name, sizeof name, "%s/orders", origin);
	signer_free(signer_of(name, &world.order_key));
	for (int i = 0; i < PERSONS; i++) {
		snprintf(name, sizeof name, "%s/%s", origin, codes[i]);
		world.persons[i] = signer_of(name, &world.person_keys[i]);
	}
	make_ledger();
}

static void remove_export(void)
{
	if (world.folder[0] != '\0')
		nftw(world.folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	world.folder[0] = '\0';
}

static void teardown(void)
{
	remove_export();
	for (int i = 0; i < ENTRIES_MAX; i++)
		buffer_free(&world.entries[i]);
	for (int i = 0; i < PERSONS; i++)
		signer_free(world.persons[i]);
	signer_free(world.log);
	state_free(world.state);
	arena_free(world.arena);
}

/* Exports the entries as they stand now, with a checkpoint by the log key. */
static void write_export(void)
{
	struct export_writer *writer;
	struct error error = { 0 };
	struct checkpoint checkpoint = { .size = world.count };
	struct buffer note = { 0 };
	remove_export();
	strcpy(world.folder, "/tmp/vault-offline-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(world.folder));
	CU_ASSERT_FATAL(export_writer_open(world.folder, NULL, 0, &writer, &error));
	for (int i = 0; i < world.count; i++)
		CU_ASSERT_FATAL(export_writer_append(writer, world.entries[i].bytes,
			world.entries[i].length, &error));
	text_copy(checkpoint.origin, sizeof checkpoint.origin, origin);
	export_writer_root(writer, &checkpoint.root);
	checkpoint_append_text(&note, &checkpoint);
	CU_ASSERT_FATAL(note_sign(&note, note.length, origin, world.log, &error));
	CU_ASSERT_FATAL(export_writer_finish(writer, note.bytes, note.length, &error));
	export_writer_close(writer);
	buffer_free(&note);
}

static const struct offline_check unpinned = { .threads = 1 };

/* ---- cases ---- */

static void whole(void)
{
	struct offline_result result;
	struct error error = { 0 };
	struct offline_check check = { .keys = &world.log_key, .key_count = 1, .threads = 2 };
	struct verifier_key key;
	write_export();
	CU_ASSERT_FATAL(offline_verify(world.folder, &check, &result, &error));
	CU_ASSERT_EQUAL(result.checkpoint.size, world.count);
	CU_ASSERT_TRUE(result.pinned);
	CU_ASSERT_EQUAL(result.signatures, FOUNDERS + 2);
	CU_ASSERT_EQUAL(result.documents, 2);
	CU_ASSERT_EQUAL(result.last_at, world.now - 1000);
	CU_ASSERT_FATAL(offline_verify(world.folder, &unpinned, &result, &error));
	CU_ASSERT_FALSE(result.pinned);
	CU_ASSERT(offline_log_key(world.folder, &key, &error));
	CU_ASSERT(verifier_key_equal(&key, &world.log_key));
	check.keys = &world.order_key;
	CU_ASSERT_FALSE(offline_verify(world.folder, &check, &result, &error));
}

static void replayed(void)
{
	struct error error = { 0 };
	struct offline_view *view;
	struct hash one, other;
	write_export();
	CU_ASSERT_FATAL(offline_view_open(world.folder, &unpinned, ABSENT, "", world.now, &view, &error));
	const struct state *state = offline_view_state(view);
	offline_state_digest(state, &one);
	offline_state_digest(world.state, &other);
	CU_ASSERT(hash_equal(&one, &other));
	CU_ASSERT_EQUAL(state_size(state), world.count);
	CU_ASSERT_PTR_NOT_NULL(person_find(state, "new"));
	offline_view_close(view);
	/* one gram more is another state */
	act("kim", command_type_find("lot.add"), "{\"lots\":[{\"code\":\"GA-2\",\"commodity\":\"ga\","
		"\"expected_g\":1001,\"site\":\"ROT\"}]}");
	offline_state_digest(world.state, &other);
	CU_ASSERT_FALSE(hash_equal(&one, &other));
}

/* Replaces the first occurrence in one entry. */
static void forge(int index, const char *from, const char *to)
{
	struct buffer forged = { 0 };
	const char *text = buffer_text(&world.entries[index]), *at = strstr(text, from);
	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	buffer_append(&forged, text, (size_t)(at - text));
	buffer_append_text(&forged, to);
	buffer_append_text(&forged, at + strlen(from));
	buffer_free(&world.entries[index]);
	world.entries[index] = forged;
}

static void forged(void)
{
	static const struct { int index; const char *from, *to, *part; } cases[] = {
		{ 0, "\u2014 vault.example/test/kim ", "\u2014 vault.example/test/kix ",
			"bears no good signature of kim" },
		{ 0, "Name of lee", "Name of LEE", "says other things" },
		{ 0, "\"name\":\"Name of lee\"", "\"name\":\"Name of LEE\"", "says other things" },
		{ 0, "\"floor_notice_days\":14", "\"floor_notice_days\":1", "says other things" },
		{ 1, "\"sequence\":1", "\"sequence\":2", "says that it is number 2" },
		{ 1, "2026-11-22T", "2026-11-21T", "time goes back" },
		{ 1, "{\"actor\"", "{ \"actor\"", "not canonical" },
		{ 1, "person.proposed", "person.suggested", "no kind" },
		{ 1, "person.proposed", "reserve.founded", "entry 1" },
		{ 2, "New One", "New Two", "does not fit the text" },
		{ 2, "id N-2026-0001", "id N-2026-0009", "does not name itself" },
		{ 2, "\"need\":2", "\"need\":1", "was closed" },
		{ 2, "\"need\":2", "\"need\":3", "has 2 of the 3" },
		{ 3, "\"person\":\"lee\"", "\"person\":\"kim\"", "had no duty" },
		{ 3, "\"person\":\"lee\"", "\"person\":\"ruiz\"", "not in force" },
		{ 3, "\"document\":\"N-2026-0001\"", "\"document\":\"N-2026-0002\"", "nobody prepared" },
		{ 3, "\"signature\":\"", "\"signature\":\"A", "does not fit the text" },
		{ 5, "\"document\":\"N-2026-0001\"", "\"document\":\"N-2026-0002\"", "nobody prepared" },
		{ 5, "vault.example/test/new", "vault.example/test/old", "entry 5" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct offline_result result;
		struct error error = { 0 };
		struct buffer kept = { 0 };
		struct buffer *entry = &world.entries[cases[i].index];
		buffer_append(&kept, entry->bytes, entry->length);
		forge(cases[i].index, cases[i].from, cases[i].to);
		write_export();
		CU_ASSERT_FALSE(offline_verify(world.folder, &unpinned, &result, &error));
		CU_ASSERT_EQUAL(error.id, ERROR_LEDGER);
		CU_ASSERT_PTR_NOT_NULL(strstr(error.message, cases[i].part));
		if (strstr(error.message, cases[i].part) == NULL)
			fprintf(stderr, "case %zu: %s\n", i, error.message);
		buffer_free(entry);
		*entry = kept;
	}
}

/* The second signature taken away, its place filled with something harmless. */
static void one_signature(void)
{
	struct offline_result result;
	struct error error = { 0 };
	struct buffer *second = &world.entries[SIGNED_FIRST + 1];
	buffer_clear(second);
	buffer_append(second, world.entries[6].bytes, world.entries[6].length);
	forge(SIGNED_FIRST + 1, "\"sequence\":6", "\"sequence\":4");
	world.count = SIGNED_FIRST + 3;
	forge(SIGNED_FIRST + 2, "\"at\":\"2026-11-22T00:00:03Z\"", "\"at\":\"2026-11-22T00:10:03Z\"");
	write_export();
	CU_ASSERT_FALSE(offline_verify(world.folder, &unpinned, &result, &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "has 1 of the 2"));
}

static void same_person_twice(void)
{
	struct offline_result result;
	struct error error = { 0 };
	struct buffer *second = &world.entries[SIGNED_FIRST + 1];
	buffer_clear(second);
	buffer_append(second, world.entries[SIGNED_FIRST].bytes,
		world.entries[SIGNED_FIRST].length);
	forge(SIGNED_FIRST + 1, "\"sequence\":3", "\"sequence\":4");
	write_export();
	CU_ASSERT_FALSE(offline_verify(world.folder, &unpinned, &result, &error));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "signed N-2026-0001 twice"));
}

/* One bit of a stored entry, which the tree tells. */
static void bit_flipped(void)
{
	struct offline_result result;
	struct error error = { 0 };
	char path[128], byte;
	write_export();
	snprintf(path, sizeof path, "%s/tile/entries/000.p/%d", world.folder, world.count);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_EQUAL(pread(fd, &byte, 1, 100), 1);
	byte ^= 1;
	CU_ASSERT_EQUAL(pwrite(fd, &byte, 1, 100), 1);
	close(fd);
	struct offline_check hashes = { .hashes_only = true, .threads = 1, .keys = &world.log_key,
		.key_count = 1 };
	CU_ASSERT_FALSE(offline_verify(world.folder, &hashes, &result, &error));
	CU_ASSERT_EQUAL(error.id, ERROR_LEDGER);
	memset(&error, 0, sizeof error);
	CU_ASSERT_FALSE(offline_verify(world.folder, &unpinned, &result, &error));
}

static void missing_signers(void)
{
	struct buffer missing = { 0 }, bytes = { 0 };
	struct error error = { 0 };
	struct note note;
	struct parsed_entry entry;
	CU_ASSERT_FATAL(entry_parse(world.entries[0].bytes, world.entries[0].length, event_find_body,
		NULL, world.arena, &entry, &error));
	buffer_append_text(&bytes, field_text(descriptor_field(entry.body_descriptor, "note"),
		entry.body));
	CU_ASSERT_FATAL(note_parse(bytes.bytes, bytes.length, &note, &error));
	CU_ASSERT(founding_check_signatures(&note, &missing, &error));
	CU_ASSERT_EQUAL(missing.length, 0);
	note.signature_count = 2;
	CU_ASSERT(founding_check_signatures(&note, &missing, &error));
	CU_ASSERT_STRING_EQUAL(buffer_text(&missing), "lee, ruiz");
	buffer_free(&missing);
	buffer_free(&bytes);
}

/* ---- a request that a delegate signed ---- */

#define REQUEST_ID "0193a7c2-5e1b-7d04-9a51-3c2f0b6ad9e7"

/*
 * Enrols del as the delegate of JPN, and brings a request of JPN, which is refused: nothing is
 * declared.
 */
static void bring_request(void)
{
	char json[1024];
	uint8_t signature[KEY_SIGNATURE_SIZE];
	struct buffer key = { 0 }, text = { 0 }, base64 = { 0 };
	verifier_key_format(&key, &world.person_keys[FOUNDERS + 1]);
	act("lee", command_type_find("member.set"), "{\"because\":\"x\",\"members\":[{\"code\":\"JPN\","
		"\"name\":\"Japan\",\"status\":\"in-force\"},{\"code\":\"DEU\",\"name\":\"Germany\","
		"\"status\":\"in-force\"}]}");
	sign(2, "N-2026-0002");
	sign(3, "N-2026-0002");
	tick();
	snprintf(json, sizeof json, "{\"because\":\"speaks\",\"code\":\"del\",\"duties\":[\"delegate\"],"
		"\"member\":\"JPN\",\"name\":\"Del\",\"verifier_key\":\"%s\"}", buffer_text(&key));
	act("lee", &command_person_enrol, json);
	sign(2, "N-2026-0003");
	sign(3, "N-2026-0003");
	buffer_printf(&text, "projectvault.org/request@v1\nreserve %s\ncommand " REQUEST_ID
		"\nmember JPN\ncommodity ga\nmass-g 500\n", origin);
	signer_sign(world.persons[FOUNDERS + 1], text.bytes, text.length, signature);
	base64_append(&base64, signature, sizeof signature);
	text_to_uuid(REQUEST_ID, world.command);
	snprintf(json, sizeof json, "{\"key_id\":\"%08x\",\"note\":\"projectvault.org/request@v1\\nreserve "
		"%s\\ncommand " REQUEST_ID "\\nmember JPN\\ncommodity ga\\nmass-g 500\\n\",\"person\":\"del\","
		"\"signature\":\"%s\"}", world.person_keys[FOUNDERS + 1].id, origin, buffer_text(&base64));
	act("kim", command_type_find("request.bring"), json);
	buffer_free(&key);
	buffer_free(&text);
	buffer_free(&base64);
}

static void request_notes(void)
{
	static const struct { const char *from, *to, *part; } cases[] = {
		{ "mass-g 500", "mass-g 600", "does not fit the note" },
		{ "\"mass_g\":500", "\"mass_g\":600", "says other things" },
		{ "\"member\":\"JPN\"", "\"member\":\"DEU\"", "no delegate of DEU" },
		{ "\"signer\":\"del\"", "\"signer\":\"lee\"", "not in force" },
		{ "\"signature\":\"", "\"signature\":\"A", "does not fit the note" },
		{ "\"signature_key\":\"", "\"signature_key\":\"0", "entry" },
		{ "\"command\":\"0193a7c2", "\"command\":\"0193a7c3", "under the command id" },
		{ "reserve vault.example/test", "reserve vault.example/tesu", "does not fit the note" },
	};
	struct offline_result result;
	struct error error = { 0 };
	bring_request();
	write_export();
	CU_ASSERT_FATAL(offline_verify(world.folder, &unpinned, &result, &error));
	CU_ASSERT_EQUAL(result.signatures, FOUNDERS + 2 + 2 + 2 + 1);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buffer kept = { 0 }, *entry = &world.entries[world.count - 1];
		struct error found = { 0 };
		buffer_append(&kept, entry->bytes, entry->length);
		forge(world.count - 1, cases[i].from, cases[i].to);
		write_export();
		CU_ASSERT_FALSE(offline_verify(world.folder, &unpinned, &result, &found));
		CU_ASSERT_EQUAL(found.id, ERROR_LEDGER);
		CU_ASSERT_PTR_NOT_NULL(strstr(found.message, cases[i].part));
		if (strstr(found.message, cases[i].part) == NULL)
			fprintf(stderr, "case %zu: %s\n", i, found.message);
		buffer_free(entry);
		*entry = kept;
	}
}

static void in_world(void (*test)(void))
{
	setup();
	test();
	teardown();
}

#define CASE(name) static void name##_case(void) { in_world(name); }
CASE(whole)
CASE(replayed)
CASE(forged)
CASE(one_signature)
CASE(same_person_twice)
CASE(bit_flipped)
CASE(missing_signers)
CASE(request_notes)

int main(void)
{
	CU_TestInfo cases[] = {
		{ "a whole ledger verifies, pinned and not", whole_case },
		{ "replay comes to the same state", replayed_case },
		{ "forged entries under a good tree", forged_case },
		{ "an effect without its second signature", one_signature_case },
		{ "the same person twice", same_person_twice_case },
		{ "one bit of a stored entry", bit_flipped_case },
		{ "who has not signed the founding", missing_signers_case },
		{ "a request that a delegate signed, and forged", request_notes_case },
		CU_TEST_INFO_NULL,
	};
	return run_cases("offline", cases);
}
