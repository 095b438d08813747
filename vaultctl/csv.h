/*
 * CSV as in RFC 4180, read strictly and whole: UTF-8, one header line, every row as many cells as the
 * header. CRLF, a byte order mark and empty lines are tolerated; nothing else is. Where the file is
 * wrong, a fault says where to the byte, so that a person can be shown the place.
 */
#ifndef VAULTCTL_CSV_H
#define VAULTCTL_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct csv_cell {
	const char *text;       /* without its quotes, with a NUL */
	uint32_t start, length; /* where it stands in the file, without its outer quotes */
};

struct csv_row {
	int64_t line;           /* from 1 */
	uint32_t start, end;    /* its bytes in the file, without the line end */
	const struct csv_cell *cells;
};

struct csv {
	const char *bytes;      /* the file */
	size_t length;
	size_t column_count;
	struct csv_row header;
	struct csv_row *rows;
	size_t row_count;
	struct arena *arena;
};

/* One place of a file that is wrong. */
struct csv_fault {
	int64_t line;           /* 0: the file as a whole */
	char column[64];        /* its name, or "" */
	uint32_t start, length; /* the bytes at fault */
	char message[256];
	char remedy[320];
};

/* Copies the bytes. On false the fault is set. */
bool csv_read(const char *bytes, size_t length, struct csv **ret_csv, struct csv_fault *ret_fault);
void csv_free(struct csv *csv);

/* The name of a column. Requires column < column_count. */
const char *csv_column_name(const struct csv *csv, size_t column);

/* A fault at one cell of a row. Always returns false. */
bool csv_fault_at(const struct csv *csv, const struct csv_row *row, size_t column,
	struct csv_fault *ret_fault, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The line of a file that holds a byte, for showing it: first byte and length. */
void csv_line_around(const char *bytes, size_t length, size_t at, size_t *ret_start,
	size_t *ret_length);

#endif
