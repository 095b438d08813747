/*
 * Reading the text that a delegate signed, and deciding the request in it. The lines are the
 * parameters of request.submit in a fixed order, each taken by its field's type; nothing in a text
 * is passed over.
 */
#include "reserve/emergency/request_note.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "reserve/founding.h"
#include "reserve/person.h"

#define TYPE_LINE "projectvault.org/request@v1"

/* In this order; the first so many must be there. */
static const char *const lines[] = { "reserve", "command", "member", "commodity", "mass-g",
	"min-grade-ppm", "need-by", "tier", "purpose", "destination", "consignee", "partial" };
enum { LINE_RESERVE, LINE_COMMAND, LINES_REQUIRED = 5, LINES = sizeof lines / sizeof *lines };

/* A text under reading. */
struct reading {
	const char *reserve;
	struct arena *arena;
	struct submit_params params;
	uint8_t command[16];
	int next;            /* the first line of the list that may come now */
};

static bool bad_value(struct error *error, const char *name, const char *value, const char *what)
{
	return error_set(error, ERROR_INVALID, "note", "its line \"%s\": \"%.100s\" is not %s", name,
		value, what);
}

/* ---- values ---- */

static bool is_word(const char *value)
{
	return value[0] != '\0' && strpbrk(value, " ,") == NULL;
}

static bool take_text(const struct field *field, struct submit_params *params, const char *name,
	const char *value, struct error *error)
{
	char *to = (char *)params + field->offset;
	if (!is_word(value))
		return bad_value(error, name, value, "one word");
	return text_copy(to, field->size, value) || bad_value(error, name, value, "that short");
}

static bool take_string(struct reading *reading, const struct field *field, const char *name,
	const char *value, struct error *error)
{
	size_t length = strlen(value);
	if (length == 0 || length >= NAME_MAX_BYTES || value[0] == ' ' || value[length - 1] == ' ')
		return bad_value(error, name, value, "a name");
	const char *kept = arena_text(reading->arena, value, length);
	memcpy((char *)&reading->params + field->offset, &kept, sizeof kept);
	return true;
}

static bool take_number(const struct field *field, struct submit_params *params, const char *name,
	const char *value, struct error *error)
{
	int64_t number;
	if (!text_to_int(value, &number) || number < field->min || number > field->max)
		return error_set(error, ERROR_INVALID, "note",
			"its line \"%s\": \"%.40s\" is not an integer from %lld to %lld", name, value,
			(long long)field->min, (long long)field->max);
	field_set_number(field, params, number);
	return true;
}

static bool take_time(const struct field *field, struct submit_params *params, const char *name,
	const char *value, struct error *error)
{
	int64_t time_ms;
	if (strchr(value, 'T') == NULL || !time_parse(value, &time_ms))
		return bad_value(error, name, value, "a time such as 2026-12-20T00:00:00Z");
	field_set_number(field, params, time_ms);
	return true;
}

static bool take_name(const struct field *field, struct submit_params *params, const char *name,
	const char *value, struct error *error)
{
	int chosen = field_name_value(field, value);
	if (chosen <= 0)
		return bad_value(error, name, value, "one of its values");
	field_set_number(field, params, chosen);
	return true;
}

static bool take_field(struct reading *reading, const char *name, const char *value,
	struct error *error)
{
	char field_name[24];
	bool fits = text_copy(field_name, sizeof field_name, name);
	assert(fits);
	(void)fits;
	for (char *at = field_name; *at != '\0'; at++)
		*at = *at == '-' ? '_' : *at;
	const struct field *field = descriptor_field(&submit_params_descriptor, field_name);
	struct submit_params *params = &reading->params;
	assert(field != NULL);
	if (field->type == FIELD_TEXT)
		return take_text(field, params, name, value, error);
	if (field->type == FIELD_STRING)
		return take_string(reading, field, name, value, error);
	if (field->type == FIELD_INT)
		return take_number(field, params, name, value, error);
	if (field->type == FIELD_TIME)
		return take_time(field, params, name, value, error);
	if (field->type == FIELD_ENUM)
		return take_name(field, params, name, value, error);
	assert(field->type == FIELD_BOOL);
	field_set_number(field, params, 1);
	return text_equal(value, "yes") || bad_value(error, name, value, "\"yes\"");
}

/* A UUID of version 7, in the one form that a command id is written in. */
static bool read_command(const char *value, uint8_t ret_command[16])
{
	char form[UUID_TEXT_SIZE];
	uint8_t command[16];
	if (!text_to_uuid(value, command))
		return false;
	text_from_uuid(command, form);
	if (!text_equal(form, value) || (command[6] & 0xF0) != 0x70 || (command[8] & 0xC0) != 0x80)
		return false;
	memcpy(ret_command, command, sizeof command);
	return true;
}

static bool take_line(struct reading *reading, int line, const char *value, struct error *error)
{
	if (line == LINE_COMMAND)
		return read_command(value, reading->command) ||
			bad_value(error, "command", value, "a UUID of version 7 in lower case");
	if (line != LINE_RESERVE)
		return take_field(reading, lines[line], value, error);
	return text_equal(value, reading->reserve) || error_set(error, ERROR_INVALID, "note",
		"it is for the reserve \"%.100s\", and this is %s", value, reading->reserve);
}

/* ---- lines ---- */

static int find_line(const char *name)
{
	int line = 0;
	while (line < LINES && !text_equal(lines[line], name))
		line++;
	return line;
}

/* "name value" of a text, one line of it without its end. */
static bool read_line(struct reading *reading, char *text, struct error *error)
{
	char *space = strchr(text, ' ');
	if (space == NULL || space == text || space[1] == '\0')
		return error_set(error, ERROR_INVALID, "note", "its line \"%.60s\" is not a name, a "
			"space and a value", text);
	*space = '\0';
	int line = find_line(text);
	if (line == LINES)
		return error_set(error, ERROR_INVALID, "note", "a request has no line \"%.60s\"", text);
	if (line < reading->next)
		return error_set(error, ERROR_INVALID, "note", "its line \"%s\" stands twice or after "
			"\"%s\"", text, lines[reading->next - 1]);
	if (reading->next < LINES_REQUIRED && line > reading->next)
		return error_set(error, ERROR_INVALID, "note", "its line \"%s\" is missing before \"%s\"",
			lines[reading->next], text);
	reading->next = line + 1;
	return take_line(reading, line, space + 1, error);
}

static bool check_bytes(const char *text, struct error *error)
{
	size_t length = strlen(text);
	if (length > REQUEST_TEXT_MAX)
		return error_set(error, ERROR_LIMIT, "note", "a request has at most %d bytes",
			REQUEST_TEXT_MAX);
	if (length == 0 || text[length - 1] != '\n')
		return error_set(error, ERROR_INVALID, "note", "it does not end with a line end");
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)text[i];
		if ((byte < ' ' && byte != '\n') || byte == 0x7F)
			return error_set(error, ERROR_INVALID, "note", "byte %zu is a control character (%u)",
				i, byte);
	}
	return text_is_utf8(text, length) ||
		error_set(error, ERROR_INVALID, "note", "it is not UTF-8");
}

bool request_note_read(const char *text, const char *reserve, struct arena *arena,
	struct submit_params *ret_params, uint8_t ret_command[16], struct error *error)
{
	struct reading reading = { .reserve = reserve, .arena = arena };
	if (!check_bytes(text, error))
		return false;
	if (strncmp(text, TYPE_LINE "\n", sizeof TYPE_LINE) != 0)
		return error_set(error, ERROR_INVALID, "note", "it does not begin with the line %s",
			TYPE_LINE);
	record_clear(&submit_params_descriptor, &reading.params);
	for (const char *at = text + sizeof TYPE_LINE; *at != '\0';) {
		size_t length = strcspn(at, "\n");
		char *line = arena_text(arena, at, length);
		if (line == NULL)
			return error_set(error, ERROR_LIMIT, "note", "it needs too much memory");
		if (!read_line(&reading, line, error))
			return false;
		at += length + 1;
	}
	if (reading.next < LINES_REQUIRED)
		return error_set(error, ERROR_INVALID, "note", "its line \"%s\" is missing",
			lines[reading.next]);
	*ret_params = reading.params;
	memcpy(ret_command, reading.command, sizeof reading.command);
	return true;
}

bool request_note_command(const char *text, uint8_t ret_command[16])
{
	static const char name[] = "command ";
	char value[UUID_TEXT_SIZE];
	if (strncmp(text, TYPE_LINE "\n", sizeof TYPE_LINE) != 0)
		return false;
	const char *line = strchr(text + sizeof TYPE_LINE, '\n');
	if (line == NULL || strncmp(line + 1, name, sizeof name - 1) != 0)
		return false;
	line += sizeof name;
	size_t length = strcspn(line, "\n");
	if (length + 1 != sizeof value || line[length] != '\n')
		return false;
	memcpy(value, line, length);
	value[length] = '\0';
	return read_command(value, ret_command);
}

/* ---- bringing one ---- */

static const struct field bring_fields[] = {
	R_TEXT(struct bring_params, key_id),
	R_STRING(struct bring_params, note),
	R_TEXT(struct bring_params, person),
	R_TEXT(struct bring_params, signature),
};
static const struct descriptor bring_params =
	DESCRIPTOR("request.bring", struct bring_params, bring_fields);

/* The edge has verified the signature; here is whether its key speaks for the member now. */
static bool check_signer(const struct context *context, const struct bring_params *params,
	const char *member, struct error *error)
{
	const struct person *person = person_find(context->state, params->person);
	if (person == NULL)
		return error_set(error, ERROR_BAD_SIGNATURE, "note", "%s is not an enrolled person",
			params->person);
	if (person_key(context->state, params->person, params->key_id) == NULL)
		return error_set(error, ERROR_BAD_SIGNATURE, "note", "key %s of %s is not in force",
			params->key_id, params->person);
	if ((person->duties & DUTY_DELEGATE) == 0)
		return error_set(error, ERROR_DENIED, "note", "%s is no delegate", person->code);
	return text_equal(person->member, member) || error_set(error, ERROR_DENIED, "note",
		"%s speaks for %s and not for %s", person->code, person->member, member);
}

static bool decide_bring(const struct context *context, const void *data,
	struct decision *decision, struct error *error)
{
	const struct bring_params *params = data;
	struct submit_params request;
	struct signed_request by = { .text = params->note };
	uint8_t command[16];
	if (!request_note_read(params->note, state_reserve(context->state)->origin, context->arena,
	    &request, command, error) ||
	    !check_signer(context, params, request.member, error))
		return false;
	body_text(by.person, params->person);
	body_text(by.key_id, params->key_id);
	body_text(by.signature, params->signature);
	return request_decide(context, &request, &by, decision, error);
}

const struct command_type command_request_bring = { "request.bring", &bring_params, DUTY_ANY,
	decide_bring, NULL };

bool request_needs_note(const struct state *state, const char *member)
{
	return person_speaks_for(state, member);
}

/* ---- audits ---- */

static bool same_request(const struct request_decided *body, const struct submit_params *params)
{
	const char *asked = params->consignee != NULL ? params->consignee : "";
	return text_equal(body->member, params->member) &&
		text_equal(body->commodity, params->commodity) && body->mass_g == params->mass_g &&
		body->min_grade_ppm == params->min_grade_ppm && body->need_by == params->need_by &&
		body->tier == params->tier && body->partial == params->partial &&
		text_equal(body->purpose, params->purpose) &&
		text_equal(body->destination, params->destination) &&
		text_equal(body->consignee != NULL ? body->consignee : "", asked);
}

bool request_note_agrees(const struct request_decided *body, const char *reserve,
	const uint8_t command[16], struct arena *arena, struct error *error)
{
	struct submit_params params;
	uint8_t own[16];
	if (!request_note_read(body->note, reserve, arena, &params, own, error))
		return false;
	if (command == NULL || memcmp(own, command, sizeof own) != 0)
		return error_set(error, ERROR_LEDGER, "note",
			"%s was not brought under the command id in its note", body->request);
	return same_request(body, &params) || error_set(error, ERROR_LEDGER, "note",
		"%s says other things than the note that asked for it", body->request);
}
