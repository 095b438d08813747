/* What people decide before any load: the founding, the frame, and the notes that officers sign. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "bench/content.h"
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
		content_text(&params, "note", note.bytes, note.length);
		setup_end_params(setup, &params, NULL);
		good = send_off(setup, "Evidence.Found", &params, error);
	}
	buffer_free(&note);
	return good;
}

/* ---- the frame ---- */

/* Sends the list off and empties it. */
static bool add(struct setup *setup, const char *method, struct buffer *list, struct error *error)
{
	struct buffer params = { 0 };
	buffer_append_byte(&params, '{');
	buffer_append(&params, list->bytes, list->length);
	buffer_clear(list);
	setup_end_params(setup, &params, NAMES_OFFICER);
	return send_off(setup, method, &params, error);
}

/* Both officers sign them; they are in force by the tick before the next command. */
static bool members(struct setup *setup, struct error *error)
{
	struct buffer params = { 0 };
	char id[CODE_MAX];
	buffer_append_byte(&params, '{');
	content_members(&params);
	buffer_append_text(&params, ",\"because\":\"benchmark\"");
	setup_end_params(setup, &params, NAMES_OFFICER);
	return setup_settle(setup, "Zone.SetMembers", &params, id, error);
}

bool setup_frame(struct setup *setup, struct error *error)
{
	struct buffer list = { 0 };
	content_minerals(&list);
	bool good = add(setup, "Stock.AddMinerals", &list, error);
	content_commodities(&list);
	good = good && add(setup, "Stock.AddCommodities", &list, error);
	content_sites(&list, setup->round ? ROUND_DAILY_G : 0);
	good = good && add(setup, "Stock.AddSites", &list, error);
	buffer_free(&list);
	return good && members(setup, error);
}

/* ---- notes ---- */

bool setup_sign(struct setup *setup, int person, const char *id, struct setup_signed *ret_signed,
	struct error *error)
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
		content_text(&params, "note", note.bytes, note.length);
		setup_end_params(setup, &params, setup_persons[person].code);
		int64_t began_ns = drive_now_ns();
		good = setup_call(setup, "Evidence.Submit", &params, &reply, error);
		ret_signed->took_ns = drive_now_ns() - began_ns;
		buffer_free(&params);
	}
	if (good) {
		ret_signed->index = value_get_int(value_get(reply.parameters, "receipt"), "index", -1);
		reply_free(&reply);
	}
	buffer_free(&note);
	return good;
}

bool setup_prepare(struct setup *setup, const char *method, struct buffer *params,
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

bool setup_settle(struct setup *setup, const char *method, struct buffer *params,
	char ret_id[CODE_MAX], struct error *error)
{
	struct setup_signed done;
	return setup_prepare(setup, method, params, ret_id, error)
		&& setup_sign(setup, SETUP_FIRST_OFFICER, ret_id, &done, error)
		&& setup_sign(setup, SETUP_SECOND_OFFICER, ret_id, &done, error);
}

bool setup_floors(struct setup *setup, struct error *error)
{
	struct buffer params = { 0 };
	struct setup_signed done;
	char id[CODE_MAX];
	buffer_append_byte(&params, '{');
	if (setup->round)
		content_floors(&params, round_operating_g(setup->lots), round_hard_g(setup->lots));
	else
		content_floors(&params, 2000000000, 1000000000);
	buffer_append_text(&params, ",\"because\":\"benchmark\"");
	setup_end_params(setup, &params, NAMES_OFFICER);
	return setup_prepare(setup, "Stock.SetFloors", &params, id, error)
		&& setup_sign(setup, SETUP_FIRST_OFFICER, id, &done, error);
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

bool setup_declare(struct setup *setup, char ret_id[CODE_MAX], struct error *error)
{
	struct buffer params = { 0 };
	char code[CODE_MAX];
	buffer_append_text(&params, "{\"commodities\":[");
	for (unsigned i = 0; i < NAMES_COMMODITIES; i++) {
		names_commodity(code, i);
		buffer_printf(&params, "%s\"%s\"", i > 0 ? "," : "", code);
	}
	buffer_append_text(&params, "],");
	if (setup->round)
		round_declaration(&params);
	else
		buffer_printf(&params, "\"kind\":\"full\",\"days\":%d,\"findings\":\"benchmark\","
			"\"authority\":\"benchmark\",\"policy\":\"at-once\"", DECLARED_DAYS);
	setup_end_params(setup, &params, NAMES_OFFICER);
	return setup_settle(setup, "Emergency.Declare", &params, ret_id, error)
		&& wait_declared(setup, ret_id, error)
		&& (setup->lots == 0 || wait_open(setup, error));
}
