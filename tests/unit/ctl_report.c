/*
 * The page of a report and its pictures: everything from outside is escaped, what is missing is left out,
 * axes have round figures, and names at lines never touch.
 */
#include "vaultctl/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/runner.h"
#include "vaultctl/svg.h"

static struct value *parsed(const char *json)
{
	struct value *value = NULL;
	struct error error = { 0 };
	CU_ASSERT_FATAL(value_parse(json, strlen(json), &value, &error));
	return value;
}

static size_t count_of(const char *text, const char *what)
{
	size_t count = 0;
	for (const char *at = text; (at = strstr(at, what)) != NULL; at += strlen(what))
		count++;
	return count;
}

static void test_escape(void)
{
	static const struct { const char *text, *escaped; } cases[] = {
		{ "plain", "plain" }, { "", "" },
		{ "<script>alert('x' & \"y\")</script>",
			"&lt;script&gt;alert(&#39;x&#39; &amp; &quot;y&quot;)&lt;/script&gt;" },
		{ "&amp;", "&amp;amp;" }, { "a\nb\tc", "a\nb\tc" }, { "a\001b\033[31m", "a\xEF\xBF\xBD" "b\xEF\xBF\xBD[31m" },
		{ "K\xC3\xBChne", "K\xC3\xBChne" }, { "\xEF\xBF\xBE", "\xEF\xBF\xBD" },
		{ "\xEF\xBF\xBF.", "\xEF\xBF\xBD." }, { "\xEF\xBF\xBD", "\xEF\xBF\xBD" }, { "]]>", "]]&gt;" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buffer to = { 0 };
		svg_escape(&to, cases[i].text);
		CU_ASSERT_STRING_EQUAL(buffer_text(&to), cases[i].escaped);
		buffer_free(&to);
	}
}

static void test_cells(void)
{
	static const struct { const char *type; int64_t value; const char *shown; } cases[] = {
		{ "mass", 1934000, "1,934.0 kg" }, { "mass", -600000000, "-600.0 t" }, { "mass", 12, "12 g" },
		{ "cover", 372, "37.2 d" }, { "share", 864999, "86.4%" }, { "grade", 999900, "99.99%" },
		{ "money", 8700000, "87,000.00 USD" }, { "price", 580000000, "580.0 USD/kg" },
		{ "count", 48213, "48,213" }, { "year", 2027, "2027" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buffer to = { 0 };
		report_show(&to, cases[i].type, cases[i].value);
		CU_ASSERT_STRING_EQUAL(buffer_text(&to), cases[i].shown);
		CU_ASSERT(report_is_figure(cases[i].type));
		buffer_free(&to);
	}
	CU_ASSERT(report_is_figure("band"));
	CU_ASSERT_FALSE(report_is_figure("text") || report_is_figure("id") || report_is_figure("date"));
}

#define EVIL "<b>&\\\"'</b>"
static const char page_json[] =
	"{\"kind\":\"" EVIL "\",\"title\":\"" EVIL "\",\"subject\":\"" EVIL "\",\"edition\":\"" EVIL "\","
	"\"reserve\":\"" EVIL "\",\"index\":7,\"at\":\"2026-11-22T08:00:00Z\",\"notes\":[\"" EVIL "\"],"
	"\"sections\":[{\"heading\":\"" EVIL "\",\"remarks\":[\"" EVIL "\"],\"columns\":["
	"{\"name\":\"lot\",\"title\":\"" EVIL "\",\"type\":\"id\"},"
	"{\"name\":\"x_g\",\"title\":\"mass\",\"type\":\"mass\"},"
	"{\"name\":\"never\",\"title\":\"nobody fills it\",\"type\":\"text\"},"
	"{\"name\":\"day\",\"title\":\"day\",\"type\":\"date\"}],"
	"\"rows\":[{\"lot\":\"" EVIL "\",\"x_g\":1500,\"day\":\"" EVIL "\"},{\"lot\":\"b\"}],"
	"\"total\":{\"x_g\":1500},\"charts\":[{\"kind\":\"stack\",\"title\":\"" EVIL "\",\"type\":\"mass\","
	"\"labels\":[\"" EVIL "\"],\"series\":[{\"name\":\"" EVIL "\",\"role\":\"part\","
	"\"points\":[{\"x\":0,\"y\":5,\"text\":\"" EVIL "\"}]}]}]},"
	"{\"heading\":\"empty\",\"remarks\":[],\"columns\":[{\"name\":\"a\",\"title\":\"a\",\"type\":\"id\"}],"
	"\"rows\":[],\"charts\":[]}]}";

static void test_page(void)
{
	struct value *report = parsed(page_json);
	struct buffer page = { 0 };
	report_html(report, &page);
	const char *text = buffer_text(&page);
	CU_ASSERT_EQUAL(count_of(text, "<b>"), 0);
	CU_ASSERT(count_of(text, "&lt;b&gt;&amp;&quot;&#39;&lt;/b&gt;") >= 14);
	CU_ASSERT_EQUAL(strncmp(text, "<!DOCTYPE html>\n<html", 21), 0);
	CU_ASSERT_EQUAL(count_of(text, " lang=\"en\""), 1);
	CU_ASSERT_EQUAL(count_of(text, "default-src 'none'; style-src 'unsafe-inline'"), 1);
	CU_ASSERT_EQUAL(count_of(text, "<script"), 0);
	CU_ASSERT_EQUAL(count_of(text, "src="), 0);
	CU_ASSERT_EQUAL(count_of(text, "@import"), 0);
	CU_ASSERT_EQUAL(count_of(text, "http"), 2); /* the name of XHTML, and http-equiv */
	CU_ASSERT_EQUAL(count_of(text, "<th scope=\"col\""), 3);
	CU_ASSERT_EQUAL(count_of(text, "<th scope=\"row\""), 3);
	CU_ASSERT_EQUAL(count_of(text, "nobody fills it"), 0);
	CU_ASSERT_EQUAL(count_of(text, "<data value=\"1500\">1.5 kg</data>"), 2);
	CU_ASSERT_EQUAL(count_of(text, "<p class=\"none\">None.</p>"), 1);
	CU_ASSERT_EQUAL(count_of(text, "ledger index 7, 22 Nov 2026 08:00 UTC"), 1);
	CU_ASSERT_EQUAL(count_of(text, "--as-of-index 7</code>"), 1);
	CU_ASSERT_EQUAL(count_of(text, "<desc id=\"c1d\">"), 1);
	buffer_free(&page);
	value_free(report);
}

static void test_bars(void)
{
	struct value *chart = parsed("{\"kind\":\"bars\",\"title\":\"t\",\"type\":\"share\",\"labels\":[\"ga\","
		"\"sb\"],\"series\":[{\"name\":\"available\",\"role\":\"bar\",\"points\":[{\"x\":0,\"y\":9000000,"
		"\"text\":\"90.0 t\"},{\"x\":1,\"y\":500000}]},{\"name\":\"operating floor\",\"role\":\"operating\","
		"\"points\":[{\"x\":0,\"y\":1000000},{\"x\":1,\"y\":1000000}]},{\"name\":\"hard floor\","
		"\"role\":\"hard\",\"points\":[{\"x\":1,\"y\":400000}]}]}");
	struct buffer svg = { 0 };
	report_chart_svg(chart, 3, &svg);
	const char *text = buffer_text(&svg);
	CU_ASSERT_EQUAL(count_of(text, ">300%<"), 1);  /* the axis ends at three floors */
	CU_ASSERT_EQUAL(count_of(text, ">350%<"), 0);
	CU_ASSERT_EQUAL(count_of(text, "class=\"break\""), 2);
	CU_ASSERT_EQUAL(count_of(text, ">90.0 t  \xC2\xB7  900%<"), 1);
	CU_ASSERT_EQUAL(count_of(text, "class=\"low\""), 2); /* sb, and the legend */
	CU_ASSERT_EQUAL(count_of(text, "class=\"hardmark\""), 2);
	CU_ASSERT_EQUAL(count_of(text, "below the operating floor"), 1);
	CU_ASSERT_EQUAL(count_of(text, "id=\"c3t\""), 1);
	buffer_free(&svg);
	value_free(chart);
}

/* The longest code that there can be stands whole before its bar: its end is where the axis begins. */
static void test_long_labels(void)
{
	struct value *chart = parsed("{\"kind\":\"bars\",\"title\":\"t\",\"type\":\"mass\",\"labels\":[\"ga\","
		"\"wwwwwwwwwwwwwwwwwwwwwww\"],\"series\":[{\"name\":\"available\",\"role\":\"bar\",\"points\":["
		"{\"x\":0,\"y\":5000},{\"x\":1,\"y\":4000}]}]}");
	struct buffer svg = { 0 };
	report_chart_svg(chart, 1, &svg);
	const char *end = strstr(buffer_text(&svg), "class=\"end strong\">wwww");
	CU_ASSERT_PTR_NOT_NULL_FATAL(end);
	while (strncmp(end, "<text x=\"", 9) != 0)
		end--;
	CU_ASSERT(strtod(end + 9, NULL) >= 23 * 7.5);
	buffer_free(&svg);
	value_free(chart);
}

/* The heights of the names behind lines, as written. */
static void test_lines(void)
{
	struct value *chart = parsed("{\"kind\":\"lines\",\"title\":\"ga\",\"type\":\"mass\","
		"\"from\":\"2026-08-25T00:00:00Z\",\"until\":\"2026-11-23T00:00:00Z\",\"series\":["
		"{\"name\":\"available\",\"role\":\"line\",\"points\":[{\"x\":0,\"y\":1000},{\"x\":89,\"y\":1010}]},"
		"{\"name\":\"operating floor\",\"role\":\"operating\",\"points\":[{\"x\":0,\"y\":1000},"
		"{\"x\":89,\"y\":1000}]},{\"name\":\"hard floor\",\"role\":\"hard\",\"points\":[{\"x\":0,\"y\":0},"
		"{\"x\":89,\"y\":0}]}]}");
	struct buffer svg = { 0 };
	double heights[3];
	size_t count = 0;
	report_chart_svg(chart, 1, &svg);
	for (const char *at = buffer_text(&svg); (at = strstr(at, "<text x=\"296.0\" y=\"")) != NULL && count < 3;) {
		at += strlen("<text x=\"296.0\" y=\"");
		heights[count++] = strtod(at, NULL);
	}
	CU_ASSERT_EQUAL_FATAL(count, 3);
	CU_ASSERT(heights[1] - heights[0] >= 13.9);
	CU_ASSERT(heights[2] - heights[1] >= 13.9);
	CU_ASSERT_EQUAL(count_of(buffer_text(&svg), ">25 Aug<"), 1);
	CU_ASSERT_EQUAL(count_of(buffer_text(&svg), ">22 Nov<"), 1);
	buffer_free(&svg);
	value_free(chart);
}

/* No point at all, one day, nothing but zeros: a picture all the same. */
static void test_little(void)
{
	static const char *const charts[] = {
		"{\"kind\":\"lines\",\"title\":\"\",\"type\":\"cover\",\"from\":\"2026-08-25T00:00:00Z\","
		"\"until\":\"2026-08-26T00:00:00Z\",\"series\":[{\"name\":\"a\",\"role\":\"line\","
		"\"points\":[{\"x\":0,\"y\":0}]}]}",
		"{\"kind\":\"lines\",\"title\":\"\",\"type\":\"mass\",\"series\":[]}",
		"{\"kind\":\"bars\",\"title\":\"\",\"type\":\"mass\",\"labels\":[],\"series\":[]}",
		"{\"kind\":\"stack\",\"title\":\"\",\"type\":\"money\",\"labels\":[\"a\"],\"series\":["
		"{\"name\":\"a\",\"role\":\"part\",\"points\":[]}]}",
		"{\"kind\":\"stack\",\"title\":\"\",\"type\":\"mass\",\"labels\":[\"a\"],\"series\":["
		"{\"name\":\"a\",\"role\":\"part\",\"points\":[{\"x\":0,\"y\":9007199254740991}]}]}",
	};
	for (size_t i = 0; i < sizeof charts / sizeof *charts; i++) {
		struct value *chart = parsed(charts[i]);
		struct buffer svg = { 0 };
		report_chart_svg(chart, 1, &svg);
		CU_ASSERT_EQUAL(count_of(buffer_text(&svg), "</svg>"), 1);
		buffer_free(&svg);
		value_free(chart);
	}
}

int main(void)
{
	return run_cases("the page of a report", (CU_TestInfo[]){
		{ "what is escaped", test_escape },
		{ "cells", test_cells },
		{ "a page with evil names", test_page },
		{ "bars", test_bars },
		{ "long labels", test_long_labels },
		{ "lines", test_lines },
		{ "charts of next to nothing", test_little },
		CU_TEST_INFO_NULL,
	});
}
