/* Reading the founding note, and the entry that it becomes. */
#include "reserve/founding.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "reserve/document.h"
#include "reserve/person.h"

enum { PERSONS_MAX = 64, THRESHOLDS_MAX = 8, SIGNATURES_MAX = 16 };

static const struct field threshold_fields[] = {
	F_TEXT(struct threshold, kind),
	F_INT(struct threshold, signatures),
};
static const struct descriptor threshold_descriptor =
	DESCRIPTOR("threshold", struct threshold, threshold_fields);

static const struct field reserve_fields[] = {
	F_TEXT(struct reserve, key),
	F_TEXT(struct reserve, origin),
	F_TEXT(struct reserve, log_key),
	F_TEXT(struct reserve, order_key),
	F_BOOL(struct reserve, demonstration),
	F_INT(struct reserve, floor_notice_days),
	F_INT(struct reserve, order_lapse_days),
	F_TIME(struct reserve, founded_at),
	F_LIST(struct reserve, thresholds, &threshold_descriptor),
	F_TIME(struct reserve, audited_at),
	F_TEXT(struct reserve, audited_by),
	F_INT(struct reserve, audited_entries),
	F_INT(struct reserve, audited_checks),
	F_INT(struct reserve, audited_criticals),
	F_INT(struct reserve, audited_warnings),
	F_INT(struct reserve, audited_unchecked),
	F_BYTES(struct reserve, audited_root),
};
const struct descriptor reserve_descriptor =
	DESCRIPTOR("reserve", struct reserve, reserve_fields);

static const struct field founder_fields[] = {
	F_TEXT(struct founding_person, code),
	F_SET(struct founding_person, duties, duty_names),
	F_TEXT(struct founding_person, name),
	F_TEXT(struct founding_person, verifier_key),
};
static const struct descriptor founder_descriptor =
	DESCRIPTOR("founder", struct founding_person, founder_fields);

/* ---- the text ---- */

/* Cuts the next word off a line; "" at its end. */
static char *next_word(char **line)
{
	while (**line == ' ')
		(*line)++;
	char *word = *line;
	while (**line != '\0' && **line != ' ')
		(*line)++;
	if (**line == ' ')
		*(*line)++ = '\0';
	return word;
}

static bool read_duties(char *word, uint32_t *ret_duties)
{
	uint32_t duties = 0;
	for (char *duty = word; duty != NULL;) {
		char *comma = strchr(duty, ',');
		if (comma != NULL)
			*comma++ = '\0';
		int bit = 0;
		while (duty_names[bit] != NULL && !text_equal(duty_names[bit], duty))
			bit++;
		if (duty_names[bit] == NULL || 1U << bit == DUTY_DELEGATE ||
		    1U << bit == DUTY_WITNESS)
			return false;
		duties |= 1U << bit;
		duty = comma;
	}
	*ret_duties = duties;
	return true;
}

/* Whoever the note names, once: no code and no key stands in it twice. */
static bool check_named(const struct founding *founding, const char *code, const char *key,
	int number, struct error *error)
{
	const struct founding_person *persons = founding->persons.items;
	const struct founding_witness *witnesses = founding->witnesses.items;
	uint32_t count = founding->persons.count + founding->witnesses.count;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t j = i - founding->persons.count;
		bool person = i < founding->persons.count;
		const char *other = person ? persons[i].code : witnesses[j].code;
		if (text_equal(other, code))
			return error_set(error, ERROR_INVALID, "note", "line %d: %s is named twice", number, code);
		if (person_keys_equal(person ? persons[i].verifier_key : witnesses[j].verifier_key, key))
			return error_set(error, ERROR_INVALID, "note", "line %d: %s has the key of %s, and whoever "
				"signs with it would be two persons", number, code, other);
	}
	return true;
}

static bool check_code(const char *code, int number, struct error *error)
{
	return (text_is_code(code) && !text_equal(code, "vaultd")) || error_set(error, ERROR_INVALID,
		"note", "line %d: \"%s\" cannot be a person's code", number, code);
}

static bool check_key(const struct founding *founding, const char *key, const char *code,
	uint32_t duties, int number, struct error *error)
{
	char key_id[9];
	if (!person_key_named(key, founding->origin, code, key_id))
		return error_set(error, ERROR_INVALID, "note",
			"line %d: the key of %s must be a verifier key named %s/%s", number, code,
			founding->origin, code);
	return person_key_fits(key, duties) || error_set(error, ERROR_INVALID, "note",
		"line %d: the key of %s must be %s", number, code, (duties & DUTY_WITNESS) != 0 ?
		"one for cosignatures, of type 0x04, since it is a witness's" :
		"an Ed25519 key, of type 0x01: one for cosignatures signs no notes");
}

static bool take_name(char *to, const char *line, int number, struct error *error)
{
	return (*line != '\0' && text_copy(to, NAME_MAX_BYTES, line)) || error_set(error, ERROR_INVALID,
		"note", "line %d: a name of at most %d bytes ends the line", number, NAME_MAX_BYTES - 1);
}

static bool read_person(char *line, int number, struct founding *founding, struct error *error)
{
	struct founding_person *person =
		(struct founding_person *)founding->persons.items + founding->persons.count;
	char *code = next_word(&line), *duties = next_word(&line), *key = next_word(&line);
	if (founding->persons.count == PERSONS_MAX)
		return error_set(error, ERROR_LIMIT, "note", "line %d: more than %d persons", number,
			PERSONS_MAX);
	if (!check_code(code, number, error))
		return false;
	if (!read_duties(duties, &person->duties))
		return error_set(error, ERROR_INVALID, "note",
			"line %d: duties are keeper, assayer, officer, auditor, administrator, "
			"joined by commas", number);
	if (!check_named(founding, code, key, number, error) ||
	    !check_key(founding, key, code, person->duties, number, error) ||
	    !take_name(person->name, line, number, error))
		return false;
	body_text(person->code, code);
	body_text(person->verifier_key, key);
	founding->persons.count++;
	return true;
}

static bool read_witness(char *line, int number, struct founding *founding, struct error *error)
{
	struct founding_witness *witness =
		(struct founding_witness *)founding->witnesses.items + founding->witnesses.count;
	char *code = next_word(&line), *member = next_word(&line), *key = next_word(&line);
	if (founding->witnesses.count == WITNESSES_MAX)
		return error_set(error, ERROR_LIMIT, "note", "line %d: more than %d witnesses", number,
			WITNESSES_MAX);
	if (!check_code(code, number, error))
		return false;
	if (!text_is_code(member) || !text_copy(witness->member, sizeof witness->member, member))
		return error_set(error, ERROR_INVALID, "note",
			"line %d: \"%s\" cannot be a member's code", number, member);
	if (!check_named(founding, code, key, number, error) ||
	    !check_key(founding, key, code, DUTY_WITNESS, number, error) ||
	    !take_name(witness->name, line, number, error))
		return false;
	body_text(witness->code, code);
	body_text(witness->verifier_key, key);
	founding->witnesses.count++;
	return true;
}

int64_t founding_signatures(const struct reserve *reserve, const char *kind)
{
	const struct threshold *thresholds = reserve->thresholds.items;
	for (uint32_t i = 0; i < reserve->thresholds.count; i++) {
		if (text_equal(thresholds[i].kind, kind))
			return thresholds[i].signatures;
	}
	return 2;
}

static bool read_threshold(char *line, int number, struct founding *founding, struct error *error)
{
	struct threshold *threshold =
		(struct threshold *)founding->thresholds.items + founding->thresholds.count;
	const char *kind = next_word(&line);
	bool known = false;
	for (size_t i = 0; document_kinds[i] != NULL; i++)
		known = known || text_equal(document_kinds[i]->name, kind);
	if (!known || founding->thresholds.count == THRESHOLDS_MAX)
		return error_set(error, ERROR_INVALID, "note",
			"line %d: \"%s\" is no kind of note that is signed", number, kind);
	if (!text_to_int(line, &threshold->signatures) || threshold->signatures < 2 ||
	    threshold->signatures > SIGNATURES_MAX)
		return error_set(error, ERROR_INVALID, "note",
			"line %d: signatures are a number from 2 to %d", number, SIGNATURES_MAX);
	body_text(threshold->kind, kind);
	founding->thresholds.count++;
	return true;
}

static bool read_days(const char *value, int number, int64_t *ret, struct error *error)
{
	int64_t days;
	if (!text_to_int(value, &days) || days < 0 || days > 3650)
		return error_set(error, ERROR_INVALID, "note",
			"line %d: days are a number from 0 to 3650", number);
	*ret = days;
	return true;
}

static bool read_line(char *line, int number, struct founding *founding, struct error *error)
{
	char *name = next_word(&line);
	if (text_equal(name, "origin") && text_copy(founding->origin, sizeof founding->origin, line))
		return true;
	if (text_equal(name, "log") && text_copy(founding->log_key, sizeof founding->log_key, line))
		return true;
	if (text_equal(name, "orders") &&
	    text_copy(founding->order_key, sizeof founding->order_key, line))
		return true;
	if (text_equal(name, "person"))
		return read_person(line, number, founding, error);
	if (text_equal(name, "witness"))
		return read_witness(line, number, founding, error);
	if (text_equal(name, "signatures"))
		return read_threshold(line, number, founding, error);
	if (text_equal(name, "floor-notice-days"))
		return read_days(line, number, &founding->floor_notice_days, error);
	if (text_equal(name, "order-lapse-days"))
		return read_days(line, number, &founding->order_lapse_days, error);
	if (text_equal(name, "demonstration") && text_equal(line, "yes")) {
		founding->demonstration = true;
		return true;
	}
	return error_set(error, ERROR_INVALID, "note", "line %d: \"%s\" is not understood", number,
		name);
}

/* Names of verifier keys stand before their first plus. */
static bool key_named(const char *verifier_key, const char *name)
{
	size_t length = strlen(name);
	return strncmp(verifier_key, name, length) == 0 && verifier_key[length] == '+';
}

static bool check_whole(const struct founding *founding, struct error *error)
{
	const struct founding_person *persons = founding->persons.items;
	char orders[sizeof founding->origin + 8];
	uint32_t officers = 0, duties = 0;
	for (uint32_t i = 0; i < founding->persons.count; i++) {
		duties |= persons[i].duties;
		officers += (persons[i].duties & DUTY_OFFICER) != 0 ? 1 : 0;
	}
	if (founding->origin[0] == '\0' || strpbrk(founding->origin, " +") != NULL)
		return error_set(error, ERROR_INVALID, "note",
			"a line \"origin NAME\" is needed, without spaces or plus");
	memcpy(orders, founding->origin, strlen(founding->origin));
	memcpy(orders + strlen(founding->origin), "/orders", 8);
	if (!key_named(founding->log_key, founding->origin))
		return error_set(error, ERROR_INVALID, "note",
			"a line \"log KEY\" is needed, its key named %s", founding->origin);
	if (!key_named(founding->order_key, orders))
		return error_set(error, ERROR_INVALID, "note",
			"a line \"orders KEY\" is needed, its key named %s", orders);
	if (officers < 2)
		return error_set(error, ERROR_INVALID, "note",
			"a reserve needs at least two officers, this note names %u", officers);
	const struct threshold *thresholds = founding->thresholds.items;
	for (uint32_t i = 0; i < founding->thresholds.count; i++) {
		if (thresholds[i].signatures > officers)
			return error_set(error, ERROR_INVALID, "note",
				"%s needs %lld signatures, and this note names %u officers",
				thresholds[i].kind, (long long)thresholds[i].signatures, officers);
	}
	if ((duties & DUTY_KEEPER) == 0 || (duties & DUTY_ASSAYER) == 0)
		return error_set(error, ERROR_INVALID, "note",
			"a reserve needs at least one keeper and one assayer");
	if (founding->demonstration && !text_starts(founding->origin, "demo."))
		return error_set(error, ERROR_INVALID, "note",
			"a demonstration's origin begins with \"demo.\"");
	return true;
}

bool founding_read(const char *text, struct arena *arena, struct founding *ret_founding,
	struct error *error)
{
	struct founding founding = { .floor_notice_days = 14, .order_lapse_days = 30 };
	char *copy = arena_text(arena, text, strlen(text));
	founding.persons.items = arena_alloc(arena, (PERSONS_MAX + 1) * sizeof(struct founding_person));
	founding.thresholds.items = arena_alloc(arena, (THRESHOLDS_MAX + 1) * sizeof(struct threshold));
	founding.witnesses.items = arena_alloc(arena,
		(WITNESSES_MAX + 1) * sizeof(struct founding_witness));
	if (copy == NULL || founding.persons.items == NULL || founding.witnesses.items == NULL ||
	    founding.thresholds.items == NULL)
		return error_set(error, ERROR_LIMIT, "note", "the note is too long");
	int number = 0;
	for (char *line = copy; *line != '\0';) {
		char *end = strchr(line, '\n');
		if (end != NULL)
			*end++ = '\0';
		number++;
		if (number == 1 && !text_equal(line, "projectvault.org/founding@v1"))
			return error_set(error, ERROR_INVALID, "note",
				"the first line must be projectvault.org/founding@v1");
		if (number > 1 && !read_line(line, number, &founding, error))
			return false;
		line = end != NULL ? end : line + strlen(line);
	}
	if (!check_whole(&founding, error))
		return false;
	*ret_founding = founding;
	return true;
}

/* ---- the entry ---- */

struct founded {
	bool demonstration;
	int64_t floor_notice_days, order_lapse_days;
	char log_key[224], order_key[224], origin[128];
	const char *note;
	struct list persons, thresholds;
};

static const struct field founded_fields[] = {
	F_BOOL(struct founded, demonstration),
	F_INT(struct founded, floor_notice_days),
	F_TEXT(struct founded, log_key),
	F_STRING(struct founded, note),
	F_TEXT(struct founded, order_key),
	F_INT(struct founded, order_lapse_days),
	F_TEXT(struct founded, origin),
	F_LIST(struct founded, persons, &founder_descriptor),
	F_LIST(struct founded, thresholds, &threshold_descriptor),
};
static const struct descriptor founded_descriptor =
	DESCRIPTOR("reserve.founded", struct founded, founded_fields);

struct found_params {
	const char *note; /* the whole note, signatures verified by the edge */
	struct list signers; /* persons whose signatures verified */
	const char *text;
};

struct signer_name {
	char code[CODE_MAX];
};

static const struct field signer_fields[] = { R_TEXT(struct signer_name, code) };
static const struct descriptor signer_descriptor =
	DESCRIPTOR("signer", struct signer_name, signer_fields);
static const struct field found_fields[] = {
	R_STRING(struct found_params, note),
	R_LIST(struct found_params, signers, &signer_descriptor),
	R_STRING(struct found_params, text),
};
static const struct descriptor found_params =
	DESCRIPTOR("found", struct found_params, found_fields);

static bool signed_by(const struct found_params *params, const char *code)
{
	const struct signer_name *signers = params->signers.items;
	for (uint32_t i = 0; i < params->signers.count; i++) {
		if (text_equal(signers[i].code, code))
			return true;
	}
	return false;
}

static bool decide_found(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct found_params *params = data;
	struct founding founding;
	if (state_reserve(context->state) != NULL)
		return error_set(error, ERROR_CONFLICT, "note", "this reserve is founded already, as %s",
			state_reserve(context->state)->origin);
	if (!founding_read(params->text, context->arena, &founding, error))
		return false;
	const struct founding_person *persons = founding.persons.items;
	for (uint32_t i = 0; i < founding.persons.count; i++) {
		if (!signed_by(params, persons[i].code))
			return error_set(error, ERROR_BAD_SIGNATURE, "note",
				"%s is named and has not signed", persons[i].code);
	}
	struct founded *body = decision_body(decision, &event_reserve_founded);
	body->demonstration = founding.demonstration;
	body->floor_notice_days = founding.floor_notice_days;
	body->order_lapse_days = founding.order_lapse_days;
	body_text(body->origin, founding.origin);
	body_text(body->log_key, founding.log_key);
	body_text(body->order_key, founding.order_key);
	body->note = params->note;
	body->persons = founding.persons;
	body->thresholds = founding.thresholds;
	decision->id = body->origin;
	decision->next = "vaultctl check setup";
	decision_add(decision, &event_reserve_founded, body);
	const struct founding_witness *witnesses = founding.witnesses.items;
	for (uint32_t i = 0; i < founding.witnesses.count; i++)
		person_name_witness(decision, witnesses[i].code, witnesses[i].name, witnesses[i].member,
			witnesses[i].verifier_key);
	return true;
}

static void apply_founded(struct state *state, const struct applied *applied, const void *data)
{
	const struct founded *body = data;
	struct reserve *reserve = state_insert(state, TABLE_RESERVE, "reserve");
	body_text(reserve->origin, body->origin);
	body_text(reserve->log_key, body->log_key);
	body_text(reserve->order_key, body->order_key);
	reserve->demonstration = body->demonstration;
	reserve->floor_notice_days = body->floor_notice_days;
	reserve->order_lapse_days = body->order_lapse_days;
	reserve->founded_at = applied->at;
	if (body->thresholds.count > 0) {
		size_t size = body->thresholds.count * sizeof(struct threshold);
		reserve->thresholds = (struct list){ malloc(size), body->thresholds.count };
		if (reserve->thresholds.items == NULL)
			abort();
		memcpy(reserve->thresholds.items, body->thresholds.items, size);
	}
	const struct founding_person *persons = body->persons.items;
	for (uint32_t i = 0; i < body->persons.count; i++)
		person_install(state, persons[i].code, persons[i].name, persons[i].duties, "",
			persons[i].verifier_key);
}

const struct event_type event_reserve_founded = { "reserve.founded", &founded_descriptor,
	apply_founded };
const struct command_type command_found = { "found", &found_params, 0, decide_found, NULL };
