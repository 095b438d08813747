/*
 * What the fields of a struct are: one row a field, once. JSON, SQL load, SQL write, comparison and
 * the check of parameters walk these rows; nothing else knows a struct's layout twice.
 *
 * The rows of a descriptor that is written as canonical JSON (event bodies, command parameters) stand
 * in ascending byte order of their names, as RFC 8785 wants them; json_record asserts it.
 *
 * Absent: an int or time of ABSENT, an enum or set of 0, a text of "", a NULL string or reference,
 * bytes that are all zero, a list of none. What is absent has no key in JSON and is NULL in SQL.
 */
#ifndef BASE_DESCRIPTOR_H
#define BASE_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ABSENT INT64_MIN

enum field_type {
	FIELD_INT,     /* int64_t            JSON integer            SQL bigint */
	FIELD_BOOL,    /* bool               JSON true, false absent SQL boolean */
	FIELD_TEXT,    /* char[size]         JSON string             SQL text */
	FIELD_STRING,  /* const char *       JSON string             SQL text */
	FIELD_TIME,    /* int64_t ms, UTC    JSON RFC 3339           SQL timestamptz */
	FIELD_ENUM,    /* 1 or 4 bytes       JSON string, names[v]   SQL text */
	FIELD_SET,     /* uint32_t bits      JSON array of strings   SQL text, joined by commas */
	FIELD_BYTES,   /* uint8_t[size]      JSON lower-case hex     SQL bytea */
	FIELD_UUID,    /* uint8_t[16]        JSON string             SQL uuid */
	FIELD_REF,     /* struct x *         JSON its key's text     SQL text */
	FIELD_LIST,    /* struct list        JSON array of objects   SQL json */
};

struct descriptor;

struct field {
	const char *name;
	enum field_type type;
	bool required;                   /* input without it is refused */
	uint16_t offset, size;
	const char *const *names;        /* FIELD_ENUM: [0] is "", then one a value; NULL ends.
	                                    FIELD_SET: bit i is names[i]; NULL ends */
	const struct descriptor *items;  /* FIELD_LIST */
	int table;                       /* FIELD_REF: which table, as the reserve numbers them */
	uint16_t key_offset;             /* FIELD_REF: where the target's key text stands */
	int64_t min, max;                /* FIELD_INT input range; both 0: any of ±(2^53-1) */
};

struct descriptor {
	const char *name;
	size_t size;                     /* of the struct */
	const struct field *fields;
	size_t field_count;
};

/* Several records of one descriptor, side by side. */
struct list {
	void *items;
	uint32_t count;
};

#define FIELD_AT(s, m) .name = #m, .offset = offsetof(s, m), .size = sizeof(((s *)0)->m)
#define F_INT(s, m) { FIELD_AT(s, m), .type = FIELD_INT }
#define F_INT_IN(s, m, lo, hi) { FIELD_AT(s, m), .type = FIELD_INT, .min = (lo), .max = (hi) }
#define F_BOOL(s, m) { FIELD_AT(s, m), .type = FIELD_BOOL }
#define F_TEXT(s, m) { FIELD_AT(s, m), .type = FIELD_TEXT }
#define F_STRING(s, m) { FIELD_AT(s, m), .type = FIELD_STRING }
#define F_TIME(s, m) { FIELD_AT(s, m), .type = FIELD_TIME }
#define F_ENUM(s, m, n) { FIELD_AT(s, m), .type = FIELD_ENUM, .names = (n) }
#define F_SET(s, m, n) { FIELD_AT(s, m), .type = FIELD_SET, .names = (n) }
#define F_BYTES(s, m) { FIELD_AT(s, m), .type = FIELD_BYTES }
#define F_UUID(s, m) { FIELD_AT(s, m), .type = FIELD_UUID }
#define F_LIST(s, m, d) { FIELD_AT(s, m), .type = FIELD_LIST, .items = (d) }
/* the same, required on input */
#define R_INT(s, m) { FIELD_AT(s, m), .type = FIELD_INT, .required = true }
#define R_INT_IN(s, m, lo, hi) \
	{ FIELD_AT(s, m), .type = FIELD_INT, .required = true, .min = (lo), .max = (hi) }
#define R_TEXT(s, m) { FIELD_AT(s, m), .type = FIELD_TEXT, .required = true }
#define R_STRING(s, m) { FIELD_AT(s, m), .type = FIELD_STRING, .required = true }
#define R_TIME(s, m) { FIELD_AT(s, m), .type = FIELD_TIME, .required = true }
#define R_ENUM(s, m, n) { FIELD_AT(s, m), .type = FIELD_ENUM, .required = true, .names = (n) }
#define R_LIST(s, m, d) { FIELD_AT(s, m), .type = FIELD_LIST, .required = true, .items = (d) }

#define DESCRIPTOR(n, s, f) { .name = (n), .size = sizeof(s), .fields = (f), \
	.field_count = sizeof(f) / sizeof *(f) }

/* Sets every field of a record to absent. */
void record_clear(const struct descriptor *descriptor, void *record);

/* Whether one field of a record is absent. */
bool field_absent(const struct field *field, const void *record);

/* The value of an int, time, bool, enum or set field, widened. */
int64_t field_number(const struct field *field, const void *record);
void field_set_number(const struct field *field, void *record, int64_t value);

/* The text of a text, string, enum or reference field; "" where absent. */
const char *field_text(const struct field *field, const void *record);

/* The value of a name in a field's names, or -1. */
int field_name_value(const struct field *field, const char *name);

/* Sets a FIELD_SET from names with commas between them, as SQL has them. False: one is unknown. */
bool field_set_read(const struct field *field, const char *text, void *record);

/* The field of that name, or NULL. */
const struct field *descriptor_field(const struct descriptor *descriptor, const char *name);

/* Whether two records of the same descriptor hold the same value in a field (lists: deeply). */
bool field_equal(const struct field *field, const void *a, const void *b);

#endif
