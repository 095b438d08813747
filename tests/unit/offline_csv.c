/* Reading CSV: what is tolerated, and where exactly a file is wrong. */
#include "vaultctl/csv.h"

#include <string.h>

#include "runner.h"
#include "vaultctl/import_fault.h"

static struct csv *read_good(const char *text)
{
	struct csv *csv = NULL;
	struct csv_fault fault = { 0 };
	CU_ASSERT_FATAL(csv_read(text, strlen(text), &csv, &fault));
	CU_ASSERT_PTR_NOT_NULL_FATAL(csv);
	return csv;
}

static void plain_and_quoted(void)
{
	struct csv *csv = read_good("a,b,c\n1,\"x, \"\"y\"\"\",\n\"\",\"two\nlines\",3\n4,5,6");
	CU_ASSERT_EQUAL(csv->column_count, 3);
	CU_ASSERT_EQUAL_FATAL(csv->row_count, 3);
	CU_ASSERT_STRING_EQUAL(csv_column_name(csv, 1), "b");
	CU_ASSERT_STRING_EQUAL(csv->rows[0].cells[1].text, "x, \"y\"");
	CU_ASSERT_STRING_EQUAL(csv->rows[0].cells[2].text, "");
	CU_ASSERT_STRING_EQUAL(csv->rows[1].cells[0].text, "");
	CU_ASSERT_STRING_EQUAL(csv->rows[1].cells[1].text, "two\nlines");
	CU_ASSERT_EQUAL(csv->rows[1].line, 3);
	CU_ASSERT_EQUAL(csv->rows[2].line, 5);
	csv_free(csv);
}

static void windows_mark_and_empty_lines(void)
{
	struct csv *csv = read_good("\xef\xbb\xbf" "a,b\r\n\r\n1,\xc3\xbc\r\n\n");
	CU_ASSERT_EQUAL_FATAL(csv->row_count, 1);
	CU_ASSERT_STRING_EQUAL(csv_column_name(csv, 0), "a");
	CU_ASSERT_STRING_EQUAL(csv->rows[0].cells[1].text, "\xc3\xbc");
	CU_ASSERT_EQUAL(csv->rows[0].line, 3);
	csv_free(csv);
}

static void faults(void)
{
	static const struct {
		const char *text;
		size_t length; /* 0: strlen */
		int64_t line;
		const char *column;
		uint32_t start;
	} cases[] = {
		{ "", 0, 1, "", 0 },
		{ "a,b\n1\n", 0, 2, "b", 4 },                   /* a cell is missing: the first such */
		{ "a,b\n1,2,3\n", 0, 2, "", 4 },                /* one too many */
		{ "a,b\n1,\"2\n", 0, 2, "b", 6 },               /* a half line: the quote never ends */
		{ "a,b\n1,2\n3,\"4", 0, 3, "b", 10 },
		{ "a,b\n1,x\"y\n", 0, 2, "b", 7 },              /* a quote inside */
		{ "a,b\n\"1\"x,2\n", 0, 2, "a", 7 },            /* text behind a quote */
		{ "a,b\n1,\xff\n", 0, 2, "b", 6 },              /* a bad byte */
		{ "a,b\n\"x,y\",\xc3(\n", 0, 2, "b", 10 },
		{ "a,b\n1,\x01\n", 0, 2, "b", 6 },              /* a control byte */
		{ "a,b\n1,\0\n", 9, 2, "b", 6 },                /* a NUL */
		{ "a,b\n1\r2,3\n", 0, 2, "a", 5 },              /* a lone carriage return */
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct csv *csv = NULL;
		struct csv_fault fault = { 0 };
		size_t length = cases[i].length != 0 ? cases[i].length : strlen(cases[i].text);
		CU_ASSERT_FALSE_FATAL(csv_read(cases[i].text, length, &csv, &fault));
		CU_ASSERT_EQUAL(fault.line, cases[i].line);
		CU_ASSERT_STRING_EQUAL(fault.column, cases[i].column);
		CU_ASSERT_EQUAL(fault.start, cases[i].start);
		CU_ASSERT(fault.message[0] != '\0' && fault.remedy[0] != '\0');
	}
}

static void shown_with_a_mark(void)
{
	const char *text = "code,gross_kg\nGA-0418,\"25,310\"\n";
	struct csv *csv = read_good(text);
	struct csv_fault fault;
	struct buffer out = { 0 };
	csv_fault_at(csv, &csv->rows[0], 1, &fault, "\"%s\" is not a plain number",
		csv->rows[0].cells[1].text);
	import_fault_append(&out, "deliveries.csv", text, strlen(text), &fault);
	CU_ASSERT_STRING_EQUAL(buffer_text(&out),
		"deliveries.csv line 2, column gross_kg: \"25,310\" is not a plain number\n"
		"  2 | GA-0418,\"25,310\"\n"
		"               ^^^^^^\n");
	buffer_free(&out);
	csv_free(csv);
}

static void shown_safely(void)
{
	char text[400] = "a,b\n";
	memset(text + 4, 'x', 300);
	memcpy(text + 304, "\x1b,1\n", 5);
	struct csv_fault fault = { .line = 2, .start = 304, .length = 1, .message = "m" };
	struct buffer out = { 0 };
	import_fault_append(&out, "f", text, strlen(text), &fault);
	const char *shown = buffer_text(&out);
	CU_ASSERT_PTR_NULL(strchr(shown, '\x1b'));
	CU_ASSERT_PTR_NOT_NULL(strstr(shown, "x?,1\n"));
	CU_ASSERT(out.length < 300);
	buffer_free(&out);
}

static void others(void)
{
	struct csv_fault three[] = { { .line = 418 }, { .line = 602 }, { .line = 977 } };
	struct buffer out = { 0 };
	import_fault_others(&out, three, 3);
	CU_ASSERT_STRING_EQUAL(buffer_text(&out), " Two more rows are wrong: lines 602, 977.");
	buffer_clear(&out);
	import_fault_others(&out, three, 2);
	CU_ASSERT_STRING_EQUAL(buffer_text(&out), " One more row is wrong: line 602.");
	buffer_clear(&out);
	import_fault_others(&out, three, 1);
	CU_ASSERT_EQUAL(out.length, 0);
	buffer_free(&out);
}

static void rows_of_errors(void)
{
	static const struct { const char *field, *message; int row; const char *member, *rest; }
	cases[] = {
		{ "code", "row 3: lot X is recorded already", 2, "code", "lot X is recorded already" },
		{ "lots[2].expected_g", "not an integer", 2, "expected_g", "not an integer" },
		{ "lots[0]", "an object is needed", 0, "", "an object is needed" },
		{ "lots", "too many rows in one command", -1, "lots", "too many rows in one command" },
		{ "mass_g", "floor 12: give mass_g", 11, "mass_g", "give mass_g" },
		{ "as", "row 0: never", -1, "as", "row 0: never" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error error = { 0 };
		char field[64];
		const char *message;
		error_set(&error, ERROR_INVALID, cases[i].field, "%s", cases[i].message);
		CU_ASSERT_EQUAL(import_error_row(&error, field, &message), cases[i].row);
		CU_ASSERT_STRING_EQUAL(field, cases[i].member);
		CU_ASSERT_STRING_EQUAL(message, cases[i].rest);
	}
}

int main(void)
{
	CU_TestInfo cases[] = {
		{ "plain and quoted cells", plain_and_quoted },
		{ "CRLF, byte order mark, empty lines", windows_mark_and_empty_lines },
		{ "faults name line, column and byte", faults },
		{ "a fault is shown with its line and a mark", shown_with_a_mark },
		{ "long lines are cut and control bytes hidden", shown_safely },
		{ "other wrong rows are named", others },
		{ "errors of vaultd find their row", rows_of_errors },
		CU_TEST_INFO_NULL,
	};
	return run_cases("csv", cases);
}
