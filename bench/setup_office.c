/* What people decide before any load: the founding, the frame, and the notes that officers sign. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/text.h"
#include "bench/drive.h"
#include "bench/names.h"
#include "bench/setup.h"
#include "ledger/note.h"

enum { OPEN_WAIT_MS = 30000, POLL_US = 50000, DECLARED_DAYS = 60 };

const struct setup_person setup_persons[SETUP_PERSONS] = {
	{ NAMES_KEEPER, "keeper", "Kim Keeper" },
	{ NAMES_ASSAYER, "assayer", "Ana Assayer" },
	{ NAMES_OFFICER, "officer", "Ruiz Officer" },
	{ NAMES_SECOND_OFFICER, "officer", "Lee Officer" },
};

static void key_name(const struct setup *setup, char to[KEY_NAME_MAX], int person)
{
	snprintf(to, KEY_NAME_MAX, "%s/%s", setup->origin, setup_persons[person].code);
}

/* Sends a call that needs nothing back. */
static bool send_off(struct setup *setup, const char *method, struct buffer *params,
	struct error *error)
{
	struct reply reply;
	bool good = setup_call(setup, method, params, &reply, error);
	if (good)
		reply_free(&reply);
	buffer_free(params);
	return good;
}

static void append_text_member(struct buffer *params, const char *key, const struct buffer *text)
{
	struct json json;
	buffer_printf(params, "\"%s\":", key);
	json_begin(&json, params, false);
	json_text_n(&json, text->bytes, text->length);
}

/* ---- founding ---- */

static bool append_log_keys(struct setup *setup, struct buffer *text, struct error *error)
{
	struct buffer params = { 0 };
	struct reply reply;
	buffer_printf(&params, "{\"origin\":\"%s\"}", setup->origin);
	bool good = setup_call(setup, "Evidence.Keys", &params, &reply, error);
	buffer_free(&params);
	if (!good)
		return false;
	buffer_printf(text, "log %s\norders %s\n", value_get_text(reply.parameters, "log", ""),
		value_get_text(reply.parameters, "orders", ""));
	reply_free(&reply);
	return true;
}

static bool append_person(struct setup *setup, int person, struct buffer *text,
	struct error *error)
{
	char name[KEY_NAME_MAX];
	struct verifier_key key;
	key_name(setup, name, person);
	if (!signer_generate(&setup->signers[person], error)
		|| !signer_verifier_key(setup->signers[person], name, KEY_ED25519, &key, error))
		return false;
	buffer_printf(text, "person %s %s ", setup_persons[person].code,
		setup_persons[person].duties);
	verifier_key_format(text, &key);
	buffer_printf(text, " %s\n", setup_persons[person].name);
	return true;
}

static bool sign(struct setup *setup, int person, struct buffer *note, size_t text_length,
	struct error *error)
{
	char name[KEY_NAME_MAX];
	key_name(setup, name, person);
	return note_sign(note, text_length, name, setup->signers[person], error);
}

bool setup_found(struct setup *setup, struct error *error)
{
	struct buffer note = { 0 }, params = { 0 };
	buffer_printf(&note, "projectvault.org/founding@v1\norigin %s\n", setup->origin);
	bool good = append_log_keys(setup, &note, error);
	for (int i = 0; good && i < SETUP_PERSONS; i++)
		good = append_person(setup, i, &note, error);
	if (setup->demonstration)
		buffer_append_text(&note, "demonstration yes\n");
	size_t text_length = note.length;
	for (int i = 0; good && i < SETUP_PERSONS; i++)
		good = sign(setup, i, &note, text_length, error);
	if (good) {
		buffer_append_byte(&params, '{');
		append_text_member(&params, "note", &note);
		setup_end_params(setup, &params, NULL);
		good = send_off(setup, "Evidence.Found", &params, error);
	}
	buffer_free(&note);
	return good;
}

/* ---- the frame ---- */

/* One element of a list of new things, by its number. */
typedef void append_item(struct buffer *params, unsigned number);

static void append_mineral(struct buffer *params, unsigned number)
{
	buffer_printf(params, "{\"code\":\"m%02u\",\"name\":\"Mineral %u\"}", number, number);
}

static void append_commodity(struct buffer *params, unsigned number)
{
	char code[CODE_MAX];
	names_commodity(code, number);
	buffer_printf(params, "{\"code\":\"%s\",\"mineral\":\"m%02u\",\"stage\":\"refining\","
		"\"form\":\"metal\",\"basis\":\"X%u\"}", code, number, number);
}

static void append_site(struct buffer *params, unsigned number)
{
	char code[CODE_MAX];
	names_site(code, number);
	buffer_printf(params, "{\"code\":\"%s\",\"name\":\"Site %u\",\"country\":\"USA\"}", code,
		number);
}

static void append_member(struct buffer *params, unsigned number)
{
	char code[CODE_MAX];
	names_member(code, number);
	buffer_printf(params, "{\"code\":\"%s\",\"name\":\"Member %u\",\"kind\":\"state\","
		"\"status\":\"in-force\"}", code, number);
}

/* Twice as many as commodities: the operating floor of each, then the hard one. */
static void append_floor(struct buffer *params, unsigned number)
{
	char code[CODE_MAX];
	names_commodity(code, number / 2);
	buffer_printf(params, "{\"commodity\":\"%s\",\"kind\":\"%s\",\"mass_g\":%s}", code,
		number % 2 == 0 ? "operating" : "hard", number % 2 == 0 ? "2000000000" : "1000000000");
}

static void append_items(struct buffer *params, const char *list, unsigned count,
	append_item *append)
{
	buffer_printf(params, "{\"%s\":[", list);
	for (unsigned i = 0; i < count; i++) {
		if (i > 0)
			buffer_append_byte(params, ',');
		append(params, i);
	}
	buffer_append_byte(params, ']');
}

static bool add(struct setup *setup, const char *method, const char *list, unsigned count,
	append_item *append, const char *because, struct error *error)
{
	struct buffer params = { 0 };
	append_items(&params, list, count, append);
	buffer_append_text(&params, because);
	setup_end_params(setup, &params, NAMES_OFFICER);
	return send_off(setup, method, &params, error);
}

bool setup_frame(struct setup *setup, struct error *error)
{
	return add(setup, "Stock.AddMinerals", "minerals", NAMES_COMMODITIES, append_mineral, "",
			error)
		&& add(setup, "Stock.AddCommodities", "commodities", NAMES_COMMODITIES,
			append_commodity, "", error)
		&& add(setup, "Stock.AddSites", "sites", NAMES_SITES, append_site, "", error)
		&& add(setup, "Zone.SetMembers", "members", NAMES_MEMBERS, append_member,
			",\"because\":\"benchmark\"", error);
}

/* ---- notes ---- */

static bool submit_note(struct setup *setup, int person, const char *id, struct error *error)
{
	struct buffer params = { 0 }, note = { 0 };
	struct reply reply;
	buffer_printf(&params, "{\"id\":\"%s\"}", id);
	bool good = setup_call(setup, "Evidence.GetDocument", &params, &reply, error);
	buffer_free(&params);
	if (!good)
		return false;
	buffer_append_text(&note, value_get_text(value_get(reply.parameters, "document"), "text", ""));
	reply_free(&reply);
	good = sign(setup, person, &note, note.length, error);
	if (good) {
		buffer_printf(&params, "{\"document\":\"%s\",", id);
		append_text_member(&params, "note", &note);
		setup_end_params(setup, &params, setup_persons[person].code);
		good = send_off(setup, "Evidence.Submit", &params, error);
	}
	buffer_free(&note);
	return good;
}

/* Sends what prepares a note and gives the note's id. */
static bool prepare(struct setup *setup, const char *method, struct buffer *params,
	char ret_id[CODE_MAX], struct error *error)
{
	struct reply reply;
	bool good = setup_call(setup, method, params, &reply, error);
	buffer_free(params);
	if (!good)
		return false;
	good = text_copy(ret_id, CODE_MAX,
		value_get_text(value_get(reply.parameters, "receipt"), "id", ""));
	reply_free(&reply);
	return good || error_set(error, ERROR_INTERNAL, "", "%s names a note too long", method);
}

enum { FIRST_OFFICER = 2, SECOND_OFFICER = 3 };

bool setup_floors(struct setup *setup, struct error *error)
{
	struct buffer params = { 0 };
	char id[CODE_MAX];
	append_items(&params, "floors", 2 * NAMES_COMMODITIES, append_floor);
	buffer_append_text(&params, ",\"because\":\"benchmark\"");
	setup_end_params(setup, &params, NAMES_OFFICER);
	return prepare(setup, "Stock.SetFloors", &params, id, error)
		&& submit_note(setup, FIRST_OFFICER, id, error);
}

/* Floors come into force and the declaration opens by ticks: a request tried dry tells. */
static bool wait_open(struct setup *setup, struct error *error)
{
	int64_t until_ns = drive_now_ns() + (int64_t)OPEN_WAIT_MS * 1000000;
	for (;;) {
		struct buffer params = { 0 };
		struct error last = { 0 };
		char member[CODE_MAX], commodity[CODE_MAX];
		names_member(member, 0);
		names_commodity(commodity, NAMES_COMMODITIES - 1);
		buffer_printf(&params, "{\"member\":\"%s\",\"commodity\":\"%s\",\"mass_g\":1,"
			"\"dry_run\":true", member, commodity);
		setup_end_params(setup, &params, NAMES_KEEPER);
		if (send_off(setup, "Emergency.Submit", &params, &last))
			return true;
		if (drive_now_ns() >= until_ns)
			return error_set(error, last.id, last.field, "nothing may leave yet: %.400s",
				last.message);
		usleep(POLL_US);
	}
}

static bool wait_declared(struct setup *setup, const char *id, struct error *error)
{
	int64_t until_ns = drive_now_ns() + (int64_t)OPEN_WAIT_MS * 1000000;
	for (bool open = false; !open; usleep(POLL_US)) {
		struct buffer params = { 0 };
		struct reply reply;
		buffer_printf(&params, "{\"id\":\"%s\"}", id);
		bool good = setup_call(setup, "Emergency.GetDeclaration", &params, &reply, error);
		buffer_free(&params);
		if (!good)
			return false;
		open = text_equal(value_get_text(value_get(reply.parameters, "declaration"), "state",
			""), "open");
		reply_free(&reply);
		if (!open && drive_now_ns() >= until_ns)
			return error_set(error, ERROR_INTERNAL, "", "%s does not open", id);
	}
	return true;
}

bool setup_declare(struct setup *setup, bool try, struct error *error)
{
	struct buffer params = { 0 };
	char id[CODE_MAX], code[CODE_MAX];
	buffer_append_text(&params, "{\"kind\":\"full\",\"commodities\":[");
	for (unsigned i = 0; i < NAMES_COMMODITIES; i++) {
		names_commodity(code, i);
		buffer_printf(&params, "%s\"%s\"", i > 0 ? "," : "", code);
	}
	buffer_printf(&params, "],\"days\":%d,\"findings\":\"benchmark\","
		"\"authority\":\"benchmark\",\"policy\":\"at-once\"", DECLARED_DAYS);
	setup_end_params(setup, &params, NAMES_OFFICER);
	return prepare(setup, "Emergency.Declare", &params, id, error)
		&& submit_note(setup, FIRST_OFFICER, id, error)
		&& submit_note(setup, SECOND_OFFICER, id, error)
		&& wait_declared(setup, id, error) && (!try || wait_open(setup, error));
}
