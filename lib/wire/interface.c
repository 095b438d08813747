/*
 * A recursive descent over the text, line by line. Names of types are resolved when all are known,
 * by copying the body of the named type into the reference, so that checking never looks a name up.
 */
#include "wire/interface.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text.h"
#include "vault/limits.h"

struct reference {
	struct reference *next;
	struct type *type;
	int line;
};

struct interface {
	struct arena *arena;
	const char *name, *description, *comment;
	struct interface_member *members;
	size_t member_count, member_capacity;
};

struct parser {
	struct interface *interface;
	struct error *error;
	const char *begin, *at, *end;
	int line;
	bool new_line;                   /* the last skip passed the end of a line */
	struct buffer leading, trailing; /* comments that the last skip passed */
	struct reference *references;
};

static bool fail(struct parser *p, const char *reason)
{
	return error_set(p->error, ERROR_INVALID, "", "line %d: %s", p->line, reason);
}

static bool fail_name(struct parser *p, const char *reason, const char *name)
{
	return error_set(p->error, ERROR_INVALID, "", "line %d: %s \"%.60s\"", p->line, reason, name);
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_alphanumeric(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9');
}

static bool at_char(const struct parser *p, char c)
{
	return p->at < p->end && *p->at == c;
}

static bool take(struct parser *p, char c)
{
	if (!at_char(p, c))
		return false;
	p->at++;
	return true;
}

/* A comment behind something on its line trails it; one on a line of its own leads what follows. */
static void take_comment(struct parser *p)
{
	struct buffer *to = p->new_line ? &p->leading : &p->trailing;
	p->at++;
	if (at_char(p, ' '))
		p->at++;
	const char *begin = p->at;
	while (p->at < p->end && *p->at != '\n')
		p->at++;
	if (to->length > 0)
		buffer_append_byte(to, '\n');
	buffer_append(to, begin, (size_t)(p->at - begin));
}

/* Passes white space and comments. An empty line parts a comment from what follows. */
static void skip(struct parser *p)
{
	bool empty = false;
	p->new_line = p->at == p->begin;
	buffer_clear(&p->leading);
	buffer_clear(&p->trailing);
	for (; p->at < p->end; p->at++) {
		if (*p->at == '#') {
			take_comment(p);
			empty = false;
			if (p->at == p->end)
				return;
		}
		if (*p->at == '\n') {
			if (empty)
				buffer_clear(&p->leading);
			p->line++;
			p->new_line = empty = true;
		} else if (*p->at != ' ' && *p->at != '\t' && *p->at != '\r') {
			return;
		}
	}
}

static const char *keep(struct parser *p, struct buffer *text)
{
	if (text->length == 0)
		return "";
	return arena_text(p->interface->arena, text->bytes, text->length);
}

/* Letters, digits and the given other characters, as a text; "" where there are none. */
static const char *take_word(struct parser *p, const char *others)
{
	const char *begin = p->at;
	while (p->at < p->end &&
	       (is_alphanumeric(*p->at) || (*p->at != '\0' && strchr(others, *p->at) != NULL)))
		p->at++;
	return arena_text(p->interface->arena, begin, (size_t)(p->at - begin));
}

/* [A-Za-z]([-]*[A-Za-z0-9])*(\.[A-Za-z0-9]([-]*[A-Za-z0-9])*)+ */
static bool is_interface_name(const char *name)
{
	size_t length = strlen(name);
	if (!is_letter(name[0]) || !is_alphanumeric(name[length - 1]) || strchr(name, '.') == NULL)
		return false;
	for (const char *dot = strchr(name, '.'); dot != NULL; dot = strchr(dot + 1, '.')) {
		if (!is_alphanumeric(dot[-1]) || !is_alphanumeric(dot[1]))
			return false;
	}
	return true;
}

/* [A-Z][A-Za-z0-9]*; the word has no other characters */
static bool is_member_name(const char *name)
{
	return name[0] >= 'A' && name[0] <= 'Z';
}

/* [A-Za-z](_?[A-Za-z0-9])* */
static bool is_field_name(const char *name)
{
	size_t length = strlen(name);
	return is_letter(name[0]) && name[length - 1] != '_' && strstr(name, "__") == NULL;
}

static struct type *parse_type(struct parser *p, int depth);

/* Room for one more in an array that grows in the arena: 4, 8, 16 … */
static void *grow(struct arena *arena, void *items, size_t count, size_t size)
{
	bool full = count == 0 || (count >= 4 && (count & (count - 1)) == 0);
	if (!full)
		return items;
	void *more = arena_alloc(arena, (count == 0 ? 4 : count * 2) * size);
	if (count > 0)
		memcpy(more, items, count * size);
	return more;
}

/* One `name` or `name: type`; the first decides for all whether it is an enum or a struct. */
static bool parse_field(struct parser *p, struct type *type, struct type_field *field, int depth)
{
	field->comment = keep(p, &p->leading);
	field->name = take_word(p, "_");
	field->name_length = strlen(field->name);
	if (!is_field_name(field->name))
		return fail_name(p, "a field's name is expected, not", field->name);
	if (type_find(type, field->name) != NULL)
		return fail_name(p, "there are two fields", field->name);
	skip(p);
	bool typed = take(p, ':');
	if (type->field_count == 0)
		type->kind = typed ? TYPE_STRUCT : TYPE_ENUM;
	if (typed != (type->kind == TYPE_STRUCT))
		return fail(p, typed ? "a type is given to a member of an enum" : "a field has no type");
	if (typed) {
		skip(p);
		field->type = parse_type(p, depth + 1);
		if (field->type == NULL)
			return false;
		skip(p);
	}
	return true;
}

/* What stands in brackets, behind the opening one. */
static bool parse_fields(struct parser *p, struct type *type, int depth)
{
	struct type_field *fields = NULL;
	type->kind = TYPE_STRUCT;
	skip(p);
	if (take(p, ')'))
		return true;
	for (;;) {
		fields = grow(p->interface->arena, fields, type->field_count, sizeof *fields);
		type->fields = fields;
		struct type_field *field = &fields[type->field_count];
		if (!parse_field(p, type, field, depth))
			return false;
		type->field_count++;
		type->required_count += field->type != NULL && !field->type->nullable ? 1 : 0;
		const char *trailing = keep(p, &p->trailing);
		bool more = take(p, ',');
		if (more) {
			skip(p);
			trailing = trailing[0] != '\0' ? trailing : keep(p, &p->trailing);
		}
		if (field->comment[0] == '\0')
			field->comment = trailing;
		if (!more)
			return take(p, ')') || fail(p, "a comma or a closing bracket is expected");
	}
}

static bool parse_word_type(struct parser *p, struct type *type)
{
	static const struct { const char *name; enum type_kind kind; } words[] = {
		{ "bool", TYPE_BOOL }, { "int", TYPE_INT }, { "float", TYPE_FLOAT },
		{ "string", TYPE_STRING }, { "object", TYPE_OBJECT },
	};
	const char *word = take_word(p, "_");
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strcmp(words[i].name, word) == 0) {
			type->kind = words[i].kind;
			return true;
		}
	}
	if (!is_member_name(word) || strchr(word, '_') != NULL)
		return fail_name(p, "a type is expected, not", word);
	struct reference *reference = arena_alloc(p->interface->arena, sizeof *reference);
	*reference = (struct reference){ p->references, type, p->line };
	p->references = reference;
	type->name = word;
	return true;
}

static bool parse_type_body(struct parser *p, struct type *type, int depth)
{
	type->nullable = take(p, '?');
	if (take(p, '('))
		return parse_fields(p, type, depth);
	if (!take(p, '['))
		return parse_word_type(p, type);
	type->kind = TYPE_ARRAY;
	if (!at_char(p, ']')) {
		type->kind = TYPE_MAP;
		if (strcmp(take_word(p, ""), "string") != 0)
			return fail(p, "a map is written [string]");
	}
	if (!take(p, ']'))
		return fail(p, "a closing ] is expected");
	type->element = parse_type(p, depth + 1);
	return type->element != NULL;
}

/* NULL on error. */
static struct type *parse_type(struct parser *p, int depth)
{
	if (depth > WIRE_DEPTH_MAX) {
		fail(p, "types are nested too deep");
		return NULL;
	}
	struct type *type = arena_alloc(p->interface->arena, sizeof *type);
	type->name = "";
	return parse_type_body(p, type, depth) ? type : NULL;
}

/* A whole type in brackets: what a member of the interface consists of. */
static const struct type *parse_brackets(struct parser *p, bool may_be_enum)
{
	skip(p);
	if (!at_char(p, '(')) {
		fail(p, "an opening bracket is expected");
		return NULL;
	}
	const struct type *type = parse_type(p, 1);
	if (type != NULL && type->kind == TYPE_ENUM && !may_be_enum) {
		fail(p, "an enum cannot stand here");
		return NULL;
	}
	return type;
}

static bool parse_arrow(struct parser *p)
{
	skip(p);
	return (take(p, '-') && take(p, '>')) || fail(p, "-> is expected");
}

static bool parse_member(struct parser *p, struct interface_member *member)
{
	member->comment = keep(p, &p->leading);
	const char *keyword = take_word(p, "");
	if (strcmp(keyword, "type") == 0)
		member->kind = MEMBER_TYPE;
	else if (strcmp(keyword, "method") == 0)
		member->kind = MEMBER_METHOD;
	else if (strcmp(keyword, "error") == 0)
		member->kind = MEMBER_ERROR;
	else
		return fail_name(p, "type, method or error is expected, not", keyword);
	skip(p);
	member->name = take_word(p, "");
	if (!is_member_name(member->name))
		return fail_name(p, "a name with a capital is expected, not", member->name);
	for (size_t i = 0; i < p->interface->member_count; i++) {
		if (strcmp(p->interface->members[i].name, member->name) == 0)
			return fail_name(p, "this name is defined twice:", member->name);
	}
	member->input = parse_brackets(p, member->kind == MEMBER_TYPE);
	if (member->input == NULL || member->kind != MEMBER_METHOD)
		return member->input != NULL;
	member->output = parse_arrow(p) ? parse_brackets(p, false) : NULL;
	return member->output != NULL;
}

static bool parse_members(struct parser *p)
{
	struct interface *interface = p->interface;
	for (skip(p); p->at < p->end; skip(p)) {
		if (!p->new_line)
			return fail(p, "something stands behind the end of a definition");
		interface->members = grow(interface->arena, interface->members,
			interface->member_count, sizeof *interface->members);
		if (!parse_member(p, &interface->members[interface->member_count]))
			return false;
		interface->member_count++;
	}
	return true;
}

static bool parse_head(struct parser *p)
{
	skip(p);
	p->interface->comment = keep(p, &p->leading);
	if (strcmp(take_word(p, ""), "interface") != 0)
		return fail(p, "the file begins with interface and its name");
	skip(p);
	p->interface->name = take_word(p, ".-");
	return is_interface_name(p->interface->name) ||
		fail_name(p, "this is no name of an interface:", p->interface->name);
}

static bool resolve(struct parser *p)
{
	struct interface *interface = p->interface;
	for (struct reference *at = p->references; at != NULL; at = at->next) {
		const struct interface_member *named = interface_find(interface, MEMBER_TYPE,
			at->type->name);
		p->line = at->line;
		if (named == NULL)
			return fail_name(p, "there is no type", at->type->name);
		at->type->kind = named->input->kind;
		at->type->fields = named->input->fields;
		at->type->field_count = named->input->field_count;
		at->type->required_count = named->input->required_count;
	}
	return true;
}

bool interface_parse(const char *text, size_t length, struct interface **ret_interface,
	struct error *error)
{
	struct arena *arena = arena_new(0);
	struct interface *interface = arena_alloc(arena, sizeof *interface);
	interface->arena = arena;
	interface->description = arena_text(arena, text, length);
	struct parser parser = { .interface = interface, .error = error, .begin = text,
		.at = text, .end = text + length, .line = 1 };
	bool good = (text_is_utf8(text, length) || fail(&parser, "the text is not UTF-8")) &&
		parse_head(&parser) && parse_members(&parser) && resolve(&parser);
	buffer_free(&parser.leading);
	buffer_free(&parser.trailing);
	if (good)
		*ret_interface = interface;
	else
		interface_free(interface);
	return good;
}

void interface_free(struct interface *interface)
{
	if (interface != NULL)
		arena_free(interface->arena);
}

const char *interface_name(const struct interface *interface)
{
	return interface->name;
}

const char *interface_description(const struct interface *interface)
{
	return interface->description;
}

const char *interface_comment(const struct interface *interface)
{
	return interface->comment;
}

size_t interface_member_count(const struct interface *interface)
{
	return interface->member_count;
}

const struct interface_member *interface_member_at(const struct interface *interface, size_t index)
{
	assert(index < interface->member_count);
	return &interface->members[index];
}

const struct interface_member *interface_find(const struct interface *interface,
	enum member_kind kind, const char *name)
{
	for (size_t i = 0; i < interface->member_count; i++) {
		const struct interface_member *member = &interface->members[i];
		if (member->kind == kind && strcmp(member->name, name) == 0)
			return member;
	}
	return NULL;
}

const struct type_field *type_find(const struct type *type, const char *name)
{
	for (size_t i = 0; i < type->field_count; i++) {
		if (strcmp(type->fields[i].name, name) == 0)
			return &type->fields[i];
	}
	return NULL;
}

static void describe(const struct type *type, struct buffer *out)
{
	static const char *const words[] = {
		[TYPE_BOOL] = "bool", [TYPE_INT] = "int", [TYPE_FLOAT] = "float",
		[TYPE_STRING] = "string", [TYPE_OBJECT] = "object", [TYPE_ENUM] = "(",
		[TYPE_STRUCT] = "(", [TYPE_ARRAY] = "[]", [TYPE_MAP] = "[string]",
	};
	if (type->nullable)
		buffer_append_byte(out, '?');
	if (type->name[0] != '\0') {
		buffer_append_text(out, type->name);
		return;
	}
	buffer_append_text(out, words[type->kind]);
	if (type->element != NULL)
		describe(type->element, out);
	for (size_t i = 0; i < type->field_count; i++) {
		buffer_append_text(out, i > 0 ? ", " : "");
		buffer_append_text(out, type->fields[i].name);
	}
	if (type->kind == TYPE_STRUCT || type->kind == TYPE_ENUM)
		buffer_append_byte(out, ')');
}

void type_describe(const struct type *type, char *text, size_t size)
{
	struct buffer out = { 0 };
	describe(type, &out);
	snprintf(text, size, "%s", buffer_text(&out));
	buffer_free(&out);
}
