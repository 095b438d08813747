/*
 * Rows of a table as PostgreSQL wants and gives them, by the table's descriptor: statements, columns as
 * binary arrays for unnest, and rows of a binary COPY.
 */
#ifndef VAULTD_STORE_ROWS_H
#define VAULTD_STORE_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "reserve/state.h"

/* Columns of a table: its fields, last_index, and closed where its rows end. */
size_t rows_columns(enum table_id table);

/* insert … select unnest of one array a column; update … from the same by the key of a live row. */
void rows_insert_sql(struct buffer *out, enum table_id table);
void rows_update_sql(struct buffer *out, enum table_id table);

/* The same for one row, its values as scalars: cheaper where a batch touches a table once. */
void rows_insert_one_sql(struct buffer *out, enum table_id table);
void rows_update_one_sql(struct buffer *out, enum table_id table);

/* One column of one row as a scalar; false where it is NULL. */
bool rows_value(struct buffer *out, enum table_id table, size_t column, const struct row *row);

/* The SELECT of all columns; only rows that can still change, or all. */
void rows_select_sql(struct buffer *out, enum table_id table, bool all);

/* COPY of all columns into the table, and one row of it, with its count of columns. */
void rows_copy_sql(struct buffer *out, enum table_id table);
void rows_copy_row(struct buffer *out, enum table_id table, const struct row *row);

/* One column of a list of rows as a binary array. */
void rows_column(struct buffer *out, enum table_id table, size_t column, const struct list *rows);

/* Binary arrays of plain values. */
void rows_array_begin(struct buffer *out, uint32_t oid, size_t count);
void rows_array_int8(struct buffer *out, int64_t value);
void rows_array_bytes(struct buffer *out, const void *bytes, size_t length);
void rows_array_null(struct buffer *out);

/* Microseconds since 2000, as timestamptz is sent. */
int64_t rows_timestamp(int64_t time_ms);
int64_t rows_time_ms(int64_t timestamp);

enum { OID_BOOL_ARRAY = 1000, OID_BYTEA_ARRAY = 1001, OID_TEXT_ARRAY = 1009, OID_INT8_ARRAY = 1016,
	OID_INT4_ARRAY = 1007, OID_TIMESTAMPTZ_ARRAY = 1185, OID_UUID_ARRAY = 2951 };

/*
 * A row from the columns of a binary row (without its count of columns): inserted into the state as
 * stored, its indexes joined. scratch is reset by the caller.
 */
bool rows_load(struct state *state, enum table_id table, const char *bytes, size_t length,
	struct arena *scratch, struct error *error);

/*
 * The same row by itself, in the arena, for who compares and keeps nothing: joined to no state, what it
 * refers to known by key alone. *ret_unreadable names a column whose value is none of its kind, and is
 * then absent; NULL: there is none.
 */
bool rows_decode(enum table_id table, const char *bytes, size_t length, struct arena *arena,
	struct row **ret_row, const char **ret_unreadable, struct error *error);

#endif
