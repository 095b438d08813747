/* One pass over the bytes; a cell with doubled quotes is the only one whose text is not its bytes. */
#include "vaultctl/csv.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "vault/limits.h"

enum { COLUMNS_MAX = 64 };

struct reader {
	struct csv *csv;
	struct csv_fault *fault;
	size_t at;
	int64_t line;
	size_t capacity;                      /* of csv->rows */
	struct csv_cell cells[COLUMNS_MAX];   /* of the row being read */
	size_t cell_count;
};

const char *csv_column_name(const struct csv *csv, size_t column)
{
	assert(column < csv->column_count);
	return csv->header.cells[column].text;
}

bool csv_fault_at(const struct csv *csv, const struct csv_row *row, size_t column,
	struct csv_fault *ret_fault, const char *format, ...)
{
	struct csv_fault fault = { .line = row->line };
	snprintf(fault.column, sizeof fault.column, "%s", csv_column_name(csv, column));
	fault.start = row->cells[column].start;
	fault.length = row->cells[column].length;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(fault.message, sizeof fault.message, format, arguments);
	va_end(arguments);
	*ret_fault = fault;
	return false;
}

void csv_line_around(const char *bytes, size_t length, size_t at, size_t *ret_start,
	size_t *ret_length)
{
	assert(at <= length);
	size_t start = at, end = at;
	while (start > 0 && bytes[start - 1] != '\n')
		start--;
	while (end < length && bytes[end] != '\n' && bytes[end] != '\r')
		end++;
	*ret_start = start;
	*ret_length = end - start;
}

/* The name of the column being read, as far as the header is known. */
static const char *column_now(const struct reader *reader)
{
	const struct csv *csv = reader->csv;
	if (csv->header.cells != NULL && reader->cell_count < csv->column_count)
		return csv_column_name(csv, reader->cell_count);
	return "";
}

static bool fault(struct reader *reader, size_t start, size_t length, const char *message,
	const char *remedy)
{
	struct csv_fault found = { .line = reader->line, .start = (uint32_t)start,
		.length = (uint32_t)length };
	snprintf(found.column, sizeof found.column, "%s", column_now(reader));
	snprintf(found.message, sizeof found.message, "%s", message);
	snprintf(found.remedy, sizeof found.remedy, "%s", remedy);
	*reader->fault = found;
	return false;
}

static void add_cell(struct reader *reader, const char *text, size_t start, size_t length)
{
	reader->cells[reader->cell_count++] =
		(struct csv_cell){ text, (uint32_t)start, (uint32_t)length };
}

/* Bytes of a character and whether it may stand in a cell. */
static bool good_byte(struct reader *reader, size_t at)
{
	unsigned char byte = (unsigned char)reader->csv->bytes[at];
	if (byte >= 0x20 || byte == '\t')
		return true;
	char message[96];
	snprintf(message, sizeof message, "byte 0x%02x is no text", byte);
	return fault(reader, at, 1, message, "Save the file as plain CSV in UTF-8");
}

static bool ends_line(char byte)
{
	return byte == '\n' || byte == '\r';
}

static bool ends_cell(char byte)
{
	return byte == ',' || ends_line(byte);
}

static bool read_plain(struct reader *reader)
{
	const char *bytes = reader->csv->bytes;
	size_t start = reader->at, length = reader->csv->length;
	while (reader->at < length && !ends_cell(bytes[reader->at])) {
		if (bytes[reader->at] == '"')
			return fault(reader, reader->at, 1, "a quote stands inside a cell without quotes",
				"Put the whole cell in quotes and double the quotes inside it");
		if (!good_byte(reader, reader->at))
			return false;
		reader->at++;
	}
	size_t size = reader->at - start;
	add_cell(reader, arena_text(reader->csv->arena, bytes + start, size), start, size);
	return true;
}

/* The inside of a quoted cell, doubled quotes made single. */
static char *unquoted(struct arena *arena, const char *from, size_t length)
{
	char *text = arena_alloc(arena, length + 1), *to = text;
	for (size_t i = 0; i < length; i++) {
		*to++ = from[i];
		if (from[i] == '"')
			i++;
	}
	*to = '\0';
	return text;
}

static bool read_quoted(struct reader *reader)
{
	const char *bytes = reader->csv->bytes;
	size_t length = reader->csv->length, start = ++reader->at;
	int64_t lines = 0;
	for (;; reader->at++) {
		if (reader->at == length)
			return fault(reader, start - 1, 1, "the file ends inside quotes",
				"The last line is cut off, or a closing quote is missing");
		char byte = bytes[reader->at];
		if (byte == '"' && (reader->at + 1 == length || bytes[reader->at + 1] != '"'))
			break;
		if (byte == '"')
			reader->at++;
		else if (byte == '\n')
			lines++;
		else if (byte != '\r' && !good_byte(reader, reader->at))
			return false;
	}
	size_t size = reader->at++ - start;
	if (reader->at < length && !ends_cell(bytes[reader->at]))
		return fault(reader, reader->at, 1, "text follows a closing quote",
			"Double the quotes that belong to the text");
	add_cell(reader, unquoted(reader->csv->arena, bytes + start, size), start, size);
	reader->line += lines;
	return true;
}

/* Moves behind the line end; false where a carriage return stands alone. */
static bool end_line(struct reader *reader)
{
	const char *bytes = reader->csv->bytes;
	size_t length = reader->csv->length;
	if (reader->at < length && bytes[reader->at] == '\r') {
		reader->cell_count -= reader->cell_count > 0 ? 1 : 0; /* it stands in the cell before */
		if (reader->at + 1 < length && bytes[reader->at + 1] != '\n')
			return fault(reader, reader->at, 1, "a carriage return stands alone",
				"Save the file with line ends of Unix or Windows");
		reader->at++;
	}
	if (reader->at < length)
		reader->at++;
	reader->line++;
	return true;
}

static bool keep_row(struct reader *reader, const struct csv_row *row)
{
	struct csv *csv = reader->csv;
	struct csv_cell *cells = arena_alloc(csv->arena, reader->cell_count * sizeof *cells);
	memcpy(cells, reader->cells, reader->cell_count * sizeof *cells);
	if (csv->header.cells == NULL) {
		csv->header = *row;
		csv->header.cells = cells;
		csv->column_count = reader->cell_count;
		return true;
	}
	if (reader->cell_count != csv->column_count) {
		char message[96];
		snprintf(message, sizeof message, "%zu cells where the header has %zu",
			reader->cell_count, csv->column_count);
		reader->line = row->line;
		return fault(reader, row->start, row->end - row->start, message,
			reader->cell_count < csv->column_count ? "The line is cut off or a comma is missing"
				: "Put cells that hold a comma in quotes");
	}
	if (csv->row_count == reader->capacity) {
		reader->capacity = reader->capacity == 0 ? 1024 : reader->capacity * 2;
		csv->rows = reallocarray(csv->rows, reader->capacity, sizeof *csv->rows);
		if (csv->rows == NULL)
			abort();
	}
	csv->rows[csv->row_count] = *row;
	csv->rows[csv->row_count++].cells = cells;
	return true;
}

static bool read_cells(struct reader *reader)
{
	const struct csv *csv = reader->csv;
	reader->cell_count = 0;
	for (;;) {
		if (reader->cell_count == COLUMNS_MAX)
			return fault(reader, reader->at, 1, "too many columns", "64 are the most");
		bool quoted = reader->at < csv->length && csv->bytes[reader->at] == '"';
		if (!(quoted ? read_quoted(reader) : read_plain(reader)))
			return false;
		if (reader->at == csv->length || csv->bytes[reader->at] != ',')
			return true;
		reader->at++;
	}
}

static bool read_rows(struct reader *reader)
{
	const struct csv *csv = reader->csv;
	while (reader->at < csv->length) {
		struct csv_row row = { .line = reader->line, .start = (uint32_t)reader->at };
		bool empty = ends_line(csv->bytes[reader->at]);
		if (!empty && !read_cells(reader))
			return false;
		row.end = (uint32_t)reader->at;
		size_t cells = reader->cell_count;
		if (!end_line(reader))
			return false;
		reader->cell_count = cells;
		if (!empty && !keep_row(reader, &row))
			return false;
	}
	if (csv->header.cells == NULL)
		return fault(reader, 0, 0, "the file is empty",
			"Its first line names the columns; --template prints one");
	return true;
}

/* How many bytes from the beginning are whole characters. */
static size_t good_prefix(const char *bytes, size_t length)
{
	size_t good = 0;
	while (good < length) {
		size_t size = 1;
		while (size <= 4 && good + size <= length && !text_is_utf8(bytes + good, size))
			size++;
		if (size > 4 || good + size > length)
			break;
		good += size;
	}
	return good;
}

static bool check_utf8(struct reader *reader)
{
	const struct csv *csv = reader->csv;
	int64_t line = 1;
	for (size_t at = 0; at < csv->length;) {
		const char *end = memchr(csv->bytes + at, '\n', csv->length - at);
		size_t size = end != NULL ? (size_t)(end - csv->bytes) + 1 - at : csv->length - at;
		if (!text_is_utf8(csv->bytes + at, size)) {
			size_t good = good_prefix(csv->bytes + at, size);
			char message[96];
			reader->line = line;
			snprintf(message, sizeof message, "byte 0x%02x is not UTF-8",
				(unsigned char)csv->bytes[at + good]);
			return fault(reader, at + good, 1, message, "Save the file as CSV in UTF-8");
		}
		at += size;
		line++;
	}
	return true;
}

/* Of the byte order mark that some programs put first. */
static size_t mark_length(const char *bytes, size_t length)
{
	return length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

/* Names the column of a bad byte by counting commas outside quotes before it. */
static void name_column(const struct csv *csv, struct csv_fault *fault)
{
	size_t line, size, column = 0, name = mark_length(csv->bytes, csv->length);
	csv_line_around(csv->bytes, csv->length, fault->start, &line, &size);
	bool quoted = false;
	for (size_t i = line; i < fault->start; i++) {
		if (csv->bytes[i] == '"')
			quoted = !quoted;
		else if (csv->bytes[i] == ',' && !quoted)
			column++;
	}
	for (; column > 0 && name < csv->length && csv->bytes[name] != '\n'; name++)
		column -= csv->bytes[name] == ',' ? 1 : 0;
	size_t end = name;
	while (end < csv->length && strchr(",\r\n", csv->bytes[end]) == NULL)
		end++;
	if (fault->line > 1 && end > name && end - name < sizeof fault->column) {
		memcpy(fault->column, csv->bytes + name, end - name);
		fault->column[end - name] = '\0';
	}
}

bool csv_read(const char *bytes, size_t length, struct csv **ret_csv, struct csv_fault *ret_fault)
{
	struct csv *csv = calloc(1, sizeof *csv);
	struct reader reader = { .csv = csv, .fault = ret_fault, .line = 1 };
	if (csv == NULL)
		abort();
	csv->arena = arena_new(0);
	if (length > IMPORT_FILE_MAX) {
		*ret_fault = (struct csv_fault){ .message = "the file is too long",
			.remedy = "Split it: a rerun skips rows that are there" };
		csv_free(csv);
		return false;
	}
	reader.at = mark_length(bytes, length);
	csv->bytes = arena_text(csv->arena, bytes, length);
	csv->length = length;
	bool good = check_utf8(&reader);
	if (!good)
		name_column(csv, ret_fault);
	if (!good || !read_rows(&reader)) {
		csv_free(csv);
		return false;
	}
	*ret_csv = csv;
	return true;
}

void csv_free(struct csv *csv)
{
	if (csv == NULL)
		return;
	arena_free(csv->arena);
	free(csv->rows);
	free(csv);
}
