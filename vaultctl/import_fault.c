/* Lines are shown as they stand, cut where they are long; what a terminal must not see becomes '?'. */
#include "vaultctl/import_fault.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { SHOWN_MAX = 120, BEFORE_MAX = 60, LINES_NAMED_MAX = 10 };

/* Bytes of the character that begins here, 1 for what is none. */
static size_t character(const char *bytes, size_t length)
{
	for (size_t size = 1; size <= 4 && size <= length; size++) {
		if (text_is_utf8(bytes, size))
			return size;
	}
	return 1;
}

static void append_shown(struct buffer *out, const char *bytes, size_t size)
{
	if ((unsigned char)*bytes < 0x20 || *bytes == 0x7F || !text_is_utf8(bytes, size))
		buffer_append_byte(out, '?');
	else
		buffer_append(out, bytes, size);
}

/* Where to begin so that the fault is seen: at a character, not far before it. */
static size_t window(const char *line, size_t fault)
{
	size_t start = 0;
	while (fault - start > BEFORE_MAX)
		start += character(line + start, fault - start);
	return start;
}

static void append_line(struct buffer *out, const char *line, size_t length, size_t at,
	size_t marked, int64_t number)
{
	struct buffer marks = { 0 };
	size_t start = length > SHOWN_MAX ? window(line, at) : 0, head = out->length;
	buffer_printf(out, "  %lld | %s", (long long)number, start > 0 ? "…" : "");
	size_t indent = out->length - head - (start > 0 ? strlen("…") - 1 : 0);
	for (size_t i = 0; i < indent; i++)
		buffer_append_byte(&marks, ' ');
	for (size_t i = start; i < length && i - start < SHOWN_MAX;) {
		size_t size = character(line + i, length - i);
		append_shown(out, line + i, size);
		if (i < at)
			buffer_append_byte(&marks, ' ');
		else if (i < at + marked)
			buffer_append_byte(&marks, '^');
		i += size;
	}
	if (marked == 0 || at >= length)
		buffer_append_byte(&marks, '^');
	buffer_printf(out, "%s\n%s\n", length - start > SHOWN_MAX ? "…" : "", buffer_text(&marks));
	buffer_free(&marks);
}

void import_fault_append(struct buffer *out, const char *file, const char *bytes, size_t length,
	const struct csv_fault *fault)
{
	buffer_append_text(out, file);
	if (fault->line > 0)
		buffer_printf(out, " line %lld", (long long)fault->line);
	if (fault->column[0] != '\0')
		buffer_printf(out, ", column %s", fault->column);
	buffer_printf(out, ": %s\n", fault->message);
	if (fault->line == 0 || fault->start >= length)
		return;
	size_t start, size;
	csv_line_around(bytes, length, fault->start, &start, &size);
	append_line(out, bytes + start, size, fault->start - start, fault->length, fault->line);
}

static const char *number_word(size_t count)
{
	static const char *const words[] = { "No", "One", "Two", "Three", "Four", "Five", "Six",
		"Seven", "Eight", "Nine" };
	return count < sizeof words / sizeof *words ? words[count] : NULL;
}

void import_fault_others(struct buffer *out, const struct csv_fault *faults, size_t count)
{
	if (count < 2)
		return;
	size_t more = count - 1;
	if (number_word(more) != NULL)
		buffer_printf(out, " %s", number_word(more));
	else
		buffer_printf(out, " %zu", more);
	buffer_append_text(out, more == 1 ? " more row is wrong: line" : " more rows are wrong: lines");
	for (size_t i = 1; i < count && i <= LINES_NAMED_MAX; i++)
		buffer_printf(out, "%s %lld", i > 1 ? "," : "", (long long)faults[i].line);
	buffer_append_text(out, more > LINES_NAMED_MAX ? ", …" : ".");
}

/* "row 3: " at the beginning; the word before the number is the core's. */
static int row_in_message(const char *message, const char **ret_rest)
{
	size_t word = 0;
	while (islower((unsigned char)message[word]))
		word++;
	if (word == 0 || message[word] != ' ' || !isdigit((unsigned char)message[word + 1]))
		return -1;
	char *end;
	long row = strtol(message + word + 1, &end, 10);
	if (end[0] != ':' || end[1] != ' ' || row < 1 || row > 1000000)
		return -1;
	*ret_rest = end + 2;
	return (int)row - 1;
}

int import_error_row(const struct error *error, char ret_field[64], const char **ret_message)
{
	const char *bracket = strchr(error->field, '[');
	const char *rest = error->message;
	int row = row_in_message(error->message, &rest);
	text_copy(ret_field, 64, error->field);
	if (row < 0 && bracket != NULL) {
		char *end;
		long index = strtol(bracket + 1, &end, 10);
		row = end > bracket + 1 && *end == ']' && index >= 0 && index < 1000000
			? (int)index : -1;
		text_copy(ret_field, 64, end[0] == ']' && end[1] == '.' ? end + 2 : "");
	}
	*ret_message = rest;
	return row;
}
