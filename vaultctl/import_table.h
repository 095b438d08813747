/*
 * What is read from CSV: one row a kind of thing, its columns with their units, and how a row of
 * cells becomes the exact integers and texts of the wire. Pure: no file, no daemon.
 */
#ifndef VAULTCTL_IMPORT_TABLE_H
#define VAULTCTL_IMPORT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/json.h"
#include "vaultctl/csv.h"

enum { IMPORT_FIELDS_MAX = 20 };

enum import_type {
	IMPORT_CODE,   /* text_is_code */
	IMPORT_TEXT,
	IMPORT_COUNT,  /* a whole number */
	IMPORT_MASS,   /* grams; the column's name bears _g, _kg or _t */
	IMPORT_SHARE,  /* parts per million; _ppm or _percent */
	IMPORT_PRICE,  /* as quoted: 26.1 is quoted 261 with one decimal */
	IMPORT_MONEY,  /* a decimal number: thousandths where the wire's name ends in _millis, else cents */
	IMPORT_UNIT,   /* of a price, as people write it; may have the basis behind it */
	IMPORT_TIME,   /* RFC 3339 or a date */
	IMPORT_FLAG,   /* yes or no */
};

struct import_field {
	const char *name;       /* of the column, without its unit: "expected" of expected_kg */
	const char *tail;       /* behind the unit, "_per_day", or NULL */
	const char *wire;       /* on the wire: "expected_g"; NULL: goes into another, see enum import_form */
	enum import_type type;
	bool required;
	bool keep;              /* stands as imported for ever: a row that is there must agree in it */
	bool own;               /* no two rows may have the same in all fields that say so */
	bool sign;              /* of a mass: may be below 0 */
	bool typed;             /* a mass or share may have its unit in the cell: 372.3kg in column mass */
	const char *const *choices; /* NULL ends, or NULL for any */
	size_t size;            /* of a text in the core with its NUL; 0: NAME_MAX_BYTES */
};

/* Kinds whose rows say the same in more ways than one; the numbers are of their fields. */
enum import_form {
	IMPORT_PLAIN,
	IMPORT_LOTS,   /* the mass expected, or gross and tare as declared: their difference is the net mass */
	IMPORT_FLOORS, /* a mass, or days and a daily consumption */
};
enum { IMPORT_LOT_EXPECTED = 3, IMPORT_LOT_GROSS = 8, IMPORT_LOT_TARE = 9 };
enum { IMPORT_FLOOR_MASS = 2, IMPORT_FLOOR_DAYS = 3, IMPORT_FLOOR_CONSUMPTION = 4 };

struct import_kind {
	const char *noun;       /* "lot" */
	const char *method, *list;       /* "Stock.AddLots", "Stock.ListLots"; list NULL: none is kept */
	const char *parameter;  /* "lots" */
	const char *plural;     /* for people */
	int rows_per_command;
	bool because;           /* the method takes --because */
	bool note;              /* the method prepares a note to sign */
	bool whole;             /* a row that is there has nothing that an empty cell has not, but times */
	const char *own_code;   /* the field that no two rows may share, or NULL */
	const char *key;        /* the field under which a row that is there is found */
	const char *example;    /* the template, header and rows */
	enum import_form form;
	const struct import_field *fields;
	size_t field_count;
};

/* The kind of a noun, or NULL. */
const struct import_kind *import_kind_find(const char *noun);

/* In place of a power of ten: each cell has its unit. */
enum { IMPORT_TYPED = 99 };

/* Which column gives each field, and by which power of ten. */
struct import_map {
	const struct import_kind *kind;
	const struct csv *csv;
	int column[IMPORT_FIELDS_MAX];   /* -1: the file has none */
	int power[IMPORT_FIELDS_MAX];    /* of ten, from the column's unit to the wire's; IMPORT_TYPED */
};

/* Joins a file's header to a kind: unknown, doubled and missing columns are faults. */
bool import_map_columns(const struct import_kind *kind, const struct csv *csv,
	struct import_map *ret_map, struct csv_fault *ret_fault);

/* One row, converted. An empty cell is absent. */
struct import_record {
	bool present[IMPORT_FIELDS_MAX];
	const char *text[IMPORT_FIELDS_MAX];
	int64_t number[IMPORT_FIELDS_MAX];   /* masses, shares, counts, prices, times (ms) */
	int64_t decimals;                    /* of the price */
	char unit[16], basis[16];            /* of the unit, and what stood behind it */
};

bool import_record_read(const struct import_map *map, const struct csv_row *row,
	struct import_record *ret_record, struct csv_fault *ret_fault);

/* The record as the JSON object that the method takes. */
void import_record_write(const struct import_kind *kind, const struct import_record *record,
	struct json *json);

/* The field of that name on the wire, or -1. */
int import_field_find(const struct import_kind *kind, const char *wire);

/*
 * A plain decimal number, digits with at most one point between them, times a power of ten. False
 * where it is none, is not whole, or passes 2^53-1; *ret_number tells which: the text is a number.
 */
bool import_decimal(const char *text, int power, int64_t *ret_value, bool *ret_number);

#endif
