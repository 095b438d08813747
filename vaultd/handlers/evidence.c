/* The room Evidence: persons, signed notes, founding, checkpoints. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ledger/note.h"
#include "reserve/document.h"
#include "reserve/founding.h"
#include "reserve/person.h"
#include "vaultd/handlers/handler.h"
#include "vaultd/handlers/verified.h"
#include "vaultd/peers.h"
#include "wire/message.h"
#include "wire/record.h"
#include "wire/value.h"

/* ---- who ---- */

static void write_duties(struct json *json, uint32_t duties)
{
	json_key(json, "duties");
	json_open_array(json);
	for (int i = 0; duty_names[i] != NULL; i++) {
		if ((duties >> i & 1) != 0)
			json_text(json, duty_names[i]);
	}
	json_close_array(json);
}

bool evidence_who_am_i(struct asked *asked, struct buffer *out, struct error *error)
{
	struct vaultd *vaultd = asked->vaultd;
	const struct state *state = sequencer_state(vaultd->sequencer);
	const struct config_user *user = peer_user(vaultd, asked->session);
	const char *as = value_get_text(asked->parameters, "as", "");
	const struct person *actor = NULL;
	struct error nobody = { 0 };
	if (!peer_actor(vaultd, asked->session, as, &actor, as[0] != '\0' ? error : &nobody) &&
	    as[0] != '\0')
		return false;
	struct json json;
	reply_begin(&json, out);
	json_key(&json, "unix_user");
	json_text(&json, peer_name(asked->session));
	if (actor != NULL) {
		json_key(&json, "person");
		json_text(&json, actor->code);
		json_key(&json, "name");
		json_text(&json, actor->name);
	}
	write_duties(&json, actor != NULL ? actor->duties : 0);
	json_key(&json, "may_be");
	json_open_array(&json);
	const struct person *person = NULL;
	while ((person = state_next(state, TABLE_PERSON, person)) != NULL) {
		if (person->state == PERSON_ENROLLED && config_user_acts_for(user, person->code))
			json_text(&json, person->code);
	}
	json_close_array(&json);
	if (user->read_only) {
		json_key(&json, "read_only");
		json_bool(&json, true);
	}
	reply_end(&json, false);
	return true;
}

/* ---- notes to sign ---- */

/* The person whose key name ORIGIN/CODE this is, or "". */
const char *evidence_person_of(const char *key_name, const char *origin)
{
	size_t length = strlen(origin);
	if (strncmp(key_name, origin, length) != 0 || key_name[length] != '/')
		return "";
	return key_name + length + 1;
}

/* One signature line as the ledger keeps it, and the key that it must be by. */
static bool take_signature(struct asked *asked, const struct note_signature *signature,
	struct document_signature *ret, struct verifier_key *ret_key, struct error *error)
{
	const struct state *state = sequencer_state(asked->vaultd->sequencer);
	const char *code = evidence_person_of(signature->name, state_reserve(state)->origin);
	char key_id[9];
	snprintf(key_id, sizeof key_id, "%08x", (unsigned)signature->key_id);
	const struct key *key = person_key(state, code, key_id);
	if (key == NULL)
		return error_set(error, ERROR_BAD_SIGNATURE, "note",
			"the key %s of \"%s\" is not in force here", key_id, signature->name);
	if (!verifier_key_parse(key->verifier_key, ret_key, error))
		return false;
	struct buffer base64 = { 0 };
	memset(ret, 0, sizeof *ret);
	base64_append(&base64, signature->bytes, signature->length);
	bool fits = text_copy(ret->signature, sizeof ret->signature, buffer_text(&base64)) &&
		text_copy(ret->person, sizeof ret->person, code) &&
		text_copy(ret->key_id, sizeof ret->key_id, key_id);
	buffer_free(&base64);
	return fits || error_set(error, ERROR_INVALID, "note", "a name is too long");
}

static void set_list(const struct descriptor *descriptor, const char *name, void *params,
	struct list list)
{
	memcpy((char *)params + descriptor_field(descriptor, name)->offset, &list, sizeof list);
}

static void set_string(const struct descriptor *descriptor, const char *name, void *params,
	const char *string)
{
	memcpy((char *)params + descriptor_field(descriptor, name)->offset, &string, sizeof string);
}

bool evidence_signatures(struct asked *asked, const struct note *note, struct list *ret_list,
	struct error *error)
{
	size_t count = note->signature_count;
	struct document_signature *signatures = arena_alloc(asked->arena,
		(count + 1) * sizeof *signatures);
	struct verifier_key *keys = arena_alloc(asked->arena, (count + 1) * sizeof *keys);
	const struct verifier_key *by_line[NOTE_SIGNATURES_MAX];
	for (size_t i = 0; i < count; i++) {
		if (!take_signature(asked, &note->signatures[i], &signatures[i], &keys[i], error))
			return false;
		by_line[i] = &keys[i];
	}
	if (count == 0)
		return error_set(error, ERROR_BAD_SIGNATURE, "note", "it bears no signature");
	*ret_list = (struct list){ signatures, (uint32_t)count };
	return verified_note(asked, note, by_line, error);
}

/* Every signature is checked here, at the edge; whether its key may sign is the core's to say. */
bool evidence_prepare_sign(struct asked *asked, void *params, struct error *error)
{
	const struct descriptor *descriptor = command_document_sign.params;
	const struct field *id = descriptor_field(descriptor, "document");
	const char *text = value_get_text(asked->parameters, "note", "");
	struct note *note = arena_alloc(asked->arena, sizeof *note);
	if (note == NULL || !note_parse(text, strlen(text), note, error))
		return error_set(error, ERROR_INVALID, "note", "it is not a signed note");
	if (state_reserve(sequencer_state(asked->vaultd->sequencer)) == NULL)
		return error_set(error, ERROR_NOT_FOUNDED, "", "this reserve has no founding note yet");
	if (!text_copy((char *)params + id->offset, id->size,
	    value_get_text(asked->parameters, "document", "")))
		return error_set(error, ERROR_NOT_FOUND, "document", "no such note");
	struct list signatures;
	if (!evidence_signatures(asked, note, &signatures, error))
		return false;
	set_list(descriptor, "signatures", params, signatures);
	set_string(descriptor, "text", params,
		arena_text(asked->arena, note->text, note->text_length));
	return true;
}

/* ---- persons ---- */

/* A key that no verifier could read would stand in the ledger for ever. */
static bool read_with_key(struct asked *asked, const struct descriptor *descriptor, void *params,
	struct error *error)
{
	static const struct record_options lenient = { .lenient = true };
	struct verifier_key key;
	struct error cause = { 0 };
	if (!verifier_key_parse(value_get_text(asked->parameters, "verifier_key", ""), &key, &cause))
		return error_set(error, ERROR_INVALID, "verifier_key", "%s", cause.message);
	return record_read(asked->parameters, descriptor, asked->arena, &lenient, params, error);
}

bool evidence_prepare_enrol(struct asked *asked, void *params, struct error *error)
{
	return read_with_key(asked, command_person_enrol.params, params, error);
}

bool evidence_prepare_replace(struct asked *asked, void *params, struct error *error)
{
	return read_with_key(asked, command_key_replace.params, params, error);
}

/* ---- founding ---- */

static bool verifier_text(const struct signer *signer, const char *name, char *to, size_t size,
	struct error *error)
{
	struct verifier_key key;
	struct buffer text = { 0 };
	if (!signer_verifier_key(signer, name, KEY_ED25519, &key, error))
		return false;
	verifier_key_format(&text, &key);
	bool fits = text_copy(to, size, buffer_text(&text));
	buffer_free(&text);
	return fits || error_set(error, ERROR_INVALID, "origin", "it is too long");
}

static bool own_keys(const struct vaultd *vaultd, const char *origin, char log[256],
	char orders[256], struct error *error)
{
	char name[192];
	snprintf(name, sizeof name, "%s/orders", origin);
	return verifier_text(vaultd->log_signer, origin, log, 256, error) &&
		verifier_text(vaultd->order_signer, name, orders, 256, error);
}

bool evidence_keys(struct asked *asked, struct buffer *out, struct error *error)
{
	char log[256], orders[256];
	if (!own_keys(asked->vaultd, value_get_text(asked->parameters, "origin", ""), log, orders,
	    error))
		return false;
	struct json json;
	reply_begin(&json, out);
	json_key(&json, "log");
	json_text(&json, log);
	json_key(&json, "orders");
	json_text(&json, orders);
	reply_end(&json, false);
	return true;
}

static bool check_founding(const struct vaultd *vaultd, const struct founding *founding,
	struct error *error)
{
	char log[256], orders[256];
	if (!own_keys(vaultd, founding->origin, log, orders, error))
		return false;
	if (!text_equal(log, founding->log_key) || !text_equal(orders, founding->order_key))
		return error_set(error, ERROR_INVALID, "note",
			"the log or order key is not the one that this vaultd holds");
	const struct founding_witness *witnesses = founding->witnesses.items;
	for (uint32_t i = 0; i < founding->witnesses.count; i++) {
		struct verifier_key key;
		if (!verifier_key_parse(witnesses[i].verifier_key, &key, error))
			return false;
	}
	if (vaultd->config->clock_file[0] != '\0' && !founding->demonstration)
		return error_set(error, ERROR_INVALID, "note",
			"vaultd runs on a clock of its own, and only a demonstration may");
	return true;
}

/* Who of the persons named has signed; the core says who has not. */
static bool take_signers(struct asked *asked, const struct founding *founding,
	const struct note *note, struct list *ret_signers, struct error *error)
{
	const struct founding_person *persons = founding->persons.items;
	const struct verifier_key *by_line[NOTE_SIGNATURES_MAX] = { NULL };
	size_t most = founding->persons.count + 1;
	char (*signers)[CODE_MAX] = arena_alloc(asked->arena, most * CODE_MAX);
	struct verifier_key *keys = arena_alloc(asked->arena, most * sizeof *keys);
	uint32_t count = 0;
	for (uint32_t i = 0; i < founding->persons.count; i++) {
		bool signs = false;
		if (!verifier_key_parse(persons[i].verifier_key, &keys[i], error))
			return false;
		for (size_t line = 0; line < note->signature_count; line++) {
			if (note->signatures[line].key_id != keys[i].id ||
			    !text_equal(note->signatures[line].name, keys[i].name))
				continue;
			by_line[line] = &keys[i];
			signs = true;
		}
		if (signs)
			text_copy(signers[count++], CODE_MAX, persons[i].code);
	}
	*ret_signers = (struct list){ signers, count };
	return verified_note(asked, note, by_line, error);
}

bool evidence_prepare_found(struct asked *asked, void *params, struct error *error)
{
	const struct descriptor *descriptor = command_found.params;
	const char *bytes = value_get_text(asked->parameters, "note", "");
	struct founding founding;
	struct note *note = arena_alloc(asked->arena, sizeof *note);
	if (note == NULL || !note_parse(bytes, strlen(bytes), note, error))
		return error_set(error, ERROR_INVALID, "note", "it is not a signed note");
	const char *text = arena_text(asked->arena, note->text, note->text_length);
	if (!founding_read(text, asked->arena, &founding, error) ||
	    !check_founding(asked->vaultd, &founding, error))
		return false;
	struct list signers;
	if (!take_signers(asked, &founding, note, &signers, error))
		return false;
	set_string(descriptor, "note", params, arena_text(asked->arena, bytes, strlen(bytes)));
	set_string(descriptor, "text", params, text);
	set_list(descriptor, "signers", params, signers);
	return true;
}

/* ---- the clock ---- */

bool evidence_confirm_time(struct asked *asked, struct buffer *out, struct error *error)
{
	struct vaultd *vaultd = asked->vaultd;
	const struct person *actor;
	if (!peer_actor(vaultd, asked->session, value_get_text(asked->parameters, "as", ""), &actor,
	    error))
		return false;
	if (actor == NULL || (actor->duties & DUTY_OFFICER) == 0)
		return error_set(error, ERROR_DENIED, "as", "only an officer may confirm the time");
	if (vaultd_now(vaultd) < state_last_at(sequencer_state(vaultd->sequencer)))
		return error_set(error, ERROR_CLOCK_JUMPED, "",
			"the clock stands before the last entry: set it right first");
	vaultd_trust_clock(vaultd);
	struct json json;
	reply_begin(&json, out);
	json_key(&json, "now");
	json_time(&json, vaultd_now(vaultd));
	reply_end(&json, false);
	return true;
}

bool evidence_sql(struct asked *asked, struct buffer *out, struct error *error)
{
	struct vaultd *vaultd = asked->vaultd;
	char command[1024];
	(void)error;
	snprintf(command, sizeof command, "psql \"%s\"",
		cluster_conninfo(vaultd->cluster, CLUSTER_ROLE_AUDITOR));
	struct json json;
	reply_begin(&json, out);
	json_key(&json, "command");
	json_text(&json, command);
	reply_end(&json, false);
	return true;
}
