/*
 * The page. It is well-formed XML, so that a test can read it, and HTML, so that any browser does; the
 * policy in its head forbids every fetch, and nothing in it asks for one. Colours stand in two sets, by
 * light and dark, and print is black on white; no meaning hangs on colour alone.
 */
#include "vaultctl/report.h"

#include <string.h>

#include "base/embedded.h"
#include "base/text.h"
#include "base/time.h"
#include "vaultctl/svg.h"
#include "vaultctl/units.h"

/* report.css, and report.svg: what fills a part that must be told apart without colour. */
extern const struct embedded_text report_looks[];
enum { LOOKS_STYLE, LOOKS_PATTERNS };

static void element(struct buffer *to, const char *open, const char *text, const char *close)
{
	buffer_append_text(to, open);
	svg_escape(to, text);
	buffer_append_text(to, close);
}

/* ---- the head ---- */

static void head(struct buffer *to, const struct value *report)
{
	buffer_append_text(to, "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\" "
		"xml:lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'unsafe-inline'\"/>\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
		"<meta name=\"color-scheme\" content=\"light dark\"/>\n"
		"<meta name=\"referrer\" content=\"no-referrer\"/>\n");
	element(to, "<title>", value_get_text(report, "title", ""), "</title>\n");
	buffer_append_text(to, "<style>\n");
	buffer_append(to, report_looks[LOOKS_STYLE].text, report_looks[LOOKS_STYLE].length);
	buffer_append_text(to, "</style>\n</head>\n<body>\n");
	buffer_append(to, report_looks[LOOKS_PATTERNS].text, report_looks[LOOKS_PATTERNS].length);
}

static void contents(struct buffer *to, const struct value *sections)
{
	if (value_count(sections) < 4)
		return;
	buffer_append_text(to, "<nav aria-label=\"Sections\">\n<ol>\n");
	for (size_t i = 0; i < value_count(sections); i++) {
		buffer_printf(to, "<li><a href=\"#s%zu\">", i + 1);
		element(to, "", value_get_text(value_at(sections, i), "heading", ""), "</a></li>\n");
	}
	buffer_append_text(to, "</ol>\n</nav>\n");
}

static void title_block(struct buffer *to, const struct value *report)
{
	const struct value *notes = value_get(report, "notes");
	struct buffer line = { 0 };
	element(to, "<header>\n<p class=\"kicker\">", value_get_text(report, "reserve", ""), "");
	element(to, " &#183; ", value_get_text(report, "edition", ""), " edition");
	if (value_get_bool(report, "demonstration", false))
		buffer_append_text(to, " <span class=\"mark\">DEMONSTRATION</span>");
	element(to, "</p>\n<h1>", value_get_text(report, "title", ""), "</h1>\n");
	report_as_of(&line, report);
	line.bytes[0] = 'A';
	element(to, "<p class=\"asof\">", buffer_text(&line), "</p>\n");
	if (value_get(report, "root") != NULL)
		element(to, "<p class=\"asof\">Root <code>", value_get_text(report, "root", ""), "</code></p>\n");
	buffer_free(&line);
	if (value_count(notes) > 0) {
		buffer_append_text(to, "<ul class=\"notes\">\n");
		for (size_t i = 0; i < value_count(notes); i++)
			element(to, "<li>", value_text(value_at(notes, i), ""), "</li>\n");
		buffer_append_text(to, "</ul>\n");
	}
	contents(to, value_get(report, "sections"));
	buffer_append_text(to, "</header>\n<main>\n");
}

/* ---- tables ---- */

enum { SHORT_TEXT = 22, LONG_TEXT = 60, COLUMNS_MAX = 32 };

static bool filled(const struct value *column, const struct value *section)
{
	const struct value *rows = value_get(section, "rows");
	const char *name = value_get_text(column, "name", "");
	for (size_t i = 0; i < value_count(rows); i++) {
		if (value_get(value_at(rows, i), name) != NULL)
			return true;
	}
	return value_get(value_get(section, "total"), name) != NULL;
}

/* Figures to the right, short words in one line, and room for what is long. */
static const char *class_of(const struct value *column, const struct value *rows)
{
	const char *type = value_get_text(column, "type", ""), *name = value_get_text(column, "name", "");
	size_t most = 0;
	if (report_is_figure(type))
		return "n";
	for (size_t i = 0; i < value_count(rows); i++) {
		size_t length = strlen(value_get_text(value_at(rows, i), name, ""));
		most = length > most ? length : most;
	}
	return most <= SHORT_TEXT ? "i" : most <= LONG_TEXT ? "t" : "w";
}

/* The words, with the exact figure for who reads the page by a program. */
static void cell(struct buffer *to, const char *type, const struct value *value)
{
	struct buffer words = { 0 };
	report_cell(&words, type, value);
	if (value_kind(value) == VALUE_INT) {
		buffer_printf(to, "<data value=\"%lld\">", (long long)value_int(value, 0));
		element(to, "", buffer_text(&words), "</data>");
	} else if (text_equal(type, "date") && words.length > 0) {
		element(to, "<time datetime=\"", value_text(value, ""), "\">");
		element(to, "", buffer_text(&words), "</time>");
	} else {
		svg_escape(to, buffer_text(&words));
	}
	buffer_free(&words);
}

static void row(struct buffer *to, const struct value *columns, const char *const *classes,
	const struct value *cells, bool total)
{
	buffer_append_text(to, "<tr>");
	for (size_t i = 0; i < value_count(columns) && i < COLUMNS_MAX; i++) {
		const struct value *column = value_at(columns, i);
		const char *type = value_get_text(column, "type", "");
		const struct value *value = value_get(cells, value_get_text(column, "name", ""));
		if (classes[i] == NULL)
			continue;
		if (i == 0) {
			buffer_printf(to, "<th scope=\"row\" class=\"%s\">", classes[i]);
			if (total && value == NULL)
				buffer_append_text(to, "Total");
		} else {
			buffer_printf(to, "<td class=\"%s\">", classes[i]);
		}
		cell(to, type, value);
		buffer_append_text(to, i == 0 ? "</th>" : "</td>");
	}
	buffer_append_text(to, "</tr>\n");
}

/* Columns that no row fills are left out, as on a terminal. */
static void table(struct buffer *to, const struct value *section, size_t number)
{
	const struct value *columns = value_get(section, "columns"), *rows = value_get(section, "rows");
	const char *classes[COLUMNS_MAX];
	if (value_count(columns) == 0)
		return;
	if (value_count(rows) == 0) {
		buffer_append_text(to, "<p class=\"none\">None.</p>\n");
		return;
	}
	for (size_t i = 0; i < value_count(columns) && i < COLUMNS_MAX; i++)
		classes[i] = i == 0 || filled(value_at(columns, i), section) ?
			class_of(value_at(columns, i), rows) : NULL;
	buffer_printf(to, "<div class=\"box\" role=\"region\" tabindex=\"0\" aria-labelledby=\"h%zu\">\n"
		"<table>\n<thead><tr>", number);
	for (size_t i = 0; i < value_count(columns) && i < COLUMNS_MAX; i++) {
		if (classes[i] == NULL)
			continue;
		buffer_printf(to, "<th scope=\"col\" class=\"%s\">", classes[i]);
		element(to, "", value_get_text(value_at(columns, i), "title", ""), "</th>");
	}
	buffer_append_text(to, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < value_count(rows); i++)
		row(to, columns, classes, value_at(rows, i), false);
	buffer_append_text(to, "</tbody>\n");
	if (value_get(section, "total") != NULL) {
		buffer_append_text(to, "<tfoot>\n");
		row(to, columns, classes, value_get(section, "total"), true);
		buffer_append_text(to, "</tfoot>\n");
	}
	buffer_append_text(to, "</table>\n</div>\n");
}

/* ---- sections ---- */

static bool is_small(const struct value *chart)
{
	return text_equal(value_get_text(chart, "kind", ""), "lines");
}

/* Those with lines stand side by side, the others each for itself. */
static void charts(struct buffer *to, const struct value *list, int *number)
{
	bool open = false;
	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *chart = value_at(list, i);
		bool small = is_small(chart);
		if (small != open)
			buffer_append_text(to, small ? "<div class=\"charts\">\n" : "</div>\n");
		open = small;
		buffer_append_text(to, small ? "<figure>\n" : "<figure class=\"wide\">\n");
		report_chart_svg(chart, ++*number, to);
		buffer_append_text(to, "</figure>\n");
	}
	if (open)
		buffer_append_text(to, "</div>\n");
}

static void section(struct buffer *to, const struct value *value, size_t number, int *chart)
{
	const struct value *remarks = value_get(value, "remarks");
	buffer_printf(to, "<section id=\"s%zu\" aria-labelledby=\"h%zu\">\n<h2 id=\"h%zu\">", number,
		number, number);
	element(to, "", value_get_text(value, "heading", ""), "</h2>\n");
	for (size_t i = 0; i < value_count(remarks); i++)
		element(to, "<p>", value_text(value_at(remarks, i), ""), "</p>\n");
	charts(to, value_get(value, "charts"), chart);
	table(to, value, number);
	buffer_append_text(to, "</section>\n");
}

/* How to have the same page again. */
static void foot(struct buffer *to, const struct value *report)
{
	const char *subject = value_get_text(report, "subject", "");
	buffer_append_text(to, "</main>\n<footer>\n<p>Columns that no line fills are left out.</p>\n"
		"<p>Made from the entries of the ledger up to the index above and from nothing else. The same index "
		"gives the same page on any later day, from the reserve or from an exported ledger: "
		"<code>vaultctl report ");
	svg_escape(to, value_get_text(report, "kind", ""));
	if (subject[0] != '\0')
		element(to, " ", subject, "");
	element(to, " --edition ", value_get_text(report, "edition", ""), "");
	buffer_printf(to, " --as-of-index %lld</code></p>\n</footer>\n</body>\n</html>\n",
		(long long)value_get_int(report, "index", 0));
}

void report_html(const struct value *report, struct buffer *to)
{
	const struct value *sections = value_get(report, "sections");
	int chart = 0;
	head(to, report);
	title_block(to, report);
	for (size_t i = 0; i < value_count(sections); i++)
		section(to, value_at(sections, i), i + 1, &chart);
	foot(to, report);
}
