/*
 * The varlink interface language. A .varlink file is the single source of the API: the daemon
 * checks parameters against what is read here, vaultctl makes options, help and manual pages from
 * it.
 *
 * Everything that is handed out belongs to the interface and lives as long as it does.
 */
#ifndef WIRE_INTERFACE_H
#define WIRE_INTERFACE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum type_kind {
	TYPE_BOOL,
	TYPE_INT,
	TYPE_FLOAT,
	TYPE_STRING,
	TYPE_OBJECT, /* any JSON object */
	TYPE_ENUM,
	TYPE_STRUCT,
	TYPE_ARRAY,
	TYPE_MAP,    /* an object with free keys */
};

struct type_field;

struct type {
	enum type_kind kind;
	bool nullable;
	const char *name;                /* of the `type` that it refers to, "" where written in place */
	const struct type *element;      /* TYPE_ARRAY, TYPE_MAP */
	const struct type_field *fields; /* TYPE_STRUCT; TYPE_ENUM: its members, without a type */
	size_t field_count;
	size_t required_count;           /* fields that are not nullable */
};

struct type_field {
	const char *name;
	size_t name_length;
	const char *comment;     /* lines joined by \n, without #; "" where there is none */
	const struct type *type; /* NULL for a member of an enum */
};

enum member_kind { MEMBER_TYPE, MEMBER_METHOD, MEMBER_ERROR };

struct interface_member {
	enum member_kind kind;
	const char *name;
	const char *comment;        /* the block directly above it */
	const struct type *input;   /* method: parameters; type and error: what it consists of */
	const struct type *output;  /* method only */
};

struct interface;

/*
 * Reads one whole file. Strict: what the specification does not allow is refused with line and
 * reason, unknown and doubly defined names as well.
 */
bool interface_parse(const char *text, size_t length, struct interface **ret_interface,
	struct error *error);
void interface_free(struct interface *interface);

const char *interface_name(const struct interface *interface);
const char *interface_description(const struct interface *interface); /* the text, verbatim */
const char *interface_comment(const struct interface *interface);     /* the block above its name */

/* All members in the order of the text. */
size_t interface_member_count(const struct interface *interface);
const struct interface_member *interface_member_at(const struct interface *interface, size_t index);

/* The member of that kind and name, or NULL. */
const struct interface_member *interface_find(const struct interface *interface,
	enum member_kind kind, const char *name);

/* The field of a struct or the member of an enum, or NULL. */
const struct type_field *type_find(const struct type *type, const char *name);

/* The type as the language writes it, shortened to names: ?[]string, [string]Lot, (a, b), int. */
void type_describe(const struct type *type, char *text, size_t size);

#endif
