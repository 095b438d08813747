/* `report KIND [SUBJECT]`: text in sections, CSV a table a section, and the page of --html. */
#include "vaultctl/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "vaultctl/arguments.h"
#include "vaultctl/money.h"
#include "vaultctl/special.h"
#include "vaultctl/units.h"

enum { TEXT_WIDTH = 98, COLUMNS_MAX = 32 };

/* ---- cells ---- */

void report_show(struct buffer *to, const char *type, int64_t value)
{
	char text[UNIT_TEXT];
	if (text_equal(type, "mass"))
		unit_show_mass(value, text);
	else if (text_equal(type, "cover"))
		unit_show_cover(value, text);
	else if (text_equal(type, "share"))
		unit_show_share(value / 1000 * 1000, text);
	else if (text_equal(type, "grade"))
		unit_show_share(value, text);
	else if (text_equal(type, "money"))
		money_show_cents(value, text);
	else if (text_equal(type, "price"))
		unit_show_price(value, 6, "USD/kg", text);
	else if (text_equal(type, "year"))
		snprintf(text, sizeof text, "%lld", (long long)value);
	else
		unit_show_count(value, text);
	buffer_append_text(to, text);
}

void report_cell(struct buffer *to, const char *type, const struct value *cell)
{
	char text[UNIT_TEXT];
	int64_t at;
	if (value_kind(cell) == VALUE_INT) {
		report_show(to, type, value_int(cell, 0));
	} else if (text_equal(type, "date") && time_parse(value_text(cell, ""), &at)) {
		unit_show_date(at, text);
		buffer_append_text(to, text);
	} else {
		buffer_append_text(to, value_text(cell, ""));
	}
}

bool report_is_figure(const char *type)
{
	return !text_equal(type, "text") && !text_equal(type, "id") && !text_equal(type, "date");
}

void report_as_of(struct buffer *to, const struct value *report)
{
	char text[UNIT_TEXT];
	int64_t at;
	unit_show_count(value_get_int(report, "index", 0), text);
	buffer_printf(to, "as of ledger index %s", text);
	if (time_parse(value_get_text(report, "at", ""), &at)) {
		unit_show_time(at, text);
		buffer_printf(to, ", %s", text);
	}
}

/* ---- for people ---- */

/* Words in lines of at most so many characters, each behind an indent. */
static void print_wrapped(const char *indent, const char *text)
{
	size_t used = 0;
	for (const char *at = text; *at != '\0';) {
		size_t length = strcspn(at, " ");
		if (used > 0 && used + length + 1 > TEXT_WIDTH) {
			putchar('\n');
			used = 0;
		}
		used += (size_t)printf("%s%.*s", used == 0 ? indent : " ", (int)length, at);
		at += length + (at[length] == ' ');
	}
	putchar('\n');
}

static void print_row(struct ctl_table *table, const struct value *columns, const struct value *row,
	bool total)
{
	struct buffer cells[COLUMNS_MAX] = { 0 };
	const char *texts[COLUMNS_MAX];
	size_t count = value_count(columns);
	for (size_t i = 0; i < count && i < COLUMNS_MAX; i++) {
		const struct value *column = value_at(columns, i);
		report_cell(&cells[i], value_get_text(column, "type", ""),
			value_get(row, value_get_text(column, "name", "")));
		if (total && i == 0 && cells[i].length == 0)
			buffer_append_text(&cells[i], "total");
		texts[i] = buffer_text(&cells[i]);
	}
	ctl_table_row(table, texts);
	for (size_t i = 0; i < COLUMNS_MAX; i++)
		buffer_free(&cells[i]);
}

static void print_table(struct ctl *ctl, const struct value *section)
{
	const struct value *columns = value_get(section, "columns"), *rows = value_get(section, "rows");
	struct ctl_column titles[COLUMNS_MAX];
	size_t count = value_count(columns) < COLUMNS_MAX ? value_count(columns) : COLUMNS_MAX;
	if (count == 0)
		return;
	if (value_count(rows) == 0) {
		puts("  none");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const struct value *column = value_at(columns, i);
		titles[i] = (struct ctl_column){ value_get_text(column, "title", ""),
			report_is_figure(value_get_text(column, "type", "")) };
	}
	struct ctl_table *table = ctl_table_new(ctl, titles, count);
	for (size_t i = 0; i < value_count(rows); i++)
		print_row(table, columns, value_at(rows, i), false);
	if (value_get(section, "total") != NULL)
		print_row(table, columns, value_get(section, "total"), true);
	ctl_table_print(table);
}

static void print_section(struct ctl *ctl, const struct value *section)
{
	const struct value *remarks = value_get(section, "remarks");
	printf("\n== %s\n", value_get_text(section, "heading", ""));
	for (size_t i = 0; i < value_count(remarks); i++)
		print_wrapped("  ", value_text(value_at(remarks, i), ""));
	if (value_count(remarks) > 0 && value_count(value_get(section, "columns")) > 0)
		putchar('\n');
	print_table(ctl, section);
}

static void print_head(const struct value *report)
{
	struct buffer line = { 0 };
	const struct value *notes = value_get(report, "notes");
	report_as_of(&line, report);
	printf("%s\n%s, %s, %s edition%s\n", value_get_text(report, "title", ""),
		value_get_text(report, "reserve", ""), buffer_text(&line),
		value_get_text(report, "edition", ""),
		value_get_bool(report, "demonstration", false) ? ", DEMONSTRATION" : "");
	buffer_free(&line);
	if (value_get(report, "root") != NULL)
		printf("root %s\n", value_get_text(report, "root", ""));
	for (size_t i = 0; i < value_count(notes); i++)
		print_wrapped("", value_text(value_at(notes, i), ""));
}

/* ---- CSV ---- */

static void csv_text(const char *text)
{
	if (strpbrk(text, ",\"\r\n") == NULL) {
		fputs(text, stdout);
		return;
	}
	putchar('"');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			putchar('"');
		putchar(*text);
	}
	putchar('"');
}

static void csv_row(const struct value *columns, const struct value *row)
{
	for (size_t i = 0; i < value_count(columns); i++) {
		const struct value *cell = value_get(row, value_get_text(value_at(columns, i), "name", ""));
		if (i > 0)
			putchar(',');
		if (value_kind(cell) == VALUE_INT)
			printf("%lld", (long long)value_int(cell, 0));
		else
			csv_text(value_text(cell, ""));
	}
	fputs("\r\n", stdout);
}

/* Exact integers; sums are left to the reader, who would count them twice. */
static void csv_section(const struct value *section)
{
	const struct value *columns = value_get(section, "columns"), *rows = value_get(section, "rows");
	for (size_t i = 0; i < value_count(columns); i++) {
		if (i > 0)
			putchar(',');
		csv_text(value_get_text(value_at(columns, i), "name", ""));
	}
	fputs("\r\n", stdout);
	for (size_t i = 0; i < value_count(rows); i++)
		csv_row(columns, value_at(rows, i));
}

/* ---- the command ---- */

struct wanted {
	const char *html; /* a file, "-": standard output */
	int64_t section;  /* from 1; 0: all */
};

static bool has_table(const struct value *section)
{
	return value_count(value_get(section, "columns")) > 0;
}

static void print_report(struct ctl *ctl, const struct value *report, const struct wanted *wanted)
{
	const struct value *sections = value_get(report, "sections");
	bool begun = false;
	if (ctl->output == OUTPUT_TABLE && wanted->section == 0)
		print_head(report);
	for (size_t i = 0; i < value_count(sections); i++) {
		const struct value *section = value_at(sections, i);
		if (wanted->section > 0 && (size_t)wanted->section != i + 1)
			continue;
		if (ctl->output == OUTPUT_TABLE) {
			print_section(ctl, section);
		} else if (has_table(section)) {
			fputs(begun ? "\r\n" : "", stdout);
			csv_section(section);
			begun = true;
		}
	}
}

static bool write_file(const char *path, const struct buffer *text, struct error *error)
{
	FILE *file = text_equal(path, "-") ? stdout : fopen(path, "we");
	bool good = file != NULL && fwrite(text->bytes, 1, text->length, file) == text->length;
	if (file != NULL && file != stdout)
		good = fclose(file) == 0 && good;
	return good || error_set(error, ERROR_STORE, "html", "%.300s cannot be written: %s", path,
		strerror(errno));
}

static bool write_html(struct ctl *ctl, const struct value *report, const char *path,
	struct error *error)
{
	struct buffer page = { 0 };
	report_html(report, &page);
	bool good = write_file(path, &page, error);
	buffer_free(&page);
	if (good && !text_equal(path, "-"))
		ctl_say(ctl, "%s is written", path);
	return good;
}

static void print_json(const struct value *report)
{
	struct buffer text = { 0 };
	value_write(report, &text);
	puts(buffer_text(&text));
	buffer_free(&text);
}

static bool answer(struct ctl *ctl, const struct value *report, const struct wanted *wanted,
	struct error *error)
{
	size_t count = value_count(value_get(report, "sections"));
	if (wanted->section > (int64_t)count)
		return error_set(error, ERROR_INVALID, "section", "this report has %zu sections", count);
	if (wanted->html != NULL)
		return write_html(ctl, report, wanted->html, error);
	if (ctl->output == OUTPUT_JSON)
		print_json(report);
	else
		print_report(ctl, report, wanted);
	return true;
}

static bool take_wanted(struct ctl *ctl, int *argc, char **argv, struct wanted *wanted,
	struct error *error)
{
	const char *section = NULL;
	if (!ctl_take_option(argc, argv, "--html", &wanted->html, error) ||
	    !ctl_take_option(argc, argv, "--section", &section, error))
		return false;
	if (section != NULL && (!text_to_int(section, &wanted->section) || wanted->section < 1))
		return error_set(error, ERROR_INVALID, "section", "--section takes 1, 2, 3, not \"%.40s\"",
			section);
	if (wanted->html != NULL && (section != NULL || ctl->output != OUTPUT_TABLE))
		return error_set(error, ERROR_INVALID, "html", "--html is the whole report as a page; leave "
			"%s out", section != NULL ? "--section" : "-o");
	return ctl->output != OUTPUT_ID ||
		error_set(error, ERROR_INVALID, "", "a report has no id; -o takes table, json or csv here");
}

static bool ask(struct ctl *ctl, struct arguments *arguments, const struct wanted *wanted,
	struct error *error)
{
	struct buffer params = { 0 };
	struct reply reply;
	arguments_json(arguments, &params);
	bool good = ctl_call(ctl, "Evidence.Report", buffer_text(&params), &reply, error);
	buffer_free(&params);
	if (!good)
		return false;
	good = answer(ctl, value_get(reply.parameters, "report"), wanted, error);
	reply_free(&reply);
	return good;
}

int report_run(struct ctl *ctl, int argc, char **argv)
{
	struct arguments arguments;
	struct wanted wanted = { NULL, 0 };
	struct error error = { 0 };
	if (!take_wanted(ctl, &argc, argv, &wanted, &error))
		return ctl_fail(ctl, &error);
	arguments_open(&arguments, ctl, ctl->command);
	bool good = arguments_read(&arguments, ctl, argc, argv, &error) &&
		ask(ctl, &arguments, &wanted, &error);
	int status = good ? 0 : ctl_fail(ctl, &error);
	arguments_close(&arguments);
	return status;
}
