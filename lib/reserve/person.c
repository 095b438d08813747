/* Persons and keys change only by a founding or by a note of two enrolled officers. */
#include "reserve/person.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "reserve/document.h"
#include "reserve/founding.h"

const char *const duty_names[] = { "keeper", "assayer", "officer", "auditor", "administrator",
	"delegate", "witness", NULL };
static const char *const state_names[] = { "", "proposed", "enrolled", "revoked", NULL };

static const struct field person_fields[] = {
	F_TEXT(struct person, code),
	F_TEXT(struct person, name),
	F_SET(struct person, duties, duty_names),
	F_TEXT(struct person, member),
	F_ENUM(struct person, state, state_names),
	F_TEXT(struct person, verifier_key),
	F_TEXT(struct person, document),
};
const struct descriptor person_descriptor = DESCRIPTOR("person", struct person, person_fields);

static const struct field key_fields[] = {
	F_TEXT(struct key, id),
	F_REF(struct key, person, TABLE_PERSON),
	F_TEXT(struct key, verifier_key),
	F_INT(struct key, from_index),
	F_INT(struct key, until_index),
};
const struct descriptor key_descriptor = DESCRIPTOR("key", struct key, key_fields);

struct person *person_find(const struct state *state, const char *code)
{
	struct person *person = state_find(state, TABLE_PERSON, code);
	return person != NULL && person->state == PERSON_ENROLLED ? person : NULL;
}

static void key_row_id(char id[CODE_MAX + 16], const char *person, const char *key_id)
{
	size_t length = strlen(person);
	assert(length < CODE_MAX && strlen(key_id) == 8);
	memcpy(id, person, length);
	id[length] = '.';
	memcpy(id + length + 1, key_id, 9);
}

struct key *person_key(const struct state *state, const char *person, const char *key_id)
{
	char id[CODE_MAX + 16];
	if (strlen(person) >= CODE_MAX || strlen(key_id) != 8)
		return NULL;
	key_row_id(id, person, key_id);
	struct key *key = state_find(state, TABLE_KEY, id);
	return key != NULL && key->until_index == ABSENT ? key : NULL;
}

uint32_t person_count(const struct state *state, uint32_t duties)
{
	uint32_t count = 0;
	const struct person *person = NULL;
	while ((person = state_next(state, TABLE_PERSON, person)) != NULL) {
		if (person->state == PERSON_ENROLLED && (person->duties & duties) != 0)
			count++;
	}
	return count;
}

/* Enrolled delegates are counted, for the hot path asks whether there are any. */
enum { TALLY_NONE, TALLY_DELEGATE };

static int64_t tally_of(const struct person *person)
{
	return person->state == PERSON_ENROLLED && (person->duties & DUTY_DELEGATE) != 0 ?
		TALLY_DELEGATE : TALLY_NONE;
}

void person_loaded(struct state *state, struct row *row)
{
	const struct person *person = (const struct person *)(const void *)row;
	state_tally(state, TABLE_PERSON, TALLY_NONE, tally_of(person));
}

bool person_speaks_for(const struct state *state, const char *member)
{
	const struct person *person = NULL;
	if (state_tallied(state, TABLE_PERSON, TALLY_DELEGATE) == 0)
		return false;
	while ((person = state_next(state, TABLE_PERSON, person)) != NULL) {
		if (tally_of(person) == TALLY_DELEGATE && text_equal(person->member, member))
			return true;
	}
	return false;
}

bool person_key_named(const char *verifier_key, const char *origin, const char *code,
	char ret_key_id[9])
{
	size_t origin_length = strlen(origin), code_length = strlen(code);
	const char *at = verifier_key;
	if (strlen(verifier_key) >= sizeof((struct key *)0)->verifier_key ||
	    strncmp(at, origin, origin_length) != 0 || at[origin_length] != '/')
		return false;
	at += origin_length + 1;
	if (strncmp(at, code, code_length) != 0 || at[code_length] != '+')
		return false;
	at += code_length + 1;
	for (int i = 0; i < 8; i++) {
		if (at[i] == '\0' || strchr("0123456789abcdef", at[i]) == NULL)
			return false;
	}
	if (at[8] != '+')
		return false;
	memcpy(ret_key_id, at, 8);
	ret_key_id[8] = '\0';
	return true;
}

/* The base64 of type and public key, which ends a verifier key, or "". */
static const char *key_base64(const char *verifier_key)
{
	const char *at = strchr(verifier_key, '+');
	at = at != NULL ? strchr(at + 1, '+') : NULL;
	return at != NULL ? at + 1 : "";
}

/* What the character of the second six bits stands for: two of the type, then four of the key. */
static int second_six(const char *base64)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = base64[0] != '\0' && base64[1] != '\0' ? strchr(digits, base64[1]) : NULL;
	return at != NULL ? (int)(at - digits) : -1;
}

bool person_key_fits(const char *verifier_key, uint32_t duties)
{
	const char *base64 = key_base64(verifier_key);
	int six = second_six(base64);
	bool cosigns = base64[0] == 'B' && six >= 0 && six >> 4 == 0; /* 0x04: 000001 00 */
	return cosigns == ((duties & DUTY_WITNESS) != 0);
}

/* All but the type, which stands in the first eight bits. */
bool person_keys_equal(const char *one, const char *other)
{
	const char *a = key_base64(one), *b = key_base64(other);
	int six_a = second_six(a), six_b = second_six(b);
	return six_a >= 0 && six_b >= 0 && (six_a & 15) == (six_b & 15) && text_equal(a + 2, b + 2);
}

/* Somebody else who has or had that key, whatever name it bears: one person is not two. */
static const struct person *other_of_key(const struct state *state, const char *verifier_key,
	const char *code)
{
	const struct key *key = NULL;
	while ((key = state_next(state, TABLE_KEY, key)) != NULL) {
		if (!text_equal(key->person->code, code) &&
		    person_keys_equal(key->verifier_key, verifier_key))
			return key->person;
	}
	return NULL;
}

static bool check_own(const struct context *context, const char *field, const char *verifier_key,
	const char *code, struct error *error)
{
	const struct person *other = other_of_key(context->state, verifier_key, code);
	return other == NULL || error_set(error, ERROR_CONFLICT, field, "%s has or had this key, and "
		"whoever signs with it would be two persons; %s takes a key of its own", other->code, code);
}

static void retire_key(struct state *state, const struct person *person)
{
	struct key *key = NULL;
	while ((key = state_next(state, TABLE_KEY, key)) != NULL) {
		if (key->person == person && key->until_index == ABSENT) {
			key->until_index = state_size(state);
			state_touch(state, key);
		}
	}
}

static void install_key(struct state *state, struct person *person, const char *verifier_key)
{
	char key_id[9], id[CODE_MAX + 16];
	const char *plus = strchr(verifier_key, '+');
	assert(plus != NULL);
	memcpy(key_id, plus + 1, 8);
	key_id[8] = '\0';
	key_row_id(id, person->code, key_id);
	struct key *key = state_find(state, TABLE_KEY, id);
	if (key == NULL)
		key = state_insert(state, TABLE_KEY, id);
	key->person = person;
	body_text(key->verifier_key, verifier_key);
	key->from_index = state_size(state);
	key->until_index = ABSENT;
	state_touch(state, key);
	body_text(person->verifier_key, verifier_key);
	state_touch(state, person);
}

void person_install(struct state *state, const char *code, const char *name, uint32_t duties,
	const char *member, const char *verifier_key)
{
	struct person *person = state_find(state, TABLE_PERSON, code);
	if (person == NULL)
		person = state_insert(state, TABLE_PERSON, code);
	int64_t tally = tally_of(person);
	body_text(person->name, name);
	body_text(person->member, member);
	person->duties = duties;
	person->state = PERSON_ENROLLED;
	state_tally(state, TABLE_PERSON, tally, tally_of(person));
	install_key(state, person, verifier_key);
}

/* ---- what two officers sign ---- */

enum change { CHANGE_NONE, CHANGE_ENROL, CHANGE_REVOKE, CHANGE_REPLACE_KEY };
static const char *const change_names[] = { "", "enrol", "revoke", "replace-key", NULL };

struct person_change {
	uint8_t change;
	char code[CODE_MAX], document[CODE_MAX], member[8];
	char name[NAME_MAX_BYTES], verifier_key[224];
	uint32_t duties;
};

static const struct field change_fields[] = {
	F_ENUM(struct person_change, change, change_names),
	F_TEXT(struct person_change, code),
	F_TEXT(struct person_change, document),
	F_SET(struct person_change, duties, duty_names),
	F_TEXT(struct person_change, member),
	F_TEXT(struct person_change, name),
	F_TEXT(struct person_change, verifier_key),
};
static const struct descriptor change_descriptor =
	DESCRIPTOR("person_change", struct person_change, change_fields);

/*
 * A proposal stands on the person's row until it is signed or rejected: a new person as PROPOSED, a
 * revocation or a new key as the note's id alone, its content in the note.
 */
static void apply_proposed(struct state *state, const struct applied *applied, const void *body)
{
	const struct person_change *change = body;
	(void)applied;
	struct person *person = state_find(state, TABLE_PERSON, change->code);
	if (person == NULL) {
		person = state_insert(state, TABLE_PERSON, change->code);
		person->state = PERSON_PROPOSED;
	}
	if (person->state != PERSON_ENROLLED) {
		person->state = PERSON_PROPOSED;
		body_text(person->name, change->name);
		body_text(person->member, change->member);
		person->duties = change->duties;
		body_text(person->verifier_key, change->verifier_key);
	}
	body_text(person->document, change->document);
	state_touch(state, person);
}

static void apply_enrolled(struct state *state, const struct applied *applied, const void *body)
{
	const struct person_change *change = body;
	(void)applied;
	struct person *person = state_find(state, TABLE_PERSON, change->code);
	assert(person != NULL);
	person->document[0] = '\0';
	person_install(state, change->code, change->name, change->duties, change->member,
		change->verifier_key);
}

static void apply_revoked(struct state *state, const struct applied *applied, const void *body)
{
	const struct person_change *change = body;
	(void)applied;
	struct person *person = state_find(state, TABLE_PERSON, change->code);
	assert(person != NULL);
	retire_key(state, person);
	state_tally(state, TABLE_PERSON, tally_of(person), TALLY_NONE);
	person->state = PERSON_REVOKED;
	person->document[0] = '\0';
	state_touch(state, person);
}

static void apply_key_replaced(struct state *state, const struct applied *applied,
	const void *body)
{
	const struct person_change *change = body;
	(void)applied;
	struct person *person = state_find(state, TABLE_PERSON, change->code);
	assert(person != NULL);
	retire_key(state, person);
	person->document[0] = '\0';
	install_key(state, person, change->verifier_key);
}

const struct event_type event_person_proposed = { "person.proposed", &change_descriptor,
	apply_proposed };
const struct event_type event_person_enrolled = { "person.enrolled", &change_descriptor,
	apply_enrolled };
const struct event_type event_person_revoked = { "person.revoked", &change_descriptor,
	apply_revoked };
const struct event_type event_person_key_replaced = { "person.key_replaced", &change_descriptor,
	apply_key_replaced };

/* ---- witnesses of the founding note ---- */

struct named_witness {
	char code[CODE_MAX], member[8];
	char name[NAME_MAX_BYTES], verifier_key[224];
};

static const struct field named_fields[] = {
	F_TEXT(struct named_witness, code),
	F_TEXT(struct named_witness, member),
	F_TEXT(struct named_witness, name),
	F_TEXT(struct named_witness, verifier_key),
};
static const struct descriptor named_descriptor =
	DESCRIPTOR("witness.named", struct named_witness, named_fields);

void person_name_witness(struct decision *decision, const char *code, const char *name,
	const char *member, const char *verifier_key)
{
	struct named_witness *body = decision_body(decision, &event_witness_named);
	body_text(body->code, code);
	body_text(body->member, member);
	body_text(body->name, name);
	body_text(body->verifier_key, verifier_key);
	decision_add(decision, &event_witness_named, body);
}

static void apply_witness_named(struct state *state, const struct applied *applied,
	const void *body)
{
	const struct named_witness *named = body;
	(void)applied;
	person_install(state, named->code, named->name, DUTY_WITNESS, named->member,
		named->verifier_key);
}

const struct event_type event_witness_named = { "witness.named", &named_descriptor,
	apply_witness_named };

/* ---- commands ---- */

struct person_params {
	const char *because;
	char code[CODE_MAX], member[8];
	char name[NAME_MAX_BYTES], verifier_key[224];
	uint32_t duties;
};

static const struct field enrol_fields[] = {
	R_STRING(struct person_params, because),
	R_TEXT(struct person_params, code),
	F_SET(struct person_params, duties, duty_names),
	F_TEXT(struct person_params, member),
	R_TEXT(struct person_params, name),
	R_TEXT(struct person_params, verifier_key),
};
static const struct descriptor enrol_params =
	DESCRIPTOR("person.enrol", struct person_params, enrol_fields);

static const struct field revoke_fields[] = {
	R_STRING(struct person_params, because),
	R_TEXT(struct person_params, code),
};
static const struct descriptor revoke_params =
	DESCRIPTOR("person.revoke", struct person_params, revoke_fields);

static const struct field replace_fields[] = {
	R_STRING(struct person_params, because),
	R_TEXT(struct person_params, code),
	R_TEXT(struct person_params, verifier_key),
};
static const struct descriptor replace_params =
	DESCRIPTOR("key.replace", struct person_params, replace_fields);

static bool propose(const struct context *context, enum change kind,
	const struct person_params *params, struct decision *decision, struct error *error)
{
	struct document_draft draft;
	if (!document_begin(context, &draft, &document_person, params->code, 2, error))
		return false;
	if (kind != CHANGE_ENROL) /* it takes two others */
		body_text(draft.barred, params->code);
	struct person_change *change = decision_body(decision, &event_person_proposed);
	change->change = (uint8_t)kind;
	body_text(change->code, params->code);
	body_text(change->document, draft.id);
	body_text(change->name, params->name);
	body_text(change->member, params->member);
	body_text(change->verifier_key, params->verifier_key);
	change->duties = params->duties;
	document_line(&draft, "change", change_names[kind]);
	document_line(&draft, "person", params->code);
	if (params->name[0] != '\0')
		document_line(&draft, "name", params->name);
	for (int i = 0; duty_names[i] != NULL; i++) {
		if ((params->duties >> i & 1) != 0)
			document_line(&draft, "duty", duty_names[i]);
	}
	if (params->member[0] != '\0')
		document_line(&draft, "member", params->member);
	if (params->verifier_key[0] != '\0')
		document_line(&draft, "key", params->verifier_key);
	document_line(&draft, "because", params->because);
	return decision_add(decision, &event_person_proposed, change) &&
		document_end(context, &draft, decision, error);
}

static bool check_key(const struct context *context, const struct person_params *params,
	uint32_t duties, struct error *error)
{
	char key_id[9], id[CODE_MAX + 16];
	const struct reserve *reserve = state_reserve(context->state);
	if (!person_key_named(params->verifier_key, reserve->origin, params->code, key_id))
		return error_set(error, ERROR_INVALID, "verifier_key",
			"the key must be a verifier key named %s/%s", reserve->origin, params->code);
	if (!person_key_fits(params->verifier_key, duties))
		return error_set(error, ERROR_INVALID, "verifier_key", (duties & DUTY_WITNESS) != 0 ?
			"a witness's key is one for cosignatures, of type 0x04, and this is another; it is made "
			"with: vaultctl key generate CODE --witness --origin ORIGIN" :
			"this is no Ed25519 key (type 0x01); one for cosignatures signs no notes");
	key_row_id(id, params->code, key_id);
	if (state_find(context->state, TABLE_KEY, id) != NULL)
		return error_set(error, ERROR_CONFLICT, "verifier_key",
			"%s has or had this key; take a new one", params->code);
	return check_own(context, "verifier_key", params->verifier_key, params->code, error);
}

/* Who vouches for the ledger from outside must not be one of those who write it. */
static bool check_witness(const struct context *context, const struct person_params *params,
	struct error *error)
{
	if ((params->duties & DUTY_WITNESS) == 0)
		return true;
	if (params->duties != DUTY_WITNESS)
		return error_set(error, ERROR_INVALID, "duties",
			"a witness has no other duty; enrol two persons with a key each");
	return person_count(context->state, DUTY_WITNESS) < WITNESSES_MAX || error_set(error, ERROR_LIMIT,
		"duties", "there are %d witnesses, and no more are taken", WITNESSES_MAX);
}

static bool decide_enrol(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct person_params *params = data;
	const struct person *person = state_find(context->state, TABLE_PERSON, params->code);
	if (!text_is_code(params->code) || text_equal(params->code, "vaultd"))
		return error_set(error, ERROR_INVALID, "code", "\"%s\" cannot be a person's code",
			params->code);
	if (params->duties == 0)
		return error_set(error, ERROR_INVALID, "duties", "a person needs at least one duty");
	if ((params->duties & (DUTY_DELEGATE | DUTY_WITNESS)) != 0 &&
	    state_find(context->state, TABLE_MEMBER, params->member) == NULL)
		return error_set(error, ERROR_INVALID, "member",
			"a %s speaks for a member, and \"%s\" is none",
			(params->duties & DUTY_WITNESS) != 0 ? "witness" : "delegate", params->member);
	if (!check_witness(context, params, error))
		return false;
	if (person != NULL && person->state != PERSON_REVOKED)
		return error_set(error, ERROR_CONFLICT, "code", "%s is %s already", params->code,
			state_names[person->state]);
	return check_key(context, params, params->duties, error) &&
		propose(context, CHANGE_ENROL, params, decision, error);
}

static bool check_enrolled(const struct context *context, const char *code, struct error *error)
{
	const struct person *person = person_find(context->state, code);
	if (person == NULL)
		return not_found(error, "code", "enrolled person", code);
	if (person->document[0] != '\0')
		return error_set(error, ERROR_CONFLICT, "code",
			"%s waits for signatures on %s", code, person->document);
	return true;
}

static bool decide_revoke(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct person_params *params = data;
	return check_enrolled(context, params->code, error) &&
		propose(context, CHANGE_REVOKE, params, decision, error);
}

static bool decide_replace(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct person_params *params = data;
	return check_enrolled(context, params->code, error) && check_key(context, params,
			person_find(context->state, params->code)->duties, error) &&
		propose(context, CHANGE_REPLACE_KEY, params, decision, error);
}

const struct command_type command_person_enrol = { "person.enrol", &enrol_params,
	DUTY_OFFICER | DUTY_ADMINISTRATOR, decide_enrol, NULL };
const struct command_type command_person_revoke = { "person.revoke", &revoke_params,
	DUTY_OFFICER | DUTY_ADMINISTRATOR, decide_revoke, NULL };
const struct command_type command_key_replace = { "key.replace", &replace_params, DUTY_ANY,
	decide_replace, NULL };

/* The value of a line "name value" of a note's text, copied; false where there is none. */
static bool text_value(const char *text, const char *name, char *ret, size_t size)
{
	size_t name_length = strlen(name);
	for (const char *line = text; line != NULL && *line != '\0';) {
		const char *end = strchr(line, '\n');
		size_t length = end != NULL ? (size_t)(end - line) : strlen(line);
		if (length > name_length + 1 && memcmp(line, name, name_length) == 0 &&
		    line[name_length] == ' ' && length - name_length - 1 < size) {
			memcpy(ret, line + name_length + 1, length - name_length - 1);
			ret[length - name_length - 1] = '\0';
			return true;
		}
		line = end != NULL ? end + 1 : NULL;
	}
	return false;
}

static bool person_effect(const struct context *context, const struct document *document,
	struct decision *decision, struct error *error)
{
	const struct event_type *types[] = { NULL, &event_person_enrolled, &event_person_revoked,
		&event_person_key_replaced };
	char word[32], code[CODE_MAX] = "";
	bool known = text_value(document->text, "change", word, sizeof word) &&
		text_value(document->text, "person", code, sizeof code);
	int kind = field_name_value(&change_fields[0], word);
	assert(known && kind > 0);
	(void)known;
	struct person_change *change = decision_body(decision, types[kind]);
	const struct person *person = state_find(context->state, TABLE_PERSON, code);
	assert(person != NULL);
	change->change = (uint8_t)kind;
	body_text(change->code, code);
	body_text(change->document, document->id);
	if (kind == CHANGE_ENROL) {
		body_text(change->name, person->name);
		body_text(change->member, person->member);
		body_text(change->verifier_key, person->verifier_key);
		change->duties = person->duties;
	} else if (kind == CHANGE_REPLACE_KEY) {
		text_value(document->text, "key", change->verifier_key, sizeof change->verifier_key);
	}
	if (kind != CHANGE_REVOKE &&
	    !check_own(context, "document", change->verifier_key, code, error))
		return error_remedy(error, "vaultctl reject %s --because \"the key is another's\"",
			document->id);
	return decision_add(decision, types[kind], change);
}

/* A proposed person who is rejected was never anybody; others go on as they were. */
static void person_rejected(struct state *state, const struct document *document)
{
	struct person *person = state_find(state, TABLE_PERSON, document->subject);
	assert(person != NULL);
	person->document[0] = '\0';
	if (person->state == PERSON_PROPOSED)
		person->state = PERSON_REVOKED;
	state_touch(state, person);
}

const struct document_kind document_person = { "person", person_effect, person_rejected,
	"whom it is about", NULL };
